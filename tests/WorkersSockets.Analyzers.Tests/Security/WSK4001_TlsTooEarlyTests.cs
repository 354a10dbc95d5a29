using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4001_TlsTooEarlyTests
{
    private const string Id = "WSK4001";

    [Theory]
    [MemberData(nameof(TlsShapes.Names), MemberType = typeof(TlsShapes))]
    public Task Finds_its_own_among_the_shapes_of_all(string shape) => TlsShapes.CheckAsync(Id, shape);

    [Theory]
    [InlineData("class fields wrong no answer", On.DotNet, """
        public sealed class SmtpSession : IDisposable
        {
            private readonly TcpClient _client = new();
            private Stream? _stream;
            private StreamReader? _reader;
            private StreamWriter? _writer;
            public async Task ConnectAsync(string host, CancellationToken ct)
            {
                await _client.ConnectAsync(host, 587, ct);
                _stream = _client.GetStream();
                _reader = new StreamReader(_stream, Encoding.ASCII);
                _writer = new StreamWriter(_stream, Encoding.ASCII) { AutoFlush = true, NewLine = "\r\n" };
                await _reader.ReadLineAsync(ct);
                await _writer.WriteLineAsync("EHLO me");
                await _reader.ReadLineAsync(ct);
                await _writer.WriteLineAsync("STARTTLS");
                var tls = new SslStream(_stream);
                await {|WSK4001:tls.AuthenticateAsClientAsync(host)|};
                _stream = tls;
            }
            public void Dispose() { _client.Dispose(); }
        }
        """)]
    [InlineData("class fields wrong at once", On.DotNet, """
        public sealed class SmtpSession : IDisposable
        {
            private readonly TcpClient _client = new();
            private SslStream? _stream;
            public async Task ConnectAsync(string host, CancellationToken ct)
            {
                await _client.ConnectAsync(host, 587, ct);
                _stream = new SslStream(_client.GetStream());
                await {|WSK4001:_stream.AuthenticateAsClientAsync(host)|};
            }
            public void Dispose() { _stream?.Dispose(); _client.Dispose(); }
        }
        """)]
    [InlineData("send helper of the class reads nothing", On.DotNet, """
        public sealed class Imap : IDisposable
        {
            private readonly TcpClient _client = new();
            private NetworkStream? _net;
            public async Task OpenAsync(string host)
            {
                await _client.ConnectAsync(host, 143);
                _net = _client.GetStream();
                await SendAsync("a1 STARTTLS");
                var tls = new SslStream(_net);
                await {|WSK4001:tls.AuthenticateAsClientAsync(host)|};
            }
            private async Task SendAsync(string command) => await _net!.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            public void Dispose() => _client.Dispose();
        }
        """)]
    [InlineData("static helper StartTls command inside", On.DotNet, """
        public static class Pop
        {
            public static void Open(string host)
            {
                using var client = new TcpClient(host, 110);
                using var net = client.GetStream();
                Greeting(net);
                SendStls(net);
                using var tls = new SslStream(net, false);
                {|WSK4001:tls.AuthenticateAsClient(host)|};
            }
            private static void SendStls(NetworkStream s) { var b = Encoding.ASCII.GetBytes("STLS\r\n"); s.Write(b, 0, b.Length); }
            private static void Greeting(NetworkStream s) { while (s.ReadByte() != '\n') { } }
        }
        """)]
    [InlineData("ftp AUTH TLS wrong", On.DotNet, """
        public class Ftp
        {
            public async Task<Stream> Login(string host, CancellationToken ct)
            {
                var client = new TcpClient();
                await client.ConnectAsync(host, 21, ct);
                Stream control = client.GetStream();
                var reader = new StreamReader(control, Encoding.ASCII, false, 1024, leaveOpen: true);
                var greeting = await reader.ReadLineAsync(ct);
                if (greeting is null || !greeting.StartsWith("220")) throw new IOException(greeting);
                await control.WriteAsync("AUTH TLS\r\n"u8.ToArray(), ct);
                var tls = new SslStream(control, leaveInnerStreamOpen: false);
                await {|WSK4001:tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, ct)|};
                return tls;
            }
        }
        """)]
    [InlineData("postgres BinaryPrimitives wrong", On.DotNet, """
        public class Pg
        {
            public async Task<Stream> Open(string host, CancellationToken ct)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(host, 5432, ct);
                var stream = new NetworkStream(socket, ownsSocket: true);
                var request = new byte[8];
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(request, 8);
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), 80877103);
                await stream.WriteAsync(request, ct);
                var tls = new SslStream(stream);
                await {|WSK4001:tls.AuthenticateAsClientAsync(host)|};
                return tls;
            }
        }
        """)]
    [InlineData("postgres unknown port wrong", On.DotNet, """
        public class Pg
        {
            private const int SslRequestCode = 80877103;
            public async Task<Stream> Open(string host, int port, CancellationToken ct)
            {
                var client = new TcpClient();
                await client.ConnectAsync(host, port, ct);
                var stream = client.GetStream();
                var request = new byte[8];
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(request, 8);
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), SslRequestCode);
                await stream.WriteAsync(request, ct);
                var tls = new SslStream(stream);
                await {|WSK4001:tls.AuthenticateAsClientAsync(host)|};
                return tls;
            }
        }
        """)]
    [InlineData("starttls unknown port, no read after", On.DotNet, """
        public class Smtp
        {
            public void Open(string host, int port)
            {
                using var client = new TcpClient(host, port);
                var stream = client.GetStream();
                var reader = new StreamReader(stream);
                var writer = new StreamWriter(stream) { AutoFlush = true };
                Console.WriteLine(reader.ReadLine());
                writer.WriteLine("EHLO localhost");
                Console.WriteLine(reader.ReadLine());
                writer.WriteLine("STARTTLS");
                var ssl = new SslStream(stream);
                {|WSK4001:ssl.AuthenticateAsClient(host)|};
            }
        }
        """)]
    [InlineData("starttls via const and string.Format", On.DotNet, """
        public class Smtp
        {
            private const string StartTlsCommand = "STARTTLS\r\n";
            public void Open(string host, int port)
            {
                using var client = new TcpClient(host, port);
                var stream = client.GetStream();
                stream.Write(Encoding.ASCII.GetBytes(StartTlsCommand));
                var ssl = new SslStream(stream);
                {|WSK4001:ssl.AuthenticateAsClient(host)|};
            }
        }
        """)]
    [InlineData("starttls via static readonly bytes", On.DotNet, """
        public class Smtp
        {
            private static readonly byte[] StartTls = Encoding.ASCII.GetBytes("STARTTLS\r\n");
            public void Open(string host, int port)
            {
                using var client = new TcpClient(host, port);
                var stream = client.GetStream();
                stream.Write(StartTls, 0, StartTls.Length);
                using var ssl = new SslStream(stream, true);
                {|WSK4001:ssl.AuthenticateAsClient(host)|};
            }
        }
        """)]
    [InlineData("xmpp wrong", On.DotNet, """
        public class Xmpp
        {
            public async Task<SslStream> Connect(string domain)
            {
                var client = new TcpClient();
                await client.ConnectAsync(domain, 5222);
                var stream = client.GetStream();
                await WriteAsync(stream, $"<stream:stream to='{domain}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
                await ReadUntilAsync(stream, "</stream:features>");
                await WriteAsync(stream, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
                var tls = new SslStream(stream, false);
                await {|WSK4001:tls.AuthenticateAsClientAsync(domain)|};
                return tls;
            }
            static Task WriteAsync(Stream s, string text) => s.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
            static async Task<string> ReadUntilAsync(Stream s, string end)
            {
                var text = new StringBuilder(); var b = new byte[1024];
                while (!text.ToString().EndsWith(end)) { var n = await s.ReadAsync(b); if (n == 0) throw new EndOfStreamException(); text.Append(Encoding.ASCII.GetString(b, 0, n)); }
                return text.ToString();
            }
        }
        """)]
    [InlineData("ldap at once 389", On.DotNet, """
        public class Ldap
        {
            public SslStream Open(string host)
            {
                var tcp = new TcpClient(AddressFamily.InterNetwork);
                tcp.Connect(host, 389);
                var s = new SslStream(tcp.GetStream(), false);
                {|WSK4001:s.AuthenticateAsClient(host, null, System.Security.Authentication.SslProtocols.Tls12, true)|};
                return s;
            }
        }
        """)]
    [InlineData("begin authenticate wrong", On.DotNet, """
        public class Smtp
        {
            public void Open(string host)
            {
                var tcp = new TcpClient();
                tcp.Connect(host, 25);
                var s = new SslStream(tcp.GetStream(), false);
                {|WSK4001:s.BeginAuthenticateAsClient(host, ar => { s.EndAuthenticateAsClient(ar); }, null)|};
            }
        }
        """)]
    [InlineData("own method that upgrades behind an unread answer", On.DotNet, """
        public sealed class SmtpConnection(TcpClient client)
        {
            private Stream stream = Stream.Null;

            public async Task OpenAsync(string host)
            {
                stream = client.GetStream();
                await SendAsync("STARTTLS");
                await {|WSK4001:UpgradeAsync(host)|};
            }

            private async Task UpgradeAsync(string host)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host);
                stream = tls;
            }

            private async Task SendAsync(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        }
        """)]
    [InlineData("Task.Run", On.DotNet, """
        public static class Imap
        {
            public static async Task OpenAsync(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 143).WaitAsync(TimeSpan.FromSeconds(5));
                using var tls = new SslStream(client.GetStream());
                await Task.Run(() => {|WSK4001:tls.AuthenticateAsClient(host)|});
            }
        }
        """)]
    [InlineData("FromAsync", On.DotNet, """
        public static class Imap
        {
            public static async Task OpenAsync(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 143).WaitAsync(TimeSpan.FromSeconds(5));
                using var tls = new SslStream(client.GetStream());
                await Task.Factory.FromAsync((callback, state) => {|WSK4001:tls.BeginAuthenticateAsClient(host, callback, state)|}, tls.EndAuthenticateAsClient, null);
            }
        }
        """)]
    [InlineData("DnsEndPoint and default param", On.DotNet, """
        public class Smtp
        {
            private static async Task<SslStream> Tls(string host, int port = 587)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new DnsEndPoint(host, 587));
                var s = new SslStream(new NetworkStream(socket, true));
                await {|WSK4001:s.AuthenticateAsClientAsync(host)|};
                return s;
            }
        }
        """)]
    [InlineData("wrapper factory: helper authenticates", On.DotNet, """
        public class Mail
        {
            public async Task Go(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 587);
                await using var tls = await {|WSK4001:SecureAsync(client.GetStream(), host)|};
                await tls.WriteAsync("EHLO me\r\n"u8.ToArray());
            }
            private static async Task<SslStream> SecureAsync(Stream inner, string host)
            {
                var ssl = new SslStream(inner, leaveInnerStreamOpen: false);
                await ssl.AuthenticateAsClientAsync(host);
                return ssl;
            }
        }
        """)]
    [InlineData("mysql at once", On.DotNet, """
        public class MySql
        {
            public async Task Go(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 3306);
                var ssl = new SslStream(client.GetStream());
                await {|WSK4001:ssl.AuthenticateAsClientAsync(host)|};
            }
        }
        """)]
    [InlineData("local function exchange wrong", On.DotNet, """
        public class Mail
        {
            public async Task Go(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 587);
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                await Expect("220");
                await Send("EHLO x");
                await Expect("250");
                await Send("STARTTLS");
                await using var ssl = new SslStream(stream);
                await {|WSK4001:ssl.AuthenticateAsClientAsync(host)|};
                async Task Send(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
                async Task Expect(string code) { var l = await reader.ReadLineAsync(); if (l is null || !l.StartsWith(code)) throw new IOException(l); }
            }
        }
        """)]
    [InlineData("top-level", On.DotNet, """
        var host = args[0];
        using var client = new TcpClient();
        await client.ConnectAsync(host, 143);
        await using var ssl = new SslStream(client.GetStream());
        await {|WSK4001:ssl.AuthenticateAsClientAsync(host)|};
        await ssl.WriteAsync("a1 LOGIN\r\n"u8.ToArray());
        """)]
    [InlineData("smtp greeting only, then EHLO without STARTTLS", On.DotNet, """
        public class Mail
        {
            public void Go(string host)
            {
                using var client = new TcpClient(host, 25);
                using var stream = client.GetStream();
                using var r = new StreamReader(stream);
                using var w = new StreamWriter(stream) { AutoFlush = true };
                r.ReadLine();
                w.WriteLine("EHLO me");
                using var ssl = new SslStream(stream);
                {|WSK4001:ssl.AuthenticateAsClient(host)|};
            }
        }
        """)]
    [InlineData("Task result forms wrong", On.DotNet, """
        public class Mail
        {
            public void Go(string host)
            {
                using var client = new TcpClient();
                client.ConnectAsync(host, 4190).Wait();
                var ssl = new SslStream(client.GetStream());
                {|WSK4001:ssl.AuthenticateAsClientAsync(host)|}.GetAwaiter().GetResult();
            }
        }
        """)]
    [InlineData("socket exchange wrong", On.DotNet, """
        public class Mail
        {
            public void Go(string host)
            {
                using var s = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                s.Connect(host, 587);
                var b = new byte[512];
                s.Receive(b);
                s.Send(Encoding.ASCII.GetBytes("STARTTLS\r\n"));
                using var ssl = new SslStream(new NetworkStream(s, false));
                {|WSK4001:ssl.AuthenticateAsClient(host)|};
            }
        }
        """)]
    [InlineData("immediately 587", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request, Env env)
            {
                var socket = TcpSocket.Connect(env.Variable("SMTP_HOST"), 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                var tls = await {|WSK4001:socket.StartTlsAsync()|};
                await tls.OpenedAsync();
                await tls.WriteTextAsync("EHLO me\r\n");
                await tls.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("address string 143", On.Workers, """
        public static class Worker
        {
            [Scheduled]
            public static async Task Run(ScheduledEvent e, Env env)
            {
                var socket = TcpSocket.Connect("imap.contoso.com:143", new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                var tls = await {|WSK4001:socket.StartTlsAsync()|};
                await tls.CloseAsync();
            }
        }
        """)]
    [InlineData("greeting only", On.Workers, """
        public static class Worker
        {
            [Scheduled]
            public static async Task Run(ScheduledEvent e, Env env)
            {
                var socket = TcpSocket.Connect(new TcpSocketAddress("mail.contoso.com", 110), new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                await socket.ReadAsync();
                var tls = await {|WSK4001:socket.StartTlsAsync()|};
                await tls.CloseAsync();
            }
        }
        """)]
    [InlineData("unknown port, written", On.Workers, """
        public static class Worker
        {
            [Scheduled]
            public static async Task Run(ScheduledEvent e, Env env)
            {
                var socket = TcpSocket.Connect(env.Variable("HOST"), int.Parse(env.Variable("PORT")), new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                await socket.WriteTextAsync("EHLO me\r\n");
                var tls = await {|WSK4001:socket.StartTlsAsync()|};
                await tls.CloseAsync();
            }
        }
        """)]
    [InlineData("helper sends", On.Workers, """
        public static class Worker
        {
            [Scheduled]
            public static async Task Run(ScheduledEvent e, Env env)
            {
                var socket = TcpSocket.Connect(env.Variable("HOST"), 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                await ReadReplyAsync(socket);
                await SendAsync(socket, "EHLO me");
                await ReadReplyAsync(socket);
                await SendAsync(socket, "STARTTLS");
                var tls = await {|WSK4001:socket.StartTlsAsync()|};
                await tls.CloseAsync();
            }
            private static Task SendAsync(TcpSocket socket, string line) => socket.WriteTextAsync(line + "\r\n");
            private static async Task<string> ReadReplyAsync(TcpSocket socket)
            {
                var text = "";
                while (!text.EndsWith("\r\n"))
                {
                    var r = await socket.ReadAsync();
                    if (r.Done) break;
                    text += TextCodec.DecodeUtf8(r.Bytes);
                }
                return text;
            }
        }
        """)]
    [InlineData("parameter socket upgrade without read", On.Workers, """
        public static class Tls
        {
            public static async Task<TcpSocket> UpgradeAsync(TcpSocket socket)
            {
                await socket.WriteTextAsync("STARTTLS\r\n");
                return await {|WSK4001:socket.StartTlsAsync()|};
            }
        }
        """)]
    [InlineData("postgres", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request, Env env)
            {
                var socket = TcpSocket.Connect(env.Variable("PG"), 5432, new() { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                await socket.WriteAsync(new byte[] { 0, 0, 0, 8, 4, 210, 22, 47 });
                var tls = await {|WSK4001:socket.StartTlsAsync()|};
                await tls.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("durable object field", On.Workers, """
        [DurableObject]
        public class Mail
        {
            private TcpSocket socket;
            private Env env;
            public Mail(DurableObjectState state, Env env) { this.env = env; socket = TcpSocket.Connect("smtp.contoso.com", 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls }); }
            public async Task<Response> FetchAsync(Request request)
            {
                await socket.WriteTextAsync("STARTTLS\r\n");
                socket = await {|WSK4001:socket.StartTlsAsync()|};
                await socket.WriteTextAsync("x");
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("session class with field, own helpers", On.Workers, """
        public class Session
        {
            private TcpSocket socket;
            public Session(TcpSocket socket) { this.socket = socket; }
            public async Task StartAsync()
            {
                await ReadReplyAsync();
                await SendAsync("EHLO me");
                await ReadReplyAsync();
                await SendAsync("STARTTLS");
                socket = await {|WSK4001:socket.StartTlsAsync()|};
                await socket.OpenedAsync();
            }
            private async Task SendAsync(string line) { await socket.WriteTextAsync(line + "\r\n"); }
            private async Task<string> ReadReplyAsync() { var r = await socket.ReadAsync(); return TextCodec.DecodeUtf8(r.Bytes); }
        }
        """)]
    [InlineData("helper upgrades too early", On.Workers, """
        public static class Worker
        {
            [Scheduled]
            public static async Task Run(ScheduledEvent e, Env env)
            {
                var socket = TcpSocket.Connect("smtp.contoso.com", 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                var tls = await {|WSK4001:UpgradeAsync(socket)|};
                await tls.CloseAsync();
            }
            private static async Task<TcpSocket> UpgradeAsync(TcpSocket socket)
            {
                var tls = await socket.StartTlsAsync();
                await tls.OpenedAsync();
                return tls;
            }
        }
        """)]
    [InlineData("branch", On.Workers, """
        public static class Worker
        {
            [Scheduled]
            public static async Task Run(ScheduledEvent e, Env env)
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                if (env.Variable("TLS") == "1")
                {
                    socket = await {|WSK4001:socket.StartTlsAsync()|};
                    await socket.OpenedAsync();
                }
                await socket.WriteTextAsync("x");
                await socket.CloseAsync();
            }
        }
        """)]
    [InlineData("begin inside the callback of the connect", On.DotNet, """
        public sealed class Ftps(string host)
        {
            public void Connect(Action<SslStream> ready)
            {
                var client = new TcpClient();
                client.BeginConnect(host, 21, connected =>
                {
                    client.EndConnect(connected);
                    var stream = client.GetStream();
                    stream.Write("AUTH TLS\r\n"u8);
                    var tls = new SslStream(stream);
                    {|WSK4001:tls.BeginAuthenticateAsClient(host, done =>
                    {
                        tls.EndAuthenticateAsClient(done);
                        ready(tls);
                    }, null)|};
                }, null);
            }
        }
        """)]
    [InlineData("begin, ended by another method", On.DotNet, """
        public sealed class Submission(TcpClient client)
        {
            private SslStream? tls;
            public void Connect(string host)
            {
                client.Connect(host, 587);
                tls = new SslStream(client.GetStream());
                {|WSK4001:tls.BeginAuthenticateAsClient(host, Done, null)|};
            }
            private void Done(IAsyncResult result) => tls!.EndAuthenticateAsClient(result);
        }
        """)]
    public Task Finds(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.FoundAsync(Id, on, source);
    }

    [Theory]
    [InlineData("class fields right", On.DotNet, """
        public sealed class SmtpSession : IDisposable
        {
            private readonly TcpClient _client = new();
            private Stream? _stream;
            private StreamReader? _reader;
            private StreamWriter? _writer;
            public async Task ConnectAsync(string host, CancellationToken ct)
            {
                await _client.ConnectAsync(host, 587, ct);
                _stream = _client.GetStream();
                _reader = new StreamReader(_stream, Encoding.ASCII);
                _writer = new StreamWriter(_stream, Encoding.ASCII) { AutoFlush = true, NewLine = "\r\n" };
                await ReadReplyAsync(ct);
                await CommandAsync("EHLO me", ct);
                await CommandAsync("STARTTLS", ct);
                var tls = new SslStream(_stream);
                await tls.AuthenticateAsClientAsync(host);
                _stream = tls;
                _reader = new StreamReader(_stream, Encoding.ASCII);
                _writer = new StreamWriter(_stream, Encoding.ASCII) { AutoFlush = true, NewLine = "\r\n" };
                await CommandAsync("EHLO me", ct);
            }
            private async Task<string> CommandAsync(string command, CancellationToken ct)
            {
                await _writer!.WriteLineAsync(command.AsMemory(), ct);
                return await ReadReplyAsync(ct);
            }
            private async Task<string> ReadReplyAsync(CancellationToken ct)
            {
                string? line;
                do { line = await _reader!.ReadLineAsync(ct) ?? throw new IOException("closed"); } while (line.Length > 3 && line[3] == '-');
                return line;
            }
            public void Dispose() { _writer?.Dispose(); _reader?.Dispose(); _client.Dispose(); }
        }
        """)]
    [InlineData("pop right helpers", On.DotNet, """
        public static class Pop
        {
            public static void Open(string host)
            {
                using var client = new TcpClient(host, 110);
                using var net = client.GetStream();
                Greeting(net);
                SendStls(net);
                using var tls = new SslStream(net, false);
                tls.AuthenticateAsClient(host);
            }
            private static void SendStls(NetworkStream s) { var b = Encoding.ASCII.GetBytes("STLS\r\n"); s.Write(b, 0, b.Length); Greeting(s); }
            private static void Greeting(NetworkStream s) { while (s.ReadByte() != '\n') { } }
        }
        """)]
    [InlineData("ftp AUTH TLS right", On.DotNet, """
        public class Ftp
        {
            public async Task<Stream> Login(string host, CancellationToken ct)
            {
                var client = new TcpClient();
                await client.ConnectAsync(host, 21, ct);
                Stream control = client.GetStream();
                var reader = new StreamReader(control, Encoding.ASCII, false, 1024, leaveOpen: true);
                var greeting = await reader.ReadLineAsync(ct);
                if (greeting is null || !greeting.StartsWith("220")) throw new IOException(greeting);
                await control.WriteAsync("AUTH TLS\r\n"u8.ToArray(), ct);
                var reply = await reader.ReadLineAsync(ct);
                if (reply?.StartsWith("234") != true) throw new IOException(reply);
                var tls = new SslStream(control, leaveInnerStreamOpen: false);
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, ct);
                return tls;
            }
        }
        """)]
    [InlineData("postgres BinaryPrimitives right", On.DotNet, """
        public class Pg
        {
            public async Task<Stream> Open(string host, CancellationToken ct)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(host, 5432, ct);
                var stream = new NetworkStream(socket, ownsSocket: true);
                var request = new byte[8];
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(request, 8);
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), 80877103);
                await stream.WriteAsync(request, ct);
                var answer = new byte[1];
                await stream.ReadExactlyAsync(answer, ct);
                if (answer[0] != (byte)'S') throw new IOException("no TLS");
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host);
                return tls;
            }
        }
        """)]
    [InlineData("xmpp right", On.DotNet, """
        public class Xmpp
        {
            public async Task<SslStream> Connect(string domain)
            {
                var client = new TcpClient();
                await client.ConnectAsync(domain, 5222);
                var stream = client.GetStream();
                await WriteAsync(stream, $"<stream:stream to='{domain}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
                await ReadUntilAsync(stream, "</stream:features>");
                await WriteAsync(stream, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
                var reply = await ReadUntilAsync(stream, "/>");
                if (!reply.Contains("<proceed")) throw new IOException("refused");
                var tls = new SslStream(stream, false);
                await tls.AuthenticateAsClientAsync(domain);
                return tls;
            }
            static Task WriteAsync(Stream s, string text) => s.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
            static async Task<string> ReadUntilAsync(Stream s, string end)
            {
                var text = new StringBuilder(); var b = new byte[1024];
                while (!text.ToString().EndsWith(end)) { var n = await s.ReadAsync(b); if (n == 0) throw new EndOfStreamException(); text.Append(Encoding.ASCII.GetString(b, 0, n)); }
                return text.ToString();
            }
        }
        """)]
    [InlineData("optional starttls", On.DotNet, """
        public class Smtp
        {
            public async Task<Stream> Open(string host, int port, bool startTls)
            {
                var client = new TcpClient();
                await client.ConnectAsync(host, port);
                Stream stream = client.GetStream();
                if (port == 465) { var ssl = new SslStream(stream); await ssl.AuthenticateAsClientAsync(host); stream = ssl; }
                await Reply(stream);
                if (startTls)
                {
                    await Command(stream, "STARTTLS");
                    var ssl = new SslStream(stream); await ssl.AuthenticateAsClientAsync(host); stream = ssl;
                }
                return stream;
            }
            static async Task Command(Stream s, string c) { await s.WriteAsync(Encoding.ASCII.GetBytes(c + "\r\n")); await Reply(s); }
            static async Task<string> Reply(Stream s) { using var r = new StreamReader(s, leaveOpen: true); return await r.ReadLineAsync() ?? ""; }
        }
        """)]
    [InlineData("implicit ports", On.DotNet, """
        public class All
        {
            public SslStream Open(string host, int which)
            {
                int port = which switch { 0 => 993, 1 => 995, 2 => 465, 3 => 636, _ => 443 };
                var tcp = new TcpClient();
                tcp.Connect(host, port);
                var s = new SslStream(tcp.GetStream(), false);
                s.AuthenticateAsClient(host);
                return s;
            }
        }
        """)]
    [InlineData("wrapper factory right", On.DotNet, """
        public class Mail
        {
            public async Task Go(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 587);
                var stream = client.GetStream();
                await ReadLine(stream);
                await stream.WriteAsync("STARTTLS\r\n"u8.ToArray());
                await ReadLine(stream);
                await using var tls = await SecureAsync(stream, host);
                await tls.WriteAsync("EHLO me\r\n"u8.ToArray());
            }
            private static async Task<SslStream> SecureAsync(Stream inner, string host)
            {
                var ssl = new SslStream(inner, leaveInnerStreamOpen: false);
                await ssl.AuthenticateAsClientAsync(host);
                return ssl;
            }
            static async Task ReadLine(Stream s) { var one = new byte[1]; while (await s.ReadAsync(one) == 1 && one[0] != 10) { } }
        }
        """)]
    [InlineData("mysql right", On.DotNet, """
        public class MySql
        {
            public async Task Go(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 3306);
                var stream = client.GetStream();
                var head = new byte[4];
                await stream.ReadExactlyAsync(head);
                await stream.ReadExactlyAsync(new byte[head[0]]);
                await stream.WriteAsync(BuildSslRequest());
                var ssl = new SslStream(stream);
                await ssl.AuthenticateAsClientAsync(host);
            }
            private byte[] BuildSslRequest() { var b = new byte[36]; b[0] = 32; b[3] = 1; return b; }
        }
        """)]
    [InlineData("wrapper types do the talking", On.DotNet, """
        public class LineProtocol(Stream stream)
        {
            private readonly StreamReader reader = new(stream);
            private readonly StreamWriter writer = new(stream) { AutoFlush = true };
            public Task<string?> ReadAsync() => reader.ReadLineAsync();
            public async Task<string?> CommandAsync(string c) { await writer.WriteLineAsync(c); return await reader.ReadLineAsync(); }
        }
        public class Mail
        {
            public async Task Go(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 587);
                var stream = client.GetStream();
                var lines = new LineProtocol(stream);
                await lines.ReadAsync();
                await lines.CommandAsync("EHLO me");
                await lines.CommandAsync("STARTTLS");
                var ssl = new SslStream(stream);
                await ssl.AuthenticateAsClientAsync(host);
            }
        }
        """)]
    [InlineData("local function exchange", On.DotNet, """
        public class Mail
        {
            public async Task Go(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 587);
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                await Expect("220");
                await Send("EHLO x");
                await Expect("250");
                await Send("STARTTLS");
                await Expect("220");
                await using var ssl = new SslStream(stream);
                await ssl.AuthenticateAsClientAsync(host);
                async Task Send(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
                async Task Expect(string code) { var l = await reader.ReadLineAsync(); if (l is null || !l.StartsWith(code)) throw new IOException(l); }
            }
        }
        """)]
    [InlineData("lambdas", On.DotNet, """
        public class Mail
        {
            public async Task Go(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 587);
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                Func<string, Task<string?>> command = async line => { await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n")); return await reader.ReadLineAsync(); };
                await reader.ReadLineAsync();
                await command("EHLO x");
                await command("STARTTLS");
                await using var ssl = new SslStream(stream);
                await ssl.AuthenticateAsClientAsync(host);
            }
        }
        """)]
    [InlineData("server side", On.DotNet, """
        public class Server
        {
            public async Task Run(System.Security.Cryptography.X509Certificates.X509Certificate2 cert)
            {
                var l = new TcpListener(IPAddress.Any, 587);
                l.Start();
                using var c = await l.AcceptTcpClientAsync();
                using var s = new SslStream(c.GetStream());
                await s.AuthenticateAsServerAsync(cert);
            }
        }
        """)]
    [InlineData("proxy connect then tls", On.DotNet, """
        public class Proxy
        {
            public async Task<SslStream> Open(string proxy, string host)
            {
                var c = new TcpClient();
                await c.ConnectAsync(proxy, 3128);
                var s = c.GetStream();
                await s.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {host}:587 HTTP/1.1\r\n\r\n"));
                var b = new byte[1024];
                await s.ReadAsync(b);
                var tls = new SslStream(s);
                await tls.AuthenticateAsClientAsync(host);
                return tls;
            }
        }
        """)]
    [InlineData("buffered stream", On.DotNet, """
        public class Mail
        {
            public void Go(string host)
            {
                using var client = new TcpClient(host, 587);
                var stream = new BufferedStream(client.GetStream());
                var r = new StreamReader(stream);
                r.ReadLine();
                stream.Write("STARTTLS\r\n"u8);
                stream.Flush();
                r.ReadLine();
                var ssl = new SslStream(stream);
                ssl.AuthenticateAsClient(host);
            }
        }
        """)]
    [InlineData("nntp switch mode", On.DotNet, """
        public enum Mode { None, Implicit, StartTls }
        public class Nntp
        {
            public async Task<Stream> Go(string host, Mode mode)
            {
                var client = new TcpClient();
                await client.ConnectAsync(host, mode == Mode.Implicit ? 563 : 119);
                Stream stream = client.GetStream();
                switch (mode)
                {
                    case Mode.Implicit:
                        stream = await Wrap(stream, host);
                        break;
                    case Mode.StartTls:
                        await Line(stream);
                        await stream.WriteAsync("STARTTLS\r\n"u8.ToArray());
                        await Line(stream);
                        stream = await Wrap(stream, host);
                        break;
                }
                return stream;
            }
            static async Task<Stream> Wrap(Stream s, string host) { var ssl = new SslStream(s); await ssl.AuthenticateAsClientAsync(host); return ssl; }
            static async Task Line(Stream s) { var one = new byte[1]; while (await s.ReadAsync(one) == 1 && one[0] != 10) { } }
        }
        """)]
    [InlineData("read while loop after STARTTLS", On.DotNet, """
        public class Mail
        {
            public void Go(string host)
            {
                using var client = new TcpClient(host, 587);
                var stream = client.GetStream();
                var r = new StreamReader(stream);
                var w = new StreamWriter(stream) { AutoFlush = true };
                string? line;
                while ((line = r.ReadLine()) != null && line.Length > 3 && line[3] == '-') { }
                w.WriteLine("EHLO me");
                while ((line = r.ReadLine()) != null && line.Length > 3 && line[3] == '-') { }
                w.WriteLine("STARTTLS");
                while ((line = r.ReadLine()) != null && line.Length > 3 && line[3] == '-') { }
                var ssl = new SslStream(stream);
                ssl.AuthenticateAsClient(host);
            }
        }
        """)]
    [InlineData("socket exchange right", On.DotNet, """
        public class Mail
        {
            public void Go(string host)
            {
                using var s = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                s.Connect(host, 587);
                var b = new byte[512];
                s.Receive(b);
                s.Send(Encoding.ASCII.GetBytes("STARTTLS\r\n"));
                s.Receive(b);
                using var ssl = new SslStream(new NetworkStream(s, false));
                ssl.AuthenticateAsClient(host);
            }
        }
        """)]
    [InlineData("begin after the answer", On.DotNet, """
        public sealed class Ftps(TcpClient client)
        {
            public void Connect(string host)
            {
                var stream = client.GetStream();
                var reader = new StreamReader(stream, Encoding.ASCII);
                reader.ReadLine();
                stream.Write("AUTH TLS\r\n"u8);
                reader.ReadLine();
                var tls = new SslStream(stream);
                tls.BeginAuthenticateAsClient(host, done => tls.EndAuthenticateAsClient(done), null);
            }
        }
        """)]
    public Task Leaves(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.SilentAsync(Id, on, source);
    }

    /// <summary>The port is a constant of the helper that connects: what is said on the way decides, wherever TLS starts.</summary>
    [Theory]
    [InlineData("static TcpClient Open(string host) { var c = new TcpClient(); c.Connect(host, 587); return c; }", "using var c = Open(host);", true)]
    [InlineData("static async Task<TcpClient> OpenAsync(string host) { var c = new TcpClient(); await c.ConnectAsync(host, 143); return c; }", "using var c = await OpenAsync(host);", true)]
    [InlineData("static TcpClient Open() => new TcpClient(\"mail.contoso.com\", 110);", "using var c = Open();", true)]
    [InlineData("static TcpClient Open(string host) => Dial(host, 389); static TcpClient Dial(string host, int port) => new TcpClient(host, port);", "using var c = Open(host);", true)]
    [InlineData("static TcpClient Open(string host) => new TcpClient(host, 993);", "using var c = Open(host);", false)]
    [InlineData("static TcpClient Open(string host, int port) => new TcpClient(host, port);", "using var c = Open(host, 7000);", false)]
    [InlineData("static TcpClient Open(string host, bool old) { if (old) return new TcpClient(host, 587); return new TcpClient(host, 465); }", "using var c = Open(host, true);", false)]
    [InlineData("static TcpClient Open(string host) { var c = new TcpClient(host, 587); var s = c.GetStream(); s.ReadByte(); s.Write(\"STARTTLS\\r\\n\"u8); s.ReadByte(); return c; }", "using var c = Open(host);", false)]
    public Task Port_of_a_helper(string helper, string open, bool isFound)
    {
        var (start, end) = isFound ? ("{|WSK4001:", "|}") : ("", "");
        return Verify.RunAsync(Id, On.DotNet, [("Test.cs", $$"""
            public class Mail
            {
                public async Task M(string host)
                {
                    {{open}}
                    using var tls = new SslStream(c.GetStream());
                    await {{start}}tls.AuthenticateAsClientAsync(host){{end}};
                }

                {{helper}}
            }
            """)], []);
    }

    [Fact]
    public Task Port_of_a_helper_on_Workers() => Verify.FoundAsync(Id, On.Workers, """
        static class Mail
        {
            public static async Task M(string host)
            {
                var socket = Open(host);
                var tls = await {|WSK4001:socket.StartTlsAsync()|};
                await tls.OpenedAsync();
            }

            private static TcpSocket Open(string host) => TcpSocket.Connect(host, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
        }
        """);

    [Theory]
    [InlineData("if (await reader.ReadLineAsync() is not ['2', '2', '0', ..]) throw new IOException();")]
    [InlineData("var ready = reader.ReadLine(); if (ready?.StartsWith(\"220\") != true) throw new IOException();")]
    public Task A_reader_that_the_caller_gives_may_read_the_answer(string reads) => Verify.SilentAsync(
        "WSK4001",
        On.DotNet,
        "class C { static async Task<SslStream> M(NetworkStream s, StreamReader reader, string host) { await s.WriteAsync(\"STARTTLS\\r\\n\"u8.ToArray()); " + reads + " var tls = new SslStream(s); await tls.AuthenticateAsClientAsync(host); return tls; } }");
}
