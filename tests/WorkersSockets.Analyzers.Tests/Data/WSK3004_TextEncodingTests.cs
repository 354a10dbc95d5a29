using WorkersSockets.Analyzers.CodeFixes.Data;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public class WSK3004_TextEncodingTests
{
    private const string Id = "WSK3004";

    private static string Members(string members) => $$"""
        class C
        {
        {{members}}
        }
        """;

    [Theory]
    [InlineData("void M(NetworkStream s) { using var r = {|WSK3004:new StreamReader(s)|}; }")]
    [InlineData("void M(TcpClient c) { using var w = {|WSK3004:new StreamWriter(c.GetStream())|}; }")]
    [InlineData("void M(TcpClient c) { using (StreamReader r = {|WSK3004:new(c.GetStream())|}) { } }")]
    [InlineData("void M(SslStream s) { using var r = {|WSK3004:new StreamReader(s, leaveOpen: true)|}; }")]
    [InlineData("void M(SslStream s) { using var r = {|WSK3004:new StreamReader(s, encoding: null)|}; }")]
    [InlineData("void M(TcpClient c) { using var b = new BufferedStream(c.GetStream()); using var r = {|WSK3004:new StreamReader(b)|}; }")]
    [InlineData("private readonly StreamReader _r; C(TcpClient c) { _r = {|WSK3004:new StreamReader(c.GetStream())|}; }")]
    [InlineData("void M(NetworkStream s) { using var w = new StreamWriter(s, {|WSK3004:Encoding.UTF8|}); }")]
    [InlineData("void M(NetworkStream s) { using var w = new StreamWriter(s, {|WSK3004:new UTF8Encoding(true)|}) { AutoFlush = true }; }")]
    [InlineData("void M(NetworkStream s) { using var r = new StreamReader(s, {|WSK3004:Encoding.Default|}); }")]
    [InlineData("void M(NetworkStream s) { s.Write({|WSK3004:Encoding.Default|}.GetBytes(\"hello\")); }")]
    [InlineData("string M(NetworkStream s, byte[] b) { s.ReadExactly(b); return {|WSK3004:Encoding.Default|}.GetString(b); }")]
    [InlineData("string M(NetworkStream s, byte[] b, string name) { s.Write(Encoding.UTF8.GetBytes(name)); s.ReadExactly(b); return {|WSK3004:Encoding.ASCII|}.GetString(b); }")]
    [InlineData("string M(NetworkStream s, byte[] b) { s.Write(Encoding.UTF8.GetBytes(\"é\")); s.ReadExactly(b); return {|WSK3004:Encoding.ASCII|}.GetString(b); }")]
    [InlineData("int M(NetworkStream s, byte[] b, string name) { s.Write(Encoding.UTF8.GetBytes(name)); s.ReadExactly(b); return int.Parse({|WSK3004:Encoding.ASCII|}.GetString(b)); }")]
    public Task Found_on_dotnet(string members) => Verify.FoundAsync(Id, On.DotNet, Members(members));

    [Theory]
    [InlineData("void M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); }")]
    [InlineData("void M(NetworkStream s) { using var r = new StreamReader(s, Encoding.ASCII); }")]
    [InlineData("void M(NetworkStream s) { using var w = new StreamWriter(s, new UTF8Encoding(false)); }")]
    [InlineData("void M(NetworkStream s) { using var w = new StreamWriter(s, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)); }")]
    [InlineData("void M(NetworkStream s) { using var w = new StreamWriter(s, new UTF8Encoding()); }")]
    [InlineData("void M(NetworkStream s) { using var w = new StreamWriter(s, Encoding.ASCII); }")]
    [InlineData("void M(NetworkStream s, Encoding e) { using var w = new StreamWriter(s, e); using var r = new StreamReader(s, e); }")]
    [InlineData("void M(FileStream s) { using var r = new StreamReader(s); using var w = new StreamWriter(s); }")]
    [InlineData("void M(MemoryStream s) { using var w = new StreamWriter(s, Encoding.UTF8); }")]
    [InlineData("void M(string path) { using var r = new StreamReader(path); Console.WriteLine(Encoding.Default.GetString(new byte[2])); }")]
    [InlineData("string M(NetworkStream s, byte[] b) { s.Write(Encoding.ASCII.GetBytes(\"NOOP\")); s.ReadExactly(b); return Encoding.ASCII.GetString(b); }")]
    [InlineData("string M(NetworkStream s, byte[] b) { s.Write(Encoding.UTF8.GetBytes(\"NOOP\")); s.ReadExactly(b); return Encoding.ASCII.GetString(b); }")]
    [InlineData("bool M(NetworkStream s, byte[] b, string name) { s.Write(Encoding.UTF8.GetBytes(name)); s.ReadExactly(b); return Encoding.ASCII.GetString(b).StartsWith(\"250\"); }")]
    [InlineData("void M(NetworkStream s, byte[] b, string name) { s.ReadExactly(b); var path = Encoding.ASCII.GetString(b).Split(' ')[1]; s.Write(Encoding.UTF8.GetBytes(name + path)); }")]
    [InlineData("string M(NetworkStream s, byte[] b) { s.Write(Encoding.UTF8.GetBytes(\"é\")); s.ReadExactly(b); return Encoding.UTF8.GetString(b); }")]
    [InlineData("void M(NetworkStream s) { using var r = new BinaryReader(s); }")]
    public Task Silent_on_dotnet(string members) => Verify.SilentAsync(Id, On.DotNet, Members(members));

    [Fact]
    public Task Workers_have_one_encoding() => Verify.SilentAsync(Id, On.Workers, Members("static Task M(TcpSocket s) => s.WriteAsync(Encoding.UTF8.GetBytes(\"x\"));"));

    [Fact]
    public Task Each_shape_has_its_message() => Verify.FoundAsync(Id, On.DotNet, """
        class C
        {
            void M(NetworkStream stream)
            {
                using var reader = {|#0:new StreamReader(stream)|};
                using var other = new StreamReader(stream, {|#1:Encoding.Default|});
                using var writer = new StreamWriter(stream, {|#2:Encoding.UTF8|});
            }
        }
        """,
        Verify.Result(RuleCatalog.EncodingUnsaid, 0, "StreamReader"),
        Verify.Result(RuleCatalog.EncodingDefault, 1),
        Verify.Result(RuleCatalog.EncodingWithByteOrderMark, 2, "StreamWriter"));

    [Theory]
    [InlineData("Utf8", "{|WSK3004:new StreamReader(stream)|}", "new StreamReader(stream, Encoding.UTF8)")]
    [InlineData("Utf8", "{|WSK3004:new StreamReader(stream, leaveOpen: true)|}", "new StreamReader(stream, Encoding.UTF8, leaveOpen: true)")]
    [InlineData("Utf8", "{|WSK3004:new StreamReader(stream, encoding: null)|}", "new StreamReader(stream, encoding: Encoding.UTF8)")]
    [InlineData("Utf8", "new StreamReader(stream, {|WSK3004:Encoding.Default|} /* machine */)", "new StreamReader(stream, Encoding.UTF8 /* machine */)")]
    [InlineData("Latin1", "{|WSK3004:new StreamReader(stream)|}", "new StreamReader(stream, Encoding.Latin1)")]
    [InlineData("NoByteOrderMark", "{|WSK3004:new StreamWriter(stream)|}", "new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))")]
    [InlineData("NoByteOrderMark", "new StreamWriter(stream, {|WSK3004:Encoding.UTF8|})", "new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))")]
    public Task Fixed(string variant, string before, string after) => Verify.FixAsync<NameEncoding>(Id, variant, On.DotNet, Body(before), Body(after));

    [Fact]
    public Task Fixes_all() => Verify.FixAsync<NameEncoding>(Id, "Utf8", On.DotNet, """
        class C
        {
            void M(NetworkStream stream)
            {
                // What comes in.
                using var reader = {|WSK3004:new StreamReader(stream)|};
                using var other = new StreamReader(stream, {|WSK3004:Encoding.Default|});
            }
        }
        """, """
        class C
        {
            void M(NetworkStream stream)
            {
                // What comes in.
                using var reader = new StreamReader(stream, Encoding.UTF8);
                using var other = new StreamReader(stream, Encoding.UTF8);
            }
        }
        """);

    private static string Body(string creation) => $$"""
        class C
        {
            void M(NetworkStream stream)
            {
                using var text = {{creation}};
            }
        }
        """;
}
