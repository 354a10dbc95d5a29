using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Catalog;

public class SocketCatalogTests
{
    [Theory]
    [InlineData("new TcpClient(\"h\", 1)", nameof(ModelRole.Connect))]
    [InlineData("new TcpClient()", nameof(ModelRole.Create))]
    [InlineData("client.ConnectAsync(\"h\", 1)", nameof(ModelRole.Connect))]
    [InlineData("client.GetStream()", nameof(ModelRole.View))]
    [InlineData("client.Client", nameof(ModelRole.View))]
    [InlineData("client.Connected", nameof(ModelRole.Status))]
    [InlineData("client.Dispose()", nameof(ModelRole.Close))]
    [InlineData("((IDisposable)client).Dispose()", nameof(ModelRole.Close))]
    [InlineData("client.Client.Shutdown(SocketShutdown.Send)", nameof(ModelRole.HalfClose))]
    [InlineData("client.GetStream().Read(buffer, 0, 1)", nameof(ModelRole.Read))]
    [InlineData("client.GetStream().ReadExactly(buffer)", nameof(ModelRole.Read))]
    [InlineData("client.GetStream().DataAvailable", nameof(ModelRole.Status))]
    [InlineData("tls.AuthenticateAsClient(\"h\")", nameof(ModelRole.Upgrade))]
    [InlineData("tls.WriteAsync(buffer)", nameof(ModelRole.Write))]
    [InlineData("tls.CanRead", nameof(ModelRole.Status))]
    [InlineData("new SslStream(client.GetStream())", nameof(ModelRole.Wrap))]
    [InlineData("new StreamReader(tls).ReadLine()", nameof(ModelRole.Read))]
    [InlineData("new StreamWriter(tls).WriteLineAsync(\"x\")", nameof(ModelRole.Write))]
    [InlineData("new System.IO.Compression.GZipStream(tls, System.IO.Compression.CompressionMode.Compress).Flush()", nameof(ModelRole.Status))]
    [InlineData("Encoding.UTF8.GetString(buffer)", nameof(ModelRole.Decode))]
    [InlineData("new UTF8Encoding(false).GetString(buffer, 0, 1)", nameof(ModelRole.Decode))]
    [InlineData("new TcpListener(IPAddress.Any, 1).AcceptTcpClient()", nameof(ModelRole.Accept))]
    public void Member_has_the_role_of_itself_or_of_what_it_overrides(string expression, string roleName)
    {
        var role = Enum.Parse<ModelRole>(roleName);
        var (catalog, symbol) = SymbolOf(On.DotNet, $$"""
            class C
            {
                void M(TcpClient client, SslStream tls, byte[] buffer) { var x = /**/{{expression}}/**/; }
            }
            """, expression);
        Assert.Contains(role, catalog.FindAll(symbol).Select(model => model.Role));
        Assert.NotNull(catalog.Find(symbol, role));
        Assert.Null(catalog.Find(symbol, role == ModelRole.Bind ? ModelRole.Pool : ModelRole.Bind));
    }

    [Theory]
    [InlineData("Console.WriteLine()")]
    [InlineData("\"a\".Contains('a')")]
    [InlineData("new object()")]
    [InlineData("new Other().Connect(\"h\", 1)")]
    [InlineData("new Other().Connected")]
    public void Member_of_another_type_has_no_role(string expression)
    {
        var (catalog, symbol) = SymbolOf(On.DotNet, $$"""
            class Other
            {
                public int Connect(string host, int port) => port;
                public bool Connected => true;
            }
            class C
            {
                void M() { var x = /**/{{expression}}/**/; }
            }
            """, expression);
        Assert.Empty(catalog.FindAll(symbol).Where(model => model.Role != ModelRole.Write));
    }

    [Fact]
    public void Workers_socket_has_its_roles()
    {
        const string Expression = "TcpSocket.Connect(\"h\", 1)";
        var (catalog, symbol) = SymbolOf(On.Workers, $"class C {{ void M() {{ var x = /**/{Expression}/**/; }} }}", Expression);
        var model = catalog.Find(symbol, ModelRole.Connect);
        Assert.Equal(
            new ApiModel(symbol.GetDocumentationCommentId()!, ModelRole.Connect) { Surface = Surface.Workers, Host = 0, Port = 1, Options = 2, Returns = ModelResult.Socket },
            model);
        Assert.True(catalog.HasWorkers);
        Assert.Equal(SocketKind.Socket, catalog.SocketType(((IMethodSymbol)symbol).ReturnType)?.Kind);
    }

