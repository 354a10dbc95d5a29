using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Lifetime;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>WSK1002: disposes the socket's variable with <c>using</c>, or closes it in a <c>finally</c> around what follows.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CloseSocket))]
[Shared]
public sealed class CloseSocket : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public CloseSocket()
        : base("WSK1002")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } model
            || await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is not { } root)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var variants = ImmutableArray.CreateBuilder<FixVariant>();

        SourceEdits Start() => new(root, text);

        if (diagnostic.Properties.ContainsKey(SocketNotClosed.Field))
        {
            var edits = Start();
            return OwnedField.TryDispose(edits, model, diagnostic, cancellationToken)
                ? ImmutableArray.Create(edits.ToVariant("Owner", "Dispose with the object", document))
                : ImmutableArray<FixVariant>.Empty;
        }

        if (SocketVariable.Find(model, root, diagnostic, cancellationToken) is not { } socket)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        if (diagnostic.Properties.ContainsKey(SocketNotClosed.HandedOver))
        {
            var edits = Start();
            if (socket.TryCloseOnFailure(edits, model, diagnostic, cancellationToken))
            {
                variants.Add(edits.ToVariant("Failure", "Close when a later step fails", document));
            }

            return variants.ToImmutable();
        }

        if (socket is { IsOnWorkers: false, Declaration: { } declaration })
        {
            var edits = Start();
            var isAsync = socket.PrefersAsyncDispose(model) && AsyncMethods.IsInAsync(declaration);
            if (UsingDeclaration.TryAdd(edits, model, declaration, isAsync, cancellationToken))
            {
                socket.TakeOwnership(edits);
                socket.RemoveLastCloses(edits, socket.Statement);
                variants.Add(edits.ToVariant("Using", "Dispose with 'using'", document));
            }
        }

        var wrapping = Start();
        if (socket.TryCloseInOuterFinally(wrapping) || socket.TryCloseInFinally(wrapping, model, cancellationToken))
        {
            socket.TakeOwnership(wrapping);
            variants.Add(wrapping.ToVariant("Finally", "Close in 'finally'", document));
        }

        return variants.ToImmutable();
    }
}
