using Workers;

namespace WorkersTour;

/// <summary>Tells whether the hosts that the tour depends on can be reached.</summary>
public static class Hosts
{
    public static async Task<Response> CheckAsync(Request request, Context context)
    {
        try
        {
            return Response.Json(new HostReport(
                await AnswersAsync(TcpSocket.Connect("10.20.0.5", 8125), context),
                await AnswersAsync(TcpSocket.Connect("status.contoso.com"), context),
                await AnswersAsync(TcpSocket.Connect("tour.contoso.com", 8443), context),
                await AnswersAsync(TcpSocket.Connect("tcpbin.com", 4242), context),
                await GreetingAsync()));
        }
        catch (Exception failure)
        {
            return Response.Text(failure.Message, status: 502);
        }
    }

    /// <summary>The mailbox server's first words.</summary>
    private static async Task<string> GreetingAsync()
    {
        var socket = TcpSocket.Connect("imap.contoso.com", 993);
        await Sockets.OpenAsync(socket);
        try
        {
            await socket.WriteTextAsync("a1 LOGOUT\r\n");
            return await Sockets.ReadAllTextAsync(socket);
        }
        finally
        {
            await socket.CloseAsync();
        }
    }

    private static async Task<bool> AnswersAsync(TcpSocket socket, Context context)
    {
        try
        {
            await Sockets.OpenAsync(socket);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
        finally
        {
            context.WaitUntil(socket.CloseAsync());
        }
    }
}

public sealed record HostReport(bool Agent, bool StatusPage, bool Self, bool Echo, string Mailbox);
