using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Inserts and removes whole statements with the trivia around them.</summary>
internal static class Statements
{
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
            edits.Insert(anchor.SpanStart, OneLine(statements) + " ");
            return true;
        }

        var position = edits.Text.Lines.GetLineFromPosition(FirstOwnTrivia(anchor)).Start;
        edits.Insert(position, edits.Layout.Indent(statements, indent) + edits.Layout.NewLine + BlankLine(edits, statements));
        return true;
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
            edits.Insert(anchor.Span.End, " " + OneLine(statements));
            return true;
        }

        var text = edits.Layout.Indent(statements, SourceLayout.IndentOf(edits.Text, anchor));
        edits.Insert(
            line.EndIncludingLineBreak,
            line.EndIncludingLineBreak == line.End ? edits.Layout.NewLine + text : text + edits.Layout.NewLine + BlankLine(edits, statements));
        return true;
    }

    /// <summary>Removes a statement and its line; comments above it stay. An embedded statement becomes an empty block.</summary>
    public static void Remove(SourceEdits edits, StatementSyntax statement)
    {
        if (IsEmbedded(statement))
        {
            edits.Replace(statement, "{ }");
            return;
        }

        var first = edits.Text.Lines.GetLineFromPosition(statement.SpanStart);
        var last = edits.Text.Lines.GetLineFromPosition(statement.Span.End);
        var aloneBefore = SourceLayout.StartsLine(edits.Text, statement.SpanStart);
        var rest = edits.Text.ToString(TextSpan.FromBounds(statement.Span.End, last.End)).Trim();
        if (aloneBefore && rest.Length == 0)
        {
            edits.Remove(TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak));
            return;
        }

        // A neighbour on the same line: take one of the two spaces around the statement along.
        var end = statement.Span.End;
        if (end < last.End && edits.Text[end] == ' ')
        {
            end++;
        }

        edits.Remove(TextSpan.FromBounds(statement.SpanStart, end));
    }

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
        var outer = SourceLayout.IndentOf(edits.Text, statement.Parent!);
        var inner = outer + layout.Step;
        edits.Replace(between, layout.OpenBlock(outer) + (before is null ? "" : layout.Indent(before, inner) + layout.NewLine) + inner);

        // Of two stacked using statements the inner one stands as far left as the outer.
        if (SourceLayout.StartsLine(edits.Text, statement.SpanStart) && SourceLayout.IndentOf(edits.Text, statement) == outer)
        {
            var last = edits.Text.Lines.GetLineFromPosition(statement.Span.End).LineNumber;
            for (var number = edits.Text.Lines.GetLineFromPosition(statement.SpanStart).LineNumber + 1; number <= last; number++)
            {
                if (edits.Text.Lines[number].ToString().Trim().Length > 0)
                {
                    edits.Insert(edits.Text.Lines[number].Start, layout.Step);
                }
            }
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

    private static string OneLine(string statements) =>
        string.Join(" ", statements.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
