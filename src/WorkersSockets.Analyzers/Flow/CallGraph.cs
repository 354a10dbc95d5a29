using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// Which methods in source call each other in a circle, and how many calls lie below each. Summaries are cut where this says so and
/// nowhere else: where a cut falls must not depend on the body that happens to be analysed first.
/// </summary>
internal sealed class CallGraph(SocketCompilation compilation)
{
    private readonly ConcurrentDictionary<IMethodSymbol, CallPlace> places = new(SymbolEqualityComparer.Default);
    private readonly object building = new();

    /// <summary>The place of a method, constructor, accessor or local function in source.</summary>
    public CallPlace Of(IMethodSymbol method, CancellationToken cancellationToken)
    {
        method = method.OriginalDefinition;
        if (places.TryGetValue(method, out var place))
        {
            return place;
        }

        // A circle that is complete is final, so being cancelled in between costs nothing but time.
        lock (building)
        {
            Build(method, cancellationToken);
        }

        return places[method];
    }

    /// <summary>Whether the two call each other, directly or through others. A lambda counts as the method around it.</summary>
    public bool AreInOneCircle(ISymbol caller, IMethodSymbol callee, CancellationToken cancellationToken)
    {
        var around = caller;
        while (around is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction })
        {
            around = around.ContainingSymbol;
        }

        return around is IMethodSymbol method && Of(method, cancellationToken).Circle == Of(callee, cancellationToken).Circle;
    }

    /// <summary>Tarjan's strongly connected components, with a stack of its own: calls may be thousands deep.</summary>
    private void Build(IMethodSymbol start, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<IMethodSymbol, Entry>(SymbolEqualityComparer.Default);
        var open = new Stack<Entry>();
        var path = new Stack<Entry>();
        Enter(start);
        while (path.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var current = path.Peek();
            if (current.Next < current.Callees.Count)
            {
                var callee = current.Callees[current.Next++];
                if (places.TryGetValue(callee, out var known))
                {
                    current.Height = Math.Max(current.Height, known.Height + 1);
                }
                else if (!entries.TryGetValue(callee, out var other))
                {
                    Enter(callee);
                }
                else
                {
                    current.Lowest = Math.Min(current.Lowest, other.Number);
                }

                continue;
            }

            path.Pop();
            if (current.Lowest == current.Number)
            {
                Close(current);
            }

            if (path.Count > 0)
            {
                var caller = path.Peek();
                if (places.TryGetValue(current.Method, out var place))
                {
                    caller.Height = Math.Max(caller.Height, place.Height + 1);
                }
                else
                {
                    caller.Lowest = Math.Min(caller.Lowest, current.Lowest);
                }
            }
        }

        void Enter(IMethodSymbol method)
        {
            if (places.ContainsKey(method))
            {
                return;
            }

            var entry = new Entry(method, entries.Count, Callees(method, cancellationToken));
            entries.Add(method, entry);
            open.Push(entry);
            path.Push(entry);
        }

        void Close(Entry root)
        {
            var members = new List<Entry>();
            do
            {
                members.Add(open.Pop());
            }
            while (members[members.Count - 1] != root);

            var place = new CallPlace(new object(), members.Max(member => member.Height));
            foreach (var member in members)
            {
                places[member.Method] = place;
            }
        }
    }

    /// <summary>The methods in source that a method calls or refers to, those of its lambdas and local functions included.</summary>
    private List<IMethodSymbol> Callees(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var callees = new List<IMethodSymbol>();
        var seen = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
        var syntax = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken);
        if (compilation.Sources.OperationOf(syntax, cancellationToken) is not { } root)
        {
            return callees;
        }

        foreach (var operation in root.DescendantsAndSelf())
        {
            var target = operation switch
            {
                IInvocationOperation call => call.TargetMethod,
                IObjectCreationOperation creation => creation.Constructor,
                IMethodReferenceOperation reference => reference.Method,
                IPropertyReferenceOperation { Property: var property } => DataParts.Getter(property),
                _ => null,
            };
            foreach (var callee in target is null ? ImmutableArray<IMethodSymbol>.Empty : compilation.Summaries.ResolveAll(target))
            {
                if (seen.Add(callee.OriginalDefinition))
                {
                    callees.Add(callee.OriginalDefinition);
                }
            }
        }

        return callees;
    }

    private sealed class Entry(IMethodSymbol method, int number, List<IMethodSymbol> callees)
    {
        public IMethodSymbol Method { get; } = method;
        public int Number { get; } = number;
        public List<IMethodSymbol> Callees { get; } = callees;
        public int Lowest { get; set; } = number;
        public int Height { get; set; }
        public int Next { get; set; }
    }
}

/// <summary>Where a method stands among the calls of a compilation.</summary>
/// <param name="Circle">The same object for all methods that call each other; a method outside of any circle has one of its own.</param>
/// <param name="Height">The longest way down through calls into other circles.</param>
internal sealed record CallPlace(object Circle, int Height);
