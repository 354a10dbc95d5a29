using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4005_HostFromRequestTests
{
    private const string Id = "WSK4005";

    [Theory]
    [InlineData("lambda param", On.DotNet, """
        var app = Microsoft.AspNetCore.Builder.WebApplication.Create(args);
        Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/probe", async (string host) =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:host|}, 80);
            return client.Connected;
        });
        """)]
    [InlineData("query", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (HttpContext context) =>
        {
            var host = context.Request.Query["host"].ToString();
            var port = int.Parse(context.Request.Query["port"]!);
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:host|}, port);
        });
        """)]
    [InlineData("uri", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string url)
            {
                var uri = new Uri(url);
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:uri.Host|}, uri.Port);
                return Ok();
            }
        }
        """)]
    [InlineData("json body", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public record Target(string Host, int Port);
        [ApiController]
        public class C : ControllerBase
        {
            [HttpPost("/check")]
            public async Task<IActionResult> Check([FromBody] Target target)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:target.Host|}, target.Port);
                return Ok();
            }
        }
        """)]
    [InlineData("two helpers two files", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C(IProber prober) : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host) => Ok(await prober.ProbeAsync({|WSK4005:host|}));
        }
        //// FILE
        public interface IProber { Task<bool> ProbeAsync(string host); }
        public class Prober : IProber
        {
            public Task<bool> ProbeAsync(string host) => Dialer.DialAsync(host, 80);
        }
        //// FILE
        static class Dialer
        {
            public static async Task<bool> DialAsync(string host, int port)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, port);
                return client.Connected;
            }
        }
        """)]
    [InlineData("port only", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private const string Host = "db.contoso.com";
            [HttpGet("/check")]
            public async Task<IActionResult> Check(int port)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(Host, {|WSK4005:port|});
                return Ok();
            }
        }
        """)]
    [InlineData("checked after", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Allowed = ["a.example.net"];
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
                if (!Allowed.Contains(host)) return StatusCode(403);
                return Ok();
            }
        }
        """)]
    [InlineData("other var", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Allowed = ["a.example.net"];
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string name, string host)
            {
                if (!Allowed.Contains(name)) return StatusCode(403);
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("reread", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var allowed = new HashSet<string> { "a.example.net" };
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (HttpContext context) =>
        {
            if (!allowed.Contains(context.Request.Query["host"].ToString())) return Results.StatusCode(403);
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:context.Request.Query["host"].ToString()|}, 80);
            return Results.Ok();
        });
        """)]
    [InlineData("startswith", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!host.StartsWith("api.")) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("denylist", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Blocked = ["localhost", "127.0.0.1"];
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (host == "localhost" || Blocked.Contains(host)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("tryparse", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host, int port)
            {
                if (!IPAddress.TryParse(host, out var address)) return BadRequest();
                if (port is < 1 or > 65535) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:address|}, port);
                return Ok();
            }
        }
        """)]
    [InlineData("endswith no dot", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!host.EndsWith("contoso.com", StringComparison.OrdinalIgnoreCase)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("split", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string address) =>
        {
            var parts = address.Trim().ToLower().Split(':');
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:parts[0]|}, int.Parse(parts[1]));
            return "";
        });
        """)]
    [InlineData("dns", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string name) =>
        {
            var addresses = await Dns.GetHostAddressesAsync(name);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync({|WSK4005:new IPEndPoint(addresses[0], 80)|});
            return "";
        });
        """)]
    [InlineData("dns entry first", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string name) =>
        {
            var entry = await Dns.GetHostEntryAsync(name);
            var address = entry.AddressList.First(a => a.AddressFamily == AddressFamily.InterNetwork);
            var endpoint = new IPEndPoint(address, 80);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync({|WSK4005:endpoint|});
            return "";
        });
        """)]
    [InlineData("foreach json body list", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapPost("/probe", async (List<string> hosts) =>
        {
            foreach (var host in hosts)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
            }
            return "";
        });
        """)]
    [InlineData("select lambda", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapPost("/probe", async (string[] hosts) =>
        {
            await Task.WhenAll(hosts.Select(async host => { using var client = new TcpClient(); await client.ConnectAsync({|WSK4005:host|}, 80); }));
            return "";
        });
        """)]
    [InlineData("jsondocument", On.DotNet, """
        using System.Text.Json;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapPost("/probe", async (HttpRequest request) =>
        {
            using var document = await JsonDocument.ParseAsync(request.Body);
            var host = document.RootElement.GetProperty("host").GetString()!;
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:host|}, 80);
            return "";
        });
        """)]
    [InlineData("readfromjson", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapPost("/probe", async (HttpRequest request) =>
        {
            var body = await request.ReadFromJsonAsync<Target>();
            if (body is null) return Results.BadRequest();
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:body.Host|}, body.Port);
            return Results.Ok();
        });
        record Target(string Host, int Port);
        """)]
    [InlineData("deserialize", On.DotNet, """
        using System.Text.Json;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapPost("/probe", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var json = await reader.ReadToEndAsync();
            var body = JsonSerializer.Deserialize<Target>(json)!;
            using var client = new TcpClient({|WSK4005:body.Host|}, body.Port);
            return Results.Ok();
        });
        record Target(string Host, int Port);
        """)]
    [InlineData("string building", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string tenant) =>
        {
            var builder = new StringBuilder();
            builder.Append("db-").Append(tenant);
            builder.Append(".internal");
            var host = builder.ToString();
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:host|}, 80);
            return Results.Ok();
        });
        """)]
    [InlineData("format concat coalesce", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string? tenant, bool alt) =>
        {
            var host = alt ? string.Format("{0}.internal", tenant) : string.Concat(tenant ?? "default", ".internal");
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:host|}, 80);
            return Results.Ok();
        });
        """)]
    [InlineData("field of same object", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public class Probe
        {
            private readonly string host;
            public Probe(string host) { this.host = host; }
            public async Task<bool> RunAsync()
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return client.Connected;
            }
        }
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                var probe = new Probe({|WSK4005:host|});
                return Ok(await probe.RunAsync());
            }
        }
        """)]
    [InlineData("primary ctor", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public class Probe(string host, int port)
        {
            public async Task<bool> RunAsync()
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, port);
                return client.Connected;
            }
        }
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                var probe = new Probe({|WSK4005:host|}, 80);
                return Ok(await probe.RunAsync());
            }
        }
        """)]
    [InlineData("property of options object", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public class ProbeOptions { public string Host { get; set; } = ""; public int Port { get; set; } }
        public class Prober
        {
            public async Task<bool> RunAsync(ProbeOptions options)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(options.Host, options.Port);
                return client.Connected;
            }
        }
        [ApiController]
        public class C(Prober prober) : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                var options = new ProbeOptions { Host = host, Port = 80 };
                return Ok(await prober.RunAsync({|WSK4005:options|}));
            }
        }
        """)]
    [InlineData("hub", On.DotNet, """
        using Microsoft.AspNetCore.SignalR;
        public class ProbeHub : Hub
        {
            public async Task<bool> Probe(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
                return client.Connected;
            }
        }
        """)]
    [InlineData("page model", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.Mvc.RazorPages;
        public class CheckModel : PageModel
        {
            [BindProperty(SupportsGet = true)] public string Host { get; set; } = "";
            public async Task<IActionResult> OnPostAsync(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
                return Page();
            }
            public async Task<IActionResult> OnGetAsync()
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:Host|}, 80);
                return Page();
            }
        }
        """)]
    [InlineData("httplistener", On.DotNet, """
        public class Server
        {
            public async Task ServeAsync(HttpListener listener)
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    var host = context.Request.QueryString["host"];
                    using var client = new TcpClient();
                    await client.ConnectAsync({|WSK4005:host|}!, 80);
                    context.Response.Close();
                }
            }
        }
        """)]
    [InlineData("websocket", On.DotNet, """
        using Microsoft.AspNetCore.Http;
        using System.Net.WebSockets;
        public class Tunnel
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var ws = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[256];
                var result = await ws.ReceiveAsync(new ArraySegment<byte>(buffer), context.RequestAborted);
                var host = Encoding.UTF8.GetString(buffer, 0, result.Count);
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
            }
        }
        """)]
    [InlineData("header", On.DotNet, """
        using Microsoft.AspNetCore.Http;
        public class Proxy(RequestDelegate next)
        {
            public async Task InvokeAsync(HttpContext context)
            {
                if (context.Request.Headers.TryGetValue("X-Upstream", out var upstream))
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync({|WSK4005:upstream.ToString()|}, 80);
                }
                await next(context);
            }
        }
        """)]
    [InlineData("extension", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string host) => await {|WSK4005:host|}.PingAsync());
        static class Ext { public static async Task<bool> PingAsync(this string host) { using var c = new TcpClient(); await c.ConnectAsync(host, 80); return true; } }
        """)]
    [InlineData("switch expr", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string kind, string name) =>
        {
            var host = kind switch { "mail" => "mail." + name, "web" => $"www.{name}", _ => name };
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:host|}, 80);
            return Results.Ok();
        });
        """)]
    [InlineData("tuple", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string address) =>
        {
            var (host, port) = Parse(address);
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:host|}, port);
            return Results.Ok();
            static (string Host, int Port) Parse(string text) { var i = text.IndexOf(':'); return (text[..i], int.Parse(text[(i + 1)..])); }
        });
        """)]
    [InlineData("length only / IsWellFormed / contains text", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (string.IsNullOrWhiteSpace(host) || host.Length > 255 || Uri.CheckHostName(host) == UriHostNameType.Unknown || !host.Contains(".contoso.com")) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("method group", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", Probes.Run);
        static class Probes
        {
            public static async Task<IResult> Run(string host, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80, token);
                return Results.Ok();
            }
        }
        """)]
    [InlineData("uribuilder", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string url) =>
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)) return Results.BadRequest();
            var builder = new UriBuilder(uri);
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:builder.Host|}, builder.Port);
            return Results.Ok();
        });
        """)]
    [InlineData("object in list", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapPost("/probe", async (HttpContext context) =>
        {
            var targets = new List<string>();
            foreach (var value in context.Request.Query["host"]) targets.Add(value!);
            foreach (var target in targets)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:target|}, 80);
            }
        });
        """)]
    [InlineData("field assigned then other method", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private string host = "";
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string name)
            {
                host = {|WSK4005:name|};
                await ConnectAsync();
                return Ok();
            }
            private async Task ConnectAsync()
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
            }
        }
        """)]
    [InlineData("grpc-like skip: helper static returns", On.DotNet, """
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Builder;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (HttpContext context) =>
        {
            var host = Targets.From(context.Request);
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:host|}, 80);
        });
        static class Targets { public static string From(HttpRequest request) => request.Headers["X-Host"].ToString(); }
        """)]
    [InlineData("guard in helper that does nothing", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!IsValid(host)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 80);
                return Ok();
            }
            private static bool IsValid(string host) => host.Length < 100 && !host.Contains(' ');
        }
        """)]
    [InlineData("fetch query", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request, Env env, Context context)
            {
                var host = request.QueryParameters.Get("host");
                if (host is null) return Response.Text("missing", status: 400);
                var socket = TcpSocket.Connect({|WSK4005:host|}, 443);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("address interpolation", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var host = request.Url.QueryParameters.Get("host");
                var socket = TcpSocket.Connect({|WSK4005:$"{host}:443"|});
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("json", On.Workers, """
        public sealed record Target(string Host, int Port);
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var target = await request.JsonAsync<Target>();
                var socket = TcpSocket.Connect({|WSK4005:target!.Host|}, target.Port);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("route", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static Task<Response> Handle(Request request, Env env, Context context)
            {
                var router = new Router();
                router.Get("/whois/:host", async (req, route) =>
                {
                    var socket = TcpSocket.Connect({|WSK4005:new TcpSocketAddress(route.Parameter("host"), 43)|});
                    await socket.OpenedAsync();
                    await socket.CloseAsync();
                    return Response.Text("ok");
                });
                return router.HandleAsync(request, env, context);
            }
        }
        """)]
    [InlineData("url ctor", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var url = new Url(await request.TextAsync());
                var socket = TcpSocket.Connect({|WSK4005:url.Hostname|}, int.Parse(url.Port));
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("queue", On.Workers, """
        public static class Worker
        {
            [Queue]
            public static async Task Handle(QueueMessageBatch<string> batch, Env env, Context context)
            {
                foreach (var message in batch)
                {
                    var socket = TcpSocket.Connect({|WSK4005:message.Body|}, 443);
                    await socket.OpenedAsync();
                    await socket.CloseAsync();
                }
            }
        }
        """)]
    [InlineData("email", On.Workers, """
        public static class Worker
        {
            [Email]
            public static async Task Handle(ForwardableEmailMessage message, Env env, Context context)
            {
                var domain = message.From.Split('@')[1];
                var socket = TcpSocket.Connect({|WSK4005:domain|}, 587);
                await socket.OpenedAsync();
                await socket.CloseAsync();
            }
        }
        """)]
    [InlineData("rpc entrypoint", On.Workers, """
        [WorkerEntrypoint]
        public sealed class Probe : WorkerEntrypoint
        {
            public async Task<bool> CheckAsync(string host)
            {
                var socket = TcpSocket.Connect({|WSK4005:host|}, 443);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return true;
            }
        }
        """)]
    [InlineData("durable object", On.Workers, """
        [DurableObject]
        public sealed class Session
        {
            public async Task<bool> OpenAsync(string host)
            {
                var socket = TcpSocket.Connect({|WSK4005:host|}, 443);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return true;
            }
            private async Task<bool> InnerAsync(string host)
            {
                var socket = TcpSocket.Connect(host, 443);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return true;
            }
        }
        """)]
    [InlineData("websocket", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request, Env env, Context context)
            {
                var pair = WebSocketPair.Create();
                pair.Server.Accept();
                var events = pair.Server.Events();
                var first = await events.NextAsync();
                var socket = TcpSocket.Connect({|WSK4005:first!.Text|}!, 443);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("header & helper", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                return Response.Text(await QueryAsync({|WSK4005:request.Headers.Get("X-Target") ?? "whois.iana.org"|}, "example"));
            }
            private static async Task<string> QueryAsync(string server, string name)
            {
                var socket = TcpSocket.Connect(server, 43);
                await socket.WriteTextAsync(name + "\r\n");
                await socket.CloseAsync();
                return "";
            }
        }
        """)]
    [InlineData("path split", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var parts = request.Path.Split('/');
                var socket = TcpSocket.Connect({|WSK4005:parts[1]|}, 43);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("form", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var form = await request.FormDataAsync();
                string host = "";
                foreach (var pair in form)
                {
                    if (pair.Key == "host") host = pair.Value.Text!;
                }
                var socket = TcpSocket.Connect({|WSK4005:host|}, 43);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("query As", On.Workers, """
        public sealed record Q(string Host, int Port);
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var q = request.QueryParameters.As<Q>();
                if (q.Host.StartsWith("10.", StringComparison.Ordinal) || q.Host == "localhost") return Response.Text("no", status: 403);
                var socket = TcpSocket.Connect({|WSK4005:q.Host|}, q.Port);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("static options const host port", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var socket = TcpSocket.Connect("db.example.net", {|WSK4005:int.Parse(request.QueryParameters.Get("port")!)|});
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("found with local function captured", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (string host) =>
        {
            return await DialAsync();
            async Task<bool> DialAsync() { using var c = new TcpClient(); await c.ConnectAsync({|WSK4005:host|}, 80); return true; }
        });
        """)]
    [InlineData("json target helper validates length only", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public record Target(string Host, int Port);
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly string[] Allowed = ["a"];
            [HttpPost("/a")]
            public async Task<IActionResult> A([FromBody] Target target)
            {
                if (!Valid(target)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(target.Host, target.Port);
                return Ok();
            }
            private static bool Valid(Target t) => Allowed.Contains(t.Host) && t.Port is 80 or 443;
            [HttpPost("/b")]
            public async Task<IActionResult> B([FromBody] Target target)
            {
                Demand(target);
                using var client = new TcpClient();
                await client.ConnectAsync(target.Host, target.Port);
                return Ok();
            }
            private static void Demand(Target t) { if (!Allowed.Contains(t.Host)) throw new InvalidOperationException(); }
            [HttpPost("/c")]
            public async Task<IActionResult> C1([FromBody] Target target)
            {
                if (!Short(target)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:target.Host|}, target.Port);
                return Ok();
            }
            private static bool Short(Target t) => t.Host.Length < 10;
            [HttpPost("/d")]
            public async Task<IActionResult> D([FromBody] Target target)
            {
                if (!Allowed.Contains(target.Host)) return BadRequest();
                await Task.Run(async () => { using var client = new TcpClient(); await client.ConnectAsync(target.Host, 80); });
                return Ok();
            }
            [HttpPost("/e")]
            public async Task<IActionResult> E([FromBody] List<Target> targets)
            {
                foreach (var t in targets.Where(t => Allowed.Contains(t.Host)))
                {
                    using var client = new TcpClient(); await client.ConnectAsync(t.Host, 80);
                }
                foreach (var t in targets)
                {
                    if (!Allowed.Contains(t.Host)) continue;
                    using var client = new TcpClient(); await client.ConnectAsync(t.Host, 80);
                }
                foreach (var t in targets)
                {
                    using var client = new TcpClient(); await client.ConnectAsync({|WSK4005:t.Host|}, 80);
                }
                return Ok();
            }
        }
        """)]
    [InlineData("retry loop etc", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpPost("/a")]
            public async Task<IActionResult> A(string host)
            {
                for (var i = 0; i < 3; i++)
                {
                    try
                    {
                        using var client = new TcpClient();
                        await client.ConnectAsync({|WSK4005:host|}, 80);
                        return Ok();
                    }
                    catch (SocketException) when (i < 2) { await Task.Delay(100); }
                }
                return StatusCode(502);
            }
            [HttpPost("/b")]
            public IActionResult B(string host)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                var ip = Dns.GetHostAddresses(host).First();
                var args = new SocketAsyncEventArgs { RemoteEndPoint = new DnsEndPoint(host, 80) };
                socket.ConnectAsync({|WSK4005:args|});
                socket.Connect({|WSK4005:ip|}, 80);
                socket.Connect({|WSK4005:IPEndPoint.Parse(host)|});
                socket.Dispose();
                return Ok();
            }
        }
        """)]
    [InlineData("mailer holder taint", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public class Mailer
        {
            private readonly string host; private readonly int port;
            public Mailer(string host, int port) { this.host = host; this.port = port; }
            public async Task SendAsync(string to, string text)
            {
                using var client = await OpenAsync();
                using var writer = new StreamWriter(client.GetStream());
                await writer.WriteLineAsync("RCPT TO:<" + to + ">");
            }
            private async Task<TcpClient> OpenAsync() { var c = new TcpClient(); await c.ConnectAsync(host, port); return c; }
        }
        [ApiController]
        public class C : ControllerBase
        {
            [HttpPost("/send")]
            public async Task<IActionResult> Send(string server, string text) { var m = new Mailer({|WSK4005:server|}, 587); await m.SendAsync("a", text); return Ok(); }
            [HttpPost("/send2")]
            public async Task<IActionResult> Send2(string server, string text) { await new Mailer({|WSK4005:server|}, 587).SendAsync("a", text); return Ok(); }
            [HttpPost("/send3")]
            public async Task<IActionResult> Send3(string server, string text) { await new Mailer("a", 587).SendAsync(server, text); return Ok(); }
        }
        """)]
    public Task Finds(string shape, On on, string source) => RunAsync(shape, on, source, isFound: true);

    [Theory]
    [InlineData("hashset", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Allowed = new(StringComparer.OrdinalIgnoreCase) { "a.example.net" };
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!Allowed.Contains(host)) return StatusCode(403);
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("array", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly string[] Allowed = ["a.example.net"];
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (Allowed.Contains(host, StringComparer.OrdinalIgnoreCase))
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 80);
                    return Ok();
                }
                return StatusCode(403);
            }
        }
        """)]
    [InlineData("frozen", On.DotNet, """
        using System.Collections.Frozen;
        using System.Collections.Immutable;
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly FrozenSet<string> Allowed = new[] { "a.example.net" }.ToFrozenSet();
            private static readonly ImmutableHashSet<string> Allowed2 = ImmutableHashSet.Create("a");
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!Allowed.Contains(host) && !Allowed2.Contains(host)) return StatusCode(403);
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string host)
            {
                if (!Allowed2.Contains(host.ToLowerInvariant())) return StatusCode(403);
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("dict value", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly Dictionary<string, string> Hosts = new() { ["a"] = "a.example.net" };
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string name)
            {
                if (!Hosts.TryGetValue(name, out var host)) return StatusCode(403);
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string name)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(Hosts[name], 80);
                return Ok();
            }
            [HttpGet("/check3")]
            public async Task<IActionResult> Check3(string host)
            {
                if (!Hosts.ContainsKey(host)) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check4")]
            public async Task<IActionResult> Check4(string name)
            {
                var host = Hosts.GetValueOrDefault(name);
                if (host is null) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("switch map", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string name)
            {
                var host = name switch { "eu" => "eu.example.net", "us" => "us.example.net", _ => null };
                if (host == null) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("switch statement on constants", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                switch (host)
                {
                    case "eu.example.net":
                    case "us.example.net":
                        break;
                    default:
                        return NotFound();
                }
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("pattern or", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (host is not ("a" or "b")) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string host)
            {
                if (host != "a" && host != "b") return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check3")]
            public async Task<IActionResult> Check3(string host)
            {
                if (host == "a.example.net" || host.Equals("b", StringComparison.OrdinalIgnoreCase) || string.Equals("c", host))
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 80);
                }
                return Ok();
            }
        }
        """)]
    [InlineData("config list", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.Options;
        public class ProbeOptions { public List<string> Allowed { get; set; } = new(); public string Host { get; set; } = ""; public int Port { get; set; } }
        [ApiController]
        public class C(IConfiguration config, IOptions<ProbeOptions> options) : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                var allowed = config.GetSection("Allowed").Get<string[]>() ?? [];
                if (!allowed.Contains(host)) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string host)
            {
                if (!options.Value.Allowed.Contains(host)) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check3")]
            public async Task<IActionResult> Check3(string name)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(options.Value.Host, options.Value.Port);
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(name));
                return Ok();
            }
            [HttpGet("/check4")]
            public async Task<IActionResult> Check4(string name)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(config[$"Hosts:{name}"]!, 80);
                await client.ConnectAsync(config["Hosts:" + name]!, int.Parse(config["Port"]!));
                return Ok();
            }
        }
        """)]
    [InlineData("helper throw", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly string[] Allowed = ["a"];
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                EnsureAllowed(host);
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            private static void EnsureAllowed(string host)
            {
                if (!Allowed.Contains(host)) throw new InvalidOperationException("no");
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string host)
            {
                if (!IsAllowed(host)) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            private static bool IsAllowed(string host) => Allowed.Contains(host);
            [HttpGet("/check3")]
            public async Task<IActionResult> Check3(string host)
            {
                var name = RequireAllowed(host);
                using var client = new TcpClient();
                await client.ConnectAsync(name, 80);
                return Ok();
            }
            private static string RequireAllowed(string host) => Allowed.Contains(host) ? host : throw new InvalidOperationException("no");
        }
        """)]
    [InlineData("any lambda", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly List<string> Allowed = ["a"];
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!Allowed.Any(a => a == host)) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string host)
            {
                if (!Allowed.Exists(a => string.Equals(a, host, StringComparison.OrdinalIgnoreCase))) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check3")]
            public async Task<IActionResult> Check3(string host)
            {
                var match = Allowed.FirstOrDefault(a => a.Equals(host, StringComparison.OrdinalIgnoreCase));
                if (match is null) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(match, 80);
                return Ok();
            }
            [HttpGet("/check4")]
            public async Task<IActionResult> Check4(string host)
            {
                if (Array.IndexOf(new[] { "a", "b" }, host) < 0) return Forbid();
                if (Allowed.IndexOf(host) == -1) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("endswith with dot", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!host.EndsWith(".contoso.com", StringComparison.OrdinalIgnoreCase)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 443);
                return Ok();
            }
        }
        """)]
    [InlineData("regex", On.DotNet, """
        using System.Text.RegularExpressions;
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public partial class C : ControllerBase
        {
            private static readonly Regex Known = new("^db[0-9]+\\.contoso\\.com$");
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!Known.IsMatch(host)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [GeneratedRegex(@"\A[a-z]+\.contoso\.com\z")] private static partial Regex Pattern();
            private static partial Regex Pattern() => new(@"\A[a-z]+\.contoso\.com\z");
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string host)
            {
                if (!Pattern().IsMatch(host) && !Regex.IsMatch(host, "^[a-z]+\\.contoso\\.com$")) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("enum port, int id", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public enum Service { Smtp = 587, Imap = 143 }
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly string[] Hosts = ["a", "b"];
            [HttpGet("/check")]
            public async Task<IActionResult> Check(Service service, string text)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("mail.contoso.com", (int)service);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string service)
            {
                var s = Enum.Parse<Service>(service);
                using var client = new TcpClient();
                await client.ConnectAsync("mail.contoso.com", (int)s);
                return Ok();
            }
            [HttpGet("/check3")]
            public async Task<IActionResult> Check3(int index)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(Hosts[index], 80);
                return Ok();
            }
            [HttpGet("/check4")]
            public async Task<IActionResult> Check4(int port)
            {
                if (port is not (80 or 443)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync("a.example.net", port);
                return Ok();
            }
        }
        """)]
    [InlineData("bool chooses", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string region)
            {
                var host = region == "eu" ? "eu.example.net" : "us.example.net";
                string? other = null;
                if (region.StartsWith("x")) other = "x.example.net"; else other = "y.example.net";
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                await client.ConnectAsync(other, region.Length > 3 ? 80 : 443);
                return Ok();
            }
        }
        """)]
    [InlineData("validates host attr", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        namespace WorkersSockets { [AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)] public class ValidatesHostAttribute : Attribute {} }
        namespace App
        {
        using WorkersSockets;
        public interface IHosts { [ValidatesHost] bool IsAllowed(string host); [ValidatesHost] void Demand(string host); }
        [ApiController]
        public class C(IHosts hosts) : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!hosts.IsAllowed(host)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string host)
            {
                hosts.Demand(host);
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        }
        """)]
    [InlineData("service param, env", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Configuration;
        var app = WebApplication.Create(args);
        app.MapGet("/probe", async (IConfiguration config, Settings settings, CancellationToken token) =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(config["Host"]!, int.Parse(config["Port"]!), token);
            await client.ConnectAsync(Environment.GetEnvironmentVariable("HOST")!, 80, token);
            await client.ConnectAsync(settings.Host, 80, token);
            return Results.Ok();
        });
        class Settings { public string Host => "a"; public void Reload() { } }
        """)]
    [InlineData("private method of worker service", On.DotNet, """
        using Microsoft.Extensions.Hosting;
        public class Poller(string host) : BackgroundService
        {
            public string Target { get; set; } = "";
            protected override async Task ExecuteAsync(CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80, token);
                await client.ConnectAsync(Target, 80, token);
            }
            public async Task<bool> CheckAsync(string name) { using var c = new TcpClient(); await c.ConnectAsync(name, 80); return true; }
        }
        """)]
    [InlineData("plain library method", On.DotNet, """
        public class Library
        {
            public async Task<bool> CheckAsync(string name) { using var c = new TcpClient(); await c.ConnectAsync(name, 80); return true; }
            static async Task Main(string[] args) { using var c = new TcpClient(); await c.ConnectAsync(args[0], 80); }
        }
        """)]
    [InlineData("db lookup by key", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public record Server(string Host, int Port);
        public interface IServers { Task<Server?> FindAsync(string id); Server? Find(string id); }
        public class Servers : IServers
        {
            private readonly Dictionary<string, Server> all = new();
            public Task<Server?> FindAsync(string id) => Task.FromResult(all.GetValueOrDefault(id));
            public Server? Find(string id) => all.TryGetValue(id, out var s) ? s : null;
        }
        [ApiController]
        public class C(IServers servers) : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string id)
            {
                var server = await servers.FindAsync(id);
                if (server is null) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(server.Host, server.Port);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string id)
            {
                var server = servers.Find(id);
                if (server is null) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(server.Host, server.Port);
                return Ok();
            }
        }
        """)]
    [InlineData("db lookup unknown interface", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public record Server(string Host, int Port);
        public interface IServers { Task<Server?> FindAsync(string id); }
        [ApiController]
        public class C(IServers servers) : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string id)
            {
                var server = await servers.FindAsync(id);
                if (server is null) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(server.Host, server.Port);
                return Ok();
            }
        }
        """)]
    [InlineData("linq query on configured servers", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.Options;
        public record Server(string Name, string Host, int Port);
        public class Servers { public List<Server> All { get; set; } = new(); }
        [ApiController]
        public class C(IOptions<Servers> servers) : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string name)
            {
                var server = servers.Value.All.SingleOrDefault(s => s.Name == name);
                if (server is null) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(server.Host, server.Port);
                foreach (var one in servers.Value.All.Where(s => s.Name.StartsWith(name))) await client.ConnectAsync(one.Host, one.Port);
                return Ok();
            }
        }
        """)]
    [InlineData("stored message passes data", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public class Mailer
        {
            private readonly string host; private readonly int port;
            public Mailer(string host, int port) { this.host = host; this.port = port; }
            public async Task SendAsync(string to, string text)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, port);
                using var writer = new StreamWriter(client.GetStream());
                await writer.WriteLineAsync("RCPT TO:<" + to + ">");
                await writer.WriteLineAsync(text);
            }
        }
        [ApiController]
        public class C : ControllerBase
        {
            private readonly Mailer mailer = new("mail.contoso.com", 587);
            [HttpPost("/send")]
            public async Task<IActionResult> Send(string to, string text) { await mailer.SendAsync(to, text); return Ok(); }
            [HttpPost("/send2")]
            public async Task<IActionResult> Send2(string to, string text) { var m = new Mailer("mail.contoso.com", 587); await m.SendAsync(to, text); return Ok(); }
        }
        """)]
    [InlineData("request object with constant host", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public class Job { public string Host { get; set; } = ""; public string Text { get; set; } = ""; }
        [ApiController]
        public class C : ControllerBase
        {
            [HttpPost("/send")]
            public async Task<IActionResult> Send(string text)
            {
                var job = new Job { Host = "a.example.net", Text = text };
                using var client = new TcpClient();
                await client.ConnectAsync(job.Host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("uri host checked", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Allowed = ["a"];
            [HttpPost("/send")]
            public async Task<IActionResult> Send(string url)
            {
                if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !Allowed.Contains(uri.Host)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(uri.Host, 80);
                return Ok();
            }
            [HttpPost("/send2")]
            public async Task<IActionResult> Send2(string url)
            {
                var uri = new Uri(url);
                if (uri.Host != "a.example.net" || uri.Port != 443) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(uri.Host, uri.Port);
                return Ok();
            }
        }
        """)]
    [InlineData("json target checked property", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public record Target(string Host, int Port);
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Allowed = ["a"];
            private static readonly HashSet<(string, int)> Pairs = [("a", 80)];
            [HttpPost("/send")]
            public async Task<IActionResult> Send([FromBody] Target target)
            {
                if (!Allowed.Contains(target.Host)) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(target.Host, 80);
                return Ok();
            }
            [HttpPost("/send2")]
            public async Task<IActionResult> Send2([FromBody] Target target)
            {
                if (!Pairs.Contains((target.Host, target.Port))) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(target.Host, target.Port);
                return Ok();
            }
            [HttpPost("/send3")]
            public async Task<IActionResult> Send3([FromBody] Target target)
            {
                if (target is not { Host: "a.example.net", Port: 80 }) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(target.Host, target.Port);
                return Ok();
            }
        }
        """)]
    [InlineData("foreach continue", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Allowed = ["a"];
            [HttpPost("/send")]
            public async Task<IActionResult> Send(List<string> hosts)
            {
                foreach (var host in hosts)
                {
                    if (!Allowed.Contains(host)) continue;
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 80);
                }
                foreach (var host in hosts.Where(Allowed.Contains)) { using var client = new TcpClient(); await client.ConnectAsync(host, 80); }
                foreach (var host in hosts.Where(h => Allowed.Contains(h))) { using var client = new TcpClient(); await client.ConnectAsync(host, 80); }
                foreach (var host in hosts.Intersect(Allowed)) { using var client = new TcpClient(); await client.ConnectAsync(host, 80); }
                if (!hosts.All(Allowed.Contains)) return BadRequest();
                return Ok();
            }
            [HttpPost("/send2")]
            public async Task<IActionResult> Send2(List<string> hosts)
            {
                if (hosts.Any(h => !Allowed.Contains(h))) return BadRequest();
                foreach (var host in hosts) { using var client = new TcpClient(); await client.ConnectAsync(host, 80); }
                return Ok();
            }
        }
        """)]
    [InlineData("check then bool var", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Allowed = ["a"];
            [HttpPost("/send")]
            public async Task<IActionResult> Send(string host)
            {
                var ok = Allowed.Contains(host);
                if (!ok) return BadRequest();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("local host check of result checked in middle", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Allowed = ["a"];
            [HttpPost("/send")]
            public async Task<IActionResult> Send(string address)
            {
                var host = address.Split(':')[0].Trim();
                if (!Allowed.Contains(host)) return BadRequest();
                var addresses = await Dns.GetHostAddressesAsync(host);
                using var client = new TcpClient();
                await client.ConnectAsync(addresses, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("int ids to string text not host", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.Logging;
        [ApiController]
        public class C(ILogger<C> logger) : ControllerBase
        {
            [HttpPost("/send")]
            public async Task<IActionResult> Send(int id, string text)
            {
                logger.LogInformation("{Id} {Text}", id, text);
                using var client = new TcpClient();
                await client.ConnectAsync("a.example.net", 80);
                await client.GetStream().WriteAsync(BitConverter.GetBytes(id));
                return Ok(text);
            }
        }
        """)]
    [InlineData("GetConnectionString by name, tenant service", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.Configuration;
        public class Tenants(IConfiguration config) { public string HostOf(string tenant) => config["Tenants:" + tenant + ":Host"] ?? throw new KeyNotFoundException(); }
        [ApiController]
        public class C(Tenants tenants) : ControllerBase
        {
            [HttpPost("/send")]
            public async Task<IActionResult> Send(string tenant)
            {
                var host = tenants.HostOf(tenant);
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("checked inside the service", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        public class Prober
        {
            private static readonly HashSet<string> Allowed = ["a"];
            public async Task<bool> RunAsync(string host)
            {
                if (!Allowed.Contains(host)) return false;
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return true;
            }
        }
        [ApiController]
        public class C(Prober prober) : ControllerBase
        {
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host) => Ok(await prober.RunAsync(host));
        }
        """)]
    [InlineData("list from source cleared variable reassign", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly HashSet<string> Allowed = ["a"];
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                if (!Allowed.Contains(host)) host = "a.example.net";
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    [InlineData("single element dictionary of tuples", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly IReadOnlyDictionary<string, (string Host, int Port)> Map = new Dictionary<string, (string, int)> { ["a"] = ("a", 1) };
            private static readonly Dictionary<string, IPEndPoint> Ends = new();
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string name)
            {
                if (!Map.TryGetValue(name, out var target)) return NotFound();
                using var client = new TcpClient();
                await client.ConnectAsync(target.Host, target.Port);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string name)
            {
                var (host, port) = Map[name];
                using var client = new TcpClient();
                await client.ConnectAsync(host, port);
                await client.ConnectAsync(Ends[name]);
                return Ok();
            }
        }
        """)]
    [InlineData("hashset", On.Workers, """
        public static class Worker
        {
            private static readonly HashSet<string> AllowedHosts = new HashSet<string> { "db.example.net" };
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var host = request.QueryParameters.Get("host") ?? "";
                if (!AllowedHosts.Contains(host)) return Response.Text("Forbidden", status: 403);
                var socket = TcpSocket.Connect(host, 443);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("env, hyperdrive, service", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request, Env env, Context context)
            {
                var socket = TcpSocket.Connect(env.Variable("DB_HOST"), int.Parse(env.Variable("DB_PORT")));
                await socket.OpenedAsync();
                await socket.WriteTextAsync(request.QueryParameters.Get("q") ?? "");
                await socket.CloseAsync();
                var allowed = env.Variable("ALLOWED").Split(',');
                var host = request.QueryParameters.Get("host") ?? "";
                if (!allowed.Any(a => a == host)) return Response.Text("no", status: 403);
                var second = TcpSocket.Connect(host, 443);
                await second.OpenedAsync();
                await second.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("switch map", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var name = request.QueryParameters.Get("tld");
                var server = name switch { "com" => "whois.verisign-grs.com", "org" => "whois.pir.org", _ => "whois.iana.org" };
                var socket = TcpSocket.Connect(server, 43);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("dictionary", On.Workers, """
        public static class Worker
        {
            private static readonly Dictionary<string, string> Servers = new() { { "com", "whois.verisign-grs.com" } };
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var tld = request.QueryParameters.Get("tld") ?? "com";
                if (!Servers.TryGetValue(tld, out var server)) return Response.Text("no", status: 404);
                var socket = TcpSocket.Connect($"{server}:43");
                await socket.OpenedAsync();
                await socket.CloseAsync();
                var socket2 = TcpSocket.Connect(Servers[tld], 43);
                await socket2.OpenedAsync();
                await socket2.CloseAsync();
                return Response.Text("ok");
            }
        }
        """)]
    [InlineData("guard helpers", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var host = request.QueryParameters.Get("host") ?? "";
                if (!IsAllowed(host)) return Response.Text("no", status: 403);
                var socket = TcpSocket.Connect($"{host}:43");
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("ok");
            }
            private static bool IsAllowed(string host) => host is "a.example.net" or "b.example.net" || host.EndsWith(".contoso.com", StringComparison.OrdinalIgnoreCase);
        }
        """)]
    [InlineData("flag loop", On.DotNet, """
        using Microsoft.AspNetCore.Mvc;
        [ApiController]
        public class C : ControllerBase
        {
            private static readonly string[] Allowed = ["a"];
            [HttpGet("/check")]
            public async Task<IActionResult> Check(string host)
            {
                var ok = false;
                foreach (var known in Allowed)
                {
                    if (string.Equals(known, host, StringComparison.OrdinalIgnoreCase)) { ok = true; break; }
                }
                if (!ok) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check2")]
            public async Task<IActionResult> Check2(string host, int port)
            {
                if (!IsAllowed(host) || !IsPort(port)) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, port);
                return Ok();
            }
            private static bool IsAllowed(string host) { foreach (var known in Allowed) { if (known == host) return true; } return false; }
            private static bool IsPort(int port) => port switch { 80 => true, 443 => true, _ => false };
            [HttpGet("/check3")]
            public async Task<IActionResult> Check3(string url)
            {
                if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != "https" || !Allowed.Contains(uri.IdnHost)) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(uri.Host, 443);
                return Ok();
            }
            [HttpGet("/check4")]
            public async Task<IActionResult> Check4(string host)
            {
                var ok = host.Length < 100 && Allowed.Contains(host);
                if (ok)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 443);
                }
                return ok ? Ok() : Forbid();
            }
            [HttpGet("/check6")]
            public async Task<IActionResult> Check6(string host)
            {
                if (string.Compare(host, "a.example.net", StringComparison.OrdinalIgnoreCase) != 0 && !StringComparer.OrdinalIgnoreCase.Equals(host, "b")) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 443);
                return Ok();
            }
            [HttpGet("/check7")]
            public async Task<IActionResult> Check7(string address)
            {
                if (!IPAddress.TryParse(address, out var ip) || !Addresses.Contains(ip)) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(ip, 443);
                await client.ConnectAsync(new IPEndPoint(ip, 80));
                return Ok();
            }
            private static readonly IPAddress[] Addresses = [IPAddress.Parse("192.0.2.1")];
            [HttpGet("/check8")]
            public async Task<IActionResult> Check8(string host, int port)
            {
                if (!Allowed.Contains($"{host}:{port}")) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, port);
                return Ok();
            }
            [HttpGet("/check9")]
            public async Task<IActionResult> Check9(string host)
            {
                var client = new TcpClient();
                try
                {
                    if (!Allowed.Contains(host)) throw new ArgumentException("no");
                    await client.ConnectAsync(host, 80);
                }
                catch (SocketException) { return StatusCode(502); }
                finally { client.Dispose(); }
                return Ok();
            }
            [HttpGet("/check10")]
            public async Task<IActionResult> Check10(string host)
            {
                if (Allowed.All(known => known != host)) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
            [HttpGet("/check11")]
            public async Task<IActionResult> Check11(string host)
            {
                if (Allowed.Any(suffix => host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase)) == false) return Forbid();
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return Ok();
            }
        }
        """)]
    public Task Leaves(string shape, On on, string source) => RunAsync(shape, on, source, isFound: false);

    /// <summary>A source of several files has "//// FILE" between them.</summary>
    private static Task RunAsync(string shape, On on, string source, bool isFound)
    {
        Assert.NotEmpty(shape);
        Assert.Equal(isFound, source.Contains("{|" + Id, StringComparison.Ordinal));
        var files = source.Split("//// FILE\n").Select((content, index) => (index == 0 ? "Test.cs" : $"Test{index}.cs", content)).ToArray();
        return Verify.RunAsync(Id, on, files, []);
    }
}
