using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>Reads <c>wrangler.json</c>, <c>wrangler.jsonc</c> and <c>wrangler.toml</c>.</summary>
internal static class WranglerReader
{
    /// <summary>The names of wrangler files, in the order in which wrangler itself looks for them.</summary>
    private static readonly ImmutableArray<string> Names = ImmutableArray.Create("wrangler.json", "wrangler.jsonc", "wrangler.toml");

    /// <summary>Wrangler's own order among files of one folder; negative for any other file.</summary>
    public static int Rank(string path) => Names.IndexOf(Path.GetFileName(path.Replace('\\', '/')), StringComparer.OrdinalIgnoreCase);

    public static bool IsToml(string path) => path.EndsWith(".toml", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the text of a wrangler file as a tree.</summary>
    public static ConfigurationDocument ReadTree(string path, string text)
    {
        var document = IsToml(path) ? TomlReader.Read(text) : JsonReader.Read(text);
        return document is { Error: null, Root: { Kind: not ConfigurationKind.Table } root }
            ? document with { Error = new ConfigurationError(root.Span, "expected an object at the top level") }
            : document;
    }

    public static (WranglerFile File, ConfigurationProblem? Problem) Read(string path, SourceText text)
    {
        var (root, error) = ReadTree(path, text.ToString());
        var file = new WranglerFile(path)
        {
            OwnHostnames = HostnamesOf(root).Select(host => host.ToLowerInvariant()).Distinct().ToImmutableArray(),
            HasPlacement = root.Get("placement") is not null,
            EnvironmentsWithPlacement = EnvironmentsOf(root).Where(environment => environment.Value.Get("placement") is not null)
                .Select(environment => environment.Name).ToImmutableArray(),
            IsComplete = error is null,
        };
        return (file, error is null ? null : new ConfigurationProblem(
            Location.Create(path, error.Span, text.Lines.GetLinePositionSpan(error.Span)),
            $"'{file.Name}' cannot be read: {error.Message}"));
    }

    private static IEnumerable<ConfigurationMember> EnvironmentsOf(ConfigurationNode root) =>
        root.Get("env")?.Members.Where(member => member.Value.Kind == ConfigurationKind.Table) ?? [];

    private static IEnumerable<string> HostnamesOf(ConfigurationNode root)
    {
        var name = root.GetText("name");
        var hosts = RoutesOf(root).ToList();
        foreach (var environment in EnvironmentsOf(root))
        {
            var node = environment.Value;
            hosts.AddRange(RoutesOf(node));

            // An environment takes over the top level's routes, name (with its own name behind it) and workers.dev setting.
            var ownName = node.GetText("name") ?? (name is null ? null : $"{name}-{environment.Name}");
            if (ownName is not null && OnWorkersDev(node, HasRoutes(root), root.GetBoolean("workers_dev")))
            {
                hosts.Add($"{ownName}.*.workers.dev");
            }
        }

        if (name is not null && OnWorkersDev(root, inheritsRoutes: false, inherited: null))
        {
            hosts.Add($"{name}.*.workers.dev");
        }

        return hosts.Where(host => HostPattern.IsHostname(host, wildcards: true) && host.Any(character => character is not ('*' or '.')));
    }

    /// <summary>Without a setting, a Worker is on workers.dev when it has no routes.</summary>
    private static bool OnWorkersDev(ConfigurationNode node, bool inheritsRoutes, bool? inherited) =>
        node.GetBoolean("workers_dev") ?? inherited ?? !(HasRoutes(node) || inheritsRoutes);

    private static bool HasRoutes(ConfigurationNode node) => node.Get("route") is not null || node.Get("routes") is { Items.Count: > 0 };

    private static IEnumerable<string> RoutesOf(ConfigurationNode node) =>
        new[] { node.Get("route") }.Concat(node.Get("routes")?.Items ?? [])
            .Select(route => route switch
            {
                { Kind: ConfigurationKind.Text } => route.Text,
                { Kind: ConfigurationKind.Table } => route.GetText("pattern"),
                _ => null,
            })
            .OfType<string>()
            .Select(HostOf);

    /// <summary>"https://api.example.com:443/v1/*" → "api.example.com".</summary>
    private static string HostOf(string route)
    {
        var scheme = route.IndexOf("://", StringComparison.Ordinal);
        var host = scheme < 0 ? route : route.Substring(scheme + 3);
        var end = host.IndexOfAny(['/', ':', '?']);
        return (end < 0 ? host : host.Substring(0, end)).Trim();
    }
}
