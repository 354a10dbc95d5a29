using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

/// <summary>Where a caller's data comes in, and the ways by which it gets to a connect in another class.</summary>
public class WSK4005_RequestSourcesTests
{
    private const string Dialer = """

        public static class Dialer
        {
            public static async Task<bool> DialAsync(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000);
                return true;
            }
        }
        """;

    private const string Usings = """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.Mvc.Filters;
        using Microsoft.AspNetCore.Mvc.RazorPages;
        using Microsoft.AspNetCore.SignalR;
        using Microsoft.Extensions.DependencyInjection;

        """;

    private const string ValidatesHost = "namespace WorkersSockets { [AttributeUsage(AttributeTargets.All)] sealed class ValidatesHostAttribute : Attribute; }";

    [Theory]
    [InlineData("form of a minimal API", """
        var app = WebApplication.Create(args);
        app.MapPost("/", async (IFormCollection form) => await Dialer.DialAsync({|WSK4005:form["host"].ToString()|}));
        app.Run();
        """)]
    [InlineData("endpoint filter", """
        public class Probe : IEndpointFilter
        {
            public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
            {
                await Dialer.DialAsync({|WSK4005:context.GetArgument<string>(0)|});
                return await next(context);
            }
        }
        """)]
    [InlineData("action filter", """
        public class Probe : IAsyncActionFilter
        {
            public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
            {
                await Dialer.DialAsync({|WSK4005:(string)context.ActionArguments["host"]!|});
                await next();
            }
        }
        """)]
    [InlineData("property of a base class", """
        public abstract class ApiBase : ControllerBase
        {
            protected string Target => Request.Query["host"].ToString();
        }
        public class ProbeController : ApiBase
        {
            [HttpGet("/")]
            public async Task<bool> Get() => await Dialer.DialAsync({|WSK4005:Target|});
        }
        """)]
    [InlineData("page property", """
        public class ProbeModel : PageModel
        {
            [BindProperty] public string Host { get; set; } = "";
            private static readonly HashSet<string> Known = ["a.contoso.com"];
            public async Task OnPostAsync() => await Dialer.DialAsync({|WSK4005:Host|});
            public async Task OnPutAsync()
            {
                if (!Known.Contains(Host)) return;
                await Dialer.DialAsync(Host);
            }
        }
        """)]
    [InlineData("hub stream", """
        public class ProbeHub : Hub
        {
            public async Task Probe(IAsyncEnumerable<string> hosts)
            {
                await foreach (var host in hosts) await Dialer.DialAsync({|WSK4005:host|});
            }
        }
        """)]
    [InlineData("one of two implementations", """
        public class ProbeController(IProbe probe) : ControllerBase
        {
            [HttpGet("/")]
            public async Task<bool> Get(string host) => await probe.CheckAsync({|WSK4005:host|});
        }
        public interface IProbe { Task<bool> CheckAsync(string host); }
        public class TcpProbe : IProbe { public Task<bool> CheckAsync(string host) => Dialer.DialAsync(host); }
        public class NoProbe : IProbe { public Task<bool> CheckAsync(string host) => Task.FromResult(true); }
        """)]
    [InlineData("generic handler", """
        public class ProbeController(IHandler<Ping, bool> handler) : ControllerBase
        {
            [HttpGet("/")]
            public async Task<bool> Get(string host) => await handler.HandleAsync({|WSK4005:new Ping(host)|});
        }
        public record Ping(string Host);
        public record Stop(string Host);
        public interface IHandler<TIn, TOut> { Task<TOut> HandleAsync(TIn input); }
        public class PingHandler : IHandler<Ping, bool> { public Task<bool> HandleAsync(Ping input) => Dialer.DialAsync(input.Host); }
        public class StopHandler : IHandler<Stop, bool> { public Task<bool> HandleAsync(Stop input) => Task.FromResult(true); }
        """)]
    [InlineData("helpers of helpers", """
        public class ProbeController(Prober prober) : ControllerBase
        {
            [HttpPost("/")]
            public async Task<bool> Post([FromBody] Target target) => await prober.CheckAsync({|WSK4005:target|});
        }
        public record Target(string Name, string Region);
        public class Prober
        {
            public Task<bool> CheckAsync(Target target) => InnerAsync(target);
            private static Task<bool> InnerAsync(Target target) => Trimmed($"{target.Region}.contoso.com");
            private static Task<bool> Trimmed(string host) => Dialer.DialAsync(host.Trim());
        }
        """)]
    [InlineData("method groups and Parallel", """
        public class ProbeController : ControllerBase
        {
            [HttpPost("/")]
            public async Task<bool[]> Post([FromBody] string[] hosts)
            {
                await Parallel.ForEachAsync(hosts, async (host, token) => await Dialer.DialAsync({|WSK4005:host|}));
                return await Task.WhenAll(hosts.Select({|WSK4005:Dialer.DialAsync|}));
            }
        }
        """)]
    [InlineData("null on one path", """
        public class ProbeController : ControllerBase
        {
            [HttpPost("/")]
            public async Task<bool> Post([FromBody] List<string> hosts)
            {
                string? best = null;
                foreach (var host in hosts)
                {
                    if (host.Length > 3) { best = host; break; }
                }
                return best is not null && await Dialer.DialAsync({|WSK4005:best|});
            }
        }
        """)]
    [InlineData("assigned anew behind the check", """
        public class ProbeController : ControllerBase
        {
            private static readonly HashSet<string> Known = ["a.contoso.com"];
            [HttpPost("/")]
            public async Task<bool> Post(string host)
            {
                var isKnown = Known.Contains(host);
                host = Request.Headers["X-Host"].ToString();
                return isKnown && await Dialer.DialAsync({|WSK4005:host|});
            }
        }
        """)]
    [InlineData("element behind the checked one", """
        public class ProbeController : ControllerBase
        {
            private static readonly HashSet<string> Known = ["a.contoso.com"];
            [HttpPost("/")]
            public async Task<bool> Post([FromBody] string[] hosts)
            {
                for (var i = 0; i < hosts.Length - 1; i++)
                {
                    if (!Known.Contains(hosts[i])) continue;
                    await Dialer.DialAsync(hosts[i]);
                    i++;
                    await Dialer.DialAsync({|WSK4005:hosts[i]|});
                }
                return true;
            }
        }
        """)]
    [InlineData("options of an object", """
        public class ProbeController : ControllerBase
        {
            [HttpGet("/")]
            public async Task Get(string host)
            {
                var options = new ProbeOptions { Server = host };
                var probe = new Probe({|WSK4005:options|});
                await probe.RunAsync();
            }
        }
        public class ProbeOptions { public string Server { get; set; } = ""; }
        public class Probe(ProbeOptions options) { public Task RunAsync() => Dialer.DialAsync(options.Server); }
        """)]
    [InlineData("number in an address", """
        public class ProbeController : ControllerBase
        {
            [HttpGet("/")]
            public async Task<bool> Get(int last) => await Dialer.DialAsync({|WSK4005:$"10.0.0.{last}"|});
        }
        """)]
    [InlineData("port of a fixed host", """
        public class ProbeController : ControllerBase
        {
            [HttpGet("/")]
            public async Task Get(int port)
            {
                if (port is < 1 or > 65535) return;
                using var client = new TcpClient();
                await client.ConnectAsync("a.contoso.com", {|WSK4005:port|});
            }
        }
        """)]
    [InlineData("fields that a helper reads into", """
        public class ProbeController : ControllerBase
        {
            private string host = "";
            private int port;

            [HttpGet("/")]
            public async Task Get()
            {
                ReadTarget();
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, port);
            }

            private void ReadTarget() => (host, port) = (Request.Query["host"].ToString(), 7000);
        }
        """)]
    [InlineData("field that an asynchronous helper reads the body into", """
        public class Probe
        {
            private string? target;

            public async Task HandleAsync(HttpContext context)
            {
                await ReadAsync(context.Request);
                await Dialer.DialAsync({|WSK4005:target|}!);
            }

            private async Task ReadAsync(HttpRequest request)
            {
                using var reader = new StreamReader(request.Body);
                target = await reader.ReadToEndAsync();
            }
        }
        """)]
    public Task Source_is_found(string name, string source)
    {
        Assert.NotEmpty(name);
        return Verify.FoundAsync("WSK4005", On.DotNet, Usings + source + Dialer);
    }

