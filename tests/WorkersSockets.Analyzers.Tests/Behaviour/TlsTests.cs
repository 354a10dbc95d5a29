using WorkersSockets.Analyzers.CodeFixes.Security;
using WorkersSockets.Analyzers.Tests.Behaviour.Harness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour;

/// <summary>TLS at the right time, on the right socket, with a certificate that is looked at: against servers that speak it.</summary>
public class TlsTests
{
    /// <summary>How the programs know the server: by its certificate.</summary>
    private static string Pin => TestCertificate.Instance.GetCertHashString();

    [Theory]
    [InlineData("await Task.CompletedTask;")]
    [InlineData("await ReadAsync();")]
    [InlineData("await ReadAsync(); await SendAsync(\"EHLO me\"); await ReadAsync(); await SendAsync(\"STARTTLS\");")]
    [RunProof("WSK4001", On.DotNet, "the server's plain answer breaks the handshake", "behind the answer the handshake succeeds, and the login travels encrypted")]
    public async Task Handshake_waits_for_the_answer(string tooEarly)
    {
        // The rule knows the first two by the port.
        var early = Smtp(tooEarly);
        Assert.Contains(await Verify.DiagnoseAsync(On.DotNet, early.Replace(", port)", ", 587)", StringComparison.Ordinal)), found => found.Id == "WSK4001");
        var right = Smtp("await ReadAsync(); await SendAsync(\"EHLO me\"); await ReadAsync(); await SendAsync(\"STARTTLS\"); await ReadAsync();");
        Assert.DoesNotContain(await Verify.DiagnoseAsync(On.DotNet, right.Replace(", port)", ", 587)", StringComparison.Ordinal)), found => found.Id == "WSK4001");

        using var pair = FixedPair.Load(On.DotNet, early, right);
        await using var server = LoopbackServer.StartTls();
        Assert.NotNull((await pair.Before.InvokeAsync("Run", server.Host, server.Port, Pin)).Exception);
        await using var second = LoopbackServer.StartTls();
        Assert.StartsWith("235", (await pair.After.InvokeAsync("Run", second.Host, second.Port, Pin)).Text);
        Assert.Contains("AUTH PLAIN", second.Connections[0].TlsText);
        Assert.DoesNotContain("AUTH", second.Connections[0].PlainText);
    }

    [Fact]
    [RunProof("WSK4001", On.Workers, "the new socket never opens: the plain answer is no TLS record", "the service's TLS port answers")]
    public async Task Upgrade_before_the_answer_fails_on_workers()
    {
        const string Early = """
            static class Program
            {
                static async Task<string> Run()
                {
                    var socket = TcpSocket.Connect("mail.test", 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    await socket.OpenedAsync();
                    var tls = await socket.StartTlsAsync();
                    await tls.OpenedAsync();
                    await tls.WriteTextAsync("EHLO me\r\n");
                    return TextCodec.DecodeUtf8((await tls.ReadAsync()).Bytes);
                }
            }
            """;
        const string Right = """
            static class Program
            {
                static async Task<string> Run()
                {
                    var socket = TcpSocket.Connect("mail.test", 465, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On });
                    await socket.OpenedAsync();
                    await socket.WriteTextAsync("EHLO me\r\n");
                    return TextCodec.DecodeUtf8((await socket.ReadAsync()).Bytes);
                }
            }
            """;
        Assert.Contains(await Verify.DiagnoseAsync(On.Workers, Early), found => found.Id == "WSK4001");
        using var pair = FixedPair.Load(On.Workers, Early, Right);
        await using var plain = LoopbackServer.StartTls();
        await using var secure = LoopbackServer.Tls(Greet);
        Trust(pair, ("mail.test:587", plain), ("mail.test:465", secure));
        Assert.StartsWith(RuntimeTexts.InternalError, (await pair.Before.InvokeAsync("Run")).Exception?.Message);
        Assert.Equal("hello EHLO me", (await pair.After.InvokeAsync("Run")).Get<string>());
    }

    [Fact]
    [RunProof("WSK4007", On.Workers, "after a read and a write the upgrade never completes", "the service's TLS port answers")]
    public async Task Upgrade_after_io_hangs()
    {
        const string Exchange = """
            static class Program
            {
                static async Task<string> Run()
                {
                    var socket = TcpSocket.Connect("mail.test", 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    await socket.OpenedAsync();
                    await socket.ReadAsync();
                    await socket.WriteTextAsync("STARTTLS\r\n");
                    await socket.ReadAsync();
                    var tls = await socket.StartTlsAsync();
                    await tls.OpenedAsync();
                    return "open";
                }
            }
            """;
        const string Right = """
            static class Program
            {
                static async Task<string> Run()
                {
                    var socket = TcpSocket.Connect("mail.test", 465, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On });
                    await socket.OpenedAsync();
                    return "open";
                }
            }
            """;
        Assert.Contains(await Verify.DiagnoseAsync(On.Workers, Exchange), found => found.Id == "WSK4007");
        using var pair = FixedPair.Load(On.Workers, Exchange, Right);
        await using var plain = LoopbackServer.StartTls();
        await using var secure = LoopbackServer.Tls(Greet);
        Trust(pair, ("mail.test:587", plain), ("mail.test:465", secure));
        Assert.True((await pair.Before.InvokeAsync("Run", TimeSpan.FromMilliseconds(400))).TimedOut);
        Assert.Equal("open", (await pair.After.InvokeAsync("Run")).Get<string>());
    }

