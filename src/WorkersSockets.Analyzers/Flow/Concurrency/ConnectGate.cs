using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <summary>What lets only so many callers at a time go on to connect: a semaphore, a lock, an attribute.</summary>
/// <param name="Width">How many; 0 where that cannot be read, which bounds by intention.</param>
/// <param name="Setting">The expression that says so, where there is one.</param>
internal sealed record ConnectGate(int Width, IOperation? Setting)
{
    /// <summary>A gate for one at a time.</summary>
    public static readonly ConnectGate Single = new(1, null);

    public static ConnectGate? Narrower(ConnectGate? left, ConnectGate? right) =>
        left is null ? right
        : right is null || left.Width <= right.Width ? left
        : right;

    /// <summary>How many connections are left of a number of them, of which each caller opens <paramref name="each"/>.</summary>
    public static int Bound(int total, ConnectGate? gate, int each) => gate switch
    {
        null => total,
        { Width: 0 } => Math.Min(total, each),
        { Width: var width } => Math.Min(total, SequenceBounds.Times(width, each)),
    };
}
