using System.Text.RegularExpressions;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Meta;

/// <summary>The page of one rule, cut into its parts.</summary>
internal sealed partial record RulePage(string Id, string Path, string[] Lines, IReadOnlyList<PageExample> Examples)
{
    public string Title => Lines[0];

    public IEnumerable<string> Headings => Lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]);

    /// <summary>The pages that exist, in order of their ids.</summary>
    public static IEnumerable<RulePage> All => RuleCatalog.All.Select(rule => Find(rule.Id)).OfType<RulePage>();

    public static RulePage? Find(string id)
    {
        var rule = RuleCatalog.All.Single(candidate => candidate.Id == id);
        var path = System.IO.Path.Combine(References.RepositoryRoot, "src/WorkersSockets.Analyzers/Rules", rule.Category, id + ".md");
        return File.Exists(path) ? Parse(id, path) : null;
    }

    private static RulePage Parse(string id, string path)
    {
        var text = File.ReadAllText(path);
        var examples = Example().Matches(text)
            .Select(match => new PageExample(match.Groups["good"].Success, match.Groups["surface"].Value == "Workers" ? On.Workers : On.DotNet, match.Groups["what"].Value, match.Groups["code"].Value))
            .ToList();
        return new RulePage(id, path, text.Split('\n'), examples);
    }

    [GeneratedRegex(@"^## (?:(?<good>Good)|Bad): (?<surface>\.NET|Workers)(?:, (?<what>[^\n]+))?\n(?:(?!## |```)[^\n]*\n)*```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}

/// <summary>One code block of a page.</summary>
/// <param name="IsGood">Whether its heading says so.</param>
/// <param name="Surface">What it is compiled against.</param>
/// <param name="What">What the heading says behind the surface, for example "after the fix".</param>
/// <param name="Code">The whole file.</param>
internal sealed record PageExample(bool IsGood, On Surface, string What, string Code)
{
    private const string WranglerNote = "// With a wrangler.jsonc beside the project: ";

    public bool IsAfterFix => What == "after the fix";

    /// <summary>The wrangler file that the first line speaks of, or null.</summary>
    public string? Wrangler => Code.StartsWith(WranglerNote, StringComparison.Ordinal) ? Code[WranglerNote.Length..Code.IndexOf('\n', StringComparison.Ordinal)] : null;
}
