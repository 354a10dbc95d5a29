using WorkersSockets.Analyzers.CodeFixes.Platform;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Platform;

public class WSK5002_HttpOverRawSocketTests
{
    private const string Id = "WSK5002";

    [Theory]
    [InlineData("""stream.Write({|#0:Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: contoso.com\r\n\r\n")|});""")]
    [InlineData("""stream.Write({|#0:Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n")|});""")]
    [InlineData("""await stream.WriteAsync({|#0:Encoding.UTF8.GetBytes("POST " + path + " HTTP/1.0\r\n\r\n")|}, token);""")]
    [InlineData("""await stream.WriteAsync({|#0:"GET / HTTP/1.1\r\nHost: contoso.com\r\n\r\n"u8.ToArray()|}, token).ConfigureAwait(false);""")]
    [InlineData("""stream.Write({|#0:"HEAD / HTTP/1.1\r\n\r\n"u8|});""")]
    [InlineData("""var bytes = Encoding.ASCII.GetBytes($"DELETE {path} HTTP/1.1\r\n\r\n"); await stream.WriteAsync({|#0:bytes|}, 0, bytes.Length, token);""")]
    [InlineData("""var request = "GET " + path + " HTTP/1.1\r\n"; request += "Host: " + host + "\r\n\r\n"; stream.Write({|#0:Encoding.ASCII.GetBytes(request)|});""")]
    [InlineData("""var request = new StringBuilder(); request.Append("GET ").Append(path).Append(" HTTP/1.1\r\n").AppendLine($"Host: {host}"); request.AppendLine(); stream.Write({|#0:Encoding.ASCII.GetBytes(request.ToString())|});""")]
    [InlineData("""var request = string.Join("\r\n", "GET / HTTP/1.1", "Host: " + host, "", ""); stream.Write({|#0:Encoding.ASCII.GetBytes(request)|});""")]
    [InlineData("""var request = string.Join("\r\n", new[] { "GET / HTTP/1.1", "Host: " + host, "", "" }); stream.Write({|#0:Encoding.ASCII.GetBytes(request)|});""")]
    [InlineData("""stream.Write({|#0:Encoding.ASCII.GetBytes(string.Format("GET {0} HTTP/1.1\r\nHost: {1}\r\n\r\n", path, host))|});""")]
    [InlineData("""stream.Write({|#0:Encoding.ASCII.GetBytes(Template)|});""")]
    [InlineData("""stream.Write({|#0:Build(path)|});""")]
    [InlineData("""using var writer = new StreamWriter(stream); writer.WriteLine({|#0:"GET / HTTP/1.1"|}); writer.WriteLine($"Host: {host}"); writer.WriteLine();""")]
    [InlineData("""using var writer = new StreamWriter(stream); await writer.WriteAsync({|#0:$"GET {path} HTTP/1.1\r\n"|}); await writer.WriteAsync($"Host: {host}\r\n\r\n"); await writer.FlushAsync();""")]
    [InlineData("""using var writer = new StreamWriter(stream); writer.WriteLine("{0} {1}", "GET", path); writer.WriteLine({|#0:"Host: {0}"|}, host);""")]
    [InlineData("""using var tls = new SslStream(stream); await tls.AuthenticateAsClientAsync(host); tls.Write({|#0:Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n")|});""")]
    [InlineData("""client.Client.Send({|#0:Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n")|});""")]
    [InlineData("""Send(stream, {|#0:$"GET {path} HTTP/1.1\r\n\r\n"|});""")]
    [InlineData("""stream.SendLine({|#0:"GET / HTTP/1.1"|}); stream.SendLine("Host: " + host);""")]
    public Task Found_on_DotNet(string statements) => Verify.FoundAsync(
        Id,
        On.DotNet,
        $$"""
        class C
        {
            private const string Template = "OPTIONS * HTTP/1.1\r\nHost: contoso.com\r\n\r\n";

            async Task M(string host, string path, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 8080, token);
                var stream = client.GetStream();
                {{statements}}
            }

            static byte[] Build(string path)
            {
                var text = $"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n";
                return Encoding.ASCII.GetBytes(text);
            }

            static void Send(NetworkStream to, string text) => to.Write(Encoding.ASCII.GetBytes(text));
        }

        static class Extensions
        {
            public static void SendLine(this NetworkStream to, string text) => to.Write(Encoding.ASCII.GetBytes(text + "\r\n"));
        }
        """,
        Verify.Result(RuleCatalog.RawHttpOnDotNet, 0, "client"));

