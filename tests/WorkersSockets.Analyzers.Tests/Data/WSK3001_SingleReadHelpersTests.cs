using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

/// <summary>What one read returned is decoded somewhere else: in a helper, in another class, in a callback, behind a wrapper.</summary>
public class WSK3001_SingleReadHelpersTests
{
    private const string Id = "WSK3001";

    private static string In(string members, string others) => $$"""
        class C
        {
        {{members}}
        }
        {{others}}
        """;

    [Theory]
    // A helper of the same class, of another one, an extension, one behind an interface.
    [InlineData("string M(NetworkStream s) { var b = new byte[64]; int n = {|WSK3001:s.Read(b, 0, 64)|}; return Parse(b, n); } static string Parse(byte[] d, int n) => Encoding.ASCII.GetString(d, 0, n);", "")]
    [InlineData("async Task<int> M(NetworkStream s) { var b = new byte[64]; int n = await {|WSK3001:s.ReadAsync(b)|}; return Frames.Id(b.AsSpan(0, n)); }", "static class Frames { public static int Id(ReadOnlySpan<byte> d) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(d); }")]
    [InlineData("string M(Socket s) { var b = new byte[64]; int n = {|WSK3001:s.Receive(b)|}; return b.ToText(n); }", "static class X { public static string ToText(this byte[] b, int n) => Encoding.UTF8.GetString(b, 0, n); }")]
    [InlineData("P p = new(); int M(Socket s) { var b = new byte[64]; int n = {|WSK3001:s.Receive(b)|}; return ((IP)p).Parse(b, n); }", "interface IP { int Parse(byte[] b, int n); } class P : IP { public int Parse(byte[] b, int n) => int.Parse(Encoding.ASCII.GetString(b, 0, n)); }")]
    [InlineData("object? M(Socket s) { var b = new byte[64]; int n = {|WSK3001:s.Receive(b)|}; return A(b, n); } object? A(byte[] b, int n) => B(b.AsSpan(0, n)); object? B(ReadOnlySpan<byte> d) => System.Text.Json.JsonSerializer.Deserialize<object>(d);", "")]
    [InlineData("int M(Socket s) { var b = new byte[64]; int n = {|WSK3001:s.Receive(b)|}; var d = new byte[n]; Array.Copy(b, d, n); return Id(d); } static int Id(byte[] d) => BitConverter.ToInt32(d, 0);", "")]
    [InlineData("void M(Socket s) { var b = new byte[64]; int n; while ((n = {|WSK3001:s.Receive(b)|}) > 0) Handle(Encoding.UTF8.GetString(b, 0, n)); } void Handle(string t) { Console.WriteLine(t.Split(' ')[0]); }", "")]
    // An extension that is short for ConfigureAwait gives the task on.
    [InlineData("async Task<string> M(NetworkStream s) { var b = new byte[64]; var n = await {|WSK3001:s.ReadAsync(b, 0, 64)|}.NoContext(); return Encoding.ASCII.GetString(b, 0, n); }", "static class X { public static System.Runtime.CompilerServices.ConfiguredTaskAwaitable<T> NoContext<T>(this Task<T> task) => task.ConfigureAwait(false); }")]
    // Callbacks of Begin/End and of SocketAsyncEventArgs.
    [InlineData("byte[] b = new byte[64]; NetworkStream s = null!; void R(IAsyncResult r) { int n = {|WSK3001:s.EndRead(r)|}; if (n == 0) return; var d = new byte[n]; Buffer.BlockCopy(b, 0, d, 0, n); Handle(d); s.BeginRead(b, 0, 64, R, null); } void Handle(byte[] d) { Console.WriteLine(BitConverter.ToInt32(d, 0)); }", "")]
    [InlineData("byte[] h = new byte[4]; void Go(Socket s) => s.BeginReceive(h, 0, 4, SocketFlags.None, R, s); void R(IAsyncResult r) { if ({|WSK3001:((Socket)r.AsyncState!).EndReceive(r)|} == 0) return; Console.WriteLine(BitConverter.ToInt32(h, 0)); }", "")]
    [InlineData("byte[] h = new byte[4]; void R(IAsyncResult r) { int n = {|WSK3001:((Socket)r.AsyncState!).EndReceive(r)|}; if (n != 4) return; Console.WriteLine(BitConverter.ToInt32(h, 0)); }", "")]
    [InlineData("void R(object? o, SocketAsyncEventArgs e) { if (e.BytesTransferred == 0) return; var t = {|WSK3001:Encoding.UTF8.GetString(e.Buffer!, e.Offset, e.BytesTransferred)|}; if (t == \"quit\") return; ((Socket)o!).ReceiveAsync(e); }", "")]
    [InlineData("void R(SocketAsyncEventArgs e) { var n = e.BytesTransferred; if (n == 0) return; var d = new byte[n]; Buffer.BlockCopy(e.Buffer!, e.Offset, d, 0, n); {|WSK3001:Handle(d)|}; var s = (Socket)e.UserToken!; if (!s.ReceiveAsync(e)) R(e); } void Handle(byte[] d) { Console.WriteLine(BitConverter.ToInt16(d, 0)); }", "")]
    [InlineData("void M(Socket s) { var a = new SocketAsyncEventArgs(); a.SetBuffer(new byte[4], 0, 4); a.Completed += (o, e) => Console.WriteLine({|WSK3001:BitConverter.ToInt32(e.Buffer!, 0)|}); s.ReceiveAsync(a); }", "")]
    [InlineData("void R(object? o, SocketAsyncEventArgs e) { Console.WriteLine({|WSK3001:System.Text.Json.JsonSerializer.Deserialize<int>(e.MemoryBuffer.Span.Slice(0, e.BytesTransferred))|}); ((Socket)o!).ReceiveAsync(e); }", "")]
    [InlineData("Task<string> M(NetworkStream s) { var b = new byte[64]; return {|WSK3001:s.ReadAsync(b, 0, b.Length)|}.ContinueWith(read => Encoding.UTF8.GetString(b, 0, read.Result)); }", "")]
    [InlineData("async Task<string> M(Socket s) { var b = new byte[64]; int n = await {|WSK3001:Task.Factory.FromAsync((done, state) => s.BeginReceive(b, 0, b.Length, SocketFlags.None, done, state), s.EndReceive, null)|}; return Encoding.ASCII.GetString(b, 0, n); }", "")]
    [InlineData("async Task<string> M(Socket s) { var b = new byte[64]; int n = await {|WSK3001:Task<int>.Factory.FromAsync(s.BeginReceive(b, 0, b.Length, SocketFlags.None, null, null), s.EndReceive)|}; return Encoding.ASCII.GetString(b, 0, n); }", "")]
    [InlineData("async Task<string> M(NetworkStream s) { var b = new byte[64]; int n = await {|WSK3001:Task<int>.Factory.FromAsync(s.BeginRead, s.EndRead, b, 0, b.Length, null)|}; return Encoding.ASCII.GetString(b, 0, n); }", "")]
    // Behind a thin wrapper.
    [InlineData("string M(W w) { var b = new byte[64]; int n = {|WSK3001:w.Read(b, 0, 64)|}; return Encoding.ASCII.GetString(b, 0, n); }", "class W { NetworkStream s = null!; public int Read(byte[] b, int o, int c) => s.Read(b, o, c); }")]
    [InlineData("async Task<string> M(IW w, CancellationToken t) { var b = new byte[64]; var n = await {|WSK3001:w.ReceiveAsync(b, t)|}; return Encoding.ASCII.GetString(b, 0, n); }", "interface IW { Task<int> ReceiveAsync(Memory<byte> m, CancellationToken t); } class W : IW { Socket s = null!; public async Task<int> ReceiveAsync(Memory<byte> m, CancellationToken t) => await s.ReceiveAsync(m, SocketFlags.None, t); }")]
    // A plain stream that another class hands over.
    [InlineData("P M(TcpClient c) => new P(c.GetStream());", "class P { readonly Stream s; public P(Stream s) { this.s = s; } string R() { var b = new byte[64]; int n = {|WSK3001:s.Read(b, 0, 64)|}; return Encoding.ASCII.GetString(b, 0, n); } }")]
    [InlineData("P M(TcpClient c) => new(c.GetStream());", "class P(Stream s) { async Task<string> R() { var b = new byte[64]; int n = await {|WSK3001:s.ReadAsync(b)|}; return Encoding.ASCII.GetString(b, 0, n); } }")]
    [InlineData("string M(TcpClient c) => P.R(c.GetStream());", "static class P { public static string R(Stream s) { var b = new byte[64]; int n = {|WSK3001:s.Read(b, 0, 64)|}; return Encoding.ASCII.GetString(b, 0, n); } }")]
    [InlineData("I t = null!; string M() { var b = new byte[64]; int n = {|WSK3001:t.Stream.Read(b, 0, 64)|}; return Encoding.ASCII.GetString(b, 0, n); }", "interface I { Stream Stream { get; } } class T : I { TcpClient c = new(); public Stream Stream => c.GetStream(); }")]
    // Loops that end when nothing is buffered.
    [InlineData("string M(NetworkStream s) { var t = \"\"; var b = new byte[64]; while (true) { int n = s.Read(b); if (n == 0) break; t += Encoding.ASCII.GetString(b, 0, n); if (!{|WSK3001:s.DataAvailable|}) break; } return t; }", "")]
    [InlineData("string M(TcpClient c) { var s = c.GetStream(); var t = \"\"; while ({|WSK3001:c.Available > 0|}) { var b = new byte[c.Available]; int n = s.Read(b); t += Encoding.ASCII.GetString(b, 0, n); } return t; }", "")]
    public Task Found_on_dotnet(string members, string others) => Verify.FoundAsync(Id, On.DotNet, In(members, others));

