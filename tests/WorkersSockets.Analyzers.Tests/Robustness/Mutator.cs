using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>Damages a source the way a keyboard does. The same number always yields the same text.</summary>
internal sealed class Mutator
{
    private static readonly string[] Strays =
    [
        "await", "using", "var", "return", "yield", "throw", "new", "?", "?.", "??", "!", "=>", "{", "}", "(", ")", "[", "]", ";", ",", "=", "_", "out", "ref", "in", "is", "null",
        "async", "static", "goto", "case", "default", "lock", "try", "finally", "catch", "foreach", "while", "do", "switch", "checked", "unsafe", "stackalloc", "\"", "'", "\"\"\"", "/*", "//",
        "#if", "#region", "0x", "1e999", "99999999999999999999", "global::", "dynamic", "delegate", "partial", "record", "where", "with", "select", "from", "this", "base", "typeof", "nameof",
    ];

    private readonly ImmutableArray<Parsed> sources;

    public Mutator(IEnumerable<CorpusSource> corpus) => sources = [.. corpus.Select(source => new Parsed(source, [.. Tokens(source.Code)]))];

    /// <summary>The damaged text with this number.</summary>
    public (CorpusSource Source, string Code) Mutate(int number)
    {
        var random = new Random(number);
        var (source, tokens) = sources[random.Next(sources.Length)];
        var code = source.Code;

        // Mostly one slip, sometimes several at once.
        for (var slips = random.Next(4) == 0 ? random.Next(2, 6) : 1; slips > 0; slips--)
        {
            if (tokens.Length < 3)
            {
                break;
            }

            code = Slip(random, code, tokens);
            if (slips > 1)
            {
                tokens = [.. Tokens(code)];
            }
        }

        return (source, code);
    }

    private string Slip(Random random, string code, ImmutableArray<TextSpan> tokens)
    {
        var at = random.Next(tokens.Length - 1);
        var token = tokens[at];
        var text = code[token.Start..token.End];
        switch (random.Next(12))
        {
            case 0:
                return code[..token.End];
            case 1:
                return code.Remove(token.Start, token.Length);
            case 2:
                return code.Insert(token.End, " " + text);
            case 3:
                var next = tokens[at + 1];
                return code[..token.Start] + code[next.Start..next.End] + code[token.End..next.Start] + text + code[next.End..];
            case 4:
                return code.Insert(token.Start, Strays[random.Next(Strays.Length)] + " ");
            case 5:
                return code[..token.Start] + Strays[random.Next(Strays.Length)] + code[token.End..];
            case 6:
                // A stretch goes missing.
                var end = tokens[Math.Min(tokens.Length - 1, at + random.Next(1, 30))].End;
                return code[..token.Start] + code[end..];
            case 7:
                // Two tokens far apart change places.
                var other = tokens[random.Next(tokens.Length)];
                var (first, second) = token.Start <= other.Start ? (token, other) : (other, token);
                return first == second ? code
                    : code[..first.Start] + code[second.Start..second.End] + code[first.End..second.Start] + code[first.Start..first.End] + code[second.End..];
            case 8:
                // A statement goes missing, or stands there twice: what remains still parses.
                if (Statement(random, code) is not { } statement)
                {
                    return code;
                }

                return random.Next(2) == 0 ? code.Remove(statement.Start, statement.Length) : code.Insert(statement.End, code[statement.Start..statement.End]);
            case 9:
                // One statement takes the place of another.
                return Statement(random, code) is { } replaced && Statement(random, code) is { } moved && !replaced.OverlapsWith(moved)
                    ? code[..replaced.Start] + code[moved.Start..moved.End] + code[replaced.End..]
                    : code;
            case 10:
                // A name or a literal becomes another one of the text.
                var alike = tokens.Where(span => IsWord(code, span)).ToList();
                if (alike.Count < 2)
                {
                    return code;
                }

                var (place, word) = (alike[random.Next(alike.Count)], alike[random.Next(alike.Count)]);
                return code[..place.Start] + code[word.Start..word.End] + code[place.End..];
            default:
                // A stretch of another source lands here.
                var (donor, donated) = sources[random.Next(sources.Length)];
                if (donated.Length < 2)
                {
                    return code;
                }

                var from = random.Next(donated.Length - 1);
                var to = Math.Min(donated.Length - 1, from + random.Next(1, 40));
                return code.Insert(token.End, " " + donor.Code[donated[from].Start..donated[to].End] + " ");
        }
    }

    /// <summary>The place of any statement, its space included.</summary>
    private static TextSpan? Statement(Random random, string code)
    {
        var statements = CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Latest)).GetRoot().DescendantNodes()
            .OfType<StatementSyntax>().Where(statement => statement is not BlockSyntax && statement.Span.End <= code.Length).ToList();
        return statements.Count == 0 ? null : statements[random.Next(statements.Count)].FullSpan;
    }

    private static bool IsWord(string code, TextSpan span) =>
        SyntaxFacts.GetKeywordKind(code[span.Start..span.End]) == SyntaxKind.None && (char.IsLetterOrDigit(code[span.Start]) || code[span.Start] is '"' or '_');

    private static IEnumerable<TextSpan> Tokens(string code) =>
        SyntaxFactory.ParseTokens(code, options: new CSharpParseOptions(LanguageVersion.Latest)).Select(token => token.Span).Where(span => !span.IsEmpty);

    private sealed record Parsed(CorpusSource Source, ImmutableArray<TextSpan> Tokens);
}
