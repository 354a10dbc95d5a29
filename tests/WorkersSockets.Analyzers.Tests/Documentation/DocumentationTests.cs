using System.Text.RegularExpressions;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Documentation;

/// <summary>
/// Tables, presets and rules.json say what the rule table says. To write them anew:
/// <c>UPDATE_EXPECTED=1 dotnet test tests/WorkersSockets.Analyzers.Tests --filter DocumentationTests</c>.
/// </summary>
public partial class DocumentationTests
{
    public static TheoryData<string> Documents => [.. GeneratedDocument.All.Select(document => document.Path)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Generated_text_is_up_to_date(string path)
    {
        var document = GeneratedDocument.All.Single(document => document.Path == path);
        var present = File.Exists(document.FullPath) ? File.ReadAllText(document.FullPath) : "";
        var expected = document.Render(present);
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") == "1")
        {
            File.WriteAllText(document.FullPath, expected);
            present = expected;
        }

        Assert.Equal(expected, present);
    }

    [Theory]
    [InlineData("None")]
    [InlineData("Minimum")]
    [InlineData("Recommended")]
    [InlineData("All")]
    public void A_preset_lists_exactly_all_rules(string preset)
    {
        var text = File.ReadAllText(Path.Combine(References.RepositoryRoot, "src/WorkersSockets.Analyzers.Package/config", preset + ".globalconfig"));
        Assert.Equal(RuleCatalog.All.Select(rule => rule.Id), PresetLine().Matches(text).Select(match => match.Groups[1].Value));
        Assert.Contains("is_global = true\nglobal_level = -100\n", text);
    }

    [Fact]
    public void There_is_no_further_preset() => Assert.Equal(
        ["All", "Minimum", "None", "Recommended"],
        Directory.GetFiles(Path.Combine(References.RepositoryRoot, "src/WorkersSockets.Analyzers.Package/config")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void Options_that_the_source_reads_are_documented()
    {
        var sources = Directory.GetFiles(Path.Combine(References.RepositoryRoot, "src/WorkersSockets.Analyzers"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal));
        var read = sources.SelectMany(file => OptionKey().Matches(File.ReadAllText(file)).Select(match => match.Value)).ToHashSet();
        Assert.Empty(read.Except(OptionTable.Rows.Select(row => row.Key)));
    }

    [Fact]
    public void Rules_of_the_options_table_exist() =>
        Assert.Empty(OptionTable.Rows.SelectMany(row => row.Rules).Except(RuleCatalog.All.Select(rule => rule.Id)));

    [GeneratedRegex(@"^dotnet_diagnostic\.(WSK\d{4})\.severity = (?:none|default|suggestion|warning|error)$", RegexOptions.Multiline)]
    private static partial Regex PresetLine();

    [GeneratedRegex(@"workers_sockets\.[a-z_]+")]
    private static partial Regex OptionKey();
}
