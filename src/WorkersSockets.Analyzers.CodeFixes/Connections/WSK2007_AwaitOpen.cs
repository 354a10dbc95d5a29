using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Connections;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>
/// Waits for the connection behind the connect, before any <c>try</c> whose <c>finally</c> closes the socket: a close waits for the
/// open. The wait is bounded, since a host that never answers would hold the open as it held the read.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AwaitOpen))]
[Shared]
public sealed class AwaitOpen() : SocketFix("WSK2007")
{
    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<FixVariant>.Empty;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits is null || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>()
                is not { } read
            || Subject(model, read, cancellationToken) is not { } receiver
            || read.FirstAncestorOrSelf<StatementSyntax>() is not { } use
            || !AsyncMethods.IsInAsync(read)
            || !diagnostic.Properties.TryGetValue(EndMeansNeverConnected.Timeout, out var written)
            || !int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return none;
        }

        var declaration = model.GetSymbolInfo(receiver, cancellationToken).Symbol is ILocalSymbol local
            ? local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken).FirstAncestorOrSelf<LocalDeclarationStatementSyntax>()
            : null;
        var assignment = FunctionOf(read)?.DescendantNodes().OfType<AssignmentExpressionSyntax>().LastOrDefault(candidate =>
            candidate.SpanStart < read.SpanStart && candidate.Parent is ExpressionStatementSyntax && candidate.Right is InvocationExpressionSyntax
            && candidate.Left is IdentifierNameSyntax target && target.Identifier.ValueText == receiver.Identifier.ValueText && FunctionOf(candidate) == FunctionOf(read));
        var isSameFunction = declaration is not null && FunctionOf(declaration) == FunctionOf(read) && declaration.DescendantNodes().OfType<InvocationExpressionSyntax>().Any();
        if (assignment is null && isSameFunction && HandledBy(read, declaration!) is { } attempt)
        {
            return RacedOpen.TryOpenInside(edits, model, read, attempt, receiver.Identifier.ValueText, milliseconds, cancellationToken) ? Variant(edits, document) : none;
        }

        if (BoundedOpen.Call(edits, model, read, receiver.Identifier.ValueText, milliseconds, cancellationToken) is not { } opening)
        {
            return none;
        }

        var wait = $"await {opening};";
        if (assignment is not null ? !Statements.TryInsertAfter(edits, (StatementSyntax)assignment.Parent!, wait)
            : isSameFunction ? !Statements.TryInsertAfter(edits, declaration!, wait)
            : IsInLoop(use) || !Statements.TryInsertBefore(edits, use, wait))
        {
            return none;
        }

        return Variant(edits, document);
    }

    /// <summary>The socket's variable: what is read, or what a helper that reads is given.</summary>
    private static IdentifierNameSyntax? Subject(SemanticModel model, InvocationExpressionSyntax read, CancellationToken cancellationToken) =>
        new[] { (read.Expression as MemberAccessExpressionSyntax)?.Expression }.Concat(read.ArgumentList.Arguments.Select(argument => (ExpressionSyntax?)argument.Expression))
            .OfType<IdentifierNameSyntax>()
            .FirstOrDefault(name => model.GetTypeInfo(name, cancellationToken).Type is { Name: "TcpSocket", ContainingNamespace.Name: "Workers" });

    private static ImmutableArray<FixVariant> Variant(SourceEdits edits, Document document) =>
        ImmutableArray.Create(edits.ToVariant("AwaitOpen", "Wait for the connection first", document));

    /// <summary>The <c>try</c> around the read, and not around the connect, whose <c>catch</c> takes failures: it is to take that of the open too.</summary>
    private static TryStatementSyntax? HandledBy(SyntaxNode read, SyntaxNode connect) => read.Ancestors()
        .TakeWhile(ancestor => !ancestor.Span.Contains(connect.Span))
        .OfType<TryStatementSyntax>()
        .LastOrDefault(attempt => attempt.Catches.Count > 0 && attempt.Block.Span.Contains(read.Span));

    private static SyntaxNode? FunctionOf(SyntaxNode node) => node.Ancestors().FirstOrDefault(ancestor =>
        ancestor is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or CompilationUnitSyntax);

    private static bool IsInLoop(SyntaxNode node) => node.Ancestors()
        .TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax))
        .Any(ancestor => ancestor is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax);
}
