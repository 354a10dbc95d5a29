using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Lifetime;

/// <summary>WSK1004: an awaited close that can run while the connection is still opening, for which it waits.</summary>
internal sealed class AwaitedCloseHangs : SocketRule
{
    private const ObjectStates Opening = ObjectStates.Connecting | ObjectStates.Unopened;

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.AwaitedCloseHangs);

    public override void Analyze(BodyContext body)
    {
        foreach (var part in body.Flow.Bodies)
        {
            foreach (var found in part.Events)
            {
                if (found is { Kind: FlowEventKind.Close, Object: { Surface: Surface.Workers, IsOwned: true } socket }
                    && (found.Model is not null || found.IsAwaitedInside)
                    && (found.Before & Opening) != 0
                    && (found.Before & ObjectStates.OpenNotAwaited) != 0
                    && (found.Before & ObjectStates.Upgraded) == 0
                    && IsAwaited(body.Flow.Original(found.Operation)))
                {
                    body.Report(
                        RuleCatalog.AwaitedCloseHangs,
                        found.Operation.Syntax.GetLocation(),
                        socket.Operation is { } connect ? ImmutableArray.Create(connect.Syntax.GetLocation()) : ImmutableArray<Location>.Empty,
                        ImmutableDictionary<string, string?>.Empty,
                        socket.Name);
                }
            }
        }
    }

    private static bool IsAwaited(IOperation? close)
    {
        for (var parent = close?.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IAwaitOperation:
                    return true;
                case IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" }:
                    continue;
                default:
                    return false;
            }
        }

        return false;
    }
}