    [Theory]
    [InlineData("static string Parse(ReadOnlyMemory<byte> b) => TextCodec.DecodeUtf8(b).Trim(); static async Task<string> M(TcpSocket s) { var r = await {|WSK3001:s.ReadAsync()|}; return Parse(r.Bytes); }")]
    [InlineData("static string Parse(TcpReadResult r) => TextCodec.DecodeUtf8(r.Bytes).Trim(); static async Task<string> M(TcpSocket s) { var r = await {|WSK3001:s.ReadAsync()|}; return Parse(r); }")]
    [InlineData("static async Task<TcpReadResult> Next(TcpSocket s) { return await s.ReadAsync(); } static async Task<string> M(TcpSocket s) { var r = await {|WSK3001:Next(s)|}; return TextCodec.DecodeUtf8(r.Bytes); }")]
    [InlineData("static async Task<string> M(TcpSocket s) { if (await {|WSK3001:s.ReadAsync()|} is { Done: false, Bytes: var bytes }) return TextCodec.DecodeUtf8(bytes); return \"\"; }")]
    public Task Found_on_workers(string members) => Verify.FoundAsync(Id, On.Workers, In(members, ""));

    [Theory]
    // Helpers that keep what they are given.
    [InlineData("readonly List<byte> all = new(); void M(NetworkStream s) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) On(b, n); } void On(byte[] d, int n) { for (int i = 0; i < n; i++) all.Add(d[i]); if (all.Count > 3) Console.WriteLine(BitConverter.ToInt32(all.ToArray(), 0)); }", "")]
    [InlineData("readonly MemoryStream all = new(); void M(NetworkStream s) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) On(b, n); } void On(byte[] d, int n) => all.Write(d, 0, n);", "")]
    [InlineData("string t = \"\"; byte[] b = new byte[64]; void R(IAsyncResult r) { var s = (Socket)r.AsyncState!; int n = s.EndReceive(r); if (n == 0) return; Add(Encoding.ASCII.GetString(b, 0, n)); s.BeginReceive(b, 0, 64, SocketFlags.None, R, s); } void Add(string part) { t += part; }", "")]
    [InlineData("int state; void M(Socket s) { var b = new byte[64]; int n; while ((n = s.Receive(b)) > 0) Feed(b.AsSpan(0, n)); } void Feed(ReadOnlySpan<byte> d) { foreach (var x in d) state = x; }", "")]
    [InlineData("void M(NetworkStream s, IFeed f) { var b = new byte[64]; int n = s.Read(b); f.Feed(b, n); }", "interface IFeed { void Feed(byte[] b, int n); }")]
    // Decoded for the log, forwarded as it is.
    [InlineData("void M(NetworkStream s, NetworkStream t) { var b = new byte[64]; int n = s.Read(b); Log(b, n); t.Write(b, 0, n); } static void Log(byte[] b, int n) => Console.WriteLine(Encoding.ASCII.GetString(b, 0, n));", "")]
    // Event arguments of sends, of datagrams, of receives that are gathered or forwarded.
    [InlineData("void Sent(object? o, SocketAsyncEventArgs e) { Console.WriteLine(e.BytesTransferred); ((Socket)o!).SendAsync(e); }", "")]
    [InlineData("void R(object? o, SocketAsyncEventArgs e) { Console.WriteLine(Encoding.UTF8.GetString(e.Buffer!, e.Offset, e.BytesTransferred)); ((Socket)o!).ReceiveFromAsync(e); }", "")]
    [InlineData("readonly MemoryStream all = new(); void R(SocketAsyncEventArgs e) { if (e.BytesTransferred == 0) return; all.Write(e.Buffer!, e.Offset, e.BytesTransferred); var s = (Socket)e.UserToken!; if (!s.ReceiveAsync(e)) R(e); }", "")]
    [InlineData("int got; void R(object? o, SocketAsyncEventArgs e) { if (e.BytesTransferred == 0) return; got += e.BytesTransferred; if (got < 4) { e.SetBuffer(got, 4 - got); ((Socket)o!).ReceiveAsync(e); return; } Console.WriteLine(BitConverter.ToInt32(e.Buffer!, 0)); }", "")]
    [InlineData("void R(SocketAsyncEventArgs e) { if (e.BytesTransferred > 0) { e.SetBuffer(e.Offset, e.BytesTransferred); ((Socket)e.UserToken!).SendAsync(e); } } void S(SocketAsyncEventArgs e) { if (!((Socket)e.UserToken!).ReceiveAsync(e)) R(e); }", "")]
    [InlineData("byte[] b = new byte[64]; int have; void R(IAsyncResult r) { var s = (Socket)r.AsyncState!; int n = s.EndReceive(r); if (n == 0) return; have += n; if (have < 8) { s.BeginReceive(b, have, 8 - have, SocketFlags.None, R, s); return; } Console.WriteLine(Encoding.ASCII.GetString(b, 0, 8)); }", "")]
    // Wrappers that are called until all is there, or that look at the end themselves.
    [InlineData("NetworkStream s = null!; int Some(byte[] b, int o, int c) => s.Read(b, o, c); void Fully(byte[] b) { int got = 0; while (got < b.Length) { int n = Some(b, got, b.Length - got); if (n == 0) throw new EndOfStreamException(); got += n; } }", "")]
    [InlineData("Socket s = null!; int Some(byte[] b) { int n = s.Receive(b); if (n == 0) throw new IOException(); return n; } void Pump(Stream t) { var b = new byte[64]; while (true) { int n = Some(b); t.Write(b, 0, n); } }", "")]
    // A buffer of one byte in a field; event arguments that are only looked at.
    [InlineData("readonly byte[] one = new byte[1]; byte M(Socket s) { int n = s.Receive(one); return n == 0 ? (byte)0 : one[0]; }", "")]
    [InlineData("bool M(Socket s, Memory<byte> m) { var e = new SocketAsyncEventArgs(); e.SetBuffer(m); s.ReceiveAsync(e); return m.Equals(e.MemoryBuffer); }", "")]
    // Streams that no connection is handed to.
    [InlineData("P A(string p) => new P(File.OpenRead(p)); P B(byte[] d) => new(new MemoryStream(d)); void D(TcpClient c) => c.Close();", "class P(Stream s) { string R() { var b = new byte[64]; int n = s.Read(b, 0, 64); return Encoding.ASCII.GetString(b, 0, n); } }")]
    // Datagram sockets that a factory makes.
    [InlineData("static Socket Make() { var s = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp); return s; } string M() { using var s = Make(); var b = new byte[64]; int n = s.Receive(b); return Encoding.ASCII.GetString(b, 0, n); }", "")]
    public Task Silent_on_dotnet(string members, string others) => Verify.SilentAsync(Id, On.DotNet, In(members, others));

