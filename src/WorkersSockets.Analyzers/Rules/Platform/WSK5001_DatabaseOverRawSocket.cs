using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;
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

        foreach (var site in body.Flow.Connects)
        {
            foreach (var destination in Destinations.Of(site, body.Compilation, body.CancellationToken))
            {
                if (destination is not { Port: { } port, PortOperation: { } at }
                    || at.Parent is IArgumentOperation { ArgumentKind: ArgumentKind.DefaultValue }
                    || !Databases.TryGetValue(port, out var database)
                    || ComesFromHyperdrive(destination.HostOperation, following: 3)
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

    /// <summary>Whether the host is a part of a Hyperdrive binding's connection info, directly or by way of locals.</summary>
    private static bool ComesFromHyperdrive(IOperation? host, int following) => host is not null && host.DescendantsAndSelf().Any(operation =>
        operation.Type?.Name is "HyperdriveConnectionInfo" or "IHyperdriveBinding"
        || (following > 0 && operation is ILocalReferenceOperation local && Writes.Of(local.Local, RootOf(operation)) is { } writes
            && writes.Any(write => ComesFromHyperdrive(write.Value, following - 1))));

    /// <summary>
    /// Whether anything is read or written: a connectivity probe, which closes what it opened, does neither. A socket that is handed
    /// on counts as used.
    /// </summary>
    private static bool ExchangesBytes(BodyContext body, ConnectSite site)
    {
        if (TouchesBytes(body.Flow.Root, body.Catalog))
        {
            return true;
        }

        if (site.Inner is not null && site.Operation is IInvocationOperation { TargetMethod: var helper })
        {
            var declaration = helper.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(body.CancellationToken);
            return body.Compilation.Sources.OperationOf(declaration, body.CancellationToken) is { } inside && TouchesBytes(inside, body.Catalog);
        }

        var socket = site.Operation is IInvocationOperation { Instance: { } receiver } ? ConstantEvaluator.Unwrap(receiver) : site.Operation;
        return socket switch
        {
            ILocalReferenceOperation local => IsHandedOn(local.Local, body.Flow.Root),
            IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation => true,
            _ => HolderOf(site.Operation) is { } held ? IsHandedOn(held, body.Flow.Root) : IsReturnedOrStored(site.Operation),
        };
    }

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

    private static bool IsHandedOn(ILocalSymbol local, IOperation root) => root.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Any(reference =>
        SymbolEqualityComparer.Default.Equals(reference.Local, local) && IsReturnedOrStored(reference));

    private static bool IsReturnedOrStored(IOperation operation)
    {
        var parent = operation.Parent;
        while (parent is IConversionOperation or IAwaitOperation or IConditionalOperation or ICoalesceOperation)
        {
            parent = parent.Parent;
        }

        return parent is IReturnOperation or IArgumentOperation or ITupleOperation
            || parent is ISimpleAssignmentOperation { Target: IMemberReferenceOperation }
            || parent is IInvocationOperation { TargetMethod.Name: "GetStream" } stream && IsReturnedOrStored(stream);
    }

    /// <summary>The local that the connected socket is put into.</summary>
    private static ILocalSymbol? HolderOf(IOperation operation)
    {
        var parent = operation.Parent;
        while (parent is IConversionOperation or IAwaitOperation or IVariableInitializerOperation)
        {
            parent = parent.Parent;
        }

        return parent switch
        {
            IVariableDeclaratorOperation declarator => declarator.Symbol,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation local } => local.Local,
            _ => null,
        };
    }

    private static IOperation RootOf(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    private sealed record Database(string Name, string OnWorkers, string OnDotNet);
}
