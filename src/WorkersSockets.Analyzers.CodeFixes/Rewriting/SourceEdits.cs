using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>
/// Collects the changes of one fix as text, so that everything that is not changed keeps its trivia, and so that several rewriters
/// work on one document: all positions are those of the unchanged document. Insertions at one position keep the order in which
/// they were added.
/// </summary>
internal sealed class SourceEdits
{
    /// <summary>A line break in front of a line that is not empty, or in front of what stood there.</summary>
    private static readonly Regex LineStart = new(@"\n(?!\r?\n)", RegexOptions.CultureInvariant);

    private readonly List<TextChange> changes = new();
    private readonly HashSet<TextChange> frames = new();
    private readonly List<(TextSpan Lines, int Before)> nested = new();
    private readonly SortedDictionary<string, TextChange> imports = new(ImportOrder.Instance);
    private readonly HashSet<SyntaxNode> spread = new();

    public SourceEdits(SyntaxNode root, SourceText text)
    {
        Root = root;
        Text = text;
        Layout = SourceLayout.Of(text);
    }

    public SyntaxNode Root { get; }
    public SourceText Text { get; }

    /// <summary>How the file is indented and broken into lines.</summary>
    public SourceLayout Layout { get; }

    public bool IsEmpty => changes.Count == 0 && imports.Count == 0;

    /// <summary>Edits of a document, or null where it has no syntax.</summary>
    public static async Task<SourceEdits?> CreateAsync(Document document, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        return root is null ? null : new SourceEdits(root, text);
    }

    public void Insert(int position, string text) => changes.Add(new TextChange(new TextSpan(position, 0), text));

    public void Replace(TextSpan span, string text) => changes.Add(new TextChange(span, text));

    /// <summary>Moves lines one step to the right, below <paramref name="header"/>. Whatever else is written between them moves along.</summary>
    public void Nest(TextSpan lines, string header, Func<TextLine, bool> canMove)
    {
        nested.Add((lines, changes.Count));
        if (header.Length > 0)
        {
            Frame(lines.Start, header);
        }

        for (var number = Text.Lines.IndexOf(lines.Start); number < Text.Lines.Count && Text.Lines[number].Start < lines.End; number++)
        {
            if (canMove(Text.Lines[number]))
            {
                Frame(Text.Lines[number].Start, Layout.Step);
            }
        }
    }

    private void Frame(int position, string text)
    {
        var change = new TextChange(new TextSpan(position, 0), text);
        frames.Add(change);
        changes.Add(change);
    }

    /// <summary>Replaces a node without its surrounding trivia.</summary>
    public void Replace(SyntaxNode node, string text) => Replace(node.Span, text);

    public void Remove(TextSpan span) => Replace(span, "");

    /// <summary>Whether a namespace was asked for before in these edits.</summary>
    public bool IsImported(string name) => imports.ContainsKey(name);

    /// <summary>Adds the directive of a namespace; those at one position are sorted.</summary>
    public void Import(int position, string name, string directive) => imports.Add(name, new TextChange(new TextSpan(position, 0), directive));

    /// <summary>Whether <paramref name="block"/> was not spread over lines before in these edits.</summary>
    public bool AddSpread(SyntaxNode block) => spread.Add(block);

    public bool IsSpread(SyntaxNode? block) => block is not null && spread.Contains(block);

    /// <summary>Takes back the change of exactly this span.</summary>
    public void Withdraw(TextSpan span) => changes.RemoveAll(change => change.Span == span);

    /// <summary>Takes the changes of other edits of the same text in place of its own.</summary>
    public void Become(SourceEdits other)
    {
        changes.Clear();
        changes.AddRange(other.changes);
        frames.UnionWith(other.frames);
        nested.AddRange(other.nested);
    }

    /// <summary>The changed text.</summary>
    public SourceText Apply() => BlankLines.Tidied(Text, Merged());

    /// <summary>Whether two edits change the same text: code that is typed by half can bring that about.</summary>
    private static bool Overlap(List<TextChange> merged)
    {
        var end = 0;
        foreach (var change in merged.OrderBy(change => change.Span.Start).ThenBy(change => change.Span.End))
        {
            if (change.Span.Start < end)
            {
                return true;
            }

            end = change.Span.End;
        }

        return false;
    }

    private List<TextChange> Merged()
    {
        var merged = new List<TextChange>();
        var ordered = imports.Values.Concat(changes).Select((change, order) => (change, order))
            .OrderBy(pair => pair.change.Span.Start).ThenBy(pair => pair.change.Span.Length).ThenBy(pair => pair.order)
            .Select(pair => MovedAlong(pair.change, pair.order - imports.Count));
        foreach (var change in ordered)
        {
            if (merged.Count > 0 && merged[merged.Count - 1] is var previous && previous.Span.Start == change.Span.Start && previous.Span.IsEmpty)
            {
                // A line that is removed is not indented.
                var isIndent = change.NewText!.Length == 0 && !change.Span.IsEmpty && previous.NewText!.Trim(' ', '\t').Length == 0;
                merged[merged.Count - 1] = new TextChange(change.Span, isIndent ? "" : previous.NewText + change.NewText);
            }
            else if (merged.Count > 0 && frames.Contains(change) && change.Span.Start < merged[merged.Count - 1].Span.End)
            {
                // What replaces the start of a line moves along by itself.
            }
            else if (merged.Count > 0 && merged[merged.Count - 1] is var last && change.Span.Start < last.Span.End && change.NewText!.Length == 0)
            {
                // A removal that takes an empty line which another change has taken already.
                if (change.Span.End > last.Span.End)
                {
                    merged.Add(new TextChange(TextSpan.FromBounds(last.Span.End, change.Span.End), ""));
                }
            }
            else if (merged.Count > 0 && merged[merged.Count - 1] is { NewText.Length: 0 } removed && change.Span.Start < removed.Span.End)
            {
                merged[merged.Count - 1] = new TextChange(TextSpan.FromBounds(removed.Span.Start, change.Span.Start), "");
                merged.Add(change);
            }
            else
            {
                merged.Add(change);
            }
        }

        return merged;
    }

