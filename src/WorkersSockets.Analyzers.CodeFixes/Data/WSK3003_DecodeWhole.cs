using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>Keeps a <c>Decoder</c> across the reads (.NET), or gathers the bytes and decodes them once (Workers).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DecodeWhole))]
[Shared]
public sealed class DecodeWhole : SocketFix
{
    /// <summary>Registers the fix for WSK3003.</summary>
    public DecodeWhole()
        : base("WSK3003")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (model is null || await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false) is not { } edits
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } decode
            || Loop(decode) is not { } loop)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        if (access.Name.Identifier.ValueText == "DecodeUtf8")
        {
            return Collect(edits, model, decode, loop, cancellationToken)
                ? ImmutableArray.Create(edits.ToVariant("Collect", "Collect the bytes and decode once", document))
                : ImmutableArray<FixVariant>.Empty;
        }

        return KeepDecoder(edits, model, decode, access, loop, cancellationToken) || KeepDecoderForChars(edits, decode, access, loop)
            ? ImmutableArray.Create(edits.ToVariant("Decoder", "Keep a decoder across reads", document))
            : ImmutableArray<FixVariant>.Empty;
    }

    private static StatementSyntax? Loop(SyntaxNode node) => node.Ancestors()
        .TakeWhile(ancestor => ancestor is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) || ancestor is GlobalStatementSyntax)
        .FirstOrDefault(ancestor => ancestor is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax) as StatementSyntax;

    private static bool KeepDecoder(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax decode, MemberAccessExpressionSyntax access, StatementSyntax loop, CancellationToken cancellationToken)
    {
        var arguments = decode.ArgumentList.Arguments;
        if (access.Name.Identifier.ValueText != "GetString" || arguments.Any(argument => argument.NameColon is not null) || arguments.Count is not (1 or 3))
        {
            return false;
        }

        var buffer = BufferOf(arguments[0].Expression);
        if (buffer?.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().FirstOrDefault() is not { } variable || model.GetSymbolInfo(variable, cancellationToken).Symbol is not { } symbol
            || model.GetTypeInfo(buffer, cancellationToken).Type is not (IArrayTypeSymbol or { Name: "Memory" or "Span" })
            || symbol.DeclaringSyntaxReferences.Any(reference => loop.Span.Contains(reference.Span)))
        {
            return false;
        }

        if (arguments.Count == 1 && model.GetTypeInfo(arguments[0].Expression, cancellationToken).Type?.Name is not ("Span" or "ReadOnlySpan"))
        {
            return false;
        }

        // An outer loop with the same connection would want the decoder outside of it, too; the encoding must be there already.
        if (access.Expression is not (IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax))
        {
            return false;
        }

        var decoder = UniqueNames.IsFree(loop, "decoder") ? "decoder" : UniqueNames.ForLocal(loop, "decoder");
        var chars = UniqueNames.IsFree(loop, "chars") ? "chars" : UniqueNames.ForLocal(loop, "chars");
        var isExplicit = decode.FirstAncestorOrSelf<MemberDeclarationSyntax>(node => node is not GlobalStatementSyntax)?.DescendantNodes().OfType<LocalDeclarationStatementSyntax>()
            .Any(local => local.Declaration is { Type: PredefinedTypeSyntax, Variables: { Count: 1 } variables } && variables[0].Initializer is not null) == true
            && decode.FirstAncestorOrSelf<MemberDeclarationSyntax>()!.DescendantNodes().OfType<LocalDeclarationStatementSyntax>().All(local => !local.Declaration.Type.IsVar);
        var declarations = $"{(isExplicit ? "Decoder" : "var")} {decoder} = {access.Expression}.GetDecoder();\n"
            + $"{(isExplicit ? "char[]" : "var")} {chars} = new char[{RepeatedCode.WithoutComments(access.Expression)}.GetMaxCharCount({buffer}.Length)];";
        if (!Statements.TryInsertBefore(edits, loop, declarations))
        {
            return false;
        }

        var values = arguments.Count == 3 ? $"{arguments[0]}, {arguments[1]}, {arguments[2]}, {chars}, 0" : $"{arguments[0]}, {chars}, flush: false";
        edits.Replace(decode, $"new string({chars}, 0, {decoder}.GetChars({values}))");
        return true;
    }

    /// <summary><c>encoding.GetChars(buffer, 0, count, chars, 0)</c>: the decoder does the same.</summary>
    private static bool KeepDecoderForChars(SourceEdits edits, InvocationExpressionSyntax decode, MemberAccessExpressionSyntax access, StatementSyntax loop)
    {
        var arguments = decode.ArgumentList.Arguments;
        if (access.Name.Identifier.ValueText != "GetChars" || arguments.Count is not (2 or 5) || access.Expression is not (IdentifierNameSyntax or MemberAccessExpressionSyntax))
        {
            return false;
        }

        var decoder = UniqueNames.IsFree(loop, "decoder") ? "decoder" : UniqueNames.ForLocal(loop, "decoder");
        if (!Statements.TryInsertBefore(edits, loop, $"var {decoder} = {access.Expression}.GetDecoder();"))
        {
            return false;
        }

        edits.Replace(access.Expression, decoder);
        if (arguments.Count == 2)
        {
            edits.Insert(arguments[1].Span.End, ", flush: false");
        }

        return true;
    }

    /// <summary>The buffer under its views: <c>memory</c> in <c>memory.Span[..count]</c>; null where there is another expression.</summary>
    private static ExpressionSyntax? BufferOf(ExpressionSyntax bytes) => bytes switch
    {
        IdentifierNameSyntax => bytes,
        ElementAccessExpressionSyntax element => BufferOf(element.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsSpan" or "Slice" } view } => BufferOf(view.Expression),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Span" } view => BufferOf(view.Expression),
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or ThisExpressionSyntax } => bytes,
        _ => null,
    };

    /// <summary>A loop that reads, stops at the end and appends becomes one append of the whole text.</summary>
    private static bool Collect(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax decode, StatementSyntax loop, CancellationToken cancellationToken)
    {
        if (loop is not WhileStatementSyntax { Condition: var condition, Statement: BlockSyntax { Statements: var body } }
            || decode.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } append || append.Parent != loop.ChildNodes().Last() || !IsAppend(append.Expression)
            || decode.ArgumentList.Arguments.FirstOrDefault()?.Expression is not { } bytes
            || ChunkLoop.Of(condition, body.Where(statement => statement != append).ToList(), loop, bytes.ToString(), Target(append.Expression)) is not { } chunks)
        {
            return false;
        }

        if (WorkerChunks.ReadAll(edits, model, loop, chunks.Socket, chunks.End, cancellationToken) is not { } all)
        {
            return false;
        }

        var name = bytes is IdentifierNameSyntax given ? given.Identifier.ValueText : UniqueNames.ForLocal(loop, "bytes");
        var statement = append.ToString();
        var start = bytes.SpanStart - append.SpanStart;
        statement = statement.Substring(0, start) + name + statement.Substring(start + bytes.Span.Length);
        var empty = EmptyText(chunks.First ?? loop, append.Expression);
        if (empty is not null)
        {
            // What would be added to nothing is all there is.
            statement = $"{empty.Declaration.Type} {statement.Replace(" += ", " = ")}";
        }

        Statements.Replace(edits, loop, $"{Statements.CommentLines(loop, statement)}var {name} = {all};\n{statement}");
        if (empty is not null)
        {
            Statements.Remove(edits, empty);
        }

        if (chunks.First is { } first)
        {
            Statements.Remove(edits, first);
        }

        return true;
    }

    /// <summary><c>var text = "";</c> directly in front of the loop, or null.</summary>
    private static LocalDeclarationStatementSyntax? EmptyText(StatementSyntax loop, ExpressionSyntax append)
    {
        var siblings = StatementRange.Siblings(loop);
        return append is AssignmentExpressionSyntax { Left: IdentifierNameSyntax text }
            && siblings.IndexOf(loop) is > 0 and var index
            && siblings[index - 1] is LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } declaration
            && variables[0].Identifier.ValueText == text.Identifier.ValueText
            && variables[0].Initializer?.Value.ToString() is "\"\"" or "string.Empty"
            && Statements.EndComment(declaration).Length == 0
            ? declaration
            : null;
    }

    private static string? Target(ExpressionSyntax append) => append is AssignmentExpressionSyntax assignment ? assignment.Left.ToString() : null;

    private static bool IsAppend(ExpressionSyntax expression) => expression is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression }
        or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Append" } };
}
