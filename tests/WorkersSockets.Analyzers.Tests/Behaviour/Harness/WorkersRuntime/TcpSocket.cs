using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using WorkersSockets.Analyzers.Tests.Behaviour.Harness;

namespace Workers;

public sealed record TcpSocketAddress(string Hostname, int Port);

public sealed class TcpSocketOptions
{
    public TcpSecureTransport? SecureTransport { get; init; }

    public bool? AllowHalfOpen { get; init; }
}

public enum TcpSecureTransport
{
    Off,
    On,
    StartTls,
}

public sealed record TcpSocketInfo(string? RemoteAddress, string? LocalAddress);

public sealed record TcpReadResult(bool Done, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Behaves as the package's socket does on the real runtime: connect is synchronous and its failure shows later; the seventh connect
/// that is still opening waits; close waits for the open; tokens are looked at once; the reader and the writer, once taken, are never
/// released; nothing works for another request. All of it runs on the request's one thread.
/// </summary>
public sealed class TcpSocket
{
    private const int ChunkSize = 4096;

    private readonly RequestScope owner;
    private readonly string host;
    private readonly int port;
    private readonly TcpSecureTransport transport;
    private readonly bool allowHalfOpen;
    private readonly TaskCompletionSource<TcpSocketInfo> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? socket;
    private Stream? stream;
    private Task lastRead = Task.CompletedTask;
    private Task lastWrite = Task.CompletedTask;
    private Task? closeTask;
    private bool reader;
    private bool writer;
    private bool writableClosed;
    private bool readToEnd;
    private bool failed;
    private bool upgraded;
    private bool stuckInUpgrade;

    private TcpSocket(string host, int port, TcpSecureTransport transport, bool allowHalfOpen)
    {
        owner = RequestScope.Current ?? throw new WorkersException(RuntimeTexts.GlobalScope);
        this.host = host;
        this.port = port;
        this.transport = transport;
        this.allowHalfOpen = allowHalfOpen;
        owner.Add(this);

        // The runtime marks both as handled: nobody has to look at them.
        _ = opened.Task.ContinueWith(static task => task.Exception, TaskScheduler.Default);
        _ = closed.Task.ContinueWith(static task => task.Exception, TaskScheduler.Default);
    }

    internal bool IsOpen => opened.Task.IsCompletedSuccessfully && closeTask is null && !upgraded && !closed.Task.IsCompleted;

    public static TcpSocket Connect(string address, TcpSocketOptions? options = null)
    {
        var colon = address.LastIndexOf(':');
        if (colon < 0 || address.EndsWith(']'))
        {
            throw new WorkersException("Specified address is missing port.");
        }

        return int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? Connect(address[..colon], port, options)
            : throw new WorkersException("Specified address could not be parsed.");
    }

    public static TcpSocket Connect(TcpSocketAddress address, TcpSocketOptions? options = null) => Connect(address.Hostname, address.Port, options);

    public static TcpSocket Connect(string hostname, int port, TcpSocketOptions? options = null)
    {
        if (hostname.Length is 0 or > 255 || !hostname.All(character => char.IsAsciiLetterOrDigit(character) || "._:[]-".Contains(character)))
        {
            throw new WorkersException("Specified address is empty string, contains unsupported characters or is too long.");
        }

        if (port is < 0 or > 65535)
        {
            throw new WorkersException("Value out of range. Must be less than or equal to 65535.");
        }

        var socket = new TcpSocket(hostname, port, options?.SecureTransport ?? TcpSecureTransport.Off, options?.AllowHalfOpen ?? false);
        socket.Background(socket.OpenAsync());
        return socket;
    }

    // Neither member asks which request it is called from.
    public Task<TcpSocketInfo> OpenedAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return opened.Task;
    }

    public Task ClosedAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return closed.Task;
    }

    public Task<TcpReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (RequestScope.Current != owner)
        {
            return Task.FromException<TcpReadResult>(OtherRequest("ReadableStreamSource"));
        }

        if (owner.Ended)
        {
            return new TaskCompletionSource<TcpReadResult>().Task;
        }

        if (stuckInUpgrade || upgraded)
        {
            return Task.FromException<TcpReadResult>(new WorkersException(RuntimeTexts.ReadableLocked));
        }

        reader = true;
        if (closeTask is not null)
        {
            return Task.FromException<TcpReadResult>(new WorkersException(RuntimeTexts.ReadableClosing));
        }

        var read = ReadAfterAsync(lastRead);
        lastRead = read;
        return read;
    }

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Write(() => WriteAfterAsync(lastWrite, bytes));
    }

    public Task WriteTextAsync(string value, CancellationToken cancellationToken = default) => WriteAsync(Encoding.UTF8.GetBytes(value), cancellationToken);

    public Task CloseWritableAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Write(() =>
        {
            writableClosed = true;
            return ShutdownAfterAsync(lastWrite);
        });
    }

    public Task CloseAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (upgraded)
        {
            return Task.CompletedTask;
        }

        if (owner.Ended)
        {
            return RequestScope.Current == owner ? new TaskCompletionSource().Task : Task.CompletedTask;
        }

        return closeTask ??= Background(CloseAfterAsync(lastWrite));
    }

    public Task<TcpSocket> StartTlsAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (RequestScope.Current != owner)
        {
            throw OtherRequest("Writable");
        }

        if (transport == TcpSecureTransport.On)
        {
            throw new WorkersException(RuntimeTexts.TlsOnTls);
        }

        if (transport != TcpSecureTransport.StartTls)
        {
            throw new WorkersException(RuntimeTexts.TlsOption);
        }

        if (upgraded)
        {
            throw new WorkersException(RuntimeTexts.TlsTwice);
        }

        if (closeTask is not null || closed.Task.IsCompleted)
        {
            throw new WorkersException(RuntimeTexts.TlsAfterClose);
        }

        var secure = new TcpSocket(host, port, TcpSecureTransport.On, allowHalfOpen);
        if (reader || writer)
        {
            // The locks are held for good, so the upgrade waits for ever, and the plain socket goes on.
            secure.stuckInUpgrade = true;
        }
        else
        {
            upgraded = true;
            secure.Background(secure.UpgradeAsync(this));
        }

        return Task.FromResult(secure);
    }

    internal void Abandon()
    {
        try
        {
            stream?.Dispose();
            socket?.Dispose();
        }
        catch (IOException)
        {
            // A TLS goodbye to a peer that is gone.
        }
    }

    private static WorkersException OtherRequest(string kind) => new(RuntimeTexts.OtherRequest + kind + ")");

    private static bool IsNetworkFailure(Exception exception) => exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private WorkersException CannotConnect(string prefix = "") => new(prefix + RuntimeTexts.CannotConnect + (port is 80 or 443 ? RuntimeTexts.ConsiderFetch : ""));

    private Task Background(Task task)
    {
        _ = task.ContinueWith(static done => done.Exception, TaskScheduler.Default);
        return task;
    }

    private Task Write(Func<Task> start)
    {
        if (RequestScope.Current != owner)
        {
            return Task.FromException(OtherRequest("Writable"));
        }

        if (owner.Ended)
        {
            return new TaskCompletionSource().Task;
        }

        if (stuckInUpgrade || upgraded)
        {
            return Task.FromException(new WorkersException(RuntimeTexts.WritableLocked));
        }

        var first = !writer;
        writer = true;
        if (closeTask is not null)
        {
            // A writer that was taken before the close knows of it; one that is taken now meets the closing socket.
            return Task.FromException(new WorkersException(first || !closeTask.IsCompleted ? RuntimeTexts.WritableClosing : RuntimeTexts.WritableClosed));
        }

        if (writableClosed)
        {
            return Task.FromException(new WorkersException(RuntimeTexts.WritableClosed));
        }

        lastWrite = Background(start());
        return lastWrite;
    }

    private async Task OpenAsync()
    {
        // Nothing happens before the handler first waits.
        await Task.Yield();
        await owner.Slots.WaitAsync(owner.Ending);
        try
        {
            var target = owner.Host.Resolve(host, port) ?? throw new SocketException((int)SocketError.HostNotFound);
            var connecting = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket = connecting;
            await connecting.ConnectAsync(target, owner.Ending);
            stream = new NetworkStream(connecting, ownsSocket: true);
            if (transport == TcpSecureTransport.On)
            {
                stream = await SecureAsync(stream);
            }

            opened.TrySetResult(new TcpSocketInfo($"{host}:{port}", null));
        }
        catch (Exception exception) when (IsNetworkFailure(exception) || exception is AuthenticationException)
        {
            Abandon();
            if (owner.Ended)
            {
                return;
            }

            failed = true;
            opened.TrySetException(CannotConnect());
            closed.TrySetException(CannotConnect());
        }
        finally
        {
            owner.Slots.Release();
        }
    }

    private async Task UpgradeAsync(TcpSocket plain)
    {
        try
        {
            await plain.opened.Task;
        }
        catch (WorkersException exception)
        {
            failed = true;
            opened.TrySetException(exception);
            closed.TrySetException(exception);
            return;
        }

        try
        {
            socket = plain.socket;
            stream = await SecureAsync(plain.stream!);
            plain.closed.TrySetResult();
            opened.TrySetResult(new TcpSocketInfo($"{host}:{port}", null));
        }
        catch (Exception exception) when (IsNetworkFailure(exception) || exception is AuthenticationException)
        {
            Abandon();
            if (!owner.Ended)
            {
                failed = true;
                var failure = new WorkersException(RuntimeTexts.InternalError + Guid.NewGuid().ToString("N"));
                opened.TrySetException(failure);
                closed.TrySetException(failure);
            }
        }
    }

    private async Task<Stream> SecureAsync(Stream inner)
    {
        var trusted = owner.Host.TrustedCertificate?.GetCertHashString();
        var secure = new SslStream(inner, leaveInnerStreamOpen: false, (_, certificate, _, errors) =>
            errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate?.GetCertHashString() == trusted));
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, owner.Ending);
        return secure;
    }

    private async Task<TcpReadResult> ReadAfterAsync(Task before)
    {
        if (failed)
        {
            // Not an error: a connection that never was looks like one that ended.
            await Task.Yield();
            return new TcpReadResult(true, ReadOnlyMemory<byte>.Empty);
        }

        await Settled(before);
        try
        {
            await opened.Task;
        }
        catch (WorkersException)
        {
            throw new WorkersException(RuntimeTexts.ReadCancelled);
        }

        // A promise never continues at once, so a loop of reads cannot starve the request.
        await Task.Yield();
        if (readToEnd)
        {
            return new TcpReadResult(true, ReadOnlyMemory<byte>.Empty);
        }

        var buffer = new byte[ChunkSize];
        int count;
        try
        {
            count = await stream!.ReadAsync(buffer, owner.Ending);
        }
        catch (Exception exception) when (IsNetworkFailure(exception))
        {
            if (owner.Ended)
            {
                return await new TaskCompletionSource<TcpReadResult>().Task;
            }

            if (closeTask is not null)
            {
                throw new WorkersException(RuntimeTexts.ReadAtClose);
            }

            closed.TrySetResult();
            throw new WorkersException(RuntimeTexts.ConnectionLost);
        }

        if (count > 0)
        {
            return new TcpReadResult(false, buffer.AsMemory(0, count));
        }

        readToEnd = true;
        if (!allowHalfOpen)
        {
            // The other side's end ends this side too.
            writableClosed = true;
            await ShutdownAfterAsync(lastWrite);
            closed.TrySetResult();
        }

        return new TcpReadResult(true, ReadOnlyMemory<byte>.Empty);
    }

    private async Task WriteAfterAsync(Task before, ReadOnlyMemory<byte> bytes)
    {
        if (!before.IsCompleted)
        {
            await Settled(before);
        }

        // On an open socket with an empty queue the bytes leave before the caller goes on.
        try
        {
            await opened.Task;
        }
        catch (WorkersException) when (failed && transport != TcpSecureTransport.On)
        {
            throw CannotConnect(RuntimeTexts.WritePrefix);
        }

        try
        {
            await stream!.WriteAsync(bytes, owner.Ending);
        }
        catch (Exception exception) when (IsNetworkFailure(exception))
        {
            if (owner.Ended)
            {
                await new TaskCompletionSource().Task;
            }

            closed.TrySetResult();
            throw new WorkersException(RuntimeTexts.ConnectionLost);
        }
    }

    private async Task ShutdownAfterAsync(Task before)
    {
        await Settled(before);
        await opened.Task;
        try
        {
            if (stream is SslStream secure)
            {
                await secure.ShutdownAsync();
            }

            socket!.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (IsNetworkFailure(exception))
        {
            // The peer has gone already.
        }
    }

    private async Task CloseAfterAsync(Task before)
    {
        // First the open, however long that takes; a failed one counts as done.
        await Settled(opened.Task);
        await Settled(before);
        Abandon();
        closed.TrySetResult();
    }

    private static async Task Settled(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception)
        {
            // Told to whoever awaits that task.
        }
    }
}
