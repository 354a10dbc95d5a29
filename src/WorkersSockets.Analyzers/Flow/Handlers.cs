using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Tells which functions of a compilation are handlers, and of what kind.</summary>
internal sealed class Handlers(Compilation compilation, SocketCatalog catalog, SourceModels sources)
{
    private IReadOnlyDictionary<ISymbol, HandlerScope>? mapped;

    /// <summary>
    /// The handler in whose call an operation runs, or null: the nearest enclosing lambda or local function that is one, else the
    /// method. Functions inside a handler (the lambda of a <c>Select</c>) belong to it.
    /// </summary>
    /// <param name="owner">The method or other member that the body belongs to.</param>
    public Handler? At(IOperation operation, ISymbol owner, CancellationToken cancellationToken)
    {
        for (var current = operation; current is not null; current = current.Parent)
        {
            var function = current switch
            {
                IAnonymousFunctionOperation lambda => lambda.Symbol,
                ILocalFunctionOperation local => local.Symbol,
                _ => null,
            };
            if (function is null)
            {
                continue;
            }

            var scope = current is IAnonymousFunctionOperation anonymous ? MappedScope(anonymous) : ScopeByMapping(function, cancellationToken);
            if (scope != HandlerScope.None)
            {
                return Describe(function, scope);
            }
        }

        return owner is IMethodSymbol method ? Of(method, cancellationToken) : null;
    }

