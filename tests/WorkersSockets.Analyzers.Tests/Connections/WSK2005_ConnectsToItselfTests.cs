using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class WSK2005_ConnectsToItselfTests
{
    private const string Id = "WSK2005";
    private const string Json = """{ "name": "relay", "workers_dev": true, "routes": ["api.example.com/*", { "pattern": "*.example.org/*", "zone_name": "example.org" }] }""";
    private const string Toml = "name = \"relay\"\nroute = { pattern = \"api.example.com/v1/*\", zone_id = \"z\" }\n[env.staging]\nroutes = [ \"staging.example.com/*\" ]\n";

    [Theory]
    [InlineData("""TcpSocket.Connect({|#0:"api.example.com"|}, 5432)""", "api.example.com")]
    [InlineData("""TcpSocket.Connect({|#0:"API.example.com:443"|})""", "API.example.com")]
    [InlineData("""TcpSocket.Connect(new TcpSocketAddress({|#0:"a.example.org"|}, 443))""", "a.example.org")]
    [InlineData("""TcpSocket.Connect({|#0:"relay.team.workers.dev"|}, 9000)""", "relay.team.workers.dev")]
    [InlineData("""TcpSocket.Connect({|#0:Host|}, 443)""", "api.example.com")]
    [InlineData("""TcpSocket.Connect({|#0:$"{Host}:443"|})""", "api.example.com")]
    public Task Own_hostname_is_found_on_Workers(string connect, string host) => Verify.RunAsync(
        Id,
        On.Workers,
        [("Test.cs", $$"""
            class C
            {
                private const string Host = "api.example.com";

                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = {{connect}};
                    await socket.OpenedAsync();
                    return Response.Text("ok");
                }
            }
            """)],
        [Verify.Result(RuleCatalog.ConnectsToOwnHostname, 0, host)],
        [("wrangler.jsonc", Json)]);

    [Theory]
    [InlineData("""new TcpClient({|#0:"api.example.com"|}, 443)""", "api.example.com")]
    [InlineData("""new TcpClient().ConnectAsync({|#0:"staging.example.com"|}, 443)""", "staging.example.com")]
    [InlineData("""new TcpClient().Client.Connect(new DnsEndPoint({|#0:"api.example.com"|}, 443))""", "api.example.com")]
    public Task Own_hostname_is_found_on_DotNet(string connect, string host) => Verify.RunAsync(
        Id, On.DotNet, [("Test.cs", $$"""class C { void M() { {{connect}}; } }""")], [Verify.Result(RuleCatalog.ConnectsToOwnHostname, 0, host)], [("wrangler.toml", Toml)]);

    [Fact]
    public Task Own_hostname_of_the_option_is_found() => Verify.RunAsync(
        Id,
        On.DotNet,
        [("Test.cs", """class C { object M() => new TcpClient({|#0:"db.corp.example"|}, 1234); object N() => new TcpClient("corp.example", 1); }""")],
        [Verify.Result(RuleCatalog.ConnectsToOwnHostname, 0, "db.corp.example")],
        editorconfig: "workers_sockets.own_hostnames = other.example, *.corp.example");

    [Theory]
    [InlineData("""TcpSocket.Connect("db.example.com", 5432)""")]
    [InlineData("""TcpSocket.Connect("pg.example.org", 5432)""")]
    [InlineData("""TcpSocket.Connect("example.org", 443)""")]
    [InlineData("""TcpSocket.Connect("other.team.workers.dev", 443)""")]
    [InlineData("""TcpSocket.Connect(env.Variable("HOST"), 443)""")]
    [InlineData("""TcpSocket.Connect("", 443)""")]
    [InlineData("""TcpSocket.Connect(null!, 443)""")]
    public Task Other_hosts_are_silent(string connect) => Verify.RunAsync(
        Id, On.Workers, [("Test.cs", $$"""class C { object M(Env env) => {{connect}}; }""")], [], [("wrangler.jsonc", Json)]);

    [Theory]
    [InlineData("workers_sockets.target = dotnet", "wrangler.toml")]
    [InlineData("workers_sockets.target = auto", "other.toml")]
    public Task Own_hostname_is_silent_without_a_wrangler_file_or_off_Workers(string option, string file) => Verify.RunAsync(
        Id, On.DotNet, [("Test.cs", """class C { object M() => new TcpClient("api.example.com", 443); }""")], [], [(file, Toml)], option);

    [Fact]
    public Task Own_host_among_the_values_of_a_choice_is_found() => Verify.RunAsync(
        Id,
        On.Workers,
        [("Test.cs", """
            class C
            {
                object M(bool own) => TcpSocket.Connect({|#0:own ? "api.example.com" : "db.example.com"|}, 443);
                object N(bool own) => TcpSocket.Connect(own ? "a.example.com" : "db.example.com", 443);
            }
            """)],
        [Verify.Result(RuleCatalog.ConnectsToOwnHostname, 0, "api.example.com")],
        [("wrangler.jsonc", Json)]);

    [Theory]
    [InlineData("""TcpSocket.Connect({|#0:request.Url.Hostname|}, 5432)""")]
    [InlineData("""TcpSocket.Connect({|#0:request.Url.Host|})""")]
    [InlineData("""TcpSocket.Connect({|#0:$"{request.Url.Hostname}:5432"|})""")]
    [InlineData("""TcpSocket.Connect({|#0:request.Url.Hostname + ":" + 5432|})""")]
    [InlineData("""TcpSocket.Connect({|#0:request.Headers.Get("Host")|}!, 5432)""")]
    [InlineData("""TcpSocket.Connect({|#0:request.Headers.Get("host") ?? "db.example"|}, 5432)""")]
    [InlineData("""TcpSocket.Connect({|#0:request.Headers.Get("host") ?? throw new Exception()|}, 5432)""")]
    [InlineData("""TcpSocket.Connect({|#0:new Uri(request.Url.ToString()).Host|}, 5432)""")]
    [InlineData("""TcpSocket.Connect(new TcpSocketAddress({|#0:request.Url.Hostname.ToLowerInvariant()|}, 5432))""")]
    [InlineData("""TcpSocket.Connect({|#0:host|}, 5432)""")]
    [InlineData("""TcpSocket.Connect({|#0:url.Hostname|}, 5432)""")]
    [InlineData("""TcpSocket.Connect({|#0:url.Host.Split(':')[0]|}, 5432)""")]
    [InlineData("""TcpSocket.Connect({|#0:parts[0]|}, 5432)""")]
    public Task Request_host_is_found_on_Workers(string connect) => Verify.FoundAsync(Id, On.Workers, $$"""
        class C
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var url = request.Url;
                string host = url.Hostname;
                var parts = url.Host.Split(':');
                var socket = {{connect}};
                await socket.OpenedAsync();
                return Response.Text("ok");
            }
        }
        """, Verify.Result(RuleCatalog.ConnectsToRequestHost, 0));

    [Theory]
    [InlineData("context.Request.Host.Host")]
    [InlineData("context.Request.Host.Value ?? string.Empty")]
    [InlineData("context.Request.Host.ToString()")]
    [InlineData("""context.Request.Headers["Host"].ToString()""")]
    [InlineData("context.Request.Headers.Host.ToString()")]
    [InlineData("context.Request.Headers.Host.First() ?? \"\"")]
    [InlineData("new Uri(context.Request.GetDisplayUrl()).Host")]
    [InlineData("new Uri($\"{context.Request.Scheme}://{context.Request.Host}/\").Host")]
    [InlineData("host")]
    public Task Request_host_is_found_on_DotNet(string host) => Verify.FoundAsync(Id, On.DotNet, $$"""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Http.Extensions;

        var app = WebApplication.Create(args);
        app.MapGet("/", async (HttpContext context) =>
        {
            var host = context.Request.Host.Host;
            using var client = new TcpClient();
            await client.ConnectAsync({|#0:{{host}}|}, 443);
        });
        app.Run();
        """, Verify.Result(RuleCatalog.ConnectsToRequestHostOnDotNet, 0));

    [Fact]
    public Task Message_is_that_of_Workers_beside_a_wrangler_file() => Verify.RunAsync(
        Id,
        On.DotNet,
        [("Test.cs", """class C { object M(Microsoft.AspNetCore.Http.HttpRequest request) => new TcpClient({|#0:request.Host.Host|}, 443); }""")],
        [Verify.Result(RuleCatalog.ConnectsToRequestHost, 0)],
        [("wrangler.toml", Toml)]);

    [Theory]
    [InlineData("""TcpSocket.Connect("db." + request.Url.Hostname, 5432)""")]
    [InlineData("""TcpSocket.Connect($"db.{request.Url.Hostname}", 5432)""")]
    [InlineData("""TcpSocket.Connect($"{request.Url.Hostname}.internal:5432")""")]
    [InlineData("""TcpSocket.Connect(request.Url.Hostname + suffix + ":5432")""")]
    [InlineData("""TcpSocket.Connect(request.QueryParameters.Get("host")!, 5432)""")]
    [InlineData("""TcpSocket.Connect(request.Headers.Get("X-Target")!, 5432)""")]
    [InlineData("""TcpSocket.Connect(outgoing.Url.Hostname, 5432)""")]
    [InlineData("""TcpSocket.Connect(changed, 5432)""")]
    [InlineData("""TcpSocket.Connect(new Url(request.QueryParameters.Get("url")!).Hostname, 5432)""")]
    [InlineData("""TcpSocket.Connect(request.WithUrl("https://a.example/").Url.Hostname, 5432)""")]
    [InlineData("""TcpSocket.Connect(request.Url.Hostname == "a" ? "b.example" : "c.example", 5432)""")]
    public Task Hosts_from_elsewhere_are_silent_on_Workers(string connect) => Verify.SilentAsync(Id, On.Workers, $$"""
        class C
        {
            [Fetch]
            public static async Task<Response> Handle(Request request)
            {
                var suffix = request.QueryParameters.Get("suffix");
                var outgoing = new Request("https://db.example.com/");
                var changed = request.Url.Hostname;
                changed = "db.example.com";
                var socket = {{connect}};
                await socket.OpenedAsync();
                return Response.Text("ok");
            }
        }
        """);

    [Theory]
    [InlineData("request.Query[\"host\"].ToString()")]
    [InlineData("request.Headers[\"X-Host\"].ToString()")]
    [InlineData("request.RouteValues[\"host\"]!.ToString()!")]
    [InlineData("new Uri(request.Query[\"u\"]!).Host")]
    [InlineData("Dns.GetHostName()")]
    public Task Hosts_from_elsewhere_are_silent_on_DotNet(string host) => Verify.SilentAsync(
        Id, On.DotNet, $$"""class C { object M(Microsoft.AspNetCore.Http.HttpRequest request) => new TcpClient({{host}}, 443); }""");

    /// <summary>A forward proxy's listener shows the target's address.</summary>
    [Fact]
    public Task HttpListener_is_silent() => Verify.SilentAsync(
        Id, On.DotNet, """class C { object M(HttpListenerContext context) => new TcpClient(context.Request.Url!.Host, context.Request.Url.Port); }""");

    [Fact]
    public Task Request_host_is_silent_where_the_code_never_runs_on_Workers() => Verify.RunAsync(
        Id, On.DotNet, [("Test.cs", """class C { object M(Microsoft.AspNetCore.Http.HttpRequest request) => new TcpClient(request.Host.Host, 443); }""")], [], editorconfig: "workers_sockets.target = dotnet");

    [Theory]
    [InlineData("class C { object M(Request request) => TcpSocket.Connect(request.Url.")]
    [InlineData("class C { object M(Request request) { var host = host; return TcpSocket.Connect(host, 1); } }")]
    [InlineData("class C { object M() => TcpSocket.Connect(request.Url.Hostname, 1); }")]
    [InlineData("class C { object M(Request request) => TcpSocket.Connect(request.Headers.Get(), 1); }")]
    [InlineData("class C { object M(Request request) => TcpSocket.Connect($\"{}:1\"); }")]
    public async Task Incomplete_code_is_silent(string source) =>
        Assert.DoesNotContain(await Verify.DiagnoseAsync(On.Workers, source), found => found.Id == Id);
}
