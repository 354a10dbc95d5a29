using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.EndToEnd.Compilers;

// What the compiler's command line does, as far as a build with analyzers needs it; source generators are left out.
var arguments = CSharpCommandLineParser.Default.Parse(args, Environment.CurrentDirectory, RuntimeEnvironment.GetRuntimeDirectory());
var printed = new DiagnosticPrinter();
printed.Print(arguments.Errors);

var configs = AnalyzerConfigSet.Create(
    arguments.AnalyzerConfigPaths.Select(path => AnalyzerConfig.Parse(File.ReadAllText(path), path)).ToList(), out var configErrors);
printed.Print(configErrors);

var trees = arguments.SourceFiles.Select(file => CSharpSyntaxTree.ParseText(Text(file.Path), arguments.ParseOptions, file.Path)).ToList();
var options = arguments.CompilationOptions.WithSyntaxTreeOptionsProvider(new Severities(configs));
var compilation = CSharpCompilation.Create(
    arguments.CompilationName ?? Path.GetFileNameWithoutExtension(arguments.OutputFileName),
    trees,
    arguments.MetadataReferences.Select(reference => MetadataReference.CreateFromFile(reference.Reference, reference.Properties)),
    options);

var loader = new AnalyzerLoader();
var analyzers = ImmutableArray.CreateBuilder<DiagnosticAnalyzer>();
foreach (var path in arguments.AnalyzerReferences.Select(reference => Path.GetFullPath(reference.FilePath)))
{
    var reference = new AnalyzerFileReference(path, loader);
    reference.AnalyzerLoadFailed += (_, failure) => printed.PrintLoadFailure(path, failure);
    analyzers.AddRange(reference.GetAnalyzers(LanguageNames.CSharp));
}

ImmutableArray<Diagnostic> diagnostics;
if (analyzers.Count == 0)
{
    diagnostics = compilation.GetDiagnostics();
}
else
{
    var additional = arguments.AdditionalFiles.Select(file => (AdditionalText)new AdditionalFile(file.Path)).ToImmutableArray();
    var run = compilation.WithAnalyzers(analyzers.ToImmutable(), new AnalyzerOptions(additional, new ConfigOptionsProvider(configs)));
    diagnostics = await run.GetAllDiagnosticsAsync();
}

printed.Print(diagnostics);
if (printed.HasErrors)
{
    return 1;
}

Directory.CreateDirectory(arguments.OutputDirectory);
using (var assembly = File.Create(Path.Combine(arguments.OutputDirectory, arguments.OutputFileName!)))
using (var symbols = arguments.EmitPdb && arguments.EmitOptions.DebugInformationFormat == Microsoft.CodeAnalysis.Emit.DebugInformationFormat.PortablePdb
    ? File.Create(arguments.PdbPath ?? Path.ChangeExtension(Path.Combine(arguments.OutputDirectory, arguments.OutputFileName!), ".pdb"))
    : null)
{
    printed.Print(compilation.Emit(assembly, symbols, options: arguments.EmitOptions, manifestResources: arguments.ManifestResources).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
}

if (arguments.OutputRefFilePath is { } referencePath)
{
    Directory.CreateDirectory(Path.GetDirectoryName(referencePath)!);
    using var referenceAssembly = File.Create(referencePath);
    compilation.Emit(referenceAssembly, options: new(metadataOnly: true, includePrivateMembers: false));
}

return printed.HasErrors ? 1 : 0;

static SourceText Text(string path)
{
    using var stream = File.OpenRead(path);
    return SourceText.From(stream, canBeEmbedded: true);
}
