using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.CodeFixes.Connections;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Timeouts;

namespace WorkersSockets.Analyzers.CodeFixes.Refactorings;

/// <summary>
/// Bounds the wait for a connection by time, with the rewriting of WSK2002's fix. Offered also where that rule is silent because the
/// caller's token could end the wait, in tests, and where nothing waits for the connection yet.
/// </summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(ConnectWithTimeout))]
[Shared]
public sealed class ConnectWithTimeout() : SocketRefactoring("Connect with timeout")
{
    private protected override bool TryRewrite(SourceEdits edits, ConnectPlace place, CancellationToken cancellationToken)
    {
        var connect = place.Site.Operation.Syntax;
        var milliseconds = place.Sockets.OptionsFor(connect.SyntaxTree).ConnectTimeoutMilliseconds;
        var unbounded = new ConnectWaits(place.Sockets, cancellationToken).Of(place.Flow).FirstOrDefault(wait => wait.Connect.Syntax == connect);
        return place.Site.Surface == Surface.Workers
            ? unbounded is { At.Syntax: InvocationExpressionSyntax wait }
                ? RacedOpen.TryRace(edits, place.Model, wait, milliseconds, cancellationToken)
                : unbounded is null && TryOpen(edits, place, milliseconds, cancellationToken)
            : connect is ExpressionSyntax call && (unbounded is not null || IsBoundedByCaller(place, cancellationToken))
                && CancelledConnect.TryCancel(edits, place.Model, call, milliseconds, unbounded is null ? place.Site.Token?.Syntax.ToString() : null, cancellationToken);
    }

    /// <summary>A connect whose token comes from elsewhere: whether and when it is cancelled is not seen here.</summary>
    private static bool IsBoundedByCaller(ConnectPlace place, CancellationToken cancellationToken) =>
        place.Site is { Inner: null, Token: IParameterReferenceOperation or IPropertyReferenceOperation { Property.Name: not "Token" } or IFieldReferenceOperation }
        && !new WaitBounds(place.Sockets, cancellationToken).IsBounded(place.Site.Operation);

    /// <summary>Nothing waits for the connection yet: the wait comes right behind the connect.</summary>
    private static bool TryOpen(SourceEdits edits, ConnectPlace place, int milliseconds, CancellationToken cancellationToken)
    {
        var connect = place.Site.Operation.Syntax;
        return place.Site.Inner is null
            && connect.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declaration } variable }
            && place.Model.GetDeclaredSymbol(variable, cancellationToken) is ILocalSymbol socket
            && !place.Flow.Root.Descendants().OfType<ILocalReferenceOperation>().Any(use => SymbolEqualityComparer.Default.Equals(use.Local, socket) && MayWait(use))
            && AsyncMethods.IsInAsync(connect)
            && BoundedOpen.Call(edits, place.Model, connect, variable.Identifier.ValueText, milliseconds, cancellationToken) is { } opening
            && Statements.TryInsertAfter(edits, declaration, $"await {opening};");
    }

    /// <summary>A call on the socket but for its close, or a call that gets it.</summary>
    private static bool MayWait(ILocalReferenceOperation use) => use.Parent switch
    {
        IInvocationOperation { TargetMethod.Name: "CloseAsync" } => false,
        IInvocationOperation or IArgumentOperation => true,
        _ => false,
    };
}
