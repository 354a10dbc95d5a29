using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

public sealed class WSK1002_SocketNotClosedRealShapesTests
{
    private const string Id = "WSK1002";

    [Fact]
    public Task A_class_that_is_a_client_owns_itself() => Verify.SilentAsync(Id, On.DotNet, """
        class QuickClient : TcpClient
        {
            public QuickClient(string host, int port)
                : base(host, port)
            {
                NoDelay = true;
            }
        }
        """);

    [Fact]
    public Task A_class_that_is_a_stream_gets_the_socket() => Verify.SilentAsync(Id, On.DotNet, """
        class CountingStream : NetworkStream
        {
            public CountingStream(Socket socket)
                : base(socket, ownsSocket: true)
            {
            }

            public static CountingStream Open(string host, int port)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Connect(host, port);
                    return new CountingStream(socket);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }
        }
        """);

    [Fact]
    public Task Fields_over_one_client_are_one_find() => Verify.FoundAsync(Id, On.DotNet, """
        class LineSender
        {
            private readonly TcpClient client;
            private readonly NetworkStream stream;
            private readonly StreamWriter writer;

            public LineSender(string host, int port)
            {
                client = {|WSK1002:new TcpClient(host, port)|};
                stream = client.GetStream();
                writer = new StreamWriter(stream, Encoding.ASCII);
            }

            public void Send(string line) => writer.WriteLine(line);
        }
        """);

    [Theory]
    [InlineData("client.Close();")]
    [InlineData("writer.Dispose();")]
    [InlineData("stream?.Close();")]
    public Task One_closed_field_closes_the_connection(string close) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class LineSender : IDisposable
        {
            private readonly TcpClient client;
            private readonly NetworkStream stream;
            private readonly StreamWriter writer;

            public LineSender(string host, int port)
            {
                client = new TcpClient(host, port);
                stream = client.GetStream();
                writer = new StreamWriter(stream, Encoding.ASCII);
            }

            public void Dispose()
            {
                {{close}}
            }
        }
        """);

    [Fact]
    public Task A_delegate_that_gets_the_socket_has_it() => Verify.SilentAsync(Id, On.DotNet, """
        delegate void Serve(Socket socket, int port);

        class Starter
        {
            IAsyncResult Begin(Serve serve, int port)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                return serve.BeginInvoke(socket, port, null, null);
            }
        }
        """);

    [Theory]
    [InlineData("client = new TcpClient(v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);")]
    [InlineData("client ??= new TcpClient(AddressFamily.InterNetwork);")]
    [InlineData("client = v6 ? new TcpClient(AddressFamily.InterNetworkV6) : new TcpClient();")]
    public Task A_field_gets_what_a_branch_makes(string assignment) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class Link : IDisposable
        {
            private TcpClient? client;

            public void Open(bool v6)
            {
                {{assignment}}
                client.NoDelay = true;
            }

            public void Dispose() => client?.Dispose();
        }
        """);
}
