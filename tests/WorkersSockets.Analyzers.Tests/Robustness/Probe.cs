using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>Runs the analyzer and the fixes over any text, and says what went wrong in them.</summary>
internal static class Probe
{
    /// <summary>After this long a text counts as one that hangs: far beyond what any takes, on a machine that is busy with other work too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.Latest);

    private static readonly ConcurrentDictionary<(On, OutputKind), Frame> Frames = new();

    /// <summary>All fixes that the package offers.</summary>
    public static ImmutableArray<CodeFixProvider> Fixes { get; } =
    [
        .. typeof(SocketFix).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CodeFixProvider)) && !type.IsAbstract).Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    /// <summary>How many processors a long run uses.</summary>
    public static ParallelOptions Parallelism(CancellationToken token) => new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = token };

    /// <summary>A number from the environment, for the long form of a test.</summary>
    public static int Count(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var count) && count > 0 ? count : otherwise;

    /// <summary>A compilation of one text. References and global usings are shared with all others.</summary>
    public static CSharpCompilation Compile(On surface, string code)
    {
        var tree = CSharpSyntaxTree.ParseText(code, Parse, "Test.cs");
        var kind = tree.GetCompilationUnitRoot().Members.Any(member => member.IsKind(SyntaxKind.GlobalStatement)) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var frame = Frames.GetOrAdd((surface, kind), key =>
        {
            var compilation = Verify.Compile(key.Item1, "").WithOptions(new CSharpCompilationOptions(key.Item2, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
            return new Frame(compilation, compilation.SyntaxTrees.Single(empty => empty.FilePath == "Test.cs"));
        });
        return (CSharpCompilation)frame.Compilation.ReplaceSyntaxTree(frame.Empty, tree);
    }

    /// <summary>What our rules find; exceptions of the analyzer, and AD0001 for that matter, are added to <paramref name="failures"/>.</summary>
    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(
        Compilation compilation, string what, ConcurrentBag<string> failures, CancellationToken token, bool concurrent = false, AnalyzerOptions? options = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        var analyzers = compilation.WithAnalyzers(
            [new WorkerSocketAnalyzer()],
            new CompilationWithAnalyzersOptions(
                options ?? new AnalyzerOptions([]),
                onAnalyzerException: (exception, _, _) => failures.Add($"{exception}\n{what}"),
                concurrentAnalysis: concurrent,
                logAnalyzerExecutionTime: false));
        try
        {
            return await analyzers.GetAnalyzerDiagnosticsAsync(patience.Token);
        }
        catch (OperationCanceledException exception) when (!token.IsCancellationRequested)
        {
            // Where it was: the exception comes from inside the analyzer.
            failures.Add($"Not done after {Patience}: {exception}\n{what}");
            return [];
        }
    }

    /// <summary>Asks every fix for its actions at every find and carries them out. Says how many there were.</summary>
    public static async Task<int> FixAsync(Document document, ImmutableArray<Diagnostic> finds, string what, ConcurrentBag<string> failures, CancellationToken token)
    {
        var count = 0;
        foreach (var find in finds.Where(find => find.Location.SourceTree?.FilePath == document.Name))
        {
            foreach (var fix in Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(find.Id)))
            {
                try
                {
                    foreach (var action in await ActionsAsync(fix, document, find, token))
                    {
                        await action.GetOperationsAsync(token);
                        count++;
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    failures.Add($"{fix.GetType().Name}: {exception}\n{what}");
                }
            }
        }

        return count;
    }

    /// <summary>The actions that a fix offers at a find.</summary>
    public static async Task<IReadOnlyList<CodeAction>> ActionsAsync(CodeFixProvider fix, Document document, Diagnostic find, CancellationToken token)
    {
        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, find, (action, _) => actions.Add(action), token));
        return actions;
    }

    /// <summary>A document with the same text, references and options as <paramref name="compilation"/>.</summary>
    public static Document Document(Compilation compilation, string code)
    {
        var project = new AdhocWorkspace().AddProject("Test", LanguageNames.CSharp)
            .WithCompilationOptions(compilation.Options)
            .WithParseOptions(Parse)
            .WithMetadataReferences(compilation.References);
        foreach (var tree in compilation.SyntaxTrees.Where(tree => tree.FilePath != "Test.cs"))
        {
            project = project.AddDocument(tree.FilePath, tree.GetText()).Project;
        }

        return project.AddDocument("Test.cs", SourceText.From(code));
    }

    private sealed record Frame(CSharpCompilation Compilation, SyntaxTree Empty);
}
