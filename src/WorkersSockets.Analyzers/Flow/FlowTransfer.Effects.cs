using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What happens to tracked objects: made, closed, handed over, awaited, returned, checked.</summary>
internal sealed partial class FlowTransfer
{
    private const ObjectStates FreshSocket = ObjectStates.OpenNotAwaited | ObjectStates.Silent | ObjectStates.Plain | ObjectStates.Writable;

    /// <summary>The states of a socket that comes from elsewhere: what was said on it before is not known.</summary>
    private const ObjectStates UnknownSocket = ObjectStates.Open | ObjectStates.OpenAwaited | ObjectStates.Dialogue | ObjectStates.Writable;

    /// <summary>A summary tells what is said on a member, so there the conversation starts anew.</summary>
    private const ObjectStates MemberInSummary = (UnknownSocket & ~ObjectStates.Dialogue) | ObjectStates.Silent;

    /// <summary>The object for a key (an operation or symbol), made on first use; null where the body has too many.</summary>
    private TrackedObject? Track(object key, int part, Func<int, TrackedObject> make)
    {
        if (!objectsByKey.TryGetValue((key, part), out var tracked))
        {
            if (objects.Count == ObjectSet.Capacity)
            {
                return null;
            }

            tracked = make(objects.Count);
            objects.Add(tracked);
            if (tracked.IsOwned && Linked.Count < FlowState.MaximumLinked)
            {
                Linked.Add(tracked.Index);
            }

            objectsByKey[(key, part)] = tracked;
        }

        return tracked;
    }

    /// <summary>A socket that this operation makes, in the given states.</summary>
    private TrackedValue Make(IOperation operation, TrackedOrigin origin, ApiModel? model, Surface surface, SocketKind kind, ObjectStates states, FlowState state)
    {
        var made = Track(operation.Syntax, 0, index => new TrackedObject(index, TrackedKind.Socket, origin, operation)
        {
            Surface = surface,
            SocketKind = kind,
        });
        if (made is null)
        {
            return TrackedValue.Nothing;
        }

        var old = state.Object(made.Index);
        if (made.IsOwned && (old & ObjectStates.NeedsClose) != 0 && !IsHeldByContainer(made.Index, state))
        {
            Record(FlowEventKind.LeakedByLoop, operation, TrackedValue.Of(made.Index), state, model);
        }

        // Variables of an earlier round that still hold the old object would now seem to hold the new one.
        Forget(made.Index, state);
        state.Renew(made.Index, states);
        return TrackedValue.Of(made.Index);
    }

    private static bool IsHeldByContainer(int index, FlowState state)
    {
        foreach (var (_, value) in state.HoldersOf(ObjectSet.Of(index)))
        {
            if (value.Is(ValueFlags.Container))
            {
                return true;
            }
        }

        return false;
    }

    private static void Forget(int index, FlowState state)
    {
        foreach (var (storage, value) in state.HoldersOf(ObjectSet.Of(index)))
        {
            if (value.Objects.Equals(ObjectSet.Of(index)) && !value.Is(ValueFlags.Container))
            {
                state.SetValue(storage, new TrackedValue(default, value.Flags & ValueFlags.Nullness));
            }
        }
    }

    /// <summary>A socket that comes from elsewhere; null where the body has too many objects to follow one more.</summary>
    private TrackedObject? External(IOperation operation, ApiModel model, FlowState state)
    {
        // The same variable stands for the same socket until it is assigned; what a call or an element yields is another one each time.
        ISymbol? holder = operation switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            IMemberReferenceOperation member when IsIndexer(member) => null,
            IMemberReferenceOperation member when IsOwn(member.Instance) => member.Member,
            IMemberReferenceOperation { Instance: ILocalReferenceOperation owner } => owner.Local,
            IMemberReferenceOperation { Instance: IParameterReferenceOperation owner } => owner.Parameter,
            _ => null,
        };
        object key = holder switch
        {
            null => operation.Syntax,
            _ when operation is IMemberReferenceOperation member && !SymbolEqualityComparer.Default.Equals(holder, member.Member) => (holder, member.Member),
            _ => holder,
        };
        var made = Track(key, 1, index => new TrackedObject(index, TrackedKind.Socket, TrackedOrigin.External, operation)
        {
            Surface = model.Surface,
            SocketKind = model.Kind,
            Symbol = operation is IMemberReferenceOperation named && !IsIndexer(named) ? named.Member : key as ISymbol,
        });
        if (made is null)
        {
            return null;
        }

