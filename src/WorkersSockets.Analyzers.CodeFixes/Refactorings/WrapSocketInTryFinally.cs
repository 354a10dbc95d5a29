using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.CodeFixes.Refactorings;

/// <summary>Puts what follows the connect into <c>try</c> and the close into <c>finally</c>.</summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(WrapSocketInTryFinally))]
[Shared]
public sealed class WrapSocketInTryFinally() : SocketRefactoring("Wrap socket in try/finally")
{
    private protected override bool TryRewrite(SourceEdits edits, ConnectPlace place, CancellationToken cancellationToken)
    {
        if (place is not { Connection: { } connection, Model: var model })
        {
            return false;
        }

        if (connection.Socket is not { IsOwned: true, IsHandedOn: false, Operation: { } made }
            || StatementOf(made) is not LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } declaration
            || !declaration.UsingKeyword.IsKind(SyntaxKind.None)
            || variables[0].Initializer?.Value is not { } value || (value != made.Syntax && (value as AwaitExpressionSyntax)?.Expression != made.Syntax))
        {
            return false;
        }

        var name = variables[0].Identifier.ValueText;
        var siblings = StatementRange.Siblings(declaration);
        StatementSyntax after = declaration;
        string close;
        if (connection.Socket.Surface == Surface.Workers)
        {
            // A close waits for the connect to settle, so the wait for the connection stays in front of the try.
            var opened = OpeningOf(place.Flow, connection);
            if (opened is null || StatementOf(opened) is not { } wait || !siblings.Contains(wait) || !AsyncMethods.IsInAsync(declaration))
            {
                return false;
            }

            after = wait;
            close = $"await {name}.CloseAsync();";
        }
        else
        {
            close = $"{name}.Dispose();";
        }

        // A close at the end moves into the finally; any other close means that somebody thought about it already.
        var closes = connection.Events.Where(found => found.Kind == FlowEventKind.Close && !found.Value.Is(ValueFlags.Wrapped)).Select(found => StatementOf(found.Operation)).Distinct().ToList();
        StatementSyntax? last = null;
        if (closes.Count > 0)
        {
            if (closes.Count > 1 || closes[0] is not ExpressionStatementSyntax { Expression: var expression } old || siblings.IndexOf(old) is not (> 0 and var position)
                || position <= siblings.IndexOf(after) + 1
                || siblings.Skip(position + 1).Any(statement => Mentions(statement, name)))
            {
                return false;
            }

            close = expression + ";";
            last = siblings[position - 1];
            Statements.Remove(edits, old);
        }

        return TryFinallyWrapper.TryWrap(edits, model, after, close, last, cancellationToken);
    }

    private static bool Mentions(SyntaxNode node, string name) =>
        node.DescendantNodes().OfType<IdentifierNameSyntax>().Any(identifier => identifier.Identifier.ValueText == name);
}
