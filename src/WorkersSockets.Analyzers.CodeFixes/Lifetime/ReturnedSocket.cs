using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>A local socket that a function returns, or a stream over it, and closes on the way out.</summary>
internal sealed class ReturnedSocket
{
    private readonly ILocalSymbol local;
    private readonly LocalDeclarationStatementSyntax? declaration;
    private readonly FinallyClauseSyntax? finalClose;

    private ReturnedSocket(ILocalSymbol local, LocalDeclarationStatementSyntax? declaration, FinallyClauseSyntax? finalClose)
    {
        this.local = local;
        this.declaration = declaration;
        this.finalClose = finalClose;
    }

    /// <summary>Null where what is returned does not close the socket when its consumer is done with it.</summary>
    /// <param name="closing">The <c>using</c> declaration's variable, or the close in a <c>finally</c>.</param>
    public static ReturnedSocket? Find(SemanticModel model, SyntaxNode closing, CancellationToken cancellationToken)
    {
        if (closing.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is { } declaration && !declaration.UsingKeyword.IsKind(SyntaxKind.None))
        {
            return declaration.Declaration.Variables.Count == 1
                && model.GetDeclaredSymbol(declaration.Declaration.Variables[0], cancellationToken) is ILocalSymbol local
                && IsHandedOut(model, declaration, local, cancellationToken)
                    ? new ReturnedSocket(local, declaration, null)
                    : null;
        }

        return closing.FirstAncestorOrSelf<ExpressionStatementSyntax>() is { Parent: BlockSyntax { Statements.Count: 1, Parent: FinallyClauseSyntax { Parent: TryStatementSyntax { Catches.Count: 0 } attempt } final } } close
            && close.DescendantNodes().OfType<IdentifierNameSyntax>().FirstOrDefault() is { } name
            && model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol closed
            && IsHandedOut(model, attempt, closed, cancellationToken)
                ? new ReturnedSocket(closed, null, final)
                : null;
    }

    /// <summary>The response disposes the socket once it is sent.</summary>
    public bool TryRegister(SourceEdits edits, SemanticModel model, CancellationToken cancellationToken)
    {
        if (declaration is null
            || ResponseAt(model, declaration, cancellationToken) is not { } response
            || !Statements.TryInsertAfter(edits, declaration, $"{response}.RegisterForDispose({local.Name});"))
        {
            return false;
        }

        edits.Remove(UsingOf(declaration));
        return true;
    }

    /// <summary>The consumer closes what it gets; this function only where a later step fails.</summary>
    public bool TryHandOver(SourceEdits edits, SemanticModel model, CancellationToken cancellationToken)
    {
        if (finalClose is not null)
        {
            edits.Replace(finalClose.FinallyKeyword.Span, "catch");
            return Statements.TryInsertAfter(edits, finalClose.Block.Statements[0], "throw;");
        }

        if (declaration is null)
        {
            return false;
        }

        edits.Remove(UsingOf(declaration));
        var siblings = StatementRange.Siblings(declaration);
        var rest = siblings.Skip(siblings.IndexOf(declaration) + 1).ToList();
        return rest.Count == 1
            || TryFinallyWrapper.TryWrapWith(edits, model, declaration, "catch", $"{local.Name}.Dispose();\nthrow;", last: null, cancellationToken);
    }

    private static TextSpan UsingOf(LocalDeclarationStatementSyntax declaration) =>
        TextSpan.FromBounds(declaration.SpanStart, declaration.Declaration.SpanStart);

    /// <summary>Whether all that is returned of the socket is something whose disposal closes it, and nothing else of it is disposed here.</summary>
    private static bool IsHandedOut(SemanticModel model, StatementSyntax scope, ILocalSymbol local, CancellationToken cancellationToken)
    {
        var siblings = StatementRange.Siblings(scope);
        if (siblings.TakeWhile(sibling => sibling != scope).OfType<LocalDeclarationStatementSyntax>().Any(other =>
            !other.UsingKeyword.IsKind(SyntaxKind.None)
            && other.Declaration.Variables.Any(variable => scope.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == variable.Identifier.ValueText))))
        {
            // What it is made of is disposed here as well.
            return false;
        }

        var statements = scope is TryStatementSyntax attempt ? attempt.Block.Statements.ToImmutableArray() : siblings.Skip(siblings.IndexOf(scope) + 1).ToImmutableArray();
        var names = new HashSet<string>(StringComparer.Ordinal) { local.Name };
        foreach (var each in statements.SelectMany(statement => statement.DescendantNodesAndSelf()).OfType<VariableDeclaratorSyntax>())
        {
            if (each.Initializer is { } initializer && Mentions(initializer))
            {
                if (each.Parent?.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or UsingStatementSyntax)
                {
                    return false;
                }

                names.Add(each.Identifier.ValueText);
            }
        }

        bool Mentions(SyntaxNode part) => part.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => names.Contains(name.Identifier.ValueText));

        var returned = statements
            .SelectMany(statement => statement.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
            .OfType<ReturnStatementSyntax>()
            .Select(statement => statement.Expression)
            .Where(expression => expression is not null && Mentions(expression))
            .ToList();
        return returned.Count > 0 && returned.All(expression => Carries(model.GetTypeInfo(expression!, cancellationToken).Type) || Streams(expression!));
    }

    /// <summary>A Workers response, or the stream of one, that is made while it is sent: the request's end closes what is left.</summary>
    private static bool Streams(ExpressionSyntax expression) => expression.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>()
        .Any(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "FromStream" or "FromAsyncEnumerable" });

    private static bool Carries(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name is "Stream" or "TextReader" or "TextWriter" or "BinaryReader" or "BinaryWriter" or "PipeReader" or "PipeWriter" or "TcpClient" or "Socket" or "ActionResult")
            {
                return true;
            }
        }

        return type is not null && (type.Name is "IResult" or "IActionResult" || type.AllInterfaces.Any(each => each.Name is "IResult" or "IActionResult"));
    }

    /// <summary>An expression for the response that is being answered with, or null where none is in scope.</summary>
    private static string? ResponseAt(SemanticModel model, SyntaxNode at, CancellationToken cancellationToken)
    {
        foreach (var symbol in model.LookupSymbols(at.SpanStart).OfType<IParameterSymbol>())
        {
            switch (symbol.Type)
            {
                case { Name: "HttpContext", ContainingNamespace.Name: "Http" }:
                    return symbol.Name + ".Response";
                case { Name: "HttpRequest", ContainingNamespace.Name: "Http" }:
                    return symbol.Name + ".HttpContext.Response";
                case { Name: "HttpResponse", ContainingNamespace.Name: "Http" }:
                    return symbol.Name;
            }
        }

        for (var type = model.GetEnclosingSymbol(at.SpanStart, cancellationToken)?.ContainingType; type is not null; type = type.BaseType)
        {
            if (type is { Name: "ControllerBase", ContainingNamespace.Name: "Mvc" })
            {
                return "Response";
            }
        }

        return null;
    }
}
