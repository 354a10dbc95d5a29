using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Opens a socket of Workers within a time, by a race in a pair of helper methods.</summary>
internal static class RacedOpen
{
    /// <summary>Opens the socket within the time where the wait for it stands, or in front of it.</summary>
    public static bool TryRace(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax wait, int milliseconds, CancellationToken cancellationToken)
    {
        if (SocketOf(model, wait, cancellationToken) is not { } socket
            || wait.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || !IsEvaluatedFirst(statement, wait)
            || !AsyncMethods.IsInAsync(wait))
        {
            return false;
        }

        // A finally block that awaits the close would hang after a timeout: the open belongs in front of its try.
        var anchor = statement;
        for (var outer = OuterTry(statement); outer is not null; outer = OuterTry(outer))
        {
            if (outer.Finally is null || !outer.Block.Span.Contains(statement.Span) || !outer.Finally.ToString().Contains("await "))
            {
                continue;
            }

            if (IsDeclaredIn(model, socket, outer, cancellationToken))
            {
                return false;
            }

            if (outer.Catches.Count > 0)
            {
                // Its handlers are to see the timeout: the open stays inside, and the close moves into a block of its own behind it.
                return anchor == statement && TryNestClose(edits, model, wait, statement, outer, socket, milliseconds, cancellationToken);
            }

            anchor = outer;
        }

        if (BoundedOpen.Call(edits, model, wait, socket, milliseconds, cancellationToken) is not { } opening)
        {
            return false;
        }

        var isBareOpen = IsBareOpen(wait, statement) || (IsAwaited(wait, statement) && OpensOnly(model, wait, cancellationToken));
        var isOpen = isBareOpen || wait.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OpenedAsync" };
        if (isOpen && anchor == statement && (isBareOpen || IsTaskOnly(model, wait, cancellationToken)))
        {
            edits.Replace(wait, opening);
            return true;
        }

        if (isBareOpen && anchor is TryStatementSyntax { Block.Statements.Count: > 1 } attempt && statement.Parent == attempt.Block)
        {
            Statements.Remove(edits, statement);
        }

        return Statements.TryInsertBefore(edits, anchor, $"await {opening};");
    }

    /// <summary>Opens the socket in a <c>try</c>, in front of the statement that holds the first use.</summary>
    public static bool TryOpenInside(
        SourceEdits edits, SemanticModel model, InvocationExpressionSyntax use, TryStatementSyntax attempt, string socket, int milliseconds, CancellationToken cancellationToken)
    {
        var statement = attempt.Block.Statements.First(each => each.Span.Contains(use.Span));
        if (attempt.Finally?.ToString().Contains("await ") == true)
        {
            return TryNestClose(edits, model, use, statement, attempt, socket, milliseconds, cancellationToken);
        }

        return BoundedOpen.Call(edits, model, use, socket, milliseconds, cancellationToken) is { } opening
            && Statements.TryInsertBefore(edits, statement, $"await {opening};");
    }

    /// <summary><c>try { open; work } catch { … } finally { close }</c> becomes <c>try { open; try { work } finally { close } } catch { … }</c>.</summary>
    private static bool TryNestClose(
        SourceEdits edits, SemanticModel model, InvocationExpressionSyntax wait, StatementSyntax statement, TryStatementSyntax outer, string socket, int milliseconds, CancellationToken cancellationToken)
    {
        var statements = outer.Block.Statements;
        var isBareOpen = IsBareOpen(wait, statement);
        var first = isBareOpen ? statements.IndexOf(statement) + 1 : statements.IndexOf(statement);
        if (statement.Parent != outer.Block
            || first >= statements.Count
            || outer.Finally is not { Block.Statements: { Count: 1 } closing } clause
            || closing[0].ToString().Contains('\n')
            || !SourceLayout.StartsLine(edits.Text, clause.SpanStart)
            || StatementRange.Between(edits.Text, model, statements[first], statements[statements.Count - 1], cancellationToken) is not { } work
            || BoundedOpen.Call(edits, model, wait, socket, milliseconds, cancellationToken) is not { } opening)
        {
            return false;
        }

        var layout = edits.Layout;
        var indent = work.Indent;
        if (isBareOpen)
        {
            edits.Replace(wait, opening);
        }
        else
        {
            edits.Insert(edits.Text.Lines.GetLineFromPosition(statements[first].SpanStart).Start, $"{indent}await {opening};{layout.NewLine}");
        }

        var head = layout.BraceOnOwnLine ? $"{indent}}}{layout.NewLine}{indent}finally" : $"{indent}}} finally";
        work.Nest(edits, $"{indent}try{layout.OpenBlock(indent)}", $"{head}{layout.OpenBlock(indent)}{indent}{layout.Step}{closing[0]}{layout.NewLine}{indent}}}{layout.NewLine}");
        edits.Remove(TextSpan.FromBounds(clause.GetFirstToken().GetPreviousToken().Span.End, clause.Span.End));
        return true;
    }

