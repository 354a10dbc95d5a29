using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Keeps the empty lines around changes as they would be written by hand.</summary>
internal static class BlankLines
{
    /// <summary>Makes changes, and takes out the empty lines that stand, next to one, at another empty line or at a brace where none stood before.</summary>
    public static SourceText Tidied(SourceText text, IReadOnlyList<TextChange> changes)
    {
        var changed = text.WithChanges(changes);
        var spare = new SortedDictionary<int, TextSpan>();
        var shift = 0;
        foreach (var change in changes)
        {
            var (start, end) = (change.Span.Start + shift, change.Span.Start + shift + change.NewText!.Length);
            shift += change.NewText.Length - change.Span.Length;
            if (change.NewText.IndexOf('\n') < 0 && text.Lines.IndexOf(change.Span.Start) == text.Lines.IndexOf(change.Span.End))
            {
                continue;
            }

            var known = Math.Max(Around(text, change.Span.Start).Count, Around(text, change.Span.End).Count);
            foreach (var (position, stood) in new[] { (start, Around(text, change.Span.Start)), (end, Around(text, change.Span.End)) })
            {
                var blank = Around(changed, position);
                var least = blank.IsBehindBrace && !stood.IsBehindBrace || blank.IsAboveBrace && !stood.IsAboveBrace ? 0 : Math.Max(known, 1);
                for (var line = blank.First + least; line < blank.First + blank.Count; line++)
                {
                    spare[changed.Lines[line].Start] = changed.Lines[line].SpanIncludingLineBreak;
                }
            }
        }

        return spare.Count == 0 ? changed : changed.WithChanges(spare.Values.Select(line => new TextChange(line, "")));
    }

    /// <summary>The empty lines around a position, and what they stand next to.</summary>
    private static (int First, int Count, bool IsBehindBrace, bool IsAboveBrace) Around(SourceText text, int position)
    {
        bool IsBlank(int line) => line >= 0 && line < text.Lines.Count && string.IsNullOrWhiteSpace(text.Lines[line].ToString());

        var at = text.Lines.IndexOf(position);
        var first = IsBlank(at) ? at : text.Lines[at].Start == position ? at : at + 1;
        while (IsBlank(first - 1))
        {
            first--;
        }

        var end = first;
        while (IsBlank(end))
        {
            end++;
        }

        return (
            first,
            end - first,
            end > first && first > 0 && text.Lines[first - 1].ToString().TrimEnd().EndsWith("{", StringComparison.Ordinal),
            end > first && end < text.Lines.Count && text.Lines[end].ToString().TrimStart().StartsWith("}", StringComparison.Ordinal));
    }
}
