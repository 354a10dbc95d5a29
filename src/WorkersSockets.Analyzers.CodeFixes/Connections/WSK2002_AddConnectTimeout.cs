using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Connections;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Bounds the wait for a connection: on .NET with a token that a timer cancels, on Workers with a race in a helper pair.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddConnectTimeout))]
[Shared]
public sealed class AddConnectTimeout() : SocketFix("WSK2002")
{
    private const string Title = "Connect with a timeout";

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null
            || edits?.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax connect
            || !diagnostic.Properties.TryGetValue(ConnectWithoutTimeout.Timeout, out var written)
            || !int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var isOnWorkers = diagnostic.Properties.TryGetValue(ConnectWithoutTimeout.OnSurface, out var surface) && surface == "Workers";
        var isDone = isOnWorkers
            ? connect is InvocationExpressionSyntax wait && RacedOpen.TryRace(edits, model, wait, milliseconds, cancellationToken)
            : CancelledConnect.TryCancel(edits, model, connect, milliseconds, token: null, cancellationToken);
        if (!isDone && !isOnWorkers && connect is InvocationExpressionSyntax call)
        {
            edits = new SourceEdits(edits.Root, edits.Text);
            isDone = CancelledConnect.TryWait(edits, model, call, milliseconds, cancellationToken);
        }

        return isDone ? ImmutableArray.Create(edits.ToVariant("Timeout", Title, document)) : ImmutableArray<FixVariant>.Empty;
    }
}
