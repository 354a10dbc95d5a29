using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>The stand-in of the Workers API behaves as the real runtime does; the same facts are shown there by the workerd tests.</summary>
public class WorkersRuntimeTests
{
    [Fact]
    public async Task Handler_reads_request_and_answers()
    {
        await using var server = LoopbackServer.Lines(line => $"you said {line}");
        var result = await RunAsync(
            """
            [Fetch]
            public static async Task<Response> FetchAsync(Request request, Env env, Context context)
            {
                var socket = TcpSocket.Connect(request.QueryParameters.Get("host")!, env.Variable<int>("PORT"));
                await socket.WriteTextAsync("hé\n");
                var chunk = await socket.ReadAsync();
                await socket.CloseAsync();
                return Response.Text(TextCodec.DecodeUtf8(chunk.Bytes)).WithHeader("x-done", chunk.Done.ToString());
            }
            """,
            "FetchAsync",
            program => program.Host.Variables["PORT"] = $"{server.Port}",
            new global::Workers.Request("https://worker.test/?host=127.0.0.1"));
        Assert.Equal((200, "you said hé\r\n"), (result.Status, result.Text));
        Assert.Equal(0, result.OpenSockets);
        Assert.True(await server.AllClosedAsync());
    }

    [Fact]
    public async Task Seventh_connect_that_is_still_opening_waits()
    {
        await using var hanging = await LoopbackServer.NeverAcceptingAsync();
        await using var server = LoopbackServer.Answering("ok");
        var result = await RunAsync(
            """
            public static async Task<string> Run(int hangingPort, int port, int hanging)
            {
                for (var count = 0; count < hanging; count++)
                {
                    TcpSocket.Connect("127.0.0.1", hangingPort);
                }

                var socket = TcpSocket.Connect("127.0.0.1", port);
                var opened = socket.OpenedAsync();
                await Task.Delay(200);
                return opened.IsCompleted ? "open" : "waiting";
            }
            """,
            "Run",
            null,
            hanging.Port,
            server.Port,
            6);
        Assert.Equal("waiting", result.Text);
        Assert.Equal(0, server.Total);
    }

    [Fact]
    public async Task Open_connection_frees_its_slot()
    {
        await using var server = LoopbackServer.Counting(expected: 20);
        var result = await RunAsync(
            """
            public static async Task<int> Run(int port)
            {
                var sockets = Enumerable.Range(0, 20).Select(_ => TcpSocket.Connect("127.0.0.1", port)).ToList();
                await Task.WhenAll(sockets.Select(socket => socket.OpenedAsync()));
                await Task.WhenAll(sockets.Select(socket => socket.ReadAsync()));
                return sockets.Count;
            }
            """,
            "Run",
            null,
            server.Port);
        Assert.Equal(20, result.Get<int>());
        Assert.Equal((20, 20), (server.Maximum, result.OpenSockets));
        Assert.True(await server.AllClosedAsync());
    }

    [Theory]
    [InlineData("await socket.OpenedAsync();")]
    [InlineData("await socket.WriteTextAsync(\"x\");")]
    [InlineData("await socket.CloseAsync();")]
    [InlineData("using var limit = new CancellationTokenSource(); limit.CancelAfter(50); await socket.OpenedAsync(limit.Token);")]
    public async Task Connect_that_hangs_lets_everything_hang(string use)
    {
        await using var server = await LoopbackServer.NeverAcceptingAsync();
        using var program = ProgramRunner.Load(On.Workers, $$"""
            static class C
            {
                public static async Task Run(int port)
                {
                    var socket = TcpSocket.Connect("127.0.0.1", port);
                    {{use}}
                }
            }
            """);
        Assert.True((await program.InvokeAsync("Run", TimeSpan.FromMilliseconds(300), server.Port)).TimedOut);
    }

