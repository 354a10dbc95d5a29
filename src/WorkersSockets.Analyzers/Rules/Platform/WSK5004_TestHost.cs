using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;
using WorkersSockets.Analyzers.Rules.Connections;

namespace WorkersSockets.Analyzers.Rules.Platform;

/// <summary>WSK5004: a public test or documentation host that was left in the code.</summary>
internal sealed class TestHost : SocketRule
{
    private static readonly ImmutableHashSet<string> Hosts = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "tcpbin.com", "portquiz.net", "example.com", "example.net", "example.org",
        "telehack.com", "echo.websocket.org");

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.TestHost);

    public override void Analyze(BodyContext body)
    {
        if (TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        foreach (var site in body.Flow.Connects)
        {
            if (TestCode.IsDevelopmentOnly(site.Operation, body.Compilation.Sources))
            {
                continue;
            }

            var found = body.DestinationsOf(site).FirstOrDefault(destination =>
                destination is { Host: { } host, HostIsCertain: true }
                && Hosts.Contains(host.TrimEnd('.'))
                && AddressProblem.Of(destination) is null
                && !TestCode.IsDevelopmentOnly(destination.HostOrigin, body.Compilation.Sources));
            if (found is { HostOperation: { } at, Host: { } name })
            {
                body.Report(
                    RuleCatalog.TestHost,
                    at.Syntax.GetLocation(),
                    Destinations.OriginOf(found.HostOrigin, at),
                    ImmutableDictionary<string, string?>.Empty,
                    name);
            }
        }
    }
}
