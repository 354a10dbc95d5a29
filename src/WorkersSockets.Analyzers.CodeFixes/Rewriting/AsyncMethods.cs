using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Makes it possible to write <c>await</c> at a place.</summary>
internal static class AsyncMethods
{
    /// <summary>Whether <c>await</c> may stand at a node: an async function or top-level statements, outside of lock and the like.</summary>
    public static bool IsInAsync(SyntaxNode at)
    {
        foreach (var ancestor in at.Ancestors())
        {
            switch (ancestor)
            {
                case LockStatementSyntax or CatchFilterClauseSyntax or QueryExpressionSyntax or UnsafeStatementSyntax or FixedStatementSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax:
                    return Modifiers(ancestor).Any(SyntaxKind.AsyncKeyword);
                case GlobalStatementSyntax:
                    return true;
                case MemberDeclarationSyntax or AccessorDeclarationSyntax:
                    return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Makes the function around <paramref name="at"/> async, where it is not yet. A function that returns a task keeps its type, and
    /// its returns get an <c>await</c>. Another return type becomes a task only where no caller notices: the program's entry point, a
    /// Worker handler, a local function or private method whose calls can all be awaited (they then are). False, and no edit, where
    /// none of this holds, or where <c>await</c> may not stand there at all.
    /// </summary>
    public static bool TryMakeAsync(SourceEdits edits, SemanticModel model, SyntaxNode at, CancellationToken cancellationToken = default)
    {
        if (IsInAsync(at))
        {
            return true;
        }

        var function = at.Ancestors().FirstOrDefault(node =>
            node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax or AccessorDeclarationSyntax);
        var blocked = at.Ancestors().TakeWhile(node => node != function).Any(node =>
            node is LockStatementSyntax or CatchFilterClauseSyntax or QueryExpressionSyntax or UnsafeStatementSyntax or FixedStatementSyntax);
        if (blocked || function is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MethodDeclarationSyntax) || UsesAwaitAsName(function))
        {
            return false;
        }

        var symbol = (function is AnonymousFunctionExpressionSyntax
            ? model.GetSymbolInfo(function, cancellationToken).Symbol
            : model.GetDeclaredSymbol(function, cancellationToken)) as IMethodSymbol;
        if (symbol is null
            || Modifiers(function).Any(SyntaxKind.AsyncKeyword)
            || Modifiers(function).Any(SyntaxKind.UnsafeKeyword)
            || symbol.RefKind != RefKind.None
            || symbol.Parameters.Any(parameter => parameter.RefKind != RefKind.None || parameter.Type.IsRefLikeType)
            || OwnNodes(function).Any(node => node is YieldStatementSyntax))
        {
            return false;
        }

        // In an async function the compiler warns of a task that nobody awaits.
        var unawaited = OwnNodes(function).OfType<ExpressionStatementSyntax>()
            .Where(statement => statement.Expression is InvocationExpressionSyntax && model.GetTypeInfo(statement.Expression, cancellationToken).Type is { } type && IsTask(type))
            .ToList();
        if ((unawaited.Count > 0 && model.Compilation.GetTypeByMetadataName("Workers.TcpSocket") is not null)
            || !(IsTask(symbol.ReturnType)
                ? TryAwaitReturns(edits, model, function, symbol, cancellationToken)
                : TryChangeType(edits, model, function, symbol, cancellationToken)))
        {
            return false;
        }

        foreach (var statement in unawaited.Where(statement => !statement.Span.Contains(at.Span) || at.AncestorsAndSelf().Any(node => node is AnonymousFunctionExpressionSyntax && statement.Contains(node))))
        {
            // Behind whatever is written in front of the statement.
            edits.Replace(statement.GetFirstToken().Span, "_ = " + statement.GetFirstToken().Text);
        }

        return true;
    }

    /// <summary>Whether a function would be async for nothing without this await.</summary>
    public static bool IsOnlyAwait(AwaitExpressionSyntax wait) => wait.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax) is { } function
        && !OwnNodes(function).Any(node => (node is AwaitExpressionSyntax && node != wait)
            || node is CommonForEachStatementSyntax { AwaitKeyword.RawKind: not 0 } or UsingStatementSyntax { AwaitKeyword.RawKind: not 0 } or LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: not 0 });