    [Theory]
    [InlineData("registered class", """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton(new Settings { Host = "a.contoso.com" });
        var app = builder.Build();
        app.MapGet("/", async (Settings settings) => await Dialer.DialAsync(settings.Host));
        app.Run();
        class Settings { public string Host { get; set; } = ""; }
        """)]
    [InlineData("host of a request that is passed on whole, its port free", """
        public record Target(string Host, int Port);
        public class ProbeController : ControllerBase
        {
            [HttpPost("/")]
            public async Task<IActionResult> Post([FromBody] Target target)
            {
                if (Validate(target) is { } error) return BadRequest(error);
                await DialAsync(target);
                return Ok();
            }

            private static string? Validate(Target target) => target.Host is "a.contoso.com" or "b.contoso.com" ? null : "The host is not allowed.";

            private static async Task DialAsync(Target target)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(target.Host, target.Port);
            }
        }
        """)]
    [InlineData("field that a helper reads into and checks", """
        public class ProbeController : ControllerBase
        {
            private static readonly HashSet<string> Allowed = ["a.contoso.com"];
            private string host = "";

            [HttpGet("/")]
            public async Task Get()
            {
                ReadTarget();
                await Dialer.DialAsync(host);
            }

            private void ReadTarget()
            {
                var given = Request.Query["host"].ToString();
                if (!Allowed.Contains(given)) throw new ArgumentException("The host is not allowed.");
                host = given;
            }
        }
        """)]
    [InlineData("other member checked", """
        public class ProbeController(Prober prober) : ControllerBase
        {
            private static readonly HashSet<string> Known = ["eu"];
            [HttpPost("/")]
            public async Task<bool> Post([FromBody] Target target) => Known.Contains(target.Region) && await prober.CheckAsync(target);
        }
        public record Target(string Name, string Region);
        public class Prober { public Task<bool> CheckAsync(Target target) => Dialer.DialAsync($"{target.Region}.contoso.com"); }
        """)]
    [InlineData("port beside a checked host", """
        public class ProbeController : ControllerBase
        {
            private static readonly HashSet<string> Known = ["a.contoso.com"];
            private static string? Check(string host) => Known.Contains(host) ? host : null;
            [HttpGet("/")]
            public async Task Get(string host, int port)
            {
                if (Check(host) is not { } known) return;
                using var client = new TcpClient();
                await client.ConnectAsync(known, port);
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new DnsEndPoint(known, port));
                await socket.ConnectAsync(IPEndPoint.Parse($"{known}:{port}"));
            }
        }
        """)]
    [InlineData("model that validation limits", """
        public class ProbeController : ControllerBase
        {
            public class Input { [System.ComponentModel.DataAnnotations.AllowedValues("a.contoso.com", "b.contoso.com")] public string Host { get; set; } = ""; }
            [HttpPost("/")]
            public async Task<bool> Post(Input input) => ModelState.IsValid && await Dialer.DialAsync(input.Host);
        }
        """)]
    [InlineData("number in a name of the own domain", """
        public class ProbeController : ControllerBase
        {
            [HttpGet("/")]
            public async Task<bool> Get(int shard) => await Dialer.DialAsync($"shard{shard}.contoso.com") && await Dialer.DialAsync("shard" + shard + ".contoso.com");
        }
        """)]
    [InlineData("checked host in a lambda", """
        public class ProbeController : ControllerBase
        {
            private static readonly HashSet<string> Known = ["a.contoso.com"];
            [HttpGet("/")]
            public async Task Get(string host, int port)
            {
                if (!Known.Contains(host)) return;
                await Task.Run(async () =>
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                });
            }
        }
        """)]
    [InlineData("filter attribute", """
        public class ProbeController : ControllerBase
        {
            [HttpPost("/"), CheckHost]
            public async Task<bool> Post(string host) => await Dialer.DialAsync(host) && await Dialer.DialAsync(Request.Query["host"].ToString());
        }
        [WorkersSockets.ValidatesHost] sealed class CheckHostAttribute : ActionFilterAttribute { }
        """)]
    [InlineData("service filter", """
        public class ProbeController : ControllerBase
        {
            [HttpPost("/"), ServiceFilter(typeof(CheckHost))]
            public async Task<bool> Post(string host) => await Dialer.DialAsync(host);
        }
        sealed class CheckHost : IAsyncActionFilter
        {
            [WorkersSockets.ValidatesHost] public Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next) => next();
        }
        """)]
    [InlineData("endpoint filter", """
        var app = WebApplication.Create(args);
        app.MapGet("/", async (string host) => await Dialer.DialAsync(host)).AddEndpointFilter<CheckHost>();
        var group = app.MapGroup("/api").AddEndpointFilter(new CheckHost());
        group.MapGet("/", async (string host) => await Dialer.DialAsync(host));
        app.Run();
        [WorkersSockets.ValidatesHost] sealed class CheckHost : IEndpointFilter
        {
            public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) => next(context);
        }
        """)]
    [InlineData("middleware", """
        var app = WebApplication.Create(args);
        app.UseMiddleware<CheckHost>();
        app.MapGet("/", async (string host) => await Dialer.DialAsync(host));
        app.Run();
        [WorkersSockets.ValidatesHost] sealed class CheckHost(RequestDelegate next) { public Task InvokeAsync(HttpContext context) => next(context); }
        """)]
    public Task Trusted_value_is_silent(string name, string source)
    {
        Assert.NotEmpty(name);
        return Verify.SilentAsync("WSK4005", On.DotNet, Usings + source + Dialer + ValidatesHost);
    }

