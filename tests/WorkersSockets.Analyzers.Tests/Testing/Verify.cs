using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using WorkersSockets.Analyzers.CodeFixes;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Testing;

/// <summary>What a test source is compiled against, and which global usings it sees.</summary>
public enum On
{
    /// <summary>.NET 10 with ASP.NET Core; global usings of System.Net.Sockets and the like.</summary>
    DotNet,

    /// <summary>The Workers package's signatures on .NET 10; global using of Workers.</summary>
    Workers,
}

/// <summary>
/// Checks one rule on one source. Finds are marked in the source: <c>{|WSK1002:client|}</c>, or <c>{|#0:client|}</c> with an
/// expected result that names its arguments. All other rules are switched off, except in <see cref="SilentUnderAllRulesAsync"/>.
/// </summary>
internal static class Verify
{
    private const string DotNetUsings = """
        global using System;
        global using System.Buffers;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net;
        global using System.Net.Security;
        global using System.Net.Sockets;
        global using System.Text;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string WorkersUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Text;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Workers;
        """;

    /// <summary>An expected find of <paramref name="descriptor"/> at markup location <paramref name="location"/>.</summary>
    public static DiagnosticResult Result(DiagnosticDescriptor descriptor, int location, params object[] arguments) =>
        new DiagnosticResult(descriptor).WithLocation(location).WithArguments(arguments);

    /// <summary>The rule finds exactly what is marked (and what <paramref name="expected"/> says of numbered markup).</summary>
    public static Task FoundAsync(string id, On on, string source, params DiagnosticResult[] expected)
    {
        Assert.Contains("{|", source);
        return RunAsync(id, on, [("Test.cs", source)], expected);
    }

    /// <summary>The rule finds nothing.</summary>
    public static Task SilentAsync(string id, On on, string source)
    {
        Assert.DoesNotContain("{|WSK", source);
        return RunAsync(id, on, [("Test.cs", source)], []);
    }

    /// <summary>No rule finds anything.</summary>
    public static async Task SilentUnderAllRulesAsync(On on, string source)
    {
        var found = await DiagnoseAsync(on, source);
        Assert.True(found.IsEmpty, "Expected nothing, found:\n" + string.Join('\n', found));
    }

    /// <summary>Several sources, additional files and an .editorconfig.</summary>
    public static Task RunAsync(
        string id,
        On on,
        (string Name, string Content)[] sources,
        DiagnosticResult[] expected,
        (string Name, string Content)[]? additionalFiles = null,
        string? editorconfig = null)
    {
        var test = new AnalyzerTest();
        Configure(test, test.TestState, id, on, additionalFiles, editorconfig);
        foreach (var (name, content) in sources)
        {
            test.TestState.Sources.Add((name, content));
        }

        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync(CancellationToken.None);
    }

    /// <summary>
    /// The action with equivalence key "<paramref name="id"/>.<paramref name="variant"/>" turns <paramref name="before"/> into
    /// <paramref name="after"/>, alone and as Fix All in document, project and solution; the result compiles and has no find of
    /// any of our rules that the source did not have.
    /// </summary>
    public static async Task FixAsync<TFix>(
        string id,
        string variant,
        On on,
        string before,
        string after,
        string? afterFixAll = null,
        string? editorconfig = null,
        params DiagnosticResult[] expected)
        where TFix : CodeFixProvider, new()
    {
        var test = new FixTest<TFix> { CodeActionEquivalenceKey = $"{id}.{variant}" };
        Configure(test, test.TestState, id, on, null, editorconfig);
        test.TestState.Sources.Add(("Test.cs", before));
        test.FixedState.Sources.Add(("GlobalUsings.cs", UsingsFor(on)));
        test.FixedState.Sources.Add(("Test.cs", after));
        if (afterFixAll is not null)
        {
            test.BatchFixedState.Sources.Add(("GlobalUsings.cs", UsingsFor(on)));
            test.BatchFixedState.Sources.Add(("Test.cs", afterFixAll));
        }

        test.ExpectedDiagnostics.AddRange(expected);
        await test.RunAsync(CancellationToken.None);

        var plainBefore = StripMarkup(before);
        var old = (await DiagnoseAsync(on, plainBefore, editorconfig)).Select(found => found.Id).ToHashSet();
        var added = (await DiagnoseAsync(on, StripMarkup(after), editorconfig)).Where(found => !old.Contains(found.Id)).ToList();
        Assert.True(added.Count == 0, "The fix brings new finds:\n" + string.Join('\n', added));
    }

    /// <summary>Likewise over several files: one find after the other, and all at once.</summary>
    public static Task FixFilesAsync<TFix>(string id, string variant, On on, params (string Before, string After)[] files)
        where TFix : CodeFixProvider, new()
    {
        var test = new FixTest<TFix> { CodeActionEquivalenceKey = $"{id}.{variant}" };
        Configure(test, test.TestState, id, on, null, null);
        test.FixedState.Sources.Add(("GlobalUsings.cs", on == On.Workers ? WorkersUsings : DotNetUsings));
        for (var index = 0; index < files.Length; index++)
        {
            test.TestState.Sources.Add(($"Test{index}.cs", files[index].Before));
            test.FixedState.Sources.Add(($"Test{index}.cs", files[index].After));
        }

        return test.RunAsync(CancellationToken.None);
    }

