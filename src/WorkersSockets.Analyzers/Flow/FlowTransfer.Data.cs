using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Caller-controlled data: where it comes from, what is made of it, what proves it harmless.</summary>
internal sealed partial class FlowTransfer
{
    private const int MaximumDataDepth = 12;

    /// <summary>Where each own field or property got caller-controlled data: what a find names.</summary>
    private readonly Dictionary<ISymbol, IOperation> storedAt = new(SymbolEqualityComparer.Default);

    /// <summary>A value made from others: caller-controlled data stays that, sockets in containers stay reachable.</summary>
    private TrackedValue Derive(IOperation operation, FlowState state, TrackedValue from, ITypeSymbol? type = null)
    {
        if (!from.HasObjects)
        {
            return from.Without(ValueFlags.Truth);
        }

        type ??= operation.Type;
        var isData = IsDataType(type);
        var kept = default(ObjectSet);
        var sources = default(ObjectSet);
        var isUnchecked = false;
        foreach (var index in from.Objects)
        {
            if (objects[index].Kind != TrackedKind.Data)
            {
                kept |= Catalog.SocketType(type) is not null || !isData ? ObjectSet.Of(index) : default;
            }
            else if (objects[index].Parts is not null)
            {
                // An element taken out of a collection is the object that was put in.
                kept |= type is { SpecialType: SpecialType.None } ? ObjectSet.Of(index) : default;
            }
            else if ((state.Object(index) & ObjectStates.Trust) != ObjectStates.None)
            {
                sources |= ObjectSet.Of(index);
                isUnchecked |= IsUnchecked(index, state);
            }
        }

        if (isData && !sources.IsEmpty)
        {
            var path = PathOf(operation);
            if (Track(path is null ? operation.Syntax : path, 2, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Derived, operation) { Path = path }) is { } derived)
            {
                derived.Subjects |= sources;
                derived.PinsSources |= PinsSources(operation);

                // A member that was checked stays checked until its variable is assigned anew.
                if (path is null || (state.Object(derived.Index) & ObjectStates.Trust) == ObjectStates.None)
                {
                    state.SetObject(derived.Index, isUnchecked ? ObjectStates.Unchecked : ObjectStates.Checked);
                }

                kept |= ObjectSet.Of(derived.Index);
            }
        }