    [Theory]
    [InlineData("""await socket.WriteTextAsync({|#0:"GET / HTTP/1.1\r\nHost: contoso.com\r\n\r\n"|});""")]
    [InlineData("""await socket.WriteTextAsync({|#0:$"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"|}, token);""")]
    [InlineData("""await socket.WriteAsync({|#0:Encoding.UTF8.GetBytes("GET " + path + " HTTP/1.0\r\n\r\n")|});""")]
    [InlineData("""await socket.WriteTextAsync("x"); await socket.WriteTextAsync({|#0:"GET / HTTP/1.1\r\n"|}); await socket.WriteTextAsync("Host: x\r\n\r\n");""")]
    [InlineData("""await SendAsync(socket, {|#0:"GET / HTTP/1.1\r\n\r\n"|});""")]
    public Task Found_on_Workers(string statements) => Verify.FoundAsync(
        Id,
        On.Workers,
        $$"""
        static class C
        {
            static async Task M(string host, string path, CancellationToken token)
            {
                var socket = TcpSocket.Connect(host, 8080);
                {{statements}}
                await socket.CloseAsync();
            }

            static async Task SendAsync(TcpSocket to, string text) { await to.WriteTextAsync(text); }
        }
        """,
        Verify.Result(RuleCatalog.RawHttpOnWorkers, 0, "socket"));

    [Fact]
    public Task Any_text_to_port_80_of_a_Worker_is_found_once() => Verify.FoundAsync(
        Id,
        On.Workers,
        """
        static class C
        {
            static async Task M(string host, string path)
            {
                var socket = TcpSocket.Connect(host, 80);
                await socket.WriteTextAsync({|#0:$"GET {path}\r\n"|});
                await socket.WriteTextAsync("\r\n");
            }
        }
        """,
        Verify.Result(RuleCatalog.RawHttpOnWorkers, 0, "socket"));

    [Fact]
    public Task A_helper_that_is_given_the_connection_is_found_where_it_writes() => Verify.FoundAsync(
        Id,
        On.DotNet,
        """
        class C
        {
            void M(TcpClient client) => Ask(client.GetStream(), "contoso.com");

            void Ask(NetworkStream stream, string host)
            {
                stream.Write({|#0:Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")|});
            }
        }
        """,
        Verify.Result(RuleCatalog.RawHttpOnDotNet, 0, "stream"));

    [Fact]
    public Task Two_connections_are_two_finds() => Verify.FoundAsync(
        Id,
        On.DotNet,
        """
        class C
        {
            void M()
            {
                using var first = new TcpClient("a", 80);
                first.GetStream().Write({|#0:"GET / HTTP/1.1\r\n\r\n"u8|});
                using var second = new TcpClient("b", 80);
                second.GetStream().Write({|#1:"GET / HTTP/1.1\r\n\r\n"u8|});
            }
        }
        """,
        Verify.Result(RuleCatalog.RawHttpOnDotNet, 0, "first"),
        Verify.Result(RuleCatalog.RawHttpOnDotNet, 1, "second"));

