using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Names that collide with nothing.</summary>
internal static class UniqueNames
{
    /// <summary>A name for a local that the member around <paramref name="at"/> does not use for anything: "buffer", else "buffer2" and so on.</summary>
    public static string ForLocal(SyntaxNode at, string wanted)
    {
        var scope = at.AncestorsAndSelf().FirstOrDefault(node => node is MemberDeclarationSyntax and not GlobalStatementSyntax and not BaseNamespaceDeclarationSyntax)
            ?? at.SyntaxTree.GetRoot();
        var used = new HashSet<string>(
            scope.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText), StringComparer.Ordinal);
        return Free(wanted, used.Contains);
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
