using WorkersSockets.Analyzers.CodeFixes.Lifetime;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

public class WorkOutlivesHandlerTests
{
    public static TheoryData<On, string> Found => new()
    {
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { var s = TcpSocket.Connect("a.example.com", 7); await s.OpenedAsync(); try { {|WSK1005:s.WriteTextAsync("x")|}; return Response.Text("ok"); } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { {|WSK1005:Audit("x")|}; return Response.Text("ok"); } static async Task Audit(string t) { var s = TcpSocket.Connect("a.example.com", 7); await s.OpenedAsync(); try { await s.WriteTextAsync(t); } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """[Scheduled] public static async Task H(ScheduledEvent r, Env e, Context c) { _ = {|WSK1005:Audit("x")|}; } static async Task Audit(string t) { var s = TcpSocket.Connect("a.example.com", 7); await s.OpenedAsync(); try { await s.WriteTextAsync(t); } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { var s = TcpSocket.Connect("a.example.com", 7); await s.OpenedAsync(); await s.WriteTextAsync("x"); {|WSK1005:Timers.SetTimeout(() => s.CloseAsync(), TimeSpan.FromSeconds(1))|}; return Response.Text("ok"); }""" },
        { On.DotNet, """void M(string h) { var app = Microsoft.AspNetCore.Builder.WebApplication.Create(); Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/", (Func<Task<string>>)(async () => { _ = {|WSK1005:SendAsync(h)|}; return "ok"; })); } async Task SendAsync(string h) { using var c = new TcpClient(h, 1); await c.GetStream().WriteAsync(new byte[1]); }""" },
        { On.DotNet, """async Task M(string h) { using var c = new TcpClient(h, 1); _ = {|WSK1005:Task.Run(() => c.GetStream().WriteAsync(new byte[1]))|}; await Task.Delay(1); }""" },
        { On.DotNet, """async Task M(TcpListener l) { while (true) { using var c = await l.AcceptTcpClientAsync(); _ = {|WSK1005:Serve(c)|}; } } async Task Serve(TcpClient c) { await c.GetStream().WriteAsync(new byte[1]); }""" },
        { On.DotNet, """async Task M(string h) { using var c = new TcpClient(h, 1); {|WSK1005:c.GetStream().WriteAsync(new byte[1])|}; await Task.Delay(1); }""" },
        { On.DotNet, """[Microsoft.AspNetCore.Mvc.ApiController] public class X : Microsoft.AspNetCore.Mvc.ControllerBase { [Microsoft.AspNetCore.Mvc.HttpGet] public string Get(string h) { {|WSK1005:Send(h)|}; return "ok"; } async void Send(string h) { using var c = new TcpClient(h, 1); await c.GetStream().WriteAsync(new byte[1]); } }""" },
        { On.DotNet, """public class X : Microsoft.AspNetCore.Mvc.ControllerBase { [Microsoft.AspNetCore.Mvc.HttpGet] public string Get(string h) { {|WSK1005:Task.Run(() => Send(h))|}; return "ok"; } async Task Send(string h) { using var c = new TcpClient(h, 1); await c.GetStream().WriteAsync(new byte[1]); } }""" },
    };

    public static TheoryData<On, string> Silent => new()
    {
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { c.WaitUntil(Audit("x")); return Response.Text("ok"); } static async Task Audit(string t) { var s = TcpSocket.Connect("a.example.com", 7); await s.OpenedAsync(); try { await s.WriteTextAsync(t); } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { var t = Audit("x"); await t; return Response.Text("ok"); } static async Task Audit(string t) { var s = TcpSocket.Connect("a.example.com", 7); await s.OpenedAsync(); try { await s.WriteTextAsync(t); } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { await Task.WhenAll(Audit("x"), Audit("y")); return Response.Text("ok"); } static async Task Audit(string t) { var s = TcpSocket.Connect("a.example.com", 7); await s.OpenedAsync(); try { await s.WriteTextAsync(t); } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { Log("x"); return Response.Text("ok"); } static Task Log(string t) { Console.WriteLine(t); return Task.CompletedTask; } static TcpSocket? S() => null;""" },
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { var s = TcpSocket.Connect("a.example.com", 7); try { await OpenAsync(s); } catch (Exception) { s.CloseAsync(); throw; } try { await s.WriteTextAsync("x"); return Response.Text("ok"); } finally { await s.CloseAsync(); } }  static async Task OpenAsync(TcpSocket s) { await s.OpenedAsync(); }""" },
        { On.DotNet, """async Task M(TcpListener l) { while (true) { var c = await l.AcceptTcpClientAsync(); _ = Serve(c); } } async Task Serve(TcpClient c) { using (c) { await c.GetStream().WriteAsync(new byte[1]); } }""" },
        { On.DotNet, """async Task M(string h) { using var c = new TcpClient(h, 1); var reading = Pump(c.GetStream()); await c.GetStream().WriteAsync(new byte[1]); c.Close(); await reading; } async Task Pump(NetworkStream s) { var b = new byte[1]; while (await s.ReadAsync(b) > 0) { } }""" },
        { On.DotNet, """class Conn : IDisposable { readonly TcpClient c; Task? loop; public Conn(string h) { c = new TcpClient(h, 1); loop = Task.Run(Loop); _ = Loop(); } async Task Loop() { var b = new byte[1]; while (await c.GetStream().ReadAsync(b) > 0) { } } public void Dispose() => c.Dispose(); }""" },
        { On.DotNet, """async Task M(TcpClient a, TcpClient b) { using (a) using (b) { var x = a.GetStream().CopyToAsync(b.GetStream()); var y = b.GetStream().CopyToAsync(a.GetStream()); await Task.WhenAny(x, y); } }""" },
        { On.DotNet, """class W : Microsoft.Extensions.Hosting.BackgroundService { protected override async Task ExecuteAsync(CancellationToken t) { while (!t.IsCancellationRequested) { using var c = new TcpClient(); await c.ConnectAsync("a.example.com", 1, t); _ = Ping(); await Task.Delay(1, t); } } async Task Ping() { using var c = new TcpClient("a.example.com", 1); await c.GetStream().WriteAsync(new byte[1]); } }""" },
        { On.DotNet, """public class X : Microsoft.AspNetCore.Mvc.ControllerBase { readonly System.Threading.Channels.Channel<string> q = System.Threading.Channels.Channel.CreateUnbounded<string>(); [Microsoft.AspNetCore.Mvc.HttpGet] public async Task<string> Get(string h) { await q.Writer.WriteAsync(h); q.Writer.TryWrite(h); using var c = new TcpClient(h, 1); await c.GetStream().WriteAsync(new byte[1]); return "ok"; } }""" },
    };

    [Theory]
    [MemberData(nameof(Found))]
    public Task Finds(On on, string member) => Verify.FoundAsync("WSK1005", on, LifetimeSource.Of(on, member));

    [Theory]
    [MemberData(nameof(Silent))]
    public Task Leaves(On on, string member) => Verify.SilentAsync("WSK1005", on, LifetimeSource.Of(on, member));

    [Fact]
    public Task Awaits() => Verify.FixAsync<KeepWork>(
        "WSK1005",
        "Await",
        On.Workers,
        """
        static class P
        {
            [Fetch]
            public static async Task<Response> HandleAsync(Request request, Env env, Context context)
            {
                context.PassThroughOnException();

                // Tell the log.
                _ = {|WSK1005:TellAsync("x")|};
                {|WSK1005:TellAsync("y")|};
                var told = {|WSK1005:TellAsync("z")|};
                return Response.Text("ok");
            }

            private static async Task TellAsync(string text)
            {
                var socket = TcpSocket.Connect("log.contoso.com", 7);
                await socket.OpenedAsync();
                try
                {
                    await socket.WriteTextAsync(text);
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }
        }
        """,
        """
        static class P
        {
            [Fetch]
            public static async Task<Response> HandleAsync(Request request, Env env, Context context)
            {
                context.PassThroughOnException();

                // Tell the log.
                await TellAsync("x");
                await TellAsync("y");
                await TellAsync("z");
                return Response.Text("ok");
            }

            private static async Task TellAsync(string text)
            {
                var socket = TcpSocket.Connect("log.contoso.com", 7);
                await socket.OpenedAsync();
                try
                {
                    await socket.WriteTextAsync(text);
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }
        }
        """);

    /// <summary>A Durable Object lives on after its answer, so nothing is cancelled; only the failure is lost.</summary>
    [Theory]
    [InlineData("[WorkerEntrypoint] public class Log : WorkerEntrypoint {", false)]
    [InlineData("[DurableObject] public class Log { public Log(DurableObjectState state, Env env) { }", true)]
    public Task Says_what_happens_to_the_work(string type, bool livesOn) => Verify.FoundAsync(
        "WSK1005",
        On.Workers,
        type + """
                public async Task<Response> FetchAsync(Request request)
                {
                    {|#0:TellAsync("x")|};
                    return Response.Text(await request.TextAsync());
                }

                private static async Task TellAsync(string text)
                {
                    var socket = TcpSocket.Connect("log.contoso.com", 7);
                    await socket.OpenedAsync();
                    try { await socket.WriteTextAsync(text); }
                    finally { await socket.CloseAsync(); }
                }
            }
            """,
        Verify.Result(livesOn ? RuleCatalog.WorkNotAwaited : RuleCatalog.WorkOutlivesHandler, 0, "TellAsync").WithOptions(Microsoft.CodeAnalysis.Testing.DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task Keeps_alive_with_WaitUntil() => Verify.FixAsync<KeepWork>(
        "WSK1005",
        "WaitUntil",
        On.Workers,
        """
        static class P
        {
            [Fetch]
            public static async Task<Response> HandleAsync(Request request, Env env, Context context)
            {
                context.PassThroughOnException();

                // Tell the log.
                _ = {|WSK1005:TellAsync("x")|};
                {|WSK1005:TellAsync("y")|};
                var told = {|WSK1005:TellAsync("z")|};
                return Response.Text("ok");
            }

            private static async Task TellAsync(string text)
            {
                var socket = TcpSocket.Connect("log.contoso.com", 7);
                await socket.OpenedAsync();
                try
                {
                    await socket.WriteTextAsync(text);
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }
        }
        """,
        """
        static class P
        {
            [Fetch]
            public static async Task<Response> HandleAsync(Request request, Env env, Context context)
            {
                context.PassThroughOnException();

                // Tell the log.
                context.WaitUntil(TellAsync("x"));
                context.WaitUntil(TellAsync("y"));
                context.WaitUntil(TellAsync("z"));
                return Response.Text("ok");
            }

            private static async Task TellAsync(string text)
            {
                var socket = TcpSocket.Connect("log.contoso.com", 7);
                await socket.OpenedAsync();
                try
                {
                    await socket.WriteTextAsync(text);
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }
        }
        """);

    [Fact]
    public Task Awaits_on_dotnet() => Verify.FixAsync<KeepWork>(
        "WSK1005",
        "Await",
        On.DotNet,
        """
        class C
        {
            async Task M(string host)
            {
                using var client = new TcpClient(host, 1);
                {|WSK1005:client.GetStream().WriteAsync(new byte[1])|};
                await Task.Delay(1);
            }
        }
        """,
        """
        class C
        {
            async Task M(string host)
            {
                using var client = new TcpClient(host, 1);
                await client.GetStream().WriteAsync(new byte[1]);
                await Task.Delay(1);
            }
        }
        """);

    [Theory]
    [InlineData("var opening = {|WSK1005:socket.OpenedAsync()|}; await Task.Delay(100);")]
    [InlineData("_ = {|WSK1005:socket.OpenedAsync()|}; await Task.Delay(100);")]
    [InlineData("using var open = new CancellationTokenSource(); var signal = {|WSK1005:SignalAsync(socket, open)|}; await Task.Delay(2000, open.Token);")]
    public Task Lines_that_give_the_work_a_time_keep_it(string lines) => Verify.NotFixableAsync<KeepWork>(
        "WSK1005",
        On.Workers,
        "static class P { static async Task SignalAsync(TcpSocket s, CancellationTokenSource c) { try { await s.OpenedAsync(); } finally { c.Cancel(); } } static async Task M(string host) { var socket = TcpSocket.Connect(host, 7); try { " + lines + " } finally { await socket.CloseAsync(); } } }");

    [Theory]
    [InlineData("NetworkStream s", "s.WriteAsync(page)", "s.Write(page)")]
    [InlineData("Socket s", "_ = s.SendAsync(page, SocketFlags.None)", "s.Send(page, SocketFlags.None)")]
    [InlineData("TcpClient s", "s.GetStream().WriteAsync(page, 0, 2, CancellationToken.None)", "s.GetStream().Write(page, 0, 2)")]
    public Task Waits_where_callers_cannot(string parameter, string before, string after) => Verify.FixAsync<KeepWork>(
        "WSK1005",
        "Synchronous",
        On.DotNet,
        Sender(parameter, "{|WSK1005:" + before.Replace("_ = ", "") + "|}", before.StartsWith("_ = ", StringComparison.Ordinal) ? "_ = " : ""),
        Sender(parameter, after, ""));

    private static string Sender(string parameter, string call, string discard) => $$"""
        public interface ISender
        {
            void Send(byte[] page);
        }

        public class Sender({{parameter}}) : ISender
        {
            public void Send(byte[] page)
            {
                {{discard}}{{call}}; // one page
                {{discard}}{{call}};
            }
        }
        """;

    [Theory]
    [InlineData("public void M(NetworkStream s, ReadOnlyMemory<byte> page) { {|WSK1005:s.WriteAsync(page)|}; }")]
    [InlineData("public void M(NetworkStream s, byte[] page) { {|WSK1005:SendAsync(s, page)|}; s.Close(); } static async Task SendAsync(NetworkStream s, byte[] page) => await s.WriteAsync(page); static void Send(NetworkStream s, byte[] page) { }")]
    public Task No_synchronous_call_of_the_same_arguments_or_of_the_library(string member) => Verify.NotFixableAsync<KeepWork>("WSK1005", On.DotNet, "public class C { " + member + " }");
}
