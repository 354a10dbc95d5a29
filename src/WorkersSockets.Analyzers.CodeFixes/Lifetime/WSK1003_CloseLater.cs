using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Lifetime;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>WSK1003: moves the close behind the last use, awaits the returned work, or hands what is returned over to the response or the caller.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CloseLater))]
[Shared]
public sealed class CloseLater : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public CloseLater()
        : base("WSK1003")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } model
            || await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is not { } root)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var edits = new SourceEdits(root, text);
        var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
        if (diagnostic.Properties.ContainsKey(SocketUsedAfterClose.Returned))
        {
            if (TryAwait(edits, model, node, cancellationToken))
            {
                return ImmutableArray.Create(edits.ToVariant("Await", "Await before the socket is closed", document));
            }

            if (diagnostic.AdditionalLocations.FirstOrDefault() is not { } closing
                || ReturnedSocket.Find(model, root.FindNode(closing.SourceSpan, getInnermostNodeForTie: true), cancellationToken) is not { } socket)
            {
                return ImmutableArray<FixVariant>.Empty;
            }

            var variants = ImmutableArray.CreateBuilder<FixVariant>();
            var registered = new SourceEdits(root, text);
            if (socket.TryRegister(registered, model, cancellationToken))
            {
                variants.Add(registered.ToVariant("RegisterForDispose", "Dispose with the response", document));
            }

            var handedOver = new SourceEdits(root, text);
            if (socket.TryHandOver(handedOver, model, cancellationToken))
            {
                variants.Add(handedOver.ToVariant("HandOver", "Hand over to the caller", document));
            }

            return variants.ToImmutable();
        }

        return EarlyClose.TryMove(edits, model, node, diagnostic, cancellationToken)
            ? ImmutableArray.Create(edits.ToVariant("MoveClose", "Move the close behind the last use", document))
            : ImmutableArray<FixVariant>.Empty;
    }

    /// <summary>A returned task: the function becomes async and awaits it.</summary>
    private static bool TryAwait(SourceEdits edits, SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<ReturnStatementSyntax>() is not { Expression: { } returned } statement
            || model.GetTypeInfo(returned, cancellationToken).Type is not { Name: "Task" or "ValueTask" }
            || AsyncMethods.IsInAsync(statement))
        {
            return false;
        }

        return AsyncMethods.TryMakeAsync(edits, model, statement, cancellationToken);
    }
}
