using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Security;

/// <summary>WSK4005: a value that the caller controls reaches the host or port of a connect without an allowlist check.</summary>
internal sealed class HostFromRequest : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.HostFromRequest);

    public override void Analyze(BodyContext body)
    {
        foreach (var part in body.Flow.Bodies)
        {
            // Host and port of one connect are one mistake; the host is the worse half of it.
            var finds = part.Events.Where(found => found.Kind is FlowEventKind.UncheckedHost or FlowEventKind.UncheckedPort);
            foreach (var connect in finds.GroupBy(found => found.Related?.Syntax))
            {
                var found = connect.OrderBy(each => each.Kind == FlowEventKind.UncheckedHost ? 0 : 1).First();
                var isHost = found.Kind == FlowEventKind.UncheckedHost;
                if (isHost && body.Options.Target != Target.DotNet
                    && new ValueOrigins(body.Compilation, body.CancellationToken).IsOwnHost(body.Flow.Original(found.Operation)))
                {
                    // The request's own address is another mistake, with a rule of its own (WSK2005).
                    continue;
                }

                var handler = body.Flow.Original(found.Operation) is { } operation ? body.Compilation.Handlers.At(operation, body.Flow.Owner, body.CancellationToken) : null;
                if (handler is not null && body.Compilation.HostGuards.Cover(handler, SourceOf(found, part).Symbol as IParameterSymbol, body.CancellationToken))
                {
                    continue;
                }

                body.Report(
                    RuleCatalog.HostFromRequest,
                    found.Operation.Syntax.GetLocation(),
                    Origin(found, part),
                    AnswerOf(handler ?? (body.Flow.Owner is IMethodSymbol { MethodKind: MethodKind.Ordinary } helper ? body.Compilation.Handlers.Helper(helper) : null))
                        .Add("What", isHost ? "Host" : "Port")
                        .Add("AllowedHosts", string.Join(",", body.Options.AllowedHosts)),
                    isHost ? "host" : "port",
                    found.Operation.Syntax.ToString());
            }
        }
    }

    /// <summary>How the handler answers, for a guard in it.</summary>
    private static ImmutableDictionary<string, string?> AnswerOf(Handler? handler)
    {
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (handler?.Method.DeclaringSyntaxReferences.FirstOrDefault() is not { } declaration)
        {
            return properties;
        }

        return properties
            .Add("Answer", handler.Answer.ToString())
            .Add("Scope", handler.Scope.ToString())
            .Add("HandlerStart", declaration.Span.Start.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Add("HttpContext", handler.HttpContext)
            .Add("Request", handler.Request);
    }

    /// <summary>Where the value comes from, then the connect inside a helper.</summary>
    private static ImmutableArray<Location> Origin(FlowEvent found, FlowBodyResult body)
    {
        var locations = ImmutableArray.CreateBuilder<Location>();
        locations.AddRange(SourceOf(found, body) switch
        {
            { Operation: { } operation } => ImmutableArray.Create(operation.Syntax.GetLocation()),
            { Symbol: { } symbol } => symbol.Locations,
            _ => ImmutableArray<Location>.Empty,
        });

        if (found.Inner is { } inner)
        {
            locations.Add(inner.Syntax.GetLocation());
        }

        return locations.ToImmutable();
    }

    /// <summary>The data of the caller that the flagged value is made of.</summary>
    private static TrackedObject SourceOf(FlowEvent found, FlowBodyResult body)
    {
        var seen = new HashSet<int>();
        var data = found.Object;
        while (seen.Add(data.Index) && !data.IsFromRequest && !data.Subjects.IsEmpty)
        {
            foreach (var index in data.Subjects)
            {
                data = body.Objects[index];
                break;
            }
        }

        return data;
    }
}
