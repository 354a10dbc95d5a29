using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What happens to the sockets of one body, its lambdas and local functions included.</summary>
internal sealed class SocketFlow
{
    private readonly Dictionary<SyntaxNode, IOperation> originals;

    private SocketFlow(ISymbol owner, IOperation root, Dictionary<SyntaxNode, IOperation> originals, FlowBodyResult? result, ImmutableArray<ConnectSite> connects)
    {
        Owner = owner;
        Root = root;
        this.originals = originals;
        Bodies = result is null ? ImmutableArray<FlowBodyResult>.Empty : result.WithNested().ToImmutableArray();
        Connects = connects;
        Events = Bodies.SelectMany(body => body.Events).ToImmutableArray();
    }

    /// <summary>The method, property, field or type that the body belongs to.</summary>
    public ISymbol Owner { get; }

    /// <summary>The body's root operation.</summary>
    public IOperation Root { get; }

    /// <summary>Every place where a connection is started, in source order, as operations of <see cref="Root"/>.</summary>
    public ImmutableArray<ConnectSite> Connects { get; }

    /// <summary>The member's body first, then those of its lambdas and local functions. Empty where the body was given up on.</summary>
    public ImmutableArray<FlowBodyResult> Bodies { get; }

    /// <summary>What happens in all bodies. The operations are those of control-flow graphs: see <see cref="Original"/>.</summary>
    public ImmutableArray<FlowEvent> Events { get; }

    /// <summary>
    /// The operation of <see cref="Root"/> with the same syntax: one whose parents are those of the source, which an operation of a
    /// control-flow graph has not. Null where there is none.
    /// </summary>
    public IOperation? Original(IOperation operation) =>
        originals.TryGetValue(operation.Syntax, out var original) ? original : null;

    /// <summary>The lambda or local function of the source that a nested body is; null for the member's own body.</summary>
    public IOperation? Original(FlowBodyResult body) =>
        originals.TryGetValue(body.Syntax, out var original) && original is IAnonymousFunctionOperation or ILocalFunctionOperation ? original : null;

    /// <summary>The flow of a body, or null where it has nothing to do with sockets.</summary>
    public static SocketFlow? Create(SocketCompilation compilation, ISymbol owner, IOperation root, CancellationToken cancellationToken)
    {
        if (!IsConcerned(compilation, root, cancellationToken))
        {
            return null;
        }

        var originals = new Dictionary<SyntaxNode, IOperation>();
        foreach (var operation in root.DescendantsAndSelf())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!operation.IsImplicit || !originals.ContainsKey(operation.Syntax))
            {
                // Of several operations on one node the innermost is the call itself; a conversion around it is not.
                originals[operation.Syntax] = operation;
            }
        }

        FlowBodyResult? result = null;
        if (ControlFlowGraphs.Of(root, cancellationToken) is { } graph)
        {
            var options = compilation.OptionsFor(root.Syntax.SyntaxTree);
            result = FlowRunner.Run(new FlowScope(compilation, options, owner, cancellationToken), graph, root.Syntax);
        }

        return new SocketFlow(owner, root, originals, result, FindConnects(compilation, originals, result));
    }

    private static bool IsConcerned(SocketCompilation compilation, IOperation root, CancellationToken cancellationToken)
    {
        var receivers = new NetworkReceivers(compilation, cancellationToken);
        foreach (var operation in root.DescendantsAndSelf())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SocketMethods.Concerns(operation, compilation.Catalog))
            {
                return true;
            }

            var target = operation switch
            {
                IInvocationOperation call => call.TargetMethod,
                IObjectCreationOperation creation => creation.Constructor,
                IMethodReferenceOperation reference => reference.Method,
                _ => null,
            };

            // A caller matters for what it passes: the host of a connect that a helper makes.
            if (target is not null && compilation.Summaries.ResolveAll(target).Any(callee => compilation.Methods.Touches(callee, cancellationToken)))
            {
                return true;
            }

            // A plain stream or reader that the type or its callers fill with a connection's.
            if (receivers.IsUsedBy(operation))
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<ConnectSite> FindConnects(SocketCompilation compilation, Dictionary<SyntaxNode, IOperation> originals, FlowBodyResult? result)
    {
        var seen = new Dictionary<SyntaxNode, List<ConnectSite>>();
        var skipped = new HashSet<SyntaxNode>();
        foreach (var body in result?.WithNested() ?? Enumerable.Empty<FlowBodyResult>())
        {
            foreach (var site in body.Connects)
            {
                if (!seen.TryGetValue(site.Operation.Syntax, out var sites))
                {
                    seen[site.Operation.Syntax] = sites = new List<ConnectSite>();
                }

                sites.Add(site);
            }

            foreach (var found in body.Events)
            {
                if (found.Kind == FlowEventKind.Connect && found.Object is { IsListener: true } or { IsNotTcp: true })
                {
                    skipped.Add(found.Operation.Syntax);
                }
            }
        }

        var connects = ImmutableArray.CreateBuilder<ConnectSite>();
        foreach (var pair in originals.OrderBy(pair => pair.Key.SpanStart).ThenBy(pair => pair.Key.Span.Length))
        {
            var (target, arguments) = pair.Value switch
            {
                IInvocationOperation invocation => (invocation.TargetMethod, invocation.Arguments),
                IObjectCreationOperation { Constructor: { } constructor } creation => (constructor, creation.Arguments),
                _ => (null, ImmutableArray<IArgumentOperation>.Empty),
            };
            if (target is null)
            {
                continue;
            }

            IOperation? At(int position) => position < 0 ? null : arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value;
            if (compilation.Catalog.Find(target, ModelRole.Connect) is { } model)
            {
                if (!skipped.Contains(pair.Key))
                {
                    connects.Add(new ConnectSite(pair.Value, model)
                    {
                        Name = seen.TryGetValue(pair.Key, out var known) ? known[0].Name : NameOf(pair.Value),
                        Host = At(model.Host),
                        Port = At(model.Port),
                        Address = At(model.Address),
                        Endpoint = At(model.Endpoint),
                        Options = At(model.Options),
                        Token = At(model.Token),
                        Timeout = At(model.Timeout),
                    });
                }
            }
            else if (seen.TryGetValue(pair.Key, out var inner))
            {
                // The flow names arguments of the graph; the same ones of the source have the same syntax.
                IOperation? Same(IOperation? argument) => argument is null ? null : arguments.FirstOrDefault(each => each.Value.Syntax == argument.Syntax)?.Value;
                foreach (var site in inner)
                {
                    connects.Add(site with
                    {
                        Operation = pair.Value,
                        Host = Same(site.Host),
                        Port = Same(site.Port),
                        Address = Same(site.Address),
                        Endpoint = Same(site.Endpoint),
                    });
                }
            }
        }

        return connects.ToImmutable();
    }

    private static string NameOf(IOperation operation) => (Operations.WrittenReceiver(operation) ?? operation).Syntax.ToString();
}
