using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// One place where a connection is started: a connect call or constructor, or a call to a helper in source that connects to
/// what it is given. The argument operations are those of this place; null where the connect has no such part or the helper
/// decides it itself.
/// </summary>
internal sealed record ConnectSite(IOperation Operation, ApiModel Model)
{
    public Surface Surface => Model.Surface;

    /// <summary>The variable that holds the socket, or the connecting expression's short text: what messages call it.</summary>
    public string Name { get; init; } = "";
    public IOperation? Host { get; init; }
    public IOperation? Port { get; init; }

    /// <summary>A string "host:port", or an object that holds both (<c>TcpSocketAddress</c>).</summary>
    public IOperation? Address { get; init; }
    public IOperation? Endpoint { get; init; }
    public IOperation? Options { get; init; }
    public IOperation? Token { get; init; }
    public IOperation? Timeout { get; init; }

    /// <summary>The connect inside the helper, where this site is a call to one.</summary>
    public Location? Inner { get; init; }
}
