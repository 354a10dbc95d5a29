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
            "Projection" when TryBatchProjection(edits, model, found, limit, isOnWorkers, cancellationToken) => ImmutableArray.Create(edits.ToVariant("Batch", Title, document)),
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
        var sequence = isSimple ? source.Receiver!.ToString() : source.Lazy is QueryExpressionSyntax ? $"({source.Lazy})" : source.Lazy!.ToString();
        var head = $"foreach (var {batch} in {sequence}.Chunk({limit}))";
        if (sequence.Contains('\n'))
        {
            return false;
        }

        void Replace()
        {
            if (isSimple)
            {
                edits.Replace(source.Receiver!, batch);
            }
            else
            {
                edits.Replace(Outer(projection), batch);
            }
        }

        switch (whole.Parent)
        {
            case ExpressionStatementSyntax statement when awaited is not null:
                Replace();
                return Loop(edits, statement, head);
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement } declaration } variable } when awaited is not null && resultType is not null:
                return CollectInto(edits, model, statement, declaration, variable, join, resultType, head, isOnWorkers, Replace, cancellationToken);
            case ReturnStatementSyntax statement when CanAwait(statement, awaited) && (resultType is not null || awaited is null):
                return ReturnCollected(edits, model, statement, whole, join, resultType, head, isOnWorkers, Replace);
            case ArrowExpressionClauseSyntax arrow when arrow.Parent is MethodDeclarationSyntax or LocalFunctionStatementSyntax && !whole.ToString().Contains('\n'):
                return ExpandArrow(edits, model, arrow, projection, source, join, awaited, resultType, head, batch, isOnWorkers, cancellationToken);
            default:
                return false;
        }
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
            edits.Insert(line.EndIncludingLineBreak, $"{newLine}{indent}return {list}.ToArray();{newLine}");
        }

        if (!isAsync && statement.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method)
        {
            edits.Insert(method.ReturnType.SpanStart, "async ");
        }

        return true;
    }

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
            inner = $"var {list} = new List<{resultType}>();\n{head}\n{{\n{add}\n}}\n\nreturn {list}.ToArray();";
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
        Outer(projection).Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Arguments.Count: 1, Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } } join } } ? join : null;

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

    private static bool NeedsArray(SemanticModel model, VariableDeclaratorSyntax variable, CancellationToken cancellationToken)
    {
        var symbol = model.GetDeclaredSymbol(variable, cancellationToken);
        var scope = variable.FirstAncestorOrSelf<BlockSyntax>() ?? variable.SyntaxTree.GetRoot(cancellationToken);
        return scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == variable.Identifier.ValueText && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
            .Any(name => name.Parent switch
            {
                ForEachStatementSyntax loop => loop.Expression != name,
                ElementAccessExpressionSyntax access => access.Expression != name || access.ArgumentList.ToString().Contains('^') || access.ArgumentList.ToString().Contains(".."),
                MemberAccessExpressionSyntax member => (model.GetSymbolInfo(member, cancellationToken).Symbol as IMethodSymbol)?.ContainingType?.Name != "Enumerable",
                _ => true,
            });
    }

    private static bool HasChunk(Compilation compilation) => compilation.GetTypeByMetadataName("System.Linq.Enumerable")?.GetMembers("Chunk").IsEmpty == false;

    // ---- Loops ----

    /// <summary>A loop that collects tasks waits for them whenever it has as many as are allowed.</summary>
    private static bool TryBatchLoop(SourceEdits edits, SemanticModel model, ExpressionSyntax found, string limit, bool isOnWorkers, CancellationToken cancellationToken)
    {
        if (found is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add", Expression: IdentifierNameSyntax list }, Parent: ExpressionStatementSyntax add }
            || model.GetSymbolInfo(list, cancellationToken).Symbol is not ILocalSymbol { Type: INamedTypeSymbol { Name: "List", TypeArguments.Length: 1 } type } tasks
            || type.TypeArguments[0] is not INamedTypeSymbol { Name: "Task" } task
            || add.Ancestors().FirstOrDefault(node => node is ForStatementSyntax or ForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax or AnonymousFunctionExpressionSyntax) is not StatementSyntax loop
            || !AsyncMethods.IsInAsync(add))
        {
            return false;
        }

        // Besides its declaration and the Add, the list may only be joined, once, behind the loop, with the results unused.
        ExpressionStatementSyntax? join = null;
        var scope = loop.FirstAncestorOrSelf<MemberDeclarationSyntax>(node => node is not GlobalStatementSyntax) ?? loop.SyntaxTree.GetRoot(cancellationToken);
        foreach (var name in scope.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (name == list || name.Identifier.ValueText != tasks.Name || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, tasks))
            {
                continue;
            }

            if (join is null && name.SpanStart > loop.Span.End
                && name.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } } call }
                && Awaited(call) is { Parent: ExpressionStatementSyntax statement })
            {
                join = statement;
                continue;
            }

            return false;
        }

        if (join is null)
        {
            return false;
        }

        var reset = isOnWorkers ? $"{tasks.Name} = new List<{task.ToMinimalDisplayString(model, add.SpanStart)}>();" : $"{tasks.Name}.Clear();";
        return Statements.TryInsertAfter(edits, add, $"if ({tasks.Name}.Count == {limit})\n{{\n    {join.ToString().Trim()}\n    {reset}\n}}");
    }

    // ---- Parallel ----

    private static bool TrySetDegree(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax call, string limit, CancellationToken cancellationToken)
    {
        if (model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method || call.ArgumentList.Arguments is not { Count: > 0 } arguments || arguments.Any(argument => argument.NameColon is not null))
        {
            return false;
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
