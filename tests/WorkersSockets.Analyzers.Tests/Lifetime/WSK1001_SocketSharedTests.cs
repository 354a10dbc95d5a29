using WorkersSockets.Analyzers.CodeFixes.Lifetime;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

public class SocketSharedTests
{
    public static TheoryData<On, string> Found => new()
    {
        { On.DotNet, """class S { static TcpClient _c = {|WSK1001:new TcpClient("a.example.com", 1)|}; static NetworkStream _s = _c.GetStream(); }""" },
        { On.DotNet, """class S { static TcpClient? _c; static NetworkStream? _s; static void I() { _c = {|WSK1001:new TcpClient("a.example.com", 1)|}; _s = _c.GetStream(); } }""" },
        { On.DotNet, """class S { static readonly Lazy<TcpClient> L = new(() => {|WSK1001:new TcpClient("a.example.com", 1)|}); }""" },
        { On.DotNet, """class S { static TcpClient? _c; static TcpClient Get() => _c ??= {|WSK1001:new TcpClient("a.example.com", 1)|}; }""" },
        { On.DotNet, """class S { static readonly TcpClient C; static S() { C = {|WSK1001:new TcpClient("a.example.com", 1)|}; } }""" },
        { On.DotNet, """class S { static readonly System.Collections.Concurrent.ConcurrentDictionary<string, TcpClient> D = new(); static TcpClient G(string h) => D.GetOrAdd(h, k => {|WSK1001:new TcpClient(k, 1)|}); }""" },
        { On.DotNet, """class S { static readonly Dictionary<string, TcpClient> D = new(); static void G(string h) { D[h] = {|WSK1001:new TcpClient(h, 1)|}; } }""" },
        { On.DotNet, """class S { static readonly List<TcpClient> D = new(); static void G(string h) { var c = {|WSK1001:new TcpClient(h, 1)|}; D.Add(c); } }""" },
        { On.DotNet, """class Mail : IDisposable { readonly TcpClient c; public Mail() { c = {|WSK1001:new TcpClient("a.example.com", 1)|}; } public void Send() { c.GetStream().WriteByte(1); } public void Dispose() => c.Dispose(); } class Startup { void C(Microsoft.Extensions.DependencyInjection.IServiceCollection s) { Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<Mail>(s); } }""" },
        { On.DotNet, """class Mail { public static readonly Mail Instance = new Mail(); TcpClient? c; public void Send() { c = {|WSK1001:new TcpClient("a.example.com", 1)|}; c.GetStream().WriteByte(1); } }""" },
        {
            On.DotNet,
            """
            using Microsoft.AspNetCore.Builder;
            var app = WebApplication.Create(args);
            var c = {|WSK1001:new TcpClient("a.example.com", 1)|};
            app.MapGet("/", async () => { await c.GetStream().WriteAsync(new byte[1]); return "ok"; });
            app.Run();
            """
        },
        { On.DotNet, """class S { public static TcpClient Client { get; set; } = {|WSK1001:new TcpClient("a.example.com", 1)|}; }""" },
        { On.DotNet, """class S { static readonly Task<TcpClient> C = {|WSK1001:Open()|}; static async Task<TcpClient> Open() { var c = new TcpClient(); try { await c.ConnectAsync("a.example.com", 1); return c; } catch { c.Dispose(); throw; } } }""" },
        { On.DotNet, """class S { static (TcpClient C, string H) P = ({|WSK1001:new TcpClient("a.example.com", 1)|}, "x"); }""" },
        { On.DotNet, """class S { static TcpClient? c; [System.Runtime.CompilerServices.ModuleInitializer] internal static void I() { c = {|WSK1001:new TcpClient("a.example.com", 1)|}; } }""" },
        { On.Workers, """static class S { static TcpSocket? s; static async Task M() { if (s is null) { s = {|WSK1001:TcpSocket.Connect("a.example.com", 1)|}; await s.OpenedAsync(); } await s.WriteTextAsync("x"); } }""" },
        { On.Workers, """static class S { static readonly TcpSocket s = {|WSK1001:TcpSocket.Connect("a.example.com", 1)|}; static Task M() => s.WriteTextAsync("x"); }""" },
        { On.Workers, """static class S { static readonly Dictionary<string, TcpSocket> d = new(); static async Task M(string h) { if (!d.TryGetValue(h, out var s)) { s = {|WSK1001:TcpSocket.Connect(h, 1)|}; d[h] = s; } await s.WriteTextAsync("x"); } }""" },
        { On.Workers, """static class S { static readonly Lazy<TcpSocket> L = new(() => {|WSK1001:TcpSocket.Connect("a.example.com", 1)|}); }""" },
        { On.Workers, """static class S { static readonly Task<TcpSocket> C = {|WSK1001:Open()|}; static async Task<TcpSocket> Open() { var s = TcpSocket.Connect("a.example.com", 1); await s.OpenedAsync(); return s; } }""" },
        { On.Workers, """public class Conn { private TcpSocket? s; public async Task Send(string t) { s = {|WSK1001:TcpSocket.Connect("a.example.com", 1)|}; await s.WriteTextAsync(t); } } static class S { static readonly Conn C = new(); }""" },
    };

