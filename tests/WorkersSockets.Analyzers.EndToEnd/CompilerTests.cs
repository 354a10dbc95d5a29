using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>Real builds of a user's project under each supported version of the compiler.</summary>
public class CompilerTests(PackedPackage package)
{
    [Theory]
    [InlineData("4.8.0")]
    [InlineData("4.11.0")]
    [InlineData("4.14.0")]
    [InlineData("5.0.0")]
    [InlineData("5.9.0")]
    [InlineData("5.12.0")]
    public async Task The_analyzers_load_and_find_the_same(string version)
    {
        var compiler = Path.Combine(package.Folder, "compilers", version);
        (await Dotnet.RunAsync(
            Repository.Root, "build", "tests/WorkersSockets.Analyzers.EndToEnd/Compilers", "-nologo", "-c", "Release",
            "--artifacts-path", compiler, $"-p:RoslynVersion={version}")).Succeeded();
        var project = package.CreateProject()
            .WithProject("<OutputType>Exe</OutputType><EnableNETAnalyzers>false</EnableNETAnalyzers>")
            .With("Program.cs", CodeWithFinds.Source);

        var output = (await project.BuildAsync(
            "-p:UseSharedCompilation=false", "-p:CscToolExe=csc", $"-p:CscToolPath={Path.Combine(compiler, "bin", "csc", "release")}")).Succeeded().Output;

        Assert.Collection(
            UserProject.PrintedFinds(output),
            line => Assert.Contains("Program.cs(13,70): warning WSK2003", line, StringComparison.Ordinal),
            line => Assert.Contains("Program.cs(20,71): warning WSK4004", line, StringComparison.Ordinal));
        Assert.DoesNotContain("AD0001", output, StringComparison.Ordinal);
        Assert.DoesNotContain(output.Split('\n'), line => line.Contains("WorkersSockets.Analyzers", StringComparison.Ordinal)
            && (line.Contains("CS8032", StringComparison.Ordinal) || line.Contains("CS9057", StringComparison.Ordinal)));
    }
}
