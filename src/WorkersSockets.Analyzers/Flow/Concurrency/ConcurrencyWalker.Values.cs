using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Summaries;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <content>Values that stand for connections: bound, collected, awaited, returned, started.</content>
internal sealed partial class ConcurrencyWalker
{
    private Carried Assign(IOperation target, IOperation assigned, IOperation whole)
    {
        var value = Visit(assigned);
        switch (target)
        {
            case IDiscardOperation:
                Drop(value, assigned);
                return Carried.Nothing;
            case IArrayElementReferenceOperation element:
                Collect(SequenceBounds.SymbolOf(element.ArrayReference), value, whole);
                return value;
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed }:
                Collect(SequenceBounds.SymbolOf(indexed), value, whole);
                return value;
            case ITupleOperation or IDeclarationExpressionOperation { Expression: ITupleOperation }:
                return value;
        }

        if (SequenceBounds.SymbolOf(target) is { } symbol)
        {
            Bind(symbol, value);
        }

        return value;
    }

    private void Bind(ISymbol symbol, Carried value)
    {
        if (value.PerItem is not null)
        {
            lazies[symbol] = value;
        }
        else
        {
            lazies.Remove(symbol);
        }

        foreach (var connections in value.Live)
        {
            connections.Keys.Add(symbol);
        }
    }

    private Carried Lookup(ISymbol symbol)
    {
        var found = live.Where(connections => connections.Keys.Contains(symbol) || SymbolEqualityComparer.Default.Equals(connections.Collection, symbol)).ToImmutableArray();
        var lazy = lazies.TryGetValue(symbol, out var carried) ? carried : Carried.Nothing;
        return found.IsEmpty ? lazy : lazy with { Live = found };
    }

    /// <summary>The value is not used: running work goes on with nobody waiting for it.</summary>
    private void Drop(Carried value, IOperation at)
    {
        foreach (var connections in value.Live)
        {
            if (connections.IsTask && !IsCallbackAwaited(at) && connections.Keys.All(key => key is not ILocalSymbol || connections.Leaves > 0) && !connections.Accumulates && live.Contains(connections))
            {
                connections.Accumulates = true;
                connections.Origin = at;
            }
        }
    }

    /// <summary>A Begin call whose callback the same block waits for: <c>socket.BeginConnect(…, OnConnected, state); await state.Task;</c>.</summary>
    private bool IsCallbackAwaited(IOperation at) =>
        at is IInvocationOperation call && compilation.Catalog.Find(call.TargetMethod, ModelRole.Connect) is { Begin: true }
        && at.Parent is IExpressionStatementOperation { Parent: IBlockOperation block } statement
        && block.Operations.SkipWhile(other => other != statement).SelectMany(other => other.Descendants())
            .Any(later => later is IAwaitOperation or IInvocationOperation { TargetMethod.Name: "Wait" or "WaitOne" or "WaitAny" or "WaitAll" });

    private void Collect(ISymbol? collection, Carried value, IOperation at)
    {
        if (value.IsNothing && at is IInvocationOperation { Arguments: { IsEmpty: false } arguments } add && SequenceBounds.SymbolOf(arguments[arguments.Length - 1].Value) is ILocalSymbol local)
        {
            // A socket that is kept first and connected then.
            kept[local] = add;
        }

        foreach (var connections in value.Live)
        {
            connections.Accumulates = true;
            connections.Origin = at;
            connections.Collection = collection ?? connections.Collection;
        }
    }

    /// <summary>The work that the value stands for has ended.</summary>
    private Carried Finish(Carried value)
    {
        var left = ImmutableArray.CreateBuilder<LiveConnections>();
        foreach (var connections in value.Live)
        {
            if (connections.IsTask && connections.Leaves == 0)
            {
                live.Remove(connections);
                continue;
            }

            connections.IsTask = false;
            if (connections.Leaves > 0)
            {
                connections.Weight = Math.Min(connections.Weight, connections.Leaves);
            }

            left.Add(connections);
        }

        return new Carried { Live = left.ToImmutable() };
    }

    private void Return(Carried value)
    {
        value = value.PerItem is not null && method?.ReturnType is { Name: not ("IEnumerable" or "IAsyncEnumerable" or "ParallelQuery") } ? Start(value, null) : value;
        if (value.PerItem is { } item)
        {
            lazyItem = item;
            peak = Math.Max(peak, SequenceBounds.Times(item.Peak, value.Count ?? (value.Projection is null ? 1 : bounds.Of(value.Projection))));
            first ??= item.First;
            surface = item.Surface;
        }

        var total = 0;
        foreach (var connections in value.Live)
        {
            waits |= connections.IsTask;
            total = SequenceBounds.Plus(total, connections.IsTask ? connections.Leaves : connections.Weight);
        }

        held = Math.Max(held, total);
        handedOut = Math.Max(handedOut, total);
    }

    /// <summary>An iterator hands out work as it is asked for it, once for each turn of the loops around.</summary>
    private void Yield(Carried value, IReturnOperation yielded)
    {
        foreach (var connections in value.Live.Where(connections => connections.IsTask))
        {
            var count = 1;
            for (var current = yielded.Parent; current is not null; current = current.Parent)
            {
                count = current is ILoopOperation loop ? SequenceBounds.Times(count, bounds.Iterations(loop)) : count;
            }

            lazyItem = new ConnectSummary(connections.Weight, connections.Leaves) { IsConcurrent = true, Gate = connections.Gate, Surface = connections.Surface };
            peak = Math.Max(peak, SequenceBounds.Times(count, connections.Weight));
            live.Remove(connections);
        }
    }

    /// <summary>Several values that exist together; a find among them is one of the whole.</summary>
    private Carried Together(IEnumerable<IOperation> parts, IOperation whole)
    {
        deferred++;
        var result = Carried.Nothing;
        foreach (var part in parts)
        {
            result = result.And(Visit(part));
        }

        deferred--;
        CheckStraight(whole is { IsImplicit: true, Parent: IArgumentOperation { Parent: { } call } } ? call : whole, result.Live);
        return result;
    }

    /// <summary>A lazy projection is run: all its elements are started.</summary>
    private Carried Start(Carried value, IOperation? consumed)
    {
        if (value.PerItem is not { } item)
        {
            return value;
        }

        var isTask = item.IsConcurrent;
        if (!isTask && item.Returned == 0)
        {
            // Each element connects and closes before the next one begins, or leaves the socket to a pool that it came from.
            UpdatePeak(item.Peak);
            return value with { PerItem = null };
        }

        var perItem = isTask ? item.Peak : item.Returned;
        var count = Math.Min(consumed is null ? SequenceBounds.Unbounded : bounds.Of(consumed), value.Count ?? bounds.Of(value.Projection));
        var total = ConnectGate.Bound(SequenceBounds.Times(count, perItem), item.Gate, perItem);
        var connections = new LiveConnections(value.Projection!, total, item.Surface)
        {
            IsTask = isTask,
            Leaves = SequenceBounds.Times(count, item.Held),
        };
        if (total > limit && (perItem <= limit || value.Count == 1))
        {
            Report(value.Projection!, FanOutKind.Projection, total, connections, value.Count == 1 ? 1 : perItem, through: item.Gate);
        }

        Add(connections, item.First);
        return new Carried { Live = value.Live.Add(connections) };
    }
}
