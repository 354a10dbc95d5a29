using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes;

/// <summary>
/// Base of a fix that stands at a find in C# and edits an additional file of its project. Fix All edits each file once, since a
/// file that has been edited offers no edit any more.
/// </summary>
public abstract class AdditionalFileFix : CodeFixProvider
{
    private readonly string title;
    private readonly string key;

    private protected AdditionalFileFix(string id, string variant, string title)
    {
        this.title = title;
        key = $"{id}.{variant}";
        FixableDiagnosticIds = ImmutableArray.Create(id);
    }

    /// <inheritdoc />
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc />
    public sealed override FixAllProvider GetFixAllProvider() => EditEachFileOnce.Instance;

    /// <inheritdoc />
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            if (await EditAsync(context.Document.Project, diagnostic, context.CancellationToken).ConfigureAwait(false) is not null)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        title,
                        async token => await EditAsync(context.Document.Project, diagnostic, token).ConfigureAwait(false) ?? context.Document.Project.Solution,
                        key),
                    diagnostic);
            }
        }
    }

    /// <summary>The path of the file that a find asks to edit, or null.</summary>
    private protected abstract string? PathOf(Diagnostic diagnostic);

    /// <summary>The edited text, or null where there is nothing to edit or the result would not be right.</summary>
    private protected abstract SourceText? Edit(string path, SourceText text);

    private async Task<Solution?> EditAsync(Project project, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (PathOf(diagnostic) is not { } path
            || project.AdditionalDocuments.FirstOrDefault(document => (document.FilePath ?? document.Name) == path) is not { } found)
        {
            return null;
        }

        var text = await found.GetTextAsync(cancellationToken).ConfigureAwait(false);
        if (Edit(path, text) is not { } edited)
        {
            return null;
        }

        // A file may belong to several projects.
        var solution = project.Solution;
        foreach (var id in solution.Projects.SelectMany(other => other.AdditionalDocuments).Where(other => other.FilePath is not null && other.FilePath == found.FilePath)
            .Select(other => other.Id).Append(found.Id).Distinct())
        {
            solution = solution.WithAdditionalDocumentText(id, edited);
        }

        return solution;
    }

    private sealed class EditEachFileOnce : FixAllProvider
    {
        public static readonly EditEachFileOnce Instance = new();

        public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() => [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution];

        public override async Task<CodeAction?> GetFixAsync(FixAllContext context)
        {
            if (context.CodeFixProvider is not AdditionalFileFix fix)
            {
                return null;
            }

            var solution = context.Solution;
            foreach (var project in context.Scope == FixAllScope.Solution ? context.Solution.Projects : [context.Project])
            {
                var diagnostics = context is { Scope: FixAllScope.Document, Document: { } document }
                    ? await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false)
                    : await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false);
                foreach (var diagnostic in diagnostics)
                {
                    if (solution.GetProject(project.Id) is { } current)
                    {
                        solution = await fix.EditAsync(current, diagnostic, context.CancellationToken).ConfigureAwait(false) ?? solution;
                    }
                }
            }

            var fixedSolution = solution;
            return fixedSolution == context.Solution ? null : CodeAction.Create(fix.title, _ => Task.FromResult(fixedSolution), fix.key);
        }
    }
}
