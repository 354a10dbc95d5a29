using WorkersSockets.Analyzers.CodeFixes.Lifetime;
using WorkersSockets.Analyzers.Tests.Connections;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

/// <summary>WSK1001's fix on the ways in which a socket is opened on first use.</summary>
public class ConnectInMethodTests
{
    private const string Send = "public static async Task SendAsync(string host, byte[] data, CancellationToken token)\n";

    private static readonly string Helpers = AddConnectTimeoutTests.Helpers.TrimEnd();

    public static TheoryData<string, string> OnDotNet => new()
    {
        // In a try whose handlers answer.
        {
            "private static TcpClient? s_client;\n\n" + Send + "{\n    try\n    {\n        if (s_client is null)\n        {\n            s_client = {|WSK1001:new TcpClient()|};\n            await s_client.ConnectAsync(host, 7, token);\n        }\n\n        await s_client.GetStream().WriteAsync(data, token);\n    }\n    catch (SocketException)\n    {\n    }\n}",
            Send + "{\n    try\n    {\n        using var client = new TcpClient();\n        await client.ConnectAsync(host, 7, token);\n\n        await client.GetStream().WriteAsync(data, token);\n    }\n    catch (SocketException)\n    {\n    }\n}"
        },
        // With its stream in a second field, opened anew where it is not connected.
        {
            "private static TcpClient? _client;\nprivate static NetworkStream? _stream;\n\n" + Send + "{\n    if (_client == null || !_client.Connected)\n    {\n        _client = {|WSK1001:new TcpClient()|};\n        await _client.ConnectAsync(host, 7, token);\n        _stream = _client.GetStream(); // kept\n    }\n\n    await _stream!.WriteAsync(data, token);\n}",
            Send + "{\n    using var client = new TcpClient();\n    await client.ConnectAsync(host, 7, token);\n    var stream = client.GetStream(); // kept\n\n    await stream.WriteAsync(data, token);\n}"
        },
        // The one before is disposed.
        {
            "private static TcpClient? _client;\n\n" + Send + "{\n    if (_client is not { Connected: true })\n    {\n        _client?.Dispose();\n        _client = {|WSK1001:new TcpClient()|};\n        await _client.ConnectAsync(host, 7, token);\n    }\n\n    await _client.GetStream().WriteAsync(data, token);\n}",
            Send + "{\n    using var client = new TcpClient();\n    await client.ConnectAsync(host, 7, token);\n\n    await client.GetStream().WriteAsync(data, token);\n}"
        },
        // Lazy.
        {
            "private static readonly Lazy<TcpClient> Client = new(() => {|WSK1001:new TcpClient(\"db\", 7)|});\n\npublic static void Send(byte[] data)\n{\n    Client.Value.GetStream().Write(data);\n}",
            "public static void Send(byte[] data)\n{\n    using var client = new TcpClient(\"db\", 7);\n    client.GetStream().Write(data);\n}"
        },
        // A method that returns it, to two callers.
        {
            "private static TcpClient? _client;\n\nprivate static async Task<TcpClient> GetAsync(string host)\n{\n    if (_client is null)\n    {\n        _client = {|WSK1001:new TcpClient()|};\n        await _client.ConnectAsync(host, 7);\n    }\n\n    return _client;\n}\n\n" + Send + "{\n    var client = await GetAsync(host);\n    await client.GetStream().WriteAsync(data, token);\n}\n\npublic static async Task<int> ReadAsync(byte[] data)\n{\n    var db = await GetAsync(\"db\");\n    return await db.GetStream().ReadAsync(data);\n}",
            "private static async Task<TcpClient> GetAsync(string host)\n{\n    var client = new TcpClient();\n    try\n    {\n        await client.ConnectAsync(host, 7);\n        return client;\n    }\n    catch\n    {\n        client.Dispose();\n        throw;\n    }\n}\n\n" + Send + "{\n    using var client = await GetAsync(host);\n    await client.GetStream().WriteAsync(data, token);\n}\n\npublic static async Task<int> ReadAsync(byte[] data)\n{\n    using var db = await GetAsync(\"db\");\n    return await db.GetStream().ReadAsync(data);\n}"
        },
    };

