using WorkersSockets.Analyzers.CodeFixes.Platform;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Platform;

public class WSK5001_DatabaseOverRawSocketTests
{
    private const string Id = "WSK5001";

    [Theory]
    [InlineData(5432, "PostgreSQL", "Hyperdrive with 'PostgresClient'", "Npgsql")]
    [InlineData(3306, "MySQL", "Hyperdrive with 'MySqlClient'", "MySqlConnector")]
    [InlineData(1433, "SQL Server", "a service with a pooled client", "Microsoft.Data.SqlClient")]
    [InlineData(27017, "MongoDB", "'MongoClient'", "MongoDB.Driver")]
    [InlineData(6379, "Redis", "a service with a pooled client", "StackExchange.Redis")]
    [InlineData(1521, "Oracle", "a service with a pooled client", "Oracle.ManagedDataAccess.Core")]
    [InlineData(9042, "Cassandra", "a service with a pooled client", "CassandraCSharpDriver")]
    [InlineData(5433, "PostgreSQL", "Hyperdrive with 'PostgresClient'", "Npgsql")]
    [InlineData(26257, "CockroachDB", "Hyperdrive with 'PostgresClient'", "Npgsql")]
    public async Task Found_with_the_client_to_use(int port, string service, string onWorkers, string onDotNet)
    {
        await Verify.FoundAsync(
            Id,
            On.Workers,
            $$"""
            class C
            {
                static async Task M(string host)
                {
                    var socket = TcpSocket.Connect(host, {|#0:{{port}}|});
                    await socket.WriteTextAsync("PING\r\n");
                }
            }
            """,
            Verify.Result(RuleCatalog.RawDatabaseOnWorkers, 0, port, service, onWorkers));
        await Verify.FoundAsync(
            Id,
            On.DotNet,
            $$"""
            class C
            {
                async Task M(string host, byte[] query)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, {|#0:{{port}}|});
                    await client.GetStream().WriteAsync(query);
                }
            }
            """,
            Verify.Result(RuleCatalog.RawDatabaseOnDotNet, 0, port, service, onDotNet));
    }

    [Theory]
    [InlineData("var c = new TcpClient(host, {|WSK5001:6379|}); return c;")]
    [InlineData("client = new TcpClient(host, {|WSK5001:6379|}); return client;")]
    [InlineData("var c = new TcpClient(host, {|WSK5001:6379|}); Use(c); return null;")]
    [InlineData("var c = new TcpClient(host, {|WSK5001:port|}); using var w = new StreamWriter(c.GetStream()); w.Write(\"PING\"); return null;")]
    public Task Found_where_the_socket_is_handed_on(string statements) => Verify.FoundAsync(Id, On.DotNet, $$"""
        class C
        {
            private TcpClient? client;

            TcpClient? M(string host, int port = 5432)
            {
                {{statements}}
            }

            void Use(TcpClient c) => c.GetStream().WriteByte(1);
        }
        """);

