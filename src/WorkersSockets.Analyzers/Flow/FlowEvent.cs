using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What happened to an object at an operation.</summary>
internal enum FlowEventKind
{
    /// <summary>A connect was started on the socket (or it was made connected).</summary>
    Connect,

    /// <summary>Something waits for the connection to open (Workers).</summary>
    Opened,
    Read,
    Write,

    /// <summary>Another face of the socket was asked for (<c>GetStream</c>).</summary>
    View,

    /// <summary>A stream, reader or writer was built over it.</summary>
    Wrap,
    Close,
    HalfClose,

    /// <summary>TLS was started on it.</summary>
    Upgrade,

    /// <summary>Passed to a method in source that reads or writes it.</summary>
    Passed,

    /// <summary>A member of this object, and a method of it in source that was called reads or writes it.</summary>
    UsedByOwnMethod,

    /// <summary>Stored in a field or property of this object.</summary>
    StoredInField,

    /// <summary>Stored in static state.</summary>
    StoredInStatic,

    /// <summary>A later run of its creating operation replaced it while it was open.</summary>
    LeakedByLoop,

    /// <summary>The only variable that holds it gets another value while it is open.</summary>
    LeakedByAssignment,

    /// <summary>The body can be left normally while it is open.</summary>
    LeakedAtExit,

    /// <summary>An exception can leave the body while it is open.</summary>
    LeakedByException,

    /// <summary>It, or a task that uses it, was returned and then closed on the way out.</summary>
    ReturnedThenClosed,

    /// <summary>Work on it is still pending when it is closed.</summary>
    ClosedWhilePending,

    /// <summary>The body can be left on a path on which nothing awaited this work.</summary>
    WorkDropped,

    /// <summary>Caller-controlled data is the host of a connect, unchecked.</summary>
    UncheckedHost,

    /// <summary>Caller-controlled data is the port of a connect, unchecked.</summary>
    UncheckedPort,
}

/// <summary>One thing that happens to one object, with the states that the object may be in before it.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Operation">Where: the call, assignment or returned value.</param>
/// <param name="Object">To which object.</param>
/// <param name="Before">The object's states before it, over all paths.</param>
/// <param name="Value">The value through which it happens (the whole set of objects that it may mean).</param>
internal sealed record FlowEvent(FlowEventKind Kind, IOperation Operation, TrackedObject Object, ObjectStates Before, TrackedValue Value)
{
    public ApiModel? Model { get; init; }

    /// <summary>A second place: the operation that throws, the return that leaves, the closing operation.</summary>
    public IOperation? Related { get; init; }

    /// <summary>Of a leak at a normal end: each way out, and whether it leaves the object open for certain.</summary>
    public ImmutableArray<(IOperation At, bool IsCertain)> WaysOut { get; init; } = ImmutableArray<(IOperation, bool)>.Empty;

    /// <summary>A helper in source closes it, and waits until the close is done.</summary>
    public bool IsAwaitedInside { get; init; }

    /// <summary>The connect inside a helper that <see cref="Operation"/> leads to: its host or port.</summary>
    public IOperation? Inner { get; init; }

    /// <summary>The field or property that it was stored in.</summary>
    public ISymbol? Symbol { get; init; }

    /// <summary>The same event as seen on another path.</summary>
    public FlowEvent Join(FlowEvent other) => this with
    {
        Before = Before | other.Before,
        Value = Value.Join(other.Value),
        Related = Related ?? other.Related,
        WaysOut = WaysOut.AddRange(other.WaysOut),
    };
}
