using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Rules.Platform;

/// <summary>WSK5003: the code talks to a fixed back end, and the wrangler file does not say where the Worker runs.</summary>
internal sealed class PlacementMissing : SocketRule
{
    /// <summary>The diagnostic's property that holds the wrangler file's path.</summary>
    public const string PathProperty = "WranglerPath";

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.PlacementMissing);

    public override void Analyze(BodyContext body)
    {
        if (body.Flow.Connects.IsEmpty
            || body.Compilation.Wrangler is not { IsComplete: true, HasPlacement: false, EnvironmentsWithPlacement.IsEmpty: true } wrangler
            || body.Options.Target == Target.DotNet)
        {
            return;
        }

        // Placement is one setting of the project, so the project's first such connect says enough.
        if (body.Compilation.BackEnds.First(body.CancellationToken) is { } backEnd && body.Flow.Connects.Any(site => site.Operation.Syntax == backEnd.Connect))
        {
            body.Report(
                RuleCatalog.PlacementMissing,
                backEnd.Connect.GetLocation(),
                ImmutableArray<Location>.Empty,
                ImmutableDictionary<string, string?>.Empty.Add(PathProperty, wrangler.Path),
                backEnd.Text,
                wrangler.Name);
        }
    }
}
