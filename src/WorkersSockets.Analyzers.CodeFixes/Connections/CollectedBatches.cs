using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using static WorkersSockets.Analyzers.CodeFixes.Connections.FanOutSyntax;
using static WorkersSockets.Analyzers.CodeFixes.Connections.TaskListUses;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Fills a list of started tasks batch by batch.</summary>
internal static class CollectedBatches
{
    /// <summary>
    /// <c>var tasks = hosts.Select(f).ToList();</c>, joined or looked at later: the list is filled batch by batch, each of which waits
    /// for what was started. The tasks stay in order and keep their types, and what uses them stays as it is.
    /// </summary>
    public static bool TryCollectInBatches(SourceEdits edits, SemanticModel model, ExpressionSyntax projection, string size, bool isOnWorkers, int milliseconds, CancellationToken cancellationToken)
    {
        var outer = Outer(projection);
        if (!HasChunk(model.Compilation)
            || outer.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement } declaration } variable }
            || Source(projection) is not { } source
            || (source.Lazy is not null && isOnWorkers)
            || (TaskOf(model, projection, cancellationToken) ?? SocketOf(model, projection, cancellationToken)) is not { } task
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
        if (uses.Count == 0 || uses.Any(use => IsTriedAlone(use, statement) || IsJoined(use, "WhenAny")) || (!isAsync && !uses.Any(use => IsJoined(use, "WaitAll"))))
        {
            return false;
        }

        var needsArray = model.GetTypeInfo(outer, cancellationToken).Type is IArrayTypeSymbol && uses.Any(use => !TakesList(model, use, cancellationToken));
        var list = needsArray ? UniqueNames.ForLocal(statement, "started") : name;
        var layout = edits.Layout;
        var indent = SourceLayout.IndentOf(edits.Text, statement);
        var inner = indent + layout.Step;
        var batch = UniqueNames.ForLocal(projection, "batch", otherwise: "chunk");
        var areSockets = TaskOf(model, projection, cancellationToken) is null;
        var item = areSockets && UniqueNames.IsFree(statement, "socket", isNested: true) ? "socket" : UniqueNames.ForLocal(projection, areSockets ? "socket" : "task");
        var opening = areSockets ? BoundedOpen.Call(edits, model, statement, item, milliseconds, cancellationToken) : null;
        if (areSockets && (opening is null || !isAsync))
        {
            return false;
        }

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
        var wait = areSockets ? $"await Task.WhenAll({list}.Select({item} => {opening}));" : isAsync ? $"await Task.WhenAll({list});" : $"Task.WaitAll({list}.ToArray());";
        var end = source.Lazy is null ? projection.Span.End : outer.Span.End;
        var next = line.LineNumber + 1 < edits.Text.Lines.Count ? edits.Text.Lines[line.LineNumber + 1].ToString().Trim() : "}";
        edits.Replace(
            TextSpan.FromBounds(end, line.End),
            add + $"{inner}{wait}{layout.NewLine}{indent}}}"
                + (needsArray ? $"{layout.NewLine}{layout.NewLine}{indent}{declaration.Type} {name} = {list}.ToArray();" : next.Length > 0 && next[0] != '}' ? layout.NewLine : ""));
        return true;
    }

    /// <summary>Sockets of Workers, which do not count any more when they are established.</summary>
    private static string? SocketOf(SemanticModel model, ExpressionSyntax projection, CancellationToken cancellationToken) =>
        model.GetTypeInfo(projection, cancellationToken).Type is INamedTypeSymbol { TypeArguments: { Length: 1 } elements } && elements[0] is { Name: "TcpSocket", ContainingNamespace.Name: "Workers" } socket
            ? socket.ToMinimalDisplayString(model, projection.SpanStart)
            : null;
}
