using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>WSK2008: leaves the host (and port) of a literal address, and moves a port out of the host into its own argument.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CorrectAddress))]
[Shared]
public sealed class CorrectAddress : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public CorrectAddress()
        : base("WSK2008")
    {
    }

    private const long TlsPort = 443;

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (edits is null || model is null || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not LiteralExpressionSyntax { Token.Value: string text } literal
            || literal.Parent is not ArgumentSyntax { Parent: ArgumentListSyntax arguments } argument
            || (model.GetOperation(argument, cancellationToken) as IArgumentOperation)?.Parameter is not { } parameter)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var port = arguments.Arguments.FirstOrDefault(candidate =>
            (model.GetOperation(candidate, cancellationToken) as IArgumentOperation)?.Parameter is { Type.SpecialType: SpecialType.System_Int32 } candidateParameter
            && candidateParameter.Name.EndsWith("port", StringComparison.OrdinalIgnoreCase));
        var isWorkers = parameter.ContainingType?.ContainingNamespace?.Name == "Workers";
        if (!TryCorrect(edits, literal, text, port?.Expression, isWorkers))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        // The scheme gave the port, and with it TLS from the first byte.
        if (isWorkers && port is null && WithoutScheme(text.Trim()) is { Port: TlsPort, Text: var rest } && AddressText.Split(rest.Split('/')[0]).Port is null
            && arguments.Parent is InvocationExpressionSyntax connect)
        {
            TransportOption.TrySet(edits, model, connect, "On", cancellationToken);
        }

        return ImmutableArray.Create(edits.ToVariant("Correct", "Correct the address", document));
    }

    private static bool TryCorrect(SourceEdits edits, LiteralExpressionSyntax literal, string text, ExpressionSyntax? port, bool isWorkers)
    {
        var (rest, schemePort) = WithoutScheme(text.Trim());
        var end = rest.IndexOfAny(['/', '?', '#']);
        rest = end < 0 ? rest : rest.Substring(0, end);
        rest = rest.Substring(rest.LastIndexOf('@') + 1);
        var parts = AddressText.Split(rest);
        var isAddress = IpNumber.TryParse(parts.Host, out var number);
        var isVersion6 = isAddress && !number.IsVersion4;
        if (parts.Host.Length == 0
            || parts.Host.Any(char.IsWhiteSpace)
            || (parts.Host.IndexOf(':') >= 0 && !isVersion6)
            || (parts.PortText is not null && parts.Port is not (> 0 and <= 65535))
            || (isWorkers && HostClassifier.Classify(parts.Host, ImmutableArray<string>.Empty) != HostKind.Ordinary))
        {
            return false;
        }

        var host = isVersion6 && (isWorkers || port is null) ? $"[{parts.Host}]" : parts.Host;
        if (port is null)
        {
            // Host and port in one text: without a port there is nothing to correct it to.
            if ((parts.Port ?? schemePort) is not { } number2)
            {
                return false;
            }

            edits.Replace(literal, SymbolDisplay.FormatLiteral($"{host}:{number2}", quote: true));
            return true;
        }

        if (parts.Port is { } wanted && port.ToString() != wanted.ToString())
        {
            if (port is not LiteralExpressionSyntax)
            {
                return false;
            }

            edits.Replace(port, wanted.ToString());
        }

        edits.Replace(literal, SymbolDisplay.FormatLiteral(host, quote: true));
        return true;
    }

    /// <summary>The text behind "scheme://", and the port that a web scheme stands for.</summary>
    private static (string Text, long? Port) WithoutScheme(string text)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
        {
            return (text, null);
        }

        return (text.Substring(end + 3), text.Substring(0, end).ToLowerInvariant() switch
        {
            "http" or "ws" => 80,
            "https" or "wss" => TlsPort,
            _ => null,
        });
    }
}
