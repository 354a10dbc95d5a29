using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.CodeAnalysis.CSharp;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>
/// No text crashes or hangs the analyzer or a fix. A normal run takes a part; the whole is
/// <c>WORKERS_SOCKETS_FUZZ=100000 dotnet test --filter Fuzz</c>.
/// </summary>
public class FuzzTests
{
    private const string Variable = "WORKERS_SOCKETS_FUZZ";

    /// <summary>Code that is being typed ends anywhere: so many places are tried in each run.</summary>
    private const int FewestCuts = 2000;

    private static int Total => Probe.Count(Variable, otherwise: 1000);

    /// <summary>Where the numbers start, so that a second long run sees other texts.</summary>
    private static int Seed => Probe.Count("WORKERS_SOCKETS_SEED", otherwise: 0);

    [Fact]
    public void The_corpus_is_all_there()
    {
        Assert.True(Corpus.All.Length > 400, $"Only {Corpus.All.Length} sources.");
        Assert.Contains(Corpus.All, source => source.Surface == On.Workers);
        Assert.Contains(Corpus.All, source => source.Name.StartsWith("samples/", StringComparison.Ordinal));
        Assert.Contains(Corpus.All, source => source.Name.Contains(".md", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_number_yields_the_same_text()
    {
        var mutator = new Mutator(Corpus.All);
        Assert.Equal(mutator.Mutate(17), mutator.Mutate(17));
        Assert.True(Enumerable.Range(0, 100).Select(number => mutator.Mutate(number).Code).Distinct().Count() > 90);
    }

    [Fact]
    public async Task Damaged_code_crashes_no_analyzer_and_no_fix()
    {
        var mutator = new Mutator(Corpus.All);
        var failures = new ConcurrentBag<string>();
        var (analyzed, found, applied) = (0, 0, 0);
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(Seed, Total), Probe.Parallelism(TestContext.Current.CancellationToken), async (number, token) =>
        {
            var (source, code) = mutator.Mutate(number);
            var what = $"number {number}, from {source}:\n{code}";
            var compilation = Probe.Compile(source.Surface, code);
            var finds = await Probe.AnalyzeAsync(compilation, what, failures, token);
            Interlocked.Increment(ref analyzed);
            Interlocked.Add(ref found, finds.Length);
            if (finds.Length > 0 && number % 8 == 0)
            {
                Interlocked.Add(ref applied, await Probe.FixAsync(Probe.Document(compilation, code), finds, what, failures, token));
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{analyzed} texts, {found} finds, {applied} fixes, {failures.Count} failures, {Probe.Unreadable} texts that the compiler itself cannot bind, {clock.Elapsed.TotalSeconds:0} s");
        Assert.True(failures.IsEmpty, $"{failures.Count} failures, one of them:\n{failures.OrderBy(failure => failure.Length).FirstOrDefault()}");
        Assert.Equal(Total, analyzed);
        Assert.True(found > Total / 20 && applied > Total / 200, $"{found} finds and {applied} fixes say that the texts are damaged beyond use.");
    }

    [Fact]
    public async Task Code_cut_at_a_token_crashes_no_analyzer_and_no_fix()
    {
        var ends = Corpus.All
            .SelectMany((source, number) => SyntaxFactory.ParseTokens(source.Code, options: new CSharpParseOptions(LanguageVersion.Latest)).Select(token => (number, token.Span.End)))
            .ToList();

        // Evenly spread over all tokens of all sources.
        var wanted = Math.Min(Math.Max(Total, FewestCuts), ends.Count);
        var cuts = Enumerable.Range(0, wanted).Select(cut => ends[(int)((long)cut * ends.Count / wanted)]).Distinct().ToList();
        var failures = new ConcurrentBag<string>();
        var applied = 0;
        await Parallel.ForEachAsync(cuts, Probe.Parallelism(TestContext.Current.CancellationToken), async (cut, token) =>
        {
            var source = Corpus.All[cut.number];
            var code = source.Code[..cut.End];
            var (compilation, what) = (Probe.Compile(source.Surface, code), $"{source} cut at {cut.End}:\n{code}");
            var finds = await Probe.AnalyzeAsync(compilation, what, failures, token);
            if (finds.Length > 0 && cut.End % 8 == 0)
            {
                Interlocked.Add(ref applied, await Probe.FixAsync(Probe.Document(compilation, code), finds, what, failures, token));
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{cuts.Count} of {ends.Count} cuts, {applied} fixes, {failures.Count} failures");
        Assert.True(failures.IsEmpty, $"{failures.Count} failures, one of them:\n{failures.OrderBy(failure => failure.Length).FirstOrDefault()}");
        Assert.True(cuts.Count >= FewestCuts, $"Only {cuts.Count} cuts.");
    }
}
