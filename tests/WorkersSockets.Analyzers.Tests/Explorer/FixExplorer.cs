using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Tests.Robustness;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>Applies every action that is offered anywhere in a source, alone and as Fix All, and says what is wrong with the outcome.</summary>
internal sealed class FixExplorer
{
    private const string WranglerPath = "/wrangler.jsonc";

    /// <summary>What is told at a place only once another find there is gone: the fix did not make it, it uncovered it.</summary>
    private static readonly (string Fixed, string Next, string Because)[] Behind =
    [
        ("WSK3002", "WSK3003", "while the count is ignored, where a character ends does not matter"),
        ("WSK3005", "WSK3001", "a loop that never ends is no loop that ends too early"),
        ("WSK3005", "WSK3003", "likewise"),
        ("WSK1005", "WSK2006", "what nobody awaits fails unseen; awaited, its failure reaches the handler"),
        ("WSK1003", "WSK1002", "a close that came too early was a close"),
        ("WSK2007", "WSK1002", "a socket that nothing has opened leaks nothing on Workers; behind the open, a read that fails does"),
        ("WSK2002", "WSK1002", "likewise; on .NET, where a client that does not connect is open as well, it is a complaint"),
        ("WSK4003", "WSK1002", "likewise, where the upgraded socket is opened in place of the old one"),
        ("WSK4002", "WSK1002", "an upgraded socket that is thrown away is one find; in a variable it is one to close"),
        ("WSK1002", "WSK2002", "on Workers the close needs an open in front of it, and is then what waits first, in place of WSK2007's read"),
        ("WSK1002", "WSK2006", "likewise: what nobody waited for failed unseen, and now fails the handler"),
        ("WSK1002", "WSK1005", "work that nobody awaits runs past the close once there is one"),
        ("WSK1005", "WSK1002", "work that nobody awaits throws nothing past the close"),
        ("WSK2006", "WSK1005", "an exception that left the handler cancelled all; now the handler answers while other work still runs"),
    ];

    private readonly ConcurrentDictionary<(Platform, On, OutputKind), Lazy<Task<Document>>> frames = new();

    private readonly ConcurrentDictionary<string, bool> fixes = new();

    private int runs;

    /// <summary>How many actions were carried out.</summary>
    public int Runs => runs;

    /// <summary>The fixes that offered something.</summary>
    public IEnumerable<string> Fixes => fixes.Keys;

    /// <summary>A document with the source in it. References and their symbols are shared with all others of its kind.</summary>
    public async Task<Document> DocumentAsync(Platform platform, CorpusSource source, string code)
    {
        var kind = CSharpSyntaxTree.ParseText(code, platform.Parse).GetCompilationUnitRoot().Members.Any(member => member.IsKind(SyntaxKind.GlobalStatement))
            ? OutputKind.ConsoleApplication
            : OutputKind.DynamicallyLinkedLibrary;
        var empty = await frames.GetOrAdd((platform, source.Surface, kind), _ => new(() => EmptyAsync(platform, source.Surface, kind))).Value;
        var document = empty.WithText(SourceText.From(code));
        return source.Wrangler is { } wrangler
            ? document.Project.AddAdditionalDocument("wrangler.jsonc", SourceText.From(wrangler), filePath: WranglerPath).Project.GetDocument(document.Id)!
            : document;
    }

    private static async Task<Document> EmptyAsync(Platform platform, On surface, OutputKind kind)
    {
        var project = new AdhocWorkspace().AddProject("Test", LanguageNames.CSharp)
            .WithCompilationOptions(platform.OptionsFor(kind))
            .WithParseOptions(platform.Parse)
            .WithMetadataReferences(platform.ReferencesFor(surface));
        if (platform.HasGlobalUsings)
        {
            project = project.AddDocument("GlobalUsings.cs", Verify.UsingsFor(surface)).Project;
        }

        // The compilation that all others come from, one tree replaced.
        var empty = project.AddDocument("Test.cs", "");
        await empty.Project.GetCompilationAsync();
        return empty;
    }

