namespace WorkersSockets.Analyzers.Flow;

/// <summary>What is known of a value beside the objects that it may refer to. Every flag means "may", so that a join is an OR.</summary>
[Flags]
internal enum ValueFlags
{
    None = 0,

    /// <summary>May be null.</summary>
    Null = 1 << 0,

    /// <summary>May be something else than null.</summary>
    NotNull = 1 << 1,

    /// <summary>May be true.</summary>
    True = 1 << 2,

    /// <summary>May be false.</summary>
    False = 1 << 3,

    /// <summary>A stream or reader whose close leaves the socket open.</summary>
    Borrowed = 1 << 4,

    /// <summary>A TLS stream over the socket, or a reader or writer over one.</summary>
    Tls = 1 << 5,

    /// <summary>A stream, reader or writer over the socket, not the socket itself.</summary>
    Wrapped = 1 << 6,

    /// <summary>A collection or task that holds the objects.</summary>
    Container = 1 << 7,

    /// <summary>The first of several tasks to end (<c>Task.WhenAny</c>): awaiting it awaits none of them for certain.</summary>
    Any = 1 << 8,

    /// <summary>An object of source that keeps the sockets; what its members do with them is theirs.</summary>
    Held = 1 << 9,

    Nullness = Null | NotNull,
    Truth = True | False,
}

/// <summary>An abstract value: which tracked objects it may refer to, and how.</summary>
internal readonly record struct TrackedValue(ObjectSet Objects, ValueFlags Flags)
{
    public static readonly TrackedValue Nothing = default;
    public static readonly TrackedValue NullValue = new(default, ValueFlags.Null);
    public static readonly TrackedValue TrueValue = new(default, ValueFlags.True);
    public static readonly TrackedValue FalseValue = new(default, ValueFlags.False);

    public bool HasObjects => !Objects.IsEmpty;

    public static TrackedValue Of(int index, ValueFlags flags = ValueFlags.None) => new(ObjectSet.Of(index), flags | ValueFlags.NotNull);

    public TrackedValue With(ValueFlags flags) => this with { Flags = Flags | flags };

    public TrackedValue Without(ValueFlags flags) => this with { Flags = Flags & ~flags };

    public bool Is(ValueFlags flag) => (Flags & flag) != 0;

    public TrackedValue Join(TrackedValue other) => new(Objects | other.Objects, Flags | other.Flags);
}
