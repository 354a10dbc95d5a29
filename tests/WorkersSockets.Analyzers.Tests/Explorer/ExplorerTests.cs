using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Tests.Robustness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>
/// Every action at every find of the corpus, however the source is written, yields code that is right. A normal run takes a part;
/// the whole is <c>WORKERS_SOCKETS_EXPLORE=1000000 dotnet test --filter Explorer</c>.
/// </summary>
public class ExplorerTests
{
    private const string Variable = "WORKERS_SOCKETS_EXPLORE";

    /// <summary>How many pairs of source and variant are looked at.</summary>
    private static int Total => Probe.Count(Variable, otherwise: 80);

    [Fact]
    public async Task Every_action_yields_right_code()
    {
        // Known by hash, so that the part that a normal run takes is spread over sources and variants, and the same each time.
        var cases = Corpus.All.SelectMany(source => Variants.All.Where(variant => variant.Only is null || variant.Only == source.Surface).Select(variant => (source, variant)))
            .OrderBy(pair => Hash(pair.source.Name + pair.variant.Name)).Where(pair => pair.source.Name.Contains(Environment.GetEnvironmentVariable(Variable + "_ONLY") ?? "", StringComparison.Ordinal)).ToList();
        var complaints = new ConcurrentBag<string>();
        var explorer = new FixExplorer();
        var (looked, clock) = (0, Stopwatch.StartNew());
        await Parallel.ForEachAsync(cases, Probe.Parallelism(TestContext.Current.CancellationToken), async (pair, token) =>
        {
            if (Volatile.Read(ref looked) >= Total || pair.variant.Rewrite(pair.source.Surface, pair.source.Code) is not { } code)
            {
                return;
            }

            // Sources that do not compile, and rewrites of them, promise nothing.
            var (original, document) = (explorer.Document(pair.source, pair.source.Code), explorer.Document(pair.source, code));
            var expected = await FixExplorer.FindAsync(original, token);
            if (expected.IsEmpty || await HasErrorsAsync(original, token) || await HasErrorsAsync(document, token))
            {
                return;
            }

            Interlocked.Increment(ref looked);
            var found = await FixExplorer.FindAsync(document, token);
            var (wanted, got) = (Ids(expected), Ids(found));
            if (wanted != got)
            {
                complaints.Add($"{pair.source}, {pair.variant.Name}: finds {got}, not {wanted}\n{code}");
                return;
            }

            foreach (var complaint in await explorer.ExploreAsync(pair.source, code, token))
            {
                complaints.Add($"{pair.source}, {pair.variant.Name}: {complaint}");
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{looked} pairs of source and variant, {explorer.Runs} actions carried out, {complaints.Count} complaints, {clock.Elapsed.TotalSeconds:0} s");
        if (Environment.GetEnvironmentVariable(Variable + "_LOG") is { Length: > 0 } log)
        {
            await File.WriteAllLinesAsync(log, complaints.Order(StringComparer.Ordinal).Select(complaint => complaint + "\n=================="), TestContext.Current.CancellationToken);
        }

        Assert.True(complaints.IsEmpty, $"{complaints.Count} complaints:\n{string.Join("\n\n", complaints.OrderBy(complaint => complaint.Length).Take(5))}");
        Assert.True(explorer.Runs >= looked / 2 && looked > 0, $"Only {explorer.Runs} actions in {looked} sources.");
    }

    private static string Ids(IEnumerable<Diagnostic> finds) => string.Join(' ', finds.Select(find => find.Id).Order(StringComparer.Ordinal));

    private static async Task<bool> HasErrorsAsync(Document document, CancellationToken token) =>
        (await document.GetSemanticModelAsync(token))!.Compilation.GetDiagnostics(token).Any(message => message.Severity == DiagnosticSeverity.Error);

    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, letter) => unchecked((hash ^ letter) * 16777619u));
}
