using WorkersSockets.Analyzers.CodeFixes.Connections;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class WSK2003_Port25BlockedTests
{
    private const string Id = "WSK2003";

    [Theory]
    [InlineData("var c = new TcpClient(host, {|WSK2003:25|});")]
    [InlineData("var c = new TcpClient(port: {|WSK2003:25|}, hostname: host);")]
    [InlineData("TcpClient c = new(host, {|WSK2003:25|});")]
    [InlineData("using (var c = new TcpClient(host, {|WSK2003:25|})) { }")]
    [InlineData("var c = new TcpClient(); c.Connect(host, {|WSK2003:25|});")]
    [InlineData("var c = new TcpClient(); c?.Connect(host, {|WSK2003:25|});")]
    [InlineData("var c = new TcpClient(); await c.ConnectAsync(host, {|WSK2003:25|}).ConfigureAwait(false);")]
    [InlineData("var c = new TcpClient(); await c.ConnectAsync(host, {|WSK2003:25|}, default);")]
    [InlineData("var c = new TcpClient(); _ = c.BeginConnect(host, {|WSK2003:25|}, null, null);")]
    [InlineData("var c = new TcpClient(); c.Connect(new IPEndPoint(IPAddress.Parse(host), {|WSK2003:25|}));")]
    [InlineData("var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Connect(new DnsEndPoint(host, {|WSK2003:25|}));")]
    [InlineData("var e = new DnsEndPoint(host, 25); var s = new Socket(SocketType.Stream, ProtocolType.Tcp); await s.ConnectAsync({|WSK2003:e|});")]
    [InlineData("var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Connect({|WSK2003:IPEndPoint.Parse(\"192.0.2.1:25\")|});")]
    [InlineData("var a = new SocketAsyncEventArgs { RemoteEndPoint = new DnsEndPoint(host, {|WSK2003:25|}) }; new Socket(SocketType.Stream, ProtocolType.Tcp).ConnectAsync(a);")]
    [InlineData("var a = new SocketAsyncEventArgs(); a.RemoteEndPoint = new DnsEndPoint(host, {|WSK2003:25|}); new Socket(SocketType.Stream, ProtocolType.Tcp).ConnectAsync(a);")]
    [InlineData("const int Smtp = 25; var c = new TcpClient(host, {|WSK2003:Smtp|});")]
    [InlineData("var port = 25; var c = new TcpClient(host, {|WSK2003:port|});")]
    [InlineData("int port; port = 25; var c = new TcpClient(host, {|WSK2003:port|});")]
    [InlineData("var port = 25; if (host.Length > 3) port = 465; var c = new TcpClient(host, {|WSK2003:port|});")]
    [InlineData("var c = new TcpClient(host, {|WSK2003:host.Length > 3 ? 465 : 25|});")]
    [InlineData("var c = new TcpClient(host, {|WSK2003:host switch { \"a\" => 25, _ => 587 }|});")]
    [InlineData("var (h, p) = (host, 25); var c = new TcpClient(h, {|WSK2003:p|});")]
    [InlineData("var t = (Host: host, Port: 25); var c = new TcpClient(t.Host, {|WSK2003:t.Port|});")]
    [InlineData("foreach (var p in new[] { 25, 587 }) { var c = new TcpClient(host, {|WSK2003:p|}); }")]
    [InlineData("int[] ports = [25, 587]; foreach (var p in ports) { var c = new TcpClient(host, {|WSK2003:p|}); }")]
    [InlineData("var c = new TcpClient(host, {|WSK2003:int.Parse(\"25\")|});")]
    [InlineData("var c = new TcpClient(host, {|WSK2003:new Uri(\"smtp://mx.contoso.com:25\").Port|});")]
    [InlineData("var c = new TcpClient(host, checked({|WSK2003:(ushort)25|}));")]
    [InlineData("var c = new TcpClient(host, {|WSK2003:Defaults.Port|});")]
    [InlineData("var c = new TcpClient(host, {|WSK2003:Defaults.Readonly|});")]
    [InlineData("var c = new TcpClient(host, {|WSK2003:Defaults.Property|});")]
    [InlineData("void Send(int p = 25) { var c = new TcpClient(host, {|WSK2003:p|}); } Send();")]
    public Task Found_on_dotnet(string statements) => Verify.FoundAsync(Id, On.DotNet, $$"""
        class C
        {
            async Task M(string host)
            {
                {{statements}}
                await Task.Yield();
            }
        }

        static class Defaults
        {
            public const int Port = 20 + 5;
            public static readonly int Readonly = 25;
            public static int Property => Port;
        }
        """);

    [Theory]
    [InlineData("TcpSocket.Connect(host, {|WSK2003:25|})")]
    [InlineData("TcpSocket.Connect({|WSK2003:\"smtp.contoso.com:25\"|})")]
    [InlineData("TcpSocket.Connect({|WSK2003:$\"{host}:25\"|})")]
    [InlineData("TcpSocket.Connect({|WSK2003:host + \":25\"|})")]
    [InlineData("TcpSocket.Connect({|WSK2003:$\"{host}:{Port}\"|})")]
    [InlineData("TcpSocket.Connect({|WSK2003:\"[2001:db8::1]:25\"|})")]
    [InlineData("TcpSocket.Connect(new TcpSocketAddress(host, {|WSK2003:25|}))")]
    [InlineData("TcpSocket.Connect(host, {|WSK2003:Port|}, new TcpSocketOptions())")]
    public Task Found_on_workers(string connect) => Verify.FoundAsync(Id, On.Workers, $$"""
        class C
        {
            private const int Port = 25;

            TcpSocket M(string host) => {{connect}};
        }
        """);

    [Theory]
    [InlineData("var c = new TcpClient(host, 587);")]
    [InlineData("var c = new TcpClient(host, port);")]
    [InlineData("var l = new TcpListener(IPAddress.Any, 25); l.Start();")]
    [InlineData("var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Bind(new IPEndPoint(IPAddress.Any, 25)); s.Listen();")]
    [InlineData("var u = new UdpClient(); u.Connect(host, 25);")]
    [InlineData("var s = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp); s.Connect(host, 25);")]
    [InlineData("for (var p = 25; p < 30; p++) { var c = new TcpClient(host, p); }")]
    [InlineData("var p = 25; p = int.Parse(host); var c = new TcpClient(host, p);")]
    [InlineData("var p = 25; Change(ref p); var c = new TcpClient(host, p);")]
    [InlineData("var c = new TcpClient(host, new Settings().Port);")]
    [InlineData("var text = $\"{host}:25\"; Console.WriteLine(text);")]
    public Task Silent_on_dotnet(string statements) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class C
        {
            void M(string host, int port)
            {
                {{statements}}
            }

            void Change(ref int value) => value++;
        }

        class Settings
        {
            public int Port { get; set; } = 25;
        }
        """);

    [Theory]
    [InlineData("TcpSocket.Connect(host, 587)")]
    [InlineData("TcpSocket.Connect($\"{host}:{port}\")")]
    [InlineData("TcpSocket.Connect(\"smtp.contoso.com:2525\")")]
    [InlineData("TcpSocket.Connect(host)")]
    public Task Silent_on_workers(string connect) => Verify.SilentAsync(Id, On.Workers, $"class C {{ TcpSocket M(string host, int port) => {connect}; }}");

    [Fact]
    public Task Silent_where_the_code_never_runs_in_a_cloud() => Verify.RunAsync(
        Id, On.DotNet, [("Test.cs", "class C { TcpClient M() => new TcpClient(\"mx.contoso.com\", 25); }")], [], editorconfig: "workers_sockets.target = dotnet");

    [Fact]
    public Task Declaration_in_another_file_is_named() => Verify.RunAsync(
        Id,
        On.DotNet,
        [
            ("Test.cs", "class C { TcpClient M(string host) => new TcpClient(host, {|#0:Ports.Smtp|}); }"),
            ("Ports.cs", "static class Ports { public static readonly int Smtp = {|#1:25|}; }"),
        ],
        [Verify.Result(RuleCatalog.Port25OnDotNet, 0).WithLocation(1)]);

    [Theory]
    [InlineData("new System.Net.Mail.SmtpClient(host, {|WSK2003:25|}).Send(message);")]
    [InlineData("var c = new System.Net.Mail.SmtpClient(host) { Port = {|WSK2003:25|} }; c.Send(message);")]
    [InlineData("var c = new System.Net.Mail.SmtpClient(host); c.Port = {|WSK2003:25|}; c.Send(message);")]
    public Task Mail_client_with_port_25(string statements) => Verify.FoundAsync(Id, On.DotNet, $$"""
        class C
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                {{statements}}
            }
        }
        """);

    [Theory]
    [InlineData("{|#0:new System.Net.Mail.SmtpClient(host)|}.Send(message);")]
    [InlineData("using var c = {|#0:new System.Net.Mail.SmtpClient(host)|}; c.Send(message);")]
    [InlineData("var c = {|#0:new System.Net.Mail.SmtpClient { Host = host }|}; c.Send(message);")]
    public Task Mail_client_at_its_default_port_is_a_suggestion(string statements) => Verify.FoundAsync(
        Id,
        On.DotNet,
        $$"""
        class C
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                {{statements}}
            }
        }
        """,
        Verify.Result(RuleCatalog.Port25OnDotNet, 0).WithSeverity(Microsoft.CodeAnalysis.DiagnosticSeverity.Info));

    [Theory]
    [InlineData("new System.Net.Mail.SmtpClient(host, 587).Send(message);")]
    [InlineData("var c = new System.Net.Mail.SmtpClient(host); c.Port = 587; c.Send(message);")]
    [InlineData("var c = new System.Net.Mail.SmtpClient { DeliveryMethod = System.Net.Mail.SmtpDeliveryMethod.SpecifiedPickupDirectory }; c.Send(message);")]
    [InlineData("var c = new System.Net.Mail.SmtpClient(host); Configure(c); c.Send(message);")]
    public Task Mail_client_with_another_port(string statements) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class C
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                {{statements}}
            }

            void Configure(System.Net.Mail.SmtpClient client) { }
        }
        """);

    [Theory]
    [InlineData("new TcpClient(host, {|WSK2003:25|})", "new TcpClient(host, 587)")]
    [InlineData("new TcpClient(host, /* smtp */ {|WSK2003:25|})", "new TcpClient(host, /* smtp */ 587)")]
    [InlineData("new TcpClient(host, {|WSK2003:host.Length > 3 ? 465 : 25|})", "new TcpClient(host, host.Length > 3 ? 465 : 587)")]
    public Task Fix_on_dotnet_changes_the_port(string before, string after)
    {
        static string Source(string expression) => $$"""
            class C
            {
                TcpClient M(string host) => {{expression}};
            }
            """;
        return Verify.FixAsync<UseSubmissionPort>(Id, "Submission", On.DotNet, Source(before), Source(after));
    }

    [Fact]
    public Task Fix_changes_the_declaration_of_a_constant() => Verify.FixAsync<UseSubmissionPort>(
        Id,
        "Submission",
        On.DotNet,
        """
        class C
        {
            // The relay's port.
            private const int Port = 25;

            TcpClient M(string host) => new TcpClient(host, {|WSK2003:Port|});
        }
        """,
        """
        class C
        {
            // The relay's port.
            private const int Port = 587;

            TcpClient M(string host) => new TcpClient(host, Port);
        }
        """);

    [Fact]
    public Task Fix_of_mail_clients_turns_on_encryption() => Verify.FixAsync<UseSubmissionPort>(
        Id,
        "Submission",
        On.DotNet,
        """
        class C
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                using var client = new System.Net.Mail.SmtpClient(host, {|WSK2003:25|});
                client.Send(message);
            }
        }

        class OnLines
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                using var client = new System.Net.Mail.SmtpClient(
                    host,
                    {|WSK2003:25|});
                client.Send(message);
            }
        }

        class D
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                var client = new System.Net.Mail.SmtpClient(host)
                {
                    Port = {|WSK2003:25|},
                };
                client.Send(message);
            }
        }

        class E
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                var client = new System.Net.Mail.SmtpClient(host);
                client.Port = {|WSK2003:25|};
                client.Send(message);
            }
        }
        """,
        """
        class C
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                using var client = new System.Net.Mail.SmtpClient(host, 587) { EnableSsl = true };
                client.Send(message);
            }
        }

        class OnLines
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                using var client = new System.Net.Mail.SmtpClient(
                    host,
                    587)
                {
                    EnableSsl = true,
                };
                client.Send(message);
            }
        }

        class D
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                var client = new System.Net.Mail.SmtpClient(host)
                {
                    Port = 587,
                    EnableSsl = true,
                };
                client.Send(message);
            }
        }

        class E
        {
            void M(string host, System.Net.Mail.MailMessage message)
            {
                var client = new System.Net.Mail.SmtpClient(host);
                client.Port = 587;
                client.EnableSsl = true;
                client.Send(message);
            }
        }
        """);

    [Theory]
    [InlineData("TcpSocket.Connect(host, {|WSK2003:25|})", "TcpSocket.Connect(host, 465, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On })")]
    [InlineData("TcpSocket.Connect({|WSK2003:$\"{host}:25\"|})", "TcpSocket.Connect($\"{host}:465\", new TcpSocketOptions { SecureTransport = TcpSecureTransport.On })")]
    [InlineData("TcpSocket.Connect({|WSK2003:host + \":25\"|}, null)", "TcpSocket.Connect(host + \":465\", new TcpSocketOptions { SecureTransport = TcpSecureTransport.On })")]
    [InlineData("TcpSocket.Connect(host, port: {|WSK2003:25|})", "TcpSocket.Connect(host, port: 465, options: new TcpSocketOptions { SecureTransport = TcpSecureTransport.On })")]
    [InlineData("TcpSocket.Connect(host, {|WSK2003:25|}, new TcpSocketOptions())", "TcpSocket.Connect(host, 465, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On })")]
    [InlineData("TcpSocket.Connect(host, {|WSK2003:25|}, new() { AllowHalfOpen = true })", "TcpSocket.Connect(host, 465, new() { SecureTransport = TcpSecureTransport.On, AllowHalfOpen = true })")]
    [InlineData("TcpSocket.Connect(host, {|WSK2003:25|}, new() { SecureTransport = TcpSecureTransport.Off })", "TcpSocket.Connect(host, 465, new() { SecureTransport = TcpSecureTransport.On })")]
    [InlineData("TcpSocket.Connect(new TcpSocketAddress(host, {|WSK2003:25|}))", "TcpSocket.Connect(new TcpSocketAddress(host, 465), new TcpSocketOptions { SecureTransport = TcpSecureTransport.On })")]
    public Task Fix_on_workers_turns_on_tls(string before, string after)
    {
        static string Source(string expression) => $$"""
            static class C
            {
                public static async Task M(string host)
                {
                    var socket = {{expression}};
                    await socket.OpenedAsync();
                    await socket.CloseAsync();
                }
            }
            """;
        return Verify.FixAsync<UseSubmissionPort>(Id, "ImplicitTls", On.Workers, Source(before), Source(after));
    }

    [Fact]
    public Task Fix_on_workers_keeps_an_upgrade() => Verify.FixAsync<UseSubmissionPort>(
        Id,
        "Submission",
        On.Workers,
        """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Connect(host, {|WSK2003:25|}, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                var secure = await socket.StartTlsAsync();
                await secure.OpenedAsync();
            }
        }
        """,
        """
        static class C
        {
            public static async Task M(string host)
            {
                var socket = TcpSocket.Connect(host, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
                var secure = await socket.StartTlsAsync();
                await secure.OpenedAsync();
            }
        }
        """);

    [Fact]
    public Task No_fix_where_the_options_come_from_elsewhere() => Verify.NotFixableAsync<UseSubmissionPort>(
        Id, On.Workers, "class C { TcpSocket M(string host, TcpSocketOptions options) => TcpSocket.Connect(host, {|WSK2003:25|}, options); }");
}
