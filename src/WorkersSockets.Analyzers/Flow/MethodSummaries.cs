using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// Summaries of the methods in source, made on demand and at most once a compilation. Where methods call each other in a circle, a
/// member has a second summary for the other members, in which calls within the circle stay unknown: that ends the recursion at the
/// same place whichever body was analysed first.
/// </summary>
internal sealed class MethodSummaries(SocketCompilation compilation)
{
    /// <summary>Calls deep that a summary follows, a bound on the stack.</summary>
    private const int MaximumHeight = 32;

    private readonly ConcurrentDictionary<IMethodSymbol, MethodSummary> known = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, MethodSummary> knownInCircle = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<(SyntaxNode, bool), MethodSummary> lambdas = new();
    private readonly ConcurrentDictionary<SyntaxNode, ControlFlowGraph?> graphs = new();
    private readonly Implementations implementations = new(compilation.Compilation);

    /// <summary>The method in source that a call runs: itself, or the only implementation of an interface or virtual member; else null.</summary>
    public IMethodSymbol? Resolve(IMethodSymbol method) => implementations.Of(method);

    /// <summary>The implementations of an interface or virtual member that has a few of them in source.</summary>
    public ImmutableArray<IMethodSymbol> ResolveAll(IMethodSymbol method) => implementations.All(method);

    /// <summary>Whether a call without sockets or caller-controlled data among its arguments can still matter: it may return either.</summary>
    public bool MayInvolveSockets(IMethodSymbol method)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            return true;
        }

        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind is RefKind.Out or RefKind.Ref)
            {
                return true;
            }
        }

        if (method.ReturnsVoid || method.MethodKind == MethodKind.Constructor)
        {
            return false;
        }

        var type = method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask" } task ? task.TypeArguments.FirstOrDefault() : method.ReturnType;
        return type is not null && type.SpecialType != SpecialType.System_Boolean;
    }

    public MethodSummary For(IMethodSymbol method, FlowScope caller)
    {
        method = method.OriginalDefinition;
        var isInCircle = compilation.Calls.AreInOneCircle(caller.Owner, method, caller.CancellationToken);
        if (isInCircle && (caller.IsInCircle || SymbolEqualityComparer.Default.Equals(caller.Owner, method)))
        {
            return MethodSummary.Unknown;
        }

        var summaries = isInCircle ? knownInCircle : known;
        if (summaries.TryGetValue(method, out var summary))
        {
            return summary;
        }

        if (compilation.Calls.Of(method, caller.CancellationToken).Height > MaximumHeight || GraphOf(method, caller.CancellationToken) is not { } graph)
        {
            return summaries.GetOrAdd(method, MethodSummary.Unknown);
        }

        var recorder = new SummaryRecorder();
        // The options of the method's own file, whoever asks first.
        var options = compilation.OptionsFor(graph.OriginalOperation.Syntax.SyntaxTree);
        var scope = new FlowScope(compilation, options, method, caller.CancellationToken) { Summary = recorder, IsInCircle = isInCircle };
        return summaries.GetOrAdd(method, FlowRunner.Summarize(scope, graph, graph.OriginalOperation.Syntax, method, recorder));
    }

    public MethodSummary ForLambda(IFlowAnonymousFunctionOperation lambda, ControlFlowGraph outer, FlowScope caller)
    {
        var key = (lambda.Syntax, caller.IsInCircle);
        if (lambdas.TryGetValue(key, out var summary))
        {
            return summary;
        }

        var recorder = new SummaryRecorder();
        var scope = new FlowScope(compilation, caller.Options, lambda.Symbol, caller.CancellationToken) { Summary = recorder, IsInCircle = caller.IsInCircle };
        var graph = outer.GetAnonymousFunctionControlFlowGraph(lambda, caller.CancellationToken);
        return lambdas.GetOrAdd(key, FlowRunner.Summarize(scope, graph, lambda.Syntax, lambda.Symbol, recorder));
    }

    /// <summary>
    /// A lambda that another member keeps: of the source's operations, not of a graph. Only one that calls no code of the program: the
    /// call graph does not know such lambdas, and a circle through one would have no end.
    /// </summary>
    public MethodSummary? ForLambda(IAnonymousFunctionOperation lambda, FlowScope caller)
    {
        if (lambda.Descendants().Any(operation => operation switch
            {
                IInvocationOperation { TargetMethod: var method } => method.MethodKind == MethodKind.DelegateInvoke || !ResolveAll(method).IsEmpty,
                IObjectCreationOperation { Constructor.DeclaringSyntaxReferences.IsEmpty: false } => true,
                IPropertyReferenceOperation { Property: var property } => DataParts.Getter(property) is not null,
                IMethodReferenceOperation { Method: var method } => !ResolveAll(method).IsEmpty,
                _ => false,
            }))
        {
            return null;
        }

        var root = lambda.Root();
        return graphs.GetOrAdd(root.Syntax, _ => ControlFlowGraphs.Of(root, caller.CancellationToken)) is { } outer
            && ControlFlowGraphs.LambdaIn(outer, lambda.Syntax) is { } found
                ? ForLambda(found, outer, caller)
                : null;
    }

    /// <summary>The control-flow graph of a method, constructor, accessor or local function in source, or null.</summary>
    public ControlFlowGraph? GraphOf(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not { } syntax)
        {
            return null;
        }

        if (method.MethodKind != MethodKind.LocalFunction)
        {
            return graphs.GetOrAdd(syntax, node => ControlFlowGraphs.Of(compilation.Sources.OperationOf(node, cancellationToken), cancellationToken));
        }

        for (ISymbol? owner = method.ContainingSymbol; owner is IMethodSymbol outer; owner = owner.ContainingSymbol)
        {
            if (outer.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction)
            {
                continue;
            }

            return GraphOf(outer, cancellationToken) is { } graph ? ControlFlowGraphs.OfLocalFunction(graph, syntax, cancellationToken) : null;
        }

        return null;
    }
}

