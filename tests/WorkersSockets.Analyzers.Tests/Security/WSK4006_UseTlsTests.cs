using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4006_UseTlsTests
{
    [Fact]
    public Task Switches_tls_on() => Verify.FixAsync<UseTls>("WSK4006", "Tls", On.Workers,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var socket = TcpSocket.Connect("imap.contoso.com", {|WSK4006:993|});
                await socket.OpenedAsync();
                await socket.WriteTextAsync("a1 NOOP");
                await socket.CloseAsync();
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
                var socket = TcpSocket.Connect("imap.contoso.com", 993, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On });
                await socket.OpenedAsync();
                await socket.WriteTextAsync("a1 NOOP");
                await socket.CloseAsync();
                return Response.Text("ok");
            }
        }
        """);

    [Fact]
    public Task Wraps_the_stream() => Verify.FixAsync<UseTls>("WSK4006", "Tls", On.DotNet,
        """
        public class C
        {
            public async Task M()
            {
                using var client = new TcpClient();
                await client.ConnectAsync("imap.contoso.com", {|WSK4006:993|});
                using var stream = client.GetStream();
                await stream.WriteAsync(new byte[1]);
            }
        }
        """,
        """
        public class C
        {
            public async Task M()
            {
                using var client = new TcpClient();
                await client.ConnectAsync("imap.contoso.com", 993);
                using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsClientAsync("imap.contoso.com");
                await stream.WriteAsync(new byte[1]);
            }
        }
        """);
}
