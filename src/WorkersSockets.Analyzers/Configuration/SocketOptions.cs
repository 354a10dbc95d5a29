using System.Collections.Immutable;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>What the code runs on (option <c>workers_sockets.target</c>).</summary>
internal enum Target
{
    /// <summary>Workers where the package or a wrangler file is present, else undecided.</summary>
    Auto,

    /// <summary>Cloudflare Workers: every rule in full.</summary>
    Workers,

    /// <summary>Never on Workers or the like: the platform-only rules stay silent.</summary>
    DotNet,
}

/// <summary>The <c>workers_sockets.*</c> options that hold for one syntax tree. Defaults apply to what is not set or cannot be read.</summary>
internal sealed record SocketOptions
{
    public static readonly SocketOptions Default = new();

    public Target Target { get; init; } = Target.Auto;

    /// <summary>Connections that may be opening at once, 1 or more.</summary>
    public int MaxConcurrentConnects { get; init; } = 6;

    /// <summary>Milliseconds that the timeout fix writes, 1 or more.</summary>
    public int ConnectTimeoutMilliseconds { get; init; } = 5000;

    public ImmutableArray<string> AllowedHosts { get; init; } = ImmutableArray<string>.Empty;
    public ImmutableArray<string> OwnHostnames { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Further hosts or CIDR blocks for WSK2004.</summary>
    public ImmutableArray<string> BlockedHosts { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Further method names that close a socket wrapper.</summary>
    public ImmutableArray<string> CloseMethods { get; init; } = ImmutableArray<string>.Empty;
    public bool IncludeTests { get; init; }
}
