using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>Shows on an analyzer and a fix of its own that the runner finds, applies and compares.</summary>
public class FixRunnerTests
{
    private const string Source = """
        static class C
        {
            static string Run() => {|WSK9999:"bad"|};

            static string Other() => "bad";
        }
        """;

    [Theory]
    [InlineData(On.DotNet)]
    [InlineData(On.Workers)]
    public async Task Program_runs_before_and_after_the_fix(On on)
    {
        using var pair = FixedPair.Load(on, Source, await ApplyAsync(on));
        Assert.Equal("bad", (await pair.Before.InvokeAsync("Run")).Text);
        Assert.Equal("good", (await pair.After.InvokeAsync("Run")).Text);
        Assert.Equal("bad", (await pair.After.InvokeAsync("Other")).Text);
    }

    [Fact]
    public async Task Number_of_the_find_and_options_are_passed_on() =>
        Assert.Equal(Verify.StripMarkup(Source).Replace("Other() => \"bad\"", "Other() => \"better\"", StringComparison.Ordinal), await ApplyAsync(On.DotNet, find: 1, editorconfig: "word = better"));

    [Fact]
    public async Task Missing_find_or_action_fails_the_test()
    {
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => ApplyAsync(On.DotNet, find: 2));
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => ApplyAsync(On.DotNet, key: "WSK9999.Missing"));
    }

    private static Task<string> ApplyAsync(On on, string key = "WSK9999.Word", int find = 0, string? editorconfig = null) =>
        FixRunner.ApplyAsync(new WordAnalyzer(), new WordFix(), on, Source, key, editorconfig, find);

#pragma warning disable RS1001, RS2008 // Neither is exported or released: only these tests use them.
    private sealed class WordAnalyzer : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor Rule = new("WSK9999", "Word", "Word is '{0}'", "Test", DiagnosticSeverity.Warning, true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(
                node =>
                {
                    if (node.Node is LiteralExpressionSyntax { Token.ValueText: "bad" } literal)
                    {
                        var options = node.Options.AnalyzerConfigOptionsProvider.GetOptions(literal.SyntaxTree);
                        var word = options.TryGetValue("word", out var set) ? set : "good";
                        node.ReportDiagnostic(Diagnostic.Create(Rule, literal.GetLocation(), ImmutableDictionary<string, string?>.Empty.Add("Word", word), "bad"));
                    }
                },
                SyntaxKind.StringLiteralExpression);
        }
    }

    private sealed class WordFix : CodeFixProvider
    {
        public override ImmutableArray<string> FixableDiagnosticIds => ["WSK9999"];

        public override FixAllProvider? GetFixAllProvider() => null;

        public override Task RegisterCodeFixesAsync(CodeFixContext context)
        {
            var diagnostic = context.Diagnostics[0];
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Change word",
                    async token =>
                    {
                        var root = (await context.Document.GetSyntaxRootAsync(token))!;
                        var literal = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
                        var word = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(diagnostic.Properties["Word"]!));
                        return context.Document.WithSyntaxRoot(root.ReplaceNode(literal, word));
                    },
                    "WSK9999.Word"),
                diagnostic);
            return Task.CompletedTask;
        }
    }
}
