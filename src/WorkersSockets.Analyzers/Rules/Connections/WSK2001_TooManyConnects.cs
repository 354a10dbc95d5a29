using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>WSK2001: more connections than the limit can be opening at once.</summary>
internal sealed class TooManyConnects : SocketRule
{
    /// <summary>Property: the limit that the fix keeps to.</summary>
    public const string Limit = "limit";

    /// <summary>Property: how many elements at a time keep to the limit, where each opens several connections.</summary>
    public const string Batch = "batch";

    /// <summary>Property: the milliseconds within which the fix opens sockets of Workers.</summary>
    public const string Timeout = "timeout";

    /// <summary>Property: the <see cref="FanOutKind"/>.</summary>
    public const string Kind = "kind";

    /// <summary>Property: the <see cref="Surface"/> of the sockets.</summary>
    public const string Side = "surface";

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.TooManyConnectsOnWorkers, RuleCatalog.TooManyConnectsOnDotNet);

    public override void Analyze(BodyContext body)
    {
        if (body.Options.Target == Target.DotNet || TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        var limit = body.Options.MaxConcurrentConnects;
        foreach (var found in FanOuts.Of(body.Compilation, body.Flow.Owner, body.Flow.Root, limit, body.CancellationToken))
        {
            var properties = ImmutableDictionary<string, string?>.Empty
                .Add(Limit, limit.ToString(CultureInfo.InvariantCulture))
                .Add(Batch, (limit / Math.Max(found.Each, 1)).ToString(CultureInfo.InvariantCulture))
                .Add(Timeout, body.Options.ConnectTimeoutMilliseconds.ToString(CultureInfo.InvariantCulture))
                .Add(Kind, found.Kind.ToString())
                .Add(Side, found.Surface.ToString());
            body.Report(
                found.Surface == Surface.Workers ? RuleCatalog.TooManyConnectsOnWorkers : RuleCatalog.TooManyConnectsOnDotNet,
                found.Operation.Syntax.GetLocation(),
                found.Setting is { } setting ? ImmutableArray.Create(setting.Syntax.GetLocation()) : ImmutableArray<Location>.Empty,
                properties,
                found.Count == SequenceBounds.Unbounded ? "An unbounded number of" : found.Count.ToString(CultureInfo.InvariantCulture),
                limit);
        }
    }
}
