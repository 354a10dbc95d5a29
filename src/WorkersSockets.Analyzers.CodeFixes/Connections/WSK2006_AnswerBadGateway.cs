using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Rules.Connections;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Puts the handler's statements into a <c>try</c> and answers 502 in the handler's own style.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AnswerBadGateway))]
[Shared]
public sealed class AnswerBadGateway() : SocketFix("WSK2006")
{
    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null
            || edits?.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not { } found
            || !diagnostic.Properties.TryGetValue(ConnectFailureUnhandled.Answer, out var written)
            || !Enum.TryParse<AnswerStyle>(written, out var style)
            || Body(found, style) is not { Statements: { Count: > 0 } statements } body
            || Answer(edits, model, body, style, diagnostic.Properties) is not { } answer
            || StatementRange.Between(edits.Text, model, statements[0], statements.Last(), cancellationToken) is not { } range)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var layout = edits.Layout;
        var indent = range.Indent;
        var clause = style == AnswerStyle.WorkersResponse ? "catch (Exception)" : NetworkClause(edits, model, body);
        Imports.Ensure(edits, model, body.SpanStart, "System");
        if (TryAddClause(edits, body, found, clause, answer))
        {
            return ImmutableArray.Create(edits.ToVariant("Answer502", "Answer 502 when the connection fails", document));
        }

        var head = layout.BraceOnOwnLine ? $"{indent}}}{layout.NewLine}{indent}{clause}" : $"{indent}}} {clause}";
        range.Nest(
            edits,
            $"{indent}try{layout.OpenBlock(indent)}",
            $"{head}{layout.OpenBlock(indent)}{layout.Indent(answer, indent + layout.Step)}{layout.NewLine}{indent}}}{layout.NewLine}");
        return ImmutableArray.Create(edits.ToVariant("Answer502", "Answer 502 when the connection fails", document));
    }

    /// <summary>A try statement of the handler, around all that waits, gets one more clause instead of a try statement around it.</summary>
    private static bool TryAddClause(SourceEdits edits, BlockSyntax body, SyntaxNode found, string clause, string answer)
    {
        if (found.Ancestors().OfType<TryStatementSyntax>().FirstOrDefault() is not { } attempt
            || attempt.Parent != body
            || !attempt.Block.Span.Contains(found.Span)
            || attempt.Block.CloseBraceToken.IsMissing
            || attempt.Catches.Any(other => other.Declaration is null || (other.Filter is null && other.Declaration.Type.ToString() is "Exception" or "System.Exception"))
            || body.Statements.Any(statement => statement != attempt && statement.DescendantNodes().Any(node => node is AwaitExpressionSyntax))
            || body.Statements.Any(statement => statement is LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: not (int)SyntaxKind.None }))
        {
            return false;
        }

        SyntaxNode last = attempt.Catches.Count > 0 ? attempt.Catches[attempt.Catches.Count - 1] : attempt.Block;
        var layout = edits.Layout;
        var indent = SourceLayout.IndentOf(edits.Text, attempt);
        if (!SourceLayout.StartsLine(edits.Text, last.GetLastToken().SpanStart))
        {
            return false;
        }

        edits.Insert(
            last.Span.End,
            $"{(layout.BraceOnOwnLine ? layout.NewLine + indent : " ")}{clause}{layout.OpenBlock(indent)}{layout.Indent(answer, indent + layout.Step)}{layout.NewLine}{indent}}}");
        return true;
    }

    /// <summary>The failures of a connection, and no others: a bug in the handler stays visible as a 500.</summary>
    private static string NetworkClause(SourceEdits edits, SemanticModel model, SyntaxNode body)
    {
        Imports.Ensure(edits, model, body.SpanStart, "System.IO");
        Imports.Ensure(edits, model, body.SpanStart, "System.Net.Sockets");
        var name = UniqueNames.ForLocal(body, "exception");
        return $"catch (Exception {name}) when ({ExceptionFilter.Either(body, name, "SocketException", "IOException")})";
    }

    /// <summary>The block of the handler's function: the outermost one that still returns the answer.</summary>
    private static BlockSyntax? Body(SyntaxNode found, AnswerStyle style)
    {
        BlockSyntax? result = null;
        foreach (var ancestor in found.Ancestors())
        {
            switch (ancestor)
            {
                case AnonymousFunctionExpressionSyntax lambda:
                    // The lambda of a projection inside the handler is not the handler.
                    if (lambda.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Select" or "SelectMany" or "Run" or "ForEachAsync" } } })
                    {
                        continue;
                    }

                    return lambda.Block;
                case LocalFunctionStatementSyntax function:
                    return function.Body;
                case BaseMethodDeclarationSyntax method:
                    return method.Body;
            }
        }

        return result;
    }

    private static string? Answer(SourceEdits edits, SemanticModel model, BlockSyntax body, AnswerStyle style, ImmutableDictionary<string, string?> properties)
    {
        properties.TryGetValue(ConnectFailureUnhandled.HttpContext, out var context);
        properties.TryGetValue(ConnectFailureUnhandled.Request, out var request);
        var compilation = model.Compilation;
        switch (style)
        {
            case AnswerStyle.WorkersResponse:
                return ReturnsValue(body) ? "return Response.Text(\"The back end cannot be reached.\", status: 502);" : null;
            case AnswerStyle.Results when compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Http.Results") is not null:
                Imports.Ensure(edits, model, body.SpanStart, "Microsoft.AspNetCore.Http");
                return "return Results.StatusCode(StatusCodes.Status502BadGateway);";
            case AnswerStyle.Controller:
                return "return StatusCode(502);";
            case AnswerStyle.ActionResult when compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Mvc.StatusCodeResult") is not null:
                Imports.Ensure(edits, model, body.SpanStart, "Microsoft.AspNetCore.Mvc");
                return "return new StatusCodeResult(502);";
            case AnswerStyle.HttpContext when context is not null:
                return $"{context}.Response.StatusCode = 502;";
            case AnswerStyle.FunctionResponse when request is not null:
                Imports.Ensure(edits, model, body.SpanStart, "System.Net");
                return $"return {request}.CreateResponse(HttpStatusCode.BadGateway);";
            default:
                return null;
        }
    }

    private static bool ReturnsValue(BlockSyntax body) => body.DescendantNodes().OfType<ReturnStatementSyntax>().Any(statement => statement.Expression is not null);
}