    [Fact]
    public void Override_in_source_has_the_role_of_the_base_member_and_a_derived_type_that_of_its_base()
    {
        var (catalog, compilation) = CatalogOf("""
            class Counting : Stream
            {
                public override bool CanRead => true;
                public override bool CanSeek => false;
                public override bool CanWrite => false;
                public override long Length => 0;
                public override long Position { get; set; }
                public override void Flush() { }
                public override int Read(byte[] buffer, int offset, int count) => 0;
                public override long Seek(long offset, SeekOrigin origin) => 0;
                public override void SetLength(long value) { }
                public override void Write(byte[] buffer, int offset, int count) { }
            }
            class Twice : Counting { public override int Read(byte[] buffer, int offset, int count) => 1; }
            class Client : TcpClient { }
            class Holder<T> where T : TcpClient { T item = null!; }
            class Service : IDisposable, IAsyncDisposable
            {
                public void Dispose() { }
                ValueTask IAsyncDisposable.DisposeAsync() => default;
                public void Dispose(bool disposing) { }
            }
            """);
        ISymbol Member(string type, string name) => compilation.GetTypeByMetadataName(type)!.GetMembers(name).First();
        Assert.NotNull(catalog.Find(Member("Twice", "Read"), ModelRole.Read));
        Assert.NotNull(catalog.Find(Member("Counting", "CanRead"), ModelRole.Status));
        Assert.NotNull(catalog.Find(((IPropertySymbol)Member("Counting", "CanRead")).GetMethod, ModelRole.Status));
        Assert.True(catalog.HasRole(compilation.GetTypeByMetadataName("Twice"), ModelRole.Wrapper));
        Assert.Null(catalog.SocketType(compilation.GetTypeByMetadataName("Twice")));
        Assert.Equal(SocketKind.Client, catalog.SocketType(compilation.GetTypeByMetadataName("Client"))?.Kind);
        Assert.Equal(SocketKind.Client, catalog.SocketType(((IFieldSymbol)Member("Holder`1", "item")).Type)?.Kind);
        Assert.NotNull(catalog.Find(Member("Service", "Dispose"), ModelRole.Close));
        Assert.NotNull(catalog.Find(Member("Service", "System.IAsyncDisposable.DisposeAsync"), ModelRole.Close));
        Assert.Null(catalog.Find(compilation.GetTypeByMetadataName("Service")!.GetMembers("Dispose").Last(), ModelRole.Close));
    }

    [Fact]
    public void Type_has_the_roles_of_its_base_types_and_interfaces()
    {
        var (catalog, compilation) = CatalogOf("""
            class Api : Microsoft.AspNetCore.Mvc.ControllerBase { }
            abstract class Job : Microsoft.Extensions.Hosting.BackgroundService { }
            class Plain { }
            """);
        Assert.Equal(HandlerScope.Request, catalog.Find(compilation.GetTypeByMetadataName("Api"), ModelRole.Handler)?.Scope);
        Assert.Equal(HandlerScope.Service, catalog.Find(compilation.GetTypeByMetadataName("Job"), ModelRole.Handler)?.Scope);
        Assert.False(catalog.HasRole(compilation.GetTypeByMetadataName("Plain"), ModelRole.Handler));
        Assert.False(catalog.HasRole(null, ModelRole.Handler));
    }

    [Fact]
    public void Reduced_and_plain_calls_of_an_extension_method_have_the_same_model()
    {
        foreach (var call in new[] { "app.MapGet(\"/\", () => 1)", "EndpointRouteBuilderExtensions.MapGet(app, \"/\", () => 1)" })
        {
            var (catalog, symbol) = SymbolOf(On.DotNet, $$"""
                using Microsoft.AspNetCore.Builder;
                class C { void M(WebApplication app) { var x = /**/{{call}}/**/; } }
                """, call);
            Assert.Equal(2, catalog.Find(symbol, ModelRole.Handler)?.Delegate);
        }
    }

