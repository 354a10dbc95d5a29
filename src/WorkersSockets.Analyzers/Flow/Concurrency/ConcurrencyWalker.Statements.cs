using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <content>Blocks, branches and scopes: what is closed at their ends, and which branch counts.</content>
internal sealed partial class ConcurrencyWalker
{
    private void VisitBlock(IBlockOperation block)
    {
        var owned = new List<ISymbol>();
        foreach (var statement in block.Operations)
        {
            if (statement is IUsingDeclarationOperation declaration)
            {
                Visit(declaration.DeclarationGroup);
                owned.AddRange(declaration.DeclarationGroup.Declarations.SelectMany(group => group.Declarators).Select(declarator => (ISymbol)declarator.Symbol));
            }
            else
            {
                Visit(statement);
            }
        }

        foreach (var symbol in owned)
        {
            Close(symbol);
        }
    }

    private void VisitUsing(IUsingOperation scope)
    {
        var resource = Visit(scope.Resources);
        Visit(scope.Body);
        foreach (var connections in resource.Live)
        {
            live.Remove(connections);
        }

        foreach (var local in scope.Locals)
        {
            Close(local);
        }

        if (SequenceBounds.SymbolOf(scope.Resources) is { } symbol)
        {
            Close(symbol);
        }
    }

    private Carried Branches(IReadOnlyList<IOperation?> branches)
    {
        var before = live;
        var gateBefore = gate;
        var best = before;
        var bestTotal = -1;
        var result = Carried.Nothing;
        foreach (var branch in branches)
        {
            live = new List<LiveConnections>(before);
            gate = gateBefore;
            result = result.And(Visit(branch));
            var total = EndsFlow(branch) ? -1 : Total(live);
            if (total > bestTotal)
            {
                best = live;
                bestTotal = total;
            }
        }

        live = best;
        gate = gateBefore;
        return result;
    }

    private static bool EndsFlow(IOperation? branch) => branch switch
    {
        IReturnOperation or IThrowOperation => true,
        IBranchOperation { BranchKind: BranchKind.Break or BranchKind.Continue } => false,
        IExpressionStatementOperation { Operation: IThrowOperation } => true,
        IBlockOperation { Operations: { IsEmpty: false } operations } => EndsFlow(operations[operations.Length - 1]),
        _ => false,
    };

    private void VisitTry(ITryOperation attempt)
    {
        Visit(attempt.Body);
        foreach (var handler in attempt.Catches)
        {
            var before = new List<LiveConnections>(live);
            Visit(handler.Handler);
            live = before;
        }

        Visit(attempt.Finally);
    }

    private void VisitLock(ILockOperation locked)
    {
        var (gateBefore, peakBefore) = (gate, peak);
        gate = ConnectGate.Single;
        Visit(locked.Body);

        // The gate is one for the whole function only where all that connects is inside.
        if (peakBefore > 0 || peak == 0)
        {
            gate = gateBefore;
        }
    }
}
