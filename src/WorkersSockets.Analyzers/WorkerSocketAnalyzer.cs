using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Rules;

namespace WorkersSockets.Analyzers;

/// <summary>The one analyzer of the package: gates, runs the flow once a body, and hands it to every rule.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WorkerSocketAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => RuleCatalog.Descriptors;

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext context)
    {
        var models = UserModels.Read(context.Options.AdditionalFiles, context.CancellationToken, context.Compilation);
        var catalog = BuiltInModels.CreateCatalog(context.Compilation, models);
        if (catalog is null)
        {
            return;
        }

        var configuration = ProjectConfiguration.Read(context.Options, models.Problems, context.CancellationToken);
        ConfigurationUnreadable.Register(context, configuration);
        var compilation = new SocketCompilation(context.Compilation, catalog, configuration);
        context.RegisterOperationBlockAction(block => Analyze(compilation, block));
        context.RegisterOperationBlockAction(new MarkedFiles(compilation).Analyze);
    }

    private static void Analyze(SocketCompilation compilation, OperationBlockAnalysisContext context)
    {
        foreach (var root in context.OperationBlocks)
        {
            if (!compilation.Gate.MayConcern(root.Syntax.SyntaxTree, context.CancellationToken))
            {
                continue;
            }

            if (SocketFlow.Create(compilation, context.OwningSymbol, root, context.CancellationToken) is not { } flow)
            {
                continue;
            }

            var body = new BodyContext(
                compilation, flow, compilation.OptionsFor(root.Syntax.SyntaxTree), context.ReportDiagnostic, context.CancellationToken);
            foreach (var rule in AllRules.Ordered)
            {
                rule.Analyze(body);
            }
        }
    }
}
