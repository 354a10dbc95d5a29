using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public class WSK3002_BytesReadIgnoredTests
{
    private const string Id = "WSK3002";

    private static string Members(string members) => $$"""
        class C
        {
        {{members}}
        }
        """;

    [Theory]
    // The count is discarded.
    [InlineData("void M(NetworkStream s, byte[] b) { {|WSK3002:s.Read(b, 0, b.Length)|}; }")]
    [InlineData("async Task M(NetworkStream s, byte[] b) { await {|WSK3002:s.ReadAsync(b)|}.ConfigureAwait(false); }")]
    [InlineData("void M(NetworkStream? s, byte[] b, int n) { {|WSK3002:s?.Read(b, 0, n)|}; }")]
    [InlineData("async Task M(NetworkStream s, byte[] b) { _ = await {|WSK3002:s.ReadAsync(b, 0, b.Length)|}; }")]
    [InlineData("void M(NetworkStream s, byte[] b) { {|WSK3002:s.ReadAsync(b, 0, b.Length)|}.GetAwaiter().GetResult(); }")]
    [InlineData("void M(Socket s, byte[] b) { {|WSK3002:s.Receive(b)|}; }")]
    [InlineData("async Task M(Socket s, byte[] b) { await {|WSK3002:s.ReceiveAsync(b)|}; }")]
    [InlineData("void M(NetworkStream s, byte[] b) { using var r = new BinaryReader(s); {|WSK3002:r.Read(b, 0, b.Length)|}; }")]
    [InlineData("async Task<int> M(NetworkStream s, byte[] b) { await {|WSK3002:s.ReadAtLeastAsync(b, 4)|}; return b[4] << 8 | b[5]; }")]
    [InlineData("async Task M(NetworkStream s, byte[] b) { await {|WSK3002:s.ReadAtLeastAsync(b, 4)|}; }")]
    [InlineData("void M(NetworkStream s, byte[] b) { int n = {|WSK3002:s.Read(b, 0, b.Length)|}; }")]
    [InlineData("async Task M(NetworkStream s, char[] b) { using var r = new StreamReader(s, Encoding.UTF8); await {|WSK3002:r.ReadAsync(b, 0, b.Length)|}; }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; {|WSK3002:s.Read(b, 0, 64)|}; return Encoding.ASCII.GetString(b); }")]
    [InlineData("async Task<int> M(SslStream s) { var b = new byte[4]; await {|WSK3002:s.ReadAsync(b)|}; return BitConverter.ToInt32(b); }")]
    [InlineData("async Task M(TcpClient c) { var b = new byte[64]; await {|WSK3002:c.GetStream().ReadAsync(b)|}; Console.WriteLine(Encoding.UTF8.GetString(b)); }")]
    // Fewer bytes are known to be there, or none for sure.
    [InlineData("int M(TcpClient c) { while (c.Available < 2) { } var b = new byte[4]; {|WSK3002:c.GetStream().Read(b, 0, 4)|}; return BitConverter.ToInt32(b, 0); }")]
    [InlineData("int M(TcpClient c) { if (c.Available >= 4) Console.WriteLine(); var b = new byte[4]; {|WSK3002:c.GetStream().Read(b, 0, 4)|}; return BitConverter.ToInt32(b, 0); }")]
    [InlineData("int M(TcpClient c, bool x) { var b = new byte[4]; if (c.Available >= 4 || x) {|WSK3002:c.GetStream().Read(b, 0, 4)|}; return BitConverter.ToInt32(b, 0); }")]
    [InlineData("byte[]? M(Socket s) { var b = new byte[8]; if (s.Available > 0) { {|WSK3002:s.Receive(b)|}; return b; } return null; }")]
    // All of the buffer is used.
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); if (n == 0) return \"\"; return Encoding.ASCII.GetString({|WSK3002:b|}); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); Console.WriteLine(n); return Encoding.ASCII.GetString({|WSK3002:b|}).TrimEnd('\\0'); }")]
    [InlineData("string M(Socket s) { var b = new byte[64]; int n = s.Receive(b); if (n < 1) return \"\"; return Encoding.UTF8.GetString({|WSK3002:b|}, 0, b.Length); }")]
    [InlineData("void M(NetworkStream s, NetworkStream t) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) t.Write({|WSK3002:b|}, 0, b.Length); }")]
    [InlineData("async Task M(NetworkStream s, Stream t) { var b = new byte[64]; while (await s.ReadAsync(b) > 0) await t.WriteAsync({|WSK3002:b|}); }")]
    [InlineData("void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; int n; while ((n = s.Read(b)) != 0) t.Append(Encoding.UTF8.GetString({|WSK3002:b|})); }")]
    [InlineData("bool M(NetworkStream s, byte[] e) { var b = new byte[64]; int n = s.Read(b); if (n == 0) return false; return {|WSK3002:b|}.SequenceEqual(e); }")]
    public Task Found_on_dotnet(string members) => Verify.FoundAsync(Id, On.DotNet, Members(members));

    [Theory]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); return Encoding.ASCII.GetString(b, 0, n); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); return Encoding.ASCII.GetString(b.AsSpan(0, n)); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); return Encoding.ASCII.GetString(b.AsSpan()[..n]); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); var part = b.AsMemory(0, n); return Encoding.ASCII.GetString(part.Span); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); Array.Resize(ref b, n); return Encoding.ASCII.GetString(b); }")]
    [InlineData("void M(NetworkStream s, byte[] b) { s.ReadExactly(b, 0, b.Length); }")]
    [InlineData("async Task M(NetworkStream s, byte[] b) { await s.ReadExactlyAsync(b); Console.WriteLine(Encoding.ASCII.GetString(b)); }")]
    [InlineData("async Task<int> M(NetworkStream s, byte[] b) { await s.ReadAtLeastAsync(b, 8); return b[4] << 8 | b[5]; }")]
    [InlineData("async Task M(NetworkStream s, byte[] b) { await s.ReadAtLeastAsync(b, b.Length); Console.WriteLine(Encoding.ASCII.GetString(b)); }")]
    [InlineData("Task<int> M(NetworkStream s, byte[] b) => s.ReadAsync(b).AsTask();")]
    [InlineData("void M(NetworkStream s, byte[] b) { if (s.Read(b, 0, b.Length) != b.Length) throw new IOException(); Console.WriteLine(BitConverter.ToInt32(b, 0)); }")]
    [InlineData("void M(NetworkStream s) { s.ReadByte(); }")]
    [InlineData("void M(NetworkStream s) { var one = new byte[1]; s.Read(one, 0, 1); }")]
    [InlineData("async Task M(NetworkStream s) { await s.ReadAsync(Memory<byte>.Empty); }")]
    [InlineData("void M(TcpClient c) { var b = new byte[c.Available]; c.GetStream().Read(b, 0, b.Length); Console.WriteLine(Encoding.UTF8.GetString(b)); }")]
    // So many bytes are known to be there.
    [InlineData("int M(TcpClient c) { while (c.Available < 4) { } var b = new byte[4]; c.GetStream().Read(b, 0, 4); return BitConverter.ToInt32(b, 0); }")]
    [InlineData("int M(TcpClient c) { var b = new byte[4]; if (c.Available >= 4) { c.GetStream().Read(b, 0, 4); return BitConverter.ToInt32(b, 0); } return 0; }")]
    [InlineData("byte[]? M(Socket s, int size) { if (s.Available < size) return null; var b = new byte[size]; s.Receive(b, 0, size, SocketFlags.None); return b; }")]
    [InlineData("byte[]? M(Socket s) { var b = new byte[8]; if (!s.Connected || s.Available < b.Length) return null; s.Receive(b); return b; }")]
    [InlineData("byte[] M(Socket s) { var b = new byte[8]; SpinWait.SpinUntil(() => s.Available >= 8); s.Receive(b, 8, SocketFlags.None); return b; }")]
    [InlineData("byte[] M(Socket s) { var b = new byte[8]; while (true) { if (s.Available > 7) { s.Receive(b); return b; } Thread.Sleep(5); } }")]
    [InlineData("void M(Socket s) { var junk = new byte[64]; while (s.Available > 0) s.Receive(junk); }")]
    [InlineData("void M(MemoryStream s, byte[] b) { s.Read(b, 0, b.Length); }")]
    [InlineData("void M(FileStream s, byte[] b) { s.Read(b, 0, b.Length); }")]
    [InlineData("void M(Stream s, byte[] b) { s.Read(b, 0, b.Length); }")]
    [InlineData("async Task M(NetworkStream s, Stream t) { var b = new byte[64]; int n; while ((n = await s.ReadAsync(b)) > 0) await t.WriteAsync(b.AsMemory(0, n)); }")]
    [InlineData("void M(NetworkStream s) { var b = System.Buffers.ArrayPool<byte>.Shared.Rent(64); int n = s.Read(b, 0, 64); Console.Write(Encoding.ASCII.GetString(b, 0, n)); System.Buffers.ArrayPool<byte>.Shared.Return(b); }")]
    [InlineData("void M(Socket s, SocketAsyncEventArgs e) { s.ReceiveAsync(e); }")]
    [InlineData("void M(Socket s, byte[] b) { EndPoint e = new IPEndPoint(0, 0); s.ReceiveFrom(b, ref e); }")]
    [InlineData("void M(UdpClient u) { var e = new IPEndPoint(0, 0); u.Receive(ref e); }")]
    public Task Silent_on_dotnet(string members) => Verify.SilentAsync(Id, On.DotNet, Members(members));

    [Fact]
    public Task Names_the_buffer() => Verify.FoundAsync(Id, On.DotNet, """
        class C
        {
            void M(NetworkStream stream, byte[] header)
            {
                {|#0:stream.Read(header, 0, 4)|};
            }

            string N(NetworkStream stream)
            {
                var answer = new byte[64];
                if ({|#2:stream.Read(answer)|} == 0)
                {
                    return "";
                }

                return Encoding.UTF8.GetString({|#1:answer|});
            }
        }
        """,
        Verify.Result(RuleCatalog.CountDiscarded, 0, "header"),
        Verify.Result(RuleCatalog.WholeBufferUsed, 1, "answer").WithLocation(2));
}
