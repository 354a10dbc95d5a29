using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>
/// What the user's code says about ownership and checks with attributes of the namespace <c>WorkersSockets</c>. They are matched by
/// name, so that a project may declare them itself.
/// </summary>
internal static class OwnershipAttributes
{
    /// <summary><c>[TakesOwnership]</c>: the callee closes what it is given here.</summary>
    public static bool TakesOwnership(IParameterSymbol? parameter) => Declarations(parameter).Any(declaration => Has(declaration, "TakesOwnership"));

    /// <summary><c>[ReturnsOwned]</c> on a method, property or return value: the caller closes what it gets.</summary>
    public static bool ReturnsOwned(ISymbol? member) => Declarations(member).Any(declaration => Has(declaration, "ReturnsOwned")
        || (declaration is IMethodSymbol method && (method.GetReturnTypeAttributes().Any(attribute => Is(attribute, "ReturnsOwned")) || Has(method.AssociatedSymbol, "ReturnsOwned"))));

    /// <summary><c>[ValidatesHost]</c> on a method or a parameter: returning (true, or without throwing) proves the host allowed.</summary>
    public static bool ValidatesHost(ISymbol? methodOrParameter) => Declarations(methodOrParameter).Any(declaration => Has(declaration, "ValidatesHost"));

    /// <summary><c>[BoundsConnects(n)]</c>: at most n connections are opening at once while the method runs; null where it does not say.</summary>
    public static int? BoundsConnects(IMethodSymbol? method)
    {
        foreach (var declaration in Declarations(method))
        {
            foreach (var attribute in declaration.GetAttributes())
            {
                if (Is(attribute, "BoundsConnects") && attribute.ConstructorArguments.Length == 1
                    && attribute.ConstructorArguments[0] is { Kind: TypedConstantKind.Primitive, Value: int and > 0 and var bound })
                {
                    return bound;
                }
            }
        }

        return null;
    }

    private static bool Has(ISymbol? symbol, string name) => symbol is not null && symbol.GetAttributes().Any(attribute => Is(attribute, name));

    private static bool Is(AttributeData attribute, string name) =>
        attribute.AttributeClass is { ContainingNamespace: { Name: "WorkersSockets", ContainingNamespace.IsGlobalNamespace: true } } type
        && (type.Name == name || (type.Name.Length == name.Length + "Attribute".Length
            && type.Name.StartsWith(name, StringComparison.Ordinal) && type.Name.EndsWith("Attribute", StringComparison.Ordinal)));

    /// <summary>Every declaration that speaks for a symbol: its definition, the halves of a partial method, what it overrides or implements.</summary>
    private static IEnumerable<ISymbol> Declarations(ISymbol? symbol)
    {
        switch (symbol)
        {
            case null:
                return [];
            case IParameterSymbol { ContainingSymbol: IMethodSymbol method } parameter:
                // The receiver of an extension method called as an instance method has no place in the reduced method's list.
                var shift = method.ReducedFrom is null ? 0 : 1;
                return Declarations(method).OfType<IMethodSymbol>()
                    .Where(declaration => parameter.Ordinal + shift < declaration.Parameters.Length)
                    .Select(declaration => declaration.Parameters[parameter.Ordinal + shift])
                    .Concat<ISymbol>([parameter.OriginalDefinition]);
            case IMethodSymbol method:
                return Methods((method.ReducedFrom ?? method).OriginalDefinition);
            case IPropertySymbol property:
                return Properties(property.OriginalDefinition);
            default:
                return [symbol.OriginalDefinition];
        }
    }

    private static IEnumerable<ISymbol> Methods(IMethodSymbol method)
    {
        for (var current = method; current is not null; current = current.OverriddenMethod?.OriginalDefinition)
        {
            yield return current;
            if (current.PartialImplementationPart is { } implementation)
            {
                yield return implementation;
            }

            if (current.PartialDefinitionPart is { } definition)
            {
                yield return definition;
            }
        }

        foreach (var member in Implemented(method))
        {
            yield return member;
        }
    }

    private static IEnumerable<ISymbol> Properties(IPropertySymbol property)
    {
        for (var current = property; current is not null; current = current.OverriddenProperty?.OriginalDefinition)
        {
            yield return current;
        }

        foreach (var member in Implemented(property))
        {
            yield return member;
        }
    }

    private static IEnumerable<ISymbol> Implemented(ISymbol member)
    {
        if (member.ContainingType is not { TypeKind: TypeKind.Class or TypeKind.Struct } type)
        {
            yield break;
        }

        foreach (var candidate in type.AllInterfaces.SelectMany(implemented => implemented.GetMembers(NameOf(member))))
        {
            if (candidate.Kind == member.Kind && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(candidate), member))
            {
                yield return candidate.OriginalDefinition;
            }
        }
    }

    /// <summary>An explicit implementation's name holds the interface's.</summary>
    private static string NameOf(ISymbol member) => member.Name.Substring(member.Name.LastIndexOf('.') + 1);
}
