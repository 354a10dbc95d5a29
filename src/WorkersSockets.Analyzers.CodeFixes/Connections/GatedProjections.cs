using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>
/// Lets only as many bodies of a projection run at a time as a semaphore has places, where the results have no type that a list could
/// be written with, or where they are taken as they come.
/// </summary>
internal static class GatedProjections
{
    public static bool TryGate(SourceEdits edits, SemanticModel model, ExpressionSyntax projection, string size, CancellationToken cancellationToken)
    {
        if (projection is not InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments }
            || arguments[arguments.Count - 1].Expression is not LambdaExpressionSyntax lambda
            || lambda.Modifiers.Any(SyntaxKind.StaticKeyword)
            || projection.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || !(statement is LocalDeclarationStatementSyntax or ReturnStatementSyntax or ExpressionStatementSyntax || (statement is CommonForEachStatementSyntax loop && loop.Expression.Span.Contains(projection.Span)))
            || statement.Parent is not (BlockSyntax or GlobalStatementSyntax)
            || !SourceLayout.StartsLine(edits.Text, statement.SpanStart)
            || projection.Ancestors().TakeWhile(node => node != statement).Any(node => node is AnonymousFunctionExpressionSyntax)
            || ReturnsWork(model, lambda, cancellationToken) is not { } hasResult)
        {
            return false;
        }

        var gate = UniqueNames.ForLocal(statement, "gate");
        if (!TryEnter(edits, lambda, gate, hasResult))
        {
            return false;
        }

        // Work that may go on when the method has ended still needs the semaphore; without a wait handle there is nothing to dispose of.
        var isJoined = FanOutSyntax.Join(projection) is { } join && FanOutSyntax.Awaited(join) is not null;
        Imports.Ensure(edits, model, statement.SpanStart, "System.Threading");
        return Statements.TryInsertBefore(edits, statement, $"{(isJoined ? "using " : "")}var {gate} = new SemaphoreSlim({size});");
    }

    /// <summary>Whether the work of the lambda has a result; null where the lambda does not return a <c>Task</c>.</summary>
    private static bool? ReturnsWork(SemanticModel model, LambdaExpressionSyntax lambda, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(lambda, cancellationToken).Symbol is IMethodSymbol { ReturnType: INamedTypeSymbol { Name: "Task", ContainingNamespace.Name: "Tasks" } task } ? task.IsGenericType : null;

    private static bool TryEnter(SourceEdits edits, LambdaExpressionSyntax lambda, string gate, bool hasResult)
    {
        var layout = edits.Layout;
        var isAsync = lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
        var indent = SourceLayout.IndentAt(edits.Text, lambda.SpanStart);
        var inner = indent + layout.Step;
        var head = $"{inner}await {gate}.WaitAsync();{layout.NewLine}{inner}try{layout.OpenBlock(inner)}";
        var foot = $"{inner}}}{(layout.BraceOnOwnLine ? layout.NewLine + inner : " ")}finally{layout.OpenBlock(inner)}{inner}{layout.Step}{gate}.Release();{layout.NewLine}{inner}}}{layout.NewLine}";
        if (lambda.Block is { Statements: { Count: > 0 } statements } block)
        {
            var first = edits.Text.Lines.GetLineFromPosition(block.OpenBraceToken.Span.End).LineNumber + 1;
            var last = edits.Text.Lines.GetLineFromPosition(block.CloseBraceToken.SpanStart).LineNumber - 1;
            if (!isAsync || first > last || !SourceLayout.StartsLine(edits.Text, statements[0].SpanStart) || !SourceLayout.StartsLine(edits.Text, block.CloseBraceToken.SpanStart)
                || SourceLayout.IndentOf(edits.Text, statements[0]) != inner
                || block.DescendantTokens().Any(token => token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken)))
            {
                return false;
            }

            edits.Insert(edits.Text.Lines[first].Start, head);
            for (var number = first; number <= last; number++)
            {
                if (edits.Text.Lines[number].ToString().Trim().Length > 0)
                {
                    edits.Insert(edits.Text.Lines[number].Start, layout.Step);
                }
            }

            edits.Insert(edits.Text.Lines[last].EndIncludingLineBreak, foot);
            return true;
        }

        if (lambda.ExpressionBody is not { } body || body.ToString().Contains('\n'))
        {
            return false;
        }

        var work = (isAsync, hasResult) switch
        {
            (true, true) => $"return {body};",
            (true, false) => $"{body};",
            (false, true) => $"return await {body};",
            _ => $"await {body};",
        };
        if (!isAsync)
        {
            edits.Insert(lambda.SpanStart, "async ");
        }

        edits.Replace(
            TextSpan.FromBounds(lambda.ArrowToken.Span.End, body.Span.End),
            layout.OpenBlock(indent) + head + $"{inner}{layout.Step}{work}{layout.NewLine}" + foot + indent + "}");
        return true;
    }
}
