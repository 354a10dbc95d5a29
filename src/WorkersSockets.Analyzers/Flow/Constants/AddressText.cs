using System.Globalization;

namespace WorkersSockets.Analyzers.Flow.Constants;

/// <summary>A text that names a destination, cut into host and port.</summary>
/// <param name="Host">The host without brackets.</param>
/// <param name="Port">The port, null where the text has none or it is no number.</param>
internal readonly record struct AddressText(string Host, long? Port)
{
    /// <summary>The text behind the last colon, null where there is no such colon.</summary>
    public string? PortText { get; init; }

    /// <summary>Whether the host stands in brackets, as an IPv6 address has to in front of a port.</summary>
    public bool IsBracketed { get; init; }

    /// <summary>Cuts "host", "host:port", "[v6]" and "[v6]:port". A bare IPv6 address has no port.</summary>
    public static AddressText Split(string text)
    {
        if (text.StartsWith("[", StringComparison.Ordinal) && text.IndexOf(']') is var end and > 0)
        {
            var rest = text.Substring(end + 1);
            return rest.StartsWith(":", StringComparison.Ordinal)
                ? new AddressText(text.Substring(1, end - 1), Number(rest.Substring(1))) { PortText = rest.Substring(1), IsBracketed = true }
                : new AddressText(text.Substring(1, end - 1), null) { IsBracketed = true };
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0 || IpNumber.TryParse(text, out _))
        {
            return new AddressText(text, null);
        }

        var port = text.Substring(colon + 1);
        return new AddressText(text.Substring(0, colon), Number(port)) { PortText = port };
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
