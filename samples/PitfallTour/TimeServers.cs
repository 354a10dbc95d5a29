using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace PitfallTour;

/// <summary>Asks time servers for the time, by the time protocol (port 37) and the daytime protocol (port 13).</summary>
public sealed class TimeServers
{
    private static readonly string[] Servers =
    [
        "time-a-g.nist.gov", "time-b-g.nist.gov", "time-c-g.nist.gov", "time-d-g.nist.gov",
        "time-a-wwv.nist.gov", "time-b-wwv.nist.gov", "time-c-wwv.nist.gov", "time-d-wwv.nist.gov",
    ];

    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every server's time.</summary>
    public async Task<DateTimeOffset[]> AskAllAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(Servers.Select(server => AskAsync(server, cancellationToken)));

    /// <summary>The line that a daytime server answers.</summary>
    public async Task<string> DaytimeAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(3));
        using var client = new TcpClient();
        await client.ConnectAsync("time.nist.gov", 13, timeout.Token);

        var stream = client.GetStream();
        var buffer = new byte[256];
        var received = new MemoryStream();
        while (true)
        {
            var count = await stream.ReadAsync(buffer, timeout.Token);
            received.Write(buffer, 0, count);
            if (received.ToArray().AsSpan().EndsWith(" * \n"u8))
            {
                return Encoding.ASCII.GetString(received.ToArray());
            }
        }
    }

    private static async Task<DateTimeOffset> AskAsync(string server, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(3));
        using var client = new TcpClient();
        await client.ConnectAsync(server, 37, timeout.Token);

        var answer = new byte[4];
        await client.GetStream().ReadAsync(answer, timeout.Token);
        return Epoch.AddSeconds(BinaryPrimitives.ReadUInt32BigEndian(answer));
    }
}

public static class TimeEndpoints
{
    public static void MapTime(this WebApplication app)
    {
        app.MapGet("/time", async (TimeServers servers, CancellationToken cancellationToken) =>
        {
            try
            {
                return Results.Json(await servers.AskAllAsync(cancellationToken));
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                return Results.StatusCode(502);
            }
        });

        app.MapGet("/time/daytime", async (TimeServers servers, CancellationToken cancellationToken) =>
        {
            try
            {
                return Results.Text(await servers.DaytimeAsync(cancellationToken));
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                return Results.StatusCode(502);
            }
        });
    }
}
