using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
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
    /// <summary>From this size on a buffer is taken for room, not for the size of a message.</summary>
    private const int LeastRoomySize = 256;

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
            : edits.Root.FindNode(place, getInnermostNodeForTie: true).Ancestors().FirstOrDefault(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax);
        var takesParts = placeIsRead && use is ("Parsed" or "Element");

        // A number, a header or a message of a known size needs all of its bytes: there is nothing to cut.
        var isSized = diagnostic.Properties.GetValueOrDefault(ReadReports.Sized) is not null;
        var isEndless = diagnostic.Properties.GetValueOrDefault(ReadReports.Endless) is not null;
        if (!takesParts && !(isSized && placeIsRead) && useNode is not null && Slice(edits, model, read, useNode, repeated is not null, isEndless, cancellationToken) is { } title)
        {
            variants.Add(edits.ToVariant("Slice", title, document));
        }

        diagnostic.Properties.TryGetValue(ReadReports.Needed, out var needed);
        diagnostic.Properties.TryGetValue(ReadReports.Size, out var size);

        // A large buffer is made for whatever comes: to wait until it is full may be to wait for ever.
        var isRoomy = int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes >= LeastRoomySize;
        var isPart = needed is not null && needed != size;
        var exactly = placeIsRead && (takesParts ? !(isRoomy && isPart && repeated is not null) : (use != "Decoded" || isSized) && !isRoomy)
            && await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false) is { } exact && ReadExactly(exact, model, read)
                ? exact.ToVariant("Exactly", "Read the exact number of bytes", document)
                : null;

        // What a small buffer takes in each round is one message, though not all of it is used.
        var enough = isPart && (isRoomy || repeated is null) ? needed : null;
        if (placeIsRead && (takesParts || needed is not null || isSized) && (exactly is null || enough is not null)
            && await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false) is { } whole && Fill(whole, model, read, enough, cancellationToken))
        {
            variants.Add(whole.ToVariant("Loop", "Read until the message is complete", document));
        }

        if (exactly is not null)
        {
            variants.Add(exactly);
        }

        return variants.ToImmutable();
    }

    /// <summary>Reads on until the bytes that are used are there; an earlier end is told, as no code behind the read looks at the count.</summary>
    private static bool Fill(SourceEdits edits, SemanticModel model, ReadCall read, string? needed, CancellationToken cancellationToken)
    {
        if (ReadLoop.Create(read, model, cancellationToken) is not { } loop)
        {
            return false;
        }

        Imports.Ensure(edits, model, read.Call.SpanStart, "System.IO");
        return loop.Write(edits, MessageEnd.Size, needed, atEnd: "throw new EndOfStreamException();") is not null;
    }

    /// <summary>Cuts the buffer of the use at the count, and returns the title; null where the use has no form for that.</summary>
    private static string? Slice(SourceEdits edits, SemanticModel model, ReadCall read, SyntaxNode use, bool isRepeated, bool isEndless, CancellationToken cancellationToken)
    {
        if (read.Call.ArgumentList.Arguments.FirstOrDefault()?.Expression is not { } first)
        {
            return null;
        }

        var title = "Use only the bytes read";
        string? count;
        var buffer = (first as IdentifierNameSyntax ?? first.DescendantNodes().OfType<IdentifierNameSyntax>().FirstOrDefault())?.Identifier.ValueText;
        if (isRepeated || read.Method.Name.StartsWith("ReadAtLeast", StringComparison.Ordinal) || read.Method.Name is "EndRead" or "EndReceive")
        {
            count = Count(edits, read);
            if (isEndless && count is not null && !TryLeave(edits, model, read, count, cancellationToken))
            {
                return null;
            }

            if (read.Method.Name is "EndRead" or "EndReceive")
            {
                buffer = null;
            }
        }
        else
        {
            // One read is seldom all of it: gather first.
            if (ReadLoop.Create(read, model, cancellationToken) is not { } loop || use.Span.Contains(read.Call.Span))
            {
                return null;
            }

            var end = loop.IsArray && read.Method.ContainingType.Name is not ("StreamReader" or "TextReader") ? MessageEnd.Around(read.Call, canSeeHead: true) : MessageEnd.Close;
            count = loop.Write(edits, end);
            title = end == MessageEnd.Close ? "Read until the peer closes and use only the bytes read"
                : end == MessageEnd.Head ? "Read until the end of the head and use only the bytes read"
                : end == MessageEnd.Line ? "Read until the end of the line and use only the bytes read"
                : "Read until the end mark and use only the bytes read";
        }

        return count is not null && Cut(edits, model, use, buffer, count, cancellationToken) ? title : null;
    }

    /// <summary>With the count at hand, the loop around the read ends with the stream.</summary>
    private static bool TryLeave(SourceEdits edits, SemanticModel model, ReadCall read, string count, CancellationToken cancellationToken) =>
        read.Value.FirstAncestorOrSelf<StatementSyntax>() is { } statement && EndChecks.LoopOf(read) is { } loop && statement != loop
        && EndChecks.TryExit(edits, model, read, loop, cancellationToken) is { } exit && EndChecks.TryInsert(edits, statement, $"{count} == 0", exit);

    /// <summary>The variable of the count, made where there is none; null where there is no place for one.</summary>
    private static string? Count(SourceEdits edits, ReadCall read)
    {
        if (read.Variable is { } variable)
        {
            return variable;
        }

        var statement = read.Value.FirstAncestorOrSelf<StatementSyntax>();
        if (statement is null)
        {
            return null;
        }

        var count = UniqueNames.ForLocal(statement, "count");
        switch (read.Value.Parent)
        {
            case ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax }:
                edits.Insert(statement.SpanStart, $"{(read.UsesVar(statement) ? "var" : "int")} {count} = ");
                return count;
            case AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } } discard:
                edits.Replace(discard.Left, $"{(read.UsesVar(statement) ? "var" : "int")} {count}");
                return count;
            case BinaryExpressionSyntax when statement is WhileStatementSyntax or DoStatementSyntax && Statements.TryInsertBefore(edits, statement, $"int {count};"):
                edits.Replace(read.Value, $"({count} = {read.Value})");
                return count;
            default:
                return null;
        }
    }

    /// <summary>Cuts the buffer where a call, a creation or a return takes all of it. Without a name the only array among the arguments is meant.</summary>
    private static bool Cut(SourceEdits edits, SemanticModel model, SyntaxNode use, string? buffer, string count, CancellationToken cancellationToken)
    {
        var arguments = use switch
        {
            InvocationExpressionSyntax call => call.ArgumentList.Arguments,
            BaseObjectCreationExpressionSyntax { ArgumentList: { } list } => list.Arguments,
            _ => default,
        };
        var hasRange = model.Compilation.GetTypeByMetadataName("System.Range") is not null;
        bool IsBuffer(ExpressionSyntax expression) => buffer is not null
            ? expression is IdentifierNameSyntax name && name.Identifier.ValueText == buffer
            : expression is IdentifierNameSyntax or MemberAccessExpressionSyntax && model.GetTypeInfo(expression, cancellationToken).Type is IArrayTypeSymbol;

        if (use is ReturnStatementSyntax { Expression: { } returned } && IsBuffer(returned) && hasRange)
        {
            edits.Replace(returned, $"{returned}[..{count}]");
            return true;
        }

        // buffer.SequenceEqual(expected)
        if (use is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "SequenceEqual" or "StartsWith" or "EndsWith" } access } && IsBuffer(access.Expression))
        {
            edits.Replace(access.Expression, $"{access.Expression}.AsSpan(0, {count})");
            return true;
        }

        for (var index = 0; index < arguments.Count; index++)
        {
            var text = arguments[index].Expression.ToString();
            if (!IsBuffer(arguments[index].Expression) || arguments[index].NameColon is not null)
            {
                continue;
            }

            // (buffer, 0, buffer.Length)
            if (index + 2 < arguments.Count && arguments[index + 1].ToString() == "0" && arguments[index + 2].ToString() == $"{text}.Length")
            {
                edits.Replace(arguments[index + 2], count);
                return true;
            }

            // Buffer.BlockCopy(buffer, 0, target, 0, buffer.Length)
            if (arguments.Count > index + 2 && arguments[arguments.Count - 1].ToString() == $"{text}.Length")
            {
                edits.Replace(arguments[arguments.Count - 1], count);
                return true;
            }

            if (model.GetSymbolInfo(use, cancellationToken).Symbol is not IMethodSymbol method || index >= method.Parameters.Length || method.Parameters[index].IsParams)
            {
                return false;
            }

            var part = method.Parameters[index].Type switch
            {
                { Name: "ReadOnlyMemory" or "Memory" } => $"{text}.AsMemory(0, {count})",
                { Name: "ReadOnlySpan" or "Span" } => $"{text}.AsSpan(0, {count})",
                IArrayTypeSymbol when Takes(method, index, "Array", 2) && index == arguments.Count - 1 => $"{text}, 0, {count}",
                IArrayTypeSymbol when Takes(method, index, "ReadOnlySpan", 0) => $"{text}.AsSpan(0, {count})",
                IArrayTypeSymbol when Takes(method, index, "ReadOnlyMemory", 0) => $"{text}.AsMemory(0, {count})",
                IArrayTypeSymbol when hasRange => $"{text}[..{count}]",
                { Name: "IEnumerable" or "ICollection" } when model.GetTypeInfo(arguments[index].Expression, cancellationToken).Type is IArrayTypeSymbol { ElementType: var element } =>
                    $"new ArraySegment<{element.ToMinimalDisplayString(model, use.SpanStart)}>({text}, 0, {count})",
                _ => null,
            };
            if (part is null)
            {
                return false;
            }

            if (part.Contains(".As") || part.StartsWith("new ", StringComparison.Ordinal))
            {
                Imports.Ensure(edits, model, use.SpanStart, "System");
            }

            edits.Replace(arguments[index], part);
            return true;
        }

        return false;
    }

    /// <summary>Whether an overload takes the part as such: an array with offset and count behind it, a span, a memory.</summary>
    private static bool Takes(IMethodSymbol method, int position, string type, int more)
    {
        var declared = method.ReducedFrom ?? method;
        var index = position + (method.ReducedFrom is null ? 0 : 1);
        return declared.ContainingType.GetMembers(declared.Name).OfType<IMethodSymbol>().Any(other => other.IsStatic == declared.IsStatic
            && other.Parameters.Length == declared.Parameters.Length + more
            && (type == "Array" ? other.Parameters[index].Type is IArrayTypeSymbol : other.Parameters[index].Type.Name == type)
            && Enumerable.Range(index + 1, more).All(next => other.Parameters[next].Type.SpecialType == SpecialType.System_Int32)
            && Enumerable.Range(0, index).All(before => SymbolEqualityComparer.Default.Equals(other.Parameters[before].Type, declared.Parameters[before].Type)));
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
