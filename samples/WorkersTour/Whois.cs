using Workers;

namespace WorkersTour;

/// <summary>Asks whois servers who owns a domain.</summary>
public static class Whois
{
    public static async Task<Response> LookUpAsync(string domain)
    {
        try
        {
            var socket = TcpSocket.Connect("whois.iana.org", 43);
            await socket.OpenedAsync();
            try
            {
                await socket.WriteTextAsync(domain + "\r\n");
                var text = "";
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    text += TextCodec.DecodeUtf8(chunk.Bytes);
                }

                return Response.Text(text);
            }
            finally
            {
                await socket.CloseAsync();
            }
        }
        catch (Exception failure)
        {
            return Response.Text(failure.Message, status: 502);
        }
    }

    /// <summary>Follows a referral to the registry's server that the caller names.</summary>
    public static async Task<Response> FollowReferralAsync(Request request, string domain)
    {
        var server = request.QueryParameters.Get("server") ?? "whois.iana.org";
        try
        {
            var socket = TcpSocket.Connect(server, 43);
            await Sockets.OpenAsync(socket);
            try
            {
                await socket.WriteTextAsync(domain + "\r\n");
                var answer = await socket.ReadAsync();
                return Response.Text(TextCodec.DecodeUtf8(answer.Bytes));
            }
            finally
            {
                await socket.CloseAsync();
            }
        }
        catch (Exception failure)
        {
            return Response.Text(failure.Message, status: 502);
        }
    }
}
