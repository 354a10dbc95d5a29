using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>What a guard has to check, so that what is checked is what is connected to.</summary>
/// <param name="At">The expression that is checked: a guard stands behind everything that its variables come from.</param>
/// <param name="Name">The expression as the guard writes it.</param>
/// <param name="MayBeNull">It may be null, which no set holds.</param>
internal sealed record CheckedHost(ExpressionSyntax At, string Name, bool MayBeNull)
{
    /// <summary>What a new variable reads once, where the value would be read twice; null where it is a variable already.</summary>
    public string? Hoisted { get; init; }

    /// <summary>What the connect says instead, where the value is read into a variable.</summary>
    public (TextSpan Span, string Text)? Replacement { get; init; }

    /// <summary>The value is no text: an address, a header's values.</summary>
    public bool NeedsText { get; init; }

    /// <summary>It is a list whose elements are connected to.</summary>
    public bool IsList { get; init; }

    /// <summary>The condition of the guard.</summary>
    public string IsRefused(string set) =>
        (MayBeNull ? $"{Name} is null || " : "")
        + (IsList ? $"!{Name}.All(host => {set}.Contains(host))" : $"!{set}.Contains({Name}{(NeedsText ? ".ToString()" : "")})");

    /// <summary>The port of a connect to a host that is none of the caller's; null where it is no number.</summary>
    public static CheckedHost? OfPort(ExpressionSyntax found, SyntaxNode function, SemanticModel model, CancellationToken cancellationToken)
    {
        if (Inner(found, function).Any() || model.GetTypeInfo(found, cancellationToken).Type?.SpecialType != SpecialType.System_Int32)
        {
            return null;
        }

        if (IsVariable(found))
        {
            return new CheckedHost(found, found.ToString(), MayBeNull: false);
        }

        var name = UniqueNames.ForLocal(function, "port") is "port" ? "port" : UniqueNames.ForLocal(function, "portNumber");
        return new CheckedHost(found, name, MayBeNull: false) { Hoisted = found.ToString(), Replacement = (found.Span, name) };
    }

    /// <param name="function">The function that gets the guard.</param>
    public static CheckedHost? Of(ExpressionSyntax found, SyntaxNode function, SemanticModel model, CancellationToken cancellationToken)
    {
        // hosts.Select(host => ProbeAsync(host)), hosts.Select(ProbeAsync): the guard checks the list.
        if (List(found, function, model, cancellationToken) is { } list)
        {
            return list;
        }

        if (Inner(found, function).Any(inner => model.AnalyzeDataFlow(found) is { Succeeded: true } flow
            && flow.ReadInside.Any(variable => variable.DeclaringSyntaxReferences.Any(declaration => inner.Span.Contains(declaration.Span)))))
        {
            // A variable of a lambda that answers to nobody.
            return null;
        }

        return Part(found, function, model, cancellationToken);
    }

    /// <summary>The functions between an expression and the one that gets the guard.</summary>
    private static IEnumerable<SyntaxNode> Inner(SyntaxNode found, SyntaxNode function) =>
        found.Ancestors().TakeWhile(node => node != function).Where(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);

