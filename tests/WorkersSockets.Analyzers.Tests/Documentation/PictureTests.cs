using System.Xml.Linq;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Documentation;

/// <summary>
/// README's picture shows what the rules and fixes say today. To draw it anew:
/// <c>UPDATE_EXPECTED=1 dotnet test tests/WorkersSockets.Analyzers.Tests --filter PictureTests</c>.
/// </summary>
public class PictureTests
{
    private const string File = ".github/picture.svg";

    [Fact]
    public async Task The_picture_is_up_to_date()
    {
        var path = Path.Combine(References.RepositoryRoot, File);
        var drawn = await Picture.DrawAsync();
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") == "1")
        {
            await System.IO.File.WriteAllTextAsync(path, drawn, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await System.IO.File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), drawn);
    }

    [Fact]
    public void The_readme_opens_with_it_and_says_in_words_what_it_shows()
    {
        var title = XDocument.Load(Path.Combine(References.RepositoryRoot, File)).Root!.Elements().First(element => element.Name.LocalName == "title").Value;
        var image = System.IO.File.ReadLines(Path.Combine(References.RepositoryRoot, "README.md")).First(line => line.StartsWith("![", StringComparison.Ordinal));
        Assert.Equal($"![{title}]({File})", image);
    }
}
