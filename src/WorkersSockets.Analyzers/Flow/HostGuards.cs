using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// Filters and middleware marked <c>[ValidatesHost]</c>, and the handlers that run behind them: middleware and global filters guard all,
/// an attribute its action or controller, an endpoint filter the endpoint or group that it is added to.
/// </summary>
internal sealed class HostGuards(SocketCompilation compilation)
{
    private readonly Lazy<bool> guardsAll = new(() => IsRegisteredForAll(compilation));

    public bool Cover(Handler handler, CancellationToken cancellationToken) =>
        IsMarked(handler.Method)
        || IsMarked(handler.Method.ContainingType)
        || guardsAll.Value
        || (handler.Method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is { } syntax && IsFiltered(syntax, cancellationToken));

    /// <summary>Whether a method or class, a base class included, carries a filter attribute that checks hosts.</summary>
    private static bool IsMarked(ISymbol? symbol)
    {
        for (var current = symbol; current is not null; current = (current as INamedTypeSymbol)?.BaseType)
        {
            if (current.GetAttributes().Any(attribute => Validates(attribute.AttributeClass)
                || attribute.ConstructorArguments.Any(argument => argument.Kind == TypedConstantKind.Type && Validates(argument.Value as INamedTypeSymbol))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a filter or middleware says that it checks hosts: the type, or the method that the framework calls.</summary>
    private static bool Validates(INamedTypeSymbol? type)
    {
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            if (OwnershipAttributes.ValidatesHost(current)
                || current.GetMembers().Any(member => member is IMethodSymbol { Name: var name }
                    && (name.StartsWith("Invoke", StringComparison.Ordinal) || name.StartsWith("On", StringComparison.Ordinal))
                    && OwnershipAttributes.ValidatesHost(member)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRegisteredForAll(SocketCompilation compilation) => compilation.Compilation.SyntaxTrees
        .Where(tree => tree.GetText().ToString() is var text
            && (text.IndexOf("UseMiddleware", StringComparison.Ordinal) >= 0 || text.IndexOf("Filters.Add", StringComparison.Ordinal) >= 0))
        .SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>())
        .Any(call => call.Expression is MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "UseMiddleware" or "Add" or "AddService" } } && Registers(call, compilation, default));

    /// <summary>Whether an endpoint filter stands on the mapping call of a lambda or method, or on the group that it is mapped on.</summary>
    private bool IsFiltered(SyntaxNode handler, CancellationToken cancellationToken)
    {
        // app.MapGet("/", handler).AddEndpointFilter<CheckHost>()
        for (var node = handler.FirstAncestorOrSelf<ArgumentSyntax>()?.Parent?.Parent; node is InvocationExpressionSyntax or MemberAccessExpressionSyntax; node = node.Parent)
        {
            if (node is InvocationExpressionSyntax call && (Registers(call, compilation, cancellationToken) || HasFilteredGroup(call, cancellationToken)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>var group = app.MapGroup("/api").AddEndpointFilter&lt;CheckHost&gt;(); group.MapGet(…)</summary>
    private bool HasFilteredGroup(InvocationExpressionSyntax mapping, CancellationToken cancellationToken)
    {
        if (mapping.Expression is not MemberAccessExpressionSyntax { Expression: var receiver })
        {
            return false;
        }

        var calls = receiver.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().ToList();
        if (receiver is IdentifierNameSyntax { Identifier.ValueText: var group })
        {
            var root = mapping.SyntaxTree.GetRoot(cancellationToken).DescendantNodes();
            calls.AddRange(root.OfType<VariableDeclaratorSyntax>()
                .Where(variable => variable.Identifier.ValueText == group)
                .SelectMany(variable => variable.DescendantNodes().OfType<InvocationExpressionSyntax>()));
            calls.AddRange(root.OfType<InvocationExpressionSyntax>()
                .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddEndpointFilter", Expression: IdentifierNameSyntax { Identifier.ValueText: var name } } && name == group));
        }

        return calls.Exists(call => Registers(call, compilation, cancellationToken));
    }

    /// <summary>UseMiddleware&lt;T&gt;(), AddEndpointFilter&lt;T&gt;(), AddEndpointFilter(new T()), Filters.Add(typeof(T)).</summary>
    private static bool Registers(InvocationExpressionSyntax call, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "UseMiddleware" or "Add" or "AddService" or "AddEndpointFilter" } name }
            || compilation.Sources.For(call.SyntaxTree) is not { } model)
        {
            return false;
        }

        var types = name is GenericNameSyntax { TypeArgumentList.Arguments: var arguments } ? arguments.ToList<ExpressionSyntax>() : new List<ExpressionSyntax>();
        types.AddRange(call.ArgumentList.Arguments.Select(argument => argument.Expression is TypeOfExpressionSyntax typeOf ? typeOf.Type : argument.Expression));
        return types.Exists(type => Validates(model.GetTypeInfo(type, cancellationToken).Type as INamedTypeSymbol));
    }
}
