using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Whether something in a type takes care of the socket in one of its fields or auto-properties.</summary>
internal sealed class FieldOwnership(SocketCompilation compilation)
{
    private readonly ConcurrentDictionary<ISymbol, bool> known = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// Whether the member is closed, handed on or visible to others: some use of it is a close, an argument, a returned or assigned
    /// value, or the member is not private.
    /// </summary>
    public bool IsHandled(ISymbol member, CancellationToken cancellationToken) =>
        known.GetOrAdd(member.OriginalDefinition, each => Decide(each, new HashSet<ISymbol>(SymbolEqualityComparer.Default), cancellationToken));

    /// <param name="field">The member.</param>
    /// <param name="entered">The members that were looked at on the way: they may be assigned to each other.</param>
    private bool Decide(ISymbol field, HashSet<ISymbol> entered, CancellationToken cancellationToken)
    {
        if (!entered.Add(field))
        {
            return false;
        }

        if (field.DeclaredAccessibility != Accessibility.Private || field.IsImplicitlyDeclared || (field is IPropertySymbol && !IsAuto(field, cancellationToken)))
        {
            return true;
        }

        return compilation.Sources.NamesIn(field.ContainingType, field.Name, cancellationToken).Any(name =>
            compilation.Sources.OperationOf(name.Parent is MemberAccessExpressionSyntax { Name: var member } access && member == name ? access : name, cancellationToken) is IMemberReferenceOperation reference
            && SymbolEqualityComparer.Default.Equals(reference.Member.OriginalDefinition, field)
            && IsHandover(reference, entered, cancellationToken));
    }

    /// <summary>Whether nothing but the compiler's own accessors stands behind a property.</summary>
    private static bool IsAuto(ISymbol property, CancellationToken cancellationToken) =>
        property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is PropertyDeclarationSyntax { AccessorList.Accessors: var accessors }
        && accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null);

    private bool IsHandover(IOperation use, HashSet<ISymbol> entered, CancellationToken cancellationToken)
    {
        var isView = false;
        while (true)
        {
            switch (use.Parent)
            {
                case IConditionalAccessOperation conditional when conditional.Operation == use:
                    if (conditional.WhenNotNull.DescendantsAndSelf().OfType<IInvocationOperation>().Any(IsClose))
                    {
                        return true;
                    }

                    isView |= conditional.WhenNotNull is IInvocationOperation viewed && compilation.Catalog.Find(viewed.TargetMethod, ModelRole.View) is not null;
                    use = conditional;
                    continue;
                case IConversionOperation or IParenthesizedOperation:
                case ICoalesceAssignmentOperation coalesce when coalesce.Target == use:
                    use = use.Parent;
                    continue;
                case IInvocationOperation call when call.Instance == use:
                    if (compilation.Catalog.Find(call.TargetMethod, ModelRole.View) is null)
                    {
                        return IsClose(call);
                    }

                    isView = true;
                    use = call;
                    continue;
                case IArgumentOperation { Parent: IObjectCreationOperation { Constructor: { } constructor } creation } when compilation.Catalog.Find(constructor, ModelRole.Wrap) is not null:
                    isView = true;
                    use = creation;
                    continue;
                case IExpressionStatementOperation or IPropertyReferenceOperation or IEventReferenceOperation or IBinaryOperation or IIsPatternOperation or IFieldReferenceOperation:
                    return false;
                case IAssignmentOperation assignment when assignment.Value == use:
                    // A stream over it, kept beside it: who closes that one closes both.
                    return !isView || (assignment.Target is IMemberReferenceOperation { Member: var other } && Decide(other.OriginalDefinition, entered, cancellationToken));
                case IAssignmentOperation:
                    return false;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when isView:
                    return declarator.Syntax.Parent?.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or UsingStatementSyntax;
                case IArgumentOperation when isView:
                    return false;
                case IInvocationOperation or IArgumentOperation or IReturnOperation or IUsingOperation or IVariableInitializerOperation
                    or IObjectOrCollectionInitializerOperation or IArrayInitializerOperation or ITupleOperation or ICoalesceOperation:
                    return true;
                case null:
                    return true;
                default:
                    return false;
            }
        }
    }

    private bool IsClose(IInvocationOperation call) =>
        call.TargetMethod.Name is "Dispose" or "DisposeAsync" or "Close" or "CloseAsync"
        || compilation.OptionsFor(call.Syntax.SyntaxTree).CloseMethods.Contains(call.TargetMethod.Name)
        || compilation.Catalog.Find(call.TargetMethod, ModelRole.Close) is not null;
}
