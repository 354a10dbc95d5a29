namespace WorkersSockets.Analyzers.Flow;

/// <summary>The abstract state at one point: a value for each storage, the states of each object. Indices are the solver's.</summary>
/// <remarks>
/// A body has a state for each block, and neighbours differ in few variables. So values stand in pages that clones share until one
/// of them writes: what a block costs goes by what it changes, not by how many variables the body has.
/// </remarks>
internal sealed class FlowState
{
    private Page?[] pages;
    private bool sharesPages;
    private ObjectStates[] objects;
    private bool sharesObjects;

    /// <summary>Who may write a page in place; a clone or a join gives that right up.</summary>
    private object writer = new();

    /// <summary>The pages that were joined last: joining them again changes nothing, since a joined state only grows.</summary>
    private Page?[] joined;

    public FlowState()
    {
        pages = [];
        objects = [];
        joined = [];
    }

    private FlowState(FlowState other)
    {
        pages = other.pages;
        objects = other.objects;
        joined = [];
        sharesPages = true;
        sharesObjects = true;
    }

    public FlowState Clone()
    {
        GiveUpPages();
        sharesPages = true;
        sharesObjects = true;
        return new FlowState(this);
    }

    public TrackedValue Value(int storage) => PageOf(storage) is { } page ? page.Values[storage % Page.Size] : default;

    public void SetValue(int storage, TrackedValue value)
    {
        if (Value(storage) != value)
        {
            joined = [];
            WritablePage(storage / Page.Size).Set(storage % Page.Size, value);
        }
    }

    /// <summary>The storages whose values may refer to the object, with those values, in ascending order.</summary>
    public IEnumerable<(int Storage, TrackedValue Value)> HoldersOf(int index)
    {
        for (var number = 0; number < pages.Length; number++)
        {
            for (var offset = 0; offset < Page.Size && pages[number] is { HoldsObjects: true } page; offset++)
            {
                if (page.Values[offset].Objects.Contains(index))
                {
                    yield return ((number * Page.Size) + offset, page.Values[offset]);
                }
            }
        }
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
        else if (sharesObjects)
        {
            objects = (ObjectStates[])objects.Clone();
        }

        sharesObjects = false;
        objects[index] = states;
    }

    /// <summary>Replaces the states of one group (for example <see cref="ObjectStates.Life"/>) by <paramref name="states"/>.</summary>
    public void Move(int index, ObjectStates group, ObjectStates states) => SetObject(index, (Object(index) & ~group) | states);

    /// <summary>Adds what <paramref name="other"/> may be; true when that changed anything.</summary>
    public bool Join(FlowState other)
    {
        other.GiveUpPages();
        if (joined.Length < other.pages.Length)
        {
            Array.Resize(ref joined, other.pages.Length);
        }

        var changed = false;
        for (var number = 0; number < other.pages.Length; number++)
        {
            if (other.pages[number] is { } added && !ReferenceEquals(added, joined[number]))
            {
                joined[number] = added;
                changed |= JoinPage(number, added);
            }
        }

        if (!ReferenceEquals(objects, other.objects))
        {
            for (var index = 0; index < other.objects.Length; index++)
            {
                var states = Object(index) | other.objects[index];
                if (states != Object(index))
                {
                    SetObject(index, states);
                    changed = true;
                }
            }
        }

        return changed;
    }

    private bool JoinPage(int number, Page added)
    {
        var known = number < pages.Length ? pages[number] : null;
        if (ReferenceEquals(known, added))
        {
            return false;
        }

        if (known is null)
        {
            SetPage(number, added);
            return true;
        }

        var changed = false;
        for (var offset = 0; offset < Page.Size; offset++)
        {
            var value = known.Values[offset].Join(added.Values[offset]);
            if (value != known.Values[offset])
            {
                known = WritablePage(number);
                known.Set(offset, value);
                changed = true;
            }
        }

        return changed;
    }

    private Page? PageOf(int storage) => storage / Page.Size is var number && number < pages.Length ? pages[number] : null;

    private Page WritablePage(int number)
    {
        var page = number < pages.Length ? pages[number] : null;
        if (page is null || page.Writer != writer)
        {
            page = page is null ? new Page(writer) : new Page(writer, page);
            SetPage(number, page);
        }

        return page;
    }

    private void SetPage(int number, Page page)
    {
        if (number >= pages.Length)
        {
            Array.Resize(ref pages, number + 1);
        }
        else if (sharesPages)
        {
            pages = (Page?[])pages.Clone();
        }

        sharesPages = false;
        pages[number] = page;
    }

    private void GiveUpPages() => writer = new object();

    /// <summary>The values of some neighbouring storages.</summary>
    private sealed class Page(object writer)
    {
        public const int Size = 32;

        public Page(object writer, Page copied)
            : this(writer)
        {
            copied.Values.CopyTo(Values, 0);
            HoldsObjects = copied.HoldsObjects;
        }

        /// <summary>The state that may write it, by its <see cref="FlowState.writer"/>.</summary>
        public object Writer { get; } = writer;

        public TrackedValue[] Values { get; } = new TrackedValue[Size];

        /// <summary>Whether a value in it may refer to an object.</summary>
        public bool HoldsObjects { get; private set; }

        public void Set(int offset, TrackedValue value)
        {
            Values[offset] = value;
            HoldsObjects |= value.HasObjects;
        }
    }
}
