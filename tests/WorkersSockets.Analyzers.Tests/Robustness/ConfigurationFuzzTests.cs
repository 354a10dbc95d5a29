using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>
/// No models file, wrangler file or option crashes its reader. Each line of a models file that cannot be read is an error at that line,
/// and the others count.
/// </summary>
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

    [Theory]
    [InlineData("wrangler.json", """{ "name": "relay", "placement": { "mode": "smart" }, "routes": [ { "pattern": "relay.contoso.com/*", "zone_name": "contoso.com" }, "contoso.com" ], "env": { "eu": { "route": "eu.contoso.com", "placement": {} } }, "vars": { "N": -1.5e3, "B": true, "T": "\u0041\n" } }""")]
    [InlineData("wrangler.jsonc", """
        {
            // The relay
            "name": "relay", /* our own */
            "routes": [{ "pattern": "relay.contoso.com", "custom_domain": true }],
            "placement": { "mode": "smart", },
        }
        """)]
    [InlineData("wrangler.toml", """"
        name = "relay" # our own
        routes = [ { pattern = "relay.contoso.com/*", zone_name = 'contoso.com' }, "contoso.com" ]
        workers_dev = true
        text = """
        two
        lines"""

        [placement]
        mode = "smart"

        [env.eu]
        route = "eu.contoso.com"
        "quoted key".sub = [1, 2.5, 1979-05-27T07:32:00Z, inf]

        [[kv_namespaces]]
        id = "1"
        """")]
    public void Damaged_wrangler_files_are_read_or_refused_at_a_place(string path, string whole)
    {
        Assert.Null(WranglerReader.Read(path, SourceText.From(whole)).Problem);
        var random = new Random(20261126);
        var refused = 0;
        for (var number = 0; number < 5_000; number++)
        {
            var text = Damaged(random, whole, Structure);
            var (file, problem) = WranglerReader.Read(path, SourceText.From(text));
            Assert.DoesNotContain(file.OwnHostnames, string.IsNullOrWhiteSpace);
            if (problem is not null)
            {
                refused++;
                Assert.NotEqual("", problem.Message);
                Assert.InRange(problem.Location.GetLineSpan().EndLinePosition.Line, 0, SourceText.From(text).Lines.Count);
            }
        }

        Assert.InRange(refused, 500, 4_990);
    }

    [Fact]
    public void Any_option_value_is_read_or_refused()
    {
        var values = new[] { "auto", "workers", "6", "5000", "api.contoso.com, *.contoso.com", "10.0.0.0/8, ::1", "Hangup, Drop", "true" };
        var random = new Random(20261126);
        var refused = 0;
        for (var number = 0; number < 5_000; number++)
        {
            var value = Damaged(random, values[random.Next(values.Length)], Structure + "0123456789-/*");
            var (options, problems) = SocketOptionsReader.Read(new Same(value));
            Assert.InRange(options.MaxConcurrentConnects, 1, 10_000);
            Assert.InRange(options.ConnectTimeoutMilliseconds, 1, 24 * 60 * 60 * 1000);
            Assert.All(problems, problem => Assert.NotEqual("", problem.Expected));
            refused += problems.Length;
        }

        Assert.True(refused > 5_000, $"Only {refused} values were refused.");
    }

    private const string Structure = "{}[]\"\\',:=#./* \t\r\n\0\uFEFF\u00e9\ud8000";

    /// <summary>A text with one to five slips: a letter too many, too few or wrong, a stretch gone or doubled, the rest cut off.</summary>
    private static string Damaged(Random random, string text, string alphabet)
    {
        for (var slips = random.Next(1, 6); slips > 0; slips--)
        {
            var at = random.Next(text.Length + 1);
            var end = Math.Min(text.Length, at + random.Next(1, 12));
            text = random.Next(8) switch
            {
                0 => text[..at],
                1 => text[..at] + text[end..],
                2 => text[..end] + text[at..],
                3 or 4 => text[..at] + alphabet[random.Next(alphabet.Length)] + text[Math.Min(text.Length, at + 1)..],
                _ => text[..at] + alphabet[random.Next(alphabet.Length)] + text[at..],
            };
        }

        return text;
    }

    /// <summary>The same value for every option.</summary>
    private sealed class Same(string text) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = text;
            return true;
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
