using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>
/// Reads JSON with comments and trailing commas. An analyzer cannot bring a library along, and the compiler's host has none for
/// this, so the reader is its own.
/// </summary>
internal sealed class JsonReader : ConfigurationReader
{
    private ConfigurationNode root = new(ConfigurationKind.Null, default);

    private JsonReader(string text)
        : base(text)
    {
    }

    public static ConfigurationDocument Read(string text)
    {
        var reader = new JsonReader(text);
        try
        {
            reader.SkipBlanks();
            reader.ReadValue(depth: 0, parsed => reader.root = parsed);
            reader.SkipBlanks();
            return reader.AtEnd
                ? new ConfigurationDocument(reader.root, null)
                : throw reader.Expected("the end of the file");
        }
        catch (Failure failure)
        {
            return new ConfigurationDocument(reader.root, failure.Error);
        }
    }

    /// <summary>Reads a value and hands it over: a table or list before its content is read, so that an error keeps what came before.</summary>
    private void ReadValue(int depth, Action<ConfigurationNode> add)
    {
        if (depth > MaximumDepth)
        {
            throw Fail(Position, $"nested more than {MaximumDepth} levels deep");
        }

        var start = Position;
        switch (Current)
        {
            case '{':
                ReadTable(depth, add);
                break;
            case '[':
                ReadList(depth, add);
                break;
            case '"':
                var content = ReadText();
                add(new ConfigurationNode(ConfigurationKind.Text, From(start)) { Text = content });
                break;
            case '-' or (>= '0' and <= '9'):
                ReadNumber();
                add(new ConfigurationNode(ConfigurationKind.Number, From(start)) { Text = Source.Substring(start, Position - start) });
                break;
            default:
                var (word, kind) = At("true") ? ("true", ConfigurationKind.Boolean)
                    : At("false") ? ("false", ConfigurationKind.Boolean)
                    : At("null") ? ("null", ConfigurationKind.Null)
                    : throw Expected("a value");
                Position += word.Length;
                if (char.IsLetterOrDigit(Current) || Current == '_')
                {
                    throw Fail(start, "expected a value, found an unquoted word");
                }

                add(new ConfigurationNode(kind, From(start)) { Text = word });
                break;
        }
    }

    private void ReadTable(int depth, Action<ConfigurationNode> add)
    {
        var start = Position++;
        var table = new ConfigurationNode(ConfigurationKind.Table, From(start));
        add(table);
        SkipBlanks();
        while (Current != '}')
        {
            if (Current != '"')
            {
                throw Expected(table.Members.Count == 0 ? "a property name in double quotes or '}'" : "a property name in double quotes");
            }

            var nameStart = Position;
            var name = ReadText();
            var nameSpan = From(nameStart);
            SkipBlanks();
            if (Current != ':')
            {
                throw Expected($"':' behind \"{name}\"");
            }

            Position++;
            SkipBlanks();
            ReadValue(depth + 1, value => table.Add(name, nameSpan, value));
            SkipSeparator('}');
        }

        Position++;
        table.Span = From(start);
    }

    private void ReadList(int depth, Action<ConfigurationNode> add)
    {
        var start = Position++;
        var list = new ConfigurationNode(ConfigurationKind.List, From(start));
        add(list);
        SkipBlanks();
        while (Current != ']')
        {
            ReadValue(depth + 1, list.Add);
            SkipSeparator(']');
        }

        Position++;
        list.Span = From(start);
    }

    private void SkipSeparator(char close)
    {
        SkipBlanks();
        if (Current == ',')
        {
            Position++;
            SkipBlanks();
        }
        else if (Current != close || AtEnd)
        {
            throw Expected($"',' or '{close}'");
        }
    }

    private string ReadText()
    {
        var start = Position++;
        var builder = new StringBuilder();
        while (Current != '"')
        {
            if (AtEnd || Current is '\n' or '\r')
            {
                throw Fail(start, "the string has no closing quote on its line");
            }

            if (Current < ' ')
            {
                throw Expected("a character that may stand in a string");
            }

            if (Current != '\\')
            {
                builder.Append(Current);
                Position++;
                continue;
            }

            Position++;
            var escape = Current;
            switch (escape)
            {
                case '"' or '\\' or '/':
                    builder.Append(escape);
                    break;
                case 'b':
                    builder.Append('\b');
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
                case 'u':
                    Position++;
                    builder.Append((char)ReadHexadecimal(4));
                    continue;
                default:
                    throw Expected("an escape sequence");
            }

            Position++;
        }

        Position++;
        return builder.ToString();
    }

    private void ReadNumber()
    {
        var start = Position;
        if (Current == '-')
        {
            Position++;
        }

        if (Current == '0')
        {
            Position++;
        }
        else
        {
            SkipDigits();
        }

        if (Current == '.')
        {
            Position++;
            SkipDigits();
        }

        if (Current is 'e' or 'E')
        {
            Position++;
            if (Current is '+' or '-')
            {
                Position++;
            }

            SkipDigits();
        }

        if (char.IsLetterOrDigit(Current) || Current is '.' or '_')
        {
            throw Fail(start, "the number is malformed");
        }
    }

    private void SkipDigits()
    {
        if (Current is < '0' or > '9')
        {
            throw Expected("a digit");
        }

        while (Current is >= '0' and <= '9')
        {
            Position++;
        }
    }

    /// <summary>Skips spaces, line ends and comments.</summary>
    private void SkipBlanks()
    {
        while (!AtEnd)
        {
            if (Current is ' ' or '\t' or '\n' or '\r')
            {
                Position++;
            }
            else if (At("//"))
            {
                while (!AtEnd && Current is not ('\n' or '\r'))
                {
                    Position++;
                }
            }
            else if (At("/*"))
            {
                var end = Source.IndexOf("*/", Position + 2, StringComparison.Ordinal);
                if (end < 0)
                {
                    throw Fail(new TextSpan(Position, 2), "the comment has no end");
                }

                Position = end + 2;
            }
            else
            {
                return;
            }
        }
    }
}
