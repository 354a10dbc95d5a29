using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>
/// WSK4005: refuses every host that is not in a set, in the handler's own way of answering. The set holds the hosts of the option
/// <c>allowed_hosts</c>; without it it is empty, so that the guard fails closed until someone fills it. Where the host is the program's
/// and only the port is the caller's, the set is one of ports.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AllowHosts))]
[Shared]
public sealed class AllowHosts() : SocketFix("WSK4005")
{
    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<FixVariant>.Empty;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits is null
            || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax found
            || !diagnostic.Properties.TryGetValue("What", out var what)
            || Function(found, diagnostic.Properties) is not { } function)
        {
            return none;
        }

        var isPort = what == "Port";
        if ((isPort ? CheckedHost.OfPort(found, function, model, cancellationToken) : CheckedHost.Of(found, function, model, cancellationToken)) is not { } host)
        {
            return none;
        }

        var (set, declaration) = new AllowedSet(edits, model, function, isPort ? null : Hosts(diagnostic.Properties), cancellationToken).Add();
        var refusal = new Refusal(edits, model, function, diagnostic.Properties, cancellationToken).Write();
        var hoisted = host.Hoisted is null ? "" : $"var {host.Name} = {host.Hoisted};\n";
        var guard = $"{hoisted}{declaration}if ({host.IsRefused(set)})\n{{\n    {refusal.Replace("\n", "\n    ")}\n}}\n\n";
        if (host.Replacement is var (span, text))
        {
            edits.Replace(span, text);
        }

        return new GuardPlace(edits, model, function, cancellationToken).TryInsert(guard, host)
            ? ImmutableArray.Create(isPort ? edits.ToVariant("Ports", "Allow only known ports", document) : edits.ToVariant("Allowlist", "Allow only known hosts", document))
            : none;
    }

    private static IEnumerable<string> Hosts(ImmutableDictionary<string, string?> properties) =>
        properties.TryGetValue("AllowedHosts", out var hosts) && hosts is { Length: > 0 }
            ? hosts.Split(',').Select(host => host.Trim()).Where(host => host.Length > 0 && host.IndexOf('*') < 0)
            : [];

    /// <summary>The handler, or the helper, that answers; the find may stand in a lambda inside it.</summary>
    private static SyntaxNode? Function(SyntaxNode found, ImmutableDictionary<string, string?> properties) =>
        properties.TryGetValue("HandlerStart", out var start) && start is not null
            ? found.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MethodDeclarationSyntax
                && node.SpanStart.ToString(CultureInfo.InvariantCulture) == start)
            : null;
}
