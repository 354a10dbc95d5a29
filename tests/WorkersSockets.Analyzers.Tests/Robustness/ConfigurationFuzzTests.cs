using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>No models file crashes the reader; each line that it cannot read is an error at that line, and the others count.</summary>
public class ConfigurationFuzzTests
{
    private const string Models = """
        # Our own wrappers
        @surface dotnet
        T:Contoso.Net.Connection socket
        M:Contoso.Net.Connection.Open(System.String,System.Int32) connect host=0 port=1 returns=socket
        M:Contoso.Net.Connection.Hangup close
        M:Contoso.Net.Connection.#ctor create # not connected yet
        M:Contoso.Net.Hosts.IsOurs(System.String) host-check value=0
        T:System.Net.Sockets.TcpClient socket
        M:System.Net.Sockets.TcpClient.Nothing close
        """;

    private const string Alphabet = "TM:.()#@=`,{}[]*&~ \t\r\n\0\uFEFF\u00e90";

    [Theory]
    [InlineData("M:Foo close")]
    [InlineData("M: close")]
    [InlineData("M:. close")]
    [InlineData("M:.( close")]
    [InlineData("M:(.) close")]
    [InlineData("T: socket")]
    [InlineData("M:A.B(( close")]
    [InlineData("M:A.B) close")]
    [InlineData("M:A..B close")]
    [InlineData("M:System.String.( close")]
    [InlineData("@")]
    [InlineData("=")]
    [InlineData(": :")]
    public void Strange_ids_are_errors_or_name_nothing(string line) => Read(line);

    [Fact]
    public void Damaged_lines_are_errors_at_their_place_and_the_others_count()
    {
        var random = new Random(20261126);
        for (var number = 0; number < 5_000; number++)
        {
            var lines = Models.Split('\n');
            var damaged = random.Next(2, lines.Length);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var line = lines[damaged];
                var at = random.Next(line.Length + 1);
                var rest = at < line.Length && random.Next(2) == 0 ? at + 1 : at;
                lines[damaged] = line[..at] + Alphabet[random.Next(Alphabet.Length)] + line[rest..];
            }

            var untouched = lines.Where((line, index) => index != damaged && line.Contains("Contoso", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]);
            Assert.Subset(Read(string.Join('\n', lines)), untouched.ToHashSet());
        }
    }

    /// <summary>The ids of the models; checks that each error stands in the text and says something.</summary>
    private static ISet<string> Read(string content)
    {
        var models = UserModels.Read([new File(content)], TestContext.Current.CancellationToken, Compilation.Value);
        Assert.All(models.Problems, problem =>
        {
            Assert.InRange(problem.Location.SourceSpan.End, 0, content.Length);
            Assert.NotEqual("", problem.Message);
        });
        return models.Models.Select(model => model.Id).ToHashSet();
    }

    private static readonly Lazy<Compilation> Compilation = new(() => Verify.Compile(On.DotNet, """
        namespace Contoso.Net
        {
            class Connection
            {
                public static Connection Open(string host, int port) => new();
                public void Hangup() { }
            }

            static class Hosts
            {
                public static bool IsOurs(string host) => host == "relay";
            }
        }
        """));

    private sealed class File(string text) : AdditionalText
    {
        public override string Path => "/project/WorkersSockets.models";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
