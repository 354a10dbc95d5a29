using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class TooManyConnectsTests
{
    private const string Id = "WSK2001";

    /// <summary>A class with a helper that connects and closes, one that hands its socket back, and the member under test.</summary>
    private static string DotNet(string members) => $$"""
        public class Scanner
        {
            {{members}}

            private static async Task<bool> ProbeAsync(string host)
            {
                using var client = new TcpClient();
                using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await client.ConnectAsync(host, 80, timeout.Token);
                return client.Connected;
            }

            private static bool Probe(int port)
            {
                using var client = new TcpClient("db.contoso.com", port);
                return client.Connected;
            }

            private static async Task<TcpClient> OpenAsync(string host)
            {
                var client = new TcpClient();
                await client.ConnectAsync(host, 80);
                return client;
            }
        }
        """;

    private static string Workers(string members) => $$"""
        public static class Worker
        {
            {{members}}

            private static async Task<bool> ProbeAsync(string host)
            {
                var socket = TcpSocket.Connect(host, 7000);
                await socket.OpenedAsync();
                await socket.CloseAsync();
                return true;
            }

            private static TcpSocket Open(string host) => TcpSocket.Connect(host, 7000);
        }
        """;

    [Theory]
    // Projections: method group, lambda, async lambda, local function, query, chains, locals.
    [InlineData("Task<bool[]> M(string[] hosts) => Task.WhenAll({|WSK2001:hosts.Select(ProbeAsync)|});")]
    [InlineData("async Task M(IEnumerable<string> hosts) { await Task.WhenAll({|WSK2001:hosts.Select(h => ProbeAsync(h))|}); }")]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll({|WSK2001:hosts.Select(async h => { using var c = new TcpClient(); await c.ConnectAsync(h, 80); })|}); }")]
    [InlineData("async Task M(string[] hosts) { async Task Go(string h) { using var c = new TcpClient(); await c.ConnectAsync(h, 80); } await Task.WhenAll({|WSK2001:hosts.Select(Go)|}); }")]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll({|WSK2001:from h in hosts select ProbeAsync(h)|}); }")]
    [InlineData("async Task M(string[] hosts) { var tasks = {|WSK2001:hosts.Where(h => h.Length > 0).Select(ProbeAsync)|}.ToList(); await Task.WhenAll(tasks); }")]
    [InlineData("async Task M(string[] hosts) { var tasks = {|WSK2001:hosts.Select(ProbeAsync)|}; var all = await Task.WhenAll(tasks).ConfigureAwait(false); }")]
    [InlineData("void M(string[] hosts) { Task.WaitAll({|WSK2001:hosts.Select(ProbeAsync)|}.ToArray()); }")]
    [InlineData("async Task M(string[] hosts) { var tasks = {|WSK2001:hosts.Select(ProbeAsync)|}.ToArray(); foreach (var t in tasks) await t; }")]
    [InlineData("async Task M(int[] ports) { await Task.WhenAll({|WSK2001:ports.Select(p => Task.Run(() => Probe(p)))|}); }")]
    [InlineData("async Task M(string[] hosts) { Func<string, Task<bool>> probe = h => ProbeAsync(h); await Task.WhenAll({|WSK2001:hosts.Select(probe)|}); }")]
    [InlineData("void M(string[] hosts) { var clients = {|WSK2001:hosts.Select(h => new TcpClient(h, 80))|}.ToList(); }")]
    [InlineData("async Task M(string[] hosts) { var clients = await Task.WhenAll({|WSK2001:hosts.Select(OpenAsync)|}); }")]
    [InlineData("async Task M() { await Task.WhenAll({|WSK2001:Enumerable.Range(1, 1024).Select(p => Task.Run(() => Probe(p)))|}); }")]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll({|WSK2001:hosts.Take(10).Select(ProbeAsync)|}); }")]
    // A chunk bounds only what is joined chunk by chunk.
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll({|WSK2001:hosts.Chunk(6).Select(chunk => Task.WhenAll(chunk.Select(ProbeAsync)))|}); }")]
    // Nested: 6 times n, 3 times 4.
    [InlineData("async Task M(int[] ports) { await Task.WhenAll({|WSK2001:ports.Take(3).Select(p => Task.WhenAll(new[] { \"a\", \"b\", \"c\" }.Select(ProbeAsync)))|}); }")]
    // Loops.
    [InlineData("async Task M(string[] hosts) { var tasks = new List<Task>(); foreach (var h in hosts) { {|WSK2001:tasks.Add(ProbeAsync(h))|}; } await Task.WhenAll(tasks); }")]
    [InlineData("async Task M(string[] hosts) { var tasks = new Task[hosts.Length]; for (var i = 0; i < hosts.Length; i++) {|WSK2001:tasks[i] = ProbeAsync(hosts[i])|}; await Task.WhenAll(tasks); }")]
    [InlineData("async Task M() { var tasks = new List<Task>(); for (int port = 1; port <= 1024; port++) { int p = port; {|WSK2001:tasks.Add(Task.Run(() => Probe(p)))|}; } await Task.WhenAll(tasks); }")]
    [InlineData("void M(string[] hosts) { var clients = new List<TcpClient>(); foreach (var h in hosts) { var c = new TcpClient(h, 80); {|WSK2001:clients.Add(c)|}; } }")]
    [InlineData("async Task M(string[] hosts) { var clients = new Dictionary<string, TcpClient>(); foreach (var h in hosts) { {|WSK2001:clients[h] = await OpenAsync(h)|}; } }")]
    [InlineData("void M(int[] ports) { foreach (var p in ports) { {|WSK2001:Task.Run(() => Probe(p))|}; } }")]
    [InlineData("void M(int[] ports) { foreach (var p in ports) { {|WSK2001:new Thread(() => Probe(p))|}.Start(); } }")]
    [InlineData("void M(int[] ports) { foreach (var p in ports) { _ = {|WSK2001:Task.Factory.StartNew(() => Probe(p))|}; } }")]
    [InlineData("void M(int[] ports) { foreach (var p in ports) { {|WSK2001:ThreadPool.QueueUserWorkItem(_ => Probe(p))|}; } }")]
    [InlineData("void M(string[] hosts) { foreach (var h in hosts) { var c = new TcpClient(); {|WSK2001:c.BeginConnect(h, 80, null, null)|}; } }")]
    [InlineData("void M(string[] hosts) { foreach (var h in hosts) { _ = {|WSK2001:ProbeAsync(h)|}; } }")]
    // Parallel.
    [InlineData("void M(int[] ports) { {|WSK2001:Parallel.ForEach(ports, p => Probe(p))|}; }")]
    [InlineData("void M() { {|WSK2001:Parallel.For(1, 1024, p => Probe(p))|}; }")]
    [InlineData("async Task M(string[] hosts) { await {|WSK2001:Parallel.ForEachAsync(hosts, async (h, token) => { await ProbeAsync(h); })|}; }")]
    [InlineData("void M(int[] ports) { {|WSK2001:Parallel.ForEach(ports, new ParallelOptions { MaxDegreeOfParallelism = 32 }, p => Probe(p))|}; }")]
    [InlineData("void M(int[] ports, CancellationToken t) { var o = new ParallelOptions { CancellationToken = t }; {|WSK2001:Parallel.ForEach(ports, o, p => Probe(p))|}; }")]
    // A gate wider than the limit.
    [InlineData("async Task M(string[] hosts) { using var gate = new SemaphoreSlim(20); await Task.WhenAll({|WSK2001:hosts.Select(async h => { await gate.WaitAsync(); try { await ProbeAsync(h); } finally { gate.Release(); } })|}); }")]
    // Straight-line code.
    [InlineData("async Task M() { await {|WSK2001:Task.WhenAll(ProbeAsync(\"a\"), ProbeAsync(\"b\"), ProbeAsync(\"c\"), ProbeAsync(\"d\"), ProbeAsync(\"e\"), ProbeAsync(\"f\"), ProbeAsync(\"g\"))|}; }")]
    [InlineData("async Task M() { var a = ProbeAsync(\"a\"); var b = ProbeAsync(\"b\"); var c = ProbeAsync(\"c\"); var d = ProbeAsync(\"d\"); var e = ProbeAsync(\"e\"); var f = ProbeAsync(\"f\"); var g = {|WSK2001:ProbeAsync(\"g\")|}; await Task.WhenAll(a, b, c, d, e, f, g); }")]
    [InlineData("void M() { using var a = new TcpClient(\"a\", 1); using var b = new TcpClient(\"b\", 1); using var c = new TcpClient(\"c\", 1); using var d = new TcpClient(\"d\", 1); using var e = new TcpClient(\"e\", 1); using var f = new TcpClient(\"f\", 1); using var g = {|WSK2001:new TcpClient(\"g\", 1)|}; }")]
    // Nested projections, iterators and helpers that return lazy sequences; parallel queries.
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll({|WSK2001:hosts.SelectMany(h => new[] { 80, 443 }.Select(p => ProbeAsync(h + p)))|}); }")]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll({|WSK2001:Start(hosts)|}); } IEnumerable<Task<bool>> Start(string[] hosts) => hosts.Select(ProbeAsync);")]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll({|WSK2001:Start(hosts)|}); } IEnumerable<Task<bool>> Start(string[] hosts) { foreach (var host in hosts) yield return ProbeAsync(host); }")]
    [InlineData("void M(int[] ports) { {|WSK2001:ports.AsParallel().ForAll(p => Probe(p))|}; }")]
    // A task inside of what each element becomes; a lambda for each element; a method that runs what it is handed.
    [InlineData("async Task M(string[] hosts) { var all = {|WSK2001:hosts.Select(h => (h, ProbeAsync(h)))|}.ToList(); foreach (var (h, t) in all) await t; }")]
    [InlineData("async Task M(string[] hosts) { var all = {|WSK2001:hosts.Select(h => new { Host = h, Up = ProbeAsync(h) })|}.ToList(); await Task.WhenAll(all.Select(one => one.Up)); }")]
    [InlineData("record Check(string Host, Task<bool> Up); async Task M(string[] hosts) { var all = {|WSK2001:hosts.Select(h => new Check(h, ProbeAsync(h)))|}.ToArray(); await Task.WhenAll(all.Select(one => one.Up)); }")]
    [InlineData("void M(List<string> hosts) { {|WSK2001:hosts.ForEach(async h => await ProbeAsync(h))|}; }")]
    [InlineData("async Task M(List<string> hosts) { var tasks = new List<Task>(); hosts.ForEach(h => {|WSK2001:tasks.Add(ProbeAsync(h))|}); await Task.WhenAll(tasks); }")]
    [InlineData("static Task<B[]> AllAsync<A, B>(IEnumerable<A> items, Func<A, Task<B>> work) => Task.WhenAll(items.Select(work)); Task M(string[] hosts) => {|WSK2001:AllAsync(hosts, ProbeAsync)|};")]
    [InlineData("async Task M(string[] hosts) { Task[] all = [.. {|WSK2001:hosts.Select(h => ProbeAsync(h))|}]; await Task.WhenAll(all); }")]
    [InlineData("static Task<bool[]> Join(IEnumerable<Task<bool>> tasks) => Task.WhenAll(tasks); Task M(string[] hosts) => Join({|WSK2001:hosts.Select(h => ProbeAsync(h))|});")]
    // A socket that is kept first and connected then; a degree that nobody knows; a window in a window.
    [InlineData("List<TcpClient> all = new(); async Task M(string[] hosts) { foreach (var h in hosts) { var c = new TcpClient(); {|WSK2001:all.Add(c)|}; await c.ConnectAsync(h, 80); } }")]
    [InlineData("void M(int[] ports) { {|WSK2001:Parallel.ForEach(ports, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount * 4 }, p => Probe(p))|}; }")]
    [InlineData("async Task M(string[] hosts) { var tasks = new List<Task>(); foreach (var h in hosts) { var c = await OpenAsync(h); {|WSK2001:tasks.Add(TalkAsync(c))|}; } await Task.WhenAll(tasks); } static async Task TalkAsync(TcpClient c) { using (c) { await c.GetStream().WriteAsync(new byte[1]); } }")]
    public Task Found_on_dotnet(string members) => Verify.FoundAsync(Id, On.DotNet, DotNet(members));

    [Theory]
    [InlineData("static Task<bool[]> M(string[] hosts) => Task.WhenAll({|WSK2001:hosts.Select(ProbeAsync)|});")]
    [InlineData("static async Task M(string[] hosts) { await Task.WhenAll({|WSK2001:hosts.Select(async h => { var s = TcpSocket.Connect(h, 7000); await s.OpenedAsync(); await s.CloseAsync(); })|}); }")]
    [InlineData("static async Task M(string[] hosts) { var tasks = new List<Task>(); foreach (var h in hosts) { {|WSK2001:tasks.Add(ProbeAsync(h))|}; } await Task.WhenAll(tasks); }")]
    [InlineData("static async Task M(string[] hosts) { var sockets = new List<TcpSocket>(); foreach (var h in hosts) { {|WSK2001:sockets.Add(TcpSocket.Connect(h, 7000))|}; } foreach (var s in sockets) await s.OpenedAsync(); }")]
    [InlineData("static async Task M(string[] hosts) { var sockets = {|WSK2001:hosts.Select(Open)|}.ToList(); await Task.WhenAll(sockets.Select(s => s.OpenedAsync())); }")]
    [InlineData("static async Task M(string[] hosts) { var opens = new List<Task>(); foreach (var h in hosts) { var s = TcpSocket.Connect(h, 7000); {|WSK2001:opens.Add(s.OpenedAsync())|}; } await Task.WhenAll(opens); }")]
    [InlineData("[Fetch] public static Response Fetch(Request request, Env env, Context context) { foreach (var h in request.QueryParameters.GetAll(\"h\")) { {|WSK2001:context.WaitUntil(ProbeAsync(h))|}; } return Response.Text(\"ok\"); }")]
    [InlineData("static async Task M() { await {|WSK2001:Task.WhenAll(ProbeAsync(\"a\"), ProbeAsync(\"b\"), ProbeAsync(\"c\"), ProbeAsync(\"d\"), ProbeAsync(\"e\"), ProbeAsync(\"f\"), ProbeAsync(\"g\"))|}; }")]
    // A helper that waits for the socket, but nobody waits for the helper before the next one connects.
    [InlineData("static async Task M(string[] hosts) { var opens = new List<Task>(); foreach (var h in hosts) { var s = TcpSocket.Connect(h, 7000); {|WSK2001:opens.Add(TalkAsync(s))|}; } await Task.WhenAll(opens); } static async Task TalkAsync(TcpSocket s) { await s.OpenedAsync(); await s.CloseAsync(); }")]
    [InlineData("static async Task M(string[] hosts) { var sockets = new List<TcpSocket>(); foreach (var h in hosts) { var s = TcpSocket.Connect(h, 7000); var opening = OpenedAsync(s); {|WSK2001:sockets.Add(s)|}; } } static async Task OpenedAsync(TcpSocket s) { await s.OpenedAsync(); }")]
    [InlineData("static void M(string[] hosts) { var sockets = new List<TcpSocket>(); foreach (var h in hosts) { var s = TcpSocket.Connect(h, 7000); Note(s); {|WSK2001:sockets.Add(s)|}; } } static void Note(TcpSocket s) { Console.WriteLine(s); }")]
    public Task Found_on_Workers(string members) => Verify.FoundAsync(Id, On.Workers, Workers(members));

    [Theory]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll(hosts.Take(6).Select(ProbeAsync)); }")]
    [InlineData("async Task M(string[] hosts) { foreach (var batch in hosts.Chunk(6)) { await Task.WhenAll(batch.Select(ProbeAsync)); } }")]
    [InlineData("async Task M() { await Task.WhenAll(new[] { \"a\", \"b\", \"c\" }.Select(ProbeAsync)); }")]
    [InlineData("async Task M() { string[] hosts = [\"a\", \"b\", \"c\"]; await Task.WhenAll(hosts.Select(ProbeAsync)); }")]
    [InlineData("private static readonly string[] Hosts = { \"a\", \"b\" }; async Task M() { await Task.WhenAll(Hosts.Select(ProbeAsync)); }")]
    [InlineData("async Task M(string[] hosts) { foreach (var h in hosts) { await ProbeAsync(h); } }")]
    [InlineData("async Task M(string[] hosts) { using var gate = new SemaphoreSlim(4); await Task.WhenAll(hosts.Select(async h => { await gate.WaitAsync(); try { await ProbeAsync(h); } finally { gate.Release(); } })); }")]
    [InlineData("private readonly SemaphoreSlim gate = new(4); async Task One(string h) { await gate.WaitAsync(); try { await ProbeAsync(h); } finally { gate.Release(); } } async Task M(string[] hosts) { await Task.WhenAll(hosts.Select(One)); }")]
    [InlineData("async Task M(string[] hosts, int width) { using var gate = new SemaphoreSlim(width); var tasks = new List<Task>(); foreach (var h in hosts) { await gate.WaitAsync(); tasks.Add(ProbeAsync(h)); } await Task.WhenAll(tasks); }")]
    [InlineData("void M(int[] ports) { Parallel.ForEach(ports, new ParallelOptions { MaxDegreeOfParallelism = 6 }, p => Probe(p)); }")]
    [InlineData("void M(int[] ports) { var options = new ParallelOptions(); options.MaxDegreeOfParallelism = 4; Parallel.ForEach(ports, options, p => Probe(p)); }")]
    [InlineData("void M(int[] ports, ParallelOptions options) { Parallel.ForEach(ports, options, p => Probe(p)); }")]
    [InlineData("async Task M() { var tasks = new List<Task>(); for (var i = 0; i < 5; i++) { tasks.Add(ProbeAsync(\"h\" + i)); } await Task.WhenAll(tasks); }")]
    [InlineData("async Task M(Queue<string> queue) { async Task Work() { while (queue.TryDequeue(out var h)) await ProbeAsync(h); } await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Work())); }")]
    [InlineData("async Task M(string[] hosts) { var tasks = new List<Task>(); foreach (var h in hosts) { if (tasks.Count >= 6) { tasks.Remove(await Task.WhenAny(tasks)); } tasks.Add(ProbeAsync(h)); } await Task.WhenAll(tasks); }")]
    [InlineData("async Task M(string[] hosts) { var tasks = new List<Task>(); foreach (var h in hosts) { tasks.Add(ProbeAsync(h)); if (tasks.Count == 6) { await Task.WhenAll(tasks); tasks.Clear(); } } await Task.WhenAll(tasks); }")]
    [InlineData("async Task M(string[] hosts) { if (hosts.Length > 6) throw new ArgumentException(\"Too many.\"); await Task.WhenAll(hosts.Select(ProbeAsync)); }")]
    [InlineData("async Task M(string[] hosts) { if (hosts.Length <= 6) { await Task.WhenAll(hosts.Select(ProbeAsync)); } }")]
    [InlineData("void M(int[] ports) { var open = ports.Select(Probe).ToList(); foreach (var p in ports) { using var c = new TcpClient(\"h\", p); } }")]
    [InlineData("async Task M() { await Task.WhenAll(ProbeAsync(\"a\"), ProbeAsync(\"b\")); await Task.WhenAll(ProbeAsync(\"c\"), ProbeAsync(\"d\")); await Task.WhenAll(ProbeAsync(\"e\"), ProbeAsync(\"f\")); await Task.WhenAll(ProbeAsync(\"g\"), ProbeAsync(\"h\")); }")]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll(hosts.Select(h => Dns.GetHostAddressesAsync(h))); }")]
    [InlineData("async Task M(string[] hosts) { foreach (var task in hosts.Select(ProbeAsync)) { await task; } }")]
    [InlineData("[WorkersSockets.BoundsConnects(4)] async Task M(string[] hosts) { await Task.WhenAll(hosts.Select(ProbeAsync)); }")]
    [InlineData("async Task M(TcpListener listener) { while (true) { var c = await listener.AcceptTcpClientAsync(); _ = Task.Run(() => Handle(c)); } } static void Handle(TcpClient c) { c.Dispose(); }")]
    [InlineData("void M() { var a = new TcpClient(\"a\", 1); Quit(a); var b = new TcpClient(\"a\", 1); Quit(b); var c = new TcpClient(\"a\", 1); Quit(c); var d = new TcpClient(\"a\", 1); Quit(d); var e = new TcpClient(\"a\", 1); Quit(e); var f = new TcpClient(\"a\", 1); Quit(f); var g = new TcpClient(\"a\", 1); Quit(g); } static void Quit(TcpClient client) { client.Close(); }")]
    [InlineData("void M() { var a = new TcpClient(\"a\", 1); a.Close(); var b = new TcpClient(\"a\", 1); b.Close(); var c = new TcpClient(\"a\", 1); c.Close(); var d = new TcpClient(\"a\", 1); d.Close(); var e = new TcpClient(\"a\", 1); e.Close(); var f = new TcpClient(\"a\", 1); f.Close(); var g = new TcpClient(\"a\", 1); g.Close(); }")]
    [InlineData("async Task M(string[] hosts) { foreach (var h in hosts) { using var c = new TcpClient(); var connect = c.ConnectAsync(h, 80); if (await Task.WhenAny(connect, Task.Delay(100)) != connect) continue; await connect; } }")]
    // A proxy opens one connection for each peer that connected to it.
    [InlineData("async Task M(TcpListener listener) { while (true) { var inbound = await listener.AcceptTcpClientAsync(); _ = RelayAsync(inbound); } } static async Task RelayAsync(TcpClient inbound) { using (inbound) { await ProbeAsync(\"backend.contoso.com\"); } }")]
    // Groups that are awaited one after the other do not add up.
    [InlineData("async Task M() { await Task.WhenAll(ProbeAsync(\"a\"), ProbeAsync(\"b\"), ProbeAsync(\"c\")); await Task.WhenAll(ProbeAsync(\"d\"), ProbeAsync(\"e\"), ProbeAsync(\"f\"), ProbeAsync(\"g\")); }")]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll(hosts.Take(3).SelectMany(h => new[] { 80, 443 }.Select(p => ProbeAsync(h + p)))); }")]
    [InlineData("async Task M() { await Task.WhenAll(Start(new[] { \"a\", \"b\" })); } IEnumerable<Task<bool>> Start(string[] hosts) => hosts.Select(ProbeAsync);")]
    [InlineData("async Task M(string[] hosts) { foreach (var task in Start(hosts)) await task; } IEnumerable<Task<bool>> Start(string[] hosts) { foreach (var host in hosts) yield return ProbeAsync(host); }")]
    [InlineData("void M(int[] ports) { ports.AsParallel().WithDegreeOfParallelism(4).ForAll(p => Probe(p)); }")]
    // Each turn waits for the callback of its connect.
    [InlineData("async Task M(IPAddress[] all) { foreach (var one in all) { using var s = new Socket(SocketType.Stream, ProtocolType.Tcp); var done = new TaskCompletionSource(); s.BeginConnect(one, 80, _ => done.SetResult(), null); await done.Task; } }")]
    [InlineData("async Task M(List<string> hosts) { for (var i = 0; i < hosts.Count; i += 4) { var part = hosts.GetRange(i, Math.Min(4, hosts.Count - i)); await Task.WhenAll(part.Select(ProbeAsync)); } }")]
    [InlineData("async Task M(Queue<string> hosts) { var running = new List<Task>(); while (hosts.Count > 0 || running.Count > 0) { while (running.Count < 5 && hosts.TryDequeue(out var h)) { running.Add(ProbeAsync(h)); } running.Remove(await Task.WhenAny(running)); } }")]
    [InlineData("async Task M(string[] hosts, int[] ports) { var tasks = new List<Task>(); foreach (var h in hosts) { foreach (var p in ports) { tasks.Add(ProbeAsync(h + p)); if (tasks.Count == 6) { await Task.WhenAll(tasks); tasks.Clear(); } } } await Task.WhenAll(tasks); }")]
    [InlineData("static Task<B[]> AllAsync<A, B>(IEnumerable<A> items, Func<A, Task<B>> work) => Task.WhenAll(items.Select(work)); Task M() => AllAsync(new[] { \"a\", \"b\" }, ProbeAsync);")]
    [InlineData("static async Task EachAsync<A>(IEnumerable<A> items, int width, Func<A, Task> work) { using var gate = new SemaphoreSlim(width); await Task.WhenAll(items.Select(async item => { await gate.WaitAsync(); try { await work(item); } finally { gate.Release(); } })); } Task M(string[] hosts) => EachAsync(hosts, 4, ProbeAsync);")]
    [InlineData("void M(List<string> hosts) { hosts.ForEach(h => Probe(h.Length)); }")]
    [InlineData("void M(int[] ports) { Parallel.ForEach(ports, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount) }, p => Probe(p)); }")]
    [InlineData("void M(IPEndPoint[] all) { foreach (var one in all) { var s = new Socket(one.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false }; try { s.Connect(one); } catch (SocketException) { } var writable = new List<Socket> { s }; Socket.Select(null, writable, null, 1000); if (writable.Count > 0) { Use(s); return; } s.Dispose(); } } static void Use(Socket s) => s.Dispose();")]
    public Task Silent_on_dotnet(string members) =>
        Verify.SilentAsync(Id, On.DotNet, DotNet(members) + "\nnamespace WorkersSockets { [AttributeUsage(AttributeTargets.Method)] class BoundsConnectsAttribute(int count) : Attribute { public int Count => count; } }");

    [Theory]
    [InlineData("static async Task M(string[] hosts) { await Task.WhenAll(hosts.Take(6).Select(ProbeAsync)); }")]
    [InlineData("static async Task M(string[] hosts) { foreach (var batch in hosts.Chunk(6)) { await Task.WhenAll(batch.Select(h => ProbeAsync(h))); } }")]
    [InlineData("static async Task M() { await Task.WhenAll(ProbeAsync(\"a\"), ProbeAsync(\"b\")); }")]
    [InlineData("static async Task M(string[] hosts) { foreach (var h in hosts) { await ProbeAsync(h); } }")]
    // On Workers an established connection does not count.
    [InlineData("static async Task M(string[] hosts) { var sockets = new List<TcpSocket>(); foreach (var h in hosts) { var s = TcpSocket.Connect(h, 7000); await s.OpenedAsync(); sockets.Add(s); } }")]
    [InlineData("static async Task M(string[] hosts) { var sockets = new List<TcpSocket>(); foreach (var h in hosts) { var s = TcpSocket.Connect(h, 7000); await OpenedAsync(s); sockets.Add(s); } } static async Task OpenedAsync(TcpSocket s) { await s.OpenedAsync(); }")]
    [InlineData("static async Task M(string[] hosts) { var sockets = new List<TcpSocket>(); foreach (var h in hosts) { var s = TcpSocket.Connect(h, 7000); await GreetAsync(s); sockets.Add(s); } } static async Task GreetAsync(TcpSocket s) { await s.WriteTextAsync(\"HELO\\r\\n\"); }")]
    [InlineData("static async Task M(string[] h) { var a = Open(h[0]); await QuitAsync(a); var b = Open(h[1]); await QuitAsync(b); var c = Open(h[2]); await QuitAsync(c); var d = Open(h[3]); await QuitAsync(d); var e = Open(h[4]); await QuitAsync(e); var f = Open(h[5]); await QuitAsync(f); var g = Open(h[6]); await QuitAsync(g); } static async Task QuitAsync(TcpSocket s) { await s.OpenedAsync(); await s.CloseAsync(); }")]
    [InlineData("static async Task M(string[] hosts) { await Task.WhenAll(hosts.Select(h => Http.FetchAsync(h))); }")]
    public Task Silent_on_Workers(string members) => Verify.SilentAsync(Id, On.Workers, Workers(members));

    [Fact]
    public Task Counts_and_limit_stand_in_the_message() => Verify.FoundAsync(
        Id,
        On.DotNet,
        DotNet("async Task M(string[] hosts) { await Task.WhenAll({|#0:hosts.Select(ProbeAsync)|}); await Task.WhenAll({|#1:hosts.Take(12).Select(ProbeAsync)|}); }"),
        Verify.Result(RuleCatalog.TooManyConnectsOnDotNet, 0, "An unbounded number of", 6),
        Verify.Result(RuleCatalog.TooManyConnectsOnDotNet, 1, "12", 6));

    [Fact]
    public Task The_limit_is_an_option() => Verify.RunAsync(
        Id, On.DotNet, [("Test.cs", DotNet("async Task M(string[] hosts) { await Task.WhenAll(hosts.Take(12).Select(ProbeAsync)); }"))], [], editorconfig: "workers_sockets.max_concurrent_connects = 12");

    [Fact]
    public Task Code_that_never_runs_on_Workers_is_left_alone() => Verify.RunAsync(
        Id, On.DotNet, [("Test.cs", DotNet("async Task M(string[] hosts) { await Task.WhenAll(hosts.Select(ProbeAsync)); }"))], [], editorconfig: "workers_sockets.target = dotnet");

    [Fact]
    public Task A_call_through_an_interface_goes_to_its_only_implementation_in_another_file() => Verify.RunAsync(
        Id,
        On.DotNet,
        [
            ("Test.cs", "public class Service(IProbe probe) { public Task<bool[]> AllAsync(IReadOnlyList<string> hosts) => Task.WhenAll({|WSK2001:hosts.Select(host => probe.CheckAsync(host))|}); }"),
            ("Probe.cs", """
                public interface IProbe { Task<bool> CheckAsync(string host); }
                public class Probe : IProbe
                {
                    public async Task<bool> CheckAsync(string host) => await Inner.ConnectAsync(host, 80);
                }
                static class Inner
                {
                    public static async Task<bool> ConnectAsync(string host, int port) { using var client = new TcpClient(); await client.ConnectAsync(host, port); return true; }
                }
                """),
        ],
        []);

    [Theory]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll(hosts.Select(h => )); }")]
    [InlineData("async Task M(string[] hosts) { await Task.WhenAll(hosts.Select(async h => await new TcpClient().ConnectAsync(h, ))); }")]
    [InlineData("void M() { Parallel.ForEach( }")]
    [InlineData("async Task A(string h) { await B(h); } async Task B(string h) { await A(h); using var c = new TcpClient(h, 80); } async Task M(string[] x) { foreach (var h in ) tasks.Add(A(h)); }")]
    public async Task Incomplete_code_does_not_crash(string members) => Assert.DoesNotContain(await Verify.DiagnoseAsync(On.DotNet, DotNet(members)), found => found.Id == "AD0001");
}
