using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Catalog;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Catalog;

public class ModelReaderTests
{
    [Fact]
    public void Line_gives_id_role_positions_words_and_flags() => Assert.Equal(
        [
            new ApiModel("M:A.B.Read(System.Byte[],System.Int32,System.Threading.CancellationToken)", ModelRole.Read)
            {
                Surface = Surface.Workers,
                Returns = ModelResult.AsyncResult,
                Buffer = 0,
                Offset = 1,
                Token = 2,
                AtLeast = true,
                Begin = true,
            },
        ],
        Read("M:A.B.Read(System.Byte[],System.Int32,System.Threading.CancellationToken)\tread  buffer=0 offset=1 token=2 at-least begin=true returns=async-result surface=workers").Models);

    [Theory]
    [InlineData("host", nameof(ApiModel.Host))]
    [InlineData("port", nameof(ApiModel.Port))]
    [InlineData("address", nameof(ApiModel.Address))]
    [InlineData("endpoint", nameof(ApiModel.Endpoint))]
    [InlineData("options", nameof(ApiModel.Options))]
    [InlineData("token", nameof(ApiModel.Token))]
    [InlineData("timeout", nameof(ApiModel.Timeout))]
    [InlineData("args", nameof(ApiModel.Args))]
    [InlineData("buffer", nameof(ApiModel.Buffer))]
    [InlineData("offset", nameof(ApiModel.Offset))]
    [InlineData("count", nameof(ApiModel.Count))]
    [InlineData("text", nameof(ApiModel.Text))]
    [InlineData("inner", nameof(ApiModel.Inner))]
    [InlineData("leave-open", nameof(ApiModel.LeaveOpen))]
    [InlineData("owns", nameof(ApiModel.Owns))]
    [InlineData("encoding", nameof(ApiModel.Encoding))]
    [InlineData("callback", nameof(ApiModel.Callback))]
    [InlineData("async-result", nameof(ApiModel.AsyncResult))]
    [InlineData("how", nameof(ApiModel.How))]
    [InlineData("value", nameof(ApiModel.Value))]
    [InlineData("delegate", nameof(ApiModel.Delegate))]
    [InlineData("task", nameof(ApiModel.Task))]
    public void Every_position_key_sets_its_property_only(string key, string property)
    {
        var model = Assert.Single(Read($"M:A.B.M(System.Int32,System.Int32) connect {key}=1").Models);
        var positions = typeof(ApiModel).GetProperties().Where(candidate => candidate.PropertyType == typeof(int)).ToList();
        Assert.Equal(22, positions.Count);
        Assert.All(positions, candidate => Assert.Equal(candidate.Name == property ? 1 : -1, candidate.GetValue(model)));
    }

    [Theory]
    [InlineData("exact", nameof(ApiModel.Exact))]
    [InlineData("at-least", nameof(ApiModel.AtLeast))]
    [InlineData("begin", nameof(ApiModel.Begin))]
    [InlineData("datagram", nameof(ApiModel.Datagram))]
    [InlineData("stateful", nameof(ApiModel.Stateful))]
    [InlineData("line", nameof(ApiModel.Line))]
    public void Every_flag_sets_its_property_only(string flag, string property)
    {
        var model = Assert.Single(Read($"M:A.B.M read {flag}").Models);
        var flags = typeof(ApiModel).GetProperties().Where(candidate => candidate.PropertyType == typeof(bool) && candidate.Name != nameof(ApiModel.Closes)).ToList();
        Assert.Equal(6, flags.Count);
        Assert.All(flags, candidate => Assert.Equal(candidate.Name == property, candidate.GetValue(model)));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("closes=true", true)]
    [InlineData("closes=false", false)]
    public void A_wrapper_closes_what_is_inside_unless_said_otherwise(string flag, bool closes) =>
        Assert.Equal(closes, Assert.Single(Read($"M:A.B.#ctor(System.IO.Stream) wrap inner=0 {flag}").Models).Closes);

