using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Catalog;

/// <summary>The models of the user's own wrappers, from the additional files of that name.</summary>
internal sealed record UserModels(ImmutableArray<ApiModel> Models, ImmutableArray<ConfigurationProblem> Problems)
{
    public const string FileName = "WorkersSockets.models";

    /// <summary>Reads the files; with a compilation, ids of its types are checked against their members.</summary>
    public static UserModels Read(ImmutableArray<AdditionalText> additionalFiles, CancellationToken cancellationToken, Compilation? compilation = null)
    {
        var models = ImmutableArray.CreateBuilder<ApiModel>();
        var problems = ImmutableArray.CreateBuilder<ConfigurationProblem>();
        foreach (var additional in additionalFiles)
        {
            if (!IsModelFile(additional.Path) || additional.GetText(cancellationToken) is not { } text)
            {
                continue;
            }

            var file = ModelReader.Read(text, cancellationToken);
            models.AddRange(file.Models);
            problems.AddRange(file.Errors.Concat(compilation is null ? [] : MissingMembers(file, compilation))
                .OrderBy(error => error.Span)
                .Select(error => new ConfigurationProblem(
                    Location.Create(additional.Path, error.Span, text.Lines.GetLinePositionSpan(error.Span)), error.Message)));
        }

        return new UserModels(models.ToImmutable(), problems.ToImmutable());
    }

    /// <summary>
    /// Lines whose type is there and whose member is not. A type that is not there is no mistake: several projects may share a file.
    /// </summary>
    private static IEnumerable<ModelError> MissingMembers(ModelFile file, Compilation compilation)
    {
        for (var i = 0; i < file.Models.Length; i++)
        {
            var id = file.Models[i].Id;
            var end = id.IndexOf('(');
            var dot = id.LastIndexOf('.', end < 0 ? id.Length - 1 : end);
            if (id[0] == 'T'
                || DocumentationCommentId.GetFirstSymbolForDeclarationId("T:" + id.Substring(2, dot - 2), compilation) is not INamedTypeSymbol { TypeKind: not TypeKind.Error } type
                || type.GetMembers().Any(member => member.GetDocumentationCommentId() == id))
            {
                continue;
            }

            var name = (end < 0 ? id.Substring(dot + 1) : id.Substring(dot + 1, end - dot - 1)).Split('`')[0].Replace("#ctor", ".ctor");
            var alike = type.GetMembers(name).Select(member => $"'{member.GetDocumentationCommentId()}'").ToList();
            yield return new ModelError(file.IdSpans[i], alike.Count == 0
                ? $"'{type.ToDisplayString()}' declares no '{name}'"
                : $"'{type.ToDisplayString()}' declares no such '{name}': expected {string.Join(" or ", alike)}");
        }
    }

    private static bool IsModelFile(string path) =>
        path.Substring(path.LastIndexOfAny(new[] { '/', '\\' }) + 1).Equals(FileName, StringComparison.OrdinalIgnoreCase);
}
