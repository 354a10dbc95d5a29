using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Benchmarks;

if (args is ["quick", ..])
{
    Quick.Run();
}
else if (args is ["rules", ..])
{
    RuleBudget.Run();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Costs).Assembly).Run(args);
}

namespace WorkersSockets.Analyzers.Benchmarks
{
    /// <summary>2,000 files without sockets, with few, and 300 with many.</summary>
    [MemoryDiagnoser]
    public class Costs
    {
        private Compilation compilation = null!;

        /// <summary>One file in how many works with sockets; 0 for none.</summary>
        [Params(0, 100, 1)]
        public int Every { get; set; }

        [GlobalSetup]
        public void Setup() => compilation = Sources.Files(Every == 1 ? 300 : 2000, Every);

        [Benchmark(Baseline = true)]
        public int Empty() => Analyzers.Run(compilation, Analyzers.Empty);

        [Benchmark]
        public int Ours() => Analyzers.Run(compilation, Analyzers.Ours);
    }

    /// <summary>One long body.</summary>
    [MemoryDiagnoser]
    public class Bodies
    {
        private Compilation compilation = null!;

        [Params(1000, 5000, 20000)]
        public int Statements { get; set; }

        [GlobalSetup]
        public void Setup() => compilation = Sources.Body(Statements);

        [Benchmark(Baseline = true)]
        public int Empty() => Analyzers.Run(compilation, Analyzers.Empty);

        [Benchmark]
        public int Ours() => Analyzers.Run(compilation, Analyzers.Ours);
    }

    /// <summary>Summaries of helpers, deep and wide.</summary>
    [MemoryDiagnoser]
    public class Summaries
    {
        private Compilation compilation = null!;

        [Params(50, 200, 800)]
        public int Count { get; set; }

        [Params(true, false)]
        public bool IsDeep { get; set; }

        [GlobalSetup]
        public void Setup() => compilation = Sources.Helpers(Count, IsDeep);

        [Benchmark(Baseline = true)]
        public int Empty() => Analyzers.Run(compilation, Analyzers.Empty);

        [Benchmark]
        public int Ours() => Analyzers.Run(compilation, Analyzers.Ours);
    }

    /// <summary>Beside other packages on the same sources.</summary>
    public class SideBySide
    {
        private readonly Compilation compilation = Sources.Files(200, 4);

        public IEnumerable<string> Names => ["nothing", "WorkersSockets.Analyzers", .. Analyzers.Others().Select(other => other.Name)];

        [ParamsSource(nameof(Names))]
        public string Name { get; set; } = "";

        [Benchmark]
        public int Analyze() => Name switch
        {
            "nothing" => Analyzers.Run(compilation, Analyzers.Empty),
            "WorkersSockets.Analyzers" => Analyzers.Run(compilation, Analyzers.Ours),
            _ => Analyzers.Others().Where(other => other.Name == Name).Select(other => Analyzers.Run(compilation, other.Analyzers, other.Enabled)).Single(),
        };
    }
}
