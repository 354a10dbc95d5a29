using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Catalog;

/// <summary>The models of the user's own wrappers, from the additional files of that name.</summary>
internal sealed record UserModels(ImmutableArray<ApiModel> Models, ImmutableArray<ConfigurationProblem> Problems)
{
    public const string FileName = "WorkersSockets.models";

    public static UserModels Read(ImmutableArray<AdditionalText> additionalFiles, CancellationToken cancellationToken)
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
            problems.AddRange(file.Errors.Select(error => new ConfigurationProblem(
                Location.Create(additional.Path, error.Span, text.Lines.GetLinePositionSpan(error.Span)), error.Message)));
        }

        return new UserModels(models.ToImmutable(), problems.ToImmutable());
    }

    private static bool IsModelFile(string path) =>
        path.Substring(path.LastIndexOfAny(new[] { '/', '\\' }) + 1).Equals(FileName, StringComparison.OrdinalIgnoreCase);
}
