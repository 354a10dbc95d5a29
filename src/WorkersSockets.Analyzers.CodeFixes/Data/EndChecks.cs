using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>The question whether a read gave nothing: <c>if (n == 0)</c> behind it, or <c>while ((n = stream.Read(buffer)) > 0)</c> around it.</summary>
internal static class EndChecks
{
    /// <summary>Asks for all bytes of a message instead: where fewer than <paramref name="limit"/> came, the peer has closed in the middle of it.</summary>
    public static void Widen(SourceEdits edits, ReadCall read, string limit)
    {
        if (Of(read) is { } test && GoesOn(test) is { } goesOn)
        {
            edits.Replace(TextSpan.FromBounds(test.OperatorToken.SpanStart, test.Right.Span.End), (goesOn ? ">= " : "< ") + limit);
        }
    }

    /// <summary>Leaves the loop, by <paramref name="exit"/>, where the condition <paramref name="end"/> holds behind a statement.</summary>
    public static bool TryInsert(SourceEdits edits, StatementSyntax statement, string end, string exit) =>
        Statements.TryInsertAfter(edits, statement, $"if ({end})\n{{\n    {exit}\n}}" + (Statements.IsFollowedByCode(edits, statement) ? "\n" + Statements.EmptyLine : ""));

    /// <summary>Likewise in an <c>else</c>, where the statement behind asks for bytes already: <c>if (n > 0) { … }</c>.</summary>
    public static bool TryElse(SourceEdits edits, ReadCall read, string exit)
    {
        if (Of(read) is not { Parent: IfStatementSyntax { Else: null, Statement: BlockSyntax } choice } test || GoesOn(test) != true
            || edits.Text.Lines.IndexOf(choice.SpanStart) == edits.Text.Lines.IndexOf(choice.Span.End))
        {
            return false;
        }

        var clause = edits.Layout.Indent($"else\n{{\n    {exit}\n}}", SourceLayout.IndentOf(edits.Text, choice));
        edits.Insert(choice.Span.End, edits.Layout.BraceOnOwnLine ? edits.Layout.NewLine + clause : " " + clause.TrimStart());
        return true;
    }

    /// <summary>The loop that repeats a read.</summary>
    public static StatementSyntax? LoopOf(ReadCall read) => read.Call.Ancestors()
        .TakeWhile(ancestor => ancestor is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) || ancestor is GlobalStatementSyntax)
        .FirstOrDefault(ancestor => ancestor is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax) as StatementSyntax;

    /// <summary>How to leave the loop at the end of the stream: <c>break;</c>, or an exception where an incomplete message would be used. Null inside a <c>switch</c>.</summary>
    public static string? TryExit(SourceEdits edits, SemanticModel model, ReadCall read, StatementSyntax loop, CancellationToken cancellationToken)
    {
        if (read.Value.Ancestors().TakeWhile(node => node != loop).OfType<SwitchStatementSyntax>().Any(choice => !choice.Expression.Span.Contains(read.Value.Span)))
        {
            return null;
        }

        if (!LeavesByException(loop, model, cancellationToken))
        {
            return "break;";
        }

        Imports.Ensure(edits, model, read.Call.SpanStart, read.IsWorkers ? "System" : "System.IO");
        return read.IsWorkers ? "throw new InvalidOperationException(\"The connection was closed before the message was complete.\");" : "throw new EndOfStreamException();";
    }

    /// <summary>The statement behind another one in its block.</summary>
    public static StatementSyntax? Next(StatementSyntax statement) =>
        statement.Parent is BlockSyntax block && block.Statements.IndexOf(statement) is var index && index + 1 < block.Statements.Count ? block.Statements[index + 1] : null;

    /// <summary>The comparison that asks for the count of a read: around the read itself, or in the <c>if</c> behind its statement.</summary>
    private static BinaryExpressionSyntax? Of(ReadCall read)
    {
        var value = read.Value;
        while (value.Parent is ParenthesizedExpressionSyntax || (value.Parent is AssignmentExpressionSyntax { Parent: ParenthesizedExpressionSyntax } assignment && assignment.Right == value))
        {
            value = (ExpressionSyntax)value.Parent;
        }

        if (value.Parent is BinaryExpressionSyntax around && around.Left == value)
        {
            return around;
        }

        return read.Variable is { } count && read.Value.FirstAncestorOrSelf<StatementSyntax>() is { } statement
            && Next(statement) is IfStatementSyntax { Condition: BinaryExpressionSyntax { Left: IdentifierNameSyntax name } behind } && name.Identifier.ValueText == count
                ? behind
                : null;
    }

    /// <summary>Whether a comparison with nothing holds for a count of bytes (true) or for none (false); null for another comparison.</summary>
    private static bool? GoesOn(BinaryExpressionSyntax test) => (test.Kind(), (test.Right as LiteralExpressionSyntax)?.Token.Value) switch
    {
        (SyntaxKind.EqualsExpression or SyntaxKind.LessThanOrEqualExpression, 0) or (SyntaxKind.LessThanExpression, 1) => false,
        (SyntaxKind.NotEqualsExpression or SyntaxKind.GreaterThanExpression, 0) or (SyntaxKind.GreaterThanOrEqualExpression, 1) => true,
        _ => null,
    };

    /// <summary>What follows the loop counts on a complete message, or there is nothing that could be returned.</summary>
    private static bool LeavesByException(StatementSyntax loop, SemanticModel model, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var condition = loop switch
        {
            WhileStatementSyntax loopWhile => loopWhile.Condition,
            DoStatementSyntax loopDo => loopDo.Condition,
            ForStatementSyntax loopFor => loopFor.Condition,
            _ => null,
        };
        if (condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LessThanExpression or (int)SyntaxKind.NotEqualsExpression } binary
            && !binary.DescendantNodes().OfType<InvocationExpressionSyntax>().Any())
        {
            return true;
        }

        // A method that returns a value only from inside the loop.
        var isEndless = condition is null or LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression };
        if (isEndless && loop.Parent is SwitchSectionSyntax section && section.Statements.LastOrDefault() == loop)
        {
            return true;
        }

        return isEndless && loop.Parent is BlockSyntax block && block.Statements.LastOrDefault() == loop
            && loop.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
                .OfType<ReturnStatementSyntax>().Any(exit => exit.Expression is not null);
    }
}
