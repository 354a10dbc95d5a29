namespace WorkersSockets.Analyzers.EndToEnd.Testing;

/// <summary>The tour of .NET's pitfalls as a project of a user, who has the package from the feed.</summary>
internal static class SampleCopy
{
    private const string Sample = "PitfallTour";

    public static UserProject Of(PackedPackage package)
    {
        var project = package.CreateProject(Sample);
        foreach (var file in Directory.GetFiles(Repository.PathOf("samples", Sample), "*.cs"))
        {
            project.With(Path.GetFileName(file), File.ReadAllText(file));
        }

        return AsWeb(project, package, "<EnableNETAnalyzers>false</EnableNETAnalyzers>");
    }

    /// <summary>Makes a project an ASP.NET Core program that has the package, with every rule on.</summary>
    public static UserProject AsWeb(UserProject project, PackedPackage package, string properties) => project.With(project.Name + ".csproj", $"""
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <NuGetAudit>false</NuGetAudit>
            <WorkersSocketsMode>All</WorkersSocketsMode>
            <RestoreSources>{package.Feed}</RestoreSources>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            {project.PackageReference}
          </ItemGroup>
        </Project>
        """);
}
