// Signatures of the NuGet package "Workers", compiled into a reference for test sources. Signatures only: every body throws.
// Declared from its public API; not a copy of the package.
// Legend:  [seen]    signature read in the repository
//          [shape]   inferred from call sites/tests/compiler code, exact text not read
//          [marker]  type exists, its members were not read and are left out
// As in the package, classes without a declared constructor keep the implicit public one (the package's
// compiler rejects such object creations itself, e.g. new TcpSocket()).
#nullable enable
#pragma warning disable CS8597 // thrown value may be null
#pragma warning disable CS1591

using System;
using System.Collections;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Workers;

// ---------------------------------------------------------------- TCP sockets [seen]

public sealed record TcpSocketAddress(string Hostname, int Port);

public sealed class TcpSocketOptions
{
    public TcpSecureTransport? SecureTransport { get; init; }
    public bool? AllowHalfOpen { get; init; }
}

public enum TcpSecureTransport
{
    Off,
    On,
    StartTls
}

public sealed record TcpSocketInfo(string? RemoteAddress, string? LocalAddress);

public sealed record TcpReadResult(bool Done, ReadOnlyMemory<byte> Bytes);

/// <summary>Not disposable: the type implements neither IDisposable nor IAsyncDisposable.</summary>
public sealed class TcpSocket
{

    public static TcpSocket Connect(string address, TcpSocketOptions? options = null) => throw null!;
    public static TcpSocket Connect(string hostname, int port, TcpSocketOptions? options = null) => throw null!;
    public static TcpSocket Connect(TcpSocketAddress address, TcpSocketOptions? options = null) => throw null!;

    public Task<TcpSocketInfo> OpenedAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task ClosedAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task<TcpReadResult> ReadAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => throw null!;
    public Task WriteTextAsync(string value, CancellationToken cancellationToken = default) => throw null!;
    public Task CloseWritableAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task CloseAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task<TcpSocket> StartTlsAsync(CancellationToken cancellationToken = default) => throw null!;
}

// ---------------------------------------------------------------- Event attributes [seen]

[AttributeUsage(AttributeTargets.Method)]
public sealed class FetchAttribute : Attribute { }

[AttributeUsage(AttributeTargets.Method)]
public sealed class ScheduledAttribute : Attribute { }

[AttributeUsage(AttributeTargets.Method)]
public sealed class QueueAttribute : Attribute { }

[AttributeUsage(AttributeTargets.Method)]
public sealed class EmailAttribute : Attribute { }

[AttributeUsage(AttributeTargets.Method)]
public sealed class TailAttribute : Attribute { }

[AttributeUsage(AttributeTargets.Interface)]
public sealed class RpcClientAttribute : Attribute { }

[AttributeUsage(AttributeTargets.Class)]
public sealed class DurableObjectAttribute : Attribute
{
    public DurableObjectAttribute(string? exportName = null) => throw null!;
    public string? ExportName => throw null!;
}

[AttributeUsage(AttributeTargets.Class)]
public sealed class WorkerEntrypointAttribute : Attribute
{
    public WorkerEntrypointAttribute(string? exportName = null) => throw null!;
    public string? ExportName => throw null!;
}

public abstract class WorkerEntrypoint
{
    protected Env Environment => throw null!;
    protected Context Context => throw null!;
}

// ---------------------------------------------------------------- Event payloads

public sealed class ScheduledEvent // [seen]
{
    public string Cron => throw null!;
    public DateTimeOffset ScheduledTime => throw null!;
}

public sealed record QueueRetryOptions // [seen]
{
    public int? DelaySeconds { get; init; }
}

public sealed class QueueMessage<T> // [seen]
{
    public string Id => throw null!;
    public T Body => throw null!;
    public DateTimeOffset Timestamp => throw null!;
    public int Attempts => throw null!;
    public void Ack() => throw null!;
    public void Retry(QueueRetryOptions? options = null) => throw null!;
}

