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
}
