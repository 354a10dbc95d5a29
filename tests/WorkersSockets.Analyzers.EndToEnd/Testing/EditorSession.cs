using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd.Testing;

/// <summary>A find as an editor shows it under the code.</summary>
internal sealed record LiveFind(string Id, int Line, string Marked, string Severity, string Message);

/// <summary>An editor (EditorHost) that has a user's project open, in a process of its own.</summary>
internal sealed class EditorSession : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private EditorSession(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Builds the editor once below <paramref name="package"/>'s folder, restores the project and opens a document of it.</summary>
    public static async Task<EditorSession> OpenAsync(PackedPackage package, UserProject project, string file)
    {
        var folder = Path.Combine(package.Folder, "editor");
        (await Dotnet.RunAsync(
            Repository.Root, "build", "tests/WorkersSockets.Analyzers.EndToEnd/EditorHost", "-nologo", "-c", "Release", "--artifacts-path", folder)).Succeeded();
        (await project.RunAsync("restore")).Succeeded();

        var editor = new EditorSession(Dotnet.Start(
            project.Folder, null, Path.Combine(folder, "bin", "EditorHost", "release", "EditorHost.dll"), project.ProjectFile));
        var opened = await editor.AskAsync<JsonElement>("open", file);
        Assert.True(opened.GetProperty("Analyzers").GetInt32() > 0 && opened.GetProperty("Fixers").GetInt32() > 0, opened.ToString());
        return editor;
    }

    /// <summary>What the open document shows now; fails where two are the same.</summary>
    public async Task<LiveFind[]> FindsAsync()
    {
        var finds = await AskAsync<LiveFind[]>("finds");
        Assert.Equal(finds.Distinct(), finds);
        return finds;
    }

    /// <summary>The titles that the light bulb of a rule's first find offers.</summary>
    public Task<string[]> ActionsAsync(string id) => AskAsync<string[]>("actions", id);

    public Task<string[]> PreviewAsync(string id, string title) => AskAsync<string[]>("preview", id, title);

    public async Task ApplyAsync(string id, string title) => Assert.True(await AskAsync<bool>("apply", id, title), title);

    public async Task FixAllAsync(string id, string title, string scope) => Assert.True(await AskAsync<bool>("fixall", id, title, scope), title);

    /// <summary>Types over the one place where <paramref name="old"/> stands.</summary>
    public async Task TypeAsync(string old, string replacement) => Assert.True(await AskAsync<bool>("replace", old, replacement));

    public Task<string> TextAsync() => AskAsync<string>("text");

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private async Task<T> AskAsync<T>(params string[] request)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request).AsMemory(), TestContext.Current.CancellationToken);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        if (line is null)
        {
            Assert.Fail("The editor ended: " + await errors);
        }

        var answer = JsonSerializer.Deserialize<JsonElement>(line);
        Assert.False(answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("Failure", out _), $"{string.Join(' ', request)}: {answer}");
        return answer.Deserialize<T>()!;
    }
}