    /// <summary>The handler that a declared method is, or null.</summary>
    public Handler? Of(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.ExplicitInterfaceImplementation) || method.IsAbstract)
        {
            return null;
        }

        var scope = ScopeByDeclaration(method);
        if (scope == HandlerScope.None)
        {
            scope = ScopeByMapping(method, cancellationToken);
        }

        return scope == HandlerScope.None ? null : Describe(method, scope);
    }

    /// <summary>A helper that is called by handlers, described as if it were one: a method that returns an answer can refuse.</summary>
    public Handler Helper(IMethodSymbol method) => Describe(method, HandlerScope.Request);

    /// <summary>The handler that a lambda is, or null.</summary>
    public Handler? Of(IAnonymousFunctionOperation lambda) =>
        MappedScope(lambda) is var scope and not HandlerScope.None ? Describe(lambda.Symbol, scope) : null;

    /// <summary>The scope that a lambda gets from the mapping method that it is given to, directly or through a local.</summary>
    private HandlerScope MappedScope(IAnonymousFunctionOperation lambda)
    {
        IOperation value = lambda;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }

        if (value.Parent is IArgumentOperation argument)
        {
            return ScopeOf(argument);
        }

        if (value.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } declarator })
        {
            return HandlerScope.None;
        }

        return declarator.Root().Descendants().OfType<IArgumentOperation>()
            .Where(use => use.Value is var given && Operand(given) is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, local))
            .Select(ScopeOf)
            .FirstOrDefault(scope => scope != HandlerScope.None);
    }

    private static IOperation Operand(IOperation value) => value is IConversionOperation conversion ? Operand(conversion.Operand) : value;

    private HandlerScope ScopeOf(IArgumentOperation argument)
    {
        if (argument.Parent is not IInvocationOperation call)
        {
            return HandlerScope.None;
        }

        if (catalog.Find(call.TargetMethod, ModelRole.Handler) is { } model)
        {
            // An extension method that is called as such has its receiver as argument 0 here, and as parameter 0 in the model.
            return model.Delegate < 0 || argument.Parameter?.Ordinal == model.Delegate ? model.Scope : HandlerScope.None;
        }

        return MapsByName(call.TargetMethod) && argument.Parameter?.Type is { TypeKind: TypeKind.Delegate } or { SpecialType: SpecialType.System_Delegate }
            ? HandlerScope.Request
            : HandlerScope.None;
    }

    /// <summary>Mapping methods that differ between versions of a framework, and those that frameworks on top of it bring.</summary>
    private static bool MapsByName(IMethodSymbol method) => method.ContainingType switch
    {
        { Name: "Router", ContainingNamespace: { Name: "Workers", ContainingNamespace.IsGlobalNamespace: true } } =>
            method.Name is "Get" or "Post" or "Put" or "Patch" or "Delete" or "Options" or "Any" or "Fallback",
        _ => method.IsExtensionMethod
            && method.Name.StartsWith("Map", StringComparison.Ordinal)
            && (method.ReducedFrom ?? method).Parameters is { IsEmpty: false } parameters
            && parameters[0].Type.Name is "IEndpointRouteBuilder" or "WebApplication" or "RouteGroupBuilder",
    };

    private HandlerScope ScopeByDeclaration(IMethodSymbol method)
    {
        var found = HandlerScope.None;
        foreach (var attribute in method.GetAttributes())
        {
            found = Stronger(found, catalog.Find(attribute.AttributeClass, ModelRole.Handler));
        }

        foreach (var parameter in method.Parameters)
        {
            foreach (var attribute in parameter.GetAttributes())
            {
                found = Stronger(found, catalog.Find(attribute.AttributeClass, ModelRole.Handler));
            }

            if (method.DeclaredAccessibility == Accessibility.Public)
            {
                found = Stronger(found, catalog.Find(parameter.Type, ModelRole.Handler));
            }
        }

        return found == HandlerScope.None && !method.IsStatic && method.MethodKind != MethodKind.LocalFunction ? ScopeByType(method) : found;
    }

    /// <summary>The scope of a method of a controller, hub, page, middleware, hosted service, entrypoint or Durable Object.</summary>
    private HandlerScope ScopeByType(IMethodSymbol method)
    {
        var found = HandlerScope.None;
        for (var type = method.ContainingType; type is { SpecialType: SpecialType.None }; type = type.BaseType)
        {
            foreach (var attribute in type.GetAttributes())
            {
                if (catalog.Find(attribute.AttributeClass, ModelRole.Handler) is not { } model)
                {
                    continue;
                }

                // A gRPC service overrides what its generated base class declares.
                if (attribute.AttributeClass?.Name != "BindServiceMethodAttribute" || method.IsOverride)
                {
                    found = Stronger(found, model);
                }
            }
        }

        found = Stronger(found, catalog.Find(method.ContainingType, ModelRole.Handler));
        if (found == HandlerScope.None)
        {
            // Middleware by convention: InvokeAsync(HttpContext, …).
            return method.Name is "Invoke" or "InvokeAsync" && !method.Parameters.IsEmpty && IsHttpContext(method.Parameters[0].Type)
                ? HandlerScope.Request
                : HandlerScope.None;
        }

        var isProtectedOverride = method is { DeclaredAccessibility: Accessibility.Protected, IsOverride: true };
        if (method.DeclaredAccessibility != Accessibility.Public && !isProtectedOverride && method.MethodKind != MethodKind.ExplicitInterfaceImplementation)
        {
            return HandlerScope.None;
        }

        if (method.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "NonActionAttribute"))
        {
            return HandlerScope.None;
        }

        if (found == HandlerScope.Request && method.Name is "Dispose" or "DisposeAsync")
        {
            return HandlerScope.None;
        }

        // What a Durable Object answers to a caller is request scope all the same.
        return found == HandlerScope.Service && Unwrapped(method.ReturnType) is { Name: "Response" } response && IsWorkers(response)
            ? HandlerScope.Request
            : found;
    }

    private static HandlerScope Stronger(HandlerScope left, ApiModel? right) => (left, right?.Scope) switch
    {
        (_, null or HandlerScope.None) => left,
        (HandlerScope.Request, _) or (_, HandlerScope.Request) => HandlerScope.Request,
        (HandlerScope.None, { } scope) => scope,
        _ => left,
    };

    private HandlerScope ScopeByMapping(IMethodSymbol method, CancellationToken cancellationToken)
    {
        mapped ??= CollectMapped(cancellationToken);
        return mapped.TryGetValue(method.OriginalDefinition, out var scope) ? scope : HandlerScope.None;
    }

    /// <summary>The methods and local functions whose names are given to a mapping method anywhere in the compilation.</summary>
    private IReadOnlyDictionary<ISymbol, HandlerScope> CollectMapped(CancellationToken cancellationToken)
    {
        var result = new Dictionary<ISymbol, HandlerScope>(SymbolEqualityComparer.Default);
        foreach (var tree in compilation.SyntaxTrees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!MayMap(tree.GetText(cancellationToken).ToString()))
            {
                continue;
            }

            SemanticModel? model = null;
            foreach (var call in tree.GetRoot(cancellationToken).DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                if (!MayMap(call))
                {
                    continue;
                }

                model ??= sources.For(tree);
                if (model?.GetOperation(call, cancellationToken) is not IInvocationOperation operation)
                {
                    continue;
                }

                foreach (var argument in operation.Arguments)
                {
                    var value = Operand(argument.Value);
                    if (value is IDelegateCreationOperation { Target: IMethodReferenceOperation reference } && ScopeOf(argument) is var scope and not HandlerScope.None)
                    {
                        result[reference.Method.OriginalDefinition] = scope;
                    }
                }
            }
        }

        return result;
    }

    /// <summary>A cheap look at a file's text: most files map nothing, and need no walk.</summary>
    private static bool MayMap(string text) =>
        text.IndexOf(".Map", StringComparison.Ordinal) >= 0
        || text.IndexOf("Router", StringComparison.Ordinal) >= 0
        || text.IndexOf(".Run(", StringComparison.Ordinal) >= 0
        || text.IndexOf(".Use(", StringComparison.Ordinal) >= 0;

    /// <summary>A cheap look at the syntax: a call that can be a mapping and is given a bare name.</summary>
    private static bool MayMap(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name }
        && (name.StartsWith("Map", StringComparison.Ordinal)
            || name is "Get" or "Post" or "Put" or "Patch" or "Delete" or "Options" or "Any" or "Fallback" or "Run" or "Use")
        && call.ArgumentList.Arguments.Any(argument => argument.Expression.IsKind(SyntaxKind.IdentifierName) || argument.Expression.IsKind(SyntaxKind.SimpleMemberAccessExpression));

    private Handler Describe(IMethodSymbol method, HandlerScope scope)
    {
        string? context = null, env = null, http = null, request = null, token = null;
        foreach (var parameter in method.Parameters)
        {
            var type = parameter.Type;
            if (IsWorkers(type))
            {
                switch (type.Name)
                {
                    case "Context" or "DurableObjectState":
                        context ??= parameter.Name;
                        break;
                    case "Env":
                        env ??= parameter.Name;
                        break;
                    case "Request":
                        request ??= parameter.Name;
                        break;
                    case "RouteContext":
                        context ??= parameter.Name + ".Context";
                        env ??= parameter.Name + ".Env";
                        break;
                }
            }
            else if (IsHttpContext(type))
            {
                http ??= parameter.Name;
            }
            else if (type.Name is "HttpRequest" or "HttpRequestData")
            {
                request ??= parameter.Name;
            }
            else if (type is { Name: "CancellationToken", ContainingNamespace.Name: "Threading" })
            {
                token ??= parameter.Name;
            }
            else if (type.Name == "ServerCallContext")
            {
                token ??= parameter.Name + ".CancellationToken";
            }
        }

        if (!method.IsStatic)
        {
            var owner = method.ContainingType;
            if (InheritsFrom(owner, "WorkerEntrypoint"))
            {
                context ??= "Context";
                env ??= "Environment";
            }

            if (IsController(owner) || InheritsFrom(owner, "PageModel"))
            {
                http ??= "HttpContext";
                request ??= "Request";
            }

            foreach (var field in method.MethodKind is MethodKind.Ordinary ? owner.GetMembers().OfType<IFieldSymbol>() : [])
            {
                if (field.IsStatic || field.IsImplicitlyDeclared || !IsWorkers(field.Type))
                {
                    continue;
                }

                if (field.Type.Name is "DurableObjectState" or "Context")
                {
                    context ??= field.Name;
                }
                else if (field.Type.Name == "Env")
                {
                    env ??= field.Name;
                }
            }
        }

        if (http is not null)
        {
            token ??= http + ".RequestAborted";
        }

        return new Handler(method, scope, StyleOf(method, scope, http, request))
        {
            Context = context,
            Env = env,
            HttpContext = http,
            Request = request,
            Token = token,
            AnswersCaller = !InheritsFrom(method.ContainingType, "ConnectionHandler"),
        };
    }

    private static AnswerStyle StyleOf(IMethodSymbol method, HandlerScope scope, string? http, string? request)
    {
        if (scope != HandlerScope.Request)
        {
            return AnswerStyle.None;
        }

        if (InheritsFrom(method.ContainingType, "Hub") && method.MethodKind == MethodKind.Ordinary)
        {
            return AnswerStyle.Hub;
        }

        if (method.Parameters.Any(parameter => parameter.Type is { Name: "ServerCallContext", ContainingNamespace: { Name: "Core", ContainingNamespace.Name: "Grpc" } }))
        {
            return AnswerStyle.Rpc;
        }

        var result = Unwrapped(method.ReturnType);
        return result switch
        {
            null when http is not null => AnswerStyle.HttpContext,
            null => AnswerStyle.None,
            { Name: "Response" } when IsWorkers(result) => AnswerStyle.WorkersResponse,
            { Name: "IResult" } => AnswerStyle.Results,
            { Name: "IActionResult" or "ActionResult" } => IsController(method.ContainingType) && !method.IsStatic ? AnswerStyle.Controller : AnswerStyle.ActionResult,
            { Name: "HttpResponseData" } when request is not null => AnswerStyle.FunctionResponse,
            _ => AnswerStyle.None,
        };
    }

    /// <summary>The result type without its task; null for a method that returns nothing.</summary>
    internal static ITypeSymbol? Unwrapped(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Void } => null,
        INamedTypeSymbol { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" } task => task.TypeArguments.IsEmpty ? null : task.TypeArguments[0],
        _ => type,
    };

    private static bool IsController(INamedTypeSymbol? type) => InheritsFrom(type, "ControllerBase");

    private static bool InheritsFrom(INamedTypeSymbol? type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsHttpContext(ITypeSymbol type) => type is { Name: "HttpContext", ContainingNamespace: { Name: "Http", ContainingNamespace.Name: "AspNetCore" } };

    private static bool IsWorkers(ITypeSymbol type) => type.ContainingNamespace is { Name: "Workers", ContainingNamespace.IsGlobalNamespace: true };
}
