using WorkersSockets.Analyzers.CodeFixes.Connections;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class AddConnectTimeoutTests
{
    private const string Id = "WSK2002";

    internal const string Helpers = """

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

        """;

    private static string Body(string signature, string body) => $$"""
        class Client
        {
            {{signature}}
            {
        {{string.Join('\n', body.Split('\n').Select(line => line.Length == 0 ? line : "        " + line))}}
            }
        }
        """;

    [Fact]
    public Task One_line_is_spread_in_its_order() => Verify.FixAsync<AddConnectTimeout>(
        Id,
        "Timeout",
        On.DotNet,
        "class C\n{\n    private async Task M(string host) { using var c = new TcpClient(); {|WSK2002:c.Connect(host, 80)|}; await Task.Yield(); }\n}\n",
        "class C\n{\n    private async Task M(string host)\n    {\n        using var c = new TcpClient();\n        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n        await c.ConnectAsync(host, 80, timeout.Token);\n        await Task.Yield();\n    }\n}\n");

    [Theory]
    // A token for an awaited connect; comments and arguments stay.
    [InlineData(
        "async Task M(string host)",
        "using var client = new TcpClient();\n// Talks to the back end.\nawait {|WSK2002:client.ConnectAsync(host, 80)|}; // once",
        "using var client = new TcpClient();\nusing var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n// Talks to the back end.\nawait client.ConnectAsync(host, 80, timeout.Token); // once")]
    [InlineData(
        "async Task M(string host)",
        "using var client = new TcpClient();\nawait {|WSK2002:client.ConnectAsync(host, 80)|}.ConfigureAwait(false);",
        "using var client = new TcpClient();\nusing var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout.Token).ConfigureAwait(false);")]
    // The parameter has another name in the overload that takes a token.
    [InlineData(
        "async Task M(string host)",
        "using var client = new TcpClient();\n{|WSK2002:client.Connect(hostname: host, port: 80)|};\nawait Task.Yield();",
        "using var client = new TcpClient();\nusing var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host: host, port: 80, cancellationToken: timeout.Token);\nawait Task.Yield();")]
    // Linked to the method's own token.
    [InlineData(
        "async Task M(string host, CancellationToken stop)",
        "using var client = new TcpClient();\nawait {|WSK2002:client.ConnectAsync(host, 80)|};",
        "using var client = new TcpClient();\nusing var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);\ntimeout.CancelAfter(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout.Token);")]
    // A token that never cancels is replaced; a source that never does gets a time.
    [InlineData(
        "async Task M(string host)",
        "using var client = new TcpClient();\nawait {|WSK2002:client.ConnectAsync(host, 80, CancellationToken.None)|};",
        "using var client = new TcpClient();\nusing var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout.Token);")]
    [InlineData(
        "async Task M(string host)",
        "using var client = new TcpClient();\nusing var source = new CancellationTokenSource();\nawait {|WSK2002:client.ConnectAsync(host, 80, source.Token)|};",
        "using var client = new TcpClient();\nusing var source = new CancellationTokenSource();\nsource.CancelAfter(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, source.Token);")]
    // The constructor that connects is split.
    [InlineData(
        "async Task M(string host)",
        "using var client = {|WSK2002:new TcpClient(host, 80)|};\nawait Task.Yield();",
        "using var client = new TcpClient();\nusing var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout.Token);\nawait Task.Yield();")]
    [InlineData(
        "async Task M(string host)",
        "using TcpClient client = {|WSK2002:new(host, 80)|};\nawait Task.Yield();",
        "using TcpClient client = new();\nusing var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout.Token);\nawait Task.Yield();")]
    [InlineData(
        "async Task M(string host)",
        "using (var client = {|WSK2002:new TcpClient(host, 80)|})\n{\n    await Task.Yield();\n}",
        "using (var client = new TcpClient())\n{\n    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(host, 80, timeout.Token);\n    await Task.Yield();\n}")]
    // A blocking connect in an async method becomes an awaited one.
    [InlineData(
        "async Task M(string host)",
        "using var client = new TcpClient();\n{|WSK2002:client.Connect(host, 80)|};\nawait Task.Yield();",
        "using var client = new TcpClient();\nusing var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout.Token);\nawait Task.Yield();")]
    [InlineData(
        "async Task M(Socket socket, EndPoint endpoint)",
        "await {|WSK2002:socket.ConnectAsync(endpoint)|};",
        "using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait socket.ConnectAsync(endpoint, timeout.Token);")]
    // The step that can fail now stands where somebody closes the client.
    [InlineData(
        "async Task M(string host)",
        "var client = {|WSK2002:new TcpClient(host, 80)|};\ntry\n{\n    await Task.Yield();\n}\nfinally\n{\n    client.Close();\n}",
        "var client = new TcpClient();\ntry\n{\n    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(host, 80, timeout.Token);\n    await Task.Yield();\n}\nfinally\n{\n    client.Close();\n}")]
    [InlineData(
        "async Task<TcpClient> M(string host)",
        "await Task.Yield();\nvar client = {|WSK2002:new TcpClient(host, 80)|};\nclient.NoDelay = true;\nreturn client;",
        "await Task.Yield();\nvar client = new TcpClient();\ntry\n{\n    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(host, 80, timeout.Token);\n}\ncatch\n{\n    client.Dispose();\n    throw;\n}\n\nclient.NoDelay = true;\nreturn client;")]
    [InlineData(
        "async Task M(string host)",
        "using (var client = {|WSK2002:new TcpClient(host, 80)|})\nusing (var stream = client.GetStream())\n{\n    await Task.Yield();\n}",
        "using (var client = new TcpClient())\n{\n    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(host, 80, timeout.Token);\n    using (var stream = client.GetStream())\n    {\n        await Task.Yield();\n    }\n}")]
    [InlineData(
        "async Task M(string host)",
        "using var client = {|WSK2002:new TcpClient(port: 80, hostname: host) { NoDelay = true }|};\nawait Task.Yield();",
        "using var client = new TcpClient { NoDelay = true };\nusing var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout.Token);\nawait Task.Yield();")]
    // Named arguments; a task that is joined, or awaited later, keeps its type.
    [InlineData(
        "async Task M(TcpClient client, string h)",
        "await {|WSK2002:client.ConnectAsync(host: h, port: 80)|};",
        "using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host: h, port: 80, cancellationToken: timeout.Token);")]
    [InlineData(
        "async Task M(TcpClient client, Task other)",
        "await Task.WhenAll({|WSK2002:client.ConnectAsync(\"h\", 80)|}, other);",
        "using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait Task.WhenAll(client.ConnectAsync(\"h\", 80, timeout.Token).AsTask(), other);")]
    [InlineData(
        "async Task M(TcpClient client)",
        "var connecting = {|WSK2002:client.ConnectAsync(\"h\", 80)|};\nConsole.WriteLine(\"connecting\");\nawait connecting;",
        "using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nvar connecting = client.ConnectAsync(\"h\", 80, timeout.Token).AsTask();\nConsole.WriteLine(\"connecting\");\nawait connecting;")]
    // An expression body becomes a block.
    [InlineData(
        "async Task M(TcpClient client)",
        "await Go(() => {|WSK2002:client.ConnectAsync(\"h\", 80)|});\nstatic async Task Go(Func<Task> work) => await work();",
        "await Go(async () =>\n{\n    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(\"h\", 80, timeout.Token);\n});\nstatic async Task Go(Func<Task> work) => await work();")]
    [InlineData(
        "async Task M(TcpClient client, CancellationToken stop)",
        "await Open();\nasync Task Open() => await {|WSK2002:client.ConnectAsync(\"h\", 80)|}.ConfigureAwait(false);",
        "await Open();\nasync Task Open()\n{\n    using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);\n    timeout.CancelAfter(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(\"h\", 80, timeout.Token).ConfigureAwait(false);\n}")]
    // The handler of the failed connect takes the timeout as well.
    [InlineData(
        "async Task<bool> M(TcpClient client)",
        "try\n{\n    await {|WSK2002:client.ConnectAsync(\"h\", 80)|};\n    return true;\n}\ncatch (SocketException)\n{\n    return false;\n}",
        "try\n{\n    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(\"h\", 80, timeout.Token);\n    return true;\n}\ncatch (Exception exception) when (exception is SocketException or OperationCanceledException)\n{\n    return false;\n}")]
    [InlineData(
        "async Task<int> M(TcpClient client)",
        "try\n{\n    await {|WSK2002:client.ConnectAsync(\"h\", 80)|};\n    return 0;\n}\ncatch (SocketException e)\n{\n    Console.Error.WriteLine($\"{e.Message} {e}\");\n    return 1;\n}",
        "try\n{\n    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(\"h\", 80, timeout.Token);\n    return 0;\n}\ncatch (Exception e) when (e is SocketException or OperationCanceledException)\n{\n    Console.Error.WriteLine($\"{e.Message} {e}\");\n    return 1;\n}")]
    // What only a SocketException has cannot be asked of the timeout.
    [InlineData(
        "async Task<int> M(TcpClient client)",
        "try\n{\n    await {|WSK2002:client.ConnectAsync(\"h\", 80)|};\n    return 0;\n}\ncatch (SocketException e)\n{\n    return e.ErrorCode;\n}",
        "try\n{\n    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(\"h\", 80, timeout.Token);\n    return 0;\n}\ncatch (SocketException e)\n{\n    return e.ErrorCode;\n}")]
    // The name is taken.
    [InlineData(
        "async Task M(string host, int timeout)",
        "using var client = new TcpClient { SendTimeout = timeout };\nawait {|WSK2002:client.ConnectAsync(host, 80)|};",
        "using var client = new TcpClient { SendTimeout = timeout };\nusing var timeout2 = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout2.Token);")]
    public Task Fixed_on_dotnet(string signature, string before, string after) =>
        Verify.FixAsync<AddConnectTimeout>(Id, "Timeout", On.DotNet, Body(signature, before), Body(signature, after));

    [Fact]
    public Task The_time_is_an_option() => Verify.FixAsync<AddConnectTimeout>(
        Id,
        "Timeout",
        On.DotNet,
        Body("async Task M(TcpClient client)", "await {|WSK2002:client.ConnectAsync(\"host\", 80)|};"),
        Body("async Task M(TcpClient client)", "using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(1500));\nawait client.ConnectAsync(\"host\", 80, timeout.Token);"),
        editorconfig: "workers_sockets.connect_timeout_ms = 1500");

    [Theory]
    [InlineData("public void M(string host) { using var c = {|WSK2002:new TcpClient(host, 80)|}; }")]
    [InlineData("void M(TcpClient c) { var await = 80; {|WSK2002:c.Connect(\"h\", await)|}; }")]
    [InlineData("public int this[string host] { get { using var c = new TcpClient(); {|WSK2002:c.Connect(host, 80)|}; return 1; } }")]
    [InlineData("public void M(TcpClient c) { c.EndConnect({|WSK2002:c.BeginConnect(\"h\", 80, null, null)|}); }")]
    public Task Not_offered_where_it_cannot_be_right(string member) => Verify.NotFixableAsync<AddConnectTimeout>(Id, On.DotNet, $"public class Client {{ {member} }}");

    // A task that takes no token, or that is passed on.
    [Theory]
    [InlineData("public void M(TcpClient c) { {|WSK2002:c.ConnectAsync(\"h\", 80)|}.Wait(); }", ".ConnectAsync(\"h\", 80)", "")]
    [InlineData("public void M(Socket c, EndPoint e) { {|WSK2002:c.ConnectAsync(e)|}.ConfigureAwait(false).GetAwaiter().GetResult(); }", ".ConnectAsync(e)", "")]
    [InlineData("public Task M(TcpClient c, CancellationToken t) { return {|WSK2002:c.ConnectAsync(\"h\", 80)|}; }", ".ConnectAsync(\"h\", 80)", ", t")]
    [InlineData("public async Task M(Socket c, EndPoint e) { await {|WSK2002:SocketTaskExtensions.ConnectAsync(c, e)|}; }", ".ConnectAsync(c, e)", "")]
    [InlineData("public Task M(TcpClient c) { return Task.Factory.FromAsync({|WSK2002:c.BeginConnect(\"h\", 80, null, null)|}, c.EndConnect); }", ", c.EndConnect)", "")]
    public Task A_task_is_waited_for_no_longer_than_the_time(string member, string connect, string token) => Verify.FixAsync<AddConnectTimeout>(
        Id,
        "Timeout",
        On.DotNet,
        $"public class Client {{ {member} }}",
        $"public class Client {{ {Verify.StripMarkup(member).Replace(connect, $"{connect}.WaitAsync(TimeSpan.FromSeconds(5){token})")} }}");

    [Fact]
    public Task A_handler_of_failed_connects_takes_the_end_of_the_wait() => Verify.FixAsync<AddConnectTimeout>(
        Id,
        "Timeout",
        On.DotNet,
        Body("async Task M(Socket c, EndPoint e)", "try\n{\n    await {|WSK2002:SocketTaskExtensions.ConnectAsync(c, e)|};\n}\ncatch (SocketException)\n{\n}"),
        Body("async Task M(Socket c, EndPoint e)", "try\n{\n    await SocketTaskExtensions.ConnectAsync(c, e).WaitAsync(TimeSpan.FromSeconds(5));\n}\ncatch (Exception exception) when (exception is SocketException or TimeoutException)\n{\n}"));

    [Fact]
    public Task Open_is_raced_on_Workers() => FixOnWorkersAsync(
        "var socket = TcpSocket.Connect(host, 80);\nawait {|WSK2002:socket.OpenedAsync()|};\nawait socket.WriteTextAsync(\"x\");",
        "var socket = TcpSocket.Connect(host, 80);\nawait OpenWithinAsync(socket, 5000);\nawait socket.WriteTextAsync(\"x\");");

    [Fact]
    public Task Result_of_the_open_stays() => FixOnWorkersAsync(
        "var socket = TcpSocket.Connect(host, 80);\nvar info = await {|WSK2002:socket.OpenedAsync()|};\nConsole.WriteLine(info.RemoteAddress);",
        "var socket = TcpSocket.Connect(host, 80);\nawait OpenWithinAsync(socket, 5000);\nvar info = await socket.OpenedAsync();\nConsole.WriteLine(info.RemoteAddress);");

    [Fact]
    public Task First_write_is_preceded_by_the_open() => FixOnWorkersAsync(
        "var socket = TcpSocket.Connect(host, 80);\nawait {|WSK2002:socket.WriteTextAsync(\"PING\\r\\n\")|};",
        "var socket = TcpSocket.Connect(host, 80);\nawait OpenWithinAsync(socket, 5000);\nawait socket.WriteTextAsync(\"PING\\r\\n\");");

    [Fact]
    public Task Condition_is_preceded_by_the_open() => FixOnWorkersAsync(
        "var socket = TcpSocket.Connect(host, 80);\nif ((await {|WSK2002:socket.OpenedAsync()|}).RemoteAddress is null)\n{\n    Console.WriteLine(host);\n}",
        "var socket = TcpSocket.Connect(host, 80);\nawait OpenWithinAsync(socket, 5000);\nif ((await socket.OpenedAsync()).RemoteAddress is null)\n{\n    Console.WriteLine(host);\n}");

    [Fact]
    public Task Close_moves_behind_an_open_whose_failure_is_handled() => FixOnWorkersAsync(
        "var socket = TcpSocket.Connect(host, 80);\ntry\n{\n    await {|WSK2002:socket.OpenedAsync()|};\n    await socket.WriteTextAsync(\"x\");\n}\ncatch (Exception)\n{\n    Console.WriteLine(host);\n}\nfinally\n{\n    await socket.CloseAsync();\n}",
        "var socket = TcpSocket.Connect(host, 80);\ntry\n{\n    await OpenWithinAsync(socket, 5000);\n    try\n    {\n        await socket.WriteTextAsync(\"x\");\n    }\n    finally\n    {\n        await socket.CloseAsync();\n    }\n}\ncatch (Exception)\n{\n    Console.WriteLine(host);\n}");

    [Fact]
    public Task Opens_that_are_joined_are_raced_each() => FixOnWorkersAsync(
        "var a = TcpSocket.Connect(host, 80);\nvar b = TcpSocket.Connect(host, 81);\nawait Task.WhenAll({|WSK2002:a.OpenedAsync()|}, {|WSK2002:b.OpenedAsync()|});",
        "var a = TcpSocket.Connect(host, 80);\nvar b = TcpSocket.Connect(host, 81);\nawait Task.WhenAll(OpenWithinAsync(a, 5000), OpenWithinAsync(b, 5000));");

    [Fact]
    public Task Helpers_are_found_again()
    {
        const string Before = """
            static class Worker
            {
                static async Task A(string host)
                {
                    var socket = TcpSocket.Connect(host, 80);
                    await {|WSK2002:socket.OpenedAsync()|};
                    await socket.CloseAsync();
                }

                static async Task B(string host)
                {
                    var socket = TcpSocket.Connect(host, 81);
                    await OpenWithinAsync(socket, 5000);
                    await socket.CloseAsync();
                }

            """;
        return Verify.FixAsync<AddConnectTimeout>(
            Id,
            "Timeout",
            On.Workers,
            Before + Helpers + "}",
            Before.Replace("{|WSK2002:socket.OpenedAsync()|}", "OpenWithinAsync(socket, 5000)") + Helpers + "}");
    }

    [Fact]
    public Task A_helper_that_only_opens_gives_way_to_one_that_ends()
    {
        const string Before = """
            static class Worker
            {
                static async Task A(string host)
                {
                    var socket = TcpSocket.Connect(host, 80);
                    await {|WSK2002:ReadyAsync(socket, 1000)|};
                    await socket.CloseAsync();
                }

                private static async Task ReadyAsync(TcpSocket socket, int milliseconds)
                {
                    using var timeout = new CancellationTokenSource();
                    timeout.CancelAfter(milliseconds);
                    await socket.OpenedAsync(timeout.Token);
                }

            """;
        var (head, tail) = (Before[..Before.IndexOf("    private", StringComparison.Ordinal)], Before[Before.IndexOf("    private", StringComparison.Ordinal)..]);
        return Verify.FixAsync<AddConnectTimeout>(
            Id,
            "Timeout",
            On.Workers,
            Before.TrimEnd() + "\n}",
            head.Replace("{|WSK2002:ReadyAsync(socket, 1000)|}", "OpenWithinAsync(socket, 5000)").TrimEnd() + "\n\n" + Helpers.Trim('\n') + "\n\n" + tail.TrimEnd() + "\n}");
    }

    private static Task FixOnWorkersAsync(string before, string after) => Verify.FixAsync<AddConnectTimeout>(
        Id,
        "Timeout",
        On.Workers,
        Body("static async Task M(string host)", before),
        Body("static async Task M(string host)", after)[..^1] + Helpers.TrimEnd() + "\n}");

    // Who closes the client when the connect fails.

    private const string Bounded = "using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout.Token);\n";

    private const string Guarded = "try\n{\n    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\n    await client.ConnectAsync(host, 80, timeout.Token);\n}\ncatch\n{\n    client.Dispose();\n    throw;\n}\n\n";

    [Theory]
    [InlineData("client.GetStream().WriteByte(1);\nclient.Close();", "using var client = new TcpClient();\n" + Bounded + "client.GetStream().WriteByte(1);")]
    [InlineData("client.NoDelay = true;\ntry\n{\n    client.GetStream().WriteByte(1);\n}\nfinally\n{\n    client.Close();\n}", "var client = new TcpClient();\n" + Guarded + "client.NoDelay = true;\ntry\n{\n    client.GetStream().WriteByte(1);\n}\nfinally\n{\n    client.Close();\n}")]
    [InlineData("AppDomain.CurrentDomain.ProcessExit += (_, _) => client.Close();", "var client = new TcpClient();\n" + Guarded + "AppDomain.CurrentDomain.ProcessExit += (_, _) => client.Close();")]
    [InlineData("using var stream = client.GetStream();\nstream.WriteByte(1);", "var client = new TcpClient();\n" + Guarded + "using var stream = client.GetStream();\nstream.WriteByte(1);")]
    [InlineData("held = client;", "var client = new TcpClient();\n" + Guarded + "held = client;")]
    // Nothing closes it, as before: that is another find.
    [InlineData("client.GetStream().WriteByte(1);", "var client = new TcpClient();\n" + Bounded + "client.GetStream().WriteByte(1);")]
    public Task A_client_that_does_not_connect_is_closed(string rest, string after)
    {
        string Method(string body) => Body("async Task RunAsync(string host)", "await Task.Yield();\n" + body).Replace("class Client\n{", "class Client\n{\n    TcpClient? held;\n");
        return Verify.FixAsync<AddConnectTimeout>(Id, "Timeout", On.DotNet, Method("var client = {|WSK2002:new TcpClient(host, 80)|};\n" + rest), Method(after));
    }

    [Fact]
    public Task A_field_gets_the_client_when_it_has_connected()
    {
        string Method(string body) => Body("async Task RunAsync(string host)", "await Task.Yield();\n" + body).Replace("class Client\n{", "class Client\n{\n    TcpClient? held;\n");
        return Verify.FixAsync<AddConnectTimeout>(
            Id, "Timeout", On.DotNet, Method("held = {|WSK2002:new TcpClient(host, 80)|};\nheld.NoDelay = true;"), Method("var client = new TcpClient();\n" + Guarded + "held = client;\nheld.NoDelay = true;"));
    }

    [Theory]
    [InlineData(
        "switch (host.Length)\n{\n    case 1:\n        await {|WSK2002:client.ConnectAsync(host, 80)|};\n        break;\n}",
        "switch (host.Length)\n{\n    case 1:\n        using (var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5)))\n        {\n            await client.ConnectAsync(host, 80, timeout.Token);\n        }\n\n        break;\n}")]
    [InlineData(
        "await {|WSK2002:Task.Factory.FromAsync(client.BeginConnect, client.EndConnect, host, 80, null)|};",
        "using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));\nawait client.ConnectAsync(host, 80, timeout.Token);")]
    public Task A_connect_in_a_switch_or_from_a_pair_of_methods(string before, string after) => Verify.FixAsync<AddConnectTimeout>(
        Id, "Timeout", On.DotNet, Body("async Task RunAsync(string host)", "using var client = new TcpClient();\n" + before), Body("async Task RunAsync(string host)", "using var client = new TcpClient();\n" + after));

    [Fact]
    public Task Client_that_is_made_on_first_use_is_not_split() => Verify.NotFixableAsync<AddConnectTimeout>(
        "WSK2002",
        On.DotNet,
        """
        class C
        {
            private TcpClient? client;

            public async Task SendAsync(string host)
            {
                client ??= {|WSK2002:new TcpClient(host, 7)|};
                await client.GetStream().WriteAsync(new byte[1]);
            }
        }
        """);
}
