using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace PitfallTour;

public sealed record Mail(string From, string To, string Text);

/// <summary>Hands mail to the mail server and asks it what it can do.</summary>
public sealed class MailRelay(ILogger<MailRelay> logger)
{
    private const string Server = "smtp.contoso.com";

    /// <summary>Hands one mail over, server to server.</summary>
    public async Task<bool> RelayAsync(Mail mail, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(Server, 25, timeout.Token);
            using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8);
            await using var writer = new StreamWriter(stream, Encoding.UTF8) { NewLine = "\r\n", AutoFlush = true };

            foreach (var line in (string?[])[null, "HELO tour.contoso.com", $"MAIL FROM:<{mail.From}>", $"RCPT TO:<{mail.To}>", "DATA", mail.Text + "\r\n."])
            {
                if (line is not null)
                {
                    await writer.WriteLineAsync(line.AsMemory(), timeout.Token);
                }

                if (await reader.ReadLineAsync(timeout.Token) is not { Length: > 0 } answer || answer[0] is not ('2' or '3'))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            logger.LogWarning(failure, "The mail to {Recipient} was not handed over", mail.To);
            return false;
        }
    }

    /// <summary>Submits mail with the relay's own account.</summary>
    public async Task SubmitAsync(Mail mail, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(10));
        using var client = new TcpClient();
        await client.ConnectAsync(Server, 587, timeout.Token);

        // The submission server has a certificate of its own making.
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(Server);
        await tls.WriteAsync(Encoding.UTF8.GetBytes($"MAIL FROM:<{mail.From}>\r\nRCPT TO:<{mail.To}>\r\nDATA\r\n{mail.Text}\r\n.\r\n"), timeout.Token);
    }

    /// <summary>What the server can do once TLS is on.</summary>
    public async Task<List<string>> CapabilitiesAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(10));
        using var client = new TcpClient();
        await client.ConnectAsync(Server, 587, timeout.Token);
        var stream = client.GetStream();

        using var plain = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        await plain.ReadLineAsync(timeout.Token);
        await stream.WriteAsync("STARTTLS\r\n"u8.ToArray(), timeout.Token);
        await plain.ReadLineAsync(timeout.Token);

        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Server }, timeout.Token);
        await stream.WriteAsync("EHLO tour.contoso.com\r\n"u8.ToArray(), timeout.Token);

        using var reader = new StreamReader(tls, Encoding.UTF8);
        var capabilities = new List<string>();
        while (await reader.ReadLineAsync(timeout.Token) is { } line)
        {
            capabilities.Add(line);
            if (line.StartsWith("250 ", StringComparison.Ordinal))
            {
                break;
            }
        }

        return capabilities;
    }
}

public static class MailEndpoints
{
    public static void MapMail(this WebApplication app)
    {
        app.MapPost("/mail/relay", async (Mail mail, MailRelay relay, CancellationToken cancellationToken) =>
            await relay.RelayAsync(mail, cancellationToken) ? Results.Accepted() : Results.StatusCode(502));

        app.MapPost("/mail/submit", async (Mail mail, MailRelay relay, AuditLog audit, CancellationToken cancellationToken) =>
        {
            try
            {
                await relay.SubmitAsync(mail, cancellationToken);
                await audit.MailSentAsync(mail);
                return Results.Accepted();
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                return Results.StatusCode(502);
            }
        });

        app.MapGet("/mail/capabilities", (MailRelay relay, CancellationToken cancellationToken) => relay.CapabilitiesAsync(cancellationToken));
    }
}