    [Fact]
    public void Every_role_has_a_hyphenated_name() => Assert.All(Enum.GetValues<ModelRole>(), role =>
    {
        var name = Regex.Replace(role.ToString(), "(?<!^)[A-Z]", letter => "-" + letter.Value).ToLowerInvariant();
        Assert.Contains(role, Read($"T:A.B {name}\nM:A.B.M {name}").Models.Select(model => model.Role));
    });

    [Theory]
    [InlineData("half-close", nameof(ModelRole.HalfClose))]
    [InlineData("end-connect", nameof(ModelRole.EndConnect))]
    [InlineData("read", nameof(ModelRole.Read))]
    public void Role_is_read_by_its_name(string name, string role) => Assert.Equal(role, Assert.Single(Read($"M:A.B.M {name}").Models).Role.ToString());

    [Fact]
    public void Comments_blank_lines_and_every_line_end_are_understood() => Assert.Equal(
        ["M:A.B.#ctor", "T:A.B", "P:A.B.C", "T:A.D"],
        Read("\uFEFF# head\r\n\r\nM:A.B.#ctor create # not connected yet\r\n  \t \nT:A.B socket kind=client\n  P:A.B.C status\r\nT:A.D pool").Models.Select(model => model.Id));

    [Fact]
    public void Surface_directive_holds_for_the_lines_below_it() => Assert.Equal(
        [Surface.DotNet, Surface.Workers, Surface.DotNet, Surface.DotNet],
        Read("T:A.A socket\n@surface workers\nT:A.B socket\nT:A.C socket surface=dotnet\n@surface dotnet\nT:A.D socket").Models.Select(model => model.Surface));

    [Fact]
    public void Unchecked_part_is_remembered() => Assert.Equal(
        ["T:A.B"],
        Read("T:A.A socket\n@unchecked a package of its own\nT:A.B socket").UncheckedIds);

