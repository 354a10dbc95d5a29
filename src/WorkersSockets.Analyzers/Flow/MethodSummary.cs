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

    /// <summary>Closed, and the method's end waits for that of the close.</summary>
    public bool AwaitsClose { get; init; }

    /// <summary>A member's socket is closed on every normal way out, and no other has taken its place.</summary>
    public bool LeavesClosed { get; init; }

    /// <summary>Stored, captured or passed on to another owner on some path, or closed on some path only.</summary>
    public bool Escapes { get; init; }
    /// <summary>Closed or kept where the method fails, on some path at least.</summary>
    public bool EndsOnFailure { get; init; }
    public bool Reads { get; init; }
    public bool Writes { get; init; }

    /// <summary>Bound, so it is the accepting side.</summary>
    public bool IsListener { get; init; }

    /// <summary>The states at the normal exits, from a start in Open, Silent, Plain, OpenNotAwaited.</summary>
    public ObjectStates AtExit { get; init; }

    /// <summary>What the method itself said on the socket when it started TLS on it; None where it does not.</summary>
    public ObjectStates AtUpgrade { get; init; }

    /// <summary>An exception can leave the method while nothing has waited for the connection to settle (a timeout).</summary>
    public bool ThrowsWhileOpening { get; init; }

    /// <summary>Returned, bare, wrapped or in a task; the flags say how.</summary>
    public ValueFlags? ReturnedAs { get; init; }

    /// <summary>An out parameter that holds a socket which the caller then owns: its states.</summary>
    public ObjectStates OwnedAtExit { get; init; }

    /// <summary>The value of this parameter is proved an allowed host: the method returns normally only then.</summary>
    public bool ChecksByThrow { get; init; }

    /// <summary>The value of this parameter is proved an allowed host where the method returns true.</summary>
    public bool ChecksWhenTrue { get; init; }

    /// <summary>The value of this parameter is proved an allowed host where the method returns false.</summary>
    public bool ChecksWhenFalse { get; init; }

    /// <summary>The tests of the result (null: no error; a member of an enum: a verdict) that prove the value of this parameter an allowed host.</summary>
    public ImmutableHashSet<ResultTest> ResultsThatCheck { get; init; } = ImmutableHashSet<ResultTest>.Empty;

    /// <summary>The flags, codes and members of enums that are returned, bare or as a part of the result, and whether each proves the value of this parameter.</summary>
    public ImmutableArray<Verdict> Verdicts { get; init; } = ImmutableArray<Verdict>.Empty;

    /// <summary>Members of the value that are proved where the result passes a test.</summary>
    public ImmutableDictionary<ResultTest, ImmutableArray<string>> MembersCheckedByResult { get; init; } = ImmutableDictionary<ResultTest, ImmutableArray<string>>.Empty;

    /// <summary>Members of the value that are proved where the method returns true ("Host", "Server.Host").</summary>
    public ImmutableArray<string> MembersCheckedWhenTrue { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Members of the value that are proved where the method returns at all.</summary>
    public ImmutableArray<string> MembersCheckedByThrow { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>How the value (or data made from it) gets to the caller.</summary>
    public ImmutableArray<DataFlow> Flows { get; init; } = ImmutableArray<DataFlow>.Empty;

    /// <summary>The members of this object that keep the value, or a part of it.</summary>
    public ImmutableArray<(string? From, ISymbol Member)> Stored { get; init; } = ImmutableArray<(string?, ISymbol)>.Empty;

    /// <summary>The parts of the value (null: the value itself) that reach the host of a connect, unchecked.</summary>
    public ImmutableArray<string?> HostParts { get; init; } = ImmutableArray<string?>.Empty;

    /// <summary>The parts of the value that reach the port of a connect, unchecked.</summary>
    public ImmutableArray<string?> PortParts { get; init; } = ImmutableArray<string?>.Empty;

    /// <summary>The host or port argument of a connect that the value reaches.</summary>
    public IOperation? ConnectedTo { get; init; }

    public bool ChecksWhen(ResultTest test) => ResultsThatCheck.Contains(test);

    /// <summary>Whether every verdict that passes a test proves the value.</summary>
    public bool ChecksWhenVerdict(string? part, Func<object, bool> passes) =>
        Verdicts.Where(verdict => verdict.Part == part && passes(verdict.Constant)).ToList() is { Count: > 0 } passing && passing.TrueForAll(verdict => verdict.IsProof);

    /// <summary>The members of the value that every verdict which passes a test proves.</summary>
    public IEnumerable<string> MembersCheckedByVerdict(string? part, Func<object, bool> passes)
    {
        var passing = Verdicts.Where(verdict => verdict.Part == part && passes(verdict.Constant)).ToList();
        return passing.Count == 0 ? [] : passing.Skip(1).Aggregate<Verdict, IEnumerable<string>>(passing[0].Members, (common, verdict) => common.Intersect(verdict.Members));
    }

    public bool IsConnectHost => !HostParts.IsEmpty;
    public bool IsConnectPort => !PortParts.IsEmpty;
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

    /// <summary>The returned socket is the accepting side.</summary>
    public bool ReturnsListener { get; init; }

    /// <summary>The returned socket is a datagram or Unix-domain one.</summary>
    public bool ReturnsNotTcp { get; init; }

    /// <summary>Own fields, properties and parameters of the primary constructor that a method reads: data, and the sockets that it talks on.</summary>
    public ImmutableDictionary<ISymbol, ParameterSummary> Members { get; init; } =
        ImmutableDictionary<ISymbol, ParameterSummary>.Empty.WithComparers(SymbolEqualityComparer.Default);

    /// <summary>The parts of the return value (null: the value itself) that caller-controlled data reaches.</summary>
    public ImmutableArray<string?> RequestParts { get; init; } = ImmutableArray<string?>.Empty;

    /// <summary>Own fields and properties that the method gives caller-controlled data which it reads of the request itself.</summary>
    public ImmutableArray<ISymbol> RequestMembers { get; init; } = ImmutableArray<ISymbol>.Empty;

    /// <summary>The connects that take host, port, address or endpoint from a parameter.</summary>
    public ImmutableArray<ParameterConnect> Connects { get; init; } = ImmutableArray<ParameterConnect>.Empty;

    /// <summary>Every connect of the method, and every call of a helper that connects to what it is given.</summary>
    public ImmutableArray<ConnectSite> Sites { get; init; } = ImmutableArray<ConnectSite>.Empty;

    /// <summary>Whether an exception can leave the method.</summary>
    public bool MayThrow { get; init; } = true;

    public ParameterSummary Parameter(int ordinal) =>
        ordinal >= 0 && ordinal < Parameters.Length ? Parameters[ordinal] : ParameterSummary.Unknown;
}

/// <summary>What a caller asks of a result: is it this constant (null, or the number of an enum's member), or is it not?</summary>
internal readonly record struct ResultTest(object? Constant, bool IsEqual);

/// <summary>A flag, code or member of an enum that a method returns.</summary>
/// <param name="Part">The part of the result; null for the result itself.</param>
/// <param name="Constant">Its value.</param>
/// <param name="IsProof">It is returned only where the value is proved.</param>
/// <param name="Members">The members of the value that are proved where it is returned.</param>
internal readonly record struct Verdict(string? Part, object Constant, bool IsProof, ImmutableArray<string> Members);

/// <summary>A connect inside a method whose destination is (partly) a parameter's bare value; -1 where it is not.</summary>
internal sealed record ParameterConnect(ConnectSite Site, int Host, int Port, int Address, int Endpoint);

/// <summary>A way of data through a method.</summary>
/// <param name="From">The part of the parameter's value; null for the value itself.</param>
/// <param name="To">The part of the return value; null for the value itself.</param>
/// <param name="Out">The out parameter that gets it, or -1 for the return value.</param>
/// <param name="IsProved">The method has checked it.</param>
internal readonly record struct DataFlow(string? From, string? To, int Out = -1, bool IsProved = false);
