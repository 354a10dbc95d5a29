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

        return TryMove(edits, model, node, diagnostic, root, cancellationToken)
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

    /// <summary>A close that is a statement of the same block: it goes behind the last statement that uses the variable.</summary>
    private static bool TryMove(SourceEdits edits, SemanticModel model, SyntaxNode use, Diagnostic diagnostic, SyntaxNode root, CancellationToken cancellationToken)
    {
        if (diagnostic.AdditionalLocations.FirstOrDefault() is not { } place
            || root.FindNode(place.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } close
            || close.DescendantNodes().OfType<IdentifierNameSyntax>().FirstOrDefault() is not { } name
            || model.GetSymbolInfo(name, cancellationToken).Symbol is not (ILocalSymbol or IParameterSymbol)
            || model.GetSymbolInfo(name, cancellationToken).Symbol is not { } socket)
        {
            return false;
        }

        var siblings = StatementRange.Siblings(close);
        var index = siblings.IndexOf(close);
        if (index < 0 || siblings.Skip(index + 1).All(statement => !statement.Span.Contains(use.Span)))
        {
            return false;
        }

        // What else is made of the socket, such as its stream, is used up to the same point.
        var names = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { socket };
        foreach (var declarator in siblings.OfType<LocalDeclarationStatementSyntax>().SelectMany(statement => statement.Declaration.Variables))
        {
            if (declarator.Initializer is { } initializer && Mentions(initializer) && model.GetDeclaredSymbol(declarator, cancellationToken) is ILocalSymbol { Type.SpecialType: SpecialType.None, Type.TypeKind: not TypeKind.Array } local)
            {
                names.Add(local);
            }
        }

        bool Mentions(SyntaxNode part) => part.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(each =>
            names.Any(known => known.Name == each.Identifier.ValueText) && model.GetSymbolInfo(each, cancellationToken).Symbol is { } symbol && names.Contains(symbol));

        var last = siblings.Skip(index + 1).LastOrDefault(Mentions);
        if (last is null || last is ReturnStatementSyntax or ThrowStatementSyntax || siblings.Skip(index + 1).Any(statement => Leaves(statement) && statement.SpanStart <= last.SpanStart))
        {
            // The value of a return is computed before the block is left.
            return last is not null
                && TryFinallyWrapper.TryWrap(edits, model, close, close.ToString(), last: null, cancellationToken)
                && Remove(edits, close);
        }

        var comment = Statements.EndComment(close);
        return Statements.TryInsertAfter(edits, last, comment.Length > 0 ? $"{close} {comment}" : close.ToString()) && Remove(edits, close, comment.Length > 0);
    }

    private static bool Remove(SourceEdits edits, StatementSyntax close, bool withComment = false)
    {
        Statements.Remove(edits, close, withComment);
        return true;
    }

    private static bool Leaves(StatementSyntax statement) => statement
        .DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .Any(node => node is ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax);
}
