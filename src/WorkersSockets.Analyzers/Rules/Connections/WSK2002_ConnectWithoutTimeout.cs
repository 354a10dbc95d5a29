using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Timeouts;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>WSK2002: nothing bounds the wait for a connection.</summary>
internal sealed class ConnectWithoutTimeout : SocketRule
{
    /// <summary>Property: the milliseconds that the fix writes.</summary>
    public const string Timeout = "timeout";

    /// <summary>Property: "Workers" or "DotNet".</summary>
    public const string OnSurface = "surface";

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.OpenWithoutTimeout, RuleCatalog.ConnectWithoutTimeout);

    public override void Analyze(BodyContext body)
    {
        if (TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        var waits = new ConnectWaits(body.Compilation, body.CancellationToken).Of(body.Flow);
        if (waits.IsEmpty)
        {
            return;
        }

        // A first read that nothing waited in front of is WSK2007's find, whose fix bounds the wait as well.
        var reads = UnopenedReads.Of(body.Flow).Select(found => found.Read.Operation.Syntax.Span).ToImmutableHashSet();
        foreach (var found in waits.Where(wait => !wait.IsReadInHelper && !reads.Contains(wait.At.Syntax.Span)))
        {
            var properties = ImmutableDictionary<string, string?>.Empty
                .Add(Timeout, body.Options.ConnectTimeoutMilliseconds.ToString(CultureInfo.InvariantCulture))
                .Add(OnSurface, found.Surface.ToString());
            var related = found.At == found.Connect ? ImmutableArray<Location>.Empty : ImmutableArray.Create(found.Connect.Syntax.GetLocation());
            body.Report(
                found.Surface == Surface.Workers ? RuleCatalog.OpenWithoutTimeout : RuleCatalog.ConnectWithoutTimeout,
                found.At.Syntax.GetLocation(),
                related,
                properties,
                found.Name);
        }
    }
}
