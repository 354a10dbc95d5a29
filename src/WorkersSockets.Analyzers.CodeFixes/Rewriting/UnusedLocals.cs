using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Locals that nothing uses once a fix has replaced the code that did.</summary>
internal static class UnusedLocals
{
    /// <summary>Removes the declaration of each local that holds a constant and is used in the replaced code alone; the compiler would warn of it.</summary>
    public static void Remove(SourceEdits edits, SemanticModel model, SyntaxNode replaced, CancellationToken cancellationToken)
    {
        foreach (var name in replaced.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
        {
            if (model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references } local
                && references[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax
                {
                    Initializer.Value: var value,
                    Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: { } place } declaration },
                }
                && model.GetConstantValue(value, cancellationToken).HasValue
                && !(place is BlockSyntax ? place : place.Parent!).DescendantNodes().OfType<IdentifierNameSyntax>().Any(use => use != name && use.Identifier.ValueText == local.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(use, cancellationToken).Symbol, local)))
            {
                Statements.RemoveButComments(edits, declaration);
            }
        }
    }
}
