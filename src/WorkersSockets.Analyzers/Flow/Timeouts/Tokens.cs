using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Flow.Timeouts;

/// <summary>
/// Tells whether a cancellation token can ever be cancelled. What cannot be seen counts as cancellable: a parameter, a token of the
/// request or the host, a field.
/// </summary>
internal static class Tokens
{
    private const int MaximumDepth = 8;

    public static bool CanCancel(IOperation? token, SourceModels sources, int depth = 0)
    {
        if (token is null || depth > MaximumDepth)
        {
            return token is not null;
        }

        var value = SequenceBounds.Unwrap(token);
        switch (value)
        {
            case IDefaultValueOperation or ILiteralOperation:
                return false;
            case IObjectCreationOperation { Arguments.IsEmpty: true, Type.Name: "CancellationToken" }:
                return false;
            case IPropertyReferenceOperation { Property: { Name: "None", ContainingType.Name: "CancellationToken" } }:
                return false;
            case IPropertyReferenceOperation { Property: { Name: "Token", ContainingType.Name: "CancellationTokenSource" }, Instance: { } source }:
                return SourceCancels(source, sources, depth + 1);
            case ILocalReferenceOperation local when SequenceBounds.Declaration(local) is { } declarator && declarator.GetVariableInitializer()?.Value is { } initial && !IsReassigned(local, sources):
                return CanCancel(initial, sources, depth + 1);
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return CanCancel(choice.WhenTrue, sources, depth + 1) || CanCancel(otherwise, sources, depth + 1);
            default:
                return true;
        }
    }

    private static bool SourceCancels(IOperation source, SourceModels sources, int depth)
    {
        if (depth > MaximumDepth)
        {
            return true;
        }

        switch (SequenceBounds.Unwrap(source))
        {
            case IObjectCreationOperation { Type.Name: "CancellationTokenSource" } creation:
                return !creation.Arguments.IsEmpty;
            case IInvocationOperation { TargetMethod: { Name: "CreateLinkedTokenSource" } } linked:
                var tokens = linked.Arguments.SelectMany(argument => argument.Value is IArrayCreationOperation { Initializer: { } list } ? list.ElementValues.AsEnumerable() : new[] { argument.Value }).ToList();
                return tokens.Count == 0 || tokens.Any(token => CanCancel(token, sources, depth + 1));
            case ILocalReferenceOperation local:
                return SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is not { } initial
                    || IsReassigned(local, sources)
                    || SourceCancels(initial, sources, depth + 1)
                    || IsCancelledSomewhere(local, sources);
            default:
                return true;
        }
    }

    /// <summary>Whether a source's variable is used for more than its token: cancelled, given a time, or handed on.</summary>
    private static bool IsCancelledSomewhere(ILocalReferenceOperation source, SourceModels sources)
    {
        foreach (var use in sources.IndexOf(source).ReferencesTo(source.Local))
        {
            switch (use.Parent)
            {
                case IPropertyReferenceOperation { Property.Name: "Token" or "IsCancellationRequested" }:
                case IInvocationOperation { TargetMethod.Name: "Dispose" } disposal when disposal.Instance == use:
                case IUsingOperation:
                    continue;
                default:
                    return true;
            }
        }

        return false;
    }

    private static bool IsReassigned(ILocalReferenceOperation local, SourceModels sources) =>
        sources.IndexOf(local).WritesTo(local.Local).Any(write => write is IAssignmentOperation or IArgumentOperation);
}
