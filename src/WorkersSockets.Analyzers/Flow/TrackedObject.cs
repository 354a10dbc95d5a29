using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What a tracked object is.</summary>
internal enum TrackedKind
{
    /// <summary>A connection; streams and readers over it are views of it.</summary>
    Socket,

    /// <summary>A task of work on sockets.</summary>
    Task,

    /// <summary>Data that the caller of the program controls, or that stands for a parameter.</summary>
    Data,
}

/// <summary>Where a tracked object comes from.</summary>
internal enum TrackedOrigin
{
    /// <summary>Made in this body, which has to close it.</summary>
    Created,

    /// <summary>Returned by a helper in source that hands ownership over.</summary>
    Received,

    /// <summary>Returned by an accepting socket.</summary>
    Accepted,

    /// <summary>A parameter of the body.</summary>
    Parameter,

    /// <summary>A variable of the enclosing body.</summary>
    Captured,

    /// <summary>A field, property or unknown expression.</summary>
    External,

    /// <summary>Computed from other data.</summary>
    Derived,
}

/// <summary>One object that the flow follows through a body. There is one for each operation that makes one.</summary>
internal sealed class TrackedObject(int index, TrackedKind kind, TrackedOrigin origin, IOperation? operation)
{
    public int Index { get; } = index;
    public TrackedKind Kind { get; } = kind;
    public TrackedOrigin Origin { get; } = origin;

    /// <summary>The creating, calling or reading operation; null for parameters and captured variables.</summary>
    public IOperation? Operation { get; } = operation;

    public Surface Surface { get; init; }

    /// <summary>Sockets: the model of the type's kind.</summary>
    public SocketKind SocketKind { get; init; }

    /// <summary>The parameter, captured variable or field that it stands for.</summary>
    public ISymbol? Symbol { get; init; }

    /// <summary>The parameter's position, or -1.</summary>
    public int Ordinal { get; init; } = -1;

    /// <summary>Tasks: the role of the call that started the work; the sockets are <see cref="Subjects"/>.</summary>
    public ModelRole? Role { get; init; }

    /// <summary>Tasks: the sockets worked on. Data: what it was computed from. Upgraded sockets: the old socket.</summary>
    public ObjectSet Subjects { get; set; }

    /// <summary>Sockets: the first variable that held it; what messages call it.</summary>
    public ISymbol? Variable { get; set; }

    /// <summary>Sockets: was bound or listens, so it is the accepting side.</summary>
    public bool IsListener { get; set; }

    /// <summary>Sockets: a datagram or Unix-domain socket, to which the rules on TCP do not apply.</summary>
    public bool IsNotTcp { get; set; }

    /// <summary>Sockets: returned, stored or passed to someone else on some path, so that more may happen to it than the body shows.</summary>
    public bool IsHandedOn { get; set; }

    /// <summary>Sockets: handed on in another way than into a member of this object.</summary>
    public bool IsGivenAway { get; set; }

    /// <summary>Sockets: the values that the body returns them as, themselves or what reads from them.</summary>
    public HashSet<IOperation> ReturnedAs { get; } = new();

    /// <summary>Tasks: the work can fail while the connection is still opening (a timeout).</summary>
    public bool FailsWhileOpening { get; set; }

    /// <summary>Tasks: the sockets that are closed when the work is done.</summary>
    public ObjectSet ClosedWhenDone { get; set; }

    /// <summary>Tasks: the sockets that the work closes or keeps where it fails.</summary>
    public ObjectSet EndedByFailure { get; set; }

    /// <summary>Sockets: the life states in which the body can be left, exceptions included.</summary>
    public ObjectStates Ends { get; set; }

    /// <summary>Data: the caller of the program controls it (not merely a parameter of a helper).</summary>
    public bool IsFromRequest { get; init; }

    /// <summary>Data: an object made here whose parts are followed one by one, by their names.</summary>
    public Dictionary<string, DataPart>? Parts { get; init; }

    /// <summary>Data: the variable and members that it is read through.</summary>
    public DataPath? Path { get; init; }

    /// <summary>Data: what a variable got of other data, its only subject, where that was proved.</summary>
    public bool IsProvedCopy { get; init; }

    /// <summary>Data: a check of it proves what it was made of.</summary>
    public bool PinsSources { get; set; }

    /// <summary>Data: the words of the source that name it in a message.</summary>
    public string Name => Variable?.Name ?? Symbol?.Name ?? Shorten(Operation?.Syntax.ToString() ?? "");

    /// <summary>Whether this body has to close it.</summary>
    public bool IsOwned => Kind == TrackedKind.Socket && Origin is TrackedOrigin.Created or TrackedOrigin.Received;

    private static string Shorten(string text)
    {
        var line = string.Join(" ", text.Split(new[] { ' ', '\t', '\r', '\n' }, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 60 ? line : line.Substring(0, 57) + "...";
    }
}
