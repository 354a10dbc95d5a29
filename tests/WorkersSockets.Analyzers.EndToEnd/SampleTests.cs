using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Diagnostics;
using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>
/// The samples build from a clean clone and show exactly the warnings of their expected-warnings.txt. To write these files anew:
/// <c>UPDATE_EXPECTED=1 dotnet test tests/WorkersSockets.Analyzers.EndToEnd --filter SampleTests</c>.
/// </summary>
public partial class SampleTests(PackedPackage package)
{
    [Theory]
    [InlineData("PitfallTour")]
    [InlineData("WorkersTour")]
    public async Task A_sample_shows_exactly_the_expected_warnings(string sample)
    {
        await BuildAsync(sample);
        var finds = Sarif.Read(Path.Combine(LogFolder(sample), sample + ".sarif"), Repository.PathOf("samples", sample));
        var found = finds.Select(find => $"{find.File}:{find.Line} {find.Id}\n");
        var text = string.Concat(found);

        var expected = Repository.PathOf("samples", sample, "expected-warnings.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") == "1")
        {
            await File.WriteAllTextAsync(expected, text, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(expected, TestContext.Current.CancellationToken), text);
    }

    [Fact]
    public async Task The_tour_answers_a_request_and_stops()
    {
        await BuildAsync("PitfallTour");
        using var whois = new TcpListener(IPAddress.Loopback, 0);
        whois.Start();
        var asked = AnswerOnceAsync(whois, "domain: contoso.com\r\nowner: Contoso Café\r\n");

        var program = Path.Combine(ArtifactsFolder("PitfallTour"), "bin", "PitfallTour", "debug", "PitfallTour.dll");
        using var process = Dotnet.Start(
            package.Folder,
            new Dictionary<string, string>
            {
                ["Whois__Server"] = "127.0.0.1",
                ["Whois__Port"] = ((IPEndPoint)whois.LocalEndpoint).Port.ToString(),
            },
            program,
            "--urls",
            "http://127.0.0.1:0");
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressAsync(process), Timeout = TimeSpan.FromSeconds(30) };
            Assert.Equal("whois, time, mail, hosts, stores and audit", await client.GetStringAsync("/", TestContext.Current.CancellationToken));
            Assert.Equal(
                "domain: contoso.com\r\nowner: Contoso Café\r\n",
                await client.GetStringAsync("/whois/contoso.com", TestContext.Current.CancellationToken));
            Assert.Equal("contoso.com\r\n", await asked);

            using (var terminate = Process.Start("kill", ["-TERM", process.Id.ToString()]))
            {
                await terminate.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private string ArtifactsFolder(string sample) => Path.Combine(package.Folder, "samples", sample);

    private string LogFolder(string sample) => Path.Combine(ArtifactsFolder(sample), "log");

    private async Task BuildAsync(string sample)
    {
        Directory.CreateDirectory(LogFolder(sample));
        var built = await Dotnet.RunAsync(
            Repository.Root, "build", "samples/" + sample, "-nologo", "-c", "Debug", "--artifacts-path", ArtifactsFolder(sample), $"-p:WarningLogFolder={LogFolder(sample)}");
        built.Succeeded();
    }

    private static async Task<Uri> AddressAsync(Process process)
    {
        var printed = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken) is { } line)
        {
            printed.AppendLine(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                return new Uri(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("The tour did not start:\n" + printed);
    }

    private static async Task<string> AnswerOnceAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), TestContext.Current.CancellationToken);
        return line + "\r\n";
    }

    [GeneratedRegex(@"Now listening on: (\S+)")]
    private static partial Regex Listening();
}
