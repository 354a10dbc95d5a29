using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Catalog;

/// <summary>
/// The runtime's <c>connect</c> imported by hand: <c>[JSImport("connect", "cloudflare:sockets")]</c>. It is told by its attribute,
/// since the method may be called anything.
/// </summary>
internal static class JavaScriptImport
{
    public static bool IsConnect(IMethodSymbol method)
    {
        // Reading attributes binds them: only what the source generator for JSImport accepts is looked at.
        if (!method.IsStatic || !(method.IsPartialDefinition || method.PartialDefinitionPart is not null || method.IsExtern))
        {
            return false;
        }

        foreach (var attribute in (method.PartialDefinitionPart ?? method).GetAttributes())
        {
            if (attribute is { AttributeClass: { Name: "JSImportAttribute" } type, ConstructorArguments: { Length: 2 } arguments }
                && type.ContainingNamespace?.ToDisplayString() == "System.Runtime.InteropServices.JavaScript"
                && arguments[0].Value is "connect"
                && arguments[1].Value is "cloudflare:sockets")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The runtime takes an address, as text or as an object, and options.</summary>
    public static ImmutableArray<ApiModel> ConnectModels(IMethodSymbol method) => method.Parameters.Length == 0
        ? ImmutableArray<ApiModel>.Empty
        : ImmutableArray.Create(new ApiModel(method.GetDocumentationCommentId() ?? "", ModelRole.Connect)
        {
            Surface = Surface.Workers,
            Returns = ModelResult.Socket,
            Address = 0,
            Options = method.Parameters.Length > 1 ? 1 : -1,
        });
}
