using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>A connect that always goes to the same host.</summary>
/// <param name="Connect">The connect, or the call of a helper that connects to what it is given.</param>
/// <param name="Text">The constant, or the expression that reads the setting.</param>
internal sealed record BackEnd(SyntaxNode Connect, string Text);

/// <summary>
/// The back end that a project talks to. Looks at the operations of the bodies and not at their flow: the answer is about the project,
/// and must not depend on the body that is analysed first.
/// </summary>
internal sealed class BackEnds(SocketCompilation compilation)
{
    private const int LongestName = 60;
    private readonly object building = new();
    private BackEnd? first;
    private bool isBuilt;

    /// <summary>The first connect, by file and line, that always goes to one host; null where none does.</summary>
    public BackEnd? First(CancellationToken cancellationToken)
    {
        lock (building)
        {
            if (!isBuilt)
            {
                first = All(cancellationToken).FirstOrDefault();
                isBuilt = true;
            }

            return first;
        }
    }

    private IEnumerable<BackEnd> All(CancellationToken cancellationToken)
    {
        foreach (var tree in compilation.Compilation.SyntaxTrees.OrderBy(tree => tree.FilePath, StringComparer.Ordinal))
        {
            var options = compilation.OptionsFor(tree);
            if (options.Target == Target.DotNet || !compilation.Gate.MayConcern(tree, cancellationToken) || compilation.Sources.For(tree) is not { } model)
            {
                continue;
            }

            foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
            {
                if (node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax && model.GetOperation(node, cancellationToken) is { } operation
                    && OwnerOf(model, node, cancellationToken) is { } owner && BackEndOf(operation, owner, options, cancellationToken) is { } backEnd)
                {
                    yield return backEnd;
                }
            }
        }
    }

    private BackEnd? BackEndOf(IOperation operation, ISymbol owner, SocketOptions options, CancellationToken cancellationToken)
    {
        // The cheap question comes first: few calls connect.
        var sites = SitesOf(operation, owner, options, cancellationToken).ToList();
        if (sites.Count == 0
            || TestCode.Contains(owner, compilation, options)
            || TestCode.IsDevelopmentOnly(operation, compilation.Sources)
            || Transports.IsOther(operation, compilation.Sources)
            || IsInDurableObject(owner)
            || compilation.Handlers.At(operation, owner, cancellationToken) is { Scope: HandlerScope.Event })
        {
            return null;
        }

        return sites.Select(site => BackEndOf(site, options, cancellationToken)).FirstOrDefault(each => each is not null);
    }

    /// <summary>A Durable Object stays where it was made; placement moves Workers.</summary>
    private static bool IsInDurableObject(ISymbol owner) => owner.ContainingType?.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: "DurableObjectAttribute" }) == true;

    private IEnumerable<ConnectSite> SitesOf(IOperation operation, ISymbol owner, SocketOptions options, CancellationToken cancellationToken)
    {
        var (target, arguments) = operation switch
        {
            IInvocationOperation call => (call.TargetMethod, call.Arguments),
            IObjectCreationOperation { Constructor: { } constructor } creation => (constructor, creation.Arguments),
            _ => (null, default),
        };
        if (target is null)
        {
            yield break;
        }

        IOperation? At(int position) => position < 0 ? null : arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value;
        if (compilation.Catalog.Find(target, ModelRole.Connect) is { } model)
        {
            yield return new ConnectSite(operation, model) { Host = At(model.Host), Port = At(model.Port), Address = At(model.Address), Endpoint = At(model.Endpoint) };
        }
        else if (compilation.Summaries.Resolve(target) is { } helper && compilation.Methods.Touches(helper, cancellationToken))
        {
            foreach (var connect in compilation.Summaries.For(helper, new FlowScope(compilation, options, owner, cancellationToken)).Connects)
            {
                yield return connect.Site with
                {
                    Operation = operation,
                    Host = At(connect.Host),
                    Port = At(connect.Port),
                    Address = At(connect.Address),
                    Endpoint = At(connect.Endpoint),
                    Inner = connect.Site.Operation.Syntax.GetLocation(),
                };
            }
        }
    }

    /// <summary>The one host that a connect always goes to; null where it varies or is refused anyway.</summary>
    private BackEnd? BackEndOf(ConnectSite site, SocketOptions options, CancellationToken cancellationToken)
    {
        var destinations = Destinations.Of(site, compilation, cancellationToken);
        if (destinations.IsEmpty)
        {
            return null;
        }

        var first = destinations[0];
        if (first is { Host: { } host, HostIsCertain: true })
        {
            return destinations.All(other => string.Equals(other.Host, host, StringComparison.OrdinalIgnoreCase))
                && !first.HostIsOverwritable
                && HostClassifier.Classify(host, options.BlockedHosts) == HostKind.Ordinary
                && !compilation.IsOwnHostname(host, first.Port, options)
                && !TestCode.IsDevelopmentOnly(first.HostOrigin, compilation.Sources)
                ? new BackEnd(site.Operation.Syntax, host)
                : null;
        }

        return destinations.Length == 1 && new ValueOrigins(compilation, cancellationToken).Setting(first.HostOperation) is { } setting
            ? new BackEnd(site.Operation.Syntax, Short(setting.Syntax.ToString()))
            : null;
    }

    private static ISymbol? OwnerOf(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        var symbol = model.GetEnclosingSymbol(node.SpanStart, cancellationToken);
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
        {
            symbol = symbol.ContainingSymbol;
        }

        return symbol;
    }

    private static string Short(string text)
    {
        var line = string.Join(" ", text.Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestName ? line : line.Substring(0, LongestName) + "…";
    }
}
