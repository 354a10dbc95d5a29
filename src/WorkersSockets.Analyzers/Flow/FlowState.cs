namespace WorkersSockets.Analyzers.Flow;

/// <summary>The abstract state at one point: a value for each storage, the states of each object. Indices are the solver's.</summary>
internal sealed class FlowState
{
    private TrackedValue[] values;
    private ObjectStates[] objects;

    public FlowState()
    {
        values = [];
        objects = [];
    }

    private FlowState(FlowState other)
    {
        values = (TrackedValue[])other.values.Clone();
        objects = (ObjectStates[])other.objects.Clone();
    }

    /// <summary>Counts changes, so that an unchanged state is not joined into a handler twice.</summary>
    public int Version { get; private set; }

    public int ValueCount => values.Length;

    public FlowState Clone() => new(this);

    public TrackedValue Value(int storage) => storage < values.Length ? values[storage] : default;

    public void SetValue(int storage, TrackedValue value)
    {
        if (Value(storage) == value)
        {
            return;
        }

        if (storage >= values.Length)
        {
            Array.Resize(ref values, storage + 4);
        }

        values[storage] = value;
        Version++;
    }

    public ObjectStates Object(int index) => index < objects.Length ? objects[index] : ObjectStates.None;

    public void SetObject(int index, ObjectStates states)
    {
        if (Object(index) == states)
        {
            return;
        }

        if (index >= objects.Length)
        {
            Array.Resize(ref objects, index + 4);
        }

        objects[index] = states;
        Version++;
    }

    /// <summary>Replaces the states of one group (for example <see cref="ObjectStates.Life"/>) by <paramref name="states"/>.</summary>
    public void Move(int index, ObjectStates group, ObjectStates states) => SetObject(index, (Object(index) & ~group) | states);

    /// <summary>Adds what <paramref name="other"/> may be; true when that changed anything.</summary>
    public bool Join(FlowState other)
    {
        var changed = false;
        for (var storage = 0; storage < other.values.Length; storage++)
        {
            var joined = Value(storage).Join(other.values[storage]);
            if (joined != Value(storage))
            {
                SetValue(storage, joined);
                changed = true;
            }
        }

        for (var index = 0; index < other.objects.Length; index++)
        {
            var joined = Object(index) | other.objects[index];
            if (joined != Object(index))
            {
                SetObject(index, joined);
                changed = true;
            }
        }

        return changed;
    }
}
