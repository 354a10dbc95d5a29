using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>A connection together with the connect that made it.</summary>
/// <param name="Body">The body in which it is followed.</param>
/// <param name="Socket">The connection.</param>
/// <param name="Site">Its connect; null where the connect is not in the body, or there are several.</param>
/// <param name="Outer">The connect in the body around it, of a socket that it captures.</param>
internal sealed record Connection(FlowBodyResult Body, TrackedObject Socket, ConnectSite? Site, ConnectSite? Outer = null)
{
    /// <summary>What happens to it, in source order.</summary>
    public IEnumerable<FlowEvent> Events => Body.Events.Where(found => found.Object == Socket);

    /// <summary>The constant ports that it can be connected to, by its connect here or in the helper that made it; empty where none is known.</summary>
    public ImmutableArray<int> Ports(SocketCompilation compilation, CancellationToken cancellationToken)
    {
        var ports = (Site ?? Outer) is { } site ? PortsOf(site, compilation, cancellationToken) : ImmutableArray<int>.Empty;
        return ports.IsEmpty ? PortsInside(compilation, cancellationToken) : ports;
    }

    /// <summary>The ports that the helper connects to, all of whose connects have one that is constant.</summary>
    public ImmutableArray<int> PortsInside(SocketCompilation compilation, CancellationToken cancellationToken)
    {
        var inside = SitesInside(compilation, cancellationToken).Select(site => PortsOf(site, compilation, cancellationToken)).ToList();
        return inside.TrueForAll(ports => !ports.IsEmpty) ? inside.SelectMany(ports => ports).ToImmutableArray() : ImmutableArray<int>.Empty;
    }

    /// <summary>The connects of the helper that made the connection.</summary>
    private ImmutableArray<ConnectSite> SitesInside(SocketCompilation compilation, CancellationToken cancellationToken)
    {
        if (Socket is not { Origin: TrackedOrigin.Received, Operation: IInvocationOperation { TargetMethod: var target } call }
            || compilation.Summaries.Resolve(target) is not { } helper
            || Body.Owner is not { } owner)
        {
            return ImmutableArray<ConnectSite>.Empty;
        }

        return compilation.Summaries.For(helper, new FlowScope(compilation, compilation.OptionsFor(call.Syntax.SyntaxTree), owner, cancellationToken)).Sites;
    }

    /// <summary>The connect itself, also where a helper made it: its own call, with the options that the helper gives; null where there are several.</summary>
    public ConnectSite? ConnectOf(SocketCompilation compilation, CancellationToken cancellationToken) =>
        Site is { Inner: null } ? Site : SitesInside(compilation, cancellationToken) is { Length: 1 } inside && inside[0].Inner is null ? inside[0] : null;

    private static ImmutableArray<int> PortsOf(ConnectSite site, SocketCompilation compilation, CancellationToken cancellationToken) =>
        Destinations.Of(site, compilation, cancellationToken)
            .Where(destination => destination.Port is not null)
            .Select(destination => (int)destination.Port!.Value)
            .ToImmutableArray();

    /// <summary>What the connect's options say of encryption (Workers).</summary>
    public SecureTransport Transport(SocketCompilation compilation, CancellationToken cancellationToken) =>
        ConnectOf(compilation, cancellationToken) is { } connect ? new TransportOptions(compilation, cancellationToken).Of(connect) : SecureTransport.Unknown;

    /// <summary>The connections of all bodies of a flow.</summary>
    public static IEnumerable<Connection> Of(SocketFlow flow)
    {
        var made = flow.Bodies.SelectMany(body => body.Events)
            .Where(found => found.Kind == FlowEventKind.Connect && found.Object is { Origin: not TrackedOrigin.Captured, Operation: not null })
            .ToLookup(found => found.Object!.Operation!.Syntax, found => found.Operation.Syntax);
        foreach (var body in flow.Bodies)
        {
            foreach (var socket in body.Objects)
            {
                if (socket.Kind != TrackedKind.Socket || socket.IsListener || socket.IsNotTcp)
                {
                    continue;
                }

                var sites = body.Events
                    .Where(found => found.Kind == FlowEventKind.Connect && found.Object == socket)
                    .Select(found => found.Operation.Syntax)
                    .Distinct()
                    .Select(syntax => flow.Connects.FirstOrDefault(site => site.Operation.Syntax == syntax))
                    .ToList();
                if (sites.Count == 0 && socket is { Origin: TrackedOrigin.Received, Operation: { } call })
                {
                    // A helper connected it, to what it was given at this call.
                    sites.AddRange(flow.Connects.Where(site => site.Inner is not null && site.Operation.Syntax == call.Syntax));
                }

                var outer = socket is { Origin: TrackedOrigin.Captured, Operation: { } creation } && made[creation.Syntax].Distinct().ToList() is { Count: 1 } outside
                    ? flow.Connects.FirstOrDefault(site => site.Operation.Syntax == outside[0])
                    : null;
                yield return new Connection(body, socket, sites.Count == 1 ? sites[0] : null, outer);
            }
        }
    }
}