public sealed class QueueMessageBatch<T> : IReadOnlyList<QueueMessage<T>> // [seen]
{
    public string Queue => throw null!;
    public int Count => throw null!;
    public QueueMessage<T> this[int index] => throw null!;
    public void AckAll() => throw null!;
    public void RetryAll(QueueRetryOptions? options = null) => throw null!;
    public IEnumerator<QueueMessage<T>> GetEnumerator() => throw null!;
    IEnumerator IEnumerable.GetEnumerator() => throw null!;
}

public sealed class ForwardableEmailMessage // [seen]
{
    public string From => throw null!;
    public string To => throw null!;
    public Headers Headers => throw null!;
    public void Reject(string reason) => throw null!;
    public Task ForwardAsync(string recipient, CancellationToken cancellationToken = default) => throw null!;
}

public sealed class TailEvent // [marker]; directly enumerable in the package
{
}

// ---------------------------------------------------------------- Request side [seen]

public sealed class Request
{
    public Request(string url, FetchOptions? options = null) => throw null!;
    public Request(Request request, FetchOptions? options = null) => throw null!;

    public Url Url => throw null!;
    public string Method => throw null!;
    public string Path => throw null!;
    public string PathAndQuery => throw null!;
    public Headers Headers => throw null!;
    public Body Body => throw null!;
    public RedirectMode Redirect => throw null!;
    public CancellationToken CancellationToken => throw null!;
    public QueryParameters QueryParameters => throw null!;
    public bool BodyUsed => throw null!;

    public ReadableStream? BodyStream() => throw null!;
    public Task<string> TextAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task<byte[]> BytesAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task<T?> JsonAsync<T>(CancellationToken cancellationToken = default) => throw null!;
    public Task<FormData> FormDataAsync(CancellationToken cancellationToken = default) => throw null!;
    public Request Clone() => throw null!;
    public Request WithUrl(string url) => throw null!;
    public Request WithUrl(Url url) => throw null!;
}

public sealed class Url
{
    public Url(string value) => throw null!;
    public Url(string value, string baseUrl) => throw null!;

    public string Origin => throw null!;
    public string Protocol => throw null!;
    public string Host => throw null!;
    public string Hostname => throw null!;
    public string Port => throw null!;
    public string Username => throw null!;
    public string Password => throw null!;
    public string Path { get => throw null!; set => throw null!; }
    public string Query { get => throw null!; set => throw null!; }
    public string Fragment { get => throw null!; set => throw null!; }
    public QueryParameters QueryParameters => throw null!;
    public override string ToString() => throw null!;
}

public sealed class QueryParameters : IEnumerable<QueryParameter>
{
    public string? Get(string name) => throw null!;
    public IReadOnlyList<string> GetAll(string name) => throw null!;
    public bool Contains(string name) => throw null!;
    public void Set(string name, string value) => throw null!;
    public void Delete(string name) => throw null!;
    public void Sort() => throw null!;
    public IEnumerable<string> Names() => throw null!;
    public T As<T>() => throw null!;
    public IEnumerator<QueryParameter> GetEnumerator() => throw null!;
    IEnumerator IEnumerable.GetEnumerator() => throw null!;
}

public sealed record QueryParameter(string Name, string Value);

public sealed class Headers : IEnumerable<KeyValuePair<string, string>>
{
    public int Count => throw null!;
    public string? Get(string name) => throw null!;
    public IReadOnlyList<string> GetSetCookie() => throw null!;
    public bool Contains(string name) => throw null!;
    public Headers Set(string name, string value) => throw null!;
    public Headers Append(string name, string value) => throw null!;
    public void Delete(string name) => throw null!;
    public Headers Clone() => throw null!;
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => throw null!;
    IEnumerator IEnumerable.GetEnumerator() => throw null!;
}

