using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Platform;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Platform;

public class WSK5003_PlacementMissingTests
{
    private const string Id = "WSK5003";
    private const string Wrangler = """{ "name": "relay", "main": "index.js" }""";

    [Theory]
    [InlineData("""TcpSocket.Connect("db.example.com", 5432)""", "db.example.com")]
    [InlineData("""TcpSocket.Connect("db.example.com:5432")""", "db.example.com")]
    [InlineData("""TcpSocket.Connect(new TcpSocketAddress("db.example.com", 5432))""", "db.example.com")]
    [InlineData("""TcpSocket.Connect(env.Variable("DB_HOST"), 5432)""", "env.Variable(\"DB_HOST\")")]
    [InlineData("""TcpSocket.Connect(env.Secret("DB_HOST").Trim(), 5432)""", "env.Secret(\"DB_HOST\")")]
    [InlineData("""TcpSocket.Connect($"{env.Variable("DB_HOST")}:5432")""", "env.Variable(\"DB_HOST\")")]
    [InlineData("""TcpSocket.Connect(info.Host, info.Port)""", "info.Host")]
    [InlineData("""TcpSocket.Connect(host, 5432)""", "env.Variable(\"HOST\")")]
    public Task One_back_end_is_found_on_Workers(string connect, string backEnd) => Verify.RunAsync(
        Id,
        On.Workers,
        [("Test.cs", $$"""
            class C
            {
                [Fetch]
                public static async Task<Response> Handle(Request request, Env env, Context context)
                {
                    var info = await env.Hyperdrive("DB").GetConnectionInfoAsync();
                    var host = env.Variable("HOST");
                    var socket = {|#0:{{connect}}|};
                    await socket.OpenedAsync();
                    var second = TcpSocket.Connect("db.example.com", 5432);
                    return Response.Text("ok");
                }
            }
            """)],
        [Verify.Result(RuleCatalog.PlacementMissing, 0, backEnd, "wrangler.jsonc")],
        [("wrangler.jsonc", Wrangler)]);

    [Theory]
    [InlineData("""new TcpClient("db.example.com", 5432)""", "db.example.com")]
    [InlineData("""new TcpClient(configuration["Db:Host"]!, 5432)""", "configuration[\"Db:Host\"]")]
    [InlineData("""new TcpClient(configuration.GetValue<string>("Db:Host")!, 5432)""", "configuration.GetValue<string>(\"Db:Host\")")]
    [InlineData("""new TcpClient(configuration.GetSection("Db")["Host"] ?? "db.example.com", 5432)""", "configuration.GetSection(\"Db\")[\"Host\"]")]
    [InlineData("""new TcpClient(Environment.GetEnvironmentVariable("DB_HOST")!, 5432)""", "Environment.GetEnvironmentVariable(\"DB_HOST\")")]
    [InlineData("""new TcpClient(options.Value.Host, 5432)""", "options.Value.Host")]
    [InlineData("""new TcpClient(host, 5432)""", "configuration[\"Host\"]")]
    public Task One_back_end_is_found_on_DotNet(string connect, string backEnd) => Verify.RunAsync(
        Id,
        On.DotNet,
        [("Test.cs", $$"""
            using Microsoft.Extensions.Configuration;
            using Microsoft.Extensions.Options;

            class Db { public string Host { get; set; } = ""; }

            class C(IConfiguration configuration, IOptions<Db> options)
            {
                private readonly string host = configuration["Host"]!;
                object M() => {|#0:{{connect}}|};
            }
            """)],
        [Verify.Result(RuleCatalog.PlacementMissing, 0, backEnd, "wrangler.toml")],
        [("wrangler.toml", "name = 'relay'\n")]);

    [Theory]
    [InlineData("wrangler.json", """{ "placement": { "mode": "smart" } }""")]
    [InlineData("wrangler.json", """{ "placement": { "mode": "off" } }""")]
    [InlineData("wrangler.json", """{ "env": { "production": { "placement": { "mode": "smart" } } } }""")]
    [InlineData("wrangler.toml", "[placement]\nregion = 'aws:us-east-1'\n")]
    [InlineData("other.json", "{}")]
    public Task Configured_placement_or_no_wrangler_file_is_silent(string name, string content) => Verify.RunAsync(
        Id, On.Workers, [("Test.cs", """class C { object M() => TcpSocket.Connect("db.example.com", 5432); }""")], [], [(name, content)]);

