using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>What is found depends on the code alone: not on the order of files, and so not on what was analysed before.</summary>
public class OrderTests
{
    [Fact]
    public async Task A_find_behind_a_long_chain_of_helpers_is_the_same_from_either_end()
    {
        // Each calls the next; the last one opens. The first file's body is met first, or last.
        var methods = Enumerable.Range(0, 14).Select(number =>
            $"static partial class H {{ public static TcpClient Open{number}(string host) => {(number == 13 ? "new TcpClient(host, 443)" : $"H.Open{number + 1}(host)")}; public static void Use{number}(string host) {{ var client = Open{number}(host); client.GetStream().WriteByte(1); }} }}").ToArray();
        var forwards = await FindAsync(methods);
        Assert.Equal(forwards, await FindAsync([.. methods.Reverse()]));
        Assert.Equal(14, forwards.Count(find => find.Contains("WSK1002", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_variable_that_is_assigned_from_itself_is_followed_once()
    {
        var failures = new ConcurrentBag<string>();
        var compilation = Probe.Compile(On.DotNet, """
            class C
            {
                async Task M(string host)
                {
                    using var client = new TcpClient();
                    var connecting = client.ConnectAsync(host, 80);
                    connecting = connecting.ContinueWith(_ => { });
                    connecting = connecting.ContinueWith(_ => { });
                    await connecting;
                }
            }
            """);
        await Probe.AnalyzeAsync(compilation, "", failures, TestContext.Current.CancellationToken);
        Assert.Empty(failures);
    }

    private static async Task<ImmutableArray<string>> FindAsync(IReadOnlyList<string> sources)
    {
        var failures = new ConcurrentBag<string>();
        var compilation = Verify.Compile(On.DotNet, "").AddSyntaxTrees(sources.Select(source => CSharpSyntaxTree.ParseText(source, path: $"{sources.Count}-{source.Length}.cs")));
        var finds = await Probe.AnalyzeAsync(compilation, "", failures, TestContext.Current.CancellationToken);
        Assert.Empty(failures);
        return [.. finds.Select(find => find.ToString()).Order(StringComparer.Ordinal)];
    }
}