public sealed class FormData : IEnumerable<KeyValuePair<string, FormEntry>>
{
    public IEnumerator<KeyValuePair<string, FormEntry>> GetEnumerator() => throw null!;
    IEnumerator IEnumerable.GetEnumerator() => throw null!;
}

public sealed class FormEntry
{
    public string? Text => throw null!;
    public FormFile? File => throw null!;
}

public sealed class FormFile
{
    public string FileName => throw null!;
    public string ContentType => throw null!;
    public Body Body => throw null!;
    public long Size => throw null!;
    public long LastModified => throw null!;
    public Task<byte[]> SliceBytesAsync(int start, int end, CancellationToken cancellationToken = default) => throw null!;
}

public sealed class Body
{
    public static Body Empty => throw null!;
    public bool IsEmpty => throw null!;
    public static Body Text(string value) => throw null!;
    public static Body Json<T>(T value) => throw null!;
    public static Body FromBytes(ReadOnlySpan<byte> value) => throw null!;
    public static Body FromStream(ReadableStream value) => throw null!;
    public static Body FromFormData(FormData value) => throw null!;
    public static Body FromQueryParameters(QueryParameters value) => throw null!;
}

// ---------------------------------------------------------------- Response side [seen]

public sealed class Response
{
    public int Status => throw null!;
    public bool IsSuccessStatusCode => throw null!;
    public string StatusText => throw null!;
    public Headers Headers => throw null!;
    public Body Body => throw null!;
    public bool BodyUsed => throw null!;

    public static Response Empty(int status = 200, string? statusText = null) => throw null!;
    public static Response Text(string body, int status = 200, string? statusText = null) => throw null!;
    public static Response Html(string body, int status = 200, string? statusText = null) => throw null!;
    public static Response Json<T>(T body, int status = 200, object? options = null, string? statusText = null) => throw null!;
    public static Response Redirect(string location, int status = 302, string? statusText = null) => throw null!;
    public static Response FromBody(Body body, int status = 200, string? statusText = null) => throw null!;
    public static Response FromStream(ReadableStream stream, int status = 200, string? statusText = null) => throw null!;
    public static Response FromStream(ReadableStream stream, Headers headers, int status = 200) => throw null!;
    public static Response WebSocket(WebSocket socket) => throw null!;

    public ReadableStream? BodyStream() => throw null!;
    public Response WithHeader(string name, string value) => throw null!;
    public Response AppendHeader(string name, string value) => throw null!;
    public Response WithoutHeader(string name) => throw null!;
    public Response Clone() => throw null!;
    public Task<string> TextAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task<ReadOnlyMemory<byte>> BytesAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task<T?> JsonAsync<T>(CancellationToken cancellationToken = default) => throw null!;
    public Task<FormData> FormDataAsync(CancellationToken cancellationToken = default) => throw null!;
}

// ---------------------------------------------------------------- fetch

public sealed class FetchOptions // [seen]
{
    public string? Method { get; init; }
    public Headers? Headers { get; init; }
    public Body? Body { get; init; }
    public object? Cf { get; init; }
    public RedirectMode? Redirect { get; init; }
}

public enum RedirectMode // [seen]
{
    Follow,
    Error,
    Manual
}

// The token-less overloads were read in an older stored version. The newer version also takes a
// CancellationToken after the options (seen in the compiler's tests) [shape].
public static class Http
{
    public static Task<Response> FetchAsync(string url, CancellationToken cancellationToken = default) => throw null!;
    public static Task<Response> FetchAsync(Request request, CancellationToken cancellationToken = default) => throw null!;
    public static Task<Response> FetchAsync(string url, FetchOptions options, CancellationToken cancellationToken = default) => throw null!;
    public static Task<Response> FetchAsync(Request request, FetchOptions options, CancellationToken cancellationToken = default) => throw null!;
}

// ---------------------------------------------------------------- Router [seen]

public sealed class Router
{
    public Router() => throw null!;

