using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Names that collide with nothing.</summary>
internal static class UniqueNames
{
    /// <summary>A name for a local that can be declared in the block around <paramref name="at"/>: "buffer", else "buffer2" and so on.</summary>
    /// <param name="otherwise">A second choice, before numbers.</param>
    public static string ForLocal(SyntaxNode at, string wanted, string? otherwise = null)
    {
        var scope = ScopeOf(at);
        var used = IdentifiersIn(scope);
        bool IsUsed(string name) => used.Contains(name) || IsDeclaredAround(scope, name);
        return Free(otherwise is not null && IsUsed(wanted) ? otherwise : wanted, IsUsed);
    }

    /// <summary>A name for a parameter of a lambda that is <paramref name="function"/>, or takes its place: those of other lambdas do not matter.</summary>
    public static string ForParameter(SyntaxNode function, string wanted)
    {
        var used = IdentifiersIn(function);
        return Free(wanted, name => used.Contains(name) || IsDeclaredAround(function, name));
    }

    /// <summary>Whether a local that is declared in the block of <paramref name="statement"/> can have the name: others are in blocks beside it.</summary>
    /// <param name="isNested">It is declared in a block of its own, so that others may be in blocks inside, too.</param>
    public static bool IsFree(StatementSyntax statement, string name, bool isNested = false)
    {
        var scope = ScopeOf(statement);
        return !IsDeclaredAround(scope, name)
            && !scope.DescendantNodes().Any(node => NameOf(node) == name && (!isNested || OwnerOf(node)?.Span.Contains(statement.Span) != false));
    }

    /// <summary>What can see a local that is declared beside a statement, or in a function: a block, all sections of a switch, a program.</summary>
    private static SyntaxNode ScopeOf(SyntaxNode at)
    {
        var around = at.AncestorsAndSelf().FirstOrDefault(node => node is StatementSyntax || IsScope(node));
        return (around is StatementSyntax and not (BlockSyntax or LocalFunctionStatementSyntax) ? around.Parent : around)?.AncestorsAndSelf().FirstOrDefault(IsScope) ?? at.SyntaxTree.GetRoot();
    }

    private static bool IsScope(SyntaxNode node) =>
        node is BlockSyntax or SwitchStatementSyntax or CatchClauseSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax
            or ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or UsingStatementSyntax or FixedStatementSyntax
        || (node is MemberDeclarationSyntax and not GlobalStatementSyntax and not BaseNamespaceDeclarationSyntax);

    private static HashSet<string> IdentifiersIn(SyntaxNode node) => new(
        node.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText), StringComparer.Ordinal);

    /// <summary>Whether the name is one of a local or parameter of the member that the scope can see.</summary>
    private static bool IsDeclaredAround(SyntaxNode scope, string name)
    {
        SyntaxNode member = scope.FirstAncestorOrSelf<MemberDeclarationSyntax>(node => node is not GlobalStatementSyntax) ?? scope.SyntaxTree.GetRoot();
        return member.DescendantNodes().Any(node => NameOf(node) == name && OwnerOf(node)?.Span.Contains(scope.Span) != false);
    }

    private static string? NameOf(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax declarator => declarator.Identifier.ValueText,
        SingleVariableDesignationSyntax designation => designation.Identifier.ValueText,
        ParameterSyntax parameter => parameter.Identifier.ValueText,
        ForEachStatementSyntax each => each.Identifier.ValueText,
        CatchDeclarationSyntax caught => caught.Identifier.ValueText,
        LocalFunctionStatementSyntax function => function.Identifier.ValueText,
        _ => null,
    };

    /// <summary>The scope that a declaration stands in, null for a program.</summary>
    private static SyntaxNode? OwnerOf(SyntaxNode declaration) =>
        (declaration is LocalFunctionStatementSyntax ? declaration.Parent! : declaration).AncestorsAndSelf().FirstOrDefault(IsScope);

    /// <summary>A name for a member that the type and its bases do not have.</summary>
    public static string ForMember(INamedTypeSymbol type, string wanted)
    {
        var used = new HashSet<string>(StringComparer.Ordinal) { type.Name };
        for (var current = type; current is not null; current = current.BaseType)
        {
            used.UnionWith(current.MemberNames);
        }

        return Free(wanted, used.Contains);
    }

    private static string Free(string wanted, Func<string, bool> isUsed)
    {
        if (!isUsed(wanted))
        {
            return wanted;
        }

        var number = 2;
        while (isUsed(wanted + number))
        {
            number++;
        }

        return wanted + number;
    }
}
