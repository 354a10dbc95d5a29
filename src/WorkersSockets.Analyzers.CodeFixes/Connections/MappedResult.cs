using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>The value that a lambda of a minimal API returns as it is: beside an answer with a status it has to be a result as well.</summary>
internal sealed class MappedResult
{
    private readonly SyntaxNode function;
    private readonly string factory;

    private MappedResult(SyntaxNode function, string factory)
    {
        this.function = function;
        this.factory = factory;
    }

    /// <summary>Null for every function but a lambda that is mapped to a route and returns a value of its own.</summary>
    public static MappedResult? Of(SemanticModel model, SyntaxNode function, CancellationToken cancellationToken)
    {
        if (function is not ParenthesizedLambdaExpressionSyntax { ReturnType: null, Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } } }
            || !name.StartsWith("Map", StringComparison.Ordinal)
            || model.GetSymbolInfo(function, cancellationToken).Symbol is not IMethodSymbol { ReturnType: var returned }
            || Handlers.Unwrapped(returned) is not { } type
            || model.Compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Http.IResult") is not { } result)
        {
            return null;
        }

        return type.TypeKind == TypeKind.Error || type.AllInterfaces.Contains(result, SymbolEqualityComparer.Default)
            ? null
            : new MappedResult(function, type.SpecialType == SpecialType.System_String ? "Results.Text" : "Results.Ok");
    }

    public string Wrap(ExpressionSyntax value, string text) => value.IsKind(SyntaxKind.ThrowExpression) ? text : $"{factory}({text})";

    /// <summary>Makes what the lambda's own statements return a result.</summary>
    public void WrapReturns(SourceEdits edits)
    {
        foreach (var statement in function.DescendantNodes(node => node == function || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<ReturnStatementSyntax>())
        {
            if (statement.Expression is { } value)
            {
                edits.Insert(value.SpanStart, factory + "(");
                edits.Insert(value.Span.End, ")");
            }
        }
    }
}
