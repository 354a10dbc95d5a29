using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>Finds what has <c>WaitUntil</c> at a place.</summary>
internal static class WaitUntilContext
{
    /// <summary>An expression for the Worker's context, or null where none is in scope.</summary>
    public static string? Find(SemanticModel model, SyntaxNode at, CancellationToken cancellationToken)
    {
        string? field = null;
        foreach (var symbol in model.LookupSymbols(at.SpanStart))
        {
            switch (symbol)
            {
                case IParameterSymbol parameter when IsContext(parameter.Type):
                    return parameter.Name;
                case IParameterSymbol { Type: { Name: "RouteContext", ContainingNamespace.Name: "Workers" } } route:
                    return route.Name + ".Context";
                case ILocalSymbol local when IsContext(local.Type) && local.Locations[0].SourceSpan.End < at.SpanStart:
                    return local.Name;
                case IFieldSymbol { IsStatic: false } member when IsContext(member.Type) && IsInInstance(model, at, cancellationToken):
                    field ??= member.Name;
                    break;
                case IPropertySymbol { IsStatic: false } member when IsContext(member.Type) && IsInInstance(model, at, cancellationToken):
                    field ??= member.Name;
                    break;
            }
        }

        return field;
    }

    private static bool IsInInstance(SemanticModel model, SyntaxNode at, CancellationToken cancellationToken) =>
        at.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>() is { } method && model.GetDeclaredSymbol(method, cancellationToken) is { IsStatic: false };

    private static bool IsContext(ITypeSymbol type) =>
        type is { Name: "Context" or "DurableObjectState", ContainingNamespace: { Name: "Workers", ContainingNamespace.IsGlobalNamespace: true } };
}
