using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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
            IInvocationOperation call => (call.BeginMethod()?.Instance ?? call.Instance, call.Arguments),
            IObjectCreationOperation creation => (null, creation.Arguments),
            _ => (null, default),
        };
        if (!arguments.IsDefault && arguments.Any(argument => IsUnix(Operations.UnwrapImplicit(argument.Value))))
        {
            return true;
        }

        return instance is not null && SequenceBounds.SymbolOf(instance) is { } symbol
            && (Creations(sources.IndexOf(connect), symbol).Any(IsOtherSocket)
                || (symbol is IFieldSymbol or IPropertySymbol && IsOtherMember(symbol, connect, sources)));
    }

    /// <summary>A member whose sockets are made by initializers and constructors of its type, or of the type that connects: <c>: base(new Socket(…))</c>.</summary>
    private static bool IsOtherMember(ISymbol member, IOperation connect, SourceModels sources)
    {
        var connecting = connect.SemanticModel?.GetEnclosingSymbol(connect.Syntax.SpanStart)?.ContainingType;
        var made = new[] { connecting, member.ContainingType }
            .Where(type => type is not null).Distinct<INamedTypeSymbol?>(SymbolEqualityComparer.Default)
            .SelectMany(type => type!.InstanceConstructors.Cast<ISymbol>())
            .Append(member)
            .SelectMany(symbol => symbol.DeclaringSyntaxReferences)
            .Select(reference => reference.GetSyntax() switch
            {
                VariableDeclaratorSyntax field => sources.OperationOf(field.Initializer?.Value, default),
                PropertyDeclarationSyntax property => sources.OperationOf(property.Initializer?.Value, default),
                ConstructorDeclarationSyntax constructor => sources.OperationOf(constructor, default),
                _ => null,
            })
            .SelectMany(operation => operation?.DescendantsAndSelf() ?? Enumerable.Empty<IOperation>())
            .OfType<IObjectCreationOperation>()
            .Where(creation => creation.Type is { Name: "Socket", ContainingNamespace.Name: "Sockets" })
            .ToList();
        return made.Count > 0 && made.TrueForAll(IsOtherSocket);
    }

    private static bool IsUnix(IOperation endpoint) =>
        endpoint.Type?.Name == "UnixDomainSocketEndPoint"
        || (endpoint is ILocalReferenceOperation local && SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is { } initial && Operations.UnwrapImplicit(initial).Type?.Name == "UnixDomainSocketEndPoint");

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
            if (value is not null && Operations.UnwrapImplicit(value) is IObjectCreationOperation creation)
            {
                yield return creation;
            }
        }
    }

    private static bool IsOtherSocket(IObjectCreationOperation creation) => creation.Arguments.Any(argument =>
        Operations.UnwrapImplicit(argument.Value) is IFieldReferenceOperation
        {
            Field:
            { Name: "Dgram" or "Raw" or "Rdm", ContainingType.Name: "SocketType" }
            or { Name: "Unix", ContainingType.Name: "AddressFamily" }
            or { Name: "Udp" or "Icmp" or "IcmpV6" or "Raw", ContainingType.Name: "ProtocolType" },
        });
}
