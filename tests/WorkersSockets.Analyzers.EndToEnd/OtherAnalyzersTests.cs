using System.Text.Json;
using System.Text.RegularExpressions;
using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>Beside the SDK's own rules, all of them switched on: no second opinion on a socket that is right.</summary>
public partial class OtherAnalyzersTests(PackedPackage package)
{
    private const string RightCode = """
        using System;
        using System.IO;
        using System.Net.Sockets;
        using System.Threading;
        using System.Threading.Tasks;

        namespace Right;

        public static class Relay
        {
            public static async Task DeclareAsync(string host, byte[] data, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000, token).ConfigureAwait(false);
                var stream = client.GetStream();
                await stream.WriteAsync(data, token).ConfigureAwait(false);
            }

            public static async Task FinallyAsync(string host, byte[] data, CancellationToken token)
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(host, 7000, token).ConfigureAwait(false);
                    await client.GetStream().WriteAsync(data, token).ConfigureAwait(false);
                }
                finally
                {
                    client.Close();
                }
            }

            public static async Task HelperAsync(string host, byte[] data, CancellationToken token)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(host, 7000, token).ConfigureAwait(false);
                    await socket.SendAsync(data, SocketFlags.None, token).ConfigureAwait(false);
                }
                finally
                {
                    End(socket);
                }
            }

            public static async Task<NetworkStream> OpenAsync(string host, CancellationToken token)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(host, 7000, token).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }

            public static async Task DrainAsync(NetworkStream stream, CancellationToken token)
            {
                var rest = new byte[512];
                while (await stream.ReadAsync(rest, token).ConfigureAwait(false) > 0)
                {
                }
            }

            private static void End(Socket socket)
            {
                try
                {
                    socket.Shutdown(SocketShutdown.Both);
                }
                catch (SocketException)
                {
                    Console.WriteLine("closed already");
                }

                socket.Close();
            }
        }
        """;

    /// <summary>What the rules of the SDK say of a leak: the proof that they run here.</summary>
    private const string WrongCode = """
        namespace Wrong;

        public static class Leak
        {
            public static void Open(string host)
            {
                var client = new System.Net.Sockets.TcpClient(host, 7000);
                client.GetStream().WriteByte(1);
            }

            public static void Read(System.IO.Stream stream)
            {
                System.ArgumentNullException.ThrowIfNull(stream);
                var header = new byte[4];
                stream.Read(header, 0, 4);
                System.Console.WriteLine(header[0]);
            }
        }
        """;

    [Fact]
    public async Task With_AnalysisMode_All_right_sockets_are_not_reported_as_leaked_or_read_inexactly()
    {
        var project = package.CreateProject().WithProject("<AnalysisMode>All</AnalysisMode>").With("Right.cs", RightCode).With("Wrong.cs", WrongCode);
        var log = Path.Combine(project.Folder, "all.sarif");
        (await project.BuildAsync($"-p:ErrorLog={log}%2Cversion=2.1")).Succeeded();

        var reported = await ReportedAsync(log);
        Assert.DoesNotContain(reported, found => found.File == "Right.cs");
        Assert.Contains(reported, found => found is { Id: "CA2000", File: "Wrong.cs" });
        Assert.Contains(reported, found => found is { Id: "CA2022", File: "Wrong.cs" });
        Assert.Contains(reported, found => found is { Id: "WSK1002", File: "Wrong.cs" });
    }

    /// <summary>The good code of every rule's page: what a reader is told to write must be quiet under all rules.</summary>
    [Fact]
    public async Task With_AnalysisMode_All_the_good_code_of_the_pages_is_not_reported()
    {
        var project = WebProject(package.CreateProject());

        // A program of top-level statements is one of its own; the others stand side by side.
        var examples = GoodExamples().Where(example => !example.Code.Contains("WebApplication.Create", StringComparison.Ordinal)).ToList();
        Assert.True(examples.Count > 20, $"{examples.Count} examples");
        project.With("Usings.cs", "global using System.Net.Security;\nglobal using System.Net.Sockets;\nglobal using System.Text;\n");
        project.With("Program.cs", "Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args).Build().Run();\n");
        foreach (var (name, code) in examples)
        {
            var usings = string.Concat(code.Split('\n').TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal) || line.Length == 0).Select(line => line + "\n"));
            project.With(name + ".cs", $"{usings}namespace {name};\n\n{code[Math.Min(usings.Length, code.Length)..]}");
        }

        Assert.Empty(await ReportedAsync(project));
    }

    /// <summary>In a program with mistakes, the other rules speak only where ours do.</summary>
    [Fact]
    public async Task With_AnalysisMode_All_the_tour_has_no_second_opinion_on_its_right_sockets()
    {
        var project = WebProject(SampleCopy.Of(package));
        var reported = await ReportedAsync(project);
        var own = reported.Where(found => found.Id.StartsWith("WSK", StringComparison.Ordinal)).Select(found => (found.File, found.Line)).ToHashSet();
        Assert.NotEmpty(own);
        Assert.DoesNotContain(reported, found => !found.Id.StartsWith("WSK", StringComparison.Ordinal) && !own.Contains((found.File, found.Line)));
    }

    private UserProject WebProject(UserProject project) => SampleCopy.AsWeb(project, package, "<AnalysisMode>All</AnalysisMode>");

    /// <summary>The C# examples under the "Good: .NET" headings of the pages.</summary>
    private static IEnumerable<(string Name, string Code)> GoodExamples()
    {
        foreach (var page in Directory.GetFiles(Repository.PathOf("src", "WorkersSockets.Analyzers", "Rules"), "WSK*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var number = 0;
            foreach (var section in File.ReadAllText(page).Split("\n## ").Where(section => section.StartsWith("Good: .NET", StringComparison.Ordinal)))
            {
                foreach (Match block in CodeBlock().Matches(section))
                {
                    yield return ($"{Path.GetFileNameWithoutExtension(page)}_{++number}", block.Groups[1].Value);
                }
            }
        }
    }

    private static async Task<List<(string Id, string File, int Line)>> ReportedAsync(UserProject project)
    {
        var log = Path.Combine(project.Folder, "all.sarif");
        (await project.BuildAsync($"-p:ErrorLog={log}%2Cversion=2.1")).Succeeded();
        return await ReportedAsync(log);
    }

    /// <summary>What the log says of leaks and inexact reads, and what our rules say.</summary>
    private static async Task<List<(string Id, string File, int Line)>> ReportedAsync(string log)
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));
        return document.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Where(result => !(result.TryGetProperty("suppressions", out var suppressions) && suppressions.GetArrayLength() > 0))
            .Select(result =>
            {
                var place = result.TryGetProperty("locations", out var places) && places.GetArrayLength() > 0 ? places[0].GetProperty("physicalLocation") : (JsonElement?)null;
                return (
                    Id: result.GetProperty("ruleId").GetString()!,
                    File: place is { } known ? Path.GetFileName(known.GetProperty("artifactLocation").GetProperty("uri").GetString()!) : "",
                    Line: place is { } seen ? seen.GetProperty("region").GetProperty("startLine").GetInt32() : 0);
            })
            .Where(found => found.Id is "CA2000" or "CA2022" or "IDISP001" or "S2930" or "AD0001" || found.Id.StartsWith("WSK", StringComparison.Ordinal))
            .ToList();
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
