using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>The wrangler files and options of one compilation.</summary>
internal sealed class ProjectConfiguration
{
    private readonly AnalyzerConfigOptionsProvider options;
    private readonly ConcurrentDictionary<SyntaxTree, SocketOptionsResult> read = new();

    private ProjectConfiguration(AnalyzerConfigOptionsProvider options, WranglerFile? wrangler, ImmutableArray<ConfigurationProblem> problems)
    {
        this.options = options;
        Wrangler = wrangler;
        Problems = problems;
    }

    /// <summary>The wrangler file that is nearest to the project, or null.</summary>
    public WranglerFile? Wrangler { get; }

    /// <summary>What cannot be read of the models and the wrangler files.</summary>
    public ImmutableArray<ConfigurationProblem> Problems { get; }

    public static ProjectConfiguration Read(AnalyzerOptions options, ImmutableArray<ConfigurationProblem> modelProblems, CancellationToken cancellationToken)
    {
        var files = new List<WranglerFile>();
        var problems = modelProblems.ToBuilder();
        foreach (var additional in options.AdditionalFiles)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (WranglerReader.Rank(additional.Path) < 0)
            {
                continue;
            }

            if (additional.GetText(cancellationToken) is not { } text)
            {
                problems.Add(new ConfigurationProblem(
                    Location.Create(additional.Path, default, default), $"'{Path.GetFileName(additional.Path)}' cannot be read: the file cannot be opened"));
                continue;
            }

            var (file, problem) = WranglerReader.Read(additional.Path, text);
            files.Add(file);
            if (problem is not null)
            {
                problems.Add(problem);
            }
        }

        options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property.ProjectDir", out var projectFolder);
        var nearest = files
            .OrderBy(file => Distance(projectFolder, file.Path))
            .ThenBy(file => WranglerReader.Rank(file.Path))
            .ThenBy(file => file.Path, StringComparer.Ordinal)
            .FirstOrDefault();
        return new ProjectConfiguration(options.AnalyzerConfigOptionsProvider, nearest, problems.ToImmutable());
    }

    /// <summary>The options of a tree, read once.</summary>
    public SocketOptionsResult OptionsFor(SyntaxTree tree) => read.GetOrAdd(tree, key => SocketOptionsReader.Read(options.GetOptions(key)));

    /// <summary>How many folders lie between a project and a file; a folder below the project counts more than one above it.</summary>
    private static int Distance(string? projectFolder, string path)
    {
        var file = Folders(Path.GetDirectoryName(path));
        if (projectFolder is null)
        {
            return file.Length;
        }

        var project = Folders(projectFolder);
        var common = project.Zip(file, (left, right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase)).TakeWhile(same => same).Count();
        return project.Length - common + ((file.Length - common) * 100);
    }

    private static string[] Folders(string? path) => (path ?? "").Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
}
