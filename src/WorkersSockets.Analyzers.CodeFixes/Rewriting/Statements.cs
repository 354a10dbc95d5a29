using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Inserts and removes whole statements with the trivia around them.</summary>
internal static class Statements
{
    /// <summary>A last line that stays, empty, where inserted statements lose their trailing line breaks.</summary>
    public const string EmptyLine = " ";

    private const int LongestLine = 120;

    /// <summary>
    /// Inserts statements ("\n" between lines, four spaces a step) in front of <paramref name="anchor"/>, above its comments. An
    /// embedded statement gets braces. False, and no edit, where there is no place for them.
    /// </summary>
    public static bool TryInsertBefore(SourceEdits edits, StatementSyntax anchor, string statements)
    {
        if (IsEmbedded(anchor))
        {
            return TryBrace(edits, anchor, before: statements, after: null);
        }

        if (!HasList(anchor))
        {
            return false;
        }

        var indent = SourceLayout.IndentOf(edits.Text, anchor);
        var previous = anchor.GetFirstToken().GetPreviousToken();
        if (!previous.IsKind(SyntaxKind.None) && previous.Span.End > edits.Text.Lines.GetLineFromPosition(anchor.SpanStart).Start)
        {
            if (IsTooLong(edits, anchor, statements) && (OneLineBlocks.TrySpread(edits, anchor) ?? TryBreakBefore(edits, anchor, previous)) is { } inner)
            {
                edits.Insert(anchor.SpanStart, edits.Layout.Indent(statements, inner).TrimStart() + edits.Layout.NewLine + BlankLine(edits, statements) + inner);
                return true;
            }

            edits.Insert(anchor.SpanStart, OneLine(statements) + " ");
            return true;
        }

        var position = edits.Text.Lines.GetLineFromPosition(FirstOwnTrivia(anchor)).Start;
        edits.Insert(position, edits.Layout.Indent(statements, indent) + edits.Layout.NewLine + BlankLine(edits, statements));
        return true;
    }

    /// <summary>The second statement of a line gets one of its own, in a block of several lines.</summary>
    private static string? TryBreakBefore(SourceEdits edits, StatementSyntax anchor, SyntaxToken previous)
    {
        var gap = OneLineBlocks.GapBefore(anchor.GetFirstToken());
        if (anchor.Parent is not BlockSyntax block || !block.Statements.Any(statement => statement.Span.End == previous.Span.End && SourceLayout.StartsLine(edits.Text, statement.SpanStart))
            || gap.IsEmpty || edits.Text.ToString(gap).Trim().Length > 0)
        {
            return null;
        }

        var indent = SourceLayout.IndentOf(edits.Text, anchor);
        edits.Replace(gap, edits.Layout.NewLine + indent);
        return indent;
    }

    /// <summary>Likewise behind <paramref name="anchor"/>. False also where the anchor leaves the block, so that nothing behind it runs.</summary>
    public static bool TryInsertAfter(SourceEdits edits, StatementSyntax anchor, string statements)
    {
        if (anchor is ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax)
        {
            return false;
        }

        if (IsEmbedded(anchor))
        {
            return TryBrace(edits, anchor, before: null, after: statements);
        }

        if (!HasList(anchor))
        {
            return false;
        }

        var line = edits.Text.Lines.GetLineFromPosition(anchor.Span.End);
        var next = anchor.GetLastToken().GetNextToken();
        if (!next.IsKind(SyntaxKind.None) && !next.IsKind(SyntaxKind.EndOfFileToken) && next.SpanStart < line.End)
        {
            if (IsTooLong(edits, anchor, statements) && OneLineBlocks.TrySpread(edits, anchor) is { } inner)
            {
                edits.Insert(anchor.Span.End, edits.Layout.NewLine + edits.Layout.Indent(statements, inner) + (next.IsKind(SyntaxKind.CloseBraceToken) ? "" : BlankLine(edits, statements)));
                return true;
            }

            edits.Insert(anchor.Span.End, " " + OneLine(statements));
            return true;
        }

        var text = edits.Layout.Indent(statements, SourceLayout.IndentOf(edits.Text, anchor));
        edits.Insert(
            line.EndIncludingLineBreak,
            line.EndIncludingLineBreak == line.End ? edits.Layout.NewLine + text : text + edits.Layout.NewLine + BlankLine(edits, statements));
        return true;
    }

    /// <summary>Replaces a statement by several ("\n" between lines, four spaces a step), the rest of its line on a line of its own; a block that has to stay on one line does.</summary>
    public static void Replace(SourceEdits edits, StatementSyntax statement, string statements)
    {
        var inner = OneLineBlocks.TrySpread(edits, statement);
        var isOnOneLine = inner is null && statement.Parent is BlockSyntax block && edits.Text.Lines.IndexOf(block.OpenBraceToken.SpanStart) == edits.Text.Lines.IndexOf(block.CloseBraceToken.SpanStart);
        edits.Replace(statement, isOnOneLine && !statements.Contains("//")
            ? OneLine(statements)
            : edits.Layout.Indent(statements, inner ?? SourceLayout.IndentOf(edits.Text, statement)).TrimStart());
    }

