using System.Collections.Concurrent;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>Code that is being typed: a find may stand, but an action only where its own statement is whole.</summary>
public class HalfTypedTests
{
    [Theory]
    [InlineData(On.DotNet, "WSK4005", "class C { object M(HttpListenerContext context) => new TcpClient(context.Request.QueryString[\"host\"]!, 7000")]
    [InlineData(On.DotNet, "WSK1002", "class C { void M(string host) { var client = new TcpClient(host, 7000) client.GetStream().WriteByte(1); } }")]
    [InlineData(On.Workers, "WSK1002", "class C { async Task M(string host)\n{\n    var socket = TcpSocket.Connect(host, 7000;\n    await socket.WriteTextAsync(host);\n} }")]
    public async Task No_action_where_the_statement_is_half_typed(On surface, string id, string code) =>
        Assert.Equal(0, await ActionsAsync(surface, id, code));

    [Theory]
    [InlineData(On.DotNet, "WSK1002", "class C { void M(string host) { var client = new TcpClient(host, 7000); client.GetStream().WriteByte(1); Console.WriteLine(host } }")]
    [InlineData(On.Workers, "WSK1002", "class C { async Task M(string host)\n{\n    Console.WriteLine(host;\n    var socket = TcpSocket.Connect(host, 7000);\n    await socket.WriteTextAsync(host);\n} }")]
    public async Task An_error_in_another_statement_takes_no_action_away(On surface, string id, string code) =>
        Assert.NotEqual(0, await ActionsAsync(surface, id, code));

    /// <summary>How many actions are offered and carried out at the finds of <paramref name="id"/>, of which there is at least one.</summary>
    private static async Task<int> ActionsAsync(On surface, string id, string code)
    {
        var failures = new ConcurrentBag<string>();
        var compilation = Probe.Compile(surface, code);
        var finds = (await Probe.AnalyzeAsync(compilation, code, failures, TestContext.Current.CancellationToken)).Where(find => find.Id == id).ToList();
        Assert.NotEmpty(finds);
        var count = await Probe.FixAsync(Probe.Document(compilation, code), [.. finds], code, failures, TestContext.Current.CancellationToken);
        Assert.Empty(failures);
        return count;
    }
}
