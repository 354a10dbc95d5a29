using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Concurrency;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Platform;

/// <summary>WSK5001: a connect to a database's port whose protocol is then written by hand.</summary>
internal sealed class DatabaseOverRawSocket : SocketRule
{
    private const string PooledService = "a service with a pooled client";

    private static readonly ImmutableDictionary<long, Database> Databases = new Dictionary<long, Database>
    {
        [5432] = new("PostgreSQL", "Hyperdrive with 'PostgresClient'", "Npgsql"),
        [5433] = new("PostgreSQL", "Hyperdrive with 'PostgresClient'", "Npgsql"),
        [26257] = new("CockroachDB", "Hyperdrive with 'PostgresClient'", "Npgsql"),
        [3306] = new("MySQL", "Hyperdrive with 'MySqlClient'", "MySqlConnector"),
        [1433] = new("SQL Server", PooledService, "Microsoft.Data.SqlClient"),
        [27017] = new("MongoDB", "'MongoClient'", "MongoDB.Driver"),
        [6379] = new("Redis", PooledService, "StackExchange.Redis"),
        [1521] = new("Oracle", PooledService, "Oracle.ManagedDataAccess.Core"),
        [9042] = new("Cassandra", PooledService, "CassandraCSharpDriver"),
    }.ToImmutableDictionary();

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.RawDatabaseOnWorkers, RuleCatalog.RawDatabaseOnDotNet);

    public override void Analyze(BodyContext body)
    {
        if (TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        var origins = new ValueOrigins(body.Compilation, body.CancellationToken);
        foreach (var site in body.Flow.Connects)
        {
            foreach (var destination in body.DestinationsOf(site))
            {
                if (destination is not { Port: { } port, PortOperation: { } at }
                    || at.Parent is IArgumentOperation { ArgumentKind: ArgumentKind.DefaultValue }
                    || !Databases.TryGetValue(port, out var database)
                    || origins.IsHyperdrive(destination.HostOperation)
                    || !ExchangesBytes(body, site))
                {
                    continue;
                }

                var onWorkers = site.Surface == Surface.Workers;
                body.Report(
                    onWorkers ? RuleCatalog.RawDatabaseOnWorkers : RuleCatalog.RawDatabaseOnDotNet,
                    at.Syntax.GetLocation(),
                    Destinations.OriginOf(destination.PortOrigin, at),
                    ImmutableDictionary<string, string?>.Empty,
                    port,
                    database.Name,
                    onWorkers ? database.OnWorkers : database.OnDotNet);
                break;
            }
        }
    }

    /// <summary>
    /// Whether anything is read or written here: a connectivity probe, which closes what it opened, does neither, and a proxy only
    /// passes on what another connection brings. A connection that is handed on counts as used, and so does one that the flow does
    /// not follow.
    /// </summary>
    private static bool ExchangesBytes(BodyContext body, ConnectSite site)
    {
        var isFollowed = false;
        foreach (var part in body.Flow.Bodies)
        {
            var sockets = part.Events
                .Where(found => found.Kind == FlowEventKind.Connect && found.Operation.Syntax == site.Operation.Syntax)
                .Select(found => found.Object)
                .Concat(part.Objects.Where(each => each is { Kind: TrackedKind.Socket, Origin: TrackedOrigin.Received } && each.Operation?.Syntax == site.Operation.Syntax));
            foreach (var socket in sockets.Distinct())
            {
                isFollowed = true;
                var uses = part.Events.Where(found => found.Object == socket && IsUse(found.Kind)).ToList();
                if (uses.Count > 0 ? !uses.TrueForAll(found => IsForwarding(found, body.Flow)) : socket.IsHandedOn || !socket.IsOwned)
                {
                    return true;
                }
            }
        }

        // What a helper does with the connection that it makes.
        if (site.Inner is not null && site.Operation is IInvocationOperation { TargetMethod: var helper })
        {
            var declaration = helper.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(body.CancellationToken);
            return body.Compilation.Sources.OperationOf(declaration, body.CancellationToken) is { } inside && TouchesBytes(inside, body.Catalog);
        }

        return !isFollowed && TouchesBytes(body.Flow.Root, body.Catalog);
    }

    private static bool IsUse(FlowEventKind kind) => kind is FlowEventKind.Read or FlowEventKind.Write or FlowEventKind.Wrap or FlowEventKind.Upgrade
        or FlowEventKind.Passed or FlowEventKind.StoredInField or FlowEventKind.StoredInStatic;

    /// <summary>Whether a use moves bytes between two connections as they are: a copy, a pump that gets both, one buffer for both, a WebSocket's messages.</summary>
    private static bool IsForwarding(FlowEvent found, SocketFlow flow)
    {
        if (flow.Original(found.Operation) is not IInvocationOperation call)
        {
            return false;
        }

        if (call.TargetMethod.Name is "CopyTo" or "CopyToAsync")
        {
            return true;
        }

        if (found.Kind == FlowEventKind.Passed)
        {
            return call.Arguments.Count(argument => argument.Value.Type is { } type && IsConnection(type)) > 1;
        }

        return IsShared(BufferOf(found, call)) || IsWebSocketData(found, call, flow);

        bool IsShared(ISymbol? buffer) => buffer is not null && flow.Events.Any(other =>
            other.Object != found.Object
            && (found.Kind, other.Kind) is (FlowEventKind.Read, FlowEventKind.Write) or (FlowEventKind.Write, FlowEventKind.Read)
            && flow.Original(other.Operation) is IInvocationOperation otherCall
            && SymbolEqualityComparer.Default.Equals(BufferOf(other, otherCall), buffer));
    }

    /// <summary>Whether what is written comes out of a WebSocket, or what is read goes into one.</summary>
    private static bool IsWebSocketData(FlowEvent found, IInvocationOperation call, SocketFlow flow)
    {
        var data = found.Kind switch
        {
            FlowEventKind.Write => call.Arguments.SelectMany(argument => argument.Descendants()).OfType<ILocalReferenceOperation>().Select(part => part.Local),
            FlowEventKind.Read => call.Arguments.SelectMany(argument => argument.Descendants()).OfType<ILocalReferenceOperation>().Select(part => part.Local)
                .Concat(ResultOf(call) is { } result ? new[] { result } : Array.Empty<ILocalSymbol>()),
            _ => Enumerable.Empty<ILocalSymbol>(),
        };
        var locals = new HashSet<ISymbol>(data, SymbolEqualityComparer.Default);
        return locals.Count > 0 && flow.Root.Descendants().OfType<IInvocationOperation>().Any(other =>
            other.Instance?.Type?.Name is "WebSocket" or "ClientWebSocket" && Names(other, locals)
            || (other.Instance?.Type?.Name == "WebSocketEventStream" && ResultOf(other) is { } message && locals.Contains(message)));
    }

    private static bool Names(IInvocationOperation call, HashSet<ISymbol> locals) => call.Arguments.Any(argument =>
        argument.Descendants().OfType<ILocalReferenceOperation>().Any(part => locals.Contains(part.Local)));

    /// <summary>The variable that an awaited call's result is put into.</summary>
    private static ILocalSymbol? ResultOf(IOperation call)
    {
        for (var current = call.Parent; current is not null; current = current.Parent)
        {
            switch (current)
            {
                case IAwaitOperation or IConversionOperation or IVariableInitializerOperation:
                    continue;
                case IVariableDeclaratorOperation declarator:
                    return declarator.Symbol;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target }:
                    return target.Local;
                case IIsPatternOperation { Pattern: IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol local } }:
                    return local;
                case IIsPatternOperation { Pattern: IRecursivePatternOperation { DeclaredSymbol: ILocalSymbol local } }:
                    return local;
                default:
                    return null;
            }
        }

        return null;
    }

    private static bool IsConnection(ITypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name is "Stream" or "TcpClient" or "Socket" or "TcpSocket" or "WebSocket")
            {
                return true;
            }
        }

        return false;
    }

    private static ISymbol? BufferOf(FlowEvent found, IInvocationOperation call) =>
        found.Model is { Buffer: >= 0 and var position } ? SequenceBounds.SymbolOf(call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value) : null;

    private static bool TouchesBytes(IOperation root, SocketCatalog catalog) => root.DescendantsAndSelf().Any(operation =>
    {
        var member = operation switch
        {
            IInvocationOperation invocation => invocation.TargetMethod,
            IObjectCreationOperation creation => creation.Constructor,
            _ => null,
        };
        return member is not null && catalog.FindAll(member).Any(model => model.Role is ModelRole.Read or ModelRole.Write or ModelRole.Wrap or ModelRole.Upgrade);
    });

    private sealed record Database(string Name, string OnWorkers, string OnDotNet);
}
