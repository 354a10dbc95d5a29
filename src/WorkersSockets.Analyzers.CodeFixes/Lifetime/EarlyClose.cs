using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>A close that stands in front of the last use of its socket.</summary>
internal static class EarlyClose
{
    /// <summary>Moves the close behind the last use, or leaves it to the <c>using</c> or <c>finally</c> that closes anyway.</summary>
    public static bool TryMove(SourceEdits edits, SemanticModel model, SyntaxNode use, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (diagnostic.AdditionalLocations.FirstOrDefault() is not { } place
            || edits.Root.FindNode(place.SourceSpan, getInnermostNodeForTie: true) is not { } closing)
        {
            return false;
        }

        if (closing.FirstAncestorOrSelf<StatementSyntax>() is UsingStatementSyntax scope)
        {
            return TryWiden(edits, model, scope, use, cancellationToken);
        }

        if (closing.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } close)
        {
            return false;
        }

        var named = close.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => model.GetTypeInfo(name, cancellationToken).Type is not { Name: "Context" or "DurableObjectState" })
            .Select(name => model.GetSymbolInfo(name, cancellationToken).Symbol)
            .ToImmutableArray();
        var fields = ClosedFields(named, cancellationToken);
        var socket = named.FirstOrDefault(symbol => symbol is not IMethodSymbol)
            ?? use.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => model.GetSymbolInfo(name, cancellationToken).Symbol)
                .FirstOrDefault(symbol => symbol is IFieldSymbol && fields.Contains(symbol, SymbolEqualityComparer.Default));
        if (socket is not (ILocalSymbol or IParameterSymbol or IFieldSymbol))
        {
            return false;
        }

        var siblings = StatementRange.Siblings(close);
        var index = siblings.IndexOf(close);
        if (index < 0 || siblings.Skip(index + 1).All(statement => !statement.Span.Contains(use.Span)))
        {
            return false;
        }

        // What else is made of the socket, such as its stream, is used up to the same point.
        var names = new HashSet<ISymbol>(fields, SymbolEqualityComparer.Default) { socket };
        AddSources(socket);
        foreach (var declarator in siblings.OfType<LocalDeclarationStatementSyntax>().SelectMany(statement => statement.Declaration.Variables))
        {
            if (declarator.Initializer is { } initializer && Mentions(initializer) && model.GetDeclaredSymbol(declarator, cancellationToken) is ILocalSymbol { Type.SpecialType: SpecialType.None, Type.TypeKind: not TypeKind.Array } local)
            {
                names.Add(local);
            }
        }

        bool Mentions(SyntaxNode part) => part.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(each =>
            names.Any(known => known.Name == each.Identifier.ValueText) && model.GetSymbolInfo(each, cancellationToken).Symbol is { } symbol && names.Contains(symbol));

        // A stream or writer that is closed closes what it is made of.
        void AddSources(ISymbol local)
        {
            if (local is ILocalSymbol && local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer: { } made })
            {
                foreach (var name in made.DescendantNodes().OfType<IdentifierNameSyntax>())
                {
                    if (model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol { Type: var type } source && type.AllInterfaces.Any(each => each.Name == "IDisposable") && names.Add(source))
                    {
                        AddSources(source);
                    }
                }
            }
        }

        bool Replaces(StatementSyntax statement) => statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment }
            && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol, socket);

        var later = siblings.Skip(index + 1).TakeWhile(statement => !Replaces(statement)).ToImmutableArray();
        if (later.LastOrDefault(Mentions) is not { } last)
        {
            return false;
        }

        if (last is ReturnStatementSyntax or ThrowStatementSyntax || later.Any(statement => Leaves(statement) && statement.SpanStart <= last.SpanStart))
        {
            // The value of a return is computed before the block is left.
            if (!IsClosedAround(model, close, socket, cancellationToken)
                && (socket is IFieldSymbol || !TryFinallyWrapper.TryWrap(edits, model, close, close.ToString(), last: null, cancellationToken)))
            {
                return false;
            }

            KeepReading(edits, siblings, index, use);
            return Remove(edits, close);
        }

        KeepReading(edits, siblings, index, use);
        var comment = Statements.EndComment(close);
        return Statements.TryInsertAfter(edits, last, comment.Length > 0 ? $"{close} {comment}" : close.ToString()) && Remove(edits, close, comment.Length > 0);
    }

    /// <summary>Where a statement closes through a method of the same object, "CloseConnection();": the fields that the method names.</summary>
    private static ImmutableArray<ISymbol> ClosedFields(ImmutableArray<ISymbol?> named, CancellationToken cancellationToken)
    {
        if (named.IsEmpty
            || !named.All(symbol => symbol is IMethodSymbol)
            || named[0] is not IMethodSymbol { IsStatic: false, Parameters.IsEmpty: true } helper
            || helper.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not { } declaration)
        {
            return ImmutableArray<ISymbol>.Empty;
        }

        var inside = new HashSet<string>(declaration.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText));
        return helper.ContainingType.GetMembers().Where(member => member is IFieldSymbol && inside.Contains(member.Name)).ToImmutableArray();
    }

    /// <summary>The socket's <c>using</c> statement closes too early: what follows moves into it.</summary>
    private static bool TryWiden(SourceEdits edits, SemanticModel model, UsingStatementSyntax scope, SyntaxNode use, CancellationToken cancellationToken)
    {
        var siblings = StatementRange.Siblings(scope);
        var next = siblings.IndexOf(scope) + 1;
        if (next == 0
            || scope.Statement is not BlockSyntax { Statements.Count: > 0 } block
            || siblings.Skip(next).LastOrDefault(statement => statement is not LocalFunctionStatementSyntax) is not { } last
            || !last.Span.Contains(use.Span) && last.SpanStart < use.SpanStart
            || !SourceLayout.StartsLine(edits.Text, block.CloseBraceToken.SpanStart)
            || edits.Text.Lines.GetLineFromPosition(block.CloseBraceToken.SpanStart).ToString().Trim() != "}"
            || StatementRange.Between(edits.Text, model, siblings[next], last, cancellationToken) is not { } rest)
        {
            return false;
        }

        edits.Remove(edits.Text.Lines.GetLineFromPosition(block.CloseBraceToken.SpanStart).SpanIncludingLineBreak);
        rest.Nest(edits, "", $"{SourceLayout.IndentOf(edits.Text, scope)}}}{edits.Layout.NewLine}");
        return true;
    }

    /// <summary>
    /// A shutdown in front of the close that ends more than what is sent: what follows still reads. Where it writes, nothing may be
    /// shut down.
    /// </summary>
    private static void KeepReading(SourceEdits edits, ImmutableArray<StatementSyntax> siblings, int close, SyntaxNode use)
    {
        if (close > 0
            && siblings[close - 1] is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Shutdown" }, ArgumentList.Arguments: { Count: 1 } arguments } } shutdown
            && arguments[0].Expression is MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "Both" or "Send" or "Receive" } part })
        {
            if (use.ToString() is var text && (text.Contains("Write") || text.Contains("Send")))
            {
                Statements.Remove(edits, shutdown);
            }
            else
            {
                edits.Replace(part, "Send");
            }
        }
    }

    /// <summary>Whether the variable's own <c>using</c>, or a <c>finally</c> around the close, closes the socket as well.</summary>
    private static bool IsClosedAround(SemanticModel model, StatementSyntax close, ISymbol socket, CancellationToken cancellationToken)
    {
        var declaration = socket.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken);
        if (socket is ILocalSymbol && declaration?.Parent is VariableDeclarationSyntax { Parent: UsingStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } })
        {
            return true;
        }

        return close.Ancestors().TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax)).Any(ancestor =>
            ancestor is UsingStatementSyntax { Expression: IdentifierNameSyntax disposed } && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(disposed, cancellationToken).Symbol, socket)
            || (ancestor is TryStatementSyntax { Finally.Block.Statements: var final } attempt && attempt.Block.Span.Contains(close.Span) && final.Any(each => SyntaxFactory.AreEquivalent(each, close))));
    }

    private static bool Remove(SourceEdits edits, StatementSyntax close, bool withComment = false)
    {
        Statements.Remove(edits, close, withComment);
        return true;
    }

    private static bool Leaves(StatementSyntax statement) => statement
        .DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .Any(node => node is ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax);
}
