using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd.Testing;

/// <summary>A find as the build's SARIF log has it.</summary>
internal sealed record Find(string Id, string File, int Line, string Level, string Message);

/// <summary>A project of a user in a folder of its own.</summary>
internal sealed partial class UserProject(PackedPackage package, string folder)
{
    public string Folder { get; } = folder;
    public string Name => Path.GetFileName(Folder);
    public string ProjectFile => Path.Combine(Folder, Name + ".csproj");

    public string PackageReference => $"""<PackageReference Include="{PackedPackage.Id}" Version="{package.Version}" PrivateAssets="all" />""";

    /// <summary>Writes the project file; the feed is its only package source unless it needs <paramref name="moreSources"/>.</summary>
    public UserProject WithProject(string properties = "", string? items = null, string frameworks = "net10.0", bool moreSources = false)
    {
        var source = moreSources ? "RestoreAdditionalProjectSources" : "RestoreSources";
        return With(Name + ".csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFrameworks>{frameworks}</TargetFrameworks>
                <LangVersion>12</LangVersion>
                <ImplicitUsings>disable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <NuGetAudit>false</NuGetAudit>
                <{source}>{package.Feed}</{source}>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {items ?? PackageReference}
              </ItemGroup>
            </Project>
            """);
    }

    public UserProject With(string file, string content)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return this;
    }

    public string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    public Task<CommandResult> RunAsync(params string[] arguments) => Dotnet.RunAsync(Folder, arguments);

    /// <summary>A full build; what it printed.</summary>
    public Task<CommandResult> BuildAsync(params string[] arguments) => RunAsync(["build", "-nologo", "--no-incremental", .. arguments]);

    /// <summary>A full build with a SARIF log: its finds of our rules, in order.</summary>
    public async Task<List<Find>> FindAsync(params string[] arguments)
    {
        var log = Path.Combine(Folder, "finds.sarif");
        (await BuildAsync([$"-p:ErrorLog={log}%2Cversion=2.1", .. arguments])).Succeeded();
        return Sarif.Read(log, Folder);
    }

    /// <summary>The ids of our rules in what a build printed, each line once.</summary>
    public static string[] PrintedFinds(string output) =>
        [.. PrintedFind().Matches(output).Select(match => match.Value.Trim()).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^[^\r\n]*(?:warning|error) WSK\d{4}: [^\r\n]*", RegexOptions.Multiline)]
    private static partial Regex PrintedFind();
}

/// <summary>Reads the compiler's SARIF 2.1 log.</summary>
internal static class Sarif
{
    /// <summary>Finds of our rules; fails where an analyzer failed or was not loaded.</summary>
    public static List<Find> Read(string log, string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(log, Encoding.UTF8));
        var finds = new List<Find>();
        foreach (var result in document.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray())
        {
            var id = result.GetProperty("ruleId").GetString()!;
            var message = result.GetProperty("message").GetProperty("text").GetString()!;
            Assert.False(id is "AD0001" or "CS8032" or "CS8034" or "CS9057", $"{id}: {message}");
            if (!id.StartsWith("WSK", StringComparison.Ordinal) || IsSuppressed(result))
            {
                continue;
            }

            var place = result.TryGetProperty("locations", out var locations) && locations.GetArrayLength() > 0
                ? locations[0].GetProperty("physicalLocation")
                : (JsonElement?)null;
            var file = place is null ? "" : Path.GetRelativePath(folder, new Uri(place.Value.GetProperty("artifactLocation").GetProperty("uri").GetString()!).LocalPath).Replace('\\', '/');
            var line = place is null ? 0 : place.Value.GetProperty("region").GetProperty("startLine").GetInt32();
            var level = result.TryGetProperty("level", out var given) ? given.GetString()! : "warning";
            finds.Add(new Find(id, file, line, level, message));
        }

        return [.. finds.OrderBy(find => find.File, StringComparer.Ordinal).ThenBy(find => find.Line).ThenBy(find => find.Id, StringComparer.Ordinal)];
    }

    private static bool IsSuppressed(JsonElement result) =>
        result.TryGetProperty("suppressions", out var suppressions) && suppressions.GetArrayLength() > 0;
}
