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

    [Fact]
    public Task Raw_socket_is_not_fixed() => Verify.NotFixableAsync<UseUpgraded>("WSK4003", On.DotNet,
        """
        public class C
        {
            public async Task M(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 993);
                using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsClientAsync(host);
                {|WSK4003:client.Client.Send(new byte[1])|};
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
}
