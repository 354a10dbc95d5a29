using System.Diagnostics;
using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>Runs alone: what it measures is what a newcomer waits for.</summary>
[CollectionDefinition(nameof(NewcomerTests), DisableParallelization = true)]
public class TimedCollection;

/// <summary>The way of a newcomer by README alone: from an empty folder to the first fixed bug, with README's own program and commands.</summary>
[Collection(nameof(NewcomerTests))]
public class NewcomerTests(PackedPackage package)
{
    [Fact]
    public async Task From_an_empty_folder_to_the_first_fixed_bug_in_under_five_minutes()
    {
        var readme = await File.ReadAllTextAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken);
        var install = Block(readme, "```\ndotnet add package");
        var program = Block(readme, "```csharp\nusing System.Net.Security;");
        var tryOut = Block(readme, "```\ndotnet build\ndotnet format");

        // The feed stands for nuget.org: to a newcomer the package is simply there.
        var folder = Directory.CreateDirectory(Path.Combine(package.Folder, "newcomer", "App")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "..", "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="{package.Feed}" />
              </packageSources>
            </configuration>
            """,
            TestContext.Current.CancellationToken);

        var watch = Stopwatch.StartNew();
        (await Dotnet.RunAsync(folder, "new", "console")).Succeeded();

        // The package of this run is a prerelease.
        (await Dotnet.RunAsync(folder, [.. Arguments(install[0]), "--prerelease"])).Succeeded();
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), string.Join('\n', program) + "\n", TestContext.Current.CancellationToken);

        Assert.Equal(3, tryOut.Length);
        var warned = (await Dotnet.RunAsync(folder, Arguments(tryOut[0]))).Succeeded().Output;
        Assert.Contains("Program.cs(8,58): warning WSK4004: ", Assert.Single(UserProject.PrintedFinds(warned)), StringComparison.Ordinal);

        (await Dotnet.RunAsync(folder, Arguments(tryOut[1]))).Succeeded();
        Assert.Equal(
            string.Join('\n', program).Replace(", false, (_, _, _, _) => true)", ", false)") + "\n",
            await File.ReadAllTextAsync(Path.Combine(folder, "Program.cs"), TestContext.Current.CancellationToken));
        Assert.Contains("0 Warning(s)", (await Dotnet.RunAsync(folder, Arguments(tryOut[2]))).Succeeded().Output, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(5), $"It took {watch.Elapsed}.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalSeconds:0} s");
    }

    private static string[] Arguments(string command)
    {
        var words = command.Split(' ');
        Assert.Equal("dotnet", words[0]);
        return words[1..];
    }

    /// <summary>The lines of the code block that begins so.</summary>
    private static string[] Block(string readme, string beginning)
    {
        var start = readme.IndexOf(beginning, StringComparison.Ordinal);
        Assert.True(start >= 0, $"README has no block that begins with {beginning}");
        start = readme.IndexOf('\n', start) + 1;
        return readme[start..readme.IndexOf("\n```", start, StringComparison.Ordinal)].Split('\n');
    }
}
