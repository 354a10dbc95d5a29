using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Tasks: started, combined, awaited.</summary>
internal sealed partial class FlowTransfer
{
    private TrackedValue StartTask(IOperation operation, ModelRole? role, Surface surface, ObjectSet subjects, TrackedValue result, FlowState state)
    {
        var task = Track(operation.Syntax, 4, index => new TrackedObject(index, TrackedKind.Task, TrackedOrigin.Created, operation) { Role = role, Surface = surface });
        if (task is null)
        {
            return result;
        }

        foreach (var index in subjects)
        {
            if (objects[index].Kind == TrackedKind.Socket)
            {
                task.Subjects |= ObjectSet.Of(index);
            }
        }

        resultOf[task.Index] = resultOf.TryGetValue(task.Index, out var old) ? old.Join(result) : result;
        state.SetObject(task.Index, ObjectStates.Pending);
        return TrackedValue.Of(task.Index, ValueFlags.Container | (result.Flags & ~ValueFlags.Nullness));
    }

    /// <summary>Someone joins the work: it is not lost.</summary>
    private void Finish(TrackedValue value, FlowState state)
    {
        foreach (var index in value.Objects)
        {
            if (objects[index].Kind == TrackedKind.Task)
            {
                state.Move(index, ObjectStates.Work, ObjectStates.Awaited);
            }
        }
    }

    private TrackedValue? CallTask(IInvocationOperation call, TrackedValue receiver, TrackedValue[] values, FlowState state)
    {
        var method = call.TargetMethod;
        if (method.IsShortForConfigureAwait())
        {
            return values[0];
        }

        var owner = method.ContainingType;
        if (owner?.ContainingNamespace?.ToDisplayString() is not ("System.Threading.Tasks" or "System.Runtime.CompilerServices" or "System.Threading"))
        {
            return null;
        }

        var all = values.Aggregate(receiver, (joined, value) => joined.Join(value));
        switch (method.Name)
        {
            case "ConfigureAwait" or "AsTask" or "GetAwaiter" or "WaitAsync" or "Preserve" or "Unwrap" or "WithCancellation" or "ToBlockingEnumerable":
                return method.IsStatic ? all : receiver;
            case "FromResult":
                return all.With(ValueFlags.Container | ValueFlags.NotNull);
            case "GetResult" or "Wait" or "WaitAll" when all.HasObjects:
            {
                var value = Await(all, call, state);
                return call.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : value;
            }

            case "WhenAll":
                return new TrackedValue(all.Objects, ValueFlags.NotNull | ValueFlags.Container);
            case "WhenAny" or "WaitAny":
                return new TrackedValue(all.Objects, ValueFlags.NotNull | ValueFlags.Container | ValueFlags.Any);
            case "Join" when owner.Name == "Thread":
                Finish(receiver, state);
                return call.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : TrackedValue.Nothing;
            case "ContinueWith":
            {
                Finish(receiver, state);
                var captured = new TrackedValue(SocketsOnly(values), ValueFlags.None);
                Escape(captured, state);
                TalkElsewhere(captured, state);
                return TrackedValue.Nothing;
            }

            case "Run" or "StartNew" or "Start" when owner.Name is "Task" or "TaskFactory":
            case "QueueUserWorkItem" or "UnsafeQueueUserWorkItem":
            {
                // The started work has what it captured.
                var captured = new TrackedValue(SocketsOnly(values), ValueFlags.None);
                var task = StartTask(call, null, Surface.DotNet, captured.Objects, default, state);
                Escape(captured, state);
                TalkElsewhere(captured, state);
                return task;
            }

            case "Delay" or "Yield" or "FromCanceled" or "FromException" or "Cancel" or "CancelAfter" or "ThrowIfCancellationRequested" or "Release" or "CreateLinkedTokenSource":
                return TrackedValue.Nothing;
            case "Exchange" or "CompareExchange":
            {
                // Interlocked.Exchange(ref field, null) takes the socket out of the field.
                var taken = values.Length > 0 ? values[0] : default;
                for (var index = 1; index < values.Length; index++)
                {
                    Escape(values[index], state);
                }

                return taken;
            }

            default:
                return null;
        }
    }

