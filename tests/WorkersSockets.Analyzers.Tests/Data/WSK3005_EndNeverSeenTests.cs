using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public class WSK3005_EndNeverSeenTests
{
    private const string Id = "WSK3005";

    private static string Members(string members) => $$"""
        class C
        {
        {{members}}
        }
        """;

    [Theory]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { int n = {|WSK3005:s.Read(b, 0, 64)|}; Console.Write(Encoding.ASCII.GetString(b, 0, n)); } }")]
    [InlineData("async Task M(NetworkStream s, CancellationToken t) { var b = new byte[64]; while (!t.IsCancellationRequested) { int n = await {|WSK3005:s.ReadAsync(b, t)|}; Console.Write(Encoding.UTF8.GetString(b, 0, n)); } }")]
    [InlineData("void M(TcpClient c) { var s = c.GetStream(); var b = new byte[64]; while (c.Connected) { int n = {|WSK3005:s.Read(b, 0, 64)|}; var t = Encoding.UTF8.GetString(b, 0, n); if (t == \"quit\") break; } }")]
    [InlineData("void M(NetworkStream s, byte[] b) { int total = 0; while (total < b.Length) { total += {|WSK3005:s.Read(b, total, b.Length - total)|}; } }")]
    [InlineData("void M(NetworkStream s, byte[] b, int size) { int total = 0; while (total < size) { int n = {|WSK3005:s.Read(b, total, size - total)|}; total += n; } }")]
    [InlineData("async Task M(NetworkStream s, byte[] b) { int total = 0; do { int n = await {|WSK3005:s.ReadAsync(b.AsMemory(total))|}; total += n; } while (total != 64); }")]
    [InlineData("void M(NetworkStream s) { var t = new StringBuilder(); var b = new byte[64]; while (!t.ToString().Contains(\"\\r\\n\")) { int n = {|WSK3005:s.Read(b)|}; t.Append(Encoding.ASCII.GetString(b, 0, n)); } }")]
    [InlineData("void M(NetworkStream s) { var t = \"\"; var b = new byte[64]; while (t.IndexOf(\"\\n\") < 0) { int n = {|WSK3005:s.Read(b)|}; t += Encoding.ASCII.GetString(b, 0, n); } }")]
    [InlineData("string M(NetworkStream s) { var t = new StringBuilder(); while (true) { int c = {|WSK3005:s.ReadByte()|}; if (c == '\\n') break; t.Append((char)c); } return t.ToString(); }")]
    [InlineData("string M(NetworkStream s) { var t = new StringBuilder(); int c; while ((c = {|WSK3005:s.ReadByte()|}) != 10) t.Append((char)c); return t.ToString(); }")]
    [InlineData("async Task M(StreamReader x, NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (true) { var line = await {|WSK3005:r.ReadLineAsync()|}; Console.WriteLine(line); if (line == \"bye\") break; } }")]
    [InlineData("bool running = true; void M(Socket s) { var b = new byte[64]; while (running) { int n = {|WSK3005:s.Receive(b)|}; Console.WriteLine(n); } }")]
    [InlineData("void M(Socket s, Socket t) { var b = new byte[64]; for (;;) { int n = {|WSK3005:s.Receive(b)|}; t.Send(b, n, SocketFlags.None); } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { try { int n = {|WSK3005:s.Read(b)|}; Console.WriteLine(n); } catch (IOException) { break; } } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { int n = {|WSK3005:s.Read(b)|}; if (n > 0) { var t = Encoding.ASCII.GetString(b, 0, n); if (t == \"quit\") break; } } }")]
    [InlineData("async Task M(NetworkStream s, CancellationToken t) { using var r = new StreamReader(s, Encoding.UTF8); while (!t.IsCancellationRequested) { var line = await {|WSK3005:r.ReadLineAsync(t)|}; if (string.IsNullOrEmpty(line)) continue; Console.WriteLine(line); } }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (true) { switch (await {|WSK3005:r.ReadLineAsync()|}) { case \"PING\": Console.WriteLine(\"PONG\"); break; case \"QUIT\": return; default: continue; } } }")]
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = {|WSK3005:s.Receive(b)|}; switch (n) { case > 60: return; case 1: throw new InvalidDataException(); } Console.WriteLine(n); } }")]
    // What is done at the end goes on, or is not done at the end.
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = {|WSK3005:s.Receive(b)|}; if (n == 0) Thread.Sleep(5); Console.WriteLine(n); } }")]
    [InlineData("List<string> log = new(); void M(Socket s, byte[] b) { while (true) { int n = {|WSK3005:s.Receive(b)|}; if (n == 0) { Note(); continue; } Console.WriteLine(n); } } void Note() => log.Add(\"none\");")]
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = {|WSK3005:s.Receive(b)|}; if (n > 0) Handle(b, n); } } void Handle(byte[] b, int n) { if (b[n - 1] == 4) throw new InvalidDataException(); }")]
    // What throws on text that is empty or too short is not reached at the end.
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { int n = {|WSK3005:s.Read(b)|}; if (n > 0) { var t = Encoding.ASCII.GetString(b, 0, n); if (t.Length > 2 && t.Substring(t.Length - 3) == \"END\") break; } } }")]
    [InlineData("int M(NetworkStream s) { var t = new List<byte>(); int c; var code = 0; while ((c = {|WSK3005:s.ReadByte()|}) != '\\n') { t.Add((byte)c); if (c == ' ') code = int.Parse(Encoding.ASCII.GetString(t.ToArray())); } return code; }")]
    // What comes behind a skip is not reached at the end.
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (true) { var line = await {|WSK3005:r.ReadLineAsync()|}; if (string.IsNullOrEmpty(line)) continue; if (line.StartsWith(\"QUIT\")) break; Console.WriteLine(line[1..]); } }")]
    [InlineData("async Task M(NetworkStream s, List<string> lines) { using var r = new StreamReader(s, Encoding.UTF8); for (;;) { var line = await {|WSK3005:r.ReadLineAsync()|}; if (line is not null && line.Length > 0) lines.Add(line); } }")]
    [InlineData("void M(NetworkStream s) { using var r = new StreamReader(s, Encoding.ASCII); while (true) { switch ({|WSK3005:r.ReadLine()|}) { case { } ask when ask.StartsWith(\"331\"): Console.WriteLine(ask); break; case string done when done.StartsWith(\"230\"): return; } } }")]
    [InlineData("void M(NetworkStream s, List<byte> all, byte end) { int c; while ((c = {|WSK3005:s.ReadByte()|}) != end) all.Add((byte)c); }")]
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = {|WSK3005:s.Receive(b)|}; if (n is > 0 and < 10) break; Console.WriteLine(n); } }")]
    public Task Found_on_dotnet(string members) => Verify.FoundAsync(Id, On.DotNet, Members(members));

    [Theory]
    [InlineData("static async Task<string> M(TcpSocket s) { var t = \"\"; while (true) { var r = await {|WSK3005:s.ReadAsync()|}; t += TextCodec.DecodeUtf8(r.Bytes); if (t.EndsWith(\"\\n\", StringComparison.Ordinal)) return t; } }")]
    [InlineData("static async Task<string> M(TcpSocket s) { var t = new StringBuilder(); while (!t.ToString().Contains(\"\\n\", StringComparison.Ordinal)) { var r = await {|WSK3005:s.ReadAsync()|}; t.Append(TextCodec.DecodeUtf8(r.Bytes)); } return t.ToString(); }")]
    [InlineData("static async Task M(TcpSocket s, TcpSocket t) { while (true) { var r = await {|WSK3005:s.ReadAsync()|}; await t.WriteAsync(r.Bytes); } }")]
    [InlineData("static async IAsyncEnumerable<ReadOnlyMemory<byte>> M(TcpSocket s) { while (true) { var r = await {|WSK3005:s.ReadAsync()|}; yield return r.Bytes; } }")]
    [InlineData("static async Task<int> M(TcpSocket s, int size) { var total = 0; while (total < size) { var r = await {|WSK3005:s.ReadAsync()|}; total += r.Bytes.Length; } return total; }")]
    [InlineData("static async Task<int> M(TcpSocket s, int size) { var total = 0; while (total < size) { var (done, bytes) = await {|WSK3005:s.ReadAsync()|}; total += bytes.Length; } return total; }")]
    public Task Found_on_workers(string members) => Verify.FoundAsync(Id, On.Workers, Members(members));

    [Theory]
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = s.Receive(b); if (n is 0 or > 60) break; Console.WriteLine(n); } }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (true) { var line = await r.ReadLineAsync(); if (line == \"\") continue; if (line is not { } text) break; Console.WriteLine(text); } }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (true) { switch (await r.ReadLineAsync()) { case { Length: 0 }: continue; case var line when line is null: return; } } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { int n = s.Read(b, 0, 64); if (n == 0) break; Console.Write(Encoding.ASCII.GetString(b, 0, n)); } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; int n; while ((n = s.Read(b, 0, 64)) > 0) Console.Write(Encoding.ASCII.GetString(b, 0, n)); }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; int n; do { n = s.Read(b, 0, 64); Console.Write(n); } while (n != 0); }")]
    [InlineData("void M(NetworkStream s, byte[] b) { int total = 0; while (total < b.Length) { int n = s.Read(b, total, b.Length - total); if (n <= 0) throw new EndOfStreamException(); total += n; } }")]
    [InlineData("void M(NetworkStream s, byte[] b) { int total = 0; while (total < b.Length) { int n = s.Read(b, total, b.Length - total); if (n is 0) return; total += n; } }")]
    [InlineData("void M(NetworkStream s, byte[] b) { var open = true; while (open) { int n = s.Read(b, 0, 64); open = n > 0; } }")]
    [InlineData("void M(NetworkStream s, byte[] b) { var done = false; while (!done) { int n = s.Read(b, 0, 64); if (n == 0) { done = true; } } }")]
    [InlineData("void M(NetworkStream s, byte[] b) { while (true) { int n = s.Read(b, 0, 64); Check(n); Console.WriteLine(n); } } void Check(int n) { if (n == 0) throw new EndOfStreamException(); }")]
    [InlineData("void M(NetworkStream s, byte[] b) { while (true) { int n = s.Read(b, 0, 64); if (!Handle(n)) break; } } bool Handle(int n) => n > 0;")]
    [InlineData("void M(NetworkStream s, byte[] b) { while (true) { s.ReadExactly(b, 0, 4); Console.WriteLine(b[3]); } }")]
    [InlineData("void M(NetworkStream s, byte[] b) { for (int i = 0; i < 10; i++) { int n = s.Read(b, 0, 64); Console.WriteLine(n); } }")]
    [InlineData("void M(NetworkStream s) { while (true) { int c = s.ReadByte(); if (c == -1 || c == 10) break; } }")]
    [InlineData("void M(NetworkStream s) { int c; while ((c = s.ReadByte()) >= 0) Console.Write((char)c); }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); string? line; while ((line = await r.ReadLineAsync()) != null) Console.WriteLine(line); }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (await r.ReadLineAsync() is { } line) Console.WriteLine(line); }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (true) { var line = await r.ReadLineAsync(); if (string.IsNullOrEmpty(line)) break; Console.WriteLine(line); } }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (!r.EndOfStream) Console.WriteLine(await r.ReadLineAsync()); }")]
    // What is done at the end throws, closes, cancels, leaves the process or changes what the loop looks at.
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = s.Receive(b); if (n == 0) Fail.Closed(); Console.WriteLine(n); } } static class Fail { public static void Closed() => throw new IOException(); }")]
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = s.Receive(b); if (n == 0) Fail(\"closed\"); Console.WriteLine(n); } } [System.Diagnostics.CodeAnalysis.DoesNotReturn] static void Fail(string why) => Environment.FailFast(why);")]
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = s.Receive(b); if (n == 0) s.Close(); Console.WriteLine(n); } }")]
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = s.Receive(b); if (n == 0) OnClosed(); Console.WriteLine(n); } void OnClosed() { s.Dispose(); } }")]
    [InlineData("void M(Socket s, byte[] b, CancellationTokenSource done) { while (!done.IsCancellationRequested) { int n = s.Receive(b); if (n == 0) done.Cancel(); Console.WriteLine(n); } }")]
    [InlineData("bool running = true; void M(Socket s, byte[] b) { while (running) { int n = s.Receive(b); if (n == 0) Stop(); Console.WriteLine(n); } } void Stop() => running = false;")]
    [InlineData("void M(Socket s, byte[] b) { while (true) { int n = s.Receive(b); if (n == 0) Environment.Exit(1); Console.WriteLine(n); } }")]
    [InlineData("event Action? Closed; void M(Socket s, byte[] b) { while (true) { int n = s.Receive(b); if (n == 0) Closed?.Invoke(); Console.WriteLine(n); } }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); string? line; do { line = await r.ReadLineAsync(); Console.WriteLine(line); } while (!string.IsNullOrWhiteSpace(line)); }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (true) { switch (await r.ReadLineAsync()) { case \"PING\": continue; case null: return; default: continue; } } }")]
    [InlineData("async Task M(NetworkStream s) { using var r = new StreamReader(s, Encoding.UTF8); while (true) { switch (await r.ReadLineAsync()) { case \"PING\": continue; default: throw new InvalidDataException(); } } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { int n = s.Read(b); var t = Encoding.ASCII.GetString(b, 0, n); if (t.Length == 0) break; Console.Write(t); } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { int n = s.Read(b); var t = Encoding.ASCII.GetString(b, 0, n); if (string.IsNullOrEmpty(t)) break; Console.Write(t); } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (s.DataAvailable) { int n = s.Read(b); Console.Write(n); } }")]
    [InlineData("void M(TcpListener l) { var b = new byte[64]; while (true) { using var c = l.AcceptTcpClient(); int n = c.GetStream().Read(b); Console.Write(n); } }")]
    [InlineData("void M(Socket s) { var b = new byte[64]; while (true) { int n = s.Receive(b); if (n == 0) goto end; Console.Write(n); } end: return; }")]
    [InlineData("void M(NetworkStream s, DateTime until) { var b = new byte[64]; while (DateTime.UtcNow < until) { int n = s.Read(b); Console.Write(n); } }")]
    [InlineData("void M(NetworkStream s) { var b = new byte[64]; while (true) { switch (s.Read(b)) { case 0: return; default: Console.Write(1); break; } } }")]
    [InlineData("async Task M(NetworkStream s) { var r = System.IO.Pipelines.PipeReader.Create(s); while (true) { var x = await r.ReadAsync(); r.AdvanceTo(x.Buffer.End); if (x.IsCompleted) break; } }")]
    public Task Silent_on_dotnet(string members) => Verify.SilentAsync(Id, On.DotNet, Members(members));

    [Theory]
    [InlineData("static async Task<string> M(TcpSocket s) { var t = \"\"; while (true) { var r = await s.ReadAsync(); if (r.Done) break; t += TextCodec.DecodeUtf8(r.Bytes); } return t; }")]
    [InlineData("static async Task M(TcpSocket s, TcpSocket t) { var r = await s.ReadAsync(); while (!r.Done) { await t.WriteAsync(r.Bytes); r = await s.ReadAsync(); } }")]
    [InlineData("static async Task M(TcpSocket s, TcpSocket t) { while (true) { var r = await s.ReadAsync(); if (r.Bytes.Length == 0) return; await t.WriteAsync(r.Bytes); } }")]
    [InlineData("static async Task M(TcpSocket s, TcpSocket t) { while (true) { var (done, bytes) = await s.ReadAsync(); if (done) return; await t.WriteAsync(bytes); } }")]
    [InlineData("static async Task M(TcpSocket s) { TcpReadResult r; do { r = await s.ReadAsync(); } while (!r.Done); }")]
    public Task Silent_on_workers(string members) => Verify.SilentAsync(Id, On.Workers, Members(members));

    [Fact]
    public Task Names_the_method() => Verify.FoundAsync(Id, On.DotNet, """
        class C
        {
            void M(Socket socket)
            {
                var buffer = new byte[64];
                while (true)
                {
                    int n = {|#0:socket.Receive(buffer)|};
                    Console.WriteLine(n);
                }
            }
        }
        """, Verify.Result(RuleCatalog.EndNeverSeen, 0, "Receive"));
}
