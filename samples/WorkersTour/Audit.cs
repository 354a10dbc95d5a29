using Workers;

namespace WorkersTour;

/// <summary>Tells the audit collector what was done.</summary>
public static class Audit
{
    /// <summary>One connection for all requests.</summary>
    private static readonly TcpSocket Shared = TcpSocket.Connect("audit.contoso.com", 5140);

    public static async Task<Response> LogAsync(Request request, Context context)
    {
        var line = await request.TextAsync();
        try
        {
            await Shared.WriteTextAsync("seen\n");
            await SendAsync(line);
            await ForwardAsync(line);
            await FarewellAsync();
            await QueueAsync(line);
            return Response.Empty(202);
        }
        catch (Exception failure)
        {
            return Response.Text(failure.Message, status: 502);
        }
    }

    /// <summary>Sends a line; a line that is refused leaves the connection open.</summary>
    private static async Task SendAsync(string line)
    {
        var socket = TcpSocket.Connect("audit.contoso.com", 5140);
        await Sockets.OpenAsync(socket);
        await socket.WriteTextAsync(line + "\n");
        await socket.CloseAsync();
    }

    /// <summary>Sends a line to the second collector, which is often down.</summary>
    private static async Task ForwardAsync(string line)
    {
        var socket = TcpSocket.Connect("audit2.contoso.com", 5140);
        try
        {
            await Sockets.OpenAsync(socket);
            await socket.WriteTextAsync(line + "\n");
        }
        finally
        {
            await socket.CloseAsync();
        }
    }

    /// <summary>Says goodbye a moment too late.</summary>
    private static async Task FarewellAsync()
    {
        var socket = TcpSocket.Connect("audit.contoso.com", 5140);
        await Sockets.OpenAsync(socket);
        await socket.CloseAsync();
        await socket.WriteTextAsync("bye\n");
    }

    /// <summary>Sends a line without keeping the caller waiting.</summary>
    private static async Task QueueAsync(string line)
    {
        var socket = TcpSocket.Connect("audit.contoso.com", 5140);
        await Sockets.OpenAsync(socket);
        var sending = SendAndCloseAsync(socket, line);
    }

    private static async Task SendAndCloseAsync(TcpSocket socket, string line)
    {
        try
        {
            await socket.WriteTextAsync(line + "\n");
        }
        finally
        {
            await socket.CloseAsync();
        }
    }
}
