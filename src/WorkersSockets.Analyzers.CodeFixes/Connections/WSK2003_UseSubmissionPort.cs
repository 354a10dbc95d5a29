using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>
/// WSK2003: submits mail on port 587 with STARTTLS, or on port 465 with TLS from the start. On Workers the transport option goes
/// with the port; a STARTTLS option is offered only where the code upgrades, and TLS from the start only where it does not.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseSubmissionPort))]
[Shared]
public sealed class UseSubmissionPort : SocketFix
{
    private const string SubmissionPort = "587";
    private const string ImplicitTlsPort = "465";
    private const string SubmissionTitle = "Use port 587 with STARTTLS";

    /// <summary>Creates the fix.</summary>
    public UseSubmissionPort()
        : base("WSK2003")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || model is null || !root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax at)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        if (at is BaseObjectCreationExpressionSyntax mailClient)
        {
            var edits = new SourceEdits(root, text);
            return OfDefaultPort(edits, mailClient) ? ImmutableArray.Create(edits.ToVariant("Submission", SubmissionTitle, document)) : ImmutableArray<FixVariant>.Empty;
        }

        if (PortSpan(root, at, diagnostic) is not { } port)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var connect = at.Ancestors().OfType<InvocationExpressionSyntax>()
            .FirstOrDefault(invocation => model.GetSymbolInfo(invocation, cancellationToken).Symbol is { Name: "Connect", ContainingType.Name: "TcpSocket" });
        var variants = connect is null
            ? OnDotNet(document, new SourceEdits(root, text), model, at, port, cancellationToken)
            : OnWorkers(document, () => new SourceEdits(root, text), model, connect, port, cancellationToken);

        // A relay of one's own may listen anywhere: host and port become settings.
        var configured = new SourceEdits(root, text);
        return at.FirstAncestorOrSelf<ArgumentSyntax>() is { Parent.Parent: ExpressionSyntax call } argument && argument.Expression == at
            && !IsMailClient(model.GetTypeInfo(call, cancellationToken).Type)
            && ConfiguredHost.TryReadAddress(configured, model, call, "SMTP", cancellationToken)
                ? variants.Add(configured.ToVariant("Configuration", "Read host and port from configuration", document))
                : variants;
    }

    private static ImmutableArray<FixVariant> OnWorkers(
        Document document, Func<SourceEdits> start, SemanticModel model, InvocationExpressionSyntax connect, TextSpan port, CancellationToken cancellationToken)
    {
        var member = connect.Ancestors().FirstOrDefault(node => node is MemberDeclarationSyntax and not GlobalStatementSyntax) ?? connect.SyntaxTree.GetRoot(cancellationToken);
        var upgrades = member.DescendantNodes().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText == "StartTlsAsync");
        var isHandedOut = connect.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax;
        var result = ImmutableArray.CreateBuilder<FixVariant>();
        void Offer(string key, string title, string number, string transport)
        {
            var edits = start();
            if (TransportOption.TrySet(edits, model, connect, transport, cancellationToken))
            {
                edits.Replace(port, number);
                result.Add(edits.ToVariant(key, title, document));
            }
        }

        if (upgrades || isHandedOut)
        {
            Offer("Submission", SubmissionTitle, SubmissionPort, "StartTls");
        }

        if (!upgrades)
        {
            Offer("ImplicitTls", "Use port 465 with TLS", ImplicitTlsPort, "On");
        }

        return result.ToImmutable();
    }

    private static ImmutableArray<FixVariant> OnDotNet(
        Document document, SourceEdits edits, SemanticModel model, ExpressionSyntax at, TextSpan port, CancellationToken cancellationToken)
    {
        if (at.Ancestors().Any(node => node is InvocationExpressionSyntax invocation && model.GetSymbolInfo(invocation, cancellationToken).Symbol is { ContainingType.Name: "TcpSocket" }))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        edits.Replace(port, SubmissionPort);
        if (MentionsEnableSsl(at))
        {
            return ImmutableArray.Create(edits.ToVariant("Submission", SubmissionTitle, document));
        }

        // The framework's mail client speaks STARTTLS only when asked to.
        switch (at.Parent)
        {
            case ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax creation } when IsMailClient(model.GetTypeInfo(creation, cancellationToken).Type):
                AddMembers(edits, creation, "EnableSsl = true");
                break;
            case AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment when IsMailClient(model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol?.ContainingType):
                edits.Insert(
                    assignment.Span.End,
                    SourceLayout.StartsLine(edits.Text, assignment.SpanStart)
                        ? $",{edits.Layout.NewLine}{SourceLayout.IndentOf(edits.Text, assignment)}EnableSsl = true"
                        : ", EnableSsl = true");
                break;
            case AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: var client } left, Parent: ExpressionStatementSyntax statement }
                when IsMailClient(model.GetSymbolInfo(left, cancellationToken).Symbol?.ContainingType):
                edits.Insert(
                    statement.Span.End,
                    statement.Parent is BlockSyntax or GlobalStatementSyntax && SourceLayout.StartsLine(edits.Text, statement.SpanStart)
                        ? $"{edits.Layout.NewLine}{SourceLayout.IndentOf(edits.Text, statement)}{client}.EnableSsl = true;"
                        : $" {client}.EnableSsl = true;");
                if (statement.Parent is not (BlockSyntax or GlobalStatementSyntax or SwitchSectionSyntax))
                {
                    return ImmutableArray<FixVariant>.Empty;
                }

                break;
        }

        return ImmutableArray.Create(edits.ToVariant("Submission", SubmissionTitle, document));
    }

    /// <summary><c>new SmtpClient(host)</c>: names port and encryption.</summary>
    private static bool OfDefaultPort(SourceEdits edits, BaseObjectCreationExpressionSyntax creation)
    {
        var encryption = MentionsEnableSsl(creation) ? "" : "EnableSsl = true";
        if (creation.ArgumentList is { Arguments.Count: 1, CloseParenToken: { IsMissing: false } close } list)
        {
            edits.Insert(close.SpanStart, list.Arguments[0].NameColon is null ? $", {SubmissionPort}" : $", port: {SubmissionPort}");
            if (encryption.Length > 0)
            {
                AddMembers(edits, creation, encryption);
            }

            return true;
        }

        AddMembers(edits, creation, encryption.Length > 0 ? $"Port = {SubmissionPort}, {encryption}" : $"Port = {SubmissionPort}");
        return creation.ArgumentList is null or { CloseParenToken.IsMissing: false };
    }

    private static void AddMembers(SourceEdits edits, BaseObjectCreationExpressionSyntax creation, string members)
    {
        if (creation.Initializer is { Expressions: { Count: > 0 } present })
        {
            edits.Insert(present[0].SpanStart, InitializerMembers.Separate(edits, present[0], members));
        }
        else if (creation.Initializer is { } empty)
        {
            edits.Replace(empty, $"{{ {members} }}");
        }
        else if (creation is ObjectCreationExpressionSyntax { ArgumentList: { Arguments.Count: 0 } list })
        {
            edits.Replace(list, $" {{ {members} }}");
        }
        else
        {
            edits.Insert(creation.Span.End, InitializerMembers.Behind(edits, creation, members));
        }
    }

    private static bool MentionsEnableSsl(SyntaxNode at)
    {
        var scope = at.Ancestors().FirstOrDefault(node => node is TypeDeclarationSyntax) ?? at.SyntaxTree.GetRoot();
        return scope.DescendantNodes().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText == "EnableSsl");
    }

    private static bool IsMailClient(ITypeSymbol? type) => type is { Name: "SmtpClient", ContainingNamespace: { Name: "Mail", ContainingNamespace.Name: "Net" } };

    /// <summary>Where the digits 25 stand: at the find, or where the constant is declared in the same file.</summary>
    private static TextSpan? PortSpan(SyntaxNode root, ExpressionSyntax at, Diagnostic diagnostic)
    {
        if (diagnostic.AdditionalLocations.FirstOrDefault() is not { } origin)
        {
            return PortSpan(at);
        }

        return origin.SourceTree == root.SyntaxTree && root.FindNode(origin.SourceSpan, getInnermostNodeForTie: true) is ExpressionSyntax declared ? PortSpan(declared) : null;
    }

    private static TextSpan? PortSpan(ExpressionSyntax expression)
    {
        var literals = expression.DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.NumericLiteralToken) && token.Text == "25" || IsAddressText(token) && token.Text.TrimEnd('"').EndsWith(":25", StringComparison.Ordinal))
            .ToList();
        return literals.Count == 1 ? new TextSpan(literals[0].SpanStart + literals[0].Text.LastIndexOf("25", StringComparison.Ordinal), 2) : null;
    }

    private static bool IsAddressText(SyntaxToken token) =>
        token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.InterpolatedStringTextToken) || token.IsKind(SyntaxKind.SingleLineRawStringLiteralToken);
}
