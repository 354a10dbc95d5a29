using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Lifetime;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>The local variable that a find speaks of, the statement that gives it its socket, and how it can be closed.</summary>
internal sealed class SocketVariable
{
    private readonly ImmutableArray<IdentifierNameSyntax> uses;
    private readonly bool isMaybeNull;

    private SocketVariable(ILocalSymbol local, StatementSyntax statement, bool isOnWorkers, ImmutableArray<IdentifierNameSyntax> uses, bool isMaybeNull)
    {
        this.isMaybeNull = isMaybeNull;
        Local = local;
        Statement = statement;
        IsOnWorkers = isOnWorkers;
        this.uses = uses;
    }

    public ILocalSymbol Local { get; }

    /// <summary>The statement behind which the variable holds the socket.</summary>
    public StatementSyntax Statement { get; }

    public bool IsOnWorkers { get; }

    /// <summary>A stream over the socket that would not close it.</summary>
    private BaseObjectCreationExpressionSyntax? Borrower { get; init; }

    /// <summary>The statement, where it declares the variable with the socket as its initializer.</summary>
    public LocalDeclarationStatementSyntax? Declaration =>
        Statement is LocalDeclarationStatementSyntax declaration && declaration.Declaration.Variables.Any(variable => variable.Identifier.ValueText == Local.Name)
            ? declaration
            : null;

    private string Name => Local.Name is var name && SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "@" + name : Local.Name;

    /// <summary>Null where the socket has no variable, or the variable gets another value somewhere.</summary>
    public static SocketVariable? Find(SemanticModel model, SyntaxNode root, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (!diagnostic.Properties.TryGetValue(SocketNotClosed.Variable, out var name) || name is null)
        {
            return null;
        }

        var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
        var statement = node.FirstAncestorOrSelf<StatementSyntax>();
        if (statement is null or BlockSyntax || node.Ancestors().TakeWhile(ancestor => ancestor != statement).Any(ancestor => ancestor is AnonymousFunctionExpressionSyntax))
        {
            return null;
        }

        var wrappers = node.Ancestors().TakeWhile(ancestor => ancestor != statement).OfType<ArgumentSyntax>()
            .Select(argument => argument.Parent?.Parent).OfType<BaseObjectCreationExpressionSyntax>().Where(wrapper => LeavesOpen(model, wrapper, cancellationToken)).ToList();
        if (wrappers.Any(wrapper => model.GetTypeInfo(wrapper, cancellationToken).Type?.Name != "NetworkStream"))
        {
            // A reader that leaves its stream open closes nothing.
            return null;
        }

        var local = model.LookupSymbols(statement.Span.End, name: name).OfType<ILocalSymbol>().FirstOrDefault()
            ?? statement.DescendantNodesAndSelf().OfType<VariableDeclaratorSyntax>()
                .Where(variable => variable.Identifier.ValueText == name)
                .Select(variable => model.GetDeclaredSymbol(variable, cancellationToken)).OfType<ILocalSymbol>().FirstOrDefault();
        if (local is null || local.Type.TypeKind == TypeKind.Error || local.DeclaringSyntaxReferences.FirstOrDefault() is not { } declared || declared.SyntaxTree != root.SyntaxTree)
        {
            return null;
        }

        if (declared.Span.Start > statement.Span.End)
        {
            // What was started here is awaited there; what a member keeps is not this method's to close.
            if (statement is not LocalDeclarationStatementSyntax || declared.GetSyntax(cancellationToken).FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { } awaited || awaited.Parent != statement.Parent)
            {
                return null;
            }

            statement = awaited;
        }

        var scope = declared.GetSyntax(cancellationToken).Ancestors().FirstOrDefault(ancestor => ancestor is BlockSyntax or CompilationUnitSyntax or SwitchSectionSyntax);
        if (scope is null)
        {
            return null;
        }

        var uses = scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(identifier => identifier.Identifier.ValueText == name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(identifier, cancellationToken).Symbol, local))
            .ToImmutableArray();
        if (uses.Any(use => IsWritten(use) && !statement.Span.Contains(use.Span)))
        {
            return null;
        }

