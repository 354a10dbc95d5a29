using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Summaries;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <summary>
/// Walks one function's body in the order in which it runs and keeps count of the connections that are opening or open. Branches
/// count as the greater one, loops as their body times their bound, work that is awaited ends, sockets that are closed are gone.
/// Lambdas and local functions are bodies of their own, entered where they are called or handed on.
/// </summary>
internal sealed class ConcurrencyWalker
{
    private readonly SocketCompilation compilation;
    private readonly ConnectingMethods.Evaluation callees;
    private readonly IMethodSymbol? method;
    private readonly SequenceBounds bounds;
    private readonly int limit;
    private readonly List<FanOut>? finds;

    private readonly Dictionary<ISymbol, Carried> lazies = new(SymbolEqualityComparer.Default);
    private List<LiveConnections> live = new();
    private int peak;
    private int? gate;
    private int held;
    private int handedOut;
    private int deferred;
    private bool waits;
    private ConnectSummary? lazyItem;
    private FanOut? straight;
    private IOperation? first;
    private Surface surface;

    public ConcurrencyWalker(SocketCompilation compilation, ConnectingMethods.Evaluation callees, IMethodSymbol? method, int limit = SequenceBounds.Unbounded, List<FanOut>? finds = null)
    {
        this.compilation = compilation;
        this.callees = callees;
        this.method = method;
        this.limit = limit;
        this.finds = finds;
        bounds = new SequenceBounds(compilation, callees.CancellationToken);
    }

    /// <summary>What a call of the function opens.</summary>
    public ConnectSummary Summarize(IOperation body)
    {
        Walk(body);
        var isTask = method?.ReturnType is { Name: "Task" or "ValueTask" };
        return peak == 0 ? ConnectSummary.None : new ConnectSummary(peak, Math.Min(held, peak))
        {
            Returned = Math.Min(handedOut, peak),
            IsConcurrent = lazyItem is not null ? lazyItem.IsConcurrent
                : method is { IsAsync: true } ? waits || isTask && held > 0
                : isTask && waits,
            Gate = gate ?? lazyItem?.Gate,
            Surface = surface,
            First = first,
            IsLazy = lazyItem is not null,
        };
    }

    /// <summary>The fan-outs of the body past the limit.</summary>
    public void Find(IOperation body)
    {
        Walk(body);
        if (straight is not null && finds is not null)
        {
            finds.Add(straight);
        }
    }

    private void Walk(IOperation body)
    {
        var result = Visit(body);
        if (body is not IBlockOperation)
        {
            Return(result);
        }

        foreach (var connections in live)
        {
            if (connections.Keys.Any(key => key is IFieldSymbol or IPropertySymbol or IParameterSymbol) || connections.Collection is IFieldSymbol or IPropertySymbol or IParameterSymbol)
            {
                held = SequenceBounds.Plus(held, connections.Weight);
            }
        }
    }

