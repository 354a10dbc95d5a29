using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.CodeFixes.Platform;

/// <summary>Adds a setting to a wrangler file and leaves everything else as it is written.</summary>
internal static class WranglerEditor
{
    private const string JsonSetting = "\"placement\": { \"mode\": \"smart\" }";

    /// <summary>The setting as wrangler's templates bring it, commented out.</summary>
    private static readonly Regex CommentedJson = new(
        @"^[ \t]*(?<mark>//[ \t]*)""placement"":[ \t]*\{[ \t]*""mode"":[ \t]*""smart""[ \t]*\}(?<comma>,?)[ \t]*\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant);

    private static readonly Regex CommentedToml = new(
        @"^(?<mark1>#[ \t]*)\[placement\][ \t]*\r?\n(?<mark2>#[ \t]*)mode[ \t]*=[ \t]*""smart""[ \t]*\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant);

    /// <summary>What to change so that the top level has smart placement; null where it has a placement, or the file cannot be read.</summary>
    public static IReadOnlyList<TextChange>? AddPlacement(string path, string text)
    {
        var (root, error) = WranglerReader.ReadTree(path, text);
        if (error is not null || root.Get("placement") is not null)
        {
            return null;
        }

        var candidates = WranglerReader.IsToml(path)
            ? new[] { UncommentToml(text), AppendToml(text) }
            : [UncommentJson(root, text), AppendJson(root, text)];
        return candidates.FirstOrDefault(changes => changes is not null && IsRight(path, root, text, changes));
    }

    /// <summary>Reads the edited text: it has the setting, and all that it had before.</summary>
    private static bool IsRight(string path, ConfigurationNode before, string text, IReadOnlyList<TextChange> changes)
    {
        var (after, error) = WranglerReader.ReadTree(path, SourceText.From(text).WithChanges(changes).ToString());
        return error is null
            && after.Get("placement") is { Members: { Count: 1 } members } && members[0] is { Name: "mode", Value.Text: "smart" }
            && AreSame(after.Members.Where(member => member.Name != "placement").ToList(), before.Members);
    }

    private static bool AreSame(IReadOnlyList<ConfigurationMember> left, IReadOnlyList<ConfigurationMember> right) =>
        left.Count == right.Count && left.Zip(right, (one, other) => one.Name == other.Name && AreSame(one.Value, other.Value)).All(same => same);

    private static bool AreSame(ConfigurationNode left, ConfigurationNode right) =>
        left.Kind == right.Kind && left.Text == right.Text && AreSame(left.Members, right.Members)
        && left.Items.Count == right.Items.Count && left.Items.Zip(right.Items, AreSame).All(same => same);

    private static IReadOnlyList<TextChange>? UncommentJson(ConfigurationNode root, string text)
    {
        var match = CommentedJson.Match(text);
        if (!match.Success || match.Index <= root.Span.Start || match.Index >= root.Span.End || root.Members.Count == 0)
        {
            return null;
        }

        var changes = new List<TextChange>();
        var previous = root.Members.LastOrDefault(member => member.Value.Span.End <= match.Index);
        if (previous is not null && CommaBehind(text, previous.Value.Span.End) is null)
        {
            changes.Add(new TextChange(new TextSpan(previous.Value.Span.End, 0), ","));
        }

        changes.Add(new TextChange(new TextSpan(match.Groups["mark"].Index, match.Groups["mark"].Length), ""));
        var isLast = root.Members[root.Members.Count - 1] == previous;
        var comma = match.Groups["comma"];
        if (isLast && comma.Length > 0 && changes.Count > 1)
        {
            changes.Add(new TextChange(new TextSpan(comma.Index, comma.Length), ""));
        }
        else if (!isLast && comma.Length == 0)
        {
            changes.Add(new TextChange(new TextSpan(comma.Index, 0), ","));
        }

        return changes;
    }

    private static IReadOnlyList<TextChange> AppendJson(ConfigurationNode root, string text)
    {
        var newLine = NewLineOf(text);
        if (root.Members.Count == 0)
        {
            var inner = text.Substring(root.Span.Start + 1, root.Span.Length - 2);
            return inner.Trim().Length == 0
                ? [new TextChange(new TextSpan(root.Span.Start + 1, inner.Length), $"{newLine}  {JsonSetting}{newLine}")]
                : [new TextChange(new TextSpan(root.Span.End - 1, 0), (inner.EndsWith("\n", StringComparison.Ordinal) ? "" : newLine) + $"  {JsonSetting}{newLine}")];
        }

        var last = root.Members[root.Members.Count - 1];
        var lineStart = text.LastIndexOf('\n', last.NameSpan.Start) + 1;
        var indent = text.Substring(lineStart, last.NameSpan.Start - lineStart);
        var isOnOwnLine = lineStart > root.Span.Start && indent.Trim().Length == 0;
        var comma = CommaBehind(text, last.Value.Span.End);
        var behind = comma is null ? last.Value.Span.End : comma.Value + 1;
        if (!isOnOwnLine)
        {
            return [new TextChange(new TextSpan(behind, 0), comma is null ? ", " + JsonSetting : $" {JsonSetting},")];
        }

        // A comment behind the last member stays on that member's line.
        var end = EndOfLine(text, behind);
        return comma is not null
            ? [new TextChange(new TextSpan(end, 0), $"{newLine}{indent}{JsonSetting},")]
            : end == behind
                ? [new TextChange(new TextSpan(behind, 0), $",{newLine}{indent}{JsonSetting}")]
                : [new TextChange(new TextSpan(behind, 0), ","), new TextChange(new TextSpan(end, 0), $"{newLine}{indent}{JsonSetting}")];
    }

    private static IReadOnlyList<TextChange>? UncommentToml(string text)
    {
        var match = CommentedToml.Match(text);
        return match.Success
            ? new[] { "mark1", "mark2" }.Select(mark => new TextChange(new TextSpan(match.Groups[mark].Index, match.Groups[mark].Length), "")).ToList()
            : null;
    }

    private static IReadOnlyList<TextChange> AppendToml(string text)
    {
        var newLine = NewLineOf(text);
        var content = text.TrimEnd(' ', '\t', '\r', '\n');
        var before = content.Length == 0 ? "" : newLine + newLine;
        return [new TextChange(TextSpan.FromBounds(content.Length, text.Length), $"{before}[placement]{newLine}mode = \"smart\"{newLine}")];
    }

    private static string NewLineOf(string text) => text.IndexOf("\r\n", StringComparison.Ordinal) >= 0 ? "\r\n" : "\n";

    /// <summary>The position of the comma that follows, blanks and comments skipped; null where something else does.</summary>
    private static int? CommaBehind(string text, int position)
    {
        while (position < text.Length)
        {
            if (char.IsWhiteSpace(text[position]))
            {
                position++;
            }
            else if (CommentEnd(text, position) is { } end)
            {
                position = end;
            }
            else
            {
                return text[position] == ',' ? position : null;
            }
        }

        return null;
    }

    /// <summary>Behind the last comment that starts on the line, or the position itself where none does.</summary>
    private static int EndOfLine(string text, int position)
    {
        var end = position;
        while (position < text.Length)
        {
            if (text[position] is ' ' or '\t')
            {
                position++;
            }
            else if (CommentEnd(text, position) is { } behind)
            {
                end = position = behind;
            }
            else
            {
                break;
            }
        }

        return end;
    }

    /// <summary>Where the comment ends that starts here (before the line end); null where none does.</summary>
    private static int? CommentEnd(string text, int position)
    {
        if (string.CompareOrdinal(text, position, "//", 0, 2) == 0)
        {
            var end = text.IndexOfAny(['\r', '\n'], position);
            return end < 0 ? text.Length : end;
        }

        if (string.CompareOrdinal(text, position, "/*", 0, 2) == 0)
        {
            var end = text.IndexOf("*/", position + 2, StringComparison.Ordinal);
            return end < 0 ? text.Length : end + 2;
        }

        return null;
    }
}
