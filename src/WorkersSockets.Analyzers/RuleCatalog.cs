using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers;

/// <summary>Where a rule applies.</summary>
[Flags]
internal enum RuleSurfaces
{
    DotNet = 1,
    Workers = 2,
    Both = DotNet | Workers,
}

/// <summary>One rule's row: its descriptors (same id, one a message) and what the documentation says of it.</summary>
/// <param name="Surfaces">Where the rule applies.</param>
/// <param name="Cwe">The weakness it is an instance of (a CWE number), or null.</param>
/// <param name="FixTitles">The titles of its code fixes, most useful first.</param>
/// <param name="Messages">The descriptors, most common first.</param>
internal sealed record RuleEntry(
    RuleSurfaces Surfaces,
    int? Cwe,
    ImmutableArray<string> FixTitles,
    ImmutableArray<DiagnosticDescriptor> Messages)
{
    public string Id => Messages[0].Id;
    public string Title => Messages[0].Title.ToString();
    public string Category => Messages[0].Category;
    public DiagnosticSeverity Severity => Messages[0].DefaultSeverity;
}

/// <summary>The one table of ids, titles, messages, categories, severities and help links.</summary>
internal static class RuleCatalog
{
    private const string Sockets = "https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/";
    private const string Limits = "https://developers.cloudflare.com/workers/platform/limits/";
    private const string Placement = "https://developers.cloudflare.com/workers/configuration/placement/";
    private const string Hyperdrive = "https://developers.cloudflare.com/hyperdrive/";
    private const string NetSockets = "https://learn.microsoft.com/dotnet/fundamentals/networking/sockets/tcp-classes";
    private const string NetTls = "https://learn.microsoft.com/dotnet/api/system.net.security.sslstream";
    private const string NetRead = "https://learn.microsoft.com/dotnet/api/system.io.stream.read";
    private const string NetEncoding = "https://learn.microsoft.com/dotnet/standard/base-types/character-encoding";
    private const string Ssrf = "https://owasp.org/www-community/attacks/Server_Side_Request_Forgery";

