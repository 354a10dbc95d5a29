using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public class WSK3001_SingleReadTests
{
    private const string Id = "WSK3001";

    private static string Members(string members) => $$"""
        class C
        {
        {{members}}
        }
        """;

    [Theory]
    [InlineData("async Task<string> M(NetworkStream s) { var b = new byte[1024]; int n = await {|WSK3001:s.ReadAsync(b)|}; return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("async Task<string> M(TcpClient c) { var s = c.GetStream(); var b = new byte[1024]; var n = await {|WSK3001:s.ReadAsync(b, 0, b.Length)|}.ConfigureAwait(false); return Encoding.ASCII.GetString(b, 0, n); }")]
    [InlineData("IEnumerable<int> M(NetworkStream s, byte[] b) { yield return 0; if ({|WSK3001:s.Read(b, 0, b.Length)|} != b.Length) throw new IOException(); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[1024]; int n = {|WSK3001:s.Read(b, 0, b.Length)|}; if (n == 0) return \"\"; var text = Encoding.UTF8.GetString(b.AsSpan(0, n)); return text.Trim(); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[1024]; return Encoding.ASCII.GetString(b, 0, {|WSK3001:s.Read(b, 0, b.Length)|}); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[1024]; var n = {|WSK3001:s.ReadAsync(b, 0, b.Length)|}.GetAwaiter().GetResult(); return Encoding.ASCII.GetString(b, 0, n); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[1024]; var n = {|WSK3001:s.ReadAsync(b, 0, b.Length)|}.Result; return Encoding.ASCII.GetString(b, 0, n); }")]
    [InlineData("string M(Socket s) { var b = new byte[1024]; int n = {|WSK3001:s.Receive(b)|}; return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("async Task<string> M(Socket s) { var b = new byte[1024]; int n = await {|WSK3001:s.ReceiveAsync(new ArraySegment<byte>(b), SocketFlags.None)|}; return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("async Task<string> M(Socket s, CancellationToken t) { var b = new byte[1024]; int n = await {|WSK3001:s.ReceiveAsync(b.AsMemory(), SocketFlags.None, t)|}; return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("int M(NetworkStream s) { var h = new byte[4]; int n = {|WSK3001:s.Read(h, 0, 4)|}; if (n == 0) return 0; return BitConverter.ToInt32(h, 0); }")]
    [InlineData("void M(NetworkStream s, byte[] b) { if ({|WSK3001:s.Read(b, 0, b.Length)|} != b.Length) throw new IOException(); }")]
    [InlineData("async Task M(SslStream s, byte[] b, int size) { var n = await {|WSK3001:s.ReadAsync(b.AsMemory(0, size))|}; if (n < size) throw new EndOfStreamException(); }")]
    [InlineData("bool M(NetworkStream s) { var b = new byte[16]; int n = {|WSK3001:s.Read(b, 0, 16)|}; return n == 16; }")]
    [InlineData("byte[] M(NetworkStream s) { var b = new byte[512]; int n = {|WSK3001:s.Read(b, 0, b.Length)|}; return b[..n]; }")]
    [InlineData("byte[] M(NetworkStream s) { var b = new byte[512]; int n = {|WSK3001:s.Read(b, 0, b.Length)|}; return b.Take(n).ToArray(); }")]
    [InlineData("bool M(NetworkStream s) { var b = new byte[2]; int n = {|WSK3001:s.Read(b, 0, 2)|}; if (n == 0) return false; return b[0] == 5 && b[1] == 0; }")]
    [InlineData("bool M(Stream plain, TcpClient c) { Stream s = c.GetStream(); var b = new byte[8]; int n = {|WSK3001:s.Read(b, 0, 8)|}; return b.AsSpan(0, n).SequenceEqual(\"+OK\\r\\n\"u8); }")]
    [InlineData("string M(TcpClient c) { using var s = new BufferedStream(c.GetStream()); var b = new byte[64]; int n = {|WSK3001:s.Read(b, 0, 64)|}; return Encoding.ASCII.GetString(b, 0, n); }")]
    [InlineData("string M(NetworkStream s) { using var r = new StreamReader(s); var b = new char[64]; int n = {|WSK3001:r.Read(b, 0, 64)|}; return new string(b, 0, n); }")]
    [InlineData("object? M(NetworkStream s) { var b = new byte[1024]; int n = {|WSK3001:s.Read(b)|}; return System.Text.Json.JsonSerializer.Deserialize<object>(b.AsSpan(0, n)); }")]
    [InlineData("string M(TcpClient c) { var b = new byte[64]; int n = {|WSK3001:c.GetStream().Read(b, 0, 64)|}; var t = Encoding.UTF8.GetString(b, 0, n); Console.WriteLine(t); return \"\"; }")]
    [InlineData("private Stream _s = null!; C(TcpClient c) { _s = c.GetStream(); } string M() { var b = new byte[64]; int n = {|WSK3001:_s.Read(b, 0, 64)|}; return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("private TcpClient c = new(); private Stream S => c.GetStream(); string M() { var b = new byte[64]; int n = {|WSK3001:S.Read(b, 0, 64)|}; return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("string R(Stream s) { var b = new byte[64]; int n = {|WSK3001:s.Read(b, 0, 64)|}; return Encoding.UTF8.GetString(b, 0, n); } string M(TcpClient c) => R(c.GetStream());")]
    [InlineData("async Task<string> M(NetworkStream s) { var b = new byte[64]; var t = {|WSK3001:s.ReadAsync(b, 0, 64)|}; if (await Task.WhenAny(t, Task.Delay(9)) != t) return \"\"; var n = await t; return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("void M(TcpListener l) { while (true) { using var c = l.AcceptTcpClient(); var s = c.GetStream(); var b = new byte[64]; int n = {|WSK3001:s.Read(b, 0, 64)|}; Console.WriteLine(Encoding.UTF8.GetString(b, 0, n)); } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; int n; while ((n = {|WSK3001:s.Read(b, 0, 64)|}) > 0) { var t = Encoding.ASCII.GetString(b, 0, n); if (t == \"quit\") break; } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { int n = {|WSK3001:s.Read(b, 0, 64)|}; if (n == 0) break; var t = Encoding.UTF8.GetString(b, 0, n); var m = System.Text.Json.JsonSerializer.Deserialize<object>(t); } }")]
    [InlineData("void M(NetworkStream s) { var h = new byte[4]; while (true) { int n = {|WSK3001:s.Read(h, 0, 4)|}; if (n == 0) return; int size = BitConverter.ToInt32(h, 0); var body = new byte[size]; s.ReadExactly(body); } }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; var text = new StringBuilder(); do { int n = s.Read(b, 0, 64); text.Append(Encoding.ASCII.GetString(b, 0, n)); } while ({|WSK3001:s.DataAvailable|}); return text.ToString(); }")]
    [InlineData("byte[] M(NetworkStream s) { var b = new byte[64]; var all = new MemoryStream(); while ({|WSK3001:s.DataAvailable|}) { int n = s.Read(b, 0, 64); all.Write(b, 0, n); } return all.ToArray(); }")]
    [InlineData("byte[] M(Socket s) { var b = new byte[64]; var all = new MemoryStream(); while ({|WSK3001:s.Available > 0|}) { int n = s.Receive(b); all.Write(b, 0, n); } return all.ToArray(); }")]
    [InlineData("byte[] M(NetworkStream s) { var b = new byte[64]; var all = new MemoryStream(); int n; do { n = {|WSK3001:s.Read(b, 0, b.Length)|}; all.Write(b, 0, n); } while (n == b.Length); return all.ToArray(); }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; s.BeginRead(b, 0, 64, ar => { int n = {|WSK3001:s.EndRead(ar)|}; Handle(Encoding.ASCII.GetString(b, 0, n)); }, null); } void Handle(string t) { }")]
    [InlineData("byte[] b = new byte[64]; void Received(IAsyncResult ar) { var s = (Socket)ar.AsyncState!; int n = {|WSK3001:s.EndReceive(ar)|}; var text = Encoding.UTF8.GetString(b, 0, n); Handle(text); } void Handle(string t) { }")]
    [InlineData("async Task M(NetworkStream s) { var b = new byte[64]; async Task<string> One() { var n = await {|WSK3001:s.ReadAsync(b)|}; return Encoding.UTF8.GetString(b, 0, n); } Console.WriteLine(await One()); }")]
    [InlineData("async Task M(NetworkStream s) { Func<Task<string>> one = async () => { var b = new byte[64]; var n = await {|WSK3001:s.ReadAsync(b)|}; return Encoding.UTF8.GetString(b, 0, n); }; Console.WriteLine(await one()); }")]
    [InlineData("void M(NetworkStream s, byte[] b) { int n; while ((n = {|WSK3001:s.Read(b)|}) > 0) { if (Encoding.UTF8.GetString(b, 0, n).Contains(\"250 OK\")) break; } }")]
    [InlineData("void M(NetworkStream s, string[] commands) { var b = new byte[512]; foreach (var c in commands) { s.Write(Encoding.ASCII.GetBytes(c + \"\\r\\n\")); var n = {|WSK3001:s.Read(b, 0, b.Length)|}; Console.WriteLine(Encoding.ASCII.GetString(b, 0, n)); } }")]
    [InlineData("async Task M(Socket s, CancellationToken t) { var b = new byte[64]; while (!t.IsCancellationRequested) { await s.SendAsync(Encoding.ASCII.GetBytes(\"TEMP?\\n\"), t); var n = await {|WSK3001:s.ReceiveAsync(b, t)|}; if (n == 0) break; Console.WriteLine(Encoding.ASCII.GetString(b, 0, n)); } }")]
    [InlineData("void M(TcpClient c) { var s = c.GetStream(); var w = new StreamWriter(s) { AutoFlush = true }; var b = new byte[64]; for (string? line; (line = Console.ReadLine()) != null;) { w.WriteLine(line); var n = {|WSK3001:s.Read(b, 0, 64)|}; Console.WriteLine(Encoding.ASCII.GetString(b, 0, n)); } }")]
    [InlineData("string Ask(NetworkStream s, string q) { var b = new byte[64]; s.Write(Encoding.ASCII.GetBytes(q)); var n = {|WSK3001:s.Read(b, 0, 64)|}; return Encoding.ASCII.GetString(b, 0, n); } void M(NetworkStream s) { while (Console.ReadLine() is { } q) { Console.WriteLine(Ask(s, q)); } }")]
    public Task Found_on_dotnet(string members) => Verify.FoundAsync(Id, On.DotNet, Members(members));

    [Theory]
    [InlineData("static async Task<string> M(TcpSocket s) { var r = await {|WSK3001:s.ReadAsync()|}; return TextCodec.DecodeUtf8(r.Bytes); }")]
    [InlineData("static async Task<string> M(TcpSocket s) => TextCodec.DecodeUtf8((await {|WSK3001:s.ReadAsync()|}).Bytes);")]
    [InlineData("static async Task<string> M(TcpSocket s) { var r = await {|WSK3001:s.ReadAsync()|}; if (r.Done) return \"\"; var text = TextCodec.DecodeUtf8(r.Bytes); return text; }")]
    [InlineData("static async Task<string> M(TcpSocket s) { var (done, bytes) = await {|WSK3001:s.ReadAsync()|}; return done ? \"\" : TextCodec.DecodeUtf8(bytes); }")]
    [InlineData("static async Task<ReadOnlyMemory<byte>> M(TcpSocket s) { var r = await {|WSK3001:s.ReadAsync()|}; return r.Bytes; }")]
    [InlineData("static async Task<ReadOnlyMemory<byte>> M(TcpSocket s) => (await {|WSK3001:s.ReadAsync()|}).Bytes;")]
    [InlineData("[Fetch] static async Task<Response> M(Request q) { var s = TcpSocket.Connect(\"db.contoso.com\", 7000); await s.OpenedAsync(); await s.WriteTextAsync(\"PING\\r\\n\"); var r = await {|WSK3001:s.ReadAsync()|}; return Response.Text(TextCodec.DecodeUtf8(r.Bytes)); }")]
    [InlineData("static async Task<Response> M(TcpSocket s) { var r = await {|WSK3001:s.ReadAsync()|}; return Response.FromBody(Body.FromBytes(r.Bytes.Span)); }")]
    [InlineData("static async Task<bool> M(TcpSocket s) { var r = await {|WSK3001:s.ReadAsync()|}; return TextCodec.DecodeUtf8(r.Bytes).StartsWith(\"220\", StringComparison.Ordinal); }")]
    [InlineData("static async Task M(TcpSocket s) { while (true) { var r = await {|WSK3001:s.ReadAsync()|}; if (r.Done) break; var t = TextCodec.DecodeUtf8(r.Bytes); if (t == \"BYE\") break; } }")]
    [InlineData("async Task<bool> M(TcpSocket s) { var a = await {|WSK3001:s.ReadAsync()|}; var t = TextCodec.DecodeUtf8(a.Bytes); Console.WriteLine(t); return t == \"S\"; }")]
    public Task Found_on_workers(string members) => Verify.FoundAsync(Id, On.Workers, Members(members));

    [Theory]
    // Loops that gather.
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; int total = 0; while (total < b.Length) { int n = s.Read(b, total, b.Length - total); if (n == 0) throw new EndOfStreamException(); total += n; } Console.WriteLine(BitConverter.ToInt32(b, 0)); }")]
    [InlineData("async Task<string> M(NetworkStream s) { var b = new byte[64]; using var all = new MemoryStream(); int n; while ((n = await s.ReadAsync(b)) > 0) all.Write(b, 0, n); return Encoding.UTF8.GetString(all.ToArray()); }")]
    [InlineData("async Task<string> M(NetworkStream s) { var b = new byte[64]; var all = new List<byte>(); do { int n = await s.ReadAsync(b); if (n == 0) break; all.AddRange(b[..n]); } while (all.IndexOf(10) < 0); return Encoding.UTF8.GetString(all.ToArray()); }")]
    [InlineData("void M(Socket s) { var b = new byte[64]; int got = s.Receive(b, 0, 64, SocketFlags.None); while (got < 64) { int n = s.Receive(b, got, 64 - got, SocketFlags.None); if (n == 0) return; got += n; } Console.WriteLine(BitConverter.ToInt32(b, 0)); }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; int at = 0; again: int n = s.Read(b, at, 64 - at); if (n == 0) return; at += n; if (at < 64) goto again; Console.WriteLine(BitConverter.ToInt32(b, 0)); }")]
    [InlineData("async Task<int> M(NetworkStream s, Memory<byte> b) { int total = 0; while (true) { int n = await s.ReadAsync(b[total..]); if (n == 0) return total; total += n; if (b.Span[..total].IndexOf((byte)10) >= 0) return total; } }")]
    // Exact reads and readers.
    [InlineData("async Task<int> M(NetworkStream s) { var b = new byte[4]; await s.ReadExactlyAsync(b); return BitConverter.ToInt32(b); }")]
    [InlineData("async Task<int> M(NetworkStream s) { var b = new byte[64]; int n = await s.ReadAtLeastAsync(b, 4); return BitConverter.ToInt32(b); }")]
    [InlineData("async Task<string?> M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); return await r.ReadLineAsync(); }")]
    [InlineData("async Task<string> M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); return await r.ReadToEndAsync(); }")]
    [InlineData("int M(NetworkStream s) { using var r = new BinaryReader(s); return r.ReadInt32(); }")]
    [InlineData("async Task M(NetworkStream s) { var r = System.IO.Pipelines.PipeReader.Create(s); while (true) { var x = await r.ReadAsync(); r.AdvanceTo(x.Buffer.End); if (x.IsCompleted) break; } }")]
    // Thin wrappers pass the count on.
    [InlineData("NetworkStream _s = null!; int Read(byte[] b, int o, int c) => _s.Read(b, o, c);")]
    [InlineData("NetworkStream _s = null!; Task<int> ReadAsync(byte[] b, int o, int c) => _s.ReadAsync(b, o, c);")]
    [InlineData("NetworkStream _s = null!; async Task<int> ReadAsync(byte[] b) { var n = await _s.ReadAsync(b); Console.WriteLine(n); return n; }")]
    [InlineData("NetworkStream _s = null!; byte[] _b = new byte[64]; int _p, _n; bool Fill() { _p = 0; _n = _s.Read(_b, 0, _b.Length); return _n > 0; }")]
    [InlineData("NetworkStream _s = null!; byte[] _b = new byte[64]; int _n; void Fill() { int n = _s.Read(_b, _n, _b.Length - _n); if (n == 0) throw new EndOfStreamException(); _n += n; }")]
    [InlineData("(byte[], int) M(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); return (b, n); }")]
    // One byte is complete.
    [InlineData("int M(NetworkStream s) { var b = new byte[1]; int n = s.Read(b, 0, 1); return n == 0 ? -1 : b[0]; }")]
    [InlineData("string M(NetworkStream s) { var t = new StringBuilder(); int c; while ((c = s.ReadByte()) >= 0 && c != 10) t.Append((char)c); return t.ToString(); }")]
    [InlineData("bool M(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); return n > 0 && b[0] == 6; }")]
    // Forwarded, fed to a parser that keeps state.
    [InlineData("async Task M(NetworkStream s, NetworkStream t) { var b = new byte[64]; int n; while ((n = await s.ReadAsync(b)) > 0) await t.WriteAsync(b.AsMemory(0, n)); }")]
    [InlineData("async Task M(NetworkStream s, NetworkStream t) { var b = new byte[64]; int n = await s.ReadAsync(b); await t.WriteAsync(b.AsMemory(0, n)); }")]
    [InlineData("interface IParser { void Feed(ReadOnlySpan<byte> b); } void M(NetworkStream s, IParser p) { var b = new byte[64]; int n; while ((n = s.Read(b)) > 0) p.Feed(b.AsSpan(0, n)); }")]
    [InlineData("void M(NetworkStream s, Action<byte> f) { var b = new byte[64]; int n; while ((n = s.Read(b)) > 0) for (int i = 0; i < n; i++) f(b[i]); }")]
    [InlineData("Decoder d = Encoding.UTF8.GetDecoder(); void M(NetworkStream s, StringBuilder t) { var b = new byte[64]; var c = new char[64]; int n; while ((n = s.Read(b)) > 0) t.Append(c, 0, d.GetChars(b, 0, n, c, 0)); }")]
    // Bytes that are known to be there.
    [InlineData("string M(TcpClient c) { var s = c.GetStream(); var b = new byte[c.Available]; int n = s.Read(b, 0, b.Length); return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("bool M(Socket s) { var b = new byte[8]; int n = s.Receive(b, SocketFlags.Peek); return n == 8; }")]
    // Datagrams, other streams.
    [InlineData("string M() { var s = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp); var b = new byte[64]; int n = s.Receive(b); return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("string M(Socket s) { var b = new byte[64]; EndPoint e = new IPEndPoint(0, 0); int n = s.ReceiveFrom(b, ref e); return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("string M(FileStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("string M(MemoryStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); return Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("string M(Stream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); return Encoding.UTF8.GetString(b, 0, n); }")]
    // Called in a loop by its callers; iterators; recursion.
    [InlineData("string Part(NetworkStream s) { var b = new byte[64]; int n = s.Read(b, 0, 64); return Encoding.ASCII.GetString(b, 0, n); } string M(NetworkStream s) { var t = \"\"; string p; while ((p = Part(s)) != \"\") t += p; return t; }")]
    [InlineData("async IAsyncEnumerable<byte[]> M(NetworkStream s) { var b = new byte[64]; while (true) { int n = await s.ReadAsync(b); if (n == 0) break; yield return b[..n]; } }")]
    [InlineData("void M(NetworkStream s, List<byte> all) { var b = new byte[64]; int n = s.Read(b, 0, 64); if (n == 0) return; all.AddRange(b.Take(n)); M(s, all); }")]
    // Polling rounds that keep what they read elsewhere; emptying a socket.
    [InlineData("StringBuilder t = new(); void M(NetworkStream s) { var b = new byte[64]; while (true) { while (s.DataAvailable) { int n = s.Read(b, 0, 64); if (n == 0) return; t.Append(Encoding.ASCII.GetString(b, 0, n)); } Thread.Sleep(1); } }")]
    [InlineData("void M(Socket s) { var junk = new byte[64]; while (s.Available > 0) s.Receive(junk); }")]
    // Callback that keeps the text.
    [InlineData("StringBuilder t = new(); byte[] b = new byte[64]; void Received(IAsyncResult ar) { var s = (Socket)ar.AsyncState!; int n = s.EndReceive(ar); if (n > 0) { t.Append(Encoding.ASCII.GetString(b, 0, n)); s.BeginReceive(b, 0, 64, SocketFlags.None, Received, s); } }")]
    [InlineData("void M(NetworkStream s, byte[] b) { int n; while ((n = s.Read(b)) > 0) { if (Encoding.UTF8.GetString(b, 0, n).EndsWith(\"\\n\")) break; } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[512]; int n; s.Write(Encoding.ASCII.GetBytes(\"LOG\\n\")); while ((n = s.Read(b, 0, b.Length)) > 0) { Console.Write(Encoding.ASCII.GetString(b, 0, n)); } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[512]; int n; while ((n = s.Read(b, 0, b.Length)) > 0) { s.Write(b, 0, n); Console.Write(Encoding.ASCII.GetString(b, 0, n)); } }")]
    [InlineData("void M(NetworkStream s, bool idle) { var b = new byte[512]; while (true) { if (idle) { s.Write(Encoding.ASCII.GetBytes(\"\\n\")); } var n = s.Read(b, 0, b.Length); if (n == 0) return; Console.Write(Encoding.ASCII.GetString(b, 0, n)); } }")]
    [InlineData("async Task<bool> M(NetworkStream s) { var b = new byte[16]; var n = await s.ReadAsync(b); return Encoding.ASCII.GetString(b, 0, n) == \"S\"; }")]
    [InlineData("bool M(NetworkStream s) { var b = new byte[16]; var n = s.Read(b, 0, 16); return Encoding.ASCII.GetString(b, 0, n).StartsWith('+'); }")]
    [InlineData("string M(NetworkStream s) { var b = new byte[512]; var t = new StringBuilder(); while (true) { s.Write(Encoding.ASCII.GetBytes(\"MORE\\n\")); var n = s.Read(b, 0, b.Length); if (n == 0) return t.ToString(); t.Append(Encoding.ASCII.GetString(b, 0, n)); } }")]
    public Task Silent_on_dotnet(string members) => Verify.SilentAsync(Id, On.DotNet, Members(members));

    [Theory]
    [InlineData("static async IAsyncEnumerable<ReadOnlyMemory<byte>> M(TcpSocket s) { while (true) { var r = await s.ReadAsync(); if (r.Done) break; yield return r.Bytes; } }")]
    [InlineData("static async IAsyncEnumerable<ReadOnlyMemory<byte>> M(TcpSocket s) { while (true) { var r = await s.ReadAsync(); if (r.Done) break; yield return r.Bytes; if (TextCodec.DecodeUtf8(r.Bytes).Contains(\"\\n\", StringComparison.Ordinal)) break; } }")]
    [InlineData("static Task<TcpReadResult> M(TcpSocket s) => s.ReadAsync();")]
    [InlineData("static async Task<TcpReadResult> M(TcpSocket s) { var r = await s.ReadAsync(); return r; }")]
    [InlineData("static async Task M(TcpSocket s, TcpSocket t) { while (true) { var r = await s.ReadAsync(); if (r.Done) break; await t.WriteAsync(r.Bytes); } }")]
    [InlineData("static async Task M(TcpSocket s, TcpSocket t) { var r = await s.ReadAsync(); await t.WriteAsync(r.Bytes); }")]
    [InlineData("static async Task M(TcpSocket s, List<ReadOnlyMemory<byte>> all) { while (true) { var r = await s.ReadAsync(); if (r.Done) break; all.Add(r.Bytes); } }")]
    [InlineData("static async Task<bool> M(TcpSocket s) { var r = await s.ReadAsync(); return r.Done; }")]
    [InlineData("static async Task M(TcpSocket s) { while (true) { var r = await s.ReadAsync(); if (r.Done || TextCodec.DecodeUtf8(r.Bytes).EndsWith(\"\\n\", StringComparison.Ordinal)) break; } }")]
    [InlineData("async Task<bool> M(TcpSocket s) { var a = await s.ReadAsync(); return TextCodec.DecodeUtf8(a.Bytes) == \"S\"; }")]
    public Task Silent_on_workers(string members) => Verify.SilentAsync(Id, On.Workers, Members(members));

    [Fact]
    public Task A_stream_of_its_own_passes_the_count_on() => Verify.SilentAsync(Id, On.DotNet, """
        abstract class Counting(NetworkStream inner) : Stream
        {
            public long Total;

            public override int Read(byte[] buffer, int offset, int count)
            {
                var n = inner.Read(buffer, offset, count);
                Total += n;
                return n;
            }

            public override int Read(Span<byte> buffer)
            {
                int n = inner.Read(buffer);
                if (n != buffer.Length)
                {
                    Total++;
                }

                return n;
            }
        }
        """);

    [Fact]
    public Task Names_the_buffer() => Verify.FoundAsync(Id, On.DotNet, """
        class C
        {
            string M(NetworkStream stream)
            {
                var answer = new byte[64];
                int n = {|#0:stream.Read(answer)|};
                return {|#1:Encoding.UTF8.GetString(answer, 0, n)|};
            }
        }
        """, Verify.Result(RuleCatalog.SingleRead, 0, "answer").WithLocation(1));

    [Fact]
    public Task Names_the_idle_check() => Verify.FoundAsync(Id, On.DotNet, """
        class C
        {
            byte[] M(NetworkStream stream)
            {
                var chunk = new byte[64];
                var all = new MemoryStream();
                while ({|#0:stream.DataAvailable|})
                {
                    int n = {|#1:stream.Read(chunk)|};
                    all.Write(chunk, 0, n);
                }

                return all.ToArray();
            }
        }
        """, Verify.Result(RuleCatalog.EndsWhenIdle, 0, "stream.DataAvailable").WithLocation(1));

    [Theory]
    [InlineData(On.DotNet, "class C { void M(NetworkStream s) { int n = s.Read( } }")]
    [InlineData(On.DotNet, "class C { void M(NetworkStream s) { while (s.Read(b, 0, ) ")]
    [InlineData(On.DotNet, "class C { async Task M(NetworkStream s) { var n = await s.ReadAsync(; Encoding.UTF8.GetString( } }")]
    [InlineData(On.Workers, "class C { async Task M(TcpSocket s) { var (a, b, c) = await s.ReadAsync(); TextCodec.DecodeUtf8(a. } }")]
    public async Task Half_typed_code_does_no_harm(On on, string source) => Assert.NotNull(await TryAsync(on, source));

    private static async Task<object> TryAsync(On on, string source) => await Verify.DiagnoseAsync(on, source);
}
