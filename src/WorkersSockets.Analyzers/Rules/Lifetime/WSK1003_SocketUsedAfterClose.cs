using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Lifetime;

/// <summary>WSK1003: a socket, or a stream over it, is used where every path to the use has closed it, or returned while it is closed.</summary>
internal sealed class SocketUsedAfterClose : SocketRule
{
    /// <summary>Property: the find is about a returned value.</summary>
    public const string Returned = "Returned";

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.SocketUsedAfterClose, RuleCatalog.SocketReturnedClosed);

    public override void Analyze(BodyContext body)
    {
        // A field may hold the socket that this body made, or one that it found there.
        var reported = new HashSet<SyntaxNode>();
        foreach (var part in body.Flow.Bodies)
        {
            // The first use fails, so the later ones never run.
            foreach (var uses in part.Events.Where(use => IsUseOfClosed(use) && !IsExpectedToFail(body, use.Operation.Syntax)).GroupBy(found => found.Object.Index))
            {
                var found = uses.OrderBy(use => use.Operation.Syntax.Span.End).First();
                if (!reported.Add(found.Operation.Syntax))
                {
                    continue;
                }

                var closed = part.Events
                    .Where(other => other.Kind is FlowEventKind.Close or FlowEventKind.HalfClose && other.Object == found.Object
                        && other.Operation.Syntax.SpanStart < found.Operation.Syntax.SpanStart)
                    .OrderByDescending(other => other.Operation.Syntax.SpanStart)
                    .Select(other => other.Operation.Syntax.GetLocation()).Take(1).ToImmutableArray();
                body.Report(
                    RuleCatalog.SocketUsedAfterClose,
                    found.Operation.Syntax.GetLocation(),
                    closed,
                    ImmutableDictionary<string, string?>.Empty.Add("Surface", found.Object.Surface.ToString()),
                    found.Object.Name);
            }

            foreach (var returned in part.Events.Where(found => found.Kind == FlowEventKind.ReturnedThenClosed)
                .SelectMany(found => Returns(found).Select(value => (Value: value, Close: found)))
                .GroupBy(found => found.Value))
            {
                var close = returned.OrderBy(found => found.Close.Operation.Syntax.SpanStart).First().Close;
                body.Report(
                    RuleCatalog.SocketReturnedClosed,
                    returned.Key.GetLocation(),
                    ImmutableArray.Create((close.Related ?? close.Operation).Syntax.GetLocation()),
                    ImmutableDictionary<string, string?>.Empty.Add(Returned, "true"),
                    close.Object.Name);
            }
        }
    }

    /// <summary>What is returned and then closed: the task that still works on the socket, or each value that hands the socket out of the scope that closes it.</summary>
    private static IEnumerable<SyntaxNode> Returns(FlowEvent found)
    {
        if (found.Related is not null)
        {
            return new[] { found.Operation.Syntax };
        }

        var scope = found.Operation.Syntax.Ancestors().FirstOrDefault(ancestor => ancestor is TryStatementSyntax or UsingStatementSyntax or BlockSyntax { Parent: not FinallyClauseSyntax } or MemberDeclarationSyntax);
        var inside = found.Object.ReturnedAs.Select(value => value.Syntax).Where(value => scope is null || scope.Span.Contains(value.Span)).ToList();
        return inside.Count > 0 ? inside : new List<SyntaxNode> { found.Operation.Syntax };
    }

    /// <summary>Whether the code around catches the very exception: it means to use what is closed.</summary>
    private static bool IsExpectedToFail(BodyContext body, SyntaxNode use) => TestCode.IsExpectedToThrow(use) || use.Ancestors()
        .TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or MemberDeclarationSyntax))
        .OfType<TryStatementSyntax>()
        .Where(attempt => attempt.Block.Span.Contains(use.Span))
        .SelectMany(attempt => attempt.Catches)
        .Any(handler => handler.Declaration is { Type: var type }
            && body.Compilation.Sources.For(type.SyntaxTree)?.GetTypeInfo(type, body.CancellationToken).Type?.Name == "ObjectDisposedException");

    private static bool IsUseOfClosed(FlowEvent found) =>
        // A property that shows the socket inside ("client.Client") can be read after the close.
        found.Operation is not IPropertyReferenceOperation
        && ((found.Kind == FlowEventKind.Write && (found.Before & ObjectStates.Writing) == ObjectStates.WriteEnded)
        || (found.Kind is FlowEventKind.Read or FlowEventKind.Write or FlowEventKind.Opened or FlowEventKind.Upgrade
                or FlowEventKind.View or FlowEventKind.Passed or FlowEventKind.Connect
            && (found.Before & ObjectStates.Life) == ObjectStates.Closed));
}
