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

        return project.With(Sample + ".csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <EnableNETAnalyzers>false</EnableNETAnalyzers>
                <NuGetAudit>false</NuGetAudit>
                <WorkersSocketsMode>All</WorkersSocketsMode>
                <RestoreSources>{package.Feed}</RestoreSources>
              </PropertyGroup>
              <ItemGroup>
                {project.PackageReference}
              </ItemGroup>
            </Project>
            """);
    }
}
