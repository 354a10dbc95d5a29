using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Rules;

namespace WorkersSockets.Analyzers;

/// <summary>The one analyzer of the package: gates, runs the flow once a body, and hands it to every rule.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WorkerSocketAnalyzer : DiagnosticAnalyzer
{
    private readonly FileScanner scanner = new();

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => RuleCatalog.Descriptors;

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(Start);
    }

    private void Start(CompilationStartAnalysisContext context)
    {
        var models = UserModels.Read(context.Options.AdditionalFiles, context.CancellationToken, context.Compilation);
        var catalog = BuiltInModels.CreateCatalog(context.Compilation, models);
        if (catalog is null)
        {
            return;
        }

        var configuration = ProjectConfiguration.Read(context.Options, models.Problems, context.CancellationToken);
        ConfigurationUnreadable.Register(context, configuration);

        FileFacts? Remembered(SourceText text) => context.TryGetValue(text, scanner.Provider, out var facts) ? facts : null;
        if (scanner.Scan(context.Compilation, catalog, Remembered, context.CancellationToken) is not { } files)
        {
            return;
        }

        context.RegisterCodeBlockAction(new BodyAnalysis(new SocketCompilation(context.Compilation, catalog, configuration, files)).Analyze);
    }
}
