using System.Net.Sockets;
using System.Text;

namespace PitfallTour;

/// <summary>Tells whether the hosts that the tour depends on can be reached.</summary>
public sealed class HostChecks
{
    /// <summary>The metrics agent beside this program.</summary>
    public async Task<bool> AgentAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var client = new TcpClient();
            await client.ConnectAsync("localhost", 8125, timeout.Token);
            return client.Connected;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The status page's own service.</summary>
    public async Task<bool> StatusPageAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var client = new TcpClient();
            await client.ConnectAsync("https://status.contoso.com/", 8443, timeout.Token);
            return client.Connected;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whether this program answers under the name that the caller used.</summary>
    public async Task<bool> SelfAsync(HttpRequest request)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var client = new TcpClient();
            await client.ConnectAsync(request.Host.Host, 8080, timeout.Token);
            return client.Connected;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Sends a line to a host that sends it back.</summary>
    public async Task<bool> EchoAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var client = new TcpClient();
            await client.ConnectAsync("tcpbin.com", 4242, timeout.Token);
            await using var stream = client.GetStream();
            await stream.WriteAsync("ping\n"u8.ToArray(), timeout.Token);
            var answer = new byte[5];
            await stream.ReadExactlyAsync(answer, timeout.Token);
            return answer.AsSpan().SequenceEqual("ping\n"u8);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>What the mailbox server says first.</summary>
    public async Task<string?> MailboxGreetingAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var client = new TcpClient();
            await client.ConnectAsync("imap.contoso.com", 993, timeout.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            return await reader.ReadLineAsync(timeout.Token);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }
}

public static class HostEndpoints
{
    public static void MapHosts(this WebApplication app) => app.MapGet(
        "/hosts",
        async (HttpRequest request, HostChecks checks, CancellationToken cancellationToken) => Results.Json(new
        {
            agent = await checks.AgentAsync(cancellationToken),
            statusPage = await checks.StatusPageAsync(cancellationToken),
            self = await checks.SelfAsync(request),
            echo = await checks.EchoAsync(cancellationToken),
            mailbox = await checks.MailboxGreetingAsync(cancellationToken),
        }));
}
