using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Security;

/// <summary>
/// Which guards prove a host allowed. Each entry of a table is the body of an action in front of (or around) <c>CONNECT(host)</c>, which stands
/// at the end where it is not written; behind <c>---</c> stand members of its controller, behind <c>===</c> other types.
/// </summary>
public class WSK4005_HostGuardsTests
{
    private const string Checks = """
        ### plain
        if (!Allowed.Contains(host)) return StatusCode(403);
        ### maybe != true
        if (Maybe?.Contains(host) != true) return StatusCode(403);
        ### maybe is not true
        if (Maybe?.Contains(host) is not true) return StatusCode(403);
        ### maybe == false or null
        if (Maybe?.Contains(host) is null or false) return StatusCode(403);
        ### maybe ?? false
        if (!(Maybe?.Contains(host) ?? false)) return StatusCode(403);
        ### maybe is true block
        if (Maybe?.Contains(host) is true) { CONNECT(host) }
        ### maybe == true block
        if (Maybe?.Contains(host) == true) { CONNECT(host) }
        ### maybe GetValueOrDefault
        if (!(Maybe?.Contains(host)).GetValueOrDefault()) return StatusCode(403);
        ### == false
        if (Allowed.Contains(host) == false) return StatusCode(403);
        ### is false
        if (Allowed.Contains(host) is false) return StatusCode(403);
        ### is not true
        if (Allowed.Contains(host) is not true) return StatusCode(403);
        ### != true
        if (Allowed.Contains(host) != true) return StatusCode(403);
        ### false ==
        if (false == Allowed.Contains(host)) return StatusCode(403);
        ### ?? true negative
        if (Maybe is null || !Maybe.Contains(host)) return StatusCode(403);
        ### is { } set
        if (Maybe is { } set && set.Contains(host)) { CONNECT(host) }
        ### not is { } set
        if (Maybe is not { } set || !set.Contains(host)) return Forbid();
        ### and port
        if (Allowed.Contains(host) && port == 7000) { CONNECT(host) }
        ### or port
        if (!Allowed.Contains(host) || port < 1) return BadRequest();
        ### ternary guard value
        var target = Allowed.Contains(host) ? host : "a.contoso.com";
        CONNECT(target)
        ### ternary null
        var target = Allowed.Contains(host) ? host : null;
        if (target is null) return BadRequest();
        CONNECT(target)
        ### ternary throw
        var target = Allowed.Contains(host) ? host : throw new ArgumentException("host");
        CONNECT(target)
        ### bool local
        var isAllowed = Allowed.Contains(host);
        if (!isAllowed) return StatusCode(403);
        ### bool local with and
        bool isAllowed = host.Length > 3 && Allowed.Contains(host);
        if (!isAllowed) return StatusCode(403);
        ### bool local with maybe
        bool? isAllowed = Maybe?.Contains(host);
        if (isAllowed != true) return StatusCode(403);
        ### bool local with coalesce
        var isAllowed = Maybe?.Contains(host) ?? false;
        if (!isAllowed) return StatusCode(403);
        ### bool local default false
        var isAllowed = false;
        if (Maybe != null) isAllowed = Maybe.Contains(host);
        if (!isAllowed) return StatusCode(403);
        ### bool local loop
        var found = false;
        foreach (var name in Names) { if (name == host) { found = true; break; } }
        if (!found) return StatusCode(403);
        ### bool local loop |=
        var found = false;
        foreach (var name in Names) { found |= name == host; }
        if (!found) return StatusCode(403);
        ### loop return
        foreach (var name in Names)
        {
            if (string.Equals(name, host, StringComparison.OrdinalIgnoreCase))
            {
                CONNECT(host)
                return Ok();
            }
        }
        ### loop connects name
        foreach (var name in Names)
        {
            if (name == host)
            {
                CONNECT(name)
            }
        }
        ### switch statement
        switch (host)
        {
            case "a.contoso.com":
            case "b.contoso.com":
                break;
            default:
                return StatusCode(403);
        }
        ### switch when
        switch (host)
        {
            case var h when Allowed.Contains(h):
                break;
            default:
                return StatusCode(403);
        }
        ### switch expression map
        var target = host switch { "a" => "a.contoso.com", "b" => "b.contoso.com", _ => throw new ArgumentException("host") };
        CONNECT(target)
        ### switch expression map null
        var target = host switch { "a" => "a.contoso.com", "b" => "b.contoso.com", _ => null };
        if (target is null) return NotFound();
        CONNECT(target)
        ### switch expression pass
        var target = host switch { "a.contoso.com" or "b.contoso.com" => host, _ => throw new ArgumentException("host") };
        CONNECT(target)
        ### switch expression when
        var target = host switch { var h when Allowed.Contains(h) => h, _ => throw new ArgumentException("host") };
        CONNECT(target)
        ### switch expression when string
        var target = host switch { string h when Allowed.Contains(h) => h, _ => "a.contoso.com" };
        CONNECT(target)
        ### is pattern
        if (host is not ("a.contoso.com" or "b.contoso.com")) return StatusCode(403);
        ### is pattern positive
        if (host is "a.contoso.com" or "b.contoso.com") { CONNECT(host) }
        ### while guard
        while (!Allowed.Contains(host)) { host = Names[0]; }
        ### do guard
        do { host = Normalize(host); } while (!Allowed.Contains(host));
        ---
        private static string Normalize(string s) => s.Trim();
        ### equality chain
        if (host != "a.contoso.com" && host != "b.contoso.com") return StatusCode(403);
        ### equality chain positive
        if (host == "a.contoso.com" || host == "b.contoso.com") { CONNECT(host) }
        ### equals const
        if (!string.Equals(host, Known, StringComparison.OrdinalIgnoreCase)) return StatusCode(403);
        ---
        private const string Known = "a.contoso.com";
        ### host.Equals
        if (!host.Equals(Known)) return StatusCode(403);
        ---
        private const string Known = "a.contoso.com";
        ### known.Equals
        if (!Known.Equals(host, StringComparison.Ordinal)) return StatusCode(403);
        ---
        private const string Known = "a.contoso.com";
        ### endswith dot
        if (!host.EndsWith(".contoso.com", StringComparison.OrdinalIgnoreCase)) return StatusCode(403);
        ### endswith or equal
        if (host != "contoso.com" && !host.EndsWith(".contoso.com")) return StatusCode(403);
        ### split list contains
        if (!"a.contoso.com,b.contoso.com".Split(',').Contains(host)) return BadRequest();
        ### array exists
        if (!Array.Exists(Names, name => name == host)) return StatusCode(403);
        ### array indexof
        if (Array.IndexOf(Names, host) < 0) return StatusCode(403);
        ### array indexof == -1
        if (Array.IndexOf(Names, host) == -1) return StatusCode(403);
        ### array indexof >= 0 local
        var index = Array.IndexOf(Names, host);
        if (index < 0) return StatusCode(403);
        CONNECT(Names[index])
        ### array indexof local then host
        var index = Array.IndexOf(Names, host);
        if (index == -1) return StatusCode(403);
        CONNECT(host)
        ### any
        if (!Names.Any(x => x == host)) return StatusCode(403);
        ### any equals
        if (!Names.Any(x => x.Equals(host, StringComparison.OrdinalIgnoreCase))) return StatusCode(403);
        ### any string.Equals
        if (!Names.Any(x => string.Equals(x, host, StringComparison.OrdinalIgnoreCase))) return StatusCode(403);
        ### all not
        if (Names.All(x => x != host)) return StatusCode(403);
        ### any endswith
        if (!Suffixes.Any(x => host.EndsWith(x))) return StatusCode(403);
        ---
        private static readonly string[] Suffixes = { ".contoso.com" };
        ### firstordefault
        var target = Names.FirstOrDefault(x => x == host);
        if (target is null) return StatusCode(403);
        CONNECT(target)
        ### firstordefault host
        var target = Names.FirstOrDefault(x => x == host);
        if (target is null) return StatusCode(403);
        CONNECT(host)
        ### single
        var target = Names.Single(x => x == host);
        CONNECT(target)
        ### contains comparer
        if (!Names.Contains(host, StringComparer.OrdinalIgnoreCase)) return StatusCode(403);
        ### list contains
        if (!List.Contains(host)) return StatusCode(403);
        ---
        private static readonly List<string> List = ["a.contoso.com"];
        ### span contains
        if (!Names.AsSpan().Contains(host)) return StatusCode(403);
        ### array literal contains
        if (!new[] { "a.contoso.com", "b.contoso.com" }.Contains(host)) return StatusCode(403);
        ### local array
        string[] known = ["a.contoso.com"];
        if (!known.Contains(host)) return StatusCode(403);
        ### frozen
        if (!Set.Contains(host)) return StatusCode(403);
        ---
        private static readonly System.Collections.Frozen.FrozenSet<string> Set = System.Collections.Frozen.FrozenSet.ToFrozenSet(new[] { "a.contoso.com" });
        ### immutable
        if (!Set.Contains(host)) return StatusCode(403);
        ---
        private static readonly System.Collections.Immutable.ImmutableHashSet<string> Set = System.Collections.Immutable.ImmutableHashSet.Create("a.contoso.com");
        ### ireadonlyset
        if (!Set.Contains(host)) return StatusCode(403);
        ---
        private static readonly IReadOnlySet<string> Set = new HashSet<string> { "a.contoso.com" };
        ### concurrent dictionary
        if (!Map.ContainsKey(host)) return StatusCode(403);
        ---
        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> Map = new();
        ### trygetvalue value
        if (!Map.TryGetValue(host, out var target)) return StatusCode(403);
        CONNECT(target)
        ---
        private static readonly Dictionary<string, string> Map = new() { ["a"] = "a.contoso.com" };
        ### trygetvalue key
        if (!Map.TryGetValue(host, out var known)) return StatusCode(403);
        CONNECT(host)
        ---
        private static readonly Dictionary<string, int> Map = new() { ["a.contoso.com"] = 443 };
        ### indexer
        CONNECT(Map[host])
        ---
        private static readonly Dictionary<string, string> Map = new() { ["a"] = "a.contoso.com" };
        ### getvalueordefault
        var target = Map.GetValueOrDefault(host);
        if (target is null) return NotFound();
        CONNECT(target)
        ---
        private static readonly Dictionary<string, string> Map = new() { ["a"] = "a.contoso.com" };
        ### tuple map
        var (name, p) = Map[host];
        CONNECT(name)
        ---
        private static readonly Dictionary<string, (string Host, int Port)> Map = new() { ["a"] = ("a.contoso.com", 443) };
        ### record map
        if (!Map.TryGetValue(host, out var target)) return NotFound();
        CONNECT(target.Host)
        ---
        private static readonly Dictionary<string, Target> Map = new() { ["a"] = new("a.contoso.com", 443) };
        private sealed record Target(string Host, int Port);
        ### set trygetvalue
        if (!Allowed.TryGetValue(host, out var actual)) return NotFound();
        CONNECT(actual)
        ### regex anchored
        if (!System.Text.RegularExpressions.Regex.IsMatch(host, @"^(a|b)\.contoso\.com$")) return BadRequest();
        ### regex field
        if (!Pattern.IsMatch(host)) return BadRequest();
        ---
        private static readonly System.Text.RegularExpressions.Regex Pattern = new(@"\A[a-z]+\.contoso\.com\z");
        ### regex match success
        var match = System.Text.RegularExpressions.Regex.Match(host, @"^([a-z]+)\.contoso\.com$");
        if (!match.Success) return BadRequest();
        ### enum parse
        if (!Enum.TryParse<Backend>(host, out var backend)) return BadRequest();
        CONNECT(HostOf(backend))
        ---
        private enum Backend { A, B }
        private static string HostOf(Backend b) => b switch { Backend.A => "a.contoso.com", Backend.B => "b.contoso.com", _ => throw new ArgumentOutOfRangeException() };
        ### enum parse interpolated
        if (!Enum.TryParse<Backend>(host, out var backend)) return BadRequest();
        CONNECT($"{backend}.contoso.com")
        ---
        private enum Backend { A, B }
        ### int index
        CONNECT(Names[port % 2])
        ### int tryparse index
        if (!int.TryParse(host, out var n) || n < 0 || n >= Names.Length) return BadRequest();
        CONNECT(Names[n])
        ### foreach only allowed
        foreach (var name in Names.Where(x => x == host)) { CONNECT(name) }
        ### intersect
        foreach (var name in Names.Intersect(new[] { host })) { CONNECT(name) }
        ### throw guard
        if (!Allowed.Contains(host)) throw new UnauthorizedAccessException();
        ### normalised check then same
        var name = host.Trim().ToLowerInvariant();
        if (!Allowed.Contains(name)) return Forbid();
        CONNECT(name)
        ### check normalised connect raw
        if (!Allowed.Contains(host.ToLowerInvariant())) return Forbid();
        CONNECT(host)
        ### bound in the condition
        if (host is not { Length: > 0 } h || !Allowed.Contains(h)) return Forbid();
        CONNECT(h)
        ### named in the condition
        if (Allowed.Contains(host) is var ok && !ok) return Forbid();
        ### issubset
        if (!Allowed.IsSupersetOf(new[] { host })) return Forbid();
        ### nested ifs
        if (host != null)
        {
            if (Allowed.Contains(host))
            {
                CONNECT(host)
            }
            else
            {
                return Forbid();
            }
        }
        ### goto-less continue
        foreach (var part in host.Split(','))
        {
            if (!Allowed.Contains(part)) continue;
            CONNECT(part)
        }
        ### where contains
        foreach (var part in host.Split(',').Where(Allowed.Contains))
        {
            CONNECT(part)
        }
        ### where contains lambda
        foreach (var part in host.Split(',').Where(x => Allowed.Contains(x)).ToList())
        {
            CONNECT(part)
        }
        ### count of bad
        if (host.Split(',').Any(x => !Allowed.Contains(x))) return Forbid();
        foreach (var part in host.Split(',')) { CONNECT(part) }
        ### helper bool
        if (!IsAllowed(host)) return StatusCode(403);
        ---
        private static bool IsAllowed(string h) => Allowed.Contains(h);
        ### helper bool long
        if (!IsAllowed(host)) return StatusCode(403);
        ---
        private static bool IsAllowed(string h)
        {
            if (string.IsNullOrEmpty(h)) return false;
            foreach (var name in Names)
            {
                if (string.Equals(name, h, StringComparison.OrdinalIgnoreCase)) return true;
                if (h.EndsWith("." + name, StringComparison.OrdinalIgnoreCase)) return true;
            }
            return false;
        }
        ### helper bool negative
        if (IsForbidden(host)) return StatusCode(403);
        ---
        private static bool IsForbidden(string h) => !Allowed.Contains(h);
        ### helper throws
        EnsureAllowed(host);
        ---
        private static void EnsureAllowed(string h)
        {
            if (!Allowed.Contains(h)) throw new UnauthorizedAccessException();
        }
        ### helper returns value or null
        var checkedHost = Check(host);
        if (checkedHost == null) return StatusCode(403);
        CONNECT(checkedHost)
        ---
        private static string? Check(string h) => Allowed.Contains(h) ? h : null;
        ### helper returns value or throws
        var checkedHost = Check(host);
        CONNECT(checkedHost)
        ---
        private static string Check(string h) => Allowed.Contains(h) ? h : throw new ArgumentException(h);
        ### helper returns value or throws statements
        CONNECT(Check(host))
        ---
        private static string Check(string h)
        {
            if (!Allowed.Contains(h)) throw new ArgumentException(h);
            return h;
        }
        ### helper returns value stmts or null
        if (Check(host) is not { } target) return NotFound();
        CONNECT(target)
        ---
        private static string? Check(string h)
        {
            foreach (var name in Names)
                if (name.Equals(h, StringComparison.OrdinalIgnoreCase)) return name;
            return null;
        }
        ### helper out
        if (!TryGetHost(host, out var target)) return NotFound();
        CONNECT(target)
        ---
        private static bool TryGetHost(string h, out string target)
        {
            if (Allowed.Contains(h)) { target = h; return true; }
            target = "";
            return false;
        }
        ### helper out then host
        if (!TryGetHost(host, out _)) return NotFound();
        CONNECT(host)
        ---
        private static bool TryGetHost(string h, out string target)
        {
            target = h;
            return Allowed.Contains(h);
        }
        ### helper out parse
        if (!TryParse(host, out var name, out var p)) return BadRequest();
        if (!Allowed.Contains(name)) return Forbid();
        CONNECT(name)
        ---
        private static bool TryParse(string text, out string name, out int port)
        {
            var parts = text.Split(':');
            name = parts[0];
            port = 0;
            return parts.Length == 2 && int.TryParse(parts[1], out port);
        }
        ### split element
        var parts = host.Split(':');
        if (parts.Length != 2 || !Allowed.Contains(parts[0])) return Forbid();
        CONNECT(parts[0])
        ### split element for
        var parts = host.Split(',');
        for (var i = 0; i < parts.Length; i++)
        {
            if (!Allowed.Contains(parts[i])) return Forbid();
            CONNECT(parts[i])
        }
        ### async helper bool
        if (!await IsAllowedAsync(host)) return StatusCode(403);
        ---
        private static async Task<bool> IsAllowedAsync(string h) { await Task.Yield(); return Allowed.Contains(h); }
        ### async helper throw
        await EnsureAsync(host);
        ---
        private static async Task EnsureAsync(string h) { await Task.Yield(); if (!Allowed.Contains(h)) throw new UnauthorizedAccessException(); }
        ### valuetask helper
        if (!await IsAllowedAsync(host).ConfigureAwait(false)) return StatusCode(403);
        ---
        private ValueTask<bool> IsAllowedAsync(string h) => ValueTask.FromResult(Allowed.Contains(h));
        ### task fromresult
        if (!await IsAllowedAsync(host)) return StatusCode(403);
        ---
        private Task<bool> IsAllowedAsync(string h) => Task.FromResult(Allowed.Contains(h));
        ### extension validate
        host.MustBeAllowed();
        ---
        ===
        static class HostExtensions
        {
            private static readonly HashSet<string> Known = ["a.contoso.com"];
            public static void MustBeAllowed(this string host) { if (!Known.Contains(host)) throw new ArgumentException("host"); }
        }
        ### extension bool
        if (!host.IsAllowedHost()) return Forbid();
        ---
        ===
        static class HostExtensions
        {
            private static readonly HashSet<string> Known = ["a.contoso.com"];
            public static bool IsAllowedHost(this string host) => Known.Contains(host);
        }
        ### service interface
        if (!policy.IsAllowed(host)) return Forbid();
        ---
        private readonly IPolicy policy = null!;
        ===
        public interface IPolicy { bool IsAllowed(string host); }
        public class Policy : IPolicy
        {
            private readonly HashSet<string> hosts = ["a.contoso.com"];
            public bool IsAllowed(string host) => hosts.Contains(host);
        }
        ### service options
        if (!policy.IsAllowed(host)) return Forbid();
        ---
        private readonly Policy policy = null!;
        ===
        public class HostOptions { public string[] AllowedHosts { get; set; } = []; }
        public class Policy(Microsoft.Extensions.Options.IOptions<HostOptions> options)
        {
            public bool IsAllowed(string host) => options.Value.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
        }
        ### two implementations both check
        if (!policy.IsAllowed(host)) return Forbid();
        ---
        private readonly IPolicy policy = null!;
        ===
        public interface IPolicy { bool IsAllowed(string host); }
        public class PolicyA : IPolicy
        {
            private readonly HashSet<string> hosts = ["a.contoso.com"];
            public bool IsAllowed(string host) => hosts.Contains(host);
        }
        public class PolicyB : IPolicy
        {
            private readonly List<string> hosts = ["a.contoso.com"];
            public bool IsAllowed(string host) => hosts.Any(known => known == host);
        }
        ### base class
        if (!IsAllowedHost(host)) return Forbid();
        ---
        private bool IsAllowedHost(string h) => new Base().Check(h);
        ===
        public class Base { private static readonly string[] Known = ["a.contoso.com"]; public bool Check(string h) => Known.Contains(h); }
        ### result record
        var result = Validate(host);
        if (!result.IsValid) return Forbid();
        ---
        private static Validation Validate(string h) => new(Allowed.Contains(h), h);
        private sealed record Validation(bool IsValid, string Host);
        ### result tuple
        var (ok, target) = Validate(host);
        if (!ok) return Forbid();
        CONNECT(target)
        ---
        private static (bool, string) Validate(string h) => Allowed.Contains(h) ? (true, h) : (false, "");
        ### result tuple2
        var (ok, message) = Validate(host);
        if (!ok) return Forbid();
        ---
        private static (bool Ok, string Message) Validate(string h)
        {
            if (!Allowed.Contains(h)) return (false, "not allowed");
            return (true, "");
        }
        ### error string
        if (Validate(host) is { } error) return BadRequest(error);
        ---
        private static string? Validate(string h) => Allowed.Contains(h) ? null : "The host is not allowed.";
        ### error string null
        var error = Validate(host);
        if (error != null) return BadRequest(error);
        ---
        private static string? Validate(string h)
        {
            if (!Allowed.Contains(h)) return "The host is not allowed.";
            return null;
        }
        ### error actionresult
        if (Guard(host) is { } refusal) return refusal;
        ---
        private IActionResult? Guard(string h) => Allowed.Contains(h) ? null : StatusCode(403);
        ### local function
        if (!IsAllowed(host)) return StatusCode(403);
        bool IsAllowed(string h) => Names.Contains(h);
        ### local function captured
        if (!IsAllowed()) return StatusCode(403);
        bool IsAllowed() => Names.Contains(host);
        ### delegate
        Func<string, bool> isAllowed = h => Names.Contains(h);
        if (!isAllowed(host)) return StatusCode(403);
        ### lookup helper
        var target = Resolve(host);
        if (target is null) return NotFound();
        CONNECT(target)
        ---
        private static readonly Dictionary<string, string> Map = new() { ["a"] = "a.contoso.com" };
        private static string? Resolve(string key) => Map.TryGetValue(key, out var found) ? found : null;
        ### lookup service
        var target = await store.FindHostAsync(port);
        CONNECT(target)
        ---
        private readonly Store store = null!;
        ===
        public class Store
        {
            private readonly Dictionary<int, string> rows = new();
            public Task<string> FindHostAsync(int id) => Task.FromResult(rows[id]);
        }
        ### db lookup
        var row = await db.FindAsync(port);
        if (row is null) return NotFound();
        CONNECT(row.Host)
        ---
        private readonly IDb db = null!;
        ===
        public interface IDb { Task<Row?> FindAsync(int id); }
        public class Row { public string Host { get; set; } = ""; }
        ### db query
        var row = rows.FirstOrDefault(r => r.Id == port);
        if (row is null) return NotFound();
        CONNECT(row.Host)
        ---
        private readonly IQueryable<Row> rows = null!;
        ===
        public class Row { public int Id { get; set; } public string Host { get; set; } = ""; }
        ### db query by name
        var row = rows.SingleOrDefault(r => r.Name == host);
        if (row is null) return NotFound();
        CONNECT(row.Host)
        ---
        private readonly IQueryable<Row> rows = null!;
        ===
        public class Row { public string Name { get; set; } = ""; public string Host { get; set; } = ""; }
        ### config by key
        var target = configuration["Backends:" + host];
        if (target is null) return NotFound();
        CONNECT(target)
        ---
        private readonly IConfiguration configuration = null!;
        ### config GetValue
        var target = configuration.GetValue<string>("Backends:" + host)!;
        CONNECT(target)
        ---
        private readonly IConfiguration configuration = null!;
        ### config section get
        var allowed = configuration.GetSection("AllowedHosts").Get<string[]>() ?? [];
        if (!allowed.Contains(host)) return Forbid();
        ---
        private readonly IConfiguration configuration = null!;
        ### config split
        var allowed = configuration["AllowedHosts"]!.Split(';');
        if (!allowed.Contains(host)) return Forbid();
        ---
        private readonly IConfiguration configuration = null!;
        ### config equality
        if (host != configuration["AllowedHost"]) return Forbid();
        ---
        private readonly IConfiguration configuration = null!;
        ### env equality
        if (host != Environment.GetEnvironmentVariable("ALLOWED_HOST")) return Forbid();
        ### options
        if (!options.Value.AllowedHosts.Contains(host)) return Forbid();
        ---
        private readonly Microsoft.Extensions.Options.IOptions<HostOptions> options = null!;
        ===
        public class HostOptions { public List<string> AllowedHosts { get; set; } = []; }
        ### options monitor
        if (!options.CurrentValue.AllowedHosts.Any(x => string.Equals(x, host, StringComparison.OrdinalIgnoreCase))) return Forbid();
        ---
        private readonly Microsoft.Extensions.Options.IOptionsMonitor<HostOptions> options = null!;
        ===
        public class HostOptions { public List<string> AllowedHosts { get; set; } = []; }
        ### options dictionary
        if (!options.Value.Backends.TryGetValue(host, out var backend)) return NotFound();
        CONNECT(backend.Host)
        ---
        private readonly Microsoft.Extensions.Options.IOptionsSnapshot<HostOptions> options = null!;
        ===
        public class Backend { public string Host { get; set; } = ""; }
        public class HostOptions { public Dictionary<string, Backend> Backends { get; set; } = []; }
        ### named options
        var backend = options.Get(host);
        CONNECT(backend.Host)
        ---
        private readonly Microsoft.Extensions.Options.IOptionsSnapshot<Backend> options = null!;
        ===
        public class Backend { public string Host { get; set; } = ""; }
        ### memory cache
        if (!cache.TryGetValue("host:" + host, out var found) || found is not string target) return NotFound();
        CONNECT(target)
        ---
        private readonly Microsoft.Extensions.Caching.Memory.IMemoryCache cache = null!;
        ### static property
        if (!Settings.AllowedHosts.Contains(host)) return Forbid();
        ---
        ===
        public static class Settings { public static IReadOnlyCollection<string> AllowedHosts { get; } = new HashSet<string> { "a.contoso.com" }; }
        ### method returning set
        if (!GetAllowed().Contains(host)) return Forbid();
        ---
        private static IEnumerable<string> GetAllowed() { yield return "a.contoso.com"; }
        ### await set
        var allowed = await LoadAsync();
        if (!allowed.Contains(host)) return Forbid();
        ---
        private static Task<HashSet<string>> LoadAsync() => Task.FromResult(Allowed);
        ### uri host check
        var uri = new Uri("http://" + host);
        if (!Allowed.Contains(uri.Host)) return Forbid();
        CONNECT(uri.Host)
        ### uri trycreate
        if (!Uri.TryCreate(host, UriKind.Absolute, out var uri) || !Allowed.Contains(uri.Host)) return BadRequest();
        CONNECT(uri.Host)
        ### uri helper
        var uri = new Uri(host);
        if (!IsTrusted(uri)) return Forbid();
        CONNECT(uri.Host)
        ---
        private static bool IsTrusted(Uri u) => u.Scheme == "https" && Allowed.Contains(u.Host);
        ### uri string prefix https boundary
        if (!host.StartsWith("https://a.contoso.com/", StringComparison.Ordinal)) return Forbid();
        CONNECT(new Uri(host).Host)
        ### validate whole url
        if (host != "https://a.contoso.com/") return Forbid();
        CONNECT(new Uri(host).Host)
        ### ip allowlist
        var address = IPAddress.Parse(host);
        if (!Addresses.Contains(address)) return Forbid();
        CONNECT(address)
        ---
        private static readonly HashSet<IPAddress> Addresses = [IPAddress.Parse("203.0.113.7")];
        ### ip network
        var address = IPAddress.Parse(host);
        if (!Network.Contains(address)) return Forbid();
        CONNECT(address)
        ---
        private static readonly IPNetwork Network = IPNetwork.Parse("203.0.113.0/24");
        ### ip networks any
        var address = IPAddress.Parse(host);
        if (!Networks.Any(n => n.Contains(address))) return Forbid();
        CONNECT(address)
        ---
        private static readonly IPNetwork[] Networks = [IPNetwork.Parse("203.0.113.0/24")];
        ### dns after check
        if (!Allowed.Contains(host)) return Forbid();
        var addresses = await Dns.GetHostAddressesAsync(host);
        CONNECT(addresses[0])
        ### try catch guard
        try { Ensure(host); } catch (ArgumentException) { return Forbid(); }
        ---
        private static void Ensure(string h) { if (Array.IndexOf(Names, h) < 0) throw new ArgumentException(h); }
        ### guard in using
        using (var scope = new MemoryStream())
        {
            if (!Allowed.Contains(host)) return Forbid();
        }
        ### object
        var target = new Target(host, port);
        if (!target.IsAllowed) return Forbid();
        CONNECT(target.Host)
        ---
        private sealed record Target(string Host, int Port) { public bool IsAllowed => Allowed.Contains(Host); }
        ### object method
        var target = new Target(host, port);
        if (!target.IsAllowed()) return Forbid();
        CONNECT(target.Host)
        ---
        private sealed record Target(string Host, int Port) { public bool IsAllowed() => Allowed.Contains(Host); }
        ### object factory throws
        var target = Target.Parse(host);
        CONNECT(target.Host)
        ---
        private sealed record Target(string Host)
        {
            public static Target Parse(string text) => Allowed.Contains(text) ? new Target(text) : throw new FormatException();
        }
        ### ctor throws
        var target = new Target(host);
        CONNECT(target.Host)
        ---
        private sealed class Target
        {
            public string Host { get; }
            public Target(string host) { if (!Allowed.Contains(host)) throw new ArgumentException(); Host = host; }
        }
        ### field check
        this.current = host;
        if (!Allowed.Contains(this.current)) return Forbid();
        CONNECT(this.current)
        ---
        private string current = "";
        ### combined with user role and return early
        if (User.IsInRole("admin") is false && !Allowed.Contains(host)) return Forbid();
        if (!Allowed.Contains(host)) return Forbid();
        ### opaque policy
        if (!policy.IsAllowed(host)) return Forbid();
        ---
        private readonly IOpaque policy = null!;
        ===
        public interface IOpaque { bool IsAllowed(string host); }
        ### opaque policy async
        if (!await policy.IsHostAllowedAsync(host, HttpContext.RequestAborted)) return Forbid();
        ---
        private readonly IOpaque policy = null!;
        ===
        public interface IOpaque { Task<bool> IsHostAllowedAsync(string host, CancellationToken token); }
        ### opaque policy throws
        await policy.EnsureAllowedAsync(host);
        ---
        private readonly IOpaque policy = null!;
        ===
        public interface IOpaque { Task EnsureAllowedAsync(string host); }
        ### verdict denied
        if (Check(host) == Verdict.Denied) return Forbid();
        ---
        private static Verdict Check(string h) => Allowed.Contains(h) ? Verdict.Allowed : Verdict.Denied;
        ===
        public enum Verdict { Allowed, Denied }
        ### verdict not allowed
        if (Check(host) is not Verdict.Allowed) return Forbid();
        ---
        private static Verdict Check(string h)
        {
            if (h.Length == 0) return Verdict.Unknown;
            if (Array.IndexOf(Names, h) < 0) return Verdict.Denied;
            return Verdict.Allowed;
        }
        ===
        public enum Verdict { Unknown, Allowed, Denied }
        ### verdict local
        var verdict = await CheckAsync(host);
        if (verdict != Verdict.Allowed) return Forbid();
        ---
        private static async Task<Verdict> CheckAsync(string h) { await Task.Yield(); return Allowed.Contains(h) ? Verdict.Allowed : Verdict.Denied; }
        ===
        public enum Verdict { Allowed, Denied }
        ### verdict switch
        switch (Check(host))
        {
            case Verdict.Denied:
                return Forbid();
            default:
                break;
        }
        ---
        private static Verdict Check(string h) => h switch { "a.contoso.com" => Verdict.Allowed, _ => Verdict.Denied };
        ===
        public enum Verdict { Allowed, Denied }
        ### each of a list of lambdas
        foreach (var pass in Passes)
        {
            if (!pass(host)) return Forbid();
        }
        ---
        private static readonly List<Func<string, bool>> Passes = new() { h => h.Length < 100, h => Allowed.Contains(h) };
        ### each of a list of lambdas that say what is wrong
        foreach (var check in Validators)
        {
            if (check(host) is { } problem) return BadRequest(problem);
        }
        ---
        private static readonly Func<string, string?>[] Validators = [h => h.Length > 100 ? "too long" : null, h => Allowed.Contains(h) ? null : "not ours"];
        ### code zero
        if (Check(host) != 0) return Forbid();
        ---
        private static int Check(string h) => Allowed.Contains(h) ? 0 : 2;
        ### code below zero
        var code = Check(host);
        if (code < 0) return BadRequest(code);
        ---
        private static int Check(string h)
        {
            if (h.Length == 0) return -1;
            if (!Allowed.Contains(h)) return -2;
            return 0;
        }
        ### named codes
        if (Check(host) == Unknown) return Forbid();
        ---
        private const int Fine = 200, Unknown = 403;
        private static int Check(string h) => h switch { "a.contoso.com" or "b.contoso.com" => Fine, _ => Unknown };
        ### verdict in a record
        var result = Check(host);
        if (result.Verdict != Verdict.Allowed) return BadRequest(result.Why);
        ---
        private static Result Check(string h)
        {
            if (h.Length > 253) return new Result(Verdict.Unknown, "too long");
            return Allowed.Contains(h) ? new(Verdict.Allowed, "") : new(Verdict.Denied, "not ours");
        }
        private sealed record Result(Verdict Verdict, string Why);
        ===
        public enum Verdict { Unknown, Allowed, Denied }
        ### flag in a record, by pattern
        if (Check(host) is { IsAllowed: false, Why: var why }) return BadRequest(why);
        ---
        private static Result Check(string h) => Allowed.Contains(h) ? new(true, "") : new(false, "not ours");
        private sealed record Result(bool IsAllowed, string Why);
        ### flag in a record, by pattern around
        if (Check(host) is { IsAllowed: true }) { CONNECT(host) }
        ---
        private static Result Check(string h) => new(Allowed.Contains(h), "");
        private sealed record Result(bool IsAllowed, string Why);
        ### record deconstructed
        var (isAllowed, why) = Check(host);
        if (!isAllowed) return BadRequest(why);
        ---
        private static Result Check(string h) => new(Allowed.Contains(h), "");
        private sealed record Result(bool IsAllowed, string Why);
        ### verdict in a tuple, switch
        var (verdict, why) = Check(host);
        switch (verdict)
        {
            case Verdict.Allowed:
                break;
            default:
                return BadRequest(why);
        }
        ---
        private static (Verdict, string) Check(string h) => Allowed.Contains(h) ? (Verdict.Allowed, "") : (Verdict.Denied, "not ours");
        ===
        public enum Verdict { Unknown, Allowed, Denied }
        ### factories of results
        var result = Check(host);
        if (!result.IsAllowed) return BadRequest(result.Why);
        ---
        private static Result Check(string h)
        {
            if (!Allowed.Contains(h)) return Result.Refuse("not ours");
            return Result.Allow();
        }
        ===
        public sealed class Result
        {
            private Result(bool isAllowed, string? why) { IsAllowed = isAllowed; Why = why; }
            public bool IsAllowed { get; }
            public string? Why { get; }
            public static Result Allow() => new(true, null);
            public static Result Refuse(string why) => new(false, why);
        }
        ### results kept in static members
        if (!Check(host).IsAllowed) return Forbid();
        ---
        private static Result Check(string h) => Allowed.Contains(h) ? Result.Fine : Result.Denied;
        private sealed record Result(bool IsAllowed)
        {
            public static readonly Result Fine = new(true);
            public static Result Denied { get; } = new(false);
        }
        ### initializers of results
        var result = await CheckAsync(host);
        if (result.Code >= 400) return StatusCode(result.Code);
        ---
        private static Task<Result> CheckAsync(string h) => Task.FromResult(Allowed.Contains(h) ? new Result { Code = 200 } : new Result { Code = 403 });
        private sealed class Result { public int Code { get; init; } }
        ### lambda in a field
        if (!Passes(host)) return Forbid();
        ---
        private static readonly Func<string, bool> Passes = h => Allowed.Contains(h);
        ### method group in a field
        if (!Passes(host)) return Forbid();
        ---
        private static readonly Func<string, bool> Passes = Allowed.Contains;
        ### all of a list of lambdas
        if (!Passes.All(pass => pass(host))) return Forbid();
        ---
        private static readonly Func<string, bool>[] Passes = { h => h.Length < 100, h => Allowed.Contains(h) };
        ### all of a list of method groups
        if (!Passes.All(pass => pass(host))) return Forbid();
        ---
        private static readonly List<Predicate<string>> Passes = new() { Allowed.Contains, IsShort };
        private static bool IsShort(string h) => h.Length < 100;
        ### code set before and in the check
        var code = 0;
        if (!Allowed.Contains(host)) code = 403;
        if (code != 0) return StatusCode(code);
        ### code by relation
        var code = 200;
        if (host.Length == 0) code = 400;
        else if (!Allowed.Contains(host)) code = 403;
        if (code >= 400) return StatusCode(code);
        ### code by pattern
        var code = 200;
        if (!Allowed.Contains(host)) code = 403;
        if (code is > 299) return StatusCode(code);
        ### code by switch
        var verdict = Verdict.Denied;
        if (host.Length == 0) verdict = Verdict.Missing;
        else if (Allowed.Contains(host)) verdict = Verdict.Ok;
        switch (verdict)
        {
            case Verdict.Missing: return BadRequest();
            case Verdict.Denied: return Forbid();
        }
        ===
        public enum Verdict { Ok, Missing, Denied }
        ### flag that starts true
        var ok = true;
        if (!Allowed.Contains(host)) ok = false;
        if (port is not (7000 or 7001)) ok = false;
        if (!ok) return Forbid();
        ### flag and-ed
        var ok = Allowed.Contains(host);
        ok &= port == 7000;
        if (!ok) return Forbid();
        ### flag or-ed
        var found = false;
        foreach (var name in Names) found |= name == host;
        if (!found) return Forbid();
        ### message
        string? error = null;
        if (string.IsNullOrEmpty(host)) error = "The host is missing.";
        else if (!Allowed.Contains(host)) error = $"{host} is not allowed.";
        if (error is not null) return BadRequest(error);
        ### message that starts empty
        var error = "";
        if (!Allowed.Contains(host)) error += "The host is not allowed. ";
        if (port < 1) error += "The port is too small.";
        if (!string.IsNullOrEmpty(error)) return BadRequest(error);
        ### length of a message
        var error = string.Empty;
        if (!Allowed.Contains(host)) error = "The host is not allowed.";
        if (error.Length > 0) return BadRequest(error);
        ### answer
        IActionResult? refusal = null;
        if (!Allowed.Contains(host)) refusal = Forbid();
        if (refusal != null) return refusal;
        ### list of messages
        var errors = new List<string>();
        if (!Allowed.Contains(host)) errors.Add("host");
        if (port != 7000) errors.Add("port");
        if (errors.Count > 0) return BadRequest(errors);
        ### any message
        List<string> errors = [];
        if (!Allowed.Contains(host)) errors.Add("host");
        if (errors.Any()) return BadRequest(errors);
        ### dictionary of messages
        var errors = new Dictionary<string, string[]>();
        if (!Allowed.Contains(host)) errors["host"] = ["not allowed"];
        if (errors.Count != 0) return BadRequest(errors);
        ### text of messages
        var errors = new StringBuilder();
        if (!Allowed.Contains(host)) errors.AppendLine("host");
        if (errors.Length > 0) return BadRequest(errors.ToString());
        ### number of messages
        var problems = 0;
        if (!Allowed.Contains(host)) problems++;
        if (port < 1) problems += 1;
        if (problems > 0) return BadRequest();
        ### model state
        if (!Allowed.Contains(host)) ModelState.AddModelError("host", "not allowed");
        if (!ModelState.IsValid) return BadRequest(ModelState);
        ### code of a helper with a variable
        var code = Verify(host);
        if (code != 0) return StatusCode(code);
        ---
        private static int Verify(string h)
        {
            var code = 0;
            if (h.Length == 0) code = 400;
            else if (!Allowed.Contains(h)) code = 403;
            return code;
        }
        ### message of a helper with a variable
        if (Validate(host) is { } error) return BadRequest(error);
        ---
        private static string? Validate(string h)
        {
            string? error = null;
            if (!Allowed.Contains(h)) error = $"{h} is not allowed.";
            return error;
        }
        ### list of a helper
        var errors = Validate(host);
        if (errors.Any()) return BadRequest(errors);
        ---
        private static List<string> Validate(string h)
        {
            var errors = new List<string>();
            if (!Allowed.Contains(h)) errors.Add("not allowed");
            return errors;
        }
        ### any of a list of strong lambdas
        if (!Passes.Any(pass => pass(host))) return Forbid();
        ---
        private static readonly Func<string, bool>[] Passes = [h => Allowed.Contains(h), h => h == "c.contoso.com"];
        ### list of a service for members
        var target = new Target(host, port);
        var errors = Validate(target);
        if (errors.Count > 0) return BadRequest(errors);
        CONNECT(target.Host)
        ---
        private static List<string> Validate(Target t)
        {
            var errors = new List<string>();
            if (!Allowed.Contains(t.Host)) errors.Add("host");
            if (t.Port < 1024) errors.Add("port");
            return errors;
        }
        ===
        public sealed record Target(string Host, int Port);
        ### message for members
        var target = new Target(host, port);
        if (Validate(target) is { } error) return BadRequest(error);
        CONNECT(target.Host)
        ---
        private static string? Validate(Target t) => Allowed.Contains(t.Host) ? null : "The host is not allowed.";
        ===
        public sealed record Target(string Host, int Port);
        ### code for members
        var target = new Target(host, port);
        if (Validate(target) != 0) return BadRequest();
        CONNECT(target.Host)
        ---
        private static int Validate(Target t)
        {
            if (t.Port < 1) return 2;
            return Allowed.Contains(t.Host) ? 0 : 1;
        }
        ===
        public sealed record Target(string Host, int Port);
        ### out message
        if (!TryValidate(host, out var error)) return BadRequest(error);
        ---
        private static bool TryValidate(string h, out string error)
        {
            error = "";
            if (h.Length == 0) error = "missing";
            else if (!Allowed.Contains(h)) error = "unknown";
            return error.Length == 0;
        }
        """;

