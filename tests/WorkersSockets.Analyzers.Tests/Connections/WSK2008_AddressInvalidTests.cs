using WorkersSockets.Analyzers.CodeFixes.Connections;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class WSK2008_AddressInvalidTests
{
    private const string Id = "WSK2008";

    [Theory]
    [InlineData("TcpSocket.Connect({|#0:\"db.contoso.com\"|})", "db.contoso.com", "has no port")]
    [InlineData("TcpSocket.Connect({|#0:\"db.contoso.com:\"|})", "db.contoso.com:", "has a port that is no number")]
    [InlineData("TcpSocket.Connect({|#0:\"db.contoso.com:http\"|})", "db.contoso.com:http", "has a port that is no number")]
    [InlineData("TcpSocket.Connect({|#0:\"db.contoso.com:70000\"|})", "db.contoso.com:70000", "has a port outside of 1 to 65535")]
    [InlineData("TcpSocket.Connect({|#0:\"db.contoso.com:0\"|})", "db.contoso.com:0", "has a port outside of 1 to 65535")]
    [InlineData("TcpSocket.Connect({|#0:\":7000\"|})", ":7000", "names no host")]
    [InlineData("TcpSocket.Connect({|#0:\"\"|})", "", "names no host")]
    [InlineData("TcpSocket.Connect({|#0:\"2001:db8::1\"|})", "2001:db8::1", "has an IPv6 address without brackets")]
    [InlineData("TcpSocket.Connect({|#0:\"2001:db8:0:0:0:0:0:1:7000\"|})", "2001:db8:0:0:0:0:0:1:7000", "has an IPv6 address without brackets")]
    [InlineData("TcpSocket.Connect({|#0:\"[2001:db8::1]\"|})", "[2001:db8::1]", "has no port")]
    [InlineData("TcpSocket.Connect({|#0:\"https://db.contoso.com:8443\"|})", "https://db.contoso.com:8443", "has a scheme")]
    [InlineData("TcpSocket.Connect({|#0:$\"https://{host}:8443\"|})", "https://…:8443", "has a scheme")]
    [InlineData("TcpSocket.Connect({|#0:\"db.contoso.com:7000/path\"|})", "db.contoso.com:7000/path", "has a path")]
    [InlineData("TcpSocket.Connect({|#0:\"db.contoso.com:7000?a=b\"|})", "db.contoso.com:7000?a=b", "has a query")]
    [InlineData("TcpSocket.Connect({|#0:\"user@db.contoso.com:7000\"|})", "user@db.contoso.com:7000", "has user information")]
    [InlineData("TcpSocket.Connect({|#0:\"db contoso.com:7000\"|})", "db contoso.com:7000", "has a space in it")]
    [InlineData("TcpSocket.Connect({|#0:\"\"|}, 7000)", "", "names no host")]
    [InlineData("TcpSocket.Connect({|#0:\" db.contoso.com\"|}, 7000)", " db.contoso.com", "has a space in it")]
    [InlineData("TcpSocket.Connect({|#0:\"2001:db8::1\"|}, 7000)", "2001:db8::1", "is an IPv6 address without brackets")]
    [InlineData("TcpSocket.Connect({|#0:\"db.contoso.com:7000\"|}, 7000)", "db.contoso.com:7000", "has a port in it")]
    [InlineData("TcpSocket.Connect({|#0:\"https://localhost\"|}, 7000)", "https://localhost", "has a scheme")]
    public Task Text_on_workers(string connect, string text, string problem) => Verify.FoundAsync(
        Id, On.Workers, $"class C {{ TcpSocket M(string host) => {connect}; }}", Verify.Result(RuleCatalog.AddressInvalid, 0, text, problem));

    [Theory]
    [InlineData("new TcpClient(host, {|#0:70000|})", "70000")]
    [InlineData("new TcpClient(host, {|#0:0|})", "0")]
    [InlineData("new TcpClient(host, {|#0:-1|})", "-1")]
    [InlineData("new TcpClient(host, {|#0:65536|})", "65536")]
    public Task Port_on_dotnet(string connect, string port) => Verify.FoundAsync(
        Id, On.DotNet, $"class C {{ TcpClient M(string host) => {connect}; }}", Verify.Result(RuleCatalog.AddressInvalid, 0, port, "is no port: ports go from 1 to 65535"));

    [Theory]
    [InlineData("{|WSK2008:\"http://db.contoso.com\"|}")]
    [InlineData("{|WSK2008:\"db.contoso.com/path\"|}")]
    [InlineData("{|WSK2008:\"db.contoso.com:7000\"|}")]
    [InlineData("{|WSK2008:\"db.contoso.com \"|}")]
    [InlineData("{|WSK2008:\"\"|}")]
    [InlineData("{|WSK2008:Host|}")]
    public Task Host_on_dotnet(string host) => Verify.FoundAsync(
        Id, On.DotNet, $$"""class C { private readonly string Host = "tcp://db.contoso.com"; TcpClient M() => new TcpClient({{host}}, 7000); }""");

    [Theory]
    [InlineData("c.Connect(\"db.contoso.com\", 7000);")]
    [InlineData("c.Connect(\"2001:db8::1\", 7000);")]
    [InlineData("c.Connect(\"fe80::1%eth0\", 7000);")]
    [InlineData("c.Connect(\"db_1\", 65535);")]
    [InlineData("c.Connect(host, port);")]
    [InlineData("c.Connect(new Uri(\"https://db.contoso.com:7000/path\").Host, 7000);")]
    [InlineData("int p = 0; if (port > 0) p = 5; else p = 6; c.Connect(host, p);")]
    [InlineData("string h = \"\"; if (port > 0) h = \"a.contoso.com\"; else h = \"b.contoso.com\"; c.Connect(h, 7000);")]
    [InlineData("string h = \"\"; h = host; c.Connect(h, 7000);")]
    [InlineData("c.Connect(host ?? \"\", port);")]
    [InlineData("var u = new UdpClient(0); u.Connect(host, port);")]
    public Task Silent_on_dotnet(string statements) => Verify.SilentAsync(
        Id, On.DotNet, $$"""class C { void M(TcpClient c, string host, int port) { {{statements}} } }""");

    [Theory]
    [InlineData("TcpSocket.Connect(\"db.contoso.com:7000\")")]
    [InlineData("TcpSocket.Connect(\"[2001:db8::1]:7000\")")]
    [InlineData("TcpSocket.Connect(\"[2001:db8::1]\", 7000)")]
    [InlineData("TcpSocket.Connect($\"{host}:7000\")")]
    [InlineData("TcpSocket.Connect(host)")]
    [InlineData("TcpSocket.Connect(host, 65535)")]
    public Task Silent_on_workers(string connect) => Verify.SilentAsync(Id, On.Workers, $"class C {{ TcpSocket M(string host) => {connect}; }}");

    [Theory]
    [InlineData("TcpSocket.Connect({|WSK2008:\"https://db.contoso.com:8443/path\"|})", "TcpSocket.Connect(\"db.contoso.com:8443\")")]
    [InlineData("TcpSocket.Connect({|WSK2008:\"https://db.contoso.com\"|})", "TcpSocket.Connect(\"db.contoso.com:443\", new TcpSocketOptions { SecureTransport = TcpSecureTransport.On })")]
    [InlineData("TcpSocket.Connect({|WSK2008:\"user:secret@db.contoso.com:7000\"|})", "TcpSocket.Connect(\"db.contoso.com:7000\")")]
    [InlineData("TcpSocket.Connect({|WSK2008:\" db.contoso.com:7000\"|})", "TcpSocket.Connect(\"db.contoso.com:7000\")")]
    [InlineData("TcpSocket.Connect({|WSK2008:\"https://db.contoso.com:8443\"|}, 443)", "TcpSocket.Connect(\"db.contoso.com\", 8443)")]
    [InlineData("TcpSocket.Connect({|WSK2008:\"tcp://db.contoso.com\"|}, port)", "TcpSocket.Connect(\"db.contoso.com\", port)")]
    [InlineData("TcpSocket.Connect({|WSK2008:\"2001:db8::1\"|}, 7000)", "TcpSocket.Connect(\"[2001:db8::1]\", 7000)")]
    [InlineData("TcpSocket.Connect(new TcpSocketAddress({|WSK2008:\"db.contoso.com:7000\"|}, 7000))", "TcpSocket.Connect(new TcpSocketAddress(\"db.contoso.com\", 7000))")]
    public Task Fix_on_workers(string before, string after)
    {
        static string Source(string expression) => $"class C {{ TcpSocket M(int port) => {expression}; }}";
        return Verify.FixAsync<CorrectAddress>(Id, "Correct", On.Workers, Source(before), Source(after));
    }

    [Theory]
    [InlineData("new TcpClient({|WSK2008:\"https://db.contoso.com:8443\"|}, 443)", "new TcpClient(\"db.contoso.com\", 8443)")]
    [InlineData("new TcpClient({|WSK2008:\"db.contoso.com/path\"|}, port)", "new TcpClient(\"db.contoso.com\", port)")]
    [InlineData("new TcpClient({|WSK2008:\"db.contoso.com:7000\"|}, 7000)", "new TcpClient(\"db.contoso.com\", 7000)")]
    public Task Fix_on_dotnet(string before, string after)
    {
        static string Source(string expression) => $"class C {{ TcpClient M(int port) => {expression}; /* end */ }}";
        return Verify.FixAsync<CorrectAddress>(Id, "Correct", On.DotNet, Source(before), Source(after));
    }

    [Theory]
    [InlineData("TcpSocket.Connect({|WSK2008:\"db.contoso.com\"|})")]
    [InlineData("TcpSocket.Connect({|WSK2008:\"tcp://db.contoso.com\"|})")]
    [InlineData("TcpSocket.Connect({|WSK2008:\"\"|}, 7000)")]
    [InlineData("TcpSocket.Connect(\"db.contoso.com\", {|WSK2008:70000|})")]
    [InlineData("TcpSocket.Connect({|WSK2008:\"https://db.contoso.com:8443\"|}, port)")]
    [InlineData("TcpSocket.Connect({|WSK2008:\"http://localhost:8080\"|}, 8080)")]
    [InlineData("TcpSocket.Connect({|WSK2008:Host|}, 8080)")]
    public Task No_fix_without_a_right_address(string connect) => Verify.NotFixableAsync<CorrectAddress>(
        Id, On.Workers, $"class C {{ const string Host = \"http://db.contoso.com\"; TcpSocket M(int port) => {connect}; }}");
}
