using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Flow;

/// <summary>The dump of a flow: what the analysis knows of a socket at each step.</summary>
public class FlowDumpTests
{
    [Fact]
    public void Exception_between_connect_and_close() => AssertDump(
        On.DotNet,
        """
        class C
        {
            void M(string host)
            {
                var client = new TcpClient(host, 7);
                client.GetStream().WriteByte(1);
                client.Close();
            }
        }
        """,
        """
        M
          5: Connect new TcpClient(host, 7) of client [Open, OpenNotAwaited, Silent, Plain, Writable]
          5: LeakedByException new TcpClient(host, 7) of client [Open, OpenNotAwaited, Asked, Plain, Writable]
          6: Write client.GetStream().WriteByte(1) of client [Open, OpenNotAwaited, Silent, Plain, Writable]
          6: View client.GetStream() of client [Open, OpenNotAwaited, Silent, Plain, Writable]
          7: Close client.Close() of client [Open, OpenAwaited, Asked, Plain, Writable]

        """);

    [Fact]
    public void Flag_that_tells_whether_the_socket_is_open() => AssertDump(
        On.DotNet,
        """
        class C
        {
            void M(string host)
            {
                var own = false;
                TcpClient? client = null;
                if (host.Length > 0)
                {
                    client = new TcpClient(host, 7);
                    own = true;
                }

                if (own)
                {
                    client!.Close();
                }
            }
        }
        """,
        """
        M
          9: Connect new TcpClient(host, 7) of client [Open, OpenNotAwaited, Silent, Plain, Writable]
          15: Close client!.Close() of client [Open, OpenNotAwaited, Silent, Plain, Writable]

        """);

    [Fact]
    public void Opened_written_and_closed_on_Workers() => AssertDump(
        On.Workers,
        """
        static class P
        {
            static async Task M(string host)
            {
                var socket = TcpSocket.Connect(host, 7);
                await socket.OpenedAsync();
                try
                {
                    await socket.WriteTextAsync("x");
                }
                finally
                {
                    await socket.CloseAsync();
                }
            }
        }
        """,
        """
        M
          5: Connect TcpSocket.Connect(host, 7) of socket [Connecting, OpenNotAwaited, Silent, Plain, Writable]
          6: Opened socket.OpenedAsync() of socket [Connecting, OpenNotAwaited, Silent, Plain, Writable]
          9: Write socket.WriteTextAsync("x") of socket [Open, OpenAwaited, Silent, Plain, Writable]
          13: Close socket.CloseAsync() of socket [Open, OpenAwaited, Asked, Plain, Writable]

        """);

    private static void AssertDump(On on, string source, string expected)
    {
        var token = TestContext.Current.CancellationToken;
        var compilation = Verify.Compile(on, source);
        var sockets = SocketCompilation.Create(compilation, new AnalyzerOptions([]), token);
        Assert.NotNull(sockets);
        var tree = compilation.SyntaxTrees.Last();
        var model = compilation.GetSemanticModel(tree);
        var method = tree.GetRoot(token).DescendantNodes().OfType<MethodDeclarationSyntax>().Single();
        var flow = SocketFlow.Create(sockets, model.GetDeclaredSymbol(method, token)!, model.GetOperation(method, token)!, token);
        Assert.NotNull(flow);
        Assert.Equal(expected.ReplaceLineEndings("\n"), FlowDump.Of(flow));
    }
}
