using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Diagnostics.Telemetry;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Robustness;

/// <summary>What a compilation without sockets pays: no action that would have the driver bind its files.</summary>
public class GateTests
{
    [Theory]
    [InlineData(On.DotNet)]
    [InlineData(On.Workers)]
    public async Task Without_sockets_nothing_is_registered(On surface)
    {
        var actions = await ActionsAsync(surface, "class Order { public int Total(int price, int count) => price * count; }");

        Assert.Equal(1, actions.CompilationStartActionsCount);
        Assert.Equal(0, actions.CodeBlockActionsCount + actions.CodeBlockStartActionsCount + actions.OperationActionsCount + actions.SyntaxNodeActionsCount);
        Assert.Equal(0, actions.CompilationEndActionsCount);
    }

    [Fact]
    public async Task With_a_socket_one_action_looks_at_bodies()
    {
        var actions = await ActionsAsync(On.DotNet, "class Client { public void Close(TcpClient client) => client.Close(); }");

        Assert.Equal(1, actions.CodeBlockActionsCount);
        Assert.Equal(0, actions.CompilationEndActionsCount);
    }

    private static async Task<AnalyzerTelemetryInfo> ActionsAsync(On surface, string code)
    {
        // Global usings name the namespace of sockets in a file of their own.
        var compilation = Verify.Compile(surface, code);
        compilation = compilation.RemoveSyntaxTrees(compilation.SyntaxTrees.Where(tree => !code.Contains("Tcp", StringComparison.Ordinal) && tree.FilePath != "Test.cs"));
        var analyzer = new WorkerSocketAnalyzer();
        var analyzers = compilation.WithAnalyzers([analyzer], new AnalyzerOptions([]));
        await analyzers.GetAnalyzerDiagnosticsAsync();
        return await analyzers.GetAnalyzerTelemetryInfoAsync(analyzer, TestContext.Current.CancellationToken);
    }
}
