using System.Diagnostics;
using WorkersSockets.Analyzers.Tests.Robustness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>
/// Every action at every find of the corpus, however the source is written, yields code that is right. A normal run takes a part;
/// the whole is <c>WORKERS_SOCKETS_EXPLORE=1000000 dotnet test --filter Explorer</c>.
/// </summary>
public class ExplorerTests
{
    private const string Variable = "WORKERS_SOCKETS_EXPLORE";

    /// <summary>How many pairs of source and variant are looked at.</summary>
    private static int Total => Probe.Count(Variable, otherwise: 150);

    /// <summary>Which pairs come first, so that a second long run that is no whole one sees others.</summary>
    private static int Seed => Probe.Count("WORKERS_SOCKETS_SEED", otherwise: 0);

    [Fact]
    public async Task Every_action_yields_right_code()
    {
        var token = TestContext.Current.CancellationToken;
        var clock = Stopwatch.StartNew();
        var outcome = await Exploration.RunAsync(Total, Seed, Setting("ONLY"), Setting("VARIANT"), Log, token);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{outcome.Pairs} pairs of source and variant, {outcome.Runs} actions carried out, {outcome.Complaints.Count} complaints, {clock.Elapsed.TotalSeconds:0} s");
        Assert.True(outcome.Complaints.Count == 0, $"{outcome.Complaints.Count} complaints:\n{string.Join("\n\n", outcome.Complaints.OrderBy(complaint => complaint.Length).Take(5))}");
        Assert.True(outcome.Runs >= outcome.Pairs / 2 && outcome.Pairs > 0, $"Only {outcome.Runs} actions in {outcome.Pairs} sources.");
        if (outcome.Pairs < Total && Setting("ONLY") + Setting("VARIANT") == "")
        {
            Assert.Empty(outcome.Idle);
        }
    }

