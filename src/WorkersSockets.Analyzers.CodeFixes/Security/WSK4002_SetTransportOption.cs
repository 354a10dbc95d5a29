using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>WSK4002: connects with the option that <c>StartTlsAsync</c> needs, or keeps the socket that it returns.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SetTransportOption))]
[Shared]
public sealed class SetTransportOption() : SocketFix("WSK4002")
{
    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits is null || !diagnostic.Properties.TryGetValue("Shape", out var shape))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        switch (shape)
        {
            case "Option" when diagnostic.AdditionalLocations.FirstOrDefault() is { SourceTree: var tree } at && tree == model.SyntaxTree
                && edits.Root.FindNode(at.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } connect
                && TransportOption.TrySet(edits, model, connect, "StartTls", cancellationToken):
                return ImmutableArray.Create(edits.ToVariant("Option", "Set 'SecureTransport' to 'StartTls'", document));
            case "Result" when edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } upgrade
                && TryKeep(edits, model, upgrade, cancellationToken):
                return ImmutableArray.Create(edits.ToVariant("Result", "Keep the upgraded socket", document));
            default:
                return ImmutableArray<FixVariant>.Empty;
        }
    }

    /// <summary>The variable that held the old socket gets the upgraded one, so that all that follows uses it.</summary>
    private static bool TryKeep(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax upgrade, CancellationToken cancellationToken)
    {
        if (upgrade.Expression is not MemberAccessExpressionSyntax { Expression: var receiver }
            || upgrade.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } statement
            || !AsyncMethods.IsInAsync(upgrade)
            || !(model.GetSymbolInfo(receiver, cancellationToken).Symbol switch
            {
                ILocalSymbol { IsUsing: false, IsForEach: false } => true,
                IParameterSymbol { RefKind: RefKind.None } => true,
                IFieldSymbol { IsReadOnly: false } => receiver is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax },
                _ => false,
            }))
        {
            return false;
        }

        edits.Replace(statement.Expression, $"{receiver} = await {upgrade}");
        return true;
    }
}
