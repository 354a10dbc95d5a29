using System.Diagnostics;
using System.Text.Json;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Workerd;

/// <summary>
/// The real Workers runtime: installs workerd with npm into the artifacts folder, once, and runs Workers on it. Where npm or the
/// package is not to be had, <see cref="Unavailable"/> says why; whatever fails after that is a failure.
/// </summary>
public sealed class WorkerdFixture : IAsyncLifetime
{
    private const string Version = "1.20261117.1";

    private static readonly string Folder = Path.Combine(References.RepositoryRoot, "artifacts", "workerd");
    private static readonly string Scripts = Path.Combine(References.RepositoryRoot, "tests", "WorkersSockets.Analyzers.Tests", "Behaviour", "Workerd");

    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private Process? host;
    private Uri? address;

    /// <summary>Why there is no runtime; null where there is one.</summary>
    public string? Unavailable { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Unavailable = await InstallAsync();
        if (Unavailable is null)
        {
            (host, var said) = await StartAsync("scenarios.mjs");
            Assert.StartsWith("{", said);
            using var listening = JsonDocument.Parse(said);
            address = new Uri($"http://127.0.0.1:{listening.RootElement.GetProperty("port").GetInt32()}");
        }
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        End(host);
        return ValueTask.CompletedTask;
    }

    /// <summary>What happened in a scenario: "ok: value", "error: message", or "pending" at the limit.</summary>
    internal async Task<string> RunAsync(string scenario, int port, int limitMilliseconds = 3000)
    {
        SkipIfUnavailable();
        return await client.GetStringAsync(new Uri(address!, $"/{scenario}?port={port}&limit={limitMilliseconds}"), TestContext.Current.CancellationToken);
    }

    /// <summary>Starts a Worker that is expected not to start, and yields what the runtime says.</summary>
    internal async Task<string> StartFailureAsync(string script)
    {
        SkipIfUnavailable();
        var (process, said) = await StartAsync(script);
        End(process);
        Assert.False(said.StartsWith('{'), "The Worker started.");
        return said;
    }

    /// <summary>The runtime for this system; the package manager installs no other.</summary>
    private static string? Binary
    {
        get
        {
            var folder = Path.Combine(Folder, "node_modules", "@cloudflare");
            return Directory.Exists(folder)
                ? Directory.GetDirectories(folder).Select(package => Path.Combine(package, "bin", OperatingSystem.IsWindows() ? "workerd.exe" : "workerd")).FirstOrDefault(File.Exists)
                : null;
        }
    }

    private static async Task<string?> InstallAsync()
    {
        Directory.CreateDirectory(Folder);

        // Two test runs at once must not install at once.
        await using var installing = await LockAsync(Path.Combine(Folder, ".lock"));
        if (File.Exists(Path.Combine(Folder, Version)) && Binary is not null)
        {
            return null;
        }

        await File.WriteAllTextAsync(Path.Combine(Folder, "package.json"), """{ "private": true }""");
        var failure = await RunToolAsync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", Folder, $"workerd@{Version}"]);
        if (failure is null && Binary is null)
        {
            failure = "the package holds no runtime for this system";
        }

        if (failure is null)
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, Version), "");
        }

        return failure;
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 600)
            {
                await Task.Delay(100);
            }
        }
    }

    private static ProcessStartInfo Tool(string name, IEnumerable<string> arguments)
    {
        // On Windows npm is a script, which only the shell finds.
        var start = name == "npm" && OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", name, .. arguments])
            : new ProcessStartInfo(name, arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = Folder;
        return start;
    }

    /// <summary>Runs a tool to its end; null if it went well, else the reason.</summary>
    private static async Task<string?> RunToolAsync(string name, string[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(45));
        Process process;
        try
        {
            process = Process.Start(Tool(name, arguments))!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return $"{name} cannot be started: {exception.Message}";
        }

        using (process)
        {
            try
            {
                process.StandardInput.Close();
                var output = process.StandardOutput.ReadToEndAsync(limit.Token);
                var error = await process.StandardError.ReadToEndAsync(limit.Token);
                await output;
                await process.WaitForExitAsync(limit.Token);
                return process.ExitCode == 0 ? null : $"{name} {arguments[0]} ended with {process.ExitCode}: {error.Trim()}";
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return $"{name} {arguments[0]} did not end in time.";
            }
        }
    }

    private static async Task<(Process Process, string Said)> StartAsync(string script)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, Path.GetFileNameWithoutExtension(script) + Environment.ProcessId)).FullName;
        File.Copy(Path.Combine(Scripts, script), Path.Combine(folder, "worker.mjs"), overwrite: true);
        File.Copy(Path.Combine(Scripts, "config.capnp"), Path.Combine(folder, "config.capnp"), overwrite: true);

        // The runtime writes the port that it got to the standard output.
        var process = Process.Start(Tool(Binary!, ["serve", Path.Combine(folder, "config.capnp"), "--control-fd=1"]))!;
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        string? line;
        try
        {
            line = await process.StandardOutput.ReadLineAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            line = "The runtime did not start in time.";
        }

        // Without a port it ends by itself and says why.
        if (line is null)
        {
            line = await errors;
        }

        Directory.Delete(folder, recursive: true);
        return (process, line);
    }

    private static void End(Process? process)
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
        }

        process?.Dispose();
    }

    private void SkipIfUnavailable()
    {
        if (Unavailable is not null)
        {
            Assert.Skip("The real Workers runtime is not to be had here: " + Unavailable);
        }
    }
}
