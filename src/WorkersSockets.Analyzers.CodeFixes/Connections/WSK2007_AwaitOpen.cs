using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Connections;

/// <summary>
/// WSK2007: waits for the connection behind the connect, before any <c>try</c> whose <c>finally</c> closes the socket: a close waits
/// for the open. A helper of the class that bounds the wait is used where there is one.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AwaitOpen))]
[Shared]
public sealed class AwaitOpen() : SocketFix("WSK2007")
{
    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<FixVariant>.Empty;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits is null || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>()
                is not { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax receiver } } read
            || read.FirstAncestorOrSelf<StatementSyntax>() is not { } use
            || !AsyncMethods.IsInAsync(read))
        {
            return none;
        }

        var name = receiver.Identifier.ValueText;
        var wait = Helper(read, model, cancellationToken) is { } helper ? $"await {helper}({name}, 5000);" : $"await {name}.OpenedAsync();";
        var declaration = model.GetSymbolInfo(receiver, cancellationToken).Symbol is ILocalSymbol local
            ? local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken).FirstAncestorOrSelf<LocalDeclarationStatementSyntax>()
            : null;
        var isSameFunction = declaration is not null && FunctionOf(declaration) == FunctionOf(read) && declaration.DescendantNodes().OfType<InvocationExpressionSyntax>().Any();
        if (isSameFunction ? !Statements.TryInsertAfter(edits, declaration!, wait) : IsInLoop(use) || !Statements.TryInsertBefore(edits, use, wait))
        {
            return none;
        }

        return ImmutableArray.Create(edits.ToVariant("AwaitOpen", "Wait for the connection first", document));
    }

    private static string? Helper(SyntaxNode at, SemanticModel model, CancellationToken cancellationToken) =>
        at.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type && model.GetDeclaredSymbol(type, cancellationToken) is INamedTypeSymbol symbol
            ? symbol.GetMembers().OfType<IMethodSymbol>()
                .FirstOrDefault(method => method.Name.StartsWith("OpenWithin", StringComparison.Ordinal) && method.Parameters is { Length: 2 } parameters
                    && parameters[0].Type.Name == "TcpSocket" && parameters[1].Type.SpecialType == SpecialType.System_Int32)?.Name
            : null;

    private static SyntaxNode? FunctionOf(SyntaxNode node) => node.Ancestors().FirstOrDefault(ancestor =>
        ancestor is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or CompilationUnitSyntax);

    private static bool IsInLoop(SyntaxNode node) => node.Ancestors()
        .TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax))
        .Any(ancestor => ancestor is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax);
}
