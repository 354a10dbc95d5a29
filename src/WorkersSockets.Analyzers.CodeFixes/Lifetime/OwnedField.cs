using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>A private field or property of .NET that keeps a socket which its type never closes: the type disposes it.</summary>
internal static class OwnedField
{
    public static bool TryDispose(SourceEdits edits, SemanticModel model, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (diagnostic.AdditionalLocations.FirstOrDefault() is not { } place
            || place.SourceTree != edits.Root.SyntaxTree
            || edits.Root.FindNode(place.SourceSpan, getInnermostNodeForTie: true) is not { } member
            || model.GetDeclaredSymbol(member, cancellationToken) is not { IsStatic: false, ContainingType: { TypeKind: TypeKind.Class, IsStatic: false } owner } symbol
            || ((symbol as IFieldSymbol)?.Type ?? (symbol as IPropertySymbol)?.Type) is not { } type
            || type.Name == "TcpSocket"
            || model.Compilation.GetTypeByMetadataName("System.IDisposable") is not { } disposable
            || !type.AllInterfaces.Contains(disposable, SymbolEqualityComparer.Default)
            || member.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { CloseBraceToken.IsMissing: false } declaration)
        {
            return false;
        }

        var isMaybeNull = type.NullableAnnotation == NullableAnnotation.Annotated
            || (type.NullableAnnotation == NullableAnnotation.None && member is not (VariableDeclaratorSyntax { Initializer: not null } or PropertyDeclarationSyntax { Initializer: not null }));
        var close = $"{symbol.Name}{(isMaybeNull ? "?" : "")}.Dispose();";
        if (owner.GetMembers("Dispose").OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.IsEmpty) is { } dispose)
        {
            return dispose.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is MethodDeclarationSyntax written
                && written.SyntaxTree == edits.Root.SyntaxTree
                && TryAppend(edits, written, close);
        }

        // A base class that is disposed asks for an override of the same method.
        for (var parent = owner.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent.GetMembers("Dispose").OfType<IMethodSymbol>().Any(method => method is { Parameters.IsEmpty: true, IsVirtual: true, ReturnsVoid: true, DeclaredAccessibility: Accessibility.Public }))
            {
                return TryAddMember(edits, declaration, $"public override void Dispose()\n{{\n    {close}\n    base.Dispose();\n}}");
            }
        }

        if (owner.AllInterfaces.Any(each => each.Name is "IDisposable" or "IAsyncDisposable"))
        {
            return false;
        }

        return TryImplement(edits, model, declaration, close);
    }

    /// <summary>The type's <c>Dispose</c> closes one thing more.</summary>
    private static bool TryAppend(SourceEdits edits, MethodDeclarationSyntax dispose, string close)
    {
        if (dispose is { ExpressionBody: { Expression: { } expression } arrow, SemicolonToken: { IsMissing: false } semicolon })
        {
            var indent = SourceLayout.IndentOf(edits.Text, dispose);
            edits.Replace(
                TextSpan.FromBounds(arrow.ArrowToken.GetPreviousToken().Span.End, semicolon.Span.End),
                edits.Layout.OpenBlock(indent) + edits.Layout.Indent($"{expression};\n{close}", indent + edits.Layout.Step) + edits.Layout.NewLine + indent + "}");
            return !expression.ToString().Contains('\n');
        }

        return dispose.Body is { Statements: { Count: > 0 } statements }
            && statements.All(statement => statement is ExpressionStatementSyntax)
            && !statements.Any(statement => statement.ToString().Contains("Dispose(true)"))
            && Statements.TryInsertAfter(edits, statements[statements.Count - 1], close);
    }

    /// <summary>The type becomes disposable.</summary>
    private static bool TryImplement(SourceEdits edits, SemanticModel model, TypeDeclarationSyntax declaration, string close)
    {
        if (declaration.BaseList is { Types.Count: > 0 } bases)
        {
            edits.Insert(bases.Types.Last().Span.End, ", IDisposable");
        }
        else
        {
            var head = (SyntaxNode?)declaration.ParameterList ?? declaration.TypeParameterList;
            edits.Insert(head?.Span.End ?? declaration.Identifier.Span.End, " : IDisposable");
        }

        Imports.Ensure(edits, model, declaration.SpanStart, "System");
        return TryAddMember(edits, declaration, $"public void Dispose() => {close}");
    }

    private static bool TryAddMember(SourceEdits edits, TypeDeclarationSyntax declaration, string member)
    {
        if (!SourceLayout.StartsLine(edits.Text, declaration.CloseBraceToken.SpanStart))
        {
            return false;
        }

        var indent = declaration.Members.LastOrDefault() is { } last && SourceLayout.StartsLine(edits.Text, last.SpanStart)
            ? SourceLayout.IndentOf(edits.Text, last)
            : SourceLayout.IndentOf(edits.Text, declaration) + edits.Layout.Step;
        edits.Insert(
            edits.Text.Lines.GetLineFromPosition(declaration.CloseBraceToken.SpanStart).Start,
            edits.Layout.NewLine + edits.Layout.Indent(member, indent) + edits.Layout.NewLine);
        return true;
    }
}
