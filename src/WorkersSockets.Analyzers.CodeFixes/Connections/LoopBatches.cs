using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using static WorkersSockets.Analyzers.CodeFixes.Connections.FanOutSyntax;
using static WorkersSockets.Analyzers.CodeFixes.Connections.TaskListUses;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Lets a loop that collects tasks wait whenever it has started as many as are allowed.</summary>
internal static class LoopBatches
{
    /// <summary>A loop that collects tasks waits for them whenever it has started as many as are allowed.</summary>
    public static bool TryBatchLoop(SourceEdits edits, SemanticModel model, ExpressionSyntax found, string limit, bool isOnWorkers, int milliseconds, CancellationToken cancellationToken)
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
            case INamedTypeSymbol { Name: "List", TypeArguments: { Length: 1 } elements } when elements[0] is { Name: "TcpSocket", ContainingNamespace.Name: "Workers" } && isAsync:
                // An established connection does not count on Workers.
                Imports.Ensure(edits, model, add.SpanStart, "System.Linq");
                var socket = UniqueNames.IsFree(add, "socket", isNested: true) ? "socket" : UniqueNames.ForLocal(add, "socket");
                return BoundedOpen.Call(edits, model, add, socket, milliseconds, cancellationToken) is { } opening
                    && Statements.TryInsertAfter(edits, add, $"if ({tasks.Name}.Count % {limit} == 0)\n{{\n    await Task.WhenAll({tasks.Name}.Select({socket} => {opening}));\n}}");
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
}
