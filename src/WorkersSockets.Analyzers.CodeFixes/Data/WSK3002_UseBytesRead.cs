using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Data;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>Uses only what was read, or reads exactly what is used.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UseBytesRead))]
[Shared]
public sealed class UseBytesRead : SocketFix
{
    /// <summary>Registers the fix for WSK3002.</summary>
    public UseBytesRead()
        : base("WSK3002")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var variants = ImmutableArray.CreateBuilder<FixVariant>();
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (model is null || await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false) is not { } edits)
        {
            return variants.ToImmutable();
        }

        diagnostic.Properties.TryGetValue(ReadReports.Use, out var use);
        diagnostic.Properties.TryGetValue(ReadReports.Repeated, out var repeated);
        var place = diagnostic.Location.SourceSpan;
        var related = diagnostic.AdditionalLocations.FirstOrDefault()?.SourceSpan;
        var placeIsRead = related is null || ReadCall.At(edits.Root, place, model, cancellationToken) is { Result: ReadResult.Count };
        if (ReadCall.At(edits.Root, placeIsRead ? place : related!.Value, model, cancellationToken) is not { Result: ReadResult.Count } read)
        {
            return variants.ToImmutable();
        }

        var useNode = placeIsRead
            ? related is { } span ? edits.Root.FindNode(span, getInnermostNodeForTie: true) : null
            : edits.Root.FindNode(place, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>();

        // A number or header needs all of its bytes: there is nothing to cut.
        if (use is not ("Parsed" or "Element") && useNode is InvocationExpressionSyntax call && Slice(edits, model, read, call, repeated is not null, cancellationToken) is { } title)
        {
            variants.Add(edits.ToVariant("Slice", title, document));
        }

        if (placeIsRead && use != "Decoded" && await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false) is { } exact && ReadExactly(exact, model, read))
        {
            variants.Add(exact.ToVariant("Exactly", "Read the exact number of bytes", document));
        }

        return variants.ToImmutable();
    }

    /// <summary>Cuts the buffer of the use at the count, and returns the title; null where the use has no form for that.</summary>
    private static string? Slice(SourceEdits edits, SemanticModel model, ReadCall read, InvocationExpressionSyntax use, bool isRepeated, CancellationToken cancellationToken)
    {
        var title = "Use only the bytes read";
        string? count;
        if (isRepeated)
        {
            count = read.Variable;
            if (count is null)
            {
                return null;
            }
        }
        else
        {
            // One read is seldom all of it: gather first.
            if (ReadLoop.Create(read, model, cancellationToken) is not { } loop || use.Span.Contains(read.Call.Span))
            {
                return null;
            }

            var end = loop.IsArray && read.Method.ContainingType.Name is not ("StreamReader" or "TextReader") ? ReadLoop.EndAt(read.Call) : MessageEnd.Close;
            count = loop.Write(edits, end);
            title = end == MessageEnd.Line ? "Read until the end of the line and use only the bytes read" : "Read until the peer closes and use only the bytes read";
            if (end == MessageEnd.Line)
            {
                Imports.Ensure(edits, model, read.Call.SpanStart, "System");
            }
        }

        if (count is null || read.Call.ArgumentList.Arguments.FirstOrDefault()?.Expression is not { } first)
        {
            return null;
        }

        var buffer = (first as IdentifierNameSyntax ?? first.DescendantNodes().OfType<IdentifierNameSyntax>().FirstOrDefault())?.Identifier.ValueText;
        var arguments = use.ArgumentList.Arguments;
        for (var index = 0; index < arguments.Count; index++)
        {
            if (arguments[index].Expression is not IdentifierNameSyntax name || name.Identifier.ValueText != buffer || arguments[index].NameColon is not null)
            {
                continue;
            }

            // (buffer, 0, buffer.Length)
            if (index + 2 < arguments.Count && arguments[index + 1].ToString() == "0" && arguments[index + 2].ToString() == $"{buffer}.Length")
            {
                edits.Replace(arguments[index + 2], count);
                return title;
            }

            if (model.GetSymbolInfo(use, cancellationToken).Symbol is not IMethodSymbol method || index >= method.Parameters.Length)
            {
                return null;
            }

            switch (method.Parameters[index].Type)
            {
                case IArrayTypeSymbol when method.Name is "GetString" or "GetChars" && arguments.Count == 1:
                    edits.Replace(arguments[index], $"{buffer}, 0, {count}");
                    return title;
                case { Name: "ReadOnlyMemory" or "Memory" }:
                    edits.Replace(arguments[index], $"{buffer}.AsMemory(0, {count})");
                    return title;
                case { Name: "ReadOnlySpan" or "Span" }:
                    edits.Replace(arguments[index], $"{buffer}.AsSpan(0, {count})");
                    return title;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The same arguments, read to the last byte.</summary>
    private static bool ReadExactly(SourceEdits edits, SemanticModel model, ReadCall read)
    {
        var isAsync = read.Method.Name == "ReadAsync";
        var name = isAsync ? "ReadExactlyAsync" : "ReadExactly";
        if (read.Method.Name is not ("Read" or "ReadAsync") || (isAsync && !read.IsAwaited)
            || model.Compilation.GetTypeByMetadataName("System.IO.Stream") is not { } stream || stream.GetMembers(name).IsEmpty
            || !ReadMessage.Inherits(read.Method.ContainingType, stream))
        {
            return false;
        }

        switch (read.Call.Expression)
        {
            case MemberAccessExpressionSyntax access:
                edits.Replace(access.Name, name);
                break;
            case MemberBindingExpressionSyntax binding:
                edits.Replace(binding.Name, name);
                break;
            default:
                return false;
        }

        // Nothing is returned that could be assigned.
        switch (read.Value.Parent)
        {
            case ExpressionStatementSyntax:
                return true;
            case AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax } assignment when assignment.Right == read.Value:
                edits.Remove(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(assignment.SpanStart, read.Value.SpanStart));
                return true;
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax declaration } } }:
                edits.Remove(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(declaration.SpanStart, read.Value.SpanStart));
                return true;
            default:
                return false;
        }
    }
}
