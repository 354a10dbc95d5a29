using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Sets <c>SecureTransport</c> in the options argument of <c>TcpSocket.Connect</c>.</summary>
internal static class TransportOption
{
    /// <summary>
    /// Adds the options argument, or adds or changes the option in one that is created at the call. False, and no edit, where the
    /// options come from elsewhere.
    /// </summary>
    /// <param name="value">A member of <c>TcpSecureTransport</c>.</param>
    public static bool TrySet(SourceEdits edits, SemanticModel model, InvocationExpressionSyntax connect, string value, CancellationToken cancellationToken)
    {
        var setting = $"SecureTransport = TcpSecureTransport.{value}";
        var arguments = connect.ArgumentList.Arguments;
        if (connect.ArgumentList.CloseParenToken.IsMissing
            || model.GetSymbolInfo(connect, cancellationToken).Symbol is not IMethodSymbol { Parameters: { Length: > 0 } parameters }
            || parameters[parameters.Length - 1] is not { Type.Name: "TcpSocketOptions" } parameter)
        {
            return false;
        }

        var argument = arguments.FirstOrDefault(candidate => candidate.NameColon is { } name
            ? name.Name.Identifier.ValueText == parameter.Name
            : arguments.IndexOf(candidate) == parameter.Ordinal);
        if (argument is null)
        {
            var name = arguments.Any(candidate => candidate.NameColon is not null) ? $"{parameter.Name}: " : "";
            var (last, gap) = (arguments.LastOrDefault(), " ");
            if (last is not null && SourceLayout.StartsLine(edits.Text, last.SpanStart))
            {
                // Below the others, each of which has a line.
                gap = edits.Layout.NewLine + SourceLayout.IndentOf(edits.Text, last);
            }

            edits.Insert(connect.ArgumentList.CloseParenToken.SpanStart, $",{gap}{name}new TcpSocketOptions {{ {setting} }}");
            return true;
        }

        return TrySetIn(edits, model, argument.Expression, value, isShared: false, cancellationToken);
    }

    private static bool TrySetIn(SourceEdits edits, SemanticModel model, ExpressionSyntax options, string value, bool isShared, CancellationToken cancellationToken)
    {
        var setting = $"SecureTransport = TcpSecureTransport.{value}";
        switch (options)
        {
            case LiteralExpressionSyntax:
                edits.Replace(options, $"new TcpSocketOptions {{ {setting} }}");
                return true;
            case BaseObjectCreationExpressionSyntax { Initializer: null } creation:
                edits.Replace(creation, creation is ObjectCreationExpressionSyntax { Type: var type } ? $"new {type} {{ {setting} }}" : $"new() {{ {setting} }}");
                return true;
            case BaseObjectCreationExpressionSyntax { Initializer.Expressions: var members }:
                var present = members.OfType<AssignmentExpressionSyntax>().FirstOrDefault(member => member.Left.ToString() == "SecureTransport");
                if (present is not null)
                {
                    edits.Replace(present.Right, $"TcpSecureTransport.{value}");
                    UnusedLocals.Remove(edits, model, present.Right, cancellationToken);
                    return true;
                }

                if (members.Count == 0)
                {
                    return false;
                }

                edits.Insert(members[0].SpanStart, InitializerMembers.Separate(edits, members[0], setting));
                return true;
            case IdentifierNameSyntax name when !isShared && Initializer(model, name, cancellationToken) is { } created:
                return TrySetIn(edits, model, created, value, isShared: true, cancellationToken);
            default:
                return false;
        }
    }

    /// <summary>What a variable or private field is made as, where only this connect uses it.</summary>
    private static ExpressionSyntax? Initializer(SemanticModel model, IdentifierNameSyntax name, CancellationToken cancellationToken)
    {
        if (model.GetSymbolInfo(name, cancellationToken).Symbol is not { } symbol
            || symbol is not ({ Kind: SymbolKind.Local } or { Kind: SymbolKind.Field, DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences.Length: 1 })
            || symbol.DeclaringSyntaxReferences is not { Length: 1 } references
            || references[0].SyntaxTree != name.SyntaxTree
            || references[0].GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax value } declarator)
        {
            return null;
        }

        SyntaxNode? scope = symbol.Kind == SymbolKind.Field ? declarator.FirstAncestorOrSelf<TypeDeclarationSyntax>() : declarator.FirstAncestorOrSelf<BlockSyntax>();
        return (scope ?? name.SyntaxTree.GetRoot(cancellationToken)).DescendantNodes().OfType<IdentifierNameSyntax>().Count(use => use.Identifier.ValueText == symbol.Name) == 1 ? value : null;
    }
}

/// <summary>Adds members to object initializers.</summary>
internal static class InitializerMembers
{
    /// <summary>The text of a new member in front of <paramref name="first"/>: on a line of its own where that one is.</summary>
    public static string Separate(SourceEdits edits, SyntaxNode first, string member) => SourceLayout.StartsLine(edits.Text, first.SpanStart)
        ? $"{member},{edits.Layout.NewLine}{SourceLayout.IndentOf(edits.Text, first)}"
        : $"{member}, ";

    /// <summary>The text of an initializer for an object that has none: a block where the arguments stand on lines of their own.</summary>
    public static string Behind(SourceEdits edits, BaseObjectCreationExpressionSyntax creation, string members)
    {
        if (edits.Text.Lines.IndexOf(creation.SpanStart) == edits.Text.Lines.IndexOf(creation.Span.End))
        {
            return $" {{ {members} }}";
        }

        var outer = SourceLayout.IndentOf(edits.Text, creation);
        return edits.Layout.OpenBlock(outer) + edits.Layout.Indent(members.Replace(", ", ",\n") + ",", outer + edits.Layout.Step) + edits.Layout.NewLine + outer + "}";
    }
}
