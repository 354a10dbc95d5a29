using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests;

/// <summary>The suppressor against stand-ins that report other analyzers' ids wherever these could.</summary>
public class SuppressorTests
{
    [Theory]
    [InlineData("using var client = new TcpClient(host, 1); client.GetStream().WriteByte(1);")]
    [InlineData("var client = new TcpClient(host, 1); try { client.GetStream().WriteByte(1); } finally { client.Close(); }")]
    [InlineData("using var client = new TcpClient(host, 1); var reader = new StreamReader(client.GetStream()); reader.Read();")]
    [InlineData("var socket = new Socket(SocketType.Stream, ProtocolType.Tcp); try { socket.Connect(host, 1); return new NetworkStream(socket, ownsSocket: true); } catch { socket.Dispose(); throw; }")]
    public async Task Silences_not_disposed_on_sockets_that_every_path_closes(string statements)
    {
        foreach (var found in await RunAsync(statements))
        {
            Assert.True(found.IsSuppressed, found.ToString());
        }
    }

    [Theory]
    [InlineData("var client = new TcpClient(host, 1); client.GetStream().WriteByte(1);")]
    [InlineData("var client = new TcpClient(host, 1); client.GetStream().WriteByte(1); client.Close();")]
    [InlineData("var client = new TcpClient(host, 1); kept = client;")]
    [InlineData("var socket = new Socket(SocketType.Stream, ProtocolType.Tcp); socket.Connect(host, 1); return new NetworkStream(socket, ownsSocket: true);")]
    [InlineData("var client = new TcpClient(host, 1); if (host != \"\") client.Close();")]
    [InlineData("var file = new FileStream(host, FileMode.Open); file.Close();")]
    [InlineData("var reader = new StreamReader(host); reader.Read();")]
    public async Task Leaves_what_is_not_proved(string statements)
    {
        foreach (var found in await RunAsync(statements))
        {
            Assert.False(found.IsSuppressed, found.ToString());
        }
    }

    [Theory]
    [InlineData("while (client.Available > 0) stream.Read(buffer, 0, buffer.Length);", true)]
    [InlineData("stream.Read(buffer, 0, buffer.Length);", false)]
    [InlineData("stream.Read(buffer, 0, buffer.Length); Console.WriteLine(buffer[0]);", false)]
    [InlineData("while (client.Available > 0) { stream.Read(buffer, 0, buffer.Length); Console.WriteLine(buffer[0]); }", false)]
    [InlineData("var n = 0; stream.Read(buffer, n, 4); stream.Read(buffer, 4, 4);", false)]
    [InlineData("while (true) stream.Read(buffer, 0, buffer.Length);", false)]
    public async Task Silences_inexact_reads_only_in_loops_that_empty_the_stream(string statements, bool isSuppressed)
    {
        var found = await RunAsync($$"""
            using var client = new TcpClient(host, 1);
            var stream = client.GetStream();
            var buffer = new byte[16];
            {{statements}}
            """);
        var reads = found.Where(diagnostic => diagnostic.Id == "CA2022").ToList();
        Assert.NotEmpty(reads);
        Assert.All(reads, read => Assert.Equal(isSuppressed, read.IsSuppressed));
    }

    [Fact]
    public void Names_the_diagnostics_of_other_analyzers() => Assert.Equal(
        ["CA2000", "CA2022", "IDISP001", "S2930"],
        new CorrectSocketSuppressor().SupportedSuppressions.Select(suppression => suppression.SuppressedDiagnosticId).Order(StringComparer.Ordinal));

    private static async Task<ImmutableArray<Diagnostic>> RunAsync(string statements)
    {
        var compilation = Verify.Compile(On.DotNet, $$"""
            class C
            {
                private static TcpClient? kept;

                static object? M(string host)
                {
                    {{statements}}
                    return null;
                }
            }
            """);
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(found => found.Severity == DiagnosticSeverity.Error));
        var failures = new List<string>();
        var result = await compilation
            .WithAnalyzers(
                [new EverythingIsSuspect(), new CorrectSocketSuppressor()],
                new CompilationWithAnalyzersOptions(
                    new AnalyzerOptions([]),
                    onAnalyzerException: (exception, _, _) => failures.Add(exception.ToString()),
                    concurrentAnalysis: true,
                    logAnalyzerExecutionTime: false,
                    reportSuppressedDiagnostics: true))
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.Empty(failures);
        Assert.NotEmpty(result);
        return result;
    }

    /// <summary>Reports each created client, stream and reader at the expression or its variable, and each Read whose count is dropped.</summary>
#pragma warning disable RS1029, RS1036, RS1038, RS1041, RS2008 // Lives in a test only.
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class EverythingIsSuspect : DiagnosticAnalyzer
    {
        private static readonly ImmutableArray<DiagnosticDescriptor> Created = [Descriptor("CA2000"), Descriptor("IDISP001"), Descriptor("S2930")];
        private static readonly DiagnosticDescriptor Read = Descriptor("CA2022");

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Created.Add(Read);

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterSyntaxNodeAction(
                node =>
                {
                    node.ReportDiagnostic(Diagnostic.Create(Created[0], node.Node.GetLocation()));
                    if (node.Node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { Parent: { } declaration } variable)
                    {
                        node.ReportDiagnostic(Diagnostic.Create(Created[1], declaration.GetLocation()));
                        node.ReportDiagnostic(Diagnostic.Create(Created[2], variable.Identifier.GetLocation()));
                    }
                },
                SyntaxKind.ObjectCreationExpression);
            context.RegisterSyntaxNodeAction(
                node =>
                {
                    if (node.Node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Read" }, ArgumentList.Arguments.Count: 3 })
                    {
                        node.ReportDiagnostic(Diagnostic.Create(Read, node.Node.GetLocation()));
                    }
                },
                SyntaxKind.InvocationExpression);
        }

        private static DiagnosticDescriptor Descriptor(string id) => new(id, id, id, "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);
    }
#pragma warning restore RS1029, RS1036, RS1038, RS1041, RS2008
}