    [Fact]
    public Task Endpoint_without_the_filter_is_found() => Verify.FoundAsync("WSK4005", On.DotNet, Usings + """
        var app = WebApplication.Create(args);
        app.MapGet("/a", async (string host) => await Dialer.DialAsync(host)).AddEndpointFilter<CheckHost>();
        app.MapGet("/b", async (string host) => await Dialer.DialAsync({|WSK4005:host|}));
        app.MapGet("/c", async (string host) => await Dialer.DialAsync({|WSK4005:host|})).AddEndpointFilter<Other>();
        app.Run();
        [WorkersSockets.ValidatesHost] sealed class CheckHost : IEndpointFilter
        {
            public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) => next(context);
        }
        sealed class Other : IEndpointFilter
        {
            public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) => next(context);
        }
        """ + Dialer + ValidatesHost);

    /// <summary>Filters that refuse by the handler's own argument are seen without an attribute: on the endpoint, on its group, in another file.</summary>
    [Theory]
    [InlineData("app.MapGet(\"/{host}\", Api.ProbeAsync).AddEndpointFilter<KnownHosts>();")]
    [InlineData("app.MapGet(\"/{host}\", Api.ProbeAsync).AddEndpointFilter(KnownHosts.CheckAsync);")]
    [InlineData("app.MapGroup(\"/probe\").AddEndpointFilter<KnownHosts>().MapProbes();")]
    [InlineData("var group = app.MapGroup(\"/probe\"); group.AddEndpointFilter(new KnownHosts()); group.MapProbes();")]
    [InlineData("app.MapGet(\"/{host}\", Api.ProbeAsync).AddEndpointFilter(async (context, next) => context.Arguments[0] is string host && KnownHosts.Names.Contains(host) ? await next(context) : Results.StatusCode(403));")]
    public Task Silent_behind_a_filter_that_tests_the_argument(string mapping) => FilteredAsync(mapping, "host");

