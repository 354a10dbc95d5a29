using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Connections;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>Bounds the wait for a connection: on .NET with a token that a timer cancels, on Workers with a race in a helper pair.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddConnectTimeout))]
[Shared]
public sealed class AddConnectTimeout() : SocketFix("WSK2002")
{
    private const string Title = "Connect with a timeout";

    private const string OpenWithin = """
        private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
        {
            using var settled = new CancellationTokenSource();
            var opening = SignalWhenOpenAsync(socket, settled);
            try
            {
                await Task.Delay(milliseconds, settled.Token);
            }
            catch (Exception) when (settled.IsCancellationRequested)
            {
            }

            if (!settled.IsCancellationRequested)
            {
                throw new TimeoutException("The TCP connection was not opened in time.");
            }

            await opening;
        }
        """;

    private const string SignalWhenOpen = """
        private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled)
        {
            try
            {
                await socket.OpenedAsync();
            }
            finally
            {
                settled.Cancel();
            }
        }
        """;

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
        if (model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol { ContainingType: { } type } method
            || method.IsExtensionMethod
            || call.Expression is not MemberAccessExpressionSyntax { Name: var name }
            || call.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || !CanDeclareBefore(statement)
            || call.ArgumentList.Arguments.Any(argument => argument.NameColon is not null))
        {
            return false;
        }

        var arguments = call.ArgumentList.Arguments;
        var given = method.Parameters.Length > 0 && IsToken(method.Parameters[method.Parameters.Length - 1].Type) ? method.Parameters.Length - 1 : -1;
        if (method.Name == "Connect")
        {
            // A blocking connect becomes an awaited one.
            if (statement is not ExpressionStatementSyntax { Expression: var whole } || whole != call || !HasTokenOverload(type, method.Parameters)
                || !AsyncMethods.TryMakeAsync(edits, model, call, cancellationToken))
            {
                return false;
            }

            // A replacement, not an insertion: on one line with the statement before it, an insertion could come to stand in front of that.
            var first = call.GetFirstToken();
            edits.Replace(first.Span, "await " + first.Text);
            edits.Replace(name.Span, "ConnectAsync");
        }
        else if (method.Name != "ConnectAsync" || !IsAwaited(call) || !AsyncMethods.IsInAsync(call) || (given < 0 && !HasTokenOverload(type, method.Parameters)))
        {
            return false;
        }

        if (token is null && given >= 0 && arguments.Count > given && SourceOf(model, arguments[given].Expression, cancellationToken) is { } source)
        {
            // The source is there already, only nothing ever cancels it.
            return Statements.TryInsertBefore(edits, statement, $"{source}.CancelAfter({Time(edits, model, call, milliseconds)});");
        }

        if (Declare(edits, model, statement, call, milliseconds, token ?? TokenOf(model, call, cancellationToken)) is not { } timeout)
        {
            return false;
        }

