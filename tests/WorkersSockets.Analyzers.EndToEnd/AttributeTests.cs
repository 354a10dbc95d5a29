using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>A library says with the attributes what its methods do; a project that only has the library's assembly is analysed by that.</summary>
public class AttributeTests(PackedPackage package)
{
    private const string Attributes = """
        using System;

        namespace WorkersSockets;

        [AttributeUsage(AttributeTargets.Parameter)]
        public sealed class TakesOwnershipAttribute : Attribute;

        [AttributeUsage(AttributeTargets.Method)]
        public sealed class ReturnsOwnedAttribute : Attribute;

        [AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
        public sealed class ValidatesHostAttribute : Attribute;

        [AttributeUsage(AttributeTargets.Method)]
        public sealed class BoundsConnectsAttribute(int count) : Attribute
        {
            public int Count => count;
        }
        """;

    private const string Library = """
        using System;
        using System.Net.Sockets;
        using WorkersSockets;

        namespace Contoso;

        public static class Net
        {
            [ReturnsOwned]
            public static TcpClient Borrowed() => throw new NotSupportedException();

            [ValidatesHost]
            public static bool IsOurs(string host) => throw new NotSupportedException();
        }
        """;

    private const string Code = """
        using System;
        using System.Linq;
        using System.Net.Sockets;
        using System.Threading;
        using System.Threading.Tasks;
        using Contoso;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using WorkersSockets;

        var app = WebApplication.Create(args);
        app.MapGet("/ask", async (string host, CancellationToken token) =>
        {
            if (!Net.IsOurs(host))
            {
                return Results.StatusCode(403);
            }

            return Results.Text(await Asked.AskAsync(host, token));
        });
        app.Run();

        static class Asked
        {
            public static async Task<string> AskAsync(string host, CancellationToken token)
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(token);
                timeout.CancelAfter(1000);
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, 7000, timeout.Token);
                    return "up";
                }
                catch (Exception error) when (error is SocketException or OperationCanceledException)
                {
                    return "down";
                }
            }

            public static async Task HandOverAsync(CancellationToken token)
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(token);
                timeout.CancelAfter(1000);
                var client = new TcpClient(); // TakesOwnership
                Keep(client);
                await client.ConnectAsync("relay.contoso.com", 7000, timeout.Token);
            }

            private static void Keep([TakesOwnership] TcpClient client) => GC.KeepAlive(client);

            public static void Use()
            {
                var client = Net.Borrowed(); // ReturnsOwned
                Console.WriteLine(client.Connected);
            }

            [BoundsConnects(4)]
            public static Task AllAsync(string[] hosts, CancellationToken token) => Task.WhenAll(hosts.Select(host => AskAsync(host, token)));
        }
        """;

    [Fact]
    public async Task They_count_across_assemblies()
    {
        var library = package.CreateProject("Library").WithProject().With("Attributes.cs", Attributes).With("Net.cs", Library);
        (await library.BuildAsync()).Succeeded();

        Assert.Equal(["ReturnsOwned WSK1002"], await FindsAsync(library, Code));

        // Without them the same code has the finds that they answer.
        Assert.Equal(
            ["AllAsync WSK2001", "Results.Text WSK4005", "ReturnsOwned WSK1002", "TakesOwnership WSK1002"],
            await FindsAsync(library, Code.Replace("[BoundsConnects(4)]", "").Replace("[TakesOwnership] ", "").Replace("Net.IsOurs(host)", "host.StartsWith(\"relay\", StringComparison.Ordinal)")));
    }

    private async Task<string[]> FindsAsync(UserProject library, string code)
    {
        var user = package.CreateProject("User")
            .WithProject("<OutputType>Exe</OutputType>", items: $"""
                {library.PackageReference}
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <Reference Include="{Path.Combine(library.Folder, "bin", "Debug", "net10.0", "Library.dll")}" />
                """)
            .With("Program.cs", code);
        var lines = code.Split('\n');
        return [.. (await user.FindAsync())
            .Select(find => $"{new[] { "AllAsync", "ReturnsOwned", "Results.Text", "TakesOwnership" }.FirstOrDefault(lines[find.Line - 1].Contains) ?? lines[find.Line - 1].Trim()} {find.Id}")
            .Order(StringComparer.Ordinal)];
    }
}
