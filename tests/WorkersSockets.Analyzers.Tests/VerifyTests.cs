using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests;

public class VerifyTests
{
    [Theory]
    [InlineData(On.DotNet, "class C { TcpClient M() => new TcpClient(); }")]
    [InlineData(On.Workers, "class C { static Task<TcpSocketInfo> M(TcpSocket socket) => socket.OpenedAsync(); }")]
    public void References_of_both_surfaces_compile(On on, string source) =>
        Assert.Empty(Verify.Compile(on, source).GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning));

    [Theory]
    [InlineData(On.DotNet)]
    [InlineData(On.Workers)]
    public Task Code_without_sockets_is_silent(On on) => Verify.SilentUnderAllRulesAsync(on, "class C { int M() => 1; }");
}
