using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>One connection of a <see cref="LoopbackServer"/>: what its script works with.</summary>
internal sealed class LoopbackConnection : IDisposable
{
    private readonly LoopbackServer server;
    private readonly Socket socket;
    private readonly NetworkStream network;
    private readonly MemoryStream plain = new();
    private readonly MemoryStream tls = new();
    private readonly List<byte> unread = [];
    private readonly TaskCompletionSource<PeerEnd> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stream stream;

    internal LoopbackConnection(LoopbackServer server, Socket socket)
    {
        this.server = server;
        this.socket = socket;
        socket.NoDelay = true;
        network = new NetworkStream(socket, ownsSocket: false);
        stream = network;
    }

    /// <summary>No FIN when the script ends: the connection stays open until the peer closes it.</summary>
    public bool KeepOpen { get; set; }

    /// <summary>The connection has been upgraded to TLS.</summary>
    public bool IsTls => stream is SslStream;

    /// <summary>What was received before an upgrade to TLS, as UTF-8.</summary>
    public string PlainText => Text(plain);

    /// <summary>What was received after an upgrade to TLS, decrypted, as UTF-8.</summary>
    public string TlsText => Text(tls);

    /// <summary>All that was received.</summary>
    public string ReceivedText => PlainText + TlsText;

    /// <summary>What the script failed with, for example a broken handshake; null if it went well.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Completes when the peer has ended the connection.</summary>
    public Task<PeerEnd> Ended => ended.Task;