    /// <summary>What a whole run has found once: a source and the way in which it has to be written.</summary>
    [Theory]
    [InlineData("netstandard2.0", On.DotNet, """
        class Q
        {
            public bool Check(string host)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(host, 22);
                var buffer = new byte[3];
                int n = socket.Receive(buffer);
                socket.Close();
                return n == 3 && buffer[0] == 1;
            }
        }
        """)]
    [InlineData("as it is", On.DotNet, """
        class A
        {
            TcpClient M(string h) { int n = 0; again: var c = new TcpClient(); try { c.Connect(h, 1); } catch (SocketException) { c.Close(); if (n++ < 3) goto again; throw; } return c; }
        }
        """)]
    [InlineData("as it is", On.DotNet, """
        class Q
        {
            void M(string h) { using (var c = new TcpClient(h, 1)) { c.GetStream().WriteAsync(new byte[1], 0, 1); } }
        }
        """)]
    [InlineData("as it is", On.DotNet, """
        class Q
        {
            public Task SendAsync(string h, string t) { using (var c = new TcpClient(h, 1)) using (var w = new StreamWriter(c.GetStream())) { return w.WriteLineAsync(t); } }
        }
        """)]
    [InlineData("as it is", On.Workers, """
        class Api
        {
            public static async Task<string> LookupAsync(string name) { var socket = TcpSocket.Connect("whois.contoso.com", 43); await socket.WriteTextAsync(name + "\r\n"); var text = ""; while (true) { var chunk = await socket.ReadAsync(); if (chunk.Done) break; text += TextCodec.DecodeUtf8(chunk.Bytes); } await socket.CloseAsync(); return text; }
        }
        """)]
    [InlineData("comments at the ends of lines", On.Workers, """
        public static class Worker
        {
            private static readonly TcpSocket s_log = TcpSocket.Connect("log.contoso.com", 7000);

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
        """)]
    [InlineData("in try and catch", On.Workers, """
        public static class Worker
        {
            private static readonly TcpSocket Cache = TcpSocket.Connect("cache.contoso.com", 6380);

            [Fetch]
            public static async Task<Response> HandleAsync(Request r, Env e)
            {
                await Cache.WriteTextAsync("PING\r\n");
                var c = await Cache.ReadAsync();
                return Response.Text(TextCodec.DecodeUtf8(c.Bytes));
            }
        }
        """)]
    [InlineData("comments between arguments", On.Workers, """
        static class Db
        {
            public static async Task<TcpSocket> OpenAsync(Env env)
            {
                var socket = TcpSocket.Connect(env.Variable("DB_HOST"), 5432);
                await socket.OpenedAsync();
                return socket;
            }
        }
        """)]
    [InlineData("comments between arguments", On.DotNet, """
        class C
        {
            SslStream M(Stream stream) => new(stream, false, (a, b, c, d) => true);
        }
        """)]
    [InlineData("comments between arguments", On.Workers, """
        class C
        {
            static async Task<string> M(TcpSocket s) { var t = ""; var r = await s.ReadAsync(); while (!r.Done) { r = await s.ReadAsync(); t += TextCodec.DecodeUtf8(r.Bytes); } return t; }
        }
        """)]
    [InlineData("comments at the ends of lines", On.Workers, """
        class C
        {
            private static TcpSocket? _socket;

            private static async Task<TcpSocket> GetAsync(string host)
            {
                if (_socket is null)
                {
                    _socket = TcpSocket.Connect(host, 7);
                    await _socket.OpenedAsync();
                }

                return _socket;
            }

            public static async Task SendAsync(string host)
            {
                var log = await GetAsync(host);
                await log.WriteTextAsync("x");
            }
        }
        """)]
    [InlineData("in a local function", On.DotNet, """
        public class X : Microsoft.AspNetCore.Mvc.ControllerBase
        {
            [Microsoft.AspNetCore.Mvc.HttpGet]
            public string Get(string h)
            {
                Task.Run(() => Send(h));
                return "ok";
            }

            async Task Send(string h)
            {
                using var c = new TcpClient(h, 1);
                await c.GetStream().WriteAsync(new byte[1]);
            }
        }
        """)]
    [InlineData("in a local function", On.DotNet, """
        class Middleware(Microsoft.AspNetCore.Http.RequestDelegate next)
        {
            public async Task InvokeAsync(Microsoft.AspNetCore.Http.HttpContext context)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("db.contoso.com", 7000, context.RequestAborted);
                await next(context);
            }
        }
        """)]
    [InlineData("as it is", On.Workers, """
        public static class A
        {
            [Fetch]
            public static Task<Response> H(Request r, Env e, Context c) { var router = new Router(); router.Get("/x", async (request, route) => { var s = TcpSocket.Connect("a.contoso.com", 1); await s.OpenedAsync(); var d = await s.ReadAsync(); return Response.Text(TextCodec.DecodeUtf8(d.Bytes)); }); return router.HandleAsync(r, e, c); }
        }
        """)]
    [InlineData("comments between arguments", On.DotNet, """
        class C
        {
            void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b)) > 0) t.Append(Encoding.GetEncoding("utf-8").GetString(b, 0, n)); }
        }
        """)]
    [InlineData("comments between arguments", On.DotNet, """
        public class C
        {
            public async Task<string?> M(TcpClient client, string host)
            {
                var stream = client.GetStream();
                var reader = new StreamReader(stream, Encoding.ASCII);
                StreamWriter writer = new(stream, Encoding.ASCII) { AutoFlush = true };
                await writer.WriteLineAsync("STARTTLS");
                await reader.ReadLineAsync();
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host);
                await writer.WriteLineAsync("EHLO me");
                return await reader.ReadLineAsync();
            }
        }
        """)]
    [InlineData("comments between arguments", On.Workers, """
        public static class A
        {
            [Fetch]
            public static async Task<Response> M(Request r, Env e, Context context)
            {
                var s = TcpSocket.Connect("a.contoso.com", 1);
                await s.OpenedAsync();
                await s.WriteTextAsync("x");
                context.WaitUntil(s.CloseAsync());
                var c = await s.ReadAsync();
                return Response.Text(TextCodec.DecodeUtf8(c.Bytes));
            }
        }
        """)]
    [InlineData("comments between arguments", On.Workers, """
        static class S
        {
            static TcpSocket? s;
            static async Task M()
            {
                if (s is null)
                {
                    s = TcpSocket.Connect("a.example.com", 1);
                    await s.OpenedAsync();
                }

                await s.WriteTextAsync("x");
            }
        }
        """)]
    [InlineData("as it is", On.Workers, """
        class C
        {
            [Fetch]
            public static Response Fetch(Request r)
            {
                var s = TcpSocket.Connect("db.contoso.com", 7000);
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("as it is", On.DotNet, """
        class C
        {
            static async Task<TcpClient> ConnectAsync(string h) { var c = new TcpClient(); try { await c.ConnectAsync(h, 1).WaitAsync(TimeSpan.FromSeconds(1)); return c; } catch { c.Dispose(); throw; } }
            static async Task M(string h)
            {
                var connecting = ConnectAsync(h);
                Console.WriteLine(h);
                var client = await connecting;
                client.GetStream().WriteByte(1);
            }
        }
        """)]
    [InlineData("as it is", On.Workers, """
        static class C
        {
            static async Task<TcpSocket> OpenAsync(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); return s; }
            static async Task M(string h)
            {
                var opening = OpenAsync(h);
                Console.WriteLine(h);
                var socket = await opening;
                await socket.WriteTextAsync("x");
            }
        }
        """)]
    [InlineData("in try and catch", On.Workers, """
        static class C
        {
            public static async Task<string> M()
            {
                var s = await TryOpenAsync("a.contoso.com");
                if (s is null)
                    return "down";
                await s.WriteTextAsync("x");
                await s.CloseAsync();
                return "ok";
            }

            public static async Task N()
            {
                var s = await TryOpenAsync("a.contoso.com");
                Console.WriteLine(s is null);
                if (s is not null)
                {
                    await s.WriteTextAsync("x");
                }
            }

            static async Task<TcpSocket?> TryOpenAsync(string h)
            {
                var s = TcpSocket.Connect(h, 7);
                try
                {
                    await s.OpenedAsync();
                    return s;
                }
                catch (Exception)
                {
                    return null;
                }
            }
        }
        """)]
    [InlineData("in lock", On.DotNet, """
        class Mail
        {
            public static readonly Mail Instance = new Mail();
            TcpClient? c;
            public void Send()
            {
                c = new TcpClient("a.contoso.com", 1);
                c.GetStream().WriteByte(1);
            }
        }
        """)]
    public async Task What_was_wrong_once_is_right(string variant, On surface, string code)
    {
        var outcome = await Exploration.RunAsync([(new CorpusSource("here", surface, code + "\n", null), Variants.All.Single(each => each.Name == variant))], 1, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal("", string.Join("\n\n", outcome.Complaints));
        Assert.Equal(1, outcome.Pairs);
        Assert.NotEqual(0, outcome.Runs);
    }

    private static void Log(string complaint)
    {
        if (Setting("LOG") is { Length: > 0 } log)
        {
            lock (Variable)
            {
                File.AppendAllText(log, complaint + "\n==================\n");
            }
        }
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable($"{Variable}_{name}") ?? "";
}
