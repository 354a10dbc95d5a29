using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Rules;

namespace WorkersSockets.Analyzers.Benchmarks;

/// <summary>What each rule takes and allocates on the same bodies, beside the flow that all of them read.</summary>
internal static class RuleBudget
{
    private const int Rounds = 5;

    public static void Run()
    {
        var compilation = Sources.Files(300, 1);
        Measure(compilation);
        var rounds = Enumerable.Range(0, Rounds).Select(_ => Measure(compilation)).ToList();

        Console.WriteLine($"{rounds[0].Bodies} bodies with sockets; medians of {Rounds} runs, each in a compilation of its own");
        Console.WriteLine($"{"",-28} {"µs a body",10} {"bytes a body",14}");
        foreach (var name in rounds[0].Costs.Keys)
        {
            var ticks = rounds.Select(round => round.Costs[name].Ticks).Order().ElementAt(Rounds / 2);
            var bytes = rounds.Select(round => round.Costs[name].Bytes).Order().ElementAt(Rounds / 2);
            Console.WriteLine($"{name,-28} {ticks * 1_000_000.0 / Stopwatch.Frequency / rounds[0].Bodies,10:0.0} {bytes / rounds[0].Bodies,14}");
        }
    }

    private static (int Bodies, Dictionary<string, (long Ticks, long Bytes)> Costs) Measure(Compilation compilation)
    {
        compilation = compilation.Clone();
        var costs = new Dictionary<string, (long, long)>();
        var sockets = SocketCompilation.Create(compilation, new AnalyzerOptions([]), CancellationToken.None)
            ?? throw new InvalidOperationException("The measured sources have no sockets.");
        var bodies = new List<BodyContext>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            var model = sockets.Sources.For(tree)!;
            foreach (var member in tree.GetRoot().DescendantNodes().OfType<BaseMethodDeclarationSyntax>())
            {
                if (model.GetOperation(member) is { } root && model.GetDeclaredSymbol(member) is { } owner
                    && Time(costs, "operations and flow", () => SocketFlow.Create(sockets, owner, root, CancellationToken.None)) is { } flow)
                {
                    bodies.Add(new BodyContext(sockets, flow, sockets.OptionsFor(tree), _ => { }, CancellationToken.None));
                }
            }
        }

        foreach (var rule in AllRules.Ordered)
        {
            foreach (var body in bodies)
            {
                Time(costs, $"{rule.Descriptors[0].Id} {rule.GetType().Name}", () =>
                {
                    rule.Analyze(body);
                    return body;
                });
            }
        }

        return (bodies.Count, costs);
    }

    private static T Time<T>(Dictionary<string, (long Ticks, long Bytes)> costs, string name, Func<T> work)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        var result = work();
        var (ticks, allocated) = costs.GetValueOrDefault(name);
        costs[name] = (ticks + Stopwatch.GetTimestamp() - start, allocated + GC.GetAllocatedBytesForCurrentThread() - bytes);
        return result;
    }
}
