using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Adds <c>using</c> directives.</summary>
internal static class Imports
{
    /// <summary>
    /// Makes the types of a namespace available at a position by their simple names: nothing where a (global) using or the enclosing
    /// namespace does so already, else a directive, sorted in among the file's own with "System" first.
    /// </summary>
    public static void Ensure(SourceEdits edits, SemanticModel model, int position, string name)
    {
        if (edits.Root is not CompilationUnitSyntax unit || IsImported(model, position, name) || edits.IsImported(name))
        {
            return;
        }

        var holder = unit.Usings.Count > 0 ? null : unit.Members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault(candidate => candidate.Usings.Count > 0);
        var usings = (holder?.Usings ?? unit.Usings).Where(IsPlain).ToList();
        var newLine = edits.Layout.NewLine;
        if (usings.Count == 0)
        {
            var first = FirstPosition(unit);
            edits.Import(first, name, $"using {name};{newLine}{(unit.Usings.Count == 0 ? newLine : "")}");
            return;
        }

        var after = usings.LastOrDefault(directive => ImportOrder.Instance.Compare(directive.Name!.ToString(), name) < 0);
        var text = $"{SourceLayout.IndentOf(edits.Text, usings[0])}using {name};{newLine}";
        edits.Import(
            after is null
                ? edits.Text.Lines.GetLineFromPosition(usings[0].SpanStart).Start
                : edits.Text.Lines.GetLineFromPosition(after.Span.End).EndIncludingLineBreak,
            name,
            text);
    }

    private static bool IsImported(SemanticModel model, int position, string name)
    {
        for (var current = model.GetEnclosingSymbol(position)?.ContainingNamespace; current is { IsGlobalNamespace: false }; current = current.ContainingNamespace)
        {
            if (current.ToDisplayString() == name)
            {
                return true;
            }
        }

        return model.GetImportScopes(position).SelectMany(scope => scope.Imports).Any(import => import.NamespaceOrType is INamespaceSymbol imported && imported.ToDisplayString() == name);
    }

    private static bool IsPlain(UsingDirectiveSyntax directive) =>
        directive.Alias is null && directive.Name is not null && directive.StaticKeyword.IsKind(SyntaxKind.None) && directive.GlobalKeyword.IsKind(SyntaxKind.None);

    /// <summary>In front of the file's first directive or member, behind a header comment that a blank line sets apart.</summary>
    private static int FirstPosition(CompilationUnitSyntax unit)
    {
        if (unit.Usings.Count > 0)
        {
            return unit.Usings[unit.Usings.Count - 1].FullSpan.End;
        }

        var position = 0;
        var afterBreak = false;
        foreach (var trivia in unit.GetFirstToken(includeZeroWidth: true).LeadingTrivia)
        {
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
            {
                if (afterBreak)
                {
                    position = trivia.Span.End;
                }

                afterBreak = true;
            }
            else if (trivia.Kind() is SyntaxKind.DefineDirectiveTrivia or SyntaxKind.UndefDirectiveTrivia)
            {
                position = trivia.FullSpan.End;
            }
            else
            {
                afterBreak = trivia.IsDirective;
            }
        }

        return position;
    }
}

/// <summary>The order of using directives: "System" first, then by name.</summary>
internal sealed class ImportOrder : IComparer<string>
{
    public static readonly ImportOrder Instance = new();

    public int Compare(string left, string right)
    {
        var order = IsSystem(right).CompareTo(IsSystem(left));
        return order != 0 ? order : string.CompareOrdinal(left, right);
    }

    private static bool IsSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);
}
