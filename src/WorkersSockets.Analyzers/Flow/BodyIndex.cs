using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// The operations of one body by the variables that they name, so that a question about one variable need not walk the body again:
/// a body with many sockets asks many such questions. Made once a body, by one walk.
/// </summary>
internal sealed class BodyIndex
{
    private readonly Dictionary<ISymbol, List<IOperation>> references = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, List<IOperation>> writes = new(SymbolEqualityComparer.Default);
    private readonly List<IInvocationOperation> calls = new();

    public BodyIndex(IOperation root, CancellationToken cancellationToken)
    {
        foreach (var operation in root.DescendantsAndSelf())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(operation);
        }
    }

    /// <summary>Every call, in the order of the operation tree.</summary>
    public IReadOnlyList<IInvocationOperation> Calls => calls;

    /// <summary>The operations that name a local, parameter, field or property, in the order of the operation tree.</summary>
    public IReadOnlyList<IOperation> ReferencesTo(ISymbol symbol) =>
        references.TryGetValue(symbol, out var found) ? found : Array.Empty<IOperation>();

    /// <summary>
    /// The operations that give a local, parameter, field or property a value or let others do so: its declarator, assignments,
    /// deconstructions, loops over elements, <c>ref</c> and <c>out</c> arguments, <c>++</c>, <c>&amp;</c>.
    /// </summary>
    public IReadOnlyList<IOperation> WritesTo(ISymbol symbol) =>
        writes.TryGetValue(symbol, out var found) ? found : Array.Empty<IOperation>();

    /// <summary>What a local is declared with, or null.</summary>
    public IOperation? InitialValue(ILocalSymbol local) =>
        WritesTo(local).OfType<IVariableDeclaratorOperation>().FirstOrDefault()?.GetVariableInitializer()?.Value;

    private void Add(IOperation operation)
    {
        if (Named(operation) is { } symbol)
        {
            Add(references, symbol, operation);
            return;
        }

        switch (operation)
        {
            case IInvocationOperation call:
                calls.Add(call);
                break;
            case IVariableDeclaratorOperation declarator:
                Add(writes, declarator.Symbol, declarator);
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                AddTargets(deconstruction.Target, deconstruction);
                break;
            case IAssignmentOperation assignment:
                AddTargets(assignment.Target, assignment);
                break;
            case IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation { Symbol: var element } } loop:
                Add(writes, element, loop);
                break;
            case IForEachLoopOperation loop:
                AddTargets(loop.LoopControlVariable, loop);
                break;
            case IIncrementOrDecrementOperation change:
                AddTargets(change.Target, change);
                break;
            case IAddressOfOperation address:
                AddTargets(address.Reference, address);
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument:
                AddTargets(argument.Value, argument);
                break;
        }
    }

    private void AddTargets(IOperation target, IOperation write)
    {
        switch (target)
        {
            case ITupleOperation tuple:
                foreach (var element in tuple.Elements)
                {
                    AddTargets(element, write);
                }

                break;
            case IDeclarationExpressionOperation declaration:
                AddTargets(declaration.Expression, write);
                break;
            case IConversionOperation conversion:
                AddTargets(conversion.Operand, write);
                break;
            default:
                if (Named(target) is { } symbol)
                {
                    Add(writes, symbol, write);
                }

                break;
        }
    }

    private static ISymbol? Named(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        _ => null,
    };

    private static void Add(Dictionary<ISymbol, List<IOperation>> index, ISymbol symbol, IOperation operation)
    {
        if (!index.TryGetValue(symbol, out var operations))
        {
            index[symbol] = operations = new List<IOperation>();
        }

        operations.Add(operation);
    }
}