    /// <summary>Outside of async functions <c>await</c> is a name like any other; inside it would become the keyword.</summary>
    private static bool UsesAwaitAsName(SyntaxNode function) => function.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == "await");

    private static bool TryAwaitReturns(SourceEdits edits, SemanticModel model, SyntaxNode function, IMethodSymbol symbol, CancellationToken cancellationToken)
    {
        var hasResult = symbol.ReturnType is INamedTypeSymbol { TypeArguments.Length: 1 };
        var staged = new List<(TextSpan Span, string Text)>();
        if (ExpressionBody(function) is { } expression)
        {
            staged.Add((expression.Span, Awaited(expression, hasResult, model, cancellationToken) ?? ""));
            if (staged[0].Text.Length == 0)
            {
                return false;
            }
        }

        foreach (var statement in OwnNodes(function).OfType<ReturnStatementSyntax>())
        {
            if (statement.Expression is not { } value)
            {
                return false;
            }

            var awaited = Awaited(value, hasResult, model, cancellationToken);
            if (hasResult)
            {
                staged.Add((value.Span, awaited!));
                continue;
            }

            var isLast = IsLast(statement, function);
            if (awaited is null)
            {
                var isNeedless = isLast && statement.Parent is BlockSyntax block && (block.Parent == function || block.Statements.Count > 1);
                staged.Add(isNeedless && !statement.ContainsDirectives && !statement.GetLeadingTrivia().Any(trivia => trivia.IsDirective)
                    ? (edits.Text.Lines.GetLineFromPosition(statement.SpanStart) is var line && SourceLayout.StartsLine(edits.Text, statement.SpanStart) && line.End == statement.Span.End
                        ? (line.SpanIncludingLineBreak, "")
                        : (statement.Span, ""))
                    : (statement.Span, "return;"));
            }
            else if (isLast)
            {
                staged.Add((statement.Span, awaited + ";"));
            }
            else if (Statements.IsEmbedded(statement) || statement.Parent is not (BlockSyntax or SwitchSectionSyntax))
            {
                return false;
            }
            else
            {
                var indent = SourceLayout.IndentOf(edits.Text, statement);
                staged.Add((statement.Span, $"{awaited};{edits.Layout.NewLine}{indent}return;"));
            }
        }

        AddAsync(edits, function);
        foreach (var (span, text) in staged)
        {
            edits.Replace(span, text);
        }

        return true;
    }

    /// <summary>Whether the function ends behind a statement even if it did not return.</summary>
    private static bool IsLast(StatementSyntax statement, SyntaxNode function)
    {
        for (SyntaxNode node = statement; node.Parent is { } parent; node = parent)
        {
            if (parent == function)
            {
                return true;
            }

            if (!(parent is BlockSyntax block ? block.Statements.Last() == node
                : parent is IfStatementSyntax or ElseClauseSyntax or UsingStatementSyntax or LockStatementSyntax or TryStatementSyntax or CatchClauseSyntax))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>"await x" for a returned task; the bare value for <c>Task.FromResult(value)</c>; null for <c>Task.CompletedTask</c>.</summary>
    private static string? Awaited(ExpressionSyntax value, bool hasResult, SemanticModel model, CancellationToken cancellationToken)
    {
        var symbol = model.GetSymbolInfo(value, cancellationToken).Symbol;
        if (!hasResult && (symbol is { Name: "CompletedTask" } || value.IsKind(SyntaxKind.DefaultLiteralExpression)))
        {
            return null;
        }

        if (hasResult && symbol is IMethodSymbol { Name: "FromResult", ContainingType: { } owner } && IsTask(owner)
            && value is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments })
        {
            return arguments[0].Expression.ToString();
        }

        if (value is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsTask", Expression: InvocationExpressionSyntax inner } }
            && model.GetTypeInfo(inner, cancellationToken).Type is { Name: "ValueTask", ContainingNamespace.Name: "Tasks" })
        {
            value = inner;
        }

        return value is ConditionalExpressionSyntax or BinaryExpressionSyntax or SwitchExpressionSyntax or AssignmentExpressionSyntax
            ? $"await ({value})"
            : $"await {value}";
    }

    private static bool TryChangeType(SourceEdits edits, SemanticModel model, SyntaxNode function, IMethodSymbol symbol, CancellationToken cancellationToken)
    {
        var returnType = function switch
        {
            MethodDeclarationSyntax method => method.ReturnType,
            LocalFunctionStatementSyntax local => local.ReturnType,
            _ => null,
        };
        if (returnType is null || symbol.ReturnType.TypeKind == TypeKind.Error || symbol.ReturnType.IsRefLikeType)
        {
            return false;
        }

        var awaits = new List<(int Position, string Text)>();
        if (!IsEntryPoint(symbol) && !IsHandler(symbol))
        {
            var isPrivate = symbol.MethodKind == MethodKind.LocalFunction
                || (symbol.DeclaredAccessibility == Accessibility.Private && symbol.ExplicitInterfaceImplementations.IsEmpty && !symbol.IsOverride);
            if (!isPrivate
                || (symbol.MethodKind != MethodKind.LocalFunction && symbol.ContainingType.DeclaringSyntaxReferences.Length > 1)
                || FindAwaits(model, function, symbol, cancellationToken) is not { } found)
            {
                return false;
            }

            awaits = found;
        }

        AddAsync(edits, function);
        var task = symbol.ReturnsVoid ? "Task" : $"Task<{returnType}>";
        edits.Replace(returnType, task);
        Imports.Ensure(edits, model, function.SpanStart, "System.Threading.Tasks");
        foreach (var (position, text) in awaits)
        {
            edits.Insert(position, text);
        }

        return true;
    }

    /// <summary>What makes every call of a method awaited, or null where one of its uses can't be.</summary>
    private static List<(int Position, string Text)>? FindAwaits(SemanticModel model, SyntaxNode function, IMethodSymbol symbol, CancellationToken cancellationToken)
    {
        var scope = symbol.MethodKind == MethodKind.LocalFunction
            ? (SyntaxNode?)function.Ancestors().FirstOrDefault(node => node is BlockSyntax or CompilationUnitSyntax)
            : function.Ancestors().OfType<TypeDeclarationSyntax>().LastOrDefault();
        if (scope is null)
        {
            return null;
        }

        var result = new List<(int, string)>();
        foreach (var name in scope.DescendantNodes().OfType<SimpleNameSyntax>().Where(name => name.Identifier.ValueText == symbol.Name))
        {
            if (!SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol?.OriginalDefinition, symbol.OriginalDefinition))
            {
                continue;
            }

            ExpressionSyntax callee = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
            if (callee.Parent is not InvocationExpressionSyntax invocation || invocation.Expression != callee || !IsInAsync(invocation) || name.FirstAncestorOrSelf<SyntaxNode>(node => node == function) is not null)
            {
                return null;
            }

            var needsParentheses = invocation.Parent is MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax or ElementAccessExpressionSyntax or InvocationExpressionSyntax or PostfixUnaryExpressionSyntax;
            result.Add((invocation.SpanStart, needsParentheses ? "(await " : "await "));
            if (needsParentheses)
            {
                result.Add((invocation.Span.End, ")"));
            }
        }

        return result;
    }

    private static bool IsEntryPoint(IMethodSymbol symbol) =>
        symbol is { Name: "Main", IsStatic: true, MethodKind: MethodKind.Ordinary } && (symbol.ReturnsVoid || symbol.ReturnType.SpecialType == SpecialType.System_Int32);

    /// <summary>A method that only the platform calls, and that may return a task instead: a Worker's event or an HTTP action.</summary>
    private static bool IsHandler(IMethodSymbol symbol) => symbol.GetAttributes().Any(attribute => attribute.AttributeClass is { } type
        && ((type.ContainingNamespace.ToDisplayString() == "Workers" && type.Name is "FetchAttribute" or "ScheduledAttribute" or "QueueAttribute" or "EmailAttribute" or "TailAttribute")
            || (type.ContainingNamespace.ToDisplayString() == "Microsoft.AspNetCore.Mvc" && type.Name.StartsWith("Http", StringComparison.Ordinal))));

    public static bool IsTask(ITypeSymbol? type) =>
        type is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };

    /// <summary>Writes <c>async</c> in front of a function.</summary>
    public static void AddAsync(SourceEdits edits, SyntaxNode function) => edits.Insert(
        function switch
        {
            MethodDeclarationSyntax method => method.ReturnType.SpanStart,
            LocalFunctionStatementSyntax local => local.ReturnType.SpanStart,
            ParenthesizedLambdaExpressionSyntax { ReturnType: { } type } => type.SpanStart,
            ParenthesizedLambdaExpressionSyntax lambda => lambda.ParameterList.SpanStart,
            AnonymousMethodExpressionSyntax anonymous => anonymous.DelegateKeyword.SpanStart,
            SimpleLambdaExpressionSyntax lambda => lambda.Parameter.SpanStart,
            _ => function.SpanStart,
        },
        "async ");

    private static ExpressionSyntax? ExpressionBody(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.ExpressionBody?.Expression,
        LocalFunctionStatementSyntax local => local.ExpressionBody?.Expression,
        AnonymousFunctionExpressionSyntax anonymous => anonymous.ExpressionBody,
        _ => null,
    };

    private static SyntaxTokenList Modifiers(SyntaxNode function) => function switch
    {
        BaseMethodDeclarationSyntax method => method.Modifiers,
        LocalFunctionStatementSyntax local => local.Modifiers,
        AnonymousFunctionExpressionSyntax anonymous => anonymous.Modifiers,
        _ => default,
    };

    /// <summary>The nodes of a function without those of the functions inside it.</summary>
    private static IEnumerable<SyntaxNode> OwnNodes(SyntaxNode function) =>
        function.DescendantNodes(node => node == function || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax));
}