    /// <summary>Removes a statement and its line; comments above it stay. An embedded statement becomes an empty block.</summary>
    public static void Remove(SourceEdits edits, StatementSyntax statement, bool withComment = false)
    {
        if (IsEmbedded(statement))
        {
            edits.Replace(statement, "{ }");
            return;
        }

        if (edits.IsSpread(statement.Parent))
        {
            var gap = OneLineBlocks.GapBefore(statement.GetFirstToken());
            edits.Withdraw(gap);
            edits.Remove(TextSpan.FromBounds(gap.Start, statement.Span.End));
            return;
        }

        var first = edits.Text.Lines.GetLineFromPosition(statement.SpanStart);
        var last = edits.Text.Lines.GetLineFromPosition(statement.Span.End);
        var aloneBefore = SourceLayout.StartsLine(edits.Text, statement.SpanStart);
        var rest = edits.Text.ToString(TextSpan.FromBounds(statement.Span.End, last.End)).Trim();
        if (aloneBefore && (rest.Length == 0 || (withComment && rest == EndComment(statement))))
        {
            edits.Remove(TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak));
            return;
        }

        // A neighbour on the same line: take one of the two spaces around the statement along, that in front of it at the end of a line.
        var (start, end) = (statement.SpanStart, statement.Span.End);
        if (end < last.End && edits.Text[end] == ' ')
        {
            end++;
        }
        else if (rest.Length == 0)
        {
            start = OneLineBlocks.GapBefore(statement.GetFirstToken()) is { IsEmpty: false } gap && !aloneBefore && edits.Text.ToString(gap).Trim().Length == 0 ? gap.Start : start;
        }

