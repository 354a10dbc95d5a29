using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class ConnectFailureUnhandledTests
{
    private const string Id = "WSK2006";

    private const string AspNet = """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.SignalR;
        using Microsoft.Extensions.Hosting;

        """;

    private const string Probe = """

        static class Probe
        {
            public static async Task<bool> AskAsync(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000);
                return true;
            }

            public static async Task<bool> SafeAsync(string host)
            {
                try { return await AskAsync(host); }
                catch (SocketException) { return false; }
            }
        }
        """;

    [Theory]
    [InlineData("var app = WebApplication.Create(); app.MapGet(\"/\", async () => { using var c = new TcpClient(); await {|WSK2006:c.ConnectAsync(\"db\", 7000)|}; return Results.Ok(); }); app.Run();")]
    [InlineData("var app = WebApplication.Create(); app.MapGet(\"/\", async (string host) => Results.Ok(await {|WSK2006:Probe.AskAsync(host)|})); app.Run();")]
    [InlineData("var app = WebApplication.Create(); app.MapGet(\"/\", Handle); app.Run(); static async Task<IResult> Handle() { using var c = {|WSK2006:new TcpClient(\"db\", 7000)|}; return Results.Ok(); }")]
    [InlineData("var app = WebApplication.Create(); app.MapPost(\"/\", Api.Handle); app.Run(); static class Api { public static async Task<IResult> Handle() { await {|WSK2006:Probe.AskAsync(\"db\")|}; return Results.Ok(); } }")]
    [InlineData("var app = WebApplication.Create(); app.Run(async context => { using var c = new TcpClient(); await {|WSK2006:c.ConnectAsync(\"db\", 7000, context.RequestAborted)|}; }); app.Run();")]
    [InlineData("class C : ControllerBase { [HttpGet] public async Task<IActionResult> Get() { using var c = new TcpClient(); await {|WSK2006:c.ConnectAsync(\"db\", 7000)|}; return Ok(); } }")]
    [InlineData("class C : ControllerBase { [HttpGet] public async Task<IActionResult> Get() { try { await {|WSK2006:Probe.AskAsync(\"db\")|}; } catch (OperationCanceledException) { } return Ok(); } }")]
    [InlineData("class C : ControllerBase { [HttpGet] public async Task<IActionResult> Get() { try { await {|WSK2006:Probe.AskAsync(\"db\")|}; } finally { } return Ok(); } }")]
    [InlineData("class ChatHub : Hub { public async Task Send(string host) { await {|WSK2006:Probe.AskAsync(host)|}; } }")]
    [InlineData("class Middleware(RequestDelegate next) { public async Task InvokeAsync(HttpContext context) { await {|WSK2006:Probe.AskAsync(\"db\")|}; await next(context); } }")]
    [InlineData("class C : ControllerBase { [HttpGet] public async Task<IActionResult> Get(string[] hosts) { await Task.WhenAll(hosts.Take(3).Select(h => {|WSK2006:Probe.AskAsync(h)|})); return Ok(); } }")]
    [InlineData("interface IAsk { Task<bool> AskAsync(string h); } class Asks : IAsk { public Task<bool> AskAsync(string h) => Probe.AskAsync(h); } class C(IAsk ask) : ControllerBase { [HttpGet] public async Task<IActionResult> Get() { await {|WSK2006:ask.AskAsync(\"db\")|}; return Ok(); } }")]
    public Task Found_on_dotnet(string source) => Verify.FoundAsync(Id, On.DotNet, AspNet + source + Probe);

    [Theory]
    [InlineData("var app = WebApplication.Create(); app.MapGet(\"/\", async () => { try { await Probe.AskAsync(\"db\"); return Results.Ok(); } catch (Exception) { return Results.StatusCode(502); } }); app.Run();")]
    [InlineData("var app = WebApplication.Create(); app.MapGet(\"/\", async () => { try { await Probe.AskAsync(\"db\"); return Results.Ok(); } catch (Exception e) when (e is SocketException or IOException) { return Results.StatusCode(502); } }); app.Run();")]
    [InlineData("class C : ControllerBase { [HttpGet] public async Task<IActionResult> Get() { await Probe.SafeAsync(\"db\"); return Ok(); } }")]
    [InlineData("class C : ControllerBase { [NonAction] public async Task Other() { await Probe.AskAsync(\"db\"); } private async Task Inner() { await Probe.AskAsync(\"db\"); } }")]
    [InlineData("class W : BackgroundService { protected override async Task ExecuteAsync(CancellationToken t) { await Probe.AskAsync(\"db\"); } }")]
    [InlineData("class Plain { public async Task Get() { await Probe.AskAsync(\"db\"); } }")]
    [InlineData("class C : ControllerBase { [HttpGet] public IActionResult Get() { _ = Task.Run(() => Probe.AskAsync(\"db\")); return Ok(); } }")]
    [InlineData("class C : ControllerBase { [HttpGet] public async Task<IActionResult> Get() { var a = await Dns.GetHostAddressesAsync(\"db\"); return Ok(a.Length); } }")]
    [InlineData("class C : ControllerBase { [HttpGet] public async Task<IActionResult> Get() { try { await Probe.AskAsync(\"db\"); } catch (Exception e) when (e is SocketException or OperationCanceledException) { return StatusCode(502); } return Ok(); } }")]
    [InlineData("class C : ControllerBase { [HttpGet] public async Task<IActionResult> Get() => await TryAskAsync() ? Ok() : StatusCode(502); private static async Task<bool> TryAskAsync() { try { return await Probe.AskAsync(\"db\"); } catch (SocketException) { return false; } } }")]
    public Task Silent_on_dotnet(string source) => Verify.SilentAsync(Id, On.DotNet, AspNet + source + Probe);

    [Theory]
    [InlineData("[Fetch] public static async Task<Response> Fetch(Request r) { var s = TcpSocket.Connect(\"db\", 7000); await {|WSK2006:s.OpenedAsync()|}; return Response.Text(\"ok\"); }")]
    [InlineData("[Fetch] public static async Task<Response> Fetch(Request r) { var s = TcpSocket.Connect(\"db\", 7000); try { await {|WSK2006:s.WriteTextAsync(\"x\")|}; } finally { await s.CloseAsync(); } return Response.Text(\"ok\"); }")]
    [InlineData("[Fetch] public static async Task<Response> Fetch(Request r) { await {|WSK2006:AskAsync(\"db\")|}; return Response.Text(\"ok\"); } static async Task AskAsync(string h) { var s = TcpSocket.Connect(h, 7000); await s.OpenedAsync(); }")]
    [InlineData("[Fetch] public static async Task<Response> Fetch(Request r, Env e, Context c) { var router = new Router(); router.Get(\"/\", async (request, route) => { var s = TcpSocket.Connect(\"db\", 7000); await {|WSK2006:s.OpenedAsync()|}; return Response.Text(\"ok\"); }); return await router.HandleAsync(r, e, c); }")]
    [InlineData("[Fetch] public static async Task<Response> Get(Request r, Env e, Context c) { var s = TcpSocket.Connect(\"a.example.com\", 7); try { await s.OpenedAsync(); } catch (Exception) { return Response.Text(\"down\", status: 502); } await {|WSK2006:SendAsync(s)|}; return Response.Text(\"ok\"); } static async Task SendAsync(TcpSocket s) { var t = TcpSocket.Connect(\"b.example.com\", 7); await t.WriteTextAsync(\"x\"); await s.WriteTextAsync(\"x\"); }")]
    // A catch for another socket says nothing of this one.
    [InlineData("[Fetch] public static async Task<Response> Get(Request r, Env e, Context c) { var s = TcpSocket.Connect(\"a.example.com\", 7); var t = TcpSocket.Connect(\"b.example.com\", 7); try { await t.OpenedAsync(); } catch (Exception) { return Response.Text(\"down\"); } await {|WSK2006:s.WriteTextAsync(\"x\")|}; return Response.Text(\"ok\"); }")]
    public Task Found_on_Workers(string member) => Verify.FoundAsync(Id, On.Workers, $"public static class Worker {{ {member} }}");

    [Theory]
    [InlineData("[Fetch] public static async Task<Response> Fetch(Request r) { var s = TcpSocket.Connect(\"db\", 7000); try { await s.OpenedAsync(); return Response.Text(\"ok\"); } catch (Exception) { return Response.Text(\"down\", status: 502); } }")]
    [InlineData("[Fetch] public static async Task<Response> Fetch(Request r, Env e, Context c) { c.PassThroughOnException(); var s = TcpSocket.Connect(\"db\", 7000); await s.OpenedAsync(); return Response.Text(\"ok\"); }")]
    [InlineData("[Scheduled] public static async Task Run(ScheduledEvent e) { var s = TcpSocket.Connect(\"db\", 7000); await s.OpenedAsync(); }")]
    [InlineData("[Queue] public static async Task Run(QueueMessageBatch<string> e) { var s = TcpSocket.Connect(\"db\", 7000); await s.OpenedAsync(); }")]
    [InlineData("[Fetch] public static Response Fetch(Request r, Env e, Context c) { c.WaitUntil(AskAsync(\"db\")); return Response.Text(\"ok\"); } static async Task AskAsync(string h) { var s = TcpSocket.Connect(h, 7000); await s.OpenedAsync(); }")]
    [InlineData("[Fetch] public static Response Fetch(Request r) { var s = TcpSocket.Connect(\"db\", 7000); return Response.Text(\"ok\"); }")]
    // Nothing sees how it ends: WSK1005's find.
    [InlineData("[Fetch] public static Response Fetch(Request r) { var asked = AskAsync(\"db\"); AskAsync(\"db\"); return Response.Text(\"ok\"); } static async Task AskAsync(string h) { var s = TcpSocket.Connect(h, 7000); await s.OpenedAsync(); }")]
    // The wait for the connection has a catch of its own.
    [InlineData("[Fetch] public static async Task<Response> Get(Request r, Env e, Context c) { TcpSocket s; try { s = await OpenAsync(\"a.example.com\"); } catch (Exception) { return Response.Text(\"down\", status: 502); } await s.WriteTextAsync(\"x\"); await s.CloseAsync(); return Response.Text(\"ok\"); } static async Task<TcpSocket> OpenAsync(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); return s; }")]
    [InlineData("[Fetch] public static async Task<Response> Get(Request r, Env e, Context c) { var s = await TryOpenAsync(\"a.example.com\"); if (s is null) return Response.Text(\"down\", status: 502); await s.WriteTextAsync(\"x\"); await s.CloseAsync(); return Response.Text(\"ok\"); } static async Task<TcpSocket?> TryOpenAsync(string h) { var s = TcpSocket.Connect(h, 7); try { await s.OpenedAsync(); return s; } catch (Exception) { return null; } }")]
    [InlineData("[Fetch] public static async Task<Response> Get(Request r, Env e, Context c) { var s = TcpSocket.Connect(\"a.example.com\", 7); try { await s.OpenedAsync(); } catch (Exception) { return Response.Text(\"down\", status: 502); } await SendAsync(s); return Response.Text(\"ok\"); } static async Task SendAsync(TcpSocket s) { await s.WriteTextAsync(\"x\"); await s.CloseAsync(); }")]
    [InlineData("[Fetch] public static async Task<Response> Get(Request r, Env e, Context c) { var s = TcpSocket.Connect(\"a.example.com\", 7); try { await s.OpenedAsync(); } catch (Exception) { c.WaitUntil(s.CloseAsync()); return Response.Text(\"down\", status: 502); } await s.WriteTextAsync(\"x\"); await s.CloseAsync(); return Response.Text(\"ok\"); }")]
    [InlineData("[Fetch] public static async Task<Response> Get(Request r, Env e, Context c) { var s = TcpSocket.Connect(\"a.example.com\", 7); try { await OpenAsync(s, 5); } catch (TimeoutException) { return Response.Text(\"slow\", status: 504); } catch (Exception) { return Response.Text(\"down\", status: 502); } try { await s.WriteTextAsync(\"x\"); return Response.Text(\"ok\"); } finally { await s.CloseAsync(); } } static async Task OpenAsync(TcpSocket s, int n) => await s.OpenedAsync();")]
    public Task Silent_on_Workers(string member) => Verify.SilentAsync(Id, On.Workers, $"public static class Worker {{ {member} }}");

    [Fact]
    public Task Message_names_the_destination() => Verify.FoundAsync(
        Id,
        On.Workers,
        "static class W { [Fetch] public static async Task<Response> Fetch(Request r) { var s = TcpSocket.Connect(\"db.contoso.com\", 7000); await {|#0:s.OpenedAsync()|}; return Response.Text(\"ok\"); } }",
        Verify.Result(RuleCatalog.ConnectFailureUnhandled, 0, "'db.contoso.com'"));
}
