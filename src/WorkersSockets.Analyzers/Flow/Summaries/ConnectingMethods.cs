using System.Collections.Concurrent;
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
        private readonly Dictionary<(IAnonymousFunctionOperation, int), ConnectSummary> lambdas = new();
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
            var summary = Compute(target);
            (circle, rounds) = caller;
            return owner.summaries[left].GetOrAdd(target, summary);
        }

        /// <summary>What a lambda opens when it is called; nothing more where it calls itself.</summary>
        public ConnectSummary Of(IAnonymousFunctionOperation lambda)
        {
            if (lambdas.TryGetValue((lambda, rounds), out var known))
            {
                return known;
            }

            lambdas[(lambda, rounds)] = ConnectSummary.None;
            return lambdas[(lambda, rounds)] = Bounded(lambda.Symbol, Walk(lambda.Symbol, lambda.Body));
        }

        private ConnectSummary Compute(IMethodSymbol method)
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
                    return Bounded(method, Walk(method, body));
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
                ? summary with { Peak = Math.Min(summary.Peak, bound), Held = Math.Min(summary.Held, bound), Returned = Math.Min(summary.Returned, bound), Gate = bound }
                : summary;

        private ConnectSummary Walk(IMethodSymbol method, IOperation body) => new ConcurrencyWalker(owner.compilation, this, method).Summarize(body);
    }
}