    [Fact]
    [RunProof("WSK4002", On.Workers, "StartTlsAsync throws a TypeError", "the connection is upgraded")]
    public async Task Option_lets_the_upgrade_start()
    {
        using var pair = await FixRunner.LoadAsync<SetTransportOption>(
            On.Workers,
            """
            static class Program
            {
                static async Task<string> Run()
                {
                    var socket = TcpSocket.Connect("mail.test", 2525);
                    await socket.OpenedAsync();
                    var tls = await socket.StartTlsAsync();
                    await tls.OpenedAsync();
                    await tls.WriteTextAsync("EHLO me\r\n");
                    return TextCodec.DecodeUtf8((await tls.ReadAsync()).Bytes);
                }
            }
            """,
            "WSK4002.Option");
        await using var server = LoopbackServer.Tls(Greet);
        Trust(pair, ("mail.test:2525", server));
        Assert.Equal(RuntimeTexts.TlsOption, (await pair.Before.InvokeAsync("Run")).Exception?.Message);
        Assert.Equal("hello EHLO me", (await pair.After.InvokeAsync("Run")).Get<string>());
    }

    [Fact]
    [RunProof("WSK4002", On.Workers, "what is written to the old socket after a discarded upgrade fails", "the variable holds the upgraded socket, and the server answers")]
    public async Task Upgraded_socket_is_kept()
    {
        using var pair = await FixRunner.LoadAsync<SetTransportOption>(
            On.Workers,
            """
            static class Program
            {
                static async Task<string> Run()
                {
                    var socket = TcpSocket.Connect("mail.test", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    await socket.OpenedAsync();
                    await socket.StartTlsAsync();
                    await socket.WriteTextAsync("EHLO me\r\n");
                    return TextCodec.DecodeUtf8((await socket.ReadAsync()).Bytes);
                }
            }
            """,
            "WSK4002.Result");
        await using var server = LoopbackServer.Tls(Greet);
        Trust(pair, ("mail.test:2525", server));
        Assert.NotNull((await pair.Before.InvokeAsync("Run")).Exception);
        Assert.Equal("hello EHLO me", (await pair.After.InvokeAsync("Run")).Get<string>());
    }

    [Fact]
    [RunProof("WSK4003", On.Workers, "a write to the old socket fails", "the upgraded socket carries it")]
    public async Task Upgraded_socket_is_used_on_workers()
    {
        using var pair = await FixRunner.LoadAsync<UseUpgraded>(
            On.Workers,
            """
            static class Program
            {
                static async Task<string> Run()
                {
                    var socket = TcpSocket.Connect("mail.test", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    await socket.OpenedAsync();
                    var tls = await socket.StartTlsAsync();
                    await tls.OpenedAsync();
                    await socket.WriteTextAsync("EHLO me\r\n");
                    return TextCodec.DecodeUtf8((await tls.ReadAsync()).Bytes);
                }
            }
            """,
            "WSK4003.Upgraded");
        await using var server = LoopbackServer.Tls(Greet);
        Trust(pair, ("mail.test:2525", server));
        Assert.NotNull((await pair.Before.InvokeAsync("Run")).Exception);
        Assert.Equal("hello EHLO me", (await pair.After.InvokeAsync("Run")).Get<string>());
    }

