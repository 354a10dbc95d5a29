using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Timeouts;

/// <summary>
/// The reads on Workers sockets that stand before anything that waits for the connection, neither <c>OpenedAsync</c> nor a write. They
/// are WSK2007's finds; where nothing bounds such a read either, it is the same mistake, which the same bounded open mends.
/// </summary>
internal static class UnopenedReads
{
    public static IEnumerable<(FlowEvent Read, string Socket)> Of(SocketFlow flow)
    {
        foreach (var connection in Connection.Of(flow))
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
                yield return (first, connection.Socket.Name);
            }
        }
    }
}
