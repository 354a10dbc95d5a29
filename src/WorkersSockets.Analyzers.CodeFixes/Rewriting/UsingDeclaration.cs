using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Turns a local declaration into one that disposes its variable at the end of the block.</summary>
internal static class UsingDeclaration
{
    /// <summary>
    /// <c>var x = …;</c> becomes <c>using var x = …;</c> (<c>await using</c> where <paramref name="isAsync"/>), or a <c>using</c>
    /// statement around the rest of the block before C# 8. False, and no edit, where that does not compile: the variable is assigned
    /// again, has no initializer, or stands where no using declaration may.
    /// </summary>
    public static bool TryAdd(
        SourceEdits edits, SemanticModel model, LocalDeclarationStatementSyntax declaration, bool isAsync, CancellationToken cancellationToken = default)
    {
        var variables = declaration.Declaration.Variables;
        if (declaration.Modifiers.Count > 0
            || !declaration.UsingKeyword.IsKind(SyntaxKind.None)
            || declaration.Declaration.Type is RefTypeSyntax
            || variables.Any(variable => variable.Initializer is null)
            || (declaration.Declaration.Type.IsVar && variables.Count > 1)
            || StatementRange.Siblings(declaration) is not { IsEmpty: false } siblings
            || siblings.Any(sibling => sibling is LabeledStatementSyntax)
            || (isAsync && !AsyncMethods.IsInAsync(declaration))
            || variables.Any(variable => IsAssigned(model, variable, siblings, cancellationToken)))
        {
            return false;
        }

        if (((CSharpParseOptions)declaration.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp8)
        {
            edits.Insert(declaration.SpanStart, isAsync ? "await using " : "using ");
            return true;
        }

        if (isAsync || StatementRange.After(edits.Text, model, declaration, last: null, cancellationToken) is not { } range)
        {
            return false;
        }

        var indent = range.Indent;
        edits.Insert(declaration.SpanStart, "using (");
        edits.Replace(declaration.SemicolonToken.Span, ")");
        range.Nest(edits, $"{indent}{{{edits.Layout.NewLine}", $"{indent}}}{edits.Layout.NewLine}");
        return true;
    }

    private static bool IsAssigned(SemanticModel model, VariableDeclaratorSyntax variable, IEnumerable<StatementSyntax> siblings, CancellationToken cancellationToken)
    {
        var symbol = model.GetDeclaredSymbol(variable, cancellationToken);
        return siblings
            .SelectMany(sibling => sibling.DescendantNodes())
            .OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == variable.Identifier.ValueText && IsWritten(name))
            .Any(name => SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol));
    }

    private static bool IsWritten(IdentifierNameSyntax name) => name.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == name,
        ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } => true,
        ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } tuple } => assignment.Left == tuple,
        RefExpressionSyntax => true,
        PrefixUnaryExpressionSyntax prefix => prefix.IsKind(SyntaxKind.AddressOfExpression),
        _ => false,
    };
}