    [Theory]
    [InlineData("await socket.OpenedAsync();", RuntimeTexts.CannotConnect)]
    [InlineData("await socket.WriteTextAsync(\"x\");", RuntimeTexts.WritePrefix + RuntimeTexts.CannotConnect)]
    [InlineData("await socket.ClosedAsync();", RuntimeTexts.CannotConnect)]
    [InlineData("await socket.ReadAsync();", RuntimeTexts.ReadCancelled)]
    public async Task Refused_connect_is_told(string use, string told)
    {
        await using var server = LoopbackServer.Refusing();
        var result = await RunOnSocketAsync(use, server.Port);
        Assert.Equal(told, Assert.IsType<global::Workers.WorkersException>(result.Exception).Message);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(443)]
    public async Task Web_port_adds_a_hint(int port)
    {
        var result = await RunAsync("public static async Task Run(int port) => await TcpSocket.Connect(\"nowhere.test\", port).OpenedAsync();", "Run", null, port);
        Assert.Equal(RuntimeTexts.CannotConnect + RuntimeTexts.ConsiderFetch, result.Exception?.Message);
    }

    [Fact]
    public async Task Close_after_a_refused_connect_is_fine_twice()
    {
        await using var server = LoopbackServer.Refusing();
        (await RunOnSocketAsync("await socket.CloseAsync(); await socket.CloseAsync();", server.Port)).Get();
    }

    [Fact]
    public async Task Read_after_a_failed_connect_looks_like_the_end()
    {
        await using var server = LoopbackServer.Refusing();
        var result = await RunOnSocketAsync("await Task.Delay(100); var read = await socket.ReadAsync(); return (read.Done, read.Bytes.Length);", server.Port, "(bool, int)");
        Assert.Equal((true, 0), result.Get<(bool, int)>());
    }

    [Theory]
    [InlineData("await socket.OpenedAsync(); await socket.CloseAsync(); await socket.ReadAsync();", RuntimeTexts.ReadableClosing)]
    [InlineData("await socket.OpenedAsync(); await socket.CloseAsync(); await socket.WriteTextAsync(\"x\");", RuntimeTexts.WritableClosing)]
    [InlineData("await socket.WriteTextAsync(\"x\"); await socket.CloseAsync(); await socket.WriteTextAsync(\"x\");", RuntimeTexts.WritableClosed)]
    [InlineData("await socket.CloseWritableAsync(); await socket.WriteTextAsync(\"x\");", RuntimeTexts.WritableClosed)]
    [InlineData("await socket.OpenedAsync(); var read = socket.ReadAsync(); await Task.Delay(30); await socket.CloseAsync(); await read;", RuntimeTexts.ReadAtClose)]
    [InlineData("await socket.OpenedAsync(); await socket.StartTlsAsync();", RuntimeTexts.TlsOption)]
    public async Task Misuse_is_told_in_the_words_of_the_runtime(string use, string text)
    {
        await using var server = LoopbackServer.Silent();
        var result = await RunOnSocketAsync(use, server.Port);
        Assert.Equal(text, Assert.IsType<global::Workers.WorkersException>(result.Exception).Message);
    }

    [Fact]
    public async Task Half_close_leaves_the_reading_side_open()
    {
        await using var server = LoopbackServer.Start(async connection =>
        {
            await connection.ReadToEndAsync();
            await connection.SendAsync("all");
        });
        var result = await RunOnSocketAsync("await socket.WriteTextAsync(\"x\"); await socket.CloseWritableAsync(); return (await socket.ReadAsync()).Bytes.Length;", server.Port, "int");
        Assert.Equal(3, result.Get<int>());
    }

    [Fact]
    public async Task End_is_told_again_at_every_read()
    {
        await using var server = LoopbackServer.Answering("x");
        var result = await RunOnSocketAsync("await socket.ReadAsync(); await socket.ReadAsync(); return (await socket.ReadAsync()).Done;", server.Port, "bool");
        Assert.True(result.Get<bool>());
    }

    [Fact]
    public async Task Loop_without_an_end_does_not_outlive_its_limit()
    {
        await using var server = LoopbackServer.Answering("x");
        using var program = ProgramRunner.Load(On.Workers, "static class C { public static async Task Run(int port) { var socket = TcpSocket.Connect(\"127.0.0.1\", port); while (true) { await socket.ReadAsync(); } } }");
        Assert.True((await program.InvokeAsync("Run", TimeSpan.FromMilliseconds(300), server.Port)).TimedOut);
    }

