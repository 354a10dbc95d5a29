using System.IO.Compression;
using System.Text.RegularExpressions;
using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>What README tells to do in CI and on the first day, done as it is written there.</summary>
public partial class RecipeTests(PackedPackage package)
{
    /// <summary>Reachable by name, without a bound: finds of several categories, a suggestion among them.</summary>
    private const string Source = """
        using System.Net.Security;
        using System.Net.Sockets;
        using System.Threading.Tasks;

        internal static class Program
        {
            private static async Task Main()
            {
                using var client = new TcpClient("tcpbin.com", 25);
                using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
                await tls.AuthenticateAsClientAsync("tcpbin.com");
            }
        }
        """;

    [Fact]
    public async Task A_baseline_turns_every_warning_into_a_suggestion()
    {
        var project = package.CreateProject().WithProject("<OutputType>Exe</OutputType>").With("Program.cs", Source);
        var warnings = await project.FindAsync();
        Assert.Contains(warnings, find => find is { Id: "WSK2002", Level: "warning" });
        Assert.Contains(warnings, find => find is { Id: "WSK4004", Level: "warning" });

        project.With(".globalconfig", Block("ini", "is_global = true"));
        Assert.Empty(UserProject.PrintedFinds((await project.BuildAsync()).Succeeded().Output));
        Assert.Equal(
            warnings.Select(find => find with { Level = "note" }),
            await project.FindAsync());
    }

    [Fact]
    public async Task The_log_for_code_scanning_has_suggestions_too()
    {
        var project = package.CreateProject().WithProject("<OutputType>Exe</OutputType>").With("Program.cs", Source);

        var command = InlineCode().Matches(await ReadmeAsync()).Select(match => match.Groups[1].Value).Single(code => code.Contains("ErrorLog", StringComparison.Ordinal));
        var log = ErrorLog().Match(command);
        (await project.RunAsync("build", "-nologo", log.Groups[1].Value)).Succeeded();
        var finds = Sarif.Read(Path.Combine(project.Folder, log.Groups[2].Value), project.Folder);
        Assert.Contains(finds, find => find is { Id: "WSK4004", Level: "warning" });
        Assert.Contains(finds, find => find is { Id: "WSK5004", Level: "note" });
        Assert.Contains("\"version\": \"2.1.0\"", project.Read(log.Groups[2].Value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packing_again_gives_the_same_assemblies()
    {
        var again = Path.Combine(package.Folder, "again");
        var artifacts = Path.Combine(package.Folder, "artifacts");
        Directory.Delete(artifacts, recursive: true);
        (await Dotnet.RunAsync(
            Repository.Root, "pack", "src/WorkersSockets.Analyzers.Package", "-c", "Release", "-nologo", "-o", again,
            $"-p:PackageVersion={package.Version}", "--artifacts-path", artifacts)).Succeeded();

        using var first = ZipFile.OpenRead(package.FilePath);
        using var second = ZipFile.OpenRead(Directory.GetFiles(again, "*.nupkg").Single());
        foreach (var entry in first.Entries.Where(entry => !entry.FullName.StartsWith("package/", StringComparison.Ordinal) && entry.Name != ".rels"))
        {
            var (bytes, bytesAgain) = (await BytesAsync(entry), await BytesAsync(second.GetEntry(entry.FullName)!));
            Assert.True(bytes.AsSpan().SequenceEqual(bytesAgain), entry.FullName);
        }
    }

    private static async Task<byte[]> BytesAsync(ZipArchiveEntry entry)
    {
        await using var stream = entry.Open();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }

    private static Task<string> ReadmeAsync() => File.ReadAllTextAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken);

    /// <summary>The code block of README that begins with a line.</summary>
    private static string Block(string language, string firstLine)
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));
        var fence = $"```{language}\n";
        var start = readme.IndexOf(fence + firstLine, StringComparison.Ordinal) + fence.Length;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex("\"(-p:ErrorLog=([^%]+)%2C[^\"]+)\"")]
    private static partial Regex ErrorLog();
}
