using WorkersSockets.Analyzers.CodeFixes.Lifetime;
using WorkersSockets.Analyzers.Tests.Behaviour.Harness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour;

/// <summary>Who closes a socket, when, and what happens to those who use it afterwards.</summary>
public class LifetimeTests
{
    [Fact]
    [RunProof("WSK1001", On.Workers, "the second request fails: its I/O belongs to the first", "each request has its own connection and closes it")]
    public async Task Second_request_has_a_socket_of_its_own()
    {
        using var pair = await FixRunner.LoadAsync<ConnectInMethod>(
            On.Workers,
            """
            static class Worker
            {
                private static readonly TcpSocket s_echo = TcpSocket.Connect("echo.contoso.com", 7000);

                [Fetch]
                public static async Task<Response> FetchAsync(Request request)
                {
                    await s_echo.WriteTextAsync("hello\n");
                    var chunk = await s_echo.ReadAsync();
                    return Response.Text(TextCodec.DecodeUtf8(chunk.Bytes));
                }
            }
            """,
            "WSK1001.ConnectInMethod");
        await using var before = LoopbackServer.Echo();
        pair.Before.Host.Names["echo.contoso.com:7000"] = before;
        Assert.Equal("hello\n", (await AskAsync(pair.Before)).Text);
        Assert.Contains("different request", (await AskAsync(pair.Before)).Exception?.Message, StringComparison.Ordinal);

        await using var after = LoopbackServer.Echo();
        pair.After.Host.Names["echo.contoso.com:7000"] = after;
        Assert.Equal("hello\n", (await AskAsync(pair.After)).Text);
        Assert.Equal("hello\n", (await AskAsync(pair.After)).Text);
        Assert.True(await after.AllClosedAsync());

        static Task<RunResult> AskAsync(ProgramRunner worker) => worker.InvokeAsync("FetchAsync", new global::Workers.Request("https://worker.test/"));
    }

