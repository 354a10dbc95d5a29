using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>WSK2005: the host is the Worker's own name, or the one under which the request itself came in.</summary>
internal sealed class ConnectsToItself : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(
        RuleCatalog.ConnectsToOwnHostname, RuleCatalog.ConnectsToRequestHost, RuleCatalog.ConnectsToRequestHostOnDotNet);

    public override void Analyze(BodyContext body)
    {
        if (body.Options.Target == Target.DotNet || TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        var origins = new ValueOrigins(body.Compilation, body.CancellationToken);
        foreach (var site in body.Flow.Connects)
        {
            if (TestCode.IsDevelopmentOnly(site.Operation, body.Compilation.Sources))
            {
                continue;
            }

            foreach (var destination in body.DestinationsOf(site))
            {
                if (destination.HostOperation is not { } at)
                {
                    continue;
                }

                if (destination is { Host: { } host, HostIsCertain: true })
                {
                    if (body.Compilation.IsOwnHostname(host, destination.Port, body.Options) && !TestCode.IsDevelopmentOnly(destination.HostOrigin, body.Compilation.Sources))
                    {
                        body.Report(RuleCatalog.ConnectsToOwnHostname, at, host);
                        break;
                    }
                }
                else if (origins.IsOwnHost(at))
                {
                    body.Report(site.Surface == Surface.Workers || body.RunsOnWorkers ? RuleCatalog.ConnectsToRequestHost : RuleCatalog.ConnectsToRequestHostOnDotNet, at);
                    break;
                }
            }
        }
    }
}
