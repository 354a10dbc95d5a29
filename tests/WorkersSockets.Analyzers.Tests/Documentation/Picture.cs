using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Security;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Documentation;

/// <summary>README's picture: code with its squiggles, the messages, and a fix's preview, all from the rules and fixes themselves.</summary>
internal static class Picture
{
    /// <summary>The rule whose light bulb is open.</summary>
    private const string FixedRule = "WSK4004";

    private const string FileName = "Mailbox.cs";

    /// <summary>Only the lines of the method are shown.</summary>
    private const string Source = """
        using System.Net.Security;
        using System.Net.Sockets;
        using System.Text;
        using System.Threading.Tasks;

        public static class Mailbox
        {
            public static async Task<string> GreetingAsync(string server)
            {
                var client = new TcpClient(server, 993);
                var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
                await tls.AuthenticateAsClientAsync(server);

                var buffer = new byte[512];
                var count = await tls.ReadAsync(buffer);
                client.Close();
                return Encoding.UTF8.GetString(buffer, 0, count);
            }
        }
        """;

    private const int FirstLine = 7;
    private const int LastLine = 17;
    private const int Indentation = 4;

    // Sizes in pixels. Each text says how long it is, so that squiggles stand right under whatever monospaced font there is.
    private const int CharacterWidth = 8;
    private const int LineHeight = 22;
    private const int Width = 920;
    private const int CodeLeft = 64;
    private const int MessageLeft = 104;
    private const int MessageColumns = (Width - MessageLeft - 24) / CharacterWidth;

    public static async Task<string> DrawAsync()
    {
        using var workspace = new AdhocWorkspace();
        var before = CreateDocument(workspace);
        var finds = (await Verify.DiagnoseAsync(On.DotNet, Source)).Where(found => found.Location.SourceTree!.FilePath == "Test.cs").ToImmutableArray();
        var action = await ActionAsync(before, finds.First(find => find.Id == FixedRule));
        var operation = (ApplyChangesOperation)(await action.GetOperationsAsync(CancellationToken.None)).Single();
        var after = operation.ChangedSolution.GetDocument(before.Id)!;

        var drawing = new Drawing();
        await DrawCodeAsync(drawing, before, finds);
        DrawMessages(drawing, finds);
        await DrawFixAsync(drawing, action.Title, before, after);
        return drawing.ToSvg($"{FileName} in an editor: warnings {string.Join(", ", finds.Select(find => find.Id))} and the fix '{action.Title}'");
    }

