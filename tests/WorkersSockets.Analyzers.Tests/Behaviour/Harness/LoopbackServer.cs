using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>
/// A TCP server on 127.0.0.1 whose behaviour is a script that runs once per connection. It counts connections, records what each
/// of them received and how the peer ended it, and is bounded: nothing outlives <see cref="DisposeAsync"/> or
/// <see cref="LifeLimit"/>.
/// <code>
/// await using var server = LoopbackServer.Answering("héllo\n", oneByteAtATime: true);
/// await using var server = LoopbackServer.Start(async connection =>
/// {
///     var command = await connection.ReadLineAsync();
///     await connection.SendAsync($"echo {command}\r\n");
/// });
/// </code>
/// When the script ends, the server sends FIN (unless <see cref="LoopbackConnection.KeepOpen"/> is set) and goes on recording until
/// the peer closes.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    /// <summary>No server lives longer than this, whatever its script does.</summary>
    public static readonly TimeSpan LifeLimit = TimeSpan.FromSeconds(30);

    private const int ConnectionLimit = 256;

    private readonly Socket listener;
    private readonly CancellationTokenSource life = new(LifeLimit);
    private readonly ConcurrentQueue<LoopbackConnection> connections = new();
    private readonly List<Socket> fillers = [];
    private readonly Lock counting = new();
    private readonly List<Task> running = [];
    private Task accepting = Task.CompletedTask;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int total;
    private int current;
    private int maximum;

    private LoopbackServer(Socket listener)
    {
        this.listener = listener;
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    /// <summary>The address to connect to.</summary>
    public string Host => "127.0.0.1";

    /// <summary>A free port, chosen by the system.</summary>
    public int Port { get; }

    /// <summary>Host and port as one text.</summary>
    public string Address => $"{Host}:{Port}";

    /// <summary>Connections accepted so far.</summary>
    public int Total => Volatile.Read(ref total);

    /// <summary>Connections that the peer has not ended yet.</summary>
    public int Current => Volatile.Read(ref current);

    /// <summary>The most connections that were there at once.</summary>
    public int Maximum => Volatile.Read(ref maximum);

    /// <summary>All connections, in the order of their acceptance.</summary>
    public IReadOnlyList<LoopbackConnection> Connections => [.. connections];

    /// <summary>Everything that all connections received, as text; what came over TLS is in it decrypted.</summary>
    public string ReceivedText => string.Concat(Connections.Select(connection => connection.ReceivedText));

    internal CancellationToken LifeToken => life.Token;

    /// <summary>Accepts connections and runs a script on each.</summary>
    public static LoopbackServer Start(Func<LoopbackConnection, Task> script)
    {
        var server = new LoopbackServer(Listen(backlog: ConnectionLimit));
        server.accepting = server.AcceptAsync(script);
        return server;
    }

    /// <summary>Sends a text at once on connect, then FIN, or keeps the connection open.</summary>
    public static LoopbackServer Answering(string text, bool oneByteAtATime = false, bool keepOpen = false) => Start(connection =>
    {
        connection.KeepOpen = keepOpen;
        return oneByteAtATime ? connection.SendOneByteAtATimeAsync(text) : connection.SendAsync(text);
    });

    /// <summary>Waits for a line, sends a text in pieces cut at byte offsets, then FIN, or keeps the connection open.</summary>
    public static LoopbackServer AnsweringLine(string text, bool keepOpen = false, params int[] cuts) => Start(async connection =>
    {
        connection.KeepOpen = keepOpen;
        await connection.ReadLineAsync();
        await connection.SendInPiecesAsync(text, cuts);
    });

    /// <summary>Sends back what it receives until the peer ends its side.</summary>
    public static LoopbackServer Echo() => Start(async connection =>
    {
        while (await connection.ReadAsync() is { Length: > 0 } bytes)
        {
            await connection.SendAsync(bytes);
        }
    });

    /// <summary>Answers every line with a line; a null answer ends the connection.</summary>
    public static LoopbackServer Lines(Func<string, string?> answer, string? greeting = null) => Start(async connection =>
    {
        if (greeting is not null)
        {
            await connection.SendAsync(greeting + "\r\n");
        }

        while (await connection.ReadLineAsync() is { } line && answer(line) is { } reply)
        {
            await connection.SendAsync(reply + "\r\n");
        }
    });

    /// <summary>Answers every message with a message; both carry a length of four bytes, big-endian, in front.</summary>
    public static LoopbackServer LengthPrefixed(Func<byte[], byte[]> answer, bool oneByteAtATime = false) => Start(async connection =>
    {
        while (await connection.ReadExactlyAsync(4) is { } head && await connection.ReadExactlyAsync(BinaryPrimitives.ReadInt32BigEndian(head)) is { } body)
        {
            var reply = answer(body);
            var message = new byte[4 + reply.Length];
            BinaryPrimitives.WriteInt32BigEndian(message, reply.Length);
            reply.CopyTo(message, 4);
            await (oneByteAtATime ? connection.SendOneByteAtATimeAsync(message) : connection.SendAsync(message));
        }
    });

    /// <summary>Accepts, reads, and never answers.</summary>
    public static LoopbackServer Silent() => Start(connection => connection.StallAsync());

    /// <summary>Accepts and never reads, so that a large write stalls.</summary>
    public static LoopbackServer NeverReading() => Start(connection => connection.StallAsync(read: false));

    /// <summary>Sends a text and ends the connection with RST instead of FIN.</summary>
    public static LoopbackServer Resetting(string text = "") => Start(async connection =>
    {
        await connection.SendAsync(text);
        await connection.DrainedByPeerAsync();
        connection.Reset();
    });

    /// <summary>
    /// Answers every connection with <paramref name="text"/>, but not before <paramref name="expected"/> connections are there or no
    /// further one has come for a while. So <see cref="Maximum"/> shows how many a program opens at once.
    /// </summary>
    public static LoopbackServer Counting(int expected, string text = "ok\n") => Start(async connection =>
    {
        await connection.HoldAsync(expected);
        await connection.SendAsync(text);
    });

    /// <summary>
    /// A mail server as far as STARTTLS: greets, answers EHLO, upgrades on STARTTLS with <see cref="TestCertificate"/>, answers
    /// AUTH/MAIL/QUIT. What each side of the upgrade received is in <see cref="LoopbackConnection.PlainText"/> and
    /// <see cref="LoopbackConnection.TlsText"/>.
    /// </summary>
    public static LoopbackServer StartTls() => Start(async connection =>
    {
        await connection.SendAsync("220 mail.test ESMTP\r\n");
        while (await connection.ReadLineAsync() is { } line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await connection.SendAsync(connection.IsTls ? "250-mail.test\r\n250 AUTH PLAIN\r\n" : "250-mail.test\r\n250 STARTTLS\r\n");
                    break;
                case "STARTTLS" when !connection.IsTls:
                    await connection.SendAsync("220 Ready to start TLS\r\n");
                    await connection.UpgradeToTlsAsync();
                    break;
                case "AUTH":
                    await connection.SendAsync("235 Authentication succeeded\r\n");
                    break;
                case "MAIL":
                    await connection.SendAsync("250 OK\r\n");
                    break;
                case "QUIT":
                    await connection.SendAsync("221 Bye\r\n");
                    return;
                default:
                    await connection.SendAsync("502 Command not implemented\r\n");
                    break;
            }
        }
    });

    /// <summary>Speaks TLS from the first byte with <see cref="TestCertificate"/>, then runs a script.</summary>
    public static LoopbackServer Tls(Func<LoopbackConnection, Task> script) => Start(async connection =>
    {
        await connection.UpgradeToTlsAsync();
        await script(connection);
    });

    /// <summary>
    /// A port on which a connect hangs: it listens, never accepts, and its queue is full, so the system answers no further SYN.
    /// </summary>
    public static async Task<LoopbackServer> NeverAcceptingAsync()
    {
        var server = new LoopbackServer(Listen(backlog: 0));
        for (var count = 0; count < 16; count++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            server.fillers.Add(filler);
            var connecting = filler.ConnectAsync(IPAddress.Loopback, server.Port);
            if (await Task.WhenAny(connecting, Task.Delay(100)) != connecting)
            {
                _ = connecting.ContinueWith(static task => task.Exception, TaskScheduler.Default);
                return server;
            }
        }

        await server.DisposeAsync();
        throw new InvalidOperationException("The listening queue did not fill up: this system cannot make a connect hang on loopback.");
    }

    /// <summary>A port of 127.0.0.1 that refuses connections: it is bound, but nobody listens.</summary>
    public static LoopbackServer Refusing() => new(Bind());

    /// <summary>Waits until the peers have ended all connections; says whether they did so in time.</summary>
    public Task<bool> AllClosedAsync(int milliseconds = 2000) => UntilAsync(() => Current == 0, milliseconds);

    /// <summary>Waits for a state of the counters; says whether it came in time.</summary>
    public async Task<bool> UntilAsync(Func<bool> state, int milliseconds = 2000)
    {
        var limit = Task.Delay(milliseconds);
        while (!state())
        {
            var next = Volatile.Read(ref changed).Task;
            if (state())
            {
                break;
            }

            if (await Task.WhenAny(next, limit) == limit)
            {
                return state();
            }
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await life.CancelAsync();
        listener.Dispose();
        foreach (var filler in fillers)
        {
            filler.Dispose();
        }

        await accepting;
        Task[] scripts;
        lock (counting)
        {
            scripts = [.. running];
        }

        foreach (var connection in connections)
        {
            connection.Dispose();
        }

        await Task.WhenAll(scripts);
        life.Dispose();
    }

    internal void Signal() => Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static Socket Listen(int backlog)
    {
        var socket = Bind();
        socket.Listen(backlog);
        return socket;
    }

    private async Task AcceptAsync(Func<LoopbackConnection, Task> script)
    {
        try
        {
            while (Total < ConnectionLimit)
            {
                var socket = await listener.AcceptAsync(life.Token);
                var connection = new LoopbackConnection(this, socket);
                connections.Enqueue(connection);
                lock (counting)
                {
                    total++;
                    current++;
                    maximum = Math.Max(maximum, current);
                    running.Add(Task.Run(() => ServeAsync(connection, script)));
                }

                Signal();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server is disposed.
        }
    }

    private async Task ServeAsync(LoopbackConnection connection, Func<LoopbackConnection, Task> script)
    {
        try
        {
            await connection.RunAsync(script);
        }
        finally
        {
            lock (counting)
            {
                current--;
            }

            Signal();
        }
    }
}

/// <summary>How the peer of a <see cref="LoopbackConnection"/> ended it.</summary>
internal enum PeerEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>In order (FIN).</summary>
    Closed,

    /// <summary>With a reset (RST), or the server ended it so.</summary>
    Reset,
}