    private static CheckedHost? List(ExpressionSyntax found, SyntaxNode function, SemanticModel model, CancellationToken cancellationToken)
    {
        var isMethodGroup = model.GetSymbolInfo(found, cancellationToken).Symbol is IMethodSymbol && found is not InvocationExpressionSyntax;
        var passed = isMethodGroup ? found : Inner(found, function).LastOrDefault() as LambdaExpressionSyntax;
        if (passed?.Parent is not ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: var arguments, Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax call } } }
            || (passed is LambdaExpressionSyntax lambda && !IsElement(found, lambda, model, cancellationToken)))
        {
            return null;
        }

        var list = call.Expression is IdentifierNameSyntax { Identifier.ValueText: "Parallel" or "Array" } ? arguments[0].Expression : call.Expression;
        return list is IdentifierNameSyntax && model.GetTypeInfo(list, cancellationToken).Type is { } type && ElementOf(type)?.SpecialType == SpecialType.System_String
            ? new CheckedHost(list, list.ToString(), MayBeNull: false) { IsList = true }
            : null;
    }

    private static ITypeSymbol? ElementOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol { TypeArguments: { Length: 1 } elements } => elements[0],
        _ => null,
    };

    private static bool IsElement(ExpressionSyntax found, LambdaExpressionSyntax lambda, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(found, cancellationToken).Symbol is IParameterSymbol parameter
        && parameter.DeclaringSyntaxReferences.Any(declaration => lambda.Span.Contains(declaration.Span) && (lambda.Body.SpanStart > declaration.Span.Start));

    /// <summary>The caller's part of the flagged expression: the variable in <c>$"{host}:443"</c>, else the whole.</summary>
    private static CheckedHost? Part(ExpressionSyntax found, SyntaxNode function, SemanticModel model, CancellationToken cancellationToken)
    {
        while (found is ParenthesizedExpressionSyntax parenthesized)
        {
            found = parenthesized.Expression;
        }

        if (found.Parent is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed)
        {
            found = suppressed;
        }

        switch (found)
        {
            case InterpolatedStringExpressionSyntax interpolated:
                return OfText(interpolated, function, model, cancellationToken);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum when StartsWithColon(sum.Right):
                return IsText(sum.Left, model, cancellationToken) ? Part(sum.Left, function, model, cancellationToken) : null;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression, Left: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } front } when StartsWithColon(front.Right):
                return Part(front, function, model, cancellationToken);
            case ObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments, Type: var type } when type.ToString() is "TcpSocketAddress" or "DnsEndPoint" or "IPEndPoint":
                return Part(arguments[0].Expression, function, model, cancellationToken);
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Parse", Expression: var type }, ArgumentList.Arguments: { Count: 1 } text } when type.ToString() is "IPAddress" or "IPEndPoint":
                return Part(text[0].Expression, function, model, cancellationToken);
        }

        return OfValue(found, function, model, cancellationToken);
    }

    private static CheckedHost? OfValue(ExpressionSyntax value, SyntaxNode function, SemanticModel model, CancellationToken cancellationToken)
    {
        var forgiven = value as PostfixUnaryExpressionSyntax;
        var plain = forgiven is null ? value : forgiven.Operand;
        var info = model.GetTypeInfo(plain, cancellationToken);
        var isText = info.Type is { SpecialType: SpecialType.System_String };
        if (info.Type is null || (!isText && info.Type is not { Name: "StringValues" or "IPAddress" }))
        {
            return null;
        }

        var mayBeNull = info.Type.IsReferenceType && (forgiven is not null || info.Nullability.FlowState == NullableFlowState.MaybeNull);
        if (IsVariable(plain))
        {
            // Behind the guard nothing has to be forgiven.
            return new CheckedHost(plain, plain.ToString(), mayBeNull) { NeedsText = !isText, Replacement = forgiven is null ? null : (value.Span, plain.ToString()) };
        }

        var name = UniqueNames.ForLocal(function, "host");
        return new CheckedHost(plain, name, mayBeNull) { NeedsText = !isText, Hoisted = plain.ToString(), Replacement = (value.Span, name) };
    }

    private static CheckedHost? OfText(InterpolatedStringExpressionSyntax text, SyntaxNode function, SemanticModel model, CancellationToken cancellationToken)
    {
        var contents = text.Contents;
        var colon = contents.IndexOf(content => content is InterpolatedStringTextSyntax { TextToken.ValueText: var part } && part.IndexOf(':') >= 0);
        if (contents.FirstOrDefault() is InterpolationSyntax { FormatClause: null, AlignmentClause: null } only && IsText(only.Expression, model, cancellationToken)
            && (contents.Count == 1 || (colon == 1 && ((InterpolatedStringTextSyntax)contents[1]).TextToken.ValueText[0] == ':')))
        {
            return Part(only.Expression, function, model, cancellationToken);
        }

        // $"known.contoso.com:{port}": the port alone is the caller's.
        if (colon == 0)
        {
            return null;
        }

        // $"{region}.contoso.com": the name as a whole.
        var name = UniqueNames.ForLocal(function, "host");
        if (colon < 0)
        {
            return new CheckedHost(text, name, MayBeNull: false) { Hoisted = text.ToString(), Replacement = (text.Span, name) };
        }

        var part = (InterpolatedStringTextSyntax)contents[colon];
        var end = part.SpanStart + part.TextToken.Text.IndexOf(':');
        var start = text.StringStartToken;
        if (!start.IsKind(SyntaxKind.InterpolatedStringStartToken) || text.SyntaxTree.GetText(cancellationToken).ToString(TextSpan.FromBounds(start.Span.End, end)) is not { Length: > 0 } front)
        {
            return null;
        }

        return new CheckedHost(text, name, MayBeNull: false) { Hoisted = $"$\"{front}\"", Replacement = (TextSpan.FromBounds(start.Span.End, end), $"{{{name}}}") };
    }

    /// <summary>Whether reading it twice gives the same: a variable, or a member of one.</summary>
    private static bool IsVariable(ExpressionSyntax value) => value switch
    {
        IdentifierNameSyntax => true,
        MemberAccessExpressionSyntax { Expression: var holder } => holder is ThisExpressionSyntax || IsVariable(holder),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression, Operand: var operand } => IsVariable(operand),
        _ => false,
    };

    private static bool StartsWithColon(ExpressionSyntax text) =>
        text is LiteralExpressionSyntax { Token.ValueText: var constant } && constant.StartsWith(":", StringComparison.Ordinal);

    private static bool IsText(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetTypeInfo(expression, cancellationToken).Type?.SpecialType == SpecialType.System_String;
}