    [Theory]
    [InlineData("socket.WriteTextAsync(\"lost\"); socket.CloseAsync();", "")]
    [InlineData("await socket.OpenedAsync(); socket.WriteTextAsync(\"kept\");", "kept")]
    [InlineData("socket.WriteTextAsync(\"kept\"); await socket.CloseAsync();", "kept")]
    public async Task What_is_not_awaited_is_dropped_with_the_request(string use, string received)
    {
        await using var server = LoopbackServer.Silent();
        (await RunOnSocketAsync(use, server.Port)).Get();
        await server.AllClosedAsync();
        Assert.Equal(received, server.ReceivedText);
    }

    [Fact]
    public async Task Work_that_was_handed_over_is_awaited()
    {
        await using var server = LoopbackServer.Silent();
        var result = await RunAsync(
            """
            public static Response Run(int port, Env env, Context context)
            {
                context.WaitUntil(SendAsync(port));
                return Response.Empty(202);
            }

            private static async Task SendAsync(int port)
            {
                var socket = TcpSocket.Connect("127.0.0.1", port);
                await Task.Delay(20);
                await socket.WriteTextAsync("late");
                await socket.CloseAsync();
            }
            """,
            "Run",
            null,
            server.Port);
        Assert.Equal(202, result.Status);
        Assert.True(await server.AllClosedAsync());
        Assert.Equal("late", server.ReceivedText);
    }

    [Theory]
    [InlineData("await saved.ReadAsync();", "ReadableStreamSource)")]
    [InlineData("await saved.WriteTextAsync(\"x\");", "Writable)")]
    public async Task Socket_of_another_request_is_rejected(string use, string ending)
    {
        await using var server = LoopbackServer.Silent();
        using var program = ProgramRunner.Load(On.Workers, Saved(use));
        (await program.InvokeAsync("Run", server.Port)).Get();
        var second = await program.InvokeAsync("Run", server.Port);
        Assert.Equal(RuntimeTexts.OtherRequest + ending, second.Exception?.Message);
    }

    [Fact]
    public async Task Opened_and_close_do_not_ask_for_the_request()
    {
        await using var server = LoopbackServer.Silent();
        using var program = ProgramRunner.Load(On.Workers, Saved("await saved.OpenedAsync(); await saved.CloseAsync();"));
        (await program.InvokeAsync("Run", server.Port)).Get();
        (await program.InvokeAsync("Run", server.Port)).Get();
    }

