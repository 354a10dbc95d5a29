using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>
/// A loop that only starts work which nothing waits for becomes a parallel loop with a degree that nothing waits for either:
/// <c>foreach (var host in hosts) { _ = PingAsync(host); }</c>.
/// </summary>
internal static class ForgottenLoops
{
    public static bool TryBound(SourceEdits edits, SemanticModel model, ExpressionSyntax found, string limit, CancellationToken cancellationToken)
    {
        if (found is not InvocationExpressionSyntax call
            || (call.Parent is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } discarded ? discarded.Parent : call.Parent) is not ExpressionStatementSyntax statement
            || (statement.Parent is BlockSyntax { Statements.Count: 1 } block ? block.Parent : statement.Parent) is not ForEachStatementSyntax loop
            || loop.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword)
            || loop.DescendantTrivia().Any(trivia => trivia.IsDirective || trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
            || call.ToString().Contains('\n')
            || model.GetTypeInfo(call, cancellationToken).Type is not { Name: "Task", ContainingNamespace.Name: "Tasks" }
            || model.Compilation.GetTypeByMetadataName("System.Threading.Tasks.Parallel")?.GetMembers("ForEachAsync").IsEmpty != false
            || model.GetTypeInfo(loop.Expression, cancellationToken).Type is not { } sequence)
        {
            return false;
        }

        // The loop goes on when the caller has the list back: it gets one of its own.
        var items = sequence is IArrayTypeSymbol || sequence.Name.StartsWith("Immutable", StringComparison.Ordinal) ? loop.Expression.ToString() : $"{Receiver(loop.Expression)}.ToList()";
        if (sequence is not IArrayTypeSymbol)
        {
            Imports.Ensure(edits, model, loop.SpanStart, "System.Linq");
        }

        Imports.Ensure(edits, model, loop.SpanStart, "System.Threading.Tasks");
        edits.Replace(loop, $"_ = Parallel.ForEachAsync({items}, new ParallelOptions {{ MaxDegreeOfParallelism = {limit} }}, async ({loop.Identifier.Text}, _) => await {call});");
        return true;
    }

    private static string Receiver(ExpressionSyntax expression) =>
        expression is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax ? expression.ToString() : $"({expression})";
}
