using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>Makes a loop that ends when nothing is buffered (<c>DataAvailable</c>, <c>Available &gt; 0</c>) one that ends with the stream.</summary>
internal static class IdleLoop
{
    public static bool TryFix(SourceEdits edits, SemanticModel model, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax check
            || !check.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText is "DataAvailable" or "Available")
            || ReadCall.At(edits.Root, diagnostic.AdditionalLocations[0].SourceSpan, model, cancellationToken) is not { Result: ReadResult.Count, Variable: { } count } read
            || read.Call.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || check.Ancestors().OfType<StatementSyntax>().FirstOrDefault(node => node is WhileStatementSyntax or DoStatementSyntax) is not { } loop
            || !loop.Span.Contains(statement.Span) || statement == loop)
        {
            return false;
        }

        // if (!stream.DataAvailable) break;
        if (check.FirstAncestorOrSelf<IfStatementSyntax>() is { } exit && loop.Span.Contains(exit.Span))
        {
            if (!exit.Condition.Span.Contains(check.Span) || Statements.IsEmbedded(exit) || !HasEndCheck(loop, count, exit))
            {
                return false;
            }

            Statements.Remove(edits, exit);
            return true;
        }

        // A count that is declared outside can be asked at the bottom; a last empty round does no harm.
        var isOutside = model.GetSymbolInfo(read.Value.Parent is AssignmentExpressionSyntax assignment ? assignment.Left : read.Value, cancellationToken).Symbol is ILocalSymbol local
            && local.DeclaringSyntaxReferences.Any(reference => !loop.Span.Contains(reference.Span));
        var ends = HasEndCheck(loop, count, except: null);
        if (loop is DoStatementSyntax && isOutside && !ends)
        {
            ReplaceCheck(edits, check, $"{count} > 0");
            return true;
        }

        ReplaceCheck(edits, check, replacement: null);
        return ends || Statements.TryInsertAfter(edits, statement, $"if ({count} == 0)\n{{\n    break;\n}}" + (Statements.IsFollowedByCode(edits, statement) ? "\n" + Statements.EmptyLine : ""));
    }

    /// <summary><c>while (n == buffer.Length)</c>, <c>if (n &lt; buffer.Length) break;</c>: a read that gives less than fits ends nothing, one that gives none does.</summary>
    public static bool TryFixShort(SourceEdits edits, ReadCall read)
    {
        if (read is not { Result: ReadResult.Count, Variable: { } count }
            || read.Call.Ancestors().OfType<StatementSyntax>().FirstOrDefault(node => node is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax) is not { } loop)
        {
            return false;
        }

        var goesOn = loop is DoStatementSyntax { Condition: BinaryExpressionSyntax condition } && IsSizeTest(condition, count, SyntaxKind.EqualsExpression, SyntaxKind.GreaterThanOrEqualExpression) ? condition : null;
        var leaves = loop.DescendantNodes().OfType<IfStatementSyntax>()
            .Where(exit => exit.Else is null && (exit.Statement is BlockSyntax { Statements: { Count: 1 } only } ? only[0] : exit.Statement) is BreakStatementSyntax)
            .Select(exit => exit.Condition).OfType<BinaryExpressionSyntax>()
            .FirstOrDefault(test => IsSizeTest(test, count, SyntaxKind.LessThanExpression, SyntaxKind.NotEqualsExpression));
        if (goesOn is null == leaves is null || !UsesCount(loop, read, count, goesOn ?? leaves!))
        {
            return false;
        }

        if (HasEndCheck(loop, count, except: null))
        {
            if (leaves is not { Parent: IfStatementSyntax exit } || Statements.IsEmbedded(exit))
            {
                return false;
            }

            Statements.Remove(edits, exit);
            return true;
        }

        edits.Replace(goesOn ?? leaves!, goesOn is null ? $"{count} == 0" : $"{count} > 0");
        return true;
    }

    /// <summary>The count says how much of the buffer is used; where it is only compared, the size is that of a message, not of the room for it.</summary>
    private static bool UsesCount(StatementSyntax loop, ReadCall read, string count, BinaryExpressionSyntax test) => loop.DescendantNodes().OfType<IdentifierNameSyntax>()
        .Any(name => name.Identifier.ValueText == count && !test.Span.Contains(name.Span) && name.Parent is not (BinaryExpressionSyntax { Right: LiteralExpressionSyntax } or AssignmentExpressionSyntax)
            && !read.Value.Span.Contains(name.Span));

    private static bool IsSizeTest(BinaryExpressionSyntax test, string count, SyntaxKind first, SyntaxKind second) =>
        (test.IsKind(first) || test.IsKind(second)) && test.Left.ToString() == count
        && (test.Right is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length" } || test.Right is IdentifierNameSyntax || test.Right is LiteralExpressionSyntax { Token.Value: > 1 });

    /// <summary>Puts another condition in place of the check; without one, the rest of the condition, or <c>true</c>, stays.</summary>
    private static void ReplaceCheck(SourceEdits edits, ExpressionSyntax check, string? replacement)
    {
        if (replacement is null && check.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both)
        {
            edits.Replace(both, (both.Left == check ? both.Right : both.Left).ToString());
        }
        else
        {
            edits.Replace(check, replacement ?? "true");
        }
    }

    /// <summary>The loop is left where the count is zero.</summary>
    private static bool HasEndCheck(StatementSyntax loop, string count, IfStatementSyntax? except) => loop.DescendantNodes().OfType<IfStatementSyntax>()
        .Any(choice => choice != except && choice.Condition.ToString() is var condition
            && (condition == $"{count} == 0" || condition == $"{count} <= 0" || condition == $"{count} < 1")
            && choice.Statement.DescendantNodesAndSelf().Any(node => node is BreakStatementSyntax or ReturnStatementSyntax or ThrowStatementSyntax));
}
