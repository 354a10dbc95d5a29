using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>
/// Statements that stand one after the other in one block (or at the top level of a program) and can be put into a nested block:
/// no declaration of theirs is needed outside that can't be hoisted, no directive or label ties them to their surroundings.
/// </summary>
internal sealed class StatementRange
{
    private readonly SourceText text;
    private readonly ImmutableArray<Hoisted> hoisted;

    private StatementRange(SourceText text, ImmutableArray<StatementSyntax> statements, ImmutableArray<Hoisted> hoisted)
    {
        this.text = text;
        this.hoisted = hoisted;
        Statements = statements;
    }

    public ImmutableArray<StatementSyntax> Statements { get; }

    /// <summary>The indentation of the statements as they stand.</summary>
    public string Indent => SourceLayout.IndentOf(text, Statements[0]);

    /// <summary>
    /// The statements behind <paramref name="statement"/> up to <paramref name="last"/>, or to the end of the block (local functions
    /// at the end stay outside where they can). Null where there are none or they can't be nested.
    /// </summary>
    public static StatementRange? After(
        SourceText text, SemanticModel model, StatementSyntax statement, StatementSyntax? last, CancellationToken cancellationToken)
    {
        var siblings = Siblings(statement);
        var start = siblings.IndexOf(statement) + 1;
        if (start == 0)
        {
            return null;
        }

        if (last is not null)
        {
            return Create(text, model, siblings, start, siblings.IndexOf(last) + 1, cancellationToken);
        }

        var end = siblings.Length;
        while (end > start && siblings[end - 1] is LocalFunctionStatementSyntax)
        {
            end--;
        }

        var shorter = Create(text, model, siblings, start, end, cancellationToken);
        return shorter is { hoisted.IsEmpty: true } || end == siblings.Length
            ? shorter
            : Create(text, model, siblings, start, siblings.Length, cancellationToken) is { hoisted.IsEmpty: true } all ? all : shorter;
    }

    /// <summary>The statements from <paramref name="first"/> to <paramref name="last"/> of one block. Null where they can't be nested.</summary>
    public static StatementRange? Between(
        SourceText text, SemanticModel model, StatementSyntax first, StatementSyntax last, CancellationToken cancellationToken)
    {
        var siblings = Siblings(first);
        var start = siblings.IndexOf(first);
        return start < 0 ? null : Create(text, model, siblings, start, siblings.IndexOf(last) + 1, cancellationToken);
    }

    /// <summary>Nests the statements one step deeper between <paramref name="header"/> and <paramref name="footer"/>, whole lines each.</summary>
    public void Nest(SourceEdits edits, string header, string footer)
    {
        var indent = Indent;
        var from = text.Lines.GetLineFromPosition(FirstContent(Statements[0]));
        var to = text.Lines.GetLineFromPosition(Statements[Statements.Length - 1].Span.End);
        var declarations = string.Concat(hoisted.Select(local => $"{indent}{local.Type} {local.Name};{edits.Layout.NewLine}"));
        edits.Nest(TextSpan.FromBounds(from.Start, to.EndIncludingLineBreak), declarations + header, line => CanShift(edits.Root, line));
        foreach (var local in hoisted)
        {
            edits.Remove(local.Declaration);
        }

        var missing = to.EndIncludingLineBreak == to.End ? edits.Layout.NewLine : "";
        edits.Insert(to.EndIncludingLineBreak, missing + footer);
    }

    /// <summary>The statements of the block, or of the program's top level, that a statement stands in; empty for an embedded one.</summary>
    public static ImmutableArray<StatementSyntax> Siblings(StatementSyntax statement) => statement.Parent switch
    {
        BlockSyntax block => block.Statements.ToImmutableArray(),
        GlobalStatementSyntax { Parent: CompilationUnitSyntax unit } => unit.Members.OfType<GlobalStatementSyntax>().Select(member => member.Statement).ToImmutableArray(),
        _ => ImmutableArray<StatementSyntax>.Empty,
    };

    private static StatementRange? Create(
        SourceText text, SemanticModel model, ImmutableArray<StatementSyntax> siblings, int start, int end, CancellationToken cancellationToken)
    {
        if (start >= end)
        {
            return null;
        }

        var statements = siblings.Skip(start).Take(end - start).ToImmutableArray();
        var span = TextSpan.FromBounds(statements[0].SpanStart, statements[statements.Length - 1].Span.End);
        if (!SourceLayout.StartsLine(text, span.Start) || !EndsLine(text, statements[statements.Length - 1]) || !DirectivesAreBalanced(statements))
        {
            return null;
        }

        return FindHoisted(model, siblings, statements, span, cancellationToken) is { } hoisted
            ? new StatementRange(text, statements, hoisted)
            : null;
    }