        return new TrackedValue(kept, from.Flags & ~ValueFlags.Truth);
    }

    private TrackedValue RequestData(IOperation operation, FlowState state, string? part = null)
    {
        object key = part is null ? operation.Syntax : (operation.Syntax, part);
        if (Track(key, 3, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Created, operation) { IsFromRequest = true }) is not { } data)
        {
            return TrackedValue.Nothing;
        }

        state.SetObject(data.Index, ObjectStates.Unchecked);
        return TrackedValue.Of(data.Index);
    }

    /// <summary>An own property that a framework fills from the request: the same value at every read, until it is assigned.</summary>
    private TrackedValue BoundMember(IPropertySymbol property, IOperation read, FlowState state)
    {
        var storage = Storage(property);
        if (state.Value(storage) is { Flags: ValueFlags.None, HasObjects: false }
            && Track(property, 3, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Created, read) { IsFromRequest = true }) is { } data)
        {
            state.SetObject(data.Index, ObjectStates.Unchecked);
            state.SetValue(storage, TrackedValue.Of(data.Index, ValueFlags.Nullness));
        }

        return state.Value(storage);
    }

    /// <summary>Whether a value of the type can carry a host, a port or something that holds one.</summary>
    private static bool IsDataType(ITypeSymbol? type) => type is not null && type.SpecialType switch
    {
        SpecialType.System_Boolean or SpecialType.System_Void or SpecialType.System_DateTime => false,
        _ => type.TypeKind is not (TypeKind.Enum or TypeKind.Delegate) && type.Name is not ("CancellationToken" or "TimeSpan" or "Guid" or "DateTimeOffset"),
    };

    /// <summary>A copy of data, proved for good, where the data is proved now; null where it is not.</summary>
    private TrackedObject? ProvedCopy(TrackedObject data, IOperation source, FlowState state)
    {
        if (data.Kind != TrackedKind.Data || data.IsProvedCopy || data.Parts is not null
            || (state.Object(data.Index) & ObjectStates.Trust) == ObjectStates.None || IsUnchecked(data.Index, state))
        {
            return null;
        }

        var copy = Track((source.Syntax, data.Index), 7, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Derived, data.Operation) { IsProvedCopy = true, Symbol = data.Symbol });
        if (copy is not null)
        {
            copy.Subjects = ObjectSet.Of(data.Index);
            state.SetObject(copy.Index, ObjectStates.Checked);
        }

        return copy;
    }

    /// <summary>The data that a proved copy is of, or the data itself.</summary>
    public TrackedObject OriginalOf(TrackedObject data)
    {
        while (data.IsProvedCopy && data.Subjects.GetEnumerator() is var subject && subject.MoveNext())
        {
            data = objects[subject.Current];
        }

        return data;
    }

    /// <summary>Whether an object is data that nothing has proved harmless: neither itself nor all that it was made of.</summary>
    public bool IsUnchecked(int index, FlowState state, int depth = 0)
    {
        var data = objects[index];
        if (data.Kind != TrackedKind.Data || (state.Object(index) & ObjectStates.Unchecked) == 0)
        {
            return false;
        }

        if (data.Origin != TrackedOrigin.Derived || data.Subjects.IsEmpty || depth > MaximumDataDepth)
        {
            return true;
        }

        foreach (var subject in data.Subjects)
        {
            var trust = state.Object(subject) & ObjectStates.Trust;
            if (trust != ObjectStates.Checked && ((trust & ObjectStates.Unchecked) == 0 || IsUnchecked(subject, state, depth + 1)))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasUnchecked(ObjectSet set, FlowState state)
    {
        foreach (var index in set)
        {
            if (IsUnchecked(index, state) && !IsTrustedHere(objects[index]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>In <c>allowed.Any(known => known == host)</c> the lambda's own parameter is what the program expects.</summary>
    private bool IsTrustedHere(TrackedObject data)
    {
        if (scope.Summary is null || scope.Owner is not IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } lambda)
        {
            return false;
        }

        var isOwn = false;
        var isOther = false;
        Trace(data, (source, _) =>
        {
            if (source.Origin == TrackedOrigin.Parameter)
            {
                var own = source.Symbol is IParameterSymbol parameter && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, lambda);
                isOwn |= own;
                isOther |= !own;
            }
        });
        return isOwn && !isOther;
    }

    /// <summary>Yields the objects that data was made of, itself included, each with the member through which it was read, if it was.</summary>
    public void Trace(TrackedObject data, Action<TrackedObject, string?> found)
    {
        var seen = new HashSet<int>();
        var rest = new Stack<TrackedObject>();
        rest.Push(data);
        while (rest.Count > 0)
        {
            var next = rest.Pop();
            if (!seen.Add(next.Index))
            {
                continue;
            }

            found(next, null);
            foreach (var part in next.Parts?.Values ?? Enumerable.Empty<DataPart>())
            {
                foreach (var index in part.Value.Objects)
                {
                    rest.Push(objects[index]);
                }
            }

            foreach (var index in next.Subjects)
            {
                if (next.Path is { } path && objects[index] is { Origin: TrackedOrigin.Parameter } start && SymbolEqualityComparer.Default.Equals(path.Root, start.Symbol))
                {
                    found(start, path.First);
                }
                else
                {
                    rest.Push(objects[index]);
                }
            }
        }
    }

    /// <summary>The data that a value may be, or that the named part of it may be: through objects whose parts are known.</summary>
    public TrackedValue Reach(TrackedValue value, string? part)
    {
        var set = default(ObjectSet);
        foreach (var index in value.Objects)
        {
            if (objects[index].Parts is not { } parts)
            {
                set |= ObjectSet.Of(index);
                continue;
            }

            foreach (var pair in parts)
            {
                if (part is null || pair.Key == part)
                {
                    set |= Reach(pair.Value.Value, null).Objects;
                }
            }
        }

        return new TrackedValue(set, value.Flags & ~ValueFlags.Nullness);
    }

    /// <summary>An object made here whose parts are followed one by one.</summary>
    private TrackedObject? Holder(IOperation operation)
    {
        var holder = Track(operation.Syntax, 6, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Created, operation) { Parts = new Dictionary<string, DataPart>() });
        return holder?.Parts is null ? null : holder;
    }

    private static void AddPart(TrackedObject holder, string name, TrackedValue value, IOperation at)
    {
        // A part that holds the object itself would never end.
        if (holder.Parts is { } parts && !value.Objects.Contains(holder.Index))
        {
            parts[name] = parts.TryGetValue(name, out var old) ? old with { Value = old.Value.Join(value) } : new DataPart(value, at);
        }
    }

    private bool HasData(TrackedValue value)
    {
        foreach (var index in value.Objects)
        {
            if (objects[index].Kind == TrackedKind.Data)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A new object of a type that is not a socket: what its constructor keeps of the arguments become its parts.</summary>
    private TrackedValue HoldParts(IObjectCreationOperation creation, IMethodSymbol constructor, TrackedValue[] values, MethodSummary? summary)
    {
        if (Holder(creation) is not { } holder)
        {
            return TrackedValue.Nothing;
        }

        foreach (var argument in creation.Arguments)
        {
            if (argument.Parameter is not { } parameter || parameter.Ordinal >= values.Length || !HasData(values[parameter.Ordinal]))
            {
                continue;
            }

            var value = values[parameter.Ordinal];
            foreach (var name in DataParts.KeptBy(constructor, parameter))
            {
                AddPart(holder, name, value, argument.Value);
            }

            foreach (var (from, member) in summary?.Parameter(parameter.Ordinal).Stored ?? default(IEnumerable<(string?, ISymbol)>) ?? Enumerable.Empty<(string?, ISymbol)>())
            {
                AddPart(holder, member.Name, Reach(value, from), argument.Value);
            }
        }

        return TrackedValue.Of(holder.Index);
    }

    /// <summary>A member of an object that is not this one is assigned: its part, or the whole value where parts are not followed.</summary>
    private void StorePart(IOperation? instance, ISymbol member, TrackedValue value, FlowState state, IOperation at)
    {
        if (instance is null)
        {
            return;
        }

        var holders = false;
        foreach (var index in PeekObjects(instance, state))
        {
            if (objects[index] is { Kind: TrackedKind.Data, Parts: not null } holder)
            {
                holders = true;
                if (HasData(value))
                {
                    AddPart(holder, member.Name, value, at is ISimpleAssignmentOperation assignment ? assignment.Value : at);
                }
            }
        }

        if (PathOf(instance)?.Then(member.Name) is { } path && !holders
            && Track(path, 2, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Derived, at) { Path = path }) is { } data)
        {
            data.Subjects |= value.Objects;
            state.SetObject(data.Index, HasUnchecked(value.Objects, state) ? ObjectStates.Unchecked : ObjectStates.Checked);
        }

        if (!holders && HasData(value))
        {
            Absorb(instance, value, state, at);
        }
    }

    /// <summary>What an object was given (appended, added, set) is in it from here on.</summary>
    private void Absorb(IOperation receiver, TrackedValue value, FlowState state, IOperation at)
    {
        receiver = Operations.UnwrapData(receiver);
        while (receiver is IInvocationOperation { Instance: { } inner })
        {
            receiver = Operations.UnwrapData(inner);
        }

        var set = default(ObjectSet);
        foreach (var index in value.Objects)
        {
            if (objects[index].Kind == TrackedKind.Data)
            {
                set |= ObjectSet.Of(index);
            }
        }

        if (set.IsEmpty)
        {
            return;
        }

        if (StorageOf(receiver) is { } storage)
        {
            state.SetValue(storage, new TrackedValue(state.Value(storage).Objects | set, state.Value(storage).Flags | ValueFlags.NotNull));
        }

        if (receiver is IFlowCaptureReferenceOperation capture && conditionOfCapture.TryGetValue(capture.Id, out var source) && source is not null && StorageOf(source) is { } original)
        {
            state.SetValue(original, new TrackedValue(state.Value(original).Objects | set, state.Value(original).Flags | ValueFlags.NotNull));
        }
    }

    /// <summary>In a summary, an own field or property that holds a host or port stands for what its object was made with.</summary>
    private TrackedValue OwnMember(ISymbol member, ITypeSymbol? type, FlowState state)
    {
        var value = state.Value(Storage(member));
        if (scope.Summary is null || value.HasObjects || value.Flags != ValueFlags.None || !DataParts.CanHoldDestination(type))
        {
            return value;
        }

        var made = Seed(member, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Parameter, null) { Symbol = member }, ObjectStates.Unchecked, state);
        scope.Summary.Add(member, made);
        return made is null ? value : state.Value(Storage(member));
    }

    /// <summary>Gives a captured variable an object of its own whose parts are the caller's where those of the enclosing body are.</summary>
    public void SeedHolder(ISymbol variable, TrackedObject captured, Dictionary<string, DataPart> parts, FlowTransfer outer, FlowState outerState, FlowState state)
    {
        var made = Seed(variable, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Captured, captured.Operation) { Parts = new Dictionary<string, DataPart>(), Symbol = variable }, ObjectStates.None, state);
        if (made is null)
        {
            return;
        }

        foreach (var pair in parts)
        {
            foreach (var index in pair.Value.Value.Objects)
            {
                var held = outer.ObjectAt(index);
                if (held.Parts is null && outer.IsUnchecked(index, outerState) && outer.ComesFrom(held, source => source.IsFromRequest)
                    && Track((variable, pair.Key), 3, number => new TrackedObject(number, TrackedKind.Data, TrackedOrigin.Created, held.Operation) { IsFromRequest = true }) is { } data)
                {
                    state.SetObject(data.Index, ObjectStates.Unchecked);
                    AddPart(made, pair.Key, TrackedValue.Of(data.Index), pair.Value.At);
                }
            }
        }
    }
}
