using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Joins tasks that are started one after the other in straight-line code before more of them start than are allowed.</summary>
internal static class StraightBatches
{
    public static bool TryBatch(SourceEdits edits, SemanticModel model, ExpressionSyntax found, int size, CancellationToken cancellationToken) =>
        AsyncMethods.IsInAsync(found)
        && (found is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } } join && join.ArgumentList.Arguments.Count > size
            ? TrySplitJoin(edits, model, join, size, cancellationToken)
            : TryJoinBefore(edits, model, found, size, cancellationToken));

    /// <summary><c>var a = AskAsync(…); … var g = AskAsync(…);</c>: the first ones are waited for in front of the next one.</summary>
    private static bool TryJoinBefore(SourceEdits edits, SemanticModel model, ExpressionSyntax found, int size, CancellationToken cancellationToken)
    {
        if (found.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Parent: BlockSyntax block } statement)
        {
            return false;
        }

        bool Starts(StatementSyntax other) =>
            other is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.None, Declaration.Variables: { Count: 1 } variables }
            && variables[0].Initializer?.Value is InvocationExpressionSyntax call
            && model.GetTypeInfo(call, cancellationToken).Type is { Name: "Task", ContainingNamespace.Name: "Tasks" };

        var index = block.Statements.IndexOf(statement);
        var started = block.Statements.Take(index).Reverse().TakeWhile(Starts).Reverse().Concat(block.Statements.Skip(index).TakeWhile(Starts)).Cast<LocalDeclarationStatementSyntax>().ToList();
        if (started.Any(task => TaskListUses.Uses(model, task.Declaration.Variables[0], cancellationToken).Any(use => TaskListUses.IsTriedAlone(use, task))))
        {
            return false;
        }

        if (started.Count <= size)
        {
            // Each of them opens several: what was started before is waited for.
            var before = started.TakeWhile(task => task != statement).Select(task => task.Declaration.Variables[0].Identifier.ValueText).ToList();
            return before.Count > 0 && Statements.TryInsertBefore(edits, statement, before.Count == 1 ? $"await {before[0]};" : $"await Task.WhenAll({string.Join(", ", before)});");
        }

        for (var next = size; next < started.Count; next += size)
        {
            var names = started.Skip(next - size).Take(size).Select(task => task.Declaration.Variables[0].Identifier.ValueText);
            if (!Statements.TryInsertBefore(edits, started[next], $"await Task.WhenAll({string.Join(", ", names)});"))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>await Task.WhenAll(AskAsync(…), … seven of them)</c> becomes several joins, one behind the other.</summary>
    private static bool TrySplitJoin(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax join, int size, CancellationToken cancellationToken)
    {
        var arguments = join.ArgumentList.Arguments;
        if (FanOutSyntax.Awaited(join) is not { } awaited || arguments.Any(argument => argument.Expression is not InvocationExpressionSyntax) || !FanOutSyntax.IsLast(edits, awaited.FirstAncestorOrSelf<StatementSyntax>()!))
        {
            return false;
        }

        var close = edits.Text.ToString(TextSpan.FromBounds(join.ArgumentList.CloseParenToken.SpanStart, awaited.Span.End));
        var open = edits.Text.ToString(TextSpan.FromBounds(awaited.SpanStart, join.ArgumentList.OpenParenToken.Span.End));
        switch (awaited.Parent)
        {
            case ExpressionStatementSyntax statement when SourceLayout.StartsLine(edits.Text, statement.SpanStart) && statement.Parent is BlockSyntax or GlobalStatementSyntax:
                Split(edits, arguments, size, $"{close};{edits.Layout.NewLine}{SourceLayout.IndentOf(edits.Text, statement)}{open}");
                return true;
            case ReturnStatementSyntax or EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Type.IsVar: true, Parent: LocalDeclarationStatementSyntax } } }
                when join.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp12 or LanguageVersion.Default or LanguageVersion.Latest or LanguageVersion.LatestMajor or LanguageVersion.Preview }
                && FanOutSyntax.ResultOf(model, join, cancellationToken) is { } result:
                if (awaited.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Type: var type } } })
                {
                    edits.Replace(type, $"{result}[]");
                }
                else if (model.GetTypeInfo(awaited, cancellationToken).ConvertedType is not IArrayTypeSymbol)
                {
                    return false;
                }

                edits.Insert(awaited.SpanStart, "[.. ");
                Split(edits, arguments, size, $"{close}, .. {open}");
                edits.Insert(awaited.Span.End, "]");
                return true;
            default:
                return false;
        }
    }

    /// <summary>Puts the text in place of the comma in front of every argument that starts another group.</summary>
    private static void Split(SourceEdits edits, SeparatedSyntaxList<ArgumentSyntax> arguments, int size, string between)
    {
        for (var next = size; next < arguments.Count; next += size)
        {
            var gap = TextSpan.FromBounds(arguments[next - 1].Span.End, arguments[next].SpanStart);
            var breaks = edits.Text.ToString(gap).Contains('\n') ? edits.Layout.NewLine + SourceLayout.IndentOf(edits.Text, arguments[next]) : "";
            edits.Replace(gap, between + breaks);
        }
    }
}
