using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Security;

/// <summary>WSK4003: the old socket, or the raw stream under TLS, is read or written after the upgrade.</summary>
internal sealed class UsedAfterUpgrade : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.OldSocketUsed, RuleCatalog.RawStreamUsed);

    public override void Analyze(BodyContext body)
    {
        foreach (var found in body.Flow.Events)
        {
            if (found.Kind is not (FlowEventKind.Read or FlowEventKind.Write or FlowEventKind.Passed or FlowEventKind.UsedByOwnMethod or FlowEventKind.HalfClose or FlowEventKind.Upgrade or FlowEventKind.Opened))
            {
                continue;
            }

            if (found.Object.Surface == Surface.Workers)
            {
                if ((found.Before & ObjectStates.Life) == ObjectStates.Superseded)
                {
                    body.Report(
                        RuleCatalog.OldSocketUsed,
                        found.Operation.Syntax.GetLocation(),
                        UpgradeOf(found, body),
                        ImmutableDictionary<string, string?>.Empty,
                        found.Object.Name);
                }
            }
            else if (found.Kind is FlowEventKind.Read or FlowEventKind.Write or FlowEventKind.Passed or FlowEventKind.UsedByOwnMethod
                && (found.Before & ObjectStates.Transport) == ObjectStates.Upgraded
                && !found.Value.Is(ValueFlags.Tls)
                && (found.Before & ObjectStates.Life) != ObjectStates.Closed)
            {
                body.Report(
                    RuleCatalog.RawStreamUsed,
                    found.Operation.Syntax.GetLocation(),
                    UpgradeOf(found, body),
                    ImmutableDictionary<string, string?>.Empty,
                    RawStreamOf(found, body));
            }
        }
    }

    /// <summary>The expression through which the connection is used: what is called on, or what a helper is given.</summary>
    private static string RawStreamOf(FlowEvent use, BodyContext body)
    {
        if (use.Operation is not IInvocationOperation call || use.Kind == FlowEventKind.UsedByOwnMethod)
        {
            return use.Object.Name;
        }

        var raw = use.Kind == FlowEventKind.Passed
            ? call.Arguments.Select(argument => Operations.UnwrapValue(argument.Value)).FirstOrDefault(value => SocketTypes.CanHold(value.Type, body.Compilation.Catalog))
            : call.Instance;
        return raw?.Syntax.ToString() ?? use.Object.Name;
    }

    private static ImmutableArray<Location> UpgradeOf(FlowEvent use, BodyContext body) => body.Flow.Events
        .Where(found => found.Kind == FlowEventKind.Upgrade && found.Object == use.Object && found.Operation != use.Operation)
        .Select(found => found.Operation.Syntax.GetLocation())
        .Take(1)
        .ToImmutableArray();
}
