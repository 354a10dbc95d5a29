using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Helpers in source: what their summary says happens at the call.</summary>
internal sealed partial class FlowTransfer
{
    /// <summary>A call of a method in source: what its summary says.</summary>
    private TrackedValue Apply(
        IOperation call,
        IMethodSymbol target,
        TrackedValue receiver,
        TrackedValue[] values,
        ImmutableArray<IArgumentOperation> arguments,
        FlowState state)
    {
        foreach (var value in values)
        {
            // Who is given a task can wait for it.
            Finish(value, state);
        }

        var involved = values.Any(value => value.HasObjects) || receiver.HasObjects;
        var isOwn = call is IInvocationOperation { Instance: var own } && IsOwn(own) && !target.IsStatic;
        var usesOwn = isOwn
            && (scope.Summary is not null || MembersHoldSockets(state) || (storedAt.Count > 0 && scope.Compilation.Methods.Touches(target, scope.CancellationToken))
                || scope.Compilation.Methods.StoresDestination(target, scope.CancellationToken));
        if (!involved && !usesOwn && !scope.Compilation.Summaries.MayInvolveSockets(target) && !MayConnectTo(target))
        {
            Throw(state, Failure.Any, call);
            var left = isOwn && scope.Compilation.Methods.Touches(target, scope.CancellationToken)
                ? CloseMembers(call, target, scope.Compilation.Summaries.For(target, scope), state)
                : default;
            if (IsSocketWork(call, target))
            {
                var work = StartTask(call, null, Surface.DotNet, default, default, state);
                CloseWhenDone(work, left);
                return work;
            }

            return call.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : TrackedValue.Nothing;
        }

        var summary = scope.Compilation.Summaries.For(target, scope);
        if (!summary.IsKnown)
        {
            foreach (var value in values)
            {
                Escape(value, state);
                TalkElsewhere(value, state);
            }

            if (isOwn)
            {
                MembersTalkElsewhere(state);
            }

            Throw(state, Failure.Any, call);
            return call.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : Owned(call, target, state);
        }

        var effects = new List<(TrackedValue Value, ParameterSummary Summary, IArgumentOperation? Argument)>();
        foreach (var argument in arguments)
        {
            if (argument.Parameter is { } parameter && parameter.Ordinal < values.Length)
            {
                var effect = summary.Parameter(parameter.Ordinal);
                var value = values[parameter.Ordinal];

                // What a parameter of any type does with a socket is not followed.
                var isTaken = !effect.Closes && value.HasObjects && (OwnershipAttributes.TakesOwnership(parameter)
                    || (parameter.Type is { SpecialType: SpecialType.System_Object } or ITypeParameterSymbol
                        && !SocketTypes.CanHold(parameter.Type, Catalog) && SocketsOf(value).Count > 0 && !IsLogging(target)));
                effects.Add((value, isTaken ? effect with { Escapes = true } : effect, argument));
            }
        }

        foreach (var pair in summary.Captured)
        {
            effects.Add((state.Value(Storage(pair.Key)), pair.Value, null));
        }

        // Ownership is handed over at the call, so an exception inside is the callee's.
        var subjects = effects.Aggregate(receiver.Objects, (all, effect) => all | effect.Value.Objects);
        if (summary.MayThrow && !IsLogging(target))
        {
            var thrown = state.Clone();
            foreach (var (value, effect, _) in effects)
            {
                if (effect.Escapes || effect.Closes || effect.EndsOnFailure)
                {
                    Escape(value, thrown);
                }

                if ((effect.Reads || effect.Writes) && (!effect.ThrowsWhileOpening || (effect.AtExit & ObjectStates.OpenNotAwaited) != 0))
                {
                    // No race with a timer: what fails in it is the read or write, and that waited for the connect.
                    foreach (var index in value.Objects)
                    {
                        Fail(ModelRole.Read, index, thrown);
                    }
                }
            }

            Throw(thrown, Failure.Any, call);
        }

        var asksForTls = WrittenText.AsksForTls(call, scope.Compilation);
        foreach (var (value, effect, _) in effects)
        {
            if (value.HasObjects && (effect.Reads || effect.Writes))
            {
                Record(FlowEventKind.Passed, call, value, state, model: null);
            }
        }

        foreach (var (value, effect, _) in effects)
        {
            UpgradeInside(call, value, effect, state);
        }

        foreach (var pair in isOwn ? summary.Members.Where(member => member.Value.AtUpgrade != ObjectStates.None) : [])
        {
            UpgradeInside(call, state.Value(Storage(pair.Key)), pair.Value, state);
        }

        Talk(effects.Select(effect => (effect.Value, effect.Summary)).Concat(isOwn ? MembersOf(summary, call, state) : []).ToList(), asksForTls, state);

        var method = call is IInvocationOperation invocation ? invocation.TargetMethod : target;
        var isLazy = method.ReturnType.Name is "IEnumerable" or "IAsyncEnumerable" or "IEnumerator" or "IAsyncEnumerator";
        var opens = false;
        var failsWhileOpening = false;
        var closed = default(ObjectSet);
        var result = TrackedValue.Nothing;
        foreach (var (value, effect, argument) in effects)
        {
            foreach (var index in value.Objects)
            {
                if (objects[index].Kind == TrackedKind.Socket)
                {
                    objects[index].IsListener |= effect.IsListener;
                    if ((effect.AtExit & ObjectStates.OpenAwaited) != 0 && (effect.AtExit & ObjectStates.OpenNotAwaited) == 0
                        && objects[index].Surface == Surface.Workers && ReturnsTask(method))
                    {
                        // Open only once the call is awaited.
                        opens = true;
                        failsWhileOpening |= effect.ThrowsWhileOpening;
                    }
                    else if ((effect.AtExit & ObjectStates.OpenAwaited) != 0 && (effect.AtExit & ObjectStates.OpenNotAwaited) == 0)
                    {
                        Opened(index, state);
                        state.Move(index, ObjectStates.Opening, ObjectStates.OpenAwaited);
                    }

                    if ((effect.AtExit & ObjectStates.Transport) == ObjectStates.Upgraded)
                    {
                        state.Move(index, ObjectStates.Transport, ObjectStates.Upgraded);
                    }

                    if ((effect.AtExit & ObjectStates.Life) == ObjectStates.Superseded)
                    {
                        state.Move(index, ObjectStates.Life, ObjectStates.Superseded);
                    }
                }
                else if (objects[index].Kind == TrackedKind.Data && effect.ChecksByThrow)
                {
                    state.SetObject(index, ObjectStates.Checked);
                }
            }

            if (effect.AtUpgrade != ObjectStates.None && argument is { Parameter.RefKind: RefKind.Ref } && StorageOf(argument.Value) is { } replaced)
            {
                // The helper put the TLS stream into the caller's variable.
                state.SetValue(replaced, value.With(ValueFlags.Tls | ValueFlags.Wrapped));
            }

            if (effect.ReturnedAs is { } flags)
            {
                result = result.Join(value.With(flags & (ValueFlags.Borrowed | ValueFlags.Tls | ValueFlags.Wrapped | ValueFlags.Held)));
            }

            if (isLazy && (effect.Reads || effect.Writes || effect.Closes))
            {
                // An iterator runs when its result is enumerated; until then the result holds what it was given.
                result = result.Join(value.With(ValueFlags.Container | ValueFlags.Wrapped));
            }

            if (effect.Closes && !isLazy && ReturnsTask(method))
            {
                // The work has it, and closes it before it is done.
                RecordClose(value, call, null, state, effect.AwaitsClose);
                Escape(value, state);
                closed |= value.Is(ValueFlags.Borrowed) ? default : value.Objects;
            }
            else if (effect.Closes && !isLazy)
            {
                Close(value, call, null, state, effect.AwaitsClose);
            }
            else if (effect.Closes || effect.Escapes)
            {
                Escape(value, state);
                TalkElsewhere(value, state);
            }

            if (effect.OwnedAtExit != ObjectStates.None && effect.AtUpgrade == ObjectStates.None && argument?.Value is { } target_)
            {
                var surface = Catalog.SocketType(target_.Type)?.Surface ?? Surface.DotNet;
                var made = Make(argument, TrackedOrigin.Received, null, surface, KindOf(target_.Type), effect.OwnedAtExit, state);
                Assign(target_, made.With(ValueFlags.Null), call, state, call);
            }

            if (argument is not null && value.HasObjects)
            {
                PassDestination(effect, argument.Value, value, call, state);
            }
            else if (argument is null && value.HasObjects && (effect.IsConnectHost || effect.IsConnectPort))
            {
                // A local function connects to a variable of this body: there is no argument, the connect itself is the place.
                scope.Summary?.MarkDestination(this, effect, value, state);
                ReportDestination(effect, effect.ConnectedTo, value, call, state);
            }

            result = result.Join(Flow(call, effect, value, argument, arguments, state));
            if (argument is not null && IsOwn((call as IInvocationOperation)?.Instance) && call is IInvocationOperation)
            {
                foreach (var (from, member) in effect.Stored)
                {
                    var kept = Reach(value, from);
                    if (HasData(kept))
                    {
                        storedAt[member] = argument.Value;
                        scope.Summary?.Store(this, member, kept, state);
                        state.SetValue(Storage(member), state.Value(Storage(member)).Join(kept));
                    }
                }
            }
            else if (argument is not null)
            {
                foreach (var index in receiver.Objects)
                {
                    foreach (var (from, member) in effect.Stored)
                    {
                        if (objects[index].Parts is not null && HasData(Reach(value, from)))
                        {
                            AddPart(objects[index], member.Name, Reach(value, from), argument.Value);
                        }
                    }
                }
            }

            if (argument is not null && effect.ChecksByThrow)
            {
                Check(argument.Value, state);
            }

            if (argument is not null && PathOf(Operations.UnwrapData(argument.Value)) is { } path)
            {
                foreach (var members in effect.MembersCheckedByThrow)
                {
                    ProvePath(path.Then(members), state);
                }
            }
        }

        if (call is IInvocationOperation { Instance: var instance })
        {
            result = result.Join(OwnResult(call, summary, IsOwn(instance) ? null : receiver, state));
            CheckByReturn((IInvocationOperation)call, state);
            if (isOwn)
            {
                KeepRequest(call, summary, state);
            }
        }

        foreach (var connect in summary.Connects)
        {
            AddInnerConnect(call, connect, arguments, values, state);
        }

        result = result.Join(RequestResult(call, summary, state));
        if (summary.ReturnedStates != ObjectStates.None)
        {
            var made = Make(call, TrackedOrigin.Received, null, summary.ReturnedSurface, summary.ReturnedKind, summary.ReturnedStates, state);
            foreach (var index in made.Objects)
            {
                objects[index].IsListener |= summary.ReturnsListener;
                objects[index].IsNotTcp |= summary.ReturnsNotTcp;
            }

            result = result.Join(made.With(summary.ReturnedFlags));
        }

        if (!result.HasObjects)
        {
            result = result.Join(Owned(call, target, state));
        }

        if (isOwn)
        {
            closed |= CloseMembers(call, method, summary, state);
        }

        if (ReturnsTask(method) && (involved || summary.ReturnedStates != ObjectStates.None || IsSocketWork(call, target)))
        {
            var task = StartTask(call, opens ? ModelRole.Opened : null, opens ? Surface.Workers : Surface.DotNet, subjects, result, state);
            CloseWhenDone(task, closed);
            foreach (var index in task.Objects)
            {
                objects[index].FailsWhileOpening |= failsWhileOpening;
                foreach (var (value, _, _) in effects.Where(effect => effect.Summary.EndsOnFailure))
                {
                    objects[index].EndedByFailure |= value.Objects;
                }
            }

            return task.HasObjects ? task : result;
        }

        return call.Type?.SpecialType == SpecialType.System_Boolean && !result.HasObjects ? Truth() : result;
    }