    [Fact]
    [RunProof("WSK4003", On.DotNet, "plain bytes between TLS records end the connection, the password with them", "the password travels encrypted")]
    public async Task Upgraded_stream_is_used_on_dotnet()
    {
        using var pair = await FixRunner.LoadAsync<UseUpgraded>(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port, string pin)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    var stream = client.GetStream();
                    await using var tls = new SslStream(stream, false, (_, certificate, _, _) => certificate?.GetCertHashString() == pin);
                    await tls.AuthenticateAsClientAsync("localhost");
                    await stream.WriteAsync("LOGIN secret\r\n"u8.ToArray());
                    using var reader = new StreamReader(tls);
                    return await reader.ReadLineAsync() ?? "closed";
                }
            }
            """,
            "WSK4003.Upgraded");
        await using var before = LoopbackServer.Tls(Greet);
        Assert.NotEqual("hello LOGIN secret", (await pair.Before.InvokeAsync("Run", before.Host, before.Port, Pin)).Text);
        await using var after = LoopbackServer.Tls(Greet);
        Assert.Equal("hello LOGIN secret", (await pair.After.InvokeAsync("Run", after.Host, after.Port, Pin)).Get<string>());
    }

    [Theory]
    [InlineData("WSK4004.Remove")]
    [InlineData("WSK4004.CheckErrors")]
    [RunProof("WSK4004", On.DotNet, "a password goes to a server whose certificate nobody issued", "the handshake fails before anything is sent")]
    public async Task Unknown_certificate_is_refused(string key)
    {
        using var pair = await FixRunner.LoadAsync<ValidateCertificate>(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    await using var tls = new SslStream(client.GetStream(), false, (sender, certificate, chain, errors) => true);
                    await tls.AuthenticateAsClientAsync("localhost");
                    await tls.WriteAsync("LOGIN secret\r\n"u8.ToArray());
                    using var reader = new StreamReader(tls);
                    return await reader.ReadLineAsync() ?? "closed";
                }
            }
            """,
            key);
        await using var before = LoopbackServer.Tls(Greet);
        Assert.Equal("hello LOGIN secret", (await pair.Before.InvokeAsync("Run", before.Host, before.Port)).Get<string>());
        await using var after = LoopbackServer.Tls(Greet);
        Assert.IsType<System.Security.Authentication.AuthenticationException>((await pair.After.InvokeAsync("Run", after.Host, after.Port)).Exception);
        Assert.DoesNotContain("secret", after.ReceivedText);
    }

    [Fact]
    [RunProof("WSK4006", On.Workers, "a TLS server cannot make sense of the plain bytes and answers none", "the server answers over TLS")]
    public async Task Tls_port_gets_tls_on_workers()
    {
        using var pair = await FixRunner.LoadAsync<UseTls>(
            On.Workers,
            """
            static class Program
            {
                static async Task<string> Run()
                {
                    var socket = TcpSocket.Connect("mail.test", 993);
                    await socket.OpenedAsync();
                    await socket.WriteTextAsync("LOGIN secret\r\n");
                    return TextCodec.DecodeUtf8((await socket.ReadAsync()).Bytes);
                }
            }
            """,
            "WSK4006.Tls");
        await using var server = LoopbackServer.Tls(Greet);
        Trust(pair, ("mail.test:993", server));
        Assert.NotEqual("hello LOGIN secret", (await pair.Before.InvokeAsync("Run")).Text);
        Assert.Equal("hello LOGIN secret", (await pair.After.InvokeAsync("Run")).Get<string>());
        Assert.Contains("LOGIN secret", server.Connections[^1].TlsText);
    }

    [Fact]
    [RunProof("WSK4006", On.DotNet, "a password is readable on the wire", "nothing but a TLS handshake leaves before the server is known")]
    public async Task Tls_port_gets_tls_on_dotnet()
    {
        const string Source = """
            static class Program
            {
                static async Task Run(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 993);
                    using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false));
                    await writer.WriteLineAsync("LOGIN secret");
                    await writer.FlushAsync();
                }
            }
            """;
        var changed = await FixRunner.ApplyAsync<UseTls>(On.DotNet, Source, "WSK4006.Tls");
        await using var server = LoopbackServer.AnsweringLine("no TLS here\r\n");
        string Here(string source) => source.Replace("993", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

        using var pair = FixedPair.Load(On.DotNet, Here(Source), Here(changed));
        (await pair.Before.InvokeAsync("Run", server.Host)).Get();
        Assert.True(await server.UntilAsync(() => server.ReceivedText.Contains("LOGIN secret", StringComparison.Ordinal)));
        var after = await pair.After.InvokeAsync("Run", TimeSpan.FromMilliseconds(800), server.Host);
        Assert.True(after.TimedOut || after.Exception is not null);
        Assert.DoesNotContain("secret", server.Connections[1].ReceivedText);
    }

    private static async Task Greet(LoopbackConnection connection) => await connection.SendAsync("hello " + await connection.ReadLineAsync());

    private static void Trust(FixedPair pair, params (string Name, LoopbackServer Server)[] names)
    {
        foreach (var host in new[] { pair.Before.Host, pair.After.Host })
        {
            host.TrustedCertificate = TestCertificate.Instance;
            foreach (var (name, server) in names)
            {
                host.Names[name] = server;
            }
        }
    }

    private static string Smtp(string exchange) => $$"""
        static class Program
        {
            static async Task<string> Run(string host, int port, string pin)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, port);
                var stream = client.GetStream();
                {{exchange}}
                await using var tls = new SslStream(stream, false, (_, certificate, _, _) => certificate?.GetCertHashString() == pin);
                await tls.AuthenticateAsClientAsync("mail.test");
                using var reader = new StreamReader(tls);
                await tls.WriteAsync("AUTH PLAIN secret\r\n"u8.ToArray());
                return await reader.ReadLineAsync() ?? "closed";

                async Task SendAsync(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));

                async Task<string> ReadAsync()
                {
                    var text = new StringBuilder();
                    var letter = new byte[1];
                    while (true)
                    {
                        await stream.ReadExactlyAsync(letter);
                        text.Append((char)letter[0]);
                        if (letter[0] == '\n')
                        {
                            var last = text.ToString().TrimEnd('\r', '\n').Split('\n')[^1];
                            if (last.Length < 4 || last[3] != '-')
                            {
                                return text.ToString();
                            }
                        }
                    }
                }
            }
        }
        """;
}
