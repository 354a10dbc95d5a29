using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>WSK4003: uses the upgraded socket, or the TLS stream, that a variable already holds.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseUpgraded))]
[Shared]
public sealed class UseUpgraded() : SocketFix("WSK4003")
{
    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<FixVariant>.Empty;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var edits = await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (model is null || edits is null
            || diagnostic.AdditionalLocations.FirstOrDefault() is not { SourceTree: var tree } at || tree != model.SyntaxTree
            || !edits.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            || edits.Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } use
            || edits.Root.FindNode(at.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: MemberAccessExpressionSyntax upgrade } call
            || call.Span.OverlapsWith(use.Span))
        {
            return none;
        }

        var isWorkers = upgrade.Name.Identifier.ValueText == "StartTlsAsync";
        var name = isWorkers ? VariableOf(call) : (upgrade.Expression as IdentifierNameSyntax)?.Identifier.ValueText;
        if (name is null || Target(use, isWorkers ? upgrade.Expression.ToString() : null, model, cancellationToken) is not { } old || old.ToString() == name)
        {
            return none;
        }

        // The variable has to be in scope at the use, and hold something there.
        if (model.LookupSymbols(use.SpanStart, name: name).FirstOrDefault() is not ILocalSymbol local
            || call.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: { } block } || !block.Span.Contains(use.Span) || local.DeclaringSyntaxReferences.Length != 1)
        {
            return none;
        }

        // What the call needs has to be there on a stream, too.
        if (!isWorkers && (use.Expression is not MemberAccessExpressionSyntax member || !HasMember(local.Type, member.Name.Identifier.ValueText)))
        {
            return none;
        }

        edits.Replace(old, name);
        return ImmutableArray.Create(edits.ToVariant("Upgraded", "Use the upgraded socket", document));
    }

    /// <summary>The variable that gets the upgraded socket.</summary>
    private static string? VariableOf(InvocationExpressionSyntax upgrade)
    {
        SyntaxNode value = upgrade;
        while (value.Parent is AwaitExpressionSyntax or ParenthesizedExpressionSyntax)
        {
            value = value.Parent;
        }

        return value.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => declarator.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } => left.Identifier.ValueText,
            _ => null,
        };
    }

    /// <summary>What stands for the old socket in the flagged call: its receiver, or the argument of a helper.</summary>
    private static ExpressionSyntax? Target(InvocationExpressionSyntax use, string? old, SemanticModel model, CancellationToken cancellationToken)
    {
        if (use.Expression is MemberAccessExpressionSyntax { Expression: var receiver } && (old is null ? InheritsStream(model.GetTypeInfo(receiver, cancellationToken).Type) : receiver.ToString() == old))
        {
            return receiver;
        }

        return old is null ? null : use.ArgumentList.Arguments.Select(argument => argument.Expression).FirstOrDefault(argument => argument.ToString() == old);
    }

    private static bool InheritsStream(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current is { Name: "Stream", ContainingNamespace: { Name: "IO", ContainingNamespace.Name: "System" } })
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasMember(ITypeSymbol type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (!current.GetMembers(name).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