        edits.Remove(TextSpan.FromBounds(start, end));
    }

    /// <summary>Likewise, where nothing takes the statement's place: the comments inside it stay.</summary>
    /// <param name="indent">What the comments' lines begin with; null for what the statement's line does.</param>
    public static void RemoveButComments(SourceEdits edits, StatementSyntax statement, string? indent = null)
    {
        if (CommentsIn(statement) is { Length: > 0 } comments && !IsEmbedded(statement))
        {
            edits.Replace(statement, comments.Replace("\n", edits.Layout.NewLine + (indent ?? SourceLayout.IndentOf(edits.Text, statement))));
        }
        else
        {
            Remove(edits, statement);
        }
    }

    /// <summary>The next line holds code: a blank line belongs in between.</summary>
    public static bool IsFollowedByCode(SourceEdits edits, StatementSyntax statement)
    {
        var next = statement.GetLastToken().GetNextToken();
        if (edits.Text.Lines.IndexOf(next.SpanStart) == edits.Text.Lines.IndexOf(statement.Span.End))
        {
            return !next.IsKind(SyntaxKind.CloseBraceToken) && !next.IsKind(SyntaxKind.EndOfFileToken);
        }

        var line = edits.Text.Lines.GetLineFromPosition(statement.Span.End).LineNumber + 1;
        return line < edits.Text.Lines.Count && edits.Text.Lines[line].ToString().Trim() is { Length: > 0 } text && text[0] != '}';
    }

    /// <summary>The comments inside a statement, as lines for what stands in its place; nothing where there is none.</summary>
    /// <param name="node">The statement.</param>
    /// <param name="kept">The text of a part that stays, its comments with it.</param>
    public static string CommentLines(SyntaxNode node, string kept = "") => CommentsIn(node, kept) is { Length: > 0 } comments ? comments + "\n" : "";

    /// <summary>The comments inside an expression, to stand behind what replaces it; nothing where there is none.</summary>
    public static string CommentsBehind(SourceEdits edits, SyntaxNode node) => CommentsIn(node) switch
    {
        "" => "",
        var comments when comments.StartsWith("/*", StringComparison.Ordinal) && comments.IndexOf('\n') < 0 => " " + comments,
        var comments => " " + comments.Replace("\n", edits.Layout.NewLine + SourceLayout.IndentOf(edits.Text, node)) + edits.Layout.NewLine + SourceLayout.IndentOf(edits.Text, node),
    };

    /// <summary>The comments of some trivia, each with a line of its own.</summary>
    public static string CommentLines(IEnumerable<SyntaxTrivia> trivia) => string.Concat(trivia
        .Where(each => each.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia).Select(each => each.ToString().Replace("\r\n", "\n") + "\n"));

    /// <summary>The comments inside a node, "\n" between those that need lines of their own.</summary>
    private static string CommentsIn(SyntaxNode node, string kept = "")
    {
        var comments = new StringBuilder();
        var wasLine = false;
        foreach (var comment in node.DescendantTrivia().Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia && node.Span.Contains(trivia.Span) && !kept.Contains(trivia.ToString())))
        {
            var isLine = comment.IsKind(SyntaxKind.SingleLineCommentTrivia);
            comments.Append(comments.Length == 0 ? "" : isLine || wasLine ? "\n" : " ").Append(comment);
            wasLine = isLine;
        }

        return comments.Replace("\r\n", "\n").ToString();
    }

    /// <summary>The text of a statement that was rewritten, with the comments above and behind the statement.</summary>
    public static string WithComments(StatementSyntax statement, string text, string lineBreak) => string.Concat(statement.GetLeadingTrivia()
        .Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia).Select(trivia => trivia + lineBreak))
        + (EndComment(statement) is { Length: > 0 } comment ? $"{text} {comment}" : text);

    /// <summary>The comment behind a statement on its line, or nothing.</summary>
    public static string EndComment(StatementSyntax statement) =>
        statement.GetTrailingTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)) is { RawKind: not 0 } comment ? comment.ToString() : "";

    /// <summary>Whether a statement is the only one of an <c>if</c>, <c>else</c> or loop without braces.</summary>
    public static bool IsEmbedded(StatementSyntax statement) => statement.Parent switch
    {
        IfStatementSyntax or WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax
            or UsingStatementSyntax or LockStatementSyntax or FixedStatementSyntax => statement is not BlockSyntax,
        ElseClauseSyntax => statement is not (BlockSyntax or IfStatementSyntax),
        _ => false,
    };

    private static bool HasList(StatementSyntax statement) => statement.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax;

    private static bool TryBrace(SourceEdits edits, StatementSyntax statement, string? before, string? after)
    {
        var previous = statement.GetFirstToken().GetPreviousToken();
        var between = TextSpan.FromBounds(previous.Span.End, statement.SpanStart);
        if (edits.Text.ToString(between).Trim().Length > 0 || statement.ContainsDirectives)
        {
            return false;
        }

        var layout = edits.Layout;
        var whole = statement;
        while (IsEmbedded(whole))
        {
            whole = whole.Parent!.FirstAncestorOrSelf<StatementSyntax>()!;
        }

        var outer = OneLineBlocks.TrySpread(edits, whole) ?? SourceLayout.IndentOf(edits.Text, statement.Parent!);
        var inner = outer + layout.Step;
        edits.Replace(between, layout.OpenBlock(outer) + (before is null ? "" : layout.Indent(before, inner) + layout.NewLine) + inner);

        // Of two stacked using statements the inner one stands as far left as the outer.
        if (SourceLayout.StartsLine(edits.Text, statement.SpanStart) && SourceLayout.IndentOf(edits.Text, statement) == outer)
        {
            var start = edits.Text.Lines.GetLineFromPosition(statement.SpanStart);
            edits.Nest(
                TextSpan.FromBounds(start.Start, statement.Span.End),
                "",
                line => line.Start > start.Start && line.ToString().Trim().Length > 0);
        }

        // Behind a comment on the statement's own line.
        var line = edits.Text.Lines.GetLineFromPosition(statement.Span.End);
        var tail = edits.Text.ToString(TextSpan.FromBounds(statement.Span.End, line.End)).Trim();
        var end = tail.StartsWith("//", StringComparison.Ordinal) ? line.End : statement.Span.End;
        edits.Insert(end, (after is null ? "" : layout.NewLine + layout.Indent(after, inner)) + layout.NewLine + outer + "}");
        return true;
    }

    /// <summary>Behind blank lines and directives: the statement's own comments, or the statement.</summary>
    private static int FirstOwnTrivia(StatementSyntax statement)
    {
        var trivia = statement.GetLeadingTrivia();
        var start = 0;
        for (var index = 0; index < trivia.Count; index++)
        {
            if (trivia[index].IsDirective || trivia[index].IsKind(SyntaxKind.DisabledTextTrivia))
            {
                start = index + 1;
            }
        }

        for (var index = start; index < trivia.Count; index++)
        {
            if (!trivia[index].IsKind(SyntaxKind.WhitespaceTrivia) && !trivia[index].IsKind(SyntaxKind.EndOfLineTrivia))
            {
                return trivia[index].SpanStart;
            }
        }

        return statement.SpanStart;
    }

    /// <summary>Statements that end in an empty line are set apart from what follows.</summary>
    private static string BlankLine(SourceEdits edits, string statements) =>
        statements.EndsWith("\n\n", StringComparison.Ordinal) ? edits.Layout.NewLine : "";

    /// <summary>Statements with a block in them, or more than a line holds, need lines of their own.</summary>
    private static bool IsTooLong(SourceEdits edits, StatementSyntax anchor, string statements) =>
        statements.TrimEnd().Contains('\n') || edits.Text.Lines.GetLineFromPosition(anchor.SpanStart).Span.Length + statements.Length > LongestLine;

    private static string OneLine(string statements) =>
        string.Join(" ", statements.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
