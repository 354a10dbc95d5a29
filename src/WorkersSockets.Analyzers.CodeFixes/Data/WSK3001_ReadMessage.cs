using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Rules.Data;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>Reads on until the message is complete: to its size, to the end of the line, or to the end of the stream.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReadMessage))]
[Shared]
public sealed class ReadMessage : SocketFix
{
    /// <summary>Registers the fix for WSK3001.</summary>
    public ReadMessage()
        : base("WSK3001")
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

        if (diagnostic.AdditionalLocations.Count > 0 && IdleLoop.TryFix(edits, model, diagnostic, cancellationToken) is { } awaited)
        {
            variants.Add(edits.ToVariant("Loop", awaited.Title, document));
            return variants.ToImmutable();
        }

        if (ReadCall.At(edits.Root, diagnostic.Location.SourceSpan, model, cancellationToken) is not { } read)
        {
            return variants.ToImmutable();
        }

        diagnostic.Properties.TryGetValue(ReadReports.Use, out var use);
        diagnostic.Properties.TryGetValue(ReadReports.Needed, out var needed);

        // A size that the code names is all that the peer sends for sure; a buffer may be larger than any message.
        var isSized = use is null || needed is not null || diagnostic.Properties.GetValueOrDefault(ReadReports.Sized) is not null;
        if (diagnostic.Properties.TryGetValue(ReadReports.Repeated, out var repeated) && repeated is not null)
        {
            if (IdleLoop.TryFixShort(edits, read))
            {
                variants.Add(edits.ToVariant("Loop", MessageEnd.Close.Title, document));
                return variants.ToImmutable();
            }

            // Where one message ends and the next begins, only its size tells.
            if (read.IsWorkers || !isSized || (use is not null && needed is not null && needed != diagnostic.Properties.GetValueOrDefault(ReadReports.Size)))
            {
                return variants.ToImmutable();
            }
        }

        if (read.IsWorkers)
        {
            if (ReadOnWorkers(edits, model, read, cancellationToken) is { } seen)
            {
                variants.Add(edits.ToVariant("Loop", seen.Title, document));
            }

            return variants.ToImmutable();
        }

        // What is less than the buffer holds is named.
        var enough = needed == diagnostic.Properties.GetValueOrDefault(ReadReports.Size) ? null : needed;
        if (ReadLoop.Create(read, model, cancellationToken) is { } loop)
        {
            var end = isSized ? MessageEnd.Size : loop.IsArray && IsByteArray(read) ? MessageEnd.Around(read.Call, canSeeHead: true) : MessageEnd.Close;
            if (loop.Write(edits, end, enough) is not null)
            {
                if (isSized)
                {
                    EndChecks.Widen(edits, read, enough ?? loop.Size);
                }

                variants.Add(edits.ToVariant("Loop", end.Title, document));
            }
        }

