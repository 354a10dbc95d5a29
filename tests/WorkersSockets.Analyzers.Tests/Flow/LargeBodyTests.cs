using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Flow;

/// <summary>Bodies with more sockets than one body's flow can follow.</summary>
public class LargeBodyTests
{
    [Fact]
    public async Task What_is_not_followed_is_not_taken_for_something_else()
    {
        var statements = Enumerable.Range(0, ObjectSet.Capacity + 20).Select(number => $$"""
                    using var client{{number}} = new TcpClient();
                    await client{{number}}.ConnectAsync("whois.iana.org", 43, token);
                    client{{number}}.Close();
            """);
        await Verify.SilentUnderAllRulesAsync(On.DotNet, $$"""
            class Directory
            {
                public static async Task AskAsync(CancellationToken token)
                {
            {{string.Join("\n", statements)}}
                }
            }
            """);
    }
}