    [Fact]
    public async Task Broken_wrangler_file_is_silent()
    {
        var test = new Dictionary<string, string> { ["wrangler.json"] = "{ \"name\": " };
        var found = await DiagnoseAsync("""class C { object M() => TcpSocket.Connect("db.example.com", 5432); }""", test);
        Assert.DoesNotContain(found, diagnostic => diagnostic.Id == Id);
    }

    [Theory]
    [InlineData("object M(string host) => TcpSocket.Connect(host, 5432);")]
    [InlineData("object M(bool first) => TcpSocket.Connect(first ? \"a.example.com\" : \"b.example.com\", 5432);")]
    [InlineData("object M(Request request) => TcpSocket.Connect(request.QueryParameters.Get(\"h\")!, 5432);")]
    [InlineData("object M(string[] hosts) => hosts.Select(host => TcpSocket.Connect(host, 5432)).ToList();")]
    [InlineData("object M() => TcpSocket.Connect(\"localhost\", 5432);")]
    [InlineData("object M() => TcpSocket.Connect(\"10.0.0.1\", 5432);")]
    [InlineData("object M() => TcpSocket.Connect(\"relay.team.workers.dev\", 5432);")]
    [InlineData("object M(Env env) => TcpSocket.Connect(env.Variable(\"A\") + env.Variable(\"B\"), 5432);")]
    [InlineData("[Scheduled] public static Task M(ScheduledEvent e, Env env, Context c) { var s = TcpSocket.Connect(\"db.example.com\", 5432); return s.OpenedAsync(); }")]
    [InlineData("[DurableObject] public class Room { public Room(DurableObjectState state, Env env) { } public async Task<Response> FetchAsync(Request request) { var s = TcpSocket.Connect(\"db.example.com\", 5432); await s.OpenedAsync(); return Response.Empty(204); } }")]
    [InlineData("object M() => TcpSocket.Connect();")]
    [InlineData("object M(Env env) => TcpSocket.Connect(env., 1);")]
    public async Task Other_connects_are_silent(string member)
    {
        var found = await DiagnoseAsync($"class C {{ {member} }}", new() { ["wrangler.jsonc"] = Wrangler });
        Assert.DoesNotContain(found, diagnostic => diagnostic.Id == Id);
    }

    [Fact]
    public Task Code_that_never_runs_on_Workers_is_silent() => Verify.RunAsync(
        Id, On.DotNet, [("Test.cs", """class C { object M() => new TcpClient("db.example.com", 5432); }""")], [], [("wrangler.jsonc", Wrangler)], "workers_sockets.target = dotnet");

    [Fact]
    public async Task The_nearest_wrangler_file_counts()
    {
        var found = await DiagnoseAsync(
            """class C { object M() => TcpSocket.Connect("db.example.com", 5432); }""",
            new() { ["a/b/wrangler.jsonc"] = "{ \"placement\": {} }", ["a/wrangler.toml"] = "", ["a/wrangler.jsonc"] = "{}" });
        Assert.Contains("'wrangler.jsonc' has no placement", Assert.Single(found, diagnostic => diagnostic.Id == Id).GetMessage());
    }

    [Fact]
    public Task A_project_is_told_once_at_its_first_connect() => Verify.RunAsync(
        Id,
        On.Workers,
        [
            ("Stores.cs", """
                class Stores
                {
                    static TcpSocket Open(string host) => TcpSocket.Connect(host, 5432);
                    object Report() => {|#0:Open("db.example.com")|};
                    object Other() => TcpSocket.Connect("db2.example.com", 5432);
                }
                """),
            ("Search.cs", """
                class Search
                {
                    object Ask(string host) => TcpSocket.Connect(host, 9200);
                }
                """),
            ("Worker.cs", """
                class Worker
                {
                    object M(Env env) => TcpSocket.Connect(env.Variable("HOST"), 5432);
                }
                """),
        ],
        [Verify.Result(RuleCatalog.PlacementMissing, 0, "db.example.com", "wrangler.jsonc")],
        [("wrangler.jsonc", Wrangler)]);

