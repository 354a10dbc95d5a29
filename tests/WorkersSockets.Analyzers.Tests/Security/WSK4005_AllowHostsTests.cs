using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4005_AllowHostsTests
{
    private const string Worker = """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var host = request.QueryParameters.Get("host") ?? "";
                var socket = TcpSocket.Connect({|WSK4005:host|}, 7000);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("The host answers.");
            }
        }
        """;

    [Fact]
    public Task Controller_refuses_with_its_own_answer() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.DotNet,
        """
        using Microsoft.AspNetCore.Mvc;

        [ApiController]
        public class ProbeController : ControllerBase
        {
            [HttpGet("/probe")]
            public async Task<IActionResult> Probe(string host)
            {
                // One connection.
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 7000);
                return Ok();
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Mvc;

        [ApiController]
        public class ProbeController : ControllerBase
        {
            // The hosts that this code may connect to; every other host is refused.
            private static readonly HashSet<string> AllowedHosts = new(StringComparer.OrdinalIgnoreCase) { };

            [HttpGet("/probe")]
            public async Task<IActionResult> Probe(string host)
            {
                if (!AllowedHosts.Contains(host))
                {
                    return StatusCode(403);
                }

                // One connection.
                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000);
                return Ok();
            }
        }
        """);

    [Fact]
    public Task Option_fills_the_set() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.Workers, Worker,
        """
        public static class Worker
        {
            private static readonly HashSet<string> AllowedHosts = new HashSet<string> { "a.example.net", "b.example.net" };

            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var host = request.QueryParameters.Get("host") ?? "";
                if (!AllowedHosts.Contains(host))
                {
                    return Response.Text("Forbidden", status: 403);
                }

                var socket = TcpSocket.Connect(host, 7000);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("The host answers.");
            }
        }
        """,
        editorconfig: "workers_sockets.allowed_hosts = a.example.net, b.example.net");

    /// <summary>The members of a controller, without and with the guard; behind <c>---</c> stand other types.</summary>
    [Theory]
    [InlineData("expression body, a helper connects", """
        [HttpGet("/")]
        public async Task<IActionResult> Probe(string host) => Ok(await Dialer.DialAsync({|WSK4005:host|}));
        """, """
        [HttpGet("/")]
        public async Task<IActionResult> Probe(string host)
        {
            if (!AllowedHosts.Contains(host))
            {
                return StatusCode(403);
            }

            return Ok(await Dialer.DialAsync(host));
        }
        """)]
    [InlineData("behind the checks of the value, in front of the rest", """
        [HttpGet("/")]
        public async Task<IActionResult> Probe(string? host, int port)
        {
            if (string.IsNullOrEmpty(host))
                return BadRequest();

            // One connection.
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync({|WSK4005:host|}, port);
                return Ok();
            }
            catch (SocketException)
            {
                return StatusCode(502);
            }
        }
        """, """
        [HttpGet("/")]
        public async Task<IActionResult> Probe(string? host, int port)
        {
            if (string.IsNullOrEmpty(host))
                return BadRequest();

            if (!AllowedHosts.Contains(host))
            {
                return StatusCode(403);
            }

            // One connection.
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(host, port);
                return Ok();
            }
            catch (SocketException)
            {
                return StatusCode(502);
            }
        }
        """)]
    [InlineData("one guard for both branches", """
        [HttpGet("/")]
        public async Task<IActionResult> Probe(string host, bool isTls)
        {
            using var client = new TcpClient();
            if (isTls)
                await client.ConnectAsync({|WSK4005:host|}, 443);
            else
                await client.ConnectAsync({|WSK4005:host|}, 80);
            return Ok();
        }
        """, """
        [HttpGet("/")]
        public async Task<IActionResult> Probe(string host, bool isTls)
        {
            if (!AllowedHosts.Contains(host))
            {
                return StatusCode(403);
            }

            using var client = new TcpClient();
            if (isTls)
                await client.ConnectAsync(host, 443);
            else
                await client.ConnectAsync(host, 80);
            return Ok();
        }
        """)]
    [InlineData("member of a model, read twice", """
        [HttpPost("/")]
        public async Task<ActionResult<bool>> Probe([FromBody] Target target)
        {
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:target.Host|}, target.Port);
            return client.Connected;
        }
        ---
        public record Target(string Host, int Port);
        """, """
        [HttpPost("/")]
        public async Task<ActionResult<bool>> Probe([FromBody] Target target)
        {
            if (!AllowedHosts.Contains(target.Host))
            {
                return StatusCode(403);
            }

            using var client = new TcpClient();
            await client.ConnectAsync(target.Host, target.Port);
            return client.Connected;
        }
        ---
        public record Target(string Host, int Port);
        """)]
    [InlineData("the name as a whole", """
        [HttpGet("/")]
        public async Task<IActionResult> Probe(string region)
        {
            using var client = new TcpClient();
            await client.ConnectAsync({|WSK4005:$"{region}.contoso.com"|}, 7000);
            return Ok();
        }
        """, """
        [HttpGet("/")]
        public async Task<IActionResult> Probe(string region)
        {
            var host = $"{region}.contoso.com";
            if (!AllowedHosts.Contains(host))
            {
                return StatusCode(403);
            }

            using var client = new TcpClient();
            await client.ConnectAsync(host, 7000);
            return Ok();
        }
        """)]
    [InlineData("every host of a list", """
        [HttpPost("/")]
        public async Task<IActionResult> Probe([FromBody] string[] hosts)
        {
            await Task.WhenAll(hosts.Select(async host => { using var client = new TcpClient(); await client.ConnectAsync({|WSK4005:host|}, 7000); }));
            return Ok();
        }
        """, """
        [HttpPost("/")]
        public async Task<IActionResult> Probe([FromBody] string[] hosts)
        {
            if (!hosts.All(host => AllowedHosts.Contains(host)))
            {
                return StatusCode(403);
            }

            await Task.WhenAll(hosts.Select(async host => { using var client = new TcpClient(); await client.ConnectAsync(host, 7000); }));
            return Ok();
        }
        """)]
    [InlineData("an action that answers with a value", """
        [HttpGet("/")]
        public async Task<bool> Probe(string host)
        {
            return await Dialer.DialAsync({|WSK4005:host|});
        }
        """, """
        [HttpGet("/")]
        public async Task<bool> Probe(string host)
        {
            if (!AllowedHosts.Contains(host))
            {
                throw new BadHttpRequestException("The host is not allowed.", 403);
            }

            return await Dialer.DialAsync(host);
        }
        """)]
    [InlineData("an action that hands on its callee's task", """
        [HttpGet("/")]
        public Task<IActionResult> Probe(string host) => AnswerAsync({|WSK4005:host|});
        private async Task<IActionResult> AnswerAsync(string host) => Ok(await Dialer.DialAsync(host));
        """, """
        [HttpGet("/")]
        public Task<IActionResult> Probe(string host)
        {
            if (!AllowedHosts.Contains(host))
            {
                return Task.FromResult<IActionResult>(StatusCode(403));
            }

            return AnswerAsync(host);
        }
        private async Task<IActionResult> AnswerAsync(string host) => Ok(await Dialer.DialAsync(host));
        """)]
    [InlineData("a helper that reads the request", """
        [HttpGet("/")]
        public async Task<IActionResult> Probe() => Ok(await CheckAsync(Request));
        private static async Task<bool> CheckAsync(HttpRequest request) => await Dialer.DialAsync({|WSK4005:request.Query["host"].ToString()|});
        """, """
        [HttpGet("/")]
        public async Task<IActionResult> Probe() => Ok(await CheckAsync(Request));
        private static async Task<bool> CheckAsync(HttpRequest request)
        {
            var host = request.Query["host"].ToString();
            if (!AllowedHosts.Contains(host))
            {
                throw new BadHttpRequestException("The host is not allowed.", 403);
            }

            return await Dialer.DialAsync(host);
        }
        """)]
    public Task Guard_of_a_controller(string name, string before, string after)
    {
        Assert.NotEmpty(name);
        const string Set = "// The hosts that this code may connect to; every other host is refused.\nprivate static readonly HashSet<string> AllowedHosts = new(StringComparer.OrdinalIgnoreCase) { };\n\n";
        return Verify.FixAsync<AllowHosts>("WSK4005", "Allowlist", On.DotNet, Controller("", before), Controller(Set, after), Controller(Set, after));
    }

    private static string Controller(string set, string members)
    {
        var parts = members.Split("\n---\n");
        return $$"""
            using Microsoft.AspNetCore.Http;
            using Microsoft.AspNetCore.Mvc;

            public class ProbeController : ControllerBase
            {
                {{(set + parts[0]).ReplaceLineEndings("\n    ").Replace("    \n", "\n", StringComparison.Ordinal)}}
            }

            static class Dialer
            {
                public static async Task<bool> DialAsync(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 7000);
                    return client.Connected;
                }
            }
            {{parts.ElementAtOrDefault(1)}}
            """;
    }

    [Fact]
    public Task Lambda_and_local_function_of_top_level_statements() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.DotNet,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.Create(args);

        app.MapGet("/a", async (string host) => await Dialer.DialAsync({|WSK4005:host|}) ? TypedResults.Ok() : Results.NotFound());
        app.MapGet("/b", ProbeAsync);
        app.Run();

        static async Task<IResult> ProbeAsync(string host)
        {
            await Dialer.DialAsync({|WSK4005:host|});
            return TypedResults.Ok();
        }

        static class Dialer
        {
            public static async Task<bool> DialAsync(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000);
                return client.Connected;
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.Create(args);

        // The hosts that this code may connect to; every other host is refused.
        var allowedHosts = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { };
        app.MapGet("/a", async (string host) =>
        {
            if (!allowedHosts.Contains(host))
            {
                return Results.StatusCode(403);
            }

            return await Dialer.DialAsync(host) ? TypedResults.Ok() : Results.NotFound();
        });
        app.MapGet("/b", ProbeAsync);
        app.Run();

        static async Task<IResult> ProbeAsync(string host)
        {
            // The hosts that this code may connect to; every other host is refused.
            var allowedHosts = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { };
            if (!allowedHosts.Contains(host))
            {
                return TypedResults.StatusCode(403);
            }

            await Dialer.DialAsync(host);
            return TypedResults.Ok();
        }

        static class Dialer
        {
            public static async Task<bool> DialAsync(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000);
                return client.Connected;
            }
        }
        """);

    [Fact]
    public Task Response_object_of_a_function_says_403() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.DotNet,
        """
        using Amazon.Lambda.APIGatewayEvents;
        using Amazon.Lambda.Core;

        public class Function
        {
            public async Task<APIGatewayProxyResponse> HandleAsync(APIGatewayProxyRequest request, ILambdaContext context)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:request.QueryStringParameters["host"]|}, 7000);
                return new APIGatewayProxyResponse { StatusCode = 200 };
            }
        }
        """ + Lambda,
        """
        using Amazon.Lambda.APIGatewayEvents;
        using Amazon.Lambda.Core;

        public class Function
        {
            // The hosts that this code may connect to; every other host is refused.
            private static readonly HashSet<string> AllowedHosts = new(StringComparer.OrdinalIgnoreCase) { };

            public async Task<APIGatewayProxyResponse> HandleAsync(APIGatewayProxyRequest request, ILambdaContext context)
            {
                var host = request.QueryStringParameters["host"];
                if (!AllowedHosts.Contains(host))
                {
                    return new APIGatewayProxyResponse { StatusCode = 403 };
                }

                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000);
                return new APIGatewayProxyResponse { StatusCode = 200 };
            }
        }
        """ + Lambda);

    private const string Lambda = """

        namespace Amazon.Lambda.Core { public interface ILambdaContext { } }
        namespace Amazon.Lambda.APIGatewayEvents
        {
            public class APIGatewayProxyRequest { public IDictionary<string, string> QueryStringParameters { get; set; } = null!; }
            public class APIGatewayProxyResponse { public int StatusCode { get; set; } }
        }
        """;

    /// <summary>No static field in an entrypoint, null before the set, the host in front of the port.</summary>
    [Fact]
    public Task Worker_stays_within_its_compiler() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.Workers,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var target = request.QueryParameters.Get("target");
                var socket = TcpSocket.Connect({|WSK4005:target|}!, 7000);
                await socket.CloseAsync();
                var other = TcpSocket.Connect({|WSK4005:$"db-{request.Path}.contoso.com:5432"|});
                await other.CloseAsync();
                return Response.Text("up");
            }
        }

        [WorkerEntrypoint]
        public sealed class Prober : WorkerEntrypoint
        {
            public async Task<bool> ProbeAsync(string host)
            {
                var socket = TcpSocket.Connect({|WSK4005:host|}, 7000);
                await socket.CloseAsync();
                return true;
            }
        }
        """,
        """
        public static class Worker
        {
            private static readonly HashSet<string> AllowedHosts = new HashSet<string> { "a.contoso.com" };

            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var target = request.QueryParameters.Get("target");
                if (target is null || !AllowedHosts.Contains(target))
                {
                    return Response.Text("Forbidden", status: 403);
                }

                var socket = TcpSocket.Connect(target, 7000);
                await socket.CloseAsync();
                var host = $"db-{request.Path}.contoso.com";
                if (!AllowedHosts.Contains(host))
                {
                    return Response.Text("Forbidden", status: 403);
                }

                var other = TcpSocket.Connect($"{host}:5432");
                await other.CloseAsync();
                return Response.Text("up");
            }
        }

        [WorkerEntrypoint]
        public sealed class Prober : WorkerEntrypoint
        {
            public async Task<bool> ProbeAsync(string host)
            {
                var allowedHosts = new HashSet<string> { "a.contoso.com" };
                if (!allowedHosts.Contains(host))
                {
                    throw new InvalidOperationException("The host is not allowed.");
                }

                var socket = TcpSocket.Connect(host, 7000);
                await socket.CloseAsync();
                return true;
            }
        }
        """,
        editorconfig: "workers_sockets.allowed_hosts = a.contoso.com");

    [Fact]
    public Task Refuses_before_the_answer_has_started() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.DotNet,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        public static class Bridge
        {
            public static void Map(WebApplication app) => app.Map("/bridge", async (HttpContext context) =>
            {
                var target = context.Request.Query["target"].ToString();
                using var peer = await context.WebSockets.AcceptWebSocketAsync();
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:target|}, 7000, context.RequestAborted);
            });
        }
        """,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        public static class Bridge
        {
            // The hosts that this code may connect to; every other host is refused.
            private static readonly HashSet<string> AllowedHosts = new(StringComparer.OrdinalIgnoreCase) { };

            public static void Map(WebApplication app) => app.Map("/bridge", async (HttpContext context) =>
            {
                var target = context.Request.Query["target"].ToString();
                if (!AllowedHosts.Contains(target))
                {
                    context.Response.StatusCode = 403;
                    return;
                }

                using var peer = await context.WebSockets.AcceptWebSocketAsync();
                using var client = new TcpClient();
                await client.ConnectAsync(target, 7000, context.RequestAborted);
            });
        }
        """);

    [Fact]
    public Task A_hub_refuses_with_its_own_exception_and_the_using_for_it() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.DotNet,
        """
        public sealed class ConsoleHub : Microsoft.AspNetCore.SignalR.Hub
        {
            public async Task Attach(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 7000, Context.ConnectionAborted);
            }
        }
        """,
        """
        using Microsoft.AspNetCore.SignalR;

        public sealed class ConsoleHub : Microsoft.AspNetCore.SignalR.Hub
        {
            // The hosts that this code may connect to; every other host is refused.
            private static readonly HashSet<string> AllowedHosts = new(StringComparer.OrdinalIgnoreCase) { };

            public async Task Attach(string host)
            {
                if (!AllowedHosts.Contains(host))
                {
                    throw new HubException("The host is not allowed.");
                }

                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000, Context.ConnectionAborted);
            }
        }
        """);

    /// <summary>What the gRPC packages and their generated code declare, as far as a refusal needs it.</summary>
    private const string Grpc = """


        namespace Grpc.Core
        {
            public class ServerCallContext { public CancellationToken CancellationToken => default; }
            public enum StatusCode { OK = 0, PermissionDenied = 7 }
            public class BindServiceMethodAttribute(Type type, string name) : Attribute { public Type Type => type; public string Name => name; }
            public readonly record struct Status(StatusCode Code, string Detail);
            public class RpcException(Status status) : Exception(status.Detail);
            public interface IAsyncStreamReader<out T> { T Current { get; } Task<bool> MoveNext(CancellationToken token); }

            public class ProbeRequest { public string Host { get; set; } = ""; public int Port { get; set; } }
            public class ProbeReply { public bool IsUp { get; set; } }

            [BindServiceMethod(typeof(ProberBase), "Bind")]
            public abstract class ProberBase
            {
                public virtual Task<ProbeReply> Probe(ProbeRequest request, ServerCallContext context) => throw new RpcException(default);
                public virtual Task<ProbeReply> ProbeAll(IAsyncStreamReader<ProbeRequest> requests, ServerCallContext context) => throw new RpcException(default);
            }
        }
        """;

    [Fact]
    public Task A_gRPC_service_refuses_with_permission_denied() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.DotNet,
        """
        using Grpc.Core;

        public sealed class ProberService : ProberBase
        {
            public override async Task<ProbeReply> Probe(ProbeRequest request, ServerCallContext context)
            {
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:request.Host|}, 7000, context.CancellationToken);
                return new ProbeReply { IsUp = client.Connected };
            }
        }
        """ + Grpc,
        """
        using Grpc.Core;

        public sealed class ProberService : ProberBase
        {
            // The hosts that this code may connect to; every other host is refused.
            private static readonly HashSet<string> AllowedHosts = new(StringComparer.OrdinalIgnoreCase) { };

            public override async Task<ProbeReply> Probe(ProbeRequest request, ServerCallContext context)
            {
                if (!AllowedHosts.Contains(request.Host))
                {
                    throw new RpcException(new Status(StatusCode.PermissionDenied, "The host is not allowed."));
                }

                using var client = new TcpClient();
                await client.ConnectAsync(request.Host, 7000, context.CancellationToken);
                return new ProbeReply { IsUp = client.Connected };
            }
        }
        """ + Grpc);

    [Fact]
    public Task A_gRPC_stream_is_refused_at_its_message_and_the_using_is_added() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.DotNet,
        """
        public sealed class ProberService : Grpc.Core.ProberBase
        {
            public override async Task<Grpc.Core.ProbeReply> ProbeAll(Grpc.Core.IAsyncStreamReader<Grpc.Core.ProbeRequest> requests, Grpc.Core.ServerCallContext context)
            {
                while (await requests.MoveNext(context.CancellationToken))
                {
                    var host = requests.Current.Host;
                    using var client = new TcpClient();
                    await client.ConnectAsync({|WSK4005:host|}, 7000, context.CancellationToken);
                }

                return new Grpc.Core.ProbeReply { IsUp = true };
            }
        }
        """ + Grpc,
        """
        using Grpc.Core;

        public sealed class ProberService : Grpc.Core.ProberBase
        {
            // The hosts that this code may connect to; every other host is refused.
            private static readonly HashSet<string> AllowedHosts = new(StringComparer.OrdinalIgnoreCase) { };

            public override async Task<Grpc.Core.ProbeReply> ProbeAll(Grpc.Core.IAsyncStreamReader<Grpc.Core.ProbeRequest> requests, Grpc.Core.ServerCallContext context)
            {
                while (await requests.MoveNext(context.CancellationToken))
                {
                    var host = requests.Current.Host;
                    if (!AllowedHosts.Contains(host))
                    {
                        throw new RpcException(new Status(StatusCode.PermissionDenied, "The host is not allowed."));
                    }

                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 7000, context.CancellationToken);
                }

                return new Grpc.Core.ProbeReply { IsUp = true };
            }
        }
        """ + Grpc);

    [Fact]
    public Task Ports_of_a_fixed_host_get_a_set_of_their_own() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Ports", On.DotNet,
        """
        using Microsoft.AspNetCore.Mvc;

        [ApiController]
        public class ProbeController : ControllerBase
        {
            [HttpGet("/probe")]
            public async Task<IActionResult> Probe(int port)
            {
                // One service, many ports.
                using var client = new TcpClient();
                await client.ConnectAsync("a.contoso.com", {|WSK4005:port|});
                return Ok();
            }

            [HttpGet("/other")]
            public async Task<IActionResult> Other(string port)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("b.contoso.com", {|WSK4005:int.Parse(port)|});
                return Ok();
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Mvc;

        [ApiController]
        public class ProbeController : ControllerBase
        {
            // The ports that this code may connect to; every other port is refused.
            private static readonly HashSet<int> AllowedPorts = new() { };

            [HttpGet("/probe")]
            public async Task<IActionResult> Probe(int port)
            {
                if (!AllowedPorts.Contains(port))
                {
                    return StatusCode(403);
                }

                // One service, many ports.
                using var client = new TcpClient();
                await client.ConnectAsync("a.contoso.com", port);
                return Ok();
            }

            [HttpGet("/other")]
            public async Task<IActionResult> Other(string port)
            {
                var portNumber = int.Parse(port);
                if (!AllowedPorts.Contains(portNumber))
                {
                    return StatusCode(403);
                }

                using var client = new TcpClient();
                await client.ConnectAsync("b.contoso.com", portNumber);
                return Ok();
            }
        }
        """);

    [Fact]
    public Task Ports_on_Workers_stay_within_its_compiler() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Ports", On.Workers,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                var port = int.Parse(request.QueryParameters.Get("port") ?? "7000");
                var socket = TcpSocket.Connect(env.Variable("BACKEND_HOST"), {|WSK4005:port|});
                await socket.OpenedAsync();
                return Response.Text("ok");
            }
        }
        """,
        """
        public static class Worker
        {
            // The ports that this code may connect to; every other port is refused.
            private static readonly List<int> AllowedPorts = new List<int> { };

            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env)
            {
                var port = int.Parse(request.QueryParameters.Get("port") ?? "7000");
                if (!AllowedPorts.Contains(port))
                {
                    return Response.Text("Forbidden", status: 403);
                }

                var socket = TcpSocket.Connect(env.Variable("BACKEND_HOST"), port);
                await socket.OpenedAsync();
                return Response.Text("ok");
            }
        }
        """);

    [Fact]
    public Task Port_inside_a_text_with_a_fixed_host_is_not_fixed() => Verify.NotFixableAsync<AllowHosts>("WSK4005", On.Workers, """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var port = request.QueryParameters.Get("port");
                var socket = TcpSocket.Connect({|WSK4005:$"a.contoso.com:{port}"|});
                await socket.OpenedAsync();
                return Response.Text("ok");
            }
        }
        """);

    [Fact]
    public Task Checks_a_list_in_a_lambda_with_a_set_of_the_program() => Verify.FixAsync<AllowHosts>("WSK4005", "Allowlist", On.DotNet,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        app.MapPost("/probe", async (string[] hosts) =>
        {
            await Task.WhenAll(hosts.Select(async host => { using var client = new TcpClient(); await client.ConnectAsync({|WSK4005:host|}, 7000); }));
            return "";
        });
        """,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        var app = WebApplication.Create(args);
        // The hosts that this code may connect to; every other host is refused.
        var allowedHosts = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { };
        app.MapPost("/probe", async (string[] hosts) =>
        {
            if (!hosts.All(host => allowedHosts.Contains(host)))
            {
                throw new BadHttpRequestException("The host is not allowed.", 403);
            }

            await Task.WhenAll(hosts.Select(async host => { using var client = new TcpClient(); await client.ConnectAsync(host, 7000); }));
            return "";
        });
        """);
}
