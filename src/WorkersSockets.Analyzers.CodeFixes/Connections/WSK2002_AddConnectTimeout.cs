using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Connections;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Bounds the wait for a connection: on .NET with a token that a timer cancels, on Workers with a race in a helper pair.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddConnectTimeout))]
[Shared]
public sealed class AddConnectTimeout() : SocketFix("WSK2002")
{
    private const string Title = "Connect with a timeout";

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null
            || edits?.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax connect
            || !diagnostic.Properties.TryGetValue(ConnectWithoutTimeout.Timeout, out var written)
            || !int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var isOnWorkers = diagnostic.Properties.TryGetValue(ConnectWithoutTimeout.OnSurface, out var surface) && surface == "Workers";
        var isDone = isOnWorkers
            ? connect is InvocationExpressionSyntax wait && TryRace(edits, model, wait, milliseconds, cancellationToken)
            : TryCancel(edits, model, connect, milliseconds, token: null, cancellationToken);
        return isDone ? ImmutableArray.Create(edits.ToVariant("Timeout", Title, document)) : ImmutableArray<FixVariant>.Empty;
    }

    // ---- .NET ----

    /// <summary>Cancels a connect call, or the connect of a constructor, when the time is over.</summary>
    /// <param name="token">The token that the call has and that is to end the wait as well; null where it has none that could.</param>
    internal static bool TryCancel(SourceEdits edits, SemanticModel model, ExpressionSyntax connect, int milliseconds, string? token, CancellationToken cancellationToken) => connect switch
    {
        InvocationExpressionSyntax call => TryAddToken(edits, model, call, milliseconds, token, cancellationToken),
        BaseObjectCreationExpressionSyntax creation => TrySplit(edits, model, creation, milliseconds, cancellationToken),
        _ => false,
    };

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

        if (call.FirstAncestorOrSelf<StatementSyntax>() is not { } statement || !CanDeclareBefore(statement))
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
        var parameter = given >= 0 ? method.Parameters[given] : TokenOverload(type, method.Parameters)!.Parameters.Last();
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
    /// <c>OperationCanceledException</c> now. Only where the clause looks at nothing of its exception.
    /// </summary>
    private static void CatchTimeout(SourceEdits edits, SemanticModel model, StatementSyntax statement, CancellationToken cancellationToken)
    {
        var attempt = statement.Ancestors()
            .TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .OfType<TryStatementSyntax>().FirstOrDefault(outer => outer.Block.Span.Contains(statement.Span) && outer.Catches.Count > 0);
        if (attempt is not { Catches: { Count: 1 } catches }
            || catches[0] is not { Filter: null, Declaration: { Type: var caught, Identifier.RawKind: (int)SyntaxKind.None } declaration }
            || model.GetTypeInfo(caught, cancellationToken).Type is not { Name: "SocketException" })
        {
            return;
        }

        var name = UniqueNames.ForLocal(catches[0], "exception");
        Imports.Ensure(edits, model, statement.SpanStart, "System");
        edits.Replace(declaration, $"(Exception {name}) when ({ExceptionFilter.Either(caught, name, caught.ToString(), "OperationCanceledException")})");
    }

    /// <summary><c>new TcpClient(host, port)</c> becomes the bare client and an awaited connect.</summary>
    private static bool TrySplit(SourceEdits edits, SemanticModel model, BaseObjectCreationExpressionSyntax creation, int milliseconds, CancellationToken cancellationToken)
    {
        if (creation.ArgumentList is not { Arguments.Count: 2 } list
            || model.GetSymbolInfo(creation, cancellationToken).Symbol is not IMethodSymbol { ContainingType: { Name: "TcpClient" } type } constructor
            || TokenOverload(type, constructor.Parameters) is null
            || creation.FirstAncestorOrSelf<StatementSyntax>() is not { } statement)
        {
            return false;
        }

        var client = creation.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } declaration } variable }
                when declaration.Parent is LocalDeclarationStatementSyntax or UsingStatementSyntax => variable.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax or MemberAccessExpressionSyntax, Parent: ExpressionStatementSyntax } assignment when assignment.Right == creation => assignment.Left.ToString(),
            _ => null,
        };
        if (client is null || !AsyncMethods.TryMakeAsync(edits, model, creation, cancellationToken))
        {
            return false;
        }

        var name = UniqueNames.ForLocal(creation, "timeout");
        var ordered = list.Arguments.OrderBy(argument => argument.NameColon is { } colon ? colon.Name.Identifier.ValueText == constructor.Parameters[0].Name ? 0 : 1 : list.Arguments.IndexOf(argument));
        var text = $"{Declaration(edits, model, creation, name, milliseconds, TokenOf(model, creation, cancellationToken))}\nawait {client}.ConnectAsync({string.Join(", ", ordered.Select(argument => argument.Expression))}, {name}.Token);";
        edits.Replace(list, creation is ObjectCreationExpressionSyntax { Initializer: not null } ? "" : "()");
        if (TokenOf(model, creation, cancellationToken) is null)
        {
            CatchTimeout(edits, model, statement, cancellationToken);
        }

        if (statement is UsingStatementSyntax scope)
        {
            return scope.Statement is BlockSyntax body
                ? body.Statements.Count > 0 && Statements.TryInsertBefore(edits, body.Statements[0], text)
                : Statements.TryInsertBefore(edits, scope.Statement, text);
        }

        if (!CanDeclareBefore(statement))
        {
            return false;
        }

        // Between the creation and the code that takes care of the client there is a step that can fail now.
        if (statement is not LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.None } local)
        {
            return Statements.TryInsertAfter(edits, statement, text);
        }

        var siblings = StatementRange.Siblings(local);
        if (siblings.SkipWhile(sibling => sibling != local).ElementAtOrDefault(1) is TryStatementSyntax { Catches.Count: 0, Finally: { } closing, Block.Statements: { Count: > 0 } guarded }
            && closing.DescendantNodes().OfType<IdentifierNameSyntax>().Any(used => used.Identifier.ValueText == client))
        {
            return Statements.TryInsertBefore(edits, guarded[0], text);
        }

        return Statements.TryInsertAfter(edits, local, IsHandedOver(model, local, cancellationToken)
            ? $"try\n{{\n    {text.Replace("\n", "\n    ")}\n}}\ncatch\n{{\n    {client}.Dispose();\n    throw;\n}}\n\n"
            : text);
    }

    /// <summary>A local that nothing here closes and that somebody else gets.</summary>
    private static bool IsHandedOver(SemanticModel model, LocalDeclarationStatementSyntax declaration, CancellationToken cancellationToken)
    {
        var variable = declaration.Declaration.Variables[0];
        var symbol = model.GetDeclaredSymbol(variable, cancellationToken);
        var uses = (declaration.Parent ?? declaration).DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == variable.Identifier.ValueText && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
            .ToList();
        return uses.Any(use => use.Parent is ReturnStatementSyntax or ArgumentSyntax or InitializerExpressionSyntax or CastExpressionSyntax || (use.Parent is AssignmentExpressionSyntax assignment && assignment.Right == use))
            && !uses.Any(use => use.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Close" or "Dispose" } or UsingStatementSyntax);
    }

    /// <summary>Declares the source in front of a statement, linked to a token that can end the wait as well.</summary>
    private static string? Declare(SourceEdits edits, SemanticModel model, StatementSyntax statement, SyntaxNode at, int milliseconds, string? token)
    {
        var name = UniqueNames.ForLocal(at, "timeout");
        return Statements.TryInsertBefore(edits, statement, Declaration(edits, model, at, name, milliseconds, token)) ? name : null;
    }

    private static string Declaration(SourceEdits edits, SemanticModel model, SyntaxNode at, string name, int milliseconds, string? token)
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
    private static string? TokenOf(SemanticModel model, SyntaxNode at, CancellationToken cancellationToken)
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

    private static IMethodSymbol? TokenOverload(INamedTypeSymbol type, ImmutableArray<IParameterSymbol> parameters)
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
    private static bool CanDeclareBefore(StatementSyntax statement) =>
        statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax
        && statement.Parent is BlockSyntax or GlobalStatementSyntax or IfStatementSyntax or ElseClauseSyntax or ForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax;

    // ---- Workers ----

    /// <summary>Opens the socket within the time where the wait for it stands, or in front of it.</summary>
    internal static bool TryRace(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax wait, int milliseconds, CancellationToken cancellationToken)
    {
        if (SocketOf(model, wait, cancellationToken) is not { } socket
            || wait.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || !IsEvaluatedFirst(statement, wait)
            || !AsyncMethods.IsInAsync(wait))
        {
            return false;
        }

        // A finally block that awaits the close would hang after a timeout: the open belongs in front of its try.
        var anchor = statement;
        for (var outer = OuterTry(statement); outer is not null; outer = OuterTry(outer))
        {
            if (outer.Finally is null || !outer.Block.Span.Contains(statement.Span) || !outer.Finally.ToString().Contains("await "))
            {
                continue;
            }

            if (IsDeclaredIn(model, socket, outer, cancellationToken))
            {
                return false;
            }

            if (outer.Catches.Count > 0)
            {
                // Its handlers are to see the timeout: the open stays inside, and the close moves into a block of its own behind it.
                return anchor == statement && TryNestClose(edits, model, wait, statement, outer, socket, milliseconds, cancellationToken);
            }

            anchor = outer;
        }

        if (BoundedOpen.Call(edits, model, wait, socket, milliseconds, cancellationToken) is not { } opening)
        {
            return false;
        }

        var isOpen = wait.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OpenedAsync" };
        var isBareOpen = IsBareOpen(wait, statement);
        if (isOpen && anchor == statement && (isBareOpen || IsTaskOnly(model, wait, cancellationToken)))
        {
            edits.Replace(wait, opening);
            return true;
        }

        if (isBareOpen && anchor is TryStatementSyntax { Block.Statements.Count: > 1 } attempt && statement.Parent == attempt.Block)
        {
            Statements.Remove(edits, statement);
        }

        return Statements.TryInsertBefore(edits, anchor, $"await {opening};");
    }

    /// <summary><c>try { open; work } catch { … } finally { close }</c> becomes <c>try { open; try { work } finally { close } } catch { … }</c>.</summary>
    private static bool TryNestClose(
        SourceEdits edits, SemanticModel model, InvocationExpressionSyntax wait, StatementSyntax statement, TryStatementSyntax outer, string socket, int milliseconds, CancellationToken cancellationToken)
    {
        var statements = outer.Block.Statements;
        var isBareOpen = IsBareOpen(wait, statement);
        var first = isBareOpen ? statements.IndexOf(statement) + 1 : statements.IndexOf(statement);
        if (statement.Parent != outer.Block
            || first >= statements.Count
            || outer.Finally is not { Block.Statements: { Count: 1 } closing } clause
            || closing[0].ToString().Contains('\n')
            || !SourceLayout.StartsLine(edits.Text, clause.SpanStart)
            || StatementRange.Between(edits.Text, model, statements[first], statements[statements.Count - 1], cancellationToken) is not { } work
            || BoundedOpen.Call(edits, model, wait, socket, milliseconds, cancellationToken) is not { } opening)
        {
            return false;
        }

        var layout = edits.Layout;
        var indent = work.Indent;
        if (isBareOpen)
        {
            edits.Replace(wait, opening);
        }
        else
        {
            edits.Insert(edits.Text.Lines.GetLineFromPosition(statements[first].SpanStart).Start, $"{indent}await {opening};{layout.NewLine}");
        }

        var head = layout.BraceOnOwnLine ? $"{indent}}}{layout.NewLine}{indent}finally" : $"{indent}}} finally";
        work.Nest(edits, $"{indent}try{layout.OpenBlock(indent)}", $"{head}{layout.OpenBlock(indent)}{indent}{layout.Step}{closing[0]}{layout.NewLine}{indent}}}{layout.NewLine}");
        edits.Remove(TextSpan.FromBounds(clause.GetFirstToken().GetPreviousToken().Span.End, clause.Span.End));
        return true;
    }

    private static bool IsBareOpen(InvocationExpressionSyntax wait, StatementSyntax statement) =>
        wait.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OpenedAsync" }
        && statement is ExpressionStatementSyntax { Expression: AwaitExpressionSyntax { Expression: var awaited } } && awaited == wait;

    private static TryStatementSyntax? OuterTry(SyntaxNode node) => node.Ancestors()
        .TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .OfType<TryStatementSyntax>().FirstOrDefault();

    /// <summary>Whether a statement in front of this one runs right before the wait, and once.</summary>
    private static bool IsEvaluatedFirst(StatementSyntax statement, SyntaxNode wait) => statement switch
    {
        ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax => true,
        IfStatementSyntax choice => choice.Condition.Span.Contains(wait.Span),
        SwitchStatementSyntax choice => choice.Expression.Span.Contains(wait.Span),
        WhileStatementSyntax loop => loop.Condition.Span.Contains(wait.Span),
        CommonForEachStatementSyntax loop => loop.Expression.Span.Contains(wait.Span),
        UsingStatementSyntax scope => !scope.Statement.Span.Contains(wait.Span),
        _ => false,
    } && !wait.Ancestors().TakeWhile(ancestor => ancestor != statement).Any(ancestor => ancestor is AnonymousFunctionExpressionSyntax);

    /// <summary>One of several opens that are joined, with the results unused: the helper takes its place.</summary>
    private static bool IsTaskOnly(SemanticModel model, InvocationExpressionSyntax wait, CancellationToken cancellationToken) =>
        wait.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } } join }
        && join.Parent is AwaitExpressionSyntax { Parent: ExpressionStatementSyntax }
        && model.GetSymbolInfo(join, cancellationToken).Symbol is IMethodSymbol { ContainingType.Name: "Task" };

    /// <summary>The socket's variable: the receiver of the wait, or the argument of a helper that waits.</summary>
    private static string? SocketOf(SemanticModel model, InvocationExpressionSyntax wait, CancellationToken cancellationToken)
    {
        bool IsSocket(ExpressionSyntax expression) =>
            expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or IdentifierNameSyntax }
            && model.GetTypeInfo(expression, cancellationToken).Type is { Name: "TcpSocket", ContainingNamespace.Name: "Workers" };

        if (wait.Expression is MemberAccessExpressionSyntax { Expression: var receiver } && IsSocket(receiver))
        {
            return receiver.ToString();
        }

        if (wait.ArgumentList.Arguments.Count == 0)
        {
            return null;
        }

        return wait.ArgumentList.Arguments.Select(argument => argument.Expression).FirstOrDefault(IsSocket)?.ToString();
    }

    private static bool IsDeclaredIn(SemanticModel model, string socket, TryStatementSyntax attempt, CancellationToken cancellationToken) =>
        attempt.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(variable => variable.Identifier.ValueText == socket)
        || attempt.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment => assignment.Left.ToString() == socket);
}
