using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

/// <summary>Fix All of the TLS rules over two files, with two finds in one body.</summary>
public class TlsFixAllTests
{
    [Fact]
    public Task Transport_options() => Verify.FixFilesAsync<SetTransportOption>("WSK4002", "Option", On.Workers,
        (Options("A", "var socket = TcpSocket.Connect(host, 2389);", "{|WSK4002:socket.StartTlsAsync()|}"),
            Options("A", "var socket = TcpSocket.Connect(host, 2389, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });", "socket.StartTlsAsync()")),
        (Options("B", "var socket = TcpSocket.Connect(host, 2390, new TcpSocketOptions { AllowHalfOpen = true });", "{|WSK4002:socket.StartTlsAsync()|}"),
            Options("B", "var socket = TcpSocket.Connect(host, 2390, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls, AllowHalfOpen = true });", "socket.StartTlsAsync()")));

    [Fact]
    public Task Upgraded_sockets() => Verify.FixFilesAsync<UseUpgraded>("WSK4003", "Upgraded", On.DotNet,
        (Uses("A", "{|WSK4003:stream.WriteByte(1)|};", "await {|WSK4003:stream.WriteAsync(data)|};"), Uses("A", "tls.WriteByte(1);", "await tls.WriteAsync(data);")),
        (Uses("B", "var first = {|WSK4003:stream.ReadByte()|};", "{|WSK4003:client.Client.Send(data)|};"), Uses("B", "var first = tls.ReadByte();", "tls.Write(data);")));

    [Fact]
    public Task Callbacks() => Verify.FixFilesAsync<ValidateCertificate>("WSK4004", "Remove", On.DotNet,
        (Streams("A", ", false, {|WSK4004:(_, _, _, _) => true|}", ", true, {|WSK4004:delegate { return true; }|}"), Streams("A", ", false", ", true")),
        (Streams("B", ", false, {|WSK4004:(_, _, _, errors) => errors != SslPolicyErrors.RemoteCertificateNotAvailable|}", ", false"), Streams("B", ", false", ", false")));

    [Fact]
    public Task Plain_ports() => Verify.FixFilesAsync<UseTls>("WSK4006", "Tls", On.Workers,
        (Ports("A", "{|WSK4006:993|}", "{|WSK4006:995|}"), Ports("A", "993, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On }", "995, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On }")),
        (Ports("B", "{|WSK4006:465|}", "7000"), Ports("B", "465, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On }", "7000")));

    private static string Options(string type, string connect, string upgrade) => $$"""
        static class {{type}}
        {
            public static async Task M(string host)
            {
                {{connect}}
                var tls = await {{upgrade}};
                await tls.OpenedAsync();
            }
        }
        """;

    private static string Uses(string type, string first, string second) => $$"""
        class {{type}}
        {
            public async Task M(TcpClient client, string host, byte[] data)
            {
                var stream = client.GetStream();
                using var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(host);
                {{first}}
                {{second}}
            }
        }
        """;

    private static string Streams(string type, string first, string second) => $$"""
        class {{type}}
        {
            public void M(Stream one, Stream other, string host)
            {
                using var a = new SslStream(one{{first}});
                a.AuthenticateAsClient(host);
                using var b = new SslStream(other{{second}});
                b.AuthenticateAsClient(host);
            }
        }
        """;

    private static string Ports(string type, string first, string second) => $$"""
        static class {{type}}
        {
            public static async Task M(string host)
            {
                var one = TcpSocket.Connect(host, {{first}});
                await one.WriteTextAsync("a");
                var other = TcpSocket.Connect(host, {{second}});
                await other.WriteTextAsync("b");
            }
        }
        """;
}