    private TrackedValue Await(TrackedValue value, IOperation wait, FlowState state)
    {
        var result = default(ObjectSet);
        var failure = Failure.None;
        var tasks = new List<TrackedObject>();
        foreach (var index in value.Objects)
        {
            var tracked = objects[index];
            if (tracked.Kind == TrackedKind.Task)
            {
                tasks.Add(tracked);
                if (resultOf.TryGetValue(index, out var held))
                {
                    result |= held.Objects;
                }
            }
            else
            {
                result |= ObjectSet.Of(index);
            }
        }

        if (tasks.Count == 0 && !value.HasObjects)
        {
            failure = Failure.Any;
        }

        // Waiting for the first of several tasks does not throw what that task failed with.
        if ((failure != Failure.None || tasks.Count > 0) && !value.Is(ValueFlags.Any))
        {
            var thrown = state.Clone();
            foreach (var task in tasks)
            {
                thrown.Move(task.Index, ObjectStates.Work, ObjectStates.Awaited);
                failure |= FailureOf(task, thrown);
                Escape(new TrackedValue(task.EndedByFailure, ValueFlags.None), thrown);

                // A helper that fails returns nothing.
                if (resultOf.TryGetValue(task.Index, out var held))
                {
                    foreach (var index in held.Objects)
                    {
                        if (objects[index] is { Origin: TrackedOrigin.Received } received && received.Operation?.Syntax == task.Operation?.Syntax)
                        {
                            thrown.Move(index, ObjectStates.Life, ObjectStates.None);
                        }
                    }
                }
            }

            Throw(thrown, failure, wait, tasks.Any(task => task.FailsWhileOpening));
        }

        foreach (var task in tasks)
        {
            if (value.Is(ValueFlags.Any))
            {
                state.Move(task.Index, ObjectStates.Work, ObjectStates.Awaited);
                continue;
            }

            Complete(task, state);
        }

        return new TrackedValue(result, value.Flags & ~(ValueFlags.Container | ValueFlags.Any));
    }

    private void Complete(TrackedObject task, FlowState state)
    {
        state.Move(task.Index, ObjectStates.Work, ObjectStates.Awaited);
        scope.Summary?.Completed(this, task);
        foreach (var index in task.ClosedWhenDone)
        {
            Close(TrackedValue.Of(index), task.Operation!, null, state);
        }

        foreach (var subject in task.Subjects)
        {
            Settle(RoleOf(task, subject), subject, state);
        }
    }

    /// <summary>On Workers a helper's work on a socket that is no race waits at least as a read does: until the connect has settled.</summary>
    private ModelRole? RoleOf(TrackedObject task, int subject) =>
        task.Role ?? (objects[subject].Surface == Surface.Workers ? ModelRole.Read : null);

    /// <summary>What the completed work means for the socket.</summary>
    private void Settle(ModelRole? role, int subject, FlowState state)
    {
        switch (role)
        {
            case ModelRole.Connect or ModelRole.EndConnect:
                Opened(subject, state);
                break;
            case ModelRole.Opened or ModelRole.Write:
                Opened(subject, state);
                state.Move(subject, ObjectStates.Opening, ObjectStates.OpenAwaited);
                break;
            case ModelRole.Read:
                Opened(subject, state);
                break;
        }
    }

    private static void Opened(int subject, FlowState state)
    {
        var states = state.Object(subject);
        if ((states & (ObjectStates.Created | ObjectStates.Connecting)) != 0)
        {
            state.Move(subject, ObjectStates.Created | ObjectStates.Connecting | ObjectStates.Open, ObjectStates.Open);
        }
    }
}
