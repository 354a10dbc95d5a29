using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>Rewrites of a source that must not change what the rules find in it.</summary>
internal static class Variants
{
    public static readonly IReadOnlyList<Variant> All =
    [
        new("as it is", (_, code) => code),
        new("CRLF", (_, code) => code.Replace("\n", "\r\n", StringComparison.Ordinal)),
        new("tabs", (_, code) => string.Join('\n', code.Split('\n').Select(Tabbed))),
        new("file-scoped namespace", (_, code) => InNamespace(code, isBlock: false)),
        new("block namespace", (_, code) => InNamespace(code, isBlock: true)),
        new("regions", (_, code) => InBodies(code, indent => $"{indent}#region Part\n", indent => $"{indent}#endregion\n")),
        new("comment lines", (_, code) => Commented(code)),
        new("comments at the ends of lines", (_, code) => CommentedEnds(code)),
        new("comments between arguments", (_, code) => CommentedArguments(code)),
        new("directives", (_, code) => "#define ON\n" + code),
        new("conditional parts", (_, code) => code.Contains('#', StringComparison.Ordinal) ? null : InBodies("#define ON\n" + code, _ => "#if ON\n", _ => "#else\n        This is no code.\n#endif\n")),
        new("braces at the ends of lines", (_, code) => LayoutVariants.BracesAtEnds(code)),
        new("two spaces", (_, code) => LayoutVariants.TwoSpaces(code)),
        new("no braces", (_, code) => LayoutVariants.WithoutBraces(code)),
        new("blank lines", (_, code) => LayoutVariants.BlankLines(code)),
        new("arguments on lines", (_, code) => LayoutVariants.ArgumentsOnLines(code)),
        new("comments at braces", (_, code) => LayoutVariants.CommentsAtBraces(code)),
        new("no line end at the end", (_, code) => code.EndsWith('\n') ? code.TrimEnd('\n') : null),
        new("on one line", (_, code) => LayoutVariants.OnOneLine(code)),
        new("in if", (_, code) => Wrapped(code, "if (Environment.TickCount64 > 0)", "else", "throw new InvalidOperationException();"), On.DotNet),
        new("in try and finally", (_, code) => Wrapped(code, "try", "finally", "Console.WriteLine(\"left\");")),
        new("in try and catch", (surface, code) => Wrapped(code, "try", surface == On.DotNet ? "catch (FormatException)" : "catch (Exception) when (DateTimeOffset.UtcNow.Ticks == 0)", "throw;")) { Hides = ["WSK2006"] },
        new("in a local function", (_, code) => InLocalFunction(code), On.DotNet),
        new("explicit types", (surface, code) => Explicit(surface, code)),
        new("var", (_, code) => Implicit(code)),
        new("named arguments", (surface, code) => NamedArguments(surface, code)),
        new("documented", (_, code) => LayoutVariants.Documented(code)),
        new("expression bodies", (_, code) => ExpressionBodied(code)),
        new("block bodies", (_, code) => BlockBodied(code)),
        new("no nullable", (_, code) => "#nullable disable\n" + code),
        new("own usings", WithUsings) { Platform = Platform.OwnUsings },
        new("C# 8", WithUsings, On.DotNet) { Platform = Platform.CSharp8 },
        new("C# 9", WithUsings, On.DotNet) { Platform = Platform.CSharp9 },
        new("C# 10", (_, code) => code, On.DotNet) { Platform = Platform.CSharp10 },
        new("C# 11", (_, code) => code, On.DotNet) { Platform = Platform.CSharp11 },
        new("netstandard2.0", (surface, code) => WithUsings(surface, code.Replace("string?", "string", StringComparison.Ordinal)), On.DotNet) { Platform = Platform.NetStandard },
        new("in lock", (_, code) => code.Contains("await", StringComparison.Ordinal) ? null : Wrapped(code, "lock (string.Empty)", "if (Environment.TickCount64 < 0)", "throw new InvalidOperationException();"), On.DotNet) { Hides = ["WSK1001", "WSK1002", "WSK2001"] },
        new("in switch", (_, code) => StructureVariants.InSwitch(code)),
        new("in a lambda", (_, code) => StructureVariants.InLambda(code), On.DotNet) { Hides = ["WSK4005"] },
        new("in a constructor", (_, code) => StructureVariants.InConstructor(code), On.DotNet) { Hides = ["WSK4005"] },
        new("in a property", (_, code) => StructureVariants.InProperty(code), On.DotNet),
        new("in an iterator", (_, code) => StructureVariants.InIterator(code), On.DotNet),
        new("of an interface", (_, code) => StructureVariants.OfInterface(code), On.DotNet),
        new("of a base class", (_, code) => StructureVariants.OfBase(code), On.DotNet),
        new("of a record", (_, code) => StructureVariants.OfRecord(code), On.DotNet),
        new("of a partial class", (_, code) => StructureVariants.OfPartial(code), On.DotNet),
        new("of a nested class", (_, code) => StructureVariants.OfNested(code), On.DotNet),
        new("of a program", (_, code) => StructureVariants.OfProgram(code), On.DotNet),
        new("statements of a program", (_, code) => StructureVariants.AsProgram(code), On.DotNet),
        new("public", (_, code) => StructureVariants.Public(code)),
        new("ConfigureAwait(false)", (surface, code) => StructureVariants.ConfigureAwait(surface, code), On.DotNet),
        new("asynchronous", (_, code) => StructureVariants.Asynchronous(code), On.DotNet),
        new("blocking", (_, code) => StructureVariants.Blocking(code), On.DotNet),
        new("value tasks", (_, code) => StructureVariants.ValueTasks(code), On.DotNet),
        new("generic", (_, code) => StructureVariants.Generic(code), On.DotNet),
    ];

