using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>The same statements in another kind of function or type.</summary>
internal static class StructureVariants
{
    public static string? InSwitch(string code) => Around(
        code,
        block => !block.Statements.Any(inner => inner is LocalFunctionStatementSyntax) && !block.DescendantNodes().Any(node => node is YieldStatementSyntax),
        (block, inner, indent) =>
        {
            var end = block.Statements.Last() is ReturnStatementSyntax or ThrowStatementSyntax or WhileStatementSyntax { Condition.RawKind: (int)SyntaxKind.TrueLiteralExpression } ? "" : $"{indent}        break;\n";
            var value = ((BaseMethodDeclarationSyntax)block.Parent!) is MethodDeclarationSyntax { ReturnType: var type } && IsWithoutResult(type) ? "" : $"{indent}    case < 0:\n{indent}        throw new InvalidOperationException();\n";
            return $"{indent}switch (DateTimeOffset.UtcNow.Ticks)\n{indent}{{\n{value}{indent}    default:\n{Shift(inner, 2)}{end}{indent}}}\n";
        });

    public static string? InLambda(string code) => Around(
        code,
        block => block.Parent is MethodDeclarationSyntax { ReturnType: var type, ParameterList.Parameters: var parameters } method && IsWithoutResult(type)
            && (type.ToString() == "void" || method.Modifiers.Any(SyntaxKind.AsyncKeyword))
            && !parameters.Any(parameter => parameter.Modifiers.Any())
            && !IsUsed(method.Parent!, method)
            && !block.Statements.Any(inner => inner is LocalFunctionStatementSyntax),
        (block, inner, indent) => ((MethodDeclarationSyntax)block.Parent!).Modifiers.Any(SyntaxKind.AsyncKeyword)
            ? $"{indent}Func<Task> run = async () =>\n{indent}{{\n{Shift(inner, 1)}{indent}}};\n{indent}await run();\n"
            : $"{indent}Action run = () =>\n{indent}{{\n{Shift(inner, 1)}{indent}}};\n{indent}run();\n");

    public static string? InConstructor(string code)
    {
        var edits = new List<(int, int, string)>();
        foreach (var method in Methods(code).Where(method => method.ReturnType.ToString() == "void" && method.Body is not null && !method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.TypeParameterList is null))
        {
            if (method.Parent is ClassDeclarationSyntax { Modifiers: var modifiers, ParameterList: null } type && !modifiers.Any(SyntaxKind.StaticKeyword)
                && !type.Members.Any(member => member is ConstructorDeclarationSyntax || (member is MethodDeclarationSyntax other && other != method && other.ReturnType.ToString() == "void"))
                && !IsUsed(type, method))
            {
                edits.Add((method.SpanStart, method.Identifier.Span.End, $"public {type.Identifier}"));
            }
        }

        return Variants.Apply(code, edits);
    }

    public static string? InProperty(string code)
    {
        var edits = new List<(int, int, string)>();
        foreach (var method in Methods(code).Where(method => method.ParameterList.Parameters.Count == 0 && method.ReturnType.ToString() != "void" && method.TypeParameterList is null && !method.Modifiers.Any(SyntaxKind.AsyncKeyword)))
        {
            if (method.Body is { } body && !IsUsed(method.Parent!, method) && Variants.Bodies(code, method).Any())
            {
                var (start, end, indent) = Variants.Inside(code, body);
                edits.Add((method.ParameterList.SpanStart, start, $"\n{indent[4..]}{{\n{indent}get\n{indent}{{\n"));
                edits.Add((start, end, Shift(code[start..end], 1) + indent + "}\n"));
            }
        }

        return Variants.HasLiteralsOverLines(Variants.Parse(code)) ? null : Variants.Apply(code, edits);
    }

    public static string? InIterator(string code)
    {
        var edits = new List<(int, int, string)>();
        foreach (var method in Methods(code).Where(method => method.Body is not null && IsWithoutResult(method.ReturnType) && !IsUsed(method.Parent!, method)))
        {
            var isAsync = method.Modifiers.Any(SyntaxKind.AsyncKeyword);
            if ((isAsync || method.ReturnType.ToString() == "void") && method.Parent is ClassDeclarationSyntax && !method.Body!.DescendantNodes().Any(node => node is ReturnStatementSyntax)
                && !method.AttributeLists.Any() && !method.Modifiers.Any(SyntaxKind.OverrideKeyword) && Variants.Bodies(code, method).Any())
            {
                var (start, end, indent) = Variants.Inside(code, method.Body!);
                edits.Add((method.ReturnType.SpanStart, method.ReturnType.Span.End, isAsync ? "IAsyncEnumerable<int>" : "IEnumerable<int>"));
                edits.Add((start, start, $"{indent}yield return 0;\n"));
            }
        }

        return Variants.Apply(code, edits);
    }

