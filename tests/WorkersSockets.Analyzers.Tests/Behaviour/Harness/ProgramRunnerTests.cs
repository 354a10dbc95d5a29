using System.Net.Sockets;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

public class ProgramRunnerTests
{
    [Theory]
    [InlineData("public static int Run(int a, int b) => a + b;")]
    [InlineData("private static async Task<int> Run(int a, int b) { await Task.Yield(); return a + b; }")]
    [InlineData("static async ValueTask<int> Run(int a, int b) { await Task.Yield(); return a + b; }")]
    public async Task Value_is_awaited_on_both_surfaces(string method)
    {
        foreach (var on in (On[])[On.DotNet, On.Workers])
        {
            var result = await ProgramRunner.RunAsync(on, $"class C {{ {method} }}", "Run", 2, 3);
            Assert.Equal(5, result.Get<int>());
        }
    }

    [Fact]
    public async Task Task_without_value_yields_null() =>
        Assert.Null((await ProgramRunner.RunAsync(On.DotNet, "class C { static async Task Run() => await Task.Yield(); }")).Get());

    [Theory]
    [InlineData("static int Run() => throw new InvalidOperationException(\"broken\");")]
    [InlineData("static async Task Run() { await Task.Yield(); throw new InvalidOperationException(\"broken\"); }")]
    public async Task Exception_is_handed_over(string method)
    {
        foreach (var on in (On[])[On.DotNet, On.Workers])
        {
            var result = await ProgramRunner.RunAsync(on, $"class C {{ {method} }}");
            Assert.Equal("broken", Assert.IsType<InvalidOperationException>(result.Exception).Message);
            Assert.Throws<InvalidOperationException>(() => result.Get());
        }
    }

    [Theory]
    [InlineData("static void Run() => Thread.Sleep(2000);")]
    [InlineData("static Task Run() => new TaskCompletionSource().Task;")]
    public async Task Run_past_the_limit_is_a_timeout(string method)
    {
        foreach (var on in (On[])[On.DotNet, On.Workers])
        {
            var result = await ProgramRunner.RunAsync(on, $"class C {{ {method} }}", TimeSpan.FromMilliseconds(100));
            Assert.True(result.TimedOut);
        }
    }

    [Fact]
    public async Task Program_talks_to_the_server()
    {
        await using var server = LoopbackServer.Answering("héllo");
        var result = await ProgramRunner.RunAsync(
            On.DotNet,
            """
            static class Program
            {
                static async Task<string> Run(string host, int port)
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(host, port);
                    using var reader = new StreamReader(client.GetStream());
                    return await reader.ReadToEndAsync();
                }
            }
            """,
            "Run",
            server.Host,
            server.Port);
        Assert.Equal("héllo", result.Text);
        Assert.True(await server.AllClosedAsync());
    }

    [Fact]
    public async Task Failure_of_a_socket_keeps_its_type()
    {
        await using var server = LoopbackServer.Refusing();
        var result = await ProgramRunner.RunAsync(On.DotNet, "class C { static void Run(string host, int port) { using var client = new TcpClient(host, port); } }", "Run", server.Host, server.Port);
        Assert.IsAssignableFrom<SocketException>(result.Exception);
    }

    [Fact]
    public async Task Static_state_lives_as_long_as_the_loaded_program()
    {
        using var program = ProgramRunner.Load(On.DotNet, "static class C { static int count; static int Next() => ++count; }");
        await program.InvokeAsync("Next");
        Assert.Equal(2, (await program.InvokeAsync("Next")).Get<int>());
    }

    [Fact]
    public void Source_that_does_not_compile_fails_the_test() =>
        Assert.Contains("CS0103", Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ProgramRunner.Load(On.DotNet, "class C { static int Run() => missing; }")).Message);
}
