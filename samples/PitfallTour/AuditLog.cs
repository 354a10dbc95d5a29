using System.Net.Sockets;
using System.Text;

namespace PitfallTour;

/// <summary>Tells the audit collector what was done, and reads back what it keeps.</summary>
public sealed class AuditLog(IConfiguration configuration)
{
    /// <summary>One connection for the whole program, made when the first event is sent.</summary>
    private static TcpClient? collector;

    private string Collector => configuration["Audit:Collector"] ?? "audit.contoso.com";

    /// <summary>Sends an event over the program's connection.</summary>
    public async Task LoggedInAsync(string user, CancellationToken cancellationToken)
    {
        if (collector is null)
        {
            collector = new TcpClient();
            await collector.ConnectAsync(Collector, 5140, cancellationToken);
        }

        await collector.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"login {user}\n"), cancellationToken);
    }

    /// <summary>Sends an event over a connection of its own.</summary>
    public async Task MailSentAsync(Mail mail)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var client = new TcpClient();
        await client.ConnectAsync(Collector, 5140, timeout.Token);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"mail {mail.From} {mail.To}\n"), timeout.Token);
        client.Close();
    }

    /// <summary>Sends an event without keeping the caller waiting.</summary>
    public async Task QueueAsync(string line, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Collector, 5140, cancellationToken);
        _ = client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);
    }

    /// <summary>What the collector keeps, as it sends it.</summary>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Collector, 5141, cancellationToken);
        return client.GetStream();
    }
}

public static class AuditEndpoints
{
    public static void MapAudit(this WebApplication app)
    {
        app.MapPost("/audit/logins/{user}", async (string user, AuditLog audit, CancellationToken cancellationToken) =>
        {
            try
            {
                await audit.LoggedInAsync(user, cancellationToken);
                await audit.QueueAsync($"seen {user}", cancellationToken);
                return Results.Accepted();
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                return Results.StatusCode(502);
            }
        });

        app.MapGet("/audit", async (AuditLog audit, CancellationToken cancellationToken) =>
        {
            try
            {
                return Results.Stream(await audit.OpenAsync(cancellationToken), "text/plain");
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                return Results.StatusCode(502);
            }
        });
    }
}
