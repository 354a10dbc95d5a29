using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Summaries;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <content>Projections, joins and parallel calls.</content>
internal sealed partial class ConcurrencyWalker
{
    private Carried VisitLinq(IInvocationOperation call, List<(IArgumentOperation Argument, Carried Value)> values)
    {
        if (values.Count == 0)
        {
            return Carried.Nothing;
        }

        if (call.TargetMethod.ContainingType.Name == "ParallelEnumerable")
        {
            var each = values.Count > 1 ? OfDelegate(values[1].Argument.Value) : ConnectSummary.None;
            return each.Peak == 0 ? Carried.Nothing : AddParallel(call, SequenceBounds.Times(Math.Min(bounds.Of(values[0].Argument.Value), degrees.OfQuery(call)), each.Peak), each);
        }

        var source = values[0].Value;
        switch (call.TargetMethod.Name)
        {
            case "Select" or "SelectMany" or "Zip" when values.Count > 1:
                var item = OfDelegate(values[values.Count - 1].Argument.Value);
                if (item.Peak == 0)
                {
                    return source.PerItem is not null && call.TargetMethod.Name == "Select" ? source : Carried.Nothing;
                }

                return new Carried
                {
                    PerItem = item.IsLazy ? item with { IsLazy = false } : item,
                    Projection = call,
                    Count = item.IsLazy && call.TargetMethod.Name == "SelectMany" ? bounds.Of(values[0].Argument.Value) : null,
                };
            case "ToList" or "ToArray" or "ToHashSet" or "ToDictionary" or "ToLookup" or "ToImmutableArray" or "ToImmutableList":
                if (call.TargetMethod.Name == "ToDictionary" && values.Count > 2)
                {
                    var value = OfDelegate(values[2].Argument.Value);
                    if (value.Peak > 0)
                    {
                        return Start(new Carried { PerItem = value, Projection = call }, call);
                    }
                }

                return Start(source, call);
            case "Take" or "Where" or "Skip" or "OrderBy" or "OrderByDescending" or "Reverse" or "Concat" or "Append" or "Prepend" or "AsEnumerable" or "Cast" or "OfType" or "TakeWhile" or "SkipWhile":
                return values.Count > 1 && source.IsNothing ? values[1].Value : source;
            default:
                return Carried.Nothing;
        }
    }

    private Carried VisitJoin(IInvocationOperation call, List<(IArgumentOperation Argument, Carried Value)> values)
    {
        var joined = Carried.Nothing;
        foreach (var (argument, value) in values)
        {
            joined = joined.And(Start(value, argument.Value));
        }

        if (call.TargetMethod.Name is "WaitAll" or "WaitAny")
        {
            Finish(joined);
            return Carried.Nothing;
        }

        // WhenAny ends the wait for all that are not collected: a race of a connect with a timer.
        return call.TargetMethod.Name == "WhenAny"
            ? new Carried { Live = joined.Live.Where(connections => connections.Collection is null && !connections.IsReported).ToImmutableArray() }
            : joined;
    }

    private Carried VisitParallel(IInvocationOperation call)
    {
        if (call.TargetMethod.Name == "Invoke")
        {
            var sum = 0;
            ConnectSummary? any = null;
            foreach (var action in call.Arguments.SelectMany(argument => argument.Value is IArrayCreationOperation { Initializer: { } list } ? list.ElementValues.AsEnumerable() : new[] { argument.Value }))
            {
                var one = OfDelegate(action);
                sum = SequenceBounds.Plus(sum, one.Peak);
                any = one.Peak > 0 ? one : any;
            }

            return any is null ? Carried.Nothing : AddParallel(call, Math.Min(sum, degrees.OfParallel(call)), any with { Peak = 1 });
        }

        var body = call.Arguments.Select(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate ? OfDelegate(argument.Value) : ConnectSummary.None)
            .FirstOrDefault(summary => summary.Peak > 0);
        if (body is null)
        {
            return Carried.Nothing;
        }

        var ordered = call.Arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0).ToList();
        var items = call.TargetMethod.Name is "For" or "ForAsync"
            ? bounds.Number(ordered[1].Value) - (bounds.Number(ordered[0].Value) ?? 0) ?? SequenceBounds.Unbounded
            : bounds.Of(ordered[0].Value);
        return AddParallel(call, ConnectGate.Bound(SequenceBounds.Times(Math.Min(items, degrees.OfParallel(call)), body.Peak), body.Gate, body.Peak), body);
    }

    private Carried AddParallel(IOperation call, int total, ConnectSummary body)
    {
        var connections = new LiveConnections(call, total, body.Surface) { IsTask = true };
        if (total > limit && body.Peak <= limit)
        {
            Report(call, FanOutKind.Parallel, total, connections, body.Peak, body.Gate);
        }

        Add(connections, body.First);
        if (!KnownCalls.IsTask(call.Type))
        {
            live.Remove(connections);
        }

        return Carried.Of(connections);
    }
}
