using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Configuration;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Configuration;

public class WranglerFileTests
{
    [Theory]
    [InlineData("""{ "name": "relay" }""", "relay.*.workers.dev")]
    [InlineData("""{ "name": "relay", "workers_dev": false }""", "")]
    [InlineData("""{ "name": "relay", "route": "Mail.example.com/*" }""", "mail.example.com")]
    [InlineData("""{ "name": "relay", "route": "example.com/*", "workers_dev": true }""", "example.com relay.*.workers.dev")]
    [InlineData("""{ "routes": ["https://a.example.com/x", "*.example.org/*", "*b.example/*", "c.example:8443/*"] }""", "a.example.com *.example.org *b.example c.example")]
    [InlineData("""{ "routes": [{ "pattern": "a.example", "custom_domain": true }, { "pattern": "b.example/*", "zone_name": "b.example" }] }""", "a.example b.example")]
    [InlineData("""{ "route": { "pattern": "a.example/*", "zone_id": "1" } }""", "a.example")]
    [InlineData("""{ "routes": [] , "name": "relay" }""", "relay.*.workers.dev")]
    [InlineData("""{ "name": "relay", "routes": ["a.example/*"], "env": { "staging": { "route": "s.example/*" }, "dev": { "workers_dev": true } } }""", "a.example s.example relay-dev.*.workers.dev")]
    [InlineData("""{ "name": "relay", "env": { "staging": { "name": "other" }, "test": {} } }""", "other.*.workers.dev relay-test.*.workers.dev relay.*.workers.dev")]
    [InlineData("""{ "name": "relay", "workers_dev": false, "env": { "staging": {} } }""", "")]
    [InlineData("""{ "routes": ["*/*", "", 5, null, { "zone_name": "x" }, "*.*/*"], "route": false, "env": [] }""", "")]
    [InlineData("{}", "")]
    public void Own_hostnames_come_from_routes_and_the_name(string json, string expected) =>
        Assert.Equal(expected, string.Join(' ', Read("wrangler.jsonc", json).OwnHostnames));

    [Fact]
    public void Toml_says_the_same_as_json()
    {
        const string toml = """
            name = "relay"
            routes = [ "a.example/*", { pattern = "b.example", custom_domain = true } ]

            [env.staging]
            route = "s.example/*"
            placement = { mode = "smart" }
            """;
        var file = Read("some/folder/wrangler.toml", toml);

        Assert.Equal(["a.example", "b.example", "s.example"], file.OwnHostnames);
        Assert.Equal(["staging"], file.EnvironmentsWithPlacement);
        Assert.False(file.HasPlacement);
        Assert.Equal("wrangler.toml", file.Name);
    }

    [Theory]
    [InlineData("wrangler.json", """{ "placement": { "mode": "smart" } }""", true)]
    [InlineData("wrangler.json", """{ "placement": { "mode": "off" } }""", true)]
    [InlineData("wrangler.json", """{ "env": { "a": { "placement": {} } } }""", false)]
    [InlineData("wrangler.json", """{ "vars": { "placement": 1 } }""", false)]
    [InlineData("wrangler.toml", "[placement]\nmode = 'smart'", true)]
    [InlineData("wrangler.toml", "placement.mode = 'smart'", true)]
    [InlineData("wrangler.toml", "placement = { region = 'aws:us-east-1' }", true)]
    [InlineData("wrangler.toml", "# [placement]\nname = 'a'", false)]
    public void Placement_is_seen_at_the_top_level(string name, string text, bool expected) =>
        Assert.Equal(expected, Read(name, text).HasPlacement);

    [Theory]
    [InlineData("a.example", "A.Example.", 5432, true)]
    [InlineData("a.example", "b.a.example", 443, false)]
    [InlineData("*.example.com", "db.example.com", 443, true)]
    [InlineData("*.example.com", "db.example.com", null, true)]
    [InlineData("*.example.com", "db.example.com", 5432, false)]
    [InlineData("*.example.com", "example.com", 443, false)]
    [InlineData("*example.com", "example.com", 443, true)]
    [InlineData("relay.*.workers.dev", "relay.team.workers.dev", 9000, true)]
    [InlineData("relay.*.workers.dev", "other.team.workers.dev", 443, false)]
    [InlineData("a.example", "", 443, false)]
    public void Own_hostnames_are_matched(string pattern, string host, int? port, bool expected) =>
        Assert.Equal(expected, new WranglerFile("wrangler.toml") { OwnHostnames = [pattern] }.IsOwn(host, port));

    [Fact]
    public void A_broken_file_keeps_what_stands_before_the_error()
    {
        var (file, problem) = WranglerReader.Read("wrangler.json", SourceText.From("""{ "routes": ["a.example/*"], oops"""));

        Assert.Equal(["a.example"], file.OwnHostnames);
        Assert.False(file.IsComplete);
        Assert.NotNull(problem);
    }

    private static WranglerFile Read(string path, string text)
    {
        var (file, problem) = WranglerReader.Read(path, SourceText.From(text));
        Assert.Null(problem);
        return file;
    }
}
