using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Catalog;

/// <summary>Each built-in line against the real reference assemblies, so that a typo can't hide.</summary>
public class BuiltInModelTests
{
    private static readonly Lazy<Compilation> LazyCompilation = new(() => Verify.Compile(On.Workers, "class C;"));

    private static Compilation Compilation => LazyCompilation.Value;

    public static TheoryData<string> FileNames => [.. BuiltInModels.FileNames];

    [Theory]
    [MemberData(nameof(FileNames))]
    public void File_has_no_errors(string fileName)
    {
        var file = BuiltInModels.Read(fileName);
        Assert.Empty(file.Errors);
        Assert.NotEmpty(file.Models);
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public void Every_id_is_a_symbol_of_the_references(string fileName)
    {
        var file = BuiltInModels.Read(fileName);
        var missing = file.Models
            .Where(model => !file.UncheckedIds.Contains(model.Id) && Resolve(model).IsEmpty)
            .Select(model => model.Id)
            .ToList();
        Assert.True(missing.Count == 0, string.Join('\n', missing));
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public void Every_unchecked_id_is_really_missing_from_the_references(string fileName)
    {
        var file = BuiltInModels.Read(fileName);
        Assert.Empty(file.Models.Where(model => file.UncheckedIds.Contains(model.Id) && !Resolve(model).IsEmpty).Select(model => model.Id));
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public void No_line_is_repeated(string fileName) => Assert.Empty(
        BuiltInModels.Read(fileName).Models.GroupBy(model => (model.Id, model.Role)).Where(group => group.Count() > 1).Select(group => group.Key));

    [Theory]
    [MemberData(nameof(FileNames))]
    public void Surface_is_the_files_own(string fileName) => Assert.All(
        BuiltInModels.Read(fileName).Models,
        model => Assert.Equal(fileName == "Workers.models" ? Surface.Workers : Surface.DotNet, model.Surface));

    [Theory]
    [MemberData(nameof(FileNames))]
    public void Positions_point_at_parameters_of_a_fitting_type(string fileName)
    {
        foreach (var model in BuiltInModels.Read(fileName).Models)
        {
            if (Resolve(model) is not [IMethodSymbol method, ..])
            {
                continue;
            }

            void Fits(int position, params string[] types)
            {
                if (position < 0)
                {
                    return;
                }

                Assert.True(position < method.Parameters.Length, model.ToString());
                var type = method.Parameters[position].Type;
                Assert.True(types.Any(name => IsOrDerives(type, name)), $"{model.Id}: position {position} is {type}, expected {string.Join(" or ", types)}");
            }

            void Named(int position, params string[] names)
            {
                if (position >= 0)
                {
                    Assert.Contains(method.Parameters[position].Name, names);
                }
            }

            Fits(model.Host, "String", "IPAddress", "IPAddress[]");
            Fits(model.Port, "Int32");
            Fits(model.Address, "String", "TcpSocketAddress");
            Fits(model.Endpoint, "EndPoint");
            Fits(model.Options, "TcpSocketOptions", "SslClientAuthenticationOptions");
            Fits(model.Token, "CancellationToken");
            Fits(model.Timeout, "Int32", "TimeSpan");
            Fits(model.Args, "SocketAsyncEventArgs");
            Fits(model.Buffer, "Byte[]", "Char[]", "Span", "ReadOnlySpan", "Memory", "ReadOnlyMemory", "ArraySegment", "IList", "ReadOnlySequence", "Byte*");
            Fits(model.Offset, "Int32");
            Named(model.Offset, "offset", "index", "startIndex", "byteIndex");
            Fits(model.Count, "Int32");
            Named(model.Count, "count", "size", "byteCount", "minimumBytes", "minimumSize");
            Fits(model.Inner, "Stream", "Socket", "TextReader", "TextWriter", "IAsyncEnumerable", "ReadableStream", "Body");
            Fits(model.LeaveOpen, "Boolean");
            Named(model.LeaveOpen, "leaveOpen", "leaveInnerStreamOpen");
            Fits(model.Owns, "Boolean");
            Fits(model.Encoding, "Encoding");
            Fits(model.Callback, "Delegate");
            Fits(model.AsyncResult, "IAsyncResult");
            Fits(model.How, "SocketShutdown");
            Fits(model.Delegate, "Delegate");
            Fits(model.Task, "Task");
            if (model.Role == ModelRole.TakesOwnership)
            {
                Assert.InRange(model.Value, 0, method.Parameters.Length - 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public void Results_fit_what_the_member_returns(string fileName)
    {
        foreach (var model in BuiltInModels.Read(fileName).Models)
        {
            if (Resolve(model) is not [IMethodSymbol method, ..])
            {
                continue;
            }

            var type = method.MethodKind == MethodKind.Constructor ? method.ContainingType : method.ReturnType;
            if (type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: [var inner] })
            {
                type = inner;
            }

            var fits = model.Returns switch
            {
                // Receive and accept with event args answer whether the operation is pending.
                _ when model.Args >= 0 => true,
                ModelResult.Count => type.Name is "Int32" or "SocketReceiveFromResult" or "SocketReceiveMessageFromResult",
                ModelResult.Unit => type.Name == "Int32",
                ModelResult.Line => type.Name == "String",
                ModelResult.AsyncResult => type.Name == "IAsyncResult",
                ModelResult.Result => type.Name is "ReadResult" or "TcpReadResult" or "Boolean",
                ModelResult.Socket => type.Name is "Socket" or "TcpClient" or "TcpSocket",
                ModelResult.All => type.Name is "String" or "Void" or "Task",
                _ => true,
            };
            Assert.True(fits, $"{model.Id} returns {type}, modelled as {model.Returns}");
        }
    }

    /// <summary>Members that talk to the network by their name, and why some have no model.</summary>
    [Theory]
    [InlineData("System.Net.Sockets.TcpClient")]
    [InlineData("System.Net.Sockets.Socket")]
    [InlineData("System.Net.Sockets.TcpListener")]
    [InlineData("System.Net.Sockets.NetworkStream")]
    [InlineData("System.Net.Security.SslStream")]
    [InlineData("System.IO.Stream")]
    [InlineData("System.IO.StreamReader")]
    [InlineData("System.IO.StreamWriter")]
    [InlineData("System.IO.BinaryReader")]
    [InlineData("System.IO.BinaryWriter")]
    [InlineData("System.IO.Pipelines.PipeReader")]
    [InlineData("System.IO.Pipelines.PipeWriter")]
    [InlineData("Workers.TcpSocket")]
    public void Every_network_member_of_a_type_has_a_model(string typeName)
    {
        string[] verbs = ["Connect", "Accept", "Read", "Receive", "Write", "Send", "Close", "Dispose", "Shutdown", "Disconnect", "Copy", "AuthenticateAsClient", "Opened", "StartTls", "Listen"];
        string[] ignored =
        [
            // Reads and writes options, not the wire.
            "P:System.Net.Sockets.NetworkStream.Readable",
            "P:System.Net.Sockets.NetworkStream.Writeable",

            // Protected halves of the pattern, reached through the public one.
            "M:System.Net.Sockets.Socket.Dispose(System.Boolean)",
        ];
        var catalog = BuiltInModels.CreateCatalog(Compilation);
        Assert.NotNull(catalog);
        var type = Compilation.GetTypeByMetadataName(typeName);
        Assert.NotNull(type);
        var members = type.GetMembers()
            .Where(member => member is IMethodSymbol or IPropertySymbol && member.DeclaredAccessibility == Accessibility.Public)
            .Where(member => member is not IMethodSymbol { AssociatedSymbol: not null })
            .Where(member => verbs.Any(verb => Regex.Replace(member.Name, "^(Begin|End|Try)", "").StartsWith(verb, StringComparison.Ordinal)))
            .Where(member => !ignored.Contains(member.GetDocumentationCommentId()))
            .ToList();
        Assert.NotEmpty(members);
        Assert.Empty(members.Where(member => catalog.FindAll(member).IsEmpty).Select(member => member.GetDocumentationCommentId()));
    }

    /// <summary>The symbols whose id, as the catalog asks for it, is the model's.</summary>
    private static ImmutableArray<ISymbol> Resolve(ApiModel model)
    {
        var path = model.Id[2..].Split('(')[0];
        return model.Id[0] == 'T'
            ? [.. Compilation.GetTypesByMetadataName(path).Where(type => type.GetDocumentationCommentId() == model.Id)]
            : [.. Compilation.GetTypesByMetadataName(path[..path.LastIndexOf('.')]).SelectMany(type => type.GetMembers()).Where(member => member.GetDocumentationCommentId() == model.Id)];
    }

    private static bool IsOrDerives(ITypeSymbol type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            var shown = current switch
            {
                IArrayTypeSymbol array => array.ElementType.Name + "[]",
                IPointerTypeSymbol pointer => pointer.PointedAtType.Name + "*",
                _ => current.Name,
            };
            if (shown == name)
            {
                return true;
            }
        }

        return false;
    }
}
