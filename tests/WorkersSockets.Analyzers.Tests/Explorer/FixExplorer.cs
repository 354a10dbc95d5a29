using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes;
using WorkersSockets.Analyzers.Tests.Robustness;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>Applies every action that is offered anywhere in a source, alone and as Fix All, and says what is wrong with the outcome.</summary>
internal sealed class FixExplorer
{
    private const string WranglerPath = "/wrangler.jsonc";

    private readonly ConcurrentDictionary<(On, OutputKind), Project> projects = new();

    /// <summary>How many actions were carried out.</summary>
    public int Runs => runs;

    private int runs;

    /// <summary>A document with the source in it.</summary>
    public Document Document(CorpusSource source, string code)
    {
        var compilation = Probe.Compile(source.Surface, code);
        var project = projects.GetOrAdd((source.Surface, compilation.Options.OutputKind), _ =>
        {
            var made = Probe.Document(compilation, "").Project;
            return made.RemoveDocument(made.Documents.Single(document => document.Name == "Test.cs").Id);
        });
        if (source.Wrangler is { } wrangler)
        {
            project = project.AddAdditionalDocument("wrangler.jsonc", SourceText.From(wrangler), filePath: WranglerPath).Project;
        }

        return project.AddDocument("Test.cs", SourceText.From(code));
    }

    /// <summary>What our rules find in a document, in order.</summary>
    public static async Task<ImmutableArray<Diagnostic>> FindAsync(Document document, CancellationToken token)
    {
        var compilation = await document.Project.GetCompilationAsync(token);
        var failures = new ConcurrentBag<string>();
        var found = await Probe.AnalyzeAsync(compilation!, "", failures, token, options: document.Project.AnalyzerOptions);
        if (!failures.IsEmpty)
        {
            throw new InvalidOperationException(failures.First());
        }

        return [.. found.OrderBy(find => find.Location.SourceSpan.Start).ThenBy(find => find.Id, StringComparer.Ordinal)];
    }

    /// <summary>Everything that is wrong with any action on this source.</summary>
    public async Task<IReadOnlyList<string>> ExploreAsync(CorpusSource source, string code, CancellationToken token)
    {
        var document = Document(source, code);
        var before = await Snapshot.OfAsync(document, source.Surface, token);
        var complaints = new List<string>();
        var keys = new Dictionary<string, CodeFixProvider>();
        foreach (var find in before.Finds)
        {
            foreach (var fix in Probe.Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(find.Id)))
            {
                foreach (var action in await Probe.ActionsAsync(fix, document, find, token))
                {
                    var what = $"{action.EquivalenceKey} at {find.Location.GetLineSpan().StartLinePosition}";
                    keys[action.EquivalenceKey!] = fix;
                    Interlocked.Increment(ref runs);
                    var changed = await ApplyAsync(document, action, token);
                    complaints.AddRange((await CompareAsync(before, changed, find.Id, all: false, source.Surface, token)).Select(complaint => $"{what}: {complaint}"));
                }
            }
        }

        foreach (var (key, fix) in keys)
        {
            Interlocked.Increment(ref runs);
            var ids = fix.FixableDiagnosticIds;
            var context = new FixAllContext(document, fix, FixAllScope.Document, key, ids, new Finds(before.Finds.Where(find => ids.Contains(find.Id)).ToImmutableArray()), token);
            if (await fix.GetFixAllProvider()!.GetFixAsync(context) is not { } action)
            {
                complaints.Add($"Fix All of {key}: nothing is offered");
                continue;
            }

            var changed = await ApplyAsync(document, action, token);
            complaints.AddRange((await CompareAsync(before, changed, ids[0], all: true, source.Surface, token)).Select(complaint => $"Fix All of {key}: {complaint}"));
            foreach (var find in (await FindAsync(changed, token)).Where(find => ids.Contains(find.Id)))
            {
                if ((await Probe.ActionsAsync(fix, changed, find, token)).Any(again => again.EquivalenceKey == key))
                {
                    complaints.Add($"Fix All of {key}: is offered again\n{await changed.GetTextAsync(token)}");
                    break;
                }
            }
        }

