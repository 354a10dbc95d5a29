using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What a method in source does with one parameter or captured variable.</summary>
internal sealed record ParameterSummary
{
    public static readonly ParameterSummary Unknown = new() { Escapes = true };
    public static readonly ParameterSummary Untouched = new();

    /// <summary>Closed on every normal way out.</summary>
    public bool Closes { get; init; }

    /// <summary>Stored, captured or passed on to another owner on some path, or closed on some path only.</summary>
    public bool Escapes { get; init; }
    public bool Reads { get; init; }
    public bool Writes { get; init; }

    /// <summary>The states at the normal exits, from a start in Open, Silent, Plain, OpenNotAwaited.</summary>
    public ObjectStates AtExit { get; init; }

    /// <summary>Returned, bare, wrapped or in a task; the flags say how.</summary>
    public ValueFlags? ReturnedAs { get; init; }

    /// <summary>An out parameter that holds a socket which the caller then owns: its states.</summary>
    public ObjectStates OwnedAtExit { get; init; }

    /// <summary>The value of this parameter is proved an allowed host: the method returns normally only then.</summary>
    public bool ChecksByThrow { get; init; }

    /// <summary>The value of this parameter is proved an allowed host where the method returns true.</summary>
    public bool ChecksWhenTrue { get; init; }

    /// <summary>The value (or data made from it) reaches the return value.</summary>
    public bool FlowsToResult { get; init; }

    /// <summary>The connects whose host is this parameter's value or made from it, unchecked.</summary>
    public bool IsConnectHost { get; init; }

    /// <summary>The connects whose port is this parameter's value.</summary>
    public bool IsConnectPort { get; init; }
}

/// <summary>What a call of a method in source does, as far as sockets and caller-controlled data go.</summary>
internal sealed record MethodSummary
{
    public static readonly MethodSummary Unknown = new() { IsKnown = false };

    /// <summary>False where there is no body, the body was too large, or a recursion was cut: then nothing else is known.</summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>By ordinal; parameters that cannot hold sockets or host data stand as <see cref="ParameterSummary.Untouched"/>.</summary>
    public ImmutableArray<ParameterSummary> Parameters { get; init; } = ImmutableArray<ParameterSummary>.Empty;

    /// <summary>Captured variables of a lambda or local function.</summary>
    public ImmutableDictionary<ISymbol, ParameterSummary> Captured { get; init; } =
        ImmutableDictionary<ISymbol, ParameterSummary>.Empty.WithComparers(SymbolEqualityComparer.Default);

    /// <summary>The method returns a socket that the caller owns: its states at the return (None where it returns none).</summary>
    public ObjectStates ReturnedStates { get; init; }
    public Surface ReturnedSurface { get; init; }
    public SocketKind ReturnedKind { get; init; }
    public ValueFlags ReturnedFlags { get; init; }

    /// <summary>Caller-controlled data reaches the return value: the words that name it.</summary>
    public string? ReturnsRequestData { get; init; }

    /// <summary>The connects that take host, port, address or endpoint from a parameter.</summary>
    public ImmutableArray<ParameterConnect> Connects { get; init; } = ImmutableArray<ParameterConnect>.Empty;

    /// <summary>Whether an exception can leave the method.</summary>
    public bool MayThrow { get; init; } = true;

    public ParameterSummary Parameter(int ordinal) =>
        ordinal >= 0 && ordinal < Parameters.Length ? Parameters[ordinal] : ParameterSummary.Unknown;
}

/// <summary>A connect inside a method whose destination is (partly) a parameter's bare value; -1 where it is not.</summary>
internal sealed record ParameterConnect(ConnectSite Site, int Host, int Port, int Address, int Endpoint);