    /// <summary>A method of this object closes fields of it and leaves them so; the sockets that it closes once its task is done.</summary>
    private ObjectSet CloseMembers(IOperation call, IMethodSymbol method, MethodSummary summary, FlowState state)
    {
        var whenDone = default(ObjectSet);
        foreach (var pair in summary.Members)
        {
            if (!pair.Value.LeavesClosed)
            {
                continue;
            }

            var value = state.Value(Storage(pair.Key));
            if (SocketsOf(value).Count == 0)
            {
                value = Meet(pair.Key, call, state);
            }

            if (ReturnsTask(method))
            {
                whenDone |= value.Is(ValueFlags.Borrowed) ? default : value.Objects;
            }
            else
            {
                Close(value, call, null, state);
            }
        }

        return whenDone;
    }

    private void CloseWhenDone(TrackedValue work, ObjectSet closed)
    {
        foreach (var index in work.Objects)
        {
            objects[index].ClosedWhenDone |= closed;
        }
    }

    /// <summary>What a method or property reads of the request itself.</summary>
    private TrackedValue RequestResult(IOperation call, MethodSummary summary, FlowState state)
    {
        var result = TrackedValue.Nothing;
        foreach (var part in summary.RequestParts)
        {
            var data = RequestData(call, state, part);
            if (part is null)
            {
                result = result.Join(data);
            }
            else if (Holder(call) is { } holder)
            {
                AddPart(holder, part, data, call);
                result = result.Join(TrackedValue.Of(holder.Index));
            }
        }

        return result;
    }

