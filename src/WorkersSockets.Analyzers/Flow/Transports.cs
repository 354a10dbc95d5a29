using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Tells sockets that are not TCP: datagrams, Unix-domain sockets, raw sockets.</summary>
internal static class Transports
{
    /// <summary>Whether a connect is visibly not one over TCP: by how the socket was made, or by the endpoint's type.</summary>
    public static bool IsOther(IOperation connect, SourceModels sources)
    {
        var (instance, arguments) = connect switch
        {
            IInvocationOperation call => (call.Instance, call.Arguments),
            IObjectCreationOperation creation => (null, creation.Arguments),
            _ => (null, default),
        };
        if (!arguments.IsDefault && arguments.Any(argument => IsUnix(SequenceBounds.Unwrap(argument.Value))))
        {
            return true;
        }

        return instance is not null && SequenceBounds.SymbolOf(instance) is { } symbol && Creations(sources.IndexOf(connect), symbol).Any(IsOtherSocket);
    }

    private static bool IsUnix(IOperation endpoint) =>
        endpoint.Type?.Name == "UnixDomainSocketEndPoint"
        || (endpoint is ILocalReferenceOperation local && SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is { } initial && SequenceBounds.Unwrap(initial).Type?.Name == "UnixDomainSocketEndPoint");

    private static IEnumerable<IObjectCreationOperation> Creations(BodyIndex body, ISymbol symbol)
    {
        foreach (var operation in body.WritesTo(symbol))
        {
            var value = operation switch
            {
                IVariableDeclaratorOperation declarator => declarator.GetVariableInitializer()?.Value,
                ISimpleAssignmentOperation assignment => assignment.Value,
                _ => null,
            };
            if (value is not null && SequenceBounds.Unwrap(value) is IObjectCreationOperation creation)
            {
                yield return creation;
            }
        }
    }

    private static bool IsOtherSocket(IObjectCreationOperation creation) => creation.Arguments.Any(argument =>
        SequenceBounds.Unwrap(argument.Value) is IFieldReferenceOperation
        {
            Field:
            { Name: "Dgram" or "Raw" or "Rdm", ContainingType.Name: "SocketType" }
            or { Name: "Unix", ContainingType.Name: "AddressFamily" }
            or { Name: "Udp" or "Icmp" or "IcmpV6" or "Raw", ContainingType.Name: "ProtocolType" },
        });
}
