using WorkersSockets.Analyzers.CodeFixes.Data;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public class WSK3002_UseBytesReadTests
{
    private const string Id = "WSK3002";

    [Theory]
    [InlineData("{|WSK3002:stream.Read(b, 0, b.Length)|}; // header", "stream.ReadExactly(b, 0, b.Length); // header")]
    [InlineData("await {|WSK3002:stream.ReadAsync(b, token)|}.ConfigureAwait(false);", "await stream.ReadExactlyAsync(b, token).ConfigureAwait(false);")]
    [InlineData("_ = await {|WSK3002:stream.ReadAsync(b, 0, b.Length)|};", "await stream.ReadExactlyAsync(b, 0, b.Length);")]
    [InlineData("int n = {|WSK3002:stream.Read(b, 0, b.Length)|};", "stream.ReadExactly(b, 0, b.Length);")]
    [InlineData("{|WSK3002:stream?.Read(b, 0, b.Length)|};", "stream?.ReadExactly(b, 0, b.Length);")]
    public Task Reads_exactly(string before, string after) => Verify.FixAsync<UseBytesRead>(Id, "Exactly", On.DotNet, Body(before), Body(after));

    private static string Body(string statement) => $$"""
        class C
        {
            async Task M(NetworkStream stream, byte[] b, CancellationToken token)
            {
                {{statement}}
                await stream!.FlushAsync();
            }
        }
        """;

    [Fact]
    public Task Fixes_all() => Verify.FixAsync<UseBytesRead>(Id, "Exactly", On.DotNet, """
        class C
        {
            void M(NetworkStream stream, byte[] header, byte[] body)
            {
                {|WSK3002:stream.Read(header, 0, 4)|};
                {|WSK3002:stream.Read(body, 0, body.Length)|};
            }
        }
        """, """
        class C
        {
            void M(NetworkStream stream, byte[] header, byte[] body)
            {
                stream.ReadExactly(header, 0, 4);
                stream.ReadExactly(body, 0, body.Length);
            }
        }
        """);

    [Theory]
    [InlineData("to.Write({|#0:b|}, 0, b.Length)", "to.Write(b, 0, n)")]
    [InlineData("to.Write({|#0:b|})", "to.Write(b.AsSpan(0, n))")]
    [InlineData("Console.Write(Encoding.ASCII.GetString({|#0:b|}))", "Console.Write(Encoding.ASCII.GetString(b, 0, n))")]
    public Task Uses_only_what_was_read(string before, string after) => Verify.FixAsync<UseBytesRead>(
        Id, "Slice", On.DotNet, Pump("{|#1:from.Read(b)|}", before), Pump("from.Read(b)", after), null, null, Verify.Result(RuleCatalog.WholeBufferUsed, 0, "b").WithLocation(1));

    private static string Pump(string read, string use) => $$"""
        class C
        {
            void M(NetworkStream from, NetworkStream to)
            {
                var b = new byte[1024];
                int n;
                while ((n = {{read}}) > 0)
                {
                    {{use}};
                }
            }
        }
        """;

    [Fact]
    public Task Gathers_and_uses_only_what_was_read() => Verify.FixAsync<UseBytesRead>(Id, "Slice", On.DotNet, """
        class C
        {
            string M(NetworkStream stream)
            {
                var answer = new byte[1024];
                {|#0:stream.Read(answer, 0, answer.Length)|};
                return {|#1:Encoding.UTF8.GetString(answer)|}.TrimEnd('\0', '\n');
            }
        }
        """, """
        class C
        {
            string M(NetworkStream stream)
            {
                var answer = new byte[1024];
                var count = 0;
                while (count < answer.Length && Array.IndexOf(answer, (byte)'\n', 0, count) < 0)
                {
                    var read = stream.Read(answer, count, answer.Length - count);
                    if (read == 0)
                    {
                        break;
                    }

                    count += read;
                }

                return Encoding.UTF8.GetString(answer, 0, count).TrimEnd('\0', '\n');
            }
        }
        """, null, null, Verify.Result(RuleCatalog.CountDiscarded, 0, "answer").WithLocation(1));

    [Theory]
    [InlineData("class C { void M(Socket s, byte[] b) { {|WSK3002:s.Receive(b)|}; } }")]
    [InlineData("class C { void M(NetworkStream s, byte[] b) { {|WSK3002:s.ReadAsync(b, 0, 4)|}.GetAwaiter().GetResult(); } }")]
    public Task Not_offered(string source) => Verify.NotFixableAsync<UseBytesRead>(Id, On.DotNet, source);

    private static string Once(string statements) => $$"""
        class C
        {
            void M(NetworkStream stream, Socket socket, List<byte> all, byte[] wanted)
            {
                var b = new byte[512];
        {{statements.ReplaceLineEndings("\n")}}
            }
        }
        """;

    [Fact]
    public Task Leaves_the_loop_that_could_not_see_the_end() => Verify.FixAsync<UseBytesRead>(Id, "Slice", On.DotNet, Once("""
                while (true)
                {
                    {|WSK3002:stream.Read(b, 0, 512)|};
                    Console.WriteLine(Encoding.ASCII.GetString(b));
                }
        """), Once("""
                while (true)
                {
                    var count = stream.Read(b, 0, 512);
                    if (count == 0)
                    {
                        break;
                    }

                    Console.WriteLine(Encoding.ASCII.GetString(b, 0, count));
                }
        """));

    [Fact]
    public Task Reads_the_frames_of_a_loop_whole() => Verify.FixAsync<UseBytesRead>(Id, "Exactly", On.DotNet, Once("""
                while (true)
                {
                    var header = new byte[4];
                    {|WSK3002:stream.Read(header, 0, 4)|};
                    var length = BitConverter.ToInt32(header, 0);
                    var body = new byte[length];
                    {|WSK3002:stream.Read(body, 0, body.Length)|};
                    Console.WriteLine(Encoding.UTF8.GetString(body));
                }
        """), Once("""
                while (true)
                {
                    var header = new byte[4];
                    stream.ReadExactly(header, 0, 4);
                    var length = BitConverter.ToInt32(header, 0);
                    var body = new byte[length];
                    stream.ReadExactly(body, 0, body.Length);
                    Console.WriteLine(Encoding.UTF8.GetString(body));
                }
        """));

    [Fact]
    public Task Reads_the_frames_of_a_loop_whole_from_a_socket() => Verify.FixAsync<UseBytesRead>(Id, "Loop", On.DotNet, Once("""
                while (true)
                {
                    var header = new byte[4];
                    {|WSK3002:socket.Receive(header)|};
                    Console.WriteLine(header[0] << 8 | header[1]);
                }
        """), Once("""
                while (true)
                {
                    var header = new byte[4];
                    var count = 0;
                    while (count < header.Length)
                    {
                        var read = socket.Receive(header.AsSpan(count));
                        if (read == 0)
                        {
                            throw new EndOfStreamException();
                        }

                        count += read;
                    }

                    Console.WriteLine(header[0] << 8 | header[1]);
                }
        """));

    [Fact]
    public Task Waits_for_the_bytes_that_are_used() => Verify.FixAsync<UseBytesRead>(Id, "Loop", On.DotNet, Once("""
                {|WSK3002:socket.Receive(b)|};
                Console.WriteLine(b[9]);
        """), Once("""
                var count = 0;
                while (count < 10)
                {
                    var read = socket.Receive(b.AsSpan(count));
                    if (read == 0)
                    {
                        throw new EndOfStreamException();
                    }

                    count += read;
                }

                Console.WriteLine(b[9]);
        """));

    [Theory]
    [InlineData("all.AddRange({|#0:b|})", "all.AddRange(new ArraySegment<byte>(b, 0, n))")]
    [InlineData("File.WriteAllBytes(\"x\", {|#0:b|})", "File.WriteAllBytes(\"x\", b.AsSpan(0, n))")]
    [InlineData("Console.Write(Convert.ToBase64String({|#0:b|}))", "Console.Write(Convert.ToBase64String(b, 0, n))")]
    [InlineData("Buffer.BlockCopy({|#0:b|}, 0, wanted, 0, b.Length)", "Buffer.BlockCopy(b, 0, wanted, 0, n)")]
    public Task Cuts_the_buffer_in_any_call(string before, string after) => Verify.FixAsync<UseBytesRead>(Id, "Slice", On.DotNet,
        Once(Loop("{|#1:socket.Receive(b)|}", before)), Once(Loop("socket.Receive(b)", after)), expected: Verify.Result(RuleCatalog.WholeBufferUsed, 0, "b").WithLocation(1));

    private static string Loop(string read, string use) => $"        int n;\n        while ((n = {read}) > 0)\n        {{\n            {use};\n        }}";

    [Fact]
    public Task Cuts_the_buffer_that_is_compared() => Verify.FixAsync<UseBytesRead>(Id, "Slice", On.DotNet, Once("""
                int n = {|#1:stream.Read(b)|};
                if (n > 0) Console.Write({|#0:b|}.SequenceEqual(wanted));
        """), Once("""
                int n = 0;
                while (n < b.Length)
                {
                    int read = stream.Read(b.AsSpan(n));
                    if (read == 0)
                    {
                        break;
                    }

                    n += read;
                }

                if (n > 0) Console.Write(b.AsSpan(0, n).SequenceEqual(wanted));
        """), expected: Verify.Result(RuleCatalog.WholeBufferUsed, 0, "b").WithLocation(1));

    [Fact]
    public Task Names_the_count_of_a_condition() => Verify.FixAsync<UseBytesRead>(Id, "Slice", On.DotNet, Once("""
                while ({|#1:stream.Read(b)|} > 0)
                {
                    socket.Send({|#0:b|});
                }
        """), Once("""
                int count;
                while ((count = stream.Read(b)) > 0)
                {
                    socket.Send(b.AsSpan(0, count));
                }
        """), expected: Verify.Result(RuleCatalog.WholeBufferUsed, 0, "b").WithLocation(1));

    [Fact]
    public Task Does_not_wait_for_a_large_buffer_to_fill() => Verify.NotFixableAsync<UseBytesRead>(Id, On.DotNet, Once("""
                {|WSK3002:stream.Read(b, 0, b.Length)|};
        """));
}
