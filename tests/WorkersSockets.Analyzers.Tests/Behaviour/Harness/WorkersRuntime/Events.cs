using System.Diagnostics;
using System.Text;
using WorkersSockets.Analyzers.Tests.Behaviour.Harness;

namespace Workers;

[AttributeUsage(AttributeTargets.Method)]
public sealed class FetchAttribute : Attribute;

[AttributeUsage(AttributeTargets.Method)]
public sealed class ScheduledAttribute : Attribute;

public sealed class ScheduledEvent
{
    public string Cron => "* * * * *";

    public DateTimeOffset ScheduledTime { get; } = DateTimeOffset.UtcNow;
}

public interface IBinding;

public interface IHyperdriveBinding : IBinding
{
    Task<HyperdriveConnectionInfo> GetConnectionInfoAsync(CancellationToken cancellationToken = default);
}

public sealed record HyperdriveConnectionInfo(string ConnectionString, string Host, int Port, string User, string Password, string Database);

public sealed class Env
{
    private readonly WorkersHost host;

    internal Env(WorkersHost host) => this.host = host;

    public T Get<T>(string name) => (T)Convert.ChangeType(Variable(name), typeof(T), System.Globalization.CultureInfo.InvariantCulture);

    public bool TryGet<T>(string name, out T value)
    {
        var found = host.Variables.ContainsKey(name);
        value = found ? Get<T>(name) : default!;
        return found;
    }

    public string Variable(string name) => host.Variables.TryGetValue(name, out var value) ? value : throw new WorkersException($"The variable {name} is not set.");

    public T Variable<T>(string name) => Get<T>(name);

    public string Secret(string name) => Variable(name);

    public IHyperdriveBinding Hyperdrive(string name) => new HyperdriveBinding(host.Hyperdrives[name]);

    private sealed class HyperdriveBinding(HyperdriveConnectionInfo info) : IHyperdriveBinding
    {
        public Task<HyperdriveConnectionInfo> GetConnectionInfoAsync(CancellationToken cancellationToken = default) => Task.FromResult(info);
    }
}

public sealed class Context
{
    private readonly RequestScope scope;

    internal Context(RequestScope scope) => this.scope = scope;

    public void WaitUntil(Task task) => scope.WaitUntil(task);

    public void PassThroughOnException()
    {
    }

    public T Props<T>() => throw new WorkersException("This Worker has no props.");
}

public static class Timers
{
    public static TimerHandle SetTimeout(Action callback, TimeSpan delay)
    {
        var handle = new TimerHandle();
        _ = RunAsync();
        return handle;

        async Task RunAsync()
        {
            try
            {
                await Task.Delay(delay, handle.Cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            callback();
        }
    }

    public static void ClearTimeout(TimerHandle handle) => handle.Cancellation.Cancel();
}

public sealed class TimerHandle
{
    internal TimerHandle()
    {
    }

    internal CancellationTokenSource Cancellation { get; } = new();
}

public static class TextCodec
{
    public static string DecodeUtf8(ReadOnlyMemory<byte> bytes, bool fatal = false, bool ignoreBom = false)
    {
        var start = !ignoreBom && bytes.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: fatal).GetString(bytes.Span[start..]);
        }
        catch (DecoderFallbackException)
        {
            throw new WorkersException("Failed to decode input.");
        }
    }
}

public static class Performance
{
    public static double Now() => Stopwatch.GetElapsedTime(0).TotalMilliseconds;
}

public sealed class WorkersException : Exception
{
    public WorkersException(string message)
        : base(message)
    {
    }
}