        var states = UnknownSocket;
        if (scope.Summary is not null && made.Symbol is { } own && IsMemberHere(own))
        {
            scope.Summary.Add(own, made);
            states = MemberInSummary;
        }

        if (holder is null)
        {
            state.SetObject(made.Index, states);
        }
        else
        {
            if (!externalsOf.TryGetValue(holder, out var held))
            {
                externalsOf[holder] = held = new HashSet<int>();
            }

            held.Add(made.Index);
            if (state.Object(made.Index) == ObjectStates.None)
            {
                state.SetObject(made.Index, states);
            }
        }

        return made;
    }

    /// <summary>Whether a symbol is a field or property of the type, or a parameter of its primary constructor.</summary>
    private bool IsMemberHere(ISymbol symbol) => symbol is IFieldSymbol or IPropertySymbol
        || (symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor } && !SymbolEqualityComparer.Default.Equals(constructor, scope.Owner));

    private static bool IsIndexer(IMemberReferenceOperation member) => member is IPropertyReferenceOperation { Arguments.IsEmpty: false };

    /// <summary>The variable gets another value: what it, or a member of it, stood for so far is not what it will stand for.</summary>
    private void Renew(ISymbol variable, TrackedValue value, FlowState state)
    {
        if (!externalsOf.TryGetValue(variable, out var held))
        {
            return;
        }

        foreach (var index in held)
        {
            if (!value.Objects.Contains(index))
            {
                state.SetObject(index, ObjectStates.None);
            }
        }
    }

    /// <summary>A method of the same type may put another socket into a field whose socket was closed.</summary>
    private void RenewClosedMembers(FlowState state)
    {
        foreach (var pair in storages)
        {
            if (pair.Key is not (IFieldSymbol or IPropertySymbol))
            {
                continue;
            }

            var value = state.Value(pair.Value);
            foreach (var index in value.Objects)
            {
                if (objects[index].Kind == TrackedKind.Socket && (state.Object(index) & ObjectStates.Life) == ObjectStates.Closed)
                {
                    state.SetValue(pair.Value, TrackedValue.Nothing);
                    Renew(pair.Key, TrackedValue.Nothing, state);
                    break;
                }
            }
        }
    }

    private static bool IsExternalSource(IOperation operation) =>
        operation is IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation or IInvocationOperation
            or IArrayElementReferenceOperation or ILocalReferenceOperation or IAwaitOperation;

    /// <summary>Lets the variable that was read know the object that it stands for, so that a later use means the same one.</summary>
    private void Remember(IOperation operation, TrackedValue value, FlowState state)
    {
        if (StorageOf(operation) is { } storage)
        {
            state.SetValue(storage, value);
        }
    }

    private static ValueFlags FlagsOf(ApiModel model) => model.Kind switch
    {
        SocketKind.Tls => ValueFlags.Tls | ValueFlags.Wrapped,
        SocketKind.Stream or SocketKind.Reader or SocketKind.Writer => ValueFlags.Wrapped,
        _ => ValueFlags.None,
    };

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

    /// <summary>What the completed work means for the socket.</summary>
    /// <summary>On Workers a helper's work on a socket that is no race waits at least as a read does: until the connect has settled.</summary>
    private ModelRole? RoleOf(TrackedObject task, int subject) =>
        task.Role ?? (objects[subject].Surface == Surface.Workers ? ModelRole.Read : null);

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
