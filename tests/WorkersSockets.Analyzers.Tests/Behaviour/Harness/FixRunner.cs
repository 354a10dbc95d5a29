using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>
/// Applies a fix to a source the way an editor does, so that a test can run the code as it was and as it becomes. A behaviour test
/// shows the fault first, then that the fix removes it:
/// <code>
/// [Fact]
/// [RunProof("WSK2001", On.DotNet, "all twenty connects are open at once", "at most six are open at once, same results")]
/// public async Task Batches_keep_connections_down()
/// {
///     using var pair = await FixRunner.LoadAsync&lt;WSK2001_BatchConnects>(On.DotNet, source, "WSK2001.Batch");
///
///     await using var before = LoopbackServer.Counting(expected: 20);
///     (await pair.Before.InvokeAsync("Run", before.Port)).Get();
///     Assert.Equal(20, before.Maximum);
///
///     await using var after = LoopbackServer.Counting(expected: 6);
///     (await pair.After.InvokeAsync("Run", after.Port)).Get();
///     Assert.True(after.Maximum &lt;= 6);
/// }
/// </code>
/// Hints. A program that hangs is run with a short limit (<c>InvokeAsync(method, limit, arguments)</c>) and its result is
/// <see cref="RunResult.TimedOut"/>. What a fix waits for is set to a short time by an option
/// (<c>workers_sockets.connect_timeout_ms = 200</c>). A handler that names a host of its own reaches a server through
/// <see cref="WorkersHost.Names"/> of <see cref="ProgramRunner.Host"/>.
/// </summary>
internal static class FixRunner
{
    /// <summary>
    /// The source after the action <paramref name="key"/> ("WSKnnnn.Variant") of <typeparamref name="TFix"/> at the find number
    /// <paramref name="find"/>. Fails the test where nothing is found or the action is not offered.
    /// </summary>
    public static Task<string> ApplyAsync<TFix>(On on, string source, string key, string? editorconfig = null, int find = 0)
        where TFix : CodeFixProvider, new() =>
        ApplyAsync(new WorkerSocketAnalyzer(), new TFix(), on, source, key, editorconfig, find);

    /// <summary>Applies a fix and loads the program as it was and as it became.</summary>
    public static async Task<FixedPair> LoadAsync<TFix>(On on, string source, string key, string? editorconfig = null, int find = 0)
        where TFix : CodeFixProvider, new() =>
        FixedPair.Load(on, source, await ApplyAsync<TFix>(on, source, key, editorconfig, find));

    /// <summary>The same with any analyzer and fix.</summary>
    internal static async Task<string> ApplyAsync(DiagnosticAnalyzer analyzer, CodeFixProvider fix, On on, string source, string key, string? editorconfig, int find)
    {
        var token = TestContext.Current.CancellationToken;
        using var workspace = new AdhocWorkspace();
        var document = AddDocument(workspace, on, source, editorconfig);
        var compilation = Assert.IsAssignableFrom<Compilation>(await document.Project.GetCompilationAsync(token));
        var errors = compilation.GetDiagnostics(token).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        Assert.True(errors.Count == 0, "The source does not compile:\n" + string.Join('\n', errors));

        var tree = await document.GetSyntaxTreeAsync(token);
        var id = key[..key.IndexOf('.', StringComparison.Ordinal)];
        var found = (await compilation.WithAnalyzers([analyzer], document.Project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync(token))
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
            .ToList();
        var wanted = found.Where(diagnostic => diagnostic.Id == id && diagnostic.Location.SourceTree == tree).ToList();
        Assert.True(wanted.Count > find, $"Expected at least {find + 1} finds of {id}, got:\n" + string.Join('\n', found));

        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, wanted[find], (action, _) => actions.Add(action), token));
        var action = actions.Find(candidate => candidate.EquivalenceKey == key);
        Assert.True(action is not null, $"{key} is not offered, only: " + string.Join(", ", actions.Select(offered => offered.EquivalenceKey)));
        var changes = (await action.GetOperationsAsync(token)).OfType<ApplyChangesOperation>().Single();
        var changed = changes.ChangedSolution.GetDocument(document.Id);
        return (await Assert.IsType<Document>(changed).GetTextAsync(token)).ToString();
    }

    private static Document AddDocument(AdhocWorkspace workspace, On on, string source, string? editorconfig)
    {
        // The verifier's compilation knows usings, references and options of the surface.
        var like = Verify.Compile(on, source);
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(),
            VersionStamp.Default,
            "Test",
            "Test",
            LanguageNames.CSharp,
            compilationOptions: like.Options,
            parseOptions: (CSharpParseOptions)like.SyntaxTrees[0].Options,
            metadataReferences: like.References));
        var solution = project.Solution;
        DocumentId? last = null;
        foreach (var tree in like.SyntaxTrees)
        {
            last = DocumentId.CreateNewId(project.Id);
            solution = solution.AddDocument(last, Path.GetFileName(tree.FilePath), tree.GetText(), filePath: "/" + tree.FilePath);
        }

        if (editorconfig is not null)
        {
            solution = solution.AddAnalyzerConfigDocument(
                DocumentId.CreateNewId(project.Id),
                ".editorconfig",
                SourceText.From("root = true\n[*.cs]\n" + editorconfig),
                filePath: "/.editorconfig");
        }

        return solution.GetDocument(last!)!;
    }
}

/// <summary>A program as it was and as a fix makes it.</summary>
internal sealed class FixedPair : IDisposable
{
    private FixedPair(string fixedSource, ProgramRunner before, ProgramRunner after)
    {
        FixedSource = fixedSource;
        Before = before;
        After = after;
    }

    public string FixedSource { get; }

    public ProgramRunner Before { get; }

    public ProgramRunner After { get; }

    /// <summary>Loads two sources, for proofs without a fix: the bad and the good code of a rule page.</summary>
    public static FixedPair Load(On on, string before, string after) => new(after, ProgramRunner.Load(on, before), ProgramRunner.Load(on, after));

    public void Dispose()
    {
        Before.Dispose();
        After.Dispose();
    }
}
