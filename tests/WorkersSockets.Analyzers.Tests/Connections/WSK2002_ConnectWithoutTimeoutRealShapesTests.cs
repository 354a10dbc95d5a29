using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public sealed class WSK2002_ConnectWithoutTimeoutRealShapesTests
{
    [Fact]
    public Task A_task_variable_that_continues_itself_ends_the_analysis() => Verify.FoundAsync("WSK2002", On.DotNet, """
        class Chain
        {
            async Task RunAsync(TcpClient client, string host)
            {
                Task connect = {|WSK2002:client.ConnectAsync(host, 4000)|};
                connect = connect.ContinueWith(done => Console.WriteLine(done.Status));
                connect = connect.ContinueWith(done => Console.WriteLine(done.Id));
                await connect;
            }
        }
        """);

    [Theory]
    [InlineData("class Agent { async Task RunAsync(TcpClient client) { await {|WSK2002:Task.Factory.FromAsync(client.BeginConnect, client.EndConnect, \"h\", 4000, null)|}; } }")]
    [InlineData("class Agent { void Run(EndPoint there) { var socket = new Socket(SocketType.Stream, ProtocolType.Tcp); var done = new ManualResetEventSlim(); var arguments = new SocketAsyncEventArgs { RemoteEndPoint = there }; arguments.Completed += (_, _) => done.Set(); if ({|WSK2002:socket.ConnectAsync(arguments)|}) done.Wait(); socket.Close(); } }")]
    public Task Older_ways_to_connect_without_a_time(string source) => Verify.FoundAsync("WSK2002", On.DotNet, source);

    [Theory]
    [InlineData("class Agent { async Task RunAsync(TcpClient client) { await Task.Factory.FromAsync(client.BeginConnect, client.EndConnect, \"h\", 4000, null).WaitAsync(TimeSpan.FromSeconds(3)); } }")]
    [InlineData("class Agent { async Task RunAsync(Socket socket, EndPoint there, CancellationToken token) { using (token.Register(socket.Dispose)) await Task.Factory.FromAsync(socket.BeginConnect, socket.EndConnect, there, null); } }")]
    [InlineData("class Agent { async Task RunAsync(string path) { using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.IP); await Task.Factory.FromAsync(socket.BeginConnect, socket.EndConnect, new UnixDomainSocketEndPoint(path), null); } }")]
    [InlineData("class Agent { bool Run(EndPoint there) { using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp); var done = new ManualResetEventSlim(); var arguments = new SocketAsyncEventArgs { RemoteEndPoint = there }; arguments.Completed += (_, _) => done.Set(); return !socket.ConnectAsync(arguments) || done.Wait(3000); } }")]
    // A timer ends the connect through a local function; a registration through the socket inside the client.
    [InlineData("class Agent { void Run(Socket socket, EndPoint there) { using (new Timer(_ => GiveUp(), null, 3000, -1)) { socket.Connect(there); } void GiveUp() { socket.Dispose(); } } }")]
    [InlineData("class Agent { void Run(TcpClient client, CancellationToken token) { using (token.Register(() => { client?.Client?.Dispose(); })) { client.Connect(\"h\", 80); } } }")]
    // Datagrams: the socket comes from an initializer, or from the constructor that hands it to the base.
    [InlineData("class Agent { readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp); Agent(string host) { socket.Connect(host, 8125); } }")]
    [InlineData("abstract class Channel { protected readonly Socket Socket; protected Channel(Socket socket) { Socket = socket; } } class Datagrams : Channel { public Datagrams() : base(new Socket(SocketType.Dgram, ProtocolType.Udp)) { } public void Open(EndPoint there) { Socket.Connect(there); } }")]
    public Task Bounded_and_other_ways_to_connect(string source) => Verify.SilentAsync("WSK2002", On.DotNet, source);

    [Fact]
    public Task A_member_that_the_constructor_connects_is_opened_without_a_time() => Verify.FoundAsync("WSK2002", On.Workers, """
        class Agent
        {
            private readonly TcpSocket socket;
            public Agent(string host) { socket = TcpSocket.Connect(host, 7000); }
            public async Task StartAsync() { await {|WSK2002:socket.OpenedAsync()|}; }
            public Task StopAsync() => socket.CloseAsync();
        }
        """);
}
