using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Which parameters a framework fills with what the caller sent.</summary>
internal static class RequestBinding
{
    /// <summary>Whether the parameter of a handler is bound from the request, event or RPC call.</summary>
    /// <param name="syntax">The lambda's syntax, where the method is one.</param>
    public static bool IsBound(IParameterSymbol parameter, IMethodSymbol method, SocketCompilation compilation, SyntaxNode? syntax = null)
    {
        if (parameter.RefKind == RefKind.Out || method.MethodKind is MethodKind.Constructor or MethodKind.PropertyGet or MethodKind.PropertySet)
        {
            return false;
        }

        var type = Plain(parameter.Type);
        var isPayload = IsPayload(type, compilation) || IsBoundModel(type, method) || compilation.Catalog.Find(type, ModelRole.RequestSource) is not null;
        if (!isPayload && !HasBindingAttribute(parameter))
        {
            return false;
        }

        if (DataParts.IsValidated(parameter) || HasAttribute(parameter, "FromServicesAttribute") || HasAttribute(parameter, "FromKeyedServicesAttribute"))
        {
            return false;
        }

        // What the program itself calls a check of hosts is trusted: the parameter, or the whole handler behind a filter or middleware.
        if (OwnershipAttributes.ValidatesHost(parameter) || OwnershipAttributes.ValidatesHost(method) || OwnershipAttributes.ValidatesHost(method.ContainingType))
        {
            return false;
        }

        var handler = method.MethodKind == MethodKind.AnonymousFunction
            ? compilation.Sources.OperationOf(syntax, default) is IAnonymousFunctionOperation lambda ? compilation.Handlers.Of(lambda) : null
            : compilation.Handlers.Of(method, default);
        return handler?.Scope switch
        {
            HandlerScope.Request => true,
            HandlerScope.Event => type.Name is not ("TimerInfo" or "ScheduledEvent") && !HasAttribute(parameter, "TimerTriggerAttribute"),

            // Public methods of entrypoints and Durable Objects are called from elsewhere; those of hosted services are not.
            HandlerScope.Service => method.DeclaredAccessibility == Accessibility.Public && IsRemote(method.ContainingType),
            _ => false,
        };
    }

    /// <summary>Whether a framework fills a property of a page, controller or component from the request.</summary>
    public static bool IsBound(IPropertySymbol property) => property.GetAttributes().Any(attribute => attribute.AttributeClass?.Name
        is "BindPropertyAttribute" or "FromQueryAttribute" or "FromRouteAttribute" or "FromBodyAttribute" or "FromFormAttribute" or "FromHeaderAttribute" or "SupplyParameterFromQueryAttribute" or "SupplyParameterFromFormAttribute")
        || (property.SetMethod is { DeclaredAccessibility: Accessibility.Public } && property.ContainingType is { } page && HasAttribute(page, "BindPropertiesAttribute"));

    /// <summary>Classes of other assemblies that actions, hubs and gRPC methods are given: contracts without source here.</summary>
    private static bool IsBoundModel(ITypeSymbol type, IMethodSymbol method)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false, SpecialType: SpecialType.None } model)
        {
            return false;
        }

        if (model.AllInterfaces.Any(each => each is { Name: "IMessage", ContainingNamespace.Name: "Protobuf" }))
        {
            return true;
        }

        var space = model.ContainingNamespace?.ToDisplayString() ?? "";
        return model.DeclaringSyntaxReferences.IsEmpty
            && space != "System" && !space.StartsWith("System.", StringComparison.Ordinal) && !space.StartsWith("Microsoft.", StringComparison.Ordinal)
            && space is not "Workers" && !space.StartsWith("Grpc.", StringComparison.Ordinal) && !space.StartsWith("Amazon.", StringComparison.Ordinal)
            && method.MethodKind == MethodKind.Ordinary && InheritsFrom(method.ContainingType, "ControllerBase", "Hub");
    }

    private static bool InheritsFrom(INamedTypeSymbol? type, params string[] names)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (names.Contains(current.Name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRemote(INamedTypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == "WorkerEntrypoint" || HasAttribute(current, "DurableObjectAttribute") || HasAttribute(current, "WorkerEntrypointAttribute"))
            {
                return true;
            }
        }

        return false;
    }

    private static ITypeSymbol Plain(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => nullable.TypeArguments[0],
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol
        {
            Name: "List" or "IEnumerable" or "IReadOnlyList" or "IList" or "ICollection" or "IReadOnlyCollection" or "HashSet" or "ISet"
                or "IAsyncEnumerable" or "ChannelReader" or "IAsyncStreamReader",
            TypeArguments: { Length: 1 } elements,
        } => elements[0],
        INamedTypeSymbol { Name: "Dictionary" or "IDictionary" or "IReadOnlyDictionary", TypeArguments: { Length: 2 } pair } => pair[1],
        _ => type,
    };

    /// <summary>Text, numbers, and data classes; not services, contexts and tokens.</summary>
    private static bool IsPayload(ITypeSymbol type, SocketCompilation compilation)
    {
        switch (type.SpecialType)
        {
            case SpecialType.System_String or SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64
                or SpecialType.System_UInt16 or SpecialType.System_UInt32:
                return true;
            case not SpecialType.None:
                return false;
        }

        if (type.Name is "Uri" or "IPAddress" or "StringValues" or "JsonElement" or "JsonDocument" or "JsonNode" or "JsonObject" or "BinaryData")
        {
            return true;
        }

        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct) || type.IsAbstract || type.DeclaringSyntaxReferences.IsEmpty
            || type is not INamedTypeSymbol named
            || compilation.Services.Contains(named)
            || compilation.Catalog.Find(type, ModelRole.Handler) is not null)
        {
            return false;
        }

        // A data class has properties and nothing else that is public.
        var hasProperty = false;
        foreach (var member in named.GetMembers())
        {
            switch (member)
            {
                case IPropertySymbol { IsStatic: false, DeclaredAccessibility: Accessibility.Public }:
                    hasProperty = true;
                    break;
                case IMethodSymbol { MethodKind: MethodKind.Ordinary, IsStatic: false, IsOverride: false, IsImplicitlyDeclared: false, DeclaredAccessibility: Accessibility.Public } method
                    when !named.IsRecord && method.Name is not ("Deconstruct" or "Equals" or "Validate"):
                    return false;
            }
        }

        return hasProperty;
    }

    private static bool HasBindingAttribute(IParameterSymbol parameter) =>
        parameter.GetAttributes().Any(attribute => attribute.AttributeClass?.Name is "FromQueryAttribute" or "FromRouteAttribute" or "FromBodyAttribute"
            or "FromFormAttribute" or "FromHeaderAttribute" or "AsParametersAttribute");

    private static bool HasAttribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == name);
}
