using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.EndToEnd.Compilers;

/// <summary>Prints diagnostics in the form that a build reads.</summary>
internal sealed class DiagnosticPrinter
{
    public bool HasErrors { get; private set; }

    public void Print(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics.Where(diagnostic => !diagnostic.IsSuppressed && diagnostic.Severity >= DiagnosticSeverity.Warning))
        {
            HasErrors |= diagnostic.Severity == DiagnosticSeverity.Error;
            Console.WriteLine(diagnostic.ToString());
        }
    }

    /// <summary>The warnings that the command-line compiler gives for an analyzer that it cannot use.</summary>
    public void PrintLoadFailure(string path, AnalyzerLoadFailureEventArgs failure)
    {
        switch (failure.ErrorCode)
        {
            case AnalyzerLoadFailureEventArgs.FailureErrorCode.NoAnalyzers:
                break;
            case AnalyzerLoadFailureEventArgs.FailureErrorCode.ReferencesNewerCompiler:
                Console.WriteLine($"CSC : warning CS9057: The analyzer assembly '{path}' references a newer compiler.");
                break;
            default:
                Console.WriteLine($"CSC : warning CS8032: An analyzer of '{path}' cannot be created: {failure.Message}");
                break;
        }
    }
}

/// <summary>Loads analyzers beside the compiler; what the compiler itself is made of is shared with them.</summary>
internal sealed class AnalyzerLoader : IAnalyzerAssemblyLoader
{
    private readonly Dictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly Context context;

    public AnalyzerLoader() => context = new Context(this);

    public void AddDependencyLocation(string fullPath) => paths[Path.GetFileNameWithoutExtension(fullPath)] = fullPath;

    public Assembly LoadFromPath(string fullPath) => context.LoadFromAssemblyPath(fullPath);

    private sealed class Context(AnalyzerLoader loader) : AssemblyLoadContext
    {
        protected override Assembly? Load(AssemblyName name) =>
            Default.Assemblies.FirstOrDefault(assembly => assembly.GetName().Name == name.Name)
                ?? (File.Exists(Path.Combine(AppContext.BaseDirectory, name.Name + ".dll")) ? null
                    : loader.paths.TryGetValue(name.Name!, out var path) ? LoadFromAssemblyPath(path) : null);
    }
}

internal sealed class AdditionalFile(string path) : AdditionalText
{
    public override string Path => path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(File.ReadAllText(path));
}

/// <summary>Severities of .editorconfig files and global configs.</summary>
internal sealed class Severities(AnalyzerConfigSet configs) : SyntaxTreeOptionsProvider
{
    public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

    public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
        configs.GetOptionsForSourcePath(tree.FilePath).TreeOptions.TryGetValue(diagnosticId, out severity);

    public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
        configs.GlobalConfigOptions.TreeOptions.TryGetValue(diagnosticId, out severity);
}

/// <summary>Options of .editorconfig files and global configs.</summary>
internal sealed class ConfigOptionsProvider(AnalyzerConfigSet configs) : AnalyzerConfigOptionsProvider
{
    public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(configs.GlobalConfigOptions);

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Options(configs.GetOptionsForSourcePath(tree.FilePath));

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Options(configs.GetOptionsForSourcePath(textFile.Path));

    private sealed class Options(AnalyzerConfigOptionsResult values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.AnalyzerOptions.TryGetValue(key, out value);
    }
}