    /// <summary>Sends a text as UTF-8 in one piece.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes in one piece.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        await stream.WriteAsync(bytes, server.LifeToken);
        await stream.FlushAsync(server.LifeToken);
    }

    /// <summary>Sends a text in pieces cut at offsets of its UTF-8 bytes; each piece reaches a read of its own.</summary>
    public Task SendInPiecesAsync(string text, params int[] cuts) => SendInPiecesAsync(Encoding.UTF8.GetBytes(text), cuts);

    /// <summary>Sends bytes in pieces cut at offsets; each piece reaches a read of its own.</summary>
    public async Task SendInPiecesAsync(byte[] bytes, params int[] cuts)
    {
        var start = 0;
        foreach (var end in cuts.Append(bytes.Length))
        {
            await SendAsync(bytes[start..end]);
            await DrainedByPeerAsync();
            start = end;
        }
    }

    /// <summary>Sends a text so that every read of the peer yields one byte.</summary>
    public Task SendOneByteAtATimeAsync(string text) => SendOneByteAtATimeAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes so that every read of the peer yields one byte.</summary>
    public Task SendOneByteAtATimeAsync(byte[] bytes) => SendInPiecesAsync(bytes, [.. Enumerable.Range(1, Math.Max(0, bytes.Length - 1))]);

    /// <summary>The next bytes; empty at the end.</summary>
    public async Task<byte[]> ReadAsync()
    {
        if (unread.Count == 0 && !await FillAsync())
        {
            return [];
        }

        byte[] bytes = [.. unread];
        unread.Clear();
        return bytes;
    }

    /// <summary>The next line without its line end; null at the end.</summary>
    public async Task<string?> ReadLineAsync()
    {
        int end;
        while ((end = unread.IndexOf((byte)'\n')) < 0)
        {
            if (!await FillAsync())
            {
                return null;
            }
        }

        var line = Encoding.UTF8.GetString([.. unread.Take(end)]);
        unread.RemoveRange(0, end + 1);
        return line.TrimEnd('\r');
    }

    /// <summary>So many bytes; null if the peer ends before.</summary>
    public async Task<byte[]?> ReadExactlyAsync(int count)
    {
        while (unread.Count < count)
        {
            if (!await FillAsync())
            {
                return null;
            }
        }

        byte[] bytes = [.. unread.Take(count)];
        unread.RemoveRange(0, count);
        return bytes;
    }

    /// <summary>Reads until the peer ends its side.</summary>
    public async Task ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }
    }

    /// <summary>Answers nothing for as long as the peer and the server live.</summary>
    public Task StallAsync(bool read = true)
    {
        KeepOpen = true;
        return read ? ReadToEndAsync() : Task.Delay(Timeout.Infinite, server.LifeToken);
    }

    /// <summary>
    /// Waits until <paramref name="expected"/> connections have come, or no further one within <paramref name="quietMilliseconds"/>.
    /// </summary>
    public async Task HoldAsync(int expected, int quietMilliseconds = 150)
    {
        int seen;
        do
        {
            seen = server.Total;
        }
        while (seen < expected && await server.UntilAsync(() => server.Total > seen, quietMilliseconds));
    }

    /// <summary>Server side of a TLS handshake with <see cref="TestCertificate"/>. Plain bytes that are already here count as its beginning.</summary>
    public async Task UpgradeToTlsAsync()
    {
        var secure = new SslStream(new Prefixed(network, [.. unread]), leaveInnerStreamOpen: false);
        unread.Clear();
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = TestCertificate.Instance }, server.LifeToken);
        stream = secure;
    }

    /// <summary>Ends the connection with RST.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
        End(PeerEnd.Reset);
    }

    /// <summary>
    /// Waits until the peer has read all that was sent, so that two sends do not become one read. Where the system does not tell,
    /// and for a peer that does not read any more, a short pause has to do.
    /// </summary>
    public async Task DrainedByPeerAsync(int milliseconds = 200)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Task.Delay(20, server.LifeToken);
            return;
        }

        var limit = Environment.TickCount64 + milliseconds;
        while (PeerHasUnreadBytes() && Environment.TickCount64 < limit)
        {
            await Task.Delay(1, server.LifeToken);
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        End(PeerEnd.None);
    }

    internal async Task RunAsync(Func<LoopbackConnection, Task> script)
    {
        try
        {
            await script(this);
            if (!KeepOpen)
            {
                if (stream is SslStream secure)
                {
                    await secure.ShutdownAsync();
                }

                socket.Shutdown(SocketShutdown.Send);
            }

            await ReadToEndAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer or the test ended the connection.
        }
        catch (Exception exception)
        {
            Failure = exception;
        }
        finally
        {
            socket.Dispose();
            End(PeerEnd.None);
        }
    }

    private static string Text(MemoryStream received)
    {
        lock (received)
        {
            return Encoding.UTF8.GetString(received.ToArray());
        }
    }

    private async Task<bool> FillAsync()
    {
        var buffer = new byte[4096];
        int count;
        try
        {
            count = await stream.ReadAsync(buffer, server.LifeToken);
        }
        catch (IOException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            End(PeerEnd.Reset);
            throw;
        }

        if (count == 0)
        {
            End(PeerEnd.Closed);
            return false;
        }

        var received = IsTls ? tls : plain;
        lock (received)
        {
            received.Write(buffer, 0, count);
        }

        unread.AddRange(buffer.AsSpan(0, count));
        server.Signal();
        return true;
    }

    private void End(PeerEnd end) => ended.TrySetResult(end);

    /// <summary>Looks the peer's socket up in the system's tables: the receive queue is the part after the colon of the fifth column.</summary>
    private bool PeerHasUnreadBytes()
    {
        var local = ":" + ((IPEndPoint)socket.LocalEndPoint!).Port.ToString("X4", CultureInfo.InvariantCulture);
        var remote = ":" + ((IPEndPoint)socket.RemoteEndPoint!).Port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table))
            {
                continue;
            }

            foreach (var row in File.ReadLines(table))
            {
                var columns = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length > 4 && columns[1].EndsWith(remote, StringComparison.Ordinal) && columns[2].EndsWith(local, StringComparison.Ordinal))
                {
                    return !columns[4].EndsWith(":00000000", StringComparison.Ordinal);
                }
            }
        }

        return false;
    }

    /// <summary>A stream with bytes in front that were read too early.</summary>
    private sealed class Prefixed(Stream inner, byte[] prefix) : Stream
    {
        private int position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (position == prefix.Length)
            {
                return await inner.ReadAsync(buffer, cancellationToken);
            }

            var count = Math.Min(buffer.Length, prefix.Length - position);
            prefix.AsMemory(position, count).CopyTo(buffer);
            position += count;
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);
    }
}
