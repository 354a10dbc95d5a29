using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>WSK1005: awaits the work, or gives it to the context that keeps the request alive for it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(KeepWork))]
[Shared]
public sealed class KeepWork : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public KeepWork()
        : base("WSK1005")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } model
            || await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is not { } root
            || root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } work
            || work.FirstAncestorOrSelf<StatementSyntax>(each => each is ExpressionStatementSyntax or LocalDeclarationStatementSyntax) is not { } statement
            || Work(statement) is not { } started
            || !started.Span.Contains(work.Span)
            || !AsyncMethods.IsTask(model.GetTypeInfo(started, cancellationToken).Type))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var variants = ImmutableArray.CreateBuilder<FixVariant>();
        var awaiting = new SourceEdits(root, text);
        if (started is not ConditionalAccessExpressionSyntax && !IsTimedBelow(statement, started) && AsyncMethods.TryMakeAsync(awaiting, model, statement, cancellationToken))
        {
            awaiting.Replace(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(statement.SpanStart, started.SpanStart), "await ");
            variants.Add(awaiting.ToVariant("Await", "Await the socket work", document));
        }

        if (WaitUntilContext.Find(model, statement, cancellationToken) is { } context && started is not ConditionalAccessExpressionSyntax)
        {
            var keeping = new SourceEdits(root, text);
            keeping.Replace(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(statement.SpanStart, started.SpanStart), $"{context}.WaitUntil(");
            keeping.Insert(started.Span.End, ")");
            variants.Add(keeping.ToVariant("WaitUntil", "Keep alive with 'WaitUntil'", document));
        }

        // A method that cannot become asynchronous, because of its callers or its interface, can still wait.
        if (variants.Count == 0 && InOneGo(model, started, cancellationToken) is { } call)
        {
            var waiting = new SourceEdits(root, text);
            waiting.Replace(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(statement.SpanStart, started.Span.End), call);
            variants.Add(waiting.ToVariant("Synchronous", "Use the synchronous call", document));
        }

        return variants.ToImmutable();
    }

    /// <summary>The same call without <c>Async</c> and without its token, where the library has it and it works on the same socket; null where not.</summary>
    private static string? InOneGo(SemanticModel model, ExpressionSyntax started, CancellationToken cancellationToken)
    {
        const string Suffix = "Async";
        if (started is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: IdentifierNameSyntax { Identifier.ValueText: var name } } access } call
            || !name.EndsWith(Suffix, StringComparison.Ordinal)
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol { ReducedFrom: null, DeclaringSyntaxReferences.IsEmpty: true } method)
        {
            return null;
        }

        var arguments = call.ArgumentList.Arguments.Where(argument => model.GetTypeInfo(argument.Expression, cancellationToken).Type?.Name != "CancellationToken").Select(argument => argument.ToString());
        var text = $"{access.Expression}.{name.Substring(0, name.Length - Suffix.Length)}({string.Join(", ", arguments)})";
        return model.GetSpeculativeSymbolInfo(started.SpanStart, SyntaxFactory.ParseExpression(text), SpeculativeBindingOption.BindAsExpression).Symbol is IMethodSymbol other
            && SymbolEqualityComparer.Default.Equals(other.ContainingType, method.ContainingType) && !AsyncMethods.IsTask(other.ReturnType)
                ? text
                : null;
    }

    /// <summary>
    /// Whether lines below give the work a time, which an <c>await</c> would take away: a connection has as long as they wait, and
    /// so has work that is given what ends their wait.
    /// </summary>
    private static bool IsTimedBelow(StatementSyntax statement, ExpressionSyntax started)
    {
        var function = statement.Ancestors().First(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax and not GlobalStatementSyntax or CompilationUnitSyntax);
        var opens = started is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OpenedAsync" or "ConnectAsync" } };
        var given = started.DescendantNodes().OfType<ArgumentSyntax>().Select(argument => argument.Expression).OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText).ToList();
        return function.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(wait =>
            wait.SpanStart > statement.Span.End
            && wait.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "Task" }, Name.Identifier.ValueText: "Delay" or "WhenAny" }
            && (opens || wait.ArgumentList.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => given.Contains(name.Identifier.ValueText))));
    }

    /// <summary>The expression of a statement that starts work: bare, assigned to a discard, or to a variable that nothing names.</summary>
    private static ExpressionSyntax? Work(StatementSyntax statement) => statement switch
    {
        LocalDeclarationStatementSyntax declaration => Unnamed(declaration),
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } discard } => discard.Right,
        ExpressionStatementSyntax { Expression: not (AssignmentExpressionSyntax or AwaitExpressionSyntax) and var expression } => expression,
        _ => null,
    };

    /// <summary>What a variable is given that nothing names.</summary>
    private static ExpressionSyntax? Unnamed(LocalDeclarationStatementSyntax declaration) =>
        declaration is { UsingKeyword.RawKind: 0, Declaration.Variables: { Count: 1 } variables }
        && (declaration.Parent is GlobalStatementSyntax { Parent: var unit } ? unit : declaration.Parent) is { } scope
        && !scope.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == variables[0].Identifier.ValueText)
            ? variables[0].Initializer?.Value
            : null;
}
