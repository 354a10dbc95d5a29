using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.CodeFixes.Refactorings;

/// <summary>
/// Logs whether a connection was made, and why not: with the logger in scope on .NET, to the console on Workers, whose log it is.
/// </summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(LogConnectionResult))]
[Shared]
public sealed class LogConnectionResult() : SocketRefactoring("Log connection result")
{
    /// <summary>Stands for the wrapped statement while the rest is laid out.</summary>
    private const string Statement = "statement;";

    private const string LoggingNamespace = "Microsoft.Extensions.Logging";

    private protected override bool TryRewrite(SourceEdits edits, ConnectPlace place, CancellationToken cancellationToken)
    {
        if (place is not { Connection: { } connection, Site: var site, Model: var model })
        {
            return false;
        }

        var isOnWorkers = connection.Socket.Surface == Surface.Workers;
        var opened = OpeningOf(place.Flow, connection);
        var at = StatementOf(isOnWorkers && opened is not null ? opened : site.Operation);
        if (at is null || IsCaught(at) || Statements.IsEmbedded(at))
        {
            return false;
        }

        var error = UniqueNames.ForLocal(at, "exception");
        var logger = isOnWorkers ? null : ConfiguredHost.InScope(model, at, cancellationToken).FirstOrDefault(each => IsLogger(each.Type)).Expression;
        if (!isOnWorkers && logger is null)
        {
            return false;
        }

        var (target, placeholders, arguments) = Describe(site, model, cancellationToken);
        var success = isOnWorkers
            ? $"Console.WriteLine({Text($"Connected to {target}.")});"
            : $"{logger}.LogInformation(\"Connected to {placeholders}.\"{arguments});";
        var failure = isOnWorkers
            ? $"Console.Error.WriteLine($\"Connecting to {target} failed: {{{error}.Message}}\");"
            : $"{logger}.LogError({error}, \"Connecting to {placeholders} failed.\"{arguments});";

        if (isOnWorkers && opened is null)
        {
            // Nothing waits for the connection yet; only the wait tells how the connect ended.
            if (at is not LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } || variables[0].Initializer?.Value != site.Operation.Syntax
                || !AsyncMethods.IsInAsync(at))
            {
                return false;
            }

            return Statements.TryInsertAfter(edits, at, Wrapped($"await {variables[0].Identifier.ValueText}.OpenedAsync();", success, failure, error));
        }

        if (at is not ExpressionStatementSyntax { Expression: var expression } || (expression is not AwaitExpressionSyntax && !IsBlocking(expression, model, cancellationToken))
            || at.ContainsDirectives
            || at.DescendantTokens().Any(token => token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken) || (token.IsKind(SyntaxKind.StringLiteralToken) && token.Text.Contains("\n"))))
        {
            return false;
        }

        if (logger is not null)
        {
            Imports.Ensure(edits, model, at.SpanStart, LoggingNamespace);
        }

        var indent = SourceLayout.IndentOf(edits.Text, at);
        if (!SourceLayout.StartsLine(edits.Text, at.SpanStart))
        {
            return false;
        }

        // The statement as it is, one step further in, with the comment on its line.
        var end = at.GetTrailingTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)) is { RawKind: not 0 } comment ? comment.Span.End : at.Span.End;
        var span = TextSpan.FromBounds(at.SpanStart, end);
        var statement = edits.Text.ToString(span).Replace(edits.Layout.NewLine, edits.Layout.NewLine + edits.Layout.Step);
        edits.Replace(span, edits.Layout.Indent(Wrapped(Statement, success, failure, error), indent).Substring(indent.Length).Replace(Statement, statement));
        return true;
    }

    private static string Wrapped(string statement, string success, string failure, string error) => $$"""
        try
        {
            {{statement}}
            {{success}}
        }
        catch (Exception {{error}})
        {
            {{failure}}
            throw;
        }
        """;

    /// <summary>A catch around it handles the failure already.</summary>
    private static bool IsCaught(StatementSyntax statement) =>
        statement.Ancestors().TakeWhile(node => node is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .Any(node => node is BlockSyntax { Parent: TryStatementSyntax { Catches.Count: > 0 } block } && block.Block == node);

    /// <summary>A call that returns when the connection is made, not a task that nobody awaits.</summary>
    private static bool IsBlocking(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken) =>
        expression is InvocationExpressionSyntax && model.GetTypeInfo(expression, cancellationToken).Type?.SpecialType == SpecialType.System_Void;

    private static bool IsLogger(ITypeSymbol type) =>
        IsLoggerType(type) || type.AllInterfaces.Any(IsLoggerType);

    private static bool IsLoggerType(ITypeSymbol type) => type.Name == "ILogger" && type.ContainingNamespace?.ToDisplayString() == LoggingNamespace;

    private static string Text(string content) => content.Contains("{") ? $"$\"{content}\"" : $"\"{content}\"";

    /// <summary>The destination: inside an interpolated string, and as a message template with its arguments.</summary>
    private static (string Interpolated, string Template, string Arguments) Describe(ConnectSite site, SemanticModel model, CancellationToken cancellationToken)
    {
        var parts = new[] { ("Host", site.Host), ("Port", site.Port), ("Address", site.Address), ("EndPoint", site.Endpoint) }
            .Where(part => part.Item2 is not null)
            .Select(part => (Name: part.Item1, Syntax: part.Item2!.Syntax))
            .ToList();
        var texts = parts.Select(part => model.GetConstantValue(part.Syntax, cancellationToken) is { HasValue: true, Value: { } value } ? Escape(value.ToString()) : null).ToList();
        if (parts.Count == 0 || parts.Where((part, index) => texts[index] is null).Any(part => !IsSimple(part.Syntax)))
        {
            return ("the server", "the server", "");
        }

        return (
            string.Join(":", parts.Select((part, index) => texts[index] ?? $"{{{part.Syntax}}}")),
            string.Join(":", parts.Select((part, index) => texts[index] ?? $"{{{part.Name}}}")),
            string.Concat(parts.Where((_, index) => texts[index] is null).Select(part => $", {part.Syntax}")));
    }

    private static string Escape(string? text) => (text ?? "").Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("{", "{{").Replace("}", "}}");

    /// <summary>May be evaluated twice and put into an interpolation.</summary>
    private static bool IsSimple(SyntaxNode expression) => expression switch
    {
        IdentifierNameSyntax or ThisExpressionSyntax => true,
        MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.SimpleMemberAccessExpression, Expression: var inner } => IsSimple(inner),
        _ => false,
    };
}
