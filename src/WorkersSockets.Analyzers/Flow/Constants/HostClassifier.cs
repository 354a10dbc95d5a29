using System.Collections.Immutable;
using System.Globalization;

namespace WorkersSockets.Analyzers.Flow.Constants;

/// <summary>What a host is, as far as its text tells.</summary>
internal enum HostKind
{
    /// <summary>Nothing that keeps a connect from working.</summary>
    Ordinary,
    Loopback,
    Any,
    LinkLocal,
    Private,
    CarrierNat,
    CloudflareRange,
    CloudflareOperated,

    /// <summary><c>*.workers.dev</c> and <c>*.pages.dev</c>.</summary>
    CloudflarePlatform,

    /// <summary>Named by option <c>workers_sockets.blocked_hosts</c>.</summary>
    Blocked,
}

/// <summary>Says what a host text is: a name, or an address in any of the spellings that resolvers accept.</summary>
internal static class HostClassifier
{
    // https://www.cloudflare.com/ips-v4 and ips-v6.
    private static readonly ImmutableArray<(IpNumber Network, int Length)> CloudflareRanges = Ranges(
        "173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18", "108.162.192.0/18",
        "190.93.240.0/20", "188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17", "162.158.0.0/15", "104.16.0.0/13",
        "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22",
        "2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32");

    private static readonly ImmutableArray<(IpNumber Network, int Length)> PrivateRanges = Ranges("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");
    private static readonly ImmutableArray<(IpNumber Network, int Length)> LinkLocalRanges = Ranges("169.254.0.0/16", "fe80::/10");
    private static readonly ImmutableArray<(IpNumber Network, int Length)> CarrierRanges = Ranges("100.64.0.0/10");
    private static readonly ImmutableArray<(IpNumber Network, int Length)> LoopbackRanges = Ranges("127.0.0.0/8", "::1/128");
    private static readonly ImmutableArray<(IpNumber Network, int Length)> AnyRanges = Ranges("0.0.0.0/32", "::/128");

    /// <summary>The public resolvers, which are not in the published ranges.</summary>
    private static readonly ImmutableArray<(IpNumber Network, int Length)> Resolvers =
        Ranges("1.1.1.1/32", "1.1.1.2/31", "1.0.0.1/32", "1.0.0.2/31");

    public static HostKind Classify(string host, ImmutableArray<string> blockedHosts)
    {
        var name = host.Trim().TrimEnd('.').ToLowerInvariant();
        if (name.Length == 0)
        {
            return HostKind.Ordinary;
        }

        if (IpNumber.TryParse(name, out var address))
        {
            return IsIn(address, LoopbackRanges) ? HostKind.Loopback
                : IsIn(address, AnyRanges) ? HostKind.Any
                : IsIn(address, LinkLocalRanges) ? HostKind.LinkLocal
                : IsIn(address, PrivateRanges) ? HostKind.Private
                : IsIn(address, CarrierRanges) ? HostKind.CarrierNat
                : IsIn(address, Resolvers) ? HostKind.CloudflareOperated
                : IsIn(address, CloudflareRanges) ? HostKind.CloudflareRange
                : blockedHosts.Any(blocked => TryParseRange(blocked, out var range) && address.IsIn(range.Network, range.Length)) ? HostKind.Blocked
                : HostKind.Ordinary;
        }

        return name is "localhost" or "localhost.localdomain" or "ip6-localhost" || IsUnder(name, "localhost") ? HostKind.Loopback
            : IsUnder(name, "workers.dev") || IsUnder(name, "pages.dev") ? HostKind.CloudflarePlatform
            : name is "one.one.one.one" or "cloudflare-dns.com" || IsUnder(name, "cloudflare-dns.com") ? HostKind.CloudflareOperated
            : blockedHosts.Any(blocked => IsNamedBy(name, blocked)) ? HostKind.Blocked
            : HostKind.Ordinary;
    }

    /// <summary>The words that a message puts behind "is".</summary>
    public static string Describe(HostKind kind) => kind switch
    {
        HostKind.Loopback => "the loopback address",
        HostKind.Any => "the any-address",
        HostKind.LinkLocal => "a link-local address",
        HostKind.Private => "an address of a private network",
        HostKind.CarrierNat => "an address of a carrier's private network",
        HostKind.CloudflareRange => "an address in Cloudflare's own ranges",
        HostKind.CloudflareOperated => "a Cloudflare-operated address",
        HostKind.CloudflarePlatform => "a name that Cloudflare itself serves",
        HostKind.Blocked => "a host that 'workers_sockets.blocked_hosts' names",
        _ => "",
    };

    private static bool IsIn(IpNumber address, ImmutableArray<(IpNumber Network, int Length)> ranges) =>
        ranges.Any(range => address.IsIn(range.Network, range.Length));

    private static bool IsUnder(string name, string domain) => name.EndsWith("." + domain, StringComparison.Ordinal);

    /// <summary>"db.corp" names itself, "*.corp" and ".corp" name everything below.</summary>
    private static bool IsNamedBy(string name, string blocked)
    {
        var pattern = blocked.Trim().TrimEnd('.').ToLowerInvariant();
        return pattern.StartsWith("*.", StringComparison.Ordinal) ? IsUnder(name, pattern.Substring(2))
            : pattern.StartsWith(".", StringComparison.Ordinal) ? IsUnder(name, pattern.Substring(1))
            : name == pattern;
    }

    private static ImmutableArray<(IpNumber Network, int Length)> Ranges(params string[] ranges) =>
        ranges.Select(text => TryParseRange(text, out var range) ? range : throw new ArgumentException(text)).ToImmutableArray();

    /// <summary>An address, or a block in CIDR notation.</summary>
    private static bool TryParseRange(string text, out (IpNumber Network, int Length) range)
    {
        var slash = text.IndexOf('/');
        var isAddress = IpNumber.TryParse((slash < 0 ? text : text.Substring(0, slash)).Trim(), out var network);
        var length = network.IsVersion4 ? 32 : 128;
        if (slash >= 0 && !int.TryParse(text.Substring(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length))
        {
            isAddress = false;
        }

        range = (network, length);
        return isAddress;
    }
}