        if (given >= 0 && arguments.Count > given)
        {
            edits.Replace(arguments[given].Expression, $"{timeout}.Token");
        }
        else if (arguments.Count > 0)
        {
            edits.Insert(arguments[arguments.Count - 1].Span.End, $", {timeout}.Token");
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary><c>new TcpClient(host, port)</c> becomes the bare client and an awaited connect.</summary>
    private static bool TrySplit(SourceEdits edits, SemanticModel model, BaseObjectCreationExpressionSyntax creation, int milliseconds, CancellationToken cancellationToken)
    {
        if (creation is not { Initializer: null, ArgumentList: { Arguments.Count: 2 } list }
            || list.Arguments.Any(argument => argument.NameColon is not null)
            || model.GetSymbolInfo(creation, cancellationToken).Symbol is not IMethodSymbol { ContainingType: { Name: "TcpClient" } type } constructor
            || !HasTokenOverload(type, constructor.Parameters)
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
        var text = $"{Declaration(edits, model, creation, name, milliseconds, TokenOf(model, creation, cancellationToken))}\nawait {client}.ConnectAsync({string.Join(", ", list.Arguments)}, {name}.Token);";
        edits.Replace(list, "()");
        if (statement is UsingStatementSyntax scope)
        {
            return scope.Statement is BlockSyntax { Statements: { Count: > 0 } body } && Statements.TryInsertBefore(edits, body[0], text);
        }

        return CanDeclareBefore(statement) && !Statements.IsEmbedded(statement) && Statements.TryInsertAfter(edits, statement, text);
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

    private static bool HasTokenOverload(INamedTypeSymbol type, ImmutableArray<IParameterSymbol> parameters) => type.GetMembers("ConnectAsync").OfType<IMethodSymbol>().Any(candidate =>
        candidate.Parameters.Length == parameters.Length + 1
        && IsToken(candidate.Parameters[parameters.Length].Type)
        && candidate.Parameters.Take(parameters.Length).Zip(parameters, (left, right) => SymbolEqualityComparer.Default.Equals(left.Type, right.Type)).All(same => same));

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
            || statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax)
            || !AsyncMethods.IsInAsync(wait)
            || !IsAwaited(wait))
        {
            return false;
        }

        // A finally block that awaits the close would hang after a timeout: the open belongs in front of its try.
        var anchor = statement;
        for (var outer = statement.Ancestors().OfType<TryStatementSyntax>().FirstOrDefault(); outer is not null; outer = outer.Ancestors().OfType<TryStatementSyntax>().FirstOrDefault())
        {
            if (outer.Finally is null || !outer.Block.Span.Contains(statement.Span) || !outer.Finally.ToString().Contains("await "))
            {
                continue;
            }

            if (outer.Catches.Count > 0 || IsDeclaredIn(model, socket, outer, cancellationToken) || outer.Block.Statements.FirstOrDefault() != anchor)
            {
                return false;
            }

            anchor = outer;
        }

        if (Opening(edits, model, wait, socket, milliseconds, cancellationToken) is not { } opening)
        {
            return false;
        }

        var isBareOpen = wait.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OpenedAsync" }
            && statement is ExpressionStatementSyntax { Expression: AwaitExpressionSyntax { Expression: var awaited } } && awaited == wait;
        if (isBareOpen && anchor == statement)
        {
            edits.Replace(wait, opening);
            return true;
        }

        if (isBareOpen && anchor is TryStatementSyntax { Block.Statements.Count: > 1 })
        {
            Statements.Remove(edits, statement);
        }

        return Statements.TryInsertBefore(edits, anchor, $"await {opening};");
    }

    /// <summary>The call that opens a socket within the time; adds its helpers to the class once. Null where the class cannot take them.</summary>
    internal static string? Opening(SourceEdits edits, SemanticModel model, SyntaxNode at, string socket, int milliseconds, CancellationToken cancellationToken)
    {
        // The name of the inner helper is needed first; it is written behind the outer one.
        var scratch = new SourceEdits(edits.Root, edits.Text);
        if (HelperMethods.AddOnce(scratch, model, at, SignalWhenOpen, cancellationToken) is not { } signal
            || HelperMethods.AddOnce(edits, model, at, OpenWithin.Replace("SignalWhenOpenAsync", signal), cancellationToken) is not { } open
            || HelperMethods.AddOnce(edits, model, at, SignalWhenOpen, cancellationToken) is null)
        {
            return null;
        }

        Imports.Ensure(edits, model, at.SpanStart, "System");
        Imports.Ensure(edits, model, at.SpanStart, "System.Threading");
        Imports.Ensure(edits, model, at.SpanStart, "System.Threading.Tasks");
        return $"{open}({socket}, {milliseconds.ToString(CultureInfo.InvariantCulture)})";
    }

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

        return wait.ArgumentList.Arguments.Select(argument => argument.Expression).FirstOrDefault(IsSocket)?.ToString();
    }

    private static bool IsDeclaredIn(SemanticModel model, string socket, TryStatementSyntax attempt, CancellationToken cancellationToken) =>
        attempt.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(variable => variable.Identifier.ValueText == socket)
        || attempt.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment => assignment.Left.ToString() == socket);
}
