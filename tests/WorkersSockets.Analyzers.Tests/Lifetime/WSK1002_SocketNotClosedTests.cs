using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

public class SocketNotClosedTests
{
    private static string InClass(string member) => "class C\n{\n    private TcpClient? _field;\n    " + member + "\n    static void Use(Stream s) { s.WriteByte(1); }\n    static void Log(string s) => Console.WriteLine(s);\n}";

    public static TheoryData<string> Found => new(
        "void M(string h) { var c = {|WSK1002:new TcpClient(h, 80)|}; Use(c.GetStream()); c.Close(); }",
        "void M(string h) { var c = {|WSK1002:new TcpClient(h, 80)|}; }",
        "async Task M(string h) { var c = {|WSK1002:new TcpClient()|}; await c.ConnectAsync(h, 80); c.Close(); }",
        "async Task M(string h) { var c = {|WSK1002:new TcpClient()|}; await c.ConnectAsync(h, 80); try { Use(c.GetStream()); } finally { c.Close(); } }",
        "async Task M(string h) { var c = {|WSK1002:new TcpClient()|}; await c.ConnectAsync(h, 80); using (c) { Use(c.GetStream()); } }",
        "void M(string h, bool b) { var c = {|WSK1002:new TcpClient(h, 80)|}; if (b) { return; } c.Close(); }",
        "void M(string h) { var c = {|WSK1002:new TcpClient(h, 80)|}; c = new TcpClient(h, 81); c.Close(); }",
        "void M(string[] hs) { TcpClient? c = null; foreach (var h in hs) { c = {|WSK1002:new TcpClient(h, 80)|}; } c?.Close(); }",
        "void M(string h) { var c = {|WSK1002:new TcpClient(h, 80)|}; try { Use(c.GetStream()); c.Close(); } catch (IOException) { Log(\"x\"); } }",
        "string M(string h) { var c = {|WSK1002:new TcpClient(h, 80)|}; var r = new StreamReader(c.GetStream()); var l = r.ReadLine(); c.Dispose(); return l!; }",
        "void M(string h) { var s = {|WSK1002:new Socket(SocketType.Stream, ProtocolType.Tcp)|}; s.Connect(h, 80); s.Close(); }",
        "NetworkStream M(string h) { var s = {|WSK1002:new Socket(SocketType.Stream, ProtocolType.Tcp)|}; s.Connect(h, 80); return new NetworkStream(s, ownsSocket: true); }",
        "async Task M(string h) { var c = await {|WSK1002:Open(h)|}; Use(c.GetStream()); c.Close(); } static async Task<TcpClient> Open(string h) { var c = new TcpClient(); try { await c.ConnectAsync(h, 1); return c; } catch { c.Dispose(); throw; } }",
        "void Start(string h) { _field = {|WSK1002:new TcpClient(h, 80)|}; }",
        "Func<Task> M(string h) => async () => { var c = {|WSK1002:new TcpClient(h, 80)|}; await c.GetStream().WriteAsync(new byte[1]); c.Close(); };",
        "async Task M(string h) { var c = {|WSK1002:new TcpClient()|}; try { await c.ConnectAsync(h, 80); } catch (SocketException) { c.Dispose(); throw; } await c.GetStream().WriteAsync(new byte[1]); c.Dispose(); }");

