using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Flow.Summaries;

/// <summary>
/// Says of each function in source how many connections a call of it opens at once, itself or through what it calls. Results are
/// kept for the compilation, except those that a recursion cut short: they would depend on who asked first.
/// </summary>
internal sealed class ConnectingMethods(SocketCompilation compilation)
{
    private readonly SocketCompilation compilation = compilation;
    private const int MaximumHeight = 32;
    private readonly ConcurrentDictionary<ISymbol, ConnectSummary> summaries = new(SymbolEqualityComparer.Default);

    /// <summary>What a call of a method, constructor, local function or property getter opens.</summary>
    public ConnectSummary Of(IMethodSymbol method, CancellationToken cancellationToken) => new Evaluation(this, cancellationToken).Of(method);

    public Evaluation Start(CancellationToken cancellationToken) => new(this, cancellationToken);

    /// <summary>One chain of questions: knows which functions are being looked at, so that a recursion ends.</summary>
    internal sealed class Evaluation(ConnectingMethods owner, CancellationToken cancellationToken)
    {
        private readonly HashSet<ISymbol> entered = new(SymbolEqualityComparer.Default);
        private readonly Dictionary<ISymbol, ConnectSummary> partial = new(SymbolEqualityComparer.Default);
        private bool isCut;

        public CancellationToken CancellationToken { get; } = cancellationToken;

        public ConnectSummary Of(IMethodSymbol method)
        {
            CancellationToken.ThrowIfCancellationRequested();
            if (owner.compilation.Summaries.Resolve(method) is not { } target || !owner.compilation.Methods.Touches(target, CancellationToken))
            {
                return ConnectSummary.None;
            }

            if (owner.summaries.TryGetValue(target, out var known) || partial.TryGetValue(target, out known))
            {
                return known;
            }

            if (owner.compilation.Calls.Of(target, CancellationToken).Height > MaximumHeight)
            {
                return ConnectSummary.None;
            }

            if (!entered.Add(target))
            {
                isCut = true;
                return ConnectSummary.None;
            }

            var before = isCut;
            isCut = false;
            var summary = Compute(target);
            entered.Remove(target);
            if (isCut)
            {
                partial[target] = summary;
            }
            else
            {
                owner.summaries.TryAdd(target, summary);
            }

            isCut |= before;
            return summary;
        }

        /// <summary>What a lambda opens when it is called.</summary>
        public ConnectSummary Of(IAnonymousFunctionOperation lambda) => Bounded(lambda.Symbol, Walk(lambda.Symbol, lambda.Body));

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
