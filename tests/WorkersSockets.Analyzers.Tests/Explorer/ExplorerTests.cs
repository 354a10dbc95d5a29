using System.Diagnostics;
using WorkersSockets.Analyzers.Tests.Robustness;
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
    private static int Total => Probe.Count(Variable, otherwise: 150);

    /// <summary>Which pairs come first, so that a second long run that is no whole one sees others.</summary>
    private static int Seed => Probe.Count("WORKERS_SOCKETS_SEED", otherwise: 0);

    [Fact]
    public async Task Every_action_yields_right_code()
    {
        var token = TestContext.Current.CancellationToken;
        var clock = Stopwatch.StartNew();
        var outcome = await Exploration.RunAsync(Total, Seed, Setting("ONLY"), Setting("VARIANT"), token);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{outcome.Pairs} pairs of source and variant, {outcome.Runs} actions carried out, {outcome.Complaints.Count} complaints, {clock.Elapsed.TotalSeconds:0} s");
        if (Setting("LOG") is { Length: > 0 } log)
        {
            await File.WriteAllLinesAsync(log, outcome.Complaints.Select(complaint => complaint + "\n=================="), token);
        }

        Assert.True(outcome.Complaints.Count == 0, $"{outcome.Complaints.Count} complaints:\n{string.Join("\n\n", outcome.Complaints.OrderBy(complaint => complaint.Length).Take(5))}");
        Assert.True(outcome.Runs >= outcome.Pairs / 2 && outcome.Pairs > 0, $"Only {outcome.Runs} actions in {outcome.Pairs} sources.");
        if (outcome.Pairs < Total && Setting("ONLY") + Setting("VARIANT") == "")
        {
            Assert.Empty(outcome.Idle);
        }
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable($"{Variable}_{name}") ?? "";
}
