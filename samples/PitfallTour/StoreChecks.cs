using System.Net.Sockets;
using System.Text;

namespace PitfallTour;

/// <summary>Asks the cache and the catalog service whether they are up, over plain sockets.</summary>
public sealed class StoreChecks
{
    /// <summary>Whether the cache answers a ping.</summary>
    public async Task<bool> CacheAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(2));
        using var client = new TcpClient();
        await client.ConnectAsync("cache.contoso.com", 6379, timeout.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync("PING\r\n"u8.ToArray(), timeout.Token);
        var answer = new byte[7];
        await stream.ReadExactlyAsync(answer, timeout.Token);
        return answer.AsSpan().SequenceEqual("+PONG\r\n"u8);
    }

    /// <summary>The status line of the catalog service.</summary>
    public async Task<string?> CatalogAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(2));
        using var client = new TcpClient();
        await client.ConnectAsync("catalog.contoso.com", 8080, timeout.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync("GET /health HTTP/1.1\r\nHost: catalog.contoso.com\r\nConnection: close\r\n\r\n"u8.ToArray(), timeout.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadLineAsync(timeout.Token);
    }
}

public static class StoreEndpoints
{
    public static void MapStores(this WebApplication app) => app.MapGet(
        "/stores",
        async (StoreChecks checks, CancellationToken cancellationToken) =>
        {
            try
            {
                return Results.Json(new { cache = await checks.CacheAsync(cancellationToken), catalog = await checks.CatalogAsync(cancellationToken) });
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                return Results.StatusCode(502);
            }
        });
}
