using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4002_StartTlsOptionTests
{
    private const string Id = "WSK4002";

    [Theory]
    [MemberData(nameof(TlsShapes.Names), MemberType = typeof(TlsShapes))]
    public Task Finds_its_own_among_the_shapes_of_all(string shape) => TlsShapes.CheckAsync(Id, shape);

    [Theory]
    [InlineData("no options", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com", 2389);
                await s.OpenedAsync();
                var t = await {|WSK4002:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("connected by a helper", On.Workers, """
        public static class Directory
        {
            private static async Task<TcpSocket> OpenAsync(string host)
            {
                var socket = TcpSocket.Connect(host, 2389);
                await socket.OpenedAsync();
                return socket;
            }
            public static async Task<TcpSocket> SecureAsync(string host)
            {
                var plain = await OpenAsync(host);
                return await {|WSK4002:plain.StartTlsAsync()|};
            }
        }
        """)]
    [InlineData("null options", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com:2389", null);
                await s.OpenedAsync();
                var t = await {|WSK4002:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("On", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On });
                await s.OpenedAsync();
                var t = await {|WSK4002:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("Off target typed", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, new() { SecureTransport = TcpSecureTransport.Off, AllowHalfOpen = true });
                await s.OpenedAsync();
                var t = await {|WSK4002:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("AllowHalfOpen only named", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect(hostname: "ldap.contoso.com", port: 2389, options: new() { AllowHalfOpen = true });
                await s.OpenedAsync();
                var t = await {|WSK4002:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("options in static class elsewhere", On.Workers, """
        public static class Opts { public static TcpSocketOptions Plain { get; } = new TcpSocketOptions { AllowHalfOpen = true }; public static TcpSocketOptions Start => new() { SecureTransport = TcpSecureTransport.StartTls }; }

        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, Opts.Plain);
                await s.OpenedAsync();
                var t = await {|WSK4002:s.StartTlsAsync()|};
                await t.CloseAsync();
                var s2 = TcpSocket.Connect("ldap.contoso.com", 2389, Opts.Start);
                var t2 = await s2.StartTlsAsync();
                await t2.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("options from method", On.Workers, """
        public static class Worker
        {
            private static TcpSocketOptions Options() => new() { SecureTransport = TcpSecureTransport.StartTls };
            private static TcpSocketOptions Other() { return new TcpSocketOptions(); }

            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, Options());
                var t = await s.StartTlsAsync();
                await t.CloseAsync();
                var s2 = TcpSocket.Connect("ldap.contoso.com", 2389, Other());
                var t2 = await {|WSK4002:s2.StartTlsAsync()|};
                await t2.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("mode variable", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var mode = TcpSecureTransport.StartTls;
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = mode });
                var t = await s.StartTlsAsync();
                await t.CloseAsync();
                const TcpSecureTransport On = TcpSecureTransport.On;
                var s2 = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = On });
                var t2 = await {|WSK4002:s2.StartTlsAsync()|};
                await t2.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("never upgraded", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = {|WSK4002:TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls })|};
                await s.OpenedAsync();
                await s.WriteTextAsync("AUTH PLAIN AGZvbwBiYXI=\r\n");
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("never upgraded, helpers talk", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = {|WSK4002:TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls })|};
                await s.OpenedAsync();
                await Say(s, "EHLO me");
                await Say(s, "AUTH PLAIN AGZvbwBiYXI=");
                await s.CloseAsync();
                return Response.Text("ok");
            }

            private static async Task Say(TcpSocket s, string line) { await s.WriteTextAsync(line + "\r\n"); await s.ReadAsync(); }
        }
        """)]
    [InlineData("result discarded", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                await {|WSK4002:s.StartTlsAsync()|};
                await s.WriteTextAsync("hello\r\n");
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("result discarded _", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                _ = await {|WSK4002:s.StartTlsAsync()|};
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("not awaited", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                {|WSK4002:s.StartTlsAsync()|};
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("class field without option", On.Workers, """
        public class Conn {
            private TcpSocket? socket;
            public async Task OpenAsync() {
                socket = TcpSocket.Connect("smtp.contoso.com", 2525);
                await socket.OpenedAsync();
                socket = await {|WSK4002:socket.StartTlsAsync()|};
                await socket.OpenedAsync();
            }
            public Task SayAsync(string t) => socket!.WriteTextAsync(t);
        }
        """)]
    [InlineData("returned directly", On.Workers, """
        public static class Conn {
            public static async Task<TcpSocket> OpenAsync() {
                var socket = TcpSocket.Connect("smtp.contoso.com", 2525);
                return await {|WSK4002:socket.StartTlsAsync()|};
            }
            public static Task<TcpSocket> Open2Async() => {|WSK4002:TcpSocket.Connect("smtp.contoso.com", 2525).StartTlsAsync()|};
        }
        """)]
    [InlineData("helper upgrades without option", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("smtp.contoso.com", 2525);
                await s.OpenedAsync();
                var t = await {|WSK4002:Up(s)|};
                await t.WriteTextAsync("AUTH PLAIN AGZvbwBiYXI=\r\n");
                await t.CloseAsync();
                return Response.Text("ok");
            }

            private static async Task<TcpSocket> Up(TcpSocket s) { var t = await s.StartTlsAsync(); await t.OpenedAsync(); return t; }
        }
        """)]
    [InlineData("lambda in Router", On.Workers, """
        public static class W1 {
        [Fetch] public static Task<Response> H(Request r, Env env, Context c)
        {
            var router = new Router();
            router.Get("/x", async (req, rc) => {
                var s = TcpSocket.Connect("smtp.contoso.com", 2525);
                await s.OpenedAsync();
                var t = await {|WSK4002:s.StartTlsAsync()|};
                await t.CloseAsync();
                return Response.Text("x"); });
            return router.HandleAsync(r, env, c); } }
        """)]
    public Task Finds(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.FoundAsync(Id, on, source);
    }

    [Theory]
    [InlineData("options chosen", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                var options = env.Variable("TLS") == "start" ? new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls } : new TcpSocketOptions { SecureTransport = TcpSecureTransport.On };
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, options);
                if (env.Variable("TLS") == "start") s = await s.StartTlsAsync();
                await s.WriteTextAsync("x");
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("options parameter", On.Workers, """
        public static class W1 {
        public static async Task<TcpSocket> Open(string host, TcpSocketOptions options)
        {
            var s = TcpSocket.Connect(host, 2389, options);
            return await s.StartTlsAsync();
        } }
        """)]
    [InlineData("options reassigned", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                TcpSocketOptions options = new TcpSocketOptions();
                if (env.Variable("TLS") == "start") options = new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls };
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, options);
                s = await s.StartTlsAsync();
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("helper upgrades", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var t = await Up(s);
                await t.WriteTextAsync("AUTH PLAIN AGZvbwBiYXI=\r\n");
                await t.CloseAsync();
                return Response.Text("ok");
            }

            private static async Task<TcpSocket> Up(TcpSocket s) { var t = await s.StartTlsAsync(); await t.OpenedAsync(); return t; }
        }
        """)]
    [InlineData("factory returns it", On.Workers, """
        public static class W1 {
        public static TcpSocket Open() => TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
        public static async Task<TcpSocket> OpenAsync() { var s = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls }); await s.OpenedAsync(); await s.ReadAsync(); return s; }
        }
        """)]
    [InlineData("conditional upgrade", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                var s = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                if (env.Variable("TLS") == "1") s = await s.StartTlsAsync();
                await s.WriteTextAsync("hello\r\n");
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("result discarded var never used", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                var t = s.StartTlsAsync();
                var u = await t;
                await u.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("class field", On.Workers, """
        public class Conn {
            private readonly TcpSocketOptions options = new() { SecureTransport = TcpSecureTransport.StartTls };
            private TcpSocket? socket;
            public async Task OpenAsync() {
                socket = TcpSocket.Connect("smtp.contoso.com", 2525, options);
                await socket.OpenedAsync();
                socket = await socket.StartTlsAsync();
                await socket.OpenedAsync();
            }
            public Task SayAsync(string t) => socket!.WriteTextAsync(t);
        }
        """)]
    [InlineData("never upgraded in using wrapper (escapes)", On.Workers, """
        public class Mail { public Mail(TcpSocket s) { this.s = s; } private TcpSocket s; public async Task GoAsync() { s = await s.StartTlsAsync(); await s.WriteTextAsync("x"); } }

        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                var m = new Mail(s);
                await m.GoAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("with the option, upgraded, target typed", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, new() { AllowHalfOpen = true, SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                await using var held = new Held(await s.StartTlsAsync());
                return Response.Text("ok");
            }

            private sealed class Held(TcpSocket socket) : IAsyncDisposable { public async ValueTask DisposeAsync() => await socket.CloseAsync(); }
        }
        """)]
    [InlineData("opened and closed, nothing said", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("plain socket that is not upgraded", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("log.contoso.com", 2389, new() { SecureTransport = TcpSecureTransport.Off });
                await s.WriteTextAsync("line\n");
                await s.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("connected by a helper that has the option, or takes it", On.Workers, """
        public static class Directory
        {
            private static readonly TcpSocketOptions Upgradable = new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls };
            private static TcpSocket Open(string host) => TcpSocket.Connect(host, 2389, Upgradable);
            private static TcpSocket OpenWith(string host, TcpSocketOptions options) => TcpSocket.Connect(host, 2389, options);
            public static async Task<TcpSocket> SecureAsync(string host)
            {
                var plain = Open(host);
                await plain.OpenedAsync();
                return await plain.StartTlsAsync();
            }
            public static async Task<TcpSocket> SecureWithAsync(string host)
            {
                var plain = OpenWith(host, Upgradable);
                await plain.OpenedAsync();
                return await plain.StartTlsAsync();
            }
        }
        """)]
    [InlineData("the task is awaited later", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var s = TcpSocket.Connect("ldap.contoso.com", 2389, new() { SecureTransport = TcpSecureTransport.StartTls });
                await s.OpenedAsync();
                Task<TcpSocket> upgrading = s.StartTlsAsync();
                var t = await upgrading;
                await t.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    public Task Leaves(string shape, On on, string source)
    {
        Assert.NotEmpty(shape);
        return Verify.SilentAsync(Id, on, source);
    }
}
