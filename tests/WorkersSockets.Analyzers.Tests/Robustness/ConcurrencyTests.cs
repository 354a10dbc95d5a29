using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>What is found depends on the code alone: not on threads, not on the order of files, not on what was analysed before.</summary>
public class ConcurrencyTests
{
    [Fact]
    public async Task Threads_do_not_change_what_is_found()
    {
        var compilation = Together(On.DotNet, [.. Corpus.All.Where(source => source.Name.StartsWith("samples/Pitfall", StringComparison.Ordinal)).Select(source => source.Code), .. Helpers(seed: 1)]);
        var expected = InOrder(await DiagnosticsAsync(compilation, concurrent: false));
        Assert.True(expected.Length > 20, $"Only {expected.Length} finds.");
        for (var round = 0; round < 6; round++)
        {
            Assert.Equal(expected, InOrder(await DiagnosticsAsync(compilation, concurrent: true)));
        }

        // Many at once over the same compilation, which they share all of.
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => DiagnosticsAsync(compilation, concurrent: true)))), found => Assert.Equal(expected, InOrder(found)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_order_of_files_does_not_change_what_is_found(int seed)
    {
        var files = Helpers(seed);
        var expected = await FindAsync(Together(On.DotNet, files), concurrent: false);
        Assert.NotEmpty(expected);
        for (var round = 0; round < 5; round++)
        {
            var shuffled = files.ToArray();
            new Random(round).Shuffle(shuffled);
            Assert.Equal(expected, await FindAsync(Together(On.DotNet, shuffled), concurrent: round % 2 == 0));
        }
    }

    [Fact]
    public async Task A_find_behind_a_long_chain_of_helpers_is_the_same_from_either_end()
    {
        // Each calls the next; the last one closes or does not. The first file's body is met first, or last.
        var methods = Enumerable.Range(0, 14).Select(number =>
            $"static partial class H {{ public static TcpClient Open{number}(string host) => {(number == 13 ? "new TcpClient(host, 443)" : $"H.Open{number + 1}(host)")}; public static void Use{number}(string host) {{ var client = Open{number}(host); client.GetStream().WriteByte(1); }} }}").ToArray();
        var forwards = await FindAsync(Together(On.DotNet, methods), concurrent: false);
        Assert.Equal(forwards, await FindAsync(Together(On.DotNet, [.. methods.Reverse()]), concurrent: false));
        Assert.Equal(14, forwards.Count(find => find.Contains("WSK1002", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_cancelled_analysis_ends_and_leaves_the_next_one_alone()
    {
        var compilation = Together(On.DotNet, [.. Corpus.All.Where(source => source.Name.StartsWith("samples/Pitfall", StringComparison.Ordinal)).Select(source => source.Code), .. Helpers(seed: 5)]);
        var expected = await FindAsync(compilation, concurrent: false);
        foreach (var milliseconds in new[] { 0, 1, 5, 20, 50, 100, 200 })
        {
            using var cancelled = new CancellationTokenSource();
            if (milliseconds == 0)
            {
                await cancelled.CancelAsync();
            }
            else
            {
                cancelled.CancelAfter(milliseconds);
            }

            var failures = new ConcurrentBag<string>();
            try
            {
                await Probe.AnalyzeAsync(compilation, "", failures, cancelled.Token, concurrent: true);
            }
            catch (OperationCanceledException)
            {
                Assert.True(cancelled.IsCancellationRequested);
            }

            Assert.Empty(failures);
        }

        Assert.Equal(expected, await FindAsync(compilation, concurrent: true));
    }

    /// <summary>Methods over many files that open, pass, close and return sockets and call each other at random, in circles too.</summary>
    private static string[] Helpers(int seed)
    {
        const int Count = 40;
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Count).Select(number =>
        {
            var body = new StringBuilder();
            var calls = random.Next(1, 4);
            body.Append("        var own = new TcpClient();\n");
            for (var call = 0; call < calls; call++)
            {
                var other = random.Next(Count);
                body.Append(random.Next(6) switch
                {
                    0 => $"        if (depth > {call}) client = H{other}.Run(client, host, depth - 1);\n",
                    1 => $"        var other{call} = H{other}.Run(null, host, depth - 1);\n        other{call}?.Client.Send(new byte[1]);\n",
                    2 => $"        H{other}.Close(client);\n",
                    3 => $"        if (depth == {call}) return H{other}.Run(own, host, depth);\n",
                    4 => $"        Func<TcpClient?> make{call} = () => H{other}.Run(client, host, depth - 1);\n        make{call}()?.Close();\n",
                    _ => $"        own.Connect(H{other}.Name(host), 443);\n",
                });
            }

            var target = random.Next(Count);
            return $$"""
                static class H{{number}}
                {
                    public static TcpClient? Run(TcpClient? client, string host, int depth)
                    {
                {{body}}
                        {{(random.Next(2) == 0 ? "own.Close();" : "own.GetStream().WriteByte(1);")}}
                        return {{(random.Next(2) == 0 ? "client" : $"H{target}.Run(client, host, depth - 1)")}};
                    }

                    public static void Close(TcpClient? client)
                    {
                        {{(random.Next(3) switch { 0 => "client?.Close();", 1 => $"H{target}.Close(client);", _ => $"if (client?.Connected == true) H{target}.Close(client); else client?.Dispose();" })}}
                    }

                    public static string Name(string host) => {{(random.Next(2) == 0 ? "host" : $"H{target}.Name(host)")}};
                }
                """;
        })];
    }

    private static Compilation Together(On surface, IReadOnlyList<string> sources)
    {
        var frame = Verify.Compile(surface, "");
        return frame.AddSyntaxTrees(sources.Select(source => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest), $"{source.GetHashCode(StringComparison.Ordinal)}.cs")));
    }

    private static async Task<ImmutableArray<string>> FindAsync(Compilation compilation, bool concurrent) =>
        [.. (await DiagnosticsAsync(compilation, concurrent)).Select(Describe).Order(StringComparer.Ordinal)];

    private static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Compilation compilation, bool concurrent)
    {
        var failures = new ConcurrentBag<string>();
        var finds = await Probe.AnalyzeAsync(compilation, "", failures, TestContext.Current.CancellationToken, concurrent);
        Assert.Empty(failures);
        return finds;
    }

    /// <summary>The bodies in the order of the source, since the driver takes them in any; the finds of each body as they were reported.</summary>
    private static ImmutableArray<string> InOrder(ImmutableArray<Diagnostic> finds) =>
        [.. finds.OrderBy(find => find.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(MemberStart).Select(Describe)];

    private static int MemberStart(Diagnostic find) =>
        find.Location.SourceTree?.GetRoot().FindNode(find.Location.SourceSpan).FirstAncestorOrSelf<MemberDeclarationSyntax>()?.SpanStart ?? -1;

    private static string Describe(Diagnostic find) => $"{find} from {string.Join(", ", find.AdditionalLocations)}";
}