    [Theory]
    [InlineData("""stream.Write(Encoding.ASCII.GetBytes($"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}\r\n\r\n"));""")]
    [InlineData("""stream.Write(Encoding.ASCII.GetBytes($"CONNECT {host}:443 HTTP/1.1\r\n\r\n")); stream.Write("GET / HTTP/1.1\r\n\r\n"u8);""")]
    [InlineData("""stream.Write("OPTIONS sip:x SIP/2.0\r\n\r\n"u8);""")]
    [InlineData("""stream.Write("OPTIONS rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\n\r\n"u8);""")]
    [InlineData("""stream.Write("GET /radio HTTP/1.0\r\nIcy-MetaData: 1\r\n\r\n"u8);""")]
    [InlineData("""stream.Write("GET /mount HTTP/1.0\r\nUser-Agent: NTRIP client\r\n\r\n"u8);""")]
    [InlineData("""stream.Write("SOURCE /mount ICE/1.0\r\nHost: x\r\n\r\n"u8);""")]
    [InlineData("""stream.Write(Encoding.ASCII.GetBytes($"GET /chat HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n"));""")]
    [InlineData("""stream.Write("STOMP\naccept-version:1.2\nhost:x\n\n\0"u8);""")]
    [InlineData("""stream.Write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8);""")]
    [InlineData("""stream.Write("GET key\r\n"u8);""")]
    [InlineData("""stream.Write("DELETE FROM HTTP\r\n"u8);""")]
    [InlineData("""stream.Write("+OK GET / HTTP/1.1\r\n"u8);""")]
    [InlineData("""var n = stream.Read(buffer); other.Write(buffer, 0, n);""")]
    [InlineData("""await stream.CopyToAsync(other);""")]
    [InlineData("""var text = "GET / HTTP/1.1\r\n"; Console.WriteLine(text); stream.Write(buffer);""")]
    [InlineData("""using var memory = new MemoryStream(); memory.Write("GET / HTTP/1.1\r\n\r\n"u8); stream.Write(buffer);""")]
    [InlineData("""using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified); unix.Connect(new UnixDomainSocketEndPoint("/run/docker.sock")); unix.Send("GET /info HTTP/1.1\r\nHost: docker\r\n\r\n"u8);""")]
    [InlineData("""using var peer = new TcpListener(IPAddress.Any, 80).AcceptTcpClient(); peer.GetStream().Write("GET / HTTP/1.1\r\n\r\n"u8);""")]
    public Task Silent_on_DotNet(string statements) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class C
        {
            async Task M(string host, byte[] buffer, NetworkStream other)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                var stream = client.GetStream();
                {{statements}}
            }
        }
        """);

    [Theory]
    [InlineData("80", """await socket.WriteAsync(bytes);""")]
    [InlineData("80", """await socket.WriteTextAsync("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");""")]
    [InlineData("80", """await socket.OpenedAsync();""")]
    [InlineData("8080", """await socket.WriteTextAsync("QUIT\r\n");""")]
    [InlineData("80", """var result = await socket.ReadAsync(); await other.WriteAsync(result.Bytes);""")]
    public Task Silent_on_Workers(string port, string statements) => Verify.SilentAsync(Id, On.Workers, $$"""
        static class C
        {
            static async Task M(string host, ReadOnlyMemory<byte> bytes, TcpSocket other)
            {
                var socket = TcpSocket.Connect(host, {{port}});
                {{statements}}
                await socket.CloseAsync();
            }
        }
        """);

    [Fact]
    public Task Silent_in_test_methods() => Verify.SilentAsync(Id, On.DotNet, """
        class FactAttribute : Attribute;

        class C
        {
            [Fact]
            void Answers()
            {
                using var client = new TcpClient("contoso.com", 80);
                client.GetStream().Write("GET / HTTP/1.1\r\n\r\n"u8);
            }
        }
        """);

    [Fact]
    public Task One_GET_read_to_the_end_becomes_a_call() => Verify.FixAsync<UseHttpClient>(
        Id,
        "HttpClient",
        On.DotNet,
        """
        using System.Net.Http;

        class C
        {
            // The whole page.
            public async Task<string> M(string host, string path, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80, token);
                using var stream = client.GetStream();
                var request = $"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";
                await stream.WriteAsync({|WSK5002:Encoding.ASCII.GetBytes(request)|}, token);
                using var reader = new StreamReader(stream, Encoding.UTF8);
                Console.WriteLine(host);
                return await reader.ReadToEndAsync(token); // all of it
            }
        }
        """,
        """
        using System.Net.Http;

        class C
        {
            // The whole page.
            public async Task<string> M(string host, string path, CancellationToken token)
            {
                using var http = new HttpClient();
                Console.WriteLine(host);
                return await http.GetStringAsync($"http://{host}{path}", token); // all of it
            }
        }
        """);

    /// <summary>TLS whose certificate is checked for the host as an HTTP client does it: the address is an https one.</summary>
    [Theory]
    [InlineData("443", "new SslStream(client.GetStream())", "host", "$\"https://{host}/\"")]
    [InlineData("8443", "new SslStream(client.GetStream(), leaveInnerStreamOpen: false)", "new SslClientAuthenticationOptions { TargetHost = host }, token", "$\"https://{host}:8443/\"")]
    public Task A_GET_over_TLS_becomes_a_call(string port, string stream, string target, string address) => Verify.FixAsync<UseHttpClient>(
        Id,
        "HttpClient",
        On.DotNet,
        $$"""
        class C(System.Net.Http.HttpClient web)
        {
            public async Task<string> M(string host, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, {{port}}, token);
                await using var tls = {{stream}};
                await tls.AuthenticateAsClientAsync({{target}});
                await tls.WriteAsync({|WSK5002:Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")|}, token);
                using var reader = new StreamReader(tls, Encoding.UTF8);
                return await reader.ReadToEndAsync(token);
            }
        }
        """,
        $$"""
        class C(System.Net.Http.HttpClient web)
        {
            public async Task<string> M(string host, CancellationToken token)
            {
                return await web.GetStringAsync({{address}}, token);
            }
        }
        """);

    [Theory]
    [InlineData("new SslStream(client.GetStream(), false, (_, _, _, errors) => errors == SslPolicyErrors.None)", "host")]
    [InlineData("new SslStream(client.GetStream())", "\"other.contoso.com\"")]
    [InlineData("new SslStream(client.GetStream())", "new SslClientAuthenticationOptions { TargetHost = host, ClientCertificates = null }")]
    public Task A_check_that_a_client_would_not_make_is_left(string stream, string target) => Verify.NotFixableAsync<UseHttpClient>(Id, On.DotNet, $$"""
        class C
        {
            public async Task<string> M(string host, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 443, token);
                await using var tls = {{stream}};
                await tls.AuthenticateAsClientAsync({{target}});
                await tls.WriteAsync({|WSK5002:Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")|}, token);
                using var reader = new StreamReader(tls, Encoding.UTF8);
                return await reader.ReadToEndAsync(token);
            }
        }
        """);

    [Fact]
    public Task A_client_in_scope_is_used() => Verify.FixAsync<UseHttpClient>(
        Id,
        "HttpClient",
        On.DotNet,
        """
        class C(System.Net.Http.HttpClient web)
        {
            public async Task M(CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("status.contoso.com", 8080, token);
                var stream = client.GetStream();
                await stream.WriteAsync({|WSK5002:"GET /health HTTP/1.0\r\n\r\n"u8.ToArray()|}, token);
                using var reader = new StreamReader(stream);
                var text = await reader.ReadToEndAsync(token).ConfigureAwait(false);
                Console.WriteLine(text);
            }
        }
        """,
        """
        class C(System.Net.Http.HttpClient web)
        {
            public async Task M(CancellationToken token)
            {
                var text = await web.GetStringAsync("http://status.contoso.com:8080/health", token).ConfigureAwait(false);
                Console.WriteLine(text);
            }
        }
        """);

    [Theory]
    [InlineData("""await stream.WriteAsync({|WSK5002:"POST / HTTP/1.1\r\n\r\n"u8.ToArray()|}); return await reader.ReadToEndAsync();""")]
    [InlineData("""await stream.WriteAsync({|WSK5002:"GET / HTTP/1.1\r\nAuthorization: x\r\n\r\n"u8.ToArray()|}); return await reader.ReadToEndAsync();""")]
    [InlineData("""await stream.WriteAsync({|WSK5002:"GET / HTTP/1.1\r\n"u8.ToArray()|}); await stream.WriteAsync("Authorization: x\r\n\r\n"u8.ToArray()); return await reader.ReadToEndAsync();""")]
    [InlineData("""await stream.WriteAsync({|WSK5002:"GET / HTTP/1.1\r\nHost: other\r\n\r\n"u8.ToArray()|}); return await reader.ReadToEndAsync();""")]
    [InlineData("""await stream.WriteAsync({|WSK5002:"GET / HTTP/1.1\r\n\r\n"u8.ToArray()|}); var text = await reader.ReadToEndAsync(); return text.Split("\r\n\r\n")[1];""")]
    [InlineData("""await stream.WriteAsync({|WSK5002:"GET / HTTP/1.1\r\n\r\n"u8.ToArray()|}); return await reader.ReadLineAsync() ?? "";""")]
    [InlineData("""await stream.WriteAsync({|WSK5002:"GET / HTTP/1.1\r\n\r\n"u8.ToArray()|}); var text = await reader.ReadToEndAsync(); Console.WriteLine(client.Connected); return text;""")]
    public Task No_fix_where_more_happens(string statements) => Verify.NotFixableAsync<UseHttpClient>(Id, On.DotNet, $$"""
        class C
        {
            public async Task<string> M(string host)
            {
                using var client = new TcpClient(host, 80);
                using var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                {{statements}}
            }
        }
        """);

    [Fact]
    public Task Concatenated_and_line_by_line_requests_become_calls() => Verify.FixAsync<UseHttpClient>(
        Id,
        "HttpClient",
        On.DotNet,
        """
        using System.Net.Http;

        class C(HttpClient web)
        {
            public async Task<string> M(string host, string path, CancellationToken token)
            {
                var request = "GET " + path + " HTTP/1.1\r\n" + "Host: " + host + "\r\nConnection: close\r\n\r\n";
                using var client = new TcpClient();
                await client.ConnectAsync(host, 8080, token);
                var stream = client.GetStream();
                var bytes = Encoding.ASCII.GetBytes(request);
                await stream.WriteAsync({|WSK5002:bytes|}, 0, bytes.Length, token);
                using var reader = new StreamReader(stream, Encoding.UTF8);
                return await reader.ReadToEndAsync(token);
            }

            public async Task<string> N(string host)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                using var stream = client.GetStream();
                using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync({|WSK5002:"GET /health HTTP/1.1"|});
                await writer.WriteLineAsync($"Host: {host}");
                await writer.WriteLineAsync();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                return await reader.ReadToEndAsync();
            }
        }
        """,
        """
        using System.Net.Http;

        class C(HttpClient web)
        {
            public async Task<string> M(string host, string path, CancellationToken token)
            {
                return await web.GetStringAsync($"http://{host}:8080{path}", token);
            }

            public async Task<string> N(string host)
            {
                return await web.GetStringAsync($"http://{host}/health");
            }
        }
        """);

    [Fact]
    public Task Comments_inside_what_goes_stay() => Verify.FixAsync<UseFetch>(
        Id,
        "Fetch",
        On.Workers,
        """
        static class C
        {
            public static async Task<string> LoopAsync(string host)
            {
                var socket = TcpSocket.Connect(host /* the status page */, 80);
                try
                {
                    await socket.OpenedAsync(); // soon
                    await socket.WriteTextAsync({|WSK5002:"GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n"|});
                    var text = "";
                    while (true)
                    {
                        // The server closes.
                        var chunk = await socket.ReadAsync();
                        if (chunk.Done)
                        {
                            break;
                        }

                        text += TextCodec.DecodeUtf8(chunk.Bytes /* UTF-8 */);
                    }

                    return text;
                }
                finally
                {
                    // In any case.
                    await socket.CloseAsync();
                }
            }

            public static async Task<string> CatchAsync(string host, Context context)
            {
                var socket = TcpSocket.Connect(host, 80);
                try
                {
                    await socket.WriteTextAsync({|WSK5002:"GET / HTTP/1.0\r\n\r\n"|});
                    var chunk = await socket.ReadAsync();
                    return TextCodec.DecodeUtf8(chunk.Bytes);
                }
                catch (Exception error)
                {
                    return error.Message;
                }
                finally
                {
                    context.WaitUntil(socket.CloseAsync()); // later
                } // done
            }
        }
        """,
        """
        static class C
        {
            public static async Task<string> LoopAsync(string host)
            {
                /* the status page */
                // soon
                var response = await Http.FetchAsync($"http://{host}/health");
                // The server closes.
                /* UTF-8 */
                var text = await response.TextAsync();

                return text;
                // In any case.
            }

            public static async Task<string> CatchAsync(string host, Context context)
            {
                try
                {
                    var response = await Http.FetchAsync($"http://{host}/");
                    return await response.TextAsync();
                }
                catch (Exception error)
                {
                    return error.Message;
                }
                // later
                // done
            }
        }
        """);

    [Fact]
    public Task On_Workers_the_exchange_becomes_a_fetch() => Verify.FixAsync<UseFetch>(
        Id,
        "Fetch",
        On.Workers,
        """
        static class C
        {
            [Fetch]
            public static async Task<Response> Handle(Request request, Env env, Context context)
            {
                // Ask the status page.
                var socket = TcpSocket.Connect("status.contoso.com", 80);
                await socket.OpenedAsync();
                try
                {
                    await socket.WriteTextAsync({|WSK5002:"GET /health HTTP/1.1\r\nHost: status.contoso.com\r\nConnection: close\r\n\r\n"|});
                    var result = await socket.ReadAsync();

                    // Hand it on.
                    return Response.Text(TextCodec.DecodeUtf8(result.Bytes));
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }

            public static async Task<ReadOnlyMemory<byte>> BytesAsync(string host, string path, Context context)
            {
                var request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
                var socket = TcpSocket.Connect(host, 8080);
                await socket.WriteAsync({|WSK5002:Encoding.UTF8.GetBytes(request)|});
                var bytes = await ReadableStream.FromAsyncEnumerable(ReadChunksAsync(socket)).ReadAllBytesAsync();
                context.WaitUntil(socket.CloseAsync());
                return bytes;
            }

            public static async Task<string> TextAsync(string path)
            {
                var socket = TcpSocket.Connect("api.contoso.com:443", new TcpSocketOptions { SecureTransport = TcpSecureTransport.On });
                await socket.WriteTextAsync({|WSK5002:$"GET {path} HTTP/1.1\r\n"|});
                await socket.WriteTextAsync("Host: api.contoso.com\r\n\r\n");
                var text = "";
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    text += TextCodec.DecodeUtf8(chunk.Bytes);
                }

                await socket.CloseAsync();
                return text;
            }

            public static async Task<Response> CatchAsync(Env env, Context context)
            {
                var socket = TcpSocket.Connect(env.Variable("STATUS_HOST"), 80);
                try
                {
                    await socket.OpenedAsync();
                    await socket.WriteTextAsync({|WSK5002:"GET / HTTP/1.0\r\n\r\n"|});
                    return Response.Text(await ReadAllAsync(socket));
                }
                catch (Exception error)
                {
                    return Response.Text(error.Message, status: 502);
                }
                finally
                {
                    context.WaitUntil(socket.CloseAsync());
                }
            }

            private static async Task<string> ReadAllAsync(TcpSocket socket) =>
                TextCodec.DecodeUtf8(await ReadableStream.FromAsyncEnumerable(ReadChunksAsync(socket)).ReadAllBytesAsync());

            private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done) break;
                    yield return chunk.Bytes;
                }
            }
        }
        """,
        """
        static class C
        {
            [Fetch]
            public static async Task<Response> Handle(Request request, Env env, Context context)
            {
                // Ask the status page.
                var response = await Http.FetchAsync("http://status.contoso.com/health");

                // Hand it on.
                return Response.Text(await response.TextAsync());
            }

            public static async Task<ReadOnlyMemory<byte>> BytesAsync(string host, string path, Context context)
            {
                var response = await Http.FetchAsync($"http://{host}:8080{path}");
                var bytes = await response.BytesAsync();
                return bytes;
            }

            public static async Task<string> TextAsync(string path)
            {
                var response = await Http.FetchAsync($"https://api.contoso.com{path}");
                var text = await response.TextAsync();

                return text;
            }

            public static async Task<Response> CatchAsync(Env env, Context context)
            {
                try
                {
                    var response = await Http.FetchAsync("http://" + env.Variable("STATUS_HOST") + "/");
                    return Response.Text(await response.TextAsync());
                }
                catch (Exception error)
                {
                    return Response.Text(error.Message, status: 502);
                }
            }

            private static async Task<string> ReadAllAsync(TcpSocket socket) =>
                TextCodec.DecodeUtf8(await ReadableStream.FromAsyncEnumerable(ReadChunksAsync(socket)).ReadAllBytesAsync());

            private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done) break;
                    yield return chunk.Bytes;
                }
            }
        }
        """);

    [Theory]
    [InlineData("""{|WSK5002:"POST / HTTP/1.0\r\n\r\n"|}""", "TextCodec.DecodeUtf8(chunk.Bytes)")]
    [InlineData("""{|WSK5002:"GET / HTTP/1.0\r\nHost: other.contoso.com\r\n\r\n"|}""", "TextCodec.DecodeUtf8(chunk.Bytes)")]
    [InlineData("""{|WSK5002:"GET / HTTP/1.0\r\nAuthorization: x\r\n\r\n"|}""", "TextCodec.DecodeUtf8(chunk.Bytes)")]
    [InlineData("""{|WSK5002:"GET / HTTP/1.0\r\n\r\n"|}""", "chunk.Done ? null : TextCodec.DecodeUtf8(chunk.Bytes)")]
    [InlineData("""{|WSK5002:"GET / HTTP/1.0\r\n\r\n"|}""", "TextCodec.DecodeUtf8(chunk.Bytes).Split(\"\\r\\n\\r\\n\")[1]")]
    [InlineData("""{|WSK5002:"GET / HTTP/1.0\r\n\r\n"|}""", "TextCodec.DecodeUtf8(chunk.Bytes) + (await socket.ReadAsync()).Done")]
    public Task No_fetch_where_more_happens(string request, string answer) => Verify.NotFixableAsync<UseFetch>(Id, On.Workers, $$"""
        static class C
        {
            public static async Task<string?> M()
            {
                var socket = TcpSocket.Connect("status.contoso.com", 80);
                await socket.WriteTextAsync({{request}});
                var chunk = await socket.ReadAsync();
                var text = {{answer}};
                await socket.CloseAsync();
                return text;
            }
        }
        """);
}
