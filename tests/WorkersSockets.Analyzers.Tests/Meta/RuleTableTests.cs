using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CodeFixes;
using WorkersSockets.Analyzers.CodeFixes;
using WorkersSockets.Analyzers.Rules;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Meta;

/// <summary>The rule table, the rules, the fixes, the release file and the files' names say the same.</summary>
public partial class RuleTableTests
{
    public static TheoryData<string> ImplementedIds => [.. AllRules.Ordered.Select(rule => rule.Descriptors[0].Id)];

    public static TheoryData<string> FixableIds => [.. Fixes.Select(fix => fix.FixableDiagnosticIds[0]).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The ids that some fix is for, those that edit an additional file included.</summary>
    private static HashSet<string> FixedIds { get; } =
    [
        .. typeof(SocketFix).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(Microsoft.CodeAnalysis.CodeFixes.CodeFixProvider).IsAssignableFrom(type))
            .SelectMany(type => ((Microsoft.CodeAnalysis.CodeFixes.CodeFixProvider)Activator.CreateInstance(type)!).FixableDiagnosticIds),
    ];

    internal static IReadOnlyList<SocketFix> Fixes { get; } =
        [.. typeof(SocketFix).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SocketFix)) && !type.IsAbstract).Select(type => (SocketFix)Activator.CreateInstance(type)!)];

    [Fact]
    public void Ids_are_unique_and_in_order()
    {
        var ids = RuleCatalog.All.Select(rule => rule.Id).ToList();
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
        Assert.Equal(RuleCatalog.All.SelectMany(rule => rule.Messages), RuleCatalog.Descriptors);
    }

    [Fact]
    public void Rules_report_in_the_order_of_their_ids()
    {
        var ids = AllRules.Ordered.Select(rule => rule.Descriptors[0].Id).ToList();
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Descriptors_of_one_id_differ_in_their_message_only()
    {
        foreach (var rule in RuleCatalog.All)
        {
            Assert.All(rule.Messages, message => Assert.Equal(
                (rule.Id, rule.Title, rule.Category, rule.Severity, rule.Messages[0].HelpLinkUri),
                (message.Id, message.Title.ToString(), message.Category, message.DefaultSeverity, message.HelpLinkUri)));
            Assert.Equal(rule.Messages.Length, rule.Messages.Select(message => message.MessageFormat.ToString()).Distinct().Count());
        }
    }

    [Fact]
    public void Category_follows_from_the_id() => Assert.All(RuleCatalog.All, rule => Assert.Equal(
        rule.Id[3] switch { '0' => "Configuration", '1' => "Lifetime", '2' => "Connections", '3' => "Data", '4' => "Security", _ => "Platform" },
        rule.Category));

    [Fact]
    public void Messages_are_one_sentence_without_a_period() => Assert.All(RuleCatalog.Descriptors, descriptor =>
    {
        var message = descriptor.MessageFormat.ToString();
        Assert.False(message.EndsWith('.'), message);
        Assert.DoesNotContain(". ", message);
    });

    [Fact]
    public void Release_file_lists_exactly_the_table()
    {
        var text = File.ReadAllText(Path.Combine(References.RepositoryRoot, "src/WorkersSockets.Analyzers/AnalyzerReleases.Unshipped.md"));
        Assert.Equal(
            RuleCatalog.All.Select(rule => $"{rule.Id} | {rule.Category} | {rule.Severity} | {rule.Title}"),
            text.Split('\n').Where(line => line.StartsWith("WSK", StringComparison.Ordinal)).Select(line => line.TrimEnd()));
    }

    [Theory]
    [MemberData(nameof(ImplementedIds))]
    public void A_rule_reports_exactly_the_messages_of_its_row(string id)
    {
        var rule = AllRules.Ordered.Single(candidate => candidate.Descriptors[0].Id == id);
        Assert.Equal(RuleCatalog.All.Single(row => row.Id == id).Messages.ToHashSet(), rule.Descriptors.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(ImplementedIds))]
    public void An_id_leads_to_the_rule_by_its_file_name(string id)
    {
        var row = RuleCatalog.All.Single(candidate => candidate.Id == id);
        var type = AllRules.Ordered.Single(candidate => candidate.Descriptors[0].Id == id).GetType();
        Assert.True(File.Exists(Path.Combine(References.RepositoryRoot, $"src/WorkersSockets.Analyzers/Rules/{row.Category}/{id}_{type.Name}.cs")), $"{id}_{type.Name}.cs");
    }

    [Theory]
    [MemberData(nameof(FixableIds))]
    public void An_id_leads_to_its_fixes_by_their_file_names(string id)
    {
        var row = RuleCatalog.All.Single(candidate => candidate.Id == id);
        foreach (var fix in Fixes.Where(candidate => candidate.FixableDiagnosticIds[0] == id))
        {
            var path = Path.Combine(References.RepositoryRoot, $"src/WorkersSockets.Analyzers.CodeFixes/{row.Category}/{id}_{fix.GetType().Name}.cs");
            Assert.True(File.Exists(path), path);
            var export = Assert.Single(fix.GetType().GetCustomAttributes(typeof(ExportCodeFixProviderAttribute), inherit: false).Cast<ExportCodeFixProviderAttribute>());
            Assert.Equal(fix.GetType().Name, export.Name);
            Assert.NotNull(fix.GetFixAllProvider());
        }
    }

    [Theory]
    [MemberData(nameof(FixableIds))]
    public void Fix_titles_of_the_table_stand_in_the_code(string id)
    {
        var row = RuleCatalog.All.Single(candidate => candidate.Id == id);

        // In the files of the fix, or in those that the fixes of the category share.
        var sources = string.Concat(Directory.GetFiles(Path.Combine(References.RepositoryRoot, $"src/WorkersSockets.Analyzers.CodeFixes/{row.Category}"), "*.cs")
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith(id + "_", StringComparison.Ordinal) || !name.StartsWith("WSK", StringComparison.Ordinal)))
            .Select(File.ReadAllText));
        Assert.NotEmpty(row.FixTitles);
        Assert.All(row.FixTitles, title => Assert.Contains('"' + title + '"', sources));
    }

    [Fact]
    public void Files_with_an_id_in_their_name_belong_to_that_rule()
    {
        var files = new[] { "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(References.RepositoryRoot, folder), "*WSK*", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
        Assert.All(files, file =>
        {
            var match = RuleFile().Match(Path.GetFileName(file));
            Assert.True(match.Success, file);
            var row = Assert.Single(RuleCatalog.All, rule => rule.Id == match.Groups[1].Value);
            Assert.Equal(row.Category, Path.GetFileName(Path.GetDirectoryName(file)));
        });
    }

    [Fact]
    public void Every_rule_is_implemented()
    {
        var missing = new List<string>();
        foreach (var row in RuleCatalog.All)
        {
            var category = row.Category;
            void Require(bool isThere, string what)
            {
                if (!isThere)
                {
                    missing.Add($"{row.Id}: {what}");
                }
            }

            Require(AllRules.Ordered.Any(rule => rule.Descriptors[0].Id == row.Id), "rule");
            Require(RulePage.Find(row.Id) is not null, "page");
            Require(row.FixTitles.IsEmpty || FixedIds.Contains(row.Id), "fix");
            Require(!row.FixTitles.IsEmpty || !FixedIds.Contains(row.Id), "titles of its fix in the table");
            Require(
                Directory.Exists(Path.Combine(References.RepositoryRoot, "tests/WorkersSockets.Analyzers.Tests", category))
                    && Directory.GetFiles(Path.Combine(References.RepositoryRoot, "tests/WorkersSockets.Analyzers.Tests", category), row.Id + "_*Tests.cs").Length > 0,
                "tests");
        }

        Assert.True(missing.Count == 0, "Missing:\n" + string.Join('\n', missing));
    }

    [GeneratedRegex(@"^(WSK\d{4})(?:\.md|_[A-Z]\w+\.cs)$")]
    private static partial Regex RuleFile();
}
