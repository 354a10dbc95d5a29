using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Security;

/// <summary>WSK4006: a port that speaks TLS from the first byte is used as plain text.</summary>
internal sealed class TlsPortPlain : SocketRule
{
    /// <summary>Property: present where the same connect also goes to ports that do not speak TLS.</summary>
    public const string OtherPorts = "otherPorts";

    private static readonly ImmutableHashSet<int> TlsPorts =
        ImmutableHashSet.Create(443, 465, 636, 853, 989, 990, 993, 995, 5223, 5671, 6380, 6697, 8883);

    /// <summary>How the bytes of a TLS handshake record start, as <see cref="WrittenText"/> lists them.</summary>
    private const string HandshakeRecord = "22, 3, ";

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.TlsPortPlain);

    public override void Analyze(BodyContext body)
    {
        foreach (var connection in Connection.Of(body.Flow))
        {
            var destinations = connection.Site is { } site ? body.DestinationsOf(site).ToList() : [];
            var destination = destinations.Find(each => each is { Port: { } port, PortIsCertain: true } && TlsPorts.Contains((int)port));
            if (destination is not null && IsPlain(connection, body))
            {
                body.Report(
                    RuleCatalog.TlsPortPlain,
                    (destination.PortOperation ?? destination.Site.Operation).Syntax.GetLocation(),
                    ImmutableArray.Create(destination.Site.Operation.Syntax.GetLocation()),
                    ImmutableDictionary<string, string?>.Empty.Add(OtherPorts, destinations.TrueForAll(each => each.Port is { } port && TlsPorts.Contains((int)port)) ? null : "true"),
                    destination.Port!.Value,
                    connection.Socket.Name);
            }
            else if (destination is null && connection.Socket is { Surface: not Surface.Workers, Operation: { } call }
                && connection.PortsInside(body.Compilation, body.CancellationToken) is { IsEmpty: false } inside && inside.All(TlsPorts.Contains) && IsPlain(connection, body))
            {
                // A helper connects to a port of its own; what is said stands here.
                body.Report(RuleCatalog.TlsPortPlain, call, (long)inside[0], connection.Socket.Name);
            }
        }
    }

    private static bool IsPlain(Connection connection, BodyContext body)
    {
        var talks = connection.Events.Where(found => found.Kind is FlowEventKind.Read or FlowEventKind.Write or FlowEventKind.Passed or FlowEventKind.UsedByOwnMethod).ToList();
        if (connection.Socket.Surface == Surface.Workers)
        {
            // A probe that only connects and closes says nothing in plain text. Whoever else gets the socket cannot encrypt it any more.
            return (talks.Count > 0 || connection.Socket.IsHandedOn)
                && connection.Transport(body.Compilation, body.CancellationToken) == SecureTransport.Off;
        }

        return talks.Any(found => !IsForwarding(found))
            && talks.All(found => !found.Value.Is(ValueFlags.Tls) && (found.Before & ObjectStates.Upgraded) == 0)
            && !connection.Events.Any(found => found.Kind == FlowEventKind.Upgrade || (found.Kind == FlowEventKind.Wrap && found.Operation.Type?.Name == "NegotiateStream"))
            && IsSeenWhole(connection, body)
            && !IsRelay(connection)
            && !talks.Any(found => SpeaksTls(found, body));
    }

    /// <summary>Whether the program writes a handshake record itself; the length of an array may be listed in front.</summary>
    private static bool SpeaksTls(FlowEvent write, BodyContext body) =>
        WrittenText.Of(write.Operation, body.Compilation).IndexOf(HandshakeRecord, StringComparison.Ordinal) is >= 0 and <= 8;

    private static bool IsForwarding(FlowEvent found) => found.Operation is IInvocationOperation { TargetMethod.Name: "CopyTo" or "CopyToAsync" };

    /// <summary>Whether nobody else can put TLS over the connection: it stays in the body, or in a private member of a type that knows no TLS.</summary>
    private static bool IsSeenWhole(Connection connection, BodyContext body)
    {
        if (connection.Socket is { IsHandedOn: false, Origin: not TrackedOrigin.External })
        {
            return true;
        }

        return !connection.Socket.IsGivenAway
            && connection.Body.Owner?.ContainingType is { } type
            && !type.GetMembers().Any(member => IsHandedOut(member, body))
            && !body.Compilation.Sources.IdentifiersIn(type, body.CancellationToken).Any(name => IsAboutTls(name) && !IsConstant(name, type));
    }

    /// <summary><c>private const int MqttTlsPort = 8883</c> names the port and does nothing about it.</summary>
    private static bool IsConstant(string name, INamedTypeSymbol type) => type.GetMembers(name).Any(member =>
        member is IFieldSymbol { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_UInt16 } and ({ IsConst: true } or { IsStatic: true, IsReadOnly: true }));

    private static bool IsHandedOut(ISymbol member, BodyContext body) =>
        member is { DeclaredAccessibility: not Accessibility.Private, IsImplicitlyDeclared: false }
        && member switch
        {
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            IMethodSymbol { MethodKind: MethodKind.Ordinary } method => SocketTypes.Element(method.ReturnType).Element,
            _ => null,
        } is { } type
        && SocketTypes.CanHold(type, body.Compilation.Catalog);

    private static bool IsAboutTls(string name) =>
        name.IndexOf("Tls", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("Ssl", StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>Whether the bytes are those of somebody else's connection, who may speak TLS to the far end.</summary>
    private static bool IsRelay(Connection connection) => connection.Body.Events.Any(found =>
        found.Kind is FlowEventKind.Read or FlowEventKind.Passed
        && found.Object != connection.Socket
        && found.Object.Origin is TrackedOrigin.Parameter or TrackedOrigin.Accepted or TrackedOrigin.Captured or TrackedOrigin.External);
}
