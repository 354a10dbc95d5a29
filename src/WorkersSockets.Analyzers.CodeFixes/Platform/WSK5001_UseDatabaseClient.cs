using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Platform;

/// <summary>
/// WSK5001 on Workers: a method that only connects and returns the socket returns the database's client instead. Offered where an
/// <c>Env</c> is in scope and nothing calls the method yet, since no caller could go on speaking to a socket.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseDatabaseClient))]
[Shared]
public sealed class UseDatabaseClient : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public UseDatabaseClient()
        : base("WSK5001")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (edits is null || model is null || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || HyperdriveConnect.At(edits.Root, model, diagnostic.Location.SourceSpan, cancellationToken) is not { } connect
            || connect.Call.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
            || OnlyConnect.In(method, connect.Call, model, cancellationToken) is not { } body
            || ConfiguredHost.Environment(ConfiguredHost.InScope(model, connect.Call, cancellationToken)) is not { } environment
            || model.GetDeclaredSymbol(method, cancellationToken) is not { IsOverride: false, IsVirtual: false, IsAbstract: false } symbol
            || symbol.ContainingType.AllInterfaces.Any(contract => contract.GetMembers(symbol.Name).Any())
            || await IsCalledAsync(symbol, document.Project.Solution, cancellationToken).ConfigureAwait(false))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var (client, title) = connect.Port == 3306 ? ("MySqlClient", "Connect with 'MySqlClient'") : ("PostgresClient", "Connect with 'PostgresClient'");
        var open = $"{client}.ConnectAsync({environment}.Hyperdrive(\"DB\"))";
        edits.Replace(method.ReturnType, $"Task<{client}>");
        if (!method.Identifier.ValueText.EndsWith("Async", StringComparison.Ordinal))
        {
            var name = UniqueNames.ForMember(symbol.ContainingType, method.Identifier.ValueText + "Async");
            edits.Replace(method.Identifier.Span, name);
        }

        edits.Replace(body.Value, (method.Modifiers.Any(SyntaxKind.AsyncKeyword) ? "await " + open : open) + Statements.CommentsBehind(edits, body.Value));
        foreach (var statement in body.Gone)
        {
            Statements.RemoveButComments(edits, statement);
        }

        UnusedLocals.Remove(edits, model, connect.Call.ArgumentList, cancellationToken);
        Imports.Ensure(edits, model, method.SpanStart, "System.Threading.Tasks");
        return ImmutableArray.Create(edits.ToVariant("Client", title, document));
    }

    private static async Task<bool> IsCalledAsync(IMethodSymbol method, Solution solution, CancellationToken cancellationToken)
    {
        var found = await SymbolFinder.FindReferencesAsync(method, solution, cancellationToken).ConfigureAwait(false);
        return found.Any(each => each.Locations.Any());
    }

    /// <summary>A method's body in which a socket is connected, opened and returned, and nothing else happens to it.</summary>
    /// <param name="Value">What is returned.</param>
    /// <param name="Gone">The statements that only made it.</param>
    private sealed record OnlyConnect(ExpressionSyntax Value, ImmutableArray<StatementSyntax> Gone)
    {
        public static OnlyConnect? In(MethodDeclarationSyntax method, InvocationExpressionSyntax connect, SemanticModel model, CancellationToken cancellationToken)
        {
            if (method.ExpressionBody is { Expression: var whole })
            {
                return whole == connect ? new OnlyConnect(whole, ImmutableArray<StatementSyntax>.Empty) : null;
            }

            if (method.Body?.Statements.LastOrDefault() is not ReturnStatementSyntax { Expression: { } value } last || method.Body.ContainsDirectives)
            {
                return null;
            }

            if (value == connect)
            {
                return new OnlyConnect(value, ImmutableArray<StatementSyntax>.Empty);
            }

            // var socket = TcpSocket.Connect(…); await socket.OpenedAsync(); return socket;
            if (connect.Parent?.Parent is not VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declaration } declarator
                || declaration.Parent != method.Body
                || model.GetDeclaredSymbol(declarator, cancellationToken) is not { } socket
                || !Is(value))
            {
                return null;
            }

            var uses = method.Body.Statements.Where(statement => statement != declaration && statement != last
                && statement.DescendantNodes().OfType<IdentifierNameSyntax>().Any(Is)).ToList();
            return uses.TrueForAll(IsOpen) ? new OnlyConnect(value, uses.Prepend(declaration).ToImmutableArray()) : null;

            bool Is(ExpressionSyntax expression) => expression is IdentifierNameSyntax name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, socket);

            // The socket's own wait, or a helper's that bounds it.
            bool IsOpen(StatementSyntax statement) => statement is ExpressionStatementSyntax { Expression: AwaitExpressionSyntax { Expression: InvocationExpressionSyntax call } }
                && call.Expression switch
                {
                    MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OpenedAsync", Expression: var receiver } => Is(receiver),
                    SimpleNameSyntax { Identifier.ValueText: var name } => name.StartsWith("OpenWithin", StringComparison.Ordinal),
                    _ => false,
                };
        }
    }
}

/// <summary>A connect on Workers, without options, to the port of a database that Hyperdrive serves.</summary>
internal sealed record HyperdriveConnect(InvocationExpressionSyntax Call, int Port)
{
    private static readonly ImmutableArray<int> Served = ImmutableArray.Create(3306, 5432, 5433, 26257);

    /// <summary>The connect whose argument stands at <paramref name="span"/>; null where it is none of these.</summary>
    public static HyperdriveConnect? At(SyntaxNode root, SemanticModel model, TextSpan span, CancellationToken cancellationToken)
    {
        if (root.FindNode(span, getInnermostNodeForTie: true).FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent.Parent: InvocationExpressionSyntax call }
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol { Name: "Connect", ContainingType: { Name: "TcpSocket", ContainingNamespace.Name: "Workers" } })
        {
            return null;
        }

        var arguments = call.ArgumentList.Arguments;

        // Hyperdrive encrypts its own way to the database.
        if (arguments.Any(argument => model.GetTypeInfo(argument.Expression, cancellationToken).ConvertedType?.Name == "TcpSocketOptions"))
        {
            return null;
        }

        var ports = arguments.Count switch
        {
            1 => Served.Where(port => AddressText(arguments[0].Expression).EndsWith(":" + port, StringComparison.Ordinal)),
            2 => arguments.Select(argument => model.GetConstantValue(argument.Expression, cancellationToken).Value).OfType<int>().Where(port => Served.Contains(port)),
            _ => Enumerable.Empty<int>(),
        };
        return ports.Select(port => new HyperdriveConnect(call, port)).FirstOrDefault();

        string AddressText(ExpressionSyntax address) =>
            model.GetConstantValue(address, cancellationToken).Value as string ?? address.ToString().TrimEnd('"', ')');
    }
}