/// <summary>Control-flow graphs of whatever operation a body starts with.</summary>
internal static class ControlFlowGraphs
{
    /// <summary>The graph of the body that the operation is (part of) the root of, or null where it is none.</summary>
    public static ControlFlowGraph? Of(IOperation? root, CancellationToken cancellationToken)
    {
        while (root?.Parent is { } parent)
        {
            root = parent;
        }

        return root switch
        {
            IMethodBodyOperation method => ControlFlowGraph.Create(method, cancellationToken),
            IConstructorBodyOperation constructor => ControlFlowGraph.Create(constructor, cancellationToken),
            IBlockOperation block => ControlFlowGraph.Create(block, cancellationToken),
            IFieldInitializerOperation field => ControlFlowGraph.Create(field, cancellationToken),
            IPropertyInitializerOperation property => ControlFlowGraph.Create(property, cancellationToken),
            _ => null,
        };
    }

    /// <summary>The lambda of a syntax that stands directly in a graph; null where it is inside another function.</summary>
    public static IFlowAnonymousFunctionOperation? LambdaIn(ControlFlowGraph graph, SyntaxNode syntax) => graph.Blocks
        .SelectMany(block => block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations)
        .SelectMany(operation => operation.DescendantsAndSelf())
        .OfType<IFlowAnonymousFunctionOperation>()
        .FirstOrDefault(lambda => lambda.Syntax == syntax);

    /// <summary>The graph of a local function, by its syntax, somewhere inside a graph.</summary>
    public static ControlFlowGraph? OfLocalFunction(ControlFlowGraph graph, SyntaxNode syntax, CancellationToken cancellationToken)
    {
        foreach (var function in graph.LocalFunctions)
        {
            var body = graph.GetLocalFunctionControlFlowGraph(function, cancellationToken);
            var found = body.OriginalOperation.Syntax == syntax ? body : OfLocalFunction(body, syntax, cancellationToken);
            if (found is not null)
            {
                return found;
            }
        }

        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations.SelectMany(operation => operation.DescendantsAndSelf())
                .Concat(block.BranchValue?.DescendantsAndSelf() ?? Enumerable.Empty<IOperation>()))
            {
                if (operation is IFlowAnonymousFunctionOperation lambda
                    && lambda.Syntax.Span.Contains(syntax.Span)
                    && OfLocalFunction(graph.GetAnonymousFunctionControlFlowGraph(lambda, cancellationToken), syntax, cancellationToken) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }
}

/// <summary>Which methods in source an interface or virtual call can run.</summary>
internal sealed class Implementations(Compilation compilation)
{
    /// <summary>Implementations that are followed; a contract with more of them is left open.</summary>
    private const int Maximum = 4;

