using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>WSK4002: connects with the option that <c>StartTlsAsync</c> needs.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SetTransportOption))]
[Shared]
public sealed class SetTransportOption() : SocketFix("WSK4002")
{
    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits is null
            || !diagnostic.Properties.TryGetValue("Shape", out var shape) || shape != "Option"
            || diagnostic.AdditionalLocations.FirstOrDefault() is not { SourceTree: var tree } at || tree != model.SyntaxTree
            || edits.Root.FindNode(at.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } connect
            || !TransportOption.TrySet(edits, model, connect, "StartTls", cancellationToken))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        return ImmutableArray.Create(edits.ToVariant("Option", "Set 'SecureTransport' to 'StartTls'", document));
    }
}
