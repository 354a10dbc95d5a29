using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Whether something in a type takes care of the socket in one of its fields.</summary>
internal sealed class FieldOwnership(SocketCompilation compilation)
{
    private readonly ConcurrentDictionary<IFieldSymbol, bool> known = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// Whether the field is closed, handed on or visible to others: some use of it is a close, an argument, a returned or assigned
    /// value, or the field is not private.
    /// </summary>
    public bool IsHandled(IFieldSymbol field, CancellationToken cancellationToken) =>
        known.GetOrAdd(field.OriginalDefinition, each => Decide(each, cancellationToken));

    private bool Decide(IFieldSymbol field, CancellationToken cancellationToken)
    {
        if (field.DeclaredAccessibility != Accessibility.Private || field.IsImplicitlyDeclared)
        {
            return true;
        }

        foreach (var declaration in field.ContainingType.DeclaringSyntaxReferences)
        {
            var syntax = declaration.GetSyntax(cancellationToken);
            foreach (var name in syntax.DescendantNodes().OfType<IdentifierNameSyntax>())
            {
                if (name.Identifier.ValueText == field.Name
                    && compilation.Sources.OperationOf(name.Parent is MemberAccessExpressionSyntax { Name: var member } access && member == name ? access : name, cancellationToken) is IFieldReferenceOperation reference
                    && SymbolEqualityComparer.Default.Equals(reference.Field.OriginalDefinition, field)
                    && IsHandover(reference))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsHandover(IFieldReferenceOperation reference)
    {
        IOperation use = reference;
        while (use.Parent is IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation)
        {
            if (use.Parent is IConditionalAccessOperation conditional && conditional.Operation == use)
            {
                return conditional.WhenNotNull.DescendantsAndSelf().OfType<IInvocationOperation>().Any(IsClose);
            }

            use = use.Parent;
        }

        return use.Parent switch
        {
            IInvocationOperation call when call.Instance == use => IsClose(call),
            IAssignmentOperation assignment => assignment.Value == use,
            IPropertyReferenceOperation or IEventReferenceOperation or IBinaryOperation or IIsPatternOperation => false,
            IFieldReferenceOperation => false,
            IInvocationOperation or IArgumentOperation or IReturnOperation or IUsingOperation or IVariableInitializerOperation
                or IObjectOrCollectionInitializerOperation or IArrayInitializerOperation or ITupleOperation or ICoalesceOperation => true,
            null => true,
            _ => false,
        };
    }

    private bool IsClose(IInvocationOperation call) =>
        call.TargetMethod.Name is "Dispose" or "DisposeAsync" or "Close" or "CloseAsync"
        || compilation.Catalog.Find(call.TargetMethod, ModelRole.Close) is not null
        || call.Arguments.Any(argument => argument.Value is IFieldReferenceOperation);
}
