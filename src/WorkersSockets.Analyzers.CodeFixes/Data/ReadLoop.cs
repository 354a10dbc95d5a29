using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>
/// Writes a loop that gathers one message where one read stood: it ends when the buffer is full, the message is complete or the
/// stream ends, so the code behind it finds the same variables as before.
/// </summary>
internal sealed class ReadLoop
{
    private readonly SemanticModel model;

    private ReadLoop(SemanticModel model, ReadCall read, StatementSyntax statement, string buffer, string size, Func<string, string> next, bool isArray)
    {
        this.model = model;
        Read = read;
        Statement = statement;
        Buffer = buffer;
        Size = size;
        Next = next;
        IsArray = isArray;
    }

    public ReadCall Read { get; }
    public StatementSyntax Statement { get; }

    /// <summary>The buffer's expression.</summary>
    public string Buffer { get; }

    /// <summary>How many bytes fit or are wanted.</summary>
    public string Size { get; }

    /// <summary>The call that reads on behind so many bytes.</summary>
    private Func<string, string> Next { get; }
    public bool IsArray { get; }

    /// <summary>The loop for a read, or null where its buffer or its place does not allow one.</summary>
    public static ReadLoop? Create(ReadCall read, SemanticModel model, CancellationToken cancellationToken)
    {
        var statement = read.Value.FirstAncestorOrSelf<StatementSyntax>();
        if (read.Result != ReadResult.Count || read.Receiver is null || statement is null || Statements.IsEmbedded(statement)
            || statement is not (LocalDeclarationStatementSyntax or ExpressionStatementSyntax or ReturnStatementSyntax or IfStatementSyntax)
            || statement.Parent is not (BlockSyntax or GlobalStatementSyntax)
            || (statement is IfStatementSyntax choice && !choice.Condition.Span.Contains(read.Value.Span))
            || read.Value.AncestorsAndSelf().TakeWhile(node => node != statement).Any(node => node is AnonymousFunctionExpressionSyntax or ConditionalExpressionSyntax)
            || read.Call.ArgumentList.Arguments is not { Count: > 0 } arguments
            || read.Method.ReducedFrom is not null
            || arguments.Any(argument => argument.NameColon is not null || argument.RefKindKeyword.RawKind != 0))
        {
            return null;
        }

        // The wait is part of the statement, not of a task that is kept.
        if (model.GetTypeInfo(read.Value, cancellationToken).Type?.SpecialType != SpecialType.System_Int32)
        {
            return null;
        }

        var start = $"{read.Receiver}.{((MemberAccessExpressionSyntax)read.Call.Expression).Name}";
        var first = arguments[0].Expression;
        var parameters = read.Method.Parameters;
        string Rest(int from) => string.Concat(arguments.Skip(from).Select(argument => ", " + argument));
        string Call(string inner) => $"{(read.IsAwaited ? "await " : "")}{start}({inner}){read.Tail}";

        if (parameters.Length >= 3 && parameters[0].Type is IArrayTypeSymbol && parameters[1].Type.SpecialType == SpecialType.System_Int32
            && parameters[2].Type.SpecialType == SpecialType.System_Int32)
        {
            if (arguments.Count < 3 || !IsSimple(first) || arguments[1].Expression.ToString() != "0" || !IsSimple(arguments[2].Expression))
            {
                return null;
            }

            var size = arguments[2].Expression.ToString();
            return new ReadLoop(model, read, statement, first.ToString(), size, count => Call($"{first}, {count}, {size} - {count}{Rest(3)}"), isArray: true);
        }

        if (parameters.Length >= 2 && parameters[0].Type is IArrayTypeSymbol && parameters[1].Type.SpecialType == SpecialType.System_Int32)
        {
            return null;
        }

        var type = model.GetTypeInfo(first, cancellationToken).Type;
        if (type is IArrayTypeSymbol && IsSimple(first))
        {
            var name = read.Method.Name;
            var isSpan = parameters[0].Type is IArrayTypeSymbol || parameters[0].Type.Name == "Span";
            if (parameters[0].Type.Name is "ArraySegment")
            {
                return new ReadLoop(model, read, statement, first.ToString(), $"{first}.Length", count => Call($"new ArraySegment<byte>({first}, {count}, {first}.Length - {count}){Rest(1)}"), isArray: true);
            }

            if (!HasViews(model, isSpan))
            {
                // Frameworks without spans take the array, where the rest begins and how long it is.
                var flags = read.Method.ContainingType.Name == "Socket" && arguments.Count == 1 ? ", SocketFlags.None" : Rest(1);
                return TakesOffset(read.Method)
                    ? new ReadLoop(model, read, statement, first.ToString(), $"{first}.Length", count => Call($"{first}, {count}, {first}.Length - {count}{flags}"), isArray: true)
                    : null;
            }

            return new ReadLoop(model, read, statement, first.ToString(), $"{first}.Length", count => Call($"{first}.{(isSpan ? "AsSpan" : "AsMemory")}({count}){Rest(1)}"), isArray: true);
        }

        if (type?.Name is "Memory" or "Span" && IsSimple(first))
        {
            return new ReadLoop(model, read, statement, first.ToString(), $"{first}.Length", count => Call($"{first}.Slice({count}){Rest(1)}"), isArray: false);
        }

        if (type is INamedTypeSymbol { Name: "ArraySegment" } && IsSimple(first) && !type.GetMembers("Slice").IsEmpty)
        {
            return new ReadLoop(model, read, statement, first.ToString(), $"{first}.Count", count => Call($"{first}.Slice({count}){Rest(1)}"), isArray: false);
        }

        if (first is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsMemory" or "AsSpan" } slice } sliced && IsSimple(slice.Expression))
        {
            var bounds = sliced.ArgumentList.Arguments;
            if (bounds.Count == 0)
            {
                return new ReadLoop(model, read, statement, slice.Expression.ToString(), $"{slice.Expression}.Length", count => Call($"{slice}({count}){Rest(1)}"), isArray: true);
            }

            if (bounds.Count == 2 && bounds[0].ToString() == "0" && IsSimple(bounds[1].Expression))
            {
                var size = bounds[1].Expression.ToString();
                return new ReadLoop(model, read, statement, slice.Expression.ToString(), size, count => Call($"{slice}({count}, {size} - {count}){Rest(1)}"), isArray: true);
            }
        }

        if (first is ObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } parts } segment && segment.Type.ToString().StartsWith("ArraySegment", StringComparison.Ordinal) && IsSimple(parts[0].Expression))
        {
            var array = parts[0].Expression.ToString();
            return new ReadLoop(model, read, statement, array, $"{array}.Length", count => Call($"new {segment.Type}({array}, {count}, {array}.Length - {count}){Rest(1)}"), isArray: true);
        }

