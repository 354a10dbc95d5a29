using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Catalog;

/// <summary>
/// Which symbols of one compilation are sockets, connects, reads and so on. A look-up computes a symbol's documentation id at most
/// once per compilation, and only for members of types that a model names.
/// </summary>
internal sealed class SocketCatalog
{
    private readonly ImmutableDictionary<string, ImmutableArray<ApiModel>> models;
    private readonly ImmutableHashSet<string> typeNames;
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<ApiModel>> found = new(SymbolEqualityComparer.Default);

    public SocketCatalog(IEnumerable<ApiModel> lines, bool hasWorkers)
    {
        models = lines.GroupBy(line => line.Id).ToImmutableDictionary(group => group.Key, group => group.ToImmutableArray());
        typeNames = models.Keys.Select(SimpleTypeName).ToImmutableHashSet();
        HasWorkers = hasWorkers;
    }

    /// <summary>Whether the Workers package's socket type is referenced.</summary>
    public bool HasWorkers { get; }

    /// <summary>The model of a type or member with the given role, looking through overrides and implemented interfaces, or null.</summary>
    public ApiModel? Find(ISymbol? symbol, ModelRole role)
    {
        foreach (var model in FindAll(symbol))
        {
            if (model.Role == role)
            {
                return model;
            }
        }

        return null;
    }

    /// <summary>All models of a type or member (a member may have several roles), nearest override first.</summary>
    public ImmutableArray<ApiModel> FindAll(ISymbol? symbol)
    {
        for (var current = symbol; current is not null; current = Overridden(current))
        {
            var owner = current as INamedTypeSymbol ?? current.ContainingType;
            if (owner is null || !typeNames.Contains(owner.Name))
            {
                continue;
            }

            var result = found.GetOrAdd(current, LookUp);
            if (!result.IsEmpty)
            {
                return result;
            }
        }

        return ImmutableArray<ApiModel>.Empty;
    }

    /// <summary>The model of a socket type or of a type derived from one, or null.</summary>
    public ApiModel? SocketType(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (Find(current, ModelRole.Socket) is { } model)
            {
                return model;
            }
        }

        return null;
    }

    private ImmutableArray<ApiModel> LookUp(ISymbol symbol)
    {
        var definition = symbol is IMethodSymbol { ReducedFrom: { } reduced } ? reduced : symbol.OriginalDefinition;
        return definition.GetDocumentationCommentId() is { } id && models.TryGetValue(id, out var lines) ? lines : ImmutableArray<ApiModel>.Empty;
    }

    private static ISymbol? Overridden(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        _ => null,
    };

    /// <summary>"M:System.Net.Sockets.TcpClient.Connect(…)" → "TcpClient".</summary>
    private static string SimpleTypeName(string id)
    {
        var end = id.IndexOf('(');
        var name = end < 0 ? id : id.Substring(0, end);
        if (id[0] != 'T')
        {
            name = name.Substring(0, name.LastIndexOf('.'));
        }

        name = name.Substring(name.LastIndexOf('.') + 1);
        var arity = name.IndexOf('`');
        return arity < 0 ? name : name.Substring(0, arity);
    }
}