    public static string? OfInterface(string code) => WithContract(code, (type, method) =>
        ($"interface IPart{{N}}\n{{\n    {method.ReturnType} {method.Identifier}{Plain(method.ParameterList)};\n}}\n", "IPart{N}", "public "));

    public static string? OfBase(string code) => WithContract(code, (type, method) =>
        ($"abstract class Part{{N}}\n{{\n    public abstract {method.ReturnType} {method.Identifier}{Plain(method.ParameterList)};\n}}\n", "Part{N}", "public override "));

    public static string? OfRecord(string code) => EditTypes(code, type =>
        type.BaseList is null && !type.Modifiers.Any(SyntaxKind.StaticKeyword) && type.ParameterList is null && type.TypeParameterList is null ? (type.Keyword.SpanStart, type.Keyword.Span.End, "record") : null);

    public static string? OfPartial(string code)
    {
        var changed = EditTypes(code, type => type.Modifiers.Any(SyntaxKind.PartialKeyword) || type.ParameterList is not null ? null : (type.Keyword.SpanStart, type.Keyword.SpanStart, "partial "));
        var types = Variants.Parse(code).Members.OfType<ClassDeclarationSyntax>().Where(type => type.TypeParameterList is null && type.ParameterList is null).ToList();
        return changed is null || types.Count == 0 || Variants.Parse(code).Members.Any(member => member is BaseNamespaceDeclarationSyntax)
            ? null
            : changed.TrimEnd('\n') + "\n" + string.Concat(types.Select(type => $"\n{string.Concat(type.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.PartialKeyword)).Select(modifier => modifier.Text + " "))}partial class {type.Identifier}\n{{\n}}\n"));
    }

