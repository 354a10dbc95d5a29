using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using static WorkersSockets.Analyzers.CodeFixes.Connections.FanOutSyntax;
using static WorkersSockets.Analyzers.CodeFixes.Connections.TaskListUses;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Cuts a projection that is joined on the spot into batches, each joined before the next one starts.</summary>
internal static class ProjectionBatches
{
    /// <summary><c>await Task.WhenAll(hosts.Select(f))</c> becomes a loop over <c>hosts.Chunk(n)</c>.</summary>
    public static bool TryBatchProjection(SourceEdits edits, SemanticModel model, ExpressionSyntax projection, string limit, bool isOnWorkers, CancellationToken cancellationToken)
    {
        if (!HasChunk(model.Compilation) || Join(projection) is not { } join || Source(projection) is not { } source)
        {
            return false;
        }

        var isSimple = source.Lazy is null;
        if (!isSimple && isOnWorkers)
        {
            return false;
        }

        var awaited = Awaited(join);
        ExpressionSyntax whole = awaited is null ? join : awaited;
        var resultType = ResultOf(model, join, cancellationToken);
        var batch = UniqueNames.ForLocal(projection, "batch", otherwise: "chunk");
        if (SequenceText(source, projection) is not { } sequence)
        {
            return false;
        }

        var head = $"foreach (var {batch} in {sequence}.Chunk({limit}))";
        void Replace() => ReplaceSource(edits, projection, source, batch);

        switch (whole.Parent)
        {
            case ExpressionStatementSyntax statement when awaited is not null || join.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WaitAll" }:
                Replace();
                return Loop(edits, statement, head);
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement } declaration } variable } when awaited is not null && resultType is not null:
                return CollectInto(edits, model, statement, declaration, variable, join, resultType, head, isOnWorkers, Replace, cancellationToken);
            case ReturnStatementSyntax statement when CanAwait(statement, awaited) && (resultType is not null || awaited is null):
                return ReturnCollected(edits, model, statement, whole, join, resultType, head, isOnWorkers, Replace);
            case ArrowExpressionClauseSyntax arrow when arrow.Parent is MethodDeclarationSyntax or LocalFunctionStatementSyntax && !whole.ToString().Contains('\n'):
                return ExpandArrow(edits, model, arrow, projection, source, join, awaited, resultType, head, batch, isOnWorkers, cancellationToken);
            default:
                return awaited is not null && resultType is not null && CollectBefore(edits, model, awaited, join, resultType, head, isOnWorkers, Replace, cancellationToken);
        }
    }

    /// <summary>The results are part of a larger expression: they are collected in front of its statement.</summary>
    private static bool CollectBefore(
        SourceEdits edits, SemanticModel model, AwaitExpressionSyntax awaited, ExpressionSyntax join, string resultType, string head, bool isOnWorkers, Action replace, CancellationToken cancellationToken)
    {
        if (awaited.FirstAncestorOrSelf<StatementSyntax>() is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax) and not ForEachStatementSyntax
            || awaited.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || statement.Parent is not (BlockSyntax or GlobalStatementSyntax)
            || (statement is ForEachStatementSyntax loop && !loop.Expression.Span.Contains(awaited.Span))
            || !SourceLayout.StartsLine(edits.Text, statement.SpanStart)
            || join.ToString().Contains('\n')
            || awaited.Ancestors().TakeWhile(ancestor => ancestor != statement).Any(ancestor =>
                ancestor is AnonymousFunctionExpressionSyntax or ConditionalExpressionSyntax or ConditionalAccessExpressionSyntax or SwitchExpressionSyntax or QueryExpressionSyntax
                    or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression or (int)SyntaxKind.CoalesceExpression }))
        {
            return false;
        }

        ExpressionSyntax value = awaited;
        while (value.Parent is ParenthesizedExpressionSyntax parenthesized)
        {
            value = parenthesized;
        }

        var takesList = value.Parent switch
        {
            ForEachStatementSyntax => true,
            MemberAccessExpressionSyntax member => (model.GetSymbolInfo(member, cancellationToken).Symbol as IMethodSymbol)?.ContainingType?.Name == "Enumerable",
            ArgumentSyntax argument => TakesAnySequence(model, argument, cancellationToken),
            _ => false,
        };
        var list = UniqueNames.ForLocal(statement, "results");
        var scratch = new SourceEdits(edits.Root, edits.Text);
        replace();
        var source = edits.Apply();
        var batched = source.ToString(TextSpan.FromBounds(awaited.SpanStart, awaited.Span.End + source.Length - edits.Text.Length));
        var indent = SourceLayout.IndentOf(edits.Text, statement);
        var add = isOnWorkers
            ? $"    foreach (var {UniqueNames.ForLocal(statement, "result")} in {batched})\n    {{\n        {list}.Add({UniqueNames.ForLocal(statement, "result")});\n    }}"
            : $"    {list}.AddRange({batched});";
        Imports.Ensure(scratch, model, statement.SpanStart, "System.Collections.Generic");
        scratch.Insert(
            edits.Text.Lines.GetLineFromPosition(statement.SpanStart).Start,
            edits.Layout.Indent($"var {list} = new List<{resultType}>();\n{head}\n{{\n{add}\n}}", indent) + edits.Layout.NewLine + edits.Layout.NewLine);
        scratch.Replace(value, takesList ? list : value.Parent is ArgumentSyntax ? ToArray(list, isOnWorkers) : $"{list}.ToArray()");
        edits.Become(scratch);
        return true;
    }

    private static bool CanAwait(ReturnStatementSyntax statement, AwaitExpressionSyntax? awaited)
    {
        if (awaited is not null)
        {
            return true;
        }

        // A task returned as such: the method becomes async, which only its single return allows here.
        return statement.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax) is MethodDeclarationSyntax method
            && !method.Modifiers.Any(SyntaxKind.AsyncKeyword)
            && method.DescendantNodes().OfType<ReturnStatementSyntax>().Count() == 1
            && method.Body == statement.Parent;
    }

    private static bool Loop(SourceEdits edits, StatementSyntax statement, string head)
    {
        var text = edits.Text;
        var layout = edits.Layout;
        if (Statements.IsEmbedded(statement) || !SourceLayout.StartsLine(text, statement.SpanStart) || statement.Parent is not (BlockSyntax or GlobalStatementSyntax))
        {
            return false;
        }

        var indent = SourceLayout.IndentOf(text, statement);
        var first = text.Lines.GetLineFromPosition(statement.SpanStart);
        var last = text.Lines.GetLineFromPosition(statement.Span.End);
        edits.Insert(first.Start, $"{indent}{head}{layout.OpenBlock(indent)}");
        for (var number = first.LineNumber; number <= last.LineNumber; number++)
        {
            if (text.Lines[number].ToString().Trim().Length > 0)
            {
                edits.Insert(text.Lines[number].Start, layout.Step);
            }
        }

        edits.Insert(last.EndIncludingLineBreak, $"{(last.End == last.EndIncludingLineBreak ? layout.NewLine : "")}{indent}}}{layout.NewLine}");
        return true;
    }

    /// <summary>The results go into a list; an array is made of it where the rest needs one.</summary>
    private static bool CollectInto(
        SourceEdits edits,
        SemanticModel model,
        LocalDeclarationStatementSyntax statement,
        VariableDeclarationSyntax declaration,
        VariableDeclaratorSyntax variable,
        ExpressionSyntax join,
        string resultType,
        string head,
        bool isOnWorkers,
        Action replace,
        CancellationToken cancellationToken)
    {
        var name = variable.Identifier.ValueText;
        var needsArray = !declaration.Type.IsVar || NeedsArray(model, variable, cancellationToken);
        var list = needsArray ? UniqueNames.ForLocal(statement, "collected") : name;
        if (!SourceLayout.StartsLine(edits.Text, statement.SpanStart))
        {
            return false;
        }

        var indent = SourceLayout.IndentOf(edits.Text, statement);
        var newLine = edits.Layout.NewLine;
        Imports.Ensure(edits, model, statement.SpanStart, "System.Collections.Generic");
        edits.Insert(edits.Text.Lines.GetLineFromPosition(statement.SpanStart).Start, $"{indent}var {list} = new List<{resultType}>();{newLine}");
        if (!Loop(edits, statement, head))
        {
            return false;
        }

        replace();
        var before = TextSpan.FromBounds(statement.SpanStart, variable.Initializer!.Value.SpanStart);
        if (isOnWorkers)
        {
            // Lists have Add there, and no AddRange.
            var result = UniqueNames.ForLocal(statement, "result");
            edits.Replace(before, $"foreach (var {result} in ");
            var step = edits.Layout.Step;
            edits.Replace(statement.SemicolonToken.Span, $"){edits.Layout.OpenBlock(indent + step)}{indent}{step}{step}{list}.Add({result});{newLine}{indent}{step}}}");
        }
        else
        {
            edits.Replace(before, $"{list}.AddRange(");
            edits.Insert(statement.SemicolonToken.SpanStart, ")");
        }

        if (needsArray)
        {
            var line = edits.Text.Lines.GetLineFromPosition(statement.Span.End);
            var type = isOnWorkers && declaration.Type.IsVar ? $"{resultType}[]" : declaration.Type.ToString();
            edits.Insert(line.EndIncludingLineBreak, $"{newLine}{indent}{type} {name} = {ToArray(list, isOnWorkers)};{newLine}");
        }

        return true;
    }

    private static bool ReturnCollected(SourceEdits edits, SemanticModel model, ReturnStatementSyntax statement, ExpressionSyntax whole, ExpressionSyntax join, string? resultType, string head, bool isOnWorkers, Action replace)
    {
        var indent = SourceLayout.IndentOf(edits.Text, statement);
        var newLine = edits.Layout.NewLine;
        var step = edits.Layout.Step;
        var isAsync = whole is AwaitExpressionSyntax;
        if (!SourceLayout.StartsLine(edits.Text, statement.SpanStart) || statement.Parent is not BlockSyntax)
        {
            return false;
        }

        var list = UniqueNames.ForLocal(statement, "results");
        var line = edits.Text.Lines.GetLineFromPosition(statement.Span.End);
        if (resultType is not null)
        {
            Imports.Ensure(edits, model, statement.SpanStart, "System.Collections.Generic");
            edits.Insert(edits.Text.Lines.GetLineFromPosition(statement.SpanStart).Start, $"{indent}var {list} = new List<{resultType}>();{newLine}");
        }

        if (!Loop(edits, statement, head))
        {
            return false;
        }

        replace();
        var before = TextSpan.FromBounds(statement.SpanStart, whole.SpanStart);
        var wait = isAsync ? "" : "await ";
        if (resultType is null)
        {
            edits.Replace(before, wait);
        }
        else if (isOnWorkers)
        {
            var result = UniqueNames.ForLocal(statement, "result");
            edits.Replace(before, $"foreach (var {result} in {wait}");
            edits.Replace(statement.SemicolonToken.Span, $"){edits.Layout.OpenBlock(indent + step)}{indent}{step}{step}{list}.Add({result});{newLine}{indent}{step}}}");
        }
        else
        {
            edits.Replace(before, $"{list}.AddRange({wait}");
            edits.Insert(statement.SemicolonToken.SpanStart, ")");
        }

        if (resultType is not null)
        {
            edits.Insert(line.EndIncludingLineBreak, $"{newLine}{indent}return {ToArray(list, isOnWorkers)};{newLine}");
        }

        if (!isAsync && statement.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method)
        {
            edits.Insert(method.ReturnType.SpanStart, "async ");
        }

        return true;
    }

    /// <summary>The Workers compiler has no <c>List.ToArray</c>.</summary>
    private static string ToArray(string list, bool isOnWorkers) => isOnWorkers ? $"[.. {list}]" : $"{list}.ToArray()";

    /// <summary>An expression body becomes a block.</summary>
    private static bool ExpandArrow(
        SourceEdits edits,
        SemanticModel model,
        ArrowExpressionClauseSyntax arrow,
        ExpressionSyntax projection,
        (ExpressionSyntax? Receiver, ExpressionSyntax? Lazy) source,
        ExpressionSyntax join,
        AwaitExpressionSyntax? awaited,
        string? resultType,
        string head,
        string batch,
        bool isOnWorkers,
        CancellationToken cancellationToken)
    {
        var (modifiers, returnType, semicolon) = arrow.Parent switch
        {
            MethodDeclarationSyntax method => (method.Modifiers, method.ReturnType, method.SemicolonToken),
            LocalFunctionStatementSyntax function => (function.Modifiers, function.ReturnType, function.SemicolonToken),
            _ => default,
        };
        if (returnType is null || semicolon.IsMissing || semicolon.IsKind(SyntaxKind.None) || model.GetTypeInfo(returnType, cancellationToken).Type is not { Name: "Task" or "ValueTask" })
        {
            return false;
        }

        var target = source.Lazy is null ? source.Receiver! : Outer(projection);
        var text = join.ToString();
        var at = target.SpanStart - join.SpanStart;
        var batched = "await " + text.Substring(0, at) + batch + text.Substring(at + target.Span.Length)
            + (awaited is null ? "" : awaited.Expression.ToString().Substring(text.Length));
        var indent = SourceLayout.IndentOf(edits.Text, arrow.Parent!);
        var list = UniqueNames.ForLocal(arrow, "results");
        string inner;
        if (resultType is null)
        {
            inner = $"{head}\n{{\n    {batched};\n}}";
        }
        else
        {
            Imports.Ensure(edits, model, arrow.SpanStart, "System.Collections.Generic");
            var add = isOnWorkers
                ? $"    foreach (var result in {batched})\n    {{\n        {list}.Add(result);\n    }}"
                : $"    {list}.AddRange({batched});";
            inner = $"var {list} = new List<{resultType}>();\n{head}\n{{\n{add}\n}}\n\nreturn {ToArray(list, isOnWorkers)};";
        }

        var body = edits.Layout.OpenBlock(indent) + edits.Layout.Indent(inner, indent + edits.Layout.Step) + edits.Layout.NewLine + indent + "}";
        edits.Replace(TextSpan.FromBounds(arrow.GetFirstToken().GetPreviousToken().Span.End, semicolon.Span.End), body);
        if (!modifiers.Any(SyntaxKind.AsyncKeyword))
        {
            edits.Insert(returnType.SpanStart, "async ");
        }

        return true;
    }
}