    public static TheoryData<string, string, string> Edits => new()
    {
        { "wrangler.json", "{}", "{\n  \"placement\": { \"mode\": \"smart\" }\n}" },
        { "wrangler.json", "{ \"name\": \"a\" }", "{ \"name\": \"a\", \"placement\": { \"mode\": \"smart\" } }" },
        { "wrangler.json", "{ \"name\": \"a\", }", "{ \"name\": \"a\", \"placement\": { \"mode\": \"smart\" }, }" },
        { "wrangler.json", "{\n    \"name\": \"a\"\n}\n", "{\n    \"name\": \"a\",\n    \"placement\": { \"mode\": \"smart\" }\n}\n" },
        { "wrangler.json", "{\r\n\t\"name\": \"a\",\r\n\t\"main\": \"b\"\r\n}", "{\r\n\t\"name\": \"a\",\r\n\t\"main\": \"b\",\r\n\t\"placement\": { \"mode\": \"smart\" }\r\n}" },
        { "wrangler.jsonc", "{\n  \"a\": 1 // one\n  // two\n}", "{\n  \"a\": 1, // one\n  \"placement\": { \"mode\": \"smart\" }\n  // two\n}" },
        { "wrangler.jsonc", "{\n  \"a\": 1, // one\n}", "{\n  \"a\": 1, // one\n  \"placement\": { \"mode\": \"smart\" },\n}" },
        { "wrangler.jsonc", "{\n  \"a\": 1 /* x */ , /* y\n z */\n}", "{\n  \"a\": 1 /* x */ , /* y\n z */\n  \"placement\": { \"mode\": \"smart\" },\n}" },
        { "wrangler.jsonc", "{\n  // nothing yet\n}", "{\n  // nothing yet\n  \"placement\": { \"mode\": \"smart\" }\n}" },
        { "wrangler.jsonc", "{ \"env\": {\n  \"x\": {} } }", "{ \"env\": {\n  \"x\": {} }, \"placement\": { \"mode\": \"smart\" } }" },
        {
            "wrangler.jsonc",
            "{\n  \"a\": {\n    \"b\": true\n  }\n  /**\n   * Smart Placement\n   */\n  // \"placement\": { \"mode\": \"smart\" },\n\n  // \"vars\": {}\n}",
            "{\n  \"a\": {\n    \"b\": true\n  },\n  /**\n   * Smart Placement\n   */\n  \"placement\": { \"mode\": \"smart\" }\n\n  // \"vars\": {}\n}"
        },
        { "wrangler.jsonc", "{\n  // \"placement\": { \"mode\": \"smart\" }\n  \"a\": 1\n}", "{\n  \"placement\": { \"mode\": \"smart\" },\n  \"a\": 1\n}" },
        { "wrangler.toml", "", "[placement]\nmode = \"smart\"\n" },
        { "wrangler.toml", "name = \"a\"", "name = \"a\"\n\n[placement]\nmode = \"smart\"\n" },
        { "wrangler.toml", "name = \"a\" # x\r\n\r\n[env.b]\r\nname = \"c\"\r\n\r\n", "name = \"a\" # x\r\n\r\n[env.b]\r\nname = \"c\"\r\n\r\n[placement]\r\nmode = \"smart\"\r\n" },
        { "wrangler.toml", "name = \"a\"\n\n# [placement]\n# mode = \"smart\"\n\n[vars]\nb = 1\n", "name = \"a\"\n\n[placement]\nmode = \"smart\"\n\n[vars]\nb = 1\n" },
        { "wrangler.toml", "# [placement]\n# mode = \"smart\"\nname = \"a\"\n", "# [placement]\n# mode = \"smart\"\nname = \"a\"\n\n[placement]\nmode = \"smart\"\n" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void Edit_keeps_comments_and_formatting_and_is_made_once(string path, string before, string after)
    {
        var edited = Edit(path, before);

        Assert.Equal(after, edited);
        Assert.Null(WranglerEditor.AddPlacement(path, edited!));
        Assert.True(WranglerReader.Read(path, SourceText.From(edited!)).File.HasPlacement);
    }

    [Theory]
    [InlineData("wrangler.json", "{ \"name\": ")]
    [InlineData("wrangler.json", "[]")]
    [InlineData("wrangler.json", "{ \"placement\": null }")]
    [InlineData("wrangler.toml", "a = ")]
    [InlineData("wrangler.toml", "placement.mode = 'off'")]
    public void Broken_and_configured_files_are_left_alone(string path, string text) => Assert.Null(WranglerEditor.AddPlacement(path, text));

    [Theory]
    [InlineData(FixAllScope.Document)]
    [InlineData(FixAllScope.Project)]
    [InlineData(FixAllScope.Solution)]
    public async Task Fix_all_edits_the_file_once(FixAllScope scope)
    {
        using var workspace = new AdhocWorkspace();
        var (document, fix) = (Project(workspace), new ConfigurePlacement());
        var found = await FindsAsync(document.Project);
        Assert.Single(found);

        var action = await fix.GetFixAllProvider().GetFixAsync(new FixAllContext(
            document, fix, scope, "WSK5003.Smart", [Id], new Provider(found), TestContext.Current.CancellationToken));

        Assert.Equal("""{ "name": "relay", "main": "index.js", "placement": { "mode": "smart" } }""", await ApplyAsync(action!));
    }

    [Fact]
    public async Task Fix_is_offered_and_clears_every_find()
    {
        using var workspace = new AdhocWorkspace();
        var (document, fix, actions) = (Project(workspace), new ConfigurePlacement(), new List<CodeAction>());
        var found = await FindsAsync(document.Project);
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, found[0], (action, _) => actions.Add(action), TestContext.Current.CancellationToken));

        var action = Assert.Single(actions);
        Assert.Equal(("Configure smart placement", "WSK5003.Smart"), (action.Title, action.EquivalenceKey));
        var operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        var changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
        Assert.Empty(await FindsAsync(changed.GetProject(document.Project.Id)!));

        actions.Clear();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(changed.GetDocument(document.Id)!, found[0], (next, _) => actions.Add(next), TestContext.Current.CancellationToken));
        Assert.Empty(actions);
    }

    private static string? Edit(string path, string text) =>
        WranglerEditor.AddPlacement(path, text) is { } changes ? SourceText.From(text).WithChanges(changes).ToString() : null;

    private static Document Project(AdhocWorkspace workspace)
    {
        const string source = """
            class C
            {
                object M() => TcpSocket.Connect("db.example.com", 5432);
                object N(Env env) => TcpSocket.Connect(env.Variable("HOST"), 5432);
            }
            """;
        var compilation = Verify.Compile(On.Workers, source);
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Test", "Test", LanguageNames.CSharp, compilationOptions: compilation.Options,
            parseOptions: compilation.SyntaxTrees.First().Options, metadataReferences: compilation.References));
        foreach (var tree in compilation.SyntaxTrees.SkipLast(1))
        {
            project = project.AddDocument(tree.FilePath, tree.GetText(), filePath: tree.FilePath).Project;
        }

        project = project.AddAdditionalDocument("wrangler.jsonc", Wrangler, filePath: "wrangler.jsonc").Project;
        return project.AddDocument("Test.cs", compilation.SyntaxTrees.Last().GetText(), filePath: "Test.cs");
    }

    private static async Task<ImmutableArray<Diagnostic>> FindsAsync(Project project)
    {
        var compilation = await project.GetCompilationAsync(TestContext.Current.CancellationToken);
        var found = await compilation!.WithAnalyzers([new WorkerSocketAnalyzer()], project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.Where(diagnostic => diagnostic.Id == Id).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    private static async Task<string> ApplyAsync(CodeAction action)
    {
        var operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        var document = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.Projects.Single().AdditionalDocuments.Single();
        return (await document.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
    }

    private static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(string source, Dictionary<string, string> files)
    {
        var options = new AnalyzerOptions([.. files.Select(file => (AdditionalText)new File(file.Key, file.Value))]);
        var failures = new List<Exception>();
        var analyzers = Verify.Compile(On.Workers, source).WithAnalyzers(
            [new WorkerSocketAnalyzer()],
            new CompilationWithAnalyzersOptions(options, (exception, _, _) => failures.Add(exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false));
        var found = await analyzers.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.Empty(failures);
        return found;
    }

    private sealed class File(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    private sealed class Provider(ImmutableArray<Diagnostic> found) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(found);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(found);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
