using System.Collections.Immutable;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>What the rules need of a wrangler file.</summary>
internal sealed record WranglerFile(string Path)
{
    /// <summary>
    /// The Worker's own hostnames, lower case, from routes, custom domains and the workers.dev name, of all environments. A
    /// <c>*</c> stands for any characters: match with <see cref="HostPattern"/>.
    /// </summary>
    public ImmutableArray<string> OwnHostnames { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Whether the top level has a <c>placement</c> setting.</summary>
    public bool HasPlacement { get; init; }

    /// <summary>The environments (<c>env.*</c>) that have a <c>placement</c> setting of their own.</summary>
    public ImmutableArray<string> EnvironmentsWithPlacement { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Whether the file could be read to its end. What it does not show is unknown otherwise.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>The file's name without its folders.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether a hostname is the Worker's own.</summary>
    /// <param name="port">The port that is connected to; null where it is not known.</param>
    public bool IsOwn(string host, long? port) => OwnHostnames.Any(pattern => HostPattern.Matches(pattern, host)
        && (!HostPattern.HasWildcard(pattern) || pattern.EndsWith(".workers.dev", StringComparison.Ordinal) || port is null || IsProxied(port.Value)));

    /// <summary>
    /// The ports that Cloudflare's proxy listens on. A wildcard route says what happens to these; a name below it can still be a
    /// plain DNS entry of a server with other ports.
    /// </summary>
    private static bool IsProxied(long port) => port is 80 or 8080 or 8880 or 2052 or 2082 or 2086 or 2095
        or 443 or 2053 or 2083 or 2087 or 2096 or 8443;
}