    [Theory]
    [InlineData("connect", "cloudflare:sockets", true)]
    [InlineData("fetch", "cloudflare:sockets", false)]
    [InlineData("connect", "main.js", false)]
    public void Imported_connect_is_a_connect_on_workers(string function, string module, bool isConnect)
    {
        var (catalog, compilation) = CatalogOf($$"""
            using System.Runtime.InteropServices.JavaScript;
            static partial class Interop
            {
                [JSImport("{{function}}", "{{module}}")]
                internal static partial JSObject Open(string address, JSObject options);
                internal static partial JSObject Open(string address, JSObject options) => null!;
            }
            """);
        var method = Assert.IsAssignableFrom<IMethodSymbol>(compilation.GetTypeByMetadataName("Interop")!.GetMembers("Open").Single());
        foreach (var part in new[] { method, method.PartialImplementationPart! })
        {
            var model = catalog.Find(part, ModelRole.Connect);
            Assert.Equal(isConnect, model is not null);
            if (isConnect)
            {
                Assert.Equal((Surface.Workers, 0, 1, ModelResult.Socket), (model!.Surface, model.Address, model.Options, model.Returns));
            }
        }
    }

    [Fact]
    public void Half_typed_code_has_no_roles()
    {
        var (catalog, compilation) = CatalogOf("class C : Missing { Missing M(Missing x) => x.Connect(");
        var type = compilation.GetTypeByMetadataName("C")!;
        Assert.Empty(catalog.FindAll(type));
        Assert.Empty(catalog.FindAll(type.BaseType));
        Assert.Empty(type.GetMembers().SelectMany(member => catalog.FindAll(member)));
        Assert.Empty(catalog.FindAll(null));
        Assert.Empty(catalog.FindAll(compilation.GlobalNamespace));
    }

    [Fact]
    public void Names_for_a_lexical_gate_hold_every_type_that_is_or_opens_a_socket()
    {
        var (catalog, _) = CatalogOf("class C;", "T:Contoso.Wire socket\nM:Contoso.WireFactory.Open(System.String) connect host=0 returns=socket");
        Assert.Superset(
            new HashSet<string> { "TcpClient", "Socket", "NetworkStream", "SslStream", "TcpListener", "TcpSocket", "SocketTaskExtensions", "SmtpClient", "Wire", "WireFactory" },
            catalog.SocketTypeNames.ToHashSet());
        Assert.DoesNotContain("Stream", catalog.SocketTypeNames);
        Assert.DoesNotContain("IDisposable", catalog.SocketTypeNames);
    }

    [Fact]
    public void Compilation_without_a_socket_type_has_no_catalog()
    {
        var bare = CSharpCompilation.Create("bare");
        Assert.Null(BuiltInModels.CreateCatalog(bare));
        Assert.NotNull(BuiltInModels.CreateCatalog(bare, User("T:Contoso.Wire socket")));
        Assert.Null(BuiltInModels.CreateCatalog(bare, User("nonsense")));
    }

    [Fact]
    public void User_models_add_to_the_built_in_ones_and_replace_them()
    {
        var (catalog, compilation) = CatalogOf(
            """
            namespace Contoso
            {
                public interface IWire { int Fetch(byte[] into); }
                public sealed class Wire : IWire
                {
                    public static Wire Open(string host) => new();
                    public int Fetch(byte[] into) => 0;
                    public void Hang() { }
                }
            }
            """,
            """
            T:Contoso.Wire socket kind=socket
            M:Contoso.Wire.Open(System.String) connect host=0 returns=socket
            M:Contoso.IWire.Fetch(System.Byte[]) read buffer=0 returns=count
            M:Contoso.Wire.Hang close
            M:System.Net.Sockets.TcpClient.Close status
            """);
        var wire = compilation.GetTypeByMetadataName("Contoso.Wire")!;
        Assert.Equal(SocketKind.Socket, catalog.SocketType(wire)?.Kind);
        Assert.Equal(0, catalog.Find(wire.GetMembers("Open").Single(), ModelRole.Connect)?.Host);
        Assert.Equal(ModelResult.Count, catalog.Find(wire.GetMembers("Fetch").Single(), ModelRole.Read)?.Returns);
        Assert.NotNull(catalog.Find(wire.GetMembers("Hang").Single(), ModelRole.Close));
        var client = compilation.GetTypeByMetadataName("System.Net.Sockets.TcpClient")!;
        Assert.Equal([ModelRole.Status], catalog.FindAll(client.GetMembers("Close").Single()).Select(model => model.Role));
        Assert.NotNull(catalog.Find(client.GetMembers("GetStream").Single(), ModelRole.View));
    }

