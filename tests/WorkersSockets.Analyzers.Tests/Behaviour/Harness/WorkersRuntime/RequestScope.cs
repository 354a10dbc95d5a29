using WorkersSockets.Analyzers.Tests.Behaviour.Harness;

namespace Workers;

/// <summary>What belongs to one request: six slots for connects that are still opening, its sockets, and the work that it waits for.</summary>
internal sealed class RequestScope(WorkersHost host)
{
    private static readonly AsyncLocal<RequestScope?> Ambient = new();

    private readonly List<TcpSocket> sockets = [];
    private readonly List<Task> awaited = [];
    private readonly CancellationTokenSource ending = new();
    private int ended;

    public static RequestScope? Current => Ambient.Value;

    public WorkersHost Host => host;

    public SemaphoreSlim Slots { get; } = new(6);

    public bool Ended => Volatile.Read(ref ended) != 0;

    public CancellationToken Ending => ending.Token;

    /// <summary>Sockets that were open and not being closed when the request ended.</summary>
    public int OpenAtEnd { get; private set; }

    public static void Enter(RequestScope scope) => Ambient.Value = scope;

    public void Add(TcpSocket socket)
    {
        lock (sockets)
        {
            sockets.Add(socket);
        }
    }

    public void WaitUntil(Task task) => awaited.Add(task);

    public async Task AwaitedWorkAsync()
    {
        // Work that was handed over may hand over more.
        for (var index = 0; index < awaited.Count; index++)
        {
            try
            {
                await awaited[index];
            }
            catch (Exception)
            {
                // The runtime logs it; the answer is out already.
            }
        }
    }

    /// <summary>The runtime closes what is open and forgets what is pending; it logs nothing.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return;
        }

        TcpSocket[] all;
        lock (sockets)
        {
            all = [.. sockets];
        }

        OpenAtEnd = all.Count(socket => socket.IsOpen);
        ending.Cancel();
        foreach (var socket in all)
        {
            socket.Abandon();
        }
    }
}
