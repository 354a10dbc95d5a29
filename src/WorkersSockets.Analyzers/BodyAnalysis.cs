using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Rules;

namespace WorkersSockets.Analyzers;

/// <summary>
/// Looks at each body of a compilation: refuses it by its file, gets its operations, runs the flow once, and hands it to every rule.
/// Works on code blocks and not on operation blocks, so that files without sockets are never bound for it.
/// </summary>
internal sealed class BodyAnalysis(SocketCompilation compilation)
{
    public void Analyze(CodeBlockAnalysisContext context)
    {
        var tree = context.CodeBlock.SyntaxTree;
        compilation.Files.TryGetValue(tree, out var facts);
        var mayConcern = compilation.Gate.MayConcern(tree, context.CancellationToken);
        if (!mayConcern && facts is null or { MarkedRules.IsEmpty: true })
        {
            return;
        }

        try
        {
            Analyze(context, facts, mayConcern);
        }
        catch (InsufficientExecutionStackException)
        {
            // Code that is nested deeper than the stack goes. The compiler refuses most of it too; a body like that is not judged.
            return;
        }
    }

    private void Analyze(CodeBlockAnalysisContext context, FileFacts? facts, bool mayConcern)
    {
        var tree = context.CodeBlock.SyntaxTree;
        foreach (var root in Roots(context.CodeBlock, context.SemanticModel, context.CancellationToken))
        {
            if (facts is { MarkedRules.IsEmpty: false })
            {
                var marked = new OperationRootContext(compilation, context.OwningSymbol, root, context.ReportDiagnostic, context.CancellationToken);
                foreach (var rule in facts.MarkedRules)
                {
                    rule.AnalyzeRoot(marked);
                }
            }

            if (mayConcern && SocketFlow.Create(compilation, context.OwningSymbol, root, context.CancellationToken) is { } flow)
            {
                var body = new BodyContext(compilation, flow, compilation.OptionsFor(tree), context.ReportDiagnostic, context.CancellationToken);
                foreach (var rule in AllRules.Ordered)
                {
                    rule.Analyze(body);
                }
            }
        }
    }

    /// <summary>The operations of a member's body, or of its initializer.</summary>
    private static IEnumerable<IOperation> Roots(SyntaxNode block, SemanticModel model, CancellationToken cancellationToken)
    {
        var nodes = block switch
        {
            BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => (SyntaxNode?)variable.Initializer),
            VariableDeclaratorSyntax variable => new SyntaxNode?[] { variable.Initializer },
            PropertyDeclarationSyntax property => new SyntaxNode?[] { property.Initializer, property.ExpressionBody },
            IndexerDeclarationSyntax indexer => new SyntaxNode?[] { indexer.ExpressionBody },
            _ => new SyntaxNode?[] { block },
        };
        foreach (var node in nodes)
        {
            if (node is not null && model.GetOperation(node, cancellationToken) is { } root)
            {
                yield return root;
            }
        }
    }
}
