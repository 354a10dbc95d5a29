using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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

        var value = Operations.UnwrapImplicit(token);
        switch (value)
        {
            case IDefaultValueOperation or ILiteralOperation:
                return false;
            case IObjectCreationOperation { Type.Name: "CancellationToken" } creation:
                return creation.Arguments.Any(argument => argument.Value.ConstantValue is not { HasValue: true, Value: false });
            case IPropertyReferenceOperation { Property: { Name: "None", ContainingType.Name: "CancellationToken" } }:
                return false;
            case IPropertyReferenceOperation { Property: { Name: "Token", ContainingType.Name: "CancellationTokenSource" }, Instance: { } source }:
                return SourceCancels(source, sources, depth + 1);
            case ILocalReferenceOperation local when SequenceBounds.Declaration(local) is { } declarator && declarator.GetVariableInitializer()?.Value is { } initial && !IsReassigned(local, sources):
                return CanCancel(initial, sources, depth + 1);
            case IFieldReferenceOperation { Field: { IsReadOnly: true, Type.Name: "CancellationToken" } field }:
                return Initializer(field) is not { } written || !IsNever(written);
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

        switch (Operations.UnwrapImplicit(source))
        {
            case IObjectCreationOperation { Type.Name: "CancellationTokenSource" } creation:
                return creation.Arguments.Any(argument => !IsInfinite(argument.Value));
            case IInvocationOperation { TargetMethod: { Name: "CreateLinkedTokenSource" } } linked:
                var tokens = linked.Arguments.SelectMany(argument => argument.Value is IArrayCreationOperation { Initializer: { } list } ? list.ElementValues.AsEnumerable() : new[] { argument.Value }).ToList();
                return tokens.Count == 0 || tokens.Any(token => CanCancel(token, sources, depth + 1));
            case ILocalReferenceOperation local:
                return SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is not { } initial
                    || IsReassigned(local, sources)
                    || SourceCancels(initial, sources, depth + 1)
                    || IsCancelledSomewhere(local, sources);
            case IFieldReferenceOperation { Field: { IsReadOnly: true, DeclaredAccessibility: Accessibility.Private, Type.Name: "CancellationTokenSource" } field }:
                return Initializer(field) is not BaseObjectCreationExpressionSyntax { Initializer: null, ArgumentList.Arguments.Count: 0 } || IsCancelledInType(field, sources);
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
                case IInvocationOperation { TargetMethod.Name: "CancelAfter", Arguments: { Length: 1 } arguments } when IsInfinite(arguments[0].Value):
                case IUsingOperation:
                    continue;
                default:
                    return true;
            }
        }

        return false;
    }

    /// <summary>The same for a private field, by what its type writes behind its name.</summary>
    private static bool IsCancelledInType(IFieldSymbol source, SourceModels sources) => sources.NamesIn(source.ContainingType, source.Name)
        .Select(name => name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access && access.Name == name ? access.Parent : name.Parent)
        .Any(use => use is not (MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name.Identifier.ValueText: "Dispose" } } })
            || use is MemberAccessExpressionSyntax { Name.Identifier.ValueText: not ("Token" or "IsCancellationRequested" or "Dispose") });

    private static ExpressionSyntax? Initializer(IFieldSymbol field) =>
        field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: var value } ? value : null;

    /// <summary>A token written as one that nothing cancels.</summary>
    private static bool IsNever(ExpressionSyntax token) => token switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "None" } => true,
        DefaultExpressionSyntax => true,
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.DefaultLiteralExpression } => true,
        BaseObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: 0 } => true,
        _ => false,
    };

    /// <summary>A time that never passes.</summary>
    public static bool IsInfinite(IOperation value) => Operations.UnwrapImplicit(value) switch
    {
        { ConstantValue: { HasValue: true, Value: -1 } } => true,
        IFieldReferenceOperation { Field: { Name: "Infinite" or "InfiniteTimeSpan", ContainingType.Name: "Timeout" } } => true,
        _ => false,
    };

    private static bool IsReassigned(ILocalReferenceOperation local, SourceModels sources) =>
        sources.IndexOf(local).WritesTo(local.Local).Any(write => write is IAssignmentOperation or IArgumentOperation);
}
