using System.Net.Sockets;
using System.Text;

namespace PitfallTour;

/// <summary>Asks whois servers who owns a domain.</summary>
public sealed class WhoisClient(IConfiguration configuration)
{
    /// <summary>Asks the configured server, and reads its answer until it closes.</summary>
    public async Task<string> LookUpAsync(string domain)
    {
        var server = configuration["Whois:Server"] ?? "whois.iana.org";
        var port = configuration.GetValue("Whois:Port", 43);

        using var client = new TcpClient(server, port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(domain + "\r\n"));

        var text = new StringBuilder();
        var buffer = new byte[1024];
        int count;
        while ((count = await stream.ReadAsync(buffer)) > 0)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    /// <summary>Follows a referral to another registry's server.</summary>
    public async Task<string> FollowReferralAsync(string domain, string server, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(5));
        using var client = new TcpClient();
        await client.ConnectAsync(server, 43, timeout.Token);

        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(domain + "\r\n"), timeout.Token);

        var buffer = new byte[4096];
        var count = await stream.ReadAsync(buffer, timeout.Token);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    /// <summary>The first line of the answer, which names the registry.</summary>
    public async Task<string?> RegistryAsync(string domain, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(5));
        using var client = new TcpClient();
        await client.ConnectAsync("whois.iana.org", 43, timeout.Token);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(domain + "\r\n"), timeout.Token);

        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(timeout.Token);
    }
}

public static class WhoisEndpoints
{
    public static void MapWhois(this WebApplication app)
    {
        app.MapGet("/whois/{domain}", async (string domain, WhoisClient whois) =>
        {
            try
            {
                return Results.Text(await whois.LookUpAsync(domain));
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                return Results.StatusCode(502);
            }
        });

        app.MapGet("/whois/{domain}/referral", async (string domain, string server, WhoisClient whois, CancellationToken cancellationToken) =>
        {
            try
            {
                return Results.Text(await whois.FollowReferralAsync(domain, server, cancellationToken));
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                return Results.StatusCode(502);
            }
        });

        app.MapGet("/whois/{domain}/registry", async (string domain, WhoisClient whois, CancellationToken cancellationToken) =>
        {
            try
            {
                return Results.Text(await whois.RegistryAsync(domain, cancellationToken));
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                return Results.StatusCode(502);
            }
        });
    }
}
