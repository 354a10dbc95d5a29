using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// Filters and middleware that check hosts, and the handlers that run behind them: middleware and global filters guard all, an
/// attribute its action or controller, an endpoint filter the endpoint or group that it is added to. They say so with
/// <c>[ValidatesHost]</c>; a filter whose code refuses by an argument of the handler is seen without (<see cref="FilterChecks"/>).
/// </summary>
internal sealed class HostGuards(SocketCompilation compilation)
{
    private readonly Lazy<bool> guardsAll = new(() => IsRegisteredForAll(compilation));

    /// <summary>The files that add endpoint filters.</summary>
    private readonly Lazy<List<SyntaxTree>> filtering = new(() => compilation.Compilation.SyntaxTrees
        .Where(tree => tree.GetText().ToString().IndexOf("AddEndpointFilter", StringComparison.Ordinal) >= 0)
        .ToList());

    /// <summary>Whether a handler runs behind a check of what it connects to.</summary>
    /// <param name="source">The parameter of the handler that the host comes from, where it is one.</param>
    public bool Cover(Handler handler, IParameterSymbol? source, CancellationToken cancellationToken)
    {
        var guarded = new Guarded(handler, source);
        return IsMarked(handler.Method, guarded, cancellationToken)
            || IsMarked(handler.Method.ContainingType, guarded, cancellationToken)
            || guardsAll.Value
            || IsFilteredAtEachMapping(guarded, cancellationToken);
    }

    /// <summary>Whether a method or class, a base class included, carries a filter attribute that checks hosts.</summary>
    private bool IsMarked(ISymbol? symbol, Guarded handler, CancellationToken cancellationToken)
    {
        bool Guards(INamedTypeSymbol? type) => Validates(type) || FilterChecks.ByType(type, handler, compilation, cancellationToken);
        for (var current = symbol; current is not null; current = (current as INamedTypeSymbol)?.BaseType)
        {
            if (current.GetAttributes().Any(attribute => Guards(attribute.AttributeClass)
                || (attribute.AttributeClass is { TypeArguments: { Length: 1 } arguments } && Guards(arguments[0] as INamedTypeSymbol))
                || attribute.ConstructorArguments.Any(argument => argument.Kind == TypedConstantKind.Type && Guards(argument.Value as INamedTypeSymbol))))
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
        .Any(call => call.Expression is MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "UseMiddleware" or "Add" or "AddService" } } && Registers(call, compilation, handler: null, default));

