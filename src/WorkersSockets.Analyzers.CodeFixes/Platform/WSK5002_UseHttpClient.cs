using System.Collections.Immutable;
using System.Composition;
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
            var comments = Statements.CommentLines(exchange.Parts[0]).Replace("\n", edits.Layout.NewLine + SourceLayout.IndentOf(edits.Text, exchange.Parts[0]));
            edits.Replace(exchange.Parts[0], $"{comments}using var {client} = new HttpClient();");
            Imports.Ensure(edits, model, write.SpanStart, "System.Net.Http");
        }
        else
        {
            Statements.RemoveButComments(edits, exchange.Parts[0]);
        }

        foreach (var part in exchange.Parts.Skip(1))
        {
            Statements.RemoveButComments(edits, part);
        }

        var takesToken = type.GetMembers("GetStringAsync").OfType<IMethodSymbol>().Any(method => method.Parameters.Length == 2 && method.Parameters[0].Type.SpecialType == SpecialType.System_String);
        var token = exchange.Token is { } passed && takesToken ? $", {passed}" : "";
        edits.Replace(exchange.ReadCall, $"{client}.GetStringAsync({exchange.Address}{token}){Statements.CommentsBehind(edits, exchange.ReadCall)}");
        return true;
    }

    /// <summary>The statements of one exchange, found by what each does with the variables of the ones before it.</summary>
    private sealed class Exchange(SemanticModel model, CancellationToken cancellationToken)
    {
        private readonly HashSet<ISymbol> variables = new(SymbolEqualityComparer.Default);
        private readonly List<StatementSyntax> parts = new();
        private ExpressionSyntax? host;
        private ExpressionSyntax? port;
        private readonly HttpRequestText request = new(model, cancellationToken);
        private bool isWritten;
        private bool isTls;

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
                    if (HttpRequestText.ReadsHead(statement) || (exchange.Touches(statement) && !exchange.TakeClose(statement)))
                    {
                        return null;
                    }
                }
                else if (exchange.Touches(statement) || statement == first)
                {
                    if (!exchange.Take(statement, isFirst: statement == first))
                    {
                        return null;
                    }
                }
            }

            if (exchange is not { ReadCall: not null, isWritten: true, host: { } host, port: { } port } || !exchange.parts.Contains(write)
                || exchange.request.AddressAt(exchange.isTls ? "https" : "http", exchange.request.PartOf(host), exchange.request.PartOf(port)) is not { } address)
            {
                return null;
            }

            // What only builds the request may stand in front of the connection as well.
            exchange.parts.AddRange(exchange.request.Declarations);
            exchange.Address = address;
            return exchange;
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
                else if (!IsCall(value, "GetStream", 0) && TypeName(value) is not ("StreamReader" or "StreamWriter") && !IsPlainTls(value))
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
                case "Write" or "WriteAsync" when given.Count >= 1 && request.TryAdd(given[0].Expression, statement):
                    isWritten = true;
                    break;
                case "WriteLine" or "WriteLineAsync" when given.Count == 0 || request.TryAdd(given[0].Expression, statement):
                    request.EndLine();
                    isWritten = true;
                    break;
                case "Flush" or "FlushAsync":
                    break;
                case "AuthenticateAsClient" or "AuthenticateAsClientAsync" when given.Count >= 1 && IsForHost(given[0].Expression):
                    isTls = true;
                    break;
                default:
                    return false;
            }

            RememberToken(call);
            parts.Add(statement);
            return true;
        }

        /// <summary>TLS with the certificate check that an HTTP client makes, too.</summary>
        private bool IsPlainTls(ExpressionSyntax value) =>
            TypeName(value) == "SslStream" && value is BaseObjectCreationExpressionSyntax { Initializer: null, ArgumentList.Arguments: { Count: 1 or 2 } arguments }
            && arguments.Skip(1).All(argument => argument.Expression is LiteralExpressionSyntax);

        /// <summary>The certificate is checked for the host that is connected to: <c>host</c>, or options that say nothing else.</summary>
        private bool IsForHost(ExpressionSyntax target)
        {
            if (target is BaseObjectCreationExpressionSyntax { Initializer.Expressions: { Count: 1 } only } && TypeName(target) == "SslClientAuthenticationOptions"
                && only[0] is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "TargetHost" }, Right: var named })
            {
                target = named;
            }

            return host is not null && SyntaxFactory.AreEquivalent(target, host);
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

        private string? TypeName(ExpressionSyntax expression) => model.GetTypeInfo(expression, cancellationToken).Type?.Name;

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
