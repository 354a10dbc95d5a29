using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Security;

/// <summary>WSK4002: StartTlsAsync without the option that it needs, the option without StartTlsAsync, or its result thrown away.</summary>
internal sealed class StartTlsOption : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.StartTlsOptionMissing, RuleCatalog.StartTlsNeverUpgraded, RuleCatalog.StartTlsResultDiscarded);

    public override void Analyze(BodyContext body)
    {
        foreach (var connection in Connection.Of(body.Flow))
        {
            if (connection.Socket.Surface != Surface.Workers)
            {
                continue;
            }

            var transport = connection.Transport(body.Compilation, body.CancellationToken);
            var site = connection.ConnectOf(body.Compilation, body.CancellationToken);
            var upgrades = connection.Events.Where(found => found.Kind == FlowEventKind.Upgrade).ToList();
            foreach (var upgrade in upgrades)
            {
                if (transport is SecureTransport.Off or SecureTransport.On && site is not null)
                {
                    body.Report(
                        RuleCatalog.StartTlsOptionMissing,
                        upgrade.Operation.Syntax.GetLocation(),
                        ImmutableArray.Create(site.Operation.Syntax.GetLocation()),
                        ImmutableDictionary<string, string?>.Empty.Add("Shape", "Option"),
                        connection.Socket.Name);
                }
                else if (upgrade.Model is not null && body.Flow.Original(upgrade.Operation) is { } original && IsDiscarded(original))
                {
                    body.Report(
                        RuleCatalog.StartTlsResultDiscarded,
                        upgrade.Operation.Syntax.GetLocation(),
                        ImmutableArray<Location>.Empty,
                        ImmutableDictionary<string, string?>.Empty.Add("Shape", "Result"),
                        connection.Socket.Name);
                }
            }

            if (upgrades.Count == 0
                && transport == SecureTransport.StartTls
                && connection is { Socket: { IsHandedOn: false, IsOwned: true }, Site: { } connect }
                && connection.Events.Any(found => found.Kind is FlowEventKind.Read or FlowEventKind.Write or FlowEventKind.Passed))
            {
                body.Report(
                    RuleCatalog.StartTlsNeverUpgraded,
                    connect.Operation.Syntax.GetLocation(),
                    ImmutableArray<Location>.Empty,
                    ImmutableDictionary<string, string?>.Empty.Add("Shape", "NeverUpgraded"),
                    connection.Socket.Name);
            }
        }
    }

    /// <summary>The upgraded socket that nobody keeps: this rule's find, and no second one for WSK1002.</summary>
    internal static bool IsDiscardedUpgrade(TrackedObject socket, BodyContext body) =>
        socket is { Surface: Surface.Workers, Operation: IInvocationOperation { TargetMethod.Name: "StartTlsAsync" } call }
        && body.Flow.Original(call) is { } original && IsDiscarded(original);

    private static bool IsDiscarded(IOperation call)
    {
        var value = call;
        while (value.Parent is IAwaitOperation or IConversionOperation)
        {
            value = value.Parent;
        }

        return value.Parent is IExpressionStatementOperation
            or ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation };
    }
}
