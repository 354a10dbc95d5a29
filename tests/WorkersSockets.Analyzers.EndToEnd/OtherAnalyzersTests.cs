using System.Text.Json;
using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>Beside the SDK's own rules, all of them switched on: no second opinion on a socket that is right.</summary>
public class OtherAnalyzersTests(PackedPackage package)
{
    private const string RightCode = """
        using System;
        using System.IO;
        using System.Net.Sockets;
        using System.Threading;
        using System.Threading.Tasks;

        namespace Right;

        public static class Relay
        {
            public static async Task DeclareAsync(string host, byte[] data, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, 7000, token).ConfigureAwait(false);
                var stream = client.GetStream();
                await stream.WriteAsync(data, token).ConfigureAwait(false);
            }

            public static async Task FinallyAsync(string host, byte[] data, CancellationToken token)
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(host, 7000, token).ConfigureAwait(false);
                    await client.GetStream().WriteAsync(data, token).ConfigureAwait(false);
                }
                finally
                {
                    client.Close();
                }
            }

            public static async Task HelperAsync(string host, byte[] data, CancellationToken token)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(host, 7000, token).ConfigureAwait(false);
                    await socket.SendAsync(data, SocketFlags.None, token).ConfigureAwait(false);
                }
                finally
                {
                    End(socket);
                }
            }

            public static async Task<NetworkStream> OpenAsync(string host, CancellationToken token)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(host, 7000, token).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }

            public static async Task DrainAsync(NetworkStream stream, CancellationToken token)
            {
                var rest = new byte[512];
                while (await stream.ReadAsync(rest, token).ConfigureAwait(false) > 0)
                {
                }
            }

            private static void End(Socket socket)
            {
                try
                {
                    socket.Shutdown(SocketShutdown.Both);
                }
                catch (SocketException)
                {
                    Console.WriteLine("closed already");
                }

                socket.Close();
            }
        }
        """;

    /// <summary>What the rules of the SDK say of a leak: the proof that they run here.</summary>
    private const string WrongCode = """
        namespace Wrong;

        public static class Leak
        {
            public static void Open(string host)
            {
                var client = new System.Net.Sockets.TcpClient(host, 7000);
                client.GetStream().WriteByte(1);
            }

            public static void Read(System.IO.Stream stream)
            {
                System.ArgumentNullException.ThrowIfNull(stream);
                var header = new byte[4];
                stream.Read(header, 0, 4);
                System.Console.WriteLine(header[0]);
            }
        }
        """;

    [Fact]
    public async Task With_AnalysisMode_All_right_sockets_are_not_reported_as_leaked_or_read_inexactly()
    {
        var project = package.CreateProject().WithProject("<AnalysisMode>All</AnalysisMode>").With("Right.cs", RightCode).With("Wrong.cs", WrongCode);
        var log = Path.Combine(project.Folder, "all.sarif");
        (await project.BuildAsync($"-p:ErrorLog={log}%2Cversion=2.1")).Succeeded();

        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));
        var reported = document.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Where(result => !(result.TryGetProperty("suppressions", out var suppressions) && suppressions.GetArrayLength() > 0))
            .Select(result => (
                Id: result.GetProperty("ruleId").GetString()!,
                File: result.TryGetProperty("locations", out var places) && places.GetArrayLength() > 0
                    ? Path.GetFileName(places[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString()!)
                    : ""))
            .Where(found => found.Id is "CA2000" or "CA2022" or "IDISP001" or "S2930" or "AD0001" || found.Id.StartsWith("WSK", StringComparison.Ordinal))
            .ToList();

        Assert.DoesNotContain(reported, found => found.File == "Right.cs");
        Assert.Contains(("CA2000", "Wrong.cs"), reported);
        Assert.Contains(("CA2022", "Wrong.cs"), reported);
        Assert.Contains(("WSK1002", "Wrong.cs"), reported);
    }
}
