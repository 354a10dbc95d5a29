using WorkersSockets.Analyzers.CodeFixes.Lifetime;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

public class SocketUsedAfterCloseTests
{
    public static TheoryData<On, string> Found => new()
    {
        { On.DotNet, """Task<string?> M(string h) { using var c = new TcpClient(h, 1); using var r = new StreamReader(c.GetStream()); return {|WSK1003:r.ReadLineAsync()|}; }""" },
        { On.DotNet, """Stream M(string h) { using var c = new TcpClient(h, 1); return {|WSK1003:c.GetStream()|}; }""" },
        { On.DotNet, """void M(string h) { var c = new TcpClient(h, 1); var s = c.GetStream(); c.Close(); {|WSK1003:s.WriteByte(1)|}; }""" },
        { On.DotNet, """void M(string h) { using var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Connect(h, 1); s.Shutdown(SocketShutdown.Send); {|WSK1003:s.Send(new byte[1])|}; }""" },
        { On.DotNet, """Microsoft.AspNetCore.Http.IResult M(string h) { using var c = new TcpClient(h, 1); return {|WSK1003:Microsoft.AspNetCore.Http.Results.Stream(c.GetStream())|}; }""" },
        { On.DotNet, """StreamReader M(string h) { using (var c = new TcpClient(h, 1)) { return {|WSK1003:new StreamReader(c.GetStream())|}; } }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); await s.CloseAsync(); await {|WSK1003:s.WriteTextAsync("x")|}; }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); try { await s.CloseWritableAsync(); await {|WSK1003:s.WriteTextAsync("x")|}; } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """static async Task<Task<TcpReadResult>> M(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); try { return {|WSK1003:s.ReadAsync()|}; } finally { await s.CloseAsync(); } }""" },
        { On.DotNet, """IEnumerable<string> M(string h) { using var c = new TcpClient(h, 1); return {|WSK1003:Lines(c)|}; } IEnumerable<string> Lines(TcpClient c) { using var r = new StreamReader(c.GetStream()); while (r.ReadLine() is { } l) yield return l; }""" },
        { On.DotNet, """void M(string h) { TcpClient c; using (c = new TcpClient(h, 1)) { Use(c.GetStream()); } Use({|WSK1003:c.GetStream()|}); }""" },
    };

    public static TheoryData<On, string> Silent => new()
    {
        { On.DotNet, """void M(string h) { var c = new TcpClient(h, 1); try { c.Close(); c.Close(); if (c.Connected) Log("x"); } finally { c.Dispose(); } }""" },
        { On.DotNet, """void M(string h) { var c = new TcpClient(h, 1); c.Close(); c = new TcpClient(h, 2); try { Use(c.GetStream()); } finally { c.Close(); } }""" },
        { On.DotNet, """void M(string h) { using var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Connect(h, 1); s.Shutdown(SocketShutdown.Send); s.Receive(new byte[1]); }""" },
        { On.DotNet, """Microsoft.AspNetCore.Http.IResult M(string h, Microsoft.AspNetCore.Http.HttpContext x) { var c = new TcpClient(h, 1); x.Response.RegisterForDispose(c); return Microsoft.AspNetCore.Http.Results.Stream(c.GetStream()); }""" },
        { On.DotNet, """async Task<string?> M(string h) { using var c = new TcpClient(h, 1); using var r = new StreamReader(c.GetStream()); return await r.ReadLineAsync(); }""" },
        { On.DotNet, """void M(string[] hs) { foreach (var h in hs) { var c = new TcpClient(); try { c.Connect(h, 1); Use(c.GetStream()); } finally { c.Close(); } } }""" },
        { On.DotNet, """void M(string h, bool b) { var c = new TcpClient(h, 1); try { if (b) c.Close(); if (!b) Use(c.GetStream()); } finally { c.Dispose(); } }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); try { await s.WriteTextAsync("x"); await s.CloseWritableAsync(); while (!(await s.ReadAsync()).Done) { } } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); await s.CloseAsync(); await s.ClosedAsync(); await s.CloseAsync(); }""" },
        { On.DotNet, """void M(string h) { var c = new TcpClient(h, 1); for (var i = 0; i < 3; i++) { c.GetStream().WriteByte(1); c.Close(); } }""" },
        { On.DotNet, """int _n; void M(string h) { TcpClient? c = null; while (_n > 0) { try { c ??= new TcpClient(h, 1); Use(c.GetStream()); } catch (IOException) { c?.Close(); c = null; } } c?.Close(); }""" },
    };

    [Theory]
    [MemberData(nameof(Found))]
    public Task Finds(On on, string member) => Verify.FoundAsync("WSK1003", on, LifetimeSource.Of(on, member));

    [Theory]
    [MemberData(nameof(Silent))]
    public Task Leaves(On on, string member) => Verify.SilentAsync("WSK1003", on, LifetimeSource.Of(on, member));

    [Fact]
    public Task Awaits_what_is_returned() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "Await",
        On.DotNet,
        """
        class C
        {
            Task<string?> M(string host)
            {
                using var client = new TcpClient(host, 1);
                using var reader = new StreamReader(client.GetStream());
                return {|WSK1003:reader.ReadLineAsync()|}; // one line
            }
        }
        """,
        """
        class C
        {
            async Task<string?> M(string host)
            {
                using var client = new TcpClient(host, 1);
                using var reader = new StreamReader(client.GetStream());
                return await reader.ReadLineAsync(); // one line
            }
        }
        """);

    [Fact]
    public Task Moves_the_close_on_dotnet() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "MoveClose",
        On.DotNet,
        """
        class C
        {
            void M(string host)
            {
                using var client = new TcpClient(host, 1);
                var stream = client.GetStream();
                client.Close();
                {|WSK1003:stream.WriteByte(2)|}; // last
                Console.WriteLine("told");
            }
        }
        """,
        """
        class C
        {
            void M(string host)
            {
                using var client = new TcpClient(host, 1);
                var stream = client.GetStream();
                stream.WriteByte(2); // last
                client.Close();
                Console.WriteLine("told");
            }
        }
        """);

    [Fact]
    public Task Moves_the_close_on_Workers() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "MoveClose",
        On.Workers,
        """
        static class P
        {
            static async Task M(TcpSocket socket)
            {
                await socket.CloseAsync();
                await {|WSK1003:socket.WriteTextAsync("x")|};
            }
        }
        """,
        """
        static class P
        {
            static async Task M(TcpSocket socket)
            {
                await socket.WriteTextAsync("x");
                await socket.CloseAsync();
            }
        }
        """);

    [Fact]
    public Task Lets_the_response_dispose() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "RegisterForDispose",
        On.DotNet,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        static class P
        {
            static void Map(WebApplication app)
            {
                app.MapGet("/file", async (HttpContext http, CancellationToken token) =>
                {
                    using var client = new TcpClient(); // the archive
                    await client.ConnectAsync("a.contoso.com", 7000, token);
                    return {|WSK1003:Results.Stream(client.GetStream())|};
                });
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        static class P
        {
            static void Map(WebApplication app)
            {
                app.MapGet("/file", async (HttpContext http, CancellationToken token) =>
                {
                    var client = new TcpClient(); // the archive
                    http.Response.RegisterForDispose(client);
                    await client.ConnectAsync("a.contoso.com", 7000, token);
                    return Results.Stream(client.GetStream());
                });
            }
        }
        """);

    [Fact]
    public Task Hands_the_stream_over() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "HandOver",
        On.DotNet,
        """
        class C
        {
            async Task<Stream> OpenAsync(string host, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000, token);
                return {|WSK1003:client.GetStream()|};
            }
        }
        """,
        """
        class C
        {
            async Task<Stream> OpenAsync(string host, CancellationToken token)
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(host, 7000, token);
                    return client.GetStream();
                }
                catch
                {
                    client.Dispose();
                    throw;
                }
            }
        }
        """);

    [Fact]
    public Task Closes_only_what_fails() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "HandOver",
        On.DotNet,
        """
        class C
        {
            async Task<StreamReader> OpenAsync(string host, CancellationToken token)
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(host, 7000, token);
                    return {|WSK1003:new StreamReader(client.GetStream(), Encoding.UTF8)|};
                }
                finally
                {
                    client.Close(); // always
                }
            }
        }
        """,
        """
        class C
        {
            async Task<StreamReader> OpenAsync(string host, CancellationToken token)
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(host, 7000, token);
                    return new StreamReader(client.GetStream(), Encoding.UTF8);
                }
                catch
                {
                    client.Close(); // always
                    throw;
                }
            }
        }
        """);

    [Theory]
    [InlineData("StreamReader M(string h) { using var c = new TcpClient(h, 7000); using var r = new StreamReader(c.GetStream(), Encoding.UTF8); return {|WSK1003:r|}; }")]
    [InlineData("IEnumerable<string> M(string h) { using var c = new TcpClient(h, 7000); return {|WSK1003:Lines(c)|}; } IEnumerable<string> Lines(TcpClient c) { using var r = new StreamReader(c.GetStream(), Encoding.UTF8); while (r.ReadLine() is { } l) yield return l; }")]
    public Task Leaves_what_nobody_would_close(string members) =>
        Verify.NotFixableAsync<CloseLater>("WSK1003", On.DotNet, "class C\n{\n    " + members + "\n}");
}
