using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>Where a guard stands: as early as the value is there, behind the checks that are made of it already.</summary>
internal sealed class GuardPlace(SourceEdits edits, SemanticModel model, SyntaxNode function, CancellationToken cancellationToken)
{
    public bool TryInsert(string guard, CheckedHost host)
    {
        var body = function switch
        {
            AnonymousFunctionExpressionSyntax lambda => lambda.Block,
            LocalFunctionStatementSyntax local => local.Body,
            BaseMethodDeclarationSyntax method => method.Body,
            _ => null,
        };
        if (body is null)
        {
            return TryOpenBlock(guard, host);
        }

        // The statement of the function itself; a lambda inside it is part of it.
        var use = host.At.Ancestors().OfType<StatementSyntax>().FirstOrDefault(statement => Owner(statement) == function);
        return use is not null && Statements.TryInsertBefore(edits, Earliest(use, body, host), guard);
    }

    private static SyntaxNode? Owner(SyntaxNode statement) =>
        statement.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax);

    /// <summary>Goes up over statements that have nothing to do with the value, and out of blocks that only shelter the use.</summary>
    private StatementSyntax Earliest(StatementSyntax use, BlockSyntax body, CheckedHost host)
    {
        var names = new HashSet<string>(host.At.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText), StringComparer.Ordinal);
        var isGiven = host.Hoisted is null && !host.MayBeNull && IsGiven(host.At);
        var place = use;
        while (true)
        {
            if (place.Parent is BlockSyntax block)
            {
                var index = block.Statements.IndexOf(place);
                while (index > 0 && CanPass(block.Statements[index - 1], names))
                {
                    index--;
                }

                place = block.Statements[index];
                if (index > 0 || block == body)
                {
                    return isGiven ? Top(body, names, place) : place;
                }

                if (block.Parent is StatementSyntax outer && (Shelters(outer, names) || isGiven))
                {
                    place = outer;
                    continue;
                }

                return place;
            }

            if (isGiven && place.Parent is StatementSyntax or ElseClauseSyntax)
            {
                place = place.Ancestors().OfType<StatementSyntax>().First();
                continue;
            }

            return place;
        }
    }

    /// <summary>For what the function is given: behind the leading checks that mention it, in front of everything else.</summary>
    private static StatementSyntax Top(BlockSyntax body, HashSet<string> names, StatementSyntax place)
    {
        var index = 0;
        while (index < body.Statements.Count - 1 && body.Statements[index] != place && IsCheck(body.Statements[index]) && Mentions(body.Statements[index], names))
        {
            index++;
        }

        var rest = body.Statements.Skip(index).TakeWhile(statement => statement != place);
        return rest.Any(statement => Mentions(statement, names)) ? place : body.Statements[index];
    }

    private static bool IsCheck(StatementSyntax statement) =>
        statement is IfStatementSyntax { Else: null, Statement: var then }
        && (then is BlockSyntax { Statements: { Count: > 0 } statements } ? statements.Last() : then) is ReturnStatementSyntax or ThrowStatementSyntax;

    /// <summary>Whether the value is a parameter that the caller has to give and that nothing assigns.</summary>
    private bool IsGiven(ExpressionSyntax value) =>
        value is IdentifierNameSyntax
        && model.GetSymbolInfo(value, cancellationToken).Symbol is IParameterSymbol { HasExplicitDefaultValue: false, NullableAnnotation: not NullableAnnotation.Annotated } parameter
        && !function.DescendantNodes().Any(node => node switch
        {
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } => left.Identifier.ValueText == parameter.Name,
            ArgumentSyntax { RefOrOutKeyword.RawKind: not 0, Expression: IdentifierNameSyntax passed } => passed.Identifier.ValueText == parameter.Name,
            _ => false,
        });

    /// <summary>A statement that only gets things ready: it neither leaves, waits for other than the caller, nor has anything to do with the value.</summary>
    private static bool CanPass(StatementSyntax statement, HashSet<string> names) =>
        statement is LocalDeclarationStatementSyntax or ExpressionStatementSyntax
        && (!statement.DescendantNodesAndTokens().Any(node => node.IsKind(SyntaxKind.AwaitExpression)) || StartsResponse(statement))
        && !Mentions(statement, names);

    /// <summary>Behind it no status can be set any more.</summary>
    private static bool StartsResponse(StatementSyntax statement) => statement.DescendantTokens().Any(token => token.ValueText is "AcceptWebSocketAsync" or "Response");

    private static bool Shelters(StatementSyntax outer, HashSet<string> names) => outer switch
    {
        TryStatementSyntax => true,
        UsingStatementSyntax { Declaration: var declaration, Expression: var expression } =>
            !(declaration is not null && Mentions(declaration, names)) && !(expression is not null && Mentions(expression, names)),
        _ => false,
    };

    private static bool Mentions(SyntaxNode node, HashSet<string> names) =>
        node.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && names.Contains(token.ValueText));

    /// <summary>An expression body becomes a block with the guard in front.</summary>
    private bool TryOpenBlock(string guard, CheckedHost host)
    {
        var (arrow, expression) = function switch
        {
            LambdaExpressionSyntax lambda => (lambda.ArrowToken, lambda.ExpressionBody),
            LocalFunctionStatementSyntax { ExpressionBody: { } body } => (body.ArrowToken, body.Expression),
            BaseMethodDeclarationSyntax { ExpressionBody: { } body } => (body.ArrowToken, body.Expression),
            _ => default,
        };
        if (expression is null || expression.ContainsDirectives || edits.Text.ToString(TextSpan.FromBounds(arrow.Span.End, expression.SpanStart)).Trim().Length > 0)
        {
            return false;
        }

        var layout = edits.Layout;
        var indent = SourceLayout.IndentOf(edits.Text, function);
        var inner = indent + layout.Step;
        var returns = model.GetTypeInfo(expression, cancellationToken).Type is { SpecialType: not SpecialType.System_Void } && !IsAwaitedForNothing(expression) ? "return " : "";
        var front = layout.Indent(guard, inner) + layout.NewLine + layout.NewLine + inner + returns;
        var isLambda = function is LambdaExpressionSyntax;
        var open = isLambda
            ? (layout.BraceOnOwnLine ? layout.NewLine + indent + "{" : " {") + layout.NewLine
            : layout.OpenBlock(indent);
        var start = isLambda ? arrow.Span.End : arrow.GetPreviousToken().Span.End;
        edits.Replace(TextSpan.FromBounds(start, expression.SpanStart), open + front);
        var end = isLambda ? expression.Span.End : expression.GetLastToken().GetNextToken().Span.End;
        edits.Replace(TextSpan.FromBounds(expression.Span.End, end), $";{layout.NewLine}{indent}}}");
        return true;
    }

    private bool IsAwaitedForNothing(ExpressionSyntax expression) =>
        expression is AwaitExpressionSyntax { Expression: var work } && model.GetTypeInfo(work, cancellationToken).Type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.IsEmpty: true };
}
