using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What happens to objects: events, closes, escapes, returns.</summary>
internal sealed partial class FlowTransfer
{
    private void Record(
        FlowEventKind kind,
        IOperation operation,
        TrackedValue value,
        FlowState state,
        ApiModel? model,
        IOperation? related = null,
        ISymbol? symbol = null)
    {
        if (!Reporting)
        {
            return;
        }

        foreach (var index in value.Objects)
        {
            if (objects[index].Kind == TrackedKind.Socket)
            {
                RecordOne(kind, operation, objects[index], value, state, model, related, symbol);
            }
        }
    }

    private void RecordOne(
        FlowEventKind kind,
        IOperation operation,
        TrackedObject subject,
        TrackedValue value,
        FlowState state,
        ApiModel? model = null,
        IOperation? related = null,
        ISymbol? symbol = null,
        IOperation? inner = null,
        bool isAwaitedInside = false)
    {
        if (!Reporting)
        {
            return;
        }

        var happened = new FlowEvent(kind, operation, subject, state.Object(subject.Index), value)
        {
            Model = model, Related = related, Symbol = symbol, Inner = inner, IsAwaitedInside = isAwaitedInside,
            WaysOut = kind == FlowEventKind.LeakedAtExit && related is not null
                ? ImmutableArray.Create((related, (state.Object(subject.Index) & ObjectStates.Life & ~(ObjectStates.NeedsClose | ObjectStates.Unopened)) == 0))
                : ImmutableArray<(IOperation, bool)>.Empty,
        };
        var key = (kind, operation, subject.Index);
        events[key] = events.TryGetValue(key, out var known) ? known.Join(happened) : happened;
    }

    /// <param name="isAwaitedInside">A helper closes, and waits for the close.</param>
    /// <param name="canReopen">What it closes can be connected again.</param>
    private void Close(TrackedValue value, IOperation operation, ApiModel? model, FlowState state, bool isAwaitedInside = false, bool canReopen = false)
    {
        RecordClose(value, operation, model, state, isAwaitedInside);
        if (value.Is(ValueFlags.Borrowed))
        {
            return;
        }

        var sockets = SocketsOf(value);
        var certain = sockets.Count == 1 ? value.Objects : OnlyIn(value, state);
        foreach (var index in sockets)
        {
            var life = state.Object(index) & ObjectStates.Life;
            if ((life & ObjectStates.Returned) != 0 && (life & ~(ObjectStates.Returned | ObjectStates.Escaped)) == 0)
            {
                RecordOne(FlowEventKind.ReturnedThenClosed, operation, objects[index], value, state, model);
            }

            foreach (var task in objects)
            {
                if (task.Kind != TrackedKind.Task || !task.Subjects.Contains(index))
                {
                    continue;
                }

                var work = state.Object(task.Index);
                if ((work & ObjectStates.Pending) == 0 || (work & ObjectStates.Awaited) != 0)
                {
                    continue;
                }

                RecordOne(
                    (work & ObjectStates.Returned) != 0 ? FlowEventKind.ReturnedThenClosed : FlowEventKind.ClosedWhilePending,
                    task.Operation ?? operation, objects[index], value, state, model, related: operation);
            }

            // Where an upgrade replaced the socket there is nothing to close; where it did not, this closes it.
            var replaced = life & ObjectStates.Superseded;
            state.Move(index, ObjectStates.Life, life == ObjectStates.Superseded ? replaced : replaced | (certain.Contains(index) && !canReopen ? ObjectStates.Closed : ObjectStates.MaybeClosed));
        }
    }

    /// <summary>Those objects of a value that one variable holds as this value, and no other at all: wherever one is alive, it is what the variable means.</summary>
    private ObjectSet OnlyIn(TrackedValue value, FlowState state)
    {
        var holders = 0;
        var elsewhere = default(ObjectSet);
        foreach (var (storage, held) in state.HoldersOf(value.Objects))
        {
            if (isCapture[storage])
            {
                continue;
            }

            if (held.Objects.Equals(value.Objects) && !held.Is(ValueFlags.Container))
            {
                holders++;
            }
            else
            {
                elsewhere |= held.Objects;
            }
        }

        return holders == 1 ? value.Objects.Except(elsewhere) : default;
    }

