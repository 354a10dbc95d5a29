using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(PackedPackage))]

namespace WorkersSockets.Analyzers.EndToEnd.Testing;

/// <summary>The package, packed once for the whole run into a folder feed; projects of the tests are made below its folder.</summary>
public sealed class PackedPackage : IAsyncLifetime
{
    public const string Id = "WorkersSockets.Analyzers";

    private int projects;

    public string Folder { get; } = Directory.CreateTempSubdirectory("wsk-").FullName;
    public string Feed => Path.Combine(Folder, "feed");

    /// <summary>Differs from run to run, so that nothing is taken from a cache.</summary>
    public string Version { get; } = $"0.1.0-test.{DateTime.UtcNow.Ticks}";
    public string FilePath => Path.Combine(Feed, $"{Id}.{Version}.nupkg");

    /// <summary>What packing printed.</summary>
    public string PackOutput { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Feed);

        // Packages that the machine has already are not fetched again; ours can only come from the feed.
        await File.WriteAllTextAsync(Path.Combine(Folder, "nuget.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="{Path.Combine(Folder, "packages")}" />
              </config>
              <fallbackPackageFolders>
                <add key="machine" value="{Repository.PackageRoot}" />
              </fallbackPackageFolders>
            </configuration>
            """);

        var packed = await Dotnet.RunAsync(
            Repository.Root, "pack", "src/WorkersSockets.Analyzers.Package", "-c", "Release", "-nologo", "-o", Feed,
            $"-p:PackageVersion={Version}", "--artifacts-path", Path.Combine(Folder, "artifacts"));
        PackOutput = packed.Succeeded().Output;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A new project below the feed's folder that references the package.</summary>
    internal UserProject CreateProject(string name = "App") => new(this, Path.Combine(Folder, $"{Interlocked.Increment(ref projects)}", name));
}
