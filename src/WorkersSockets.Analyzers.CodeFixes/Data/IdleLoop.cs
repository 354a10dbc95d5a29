using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>Makes a loop that ends when nothing is buffered (<c>DataAvailable</c>, <c>Available &gt; 0</c>) one that ends with the stream.</summary>
internal static class IdleLoop
{
    /// <summary>Where the loop then ends, or null where it has no form for that.</summary>
    public static MessageEnd? TryFix(SourceEdits edits, SemanticModel model, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax check
            || !check.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText is "DataAvailable" or "Available")
            || ReadCall.At(edits.Root, diagnostic.AdditionalLocations[0].SourceSpan, model, cancellationToken) is not { Result: ReadResult.Count, Variable: { } count } read
            || read.Call.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || check.Ancestors().OfType<StatementSyntax>().FirstOrDefault(node => node is WhileStatementSyntax or DoStatementSyntax) is not { } loop
            || !loop.Span.Contains(statement.Span) || statement == loop)
        {
            return null;
        }

        var end = MessageEnd.Around(read.Call);
        var mark = end.Mark is null ? null : LastOf(read, count);

        // if (!stream.DataAvailable) break;
        if (check.FirstAncestorOrSelf<IfStatementSyntax>() is { } exit && loop.Span.Contains(exit.Span))
        {
            if (!exit.Condition.Span.Contains(check.Span) || Statements.IsEmbedded(exit) || !HasEndCheck(loop, count, exit))
            {
                return null;
            }

            if (mark is not null && exit.SpanStart > statement.Span.End)
            {
                edits.Replace(exit.Condition, $"{mark} == {end.ByteLiteral}");
                return end;
            }

            Statements.Remove(edits, exit);
            return MessageEnd.Close;
        }

        // A count that is declared outside can be asked at the bottom; a last empty round does no harm.
        var isOutside = model.GetSymbolInfo(read.Value.Parent is AssignmentExpressionSyntax assignment ? assignment.Left : read.Value, cancellationToken).Symbol is ILocalSymbol local
            && local.DeclaringSyntaxReferences.Any(reference => !loop.Span.Contains(reference.Span));
        var ends = HasEndCheck(loop, count, except: null);
        if (loop is DoStatementSyntax && isOutside && !ends)
        {
            ReplaceCheck(edits, check, mark is null ? $"{count} > 0" : $"{count} > 0 && {mark} != {end.ByteLiteral}");
            return mark is null ? MessageEnd.Close : end;
        }

        ReplaceCheck(edits, check, replacement: null);
        if (!ends && !EndChecks.TryInsert(edits, statement, $"{count} == 0", "break;"))
        {
            return null;
        }

        return mark is not null && LastIn(loop) is { } last && last != statement && Statements.TryInsertAfter(edits, last, $"if ({mark} == {end.ByteLiteral})\n{{\n    break;\n}}")
            ? end
            : MessageEnd.Close;
    }

    /// <summary>The last byte of a read, where its buffer is an array that it fills from the start.</summary>
    private static string? LastOf(ReadCall read, string count) =>
        read.Call.ArgumentList.Arguments is { Count: > 0 } arguments && arguments[0].Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax && read.Method.Parameters[0].Type is IArrayTypeSymbol
        && (arguments.Count < 3 || arguments[1].ToString() == "0")
            ? $"{arguments[0].Expression}[{count} - 1]"
            : null;

    private static StatementSyntax? LastIn(StatementSyntax loop) => (loop switch
    {
        WhileStatementSyntax loopWhile => loopWhile.Statement,
        DoStatementSyntax loopDo => loopDo.Statement,
        _ => null,
    } as BlockSyntax)?.Statements.LastOrDefault();

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
