using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Platform;

/// <summary>
/// The request that an exchange writes, put together from its writes, and the address that an HTTP client asks for instead. Only a GET
/// whose headers say nothing that a client does not say by itself has one.
/// </summary>
internal sealed class HttpRequestText(SemanticModel model, CancellationToken cancellationToken)
{
    /// <summary>Stands for an expression; the character behind it is the expression's index.</summary>
    private const char Hole = '\uFFFC';
    private const int MaximumDepth = 12;
    private const int MaximumHoles = 50;

    private static readonly Regex PlainGet = new(
        @"^GET (?<path>(?:/|\uFFFC)[^ \r\n]*) HTTP/1\.[01]\r?\n(?:(?:Host: ?(?<host>[^\r\n]*)|(?:Connection|User-Agent|Accept): ?[^\r\n]*)\r?\n)*\r?\n$",
        RegexOptions.CultureInvariant);

    private readonly StringBuilder text = new();
    private readonly List<string> holes = new();
    private readonly List<LocalDeclarationStatementSyntax> declarations = new();

    /// <summary>The statements that only build the request: they go with it.</summary>
    public IReadOnlyList<LocalDeclarationStatementSyntax> Declarations => declarations;

    /// <summary>Adds what a statement sends; false where it cannot be told.</summary>
    public bool TryAdd(ExpressionSyntax sent, StatementSyntax write) => TryRead(sent, write, 0);

    /// <summary>Adds the end of a line.</summary>
    public void EndLine() => text.Append("\r\n");

    /// <summary>The address as an expression; null where the request is more than a plain GET of that host.</summary>
    /// <param name="host">The host as <see cref="PartOf"/> gives it.</param>
    /// <param name="port">The port likewise.</param>
    public string? AddressAt(string scheme, string? host, string? port)
    {
        var request = PlainGet.Match(text.ToString());
        if (host is null || port is null || !request.Success || (port == "443" && scheme == "http"))
        {
            return null;
        }

        // Another name in the header asks a virtual host at this address, which a client would not find.
        if (request.Groups["host"] is { Success: true, Value: var header } && Expanded(header.Trim()) is var named && named != Expanded(host) && named != Expanded($"{host}:{port}"))
        {
            return null;
        }

        var suffix = port == (scheme == "https" ? "443" : "80") ? "" : ":" + port;
        return Expression($"{scheme}://{host}{suffix}{request.Groups["path"].Value}");
    }

    /// <summary>Whether code works on the head of a response, which a client has taken off.</summary>
    public static bool ReadsHead(SyntaxNode node) => node.DescendantTokens().Any(token =>
        token.Value is string literal && (literal.Contains("\r\n\r\n") || literal.Contains("\n\n") || literal.Contains("HTTP/") || literal.Contains("Content-Length") || literal.Contains("Transfer-Encoding")));

    /// <summary>What stands in the address for an expression: a constant's text, or a hole for a value that may be read there.</summary>
    public string? PartOf(ExpressionSyntax expression) => model.GetConstantValue(expression, cancellationToken) switch
    {
        { HasValue: true, Value: string constant } => HostPart(constant),
        { HasValue: true, Value: int and >= 0 and var number } => number.ToString(CultureInfo.InvariantCulture),
        { HasValue: true } => null,
        _ => HoleFor(expression),
    };

    /// <summary>A constant host as it stands in an address; null where it cannot.</summary>
    public static string? HostPart(string host) => Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.IPv6 ? null : host;

    private string? HoleFor(ExpressionSyntax expression)
    {
        if (!IsPlainText(expression) || holes.Count == MaximumHoles)
        {
            return null;
        }

        // The comments inside stay where the expression stood.
        holes.Add(RepeatedCode.WithoutComments(expression));
        return $"{Hole}{(char)(holes.Count - 1)}";
    }

    private string Expanded(string template) => string.Concat(Parts(template).Select(part => part.IsHole ? $"{{{part.Text}}}" : part.Text));

