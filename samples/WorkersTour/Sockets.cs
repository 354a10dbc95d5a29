using Workers;

namespace WorkersTour;

/// <summary>What every service of the tour needs of a socket.</summary>
public static class Sockets
{
    /// <summary>Waits until the socket is open, five seconds at most.</summary>
    public static async Task OpenAsync(TcpSocket socket)
    {
        using var settled = new CancellationTokenSource();
        var opening = SignalWhenOpenAsync(socket, settled);
        try
        {
            await Task.Delay(5000, settled.Token);
        }
        catch (Exception) when (settled.IsCancellationRequested)
        {
        }

        if (!settled.IsCancellationRequested)
        {
            throw new TimeoutException("The connection was not opened in time.");
        }

        await opening;
    }

    /// <summary>Everything that the peer sends until it closes, as text.</summary>
    public static async Task<string> ReadAllTextAsync(TcpSocket socket) =>
        TextCodec.DecodeUtf8(await ReadableStream.FromAsyncEnumerable(ReadChunksAsync(socket)).ReadAllBytesAsync());

    private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled)
    {
        try
        {
            await socket.OpenedAsync();
        }
        finally
        {
            settled.Cancel();
        }
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
