using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Security;

/// <summary>WSK4005: a value that the caller controls reaches the host or port of a connect without an allowlist check.</summary>
internal sealed class HostFromRequest : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.HostFromRequest);

    public override void Analyze(BodyContext body)
    {
        foreach (var part in body.Flow.Bodies)
        {
            // Host and port of one connect are one mistake; the host is the worse half of it.
            var finds = part.Events.Where(found => found.Kind is FlowEventKind.UncheckedHost or FlowEventKind.UncheckedPort);
            foreach (var connect in finds.GroupBy(found => found.Related?.Syntax))
            {
                var found = connect.OrderBy(each => each.Kind == FlowEventKind.UncheckedHost ? 0 : 1).First();
                var isHost = found.Kind == FlowEventKind.UncheckedHost;
                body.Report(
                    RuleCatalog.HostFromRequest,
                    found.Operation.Syntax.GetLocation(),
                    Origin(found),
                    ImmutableDictionary<string, string?>.Empty
                        .Add("What", isHost ? "Host" : "Port")
                        .Add("AllowedHosts", string.Join(",", body.Options.AllowedHosts)),
                    isHost ? "host" : "port",
                    found.Operation.Syntax.ToString());
            }
        }
    }

    private static ImmutableArray<Location> Origin(FlowEvent found) => found.Object switch
    {
        { Operation: { } operation } => ImmutableArray.Create(operation.Syntax.GetLocation()),
        { Symbol: { } symbol } => symbol.Locations,
        _ => ImmutableArray<Location>.Empty,
    };
}
