using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Adds a helper that several fixed places of one type share.</summary>
internal static class HelperMethods
{
    /// <summary>
    /// Makes the method available at <paramref name="at"/> and returns the name to call it by: an equal one of the type is found
    /// again; otherwise it is added behind the member that needs it, or as a local function at the end of a program's top-level
    /// statements. A name that is taken by something else gets a number. Null where nothing can be added.
    /// </summary>
    /// <param name="method">A whole method, "private static …", "\n" between lines, four spaces a step.</param>
    public static string? AddOnce(SourceEdits edits, SemanticModel model, SyntaxNode at, string method, CancellationToken cancellationToken = default)
    {
        if (SyntaxFactory.ParseMemberDeclaration(method) is not MethodDeclarationSyntax { ContainsDiagnostics: false } parsed)
        {
            return null;
        }

        var wanted = parsed.Identifier.ValueText;
        var type = at.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().FirstOrDefault();
        if (type is null)
        {
            return at.AncestorsAndSelf().OfType<GlobalStatementSyntax>().Any() && edits.Root is CompilationUnitSyntax unit
                ? AddLocalFunction(edits, unit, parsed, wanted)
                : null;
        }

        if (type is InterfaceDeclarationSyntax || type.CloseBraceToken.IsMissing || model.GetDeclaredSymbol(type, cancellationToken) is not { } symbol)
        {
            return null;
        }

        var name = wanted;
        for (var number = 2; symbol.GetMembers(name) is { IsEmpty: false } members; number++)
        {
            if (members.SelectMany(member => member.DeclaringSyntaxReferences).Any(reference =>
                reference.GetSyntax(cancellationToken) is MethodDeclarationSyntax existing && IsSame(existing, parsed.WithIdentifier(SyntaxFactory.Identifier(name)))))
            {
                return name;
            }

            name = wanted + number;
        }

        var member = at.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault(candidate => candidate.Parent == type);
        if (member is null || member.GetLastToken(includeZeroWidth: true).IsMissing)
        {
            return null;
        }

        var line = edits.Text.Lines.GetLineFromPosition(member.Span.End);
        var indent = SourceLayout.IndentOf(edits.Text, member);
        var text = edits.Layout.Indent(Rename(parsed, method, name), indent);
        var next = member.GetLastToken().GetNextToken();
        if (next.SpanStart < line.End)
        {
            // The neighbour on the same line gets a line of its own, once.
            var gap = OneLineBlocks.GapBefore(next);
            edits.Insert(member.Span.End, edits.Layout.NewLine + edits.Layout.NewLine + text);
            edits.Withdraw(gap);
            edits.Replace(gap, edits.Layout.NewLine + (next.IsKind(SyntaxKind.CloseBraceToken) ? "" : edits.Layout.NewLine) + indent);
        }
        else
        {
            edits.Insert(line.EndIncludingLineBreak, edits.Layout.NewLine + text + edits.Layout.NewLine);
            SetApart(edits, line.LineNumber + 1);
        }

        return name;
    }

    /// <summary>A member that stands directly on the next line gets an empty line in front of it, once.</summary>
    private static void SetApart(SourceEdits edits, int number)
    {
        if (number < edits.Text.Lines.Count && edits.Text.Lines[number] is var next && next.ToString() is var below
            && below.TrimStart() is { Length: > 0 } code && code.Length < below.Length && code[0] is not ('}' or '#'))
        {
            var gap = new TextSpan(next.Start, below.Length - code.Length);
            edits.Withdraw(gap);
            edits.Replace(gap, edits.Layout.NewLine + edits.Text.ToString(gap));
        }
    }

    private static string? AddLocalFunction(SourceEdits edits, CompilationUnitSyntax unit, MethodDeclarationSyntax parsed, string wanted)
    {
        var statements = unit.Members.OfType<GlobalStatementSyntax>().ToList();
        var functions = statements.Select(member => member.Statement).OfType<LocalFunctionStatementSyntax>().ToList();
        var name = wanted;
        for (var number = 2; functions.FirstOrDefault(function => function.Identifier.ValueText == name) is { } existing; number++)
        {
            if (existing.ParameterList.IsEquivalentTo(parsed.ParameterList, topLevel: false) && AreSame(existing.Body, parsed.Body))
            {
                return name;
            }

            name = wanted + number;
        }

        if (statements.Count == 0)
        {
            return null;
        }

        // A local function has no accessibility; static ones need C# 8, as top-level statements do anyway.
        var withoutAccess = parsed.WithModifiers(SyntaxFactory.TokenList(parsed.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.PrivateKeyword))));
        var method = Rename(withoutAccess, withoutAccess.ToFullString(), name).TrimStart();
        var last = statements[statements.Count - 1];
        var line = edits.Text.Lines.GetLineFromPosition(last.Span.End);
        var text = edits.Layout.Indent(method, "");
        var newLine = edits.Layout.NewLine;
        edits.Insert(
            line.EndIncludingLineBreak,
            line.EndIncludingLineBreak == line.End ? newLine + newLine + text : newLine + text + newLine);
        return name;
    }

    private static bool IsSame(MethodDeclarationSyntax left, MethodDeclarationSyntax right) =>
        SyntaxFactory.AreEquivalent(left.ParameterList, right.ParameterList, topLevel: false)
        && SyntaxFactory.AreEquivalent(left.ReturnType, right.ReturnType, topLevel: false)
        && AreSame(left.Body, right.Body)
        && AreSame(left.ExpressionBody, right.ExpressionBody);

    private static bool AreSame(SyntaxNode? left, SyntaxNode? right) =>
        left is null || right is null ? left == right : SyntaxFactory.AreEquivalent(left, right, topLevel: false);

    private static string Rename(MethodDeclarationSyntax parsed, string method, string name)
    {
        var old = parsed.Identifier.ValueText;
        if (old == name)
        {
            return method;
        }

        // The declaration and, in a recursive helper, its own calls.
        var tokens = parsed.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == old);
        return parsed.ReplaceTokens(tokens, (token, _) => SyntaxFactory.Identifier(token.LeadingTrivia, name, token.TrailingTrivia)).ToFullString();
    }
}
