using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Platform;

/// <summary>
/// WSK5001 on Workers: connects to the host and port of a Hyperdrive binding, which keeps connections to the database open. Offered for
/// the databases that Hyperdrive serves, where an <c>Env</c> is in scope. Second choice, on .NET too: host and port become settings, so
/// that each deployment can name a tunnel or a pooling proxy.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OpenThroughHyperdrive))]
[Shared]
public sealed class OpenThroughHyperdrive : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public OpenThroughHyperdrive()
        : base("WSK5001")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (edits is null || model is null || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent.Parent: ExpressionSyntax connect })
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var variants = ImmutableArray.CreateBuilder<FixVariant>();
        if (HyperdriveConnect.At(edits.Root, model, diagnostic.Location.SourceSpan, cancellationToken) is { } served && TryOpen(edits, model, served.Call, cancellationToken))
        {
            variants.Add(edits.ToVariant("Hyperdrive", "Open through Hyperdrive", document));
        }

        var configured = new SourceEdits(edits.Root, edits.Text);
        if (ConfiguredHost.TryReadAddress(configured, model, connect, "DB", cancellationToken))
        {
            variants.Add(configured.ToVariant("Configuration", "Read host and port from configuration", document));
        }

        return variants.ToImmutable();
    }

    private static bool TryOpen(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax connect, CancellationToken cancellationToken)
    {
        if (connect.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || connect.Ancestors().TakeWhile(node => node != statement).Any(node => node is AnonymousFunctionExpressionSyntax)
            || !AsyncMethods.IsInAsync(connect)
            || ConfiguredHost.Environment(ConfiguredHost.InScope(model, connect, cancellationToken)) is not { } environment)
        {
            return false;
        }

        var name = UniqueNames.ForLocal(connect, "database");
        if (!Statements.TryInsertBefore(edits, statement, $"var {name} = await {environment}.Hyperdrive(\"DB\").GetConnectionInfoAsync();"))
        {
            return false;
        }

        edits.Replace(connect.ArgumentList, $"({name}.Host, {name}.Port{Statements.CommentsBehind(edits, connect.ArgumentList)})");
        UnusedLocals.Remove(edits, model, connect.ArgumentList, cancellationToken);
        return true;
    }
}