    [Fact]
    public void Problems_of_user_models_have_the_files_path_line_and_column()
    {
        var user = UserModels.Read(
            [
                new Additional("/src/readme.txt", "nonsense"),
                new Additional("/src/WorkersSockets.models", "T:Contoso.Wire socket\n\nM:Contoso.Wire.Open(System.String) connect hots=0"),
                new Additional("C:\\src\\workerssockets.MODELS", "nonsense socket"),
                new Additional("/src/gone/WorkersSockets.models", null),
            ],
            TestContext.Current.CancellationToken);
        Assert.Equal(["T:Contoso.Wire"], user.Models.Select(model => model.Id));
        Assert.Equal(
            [("/src/WorkersSockets.models", "(2,43)-(2,47)"), ("C:\\src\\workerssockets.MODELS", "(0,0)-(0,8)")],
            user.Problems.Select(problem => (problem.Location.GetLineSpan().Path, problem.Location.GetLineSpan().Span.ToString())));
        Assert.StartsWith("'hots' is no key: expected ", user.Problems[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[|M:Contoso.Wire.Open(System.Int32)|] connect host=0", "'Contoso.Wire' declares no such 'Open': expected 'M:Contoso.Wire.Open(System.String)' or 'M:Contoso.Wire.Open(System.String,System.Int32)'")]
    [InlineData("[|M:Contoso.Wire.Open|] connect", "'Contoso.Wire' declares no such 'Open': expected ")]
    [InlineData("[|M:Contoso.Wire.Opne(System.String)|] connect", "'Contoso.Wire' declares no 'Opne'")]
    [InlineData("[|M:Contoso.Wire.#ctor(System.String)|] connect", "'Contoso.Wire' declares no such '.ctor': expected 'M:Contoso.Wire.#ctor'")]
    [InlineData("[|P:Contoso.Wire.Inner.Up|] status", "'Contoso.Wire.Inner' declares no 'Up'")]
    public void Id_of_a_member_that_its_type_lacks_is_a_problem(string line, string message)
    {
        TestFileMarkupParser.GetSpan(line, out var text, out var span);
        var problem = Assert.Single(Checked(text).Problems);
        Assert.Equal(span, problem.Location.SourceSpan);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("M:Contoso.Wire.Open(System.String) connect host=0")]
    [InlineData("M:Contoso.Wire.#ctor create")]
    [InlineData("P:Contoso.Wire.Inner.Name status")]
    [InlineData("M:Contoso.Pipe`1.Send``1(`0,``0) write buffer=0")]
    [InlineData("M:Fabrikam.Elsewhere.Open(System.String) connect host=0")]
    [InlineData("T:Contoso.Gone socket")]
    public void Id_of_a_member_that_is_there_or_of_a_type_that_is_not_is_no_problem(string line) => Assert.Empty(Checked(line).Problems);

    private static UserModels Checked(string models) => UserModels.Read(
        [new Additional("/src/WorkersSockets.models", models)],
        TestContext.Current.CancellationToken,
        Verify.Compile(On.DotNet, """
            namespace Contoso
            {
                public class Wire
                {
                    public static Wire Open(string host) => new();
                    public static Wire Open(string host, int port) => new();
                    public class Inner { public string Name => ""; }
                }
                public class Pipe<T> { public void Send<U>(T buffer, U other) { } }
            }
            """));

    private static UserModels User(string text) =>
        UserModels.Read([new Additional("/src/WorkersSockets.models", text)], TestContext.Current.CancellationToken);

    private static (SocketCatalog Catalog, Compilation Compilation) CatalogOf(string source, string userModels = "", On on = On.DotNet)
    {
        var compilation = Verify.Compile(on, source);
        var catalog = BuiltInModels.CreateCatalog(compilation, User(userModels));
        Assert.NotNull(catalog);
        return (catalog, compilation);
    }

    /// <summary>The catalog, and the symbol that the expression between <c>/**/</c> refers to.</summary>
    private static (SocketCatalog Catalog, ISymbol Symbol) SymbolOf(On on, string source, string expression)
    {
        var (catalog, compilation) = CatalogOf(source, on: on);
        var start = source.IndexOf("/**/", StringComparison.Ordinal) + 4;
        var tree = compilation.SyntaxTrees.Single(candidate => candidate.ToString().Contains("/**/", StringComparison.Ordinal));
        var node = tree.GetRoot().FindNode(new TextSpan(start, expression.Length), getInnermostNodeForTie: true);
        var symbol = compilation.GetSemanticModel(tree).GetSymbolInfo(node).Symbol;
        Assert.NotNull(symbol);
        return (catalog, symbol);
    }

    private sealed class Additional(string path, string? text) : AdditionalText
    {
        public override string Path { get; } = path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => text is null ? null : SourceText.From(text);
    }
}
