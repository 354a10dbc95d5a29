using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WorkersSockets.Analyzers.CodeFixes;

/// <summary>
/// Fixes all finds of a document one after the other: after each fix the document is analysed anew, so a fix that adds a name, a
/// helper or a block is seen by the next one.
/// </summary>
internal sealed class SequentialFixAll : DocumentBasedFixAllProvider
{
    public static readonly SequentialFixAll Instance = new();

    protected override async Task<Document?> FixAllAsync(FixAllContext context, Document document, ImmutableArray<Diagnostic> diagnostics)
    {
        if (context.CodeFixProvider is not SocketFix fix)
        {
            return document;
        }

        var current = document;

        // The first round uses the finds that were handed in; later rounds analyse the changed document.
        var pending = diagnostics;
        for (var round = 0; round <= diagnostics.Length * 2; round++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var changed = false;
            foreach (var diagnostic in pending.OrderByDescending(found => found.Location.SourceSpan.Start))
            {
                var variants = await fix.GetOfferedAsync(current, diagnostic, context.CancellationToken).ConfigureAwait(false);
                var variant = variants.FirstOrDefault(candidate => $"{diagnostic.Id}.{candidate.Key}" == context.CodeActionEquivalenceKey);
                if (variant is null)
                {
                    continue;
                }

                current = await variant.ApplyAsync(context.CancellationToken).ConfigureAwait(false);
                changed = true;
                break;
            }

            if (!changed)
            {
                break;
            }

            pending = await AnalyzeAsync(current, fix.FixableDiagnosticIds, context.CancellationToken).ConfigureAwait(false);
        }

        return current;
    }

    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Document document, ImmutableArray<string> ids, CancellationToken cancellationToken)
    {
        var compilation = await document.Project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (compilation is null || model is null)
        {
            return ImmutableArray<Diagnostic>.Empty;
        }

        var withAnalyzers = compilation.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new WorkerSocketAnalyzer()), document.Project.AnalyzerOptions);
        var found = await withAnalyzers.GetAnalyzerSemanticDiagnosticsAsync(model, filterSpan: null, cancellationToken).ConfigureAwait(false);
        return found.Where(diagnostic => ids.Contains(diagnostic.Id) && !diagnostic.IsSuppressed).ToImmutableArray();
    }
}