        return complaints;
    }

    private static async Task<Document> ApplyAsync(Document document, CodeAction action, CancellationToken token)
    {
        var operations = await action.GetOperationsAsync(token);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(Snapshot before, Document changed, string id, bool all, On surface, CancellationToken token)
    {
        var after = await Snapshot.OfAsync(changed, surface, token);
        var complaints = new List<string>();
        var (old, now) = (before.Text.ToString(), after.Text.ToString());
        void Complain(string complaint) => complaints.Add($"{complaint}\n--- before\n{old}\n--- after\n{now}");

        var isFileEdit = old == now;
        if (isFileEdit && before.AdditionalText == after.AdditionalText)
        {
            Complain("nothing changed");
            return complaints;
        }

        if (Added(before.CompilerMessages, after.CompilerMessages) is { Count: > 0 } messages)
        {
            Complain("the compiler says: " + string.Join(" / ", messages));
        }

        var (oldFinds, newFinds) = (before.Finds.ToLookup(find => find.Id), after.Finds.ToLookup(find => find.Id));
        if (newFinds[id].Count() >= oldFinds[id].Count())
        {
            Complain($"{id} is still there");
        }

        if (newFinds.Where(group => group.Key != id && group.Count() > oldFinds[group.Key].Count()).Select(group => group.First()).FirstOrDefault() is { } brought)
        {
            Complain($"brings {brought.Id} ({brought.GetMessage()})");
        }

        if (Missing(before.Comments, after.Comments).Where(comment => !before.IsAboutFind(comment, id)).ToList() is { Count: > 0 } comments)
        {
            Complain("lost comment " + string.Join(" / ", comments));
        }

        if (!isFileEdit)
        {
            await CompareTextAsync(before, after, changed, Complain, token);
        }

        if (surface == On.Workers && Added(before.Violations, after.Violations) is { Count: > 0 } violations)
        {
            Complain("not for the Workers compiler: " + string.Join(" / ", violations));
        }

        return complaints;
    }

    private static async Task CompareTextAsync(Snapshot before, Snapshot after, Document changed, Action<string> complain, CancellationToken token)
    {
        var (old, now) = (before.Text.ToString(), after.Text.ToString());
        if (old.Contains("\r\n", StringComparison.Ordinal) != now.Contains("\r\n", StringComparison.Ordinal)
            || (now.Contains("\r\n", StringComparison.Ordinal) && Regex.IsMatch(now, "(?<!\r)\n")))
        {
            complain("line ends are mixed");
        }

        if (!Regex.IsMatch(old, @"[ \t]+\r?$", RegexOptions.Multiline) && Regex.IsMatch(now, @"[ \t]+\r?$", RegexOptions.Multiline))
        {
            complain("leaves blanks at the end of a line");
        }

        if (old.EndsWith('\n') && !now.EndsWith('\n'))
        {
            complain("takes the last line end");
        }

        if (!Regex.IsMatch(old, @"(\r?\n){3,}") && Regex.IsMatch(now, @"(\r?\n){3,}"))
        {
            complain("leaves two empty lines");
        }

        // The same change again by lines: every span that differs has to be as the formatter writes it.
        if (!before.IsFormatted)
        {
            return;
        }

        var lines = after.Text.Lines;
        var known = before.Text.Lines.Select(line => line.ToString().Trim()).ToHashSet();
        var spans = lines.Where(line => !known.Contains(line.ToString().Trim())).Select(line => line.SpanIncludingLineBreak).ToList();
        if (spans.Count > 0)
        {
            var options = (await changed.GetOptionsAsync(token))
                .WithChangedOption(FormattingOptions.UseTabs, LanguageNames.CSharp, old.Contains("\n\t", StringComparison.Ordinal))
                .WithChangedOption(FormattingOptions.NewLine, LanguageNames.CSharp, old.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n");
            var formatted = (await (await Formatter.FormatAsync(changed, spans, options, token)).GetTextAsync(token)).ToString();
            if (formatted != now)
            {
                complain("the formatter writes it otherwise: " + FirstDifference(now, formatted));
            }
        }
    }

    private static string FirstDifference(string text, string other)
    {
        var (lines, others) = (text.Split('\n'), other.Split('\n'));
        var line = Enumerable.Range(0, Math.Min(lines.Length, others.Length)).FirstOrDefault(number => lines[number] != others[number]);
        return $"'{lines[line]}' should be '{others[line]}'";
    }

    private static List<string> Added(ImmutableArray<string> before, ImmutableArray<string> after)
    {
        var rest = before.ToList();
        return [.. after.Where(message => !rest.Remove(message))];
    }

    private static List<string> Missing(ImmutableArray<string> before, ImmutableArray<string> after) => Added(after, before);

    /// <summary>What is known of one version of a document.</summary>
    private sealed record Snapshot(
        SourceText Text, string? AdditionalText, ImmutableArray<Diagnostic> Finds, ImmutableArray<string> CompilerMessages, ImmutableArray<string> Comments, ImmutableArray<string> Violations, bool IsFormatted)
    {
        /// <summary>Whether a comment stands inside the expression that is wrong, or inside the function that it is in: what goes with them is about them.</summary>
        public bool IsAboutFind(string comment, string id)
        {
            var text = Text.ToString();
            for (var at = text.IndexOf(comment, StringComparison.Ordinal); at >= 0; at = text.IndexOf(comment, at + 1, StringComparison.Ordinal))
            {
                if (Finds.Any(find => find.Id == id && (find.Location.SourceSpan.Contains(at) || FunctionAround(find).Contains(at))))
                {
                    return true;
                }
            }

            return false;
        }

        private static TextSpan FunctionAround(Diagnostic find) => find.Location.SourceTree!.GetRoot().FindNode(find.Location.SourceSpan, getInnermostNodeForTie: true)
            .AncestorsAndSelf().OfType<AnonymousFunctionExpressionSyntax>().FirstOrDefault()?.Span ?? default;

        public static async Task<Snapshot> OfAsync(Document document, On surface, CancellationToken token)
        {
            var model = (await document.GetSemanticModelAsync(token))!;
            var root = (await document.GetSyntaxRootAsync(token))!;
            var text = await document.GetTextAsync(token);
            var additional = document.Project.AdditionalDocuments.FirstOrDefault() is { } file ? (await file.GetTextAsync(token)).ToString() : null;
            var messages = model.Compilation.GetDiagnostics(token)
                .Where(message => message.Severity >= DiagnosticSeverity.Warning)
                // Whether a parameter that only a removed check read should go as well is the reader's decision.
                .Where(message => message.Id != "CS9113")
                .Select(message => $"{message.Id} {message.GetMessage()}");
            var comments = root.DescendantTrivia()
                .Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia
                    or SyntaxKind.RegionDirectiveTrivia or SyntaxKind.EndRegionDirectiveTrivia or SyntaxKind.PragmaWarningDirectiveTrivia)
                .Select(trivia => trivia.ToString().Trim());
            var formatted = (await Formatter.FormatAsync(document, (await document.GetOptionsAsync(token))
                .WithChangedOption(FormattingOptions.UseTabs, LanguageNames.CSharp, text.ToString().Contains("\n\t", StringComparison.Ordinal))
                .WithChangedOption(FormattingOptions.NewLine, LanguageNames.CSharp, text.ToString().Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n"), token)).GetTextAsync(token);
            return new Snapshot(
                text,
                additional,
                await FindAsync(document, token),
                [.. messages],
                [.. comments],
                surface == On.Workers ? [.. WorkersProfile.Violations(model, token)] : [],
                (await formatted).ContentEquals(text));
        }
    }

    private sealed class Finds(ImmutableArray<Diagnostic> finds) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(finds);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(finds);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