    [Fact]
    [RunProof("WSK1002", On.DotNet, "a line that is no number leaves the connection open", "the connection is closed, and the failure is the same")]
    public async Task Failure_closes_the_connection()
    {
        using var pair = await FixRunner.LoadAsync<CloseSocket>(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    try
                    {
                        return (await ReadNumberAsync(host, port)).ToString();
                    }
                    catch (FormatException)
                    {
                        return "no number";
                    }
                }

                static async Task<int> ReadNumberAsync(string host, int port)
                {
                    var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
                    var number = int.Parse((await reader.ReadLineAsync())!);
                    client.Close();
                    return number;
                }
            }
            """,
            "WSK1002.Using");
        await using var before = LoopbackServer.Answering("seven\n", keepOpen: true);
        Assert.Equal("no number", (await pair.Before.InvokeAsync("Run", before.Host, before.Port)).Text);
        Assert.Equal(1, before.Current);

        await using var after = LoopbackServer.Answering("seven\n", keepOpen: true);
        Assert.Equal("no number", (await pair.After.InvokeAsync("Run", after.Host, after.Port)).Text);
        Assert.True(await after.AllClosedAsync());
    }

    [Fact]
    [RunProof("WSK1003", On.DotNet, "the caller's read of the returned stream throws", "the caller reads the stream and closes the connection with it")]
    public async Task Returned_stream_is_open()
    {
        using var pair = await FixRunner.LoadAsync<CloseLater>(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    try
                    {
                        using var reader = new StreamReader(await OpenAsync(host, port), Encoding.UTF8);
                        return (await reader.ReadLineAsync())!;
                    }
                    catch (Exception)
                    {
                        return "closed";
                    }
                }

                static async Task<Stream> OpenAsync(string host, int port)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    return client.GetStream();
                }
            }
            """,
            "WSK1003.HandOver");
        await using var server = LoopbackServer.Answering("hello\n", keepOpen: true);
        Assert.Equal("closed", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("hello", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.True(await server.AllClosedAsync());
    }

    [Fact]
    [RunProof("WSK1003", On.DotNet, "the returned task reads nothing: its socket is closed before the line comes", "the line arrives, then the socket is closed")]
    public async Task Returned_task_is_awaited()
    {
        using var pair = await FixRunner.LoadAsync<CloseLater>(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    try
                    {
                        return await ReadAsync(host, port) ?? "nothing";
                    }
                    catch (Exception)
                    {
                        return "nothing";
                    }
                }

                static Task<string?> ReadAsync(string host, int port)
                {
                    using var client = new TcpClient(host, port);
                    var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
                    return reader.ReadLineAsync();
                }
            }
            """,
            "WSK1003.Await");
        await using var server = LoopbackServer.Start(async connection =>
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            await connection.SendAsync("hello\n");
        });
        Assert.Equal("nothing", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("hello", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK1004", On.Workers, "after the timeout the close waits for the connect: no answer", "the handler ends with the timeout")]
    public async Task Timed_out_open_ends()
    {
        using var pair = await FixRunner.LoadAsync<CloseWithoutWaiting>(
            On.Workers,
            """
            static class Worker
            {
                [Fetch]
                public static async Task<Response> FetchAsync(Request request, Env env, Context context)
                {
                    var socket = TcpSocket.Connect("db.contoso.com", 7000);
                    try
                    {
                        await OpenWithinAsync(socket, 200);
                        await socket.WriteTextAsync("ping\n");
                        return Response.Text("up");
                    }
                    finally
                    {
                        await socket.CloseAsync();
                    }
                }

                private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
                {
                    using var settled = new CancellationTokenSource();
                    var opening = SignalWhenOpenAsync(socket, settled);
                    try
                    {
                        await Task.Delay(milliseconds, settled.Token);
                    }
                    catch (Exception) when (settled.IsCancellationRequested)
                    {
                    }

                    if (!settled.IsCancellationRequested)
                    {
                        throw new TimeoutException("The TCP connection was not opened in time.");
                    }

                    await opening;
                }

                private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled)
                {
                    try
                    {
                        await socket.OpenedAsync();
                    }
                    finally
                    {
                        settled.Cancel();
                    }
                }
            }
            """,
            "WSK1004.OpenFirst");
        await using var server = await LoopbackServer.NeverAcceptingAsync();
        pair.Before.Host.Names["db.contoso.com:7000"] = server;
        pair.After.Host.Names["db.contoso.com:7000"] = server;
        Assert.True((await AskAsync(pair.Before, TimeSpan.FromMilliseconds(1200))).TimedOut);
        Assert.Equal("The TCP connection was not opened in time.", (await AskAsync(pair.After, ProgramRunner.DefaultLimit)).Exception?.Message);

        static Task<RunResult> AskAsync(ProgramRunner worker, TimeSpan limit) =>
            worker.InvokeAsync("FetchAsync", limit, new global::Workers.Request("https://worker.test/"));
    }

    [Fact]
    [RunProof("WSK1005", On.DotNet, "the reply is cut off: the socket is disposed while the write waits", "all of the reply arrives")]
    public async Task Write_is_awaited()
    {
        using var pair = await FixRunner.LoadAsync<KeepWork>(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    _ = SendAsync(client.GetStream());
                    return "sent";
                }

                static async Task SendAsync(Stream stream)
                {
                    await Task.Delay(200);
                    await stream.WriteAsync(Encoding.UTF8.GetBytes("reply\n"));
                }
            }
            """,
            "WSK1005.Await");
        await using var before = LoopbackServer.Start(connection => connection.ReadToEndAsync());
        Assert.Equal("sent", (await pair.Before.InvokeAsync("Run", before.Host, before.Port)).Text);
        Assert.True(await before.AllClosedAsync());
        Assert.Equal("", before.ReceivedText);

        await using var after = LoopbackServer.Start(connection => connection.ReadToEndAsync());
        Assert.Equal("sent", (await pair.After.InvokeAsync("Run", after.Host, after.Port)).Text);
        Assert.True(await after.AllClosedAsync());
        Assert.Equal("reply\n", after.ReceivedText);
    }
}
