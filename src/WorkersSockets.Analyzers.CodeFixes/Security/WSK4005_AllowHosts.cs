using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>
/// WSK4005: refuses every host that is not in a set, in the handler's own way of answering. The set holds the hosts of the option
/// <c>allowed_hosts</c>; without it it is empty, so that the guard fails closed until someone fills it.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AllowHosts))]
[Shared]
public sealed class AllowHosts() : SocketFix("WSK4005")
{
    private const string Comment = "// The hosts that this code may connect to; every other host is refused.";

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<FixVariant>.Empty;
        var properties = diagnostic.Properties;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits is null
            || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax found
            || !properties.TryGetValue("What", out var what) || what != "Host"
            || !properties.TryGetValue("Answer", out var style) || style is null
            || found.AncestorsAndSelf().OfType<StatementSyntax>().FirstOrDefault() is not { } use)
        {
            return none;
        }

        var function = use.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax);
        if (function is null || Answer(function, model, style, properties, cancellationToken) is not { } answer
            || Value(found, model, cancellationToken) is not { } value)
        {
            return none;
        }

        var isWorkers = model.Compilation.GetTypeByMetadataName("Workers.TcpSocket") is not null;
        if (AddSet(edits, model, function, use, isWorkers, Hosts(properties), cancellationToken) is not { } set)
        {
            return none;
        }

        var name = value.ToString();
        var hoisted = "";
        if (value is not (IdentifierNameSyntax or MemberAccessExpressionSyntax))
        {
            // What is checked has to be what is connected to: read it once.
            name = UniqueNames.ForLocal(use, "host");
            hoisted = $"var {name} = {value};\n";
            edits.Replace(value, name);
        }

        var isText = model.GetTypeInfo(value, cancellationToken).Type is { SpecialType: SpecialType.System_String };
        var guard = $"{hoisted}if (!{set}.Contains({name}{(isText ? "" : ".ToString()")}))\n{{\n    {answer.Replace("\n", "\n    ")}\n}}\n";
        if (!TryInsert(edits, model, function, use, value, guard, hoisted.Length > 0, cancellationToken))
        {
            return none;
        }

        return ImmutableArray.Create(edits.ToVariant("Allowlist", "Allow only known hosts", document));
    }

    private static IEnumerable<string> Hosts(ImmutableDictionary<string, string?> properties) =>
        properties.TryGetValue("AllowedHosts", out var hosts) && hosts is { Length: > 0 }
            ? hosts.Split(',').Select(host => host.Trim()).Where(host => host.Length > 0 && host.IndexOf('*') < 0)
            : [];

    /// <summary>The caller's part of the flagged expression: the variable in <c>$"{host}:443"</c>, else the whole.</summary>
    private static ExpressionSyntax? Value(ExpressionSyntax found, SemanticModel model, CancellationToken cancellationToken)
    {
        while (found is ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
        {
            found = found is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression : ((PostfixUnaryExpressionSyntax)found).Operand;
        }

        switch (found)
        {
            case InterpolatedStringExpressionSyntax interpolated:
            {
                var holes = interpolated.Contents.OfType<InterpolationSyntax>().ToList();
                return interpolated.Contents.FirstOrDefault() is InterpolationSyntax first && holes[0] == first && IsHostText(first.Expression, model, cancellationToken)
                    ? Value(first.Expression, model, cancellationToken)
                    : null;
            }

            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum:
                return IsHostText(sum.Left, model, cancellationToken) && sum.Left is not LiteralExpressionSyntax ? Value(sum.Left, model, cancellationToken) : null;
            case ObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments, Type: var type } when type.ToString() is "TcpSocketAddress" or "DnsEndPoint":
                return Value(arguments[0].Expression, model, cancellationToken);
        }

        return model.GetTypeInfo(found, cancellationToken).Type switch
        {
            { SpecialType: SpecialType.System_String } => found,
            { Name: "StringValues" or "IPAddress" } => found,
            _ => null,
        };
    }

    private static bool IsHostText(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetTypeInfo(expression, cancellationToken).Type?.SpecialType == SpecialType.System_String;

    private static string? Answer(SyntaxNode function, SemanticModel model, string style, ImmutableDictionary<string, string?> properties, CancellationToken cancellationToken)
    {
        string? At(string key) => properties.TryGetValue(key, out var value) ? value : null;

        // The answer is the handler's; a function inside it returns something else.
        if (At("HandlerStart") is not { } start || start != function.SpanStart.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            return null;
        }

        switch (style)
        {
            case nameof(AnswerStyle.WorkersResponse):
                return "return Response.Text(\"Forbidden\", status: 403);";
            case nameof(AnswerStyle.Results):
                return "return Results.StatusCode(403);";
            case nameof(AnswerStyle.Controller):
                return "return StatusCode(403);";
            case nameof(AnswerStyle.ActionResult):
                return "return new StatusCodeResult(403);";
            case nameof(AnswerStyle.HttpContext) when At("HttpContext") is { } http:
                return $"{http}.Response.StatusCode = 403;\nreturn;";
            case nameof(AnswerStyle.FunctionResponse) when At("Request") is { } request:
                return $"return {request}.CreateResponse(System.Net.HttpStatusCode.Forbidden);";
            case nameof(AnswerStyle.Rpc):
                return "throw new RpcException(new Status(StatusCode.PermissionDenied, \"The host is not allowed.\"));";
            case nameof(AnswerStyle.Hub):
                return "throw new HubException(\"The host is not allowed.\");";
            default:
                return model.Compilation.GetTypeByMetadataName("Workers.TcpSocket") is null && model.Compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Http.BadHttpRequestException") is not null
                    && At("Scope") == nameof(Catalog.HandlerScope.Request)
                        ? "throw new Microsoft.AspNetCore.Http.BadHttpRequestException(\"The host is not allowed.\", 403);"
                        : "throw new InvalidOperationException(\"The host is not allowed.\");";
        }
    }

    /// <summary>Makes the set available and returns its name; null where there is no place for it.</summary>
    private static string? AddSet(
        SourceEdits edits, SemanticModel model, SyntaxNode function, StatementSyntax use, bool isWorkers, IEnumerable<string> hosts, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", hosts.Select(host => SyntaxFactory.Literal(host).ToString()));
        var content = names.Length > 0 ? $"{{ {names} }}" : "{ }";
        var type = use.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault();
        if (type is null)
        {
            return AddLocal(edits, model, function, use, content, cancellationToken);
        }

        if (type is InterfaceDeclarationSyntax || model.GetDeclaredSymbol(type, cancellationToken) is not { } symbol || type.Members.Count == 0)
        {
            return null;
        }

        // The Workers compiler keeps static state of plain top-level classes only.
        if (isWorkers && (type.Parent is TypeDeclarationSyntax || type.TypeParameterList is not null || type.Modifiers.Any(SyntaxKind.PartialKeyword)
            || (!symbol.IsStatic && (symbol.BaseType?.SpecialType != SpecialType.System_Object || !symbol.GetAttributes().IsEmpty))))
        {
            return null;
        }

        const string Wanted = "AllowedHosts";
        if (symbol.GetMembers(Wanted).FirstOrDefault() is IFieldSymbol { IsStatic: true, Type.Name: "HashSet" })
        {
            return Wanted;
        }

        var name = UniqueNames.ForMember(symbol, Wanted);
        var made = isWorkers ? $"new HashSet<string> {content}" : $"new(StringComparer.OrdinalIgnoreCase) {content}";
        var field = (names.Length > 0 ? "" : Comment + "\n") + $"private static readonly HashSet<string> {name} = {made};";
        var first = type.Members[0];
        var line = edits.Text.Lines.GetLineFromPosition(first.GetFirstToken().SpanStart);
        if (!SourceLayout.StartsLine(edits.Text, first.SpanStart))
        {
            return null;
        }

        var start = first.GetLeadingTrivia().FirstOrDefault(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } comment
            ? edits.Text.Lines.GetLineFromPosition(comment.SpanStart).Start
            : line.Start;
        Imports.Ensure(edits, model, type.SpanStart, "System.Collections.Generic");
        if (!isWorkers)
        {
            Imports.Ensure(edits, model, type.SpanStart, "System");
        }

        var newLine = edits.Layout.NewLine;
        edits.Insert(start, edits.Layout.Indent(field, SourceLayout.IndentOf(edits.Text, first)) + newLine + (first is FieldDeclarationSyntax ? "" : newLine));
        return name;
    }

    /// <summary>In top-level statements: a local in front of the statement that holds the handler.</summary>
    private static string? AddLocal(SourceEdits edits, SemanticModel model, SyntaxNode function, StatementSyntax use, string content, CancellationToken cancellationToken)
    {
        if (edits.Root is not CompilationUnitSyntax unit
            || use.Ancestors().OfType<GlobalStatementSyntax>().FirstOrDefault() is not { Statement: var statement }
            || use.Ancestors().Any(node => node is AnonymousFunctionExpressionSyntax { Modifiers: var modifiers } && modifiers.Any(SyntaxKind.StaticKeyword))
            || use.Ancestors().OfType<LocalFunctionStatementSyntax>().Any())
        {
            return null;
        }

        var existing = unit.Members.OfType<GlobalStatementSyntax>().Select(member => member.Statement).OfType<LocalDeclarationStatementSyntax>()
            .SelectMany(declaration => declaration.Declaration.Variables)
            .FirstOrDefault(variable => variable.Identifier.ValueText == "allowedHosts" && variable.SpanStart < statement.SpanStart);
        if (existing is not null && model.GetDeclaredSymbol(existing, cancellationToken) is ILocalSymbol { Type.Name: "HashSet" })
        {
            return "allowedHosts";
        }

        var name = UniqueNames.ForLocal(statement, "allowedHosts");
        Imports.Ensure(edits, model, statement.SpanStart, "System.Collections.Generic");
        Imports.Ensure(edits, model, statement.SpanStart, "System");
        var local = (content == "{ }" ? Comment + "\n" : "") + $"var {name} = new HashSet<string>(StringComparer.OrdinalIgnoreCase) {content};";
        return Statements.TryInsertBefore(edits, statement, local) ? name : null;
    }

    /// <summary>At the top of the handler for one of its parameters, behind the declaration of a local, else in front of the use.</summary>
    private static bool TryInsert(
        SourceEdits edits, SemanticModel model, SyntaxNode function, StatementSyntax use, ExpressionSyntax value, string guard, bool isHoisted, CancellationToken cancellationToken)
    {
        var text = guard.TrimEnd('\n');
        if (!isHoisted && value is IdentifierNameSyntax && model.GetSymbolInfo(value, cancellationToken).Symbol is { } symbol && !IsAssigned(function, symbol, model, cancellationToken))
        {
            var body = Body(function);
            if (symbol is IParameterSymbol && body is { Statements: { Count: > 0 } statements } && model.GetTypeInfo(value, cancellationToken).Nullability.Annotation != NullableAnnotation.Annotated)
            {
                return Statements.TryInsertBefore(edits, statements[0], text + "\n\n");
            }

            if (symbol is ILocalSymbol { NullableAnnotation: not NullableAnnotation.Annotated } && body is not null
                && symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer: not null, Parent.Parent: LocalDeclarationStatementSyntax declaration }
                && declaration.Parent == body && IsNotNull(model, declaration, symbol, cancellationToken))
            {
                return Statements.TryInsertAfter(edits, declaration, text + "\n\n");
            }
        }

        return Statements.TryInsertBefore(edits, use, text + "\n\n");
    }

    private static bool IsNotNull(SemanticModel model, LocalDeclarationStatementSyntax declaration, ISymbol local, CancellationToken cancellationToken) =>
        declaration.Declaration.Variables.FirstOrDefault(variable => variable.Identifier.ValueText == local.Name)?.Initializer is { Value: var value }
        && model.GetTypeInfo(value, cancellationToken).Nullability.FlowState != NullableFlowState.MaybeNull;

    private static bool IsAssigned(SyntaxNode function, ISymbol symbol, SemanticModel model, CancellationToken cancellationToken) =>
        function.DescendantNodes().Any(node => node switch
        {
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } => left.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(left, cancellationToken).Symbol, symbol),
            ArgumentSyntax { RefOrOutKeyword.RawKind: not 0, Expression: IdentifierNameSyntax passed } => passed.Identifier.ValueText == symbol.Name,
            _ => false,
        });

    private static BlockSyntax? Body(SyntaxNode function) => function switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.Block,
        LocalFunctionStatementSyntax local => local.Body,
        BaseMethodDeclarationSyntax method => method.Body,
        _ => null,
    };
}
