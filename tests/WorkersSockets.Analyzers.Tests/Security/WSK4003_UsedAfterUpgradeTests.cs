using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4003_UsedAfterUpgradeTests
{
    private const string Id = "WSK4003";

    [Theory]
    [MemberData(nameof(TlsShapes.Names), MemberType = typeof(TlsShapes))]
    public Task Finds_its_own_among_the_shapes_of_all(string shape) => TlsShapes.CheckAsync(Id, shape);

    [Theory]
    [InlineData("write", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                await t.OpenedAsync();
                await {|WSK4003:s.WriteTextAsync("x")|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("read in loop", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                await t.OpenedAsync();
                await t.WriteTextAsync("x");
                while (true) { var c = await {|WSK4003:s.ReadAsync()|}; if (c.Done) break; }
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("second startTls", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                await t.OpenedAsync();
                var u = await {|WSK4003:s.StartTlsAsync()|};
                await u.WriteTextAsync("x");
                await t.CloseAsync(); await u.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("opened on old", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                await {|WSK4003:s.OpenedAsync()|};
                await t.WriteTextAsync("x");
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("helper with old", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                await t.OpenedAsync();
                await {|WSK4003:Say(s, "x")|};
                await t.CloseAsync();
                return Response.Text("ok");
            }

            private static Task Say(TcpSocket s, string x) => s.WriteTextAsync(x);
        }
        """)]
    [InlineData("half close on old", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                await t.OpenedAsync();
                await {|WSK4003:s.CloseWritableAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("discarded then used", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                await s.StartTlsAsync();
                await {|WSK4003:s.WriteTextAsync("secret")|};
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("helper upgraded, then old used", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await Up(s);
                await {|WSK4003:s.WriteTextAsync("x")|};
                await t.CloseAsync();
                return Response.Text("ok");
            }

            private static async Task<TcpSocket> Up(TcpSocket s) { var t = await s.StartTlsAsync(); await t.OpenedAsync(); return t; }
        }
        """)]
    [InlineData("raw write", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 993);
                var raw = c.GetStream();
                using var ssl = new SslStream(raw);
                await ssl.AuthenticateAsClientAsync(host);
                await {|WSK4003:raw.WriteAsync(new byte[4])|};
            }
        }
        """)]
    [InlineData("GetStream again", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 993);
                using var ssl = new SslStream(c.GetStream());
                await ssl.AuthenticateAsClientAsync(host);
                await {|WSK4003:c.GetStream().WriteAsync(new byte[4])|};
            }
        }
        """)]
    [InlineData("reader made before on raw", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 587);
                var raw = c.GetStream();
                using var reader = new StreamReader(raw, leaveOpen: true);
                using var writer = new StreamWriter(raw, leaveOpen: true) { AutoFlush = true };
                await reader.ReadLineAsync();
                await writer.WriteLineAsync("STARTTLS");
                await reader.ReadLineAsync();
                using var ssl = new SslStream(raw);
                await ssl.AuthenticateAsClientAsync(host);
                await {|WSK4003:writer.WriteLineAsync("EHLO me")|};
                await {|WSK4003:reader.ReadLineAsync()|};
            }
        }
        """)]
    [InlineData("socket send", On.DotNet, """
        public class C
        {
            public void M(string host)
            {
                using var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Connect(host, 993);
                using var ssl = new SslStream(new NetworkStream(s, true));
                ssl.AuthenticateAsClient(host);
                {|WSK4003:s.Send(new byte[3])|};
                {|WSK4003:s.Receive(new byte[3])|};
            }
        }
        """)]
    [InlineData("client.Client", On.DotNet, """
        public class C
        {
            public void M(string host)
            {
                using var c = new TcpClient(host, 993);
                using var ssl = new SslStream(c.GetStream());
                ssl.AuthenticateAsClient(host);
                {|WSK4003:c.Client.Send(new byte[3])|};
            }
        }
        """)]
    [InlineData("helper with raw", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 993);
                var raw = c.GetStream();
                using var ssl = new SslStream(raw);
                await ssl.AuthenticateAsClientAsync(host);
                await {|WSK4003:Send(raw, "a1 NOOP")|};
            }

            static async Task Send(Stream s, string l) => await s.WriteAsync(Encoding.ASCII.GetBytes(l));
        }
        """)]
    [InlineData("fields", On.DotNet, """
        public class C {
            private TcpClient client = new(); private NetworkStream? net; private SslStream? ssl;
            public async Task M(string host)
            {
                await client.ConnectAsync(host, 993);
                net = client.GetStream();
                ssl = new SslStream(net);
                await ssl.AuthenticateAsClientAsync(host);
                await {|WSK4003:net.WriteAsync(new byte[3])|};
                await ssl.WriteAsync(new byte[3]);
            }
        }
        """)]
    [InlineData("fields, own helper uses raw", On.DotNet, """
        public class C {
            private TcpClient client = new(); private NetworkStream? stream;
            public async Task M(string host)
            {
                await client.ConnectAsync(host, 993);
                stream = client.GetStream();
                var ssl = new SslStream(stream);
                await ssl.AuthenticateAsClientAsync(host);
                await {|WSK4003:Say("x")|};
            }
            private async Task Say(string x) => await stream!.WriteAsync(Encoding.ASCII.GetBytes(x));
        }
        """)]
    [InlineData("wrap method returns ssl, raw used", On.DotNet, """
        public class C {
            public async Task M(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 993);
                Stream raw = client.GetStream();
                var s = await Wrap(raw, host);
                await {|WSK4003:raw.WriteAsync(new byte[3])|};
                await s.WriteAsync(new byte[3]);
            }
            static async Task<Stream> Wrap(Stream s, string host) { var ssl = new SslStream(s); await ssl.AuthenticateAsClientAsync(host); return ssl; }
        }
        """)]
    [InlineData("CopyToAsync from raw", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 993);
                var raw = c.GetStream();
                await using var ssl = new SslStream(raw);
                await ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host });
                await {|WSK4003:raw.CopyToAsync(Console.OpenStandardOutput())|};
            }
        }
        """)]
    [InlineData("lambda", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 993);
                var raw = c.GetStream();
                await using var ssl = new SslStream(raw);
                await ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host });
                var pump = Task.Run(async () => { await {|WSK4003:raw.WriteAsync(new byte[3])|}; });
                await pump;
            }
        }
        """)]
    public Task Finds(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.FoundAsync(Id, on, source);
    }

    [Theory]
    [InlineData("upgraded again", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                s = await s.StartTlsAsync();
                await s.OpenedAsync();
                await s.WriteTextAsync("x");
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("close old is fine", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env, Context context)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                try { await t.OpenedAsync(); await t.WriteTextAsync("x"); }
                finally { await t.CloseAsync(); context.WaitUntil(s.CloseAsync()); }
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("conditional upgrade, then old", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                TcpSocket active = s;
                if (env.Variable("TLS") == "1") active = await s.StartTlsAsync();
                await active.WriteTextAsync("x");
                await active.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("closed after", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("h.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                await t.OpenedAsync();
                await s.ClosedAsync();
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("reader reassigned", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 587);
                Stream stream = c.GetStream();
                var reader = new StreamReader(stream, leaveOpen: true);
                var writer = new StreamWriter(stream, leaveOpen: true) { AutoFlush = true };
                await reader.ReadLineAsync();
                await writer.WriteLineAsync("STARTTLS");
                await reader.ReadLineAsync();
                var ssl = new SslStream(stream);
                await ssl.AuthenticateAsClientAsync(host);
                stream = ssl;
                reader = new StreamReader(stream);
                writer = new StreamWriter(stream) { AutoFlush = true };
                await writer.WriteLineAsync("EHLO me");
                await reader.ReadLineAsync();
            }
        }
        """)]
    [InlineData("same variable", On.DotNet, """
        public class C
        {
            public async Task M(string host, bool tls)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 587);
                Stream stream = c.GetStream();
                if (tls) { var ssl = new SslStream(stream); await ssl.AuthenticateAsClientAsync(host); stream = ssl; }
                await stream.WriteAsync(new byte[3]);
            }
        }
        """)]
    [InlineData("status on socket fine", On.DotNet, """
        public class C
        {
            public void M(string host)
            {
                using var c = new TcpClient(host, 993);
                var net = c.GetStream();
                using var ssl = new SslStream(net);
                ssl.AuthenticateAsClient(host);
                net.ReadTimeout = 500; c.NoDelay = true; c.ReceiveTimeout = 3;
                while (c.Connected) { if (c.Client.Poll(100, SelectMode.SelectRead) && c.Available == 0) break; if (net.DataAvailable) ssl.ReadByte(); }
                c.Client.Shutdown(SocketShutdown.Both);
            }
        }
        """)]
    [InlineData("helper with ssl", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 993);
                var raw = c.GetStream();
                using var ssl = new SslStream(raw);
                await ssl.AuthenticateAsClientAsync(host);
                await Send(ssl, "a1 NOOP");
                using var r = new StreamReader(ssl);
                await r.ReadLineAsync();
            }

            static async Task Send(Stream s, string l) => await s.WriteAsync(Encoding.ASCII.GetBytes(l));
        }
        """)]
    [InlineData("fields, own helper uses current stream", On.DotNet, """
        public class C {
            private TcpClient client = new(); private Stream? stream;
            public async Task M(string host)
            {
                await client.ConnectAsync(host, 993);
                stream = client.GetStream();
                var ssl = new SslStream(stream);
                await ssl.AuthenticateAsClientAsync(host);
                stream = ssl;
                await Say("x");
            }
            private async Task Say(string x) => await stream!.WriteAsync(Encoding.ASCII.GetBytes(x));
        }
        """)]
    [InlineData("wrap method returns ssl", On.DotNet, """
        public class C {
            public async Task M(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 993);
                Stream s = client.GetStream();
                s = await Wrap(s, host);
                await s.WriteAsync(new byte[3]);
            }
            static async Task<Stream> Wrap(Stream s, string host) { var ssl = new SslStream(s); await ssl.AuthenticateAsClientAsync(host); return ssl; }
        }
        """)]
    [InlineData("flush on raw is harmless", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 993);
                var raw = c.GetStream();
                using var ssl = new SslStream(raw);
                await ssl.AuthenticateAsClientAsync(host);
                await ssl.WriteAsync(new byte[4]);
                await raw.FlushAsync();
            }
        }
        """)]
    [InlineData("auth in try, fall back to plain", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 9000);
                Stream stream = c.GetStream();
                try { var ssl = new SslStream(stream, true); await ssl.AuthenticateAsClientAsync(host); stream = ssl; }
                catch (Exception) { }
                await stream.WriteAsync(new byte[4]);
            }
        }
        """)]
    [InlineData("two connections", On.DotNet, """
        public class C
        {
            public async Task M(string host)
            {
                using var a = new TcpClient(); await a.ConnectAsync(host, 993);
                using var b = new TcpClient(); await b.ConnectAsync(host, 9000);
                await using var ssl = new SslStream(a.GetStream());
                await ssl.AuthenticateAsClientAsync(host);
                await b.GetStream().WriteAsync(new byte[3]);
                await ssl.CopyToAsync(b.GetStream());
            }
        }
        """)]
    [InlineData("ternary", On.DotNet, """
        public class C
        {
            public async Task M(string host, bool tls)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 993);
                var raw = c.GetStream();
                SslStream? ssl = null;
                if (tls) { ssl = new SslStream(raw); await ssl.AuthenticateAsClientAsync(host); }
                Stream s = ssl ?? (Stream)raw;
                await s.WriteAsync(new byte[3]);
            }
        }
        """)]
    [InlineData("ternary 2", On.DotNet, """
        public class C
        {
            public async Task M(string host, bool tls)
            {
                using var c = new TcpClient(); await c.ConnectAsync(host, 993);
                var raw = c.GetStream();
                var ssl = new SslStream(raw);
                if (tls) await ssl.AuthenticateAsClientAsync(host);
                Stream s = tls ? ssl : raw;
                await s.WriteAsync(new byte[3]);
            }
        }
        """)]
    [InlineData("a helper puts the TLS stream into the variable", On.DotNet, """
        public class C
        {
            public void M(string host)
            {
                using var client = new TcpClient(host, 3306);
                Stream stream = client.GetStream();
                Secure(ref stream, host);
                stream.Write(new byte[1]);
                Send(stream);
            }

            private static void Secure(ref Stream stream, string host)
            {
                var tls = new SslStream(stream);
                tls.AuthenticateAsClient(host);
                stream = tls;
            }

            private static void Send(Stream stream) => stream.WriteByte(1);
        }
        """)]
    public Task Leaves(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.SilentAsync(Id, on, source);
    }

    /// <summary>The variable means the TLS stream afterwards, whatever the await goes through.</summary>
    [Theory]
    [InlineData(".ConfigureAwait(false)")]
    [InlineData(".NoContext()")]
    public Task Leaves_a_variable_that_gets_the_upgraded_stream(string awaited) => Verify.SilentAsync(Id, On.DotNet, $$"""
        static class Extensions
        {
            public static System.Runtime.CompilerServices.ConfiguredTaskAwaitable<T> NoContext<T>(this Task<T> task) => task.ConfigureAwait(false);
        }

        class C
        {
            async Task SendAsync(TcpClient client, string host, byte[] hello, bool secure)
            {
                Stream stream = client.GetStream();
                if (secure)
                {
                    stream = await SecureAsync(stream, host){{awaited}};
                }

                await stream.WriteAsync(hello);
            }

            static async Task<Stream> SecureAsync(Stream stream, string host)
            {
                var secured = new SslStream(stream, leaveInnerStreamOpen: false);
                await secured.AuthenticateAsClientAsync(host);
                return secured;
            }
        }
        """);
}