    [Theory]
    [InlineData("[|TcpClient|] socket", "'TcpClient' is no documentation-comment id: expected one such as 'T:Contoso.Connection' or 'M:Contoso.Connection.Open(System.String)'")]
    [InlineData("[|X:A.B|] socket", "'X:A.B' is no documentation-comment id")]
    [InlineData("[|M:Connect|] connect", "'M:Connect' is no documentation-comment id")]
    [InlineData("[|M:A.B.|] connect", "'M:A.B.' is no documentation-comment id")]
    [InlineData("[|M:A.B.C(System.String|] connect", "'M:A.B.C(System.String' is no documentation-comment id")]
    [InlineData("[|M:A.B.C(System.String,|] System.Int32) connect", "'M:A.B.C(System.String,' is no documentation-comment id")]
    [InlineData("[|=|]", "'=' is no documentation-comment id")]
    [InlineData("[|@model|] x", "'@model' is no directive: expected '@surface' or '@unchecked'")]
    [InlineData("@surface [|cloud|]", "expected a surface after '@surface': dotnet, workers")]
    [InlineData("[|@surface|]", "expected a surface after '@surface': dotnet, workers")]
    [InlineData("T:A.B[||]", "expected a role after the id: accept, bind, close, co")]
    [InlineData("T:A.B [|sokcet|] kind=client", "'sokcet' is no role: expected accept, ")]
    [InlineData("T:A.B [|Socket|]", "'Socket' is no role: expected ")]
    [InlineData("[|M:A.B.C|] socket", "role 'socket' needs a type (T:)")]
    [InlineData("[|T:A.B|] connect", "role 'connect' needs a method or constructor (M:)")]
    [InlineData("[|P:A.B.C|] handler", "role 'handler' needs a type (T:) or a method or constructor (M:)")]
    [InlineData("M:A.B.C(System.String) connect [|hots|]=0", "'hots' is no key: expected address, args, async-result, ")]
    [InlineData("M:A.B.C(System.String) connect [|hots|]", "'hots' is no key: expected ")]
    [InlineData("M:A.B.C(System.String) connect host=[|first|]", "expected the zero-based position of a parameter, as in 'host=0'")]
    [InlineData("M:A.B.C(System.String) connect host=[|-1|]", "expected the zero-based position of a parameter, as in 'host=0'")]
    [InlineData("M:A.B.C(System.String) connect host[||]", "expected the zero-based position of a parameter, as in 'host=0'")]
    [InlineData("M:A.B.C(System.String) connect host=[||]", "expected the zero-based position of a parameter, as in 'host=0'")]
    [InlineData("M:A.B.C(System.String) connect host=[|99999999999|]", "expected the zero-based position of a parameter, as in 'host=0'")]
    [InlineData("M:A.B.C(System.String) connect host=[|1|]", "position 1 is out of range: the id has 1 parameter")]
    [InlineData("M:A.B.C connect host=[|0|]", "position 0 is out of range: the id has 0 parameters")]
    [InlineData("M:A.B.C() connect host=[|0|]", "position 0 is out of range: the id has 0 parameters")]
    [InlineData("M:A.B.C(System.Func{A,B},System.Int32[0:,0:]) connect host=[|2|]", "position 2 is out of range: the id has 2 parameters")]
    [InlineData("M:A.B.C(System.String) connect host=0 [|host|]=0", "'host' is given twice")]
    [InlineData("M:A.B.C read returns=[|bytes|]", "expected all, async-result, count, line, result, socket, unit")]
    [InlineData("M:A.B.C read returns[||]", "expected all, async-result, count, line, result, socket, unit")]
    [InlineData("T:A.B socket kind=[|pipe|]", "expected client, reader, socket, stream, tls, writer")]
    [InlineData("T:A.B handler scope=[|job|]", "expected event, request, service")]
    [InlineData("T:A.B socket surface=[|mars|]", "expected dotnet, workers")]
    [InlineData("M:A.B.C read exact=[|maybe|]", "expected 'exact', 'exact=true' or 'exact=false'")]
    public void Bad_line_is_an_error_at_its_place_and_the_others_hold(string line, string message)
    {
        TestFileMarkupParser.GetSpan($"T:A.First socket\n{line}\nT:A.Last socket", out var text, out var span);
        var file = ModelReader.Read(SourceText.From(text), TestContext.Current.CancellationToken);
        var error = Assert.Single(file.Errors);
        Assert.Equal(span, error.Span);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(["T:A.First", "T:A.Last"], file.Models.Select(model => model.Id));
    }

    [Fact]
    public void Every_mistake_of_a_line_is_told() => Assert.Equal(
        ["'hots' is no key", "position 7 is out of range", "expected dotnet, workers"],
        Read("M:A.B.C(System.String) connect hots=0 port=7 surface=x").Errors.Select(error => error.Message.Split(':')[0]));

    [Theory]
    [InlineData("T:Global socket")]
    [InlineData("T:A.B`1 socket")]
    [InlineData("M:A.B`1.C``2(`0,``1,System.Collections.Generic.IList{System.ArraySegment{System.Byte}}) read buffer=2")]
    [InlineData("M:A.B.C(System.Func{System.String,System.Int32},System.Int32[0:,0:],System.Int32@) connect port=2")]
    [InlineData("M:A.B.op_Implicit(A.B)~System.Net.Sockets.Socket view")]
    [InlineData("P:A.B.Item(System.String) request-source")]
    [InlineData("F:A.B.C request-source")]
    [InlineData("M:A.B.C(method(System.String)) read")]
    public void Ids_of_every_shape_are_read(string line) => Assert.Empty(Read(line).Errors);

    [Fact]
    public void Any_cut_of_a_file_is_read_without_an_exception()
    {
        const string Text = "@surface workers\nM:A.B.C(System.String,System.Int32) connect host=0 port=1 returns=socket # note\nT:A.B socket kind=client\n";
        for (var length = 0; length <= Text.Length; length++)
        {
            var file = Read(Text[..length]);
            Assert.InRange(file.Errors.Length + file.Models.Length, 0, 2);
            Assert.All(file.Errors, error => Assert.InRange(error.Span.End, 0, length));
        }
    }

    private static ModelFile Read(string text) => ModelReader.Read(SourceText.From(text));
}
