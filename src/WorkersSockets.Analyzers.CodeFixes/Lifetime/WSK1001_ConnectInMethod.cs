using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Lifetime;

/// <summary>WSK1001: a static field that is initialized with a connection becomes a local of each method that uses it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConnectInMethod))]
[Shared]
public sealed class ConnectInMethod : SocketFix
{
    /// <summary>Creates the fix.</summary>
    public ConnectInMethod()
        : base("WSK1001")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } model
            || await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is not { } root)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        var edits = new SourceEdits(root, await document.GetTextAsync(cancellationToken).ConfigureAwait(false));
        var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
        return TryMove(edits, model, node, cancellationToken)
            ? ImmutableArray.Create(edits.ToVariant("ConnectInMethod", "Connect inside the method", document))
            : ImmutableArray<FixVariant>.Empty;
    }

    private static bool TryMove(SourceEdits edits, SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is not { Initializer: { } initializer, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax field } } declarator
            || initializer.Value != node
            || field.Parent is not TypeDeclarationSyntax type
            || field.ContainsDirectives
            || model.GetDeclaredSymbol(declarator, cancellationToken) is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences.Length: 1 } symbol)
        {
            return false;
        }

        var uses = type.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
            .ToList();
        var methods = uses.Select(use => use.FirstAncestorOrSelf<MethodDeclarationSyntax>()).Distinct().ToList();
        var onWorkers = symbol.Type is { Name: "TcpSocket", ContainingNamespace.Name: "Workers" };
        if (methods.Count == 0
            || methods.Any(method => method?.Body is not { Statements.Count: > 0 })
            || uses.Any(use => use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use)
            || uses.Any(use => use.Parent is MemberAccessExpressionSyntax access && (access.Name == use || access.Name.Identifier.ValueText is "Close" or "Dispose" or "CloseAsync"))
            || uses.Any(use => use.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: FieldDeclarationSyntax } } }))
        {
            return false;
        }

        if (onWorkers)
        {
            // A bare connect there has no timeout, and where the open stands in a method the fix cannot know.
            return false;
        }

        var local = symbol.Name.TrimStart('_') is var bare && bare.StartsWith("s_", StringComparison.Ordinal) ? bare.Substring(2) : symbol.Name.TrimStart('_');
        local = local.Length == 0 ? "socket" : char.ToLowerInvariant(local[0]) + local.Substring(1);
        if (SyntaxFacts.GetKeywordKind(local) != SyntaxKind.None)
        {
            local = "socket";
        }

        // Several methods share one factory.
        var value = Value(node, field);
        var connect = value;
        if (methods.Count > 1)
        {
            var factory = UniqueNames.ForMember(symbol.ContainingType, "Connect");
            connect = factory + "()";
            var modifiers = "private static ";
            edits.Replace(TextSpan.FromBounds(field.SpanStart, field.Span.End), $"{modifiers}{TypeName(field)} {factory}() => {value};");
        }
        else
        {
            RemoveField(edits, field);
        }

        foreach (var method in methods)
        {
            var name = UniqueNames.ForLocal(method!, local);
            if (name != local && symbol.Name == local)
            {
                // The field's own name is free once the field is gone.
                name = method!.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(variable => variable.Identifier.ValueText == local)
                    || method.ParameterList.Parameters.Any(parameter => parameter.Identifier.ValueText == local)
                    ? name
                    : local;
            }

            if (!TryConnectIn(edits, method!, name, connect))
            {
                return false;
            }

            foreach (var use in uses.Where(use => method!.Span.Contains(use.Span)))
            {
                if (use.Identifier.ValueText != name)
                {
                    edits.Replace(use.Span, name);
                }
            }
        }

        return true;
    }

    private static bool TryConnectIn(SourceEdits edits, MethodDeclarationSyntax method, string name, string connect)
    {
        var statements = method.Body!.Statements;
        var first = statements[0];
        return Statements.TryInsertBefore(edits, first, $"using var {name} = {connect};");
    }

    /// <summary>The initializer as an expression that stands without its type: <c>new(…)</c> names the type.</summary>
    private static string Value(SyntaxNode node, FieldDeclarationSyntax field) => node is ImplicitObjectCreationExpressionSyntax created
        ? $"new {TypeName(field)}{created.ArgumentList}{created.Initializer}"
        : node.ToString();

    private static string TypeName(FieldDeclarationSyntax field) => field.Declaration.Type is NullableTypeSyntax nullable ? nullable.ElementType.ToString() : field.Declaration.Type.ToString();

    private static void RemoveField(SourceEdits edits, FieldDeclarationSyntax field)
    {
        var first = edits.Text.Lines.GetLineFromPosition(field.SpanStart);
        var last = edits.Text.Lines.GetLineFromPosition(field.Span.End);
        var end = last.EndIncludingLineBreak;

        // The blank line that set it apart goes too.
        if (last.LineNumber + 1 < edits.Text.Lines.Count && edits.Text.Lines[last.LineNumber + 1] is var next && next.ToString().Trim().Length == 0)
        {
            end = next.EndIncludingLineBreak;
        }

        edits.Remove(SourceLayout.StartsLine(edits.Text, field.SpanStart) ? TextSpan.FromBounds(first.Start, end) : field.Span);
    }
}
