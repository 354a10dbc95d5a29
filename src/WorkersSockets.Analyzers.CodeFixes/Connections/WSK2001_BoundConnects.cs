using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow.Concurrency;
using WorkersSockets.Analyzers.Rules.Connections;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>
/// Bounds a fan-out. What the code bounds already, only too high, gets the limit; else the work is cut into batches that are joined
/// one after the other, or <c>Parallel</c> gets a degree.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BoundConnects))]
[Shared]
public sealed class BoundConnects() : SocketFix("WSK2001")
{
    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        if (model is null
            || root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax found
            || !diagnostic.Properties.TryGetValue(TooManyConnects.Limit, out var limit)
            || !diagnostic.Properties.TryGetValue(TooManyConnects.Batch, out var batch)
            || !diagnostic.Properties.TryGetValue(TooManyConnects.Kind, out var kind)
            || limit is null
            || batch is null)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var isOnWorkers = diagnostic.Properties.TryGetValue(TooManyConnects.Side, out var surface) && surface == nameof(Surface.Workers);
        foreach (var rewrite in Rewrites(new FanOutFind(diagnostic, model, found, kind!, limit, batch, isOnWorkers), cancellationToken))
        {
            // What one rewrite began and gave up is no part of the next one.
            var edits = new SourceEdits(root, text);
            if (rewrite.Try(edits))
            {
                return ImmutableArray.Create(edits.ToVariant(rewrite.Key, rewrite.Title, document));
            }
        }

        return ImmutableArray<FixVariant>.Empty;
    }

    /// <summary>What may be written in the place of a find, best first.</summary>
    private static IEnumerable<(string Key, string Title, Func<SourceEdits, bool> Try)> Rewrites(FanOutFind find, CancellationToken cancellationToken)
    {
        const string InBatches = "Connect in batches";
        var (diagnostic, model, found, kind, limit, batch, isOnWorkers) = find;
        var size = int.TryParse(batch, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (size > 0)
        {
            yield return ("LowerBound", "Lower the bound to the limit", edits => LowerBound.TrySet(edits, model, found, diagnostic.AdditionalLocations.FirstOrDefault(), batch, cancellationToken));
        }

        switch (kind)
        {
            case nameof(FanOutKind.Projection) when size > 1:
                yield return ("Batch", InBatches, edits => CollectedBatches.TryCollectInBatches(edits, model, found, batch, isOnWorkers, Timeout(diagnostic), cancellationToken));
                yield return ("Batch", InBatches, edits => ProjectionBatches.TryBatchProjection(edits, model, found, batch, isOnWorkers, cancellationToken));
                yield return ("Gate", "Connect through a semaphore", edits => !isOnWorkers && GatedProjections.TryGate(edits, model, found, batch, cancellationToken));
                break;
            case nameof(FanOutKind.Loop):
                yield return ("Batch", InBatches, edits => LoopBatches.TryBatchLoop(edits, model, found, limit, isOnWorkers, Timeout(diagnostic), cancellationToken));
                yield return ("MaxDegree", "Start with a degree of parallelism", edits => !isOnWorkers && ForgottenLoops.TryBound(edits, model, found, limit, cancellationToken));
                break;
            case nameof(FanOutKind.Sequence) when size > 1:
                yield return ("Batch", InBatches, edits => StraightBatches.TryBatch(edits, model, found, size, cancellationToken));
                break;
            case nameof(FanOutKind.Parallel):
                yield return ("MaxDegree", "Set 'MaxDegreeOfParallelism'", edits => DegreeOfParallelism.TrySetDegree(edits, model, found, limit, cancellationToken));
                break;
        }
    }

    private sealed record FanOutFind(Diagnostic Diagnostic, SemanticModel Model, ExpressionSyntax Found, string Kind, string Limit, string Batch, bool IsOnWorkers);

    private static int Timeout(Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(TooManyConnects.Timeout, out var written) && int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds : 5000;
}
