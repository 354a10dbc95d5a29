using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Which state outlives the request that puts a socket into it.</summary>
internal sealed class SharedState(SocketCompilation compilation)
{
    private readonly ConcurrentDictionary<ISymbol, bool> guarded = new(SymbolEqualityComparer.Default);
    private readonly Lazy<bool> servesRequests = new(() => ServesRequests(compilation.Compilation));
    private HashSet<INamedTypeSymbol>? singletons;

    /// <summary>Whether a field or property is one copy for all requests, so that a socket in it is shared.</summary>
    public bool IsShared(ISymbol member, Surface surface, CancellationToken cancellationToken)
    {
        var owner = member.ContainingType;
        if (owner is null || IsPool(owner) || IsPool(TypeOf(member)) || (surface == Surface.DotNet && !servesRequests.Value))
        {
            return false;
        }

        if (!member.IsStatic && !IsSingleton(owner, cancellationToken))
        {
            return false;
        }

        if (IsPerThread(member) || IsListening(member, cancellationToken))
        {
            return false;
        }

        return surface == Surface.Workers || !(IsCheckedOut(TypeOf(member)) || guarded.GetOrAdd(member, each => IsGuarded(each, cancellationToken)));
    }

    /// <summary>Sockets of a body that is none itself, in the hands of a request handler declared in it.</summary>
    public IEnumerable<TrackedObject> CapturedByHandlers(SocketFlow flow, FlowBodyResult part, CancellationToken cancellationToken)
    {
        if (part.Nested.IsEmpty
            || compilation.Handlers.At(flow.Root, flow.Owner, cancellationToken) is not null
            || (flow.Original(part) is { } own && compilation.Handlers.At(own, flow.Owner, cancellationToken) is not null))
        {
            yield break;
        }

        foreach (var nested in part.Nested.SelectMany(each => each.WithNested()))
        {
            if (flow.Original(nested) is not { } function || compilation.Handlers.At(function, flow.Owner, cancellationToken) is not { Scope: HandlerScope.Request })
            {
                continue;
            }

            foreach (var inner in nested.Objects.Where(each => each.Origin == TrackedOrigin.Captured && each.Operation is not null))
            {
                if (part.Objects.FirstOrDefault(each => each.IsOwned && each.Operation == inner.Operation) is { IsListener: false, IsNotTcp: false } socket)
                {
                    yield return socket;
                }
            }
        }
    }

