using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Benchmarks;

/// <summary>
/// All ratios in one run: processor time of this process, which other work on the machine disturbs little; the runs of what is
/// compared are interleaved, and a case says its median.
/// </summary>
internal static class Quick
{
    private const int Rounds = 5;

    public static void Run()
    {
        Analyzers.Run(Sources.Files(100, 10), Analyzers.Ours);

        Console.WriteLine("Cost over an analyzer that does nothing, 2,000 files");
        foreach (var (name, every) in new[] { ("no sockets", 0), ("1 % with sockets", 100), ("every file with sockets", 1) })
        {
            var compilation = Sources.Files(every == 1 ? 300 : 2000, every);
            var (empty, ours) = (new List<double>(), new List<double>());
            Interleave(3, (empty, () => Analyzers.Run(compilation, every == 0 ? Analyzers.Idle : Analyzers.Empty)), (ours, () => Analyzers.Run(compilation, Analyzers.Ours)));
            Console.WriteLine($"  {name,-26} empty {Median(empty),7:0} ms, ours {Median(ours),7:0} ms, ratio {Median(ours) / Median(empty):0.00}");
        }

        Console.WriteLine("One body");
        Scale([1000, 5000, 20000], Sources.Body, "statements");
        Console.WriteLine("Helpers, each calls the next");
        Scale([50, 200, 800], count => Sources.Helpers(count, isDeep: true), "helpers");
        Console.WriteLine("Helpers, all called by one");
        Scale([50, 200, 800], count => Sources.Helpers(count, isDeep: false), "helpers");

        foreach (var (share, count, every) in new[] { ("1 %", 600, 100), ("5 %", 400, 20), ("25 %", 200, 4), ("100 %", 200, 1) })
        {
            SideBySide(share, Sources.Files(count, every));
        }

        Memory();
        Cancellation();
    }

    /// <summary>Cancels the analysis of heavy sources at many points, and says how long it went on after that at most.</summary>
    private static void Cancellation()
    {
        Console.WriteLine("From cancellation to the end");
        foreach (var (name, compilation) in new (string, Compilation)[]
        {
            ("a body of 20,000 statements", Sources.Body(20000)),
            ("800 helpers, each calls the next", Sources.Helpers(800, isDeep: true)),
            ("800 helpers, all called by one", Sources.Helpers(800, isDeep: false)),
            ("400 files with sockets", Sources.Files(400, 1)),
        })
        {
            // The compiler's own work on a body (binding, the graph) looks at the token where it likes: the same cuts without us.
            var (graphs, ours) = (Longest(compilation, Analyzers.Graphs), Longest(compilation, Analyzers.Ours));
            Console.WriteLine($"  {name,-34} ours at most {ours:0} ms, the compiler's graphs alone {graphs:0} ms");
        }
    }

    private static double Longest(Compilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        var started = Stopwatch.StartNew();
        Analyzers.Run(compilation, analyzers);
        var whole = started.Elapsed;
        var longest = 0.0;
        for (var part = 1; part < 20; part++)
        {
            using var source = new CancellationTokenSource();
            var run = Task.Run(() => Analyzers.RunAsync(compilation, analyzers, source.Token));
            Thread.Sleep(whole * part / 20);
            var after = Stopwatch.StartNew();
            source.Cancel();
            try
            {
                run.GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                longest = Math.Max(longest, after.Elapsed.TotalMilliseconds);
            }
        }

        return longest;
    }

    /// <summary>What each package costs over an analyzer that does nothing, on the same files, and how often our cost that is.</summary>
    private static void SideBySide(string share, Compilation shared)
    {
        Console.WriteLine($"Side by side, {shared.SyntaxTrees.Count()} files, {share} of them with sockets");
        var nothing = new List<double>();
        var graphs = new List<double>();
        var mine = new List<double>();
        var others = Analyzers.Others().Select(other => (other, Times: new List<double>())).ToList();
        Interleave(
            Rounds,
            [
                (nothing, () => Analyzers.Run(shared, Analyzers.Empty)),
                (graphs, () => Analyzers.Run(shared, Analyzers.Graphs)),
                (mine, () => Analyzers.Run(shared, Analyzers.Ours)),
                .. others.Select(pair => (pair.Times, new Func<int>(() => Analyzers.Run(shared, pair.other.Analyzers, pair.other.Enabled)))),
            ]);
        var own = Math.Max(1, Median(mine) - Median(nothing));
        Console.WriteLine($"  {"WorkersSockets.Analyzers",-46} {own,7:0} ms over nothing");
        Console.WriteLine($"  {"The compiler's graphs of every body alone",-46} {Median(graphs) - Median(nothing),7:0} ms over nothing");
        foreach (var (other, times) in others)
        {
            var over = Median(times) - Median(nothing);
            Console.WriteLine($"  {other.Name,-46} {over,7:0} ms over nothing, {over / own:0.0} times ours");
        }
    }

    /// <summary>Edits one file of a project again and again, as in an editor, and says what stays in memory.</summary>
    private static void Memory()
    {
        var start = Sources.Files(200, 10);
        var compilation = start;
        var sizes = new List<long>();
        for (var edit = 0; edit <= 60; edit++)
        {
            var tree = compilation.SyntaxTrees[0];
            var changed = tree.WithChangedText(SourceText.From(start.SyntaxTrees[0].GetText() + $"\n// Edit {edit}"));
            compilation = compilation.ReplaceSyntaxTree(tree, changed);
            Analyzers.Run(compilation, Analyzers.Ours);
            if (edit is 20 or 60)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                sizes.Add(GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        Console.WriteLine($"Memory after 20 edits {sizes[0] / 1048576.0:0.0} MB, after 60 edits {sizes[1] / 1048576.0:0.0} MB");
        GC.KeepAlive(compilation);
    }

    private static void Scale(int[] sizes, Func<int, Compilation> make, string unit)
    {
        var first = 0.0;
        foreach (var size in sizes)
        {
            var compilation = make(size);
            var (empty, graphs, ours) = (new List<double>(), new List<double>(), new List<double>());
            Interleave(
                3,
                (empty, () => Analyzers.Run(compilation, Analyzers.Empty)),
                (graphs, () => Analyzers.Run(compilation, Analyzers.Graphs)),
                (ours, () => Analyzers.Run(compilation, Analyzers.Ours)));
            var each = Math.Max(0.001, Median(ours) - Median(graphs)) / size;
            first = first == 0 ? each : first;
            Console.WriteLine(
                $"  {size,6} {unit}: empty {Median(empty),7:0} ms, the compiler's graphs alone {Median(graphs),7:0} ms, ours {Median(ours),7:0} ms; each {each * 1000:0} µs over the graphs, {each / first:0.00} times the first line's");
        }
    }

    private static void Interleave(int rounds, params (List<double> Times, Func<int> Run)[] cases)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (times, run) in cases)
            {
                GC.Collect();
                var before = Process.GetCurrentProcess().TotalProcessorTime;
                if (run() < 0)
                {
                    throw new InvalidOperationException("An analyzer failed.");
                }

                times.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds);
            }
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