    private void RecordClose(TrackedValue value, IOperation operation, ApiModel? model, FlowState state, bool isAwaitedInside)
    {
        foreach (var index in SocketsOf(value))
        {
            RecordOne(FlowEventKind.Close, operation, objects[index], value, state, model, isAwaitedInside: isAwaitedInside);
        }
    }

    private List<int> SocketsOf(TrackedValue value)
    {
        var sockets = new List<int>();
        foreach (var index in value.Objects)
        {
            if (objects[index].Kind == TrackedKind.Socket)
            {
                sockets.Add(index);
            }
        }

        return sockets;
    }

    /// <summary>A value without the sockets that it only keeps: what its members do with them is not seen here.</summary>
    private TrackedValue Apart(TrackedValue value)
    {
        if (!value.Is(ValueFlags.Held))
        {
            return value;
        }

        var rest = default(ObjectSet);
        foreach (var index in value.Objects)
        {
            rest |= objects[index].Kind == TrackedKind.Data ? ObjectSet.Of(index) : default;
        }

        return new TrackedValue(rest, value.Flags & ~ValueFlags.Held);
    }

    /// <summary>Someone else has the objects from here on.</summary>
    private void Escape(TrackedValue value, FlowState state)
    {
        foreach (var index in value.Objects)
        {
            switch (objects[index].Kind)
            {
                case TrackedKind.Socket when !value.Is(ValueFlags.Borrowed):
                {
                    var life = state.Object(index) & ObjectStates.Life;
                    objects[index].IsHandedOn |= Reporting;
                    objects[index].IsGivenAway |= Reporting;
                    if ((life & (ObjectStates.NeedsClose | ObjectStates.Returned)) != 0)
                    {
                        state.Move(index, ObjectStates.Life, (life & ~(ObjectStates.NeedsClose | ObjectStates.Returned)) | ObjectStates.Escaped);
                    }

                    break;
                }

                case TrackedKind.Task:
                    state.Move(index, ObjectStates.Work, ObjectStates.Awaited);
                    break;
            }
        }
    }

    /// <summary>A value with what its tasks will yield.</summary>
    private TrackedValue Expand(TrackedValue value)
    {
        var set = value.Objects;
        foreach (var index in value.Objects)
        {
            if (resultOf.TryGetValue(index, out var result))
            {
                set |= result.Objects;
            }
        }

        return value with { Objects = set };
    }

    /// <summary>Whether the data is, or was computed from, what the caller of the program controls; or from the given object.</summary>
    public bool ComesFrom(TrackedObject data, Func<TrackedObject, bool> isSource)
    {
        var found = false;
        Trace(data, (source, _) => found |= isSource(source));
        return found;
    }

    private void Return(IOperation operation, TrackedValue value, FlowState state)
    {
        value = Expand(value);
        scope.Summary?.Return(this, operation, value, state);
        foreach (var index in value.Objects)
        {
            var tracked = objects[index];
            switch (tracked.Kind)
            {
                case TrackedKind.Socket:
                {
                    tracked.IsHandedOn |= Reporting;
                    tracked.IsGivenAway |= Reporting;
                    var life = state.Object(index) & ObjectStates.Life;
                    if ((life & (ObjectStates.NeedsClose | ObjectStates.Escaped)) != 0)
                    {
                        state.Move(index, ObjectStates.Life, (life & ObjectStates.Closed) | ObjectStates.Returned);
                        if (Reporting)
                        {
                            tracked.ReturnedAs.Add(operation);
                        }
                    }

                    break;
                }

                case TrackedKind.Task:
                    state.SetObject(index, state.Object(index) | ObjectStates.Returned);
                    foreach (var closed in tracked.ClosedWhenDone)
                    {
                        // Whoever awaits the result finds it closed.
                        state.Move(closed, ObjectStates.Life, ObjectStates.Closed);
                    }

                    break;
            }
        }
    }

    private void HandOut(IParameterSymbol parameter, TrackedValue value, FlowState state)
    {
        foreach (var index in SocketsOf(value))
        {
            var life = state.Object(index) & ObjectStates.Life;
            if ((life & ObjectStates.NeedsClose) != 0)
            {
                scope.Summary?.HandOut(this, parameter, state.Object(index));
                state.Move(index, ObjectStates.Life, ObjectStates.Escaped);
            }
        }
    }
}
