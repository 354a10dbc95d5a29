using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Code of the file that a fix writes a second time.</summary>
internal static class RepeatedCode
{
    /// <summary>The expression's text without its comments, which are said once.</summary>
    public static string WithoutComments(ExpressionSyntax expression) => expression.ReplaceTokens(
        expression.DescendantTokens().Where(token => token.LeadingTrivia.Concat(token.TrailingTrivia).Any(IsComment)),
        (_, token) => token.WithoutTrivia()).ToString();

    private static bool IsComment(SyntaxTrivia trivia) => trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) || trivia.IsKind(SyntaxKind.SingleLineCommentTrivia);
}