    public static string? OfNested(string code)
    {
        var root = Variants.Parse(code);
        return Variants.HasLiteralsOverLines(root) || code.Contains('#', StringComparison.Ordinal) || root.Usings.Any() || root.AttributeLists.Any()
            || root.Members.Any(member => member is GlobalStatementSyntax or BaseNamespaceDeclarationSyntax || member.Modifiers.Any(SyntaxKind.FileKeyword))
            || root.DescendantNodes().OfType<MethodDeclarationSyntax>().Any(method => method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Any(SyntaxKind.ThisKeyword)))
            ? null
            : $"static class Outer\n{{\n{Shift(code.TrimEnd('\n') + "\n", 1)}}}\n";
    }

    /// <summary>A class of one method becomes a local function of a program.</summary>
    public static string? OfProgram(string code)
    {
        var root = Variants.Parse(code);
        if (root.Members is not [ClassDeclarationSyntax { Members: [MethodDeclarationSyntax { Body: not null } method], BaseList: null, ParameterList: null, AttributeLists.Count: 0 }]
            || method.AttributeLists.Any() || method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Any(SyntaxKind.ThisKeyword)) || Variants.HasLiteralsOverLines(root) || root.Usings.Any()
            || method.DescendantTokens().Any(token => token.IsKind(SyntaxKind.ThisKeyword)) || code.Contains('#', StringComparison.Ordinal) || !Variants.IsFirstOnLine(code, method.SpanStart))
        {
            return null;
        }

        var line = code.LastIndexOf('\n', method.SpanStart) + 1;
        var text = code[line..method.Span.End].Split('\n').Select(each => each.StartsWith("    ", StringComparison.Ordinal) ? each[4..] : each);
        var local = Regex.Replace(string.Join('\n', text).TrimStart(), @"^((public|private|internal|protected) )+", "");
        return $"Console.WriteLine(nameof({method.Identifier}));\n\n{local}\n";
    }

    /// <summary>The body of a class's one method becomes the statements of a program, what it is given the program's arguments.</summary>
    public static string? AsProgram(string code)
    {
        var root = Variants.Parse(code);
        if (root.Members is not [ClassDeclarationSyntax { Members: [MethodDeclarationSyntax { Body: { } body } method], BaseList: null, ParameterList: null, AttributeLists.Count: 0 }]
            || method.AttributeLists.Any() || !IsWithoutResult(method.ReturnType) || method.TypeParameterList is not null || Variants.HasLiteralsOverLines(root) || root.Usings.Any() || code.Contains('#', StringComparison.Ordinal)
            || method.DescendantTokens().Any(token => token.IsKind(SyntaxKind.ThisKeyword)) || !Variants.Bodies(code, root).Contains(body))
        {
            return null;
        }

        var given = "";
        foreach (var parameter in method.ParameterList.Parameters)
        {
            var value = (parameter.Modifiers.Count, parameter.Type?.ToString()) switch
            {
                (0, "string") => $"args[{method.ParameterList.Parameters.IndexOf(parameter)}]",
                (0, "int") => $"int.Parse(args[{method.ParameterList.Parameters.IndexOf(parameter)}])",
                (0, "string[]") => "args",
                _ => null,
            };
            if (value is null)
            {
                return null;
            }

            given += $"var {parameter.Identifier} = {value};\n";
        }

        var (start, end, indent) = Variants.Inside(code, body);
        return given + string.Join('\n', code[start..end].Split('\n').Select(line => line.StartsWith(indent, StringComparison.Ordinal) ? line[indent.Length..] : line));
    }

    /// <summary>A method that nothing in the source calls becomes asynchronous, its statements as they are.</summary>
    public static string? Asynchronous(string code) => Variants.Apply(code, [.. Methods(code)
        .Where(method => method is { Body: not null, ReturnType: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } } && !method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.Identifier.Text != "Main"
            && method.Parent is ClassDeclarationSyntax { BaseList: null } && !IsUsed(method.Parent!, method) && Variants.Bodies(code, method).Any())
        .SelectMany(method => new[]
        {
            (method.ReturnType.SpanStart, method.ReturnType.Span.End, "async Task"),
            (Variants.Inside(code, method.Body!).Start, Variants.Inside(code, method.Body!).Start, Variants.Inside(code, method.Body!).Indent + "await Task.Yield();\n"),
        })]);

    /// <summary>A method that nothing in the source calls waits for all that it awaited.</summary>
    public static string? Blocking(string code)
    {
        var edits = new List<(int, int, string)>();
        foreach (var method in Methods(code).Where(method => method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.Parent is ClassDeclarationSyntax { BaseList: null } && !IsUsed(method.Parent!, method)))
        {
            var own = method.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).ToList();
            var waits = own.OfType<AwaitExpressionSyntax>().ToList();
            if (waits.Exists(wait => wait.DescendantNodes().OfType<AwaitExpressionSyntax>().Any())
                || own.Exists(node => node is CommonForEachStatementSyntax { AwaitKeyword.RawKind: not 0 } or UsingStatementSyntax { AwaitKeyword.RawKind: not 0 } or LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: not 0 } or YieldStatementSyntax)
                || method.ReturnType is not SimpleNameSyntax { Identifier.Text: "Task" or "ValueTask" } task)
            {
                continue;
            }

            var isAsync = method.Modifiers.First(modifier => modifier.IsKind(SyntaxKind.AsyncKeyword));
            edits.Add((isAsync.SpanStart, task.Span.End, task is GenericNameSyntax { TypeArgumentList.Arguments: [var result] } ? result.ToString() : "void"));
            foreach (var wait in waits)
            {
                var isSimple = wait.Expression is InvocationExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax;
                edits.Add((wait.SpanStart, wait.Expression.SpanStart, isSimple ? "" : "("));
                edits.Add((wait.Span.End, wait.Span.End, (isSimple ? "" : ")") + ".GetAwaiter().GetResult()"));
            }
        }

        return Variants.Apply(code, edits);
    }

    public static string? Public(string code)
    {
        // Each public method of a controller is an action.
        var edits = Methods(code).Where(method => method.Parent is ClassDeclarationSyntax { BaseList: null } && method.ExplicitInterfaceSpecifier is null
                && !method.Modifiers.Any(modifier => modifier.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.PrivateKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.PartialKeyword))
            .Select(method => method.Modifiers.Count > 0 ? method.Modifiers[0].SpanStart : method.ReturnType.SpanStart).Select(start => (start, start, "public ")).ToList();
        return Variants.Apply(code, edits);
    }

    public static string? ConfigureAwait(On surface, string code)
    {
        var compilation = Platform.Newest.Compile(surface, code);
        var tree = compilation.SyntaxTrees.Single(each => each.FilePath == "Test.cs");
        var model = compilation.GetSemanticModel(tree);
        var edits = tree.GetRoot().DescendantNodes().OfType<AwaitExpressionSyntax>()
            .Where(wait => wait.Expression is InvocationExpressionSyntax or IdentifierNameSyntax && model.GetTypeInfo(wait.Expression).Type is { Name: "Task" or "ValueTask" })
            .Select(wait => (wait.Span.End, wait.Span.End, ".ConfigureAwait(false)")).ToList();
        return Variants.Apply(code, edits);
    }

    public static string? ValueTasks(string code)
    {
        var edits = Methods(code).Where(method => method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.Identifier.Text != "Main" && !IsUsed(method.Parent!, method) && method.Parent is ClassDeclarationSyntax { BaseList: null })
            .SelectMany(method => method.ReturnType.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Where(name => name.Identifier.Text == "Task").Take(1))
            .Select(name => (name.Identifier.SpanStart, name.Identifier.Span.End, "ValueTask")).ToList();
        return Variants.Apply(code, edits);
    }

    public static string? Generic(string code) => EditTypes(code, type =>
        type.BaseList is null && type.TypeParameterList is null && type.Parent is CompilationUnitSyntax && !type.SyntaxTree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == type.Identifier.Text)
            && !type.Members.OfType<MethodDeclarationSyntax>().Any(method => method.Identifier.Text == "Main" || method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Any(SyntaxKind.ThisKeyword)))
            && !type.AttributeLists.Any()
            ? (type.Identifier.Span.End, type.Identifier.Span.End, "<T>")
            : null);

    private static IEnumerable<MethodDeclarationSyntax> Methods(string code) => Variants.Parse(code).DescendantNodes().OfType<MethodDeclarationSyntax>();

    private static bool IsWithoutResult(TypeSyntax type) => type.ToString() is "void" or "Task" or "ValueTask";

    private static bool IsUsed(SyntaxNode scope, MethodDeclarationSyntax method) =>
        scope.SyntaxTree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Any(name => name.Identifier.Text == method.Identifier.Text);

    private static string Plain(ParameterListSyntax list) => Regex.Replace(list.ToString(), @"\s+", " ");

    private static string Shift(string lines, int steps) =>
        string.Concat(lines.TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "\n" : new string(' ', steps * 4) + line + "\n"));

    private static string? Around(string code, Func<BlockSyntax, bool> applies, Func<BlockSyntax, string, string, string> rewrite)
    {
        var root = Variants.Parse(code);
        if (Variants.HasLiteralsOverLines(root) || code.Contains('#', StringComparison.Ordinal))
        {
            return null;
        }

        var bodies = Variants.Bodies(code, root).Where(block => block.Parent is MethodDeclarationSyntax && !block.DescendantNodes().OfType<YieldStatementSyntax>().Any()).Where(applies)
            .Select(block => (Block: block, Inside: Variants.Inside(code, block)))
            .Select(body => (body.Inside.Start, body.Inside.End, rewrite(body.Block, code[body.Inside.Start..body.Inside.End], body.Inside.Indent))).ToList();
        return Variants.Apply(code, bodies);
    }

    private static string? EditTypes(string code, Func<ClassDeclarationSyntax, (int, int, string)?> edit) =>
        Variants.Apply(code, [.. Variants.Parse(code).DescendantNodes().OfType<ClassDeclarationSyntax>().Select(edit).OfType<(int, int, string)>()]);

    /// <summary>Each class of one instance method that stands alone gets a contract that fixes the method's signature.</summary>
    private static string? WithContract(string code, Func<ClassDeclarationSyntax, MethodDeclarationSyntax, (string Contract, string Name, string Modifiers)> contract)
    {
        var edits = new List<(int, int, string)>();
        var root = Variants.Parse(code);
        var contracts = "";
        foreach (var type in root.Members.OfType<ClassDeclarationSyntax>().Where(type => type is { BaseList: null, ParameterList: null, TypeParameterList: null, AttributeLists.Count: 0 } && !type.Modifiers.Any(SyntaxKind.StaticKeyword)))
        {
            if (type.Members.OfType<MethodDeclarationSyntax>().ToList() is [{ TypeParameterList: null, ExplicitInterfaceSpecifier: null, AttributeLists.Count: 0 } method]
                && !method.Modifiers.Any(SyntaxKind.StaticKeyword) && !method.ParameterList.Parameters.Any(parameter => parameter.Default is not null || parameter.AttributeLists.Any()))
            {
                var (text, name, modifiers) = contract(type, method);
                var number = (edits.Count / 2 + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
                contracts += "\n" + text.Replace("{N}", number, StringComparison.Ordinal);
                edits.Add((type.Identifier.Span.End, type.Identifier.Span.End, " : " + name.Replace("{N}", number, StringComparison.Ordinal)));
                edits.Add((method.SpanStart, method.ReturnType.SpanStart, modifiers + (method.Modifiers.Any(SyntaxKind.AsyncKeyword) ? "async " : "")));
            }
        }

        return Variants.Apply(code, edits) is { } changed && !root.Members.Any(member => member is BaseNamespaceDeclarationSyntax) ? changed.TrimEnd('\n') + "\n" + contracts : null;
    }
}
