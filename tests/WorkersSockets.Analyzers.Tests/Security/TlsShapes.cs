using System.Text.RegularExpressions;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

/// <summary>
/// Programs that start TLS, miss it or misuse it, marked with the finds of all rules that read how far a connection is: WSK2007,
/// WSK4001, WSK4002, WSK4003, WSK4006 and WSK4007. Each of them runs over all shapes, so that what one finds the others leave.
/// </summary>
internal static class TlsShapes
{
    private static readonly Dictionary<string, (On On, string Source)> Shapes = new()
    {
        ["SMTP: the command is sent, its answer is not read"] = (On.DotNet, """
            public class Smtp
            {
                public async Task M(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 587);
                    var stream = client.GetStream();
                    using var reader = new StreamReader(stream, Encoding.ASCII);
                    using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true };
                    await reader.ReadLineAsync();
                    await writer.WriteLineAsync("EHLO me");
                    await reader.ReadLineAsync();
                    await writer.WriteLineAsync("STARTTLS");
                    using var tls = new SslStream(stream);
                    await {|WSK4001:tls.AuthenticateAsClientAsync(host)|};
                }
            }
            """),
        ["SMTP: only the greeting is read"] = (On.DotNet, """
            public class Smtp
            {
                public async Task M(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 587);
                    var stream = client.GetStream();
                    var buffer = new byte[512];
                    await stream.ReadAsync(buffer);
                    using var tls = new SslStream(stream);
                    await {|WSK4001:tls.AuthenticateAsClientAsync(host)|};
                }
            }
            """),
        ["IMAP: TLS at once on 143, on 993, on an unknown port"] = (On.DotNet, """
            public class Imap
            {
                public void M(string host)
                {
                    using var client = new TcpClient(host, 143);
                    using var tls = new SslStream(client.GetStream());
                    {|WSK4001:tls.AuthenticateAsClient(host)|};
                }
                public void Ok(string host)
                {
                    using var client = new TcpClient(host, 993);
                    using var tls = new SslStream(client.GetStream());
                    tls.AuthenticateAsClient(host);
                }
                public void Ok2(string host, int port)
                {
                    using var client = new TcpClient(host, port);
                    using var tls = new SslStream(client.GetStream());
                    tls.AuthenticateAsClient(host);
                }
            }
            """),
        ["PostgreSQL and MySQL: the request and its answer"] = (On.DotNet, """
            public class Pg
            {
                public async Task M(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 5432);
                    var stream = client.GetStream();
                    await stream.WriteAsync(new byte[] { 0, 0, 0, 8, 4, 210, 22, 47 });
                    var answer = stream.ReadByte();
                    if (answer != 'S') throw new IOException();
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(host);
                }
                public async Task Bad(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 5432);
                    var stream = client.GetStream();
                    await stream.WriteAsync(new byte[] { 0, 0, 0, 8, 4, 210, 22, 47 });
                    var tls = new SslStream(stream);
                    await {|WSK4001:tls.AuthenticateAsClientAsync(host)|};
                }
                public async Task Mysql(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 3306);
                    var stream = client.GetStream();
                    var buffer = new byte[4096];
                    await stream.ReadAsync(buffer);
                    await stream.WriteAsync(SslRequest());
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(host);
                }
                private static byte[] SslRequest() => new byte[36];
            }
            """),
        ["Worker: at once, after the command, after its answer, on an unknown port"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("smtp.contoso.com", 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    var tls = await {|WSK4001:socket.StartTlsAsync()|};
                    await tls.OpenedAsync();
                    await tls.CloseAsync();
                    var second = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    await second.WriteTextAsync("STARTTLS\r\n");
                    var tls2 = await {|WSK4001:second.StartTlsAsync()|};
                    await tls2.CloseAsync();
                    var third = TcpSocket.Connect("smtp.contoso.com", 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    await {|WSK2007:third.ReadAsync()|};
                    await third.WriteTextAsync("STARTTLS\r\n");
                    await third.ReadAsync();
                    var tls3 = await {|WSK4007:third.StartTlsAsync()|};
                    await tls3.CloseAsync();
                    var fourth = TcpSocket.Connect("smtp.contoso.com", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    var tls4 = await fourth.StartTlsAsync();
                    await tls4.CloseAsync();
                    return Response.Text("ok");
                }
            }
            """),
        ["SMTP: the whole exchange"] = (On.DotNet, """
            public class Smtp
            {
                public async Task M(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 587);
                    var stream = client.GetStream();
                    using var reader = new StreamReader(stream, Encoding.ASCII);
                    using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\r\n" };
                    await reader.ReadLineAsync();
                    await writer.WriteLineAsync("EHLO me");
                    await reader.ReadLineAsync();
                    await writer.WriteLineAsync("STARTTLS");
                    await reader.ReadLineAsync();
                    using var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(host);
                    using var secure = new StreamWriter(tls);
                    await secure.WriteLineAsync("EHLO me");
                }
            }
            """),
        ["SMTP: the exchange in helpers"] = (On.DotNet, """
            public class Smtp
            {
                private readonly TcpClient client = new();
                private Stream? stream;
                private async Task<string> CommandAsync(NetworkStream stream, string command)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
                    return await ReadAsync(stream);
                }
                private async Task<string> ReadAsync(NetworkStream stream)
                {
                    var buffer = new byte[512];
                    var text = "";
                    while (!text.EndsWith("\r\n"))
                    {
                        var n = await stream.ReadAsync(buffer);
                        if (n == 0) break;
                        text += Encoding.ASCII.GetString(buffer, 0, n);
                    }
                    return text;
                }
                public async Task M(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 587);
                    var stream = client.GetStream();
                    await ReadAsync(stream);
                    await CommandAsync(stream, "EHLO me");
                    await CommandAsync(stream, "STARTTLS");
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(host);
                    await tls.WriteAsync(Encoding.ASCII.GetBytes("EHLO me\r\n"));
                    await tls.DisposeAsync();
                }
            }
            """),
        ["a setting chooses the port and TLS"] = (On.DotNet, """
            public class Smtp
            {
                public async Task M(string host, bool useSsl)
                {
                    using var client = new TcpClient();
                    var port = useSsl ? 465 : 587;
                    await client.ConnectAsync(host, port);
                    Stream stream = client.GetStream();
                    if (useSsl)
                    {
                        var tls = new SslStream(stream);
                        await tls.AuthenticateAsClientAsync(host);
                        stream = tls;
                    }
                    using var reader = new StreamReader(stream);
                    await reader.ReadLineAsync();
                }
            }
            """),
        ["Worker: options in a field, options without it, result discarded, never upgraded"] = (On.Workers, """
            public static class Worker
            {
                private static readonly TcpSocketOptions Options = new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls };
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var a = TcpSocket.Connect("smtp.contoso.com", 2525, Options);
                    var at = await a.StartTlsAsync();
                    await at.CloseAsync();
                    var options = new TcpSocketOptions { AllowHalfOpen = true };
                    var b = TcpSocket.Connect("smtp.contoso.com", 2525, options);
                    var bt = await {|WSK4002:b.StartTlsAsync()|};
                    await bt.CloseAsync();
                    var c = TcpSocket.Connect("smtp.contoso.com", 2525, Options);
                    await {|WSK4002:c.StartTlsAsync()|};
                    var d = {|WSK4002:TcpSocket.Connect("smtp.contoso.com", 2525, Options)|};
                    await d.WriteTextAsync("AUTH");
                    await d.CloseAsync();
                    return Response.Text("ok");
                }
            }
            """),
        ["Worker: a first read without, with an open, behind a write, over helpers"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var a = TcpSocket.Connect("smtp.contoso.com", 2525);
                    var first = await {|WSK2007:a.ReadAsync()|};
                    await a.CloseAsync();
                    var b = TcpSocket.Connect("smtp.contoso.com", 2525);
                    await b.OpenedAsync();
                    await b.ReadAsync();
                    await b.CloseAsync();
                    var c = TcpSocket.Connect("smtp.contoso.com", 2525);
                    await c.WriteTextAsync("x");
                    await c.ReadAsync();
                    await c.CloseAsync();
                    var d = Open();
                    await {|WSK2007:d.ReadAsync()|};
                    await d.CloseAsync();
                    var e = await OpenAsync();
                    await e.ReadAsync();
                    await e.CloseAsync();
                    return Response.Text("ok");
                }
                private static TcpSocket Open() => TcpSocket.Connect("smtp.contoso.com", 2525);
                private static async Task<TcpSocket> OpenAsync() { var s = TcpSocket.Connect("smtp.contoso.com", 2525); await s.OpenedAsync(); return s; }
                private static async Task<string> ReadAllAsync(TcpSocket socket) { var r = await socket.ReadAsync(); return TextCodec.DecodeUtf8(r.Bytes); }
            }
            """),
        ["Worker: a helper upgrades"] = (On.Workers, """
            public static class Worker
            {
                private static readonly TcpSocketOptions Options = new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls };
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("ldap.contoso.com", 2389, Options);
                    await UpgradeAsync(socket);
                    return Response.Text("ok");
                }
                private static async Task UpgradeAsync(TcpSocket socket)
                {
                    var tls = await socket.StartTlsAsync();
                    await tls.WriteTextAsync("x");
                    await tls.CloseAsync();
                }
            }
            """),
        ["Worker: the old socket is closed behind the upgrade"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("a.example.net", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    var tls = await socket.StartTlsAsync();
                    await tls.OpenedAsync();
                    await tls.WriteTextAsync("x");
                    await tls.CloseAsync();
                    await socket.CloseAsync();
                    return Response.Text("ok");
                }
            }
            """),
        ["Worker: the variable gets the upgraded socket"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("a.example.net", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    socket = await socket.StartTlsAsync();
                    await socket.OpenedAsync();
                    await socket.WriteTextAsync("x");
                    await socket.CloseAsync();
                    return Response.Text("ok");
                }
            }
            """),
        ["Worker: the old socket is read and passed to one who ignores it"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("a.example.net", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    var tls = await socket.StartTlsAsync();
                    await tls.OpenedAsync();
                    await {|WSK4003:socket.ReadAsync()|};
                    await SendAsync(socket);
                    await tls.CloseAsync();
                    return Response.Text("ok");
                }
                private static Task SendAsync(object value) => Task.CompletedTask;
            }
            """),
        ["Worker: TLS from the start, a probe, a plain port, the port in an address"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("imap.contoso.com", 993, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On });
                    await socket.OpenedAsync();
                    await socket.WriteTextAsync("a1 NOOP\r\n");
                    await socket.CloseAsync();
                    var probe = TcpSocket.Connect("imap.contoso.com", 993);
                    await probe.OpenedAsync();
                    await probe.CloseAsync();
                    var plain = TcpSocket.Connect("imap.contoso.com", 143);
                    await plain.WriteTextAsync("a1 NOOP\r\n");
                    await plain.CloseAsync();
                    var address = TcpSocket.Connect({|WSK4006:"redis.contoso.com:6380"|});
                    await address.WriteTextAsync("PING\r\n");
                    await address.CloseAsync();
                    return Response.Text("ok");
                }
            }
            """),
        ["a TLS stream, an unknown port, a plain one, a probe"] = (On.DotNet, """
            public class C
            {
                public async Task M(string host, int port)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 993);
                    await using var tls = new SslStream(client.GetStream());
                    await tls.AuthenticateAsClientAsync(host);
                    await tls.WriteAsync(new byte[1]);
                    using var other = new TcpClient();
                    await other.ConnectAsync(host, port);
                    await other.GetStream().WriteAsync(new byte[1]);
                    using var plain = new TcpClient();
                    await plain.ConnectAsync(host, 143);
                    await plain.GetStream().WriteAsync(new byte[1]);
                    using var probe = new TcpClient();
                    await probe.ConnectAsync(host, 443);
                }
            }
            """),
        ["a raw socket on LDAPS"] = (On.DotNet, """
            public class C
            {
                public void M(string host)
                {
                    using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    socket.Connect(host, {|WSK4006:636|});
                    socket.Send(new byte[1]);
                }
            }
            """),
        ["the raw stream before and behind the handshake"] = (On.DotNet, """
            public class C
            {
                public async Task M(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 587);
                    var stream = client.GetStream();
                    var line = new byte[64];
                    await stream.ReadAsync(line);
                    await stream.WriteAsync("STARTTLS\r\n"u8.ToArray());
                    await stream.ReadAsync(line);
                    await using var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(host);
                    await tls.WriteAsync(line);
                    client.Close();
                }
                public async Task Bad(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 587);
                    var stream = client.GetStream();
                    var line = new byte[64];
                    await stream.ReadAsync(line);
                    await stream.WriteAsync("STARTTLS\r\n"u8.ToArray());
                    await stream.ReadAsync(line);
                    await using var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(host);
                    await {|WSK4003:client.GetStream().WriteAsync(line)|};
                    await {|WSK4003:stream.ReadAsync(line)|};
                    {|WSK4003:client.Client.Send(line)|};
                }
            }
            """),
        ["Worker: no options"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("a.example.net", 2525);
                    var tls = await {|WSK4002:socket.StartTlsAsync()|};
                    await tls.OpenedAsync();
                    await tls.CloseAsync();
                    return Response.Text("ok");
                }
            }
            """),
        ["Worker: the old socket is written to"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("a.example.net", 2525, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                    var tls = await socket.StartTlsAsync();
                    await tls.OpenedAsync();
                    await {|WSK4003:socket.WriteTextAsync("x")|};
                    await tls.CloseAsync();
                    return Response.Text("ok");
                }
            }
            """),
        ["the raw stream under TLS is written to"] = (On.DotNet, """
            public class C
            {
                public async Task M(string host)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 993);
                    var stream = client.GetStream();
                    using var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(host);
                    await {|WSK4003:stream.WriteAsync(new byte[1])|};
                }
            }
            """),
        ["Worker: IMAPS as plain text"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("imap.contoso.com", {|WSK4006:993|});
                    await socket.OpenedAsync();
                    await socket.WriteTextAsync("a1 CAPABILITY\r\n");
                    await socket.CloseAsync();
                    return Response.Text("ok");
                }
            }
            """),
        ["IMAPS as plain text"] = (On.DotNet, """
            public class C
            {
                public async Task M()
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync("imap.contoso.com", {|WSK4006:993|});
                    using var stream = client.GetStream();
                    await stream.WriteAsync(new byte[1]);
                }
            }
            """),
        ["Worker: a time server is read at once"] = (On.Workers, """
            public static class Worker
            {
                [Fetch]
                public static async Task<Response> Handle(Request request)
                {
                    var socket = TcpSocket.Connect("time.contoso.com", 37);
                    try
                    {
                        var time = await {|WSK2007:socket.ReadAsync()|};
                        return Response.Text(TextCodec.DecodeUtf8(time.Bytes));
                    }
                    finally
                    {
                        await socket.CloseAsync();
                    }
                }
            }
            """),
    };

    /// <summary>The names of the shapes.</summary>
    public static TheoryData<string> Names => [.. Shapes.Keys];

    /// <summary>The rule finds exactly what is marked with its id.</summary>
    public static Task CheckAsync(string id, string name)
    {
        var (on, source) = Shapes[name];
        return Verify.RunAsync(id, on, [("Test.cs", Keep(id, source))], []);
    }

    /// <summary>Removes the marks of all other rules.</summary>
    private static string Keep(string id, string source)
    {
        var kept = new Stack<bool>();
        return Regex.Replace(source, @"\{\|(WSK\d+):|\|\}", mark =>
        {
            if (!mark.Groups[1].Success)
            {
                return kept.Pop() ? mark.Value : "";
            }

            kept.Push(mark.Groups[1].Value == id);
            return kept.Peek() ? mark.Value : "";
        });
    }
}
