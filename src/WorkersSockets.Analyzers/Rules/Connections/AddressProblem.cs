using System.Collections.Immutable;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>Why a constant host, port or address can never be connected to, in the words of WSK2008's message.</summary>
internal static class AddressProblem
{
    private const int LongestHost = 255;

    /// <summary>What is wrong with the host's or the address's text; null where nothing is.</summary>
    public static string? Of(Destination destination)
    {
        if (destination.Text is not { } text)
        {
            return null;
        }

        var isWorkers = destination.Site.Surface == Surface.Workers;
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0)
        {
            return "has a scheme";
        }

        var isWhole = text.IndexOf(ConstantValue.Hole) < 0;
        if (isWhole && text.Trim().Length == 0)
        {
            return "names no host";
        }

        if (text.IndexOf('/') >= 0)
        {
            return "has a path";
        }

        if (text.IndexOf('?') >= 0 || text.IndexOf('#') >= 0)
        {
            return "has a query";
        }

        if (text.IndexOf('@') >= 0)
        {
            return "has user information";
        }

        if (text.Any(char.IsWhiteSpace))
        {
            return "has a space in it";
        }

        if (!isWhole)
        {
            return null;
        }

        if (text.Length > LongestHost + 6)
        {
            return "is longer than a host name can be";
        }

        return destination.IsOneText ? OfAddress(text) : OfHost(text, isWorkers);
    }

    /// <summary>A text that holds host and port.</summary>
    private static string? OfAddress(string text)
    {
        var parts = AddressText.Split(text);
        if (!parts.IsBracketed && IpNumber.TryParse(text, out var number) && !number.IsVersion4)
        {
            return "has an IPv6 address without brackets";
        }

        if (parts.PortText is null)
        {
            return "has no port";
        }

        if (!parts.IsBracketed && parts.Host.IndexOf(':') >= 0)
        {
            return "has an IPv6 address without brackets";
        }

        return parts.Host.Length == 0 ? "names no host"
            : parts.Port is null ? "has a port that is no number"
            : null;
    }

    /// <summary>A text that holds the host only.</summary>
    private static string? OfHost(string text, bool isWorkers)
    {
        if (IpNumber.TryParse(text, out var number))
        {
            return isWorkers && !number.IsVersion4 && text[0] != '[' && HostClassifier.Classify(text, ImmutableArray<string>.Empty) == HostKind.Ordinary
                ? "is an IPv6 address without brackets"
                : null;
        }

        return AddressText.Split(text).PortText is { Length: > 0 } port && port.All(char.IsDigit)
            ? "has a port in it"
            : text.IndexOf(':') >= 0 ? "has a colon in it"
            : null;
    }
}
