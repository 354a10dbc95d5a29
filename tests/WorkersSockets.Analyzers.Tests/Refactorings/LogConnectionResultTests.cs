using WorkersSockets.Analyzers.CodeFixes.Refactorings;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Refactorings;

public class LogConnectionResultTests
{
    [Fact]
    public Task Uses_the_logger_in_scope() => VerifyRefactoring.OfferedAsync<LogConnectionResult>(
        On.DotNet,
        """
        using Microsoft.Extensions.Logging;

        class Probe(ILogger<Probe> logger)
        {
            public async Task CheckAsync(string host, CancellationToken token)
            {
                using var client = new TcpClient();

                // The store's port.
                await client.Connect$$Async(host, 9100, token);
                client.NoDelay = true;
            }
        }
        """,
        """
        using Microsoft.Extensions.Logging;

        class Probe(ILogger<Probe> logger)
        {
            public async Task CheckAsync(string host, CancellationToken token)
            {
                using var client = new TcpClient();

                // The store's port.
                try
                {
                    await client.ConnectAsync(host, 9100, token);
                    logger.LogInformation("Connected to {Host}:9100.", host);
                }
                catch (Exception exception)
                {
                    logger.LogError(exception, "Connecting to {Host}:9100 failed.", host);
                    throw;
                }
                client.NoDelay = true;
            }
        }
        """);

    [Fact]
    public Task Uses_a_field_and_imports_the_extension_methods() => VerifyRefactoring.OfferedAsync<LogConnectionResult>(
        On.DotNet,
        """
        class Probe
        {
            private readonly Microsoft.Extensions.Logging.ILogger _log;

            public Probe(Microsoft.Extensions.Logging.ILogger log) => _log = log;

            public async Task CheckAsync(IPEndPoint end, CancellationToken token) {
                using var client = new TcpClient();
                await client.ConnectAsync(end, token);$$
            }
        }
        """,
        """
        using Microsoft.Extensions.Logging;

        class Probe
        {
            private readonly Microsoft.Extensions.Logging.ILogger _log;

            public Probe(Microsoft.Extensions.Logging.ILogger log) => _log = log;

            public async Task CheckAsync(IPEndPoint end, CancellationToken token) {
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(end, token);
                    _log.LogInformation("Connected to {EndPoint}.", end);
                }
                catch (Exception exception)
                {
                    _log.LogError(exception, "Connecting to {EndPoint} failed.", end);
                    throw;
                }
            }
        }
        """);

    [Fact]
    public Task Workers_log_to_the_console_what_the_wait_tells() => VerifyRefactoring.OfferedAsync<LogConnectionResult>(
        On.Workers,
        """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Conn$$ect(host, 7000);
                await socket.OpenedAsync();
                try
                {
                    await socket.WriteTextAsync("x");
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }
        }
        """,
        """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Connect(host, 7000);
                try
                {
                    await socket.OpenedAsync();
                    Console.WriteLine($"Connected to {host}:7000.");
                }
                catch (Exception exception)
                {
                    Console.Error.WriteLine($"Connecting to {host}:7000 failed: {exception.Message}");
                    throw;
                }
                try
                {
                    await socket.WriteTextAsync("x");
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }
        }
        """);

    [Theory]
    [InlineData("using var client = new TcpClient(); await client.Connect$$Async(host, 1);")]
    [InlineData("using var client = new TcpClient(); client.NoDelay$$ = true;")]
    [InlineData("var text = host$$.ToString();")]
    [InlineData("await Task.Delay$$(1);")]
    public Task Not_offered_without_a_logger_or_a_connect(string statements) => VerifyRefactoring.NotOfferedAsync<LogConnectionResult>(On.DotNet, $$$"""
        class C
        {
            async Task M(string host)
            {
                {{{statements}}}
            }
        }
        """);

    [Theory]
    [InlineData("try { await client.Connect$$Async(host, 1); } catch (SocketException e) { logger.LogError(e, \"x\"); }")]
    [InlineData("if (host != \"\") await client.Connect$$Async(host, 1);")]
    [InlineData("_ = client.Connect$$Async(host, 1);")]
    [InlineData("client.Connect$$Async(host, 1);")]
    public Task Not_offered_where_the_result_is_handled_or_unknown(string statement) => VerifyRefactoring.NotOfferedAsync<LogConnectionResult>(On.DotNet, $$$"""
        using Microsoft.Extensions.Logging;

        class C(ILogger logger)
        {
            async Task M(string host)
            {
                using var client = new TcpClient();
                {{{statement}}}
            }
        }
        """);

    [Theory]
    [InlineData("class C { void M() { new TcpClient($$")]
    [InlineData("class C { async Task M() { await client.ConnectAsync($$); } }")]
    [InlineData("$$")]
    [InlineData("using var client = new TcpClient(); await client.ConnectAsync(,$$")]
    public Task Half_typed_code_is_left_alone(string source) => VerifyRefactoring.NotOfferedAsync<LogConnectionResult>(On.DotNet, source);

    [Fact]
    public Task A_statement_of_several_lines_and_its_comment_stay_as_they_are() => VerifyRefactoring.OfferedAsync<LogConnectionResult>(
        On.DotNet,
        """
        using Microsoft.Extensions.Logging;

        class Probe(ILogger<Probe> logger)
        {
            public async Task CheckAsync(TcpClient client, string host, CancellationToken token)
            {
                await client.Connect$$Async(
                    host,
                    9100, // the printer
                    token); // may take a while
            }
        }
        """,
        """
        using Microsoft.Extensions.Logging;

        class Probe(ILogger<Probe> logger)
        {
            public async Task CheckAsync(TcpClient client, string host, CancellationToken token)
            {
                try
                {
                    await client.ConnectAsync(
                        host,
                        9100, // the printer
                        token); // may take a while
                    logger.LogInformation("Connected to {Host}:9100.", host);
                }
                catch (Exception exception)
                {
                    logger.LogError(exception, "Connecting to {Host}:9100 failed.", host);
                    throw;
                }
            }
        }
        """);

    [Theory]
    [InlineData("var socket = TcpSocket.Connect$$(host, 7000); // main", "await OpenWithinAsync(socket, 5000); // bounded")]
    [InlineData("var socket = TcpSocket.Connect(host, 7000); // main", "await Open$$WithinAsync(socket, 5000); // bounded")]
    public Task A_helper_s_wait_on_Workers_is_the_one_that_is_logged(string connect, string open) => VerifyRefactoring.OfferedAsync<LogConnectionResult>(
        On.Workers,
        $$$"""
        static class C
        {
            public static async Task M(string host)
            {
                {{{connect}}}
                {{{open}}}
                await socket.CloseAsync();
            }

            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                await Task.Delay(milliseconds);
                await socket.OpenedAsync();
            }
        }
        """,
        """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Connect(host, 7000); // main
                try
                {
                    await OpenWithinAsync(socket, 5000); // bounded
                    Console.WriteLine($"Connected to {host}:7000.");
                }
                catch (Exception exception)
                {
                    Console.Error.WriteLine($"Connecting to {host}:7000 failed: {exception.Message}");
                    throw;
                }
                await socket.CloseAsync();
            }

            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                await Task.Delay(milliseconds);
                await socket.OpenedAsync();
            }
        }
        """);
}
