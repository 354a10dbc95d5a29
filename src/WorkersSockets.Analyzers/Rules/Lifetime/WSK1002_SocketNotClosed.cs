using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Rules.Security;

namespace WorkersSockets.Analyzers.Rules.Lifetime;

/// <summary>WSK1002: some path from a socket's creation to the end of its body, exceptions included, does not close it.</summary>
internal sealed class SocketNotClosed : SocketRule
{
    /// <summary>Property: the local variable that holds the socket.</summary>
    public const string Variable = "Variable";

    /// <summary>Property: on some path another owner gets the socket.</summary>
    public const string HandedOver = "HandedOver";

    /// <summary>Property: the field or property, at the first further location, that keeps the socket.</summary>
    public const string Field = "Field";

    /// <summary>Property: what each further location, behind the first, does to the socket: a way out on which it stays <see cref="Open"/>, or only sometimes.</summary>
    public const string WaysOut = "WaysOut";

    /// <summary>A letter of <see cref="WaysOut"/>: open for certain.</summary>
    public const char Open = 'O';

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.SocketNotClosed);

    public override void Analyze(BodyContext body)
    {
        foreach (var part in body.Flow.Bodies)
        {
            var shared = body.Compilation.SharedState.CapturedByHandlers(body.Flow, part, body.CancellationToken).Select(socket => socket.Index).ToImmutableHashSet();
            foreach (var leaks in part.Events.Where(found => IsLeak(found) && !shared.Contains(found.Object.Index) && !StartTlsOption.IsDiscardedUpgrade(found.Object, body)).GroupBy(found => Mistake(found.Object)))
            {
                ReportLeak(body, leaks);
            }

            foreach (var stores in part.Events.Where(found => found.Kind == FlowEventKind.StoredInField && found.Object.IsOwned).GroupBy(found => found.Object.Index))
            {
                // A socket and a stream over it in two fields: who closes one of them closes both.
                var stored = stores.First();
                if (stored.Symbol is { } member and (IFieldSymbol or IPropertySymbol)
                    && stored.Object is { IsListener: false, IsNotTcp: false }
                    && stores.All(each => each.Symbol is { } other and (IFieldSymbol or IPropertySymbol) && !body.Compilation.FieldOwnership.IsHandled(other, body.CancellationToken))
                    && !body.Compilation.SharedState.IsShared(member, stored.Object.Surface, body.CancellationToken))
                {
                    body.Report(
                        RuleCatalog.SocketNotClosed,
                        (stored.Object.Operation ?? stored.Operation).Syntax.GetLocation(),
                        member.Locations,
                        ImmutableDictionary<string, string?>.Empty.Add(Field, member.Name),
                        member.Name,
                        $"nothing in '{member.ContainingType.Name}' closes this {(member is IFieldSymbol ? "field" : "property")}");
                }
            }
        }
    }

    /// <summary>Sockets that one statement makes for one variable, such as those of a <c>?:</c>, are one mistake.</summary>
    private static (object, SyntaxNode?) Mistake(TrackedObject socket) =>
        socket.Variable is ILocalSymbol local && socket.Operation?.Syntax.FirstAncestorOrSelf<StatementSyntax>() is { } statement
            ? (local, statement)
            : (socket.Index, null);

    private static void ReportLeak(BodyContext body, IEnumerable<FlowEvent> leaks)
    {
        // The plainest reason first: a normal end is easier to see than an exception.
        var leak = leaks.OrderBy(found => found.Kind switch
        {
            FlowEventKind.LeakedByLoop or FlowEventKind.LeakedByAssignment => 0,
            FlowEventKind.LeakedAtExit => 1,
            _ => 2,
        }).ThenBy(found => found.Object.Index).First();
        var socket = leak.Object;
        if (socket.IsListener || socket.IsNotTcp)
        {
            return;
        }

        var places = leak.Related is { } place ? ImmutableArray.Create(place.Syntax.GetLocation()) : ImmutableArray<Location>.Empty;
        var properties = ImmutableDictionary<string, string?>.Empty.Add(nameof(socket.Surface), socket.Surface.ToString());
        if (socket.Variable is ILocalSymbol local)
        {
            properties = properties.Add(Variable, local.Name);
        }

        if ((socket.Ends & (ObjectStates.Escaped | ObjectStates.Returned | ObjectStates.MaybeClosed | ObjectStates.Superseded)) != 0)
        {
            properties = properties.Add(HandedOver, "true");
            places = places.AddRange(leak.WaysOut.Select(way => way.At.Syntax.GetLocation()));
            properties = properties.Add(WaysOut, string.Concat(leak.WaysOut.Select(way => way.IsCertain ? Open : '?')));
        }

        body.Report(
            RuleCatalog.SocketNotClosed,
            leak.Operation.Syntax.GetLocation(),
            places,
            properties,
            socket.Name,
            Reason(leak));
    }

    private static bool IsLeak(FlowEvent found) =>
        found.Kind is FlowEventKind.LeakedAtExit or FlowEventKind.LeakedByException or FlowEventKind.LeakedByLoop or FlowEventKind.LeakedByAssignment;

    private static string Reason(FlowEvent leak) => leak.Kind switch
    {
        FlowEventKind.LeakedByLoop => "the next iteration replaces it while it is open",
        FlowEventKind.LeakedByAssignment when leak.Related?.Syntax is { } assignment => $"the assignment on line {Line(assignment)} replaces it while it is open",
        _ when (leak.Object.Ends & ~ObjectStates.NeedsClose) == 0 => "nothing closes it",
        FlowEventKind.LeakedAtExit when leak.Related?.Syntax is { } at => $"the way out on line {Line(at)} leaves it open",
        FlowEventKind.LeakedByException when leak.Related?.Syntax is { } thrower => $"an exception on line {Line(thrower)} leaves it open",
        FlowEventKind.LeakedByException => "an exception leaves it open",
        _ => "nothing closes it",
    };

    private static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
