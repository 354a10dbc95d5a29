using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>Compares two versions of a file by their tokens and what stands between them.</summary>
internal static partial class TokenDiff
{
    private const int MostCells = 4_000_000;

    /// <summary>How many tokens away from any other change a change is one for itself.</summary>
    private const int Distance = 12;

    /// <summary>A place where only white space or comments differ although the tokens around it are the same, or null. Indentation does not count.</summary>
    public static string? NeedlessChange(SyntaxNode before, SyntaxNode after)
    {
        var (old, now) = (Tokens(before), Tokens(after));
        var start = 0;
        while (start < old.Count && start < now.Count && old[start] == now[start])
        {
            start++;
        }

        var (oldEnd, newEnd) = (old.Count, now.Count);
        while (oldEnd > start && newEnd > start && old[oldEnd - 1] == now[newEnd - 1])
        {
            (oldEnd, newEnd) = (oldEnd - 1, newEnd - 1);
        }

        if ((long)(oldEnd - start) * (newEnd - start) is 0 or > MostCells)
        {
            return null;
        }

        // Next to a real change a line may well begin anew.
        var hunks = Hunks(old, now, start, oldEnd, newEnd).Where(hunk => hunk.OldTo > hunk.OldFrom || hunk.NewTo > hunk.NewFrom).ToList();
        bool IsAlone(int index) => (index == 0 || hunks[index].OldFrom - hunks[index - 1].OldTo > Distance) && (index == hunks.Count - 1 || hunks[index + 1].OldFrom - hunks[index].OldTo > Distance);
        foreach (var (oldFrom, oldTo, newFrom, newTo) in hunks.Where((_, index) => IsAlone(index)))
        {
            if (oldTo > oldFrom && old[oldFrom].Gap.Trim(' ').Length > 0 && old.Skip(oldFrom).Take(oldTo - oldFrom).Select(token => token.Text).SequenceEqual(now.Skip(newFrom).Take(newTo - newFrom).Select(token => token.Text)))
            {
                return $"'{old[oldFrom].Gap}{old[oldFrom].Text}' became '{now[newFrom].Gap}{now[newFrom].Text}'";
            }
        }

        return null;
    }

    private static List<(string Gap, string Text)> Tokens(SyntaxNode root)
    {
        var text = root.ToFullString();
        var tokens = new List<(string, string)>();
        var (end, isAtStart) = (0, false);
        foreach (var token in root.DescendantTokens())
        {
            // What stands behind a token on its line belongs to it.
            var gap = Plain((isAtStart ? "\n" : "") + text[end..token.SpanStart]);
            isAtStart = token.TrailingTrivia.Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia));
            end = isAtStart ? token.FullSpan.End : token.Span.End;
            tokens.Add((gap, text[token.SpanStart..end].TrimEnd()));
        }

        return tokens;
    }

    private static string Plain(string gap) => Indentation().Replace(gap.Replace("\r", "", StringComparison.Ordinal), "\n");

    /// <summary>The stretches that a longest common subsequence leaves out on either side.</summary>
    private static IEnumerable<(int OldFrom, int OldTo, int NewFrom, int NewTo)> Hunks(List<(string, string)> old, List<(string, string)> now, int start, int oldEnd, int newEnd)
    {
        var (rows, columns) = (oldEnd - start, newEnd - start);
        var length = new int[rows + 1, columns + 1];
        for (var row = rows - 1; row >= 0; row--)
        {
            for (var column = columns - 1; column >= 0; column--)
            {
                length[row, column] = old[start + row] == now[start + column] ? length[row + 1, column + 1] + 1 : Math.Max(length[row + 1, column], length[row, column + 1]);
            }
        }

        var (oldAt, newAt, oldFrom, newFrom) = (0, 0, 0, 0);
        while (oldAt < rows && newAt < columns)
        {
            if (old[start + oldAt] == now[start + newAt])
            {
                yield return (start + oldFrom, start + oldAt, start + newFrom, start + newAt);
                (oldFrom, newFrom) = (++oldAt, ++newAt);
            }
            else if (length[oldAt + 1, newAt] >= length[oldAt, newAt + 1])
            {
                oldAt++;
            }
            else
            {
                newAt++;
            }
        }

        yield return (start + oldFrom, oldEnd, start + newFrom, newEnd);
    }

    [GeneratedRegex(@"\n[ \t]+")]
    private static partial Regex Indentation();
}
