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
        { "Limits: six simultaneous connections", "WSK2001", "six" },
        { "Limits: the seventh waits and does not throw", "WSK2001", "Nothing throws: the seventh waits in a queue" },
        { "Limits: no connect timeout", "WSK2002", "no connect timeout of its own" },
        { "Limits: thirty seconds of work after the answer", "WSK1005", "up to 30 seconds" },
        { "Scope: sockets in static state", "WSK1001", "static field or property" },
        { "Scope: work after the answer", "WSK1005", "context\\.WaitUntil" },
        { "Blocked: port 25", "WSK2003", "465" },
        { "Blocked: private and Cloudflare addresses", "WSK2004", "address ranges that Cloudflare publishes" },
        { "Blocked: localhost", "WSK2004", "localhost" },
        { "Blocked: own hostname", "WSK2005", "own hostnames" },
        { "Error: proxy request failed", "WSK2004", "proxy request failed, cannot connect to the specified address" },
        { "Error: consider using fetch", "WSK5002", "consider using fetch instead" },
        { "Error: TCP Loop detected", "WSK2005", "TCP Loop detected" },
        { "Error: port 25 prohibited", "WSK2003", "Connections to port 25 are prohibited" },
        { "Error: socket is not open", "WSK1002", "socket is not open" },
        { "Error: use of a closed socket", "WSK1003", "This WritableStream has been closed\\." },
        { "Error: global scope", "WSK1001", "Disallowed operation called within global scope" },
        { "Error: I/O of a different request", "WSK1001", "Cannot perform I/O on behalf of a different request" },
        { "Error: no port in the address", "WSK2008", "Specified address is missing port\\." },
        { "Error: code had hung", "WSK1004", "code had hung" },
        { "STARTTLS: order", "WSK4001", "read the greeting, send the command, read its answer" },
        { "STARTTLS: transport option", "WSK4002", "must be set to 'starttls' for startTls to be used" },
        { "STARTTLS: a new socket", "WSK4003", "old socket is dead" },
        { "STARTTLS: locked streams", "WSK4007", "locked to a reader" },
        { "TLS: plain text on a TLS port", "WSK4006", "`off` by default" },
        { "Certificates", "WSK4004", "rejectUnauthorized" },
        { "Pooling: Hyperdrive", "WSK5001", "Hyperdrive" },
        { "Pooling: client libraries", "WSK5001", "Npgsql" },
        { "Placement", "WSK5003", "\"placement\": \\{ \"mode\": \"smart\" \\}" },
        { "Closing: every path", "WSK1002", "some way out of the method leaves open" },
        { "Closing: use after close", "WSK1003", "ObjectDisposedException" },
        { "Closing: close that hangs", "WSK1004", "waits for the connect to settle" },
        { "Failure of the connect", "WSK2006", "502" },
        { "Failure that looks like an empty answer", "WSK2007", "reports the end of the data" },
        { "Reads: one read is not a message", "WSK3001", "One read returns what has arrived" },
        { "Reads: read until done", "WSK3001", "waits for ever" },
        { "Reads: number of bytes", "WSK3002", "fills the front of the buffer" },
        { "Reads: end of the stream", "WSK3005", "`Done` is true with no bytes" },
        { "Encodings: characters between chunks", "WSK3003", "U\\+FFFD" },
        { "Encodings: unsaid", "WSK3004", "byte-order mark" },
        { "SSRF", "WSK4005", "allowlist" },
        { "Alternatives: HTTP", "WSK5002", "HttpClient" },
        { "Alternatives: fetch", "WSK5002", "Http\\.FetchAsync" },
        { "Alternatives: private network", "WSK5002", "VPC" },
        { "Alternatives: mail", "WSK2003", "Email binding" },
        { "Alternatives: another Worker", "WSK2005", "service binding" },
        { "Debugging: test hosts", "WSK5004", "echo server" },
        { "Debugging: only production refuses", "WSK2004", "until it is deployed" },
        { "Configuration", "WSK0001", "wrangler" },
    };

    public static TheoryData<string, string> Refactorings => new()
    {
        { "Debugging: did the connect work?", "LogConnectionResult" },
        { "Limits: connect time", "ConnectWithTimeout" },
        { "Closing", "WrapSocketInTryFinally" },
    };

    /// <summary>What the troubleshooting notes speak of, each the start of a row or more.</summary>
    public static TheoryData<string> Topics =>
    [
        "Limits", "Scope", "Blocked", "Error", "STARTTLS", "Certificates", "Pooling", "Placement", "Closing", "Reads", "Encodings", "SSRF", "Alternatives", "Debugging",
    ];

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_topic_has_rows(string topic) => Assert.Contains(Rows, row => Regex.IsMatch(row, $"^{topic}(?::|$)"));

    /// <summary>The texts that a failing connect, open or write shows.</summary>
    [Theory]
    [InlineData("proxy request failed")]
    [InlineData("TCP Loop detected")]
    [InlineData("port 25 prohibited")]
    [InlineData("socket is not open")]
    [InlineData("global scope")]
    public void An_error_text_has_a_row(string error) => Assert.Contains("Error: " + error, Rows);

    [Fact]
    public void Each_row_stands_once() => Assert.Equal(Rows.Distinct(StringComparer.Ordinal), Rows);

    /// <summary>A pattern that most pages have would hold on any page, and so hold nothing.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void A_pattern_tells_its_page_from_others(string row, string id, string pattern)
    {
        var others = RuleCatalog.All.Where(rule => rule.Id != id)
            .Select(rule => File.ReadAllText(Path.Combine(References.RepositoryRoot, $"src/WorkersSockets.Analyzers/Rules/{rule.Category}/{rule.Id}.md")))
            .Count(page => Regex.IsMatch(page, pattern, RegexOptions.IgnoreCase));
        Assert.True(others < RuleCatalog.All.Length / 3, $"{row}: {others} other pages say /{pattern}/ too");
    }

    private static List<string> Rows => [.. Pages.Select(row => row.Data.Item1), .. Refactorings.Select(row => row.Data.Item1)];

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
