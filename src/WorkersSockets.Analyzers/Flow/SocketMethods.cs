using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Which methods in source have to do with sockets, themselves or through what they call.</summary>
internal sealed class SocketMethods(SocketCompilation compilation)
{
    /// <summary>Methods that one question looks at.</summary>
    private const int MaximumMethods = 200;

    private readonly ConcurrentDictionary<IMethodSymbol, Facts> facts = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> answers = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> storing = new(SymbolEqualityComparer.Default);

    /// <summary>Whether an operation itself concerns a socket: its type is one, or it is a member of one.</summary>
    public static bool Concerns(IOperation operation, SocketCatalog catalog) => operation switch
    {
        IInvocationOperation { TargetMethod: var method } =>
            catalog.SocketType(method.ContainingType) is not null || catalog.SocketType(operation.Type) is not null || IsConnect(method, catalog),
        IObjectCreationOperation { Constructor: { } constructor } => catalog.SocketType(operation.Type) is not null || IsConnect(constructor, catalog),
        IPropertyReferenceOperation property => catalog.SocketType(property.Property.ContainingType) is not null || catalog.SocketType(operation.Type) is not null
            || property.Property.ContainingType is { Name: "SocketAsyncEventArgs" },
        IFieldReferenceOperation or IParameterReferenceOperation or ILocalReferenceOperation or IAwaitOperation => catalog.SocketType(operation.Type) is not null,
        _ => false,
    };

    /// <summary>Whether calling the method can get to an operation on a socket.</summary>
    public bool Touches(IMethodSymbol method, CancellationToken cancellationToken)
    {
        method = method.OriginalDefinition;
        if (answers.TryGetValue(method, out var answer))
        {
            return answer;
        }

        var seen = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default) { method };
        var rest = new Queue<IMethodSymbol>();
        rest.Enqueue(method);
        while (rest.Count > 0 && seen.Count < MaximumMethods)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = facts.GetOrAdd(rest.Dequeue(), each => Read(each, cancellationToken));
            if (next.Concerned)
            {
                return answers.GetOrAdd(method, true);
            }

            foreach (var callee in next.Callees)
            {
                if (seen.Add(callee))
                {
                    rest.Enqueue(callee);
                }
            }
        }

        return answers.GetOrAdd(method, false);
    }

    /// <summary>Whether the method itself gives a field or property of its object a value that can be a host or port.</summary>
    public bool StoresDestination(IMethodSymbol method, CancellationToken cancellationToken)
    {
        return storing.GetOrAdd(method.OriginalDefinition, each => each.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is { } syntax
            && compilation.Sources.OperationOf(syntax, cancellationToken) is { } root
            && root.Descendants().Any(operation => operation is IAssignmentOperation assignment && assignment.ChildOperations.Any(IsOwnDestination)));

        static bool IsOwnDestination(IOperation target) => target switch
        {
            IMemberReferenceOperation { Instance: IInstanceReferenceOperation, Member: IFieldSymbol or IPropertySymbol } => DataParts.CanHoldDestination(target.Type),
            ITupleOperation targets => targets.Elements.Any(IsOwnDestination),
            _ => false,
        };
    }

    private static bool IsConnect(IMethodSymbol method, SocketCatalog catalog) => catalog.Find(method, ModelRole.Connect) is not null;

    private Facts Read(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var syntax = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken);
        if (syntax is null || !compilation.Gate.MayConcern(syntax.SyntaxTree, cancellationToken) || compilation.Sources.OperationOf(syntax, cancellationToken) is not { } root)
        {
            return Facts.None;
        }

        var callees = ImmutableArray.CreateBuilder<IMethodSymbol>();
        foreach (var operation in root.DescendantsAndSelf())
        {
            if (Concerns(operation, compilation.Catalog))
            {
                return new Facts(true, ImmutableArray<IMethodSymbol>.Empty);
            }

            var target = operation switch
            {
                IInvocationOperation call => call.TargetMethod,
                IObjectCreationOperation creation => creation.Constructor,
                IMethodReferenceOperation reference => reference.Method,
                _ => null,
            };
            if (target is not null)
            {
                callees.AddRange(compilation.Summaries.ResolveAll(target));
            }
        }

        return new Facts(false, callees.ToImmutable());
    }

    private sealed record Facts(bool Concerned, ImmutableArray<IMethodSymbol> Callees)
    {
        public static readonly Facts None = new(false, ImmutableArray<IMethodSymbol>.Empty);
    }
}