    /// <summary>A template as C#: a literal, an interpolation, or a sum where a value has quotes of its own.</summary>
    private string? Expression(string template)
    {
        var parts = Parts(template).ToList();
        if (parts.Any(part => !part.IsHole && part.Text.IndexOfAny(['"', '\\', '{', '}']) >= 0))
        {
            return null;
        }

        return parts.All(part => !part.IsHole) ? $"\"{template}\""
            : parts.Any(part => part.IsHole && part.Text.Contains("\"")) ? string.Join(" + ", parts.Select(part => part.IsHole ? part.Text : $"\"{part.Text}\""))
            : $"$\"{Expanded(template)}\"";
    }

    private IEnumerable<(bool IsHole, string Text)> Parts(string template)
    {
        var start = 0;
        for (var at = template.IndexOf(Hole); at >= 0; at = template.IndexOf(Hole, start))
        {
            if (at > start)
            {
                yield return (false, template.Substring(start, at - start));
            }

            yield return (true, holes[template[at + 1]]);
            start = at + 2;
        }

        if (start < template.Length)
        {
            yield return (false, template.Substring(start));
        }
    }

    private bool TryRead(ExpressionSyntax expression, StatementSyntax write, int depth)
    {
        if (depth > MaximumDepth)
        {
            return false;
        }

        if (model.GetConstantValue(expression, cancellationToken) is { HasValue: true, Value: string constant })
        {
            text.Append(constant);
            return constant.IndexOf(Hole) < 0;
        }

        switch (expression)
        {
            case LiteralExpressionSyntax { Token.Value: string literal }:
                text.Append(literal);
                return literal.IndexOf(Hole) < 0;
            case ParenthesizedExpressionSyntax { Expression: var inner }:
                return TryRead(inner, write, depth + 1);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum:
                return TryRead(sum.Left, write, depth + 1) && TryRead(sum.Right, write, depth + 1);
            case InterpolatedStringExpressionSyntax interpolated:
                return interpolated.Contents.All(content => content switch
                {
                    InterpolatedStringTextSyntax part => Append(part.TextToken.ValueText),
                    InterpolationSyntax { AlignmentClause: null, FormatClause: null, Expression: var value } => TryRead(value, write, depth + 1),
                    _ => false,
                });
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetBytes" }, ArgumentList.Arguments: { Count: 1 } arguments }:
                return TryRead(arguments[0].Expression, write, depth + 1);
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray" or "AsMemory" or "AsSpan", Expression: var inner }, ArgumentList.Arguments.Count: 0 }:
                return TryRead(inner, write, depth + 1);
            case IdentifierNameSyntax name when OnlyOf(name, write) is { Declaration: { Variables: { Count: 1 } variables } } declaration && variables[0].Initializer is { Value: var initial }:
                if (IsRequestPart(initial))
                {
                    declarations.Add(declaration);
                    return TryRead(initial, declaration, depth + 1);
                }

                goto default;
            default:
                var hole = HoleFor(expression);
                text.Append(hole);
                return hole is not null;
        }
    }

    private bool Append(string part)
    {
        text.Append(part);
        return part.IndexOf(Hole) < 0;
    }

    /// <summary>Text or bytes that are written out at a declaration, not fetched from somewhere.</summary>
    private bool IsRequestPart(ExpressionSyntax value) =>
        value is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }
        || (value is InvocationExpressionSyntax && model.GetTypeInfo(value, cancellationToken).Type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte });

    /// <summary>The declaration of a local that only this statement uses.</summary>
    private LocalDeclarationStatementSyntax? OnlyOf(IdentifierNameSyntax name, StatementSyntax user) =>
        model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol local
        && local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax { Parent: { } block } declaration }
        && block.DescendantNodes().OfType<IdentifierNameSyntax>().All(use =>
            use.Identifier.ValueText != local.Name || user.Span.Contains(use.Span) || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(use, cancellationToken).Symbol, local))
            ? declaration
            : null;

    /// <summary>A name of a text or a number, or a setting: reading it does nothing else.</summary>
    private bool IsPlainText(ExpressionSyntax expression) =>
        (expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or ThisExpressionSyntax or MemberAccessExpressionSyntax }
            || (expression is InvocationExpressionSyntax && model.GetSymbolInfo(expression, cancellationToken).Symbol is { Name: "Variable", ContainingType: { Name: "Env", ContainingNamespace.Name: "Workers" } }))
        && model.GetTypeInfo(expression, cancellationToken).Type?.SpecialType is SpecialType.System_String or SpecialType.System_Int32;
}
