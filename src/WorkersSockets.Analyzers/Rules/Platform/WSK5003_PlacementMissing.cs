using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Platform;

/// <summary>WSK5003: the code always talks to one back end, and the wrangler file does not say where the Worker runs.</summary>
internal sealed class PlacementMissing : SocketRule
{
    /// <summary>The diagnostic's property that holds the wrangler file's path.</summary>
    public const string PathProperty = "WranglerPath";
    private const int LongestName = 60;

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.PlacementMissing);

    public override void Analyze(BodyContext body)
    {
        if (body.Compilation.Wrangler is not { IsComplete: true, HasPlacement: false, EnvironmentsWithPlacement.IsEmpty: true } wrangler
            || body.Options.Target == Target.DotNet
            || TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        foreach (var site in body.Flow.Connects)
        {
            if (TestCode.IsDevelopmentOnly(site.Operation)
                || BackEnd(site, body) is not { } backEnd
                || body.Compilation.Handlers.At(site.Operation, body.Flow.Owner, body.CancellationToken) is { Scope: HandlerScope.Event })
            {
                continue;
            }

            // Placement is one setting for all connects, so the first one of a body says enough.
            body.Report(
                RuleCatalog.PlacementMissing,
                site.Operation.Syntax.GetLocation(),
                ImmutableArray<Location>.Empty,
                ImmutableDictionary<string, string?>.Empty.Add(PathProperty, wrangler.Path),
                backEnd,
                wrangler.Name);
            return;
        }
    }

    /// <summary>The one host that a connect always goes to: a constant's text or a setting's expression; null where it varies or is refused anyway.</summary>
    private static string? BackEnd(ConnectSite site, BodyContext body)
    {
        var destinations = Destinations.Of(site, body.Compilation, body.CancellationToken);
        if (destinations.IsEmpty)
        {
            return null;
        }

        var first = destinations[0];
        if (first is { Host: { } host, HostIsCertain: true })
        {
            return destinations.All(other => string.Equals(other.Host, host, StringComparison.OrdinalIgnoreCase))
                && !first.HostIsOverwritable
                && HostClassifier.Classify(host, body.Options.BlockedHosts) == HostKind.Ordinary
                && !body.Compilation.IsOwnHostname(host, first.Port, body.Options)
                && !TestCode.IsDevelopmentOnly(first.HostOrigin)
                ? host
                : null;
        }

        return destinations.Length == 1 && new ValueOrigins(body.Compilation, body.CancellationToken).Setting(first.HostOperation) is { } setting
            ? Short(setting.Syntax.ToString())
            : null;
    }

    private static string Short(string text)
    {
        var line = string.Join(" ", text.Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestName ? line : line.Substring(0, LongestName) + "…";
    }
}
