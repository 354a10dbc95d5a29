using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>
/// Thin wrappers: methods in source that read a connection once and hand the count, or the result object, on to their caller. A call of
/// one is a read of its own, with the wrapper's parameters for buffer, offset and count.
/// </summary>
internal sealed class ReadWrappers(SocketCompilation compilation)
{
    private readonly ConcurrentDictionary<IMethodSymbol, ReadWrapper?> known = new(SymbolEqualityComparer.Default);

    /// <summary>The wrapper that a call calls, or null.</summary>
    public ReadWrapper? Find(IMethodSymbol called, CancellationToken cancellationToken)
    {
        if (!CanHandOn(called) || compilation.Summaries.Resolve(called)?.OriginalDefinition is not { } method
            || method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.ExplicitInterfaceImplementation))
        {
            return null;
        }

        if (known.TryGetValue(method, out var wrapper))
        {
            return wrapper;
        }

        // A wrapper of a wrapper is none: the one in the middle would have to be known first, whichever body asks first.
        return known.GetOrAdd(method, Read(method, cancellationToken));
    }

    private static bool CanHandOn(IMethodSymbol method)
    {
        var type = method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: { Length: 1 } arguments } ? arguments[0] : method.ReturnType;
        return type.Name == "TcpReadResult"
            || (type.SpecialType == SpecialType.System_Int32 && method.Parameters.Any(parameter => parameter.Type is IArrayTypeSymbol || parameter.Type.Name is "Memory" or "Span" or "ArraySegment"));
    }

    private ReadWrapper? Read(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var syntax = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken);
        if (syntax is null || !compilation.Gate.MayConcern(syntax.SyntaxTree, cancellationToken) || compilation.Sources.OperationOf(syntax, cancellationToken) is not { } root)
        {
            return null;
        }

        var receivers = new NetworkReceivers(compilation, cancellationToken);
        ReadSite? site = null;
        foreach (var operation in root.DescendantsAndSelf())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (operation is IInvocationOperation call && compilation.Catalog.Find(call.TargetMethod, ModelRole.Read) is { } model)
            {
                if (site is not null || model is not { Begin: false, Datagram: false, Exact: false, AtLeast: false, Returns: ModelResult.Count or ModelResult.Result }
                    || (model.Returns == ModelResult.Result && model.Surface == Surface.DotNet)
                    || !receivers.IsConnection(Operations.ReceiverOf(call)))
                {
                    return null;
                }

                site = ReadSite.Create(call, model);
            }
        }

        if (site is null || site.Call.EnclosingLoop() is not null || site.Appends && site.Offset is null)
        {
            return null;
        }

        var uses = new ReadUses(compilation, site, null, cancellationToken);
        var isReturned = site.Values.Any(value => value.Parent is IReturnOperation) || (site.Target == ResultTarget.PassedOn && site.Call.Parent is IReturnOperation)
            || (site.Model.Returns == ModelResult.Result ? uses.ResultPassedOn : uses.Has(CountUse.PassedOn));
        if (!isReturned || uses.Bytes.Count > 0 || IsParameter(site.Offset) == false)
        {
            return null;
        }

        if (site.Model.Returns == ModelResult.Count && !method.Parameters.Contains(site.Storage, SymbolEqualityComparer.Default))
        {
            return null;
        }

        int Position(ISymbol? symbol) => symbol is IParameterSymbol parameter && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method) ? parameter.Ordinal : -1;
        var own = new ApiModel("", ModelRole.Read)
        {
            Surface = site.Surface,
            Returns = site.Model.Returns,
            Buffer = Position(site.Storage),
            Offset = Position(site.Offset.Symbol()),
            Count = Position(site.Count.Symbol()),
        };
        return new ReadWrapper(own, root.DescendantsAndSelf().Any(operation => operation is IThrowOperation) || uses.Has(CountUse.EndCheck));
    }

    /// <summary>An offset that is given is a parameter or zero; null where there is none.</summary>
    private static bool? IsParameter(IOperation? offset) => offset is null ? null : offset.Number() == 0 || offset.Symbol() is IParameterSymbol;
}

/// <summary>A method that reads once and hands on how much.</summary>
/// <param name="Model">Its parameters, as a model of it would name them.</param>
/// <param name="SeesEnd">It looks at the end of the stream itself, so a caller's loop need not.</param>
internal sealed record ReadWrapper(ApiModel Model, bool SeesEnd);
