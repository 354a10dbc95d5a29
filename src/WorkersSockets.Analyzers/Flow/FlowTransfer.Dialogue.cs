using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What was said on a connection: reads, writes, upgrades, also those of helpers and members.</summary>
internal sealed partial class FlowTransfer
{
    private void Speak(TrackedValue value, FlowState state, Func<ObjectStates, ObjectStates> heard)
    {
        foreach (var index in SocketsOf(value))
        {
            state.Move(index, ObjectStates.Dialogue, heard(state.Object(index) & ObjectStates.Dialogue));
        }
    }

    /// <summary>What a method in source says on its parameters and members.</summary>
    private void Talk(List<(TrackedValue Value, ParameterSummary Summary)> effects, bool asksForTls, FlowState state)
    {
        // Writes first, then reads: a helper that gets a writer and a reader asks, then listens.
        foreach (var (value, effect) in effects.Where(effect => effect.Summary.Writes))
        {
            Speak(value, state, before => Said(effect, before, asksForTls));
        }

        foreach (var (value, effect) in effects.Where(effect => effect.Summary is { Writes: false, Reads: true }))
        {
            Speak(value, state, before => Said(effect, before, asksForTls));
        }
    }

    private static ObjectStates Said(ParameterSummary effect, ObjectStates before, bool asksForTls)
    {
        var after = effect.AtExit & (ObjectStates.Answered | ObjectStates.AskedForTls);
        if ((effect.AtExit & ObjectStates.Asked) != 0)
        {
            after |= asksForTls ? ObjectStates.AskedForTls : ObjectStates.Asked;
        }

        if ((effect.AtExit & ObjectStates.Greeted) != 0)
        {
            after |= WasRead(before);
        }

        return (effect.AtExit & ObjectStates.Silent) != 0 ? after | before : after;
    }

    /// <summary>The members that a method of the same object talks on.</summary>
    private IEnumerable<(TrackedValue Value, ParameterSummary Summary)> MembersOf(MethodSummary summary, IOperation call, FlowState state)
    {
        var talking = new List<(TrackedValue, ParameterSummary)>();
        foreach (var pair in summary.Members)
        {
            if (!pair.Value.Reads && !pair.Value.Writes)
            {
                continue;
            }

            var value = state.Value(Storage(pair.Key));
            if (SocketsOf(value).Count == 0)
            {
                // A member that this body has not met may be another face of one that it has.
                MembersTalkElsewhere(state);
                value = Meet(pair.Key, call, state);
            }

            Record(FlowEventKind.UsedByOwnMethod, call, value, state, model: null);
            talking.Add((value, pair.Value));
        }

        return talking;
    }

    /// <summary>The body comes to a member through a method that it calls; one that is no socket itself is followed in summaries only.</summary>
    private TrackedValue Meet(ISymbol member, IOperation call, FlowState state)
    {
        var type = (member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type ?? (member as IParameterSymbol)?.Type;
        var model = Catalog.SocketType(type);
        if (model is null && scope.Summary is null)
        {
            return TrackedValue.Nothing;
        }

        var made = Track(member, 1, index => new TrackedObject(index, TrackedKind.Socket, TrackedOrigin.External, call)
        {
            Surface = model?.Surface ?? Surface.DotNet,
            SocketKind = model?.Kind ?? SocketKind.Stream,
            Symbol = member,
        });
        if (made is null)
        {
            return TrackedValue.Nothing;
        }

        scope.Summary?.Add(member, made);
        state.SetObject(made.Index, scope.Summary is null ? UnknownSocket : MemberInSummary);
        state.SetValue(Storage(member), TrackedValue.Of(made.Index, (model is null ? ValueFlags.Wrapped : FlagsOf(model)) | ValueFlags.Null));
        return state.Value(Storage(member));
    }

    private bool MembersHoldSockets(FlowState state) =>
        storages.Any(pair => pair.Key is IFieldSymbol or IPropertySymbol && SocketsOf(state.Value(pair.Value)).Count > 0);

    /// <summary>What a method of the same object said is not known.</summary>
    private void MembersTalkElsewhere(FlowState state)
    {
        foreach (var pair in storages.ToList())
        {
            if (IsMemberHere(pair.Key))
            {
                TalkElsewhere(state.Value(pair.Value), state);
            }
        }
    }

    /// <summary>What is said through another parameter than the socket's own is not known.</summary>
    private void ParametersTalkElsewhere(FlowState state)
    {
        foreach (var pair in storages.ToList())
        {
            if (pair.Key is IParameterSymbol)
            {
                TalkElsewhere(state.Value(pair.Value), state);
            }
        }
    }

    /// <summary>Code that is not followed has the socket: anything may be said on it.</summary>
    private void TalkElsewhere(TrackedValue value, FlowState state) => Speak(value, state, _ => ObjectStates.Dialogue);

    /// <summary>A helper starts TLS: where it has not asked for it, what was said before the call decides whether that is right.</summary>
    private void UpgradeInside(IOperation call, TrackedValue value, ParameterSummary effect, FlowState state)
    {
        if (effect.AtUpgrade == ObjectStates.None)
        {
            return;
        }

        foreach (var index in SocketsOf(value))
        {
            var before = state.Object(index);
            if ((effect.AtUpgrade & ~(ObjectStates.Silent | ObjectStates.Greeted)) != 0)
            {
                state.Move(index, ObjectStates.Dialogue, ObjectStates.Dialogue);
            }
            else if ((effect.AtUpgrade & ObjectStates.Silent) == 0)
            {
                state.Move(index, ObjectStates.Dialogue, WasRead(before & ObjectStates.Dialogue));
            }

            RecordOne(FlowEventKind.Upgrade, call, objects[index], value, state);
            scope.Summary?.Upgrade(this, index, state.Object(index));
            state.SetObject(index, before);
        }
    }

    private static ObjectStates WasRead(ObjectStates dialogue)
    {
        var after = ObjectStates.None;
        if ((dialogue & (ObjectStates.Silent | ObjectStates.Greeted)) != 0)
        {
            after |= ObjectStates.Greeted;
        }

        if ((dialogue & (ObjectStates.Asked | ObjectStates.AskedForTls | ObjectStates.Answered)) != 0)
        {
            after |= ObjectStates.Answered;
        }

        return after;
    }

    private static ObjectStates WasWritten(ObjectStates dialogue, bool asksForTls) =>
        dialogue == ObjectStates.None ? ObjectStates.None : asksForTls ? ObjectStates.AskedForTls : ObjectStates.Asked;
}