    private static bool IsBareOpen(InvocationExpressionSyntax wait, StatementSyntax statement) =>
        wait.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OpenedAsync" } && IsAwaited(wait, statement);

    private static bool IsAwaited(InvocationExpressionSyntax wait, StatementSyntax statement) =>
        statement is ExpressionStatementSyntax { Expression: AwaitExpressionSyntax { Expression: var awaited } } && awaited == wait;

    /// <summary>Whether a helper in this file does nothing with the socket that it is given but wait until it is open.</summary>
    private static bool OpensOnly(SemanticModel model, InvocationExpressionSyntax wait, CancellationToken cancellationToken)
    {
        if (model.GetSymbolInfo(wait, cancellationToken).Symbol is not IMethodSymbol { DeclaringSyntaxReferences: { Length: 1 } references } helper
            || references[0].SyntaxTree != wait.SyntaxTree
            || (helper.ReducedFrom ?? helper).Parameters.FirstOrDefault(parameter => parameter.Type.Name == "TcpSocket") is not { } socket)
        {
            return false;
        }

        var uses = references[0].GetSyntax(cancellationToken).DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == socket.Name).ToList();
        return uses.Count > 0 && uses.TrueForAll(use => use.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OpenedAsync", Expression: var receiver } && receiver == use);
    }

    private static TryStatementSyntax? OuterTry(SyntaxNode node) => node.Ancestors()
        .TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .OfType<TryStatementSyntax>().FirstOrDefault();

    /// <summary>Whether a statement in front of this one runs right before the wait, and once.</summary>
    private static bool IsEvaluatedFirst(StatementSyntax statement, SyntaxNode wait) => statement switch
    {
        ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax => true,
        IfStatementSyntax choice => choice.Condition.Span.Contains(wait.Span),
        SwitchStatementSyntax choice => choice.Expression.Span.Contains(wait.Span),
        WhileStatementSyntax loop => loop.Condition.Span.Contains(wait.Span),
        CommonForEachStatementSyntax loop => loop.Expression.Span.Contains(wait.Span),
        UsingStatementSyntax scope => !scope.Statement.Span.Contains(wait.Span),
        _ => false,
    } && !wait.Ancestors().TakeWhile(ancestor => ancestor != statement).Any(ancestor => ancestor is AnonymousFunctionExpressionSyntax);

    /// <summary>One of several opens that are joined, with the results unused: the helper takes its place.</summary>
    private static bool IsTaskOnly(SemanticModel model, InvocationExpressionSyntax wait, CancellationToken cancellationToken) =>
        wait.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } } join }
        && join.Parent is AwaitExpressionSyntax { Parent: ExpressionStatementSyntax }
        && model.GetSymbolInfo(join, cancellationToken).Symbol is IMethodSymbol { ContainingType.Name: "Task" };

    /// <summary>The socket's variable: the receiver of the wait, or the argument of a helper that waits.</summary>
    private static string? SocketOf(SemanticModel model, InvocationExpressionSyntax wait, CancellationToken cancellationToken)
    {
        bool IsSocket(ExpressionSyntax expression) =>
            expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or IdentifierNameSyntax }
            && model.GetTypeInfo(expression, cancellationToken).Type is { Name: "TcpSocket", ContainingNamespace.Name: "Workers" };

        if (wait.Expression is MemberAccessExpressionSyntax { Expression: var receiver } && IsSocket(receiver))
        {
            return receiver.ToString();
        }

        if (wait.ArgumentList.Arguments.Count == 0)
        {
            return null;
        }

        return wait.ArgumentList.Arguments.Select(argument => argument.Expression).FirstOrDefault(IsSocket)?.ToString();
    }

    private static bool IsDeclaredIn(SemanticModel model, string socket, TryStatementSyntax attempt, CancellationToken cancellationToken) =>
        attempt.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(variable => variable.Identifier.ValueText == socket)
        || attempt.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment => assignment.Left.ToString() == socket);
}
