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
}
