using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>
/// Reads TOML 1.0, and of 1.1 the newlines and trailing commas in inline tables and the further escapes. An analyzer cannot bring
/// a library along, so the reader is its own.
/// </summary>
internal sealed class TomlReader : ConfigurationReader
{
    private static readonly Regex Integer = new(@"^(?:[+-]?(?:0|[1-9](?:_?\d)*)|0x[\da-fA-F](?:_?[\da-fA-F])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*)$", RegexOptions.CultureInvariant | RegexOptions.ECMAScript);
    private static readonly Regex Float = new(@"^[+-]?(?:inf|nan|(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?)$", RegexOptions.CultureInvariant | RegexOptions.ECMAScript);
    private static readonly Regex Date = new(@"^(?<date>\d{4}-\d{2}-\d{2})?(?:(?<both>[Tt ])?(?<time>\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?<zone>[Zz]|[+-]\d{2}:\d{2})?)?$", RegexOptions.CultureInvariant);

    private readonly Dictionary<ConfigurationNode, Origin> origins = [];
    private readonly ConfigurationNode root;

    private TomlReader(string text)
        : base(text) => root = NewTable(default, Origin.Header);

    /// <summary>What made a table or list, which decides whether a later line may add to it.</summary>
    private enum Origin
    {
        /// <summary>A header names it as a part of its path only: a header of its own may follow.</summary>
        Path,

        /// <summary>A header of its own: only sub-tables may be added by others.</summary>
        Header,

        /// <summary>A dotted key: further dotted keys of the same section may add to it.</summary>
        DottedKey,

        /// <summary>An inline value: complete.</summary>
        Inline,

        /// <summary>A list that double-bracket headers fill.</summary>
        HeaderList,
    }

    public static ConfigurationDocument Read(string text)
    {
        var reader = new TomlReader(text);
        try
        {
            reader.ReadDocument();
            return new ConfigurationDocument(reader.root, null);
        }
        catch (Failure failure)
        {
            return new ConfigurationDocument(reader.root, failure.Error);
        }
    }

    private void ReadDocument()
    {
        var section = root;
        while (true)
        {
            SkipBlankLines();
            if (AtEnd)
            {
                return;
            }

            if (Current == '[')
            {
                section = ReadHeader();
            }
            else
            {
                ReadKeyValue(section, depth: 0);
            }

            SkipSpaces();
            SkipComment();
            if (!AtEnd && !SkipLineEnd())
            {
                throw Expected("the end of the line");
            }
        }
    }

    private ConfigurationNode ReadHeader()
    {
        var start = Position;
        var isList = At("[[");
        Position += isList ? 2 : 1;
        SkipSpaces();
        var path = ReadKey();
        SkipSpaces();
        var close = isList ? "]]" : "]";
        if (!At(close))
        {
            throw Expected($"'{close}'");
        }

        Position += close.Length;
        var table = root;
        foreach (var (name, span) in path.Take(path.Count - 1))
        {
            table = Step(table, name, span);
        }

        var (last, lastSpan) = path[path.Count - 1];
        var existing = table.Get(last);
        if (isList)
        {
            if (existing is null)
            {
                existing = new ConfigurationNode(ConfigurationKind.List, lastSpan);
                origins.Add(existing, Origin.HeaderList);
                table.Add(last, lastSpan, existing);
            }
            else if (origins.TryGetValue(existing, out var listOrigin) is false || listOrigin != Origin.HeaderList)
            {
                throw Fail(lastSpan, $"'{last}' is defined before and is not a list of tables");
            }

            var item = NewTable(From(start), Origin.Header);
            existing.Add(item);
            return item;
        }

        if (existing is null)
        {
            var added = NewTable(From(start), Origin.Header);
            table.Add(last, lastSpan, added);
            return added;
        }

        if (!origins.TryGetValue(existing, out var origin) || origin != Origin.Path)
        {
            throw Fail(lastSpan, $"'{last}' is defined before");
        }

        origins[existing] = Origin.Header;
        existing.Span = From(start);
        return existing;
    }

    /// <summary>Goes one part of a header's path down.</summary>
    private ConfigurationNode Step(ConfigurationNode table, string name, TextSpan span)
    {
        var next = table.Get(name);
        if (next is null)
        {
            next = NewTable(span, Origin.Path);
            table.Add(name, span, next);
            return next;
        }

        return origins.TryGetValue(next, out var origin) && origin != Origin.Inline
            ? origin == Origin.HeaderList ? next.Items[next.Items.Count - 1] : next
            : throw Fail(span, $"'{name}' is defined before and takes no further keys");
    }