    /// <summary>Everything that is wrong with any action on this source.</summary>
    public async Task<IReadOnlyList<string>> ExploreAsync(Snapshot before, On surface, CancellationToken token)
    {
        var complaints = new List<string>();
        var outcomes = new Dictionary<string, Outcome>();
        var keys = new Dictionary<string, (CodeFixProvider Fix, List<string> Outcomes)>();
        var isFormatted = new Lazy<Task<bool>>(async () => await before.FormattedAsync(before.Text.ToString(), null, token) == before.Text.ToString());
        async Task<Outcome> LookAsync(Document changed, string id)
        {
            var text = await TextAsync(changed, token);
            if (!outcomes.TryGetValue(id + text, out var outcome))
            {
                var after = await Snapshot.OfAsync(changed, surface, token);
                outcomes[id + text] = outcome = new(text, after, await CompareAsync(before, after, id, await isFormatted.Value, surface, token));
            }

            return outcome;
        }

        foreach (var find in before.Finds)
        {
            foreach (var fix in Probe.Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(find.Id)))
            {
                var known = new HashSet<string>();
                foreach (var action in await Probe.ActionsAsync(fix, before.Document, find, token))
                {
                    var what = $"{action.EquivalenceKey} at {find.Location.GetLineSpan().StartLinePosition}";
                    if (!known.Add(action.EquivalenceKey!))
                    {
                        complaints.Add($"{what}: has the key of another");
                    }

                    Interlocked.Increment(ref runs);
                    fixes[fix.GetType().Name] = true;
                    var outcome = await LookAsync(await ApplyAsync(before.Document, action, token), find.Id);
                    complaints.AddRange(outcome.Complaints.Select(complaint => $"{what}: {complaint}"));
                    if (!keys.TryGetValue(action.EquivalenceKey!, out var entry))
                    {
                        keys[action.EquivalenceKey!] = entry = (fix, []);
                    }

                    entry.Outcomes.Add(outcome.Text);
                }
            }
        }

        foreach (var (key, (fix, texts)) in keys)
        {
            complaints.AddRange((await FixAllAsync(before, key, fix, texts, LookAsync, token)).Select(complaint => $"Fix All of {key}: {complaint}"));
        }