    [Theory]
    [InlineData("app.MapGet(\"/{host}\", Api.ProbeAsync);")]
    [InlineData("app.MapGet(\"/{host}\", Api.ProbeAsync).AddEndpointFilter<Keys>();")]
    [InlineData("app.MapGet(\"/{tenant}/{host}\", async (string tenant, string host) => await Api.ProbeAsync({|WSK4005:host|})).AddEndpointFilter<KnownHosts>();", "host")]
    [InlineData("app.MapGroup(\"/probe\").MapProbes();")]
    [InlineData("app.MapGroup(\"/probe\").AddEndpointFilter<KnownHosts>().MapProbes(); app.MapGroup(\"/open\").MapProbes();")]
    [InlineData("app.MapGroup(\"/probe\").AddEndpointFilter(async (context, next) => { Console.WriteLine(KnownHosts.Names.Contains(context.GetArgument<string>(0))); return await next(context); }).MapProbes();")]
    public Task Found_behind_other_filters(string mapping, string host = "{|WSK4005:host|}") => FilteredAsync(mapping, host);

    private static Task FilteredAsync(string mapping, string host) => Verify.RunAsync(
        "WSK4005",
        On.DotNet,
        [
            ("Program.cs", $$"""
                using Microsoft.AspNetCore.Builder;
                using Microsoft.AspNetCore.Http;

                static class Startup
                {
                    public static void Configure(WebApplication app)
                    {
                        {{mapping}}
                    }
                }

                class KnownHosts : IEndpointFilter
                {
                    public static readonly HashSet<string> Names = new() { "a.contoso.com" };

                    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) => CheckAsync(context, next);

                    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
                    {
                        var name = context.GetArgument<string>(0);
                        return Names.Contains(name) ? await next(context) : Results.StatusCode(403);
                    }
                }

                class Keys : IEndpointFilter
                {
                    private static readonly HashSet<string> Known = new() { "secret" };

                    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
                    {
                        var key = context.HttpContext.Request.Headers["X-Api-Key"].ToString();
                        return Known.Contains(key) ? await next(context) : Results.StatusCode(401);
                    }
                }
                """),
            ("Api.cs", $$"""
                using Microsoft.AspNetCore.Builder;
                using Microsoft.AspNetCore.Http;
                using Microsoft.AspNetCore.Routing;

                static class Api
                {
                    {{(mapping.Contains("MapProbes", StringComparison.Ordinal) ? "public static void MapProbes(this RouteGroupBuilder group) => group.MapGet(\"/{host}\", ProbeAsync);" : "")}}

                    public static async Task<IResult> ProbeAsync(string host)
                    {
                        using var client = new TcpClient();
                        await client.ConnectAsync({{host}}, 7000);
                        return Results.Ok();
                    }
                }
                """),
        ],
        []);

