namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>A user's code, with finds that no option is needed for.</summary>
internal static class CodeWithFinds
{
    /// <summary>Compiles for every supported framework, .NET Framework too.</summary>
    public const string Source = """
        using System;
        using System.Net.Security;
        using System.Net.Sockets;
        using System.Threading;
        using System.Threading.Tasks;

        internal static class Program
        {
            private static async Task Main()
            {
                using (var client = new TcpClient())
                {
                    var connecting = client.ConnectAsync("smtp.contoso.com", 25);
                    if (await Task.WhenAny(connecting, Task.Delay(5000)) != connecting)
                    {
                        return;
                    }

                    await connecting;
                    using (var tls = new SslStream(client.GetStream(), false, (sender, certificate, chain, errors) => true))
                    {
                        Console.WriteLine(tls.IsAuthenticated);
                    }
                }
            }
        }
        """;
}
