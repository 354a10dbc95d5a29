using System.Text.RegularExpressions;
using WorkersSockets.Analyzers.CodeFixes;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Documentation;

/// <summary>Each thing that people look up when a socket fails leads to a rule whose page speaks of it, or to a refactoring.</summary>
public class TroubleshootingRowsTests
{
    /// <summary>What is looked up; the rules that answer it; a pattern that the page of each of them has.</summary>
    public static TheoryData<string, string, string> Pages => new()
    {
        { "Limits: simultaneous connections", "WSK2001", "six|queue" },
        { "Limits: connect time", "WSK2002", "time" },
        { "Scope: sockets in static state", "WSK1001", "Cannot perform I/O on behalf of a different request" },
        { "Scope: work after the answer", "WSK1005", "WaitUntil" },
        { "Blocked: port 25", "WSK2003", "port 25" },
        { "Blocked: private and Cloudflare addresses", "WSK2004", "Cloudflare" },
        { "Blocked: localhost", "WSK2004", "localhost|loopback" },
        { "Error: proxy request failed", "WSK2004", "proxy request failed, cannot connect to the specified address" },
        { "Error: TCP loop detected", "WSK2005", "TCP Loop detected" },
        { "Error: no port in the address", "WSK2008", "port" },
        { "Error: I/O of a different request", "WSK1001", "different request" },
        { "Error: consider using fetch", "WSK5002", "consider using fetch instead" },
        { "STARTTLS: order", "WSK4001", "STARTTLS|StartTls" },
        { "STARTTLS: transport option", "WSK4002", "StartTls" },
        { "STARTTLS: old socket", "WSK4003", "upgrade" },
        { "STARTTLS: locked streams", "WSK4007", "lock" },
        { "TLS: plain text on a TLS port", "WSK4006", "TLS" },
        { "Certificates", "WSK4004", "certificate" },
        { "Pooling: Hyperdrive", "WSK5001", "Hyperdrive" },
        { "Pooling: client libraries", "WSK5001", "Npgsql" },
        { "Placement", "WSK5003", "placement" },
        { "Closing: every path", "WSK1002", "finally|using" },
        { "Closing: use after close", "WSK1003", "close" },
        { "Closing: close that hangs", "WSK1004", "connect" },
        { "Failure of the connect", "WSK2006", "502" },
        { "Failure that looks like an empty answer", "WSK2007", "end of the data|end of data" },
        { "Reads: one read is not a message", "WSK3001", "message" },
        { "Reads: number of bytes", "WSK3002", "bytes" },
        { "Reads: end of the stream", "WSK3005", "end" },
        { "Encodings: characters between chunks", "WSK3003", "UTF-8" },
        { "Encodings: unsaid", "WSK3004", "UTF-8" },
        { "SSRF", "WSK4005", "allowlist|allowed" },
        { "Alternatives: HTTP", "WSK5002", "HttpClient" },
        { "Alternatives: fetch", "WSK5002", "Http.FetchAsync" },
        { "Alternatives: private network", "WSK5002", "VPC" },
        { "Debugging: test hosts", "WSK5004", "echo server" },
        { "Configuration", "WSK0001", "wrangler" },
    };

    public static TheoryData<string, string> Refactorings => new()
    {
        { "Debugging: did the connect work?", "LogConnectionResult" },
        { "Closing", "WrapSocketInTryFinally" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_row_leads_to_a_rule_and_its_page(string row, string id, string pattern)
    {
        var rule = Assert.Single(RuleCatalog.All, candidate => candidate.Id == id);
        var path = Path.Combine(References.RepositoryRoot, $"src/WorkersSockets.Analyzers/Rules/{rule.Category}/{id}.md");
        Assert.True(Regex.IsMatch(File.ReadAllText(path), pattern, RegexOptions.IgnoreCase), $"{row}: {id}.md does not say /{pattern}/");
    }

    [Theory]
    [MemberData(nameof(Refactorings))]
    public void A_row_leads_to_a_refactoring_that_the_readme_names(string row, string type)
    {
        var refactoring = typeof(SocketFix).Assembly.GetType($"WorkersSockets.Analyzers.CodeFixes.Refactorings.{type}");
        Assert.True(refactoring is { IsPublic: true }, row);
        var title = File.ReadAllText(Path.Combine(References.RepositoryRoot, $"src/WorkersSockets.Analyzers.CodeFixes/Refactorings/{type}.cs"));
        var written = Regex.Match(title, @"SocketRefactoring\(""([^""]+)""\)").Groups[1].Value;
        Assert.NotEqual("", written);
        Assert.Contains(written, File.ReadAllText(Path.Combine(References.RepositoryRoot, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_answers_a_row() =>
        Assert.Empty(RuleCatalog.All.Select(rule => rule.Id).Except(Pages.Select(row => row.Data.Item2)));
}
