using WorkersSockets.Analyzers.CodeFixes.Refactorings;
using WorkersSockets.Analyzers.Tests.Connections;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Refactorings;

public class ConnectWithTimeoutTests
{
    /// <summary>What stands behind the last member, as the fix of WSK2002 adds it.</summary>
    private static readonly string Helpers = "\n" + AddConnectTimeoutTests.Helpers.TrimEnd('\n');

    [Theory]
    [InlineData(
        "await client.Connect$$Async(host, 7000); // relay",
        "using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n        await client.ConnectAsync(host, 7000, timeout.Token); // relay")]
    [InlineData(
        "await client.Connect$$Async(host, 7000, token).ConfigureAwait(false);",
        "using var timeout = CancellationTokenSource.CreateLinkedTokenSource(token);\n        timeout.CancelAfter(TimeSpan.FromSeconds(5));\n        await client.ConnectAsync(host, 7000, timeout.Token).ConfigureAwait(false);")]
    [InlineData(
        "await client.ConnectAsync(host, 70$$00, stopping);",
        "using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping);\n        timeout.CancelAfter(TimeSpan.FromSeconds(5));\n        await client.ConnectAsync(host, 7000, timeout.Token);")]
    [InlineData(
        "await client.ConnectAsync(host, 7000, context.Request$$Aborted);",
        "using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);\n        timeout.CancelAfter(TimeSpan.FromSeconds(5));\n        await client.ConnectAsync(host, 7000, timeout.Token);")]
    [InlineData(
        "client.Conn$$ect(host, 7000);",
        "using var timeout = CancellationTokenSource.CreateLinkedTokenSource(token);\n        timeout.CancelAfter(TimeSpan.FromSeconds(5));\n        await client.ConnectAsync(host, 7000, timeout.Token);")]
    [InlineData(
        "await field.Connect$$Async(host, 7000, token);",
        "using var timeout = CancellationTokenSource.CreateLinkedTokenSource(token);\n        timeout.CancelAfter(TimeSpan.FromSeconds(5));\n        await field.ConnectAsync(host, 7000, timeout.Token);")]
    public Task On_DotNet_a_timer_cancels_the_connect(string before, string after)
    {
        // Without a token of its own the first case has none to link to.
        var parameters = after.Contains("token", StringComparison.Ordinal) ? "string host, CancellationToken token" : "string host, Microsoft.AspNetCore.Http.HttpContext context";
        string Source(string statement) => $$"""
            class C(CancellationToken stopping) : IDisposable
            {
                private readonly TcpClient field = new();

                async Task M({{parameters}})
                {
                    using var client = new TcpClient();
                    {{statement}}
                }

                public void Dispose() => field.Dispose();
            }
            """;
        return VerifyRefactoring.OfferedAsync<ConnectWithTimeout>(On.DotNet, Source(before), Source(after));
    }

    [Fact]
    public Task A_constructor_that_connects_is_split() => VerifyRefactoring.OfferedAsync<ConnectWithTimeout>(
        On.DotNet,
        """
        class C
        {
            static async Task M(string host)
            {
                using var client = new Tcp$$Client(host, 7000);
                await client.GetStream().WriteAsync(new byte[1]);
            }
        }
        """,
        """
        class C
        {
            static async Task M(string host)
            {
                using var client = new TcpClient();
                using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await client.ConnectAsync(host, 7000, timeout.Token);
                await client.GetStream().WriteAsync(new byte[1]);
            }
        }
        """);

    [Theory]
    [InlineData("await socket.Opened$$Async();", "await OpenWithinAsync(socket, 5000);")]
    [InlineData("await socket.Opened$$Async(token); // relay", "await OpenWithinAsync(socket, 5000); // relay")]
    public Task On_Workers_the_open_races_with_a_timer(string before, string after)
    {
        string Source(string statement, string helpers) => $$"""
            static class C
            {
                public static async Task M(string host, CancellationToken token)
                {
                    var socket = TcpSocket.Connect(host, 7000);
                    {{statement}}
                    await socket.CloseAsync();
                }{{helpers}}
            }
            """;
        return VerifyRefactoring.OfferedAsync<ConnectWithTimeout>(On.Workers, Source(before, ""), Source(after, Helpers));
    }

    [Fact]
    public Task On_Workers_a_socket_that_nothing_waits_for_is_opened() => VerifyRefactoring.OfferedAsync<ConnectWithTimeout>(
        On.Workers,
        """
        static class C
        {
            public static async Task<TcpSocket> M(Env env)
            {
                var hyperdrive = await env.Hyperdrive("DB").GetConnectionInfoAsync();
                var socket = TcpSocket.Conn$$ect(hyperdrive.Host, hyperdrive.Port);
                return socket;
            }
        }
        """,
        $$"""
        static class C
        {
            public static async Task<TcpSocket> M(Env env)
            {
                var hyperdrive = await env.Hyperdrive("DB").GetConnectionInfoAsync();
                var socket = TcpSocket.Connect(hyperdrive.Host, hyperdrive.Port);
                await OpenWithinAsync(socket, 5000);
                return socket;
            }{{Helpers}}
        }
        """);

    [Theory]
    [InlineData("using var timeout = new CancellationTokenSource(1000); await client.Connect$$Async(host, 7000, timeout.Token);")]
    [InlineData("await client.Connect$$Async(host, 7000).WaitAsync(TimeSpan.FromSeconds(1));")]
    [InlineData("await client.Connect$$Async(host, 7000, token).AsTask().WaitAsync(TimeSpan.FromSeconds(1));")]
    [InlineData("var work = client.Connect$$Async(host, 7000); if (await Task.WhenAny(work, Task.Delay(1000)) == work) await work;")]
    [InlineData("await client.GetStream().Write$$Async(new byte[1], token);")]
    public Task Not_offered_where_a_timer_ends_the_wait(string statements) => VerifyRefactoring.NotOfferedAsync<ConnectWithTimeout>(On.DotNet, $$"""
        class C
        {
            static async Task M(string host, CancellationToken token)
            {
                using var client = new TcpClient();
                {{statements}}
            }
        }
        """);

    [Fact]
    public Task Not_offered_on_Workers_where_the_open_is_bounded() => VerifyRefactoring.NotOfferedAsync<ConnectWithTimeout>(On.Workers, $$$"""
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Conn$$ect(host, 7000);
                await OpenWithinAsync(socket, 5000);
                await socket.CloseAsync();
            }{{{Helpers}}}
        }
        """);
}