    private const string NoChecks = """
        ### one of a list of lambdas
        foreach (var pass in Passes)
        {
            if (pass(host)) break;
        }
        ---
        private static readonly Func<string, bool>[] Passes = [h => h.Length < 100, h => Allowed.Contains(h)];
        ### each of a list of lambdas, only logged
        foreach (var pass in Passes)
        {
            if (!pass(host)) { Console.WriteLine(host); }
        }
        ---
        private static readonly Func<string, bool>[] Passes = [h => h.Length < 100, h => Allowed.Contains(h)];
        ### each of a list of lambdas that list no host
        foreach (var pass in Passes)
        {
            if (!pass(host)) return Forbid();
        }
        ---
        private static readonly Func<string, bool>[] Passes = [h => h.Length < 100, h => h != "localhost"];
        ### code that is not tested for
        if (Check(host) >= 500) return Forbid();
        ---
        private static int Check(string h) => Allowed.Contains(h) ? 200 : 403;
        ### code that is computed
        if (Check(host) == 0) return Forbid();
        ---
        private static int Check(string h) => h.Length;
        ### code of a denylist
        if (Check(host) != 0) return Forbid();
        ---
        private static int Check(string h) => h == "localhost" ? 1 : 0;
        ### another verdict of a record
        if (Check(host).Verdict == Verdict.Unknown) return Forbid();
        ---
        private static Result Check(string h) => h.Length > 253 ? new(Verdict.Unknown) : Allowed.Contains(h) ? new(Verdict.Allowed) : new(Verdict.Denied);
        private sealed record Result(Verdict Verdict);
        ===
        public enum Verdict { Unknown, Allowed, Denied }
        ### two flags of a record, by pattern
        if (Check(host) is { IsAllowed: false, IsFatal: true }) return Forbid();
        ---
        private static Result Check(string h) => new(Allowed.Contains(h), h.Length > 253);
        private sealed record Result(bool IsAllowed, bool IsFatal);
        ### a factory of results that allows the rest
        if (!Check(host).IsAllowed) return Forbid();
        ---
        private static Result Check(string h) => h == "localhost" ? Result.Refuse() : Result.Allow();
        private sealed record Result(bool IsAllowed)
        {
            public static Result Allow() => new(true);
            public static Result Refuse() => new(false);
        }
        ### ?? true
        if (!(Maybe?.Contains(host) ?? true)) return StatusCode(403);
        ### maybe == false
        if (Maybe?.Contains(host) == false) return StatusCode(403);
        ### maybe is false
        if (Maybe?.Contains(host) is false) return StatusCode(403);
        ### and port deny
        if (!Allowed.Contains(host) && port < 1) return BadRequest();
        ### or allow
        if (Allowed.Contains(host) || port == 443) {
        CONNECT(host)
         }
        ### ternary wrong way
        var target = Allowed.Contains(host) ? "a.contoso.com" : host;
        CONNECT(target)
        ### switch expression default passes
        var target = host switch { "a" => "a.contoso.com", _ => host };
        CONNECT(target)
        ### is not pattern deny
        if (host is "localhost" or "127.0.0.1") return StatusCode(403);
        ### denylist
        if (host == "localhost") return StatusCode(403);
        ### denylist set
        if (Blocked.Contains(host)) return StatusCode(403);
        ---
        private static readonly HashSet<string> Blocked = new() { "localhost" };
        ### startswith
        if (!host.StartsWith("api.")) return StatusCode(403);
        ### endswith no dot
        if (!host.EndsWith("contoso.com")) return StatusCode(403);
        ### ip tryparse
        if (!IPAddress.TryParse(host, out _)) return BadRequest();
        ### ip tryparse used
        if (!IPAddress.TryParse(host, out var address)) return BadRequest();
        CONNECT(address)
        ### length
        if (host.Length is 0 or > 253) return BadRequest();
        ### null check
        if (string.IsNullOrWhiteSpace(host)) return BadRequest();
        ### checkhostname
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) return BadRequest();
        ### uri wellformed
        if (!Uri.IsWellFormedUriString("http://" + host, UriKind.Absolute)) return BadRequest();
        ### contains text
        if (!host.Contains("contoso.com")) return BadRequest();
        ### text contains host
        if (!"a.contoso.com,b.contoso.com".Contains(host)) return BadRequest();
        ### any endswith no dot
        if (!Suffixes.Any(x => host.EndsWith(x))) return StatusCode(403);
        ---
        private static readonly string[] Suffixes = { "contoso.com" };
        ### any startswith
        if (!Names.Any(x => host.StartsWith(x))) return StatusCode(403);
        ### regex unanchored
        if (!System.Text.RegularExpressions.Regex.IsMatch(host, @"(a|b)\.contoso\.com")) return BadRequest();
        ### regex shape
        if (!System.Text.RegularExpressions.Regex.IsMatch(host, @"^[a-z0-9.-]+$")) return BadRequest();
        ### checked other variable
        var other = Request.Query["other"].ToString();
        if (!Allowed.Contains(other)) return Forbid();
        CONNECT(host)
        ### re-read
        if (!Allowed.Contains(Request.Query["h"].ToString())) return Forbid();
        CONNECT(Request.Query["h"].ToString())
        ### reassign
        if (!Allowed.Contains(host)) return Forbid();
        host = Request.Headers["X-Host"].ToString();
        CONNECT(host)
        ### after use
        CONNECT(host)
        if (!Allowed.Contains(host)) return Forbid();
        ### set of request
        var mine = Request.Query["allowed"].ToString().Split(',');
        if (!mine.Contains(host)) return Forbid();
        ### logged only
        if (!Allowed.Contains(host)) Console.WriteLine("not allowed");
        ### guard only one branch
        if (port == 443) { if (!Allowed.Contains(host)) return Forbid(); }
        ### helper denylist
        if (IsForbidden(host)) return StatusCode(403);
        ---
        private static bool IsForbidden(string h) => h == "localhost" || h.StartsWith("10.");
        ### helper out parse
        if (!TryParse(host, out var name, out var p)) return BadRequest();
        CONNECT(name)
        ---
        private static bool TryParse(string text, out string name, out int port)
        {
            var parts = text.Split(':');
            name = parts[0];
            port = 0;
            return parts.Length == 2 && int.TryParse(parts[1], out port);
        }
        ### split other element
        var parts = host.Split(':');
        if (!Allowed.Contains(parts[0])) return Forbid();
        CONNECT(parts[1])
        ### service interface deny
        if (!policy.IsAllowed(host)) return Forbid();
        ---
        private readonly IPolicy policy = null!;
        ===
        public interface IPolicy { bool IsAllowed(string host); }
        public class Policy : IPolicy
        {
            public bool IsAllowed(string host) => !host.StartsWith("192.168.") && host != "localhost";
        }
        ### error ip only
        if (Validate(host) is { } error) return BadRequest(error);
        ---
        private static string? Validate(string h) => IPAddress.TryParse(h, out _) ? null : "The host is not an address.";
        ### uri scheme
        var uri = new Uri(host);
        if (uri.Scheme != "https") return Forbid();
        CONNECT(uri.Host)
        ### uri isloopback
        var uri = new Uri(host);
        if (uri.IsLoopback) return Forbid();
        CONNECT(uri.Host)
        ### uri path checked
        var uri = new Uri(host);
        if (!Allowed.Contains(uri.AbsolutePath)) return Forbid();
        CONNECT(uri.Host)
        ### dns resolved private check only
        var addresses = await Dns.GetHostAddressesAsync(host);
        if (addresses.Any(IPAddress.IsLoopback)) return Forbid();
        CONNECT(addresses[0])
        ### object factory
        var target = Target.Parse(host);
        CONNECT(target.Host)
        ---
        private sealed record Target(string Host)
        {
            public static Target Parse(string text) => new Target(text.Trim());
        }
        ### opaque other
        if (!policy.IsReachable(host)) return Forbid();
        ---
        private readonly IOpaque policy = null!;
        ===
        public interface IOpaque { bool IsReachable(string host); }
        ### opaque denied
        if (policy.IsDisallowed(host)) return Forbid();
        ---
        private readonly IOpaque policy = null!;
        ===
        public interface IOpaque { bool IsDisallowed(string host); }
        ### named but empty
        if (!IsAllowed(host)) return Forbid();
        ---
        private static bool IsAllowed(string h) => h.Length > 3;
        ### verdict wrong way
        if (Check(host) == Verdict.Allowed) return Forbid();
        ---
        private static Verdict Check(string h) => Allowed.Contains(h) ? Verdict.Allowed : Verdict.Denied;
        ===
        public enum Verdict { Allowed, Denied }
        ### verdict of a denylist
        if (Check(host) == Verdict.Denied) return Forbid();
        ---
        private static Verdict Check(string h) => h == "localhost" ? Verdict.Denied : Verdict.Allowed;
        ===
        public enum Verdict { Allowed, Denied }
        ### verdict that lets one through
        if (Check(host) == Verdict.Denied) return Forbid();
        ---
        private static Verdict Check(string h) => Allowed.Contains(h) ? Verdict.Allowed : h.Length > 50 ? Verdict.Denied : Verdict.Unknown;
        ===
        public enum Verdict { Unknown, Allowed, Denied }
        ### lambda in a field that is a denylist
        if (!Passes(host)) return Forbid();
        ---
        private static readonly Func<string, bool> Passes = h => h != "localhost";
        ### all of a list of weak lambdas
        if (!Passes.All(pass => pass(host))) return Forbid();
        ---
        private static readonly Func<string, bool>[] Passes = { h => h.Length < 100, h => !h.Contains("local") };
        ### any of a list of lambdas
        if (!Passes.Any(pass => pass(host))) return Forbid();
        ---
        private static readonly Func<string, bool>[] Passes = { h => h.Length < 100, h => Allowed.Contains(h) };
        ### default of a lookup
        var target = Known.GetValueOrDefault(host, host);
        CONNECT(target)
        ---
        private static readonly Dictionary<string, string> Known = new() { ["mail"] = "mail.contoso.com" };
        ### code of another check
        var code = 0;
        if (host.Length > 255) code = 400;
        if (code != 0) return StatusCode(code);
        ### code overwritten
        var code = 0;
        if (!Allowed.Contains(host)) code = 403;
        code = port == 7000 ? 0 : 400;
        if (code != 0) return StatusCode(code);
        ### message taken back
        string? error = null;
        if (!Allowed.Contains(host)) error = "host";
        if (port == 7000) error = null;
        if (error is not null) return BadRequest(error);
        ### message not asked for
        var error = "";
        if (!Allowed.Contains(host)) error = "host";
        if (error == "port") return BadRequest(error);
        ### messages cleared
        var errors = new List<string>();
        if (!Allowed.Contains(host)) errors.Add("host");
        if (port == 7000) errors.Clear();
        if (errors.Count > 0) return BadRequest(errors);
        ### messages removed
        var errors = new List<string>();
        if (!Allowed.Contains(host)) errors.Add("host");
        if (port == 7000) errors.RemoveAt(0);
        if (errors.Count > 0) return BadRequest(errors);
        ### flag or-ed with another
        var ok = Allowed.Contains(host);
        ok |= port == 7000;
        if (!ok) return Forbid();
        ### flag that only logs
        var ok = true;
        if (!Allowed.Contains(host)) ok = false;
        if (!ok) Console.WriteLine("odd host");
        ### flag of the round before
        var ok = false;
        foreach (var part in host.Split(','))
        {
            var next = part.Trim();
            if (ok) { CONNECT(next) }
            ok = Allowed.Contains(next);
        }
        ### model state of another check
        if (host.Length == 0) ModelState.AddModelError("host", "missing");
        if (!ModelState.IsValid) return BadRequest(ModelState);
        ### message for another member
        var target = new Target(host, port);
        if (Validate(target) is { } error) return BadRequest(error);
        CONNECT(target.Host)
        ---
        private static string? Validate(Target t) => Allowed.Contains(t.Name) ? null : "The name is not allowed.";
        ===
        public sealed record Target(string Host, int Port) { public string Name { get; init; } = ""; }
        ### out message of another check
        if (!TryValidate(host, out var error)) return BadRequest(error);
        ---
        private static bool TryValidate(string h, out string error)
        {
            error = "";
            if (h.Length > 255) error = "too long";
            return error.Length == 0;
        }
        """;

