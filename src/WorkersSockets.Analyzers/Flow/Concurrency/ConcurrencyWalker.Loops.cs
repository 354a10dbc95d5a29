using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <content>Loops: what each turn adds, and what bounds the turns.</content>
internal sealed partial class ConcurrencyWalker
{
    private void VisitLoop(ILoopOperation loop)
    {
        var sequence = Carried.Nothing;
        switch (loop)
        {
            case IForEachLoopOperation each:
                sequence = Visit(each.Collection);
                break;
            case IForLoopOperation counting:
                foreach (var before in counting.Before)
                {
                    Visit(before);
                }

                Visit(counting.Condition);
                break;
            case IWhileLoopOperation { ConditionIsTop: true } repeating:
                Visit(repeating.Condition);
                break;
        }

        var gateBefore = gate;
        var known = new HashSet<LiveConnections>(live);
        Visit(loop.Body);
        if (loop is IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation { Symbol: var element } } && IsAwaited(loop.Body, element))
        {
            // foreach (var task in tasks) await task;
            Finish(sequence);
        }

        var gateInside = gate;
        gate = gateBefore;
        var serves = Serves(loop);
        foreach (var connections in live.Where(connections => !known.Contains(connections)).ToList())
        {
            if (serves || !connections.Accumulates || (connections.Collection is { } collection && IsDeclaredIn(collection, loop)))
            {
                live.Remove(connections);
                continue;
            }

            var window = Window(loop, connections);
            var turns = connections.IsWindow ? 1 : Math.Min(bounds.Iterations(loop), window);
            var through = ConnectGate.Narrower(gateInside, connections.Gate);
            var total = ConnectGate.Bound(SequenceBounds.Times(turns, connections.Weight), through, connections.Weight);
            if (total > limit && connections.Weight <= limit)
            {
                Report(connections.Origin, FanOutKind.Loop, total, connections, connections.Weight, through);
            }

            connections.Weight = total;
            connections.IsWindow |= window != SequenceBounds.Unbounded;
        }

        UpdatePeak();
    }

    /// <summary><c>list.ForEach(host => …)</c> is a loop whose body is the lambda's.</summary>
    private Carried VisitForEach(IInvocationOperation call)
    {
        var action = call.Arguments.FirstOrDefault(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate)?.Value;
        var sequence = call.Instance ?? call.Arguments[0].Value;
        if (action is null)
        {
            return Carried.Nothing;
        }

        var known = new HashSet<LiveConnections>(live);
        if (Operations.UnwrapImplicit(action) is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Symbol.IsAsync: false, Body: var body } })
        {
            Visit(body);
        }
        else if (OfDelegate(action) is { Peak: > 0, IsConcurrent: true } each)
        {
            // An async lambda here is async void: nothing waits for it.
            Add(new LiveConnections(call, each.Peak, each.Surface) { IsTask = true, Leaves = each.Held, Gate = each.Gate, Accumulates = true }, each.First);
        }

        foreach (var connections in live.Where(connections => !known.Contains(connections)).ToList())
        {
            if (!connections.Accumulates)
            {
                live.Remove(connections);
                continue;
            }

            var total = ConnectGate.Bound(SequenceBounds.Times(bounds.Of(sequence), connections.Weight), connections.Gate, connections.Weight);
            if (total > limit && connections.Weight <= limit)
            {
                Report(connections.Origin, FanOutKind.Loop, total, connections, connections.Weight, connections.Gate);
            }

            connections.Weight = total;
        }

        UpdatePeak();
        return Carried.Nothing;
    }

    /// <summary>Whether each turn serves a peer that connected: then the peers decide how many there are, as for any server.</summary>
    private bool Serves(ILoopOperation loop) =>
        loop.Descendants().OfType<IInvocationOperation>().Any(call => compilation.Catalog.Find(call.TargetMethod, ModelRole.Accept) is not null);

    /// <summary>
    /// How many entries a collection keeps while a loop fills it, where the loop itself waits for entries: a window of as many as it
    /// compares the collection's count with, or 0 (unknown, but bounded by intention) where that number cannot be read.
    /// </summary>
    private int Window(ILoopOperation loop, LiveConnections connections)
    {
        if (connections.Collection is not { } collection)
        {
            return SequenceBounds.Unbounded;
        }

        // while (running.Count < 5 && queue.TryDequeue(out var host)) running.Add(…);
        if (loop is IWhileLoopOperation { Condition: { } condition }
            && condition.DescendantsAndSelf().OfType<IBinaryOperation>().FirstOrDefault(comparison => comparison.OperatorKind is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual && IsCountOf(comparison.LeftOperand, collection)) is { } filling
            && bounds.Number(filling.RightOperand) is { } most)
        {
            return filling.OperatorKind == BinaryOperatorKind.LessThan ? most : most + 1;
        }

        var joins = loop.Body.Descendants().OfType<IInvocationOperation>().Any(call =>
            (KnownCalls.IsJoin(call.TargetMethod) || KnownCalls.IsRace(call.TargetMethod)) && call.Descendants().Any(part => IsSymbol(part, collection)));
        if (!joins)
        {
            return SequenceBounds.Unbounded;
        }

        foreach (var comparison in loop.Descendants().OfType<IBinaryOperation>())
        {
            if (IsCountOf(comparison.LeftOperand, collection) && bounds.Number(comparison.RightOperand) is { } number)
            {
                return comparison.OperatorKind == BinaryOperatorKind.GreaterThan ? number + 1 : number;
            }

            if (Operations.UnwrapImplicit(comparison.LeftOperand) is IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder } remainder && bounds.Number(remainder.RightOperand) is { } every)
            {
                return every;
            }
        }

        return 0;
    }

    private static bool IsCountOf(IOperation operation, ISymbol collection) =>
        Operations.UnwrapImplicit(operation) is IPropertyReferenceOperation { Property.Name: "Count" or "Length", Instance: { } instance } && IsSymbol(Operations.UnwrapImplicit(instance), collection);

    private static bool IsAwaited(IOperation body, ISymbol symbol) => body.Descendants().Any(operation => operation switch
    {
        IAwaitOperation awaited => awaited.Operation.DescendantsAndSelf().Any(part => IsSymbol(part, symbol)),
        IInvocationOperation { TargetMethod.Name: "Wait" or "Join" or "GetResult", Instance: { } instance } => instance.DescendantsAndSelf().Any(part => IsSymbol(part, symbol)),
        IPropertyReferenceOperation { Property.Name: "Result", Instance: { } instance } => IsSymbol(instance, symbol),
        _ => false,
    });

    private static bool IsSymbol(IOperation? operation, ISymbol symbol) =>
        operation is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
        && SymbolEqualityComparer.Default.Equals(SequenceBounds.SymbolOf(operation), symbol);

    private static bool IsDeclaredIn(ISymbol symbol, IOperation scope) =>
        symbol is ILocalSymbol && symbol.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree == scope.Syntax.SyntaxTree && scope.Syntax.Span.Contains(reference.Span));
}
