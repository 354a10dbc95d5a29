using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Configuration;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Configuration;

public class SocketOptionsReaderTests
{
    [Fact]
    public void Nothing_set_gives_the_defaults()
    {
        var (options, problems) = Read([]);

        Assert.Equal((Target.Auto, 6, 5000, false), (options.Target, options.MaxConcurrentConnects, options.ConnectTimeoutMilliseconds, options.IncludeTests));
        Assert.Empty(options.AllowedHosts.Concat(options.OwnHostnames).Concat(options.BlockedHosts).Concat(options.CloseMethods));
        Assert.Empty(problems);
    }

    [Fact]
    public void Every_option_is_read()
    {
        var (options, problems) = Read(new()
        {
            ["target"] = " DotNet ",
            ["max_concurrent_connects"] = "3",
            ["connect_timeout_ms"] = "250",
            ["allowed_hosts"] = "a.example, b.example ; ,a.example",
            ["own_hostnames"] = "*.c.example",
            ["blocked_hosts"] = "10.0.0.0/8,d.example",
            ["close_methods"] = "ShutDown;Hangup",
            ["include_tests"] = "True",
        });

        Assert.Equal((Target.DotNet, 3, 250, true), (options.Target, options.MaxConcurrentConnects, options.ConnectTimeoutMilliseconds, options.IncludeTests));
        Assert.Equal(["a.example", "b.example"], options.AllowedHosts);
        Assert.Equal(["*.c.example"], options.OwnHostnames);
        Assert.Equal(["10.0.0.0/8", "d.example"], options.BlockedHosts);
        Assert.Equal(["ShutDown", "Hangup"], options.CloseMethods);
        Assert.Empty(problems);
    }

    [Fact]
    public void What_cannot_be_read_has_its_default_and_the_rest_applies()
    {
        var (options, problems) = Read(new() { ["target"] = "cloud", ["max_concurrent_connects"] = "-1", ["connect_timeout_ms"] = "100", ["allowed_hosts"] = "a b, c.example" });

        Assert.Equal((Target.Auto, 6, 100), (options.Target, options.MaxConcurrentConnects, options.ConnectTimeoutMilliseconds));
        Assert.Equal(["c.example"], options.AllowedHosts);
        Assert.Equal(["workers_sockets.target", "workers_sockets.max_concurrent_connects", "workers_sockets.allowed_hosts"], problems.Select(problem => problem.Key));
    }

    private static SocketOptionsResult Read(Dictionary<string, string> values) => SocketOptionsReader.Read(new Options(values));

    private sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key["workers_sockets.".Length..], out value);
    }
}
