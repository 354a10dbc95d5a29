using WorkersSockets.Analyzers.CodeFixes.Connections;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class AnswerBadGatewayTests
{
    private const string Id = "WSK2006";

    [Fact]
    public Task Workers_handler_answers_with_its_Response() => FixAsync(
        On.Workers,
        """
        static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                // The back end.
                var socket = TcpSocket.Connect("db.contoso.com", 7000);
                await {|WSK2006:socket.OpenedAsync()|};
                await socket.CloseAsync();
                return Response.Text("up");
            }
        }
        """,
        """
        static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                try
                {
                    // The back end.
                    var socket = TcpSocket.Connect("db.contoso.com", 7000);
                    await socket.OpenedAsync();
                    await socket.CloseAsync();
                    return Response.Text("up");
                }
                catch (Exception)
                {
                    return Response.Text("The back end cannot be reached.", status: 502);
                }
            }
        }
        """);

    [Fact]
    public Task Minimal_api_answers_with_Results() => FixAsync(
        On.DotNet,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.Create();
        app.MapGet("/", async (CancellationToken token) =>
        {
            using var client = new TcpClient();
            await {|WSK2006:client.ConnectAsync("db.contoso.com", 7000, token)|};
            return Results.Ok(client.Connected);
        });
        app.Run();
        """,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.Create();
        app.MapGet("/", async (CancellationToken token) =>
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("db.contoso.com", 7000, token);
                return Results.Ok(client.Connected);
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                return Results.StatusCode(StatusCodes.Status502BadGateway);
            }
        });
        app.Run();
        """);

    [Fact]
    public Task Controller_answers_with_StatusCode() => FixAsync(
        On.DotNet,
        """
        using Microsoft.AspNetCore.Mvc;

        public class StatusController : ControllerBase
        {
            [HttpGet("/status")]
            public async Task<IActionResult> GetAsync(CancellationToken cancellationToken)
            {
                using var client = new TcpClient();
                await {|WSK2006:client.ConnectAsync("db.contoso.com", 7000, cancellationToken)|};
                return Ok(client.Connected);
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Mvc;

        public class StatusController : ControllerBase
        {
            [HttpGet("/status")]
            public async Task<IActionResult> GetAsync(CancellationToken cancellationToken)
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync("db.contoso.com", 7000, cancellationToken);
                    return Ok(client.Connected);
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    return StatusCode(502);
                }
            }
        }
        """);

    [Fact]
    public Task Hub_throws_what_its_client_sees() => FixAsync(
        On.DotNet,
        """
        using Microsoft.AspNetCore.SignalR;

        public class StatusHub : Hub
        {
            public async Task<bool> PingAsync()
            {
                using var client = new TcpClient();
                await {|WSK2006:client.ConnectAsync("db.contoso.com", 7000, Context.ConnectionAborted)|};
                return client.Connected;
            }
        }
        """,
        """
        using Microsoft.AspNetCore.SignalR;

        public class StatusHub : Hub
        {
            public async Task<bool> PingAsync()
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync("db.contoso.com", 7000, Context.ConnectionAborted);
                    return client.Connected;
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    throw new HubException("The back end cannot be reached.");
                }
            }
        }
        """);

    /// <summary>What the gRPC packages and their generated code declare, as far as an answer needs it.</summary>
    private const string Grpc = """


        namespace Grpc.Core
        {
            public class ServerCallContext { public CancellationToken CancellationToken => default; }
            public enum StatusCode { Unavailable = 14 }
            public class BindServiceMethodAttribute(Type type, string name) : Attribute { public Type Type => type; public string Name => name; }
            public readonly record struct Status(StatusCode Code, string Detail);
            public class RpcException(Status status) : Exception(status.Detail);

            [BindServiceMethod(typeof(StatusBase), "Bind")]
            public abstract class StatusBase { public abstract Task<bool> Ping(string request, ServerCallContext context); }
        }
        """;

    [Fact]
    public Task Grpc_service_answers_unavailable() => FixAsync(
        On.DotNet,
        """
        using Grpc.Core;

        public class StatusService : StatusBase
        {
            public override async Task<bool> Ping(string request, ServerCallContext context)
            {
                using var client = new TcpClient();
                await {|WSK2006:client.ConnectAsync("db.contoso.com", 7000, context.CancellationToken)|};
                return client.Connected;
            }
        }
        """ + Grpc,
        """
        using Grpc.Core;

        public class StatusService : StatusBase
        {
            public override async Task<bool> Ping(string request, ServerCallContext context)
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync("db.contoso.com", 7000, context.CancellationToken);
                    return client.Connected;
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    throw new RpcException(new Status(StatusCode.Unavailable, "The back end cannot be reached."));
                }
            }
        }
        """ + Grpc);

    [Fact]
    public Task Context_gets_the_status() => FixAsync(
        On.DotNet,
        """
        using Microsoft.AspNetCore.Http;

        class Middleware(RequestDelegate next)
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var client = new TcpClient();
                await {|WSK2006:client.ConnectAsync("db.contoso.com", 7000, context.RequestAborted)|};
                await next(context);
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Http;

        class Middleware(RequestDelegate next)
        {
            public async Task InvokeAsync(HttpContext context)
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync("db.contoso.com", 7000, context.RequestAborted);
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    context.Response.StatusCode = 502;
                    return;
                }

                await next(context);
            }
        }
        """);

    [Fact]
    public Task A_try_statement_that_is_there_gets_a_clause() => FixAsync(
        On.DotNet,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.Create();
        app.MapGet("/", async (CancellationToken token) =>
        {
            try
            {
                using var client = new TcpClient();
                await {|WSK2006:client.ConnectAsync("db.contoso.com", 7000, token)|};
                return Results.Ok("up");
            }
            catch (OperationCanceledException)
            {
                return Results.StatusCode(504);
            }
        });
        """,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.Create();
        app.MapGet("/", async (CancellationToken token) =>
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("db.contoso.com", 7000, token);
                return Results.Ok("up");
            }
            catch (OperationCanceledException)
            {
                return Results.StatusCode(504);
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                return Results.StatusCode(StatusCodes.Status502BadGateway);
            }
        });
        """);

    [Fact]
    public Task A_try_with_finally_gets_a_clause_on_Workers() => FixAsync(
        On.Workers,
        """
        static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env, Context context)
            {
                var socket = TcpSocket.Connect("db.contoso.com", 7000);
                try
                {
                    await {|WSK2006:socket.OpenedAsync()|};
                    return Response.Text("up");
                }
                finally
                {
                    context.WaitUntil(socket.CloseAsync());
                }
            }
        }
        """,
        """
        static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env, Context context)
            {
                var socket = TcpSocket.Connect("db.contoso.com", 7000);
                try
                {
                    await socket.OpenedAsync();
                    return Response.Text("up");
                }
                catch (Exception)
                {
                    return Response.Text("The back end cannot be reached.", status: 502);
                }
                finally
                {
                    context.WaitUntil(socket.CloseAsync());
                }
            }
        }
        """);

    [Theory]
    [InlineData("var app = WebApplication.Create(); app.MapGet(\"/\", async (TcpClient c) => await {|WSK2006:c.ConnectAsync(\"db\", 7000).ContinueWith(_ => Results.Ok())|}); app.Run();", "{|WSK2006:c.ConnectAsync(\"db\", 7000)|}.ContinueWith(_ => Results.Ok())")]
    public Task Not_offered_where_no_catch_sees_the_failure(string source, string? found = null) => Verify.NotFixableAsync<AnswerBadGateway>(
        Id,
        On.DotNet,
        "using Microsoft.AspNetCore.Builder;\nusing Microsoft.AspNetCore.Http;\n" + (found is null ? source : source.Replace("{|WSK2006:c.ConnectAsync(\"db\", 7000).ContinueWith(_ => Results.Ok())|}", found)));

    private const string Ask = """

        static class Day
        {
            public static async Task<string?> AskAsync(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 13);
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                return await reader.ReadLineAsync();
            }
        }

        """;

    public static TheoryData<string, string> OneLineHandlers => new()
    {
        {
            """app.MapGet("/", async () => Results.Text(await {|WSK2006:Day.AskAsync("db")|})); // day""",
            """
            app.MapGet("/", async () =>
            {
                try
                {
                    return Results.Text(await Day.AskAsync("db"));
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    return Results.StatusCode(StatusCodes.Status502BadGateway);
                }
            }); // day
            """
        },
        {
            """app.MapGet("/", () => {|WSK2006:Day.AskAsync("db")|});""",
            """
            app.MapGet("/", async () =>
            {
                try
                {
                    return Results.Text(await Day.AskAsync("db"));
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    return Results.StatusCode(StatusCodes.Status502BadGateway);
                }
            });
            """
        },
        {
            """app.MapGet("/", async () => { var day = await {|WSK2006:Day.AskAsync("db")|}; return day?.Length; });""",
            """
            app.MapGet("/", async () =>
            {
                try
                {
                    var day = await Day.AskAsync("db");
                    return Results.Ok(day?.Length);
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    return Results.StatusCode(StatusCodes.Status502BadGateway);
                }
            });
            """
        },
        {
            """
            app.MapGet("/", async () =>
            {
                var day = await {|WSK2006:Day.AskAsync("db")|};
                return day;
            });
            """,
            """
            app.MapGet("/", async () =>
            {
                try
                {
                    var day = await Day.AskAsync("db");
                    return Results.Text(day);
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    return Results.StatusCode(StatusCodes.Status502BadGateway);
                }
            });
            """
        },
    };

    [Theory]
    [MemberData(nameof(OneLineHandlers))]
    public Task An_expression_becomes_a_block(string before, string after)
    {
        string Program(string map) => "using Microsoft.AspNetCore.Builder;\nusing Microsoft.AspNetCore.Http;\n\nvar app = WebApplication.Create();\n" + map + "\napp.Run();\n" + Ask;
        return FixAsync(On.DotNet, Program(before), Program(after));
    }

    [Theory]
    [InlineData("public Task<IActionResult> GetAsync() => {|WSK2006:AskAsync()|};")]
    [InlineData("public Task<IActionResult> GetAsync()\n    {\n        return {|WSK2006:AskAsync()|};\n    }")]
    [InlineData("public async Task<IActionResult> GetAsync() => await {|WSK2006:AskAsync()|};")]
    public Task An_action_that_returns_the_task_awaits_it(string before)
    {
        string Controller(string action) => "using Microsoft.AspNetCore.Mvc;\n\npublic class DayController : ControllerBase\n{\n    [HttpGet(\"/day\")]\n    " + action + """


                private async Task<IActionResult> AskAsync()
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync("db", 13);
                    return Ok();
                }
            }
            """;
        return FixAsync(On.DotNet, Controller(before), Controller("""
            public async Task<IActionResult> GetAsync()
                {
                    try
                    {
                        return await AskAsync();
                    }
                    catch (Exception exception) when (exception is SocketException or IOException)
                    {
                        return StatusCode(502);
                    }
                }
            """));
    }

    [Fact]
    public Task Worker_route_becomes_a_block() => FixAsync(
        On.Workers,
        """
        static class Worker
        {
            [Fetch]
            public static Task<Response> FetchAsync(Request request, Env env, Context context)
            {
                var router = new Router();
                router.Get("/ping", (r, c) => {|WSK2006:PingAsync(env.Variable("HOST"))|});
                return router.HandleAsync(request, env, context);
            }

            private static async Task<Response> PingAsync(string host)
            {
                var socket = TcpSocket.Connect(host, 7000);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("up");
            }
        }
        """,
        """
        static class Worker
        {
            [Fetch]
            public static Task<Response> FetchAsync(Request request, Env env, Context context)
            {
                var router = new Router();
                router.Get("/ping", async (r, c) =>
                {
                    try
                    {
                        return await PingAsync(env.Variable("HOST"));
                    }
                    catch (Exception)
                    {
                        return Response.Text("The back end cannot be reached.", status: 502);
                    }
                });
                return router.HandleAsync(request, env, context);
            }

            private static async Task<Response> PingAsync(string host)
            {
                var socket = TcpSocket.Connect(host, 7000);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("up");
            }
        }
        """);

    private static Task FixAsync(On on, string before, string after) => Verify.FixAsync<AnswerBadGateway>(Id, "Answer502", on, before, after);
}
