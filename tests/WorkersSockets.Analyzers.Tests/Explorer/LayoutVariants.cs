using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>The same tokens, laid out in another way.</summary>
internal static partial class LayoutVariants
{
    public static string? BracesAtEnds(string code)
    {
        if (IsFragile(code))
        {
            return null;
        }

        var changed = BraceOnOwnLine().Replace(code, " {");
        changed = SecondClause().Replace(changed, "} $1");
        return changed == code ? null : changed;
    }

    public static string? TwoSpaces(string code) => IsFragile(code) ? null : string.Join('\n', code.Split('\n').Select(line =>
    {
        var spaces = line.Length - line.TrimStart(' ').Length;
        return new string(' ', spaces / 2) + line.TrimStart(' ');
    }));

    /// <summary>One statement that stands alone in a block loses its braces.</summary>
    public static string? WithoutBraces(string code)
    {
        var edits = new List<(int, int, string)>();
        foreach (var block in Variants.Parse(code).DescendantNodes().OfType<BlockSyntax>())
        {
            if (block is { Statements: [ExpressionStatementSyntax or ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or ThrowStatementSyntax] }
                && block.Parent is IfStatementSyntax { Else: null } or ElseClauseSyntax or WhileStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax
                && !block.DescendantTrivia().Any(trivia => trivia.IsDirective || trivia.IsKind(SyntaxKind.SingleLineCommentTrivia))
                && !block.Statements[0].ToString().Contains('\n', StringComparison.Ordinal)
                && Variants.IsFirstOnLine(code, block.SpanStart) && Variants.IsFirstOnLine(code, block.Statements[0].SpanStart) && Variants.IsFirstOnLine(code, block.CloseBraceToken.SpanStart))
            {
                var line = code.LastIndexOf('\n', block.SpanStart) + 1;
                edits.Add((line, block.Span.End, code[line..block.SpanStart] + "    " + block.Statements[0]));
            }
        }

        return Variants.Apply(code, edits);
    }

    public static string? BlankLines(string code)
    {
        var edits = Variants.Parse(code).DescendantNodes().OfType<StatementSyntax>()
            .Where(statement => statement.Parent is BlockSyntax block && block.Statements[0] != statement && Variants.IsFirstOnLine(code, statement.SpanStart)
                && !statement.GetLeadingTrivia().Any(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia)))
            .Select(statement => code.LastIndexOf('\n', statement.SpanStart) + 1)
            .Select(line => (line, line, "\n")).Distinct().ToList();
        return Variants.Apply(code, edits);
    }

    public static string? ArgumentsOnLines(string code)
    {
        if (IsFragile(code))
        {
            return null;
        }

        var edits = new List<(int, int, string)>();
        foreach (var list in Variants.Parse(code).DescendantNodes().OfType<ArgumentListSyntax>()
            .Where(list => list.Arguments.Count > 1 && !list.ToString().Contains('\n', StringComparison.Ordinal) && !list.Ancestors().Any(node => node is ArgumentListSyntax or InterpolationSyntax)))
        {
            var line = code.LastIndexOf('\n', list.SpanStart) + 1;
            var text = code[line..];
            var indent = text[..(text.Length - text.TrimStart().Length)] + "    ";
            edits.AddRange(list.Arguments.Select(argument => (code[..argument.SpanStart].TrimEnd(' ').Length, argument.SpanStart, "\n" + indent)));
        }

        return Variants.Apply(code, edits);
    }

    /// <summary>Behind each opening brace and above each closing one.</summary>
    public static string? CommentsAtBraces(string code)
    {
        var edits = new List<(int, int, string)>();
        var number = 0;
        foreach (var block in Variants.Parse(code).DescendantNodes().OfType<BlockSyntax>().Where(block => Variants.IsFirstOnLine(code, block.CloseBraceToken.SpanStart) && Variants.IsFirstOnLine(code, block.SpanStart)))
        {
            var end = code.LastIndexOf('\n', block.CloseBraceToken.SpanStart) + 1;
            var indent = code[end..block.CloseBraceToken.SpanStart];
            edits.Add((block.OpenBraceToken.Span.End, block.OpenBraceToken.Span.End, $" // opens {++number}"));
            edits.Add((end, end, $"{indent}    // closes {number}\n"));
        }

        return Variants.Apply(code, edits);
    }

    public static string? Documented(string code)
    {
        var edits = new List<(int, int, string)>();
        foreach (var member in Variants.Parse(code).DescendantNodes().OfType<MemberDeclarationSyntax>().Where(member => member is not (GlobalStatementSyntax or BaseNamespaceDeclarationSyntax)))
        {
            var line = code.LastIndexOf('\n', Math.Max(0, member.SpanStart - 1)) + 1;
            if (member.SpanStart == 0 || Variants.IsFirstOnLine(code, member.SpanStart))
            {
                edits.Add((line, line, $"{code[line..member.SpanStart]}/// <summary>Number {edits.Count + 1}.</summary>\n"));
            }
        }

        return Variants.Apply(code, edits);
    }

    /// <summary>Every body with all its statements on the line of its header.</summary>
    public static string? OnOneLine(string code)
    {
        var edits = new List<(int, int, string)>();
        foreach (var block in Variants.Bodies(code, Variants.Parse(code)).Where(block => !block.DescendantTrivia().Any(trivia => trivia.IsDirective || trivia.IsKind(SyntaxKind.SingleLineCommentTrivia))))
        {
            if (!block.DescendantTokens().Any(token => token.Text.Contains('\n', StringComparison.Ordinal)))
            {
                var start = code[..block.SpanStart].TrimEnd().Length;
                edits.Add((start, block.Span.End, " " + LineBreaks().Replace(block.ToString(), " ")));
            }
        }

        return IsFragile(code) ? null : Variants.Apply(code, edits);
    }

    private static bool IsFragile(string code) => code.Contains('#', StringComparison.Ordinal) || code.Contains("//", StringComparison.Ordinal) || Variants.HasLiteralsOverLines(Variants.Parse(code));

    [GeneratedRegex(@"(?<=[^\s{};])\n[ \t]*\{(?=\n)")]
    private static partial Regex BraceOnOwnLine();

    [GeneratedRegex(@"\}\n[ \t]*(else|catch|finally)\b")]
    private static partial Regex SecondClause();

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreaks();
}
