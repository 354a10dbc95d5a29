using System.Collections.Concurrent;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>Code that is deep, huge or broken in ways that slips of the keyboard do not reach.</summary>
public class HostileCodeTests
{
    public static TheoryData<string> Shapes => [.. ShapeTexts.Keys];

    private static readonly Dictionary<string, Func<string>> ShapeTexts = new()
    {
        ["getters in a circle"] = () => """
            class A
            {
                private readonly TcpClient client = new();
                private bool IsReady { get { return Check(client); } }
                private TcpClient Client { get { return Open(client); } }
                private bool Check(TcpClient c) { if (IsReady) c.Close(); return IsReady; }
                private TcpClient Open(TcpClient c) => c.Connected ? c : Client;
                void M(string host) { if (IsReady) Client.Connect(host, 7000); }
            }
            """,
        ["checks in a circle"] = () => """
            class A
            {
                private static readonly Func<string, bool> First = host => Second(host) || Is(host);
                private static readonly Func<string, bool> Second = host => First(host);
                private static readonly Func<string, bool>[] All = { First, Second, host => All.Any(check => check(host)) };
                private static bool Is(string host) => First(host) && All.All(check => check(host));
                async Task M(System.Net.HttpListenerContext context)
                {
                    var host = context.Request.QueryString["host"]!;
                    if (!First(host) || !All.All(check => check(host)) || !Is(host)) return;
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 7000);
                }
            }
            """,
        ["blocks 200 deep"] = () => Method(Repeat("if (port > 0) {", 200) + Use + Repeat("}", 200)),
        ["try 100 deep"] = () => Method(Repeat("try {", 100) + Use + Repeat("} finally { Console.WriteLine(); }", 100)),
        ["catch 60 deep"] = () => Method(Repeat("try { await client.ConnectAsync(host, port); } catch (Exception) {", 60) + Use + Repeat("}", 60)),
        ["loops 40 deep"] = () => Method(Repeat("while (port > 0) { port--;", 40) + Use + Repeat("}", 40)),
        ["switch 50 deep"] = () => Method(Repeat("switch (port) { case 1: ", 50) + Use + Repeat(" break; }", 50)),
        ["using 100 deep"] = () => Method(string.Concat(Enumerable.Range(0, 100).Select(number => $"using (var client{number} = new TcpClient(host, {number})) {{")) + Repeat("}", 100)),
        ["lambdas 6 deep"] = () => Method(string.Concat(Enumerable.Range(0, 6).Select(number => $"Func<Task> run{number} = async () => {{")) + Use + Repeat("};", 6)),
        ["local functions 30 deep"] = () => Method(string.Concat(Enumerable.Range(0, 30).Select(number => $"await Run{number}(); async Task Run{number}() {{")) + Use + Repeat("}", 30)),
        ["parentheses 200 deep"] = () => Method($"await client.ConnectAsync({Repeat("(", 200)}host{Repeat(")", 200)}, port);"),
        ["conditions 200 deep"] = () => Method($"await client.ConnectAsync({Repeat("port > 0 ? ", 200)}host{Repeat(" : \"example.com\"", 200)}, port);"),
        ["calls 200 deep"] = () => Method($"await client.ConnectAsync({Repeat("string.Concat(", 200)}host{Repeat(", \"\")", 200)}, port);"),
        ["a sum of 3000"] = () => Method($"await client.ConnectAsync(\"a\"{Repeat(" + \"b\"", 3000)}, port);"),
        ["a sum of 1000 variables"] = () => Method($"await client.ConnectAsync(host{Repeat(" + host", 1000)}, port);"),
        ["a sum of 20000 variables"] = () => Method($"var text = host{Repeat(" + host", 20_000)}; await client.ConnectAsync(text, port); await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));"),
        ["a sum of 500 on the right"] = () => Method($"var text = {Repeat("host + (", 500)}host{Repeat(")", 500)}; await client.ConnectAsync(text, port);"),
        ["a chain of 2000 calls"] = () => Method($"await client.ConnectAsync(host{Repeat(".Trim()", 2000)}, port);"),
        ["a chain of 1000 members"] = () => "class Node { public Node Next; public TcpClient Client; } class A { void M(Node node) { node" + Repeat("?.Next", 1000) + "?.Client?.Close(); node" + Repeat(".Next", 1000) + ".Client.Close(); } }",
        ["blocks 1500 deep"] = () => Method(Repeat("if (port > 0) {", 1500) + Use + Repeat("}", 1500)),
        ["parentheses 1500 deep"] = () => Method($"await client.ConnectAsync({Repeat("(", 1500)}host{Repeat(")", 1500)}, port);"),
        ["conditions 1500 deep"] = () => Method($"await client.ConnectAsync({Repeat("port > 0 ? ", 1500)}host{Repeat(" : \"example.com\"", 1500)}, port);"),
        ["calls 1000 deep"] = () => Method($"await client.ConnectAsync({Repeat("string.Concat(", 1000)}host{Repeat(", \"\")", 1000)}, port);"),
        ["a coalesce of 1500"] = () => Method($"await client.ConnectAsync({Repeat("Environment.MachineName ?? ", 1500)}host, port);"),
        ["conditions of 10000"] = () => Method($"if (port > 0{Repeat(" && port < 9", 5000)}{Repeat(" || host != \"\"", 5000)}) {{ {Use} }}"),
        ["lambdas that call themselves"] = () => Method("Func<Task> run = async () => { await new TcpClient().ConnectAsync(host, 1); await run(); await Task.WhenAll(run(), Task.Run(run)); }; Func<Task> first = () => second(); Func<Task> second = () => first(); await Task.WhenAll(run(), first(), second()); Func<int, TcpClient> open = n => n > 0 ? open(n - 1) : new TcpClient(host, n); open(3).Close();"),
        ["lambdas 30 deep"] = () => Method(string.Concat(Enumerable.Range(0, 30).Select(number => $"Action run{number} = () => {{")) + "client.Close();" + Repeat("};", 30)),
        ["600 lambdas"] = () => Method(string.Concat(Enumerable.Range(0, 600).Select(number => $"var task{number} = Task.Run(async () => {{ await client.ConnectAsync(host, {number}); await client.GetStream().WriteAsync(buffer); }});\n"))),
        ["1000 helpers in one circle"] = () => "class A {" + string.Concat(Enumerable.Range(0, 1000).Select(number => $"static async Task<TcpClient> F{number}(TcpClient c, string h) {{ if (h.Length > {number}) return await F{(number + 1) % 1000}(c, h); if (h.Length < {number}) return await F{((number * 7) + 1) % 1000}(c, h); return new TcpClient(h, {number}); }}\n")) + "}",
        ["3000 helpers, each calls the next"] = () => "class A {" + string.Concat(Enumerable.Range(0, 3000).Select(number => $"static async Task F{number}(TcpClient c, string h) => await F{number + 1}(c, h);\n")) + "static async Task F3000(TcpClient c, string h) { await c.ConnectAsync(h, 1); c.Close(); } static async Task M(string h) { var c = new TcpClient(); await F0(c, h); } }",
        ["600 wrappers of wrappers"] = () => string.Concat(Enumerable.Range(0, 600).Select(number => $"class W{number} : IDisposable {{ readonly W{number + 1} inner = new W{number + 1}(); public int Read(byte[] b) => inner.Read(b); public void Dispose() => inner.Dispose(); }}\n")) + "class W600 : IDisposable { readonly TcpClient inner = new TcpClient(\"h\", 25); public int Read(byte[] b) => inner.GetStream().Read(b, 0, 1); public void Dispose() => inner.Dispose(); } class A { void M() { var w = new W0(); w.Read(new byte[3]); } }",
        ["one variable in 400 branches"] = () => Method("TcpClient c = null; " + string.Concat(Enumerable.Range(0, 400).Select(number => $"if (port == {number}) {{ c?.Close(); c = new TcpClient(host, {number}); }}\n")) + "c?.Close();"),
        ["a switch that opens 2000 sockets"] = () => Method("switch (port) { " + string.Concat(Enumerable.Range(0, 2000).Select(number => $"case {number}: {{ var c = new TcpClient(); await c.ConnectAsync(host, {number}); c.Close(); break; }}\n")) + "}"),
        ["500 fields"] = () => "class A { " + string.Concat(Enumerable.Range(0, 500).Select(number => $"TcpClient c{number} = new(); async Task Open{number}(string h) {{ await c{number}.ConnectAsync(h, 443); await c{number}.GetStream().WriteAsync(new byte[1]); }}\n")) + "}",
        ["an array of 100000"] = () => Method($"var all = new byte[] {{ {string.Join(", ", Enumerable.Range(0, 100_000).Select(number => number % 256))} }}; await client.GetStream().WriteAsync(all);"),
        ["an interpolation of 8000"] = () => Method($"await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($\"{string.Concat(Enumerable.Range(0, 8000).Select(number => $"x{number}{{host}}:{{port}}"))}\"));"),
        ["texts that double"] = () => Method("var t0 = host; " + string.Concat(Enumerable.Range(1, 60).Select(number => $"var t{number} = t{number - 1} + t{number - 1};\n")) + "await client.ConnectAsync(t60, 25); await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(t60));"),
        ["a file of 3 MB"] = () => "partial class G { " + string.Concat(Enumerable.Range(0, 20_000).Select(number => $"public static int Value{number}(int a, string b) {{ var x = a + {number}; if (b == null) {{ return x * 2; }} return x + b.Length; }}\n")) + " static void Open() { using var c = new TcpClient(\"h\", 25); c.GetStream().WriteByte(1); } }",
        ["a chain of 300 calls"] = () => Method($"await client.ConnectAsync(host{Repeat(".Trim()", 300)}, port);"),
        ["a coalesce of 300"] = () => Method($"await client.ConnectAsync({Repeat("Environment.MachineName ?? ", 300)}host, port);"),
        ["conditions of 500"] = () => Method($"if (port > 0{Repeat(" && port < 9", 250)}{Repeat(" || host != \"\"", 250)}) {{ {Use} }}"),
        ["a text of a million letters"] = () => Method($"await client.ConnectAsync(\"{new string('a', 1_000_000)}\", 1);"),
        ["an address of a hundred thousand digits"] = () => Method($"await client.ConnectAsync(IPAddress.Parse(\"{new string('1', 100_000)}\"), 1); await client.ConnectAsync(\"[{Repeat(":", 50_000)}]\", 1);"),
        ["numbers out of range"] = () => Method("await client.ConnectAsync(host, 99999999999999999999999999); await client.ConnectAsync(host, -2147483648); await client.ConnectAsync(host, unchecked((int)0xFFFFFFFF)); await client.ConnectAsync(host, 1 / 0); await client.ConnectAsync(host, int.MaxValue + 1);"),
        ["an array of 10000"] = () => Method($"var hosts = new[] {{ {string.Join(", ", Enumerable.Range(0, 10_000).Select(number => $"\"h{number}\""))} }}; foreach (var each in hosts) {{ using var other = new TcpClient(each, 443); }} await Task.WhenAll(hosts.Select(each => client.ConnectAsync(each, 443)));"),
        ["a switch of 2000"] = () => Method($"var name = port switch {{ {string.Concat(Enumerable.Range(0, 2000).Select(number => $"{number} => \"h{number}\", "))} _ => host }}; await client.ConnectAsync(name, port);"),
        ["1000 statements"] = () => Method(Repeat("await client.GetStream().ReadAsync(buffer);\n", 1000)),
        ["500 sockets"] = () => Method(string.Concat(Enumerable.Range(0, 500).Select(number => $"var client{number} = new TcpClient(); await client{number}.ConnectAsync(host, {number}); client{number}.Close();\n"))),
        ["labels and jumps"] = () => Method(string.Concat(Enumerable.Range(0, 100).Select(number => $"label{number}: if (port == {number}) goto label{(number * 37) % 100}; using (var c{number} = new TcpClient()) {{ if (port > {number}) goto label{(number * 53) % 100}; }}\n")) + "await Task.Yield();"),
        ["circular inheritance"] = () => "class A : B { public System.Net.Sockets.TcpClient Client = new(); } class B : A { void M() { Client.Close(); } } interface I : J { } interface J : I { Socket Open(); } class C : I { public Socket Open() => new(SocketType.Stream, ProtocolType.Tcp); void Use(I i) { i.Open(); } }",
        ["a class inside itself"] = () => "class A<T> : A<A<A<T>>> { TcpClient client = new(\"example.com\", 25); void M() { client.Close(); new A<int>().M(); } } struct S { S s; Socket socket; void M() { s.s.s.socket.Close(); } }",
        ["constants of each other"] = () => "class A { const string Host = B.Host; const int Port = B.Port; void M() { new TcpClient(Host, Port); new TcpClient(X, Y); } static string X = Z; static string Z = X; static int Y => Y; } class B { public const string Host = A.Host + \"x\"; public const int Port = A.Port + 1; }",
        ["helpers of each other"] = () => string.Concat("class A {", string.Concat(Enumerable.Range(0, 12).Select(number => $"static TcpClient Open{number}(string h, TcpClient c) {{ {string.Concat(Enumerable.Range(0, 12).Select(other => $"if (h == \"{other}\") return Open{other}(h, c); "))} c.Close(); return new TcpClient(h, 25); }}\n")), "}"),
        ["helpers of helpers, six layers of eight"] = () => "class A {" + string.Concat(Enumerable.Range(0, 48).Select(number => Layer(number / 8, number % 8))) + "}",
        ["200 flags beside 200 sockets"] = () => Method(string.Concat(Enumerable.Range(0, 200).Select(number => $"var f{number} = port > {number}; if (f{number}) Console.WriteLine({number});\n")) + string.Concat(Enumerable.Range(0, 200).Select(number => $"var c{number} = new TcpClient(); await c{number}.ConnectAsync(host, {number}); c{number}.Close();\n"))),
        ["4000 variables in a loop"] = () => Method("while (port > 0) { " + string.Concat(Enumerable.Range(0, 4000).Select(number => $"var x{number} = host.Length + {number}; if (x{number} > port) port = x{number};\n")) + "client.Close(); }"),
        ["a getter and a method of each other"] = () => "class A { TcpClient client = new(); bool IsReady { get { return Check(client); } } bool Check(TcpClient c) { if (IsReady) c.Close(); return IsReady; } void M() { if (IsReady) client.Connect(\"h\", 25); } TcpClient Client { get { return Open(client); } } TcpClient Open(TcpClient c) => c.Connected ? c : Client; void U() { Client.Close(); } }",
        ["fields of each other"] = () => "class A { Stream x; Stream y; TcpClient c; void N(string h) { c = new TcpClient(h, 25); x = new BufferedStream(c.GetStream()); x = new BufferedStream(y); y = new BufferedStream(x); x.WriteByte(1); } } class B { SslStream x; SslStream y; TcpClient c; void N(string h) { c = new TcpClient(h, 25); x = new SslStream(c.GetStream()); x = new SslStream(y); y = new SslStream(x); x.WriteByte(1); } }",
        ["variables of themselves"] = () => Method("var t = client.ConnectAsync(host, port); t = t.ContinueWith(_ => { }); t = t; await t; Func<Task> run = run; run = () => { client.Connect(host, port); return run(); }; Action x = y; Action y = x; var a = b; var b = a; string h = h; h = h + h; host = host; await client.ConnectAsync(h, port); Stream s = s; s = client.GetStream(); s = new BufferedStream(s); int n = n; while ((n = s.Read(buffer, n, n)) > n) n = n; new Thread(() => { client.Connect(h, n); }).Start();"),
        ["unknown types"] = () => Method("Missing m = new Missing(client); m.Send(client); await foreach (var x in m) { x.Close(); } using var y = m; Missing.Open(host, port).Read(buffer); var (a, b) = client; client.Missing(); client.Client.Missing = 1; new TcpClient(1, 2, 3, 4); new Socket(); client.ConnectAsync(); client.ConnectAsync(host:); client.ConnectAsync(x: 1, port: 2);"),
        ["members in odd places"] = () => "namespace N { TcpClient client = new(); void M() { client.Close(); } } enum E { A = new TcpClient().Available } delegate TcpClient D(TcpClient c = new TcpClient()); interface I { TcpClient C { get => new TcpClient(\"h\", 25); } static TcpClient S = new(); } [System.Obsolete(new TcpClient().ToString())] class T(TcpClient c) : TcpClient(c.ToString(), 25) { ~T() { c.Close(); } public static T operator +(T a, T b) => new(new TcpClient()); public static implicit operator T(TcpClient c) => new(c); event Action E { add { c.Close(); } remove { new TcpClient(); } } int this[TcpClient x] { get { x.Close(); return 0; } init => x.Dispose(); } }",
        ["partial everything"] = () => "partial class P { partial void M(TcpClient c); public partial TcpClient Open(); public partial TcpClient Client { get; set; } } partial class P { partial void M(TcpClient c) { c.Close(); } partial void M(TcpClient c) { c.Close(); } public partial TcpClient Open() => new(); void U() { M(Open()); Client = Open(); } }",
        ["the same member twice"] = () => "class A { TcpClient c = new(); TcpClient c = new(); void M() { c.Close(); } void M() { c.Close(); } A() { } A() { } string Host => \"x\"; string Host => \"y\"; void U() { new TcpClient(Host, 25); M(); } } class A { void M() { } }",
        ["top-level and more"] = () => "using var client = new TcpClient(host, 25); await using var stream = client.GetStream(); return await stream.ReadAsync(args); string host => \"x\"; static async Task<TcpClient> Open() { var c = new TcpClient(); return c; } yield return client; await Open();",
        ["iterators and generics"] = () => "class G<T> where T : TcpClient, new() { IEnumerable<T> All() { while (true) { var t = new T(); yield return t; if (t.Connected) yield break; } } async IAsyncEnumerable<T> Each() { await foreach (var t in Each()) { try { yield return t; } finally { t.Close(); } } } T One<U>(U u) where U : T => u; void M() { foreach (var t in All()) One(t).Close(); } }",
        ["pointers, stack and raw"] = () => "unsafe class U { void M(Socket* p, delegate*<TcpClient, void> f) { Span<byte> s = stackalloc byte[10]; (*p).Receive(s); p->Send(s); f(new TcpClient()); fixed (byte* b = s) { p[0].Close(); } ref Socket r = ref *p; r.Close(); __arglist(p); TypedReference t = __makeref(r); __refvalue(t, Socket).Close(); } }",
        ["dynamic, query and tuples"] = () => Method("dynamic d = client; d.Close(); d.Connect(host, 25); var q = from h in new[] { host } let c = new TcpClient(h, 25) join x in new[] { 1 } on 1 equals x into g where c.Connected orderby h group c by h into k select k.First(); (var a, (TcpClient b, _)) = (client, (new TcpClient(), 1)); (a, b) = (b, a); a?.Client?.Close(); b!.Close(); (a ?? b ?? throw null!).Close(); if (a is { Client: { Connected: true } s } and not null) s.Close(); a = b = client; a ??= new(); _ = new TcpClient(); ref var r = ref a; r = b; client = client with { };"),
        ["names in other alphabets"] = () => "class Änderung { async System.Threading.Tasks.Task \\u0041sync(string 主机) { using var @class = new TcpClient(); await @class.ConnectAsync(主机, 25); await @class.GetStream().ReadAsync(new byte[1]); } }",
        ["no line ends"] = () => Method(Use).Replace('\n', ' '),
        ["nothing"] = () => "",
        ["zero characters"] = () => "class A { void M() { new TcpClient(\"\0\", 25); \0\0 } }\0",
        ["lone surrogates"] = () => "class A { void M() { new TcpClient(\"\ud800\", 25); new TcpClient(\"\\ud800.example\", 25); } } // \udc00",
        ["directives that never end"] = () => "#if A\n#region\nclass A { TcpClient c = new();\n#else\nclass B { void M() { new TcpClient(\"h\", 25);\n#elif\n#endif\n#line 99999999\n#pragma warning disable\n#nullable maybe\n#error\n#endregion\n#endregion",
    };

    private const string Use = "using var inner = new TcpClient(); await inner.ConnectAsync(host, 25); await inner.GetStream().ReadAsync(buffer); Console.WriteLine(Encoding.UTF8.GetString(buffer));";

    /// <summary>Helpers of every kind, each of which calls all of the next layer: the ways through them are far more than the helpers.</summary>
    private static string Layer(int layer, int number)
    {
        string Calls(Func<int, string> call) => layer == 5 ? "" : string.Concat(Enumerable.Range(0, 8).Select(call));
        var next = layer + 1;
        var name = $"{layer}_{number}";
        return $"async Task Open{name}(TcpClient c, string host, int port) {{ {Calls(other => $"if (port == {other}) await Open{next}_{other}(c, host, port + 1);\n")} await c.ConnectAsync(host, port); }}\n"
            + $"TcpClient Make{name}(string host) {{ {Calls(other => $"if (host == \"{other}\") return Make{next}_{other}(host.Trim());\n")} return new TcpClient(host, 443); }}\n"
            + $"async Task<int> Read{name}(Stream s, byte[] b) {{ var total = 0; while (true) {{ var n = await s.ReadAsync(b); {Calls(other => $"if (n == {other}) total += await Read{next}_{other}(s, b); else Log{next}_{other}(\"x\");\n")} total += n; }} }}\n"
            + $"void Log{name}(string t) {{ {Calls(other => $"if (t == \"{other}\") Log{next}_{other}(t);\n")} Console.WriteLine(t); }}\n"
            + $"bool Check{name}(string host) {{ {Calls(other => $"if (host == \"{other}\") return Check{next}_{other}(host);\n")} return host.Length > 3; }}\n"
            + $"async Task Use{name}(string host) {{ if (!Check{name}(host)) return; using var c = new TcpClient(); await Open{name}(c, host, 3); var b = new byte[10]; await Read{name}(c.GetStream(), b); Console.WriteLine(Encoding.UTF8.GetString(b)); var d = Make{name}(host); {Calls(other => $"await Use{next}_{other}(host); d.Close(); d = Make{next}_{other}(host);\n")} await Task.WhenAll(host.Select(h => Use{name}($\"{{h}}\"))); }}\n";
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task No_shape_of_code_crashes_the_analyzer_or_a_fix(string shape)
    {
        var code = ShapeTexts[shape]();
        var failures = new ConcurrentBag<string>();
        var token = TestContext.Current.CancellationToken;
        foreach (var surface in new[] { On.DotNet, On.Workers })
        {
            // On Workers the same shapes are those of unknown types, and of a socket of its own.
            var text = surface == On.DotNet ? code : code.Replace("new TcpClient()", "TcpSocket.Connect(\"h\", 25)", StringComparison.Ordinal).Replace("TcpClient", "TcpSocket", StringComparison.Ordinal);
            var compilation = Probe.Compile(surface, text);
            var finds = await Probe.AnalyzeAsync(compilation, shape, failures, token, concurrent: true);

            // Huge texts have many finds; a fix sees one of each rule.
            var one = finds.DistinctBy(find => find.Id).ToList();
            await Probe.FixAsync(Probe.Document(compilation, text), [.. one], shape, failures, token);
        }

        Assert.True(failures.IsEmpty, string.Join('\n', failures.Select(failure => failure[..Math.Min(3000, failure.Length)])));
    }

    [Fact]
    public async Task Missing_references_crash_nothing()
    {
        var sets = new (string Name, Func<MetadataReference, bool> Keep)[]
        {
            ("none", _ => false),
            ("no sockets", reference => !Is(reference, "System.Net.Sockets")),
            ("no primitives", reference => !Is(reference, "System.Net.Primitives")),
            ("no security", reference => !Is(reference, "System.Net.Security")),
            ("no runtime", reference => !Is(reference, "System.Runtime") && !Is(reference, "System.Private.CoreLib")),
            ("sockets only", reference => Is(reference, "System.Net.Sockets")),
            ("no Workers", reference => reference.Display is { } name && name.EndsWith(".dll", StringComparison.Ordinal)),
            ("broken", _ => true),
        };
        await EachAsync(compilation => sets.Select(set =>
        {
            var references = compilation.References.Where(set.Keep);
            if (set.Name == "broken")
            {
                references = references.Append(MetadataReference.CreateFromImage(new byte[] { 77, 90, 0, 0 }));
            }

            return (set.Name, (Compilation)compilation.WithReferences(references));
        }));
    }

    [Fact]
    public async Task Types_declared_again_in_source_crash_nothing()
    {
        var declarations = new[]
        {
            "namespace System.Net.Sockets { public class TcpClient { public TcpClient() { } public TcpClient(string h, int p) { } public void Close() { } public object GetStream() => null; public int Connect; } public class Socket { } public class NetworkStream { } }",
            "namespace System.Net.Sockets { public interface TcpClient { } public struct Socket { } public enum NetworkStream { } public delegate void TcpListener(); }",
            "namespace Workers { public class TcpSocket { public static TcpSocket Connect(string h, int p) => null; public void CloseAsync() { } } public static class TcpSocketOptions { } }",
            "namespace Workers { public struct TcpSocket<T> { } public class TcpSocket : TcpSocket { } }",
            "namespace System.Threading.Tasks { public class Task { } public class Task<T> { } public struct ValueTask { } } namespace System { public class Exception { } public interface IDisposable { } public class String { } public struct Int32 { } }",
            "namespace System.Net.Sockets { public class TcpClient<T> : TcpClient<TcpClient<T>> { public TcpClient() { } public void Close() { } } public class TcpClient : TcpClient<int> { } public class Socket : Socket { } }",
            "namespace Workers { public interface TcpSocket : TcpSocket { TcpSocket this[int n] { get; } static abstract TcpSocket Connect(string h, int p); } public enum SecureTransport { } }",
            "namespace System.IO { public class Stream : Stream { } } namespace System.Net.Security { public class SslStream : System.Net.Sockets.Missing { } }",
        };
        await EachAsync(compilation => declarations.SelectMany((declaration, number) =>
        {
            // In the compilation itself, and in an assembly beside the real one.
            var tree = CSharpSyntaxTree.ParseText(declaration, new CSharpParseOptions(LanguageVersion.Latest), "Again.cs");
            var other = CSharpCompilation.Create("Other", [tree], compilation.References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
            return new[]
            {
                ($"declaration {number}", (Compilation)compilation.AddSyntaxTrees(tree)),
                ($"declaration {number} in another assembly", compilation.AddReferences(other.ToMetadataReference())),
            };
        }));
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp1)]
    [InlineData(LanguageVersion.CSharp5)]
    [InlineData(LanguageVersion.CSharp8)]
    [InlineData(LanguageVersion.CSharp10)]
    public async Task Older_language_versions_crash_nothing(LanguageVersion version) => await EachAsync(compilation =>
    [
        ("script", compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(compilation.SyntaxTrees.Select(tree => Reparse(tree, new CSharpParseOptions(version, kind: SourceCodeKind.Script))))),
        ("regular", compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(compilation.SyntaxTrees.Select(tree => Reparse(tree, new CSharpParseOptions(version))))),
    ]);

    [Fact]
    public async Task Additional_files_and_options_of_any_content_crash_nothing()
    {
        var contents = new[] { "", "{", "[[", "\0", "{\"placement\":[]}", "{\"placement\":{\"mode\":{}}}", "name = \n[placement", "M:", "M:Workers.TcpSocket.Connect( connect host=99", "# \u2028", new string('[', 20_000), new string('{', 20_000), "a.b.c.d.e = 1\na.b = 2", "\"\\ud800\" = '''" };
        var failures = new ConcurrentBag<string>();
        foreach (var source in Corpus.All.Where(source => source.Name.StartsWith("samples/", StringComparison.Ordinal)))
        {
            foreach (var content in contents)
            {
                var files = new[] { "wrangler.jsonc", "wrangler.json", "wrangler.toml", "WorkersSockets.models" }.Select(name => (AdditionalText)new Text(name, content));
                await Probe.AnalyzeAsync(
                    Probe.Compile(source.Surface, source.Code), $"{source} with {content[..Math.Min(100, content.Length)]}", failures, TestContext.Current.CancellationToken,
                    options: new Microsoft.CodeAnalysis.Diagnostics.AnalyzerOptions([.. files]));
            }
        }

        Assert.True(failures.IsEmpty, $"{failures.Count} failures, one of them:\n{failures.FirstOrDefault()}");
    }

    /// <summary>Analyses changed compilations of sources that all differ much: the samples and the pages.</summary>
    private static async Task EachAsync(Func<CSharpCompilation, IEnumerable<(string Name, Compilation Compilation)>> change)
    {
        var failures = new ConcurrentBag<string>();
        var sources = Corpus.All.Where(source => source.Name.StartsWith("samples/", StringComparison.Ordinal) || source.Name.Contains("bad", StringComparison.Ordinal))
            .Where((_, number) => number % 3 == 0).ToList();
        Assert.True(sources.Count > 8);
        await Parallel.ForEachAsync(sources, Probe.Parallelism(TestContext.Current.CancellationToken), async (source, token) =>
        {
            foreach (var (name, compilation) in change(Probe.Compile(source.Surface, source.Code)))
            {
                await Probe.AnalyzeAsync(compilation, $"{source}, {name}", failures, token);
            }
        });
        Assert.True(failures.IsEmpty, $"{failures.Count} failures, one of them:\n{failures.FirstOrDefault()}");
    }

    private static SyntaxTree Reparse(SyntaxTree tree, CSharpParseOptions options) => CSharpSyntaxTree.ParseText(tree.GetText(), options, tree.FilePath);

    private static bool Is(MetadataReference reference, string name) => Path.GetFileNameWithoutExtension(reference.Display) == name;

    private static string Method(string body) => $$"""
        class A
        {
            async Task M(TcpClient client, string host, int port, byte[] buffer)
            {
                {{body}}
            }
        }
        """;

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private sealed class Text(string path, string content) : AdditionalText
    {
        public override string Path => path;

        public override Microsoft.CodeAnalysis.Text.SourceText GetText(CancellationToken cancellationToken = default) => Microsoft.CodeAnalysis.Text.SourceText.From(content);
    }
}
