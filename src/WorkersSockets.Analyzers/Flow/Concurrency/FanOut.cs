using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <summary>What kind of code opens several connections at once.</summary>
internal enum FanOutKind
{
    /// <summary>One after the other in straight-line code, without closing.</summary>
    Sequence,

    /// <summary>A projection whose elements are all started: <c>hosts.Select(ProbeAsync)</c>.</summary>
    Projection,

    /// <summary>A loop that collects tasks or sockets, or starts work that nothing waits for.</summary>
    Loop,

    /// <summary>A method of <c>Parallel</c>.</summary>
    Parallel,
}

/// <summary>A place that can have more connections opening at once than the limit.</summary>
/// <param name="Operation">The expression that fans out.</param>
/// <param name="Count">How many, or <see cref="SequenceBounds.Unbounded"/>.</param>
internal sealed record FanOut(IOperation Operation, FanOutKind Kind, int Count, Surface Surface)
{
    /// <summary>How many connections each element of a projection opens at once.</summary>
    public int Each { get; init; } = 1;

    /// <summary>The number in the code that lets more of them through than the limit: the width of a semaphore.</summary>
    public IOperation? Setting { get; init; }
}
