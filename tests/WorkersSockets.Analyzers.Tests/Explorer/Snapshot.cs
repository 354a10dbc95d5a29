using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Formatting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Options;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>What is known of one version of a document: compiled and analysed once, in one pass.</summary>
internal sealed class Snapshot
{
    private Snapshot(Document document, SourceText text, SyntaxNode root, string? additionalText)
    {
        (Document, Text, Root, AdditionalText) = (document, text, root, additionalText);
        Comments =
        [
            .. root.DescendantTrivia()
                .Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia
                    or SyntaxKind.RegionDirectiveTrivia or SyntaxKind.EndRegionDirectiveTrivia or SyntaxKind.PragmaWarningDirectiveTrivia
                    or SyntaxKind.IfDirectiveTrivia or SyntaxKind.EndIfDirectiveTrivia)
                .Select(trivia => trivia.ToString().Trim()),
        ];
    }

    public Document Document { get; }

    public SourceText Text { get; }

    public SyntaxNode Root { get; }

    /// <summary>The text of the wrangler file, where there is one.</summary>
    public string? AdditionalText { get; }

    public ImmutableArray<string> Comments { get; }

    /// <summary>What our rules find, in order.</summary>
    public ImmutableArray<Diagnostic> Finds { get; private init; }

    /// <summary>Warnings and errors.</summary>
    public ImmutableArray<string> CompilerMessages { get; private init; }

    public bool HasErrors { get; private init; }

    /// <summary>What the Workers compiler does not accept.</summary>
    public ImmutableArray<string> Violations { get; private init; }

    public string Ids => string.Join(' ', Finds.Select(find => find.Id).Order(StringComparer.Ordinal));

    public static async Task<Snapshot> OfAsync(Document document, On surface, CancellationToken token)
    {
        var failures = new ConcurrentBag<string>();
        var compilation = (await document.Project.GetCompilationAsync(token))!;
        var analyzers = compilation.WithAnalyzers(
            [new WorkerSocketAnalyzer()],
            new CompilationWithAnalyzersOptions(
                document.Project.AnalyzerOptions,
                onAnalyzerException: (exception, _, _) => failures.Add(exception.ToString()),
                concurrentAnalysis: false,
                logAnalyzerExecutionTime: false));
        var all = await analyzers.GetAllDiagnosticsAsync(token);
        if (!failures.IsEmpty)
        {
            throw new InvalidOperationException(failures.First());
        }

        var root = (await document.GetSyntaxRootAsync(token))!;
        var additional = document.Project.AdditionalDocuments.FirstOrDefault() is { } file ? (await file.GetTextAsync(token)).ToString() : null;
        var messages = all.Where(found => found.Severity >= DiagnosticSeverity.Warning && !IsOurs(found))
            // Whether a parameter that only a removed check read should go as well is the reader's decision.
            .Where(found => found.Id != "CS9113")
            .ToList();
        return new Snapshot(document, await document.GetTextAsync(token), root, additional)
        {
            Finds = [.. all.Where(IsOurs).OrderBy(find => find.Location.SourceSpan.Start).ThenBy(find => find.Id, StringComparer.Ordinal)],
            CompilerMessages = [.. messages.Select(message => $"{message.Id} {message.GetMessage()}")],
            HasErrors = messages.Any(message => message.Severity == DiagnosticSeverity.Error),
            Violations = surface == On.Workers ? [.. WorkersProfile.Violations(compilation.GetSemanticModel(root.SyntaxTree), token)] : [],
        };
    }

    private static bool IsOurs(Diagnostic found) => found.Id.StartsWith("WSK", StringComparison.Ordinal);

    /// <summary>Whether a comment stands inside the expression that is wrong, or inside a certificate check that is taken off: what goes with them is about them.</summary>
    public bool IsAboutFind(string comment, string id)
    {
        var text = Text.ToString();
        for (var at = text.IndexOf(comment, StringComparison.Ordinal); at >= 0; at = text.IndexOf(comment, at + 1, StringComparison.Ordinal))
        {
            if (Finds.Any(find => find.Id == id && (find.Location.SourceSpan.Contains(at) || find.AdditionalLocations.Any(place => place.SourceSpan.Contains(at)) || (id == "WSK4004" && FunctionAround(find).Contains(at)))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a comment stands in or above a member that another version does not have any more: it was about that.</summary>
    public bool IsInGoneMember(string comment, Snapshot other)
    {
        var names = Members(other).Select(member => member.Name).ToHashSet();
        return Members(this).Any(member => !names.Contains(member.Name) && !names.Contains(member.Name + "Async") && member.Text.Contains(comment, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Name, string Text)> Members(Snapshot snapshot) => snapshot.Root.DescendantNodes().OfType<MemberDeclarationSyntax>().Select(member => (member switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.Text,
        _ => "",
    }, member.ToFullString()));

    private static TextSpan FunctionAround(Diagnostic find) => find.Location.SourceTree!.GetRoot().FindNode(find.Location.SourceSpan, getInnermostNodeForTie: true)
        .AncestorsAndSelf().OfType<AnonymousFunctionExpressionSyntax>().FirstOrDefault()?.Span ?? default;

    /// <summary>The document as the formatter writes it, in the layout that <paramref name="sample"/> has.</summary>
    public async Task<string> FormattedAsync(string sample, IEnumerable<TextSpan>? spans, CancellationToken token)
    {
        var options = await LayoutAsync(sample, token);
        var formatted = spans is null ? await Formatter.FormatAsync(Document, options, token) : await Formatter.FormatAsync(Document, spans, options, token);
        return (await formatted.GetTextAsync(token)).ToString();
    }

    private async Task<OptionSet> LayoutAsync(string sample, CancellationToken token)
    {
        var isTabbed = sample.Contains("\n\t", StringComparison.Ordinal);
        var lines = sample.Split('\n').Select(line => line.TrimEnd()).ToList();
        var isBraceAtEnd = lines.Count(line => line.EndsWith(") {", StringComparison.Ordinal)) > lines.Count(line => line.TrimStart() == "{");
        var isNarrow = lines.Any(line => line.StartsWith("  ", StringComparison.Ordinal) && line.TrimStart().Length == line.Length - 2);
        OptionSet options = await Document.GetOptionsAsync(token);
        options = options
            .WithChangedOption(FormattingOptions.UseTabs, LanguageNames.CSharp, isTabbed)
            .WithChangedOption(FormattingOptions.IndentationSize, LanguageNames.CSharp, isNarrow ? 2 : 4)
            .WithChangedOption(FormattingOptions.NewLine, LanguageNames.CSharp, sample.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n");
        foreach (var option in isBraceAtEnd ? BraceOptions : [])
        {
            options = options.WithChangedOption(option, false);
        }

        return options;
    }

    private static readonly Option<bool>[] BraceOptions =
    [
        CSharpFormattingOptions.NewLinesForBracesInTypes,
        CSharpFormattingOptions.NewLinesForBracesInMethods,
        CSharpFormattingOptions.NewLinesForBracesInProperties,
        CSharpFormattingOptions.NewLinesForBracesInAccessors,
        CSharpFormattingOptions.NewLinesForBracesInAnonymousMethods,
        CSharpFormattingOptions.NewLinesForBracesInControlBlocks,
        CSharpFormattingOptions.NewLinesForBracesInAnonymousTypes,
        CSharpFormattingOptions.NewLinesForBracesInObjectCollectionArrayInitializers,
        CSharpFormattingOptions.NewLinesForBracesInLambdaExpressionBody,
        CSharpFormattingOptions.NewLineForElse,
        CSharpFormattingOptions.NewLineForCatch,
        CSharpFormattingOptions.NewLineForFinally,
    ];
}
