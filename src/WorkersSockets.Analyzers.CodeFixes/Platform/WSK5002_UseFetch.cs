using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.CodeFixes.Platform;

/// <summary>
/// WSK5002 on Workers: one GET on one connection, and the text or bytes of its response, become <c>Http.FetchAsync</c>. Offered only
/// where each statement that touches the connection is a part of that exchange, so that nothing else is lost.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseFetch))]
[Shared]
public sealed class UseFetch : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public UseFetch()
        : base("WSK5002")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        return edits is not null && model is not null && edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            && edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<ExpressionStatementSyntax>() is { } write
            && Exchange.Read(model, write, cancellationToken) is { } exchange
            && exchange.TryRewrite(edits)
                ? ImmutableArray.Create(edits.ToVariant("Fetch", "Use 'Http.FetchAsync'", document))
                : ImmutableArray<FixVariant>.Empty;
    }

    /// <summary>The statements of one exchange: connect, open, writes, one read to the end, close.</summary>
    private sealed class Exchange(SemanticModel model, ILocalSymbol socket, CancellationToken cancellationToken)
    {
        private readonly HttpRequestText request = new(model, cancellationToken);
        private readonly List<StatementSyntax> gone = new();
        private ExpressionStatementSyntax? firstWrite;
        private TryStatementSyntax? attempt;
        private string address = "";

        /// <summary>What reads the response, and what yields the same of a fetch's response: "TextAsync" or "BytesAsync".</summary>
        private (SyntaxNode Node, string Method)? result;

        /// <summary>The rest of a statement around what reads: "text += " and ";".</summary>
        private (string Before, string After) around = ("", "");

        public static Exchange? Read(SemanticModel model, ExpressionStatementSyntax write, CancellationToken cancellationToken)
        {
            if (Call(write.Expression) is not { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } }
                || model.GetSymbolInfo(name, cancellationToken).Symbol is not ILocalSymbol local
                || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer.Value: InvocationExpressionSyntax connect } variable
                || variable.Parent?.Parent is not LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declaration)
            {
                return null;
            }

            var exchange = new Exchange(model, local, cancellationToken);
            var siblings = StatementRange.Siblings(declaration);
            return exchange.TakeAll(siblings.Skip(siblings.IndexOf(declaration) + 1)) && exchange.gone.Contains(write) && exchange.result is not null
                && exchange.TryAddress(connect)
                    ? exchange.With(declaration)
                    : null;
        }

        public bool TryRewrite(SourceEdits edits)
        {
            if (firstWrite is null || result is not var (read, method))
            {
                return false;
            }

            var name = UniqueNames.ForLocal(firstWrite, "response");
            edits.Replace(firstWrite, $"{Comments(edits, firstWrite)}var {name} = await Http.FetchAsync({address});");
            var text = $"{around.Before}await {name}.{method}(){around.After}";
            edits.Replace(read, read is StatementSyntax loop ? Comments(edits, loop) + text : text + Statements.CommentsBehind(edits, read));
            foreach (var statement in gone.Where(each => each != firstWrite))
            {
                Statements.RemoveButComments(edits, statement, IndentBehind(edits, statement));
            }

            return attempt is null || TryUnwrap(edits, attempt, ImmutableArray.Create(firstWrite.Span, read.Span));
        }

        private string Comments(SourceEdits edits, StatementSyntax statement) =>
            Statements.CommentLines(statement).Replace("\n", edits.Layout.NewLine + IndentBehind(edits, statement));

        /// <summary>The indentation that a statement's line has when its block is no try block any more.</summary>
        private string IndentBehind(SourceEdits edits, StatementSyntax statement)
        {
            var indent = SourceLayout.IndentOf(edits.Text, statement);
            return attempt is { Catches.Count: 0, Block: var block } && block.Span.Contains(statement.Span) && indent.StartsWith(edits.Layout.Step, StringComparison.Ordinal)
                ? indent.Substring(edits.Layout.Step.Length)
                : indent;
        }

        private Exchange With(LocalDeclarationStatementSyntax declaration)
        {
            gone.Add(declaration);
            gone.AddRange(request.Declarations);
            return this;
        }

        private bool TakeAll(IEnumerable<StatementSyntax> statements) => statements.All(statement =>
            !(result is not null && HttpRequestText.ReadsHead(statement)) && (!Touches(statement) || Take(statement) || (statement is TryStatementSyntax inner && TakeTry(inner))));

        private bool TakeTry(TryStatementSyntax inner)
        {
            if (attempt is not null || inner.Catches.Any(Touches) || firstWrite is not null || inner.ContainsDirectives
                || (inner.Finally is { } last && !last.Block.Statements.All(Closes)))
            {
                return false;
            }

            attempt = inner.Finally is null ? null : inner;
            return TakeAll(inner.Block.Statements) && firstWrite is not null && result is not null && !(attempt is { Catches.Count: 0 } && DeclaresAgain(inner));
        }

        private bool Take(StatementSyntax statement) =>
            !statement.ContainsDirectives && (result is not null ? TakeClose(statement) : TakeOpen(statement) || TakeWrite(statement) || TakeRead(statement));

        /// <summary>The wait for the connection: the socket's own, or a helper's that opens it.</summary>
        private bool TakeOpen(StatementSyntax statement)
        {
            if (firstWrite is not null || statement is not ExpressionStatementSyntax { Expression: AwaitExpressionSyntax awaited } || Call(awaited) is not { } call
                || (IsOwnCall(call, "OpenedAsync") is false && !(model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol { Name: var name } && name.StartsWith("Open", StringComparison.Ordinal)
                    && call.ArgumentList.Arguments.Any(argument => IsSocket(argument.Expression)))))
            {
                return false;
            }

            gone.Add(statement);
            return true;
        }

        private bool TakeWrite(StatementSyntax statement)
        {
            if (statement is not ExpressionStatementSyntax { Expression: AwaitExpressionSyntax awaited } write || Call(awaited) is not { } call)
            {
                return false;
            }

            var isText = (IsOwnCall(call, "WriteTextAsync") || IsOwnCall(call, "WriteAsync"))
                && call.ArgumentList.Arguments is { Count: > 0 } arguments && request.TryAdd(arguments[0].Expression, statement);
            if (!isText && !(firstWrite is not null && IsOwnCall(call, "CloseWritableAsync")))
            {
                return false;
            }

            firstWrite ??= write;
            gone.Add(statement);
            return true;
        }

        private bool TakeClose(StatementSyntax statement)
        {
            if (!Closes(statement))
            {
                return false;
            }

            gone.Add(statement);
            return true;
        }

        /// <summary>Closes the socket, directly or by way of <c>WaitUntil</c>.</summary>
        private bool Closes(StatementSyntax statement)
        {
            if (statement is not ExpressionStatementSyntax { Expression: var expression } || Call(expression) is not { } call)
            {
                return false;
            }

            var close = call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WaitUntil" } && call.ArgumentList.Arguments is { Count: 1 } arguments
                ? arguments[0].Expression as InvocationExpressionSyntax
                : call;
            return close is not null && IsOwnCall(close, "CloseAsync");
        }

        private bool TakeRead(StatementSyntax statement) =>
            firstWrite is not null && statement.DescendantNodes().OfType<IdentifierNameSyntax>().Where(IsSocket).ToList() is { Count: 1 } uses
            && (TakeSingleRead(statement, uses[0]) || TakeReadToEnd(uses[0]) || TakeLoop(statement, uses[0]));

        /// <summary><c>var chunk = await socket.ReadAsync();</c>, whose bytes are then used once.</summary>
        private bool TakeSingleRead(StatementSyntax statement, IdentifierNameSyntax use)
        {
            if (statement is not LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables, Parent: { } scope }
                || variables[0].Initializer?.Value is not AwaitExpressionSyntax awaited || Call(awaited) is not { } call || !IsOwnCall(call, "ReadAsync") || !call.Span.Contains(use.Span)
                || model.GetDeclaredSymbol(variables[0], cancellationToken) is not { } chunk)
            {
                return false;
            }

            var uses = scope.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(name => name.Identifier.ValueText == chunk.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, chunk))
                .ToList();
            if (uses.Count != 1 || uses[0].Parent is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Bytes" } bytes
                || !AsyncMethods.IsInAsync(bytes) || bytes.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() != statement.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>()
                || bytes.Ancestors().TakeWhile(node => node != scope).Any(node => node is StatementSyntax and (ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax))
                || bytes.Parent is MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax)
            {
                return false;
            }

            gone.Add(statement);
            result = Decoded(bytes) is { } decode ? (decode, "TextAsync") : (bytes, "BytesAsync");
            return true;
        }

        /// <summary>A helper that gets nothing but the socket and yields all that comes, directly or as the chunks of a stream.</summary>
        private bool TakeReadToEnd(IdentifierNameSyntax use)
        {
            if (use.Parent is not ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } || call.ArgumentList.Arguments.Count != 1)
            {
                return false;
            }

            ExpressionSyntax whole = call;
            if (call.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "FromAsyncEnumerable" } } stream })
            {
                if (stream.Parent is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ReadAllBytesAsync", Parent: InvocationExpressionSyntax all })
                {
                    return false;
                }

                whole = all;
            }

            if (whole.Parent is not AwaitExpressionSyntax awaited)
            {
                return false;
            }

            var type = model.GetTypeInfo(awaited, cancellationToken).Type;
            result = type switch
            {
                { SpecialType: SpecialType.System_String } => (awaited, "TextAsync"),
                { Name: "ReadOnlyMemory" } => Decoded(awaited) is { } decode ? (decode, "TextAsync") : (awaited, "BytesAsync"),
                _ => null,
            };
            return result is not null;
        }

        /// <summary>A loop that adds the text of each chunk to a text.</summary>
        private bool TakeLoop(StatementSyntax statement, IdentifierNameSyntax use)
        {
            if (statement is not WhileStatementSyntax loop || use.Parent is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ReadAsync" })
            {
                return false;
            }

            var decodes = loop.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(IsDecode).ToList();
            if (decodes.Count != 1 || decodes[0].FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } sum
                || loop.DescendantNodes().Any(node => node is ReturnStatementSyntax or ThrowStatementSyntax or AnonymousFunctionExpressionSyntax
                    || (node is ExpressionStatementSyntax other && other != sum)))
            {
                return false;
            }

            var isAppended = sum.Expression is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression } assignment && assignment.Right == decodes[0];
            var isBuilt = sum.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Append" } } append
                && append.ArgumentList.Arguments.Count == 1 && append.ArgumentList.Arguments[0].Expression == decodes[0];
            if (!isAppended && !isBuilt)
            {
                return false;
            }

            var text = sum.ToString();
            var start = decodes[0].SpanStart - sum.SpanStart;
            around = (text.Substring(0, start), text.Substring(start + decodes[0].Span.Length));
            if (sum.Expression is AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } && EmptyText(name, loop) is { } empty)
            {
                // What was empty before the loop gets the whole at once.
                around.Before = $"{name} = ";
                if ((empty.Parent == loop.Parent || (attempt is { Catches.Count: 0, Parent: { } outer } && empty.Parent == outer && attempt.Block == loop.Parent))
                    && empty.GetLeadingTrivia().Concat(empty.GetTrailingTrivia()).All(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia)))
                {
                    around.Before = $"{empty.Declaration.Type} {around.Before}";
                    gone.Add(empty);
                }
            }

            result = (loop, "TextAsync");
            return true;
        }

        /// <summary>The declaration of a text that is empty until the loop, and that nothing reads before its end.</summary>
        private LocalDeclarationStatementSyntax? EmptyText(IdentifierNameSyntax name, WhileStatementSyntax loop) =>
            model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references } text
            && references[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax
            {
                Initializer.Value: var initial,
                Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1, Parent: BlockSyntax block } declaration,
            }
            && initial.ToString() is "\"\"" or "string.Empty" or "String.Empty"
            && block.DescendantNodes().OfType<IdentifierNameSyntax>().All(use => use == name || use.SpanStart > loop.Span.End
                || use.Identifier.ValueText != text.Name || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(use, cancellationToken).Symbol, text))
                ? declaration
                : null;

        private bool TryAddress(InvocationExpressionSyntax connect)
        {
            if (model.GetSymbolInfo(connect, cancellationToken).Symbol is not IMethodSymbol { Name: "Connect", ContainingType: { Name: "TcpSocket", ContainingNamespace.Name: "Workers" } })
            {
                return false;
            }

            var arguments = connect.ArgumentList.Arguments.ToList();
            var scheme = "http";
            if (arguments.FirstOrDefault(argument => model.GetTypeInfo(argument.Expression, cancellationToken).ConvertedType?.Name == "TcpSocketOptions") is { } options)
            {
                if (options.Expression is not BaseObjectCreationExpressionSyntax { Initializer.Expressions: var members }
                    || members.OfType<AssignmentExpressionSyntax>().FirstOrDefault(member => member.Left.ToString() == "SecureTransport")?.Right.ToString() is not { } transport
                    || transport is not ("TcpSecureTransport.On" or "TcpSecureTransport.Off"))
                {
                    return false;
                }

                scheme = transport == "TcpSecureTransport.On" ? "https" : "http";
                arguments.Remove(options);
            }

            if (arguments.Any(argument => argument.NameColon is not null))
            {
                return false;
            }

            var (host, port) = (arguments.FirstOrDefault()?.Expression, arguments.ElementAtOrDefault(1)?.Expression);
            if (host is BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } parts } && port is null)
            {
                (host, port) = (parts[0].Expression, parts[1].Expression);
            }

            if (host is null)
            {
                return false;
            }

            var (name, number) = port is not null ? (request.PartOf(host), request.PartOf(port))
                : model.GetConstantValue(host, cancellationToken).Value is string text && AddressText.Split(text) is { Host: var constant, Port: { } at } ? (HttpRequestText.HostPart(constant), at.ToString(CultureInfo.InvariantCulture))
                : (null, null);
            address = request.AddressAt(scheme, name, number) ?? "";
            return address.Length > 0;
        }

        private InvocationExpressionSyntax? Decoded(ExpressionSyntax bytes) =>
            bytes.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax decode } && IsDecode(decode) ? decode : null;

        private static bool IsDecode(InvocationExpressionSyntax call) => call is
        {
            Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "DecodeUtf8", Expression: IdentifierNameSyntax { Identifier.ValueText: "TextCodec" } },
            ArgumentList.Arguments.Count: 1,
        };

        /// <summary>Whether a name of the block is declared around it as well, which is allowed only as long as it is a block.</summary>
        private static bool DeclaresAgain(TryStatementSyntax inner)
        {
            static IEnumerable<string> Declared(IEnumerable<SyntaxNode> nodes) => nodes.Select(node => node switch
            {
                VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
                SingleVariableDesignationSyntax designation => designation.Identifier.ValueText,
                CommonForEachStatementSyntax and ForEachStatementSyntax each => each.Identifier.ValueText,
                _ => "",
            }).Where(name => name.Length > 0);

            return inner.Parent is not { } scope
                || Declared(inner.Block.DescendantNodes()).Intersect(Declared(scope.DescendantNodes(node => node != inner))).Any();
        }

        private bool Touches(SyntaxNode node) => node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(IsSocket);

        private bool IsSocket(ExpressionSyntax expression) =>
            expression is IdentifierNameSyntax name && name.Identifier.ValueText == socket.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, socket);

        private bool IsOwnCall(InvocationExpressionSyntax call, string name) =>
            call.Expression is MemberAccessExpressionSyntax { Expression: var receiver, Name.Identifier.ValueText: var called } && called == name && IsSocket(receiver);

        private static InvocationExpressionSyntax? Call(ExpressionSyntax expression) =>
            (expression is AwaitExpressionSyntax awaited ? awaited.Expression : expression) as InvocationExpressionSyntax;

        /// <summary>
        /// Takes the finally block off, which only closed the connection, and the whole try where it has no catch: then the lines of its
        /// block move one step out.
        /// </summary>
        private bool TryUnwrap(SourceEdits edits, TryStatementSyntax whole, ImmutableArray<TextSpan> replaced)
        {
            var comments = whole.Finally is { } last ? Statements.CommentLines(last) : "";
            var outer = SourceLayout.IndentOf(edits.Text, whole);
            if (whole.Catches.Count > 0)
            {
                var (start, tail) = (whole.Catches.Last().Span.End, whole.Span.End);
                if (comments.Length > 0)
                {
                    // The comment behind the brace that goes comes to stand below.
                    edits.Insert(start, edits.Layout.NewLine + edits.Layout.Indent(comments, outer));
                    var rest = edits.Text.ToString(TextSpan.FromBounds(tail, edits.Text.Lines.GetLineFromPosition(tail).End));
                    if (rest.Trim().Length > 0)
                    {
                        edits.Insert(start, edits.Layout.NewLine + outer);
                        tail += rest.Length - rest.TrimStart().Length;
                    }
                }

                edits.Remove(TextSpan.FromBounds(start, tail));
                return true;
            }

            var (text, block) = (edits.Text, whole.Block);
            var first = text.Lines.GetLineFromPosition(whole.SpanStart);
            var open = text.Lines.GetLineFromPosition(block.OpenBraceToken.SpanStart);
            var close = text.Lines.GetLineFromPosition(block.CloseBraceToken.SpanStart);
            var end = text.Lines.GetLineFromPosition(whole.Span.End);
            if (!SourceLayout.StartsLine(text, whole.SpanStart) || !SourceLayout.StartsLine(text, block.CloseBraceToken.SpanStart)
                || text.ToString(TextSpan.FromBounds(block.OpenBraceToken.Span.End, open.End)).Trim().Length > 0
                || text.ToString(TextSpan.FromBounds(whole.Span.End, end.End)).Trim().Length > 0)
            {
                return false;
            }

            edits.Remove(TextSpan.FromBounds(first.Start, open.EndIncludingLineBreak));
            edits.Replace(TextSpan.FromBounds(close.Start, end.EndIncludingLineBreak), comments.Length == 0 ? "" : edits.Layout.Indent(comments, outer) + edits.Layout.NewLine);
            for (var number = open.LineNumber + 1; number < close.LineNumber; number++)
            {
                var line = text.Lines[number];
                var token = edits.Root.FindToken(line.Start);
                if (line.ToString().StartsWith(edits.Layout.Step, StringComparison.Ordinal)
                    && !(token.SpanStart < line.Start && line.Start < token.Span.End)
                    && !replaced.Any(span => span.Start < line.Start && line.Start < span.End)
                    && !gone.Any(statement => statement != firstWrite && statement.Span.IntersectsWith(line.Span)
                        && (line.Start > statement.SpanStart || Statements.CommentLines(statement).Length + Statements.EndComment(statement).Length == 0)))
                {
                    edits.Remove(new TextSpan(line.Start, edits.Layout.Step.Length));
                }
            }

            return true;
        }
    }
}
