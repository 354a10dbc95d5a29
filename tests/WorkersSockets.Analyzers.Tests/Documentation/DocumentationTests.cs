using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
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
    public void The_options_table_lists_exactly_the_options_that_are_read()
    {
        var asked = new AskedKeys();
        SocketOptionsReader.Read(asked);
        Assert.Equal(OptionTable.Rows.Select(row => row.Key), asked.Keys);
    }

    [Fact]
    public void Models_shown_in_the_readme_are_read()
    {
        var readme = File.ReadAllText(Path.Combine(References.RepositoryRoot, "README.md"));
        var models = ModelBlock().Match(readme).Groups[1].Value;
        var read = ModelReader.Read(SourceText.From(models), CancellationToken.None);
        Assert.Empty(read.Errors);
        Assert.Equal(3, read.Models.Length);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("samples/README.md")]
    public void Files_that_a_readme_links_to_exist(string path)
    {
        var readme = Path.Combine(References.RepositoryRoot, path);
        var links = Link().Matches(File.ReadAllText(readme)).Select(match => match.Groups[1].Value);
        Assert.DoesNotContain(links.Where(link => !IsRulePage(link)), link => !File.Exists(Path.Combine(Path.GetDirectoryName(readme)!, link)));
    }

    [Fact]
    public void Rules_of_the_options_table_exist() =>
        Assert.Empty(OptionTable.Rows.SelectMany(row => row.Rules).Except(RuleCatalog.All.Select(rule => rule.Id)));

    [GeneratedRegex(@"^dotnet_diagnostic\.(WSK\d{4})\.severity = (?:none|default|suggestion|warning|error)$", RegexOptions.Multiline)]
    private static partial Regex PresetLine();

    [GeneratedRegex(@"```\n(T:Contoso[^`]*)```")]
    private static partial Regex ModelBlock();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();

    /// <summary>A rule's page has tests of its own.</summary>
    private static bool IsRulePage(string link) => link.Contains("/Rules/", StringComparison.Ordinal);

    /// <summary>Options without any value, which remember what they were asked for.</summary>
    private sealed class AskedKeys : AnalyzerConfigOptions
    {
        public new List<string> Keys { get; } = [];

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            Keys.Add(key);
            value = null;
            return false;
        }
    }
}