    /// <summary>What a method reads of the request itself and keeps in members of the object that is also this one.</summary>
    private void KeepRequest(IOperation call, MethodSummary summary, FlowState state)
    {
        foreach (var member in summary.RequestMembers)
        {
            storedAt[member] = call;
            state.SetValue(Storage(member), state.Value(Storage(member)).Join(RequestData(call, state, member.Name)));
        }
    }

    /// <summary>The socket that a method marked <c>[ReturnsOwned]</c> yields; its caller closes it.</summary>
    private TrackedValue Owned(IOperation call, IMethodSymbol method, FlowState state)
    {
        if (Catalog.SocketType(TaskResult(method.ReturnType)) is not { } model || !OwnershipAttributes.ReturnsOwned(method))
        {
            return TrackedValue.Nothing;
        }

        var made = Make(call, TrackedOrigin.Received, model, model.Surface, model.Kind, UnknownSocket, state).With(FlagsOf(model));
        return ReturnsTask(method) ? made.With(ValueFlags.Container) : made;
    }

    private void AddInnerConnect(IOperation call, ParameterConnect connect, ImmutableArray<IArgumentOperation> arguments, TrackedValue[] values, FlowState state)
    {
        IOperation? ArgumentAt(int position) => position < 0 ? null : arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value;

        scope.Summary?.InnerConnect(this, call, connect, position => position >= 0 && position < values.Length ? values[position] : default, state);
        var inner = connect.Site.Inner ?? connect.Site.Operation.Syntax.GetLocation();
        if (!Reporting || !connectsSeen.Add((call.Syntax, inner)))
        {
            return;
        }

        var site = connect.Site with
        {
            Operation = call,
            Name = VariableOf(call) ?? connect.Site.Name,
            Host = ArgumentAt(connect.Host),
            Port = ArgumentAt(connect.Port),
            Address = ArgumentAt(connect.Address),
            Endpoint = ArgumentAt(connect.Endpoint),
            Options = null,
            Token = null,
            Timeout = null,
            Inner = inner,
        };
        connects.Add(site);
        scope.Summary?.Add(site);
    }

