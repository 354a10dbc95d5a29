using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4006_TlsPortPlainTests
{
    private const string Id = "WSK4006";

    [Theory]
    [MemberData(nameof(TlsShapes.Names), MemberType = typeof(TlsShapes))]
    public Task Finds_its_own_among_the_shapes_of_all(string shape) => TlsShapes.CheckAsync(Id, shape);

    [Theory]
    [InlineData("imaps", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("imap.contoso.com", {|WSK4006:993|});
                await s.OpenedAsync();
                await s.WriteTextAsync("a1 NOOP\r\n");
                var a = await s.ReadAsync();
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("address", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect({|WSK4006:"mqtt.contoso.com:8883"|});
                await s.OpenedAsync();
                await s.WriteAsync(new byte[] { 16, 0 });
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("Off", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect(new TcpSocketAddress("ldap.contoso.com", {|WSK4006:636|}), new() { SecureTransport = TcpSecureTransport.Off });
                await s.OpenedAsync();
                await s.WriteAsync(new byte[] { 16, 0 });
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("const port", On.Workers, """
        public static class Worker
        {
            private const int Port = 6380;

            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("redis.contoso.com", {|WSK4006:Port|});
                await s.OpenedAsync();
                await s.WriteAsync(new byte[] { 16, 0 });
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("helper talks", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("irc.contoso.com", {|WSK4006:6697|}, new() { AllowHalfOpen = true });
                await s.OpenedAsync();
                await Say(s, "NICK x");
                await s.CloseAsync();
                return Response.Text("ok");
            }

            static Task Say(TcpSocket s, string l) => s.WriteTextAsync(l + "\r\n");
        }
        """)]
    [InlineData("wrapper class", On.Workers, """
        public class Irc { private readonly TcpSocket s; public Irc(TcpSocket s) { this.s = s; } public Task SayAsync(string l) => s.WriteTextAsync(l); }

        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("irc.contoso.com", {|WSK4006:6697|});
                await s.OpenedAsync();
                var irc = new Irc(s);
                await irc.SayAsync("NICK x");
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("field", On.Workers, """
        public class Irc { private TcpSocket? s; public async Task OpenAsync() {
            s = TcpSocket.Connect("irc.contoso.com", {|WSK4006:6697|});
            await s.OpenedAsync();
            await s.WriteTextAsync("NICK x\r\n"); }
          public Task SayAsync(string l) => s!.WriteTextAsync(l); }
        """)]
    [InlineData("field, talk elsewhere", On.Workers, """
        public class Irc { private TcpSocket? s; public async Task OpenAsync() {
            s = TcpSocket.Connect("irc.contoso.com", {|WSK4006:6697|});
            await s.OpenedAsync();
            }
          public Task SayAsync(string l) => s!.WriteTextAsync(l); }
        """)]
    [InlineData("port chosen", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                var port = env.Variable("TLS") == "1" ? 993 : 143;
                var a = TcpSocket.Connect("imap.contoso.com", {|WSK4006:port|});
                await a.WriteTextAsync("x"); await a.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("443", On.Workers, """
        public static class W1 { [Scheduled] public static async Task H(ScheduledEvent r, Env env)
        {
            var a = TcpSocket.Connect({|WSK4006:"gateway.contoso.com:443"|});
            try { await a.WriteTextAsync("x"); var x = await a.ReadAsync(); } finally { await a.CloseAsync(); } } }
        """)]
    [InlineData("imaps stream", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient();
                await c.ConnectAsync(host, {|WSK4006:993|});
                await using var s = c.GetStream();
                await s.WriteAsync(new byte[3]);
            }
        }
        """)]
    [InlineData("ctor", On.DotNet, """
        public class C
        {
            public void M(string host)
            {
                using var c = new TcpClient(host, {|WSK4006:995|});
                using var r = new StreamReader(c.GetStream());
                using var w = new StreamWriter(c.GetStream()) { AutoFlush = true };
                Console.WriteLine(r.ReadLine());
                w.WriteLine("USER x");
            }
        }
        """)]
    [InlineData("helper", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient();
                await c.ConnectAsync(host, {|WSK4006:465|});
                var s = c.GetStream();
                await Say(s, "EHLO me");
                await ReadLine(s);
            }

            static async Task Say(Stream s, string l) => await s.WriteAsync(Encoding.ASCII.GetBytes(l + "\r\n"));
            static async Task<string?> ReadLine(Stream s) { using var r = new StreamReader(s, leaveOpen: true); return await r.ReadLineAsync(); }
        }
        """)]
    [InlineData("fields", On.DotNet, """
        public class C { private readonly TcpClient c = new(); private NetworkStream? s; private StreamWriter? w;
        public async Task OpenAsync(string host)
        {
            await c.ConnectAsync(host, {|WSK4006:6697|});
            s = c.GetStream();
            w = new StreamWriter(s) { AutoFlush = true };
            await w.WriteLineAsync("NICK x");
        }
        public Task Say(string l) => w!.WriteLineAsync(l); }
        """)]
    [InlineData("fields, created there", On.DotNet, """
        public class C { private TcpClient? c; private NetworkStream? s;
        public async Task OpenAsync(string host)
        {
            c = new TcpClient();
            await c.ConnectAsync(host, {|WSK4006:6697|});
            s = c.GetStream();
            await s.WriteAsync("NICK x\r\n"u8.ToArray());
        }
        }
        """)]
    [InlineData("endpoint", On.DotNet, """
        public class C
        {
            public void M(IPAddress a)
            {
                var s = new Socket(SocketType.Stream, ProtocolType.Tcp);
                s.Connect(new IPEndPoint(a, {|WSK4006:5671|}));
                s.Send(new byte[8]);
                s.Dispose();
            }
        }
        """)]
    [InlineData("DnsEndPoint var", On.DotNet, """
        public class C
        {
            public void M(string a)
            {
                var ep = new DnsEndPoint(a, 853);
                using var s = new Socket(SocketType.Stream, ProtocolType.Tcp);
                s.Connect({|WSK4006:ep|});
                using var n = new NetworkStream(s);
                n.Write(new byte[8]);
            }
        }
        """)]
    [InlineData("wait for close on", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient();
                await c.ConnectAsync(host, {|WSK4006:443|});
                var s = c.GetStream();
                var b = new byte[5]; await s.ReadExactlyAsync(b);
            }
        }
        """)]
    [InlineData("ftps data", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                var s = new TcpClient(host, {|WSK4006:990|});
                var w = new StreamWriter(s.GetStream());
                w.WriteLine("USER a"); w.Flush(); s.Close();
            }
        }
        """)]
    [InlineData("lambda", On.DotNet, """
        public class C
        {
            public void M(string host)
            {
                var t = new Thread(() => {
                    using var c = new TcpClient(host, {|WSK4006:8883|});
                    c.GetStream().Write(new byte[] { 0x10, 0 }, 0, 2);
                });
                t.Start();
            }
        }
        """)]
    [InlineData("http GET over 443", On.DotNet, """
        public class C
        {
            public async Task M()
            {
                using var c = new TcpClient();
                await c.ConnectAsync("www.contoso.com", {|WSK4006:443|});
                using var w = new StreamWriter(c.GetStream());
                await w.WriteAsync("GET / HTTP/1.1\r\nHost: www.contoso.com\r\n\r\n");
                await w.FlushAsync();
            }
        }
        """)]
    [InlineData("reader and writer from GetStream", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, {|WSK4006:995|});
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { AutoFlush = true };
                Console.WriteLine(await reader.ReadLineAsync());
                await writer.WriteLineAsync("QUIT");
            }
        }
        """)]
    [InlineData("inline write", On.DotNet, """
        public class C
        {
            public async Task M(string host, byte[] data)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, {|WSK4006:8883|});

                // Hello.
                await client.GetStream().WriteAsync(data);
            }
        }
        """)]
    [InlineData("socket and NetworkStream", On.DotNet, """
        public class C
        {
            public async Task<string?> M(string host)
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(host, {|WSK4006:993|});
                using var stream = new NetworkStream(socket, ownsSocket: true);
                using var reader = new StreamReader(stream);
                return await reader.ReadLineAsync();
            }
        }
        """)]
    [InlineData("sync with stream var", On.DotNet, """
        public class C
        {
            public string? M(string host)
            {
                using (var client = new TcpClient(host, {|WSK4006:993|}))
                using (NetworkStream stream = client.GetStream())
                {
                    var reader = new StreamReader(stream);
                    return reader.ReadLine();
                }
            }
        }
        """)]
    [InlineData("sync ctor", On.DotNet, """
        public class C
        {
            public string? M(string host)
            {
                using var client = new TcpClient(host, {|WSK4006:993|});
                NetworkStream stream = client.GetStream();
                var reader = new StreamReader(stream);
                return reader.ReadLine();
            }
        }
        """)]
    [InlineData("field NetworkStream", On.DotNet, """
        public class Irc : IDisposable
        {
            private readonly TcpClient client = new();
            private NetworkStream? stream;

            public async Task ConnectAsync(string host)
            {
                await client.ConnectAsync(host, {|WSK4006:6697|});
                stream = client.GetStream();
                await SendAsync("NICK x");
            }

            private async Task SendAsync(string line) => await stream!.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));

            public void Dispose() { stream?.Dispose(); client.Dispose(); }
        }
        """)]
    [InlineData("field reader writer", On.DotNet, """
        public class Irc : IDisposable
        {
            private readonly TcpClient _client = new();
            private StreamReader? _reader;
            private StreamWriter? _writer;

            public async Task ConnectAsync(string host)
            {
                await _client.ConnectAsync(host, {|WSK4006:6697|});
                _reader = new StreamReader(_client.GetStream());
                _writer = new StreamWriter(_client.GetStream()) { AutoFlush = true };
                await _writer.WriteLineAsync("NICK x");
                await _reader.ReadLineAsync();
            }

            public void Dispose() => _client.Dispose();
        }
        """)]
    [InlineData("helper connects to the port it is given", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = await OpenAsync(host, {|WSK4006:993|});
                await c.GetStream().WriteAsync(new byte[3]);
            }

            static async Task<TcpClient> OpenAsync(string host, int port) { var c = new TcpClient(); await c.ConnectAsync(host, port); return c; }
        }
        """)]
    public Task Finds(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.FoundAsync(Id, on, source);
    }

    [Theory]
    [InlineData("silent ones", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                var a = TcpSocket.Connect("imap.contoso.com", 993, new() { SecureTransport = TcpSecureTransport.On });
                await a.WriteTextAsync("x"); await a.CloseAsync();
                var b = TcpSocket.Connect("imap.contoso.com", 143);
                await b.WriteTextAsync("x"); await b.CloseAsync();
                var c = TcpSocket.Connect("imap.contoso.com", int.Parse(env.Variable("PORT")));
                await c.WriteTextAsync("x"); await c.CloseAsync();
                var d = TcpSocket.Connect("imap.contoso.com", 993);
                await d.OpenedAsync(); await d.CloseAsync();
                var e = TcpSocket.Connect("imap.contoso.com", 993, new() { SecureTransport = TcpSecureTransport.StartTls });
                var f = await e.StartTlsAsync(); await f.WriteTextAsync("x"); await f.CloseAsync();
                var options = env.Variable("TLS") == "1" ? new TcpSocketOptions { SecureTransport = TcpSecureTransport.On } : new TcpSocketOptions();
                var g = TcpSocket.Connect("imap.contoso.com", 993, options);
                await g.WriteTextAsync("x"); await g.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("helper wraps in TLS", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient();
                await c.ConnectAsync(host, 465);
                await using var s = await Secure(c.GetStream(), host);
                await Say(s, "EHLO me");
            }

            static async Task Say(Stream s, string l) => await s.WriteAsync(Encoding.ASCII.GetBytes(l + "\r\n"));
            static async Task<Stream> Secure(Stream s, string host) { var ssl = new SslStream(s); await ssl.AuthenticateAsClientAsync(host); return ssl; }
        }
        """)]
    [InlineData("fields with tls", On.DotNet, """
        public class C { private readonly TcpClient c = new(); private Stream? s;
        public async Task OpenAsync(string host)
        {
            await c.ConnectAsync(host, 6697);
            var ssl = new SslStream(c.GetStream());
            await ssl.AuthenticateAsClientAsync(host);
            s = ssl;
            await s.WriteAsync("NICK x\r\n"u8.ToArray());
        }
        }
        """)]
    [InlineData("fields, tls in other method", On.DotNet, """
        public class C { private readonly TcpClient c = new(); private Stream? s;
        public async Task OpenAsync(string host)
        {
            await c.ConnectAsync(host, 6697);
            s = c.GetStream();
            await UpgradeAsync(host);
            await s.WriteAsync("NICK x\r\n"u8.ToArray());
        }
        private async Task UpgradeAsync(string host) { var ssl = new SslStream(s!); await ssl.AuthenticateAsClientAsync(host); s = ssl; }
        }
        """)]
    [InlineData("probe", On.DotNet, """
        public class C { public async Task<bool> M(string host)
        {
            using var c = new TcpClient();
            try { await c.ConnectAsync(host, 443); return true; } catch (SocketException) { return false; }
        } }
        """)]
    [InlineData("raw tunnel", On.DotNet, """
        public class C
        {
            public async Task M(NetworkStream client)
            {
                using var c = new TcpClient();
                await c.ConnectAsync("gateway.contoso.com", 443);
                var up = c.GetStream();
                await Task.WhenAny(client.CopyToAsync(up), up.CopyToAsync(client));
            }
        }
        """)]
    [InlineData("BouncyCastle-like third-party wrapper", On.DotNet, """
        public class TlsClientProtocol { public TlsClientProtocol(Stream s) { Stream = s; } public Stream Stream { get; } public void Connect() { } }
        public class C { public async Task M(string host)
        {
            using var c = new TcpClient();
            await c.ConnectAsync(host, 993);
            var p = new TlsClientProtocol(c.GetStream());
            p.Connect();
            await p.Stream.WriteAsync(new byte[3]);
        } }
        """)]
    [InlineData("condition useSsl", On.DotNet, """
        public class C
        {
            public async Task M(string host, bool ssl)
            {
                using var c = new TcpClient();
                await c.ConnectAsync(host, ssl ? 993 : 143);
                Stream s = c.GetStream();
                if (ssl) { var t = new SslStream(s); await t.AuthenticateAsClientAsync(host); s = t; }
                await s.WriteAsync(new byte[3]);
            }
        }
        """)]
    [InlineData("default parameter", On.DotNet, """
        public class C
        {
            public async Task M(string host, int port = 993)
            {
                using var c = new TcpClient();
                await c.ConnectAsync(host, port);
                await c.GetStream().WriteAsync(new byte[3]);
            }
        }
        """)]
    [InlineData("raw ClientHello", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient();
                await c.ConnectAsync(host, 443);
                var s = c.GetStream();
                await s.WriteAsync(new byte[] { 0x16, 0x03, 0x01, 0x00, 0x05 });
                var b = new byte[5]; await s.ReadExactlyAsync(b);
            }
        }
        """)]
    [InlineData("PROXY header", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient();
                await c.ConnectAsync(host, 443);
                var s = c.GetStream();
                await s.WriteAsync(Encoding.ASCII.GetBytes("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n"));
                var t = new SslStream(s); await t.AuthenticateAsClientAsync(host);
                await t.WriteAsync(new byte[3]);
            }
        }
        """)]
    [InlineData("TLS on a plain port", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("db.contoso.com", 1433, new() { SecureTransport = TcpSecureTransport.On });
                await s.WriteAsync(new byte[] { 1 });
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("NegotiateStream", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient();
                await c.ConnectAsync(host, 636);
                using var secure = new NegotiateStream(c.GetStream());
                await secure.AuthenticateAsClientAsync();
                await secure.WriteAsync(new byte[3]);
            }
        }
        """)]
    [InlineData("port of a helper that is secured", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = Open(host);
                using var tls = new SslStream(c.GetStream());
                await tls.AuthenticateAsClientAsync(host);
                await tls.WriteAsync(new byte[3]);
            }

            static TcpClient Open(string host) => new TcpClient(host, 993);
        }
        """)]
    [InlineData("accepted connection", On.DotNet, """
        public class C
        {
            public async Task M(CancellationToken token)
            {
                var listener = new TcpListener(IPAddress.Any, 993);
                listener.Start();
                using var c = await listener.AcceptTcpClientAsync(token);
                await c.GetStream().WriteAsync(new byte[3], token);
            }
        }
        """)]
    [InlineData("port of a helper's caller", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = await OpenAsync(host, 143);
                await c.GetStream().WriteAsync(new byte[3]);
            }

            static async Task<TcpClient> OpenAsync(string host, int port) { var c = new TcpClient(); await c.ConnectAsync(host, port); return c; }
        }
        """)]
    public Task Leaves(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.SilentAsync(Id, on, source);
    }

    [Fact]
    public Task Finds_a_port_that_a_helper_connects_to() => Verify.FoundAsync(
        Id,
        On.DotNet,
        """
        public class C
        {
            public void M(string host)
            {
                using var client = {|#0:Open(host)|};
                client.GetStream().WriteByte(1);
            }

            static TcpClient Open(string host) => new TcpClient(host, 6380);
        }
        """,
        Verify.Result(RuleCatalog.TlsPortPlain, 0, 6380, "client"));

    [Fact]
    public Task A_constant_that_is_named_after_TLS_secures_nothing() => Verify.FoundAsync(
        Id,
        On.DotNet,
        """
        public class C
        {
            private const int MqttTlsPort = 8883;
            private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp);

            public void M(string host)
            {
                socket.Connect(host, {|WSK4006:MqttTlsPort|});
                socket.Send(new byte[] { 0x10, 0 });
            }
        }
        """);
}
