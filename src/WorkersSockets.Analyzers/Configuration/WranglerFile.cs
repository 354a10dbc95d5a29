using System.Collections.Immutable;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>What the rules need of a wrangler file.</summary>
internal sealed record WranglerFile(string Path)
{
    /// <summary>The Worker's own hostnames, lower case, from routes, custom domains and the workers.dev name.</summary>
    public ImmutableArray<string> OwnHostnames { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Whether the top level has a <c>placement</c> setting.</summary>
    public bool HasPlacement { get; init; }
}