    public static TheoryData<On, string> Silent => new()
    {
        { On.DotNet, """class S { static TcpClient Open(string h) => new TcpClient(h, 1); static readonly string Host = "a"; static readonly Func<TcpClient> F = () => new TcpClient("a.example.com", 1); static readonly IPEndPoint E = new(IPAddress.Any, 1); }""" },
        { On.DotNet, """class S { static readonly Socket L = new Socket(SocketType.Stream, ProtocolType.Tcp); static void M() { L.Bind(new IPEndPoint(IPAddress.Any, 1)); L.Listen(); } }""" },
        { On.DotNet, """class S { static readonly UdpClient U = new(); static readonly Socket D = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp); }""" },
        { On.DotNet, """class Mail : IDisposable { TcpClient? c; public void Send() { c = new TcpClient("a.example.com", 1); c.GetStream().WriteByte(1); } public void Dispose() => c?.Dispose(); }""" },
        { On.DotNet, """class W : Microsoft.Extensions.Hosting.BackgroundService { TcpClient? c; protected override async Task ExecuteAsync(CancellationToken t) { c = new TcpClient(); await c.ConnectAsync("a.example.com", 1, t); c.Close(); } }""" },
        {
            On.DotNet,
            """
            using Microsoft.AspNetCore.Builder;
            var app = WebApplication.Create(args);
            app.MapGet("/", async () => { using var c = new TcpClient("a.example.com", 1); await c.GetStream().WriteAsync(new byte[1]); return "ok"; });
            app.Run();
            """
        },
        { On.DotNet, """class S { static readonly SemaphoreSlim g = new(1); static TcpClient? c; static async Task M() { await g.WaitAsync(); try { c ??= new TcpClient("a.example.com", 1); await c.GetStream().WriteAsync(new byte[1]); } finally { g.Release(); } } }""" },
        { On.DotNet, """class S { static readonly System.Collections.Concurrent.ConcurrentBag<TcpClient> pool = new(); static TcpClient Rent() => pool.TryTake(out var c) ? c : new TcpClient("a.example.com", 1); static void Back(TcpClient c) => pool.Add(c); }""" },
        { On.DotNet, """class S { static readonly List<TcpClient> all = new(); static async Task M(TcpListener l) { while (true) { var c = await l.AcceptTcpClientAsync(); all.Add(c); } } }""" },
        { On.Workers, """[DurableObject] public class D { private TcpSocket? s; public D(DurableObjectState a, Env e) { } public async Task<Response> FetchAsync(Request r) { s ??= TcpSocket.Connect("a.example.com", 1); await s.WriteTextAsync("x"); return Response.Text("x"); } }""" },
        { On.Workers, """static class S { static readonly TcpSocketAddress A = new("a.example.com", 1); static readonly TcpSocketOptions O = new() { SecureTransport = TcpSecureTransport.On }; static TcpSocket Open() => TcpSocket.Connect(A, O); }""" },
        { On.Workers, """public class Api : WorkerEntrypoint { private TcpSocket? s; public async Task Send(string t) { s = TcpSocket.Connect("a.example.com", 1); await s.OpenedAsync(); try { await s.WriteTextAsync(t); } finally { await s.CloseAsync(); } } }""" },
    };

