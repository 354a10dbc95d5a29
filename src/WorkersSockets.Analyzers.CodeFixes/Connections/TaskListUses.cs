using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>What code does with a list of tasks or of results, so that another type or an earlier wait may stand in its place.</summary>
internal static class TaskListUses
{
    public static List<IdentifierNameSyntax> Uses(SemanticModel model, VariableDeclaratorSyntax variable, CancellationToken cancellationToken)
    {
        var symbol = model.GetDeclaredSymbol(variable, cancellationToken);
        var scope = variable.FirstAncestorOrSelf<BlockSyntax>() ?? variable.SyntaxTree.GetRoot(cancellationToken);
        return scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == variable.Identifier.ValueText && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
            .ToList();
    }

    /// <summary>A wait for one task whose failure is handled for itself: a wait for the whole batch would fail before it.</summary>
    public static bool IsTriedAlone(SyntaxNode use, StatementSyntax declaration) =>
        use.Ancestors().OfType<TryStatementSyntax>().Any(attempt => attempt.Catches.Count > 0 && !attempt.Span.Contains(declaration.Span)
            && attempt.Block.Span.Contains(use.Span) && !IsJoined(use, "WhenAll") && !IsJoined(use, "WaitAll"))
        || (use.Parent is CommonForEachStatementSyntax loop && loop.Statement.DescendantNodes().OfType<TryStatementSyntax>().Any(attempt => attempt.Catches.Count > 0));

    public static bool IsJoined(SyntaxNode use, string join)
    {
        var current = use;
        while (current.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray" or "ToList" } or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray" or "ToList" } })
        {
            current = current.Parent;
        }

        return current.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } } && name == join;
    }

    /// <summary>Whether a list may stand where an array does.</summary>
    public static bool TakesList(SemanticModel model, IdentifierNameSyntax use, CancellationToken cancellationToken) => use.Parent switch
    {
        ForEachStatementSyntax loop => loop.Expression == use,
        ElementAccessExpressionSyntax access => access.Expression == use && !access.ArgumentList.ToString().Contains('^') && !access.ArgumentList.ToString().Contains(".."),
        MemberAccessExpressionSyntax member => (model.GetSymbolInfo(member, cancellationToken).Symbol as IMethodSymbol)?.ContainingType?.Name == "Enumerable",
        ArgumentSyntax argument => IsJoined(use, "WhenAll") || IsJoined(use, "WhenAny") || TakesAnySequence(model, argument, cancellationToken),
        _ => false,
    };

    public static bool NeedsArray(SemanticModel model, VariableDeclaratorSyntax variable, CancellationToken cancellationToken) =>
        Uses(model, variable, cancellationToken).Any(use => !TakesList(model, use, cancellationToken));

    /// <summary>A parameter that any sequence can be given to, or one that is written out whatever it is: <c>Results.Ok(states)</c>.</summary>
    public static bool TakesAnySequence(SemanticModel model, ArgumentSyntax argument, CancellationToken cancellationToken)
    {
        if (argument.Parent is not ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol { OriginalDefinition: var method } target)
        {
            return false;
        }

        if (target is { Name: "Join", ContainingType.SpecialType: SpecialType.System_String })
        {
            return true;
        }

        var position = argument.NameColon is { } name ? method.Parameters.FirstOrDefault(parameter => parameter.Name == name.Name.Identifier.ValueText)?.Ordinal ?? -1 : list.Arguments.IndexOf(argument);
        return position >= 0 && position < method.Parameters.Length && method.Parameters[position].Type switch
        {
            INamedTypeSymbol { Name: "IEnumerable" or "IReadOnlyList" or "IReadOnlyCollection" or "IList" or "ICollection" } => true,
            ITypeParameterSymbol => target.Name is "Json" or "Ok" or "Created" or "Accepted" or "Serialize",
            { SpecialType: SpecialType.System_Object } => target.Name is "Json" or "Ok" or "Created" or "Accepted" or "Serialize",
            _ => false,
        };
    }
}
