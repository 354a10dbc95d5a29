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
            || edits.Root.FindNode(at.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } upgrade
            || upgrade.Span.OverlapsWith(use.Span))
        {
            return none;
        }

        var isWorkers = IsOldSocketUsed(model, use, cancellationToken);
        var own = upgrade.Expression as MemberAccessExpressionSyntax;
        var (name, replaced) = own?.Name.Identifier.ValueText switch
        {
            "StartTlsAsync" => (VariableOf(upgrade), own.Expression.ToString()),
            { } method when method.Contains("AuthenticateAsClient") => (own.Expression.ToString(), null),

            // A helper started TLS and returned what it made of its argument.
            _ => (VariableOf(upgrade), isWorkers ? SocketArgument(model, upgrade, cancellationToken) : null),
        };
        if (use.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "StartTlsAsync" })
        {
            // TLS runs already.
            return none;
        }

        if (name is null || (isWorkers && replaced is null))
        {
            return none;
        }

        // The variable has to be in scope at the use, and hold something there.
        var type = model.LookupSymbols(use.SpanStart, name: name.StartsWith("this.", StringComparison.Ordinal) ? name.Substring(5) : name).FirstOrDefault() switch
        {
            ILocalSymbol { DeclaringSyntaxReferences.Length: 1 } local => local.Type,
            IFieldSymbol field => field.Type,
            _ => null,
        };
        if (type is null || upgrade.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: { } block } statement || !block.Span.Contains(use.Span))
        {
            return none;
        }

        if (!isWorkers && (TlsCalls.TryReplaceSocketCall(edits, model, use, name, cancellationToken) || TlsCalls.TryMakeReaderAgain(edits, model, use, statement, name, cancellationToken)))
        {
            return ImmutableArray.Create(edits.ToVariant("Upgraded", "Use the upgraded socket", document));
        }

        if (Target(use, replaced, model, cancellationToken) is not { } old || old.ToString() == name)
        {
            return none;
        }

        // What the call needs has to be there on a stream, too; what a helper takes has to be any stream.
        if (!isWorkers && (old.Parent is ArgumentSyntax
            ? model.GetTypeInfo(old, cancellationToken).ConvertedType?.Name != "Stream"
            : use.Expression is not MemberAccessExpressionSyntax member || !HasMember(type, member.Name.Identifier.ValueText)))
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

    private static bool IsOldSocketUsed(SemanticModel model, InvocationExpressionSyntax use, CancellationToken cancellationToken) =>
        (use.Expression is MemberAccessExpressionSyntax { Expression: var receiver } && IsWorkersSocket(model, receiver, cancellationToken))
        || SocketArgument(model, use, cancellationToken) is not null;

    private static string? SocketArgument(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken) =>
        call.ArgumentList.Arguments.FirstOrDefault(argument => IsWorkersSocket(model, argument.Expression, cancellationToken))?.Expression.ToString();

    private static bool IsWorkersSocket(SemanticModel model, ExpressionSyntax expression, CancellationToken cancellationToken) =>
        model.GetTypeInfo(expression, cancellationToken).Type is { Name: "TcpSocket", ContainingNamespace.Name: "Workers" };

    /// <summary>What stands for the old socket or raw stream in the flagged call: its receiver, or the argument of a helper.</summary>
    private static ExpressionSyntax? Target(InvocationExpressionSyntax use, string? old, SemanticModel model, CancellationToken cancellationToken)
    {
        bool IsOld(ExpressionSyntax expression) =>
            old is null ? InheritsStream(model.GetTypeInfo(expression, cancellationToken).Type) : expression.ToString() == old;

        return use.Expression is MemberAccessExpressionSyntax { Expression: var receiver } && IsOld(receiver)
            ? receiver
            : use.ArgumentList.Arguments.Select(argument => argument.Expression).FirstOrDefault(IsOld);
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