    private Carried Visit(IOperation? operation)
    {
        callees.CancellationToken.ThrowIfCancellationRequested();
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (operation)
        {
            case IBinaryOperation binary:
                return VisitBinary(binary);
            case null or IAnonymousFunctionOperation or ILocalFunctionOperation or INameOfOperation or ITypeOfOperation:
                return Carried.Nothing;
            case IBlockOperation block:
                VisitBlock(block);
                return Carried.Nothing;
            case IUsingOperation scope:
                VisitUsing(scope);
                return Carried.Nothing;
            case IVariableDeclaratorOperation declarator:
                Bind(declarator.Symbol, Visit(declarator.GetVariableInitializer()?.Value));
                return Carried.Nothing;
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment.Target, assignment.Value, assignment);
            case ICoalesceAssignmentOperation assignment:
                return Assign(assignment.Target, assignment.Value, assignment);
            case IExpressionStatementOperation statement:
                Drop(Visit(statement.Operation), statement.Operation);
                return Carried.Nothing;
            case IAwaitOperation awaited:
                waits = true;
                return Finish(Start(Visit(awaited.Operation), awaited.Operation));
            case IConversionOperation conversion:
                return Visit(conversion.Operand);
            case IParenthesizedOperation parenthesized:
                return Visit(parenthesized.Operand);
            case ITranslatedQueryOperation query:
                var queried = Visit(query.Operation);
                return queried.PerItem is null ? queried : queried with { Projection = query };
            case IConditionalAccessOperation access:
                return VisitConditionalAccess(access);
            case IConditionalAccessInstanceOperation instance:
                return AccessedBy(instance) is { } accessed && SequenceBounds.SymbolOf(accessed) is { } receiver ? Lookup(receiver) : Carried.Nothing;
            case IConditionalOperation choice:
                Visit(choice.Condition);
                return Branches(new[] { choice.WhenTrue, choice.WhenFalse });
            case ICoalesceOperation coalesce:
                return Visit(coalesce.Value).And(Visit(coalesce.WhenNull));
            case ISwitchOperation choice:
                Visit(choice.Value);
                Branches(choice.Cases.ToArray());
                return Carried.Nothing;
            case ISwitchExpressionOperation choice:
                Visit(choice.Value);
                return Branches(choice.Arms.Select(arm => arm.Value).ToArray());
            case ILoopOperation loop:
                VisitLoop(loop);
                return Carried.Nothing;
            case ITryOperation attempt:
                VisitTry(attempt);
                return Carried.Nothing;
            case ILockOperation locked:
                VisitLock(locked);
                return Carried.Nothing;
            case ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation:
                return Lookup(SequenceBounds.SymbolOf(operation)!);
            case IPropertyReferenceOperation property:
                return VisitProperty(property);
            case IReturnOperation { Kind: OperationKind.Return } returned:
                Return(Visit(returned.ReturnedValue));
                return Carried.Nothing;
            case IReturnOperation { Kind: OperationKind.YieldReturn } yielded:
                Yield(Visit(yielded.ReturnedValue), yielded);
                return Carried.Nothing;
            case IArrayInitializerOperation initializer:
                return Together(initializer.ElementValues, initializer);
            case IArrayCreationOperation creation:
                foreach (var size in creation.DimensionSizes)
                {
                    Visit(size);
                }

                return creation.Initializer is { } elements ? Together(elements.ElementValues, creation) : Carried.Nothing;
            case IObjectOrCollectionInitializerOperation initializer:
                return Together(initializer.Initializers, initializer);
            case IObjectCreationOperation creation:
                return VisitCreation(creation);
            case IInvocationOperation call:
                return VisitCall(call);
            case ITupleOperation tuple:
                return Together(tuple.Elements, tuple);
            default:
                // The compiler that this is built against has no operation for [a, b] and for params spans; newer ones do.
                if (operation.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.CollectionExpressionSyntax || IsParamsList(operation))
                {
                    return Together(operation.ChildOperations, operation);
                }

                foreach (var child in operation.ChildOperations)
                {
                    Visit(child);
                }

                return Carried.Nothing;
        }
    }

    /// <summary>A sum of thousands of texts is a tree as deep as it is long: its left side is walked in a loop.</summary>
    private Carried VisitBinary(IBinaryOperation whole)
    {
        var sums = new Stack<IBinaryOperation>();
        IOperation first = whole;
        while (first is IBinaryOperation sum)
        {
            sums.Push(sum);
            first = sum.LeftOperand;
        }

        Visit(first);
        while (sums.Count > 0)
        {
            Visit(sums.Pop().RightOperand);
        }

        return Carried.Nothing;
    }

    /// <summary>The arguments of a <c>params</c> parameter that is no array: <c>Task.WhenAll(a, b)</c> in newer frameworks.</summary>
    private static bool IsParamsList(IOperation operation) =>
        operation is { IsImplicit: true, Parent: IArgumentOperation { ArgumentKind: var kind } } && (int)kind == ParamCollection;

    private const int ParamCollection = 4;

    // Statements

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
        var before = gate;
        gate = 1;
        Visit(locked.Body);
        if (peak == 0)
        {
            gate = before;
        }
    }

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

            var turns = Math.Min(bounds.Iterations(loop), Window(loop, connections));
            var total = Gated(SequenceBounds.Times(turns, connections.Weight), Narrower(gateInside, connections.Gate), connections.Weight);
            if (total > limit && connections.Weight <= limit)
            {
                Report(connections.Origin, FanOutKind.Loop, total, connections);
            }

            connections.Weight = total;
        }

        UpdatePeak();
        if (gateInside is not null && gateBefore is null)
        {
            gate = gateBefore;
        }
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

        var joins = loop.Body.Descendants().OfType<IInvocationOperation>().Any(call =>
            (IsJoin(call.TargetMethod) || call.TargetMethod.Name == "WhenAny" || call.TargetMethod.Name == "WaitAny") && call.Descendants().Any(part => IsSymbol(part, collection)));
        if (!joins)
        {
            return SequenceBounds.Unbounded;
        }

        foreach (var comparison in loop.Descendants().OfType<IBinaryOperation>())
        {
            if (comparison.LeftOperand is var left && SequenceBounds.Unwrap(left) is IPropertyReferenceOperation { Property.Name: "Count" or "Length", Instance: { } instance }
                && IsSymbol(SequenceBounds.Unwrap(instance), collection) && bounds.Number(comparison.RightOperand) is { } number)
            {
                return comparison.OperatorKind == BinaryOperatorKind.GreaterThan ? number + 1 : number;
            }

            if (SequenceBounds.Unwrap(comparison.LeftOperand) is IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder } remainder && bounds.Number(remainder.RightOperand) is { } every)
            {
                return every;
            }
        }

        return 0;
    }

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

    // Values

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
        var total = Gated(SequenceBounds.Times(count, perItem), item.Gate, perItem);
        var connections = new LiveConnections(value.Projection!, total, item.Surface)
        {
            IsTask = isTask,
            Leaves = SequenceBounds.Times(count, item.Held),
        };
        if (total > limit && (perItem <= limit || value.Count == 1))
        {
            Report(value.Projection!, FanOutKind.Projection, total, connections, value.Count == 1 ? 1 : perItem);
        }

        Add(connections, item.First);
        return new Carried { Live = value.Live.Add(connections) };
    }

    private static int Gated(int total, int? gate, int perItem) => gate switch
    {
        null => total,
        0 => Math.Min(total, perItem),
        { } width => Math.Min(total, SequenceBounds.Times(width, perItem)),
    };

    private static int? Narrower(int? left, int? right) => left is null ? right : right is null ? left : Math.Min(left.Value, right.Value);

    // Calls

    private Carried VisitConditionalAccess(IConditionalAccessOperation access)
    {
        var receiver = Visit(access.Operation);
        var result = Visit(access.WhenNotNull);
        return result.IsNothing ? access.WhenNotNull is IInvocationOperation ? Carried.Nothing : receiver : result;
    }

    private static IOperation? AccessedBy(IConditionalAccessInstanceOperation instance)
    {
        for (var current = instance.Parent; current is not null; current = current.Parent)
        {
            if (current is IConditionalAccessOperation access)
            {
                return access.Operation;
            }
        }

        return null;
    }

    private Carried VisitProperty(IPropertyReferenceOperation property)
    {
        var receiver = Visit(property.Instance);
        foreach (var argument in property.Arguments)
        {
            Visit(argument.Value);
        }

        switch (property.Property.Name)
        {
            case "Result" when IsTaskType(property.Property.ContainingType):
                return Finish(Start(receiver, property.Instance));
            case "AsyncWaitHandle":
                Finish(receiver);
                return Carried.Nothing;
            default:
                return property.Property.DeclaringSyntaxReferences.IsEmpty ? Carried.Nothing : Lookup(property.Property);
        }
    }

    private Carried VisitCreation(IObjectCreationOperation creation)
    {
        var given = Carried.Nothing;
        foreach (var argument in creation.Arguments)
        {
            var value = Visit(argument.Value);
            if (value.PerItem is not null && creation.Type?.Name is "List" or "HashSet")
            {
                value = Start(value, argument.Value);
            }

            given = given.And(value);
        }

        if (compilation.Catalog.Find(creation.Constructor, ModelRole.Connect) is { } model && !Transports.IsOther(creation, compilation.Sources))
        {
            Visit(creation.Initializer);
            return Carried.Of(Add(new LiveConnections(creation, 1, model.Surface), creation));
        }

        if (creation.Type is { Name: "Thread", ContainingNamespace.Name: "Threading" } && creation.Arguments.Length > 0)
        {
            var started = OfDelegate(creation.Arguments[0].Value);
            return started.Peak == 0 ? Carried.Nothing : Carried.Of(Add(new LiveConnections(creation, started.Peak, started.Surface) { IsTask = true, Gate = started.Gate }, started.First));
        }

        var initialized = Visit(creation.Initializer);
        if (creation.Constructor is { } constructor && callees.Of(constructor) is { Peak: > 0 } summary)
        {
            UpdatePeak(summary.Peak);
            first ??= summary.First;
            if (summary.Held > 0)
            {
                return initialized.And(Carried.Of(Add(new LiveConnections(creation, summary.Held, summary.Surface), summary.First)));
            }
        }

        // A wrapper carries what it is built over.
        return initialized.And(given);
    }

    private Carried VisitCall(IInvocationOperation call)
    {
        var target = call.TargetMethod;
        var receiver = Visit(call.Instance);
        var values = new List<(IArgumentOperation Argument, Carried Value)>();
        foreach (var argument in call.Arguments)
        {
            values.Add((argument, Visit(argument.Value)));
        }

        if (compilation.Catalog.Find(target, ModelRole.Connect) is { } connect)
        {
            return Transports.IsOther(call, compilation.Sources) ? Carried.Nothing : VisitConnect(call, connect);
        }

        if (compilation.Catalog.FindAll(target) is { IsEmpty: false } models)
        {
            return VisitModelled(call, models, receiver, values);
        }

        if (IsLinq(target.ContainingType))
        {
            return VisitLinq(call, values);
        }

        if (IsJoin(target) || (target.Name is "WhenAny" or "WaitAny" && IsTaskType(target.ContainingType)))
        {
            return VisitJoin(call, values);
        }

        if (target.ContainingType is { Name: "Parallel", ContainingNamespace.Name: "Tasks" })
        {
            return VisitParallel(call);
        }

        if (IsStarter(target) && call.Arguments.Length > 0)
        {
            var started = call.Arguments.Select(argument => OfDelegate(argument.Value)).FirstOrDefault(summary => summary.Peak > 0) ?? ConnectSummary.None;
            return started.Peak == 0
                ? Carried.Nothing
                : Carried.Of(Add(new LiveConnections(call, started.Peak, started.Surface) { IsTask = true, Leaves = started.Held, Gate = started.Gate }, started.First));
        }

        if (Gate(call) is { } width)
        {
            gate = Narrower(gate, width);
            return Carried.Nothing;
        }

        switch (target.Name)
        {
            case "ConfigureAwait" or "AsTask" or "Unwrap" or "WaitAsync" or "ContinueWith" or "GetAwaiter" or "Preserve" when call.Instance is not null || target.IsExtensionMethod:
                return receiver.And(values.Aggregate(Carried.Nothing, (all, pair) => all.And(pair.Value)));
            case "Wait" or "GetResult" or "Join" when call.Instance is not null && !receiver.IsNothing:
                return Finish(receiver);
            case "Start" when call.Instance is not null && !receiver.IsNothing:
                foreach (var connections in receiver.Live.Where(connections => connections.IsTask))
                {
                    connections.Accumulates = true;
                }

                return receiver;
            case "Dispose" or "DisposeAsync" or "Close" or "CloseAsync" or "Disconnect" or "DisconnectAsync" or "Clear" when call.Instance is not null && !receiver.IsNothing:
                Remove(receiver);
                return Carried.Nothing;
            case "Add" or "TryAdd" or "Enqueue" or "Push" or "AddLast" or "AddFirst" or "Insert" or "AddOrUpdate":
                var added = values.Aggregate(Carried.Nothing, (all, pair) => all.And(pair.Value));
                Collect(SequenceBounds.SymbolOf(call.Instance), added, call);
                return call.Instance is IInstanceReferenceOperation ? added : Carried.Nothing;
            case "AddRange":
                var range = values.Aggregate(Carried.Nothing, (all, pair) => all.And(Start(pair.Value, pair.Argument.Value)));
                Collect(SequenceBounds.SymbolOf(call.Instance), range, call);
                return Carried.Nothing;
        }

        return VisitSource(call);
    }

    private Carried VisitConnect(IInvocationOperation call, ApiModel model)
    {
        var isTask = IsTask(call.Type) || model.Begin;
        var connections = new LiveConnections(call, 1, model.Surface)
        {
            IsTask = isTask,
            Leaves = isTask ? 1 : 0,
        };
        if (SequenceBounds.SymbolOf(call.Instance) is { } receiver)
        {
            // Connecting a socket that is there already (a retry) opens no second one.
            if (Lookup(receiver).Live.FirstOrDefault(known => !known.Accumulates) is { } same)
            {
                same.IsTask = isTask;
                return Carried.Of(same);
            }

            connections.Keys.Add(receiver);
        }

        return Carried.Of(Add(connections, call));
    }

    private Carried VisitModelled(IInvocationOperation call, ImmutableArray<ApiModel> models, Carried receiver, List<(IArgumentOperation Argument, Carried Value)> values)
    {
        foreach (var model in models)
        {
            switch (model.Role)
            {
                case ModelRole.Close:
                    Remove(receiver);
                    return Carried.Nothing;
                case ModelRole.EndConnect:
                    Finish(values.Aggregate(receiver, (all, pair) => all.And(pair.Value)));
                    return Carried.Nothing;
                case ModelRole.Opened or ModelRole.Read or ModelRole.Write when model.Surface == Surface.Workers && !receiver.IsNothing:
                    // Established connections do not count any more on Workers.
                    foreach (var connections in receiver.Live)
                    {
                        connections.IsTask = true;
                        connections.Leaves = 0;
                    }

                    return receiver;
                case ModelRole.View or ModelRole.Wrap or ModelRole.Upgrade:
                    return values.Aggregate(receiver, (all, pair) => all.And(pair.Value));
                case ModelRole.WaitUntil:
                    foreach (var (argument, value) in values)
                    {
                        foreach (var connections in Start(value, argument.Value).Live)
                        {
                            connections.Accumulates = true;
                            connections.Origin = call;
                        }
                    }

                    return Carried.Nothing;
            }
        }

        return Carried.Nothing;
    }

    private Carried VisitLinq(IInvocationOperation call, List<(IArgumentOperation Argument, Carried Value)> values)
    {
        if (values.Count == 0)
        {
            return Carried.Nothing;
        }

        if (call.TargetMethod.ContainingType.Name == "ParallelEnumerable")
        {
            var each = values.Count > 1 ? OfDelegate(values[1].Argument.Value) : ConnectSummary.None;
            return each.Peak == 0 ? Carried.Nothing : AddParallel(call, SequenceBounds.Times(Math.Min(bounds.Of(values[0].Argument.Value), PlinqDegree(call)), each.Peak), each);
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

            return any is null ? Carried.Nothing : AddParallel(call, Math.Min(sum, Degree(call)), any with { Peak = 1 });
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
        return AddParallel(call, Gated(SequenceBounds.Times(Math.Min(items, Degree(call)), body.Peak), body.Gate, body.Peak), body);
    }

    private Carried AddParallel(IInvocationOperation call, int total, ConnectSummary body)
    {
        var connections = new LiveConnections(call, total, body.Surface) { IsTask = true };
        if (total > limit && body.Peak <= limit)
        {
            Report(call, FanOutKind.Parallel, total, connections);
        }

        Add(connections, body.First);
        if (!IsTask(call.Type))
        {
            live.Remove(connections);
        }

        return Carried.Of(connections);
    }

    /// <summary>The degree of a parallel query, as its <c>WithDegreeOfParallelism</c> says; 0 where that cannot be read.</summary>
    private int PlinqDegree(IInvocationOperation call)
    {
        for (var current = call; current is not null; current = current.Arguments.IsEmpty ? null : SequenceBounds.Unwrap(current.Arguments[0].Value) as IInvocationOperation)
        {
            if (current.TargetMethod.Name == "WithDegreeOfParallelism" && current.Arguments.Length == 2)
            {
                return bounds.Number(current.Arguments[1].Value) ?? 0;
            }
        }

        return SequenceBounds.Unbounded;
    }

    /// <summary>The degree that the options set; 0 where they set one that cannot be read, which bounds by intention.</summary>
    private int Degree(IInvocationOperation call)
    {
        var options = call.Arguments.FirstOrDefault(argument => argument.Parameter?.Type.Name == "ParallelOptions")?.Value;
        if (options is null)
        {
            return SequenceBounds.Unbounded;
        }

        var value = SequenceBounds.Unwrap(options);
        if (value is IParameterReferenceOperation)
        {
            return 0;
        }

        var creation = Created(value);
        var written = creation?.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>()
            .FirstOrDefault(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "MaxDegreeOfParallelism" })?.Value;
        if (written is null && SequenceBounds.SymbolOf(value) is { } symbol)
        {
            written = call.Root().Descendants().OfType<ISimpleAssignmentOperation>()
                .FirstOrDefault(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "MaxDegreeOfParallelism", Instance: { } instance } && IsSymbol(instance, symbol))?.Value;
        }

        if (written is null)
        {
            return creation is null ? 0 : SequenceBounds.Unbounded;
        }

        return bounds.Number(written) switch
        {
            null => 0,
            -1 => SequenceBounds.Unbounded,
            { } degree => Math.Max(degree, 0),
        };
    }

    /// <summary>The object creation that a value comes from: itself, a local's or a read-only member's initializer.</summary>
    private IObjectCreationOperation? Created(IOperation value)
    {
        switch (value)
        {
            case IObjectCreationOperation creation:
                return creation;
            case ILocalReferenceOperation local:
                return SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is { } initial ? SequenceBounds.Unwrap(initial) as IObjectCreationOperation : null;
            case IFieldReferenceOperation or IPropertyReferenceOperation:
                foreach (var reference in SequenceBounds.SymbolOf(value)!.DeclaringSyntaxReferences)
                {
                    var initializer = reference.GetSyntax(callees.CancellationToken) switch
                    {
                        Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax field => field.Initializer?.Value,
                        Microsoft.CodeAnalysis.CSharp.Syntax.PropertyDeclarationSyntax property => property.Initializer?.Value ?? property.ExpressionBody?.Expression,
                        _ => null,
                    };
                    if (compilation.Sources.OperationOf(initializer, callees.CancellationToken) is { } found)
                    {
                        return SequenceBounds.Unwrap(found) as IObjectCreationOperation;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    /// <summary>The width of the semaphore or limiter that a call enters, 0 where it cannot be read; null where the call enters none.</summary>
    private int? Gate(IInvocationOperation call)
    {
        if (call.Instance?.Type is not { } type || call.TargetMethod.Name is not ("Wait" or "WaitAsync" or "WaitOne" or "Enter" or "EnterAsync" or "Acquire" or "AcquireAsync" or "Lock" or "LockAsync" or "AttemptAcquire"))
        {
            return null;
        }

        if (type.Name is "SemaphoreSlim" or "Semaphore")
        {
            var creation = Created(SequenceBounds.Unwrap(call.Instance));
            return creation is { Arguments: { IsEmpty: false } arguments } ? bounds.Number(arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0).First().Value) ?? 0 : 0;
        }

        return IsTaskType(type as INamedTypeSymbol) || type.Name is "CountdownEvent" or "ManualResetEventSlim" or "ManualResetEvent" or "AutoResetEvent" or "Barrier" ? null
            : type.Name is "Mutex" ? 1
            : ContainsAny(type.Name, "Semaphore", "Limiter", "Throttle", "Bulkhead", "Lock", "Gate") ? 0
            : null;
    }

    private static bool ContainsAny(string name, params string[] parts) => parts.Any(part => name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0);

    private Carried VisitSource(IInvocationOperation call)
    {
        var summary = call.TargetMethod.MethodKind == MethodKind.DelegateInvoke && call.Instance is { } invoked ? OfDelegate(invoked) : callees.Of(call.TargetMethod);
        if (summary.Peak == 0)
        {
            return Carried.Nothing;
        }

        first ??= summary.First;
        surface = summary.Surface;
        if (summary.IsLazy)
        {
            var most = summary.Peak == SequenceBounds.Unbounded
                ? call.Arguments.Where(argument => argument.Value.Type is IArrayTypeSymbol || IsSequence(argument.Parameter?.Type)).Select(argument => bounds.Of(argument.Value)).DefaultIfEmpty(SequenceBounds.Unbounded).Min()
                : summary.Peak;
            return new Carried { PerItem = summary with { IsLazy = false, Peak = most }, Projection = call, Count = 1 };
        }

        if (summary.IsConcurrent && IsTask(call.Type) || call is { TargetMethod: { IsAsync: true, ReturnsVoid: true } })
        {
            var running = new LiveConnections(call, summary.Peak, summary.Surface)
            {
                IsTask = true,
                Leaves = summary.Held,
                Gate = summary.Gate,
                IsReported = summary.Peak > limit,
            };
            if (summary.Held > 0 && SequenceBounds.SymbolOf(call.Instance) is { } owner)
            {
                running.Keys.Add(owner);
            }

            return Carried.Of(Add(running, summary.First));
        }

        UpdatePeak(summary.Peak);
        if (summary.Held == 0)
        {
            return Carried.Nothing;
        }

        var open = new LiveConnections(call, summary.Held, summary.Surface);
        if (SequenceBounds.SymbolOf(call.Instance) is { } holder)
        {
            open.Keys.Add(holder);
        }

        Add(open, summary.First);
        return summary.Returned > 0 || open.Keys.Count == 0 ? Carried.Of(open) : Carried.Nothing;
    }

    /// <summary>What a call of a delegate opens: a lambda, a method group, or a local or field that is one.</summary>
    private ConnectSummary OfDelegate(IOperation value)
    {
        switch (SequenceBounds.Unwrap(value))
        {
            case IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }:
                return callees.Of(lambda);
            case IAnonymousFunctionOperation lambda:
                return callees.Of(lambda);
            case IDelegateCreationOperation { Target: IMethodReferenceOperation reference }:
                return OfReference(reference);
            case IMethodReferenceOperation reference:
                return OfReference(reference);
            case ILocalReferenceOperation local when SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is { } initial && SequenceBounds.Unwrap(initial) is not ILocalReferenceOperation:
                return OfDelegate(initial);
            default:
                return ConnectSummary.None;
        }
    }

    private ConnectSummary OfReference(IMethodReferenceOperation reference) =>
        compilation.Catalog.Find(reference.Method, ModelRole.Connect) is { } model
            ? new ConnectSummary(1, 1) { IsConcurrent = IsTask(reference.Method.ReturnType), Surface = model.Surface, First = reference }
            : callees.Of(reference.Method);

    // Counting

    private LiveConnections Add(LiveConnections connections, IOperation? connect)
    {
        connections.Gate = Narrower(connections.Gate, gate);
        live.Add(connections);
        first ??= connect;
        surface = connections.Surface;
        UpdatePeak();
        CheckStraight(connections.Origin, ImmutableArray.Create(connections));
        return connections;
    }

    private void CheckStraight(IOperation at, ImmutableArray<LiveConnections> added)
    {
        if (finds is null || deferred > 0 || added.IsEmpty || added.All(connections => connections.IsReported))
        {
            return;
        }

        var counted = live.Where(connections => !connections.IsReported && connections.Gate is null && connections.Weight <= limit).ToList();
        var total = Total(counted);
        if (total > limit)
        {
            straight = straight is null
                ? new FanOut(at, FanOutKind.Sequence, total, added[0].Surface)
                : straight with { Count = Math.Max(straight.Count, total) };
        }
    }

    private void Report(IOperation at, FanOutKind kind, int total, LiveConnections connections, int each = 1)
    {
        connections.IsReported = true;
        finds?.Add(new FanOut(at, kind, total, connections.Surface) { Each = each });
    }

    private void UpdatePeak(int further = 0) => peak = Math.Max(peak, SequenceBounds.Plus(Total(live), further));

    private static int Total(List<LiveConnections> connections) => connections.Aggregate(0, (sum, one) => SequenceBounds.Plus(sum, one.Weight));

    private void Close(ISymbol symbol) => Remove(Lookup(symbol));

    private void Remove(Carried value)
    {
        foreach (var connections in value.Live)
        {
            live.Remove(connections);
        }
    }

    // Types

    private static bool IsTask(ITypeSymbol? type) => type is { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" };

    private static bool IsSequence(ITypeSymbol? type) => type is { SpecialType: not SpecialType.System_String }
        && (type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T || type.AllInterfaces.Any(contract => contract.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T));

    private static bool IsTaskType(INamedTypeSymbol? type) => IsTask(type);

    private static bool IsJoin(IMethodSymbol method) => method.Name is "WhenAll" or "WaitAll" or "WhenEach" && IsTaskType(method.ContainingType);

    private static bool IsLinq(INamedTypeSymbol? type) => type is { Name: "Enumerable" or "ParallelEnumerable", ContainingNamespace.Name: "Linq" };

    private static bool IsStarter(IMethodSymbol method) => (method.ContainingType?.Name, method.Name) is
        ("Task", "Run") or ("TaskFactory", "StartNew") or ("ThreadPool", "QueueUserWorkItem") or ("ThreadPool", "UnsafeQueueUserWorkItem");
}
