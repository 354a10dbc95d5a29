using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>A loop that reads chunks from a Workers socket and does nothing else than to use their bytes.</summary>
/// <param name="Socket">The socket's expression.</param>
/// <param name="End">Where it ends.</param>
/// <param name="First">A first read in front of the loop.</param>
internal sealed record ChunkLoop(string Socket, MessageEnd End, LocalDeclarationStatementSyntax? First)
{
    /// <summary>The loop that a condition and the statements beside the use make, or null.</summary>
    /// <param name="bytes">The expression of the bytes in the use.</param>
    /// <param name="text">The variable that the text goes to, where it is one.</param>
    public static ChunkLoop? Of(ExpressionSyntax condition, IReadOnlyList<StatementSyntax> rest, StatementSyntax loop, string bytes, string? text)
    {
        // while (await socket.ReadAsync() is { Done: false } chunk)
        if (rest.Count == 0 && condition is IsPatternExpressionSyntax { Expression: AwaitExpressionSyntax read, Pattern: RecursivePatternSyntax { Designation: SingleVariableDesignationSyntax chunk } pattern }
            && pattern.PropertyPatternClause?.ToString().Replace(" ", "") == "{Done:false}")
        {
            return bytes == $"{chunk.Identifier}.Bytes" ? Create(read, MessageEnd.Close, null) : null;
        }

        // var chunk = await socket.ReadAsync(); while (!chunk.Done) { …; chunk = await socket.ReadAsync(); }
        if (rest.Count == 1 && rest[0] is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax again, Right: AwaitExpressionSyntax next } }
            && condition.ToString() == $"!{again}.Done" && bytes == $"{again}.Bytes"
            && loop.Parent is BlockSyntax block && block.Statements.IndexOf(loop) is > 0 and var index
            && block.Statements[index - 1] is LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } firsts } first
            && firsts[0].Identifier.ValueText == again.Identifier.ValueText && firsts[0].Initializer?.Value is AwaitExpressionSyntax start && start.ToString() == next.ToString()
            && !block.Statements.Skip(index + 1).SelectMany(statement => statement.DescendantNodes()).OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == again.Identifier.ValueText))
        {
            return Create(next, MessageEnd.Close, first);
        }

        // while (true) { var chunk = await socket.ReadAsync(); if (chunk.Done) break; … }
        if (rest.Count != 2 || rest[1] is not IfStatementSyntax { Else: null } exit
            || (exit.Statement is BlockSyntax { Statements: { Count: 1 } only } ? only[0] : exit.Statement) is not BreakStatementSyntax
            || EndOf(condition, text) is not { } end)
        {
            return null;
        }

        return rest[0] switch
        {
            LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } when variables[0].Initializer?.Value is AwaitExpressionSyntax value
                && exit.Condition.ToString() == $"{variables[0].Identifier}.Done" && bytes == $"{variables[0].Identifier}.Bytes" => Create(value, end, null),
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax { Variables: { Count: 2 } parts } }, Right: AwaitExpressionSyntax value } }
                when exit.Condition.ToString() == parts[0].ToString() && bytes == parts[1].ToString() => Create(value, end, null),
            _ => null,
        };
    }

    /// <summary>The loop ends with the stream, or where the text holds a line end.</summary>
    private static MessageEnd? EndOf(ExpressionSyntax condition, string? text)
    {
        if (condition.IsKind(SyntaxKind.TrueLiteralExpression))
        {
            return MessageEnd.Close;
        }

        return text is not null
            && condition is PrefixUnaryExpressionSyntax
            {
                RawKind: (int)SyntaxKind.LogicalNotExpression,
                Operand: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Contains" or "EndsWith" } search, ArgumentList.Arguments: { Count: > 0 } arguments },
            }
            && search.Expression.ToString() == text && arguments[0].Expression is LiteralExpressionSyntax { Token.ValueText: "\n" or "\r\n" }
            ? MessageEnd.Line
            : null;
    }

    private static ChunkLoop? Create(AwaitExpressionSyntax read, MessageEnd end, LocalDeclarationStatementSyntax? first) =>
        read.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ReadAsync" } access }
            ? new ChunkLoop(access.Expression.ToString(), end, first)
            : null;
}
