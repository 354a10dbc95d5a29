using System.Collections.Immutable;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Tests.Documentation;

/// <summary>One <c>.editorconfig</c> option as the documentation tells it.</summary>
/// <param name="Rules">The rules that read it; empty: every rule.</param>
internal sealed record OptionRow(string Key, string Default, string Meaning, params string[] Rules);

/// <summary>The options table of README and the options of each rule in rules.json.</summary>
internal static class OptionTable
{
    public static readonly ImmutableArray<OptionRow> Rows =
    [
        new("workers_sockets.target", "auto", "`workers`: every rule in full. `dotnet`: the code never runs on Workers or the like, so the rules about that platform stay silent. `auto`: `workers` where the `Workers` package or a wrangler file is present, else the messages for .NET", "WSK2001", "WSK2003", "WSK2004", "WSK2005", "WSK5003"),
        new("workers_sockets.max_concurrent_connects", SocketOptions.Default.MaxConcurrentConnects.ToString(), "how many connections may be opening at once", "WSK2001"),
        new("workers_sockets.connect_timeout_ms", SocketOptions.Default.ConnectTimeoutMilliseconds.ToString(), "the timeout that the fix writes, in milliseconds", "WSK2002", "WSK2007"),
        new("workers_sockets.allowed_hosts", "", "hosts that a request may name, and that the allowlist fix writes", "WSK4005"),
        new("workers_sockets.own_hostnames", "", "the Worker's own hostnames, beside those in the wrangler file's routes", "WSK2005"),
        new("workers_sockets.blocked_hosts", "", "further hosts or CIDR blocks that cannot be reached", "WSK2004"),
        new("workers_sockets.close_methods", "", "further method names that close a socket wrapper", "WSK1002", "WSK1003"),
        new("workers_sockets.include_tests", "false", "whether test code is analysed by the rules about the platform", "WSK2003", "WSK2004", "WSK2005", "WSK5001", "WSK5002", "WSK5003", "WSK5004"),
    ];
}