    /// <summary>The repository's address where the build names one (property RepositoryUrl), else null.</summary>
    private static readonly string? Repository = typeof(RuleCatalog).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == "RepositoryUrl")?.Value?.TrimEnd('/');

    public static readonly DiagnosticDescriptor ConfigurationUnreadable = new(
        "WSK0001", "Configuration cannot be read",
        "{0}",
        RuleCategory.Configuration, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK0001", RuleCategory.Configuration, Sockets));

    public static readonly DiagnosticDescriptor OptionUnreadable = new(
        "WSK0001", "Configuration cannot be read",
        "'{0} = {1}' in .editorconfig cannot be read: expected {2}; {3}",
        RuleCategory.Configuration, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK0001", RuleCategory.Configuration, Sockets),
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor SocketSharedOnWorkers = new(
        "WSK1001", "Socket is shared between requests",
        "'{0}' keeps a socket in static state: it works for the first request and the next one fails with \"Cannot perform I/O on behalf of a different request\"",
        RuleCategory.Lifetime, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK1001", RuleCategory.Lifetime, Sockets));

    public static readonly DiagnosticDescriptor SocketSharedOnDotNet = new(
        "WSK1001", "Socket is shared between requests",
        "'{0}' shares one socket between requests, so concurrent requests interleave their bytes on one stream",
        RuleCategory.Lifetime, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK1001", RuleCategory.Lifetime, Sockets));

    public static readonly DiagnosticDescriptor SocketNotClosed = new(
        "WSK1002", "Socket is not closed on every path",
        "'{0}' is not closed on every path: {1}",
        RuleCategory.Lifetime, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK1002", RuleCategory.Lifetime, Sockets));

    public static readonly DiagnosticDescriptor SocketUsedAfterClose = new(
        "WSK1003", "Socket is used after it was closed",
        "'{0}' is closed before this use, so the call throws at run time",
        RuleCategory.Lifetime, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK1003", RuleCategory.Lifetime, Sockets));

    public static readonly DiagnosticDescriptor SocketReturnedClosed = new(
        "WSK1003", "Socket is used after it was closed",
        "'{0}' is closed as soon as this returns, so what is returned here fails when it is used",
        RuleCategory.Lifetime, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK1003", RuleCategory.Lifetime, Sockets));

    public static readonly DiagnosticDescriptor AwaitedCloseHangs = new(
        "WSK1004", "Awaited close can hang after a connect timeout",
        "Closing '{0}' waits for the connect to settle, so after a connect timeout this await never completes",
        RuleCategory.Lifetime, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK1004", RuleCategory.Lifetime, Sockets));

    public static readonly DiagnosticDescriptor WorkOutlivesHandler = new(
        "WSK1005", "Socket work outlives the handler",
        "The handler can return before this work on '{0}' is done, and the runtime then cancels it and drops the bytes",
        RuleCategory.Lifetime, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK1005", RuleCategory.Lifetime, Sockets));

    public static readonly DiagnosticDescriptor WorkNotAwaited = new(
        "WSK1005", "Socket work outlives the handler",
        "Nothing awaits this work on '{0}': its failure is lost, and it can still run after the socket is closed",
        RuleCategory.Lifetime, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK1005", RuleCategory.Lifetime, Sockets));

    public static readonly DiagnosticDescriptor TooManyConnectsOnWorkers = new(
        "WSK2001", "More than six connections can be opened at once",
        "{0} connections can be started at once here; Workers queues the ones past {1} until an earlier one is established, so one unreachable host stalls the rest",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2001", RuleCategory.Connections, Limits));

    public static readonly DiagnosticDescriptor TooManyConnectsOnDotNet = new(
        "WSK2001", "More than six connections can be opened at once",
        "{0} connections can be opened at once here; more than {1} at a time use up local ports and flood the server",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2001", RuleCategory.Connections, Limits));

    public static readonly DiagnosticDescriptor OpenWithoutTimeout = new(
        "WSK2002", "Connect has no timeout",
        "Nothing bounds the wait for '{0}' to open: a host that never answers hangs the request",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2002", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor ConnectWithoutTimeout = new(
        "WSK2002", "Connect has no timeout",
        "Nothing bounds the wait for '{0}' to connect: a host that never answers blocks here until the operating system gives up, often after minutes",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2002", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor Port25OnWorkers = new(
        "WSK2003", "Port 25 is blocked",
        "Workers blocks connections to port 25, so this connect fails; submit mail on port 587 or 465",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2003", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor Port25OnDotNet = new(
        "WSK2003", "Port 25 is blocked",
        "Most clouds (Azure, AWS, Google Cloud, Cloudflare) block outbound port 25, so this connect times out there; submit mail on port 587 or 465",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2003", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor DestinationBlockedOnWorkers = new(
        "WSK2004", "Destination is blocked on Workers",
        "'{0}' is {1}, which Workers cannot reach: the connect fails with \"proxy request failed, cannot connect to the specified address\"",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2004", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor DestinationBlockedOnDotNet = new(
        "WSK2004", "Destination is blocked on Workers",
        "'{0}' is {1}: nothing listens there in a container, function or Worker",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2004", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor ConnectsToOwnHostname = new(
        "WSK2005", "Worker connects to itself",
        "'{0}' is this Worker's own hostname, so the connect fails with \"TCP Loop detected\"",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2005", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor ConnectsToRequestHost = new(
        "WSK2005", "Worker connects to itself",
        "The host comes from the request's own address, so the Worker connects back to itself and fails with \"TCP Loop detected\"",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2005", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor ConnectsToRequestHostOnDotNet = new(
        "WSK2005", "Worker connects to itself",
        "The host comes from the request's own address, so the server connects back to itself, or to whatever the caller writes into the 'Host' header",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2005", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor ConnectFailureUnhandled = new(
        "WSK2006", "Connection failure is not handled",
        "No 'catch' takes the failure of the connection to {0}, so the caller gets an unexplained 500",
        RuleCategory.Connections, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK2006", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor EndMeansNeverConnected = new(
        "WSK2007", "End of data can mean \"never connected\"",
        "'{0}' is read before anything waited for it to open: after a failed connect this read reports the end of the data instead of an error",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2007", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor ReadWaitsForConnection = new(
        "WSK2007", "End of data can mean \"never connected\"",
        "'{0}' is read before anything waited for it to open: a failed connect looks like the end of the data, and a host that never answers holds this read for ever",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2007", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor AddressInvalid = new(
        "WSK2008", "Address cannot be connected to",
        "'{0}' {1}, so this connect always fails",
        RuleCategory.Connections, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK2008", RuleCategory.Connections, Sockets));

    public static readonly DiagnosticDescriptor SingleRead = new(
        "WSK3001", "A single read is taken for the whole message",
        "One read can return any part of the message, even a single byte; '{0}' is used as if it were complete",
        RuleCategory.Data, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK3001", RuleCategory.Data, NetRead));

    public static readonly DiagnosticDescriptor EndsWhenIdle = new(
        "WSK3001", "A single read is taken for the whole message",
        "'{0}' says what has arrived so far, not where the message ends: the loop stops in the middle of a message that is still on its way",
        RuleCategory.Data, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK3001", RuleCategory.Data, NetRead));

    public static readonly DiagnosticDescriptor WholeBufferUsed = new(
        "WSK3002", "Number of bytes read is ignored",
        "The read fills only part of '{0}', but all of it is used: the rest holds zeros or bytes of an earlier read",
        RuleCategory.Data, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK3002", RuleCategory.Data, NetRead));

    public static readonly DiagnosticDescriptor CountDiscarded = new(
        "WSK3002", "Number of bytes read is ignored",
        "The number of bytes read into '{0}' is discarded, so nothing knows how much of it is data",
        RuleCategory.Data, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK3002", RuleCategory.Data, NetRead));

    public static readonly DiagnosticDescriptor TextSplit = new(
        "WSK3003", "Text is decoded chunk by chunk",
        "Each chunk is decoded on its own: a character whose bytes fall into two chunks becomes '\uFFFD'",
        RuleCategory.Data, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK3003", RuleCategory.Data, NetEncoding));

    public static readonly DiagnosticDescriptor EncodingUnsaid = new(
        "WSK3004", "Text encoding is implicit or wrong for the wire",
        "'{0}' names no encoding and takes UTF-8: text that the peer encodes otherwise is garbled",
        RuleCategory.Data, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK3004", RuleCategory.Data, NetEncoding));

    public static readonly DiagnosticDescriptor EncodingDefault = new(
        "WSK3004", "Text encoding is implicit or wrong for the wire",
        "'Encoding.Default' differs between runtimes and machines, so the same bytes become different text",
        RuleCategory.Data, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK3004", RuleCategory.Data, NetEncoding));

    public static readonly DiagnosticDescriptor EncodingWithByteOrderMark = new(
        "WSK3004", "Text encoding is implicit or wrong for the wire",
        "'{0}' with 'Encoding.UTF8' sends the byte-order mark EF BB BF in front of the first command",
        RuleCategory.Data, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK3004", RuleCategory.Data, NetEncoding));

    public static readonly DiagnosticDescriptor EncodingAscii = new(
        "WSK3004", "Text encoding is implicit or wrong for the wire",
        "ASCII turns every byte above 127 into '?', but this connection carries UTF-8 text",
        RuleCategory.Data, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK3004", RuleCategory.Data, NetEncoding));

    public static readonly DiagnosticDescriptor EndNeverSeen = new(
        "WSK3005", "Read loop never sees the end",
        "This loop has no exit for the end of the stream: once the peer closes, every '{0}' returns at once without data and the loop spins for ever",
        RuleCategory.Data, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK3005", RuleCategory.Data, NetRead));

    public static readonly DiagnosticDescriptor TlsBeforeAgreement = new(
        "WSK4001", "TLS is started too early",
        "TLS starts on '{0}' before the server agreed to it: the plain-text answer is parsed as a TLS record and the handshake fails",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4001", RuleCategory.Security, NetTls));

    public static readonly DiagnosticDescriptor TlsBeforeAnswer = new(
        "WSK4001", "TLS is started too early",
        "TLS starts on '{0}' before the answer to the upgrade command was read: the answer is parsed as a TLS record and the handshake fails",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4001", RuleCategory.Security, NetTls));

    public static readonly DiagnosticDescriptor StartTlsOptionMissing = new(
        "WSK4002", "StartTLS needs the StartTls transport option",
        "'{0}' is connected without 'SecureTransport = TcpSecureTransport.StartTls', so 'StartTlsAsync' throws a TypeError",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4002", RuleCategory.Security, Sockets));

    public static readonly DiagnosticDescriptor StartTlsNeverUpgraded = new(
        "WSK4002", "StartTLS needs the StartTls transport option",
        "'{0}' is connected for STARTTLS but never upgraded, so everything on it travels as plain text",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4002", RuleCategory.Security, Sockets));

    public static readonly DiagnosticDescriptor StartTlsResultDiscarded = new(
        "WSK4002", "StartTLS needs the StartTls transport option",
        "'StartTlsAsync' returns a new socket and makes '{0}' unusable; its result is discarded, so nothing can be read or written any more",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4002", RuleCategory.Security, Sockets));

    public static readonly DiagnosticDescriptor OldSocketUsed = new(
        "WSK4003", "Socket is used after its TLS upgrade",
        "'{0}' was upgraded to TLS, so this use of the old socket fails; use the upgraded one",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4003", RuleCategory.Security, Sockets));

    public static readonly DiagnosticDescriptor RawStreamUsed = new(
        "WSK4003", "Socket is used after its TLS upgrade",
        "'{0}' is the raw stream under TLS: this use puts plain bytes between TLS records and breaks the connection",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4003", RuleCategory.Security, Sockets));

    public static readonly DiagnosticDescriptor CertificateAlwaysAccepted = new(
        "WSK4004", "Certificate validation is switched off",
        "{0} accepts every certificate, so anyone on the path can read and change the traffic",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4004", RuleCategory.Security, NetTls));

    public static readonly DiagnosticDescriptor CertificateNameIgnored = new(
        "WSK4004", "Certificate validation is switched off",
        "{0} accepts a certificate for another host name, so any valid certificate passes",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4004", RuleCategory.Security, NetTls));

    public static readonly DiagnosticDescriptor CertificateIssuerIgnored = new(
        "WSK4004", "Certificate validation is switched off",
        "{0} accepts a certificate that no trusted authority issued, so anyone can make one that passes",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4004", RuleCategory.Security, NetTls));

    public static readonly DiagnosticDescriptor CertificateCheckOptional = new(
        "WSK4004", "Certificate validation is switched off",
        "{0} can be switched off by '{1}', and every certificate is then accepted",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4004", RuleCategory.Security, NetTls));

    public static readonly DiagnosticDescriptor HostFromRequest = new(
        "WSK4005", "Host or port comes from the request unchecked",
        "The {0} '{1}' comes from the request without an allowlist check, so the caller chooses what this server connects to",
        RuleCategory.Security, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help("WSK4005", RuleCategory.Security, Ssrf));

    public static readonly DiagnosticDescriptor TlsPortPlain = new(
        "WSK4006", "TLS port is used without TLS",
        "Port {0} speaks TLS from the first byte, but '{1}' is used as plain text: the server drops the connection or the data travels unprotected",
        RuleCategory.Security, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK4006", RuleCategory.Security, NetTls));

    public static readonly DiagnosticDescriptor StartTlsAfterIo = new(
        "WSK4007", "StartTLS after reading or writing does not complete in the Workers package",
        "'{0}' was read or written before 'StartTlsAsync': its streams stay locked, so the upgrade never completes; use the implicit-TLS port with 'SecureTransport.On'",
        RuleCategory.Security, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK4007", RuleCategory.Security, Sockets));

    public static readonly DiagnosticDescriptor RawDatabaseOnWorkers = new(
        "WSK5001", "Database reached over a raw socket",
        "Port {0} is {1}: each connection made by hand costs several round trips and a place at the server; on Workers use {2}, which pools connections",
        RuleCategory.Platform, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK5001", RuleCategory.Platform, Hyperdrive));

    public static readonly DiagnosticDescriptor RawDatabaseOnDotNet = new(
        "WSK5001", "Database reached over a raw socket",
        "Port {0} is {1}: each connection made by hand costs several round trips and a place at the server; use {2}, which pools connections and speaks the protocol",
        RuleCategory.Platform, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK5001", RuleCategory.Platform, Hyperdrive));

    public static readonly DiagnosticDescriptor RawHttpOnWorkers = new(
        "WSK5002", "HTTP spoken over a raw socket",
        "HTTP is written by hand to '{0}', so a chunked, compressed or redirected answer is read wrong; 'Http.FetchAsync' handles these and reuses connections",
        RuleCategory.Platform, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK5002", RuleCategory.Platform, Sockets));

    public static readonly DiagnosticDescriptor RawHttpOnDotNet = new(
        "WSK5002", "HTTP spoken over a raw socket",
        "HTTP is written by hand to '{0}', so a chunked, compressed or redirected answer is read wrong; 'HttpClient' handles these and reuses connections",
        RuleCategory.Platform, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK5002", RuleCategory.Platform, Sockets));

    public static readonly DiagnosticDescriptor PlacementMissing = new(
        "WSK5003", "Placement is not configured",
        "This connect always goes to '{0}', but '{1}' has no placement: the Worker runs near its caller, so each exchange can cross half the world",
        RuleCategory.Platform, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK5003", RuleCategory.Platform, Placement));

    public static readonly DiagnosticDescriptor TestHost = new(
        "WSK5004", "Test host left in code",
        "'{0}' is a public test host that can go away at any time and sees all that is sent; connect to your own service",
        RuleCategory.Platform, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help("WSK5004", RuleCategory.Platform, Sockets));

    /// <summary>Every rule, in order of its id.</summary>
    public static readonly ImmutableArray<RuleEntry> All = ImmutableArray.Create(
        Rule(RuleSurfaces.Both, null, Titles(), ConfigurationUnreadable, OptionUnreadable),
        Rule(RuleSurfaces.Both, 362, Titles("Connect inside the method"), SocketSharedOnWorkers, SocketSharedOnDotNet),
        Rule(RuleSurfaces.Both, 772, Titles("Dispose with 'using'", "Close in 'finally'", "Close when a later step fails", "Dispose with the object"), SocketNotClosed),
        Rule(RuleSurfaces.Both, 672, Titles("Move the close behind the last use", "Await before the socket is closed", "Dispose with the response", "Hand over to the caller"), SocketUsedAfterClose, SocketReturnedClosed),
        Rule(RuleSurfaces.Workers, 833, Titles("Open before 'try'", "Close with 'WaitUntil'"), AwaitedCloseHangs),
        Rule(RuleSurfaces.Both, 404, Titles("Await the socket work", "Keep alive with 'WaitUntil'"), WorkOutlivesHandler, WorkNotAwaited),
        Rule(RuleSurfaces.Both, 770, Titles("Connect in batches", "Lower the bound to the limit", "Connect through a semaphore"), TooManyConnectsOnWorkers, TooManyConnectsOnDotNet),
        Rule(RuleSurfaces.Both, 1088, Titles("Connect with a timeout"), OpenWithoutTimeout, ConnectWithoutTimeout),
        Rule(RuleSurfaces.Both, null, Titles("Use port 587 with STARTTLS", "Use port 465 with TLS", "Read host and port from configuration"), Port25OnWorkers, Port25OnDotNet),
        Rule(RuleSurfaces.Both, null, Titles("Read the host from configuration"), DestinationBlockedOnWorkers, DestinationBlockedOnDotNet),
        Rule(RuleSurfaces.Both, null, Titles(), ConnectsToOwnHostname, ConnectsToRequestHost, ConnectsToRequestHostOnDotNet),
        Rule(RuleSurfaces.Both, 755, Titles("Answer 502 when the connection fails"), ConnectFailureUnhandled),
        Rule(RuleSurfaces.Workers, 252, Titles("Wait for the connection first"), EndMeansNeverConnected, ReadWaitsForConnection),
        Rule(RuleSurfaces.Both, null, Titles("Correct the address"), AddressInvalid),
        Rule(RuleSurfaces.Both, null, Titles("Read until the message is complete", "Read until the end of the line", "Read until the end mark", "Read until the end of the head", "Read until the peer closes the connection", "Read the exact number of bytes"), SingleRead, EndsWhenIdle),
        Rule(RuleSurfaces.DotNet, 252, Titles("Use only the bytes read", "Read until the end of the line and use only the bytes read", "Read until the end mark and use only the bytes read", "Read until the end of the head and use only the bytes read", "Read until the peer closes and use only the bytes read", "Read until the message is complete", "Read the exact number of bytes"), WholeBufferUsed, CountDiscarded),
        Rule(RuleSurfaces.Both, null, Titles("Keep a decoder across reads", "Collect the bytes and decode once"), TextSplit),
        Rule(RuleSurfaces.DotNet, null, Titles("Name UTF-8", "Use UTF-8 without a byte-order mark", "Name Latin-1"), EncodingUnsaid, EncodingDefault, EncodingWithByteOrderMark, EncodingAscii),
        Rule(RuleSurfaces.Both, 835, Titles("Leave the loop at the end of the stream"), EndNeverSeen),
        Rule(RuleSurfaces.Both, null, Titles(), TlsBeforeAgreement, TlsBeforeAnswer),
        Rule(RuleSurfaces.Workers, null, Titles("Set 'SecureTransport' to 'StartTls'"), StartTlsOptionMissing, StartTlsNeverUpgraded, StartTlsResultDiscarded),
        Rule(RuleSurfaces.Both, 319, Titles("Use the upgraded socket"), OldSocketUsed, RawStreamUsed),
        Rule(RuleSurfaces.DotNet, 295, Titles("Remove the callback", "Accept only certificates without errors"), CertificateAlwaysAccepted, CertificateNameIgnored, CertificateIssuerIgnored, CertificateCheckOptional),
        Rule(RuleSurfaces.Both, 918, Titles("Allow only known hosts", "Allow only known ports"), HostFromRequest),
        Rule(RuleSurfaces.Both, 319, Titles("Turn on TLS"), TlsPortPlain),
        Rule(RuleSurfaces.Workers, null, Titles(), StartTlsAfterIo),
        Rule(RuleSurfaces.Both, null, Titles("Open through Hyperdrive", "Connect with 'PostgresClient'", "Connect with 'MySqlClient'", "Read host and port from configuration"), RawDatabaseOnWorkers, RawDatabaseOnDotNet),
        Rule(RuleSurfaces.Both, null, Titles("Use 'HttpClient'", "Use 'Http.FetchAsync'"), RawHttpOnWorkers, RawHttpOnDotNet),
        Rule(RuleSurfaces.Both, null, Titles("Configure smart placement"), PlacementMissing),
        Rule(RuleSurfaces.Both, null, Titles(), TestHost));

    /// <summary>Every descriptor of every rule.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> Descriptors = All.SelectMany(entry => entry.Messages).ToImmutableArray();

    private static RuleEntry Rule(RuleSurfaces surfaces, int? cwe, ImmutableArray<string> fixTitles, params DiagnosticDescriptor[] messages) =>
        new(surfaces, cwe, fixTitles, messages.ToImmutableArray());

    private static ImmutableArray<string> Titles(params string[] titles) => titles.ToImmutableArray();

    private static string Help(string id, string category, string primaryReference) => Repository is null
        ? primaryReference
        : $"{Repository}/blob/main/src/WorkersSockets.Analyzers/Rules/{category}/{id}.md";
}
