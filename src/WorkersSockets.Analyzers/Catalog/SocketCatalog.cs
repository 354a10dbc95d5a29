using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Catalog;

/// <summary>
/// Which symbols of one compilation are sockets, connects, reads and so on. Two name look-ups refuse most symbols; of the rest the
/// answer is found once a compilation and remembered. The user's models of an id replace the built-in ones.
/// </summary>
internal sealed class SocketCatalog(ModelIndex user, ModelIndex builtIn, bool hasWorkers)
{
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<ApiModel>> members = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<ApiModel>> types = new(SymbolEqualityComparer.Default);

    /// <summary>A catalog of these models only.</summary>
    public SocketCatalog(IEnumerable<ApiModel> models, bool hasWorkers)
        : this(ModelIndex.Empty, new ModelIndex(models), hasWorkers)
    {
    }

    /// <summary>Whether the Workers package's socket type is referenced.</summary>
    public bool HasWorkers { get; } = hasWorkers;

    /// <summary>Simple names of all types that are sockets or open one, the user's included: a file that names none has none.</summary>
    public ImmutableArray<string> SocketTypeNames { get; } = user.SocketTypeNames.Union(builtIn.SocketTypeNames, StringComparer.Ordinal).ToImmutableArray();

    /// <summary>
    /// The model of a type or member with the given role, or null. A member without models has those of the nearest member that it
    /// overrides or implements; a type those of itself, its base types and its interfaces.
    /// </summary>
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

    /// <summary>All models of a type or member (it may have several roles), nearest first.</summary>
    public ImmutableArray<ApiModel> FindAll(ISymbol? symbol) => symbol switch
    {
        IMethodSymbol method => FindMethod(method.ReducedFrom ?? method.OriginalDefinition),
        IPropertySymbol or IFieldSymbol => FindMember(symbol.OriginalDefinition),
        ITypeSymbol type => FindType(type),
        _ => ImmutableArray<ApiModel>.Empty,
    };

    /// <summary>The model of a socket type, or of a type derived from one or implementing one, or null.</summary>
    public ApiModel? SocketType(ITypeSymbol? type) => Find(type, ModelRole.Socket);

    /// <summary>Whether the type, a base type or an interface of it has a model with the role.</summary>
    public bool HasRole(ITypeSymbol? type, ModelRole role) => Find(type, role) is not null;

    private ImmutableArray<ApiModel> FindMethod(IMethodSymbol method)
    {
        // An accessor is asked for by its property.
        var found = FindMember(method.AssociatedSymbol is IPropertySymbol property ? property.OriginalDefinition : method);
        return found.IsEmpty && JavaScriptImport.IsConnect(method) ? JavaScriptImport.ConnectModels(method) : found;
    }

    private ImmutableArray<ApiModel> FindMember(ISymbol member)
    {
        var name = MemberName(member);
        if (!user.NamesMember(name) && !builtIn.NamesMember(name))
        {
            return ImmutableArray<ApiModel>.Empty;
        }

        // What overrides and implements nothing has its own models or none.
        var standsAlone = member.IsStatic || member is IMethodSymbol { MethodKind: MethodKind.Constructor };
        return standsAlone && !NamesOwner(member.ContainingType?.Name ?? "")
            ? ImmutableArray<ApiModel>.Empty
            : members.TryGetValue(member, out var found) ? found
            : members.GetOrAdd(member, LookUpMember(member));
    }

    private ImmutableArray<ApiModel> LookUpMember(ISymbol member)
    {
        for (var current = member; current is not null; current = Overridden(current)?.OriginalDefinition)
        {
            if (Own(current) is { IsEmpty: false } own)
            {
                return own;
            }
        }

        return Implemented(member);
    }

    /// <summary>The models of an interface member that <paramref name="member"/> implements.</summary>
    private ImmutableArray<ApiModel> Implemented(ISymbol member)
    {
        if (member.IsStatic || member.ContainingType is not { TypeKind: TypeKind.Class or TypeKind.Struct } type)
        {
            return ImmutableArray<ApiModel>.Empty;
        }

        foreach (var contract in type.AllInterfaces)
        {
            if (!NamesOwner(contract.Name))
            {
                continue;
            }

            foreach (var declared in contract.GetMembers(MemberName(member)))
            {
                if (SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(declared)?.OriginalDefinition, member)
                    && Own(declared.OriginalDefinition) is { IsEmpty: false } models)
                {
                    return models;
                }
            }
        }

        return ImmutableArray<ApiModel>.Empty;
    }

    private ImmutableArray<ApiModel> Own(ISymbol member) => member.ContainingType is { } owner && NamesOwner(owner.Name) ? ById(member) : ImmutableArray<ApiModel>.Empty;

    private ImmutableArray<ApiModel> FindType(ITypeSymbol type)
    {
        if (type is ITypeParameterSymbol parameter)
        {
            foreach (var constraint in parameter.ConstraintTypes)
            {
                if (constraint is not ITypeParameterSymbol && FindType(constraint) is { IsEmpty: false } found)
                {
                    return found;
                }
            }

            return ImmutableArray<ApiModel>.Empty;
        }

        return type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface }
            ? types.TryGetValue(type.OriginalDefinition, out var known) ? known : types.GetOrAdd(type.OriginalDefinition, LookUpType(type.OriginalDefinition))
            : ImmutableArray<ApiModel>.Empty;
    }

    private ImmutableArray<ApiModel> LookUpType(ISymbol symbol)
    {
        var type = (INamedTypeSymbol)symbol;
        var result = ImmutableArray<ApiModel>.Empty;
        for (var current = type; current is not null; current = current.BaseType?.OriginalDefinition)
        {
            result = result.AddRange(OfType(current));
        }

        foreach (var contract in type.AllInterfaces)
        {
            result = result.AddRange(OfType(contract.OriginalDefinition));
        }

        return result;
    }

    private ImmutableArray<ApiModel> OfType(INamedTypeSymbol type) =>
        user.NamesType(type.Name) || builtIn.NamesType(type.Name) ? ById(type) : ImmutableArray<ApiModel>.Empty;

    private bool NamesOwner(string name) => user.NamesOwner(name) || builtIn.NamesOwner(name);

    private ImmutableArray<ApiModel> ById(ISymbol definition)
    {
        if (definition.GetDocumentationCommentId() is not { } id)
        {
            return ImmutableArray<ApiModel>.Empty;
        }

        return user.TryFind(id, out var found) || builtIn.TryFind(id, out found) ? found : ImmutableArray<ApiModel>.Empty;
    }

    /// <summary>The name without the interface that an explicit implementation carries.</summary>
    private static string MemberName(ISymbol member)
    {
        var name = member.Name;
        var dot = name.LastIndexOf('.');
        return dot <= 0 ? name : name.Substring(dot + 1);
    }

    private static ISymbol? Overridden(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        _ => null,
    };
}
