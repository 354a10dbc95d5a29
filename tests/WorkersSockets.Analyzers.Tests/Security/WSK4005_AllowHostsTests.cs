using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

public class WSK4005_AllowHostsTests
{
    private const string Worker = """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var host = request.QueryParameters.Get("host") ?? "";
                var socket = TcpSocket.Connect({|WSK4005:host|}, 7000);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("The host answers.");
            }
        }
        """;

    [Fact]
    public Task Controller_refuses_with_its_own_answer() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.DotNet,
        """
        using Microsoft.AspNetCore.Mvc;

        [ApiController]
        public class ProbeController : ControllerBase
        {
            [HttpGet("/probe")]
            public async Task<IActionResult> Probe(string host)
            {
                // One connection.
                using var client = new TcpClient();
                await client.ConnectAsync({|WSK4005:host|}, 7000);
                return Ok();
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Mvc;

        [ApiController]
        public class ProbeController : ControllerBase
        {
            // The hosts that this code may connect to; every other host is refused.
            private static readonly HashSet<string> AllowedHosts = new(StringComparer.OrdinalIgnoreCase) { };

            [HttpGet("/probe")]
            public async Task<IActionResult> Probe(string host)
            {
                if (!AllowedHosts.Contains(host))
                {
                    return StatusCode(403);
                }

                // One connection.
                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000);
                return Ok();
            }
        }
        """);

    [Fact]
    public Task Option_fills_the_set() => Verify.FixAsync<AllowHosts>(
        "WSK4005", "Allowlist", On.Workers, Worker,
        """
        public static class Worker
        {
            private static readonly HashSet<string> AllowedHosts = new HashSet<string> { "a.example.net", "b.example.net" };

            [Fetch]
            public static async Task<Response> FetchAsync(Request request)
            {
                var host = request.QueryParameters.Get("host") ?? "";
                if (!AllowedHosts.Contains(host))
                {
                    return Response.Text("Forbidden", status: 403);
                }

                var socket = TcpSocket.Connect(host, 7000);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return Response.Text("The host answers.");
            }
        }
        """,
        editorconfig: "workers_sockets.allowed_hosts = a.example.net, b.example.net");

    [Fact]
    public Task Find_in_a_helper_of_another_answer_is_not_fixed() => Verify.NotFixableAsync<AllowHosts>(
        "WSK4005", On.DotNet,
        """
        using Microsoft.AspNetCore.Mvc;

        [ApiController]
        public class ProbeController : ControllerBase
        {
            [HttpPost("/probe")]
            public async Task<IActionResult> Probe(string[] hosts)
            {
                await Task.WhenAll(hosts.Select(async host => { using var client = new TcpClient(); await client.ConnectAsync({|WSK4005:host|}, 7000); }));
                return Ok();
            }
        }
        """);
}
