using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>WSK1004: moves the open in front of the <c>try</c>, or lets the context wait for the close.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CloseWithoutWaiting))]
[Shared]
public sealed class CloseWithoutWaiting : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public CloseWithoutWaiting()
        : base("WSK1004")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } model
            || await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is not { } root
            || root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax socket } } close
            || close.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Expression: AwaitExpressionSyntax awaited } statement
            || awaited.Expression != close)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var variants = ImmutableArray.CreateBuilder<FixVariant>();
        var moving = new SourceEdits(root, text);
        if (TryOpenFirst(moving, statement, socket))
        {
            variants.Add(moving.ToVariant("OpenFirst", "Open before 'try'", document));
        }

        if (!AsyncMethods.IsOnlyAwait(awaited) && WaitUntilContext.Find(model, statement, cancellationToken) is { } context)
        {
            var keeping = new SourceEdits(root, text);
            keeping.Replace(TextSpan.FromBounds(awaited.SpanStart, close.SpanStart), $"{context}.WaitUntil(");
            keeping.Insert(close.Span.End, ")");
            variants.Add(keeping.ToVariant("WaitUntil", "Close with 'WaitUntil'", document));
        }

        return variants.ToImmutable();
    }

    /// <summary>The first statement of the block opens the socket, and nothing but the <c>finally</c> sees its failure.</summary>
    private static bool TryOpenFirst(SourceEdits edits, ExpressionStatementSyntax close, IdentifierNameSyntax socket)
    {
        if (close.FirstAncestorOrSelf<FinallyClauseSyntax>()?.Parent is not TryStatementSyntax { Catches.Count: 0, Block.Statements: { Count: > 1 } statements } block
            || statements[0] is not ExpressionStatementSyntax { Expression: AwaitExpressionSyntax { Expression: InvocationExpressionSyntax call } } open
            || !call.ArgumentList.Arguments.Any(argument => argument.Expression is IdentifierNameSyntax name && name.Identifier.ValueText == socket.Identifier.ValueText)
            || open.ContainsDirectives)
        {
            return false;
        }

        if (!Statements.TryInsertBefore(edits, block, open.ToString()))
        {
            return false;
        }

        Statements.Remove(edits, open);
        return true;
    }
}