    [Fact]
    public async Task Starttls_after_a_read_never_opens()
    {
        await using var server = LoopbackServer.StartTls();
        using var program = ProgramRunner.Load(On.Workers, """
            static class C
            {
                public static async Task Run(int port)
                {
                    var socket = TcpSocket.Connect("127.0.0.1", port, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    await socket.ReadAsync();
                    var secure = await socket.StartTlsAsync();
                    await secure.OpenedAsync();
                }
            }
            """);
        Assert.True((await program.InvokeAsync("Run", TimeSpan.FromMilliseconds(300), server.Port)).TimedOut);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, RuntimeTexts.InternalError)]
    public async Task Starttls_at_once_opens_where_the_certificate_is_trusted(bool trusted, string? failure)
    {
        await using var server = LoopbackServer.Tls(async connection => await connection.SendAsync(await connection.ReadLineAsync() + " over TLS"));
        var result = await RunAsync(
            """
            public static async Task<string> Run(int port)
            {
                var socket = TcpSocket.Connect("localhost", port, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                var secure = await socket.StartTlsAsync();
                await secure.OpenedAsync();
                await secure.WriteTextAsync("hello\n");
                return TextCodec.DecodeUtf8((await secure.ReadAsync()).Bytes);
            }
            """,
            "Run",
            program => program.Host.TrustedCertificate = trusted ? TestCertificate.Instance : null,
            server.Port);
        if (failure is null)
        {
            Assert.Equal("hello over TLS", result.Get<string>());
            Assert.Equal("hello\n", server.Connections[0].TlsText);
        }
        else
        {
            Assert.StartsWith(failure, result.Exception?.Message);
        }
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, RuntimeTexts.CannotConnect)]
    public async Task Tls_needs_a_valid_certificate(bool trusted, string? failure)
    {
        await using var server = LoopbackServer.Tls(connection => connection.SendAsync("secret"));
        var result = await RunAsync(
            "public static async Task<string> Run(int port) => TextCodec.DecodeUtf8((await (await OpenAsync(port)).ReadAsync()).Bytes);"
            + " static async Task<TcpSocket> OpenAsync(int port) { var socket = TcpSocket.Connect(\"mail.test\", port, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On }); await socket.OpenedAsync(); return socket; }",
            "Run",
            program =>
            {
                program.Host.Names[$"mail.test:{server.Port}"] = server;
                program.Host.TrustedCertificate = trusted ? TestCertificate.Instance : null;
            },
            server.Port);
        Assert.Equal(failure ?? "secret", result.Exception?.Message ?? result.Text);
    }

    [Fact]
    public async Task Large_answer_comes_in_chunks_of_4096_bytes()
    {
        await using var server = LoopbackServer.Answering(new string('x', 10_000));
        var result = await RunOnSocketAsync("await Task.Delay(50); var sizes = new List<int>(); while (true) { var read = await socket.ReadAsync(); if (read.Done) { break; } sizes.Add(read.Bytes.Length); } return string.Join(' ', sizes);", server.Port, "string");
        Assert.Equal("4096 4096 1808", result.Text);
    }

    [Fact]
    public async Task Reset_loses_the_connection()
    {
        await using var server = LoopbackServer.Resetting("x");
        var result = await RunOnSocketAsync("await socket.ReadAsync(); await socket.ReadAsync();", server.Port);
        Assert.Equal(RuntimeTexts.ConnectionLost, result.Exception?.Message);
    }

    [Fact]
    public async Task Body_of_the_answer_is_sent_while_the_request_lives()
    {
        await using var server = LoopbackServer.Answering("é€😀", oneByteAtATime: true);
        var result = await RunAsync(
            """
            public static Response Run(int port) => Response.FromStream(ReadableStream.FromAsyncEnumerable(ChunksAsync(TcpSocket.Connect("127.0.0.1", port))));

            private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksAsync(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    yield return chunk.Bytes;
                }
            }
            """,
            "Run",
            null,
            server.Port);
        Assert.Equal("é€😀", result.Text);
    }

    [Fact]
    public async Task Router_finds_the_handler_of_a_path()
    {
        var result = await RunAsync(
            "public static Task<Response> Run(Request request, Env env, Context context) => new Router().Get(\"/hosts/:name\", (_, route) => Response.Text(route.Parameter(\"name\"))).HandleAsync(request, env, context);",
            "Run",
            null,
            new global::Workers.Request("https://worker.test/hosts/a%20b"));
        Assert.Equal("a b", result.Text);
    }

    [Fact]
    public void Socket_outside_of_a_request_is_disallowed() =>
        Assert.Equal(RuntimeTexts.GlobalScope, Assert.Throws<global::Workers.WorkersException>(() => global::Workers.TcpSocket.Connect("127.0.0.1:1")).Message);

    private static string Saved(string use) => $$"""
        static class C
        {
            private static TcpSocket? saved;

            public static async Task Run(int port)
            {
                if (saved is null)
                {
                    saved = TcpSocket.Connect("127.0.0.1", port);
                    await saved.OpenedAsync();
                    return;
                }

                {{use}}
            }
        }
        """;

    private static Task<RunResult> RunOnSocketAsync(string use, int port, string? returns = null) => RunAsync(
        $$"""
        public static async Task{{(returns is null ? "" : $"<{returns}>")}} Run(int port)
        {
            var socket = TcpSocket.Connect("127.0.0.1", port);
            {{use}}
        }
        """,
        "Run",
        null,
        port);

    private static async Task<RunResult> RunAsync(string members, string method, Action<ProgramRunner>? prepare, params object?[] arguments)
    {
        using var program = ProgramRunner.Load(On.Workers, $"static class C {{ {members} }}");
        prepare?.Invoke(program);
        return await program.InvokeAsync(method, TimeSpan.FromSeconds(5), arguments);
    }
}
