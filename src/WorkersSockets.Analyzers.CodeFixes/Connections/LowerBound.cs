using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Writes the limit where the code bounds its connections already, only too high: a semaphore, a batch, a window, a number of consumers.</summary>
internal static class LowerBound
{
    /// <param name="edits">Where the edit goes.</param>
    /// <param name="model">The model of the document.</param>
    /// <param name="found">The find.</param>
    /// <param name="setting">The number that the find names, where it names one.</param>
    /// <param name="size">The number to write.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static bool TrySet(SourceEdits edits, SemanticModel model, ExpressionSyntax found, Location? setting, string size, CancellationToken cancellationToken)
    {
        if (setting is not null)
        {
            return setting.SourceTree == edits.Root.SyntaxTree
                && edits.Root.FindNode(setting.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<ExpressionSyntax>() is { } width
                && TryWrite(edits, model, width, size, cancellationToken);
        }

        return (ChunkSize(model, found, cancellationToken) ?? Consumers(model, found, cancellationToken)) is { } number && IsGreater(model, number, size, cancellationToken)
            ? TryWrite(edits, model, number, size, cancellationToken)
            : TrySetWindow(edits, model, found, size, cancellationToken);
    }

    /// <summary>Writes the number in place of a literal, of the value of a constant, and of the same number beside it.</summary>
    private static bool TryWrite(SourceEdits edits, SemanticModel model, ExpressionSyntax number, string size, CancellationToken cancellationToken)
    {
        if (ValueOf(model, number, cancellationToken) is { } value)
        {
            edits.Replace(value, size);
            return true;
        }

        edits.Replace(number, size);
        if (number.Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: { Count: 2 } arguments, Parent: BaseObjectCreationExpressionSyntax } }
            && arguments[1].Expression is var most && most != number && most.IsEquivalentTo(number))
        {
            edits.Replace(most, size);
        }

        return true;
    }

    /// <summary>The literal that a constant or a read-only member of the document has as its value.</summary>
    private static ExpressionSyntax? ValueOf(SemanticModel model, ExpressionSyntax number, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(number, cancellationToken).Symbol is { DeclaringSyntaxReferences: { Length: 1 } references } symbol
        && symbol is ILocalSymbol or IFieldSymbol { DeclaredAccessibility: Accessibility.Private } and ({ IsReadOnly: true } or { IsConst: true })
        && references[0].SyntaxTree == number.SyntaxTree
        && references[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: LiteralExpressionSyntax value }
            ? value
            : null;

    private static bool IsGreater(SemanticModel model, ExpressionSyntax number, string size, CancellationToken cancellationToken) =>
        (model.GetConstantValue(number, cancellationToken).Value ?? (ValueOf(model, number, cancellationToken) is { } value ? model.GetConstantValue(value, cancellationToken).Value : null)) is int present
        && present > int.Parse(size, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The 50 of <c>foreach (var batch in hosts.Chunk(50)) { … batch.Select(…) … }</c>.</summary>
    private static ExpressionSyntax? ChunkSize(SemanticModel model, ExpressionSyntax found, CancellationToken cancellationToken) =>
        FanOutSyntax.Source(found)?.Receiver is IdentifierNameSyntax batch
        && model.GetSymbolInfo(batch, cancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references }
        && references[0].GetSyntax(cancellationToken) is ForEachStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Chunk" }, ArgumentList.Arguments: { Count: 1 } size } }
            ? size[0].Expression
            : null;

    /// <summary>The number of workers that share a queue or a channel: fewer of them do the same work.</summary>
    private static ExpressionSyntax? Consumers(SemanticModel model, ExpressionSyntax found, CancellationToken cancellationToken)
    {
        var loop = found.FirstAncestorOrSelf<ForStatementSyntax>();
        var (number, work) = FanOutSyntax.Source(found)?.Receiver is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Range" }, ArgumentList.Arguments: { Count: 2 } range }
            ? (range[1].Expression, (SyntaxNode)found)
            : loop?.Condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LessThanExpression } condition && loop.Declaration is { Variables: { Count: 1 } variables } && variables[0].Initializer?.Value.ToString() == "0"
                ? (condition.Right, found)
                : default;
        return number is not null && TakesFromQueue(model, work, cancellationToken) ? number : null;
    }

    /// <summary>Whether the work, or a method that it calls, takes its items from a queue until that is empty.</summary>
    private static bool TakesFromQueue(SemanticModel model, SyntaxNode work, CancellationToken cancellationToken)
    {
        bool Takes(SyntaxNode node) => node.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>().Any(member =>
            member.Name.Identifier.ValueText is "ReadAllAsync" or "WaitToReadAsync" or "TryDequeue" or "TryTake" or "TryPop" or "GetConsumingEnumerable");

        return Takes(work) || work.DescendantNodesAndSelf().OfType<SimpleNameSyntax>()
            .Select(name => model.GetSymbolInfo(name, cancellationToken).Symbol)
            .OfType<IMethodSymbol>()
            .SelectMany(method => method.DeclaringSyntaxReferences)
            .Any(reference => Takes(reference.GetSyntax(cancellationToken)));
    }

    /// <summary>The 16 of <c>if (running.Count == 16) { await Task.WhenAll(running); running.Clear(); }</c>.</summary>
    private static bool TrySetWindow(SourceEdits edits, SemanticModel model, ExpressionSyntax found, string size, CancellationToken cancellationToken)
    {
        if (found is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax list } }
            || found.Ancestors().OfType<StatementSyntax>().FirstOrDefault(node => node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax) is not { } loop)
        {
            return false;
        }

        foreach (var comparison in loop.DescendantNodes().OfType<BinaryExpressionSyntax>())
        {
            var counted = comparison.Left is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.ModuloExpression } remainder ? remainder.Left : comparison.Left;
            var number = comparison.Left is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.ModuloExpression } every ? every.Right : comparison.Right;
            if (counted is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Count" or "Length", Expression: IdentifierNameSyntax collection } || collection.Identifier.ValueText != list.Identifier.ValueText
                || !IsGreater(model, number, size, cancellationToken))
            {
                continue;
            }

            switch (comparison.Kind())
            {
                case SyntaxKind.EqualsExpression or SyntaxKind.GreaterThanOrEqualExpression or SyntaxKind.LessThanExpression:
                    return TryWrite(edits, model, number, size, cancellationToken);
                case SyntaxKind.GreaterThanExpression or SyntaxKind.LessThanOrEqualExpression when ValueOf(model, number, cancellationToken) is null:
                    edits.Replace(number, (int.Parse(size, System.Globalization.CultureInfo.InvariantCulture) - 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    return true;
            }
        }

        return false;
    }
}
