using WorkersSockets.Analyzers.CodeFixes.Connections;
using WorkersSockets.Analyzers.Tests.Behaviour.Harness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour;

/// <summary>How many connections at once, how long the wait for one, and the answer when it fails.</summary>
public class ConnectionTests
{
    [Fact]
    [RunProof("WSK2001", On.DotNet, "all twelve connections are open at once", "at most six are open at once, with the same results in the same order")]
    public async Task Batches_keep_connections_down()
    {
        using var pair = await FixRunner.LoadAsync<BoundConnects>(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    var numbers = Enumerable.Range(0, 12).ToArray();
                    var answers = await Task.WhenAll(numbers.Select(number => AskAsync(host, port, number)));
                    return string.Join(",", answers);
                }

                static async Task<string> AskAsync(string host, int port, int number)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    using var reader = new StreamReader(client.GetStream());
                    return number + await reader.ReadLineAsync();
                }
            }
            """,
            "WSK2001.Batch");
        const string Expected = "0ok,1ok,2ok,3ok,4ok,5ok,6ok,7ok,8ok,9ok,10ok,11ok";

        await using var before = LoopbackServer.Counting(expected: 12);
        Assert.Equal(Expected, (await pair.Before.InvokeAsync("Run", before.Host, before.Port)).Text);
        Assert.True(before.Maximum > 6, $"{before.Maximum} connections at once");

        await using var after = LoopbackServer.Counting(expected: 6);
        Assert.Equal(Expected, (await pair.After.InvokeAsync("Run", after.Host, after.Port)).Text);
        Assert.True(after.Maximum <= 6, $"{after.Maximum} connections at once");
        Assert.True(await after.AllClosedAsync());
    }

    [Fact]
    [RunProof("WSK2002", On.DotNet, "a connect that nobody answers is still waiting at the limit", "the connect is cancelled in time, no socket is left")]
    public async Task Hanging_connect_is_cancelled()
    {
        using var pair = await FixRunner.LoadAsync<AddConnectTimeout>(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    using var client = new TcpClient();
                    try
                    {
                        await client.ConnectAsync(host, port);
                        return "connected";
                    }
                    catch (OperationCanceledException)
                    {
                        return "too late";
                    }
                }
            }
            """,
            "WSK2002.Timeout",
            editorconfig: "workers_sockets.connect_timeout_ms = 200");
        await using var server = await LoopbackServer.NeverAcceptingAsync();
        Assert.True((await pair.Before.InvokeAsync("Run", TimeSpan.FromMilliseconds(800), server.Host, server.Port)).TimedOut);
        Assert.Equal("too late", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK2002", On.Workers, "an open that never settles is still waiting at the limit", "the open ends with a TimeoutException")]
    public async Task Hanging_open_is_raced()
    {
        using var pair = await FixRunner.LoadAsync<AddConnectTimeout>(
            On.Workers,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    try
                    {
                        var socket = TcpSocket.Connect(host, port);
                        await socket.OpenedAsync();
                        return "opened";
                    }
                    catch (Exception exception)
                    {
                        return exception.Message;
                    }
                }
            }
            """,
            "WSK2002.Timeout",
            editorconfig: "workers_sockets.connect_timeout_ms = 200");
        await using var server = await LoopbackServer.NeverAcceptingAsync();
        Assert.True((await pair.Before.InvokeAsync("Run", TimeSpan.FromMilliseconds(800), server.Host, server.Port)).TimedOut);
        Assert.Equal("The TCP connection was not opened in time.", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK2006", On.Workers, "a refused connection leaves the handler as an exception", "the handler answers 502")]
    public async Task Refused_connection_is_answered()
    {
        using var pair = await FixRunner.LoadAsync<AnswerBadGateway>(
            On.Workers,
            """
            static class Worker
            {
                [Fetch]
                public static async Task<Response> FetchAsync(Request request)
                {
                    var socket = TcpSocket.Connect("db.contoso.com", 7000);
                    await socket.OpenedAsync();
                    return Response.Text("up");
                }
            }
            """,
            "WSK2006.Answer502");
        await using var server = LoopbackServer.Refusing();
        pair.Before.Host.Names["db.contoso.com:7000"] = server;
        pair.After.Host.Names["db.contoso.com:7000"] = server;
        Assert.Null((await pair.Before.InvokeAsync("FetchAsync", new global::Workers.Request("https://worker.test/"))).Status);
        Assert.Equal(502, (await pair.After.InvokeAsync("FetchAsync", new global::Workers.Request("https://worker.test/"))).Status);
    }
}