    [Theory]
    [MemberData(nameof(Found))]
    public Task Finds(On on, string member) => Verify.FoundAsync("WSK1001", on, LifetimeSource.Of(on, member));

    [Theory]
    [MemberData(nameof(Silent))]
    public Task Leaves(On on, string member) => Verify.SilentAsync("WSK1001", on, LifetimeSource.Of(on, member));

    [Fact]
    public Task Connects_in_the_method_on_dotnet() => Verify.FixAsync<ConnectInMethod>(
        "WSK1001",
        "ConnectInMethod",
        On.DotNet,
        """
        class Mailer
        {
            private static readonly TcpClient s_client = {|WSK1001:new("mail.contoso.com", 7)|};

            // Sends.
            public void Send(byte[] bytes)
            {
                s_client.GetStream().Write(bytes);
            }
        }
        """,
        """
        class Mailer
        {
            // Sends.
            public void Send(byte[] bytes)
            {
                using var client = new TcpClient("mail.contoso.com", 7);
                client.GetStream().Write(bytes);
            }
        }
        """);

    [Fact]
    public Task Shares_a_factory() => Verify.FixAsync<ConnectInMethod>(
        "WSK1001",
        "ConnectInMethod",
        On.DotNet,
        """
        class Mailer
        {
            private static TcpClient client = {|WSK1001:new TcpClient("mail.contoso.com", 7)|};

            public void Send(byte[] bytes)
            {
                client.GetStream().Write(bytes);
            }

            public void Flush()
            {
                client.GetStream().Flush();
            }
        }
        """,
        """
        class Mailer
        {
            private static TcpClient Connect() => new TcpClient("mail.contoso.com", 7);

            public void Send(byte[] bytes)
            {
                using var client = Connect();
                client.GetStream().Write(bytes);
            }

            public void Flush()
            {
                using var client = Connect();
                client.GetStream().Flush();
            }
        }
        """);

