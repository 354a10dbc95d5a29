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
        var failures = catcher.ExceptionType?.Name switch
        {
            null or "Object" or "Exception" or "SystemException" or "AggregateException" => (Failure.Any, Failure.Any),
            "SocketException" or "Win32Exception" or "ExternalException" => (Failure.Socket, Failure.Socket),
            "IOException" => (Failure.Stream, Failure.Stream),
            "OperationCanceledException" or "TaskCanceledException" => (Failure.Canceled, Failure.Canceled),
            _ => (Failure.None, Failure.Other),
        };
        return handler.Kind == ControlFlowRegionKind.FilterAndHandler ? (Failure.None, failures.Item2) : failures;
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
            if (tracked.IsOwned && (states & ObjectStates.NeedsClose) != 0)
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
