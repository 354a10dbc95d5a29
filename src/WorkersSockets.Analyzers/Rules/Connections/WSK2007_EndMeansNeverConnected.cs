using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow.Timeouts;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>WSK2007: a Workers socket is read before anything waited for it to open, so a failed connect looks like the end of the data.</summary>
internal sealed class EndMeansNeverConnected : SocketRule
{
    /// <summary>Property: the milliseconds within which the fix waits for the connection.</summary>
    public const string Timeout = "timeout";

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.EndMeansNeverConnected, RuleCatalog.ReadWaitsForConnection);

    public override void Analyze(BodyContext body)
    {
        var waits = new ConnectWaits(body.Compilation, body.CancellationToken).Of(body.Flow);
        var found = UnopenedReads.Of(body.Flow).Select(found => (At: found.Read.Operation, found.Socket)).ToList();
        found.AddRange(waits.Where(wait => wait.IsReadInHelper && !found.Any(other => other.At.Syntax.Span == wait.At.Syntax.Span)).Select(wait => (wait.At, wait.Name)));
        if (found.Count == 0)
        {
            return;
        }

        var properties = ImmutableDictionary<string, string?>.Empty
            .Add(Timeout, body.Options.ConnectTimeoutMilliseconds.ToString(CultureInfo.InvariantCulture));
        var unbounded = waits.Select(wait => wait.At.Syntax.Span).ToImmutableHashSet();
        foreach (var (at, socket) in found)
        {
            body.Report(
                unbounded.Contains(at.Syntax.Span) ? RuleCatalog.ReadWaitsForConnection : RuleCatalog.EndMeansNeverConnected,
                at.Syntax.GetLocation(),
                ImmutableArray<Location>.Empty,
                properties,
                socket);
        }
    }
}
