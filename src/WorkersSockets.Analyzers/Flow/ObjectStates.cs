namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// The states that an object may be in at a point: on each path exactly one of each group, so the set over all paths is an OR.
/// An object that a path has not met has none of them there.
/// </summary>
[Flags]
internal enum ObjectStates
{
    None = 0,

    // Life of a socket.
    Created = 1 << 0,
    Connecting = 1 << 1,
    Open = 1 << 2,
    Closed = 1 << 3,

    /// <summary>Closed through a value that may also have meant another object.</summary>
    MaybeClosed = 1 << 4,

    /// <summary>Another owner has it: stored, passed on, captured.</summary>
    Escaped = 1 << 5,

    /// <summary>Given to the caller as (part of) the return value.</summary>
    Returned = 1 << 6,

    /// <summary>Workers: replaced by the socket that StartTlsAsync returned.</summary>
    Superseded = 1 << 7,

    /// <summary>Workers: the open timed out. There is nothing to close, and a close would wait for the connect.</summary>
    Unopened = 1 << 23,

    // Whether something waited for the connection (Workers).
    OpenNotAwaited = 1 << 8,
    OpenAwaited = 1 << 9,

    // What was said on the connection so far.
    Silent = 1 << 10,

    /// <summary>Read from, nothing written (a greeting).</summary>
    Greeted = 1 << 11,

    /// <summary>Written to last; the answer was not read.</summary>
    Asked = 1 << 12,

    /// <summary>An answer to something written was read.</summary>
    Answered = 1 << 13,

    /// <summary>A STARTTLS-like command was written last; its answer was not read.</summary>
    AskedForTls = 1 << 14,

    // Whether TLS runs on it.
    Plain = 1 << 15,
    Upgraded = 1 << 16,

    // Whether the writing side is open.
    Writable = 1 << 17,
    WriteEnded = 1 << 18,

    // Tasks.
    Pending = 1 << 19,
    Awaited = 1 << 20,

    // Data from outside.
    Unchecked = 1 << 21,
    Checked = 1 << 22,

    Life = Created | Connecting | Open | Closed | MaybeClosed | Escaped | Returned | Superseded | Unopened,
    NeedsClose = Created | Connecting | Open,
    Opening = OpenNotAwaited | OpenAwaited,
    Dialogue = Silent | Greeted | Asked | Answered | AskedForTls,
    Transport = Plain | Upgraded,
    Writing = Writable | WriteEnded,
    Work = Pending | Awaited,
    Trust = Unchecked | Checked,
}
