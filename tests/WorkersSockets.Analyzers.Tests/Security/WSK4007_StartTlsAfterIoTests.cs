using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4007_StartTlsAfterIoTests
{
    private const string Id = "WSK4007";

    [Theory]
    [MemberData(nameof(TlsShapes.Names), MemberType = typeof(TlsShapes))]
    public Task Finds_its_own_among_the_shapes_of_all(string shape) => TlsShapes.CheckAsync(Id, shape);

    [Theory]
    [InlineData("greeting read, unknown port", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.ReadAsync();
                var t = await {|WSK4007:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("command and answer, unknown port", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                var s = TcpSocket.Connect(env.Variable("RELAY"), new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                await s.WriteTextAsync("STARTTLS\r\n");
                var answer = await s.ReadAsync();
                if (answer.Done) return Response.Text("closed", status: 502);
                s = await {|WSK4007:s.StartTlsAsync()|};
                await s.OpenedAsync();
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("answers read in a loop", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("smtp.contoso.com", 587, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                await s.WriteTextAsync("EHLO me\r\nSTARTTLS\r\n");
                var text = "";
                while (!text.Contains("220 "))
                {
                    var chunk = await s.ReadAsync();
                    if (chunk.Done) break;
                    text += TextCodec.DecodeUtf8(chunk.Bytes);
                }
                var t = await {|WSK4007:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("a helper reads the greeting", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await SkipGreetingAsync(s);
                var t = await {|WSK4007:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }

            private static async Task SkipGreetingAsync(TcpSocket socket) { await socket.OpenedAsync(); await socket.ReadAsync(); }
        }
        """)]
    [InlineData("in try", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("pop.contoso.com", 110, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                try
                {
                    await s.ReadAsync();
                    await s.WriteTextAsync("STLS\r\n");
                    await s.ReadAsync();
                    var t = await {|WSK4007:s.StartTlsAsync()|};
                    await t.OpenedAsync();
                    await t.WriteTextAsync("QUIT\r\n");
                    await t.CloseAsync();
                }
                catch (Exception)
                {
                    return Response.Text("failed", status: 502);
                }
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("both branches talk", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                if (request.Method == "GET")
                {
                    await s.ReadAsync();
                }
                else
                {
                    await s.WriteTextAsync("LHLO me\r\n");
                    await s.ReadAsync();
                }
                var t = await {|WSK4007:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("LDAP extended operation", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com", 389, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                await s.WriteAsync(Encoding.UTF8.GetBytes("1.3.6.1.4.1.1466.20037"));
                await s.ReadAsync();
                var t = await {|WSK4007:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("exchange right in helpers", On.Workers, """
        public static class Worker
        {
            [Scheduled]
            public static async Task Run(ScheduledEvent e, Env env)
            {
                var socket = TcpSocket.Connect(env.Variable("HOST"), 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                await ReadReplyAsync(socket);
                await CommandAsync(socket, "EHLO me");
                await CommandAsync(socket, "STARTTLS");
                var tls = await {|WSK4007:socket.StartTlsAsync()|};
                await tls.CloseAsync();
            }
            private static async Task<string> CommandAsync(TcpSocket socket, string line) { await socket.WriteTextAsync(line + "\r\n"); return await ReadReplyAsync(socket); }
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
    [InlineData("parameter socket upgrade after read", On.Workers, """
        public static class Tls
        {
            public static async Task<TcpSocket> UpgradeAsync(TcpSocket socket)
            {
                await socket.WriteTextAsync("STARTTLS\r\n");
                await socket.ReadAsync();
                return await {|WSK4007:socket.StartTlsAsync()|};
            }
        }
        """)]
    [InlineData("postgres with answer", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request, Env env)
            {
                var socket = TcpSocket.Connect(env.Variable("PG"), 5432, new() { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                await socket.WriteAsync(new byte[] { 0, 0, 0, 8, 4, 210, 22, 47 });
                var answer = await socket.ReadAsync();
                if (answer.Done) return Response.Text("no", status: 502);
                var tls = await {|WSK4007:socket.StartTlsAsync()|};
                await tls.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("session class with field, own helpers, right order", On.Workers, """
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
                await ReadReplyAsync();
                socket = await {|WSK4007:socket.StartTlsAsync()|};
                await socket.OpenedAsync();
            }
            private async Task SendAsync(string line) { await socket.WriteTextAsync(line + "\r\n"); }
            private async Task<string> ReadReplyAsync() { var r = await socket.ReadAsync(); return TextCodec.DecodeUtf8(r.Bytes); }
        }
        """)]
    [InlineData("helper upgrades after talk in the caller", On.Workers, """
        public static class Worker
        {
            [Scheduled]
            public static async Task Run(ScheduledEvent e, Env env)
            {
                var socket = TcpSocket.Connect("smtp.contoso.com", 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await socket.OpenedAsync();
                await socket.ReadAsync();
                await socket.WriteTextAsync("STARTTLS\r\n");
                await socket.ReadAsync();
                var tls = await {|WSK4007:UpgradeAsync(socket)|};
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
    public Task Finds(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.FoundAsync(Id, on, source);
    }

    [Theory]
    [InlineData("before any I/O", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                await t.OpenedAsync();
                await t.WriteTextAsync("EHLO me\r\n");
                await t.ReadAsync();
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("talk on one path only", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                var s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                if (env.Variable("GREETS") == "1") await s.ReadAsync();
                var t = await s.StartTlsAsync();
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("another socket talks", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var log = TcpSocket.Connect("log.contoso.com", 9000);
                await log.WriteTextAsync("start");
                await log.ReadAsync();
                await log.CloseAsync();
                var s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                var t = await s.StartTlsAsync();
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("parameter", On.Workers, """
        public static class W1 {
            public static async Task<TcpSocket> SecureAsync(TcpSocket socket)
            {
                var t = await socket.StartTlsAsync();
                await t.OpenedAsync();
                return t;
            } }
        """)]
    [InlineData("reconnected before the upgrade", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.ReadAsync();
                await s.CloseAsync();
                s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                var t = await s.StartTlsAsync();
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("upgraded first, then it talks in a loop", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                foreach (var host in new[] { "a.contoso.com", "b.contoso.com" })
                {
                    var s = TcpSocket.Connect(host, 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                    var t = await s.StartTlsAsync();
                    await t.WriteTextAsync("EHLO me\r\n");
                    await t.ReadAsync();
                    await t.CloseAsync();
                }
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("a method of the same name", On.Workers, """
        public class Fake { public Task ReadAsync() => Task.CompletedTask; public Task<Fake> StartTlsAsync() => Task.FromResult(this); }

        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = new Fake();
                await s.ReadAsync();
                s = await s.StartTlsAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("a wrapper may have talked", On.Workers, """
        public class Session { private readonly TcpSocket socket; public Session(TcpSocket socket) { this.socket = socket; } public Task OpenAsync() => socket.OpenedAsync(); }

        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                var session = new Session(s);
                await session.OpenAsync();
                var t = await s.StartTlsAsync();
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("the method value is not called", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("mx.contoso.com", 2525, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await s.StartTlsAsync();
                var answer = await t.ReadAsync();
                await t.WriteTextAsync(answer.Done ? "bye" : "hello");
                await t.CloseAsync();
                return Response.Text("ok");
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
                var tls = await socket.StartTlsAsync();
                await tls.OpenedAsync();
                await tls.WriteTextAsync("EHLO me\r\n");
                await tls.CloseAsync();
                return Response.Text("ok");
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
                var tls = await socket.StartTlsAsync();
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
                var tls = await socket.StartTlsAsync();
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
                var tls = await socket.StartTlsAsync();
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
    public Task Leaves(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.SilentAsync(Id, on, source);
    }
}
