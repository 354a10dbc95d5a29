using System.Collections.Immutable;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>The abstract state at one point: a value for each storage, the states of each object. Indices are the solver's.</summary>
/// <remarks>
/// A body has a state for each block, and neighbours differ in few variables. So values stand in pages that clones share until one
/// of them writes: what a block costs goes by what it changes, not by how many variables the body has.
/// </remarks>
internal sealed partial class FlowState
{
    /// <summary>Sockets of a body whose links are kept: a bound on the cost of a join.</summary>
    public const int MaximumLinked = 16;

    /// <summary>The states in which a socket is linked to variables.</summary>
    private static readonly ImmutableArray<ObjectStates> LinkedStates = ImmutableArray.Create(ObjectStates.NeedsClose, ObjectStates.Unopened);

    private Page?[] pages;
    private bool sharesPages;
    private ObjectStates[] objects;
    private bool sharesObjects;

    /// <summary>Who may write a page in place; a clone or a join gives that right up.</summary>
    private object writer = new();

    /// <summary>The pages that were joined last: joining them again changes nothing, since a joined state only grows.</summary>
    private Page?[] joined;

    /// <summary>
    /// What is known of a variable (null or not, true or false) on the paths on which a socket is in certain states, where that is less
    /// than on all paths: after <c>if (c == null) { c = new TcpClient(); own = true; }</c> an open socket means that <c>own</c> is true.
    /// </summary>
    private Dictionary<Link, ValueFlags>? links;

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
        links = other.links is { Count: > 0 } ? new Dictionary<Link, ValueFlags>(other.links) : null;
        cases = other.cases;
    }

    public FlowState Clone()
    {
        GiveUpPages();
        sharesPages = true;
        sharesObjects = true;
        return new FlowState(this);
    }

    public TrackedValue Value(int storage) => PageOf(storage) is { } page ? page.Values[storage % Page.Size] : default;

    /// <summary>A variable gets a value, whatever the path.</summary>
    public void SetValue(int storage, TrackedValue value)
    {
        Unlink(storage: storage);
        cases = cases.Remove(storage);
        Put(storage, value);
    }

    /// <summary>A variable goes out of scope; one that holds an object is kept.</summary>
    public void Forget(int storage)
    {
        cases = cases.Remove(storage);
        var value = Value(storage);
        if (value != default && !value.HasObjects)
        {
            SetValue(storage, default);
        }
    }

    /// <summary>A test of a variable leaves the paths on which it has <paramref name="value"/>.</summary>
    public void Narrow(int storage, TrackedValue value)
    {
        Put(storage, value);
        foreach (var pair in links?.Where(pair => pair.Key.Storage == storage).ToList() ?? [])
        {
            if (Excludes(pair.Value, value.Flags, ValueFlags.Nullness) || Excludes(pair.Value, value.Flags, ValueFlags.Truth))
            {
                // None of these paths has the socket in these states.
                SetObject(pair.Key.Object, Object(pair.Key.Object) & ~LinkedStates[pair.Key.Group]);
            }
            else
            {
                links![pair.Key] = Both(pair.Value, value.Flags, ValueFlags.Nullness) | Both(pair.Value, value.Flags, ValueFlags.Truth);
            }
        }
    }

    /// <summary>A variable gets the value of another: the same is known of both.</summary>
    public void CopyLinks(int from, int to)
    {
        foreach (var pair in links?.Where(pair => pair.Key.Storage == from).ToList() ?? [])
        {
            links![pair.Key with { Storage = to }] = pair.Value;
        }
    }

    /// <summary>A socket is made anew, on all paths.</summary>
    public void Renew(int index, ObjectStates states)
    {
        Unlink(index);
        SetObject(index, states);
    }

    private void Put(int storage, TrackedValue value)
    {
        if (Value(storage) != value)
        {
            joined = [];
            WritablePage(storage / Page.Size).Set(storage % Page.Size, value);
        }
    }

    /// <summary>The storages whose values may refer to one of the objects, with those values, in ascending order.</summary>
    public IEnumerable<(int Storage, TrackedValue Value)> HoldersOf(ObjectSet objects)
    {
        for (var number = 0; number < pages.Length; number++)
        {
            for (var offset = 0; offset < Page.Size && pages[number] is { HoldsObjects: true } page; offset++)
            {
                if (page.Values[offset].Objects.Overlaps(objects))
                {
                    yield return ((number * Page.Size) + offset, page.Values[offset]);
                }
            }
        }
    }

    public ObjectStates Object(int index) => index < objects.Length ? objects[index] : ObjectStates.None;

    public void SetObject(int index, ObjectStates states)
    {
        if ((states & ObjectStates.Unchecked) != 0 && !cases.IsEmpty)
        {
            ForgetProofs(index);
        }

        PutObject(index, states);
    }

    private void PutObject(int index, ObjectStates states)
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
    /// <param name="linked">The sockets whose links to variables are kept.</param>
    public bool Join(FlowState other, IReadOnlyList<int> linked)
    {
        other.GiveUpPages();
        var count = Math.Max(pages.Length, other.pages.Length);
        if (joined.Length < count)
        {
            Array.Resize(ref joined, count);
        }

        var changed = JoinLinks(other, linked) | JoinCases(other);
        for (var number = 0; number < count; number++)
        {
            var added = PageAt(other.pages, number);
            if (added is null || !ReferenceEquals(added, joined[number]))
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
                    PutObject(index, states);
                    changed = true;
                }
            }
        }

        return changed;
    }

    private bool JoinPage(int number, Page? added)
    {
        var known = PageAt(pages, number);
        if (ReferenceEquals(known, added))
        {
            return false;
        }

        var changed = false;
        for (var offset = 0; offset < Page.Size; offset++)
        {
            var value = Joined(ValueAt(known, offset), ValueAt(added, offset));
            if (value != ValueAt(known, offset))
            {
                known = WritablePage(number);
                known.Set(offset, value);
                changed = true;
            }
        }

        return changed;
    }

    private Page? PageOf(int storage) => PageAt(pages, storage / Page.Size);

    private static Page? PageAt(Page?[] pages, int number) => number < pages.Length ? pages[number] : null;

    private static TrackedValue ValueAt(Page? page, int offset) => page is null ? default : page.Values[offset];

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

    private bool JoinLinks(FlowState other, IReadOnlyList<int> linked)
    {
        if (linked.All(index => ((Object(index) | other.Object(index)) & (ObjectStates.NeedsClose | ObjectStates.Unopened)) == ObjectStates.None))
        {
            return false;
        }

        var changed = false;
        foreach (var storage in Differing(other))
        {
            var all = Known(Value(storage).Flags) | Known(other.Value(storage).Flags);
            foreach (var index in linked)
            {
                for (var group = 0; group < LinkedStates.Length; group++)
                {
                    var link = new Link(index, group, storage);
                    var known = Linked(link) | other.Linked(link);
                    if (known == ValueFlags.None)
                    {
                        continue;
                    }

                    var old = links is not null && links.TryGetValue(link, out var flags) ? flags : Known(Value(storage).Flags);
                    if (known == all)
                    {
                        changed |= links?.Remove(link) == true;
                    }
                    else
                    {
                        changed |= old != known;
                        (links ??= new Dictionary<Link, ValueFlags>())[link] = known;
                    }
                }
            }
        }

        return changed;
    }

    /// <summary>The variables of which the two states tell different things, or which are linked in one of them.</summary>
    private HashSet<int> Differing(FlowState other)
    {
        var differing = new HashSet<int>((links?.Keys ?? Enumerable.Empty<Link>()).Concat(other.links?.Keys ?? Enumerable.Empty<Link>()).Select(link => link.Storage));
        for (var number = 0; number < Math.Max(pages.Length, other.pages.Length); number++)
        {
            var here = PageAt(pages, number);
            var there = PageAt(other.pages, number);
            for (var offset = 0; offset < Page.Size && !ReferenceEquals(here, there); offset++)
            {
                if (Known(ValueAt(here, offset).Flags) != Known(ValueAt(there, offset).Flags))
                {
                    differing.Add((number * Page.Size) + offset);
                }
            }
        }

        return differing;
    }

    /// <summary>What is known of the variable where the socket is in the states; nothing where it is not in them.</summary>
    private ValueFlags Linked(Link link)
    {
        if ((Object(link.Object) & LinkedStates[link.Group]) == ObjectStates.None)
        {
            return ValueFlags.None;
        }

        return links is not null && links.TryGetValue(link, out var flags) ? flags : Known(Value(link.Storage).Flags);
    }

    private void Unlink(int? index = null, int? storage = null)
    {
        if (links is { Count: > 0 })
        {
            foreach (var link in links.Keys.Where(link => link.Object == index || link.Storage == storage).ToList())
            {
                links.Remove(link);
            }
        }
    }

    /// <summary>Where one path tells nothing of a value, the other's knowledge does not hold for both.</summary>
    private static TrackedValue Joined(TrackedValue here, TrackedValue there) =>
        here.Join(there).With(Unsaid(here, there, ValueFlags.Nullness) | Unsaid(here, there, ValueFlags.Truth));

    private static ValueFlags Unsaid(TrackedValue here, TrackedValue there, ValueFlags group) => here.Is(group) != there.Is(group) ? group : ValueFlags.None;

    /// <summary>A value of which nothing is known can be anything.</summary>
    private static ValueFlags Known(ValueFlags flags) =>
        ((flags & ValueFlags.Nullness) == ValueFlags.None ? ValueFlags.Nullness : flags & ValueFlags.Nullness)
        | ((flags & ValueFlags.Truth) == ValueFlags.None ? ValueFlags.Truth : flags & ValueFlags.Truth);

    private static bool Excludes(ValueFlags linked, ValueFlags tested, ValueFlags group) => (Known(linked) & Known(tested) & group) == ValueFlags.None;

    private static ValueFlags Both(ValueFlags linked, ValueFlags tested, ValueFlags group) => Known(linked) & Known(tested) & group;

    /// <summary>A socket in a group of states, and a variable.</summary>
    private readonly record struct Link(int Object, int Group, int Storage);

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