    public Router Get(string pattern, Func<Request, RouteContext, Response> handler) => throw null!;
    public Router Get(string pattern, Func<Request, RouteContext, Task<Response>> handler) => throw null!;
    public Router Post(string pattern, Func<Request, RouteContext, Response> handler) => throw null!;
    public Router Post(string pattern, Func<Request, RouteContext, Task<Response>> handler) => throw null!;
    public Router Put(string pattern, Func<Request, RouteContext, Response> handler) => throw null!;
    public Router Put(string pattern, Func<Request, RouteContext, Task<Response>> handler) => throw null!;
    public Router Patch(string pattern, Func<Request, RouteContext, Response> handler) => throw null!;
    public Router Patch(string pattern, Func<Request, RouteContext, Task<Response>> handler) => throw null!;
    public Router Delete(string pattern, Func<Request, RouteContext, Response> handler) => throw null!;
    public Router Delete(string pattern, Func<Request, RouteContext, Task<Response>> handler) => throw null!;
    public Router Options(string pattern, Func<Request, RouteContext, Response> handler) => throw null!;
    public Router Options(string pattern, Func<Request, RouteContext, Task<Response>> handler) => throw null!;
    public Router Any(string pattern, Func<Request, RouteContext, Response> handler) => throw null!;
    public Router Any(string pattern, Func<Request, RouteContext, Task<Response>> handler) => throw null!;
    public Router Fallback(Func<Request, RouteContext, Response> handler) => throw null!;
    public Router Fallback(Func<Request, RouteContext, Task<Response>> handler) => throw null!;

    public Task<Response> HandleAsync(Request request, Env env, Context context) => throw null!;
}

public sealed class RouteContext
{
    public Env Env => throw null!;
    public Context Context => throw null!;
    public string Parameter(string name) => throw null!;
}

// ---------------------------------------------------------------- Env and Context [seen]

public sealed class Env
{
    public T Get<T>(string name) => throw null!;
    public bool TryGet<T>(string name, out T value) => throw null!;
    public string Variable(string name) => throw null!;
    public T Variable<T>(string name) => throw null!;
    public string Secret(string name) => throw null!;
    public RawBinding Raw(string name) => throw null!;
    public IKvNamespace Kv(string name) => throw null!;
    public IR2Bucket R2(string name) => throw null!;
    public IServiceBinding Service(string name) => throw null!;
    public IFetcherBinding Assets(string name) => throw null!;
    public IFetcherBinding Mtls(string name) => throw null!;
    public IDynamicDispatcherBinding Dispatcher(string name) => throw null!;
    public IQueueProducer Queue(string name) => throw null!;
    public ID1Database D1(string name) => throw null!;
    public IDurableObjectNamespace DurableObject(string name) => throw null!;
    public IRateLimiter RateLimiter(string name) => throw null!;
    public IAnalyticsEngineDataset Analytics(string name) => throw null!;
    public ISendEmailBinding Email(string name) => throw null!;
    public IVersionMetadataBinding Version(string name) => throw null!;
    public IAiBinding Ai(string name) => throw null!;
    public IWorkflowBinding Workflow(string name) => throw null!;
    public IImagesBinding Images(string name) => throw null!;
    public IMediaBinding Media(string name) => throw null!;
    public IVectorizeIndex Vectorize(string name) => throw null!;
    public ISecretStoreBinding SecretStore(string name) => throw null!;
    public IHyperdriveBinding Hyperdrive(string name) => throw null!;
}

public sealed class Context
{
    public void WaitUntil(Task task) => throw null!;
    public void PassThroughOnException() => throw null!;
    public T Props<T>() => throw null!;
}

// ---------------------------------------------------------------- Bindings

public interface IBinding { } // [marker]

public interface IFetcherBinding : IBinding // [seen]
{
    Task<Response> FetchAsync(string url, CancellationToken cancellationToken = default);
    Task<Response> FetchAsync(Request request, CancellationToken cancellationToken = default);
    Task<Response> FetchAsync(string url, FetchOptions? options, CancellationToken cancellationToken = default);
    Task<Response> FetchAsync(Request request, FetchOptions? options, CancellationToken cancellationToken = default);
}

