using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers;

/// <summary>
/// Silences other analyzers' "not disposed" and "inexact read" on sockets that the flow proves right: closed or returned to the caller
/// on every path, or read in a loop that only empties the stream. Where nothing is proved, their warnings stay.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CorrectSocketSuppressor : DiagnosticSuppressor
{
    private const string InexactRead = "CA2022";
    private const string IsClosed = "WorkersSockets.Analyzers follows this socket on every path to a close, or to the caller who then closes it";

    private static readonly ImmutableDictionary<string, SuppressionDescriptor> Descriptors = new[]
    {
        new SuppressionDescriptor("WSKS0001", "CA2000", IsClosed),
        new SuppressionDescriptor("WSKS0002", InexactRead, "This loop reads a connection to its end and drops the bytes, so their number does not matter"),
        new SuppressionDescriptor("WSKS0003", "IDISP001", IsClosed),
        new SuppressionDescriptor("WSKS0004", "S2930", IsClosed),
    }.ToImmutableDictionary(descriptor => descriptor.SuppressedDiagnosticId);

    /// <inheritdoc />
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } =
        Descriptors.Values.OrderBy(descriptor => descriptor.Id, StringComparer.Ordinal).ToImmutableArray();

    /// <inheritdoc />
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        SocketCompilation? compilation = null;
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (!Descriptors.TryGetValue(diagnostic.Id, out var descriptor) || diagnostic.Location.SourceTree is not { } tree)
            {
                continue;
            }

            compilation ??= SocketCompilation.Create(context.Compilation, context.Options, context.CancellationToken);
            if (compilation is null)
            {
                return;
            }

            if (IsProvedRight(compilation, diagnostic, tree, context.CancellationToken))
            {
                context.ReportSuppression(Suppression.Create(descriptor, diagnostic));
            }
        }
    }

    private static bool IsProvedRight(SocketCompilation compilation, Diagnostic diagnostic, SyntaxTree tree, CancellationToken cancellationToken)
    {
        var span = diagnostic.Location.SourceSpan;
        var node = tree.GetRoot(cancellationToken).FindNode(span, getInnermostNodeForTie: true);
        try
        {
            return compilation.Gate.MayConcern(tree, cancellationToken)
                && MemberFlow.Around(compilation, node, cancellationToken) is { } flow
                && (diagnostic.Id == InexactRead ? OnlyEmpties(flow, compilation, span, cancellationToken) : IsProvedClosed(flow, span));
        }
        catch (InsufficientExecutionStackException)
        {
            // Nested deeper than the stack goes: nothing is proved.
            return false;
        }
    }

    /// <summary>Whether the place makes a socket (or a stream or reader over one) of this body that every path closes or returns.</summary>
    private static bool IsProvedClosed(SocketFlow flow, TextSpan span)
    {
        foreach (var body in flow.Bodies)
        {
            var made = body.Objects.Where(each => each.IsOwned && Covers(span, each.Operation))
                .Concat(body.Events.Where(found => found.Kind == FlowEventKind.Wrap && Covers(span, found.Operation)).Select(found => found.Object))
                .Distinct()
                .ToList();
            if (made.Count > 0)
            {
                return made.All(each => IsProvedClosed(each, body));
            }
        }

        return false;
    }

    private static bool IsProvedClosed(TrackedObject socket, FlowBodyResult body)
    {
        var events = body.Events.Where(found => found.Object == socket).ToList();
        var isSettled = socket.IsHandedOn
            ? (socket.Ends & ObjectStates.Returned) != 0 && (socket.Ends & (ObjectStates.NeedsClose | ObjectStates.Escaped)) == 0
            : events.Any(found => found.Kind == FlowEventKind.Close && !found.Value.Is(ValueFlags.Borrowed));
        return socket.IsOwned && isSettled
            && !events.Any(found => found.Kind is FlowEventKind.LeakedAtExit or FlowEventKind.LeakedByException or FlowEventKind.LeakedByLoop or FlowEventKind.LeakedByAssignment
                or FlowEventKind.StoredInField or FlowEventKind.StoredInStatic);
    }

    /// <summary>Whether the place is the creating expression, or the variable that it initializes.</summary>
    private static bool Covers(TextSpan span, IOperation? made)
    {
        if (made is null)
        {
            return false;
        }

        var declarator = made.Syntax.FirstAncestorOrSelf<Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax>();
        return span == made.Syntax.Span
            || (declarator?.Initializer?.Value == made.Syntax && (declarator.Span.Contains(span) || (declarator.Parent is { } declaration && declaration.Span == span)));
    }

    /// <summary>Whether the read stands in a loop that sees the end and uses none of the bytes.</summary>
    private static bool OnlyEmpties(SocketFlow flow, SocketCompilation compilation, TextSpan span, CancellationToken cancellationToken)
    {
        var receivers = new NetworkReceivers(compilation, cancellationToken);
        foreach (var call in flow.Root.DescendantsAndSelf().OfType<IInvocationOperation>())
        {
            if ((call.Syntax.Span == span || call.Syntax.Span.Contains(span))
                && call.EnclosingLoop() is not null
                && compilation.Catalog.Find(call.TargetMethod, ModelRole.Read) is { Begin: false, Datagram: false, Returns: ModelResult.Count } model
                && receivers.IsConnection(Operations.ReceiverOf(call)))
            {
                var site = ReadSite.Create(call, model);
                return new ReadUses(compilation, site, next: null, cancellationToken) is { IsDiscarded: true, Bytes.Count: 0 }
                    && !BodyReads.Find(compilation, flow.Owner, flow.Root, cancellationToken).Any(find => find.Site.Call.Syntax == call.Syntax);
            }
        }

        return false;
    }
}
