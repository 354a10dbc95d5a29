using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.CodeFixes.Connections;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class WSK2004_DestinationBlockedTests
{
    private const string Id = "WSK2004";

    [Theory]
    [InlineData("\"localhost\"")]
    [InlineData("\"LOCALHOST.\"")]
    [InlineData("\"api.localhost\"")]
    [InlineData("\"127.0.0.1\"")]
    [InlineData("\"127.1.1.0\"")]
    [InlineData("\"127.1\"")]
    [InlineData("\"0x7f000001\"")]
    [InlineData("\"2130706433\"")]
    [InlineData("\"0177.0.0.1\"")]
    [InlineData("\"::1\"")]
    [InlineData("\"[::1]\"")]
    [InlineData("\"::ffff:127.0.0.1\"")]
    [InlineData("\"::ffff:7f00:1\"")]
    [InlineData("\"0.0.0.0\"")]
    [InlineData("\"10.1.2.3\"")]
    [InlineData("\"172.16.0.1\"")]
    [InlineData("\"172.31.255.255\"")]
    [InlineData("\"192.168.1.10\"")]
    [InlineData("\"fd12:3456::1\"")]
    [InlineData("\"fe80::1%eth0\"")]
    [InlineData("\"169.254.169.254\"")]
    [InlineData("\"100.64.0.1\"")]
    [InlineData("\"104.16.1.1\"")]
    [InlineData("\"172.67.1.1\"")]
    [InlineData("\"1.1.1.1\"")]
    [InlineData("\"1.0.0.3\"")]
    [InlineData("\"2606:4700:4700::1111\"")]
    [InlineData("\"my-app.workers.dev\"")]
    [InlineData("\"my-app.pages.dev\"")]
    [InlineData("Host")]
    [InlineData("Elsewhere")]
    [InlineData("$\"{Prefix}.workers.dev\"")]
    [InlineData("flag ? \"10.0.0.1\" : \"db.contoso.com\"")]
    public Task Found_on_workers(string host) => Verify.FoundAsync(Id, On.Workers, $$"""
        class C
        {
            private const string Host = "localhost";
            private static readonly string Elsewhere = "192.168." + "0.5";
            private string Prefix { get; } = "app";

            TcpSocket M(bool flag) => TcpSocket.Connect({|WSK2004:{{host}}|}, 7000);
        }
        """);

    [Theory]
    [InlineData("\"db.contoso.com\"")]
    [InlineData("\"8.8.8.8\"")]
    [InlineData("\"172.32.0.1\"")]
    [InlineData("\"172.15.0.1\"")]
    [InlineData("\"128.0.0.1\"")]
    [InlineData("\"100.128.0.1\"")]
    [InlineData("\"1.1.1.4\"")]
    [InlineData("\"104.32.0.1\"")]
    [InlineData("\"workers.dev\"")]
    [InlineData("\"notlocalhost\"")]
    [InlineData("\"localhost.contoso.com\"")]
    [InlineData("host")]
    [InlineData("env.Variable(\"HOST\")")]
    [InlineData("host ?? \"localhost\"")]
    [InlineData("Settings.Host")]
    public Task Silent_on_workers(string host) => Verify.SilentAsync(Id, On.Workers, $$"""
        class C
        {
            TcpSocket M(Env env, string? host) => TcpSocket.Connect({{host}}!, 7000);
        }

        static class Settings
        {
            public static string Host { get; set; } = "localhost";
        }
        """);

    [Theory]
    [InlineData("TcpSocket.Connect({|WSK2004:\"localhost:7000\"|})")]
    [InlineData("TcpSocket.Connect({|WSK2004:$\"127.0.0.1:{port}\"|})")]
    [InlineData("TcpSocket.Connect({|WSK2004:\"[::1]:7000\"|})")]
    [InlineData("TcpSocket.Connect(new TcpSocketAddress({|WSK2004:\"10.0.0.7\"|}, port))")]
    public Task Found_in_addresses(string connect) => Verify.FoundAsync(Id, On.Workers, $"class C {{ TcpSocket M(int port) => {connect}; }}");

    [Theory]
    [InlineData("c.Connect({|#0:\"localhost\"|}, port);", "localhost", "the loopback address")]
    [InlineData("c.Connect({|#0:IPAddress.Loopback|}, port);", "127.0.0.1", "the loopback address")]
    [InlineData("c.Connect({|#0:IPAddress.Parse(\"127.0.0.1\")|}, port);", "127.0.0.1", "the loopback address")]
    [InlineData("c.Connect({|#0:new IPAddress(new byte[] { 127, 0, 0, 1 })|}, port);", "127.0.0.1", "the loopback address")]
    [InlineData("c.Connect({|#0:new IPAddress(0x0100007FL)|}, port);", "127.0.0.1", "the loopback address")]
    [InlineData("c.Connect({|#0:new IPAddress([127, 0, 0, 1])|}, port);", "127.0.0.1", "the loopback address")]
    [InlineData("c.Connect(new IPEndPoint({|#0:IPAddress.IPv6Loopback|}, port));", "::1", "the loopback address")]
    [InlineData("var ip = IPAddress.Parse(\"169.254.169.254\"); var e = new IPEndPoint(ip, port); c.Connect({|#0:e|});", "169.254.169.254", "a link-local address")]
    [InlineData("c.Connect({|#0:\"0.0.0.0\"|}, port);", "0.0.0.0", "the any-address")]
    [InlineData("var entry = Dns.GetHostEntry(\"localhost\"); var ip = entry.AddressList[0]; c.Connect(new IPEndPoint({|#0:ip|}, port));", "localhost", "the loopback address")]
    [InlineData("c.Connect({|#0:Dns.GetHostAddresses(\"localhost\")|}, port);", "localhost", "the loopback address")]
    [InlineData("IPAddress.TryParse(\"127.0.0.1\", out var ip); c.Connect({|#0:ip|}!, port);", "127.0.0.1", "the loopback address")]
    [InlineData("foreach (var h in new List<string> { \"localhost\", \"a.contoso.com\" }) c.Connect({|#0:h|}, port);", "localhost", "the loopback address")]
    [InlineData("foreach (var (h, p) in new[] { (\"localhost\", 1), (\"a.contoso.com\", 2) }) c.Connect({|#0:h|}, p);", "localhost", "the loopback address")]
    [InlineData("foreach (var t in new[] { new Target(\"localhost\", 1) }) c.Connect({|#0:t.Host|}, t.Port);", "localhost", "the loopback address")]
    [InlineData("Parallel.ForEach(new[] { \"localhost\" }, h => c.Connect({|#0:h|}, port));", "localhost", "the loopback address")]
    [InlineData("c.Connect({|#0:Where()|}, port); string Where() => \"localhost\";", "localhost", "the loopback address")]
    public Task Suggested_on_dotnet(string statement, string host, string kind) => Verify.FoundAsync(
        Id,
        On.DotNet,
        $$"""
        class C
        {
            void M(TcpClient c, int port)
            {
                {{statement}}
            }
        }

        record Target(string Host, int Port);
        """,
        Verify.Result(RuleCatalog.DestinationBlockedOnDotNet, 0, host, kind).WithSeverity(DiagnosticSeverity.Info).WithOptions(Microsoft.CodeAnalysis.Testing.DiagnosticOptions.IgnoreAdditionalLocations));

    [Theory]
    [InlineData("\"10.0.0.1\"")]
    [InlineData("\"192.168.0.1\"")]
    [InlineData("\"1.1.1.1\"")]
    [InlineData("\"104.16.1.1\"")]
    [InlineData("\"a.workers.dev\"")]
    [InlineData("\"100.64.0.1\"")]
    public Task Private_and_public_addresses_are_reachable_from_dotnet(string host) =>
        Verify.SilentAsync(Id, On.DotNet, $"class C {{ void M(TcpClient c) => c.Connect({host}, 7000); }}");

    [Fact]
    public Task All_of_it_is_a_warning_on_dotnet_where_the_target_is_workers() => Verify.RunAsync(
        Id,
        On.DotNet,
        [("Test.cs", "class C { void M(TcpClient c) => c.Connect({|WSK2004:\"10.0.0.1\"|}, 7000); }")],
        [],
        editorconfig: "workers_sockets.target = workers");

    [Theory]
    [InlineData("db.corp, *.intern, 203.0.113.0/24", "\"db.corp\"")]
    [InlineData("db.corp, *.intern, 203.0.113.0/24", "\"a.b.intern\"")]
    [InlineData("db.corp, *.intern, 203.0.113.0/24", "\"203.0.113.9\"")]
    public Task Hosts_that_the_user_blocks(string blocked, string host) => Verify.RunAsync(
        Id,
        On.Workers,
        [("Test.cs", $"class C {{ TcpSocket M() => TcpSocket.Connect({{|WSK2004:{host}|}}, 7000); }}")],
        [],
        editorconfig: $"workers_sockets.blocked_hosts = {blocked}");

    [Theory]
    [InlineData("[Fact] void T(TcpClient c) => c.Connect(\"localhost\", 1);")]
    [InlineData("[Fact] void T() { } void Helper(TcpClient c) => c.Connect(\"localhost\", 1);")]
    [InlineData("void T(TcpClient c) { var l = new TcpListener(IPAddress.Loopback, 0); l.Start(); c.Connect(IPAddress.Loopback, 1); }")]
    [InlineData("void T(TcpClient c, Host h) { if (h.IsDevelopment()) { c.Connect(\"localhost\", 1); } }")]
    [InlineData("void T(TcpClient c, Host h) { if (!h.IsDevelopment()) { return; } c.Connect(\"localhost\", 1); }")]
    [InlineData("void T(TcpClient c, Host h) { var dev = h.IsDevelopment(); if (dev) c.Connect(\"localhost\", 1); }")]
    [InlineData("void T(TcpClient c, Host h) { if (!h.IsDevelopment()) { } else { c.Connect(\"localhost\", 1); } }")]
    [InlineData("void T(TcpClient c, Host h) { c.Connect(h.IsDevelopment() ? \"localhost\" : \"db.contoso.com\", 1); }")]
    [InlineData("[System.Diagnostics.Conditional(\"DEBUG\")] void T(TcpClient c) => c.Connect(\"localhost\", 1);")]
    public Task Silent_in_tests_and_on_development_machines(string member) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class FactAttribute : Attribute { }

        class Host { public bool IsDevelopment() => true; }

        class C
        {
            {{member}}
        }
        """);

    [Fact]
    public Task Silent_in_a_debug_block() => Verify.SilentAsync(Id, On.Workers, """
        #define DEBUG
        class C
        {
            TcpSocket M()
            {
        #if DEBUG
                return TcpSocket.Connect("localhost", 7000);
        #else
                return TcpSocket.Connect("db.contoso.com", 7000);
        #endif
            }
        }
        """);

    [Fact]
    public Task Found_outside_of_debug_blocks() => Verify.FoundAsync(Id, On.Workers, """
        #define RELEASE
        class C
        {
            TcpSocket M()
            {
        #if DEBUG
                Console.WriteLine();
        #elif RELEASE
                return TcpSocket.Connect({|WSK2004:"localhost"|}, 7000);
        #endif
            }
        }
        """);

    [Theory]
    [InlineData("TcpSocket.Connect({|WSK2004:\"10.0.0.5\"|}, 5432)", "TcpSocket.Connect(env.Variable(\"DB_HOST\"), 5432)")]
    [InlineData("TcpSocket.Connect({|WSK2004:\"localhost:6379\"|})", "TcpSocket.Connect(env.Variable(\"REDIS_HOST\"), 6379)")]
    [InlineData("TcpSocket.Connect({|WSK2004:$\"localhost:{port}\"|})", "TcpSocket.Connect(env.Variable(\"BACKEND_HOST\"), port)")]
    [InlineData("TcpSocket.Connect({|WSK2004:GraphiteServer|}, port)", "TcpSocket.Connect(env.Variable(\"GRAPHITE_SERVER_HOST\"), port)")]
    [InlineData("TcpSocket.Connect(new TcpSocketAddress({|WSK2004:\"127.0.0.1\"|}, 1883))", "TcpSocket.Connect(new TcpSocketAddress(env.Variable(\"MQTT_HOST\"), 1883))")]
    public Task Fix_reads_a_variable_on_workers(string before, string after)
    {
        static string Source(string expression) => $$"""
            static class C
            {
                private const string GraphiteServer = "10.1.2.3";

                // Where the data is.
                public static TcpSocket M(Env env, int port) => {{expression}}; // connects
            }
            """;
        return Verify.FixAsync<ReadHostFromConfiguration>(Id, "Configuration", On.Workers, Source(before), Source(after));
    }

    [Fact]
    public Task Fix_takes_the_environment_from_a_route_or_an_entrypoint() => Verify.FixAsync<ReadHostFromConfiguration>(
        Id,
        "Configuration",
        On.Workers,
        """
        static class C
        {
            public static TcpSocket M(Request request, RouteContext context) => TcpSocket.Connect({|WSK2004:"10.0.0.5"|}, 7000);
        }

        [WorkerEntrypoint]
        class D : WorkerEntrypoint
        {
            public async Task M()
            {
                var host = "10.0.0.5";
                var socket = TcpSocket.Connect({|WSK2004:host|}, 7000);
                await socket.CloseAsync();
            }
        }
        """,
        """
        static class C
        {
            public static TcpSocket M(Request request, RouteContext context) => TcpSocket.Connect(context.Env.Variable("BACKEND_HOST"), 7000);
        }

        [WorkerEntrypoint]
        class D : WorkerEntrypoint
        {
            public async Task M()
            {
                var host = Environment.Variable("BACKEND_HOST");
                var socket = TcpSocket.Connect(host, 7000);
                await socket.CloseAsync();
            }
        }
        """);

    [Theory]
    [InlineData("client.Connect({|WSK2004:\"localhost\"|}, 6379);", "client.Connect(configuration[\"REDIS_HOST\"]!, 6379);")]
    [InlineData("client.Connect({|WSK2004:IPAddress.Loopback|}, 5432);", "client.Connect(configuration[\"DB_HOST\"]!, 5432);")]
    [InlineData("var host = \"127.0.0.1\"; client.Connect({|WSK2004:host|}, 5432);", "var host = configuration[\"DB_HOST\"]!; client.Connect(host, 5432);")]
    public Task Fix_reads_the_configuration_on_dotnet(string before, string after)
    {
        static string Source(string statement) => $$"""
            class C(Microsoft.Extensions.Configuration.IConfiguration configuration)
            {
                void M(TcpClient client)
                {
                    {{statement}}
                }
            }
            """;
        return Verify.FixAsync<ReadHostFromConfiguration>(
            Id, "Configuration", On.DotNet, Source(before), Source(after), editorconfig: "workers_sockets.target = workers");
    }

    [Fact]
    public Task Fix_reads_the_configuration_of_a_builder() => Verify.FixAsync<ReadHostFromConfiguration>(
        Id,
        "Configuration",
        On.DotNet,
        """
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args);
        using var client = new TcpClient();
        await client.ConnectAsync({|WSK2004:"localhost"|}, 7000);
        """,
        """
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args);
        using var client = new TcpClient();
        await client.ConnectAsync(builder.Configuration["BACKEND_HOST"]!, 7000);
        """,
        editorconfig: "workers_sockets.target = workers");

    [Theory]
    [InlineData("TcpSocket M() => TcpSocket.Connect({|WSK2004:\"10.0.0.5\"|}, 7000);")]
    [InlineData("TcpSocket M(Env env) { const string host = \"10.0.0.5\"; return TcpSocket.Connect({|WSK2004:host|}, 7000); }")]
    public Task No_fix_without_configuration_in_scope(string member) =>
        Verify.NotFixableAsync<ReadHostFromConfiguration>(Id, On.Workers, $"class C {{ {member} }}");
}
