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
    public Task Adds_the_options_in_the_helper_that_connects() => Verify.FixAsync<SetTransportOption>("WSK4002", "Option", On.Workers,
        """
        public static class Directory
        {
            private static TcpSocket Open(string host) => TcpSocket.Connect(host, 2389);

            public static async Task<TcpSocket> SecureAsync(string host)
            {
                var plain = Open(host);
                return await {|WSK4002:plain.StartTlsAsync()|};
            }
        }
        """,
        """
        public static class Directory
        {
            private static TcpSocket Open(string host) => TcpSocket.Connect(host, 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });

            public static async Task<TcpSocket> SecureAsync(string host)
            {
                var plain = Open(host);
                return await plain.StartTlsAsync();
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

    [Theory]
    [InlineData("await {|WSK4002:socket.StartTlsAsync()|};", "socket = await socket.StartTlsAsync();")]
    [InlineData("_ = await {|WSK4002:socket.StartTlsAsync()|}; // Encrypted from here.", "socket = await socket.StartTlsAsync(); // Encrypted from here.")]
    [InlineData("if (request.Method == \"GET\") await {|WSK4002:socket.StartTlsAsync()|};", "if (request.Method == \"GET\") socket = await socket.StartTlsAsync();")]
    public Task Keeps_the_upgraded_socket(string before, string after)
    {
        return Verify.FixAsync<SetTransportOption>("WSK4002", "Result", On.Workers, Source(before), Source(after));

        static string Source(string upgrade) => $$"""
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> FetchAsync(Request request)
                {
                    var socket = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    {{upgrade}}
                    await socket.CloseAsync();
                    return Response.Text("ok");
                }
            }
            """;
    }

    [Fact]
    public Task Socket_that_cannot_be_assigned_is_not_fixed() => Verify.NotFixableAsync<SetTransportOption>("WSK4002", On.Workers,
        """
        public sealed class Session(TcpSocket first)
        {
            private readonly TcpSocket socket = first;

            public async Task SecureAsync() => await {|WSK4002:socket.StartTlsAsync()|};
        }
        """);

    [Fact]
    public Task Removes_the_variable_that_held_the_wrong_value() => Verify.FixAsync<SetTransportOption>("WSK4002", "Option", On.Workers,
        """
        public static class C
        {
            public static async Task M()
            {
                const TcpSecureTransport On = TcpSecureTransport.On;
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = On });
                var tls = await {|WSK4002:socket.StartTlsAsync()|};
                await tls.CloseAsync();
            }
        }
        """,
        """
        public static class C
        {
            public static async Task M()
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                var tls = await socket.StartTlsAsync();
                await tls.CloseAsync();
            }
        }
        """);

    [Fact]
    public Task Changes_options_that_only_this_connect_uses() => Verify.FixAsync<SetTransportOption>("WSK4002", "Option", On.Workers,
        """
        public static class Worker
        {
            // For the directory.
            private static readonly TcpSocketOptions Options = new() { AllowHalfOpen = true };

            public static async Task<TcpSocket> OpenAsync()
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, Options);
                await socket.OpenedAsync();
                return await {|WSK4002:socket.StartTlsAsync()|};
            }
        }
        """,
        """
        public static class Worker
        {
            // For the directory.
            private static readonly TcpSocketOptions Options = new() { SecureTransport = TcpSecureTransport.StartTls, AllowHalfOpen = true };

            public static async Task<TcpSocket> OpenAsync()
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, Options);
                await socket.OpenedAsync();
                return await socket.StartTlsAsync();
            }
        }
        """);

    [Fact]
    public Task Options_that_others_use_are_left() => Verify.NotFixableAsync<SetTransportOption>("WSK4002", On.Workers,
        """
        public static class Worker
        {
            private static readonly TcpSocketOptions Options = new() { AllowHalfOpen = true };

            public static TcpSocket Open() => TcpSocket.Connect("log.contoso.com", 9000, Options);

            public static async Task<TcpSocket> OpenAsync()
            {
                var socket = TcpSocket.Connect("ldap.contoso.com", 2389, Options);
                await socket.OpenedAsync();
                return await {|WSK4002:socket.StartTlsAsync()|};
            }
        }
        """);
}
