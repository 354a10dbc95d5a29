using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Writes the body of a handler that stands in one line, or is an expression, as a block with a <c>try</c> in it.</summary>
internal static class HandlerBlock
{
    /// <summary>False, and no edit, where the body can't be awaited in.</summary>
    public static bool TryWrite(
        SourceEdits edits, SemanticModel model, SyntaxNode function, string clause, string answer, MappedResult? mapped, CancellationToken cancellationToken)
    {
        var (block, arrow, expression) = function switch
        {
            MethodDeclarationSyntax method => (method.Body, method.ExpressionBody?.ArrowToken, method.ExpressionBody?.Expression),
            LocalFunctionStatementSyntax local => (local.Body, local.ExpressionBody?.ArrowToken, local.ExpressionBody?.Expression),
            LambdaExpressionSyntax lambda => (lambda.Block, lambda.ArrowToken, lambda.ExpressionBody),
            _ => ((BlockSyntax?)null, (SyntaxToken?)null, (ExpressionSyntax?)null),
        };
        if (function.ContainsDirectives || (block is null ? expression is null : block.DescendantTrivia().Any(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia))))
        {
            return false;
        }

        var isAsync = AsyncMethods.IsInAsync(block is null ? expression! : block.Statements[0]);
        var awaits = !isAsync && ReturnsTask(model, function, cancellationToken);
        if (awaits && block is not null)
        {
            return false;
        }

        string Value(ExpressionSyntax value, bool isAwaited) => (isAwaited ? "await " : "") + value is var text && mapped is not null ? mapped.Wrap(value, text) : text;

        var lines = block is null
            ? (ReturnsValue(model, function, cancellationToken) ? $"return {Value(expression!, awaits)};" : $"{Value(expression!, awaits)};")
            : string.Join("\n", block.Statements.Select(statement => statement is ReturnStatementSyntax { Expression: { } returned } ? $"return {Value(returned, false)};" : statement.ToString()));
        if (lines.Contains('\n') && block is null)
        {
            // An expression of several lines keeps its own indentation.
            return false;
        }

        if (awaits)
        {
            AsyncMethods.AddAsync(edits, function);
        }

        var layout = edits.Layout;
        var statement = function is LambdaExpressionSyntax ? function.FirstAncestorOrSelf<StatementSyntax>() : null;
        var indent = (statement is null ? null : OneLineBlocks.TrySpread(edits, statement)) ?? SourceLayout.IndentOf(edits.Text, function);
        var text = $"try\n{{\n{Stepped(lines)}\n}}\n{clause}\n{{\n{Stepped(answer)}\n}}";
        var body = layout.OpenBlock(indent) + layout.Indent(text, indent + layout.Step) + layout.NewLine + indent + "}";
        var start = function is LambdaExpressionSyntax || block is not null ? (block is null ? arrow!.Value.Span.End : block.GetFirstToken().GetPreviousToken().Span.End) : arrow!.Value.GetPreviousToken().Span.End;
        var end = block?.Span.End ?? (function is LambdaExpressionSyntax ? expression!.Span.End : function.GetLastToken().Span.End);
        edits.Replace(TextSpan.FromBounds(start, end), body);
        return true;
    }

    /// <summary>Whether a function returns a task, with or without a result.</summary>
    public static bool ReturnsTask(SemanticModel model, SyntaxNode function, CancellationToken cancellationToken) =>
        KnownCalls.IsTask(SymbolOf(model, function, cancellationToken)?.ReturnType);

    private static bool ReturnsValue(SemanticModel model, SyntaxNode function, CancellationToken cancellationToken) =>
        SymbolOf(model, function, cancellationToken) is { ReturnType: var type } && Handlers.Unwrapped(type) is not null;

    private static IMethodSymbol? SymbolOf(SemanticModel model, SyntaxNode function, CancellationToken cancellationToken) =>
        (function is AnonymousFunctionExpressionSyntax ? model.GetSymbolInfo(function, cancellationToken).Symbol : model.GetDeclaredSymbol(function, cancellationToken)) as IMethodSymbol;

    private static string Stepped(string lines) => "    " + lines.Replace("\n", "\n    ");
}