    [Theory]
    [InlineData("AllowedValues(\"a.contoso.com\", \"b.contoso.com\")", "target.Host")]
    [InlineData("RegularExpression(@\"^[a-z]+\\.contoso\\.com$\")", "target.Host")]
    [InlineData("RegularExpression(@\"(a|b)\\.contoso\\.com\")", "target.Host")]
    [InlineData("RegularExpression(@\"^[a-z0-9.-]+$\")", "{|WSK4005:target.Host|}")]
    [InlineData("RegularExpression(@\"^.*\\.contoso\\.com$\")", "{|WSK4005:target.Host|}")]
    [InlineData("StringLength(100)", "{|WSK4005:target.Host|}")]
    public Task Validated_models(string attribute, string host) => Verify.RunAsync(
        "WSK4005",
        On.DotNet,
        [
            ("Test.cs", $$"""
                using System.ComponentModel.DataAnnotations;
                using Microsoft.AspNetCore.Mvc;

                public class Target
                {
                    [{{attribute}}]
                    public string Host { get; set; } = "";
                }

                [ApiController]
                public class ProbeController : ControllerBase
                {
                    [HttpPost("/probe")]
                    public async Task<IActionResult> Probe(Target target)
                    {
                        using var client = new TcpClient();
                        await client.ConnectAsync({{host}}, 7000);
                        return Ok();
                    }
                }
                """),
        ],
        []);

    [Fact]
    public Task Silent_behind_an_action_filter_that_tests_the_argument() => Verify.RunAsync(
        "WSK4005",
        On.DotNet,
        [
            ("Test.cs", """
                using Microsoft.AspNetCore.Mvc;
                using Microsoft.AspNetCore.Mvc.Filters;

                public sealed class KnownHostAttribute : ActionFilterAttribute
                {
                    private static readonly string[] Names = { "a.contoso.com" };

                    public override void OnActionExecuting(ActionExecutingContext context)
                    {
                        if (!context.ActionArguments.TryGetValue("host", out var value) || value is not string host || !Names.Contains(host))
                        {
                            context.Result = new StatusCodeResult(403);
                        }
                    }
                }

                [ApiController]
                public class ProbeController : ControllerBase
                {
                    [HttpGet("/probe"), KnownHost]
                    public async Task<IActionResult> Probe(string host)
                    {
                        using var client = new TcpClient();
                        await client.ConnectAsync(host, 7000);
                        return Ok();
                    }

                    [HttpGet("/other"), KnownHost]
                    public async Task<IActionResult> Other(string name)
                    {
                        using var client = new TcpClient();
                        await client.ConnectAsync({|WSK4005:name|}, 7000);
                        return Ok();
                    }
                }
                """),
        ],
        []);

    [Fact]
    public Task Captured_host_is_followed_through_named_arguments() => Verify.FoundAsync("WSK4005", On.DotNet, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapGet(pattern: "/probe", handler: async (string host) =>
        {
            return await DialAsync();
            async Task<bool> DialAsync()
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host: {|WSK4005:host|}, port: 80);
                return true;
            }
        });
        """);
}