        return null;
    }

    /// <summary>Whether arrays have <c>AsSpan</c>, or <c>AsMemory</c>.</summary>
    private static bool HasViews(SemanticModel model, bool isSpan) =>
        model.Compilation.GetTypeByMetadataName(isSpan ? "System.Span`1" : "System.Memory`1") is not null && model.Compilation.GetTypeByMetadataName("System.MemoryExtensions") is not null;

    /// <summary>Whether the method has an overload with an offset and a count.</summary>
    private static bool TakesOffset(IMethodSymbol method) => method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Any(other =>
        other.Parameters.Length >= 3 && other.Parameters[0].Type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte }
        && other.Parameters[1].Type.SpecialType == SpecialType.System_Int32 && other.Parameters[2].Type.SpecialType == SpecialType.System_Int32);

    /// <summary>Puts the loop where the read stood, and returns the name of the count; null where the variable is not one of this statement.</summary>
    /// <param name="needed">How many bytes are enough, where that is less than the buffer holds.</param>
    /// <param name="atEnd">What is done at the end of the stream.</param>
    public string? Write(SourceEdits edits, MessageEnd end, string? needed = null, string atEnd = "break;")
    {
        var useVar = Read.UsesVar(Statement);
        var type = useVar ? "var" : "int";
        var declaration = Statement as LocalDeclarationStatementSyntax;
        var declared = declaration is not null && Read.Variable is { } variable && !declaration.Declaration.Type.IsKind(SyntaxKind.RefType);
        var assigned = Statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } && assignment.Right == Read.Value && Read.Variable is not null;
        var discarded = Statement is ExpressionStatementSyntax { Expression: var expression }
            && (expression == Read.Value || (expression is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } discard && discard.Right == Read.Value));
        var count = (declared || assigned) && !discarded ? Read.Variable! : UniqueNames.ForLocal(Statement, "count");
        var once = NameOfPart(Statement, Read, count);
        var header = assigned && !discarded ? $"{count} = 0;" : declared ? $"{declaration!.Declaration.Type} {count} = 0;" : $"{type} {count} = 0;";
        var missing = end.IsMissing(Buffer, count);
        var found = missing is null ? "" : " && " + missing;
        var comment = TrailingComment(edits, Statement);
        var loop = $"{header}{(declared || assigned || discarded ? comment : null)}\nwhile ({count} < {needed ?? Size}{found})\n{{\n    {type} {once} = {Next(count)};\n    if ({once} == 0)\n    {{\n        {atEnd}\n    }}\n\n    {count} += {once};\n}}\n";
        if (new[] { "AsMemory(", "AsSpan(", "ArraySegment<", "Array." }.Any(loop.Contains))
        {
            Imports.Ensure(edits, model, Statement.SpanStart, "System");
        }

        if (loop.Contains("Encoding."))
        {
            Imports.Ensure(edits, model, Statement.SpanStart, "System.Text");
        }

        if (declared || assigned || discarded)
        {
            Statements.Replace(edits, Statement, loop.TrimEnd('\n') + (Statements.IsFollowedByCode(edits, Statement) ? "\n" + Statements.EmptyLine : ""));
            if (comment.Length > 0)
            {
                edits.Remove(new TextSpan(Statement.Span.End, comment.Length));
            }

            return count;
        }

        if (!Statements.TryInsertBefore(edits, Statement, loop + Statements.EmptyLine))
        {
            return null;
        }

        edits.Replace(Read.Value, count);
        return count;
    }

    /// <summary>A free name for what one of several reads yields.</summary>
    public static string NameOfPart(StatementSyntax statement, ReadCall read, string? sum) =>
        new[] { "read", "received", "chunk" }.FirstOrDefault(name => name != sum && UniqueNames.IsFree(statement, name, isNested: true) && !read.Call.DescendantTokens().Any(token => token.ValueText == name))
            ?? UniqueNames.ForLocal(statement, "read");

    /// <summary>A comment behind a statement on its line, with the space before it; empty where there is none.</summary>
    private static string TrailingComment(SourceEdits edits, StatementSyntax statement)
    {
        var line = edits.Text.Lines.GetLineFromPosition(statement.Span.End);
        var tail = edits.Text.ToString(TextSpan.FromBounds(statement.Span.End, line.End)).TrimEnd();
        return tail.TrimStart().StartsWith("//", StringComparison.Ordinal) ? tail : "";
    }

    private static bool IsSimple(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax or LiteralExpressionSyntax or ThisExpressionSyntax => true,
        MemberAccessExpressionSyntax access => IsSimple(access.Expression),
        _ => false,
    };
}
