using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Flow.Summaries;

/// <summary>
/// Says of each function in source how many connections a call of it opens at once, itself or through what it calls. Functions that
/// call each other in a circle are followed a few calls deep within it: that ends at the same place whoever asked first.
/// </summary>
internal sealed class ConnectingMethods(SocketCompilation compilation)
{
    private readonly SocketCompilation compilation = compilation;

    /// <summary>Calls deep that a function is followed, a bound on the stack.</summary>
    private const int MaximumHeight = 32;

    /// <summary>Calls deep within one circle.</summary>
    private const int MaximumRounds = 3;

    /// <summary>By function, and how many more calls within its circle are followed.</summary>
    private readonly ConcurrentDictionary<ISymbol, ConnectSummary>[] summaries =
        Enumerable.Range(0, MaximumRounds + 1).Select(_ => new ConcurrentDictionary<ISymbol, ConnectSummary>(SymbolEqualityComparer.Default)).ToArray();

    /// <summary>What a call of a method, constructor, local function or property getter opens.</summary>
    public ConnectSummary Of(IMethodSymbol method, CancellationToken cancellationToken) => new Evaluation(this, cancellationToken).Of(method);

    public Evaluation Start(CancellationToken cancellationToken) => new(this, cancellationToken);

    /// <summary>One chain of questions: knows which circle of functions it is in, and how far.</summary>
    internal sealed class Evaluation(ConnectingMethods owner, CancellationToken cancellationToken)
    {
        private static readonly ImmutableDictionary<ISymbol, ConnectSummary> NothingHanded = ImmutableDictionary.Create<ISymbol, ConnectSummary>(SymbolEqualityComparer.Default);
        private readonly Dictionary<(IAnonymousFunctionOperation, int), ConnectSummary> lambdas = new();
        private readonly HashSet<ISymbol> handedTo = new(SymbolEqualityComparer.Default);
        private object? circle;
        private int rounds = MaximumRounds;

        public CancellationToken CancellationToken { get; } = cancellationToken;

        public ConnectSummary Of(IMethodSymbol method)
        {
            CancellationToken.ThrowIfCancellationRequested();
            if (owner.compilation.Summaries.Resolve(method) is not { } target || !owner.compilation.Methods.Touches(target, CancellationToken))
            {
                return ConnectSummary.None;
            }

            var place = owner.compilation.Calls.Of(target, CancellationToken);
            var left = ReferenceEquals(place.Circle, circle) ? rounds - 1 : MaximumRounds;
            if (left < 0 || place.Height > MaximumHeight)
            {
                return ConnectSummary.None;
            }

            if (owner.summaries[left].TryGetValue(target, out var known))
            {
                return known;
            }

            var caller = (circle, rounds);
            (circle, rounds) = (place.Circle, left);
            var summary = Compute(target, NothingHanded);
            (circle, rounds) = caller;
            return owner.summaries[left].GetOrAdd(target, summary);
        }

        /// <summary>What a lambda opens when it is called; nothing more where it calls itself.</summary>
        /// <param name="lambda">The lambda.</param>
        /// <param name="handed">What the delegates open that the function around it was handed.</param>
        public ConnectSummary Of(IAnonymousFunctionOperation lambda, ImmutableDictionary<ISymbol, ConnectSummary> handed)
        {
            if (!handed.IsEmpty)
            {
                return OfHanded(lambda.Symbol, () => Bounded(lambda.Symbol, Walk(lambda.Symbol, lambda.Body, handed)));
            }

            if (lambdas.TryGetValue((lambda, rounds), out var known))
            {
                return known;
            }

            lambdas[(lambda, rounds)] = ConnectSummary.None;
            return lambdas[(lambda, rounds)] = Bounded(lambda.Symbol, Walk(lambda.Symbol, lambda.Body, handed));
        }

        /// <summary>What a call of a method opens that is handed delegates which connect, by parameter: <c>ForEachAsync(hosts, ProbeAsync)</c>.</summary>
        public ConnectSummary Of(IMethodSymbol method, ImmutableDictionary<ISymbol, ConnectSummary> handed) =>
            owner.compilation.Summaries.Resolve(method) is { } target && owner.compilation.Calls.Of(target, CancellationToken).Height <= MaximumHeight
                ? OfHanded(target, () => Compute(target, handed))
                : ConnectSummary.None;

        /// <summary>Such an answer holds for one call only; a function that hands its delegates on to itself ends here.</summary>
        private ConnectSummary OfHanded(ISymbol function, Func<ConnectSummary> compute)
        {
            if (!handedTo.Add(function))
            {
                return ConnectSummary.None;
            }

            var summary = compute();
            handedTo.Remove(function);
            return summary;
        }

        private ConnectSummary Compute(IMethodSymbol method, ImmutableDictionary<ISymbol, ConnectSummary> handed)
        {
            foreach (var reference in method.DeclaringSyntaxReferences)
            {
                var syntax = reference.GetSyntax(CancellationToken);
                var operation = owner.compilation.Sources.OperationOf(syntax, CancellationToken) switch
                {
                    null when syntax is PropertyDeclarationSyntax { ExpressionBody: { } arrow } => owner.compilation.Sources.OperationOf(arrow, CancellationToken),
                    var found => found,
                };
                if (Body(operation) is { } body)
                {
                    return Bounded(method, Walk(method, body, handed));
                }
            }

            return ConnectSummary.None;
        }

        private static IOperation? Body(IOperation? operation) => operation switch
        {
            IMethodBodyOperation method => (IOperation?)method.BlockBody ?? method.ExpressionBody,
            IConstructorBodyOperation constructor => (IOperation?)constructor.BlockBody ?? constructor.ExpressionBody,
            ILocalFunctionOperation local => local.Body,
            _ => operation,
        };

        private static ConnectSummary Bounded(IMethodSymbol method, ConnectSummary summary) =>
            summary.Peak > 0 && OwnershipAttributes.BoundsConnects(method) is { } bound
                ? summary with { Peak = Math.Min(summary.Peak, bound), Held = Math.Min(summary.Held, bound), Returned = Math.Min(summary.Returned, bound), Gate = new ConnectGate(bound, null) }
                : summary;

        private ConnectSummary Walk(IMethodSymbol method, IOperation body, ImmutableDictionary<ISymbol, ConnectSummary> handed) =>
            new ConcurrencyWalker(owner.compilation, this, method, handed: handed).Summarize(body);
    }
}
