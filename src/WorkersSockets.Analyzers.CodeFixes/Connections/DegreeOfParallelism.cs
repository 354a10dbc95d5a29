using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Sets how many bodies of a parallel call run at a time.</summary>
internal static class DegreeOfParallelism
{
    public static bool TrySetDegree(SourceEdits edits, SemanticModel model, ExpressionSyntax found, string limit, CancellationToken cancellationToken)
    {
        if (found is BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: var given })
        {
            // A dataflow block: without options it works on one message at a time.
            return given.Count > 1 && TrySetDegreeOf(edits, model, given[given.Count - 1].Expression, limit, cancellationToken);
        }

        if (found is not InvocationExpressionSyntax call || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method || call.ArgumentList.Arguments is not { Count: > 0 } arguments || arguments.Any(argument => argument.NameColon is not null))
        {
            return false;
        }

        if (method.ContainingType?.Name == "ParallelEnumerable")
        {
            return TrySetPlinqDegree(edits, call, limit);
        }

        for (var index = 0; index < method.Parameters.Length && index < arguments.Count; index++)
        {
            if (method.Parameters[index].Type.Name == "ParallelOptions")
            {
                return TrySetDegreeOf(edits, model, arguments[index].Expression, limit, cancellationToken);
            }

            if (method.Parameters[index].Type is { Name: "CancellationToken", ContainingNamespace.Name: "Threading" })
            {
                edits.Replace(arguments[index].Expression, $"new ParallelOptions {{ MaxDegreeOfParallelism = {limit}, CancellationToken = {arguments[index].Expression} }}");
                return true;
            }
        }

        var position = method.Name switch
        {
            "Invoke" => 0,
            "For" or "ForAsync" => 2,
            "ForEach" or "ForEachAsync" => 1,
            _ => -1,
        };
        if (position < 0 || position >= arguments.Count)
        {
            return false;
        }

        edits.Insert(arguments[position].SpanStart, $"new ParallelOptions {{ MaxDegreeOfParallelism = {limit} }}, ");
        return true;
    }

    /// <summary><c>hosts.AsParallel()</c> gets <c>WithDegreeOfParallelism</c>.</summary>
    private static bool TrySetPlinqDegree(SourceEdits edits, InvocationExpressionSyntax call, string limit)
    {
        foreach (var part in call.DescendantNodesAndSelf(node => node is not AnonymousFunctionExpressionSyntax).OfType<InvocationExpressionSyntax>())
        {
            switch (part)
            {
                case { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WithDegreeOfParallelism" }, ArgumentList.Arguments: { Count: 1 } degree }:
                    edits.Replace(degree[0], limit);
                    return true;
                case { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsParallel" } }:
                    edits.Insert(part.Span.End, $".WithDegreeOfParallelism({limit})");
                    return true;
            }
        }

        return false;
    }

    private static bool TrySetDegreeOf(SourceEdits edits, SemanticModel model, ExpressionSyntax options, string limit, CancellationToken cancellationToken)
    {
        var creation = options as BaseObjectCreationExpressionSyntax;
        if (options is IdentifierNameSyntax && model.GetSymbolInfo(options, cancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references }
            && references[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax initial })
        {
            creation = initial;
        }

        if (creation is null)
        {
            return false;
        }

        var existing = creation.Initializer?.Expressions.OfType<AssignmentExpressionSyntax>().FirstOrDefault(assignment => assignment.Left.ToString() == "MaxDegreeOfParallelism");
        if (existing is not null)
        {
            edits.Replace(existing.Right, limit);
        }
        else if (creation.Initializer is { Expressions: { Count: > 0 } expressions })
        {
            edits.Insert(expressions[0].SpanStart, $"MaxDegreeOfParallelism = {limit}, ");
        }
        else if (creation.Initializer is null)
        {
            edits.Insert(creation.Span.End, $" {{ MaxDegreeOfParallelism = {limit} }}");
        }
        else
        {
            return false;
        }

        return true;
    }
}
