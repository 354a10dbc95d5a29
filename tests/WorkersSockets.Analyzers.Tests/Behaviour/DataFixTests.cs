using WorkersSockets.Analyzers.CodeFixes.Data;
using WorkersSockets.Analyzers.Tests.Behaviour.Harness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour;

/// <summary>What the fixes of WSK3001 to WSK3005 write, run against a server that fragments, closes early and keeps connections open.</summary>
public class DataFixTests
{
    private const string Text = "é€😀";

    private static string Program(string body, string helpers = "") => $$"""
        static class Program
        {
            static async Task<string> Run(string host, int port)
            {
                using var client = new TcpClient();
                using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await client.ConnectAsync(host, port, timeout.Token);
                var stream = client.GetStream();
        {{body}}
            }
        {{helpers}}
        }
        """;

    [Fact]
    [RunProof("WSK3001", On.DotNet, "one read yields the first byte of the line", "the fix reads the whole line and ends while the connection stays open")]
    public async Task Line_is_read_to_its_end()
    {
        using var pair = await FixRunner.LoadAsync<ReadMessage>(On.DotNet, Program("""
                    var buffer = new byte[256];
                    var count = await stream.ReadAsync(buffer);
                    return Encoding.UTF8.GetString(buffer, 0, count).TrimEnd('\n');
            """), "WSK3001.Loop");
        await using var server = LoopbackServer.Answering(Text + "\n", oneByteAtATime: true, keepOpen: true);
        Assert.NotEqual(Text, (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal(Text, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3001", On.DotNet, "one read yields the first byte of the frame", "the fix reads to the mark that ends the requests too")]
    public async Task Frame_is_read_to_its_end_mark()
    {
        using var pair = await FixRunner.LoadAsync<ReadMessage>(On.DotNet, Program("""
                    stream.Write(Encoding.UTF8.GetBytes("\v" + host + "\u001c\r"));
                    var buffer = new byte[256];
                    var count = await stream.ReadAsync(buffer);
                    return Encoding.UTF8.GetString(buffer, 0, count).Trim('\v', '\u001c');
            """), "WSK3001.Loop");
        await using var server = LoopbackServer.Answering("\v" + Text + "\u001c", oneByteAtATime: true, keepOpen: true);
        Assert.NotEqual(Text, (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal(Text, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3001", On.DotNet, "one read yields the first byte of the answer", "the fix reads until the server closes")]
    public async Task Answer_is_read_to_the_close()
    {
        using var pair = await FixRunner.LoadAsync<ReadMessage>(On.DotNet, Program("""
                    var buffer = new byte[256];
                    var count = stream.Read(buffer, 0, buffer.Length);
                    return Encoding.UTF8.GetString(buffer, 0, count);
            """), "WSK3001.Loop");
        await using var server = LoopbackServer.Answering(Text, oneByteAtATime: true);
        Assert.NotEqual(Text, (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal(Text, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Theory]
    [InlineData("WSK3001.Loop")]
    [InlineData("WSK3001.Exactly")]
    [RunProof("WSK3001", On.DotNet, "a header that comes in pieces is refused", "the header is read whole; an early close is still told")]
    public async Task Header_is_read_to_its_size(string key)
    {
        using var pair = await FixRunner.LoadAsync<ReadMessage>(On.DotNet, Program("""
                    var header = new byte[4];
                    if (await stream.ReadAsync(header, 0, 4) != 4)
                    {
                        return "short";
                    }

                    return Encoding.ASCII.GetString(header);
            """), key);
        await using var server = LoopbackServer.Answering("abcdef", oneByteAtATime: true, keepOpen: true);
        Assert.Equal("short", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("abcd", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
        await using var early = LoopbackServer.Answering("ab", oneByteAtATime: true);
        Assert.Equal("short", (await pair.After.InvokeAsync("Run", early.Host, early.Port)).Text);
    }

    [Theory]
    [InlineData("WSK3001.Loop")]
    [InlineData("WSK3001.Exactly")]
    [RunProof("WSK3001", On.DotNet, "headers that come in pieces are taken apart", "each header is read whole; one that is cut off ends the loop")]
    public async Task Each_header_of_a_loop_is_read_to_its_size(string key)
    {
        using var pair = await FixRunner.LoadAsync<ReadMessage>(On.DotNet, Program("""
                    var all = "";
                    var header = new byte[4];
                    while (true)
                    {
                        var count = await stream.ReadAsync(header, 0, 4);
                        if (count == 0)
                        {
                            return all;
                        }

                        all += BitConverter.ToInt32(header, 0) + " ";
                    }
            """), key);
        await using var server = LoopbackServer.Answering("\u0001\0\0\0\u0002\0\0\0\u0003\0", oneByteAtATime: true);
        Assert.NotEqual("1 2 ", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("1 2 ", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3001", On.DotNet, "a loop that ends when nothing is buffered stops after the first byte", "the fix reads to the end of the line and ends while the connection stays open")]
    public async Task Loop_ends_with_the_line_and_not_when_idle()
    {
        using var pair = await FixRunner.LoadAsync<ReadMessage>(On.DotNet, Program("""
                    stream.Write(Encoding.ASCII.GetBytes("HELP\r\n"));
                    var buffer = new byte[64];
                    var text = new StringBuilder();
                    int count;
                    do
                    {
                        count = stream.Read(buffer, 0, buffer.Length);
                        text.Append(Encoding.ASCII.GetString(buffer, 0, count));
                    }
                    while (stream.DataAvailable);

                    return text.ToString();
            """), "WSK3001.Loop");
        await using var server = LoopbackServer.Answering("250 ready\n", oneByteAtATime: true, keepOpen: true);
        Assert.NotEqual("250 ready\n", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("250 ready\n", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3001", On.Workers, "one read yields the first byte of the answer", "the iterator yields all chunks, decoded once")]
    public async Task Answer_is_read_whole_on_workers()
    {
        using var pair = await FixRunner.LoadAsync<ReadMessage>(On.Workers, """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    var socket = TcpSocket.Connect(host, port);
                    var answer = await socket.ReadAsync();
                    await socket.CloseAsync();
                    return TextCodec.DecodeUtf8(answer.Bytes);
                }
            }
            """, "WSK3001.Loop");
        await using var server = LoopbackServer.Answering(Text, oneByteAtATime: true);
        Assert.NotEqual(Text, (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal(Text, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3002", On.DotNet, "text is followed by the zeros of the buffer", "the text is what was sent")]
    public async Task Only_the_bytes_read_are_used()
    {
        using var pair = await FixRunner.LoadAsync<UseBytesRead>(On.DotNet, Program("""
                    var buffer = new byte[64];
                    await stream.ReadAsync(buffer);
                    return Encoding.UTF8.GetString(buffer);
            """), "WSK3002.Slice");
        await using var server = LoopbackServer.Answering(Text, oneByteAtATime: true);
        Assert.EndsWith("\0", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text, StringComparison.Ordinal);
        Assert.Equal(Text, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3002", On.DotNet, "a number is parsed from its first byte", "all four bytes are there before they are parsed")]
    public async Task Exact_read_fills_the_header()
    {
        using var pair = await FixRunner.LoadAsync<UseBytesRead>(On.DotNet, Program("""
                    var header = new byte[4];
                    await stream.ReadAsync(header, 0, 4);
                    return BitConverter.ToInt32(header, 0).ToString("x");
            """), "WSK3002.Exactly");
        await using var server = LoopbackServer.Answering("abcd", oneByteAtATime: true, keepOpen: true);
        Assert.Equal("61", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("64636261", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3003", On.DotNet, "characters that two reads share are damaged", "the decoder keeps what is incomplete")]
    public async Task Decoder_joins_characters()
    {
        using var pair = await FixRunner.LoadAsync<DecodeWhole>(On.DotNet, Program("""
                    var buffer = new byte[64];
                    var text = new StringBuilder();
                    int count;
                    while ((count = await stream.ReadAsync(buffer)) > 0)
                    {
                        text.Append(Encoding.UTF8.GetString(buffer, 0, count));
                    }

                    return text.ToString();
            """), "WSK3003.Decoder");
        await using var server = LoopbackServer.Start(connection => connection.SendInPiecesAsync(Text, 1, 4, 7));
        Assert.Contains("\uFFFD", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text, StringComparison.Ordinal);
        Assert.Equal(Text, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3003", On.Workers, "characters that two chunks share are damaged", "the bytes are gathered and decoded once")]
    public async Task Chunks_are_decoded_once_on_workers()
    {
        using var pair = await FixRunner.LoadAsync<DecodeWhole>(On.Workers, """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    var socket = TcpSocket.Connect(host, port);
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
            }
            """, "WSK3003.Collect");
        await using var server = LoopbackServer.Start(connection => connection.SendInPiecesAsync(Text, 1, 4, 7));
        Assert.Contains("\uFFFD", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text, StringComparison.Ordinal);
        Assert.Equal(Text, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3004", On.DotNet, "a byte-order mark stands in front of the first command", "the first byte is the command's")]
    public async Task No_byte_order_mark_is_sent()
    {
        using var pair = await FixRunner.LoadAsync<NameEncoding>(On.DotNet, Program("""
                    using var writer = new StreamWriter(stream, Encoding.UTF8);
                    await writer.WriteAsync("HELO\n");
                    await writer.FlushAsync();
                    using var reader = new StreamReader(stream, Encoding.Latin1);
                    return await reader.ReadToEndAsync();
            """), "WSK3004.NoByteOrderMark");
        await using var server = LoopbackServer.AnsweringLine("ok");
        await pair.Before.InvokeAsync("Run", server.Host, server.Port);
        Assert.Equal("\uFEFFHELO\n", server.ReceivedText);
        await using var other = LoopbackServer.AnsweringLine("ok");
        await pair.After.InvokeAsync("Run", other.Host, other.Port);
        Assert.Equal("HELO\n", other.ReceivedText);
    }

    [Theory]
    [InlineData("abcd", "abcd")]
    [InlineData("ab", "EndOfStreamException")]
    [RunProof("WSK3005", On.DotNet, "an early close makes the loop spin", "the loop ends with an exception; a whole message is unharmed")]
    public async Task Fill_loop_ends_with_the_stream(string sent, string expected)
    {
        using var pair = await FixRunner.LoadAsync<LeaveAtEnd>(On.DotNet, Program("""
                    var buffer = new byte[4];
                    try
                    {
                        await Task.Run(() => Fill(stream, buffer));
                        return Encoding.ASCII.GetString(buffer);
                    }
                    catch (Exception exception) when (exception is EndOfStreamException or TimeoutException)
                    {
                        return exception.GetType().Name;
                    }
            """, """

                static void Fill(NetworkStream stream, byte[] buffer)
                {
                    var until = 0;
                    var total = 0;
                    while (total < buffer.Length)
                    {
                        total += stream.Read(buffer, total, buffer.Length - total);
                        Spin(++until);
                    }
                }

                static void Spin(int rounds)
                {
                    if (rounds > 10_000)
                    {
                        throw new TimeoutException();
                    }
                }
            """), "WSK3005.EndCheck");
        await using var server = LoopbackServer.Answering(sent, oneByteAtATime: true);
        Assert.Equal(sent.Length == 4 ? "abcd" : "TimeoutException", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal(expected, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3001", On.DotNet, "the loop stops where the next piece is still on its way", "the loop goes on until the server closes")]
    public async Task Idle_loop_reads_to_the_close()
    {
        using var pair = await FixRunner.LoadAsync<ReadMessage>(On.DotNet, Program("""
                    var buffer = new byte[64];
                    var text = new StringBuilder();
                    int count;
                    do
                    {
                        count = stream.Read(buffer, 0, buffer.Length);
                        text.Append(Encoding.Latin1.GetString(buffer, 0, count));
                    }
                    while (stream.DataAvailable);
                    return text.ToString();
            """), "WSK3001.Loop");
        await using var server = LoopbackServer.Answering("abcdef", oneByteAtATime: true);
        Assert.NotEqual("abcdef", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("abcdef", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK3002", On.DotNet, "a byte that has not come yet is zero", "the loop ends with the last byte that is used, though the buffer is not full and the connection stays open")]
    public async Task Bytes_that_are_used_are_waited_for()
    {
        using var pair = await FixRunner.LoadAsync<UseBytesRead>(On.DotNet, Program("""
                    var buffer = new byte[512];
                    client.Client.Receive(buffer);
                    return ((char)buffer[3]).ToString();
            """), "WSK3002.Loop");
        await using var server = LoopbackServer.Answering("abcd", oneByteAtATime: true, keepOpen: true);
        Assert.Equal("\0", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("d", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
        await using var early = LoopbackServer.Answering("ab", oneByteAtATime: true);
        Assert.IsType<EndOfStreamException>((await pair.After.InvokeAsync("Run", early.Host, early.Port)).Exception);
    }

    [Fact]
    [RunProof("WSK3001", On.Workers, "one read yields the first byte of the line", "the iterator ends with the line while the connection stays open")]
    public async Task Line_is_read_to_its_end_on_workers()
    {
        using var pair = await FixRunner.LoadAsync<ReadMessage>(On.Workers, """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    var socket = TcpSocket.Connect(host, port);
                    var answer = await socket.ReadAsync();
                    return TextCodec.DecodeUtf8(answer.Bytes).Trim();
                }
            }
            """, "WSK3001.Loop");
        await using var server = LoopbackServer.Answering(Text + "\n", oneByteAtATime: true, keepOpen: true);
        Assert.NotEqual(Text, (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal(Text, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("ab", "ab")]
    [InlineData("ab\n", "ab\n")]
    [RunProof("WSK3005", On.Workers, "an early close, or a server that sends nothing, makes the loop spin", "the loop ends with the stream; a whole line is unharmed")]
    public async Task Loop_ends_with_the_stream_on_workers(string sent, string expected)
    {
        using var pair = await FixRunner.LoadAsync<LeaveAtEnd>(On.Workers, """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    var socket = TcpSocket.Connect(host, port);
                    var text = "";
                    var rounds = 0;
                    while (!text.EndsWith("\n", StringComparison.Ordinal))
                    {
                        var chunk = await socket.ReadAsync();
                        text += TextCodec.DecodeUtf8(chunk.Bytes);
                        rounds++;
                        Spin(rounds);
                    }

                    return text;
                }

                static void Spin(int rounds)
                {
                    if (rounds > 10000)
                    {
                        throw new InvalidOperationException("spins");
                    }
                }
            }
            """, "WSK3005.EndCheck");
        await using var server = LoopbackServer.Answering(sent, oneByteAtATime: true);
        var before = await pair.Before.InvokeAsync("Run", server.Host, server.Port);
        Assert.True(sent.EndsWith('\n') ? before.Text == sent : before.Exception is InvalidOperationException, before.ToString());
        Assert.Equal(expected, (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }
}
