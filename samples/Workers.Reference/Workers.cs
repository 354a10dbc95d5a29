// The members of the Workers package that WorkersTour uses, as signatures: like the package's own assembly this one is
// only compiled against, and the Worker runs as what the package's compiler makes of it.
namespace Workers;

public sealed record TcpSocketAddress(string Hostname, int Port);

public enum TcpSecureTransport
{
    Off,
    On,
    StartTls,
}

public sealed class TcpSocketOptions
{
    public TcpSecureTransport? SecureTransport { get; init; }
    public bool? AllowHalfOpen { get; init; }
}

public sealed record TcpSocketInfo(string? RemoteAddress, string? LocalAddress);

public sealed record TcpReadResult(bool Done, ReadOnlyMemory<byte> Bytes);

public sealed class TcpSocket
{
    public static TcpSocket Connect(string address, TcpSocketOptions? options = null) => throw Reference.Only;
    public static TcpSocket Connect(string hostname, int port, TcpSocketOptions? options = null) => throw Reference.Only;
    public static TcpSocket Connect(TcpSocketAddress address, TcpSocketOptions? options = null) => throw Reference.Only;

    public Task<TcpSocketInfo> OpenedAsync(CancellationToken cancellationToken = default) => throw Reference.Only;
    public Task ClosedAsync(CancellationToken cancellationToken = default) => throw Reference.Only;
    public Task<TcpReadResult> ReadAsync(CancellationToken cancellationToken = default) => throw Reference.Only;
    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => throw Reference.Only;
    public Task WriteTextAsync(string value, CancellationToken cancellationToken = default) => throw Reference.Only;
    public Task CloseWritableAsync(CancellationToken cancellationToken = default) => throw Reference.Only;
    public Task CloseAsync(CancellationToken cancellationToken = default) => throw Reference.Only;
    public Task<TcpSocket> StartTlsAsync(CancellationToken cancellationToken = default) => throw Reference.Only;
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class FetchAttribute : Attribute;

[AttributeUsage(AttributeTargets.Method)]
public sealed class ScheduledAttribute : Attribute;

public sealed class Url
{
    public Url(string value) => throw Reference.Only;
    public string Host => throw Reference.Only;
    public string Hostname => throw Reference.Only;
    public string Port => throw Reference.Only;
    public string Path => throw Reference.Only;
}

public sealed class QueryParameters
{
    public string? Get(string name) => throw Reference.Only;
    public bool Contains(string name) => throw Reference.Only;
}

public sealed class Headers
{
    public string? Get(string name) => throw Reference.Only;
}

public sealed class Request
{
    public Url Url => throw Reference.Only;
    public string Method => throw Reference.Only;
    public string Path => throw Reference.Only;
    public Headers Headers => throw Reference.Only;
    public QueryParameters QueryParameters => throw Reference.Only;
    public Task<string> TextAsync(CancellationToken cancellationToken = default) => throw Reference.Only;
    public Task<T?> JsonAsync<T>(CancellationToken cancellationToken = default) => throw Reference.Only;
}

public sealed class Response
{
    public static Response Empty(int status = 200, string? statusText = null) => throw Reference.Only;
    public static Response Text(string body, int status = 200, string? statusText = null) => throw Reference.Only;
    public static Response Json<T>(T body, int status = 200, object? options = null, string? statusText = null) => throw Reference.Only;
}

public sealed class RouteContext
{
    public Env Env => throw Reference.Only;
    public Context Context => throw Reference.Only;
    public string Parameter(string name) => throw Reference.Only;
}

public sealed class Router
{
    public Router Get(string pattern, Func<Request, RouteContext, Task<Response>> handler) => throw Reference.Only;
    public Router Post(string pattern, Func<Request, RouteContext, Task<Response>> handler) => throw Reference.Only;
    public Task<Response> HandleAsync(Request request, Env env, Context context) => throw Reference.Only;
}

public sealed class Env
{
    public string Variable(string name) => throw Reference.Only;
    public string Secret(string name) => throw Reference.Only;
}

public sealed class Context
{
    public void WaitUntil(Task task) => throw Reference.Only;
    public void PassThroughOnException() => throw Reference.Only;
}

public sealed class ScheduledEvent
{
    public string Cron => throw Reference.Only;
    public DateTimeOffset ScheduledTime => throw Reference.Only;
}

public sealed class ReadableStream
{
    public static ReadableStream FromAsyncEnumerable(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, CancellationToken cancellationToken = default) => throw Reference.Only;
    public Task<ReadOnlyMemory<byte>> ReadAllBytesAsync(CancellationToken cancellationToken = default) => throw Reference.Only;
}

public static class TextCodec
{
    public static string DecodeUtf8(ReadOnlyMemory<byte> bytes, bool fatal = false, bool ignoreBom = false) => throw Reference.Only;
}

internal static class Reference
{
    public static NotSupportedException Only => new("The Workers signatures are compiled against, not run.");
}