    /// <summary>An argument goes to a helper that connects to it, or to members of it that are not proved here.</summary>
    private void PassDestination(ParameterSummary effect, IOperation argument, TrackedValue value, IOperation call, FlowState state)
    {
        if ((!effect.IsConnectHost && !effect.IsConnectPort) || !value.HasObjects)
        {
            return;
        }

        if (PathOf(Operations.UnwrapData(argument)) is { } path && CheckedMembers(path.Root, state).ToList() is { Count: > 0 } proved)
        {
            bool IsOpen(string? part) => part is null
                || !proved.Exists(members => members == path.Then(part).Members || members.StartsWith(path.Then(part).Members + ".", StringComparison.Ordinal));
            var hosts = effect.HostParts.RemoveAll(part => !IsOpen(part));

            // A port beside a host that was checked is not the caller's choice of a destination.
            var isHostProved = hosts.IsEmpty && effect.IsConnectHost;
            effect = effect with { HostParts = hosts, PortParts = isHostProved ? hosts : effect.PortParts.RemoveAll(part => !IsOpen(part)) };
        }

        scope.Summary?.MarkDestination(this, effect, value, state);
        ReportDestination(effect, argument, value, call, state);
    }

    /// <summary>A helper connects to what it is given.</summary>
    private void ReportDestination(ParameterSummary effect, IOperation? at, TrackedValue value, IOperation call, FlowState state)
    {
        foreach (var part in effect.HostParts)
        {
            ReportUnchecked(FlowEventKind.UncheckedHost, at, Reach(value, part), call, null, state, effect.ConnectedTo);
        }

        foreach (var part in effect.PortParts)
        {
            ReportUnchecked(FlowEventKind.UncheckedPort, at, Reach(value, part), call, null, state, effect.ConnectedTo);
        }
    }