    /// <summary>Lines that are written between lines that move.</summary>
    private TextChange MovedAlong(TextChange change, int order)
    {
        var text = change.NewText!;
        if (text.IndexOf('\n') >= 0 && !frames.Contains(change))
        {
            foreach (var (lines, before) in nested)
            {
                // What was inserted at their start earlier stands in front of them.
                var isInside = change.Span.Start > lines.Start || (change.Span.Start == lines.Start && (order >= before || !change.Span.IsEmpty));
                if (isInside && (change.Span.IsEmpty ? change.Span.Start < lines.End : change.Span.End <= lines.End))
                {
                    text = LineStart.Replace(text, match => match.Value + Layout.Step);
                }
            }
        }

        return new TextChange(change.Span, text);
    }

    public Document ApplyTo(Document document) => document.WithText(Apply());

    /// <summary>A variant that makes these edits.</summary>
    public FixVariant ToVariant(string key, string title, Document document)
    {
        var merged = Merged();
        return new FixVariant(key, title, _ => Task.FromResult(document.WithText(BlankLines.Tidied(Text, merged)))) { IsPossible = !Overlap(merged) };
    }
}

/// <summary>How a file is laid out: what ends a line, one step of indentation, and whether braces open on a line of their own.</summary>
internal sealed record SourceLayout(string NewLine, string Step, bool BraceOnOwnLine)
{
    public static SourceLayout Of(SourceText text)
    {
        var newLine = "\n";
        var step = "    ";
        var own = 0;
        var same = 0;
        var stepKnown = false;
        foreach (var line in text.Lines)
        {
            if (line.LineNumber == 0 && line.EndIncludingLineBreak > line.End)
            {
                newLine = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
            }

            var content = line.ToString();
            var trimmed = content.Trim();
            var indent = content.Length - content.TrimStart().Length;
            if (!stepKnown && trimmed.Length > 0 && trimmed[0] != '*' && indent > 0 && (content[0] == '\t' || indent is >= 2 and <= 8))
            {
                step = content[0] == '\t' ? "\t" : content.Substring(0, indent);
                stepKnown = true;
            }

            if (trimmed == "{")
            {
                own++;
            }
            else if (trimmed.Length > 1 && trimmed[trimmed.Length - 1] == '{' && trimmed[trimmed.Length - 2] is ' ' or ')')
            {
                same++;
            }
        }

        return new SourceLayout(newLine, step, own >= same);
    }

    /// <summary>What stands between a header (<c>try</c>, <c>finally</c>) at <paramref name="indent"/> and the first line of its block.</summary>
    public string OpenBlock(string indent) => BraceOnOwnLine ? $"{NewLine}{indent}{{{NewLine}" : $" {{{NewLine}";

    /// <summary>
    /// Text written with "\n" and four spaces a step, brought to this layout and set at <paramref name="indent"/>; no line break at
    /// its end. Lines inside raw string literals must not occur in it.
    /// </summary>
    public string Indent(string text, string indent)
    {
        var result = new StringBuilder();
        var lines = text.Replace("\r\n", "\n").Trim('\n').Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].TrimEnd();
            if (index > 0)
            {
                // "try" and "{" on two lines become "try {" where the file writes braces so, "}" and "catch" likewise.
                if (!BraceOnOwnLine && lines[index - 1].Trim() == "}" && IsSecondClause(line.Trim()))
                {
                    result.Append(' ').Append(line.Trim());
                    continue;
                }

                if (!BraceOnOwnLine && line.Trim() == "{" && lines[index - 1].Trim().Length > 0 && lines[index - 1].Trim() is not ("{" or "}") && !lines[index - 1].TrimEnd().EndsWith(";", StringComparison.Ordinal))
                {
                    result.Append(" {");
                    continue;
                }

                result.Append(NewLine);
            }

            if (line.Length == 0)
            {
                continue;
            }

            var steps = (line.Length - line.TrimStart().Length) / 4;
            result.Append(indent);
            for (var step = 0; step < steps; step++)
            {
                result.Append(Step);
            }

            result.Append(line.TrimStart());
        }

        return result.ToString();
    }

    private static bool IsSecondClause(string line) =>
        line is "else" or "finally" || line.StartsWith("else ", StringComparison.Ordinal) || line.StartsWith("catch", StringComparison.Ordinal);

    /// <summary>The white space at the start of the line on which a node begins.</summary>
    public static string IndentOf(SourceText text, SyntaxNode node) => IndentAt(text, node.SpanStart);

    /// <summary>The white space at the start of the line of a position.</summary>
    public static string IndentAt(SourceText text, int position)
    {
        var line = text.Lines.GetLineFromPosition(position).ToString();
        return line.Substring(0, line.Length - line.TrimStart().Length);
    }

    /// <summary>Whether nothing but white space precedes the position on its line.</summary>
    public static bool StartsLine(SourceText text, int position)
    {
        var line = text.Lines.GetLineFromPosition(position);
        return text.ToString(TextSpan.FromBounds(line.Start, position)).Trim().Length == 0;
    }
}
