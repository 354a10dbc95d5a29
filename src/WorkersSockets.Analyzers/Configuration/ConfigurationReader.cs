using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>What the JSON and the TOML reader share: a position in a text, escapes, and errors.</summary>
internal abstract class ConfigurationReader(string text)
{
    /// <summary>Deeper nesting than this is an error, so that no file can exhaust the stack of the compiler.</summary>
    protected const int MaximumDepth = 64;

    protected string Source { get; } = text;

    protected int Position { get; set; } = text.Length > 0 && text[0] == '\uFEFF' ? 1 : 0;

    protected bool AtEnd => Position >= Source.Length;

    /// <summary>The character at the position, or '\0' at the end.</summary>
    protected char Current => Peek(0);

    protected char Peek(int offset) => Position + offset < Source.Length ? Source[Position + offset] : '\0';

    protected bool At(string expected) => string.CompareOrdinal(Source, Position, expected, 0, expected.Length) == 0;

    protected TextSpan From(int start) => TextSpan.FromBounds(start, Position);

    /// <summary>Where the reader is, in words: what error messages end with.</summary>
    protected string Found => AtEnd ? "the end of the file" : Current switch
    {
        '\n' or '\r' => "the end of the line",
        < ' ' => $"the control character U+{(int)Current:X4}",
        _ => $"'{Current}'",
    };

    protected Failure Expected(string what) => Fail(Position, $"expected {what}, found {Found}");

    protected Failure Fail(int position, string message) =>
        new(new ConfigurationError(new TextSpan(position, position < Source.Length ? 1 : 0), message));

    protected static Failure Fail(TextSpan span, string message) => new(new ConfigurationError(span, message));

    /// <summary>Reads the digits of a <c>\uXXXX</c> escape.</summary>
    protected int ReadHexadecimal(int digits)
    {
        var value = 0L;
        for (var count = 0; count < digits; count++)
        {
            if (!Uri.IsHexDigit(Current))
            {
                throw Expected($"{digits} hexadecimal digits");
            }

            value = (value << 4) | (uint)Uri.FromHex(Current);
            Position++;
        }

        return (int)Math.Min(value, int.MaxValue);
    }

    protected void AppendScalar(StringBuilder builder, int value, int start)
    {
        if (value is > 0x10FFFF or >= 0xD800 and <= 0xDFFF)
        {
            throw Fail(start, string.Format(CultureInfo.InvariantCulture, "U+{0:X} is not a Unicode character", value));
        }

        builder.Append(char.ConvertFromUtf32(value));
    }

    /// <summary>Carries an error out of the nested calls of a reader; never leaves it.</summary>
    protected sealed class Failure(ConfigurationError error) : Exception
    {
        public ConfigurationError Error { get; } = error;
    }
}
