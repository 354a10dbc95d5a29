using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Rules;

/// <summary>Option values, models and wrangler files that cannot be read. Not about a body: it reads the project's configuration.</summary>
internal sealed class ConfigurationUnreadable : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.ConfigurationUnreadable, RuleCatalog.OptionUnreadable);

    public static void Register(CompilationStartAnalysisContext context, ProjectConfiguration configuration)
    {
        if (!configuration.Problems.IsEmpty)
        {
            context.RegisterAdditionalFileAction(file =>
            {
                foreach (var problem in configuration.Problems.Where(problem => problem.Location.GetLineSpan().Path == file.AdditionalFile.Path))
                {
                    file.ReportDiagnostic(Diagnostic.Create(RuleCatalog.ConfigurationUnreadable, problem.Location, problem.Message));
                }
            });
        }

        // Options come with the trees. An analyzer is not told in which file a value stands, so there is no place to point at.
        var options = context.Compilation.SyntaxTrees.SelectMany(tree => configuration.OptionsFor(tree).Problems).Distinct().ToList();
        if (options.Count == 0)
        {
            // An action at the end would have the driver bind every file of a project that has no socket.
            return;
        }

        context.RegisterCompilationEndAction(end =>
        {
            foreach (var problem in options)
            {
                end.ReportDiagnostic(Diagnostic.Create(
                    RuleCatalog.OptionUnreadable, Location.None, problem.Key, problem.Value, problem.Expected, problem.Consequence));
            }
        });
    }
}
