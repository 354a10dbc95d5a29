using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Summaries;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <summary>
/// Walks one function's body in the order in which it runs and keeps count of the connections that are opening or open. Branches
/// count as the greater one, loops as their body times their bound, work that is awaited ends, sockets that are closed are gone.
/// Lambdas and local functions are bodies of their own, entered where they are called or handed on.
/// </summary>
internal sealed partial class ConcurrencyWalker
{
    private readonly SocketCompilation compilation;
    private readonly ConnectingMethods.Evaluation callees;
    private readonly IMethodSymbol? method;
    private readonly SequenceBounds bounds;
    private readonly Degrees degrees;
    private readonly ImmutableDictionary<ISymbol, ConnectSummary> handed;
    private readonly int limit;
    private readonly List<FanOut>? finds;

    private readonly Dictionary<ISymbol, Carried> lazies = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, IInvocationOperation> kept = new(SymbolEqualityComparer.Default);
    private List<LiveConnections> live = new();
    private int peak;
    private ConnectGate? gate;
    private int held;
    private int handedOut;
    private int deferred;
    private bool waits;
    private ConnectSummary? lazyItem;
    private FanOut? straight;
    private IOperation? first;
    private Surface surface;

    /// <param name="compilation">Where the function stands.</param>
    /// <param name="callees">What the functions open that it calls.</param>
    /// <param name="method">The function; null for an initializer.</param>
    /// <param name="limit">How many connections at once are no find.</param>
    /// <param name="finds">Where the finds go; null where only the summary is wanted.</param>
    /// <param name="handed">What the delegates open that the caller hands over, by parameter.</param>
    public ConcurrencyWalker(
        SocketCompilation compilation,
        ConnectingMethods.Evaluation callees,
        IMethodSymbol? method,
        int limit = SequenceBounds.Unbounded,
        List<FanOut>? finds = null,
        ImmutableDictionary<ISymbol, ConnectSummary>? handed = null)
    {
        this.compilation = compilation;
        this.callees = callees;
        this.method = method;
        this.limit = limit;
        this.finds = finds;
        bounds = new SequenceBounds(compilation, callees.CancellationToken);
        degrees = new Degrees(compilation, bounds, callees.CancellationToken);
        this.handed = handed ?? ImmutableDictionary<ISymbol, ConnectSummary>.Empty;
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
                : waits && method?.ReturnsVoid != true,
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
            case IAnonymousObjectCreationOperation creation:
                return Together(creation.Initializers, creation);
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
                switch (operation.Syntax)
                {
                    case CollectionExpressionSyntax:
                        return Together(operation.ChildOperations, operation);
                    case SpreadElementSyntax when operation.ChildOperations.FirstOrDefault() is { } spread:
                        return Start(Visit(spread), spread);
                }

                if (IsParamsList(operation))
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

    // Counting

    private LiveConnections Add(LiveConnections connections, IOperation? connect)
    {
        connections.Gate = ConnectGate.Narrower(connections.Gate, gate);
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

    private void Report(IOperation at, FanOutKind kind, int total, LiveConnections connections, int each = 1, ConnectGate? through = null)
    {
        connections.IsReported = true;
        finds?.Add(new FanOut(at, kind, total, connections.Surface) { Each = each, Setting = through?.Setting });
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
}
