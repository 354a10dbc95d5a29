using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class ConnectWithoutTimeoutTests
{
    private const string Id = "WSK2002";

    /// <summary>The helper pair that the page shows.</summary>
    private const string Helpers = """
            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                using var settled = new CancellationTokenSource();
                var opening = SignalWhenOpenAsync(socket, settled);
                try
                {
                    await Task.Delay(milliseconds, settled.Token);
                }
                catch (Exception) when (settled.IsCancellationRequested)
                {
                }

                if (!settled.IsCancellationRequested)
                {
                    throw new TimeoutException("The TCP connection was not opened in time.");
                }

                await opening;
            }

            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled)
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
        """;

    [Theory]
    [InlineData("void M(string host) { using var c = {|WSK2002:new TcpClient(host, 80)|}; }")]
    [InlineData("void M(string host) { using TcpClient c = {|WSK2002:new(host, 80)|}; }")]
    [InlineData("void M(string host) { using var c = new TcpClient(); {|WSK2002:c.Connect(host, 80)|}; }")]
    [InlineData("void M(string host) { using var c = new TcpClient { SendTimeout = 500, ReceiveTimeout = 500 }; {|WSK2002:c.Connect(host, 80)|}; }")]
    [InlineData("async Task M(string host) { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(host, 80)|}; }")]
    [InlineData("async Task M(string host) { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(host, 80)|}.ConfigureAwait(false); }")]
    [InlineData("async Task M(string host) { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(host, 80, CancellationToken.None)|}; }")]
    [InlineData("async Task M(string host) { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(host, 80, default)|}; }")]
    [InlineData("async Task M(string host) { using var c = new TcpClient(); using var cts = new CancellationTokenSource(); await {|WSK2002:c.ConnectAsync(host, 80, cts.Token)|}; }")]
    [InlineData("async Task M(string host) { using var c = new TcpClient(); using var cts = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None, default); await {|WSK2002:c.ConnectAsync(host, 80, cts.Token)|}; }")]
    [InlineData("void M(EndPoint e) { var s = new Socket(SocketType.Stream, ProtocolType.Tcp); {|WSK2002:s.Connect(e)|}; }")]
    [InlineData("async Task M(EndPoint e) { var s = new Socket(SocketType.Stream, ProtocolType.Tcp); await {|WSK2002:s.ConnectAsync(e)|}; }")]
    [InlineData("void M(string h) { using var c = new TcpClient(); {|WSK2002:c.ConnectAsync(h, 80)|}.Wait(); }")]
    [InlineData("void M(string h) { using var c = new TcpClient(); {|WSK2002:c.ConnectAsync(h, 80)|}.GetAwaiter().GetResult(); }")]
    [InlineData("void M(string h) { using var c = new TcpClient(); var ar = {|WSK2002:c.BeginConnect(h, 80, null, null)|}; ar.AsyncWaitHandle.WaitOne(); c.EndConnect(ar); }")]
    [InlineData("void M(string h) { using var c = new TcpClient(); c.EndConnect({|WSK2002:c.BeginConnect(h, 80, null, null)|}); }")]
    [InlineData("private readonly TcpClient client = new(); public async Task OpenAsync(string h) { await {|WSK2002:client.ConnectAsync(h, 80)|}; }")]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll(hosts.Take(2).Select(async h => { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(h, 80)|}; })); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); await Task.Run(() => {|WSK2002:c.Connect(h, 80)|}); }")]
    [InlineData("async Task M(string h) { async Task Go() { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(h, 80)|}; } await Go(); }")]
    // A field of the type that connects where it is created.
    [InlineData("private readonly TcpClient client; public Client(string h) { client = {|WSK2002:new TcpClient(h, 80)|}; }")]
    // Tokens and times that never end a wait.
    [InlineData("private readonly CancellationTokenSource never = new(); async Task M(string h) { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(h, 80, never.Token)|}; }")]
    [InlineData("private static readonly CancellationToken None = CancellationToken.None; async Task M(string h) { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(h, 80, None)|}; }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); using var t = new CancellationTokenSource(Timeout.Infinite); await {|WSK2002:c.ConnectAsync(h, 80, t.Token)|}; }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(h, 80, new CancellationToken(false))|}; }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(h, 80)|}.WaitAsync(Timeout.InfiniteTimeSpan); }")]
    // A helper that tries again waits as long each time.
    [InlineData("static async Task Retry(Func<Task> work) { for (var i = 0; i < 3; i++) { try { await work(); return; } catch (SocketException) { await Task.Delay(1000); } } } async Task M(string h) { using var c = new TcpClient(); await Retry(() => {|WSK2002:c.ConnectAsync(h, 80)|}); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); await Task.Factory.FromAsync({|WSK2002:c.BeginConnect(h, 80, null, null)|}, c.EndConnect); }")]
    // One of the callers waits without an end.
    [InlineData("private async Task OpenAsync(TcpClient c, string h) => await {|WSK2002:c.ConnectAsync(h, 80)|}; async Task M(TcpClient c, string h) { await OpenAsync(c, h).WaitAsync(TimeSpan.FromSeconds(4)); await OpenAsync(c, h); }")]
    // An address of its own makes no listener of a socket.
    [InlineData("async Task M(string h, IPEndPoint own) { using var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Bind(own); await {|WSK2002:s.ConnectAsync(h, 7)|}; }")]
    // What closes the socket starts when the wait is over.
    [InlineData("Socket s = new(SocketType.Stream, ProtocolType.Tcp); async Task M(string h) { await {|WSK2002:s.ConnectAsync(h, 7)|}; _ = Task.Run(ReceiveAsync); } async Task ReceiveAsync() { try { await s.ReceiveAsync(new byte[1]); } finally { s.Close(); } }")]
    [InlineData("async Task M(string h, CancellationToken t) { using var c = new TcpClient(); await {|WSK2002:c.ConnectAsync(h, 7)|}.ConfigureAwait(false); using var stop = t.Register(() => c.Close()); await c.GetStream().WriteAsync(new byte[1]); }")]
    [InlineData("void M(string h, CancellationToken t) { using var c = new TcpClient(); {|WSK2002:c.Connect(h, 7)|}; using var stop = t.Register(c.Close); c.GetStream().WriteByte(1); }")]
    public Task Found_on_dotnet(string member) => Verify.FoundAsync(Id, On.DotNet, $"public class Client {{ {member} }}");

    [Theory]
    [InlineData("async Task M(string h, CancellationToken t) { using var c = new TcpClient(); await c.ConnectAsync(h, 80, t); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); using var cts = new CancellationTokenSource(TimeSpan.FromSeconds(3)); await c.ConnectAsync(h, 80, cts.Token); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); using var cts = new CancellationTokenSource(); cts.CancelAfter(3000); await c.ConnectAsync(h, 80, cts.Token); }")]
    [InlineData("async Task M(string h, CancellationToken t) { using var c = new TcpClient(); using var cts = CancellationTokenSource.CreateLinkedTokenSource(t); cts.CancelAfter(3000); var token = cts.Token; await c.ConnectAsync(h, 80, token); }")]
    [InlineData("private readonly CancellationTokenSource stop = new(); async Task M(string h) { using var c = new TcpClient(); await c.ConnectAsync(h, 80, stop.Token); } void Stop() => stop.Cancel();")]
    [InlineData("private CancellationTokenSource? stop; async Task M(string h) { using var c = new TcpClient(); stop = new(); await c.ConnectAsync(h, 80, stop.Token); }")]
    [InlineData("bool M(IPEndPoint e) { using var s = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false }; try { s.Connect(e); } catch (SocketException) { } return s.Poll(2_000_000, SelectMode.SelectWrite); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); var tasks = new List<Task> { c.ConnectAsync(h, 80), Task.Delay(3000) }; await Task.WhenAny(tasks); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); var tasks = new List<Task>(); tasks.Add(c.ConnectAsync(h, 80)); tasks.Add(Task.Delay(3000)); await Task.WhenAny(tasks); }")]
    [InlineData("async Task M(string h, CancellationToken stop) { using var c = new TcpClient(); using (stop.Register(c.Close)) await c.ConnectAsync(h, 80); }")]
    [InlineData("async Task M(string h, CancellationToken stop) { var c = new TcpClient(); using (stop.Register(state => ((TcpClient)state!).Dispose(), c)) await c.ConnectAsync(h, 80); }")]
    [InlineData("private TcpClient? client; void M(string h) { client = new TcpClient(); using var timer = new Timer(TooLate, null, 3000, -1); client.Connect(h, 80); } void TooLate(object? state) => client?.Close();")]
    [InlineData("private async Task<TcpClient> OpenAsync(string h) { var c = new TcpClient(); await c.ConnectAsync(h, 80); return c; } async Task M(string h) { using var c = await OpenAsync(h).WaitAsync(TimeSpan.FromSeconds(4)); }")]
    [InlineData("private void Open(TcpClient c, string h) => c.Connect(h, 80); bool M(string h) { using var c = new TcpClient(); return Task.Run(() => Open(c, h)).Wait(2000); }")]
    [InlineData("static async Task Limit(Func<Task> work, int ms) { var t = work(); if (await Task.WhenAny(t, Task.Delay(ms)) != t) throw new TimeoutException(); await t; } async Task M(string h) { using var c = new TcpClient(); await Limit(() => c.ConnectAsync(h, 80), 1000); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); await c.ConnectAsync(h, 80).WaitAsync(TimeSpan.FromSeconds(3)); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); await c.ConnectAsync(h, 80).WaitAsync(TimeSpan.FromSeconds(3)).ConfigureAwait(false); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); var connect = c.ConnectAsync(h, 80); if (await Task.WhenAny(connect, Task.Delay(3000)) != connect) throw new TimeoutException(); await connect; }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); await Task.WhenAny(c.ConnectAsync(h, 80), Task.Delay(3000)); }")]
    [InlineData("void M(string h) { using var c = new TcpClient(); if (!c.ConnectAsync(h, 80).Wait(3000)) throw new TimeoutException(); }")]
    [InlineData("void M(string h) { using var c = new TcpClient(); var ar = c.BeginConnect(h, 80, null, null); if (!ar.AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(3))) throw new TimeoutException(); c.EndConnect(ar); }")]
    [InlineData("void M(string h) { using var c = new TcpClient(); if (!c.BeginConnect(h, 80, null, null).AsyncWaitHandle.WaitOne(3000, false)) throw new TimeoutException(); }")]
    [InlineData("void M(EndPoint e) { var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.Blocking = false; try { s.Connect(e); } catch (SocketException) { } s.Poll(3000000, SelectMode.SelectWrite); }")]
    [InlineData("void M(EndPoint e) { var s = new Socket(SocketType.Stream, ProtocolType.Tcp); var done = new ManualResetEvent(false); var a = new SocketAsyncEventArgs { RemoteEndPoint = e }; a.Completed += (_, _) => done.Set(); if (s.ConnectAsync(a)) done.WaitOne(3000); }")]
    [InlineData("void M(EndPoint e) { var s = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp); s.Connect(e); }")]
    [InlineData("void M() { var s = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified); s.Connect(new UnixDomainSocketEndPoint(\"/run/x\")); }")]
    [InlineData("void M(string h) { var u = new UdpClient(); u.Connect(h, 53); }")]
    [InlineData("void M(string h) { using var c = new TcpClient(); if (!Task.Run(() => c.Connect(h, 80)).Wait(3000)) throw new TimeoutException(); }")]
    [InlineData("async Task M(string h) { using var c = new TcpClient(); await WithinAsync(c.ConnectAsync(h, 80), 3000); } static async Task WithinAsync(Task t, int ms) { if (await Task.WhenAny(t, Task.Delay(ms)) != t) throw new TimeoutException(); await t; }")]
    [InlineData("async Task M(string h) { async Task Go() { using var c = new TcpClient(); await c.ConnectAsync(h, 80); } await Go().WaitAsync(TimeSpan.FromSeconds(3)); }")]
    [InlineData("void M(string h, CancellationToken t) { using var c = new TcpClient(); using var r = t.Register(() => c.Close()); c.Connect(h, 80); }")]
    [InlineData("async Task M(TcpListener l) { using var c = await l.AcceptTcpClientAsync(); }")]
    // Where the wait comes later, so can what ends it.
    [InlineData("async Task M(string h) { using var c = new TcpClient(); var open = c.ConnectAsync(h, 7); using var timer = new Timer(_ => c.Close(), null, 5000, -1); await open; }")]
    public Task Silent_on_dotnet(string member) => Verify.SilentAsync(Id, On.DotNet, $"public class Client {{ {member} }}");

    [Theory]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); await {|WSK2002:s.OpenedAsync()|}; await s.CloseAsync(); }")]
    [InlineData("static async Task M(string h, CancellationToken t) { var s = TcpSocket.Connect(h, 80); await {|WSK2002:s.OpenedAsync(t)|}; }")]
    [InlineData("static async Task M(string h) { using var cts = new CancellationTokenSource(); cts.CancelAfter(3000); var s = TcpSocket.Connect(h, 80); await {|WSK2002:s.OpenedAsync(cts.Token)|}; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); await {|WSK2002:s.WriteTextAsync(\"PING\\r\\n\")|}; var r = await s.ReadAsync(); await s.CloseAsync(); }")]
    [InlineData("static async Task M(string h, bool tls) { var s = tls ? TcpSocket.Connect(h, 993, new TcpSocketOptions { SecureTransport = TcpSecureTransport.On }) : TcpSocket.Connect(h, 143); await {|WSK2002:s.OpenedAsync()|}; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect($\"{h}:80\"); var info = await {|WSK2002:s.OpenedAsync()|}; await s.WriteTextAsync(\"x\"); }")]
    [InlineData("static async Task M(string h) { var info = await {|WSK2002:TcpSocket.Connect(h, 80).OpenedAsync()|}; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); Timers.SetTimeout(() => s.CloseAsync(), TimeSpan.FromSeconds(5)); await {|WSK2002:s.OpenedAsync()|}; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); await {|WSK2002:PingAsync(s)|}; } static async Task PingAsync(TcpSocket s) { await s.WriteTextAsync(\"x\"); }")]
    [InlineData("static async Task M(string h) { var s = Open(h); await {|WSK2002:s.OpenedAsync()|}; } static TcpSocket Open(string h) { var s = TcpSocket.Connect(h, 80); return s; }")]
    [InlineData("static async Task M(string h) { TcpSocket s; s = TcpSocket.Connect(new TcpSocketAddress(h, 80)); try { await {|WSK2002:s.OpenedAsync()|}; } finally { await s.CloseAsync(); } }")]
    [InlineData("[Fetch] public static async Task<Response> Fetch(Request r, Env e) { var s = TcpSocket.Connect(e.Variable(\"H\"), 80); await {|WSK2002:s.OpenedAsync(r.CancellationToken)|}; return Response.Text(\"ok\"); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 587, new TcpSocketOptions { SecureTransport = TcpSecureTransport.StartTls }); var t = await s.StartTlsAsync(); await {|WSK2002:t.OpenedAsync()|}; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); await Task.Delay(100); await {|WSK2002:s.OpenedAsync()|}; }")]
    [InlineData("static async Task M(string h) { await Go(); async Task Go() { var s = TcpSocket.Connect(h, 80); await {|WSK2002:s.OpenedAsync()|}; } }")]
    public Task Found_on_Workers(string member) => Verify.FoundAsync(Id, On.Workers, $"public static class Worker {{ {member} }}");

    [Theory]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); await OpenWithinAsync(s, 5000); await s.WriteTextAsync(\"x\"); await s.CloseAsync(); }")]
    [InlineData("static async Task M(string h) { var s = await DialAsync(h); await s.WriteTextAsync(\"x\"); } static async Task<TcpSocket> DialAsync(string h) { var s = TcpSocket.Connect(h, 80); await OpenWithinAsync(s, 5000); return s; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); var opened = s.OpenedAsync(); if (await Task.WhenAny(opened, Task.Delay(5000)) != opened) throw new TimeoutException(); await opened; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); using var settled = new CancellationTokenSource(); var opening = SignalWhenOpenAsync(s, settled); try { await Task.Delay(5000, settled.Token); } catch (Exception) when (settled.IsCancellationRequested) { } if (!settled.IsCancellationRequested) throw new TimeoutException(); await opening; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); await s.OpenedAsync().WaitAsync(TimeSpan.FromSeconds(5)); }")]
    [InlineData("static async Task M(TcpSocket s) { await s.OpenedAsync(); }")]
    [InlineData("static TcpSocket M(string h) => TcpSocket.Connect(h, 80);")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); await s.CloseAsync(); }")]
    [InlineData("static async Task M(string h) { var r = await Http.FetchAsync(h); }")]
    // A first read is WSK2007's find, which the same bounded open mends.
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); var r = await s.ReadAsync(); }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); var reading = s.ReadAsync(); var r = await reading; }")]
    [InlineData("static async Task M(string h) { var s = TcpSocket.Connect(h, 80); var bytes = await ReadableStream.FromAsyncEnumerable(ChunksAsync(s)).ReadAllBytesAsync(); } static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksAsync(TcpSocket s) { while (true) { var chunk = await s.ReadAsync(); if (chunk.Done) break; yield return chunk.Bytes; } }")]
    public Task Silent_on_Workers(string member) => Verify.SilentAsync(Id, On.Workers, $"public static class Worker {{ {member}\n{Helpers} }}");

    [Fact]
    public Task Message_names_the_socket() => Verify.FoundAsync(
        Id,
        On.Workers,
        "static class W { static async Task M(string h) { var redis = {|#1:TcpSocket.Connect(h, 6379)|}; await {|#0:redis.OpenedAsync()|}; } }",
        Verify.Result(RuleCatalog.OpenWithoutTimeout, 0, "redis").WithLocation(1));

    [Fact]
    public Task Message_names_the_socket_of_an_extension_that_is_called_as_a_static_method() => Verify.FoundAsync(
        Id,
        On.DotNet,
        "class C { async Task M(Socket redis, EndPoint e) { await {|#0:SocketTaskExtensions.ConnectAsync(redis, e)|}; } }",
        Verify.Result(RuleCatalog.ConnectWithoutTimeout, 0, "redis"));

    [Theory]
    [InlineData("async Task M() { using var c = new TcpClient(); await c.ConnectAsync(\"h\", ); }")]
    [InlineData("void M() { var c = new TcpClient(\"h\", }")]
    [InlineData("async Task M(string h) { await new TcpClient().ConnectAsync(h, 80, new CancellationTokenSource( }")]
    public async Task Incomplete_code_does_not_crash(string member) =>
        Assert.DoesNotContain(await Verify.DiagnoseAsync(On.DotNet, $"public class Client {{ {member} }}"), found => found.Id == "AD0001");
}
