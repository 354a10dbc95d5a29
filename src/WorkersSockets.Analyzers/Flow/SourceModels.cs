using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// The semantic models of a compilation's other trees: a field's initializer or a helper's body may stand in a file other than the
/// one being analyzed. The only place that obtains them; each is made at most once a compilation.
/// </summary>
internal sealed class SourceModels(Compilation compilation)
{
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> models = new();

    /// <summary>By the root of a body's operations, and for as long as somebody holds them.</summary>
    private readonly ConditionalWeakTable<IOperation, BodyIndex> indices = new();
    private readonly ConditionalWeakTable<SyntaxNode, ILookup<string, SimpleNameSyntax>> names = new();
    private readonly ConditionalWeakTable<SyntaxNode, HashSet<string>> identifiers = new();

    /// <summary>The model of a tree of this compilation, or null for any other tree.</summary>
    public SemanticModel? For(SyntaxTree tree)
    {
        if (models.TryGetValue(tree, out var model))
        {
            return model;
        }

        if (!compilation.ContainsSyntaxTree(tree))
        {
            return null;
        }

        // RS1030 wants the model that the driver hands out, for its cache; the driver hands out the analyzed tree's only, and constants
        // and summaries need the others. Kept here, so that each is built once and not once a rule.
#pragma warning disable RS1030
        return models.GetOrAdd(tree, missing => compilation.GetSemanticModel(missing));
#pragma warning restore RS1030
    }

    /// <summary>The operation of a node anywhere in the compilation, or null where it has none.</summary>
    public IOperation? OperationOf(SyntaxNode? node, CancellationToken cancellationToken)
    {
        // Parentheses and the null-forgiving operator have no operation of their own.
        while (node is ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
        {
            node = node is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression : ((PostfixUnaryExpressionSyntax)node).Operand;
        }

        return node is null ? null : For(node.SyntaxTree)?.GetOperation(node, cancellationToken);
    }

    /// <summary>
    /// Where a type's declarations write a name, in source order: the places where its private members can be used. A type is read
    /// once, however many of its members are asked for.
    /// </summary>
    public IEnumerable<SimpleNameSyntax> NamesIn(INamedTypeSymbol type, string name, CancellationToken cancellationToken = default) =>
        type.DeclaringSyntaxReferences.SelectMany(reference => names.GetValue(
            reference.GetSyntax(cancellationToken),
            declaration => declaration.DescendantNodes().OfType<SimpleNameSyntax>().ToLookup(written => written.Identifier.ValueText, StringComparer.Ordinal))[name]);

    /// <summary>Every identifier that a type's declarations write, declared or used. A type is read once.</summary>
    public IEnumerable<string> IdentifiersIn(INamedTypeSymbol type, CancellationToken cancellationToken = default) =>
        type.DeclaringSyntaxReferences.SelectMany(reference => identifiers.GetValue(
            reference.GetSyntax(cancellationToken),
            declaration => [.. declaration.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText)]));

    /// <summary>The index of the body that an operation stands in.</summary>
    public BodyIndex IndexOf(IOperation operation, CancellationToken cancellationToken = default) =>
        indices.GetValue(operation.Root(), body => new BodyIndex(body, cancellationToken));
}
