namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>
/// What the Workers runtime says. The stand-in uses these texts, and the workerd tests hold the real runtime against them, so the
/// two cannot drift apart.
/// </summary>
internal static class RuntimeTexts
{
    public const string GlobalScope = "Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, and generating random values are not allowed within global scope. To fix this error, perform this operation within a handler. https://developers.cloudflare.com/workers/runtime-apis/handlers/";
    public const string OtherRequest = "Cannot perform I/O on behalf of a different request. I/O objects (such as streams, request/response bodies, and others) created in the context of one request handler cannot be accessed from a different request's handler. This is a limitation of Cloudflare Workers which allows us to improve overall performance. (I/O type: ";
    public const string CannotConnect = "proxy request failed, cannot connect to the specified address";
    public const string ConsiderFetch = ". It looks like you might be trying to connect to a HTTP-based service — consider using fetch instead";

    /// <summary>In front of <see cref="CannotConnect"/> where a write is rejected with it.</summary>
    public const string WritePrefix = "jsg.Error: ";

    public const string ReadableClosing = "This ReadableStream belongs to an object that is closing.";
    public const string WritableClosing = "This WritableStream belongs to an object that is closing.";
    public const string WritableClosed = "This WritableStream has been closed.";
    public const string ReadAtClose = "This socket has been closed.";
    public const string ReadCancelled = "Stream was cancelled.";
    public const string ConnectionLost = "Network connection lost.";
    public const string ReadableLocked = "This ReadableStream is currently locked to a reader.";
    public const string WritableLocked = "This WritableStream is currently locked to a writer.";
    public const string TlsOption = "The `secureTransport` socket option must be set to 'starttls' for startTls to be used.";
    public const string TlsOnTls = "Cannot startTls on a TLS socket.";
    public const string TlsTwice = "startTls has already been called on this socket, or the socket was transferred over RPC.";
    public const string TlsAfterClose = "The connection was closed before startTls could be started.";

    public const string HeldByReader = "The ReadableStream has been locked to a reader.";
    public const string PortMissing = "Specified address is missing port.";
    public const string AddressUnreadable = "Specified address could not be parsed.";
    public const string PortOutOfRange = "Value out of range. Must be less than or equal to 65535.";

    /// <summary>A failed handshake; a reference number follows.</summary>
    public const string InternalError = "internal error; reference = ";
}