    private bool IsFilteredAtEachMapping(Guarded handler, CancellationToken cancellationToken)
    {
        var method = handler.Handler.Method;
        if (method.MethodKind == MethodKind.AnonymousFunction)
        {
            return method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is { } lambda && IsFiltered(lambda, handler, cancellationToken);
        }

        if (filtering.Value.Count == 0)
        {
            return false;
        }

        var own = method.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree);
        var mappings = filtering.Value.Union(own)
            .SelectMany(tree => tree.GetRoot(cancellationToken).DescendantNodes().OfType<ArgumentSyntax>())
            .Where(argument => argument.Expression is IdentifierNameSyntax { Identifier.ValueText: var name } && name == method.Name
                || (argument.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var member } && member == method.Name))
            .ToList();
        return mappings.Count > 0 && mappings.TrueForAll(argument => IsFiltered(argument.Expression, handler, cancellationToken));
    }

    /// <summary>Whether an endpoint filter stands on the mapping call of a lambda or method group, or on the group that it is mapped on.</summary>
    private bool IsFiltered(SyntaxNode declaration, Guarded handler, CancellationToken cancellationToken)
    {
        // app.MapGet("/", handler).AddEndpointFilter<CheckHost>()
        for (var node = declaration.FirstAncestorOrSelf<ArgumentSyntax>()?.Parent?.Parent; node is InvocationExpressionSyntax or MemberAccessExpressionSyntax; node = node.Parent)
        {
            if (node is InvocationExpressionSyntax call && (Registers(call, compilation, handler, cancellationToken) || HasFilteredGroup(call, handler, cancellationToken)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>var group = app.MapGroup("/api").AddEndpointFilter&lt;CheckHost&gt;(); group.MapGet(…)</summary>
    private bool HasFilteredGroup(InvocationExpressionSyntax mapping, Guarded handler, CancellationToken cancellationToken) =>
        mapping.Expression is MemberAccessExpressionSyntax { Expression: var receiver } && IsFilteredGroup(receiver, handler, following: 3, cancellationToken);

    private bool IsFilteredGroup(ExpressionSyntax receiver, Guarded handler, int following, CancellationToken cancellationToken)
    {
        var calls = receiver.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().ToList();
        var start = receiver;
        while (start is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var inner } })
        {
            start = inner;
        }

        if (start is not IdentifierNameSyntax { Identifier.ValueText: var group } name)
        {
            return calls.Exists(call => Registers(call, compilation, handler, cancellationToken));
        }

        var root = receiver.SyntaxTree.GetRoot(cancellationToken).DescendantNodes();
        calls.AddRange(root.OfType<VariableDeclaratorSyntax>()
            .Where(variable => variable.Identifier.ValueText == group)
            .SelectMany(variable => variable.DescendantNodes().OfType<InvocationExpressionSyntax>()));
        calls.AddRange(root.OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddEndpointFilter", Expression: IdentifierNameSyntax { Identifier.ValueText: var known } } && known == group));
        return calls.Exists(call => Registers(call, compilation, handler, cancellationToken))
            || (following > 0 && IsGivenFilteredGroup(name, handler, following, cancellationToken));
    }

    /// <summary>The group is a parameter (<c>static void MapProbes(this RouteGroupBuilder group)</c>): every caller gives one with the filter.</summary>
    private bool IsGivenFilteredGroup(IdentifierNameSyntax name, Guarded handler, int following, CancellationToken cancellationToken)
    {
        if (compilation.Sources.For(name.SyntaxTree)?.GetSymbolInfo(name, cancellationToken).Symbol is not IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary } method } parameter)
        {
            return false;
        }

        var given = compilation.CallSites.Of(method, cancellationToken)
            .OfType<IInvocationOperation>()
            .Select(call => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == parameter.Ordinal)?.Value.Syntax as ExpressionSyntax)
            .ToList();
        return given.Count > 0 && given.TrueForAll(group => group is not null && IsFilteredGroup(group, handler, following - 1, cancellationToken));
    }

    /// <summary>UseMiddleware&lt;T&gt;(), AddEndpointFilter&lt;T&gt;(), AddEndpointFilter(new T()), Filters.Add(typeof(T)).</summary>
    private static bool Registers(InvocationExpressionSyntax call, SocketCompilation compilation, Guarded? handler, CancellationToken cancellationToken)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "UseMiddleware" or "Add" or "AddService" or "AddEndpointFilter" } name }
            || compilation.Sources.For(call.SyntaxTree) is not { } model)
        {
            return false;
        }

        var types = name is GenericNameSyntax { TypeArgumentList.Arguments: var arguments } ? arguments.ToList<ExpressionSyntax>() : new List<ExpressionSyntax>();
        types.AddRange(call.ArgumentList.Arguments.Select(argument => argument.Expression is TypeOfExpressionSyntax typeOf ? typeOf.Type : argument.Expression));
        return types.Exists(type => model.GetTypeInfo(type, cancellationToken).Type as INamedTypeSymbol is var filter
            && (Validates(filter) || (handler is not null && (FilterChecks.ByType(filter, handler, compilation, cancellationToken) || FilterChecks.ByFunction(type, handler, compilation, cancellationToken)))));
    }
}

/// <summary>What a filter has to check.</summary>
/// <param name="Handler">The handler behind it.</param>
/// <param name="Source">The handler's parameter that the host comes from; null where it comes from elsewhere in the request.</param>
internal sealed record Guarded(Handler Handler, IParameterSymbol? Source);
