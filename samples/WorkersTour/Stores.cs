using Workers;

namespace WorkersTour;

/// <summary>Asks the database and the catalog service whether they are up, over plain sockets.</summary>
public static class Stores
{
    public static async Task<Response> CheckAsync() =>
        Response.Json(new StoreReport(await DatabaseAsync(), await CatalogAsync()));

    /// <summary>What the database answers to a hand-made start-up message.</summary>
    private static async Task<string> DatabaseAsync()
    {
        var socket = TcpSocket.Connect("db.contoso.com", 5432);
        await Sockets.OpenAsync(socket);
        try
        {
            await socket.WriteAsync(new byte[] { 0, 0, 0, 8, 4, 210, 22, 47 });
            return await Sockets.ReadAllTextAsync(socket);
        }
        finally
        {
            await socket.CloseAsync();
        }
    }

    /// <summary>The catalog service's answer.</summary>
    private static async Task<string> CatalogAsync()
    {
        var socket = TcpSocket.Connect("catalog.contoso.com", 8080);
        await Sockets.OpenAsync(socket);
        try
        {
            await socket.WriteTextAsync("GET /health HTTP/1.1\r\nHost: catalog.contoso.com\r\nConnection: close\r\n\r\n");
            return await Sockets.ReadAllTextAsync(socket);
        }
        finally
        {
            await socket.CloseAsync();
        }
    }
}

public sealed record StoreReport(string Database, string Catalog);
