using WorkersSockets.Analyzers.CodeFixes.Refactorings;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Refactorings;

public class WrapSocketInTryFinallyTests
{
    [Fact]
    public Task A_close_at_the_end_moves_into_finally() => VerifyRefactoring.OfferedAsync<WrapSocketInTryFinally>(
        On.DotNet,
        """
        class C
        {
            static async Task M(string host, CancellationToken token)
            {
                var client = new Tcp$$Client();
                await client.ConnectAsync(host, 7000, token);

                // One byte says hello.
                client.GetStream().WriteByte(1);
                client.Close();
            }
        }
        """,
        """
        class C
        {
            static async Task M(string host, CancellationToken token)
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(host, 7000, token);

                    // One byte says hello.
                    client.GetStream().WriteByte(1);
                }
                finally
                {
                    client.Close();
                }
            }
        }
        """);

    [Fact]
    public Task A_missing_close_is_added_and_later_values_are_hoisted() => VerifyRefactoring.OfferedAsync<WrapSocketInTryFinally>(
        On.DotNet,
        """
        class C
        {
            static async Task<int> M(string host, CancellationToken token)
            {
                var client = new TcpClient();
                await client.Connect$$Async(host, 7000, token);
                var value = client.GetStream().ReadByte();
                client.Close();
                return value;
            }
        }
        """,
        """
        class C
        {
            static async Task<int> M(string host, CancellationToken token)
            {
                var client = new TcpClient();
                int value;
                try
                {
                    await client.ConnectAsync(host, 7000, token);
                    value = client.GetStream().ReadByte();
                }
                finally
                {
                    client.Close();
                }
                return value;
            }
        }
        """);

    [Fact]
    public Task On_Workers_the_wait_stays_in_front() => VerifyRefactoring.OfferedAsync<WrapSocketInTryFinally>(
        On.Workers,
        """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Connect$$(host, 7000);
                await socket.OpenedAsync();
                await socket.WriteTextAsync("x");
                await socket.CloseAsync();
            }
        }
        """,
        """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Connect(host, 7000);
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
        """);

    [Theory]
    [InlineData("using var client = new Tcp$$Client(host, 7000); client.GetStream().WriteByte(1);")]
    [InlineData("var client = new Tcp$$Client(host, 7000);\n        try { client.GetStream().WriteByte(1); } finally { client.Close(); }")]
    [InlineData("var client = new Tcp$$Client(host, 7000); return client;")]
    [InlineData("var client = new Tcp$$Client(host, 7000); Keep(client);")]
    [InlineData("kept = new Tcp$$Client(host, 7000);")]
    public Task Not_offered_where_the_socket_is_closed_or_handed_on(string statements) => VerifyRefactoring.NotOfferedAsync<WrapSocketInTryFinally>(On.DotNet, $$$"""
        class C
        {
            private static TcpClient? kept;

            static TcpClient? M(string host)
            {
                {{{statements}}}
                return null;
            }

            static void Keep(TcpClient client) => kept = client;
        }
        """);

    [Fact]
    public Task Not_offered_on_Workers_before_anything_waited_for_the_connection() => VerifyRefactoring.NotOfferedAsync<WrapSocketInTryFinally>(On.Workers, """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Connect$$(host, 7000);
                await socket.WriteTextAsync("x");
                await socket.CloseAsync();
            }
        }
        """);

    [Fact]
    public Task Begins_behind_a_helper_s_wait_on_Workers() => VerifyRefactoring.OfferedAsync<WrapSocketInTryFinally>(
        On.Workers,
        """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Connect(host, 7000);
                await Open$$Async(socket);
                await socket.WriteTextAsync("x");
                await socket.CloseAsync();
            }

            private static async Task OpenAsync(TcpSocket socket) => await socket.OpenedAsync();
        }
        """,
        """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Connect(host, 7000);
                await OpenAsync(socket);
                try
                {
                    await socket.WriteTextAsync("x");
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }

            private static async Task OpenAsync(TcpSocket socket) => await socket.OpenedAsync();
        }
        """);
}
