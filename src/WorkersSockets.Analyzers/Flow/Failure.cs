namespace WorkersSockets.Analyzers.Flow;

/// <summary>What kind of exception an operation may throw, as far as handlers tell them apart.</summary>
[Flags]
internal enum Failure
{
    None = 0,

    /// <summary>SocketException.</summary>
    Socket = 1,

    /// <summary>IOException.</summary>
    Stream = 2,

    /// <summary>OperationCanceledException.</summary>
    Canceled = 4,

    /// <summary>Anything else.</summary>
    Other = 8,

    Any = Socket | Stream | Canceled | Other,
}
