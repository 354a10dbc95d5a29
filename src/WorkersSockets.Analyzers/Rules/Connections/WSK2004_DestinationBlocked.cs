using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>WSK2004: a constant host that Workers refuse, or where nothing listens once the code is deployed.</summary>
internal sealed class DestinationBlocked : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.DestinationBlockedOnWorkers, RuleCatalog.DestinationBlockedOnDotNet);

    public override void Analyze(BodyContext body)
    {
        if (body.Options.Target == Target.DotNet || TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        bool? listensItself = null;
        foreach (var site in body.Flow.Connects)
        {
            if (TestCode.IsDevelopmentOnly(site.Operation, body.Compilation.Sources))
            {
                continue;
            }

            var onWorkers = site.Surface == Surface.Workers || body.RunsOnWorkers;
            if (!onWorkers && (listensItself ??= ListensItself(body)))
            {
                continue;
            }

            foreach (var destination in body.DestinationsOf(site))
            {
                if (destination is not { Host: { } host, HostIsCertain: true, HostOperation: { } at }
                    || AddressProblem.Of(destination) is not null
                    || body.Compilation.IsOwnHostname(host, destination.Port, body.Options)
                    || TestCode.IsDevelopmentOnly(destination.HostOrigin, body.Compilation.Sources))
                {
                    continue;
                }

                var kind = HostClassifier.Classify(host, body.Options.BlockedHosts);
                if (kind == HostKind.Ordinary || (!onWorkers && kind is not (HostKind.Loopback or HostKind.Any or HostKind.LinkLocal or HostKind.Blocked)))
                {
                    continue;
                }

                body.Report(
                    onWorkers ? RuleCatalog.DestinationBlockedOnWorkers : RuleCatalog.DestinationBlockedOnDotNet,
                    onWorkers ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
                    at.Syntax.GetLocation(),
                    Destinations.OriginOf(destination.HostOrigin, at),
                    host,
                    HostClassifier.Describe(kind));
                break;
            }
        }
    }

    /// <summary>A body that also starts a listener connects to itself on purpose.</summary>
    private static bool ListensItself(BodyContext body) => body.Flow.Root.DescendantsAndSelf().Any(operation => operation switch
    {
        IObjectCreationOperation creation => body.Catalog.HasRole(creation.Type, ModelRole.Listener),
        IInvocationOperation invocation => body.Catalog.Find(invocation.TargetMethod, ModelRole.Accept) is not null
            || body.Catalog.Find(invocation.TargetMethod, ModelRole.Bind) is not null
            || body.Catalog.HasRole(invocation.Type, ModelRole.Listener),
        ILocalReferenceOperation or IFieldReferenceOperation or IParameterReferenceOperation => body.Catalog.HasRole(operation.Type, ModelRole.Listener),
        _ => false,
    });
}
