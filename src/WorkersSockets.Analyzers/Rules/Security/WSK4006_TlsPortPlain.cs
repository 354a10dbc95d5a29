using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Security;

/// <summary>WSK4006: a port that speaks TLS from the first byte is used as plain text.</summary>
internal sealed class TlsPortPlain : SocketRule
{
    private static readonly ImmutableHashSet<int> TlsPorts =
        ImmutableHashSet.Create(443, 465, 636, 853, 989, 990, 993, 995, 5223, 5671, 6380, 6697, 8883);

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.TlsPortPlain);

    public override void Analyze(BodyContext body)
    {
        foreach (var connection in Connection.Of(body.Flow))
        {
            if (connection.Site is not { } site || !IsPlain(connection))
            {
                continue;
            }

            var destination = Destinations.Of(site, body.Compilation, body.CancellationToken)
                .FirstOrDefault(each => each.Port is { } port && each.PortIsCertain && TlsPorts.Contains((int)port));
            if (destination is not null)
            {
                body.Report(
                    RuleCatalog.TlsPortPlain,
                    (destination.PortOperation ?? site.Operation).Syntax.GetLocation(),
                    ImmutableArray.Create(site.Operation.Syntax.GetLocation()),
                    ImmutableDictionary<string, string?>.Empty,
                    destination.Port!.Value,
                    connection.Socket.Name);
            }
        }
    }

    private static bool IsPlain(Connection connection)
    {
        var talks = connection.Events.Where(found => found.Kind is FlowEventKind.Read or FlowEventKind.Write).ToList();
        if (connection.Socket.Surface == Surface.Workers)
        {
            // A probe that only connects and closes says nothing in plain text.
            return connection.Transport == SecureTransport.Off
                && (talks.Count > 0 || connection.Events.Any(found => found.Kind == FlowEventKind.Passed));
        }

        return talks.Count > 0
            && !connection.Socket.IsHandedOn
            && talks.All(found => !found.Value.Is(ValueFlags.Tls))
            && !connection.Events.Any(found => found.Kind is FlowEventKind.Upgrade or FlowEventKind.Passed);
    }
}