    private void ReadKeyValue(ConfigurationNode section, int depth)
    {
        var path = ReadKey();
        SkipSpaces();
        if (Current != '=')
        {
            throw Expected($"'=' behind '{path[path.Count - 1].Name}'");
        }

        Position++;
        SkipSpaces();
        var table = section;
        foreach (var (name, span) in path.Take(path.Count - 1))
        {
            var next = table.Get(name);
            if (next is null)
            {
                next = NewTable(span, Origin.DottedKey);
                table.Add(name, span, next);
            }
            else if (!origins.TryGetValue(next, out var origin) || origin != Origin.DottedKey)
            {
                throw Fail(span, $"'{name}' is defined before and takes no further keys");
            }

            table = next;
        }

        var (last, lastSpan) = path[path.Count - 1];
        if (table.Get(last) is not null)
        {
            throw Fail(lastSpan, $"'{last}' is defined before");
        }

        ReadValue(depth, value => table.Add(last, lastSpan, value));
    }

    private List<(string Name, TextSpan Span)> ReadKey()
    {
        var parts = new List<(string, TextSpan)>();
        while (true)
        {
            var start = Position;
            string name;
            if (Current == '"')
            {
                name = ReadBasicText();
            }
            else if (Current == '\'')
            {
                name = ReadLiteralText();
            }
            else
            {
                while (Current is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-')
                {
                    Position++;
                }

                name = Source.Substring(start, Position - start);
                if (name.Length == 0)
                {
                    throw Expected("a key");
                }
            }

            parts.Add((name, From(start)));
            var end = Position;
            SkipSpaces();
            if (Current != '.')
            {
                Position = end;
                return parts;
            }

            if (parts.Count >= MaximumDepth)
            {
                throw Fail(Position, $"nested more than {MaximumDepth} levels deep");
            }

            Position++;
            SkipSpaces();
        }
    }

    private void ReadValue(int depth, Action<ConfigurationNode> add)
    {
        if (depth > MaximumDepth)
        {
            throw Fail(Position, $"nested more than {MaximumDepth} levels deep");
        }

        var start = Position;
        switch (Current)
        {
            case '"':
                var basic = At("\"\"\"") ? ReadMultilineText('"') : ReadBasicText();
                add(new ConfigurationNode(ConfigurationKind.Text, From(start)) { Text = basic });
                break;
            case '\'':
                var literal = At("'''") ? ReadMultilineText('\'') : ReadLiteralText();
                add(new ConfigurationNode(ConfigurationKind.Text, From(start)) { Text = literal });
                break;
            case '[':
                ReadList(depth, add);
                break;
            case '{':
                ReadInlineTable(depth, add);
                break;
            default:
                var word = ReadWord();
                add(new ConfigurationNode(KindOf(word, start), From(start)) { Text = word });
                break;
        }
    }

    private void ReadList(int depth, Action<ConfigurationNode> add)
    {
        var start = Position++;
        var list = new ConfigurationNode(ConfigurationKind.List, From(start));
        add(list);
        SkipBlankLines();
        while (Current != ']')
        {
            ReadValue(depth + 1, list.Add);
            SkipSeparator(']');
        }

        Position++;
        list.Span = From(start);
    }

    private void ReadInlineTable(int depth, Action<ConfigurationNode> add)
    {
        var start = Position++;
        var table = NewTable(From(start), Origin.Inline);
        add(table);
        SkipBlankLines();
        while (Current != '}')
        {
            ReadKeyValue(table, depth + 1);
            SkipSeparator('}');
        }

        Position++;
        table.Span = From(start);
        Close(table);
    }

    /// <summary>What dotted keys made inside an inline table is as complete as the table itself.</summary>
    private void Close(ConfigurationNode table)
    {
        foreach (var member in table.Members)
        {
            if (origins.TryGetValue(member.Value, out var origin) && origin == Origin.DottedKey)
            {
                origins[member.Value] = Origin.Inline;
                Close(member.Value);
            }
        }
    }

    private void SkipSeparator(char close)
    {
        SkipBlankLines();
        if (Current == ',')
        {
            Position++;
            SkipBlankLines();
        }
        else if (Current != close || AtEnd)
        {
            throw Expected($"',' or '{close}'");
        }
    }

    private string ReadBasicText()
    {
        var start = Position++;
        var builder = new StringBuilder();
        while (Current != '"')
        {
            RequireTextCharacter(start, multiline: false);
            if (Current == '\\')
            {
                ReadEscape(builder);
            }
            else
            {
                builder.Append(Current);
                Position++;
            }
        }

        Position++;
        return builder.ToString();
    }

    private string ReadLiteralText()
    {
        var start = Position++;
        while (Current != '\'')
        {
            RequireTextCharacter(start, multiline: false);
            Position++;
        }

        Position++;
        return Source.Substring(start + 1, Position - start - 2);
    }

    private string ReadMultilineText(char quote)
    {
        var start = Position;
        var close = new string(quote, 3);
        Position += 3;
        SkipLineEnd();
        var builder = new StringBuilder();
        while (!At(close))
        {
            if (SkipLineEnd())
            {
                builder.Append('\n');
                continue;
            }

            RequireTextCharacter(start, multiline: true);
            if (Current != '\\' || quote == '\'')
            {
                builder.Append(Current);
                Position++;
            }
            else if (!SkipEscapedLineEnd())
            {
                ReadEscape(builder);
            }
        }

        // One or two quotes may stand directly before the closing ones.
        for (var count = 0; count < 2 && Peek(3) == quote; count++)
        {
            builder.Append(quote);
            Position++;
        }

        Position += 3;
        return builder.ToString();
    }

    /// <summary>A backslash at a line's end swallows the line end and all blanks that follow.</summary>
    private bool SkipEscapedLineEnd()
    {
        var start = Position++;
        SkipSpaces();
        if (!SkipLineEnd())
        {
            Position = start;
            return false;
        }

        do
        {
            SkipSpaces();
        }
        while (SkipLineEnd());
        return true;
    }

    private void RequireTextCharacter(int start, bool multiline)
    {
        if (AtEnd || (!multiline && Current is '\n' or '\r'))
        {
            throw Fail(start, multiline ? "the string has no closing quotes" : "the string has no closing quote on its line");
        }

        if (Current is (< ' ' and not '\t') or '\x7F')
        {
            throw Expected("a character that may stand in a string");
        }
    }

    private void ReadEscape(StringBuilder builder)
    {
        var start = Position++;
        var escape = Current;
        Position++;
        switch (escape)
        {
            case '"' or '\\':
                builder.Append(escape);
                break;
            case 'b':
                builder.Append('\b');
                break;
            case 'e':
                builder.Append('\x1B');
                break;
            case 'f':
                builder.Append('\f');
                break;
            case 'n':
                builder.Append('\n');
                break;
            case 'r':
                builder.Append('\r');
                break;
            case 't':
                builder.Append('\t');
                break;
            case 'x':
                AppendScalar(builder, ReadHexadecimal(2), start);
                break;
            case 'u':
                AppendScalar(builder, ReadHexadecimal(4), start);
                break;
            case 'U':
                AppendScalar(builder, ReadHexadecimal(8), start);
                break;
            default:
                Position = start + 1;
                throw Expected("an escape sequence");
        }
    }

    private string ReadWord()
    {
        var start = Position;
        while (char.IsLetterOrDigit(Current) || Current is '_' or '+' or '-' or '.' or ':')
        {
            Position++;
        }

        // A date and a time may have one space between them.
        if (Position - start == 10 && Current == ' ' && char.IsDigit(Peek(1)) && char.IsDigit(Peek(2)) && Peek(3) == ':')
        {
            Position++;
            while (char.IsDigit(Current) || Current is '+' or '-' or '.' or ':' or 'Z' or 'z')
            {
                Position++;
            }
        }

        return Position == start ? throw Expected("a value") : Source.Substring(start, Position - start);
    }

    private ConfigurationKind KindOf(string word, int start) => word switch
    {
        "true" or "false" => ConfigurationKind.Boolean,
        _ when Integer.IsMatch(word) || Float.IsMatch(word) => ConfigurationKind.Number,
        _ when IsDate(word) => ConfigurationKind.Date,
        _ => throw Fail(From(start), $"'{word}' is not a value; a text needs quotes"),
    };

    private static bool IsDate(string word)
    {
        var match = Date.Match(word);
        if (!match.Success)
        {
            return false;
        }

        var hasDate = match.Groups["date"].Success;
        var hasTime = match.Groups["time"].Success;
        if (match.Groups["both"].Success != (hasDate && hasTime) || (match.Groups["zone"].Success && !hasDate))
        {
            return false;
        }

        if (hasDate && !DateTime.TryParseExact(match.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return false;
        }

        return !hasTime || match.Groups["time"].Value is var time
            && int.Parse(time.Substring(0, 2), CultureInfo.InvariantCulture) <= 23
            && int.Parse(time.Substring(3, 2), CultureInfo.InvariantCulture) <= 59
            && (time.Length < 8 || int.Parse(time.Substring(6, 2), CultureInfo.InvariantCulture) <= 60);
    }

    private ConfigurationNode NewTable(TextSpan span, Origin origin)
    {
        var table = new ConfigurationNode(ConfigurationKind.Table, span);
        origins.Add(table, origin);
        return table;
    }

    /// <summary>Skips spaces, comments and line ends.</summary>
    private void SkipBlankLines()
    {
        do
        {
            SkipSpaces();
            SkipComment();
        }
        while (SkipLineEnd());
    }

    private void SkipSpaces()
    {
        while (Current is ' ' or '\t')
        {
            Position++;
        }
    }

    private void SkipComment()
    {
        if (Current != '#')
        {
            return;
        }

        while (!AtEnd && Current != '\n' && !At("\r\n"))
        {
            if (Current is (< ' ' and not '\t') or '\x7F')
            {
                throw Expected("a character that may stand in a comment");
            }

            Position++;
        }
    }

    private bool SkipLineEnd()
    {
        if (At("\r\n"))
        {
            Position += 2;
            return true;
        }

        if (Current == '\n')
        {
            Position++;
            return true;
        }

        return false;
    }
}
