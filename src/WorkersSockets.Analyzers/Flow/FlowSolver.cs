using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// Runs a transfer function over a control-flow graph to a fixpoint. A finally block is solved once for each way that enters it
/// (each leaving branch, and exceptions), so that a state on the way out of a return is not mixed with that of an exception.
/// </summary>
internal sealed class FlowSolver
{
    /// <summary>Block visits for each block before a body is given up on: states are finite, so this is met by pathological bodies only.</summary>
    private const int VisitsPerBlock = 60;

    private readonly ControlFlowGraph graph;
    private readonly FlowTransfer transfer;
    private readonly CancellationToken cancellationToken;
    private readonly Dictionary<(int Block, int Context), FlowState> inputs = new();
    private readonly SortedSet<(int Block, int Context)> pending = new();
    private readonly List<FinallyContext> contexts = new() { new FinallyContext(-1, null, 0, null) };
    private readonly Dictionary<(int Parent, object Target, int Step), int> contextNumbers = new();
    private int currentContext;
    private ControlFlowRegion currentRegion;

    public FlowSolver(ControlFlowGraph graph, FlowTransfer transfer, CancellationToken cancellationToken)
    {
        this.graph = graph;
        this.transfer = transfer;
        this.cancellationToken = cancellationToken;
        currentRegion = graph.Root;
    }

    /// <summary>Solves the graph, then runs the transfer once more over every reached block with <see cref="FlowTransfer.Reporting"/> set.</summary>
    /// <returns>False where the body was given up on.</returns>
    public bool Run(FlowState entry)
    {
        Enter(0, 0, entry);
        var budget = (graph.Blocks.Length + 10) * VisitsPerBlock;
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (budget-- == 0 || contexts.Count > (graph.Blocks.Length * 4) + 16)
            {
                return false;
            }

            var next = pending.Min;
            pending.Remove(next);
            Visit(next.Block, next.Context);
        }

        transfer.Reporting = true;
        foreach (var (block, context) in inputs.Keys.OrderBy(key => key.Block).ThenBy(key => key.Context).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Visit(block, context);
        }

