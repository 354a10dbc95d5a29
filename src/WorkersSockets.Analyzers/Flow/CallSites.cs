using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// Where methods and constructors are called in the files that may have to do with sockets: what a class that takes a plain
/// <c>Stream</c>, or a host's name, is given may be seen nowhere else. Found by name first, and bound only for who asks.
/// </summary>
internal sealed class CallSites(SocketCompilation compilation)
{
    /// <summary>Calls of one name that are looked at.</summary>
    private const int MaximumPlaces = 60;

    /// <summary>The key of <c>new(…)</c>, which names no type.</summary>
    private const string Unnamed = "";

    private readonly object building = new();
    private Dictionary<string, List<ExpressionSyntax>>? places;

    /// <summary>The calls of a method, or the creations by a constructor.</summary>
    public IEnumerable<IOperation> Of(IMethodSymbol method, CancellationToken cancellationToken)
    {
        method = method.OriginalDefinition;
        var isConstructor = method.MethodKind == MethodKind.Constructor;
        var nodes = At(isConstructor ? method.ContainingType.Name : method.Name, cancellationToken);
        if (isConstructor)
        {
            nodes = nodes.Concat(At(Unnamed, cancellationToken));
        }

        foreach (var node in nodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (compilation.Sources.OperationOf(node, cancellationToken))
            {
                case IInvocationOperation call when SymbolEqualityComparer.Default.Equals(compilation.Summaries.Resolve(call.TargetMethod)?.OriginalDefinition, method):
                    yield return call;
                    break;
                case IObjectCreationOperation creation when SymbolEqualityComparer.Default.Equals(creation.Constructor?.OriginalDefinition, method):
                    yield return creation;
                    break;
            }
        }
    }

    private IEnumerable<ExpressionSyntax> At(string name, CancellationToken cancellationToken)
    {
        if (places is null)
        {
            lock (building)
            {
                places ??= Build(cancellationToken);
            }
        }

        return places.TryGetValue(name, out var found) ? found : Enumerable.Empty<ExpressionSyntax>();
    }

    private Dictionary<string, List<ExpressionSyntax>> Build(CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, List<ExpressionSyntax>>(StringComparer.Ordinal);
        foreach (var tree in compilation.Compilation.SyntaxTrees)
        {
            if (!compilation.Gate.MayConcern(tree, cancellationToken))
            {
                continue;
            }

            foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
            {
                var name = node switch
                {
                    InvocationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } call => NameOf(call.Expression),
                    InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Name.Identifier.ValueText,
                    ObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } creation => NameOf(creation.Type),
                    ImplicitObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } => Unnamed,
                    _ => null,
                };
                if (name is null)
                {
                    continue;
                }

                if (!found.TryGetValue(name, out var list))
                {
                    found[name] = list = new List<ExpressionSyntax>();
                }

                if (list.Count < MaximumPlaces)
                {
                    list.Add((ExpressionSyntax)node);
                }
            }
        }

        return found;
    }

    private static string? NameOf(ExpressionSyntax callee) => callee switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        _ => null,
    };
}
