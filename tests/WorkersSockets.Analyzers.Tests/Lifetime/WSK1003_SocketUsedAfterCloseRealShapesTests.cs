using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

public sealed class WSK1003_SocketUsedAfterCloseRealShapesTests
{
    private const string Id = "WSK1003";

    [Theory]
    [InlineData("void Run(List<TcpClient> all) { foreach (var client in all) { client.GetStream().WriteByte(1); client.Close(); } }")]
    [InlineData("void Run(List<Peer> all) { foreach (var peer in all) { peer.Client.GetStream().WriteByte(1); peer.Client.Close(); } }")]
    [InlineData("void Run(Peer left, Peer right) { left.Client.Close(); right.Client.GetStream().WriteByte(1); left.Raw.Close(); right.Raw.Send(new byte[1]); }")]
    [InlineData("void Run(List<Socket> all) { for (var i = 0; i < all.Count; i++) { all[i].Send(new byte[1]); all[i].Close(); } }")]
    [InlineData("void Run(Socket[] all) { for (var i = 0; i < all.Length; i++) { all[i].Send(new byte[1]); all[i].Close(); } }")]
    [InlineData("void Run(Dictionary<string, Socket> all) { foreach (var pair in all) { pair.Value.Send(new byte[1]); pair.Value.Close(); } }")]
    [InlineData("""void Run(Dictionary<string, Socket> all) { all["a"].Close(); all["b"].Send(new byte[1]); }""")]
    [InlineData("void Run(IEnumerable<Socket> all) { foreach (Socket each in all) { each.Close(); } foreach (Socket each in all) { each.Send(new byte[1]); } }")]
    [InlineData("void Run(Func<Socket> make) { while (true) { var socket = make(); socket.Send(new byte[1]); socket.Close(); } }")]
    [InlineData("void Run(Func<Socket> make) { var socket = make(); socket.Close(); socket = make(); socket.Send(new byte[1]); socket.Close(); }")]
    [InlineData("void Run(Queue<Socket> idle) { while (idle.Count > 0) { var socket = idle.Dequeue(); socket.Send(new byte[1]); socket.Dispose(); } }")]
    [InlineData("void Run(Queue<Socket> idle) { while (idle.TryDequeue(out var socket)) { socket.Send(new byte[1]); socket.Dispose(); } }")]
    [InlineData("async Task RunAsync(Func<Task<Socket>> make) { while (true) { using var socket = await make(); await socket.SendAsync(new byte[1]); } }")]
    public Task Another_socket_each_time_is_not_the_closed_one(string method) => Verify.SilentAsync(Id, On.DotNet, $$"""
        class Peer
        {
            public TcpClient Client = new();
            public Socket Raw { get; set; } = null!;
        }

        class Connections
        {
            {{method}}
        }
        """);

    [Fact]
    public Task A_field_may_be_filled_again_by_a_method_of_the_type() => Verify.SilentAsync(Id, On.DotNet, """
        abstract class Link
        {
            private Socket socket = null!;

            protected abstract Socket Open();

            public void Restart()
            {
                socket.Close();
                Renew();
                socket.Send(new byte[1]);
            }

            private void Renew() => socket = Open();
        }
        """);

    [Fact]
    public Task The_socket_inside_can_be_looked_at_after_the_close() => Verify.SilentAsync(Id, On.DotNet, """
        class Check
        {
            bool Run(TcpClient client)
            {
                client.Close();
                return client.Client is null || !client.Client.Connected;
            }
        }
        """);

    [Fact]
    public Task A_chain_of_calls_is_one_find() => Verify.FoundAsync(Id, On.DotNet, """
        class Late
        {
            void Run(TcpClient client)
            {
                client.Close();
                {|WSK1003:client.GetStream()|}.WriteByte(1);
            }
        }
        """);

    [Fact]
    public Task A_member_of_the_same_variable_is_the_closed_one() => Verify.FoundAsync(Id, On.DotNet, """
        class Peer
        {
            public Socket Raw { get; set; } = null!;

            static void Run(Peer peer)
            {
                peer.Raw.Close();
                {|WSK1003:peer.Raw.Send(new byte[1])|};
            }
        }
        """);
}
