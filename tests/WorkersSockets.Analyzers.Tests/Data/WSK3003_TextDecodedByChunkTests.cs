using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public class WSK3003_TextDecodedByChunkTests
{
    private const string Id = "WSK3003";

    private static string Members(string members) => $$"""
        class C
        {
        {{members}}
        }
        """;

    [Theory]
    [InlineData("void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) t.Append({|WSK3003:Encoding.UTF8.GetString(b, 0, n)|}); }")]
    [InlineData("async Task<string> M(NetworkStream s) { var b = new byte[64]; var t = \"\"; int n; while ((n = await s.ReadAsync(b)) > 0) { t += {|WSK3003:Encoding.UTF8.GetString(b, 0, n)|}; } return t; }")]
    [InlineData("async Task<string> M(NetworkStream s) { var b = new byte[64]; var t = \"\"; while (true) { int n = await s.ReadAsync(b); if (n == 0) break; t = t + {|WSK3003:Encoding.UTF8.GetString(b.AsSpan(0, n))|}; } return t; }")]
    [InlineData("void M(Socket s) { var b = new byte[64]; int n; while ((n = s.Receive(b)) > 0) Console.Write({|WSK3003:Encoding.Unicode.GetString(b, 0, n)|}); }")]
    [InlineData("void M(NetworkStream s, Encoding e) { var b = new byte[64]; int n; while ((n = s.Read(b)) > 0) Console.Write({|WSK3003:e.GetString(b, 0, n)|}); }")]
    [InlineData("void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; do { n = s.Read(b); var part = {|WSK3003:Encoding.UTF8.GetString(b, 0, n)|}; t.Append(part); } while (n > 0); }")]
    [InlineData("async IAsyncEnumerable<string> M(NetworkStream s) { var b = new byte[64]; int n; while ((n = await s.ReadAsync(b)) > 0) yield return {|WSK3003:Encoding.UTF8.GetString(b, 0, n)|}; }")]
    [InlineData("event Action<string>? Received; void M(NetworkStream s) { var b = new byte[64]; int n; while ((n = s.Read(b)) > 0) Received?.Invoke({|WSK3003:Encoding.UTF8.GetString(b, 0, n)|}); }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { int n = s.Read(b); if (n == 0) break; string text = {|WSK3003:Encoding.UTF8.GetString(b, 0, n)|}; Console.WriteLine($\"got {text}\"); s.Write(b, 0, n); } }")]
    [InlineData("void M(NetworkStream s) { var t = \"\"; var b = new byte[64]; int n; while ((n = s.Read(b)) > 0) { t += {|WSK3003:Encoding.UTF8.GetString(b, 0, n)|}; if (t.EndsWith(\"\\n\")) break; } }")]
    [InlineData("private static readonly Encoding Utf = new UTF8Encoding(false); void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b)) > 0) t.Append({|WSK3003:Utf.GetString(b, 0, n)|}); }")]
    [InlineData("void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b)) > 0) t.Append({|WSK3003:Encoding.GetEncoding(\"utf-8\").GetString(b, 0, n)|}); }")]
    [InlineData("StringBuilder t = new(); byte[] b = new byte[64]; void Received(IAsyncResult ar) { var s = (Socket)ar.AsyncState!; int n = s.EndReceive(ar); if (n > 0) { t.Append({|WSK3003:Encoding.UTF8.GetString(b, 0, n)|}); s.BeginReceive(b, 0, 64, SocketFlags.None, Received, s); } }")]
    public Task Found_on_dotnet(string members) => Verify.FoundAsync(Id, On.DotNet, Members(members));

    [Theory]
    [InlineData("static async Task<string> M(TcpSocket s) { var t = \"\"; while (true) { var r = await s.ReadAsync(); if (r.Done) break; t += {|WSK3003:TextCodec.DecodeUtf8(r.Bytes)|}; } return t; }")]
    [InlineData("static async Task<string> M(TcpSocket s) { var t = new StringBuilder(); while (true) { var r = await s.ReadAsync(); if (r.Done) return t.ToString(); t.Append({|WSK3003:TextCodec.DecodeUtf8(r.Bytes)|}); } }")]
    [InlineData("static async Task M(TcpSocket s) { while (true) { var r = await s.ReadAsync(); if (r.Done) break; Console.WriteLine({|WSK3003:TextCodec.DecodeUtf8(r.Bytes)|}); } }")]
    [InlineData("static async Task<string> M(TcpSocket s) { var t = \"\"; var r = await s.ReadAsync(); while (!r.Done) { r = await s.ReadAsync(); t += {|WSK3003:TextCodec.DecodeUtf8(r.Bytes)|}; } return t; }")]
    [InlineData("static async IAsyncEnumerable<string> M(TcpSocket s) { while (true) { var r = await s.ReadAsync(); if (r.Done) break; yield return {|WSK3003:TextCodec.DecodeUtf8(r.Bytes)|}; } }")]
    [InlineData("static async Task<string> M(TcpSocket s) { var t = \"\"; while (true) { var (done, bytes) = await s.ReadAsync(); if (done) break; t += {|WSK3003:TextCodec.DecodeUtf8(bytes)|}; } return t; }")]
    [InlineData("static async Task<string> M(TcpSocket s) { var t = \"\"; while (!t.Contains(\"\\n\")) { var r = await s.ReadAsync(); if (r.Done) break; t += {|WSK3003:TextCodec.DecodeUtf8(r.Bytes)|}; } return t; }")]
    public Task Found_on_workers(string members) => Verify.FoundAsync(Id, On.Workers, Members(members));

    [Theory]
    [InlineData("void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) t.Append(Encoding.ASCII.GetString(b, 0, n)); }")]
    [InlineData("void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) t.Append(Encoding.Latin1.GetString(b, 0, n)); }")]
    [InlineData("void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) t.Append(Encoding.GetEncoding(\"iso-8859-1\").GetString(b, 0, n)); }")]
    [InlineData("private static readonly Encoding Ascii = Encoding.ASCII; void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) t.Append(Ascii.GetString(b, 0, n)); }")]
    [InlineData("void M(NetworkStream s, StringBuilder t) { var d = Encoding.UTF8.GetDecoder(); var b = new byte[64]; var c = new char[64]; int n; while ((n = s.Read(b)) > 0) { int k = d.GetChars(b, 0, n, c, 0); t.Append(c, 0, k); } }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; var all = new MemoryStream(); int n; while ((n = s.Read(b)) > 0) all.Write(b, 0, n); return Encoding.UTF8.GetString(all.ToArray()); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; int at = 0, n; while ((n = s.Read(b, at, 64 - at)) > 0) at += n; return Encoding.UTF8.GetString(b, 0, at); }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; int at = 0; while (true) { int n = s.Read(b, at, 64 - at); if (n == 0) break; at += n; int end = Array.IndexOf(b, (byte)10, 0, at); if (end >= 0) { Console.WriteLine(Encoding.UTF8.GetString(b, 0, end)); at = 0; } } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { s.ReadExactly(b, 0, 4); int size = BitConverter.ToInt32(b, 0); s.ReadExactly(b, 0, size); Console.WriteLine(Encoding.UTF8.GetString(b, 0, size)); } }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); string? line; while ((line = await r.ReadLineAsync()) is not null) Console.WriteLine(line); }")]
    [InlineData("async Task M(NetworkStream s, StringBuilder t) { using var r = new StreamReader(s, Encoding.UTF8); var b = new char[64]; int n; while ((n = await r.ReadAsync(b, 0, 64)) > 0) t.Append(b, 0, n); }")]
    [InlineData("void M(FileStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) t.Append(Encoding.UTF8.GetString(b, 0, n)); }")]
    [InlineData("void M(List<string> hosts) { foreach (var host in hosts) { using var c = new TcpClient(host, 7); var b = new byte[4]; c.GetStream().ReadExactly(b); Console.WriteLine(Encoding.UTF8.GetString(b)); } }")]
    public Task Silent_on_dotnet(string members) => Verify.SilentAsync(Id, On.DotNet, Members(members));

    [Theory]
    [InlineData("static async IAsyncEnumerable<ReadOnlyMemory<byte>> M(TcpSocket s) { while (true) { var r = await s.ReadAsync(); if (r.Done) break; yield return r.Bytes; if (TextCodec.DecodeUtf8(r.Bytes).Contains(\"\\n\", StringComparison.Ordinal)) break; } }")]
    [InlineData("static async Task<string> M(TcpSocket s) { var bytes = await ReadableStream.FromAsyncEnumerable(Chunks(s)).ReadAllBytesAsync(); return TextCodec.DecodeUtf8(bytes); } static async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks(TcpSocket s) { while (true) { var r = await s.ReadAsync(); if (r.Done) break; yield return r.Bytes; } }")]
    public Task Silent_on_workers(string members) => Verify.SilentAsync(Id, On.Workers, Members(members));

    /// <summary>Two mistakes: the loop spins at the end of the stream, and what it does with each chunk stays wrong when it ends.</summary>
    [Theory]
    [InlineData("WSK3003")]
    [InlineData("WSK3005")]
    public Task Stands_beside_a_loop_that_never_ends(string id) => Verify.FoundAsync(id, On.DotNet, $$"""
        class C
        {
            async Task ShowAsync(NetworkStream stream)
            {
                var buffer = new byte[1024];
                while (true)
                {
                    var read = await {{(id == "WSK3005" ? "{|WSK3005:stream.ReadAsync(buffer)|}" : "stream.ReadAsync(buffer)")}};
                    Console.Write({{(id == "WSK3003" ? "{|WSK3003:Encoding.UTF8.GetString(buffer, 0, read)|}" : "Encoding.UTF8.GetString(buffer, 0, read)")}});
                }
            }
        }
        """);
}
