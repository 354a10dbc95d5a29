using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Flow.Summaries;

/// <summary>How many connections a call of a function opens.</summary>
/// <param name="Peak">The most that are opening or open at once while it runs: 0, n, or <see cref="SequenceBounds.Unbounded"/>.</param>
/// <param name="Held">How many of them are still open when it has completed: it returned or stored the socket.</param>
internal sealed record ConnectSummary(int Peak, int Held)
{
    public static readonly ConnectSummary None = new(0, 0);

    /// <summary>How many of these the caller gets with the result; the rest stays with the object that was called, a pool for example.</summary>
    public int Returned { get; init; }

    /// <summary>A call that is not awaited goes on while the caller continues.</summary>
    public bool IsConcurrent { get; init; }

    /// <summary>A gate that is entered before the connect, for all callers together.</summary>
    public ConnectGate? Gate { get; init; }

    /// <summary>The function only returns a lazy sequence whose elements connect when they are asked for.</summary>
    public bool IsLazy { get; init; }

    public Surface Surface { get; init; }

    /// <summary>The first connect that the call reaches, in this function or a callee.</summary>
    public IOperation? First { get; init; }
}
