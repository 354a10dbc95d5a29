using WorkersSockets.Analyzers.Tests.Behaviour.Harness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour;

/// <summary>One read is not one message, and a character is not in one read.</summary>
public class SingleReadTests
{
    [Fact]
    [RunProof("WSK3001", On.DotNet, "one read yields the first byte of the answer", "the loop yields the whole line and ends while the connection stays open")]
    public async Task Line_is_read_whole_on_dotnet()
    {
        using var pair = FixedPair.Load(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    var buffer = new byte[256];
                    var count = await client.GetStream().ReadAsync(buffer);
                    return Encoding.UTF8.GetString(buffer, 0, count);
                }
            }
            """,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    var buffer = new byte[256];
                    var count = 0;
                    while (buffer.AsSpan(0, count).IndexOf((byte)'\n') < 0)
                    {
                        var read = await client.GetStream().ReadAsync(buffer.AsMemory(count));
                        if (read == 0)
                        {
                            throw new EndOfStreamException();
                        }

                        count += read;
                    }

                    return Encoding.UTF8.GetString(buffer, 0, count);
                }
            }
            """);
        await using var server = LoopbackServer.Answering("é€😀\n", oneByteAtATime: true, keepOpen: true);
        Assert.NotEqual("é€😀\n", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("é€😀\n", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.True(await server.AllClosedAsync());
    }

    [Fact]
    [RunProof("WSK3003", On.Workers, "a character that two reads share is damaged", "the text is decoded once and whole")]
    public async Task Text_is_decoded_once_on_workers()
    {
        using var pair = FixedPair.Load(
            On.Workers,
            """
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
            """,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    var socket = TcpSocket.Connect(host, port);
                    var bytes = await ReadableStream.FromAsyncEnumerable(ReadChunksAsync(socket)).ReadAllBytesAsync();
                    await socket.CloseAsync();
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
        await using var server = LoopbackServer.Start(connection => connection.SendInPiecesAsync("é€😀", 1, 4, 7));
        Assert.Contains("\uFFFD", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text, StringComparison.Ordinal);
        Assert.Equal("é€😀", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }
}
