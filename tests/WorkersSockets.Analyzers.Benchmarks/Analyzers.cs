using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WorkersSockets.Analyzers.Benchmarks;

/// <summary>Sets of analyzers, and how to run them over a compilation that nothing has bound yet.</summary>
internal static class Analyzers
{
    /// <summary>Asks for nothing, so that the driver binds nothing.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Idle { get; } = [new EmptyAnalyzer(visits: false)];

    /// <summary>Is shown every body and does nothing with it: what the compiler pays anyway.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Empty { get; } = [new EmptyAnalyzer(visits: true)];

    /// <summary>Asks for the control-flow graph of every body: what any analysis of flow pays before it does anything.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Graphs { get; } = [new GraphAnalyzer()];

    public static ImmutableArray<DiagnosticAnalyzer> Ours { get; } = [new WorkerSocketAnalyzer()];

    /// <summary>The analyzers of packages that look at similar things; only those that this feed had.</summary>
    public static IEnumerable<(string Name, ImmutableArray<DiagnosticAnalyzer> Analyzers, string[] Enabled)> Others()
    {
        var root = typeof(Analyzers).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "PackageRoot").Value!;
        foreach (var (name, folder, enabled) in new (string, string, string[])[]
        {
            ("NetAnalyzers: CA2000", "microsoft.codeanalysis.netanalyzers", ["CA2000"]),
            ("NetAnalyzers: CA2000, CA2022, CA5359", "microsoft.codeanalysis.netanalyzers", ["CA2000", "CA2022", "CA5359"]),
            ("IDisposableAnalyzers", "idisposableanalyzers", []),
            ("Meziantou.Analyzer", "meziantou.analyzer", []),
            ("Roslynator.Analyzers", "roslynator.analyzers", []),
        })
        {
            var path = Path.Combine(root, folder);
            if (!Directory.Exists(path) || Directory.GetDirectories(path).Order(StringComparer.Ordinal).LastOrDefault() is not { } version)
            {
                continue;
            }

            // A package has an assembly for each Roslyn that it supports: the newest one that loads here.
            var files = Directory.GetFiles(version, "*.dll", SearchOption.AllDirectories)
                .Where(file => file.Contains("analyzers", StringComparison.Ordinal) && !file.Contains(".resources.", StringComparison.Ordinal) && !file.Contains("VisualBasic", StringComparison.Ordinal) && !file.Contains("/vb/", StringComparison.Ordinal))
                .GroupBy(Path.GetFileName).Select(group => group.Where(file => !file.Contains("roslyn5", StringComparison.Ordinal) || file.Contains("roslyn5.0", StringComparison.Ordinal)).Order(StringComparer.Ordinal).LastOrDefault()).OfType<string>().ToList();
            var analyzers = files.SelectMany(Load).Where(analyzer => enabled.Length == 0 || analyzer.SupportedDiagnostics.Any(descriptor => enabled.Contains(descriptor.Id))).ToImmutableArray();
            if (!analyzers.IsEmpty)
            {
                yield return ($"{name} {Path.GetFileName(version)}", analyzers, enabled);
            }
        }
    }

    public static int Run(Compilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers, params string[] enabled) =>
        RunAsync(compilation, analyzers, CancellationToken.None, enabled).GetAwaiter().GetResult();

    /// <summary>How many finds there are; less than 0 where an analyzer failed.</summary>
    public static async Task<int> RunAsync(Compilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellationToken, params string[] enabled)
    {
        var options = compilation.Options.WithSpecificDiagnosticOptions(enabled.ToDictionary(id => id, _ => ReportDiagnostic.Warn));
        var failures = 0;
        var found = await compilation.WithOptions(options).Clone()
            .WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (_, _, _) => failures++, concurrentAnalysis: false, logAnalyzerExecutionTime: false))
            .GetAnalyzerDiagnosticsAsync(cancellationToken);
        return failures > 0 ? -failures : found.Length;
    }

    private static IEnumerable<DiagnosticAnalyzer> Load(string file)
    {
        Type?[] types;
        try
        {
            types = Assembly.LoadFrom(file).GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            types = exception.Types;
        }
        catch (BadImageFormatException)
        {
            return [];
        }

        return types.OfType<Type>()
            .Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && type.GetConstructor(Type.EmptyTypes) is not null
                && type.GetCustomAttribute<DiagnosticAnalyzerAttribute>()?.Languages.Contains(LanguageNames.CSharp) == true)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!);
    }

    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class EmptyAnalyzer(bool visits) : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
            [new DiagnosticDescriptor("EMPTY", "Empty", "Empty", "Measurement", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            if (visits)
            {
                context.RegisterCodeBlockAction(_ => { });
            }
        }
    }

    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class GraphAnalyzer : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
            [new DiagnosticDescriptor("GRAPHS", "Graphs", "Graphs", "Measurement", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterOperationBlockAction(block =>
            {
                foreach (var body in block.OperationBlocks)
                {
                    block.GetControlFlowGraph(body);
                }
            });
        }
    }
}
