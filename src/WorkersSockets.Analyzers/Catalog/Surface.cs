namespace WorkersSockets.Analyzers.Catalog;

/// <summary>Which API a socket belongs to.</summary>
internal enum Surface
{
    /// <summary>.NET's own sockets: <c>TcpClient</c>, <c>Socket</c>, <c>NetworkStream</c>, <c>SslStream</c>.</summary>
    DotNet,

    /// <summary>The <c>Workers</c> package's <c>TcpSocket</c>.</summary>
    Workers,
}
