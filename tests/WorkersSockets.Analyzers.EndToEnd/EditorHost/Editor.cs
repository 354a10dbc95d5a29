using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.MSBuild;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.EndToEnd.EditorHost;

/// <summary>A find as an editor shows it; the first line is 1.</summary>
internal sealed record LiveFind(string Id, int Line, string Marked, string Severity, string Message);

/// <summary>
/// A workspace with one open document. Analyzers and fixes are those that the project itself refers to; nothing that is edited
/// is written to the disk.
/// </summary>
internal sealed class Editor : IDisposable
{
    private readonly MSBuildWorkspace workspace;
    private readonly ImmutableArray<DiagnosticAnalyzer> analyzers;
    private readonly ImmutableArray<CodeFixProvider> fixers;
    private readonly ProjectId project;
    private Solution solution;
    private DocumentId? opened;

    private Editor(MSBuildWorkspace workspace, Project project)
    {
        this.workspace = workspace;
        this.project = project.Id;
        solution = project.Solution;
        var references = project.AnalyzerReferences.OfType<AnalyzerFileReference>()
            .Where(reference => Path.GetFileName(reference.FullPath).StartsWith("WorkersSockets.Analyzers", StringComparison.Ordinal))
            .ToList();
        analyzers = [.. references.SelectMany(reference => reference.GetAnalyzers(LanguageNames.CSharp))];
        fixers =
        [
            .. references.SelectMany(reference => reference.GetAssembly().GetTypes())
                .Where(type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null)
                .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
        ];
    }

    private Document Document => solution.GetDocument(opened) ?? throw new InvalidOperationException("No document is open.");

    public static async Task<Editor> OpenProjectAsync(string path)
    {
        var workspace = MSBuildWorkspace.Create();
        var opened = await workspace.OpenProjectAsync(path);
        var failures = workspace.Diagnostics.Where(diagnostic => diagnostic.Kind == WorkspaceDiagnosticKind.Failure).ToList();
        return failures.Count == 0
            ? new Editor(workspace, opened)
            : throw new InvalidOperationException(string.Join('\n', failures));
    }

    public void Dispose() => workspace.Dispose();

    /// <summary>Opens a document; how many analyzers and fixes the project brings.</summary>
    public object Open(string file)
    {
        opened = solution.GetProject(project)!.Documents.Single(document => Path.GetFileName(document.FilePath) == file).Id;
        return new { Analyzers = analyzers.Length, Fixers = fixers.Length };
    }

    /// <summary>What the open document shows now.</summary>
    public async Task<IEnumerable<LiveFind>> FindsAsync()
    {
        var text = await Document.GetTextAsync();
        return (await DiagnoseAsync(Document)).Select(found => new LiveFind(
            found.Id,
            found.Location.GetLineSpan().StartLinePosition.Line + 1,
            text.ToString(found.Location.SourceSpan),
            found.Severity.ToString(),
            found.GetMessage()));
    }

    /// <summary>The titles under the light bulb of the first find of a rule.</summary>
    public async Task<IEnumerable<string>> ActionsAsync(string id) =>
        (await OfferedAsync(id)).Select(offered => offered.Action.Title);

    /// <summary>The lines that an action would change, as an editor previews them.</summary>
    public async Task<IEnumerable<string>> PreviewAsync(string id, string title)
    {
        var before = await Document.GetTextAsync();
        var after = (await ChangeAsync((await OfferedAsync(id)).Single(offered => offered.Action.Title == title).Action)).GetDocument(opened)!;
        return (await after.GetTextChangesAsync(Document)).SelectMany(change =>
        {
            var line = before.Lines.GetLineFromPosition(change.Span.Start);
            return new[] { "- " + line, "+ " + line.ToString().Remove(change.Span.Start - line.Start, change.Span.Length).Insert(change.Span.Start - line.Start, change.NewText ?? "") };
        });
    }

    /// <summary>Takes an action of the first find of a rule.</summary>
    public async Task<bool> ApplyAsync(string id, string title) =>
        await TakeAsync((await OfferedAsync(id)).Single(offered => offered.Action.Title == title).Action);

    /// <summary>Takes "Fix all occurrences in …" of an action.</summary>
    public async Task<bool> FixAllAsync(string id, string title, string scope)
    {
        var (fixer, chosen) = (await OfferedAsync(id)).Single(offered => offered.Action.Title == title);
        var context = new FixAllContext(
            Document, fixer, Enum.Parse<FixAllScope>(scope), chosen.EquivalenceKey!, [id], new LiveDiagnostics(this), CancellationToken.None);
        return await fixer.GetFixAllProvider()!.GetFixAsync(context) is { } action && await TakeAsync(action);
    }

    /// <summary>Types over the one place where a text stands.</summary>
    public async Task<bool> ReplaceAsync(string old, string replacement)
    {
        var text = await Document.GetTextAsync();
        var content = text.ToString();
        var start = content.IndexOf(old, StringComparison.Ordinal);
        if (start < 0 || content.IndexOf(old, start + 1, StringComparison.Ordinal) >= 0)
        {
            throw new InvalidOperationException($"'{old}' does not stand in the document once.");
        }

        solution = Document.WithText(text.WithChanges(new TextChange(new TextSpan(start, old.Length), replacement))).Project.Solution;
        return true;
    }

    public async Task<string> TextAsync() => (await Document.GetTextAsync()).ToString();

    private async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(Document document)
    {
        var compilation = (await document.Project.GetCompilationAsync())!;
        var failures = new List<string>();
        var run = compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(
            document.Project.AnalyzerOptions,
            (failure, _, _) => failures.Add(failure.ToString()),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false));
        var tree = (await document.GetSyntaxTreeAsync())!;
        var found = (await run.GetAnalyzerSyntaxDiagnosticsAsync(tree, CancellationToken.None))
            .AddRange(await run.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), null, CancellationToken.None));
        return failures.Count == 0
            ? [.. found.Where(diagnostic => !diagnostic.IsSuppressed).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ThenBy(diagnostic => diagnostic.Id)]
            : throw new InvalidOperationException(string.Join('\n', failures));
    }

    private async Task<List<(CodeFixProvider Fixer, CodeAction Action)>> OfferedAsync(string id)
    {
        var find = (await DiagnoseAsync(Document)).First(diagnostic => diagnostic.Id == id);
        var offered = new List<(CodeFixProvider Fixer, CodeAction Action)>();
        foreach (var fixer in fixers.Where(fixer => fixer.FixableDiagnosticIds.Contains(id)))
        {
            await fixer.RegisterCodeFixesAsync(new CodeFixContext(Document, find, (action, _) => offered.Add((fixer, action)), CancellationToken.None));
        }

        return offered;
    }

    private static async Task<Solution> ChangeAsync(CodeAction action) =>
        (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    private async Task<bool> TakeAsync(CodeAction action)
    {
        var before = solution;
        solution = await ChangeAsync(action);
        return solution != before;
    }

    private sealed class LiveDiagnostics(Editor editor) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            await editor.DiagnoseAsync(document);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);

        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken)
        {
            var found = new List<Diagnostic>();
            foreach (var document in project.Documents)
            {
                found.AddRange(await editor.DiagnoseAsync(document));
            }

            return found;
        }
    }
}
