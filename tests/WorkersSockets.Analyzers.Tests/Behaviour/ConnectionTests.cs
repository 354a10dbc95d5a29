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
                    string? line;
                    using (var client = new TcpClient())
                    {
                        await client.ConnectAsync(host, port);
                        using var reader = new StreamReader(client.GetStream());
                        line = await reader.ReadLineAsync();
                    }

                    // The server is to see the end before the next one comes.
                    await Task.Delay(250);
                    return number + line;
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

    [Theory]
    [InlineData("""
        var tasks = Enumerable.Range(0, 12).Select(number => AskAsync(host, port, number)).ToList();
        var answers = await Task.WhenAll(tasks);
        return string.Join(",", answers);
        """)]
    [InlineData("""
        var numbers = Enumerable.Range(0, 12).ToArray();
        var tasks = new List<Task<string>>();
        foreach (var number in numbers)
        {
            tasks.Add(AskAsync(host, port, number));
        }

        await Task.WhenAll(tasks);
        return string.Join(",", tasks.Select(task => task.Result));
        """)]
    [InlineData("""
        var tasks = new Task<string>[12];
        for (var number = 0; number < tasks.Length; number++)
        {
            tasks[number] = AskAsync(host, port, number);
        }

        return string.Join(",", await Task.WhenAll(tasks));
        """)]
    [InlineData("""
        using var places = new SemaphoreSlim(12);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async number =>
        {
            await places.WaitAsync();
            try { return await AskAsync(host, port, number); } finally { places.Release(); }
        }));
        return string.Join(",", answers);
        """, "LowerBound")]
    [InlineData("""
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async number =>
        {
            var text = await AskAsync(host, port, number);
            return new { text };
        }));
        return string.Join(",", answers.Select(answer => answer.text));
        """, "Gate")]
    [RunProof("WSK2001", On.DotNet, "tasks that are kept and joined later have all twelve connections open", "at most six are open at once, with the same results in the same order")]
    public async Task Kept_tasks_are_started_in_batches(string body, string variant = "Batch")
    {
        using var pair = await FixRunner.LoadAsync<BoundConnects>(
            On.DotNet,
            $$"""
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
            {{string.Join('\n', body.Split('\n').Select(line => line.Length == 0 ? line : "        " + line))}}
                }

                static async Task<string> AskAsync(string host, int port, int number)
                {
                    string? line;
                    using (var client = new TcpClient())
                    {
                        await client.ConnectAsync(host, port);
                        using var reader = new StreamReader(client.GetStream());
                        line = await reader.ReadLineAsync();
                    }

                    // The server is to see the end before the next one comes.
                    await Task.Delay(250);
                    return number + line;
                }
            }
            """,
            "WSK2001." + variant);
        var expected = string.Join(',', Enumerable.Range(0, 12).Select(number => $"{number}ok"));

        await using var before = LoopbackServer.Counting(expected: 12);
        Assert.Equal(expected, (await pair.Before.InvokeAsync("Run", before.Host, before.Port)).Text);
        Assert.True(before.Maximum > 6, $"{before.Maximum} connections at once");

        await using var after = LoopbackServer.Counting(expected: 6);
        Assert.Equal(expected, (await pair.After.InvokeAsync("Run", after.Host, after.Port)).Text);
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
    [RunProof("WSK2002", On.DotNet, "a constructor that connects is still waiting at the limit", "the awaited connect is cancelled and its handler takes the timeout")]
    public async Task Hanging_constructor_becomes_a_bounded_connect()
    {
        using var pair = await FixRunner.LoadAsync<AddConnectTimeout>(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    await Task.Yield();
                    try
                    {
                        using var client = new TcpClient(host, port);
                        return "connected";
                    }
                    catch (SocketException)
                    {
                        return "not reached";
                    }
                }
            }
            """,
            "WSK2002.Timeout",
            editorconfig: "workers_sockets.connect_timeout_ms = 200");
        await using var server = await LoopbackServer.NeverAcceptingAsync();
        Assert.True((await pair.Before.InvokeAsync("Run", TimeSpan.FromMilliseconds(800), server.Host, server.Port)).TimedOut);
        Assert.Equal("not reached", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
    }

    [Fact]
    [RunProof("WSK2007", On.Workers, "the read from a refused connection reports the end of the data", "the wait for the connection reports the failure")]
    public async Task Refused_connection_is_no_empty_answer()
    {
        using var pair = await FixRunner.LoadAsync<AwaitOpen>(
            On.Workers,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    try
                    {
                        var socket = TcpSocket.Connect(host, port);
                        await Task.Delay(200);
                        var chunk = await socket.ReadAsync();
                        return chunk.Done ? "nothing to say" : "data";
                    }
                    catch (Exception)
                    {
                        return "not reached";
                    }
                }
            }
            """,
            "WSK2007.AwaitOpen");
        await using var server = LoopbackServer.Refusing();
        Assert.Equal("nothing to say", (await pair.Before.InvokeAsync("Run", server.Host, server.Port)).Text);
        Assert.Equal("not reached", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);
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

    [Fact]
    [RunProof("WSK2001", On.Workers, "the seventh connect waits behind six slow hosts, so one that answers at once counts as down", "in the next batch it is up, and the results keep their order")]
    public async Task Seventh_connect_waits_for_its_turn()
    {
        using var pair = await FixRunner.LoadAsync<BoundConnects>(
            On.Workers,
            """
            static class Program
            {
                static async Task<string> Run(string names)
                {
                    var states = await Task.WhenAll(names.Split(',').Select(name => StateAsync(name)));
                    return string.Join(",", states);
                }

                static async Task<string> StateAsync(string name)
                {
                    var socket = TcpSocket.Connect(name, 7000, new TcpSocketOptions { SecureTransport = name.StartsWith("slow", StringComparison.Ordinal) ? TcpSecureTransport.On : TcpSecureTransport.Off });
                    try
                    {
                        await OpenWithinAsync(socket, 1500);
                        return name + " is up";
                    }
                    catch (Exception)
                    {
                        return name + " is down";
                    }
                }

                static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
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
                        throw new TimeoutException();
                    }

                    await opening;
                }

                static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled)
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
            "WSK2001.Batch");

        // A TLS handshake that takes its time keeps a connect opening.
        await using var slow = LoopbackServer.Start(async connection =>
        {
            await Task.Delay(2500);
            await connection.UpgradeToTlsAsync();
        });
        await using var fast = LoopbackServer.Silent();
        foreach (var program in new[] { pair.Before, pair.After })
        {
            program.Host.Names["slow:7000"] = slow;
            program.Host.Names["fast:7000"] = fast;
        }

        const string Names = "slow,slow,slow,slow,slow,slow,fast";
        var down = string.Concat(Enumerable.Repeat("slow is down,", 6));
        Assert.Equal(down + "fast is down", (await pair.Before.InvokeAsync("Run", Names)).Text);
        Assert.Equal(down + "fast is up", (await pair.After.InvokeAsync("Run", Names)).Text);
    }

    [Fact]
    [RunProof("WSK2006", On.DotNet, "a refused connection leaves the handler as an exception", "the handler answers 502 in its own style")]
    public async Task Refused_connection_is_answered_by_a_controller()
    {
        using var pair = await FixRunner.LoadAsync<AnswerBadGateway>(
            On.DotNet,
            """
            using Microsoft.AspNetCore.Mvc;

            namespace Microsoft.AspNetCore.Mvc
            {
                public interface IActionResult
                {
                }

                public record Answer(int Status) : IActionResult;

                public class ControllerBase
                {
                    protected IActionResult Ok() => new Answer(200);

                    protected IActionResult StatusCode(int status) => new Answer(status);
                }
            }

            public class StatusController(string host, int port) : ControllerBase
            {
                public async Task<IActionResult> Get()
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    return Ok();
                }
            }

            static class Program
            {
                static async Task<int> Run(string host, int port) => (await new StatusController(host, port).Get() as Answer)!.Status;
            }
            """,
            "WSK2006.Answer502");
        await using var refusing = LoopbackServer.Refusing();
        Assert.IsType<System.Net.Sockets.SocketException>((await pair.Before.InvokeAsync("Run", refusing.Host, refusing.Port)).Exception);
        Assert.Equal("502", (await pair.After.InvokeAsync("Run", refusing.Host, refusing.Port)).Text);

        await using var answering = LoopbackServer.Silent();
        Assert.Equal("200", (await pair.Before.InvokeAsync("Run", answering.Host, answering.Port)).Text);
        Assert.Equal("200", (await pair.After.InvokeAsync("Run", answering.Host, answering.Port)).Text);
    }

    [Fact]
    [RunProof("WSK2002", On.DotNet, "a client that is kept connects for as long as the system tries", "the connect is cancelled, and the field never gets a client that is not connected")]
    public async Task Kept_client_is_connected_or_not_there()
    {
        using var pair = await FixRunner.LoadAsync<AddConnectTimeout>(
            On.DotNet,
            """
            static class Program
            {
                static TcpClient? kept;

                static async Task<string> Run(string host, int port)
                {
                    try
                    {
                        await OpenAsync(host, port);
                    }
                    catch (OperationCanceledException)
                    {
                    }

                    return kept is null ? "nothing" : "connected";
                }

                static async Task OpenAsync(string host, int port)
                {
                    await Task.Yield();
                    kept = new TcpClient(host, port);
                }
            }
            """,
            "WSK2002.Timeout",
            editorconfig: "workers_sockets.connect_timeout_ms = 200");
        await using var server = await LoopbackServer.NeverAcceptingAsync();
        Assert.True((await pair.Before.InvokeAsync("Run", TimeSpan.FromMilliseconds(800), server.Host, server.Port)).TimedOut);
        Assert.Equal("nothing", (await pair.After.InvokeAsync("Run", server.Host, server.Port)).Text);

        await using var silent = LoopbackServer.Silent();
        Assert.Equal("connected", (await pair.After.InvokeAsync("Run", silent.Host, silent.Port)).Text);
    }
}