        return complaints;
    }

    private async Task<IReadOnlyList<string>> FixAllAsync(
        Snapshot before, string key, CodeFixProvider fix, List<string> single, Func<Document, string, Task<Outcome>> lookAsync, CancellationToken token)
    {
        string? first = null;
        foreach (var scope in new[] { FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution })
        {
            Interlocked.Increment(ref runs);
            var ids = fix.FixableDiagnosticIds;
            var finds = new Finds([.. before.Finds.Where(find => ids.Contains(find.Id))]);
            var context = scope == FixAllScope.Document
                ? new FixAllContext(before.Document, fix, scope, key, ids, finds, token)
                : new FixAllContext(before.Document.Project, fix, scope, key, ids, finds, token);
            if (await fix.GetFixAllProvider()!.GetFixAsync(context) is not { } action)
            {
                return [$"nothing is offered in a {scope}"];
            }

            var changed = await ApplyAsync(before.Document, action, token);
            var text = await TextAsync(changed, token);
            if (first is not null && first != text)
            {
                return [$"a {scope} gets another text than a document\n{text}"];
            }

            if (first is not null)
            {
                continue;
            }

            first = text;

            // Alone, it has been looked at already.
            if (single.Count == 1 && finds.Count == 1)
            {
                if (single[0] != text)
                {
                    return [$"differs from the one action\n{single[0]}\n--- after Fix All\n{text}"];
                }

                continue;
            }

            var outcome = await lookAsync(changed, ids[0]);
            if (outcome.Complaints.Count > 0)
            {
                return outcome.Complaints;
            }

            foreach (var find in outcome.After.Finds.Where(find => ids.Contains(find.Id)))
            {
                if ((await Probe.ActionsAsync(fix, changed, find, token)).Any(again => again.EquivalenceKey == key))
                {
                    return [$"is offered again\n{text}"];
                }
            }
        }

        return [];
    }

    private static async Task<string> TextAsync(Document document, CancellationToken token) =>
        (await document.GetTextAsync(token)).ToString() + (document.Project.AdditionalDocuments.FirstOrDefault() is { } file ? "\n~~~ " + file.Name + "\n" + await file.GetTextAsync(token) : "");

    private static async Task<Document> ApplyAsync(Document document, CodeAction action, CancellationToken token)
    {
        var operations = await action.GetOperationsAsync(token);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(Snapshot before, Snapshot after, string id, bool isFormatted, On surface, CancellationToken token)
    {
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

        if (newFinds.FirstOrDefault(group => group.Key != id && !IsBehind(id, group.Key, surface) && group.Count() > oldFinds[group.Key].Count()) is { } brought)
        {
            Complain($"brings {brought.Key} ({brought.Last().GetMessage()})");
        }

        if (Added(after.Comments, before.Comments).Where(comment => !before.IsAboutFind(comment, id) && !before.IsInGoneMember(comment, after)).ToList() is { Count: > 0 } comments)
        {
            Complain("lost comment " + string.Join(" / ", comments));
        }

        if (Added(before.Comments, after.Comments).Where(before.Comments.Contains).ToList() is { Count: > 0 } repeated)
        {
            Complain("repeats comment " + string.Join(" / ", repeated));
        }

        if (!isFileEdit)
        {
            await CompareTextAsync(before, after, isFormatted, Complain, token);
        }

        if (surface == On.Workers && after.Violations.Length > before.Violations.Length && Added(before.Violations, after.Violations) is { Count: > 0 } violations)
        {
            Complain("not for the Workers compiler: " + string.Join(" / ", violations));
        }

        return complaints;
    }

    private static bool IsBehind(string id, string next, On surface) =>
        Behind.Any(pair => pair.Fixed == id && pair.Next == next) && !(surface == On.DotNet && (id, next) is ("WSK2002", "WSK1002") or ("WSK1002", "WSK2002"));

    private static async Task CompareTextAsync(Snapshot before, Snapshot after, bool isFormatted, Action<string> complain, CancellationToken token)
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

        if (old.EndsWith('\n') != now.EndsWith('\n'))
        {
            complain("changes how the file ends");
        }

        if (!Regex.IsMatch(old, @"(\r?\n){3,}") && Regex.IsMatch(now, @"(\r?\n){3,}"))
        {
            complain("leaves two empty lines");
        }

        if (!Regex.IsMatch(old, @"\{[ \t]*\r?\n[ \t]*\r?\n") && Regex.IsMatch(now, @"\{[ \t]*\r?\n[ \t]*\r?\n"))
        {
            complain("leaves an empty line at the start of a block");
        }

        if (!Regex.IsMatch(old, @"\n[ \t]*\r?\n[ \t]*\}") && Regex.IsMatch(now, @"\n[ \t]*\r?\n[ \t]*\}"))
        {
            complain("leaves an empty line at the end of a block");
        }

        if (Regex.Count(now, @"\b(global::|System\.(Net|Text|Threading|Linq|IO)\.)") is var full && full > Regex.Count(old, @"\b(global::|System\.(Net|Text|Threading|Linq|IO)\.)") + AddedUsings(before, after))
        {
            complain("names a type in full");
        }

        if (TokenDiff.NeedlessChange(before.Root, after.Root) is { } needless)
        {
            complain("changes only what is between: " + needless);
        }

        // Lines that say the same and stand otherwise.
        var lines = before.Text.Lines.Select(line => line.ToString().Trim()).ToHashSet();
        var squeezed = lines.Select(line => line.Replace(" ", "", StringComparison.Ordinal)).ToHashSet();
        if (after.Text.Lines.Select(line => line.ToString().Trim()).FirstOrDefault(line => !lines.Contains(line) && squeezed.Contains(line.Replace(" ", "", StringComparison.Ordinal))) is { } spaced)
        {
            complain("changes only the blanks of a line: " + spaced);
        }

        if (isFormatted && await after.FormattedAsync(old, null, token) is var formatted && formatted != now)
        {
            complain("the formatter writes it otherwise: " + FirstDifference(now, formatted));
        }
    }

    private static int AddedUsings(Snapshot before, Snapshot after) => after.Root.DescendantNodes().OfType<UsingDirectiveSyntax>().Count() - before.Root.DescendantNodes().OfType<UsingDirectiveSyntax>().Count();

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

    /// <summary>A changed document and what is wrong with it.</summary>
    private sealed record Outcome(string Text, Snapshot After, IReadOnlyList<string> Complaints);

    private sealed class Finds(ImmutableArray<Diagnostic> finds) : FixAllContext.DiagnosticProvider
    {
        public int Count => finds.Length;

        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(finds);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(finds);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
