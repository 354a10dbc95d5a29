using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Platform;

public class WSK5004_TestHostTests
{
    private const string Id = "WSK5004";

    [Theory]
    [InlineData("tcpbin.com")]
    [InlineData("TcpBin.com")]
    [InlineData("portquiz.net")]
    [InlineData("example.com")]
    [InlineData("example.net")]
    [InlineData("example.org")]
    [InlineData("telehack.com")]
    [InlineData("echo.websocket.org")]
    public async Task Found(string host)
    {
        await Verify.FoundAsync(
            Id, On.DotNet, $$"""class C { TcpClient M() => new TcpClient({|#0:"{{host}}"|}, 4242); }""", Verify.Result(RuleCatalog.TestHost, 0, host));
        await Verify.FoundAsync(
            Id, On.Workers, $$"""class C { TcpSocket M() => TcpSocket.Connect({|#0:"{{host}}:4242"|}); }""", Verify.Result(RuleCatalog.TestHost, 0, host));
    }

    [Theory]
    [InlineData("TcpClient M() => new TcpClient(\"smtp.example.com\", 587);")]
    [InlineData("TcpClient M() => new TcpClient(\"notexample.com\", 587);")]
    [InlineData("TcpClient M(string host) => new TcpClient(host, 587);")]
    [InlineData("string M() => \"example.com\";")]
    [InlineData("[Test] TcpClient M() => new TcpClient(\"example.com\", 80);")]
    public Task Silent(string member) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class TestAttribute : Attribute { }

        class C
        {
            {{member}}
        }
        """);

    [Fact]
    public Task Found_in_a_test_where_tests_are_included() => Verify.RunAsync(
        Id,
        On.DotNet,
        [("Test.cs", """
            class TestAttribute : Attribute { }

            class C
            {
                [Test] TcpClient M() => new TcpClient({|WSK5004:"example.com"|}, 80);
            }
            """)],
        [],
        editorconfig: "workers_sockets.include_tests = true");

    /// <summary>A helper that gets a constant destination says nothing of it by what it returns.</summary>
    [Theory]
    [InlineData("async Task Dial(string host, int port)", "await Dial({|WSK5004:\"tcpbin.com\"|}, 4242);")]
    [InlineData("async Task<bool> Dial(string host, int port)", "if (!await Dial({|WSK5004:\"tcpbin.com\"|}, 4242)) throw new IOException();")]
    [InlineData("async Task Dial(string host, int port)", "var work = Dial(port: 4242, host: {|WSK5004:\"tcpbin.com\"|}); await work;")]
    public Task Found_at_the_call_of_a_helper(string helper, string call) => Verify.FoundAsync(Id, On.DotNet, $$"""
        class C
        {
            async Task M()
            {
                {{call}}
            }

            static {{helper}}
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, port);
                {{(helper.Contains("bool", StringComparison.Ordinal) ? "return true;" : "")}}
            }
        }
        """);
}
