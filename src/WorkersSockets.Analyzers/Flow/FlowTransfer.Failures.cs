using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Exceptions: which operations throw which kind, which handlers take them, and what leaves a body.</summary>
internal sealed partial class FlowTransfer
{
    /// <summary>How awaiting the work can fail, and what that leaves of the socket.</summary>
    private Failure FailureOf(TrackedObject task, FlowState thrown)
    {
        foreach (var subject in task.Subjects)
        {
            if (!task.FailsWhileOpening)
            {
                Fail(RoleOf(task, subject), subject, thrown);
            }
        }

        return FailureOf(task.Role, task.Surface, task.Operation);
    }

    /// <summary>On Workers a failed open leaves nothing to close: a close would only wait for the connect.</summary>
    private void Fail(ModelRole? role, int subject, FlowState thrown)
    {
        if (objects[subject].Surface == Surface.Workers && role is ModelRole.Opened or ModelRole.Read or ModelRole.Write)
        {
            // The connect has settled, if not well.
            thrown.Move(subject, ObjectStates.Connecting | ObjectStates.Opening, ObjectStates.OpenAwaited);
        }
    }

    private static Failure FailureOf(ModelRole? role, Surface surface, IOperation? operation)
    {
        if (surface == Surface.Workers)
        {
            // A close settles also where the connect was refused or the peer is gone.
            return role == ModelRole.Close ? Failure.None : Failure.Any;
        }

        if (operation is IInvocationOperation { TargetMethod.Name: "BeginConnect" })
        {
            return Failure.None;
        }

        var canceled = operation is IInvocationOperation call && PassesToken(call) ? Failure.Canceled : Failure.None;
        return role switch
        {
            ModelRole.Connect or ModelRole.EndConnect => Failure.Socket | canceled,
            ModelRole.Read or ModelRole.Write when operation is IInvocationOperation { TargetMethod.ContainingType.Name: "Socket" or "SocketTaskExtensions" } =>
                Failure.Socket | canceled,
            ModelRole.Read or ModelRole.Write => Failure.Stream | canceled,
            ModelRole.Close or ModelRole.Status => Failure.None,
            _ => Failure.Any,
        };
    }

    private static bool PassesToken(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.Explicit
                && argument.Value.Type is { Name: "CancellationToken" }
                && argument.Value is not IDefaultValueOperation and not IPropertyReferenceOperation { Property.Name: "None" })
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="isTimeout">The exception tells that the connection did not open in time.</param>
    private void Throw(FlowState state, Failure failure, IOperation operation, bool isTimeout = false)
    {
        if (failure == Failure.None)
        {
            return;
        }

        if (objects.Any(tracked => IsOpening(tracked, state)))
        {
            // On Workers what is only opening when the code fails needs no close; after a timeout a close would even wait for it.
            state = state.Clone();
            foreach (var tracked in objects)
            {
                if (IsOpening(tracked, state))
                {
                    state.Move(tracked.Index, ObjectStates.Connecting, isTimeout ? ObjectStates.Unopened : ObjectStates.None);
                }
            }
        }

        Solver?.Throw(state, failure, operation);
    }

    private static bool IsOpening(TrackedObject tracked, FlowState state) =>
        tracked is { Kind: TrackedKind.Socket, Surface: Surface.Workers } && (state.Object(tracked.Index) & ObjectStates.Connecting) != 0;

    /// <summary>What a thrown expression is, for the handlers around it.</summary>
    public Failure FailureOf(IOperation? thrown)
    {
        var type = thrown is IConversionOperation conversion ? conversion.Operand.Type : thrown?.Type;
        return type?.Name switch
        {
            null or "Exception" => Failure.Any,
            "SocketException" => Failure.Socket,
            "IOException" or "EndOfStreamException" => Failure.Stream,
            "OperationCanceledException" or "TaskCanceledException" => Failure.Canceled,
            _ => Failure.Other,
        };
    }

    /// <summary>Which failures a handler takes for certain, and whether it may take any.</summary>
    public (Failure Certainly, Failure Possibly) Catches(ControlFlowRegion handler)
    {
        var catcher = handler.Kind == ControlFlowRegionKind.FilterAndHandler
            ? handler.NestedRegions.FirstOrDefault(region => region.Kind == ControlFlowRegionKind.Catch) ?? handler
            : handler;
        var taken = FailuresOf(catcher.ExceptionType);
        return handler.Kind == ControlFlowRegionKind.FilterAndHandler ? Filter(handler, taken.Certainly, taken.Possibly) : taken;
    }

    /// <summary>The failures that are of a type for certain, and those that may be.</summary>
    private static (Failure Certainly, Failure Possibly) FailuresOf(ITypeSymbol? type) => type?.Name switch
    {
        null or "Object" or "Exception" or "SystemException" or "AggregateException" => (Failure.Any, Failure.Any),
        "SocketException" or "Win32Exception" or "ExternalException" => (Failure.Socket, Failure.Socket),
        "IOException" => (Failure.Stream, Failure.Stream),
        "OperationCanceledException" or "TaskCanceledException" => (Failure.Canceled, Failure.Canceled),
        _ => (Failure.None, Failure.Other),
    };

