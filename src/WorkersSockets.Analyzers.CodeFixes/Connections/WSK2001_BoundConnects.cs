using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Connections;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Bounds a fan-out: batches that are joined one after the other, or a degree for <c>Parallel</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BoundConnects))]
[Shared]
public sealed class BoundConnects() : SocketFix("WSK2001")
{
    private const string Title = "Connect in batches";

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null
            || edits?.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax found
            || !diagnostic.Properties.TryGetValue(TooManyConnects.Limit, out var limit)
            || limit is null
            || !diagnostic.Properties.TryGetValue(TooManyConnects.Kind, out var kind))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var isOnWorkers = diagnostic.Descriptor.Equals(RuleCatalog.TooManyConnectsOnWorkers) || diagnostic.GetMessage().Contains("Workers queues");
        return kind switch
        {
            "Projection" when diagnostic.Properties.TryGetValue(TooManyConnects.Batch, out var size) && size is not (null or "0" or "1")
                && (TryCollectInBatches(edits, model, found, size, isOnWorkers, cancellationToken) || TryBatchProjection(edits, model, found, size, isOnWorkers, cancellationToken)) => ImmutableArray.Create(edits.ToVariant("Batch", Title, document)),
            "Loop" when TryBatchLoop(edits, model, found, limit, isOnWorkers, cancellationToken) => ImmutableArray.Create(edits.ToVariant("Batch", Title, document)),
            "Parallel" when found is InvocationExpressionSyntax call && TrySetDegree(edits, model, call, limit, cancellationToken) =>
                ImmutableArray.Create(edits.ToVariant("MaxDegree", "Set 'MaxDegreeOfParallelism'", document)),
            _ => ImmutableArray<FixVariant>.Empty,
        };
    }

    // ---- Projections ----

    /// <summary><c>await Task.WhenAll(hosts.Select(f))</c> becomes a loop over <c>hosts.Chunk(n)</c>.</summary>
    private static bool TryBatchProjection(SourceEdits edits, SemanticModel model, ExpressionSyntax projection, string limit, bool isOnWorkers, CancellationToken cancellationToken)
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
        var batch = UniqueNames.ForLocal(projection, "batch");
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

    /// <summary>The sequence in one line, for the head of the loop; null where it has none.</summary>
    private static string? SequenceText((ExpressionSyntax? Receiver, ExpressionSyntax? Lazy) source, ExpressionSyntax projection)
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
    private static void ReplaceSource(SourceEdits edits, ExpressionSyntax projection, (ExpressionSyntax? Receiver, ExpressionSyntax? Lazy) source, string batch)
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
        scratch.Replace(value, takesList ? list : $"{list}.ToArray()");
        edits.Become(scratch);
        return true;
    }

    /// <summary>
    /// <c>var tasks = hosts.Select(f).ToList();</c>, joined or looked at later: the list is filled batch by batch, each of which waits
    /// for what was started. The tasks stay in order and keep their types, and what uses them stays as it is.
    /// </summary>
    private static bool TryCollectInBatches(SourceEdits edits, SemanticModel model, ExpressionSyntax projection, string size, bool isOnWorkers, CancellationToken cancellationToken)
    {
        var outer = Outer(projection);
        if (!HasChunk(model.Compilation)
            || outer.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement } declaration } variable }
            || Source(projection) is not { } source
            || (source.Lazy is not null && isOnWorkers)
            || TaskOf(model, projection, cancellationToken) is not { } task
            || !SourceLayout.StartsLine(edits.Text, statement.SpanStart)
            || statement.Parent is not (BlockSyntax or GlobalStatementSyntax)
            || !IsLast(edits, statement)
            || SequenceText(source, projection) is not { } sequence)
        {
            return false;
        }

        var name = variable.Identifier.ValueText;
        var uses = Uses(model, variable, cancellationToken);
        var isAsync = AsyncMethods.IsInAsync(statement);
        if (uses.Count == 0 || uses.Any(use => IsTriedAlone(use, statement)) || (!isAsync && !uses.Any(use => IsJoined(use, "WaitAll"))))
        {
            return false;
        }

        var needsArray = model.GetTypeInfo(outer, cancellationToken).Type is IArrayTypeSymbol && uses.Any(use => !TakesList(model, use, cancellationToken));
        var list = needsArray ? UniqueNames.ForLocal(statement, "started") : name;
        var layout = edits.Layout;
        var indent = SourceLayout.IndentOf(edits.Text, statement);
        var inner = indent + layout.Step;
        var batch = UniqueNames.ForLocal(projection, "batch");
        var item = UniqueNames.ForLocal(projection, "task");
        Imports.Ensure(edits, model, statement.SpanStart, "System.Collections.Generic");

        // A comment behind the statement speaks of the whole: it stays on its first line.
        var line = edits.Text.Lines.GetLineFromPosition(statement.Span.End);
        var comment = edits.Text.ToString(TextSpan.FromBounds(statement.Span.End, line.End)).TrimEnd();
        var head = $"var {list} = new List<{task}>();{comment}{layout.NewLine}{indent}foreach (var {batch} in {sequence}.Chunk({size})){layout.OpenBlock(indent)}{inner}";
        edits.Replace(TextSpan.FromBounds(statement.SpanStart, outer.SpanStart), head + (isOnWorkers ? $"foreach (var {item} in " : $"{list}.AddRange("));
        ReplaceSource(edits, projection, source, batch);
        var first = edits.Text.Lines.GetLineFromPosition(statement.SpanStart).LineNumber + 1;
        for (var number = first; number <= edits.Text.Lines.GetLineFromPosition(projection.Span.End).LineNumber; number++)
        {
            if (number > edits.Text.Lines.GetLineFromPosition(source.Lazy is null ? source.Receiver!.Span.End : outer.Span.End).LineNumber && edits.Text.Lines[number].ToString().Trim().Length > 0
                && !IsDotLine(projection, number, edits))
            {
                edits.Insert(edits.Text.Lines[number].Start, layout.Step);
            }
        }

        var add = isOnWorkers ? $"){layout.OpenBlock(inner)}{inner}{layout.Step}{list}.Add({item});{layout.NewLine}{inner}}}{layout.NewLine}{layout.NewLine}" : $");{layout.NewLine}";
        var wait = isAsync ? $"await Task.WhenAll({list});" : $"Task.WaitAll({list}.ToArray());";
        var end = source.Lazy is null ? projection.Span.End : outer.Span.End;
        var next = line.LineNumber + 1 < edits.Text.Lines.Count ? edits.Text.Lines[line.LineNumber + 1].ToString().Trim() : "}";
        edits.Replace(
            TextSpan.FromBounds(end, line.End),
            add + $"{inner}{wait}{layout.NewLine}{indent}}}"
                + (needsArray ? $"{layout.NewLine}{layout.NewLine}{indent}{declaration.Type} {name} = {list}.ToArray();" : next.Length > 0 && next[0] != '}' ? layout.NewLine : ""));
        return true;
    }

    /// <summary>Whether nothing but a comment stands behind the statement on its line.</summary>
    private static bool IsLast(SourceEdits edits, StatementSyntax statement) =>
        statement.GetLastToken().GetNextToken() is var next && (next.IsKind(SyntaxKind.None) || next.SpanStart >= edits.Text.Lines.GetLineFromPosition(statement.Span.End).End);

    /// <summary>A line that begins with the <c>.Select</c> which now follows the batch.</summary>
    private static bool IsDotLine(ExpressionSyntax projection, int number, SourceEdits edits) =>
        projection is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { OperatorToken: var dot } }
        && edits.Text.Lines.GetLineFromPosition(dot.SpanStart).LineNumber == number && SourceLayout.StartsLine(edits.Text, dot.SpanStart);

    /// <summary>The type of the tasks that a projection yields.</summary>
    private static string? TaskOf(SemanticModel model, ExpressionSyntax projection, CancellationToken cancellationToken) =>
        model.GetTypeInfo(projection, cancellationToken).Type is INamedTypeSymbol { TypeArguments.Length: 1 } sequence
        && sequence.TypeArguments[0] is INamedTypeSymbol { Name: "Task", ContainingNamespace.Name: "Tasks" } task
        && !task.TypeArguments.Any(result => result.IsAnonymousType)
            ? task.ToMinimalDisplayString(model, projection.SpanStart)
            : null;

    private static List<IdentifierNameSyntax> Uses(SemanticModel model, VariableDeclaratorSyntax variable, CancellationToken cancellationToken)
    {
        var symbol = model.GetDeclaredSymbol(variable, cancellationToken);
        var scope = variable.FirstAncestorOrSelf<BlockSyntax>() ?? variable.SyntaxTree.GetRoot(cancellationToken);
        return scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == variable.Identifier.ValueText && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
            .ToList();
    }

    /// <summary>A wait for one task whose failure is handled for itself: a wait for the whole batch would fail before it.</summary>
    private static bool IsTriedAlone(SyntaxNode use, StatementSyntax declaration) =>
        use.Ancestors().OfType<TryStatementSyntax>().Any(attempt => attempt.Catches.Count > 0 && !attempt.Span.Contains(declaration.Span)
            && attempt.Block.Span.Contains(use.Span) && !IsJoined(use, "WhenAll") && !IsJoined(use, "WaitAll"))
        || (use.Parent is CommonForEachStatementSyntax loop && loop.Statement.DescendantNodes().OfType<TryStatementSyntax>().Any(attempt => attempt.Catches.Count > 0));

    private static bool IsJoined(SyntaxNode use, string join)
    {
        var current = use;
        while (current.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray" or "ToList" } or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray" or "ToList" } })
        {
            current = current.Parent;
        }

        return current.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } } && name == join;
    }

    /// <summary>Whether a list may stand where an array does.</summary>
    private static bool TakesList(SemanticModel model, IdentifierNameSyntax use, CancellationToken cancellationToken) => use.Parent switch
    {
        ForEachStatementSyntax loop => loop.Expression == use,
        ElementAccessExpressionSyntax access => access.Expression == use && !access.ArgumentList.ToString().Contains('^') && !access.ArgumentList.ToString().Contains(".."),
        MemberAccessExpressionSyntax member => (model.GetSymbolInfo(member, cancellationToken).Symbol as IMethodSymbol)?.ContainingType?.Name == "Enumerable",
        ArgumentSyntax => IsJoined(use, "WhenAll") || IsJoined(use, "WhenAny"),
        _ => false,
    };

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
            if (statement.ToString().Contains('\n'))
            {
                return false;
            }

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
            edits.Insert(line.EndIncludingLineBreak, $"{newLine}{indent}{declaration.Type} {name} = {list}.ToArray();{newLine}");
        }

        return true;
    }

    private static bool ReturnCollected(SourceEdits edits, SemanticModel model, ReturnStatementSyntax statement, ExpressionSyntax whole, ExpressionSyntax join, string? resultType, string head, bool isOnWorkers, Action replace)
    {
        var indent = SourceLayout.IndentOf(edits.Text, statement);
        var newLine = edits.Layout.NewLine;
        var step = edits.Layout.Step;
        var isAsync = whole is AwaitExpressionSyntax;
        if (!SourceLayout.StartsLine(edits.Text, statement.SpanStart) || statement.Parent is not BlockSyntax || (isOnWorkers && statement.ToString().Contains('\n')))
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

    /// <summary>The <c>Task.WhenAll</c> call whose only argument the projection is, also through ToList or ToArray.</summary>
    private static InvocationExpressionSyntax? Join(ExpressionSyntax projection) =>
        Outer(projection).Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Arguments.Count: 1, Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" or "WaitAll" } } join } } ? join : null;

    private static ExpressionSyntax Outer(ExpressionSyntax projection)
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
    private static (ExpressionSyntax? Receiver, ExpressionSyntax? Lazy)? Source(ExpressionSyntax projection) => projection switch
    {
        QueryExpressionSyntax => (null, projection),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Select", Expression: var receiver }, ArgumentList.Arguments: { Count: 1 } arguments } =>
            arguments[0].Expression is ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters.Count: > 1 } ? (null, projection) : (receiver, null),
        _ => null,
    };

    private static AwaitExpressionSyntax? Awaited(ExpressionSyntax join) => join.Parent switch
    {
        AwaitExpressionSyntax awaited => awaited,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax { Parent: AwaitExpressionSyntax awaited } } => awaited,
        _ => null,
    };

    /// <summary>The element type of the results; null for tasks without one.</summary>
    private static string? ResultOf(SemanticModel model, ExpressionSyntax join, CancellationToken cancellationToken) =>
        model.GetTypeInfo(join, cancellationToken).Type is INamedTypeSymbol { TypeArguments.Length: 1 } task && task.TypeArguments[0] is IArrayTypeSymbol { ElementType: { IsAnonymousType: false } element }
            ? element.ToMinimalDisplayString(model, join.SpanStart)
            : null;

    private static bool NeedsArray(SemanticModel model, VariableDeclaratorSyntax variable, CancellationToken cancellationToken) =>
        Uses(model, variable, cancellationToken).Any(use => !TakesList(model, use, cancellationToken));

    private static bool HasChunk(Compilation compilation) => compilation.GetTypeByMetadataName("System.Linq.Enumerable")?.GetMembers("Chunk").IsEmpty == false;

    // ---- Loops ----

    /// <summary>A loop that collects tasks waits for them whenever it has started as many as are allowed.</summary>
    private static bool TryBatchLoop(SourceEdits edits, SemanticModel model, ExpressionSyntax found, string limit, bool isOnWorkers, CancellationToken cancellationToken)
    {
        if (found.Parent is not ExpressionStatementSyntax add
            || add.Ancestors().FirstOrDefault(node => node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax or AnonymousFunctionExpressionSyntax) is not StatementSyntax loop)
        {
            return false;
        }

        var list = found switch
        {
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add", Expression: IdentifierNameSyntax receiver } } => receiver,
            AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax array } } => array,
            _ => null,
        };
        if (list is null || model.GetSymbolInfo(list, cancellationToken).Symbol is not ILocalSymbol tasks)
        {
            return false;
        }

        var scope = loop.FirstAncestorOrSelf<MemberDeclarationSyntax>(node => node is not GlobalStatementSyntax) ?? loop.SyntaxTree.GetRoot(cancellationToken);
        var uses = scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name != list && name.Identifier.ValueText == tasks.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, tasks))
            .ToList();
        var isAsync = AsyncMethods.IsInAsync(add);
        if (uses.Any(use => (loop.Span.Contains(use.Span) && use.Parent is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length" or "Count" }) || IsTriedAlone(use, add))
            || (isAsync ? uses.Count == 0 : !uses.Any(use => IsJoined(use, "WaitAll") || IsJoined(use, "WhenAll"))))
        {
            return false;
        }

        string Wait(string sequence, string array) => isAsync ? $"await Task.WhenAll({sequence});" : $"Task.WaitAll({array});";
        switch (tasks.Type)
        {
            case INamedTypeSymbol { Name: "List", TypeArguments: { Length: 1 } elements } when IsTask(elements[0]):
                // Nothing but one join, results unused: the list starts anew.
                if (isAsync && uses.Count == 1 && uses[0].SpanStart > loop.Span.End
                    && uses[0].Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } } join }
                    && Awaited(join) is { Parent: ExpressionStatementSyntax statement })
                {
                    var reset = isOnWorkers ? $"{tasks.Name} = new List<{elements[0].ToMinimalDisplayString(model, add.SpanStart)}>();" : $"{tasks.Name}.Clear();";
                    return Statements.TryInsertAfter(edits, add, $"if ({tasks.Name}.Count == {limit})\n{{\n    {statement.ToString().Trim()}\n    {reset}\n}}");
                }

                return Statements.TryInsertAfter(edits, add, $"if ({tasks.Name}.Count % {limit} == 0)\n{{\n    {Wait(tasks.Name, $"{tasks.Name}.ToArray()")}\n}}");
            case INamedTypeSymbol { Name: "Dictionary" or "ConcurrentDictionary", TypeArguments: { Length: 2 } pair } when IsTask(pair[1]) && !isOnWorkers:
                Imports.Ensure(edits, model, add.SpanStart, "System.Linq");
                return Statements.TryInsertAfter(edits, add, $"if ({tasks.Name}.Count % {limit} == 0)\n{{\n    {Wait($"{tasks.Name}.Values", $"{tasks.Name}.Values.ToArray()")}\n}}");
            case IArrayTypeSymbol { ElementType: var element } when IsTask(element) && found is AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax access } && CountsUp(loop, access) is { } index:
                var started = $"{tasks.Name}.Take({index} + 1)";
                Imports.Ensure(edits, model, add.SpanStart, "System.Linq");
                return Statements.TryInsertAfter(edits, add, $"if (({index} + 1) % {limit} == 0)\n{{\n    {Wait(started, $"{started}.ToArray()")}\n}}");
            default:
                return false;
        }
    }

    private static bool IsTask(ITypeSymbol type) => type is { Name: "Task", ContainingNamespace.Name: "Tasks" };

    /// <summary>The counter of <c>for (var i = 0; …; i++) tasks[i] = …</c>.</summary>
    private static string? CountsUp(StatementSyntax loop, ElementAccessExpressionSyntax access) =>
        loop is ForStatementSyntax { Declaration.Variables: { Count: 1 } variables, Incrementors: { Count: 1 } steps }
        && variables[0].Initializer?.Value.ToString() == "0"
        && steps[0].IsKind(SyntaxKind.PostIncrementExpression) | steps[0].IsKind(SyntaxKind.PreIncrementExpression)
        && access.ArgumentList.Arguments is { Count: 1 } indices && indices[0].ToString() == variables[0].Identifier.ValueText
            ? variables[0].Identifier.ValueText
            : null;

    // ---- Parallel ----

    private static bool TrySetDegree(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax call, string limit, CancellationToken cancellationToken)
    {
        if (model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method || call.ArgumentList.Arguments is not { Count: > 0 } arguments || arguments.Any(argument => argument.NameColon is not null))
        {
            return false;
        }

        if (method.ContainingType?.Name == "ParallelEnumerable")
        {
            return TrySetPlinqDegree(edits, call, limit);
        }

        for (var index = 0; index < method.Parameters.Length && index < arguments.Count; index++)
        {
            if (method.Parameters[index].Type.Name == "ParallelOptions")
            {
                return TrySetDegreeOf(edits, model, arguments[index].Expression, limit, cancellationToken);
            }

            if (method.Parameters[index].Type is { Name: "CancellationToken", ContainingNamespace.Name: "Threading" })
            {
                edits.Replace(arguments[index].Expression, $"new ParallelOptions {{ MaxDegreeOfParallelism = {limit}, CancellationToken = {arguments[index].Expression} }}");
                return true;
            }
        }

        var position = method.Name switch
        {
            "Invoke" => 0,
            "For" or "ForAsync" => 2,
            "ForEach" or "ForEachAsync" => 1,
            _ => -1,
        };
        if (position < 0 || position >= arguments.Count)
        {
            return false;
        }

        edits.Insert(arguments[position].SpanStart, $"new ParallelOptions {{ MaxDegreeOfParallelism = {limit} }}, ");
        return true;
    }

    /// <summary><c>hosts.AsParallel()</c> gets <c>WithDegreeOfParallelism</c>.</summary>
    private static bool TrySetPlinqDegree(SourceEdits edits, InvocationExpressionSyntax call, string limit)
    {
        foreach (var part in call.DescendantNodesAndSelf(node => node is not AnonymousFunctionExpressionSyntax).OfType<InvocationExpressionSyntax>())
        {
            switch (part)
            {
                case { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WithDegreeOfParallelism" }, ArgumentList.Arguments: { Count: 1 } degree }:
                    edits.Replace(degree[0], limit);
                    return true;
                case { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsParallel" } }:
                    edits.Insert(part.Span.End, $".WithDegreeOfParallelism({limit})");
                    return true;
            }
        }

        return false;
    }

    private static bool TrySetDegreeOf(SourceEdits edits, SemanticModel model, ExpressionSyntax options, string limit, CancellationToken cancellationToken)
    {
        var creation = options as BaseObjectCreationExpressionSyntax;
        if (options is IdentifierNameSyntax && model.GetSymbolInfo(options, cancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references }
            && references[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax initial })
        {
            creation = initial;
        }

        if (creation is null)
        {
            return false;
        }

        var existing = creation.Initializer?.Expressions.OfType<AssignmentExpressionSyntax>().FirstOrDefault(assignment => assignment.Left.ToString() == "MaxDegreeOfParallelism");
        if (existing is not null)
        {
            edits.Replace(existing.Right, limit);
        }
        else if (creation.Initializer is { Expressions: { Count: > 0 } expressions })
        {
            edits.Insert(expressions[0].SpanStart, $"MaxDegreeOfParallelism = {limit}, ");
        }
        else if (creation.Initializer is null)
        {
            edits.Insert(creation.Span.End, $" {{ MaxDegreeOfParallelism = {limit} }}");
        }
        else
        {
            return false;
        }

        return true;
    }
}