public interface IServiceBinding : IFetcherBinding // [seen]
{
    Task<JsonElement> InvokeAsync(string methodName, IEnumerable<object?>? arguments = null, CancellationToken cancellationToken = default);
    Task<TResult?> InvokeAsync<TResult>(string methodName, IEnumerable<object?>? arguments = null, CancellationToken cancellationToken = default);
    Task<RpcStub> InvokeStubAsync(string methodName, IEnumerable<object?>? arguments = null, CancellationToken cancellationToken = default);
    Task InvokeVoidAsync(string methodName, IEnumerable<object?>? arguments = null, CancellationToken cancellationToken = default);
}

public interface IHyperdriveBinding : IBinding // [seen]
{
    Task<HyperdriveConnectionInfo> GetConnectionInfoAsync(CancellationToken cancellationToken = default);
}

public sealed record HyperdriveConnectionInfo(
    string ConnectionString, string Host, int Port, string User, string Password, string Database); // [seen]

public interface ISendEmailBinding : IBinding // [seen]
{
    Task<EmailSendResult> SendAsync(SendEmailMessage message, CancellationToken cancellationToken = default);
    Task<EmailSendResult> SendRawAsync(string from, string to, ReadOnlyMemory<byte> raw, CancellationToken cancellationToken = default);
}

public sealed record EmailSendResult(string MessageId); // [seen]

public sealed record SendEmailMessage(
    string From, IReadOnlyList<string> To, string Subject, string? Text = null, string? Html = null); // [seen]

public interface IKvNamespace : IBinding // [shape], partial
{
    Task<string?> GetTextAsync(string key, CancellationToken cancellationToken = default);
    Task<T?> GetJsonAsync<T>(string key, CancellationToken cancellationToken = default);
}

public interface IR2Bucket : IBinding { } // [marker]
public interface IDynamicDispatcherBinding : IBinding { } // [marker]
public interface IQueueProducer : IBinding { } // [marker]
public interface ID1Database : IBinding { } // [marker]
public interface IRateLimiter : IBinding { } // [marker]
public interface IAnalyticsEngineDataset : IBinding { } // [marker]
public interface IVersionMetadataBinding : IBinding { } // [marker]
public interface IAiBinding : IBinding { } // [marker]
public interface IWorkflowBinding : IBinding { } // [marker]
public interface IImagesBinding : IBinding { } // [marker]
public interface IMediaBinding : IBinding { } // [marker]
public interface IVectorizeIndex : IBinding { } // [marker]
public interface ISecretStoreBinding : IBinding { } // [marker]
public sealed class RawBinding { } // [marker]
public sealed class RpcStub { } // [marker]

// ---------------------------------------------------------------- Database clients [seen]

public sealed class PostgresClient : IAsyncDisposable
{
    public static Task<PostgresClient> ConnectAsync(string connectionString, CancellationToken cancellationToken = default) => throw null!;
    public static Task<PostgresClient> ConnectAsync(IHyperdriveBinding hyperdrive, CancellationToken cancellationToken = default) => throw null!;
    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, IEnumerable<object?>? parameters = null, CancellationToken cancellationToken = default) => throw null!;
    public Task<PostgresResult> QueryAsync(string sql, IEnumerable<object?>? parameters = null, CancellationToken cancellationToken = default) => throw null!;
    public ValueTask DisposeAsync() => throw null!;
}

public sealed class PostgresResult
{
    public string Command { get; init; } = "";
    public int? RowCount { get; init; }
}