    [Fact]
    public async Task Guards_that_prove_the_host_are_silent() => Assert.Empty(await FoundAsync(Checks));

    [Fact]
    public async Task Guards_that_prove_nothing_are_found() => Assert.Equal(Names(NoChecks), await FoundAsync(NoChecks));

    private static IEnumerable<string> Names(string table) => Entries(table).Select(entry => entry.Name);

    private static IEnumerable<(string Name, string Code)> Entries(string table) => table.Split("### ", StringSplitOptions.RemoveEmptyEntries).Select(entry =>
    {
        var lines = entry.Split('\n', 2);
        return (lines[0].Trim(), lines[1]);
    });

    /// <summary>The names of the entries with a find, in order.</summary>
    private static async Task<IEnumerable<string>> FoundAsync(string table)
    {
        var entries = Entries(table).ToList();
        var source = "using Microsoft.AspNetCore.Mvc;\nusing Microsoft.Extensions.Configuration;\n" + string.Join('\n', entries.Select((entry, index) => Case(entry.Code, index)));
        Assert.Empty(Verify.Compile(On.DotNet, source).GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return (await Verify.DiagnoseAsync(On.DotNet, source))
            .Where(found => found.Id == "WSK4005")
            .Select(found => found.Location.SourceTree!.GetRoot().FindNode(found.Location.SourceSpan).Ancestors().OfType<NamespaceDeclarationSyntax>().Last().Name.ToString())
            .Distinct()
            .Select(name => entries[int.Parse(name[4..], System.Globalization.CultureInfo.InvariantCulture)].Name)
            .ToList();
    }

    private static string Case(string code, int number)
    {
        var others = code.Split("\n===\n");
        var parts = others[0].Split("\n---");
        var guard = parts[0].Contains("CONNECT(", StringComparison.Ordinal) ? parts[0] : parts[0] + "\nCONNECT(host)";
        var body = System.Text.RegularExpressions.Regex.Replace(guard, @"CONNECT\((.*)\)", "using var client = new TcpClient();\nawait client.ConnectAsync($1, 7000);");
        return $$"""
            namespace Case{{number}}
            {
                [ApiController]
                public class C : ControllerBase
                {
                    private static readonly HashSet<string> Allowed = new() { "a.contoso.com", "b.contoso.com" };
                    private static readonly string[] Names = { "a.contoso.com", "b.contoso.com" };
                    private static readonly HashSet<string>? Maybe = null;
                    {{parts.ElementAtOrDefault(1)}}
                    [HttpGet("/")]
                    public async Task<IActionResult> Probe(string host, int port)
                    {
                        {{body}}
                        return Ok();
                    }
                }
                {{others.ElementAtOrDefault(1)}}
            }
            """;
    }
}