    private readonly ConcurrentDictionary<IMethodSymbol, ImmutableArray<IMethodSymbol>> found = new(SymbolEqualityComparer.Default);
    private readonly Lazy<List<INamedTypeSymbol>> types = new(() => AllTypes(compilation.Assembly.GlobalNamespace));

    /// <summary>The only one, or null.</summary>
    public IMethodSymbol? Of(IMethodSymbol method) => All(method) is { Length: 1 } only ? only[0] : null;

    /// <summary>All of them; none where there are too many to follow.</summary>
    public ImmutableArray<IMethodSymbol> All(IMethodSymbol method)
    {
        method = method.ReducedFrom ?? method;
        if (method.DeclaringSyntaxReferences.IsEmpty)
        {
            return ImmutableArray<IMethodSymbol>.Empty;
        }

        // Of a generic contract each construction has implementations of its own: IHandler<Ping>, IHandler<Stop>.
        var isOfGenericContract = method.ContainingType is { TypeKind: TypeKind.Interface, IsGenericType: true };
        return found.GetOrAdd(isOfGenericContract ? method.ConstructedFrom : method.OriginalDefinition, LookUp);
    }

    private ImmutableArray<IMethodSymbol> LookUp(IMethodSymbol method)
    {
        if (method.PartialImplementationPart is { } implementation)
        {
            return ImmutableArray.Create(implementation);
        }

        if (method is { IsAbstract: false, IsVirtual: false } && !method.IsOverride)
        {
            return method.IsExtern || method.IsPartialDefinition ? ImmutableArray<IMethodSymbol>.Empty : ImmutableArray.Create(method.OriginalDefinition);
        }

        var all = new List<IMethodSymbol>();
        if (!method.IsAbstract)
        {
            all.Add(method.OriginalDefinition);
        }

        foreach (var type in types.Value)
        {
            if (Candidate(type, method)?.OriginalDefinition is { } candidate && !all.Contains(candidate, SymbolEqualityComparer.Default))
            {
                all.Add(candidate);
                if (all.Count > Maximum)
                {
                    return ImmutableArray<IMethodSymbol>.Empty;
                }
            }
        }

        return all.TrueForAll(each => !each.IsAbstract) ? all.ToImmutableArray() : ImmutableArray<IMethodSymbol>.Empty;
    }

    private static IMethodSymbol? Candidate(INamedTypeSymbol type, IMethodSymbol method)
    {
        if (method.ContainingType.TypeKind != TypeKind.Interface)
        {
            return SymbolEqualityComparer.Default.Equals(type, method.ContainingType) ? null : type.GetMembers(method.Name).OfType<IMethodSymbol>()
                .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(member.OverriddenMethod?.OriginalDefinition, method));
        }

        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct))
        {
            return null;
        }

        foreach (var contract in type.AllInterfaces)
        {
            if (SymbolEqualityComparer.Default.Equals(contract, method.ContainingType)
                || (type.IsGenericType && SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition, method.ContainingType.OriginalDefinition)))
            {
                return contract.GetMembers(method.Name)
                    .Where(member => SymbolEqualityComparer.Default.Equals(member.OriginalDefinition, method.OriginalDefinition))
                    .Select(type.FindImplementationForInterfaceMember)
                    .FirstOrDefault() as IMethodSymbol;
            }
        }

        return null;
    }

    private static List<INamedTypeSymbol> AllTypes(INamespaceSymbol root)
    {
        var types = new List<INamedTypeSymbol>();
        var rest = new Stack<INamespaceOrTypeSymbol>();
        rest.Push(root);
        while (rest.Count > 0)
        {
            foreach (var member in rest.Pop().GetMembers())
            {
                if (member is INamespaceOrTypeSymbol next)
                {
                    rest.Push(next);
                }

                if (member is INamedTypeSymbol type)
                {
                    types.Add(type);
                }
            }
        }

        return types;
    }
}
