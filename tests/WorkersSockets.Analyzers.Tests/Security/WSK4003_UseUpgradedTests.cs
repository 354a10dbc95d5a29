using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4003_UseUpgradedTests
{
    [Fact]
    public Task Uses_the_upgraded_socket() => Verify.FixAsync<UseUpgraded>("WSK4003", "Upgraded", On.Workers,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                var tls = await socket.StartTlsAsync();
                await tls.OpenedAsync();
                await {|WSK4003:socket.WriteTextAsync("x")|}; // the question
                await tls.CloseAsync();
                return Response.Text("ok");
            }
        }
        """,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                var tls = await socket.StartTlsAsync();
                await tls.OpenedAsync();
                await tls.WriteTextAsync("x"); // the question
                await tls.CloseAsync();
                return Response.Text("ok");
            }
        }
        """);

    [Fact]
    public Task Uses_the_tls_stream() => Verify.FixAsync<UseUpgraded>("WSK4003", "Upgraded", On.DotNet,
        """
        public class C
        {
            public async Task M(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 993);
                var stream = client.GetStream();
                using var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host);
                await {|WSK4003:stream.WriteAsync(new byte[1])|};
            }
        }
        """,
        """
        public class C
        {
            public async Task M(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 993);
                var stream = client.GetStream();
                using var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host);
                await tls.WriteAsync(new byte[1]);
            }
        }
        """);

    [Theory]
    [InlineData("await {|WSK4003:SendAsync(stream)|};", "await SendAsync(tls);")]
    [InlineData("await {|WSK4003:client.GetStream().WriteAsync(new byte[1])|};", "await tls.WriteAsync(new byte[1]);")]
    [InlineData("_ = {|WSK4003:stream.ReadByte()|}; // The answer.", "_ = tls.ReadByte(); // The answer.")]
    [InlineData("if (host.Length > 3) await {|WSK4003:stream.WriteAsync(new byte[1])|};", "if (host.Length > 3) await tls.WriteAsync(new byte[1]);")]
    public Task Uses_the_tls_stream_wherever_the_raw_one_is(string before, string after)
    {
        return Verify.FixAsync<UseUpgraded>("WSK4003", "Upgraded", On.DotNet, Source(before), Source(after));

        static string Source(string use) => $$"""
            public class C
            {
                public async Task M(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 993);
                    var stream = client.GetStream();
                    using var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(host);
                    {{use}}
                }

                private static async Task SendAsync(Stream stream) => await stream.WriteAsync(new byte[1]);
            }
            """;
    }

    [Fact]
    public Task Uses_what_a_helper_returned() => Verify.FixAsync<UseUpgraded>("WSK4003", "Upgraded", On.DotNet,
        """
        public class C
        {
            public async Task M(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 993);
                Stream raw = client.GetStream();
                await using var secure = await SecureAsync(raw, host);
                await {|WSK4003:raw.WriteAsync(new byte[1])|};
            }

            private static async Task<Stream> SecureAsync(Stream stream, string host)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host);
                return tls;
            }
        }
        """,
        """
        public class C
        {
            public async Task M(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 993);
                Stream raw = client.GetStream();
                await using var secure = await SecureAsync(raw, host);
                await secure.WriteAsync(new byte[1]);
            }

            private static async Task<Stream> SecureAsync(Stream stream, string host)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host);
                return tls;
            }
        }
        """);

    [Fact]
    public Task Second_upgrade_is_not_fixed() => Verify.NotFixableAsync<UseUpgraded>("WSK4003", On.Workers,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                var tls = await socket.StartTlsAsync();
                var again = await {|WSK4003:socket.StartTlsAsync()|};
                await tls.CloseAsync();
                await again.CloseAsync();
                return Response.Text("ok");
            }
        }
        """);

    /// <summary>The socket's own calls: a stream has no flags, counts from an offset, and says nothing of what it wrote.</summary>
    [Theory]
    [InlineData("socket.Send(data);", "tls.Write(data);")]
    [InlineData("socket.Send(data, SocketFlags.None);", "tls.Write(data);")]
    [InlineData("socket.Send(data, 4, SocketFlags.None);", "tls.Write(data, 0, 4);")]
    [InlineData("socket.Send(data, 2, 4, SocketFlags.None); // framed", "tls.Write(data, 2, 4); // framed")]
    [InlineData("await socket.SendAsync(data, SocketFlags.None);", "await tls.WriteAsync(data);")]
    [InlineData("await socket.SendAsync(data.AsMemory(2), SocketFlags.None, token).ConfigureAwait(false);", "await tls.WriteAsync(data.AsMemory(2), token).ConfigureAwait(false);")]
    [InlineData("var count = socket.Receive(data);", "var count = tls.Read(data);")]
    [InlineData("var count = await socket.ReceiveAsync(data, SocketFlags.None);", "var count = await tls.ReadAsync(data);")]
    [InlineData("Console.WriteLine(await socket.ReceiveAsync(data.AsMemory(), token));", "Console.WriteLine(await tls.ReadAsync(data.AsMemory(), token));")]
    public Task Calls_of_the_socket(string before, string after)
    {
        var marked = System.Text.RegularExpressions.Regex.Replace(before, @"socket\.\w+\((?:[^()]|\([^()]*\))*\)", "{|WSK4003:$0|}");
        return Verify.FixAsync<UseUpgraded>("WSK4003", "Upgraded", On.DotNet, Source(marked), Source(after));

        static string Source(string use) => $$"""
            public class C
            {
                public async Task M(Socket socket, string host, byte[] data, CancellationToken token)
                {
                    using var tls = new SslStream(new NetworkStream(socket));
                    await tls.AuthenticateAsClientAsync(host);
                    {{use}}
                }
            }
            """;
    }

    [Theory]
    [InlineData("Console.WriteLine({|WSK4003:socket.Send(data)|});")]
    [InlineData("{|WSK4003:socket.Send(data, SocketFlags.OutOfBand)|};")]
    [InlineData("{|WSK4003:socket.Send(data, 0, 4, SocketFlags.None, out var error)|};")]
    public Task Calls_of_the_socket_that_a_stream_has_not(string use) => Verify.NotFixableAsync<UseUpgraded>("WSK4003", On.DotNet, $$"""
        public class C
        {
            public async Task M(Socket socket, string host, byte[] data)
            {
                using var tls = new SslStream(new NetworkStream(socket));
                await tls.AuthenticateAsClientAsync(host);
                {{use}}
            }
        }
        """);

    [Fact]
    public Task Readers_and_writers_are_made_again_over_TLS() => Verify.FixAsync<UseUpgraded>("WSK4003", "Upgraded", On.DotNet,
        """
        public class C
        {
            public async Task<string?> M(TcpClient client, string host)
            {
                var stream = client.GetStream();
                var reader = new StreamReader(stream, Encoding.ASCII);
                StreamWriter writer = new(stream, Encoding.ASCII) { AutoFlush = true };
                await reader.ReadLineAsync();
                await writer.WriteLineAsync("STARTTLS");
                await reader.ReadLineAsync();
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host); // as the host

                // Once more.
                await {|WSK4003:writer.WriteLineAsync("EHLO me")|};
                await {|WSK4003:writer.WriteLineAsync("NOOP")|};
                return await {|WSK4003:reader.ReadLineAsync()|};
            }
        }
        """,
        """
        public class C
        {
            public async Task<string?> M(TcpClient client, string host)
            {
                var stream = client.GetStream();
                var reader = new StreamReader(stream, Encoding.ASCII);
                StreamWriter writer = new(stream, Encoding.ASCII) { AutoFlush = true };
                await reader.ReadLineAsync();
                await writer.WriteLineAsync("STARTTLS");
                await reader.ReadLineAsync();
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host); // as the host
                reader = new StreamReader(tls, Encoding.ASCII);
                writer = new(tls, Encoding.ASCII) { AutoFlush = true };

                // Once more.
                await writer.WriteLineAsync("EHLO me");
                await writer.WriteLineAsync("NOOP");
                return await reader.ReadLineAsync();
            }
        }
        """,
        """
        public class C
        {
            public async Task<string?> M(TcpClient client, string host)
            {
                var stream = client.GetStream();
                var reader = new StreamReader(stream, Encoding.ASCII);
                StreamWriter writer = new(stream, Encoding.ASCII) { AutoFlush = true };
                await reader.ReadLineAsync();
                await writer.WriteLineAsync("STARTTLS");
                await reader.ReadLineAsync();
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host); // as the host
                writer = new(tls, Encoding.ASCII) { AutoFlush = true };
                reader = new StreamReader(tls, Encoding.ASCII);

                // Once more.
                await writer.WriteLineAsync("EHLO me");
                await writer.WriteLineAsync("NOOP");
                return await reader.ReadLineAsync();
            }
        }
        """);

    [Fact]
    public Task A_reader_that_cannot_be_assigned_is_left() => Verify.NotFixableAsync<UseUpgraded>("WSK4003", On.DotNet, """
        public class C
        {
            public async Task<string?> M(TcpClient client, string host)
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII);
                await reader.ReadLineAsync();
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host);
                return await {|WSK4003:reader.ReadLineAsync()|};
            }
        }
        """);
}
