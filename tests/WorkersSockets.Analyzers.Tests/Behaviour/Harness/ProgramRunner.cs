using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>How a program's run ended.</summary>
/// <param name="Value">What it returned (awaited); null after a failure or past the limit.</param>
/// <param name="Exception">What it threw.</param>
/// <param name="TimedOut">It was still running at the limit.</param>
/// <param name="Elapsed">How long it ran.</param>
internal sealed record RunResult(object? Value, Exception? Exception, bool TimedOut, TimeSpan Elapsed)
{
    /// <summary>Sockets of the stand-in that nobody had closed when the request ended; 0 on .NET, where the server's counters tell.</summary>
    public int OpenSockets { get; init; }

    /// <summary>Status of the answer, if the program is a Worker that answered.</summary>
    public int? Status => (Value as global::Workers.Response)?.Status;

    /// <summary>The value as text: a text itself, an answer's body, else what ToString says.</summary>
    public string? Text => Value is global::Workers.Response response ? response.BodyText : Value?.ToString();

    /// <summary>The value, or the failure thrown again.</summary>
    public object? Get()
    {
        Assert.False(TimedOut, $"The program did not end within {Elapsed.TotalMilliseconds:F0} ms.");
        if (Exception is not null)
        {
            ExceptionDispatchInfo.Throw(Exception);
        }

        return Value;
    }

    /// <summary>The value of a program that must have ended well.</summary>
    public T Get<T>() => Assert.IsAssignableFrom<T>(Get());
}

/// <summary>
/// Compiles a C# source in memory, loads it into a collectible context and runs its static methods, each run on a thread of its own
/// and with a limit in time.
/// <code>
/// var result = await ProgramRunner.RunAsync(On.DotNet, source, "Run", server.Host, server.Port);
/// Assert.Equal("hello", result.Get&lt;string>());
/// </code>
/// On <see cref="On.Workers"/> the source is compiled against the executable stand-in under <c>WorkersRuntime</c>, and every run is
/// one request: it has its own six slots for connects, and its sockets end with it. Several requests to one loaded program share
/// its static state: <see cref="Load"/> once, <see cref="InvokeAsync"/> for each.
/// </summary>
internal sealed class ProgramRunner : IDisposable
{
    /// <summary>The limit of a run that states none.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(10);

    private readonly On on;
    private readonly Assembly assembly;
    private readonly AssemblyLoadContext context;

    private ProgramRunner(On on, Assembly assembly, AssemblyLoadContext context)
    {
        this.on = on;
        this.assembly = assembly;
        this.context = context;
    }

    /// <summary>What requests of a Worker see of the world; no use on .NET.</summary>
    public WorkersHost Host { get; } = new();

    /// <summary>Compiles and loads a source; markup is removed. Fails the test where the source does not compile.</summary>
    public static ProgramRunner Load(On on, string source)
    {
        var compilation = Verify.Compile(on, source);
        if (on == On.Workers)
        {
            compilation = compilation.ReplaceReference(References.Workers, MetadataReference.CreateFromFile(typeof(ProgramRunner).Assembly.Location));
        }

        using var image = new MemoryStream();
        var result = compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, "The source does not compile:\n" + string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)) + "\n" + source);
        image.Position = 0;
        var context = new AssemblyLoadContext("Program", isCollectible: true);
        return new ProgramRunner(on, context.LoadFromStream(image), context);
    }

    /// <summary>Loads a source and runs one method once.</summary>
    public static Task<RunResult> RunAsync(On on, string source, string method = "Run", params object?[] arguments) =>
        RunAsync(on, source, DefaultLimit, method, arguments);

    /// <summary>Loads a source and runs one method once, with a limit.</summary>
    public static async Task<RunResult> RunAsync(On on, string source, TimeSpan limit, string method = "Run", params object?[] arguments)
    {
        using var program = Load(on, source);
        return await program.InvokeAsync(method, limit, arguments);
    }

    /// <summary>Runs a static method; what it returns is awaited.</summary>
    public Task<RunResult> InvokeAsync(string method, params object?[] arguments) => InvokeAsync(method, DefaultLimit, arguments);

    /// <summary>
    /// Runs a static method, of any accessibility and in any type of the program; what it returns is awaited. On Workers, missing
    /// parameters of type Env and Context are supplied.
    /// </summary>
    public async Task<RunResult> InvokeAsync(string method, TimeSpan limit, params object?[] arguments)
    {
        var target = Find(method, arguments);
        return on == On.Workers
            ? await Host.RunAsync(target, arguments, limit)
            : await RunOnOwnThreadAsync(() => Unwrap(target, arguments), limit);
    }

    public void Dispose() => context.Unload();

    /// <summary>Calls a method and yields what it returned, without the reflection's wrapper around its exception.</summary>
    internal static object? Unwrap(MethodInfo method, object?[] arguments) =>
        method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    /// <summary>The value behind a returned task, if it is one.</summary>
    internal static async Task<object?> AwaitAsync(object? returned)
    {
        switch (returned)
        {
            case Task task:
                await task.ConfigureAwait(true);
                return ValueOf(task);
            case ValueTask task:
                await task.ConfigureAwait(true);
                return null;
            case not null when returned.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>):
                var asTask = (Task)type.GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(returned, null)!;
                await asTask.ConfigureAwait(true);
                return ValueOf(asTask);
            default:
                return returned;
        }
    }

    private static object? ValueOf(Task task)
    {
        for (var type = task.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            {
                // A task without a value is, inside, one with a value of a private type.
                return type.GetGenericArguments()[0].Name == "VoidTaskResult" ? null : type.GetProperty(nameof(Task<>.Result))!.GetValue(task);
            }
        }

        return null;
    }

    /// <summary>
    /// A thread of its own, so that a program that blocks for ever takes none from the pool. Past the limit the thread is left behind
    /// as a background thread: it ends when the test disposes the server that it waits for.
    /// </summary>
    private static async Task<RunResult> RunOnOwnThreadAsync(Func<object?> run, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        var done = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(run());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        { IsBackground = true, Name = "Program" };
        thread.Start();
        var finished = FinishAsync(done.Task);
        if (await Task.WhenAny(finished, Task.Delay(limit)) != finished)
        {
            _ = finished.ContinueWith(static task => task.Exception, TaskScheduler.Default);
            return new RunResult(null, null, TimedOut: true, watch.Elapsed);
        }

        try
        {
            return new RunResult(await finished, null, TimedOut: false, watch.Elapsed);
        }
        catch (Exception exception)
        {
            return new RunResult(null, exception, TimedOut: false, watch.Elapsed);
        }
    }

    private static async Task<object?> FinishAsync(Task<object?> returned) => await AwaitAsync(await returned);

    private MethodInfo Find(string name, object?[] arguments)
    {
        const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var found = assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Static))
            .Where(method => method.Name == name && (on == On.Workers ? method.GetParameters().Length >= arguments.Length : method.GetParameters().Length == arguments.Length))
            .ToList();
        Assert.True(found.Count == 1, $"Expected one static method {name} with {arguments.Length} parameters, found {found.Count}.");
        return found[0];
    }
}