    public static TheoryData<string, string> OnWorkers => new()
    {
        // With a helper of its own that opens it within a time.
        {
            "private static TcpSocket? connection;\n\npublic static async Task SendAsync(string host)\n{\n    try\n    {\n        if (connection is null)\n        {\n            connection = {|WSK1001:TcpSocket.Connect(host, 7)|};\n            await OpenWithinAsync(connection, 3000);\n        }\n\n        await connection.WriteTextAsync(\"x\");\n    }\n    catch (Exception)\n    {\n    }\n}\n",
            "public static async Task SendAsync(string host)\n{\n    try\n    {\n        var connection = TcpSocket.Connect(host, 7);\n        await OpenWithinAsync(connection, 3000);\n        try\n        {\n            await connection.WriteTextAsync(\"x\");\n        }\n        finally\n        {\n            await connection.CloseAsync();\n        }\n    }\n    catch (Exception)\n    {\n    }\n}\n"
        },
        // A method that returns it.
        {
            "private static TcpSocket? _socket;\n\nprivate static async Task<TcpSocket> GetAsync(string host)\n{\n    if (_socket is null)\n    {\n        _socket = {|WSK1001:TcpSocket.Connect(host, 7)|};\n        await _socket.OpenedAsync();\n    }\n\n    return _socket;\n}\n\npublic static async Task SendAsync(string host)\n{\n    var log = await GetAsync(host);\n    await log.WriteTextAsync(\"x\");\n}\n",
            "private static async Task<TcpSocket> GetAsync(string host)\n{\n    var socket = TcpSocket.Connect(host, 7);\n    await OpenWithinAsync(socket, 5000);\n    return socket;\n}\n\npublic static async Task SendAsync(string host)\n{\n    var log = await GetAsync(host);\n    try\n    {\n        await log.WriteTextAsync(\"x\");\n    }\n    finally\n    {\n        await log.CloseAsync();\n    }\n}\n"
        },
    };

    [Theory]
    [MemberData(nameof(OnDotNet))]
    public Task On_dotnet(string before, string after) => Verify.FixAsync<ConnectInMethod>("WSK1001", "ConnectInMethod", On.DotNet, Class(before), Class(after));

    [Theory]
    [MemberData(nameof(OnWorkers))]
    public Task On_Workers(string before, string after) =>
        Verify.FixAsync<ConnectInMethod>("WSK1001", "ConnectInMethod", On.Workers, Class(before, Helpers), Class(after, Helpers));

    [Theory]
    // A task is no socket: disposing of it closes nothing.
    [InlineData("private static Task<TcpClient>? s_connecting; static Task<TcpClient> ConnectAsync() => Task.FromResult(new TcpClient()); static async Task M() { s_connecting ??= {|WSK1001:ConnectAsync()|}; var client = await s_connecting; client.GetStream().WriteByte(1); }")]
    // The stream is used elsewhere too.
    [InlineData("private static TcpClient? _c; private static NetworkStream? _s; static void M() { if (_c is null) { _c = {|WSK1001:new TcpClient(\"db\", 7)|}; _s = _c.GetStream(); } _c.GetStream().WriteByte(1); } static void N() => _s!.WriteByte(1);")]
    // The caller of the method keeps nothing that could be closed.
    [InlineData("private static TcpClient? _c; private static TcpClient Get() { if (_c is null) { _c = {|WSK1001:new TcpClient(\"db\", 7)|}; } return _c; } static void M() => Get().GetStream().WriteByte(1);")]
    // A method or a caller passes it on.
    [InlineData("private static readonly TcpClient C = {|WSK1001:new TcpClient(\"db\", 7)|}; static Stream M() { return C.GetStream(); }")]
    [InlineData("private static TcpClient? _c; private static TcpClient Get() { if (_c is null) { _c = {|WSK1001:new TcpClient(\"db\", 7)|}; } return _c; } static Stream M() { var c = Get(); return c.GetStream(); }")]
    public Task Leaves_what_a_local_cannot_replace(string members) => Verify.NotFixableAsync<ConnectInMethod>("WSK1001", On.DotNet, Class(members));

    private static string Class(string members, string tail = "") =>
        "public static class P\n{\n" + string.Join('\n', members.Split('\n').Select(line => line.Length == 0 ? line : "    " + line)) + tail + "\n}\n";
}
