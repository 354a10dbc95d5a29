using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Meta;

/// <summary>Each page has the one form, and its code is what it says it is.</summary>
public class RulePageTests
{
    public static TheoryData<string> Ids => [.. RulePage.All.Select(page => page.Id)];

    public static TheoryData<string, int> BadExamples => Select(example => !example.IsGood);

    public static TheoryData<string, int> GoodExamples => Select(example => example.IsGood);

    public static TheoryData<string, int> FixedExamples => Select(example => example.IsAfterFix);

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_says_what_the_table_says(string id)
    {
        var (page, row) = (RulePage.Find(id)!, RuleCatalog.All.Single(rule => rule.Id == id));
        var surfaces = string.Join(", ", new[] { (RuleSurfaces.Workers, "Workers"), (RuleSurfaces.DotNet, ".NET") }.Where(pair => row.Surfaces.HasFlag(pair.Item1)).Select(pair => pair.Item2));
        var severity = row.Severity == DiagnosticSeverity.Info ? "suggestion" : row.Severity.ToString().ToLowerInvariant();
        Assert.Equal(
            [
                $"# {id} · {row.Title}",
                "",
                "| Category | Severity | Surfaces | Fix | CWE |",
                "| --- | --- | --- | --- | --- |",
                $"| {row.Category} | {severity} | {surfaces} | {(row.FixTitles.IsEmpty ? "no" : "yes")} | {(row.Cwe is { } number ? $"CWE-{number}" : "none")} |",
                "",
            ],
            page.Lines.Take(6));
        Assert.NotEqual("", page.Lines[6]);
        Assert.DoesNotContain(page.Lines, line => line.Contains('\r'));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_has_the_sections_in_order(string id)
    {
        var (page, row) = (RulePage.Find(id)!, RuleCatalog.All.Single(rule => rule.Id == id));
        var headings = page.Headings.ToList();
        var plain = headings.Where(heading => !heading.StartsWith("Bad: ", StringComparison.Ordinal) && !heading.StartsWith("Good: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(["Why", "When to suppress", "Options"], plain);
        Assert.Equal("Why", headings[0]);
        Assert.Equal(["When to suppress", "Options"], headings.TakeLast(2));
        foreach (var (surface, name) in new[] { (RuleSurfaces.Workers, "Workers"), (RuleSurfaces.DotNet, ".NET") })
        {
            Assert.Equal(row.Surfaces.HasFlag(surface), headings.Contains("Bad: " + name));
            Assert.Equal(row.Surfaces.HasFlag(surface), headings.Any(heading => heading.StartsWith("Good: " + name, StringComparison.Ordinal)));
        }

        // What is right may be a wrangler file; what is wrong is C#, except in configuration itself.
        var bad = headings.Count(heading => heading.StartsWith("Bad: ", StringComparison.Ordinal));
        Assert.Equal(id is "WSK0001" ? 0 : bad, page.Examples.Count(example => !example.IsGood));
        Assert.All(page.Examples.Where(example => example.IsAfterFix), _ => Assert.False(row.FixTitles.IsEmpty));
    }

    [Theory]
    [MemberData(nameof(BadExamples))]
    public async Task Bad_code_is_found_by_its_own_rule_only(string id, int index)
    {
        var example = Compiled(id, index);
        Assert.Equal([id], (await FindAsync(Document(example.Surface, example.Code), wrangler: example.Wrangler)).Select(found => found.Id).Distinct());
    }

    [Theory]
    [MemberData(nameof(GoodExamples))]
    public async Task Good_code_is_clean_under_all_rules(string id, int index)
    {
        var example = Compiled(id, index);
        Assert.Empty((await FindAsync(Document(example.Surface, example.Code), wrangler: example.Wrangler)).Select(found => found.ToString()));
    }

    [Theory]
    [MemberData(nameof(FixedExamples))]
    public async Task Code_after_the_fix_is_what_the_first_fix_yields(string id, int index)
    {
        var page = RulePage.Find(id)!;
        var after = page.Examples[index];
        var before = page.Examples.Take(index).Last(example => !example.IsGood && example.Surface == after.Surface);
        Assert.Equal(after.Code, await FixAsync(id, before));
    }

    [Theory]
    [MemberData(nameof(BadExamples))]
    public async Task Offered_fixes_have_the_titles_of_the_table(string id, int index)
    {
        var row = RuleCatalog.All.Single(rule => rule.Id == id);
        var example = Compiled(id, index);
        var document = Document(example.Surface, example.Code);
        foreach (var found in await FindAsync(document, id, example.Wrangler))
        {
            foreach (var fix in RuleTableTests.Fixes.Where(fix => fix.FixableDiagnosticIds[0] == id))
            {
                var variants = await fix.GetVariantsAsync(document, found, TestContext.Current.CancellationToken);
                Assert.All(variants, variant => Assert.Contains(variant.Title, row.FixTitles));
                Assert.Equal(variants.Length, variants.Select(variant => variant.Key).Distinct().Count());
            }
        }
    }

    internal static async Task<IReadOnlyList<Diagnostic>> FindAsync(Document document, string? id = null, string? wrangler = null)
    {
        var compilation = await document.Project.GetCompilationAsync(TestContext.Current.CancellationToken);
        var found = await compilation!
            .WithAnalyzers([new WorkerSocketAnalyzer()], new AnalyzerOptions(wrangler is null ? [] : [new WranglerText(wrangler)]))
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.Where(diagnostic => id is null || diagnostic.Id == id).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    internal static Document Document(On surface, string code)
    {
        var compilation = Verify.Compile(surface, code);
        var project = new AdhocWorkspace().AddProject("Test", LanguageNames.CSharp)
            .WithCompilationOptions(compilation.Options)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.Latest))
            .WithMetadataReferences(compilation.References);
        foreach (var tree in compilation.SyntaxTrees.Where(tree => tree.FilePath != "Test.cs"))
        {
            project = project.AddDocument(tree.FilePath, tree.GetText(TestContext.Current.CancellationToken)).Project;
        }

        return project.AddDocument("Test.cs", SourceText.From(code));
    }

    private static async Task<string> FixAsync(string id, PageExample example)
    {
        var document = Document(example.Surface, example.Code);
        for (var round = 0; round < 10; round++)
        {
            var found = await FindAsync(document, id, example.Wrangler);
            if (found.Count == 0)
            {
                break;
            }

            var fix = RuleTableTests.Fixes.First(candidate => candidate.FixableDiagnosticIds[0] == id);
            var variant = (await fix.GetVariantsAsync(document, found[0], TestContext.Current.CancellationToken))[0];
            document = await variant.ApplyAsync(TestContext.Current.CancellationToken);
        }

        return (await document.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
    }

    /// <summary>An example, after a check that it compiles.</summary>
    private static PageExample Compiled(string id, int index)
    {
        var example = RulePage.Find(id)!.Examples[index];
        Assert.Empty(Verify.Compile(example.Surface, example.Code).GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.ToString()));
        return example;
    }

    private static TheoryData<string, int> Select(Func<PageExample, bool> isWanted)
    {
        var data = new TheoryData<string, int>();
        foreach (var page in RulePage.All)
        {
            for (var index = 0; index < page.Examples.Count; index++)
            {
                if (isWanted(page.Examples[index]))
                {
                    data.Add(page.Id, index);
                }
            }
        }

        return data;
    }

    private sealed class WranglerText(string content) : AdditionalText
    {
        public override string Path => "/wrangler.jsonc";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(content);
    }
}