    /// <summary>No action is offered for the marked find.</summary>
    public static Task NotFixableAsync<TFix>(string id, On on, string source, params DiagnosticResult[] expected)
        where TFix : CodeFixProvider, new()
    {
        var test = new FixTest<TFix>();
        Configure(test, test.TestState, id, on, null, null);
        test.TestState.Sources.Add(("Test.cs", source));
        test.FixedState.Sources.Add(("GlobalUsings.cs", UsingsFor(on)));
        test.FixedState.Sources.Add(("Test.cs", source));
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync(CancellationToken.None);
    }

    /// <summary>Every diagnostic of all our rules on a source without markup; fails on an exception inside the analyzer.</summary>
    public static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(On on, string source, string? editorconfig = null)
    {
        var compilation = Compile(on, source);
        var options = editorconfig is null
            ? new AnalyzerOptions([])
            : new AnalyzerOptions([], new EditorConfig(editorconfig));
        var failures = new List<string>();
        var analyzers = compilation.WithAnalyzers(
            [new WorkerSocketAnalyzer()],
            new CompilationWithAnalyzersOptions(
                options,
                onAnalyzerException: (exception, _, _) => failures.Add(exception.ToString()),
                concurrentAnalysis: true,
                logAnalyzerExecutionTime: false));
        var found = await analyzers.GetAnalyzerDiagnosticsAsync();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        return [.. found.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ThenBy(diagnostic => diagnostic.Id)];
    }

    /// <summary>A compilation of a source (markup removed) with the usings and references of a surface.</summary>
    public static CSharpCompilation Compile(On on, string source)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        source = StripMarkup(source);
        var hasTopLevel = CSharpSyntaxTree.ParseText(source, parse).GetCompilationUnitRoot().Members.Any(member => member.IsKind(SyntaxKind.GlobalStatement));
        return CSharpCompilation.Create(
            "Test",
            [
                CSharpSyntaxTree.ParseText(UsingsFor(on), parse, "GlobalUsings.cs"),
                CSharpSyntaxTree.ParseText(source, parse, "Test.cs"),
            ],
            ReferencesFor(on),
            new CSharpCompilationOptions(
                hasTopLevel ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable,
                allowUnsafe: true));
    }

    /// <summary>Removes <c>{|ID:</c> … <c>|}</c> from a source.</summary>
    public static string StripMarkup(string source) =>
        System.Text.RegularExpressions.Regex.Replace(source, @"\{\|[#\w]+:|\|\}", "");

    /// <summary>The global usings of a surface.</summary>
    public static string UsingsFor(On on) => on == On.Workers ? WorkersUsings : DotNetUsings;

    private static ImmutableArray<MetadataReference> ReferencesFor(On on) =>
        on == On.Workers ? References.Net100.Add(References.Workers) : References.Net100;

    private static void Configure(
        AnalyzerTest<DefaultVerifier> test,
        SolutionState state,
        string id,
        On on,
        (string Name, string Content)[]? additionalFiles,
        string? editorconfig)
    {
        test.ReferenceAssemblies = new ReferenceAssemblies("net10.0");

        // A rule may have several messages; markup names its id only.
        test.MarkupOptions = MarkupOptions.UseFirstDescriptor;
        state.AdditionalReferences.AddRange(ReferencesFor(on));
        state.Sources.Add(("GlobalUsings.cs", UsingsFor(on)));
        test.DisabledDiagnostics.AddRange(RuleCatalog.All.Select(rule => rule.Id).Where(other => other != id));
        foreach (var (name, content) in additionalFiles ?? [])
        {
            state.AdditionalFiles.Add((name, content));
        }

        if (editorconfig is not null)
        {
            // A global file, since the sources of a test have no folder that an .editorconfig could stand in.
            state.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\n" + editorconfig));
        }

        test.SolutionTransforms.Add((solution, project) =>
        {
            var options = (CSharpCompilationOptions)solution.GetProject(project)!.CompilationOptions!;
            var hasTopLevel = state.Sources.Any(source =>
                CSharpSyntaxTree.ParseText(StripMarkup(source.content.ToString())).GetCompilationUnitRoot().Members.Any(member => member.IsKind(SyntaxKind.GlobalStatement)));
            options = options.WithNullableContextOptions(NullableContextOptions.Enable).WithAllowUnsafe(true)
                .WithOutputKind(hasTopLevel ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary);
            return solution
                .WithProjectCompilationOptions(project, options)
                .WithProjectParseOptions(project, new CSharpParseOptions(LanguageVersion.Latest));
        });
    }

    private sealed class AnalyzerTest : CSharpAnalyzerTest<WorkerSocketAnalyzer, DefaultVerifier>;

    private sealed class FixTest<TFix> : CSharpCodeFixTest<WorkerSocketAnalyzer, TFix, DefaultVerifier>
        where TFix : CodeFixProvider, new();

    private sealed class EditorConfig(string text) : AnalyzerConfigOptionsProvider
    {
        private readonly Options options = new(text);

        public override AnalyzerConfigOptions GlobalOptions => new Options("");

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => options;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => options;

        private sealed class Options(string text) : AnalyzerConfigOptions
        {
            private readonly Dictionary<string, string> values = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
                .Where(pair => pair.Length == 2)
                .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);

            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) =>
                values.TryGetValue(key, out value);
        }
    }
}
