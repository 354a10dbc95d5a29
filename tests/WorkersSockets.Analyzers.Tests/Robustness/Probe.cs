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

    private static int unreadable;

    /// <summary>How many exceptions were the compiler's own: texts that it cannot bind without us either.</summary>
    public static int Unreadable => unreadable;

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
                onAnalyzerException: (exception, _, _) => Blame(compilation, exception, "", what, failures),
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
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Blame(compilation, exception, "", what, failures);
            return [];
        }
    }

    /// <summary>Adds an exception to the failures, unless the compiler dies of the text without any analyzer.</summary>
    private static void Blame(Compilation compilation, Exception exception, string where, string what, ConcurrentBag<string> failures)
    {
        if (CompilerThrows(compilation))
        {
            Interlocked.Increment(ref unreadable);
        }
        else
        {
            failures.Add($"{where}{exception}\n{what}");
        }
    }

    /// <summary>Whether binding the text is enough to make the compiler throw.</summary>
    private static bool CompilerThrows(Compilation compilation)
    {
        try
        {
            compilation.Clone().GetDiagnostics();
            return false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>Asks every fix for its actions at every find and carries them out: none throws, and none breaks the syntax of code that has no error in it. Says how many there were.</summary>
    public static async Task<int> FixAsync(Document document, ImmutableArray<Diagnostic> finds, string what, ConcurrentBag<string> failures, CancellationToken token)
    {
        var count = 0;
        var isSound = await ParsesAsync(document, token);
        foreach (var find in finds.Where(find => find.Location.SourceTree?.FilePath == document.Name))
        {
            foreach (var fix in Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(find.Id)))
            {
                try
                {
                    foreach (var action in await ActionsAsync(fix, document, find, token))
                    {
                        foreach (var applied in (await action.GetOperationsAsync(token)).OfType<ApplyChangesOperation>())
                        {
                            var changed = applied.ChangedSolution.GetDocument(document.Id)!;
                            if (isSound && !await ParsesAsync(changed, token))
                            {
                                failures.Add($"{fix.GetType().Name} breaks the syntax:\n{await changed.GetTextAsync(token)}\n{what}");
                            }
                        }

                        count++;
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    Blame((await document.Project.GetCompilationAsync(token))!, exception, $"{fix.GetType().Name}: ", what, failures);
                }
            }
        }

        return count;
    }

    /// <summary>Whether the text has no syntax error when it is read anew.</summary>
    private static async Task<bool> ParsesAsync(Document document, CancellationToken token) =>
        !CSharpSyntaxTree.ParseText(await document.GetTextAsync(token), Parse, cancellationToken: token).GetDiagnostics(token).Any(error => error.Severity == DiagnosticSeverity.Error);

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
