using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using Workers;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>
/// Runs requests of a Worker that is compiled against the stand-in: one thread per request that works like JavaScript's event loop,
/// so nothing goes on behind a handler's back, and what is not awaited at its end is dropped.
/// </summary>
internal sealed class WorkersHost
{
    /// <summary>Plain-text variables of the environment.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Hyperdrive bindings.</summary>
    public Dictionary<string, HyperdriveConnectionInfo> Hyperdrives { get; } = [];

    /// <summary>
    /// Names that lead to a loopback server: "api.example.com:443" to its address. Any other name that is not loopback fails like one
    /// that DNS does not know; nothing ever leaves this machine.
    /// </summary>
    public Dictionary<string, LoopbackServer> Names { get; } = [];

    /// <summary>A certificate that TLS accepts besides those that are valid, as the runtime's configuration can add roots.</summary>
    public X509Certificate2? TrustedCertificate { get; set; }

    /// <summary>Where a connect really goes; null for a name that leads nowhere.</summary>
    internal EndPoint? Resolve(string host, int port) =>
        Names.TryGetValue($"{host}:{port}", out var server) ? new IPEndPoint(IPAddress.Loopback, server.Port)
        : host == "localhost" ? new IPEndPoint(IPAddress.Loopback, port)
        : IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address) ? new IPEndPoint(address, port)
        : null;

    internal async Task<RunResult> RunAsync(MethodInfo method, object?[] arguments, TimeSpan limit)
    {
        var scope = new RequestScope(this);
        var all = method.GetParameters().Select((parameter, index) =>
            index < arguments.Length ? arguments[index]
            : parameter.ParameterType == typeof(Env) ? new Env(this)
            : parameter.ParameterType == typeof(Context) ? new Context(scope)
            : Type.Missing).ToArray();
        var watch = Stopwatch.StartNew();
        var loop = new EventLoop();
        var finished = loop.Start(async () =>
        {
            RequestScope.Enter(scope);
            try
            {
                var value = await ProgramRunner.AwaitAsync(ProgramRunner.Unwrap(method, all));
                if (value is Response response)
                {
                    await response.SendAsync();
                }

                await scope.AwaitedWorkAsync();
                return value;
            }
            finally
            {
                scope.End();
            }
        });
        var inTime = await Task.WhenAny(finished, Task.Delay(limit)) == finished;
        loop.Stop();
        var open = scope.OpenAtEnd;
        scope.End();
        if (!inTime)
        {
            return new RunResult(null, null, TimedOut: true, watch.Elapsed) { OpenSockets = open };
        }

        try
        {
            return new RunResult(await finished, null, TimedOut: false, watch.Elapsed) { OpenSockets = open };
        }
        catch (Exception exception)
        {
            return new RunResult(null, exception, TimedOut: false, watch.Elapsed) { OpenSockets = open };
        }
    }

    /// <summary>Runs all continuations of a request on one thread, one after the other.</summary>
    private sealed class EventLoop : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> queue = [];

        public override void Post(SendOrPostCallback callback, object? state)
        {
            try
            {
                queue.Add((callback, state));
            }
            catch (InvalidOperationException)
            {
                // The request is over: its continuations never run.
            }
        }

        public override void Send(SendOrPostCallback callback, object? state) => throw new NotSupportedException();

        public Task<object?> Start(Func<Task<object?>> main)
        {
            var done = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
            var thread = new Thread(() =>
            {
                SetSynchronizationContext(this);
                Complete(main());
                foreach (var (callback, state) in queue.GetConsumingEnumerable())
                {
                    callback(state);
                }
            })
            { IsBackground = true, Name = "Worker" };
            thread.Start();
            return done.Task;

            async void Complete(Task<object?> running)
            {
                try
                {
                    done.TrySetResult(await running);
                }
                catch (Exception exception)
                {
                    done.TrySetException(exception);
                }
            }
        }

        /// <summary>Drops what is queued. A program that loops without awaiting keeps its thread; it is a background thread.</summary>
        public void Stop()
        {
            queue.CompleteAdding();
            while (queue.TryTake(out _))
            {
            }
        }
    }
}