        return true;
    }

    /// <summary>An operation of the current block may throw in <paramref name="state"/>.</summary>
    public void Throw(FlowState state, Failure failure, IOperation? operation) =>
        Throw(currentRegion, currentContext, state, failure, operation);

    private void Visit(int ordinal, int context)
    {
        var block = graph.Blocks[ordinal];
        var state = inputs[(ordinal, context)].Clone();
        currentContext = context;
        currentRegion = block.EnclosingRegion;
        foreach (var operation in block.Operations)
        {
            transfer.Execute(operation, state);
        }

        if (block.BranchValue is { } condition && block.ConditionalSuccessor is { } conditional)
        {
            transfer.Execute(condition, state);
            var otherwise = state.Clone();
            var takenWhen = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
            if (transfer.Assume(condition, takenWhen, state))
            {
                Leave(conditional, context, state, returned: null);
            }

            if (block.FallThroughSuccessor is { } fallThrough && transfer.Assume(condition, !takenWhen, otherwise))
            {
                Leave(fallThrough, context, otherwise, returned: null);
            }
        }
        else if (block.FallThroughSuccessor is { } successor)
        {
            if (block.BranchValue is { } value)
            {
                transfer.ExecuteBranchValue(value, successor.Semantics, state);
            }

            Leave(successor, context, state, block.BranchValue);
        }
        else if (block.Kind == BasicBlockKind.Exit)
        {
            return;
        }
    }

    private void Leave(ControlFlowBranch branch, int context, FlowState state, IOperation? returned)
    {
        switch (branch.Semantics)
        {
            case ControlFlowBranchSemantics.Throw:
            case ControlFlowBranchSemantics.Rethrow:
                Throw(branch.Source.EnclosingRegion, context, state, transfer.FailureOf(returned), returned);
                break;
            case ControlFlowBranchSemantics.StructuredExceptionHandling:
                LeaveFinally(context, state);
                break;
            case ControlFlowBranchSemantics.ProgramTermination:
            case ControlFlowBranchSemantics.Error:
            case ControlFlowBranchSemantics.None:
                break;
            default:
                Continue(branch, 0, context, state);
                break;
        }
    }

    /// <summary>Goes on with a branch whose first <paramref name="step"/> finally regions have run.</summary>
    private void Continue(ControlFlowBranch branch, int step, int context, FlowState state)
    {
        if (step < branch.FinallyRegions.Length)
        {
            var region = branch.FinallyRegions[step];
            Enter(region.FirstBlockOrdinal, Context(context, branch, step, null), state);
            return;
        }

        if (branch.Destination is not { } destination)
        {
            return;
        }

        if (destination.Kind == BasicBlockKind.Exit)
        {
            transfer.Exit(state, branch);
        }
        else
        {
            transfer.LeaveScopes(branch.LeavingRegions, state);
        }

        Enter(destination.Ordinal, context, state);
    }

    private void LeaveFinally(int context, FlowState state)
    {
        var ended = contexts[context];
        if (ended.Branch is { } branch)
        {
            Continue(branch, ended.Step + 1, ended.Parent, state);
        }
        else if (ended.Region is { } region)
        {
            Throw(region, ended.Parent, state, ended.Failure, ended.Thrower);
        }
    }

    private void Throw(ControlFlowRegion from, int context, FlowState state, Failure failure, IOperation? operation)
    {
        var region = from;
        // The root of a lambda's graph is enclosed by regions of the graph around it, whose handlers do not take what the lambda throws.
        while (region != graph.Root && region.EnclosingRegion is { } outer && failure != Failure.None)
        {
            switch (region.Kind)
            {
                case ControlFlowRegionKind.Try when outer.Kind == ControlFlowRegionKind.TryAndCatch:
                    foreach (var handler in outer.NestedRegions)
                    {
                        if (handler.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler)
                        {
                            var (certainly, possibly) = transfer.Catches(handler);
                            if ((possibly & failure) == Failure.None)
                            {
                                continue;
                            }

                            Enter(handler.FirstBlockOrdinal, context, state);
                            failure &= ~certainly;
                            if (failure == Failure.None)
                            {
                                return;
                            }
                        }
                    }

                    break;
                case ControlFlowRegionKind.Try when outer.Kind == ControlFlowRegionKind.TryAndFinally:
                    foreach (var final in outer.NestedRegions)
                    {
                        if (final.Kind == ControlFlowRegionKind.Finally)
                        {
                            var number = Context(context, null, 0, outer);
                            var isNew = contexts[number].Add(failure, operation) && !transfer.Reporting;
                            Enter(final.FirstBlockOrdinal, number, state);
                            if (isNew)
                            {
                                // What leaves the block is more than it was, also where the state is the same.
                                foreach (var known in inputs.Keys.Where(known => known.Context == number))
                                {
                                    pending.Add(known);
                                }
                            }

                            return;
                        }
                    }

                    break;
                case ControlFlowRegionKind.Finally when context != 0:
                    context = contexts[context].Parent;
                    break;
            }

            region = outer;
        }

        if (failure != Failure.None)
        {
            transfer.ExceptionalExit(state, operation);
        }
    }

    private void Enter(int block, int context, FlowState state)
    {
        if (transfer.Reporting)
        {
            return;
        }

        if (!inputs.TryGetValue((block, context), out var known))
        {
            inputs[(block, context)] = state.Clone();
            pending.Add((block, context));
        }
        else if (known.Join(state, transfer.Linked))
        {
            pending.Add((block, context));
        }
    }

    private int Context(int parent, ControlFlowBranch? branch, int step, ControlFlowRegion? region)
    {
        var key = (parent, (object?)branch ?? region!, step);
        if (!contextNumbers.TryGetValue(key, out var number))
        {
            number = contexts.Count;
            contexts.Add(new FinallyContext(parent, branch, step, region));
            contextNumbers[key] = number;
        }

        return number;
    }

    /// <summary>Why a finally block runs, and so where it goes on.</summary>
    /// <param name="Parent">The context around it.</param>
    /// <param name="Branch">The branch that leaves through it, or null for an exception.</param>
    /// <param name="Step">Which of the branch's finally regions it is.</param>
    /// <param name="Region">For an exception, the try-and-finally region that it leaves.</param>
    private sealed record FinallyContext(int Parent, ControlFlowBranch? Branch, int Step, ControlFlowRegion? Region)
    {
        /// <summary>For an exception, the kinds that it can be.</summary>
        public Failure Failure { get; private set; }

        /// <summary>For an exception, the first operation found to throw it.</summary>
        public IOperation? Thrower { get; private set; }

        /// <summary>Notes one more exception; true where it is of a new kind.</summary>
        public bool Add(Failure failure, IOperation? thrower)
        {
            var isNew = (Failure | failure) != Failure;
            Failure |= failure;
            Thrower ??= thrower;
            return isNew;
        }
    }
}
