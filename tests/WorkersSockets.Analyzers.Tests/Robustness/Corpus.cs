using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Tests.Meta;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>All C# that this repository holds about sockets: the samples, the pages' code, and the sources inside the tests.</summary>
internal static class Corpus
{
    private static readonly Lazy<ImmutableArray<CorpusSource>> LazyAll = new(() => [.. Collect()]);

    /// <summary>Every source, markup removed, each text once, in an order that only the repository decides.</summary>
    public static ImmutableArray<CorpusSource> All => LazyAll.Value;

    private static IEnumerable<CorpusSource> Collect() => Samples().Concat(Pages()).Concat(TestSources()).DistinctBy(source => (source.Surface, source.Code));

    private static IEnumerable<CorpusSource> Samples() =>
        from sample in new[] { (Folder: "PitfallTour", Surface: On.DotNet), (Folder: "WorkersTour", Surface: On.Workers) }
        from file in Directory.GetFiles(Path.Combine(References.RepositoryRoot, "samples", sample.Folder), "*.cs").Order(StringComparer.Ordinal)
        select new CorpusSource($"samples/{sample.Folder}/{Path.GetFileName(file)}", sample.Surface, File.ReadAllText(file), null);

    private static IEnumerable<CorpusSource> Pages() =>
        from page in RulePage.All
        from example in page.Examples
        select new CorpusSource($"{page.Id}.md, {(example.IsGood ? "good" : "bad")}", example.Surface, example.Code, example.Wrangler);

    private static IEnumerable<CorpusSource> TestSources()
    {
        var folder = Path.Combine(References.RepositoryRoot, "tests", "WorkersSockets.Analyzers.Tests");
        var files = Directory.GetFiles(folder, "WSK*Tests.cs", SearchOption.AllDirectories).Concat(Directory.GetFiles(folder, "*Shapes.cs", SearchOption.AllDirectories));
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var root = CSharpSyntaxTree.ParseText(File.ReadAllText(file), new CSharpParseOptions(LanguageVersion.Latest)).GetRoot();
            foreach (var literal in root.DescendantTokens().Where(token => token.Parent is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression }))
            {
                var code = Verify.StripMarkup(literal.ValueText);
                if (code.Length > 40 && code.Contains(';') && code.Contains('(') && code.Contains('{'))
                {
                    var line = literal.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                    yield return new CorpusSource($"{Path.GetFileName(file)}:{line}", SurfaceOf(literal, code), Whole(code), null);
                }
            }
        }
    }

    /// <summary>Many tests give the members of a class in one line: a file of its own, with each statement on a line.</summary>
    private static string Whole(string code)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        var members = CSharpSyntaxTree.ParseText(code, parse).GetCompilationUnitRoot().Members;
        var isMembers = members.All(member => member is GlobalStatementSyntax { Statement: LocalFunctionStatementSyntax } or FieldDeclarationSyntax or PropertyDeclarationSyntax or BaseMethodDeclarationSyntax)
            || CSharpSyntaxTree.ParseText($"class C {{ {code} }}", parse).GetRoot().ContainsDiagnostics == false;
        if (isMembers && !members.OfType<BaseTypeDeclarationSyntax>().Any(type => type.Parent is CompilationUnitSyntax))
        {
            code = $"class C\n{{\n{code}\n}}\n";
            members = CSharpSyntaxTree.ParseText(code, parse).GetCompilationUnitRoot().Members;
        }

        return members.Count > 0 && code.TrimEnd('\n').Count(letter => letter == '\n') <= 2 + members.Count(member => member is BaseTypeDeclarationSyntax)
            ? CSharpSyntaxTree.ParseText(code, parse).GetRoot().NormalizeWhitespace(eol: "\n").ToFullString() + "\n"
            : code;
    }

    /// <summary>What the test around a source says, else what the source speaks of.</summary>
    private static On SurfaceOf(SyntaxToken literal, string code)
    {
        var call = literal.Parent!.Ancestors().OfType<InvocationExpressionSyntax>().FirstOrDefault()?.ArgumentList.ToString() ?? "";
        var test = literal.Parent!.Ancestors().OfType<MethodDeclarationSyntax>().FirstOrDefault();
        var said = call.Contains("On.", StringComparison.Ordinal) ? call : (test?.Body ?? (SyntaxNode?)test?.ExpressionBody)?.ToString() ?? "";
        return (said.Contains("On.Workers", StringComparison.Ordinal), said.Contains("On.DotNet", StringComparison.Ordinal)) switch
        {
            (true, false) => On.Workers,
            (false, true) => On.DotNet,
            _ => code.Contains("TcpSocket", StringComparison.Ordinal) ? On.Workers : On.DotNet,
        };
    }
}

/// <summary>One source of the corpus.</summary>
/// <param name="Name">Where it stands.</param>
/// <param name="Surface">What it is compiled against.</param>
/// <param name="Code">The text without markup.</param>
/// <param name="Wrangler">A wrangler file that belongs to it, or null.</param>
internal sealed record CorpusSource(string Name, On Surface, string Code, string? Wrangler)
{
    public override string ToString() => $"{Name} ({Surface})";
}
