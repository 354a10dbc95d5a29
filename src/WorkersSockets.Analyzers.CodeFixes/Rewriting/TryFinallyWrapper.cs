using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Puts the statements behind a statement into <c>try { … } finally { … }</c>.</summary>
internal static class TryFinallyWrapper
{
    /// <summary>
    /// Wraps what follows <paramref name="after"/> in its block, up to <paramref name="last"/> where that is given. Declarations
    /// that later statements need are hoisted. False, and no edit, where the code can't be wrapped.
    /// </summary>
    /// <param name="close">The statement or statements of the <c>finally</c> block, "\n" between lines.</param>
    public static bool TryWrap(
        SourceEdits edits, SemanticModel model, StatementSyntax after, string close, StatementSyntax? last = null, CancellationToken cancellationToken = default) =>
        TryWrapWith(edits, model, after, "finally", close, last, cancellationToken);

    /// <summary>Likewise, with any other clause, for example <c>catch (SocketException)</c>.</summary>
    public static bool TryWrapWith(
        SourceEdits edits, SemanticModel model, StatementSyntax after, string clause, string body, StatementSyntax? last = null, CancellationToken cancellationToken = default)
    {
        if (StatementRange.After(edits.Text, model, after, last, cancellationToken) is not { } range)
        {
            return false;
        }

        var layout = edits.Layout;
        var indent = range.Indent;
        var clauseStart = layout.BraceOnOwnLine ? $"{indent}}}{layout.NewLine}{indent}{clause}" : $"{indent}}} {clause}";
        range.Nest(
            edits,
            $"{indent}try{layout.OpenBlock(indent)}",
            $"{clauseStart}{layout.OpenBlock(indent)}{layout.Indent(body, indent + layout.Step)}{layout.NewLine}{indent}}}{layout.NewLine}");
        return true;
    }
}