        if (isSized && await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false) is { } exact && ReadAtLeast(exact, model, read, enough, cancellationToken))
        {
            variants.Add(exact.ToVariant("Exactly", "Read the exact number of bytes", document));
        }

        return variants.ToImmutable();
    }

    private static bool IsByteArray(ReadCall read) => read.Method.ContainingType.Name is not ("StreamReader" or "TextReader");

    /// <summary>ReadAtLeast with the size that is wanted: less than that only at the end of the stream, as the check behind it expects.</summary>
    private static bool ReadAtLeast(SourceEdits edits, SemanticModel model, ReadCall read, string? needed, CancellationToken cancellationToken)
    {
        var isAsync = read.Method.Name == "ReadAsync";
        if (read.Method.Name is not ("Read" or "ReadAsync") || read.Call.Expression is not MemberAccessExpressionSyntax access
            || model.Compilation.GetTypeByMetadataName("System.IO.Stream") is not { } stream
            || stream.GetMembers(isAsync ? "ReadAtLeastAsync" : "ReadAtLeast").IsEmpty
            || !Inherits(read.Method.ContainingType, stream) || (isAsync && !read.IsAwaited))
        {
            return false;
        }

        var arguments = read.Call.ArgumentList.Arguments;
        if (arguments.Where((argument, index) => argument.NameColon is { } name && read.Method.Parameters[index].Name != name.Name.Identifier.ValueText).Any())
        {
            return false;
        }

        var view = isAsync ? "AsMemory" : "AsSpan";
        string buffer, size, rest;
        if (arguments.Count >= 3 && read.Method.Parameters[0].Type is IArrayTypeSymbol)
        {
            size = arguments[2].Expression.ToString();
            var (array, start) = (arguments[0].Expression, arguments[1].Expression.ToString());
            buffer = start == "0" && (size == $"{array}.Length" || size == ReadCall.SizeOf(array, model, cancellationToken)?.ToString()) ? array.ToString() : $"{array}.{view}({start}, {size})";
            rest = arguments.Count > 3 ? ", " + arguments[3] : "";
        }
        else if (arguments.Count is 1 or 2)
        {
            buffer = arguments[0].Expression.ToString();
            rest = arguments.Count > 1 ? ", " + arguments[1] : "";
            if (arguments[0].Expression is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } bounds } && bounds[0].ToString() == "0")
            {
                size = bounds[1].Expression.ToString();
            }
            else if (arguments[0].Expression is IdentifierNameSyntax)
            {
                size = $"{buffer}.Length";
            }
            else
            {
                return false;
            }
        }
        else
        {
            return false;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.Contains($".{view}("))
        {
            Imports.Ensure(edits, model, read.Call.SpanStart, "System");
        }

        edits.Replace(access.Name, isAsync ? "ReadAtLeastAsync" : "ReadAtLeast");
        edits.Replace(read.Call.ArgumentList, $"({buffer}, {needed ?? size}, throwOnEndOfStream: false{rest})");
        EndChecks.Widen(edits, read, needed ?? size);
        return true;
    }

    public static bool Inherits(ITypeSymbol? type, ITypeSymbol ancestor)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, ancestor))
            {
                return true;
            }
        }

        return false;
    }

    private static MessageEnd? ReadOnWorkers(SourceEdits edits, SemanticModel model, ReadCall read, CancellationToken cancellationToken)
    {
        if (!read.IsAwaited || read.Receiver is null)
        {
            return null;
        }

        var end = MessageEnd.Around(read.Call);

        // (await socket.ReadAsync()).Bytes
        if (read.Value.Parent is ParenthesizedExpressionSyntax { Parent: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Bytes" } part })
        {
            if (WorkerChunks.ReadAll(edits, model, part, read.Receiver.ToString(), end, cancellationToken) is not { } all)
            {
                return null;
            }

            edits.Replace(part, part.Parent is MemberAccessExpressionSyntax ? $"({all})" : all);
            return end;
        }

        if (Deconstruct(edits, model, read, end, cancellationToken))
        {
            return end;
        }

        if (read.Variable is not { } variable || read.Value.FirstAncestorOrSelf<StatementSyntax>() is not LocalDeclarationStatementSyntax { Parent: BlockSyntax scope } declaration
            || model.GetDeclaredSymbol(declaration.Declaration.Variables[0], cancellationToken) is not { } symbol)
        {
            return null;
        }

        var name = UniqueNames.ForLocal(declaration, "bytes");
        foreach (var use in scope.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (use.Identifier.ValueText != variable || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(use, cancellationToken).Symbol, symbol))
            {
                continue;
            }

            switch (use.Parent)
            {
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Bytes" } bytes when bytes.Expression == use:
                    edits.Replace(bytes, name);
                    break;
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Done" } done when done.Expression == use:
                    ReplaceDone(edits, done, name);
                    break;
                default:
                    return null;
            }
        }

        if (WorkerChunks.ReadAll(edits, model, declaration, read.Receiver.ToString(), end, cancellationToken) is not { } value)
        {
            return null;
        }

        edits.Replace(declaration.Declaration.Variables[0], $"{name} = {value}");
        if (!declaration.Declaration.Type.IsVar)
        {
            edits.Replace(declaration.Declaration.Type, "var");
        }

        return end;
    }

    /// <summary><c>var (done, bytes) = await socket.ReadAsync();</c></summary>
    private static bool Deconstruct(SourceEdits edits, SemanticModel model, ReadCall read, MessageEnd end, CancellationToken cancellationToken)
    {
        if (read.Value.Parent is not AssignmentExpressionSyntax { Left: DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax { Variables: { Count: 2 } parts } } } assignment
            || assignment.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax scope } statement
            || parts[1] is not SingleVariableDesignationSyntax bytes)
        {
            return false;
        }

        var done = (parts[0] as SingleVariableDesignationSyntax)?.Identifier.ValueText;
        foreach (var use in scope.DescendantNodes().OfType<IdentifierNameSyntax>().Where(use => use.Identifier.ValueText == done))
        {
            ReplaceDone(edits, use, bytes.Identifier.ValueText);
        }

        if (WorkerChunks.ReadAll(edits, model, statement, read.Receiver!.ToString(), end, cancellationToken) is not { } value)
        {
            return false;
        }

        edits.Replace(assignment, $"var {bytes.Identifier} = {value}");
        return true;
    }

    /// <summary>Nothing came before the end where the chunk was the last: "!done" asks for the opposite.</summary>
    private static void ReplaceDone(SourceEdits edits, ExpressionSyntax done, string bytes)
    {
        if (done.Parent is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not)
        {
            edits.Replace(not, $"{bytes}.Length > 0");
        }
        else
        {
            edits.Replace(done, $"{bytes}.Length == 0");
        }
    }
}
