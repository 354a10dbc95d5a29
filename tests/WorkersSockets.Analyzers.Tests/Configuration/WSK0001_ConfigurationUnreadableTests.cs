using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Configuration;

public class WSK0001_ConfigurationUnreadableTests
{
    private const string Id = "WSK0001";
    private const string Source = "class C { int M() => 1; }";

    [Theory]
    [InlineData("target", "worker", "'auto', 'workers' or 'dotnet'", "the default 'auto' applies")]
    [InlineData("max_concurrent_connects", "0", "a whole number from 1 to 10000", "the default 6 applies")]
    [InlineData("max_concurrent_connects", "six", "a whole number from 1 to 10000", "the default 6 applies")]
    [InlineData("connect_timeout_ms", "5s", "a whole number from 1 to 86400000", "the default 5000 applies")]
    [InlineData("connect_timeout_ms", "-1", "a whole number from 1 to 86400000", "the default 5000 applies")]
    [InlineData("connect_timeout_ms", "99999999999999", "a whole number from 1 to 86400000", "the default 5000 applies")]
    [InlineData("include_tests", "yes", "'true' or 'false'", "the default 'false' applies")]
    [InlineData("allowed_hosts", "https://a.example", "host names or IP addresses, without scheme, port or path", "the entry is left out")]
    [InlineData("own_hostnames", "a.example/x", "host names, without scheme, port or path", "the entry is left out")]
    [InlineData("blocked_hosts", "10.0.0.0/33", "host names, IP addresses or CIDR blocks such as 10.0.0.0/8", "the entry is left out")]
    [InlineData("close_methods", "Shut Down", "method names", "the entry is left out")]
    public Task Unreadable_option_is_found(string key, string value, string expected, string consequence) =>
        Verify.RunAsync(Id, On.DotNet, [("Test.cs", Source), ("Other.cs", "class D { }")],
            [new DiagnosticResult(RuleCatalog.OptionUnreadable).WithArguments("workers_sockets." + key, value, expected, consequence)],
            editorconfig: $"workers_sockets.{key} = {value}");

    [Theory]
    [InlineData(On.DotNet)]
    [InlineData(On.Workers)]
    public Task Only_the_unreadable_entries_of_a_list_are_found(On on) =>
        Verify.RunAsync(Id, on, [("Test.cs", Source)],
            [new DiagnosticResult(RuleCatalog.OptionUnreadable).WithArguments("workers_sockets.allowed_hosts", "b/c", "host names or IP addresses, without scheme, port or path", "the entry is left out")],
            editorconfig: "workers_sockets.allowed_hosts = a.example, b/c, 10.1.2.3");

    [Theory]
    [InlineData("target = Workers")]
    [InlineData("target = unset")]
    [InlineData("max_concurrent_connects =")]
    [InlineData("connect_timeout_ms = 250")]
    [InlineData("allowed_hosts = *.example.com, [::1], 2001:db8::1, localhost, a_b.example.")]
    [InlineData("blocked_hosts = 10.0.0.0/8, fd00::/8, db.example.com")]
    [InlineData("close_methods = ShutDown, Schließen")]
    [InlineData("include_tests = TRUE")]
    [InlineData("unknown_key = whatever")]
    public Task Readable_option_is_silent(string line) =>
        Verify.RunAsync(Id, On.DotNet, [("Test.cs", Source)], [], editorconfig: "workers_sockets." + line);

    [Fact]
    public Task Broken_wrangler_json_is_found_at_its_place() =>
        Verify.RunAsync(Id, On.Workers, [("Test.cs", Source)],
            [At("wrangler.jsonc", 3, 3, "'wrangler.jsonc' cannot be read: expected ',' or '}', found '\"'")],
            [("wrangler.jsonc", "{\n  \"name\": \"a\" // no comma\n  \"main\": \"b\"\n}")]);

    [Fact]
    public Task Broken_wrangler_toml_is_found_at_its_place() =>
        Verify.RunAsync(Id, On.Workers, [("Test.cs", Source)],
            [At("wrangler.toml", 2, 8, "'wrangler.toml' cannot be read: 'main' is not a value; a text needs quotes")],
            [("wrangler.toml", "name = \"a\"\nmain = main\n")]);

    [Fact]
    public Task Wrangler_file_that_is_no_object_is_found() =>
        Verify.RunAsync(Id, On.DotNet, [("Test.cs", Source)],
            [At("wrangler.json", 1, 1, "'wrangler.json' cannot be read: expected an object at the top level")],
            [("wrangler.json", "[]")]);

    [Fact]
    public Task Broken_models_line_is_found_and_a_broken_wrangler_file_beside_it() =>
        Verify.RunAsync(Id, On.DotNet, [("Test.cs", Source)],
            [
                new DiagnosticResult(RuleCatalog.ConfigurationUnreadable).WithSpan("WorkersSockets.models", 2, 1, 2, 5)
                    .WithArguments("'nope' is no documentation-comment id: expected one such as 'T:Contoso.Connection' or 'M:Contoso.Connection.Open(System.String)'"),
                At("folder/wrangler.toml", 1, 3, "'wrangler.toml' cannot be read: expected ']', found the end of the file"),
            ],
            [("WorkersSockets.models", "# mine\nnope\n"), ("folder/wrangler.toml", "[a")]);

    [Theory]
    [InlineData("wrangler.jsonc", "{ // fine\n \"name\": \"a\", }")]
    [InlineData("wrangler.toml", "name = 'a'")]
    [InlineData("wrangler.toml", "")]
    [InlineData("package.json", "{ broken")]
    [InlineData("my-wrangler.json", "{ broken")]
    public Task Readable_and_foreign_files_are_silent(string name, string content) =>
        Verify.RunAsync(Id, On.Workers, [("Test.cs", Source)], [], [(name, content)]);

    /// <summary>Without a socket type in sight, nothing reads these files.</summary>
    [Fact]
    public async Task Compilation_without_sockets_is_silent()
    {
        var compilation = CSharpCompilation.Create("Test", [CSharpSyntaxTree.ParseText("", cancellationToken: TestContext.Current.CancellationToken)]);
        var analyzers = new CompilationWithAnalyzers(
            compilation, [new WorkerSocketAnalyzer()], new AnalyzerOptions([new BrokenFile()]));

        Assert.Empty(await analyzers.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken));
    }

    private static DiagnosticResult At(string path, int line, int column, string message) =>
        new DiagnosticResult(RuleCatalog.ConfigurationUnreadable).WithLocation(path, line, column).WithArguments(message);

    private sealed class BrokenFile : AdditionalText
    {
        public override string Path => "wrangler.json";

        public override SourceText GetText(CancellationToken cancellationToken = default) =>
            SourceText.From("{");
    }
}
