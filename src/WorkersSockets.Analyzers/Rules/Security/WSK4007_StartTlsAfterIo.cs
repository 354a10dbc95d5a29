using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Security;

/// <summary>WSK4007: StartTlsAsync on a socket that was read or written; the package keeps its locks, so the upgrade never completes.</summary>
internal sealed class StartTlsAfterIo : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.StartTlsAfterIo);

    public override void Analyze(BodyContext body)
    {
        foreach (var connection in Connection.Of(body.Flow))
        {
            if (connection.Socket.Surface != Surface.Workers)
            {
                continue;
            }

            foreach (var upgrade in connection.Events.Where(found => found.Kind == FlowEventKind.Upgrade))
            {
                var said = upgrade.Before & ObjectStates.Dialogue;
                if (said != ObjectStates.None
                    && (said & ObjectStates.Silent) == 0
                    && TlsTooEarly.DescriptorFor(upgrade, connection, body) is null)
                {
                    body.Report(RuleCatalog.StartTlsAfterIo, upgrade.Operation, connection.Socket.Name);
                }
            }
        }
    }
}
