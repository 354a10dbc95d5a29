using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Testing;

/// <summary>Checks one refactoring at the caret, which <c>$$</c> marks in the source.</summary>
internal static class VerifyRefactoring
{
    /// <summary>The action turns the source into <paramref name="after"/>, which compiles and has no find that the source did not have.</summary>
    public static async Task OfferedAsync<TRefactoring>(On on, string before, string after)
        where TRefactoring : CodeRefactoringProvider, new()
    {
        var (document, actions) = await ComputeAsync<TRefactoring>(on, before);
        var action = Assert.Single(actions);
        Assert.Equal(typeof(TRefactoring).Name, action.EquivalenceKey);
        var operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        var changed = Assert.IsType<ApplyChangesOperation>(Assert.Single(operations)).ChangedSolution.GetDocument(document.Id)!;
        Assert.Equal(after, (await changed.GetTextAsync(TestContext.Current.CancellationToken)).ToString());

        var errors = Verify.Compile(on, after).GetDiagnostics(TestContext.Current.CancellationToken).Where(found => found.Severity == DiagnosticSeverity.Error);
        Assert.Empty(errors.Select(error => error.ToString()));
        var old = (await Verify.DiagnoseAsync(on, before.Replace("$$", ""))).Select(found => found.Id).ToList();
        Assert.Empty((await Verify.DiagnoseAsync(on, after)).Where(found => !old.Remove(found.Id)).Select(found => found.ToString()));
    }

    public static async Task NotOfferedAsync<TRefactoring>(On on, string source)
        where TRefactoring : CodeRefactoringProvider, new() =>
        Assert.Empty((await ComputeAsync<TRefactoring>(on, source)).Actions.Select(action => action.Title));

    private static async Task<(Document Document, ImmutableArray<CodeAction> Actions)> ComputeAsync<TRefactoring>(On on, string source)
        where TRefactoring : CodeRefactoringProvider, new()
    {
        var caret = source.IndexOf("$$", StringComparison.Ordinal);
        Assert.True(caret >= 0, "no $$ in the source");
        source = source.Remove(caret, 2);
        var compilation = Verify.Compile(on, source);
        var project = new AdhocWorkspace().AddProject("Test", LanguageNames.CSharp)
            .WithCompilationOptions(compilation.Options)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.Latest))
            .WithMetadataReferences(compilation.References);
        foreach (var tree in compilation.SyntaxTrees.Where(tree => tree.FilePath != "Test.cs"))
        {
            project = project.AddDocument(tree.FilePath, tree.GetText(TestContext.Current.CancellationToken)).Project;
        }

        var document = project.AddDocument("Test.cs", SourceText.From(source));
        var actions = ImmutableArray.CreateBuilder<CodeAction>();
        await new TRefactoring().ComputeRefactoringsAsync(
            new CodeRefactoringContext(document, new TextSpan(caret, 0), actions.Add, TestContext.Current.CancellationToken));
        return (document, actions.ToImmutable());
    }
}