    [Theory]
    [InlineData("static bool Add(List<ReadOnlyMemory<byte>> all, TcpReadResult r) { if (r.Done) return false; all.Add(r.Bytes); return true; } static async Task M(TcpSocket s) { var all = new List<ReadOnlyMemory<byte>>(); while (true) { var r = await s.ReadAsync(); if (!Add(all, r)) break; } }")]
    [InlineData("static async Task<TcpReadResult> Next(TcpSocket s) { return await s.ReadAsync(); } static async IAsyncEnumerable<ReadOnlyMemory<byte>> M(TcpSocket s) { while (true) { var r = await Next(s); if (r.Done) break; yield return r.Bytes; } }")]
    public Task Silent_on_workers(string members) => Verify.SilentAsync(Id, On.Workers, In(members, ""));

    [Fact]
    public Task Follows_a_stream_into_a_file_that_names_no_socket() => Verify.RunAsync(Id, On.DotNet,
    [
        ("Protocol.cs", """
            class Protocol(Stream stream)
            {
                public string Banner()
                {
                    var buffer = new byte[64];
                    int n = {|WSK3001:stream.Read(buffer, 0, 64)|};
                    return Encoding.ASCII.GetString(buffer, 0, n);
                }
            }
            """),
        ("Client.cs", """
            class Client
            {
                string Banner(TcpClient client) => new Protocol(client.GetStream()).Banner();
            }
            """),
    ], []);
}