    internal static bool HasLiteralsOverLines(SyntaxNode root) => root.DescendantTokens().Any(token => token.Text.Contains('\n', StringComparison.Ordinal))
        || root.DescendantNodes().Any(node => node is InterpolatedStringExpressionSyntax && node.ToString().Contains('\n', StringComparison.Ordinal));

    internal static CompilationUnitSyntax Parse(string code) => (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Latest)).GetRoot();

    private static string Tabbed(string line)
    {
        var spaces = line.Length - line.TrimStart(' ').Length;
        return new string('\t', spaces / 4) + line[(spaces / 4 * 4)..];
    }

    private static string? InNamespace(string code, bool isBlock)
    {
        var root = Parse(code);
        if (HasLiteralsOverLines(root) || root.Externs.Any() || root.AttributeLists.Any() || code.Contains('#', StringComparison.Ordinal)
            || root.Usings.Any(directive => !directive.GlobalKeyword.IsKind(SyntaxKind.None))
            || root.Members.Count == 0 || root.Members.Any(member => member is BaseNamespaceDeclarationSyntax or GlobalStatementSyntax))
        {
            return null;
        }

        var start = root.Members[0].FullSpan.Start;
        var (head, rest) = (code[..start], code[start..].TrimStart('\n'));
        return isBlock
            ? $"{head.TrimEnd('\n')}{(head.Length > 0 ? "\n\n" : "")}namespace Wrapped.Inside\n{{\n{string.Concat(rest.TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "\n" : "    " + line + "\n"))}}}\n"
            : $"{head.TrimEnd('\n')}{(head.Length > 0 ? "\n\n" : "")}namespace Wrapped.Inside;\n\n{rest}";
    }

    /// <summary>Blocks whose braces stand on lines of their own, which is how the corpus is written.</summary>
    internal static IEnumerable<BlockSyntax> Bodies(string code, SyntaxNode root) => root.DescendantNodes().OfType<BlockSyntax>()
        .Where(block => block.Parent is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax && block.Statements.Count > 0)
        .Where(block => StandsAlone(code, block.OpenBraceToken) && StandsAlone(code, block.CloseBraceToken) && !block.Ancestors().OfType<BlockSyntax>().Any());

    private static bool StandsAlone(string code, SyntaxToken brace)
    {
        var start = code.LastIndexOf('\n', Math.Max(0, brace.SpanStart - 1)) + 1;
        var end = code.IndexOf('\n', brace.Span.End) is var found and >= 0 ? found : code.Length;
        return code[start..end].Trim() is "{" or "}";
    }

    internal static (int Start, int End, string Indent) Inside(string code, BlockSyntax block)
    {
        var start = code.IndexOf('\n', block.OpenBraceToken.SpanStart) + 1;
        var end = code.LastIndexOf('\n', block.CloseBraceToken.SpanStart) + 1;
        var line = code.LastIndexOf('\n', block.OpenBraceToken.SpanStart) + 1;
        return (start, end, code[line..block.OpenBraceToken.SpanStart] + "    ");
    }

    private static string? InBodies(string code, Func<string, string> before, Func<string, string> behind)
    {
        var bodies = Bodies(code, Parse(code)).Select(block => Inside(code, block)).OrderByDescending(inside => inside.Start).ToList();
        foreach (var (start, end, indent) in bodies)
        {
            code = code.Insert(end, behind(indent)).Insert(start, before(indent));
        }

        return bodies.Count > 0 ? code : null;
    }

    private static string? Wrapped(string code, string head, string second, string statement)
    {
        var root = Parse(code);

        // What is declared at the end of an outer body stays where it is: names must not come to stand in two scopes.
        var bodies = Bodies(code, root)
            .Where(block => block.Parent is MethodDeclarationSyntax && !block.DescendantNodes().OfType<YieldStatementSyntax>().Any() && !block.Statements.Any(inner => inner is LocalFunctionStatementSyntax or LabeledStatementSyntax))
            .Select(block => Inside(code, block)).OrderByDescending(inside => inside.Start).ToList();
        if (bodies.Count == 0 || HasLiteralsOverLines(root) || code.Contains("#", StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var (start, end, indent) in bodies)
        {
            var inner = string.Concat(code[start..end].TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "\n" : "    " + line + "\n"));
            code = $"{code[..start]}{indent}{head}\n{indent}{{\n{inner}{indent}}}\n{indent}{second}\n{indent}{{\n{indent}    {statement}\n{indent}}}\n{code[end..]}";
        }

        return code;
    }

    private static string? InLocalFunction(string code)
    {
        var root = Parse(code);
        if (HasLiteralsOverLines(root) || code.Contains("#", StringComparison.Ordinal))
        {
            return null;
        }

        var bodies = Bodies(code, root)
            .Where(block => block.Parent is MethodDeclarationSyntax method
                && method.ReturnType.ToString() is "Task" or "async Task"
                && block.Parent is MethodDeclarationSyntax { Modifiers: var modifiers, ParameterList.Parameters: var parameters }
                && modifiers.Any(SyntaxKind.AsyncKeyword)
                && !parameters.Any(parameter => parameter.Modifiers.Any())
                && !block.Statements.Any(inner => inner is LocalFunctionStatementSyntax))
            .Select(block => Inside(code, block)).OrderByDescending(inside => inside.Start).ToList();
        foreach (var (start, end, indent) in bodies)
        {
            var inner = string.Concat(code[start..end].TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "\n" : "    " + line + "\n"));
            code = $"{code[..start]}{indent}await InnerAsync();\n\n{indent}async Task InnerAsync()\n{indent}{{\n{inner}{indent}}}\n{code[end..]}";
        }

        return bodies.Count > 0 ? code : null;
    }

    private static string? Commented(string code)
    {
        var root = Parse(code);
        var statements = root.DescendantNodes().OfType<StatementSyntax>()
            .Where(statement => statement.Parent is BlockSyntax && statement is not BlockSyntax && IsFirstOnLine(code, statement.SpanStart)).OrderByDescending(statement => statement.SpanStart).ToList();
        var number = statements.Count;
        foreach (var statement in statements)
        {
            var line = code.LastIndexOf('\n', Math.Max(0, statement.SpanStart - 1)) + 1;
            code = code.Insert(line, $"{code[line..statement.SpanStart]}// Note {number--}.\n");
        }

        return statements.Count > 0 ? code : null;
    }

    private static string? CommentedEnds(string code)
    {
        var root = Parse(code);
        var ends = root.DescendantNodes().OfType<StatementSyntax>()
            .Where(statement => statement.Parent is BlockSyntax && statement is not BlockSyntax)
            .Select(statement => statement.Span.End).Where(end => end < code.Length && code[end] == '\n').OrderDescending().Distinct().ToList();
        var number = ends.Count;
        foreach (var end in ends)
        {
            code = code.Insert(end, $" // end {number--}");
        }

        return ends.Count > 0 ? code : null;
    }

    private static string? CommentedArguments(string code)
    {
        var root = Parse(code);
        var arguments = root.DescendantNodes().OfType<ArgumentSyntax>().Where(argument => argument.Parent is ArgumentListSyntax && !argument.Ancestors().Any(node => node is InterpolationSyntax))
            .Select(argument => argument.Span.End).OrderDescending().ToList();
        var number = arguments.Count;
        foreach (var end in arguments)
        {
            code = code.Insert(end, $" /* given {number--} */");
        }

        return arguments.Count > 0 ? code : null;
    }

    internal static bool IsFirstOnLine(string code, int position)
    {
        var line = code.LastIndexOf('\n', Math.Max(0, position - 1)) + 1;
        return position > 0 && string.IsNullOrWhiteSpace(code[line..position]);
    }

    /// <summary>The namespaces that the file uses, named at its top: what a project without global usings looks like.</summary>
    private static string? WithUsings(On surface, string code)
    {
        if (code.Contains("global using", StringComparison.Ordinal) || code.StartsWith('#'))
        {
            return null;
        }

        var names = Verify.UsingsFor(surface).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Replace("global using ", "", StringComparison.Ordinal).Trim(' ', ';'))
            .Where(name => !code.Contains($"using {name};", StringComparison.Ordinal)).ToList();
        var all = string.Concat(names.Select(name => $"using {name};\n")) + code;
        var compilation = Platform.OwnUsings.Compile(surface, all);
        var unused = compilation.GetDiagnostics().Where(message => message.Id == "CS8019").Select(message => message.Location.SourceTree!.ToString()[message.Location.SourceSpan.Start..message.Location.SourceSpan.End]).ToList();
        var used = names.Where(name => !unused.Contains($"using {name};")).OrderBy(name => !name.StartsWith("System", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal).ToList();
        return string.Concat(used.Select(name => $"using {name};\n")) + (used.Count > 0 && !code.StartsWith("using ", StringComparison.Ordinal) ? "\n" : "") + code;
    }

    private static string? Implicit(string code) => Apply(code, [.. Parse(code).DescendantNodes().OfType<LocalDeclarationStatementSyntax>()
        .Where(local => !local.IsConst && local.Declaration is { Type: not RefTypeSyntax and not IdentifierNameSyntax { Identifier.Text: "var" }, Variables: [{ Initializer.Value: InvocationExpressionSyntax or ObjectCreationExpressionSyntax or AwaitExpressionSyntax }] })
        .Select(local => (local.Declaration.Type.SpanStart, local.Declaration.Type.Span.End, "var"))]);

    private static string? NamedArguments(On surface, string code)
    {
        var compilation = Platform.Newest.Compile(surface, code);
        var tree = compilation.SyntaxTrees.Single(each => each.FilePath == "Test.cs");
        var model = compilation.GetSemanticModel(tree);
        var edits = new List<(int, int, string)>();
        foreach (var list in tree.GetRoot().DescendantNodes().OfType<ArgumentListSyntax>())
        {
            if (model.GetSymbolInfo(list.Parent!).Symbol is IMethodSymbol { MethodKind: not MethodKind.DelegateInvoke } method && !method.Parameters.Any(parameter => parameter.IsParams) && !list.Arguments.Any(argument => argument.NameColon is not null))
            {
                edits.AddRange(list.Arguments.Select((argument, index) => (argument.SpanStart, argument.SpanStart, $"{method.Parameters[index].Name}: ")));
            }
        }

        return Apply(code, edits);
    }

    private static string? Explicit(On surface, string code)
    {
        var compilation = Platform.Newest.Compile(surface, code);
        var tree = compilation.SyntaxTrees.Single(each => each.FilePath == "Test.cs");
        var model = compilation.GetSemanticModel(tree);
        var edits = new List<(int Start, int End, string Text)>();
        foreach (var declaration in tree.GetRoot().DescendantNodes().OfType<VariableDeclarationSyntax>().Where(declaration => declaration.Type is IdentifierNameSyntax { Identifier.Text: "var" } && declaration.Variables.Count == 1))
        {
            if (model.GetTypeInfo(declaration.Type).Type is { TypeKind: not (TypeKind.Error or TypeKind.Delegate), IsAnonymousType: false, IsTupleType: false } type
                && model.GetDeclaredSymbol(declaration.Variables[0]) is ILocalSymbol { NullableAnnotation: var annotation }
                && !type.ToString()!.Contains("anonymous", StringComparison.Ordinal))
            {
                // A variable declared with var may become null.
                var nullable = type.IsReferenceType && annotation == NullableAnnotation.Annotated && declaration.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 };
                edits.Add((declaration.Type.SpanStart, declaration.Type.Span.End, type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToMinimalDisplayString(model, declaration.SpanStart) + (nullable && !type.IsValueType ? "?" : "")));
            }
        }

        return Apply(code, edits);
    }

    private static string? ExpressionBodied(string code)
    {
        var edits = new List<(int, int, string)>();
        foreach (var method in Parse(code).DescendantNodes().OfType<MethodDeclarationSyntax>())
        {
            if (method.Body is { Statements: [var only] } body && !body.DescendantTrivia().Any(trivia => trivia.IsDirective || trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)))
            {
                var expression = only switch
                {
                    ReturnStatementSyntax { Expression: { } value } => value,
                    ExpressionStatementSyntax statement => statement.Expression,
                    _ => null,
                };
                if (expression is not null)
                {
                    edits.Add((method.ParameterList.Span.End, body.Span.End, $" => {expression};"));
                }
            }
        }

        return edits.Any(edit => edit.Item1 < 0) ? null : Apply(code, edits);
    }

    private static string? BlockBodied(string code)
    {
        var edits = new List<(int, int, string)>();
        foreach (var method in Parse(code).DescendantNodes().OfType<MethodDeclarationSyntax>().Where(method => method.ExpressionBody is not null))
        {
            var isTask = method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.ReturnType.ToString() is "Task" or "ValueTask";
            var keyword = method.ReturnType.ToString() == "void" || (isTask && method.Modifiers.Any(SyntaxKind.AsyncKeyword)) ? "" : "return ";
            var line = code.LastIndexOf('\n', Math.Max(0, method.SpanStart - 1)) + 1;
            var indent = code[line..method.SpanStart];
            if (method.ExpressionBody!.Expression is not ThrowExpressionSyntax && string.IsNullOrWhiteSpace(indent))
            {
                edits.Add((method.ExpressionBody.SpanStart, method.Span.End, $"\n{indent}{{\n{indent}    {keyword}{method.ExpressionBody.Expression};\n{indent}}}"));
            }
        }

        var changed = Apply(code, edits);
        return changed is null ? null : string.Join('\n', changed.Split('\n').Select(line => line.TrimEnd(' ')));
    }

    internal static string? Apply(string code, List<(int Start, int End, string Text)> edits)
    {
        if (edits.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder(code);
        foreach (var (start, end, replacement) in edits.OrderByDescending(edit => edit.Start))
        {
            text.Remove(start, end - start).Insert(start, replacement);
        }

        return text.ToString();
    }
}

/// <summary>One way to write the same.</summary>
/// <param name="Name">What differs.</param>
/// <param name="Rewrite">The rewritten source, or null where there is nothing to rewrite.</param>
/// <param name="Only">The one surface that has the constructs, or null for both.</param>
internal sealed record Variant(string Name, Func<On, string, string?> Rewrite, On? Only = null)
{
    /// <summary>Ids that the change may hide: a handler that catches handles, what a lock guards is one at a time, so that a field's socket is no shared one but one to close, what has no method left is no service but data, and who calls a lambda is not followed everywhere.</summary>
    public string[] Hides { get; init; } = [];

    /// <summary>What the rewritten source is compiled with.</summary>
    public Platform Platform { get; init; } = Platform.Newest;
}
