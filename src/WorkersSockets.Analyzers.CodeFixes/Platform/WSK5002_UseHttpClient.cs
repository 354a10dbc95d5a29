using System.Collections.Immutable;
using System.Composition;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Platform;

/// <summary>
/// WSK5002 on .NET: one GET on one connection, read to its end, becomes <c>HttpClient.GetStringAsync</c>. Offered only where each
/// statement that touches the connection is a part of that exchange, so that nothing else is lost.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseHttpClient))]
[Shared]
public sealed class UseHttpClient : SocketFix
{
    /// <summary>Stands for an interpolation; the character behind it is the interpolation's index.</summary>
    private const char Hole = '\uFFFC';

    /// <summary>A GET whose headers say nothing that HttpClient does not say by itself.</summary>
    private static readonly Regex PlainGet = new(
        @"^GET ((?:/|\uFFFC)[^ \r\n]*) HTTP/1\.[01]\r?\n(?:(?:Host|Connection|User-Agent|Accept): ?[^\r\n]*\r?\n)*\r?\n$", RegexOptions.CultureInvariant);

    /// <summary>Creates the fix.</summary>
    public UseHttpClient()
        : base("WSK5002")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        return edits is not null && model is not null && edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            && edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<StatementSyntax>() is { } write
            && TryRewrite(edits, model, write, cancellationToken)
                ? ImmutableArray.Create(edits.ToVariant("HttpClient", "Use 'HttpClient'", document))
                : ImmutableArray<FixVariant>.Empty;
    }

    private static bool TryRewrite(SourceEdits edits, SemanticModel model, StatementSyntax write, CancellationToken cancellationToken)
    {
        var siblings = StatementRange.Siblings(write);
        if (siblings.IsEmpty || model.Compilation.GetTypeByMetadataName("System.Net.Http.HttpClient") is not { } type || Exchange.Read(siblings, write, model, cancellationToken) is not { } exchange)
        {
            return false;
        }

        var client = ConfiguredHost.InScope(model, write, cancellationToken).FirstOrDefault(each => SymbolEqualityComparer.Default.Equals(each.Type, type)).Expression;
        if (client is null)
        {
            client = UniqueNames.ForLocal(write, "http");
            edits.Replace(exchange.Parts[0], $"using var {client} = new HttpClient();");
            Imports.Ensure(edits, model, write.SpanStart, "System.Net.Http");
        }
        else
        {
            Statements.Remove(edits, exchange.Parts[0]);
        }

        foreach (var part in exchange.Parts.Skip(1))
        {
            Statements.Remove(edits, part);
        }

        var takesToken = type.GetMembers("GetStringAsync").OfType<IMethodSymbol>().Any(method => method.Parameters.Length == 2 && method.Parameters[0].Type.SpecialType == SpecialType.System_String);
        var token = exchange.Token is { } passed && takesToken ? $", {passed}" : "";
        edits.Replace(exchange.ReadCall, $"{client}.GetStringAsync({exchange.Address}{token})");
        return true;
    }

    /// <summary>The statements of one exchange, found by what each does with the variables of the ones before it.</summary>
    private sealed class Exchange(SemanticModel model, CancellationToken cancellationToken)
    {
        private readonly HashSet<ISymbol> variables = new(SymbolEqualityComparer.Default);
        private readonly List<StatementSyntax> parts = new();
        private ExpressionSyntax? host;
        private ExpressionSyntax? port;
        private ExpressionSyntax? sent;
        private int writes;

        /// <summary>The statements that go away; the first one makes the client.</summary>
        public IReadOnlyList<StatementSyntax> Parts => parts;

        /// <summary>The call that reads the response to its end.</summary>
        public InvocationExpressionSyntax ReadCall { get; private set; } = null!;
        public string? Token { get; private set; }

        /// <summary>The request's address as an expression.</summary>
        public string Address { get; private set; } = "";

        public static Exchange? Read(ImmutableArray<StatementSyntax> siblings, StatementSyntax write, SemanticModel model, CancellationToken cancellationToken)
        {
            var exchange = new Exchange(model, cancellationToken);
            var first = siblings.FirstOrDefault(statement => exchange.Declares(statement, "TcpClient"));
            if (first is null)
            {
                return null;
            }

            foreach (var statement in siblings.Skip(siblings.IndexOf(first)))
            {
                if (exchange.ReadCall is not null)
                {
                    // Nothing behind the read may need what goes away, except to close it.
                    if (exchange.Touches(statement) && !exchange.TakeClose(statement))
                    {
                        return null;
                    }
                }
                else if (exchange.Touches(statement) || statement == first || exchange.IsText(statement))
                {
                    if (!exchange.Take(statement, isFirst: statement == first))
                    {
                        return null;
                    }
                }
            }

            return exchange.ReadCall is not null && exchange.parts.Contains(write) && exchange.writes == 1 && exchange.TryAddress() ? exchange : null;
        }

        private bool Take(StatementSyntax statement, bool isFirst)
        {
            if (statement.ContainsDirectives || statement.GetLeadingTrivia().Any(trivia => trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)))
            {
                return false;
            }

            if (statement is LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } declared } && declared[0].Initializer?.Value is { } value)
            {
                var symbol = model.GetDeclaredSymbol(declared[0], cancellationToken);
                if (symbol is null)
                {
                    return false;
                }

                if (TakeRead(value))
                {
                    return true;
                }

                if (isFirst && value is BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 0 or 2 } arguments, Initializer: null })
                {
                    (host, port) = arguments.Count == 2 ? (arguments[0].Expression, arguments[1].Expression) : (null, null);
                }
                else if (!IsCall(value, "GetStream", 0) && TypeName(value) is not ("StreamReader" or "String" or "Byte[]"))
                {
                    return false;
                }

                variables.Add(symbol);
                parts.Add(statement);
                return true;
            }

            if (statement is ReturnStatementSyntax { Expression: { } returned })
            {
                return TakeRead(returned);
            }

            if (statement is not ExpressionStatementSyntax { Expression: var expression } || Call(expression) is not { Expression: MemberAccessExpressionSyntax access } call)
            {
                return false;
            }

            var given = call.ArgumentList.Arguments;
            switch (access.Name.Identifier.ValueText)
            {
                case "ConnectAsync" or "Connect" when given.Count >= 2 && host is null:
                    (host, port) = (given[0].Expression, given[1].Expression);
                    break;
                case "Write" or "WriteAsync" when given.Count >= 1:
                    sent = given[0].Expression;
                    writes++;
                    break;
                case "Flush" or "FlushAsync":
                    break;
                default:
                    return false;
            }

            RememberToken(call);
            parts.Add(statement);
            return true;
        }

        private bool TakeRead(ExpressionSyntax value)
        {
            if (value is not AwaitExpressionSyntax || Call(value) is not { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ReadToEndAsync", Expression: IdentifierNameSyntax reader } } call
                || model.GetSymbolInfo(reader, cancellationToken).Symbol is not { } symbol || !variables.Contains(symbol))
            {
                return false;
            }

            RememberToken(call);
            ReadCall = call;
            return true;
        }

        private bool TakeClose(StatementSyntax statement)
        {
            if (statement is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Close" or "Dispose" } } })
            {
                return false;
            }

            parts.Add(statement);
            return true;
        }

        /// <summary>Whether the statement builds the request's text or bytes for the write alone.</summary>
        private bool IsText(StatementSyntax statement) =>
            statement is LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } declared }
            && declared[0].Initializer?.Value is { } value
            && (value is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax || IsCall(value, "GetBytes", 1))
            && TypeName(value) is "String" or "Byte[]";

        private bool TryAddress()
        {
            if (sent is null || host is null || port is null || Template(sent, 0) is not { } template || Part(host) is not { } name)
            {
                return false;
            }

            var match = PlainGet.Match(template.Text);
            var number = model.GetConstantValue(port, cancellationToken);
            var suffix = number is { HasValue: true, Value: int constant } ? constant switch { 80 => "", 443 => null, _ => $":{constant}" } : Part(port) is { } named ? ":" + named : null;
            if (!match.Success || suffix is null)
            {
                return false;
            }

            var path = new StringBuilder();
            var text = match.Groups[1].Value;
            for (var index = 0; index < text.Length; index++)
            {
                if (text[index] != Hole)
                {
                    if (text[index] is '"' or '\\' or '{' or '}')
                    {
                        return false;
                    }

                    path.Append(text[index]);
                    continue;
                }

                path.Append('{').Append(template.Holes[text[++index]]).Append('}');
            }

            var address = $"http://{name}{suffix}{path}";
            Address = address.Contains("{") ? $"$\"{address}\"" : $"\"{address}\"";
            return true;
        }

        /// <summary>What stands in the address for an expression: a constant's text, or an interpolation of a plain name.</summary>
        private string? Part(ExpressionSyntax expression) => model.GetConstantValue(expression, cancellationToken) switch
        {
            { HasValue: true, Value: string text } when Uri.CheckHostName(text) is not (UriHostNameType.Unknown or UriHostNameType.IPv6) => text,
            { HasValue: true } => null,
            _ when model.GetTypeInfo(expression, cancellationToken).Type?.SpecialType is not (SpecialType.System_String or SpecialType.System_Int32) => null,
            _ => expression is IdentifierNameSyntax or MemberAccessExpressionSyntax ? $"{{{expression}}}" : null,
        };

        /// <summary>The text that is sent, through encodings and the variables of the exchange.</summary>
        private (string Text, List<string> Holes)? Template(ExpressionSyntax expression, int depth)
        {
            if (depth > 6)
            {
                return null;
            }

            switch (expression)
            {
                case LiteralExpressionSyntax { Token.Value: string text }:
                    return (text, new List<string>());
                case InterpolatedStringExpressionSyntax interpolated:
                {
                    var holes = new List<string>();
                    var text = new StringBuilder();
                    foreach (var content in interpolated.Contents)
                    {
                        switch (content)
                        {
                            case InterpolatedStringTextSyntax part:
                                text.Append(part.TextToken.ValueText);
                                break;
                            case InterpolationSyntax { AlignmentClause: null, FormatClause: null, Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } hole:
                                text.Append(Hole).Append((char)holes.Count);
                                holes.Add(hole.Expression.ToString());
                                break;
                            default:
                                return null;
                        }
                    }

                    return (text.ToString(), holes);
                }

                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetBytes" }, ArgumentList.Arguments: { Count: 1 } arguments }:
                    return Template(arguments[0].Expression, depth + 1);
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray" or "AsMemory", Expression: var inner }, ArgumentList.Arguments.Count: 0 }:
                    return Template(inner, depth + 1);
                case IdentifierNameSyntax name when model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol local && variables.Contains(local)
                    && local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: { } value }:
                    return Template(value, depth + 1);
                default:
                    return null;
            }
        }

        private void RememberToken(InvocationExpressionSyntax call)
        {
            if (call.ArgumentList.Arguments.LastOrDefault()?.Expression is { } last
                && model.GetTypeInfo(last, cancellationToken).Type is { Name: "CancellationToken" } && last is IdentifierNameSyntax or MemberAccessExpressionSyntax)
            {
                Token = last.ToString();
            }
        }

        private bool Touches(StatementSyntax statement) => statement.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Any(name => model.GetSymbolInfo(name, cancellationToken).Symbol is { } symbol && variables.Contains(symbol));

        private bool Declares(StatementSyntax statement, string type) =>
            statement is LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } declared }
            && declared[0].Initializer?.Value is BaseObjectCreationExpressionSyntax creation && TypeName(creation) == type;

        private string? TypeName(ExpressionSyntax expression) => model.GetTypeInfo(expression, cancellationToken).Type switch
        {
            IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte } => "Byte[]",
            { } type => type.Name,
            _ => null,
        };

        private static bool IsCall(ExpressionSyntax expression, string name, int arguments) =>
            Call(expression) is { Expression: MemberAccessExpressionSyntax access } call
            && access.Name.Identifier.ValueText == name && call.ArgumentList.Arguments.Count == arguments;

        /// <summary>The call in "await call(…).ConfigureAwait(false)".</summary>
        private static InvocationExpressionSyntax? Call(ExpressionSyntax expression)
        {
            var inner = expression is AwaitExpressionSyntax awaited ? awaited.Expression : expression;
            return inner is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Expression: var configured } }
                ? configured as InvocationExpressionSyntax
                : inner as InvocationExpressionSyntax;
        }
    }
}
