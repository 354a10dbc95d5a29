using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Sets the statements of a block that stands on one line on lines of their own, so that more than one can come between them.</summary>
internal static class OneLineBlocks
{
    /// <summary>
    /// The indentation that <paramref name="statement"/> has once its block, and each block around it on that line, is spread over
    /// lines. Null, and no edit, where its block stands on several lines already or holds comments.
    /// </summary>
    public static string? TrySpread(SourceEdits edits, StatementSyntax statement) =>
        statement.Parent is BlockSyntax block && CanSpread(edits.Text, block) && StartsLine(edits.Text, block) ? Spread(edits, block) : null;

    /// <summary>The white space in front of a statement of a spread block.</summary>
    public static TextSpan GapBefore(SyntaxToken token) => TextSpan.FromBounds(token.GetPreviousToken().Span.End, token.SpanStart);

    private static string Spread(SourceEdits edits, BlockSyntax block)
    {
        var around = block.Parent!.FirstAncestorOrSelf<BlockSyntax>();
        var outer = around is not null && CanSpread(edits.Text, around) ? Spread(edits, around) : SourceLayout.IndentOf(edits.Text, block);
        var inner = outer + edits.Layout.Step;
        if (!edits.AddSpread(block) || block.Statements.Count == 0)
        {
            return inner;
        }

        if (edits.Layout.BraceOnOwnLine)
        {
            edits.Replace(GapBefore(block.OpenBraceToken), edits.Layout.NewLine + outer);
        }

        foreach (var statement in block.Statements)
        {
            edits.Replace(GapBefore(statement.GetFirstToken()), edits.Layout.NewLine + (statement is LabeledStatementSyntax ? outer : inner));
        }

        edits.Replace(GapBefore(block.CloseBraceToken), edits.Layout.NewLine + outer);
        SpreadClauses(edits, block, outer);
        return inner;
    }

    /// <summary>The other blocks of the <c>try</c> or <c>if</c> are spread as well, their clauses on lines of their own.</summary>
    private static void SpreadClauses(SourceEdits edits, BlockSyntax block, string outer)
    {
        var clauses = block.FirstAncestorOrSelf<SyntaxNode>(node => node is StatementSyntax and not BlockSyntax && node.Parent is not ElseClauseSyntax) switch
        {
            TryStatementSyntax attempt => attempt.Catches.Cast<SyntaxNode>().Append(attempt.Finally).Append(attempt.Block),
            IfStatementSyntax condition => condition.DescendantNodesAndSelf(node => node is IfStatementSyntax or ElseClauseSyntax).Where(node => node is ElseClauseSyntax or BlockSyntax),
            _ => Enumerable.Empty<SyntaxNode>(),
        };
        foreach (var clause in clauses.OfType<SyntaxNode>())
        {
            if (clause is CatchClauseSyntax or FinallyClauseSyntax or ElseClauseSyntax && edits.Layout.BraceOnOwnLine && edits.AddSpread(clause)
                && GapBefore(clause.GetFirstToken()) is { IsEmpty: false } gap && edits.Text.ToString(gap).All(letter => letter == ' '))
            {
                edits.Replace(gap, edits.Layout.NewLine + outer);
            }

            if ((clause as BlockSyntax ?? clause.ChildNodes().OfType<BlockSyntax>().FirstOrDefault()) is { } other && CanSpread(edits.Text, other))
            {
                Spread(edits, other);
            }
        }
    }

    /// <summary>Whether what the outermost of the blocks belongs to begins the line: a member of a type that is on the line, too, would still share it.</summary>
    private static bool StartsLine(SourceText text, BlockSyntax block)
    {
        while (block.Parent!.FirstAncestorOrSelf<BlockSyntax>() is { } around && CanSpread(text, around))
        {
            block = around;
        }

        return block.FirstAncestorOrSelf<SyntaxNode>(node => node is StatementSyntax and not BlockSyntax or MemberDeclarationSyntax) is { } owner && SourceLayout.StartsLine(text, owner.SpanStart);
    }

    private static bool CanSpread(SourceText text, BlockSyntax block) =>
        block.Parent is not AccessorDeclarationSyntax
        && !block.OpenBraceToken.IsMissing && !block.CloseBraceToken.IsMissing
        && text.Lines.IndexOf(block.OpenBraceToken.GetPreviousToken().Span.End) == text.Lines.IndexOf(block.CloseBraceToken.SpanStart)
        && block.Statements.Select(statement => statement.GetFirstToken()).Append(block.OpenBraceToken).Append(block.CloseBraceToken).All(token =>
            GapBefore(token) is { IsEmpty: false } gap && text.ToString(gap).Trim().Length == 0);
}
