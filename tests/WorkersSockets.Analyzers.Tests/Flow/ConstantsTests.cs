using System.Collections.Immutable;
using WorkersSockets.Analyzers.Flow.Constants;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Flow;

public class ConstantsTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.1", "127.0.0.1")]
    [InlineData("1.2.3", "1.2.0.3")]
    [InlineData("0x7F.1", "127.0.0.1")]
    [InlineData("0177.0.0.1", "127.0.0.1")]
    [InlineData("4294967295", "255.255.255.255")]
    [InlineData("::", "0:0:0:0:0:0:0:0")]
    [InlineData("[2001:db8::1]", "2001:db8:0:0:0:0:0:1")]
    [InlineData("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("fe80::1%3", "fe80:0:0:0:0:0:0:1")]
    public void Addresses_in_all_spellings(string text, string expected)
    {
        Assert.True(IpNumber.TryParse(text, out var number));
        Assert.Equal(expected, number.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.2.3.4.5")]
    [InlineData("256.1.1.1")]
    [InlineData("1.2.3.256")]
    [InlineData("4294967296")]
    [InlineData("08.0.0.1")]
    [InlineData("0x")]
    [InlineData("a.b")]
    [InlineData("1:2:3")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("12345::")]
    [InlineData(":::")]
    public void Texts_that_are_no_address(string text) => Assert.False(IpNumber.TryParse(text, out _));

    [Theory]
    [InlineData("a:1", "a", 1L)]
    [InlineData("a", "a", null)]
    [InlineData("a:b", "a", null)]
    [InlineData("[::1]:7", "::1", 7L)]
    [InlineData("[::1]", "::1", null)]
    [InlineData("::1", "::1", null)]
    [InlineData(":5", "", 5L)]
    [InlineData("[", "[", null)]
    public void Texts_of_host_and_port(string text, string host, long? port)
    {
        var parts = AddressText.Split(text);
        Assert.Equal((host, port), (parts.Host, parts.Port));
    }

    [Fact]
    public void A_range_that_cannot_be_read_blocks_nothing() =>
        Assert.Equal(HostKind.Ordinary, HostClassifier.Classify("203.0.113.1", ImmutableArray.Create("203.0.113.0/x", "203.0.113.0/99", "/8", "", "*")));

    [Theory]
    [InlineData("class C { TcpClient M() => new TcpClient(")]
    [InlineData("class C { TcpClient M() => new TcpClient(\"a\", ); }")]
    [InlineData("class C { TcpClient M() => new TcpClient(, 25); }")]
    [InlineData("class C { TcpClient M(string h) { var p = p; return new TcpClient(h, p); } }")]
    [InlineData("class C { int P => P; TcpClient M(string h) => new TcpClient(h, P); }")]
    [InlineData("class C { readonly int a = b; readonly int b = a; TcpClient M(string h) => new TcpClient(h, a); }")]
    [InlineData("class C { static readonly string A = B + \":\", B = A + \"x\"; TcpClient M() => new TcpClient(A, 1); }")]
    [InlineData("class C { int F() => F(); TcpClient M(string h) => new TcpClient(h, F()); }")]
    [InlineData("class C { TcpClient M(string h, int p = ) => new TcpClient(h, p); }")]
    [InlineData("class C { TcpClient M() => new TcpClient($\"{\", 1); }")]
    [InlineData("class C { TcpClient M() { foreach (var h in new[] { \"a\", }) new TcpClient(h, [1, ..]); } }")]
    [InlineData("class C { void M(TcpClient c) { c.Connect(new IPEndPoint(new IPAddress(new byte[] { 1, 2 }), )); } }")]
    [InlineData("class C { void M(TcpClient c) { c.Connect(new Uri().Host, new Uri(\"\").Port); } }")]
    [InlineData("class C { void M(TcpClient c) { var (h, p) = (\"a\"); c.Connect(h, p); } }")]
    [InlineData("class C { void M() { new System.Net.Mail.SmtpClient(; } }")]
    [InlineData("class C { void M() { new System.Net.Mail.SmtpClient { Port = }; } }")]
    [InlineData("class C { void M(TcpClient c) { c.Connect(c switch { _ => }, 1); } }")]
    public async Task Half_typed_and_circular_code_does_no_harm(string source) =>
        Assert.DoesNotContain(await Verify.DiagnoseAsync(On.DotNet, source), found => found.Id == "AD0001");

    [Fact]
    public async Task Members_of_partial_types_are_read_whole()
    {
        var found = await Verify.DiagnoseAsync(On.DotNet, """
            partial class C
            {
                private string host = "localhost";
                private int port = 7000;

                public TcpClient M() => new TcpClient(host, port);
            }

            partial class C
            {
                public void Set(string value) => host = value;
            }
            """);
        Assert.DoesNotContain(found, diagnostic => diagnostic.Id == "WSK2004");
    }
}
