using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Behaviour.Harness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour;

/// <summary>The guard of WSK4005 in a running handler: who gets through, and what the others are told.</summary>
public class AllowlistTests
{
    private const string Listener = """
        static class Program
        {
            static async Task<int> Run(string prefix, string host, int port)
            {
                using var listener = new HttpListener();
                listener.Prefixes.Add(prefix);
                listener.Start();
                using var http = new System.Net.Http.HttpClient();
                var asking = http.GetAsync($"{prefix}?host={host}");
                await HandleAsync(await listener.GetContextAsync(), port);
                using var answer = await asking;
                return (int)answer.StatusCode;
            }

            static async Task HandleAsync(HttpListenerContext context, int port)
            {
                var host = context.Request.QueryString["host"] ?? "";
                using var client = new TcpClient();
                await client.ConnectAsync(host, port);
                context.Response.Close();
            }
        }
        """;

    private const string Worker = """
        static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var host = request.QueryParameters.Get("host");
                var socket = TcpSocket.Connect(host!, 7000);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("up");
            }
        }
        """;

    [Fact]
    [RunProof("WSK4005", On.DotNet, "the caller names any host, and the server connects to it", "an allowed host connects; any other gets 403, and no connect is seen")]
    public async Task Only_allowed_hosts_connect_on_dotnet()
    {
        using var pair = await FixRunner.LoadAsync<AllowHosts>(On.DotNet, Listener, "WSK4005.Allowlist", "workers_sockets.allowed_hosts = 127.0.0.1");
        await using var server = LoopbackServer.Silent();
        Assert.Equal("200", (await pair.Before.InvokeAsync("Run", Prefix(), "localhost", server.Port)).Text);
        Assert.True(await server.UntilAsync(() => server.Total == 1));

        Assert.Equal("200", (await pair.After.InvokeAsync("Run", Prefix(), "127.0.0.1", server.Port)).Text);
        Assert.True(await server.UntilAsync(() => server.Total == 2));

        foreach (var host in new[] { "localhost", "127.0.0.2", "127.0.0.1.evil.example", "" })
        {
            Assert.Equal("403", (await pair.After.InvokeAsync("Run", Prefix(), host, server.Port)).Text);
        }

        Assert.Equal(2, server.Total);
    }

    [Fact]
    [RunProof("WSK4005", On.Workers, "the caller names any host, and the Worker connects to it", "an allowed host connects; any other gets 403, and no connect is seen")]
    public async Task Only_allowed_hosts_connect_on_workers()
    {
        using var pair = await FixRunner.LoadAsync<AllowHosts>(On.Workers, Worker, "WSK4005.Allowlist", "workers_sockets.allowed_hosts = db.contoso.com");
        await using var server = LoopbackServer.Silent();
        foreach (var program in new[] { pair.Before, pair.After })
        {
            program.Host.Names["db.contoso.com:7000"] = server;
            program.Host.Names["evil.example:7000"] = server;
        }

        Assert.Equal(200, (await pair.Before.InvokeAsync("FetchAsync", Request("?host=evil.example"))).Status);
        Assert.True(await server.UntilAsync(() => server.Total == 1));

        Assert.Equal(200, (await pair.After.InvokeAsync("FetchAsync", Request("?host=db.contoso.com"))).Status);
        Assert.True(await server.UntilAsync(() => server.Total == 2));

        foreach (var query in new[] { "?host=evil.example", "?host=db.contoso.com.evil.example", "?host=", "" })
        {
            Assert.Equal(403, (await pair.After.InvokeAsync("FetchAsync", Request(query))).Status);
        }

        Assert.Equal(2, server.Total);
    }

    [Fact]
    [RunProof("WSK4005", On.Workers, "the caller names any host, and the Worker connects to it", "with no host set, every request gets 403")]
    public async Task Empty_set_refuses_all()
    {
        using var pair = await FixRunner.LoadAsync<AllowHosts>(On.Workers, Worker, "WSK4005.Allowlist");
        await using var server = LoopbackServer.Silent();
        pair.After.Host.Names["db.contoso.com:7000"] = server;
        Assert.Equal(403, (await pair.After.InvokeAsync("FetchAsync", Request("?host=db.contoso.com"))).Status);
        Assert.Equal(0, server.Total);
    }

    private static global::Workers.Request Request(string query) => new("https://worker.test/" + query);

    /// <summary>A free port of this machine for the listener.</summary>
    private static string Prefix()
    {
        using var free = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        return $"http://localhost:{((System.Net.IPEndPoint)free.LocalEndpoint).Port}/";
    }
}
