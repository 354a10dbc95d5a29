using Workers;

namespace WorkersTour;

/// <summary>Hands mail to the mail server.</summary>
public static class Mail
{
    private const string Server = "smtp.contoso.com";

    /// <summary>Hands a mail over, server to server.</summary>
    public static async Task<Response> RelayAsync(Request request, Env env)
    {
        var text = await request.TextAsync();
        try
        {
            var socket = TcpSocket.Connect(Server, 25);
            await Sockets.OpenAsync(socket);
            try
            {
                await socket.WriteTextAsync($"HELO tour.contoso.com\r\nMAIL FROM:<{env.Variable("SENDER")}>\r\nRCPT TO:<{env.Variable("RECIPIENT")}>\r\nDATA\r\n{text}\r\n.\r\nQUIT\r\n");
                return Response.Text(await Sockets.ReadAllTextAsync(socket));
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

    /// <summary>Whether the submission server speaks TLS.</summary>
    public static async Task<Response> UpgradeAsync()
    {
        try
        {
            var socket = TcpSocket.Connect(Server, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
            await Sockets.OpenAsync(socket);
            var secured = await socket.StartTlsAsync();
            try
            {
                await Sockets.OpenAsync(secured);
                await socket.WriteTextAsync("EHLO tour.contoso.com\r\nQUIT\r\n");
                return Response.Text(await Sockets.ReadAllTextAsync(secured));
            }
            finally
            {
                await secured.CloseAsync();
            }
        }
        catch (Exception failure)
        {
            return Response.Text(failure.Message, status: 502);
        }
    }

    /// <summary>Says hello in plain text first, then asks for TLS.</summary>
    public static async Task<string> GreetAsync()
    {
        var socket = TcpSocket.Connect(Server, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
        await Sockets.OpenAsync(socket);
        await socket.WriteTextAsync("STARTTLS\r\n");
        var ready = await ReadLineAsync(socket);
        if (!ready.StartsWith("220", StringComparison.Ordinal))
        {
            await socket.CloseAsync();
            return ready;
        }

        var secured = await socket.StartTlsAsync();
        await Sockets.OpenAsync(secured);
        try
        {
            await secured.WriteTextAsync("QUIT\r\n");
            return await Sockets.ReadAllTextAsync(secured);
        }
        finally
        {
            await secured.CloseAsync();
        }
    }

    /// <summary>Whether the mailbox server can be upgraded too.</summary>
    public static async Task<bool> MailboxAsync()
    {
        var socket = TcpSocket.Connect("imap.contoso.com", 143);
        await Sockets.OpenAsync(socket);
        await socket.WriteTextAsync("a1 STARTTLS\r\n");
        var answer = await ReadLineAsync(socket);
        if (!answer.StartsWith("a1 OK", StringComparison.Ordinal))
        {
            await socket.CloseAsync();
            return false;
        }

        var secured = await socket.StartTlsAsync();
        await secured.CloseAsync();
        return true;
    }

    private static async Task<string> ReadLineAsync(TcpSocket socket)
    {
        var chunks = new List<string>();
        while (true)
        {
            var chunk = await socket.ReadAsync();
            if (chunk.Done)
            {
                break;
            }

            chunks.Add(TextCodec.DecodeUtf8(chunk.Bytes));
            if (chunks[chunks.Count - 1].EndsWith("\n", StringComparison.Ordinal))
            {
                break;
            }
        }

        return string.Concat(chunks);
    }
}
