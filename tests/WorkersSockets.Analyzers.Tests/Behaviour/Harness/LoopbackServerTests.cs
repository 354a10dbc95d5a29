using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

public class LoopbackServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_piece_reaches_a_read_of_its_own()
    {
        await using var server = LoopbackServer.Answering("é€😀", oneByteAtATime: true);
        Assert.Equal(Enumerable.Repeat(1, 9), await ReadSizesAsync(server));
    }

    [Fact]
    public async Task Answer_is_cut_at_the_given_offsets()
    {
        await using var server = LoopbackServer.AnsweringLine("é€😀", keepOpen: false, 1, 6);
        Assert.Equal([1, 5, 3], await ReadSizesAsync(server, "hello\n"));
        Assert.Equal("hello\n", server.ReceivedText);
    }

    [Fact]
    public async Task Connect_to_a_full_queue_hangs()
    {
        await using var server = await LoopbackServer.NeverAcceptingAsync();
        using var client = new TcpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(300);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await client.ConnectAsync(server.Host, server.Port, limit.Token));
    }

    [Fact]
    public async Task Refusing_port_refuses_at_once()
    {
        await using var server = LoopbackServer.Refusing();
        using var client = new TcpClient();
        var failure = await Assert.ThrowsAsync<SocketException>(async () => await client.ConnectAsync(server.Host, server.Port, Token));
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    [Fact]
    public async Task Connections_are_counted_in_total_and_at_once()
    {
        await using var server = LoopbackServer.Counting(expected: 8);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReadSizesAsync(server)));
        Assert.True(await server.AllClosedAsync());
        await ReadSizesAsync(server);
        Assert.True(await server.AllClosedAsync());
        Assert.Equal((9, 8, 0), (server.Total, server.Maximum, server.Current));
    }

    [Fact]
    public async Task Silent_server_reads_and_never_answers()
    {
        await using var server = LoopbackServer.Silent();
        using var client = await ConnectAsync(server);
        await client.GetStream().WriteAsync("ping"u8.ToArray(), Token);
        var read = client.GetStream().ReadAsync(new byte[1], Token).AsTask();
        Assert.True(await server.UntilAsync(() => server.ReceivedText == "ping"));
        Assert.False(read.IsCompleted);
        client.Close();
        await Record.ExceptionAsync(() => read);
        Assert.Equal(PeerEnd.Closed, await server.Connections[0].Ended);
    }

    [Fact]
    public async Task Reset_is_seen_as_one_on_both_sides()
    {
        await using var server = LoopbackServer.Resetting("half");
        using var client = await ConnectAsync(server);
        var buffer = new byte[16];
        await client.GetStream().ReadExactlyAsync(buffer, 0, 4, Token);
        var failure = await Assert.ThrowsAsync<IOException>(() => client.GetStream().ReadExactlyAsync(buffer, 0, 1, Token).AsTask());
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(failure.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task Reset_of_the_peer_is_recorded()
    {
        await using var server = LoopbackServer.Silent();
        var client = await ConnectAsync(server);
        client.LingerState = new LingerOption(true, 0);
        client.Client.Close();
        Assert.True(await server.UntilAsync(() => server.Connections.Count == 1));
        Assert.Equal(PeerEnd.Reset, await server.Connections[0].Ended);
    }

    [Fact]
    public async Task Echo_lines_and_lengths_answer()
    {
        await using var echo = LoopbackServer.Echo();
        await using var lines = LoopbackServer.Lines(line => line == "QUIT" ? null : line.ToUpperInvariant(), greeting: "hello");
        await using var lengths = LoopbackServer.LengthPrefixed(body => [.. body.Reverse()], oneByteAtATime: true);
        Assert.Equal("abc", await ExchangeAsync(echo, "abc"u8.ToArray()));
        Assert.Equal("hello\r\nXYZ\r\n", await ExchangeAsync(lines, "xyz\nQUIT\n"u8.ToArray()));
        var reply = Encoding.UTF8.GetBytes(await ExchangeAsync(lengths, [0, 0, 0, 3, (byte)'1', (byte)'2', (byte)'3']));
        Assert.Equal(3, BinaryPrimitives.ReadInt32BigEndian(reply));
        Assert.Equal("321", Encoding.UTF8.GetString(reply, 4, 3));
    }

    [Fact]
    public async Task Starttls_keeps_plain_and_secure_bytes_apart()
    {
        await using var server = LoopbackServer.StartTls();
        using var client = await ConnectAsync(server);
        var buffer = new byte[256];
        await client.GetStream().ReadAtLeastAsync(buffer, 10, cancellationToken: Token);
        await client.GetStream().WriteAsync("STARTTLS\r\n"u8.ToArray(), Token);
        await client.GetStream().ReadAtLeastAsync(buffer, 10, cancellationToken: Token);
        await using var secure = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate?.GetCertHashString() == TestCertificate.Instance.GetCertHashString());
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, Token);
        await secure.WriteAsync("AUTH PLAIN secret\r\n"u8.ToArray(), Token);
        Assert.Equal("235 ", Encoding.UTF8.GetString(buffer, 0, await secure.ReadAsync(buffer, Token))[..4]);
        Assert.Equal("STARTTLS\r\n", server.Connections[0].PlainText);
        Assert.Equal("AUTH PLAIN secret\r\n", server.Connections[0].TlsText);
    }

    [Fact]
    public async Task Hello_sent_before_the_answer_was_read_is_a_broken_handshake_for_the_client()
    {
        await using var server = LoopbackServer.StartTls();
        using var client = await ConnectAsync(server);
        await using var secure = new SslStream(client.GetStream());
        await Assert.ThrowsAnyAsync<Exception>(() => secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, Token));
    }

    [Fact]
    public async Task Disposed_server_ends_everything()
    {
        var server = LoopbackServer.Silent();
        using var client = await ConnectAsync(server);
        var read = client.GetStream().ReadAsync(new byte[1], Token).AsTask();
        Assert.True(await server.UntilAsync(() => server.Total == 1));
        await server.DisposeAsync();
        await Record.ExceptionAsync(() => read);
        using var second = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(async () => await second.ConnectAsync(server.Host, server.Port, Token));
    }

    private static async Task<TcpClient> ConnectAsync(LoopbackServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, Token);
        return client;
    }

    private static async Task<List<int>> ReadSizesAsync(LoopbackServer server, string send = "")
    {
        using var client = await ConnectAsync(server);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(send), Token);
        var sizes = new List<int>();
        var buffer = new byte[4096];
        while (await client.GetStream().ReadAsync(buffer, Token) is var count and > 0)
        {
            sizes.Add(count);
        }

        return sizes;
    }

    private static async Task<string> ExchangeAsync(LoopbackServer server, byte[] send)
    {
        using var client = await ConnectAsync(server);
        var stream = client.GetStream();
        await stream.WriteAsync(send, Token);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(Token);
    }

}
