using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Tracked objects: made here, or met as they come from elsewhere.</summary>
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

    /// <summary>
    /// In a summary, the socket fields that a body names are there from its start: a path that never comes to one leaves it as it was.
    /// </summary>
    public void MeetFields(IOperation body, FlowState entry)
    {
        foreach (var operation in body.Descendants())
        {
            if (operation is IFieldReferenceOperation { Field.IsStatic: false } field && IsOwn(field.Instance) && Catalog.SocketType(field.Type) is { } model)
            {
                External(field, model, entry);
            }
        }
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
}