    public static TheoryData<string> Silent => new(
        "void M(string h) { using var c = new TcpClient(h, 80); Use(c.GetStream()); }",
        "void M(string h) { using (var c = new TcpClient(h, 80)) { Use(c.GetStream()); } }",
        "async Task M(string h) { using var c = new TcpClient(); await c.ConnectAsync(h, 80); Use(c.GetStream()); }",
        "void M(string h) { var c = new TcpClient(h, 80); try { Use(c.GetStream()); } finally { c.Close(); } }",
        "void M(string h) { TcpClient? c = null; try { c = new TcpClient(h, 80); Use(c.GetStream()); } finally { c?.Dispose(); } }",
        "void M(string h) { TcpClient? c = null; try { c = new TcpClient(h, 80); Use(c.GetStream()); } finally { if (c != null) { c.Close(); } } }",
        "void M(string h) { var c = new TcpClient(h, 80); try { Use(c.GetStream()); } finally { Shut(c); } } static void Shut(TcpClient c) { c.Close(); }",
        "void M(string h) { var c = new TcpClient(h, 80); try { Use(c.GetStream()); } catch { c.Close(); throw; } c.Close(); }",
        "async Task M(string h) { await using var s = new NetworkStream(new Socket(SocketType.Stream, ProtocolType.Tcp), true); await s.WriteAsync(new byte[1]); }",
        "TcpClient M(string h) { return new TcpClient(h, 80); }",
        "TcpClient M(string h) => new(h, 80);",
        "async Task<TcpClient> M(string h) { var c = new TcpClient(); try { await c.ConnectAsync(h, 80); return c; } catch { c.Dispose(); throw; } }",
        "async Task<TcpClient> M(string h) { var c = new TcpClient(); var ok = false; try { await c.ConnectAsync(h, 80); ok = true; return c; } finally { if (!ok) { c.Dispose(); } } }",
        "bool M(string h, out TcpClient? c) { try { c = new TcpClient(h, 80); return true; } catch (SocketException) { c = null; return false; } }",
        "void M(string h, Action<TcpClient> take) { var c = new TcpClient(h, 80); take(c); }",
        "void M(string h, List<TcpClient> all) { all.Add(new TcpClient(h, 80)); }",
        "void M(string[] hs) { var all = new List<TcpClient>(); try { foreach (var h in hs) { all.Add(new TcpClient(h, 80)); } } finally { foreach (var c in all) { c.Close(); } } }",
        "void Start(string h) { _field = new TcpClient(h, 80); } void Stop() { _field?.Close(); }",
        "void Start(string h) { _field = new TcpClient(h, 80); } void Stop() { Interlocked.Exchange(ref _field, null)?.Dispose(); }",
        "void Start(string h) { _field = new TcpClient(h, 80); } void Stop() { using (_field) { } }",
        "NetworkStream M(string h) { var s = new Socket(SocketType.Stream, ProtocolType.Tcp); try { s.Connect(h, 80); return new NetworkStream(s, ownsSocket: true); } catch { s.Dispose(); throw; } }",
        "async Task M(string h) { var c = new TcpClient(h, 80); await using var ssl = new SslStream(c.GetStream(), leaveInnerStreamOpen: false); await ssl.AuthenticateAsClientAsync(h); }",
        "void M(string h) { var c = new TcpClient(h, 80); _ = Task.Run(() => { try { Use(c.GetStream()); } finally { c.Close(); } }); }",
        "void M(string h) { var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Bind(new IPEndPoint(IPAddress.Any, 1)); s.Listen(); _socket = s; } Socket? _socket; void X() => _socket!.Accept();",
        "void M(string h) { for (var i = 0; i < 3; i++) { using var c = new TcpClient(h, 80); Use(c.GetStream()); } }",
        "async Task<TcpClient?> M(string h) { while (true) { var c = new TcpClient(); try { await c.ConnectAsync(h, 80); return c; } catch (SocketException) { c.Dispose(); await Task.Delay(10); } } }",
        "void M(string h) { var c = new TcpClient(h, 80); void Done() { c.Close(); } try { Use(c.GetStream()); } finally { Done(); } }",
        "async Task M(string h) { using var c = new TcpClient(); using var t = new CancellationTokenSource(5); await c.ConnectAsync(h, 80, t.Token).ConfigureAwait(false); using var s = c.GetStream(); using var r = new StreamReader(s); await r.ReadLineAsync(); }");

    [Theory]
    [MemberData(nameof(Found))]
    public Task Finds_on_DotNet(string member) => Verify.FoundAsync("WSK1002", On.DotNet, InClass(member));

    [Theory]
    [MemberData(nameof(Silent))]
    public Task Leaves_on_DotNet(string member) => Verify.SilentAsync("WSK1002", On.DotNet, InClass(member));
}
