using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>Names the encoding of a connection's text: UTF-8 (without a byte-order mark where it is written), or Latin-1.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NameEncoding))]
[Shared]
public sealed class NameEncoding : SocketFix
{
    private const string WithoutMark = "new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)";

    /// <summary>Registers the fix for WSK3004.</summary>
    public NameEncoding()
        : base("WSK3004")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var variants = ImmutableArray.CreateBuilder<FixVariant>();
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        if (model is null || root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax place)
        {
            return variants.ToImmutable();
        }

        // The encoding that stands there, or the creation that names none.
        var creation = place as BaseObjectCreationExpressionSyntax;
        var isCreation = creation is not null && model.GetTypeInfo(creation, cancellationToken).Type?.Name is "StreamReader" or "StreamWriter";
        var wrapper = isCreation ? creation : place.Parent is ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax outer } ? outer : null;
        var writes = wrapper is not null && model.GetTypeInfo(wrapper, cancellationToken).Type?.Name == "StreamWriter";
        var hasMark = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture).Contains("byte-order mark");

        if (writes)
        {
            await AddAsync("NoByteOrderMark", "Use UTF-8 without a byte-order mark", WithoutMark).ConfigureAwait(false);
        }
        else if (!IsInLoop(place))
        {
            await AddAsync("Utf8", "Name UTF-8", "Encoding.UTF8").ConfigureAwait(false);
        }

        if (!hasMark && model.Compilation.GetTypeByMetadataName("System.Text.Encoding")?.GetMembers("Latin1").IsEmpty == false)
        {
            await AddAsync("Latin1", "Name Latin-1", "Encoding.Latin1").ConfigureAwait(false);
        }

        return variants.ToImmutable();

        async Task AddAsync(string key, string title, string encoding)
        {
            if (await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false) is not { } edits)
            {
                return;
            }

            if (!isCreation)
            {
                edits.Replace(place, encoding);
            }
            else if (creation!.ArgumentList is not { Arguments.Count: > 0 } list)
            {
                return;
            }
            else if (list.Arguments.FirstOrDefault(argument => IsNull(argument.Expression)) is { } empty)
            {
                edits.Replace(empty.Expression, encoding);
            }
            else if (list.Arguments[0].NameColon is not null)
            {
                edits.Insert(list.Arguments[0].Span.End, ", encoding: " + encoding);
            }
            else
            {
                edits.Insert(list.Arguments[0].Span.End, ", " + encoding);
            }

            Imports.Ensure(edits, model, place.SpanStart, "System.Text");
            variants.Add(edits.ToVariant(key, title, document));
        }
    }

    /// <summary>A chunk of a loop cannot be decoded as UTF-8 on its own.</summary>
    private static bool IsInLoop(SyntaxNode node) => node.Parent is MemberAccessExpressionSyntax
        && node.Ancestors().TakeWhile(ancestor => ancestor is not MemberDeclarationSyntax)
            .Any(ancestor => ancestor is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax);

    private static bool IsNull(ExpressionSyntax expression) => expression is LiteralExpressionSyntax { Token.ValueText: "null" or "default" };
}