    private static Document CreateDocument(AdhocWorkspace workspace)
    {
        var project = ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Picture", "Picture", LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable),
            parseOptions: new CSharpParseOptions(LanguageVersion.Latest),
            metadataReferences: References.Net100);
        return workspace.AddDocument(workspace.AddProject(project).Id, FileName, SourceText.From(Source));
    }

    private static async Task<CodeAction> ActionAsync(Document document, Diagnostic find)
    {
        var tree = await document.GetSyntaxTreeAsync();
        var there = Diagnostic.Create(
            RuleCatalog.Descriptors.First(descriptor => descriptor.Id == find.Id), Location.Create(tree!, find.Location.SourceSpan), find.Properties);
        var offered = new List<CodeAction>();
        foreach (var type in typeof(SocketFix).Assembly.GetTypes().Where(type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null))
        {
            var fixer = (CodeFixProvider)Activator.CreateInstance(type)!;
            if (fixer.FixableDiagnosticIds.Contains(find.Id))
            {
                await fixer.RegisterCodeFixesAsync(new CodeFixContext(document, there, (action, _) => offered.Add(action), CancellationToken.None));
            }
        }

        return offered[0];
    }

    private static async Task DrawCodeAsync(Drawing drawing, Document document, ImmutableArray<Diagnostic> finds)
    {
        var text = await document.GetTextAsync();
        drawing.Header(FileName);
        for (var number = FirstLine; number <= LastLine; number++)
        {
            await DrawLineAsync(drawing, document, text.Lines[number], "");
            var ids = new List<string>();
            foreach (var find in finds)
            {
                var (start, end) = (find.Location.GetLineSpan().StartLinePosition, find.Location.GetLineSpan().EndLinePosition);
                if (start.Line == number)
                {
                    drawing.Squiggle(CodeLeft + ((start.Character - Indentation) * CharacterWidth), CodeLeft + ((end.Character - Indentation) * CharacterWidth));
                    ids.Add(find.Id);
                }
            }

            if (ids.Count > 0)
            {
                var label = string.Join(' ', ids);
                drawing.Text(Width - 24 - (label.Length * CharacterWidth), "warning small", label);
            }

            drawing.NextLine();
        }
    }

    private static void DrawMessages(Drawing drawing, ImmutableArray<Diagnostic> finds)
    {
        drawing.Separator();
        foreach (var find in finds)
        {
            drawing.Text(24, "warning strong", find.Id);
            foreach (var line in Wrap(find.GetMessage(CultureInfo.InvariantCulture), MessageColumns))
            {
                drawing.Text(MessageLeft, "plain", line);
                drawing.NextLine();
            }
        }
    }

    private static async Task DrawFixAsync(Drawing drawing, string title, Document before, Document after)
    {
        drawing.Separator();
        drawing.LightBulb(32);
        drawing.Text(52, "plain strong", title);
        drawing.NextLine();
        var (old, changed) = (await before.GetTextAsync(), await after.GetTextAsync());
        foreach (var (sign, line) in LineDiff.Between(Lines(old), Lines(changed)).Where(line => line.Sign != ' '))
        {
            var (document, text, kind) = sign == '-' ? (before, old, "removed") : (after, changed, "added");
            drawing.Band(kind);
            drawing.Text(44, "plain", sign.ToString());
            await DrawLineAsync(drawing, document, text.Lines[line], kind);
            drawing.NextLine();
        }
    }

    private static async Task DrawLineAsync(Drawing drawing, Document document, TextLine line, string kind)
    {
        if (kind.Length == 0)
        {
            var number = (line.LineNumber + 1).ToString(CultureInfo.InvariantCulture);
            drawing.Text(44 - (number.Length * CharacterWidth), "number-of-line", number);
        }

        var (root, model) = ((await document.GetSyntaxRootAsync())!, (await document.GetSemanticModelAsync())!);
        foreach (var token in root.DescendantTokens(line.Span).Where(token => line.Span.Contains(token.Span)))
        {
            drawing.Text(CodeLeft + ((token.SpanStart - line.Start - Indentation) * CharacterWidth), ColorOf(token, model), token.Text);
        }
    }

    private static string ColorOf(SyntaxToken token, SemanticModel model) => token.Kind() switch
    {
        SyntaxKind.StringLiteralToken => "string",
        SyntaxKind.NumericLiteralToken => "literal",
        SyntaxKind.IdentifierToken => (model.GetSymbolInfo(token.Parent!).Symbol ?? model.GetDeclaredSymbol(token.Parent!)) switch
        {
            _ when token.Text == "var" => "keyword",
            INamedTypeSymbol => "type",
            IMethodSymbol { MethodKind: MethodKind.Constructor } => "type",
            IMethodSymbol => "method",
            ILocalSymbol or IParameterSymbol => "variable",
            _ => "plain",
        },
        _ when token.IsKeyword() => "keyword",
        _ => "plain",
    };

    private static string[] Lines(SourceText text) => [.. text.Lines.Select(line => line.ToString())];

    private static IEnumerable<string> Wrap(string text, int columns)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > columns)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }

    /// <summary>SVG, drawn from top to bottom.</summary>
    private sealed class Drawing
    {
        private const string Style = """
            text { font-family: ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 13px; }
            .card { fill: #ffffff; stroke: #d0d7de; } .bar { fill: #f6f8fa; } .edge { stroke: #d0d7de; }
            .plain { fill: #1f2328; } .number-of-line { fill: #8c959f; } .strong { font-weight: bold; } .small { font-size: 12px; }
            .keyword { fill: #0000ff; } .type { fill: #207085; } .method { fill: #74531f; } .string { fill: #a31515; }
            .literal { fill: #087a55; } .variable { fill: #1f377f; } .warning { fill: #9a6700; }
            .squiggle { fill: none; stroke: #bf8700; stroke-width: 1.5; } .removed { fill: #ffebe9; } .added { fill: #dafbe1; } .bulb { fill: #eac54f; }
            @media (prefers-color-scheme: dark) {
              .card { fill: #1e1e1e; stroke: #3d444d; } .bar { fill: #2a2d30; } .edge { stroke: #3d444d; }
              .plain { fill: #d8dee4; } .number-of-line { fill: #848d97; }
              .keyword { fill: #6cb0f0; } .type { fill: #4ec9b0; } .method { fill: #dcdcaa; } .string { fill: #ce9178; }
              .literal { fill: #b5cea8; } .variable { fill: #9cdcfe; } .warning { fill: #e3b341; }
              .squiggle { stroke: #e3b341; } .removed { fill: #4b2224; } .added { fill: #1d3b27; }
            }
            """;

        private readonly StringBuilder shapes = new();
        private int top;

        private int Baseline => top + 15;

        public void Header(string title)
        {
            shapes.Append($"  <path class=\"bar\" d=\"M1 32 V9 a8 8 0 0 1 8 -8 H{Width - 9} a8 8 0 0 1 8 8 V32 Z\"/>\n");
            top = 6;
            Text(24, "plain strong", title);
            top = 40;
        }

        public void Text(int left, string kind, string text)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                shapes.Append(CultureInfo.InvariantCulture,
                    $"  <text x=\"{left}\" y=\"{Baseline}\" class=\"{kind}\" textLength=\"{text.Length * CharacterWidth}\" lengthAdjust=\"spacingAndGlyphs\">{SecurityElement.Escape(text)}</text>\n");
            }
        }

        public void Squiggle(int left, int right)
        {
            shapes.Append($"  <path class=\"squiggle\" d=\"M{left} {Baseline + 5}");
            for (var (x, up) = (left, true); x < right; x += 4, up = !up)
            {
                shapes.Append(up ? " l4 -3" : " l4 3");
            }

            shapes.Append("\"/>\n");
        }

        public void LightBulb(int center) => shapes.Append(
            $"  <path class=\"bulb\" d=\"M{center} {top + 3} a6 6 0 0 1 3 11 v4 h-6 v-4 a6 6 0 0 1 3 -11 Z\"/>\n");

        public void Band(string kind) => shapes.Append($"  <rect class=\"{kind}\" x=\"36\" y=\"{top}\" width=\"{Width - 60}\" height=\"{LineHeight}\"/>\n");

        public void NextLine() => top += LineHeight;

        public void Separator()
        {
            shapes.Append($"  <path class=\"edge\" d=\"M1 {top + 7} H{Width - 1}\"/>\n");
            top += 15;
        }

        public string ToSvg(string title)
        {
            var height = top + 10;
            return $"""
                <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" role="img">
                  <title>{SecurityElement.Escape(title)}</title>
                  <style>
                {Style}
                  </style>
                  <rect class="card" x="0.5" y="0.5" width="{Width - 1}" height="{height - 1}" rx="8"/>
                {shapes.ToString().TrimEnd('\n')}
                </svg>

                """.ReplaceLineEndings("\n");
        }
    }
}
