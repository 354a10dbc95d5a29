using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>The flow of the member that a node stands in, for whoever starts from a place in the source.</summary>
internal static class MemberFlow
{
    /// <summary>Null where the node stands in no body, or the body has nothing to do with sockets.</summary>
    public static SocketFlow? Around(SocketCompilation compilation, SyntaxNode node, CancellationToken cancellationToken)
    {
        var member = node.AncestorsAndSelf().FirstOrDefault(each => each is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or PropertyDeclarationSyntax { ExpressionBody: not null }
            or GlobalStatementSyntax);
        if (member is GlobalStatementSyntax)
        {
            member = member.Parent;
        }

        var owner = member switch
        {
            CompilationUnitSyntax unit => compilation.Sources.For(unit.SyntaxTree)?.GetDeclaredSymbol(unit, cancellationToken),
            { } other => compilation.Sources.For(other.SyntaxTree)?.GetDeclaredSymbol(other, cancellationToken),
            null => null,
        };
        var body = member is PropertyDeclarationSyntax property ? property.ExpressionBody : member;
        return owner is not null && compilation.Sources.OperationOf(body, cancellationToken) is { } root
            ? SocketFlow.Create(compilation, owner, root, cancellationToken)
            : null;
    }
}