    /// <summary>Values that are kept in shared state and make a socket when they are first asked: the argument or initializer, and what keeps it.</summary>
    public IEnumerable<(IOperation Value, ISymbol Member, Surface Surface)> DeferredStores(SocketFlow flow, CancellationToken cancellationToken)
    {
        foreach (var operation in flow.Root.DescendantsAndSelf())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (member, value) = operation switch
            {
                IFieldInitializerOperation initializer => (initializer.InitializedFields.FirstOrDefault(), initializer.Value),
                IPropertyInitializerOperation initializer => ((ISymbol?)initializer.InitializedProperties.FirstOrDefault(), initializer.Value),
                IAssignmentOperation { Target: IMemberReferenceOperation target } assignment => (target is IPropertyReferenceOperation { Arguments.IsEmpty: false } index ? Keeper(index.Instance) : target.Member, assignment.Value),
                IInvocationOperation { Instance: IMemberReferenceOperation instance } call when IsCollection(instance.Type) => (Keeper(instance), call),
                _ => ((ISymbol?)null, (IOperation?)null),
            };
            if (member is null || value is null || SocketIn(TypeOf(member)) is not { } surface)
            {
                continue;
            }

            if (MadeIn(value, flow, cancellationToken) is { } made && IsShared(member, surface, cancellationToken))
            {
                yield return (made, member, surface);
            }
        }
    }

    /// <summary>Sockets that are registered as singletons: the operation that makes them, or else the registration, and what the socket is called.</summary>
    public IEnumerable<(IOperation Value, string Name, Surface Surface)> SingletonSockets(SocketFlow flow, CancellationToken cancellationToken)
    {
        foreach (var operation in flow.Root.DescendantsAndSelf())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (operation is IInvocationOperation { TargetMethod: { Name: "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton", TypeArguments: { IsEmpty: false } types } } registration
                && types[types.Length - 1] is var type && compilation.Catalog.SocketType(type) is { } model && !IsPool(type)
                && model.Kind is SocketKind.Client or SocketKind.Socket
                && (model.Surface == Surface.Workers || servesRequests.Value)
                && !registration.Descendants().Any(inner => inner is IInvocationOperation { TargetMethod.Name: "Bind" or "Listen" or "Accept" or "AcceptAsync" }))
            {
                // Without a factory the container makes the socket itself.
                var made = MadeIn(registration, flow, cancellationToken) ?? (registration.Arguments.Length == 1 ? registration : null);
                if (made is not null)
                {
                    yield return (made, type.Name, model.Surface);
                }
            }
        }
    }

    private static ISymbol? Keeper(IOperation? instance) => instance is IMemberReferenceOperation reference ? reference.Member : null;

    /// <summary>The operation inside a value that makes a socket; null where the value makes none.</summary>
    private IOperation? MadeIn(IOperation value, SocketFlow flow, CancellationToken cancellationToken)
    {
        foreach (var operation in value.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IObjectCreationOperation { Constructor: { } constructor } creation
                    when compilation.Catalog.SocketType(creation.Type) is not null
                        && (compilation.Catalog.Find(constructor, ModelRole.Connect) ?? compilation.Catalog.Find(constructor, ModelRole.Create)) is not null
                        && !IsNotTcp(creation):
                    return creation;
                case IInvocationOperation call when compilation.Catalog.Find(call.TargetMethod, ModelRole.Connect) is { Returns: ModelResult.Socket }:
                    return call;
                case IInvocationOperation call when Returns(call.TargetMethod, cancellationToken):
                    return call;
                case IMethodReferenceOperation reference when Returns(reference.Method, cancellationToken):
                    return reference;
            }
        }

        return null;
    }

    /// <summary>Whether a helper in source makes the socket that it returns.</summary>
    private bool Returns(IMethodSymbol method, CancellationToken cancellationToken) =>
        SocketIn(method.ReturnType) is not null
        && compilation.Summaries.Resolve(method) is { } source
        && compilation.Summaries.For(source, new FlowScope(compilation, Configuration.SocketOptions.Default, source.ContainingType, cancellationToken)).ReturnedStates != ObjectStates.None;

    private static bool IsNotTcp(IObjectCreationOperation creation) =>
        creation.Arguments.Any(argument => argument.Value is IFieldReferenceOperation { Field.Name: "Dgram" or "Raw" or "Udp" or "Unix" or "Icmp" });

    private static ITypeSymbol? TypeOf(ISymbol? member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    /// <summary>The surface of the sockets that a value of the type holds: bare, in a tuple, an array or a generic type that is no delegate.</summary>
    private Surface? SocketIn(ITypeSymbol? type, int depth = 0)
    {
        if (type is null || depth > 4)
        {
            return null;
        }

        if (compilation.Catalog.SocketType(type) is { } model)
        {
            return model.Surface;
        }

        return type switch
        {
            IArrayTypeSymbol array => SocketIn(array.ElementType, depth + 1),
            INamedTypeSymbol { TypeKind: not TypeKind.Delegate } named => named.TypeArguments.Select(argument => SocketIn(argument, depth + 1)).FirstOrDefault(surface => surface is not null),
            _ => null,
        };
    }

    private static bool IsCollection(ITypeSymbol? type) =>
        type?.ContainingNamespace?.ToDisplayString() is { } space && space.StartsWith("System.Collections", StringComparison.Ordinal);

    private bool IsPool(ITypeSymbol? type) => type is not null && compilation.Catalog.HasRole(type, ModelRole.Pool);

    /// <summary>What is taken out of such a collection for use has one user.</summary>
    private static bool IsCheckedOut(ITypeSymbol? type) =>
        type is { Name: "ConcurrentBag" or "ConcurrentQueue" or "ConcurrentStack" or "Queue" or "Stack" or "BlockingCollection" or "Channel" };

    private static bool IsPerThread(ISymbol member) =>
        member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "ThreadStaticAttribute");

    /// <summary>Whether there are requests at all: in a program for a desk there are none, and nothing is shared between them.</summary>
    private static bool ServesRequests(Compilation compilation) =>
        compilation.Options.OutputKind is not (OutputKind.ConsoleApplication or OutputKind.WindowsApplication)
        || SocketCompilation.ReferencesServer(compilation);

    private bool IsSingleton(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        // Objects that the platform keeps for one purpose own their sockets.
        if (compilation.Catalog.Find(type, ModelRole.Handler) is not null
            || type.GetAttributes().Any(attribute => compilation.Catalog.Find(attribute.AttributeClass, ModelRole.Handler) is not null))
        {
            return false;
        }

        singletons ??= CollectSingletons(cancellationToken);
        return singletons.Contains(type.OriginalDefinition);
    }

    /// <summary>The types of source that are registered as singletons or held in static state.</summary>
    private HashSet<INamedTypeSymbol> CollectSingletons(CancellationToken cancellationToken)
    {
        var result = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);

        void Add(ITypeSymbol? type)
        {
            if (type is INamedTypeSymbol { TypeKind: TypeKind.Class } named)
            {
                if (!named.Locations.Any(location => location.IsInSource))
                {
                    if (named.Name is "Lazy" or "Task")
                    {
                        Add(named.TypeArguments.FirstOrDefault());
                    }
                }
                else
                {
                    result.Add(named.OriginalDefinition);
                }
            }
        }

        foreach (var tree in compilation.Compilation.SyntaxTrees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SemanticModel? model = null;
            foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
            {
                switch (node)
                {
                    case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton" } } call:
                        model ??= compilation.Sources.For(tree);
                        if (model?.GetOperation(call, cancellationToken) is IInvocationOperation registration)
                        {
                            Add(registration.TargetMethod.TypeArguments.LastOrDefault());
                            foreach (var argument in registration.Arguments)
                            {
                                foreach (var operation in argument.Value.DescendantsAndSelf())
                                {
                                    Add(operation switch
                                    {
                                        IObjectCreationOperation creation when operation.Parent is IArgumentOperation or IConversionOperation or IReturnOperation => creation.Type,
                                        ITypeOfOperation named => named.TypeOperand,
                                        _ => null,
                                    });
                                }
                            }
                        }

                        break;
                    case FieldDeclarationSyntax field when field.Modifiers.Any(SyntaxKind.StaticKeyword):
                        model ??= compilation.Sources.For(tree);
                        Add(model?.GetTypeInfo(field.Declaration.Type, cancellationToken).Type);
                        break;
                    case PropertyDeclarationSyntax { Initializer: not null } property when property.Modifiers.Any(SyntaxKind.StaticKeyword):
                        model ??= compilation.Sources.For(tree);
                        Add(model?.GetTypeInfo(property.Type, cancellationToken).Type);
                        break;
                }
            }
        }

        return result;
    }

    /// <summary>Whether the member is the accepting side.</summary>
    private bool IsListening(ISymbol member, CancellationToken cancellationToken) => Uses(member, cancellationToken)
        .Any(use => use.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Bind" or "Listen" or "Accept" or "AcceptAsync" or "BeginAccept" } access && access.Expression == use);

    /// <summary>Whether one user at a time gets to the member: every use stands in a lock or in Dispose, or the type has a semaphore.</summary>
    private bool IsGuarded(ISymbol member, CancellationToken cancellationToken)
    {
        if (member.ContainingType.GetMembers().Any(other => TypeOf(other) is { Name: "SemaphoreSlim" or "Mutex" or "Semaphore" or "AsyncLock" }))
        {
            return true;
        }

        var uses = Uses(member, cancellationToken).Where(use => use.Parent is not AssignmentExpressionSyntax assignment || assignment.Left != use).ToList();
        return uses.Count > 0 && uses.All(use => use.Ancestors().Any(ancestor => ancestor is LockStatementSyntax or MethodDeclarationSyntax { Identifier.ValueText: "Dispose" or "DisposeAsync" }));
    }

    private static IEnumerable<ExpressionSyntax> Uses(ISymbol member, CancellationToken cancellationToken) =>
        member.ContainingType.DeclaringSyntaxReferences
            .SelectMany(declaration => declaration.GetSyntax(cancellationToken).DescendantNodes())
            .OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == member.Name)
            .Select(name => name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? (ExpressionSyntax)access : name);
}
