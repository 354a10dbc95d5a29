using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>WSK4006: connects with TLS on Workers; on .NET puts an <c>SslStream</c> over the stream and authenticates the server.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseTls))]
[Shared]
public sealed class UseTls() : SocketFix("WSK4006")
{
    private const string Title = "Turn on TLS";

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<FixVariant>.Empty;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits is null || diagnostic.AdditionalLocations.FirstOrDefault() is not { SourceTree: var tree } at || tree != model.SyntaxTree)
        {
            return none;
        }

        var connect = edits.Root.FindNode(at.SourceSpan, getInnermostNodeForTie: true);
        if (connect.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call
            && model.GetSymbolInfo(call, cancellationToken).Symbol is { Name: "Connect", ContainingType: { Name: "TcpSocket", ContainingNamespace.Name: "Workers" } })
        {
            return TransportOption.TrySet(edits, model, call, "On", cancellationToken)
                ? ImmutableArray.Create(edits.ToVariant("Tls", Title, document))
                : none;
        }

        return TryWrap(edits, model, connect, cancellationToken) ? ImmutableArray.Create(edits.ToVariant("Tls", Title, document)) : none;
    }

    /// <summary><c>var stream = client.GetStream();</c> becomes an <c>SslStream</c> over it, authenticated before its first use.</summary>
    private static bool TryWrap(SourceEdits edits, SemanticModel model, SyntaxNode connect, CancellationToken cancellationToken)
    {
        var function = connect.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or CompilationUnitSyntax);
        if (function is null || HostOf(connect) is not { } host || ClientOf(connect) is not { } client)
        {
            return false;
        }

        var streams = function.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetStream", Expression: var receiver } && receiver.ToString() == client)
            .ToList();
        if (streams.Count != 1
            || streams[0].Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax declaration } variables } variable }
            || !AsyncMethods.IsInAsync(declaration)
            || (!variables.Type.IsVar && variables.Type.ToString() is not ("NetworkStream" or "Stream"))
            || UsesNetworkStream(model, function, variable, cancellationToken))
        {
            return false;
        }

        var name = variable.Identifier.ValueText;
        if (variables.Type.ToString() is "NetworkStream" or "Stream")
        {
            edits.Replace(variables.Type, "SslStream");
        }

        edits.Replace(streams[0], $"new SslStream({streams[0]})");
        Imports.Ensure(edits, model, declaration.SpanStart, "System.Net.Security");
        return Statements.TryInsertAfter(edits, declaration, $"await {name}.AuthenticateAsClientAsync({host});");
    }

    private static bool UsesNetworkStream(SemanticModel model, SyntaxNode function, VariableDeclaratorSyntax variable, CancellationToken cancellationToken)
    {
        var local = model.GetDeclaredSymbol(variable, cancellationToken);
        foreach (var name in function.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == variable.Identifier.ValueText))
        {
            if (!SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, local))
            {
                continue;
            }

            var isMissing = name.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "DataAvailable" or "Socket" or "Close" };
            var isPassedAsSuch = name.Parent is ArgumentSyntax && model.GetTypeInfo(name, cancellationToken).ConvertedType?.Name == "NetworkStream";
            if (isMissing || isPassedAsSuch)
            {
                return true;
            }
        }

        return false;
    }

    private static string? HostOf(SyntaxNode connect)
    {
        var arguments = connect.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.ArgumentList ?? connect.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>()?.ArgumentList;
        return arguments is { Arguments: { Count: >= 2 } values } && values[0].NameColon is null
            && values[0].Expression is LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax
                ? values[0].Expression.ToString()
                : null;
    }

    private static string? ClientOf(SyntaxNode connect)
    {
        if (connect.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax receiver } })
        {
            return receiver.Identifier.ValueText;
        }

        return connect.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is { Parent: EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } }
            ? variable.Identifier.ValueText
            : null;
    }
}
