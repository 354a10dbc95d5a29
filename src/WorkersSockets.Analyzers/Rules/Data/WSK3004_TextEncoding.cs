using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers.Rules.Data;

/// <summary>WSK3004: the text encoding of a connection is not said, differs between machines, or is wrong for the wire.</summary>
internal sealed class TextEncoding : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(
        RuleCatalog.EncodingUnsaid, RuleCatalog.EncodingDefault, RuleCatalog.EncodingWithByteOrderMark, RuleCatalog.EncodingAscii);

    public override void Analyze(BodyContext body)
    {
        var receivers = new NetworkReceivers(body.Compilation, body.CancellationToken);
        var operations = body.Flow.Root.DescendantsAndSelf().ToList();
        foreach (var operation in operations)
        {
            body.CancellationToken.ThrowIfCancellationRequested();
            switch (operation)
            {
                case IObjectCreationOperation { Type.Name: "StreamReader" or "StreamWriter" } creation when receivers.IsUsedBy(creation):
                    AnalyzeWrapper(body, creation);
                    break;
                case IInvocationOperation call when IsEncoding(DecodedText.Origin(Operations.ReceiverOf(call), body.Compilation, body.CancellationToken), "Default") && TouchesText(body, call) && operations.Any(other => IsTraffic(body, receivers, other)):
                    body.Report(RuleCatalog.EncodingDefault, Operations.ReceiverOf(call)!);
                    break;
            }
        }

        AnalyzeAscii(body, receivers, operations);
    }

    private static void AnalyzeWrapper(BodyContext body, IObjectCreationOperation creation)
    {
        var type = creation.Type!.Name;
        var place = creation.Arguments.FirstOrDefault(argument => argument.Parameter?.Type.Name == "Encoding" && argument.ArgumentKind != ArgumentKind.DefaultValue)?.Value.Unwrap();
        var encoding = DecodedText.Origin(place, body.Compilation, body.CancellationToken);
        if (place is null || encoding is null or { ConstantValue: { HasValue: true, Value: null } })
        {
            body.Report(RuleCatalog.EncodingUnsaid, creation, type);
        }
        else if (IsEncoding(encoding, "Default"))
        {
            body.Report(RuleCatalog.EncodingDefault, place);
        }
        else if (type == "StreamWriter" && (IsEncoding(encoding, "UTF8") || IsWithMark(encoding)))
        {
            body.Report(RuleCatalog.EncodingWithByteOrderMark, place, type);
        }
    }

    /// <summary><c>new UTF8Encoding(true)</c>.</summary>
    private static bool IsWithMark(IOperation encoding) => encoding is IObjectCreationOperation { Type.Name: "UTF8Encoding", Arguments: { Length: > 0 } arguments }
        && arguments[0].Value.ConstantValue is { HasValue: true, Value: true };

    /// <summary>ASCII for what is read, while the same body writes text that ASCII cannot hold.</summary>
    private static void AnalyzeAscii(BodyContext body, NetworkReceivers receivers, List<IOperation> operations)
    {
        var decodes = operations.OfType<IInvocationOperation>()
            .Where(call => body.Catalog.Find(call.TargetMethod, ModelRole.Decode) is not null && IsEncoding(Operations.ReceiverOf(call), "ASCII")).ToList();
        if (decodes.Count == 0 || !operations.Any(operation => IsRead(body, receivers, operation)) || !operations.Any(operation => IsWrite(body, receivers, operation)))
        {
            return;
        }

        var writesMore = operations.OfType<IInvocationOperation>().Any(call => body.Catalog.Find(call.TargetMethod, ModelRole.Encode) is not null
            && !IsEncoding(Operations.ReceiverOf(call), "ASCII")
            && (IsEncoding(Operations.ReceiverOf(call), "UTF8") || HasNonAscii(call)) && (HasNonAscii(call) || !IsConstantText(call)));
        if (!writesMore)
        {
            return;
        }

        foreach (var decode in decodes.Where(decode => !DecodedText.IsOnlyCompared(decode, body.Compilation, body.CancellationToken)))
        {
            body.Report(RuleCatalog.EncodingAscii, Operations.ReceiverOf(decode)!);
        }
    }

    private static bool IsConstantText(IInvocationOperation call) => call.Arguments.All(argument => argument.Value.Unwrap().ConstantValue.HasValue);

    private static bool HasNonAscii(IOperation operation) => operation.DescendantsAndSelf()
        .Any(part => part.ConstantValue is { HasValue: true, Value: string text } && text.Any(character => character > 127));

    private static bool IsEncoding(IOperation? operation, string name) =>
        operation?.Unwrap() is IPropertyReferenceOperation { Property: { IsStatic: true, ContainingType: { Name: "Encoding", ContainingNamespace.Name: "Text" } } property }
        && property.Name == name;

    private static bool TouchesText(BodyContext body, IInvocationOperation call) =>
        body.Catalog.Find(call.TargetMethod, ModelRole.Decode) is not null || body.Catalog.Find(call.TargetMethod, ModelRole.Encode) is not null;

    private static bool IsTraffic(BodyContext body, NetworkReceivers receivers, IOperation operation) => IsRead(body, receivers, operation) || IsWrite(body, receivers, operation);

    private static bool IsRead(BodyContext body, NetworkReceivers receivers, IOperation operation) => operation is IInvocationOperation call
        && body.Catalog.Find(call.TargetMethod, ModelRole.Read) is { Datagram: false } && receivers.IsConnection(Operations.ReceiverOf(call));

    private static bool IsWrite(BodyContext body, NetworkReceivers receivers, IOperation operation) => operation is IInvocationOperation call
        && body.Catalog.Find(call.TargetMethod, ModelRole.Write) is { Datagram: false } && receivers.IsConnection(Operations.ReceiverOf(call));
}
