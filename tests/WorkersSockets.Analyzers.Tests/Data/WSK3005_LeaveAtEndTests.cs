using WorkersSockets.Analyzers.CodeFixes.Data;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public class WSK3005_LeaveAtEndTests
{
    private const string Id = "WSK3005";

    [Fact]
    public Task Breaks_out() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.DotNet, """
        class C
        {
            async Task M(NetworkStream stream, CancellationToken token)
            {
                var buffer = new byte[64];
                while (!token.IsCancellationRequested)
                {
                    int n = await {|WSK3005:stream.ReadAsync(buffer, token)|}; // next chunk
                    Console.Write(Encoding.ASCII.GetString(buffer, 0, n));
                }
            }
        }
        """, """
        class C
        {
            async Task M(NetworkStream stream, CancellationToken token)
            {
                var buffer = new byte[64];
                while (!token.IsCancellationRequested)
                {
                    int n = await stream.ReadAsync(buffer, token); // next chunk
                    if (n == 0)
                    {
                        break;
                    }

                    Console.Write(Encoding.ASCII.GetString(buffer, 0, n));
                }
            }
        }
        """);

    [Theory]
    [InlineData("switch (", "await ", "reader.ReadLineAsync()", ")\n            {\n                case \"QUIT\":\n                    return;\n            }", "line", "line is null")]
    [InlineData("lines.Add(", "", "reader.ReadLine()", "!);", "line", "line is null")]
    public Task Gives_what_is_used_in_place_a_variable(string before, string wait, string read, string after, string name, string end) => Verify.FixAsync<LeaveAtEnd>(
        Id,
        "EndCheck",
        On.DotNet,
        Reader($"            {before}{wait}{{|WSK3005:{read}|}}{after}\n"),
        Reader($"            var {name} = {wait}{read};\n            if ({end})\n            {{\n                break;\n            }}\n\n            {before}{name}{after.TrimStart('!')}\n"));

    private static string Reader(string statements) =>
        "class C\n{\n    async Task M(NetworkStream stream, List<string> lines)\n    {\n        await Task.Yield();\n        using var reader = new StreamReader(stream, Encoding.UTF8);\n        while (true)\n        {\n"
        + statements + "        }\n    }\n}\n";

    [Fact]
    public Task Throws_where_the_message_is_incomplete() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.DotNet, """
        class C
        {
            void M(NetworkStream stream, byte[] buffer)
            {
                int total = 0;
                while (total < buffer.Length)
                {
                    total += {|WSK3005:stream.Read(buffer, total, buffer.Length - total)|};
                }
            }
        }
        """, """
        class C
        {
            void M(NetworkStream stream, byte[] buffer)
            {
                int total = 0;
                while (total < buffer.Length)
                {
                    int read = stream.Read(buffer, total, buffer.Length - total);
                    if (read == 0)
                    {
                        throw new EndOfStreamException();
                    }

                    total += read;
                }
            }
        }
        """);

    [Fact]
    public Task Checks_the_byte() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.DotNet, """
        class C
        {
            string M(NetworkStream stream)
            {
                var text = new StringBuilder();
                int c;
                while ((c = {|WSK3005:stream.ReadByte()|}) != '\n')
                {
                    text.Append((char)c);
                }

                return text.ToString();
            }
        }
        """, """
        class C
        {
            string M(NetworkStream stream)
            {
                var text = new StringBuilder();
                int c;
                while ((c = stream.ReadByte()) != '\n' && c >= 0)
                {
                    text.Append((char)c);
                }

                return text.ToString();
            }
        }
        """);

    [Fact]
    public Task Checks_lines_in_two_loops() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.DotNet, """
        class C
        {
            async Task M(NetworkStream stream)
            {
                using var reader = new StreamReader(stream, Encoding.UTF8);
                while (true)
                {
                    var line = await {|WSK3005:reader.ReadLineAsync()|};
                    if (line == ".") break;
                }

                while (true)
                {
                    var line = await {|WSK3005:reader.ReadLineAsync()|};
                    if (line == "bye") break;
                }
            }
        }
        """, """
        class C
        {
            async Task M(NetworkStream stream)
            {
                using var reader = new StreamReader(stream, Encoding.UTF8);
                while (true)
                {
                    var line = await reader.ReadLineAsync();
                    if (line is null)
                    {
                        break;
                    }

                    if (line == ".") break;
                }

                while (true)
                {
                    var line = await reader.ReadLineAsync();
                    if (line is null)
                    {
                        break;
                    }

                    if (line == "bye") break;
                }
            }
        }
        """);

    [Fact]
    public Task Checks_Done_on_workers() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.Workers, """
        static class C
        {
            static async Task M(TcpSocket from, TcpSocket to)
            {
                while (true)
                {
                    var chunk = await {|WSK3005:from.ReadAsync()|};
                    await to.WriteAsync(chunk.Bytes);
                }
            }
        }
        """, """
        static class C
        {
            static async Task M(TcpSocket from, TcpSocket to)
            {
                while (true)
                {
                    var chunk = await from.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    await to.WriteAsync(chunk.Bytes);
                }
            }
        }
        """);

    [Fact]
    public Task Not_offered_inside_a_switch() => Verify.NotFixableAsync<LeaveAtEnd>(Id, On.DotNet, """
        class C
        {
            void M(NetworkStream stream, int mode)
            {
                var buffer = new byte[64];
                while (true)
                {
                    switch (mode)
                    {
                        default:
                            int n = {|WSK3005:stream.Read(buffer)|};
                            Console.WriteLine(n);
                            break;
                    }
                }
            }
        }
        """);

    private static string Loop(string statements) => $$"""
        class C
        {
            string M(NetworkStream stream, Socket socket)
            {
                var text = "";
                var b = new byte[64];
                while (true)
                {
        {{statements.ReplaceLineEndings("\n")}}
                }

                return text;
            }
        }
        """;

    [Fact]
    public Task Breaks_where_the_loop_went_on() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.DotNet,
        Loop("            var n = {|WSK3005:socket.Receive(b)|};\n            if (n == 0)\n            {\n                continue; // nothing yet\n            }\n\n            text += Encoding.ASCII.GetString(b, 0, n);").Replace("return text;", "").Replace("string M", "void M"),
        Loop("            var n = socket.Receive(b);\n            if (n == 0)\n            {\n                break; // nothing yet\n            }\n\n            text += Encoding.ASCII.GetString(b, 0, n);").Replace("return text;", "").Replace("string M", "void M"));

    [Fact]
    public Task Names_the_part_by_a_word_that_is_free() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.DotNet, """
        class C
        {
            void M(NetworkStream stream, byte[] body, int read)
            {
                var received = read;
                while (received < body.Length)
                {
                    received += {|WSK3005:stream.Read(body, received, body.Length - received)|};
                }
            }
        }
        """, """
        class C
        {
            void M(NetworkStream stream, byte[] body, int read)
            {
                var received = read;
                while (received < body.Length)
                {
                    var chunk = stream.Read(body, received, body.Length - received);
                    if (chunk == 0)
                    {
                        throw new EndOfStreamException();
                    }

                    received += chunk;
                }
            }
        }
        """);

    [Fact]
    public Task Breaks_in_an_else_where_bytes_are_asked_for_already() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.DotNet, Loop("""
                    var n = {|WSK3005:socket.Receive(b)|};
                    if (n > 0)
                    {
                        text += Encoding.ASCII.GetString(b, 0, n);
                    }
        """), Loop("""
                    var n = socket.Receive(b);
                    if (n > 0)
                    {
                        text += Encoding.ASCII.GetString(b, 0, n);
                    }
                    else
                    {
                        break;
                    }
        """));

    [Fact]
    public Task Breaks_in_an_else_behind_a_brace_of_the_same_line() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.DotNet, """
        class C {
            void M(Socket socket, byte[] b) {
                while (true) {
                    int n = {|WSK3005:socket.Receive(b)|};
                    if (n != 0) {
                        Console.WriteLine(n);
                    }
                }
            }
        }
        """, """
        class C {
            void M(Socket socket, byte[] b) {
                while (true) {
                    int n = socket.Receive(b);
                    if (n != 0) {
                        Console.WriteLine(n);
                    } else {
                        break;
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Looks_at_the_unit_before_the_cast() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.DotNet, Loop("""
                    var c = (char){|WSK3005:stream.ReadByte()|};
                    if (c == '\n') break;
                    text += c;
        """), Loop("""
                    var next = stream.ReadByte();
                    if (next < 0)
                    {
                        break;
                    }

                    var c = (char)next;
                    if (c == '\n') break;
                    text += c;
        """));

    [Fact]
    public Task Looks_at_the_flag_of_a_deconstruction() => Verify.FixAsync<LeaveAtEnd>(Id, "EndCheck", On.Workers, """
        class C
        {
            static async Task M(TcpSocket socket, TcpSocket other)
            {
                while (true)
                {
                    var (done, bytes) = await {|WSK3005:socket.ReadAsync()|};
                    await other.WriteAsync(bytes);
                }
            }
        }
        """, """
        class C
        {
            static async Task M(TcpSocket socket, TcpSocket other)
            {
                while (true)
                {
                    var (done, bytes) = await socket.ReadAsync();
                    if (done)
                    {
                        break;
                    }

                    await other.WriteAsync(bytes);
                }
            }
        }
        """);
}
