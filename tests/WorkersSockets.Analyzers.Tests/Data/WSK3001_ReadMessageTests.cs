using System.Collections.Concurrent;
using WorkersSockets.Analyzers.CodeFixes.Data;
using WorkersSockets.Analyzers.Tests.Robustness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public class WSK3001_ReadMessageTests
{
    private const string Id = "WSK3001";

    [Fact]
    public Task Reads_to_the_end_of_the_line() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, """
        class C
        {
            async Task<string> M(NetworkStream stream)
            {
                await stream.WriteAsync("PING\r\n"u8.ToArray());
                var buffer = new byte[1024];
                // The answer.
                var n = await {|WSK3001:stream.ReadAsync(buffer)|}.ConfigureAwait(false);
                return Encoding.UTF8.GetString(buffer, 0, n);
            }
        }
        """, """
        class C
        {
            async Task<string> M(NetworkStream stream)
            {
                await stream.WriteAsync("PING\r\n"u8.ToArray());
                var buffer = new byte[1024];
                // The answer.
                var n = 0;
                while (n < buffer.Length && Array.IndexOf(buffer, (byte)'\n', 0, n) < 0)
                {
                    var read = await stream.ReadAsync(buffer.AsMemory(n)).ConfigureAwait(false);
                    if (read == 0)
                    {
                        break;
                    }

                    n += read;
                }

                return Encoding.UTF8.GetString(buffer, 0, n);
            }
        }
        """);

    [Fact]
    public Task Reads_all_from_a_server_that_answers_once() => Verify.FixAsync<ReadMessage>(
        Id, "Loop", On.DotNet, Whois("        var n = await {|WSK3001:stream.ReadAsync(buffer, token)|};\n"), Whois(
            "        var n = 0;\n        while (n < buffer.Length)\n        {\n            var read = await stream.ReadAsync(buffer.AsMemory(n), token);\n"
            + "            if (read == 0)\n            {\n                break;\n            }\n\n            n += read;\n        }\n\n"));

    private static string Whois(string read) =>
        "class C\n{\n    async Task<string> M(TcpClient client, string domain, CancellationToken token)\n    {\n        await client.ConnectAsync(\"whois.contoso.com\", 43, token);\n"
        + "        var stream = client.GetStream();\n        await stream.WriteAsync(Encoding.ASCII.GetBytes(domain + \"\\r\\n\"), token);\n        var buffer = new byte[1024];\n"
        + read + "        return Encoding.UTF8.GetString(buffer, 0, n);\n    }\n}\n";

    [Theory]
    [InlineData("await stream.WriteAsync(Encoding.ASCII.GetBytes($\"CONNECT {host}:443 HTTP/1.1\\r\\n\\r\\n\"));", "if (!head.StartsWith(\"HTTP/1.1 200\")) throw new IOException(head);")]
    [InlineData("", "await stream.WriteAsync(Encoding.ASCII.GetBytes($\"HTTP/1.1 200 OK\\r\\nX-Host: {host}\\r\\n\\r\\n\" + head.Split(' ')[1]));")]
    public Task Reads_the_head_of_a_request_or_of_a_proxys_answer(string before, string after) => Verify.FixAsync<ReadMessage>(
        Id,
        "Loop",
        On.DotNet,
        Dialogue(before, "        var n = await {|WSK3001:stream.ReadAsync(buffer)|};\n", after),
        Dialogue(
            before,
            "        var n = 0;\n        while (n < buffer.Length && !Encoding.ASCII.GetString(buffer, 0, n).Contains(\"\\r\\n\\r\\n\"))\n        {\n            var read = await stream.ReadAsync(buffer.AsMemory(n));\n"
            + "            if (read == 0)\n            {\n                break;\n            }\n\n            n += read;\n        }\n\n",
            after));

    private static string Dialogue(string before, string read, string after) =>
        "class C\n{\n    async Task M(NetworkStream stream, string host)\n    {\n        " + before + "\n        var buffer = new byte[1024];\n" + read
        + "        var head = Encoding.ASCII.GetString(buffer, 0, n);\n        " + after + "\n    }\n}\n";

    [Theory]
    [InlineData("do", "            n = {|WSK3001:socket.Receive(buffer)|};\n            all.Write(buffer, 0, n);\n", "while (n == buffer.Length);",
        "            n = socket.Receive(buffer);\n            all.Write(buffer, 0, n);\n", "while (n > 0);")]
    [InlineData("while (true)", "            n = {|WSK3001:socket.Receive(buffer)|};\n            all.Write(buffer, 0, n);\n            if (n < buffer.Length) break;\n", "",
        "            n = socket.Receive(buffer);\n            all.Write(buffer, 0, n);\n            if (n == 0) break;\n", "")]
    [InlineData("while (true)", "            n = {|WSK3001:socket.Receive(buffer)|};\n            if (n == 0) break;\n            all.Write(buffer, 0, n);\n            if (n < buffer.Length)\n            {\n                break;\n            }\n", "",
        "            n = socket.Receive(buffer);\n            if (n == 0) break;\n            all.Write(buffer, 0, n);\n", "")]
    public Task A_short_read_ends_nothing(string head, string before, string beforeEnd, string after, string afterEnd) => Verify.FixAsync<ReadMessage>(
        Id, "Loop", On.DotNet, Gather(head, before, beforeEnd), Gather(head, after, afterEnd));

    private static string Gather(string head, string body, string end) =>
        "class C\n{\n    void M(Socket socket, MemoryStream all, byte[] buffer)\n    {\n        int n;\n        " + head + "\n        {\n" + body + "        }\n        " + end + "\n    }\n}\n";

    [Fact]
    public Task Cuts_a_segment() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, """
        class C
        {
            private readonly ArraySegment<byte> segment = new(new byte[1024]);

            async Task<string> M(Socket socket)
            {
                int n = await {|WSK3001:socket.ReceiveAsync(segment, SocketFlags.None)|};
                return Encoding.UTF8.GetString(segment.Array!, 0, n);
            }
        }
        """, """
        class C
        {
            private readonly ArraySegment<byte> segment = new(new byte[1024]);

            async Task<string> M(Socket socket)
            {
                int n = 0;
                while (n < segment.Count)
                {
                    int read = await socket.ReceiveAsync(segment.Slice(n), SocketFlags.None);
                    if (read == 0)
                    {
                        break;
                    }

                    n += read;
                }

                return Encoding.UTF8.GetString(segment.Array!, 0, n);
            }
        }
        """);

    [Fact]
    public Task Reads_to_the_close() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, """
        class C
        {
            string M(Socket socket)
            {
                byte[] buffer = new byte[1024];
                int n = {|WSK3001:socket.Receive(buffer, 0, buffer.Length, SocketFlags.None)|};

                return Encoding.UTF8.GetString(buffer, 0, n);
            }
        }
        """, """
        class C
        {
            string M(Socket socket)
            {
                byte[] buffer = new byte[1024];
                int n = 0;
                while (n < buffer.Length)
                {
                    int read = socket.Receive(buffer, n, buffer.Length - n, SocketFlags.None);
                    if (read == 0)
                    {
                        break;
                    }

                    n += read;
                }

                return Encoding.UTF8.GetString(buffer, 0, n);
            }
        }
        """);

    [Fact]
    public Task Reads_a_header_to_its_size() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, """
        class C
        {
            int M(NetworkStream stream)
            {
                var header = new byte[4];
                if ({|WSK3001:stream.Read(header, 0, 4)|} != 4)
                {
                    throw new EndOfStreamException();
                }

                return BitConverter.ToInt32(header, 0);
            }
        }
        """, """
        class C
        {
            int M(NetworkStream stream)
            {
                var header = new byte[4];
                var count = 0;
                while (count < 4)
                {
                    var read = stream.Read(header, count, 4 - count);
                    if (read == 0)
                    {
                        break;
                    }

                    count += read;
                }

                if (count != 4)
                {
                    throw new EndOfStreamException();
                }

                return BitConverter.ToInt32(header, 0);
            }
        }
        """);

    [Theory]
    [InlineData("if ({|WSK3001:stream.Read(header, 0, 4)|} != 4) throw new EndOfStreamException();", "if (stream.ReadAtLeast(header.AsSpan(0, 4), 4, throwOnEndOfStream: false) != 4) throw new EndOfStreamException();")]
    [InlineData("if ({|WSK3001:stream.Read(buffer: header, offset: 0, count: header.Length)|} != 4) throw new EndOfStreamException();", "if (stream.ReadAtLeast(header, 4, throwOnEndOfStream: false) != 4) throw new EndOfStreamException();")]
    [InlineData("if ({|WSK3001:stream.Read(buffer: header, offset: 0, count: 4)|} != 4) throw new EndOfStreamException();", "if (stream.ReadAtLeast(header.AsSpan(0, 4), 4, throwOnEndOfStream: false) != 4) throw new EndOfStreamException();")]
    [InlineData("var n = await {|WSK3001:stream.ReadAsync(header)|}; if (n < header.Length) return;", "var n = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false); if (n < header.Length) return;")]
    [InlineData("var n = await {|WSK3001:stream.ReadAsync(header, 0, header.Length, token)|}; if (n != header.Length) return;", "var n = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, token); if (n != header.Length) return;")]
    [InlineData("var n = {|WSK3001:stream.Read(header, 0, header.Length)|}; if (n < 11 || header[7] != 3) return;", "var n = stream.ReadAtLeast(header, 11, throwOnEndOfStream: false); if (n < 11 || header[7] != 3) return;")]
    public Task Reads_exactly(string before, string after) => Verify.FixAsync<ReadMessage>(Id, "Exactly", On.DotNet, Header(before), Header(after));

    private static string Header(string statement) => $$"""
        class C
        {
            async Task M(NetworkStream stream, CancellationToken token)
            {
                var header = new byte[16];
                {{statement}}
                await stream.FlushAsync();
            }
        }
        """;

    [Fact]
    public Task Two_finds_in_one_body() => Verify.FixAsync<ReadMessage>(Id, "Exactly", On.DotNet, """
        class C
        {
            void M(NetworkStream stream, byte[] a, byte[] b)
            {
                if ({|WSK3001:stream.Read(a, 0, a.Length)|} != a.Length) throw new IOException();
                if ({|WSK3001:stream.Read(b, 0, b.Length)|} != b.Length) throw new IOException();
            }
        }
        """, """
        class C
        {
            void M(NetworkStream stream, byte[] a, byte[] b)
            {
                if (stream.ReadAtLeast(a, a.Length, throwOnEndOfStream: false) != a.Length) throw new IOException();
                if (stream.ReadAtLeast(b, b.Length, throwOnEndOfStream: false) != b.Length) throw new IOException();
            }
        }
        """);

    [Fact]
    public Task Reads_to_the_end_on_workers() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.Workers, """
        static class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                var result = await {|WSK3001:socket.ReadAsync()|};
                if (result.Done)
                {
                    return "";
                }

                return TextCodec.DecodeUtf8(result.Bytes);
            }
        }
        """, """
        static class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                var bytes = await ReadableStream.FromAsyncEnumerable(ReadChunksAsync(socket)).ReadAllBytesAsync();
                if (bytes.Length == 0)
                {
                    return "";
                }

                return TextCodec.DecodeUtf8(bytes);
            }

            private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    yield return chunk.Bytes;
                }
            }
        }
        """);

    [Fact]
    public Task Reads_a_line_on_workers() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.Workers, """
        static class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                await socket.WriteTextAsync("PING\n");
                return TextCodec.DecodeUtf8((await {|WSK3001:socket.ReadAsync()|}).Bytes);
            }
        }
        """, """
        static class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                await socket.WriteTextAsync("PING\n");
                return TextCodec.DecodeUtf8(await ReadableStream.FromAsyncEnumerable(ReadLineChunksAsync(socket)).ReadAllBytesAsync());
            }

            private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLineChunksAsync(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    yield return chunk.Bytes;
                    if (TextCodec.DecodeUtf8(chunk.Bytes).Contains("\n", StringComparison.Ordinal))
                    {
                        break;
                    }
                }
            }
        }
        """);

    [Theory]
    [InlineData(@"(byte)'\r'", @"$""{text}\r""")]
    [InlineData(@"(byte)'\0'", @"text + ""\0""")]
    [InlineData("(byte)0x1C", @"""\v"" + text + ""\u001c\r""")]
    [InlineData(@"(byte)'\n'", @"text + ""\r\n""")]
    public Task Reads_to_the_mark_that_ends_the_request(string mark, string request) => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, $$"""
        class C
        {
            string M(Socket socket, string text)
            {
                socket.Send(Encoding.UTF8.GetBytes({{request}}));
                var buffer = new byte[64];
                var count = {|WSK3001:socket.Receive(buffer)|};
                return Encoding.UTF8.GetString(buffer, 0, count);
            }
        }
        """, $$"""
        class C
        {
            string M(Socket socket, string text)
            {
                socket.Send(Encoding.UTF8.GetBytes({{request}}));
                var buffer = new byte[64];
                var count = 0;
                while (count < buffer.Length && Array.IndexOf(buffer, {{mark}}, 0, count) < 0)
                {
                    var read = socket.Receive(buffer.AsSpan(count));
                    if (read == 0)
                    {
                        break;
                    }

                    count += read;
                }

                return Encoding.UTF8.GetString(buffer, 0, count);
            }
        }
        """);

    [Fact]
    public Task Reads_to_a_mark_on_workers() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.Workers, """
        static class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                await socket.WriteTextAsync("\vPING\u001c\r");
                return TextCodec.DecodeUtf8((await {|WSK3001:socket.ReadAsync()|}).Bytes);
            }
        }
        """, """
        static class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                await socket.WriteTextAsync("\vPING\u001c\r");
                return TextCodec.DecodeUtf8(await ReadableStream.FromAsyncEnumerable(ReadMarkedChunksAsync(socket)).ReadAllBytesAsync());
            }

            private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadMarkedChunksAsync(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    yield return chunk.Bytes;
                    if (TextCodec.DecodeUtf8(chunk.Bytes).Contains("\u001c", StringComparison.Ordinal))
                    {
                        break;
                    }
                }
            }
        }
        """);

    [Theory]
    [InlineData("class C { void M(NetworkStream s) { var b = new byte[64]; int n; while ((n = {|WSK3001:s.Read(b, 0, 64)|}) > 0) { var t = Encoding.ASCII.GetString(b, 0, n); if (t == \"quit\") break; } } }")]
    [InlineData("class C { byte[] b = new byte[64]; string M(NetworkStream s) => Encoding.UTF8.GetString(b, 0, {|WSK3001:s.Read(b, 0, 64)|}); }")]
    public Task Not_offered(string source) => Verify.NotFixableAsync<ReadMessage>(Id, On.DotNet, source);

    private static string In(string statements) => $$"""
        class C
        {
            string M(NetworkStream stream, TcpClient client)
            {
        {{statements.ReplaceLineEndings("\n")}}
            }
        }
        """;

    [Fact]
    public Task Waits_for_the_bytes_that_are_used_and_keeps_the_comment() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, In("""
                var read = new byte[512];
                int n = {|WSK3001:stream.Read(read)|}; // version and method
                if (n == 0) return "";
                return read[1] == 0 ? "open" : "closed";
        """), In("""
                var read = new byte[512];
                int n = 0; // version and method
                while (n < 2)
                {
                    int received = stream.Read(read.AsSpan(n));
                    if (received == 0)
                    {
                        break;
                    }

                    n += received;
                }

                if (n < 2) return "";
                return read[1] == 0 ? "open" : "closed";
        """));

    [Theory]
    [InlineData("Loop", """
                while (true)
                {
                    var header = new byte[4];
                    var n = 0;
                    while (n < header.Length)
                    {
                        var read = stream.Read(header.AsSpan(n));
                        if (read == 0)
                        {
                            break;
                        }

                        n += read;
                    }

                    if (n < header.Length) break; // closed
                    Console.WriteLine(BitConverter.ToInt32(header, 0));
                }

                return "";
        """)]
    [InlineData("Exactly", """
                while (true)
                {
                    var header = new byte[4];
                    var n = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
                    if (n < header.Length) break; // closed
                    Console.WriteLine(BitConverter.ToInt32(header, 0));
                }

                return "";
        """)]
    public Task Reads_each_header_of_a_loop_whole_and_leaves_where_it_is_cut_off(string variant, string after) => Verify.FixAsync<ReadMessage>(Id, variant, On.DotNet, In("""
                while (true)
                {
                    var header = new byte[4];
                    var n = {|WSK3001:stream.Read(header)|};
                    if (n == 0) break; // closed
                    Console.WriteLine(BitConverter.ToInt32(header, 0));
                }

                return "";
        """), In(after));

    [Theory]
    [InlineData("{|WSK3001:stream.Read(header, 0, 4)|} > 0", "stream.ReadAtLeast(header, 4, throwOnEndOfStream: false) >= 4")]
    [InlineData("(n = {|WSK3001:stream.Read(header, 0, 4)|}) != 0", "(n = stream.ReadAtLeast(header, 4, throwOnEndOfStream: false)) >= 4")]
    public Task Asks_for_whole_headers_in_a_condition(string before, string after) => Verify.FixAsync<ReadMessage>(Id, "Exactly", On.DotNet, In($$"""
                int n;
                var header = new byte[4];
                while ({{before}})
                {
                    Console.WriteLine(BitConverter.ToInt32(header, 0));
                }

                return "";
        """), In($$"""
                int n;
                var header = new byte[4];
                while ({{after}})
                {
                    Console.WriteLine(BitConverter.ToInt32(header, 0));
                }

                return "";
        """));

    [Fact]
    public Task A_header_that_is_refused_when_short_is_no_end_of_the_data() => Verify.FixAsync<ReadMessage>(Id, "Exactly", On.DotNet, In("""
                while (true)
                {
                    var header = new byte[4];
                    var n = {|WSK3001:stream.Read(header, 0, 4)|};
                    if (n != 4) break;
                    Console.WriteLine(BitConverter.ToInt32(header, 0));
                }

                return "";
        """), In("""
                while (true)
                {
                    var header = new byte[4];
                    var n = stream.ReadAtLeast(header, 4, throwOnEndOfStream: false);
                    if (n != 4) break;
                    Console.WriteLine(BitConverter.ToInt32(header, 0));
                }

                return "";
        """));

    [Theory]
    [InlineData("Loop", """
                while (true)
                {
                    var header = new byte[4];
                    stream.ReadExactly(header);
                    var length = BitConverter.ToInt32(header, 0);
                    var body = new byte[length];
                    var count = 0;
                    while (count < length)
                    {
                        var read = stream.Read(body, count, length - count);
                        if (read == 0)
                        {
                            break;
                        }

                        count += read;
                    }

                    Console.WriteLine(Encoding.UTF8.GetString(body, 0, count));
                    if (count == 0) return "";
                }
        """)]
    [InlineData("Exactly", """
                while (true)
                {
                    var header = new byte[4];
                    stream.ReadExactly(header);
                    var length = BitConverter.ToInt32(header, 0);
                    var body = new byte[length];
                    var count = stream.ReadAtLeast(body, length, throwOnEndOfStream: false);
                    Console.WriteLine(Encoding.UTF8.GetString(body, 0, count));
                    if (count == 0) return "";
                }
        """)]
    public Task Reads_as_much_as_the_length_in_front_says(string variant, string after) => Verify.FixAsync<ReadMessage>(Id, variant, On.DotNet, In("""
                while (true)
                {
                    var header = new byte[4];
                    stream.ReadExactly(header);
                    var length = BitConverter.ToInt32(header, 0);
                    var body = new byte[length];
                    var count = {|WSK3001:stream.Read(body, 0, length)|};
                    Console.WriteLine(Encoding.UTF8.GetString(body, 0, count));
                    if (count == 0) return "";
                }
        """), In(after));

    [Theory]
    [InlineData("""
                int n;
                do
                {
                    n = {|#1:socket.Receive(b)|};
                    text.Append(Encoding.ASCII.GetString(b, 0, n));
                } while ({|#0:socket.Available > 0|});
        """, """
                int n;
                do
                {
                    n = socket.Receive(b);
                    text.Append(Encoding.ASCII.GetString(b, 0, n));
                } while (n > 0 && b[n - 1] != '\n');
        """)]
    [InlineData("""
                do
                {
                    int n = {|#1:socket.Receive(b)|};
                    text.Append(Encoding.ASCII.GetString(b, 0, n));
                } while ({|#0:socket.Available > 0|}); // all of it
        """, """
                do
                {
                    int n = socket.Receive(b);
                    if (n == 0)
                    {
                        break;
                    }

                    text.Append(Encoding.ASCII.GetString(b, 0, n));
                    if (b[n - 1] == '\n')
                    {
                        break;
                    }
                } while (true); // all of it
        """)]
    [InlineData("""
                while (true)
                {
                    int n = {|#1:socket.Receive(b)|};
                    if (n == 0) break;
                    text.Append(Encoding.ASCII.GetString(b, 0, n));
                    if ({|#0:socket.Available == 0|}) break;
                }
        """, """
                while (true)
                {
                    int n = socket.Receive(b);
                    if (n == 0) break;
                    text.Append(Encoding.ASCII.GetString(b, 0, n));
                    if (b[n - 1] == '\n') break;
                }
        """)]
    public Task Reads_to_the_end_of_the_line_where_the_type_asks_in_lines(string before, string after)
    {
        return Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, Asking(before), Asking(after), null, null,
            Verify.Result(RuleCatalog.EndsWhenIdle, 0, before.Contains("== 0|") ? "socket.Available == 0" : "socket.Available > 0").WithLocation(1));

        static string Asking(string statements) => $$"""
            class C(Socket socket)
            {
                void Ask(string command) => socket.Send(Encoding.ASCII.GetBytes(command + "\r\n"));

                string Answer()
                {
                    var b = new byte[512];
                    var text = new StringBuilder();
            {{statements.ReplaceLineEndings("\n")}}
                    return text.ToString();
                }
            }
            """;
    }

    [Theory]
    [InlineData("n < 9", "9")]
    [InlineData("n <= 8", "9")]
    [InlineData("8 >= n", "9")]
    [InlineData("n < answer.Length", "answer.Length")]
    public Task Waits_for_no_more_than_what_is_asked_for(string check, string wanted) => Verify.FixAsync<ReadMessage>(Id, "Exactly", On.DotNet, In($$"""
                var answer = new byte[260];
                int n = {|WSK3001:stream.Read(answer, 0, answer.Length)|};
                if ({{check}}) throw new IOException("Short answer");
                return Convert.ToHexString(answer, 0, n);
        """), In($$"""
                var answer = new byte[260];
                int n = stream.ReadAtLeast(answer, {{wanted}}, throwOnEndOfStream: false);
                if ({{check}}) throw new IOException("Short answer");
                return Convert.ToHexString(answer, 0, n);
        """));

    [Fact]
    public Task Asks_for_the_bytes_that_are_used() => Verify.FixAsync<ReadMessage>(Id, "Exactly", On.DotNet, In("""
                var head = new byte[512];
                int n = {|WSK3001:stream.Read(head)|};
                return n == 0 ? "" : BitConverter.ToInt32(head, 4).ToString();
        """), In("""
                var head = new byte[512];
                int n = stream.ReadAtLeast(head, 8, throwOnEndOfStream: false);
                return n == 0 ? "" : BitConverter.ToInt32(head, 4).ToString();
        """));

    [Fact]
    public Task Does_not_wait_for_a_buffer_to_fill() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, In("""
                var b = new byte[512];
                var n = {|WSK3001:stream.ReadAsync(b).AsTask()|}.Result;
                return System.Text.Json.JsonSerializer.Deserialize<string>(b.AsSpan(0, n))!;
        """.Replace("{|WSK3001:stream.ReadAsync(b).AsTask()|}", "{|WSK3001:stream.ReadAsync(b)|}.AsTask()")), In("""
                var b = new byte[512];
                var n = 0;
                while (n < b.Length)
                {
                    var read = stream.ReadAsync(b.AsMemory(n)).AsTask().Result;
                    if (read == 0)
                    {
                        break;
                    }

                    n += read;
                }

                return System.Text.Json.JsonSerializer.Deserialize<string>(b.AsSpan(0, n))!;
        """));

    [Fact]
    public Task Reads_on_where_nothing_is_buffered() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, In("""
                var b = new byte[512];
                var text = new StringBuilder();
                int n;
                do
                {
                    n = {|#1:stream.Read(b, 0, b.Length)|};
                    text.Append(Encoding.ASCII.GetString(b, 0, n));
                }
                while ({|#0:stream.DataAvailable|}); // all of it
                return text.ToString();
        """), In("""
                var b = new byte[512];
                var text = new StringBuilder();
                int n;
                do
                {
                    n = stream.Read(b, 0, b.Length);
                    text.Append(Encoding.ASCII.GetString(b, 0, n));
                }
                while (n > 0); // all of it
                return text.ToString();
        """), expected: Verify.Result(RuleCatalog.EndsWhenIdle, 0, "stream.DataAvailable").WithLocation(1));

    [Fact]
    public Task Leaves_a_loop_at_the_end_instead() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, In("""
                var b = new byte[512];
                var text = "";
                while (text.Length < 99 && {|#0:client.Available > 0|})
                {
                    var n = {|#1:stream.Read(b)|};
                    text += Encoding.ASCII.GetString(b, 0, n);
                }

                return text;
        """), In("""
                var b = new byte[512];
                var text = "";
                while (text.Length < 99)
                {
                    var n = stream.Read(b);
                    if (n == 0)
                    {
                        break;
                    }

                    text += Encoding.ASCII.GetString(b, 0, n);
                }

                return text;
        """), expected: Verify.Result(RuleCatalog.EndsWhenIdle, 0, "client.Available > 0").WithLocation(1));

    [Fact]
    public Task Removes_the_exit_where_nothing_is_buffered() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.DotNet, In("""
                var b = new byte[512];
                var text = "";
                while (true)
                {
                    var n = {|#1:stream.Read(b)|};
                    if (n == 0) break;
                    text += Encoding.ASCII.GetString(b, 0, n);
                    if (!{|#0:stream.DataAvailable|}) break;
                }

                return text;
        """), In("""
                var b = new byte[512];
                var text = "";
                while (true)
                {
                    var n = stream.Read(b);
                    if (n == 0) break;
                    text += Encoding.ASCII.GetString(b, 0, n);
                }

                return text;
        """), expected: Verify.Result(RuleCatalog.EndsWhenIdle, 0, "stream.DataAvailable").WithLocation(1));

    [Fact]
    public Task Takes_a_deconstruction_apart() => Verify.FixAsync<ReadMessage>(Id, "Loop", On.Workers, """
        class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                var (done, bytes) = await {|WSK3001:socket.ReadAsync()|};
                return done ? "" : TextCodec.DecodeUtf8(bytes);
            }
        }
        """, """
        class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                var bytes = await ReadableStream.FromAsyncEnumerable(ReadChunksAsync(socket)).ReadAllBytesAsync();
                return bytes.Length == 0 ? "" : TextCodec.DecodeUtf8(bytes);
            }

            private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    yield return chunk.Bytes;
                }
            }
        }
        """);

    [Theory]
    [InlineData("void R(object? o, SocketAsyncEventArgs e) { var t = {|WSK3001:Encoding.UTF8.GetString(e.Buffer!, 0, e.BytesTransferred)|}; if (t == \"\") return; ((Socket)o!).ReceiveAsync(e); }")]
    [InlineData("byte[] b = new byte[64]; void R(IAsyncResult r) { int n = {|WSK3001:((Socket)r.AsyncState!).EndReceive(r)|}; Console.WriteLine(Encoding.UTF8.GetString(b, 0, n)); }")]
    public Task Offers_nothing_in_a_callback(string members) => Verify.NotFixableAsync<ReadMessage>(Id, On.DotNet, $"class C {{ {members} }}");

    [Fact]
    public async Task Edits_that_contradict_each_other_are_not_offered()
    {
        // The "while" is not typed yet: the block behind it is a statement of its own.
        const string Code = """
            class C
            {
            void M(NetworkStream s) { var b = new byte[64];  (true) { int n = s.Read(b, 0, 64); if (n == 0) break; var t = Encoding.UTF8.GetString(b, 0, n); var m = System.Text.Json.JsonSerializer.Deserialize<object>(t); } }
            }
            """;
        var failures = new ConcurrentBag<string>();
        var compilation = Probe.Compile(On.DotNet, Code);
        var finds = await Probe.AnalyzeAsync(compilation, Code, failures, TestContext.Current.CancellationToken);
        Assert.Contains(finds, find => find.Id == "WSK3001");
        Assert.Equal(0, await Probe.FixAsync(Probe.Document(compilation, Code), [.. finds.Where(find => find.Id == "WSK3001")], Code, failures, TestContext.Current.CancellationToken));
        Assert.Empty(failures);
    }
}