        var isOnWorkers = diagnostic.Properties.TryGetValue("Surface", out var surface) && surface == "Workers";
        var later = uses.FirstOrDefault(use => use.SpanStart > statement.Span.End);
        var isMaybeNull = later is not null && model.GetTypeInfo(later, cancellationToken).Nullability.FlowState == NullableFlowState.MaybeNull;
        return new SocketVariable(local, statement, isOnWorkers, uses, isMaybeNull) { Borrower = wrappers.FirstOrDefault() };
    }

    /// <summary>Whether its type closes asynchronously beside synchronously, and is no bare socket.</summary>
    public bool PrefersAsyncDispose(SemanticModel model) =>
        model.Compilation.GetTypeByMetadataName("System.IAsyncDisposable") is { } disposable
        && Local.Type.AllInterfaces.Contains(disposable, SymbolEqualityComparer.Default)
        && Local.Type.Name is not ("Socket" or "TcpClient");

    /// <summary>Wraps what follows the socket's opening in <c>try … finally</c>.</summary>
    public bool TryCloseInFinally(SourceEdits edits, SemanticModel model, CancellationToken cancellationToken)
    {
        if (Anchor() is not { } anchor || !AreInside(anchor) || ClosesTooEarly(anchor) || !TryAllowAwait(edits, model, anchor, cancellationToken))
        {
            return false;
        }

        InsertOpen(edits, anchor);
        var tail = CloseTail(anchor);
        if (ExistingTry(anchor) is { } existing)
        {
            AddFinally(edits, existing, CloseStatement());
        }
        else if (!TryFinallyWrapper.TryWrap(edits, model, anchor, CloseStatement(), tail is null ? null : LastWrapped(anchor, tail), cancellationToken))
        {
            return false;
        }

        if (tail is not null)
        {
            Statements.Remove(edits, tail);
        }

        RemoveLastCloses(edits, anchor, except: tail);
        return true;
    }

    /// <summary>The variable is declared in front of a <c>try</c> and gets its socket in it: closes it in that one's <c>finally</c>.</summary>
    public bool TryCloseInOuterFinally(SourceEdits edits)
    {
        if (IsOnWorkers
            || Declaration is not null
            || Statement.Parent is not BlockSyntax { Parent: TryStatementSyntax { Finally: null } existing }
            || Local.DeclaringSyntaxReferences[0].Span.End > existing.SpanStart
            || uses.Any(use => use.SpanStart > existing.Span.End))
        {
            return false;
        }

        AddFinally(edits, existing, $"{Name}?.{CloseMember()}();");
        RemoveLastCloses(edits, Statement);
        return true;
    }

    /// <summary>The statement behind the anchor, where it is a <c>try</c> without <c>finally</c> that holds all that follows of the socket.</summary>
    private TryStatementSyntax? ExistingTry(StatementSyntax anchor)
    {
        var siblings = StatementRange.Siblings(anchor);
        var index = siblings.IndexOf(anchor) + 1;
        return index < siblings.Length
            && siblings[index] is TryStatementSyntax { Finally: null } existing
            && uses.All(use => use.SpanStart < existing.Span.End)
            ? existing
            : null;
    }

    private static void AddFinally(SourceEdits edits, TryStatementSyntax existing, string body) => AddClause(edits, existing, "finally", body);

    private static void AddClause(SourceEdits edits, TryStatementSyntax existing, string clause, string body)
    {
        var layout = edits.Layout;
        var inner = existing.Block.Statements.FirstOrDefault() is { } first ? OneLineBlocks.TrySpread(edits, first) : null;
        var indent = inner is null ? SourceLayout.IndentOf(edits.Text, existing) : inner.Substring(0, inner.Length - layout.Step.Length);
        var start = layout.BraceOnOwnLine ? $"{layout.NewLine}{indent}{clause}" : $" {clause}";
        edits.Insert(existing.Span.End, $"{start}{layout.OpenBlock(indent)}{layout.Indent(body, indent + layout.Step)}{layout.NewLine}{indent}}}");
    }

    /// <summary>The last statement that goes into the block: the one in front of the close, or the last of all where what follows needs the block's variables.</summary>
    private static StatementSyntax? LastWrapped(StatementSyntax anchor, StatementSyntax tail)
    {
        var siblings = StatementRange.Siblings(anchor);
        var end = siblings.IndexOf(tail);
        var inside = siblings.Take(end).Skip(siblings.IndexOf(anchor) + 1).ToList();
        var declared = new HashSet<string>(inside.OfType<LocalDeclarationStatementSyntax>().SelectMany(statement => statement.Declaration.Variables).Select(variable => variable.Identifier.ValueText), StringComparer.Ordinal);
        var needsThem = siblings.Skip(end + 1).SelectMany(statement => statement.DescendantNodes()).OfType<IdentifierNameSyntax>().Any(name => declared.Contains(name.Identifier.ValueText));
        return needsThem ? null : inside[inside.Count - 1];
    }

    /// <summary>The socket is handed over where all goes well: closes it where something fails before that, and in front of the ways out that leave it open.</summary>
    public bool TryCloseOnFailure(SourceEdits edits, SemanticModel model, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (Anchor() is not { } anchor || !AreInside(anchor) || uses.Any(IsClosed) || !TryAllowAwait(edits, model, anchor, cancellationToken))
        {
            return false;
        }

        var attempt = ExistingTry(anchor) is { Catches.Count: > 0 } existing && !uses.Any(use => existing.Catches.Any(handler => handler.Span.Contains(use.Span))) ? existing : null;
        if (attempt is null)
        {
            InsertOpen(edits, anchor);
            if (!TryFinallyWrapper.TryWrapWith(edits, model, anchor, FailureClause, CloseStatement() + "\nthrow;", last: null, cancellationToken))
            {
                return false;
            }
        }
        else
        {
            foreach (var handler in attempt.Catches)
            {
                InsertFirst(edits, handler.Block, CloseStatement());
            }

            if (!attempt.Catches.Any(handler => TakesAll(handler) || (TakesFailedConnect(handler) && OnlyConnects(model, attempt.Block, cancellationToken))))
            {
                AddClause(edits, attempt, FailureClause, CloseStatement() + "\nthrow;");
            }
        }

        // The handlers of the existing block close for all that follows them.
        var siblings = StatementRange.Siblings(anchor);
        var inside = attempt?.Block.Span ?? TextSpan.FromBounds(anchor.Span.End, siblings[siblings.Length - 1].Span.End);
        foreach (var (position, wayOut) in WaysOut(edits.Root, diagnostic).Where(way => attempt is null || inside.Contains(way.Position)).Distinct())
        {
            if (!inside.Contains(position))
            {
                // What an outer handler takes has been closed inside.
                if (anchor.Ancestors().OfType<TryStatementSyntax>().Any(outer => outer.Block.Span.Contains(anchor.Span) && outer.Catches.Any(handler => handler.Span.Contains(position))))
                {
                    continue;
                }

                return false;
            }

            if (wayOut is null || uses.Any(use => wayOut.Span.Contains(use.Span)) || !Statements.TryInsertBefore(edits, wayOut, CloseStatement()))
            {
                return false;
            }
        }

        if (IsOnWorkers)
        {
            Imports.Ensure(edits, model, anchor.SpanStart, "System");
        }

        return true;
    }

    /// <summary>The ways out that leave the socket open, and the statements in front of which a close belongs: null where that is none, or where only some paths to it need one.</summary>
    private static IEnumerable<(int Position, ReturnStatementSyntax? Statement)> WaysOut(SyntaxNode root, Diagnostic diagnostic)
    {
        var ways = diagnostic.Properties.TryGetValue(SocketNotClosed.WaysOut, out var letters) && letters is not null ? letters : "";
        for (var index = 0; index < ways.Length; index++)
        {
            var place = diagnostic.AdditionalLocations[index + 1].SourceSpan;
            var statement = root.FindNode(place, getInnermostNodeForTie: true).FirstAncestorOrSelf<StatementSyntax>();
            if (statement is IfStatementSyntax { Statement: var then })
            {
                statement = then is BlockSyntax { Statements: { Count: > 0 } inner } ? inner[0] : then;
            }

            yield return (place.Start, ways[index] == SocketNotClosed.Open ? statement as ReturnStatementSyntax : null);
        }
    }

    private string FailureClause => IsOnWorkers ? "catch (Exception)" : "catch";

    private static bool TakesFailedConnect(CatchClauseSyntax handler) => handler.Filter is null && handler.Declaration?.Type.ToString() is "SocketException" or "System.Net.Sockets.SocketException";

    /// <summary>Whether all that can fail in a block is the connect, which nothing cancels.</summary>
    private bool OnlyConnects(SemanticModel model, BlockSyntax block, CancellationToken cancellationToken) => uses.Where(use => block.Span.Contains(use.Span)).All(use =>
        use.Parent is ReturnStatementSyntax
        || ((IsCallOf(use, "Connect") || IsCallOf(use, "ConnectAsync"))
            && use.Parent?.Parent is InvocationExpressionSyntax { ArgumentList.Arguments: var arguments, Parent: not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WaitAsync" or "AsTask" } }
            && arguments.All(argument => model.GetTypeInfo(argument.Expression, cancellationToken).Type?.Name != "CancellationToken")));

    private static bool TakesAll(CatchClauseSyntax handler) => handler.Filter is null && handler.Declaration?.Type.ToString() is null or "Exception" or "System.Exception";

    private static void InsertFirst(SourceEdits edits, BlockSyntax block, string statement)
    {
        if (block.Statements.FirstOrDefault() is { } first)
        {
            Statements.TryInsertBefore(edits, first, statement);
            return;
        }

        var line = edits.Text.Lines.GetLineFromPosition(block.OpenBraceToken.SpanStart);
        if (block.CloseBraceToken.SpanStart < line.End)
        {
            edits.Insert(block.OpenBraceToken.Span.End, " " + statement);
        }
        else
        {
            edits.Insert(line.EndIncludingLineBreak, SourceLayout.IndentOf(edits.Text, block) + edits.Layout.Step + statement + edits.Layout.NewLine);
        }
    }

    /// <summary>Removes closes at the end of a path: what encloses them closes as well, at the same moment.</summary>
    public void RemoveLastCloses(SourceEdits edits, StatementSyntax after, StatementSyntax? except = null)
    {
        foreach (var use in uses)
        {
            if (CloseStatementOf(use) is not { } close
                || StatementRange.Siblings(close) is not { IsEmpty: false } siblings
                || close == except
                || close.SpanStart < after.SpanStart
                || close.Ancestors().TakeWhile(ancestor => ancestor != after.Parent).Any(ancestor => ancestor is FinallyClauseSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            {
                continue;
            }

            var index = siblings.IndexOf(close);
            var isLast = index == siblings.Length - 1;
            var leaves = !isLast && siblings[index + 1] is ReturnStatementSyntax or ThrowStatementSyntax && index > 0;
            var endsTry = isLast && close.Parent?.Parent is TryStatementSyntax or CatchClauseSyntax && siblings.Length > 1;
            var endsScope = siblings.Contains(after) && siblings.Skip(index + 1).All(IsQuick) && uses.All(other => other.SpanStart < close.Span.End);
            if (leaves || endsTry || endsScope)
            {
                Statements.Remove(edits, close);
            }
        }
    }

    /// <summary>The statement behind which the socket has to be closed: on Workers the one that has opened it.</summary>
    private StatementSyntax? Anchor()
    {
        if (!IsOnWorkers)
        {
            return Statement;
        }

        if (uses.Select(AwaitedLater).FirstOrDefault(wait => wait is not null) is { } late)
        {
            return late;
        }

        var opened = uses.FirstOrDefault(use => use.SpanStart > Statement.SpanStart && (IsCallOf(use, "OpenedAsync") || IsGivenToOpener(use)));
        return opened is null ? Guard ?? Statement : opened.FirstAncestorOrSelf<StatementSyntax>(statement => statement.Parent is BlockSyntax or GlobalStatementSyntax);
    }

    /// <summary>The statement behind the socket's own that leaves where there is none: <c>if (socket is null) return;</c>.</summary>
    private IfStatementSyntax? Guard => StatementRange.Siblings(Statement) is var siblings
        && siblings.IndexOf(Statement) is >= 0 and var index && index + 1 < siblings.Length
        && siblings[index + 1] is IfStatementSyntax { Else: null } test
        && test.Condition.ToString() is var condition && (condition == $"{Name} is null" || condition == $"{Name} == null")
        && (test.Statement is BlockSyntax { Statements: { Count: > 0 } inner } ? inner[inner.Count - 1] : test.Statement) is ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax
        ? test
        : null;

    /// <summary>The wait beside the socket's statement for work on the socket that was started before: <c>var opening = OpenAsync(socket); … await opening;</c>.</summary>
    private StatementSyntax? AwaitedLater(IdentifierNameSyntax use)
    {
        var call = use.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax given } ? given
            : IsCallOf(use, "OpenedAsync") ? use.FirstAncestorOrSelf<InvocationExpressionSyntax>()
            : null;
        return call?.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Identifier.ValueText: var work } }
            ? StatementRange.Siblings(Statement).FirstOrDefault(statement => statement is ExpressionStatementSyntax { Expression: AwaitExpressionSyntax { Expression: IdentifierNameSyntax awaited } }
                && awaited.Identifier.ValueText == work && statement.SpanStart > use.SpanStart)
            : null;
    }

    /// <summary>Whether everything that is done with the socket behind the anchor is done in the anchor's own block.</summary>
    private bool AreInside(StatementSyntax anchor)
    {
        var siblings = StatementRange.Siblings(anchor);
        return !siblings.IsEmpty
            && uses.Where(use => use.SpanStart > anchor.Span.End).All(use => use.SpanStart < siblings[siblings.Length - 1].Span.End);
    }

    /// <summary>On Workers a socket that nothing waits for is opened in front of the block: a close would wait for it.</summary>
    private void InsertOpen(SourceEdits edits, StatementSyntax anchor)
    {
        if (NeedsOpen(anchor))
        {
            Statements.TryInsertAfter(edits, anchor, $"await {Name}.OpenedAsync();");
        }
    }

    private bool NeedsOpen(StatementSyntax anchor) =>
        IsOnWorkers && anchor == (Guard ?? Statement) && !Statement.DescendantNodes().Any(node => node is AwaitExpressionSyntax) && !uses.Any(use => IsPassed(use) || IsCallOf(use, "OpenedAsync"));

    /// <summary>On Workers the open and the close are awaited.</summary>
    private bool TryAllowAwait(SourceEdits edits, SemanticModel model, StatementSyntax anchor, CancellationToken cancellationToken) =>
        !IsOnWorkers
        || (!NeedsOpen(anchor) && !CloseStatement().Contains("await "))
        || AsyncMethods.TryMakeAsync(edits, model, anchor, cancellationToken);

    /// <summary>A close among the statements behind the anchor, where no later statement uses the socket.</summary>
    private StatementSyntax? CloseTail(StatementSyntax anchor)
    {
        var siblings = StatementRange.Siblings(anchor);
        return uses.Select(CloseStatementOf).FirstOrDefault(close => close is not null
            && siblings.IndexOf(close) > siblings.IndexOf(anchor) + 1
            && uses.All(use => use.SpanStart < close.Span.End));
    }

    /// <summary>A close that the context keeps alive, with uses behind it: that one has to move first, which is the fix of another find.</summary>
    private bool ClosesTooEarly(StatementSyntax anchor)
    {
        var siblings = StatementRange.Siblings(anchor);
        return uses.Any(use => CloseStatementOf(use) is { } close && IsKeptAlive(close.Expression, use) && siblings.IndexOf(close) >= 0 && uses.Any(later => later.SpanStart > close.Span.End));
    }

    private string CloseStatement()
    {
        if (IsOnWorkers)
        {
            // A close that the context keeps alive goes on doing so.
            return uses.Select(CloseStatementOf).FirstOrDefault(close => close is { Expression: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 1 } })?.ToString()
                ?? (isMaybeNull && Guard is null ? $"if ({Name} is not null)\n{{\n    await {Name}.CloseAsync();\n}}" : $"await {Name}.CloseAsync();");
        }

        return $"{Name}{(isMaybeNull ? "?" : "")}.{CloseMember()}();";
    }

    private string CloseMember() => uses.Any(use => IsCallOf(use, "Close")) ? "Close" : "Dispose";

    /// <summary>A stream that is closed closes its socket.</summary>
    public void TakeOwnership(SourceEdits edits)
    {
        if (Borrower is { ArgumentList: { } list })
        {
            edits.Insert(list.CloseParenToken.SpanStart, ", ownsSocket: true");
        }
    }

    private static bool LeavesOpen(SemanticModel model, BaseObjectCreationExpressionSyntax wrapper, CancellationToken cancellationToken) =>
        model.GetOperation(wrapper, cancellationToken) is IObjectCreationOperation { Arguments: var arguments, Type: var type }
        && (arguments.Any(given => given is { Parameter.Name: "leaveOpen", Value.ConstantValue: { HasValue: true, Value: true } })
            || (type?.Name == "NetworkStream" && !arguments.Any(given => given.Parameter?.Name == "ownsSocket")));

    private static bool IsWritten(IdentifierNameSyntax use) => use.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == use,
        ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None),
        _ => false,
    };

    /// <summary>Whether a statement takes no time to speak of, so that closing behind it is as good as before.</summary>
    private static bool IsQuick(StatementSyntax statement) => !statement.DescendantNodesAndSelf().Any(node =>
        node is AwaitExpressionSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax or YieldStatementSyntax
            or IdentifierNameSyntax { Identifier.ValueText: "Sleep" or "Wait" or "Result" });

    /// <summary>Whether the variable is an argument of an awaited helper whose name says that it opens the connection.</summary>
    private static bool IsGivenToOpener(IdentifierNameSyntax use) =>
        use.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Parent: AwaitExpressionSyntax } call }
        && (call.Expression is MemberAccessExpressionSyntax access ? access.Name : call.Expression as SimpleNameSyntax)?.Identifier.ValueText is { } name
        && (name.IndexOf("Open", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("Connect", StringComparison.OrdinalIgnoreCase) >= 0);

    private static bool IsPassed(IdentifierNameSyntax use) => use.Parent is ArgumentSyntax;

    private static bool IsClosed(IdentifierNameSyntax use) => IsCallOf(use, "Close") || IsCallOf(use, "Dispose") || IsCallOf(use, "CloseAsync") || IsCallOf(use, "DisposeAsync");

    private static bool IsCallOf(IdentifierNameSyntax use, string member) => use.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == use && access.Name.Identifier.ValueText == member,
        PostfixUnaryExpressionSyntax { Parent: MemberAccessExpressionSyntax access } => access.Name.Identifier.ValueText == member,
        ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax binding } } =>
            binding.Name.Identifier.ValueText == member,
        _ => false,
    };

    /// <summary>The statement that does nothing but close the variable.</summary>
    private static ExpressionStatementSyntax? CloseStatementOf(IdentifierNameSyntax use) =>
        IsClosed(use) && use.FirstAncestorOrSelf<StatementSyntax>() is ExpressionStatementSyntax { Expression: var expression } statement
        && (expression is AwaitExpressionSyntax awaited ? awaited.Expression : expression) is InvocationExpressionSyntax or ConditionalAccessExpressionSyntax
        && (statement.DescendantNodes().OfType<IdentifierNameSyntax>().First() == use || IsKeptAlive(expression, use))
            ? statement
            : null;

    /// <summary><c>context.WaitUntil(socket.CloseAsync())</c>.</summary>
    private static bool IsKeptAlive(ExpressionSyntax expression, IdentifierNameSyntax use) => expression is InvocationExpressionSyntax
    {
        Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WaitUntil" },
        ArgumentList.Arguments: { Count: 1 } arguments,
    } && arguments[0].Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var closed } } && closed == use;
}
