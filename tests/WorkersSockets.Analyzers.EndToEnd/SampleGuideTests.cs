using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using WorkersSockets.Analyzers.EndToEnd.Testing;
using WorkersSockets.Analyzers.Tests.Documentation;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>
/// samples/README shows what a build of the tour says and what "dotnet format" makes of it. To write it anew:
/// <c>UPDATE_EXPECTED=1 dotnet test tests/WorkersSockets.Analyzers.EndToEnd --filter SampleGuideTests</c>.
/// </summary>
public partial class SampleGuideTests(PackedPackage package)
{
    /// <summary>The rules whose fixes the guide shows: short ones that say what they do.</summary>
    private static readonly string[] Shown = ["WSK2008"];

    [Fact]
    public async Task The_guide_shows_the_build_s_warnings_and_the_diff_of_dotnet_format()
    {
        var project = SampleCopy.Of(package);
        var files = Directory.GetFiles(project.Folder, "*.cs").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToArray();
        var before = files.ToDictionary(file => file, file => project.Read(file).Split('\n'));
        var output = (await project.BuildAsync()).Succeeded().Output;
        (await project.RunAsync(["format", "analyzers", "--no-restore", "--diagnostics", .. Shown])).Succeeded();

        var guide = new StringBuilder("```csharp\n");
        foreach (var file in files)
        {
            AppendWarnings(guide, file, before[file], output);
        }

        guide.Append("```\n\n`dotnet format analyzers --diagnostics ").AppendJoin(' ', Shown).Append("` makes of it:\n\n```diff\n");
        foreach (var file in files)
        {
            AppendDiff(guide, file, before[file], project.Read(file).Split('\n'));
        }

        guide.Append("```\n");

        var path = Repository.PathOf("samples", "README.md");
        var present = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var expected = Tour().Replace(present, match => match.Groups[1].Value + guide + match.Groups[2].Value);
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") == "1")
        {
            await File.WriteAllTextAsync(path, expected, TestContext.Current.CancellationToken);
            present = expected;
        }

        Assert.Contains(guide.ToString(), expected, StringComparison.Ordinal);
        Assert.Equal(expected, present);
    }

    private static void AppendWarnings(StringBuilder guide, string file, string[] lines, string output)
    {
        var warnings = Warning().Matches(output)
            .Where(match => Path.GetFileName(match.Groups["file"].Value) == file)
            .Select(match => (Line: Number(match, "line"), Column: Number(match, "column"), Text: match.Groups["text"].Value))
            .Distinct()
            .Order()
            .ToList();
        if (warnings.Count == 0)
        {
            return;
        }

        guide.Append(guide.Length > 20 ? "\n" : "").Append("// ").Append(file).Append('\n');
        foreach (var group in warnings.GroupBy(warning => warning.Line))
        {
            var line = lines[group.Key - 1];
            var indentation = line.Length - line.TrimStart().Length;
            guide.Append(CultureInfo.InvariantCulture, $"{group.Key,3}  {line.Trim()}\n");
            foreach (var (_, column, text) in group)
            {
                guide.Append("//   ").Append(' ', Math.Max(0, column - 1 - indentation)).Append("^ ").Append(text).Append('\n');
            }
        }
    }

    private static void AppendDiff(StringBuilder guide, string file, string[] before, string[] after)
    {
        var changes = LineDiff.Between(before, after).Where(line => line.Sign != ' ').ToList();
        if (changes.Count > 0)
        {
            guide.Append(CultureInfo.InvariantCulture, $"--- {file}\n");
            foreach (var (sign, line) in changes)
            {
                guide.Append(sign).Append(' ').Append((sign == '-' ? before : after)[line].Trim()).Append('\n');
            }
        }
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<file>[^\r\n(]+)\((?<line>\d+),(?<column>\d+)\): warning (?<text>WSK\d{4}: [^\r\n]*?)(?: \(https?:[^\r\n]*)?(?: \[[^\r\n\]]*\])\r?$", RegexOptions.Multiline)]
    private static partial Regex Warning();

    [GeneratedRegex(@"(<!-- tour -->\n).*(<!-- /tour -->)", RegexOptions.Singleline)]
    private static partial Regex Tour();
}
