using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Names that collide with nothing.</summary>
internal static class UniqueNames
{
    /// <summary>A name for a local that the member around <paramref name="at"/> does not use for anything: "buffer", else "buffer2" and so on.</summary>
    /// <param name="otherwise">A second choice, before numbers.</param>
    public static string ForLocal(SyntaxNode at, string wanted, string? otherwise = null)
    {
        var scope = at.AncestorsAndSelf().FirstOrDefault(node => node is MemberDeclarationSyntax and not GlobalStatementSyntax and not BaseNamespaceDeclarationSyntax)
            ?? at.SyntaxTree.GetRoot();
        var used = new HashSet<string>(
            scope.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText), StringComparer.Ordinal);
        return Free(otherwise is not null && used.Contains(wanted) ? otherwise : wanted, used.Contains);
    }

    /// <summary>Whether a local that is declared in the block of <paramref name="statement"/> can have the name: others are in blocks beside it.</summary>
    /// <param name="isNested">It is declared in a block of its own, so that others may be in blocks inside, too.</param>
    public static bool IsFree(StatementSyntax statement, string name, bool isNested = false)
    {
        SyntaxNode member = statement.FirstAncestorOrSelf<MemberDeclarationSyntax>(node => node is not GlobalStatementSyntax) ?? statement.SyntaxTree.GetRoot();
        var own = statement.Parent is GlobalStatementSyntax ? member : statement.Parent;
        return !member.DescendantNodes().Any(node => node switch
        {
            VariableDeclaratorSyntax declarator => declarator.Identifier.ValueText,
            SingleVariableDesignationSyntax designation => designation.Identifier.ValueText,
            ParameterSyntax parameter => parameter.Identifier.ValueText,
            ForEachStatementSyntax each => each.Identifier.ValueText,
            CatchDeclarationSyntax caught => caught.Identifier.ValueText,
            LocalFunctionStatementSyntax function => function.Identifier.ValueText,
            _ => null,
        } == name && ((!isNested && own!.Span.Contains(node.Span))
            || (node is ParameterSyntax ? node.Parent! : node).Ancestors().FirstOrDefault(scope => scope is BlockSyntax or SwitchSectionSyntax) is not { } around
            || around.Span.Contains(statement.Span)));
    }

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
