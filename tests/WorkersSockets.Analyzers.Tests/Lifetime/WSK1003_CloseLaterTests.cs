using WorkersSockets.Analyzers.CodeFixes.Lifetime;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

/// <summary>WSK1003's fix where the close is not a lone statement of a local socket.</summary>
public class CloseLaterTests
{
    [Fact]
    public Task Hands_a_pipe_over() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "HandOver",
        On.DotNet,
        "class C\n{\n    System.IO.Pipelines.PipeReader M(string host)\n    {\n        using var client = new TcpClient(host, 1);\n        return {|WSK1003:System.IO.Pipelines.PipeReader.Create(client.GetStream())|};\n    }\n}\n",
        "class C\n{\n    System.IO.Pipelines.PipeReader M(string host)\n    {\n        var client = new TcpClient(host, 1);\n        return System.IO.Pipelines.PipeReader.Create(client.GetStream());\n    }\n}\n");

    [Fact]
    public Task Moves_the_call_of_an_own_method_that_closes() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "MoveClose",
        On.DotNet,
        "class C(TcpClient client, NetworkStream stream)\n{\n    private readonly TcpClient _client = client;\n    private readonly NetworkStream _stream = stream;\n\n    private void CloseConnection()\n    {\n        _stream.Dispose();\n        _client.Dispose();\n    }\n\n    public void Quit(byte[] bytes)\n    {\n        CloseConnection();\n        {|WSK1003:_stream.Write(bytes)|};\n        Console.WriteLine(bytes.Length);\n    }\n}\n",
        "class C(TcpClient client, NetworkStream stream)\n{\n    private readonly TcpClient _client = client;\n    private readonly NetworkStream _stream = stream;\n\n    private void CloseConnection()\n    {\n        _stream.Dispose();\n        _client.Dispose();\n    }\n\n    public void Quit(byte[] bytes)\n    {\n        _stream.Write(bytes);\n        CloseConnection();\n        Console.WriteLine(bytes.Length);\n    }\n}\n");

    private static string DotNet(string body) => $$"""
        class C
        {
            private Socket? _socket;

            async Task<int> M(string host, byte[] bytes)
            {
        {{Indented(body)}}
            }
        }
        """;

    private static string Workers(string body) => $$"""
        [DurableObject]
        class P
        {
            private TcpSocket? _socket;

            public async Task<Response> M(string host)
            {
        {{Indented(body)}}
            }

            private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksAsync(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    yield return chunk.Bytes;
                }
            }
        }
        """;

    private static string Indented(string body) => string.Join('\n', body.Split('\n').Select(line => line.Length == 0 ? line : "        " + line));

    [Theory]
    // The variable's own using closes; what was shut down for reading is not any more.
    [InlineData(
        "using var client = new TcpClient(host, 1);\nvar stream = client.GetStream();\nclient.Client.Shutdown(SocketShutdown.Both);\nclient.Close();\nreturn {|WSK1003:stream.Read(bytes)|};",
        "using var client = new TcpClient(host, 1);\nvar stream = client.GetStream();\nclient.Client.Shutdown(SocketShutdown.Send);\nreturn stream.Read(bytes);")]
    [InlineData(
        "using var client = new TcpClient(host, 1);\nvar stream = client.GetStream();\nclient.Client.Shutdown(SocketShutdown.Both);\nclient.Close();\nawait {|WSK1003:stream.WriteAsync(bytes)|};\nreturn 1;",
        "using var client = new TcpClient(host, 1);\nvar stream = client.GetStream();\nawait stream.WriteAsync(bytes);\nclient.Close();\nreturn 1;")]
    // A finally that closes anyway.
    [InlineData(
        "var client = new TcpClient(host, 1);\ntry\n{\n    client.Close();\n    return {|WSK1003:client.GetStream()|}.Read(bytes);\n}\nfinally\n{\n    client.Close();\n}",
        "var client = new TcpClient(host, 1);\ntry\n{\n    return client.GetStream().Read(bytes);\n}\nfinally\n{\n    client.Close();\n}")]
    // A using statement that ends too early takes in what follows.
    [InlineData(
        "var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);\nsocket.Connect(host, 1);\nusing (var stream = new NetworkStream(socket, ownsSocket: true))\n{\n    stream.Write(bytes);\n}\n\n// The answer.\nreturn {|WSK1003:socket.Receive(bytes)|};",
        "var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);\nsocket.Connect(host, 1);\nusing (var stream = new NetworkStream(socket, ownsSocket: true))\n{\n    stream.Write(bytes);\n\n    // The answer.\n    return socket.Receive(bytes);\n}")]
    // A writer that is closed closes what it is made of.
    [InlineData(
        "using var client = new TcpClient(host, 1);\nvar writer = new StreamWriter(client.GetStream());\nwriter.Close();\nawait {|WSK1003:client.GetStream()|}.WriteAsync(bytes);\nreturn 1;",
        "using var client = new TcpClient(host, 1);\nvar writer = new StreamWriter(client.GetStream());\nawait client.GetStream().WriteAsync(bytes);\nwriter.Close();\nreturn 1;")]
    // A field, up to where it gets another value.
    [InlineData(
        "_socket = new Socket(SocketType.Stream, ProtocolType.Tcp);\n_socket.Dispose(); // done\n{|WSK1003:_socket.Send(bytes)|};\n_socket = null;\nreturn await Task.FromResult(0);",
        "_socket = new Socket(SocketType.Stream, ProtocolType.Tcp);\n_socket.Send(bytes);\n_socket.Dispose(); // done\n_socket = null;\nreturn await Task.FromResult(0);")]
    public Task Closes_last_on_dotnet(string before, string after) => Verify.FixAsync<CloseLater>("WSK1003", "MoveClose", On.DotNet, DotNet(before), DotNet(after));

    [Fact]
    public Task Closes_a_field_last_on_Workers() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "MoveClose",
        On.Workers,
        Workers("if (_socket is null)\n{\n    _socket = TcpSocket.Connect(host, 1);\n    await _socket.OpenedAsync();\n}\n\nawait _socket.CloseAsync();\nawait {|WSK1003:_socket.WriteTextAsync(\"bye\")|};\n_socket = null;\nreturn Response.Empty();"),
        Workers("if (_socket is null)\n{\n    _socket = TcpSocket.Connect(host, 1);\n    await _socket.OpenedAsync();\n}\n\nawait _socket.WriteTextAsync(\"bye\");\nawait _socket.CloseAsync();\n_socket = null;\nreturn Response.Empty();"));

    [Fact]
    public Task Moves_a_close_that_the_context_keeps_alive() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "MoveClose",
        On.Workers,
        "static class P\n{\n    public static async Task M(TcpSocket socket, Context context)\n    {\n        context.WaitUntil(socket.CloseAsync());\n        await {|WSK1003:socket.WriteTextAsync(\"x\")|};\n    }\n}\n",
        "static class P\n{\n    public static async Task M(TcpSocket socket, Context context)\n    {\n        await socket.WriteTextAsync(\"x\");\n        context.WaitUntil(socket.CloseAsync());\n    }\n}\n");

    [Fact]
    public Task Hands_a_streamed_response_over_on_Workers() => Verify.FixAsync<CloseLater>(
        "WSK1003",
        "HandOver",
        On.Workers,
        Workers("var socket = TcpSocket.Connect(host, 1);\nawait socket.OpenedAsync();\ntry\n{\n    return {|WSK1003:Response.FromStream(ReadableStream.FromAsyncEnumerable(ChunksAsync(socket)))|};\n}\nfinally\n{\n    await socket.CloseAsync();\n}"),
        Workers("var socket = TcpSocket.Connect(host, 1);\nawait socket.OpenedAsync();\ntry\n{\n    return Response.FromStream(ReadableStream.FromAsyncEnumerable(ChunksAsync(socket)));\n}\ncatch\n{\n    await socket.CloseAsync();\n    throw;\n}"));
}
