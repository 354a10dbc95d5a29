using Workers;

namespace WorkersTour;

/// <summary>Asks time servers for the time, by the daytime protocol.</summary>
public static class TimeServers
{
    private static readonly string[] Servers =
    [
        "time-a-g.nist.gov", "time-b-g.nist.gov", "time-c-g.nist.gov", "time-d-g.nist.gov",
        "time-a-wwv.nist.gov", "time-b-wwv.nist.gov", "time-c-wwv.nist.gov", "time-d-wwv.nist.gov",
    ];

    public static async Task<Response> AskAllAsync()
    {
        try
        {
            return Response.Json(await Task.WhenAll(Servers.Select(server => AskAsync(server))));
        }
        catch (Exception failure)
        {
            return Response.Text(failure.Message, status: 502);
        }
    }

    /// <summary>Whether the server that stands for them all sends its whole line, 51 bytes.</summary>
    public static async Task<Response> DaytimeAsync()
    {
        var socket = TcpSocket.Connect("time.nist.gov", 13);
        await Sockets.OpenAsync(socket);
        try
        {
            var received = 0;
            while (received < 51)
            {
                var chunk = await socket.ReadAsync();
                received += chunk.Bytes.Length;
            }

            return Response.Json(received);
        }
        finally
        {
            await socket.CloseAsync();
        }
    }

    /// <summary>The server speaks first: a greeting, then the time. Nothing is written before that is read.</summary>
    private static async Task<string> AskAsync(string server)
    {
        var socket = TcpSocket.Connect(server, 13);
        try
        {
            var greeting = await socket.ReadAsync();
            return greeting.Done ? "no answer" : await Sockets.ReadAllTextAsync(socket);
        }
        finally
        {
            await socket.CloseAsync();
        }
    }
}