    /// <summary>What a filter leaves: <c>when (e is SocketException or OperationCanceledException)</c> takes these two for certain.</summary>
    private (Failure Certainly, Failure Possibly) Filter(ControlFlowRegion handler, Failure certainly, Failure possibly)
    {
        var test = Enumerable.Range(handler.FirstBlockOrdinal, handler.LastBlockOrdinal - handler.FirstBlockOrdinal + 1)
            .Select(ordinal => graph.Blocks[ordinal])
            .Select(block => (block.BranchValue ?? block.Operations.FirstOrDefault())?.Syntax.FirstAncestorOrSelf<Microsoft.CodeAnalysis.CSharp.Syntax.CatchFilterClauseSyntax>())
            .FirstOrDefault(found => found is not null)?.FilterExpression;
        if (test is null || scope.Compilation.Sources.OperationOf(test, scope.CancellationToken) is not { } condition)
        {
            return (Failure.None, possibly);
        }

        foreach (var failure in new[] { Failure.Socket, Failure.Stream, Failure.Canceled, Failure.Other })
        {
            var passes = Passes(condition, failure);
            certainly &= passes == true ? Failure.Any : ~failure;
            possibly &= passes == false ? ~failure : Failure.Any;
        }

        return (certainly, possibly);
    }

    /// <summary>Whether a filter is true for a kind of failure; null where that depends on more than its type.</summary>
    private static bool? Passes(IOperation condition, Failure failure)
    {
        switch (condition.Unwrap())
        {
            case { ConstantValue: { HasValue: true, Value: bool constant } }:
                return constant;
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return !Passes(not.Operand, failure);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or } either:
                return Either(Passes(either.LeftOperand, failure), Passes(either.RightOperand, failure));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And } both:
                return !Either(!Passes(both.LeftOperand, failure), !Passes(both.RightOperand, failure));
            case IIsTypeOperation test when IsCaught(test.ValueOperand):
                return Is(test.TypeOperand, failure);
            case IIsPatternOperation test when IsCaught(test.Value):
                return Matches(test.Pattern, failure);
            default:
                return null;
        }
    }

    private static bool? Matches(IPatternOperation pattern, Failure failure) => pattern switch
    {
        IDiscardPatternOperation => true,
        ITypePatternOperation type => Is(type.MatchedType, failure),
        IDeclarationPatternOperation { MatchedType: { } declared, MatchesNull: false } => Is(declared, failure),
        IDeclarationPatternOperation => true,
        INegatedPatternOperation not => !Matches(not.Pattern, failure),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either => Either(Matches(either.LeftPattern, failure), Matches(either.RightPattern, failure)),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both => !Either(!Matches(both.LeftPattern, failure), !Matches(both.RightPattern, failure)),
        IRecursivePatternOperation part => Is(part.MatchedType, failure) == false ? false : null,
        IConstantPatternOperation => false,
        _ => null,
    };

    private static bool? Is(ITypeSymbol type, Failure failure)
    {
        var (certainly, possibly) = FailuresOf(type);
        return (certainly & failure) != Failure.None ? true : (possibly & failure) == Failure.None ? false : null;
    }

    private static bool? Either(bool? left, bool? right) => left == true || right == true ? true : left is null || right is null ? null : false;

    /// <summary>Whether an expression of a filter is the exception itself, not what it holds.</summary>
    private static bool IsCaught(IOperation value)
    {
        var type = value.Unwrap() is ILocalReferenceOperation local ? local.Type : null;
        while (type is not (null or { Name: "Exception", ContainingNamespace.Name: "System" }))
        {
            type = type.BaseType;
        }

        return type is not null;
    }

    /// <summary>The body is left normally.</summary>
    public void Exit(FlowState state, ControlFlowBranch branch)
    {
        scope.Summary?.Exit(this, state);
        var at = branch.Source.BranchValue ?? branch.Source.Operations.LastOrDefault() ?? graph.OriginalOperation;
        foreach (var tracked in objects)
        {
            var states = state.Object(tracked.Index);
            tracked.Ends |= Reporting ? states & ObjectStates.Life : ObjectStates.None;
            var open = states & ObjectStates.NeedsClose;
            if (IsOpening(tracked, state) && objects.Any(task => task is { Kind: TrackedKind.Task, Role: ModelRole.Opened } && task.Subjects.Contains(tracked.Index) && (state.Object(task.Index) & ObjectStates.Pending) != 0))
            {
                // Left while the open is still under way: it has lost a race with a timer.
                open &= ~ObjectStates.Connecting;
            }

            if (tracked.IsOwned && open != 0)
            {
                RecordOne(FlowEventKind.LeakedAtExit, tracked.Operation!, tracked, TrackedValue.Of(tracked.Index), state, related: at);
            }
            else if (tracked.Kind == TrackedKind.Task && (states & ObjectStates.Pending) != 0 && (states & ObjectStates.Returned) == 0)
            {
                RecordOne(FlowEventKind.WorkDropped, tracked.Operation!, tracked, TrackedValue.Of(tracked.Index), state, related: at);
            }
        }
    }

    /// <summary>An exception leaves the body.</summary>
    public void ExceptionalExit(FlowState state, IOperation? thrower)
    {
        scope.Summary?.ExceptionalExit(this, state);
        foreach (var tracked in objects)
        {
            var open = state.Object(tracked.Index) & ObjectStates.NeedsClose;
            tracked.Ends |= Reporting ? state.Object(tracked.Index) & ObjectStates.Life : ObjectStates.None;
            if (tracked.Surface == Surface.Workers)
            {
                open &= ~ObjectStates.Connecting;
            }

            if (tracked.IsOwned && open != 0)
            {
                RecordOne(FlowEventKind.LeakedByException, tracked.Operation!, tracked, TrackedValue.Of(tracked.Index), state, related: thrower);
            }
        }
    }
}
