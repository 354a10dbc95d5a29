using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Security;

/// <summary>WSK4001: TLS starts before the server's answer to the upgrade command was read.</summary>
internal sealed class TlsTooEarly : SocketRule
{
    /// <summary>Ports on which a server speaks plain text until it agreed to TLS.</summary>
    internal static readonly ImmutableHashSet<int> StartTlsPorts =
        ImmutableHashSet.Create(21, 25, 110, 119, 143, 389, 587, 3306, 4190, 5222, 5432);

    private const int MySqlPort = 3306;

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.TlsBeforeAgreement, RuleCatalog.TlsBeforeAnswer);

    public override void Analyze(BodyContext body)
    {
        foreach (var connection in Connection.Of(body.Flow))
        {
            foreach (var upgrade in connection.Events.Where(found => found.Kind == FlowEventKind.Upgrade))
            {
                if (DescriptorFor(upgrade, connection, body) is { } descriptor)
                {
                    body.Report(descriptor, upgrade.Operation, connection.Socket.Name);
                }
            }
        }
    }

    /// <summary>Whether the upgrade is too early, also for WSK4007, which leaves it to this rule then.</summary>
    internal static DiagnosticDescriptor? DescriptorFor(FlowEvent upgrade, Connection connection, BodyContext body)
    {
        var said = upgrade.Before & ObjectStates.Dialogue;
        if (said == ObjectStates.None || (said & ObjectStates.Answered) != 0)
        {
            return null;
        }

        if (said == ObjectStates.AskedForTls)
        {
            return RuleCatalog.TlsBeforeAnswer;
        }

        if (connection.Socket.Surface == Surface.Workers && said == ObjectStates.Asked)
        {
            return RuleCatalog.TlsBeforeAnswer;
        }

        var ports = connection.Ports(body.Compilation, body.CancellationToken);
        if (ports.Contains(MySqlPort) && (said & ~(ObjectStates.Silent | ObjectStates.Greeted)) != 0)
        {
            // MySQL has no answer: its client sends the request behind the server's greeting and starts TLS at once.
            return null;
        }

        return !ports.IsEmpty && ports.All(StartTlsPorts.Contains) ? RuleCatalog.TlsBeforeAgreement : null;
    }
}
