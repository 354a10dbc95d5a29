using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.CodeFixes.Refactorings;

/// <summary>
/// Base of the refactorings of one connection: offered where the caret stands in the statement that connects it or waits for it to
/// open, and where the rewriting succeeds.
/// </summary>
public abstract class SocketRefactoring : CodeRefactoringProvider
{
    private readonly string title;

    private protected SocketRefactoring(string title) => this.title = title;

    /// <inheritdoc />
    public sealed override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        var (document, cancellationToken) = (context.Document, context.CancellationToken);
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || !root.FullSpan.Contains(context.Span)
            || root.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || statement is BlockSyntax
            || !statement.DescendantNodes().Any(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax)
            || await document.Project.GetCompilationAsync(cancellationToken).ConfigureAwait(false) is not { } compilation
            || SocketCompilation.Create(compilation, document.Project.AnalyzerOptions, cancellationToken) is not { } sockets
            || !Connects(statement, sockets, cancellationToken)
            || MemberFlow.Around(sockets, statement, cancellationToken) is not { } flow
            || sockets.Sources.For(statement.SyntaxTree) is not { } model)
        {
            return;
        }

        foreach (var place in Places(sockets, flow, model, statement))
        {
            var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
            if (edits is not null && TryRewrite(edits, place, cancellationToken) && !edits.IsEmpty)
            {
                context.RegisterRefactoring(CodeAction.Create(title, _ => Task.FromResult(edits.ApplyTo(document)), GetType().Name));
                return;
            }
        }
    }

    /// <summary>Makes the edits; false where they would not be right.</summary>
    private protected abstract bool TryRewrite(SourceEdits edits, ConnectPlace place, CancellationToken cancellationToken);

    /// <summary>The connections that the statement makes, connects or opens, then the connects in it whose connection is not followed.</summary>
    private static IEnumerable<ConnectPlace> Places(SocketCompilation sockets, SocketFlow flow, SemanticModel model, StatementSyntax statement)
    {
        var followed = Connection.Of(flow).Where(connection => connection.Site is not null && IsAt(flow, connection, statement)).ToList();
        return followed.Select(connection => new ConnectPlace(sockets, flow, model, connection.Site!, connection))
            .Concat(flow.Connects.Where(site => StatementOf(site.Operation) == statement && followed.All(connection => connection.Site != site))
                .Select(site => new ConnectPlace(sockets, flow, model, site, null)));
    }

    /// <summary>The statement that an operation of the flow stands in.</summary>
    private protected static StatementSyntax? StatementOf(IOperation operation) => operation.Syntax.FirstAncestorOrSelf<StatementSyntax>();

    private static bool Connects(StatementSyntax statement, SocketCompilation sockets, CancellationToken cancellationToken) =>
        statement.DescendantNodes().Any(node =>
        {
            if (node is not (InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax))
            {
                return false;
            }

            return sockets.Sources.OperationOf(node, cancellationToken) switch
            {
                IInvocationOperation call => sockets.Catalog.FindAll(call.TargetMethod).Any(model => model.Role is ModelRole.Connect or ModelRole.Opened)
                    || (OpensByName(call) && call.Arguments.Any(argument => sockets.Catalog.SocketType(argument.Value.Type) is { Surface: Surface.Workers })),
                IObjectCreationOperation creation => sockets.Catalog.SocketType(creation.Type) is not null,
                _ => false,
            };
        });

    /// <summary>What waits for a Workers socket to open: the socket's own wait, or a helper's (<c>OpenWithinAsync(socket, 5000)</c>).</summary>
    private protected static IOperation? OpeningOf(SocketFlow flow, Connection connection) =>
        connection.Events.FirstOrDefault(found => found.Kind == FlowEventKind.Opened)?.Operation
        ?? (connection.Socket.Surface == Surface.Workers
            ? flow.Root.Descendants().OfType<IInvocationOperation>().FirstOrDefault(call =>
                OpensByName(call) && call.Arguments.Any(argument => argument.Value is ILocalReferenceOperation { Local.Name: var name } && name == connection.Socket.Name))
            : null);

    private static bool OpensByName(IInvocationOperation call) => call.TargetMethod.Name.StartsWith("Open", StringComparison.Ordinal);

    /// <summary>Whether the statement makes, connects or opens this connection.</summary>
    private static bool IsAt(SocketFlow flow, Connection connection, StatementSyntax statement) =>
        connection.Events.Any(found => found.Kind is FlowEventKind.Connect or FlowEventKind.Opened && StatementOf(found.Operation) == statement)
        || (OpeningOf(flow, connection) is { } opening && StatementOf(opening) == statement)
        || (connection.Socket.Operation is { } made && StatementOf(made) == statement);
}

/// <summary>The connect that a refactoring is asked about.</summary>
/// <param name="Connection">What happens to the connection; null where the flow does not follow it.</param>
internal sealed record ConnectPlace(SocketCompilation Sockets, SocketFlow Flow, SemanticModel Model, ConnectSite Site, Connection? Connection);
