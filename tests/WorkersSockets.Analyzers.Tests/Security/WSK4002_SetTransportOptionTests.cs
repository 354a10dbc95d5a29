using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4002_SetTransportOptionTests
{
    [Fact]
    public Task Adds_the_options() => Verify.FixAsync<SetTransportOption>("WSK4002", "Option", On.Workers,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389);
                var tls = await {|WSK4002:socket.StartTlsAsync()|};
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
                await tls.CloseAsync();
                return Response.Text("ok");
            }
        }
        """);

    [Fact]
    public Task Changes_the_option() => Verify.FixAsync<SetTransportOption>("WSK4002", "Option", On.Workers,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.Off, AllowHalfOpen = true });
                var tls = await {|WSK4002:socket.StartTlsAsync()|};
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
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls, AllowHalfOpen = true });
                var tls = await socket.StartTlsAsync();
                await tls.CloseAsync();
                return Response.Text("ok");
            }
        }
        """);

    [Fact]
    public Task Discarded_result_is_not_fixed() => Verify.NotFixableAsync<SetTransportOption>("WSK4002", On.Workers,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                await {|WSK4002:socket.StartTlsAsync()|};
                return Response.Text("ok");
            }
        }
        """);
}
