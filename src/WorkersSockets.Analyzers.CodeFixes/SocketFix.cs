using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes;

/// <summary>
/// Base of every fix: one id, one or more actions. An action's equivalence key is "WSKnnnn.Variant"; Fix All goes document by
/// document, from the last find to the first, so that two fixes in one body see each other's names.
/// </summary>
public abstract class SocketFix : CodeFixProvider
{
    private protected SocketFix(string id) => FixableDiagnosticIds = ImmutableArray.Create(id);

    /// <inheritdoc />
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc />
    public override FixAllProvider GetFixAllProvider() => SequentialFixAll.Instance;

    /// <inheritdoc />
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            foreach (var variant in await GetOfferedAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(variant.Title, token => variant.ApplyAsync(token), $"{diagnostic.Id}.{variant.Key}"),
                    diagnostic);
            }
        }
    }

    /// <summary>The variants that the user sees, for one find and for Fix All alike.</summary>
    internal async Task<ImmutableArray<FixVariant>> GetOfferedAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (await IsHalfTypedAsync(document, diagnostic, cancellationToken).ConfigureAwait(false))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        try
        {
            var variants = await GetVariantsAsync(document, diagnostic, cancellationToken).ConfigureAwait(false);
            return variants.RemoveAll(variant => !variant.IsPossible);
        }
        catch (InsufficientExecutionStackException)
        {
            // Nested deeper than the stack goes: nothing is offered.
            return ImmutableArray<FixVariant>.Empty;
        }
    }

    /// <summary>
    /// Whether the statement or member of the find has a syntax error: edits around tokens that are not there yet cannot be right.
    /// An error in another statement of the body takes no action away.
    /// </summary>
    private static async Task<bool> IsHalfTypedAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is not { ContainsDiagnostics: true } root)
        {
            return false;
        }

        var owner = root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<SyntaxNode>(node => node is StatementSyntax and not BlockSyntax or MemberDeclarationSyntax);
        return owner is { ContainsDiagnostics: true } && owner.GetDiagnostics().Any(problem => problem.Severity == DiagnosticSeverity.Error);
    }

    /// <summary>
    /// The variants that are right for this find, best first; empty where none is. All checking happens here, so that a variant
    /// that is offered always changes the document and yields code that compiles.
    /// </summary>
    internal abstract Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken);
}

/// <summary>One action of a fix.</summary>
/// <param name="Key">The part of the equivalence key behind the id, for example "Finally".</param>
/// <param name="Title">An imperative sentence without a period.</param>
/// <param name="ApplyAsync">Yields the changed document.</param>
internal sealed record FixVariant(string Key, string Title, Func<CancellationToken, Task<Document>> ApplyAsync)
{
    /// <summary>False where its edits contradict each other, so that it is not offered.</summary>
    public bool IsPossible { get; init; } = true;
}
