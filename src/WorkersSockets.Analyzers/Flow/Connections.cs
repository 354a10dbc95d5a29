using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>How Workers encrypt a connection, as its connect says.</summary>
internal enum SecureTransport
{
    /// <summary>The options are not visible.</summary>
    Unknown,
    Off,
    On,
    StartTls,
}

/// <summary>A connection together with the connect that made it.</summary>
/// <param name="Body">The body in which it is followed.</param>
/// <param name="Socket">The connection.</param>
/// <param name="Site">Its connect; null where the connect is not in the body, or there are several.</param>
internal sealed record Connection(FlowBodyResult Body, TrackedObject Socket, ConnectSite? Site)
{
    /// <summary>What happens to it, in source order.</summary>
    public IEnumerable<FlowEvent> Events => Body.Events.Where(found => found.Object == Socket);

    /// <summary>The constant ports that it can be connected to; empty where none is known.</summary>
    public ImmutableArray<int> Ports(SocketCompilation compilation, CancellationToken cancellationToken) => Site is null
        ? ImmutableArray<int>.Empty
        : Destinations.Of(Site, compilation, cancellationToken)
            .Where(destination => destination.Port is not null)
            .Select(destination => (int)destination.Port!.Value)
            .ToImmutableArray();

    /// <summary>What the connect's options say of encryption (Workers).</summary>
    public SecureTransport Transport => Site is null ? SecureTransport.Unknown : TransportOf(Site);

    /// <summary>The connections of all bodies of a flow.</summary>
    public static IEnumerable<Connection> Of(SocketFlow flow)
    {
        foreach (var body in flow.Bodies)
        {
            foreach (var socket in body.Objects)
            {
                if (socket.Kind != TrackedKind.Socket || socket.IsListener || socket.IsNotTcp)
                {
                    continue;
                }

                var sites = body.Events
                    .Where(found => found.Kind == FlowEventKind.Connect && found.Object == socket)
                    .Select(found => found.Operation.Syntax)
                    .Distinct()
                    .Select(syntax => flow.Connects.FirstOrDefault(site => site.Operation.Syntax == syntax))
                    .ToList();
                yield return new Connection(body, socket, sites.Count == 1 ? sites[0] : null);
            }
        }
    }

    private static SecureTransport TransportOf(ConnectSite site)
    {
        if (site.Surface != Surface.Workers || site.Model.Options < 0)
        {
            return SecureTransport.Unknown;
        }

        return site.Options switch
        {
            null or { IsImplicit: true } => SecureTransport.Off,
            { ConstantValue: { HasValue: true, Value: null } } => SecureTransport.Off,
            var options => OfOptions(options, depth: 0),
        };
    }

    private static SecureTransport OfOptions(IOperation options, int depth)
    {
        switch (options)
        {
            case IConversionOperation conversion:
                return OfOptions(conversion.Operand, depth);
            case IObjectCreationOperation creation:
            {
                var assigned = creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>()
                    .FirstOrDefault(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "SecureTransport" });
                return assigned is null ? SecureTransport.Off : OfValue(assigned.Value);
            }

            case ILocalReferenceOperation { Local: var local } when depth < 3:
                return OfDeclaration(local, options, depth);
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when depth < 3:
                return OfDeclaration(field, options, depth);
            default:
                return SecureTransport.Unknown;
        }
    }

    private static SecureTransport OfDeclaration(ISymbol variable, IOperation use, int depth) =>
        variable.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer.Value: { } value }
        && use.SemanticModel is { } model && model.SyntaxTree == value.SyntaxTree
        && model.GetOperation(value) is { } initializer
            ? OfOptions(initializer, depth + 1)
            : SecureTransport.Unknown;

    private static SecureTransport OfValue(IOperation value) => value switch
    {
        IConversionOperation conversion => OfValue(conversion.Operand),
        IFieldReferenceOperation { Field.Name: "On" } => SecureTransport.On,
        IFieldReferenceOperation { Field.Name: "Off" } => SecureTransport.Off,
        IFieldReferenceOperation { Field.Name: "StartTls" } => SecureTransport.StartTls,
        { ConstantValue: { HasValue: true, Value: null } } => SecureTransport.Off,
        _ => SecureTransport.Unknown,
    };
}