    private static ImmutableArray<Hoisted>? FindHoisted(
        SemanticModel model, ImmutableArray<StatementSyntax> siblings, ImmutableArray<StatementSyntax> range, TextSpan span, CancellationToken cancellationToken)
    {
        var declared = range.SelectMany(statement => statement.DescendantTokens()).Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText).ToImmutableHashSet();
        var result = new Dictionary<string, Hoisted>(StringComparer.Ordinal);
        foreach (var name in siblings.Where(sibling => !span.Contains(sibling.Span)).SelectMany(sibling => sibling.DescendantNodes()).OfType<IdentifierNameSyntax>())
        {
            if (!declared.Contains(name.Identifier.ValueText)
                || model.GetSymbolInfo(name, cancellationToken).Symbol is not { DeclaringSyntaxReferences: { Length: 1 } references } symbol
                || symbol is not (ILocalSymbol or ILabelSymbol or IMethodSymbol { MethodKind: MethodKind.LocalFunction })
                || references[0].SyntaxTree != name.SyntaxTree
                || !span.Contains(references[0].Span))
            {
                continue;
            }

            if (Hoist(model, references[0].GetSyntax(cancellationToken), symbol) is not { } local)
            {
                return null;
            }

            result[symbol.Name] = local;
        }

        return result.Values.OrderBy(local => local.Declaration.Start).ToImmutableArray();
    }

    /// <summary>A declaration "var x = …;" that can become "T x;" outside and "x = …;" inside; null for every other kind.</summary>
    private static Hoisted? Hoist(SemanticModel model, SyntaxNode syntax, ISymbol symbol)
    {
        if (syntax is not VariableDeclaratorSyntax { Initializer: { } initializer, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement } declaration } declarator
            || statement.Modifiers.Count > 0
            || !statement.UsingKeyword.IsKind(SyntaxKind.None)
            || declaration.Type is RefTypeSyntax
            || initializer.Value is InitializerExpressionSyntax or StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax
            || symbol is not ILocalSymbol { Type: { IsAnonymousType: false, TypeKind: not TypeKind.Error } type })
        {
            return null;
        }

        var written = declaration.Type.ToString();
        if (declaration.Type.IsVar)
        {
            var isNull = model.GetTypeInfo(initializer.Value).Nullability.FlowState == NullableFlowState.MaybeNull;
            if (type.IsReferenceType)
            {
                type = type.WithNullableAnnotation(isNull ? NullableAnnotation.Annotated : NullableAnnotation.NotAnnotated);
            }

            written = type.ToMinimalDisplayString(model, statement.SpanStart);
        }

        return new Hoisted(symbol.Name, written, TextSpan.FromBounds(declaration.SpanStart, declarator.Identifier.SpanStart));
    }

    /// <summary>Where the first statement's own text or comment begins: behind the blank lines that separate it from what precedes.</summary>
    private static int FirstContent(StatementSyntax statement)
    {
        foreach (var trivia in statement.GetLeadingTrivia())
        {
            if (!trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia))
            {
                return trivia.SpanStart;
            }
        }

        return statement.SpanStart;
    }

    private static bool EndsLine(SourceText text, StatementSyntax statement)
    {
        var token = statement.GetLastToken();
        var next = token.GetNextToken();
        return next.IsKind(SyntaxKind.None) || next.IsKind(SyntaxKind.EndOfFileToken)
            || text.Lines.IndexOf(next.SpanStart) > text.Lines.IndexOf(token.Span.End);
    }

    private static bool DirectivesAreBalanced(ImmutableArray<StatementSyntax> statements)
    {
        var depth = 0;
        foreach (var trivia in statements.SelectMany(statement => statement.DescendantTrivia()).Where(trivia => trivia.IsDirective))
        {
            depth += trivia.Kind() switch
            {
                SyntaxKind.IfDirectiveTrivia or SyntaxKind.RegionDirectiveTrivia => 1,
                SyntaxKind.EndIfDirectiveTrivia or SyntaxKind.EndRegionDirectiveTrivia => -1,
                SyntaxKind.ElseDirectiveTrivia or SyntaxKind.ElifDirectiveTrivia when depth == 0 => -1,
                _ => 0,
            };
            if (depth < 0)
            {
                return false;
            }
        }

        return depth == 0;
    }

    /// <summary>Whether a line can be indented: not blank, no directive, not inside a string literal.</summary>
    private static bool CanShift(SyntaxNode root, TextLine line)
    {
        var content = line.ToString().TrimStart();
        if (content.Length == 0 || content[0] == '#')
        {
            return false;
        }

        var token = root.FindToken(line.Start);
        return !(token.SpanStart < line.Start && line.Start < token.Span.End)
            && !token.Parent!.AncestorsAndSelf().Any(node => node is InterpolatedStringExpressionSyntax && node.SpanStart < line.Start && line.Start < node.Span.End);
    }

    private sealed record Hoisted(string Name, string Type, TextSpan Declaration);
}
