using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Meta;

/// <summary>No analyzer throws on code that ends in the middle, as an editor sees it all day.</summary>
public class HalfTypedCodeTests
{
    private const int CutsPerSurface = 1100;

    [Theory]
    [InlineData(On.DotNet, "PitfallTour")]
    [InlineData(On.Workers, "WorkersTour")]
    public async Task Code_cut_at_a_token_does_not_crash_an_analyzer(On surface, string sample)
    {
        var sources = Directory.GetFiles(Path.Combine(References.RepositoryRoot, "samples", sample), "*.cs").Order(StringComparer.Ordinal).Select(File.ReadAllText)
            .Concat(RulePage.All.SelectMany(page => page.Examples).Where(example => example.Surface == surface).Select(example => example.Code))
            .ToList();
        var ends = sources
            .SelectMany((source, number) => CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Select(token => (number, token.Span.End)))
            .ToList();

        // Evenly spread over all tokens of all sources; those of a token that is left out are like its neighbour's.
        var cuts = Enumerable.Range(0, CutsPerSurface).Select(cut => ends[(int)((long)cut * ends.Count / CutsPerSurface)]).Distinct().ToList();
        Assert.True(cuts.Count > 1000, $"Only {cuts.Count} cuts.");

        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        var frame = Verify.Compile(surface, "");
        var empty = frame.SyntaxTrees.Single(tree => tree.FilePath == "Test.cs");
        await Parallel.ForEachAsync(cuts, TestContext.Current.CancellationToken, async (cut, token) =>
        {
            var text = sources[cut.number][..cut.End];
            var compilation = frame.ReplaceSyntaxTree(empty, CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest), "Test.cs", cancellationToken: token));
            var analyzers = compilation.WithAnalyzers(
                [new WorkerSocketAnalyzer()],
                new CompilationWithAnalyzersOptions(
                    new AnalyzerOptions([]),
                    onAnalyzerException: (exception, _, _) => failures.Add($"{exception}\nbehind:\n{text[Math.Max(0, text.Length - 300)..]}"),
                    concurrentAnalysis: false,
                    logAnalyzerExecutionTime: false));
            await analyzers.GetAnalyzerDiagnosticsAsync(token);
        });
        Assert.True(failures.IsEmpty, $"{failures.Count} failures, one of them:\n{failures.FirstOrDefault()}");
    }

    [Fact]
    public async Task Code_cut_at_a_token_does_not_crash_a_fix()
    {
        var failures = new List<string>();
        foreach (var example in RulePage.All.SelectMany(page => page.Examples).Where(example => !example.IsGood))
        {
            var ends = CSharpSyntaxTree.ParseText(example.Code, cancellationToken: TestContext.Current.CancellationToken).GetRoot(TestContext.Current.CancellationToken).DescendantTokens().Select(token => token.Span.End).ToList();
            foreach (var end in ends.Where((_, index) => index >= ends.Count / 2 && index % 10 == 0))
            {
                var document = RulePageTests.Document(example.Surface, example.Code[..end]);
                foreach (var found in await RulePageTests.FindAsync(document))
                {
                    foreach (var fix in RuleTableTests.Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(found.Id)))
                    {
                        try
                        {
                            foreach (var variant in await fix.GetVariantsAsync(document, found, TestContext.Current.CancellationToken))
                            {
                                await variant.ApplyAsync(TestContext.Current.CancellationToken);
                            }
                        }
                        catch (Exception exception) when (exception is not OperationCanceledException)
                        {
                            failures.Add($"{fix.GetType().Name} behind {example.Code[..end]}:\n{exception}");
                        }
                    }
                }
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures, one of them:\n{failures.FirstOrDefault()}");
    }
}
