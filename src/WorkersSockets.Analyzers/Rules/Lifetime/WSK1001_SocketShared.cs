using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Lifetime;

/// <summary>WSK1001: a socket is kept where several requests find it.</summary>
internal sealed class SocketShared : SocketRule
{
    /// <summary>Property: the field or property that keeps the socket.</summary>
    public const string Member = "Member";

    /// <summary>Property: the milliseconds that a connect may take.</summary>
    public const string Timeout = "Timeout";

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.SocketSharedOnWorkers, RuleCatalog.SocketSharedOnDotNet);

    public override void Analyze(BodyContext body)
    {
        if (!body.RunsOnWorkers && TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            // A test's fixture serves no requests.
            return;
        }

        var shared = body.Compilation.SharedState;
        var reported = new HashSet<SyntaxNode>();
        foreach (var part in body.Flow.Bodies)
        {
            foreach (var found in part.Events)
            {
                if (found.Kind is FlowEventKind.StoredInStatic or FlowEventKind.StoredInField
                    && found is { Symbol: { } member, Object: { IsOwned: true, IsListener: false, IsNotTcp: false, Operation: { } created } socket }
                    && shared.IsShared(member, socket.Surface, body.CancellationToken)
                    && reported.Add(created.Syntax))
                {
                    Report(body, socket.Surface, created.Syntax, member.Name, member);
                }
            }

            foreach (var captured in shared.CapturedByHandlers(body.Flow, part, body.CancellationToken))
            {
                if (captured.Operation is { } created && reported.Add(created.Syntax))
                {
                    Report(body, captured.Surface, created.Syntax, captured.Name, captured.Variable);
                }
            }
        }

        // Values that make their socket later: Lazy, ThreadLocal, the factory of a dictionary's entry.
        foreach (var (value, member, surface) in shared.DeferredStores(body.Flow, body.CancellationToken))
        {
            if (!reported.Any(known => value.Syntax.Span.Contains(known.Span)) && reported.Add(value.Syntax))
            {
                Report(body, surface, value.Syntax, member.Name, member);
            }
        }

        foreach (var (value, name, surface) in shared.SingletonSockets(body.Flow, body.CancellationToken))
        {
            if (!reported.Any(known => value.Syntax.Span.Contains(known.Span)) && reported.Add(value.Syntax))
            {
                Report(body, surface, value.Syntax, name, keeper: null);
            }
        }
    }

    private static void Report(BodyContext body, Surface surface, SyntaxNode at, string name, ISymbol? keeper) => body.Report(
        surface == Surface.Workers ? RuleCatalog.SocketSharedOnWorkers : RuleCatalog.SocketSharedOnDotNet,
        at.GetLocation(),
        keeper?.Locations.Where(location => location.IsInSource && !location.SourceSpan.Contains(at.Span)).ToImmutableArray() ?? ImmutableArray<Location>.Empty,
        ImmutableDictionary<string, string?>.Empty.Add(Member, name).Add(Timeout, body.Options.ConnectTimeoutMilliseconds.ToString(CultureInfo.InvariantCulture)),
        name);
}