    /// <summary>What a method does with the members of its object, and which of them are in its result.</summary>
    /// <param name="receiver">Null for this object.</param>
    private TrackedValue OwnResult(IOperation call, MethodSummary summary, TrackedValue? receiver, FlowState state)
    {
        var result = TrackedValue.Nothing;
        if (!summary.IsKnown)
        {
            return result;
        }

        foreach (var pair in summary.Members)
        {
            if (receiver is null)
            {
                var type = (pair.Key as IFieldSymbol)?.Type ?? (pair.Key as IPropertySymbol)?.Type ?? (pair.Key as IParameterSymbol)?.Type;
                var own = OwnMember(pair.Key, type, state);
                if (own.HasObjects)
                {
                    scope.Summary?.MarkDestination(this, pair.Value, own, state);
                    ReportDestination(pair.Value, storedAt.TryGetValue(pair.Key, out var at) ? at : call, own, call, state);
                    result = result.Join(Flow(call, pair.Value, own, null, default, state));
                }

                continue;
            }

            foreach (var index in receiver.Value.Objects)
            {
                if (objects[index].Parts is { } parts && parts.TryGetValue(pair.Key.Name, out var part))
                {
                    scope.Summary?.MarkDestination(this, pair.Value, part.Value, state);
                    ReportDestination(pair.Value, part.At, part.Value, call, state);
                    result = result.Join(Flow(call, pair.Value, part.Value, null, default, state));
                }
            }
        }

        return result;
    }

    /// <summary>A call that says false has handed nothing out: TryOpen(host, out var client).</summary>
    private void AssumeNothingHandedOut(IInvocationOperation call, FlowState state)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind == RefKind.Out && objectsByKey.TryGetValue((argument.Syntax, 0), out var made))
            {
                state.Move(made.Index, ObjectStates.Life, ObjectStates.None);
            }
        }
    }
}
