using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Lifetime;

/// <summary>WSK1002: some path from a socket's creation to the end of its body, exceptions included, does not close it.</summary>
internal sealed class SocketNotClosed : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.SocketNotClosed);

    public override void Analyze(BodyContext body)
    {
        foreach (var part in body.Flow.Bodies)
        {
            foreach (var leaks in part.Events.Where(IsLeak).GroupBy(found => found.Object.Index))
            {
                // The plainest reason first: a normal end is easier to see than an exception.
                var leak = leaks.OrderBy(found => found.Kind switch
                {
                    FlowEventKind.LeakedByLoop => 0,
                    FlowEventKind.LeakedAtExit => 1,
                    _ => 2,
                }).First();
                var socket = leak.Object;
                if (socket.IsListener || socket.IsNotTcp)
                {
                    continue;
                }

                var related = leak.Related is { } place ? ImmutableArray.Create(place.Syntax.GetLocation()) : ImmutableArray<Location>.Empty;
                body.Report(
                    RuleCatalog.SocketNotClosed,
                    leak.Operation.Syntax.GetLocation(),
                    related,
                    ImmutableDictionary<string, string?>.Empty.Add("Surface", socket.Surface.ToString()),
                    socket.Name,
                    Reason(leak));
            }

            foreach (var stored in part.Events.Where(found => found.Kind == FlowEventKind.StoredInField && found.Object.IsOwned))
            {
                if (stored.Symbol is IFieldSymbol field
                    && stored.Object is { IsListener: false, IsNotTcp: false }
                    && !body.Compilation.FieldOwnership.IsHandled(field, body.CancellationToken))
                {
                    body.Report(
                        RuleCatalog.SocketNotClosed,
                        (stored.Object.Operation ?? stored.Operation).Syntax.GetLocation(),
                        field.Locations,
                        ImmutableDictionary<string, string?>.Empty.Add("Field", field.Name),
                        field.Name,
                        $"nothing in '{field.ContainingType.Name}' closes this field");
                }
            }
        }
    }

    private static bool IsLeak(FlowEvent found) =>
        found.Kind is FlowEventKind.LeakedAtExit or FlowEventKind.LeakedByException or FlowEventKind.LeakedByLoop;

    private static string Reason(FlowEvent leak) => leak.Kind switch
    {
        FlowEventKind.LeakedByLoop => "the next iteration replaces it while it is open",
        FlowEventKind.LeakedAtExit when leak.Related?.Syntax is { } at => $"the way out on line {Line(at)} leaves it open",
        FlowEventKind.LeakedByException when leak.Related?.Syntax is { } thrower => $"an exception on line {Line(thrower)} leaves it open",
        FlowEventKind.LeakedByException => "an exception leaves it open",
        _ => "nothing closes it",
    };

    private static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