public sealed class MySqlClient : IAsyncDisposable
{
    public static Task<MySqlClient> ConnectAsync(string connectionString, CancellationToken cancellationToken = default) => throw null!;
    public static Task<MySqlClient> ConnectAsync(IHyperdriveBinding hyperdrive, CancellationToken cancellationToken = default) => throw null!;
    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, IEnumerable<object?>? parameters = null, CancellationToken cancellationToken = default) => throw null!;
    public Task<MySqlResult> QueryAsync(string sql, IEnumerable<object?>? parameters = null, CancellationToken cancellationToken = default) => throw null!;
    public ValueTask DisposeAsync() => throw null!;
}

public sealed class MySqlResult
{
    public int AffectedRows { get; init; }
    public long InsertId { get; init; }
}

public sealed class MongoClient : IAsyncDisposable
{
    public static Task<MongoClient> ConnectAsync(string connectionString, CancellationToken cancellationToken = default) => throw null!;
    public static object ObjectId(string value) => throw null!;
    public MongoDatabase Database(string name) => throw null!;
    public ValueTask DisposeAsync() => throw null!;
}

public sealed class MongoDatabase
{
    public MongoCollection<T> Collection<T>(string name) => throw null!;
}

public sealed class MongoCollection<T> // reads and single writes only; further members left out
{
    public Task<IReadOnlyList<T>> FindAsync(object? filter = null, MongoFindOptions? options = null, CancellationToken cancellationToken = default) => throw null!;
    public Task<T?> FindOneAsync(object? filter = null, CancellationToken cancellationToken = default) => throw null!;
    public Task<long> CountDocumentsAsync(object? filter = null, CancellationToken cancellationToken = default) => throw null!;
    public Task<MongoInsertOneResult> InsertOneAsync(T document, CancellationToken cancellationToken = default) => throw null!;
}

public sealed class MongoFindOptions
{
    public object? Sort { get; init; }
    public object? Projection { get; init; }
    public int? Skip { get; init; }
    public int? Limit { get; init; }
}

public sealed class MongoInsertOneResult
{
    public string InsertedId { get; init; } = "";
}

// ---------------------------------------------------------------- Durable Objects

public interface IDurableObjectNamespace : IBinding // [seen]
{
    Task<DurableObjectId> IdFromNameAsync(string name, CancellationToken cancellationToken = default);
    Task<DurableObjectId> IdFromStringAsync(string id, CancellationToken cancellationToken = default);
    Task<DurableObjectId> NewUniqueIdAsync(DurableObjectIdOptions? options = null, CancellationToken cancellationToken = default);
    IDurableObjectStub Get(DurableObjectId id, DurableObjectGetOptions? options = null);
    IDurableObjectStub GetByName(string name, DurableObjectGetOptions? options = null);
}

public interface IDurableObjectStub : IFetcherBinding // [seen]
{
    Task<TResult?> InvokeAsync<TResult>(string methodName, IEnumerable<object?>? arguments = null, CancellationToken cancellationToken = default);
    Task InvokeVoidAsync(string methodName, IEnumerable<object?>? arguments = null, CancellationToken cancellationToken = default);
}

public sealed record DurableObjectIdOptions // [seen]
{
    public string? Jurisdiction { get; init; }
}

public sealed record DurableObjectGetOptions // [seen]
{
    public string? LocationHint { get; init; }
}

public sealed class DurableObjectId // [seen]
{
    public string Value => throw null!;
    public string? Name => throw null!;
    public override string ToString() => throw null!;
}

public sealed record AlarmInfo(int RetryCount, bool IsRetry); // [seen]

public sealed class DurableObjectState // [seen], container/web-socket auto-response members left out
{
    public DurableObjectId Id => throw null!;
    public DurableObjectStorage Storage => throw null!;
    public void WaitUntil(Task task) => throw null!;
    public Task BlockConcurrencyWhileAsync(Func<Task> callback) => throw null!;
    public void Abort(string? reason = null) => throw null!;
    public void AcceptWebSocket(WebSocket socket, IEnumerable<string>? tags = null) => throw null!;
    public IReadOnlyList<WebSocket> GetWebSockets(string? tag = null) => throw null!;
}

