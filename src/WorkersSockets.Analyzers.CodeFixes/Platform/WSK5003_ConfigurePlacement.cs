using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Rules.Platform;

namespace WorkersSockets.Analyzers.CodeFixes.Platform;

/// <summary>Writes smart placement into the wrangler file.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConfigurePlacement))]
[Shared]
public sealed class ConfigurePlacement() : AdditionalFileFix("WSK5003", "Smart", "Configure smart placement")
{
    private protected override string? PathOf(Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(PlacementMissing.PathProperty, out var path) ? path : null;

    private protected override SourceText? Edit(string path, SourceText text) =>
        WranglerEditor.AddPlacement(path, text.ToString()) is { } change ? text.WithChanges(change) : null;
}
