using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Lifetime;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>WSK1001: a static member that keeps a connection becomes a local of each method that uses it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConnectInMethod))]
[Shared]
public sealed class ConnectInMethod : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public ConnectInMethod()
        : base("WSK1001")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } model
            || await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is not { } root
            || SharedSocket.Find(model, root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true), cancellationToken) is not { } socket)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var edits = new SourceEdits(root, await document.GetTextAsync(cancellationToken).ConfigureAwait(false));
        var milliseconds = diagnostic.Properties.TryGetValue(SocketShared.Timeout, out var written) && int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : 5000;
        return (socket.Getter is { } getter ? TryMakeFactory(edits, model, socket, getter, milliseconds, cancellationToken) : socket.IsOnWorkers ? TryMoveOnWorkers(edits, model, socket, milliseconds, cancellationToken) : TryMove(edits, socket))
            ? ImmutableArray.Create(edits.ToVariant("ConnectInMethod", "Connect inside the method", document))
            : ImmutableArray<FixVariant>.Empty;
    }

    /// <summary>The method that returned the shared socket makes a new one, and each caller closes its own.</summary>
    private static bool TryMakeFactory(
        SourceEdits edits, SemanticModel model, SharedSocket socket, MethodDeclarationSyntax getter, int milliseconds, CancellationToken cancellationToken)
    {
        var name = socket.LocalIn(getter);
        var steps = socket.Preparation.Select(each => Statements.WithComments(each, Renamed(each, socket, getter, name), "\n")).ToList();
        if (socket.IsOnWorkers)
        {
            if (socket.Preparation.Length != 1 || !getter.Modifiers.Any(SyntaxKind.AsyncKeyword) || !(IsOpen(socket.Preparation[0]) || IsOwnOpen(socket.Preparation[0])))
            {
                return false;
            }

            if (IsOpen(socket.Preparation[0]))
            {
                if (BoundedOpen.Call(edits, model, getter, name, milliseconds, cancellationToken) is not { } open)
                {
                    return false;
                }

                steps = [$"await {open};"];
            }
        }

        foreach (var caller in socket.Callers)
        {
            var variable = caller.Declaration.Variables[0].Identifier.ValueText;
            if (!socket.IsOnWorkers)
            {
                edits.Insert(caller.SpanStart, "using ");
            }
            else if (!TryFinallyWrapper.TryWrap(edits, model, caller, $"await {variable}.CloseAsync();", last: null, cancellationToken))
            {
                return false;
            }
        }

        var body = getter.Body!.Statements;
        var end = body.Last();
        var made = $"var {name} = {socket.Value};";
        var lines = steps.Count == 0 ? $"return {socket.Value};"
            : socket.IsOnWorkers ? $"{made}\n{string.Concat(steps.Select(step => step + "\n"))}return {name};"
            : $"{made}\ntry\n{{\n{string.Concat(steps.Select(step => $"    {step.Replace("\n", "\n    ")}\n"))}    return {name};\n}}\ncatch\n{{\n    {name}.Dispose();\n    throw;\n}}";
        var comments = Statements.CommentLines(socket.Opening!, lines) + Statements.CommentLines(socket.Opening!.GetTrailingTrivia().Concat(end.GetLeadingTrivia()));
        lines = comments + lines;
        var indent = SourceLayout.IndentOf(edits.Text, socket.Opening!);
        edits.Replace(TextSpan.FromBounds(socket.Opening!.SpanStart, end.Span.End), edits.Layout.Indent(lines, indent).TrimStart());
        RemoveMember(edits, socket.Declaration);
        return true;
    }

    private static bool TryMove(SourceEdits edits, SharedSocket socket)
    {
        // Several methods share one factory.
        var connect = socket.Value;
        if (socket.Methods.Length > 1)
        {
            var factory = UniqueNames.ForMember(socket.Symbol.ContainingType, "Connect");
            connect = factory + "()";
            edits.Replace(socket.Declaration.Span, $"private static {socket.TypeName} {factory}() => {socket.Value};");
        }
        else
        {
            RemoveMember(edits, socket.Declaration);
        }

        foreach (var method in socket.Methods)
        {
            var name = socket.LocalIn(method);
            var declaration = $"using var {name} = {connect};";
            if (socket.Opening is { } opening)
            {
                var indent = SourceLayout.IndentOf(edits.Text, opening);
                var lineBreak = edits.Layout.NewLine + indent;
                var assignment = socket.Connect.FirstAncestorOrSelf<StatementSyntax>()!;
                var lines = new[] { assignment == opening ? declaration : Statements.WithComments(assignment, declaration, lineBreak) }
                    .Concat(socket.Preparation.Select(each => Statements.WithComments(each, Renamed(each, socket, method, name), lineBreak)));
                var (above, below) = CommentsAround(opening);
                var text = above.Replace("\n", lineBreak) + string.Join(lineBreak, lines);
                if (below.Length == 0 || (below == Statements.CommentLines(opening.GetTrailingTrivia()) && text.EndsWith(";", StringComparison.Ordinal)))
                {
                    // The comment behind the test stands behind the last line.
                    edits.Replace(opening.Span, text);
                }
                else
                {
                    edits.Replace(
                        TextSpan.FromBounds(opening.SpanStart, edits.Text.Lines.GetLineFromPosition(opening.Span.End).End),
                        text + lineBreak + below.TrimEnd('\n').Replace("\n", lineBreak));
                }
            }
            else if (!Statements.TryInsertBefore(edits, FirstUse(socket, method), declaration))
            {
                return false;
            }

            Rename(edits, socket, method, name);
        }

        foreach (var companion in socket.Companions)
        {
            RemoveMember(edits, companion.Declaration);
            foreach (var use in companion.Uses)
            {
                edits.Replace(SharedSocket.SpanWithMark(use), SharedSocket.LocalIn(socket.Methods[0], companion.Symbol));
            }
        }

        return true;
    }

    /// <summary>On Workers: a bounded open, and a close in a <c>finally</c> around what uses the socket.</summary>
    private static bool TryMoveOnWorkers(SourceEdits edits, SemanticModel model, SharedSocket socket, int milliseconds, CancellationToken cancellationToken)
    {
        if (socket.Methods.Any(method => !AsyncMethods.IsInAsync(method.Body!)) || socket.Preparation.Any(each => !IsOpen(each) && !IsOwnOpen(each)) || socket.Preparation.Length > 1)
        {
            return false;
        }

        string? factory = null;
        if (socket.Methods.Length > 1)
        {
            factory = UniqueNames.ForMember(socket.Symbol.ContainingType, "ConnectAsync");
            if (BoundedOpen.Call(edits, model, socket.Declaration, "socket", milliseconds, cancellationToken) is not { } open)
            {
                return false;
            }

            var indent = SourceLayout.IndentOf(edits.Text, socket.Declaration);
            var text = $"private static async Task<{socket.TypeName}> {factory}()\n{{\n    var socket = {socket.Value};\n    await {open};\n    return socket;\n}}";
            edits.Replace(socket.Declaration.Span, edits.Layout.Indent(text, indent).TrimStart());
        }
        else
        {
            RemoveMember(edits, socket.Declaration);
        }

        foreach (var method in socket.Methods)
        {
            if (!TryConnectOnWorkers(edits, model, socket, method, factory, milliseconds, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryConnectOnWorkers(
        SourceEdits edits, SemanticModel model, SharedSocket socket, MethodDeclarationSyntax method, string? factory, int milliseconds, CancellationToken cancellationToken)
    {
        var name = socket.LocalIn(method);
        var scope = BlockOf(socket, method);
        var statements = scope.Statements.Where(statement => statement != socket.Opening).ToList();
        var uses = UsesIn(socket, method).ToList();
        var start = statements.FindIndex(statement => uses.Any(use => statement.Span.Contains(use.Span)));
        if (start < 0)
        {
            return false;
        }

        // The wait for the connection that the method has is replaced by one that ends.
        var skipped = IsOpen(statements[start]) ? statements[start] : null;
        start += skipped is null ? 0 : 1;
        if (start >= statements.Count
            || StatementRange.Between(edits.Text, model, statements[start], statements[statements.Count - 1], cancellationToken) is not { } range)
        {
            return false;
        }

        var opened = factory is not null ? $"{factory}()"
            : socket.Preparation.FirstOrDefault(IsOwnOpen) is { } own ? Renamed(own, socket, method, name).TrimEnd(';').Substring("await ".Length)
            : BoundedOpen.Call(edits, model, scope, name, milliseconds, cancellationToken);
        if (opened is null)
        {
            return false;
        }

        var layout = edits.Layout;
        var indent = range.Indent;
        var comments = "";

        // The comment behind the assignment stays behind the connect.
        var assignment = factory is null && socket.Opening is not null ? socket.Connect.FirstAncestorOrSelf<StatementSyntax>() : null;
        var beside = assignment is null ? "" : Statements.EndComment(assignment);
        foreach (var gone in new[] { socket.Opening, skipped })
        {
            if (gone is not null)
            {
                comments += Statements.CommentLines(gone, kept: $"{socket.Value} {opened} {beside}") + (gone == assignment ? "" : Statements.CommentLines(gone.GetTrailingTrivia()));
                RemoveWithBlankLines(edits, gone);
            }
        }

        comments = comments.Length == 0 ? "" : layout.Indent(comments, indent) + layout.NewLine;
        var connect = comments + (factory is null
            ? $"{indent}var {name} = {socket.Value};{(beside.Length == 0 ? "" : " " + beside)}{layout.NewLine}{indent}await {opened};{layout.NewLine}"
            : $"{indent}var {name} = await {opened};{layout.NewLine}");
        var clause = layout.BraceOnOwnLine ? $"{indent}}}{layout.NewLine}{indent}finally" : $"{indent}}} finally";
        range.Nest(
            edits,
            $"{connect}{indent}try{layout.OpenBlock(indent)}",
            $"{clause}{layout.OpenBlock(indent)}{indent}{layout.Step}await {name}.CloseAsync();{layout.NewLine}{indent}}}{layout.NewLine}");
        Rename(edits, socket, method, name, except: skipped);
        return true;
    }

    /// <summary>What of the comments of a test for the first use no statement in it has: those at its braces, and that behind it.</summary>
    private static (string Above, string Below) CommentsAround(StatementSyntax opening) => opening is IfStatementSyntax { Statement: BlockSyntax block } test
        ? (Statements.CommentLines(test.Condition) + Statements.CommentLines(block.OpenBraceToken.TrailingTrivia),
            Statements.CommentLines(block.CloseBraceToken.LeadingTrivia) + Statements.CommentLines(block.CloseBraceToken.TrailingTrivia))
        : ("", "");

    private static IEnumerable<IdentifierNameSyntax> UsesIn(SharedSocket socket, MethodDeclarationSyntax method) =>
        socket.Uses.Where(use => method.Span.Contains(use.Span) && socket.Opening?.Span.Contains(use.Span) != true);

    /// <summary>The block that uses the socket: the one of a <c>try</c> where that has all uses, so that its handlers take what the connect throws.</summary>
    private static BlockSyntax BlockOf(SharedSocket socket, MethodDeclarationSyntax method)
    {
        var block = socket.Opening?.Parent as BlockSyntax ?? method.Body!;
        while (socket.Opening is null && block.Statements.OfType<TryStatementSyntax>().FirstOrDefault(attempt => UsesIn(socket, method).All(use => attempt.Block.Span.Contains(use.Span))) is { } inner)
        {
            block = inner.Block;
        }

        return block;
    }

    /// <summary>The statement of that block in front of which the socket is needed.</summary>
    private static StatementSyntax FirstUse(SharedSocket socket, MethodDeclarationSyntax method) =>
        BlockOf(socket, method).Statements.First(statement => UsesIn(socket, method).Any(use => statement.Span.Contains(use.Span)));

    /// <summary>Whether a statement only waits until the socket is open.</summary>
    private static bool IsOpen(StatementSyntax statement) => statement is ExpressionStatementSyntax
    {
        Expression: AwaitExpressionSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OpenedAsync" } } },
    };

    /// <summary>Whether a statement waits with a helper of the class that opens the socket within a time.</summary>
    private static bool IsOwnOpen(StatementSyntax statement) => statement is ExpressionStatementSyntax
    {
        Expression: AwaitExpressionSyntax { Expression: InvocationExpressionSyntax { Expression: IdentifierNameSyntax name, ArgumentList.Arguments: { Count: > 1 } arguments } },
    } && name.Identifier.ValueText.StartsWith("Open", StringComparison.Ordinal)
        && arguments[0].Expression is IdentifierNameSyntax;

    private static void Rename(SourceEdits edits, SharedSocket socket, MethodDeclarationSyntax method, string name, StatementSyntax? except = null)
    {
        foreach (var use in socket.Uses.Where(use => method.Span.Contains(use.Span) && except?.Span.Contains(use.Span) != true && socket.Opening?.Span.Contains(use.Span) != true))
        {
            if (socket.SpanOf(use) is var span && edits.Text.ToString(span) != name)
            {
                edits.Replace(span, name);
            }
        }
    }

    /// <summary>The text of a statement with the socket's new name, and those of what it fills.</summary>
    private static string Renamed(StatementSyntax statement, SharedSocket socket, MethodDeclarationSyntax method, string name)
    {
        var text = statement.ToString();
        var changes = socket.Uses.Select(use => (Span: socket.SpanOf(use), Text: name))
            .Concat(socket.Companions.Select(companion => (companion.Assigned.Span, Text: "var " + SharedSocket.LocalIn(method, companion.Symbol))))
            .Where(change => statement.Span.Contains(change.Span));
        foreach (var (span, replacement) in changes.OrderByDescending(change => change.Span.Start))
        {
            text = text.Remove(span.Start - statement.SpanStart, span.Length).Insert(span.Start - statement.SpanStart, replacement);
        }

        return text;
    }

    private static void RemoveMember(SourceEdits edits, MemberDeclarationSyntax member)
    {
        if (SourceLayout.StartsLine(edits.Text, member.SpanStart))
        {
            RemoveWithBlankLines(edits, member);
        }
        else
        {
            edits.Remove(member.Span);
        }
    }

    /// <summary>Removes whole lines, with a documentation comment and the blank line that set them apart.</summary>
    private static void RemoveWithBlankLines(SourceEdits edits, SyntaxNode node)
    {
        var documentation = node.GetLeadingTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia));
        var first = edits.Text.Lines.GetLineFromPosition(documentation == default ? node.SpanStart : documentation.FullSpan.Start);
        var last = edits.Text.Lines.GetLineFromPosition(node.Span.End);
        if (!SourceLayout.StartsLine(edits.Text, node.SpanStart) || edits.Text.ToString(TextSpan.FromBounds(node.FullSpan.End, Math.Max(node.FullSpan.End, last.End))).Trim().Length > 0)
        {
            // It shares its line with other code.
            edits.Remove(node.Span);
            return;
        }

        var end = last.EndIncludingLineBreak;
        if (last.LineNumber + 1 < edits.Text.Lines.Count && edits.Text.Lines[last.LineNumber + 1] is var next && next.ToString().Trim().Length == 0)
        {
            end = next.EndIncludingLineBreak;
        }

        edits.Remove(TextSpan.FromBounds(first.Start, end));
    }
}
