using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What happens to the sockets of one body.</summary>
internal sealed class SocketFlow
{
    private SocketFlow(ISymbol owner, IOperation root, ImmutableArray<ConnectSite> connects)
    {
        Owner = owner;
        Root = root;
        Connects = connects;
    }

    /// <summary>The method, property, field or type that the body belongs to.</summary>
    public ISymbol Owner { get; }

    /// <summary>The body's root operation.</summary>
    public IOperation Root { get; }

    /// <summary>Every place in the body, lambdas and local functions included, where a connection is started.</summary>
    public ImmutableArray<ConnectSite> Connects { get; }

    /// <summary>The flow of a body, or null where it has nothing to do with sockets.</summary>
    public static SocketFlow? Create(SocketCompilation compilation, ISymbol owner, IOperation root, CancellationToken cancellationToken)
    {
        var connects = ImmutableArray.CreateBuilder<ConnectSite>();
        foreach (var operation in root.DescendantsAndSelf())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (target, arguments) = operation switch
            {
                IInvocationOperation invocation => (invocation.TargetMethod, invocation.Arguments),
                IObjectCreationOperation { Constructor: { } constructor } creation => (constructor, creation.Arguments),
                _ => ((IMethodSymbol?)null, ImmutableArray<IArgumentOperation>.Empty),
            };
            if (compilation.Catalog.Find(target, ModelRole.Connect) is not { } model)
            {
                continue;
            }

            IOperation? At(int position) => position < 0 ? null : arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value;
            connects.Add(new ConnectSite(operation, model)
            {
                Name = operation.Syntax.ToString(),
                Host = At(model.Host),
                Port = At(model.Port),
                Address = At(model.Address),
                Endpoint = At(model.Endpoint),
                Options = At(model.Options),
                Token = At(model.Token),
                Timeout = At(model.Timeout),
            });
        }

        return connects.Count == 0 ? null : new SocketFlow(owner, root, connects.ToImmutable());
    }
}
