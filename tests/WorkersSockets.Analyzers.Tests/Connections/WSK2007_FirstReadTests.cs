using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

/// <summary>First reads in the shapes that people write, and the waits that make them right.</summary>
public class WSK2007_FirstReadTests
{
    private const string Id = "WSK2007";

    private static string Worker(string members) => $$"""
        public static class Worker
        {
            {{members}}

            private static TcpSocket Dial(string host) => TcpSocket.Connect(host, 37);

            private static async Task<TcpSocket> DialAsync(string host)
            {
                var socket = Dial(host);
                await socket.OpenedAsync();
                return socket;
            }

            private static async Task GreetAsync(TcpSocket socket) => await socket.WriteTextAsync("HELO\r\n");
        }
        """;

    [Theory]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); var r = await {|WSK2007:s.ReadAsync()|}; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect($\"{h}:37\"); while (!(await {|WSK2007:s.ReadAsync()|}).Done) { } }")]
    [InlineData("static async Task<bool> M(string h) { var s = TcpSocket.Connect(h, 37); if ((await {|WSK2007:s.ReadAsync()|}).Done) return false; await s.CloseAsync(); return true; }")]
    [InlineData("static async Task M(string h) { TcpSocket s; s = TcpSocket.Connect(h, 37); try { var r = await {|WSK2007:s.ReadAsync()|}; } finally { await s.CloseAsync(); } }")]
    [InlineData("static async Task<TcpReadResult> M(string h) => await {|WSK2007:Dial(h).ReadAsync()|};")]
    [InlineData("static async Task<TcpReadResult> M(string h) { var s = Dial(h); return await {|WSK2007:s.ReadAsync()|}; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); var reading = {|WSK2007:s.ReadAsync()|}; var r = await reading; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); using var c = new CancellationTokenSource(); c.CancelAfter(500); var r = await {|WSK2007:s.ReadAsync(c.Token)|}; }")]
    [InlineData("static async Task M(string[] hosts) { foreach (var h in hosts) { var s = TcpSocket.Connect(h, 37); var r = await {|WSK2007:s.ReadAsync()|}; await s.CloseAsync(); } }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); await Task.Delay(50); var r = await {|WSK2007:s.ReadAsync()|}; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); var r = await {|WSK2007:s.ReadAsync()|}; await s.WriteTextAsync(\"x\"); await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); s.OpenedAsync(); var r = await {|WSK2007:s.ReadAsync()|}; }")]
    [InlineData("static async Task M(string[] hosts) { await Task.WhenAll(hosts.Take(2).Select(async h => { var s = TcpSocket.Connect(h, 37); var r = await {|WSK2007:s.ReadAsync()|}; await s.CloseAsync(); })); }")]
    [InlineData("static async Task M(string h) { var a = TcpSocket.Connect(h, 1); await a.OpenedAsync(); var b = TcpSocket.Connect(h, 2); var r = await {|WSK2007:b.ReadAsync()|}; await a.ReadAsync(); }")]
    [InlineData("[Fetch] public static async Task<Response> Fetch(Request r, Env e, Context c) { var s = TcpSocket.Connect(e.Variable(\"TIME\"), 37); try { var t = await {|WSK2007:s.ReadAsync()|}; return Response.Text(TextCodec.DecodeUtf8(t.Bytes)); } finally { c.WaitUntil(s.CloseAsync()); } }")]
    // The read stands in a helper, an iterator too, that is given the socket.
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); var line = await {|WSK2007:LineAsync(s)|}; } static async Task<string> LineAsync(TcpSocket s) { var text = \"\"; while (!text.Contains('\\n')) { var chunk = await s.ReadAsync(); if (chunk.Done) break; text += TextCodec.DecodeUtf8(chunk.Bytes); } return text; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); var all = await ReadableStream.FromAsyncEnumerable({|WSK2007:ChunksAsync(s)|}).ReadAllBytesAsync(); } static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksAsync(TcpSocket s) { while (true) { var chunk = await s.ReadAsync(); if (chunk.Done) break; yield return chunk.Bytes; } }")]
    public Task Found(string members) => Verify.FoundAsync(Id, On.Workers, Worker(members));

    [Theory]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); await s.OpenedAsync(); var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); var info = await s.OpenedAsync(); var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); var opening = s.OpenedAsync(); await opening; var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); await s.WriteTextAsync(\"x\"); var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); await s.WriteAsync(new byte[] { 1 }); var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); await GreetAsync(s); var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var s = await DialAsync(h); var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(TcpSocket s) { var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var a = TcpSocket.Connect(h, 1); var b = TcpSocket.Connect(h, 2); await Task.WhenAll(a.OpenedAsync(), b.OpenedAsync()); await a.ReadAsync(); await b.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); try { await s.OpenedAsync(); } catch (Exception) { return; } var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h, bool greet) { var s = TcpSocket.Connect(h, 37); if (greet) { await s.WriteTextAsync(\"x\"); } else { await s.OpenedAsync(); } var r = await s.ReadAsync(); }")]
    [InlineData("static TcpSocket M(string h) => TcpSocket.Connect(h, 37);")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); await s.CloseAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); await s.WriteTextAsync(\"QUIT\"); await s.CloseAsync(); }")]
    [InlineData("static async Task M(Request r) { var body = await r.BodyStream()!.ReadAllBytesAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); await s.OpenedAsync(); var line = await LineAsync(s); } static async Task<string> LineAsync(TcpSocket s) => TextCodec.DecodeUtf8((await s.ReadAsync()).Bytes);")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 37); await AskAsync(s); } static async Task AskAsync(TcpSocket s) { await s.WriteTextAsync(\"x\"); await s.ReadAsync(); }")]
    public Task Silent(string members) => Verify.SilentAsync(Id, On.Workers, Worker(members));

    /// <summary>One mistake, one diagnostic: the read is this rule's find, and its message says what else is wrong with it.</summary>
    [Theory]
    [InlineData("var r = await socket.ReadAsync();", "holds this read for ever")]
    [InlineData("var reading = socket.ReadAsync(); if (await Task.WhenAny(reading, Task.Delay(500)) == reading) { await reading; }", "instead of an error")]
    public async Task A_first_read_has_one_find_only(string body, string message)
    {
        var found = (await Verify.DiagnoseAsync(On.Workers, $"public static class W {{ static async Task M(string h, Context c) {{ var socket = TcpSocket.Connect(h, 37); try {{ {body} }} finally {{ c.WaitUntil(socket.CloseAsync()); }} }} }}"))
            .Where(diagnostic => diagnostic.Id is "WSK2002" or "WSK2007");
        var only = Assert.Single(found);
        Assert.Equal("WSK2007", only.Id);
        Assert.Contains(message, only.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }
}
