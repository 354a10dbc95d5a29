using System.Collections.Immutable;
using System.Globalization;

namespace WorkersSockets.Analyzers.Flow.Constants;

/// <summary>
/// An IPv4 or IPv6 address as a number. It reads every spelling that resolvers take for an address (<c>127.1</c>,
/// <c>0x7f000001</c>, <c>2130706433</c>, <c>0177.0.0.1</c>), and an IPv4-mapped IPv6 address is the IPv4 one.
/// </summary>
internal readonly record struct IpNumber
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;

    /// <summary>An IPv4 address.</summary>
    public IpNumber(uint number)
    {
        IsVersion4 = true;
        Low = number;
    }

    /// <summary>An IPv6 address, or the IPv4 one that it maps.</summary>
    public IpNumber(ulong high, ulong low)
    {
        IsVersion4 = high == 0 && (low & 0xFFFF_FFFF_0000_0000) >> 32 == MappedPrefix >> 32;
        High = high;
        Low = IsVersion4 ? low & 0xFFFF_FFFF : low;
    }

    public bool IsVersion4 { get; }

    public ulong High { get; }

    public ulong Low { get; }

    public static IpNumber? FromBytes(ImmutableArray<byte> bytes)
    {
        static ulong Join(ImmutableArray<byte> bytes, int start) =>
            Enumerable.Range(start, 8).Aggregate(0UL, (number, position) => (number << 8) | bytes[position]);
        return bytes.Length switch
        {
            4 => new IpNumber(bytes.Aggregate(0U, (number, part) => (number << 8) | part)),
            16 => new IpNumber(Join(bytes, 0), Join(bytes, 8)),
            _ => null,
        };
    }

    public static bool TryParse(string text, out IpNumber number)
    {
        if (text.Length > 2 && text[0] == '[' && text[text.Length - 1] == ']')
        {
            text = text.Substring(1, text.Length - 2);
        }

        return text.IndexOf(':') >= 0 ? TryParseVersion6(text, out number) : TryParseVersion4(text, out number);
    }

    /// <summary>Whether the first <paramref name="length"/> bits are those of <paramref name="network"/>.</summary>
    public bool IsIn(IpNumber network, int length)
    {
        if (IsVersion4 != network.IsVersion4 || length < 0 || length > (IsVersion4 ? 32 : 128))
        {
            return false;
        }

        if (IsVersion4)
        {
            return length == 0 || (Low ^ network.Low) >> (32 - length) == 0;
        }

        var high = Math.Min(length, 64);
        return (high == 0 || (High ^ network.High) >> (64 - high) == 0) && (length <= 64 || (Low ^ network.Low) >> (128 - length) == 0);
    }

    public override string ToString() => IsVersion4
        ? string.Join(".", Low >> 24, (Low >> 16) & 255, (Low >> 8) & 255, Low & 255)
        : Groups(High) + ":" + Groups(Low);

    private static string Groups(ulong half) =>
        string.Join(":", new[] { 48, 32, 16, 0 }.Select(shift => ((half >> shift) & 0xFFFF).ToString("x", CultureInfo.InvariantCulture)));

    private static bool TryParseVersion4(string text, out IpNumber number)
    {
        number = default;
        var parts = text.Split('.');
        if (parts.Length > 4)
        {
            return false;
        }

        ulong result = 0;
        for (var position = 0; position < parts.Length; position++)
        {
            // The last part fills all the bytes that the others leave.
            var isLast = position == parts.Length - 1;
            var bits = isLast ? 8 * (5 - parts.Length) : 8;
            if (!TryParsePart(parts[position], out var part) || part >> bits != 0)
            {
                return false;
            }

            result = (result << bits) | part;
        }

        number = new IpNumber((uint)result);
        return true;
    }

    /// <summary>One part of an IPv4 address: decimal, hexadecimal with <c>0x</c>, octal with a leading zero.</summary>
    private static bool TryParsePart(string text, out ulong part)
    {
        part = 0;
        var (digits, radix) = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? (text.Substring(2), 16U)
            : text.Length > 1 && text[0] == '0' ? (text.Substring(1), 8U)
            : (text, 10U);
        if (digits.Length is 0 or > 12)
        {
            return false;
        }

        foreach (var character in digits)
        {
            var digit = character switch
            {
                >= '0' and <= '9' => character - '0',
                >= 'a' and <= 'f' => character - 'a' + 10,
                >= 'A' and <= 'F' => character - 'A' + 10,
                _ => 99,
            };
            if (digit >= radix)
            {
                return false;
            }

            part = (part * radix) + (ulong)digit;
        }

        return true;
    }

    private static bool TryParseVersion6(string text, out IpNumber number)
    {
        number = default;
        var scope = text.IndexOf('%');
        if (scope >= 0)
        {
            text = text.Substring(0, scope);
        }

        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap != text.LastIndexOf("::", StringComparison.Ordinal)
            || !TryParseGroups(gap < 0 ? text : text.Substring(0, gap), isEnd: gap < 0, out var left)
            || !TryParseGroups(gap < 0 ? "" : text.Substring(gap + 2), isEnd: true, out var right))
        {
            return false;
        }

        var missing = 8 - left.Length - right.Length;
        if (gap < 0 ? missing != 0 : missing < 1)
        {
            return false;
        }

        var groups = left.AddRange(Enumerable.Repeat((ushort)0, missing)).AddRange(right);
        static ulong Join(IEnumerable<ushort> groups) => groups.Aggregate(0UL, (result, group) => (result << 16) | group);
        number = new IpNumber(Join(groups.Take(4)), Join(groups.Skip(4)));
        return true;
    }

    private static bool TryParseGroups(string text, bool isEnd, out ImmutableArray<ushort> groups)
    {
        groups = ImmutableArray<ushort>.Empty;
        if (text.Length == 0)
        {
            return true;
        }

        var parts = text.Split(':');
        for (var position = 0; position < parts.Length; position++)
        {
            if (isEnd && position == parts.Length - 1 && parts[position].IndexOf('.') >= 0)
            {
                // The last 32 bits may be written as an IPv4 address.
                if (parts[position].Split('.').Length != 4 || !TryParseVersion4(parts[position], out var tail))
                {
                    return false;
                }

                groups = groups.Add((ushort)(tail.Low >> 16)).Add((ushort)tail.Low);
            }
            else if (parts[position].Length is >= 1 and <= 4 && ushort.TryParse(parts[position], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group))
            {
                groups = groups.Add(group);
            }
            else
            {
                return false;
            }
        }

        return groups.Length <= 8;
    }
}
