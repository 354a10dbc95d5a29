using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers.Rules;

/// <summary>What a rule reads for one body, and where it reports.</summary>
internal sealed class BodyContext(
    SocketCompilation compilation,
    SocketFlow flow,
    SocketOptions options,
    Action<Diagnostic> report,
    CancellationToken cancellationToken)
{
    private readonly Dictionary<(IOperation Connect, Location? Inner), ImmutableArray<Destination>> destinations = new();
    private ImmutableArray<ReadFind>? reads;

    public SocketCompilation Compilation { get; } = compilation;
    public SocketCatalog Catalog => Compilation.Catalog;
    public SocketFlow Flow { get; } = flow;
    public SocketOptions Options { get; } = options;
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>What is wrong with the reads of the body, found once for all rules that ask.</summary>
    public ImmutableArray<ReadFind> Reads => reads ??= BodyReads.Find(Compilation, Flow.Owner, Flow.Root, CancellationToken);

    /// <summary>Every destination that a connect can have, found once for all rules that ask: see <see cref="Destinations.Of"/>.</summary>
    public ImmutableArray<Destination> DestinationsOf(ConnectSite site)
    {
        if (!destinations.TryGetValue((site.Operation, site.Inner), out var found))
        {
            destinations[(site.Operation, site.Inner)] = found = Destinations.Of(site, Compilation, CancellationToken);
        }

        return found;
    }

    /// <summary>Whether the body's code runs on Workers: by option, or by what the compilation shows.</summary>
    public bool RunsOnWorkers => Options.Target == Target.Workers || (Options.Target == Target.Auto && Compilation.IsWorkersProject);

    /// <summary>Reports at an operation's own span.</summary>
    public void Report(DiagnosticDescriptor descriptor, IOperation at, params object[] arguments) =>
        Report(descriptor, at.Syntax.GetLocation(), ImmutableArray<Location>.Empty, ImmutableDictionary<string, string?>.Empty, arguments);

    /// <summary>Reports with related places and what the fix needs.</summary>
    public void Report(
        DiagnosticDescriptor descriptor,
        Location at,
        ImmutableArray<Location> related,
        ImmutableDictionary<string, string?> properties,
        params object[] arguments) =>
        report(Diagnostic.Create(descriptor, at, related, properties, arguments));

    /// <summary>Reports with another severity than the descriptor's, unless the user sets one.</summary>
    public void Report(
        DiagnosticDescriptor descriptor,
        DiagnosticSeverity severity,
        Location at,
        ImmutableArray<Location> related,
        params object[] arguments) =>
        report(Diagnostic.Create(descriptor, at, severity, related, ImmutableDictionary<string, string?>.Empty, arguments));
}
