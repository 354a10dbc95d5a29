using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>The parts of a projection that starts work: <c>await Task.WhenAll(hosts.Select(ProbeAsync).ToList())</c>.</summary>
internal static class FanOutSyntax
{
    /// <summary>The <c>Task.WhenAll</c> call whose only argument the projection is, also through ToList or ToArray.</summary>
    public static InvocationExpressionSyntax? Join(ExpressionSyntax projection) =>
        Outer(projection).Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Arguments.Count: 1, Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" or "WaitAll" } } join } } ? join : null;

    public static ExpressionSyntax Outer(ExpressionSyntax projection)
    {
        var current = projection;
        while (true)
        {
            switch (current.Parent)
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    current = parenthesized;
                    break;
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToList" or "ToArray", Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } materialized } access when access.Expression == current:
                    current = materialized;
                    break;
                default:
                    return current;
            }
        }
    }

    /// <summary>
    /// What is cut into batches: the sequence that is projected, or, for a projection with an index or a query, the lazy projection
    /// itself, which starts its tasks as the batches are asked for.
    /// </summary>
    public static (ExpressionSyntax? Receiver, ExpressionSyntax? Lazy)? Source(ExpressionSyntax projection) => projection switch
    {
        QueryExpressionSyntax => (null, projection),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "SelectMany" }, ArgumentList.Arguments: { Count: 1 } arguments } when arguments[0].Expression is LambdaExpressionSyntax { ExpressionBody: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Select" } } } =>
            (null, projection),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Select", Expression: var receiver }, ArgumentList.Arguments: { Count: 1 } arguments } =>
            arguments[0].Expression is ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters.Count: > 1 } ? (null, projection) : (receiver, null),
        _ => null,
    };

    public static AwaitExpressionSyntax? Awaited(ExpressionSyntax join) => join.Parent switch
    {
        AwaitExpressionSyntax awaited => awaited,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax { Parent: AwaitExpressionSyntax awaited } } => awaited,
        _ => null,
    };

    /// <summary>The sequence in one line, for the head of the loop; null where it has none.</summary>
    public static string? SequenceText((ExpressionSyntax? Receiver, ExpressionSyntax? Lazy) source, ExpressionSyntax projection)
    {
        var sequence = source.Lazy is null ? source.Receiver! : projection;
        if (sequence.DescendantTrivia().Any(trivia => trivia.IsDirective || trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)))
        {
            return null;
        }

        var lines = sequence.ToString().Split('\n').Select(line => line.Trim()).ToList();
        var text = lines.Skip(1).Aggregate(lines[0], (whole, line) => line.StartsWith(".", StringComparison.Ordinal) || whole.EndsWith("(", StringComparison.Ordinal) ? whole + line : $"{whole} {line}");
        return lines.Count > 1 && (text.Length > 100 || text.Contains('{') || text.Contains("\"\"\"")) ? null
            : source.Lazy is QueryExpressionSyntax ? $"({text})"
            : text;
    }

    /// <summary>Puts the batch in the place of the sequence.</summary>
    public static void ReplaceSource(SourceEdits edits, ExpressionSyntax projection, (ExpressionSyntax? Receiver, ExpressionSyntax? Lazy) source, string batch)
    {
        if (source.Lazy is not null)
        {
            edits.Replace(Outer(projection), batch);
        }
        else if (projection is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { OperatorToken: var dot } })
        {
            edits.Replace(TextSpan.FromBounds(source.Receiver!.SpanStart, dot.SpanStart), batch);
        }
    }

    /// <summary>Whether nothing but a comment stands behind the statement on its line.</summary>
    public static bool IsLast(SourceEdits edits, StatementSyntax statement) =>
        statement.GetLastToken().GetNextToken() is var next && (next.IsKind(SyntaxKind.None) || next.SpanStart >= edits.Text.Lines.GetLineFromPosition(statement.Span.End).End);

    /// <summary>A line that begins with the <c>.Select</c> which now follows the batch.</summary>
    public static bool IsDotLine(ExpressionSyntax projection, int number, SourceEdits edits) =>
        projection is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { OperatorToken: var dot } }
        && edits.Text.Lines.GetLineFromPosition(dot.SpanStart).LineNumber == number && SourceLayout.StartsLine(edits.Text, dot.SpanStart);

    /// <summary>The type of the tasks that a projection yields.</summary>
    public static string? TaskOf(SemanticModel model, ExpressionSyntax projection, CancellationToken cancellationToken) =>
        model.GetTypeInfo(projection, cancellationToken).Type is INamedTypeSymbol { TypeArguments.Length: 1 } sequence
        && sequence.TypeArguments[0] is INamedTypeSymbol { Name: "Task", ContainingNamespace.Name: "Tasks" } task
        && !task.TypeArguments.Any(result => result.IsAnonymousType)
            ? task.ToMinimalDisplayString(model, projection.SpanStart)
            : null;

    /// <summary>The element type of the results; null for tasks without one.</summary>
    public static string? ResultOf(SemanticModel model, ExpressionSyntax join, CancellationToken cancellationToken) =>
        model.GetTypeInfo(join, cancellationToken).Type is INamedTypeSymbol { TypeArguments.Length: 1 } task && task.TypeArguments[0] is IArrayTypeSymbol { ElementType: { IsAnonymousType: false } element }
            ? element.ToMinimalDisplayString(model, join.SpanStart)
            : null;

    public static bool HasChunk(Compilation compilation) => compilation.GetTypeByMetadataName("System.Linq.Enumerable")?.GetMembers("Chunk").IsEmpty == false;
}