    [Theory]
    [InlineData("using var c = new TcpClient(host, 5432); return true;")]
    [InlineData("using var c = new TcpClient(); c.Connect(host, 5432); return c.Connected;")]
    [InlineData("using var c = new TcpClient(); return c.ConnectAsync(host, 5432).Wait(1000);")]
    [InlineData("try { using var c = new TcpClient(host, 5432); return true; } catch (SocketException) { return false; }")]
    [InlineData("var c = new TcpClient(host, 7000); c.GetStream().WriteByte(1); return true;")]
    [InlineData("var c = new TcpClient(host, port); c.GetStream().WriteByte(1); return true;")]
    public Task Silent_for_probes_and_other_ports(string statements) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class C
        {
            bool M(string host, int port)
            {
                {{statements}}
            }
        }
        """);

    [Theory]
    [InlineData("var info = await env.Hyperdrive(\"DB\").GetConnectionInfoAsync(); var socket = TcpSocket.Connect(info.Host, 5432);")]
    [InlineData("var info = await env.Hyperdrive(\"DB\").GetConnectionInfoAsync(); var host = info.Host; var socket = TcpSocket.Connect($\"{host}:5432\");")]
    [InlineData("var socket = TcpSocket.Connect((await env.Hyperdrive(\"DB\").GetConnectionInfoAsync()).Host, 5432);")]
    public Task Silent_behind_Hyperdrive(string statements) => Verify.SilentAsync(Id, On.Workers, $$"""
        class C
        {
            static async Task M(Env env)
            {
                {{statements}}
                await socket.WriteTextAsync("x");
            }
        }
        """);

    [Theory]
    [InlineData("await Task.WhenAny(incoming.CopyToAsync(stream, token), stream.CopyToAsync(incoming, token));")]
    [InlineData("await Task.WhenAny(PumpAsync(incoming, stream, token), PumpAsync(stream, incoming, token));")]
    [InlineData("var buffer = new byte[4096]; int n; while ((n = await incoming.ReadAsync(buffer, 0, buffer.Length, token)) > 0) await stream.WriteAsync(buffer, 0, n, token);")]
    public Task Silent_for_proxies(string statements) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class C
        {
            static async Task M(NetworkStream incoming, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("db.contoso.com", 5432, token);
                var stream = client.GetStream();
                {{statements}}
            }

            static async Task PumpAsync(NetworkStream from, NetworkStream to, CancellationToken token)
            {
                var buffer = new byte[4096];
                int n;
                while ((n = await from.ReadAsync(buffer, token)) > 0)
                {
                    await to.WriteAsync(buffer.AsMemory(0, n), token);
                }
            }
        }
        """);

    [Fact]
    public Task A_probe_is_silent_beside_another_connection_that_is_used() => Verify.FoundAsync(
        Id,
        On.DotNet,
        """
        class C
        {
            static async Task<bool> M(string host, byte[] query, CancellationToken token)
            {
                using (var probe = new TcpClient())
                {
                    await probe.ConnectAsync(host, 5432, token);
                }

                using var client = new TcpClient();
                await client.ConnectAsync(host, {|#0:6379|}, token);
                await client.GetStream().WriteAsync(query, token);
                return await IsUpAsync(host, 3306, token);
            }

            static async Task<bool> IsUpAsync(string host, int port, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, port, token);
                return client.Connected;
            }
        }
        """,
        Verify.Result(RuleCatalog.RawDatabaseOnDotNet, 0, 6379, "Redis", "StackExchange.Redis"));

    [Fact]
    public Task Opens_through_Hyperdrive() => Verify.FixAsync<OpenThroughHyperdrive>(
        Id,
        "Hyperdrive",
        On.Workers,
        """
        static class C
        {
            static async Task M(Env env)
            {
                var greeting = "x";

                // The store.
                var socket = TcpSocket.Connect(env.Variable("DB_HOST"), {|WSK5001:5432|}); // main
                await socket.WriteTextAsync(greeting);
            }

            static async Task N(Env env, string database)
            {
                var socket = TcpSocket.Connect({|WSK5001:"db.contoso.com:3306"|});
                await socket.WriteTextAsync(database);
            }
        }
        """,
        """
        static class C
        {
            static async Task M(Env env)
            {
                var greeting = "x";

                var database = await env.Hyperdrive("DB").GetConnectionInfoAsync();
                // The store.
                var socket = TcpSocket.Connect(database.Host, database.Port); // main
                await socket.WriteTextAsync(greeting);
            }

            static async Task N(Env env, string database)
            {
                var database2 = await env.Hyperdrive("DB").GetConnectionInfoAsync();
                var socket = TcpSocket.Connect(database2.Host, database2.Port);
                await socket.WriteTextAsync(database);
            }
        }
        """);

    [Fact]
    public Task A_constant_that_only_the_address_used_goes_in_a_switch_too() => Verify.FixAsync<OpenThroughHyperdrive>(
        Id,
        "Hyperdrive",
        On.Workers,
        """
        static class Db
        {
            public static async Task<TcpSocket> OpenAsync(Env env, int kind)
            {
                switch (kind)
                {
                    case 1:
                        var name = "DB_HOST";
                        var socket = TcpSocket.Connect(env.Variable(name), {|WSK5001:5432|});
                        await socket.OpenedAsync();
                        return socket;
                    default:
                        throw new InvalidOperationException();
                }
            }
        }
        """,
        """
        static class Db
        {
            public static async Task<TcpSocket> OpenAsync(Env env, int kind)
            {
                switch (kind)
                {
                    case 1:
                        var database = await env.Hyperdrive("DB").GetConnectionInfoAsync();
                        var socket = TcpSocket.Connect(database.Host, database.Port);
                        await socket.OpenedAsync();
                        return socket;
                    default:
                        throw new InvalidOperationException();
                }
            }
        }
        """);

    [Fact]
    public Task Opens_through_Hyperdrive_of_a_route() => Verify.FixAsync<OpenThroughHyperdrive>(
        Id,
        "Hyperdrive",
        On.Workers,
        """
        static class C
        {
            static async Task<Response> M(Request request, RouteContext route)
            {
                var socket = TcpSocket.Connect("db.contoso.com", {|WSK5001:3306|});
                await socket.WriteTextAsync("x");
                return Response.Text("ok");
            }
        }
        """,
        """
        static class C
        {
            static async Task<Response> M(Request request, RouteContext route)
            {
                var database = await route.Env.Hyperdrive("DB").GetConnectionInfoAsync();
                var socket = TcpSocket.Connect(database.Host, database.Port);
                await socket.WriteTextAsync("x");
                return Response.Text("ok");
            }
        }
        """);

    [Fact]
    public Task Host_and_port_become_settings_on_Workers() => Verify.FixAsync<OpenThroughHyperdrive>(
        Id,
        "Configuration",
        On.Workers,
        """
        static class C
        {
            static async Task M(Env env)
            {
                var socket = TcpSocket.Connect("cache.contoso.com", {|WSK5001:6379|});
                await socket.WriteTextAsync("PING\r\n");
            }
        }
        """,
        """
        static class C
        {
            static async Task M(Env env)
            {
                var socket = TcpSocket.Connect(env.Variable("DB_HOST"), env.Variable<int>("DB_PORT"));
                await socket.WriteTextAsync("PING\r\n");
            }
        }
        """);

    [Fact]
    public Task Host_and_port_become_settings_on_DotNet() => Verify.FixAsync<OpenThroughHyperdrive>(
        Id,
        "Configuration",
        On.DotNet,
        """
        using Microsoft.Extensions.Configuration;

        class C(IConfiguration configuration)
        {
            public async Task M(byte[] query, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("db.contoso.com", {|WSK5001:5432|}, token);
                await client.GetStream().WriteAsync(query, token);
            }
        }
        """,
        """
        using Microsoft.Extensions.Configuration;

        class C(IConfiguration configuration)
        {
            public async Task M(byte[] query, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(configuration["DB_HOST"]!, configuration.GetValue<int>("DB_PORT"), token);
                await client.GetStream().WriteAsync(query, token);
            }
        }
        """);

    [Theory]
    [InlineData("async Task M()", "host, {|WSK5001:6379|}")]
    [InlineData("async Task M()", "host, {|WSK5001:5432|}")]
    [InlineData("async Task M(Env env)", "host, {|WSK5001:6379|}")]
    [InlineData("async Task M(Env env)", "host, {|WSK5001:5432|}, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On }")]
    public Task No_fix_for_others(string method, string address) => Verify.NotFixableAsync<OpenThroughHyperdrive>(Id, On.Workers, $$"""
        static class C
        {
            static string host = string.Concat("db", ".contoso.com");

            static {{method}}
            {
                var socket = TcpSocket.Connect({{address}});
                await socket.WriteTextAsync("x");
            }
        }
        """);

    /// <summary>How a Hyperdrive host gets to the connect: as a plain string from every caller, from another file, or by a constructor.</summary>
    [Theory]
    [InlineData(
        """
        static class Handler
        {
            static async Task M(Env env)
            {
                var info = await env.Hyperdrive("DB").GetConnectionInfoAsync();
                await Db.SpeakAsync(info.Host);
            }
        }
        """,
        """
        static class Db
        {
            public static Task SpeakAsync(string server) => SpeakAsync(server, "x");

            static async Task SpeakAsync(string server, string text)
            {
                var socket = TcpSocket.Connect(server, 5432);
                await socket.WriteTextAsync(text);
            }
        }
        """)]
    [InlineData(
        """
        static class Handler
        {
            static async Task M(Env env)
            {
                var info = await env.Hyperdrive("DB").GetConnectionInfoAsync();
                var db = new Db(info.Host);
                await db.SpeakAsync();
            }
        }
        """,
        """
        class Db
        {
            private readonly string host;

            public Db(string host) => this.host = host;

            public async Task SpeakAsync()
            {
                var socket = TcpSocket.Connect($"{host}:3306");
                await socket.WriteTextAsync("x");
            }
        }
        """)]
    public Task Silent_where_every_caller_gives_the_host_of_Hyperdrive(string caller, string callee) => Verify.RunAsync(Id, On.Workers, [("Handler.cs", caller), ("Db.cs", callee)], []);

    [Fact]
    public Task Found_where_one_caller_gives_another_host() => Verify.FoundAsync(Id, On.Workers, """
        static class Db
        {
            static async Task M(Env env)
            {
                var info = await env.Hyperdrive("DB").GetConnectionInfoAsync();
                await SpeakAsync(info.Host);
                await SpeakAsync("db.contoso.com");
            }

            static async Task SpeakAsync(string host)
            {
                var socket = TcpSocket.Connect(host, {|WSK5001:5432|});
                await socket.WriteTextAsync("x");
            }
        }
        """);

    /// <summary>A probe opens, closes and says what came of it, itself or by helpers; a bridge passes a WebSocket's messages on.</summary>
    [Theory]
    [InlineData("try { await socket.OpenedAsync(); return true; } catch (Exception) { return false; } finally { await socket.CloseAsync(); }")]
    [InlineData("await OpenAsync(socket); await socket.CloseAsync(); return true;")]
    [InlineData("while (await events.NextAsync() is { } message) { await socket.WriteAsync(message.Bytes); var chunk = await socket.ReadAsync(); client.SendBytes(chunk.Bytes); } return true;")]
    [InlineData("await PumpAsync(client, socket); return true;")]
    public Task Silent_for_probes_and_bridges_on_Workers(string statements) => Verify.SilentAsync(Id, On.Workers, $$"""
        static class C
        {
            static async Task<bool> M(string host, WebSocket client, WebSocketEventStream events)
            {
                var socket = TcpSocket.Connect(host, 5432);
                {{statements}}
            }

            static async Task OpenAsync(TcpSocket socket) => await socket.OpenedAsync();

            static async Task PumpAsync(WebSocket client, TcpSocket socket)
            {
                var chunk = await socket.ReadAsync();
                client.SendBytes(chunk.Bytes);
            }
        }
        """);

    [Theory]
    [InlineData("var message = await events.NextAsync(); await socket.WriteTextAsync(\"PUBLISH room hello\\r\\n\"); client.SendText(message!.Text!);")]
    [InlineData("this.kept = socket;")]
    [InlineData("await UseAsync(socket);")]
    public Task Found_where_the_socket_is_kept_or_spoken_over(string statements) => Verify.FoundAsync(Id, On.Workers, $$"""
        class C
        {
            private TcpSocket? kept;

            async Task M(string host, WebSocket client, WebSocketEventStream events)
            {
                var socket = TcpSocket.Connect(host, {|WSK5001:6379|});
                {{statements}}
            }

            static async Task UseAsync(TcpSocket socket) => await socket.WriteTextAsync("PING\r\n");
        }
        """);

    [Fact]
    public Task A_bridge_to_a_WebSocket_is_silent_on_DotNet() => Verify.SilentAsync(Id, On.DotNet, """
        class C
        {
            static async Task M(System.Net.WebSockets.WebSocket socket, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("cache.contoso.com", 6379, token);
                var stream = client.GetStream();
                var buffer = new byte[4096];
                var message = await socket.ReceiveAsync(buffer, token);
                await stream.WriteAsync(buffer.AsMemory(0, message.Count), token);
                var answer = new byte[4096];
                var count = await stream.ReadAsync(answer, token);
                await socket.SendAsync(answer.AsMemory(0, count), System.Net.WebSockets.WebSocketMessageType.Binary, true, token);
            }
        }
        """);

    [Fact]
    public Task A_method_that_only_connects_returns_the_client() => Verify.FixAsync<UseDatabaseClient>(
        Id,
        "Client",
        On.Workers,
        """
        static class Db
        {
            // Opens the store.
            public static async Task<TcpSocket> OpenAsync(Env env)
            {
                var name = "DB_HOST";

                var socket = TcpSocket.Connect(env.Variable(name), {|WSK5001:5432|});
                await socket.OpenedAsync();
                return socket; // open
            }

            internal static TcpSocket Connect(Env env) => TcpSocket.Connect({|WSK5001:"db.contoso.com:3306"|}); // main

            static TcpSocket Replica(RouteContext route)
            {
                return TcpSocket.Connect("replica.contoso.com", {|WSK5001:26257|});
            }
        }
        """,
        """
        static class Db
        {
            // Opens the store.
            public static async Task<PostgresClient> OpenAsync(Env env)
            {
                return await PostgresClient.ConnectAsync(env.Hyperdrive("DB")); // open
            }

            internal static Task<MySqlClient> ConnectAsync(Env env) => MySqlClient.ConnectAsync(env.Hyperdrive("DB")); // main

            static Task<PostgresClient> ReplicaAsync(RouteContext route)
            {
                return PostgresClient.ConnectAsync(route.Env.Hyperdrive("DB"));
            }
        }
        """);

    [Theory]
    [InlineData("static TcpSocket Open(Env env) => TcpSocket.Connect(host, {|WSK5001:5432|}); static Task M(Env env) => Open(env).WriteTextAsync(\"x\");")]
    [InlineData("static TcpSocket Open() => TcpSocket.Connect(host, {|WSK5001:5432|});")]
    [InlineData("static TcpSocket Open(Env env) => TcpSocket.Connect(host, {|WSK5001:6379|});")]
    [InlineData("static TcpSocket Open(Env env, bool main) { var socket = TcpSocket.Connect(host, {|WSK5001:5432|}); return main ? socket : null!; }")]
    [InlineData("static async Task<TcpSocket> Open(Env env) { var socket = TcpSocket.Connect(host, {|WSK5001:5432|}); await socket.WriteTextAsync(\"x\"); return socket; }")]
    public Task No_client_where_a_socket_is_wanted(string members) => Verify.NotFixableAsync<UseDatabaseClient>(Id, On.Workers, $$"""
        static class C
        {
            static string host = string.Concat("db", ".contoso.com");

            {{members}}
        }
        """);
}
