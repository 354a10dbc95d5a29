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
        var none = ImmutableArray<FixVariant>.Empty;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null
            || edits?.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not { } found
            || !diagnostic.Properties.TryGetValue(ConnectFailureUnhandled.Answer, out var written)
            || !Enum.TryParse<AnswerStyle>(written, out var style)
            || found.Ancestors().Any(ancestor => ancestor is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ContinueWith" })
            || FunctionOf(found) is not { } function)
        {
            return none;
        }

        var mapped = style == AnswerStyle.None ? MappedResult.Of(model, function, cancellationToken) : null;
        style = mapped is null ? style : AnswerStyle.Results;
        if (Answer(edits, model, function, style, diagnostic.Properties) is not { } answer)
        {
            return none;
        }

        Imports.Ensure(edits, model, function.SpanStart, "System");
        var clause = style == AnswerStyle.WorkersResponse ? "catch (Exception)" : NetworkClause(edits, model, function);
        return (Block(function) is { } body && SourceLayout.StartsLine(edits.Text, body.Statements[0].SpanStart)
                ? TryWrap(edits, model, function, body, found, clause, answer, mapped, cancellationToken)
                : HandlerBlock.TryWrite(edits, model, function, clause, answer, mapped, cancellationToken))
            ? ImmutableArray.Create(edits.ToVariant("Answer502", "Answer 502 when the connection fails", document))
            : none;
    }

    private static bool TryWrap(
        SourceEdits edits, SemanticModel model, SyntaxNode function, BlockSyntax body, SyntaxNode found, string clause, string answer, MappedResult? mapped, CancellationToken cancellationToken)
    {
        if (!AsyncMethods.IsInAsync(body.Statements[0]) && HandlerBlock.ReturnsTask(model, function, cancellationToken))
        {
            // A task that fails after it was returned passes every 'catch' here.
            if (mapped is not null || !AsyncMethods.TryMakeAsync(edits, model, body.Statements[0], cancellationToken))
            {
                return false;
            }
        }

        mapped?.WrapReturns(edits);
        return TryAddClause(edits, body, found, clause, answer) || TryNest(edits, model, body, found, clause, answer, cancellationToken);
    }

    /// <summary>Nests the statements of the handler; what the rest of a pipeline does is none of theirs.</summary>
    private static bool TryNest(SourceEdits edits, SemanticModel model, BlockSyntax body, SyntaxNode found, string clause, string answer, CancellationToken cancellationToken)
    {
        var statements = body.Statements;
        var connect = statements.IndexOf(statement => statement.Span.Contains(found.Span));
        var first = 0;
        var last = statements.Count - 1;
        for (var index = 0; index < statements.Count; index++)
        {
            if (!CallsNext(model, statements[index], cancellationToken))
            {
                continue;
            }

            if (index == connect)
            {
                return false;
            }

            (first, last) = index < connect ? (index + 1, last) : (first, Math.Min(last, index - 1));
        }

        if (connect < 0 || StatementRange.Between(edits.Text, model, statements[first], statements[last], cancellationToken) is not { } range)
        {
            return false;
        }

        var layout = edits.Layout;
        var indent = range.Indent;
        var head = layout.BraceOnOwnLine ? $"{indent}}}{layout.NewLine}{indent}{clause}" : $"{indent}}} {clause}";
        var leave = last < statements.Count - 1 && !answer.StartsWith("return", StringComparison.Ordinal) && !answer.StartsWith("throw", StringComparison.Ordinal) ? "\nreturn;" : "";
        range.Nest(
            edits,
            $"{indent}try{layout.OpenBlock(indent)}",
            $"{head}{layout.OpenBlock(indent)}{layout.Indent(answer + leave, indent + layout.Step)}{layout.NewLine}{indent}}}{layout.NewLine}{(Statements.IsFollowedByCode(edits, statements[last]) ? layout.NewLine : "")}");
        return true;
    }

    /// <summary>Whether a statement runs the rest of the pipeline.</summary>
    private static bool CallsNext(SemanticModel model, StatementSyntax statement, CancellationToken cancellationToken) => statement.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call =>
    {
        var target = call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Invoke", Expression: var invoked } ? invoked : call.Expression;
        return model.GetTypeInfo(target, cancellationToken).Type is { TypeKind: TypeKind.Delegate } type
            && (type.Name == "RequestDelegate" || (type.Name == "Func" && target.ToString().TrimStart('_') == "next"));
    });

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

    /// <summary>The handler's function: the outermost one that still returns the answer.</summary>
    private static SyntaxNode? FunctionOf(SyntaxNode found)
    {
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

                    return lambda;
                case LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax:
                    return ancestor;
            }
        }

        return null;
    }

    private static BlockSyntax? Block(SyntaxNode function) => function switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.Block,
        LocalFunctionStatementSyntax local => local.Body,
        BaseMethodDeclarationSyntax method => method.Body,
        _ => null,
    } is { Statements.Count: > 0 } block ? block : null;

    private static string? Answer(SourceEdits edits, SemanticModel model, SyntaxNode body, AnswerStyle style, ImmutableDictionary<string, string?> properties)
    {
        properties.TryGetValue(ConnectFailureUnhandled.HttpContext, out var context);
        properties.TryGetValue(ConnectFailureUnhandled.Request, out var request);
        var compilation = model.Compilation;
        switch (style)
        {
            case AnswerStyle.WorkersResponse:
                return "return Response.Text(\"The back end cannot be reached.\", status: 502);";
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
            case AnswerStyle.Hub when compilation.GetTypeByMetadataName("Microsoft.AspNetCore.SignalR.HubException") is not null:
                Imports.Ensure(edits, model, body.SpanStart, "Microsoft.AspNetCore.SignalR");
                return "throw new HubException(\"The back end cannot be reached.\");";
            case AnswerStyle.Rpc when compilation.GetTypeByMetadataName("Grpc.Core.RpcException") is not null:
                Imports.Ensure(edits, model, body.SpanStart, "Grpc.Core");
                return "throw new RpcException(new Status(StatusCode.Unavailable, \"The back end cannot be reached.\"));";
            default:
                return null;
        }
    }
}
