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

    public static bool CanCancel(IOperation? token, int depth = 0)
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
                return SourceCancels(source, depth + 1);
            case ILocalReferenceOperation local when SequenceBounds.Declaration(local) is { } declarator && declarator.GetVariableInitializer()?.Value is { } initial && !IsReassigned(local):
                return CanCancel(initial, depth + 1);
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return CanCancel(choice.WhenTrue, depth + 1) || CanCancel(otherwise, depth + 1);
            default:
                return true;
        }
    }

    private static bool SourceCancels(IOperation source, int depth)
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
                return tokens.Count == 0 || tokens.Any(token => CanCancel(token, depth + 1));
            case ILocalReferenceOperation local:
                return SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is not { } initial
                    || IsReassigned(local)
                    || SourceCancels(initial, depth + 1)
                    || IsCancelledSomewhere(local);
            default:
                return true;
        }
    }

    /// <summary>Whether a source's variable is used for more than its token: cancelled, given a time, or handed on.</summary>
    private static bool IsCancelledSomewhere(ILocalReferenceOperation source)
    {
        foreach (var operation in SequenceBounds.Root(source).Descendants())
        {
            if (operation is not ILocalReferenceOperation use || !SymbolEqualityComparer.Default.Equals(use.Local, source.Local))
            {
                continue;
            }

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

    private static bool IsReassigned(ILocalReferenceOperation local) => SequenceBounds.Root(local).Descendants().Any(operation => operation switch
    {
        IAssignmentOperation { Target: ILocalReferenceOperation target } => SymbolEqualityComparer.Default.Equals(target.Local, local.Local),
        IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref, Value: ILocalReferenceOperation passed } => SymbolEqualityComparer.Default.Equals(passed.Local, local.Local),
        _ => false,
    });
}
