using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>WSK2007: a Workers socket is read before anything waited for it to open, so a failed connect looks like the end of the data.</summary>
internal sealed class EndMeansNeverConnected : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.EndMeansNeverConnected);

    public override void Analyze(BodyContext body)
    {
        foreach (var connection in Connection.Of(body.Flow))
        {
            if (connection.Socket is not { Surface: Surface.Workers, IsOwned: true })
            {
                continue;
            }

            var first = connection.Events.FirstOrDefault(found =>
                found.Kind is FlowEventKind.Read
                && (found.Before & ObjectStates.Superseded) == 0
                && (found.Before & ObjectStates.Opening) == ObjectStates.OpenNotAwaited
                && (found.Before & ObjectStates.Dialogue & ~ObjectStates.Greeted) == ObjectStates.Silent);
            if (first is not null)
            {
                body.Report(RuleCatalog.EndMeansNeverConnected, first.Operation, connection.Socket.Name);
            }
        }
    }
}
