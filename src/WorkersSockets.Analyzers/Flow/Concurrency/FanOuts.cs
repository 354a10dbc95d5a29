using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <summary>The places of a body, its lambdas and local functions included, that open more connections at once than a limit.</summary>
internal static class FanOuts
{
    public static ImmutableArray<FanOut> Of(SocketCompilation compilation, ISymbol owner, IOperation root, int limit, CancellationToken cancellationToken)
    {
        var finds = new List<FanOut>();
        var evaluation = compilation.Connecting.Start(cancellationToken);
        foreach (var (method, body) in Functions(owner, root))
        {
            if (OwnershipAttributes.BoundsConnects(method) is not { } bound || bound > limit)
            {
                new ConcurrencyWalker(compilation, evaluation, method, limit, finds).Find(body);
            }
        }

        return finds.GroupBy(found => found.Operation.Syntax.Span).Select(group => group.First()).OrderBy(found => found.Operation.Syntax.SpanStart).ToImmutableArray();
    }

    private static IEnumerable<(IMethodSymbol? Method, IOperation Body)> Functions(ISymbol owner, IOperation root)
    {
        yield return (owner as IMethodSymbol, root);
        foreach (var operation in root.Descendants())
        {
            switch (operation)
            {
                case IAnonymousFunctionOperation lambda:
                    yield return (lambda.Symbol, lambda.Body);
                    break;
                case ILocalFunctionOperation { Body: { } body } function:
                    yield return (function.Symbol, body);
                    break;
            }
        }
    }
}
