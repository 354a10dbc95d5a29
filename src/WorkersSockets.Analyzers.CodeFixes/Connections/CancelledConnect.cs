using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Ends a connect of .NET with a token that a timer cancels.</summary>
internal static class CancelledConnect
{
    /// <summary>Cancels a connect call, or the connect of a constructor, when the time is over.</summary>
    /// <param name="token">The token that the call has and that is to end the wait as well; null where it has none that could.</param>
    public static bool TryCancel(SourceEdits edits, SemanticModel model, ExpressionSyntax connect, int milliseconds, string? token, CancellationToken cancellationToken) => connect switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "FromAsync" } } pair => TryReplacePair(edits, model, pair, milliseconds, token, cancellationToken),
        InvocationExpressionSyntax call => TryAddToken(edits, model, call, milliseconds, token, cancellationToken),
        BaseObjectCreationExpressionSyntax creation => CreatedClient.TrySplit(edits, model, creation, milliseconds, cancellationToken),
        _ => false,
    };

    /// <summary>A task that takes no token, or that is passed on, is waited for no longer than the time.</summary>
    public static bool TryWait(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax connect, int milliseconds, CancellationToken cancellationToken)
    {
        if (connect.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "FromAsync" } } pair })
        {
            connect = pair;
        }

        if (model.GetTypeInfo(connect, cancellationToken).Type is not INamedTypeSymbol { Name: "Task", ContainingNamespace.Name: "Tasks" } type
            || type.GetMembers("WaitAsync").IsEmpty
            || !(connect.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax or AwaitExpressionSyntax or LambdaExpressionSyntax
                or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" or "GetAwaiter" or "Wait", Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: <= 1 } }))
        {
            return false;
        }

        var time = Time(edits, model, connect, milliseconds);
        edits.Insert(connect.Span.End, TokenOf(model, connect, cancellationToken) is { } token ? $".WaitAsync({time}, {token})" : $".WaitAsync({time})");
        if (connect.FirstAncestorOrSelf<StatementSyntax>() is { } statement && IsAwaited(connect))
        {
            CatchTimeout(edits, model, statement, cancellationToken, "TimeoutException");
        }

        return true;
    }

    private static bool TryAddToken(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax call, int milliseconds, string? token, CancellationToken cancellationToken)
    {
        if (model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol { ContainingType: { } type, IsExtensionMethod: false } method
            || call.ArgumentList.Arguments is not { Count: > 0 } arguments)
        {
            return false;
        }

        var given = method.Parameters.Length > 0 && IsToken(method.Parameters[method.Parameters.Length - 1].Type) ? method.Parameters.Length - 1 : -1;
        if (given < 0 && TokenOverload(type, method.Parameters) is null)
        {
            return false;
        }

        if (method.Name == "ConnectAsync" && ExpressionBodyAround(call) is { } body)
        {
            return TryExpand(edits, model, call, body.Function, body.Expression, milliseconds, token, cancellationToken);
        }

        if (call.FirstAncestorOrSelf<StatementSyntax>() is not { } statement)
        {
            return false;
        }

        if (statement is ExpressionStatementSyntax { Parent: SwitchSectionSyntax } inSection)
        {
            return method.Name == "ConnectAsync" && given < 0 && TryNest(edits, model, call, inSection, method, type, milliseconds, token, cancellationToken);
        }

        if (!CanDeclareBefore(statement))
        {
            return false;
        }

        if (method.Name == "Connect")
        {
            // A blocking connect becomes an awaited one.
            if (statement is not ExpressionStatementSyntax { Expression: var whole } || whole != call || !AsyncMethods.TryMakeAsync(edits, model, call, cancellationToken))
            {
                return false;
            }

            // A replacement, not an insertion: on one line with the statement before it, an insertion could come to stand in front of that.
            if (call.Expression is MemberAccessExpressionSyntax { Name: var name })
            {
                var first = call.GetFirstToken();
                edits.Replace(first.Span, "await " + first.Text);
                edits.Replace(name.Span, "ConnectAsync");
            }
            else
            {
                edits.Replace(call.Expression, "await ConnectAsync");
            }
        }
        else if (method.Name != "ConnectAsync" || !AsyncMethods.IsInAsync(call))
        {
            return false;
        }
        else if (!IsAwaited(call))
        {
            // The overload with a token returns another type of task.
            if (!IsAwaitedLater(call, statement))
            {
                return false;
            }

            if (given < 0)
            {
                edits.Insert(call.Span.End, ".AsTask()");
            }
        }

        if (token is null && GivenToken(call, method, given) is { } written && SourceOf(model, written, cancellationToken) is { } source)
        {
            // The source is there already, only nothing ever cancels it.
            return Statements.TryInsertBefore(edits, statement, $"{source}.CancelAfter({Time(edits, model, call, milliseconds)});");
        }

        token ??= TokenOf(model, call, cancellationToken);
        if (Declare(edits, model, statement, call, milliseconds, token) is not { } timeout)
        {
            return false;
        }

        SetToken(edits, call, method, type, given, timeout);
        if (token is null)
        {
            CatchTimeout(edits, model, statement, cancellationToken);
        }

        return true;
    }

    /// <summary>A switch section has no place for a using declaration: it gets a using statement around the connect.</summary>
    private static bool TryNest(
        SourceEdits edits, SemanticModel model, InvocationExpressionSyntax call, ExpressionStatementSyntax statement, IMethodSymbol method, INamedTypeSymbol type, int milliseconds, string? token, CancellationToken cancellationToken)
    {
        if (!IsAwaited(call) || !AsyncMethods.IsInAsync(call) || !SourceLayout.StartsLine(edits.Text, statement.SpanStart) || statement.ToString().Contains('\n') || !FanOutSyntax.IsLast(edits, statement))
        {
            return false;
        }

        var name = UniqueNames.ForLocal(call, "timeout");
        token ??= TokenOf(model, call, cancellationToken);
        var (first, second) = Declaration(edits, model, call, name, milliseconds, token).Split('\n') is { Length: 2 } lines ? (lines[0], lines[1]) : (Declaration(edits, model, call, name, milliseconds, token), null);
        var indent = SourceLayout.IndentOf(edits.Text, statement);
        var inner = indent + edits.Layout.Step;
        var head = $"using ({first.Substring("using ".Length).TrimEnd(';')}){edits.Layout.OpenBlock(indent)}";
        edits.Insert(statement.SpanStart, head + (second is null ? "" : inner + second + edits.Layout.NewLine) + inner);
        SetToken(edits, call, method, type, -1, name);
        edits.Insert(statement.Span.End, $"{edits.Layout.NewLine}{indent}}}{(Statements.IsFollowedByCode(edits, statement) ? edits.Layout.NewLine : "")}");
        if (token is null)
        {
            CatchTimeout(edits, model, statement, cancellationToken);
        }

        return true;
    }

    /// <summary><c>await Task.Factory.FromAsync(client.BeginConnect, client.EndConnect, host, port, null)</c> becomes the connect that takes a token.</summary>
    private static bool TryReplacePair(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax pair, int milliseconds, string? token, CancellationToken cancellationToken)
    {
        var arguments = pair.ArgumentList.Arguments;
        if (arguments.Count < 4
            || arguments.Any(argument => argument.NameColon is not null)
            || arguments[0].Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "BeginConnect", Expression: var client }
            || model.GetTypeInfo(client, cancellationToken).Type is not INamedTypeSymbol type
            || !IsAwaited(pair)
            || pair.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax statement
            || !CanDeclareBefore(statement))
        {
            return false;
        }

        var given = arguments.Skip(2).Take(arguments.Count - 3).Select(argument => argument.Expression).ToList();
        if (!type.GetMembers("ConnectAsync").OfType<IMethodSymbol>().Any(candidate => candidate.Parameters.Length == given.Count + 1 && IsToken(candidate.Parameters[given.Count].Type)))
        {
            return false;
        }

        token ??= TokenOf(model, pair, cancellationToken);
        if (Declare(edits, model, statement, pair, milliseconds, token) is not { } timeout)
        {
            return false;
        }

        edits.Replace(pair, $"{client}.ConnectAsync({string.Join(", ", given)}, {timeout}.Token)");
        if (token is null)
        {
            CatchTimeout(edits, model, statement, cancellationToken);
        }

        return true;
    }

    /// <summary>Gives the call the token, in place of one that nothing cancels or as a further argument.</summary>
    private static void SetToken(SourceEdits edits, InvocationExpressionSyntax call, IMethodSymbol method, INamedTypeSymbol type, int given, string timeout)
    {
        var arguments = call.ArgumentList.Arguments;
        if (GivenToken(call, method, given) is { } token)
        {
            edits.Replace(token, $"{timeout}.Token");
            return;
        }

        var isNamed = arguments.Any(argument => argument.NameColon is not null);
        var parameters = given >= 0 ? method.Parameters : TokenOverload(type, method.Parameters)!.Parameters;
        var parameter = given >= 0 ? parameters[given] : parameters.Last();
        foreach (var name in arguments.Select(argument => argument.NameColon?.Name).OfType<IdentifierNameSyntax>())
        {
            // Connect(hostname: …) is ConnectAsync(host: …).
            if (method.Parameters.FirstOrDefault(each => each.Name == name.Identifier.ValueText) is { } known && parameters[known.Ordinal].Name != known.Name)
            {
                edits.Replace(name, parameters[known.Ordinal].Name);
            }
        }

        edits.Insert(arguments[arguments.Count - 1].Span.End, isNamed ? $", {parameter.Name}: {timeout}.Token" : $", {timeout}.Token");
    }

    /// <summary>The expression of the token argument, where one is written.</summary>
    private static ExpressionSyntax? GivenToken(InvocationExpressionSyntax call, IMethodSymbol method, int given)
    {
        if (given < 0)
        {
            return null;
        }

        var arguments = call.ArgumentList.Arguments;
        return arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == method.Parameters[given].Name)?.Expression
            ?? (arguments.Count > given && arguments[given].NameColon is null ? arguments[given].Expression : null);
    }

    /// <summary>A task that is joined on the spot, or kept in a variable that the same block awaits.</summary>
    private static bool IsAwaitedLater(InvocationExpressionSyntax call, StatementSyntax statement)
    {
        if (call.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } } join })
        {
            return IsAwaited(join);
        }

        return call.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }
            && statement is LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1, Parent: BlockSyntax block }
            && block.Statements.Where(later => later.SpanStart > statement.SpanStart)
                .SelectMany(later => later.DescendantNodes().OfType<AwaitExpressionSyntax>())
                .Any(awaited => awaited.DescendantNodes().OfType<IdentifierNameSyntax>().FirstOrDefault()?.Identifier.ValueText == variable.Identifier.ValueText);
    }

    // An expression body has no place for the source: it becomes a block.

    private static (SyntaxNode Function, ExpressionSyntax Expression)? ExpressionBodyAround(InvocationExpressionSyntax call)
    {
        SyntaxNode current = call;
        while (current.Parent is AwaitExpressionSyntax
            or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" }
            or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } })
        {
            current = current.Parent;
        }

        return current.Parent switch
        {
            AnonymousFunctionExpressionSyntax function when function.ExpressionBody == current => (function, (ExpressionSyntax)current),
            ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax or LocalFunctionStatementSyntax } arrow => (arrow.Parent!, (ExpressionSyntax)current),
            _ => null,
        };
    }

    private static bool TryExpand(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax call, SyntaxNode function, ExpressionSyntax expression, int milliseconds, string? token, CancellationToken cancellationToken)
    {
        var isAwaited = expression is AwaitExpressionSyntax;
        var symbol = (function is AnonymousFunctionExpressionSyntax ? model.GetSymbolInfo(function, cancellationToken).Symbol : model.GetDeclaredSymbol(function, cancellationToken)) as IMethodSymbol;
        if (symbol?.ReturnType is not INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.IsEmpty: true }
            || symbol.IsAsync != isAwaited
            || (!isAwaited && expression != call)
            || symbol.Parameters.Any(parameter => parameter.RefKind != RefKind.None)
            || expression.ToString().Contains('\n')
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol { ContainingType: { } type } method)
        {
            return false;
        }

        var name = UniqueNames.ForLocal(call, "timeout");
        var scratch = new SourceEdits(edits.Root, edits.Text);
        var given = IsToken(method.Parameters[method.Parameters.Length - 1].Type) ? method.Parameters.Length - 1 : -1;
        SetToken(scratch, call, method, type, given, name);
        var changed = scratch.Apply();
        var connect = changed.ToString(TextSpan.FromBounds(expression.SpanStart, expression.Span.End + changed.Length - edits.Text.Length));
        var inner = $"{Declaration(edits, model, call, name, milliseconds, token ?? TokenOf(model, call, cancellationToken))}\n{(isAwaited ? "" : "await ")}{connect};";
        var line = edits.Text.Lines.GetLineFromPosition(function.SpanStart);
        var indent = SourceLayout.IndentAt(edits.Text, line.Start);
        var block = edits.Layout.OpenBlock(indent) + edits.Layout.Indent(inner, indent + edits.Layout.Step) + edits.Layout.NewLine + indent + "}";
        switch (function)
        {
            case LambdaExpressionSyntax lambda:
                edits.Replace(TextSpan.FromBounds(lambda.ArrowToken.Span.End, expression.Span.End), block);
                break;
            case MethodDeclarationSyntax { ExpressionBody: { } arrow, SemicolonToken: { IsMissing: false } semicolon }:
                edits.Replace(TextSpan.FromBounds(arrow.GetFirstToken().GetPreviousToken().Span.End, semicolon.Span.End), block);
                break;
            case LocalFunctionStatementSyntax { ExpressionBody: { } arrow, SemicolonToken: { IsMissing: false } semicolon }:
                edits.Replace(TextSpan.FromBounds(arrow.GetFirstToken().GetPreviousToken().Span.End, semicolon.Span.End), block);
                break;
            default:
                return false;
        }

        if (!isAwaited)
        {
            AsyncMethods.AddAsync(edits, function);
        }

        return true;
    }

    /// <summary>
    /// A handler that takes the failure of the connect takes the timeout too: what was a <c>SocketException</c> after minutes is an
    /// <c>OperationCanceledException</c> now. Only where the clause asks nothing of its exception that other exceptions do not have.
    /// </summary>
    public static void CatchTimeout(SourceEdits edits, SemanticModel model, StatementSyntax statement, CancellationToken cancellationToken, string exception = "OperationCanceledException")
    {
        var attempt = statement.Ancestors()
            .TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .OfType<TryStatementSyntax>().FirstOrDefault(outer => outer.Block.Span.Contains(statement.Span) && outer.Catches.Count > 0);
        if (attempt is not { Catches: { Count: 1 } catches }
            || catches[0] is not { Filter: null, Declaration: { Type: var caught } declaration } clause
            || model.GetTypeInfo(caught, cancellationToken).Type is not { Name: "SocketException" }
            || (!declaration.Identifier.IsKind(SyntaxKind.None) && !IsUsedAsException(clause, declaration.Identifier.ValueText, model, cancellationToken)))
        {
            return;
        }

        var name = declaration.Identifier.IsKind(SyntaxKind.None) ? UniqueNames.ForLocal(clause, "exception") : declaration.Identifier.ValueText;
        Imports.Ensure(edits, model, statement.SpanStart, "System");
        edits.Replace(declaration, $"(Exception {name}) when ({ExceptionFilter.Either(caught, name, caught.ToString(), exception)})");
    }

    /// <summary>Whether a clause uses its exception as any exception: reads what all have, prints it or passes it on.</summary>
    private static bool IsUsedAsException(CatchClauseSyntax clause, string name, SemanticModel model, CancellationToken cancellationToken) =>
        clause.Block.DescendantNodes().OfType<IdentifierNameSyntax>().Where(use => use.Identifier.ValueText == name).All(use => use.Parent switch
        {
            MemberAccessExpressionSyntax access when access.Expression == use =>
                Overridden(model.GetSymbolInfo(access, cancellationToken).Symbol)?.ContainingType is { Name: "Exception" or "Object" },
            MemberAccessExpressionSyntax or InterpolationSyntax => true,
            _ => model.GetTypeInfo(use, cancellationToken).ConvertedType is { Name: "Exception" or "Object" },
        });

    /// <summary>The member that was declared first: <c>SocketException.Message</c> overrides <c>Exception.Message</c>.</summary>
    private static ISymbol? Overridden(ISymbol? member) => member switch
    {
        IPropertySymbol { OverriddenProperty: { } property } => Overridden(property),
        IMethodSymbol { OverriddenMethod: { } method } => Overridden(method),
        _ => member,
    };

    /// <summary>Declares the source in front of a statement, linked to a token that can end the wait as well.</summary>
    private static string? Declare(SourceEdits edits, SemanticModel model, StatementSyntax statement, SyntaxNode at, int milliseconds, string? token)
    {
        var name = UniqueNames.ForLocal(at, "timeout");
        return Statements.TryInsertBefore(edits, statement, Declaration(edits, model, at, name, milliseconds, token)) ? name : null;
    }

    public static string Declaration(SourceEdits edits, SemanticModel model, SyntaxNode at, string name, int milliseconds, string? token)
    {
        Imports.Ensure(edits, model, at.SpanStart, "System.Threading");
        var time = Time(edits, model, at, milliseconds);
        return token is not null
            ? $"using var {name} = CancellationTokenSource.CreateLinkedTokenSource({token});\n{name}.CancelAfter({time});"
            : $"using var {name} = new CancellationTokenSource({time});";
    }

    private static string Time(SourceEdits edits, SemanticModel model, SyntaxNode at, int milliseconds)
    {
        Imports.Ensure(edits, model, at.SpanStart, "System");
        return milliseconds % 1000 == 0
            ? $"TimeSpan.FromSeconds({(milliseconds / 1000).ToString(CultureInfo.InvariantCulture)})"
            : $"TimeSpan.FromMilliseconds({milliseconds.ToString(CultureInfo.InvariantCulture)})";
    }

    /// <summary>The token parameter of the function around a place, or of one around that.</summary>
    public static string? TokenOf(SemanticModel model, SyntaxNode at, CancellationToken cancellationToken)
    {
        for (var symbol = model.GetEnclosingSymbol(at.SpanStart, cancellationToken); symbol is IMethodSymbol method; symbol = symbol.ContainingSymbol)
        {
            if (method.Parameters.FirstOrDefault(parameter => IsToken(parameter.Type) && parameter.RefKind == RefKind.None) is { } token)
            {
                return token.Name;
            }

            if (method is { IsStatic: true, MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
            {
                return null;
            }
        }

        return null;
    }

    private static string? SourceOf(SemanticModel model, ExpressionSyntax token, CancellationToken cancellationToken) =>
        token is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Token", Expression: IdentifierNameSyntax source }
        && model.GetTypeInfo(source, cancellationToken).Type is { Name: "CancellationTokenSource" }
            ? source.Identifier.ValueText
            : null;

    public static IMethodSymbol? TokenOverload(INamedTypeSymbol type, ImmutableArray<IParameterSymbol> parameters)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers("ConnectAsync").OfType<IMethodSymbol>().FirstOrDefault(candidate =>
                candidate.Parameters.Length == parameters.Length + 1
                && IsToken(candidate.Parameters[parameters.Length].Type)
                && candidate.Parameters.Take(parameters.Length).Zip(parameters, (left, right) => SymbolEqualityComparer.Default.Equals(left.Type, right.Type)).All(same => same)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static bool IsToken(ITypeSymbol type) => type is { Name: "CancellationToken", ContainingNamespace.Name: "Threading" };

    /// <summary>Awaited on the spot, bare or with ConfigureAwait: the overload with a token returns another type of task.</summary>
    private static bool IsAwaited(ExpressionSyntax call) => call.Parent switch
    {
        AwaitExpressionSyntax => true,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax { Parent: AwaitExpressionSyntax } } => true,
        _ => false,
    };

    /// <summary>Whether a declaration may stand in front of a statement and is evaluated right before it.</summary>
    public static bool CanDeclareBefore(StatementSyntax statement) =>
        statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax
        && statement.Parent is BlockSyntax or GlobalStatementSyntax or IfStatementSyntax or ElseClauseSyntax or ForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax;
}
