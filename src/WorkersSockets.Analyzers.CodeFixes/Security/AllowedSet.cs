using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Security;

/// <summary>
/// The set of allowed hosts or ports: a static field where the class can have one, a local in front of the endpoint in top-level statements, a
/// local of the function elsewhere.
/// </summary>
/// <param name="hosts">The hosts that it starts with; null for a set of ports.</param>
internal sealed class AllowedSet(SourceEdits edits, SemanticModel model, SyntaxNode function, IEnumerable<string>? hosts, CancellationToken cancellationToken)
{
    private readonly string names = string.Join(", ", (hosts ?? []).Select(host => SyntaxFactory.Literal(host).ToString()));
    private readonly bool isOfPorts = hosts is null;

    /// <summary>The Workers compiler takes no comparer and no target-typed set, and keeps static state of plain top-level classes only.</summary>
    private readonly bool isWorkers = model.Compilation.GetTypeByMetadataName("Workers.TcpSocket") is not null;

    private string Comment => isOfPorts
        ? "// The ports that this code may connect to; every other port is refused."
        : "// The hosts that this code may connect to; every other host is refused.";

    private string Field => isOfPorts ? "AllowedPorts" : "AllowedHosts";
    private string Local => isOfPorts ? "allowedPorts" : "allowedHosts";

    /// <summary>The Workers compiler has sets of text only.</summary>
    private string Collection => isOfPorts ? isWorkers ? "List<int>" : "HashSet<int>" : "HashSet<string>";

    private string Content => names.Length > 0 ? $"{{ {names} }}" : "{ }";

    /// <summary>Makes the set available to the function. Returns its name, and the statements in front of the guard that declare it, if there are any.</summary>
    public (string Name, string Declaration) Add()
    {
        Imports.Ensure(edits, model, function.SpanStart, "System.Collections.Generic");
        if (!isWorkers && !isOfPorts)
        {
            Imports.Ensure(edits, model, function.SpanStart, "System");
        }

        if (TryAddField() is { } field)
        {
            return (field, "");
        }

        return TryAddTopLevelLocal() is { } local ? (local, "") : AddLocal();
    }

    private string Made(bool isTargetTyped) => isWorkers || (isOfPorts && !isTargetTyped) ? $"new {Collection} {Content}"
        : isOfPorts ? $"new() {Content}"
        : $"new{(isTargetTyped ? "" : " " + Collection)}(StringComparer.OrdinalIgnoreCase) {Content}";

    private string WithComment(string declaration) => (names.Length > 0 ? "" : Comment + "\n") + declaration;

    private string? TryAddField()
    {
        if (function.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault() is not { Members.Count: > 0 } type
            || type is InterfaceDeclarationSyntax
            || model.GetDeclaredSymbol(type, cancellationToken) is not { } symbol
            || (isWorkers && !KeepsStaticState(type, symbol)))
        {
            return null;
        }

        if (symbol.GetMembers(Field).FirstOrDefault() is IFieldSymbol { IsStatic: true, Type.Name: "HashSet" or "List" })
        {
            return Field;
        }

        var first = type.Members[0];
        if (!SourceLayout.StartsLine(edits.Text, first.SpanStart))
        {
            return null;
        }

        var name = UniqueNames.ForMember(symbol, Field);
        var field = WithComment($"private static readonly {Collection} {name} = {Made(isTargetTyped: ((CSharpParseOptions)type.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp9)};");
        var start = first.GetLeadingTrivia().FirstOrDefault(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } comment
            ? edits.Text.Lines.GetLineFromPosition(comment.SpanStart).Start
            : edits.Text.Lines.GetLineFromPosition(first.GetFirstToken().SpanStart).Start;
        var newLine = edits.Layout.NewLine;
        edits.Insert(start, edits.Layout.Indent(field, SourceLayout.IndentOf(edits.Text, first)) + newLine + (first is FieldDeclarationSyntax ? "" : newLine));
        return name;
    }

    private static bool KeepsStaticState(TypeDeclarationSyntax type, INamedTypeSymbol symbol) =>
        type.Parent is not TypeDeclarationSyntax && type.TypeParameterList is null && !type.Modifiers.Any(SyntaxKind.PartialKeyword)
        && (symbol.IsStatic || (symbol.BaseType?.SpecialType == SpecialType.System_Object && symbol.GetAttributes().IsEmpty));

    /// <summary>In front of the statement that maps a lambda, which captures it.</summary>
    private string? TryAddTopLevelLocal()
    {
        if (edits.Root is not CompilationUnitSyntax unit
            || function is not AnonymousFunctionExpressionSyntax
            || function.Ancestors().OfType<GlobalStatementSyntax>().FirstOrDefault() is not { Statement: var statement }
            || function.AncestorsAndSelf().Any(node => node is LocalFunctionStatementSyntax
                || node is AnonymousFunctionExpressionSyntax { Modifiers: var modifiers } && modifiers.Any(SyntaxKind.StaticKeyword)))
        {
            return null;
        }

        var existing = unit.Members.OfType<GlobalStatementSyntax>().Select(member => member.Statement).OfType<LocalDeclarationStatementSyntax>()
            .SelectMany(declaration => declaration.Declaration.Variables)
            .FirstOrDefault(variable => variable.Identifier.ValueText == Local && variable.SpanStart < statement.SpanStart);
        if (existing is not null && model.GetDeclaredSymbol(existing, cancellationToken) is ILocalSymbol { Type.Name: "HashSet" or "List" })
        {
            return Local;
        }

        // A local function has names of its own.
        var isTaken = unit.DescendantTokens(node => node is not LocalFunctionStatementSyntax).Any(IsLocal);
        var name = isTaken ? UniqueNames.ForLocal(statement, Local) : Local;
        return Statements.TryInsertBefore(edits, statement, WithComment($"var {name} = {Made(isTargetTyped: false)};")) ? name : null;
    }

    private bool IsLocal(SyntaxToken token) => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == Local;

    private (string Name, string Declaration) AddLocal()
    {
        var existing = function.DescendantNodes().OfType<VariableDeclaratorSyntax>().FirstOrDefault(variable => variable.Identifier.ValueText == Local
            && variable.Parent?.Parent is LocalDeclarationStatementSyntax { Parent: BlockSyntax block } && block.Parent == function);
        if (existing is not null && model.GetDeclaredSymbol(existing, cancellationToken) is ILocalSymbol { Type.Name: "HashSet" or "List" })
        {
            return (Local, "");
        }

        // A local function or lambda may use a name that is taken around it.
        var isTaken = function.DescendantTokens().Any(IsLocal);
        var name = isTaken ? UniqueNames.ForLocal(function, Local) : Local;
        return (name, WithComment($"var {name} = {Made(isTargetTyped: false)};") + "\n");
    }
}