public sealed class DurableObjectStorage // [seen], partial
{
    public Task<T?> GetAsync<T>(string key, CancellationToken cancellationToken = default) => throw null!;
    public Task PutAsync<T>(string key, T value, CancellationToken cancellationToken = default) => throw null!;
    public Task<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => throw null!;
    public Task DeleteAllAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task SyncAsync(CancellationToken cancellationToken = default) => throw null!;
    public void TransactionSync(Action callback) => throw null!;
    public Task<DateTimeOffset?> GetAlarmAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task SetAlarmAsync(DateTimeOffset scheduledTime, CancellationToken cancellationToken = default) => throw null!;
    public Task DeleteAlarmAsync(CancellationToken cancellationToken = default) => throw null!;
}

// ---------------------------------------------------------------- WebSockets [seen]

public sealed class WebSocketPair
{
    public static WebSocketPair Create() => throw null!;
    public WebSocket Client => throw null!;
    public WebSocket Server => throw null!;
}

public sealed class WebSocket
{
    public string? Url => throw null!;
    public string? Protocol => throw null!;
    public void Accept() => throw null!;
    public void SendText(string message) => throw null!;
    public void SendBytes(ReadOnlyMemory<byte> message) => throw null!;
    public void SendJson<T>(T message) => throw null!;
    public void SerializeAttachment<T>(T value) => throw null!;
    public T? DeserializeAttachment<T>() => throw null!;
    public void Close(ushort? code = null, string? reason = null) => throw null!;
    public WebSocketEventStream Events() => throw null!;
}

public sealed class WebSocketMessage
{
    public string AsText() => throw null!;
}

public sealed record WebSocketError(string Message);

public enum WebSocketEventKind
{
    Message,
    Close,
    Error
}

public sealed class WebSocketEvent
{
    public WebSocketEventKind Kind => throw null!;
    public string? Text => throw null!;
    public ReadOnlyMemory<byte> Bytes => throw null!;
    public ushort? CloseCode => throw null!;
    public string? CloseReason => throw null!;
    public bool WasClean => throw null!;
    public WebSocketError? Error => throw null!;
}

public sealed class WebSocketEventStream
{
    public Task<WebSocketEvent?> NextAsync(CancellationToken cancellationToken = default) => throw null!;
}

public sealed record WebSocketAutoResponse(string Request, string Response);

// ---------------------------------------------------------------- Streams, timers, text [seen]

public sealed class ReadableStream // PipeToAsync(DigestStream) left out
{
    public IReadOnlyList<ReadableStream> Tee() => throw null!;
    public ReadableStream Compress(CompressionFormat format) => throw null!;
    public ReadableStream Decompress(CompressionFormat format) => throw null!;
    public static ReadableStream FromAsyncEnumerable(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, CancellationToken cancellationToken = default) => throw null!;
    public Task<ReadableStreamReadResult> ReadAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task<ReadOnlyMemory<byte>> ReadAllBytesAsync(CancellationToken cancellationToken = default) => throw null!;
    public Task CancelAsync(CancellationToken cancellationToken = default) => throw null!;
}

public sealed record ReadableStreamReadResult(bool Done, ReadOnlyMemory<byte> Bytes);

public enum CompressionFormat
{
    Gzip,
    Deflate,
    DeflateRaw
}

public static class Timers
{
    public static TimerHandle SetTimeout(Action callback, TimeSpan delay) => throw null!;
    public static void ClearTimeout(TimerHandle handle) => throw null!;
}

public sealed class TimerHandle { }

public static class TextCodec
{
    public static string DecodeUtf8(ReadOnlyMemory<byte> bytes, bool fatal = false, bool ignoreBom = false) => throw null!;
}

public static class Performance // Now() [shape]: maps to performance.now()
{
    public static double Now() => throw null!;
}

public sealed class WorkersException : Exception
{
    public WorkersException(string message) : base(message) { }
}