    [Fact]
    public Task Connects_in_the_handler_on_Workers() => Verify.FixAsync<ConnectInMethod>(
        "WSK1001",
        "ConnectInMethod",
        On.Workers,
        """
        public static class Worker
        {
            /// <summary>Shared by all.</summary>
            private static readonly TcpSocket Cache = {|WSK1001:TcpSocket.Connect("cache.contoso.com", 7000)|};

            [Fetch]
            public static async Task<Response> HandleAsync(Request request, Env env, Context context)
            {
                var key = request.Path;

                // Ask the cache.
                await Cache.WriteTextAsync("GET " + key + "\r\n");
                var chunk = await Cache.ReadAsync();
                return Response.Text(TextCodec.DecodeUtf8(chunk.Bytes));
            }
        }
        """,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> HandleAsync(Request request, Env env, Context context)
            {
                var key = request.Path;

                var cache = TcpSocket.Connect("cache.contoso.com", 7000);
                await OpenWithinAsync(cache, 5000);
                try
                {
                    // Ask the cache.
                    await cache.WriteTextAsync("GET " + key + "\r\n");
                    var chunk = await cache.ReadAsync();
                    return Response.Text(TextCodec.DecodeUtf8(chunk.Bytes));
                }
                finally
                {
                    await cache.CloseAsync();
                }
            }

            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                using var settled = new CancellationTokenSource();
                var opening = SignalWhenOpenAsync(socket, settled);
                try
                {
                    await Task.Delay(milliseconds, settled.Token);
                }
                catch (Exception) when (settled.IsCancellationRequested)
                {
                }

                if (!settled.IsCancellationRequested)
                {
                    throw new TimeoutException("The TCP connection was not opened in time.");
                }

                await opening;
            }

            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled)
            {
                try
                {
                    await socket.OpenedAsync();
                }
                finally
                {
                    settled.Cancel();
                }
            }
        }
        """);

    [Fact]
    public Task Replaces_the_open_on_first_use_on_Workers() => Verify.FixAsync<ConnectInMethod>(
        "WSK1001",
        "ConnectInMethod",
        On.Workers,
        """
        public static class Worker
        {
            private static TcpSocket? s_socket;

            [Scheduled]
            public static async Task TickAsync(ScheduledEvent tick, Env env)
            {
                if (s_socket is null)
                {
                    s_socket = {|WSK1001:TcpSocket.Connect("a.contoso.com", 7000)|}; // once
                    await s_socket.OpenedAsync();
                }

                await s_socket!.WriteTextAsync("x");
            }
        }
        """,
        """
        public static class Worker
        {
            [Scheduled]
            public static async Task TickAsync(ScheduledEvent tick, Env env)
            {
                var socket = TcpSocket.Connect("a.contoso.com", 7000); // once
                await OpenWithinAsync(socket, 2000);
                try
                {
                    await socket.WriteTextAsync("x");
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }

            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                using var settled = new CancellationTokenSource();
                var opening = SignalWhenOpenAsync(socket, settled);
                try
                {
                    await Task.Delay(milliseconds, settled.Token);
                }
                catch (Exception) when (settled.IsCancellationRequested)
                {
                }

                if (!settled.IsCancellationRequested)
                {
                    throw new TimeoutException("The TCP connection was not opened in time.");
                }

                await opening;
            }

            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled)
            {
                try
                {
                    await socket.OpenedAsync();
                }
                finally
                {
                    settled.Cancel();
                }
            }
        }
        """,
        editorconfig: "workers_sockets.connect_timeout_ms = 2000");

    [Fact]
    public Task Shares_a_factory_on_Workers() => Verify.FixAsync<ConnectInMethod>(
        "WSK1001",
        "ConnectInMethod",
        On.Workers,
        """
        public static class Worker
        {
            private static readonly TcpSocket s_log = {|WSK1001:TcpSocket.Connect("log.contoso.com", 7000)|};

            [Fetch]
            public static async Task<Response> HandleAsync(Request request)
            {
                await s_log.WriteTextAsync("request\n");
                return Response.Text("ok");
            }

            [Scheduled]
            public static async Task TickAsync(ScheduledEvent tick)
            {
                await s_log.OpenedAsync();
                await s_log.WriteTextAsync("tick\n");
            }
        }
        """,
        """
        public static class Worker
        {
            private static async Task<TcpSocket> ConnectAsync()
            {
                var socket = TcpSocket.Connect("log.contoso.com", 7000);
                await OpenWithinAsync(socket, 5000);
                return socket;
            }

            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                using var settled = new CancellationTokenSource();
                var opening = SignalWhenOpenAsync(socket, settled);
                try
                {
                    await Task.Delay(milliseconds, settled.Token);
                }
                catch (Exception) when (settled.IsCancellationRequested)
                {
                }

                if (!settled.IsCancellationRequested)
                {
                    throw new TimeoutException("The TCP connection was not opened in time.");
                }

                await opening;
            }

            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled)
            {
                try
                {
                    await socket.OpenedAsync();
                }
                finally
                {
                    settled.Cancel();
                }
            }

            [Fetch]
            public static async Task<Response> HandleAsync(Request request)
            {
                var log = await ConnectAsync();
                try
                {
                    await log.WriteTextAsync("request\n");
                    return Response.Text("ok");
                }
                finally
                {
                    await log.CloseAsync();
                }
            }

            [Scheduled]
            public static async Task TickAsync(ScheduledEvent tick)
            {
                var log = await ConnectAsync();
                try
                {
                    await log.WriteTextAsync("tick\n");
                }
                finally
                {
                    await log.CloseAsync();
                }
            }
        }
        """);

    [Fact]
    public Task Keeps_the_comments_of_the_open_on_first_use_on_dotnet() => Verify.FixAsync<ConnectInMethod>(
        "WSK1001",
        "ConnectInMethod",
        On.DotNet,
        """
        class Mailer
        {
            private static TcpClient? s_client;

            public async Task SendAsync(byte[] bytes, CancellationToken token)
            {
                if (s_client == null)
                { // once
                    s_client = {|WSK1001:new TcpClient()|};
                    await s_client.ConnectAsync("mail.contoso.com", 7000, token); // open
                    // From here on it is.
                } // ready

                await s_client.GetStream().WriteAsync(bytes, token);
            }
        }
        """,
        """
        class Mailer
        {
            public async Task SendAsync(byte[] bytes, CancellationToken token)
            {
                // once
                using var client = new TcpClient();
                await client.ConnectAsync("mail.contoso.com", 7000, token); // open
                // From here on it is.
                // ready

                await client.GetStream().WriteAsync(bytes, token);
            }
        }
        """);

    [Fact]
    public Task Connects_in_front_of_the_first_use_inside_the_handler_of_failures() => Verify.FixAsync<ConnectInMethod>(
        "WSK1001",
        "ConnectInMethod",
        On.DotNet,
        """
        class Mailer
        {
            private static readonly TcpClient Client = {|WSK1001:new TcpClient("mail.contoso.com", 7000)|};

            public bool Send(byte[] bytes)
            {
                if (bytes.Length == 0)
                {
                    return false;
                }

                try
                {
                    // All of it.
                    Client.GetStream().Write(bytes);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            }
        }
        """,
        """
        class Mailer
        {
            public bool Send(byte[] bytes)
            {
                if (bytes.Length == 0)
                {
                    return false;
                }

                try
                {
                    using var client = new TcpClient("mail.contoso.com", 7000);
                    // All of it.
                    client.GetStream().Write(bytes);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            }
        }
        """);

    [Fact]
    public Task Replaces_the_open_on_first_use_on_dotnet() => Verify.FixAsync<ConnectInMethod>(
        "WSK1001",
        "ConnectInMethod",
        On.DotNet,
        """
        class Mailer
        {
            private static TcpClient? s_client;

            public async Task SendAsync(byte[] bytes, CancellationToken token)
            {
                // Connects at first.
                if (s_client == null)
                {
                    s_client = {|WSK1001:new TcpClient()|}; // one for all
                    // The port is ours.
                    await s_client.ConnectAsync("mail.contoso.com", 7000, token);
                } // open

                await s_client.GetStream().WriteAsync(bytes, token);
            }
        }
        """,
        """
        class Mailer
        {
            public async Task SendAsync(byte[] bytes, CancellationToken token)
            {
                // Connects at first.
                using var client = new TcpClient(); // one for all
                // The port is ours.
                await client.ConnectAsync("mail.contoso.com", 7000, token); // open

                await client.GetStream().WriteAsync(bytes, token);
            }
        }
        """);

    [Theory]
    [InlineData("private static TcpSocket? s; static async Task<TcpSocket> GetAsync() { if (s is null) { s = {|WSK1001:TcpSocket.Connect(\"a.contoso.com\", 7)|}; await s.OpenedAsync(); } return s; }")]
    [InlineData("private static readonly TcpSocket s = {|WSK1001:TcpSocket.Connect(\"a.contoso.com\", 7)|}; static Task SendAsync() => s.WriteTextAsync(\"x\");")]
    [InlineData("public static readonly TcpSocket S = {|WSK1001:TcpSocket.Connect(\"a.contoso.com\", 7)|}; static async Task SendAsync() { await S.WriteTextAsync(\"x\"); }")]
    [InlineData("private static TcpSocket? s; static async Task SendAsync() { s = {|WSK1001:TcpSocket.Connect(\"a.contoso.com\", 7)|}; await s.WriteTextAsync(\"x\"); } static Task StopAsync() => s!.CloseAsync();")]
    public Task Leaves_what_a_local_cannot_replace(string members) =>
        Verify.NotFixableAsync<ConnectInMethod>("WSK1001", On.Workers, "static class P\n{\n    " + members + "\n}");
}
