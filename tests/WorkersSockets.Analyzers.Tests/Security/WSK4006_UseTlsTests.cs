using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4006_UseTlsTests
{
    [Fact]
    public Task Options_stand_below_arguments_on_lines() => Verify.FixAsync<UseTls>("WSK4006", "Tls", On.Workers,
        """
        public static class Worker
        {
            public static TcpSocket Open() => TcpSocket.Connect(
                "imap.contoso.com",
                {|WSK4006:993|});
        }
        """,
        """
        public static class Worker
        {
            public static TcpSocket Open() => TcpSocket.Connect(
                "imap.contoso.com",
                993,
                new TcpSocketOptions { SecureTransport = TcpSecureTransport.On });
        }
        """);

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

    [Theory]
    [InlineData("await socket.ConnectAsync(host, {|WSK4006:8883|});", "await socket.ConnectAsync(host, 8883);", "await using var tls = new SslStream(new NetworkStream(socket));\n        await tls.AuthenticateAsClientAsync(host);",
        "await socket.SendAsync(data, SocketFlags.None)", "await tls.WriteAsync(data)", "await socket.ReceiveAsync(answer.AsMemory(n))", "await tls.ReadAsync(answer.AsMemory(n))")]
    [InlineData("var pending = socket.BeginConnect(host, {|WSK4006:8883|}, null, null);\n        await Task.Yield();\n        socket.EndConnect(pending);",
        "var pending = socket.BeginConnect(host, 8883, null, null);\n        await Task.Yield();\n        socket.EndConnect(pending);",
        "await using var tls = new SslStream(new NetworkStream(socket));\n        await tls.AuthenticateAsClientAsync(host);",
        "socket.Send(data)", "tls.Write(data)", "socket.Receive(answer, n, 4 - n, SocketFlags.None)", "tls.Read(answer, n, 4 - n)")]
    public Task Wraps_a_socket_without_a_stream(string connect, string connected, string wrap, string send, string write, string receive, string read) => Verify.FixAsync<UseTls>(
        "WSK4006", "Tls", On.DotNet, SocketBody(connect, send, receive), SocketBody($"{connected}\n        {wrap}", write, read));

    private static string SocketBody(string connect, string send, string receive) => $$"""
        public class C
        {
            public async Task<byte> M(string host, byte[] data)
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                {{connect}}
                {{send}};
                var answer = new byte[4];
                var n = 0;
                while (n < 4)
                {
                    var more = {{receive}};
                    if (more == 0) throw new EndOfStreamException();
                    n += more;
                }

                socket.Shutdown(SocketShutdown.Both);
                return answer[3];
            }
        }
        """;

    [Theory]
    [InlineData(On.Workers, "public class C { public async Task M(string host, bool tls) { var port = tls ? 993 : 143; var socket = TcpSocket.Connect(host, {|WSK4006:port|}); await socket.WriteTextAsync(\"a1 NOOP\\r\\n\"); await socket.CloseAsync(); } }")]
    [InlineData(On.DotNet, "public class C { public async Task M(string host, bool tls) { using var client = new TcpClient(); await client.ConnectAsync(host, {|WSK4006:tls ? 993 : 143|}); await client.GetStream().WriteAsync(new byte[1]); } }")]
    public Task A_connect_that_also_goes_to_a_plain_port_is_left(On surface, string source) => Verify.NotFixableAsync<UseTls>("WSK4006", surface, source);

    [Fact]
    public Task A_socket_that_others_use_is_not_wrapped() => Verify.NotFixableAsync<UseTls>("WSK4006", On.DotNet, """
        public class C
        {
            public async Task M(string host, byte[] data)
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(host, {|WSK4006:8883|});
                var sent = await socket.SendAsync(data);
                Console.WriteLine(sent);
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

    [Theory]
    [InlineData(
        "reader and writer",
        """
                using var reader = new StreamReader(client.GetStream());
                using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
                await writer.WriteLineAsync(await reader.ReadLineAsync());
        """,
        """
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsClientAsync(host);
                using var reader = new StreamReader(tls);
                using var writer = new StreamWriter(tls) { AutoFlush = true };
                await writer.WriteLineAsync(await reader.ReadLineAsync());
        """)]
    [InlineData(
        "inline, below a comment",
        """
                // The first packet.
                await client.GetStream().WriteAsync(new byte[1]); // One byte.
        """,
        """
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsClientAsync(host);
                // The first packet.
                await tls.WriteAsync(new byte[1]); // One byte.
        """)]
    [InlineData(
        "in a using statement",
        """
                using (NetworkStream stream = client.GetStream())
                {
                    await stream.WriteAsync(new byte[1]);
                }
        """,
        """
                using (SslStream stream = new SslStream(client.GetStream()))
                {
                    await stream.AuthenticateAsClientAsync(host);
                    await stream.WriteAsync(new byte[1]);
                }
        """)]
    [InlineData(
        "passed to a helper",
        """
                Stream stream = client.GetStream();
                await stream.CopyToAsync(Stream.Null);
                await SendAsync(stream);
        """,
        """
                SslStream stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsClientAsync(host);
                await stream.CopyToAsync(Stream.Null);
                await SendAsync(stream);
        """)]
    public Task Wraps_wherever_the_stream_is(string shape, string before, string after)
    {
        Assert.NotEmpty(shape);
        return Verify.FixAsync<UseTls>("WSK4006", "Tls", On.DotNet, Source("{|WSK4006:993|}", before), Source("993", after));

        static string Source(string port, string use) => $$"""
            public class C
            {
                public async Task M(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, {{port}});
            {{use}}
                }

                private static async Task SendAsync(Stream stream) => await stream.WriteAsync(new byte[1]);
            }
            """;
    }

    [Fact]
    public Task Wraps_the_stream_of_a_socket_without_await() => Verify.FixAsync<UseTls>("WSK4006", "Tls", On.DotNet,
        """
        public class C
        {
            public void M(DnsEndPoint server)
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(new DnsEndPoint(server.Host, {|WSK4006:636|}));
                using var stream = new NetworkStream(socket, ownsSocket: true);
                stream.Write(new byte[1]);
            }
        }
        """,
        """
        public class C
        {
            public void M(DnsEndPoint server)
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(new DnsEndPoint(server.Host, 636));
                using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
                stream.AuthenticateAsClient(server.Host);
                stream.Write(new byte[1]);
            }
        }
        """);

    [Fact]
    public Task Wraps_the_stream_in_a_field() => Verify.FixAsync<UseTls>("WSK4006", "Tls", On.DotNet,
        """
        public sealed class Chat : IDisposable
        {
            private readonly TcpClient client = new();
            private NetworkStream? stream;

            public async Task ConnectAsync(string host)
            {
                await client.ConnectAsync(host, {|WSK4006:6697|});
                stream = client.GetStream();
                await SendAsync("NICK me");
            }

            public void Dispose()
            {
                stream?.Dispose();
                client.Dispose();
            }

            private async Task SendAsync(string line) => await stream!.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
        }
        """,
        """
        public sealed class Chat : IDisposable
        {
            private readonly TcpClient client = new();
            private SslStream? stream;

            public async Task ConnectAsync(string host)
            {
                await client.ConnectAsync(host, 6697);
                stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsClientAsync(host);
                await SendAsync("NICK me");
            }

            public void Dispose()
            {
                stream?.Dispose();
                client.Dispose();
            }

            private async Task SendAsync(string line) => await stream!.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
        }
        """);

    [Fact]
    public Task Reader_and_writer_in_fields_share_the_tls_stream() => Verify.FixAsync<UseTls>("WSK4006", "Tls", On.DotNet,
        """
        public sealed class Chat : IDisposable
        {
            private readonly TcpClient _client = new();
            private StreamReader? _reader;
            private StreamWriter? _writer;

            public async Task ConnectAsync(string host)
            {
                await _client.ConnectAsync(host, {|WSK4006:6697|});
                _reader = new StreamReader(_client.GetStream());
                _writer = new StreamWriter(_client.GetStream());
                await _writer.WriteLineAsync(await _reader.ReadLineAsync());
            }

            public void Dispose() => _client.Dispose();
        }
        """,
        """
        public sealed class Chat : IDisposable
        {
            private readonly TcpClient _client = new();
            private StreamReader? _reader;
            private StreamWriter? _writer;

            public async Task ConnectAsync(string host)
            {
                await _client.ConnectAsync(host, 6697);
                var tls = new SslStream(_client.GetStream());
                await tls.AuthenticateAsClientAsync(host);
                _reader = new StreamReader(tls);
                _writer = new StreamWriter(tls);
                await _writer.WriteLineAsync(await _reader.ReadLineAsync());
            }

            public void Dispose() => _client.Dispose();
        }
        """);

    [Theory]
    [InlineData("while (!stream.DataAvailable) await Task.Delay(10);")]
    [InlineData("Use(stream);")]
    public Task Use_that_needs_a_network_stream_is_left(string use) => Verify.NotFixableAsync<UseTls>("WSK4006", On.DotNet,
        $$"""
        public class C
        {
            public async Task M(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, {|WSK4006:993|});
                var stream = client.GetStream();
                {{use}}
                await stream.WriteAsync(new byte[1]);
            }

            private static void Use(NetworkStream stream) => stream.WriteByte(1);
        }
        """);

    [Fact]
    public Task Address_without_a_name_is_left() => Verify.NotFixableAsync<UseTls>("WSK4006", On.DotNet,
        """
        public class C
        {
            public async Task M(IPAddress address)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(address, {|WSK4006:993|});
                var stream = client.GetStream();
                await stream.WriteAsync(new byte[1]);
            }
        }
        """);
}
