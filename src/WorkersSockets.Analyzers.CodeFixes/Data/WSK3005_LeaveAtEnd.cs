using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>Leaves a read loop once the peer has closed: by <c>break</c>, or by an exception where an incomplete message would be used.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LeaveAtEnd))]
[Shared]
public sealed class LeaveAtEnd : SocketFix
{
    private const string Title = "Leave the loop at the end of the stream";

    /// <summary>Registers the fix for WSK3005.</summary>
    public LeaveAtEnd()
        : base("WSK3005")
    {
    }

    internal override async Task<ImmutableArray<FixVariant>> GetVariantsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (model is null
            || await SourceEdits.CreateAsync(document, cancellationToken).ConfigureAwait(false) is not { } edits
            || ReadCall.At(edits.Root, diagnostic.Location.SourceSpan, model, cancellationToken) is not { } read
            || read.Call.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || EndChecks.LoopOf(read) is not { } loop
            || EndChecks.TryExit(edits, model, read, loop, cancellationToken) is not { } exit)
        {
            return ImmutableArray<FixVariant>.Empty;
        }

        return TryFix(edits, model, read, statement, loop, exit)
            ? ImmutableArray.Create(edits.ToVariant("EndCheck", Title, document))
            : ImmutableArray<FixVariant>.Empty;
    }

    private static bool TryFix(SourceEdits edits, SemanticModel model, ReadCall read, StatementSyntax statement, StatementSyntax loop, string exit)
    {
        // while ((c = stream.ReadByte()) != '\n')
        if (statement == loop)
        {
            if (loop is WhileStatementSyntax { Condition: BinaryExpressionSyntax condition } && condition.Left is ParenthesizedExpressionSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax variable } }
                && EndOf(read, variable.Identifier.ValueText, negated: true) is { } goesOn)
            {
                edits.Insert(condition.Span.End, " && " + goesOn);
                return true;
            }

            return false;
        }

        // if (n == 0) continue;
        if (read.Variable is { } counted && EndChecks.Next(statement) is IfStatementSyntax { Else: null } skip
            && skip.Condition.ToString() is var asked && (asked == EndOf(read, counted, negated: false) || asked == $"{counted} <= 0" || asked == $"{counted} < 1" || asked == $"{counted} == null")
            && (skip.Statement is BlockSyntax { Statements: { Count: 1 } only } ? only[0] : skip.Statement) is ContinueStatementSyntax goOn)
        {
            edits.Replace(goOn, exit);
            return true;
        }

        // var (done, bytes) = await socket.ReadAsync();
        if (read.Value.Parent is AssignmentExpressionSyntax { Left: DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax { Variables: { Count: 2 } parts } } }
            && parts[0] is SingleVariableDesignationSyntax done)
        {
            return EndChecks.TryInsert(edits, statement, done.Identifier.ValueText, exit);
        }

        // stream.Read(buffer);
        if (read.Value.Parent is ExpressionStatementSyntax && read.Result == ReadResult.Count && !Statements.IsEmbedded(statement))
        {
            var unseen = UniqueNames.ForLocal(statement, "count");
            edits.Insert(statement.SpanStart, $"{(read.UsesVar(statement) ? "var" : "int")} {unseen} = ");
            return EndChecks.TryInsert(edits, statement, $"{unseen} == 0", exit);
        }

        // var c = (char)stream.ReadByte();
        if (read is { Result: ReadResult.Unit, Value.Parent: CastExpressionSyntax { Parent: EqualsValueClauseSyntax or AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax } } } && !Statements.IsEmbedded(statement))
        {
            var unit = UniqueNames.ForLocal(statement, "next");
            if (!Statements.TryInsertBefore(edits, statement, $"{(read.UsesVar(statement) ? "var" : "int")} {unit} = {read.Value};\nif ({unit} < 0)\n{{\n    {exit}\n}}\n{Statements.EmptyLine}"))
            {
                return false;
            }

            edits.Replace(read.Value, unit);
            return true;
        }

        if (read.Variable is { } name && EndOf(read, name, negated: false) is { } end
            && statement is LocalDeclarationStatementSyntax or ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } })
        {
            return EndChecks.TryElse(edits, read, exit) || EndChecks.TryInsert(edits, statement, end, exit);
        }

        // total += stream.Read(…);
        if (statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression } sum } && sum.Right == read.Value && !Statements.IsEmbedded(statement))
        {
            var count = ReadLoop.NameOfPart(statement, read, sum.Left.ToString());
            var type = read.UsesVar(statement) ? "var" : "int";
            Statements.Replace(edits, statement, $"{type} {count} = {sum.Right};\nif ({count} == 0)\n{{\n    {exit}\n}}\n\n{sum.Left} += {count};");
            return true;
        }

        return TryHoist(edits, read, statement, exit);
    }

    /// <summary><c>switch (reader.ReadLine())</c>, <c>Handle(reader.ReadLine())</c>: what was read gets a variable in front of the statement.</summary>
    private static bool TryHoist(SourceEdits edits, ReadCall read, StatementSyntax statement, string exit)
    {
        var used = read.Value.Parent is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } trusted ? trusted : read.Value;
        var isWhole = statement switch
        {
            SwitchStatementSyntax choice => choice.Expression == used,
            ExpressionStatementSyntax { Expression: var expression } => IsArgumentOf(expression is AwaitExpressionSyntax { Expression: var awaited } ? awaited : expression, used),
            _ => false,
        };
        var (name, type) = read.Result switch
        {
            ReadResult.Line => ("line", "string"),
            ReadResult.Unit => ("next", "int"),
            ReadResult.Count => ("count", "int"),
            _ => ("", ""),
        };
        if (!isWhole || name.Length == 0 || Statements.IsEmbedded(statement))
        {
            return false;
        }

        name = UniqueNames.ForLocal(statement, name);
        if (!Statements.TryInsertBefore(edits, statement, $"{(read.UsesVar(statement) || type == "string" ? "var" : type)} {name} = {read.Value};\nif ({EndOf(read, name, negated: false)})\n{{\n    {exit}\n}}\n{Statements.EmptyLine}"))
        {
            return false;
        }

        edits.Replace(used, name);
        return true;
    }

    /// <summary>The first argument of a call whose receiver does nothing itself.</summary>
    private static bool IsArgumentOf(ExpressionSyntax expression, ExpressionSyntax value) =>
        expression is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } call && arguments[0].Expression == value
        && !call.Expression.DescendantNodesAndSelf().Any(node => node is InvocationExpressionSyntax or ConditionalAccessExpressionSyntax or AssignmentExpressionSyntax);

    private static string? EndOf(ReadCall read, string name, bool negated) => read.Result switch
    {
        ReadResult.Count => negated ? $"{name} > 0" : $"{name} == 0",
        ReadResult.Unit => negated ? $"{name} >= 0" : $"{name} < 0",
        ReadResult.Line => negated ? $"{name} is not null" : $"{name} is null",
        ReadResult.Object => negated ? $"!{name}.Done" : $"{name}.Done",
        _ => null,
    };
}
