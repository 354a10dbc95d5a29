using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Summaries;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <summary>Connections that are opening or open at a point of a body. Changed as the walk goes on.</summary>
internal sealed class LiveConnections(IOperation origin, int weight, Surface surface)
{
    /// <summary>Where they are started; later, where they are collected.</summary>
    public IOperation Origin { get; set; } = origin;

    public int Weight { get; set; } = weight;
    public Surface Surface { get; } = surface;

    /// <summary>Work on them is running; awaiting it ends the work.</summary>
    public bool IsTask { get; set; }

    /// <summary>How many are still open when the work has ended.</summary>
    public int Leaves { get; set; }

    /// <summary>The variables through which they are reached.</summary>
    public HashSet<ISymbol> Keys { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The variable of the collection that holds them.</summary>
    public ISymbol? Collection { get; set; }

    /// <summary>They are in some collection, or run on with nothing waiting for them: each turn of a loop adds more.</summary>
    public bool Accumulates { get; set; }

    public ConnectGate? Gate { get; set; }

    /// <summary>The loop that fills the collection keeps it from growing further: the loops around that one add none.</summary>
    public bool IsWindow { get; set; }

    /// <summary>They are part of a find already.</summary>
    public bool IsReported { get; set; }
}

/// <summary>What a value stands for, as far as connections go.</summary>
internal sealed record Carried
{
    public static readonly Carried Nothing = new();

    public ImmutableArray<LiveConnections> Live { get; init; } = ImmutableArray<LiveConnections>.Empty;

    /// <summary>A lazy projection: each element that is asked for opens what this says.</summary>
    public ConnectSummary? PerItem { get; init; }

    /// <summary>The projection.</summary>
    public IOperation? Projection { get; init; }

    /// <summary>How many elements the projection has, where that is known otherwise than from the projection itself.</summary>
    public int? Count { get; init; }

    public bool IsNothing => Live.IsEmpty && PerItem is null;

    public static Carried Of(LiveConnections live) => new() { Live = ImmutableArray.Create(live) };

    public Carried And(Carried other) => other.IsNothing ? this : IsNothing ? other : new Carried
    {
        Live = Live.Union(other.Live).ToImmutableArray(),
        PerItem = PerItem ?? other.PerItem,
        Projection = Projection ?? other.Projection,
        Count = Count ?? other.Count,
    };
}
