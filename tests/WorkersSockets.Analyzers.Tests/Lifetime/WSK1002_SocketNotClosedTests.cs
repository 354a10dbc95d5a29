using WorkersSockets.Analyzers.CodeFixes.Lifetime;
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

    public static TheoryData<On, string> FoundMore => new()
    {
        { On.Workers, """static async Task<string> M(string h) { var s = {|WSK1002:TcpSocket.Connect(h, 7)|}; await s.OpenedAsync(); await s.WriteTextAsync("x"); var r = await s.ReadAsync(); await s.CloseAsync(); return TextCodec.DecodeUtf8(r.Bytes); }""" },
        { On.Workers, """static async Task M(string h) { var s = {|WSK1002:TcpSocket.Connect(h, 7)|}; await s.OpenedAsync(); await s.WriteTextAsync("x"); }""" },
        { On.Workers, """static async Task<TcpSocket> Open(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); return s; } static async Task M(string h) { var s = await {|WSK1002:Open(h)|}; await s.WriteTextAsync("x"); }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls }); await s.OpenedAsync(); var t = await {|WSK1002:s.StartTlsAsync()|}; await t.OpenedAsync(); await t.WriteTextAsync("x"); await t.CloseAsync(); }""" },
        { On.Workers, """public class Conn { private TcpSocket? _s; public async Task ConnectAsync(string h) { _s = {|WSK1002:TcpSocket.Connect(h, 7)|}; await _s.OpenedAsync(); } public Task SendAsync(string t) => _s!.WriteTextAsync(t); }""" },
        { On.Workers, """static async Task M(string[] hs) { foreach (var h in hs) { var s = {|WSK1002:TcpSocket.Connect(h, 7)|}; await s.OpenedAsync(); await s.WriteTextAsync("x"); } }""" },
        { On.Workers, """static async Task<bool> Probe(string h) { var s = {|WSK1002:TcpSocket.Connect(h, 7)|}; try { await s.OpenedAsync(); return true; } catch (Exception) { return false; } }""" },
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { var s = {|WSK1002:TcpSocket.Connect("a.example.com", 7)|}; await s.OpenedAsync(); await s.WriteTextAsync("x"); var d = await s.ReadAsync(); return Response.Text(TextCodec.DecodeUtf8(d.Bytes)); }""" },
        { On.Workers, """static async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks(string h) { var s = {|WSK1002:TcpSocket.Connect(h, 7)|}; await s.OpenedAsync(); while (true) { var c = await s.ReadAsync(); if (c.Done) break; yield return c.Bytes; } await s.CloseAsync(); }""" },
        { On.Workers, """static async Task M(string h) { var s = {|WSK1002:TcpSocket.Connect(h, 7)|}; await s.OpenedAsync(); s = TcpSocket.Connect(h, 8); await s.OpenedAsync(); await s.CloseAsync(); }""" },
        { On.Workers, """static async Task<string[]> All(string[] hs) { return await Task.WhenAll(hs.Select(async h => { var s = {|WSK1002:TcpSocket.Connect(h, 7)|}; await s.OpenedAsync(); await s.WriteTextAsync("x"); return "a"; })); }""" },
        { On.Workers, """static async Task<int> M(string h, int k) { var s = {|WSK1002:TcpSocket.Connect(h, 7)|}; await s.OpenedAsync(); switch (k) { case 1: await s.CloseAsync(); return 1; case 2: return 2; default: await s.CloseAsync(); return 3; } }""" },
        { On.Workers, """static void M(string h) { {|WSK1002:TcpSocket.Connect(h, 7)|}; }""" },
        { On.Workers, """static async Task M(string h) { await {|WSK1002:TcpSocket.Connect(h, 7)|}.WriteTextAsync("x"); }""" },
        { On.DotNet, """void M(string h) { {|WSK1002:new TcpClient(h, 80)|}.GetStream().WriteByte(1); }""" },
        { On.DotNet, """class Conn { readonly TcpClient c = {|WSK1002:new()|}; public void Connect(string h) { c.Connect(h, 1); } }""" },
        { On.DotNet, """class Conn : IDisposable { TcpClient? c; public Conn(string h) { c = {|WSK1002:new TcpClient(h, 1)|}; } public void Dispose() { } }""" },
        { On.DotNet, """async Task<bool> Probe(string h, int p) { var c = {|WSK1002:new TcpClient()|}; var t = c.ConnectAsync(h, p); if (await Task.WhenAny(t, Task.Delay(100)) != t) { return false; } c.Close(); return true; }""" },
        { On.DotNet, """void Get(string h) { _field ??= {|WSK1002:new TcpClient(h, 1)|}; Use(_field.GetStream()); }""" },
        { On.DotNet, """void M(string h) { var c = {|WSK1002:new TcpClient(h, 1)|}; try { var s = c.GetStream(); Use(s); } catch (IOException e) { Log(e.Message); return; } c.Close(); }""" },
        { On.DotNet, """void M(string h) { Use(new NetworkStream({|WSK1002:new Socket(SocketType.Stream, ProtocolType.Tcp)|}, true)); }""" },
        { On.DotNet, """void M(string h) { using var s = new NetworkStream({|WSK1002:new Socket(SocketType.Stream, ProtocolType.Tcp)|}); Use(s); }""" },
        { On.DotNet, """TcpClient? M(string h) { var c = {|WSK1002:new TcpClient()|}; try { c.Connect(h, 1); return c; } catch (SocketException) { return null; } }""" },
        {
            On.DotNet,
            """
            var c = {|WSK1002:new TcpClient("a.example.com", 99)|};
            c.GetStream().WriteByte(1);
            c.Close();
            """
        },
    };

    public static TheoryData<On, string> SilentMore => new()
    {
        { On.Workers, """static async Task<bool> M(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); try { await s.WriteTextAsync("x"); var r = await s.ReadAsync(); return r.Done; } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """static async Task M(string h, Context context) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); try { await s.WriteTextAsync("x"); } finally { context.WaitUntil(s.CloseAsync()); } }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); try { await s.WriteTextAsync("x"); } finally { await Shut(s); } } static async Task Shut(TcpSocket s) { try { await s.CloseAsync(); } catch (Exception) { } }""" },
        { On.Workers, """static async Task<TcpSocket> Open(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); return s; } static async Task M(string h) { var s = await Open(h); try { await s.WriteTextAsync("x"); } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 25, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls }); await s.OpenedAsync(); var t = await s.StartTlsAsync(); await t.OpenedAsync(); try { await t.WriteTextAsync("x"); } finally { await t.CloseAsync(); } }""" },
        { On.Workers, """[DurableObject] public class D { private readonly DurableObjectState _s; private TcpSocket? _c; public D(DurableObjectState s, Env e) { _s = s; } public async Task<Response> FetchAsync(Request r) { if (_c is null) { _c = TcpSocket.Connect("db.example.com", 7); await _c.OpenedAsync(); } await _c.WriteTextAsync("x"); return Response.Text("ok"); } public async Task AlarmAsync() { if (_c is not null) { await _c.CloseAsync(); _c = null; } } }""" },
        { On.Workers, """public class Conn : IAsyncDisposable { private TcpSocket? _s; public async Task ConnectAsync(string h) { _s = TcpSocket.Connect(h, 7); await _s.OpenedAsync(); } public async ValueTask DisposeAsync() { if (_s is not null) await _s.CloseAsync(); } } static class P { static async Task M(string h) { await using var c = new Conn(); await c.ConnectAsync(h); } }""" },
        { On.Workers, """static async Task<bool> Probe(string h) { var s = TcpSocket.Connect(h, 7); try { await s.OpenedAsync(); } catch (Exception) { return false; } await s.CloseAsync(); return true; }""" },
        { On.Workers, """[Fetch] public static async Task<Response> H(Request r, Env e, Context c) { var s = TcpSocket.Connect("a.example.com", 7); await s.OpenedAsync(); try { await s.WriteTextAsync("x"); var d = await s.ReadAsync(); return Response.Text(TextCodec.DecodeUtf8(d.Bytes)); } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); try { await s.WriteTextAsync("x"); } catch (Exception) { await s.CloseAsync(); throw; } await s.CloseAsync(); }""" },
        { On.Workers, """static async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks(string h) { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); try { while (true) { var c = await s.ReadAsync(); if (c.Done) break; yield return c.Bytes; } } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """static Response M(string h) { var s = TcpSocket.Connect(h, 7); return Response.FromStream(ReadableStream.FromAsyncEnumerable(Chunks(s))); } static async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks(TcpSocket s) { try { while (true) { var c = await s.ReadAsync(); if (c.Done) break; yield return c.Bytes; } } finally { await s.CloseAsync(); } }""" },
        {
            On.Workers,
            """
            static async Task M(string h) { var s = TcpSocket.Connect(h, 7); await OpenWithinAsync(s, 100); try { await s.WriteTextAsync("a"); } finally { await s.CloseAsync(); } }
            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds) { using var settled = new CancellationTokenSource(); var opening = SignalWhenOpenAsync(socket, settled); try { await Task.Delay(milliseconds, settled.Token); } catch (Exception) when (settled.IsCancellationRequested) { } if (!settled.IsCancellationRequested) throw new TimeoutException("x"); await opening; }
            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled) { try { await socket.OpenedAsync(); } finally { settled.Cancel(); } }
            """
        },
        {
            On.Workers,
            """
            static async Task M(string h, Context context) { var s = TcpSocket.Connect(h, 7); try { await OpenWithinAsync(s, 100); } catch (Exception) { context.WaitUntil(s.CloseAsync()); throw; } try { await s.WriteTextAsync("a"); } finally { await s.CloseAsync(); } }
            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds) { using var settled = new CancellationTokenSource(); var opening = SignalWhenOpenAsync(socket, settled); try { await Task.Delay(milliseconds, settled.Token); } catch (Exception) when (settled.IsCancellationRequested) { } if (!settled.IsCancellationRequested) throw new TimeoutException("x"); await opening; }
            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled) { try { await socket.OpenedAsync(); } finally { settled.Cancel(); } }
            """
        },
        { On.Workers, """public class Conn : IAsyncDisposable { private readonly TcpSocket socket; public Conn(TcpSocket s) { socket = s; } public async ValueTask DisposeAsync() { await socket.CloseAsync(); } } static class P { static async Task M(string h) { await using var c = new Conn(TcpSocket.Connect(h, 7)); } }""" },
        { On.Workers, """public class Api : WorkerEntrypoint { public async Task<string> Ask(string q) { var s = TcpSocket.Connect("a.example.com", 7); await s.OpenedAsync(); try { await s.WriteTextAsync(q); return TextCodec.DecodeUtf8((await s.ReadAsync()).Bytes); } finally { await s.CloseAsync(); } } }""" },
        { On.Workers, """static async Task<string[]> All(string[] hs) { return await Task.WhenAll(hs.Select(async h => { var s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); try { await s.WriteTextAsync("x"); return "a"; } finally { await s.CloseAsync(); } })); }""" },
        { On.Workers, """static async Task M(string h) { TcpSocket? s = null; try { s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); await s.WriteTextAsync("x"); } finally { if (s is not null) { await s.CloseAsync(); } } }""" },
        { On.Workers, """static async Task M(string[] hs) { var all = new List<TcpSocket>(); foreach (var h in hs) { all.Add(TcpSocket.Connect(h, 7)); } await Task.WhenAll(all.Select(s => s.CloseAsync())); }""" },
        { On.Workers, """static async Task M(string h) { var (a, b) = (TcpSocket.Connect(h, 7), TcpSocket.Connect(h, 8)); try { await a.OpenedAsync(); await b.OpenedAsync(); } finally { await a.CloseAsync(); await b.CloseAsync(); } }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); _ = s.CloseAsync(); }""" },
        { On.DotNet, """class Conn : IDisposable { readonly TcpClient c = new(); NetworkStream? s; public void Connect(string h) { c.Connect(h, 1); s = c.GetStream(); } public void Dispose() { s?.Dispose(); c.Dispose(); } }""" },
        { On.DotNet, """class Conn : IAsyncDisposable { readonly Socket s; readonly NetworkStream n; public Conn(string h) { s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Connect(h, 1); n = new NetworkStream(s, true); } public async ValueTask DisposeAsync() { await n.DisposeAsync(); } }""" },
        { On.DotNet, """class Base : IDisposable { protected TcpClient? c; protected virtual void Dispose(bool d) { if (d) c?.Dispose(); } public void Dispose() { Dispose(true); } } class Conn : Base { public void Open(string h) { c = new TcpClient(h, 1); } }""" },
        { On.DotNet, """class Conn(TcpClient c) : IDisposable { public void Send() => c.GetStream().WriteByte(1); public void Dispose() => c.Dispose(); } class D { void M(string h) { using var x = new Conn(new TcpClient(h, 1)); x.Send(); } }""" },
        { On.DotNet, """async Task<bool> Probe(string h, int p) { using var c = new TcpClient(); var t = c.ConnectAsync(h, p); return await Task.WhenAny(t, Task.Delay(100)) == t && c.Connected; }""" },
        { On.DotNet, """async Task<TcpClient?> Probe(string h, int p) { var c = new TcpClient(); var t = c.ConnectAsync(h, p); if (await Task.WhenAny(t, Task.Delay(100)) != t) { c.Dispose(); return null; } try { await t; } catch { c.Dispose(); throw; } return c; }""" },
        { On.DotNet, """void M(string h) { TcpClient c = null!; try { c = new TcpClient(); c.Connect(h, 1); Use(c.GetStream()); } catch (Exception e) { Log(e.Message); } finally { c?.Close(); } }""" },
        { On.DotNet, """event Action<TcpClient>? Opened; void M(string h) { var c = new TcpClient(h, 1); Opened?.Invoke(c); }""" },
        { On.DotNet, """readonly Dictionary<string, TcpClient> d = new(); void M(string h) { if (!d.TryGetValue(h, out var c)) { c = new TcpClient(h, 1); d[h] = c; } Use(c.GetStream()); }""" },
        { On.DotNet, """readonly object gate = new(); void M(string h) { lock (gate) { if (_field == null) { _field = new TcpClient(h, 1); } } } void Stop() { lock (gate) { _field?.Close(); _field = null; } }""" },
        { On.DotNet, """TcpClient Get(string h) => _field ??= new TcpClient(h, 1);""" },
        { On.DotNet, """int M(string h) { for (var i = 0; ; i++) { try { using var c = new TcpClient(h, 1); Use(c.GetStream()); return i; } catch (SocketException) when (i < 3) { Thread.Sleep(10); } } }""" },
        { On.DotNet, """int M(string h) { var i = 0; again: TcpClient? c = null; try { c = new TcpClient(h, 1); Use(c.GetStream()); return i; } catch (SocketException) { if (i++ < 3) goto again; throw; } finally { c?.Dispose(); } }""" },
        { On.DotNet, """async Task M(string h) { var c = new TcpClient(); try { await c.ConnectAsync(h, 1); await using var s = c.GetStream(); await s.WriteAsync(new byte[1]); } finally { c.Dispose(); } }""" },
        { On.DotNet, """async Task M(string h) { var s = new Socket(SocketType.Stream, ProtocolType.Tcp); await using var n = new NetworkStream(s, ownsSocket: true); await s.ConnectAsync(h, 1); await n.WriteAsync(new byte[1]); }""" },
        { On.DotNet, """async Task<Stream> M(string h) { var c = new TcpClient(); try { await c.ConnectAsync(h, 1); var ssl = new SslStream(c.GetStream(), false); await ssl.AuthenticateAsClientAsync(h); return ssl; } catch { c.Dispose(); throw; } }""" },
        { On.DotNet, """(TcpClient, NetworkStream) M(string h) { var c = new TcpClient(h, 1); try { return (c, c.GetStream()); } catch { c.Dispose(); throw; } }""" },
        { On.DotNet, """Task<TcpClient> M(string h) { return Task.FromResult(new TcpClient(h, 1)); }""" },
        { On.DotNet, """Lazy<TcpClient> M(string h) { return new Lazy<TcpClient>(() => new TcpClient(h, 1)); }""" },
        { On.DotNet, """IEnumerable<TcpClient> M(string[] hs) { foreach (var h in hs) { yield return new TcpClient(h, 1); } }""" },
        { On.DotNet, """void M(string h) { var c = new TcpClient(); c.BeginConnect(h, 1, r => { try { c.EndConnect(r); Use(c.GetStream()); } finally { c.Close(); } }, null); }""" },
        { On.DotNet, """void M(string h) { var c = new TcpClient(); var r = c.BeginConnect(h, 1, null, null); try { if (!r.AsyncWaitHandle.WaitOne(100)) { throw new TimeoutException(); } c.EndConnect(r); } finally { c.Close(); } }""" },
        { On.DotNet, """void M(string h) { var c = new TcpClient(h, 1); var t = new Thread(() => Serve(c)); t.Start(); } void Serve(TcpClient c) { using (c) { Use(c.GetStream()); } }""" },
        { On.DotNet, """void M(string h) { var c = new TcpClient(h, 1); ThreadPool.QueueUserWorkItem(_ => Serve(c)); } void Serve(TcpClient c) { using (c) { Use(c.GetStream()); } }""" },
        { On.DotNet, """void M(string h) { var c = new TcpClient(h, 1); Task.Run(() => Serve(c)); } async Task Serve(TcpClient c) { using (c) { await c.GetStream().WriteAsync(new byte[1]); } }""" },
        { On.DotNet, """void M(string h) { var c = new TcpClient(h, 1); try { var s = c.GetStream(); Use(s); } catch (IOException e) { Log(e.Message); return; } finally { c.Close(); } Log("done"); }""" },
        { On.DotNet, """async Task M(string h, CancellationToken t) { using var c = new TcpClient(); await c.ConnectAsync(h, 1, t); using var r = new StreamReader(c.GetStream()); using var w = new StreamWriter(c.GetStream()) { AutoFlush = true }; await w.WriteLineAsync("x"); Log((await r.ReadLineAsync(t))!); }""" },
        { On.DotNet, """void M(IPEndPoint e) { var a = new SocketAsyncEventArgs { RemoteEndPoint = e }; var s = new Socket(SocketType.Stream, ProtocolType.Tcp); a.Completed += (_, x) => { s.Dispose(); }; s.ConnectAsync(a); }""" },
        { On.DotNet, """TcpClient? M(string h) { var c = new TcpClient(); try { c.Connect(h, 1); return c; } catch (SocketException) { c.Dispose(); return null; } catch { c.Dispose(); throw; } }""" },
        { On.DotNet, """bool Try(string h, out Stream? s) { var c = new TcpClient(); try { c.Connect(h, 1); s = c.GetStream(); return true; } catch { c.Dispose(); s = null; return false; } }""" },
        { On.DotNet, """async Task M(string h) { await foreach (var l in Lines(h)) Log(l); } async IAsyncEnumerable<string> Lines(string h) { using var c = new TcpClient(h, 1); using var r = new StreamReader(c.GetStream()); while (await r.ReadLineAsync() is { } l) yield return l; }""" },
        {
            On.DotNet,
            """
            using var c = new TcpClient("a.example.com", 99);
            c.GetStream().WriteByte(1);
            """
        },
    };

    [Theory]
    [MemberData(nameof(FoundMore))]
    public Task Finds(On on, string member) => Verify.FoundAsync("WSK1002", on, LifetimeSource.Of(on, member));

    [Theory]
    [MemberData(nameof(SilentMore))]
    public Task Leaves(On on, string member) => Verify.SilentAsync("WSK1002", on, LifetimeSource.Of(on, member));

    [Fact]
    public Task Disposes_with_using() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Using",
        On.DotNet,
        """
        class C
        {
            async Task AskAsync(string host, CancellationToken token)
            {
                // Connect first.
                var client = {|WSK1002:new TcpClient()|};
                await client.ConnectAsync(host, 80, token);
                var stream = client.GetStream();
                await stream.WriteAsync(new byte[1], token); // ask
                client.Close();
            }

            void Tell(string host)
            {
                var client = {|WSK1002:new TcpClient(host, 80)|};
                client.GetStream().WriteByte(1);
                client.Dispose();
                Console.WriteLine("told");
            }
        }
        """,
        """
        class C
        {
            async Task AskAsync(string host, CancellationToken token)
            {
                // Connect first.
                using var client = new TcpClient();
                await client.ConnectAsync(host, 80, token);
                var stream = client.GetStream();
                await stream.WriteAsync(new byte[1], token); // ask
            }

            void Tell(string host)
            {
                using var client = new TcpClient(host, 80);
                client.GetStream().WriteByte(1);
                Console.WriteLine("told");
            }
        }
        """);

    [Fact]
    public Task Goes_on_to_close_behind_the_answer() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Finally",
        On.Workers,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> HandleAsync(Request request, Env env, Context context)
            {
                var socket = {|WSK1002:TcpSocket.Connect("a.contoso.com", 7000)|};
                await socket.OpenedAsync();
                await socket.WriteTextAsync("PING\r\n");
                var answer = await socket.ReadAsync();
                if (answer.Done)
                {
                    return Response.Text("no answer", status: 502);
                }

                context.WaitUntil(socket.CloseAsync());
                return Response.Text("ok");
            }
        }
        """,
        """
        public static class Worker
        {
            [Fetch]
            public static async Task<Response> HandleAsync(Request request, Env env, Context context)
            {
                var socket = TcpSocket.Connect("a.contoso.com", 7000);
                await socket.OpenedAsync();
                try
                {
                    await socket.WriteTextAsync("PING\r\n");
                    var answer = await socket.ReadAsync();
                    if (answer.Done)
                    {
                        return Response.Text("no answer", status: 502);
                    }
                }
                finally
                {
                    context.WaitUntil(socket.CloseAsync());
                }

                return Response.Text("ok");
            }
        }
        """);

    [Fact]
    public Task Closes_behind_the_wait_for_an_open_that_was_started_before() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Finally",
        On.Workers,
        """
        public static class Worker
        {
            public static async Task<string> AskAsync(string host)
            {
                var socket = {|WSK1002:TcpSocket.Connect(host, 7000)|};
                using var settled = new CancellationTokenSource();
                var opening = SignalAsync(socket, settled);
                try
                {
                    await Task.Delay(1000, settled.Token);
                }
                catch (Exception) when (settled.IsCancellationRequested)
                {
                }

                if (!settled.IsCancellationRequested)
                {
                    return "slow";
                }

                await opening;
                await socket.WriteTextAsync("x");
                return "ok";
            }

            private static async Task SignalAsync(TcpSocket socket, CancellationTokenSource settled)
            {
                try
                {
                    await socket.OpenedAsync();
                }
                finally
                {
                    settled.Cancel();
                }
            }
        }
        """,
        """
        public static class Worker
        {
            public static async Task<string> AskAsync(string host)
            {
                var socket = TcpSocket.Connect(host, 7000);
                using var settled = new CancellationTokenSource();
                var opening = SignalAsync(socket, settled);
                try
                {
                    await Task.Delay(1000, settled.Token);
                }
                catch (Exception) when (settled.IsCancellationRequested)
                {
                }

                if (!settled.IsCancellationRequested)
                {
                    return "slow";
                }

                await opening;
                try
                {
                    await socket.WriteTextAsync("x");
                    return "ok";
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }

            private static async Task SignalAsync(TcpSocket socket, CancellationTokenSource settled)
            {
                try
                {
                    await socket.OpenedAsync();
                }
                finally
                {
                    settled.Cancel();
                }
            }
        }
        """);

    [Fact]
    public Task Closes_in_finally() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Finally",
        On.DotNet,
        """
        class C
        {
            async Task AskAsync(string host, CancellationToken token)
            {
                // Connect first.
                var client = {|WSK1002:new TcpClient()|};
                await client.ConnectAsync(host, 80, token);
                var stream = client.GetStream();
                await stream.WriteAsync(new byte[1], token); // ask
                client.Close();
            }

            void Tell(string host)
            {
                var client = {|WSK1002:new TcpClient(host, 80)|};
                client.GetStream().WriteByte(1);
                client.Dispose();
                Console.WriteLine("told");
            }
        }
        """,
        """
        class C
        {
            async Task AskAsync(string host, CancellationToken token)
            {
                // Connect first.
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(host, 80, token);
                    var stream = client.GetStream();
                    await stream.WriteAsync(new byte[1], token); // ask
                }
                finally
                {
                    client.Close();
                }
            }

            void Tell(string host)
            {
                var client = new TcpClient(host, 80);
                try
                {
                    client.GetStream().WriteByte(1);
                }
                finally
                {
                    client.Dispose();
                }
                Console.WriteLine("told");
            }
        }
        """);

    /// <summary>Each body before and after the fix. Only what is between the two is written anew.</summary>
    public static TheoryData<string, On, string, string> HandedOver => new()
    {
        {
            "an early return", On.DotNet, """
            var client = {|WSK1002:new TcpClient(host, 13)|};
            if (host.Length > 9)
                return null;
            return client.GetStream();
            """, """
            var client = new TcpClient(host, 13);
            try
            {
                if (host.Length > 9)
                {
                    client.Dispose();
                    return null;
                }
                return client.GetStream();
            }
            catch
            {
                client.Dispose();
                throw;
            }
            """
        },
        {
            "a handler that takes only some failures", On.DotNet, """
            var client = {|WSK1002:new TcpClient(host, 13)|};
            try
            {
                client.GetStream().WriteByte(1);
                return client.GetStream();
            }
            catch (IOException)
            {
                return null;
            }
            """, """
            var client = new TcpClient(host, 13);
            try
            {
                client.GetStream().WriteByte(1);
                return client.GetStream();
            }
            catch (IOException)
            {
                client.Dispose();
                return null;
            }
            catch
            {
                client.Dispose();
                throw;
            }
            """
        },
        {
            "a handler that takes all", On.Workers, """
            var socket = {|WSK1002:TcpSocket.Connect(host, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls })|};
            await socket.OpenedAsync();
            try
            {
                await socket.WriteTextAsync("STARTTLS\r\n");
                return await socket.StartTlsAsync();
            }
            catch (Exception)
            {
                return null;
            }
            """, """
            var socket = TcpSocket.Connect(host, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
            await socket.OpenedAsync();
            try
            {
                await socket.WriteTextAsync("STARTTLS\r\n");
                return await socket.StartTlsAsync();
            }
            catch (Exception)
            {
                await socket.CloseAsync();
                return null;
            }
            """
        },
        {
            "a handler of failed connects beside a cancelled one", On.DotNet, """
            var client = {|WSK1002:new TcpClient()|};
            try
            {
                client.ConnectAsync(host, 7, new CancellationTokenSource(9).Token).AsTask().Wait();
                return client.GetStream();
            }
            catch (SocketException)
            {
                return null;
            }
            """, """
            var client = new TcpClient();
            try
            {
                client.ConnectAsync(host, 7, new CancellationTokenSource(9).Token).AsTask().Wait();
                return client.GetStream();
            }
            catch (SocketException)
            {
                client.Dispose();
                return null;
            }
            catch
            {
                client.Dispose();
                throw;
            }
            """
        },
        {
            "an early return on Workers", On.Workers, """
            var socket = {|WSK1002:TcpSocket.Connect(host, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls })|};
            await socket.OpenedAsync();
            var greeting = await socket.ReadAsync();
            if (greeting.Done) return null;
            return await socket.StartTlsAsync();
            """, """
            var socket = TcpSocket.Connect(host, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls });
            await socket.OpenedAsync();
            try
            {
                var greeting = await socket.ReadAsync();
                if (greeting.Done)
                {
                    await socket.CloseAsync();
                    return null;
                }
                return await socket.StartTlsAsync();
            }
            catch (Exception)
            {
                await socket.CloseAsync();
                throw;
            }
            """
        },
    };

    [Theory]
    [MemberData(nameof(HandedOver))]
    public Task Closes_on_each_way_out_that_does_not_hand_it_over(string shape, On on, string before, string after)
    {
        Assert.NotEmpty(shape);
        string Source(string body) => $$"""
            class C
            {
                {{(on == On.Workers ? "static async Task<TcpSocket?>" : "NetworkStream?")}} Open(string host)
                {
                    {{body.ReplaceLineEndings("\n        ")}}
                }
            }
            """;
        return Verify.FixAsync<CloseSocket>("WSK1002", "Failure", on, Source(before), Source(after));
    }

    [Fact]
    public Task Handler_around_the_block_gets_the_closed_socket() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Failure",
        On.DotNet,
        """
        class C
        {
            bool TryConnect(string host, out TcpClient? client)
            {
                client = null;
                try
                {
                    var made = {|WSK1002:new TcpClient()|};
                    made.Connect(host, 1);
                    client = made;
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            }
        }
        """,
        """
        class C
        {
            bool TryConnect(string host, out TcpClient? client)
            {
                client = null;
                try
                {
                    var made = new TcpClient();
                    try
                    {
                        made.Connect(host, 1);
                        client = made;
                        return true;
                    }
                    catch
                    {
                        made.Dispose();
                        throw;
                    }
                }
                catch (SocketException)
                {
                    return false;
                }
            }
        }
        """);

    [Fact]
    public Task Try_on_one_line_is_spread() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Finally",
        On.DotNet,
        """
        class C
        {
            void M(string host) { var client = {|WSK1002:new TcpClient(host, 1)|}; try { client.GetStream().WriteByte(1); client.Close(); } catch (SocketException) { client.Close(); } }
        }
        """,
        """
        class C
        {
            void M(string host)
            {
                var client = new TcpClient(host, 1);
                try
                {
                    client.GetStream().WriteByte(1);
                }
                catch (SocketException)
                {
                    client.Close();
                }
                finally
                {
                    client.Close();
                }
            }
        }
        """);

    [Fact]
    public Task Stream_over_a_new_socket_takes_it_over() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Using",
        On.DotNet,
        """
        class C
        {
            void M(string host)
            {
                var stream = new NetworkStream({|WSK1002:Open(host)|});
                stream.WriteByte(4);
            }

            Socket Open(string host)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Connect(host, 7);
                    return socket;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }
        }
        """,
        """
        class C
        {
            void M(string host)
            {
                using var stream = new NetworkStream(Open(host), ownsSocket: true);
                stream.WriteByte(4);
            }

            Socket Open(string host)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Connect(host, 7);
                    return socket;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }
        }
        """);

    [Fact]
    public Task Reader_that_leaves_its_stream_open_is_no_way_to_close() => Verify.NotFixableAsync<CloseSocket>(
        "WSK1002",
        On.DotNet,
        """
        class C
        {
            string? M(string host)
            {
                using var reader = new StreamReader({|WSK1002:new TcpClient(host, 13)|}.GetStream(), leaveOpen: true);
                return reader.ReadLine();
            }
        }
        """);

    [Fact]
    public Task Closes_in_the_handler_that_goes_on() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Failure",
        On.DotNet,
        """
        class C
        {
            TcpClient? Open(string[] hosts)
            {
                foreach (var host in hosts)
                {
                    var client = {|WSK1002:new TcpClient()|};
                    try
                    {
                        client.Connect(host, 7000);
                        return client;
                    }
                    catch (SocketException)
                    {
                        // The next one may answer.
                    }
                }

                return null;
            }
        }
        """,
        """
        class C
        {
            TcpClient? Open(string[] hosts)
            {
                foreach (var host in hosts)
                {
                    var client = new TcpClient();
                    try
                    {
                        client.Connect(host, 7000);
                        return client;
                    }
                    catch (SocketException)
                    {
                        client.Dispose();
                        // The next one may answer.
                    }
                }

                return null;
            }
        }
        """);

    [Fact]
    public Task Adds_finally_to_the_try_that_is_there() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Finally",
        On.DotNet,
        """
        class C
        {
            void M(string host)
            {
                TcpClient? client = null;
                try
                {
                    client = {|WSK1002:new TcpClient(host, 80)|};
                    client.GetStream().WriteByte(1);
                    client.Close();
                }
                catch (IOException e)
                {
                    Console.WriteLine(e.Message);
                }
            }
        }
        """,
        """
        class C
        {
            void M(string host)
            {
                TcpClient? client = null;
                try
                {
                    client = new TcpClient(host, 80);
                    client.GetStream().WriteByte(1);
                }
                catch (IOException e)
                {
                    Console.WriteLine(e.Message);
                }
                finally
                {
                    client?.Close();
                }
            }
        }
        """);

    [Fact]
    public Task Closes_what_is_handed_over_where_a_step_fails() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Failure",
        On.DotNet,
        """
        class C
        {
            async Task<TcpClient> OpenAsync(string host, CancellationToken token)
            {
                var client = {|WSK1002:new TcpClient()|};
                await client.ConnectAsync(host, 80, token);
                return client;
            }
        }
        """,
        """
        class C
        {
            async Task<TcpClient> OpenAsync(string host, CancellationToken token)
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(host, 80, token);
                    return client;
                }
                catch
                {
                    client.Dispose();
                    throw;
                }
            }
        }
        """);

    [Fact]
    public Task Closes_behind_the_open_on_Workers() => Verify.FixAsync<CloseSocket>(
        "WSK1002",
        "Finally",
        On.Workers,
        """
        static class P
        {
            static async Task<string> AskAsync(string host)
            {
                var socket = {|WSK1002:TcpSocket.Connect(host, 7)|};
                await socket.OpenedAsync();
                await socket.WriteTextAsync("x"); // ask
                var answer = await socket.ReadAsync();
                await socket.CloseAsync();
                return TextCodec.DecodeUtf8(answer.Bytes);
            }

            static async Task TellAsync(string[] hosts)
            {
                foreach (var host in hosts)
                {
                    var socket = {|WSK1002:TcpSocket.Connect(host, 7)|};
                    await socket.WriteTextAsync("x");
                }
            }
        }
        """,
        """
        static class P
        {
            static async Task<string> AskAsync(string host)
            {
                var socket = TcpSocket.Connect(host, 7);
                await socket.OpenedAsync();
                try
                {
                    await socket.WriteTextAsync("x"); // ask
                    var answer = await socket.ReadAsync();
                    return TextCodec.DecodeUtf8(answer.Bytes);
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }

            static async Task TellAsync(string[] hosts)
            {
                foreach (var host in hosts)
                {
                    var socket = TcpSocket.Connect(host, 7);
                    await socket.OpenedAsync();
                    try
                    {
                        await socket.WriteTextAsync("x");
                    }
                    finally
                    {
                        await socket.CloseAsync();
                    }
                }
            }
        }
        """);

    [Theory]
    [InlineData("void M(string h) { new TcpClient(h, 80).GetStream().WriteByte(1); }")]
    [InlineData("void M(string h) { var c = {|WSK1002:new TcpClient(h, 80)|}; c = new TcpClient(h, 81); c.Close(); }")]
    public Task Offers_nothing_that_cannot_be_right(string member) => Verify.NotFixableAsync<CloseSocket>(
        "WSK1002", On.DotNet, LifetimeSource.Of(On.DotNet, member.Contains("{|", StringComparison.Ordinal) ? member : member.Replace("new TcpClient(h, 80)", "{|WSK1002:new TcpClient(h, 80)|}", StringComparison.Ordinal)));

    [Fact]
    public Task Sees_ownership_in_attributes() => Verify.SilentAsync("WSK1002", On.DotNet, """
        namespace WorkersSockets { class TakesOwnershipAttribute : Attribute; class ReturnsOwnedAttribute : Attribute; }
        interface IPool { void Back([WorkersSockets.TakesOwnership] TcpClient client); [WorkersSockets.ReturnsOwned] TcpClient Rent(); }
        class C
        {
            void M(string h, IPool pool) { pool.Back(new TcpClient(h, 1)); }
            void N(IPool pool) { using var client = pool.Rent(); client.GetStream().WriteByte(1); }
        }
        """);

    [Fact]
    public Task Finds_what_an_attribute_says_is_owned() => Verify.FoundAsync("WSK1002", On.DotNet, """
        namespace WorkersSockets { class ReturnsOwnedAttribute : Attribute; }
        interface IPool { [WorkersSockets.ReturnsOwned] TcpClient Rent(); }
        class C
        {
            void M(IPool pool) { var client = {|WSK1002:pool.Rent()|}; client.GetStream().WriteByte(1); }
        }
        """);

    [Fact]
    public Task Takes_the_names_of_close_methods_from_an_option() => Verify.RunAsync(
        "WSK1002", On.DotNet,
        [("Test.cs", "static class X { public static extern void Hangup(TcpClient c); } class C { void M(string h) { var c = new TcpClient(h, 1); try { c.GetStream().WriteByte(1); } finally { X.Hangup(c); } } }")],
        [],
        editorconfig: "workers_sockets.close_methods = Hangup");

    [Fact]
    public async Task Ends_on_a_body_of_twenty_thousand_statements()
    {
        var body = string.Concat(Enumerable.Repeat("client.GetStream().WriteByte(1);\n", 20_000));
        var found = await Verify.DiagnoseAsync(On.DotNet, $"class C {{ void M(string h) {{ var client = new TcpClient(h, 1);\n{body} }} }}");
        Assert.Contains(found, diagnostic => diagnostic.Id == "WSK1002");
    }

    [Fact]
    public async Task Ends_on_two_hundred_nested_branches()
    {
        var body = string.Concat(Enumerable.Range(0, 200).Select(number => $"if (n > {number}) {{ client.GetStream().WriteByte(1);\n")) + new string('}', 200);
        var found = await Verify.DiagnoseAsync(On.DotNet, $"class C {{ void M(string h, int n) {{ var client = new TcpClient(h, 1);\n{body} }} }}");
        Assert.Contains(found, diagnostic => diagnostic.Id == "WSK1002");
    }

    /// <summary>A filter that tests the exception's type takes what it names, and no more.</summary>
    [Theory]
    [InlineData("Exception e", "e is SocketException or OperationCanceledException", true)]
    [InlineData("Exception e", "e is SocketException || e is OperationCanceledException", true)]
    [InlineData("Exception e", "e is not TimeoutException", true)]
    [InlineData("Exception e", "e is SocketException or IOException or TaskCanceledException", true)]
    [InlineData("Exception e", "e is SocketException", false)]
    [InlineData("Exception e", "!(e is OperationCanceledException)", false)]
    [InlineData("Exception e", "e is OperationCanceledException || (e is SocketException s && s.ErrorCode == 10060)", false)]
    [InlineData("Exception e", "e is SocketException { SocketErrorCode: SocketError.TimedOut } or OperationCanceledException", false)]
    [InlineData("SocketException e", "e.ErrorCode == 10060", false)]
    public Task Reads_the_filter_of_a_catch(string caught, string filter, bool closes)
    {
        var source = $$"""
            class C
            {
                async Task<TcpClient?> OpenAsync(string host, CancellationToken token)
                {
                    var {{(closes ? "client = new TcpClient()" : "client = {|WSK1002:new TcpClient()|}")}};
                    try
                    {
                        await client.ConnectAsync(host, 7000, token);
                        return client;
                    }
                    catch ({{caught}}) when ({{filter}})
                    {
                        client.Dispose();
                        return null;
                    }
                }
            }
            """;
        return closes ? Verify.SilentAsync("WSK1002", On.DotNet, source) : Verify.FoundAsync("WSK1002", On.DotNet, source);
    }
}
