using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Rules;

/// <summary>
/// Runs the rules that read bodies without a socket too, in those files only whose text holds one of the rule's words: one scan of a
/// file's characters decides for all of its bodies.
/// </summary>
internal sealed class MarkedFiles(SocketCompilation compilation)
{
    private readonly ImmutableArray<SocketRule> rules = AllRules.Ordered.Where(rule => !rule.FileMarks.IsEmpty).ToImmutableArray();
    private readonly ConcurrentDictionary<SyntaxTree, ImmutableArray<SocketRule>> rulesByTree = new();

    public void Analyze(OperationBlockAnalysisContext context)
    {
        foreach (var root in context.OperationBlocks)
        {
            var tree = root.Syntax.SyntaxTree;
            if (!rulesByTree.TryGetValue(tree, out var wanted))
            {
                wanted = rulesByTree.GetOrAdd(tree, Select(tree.GetText(context.CancellationToken)));
            }

            if (wanted.IsEmpty)
            {
                continue;
            }

            var body = new OperationRootContext(compilation, context.OwningSymbol, root, context.ReportDiagnostic, context.CancellationToken);
            foreach (var rule in wanted)
            {
                rule.AnalyzeRoot(body);
            }
        }
    }

    private ImmutableArray<SocketRule> Select(SourceText text)
    {
        var content = text.ToString();
        return rules.Where(rule => rule.FileMarks.Any(mark => content.IndexOf(mark, StringComparison.Ordinal) >= 0)).ToImmutableArray();
    }
}
