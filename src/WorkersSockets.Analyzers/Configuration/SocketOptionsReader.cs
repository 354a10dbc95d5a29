using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>An option value that cannot be read, and what was expected in its place.</summary>
/// <param name="Consequence">What applies instead.</param>
internal sealed record OptionProblem(string Key, string Value, string Expected, string Consequence);

/// <summary>The options of a tree, and what of them cannot be read.</summary>
internal sealed record SocketOptionsResult(SocketOptions Options, ImmutableArray<OptionProblem> Problems);

/// <summary>Reads <see cref="SocketOptions"/> from an <c>.editorconfig</c>.</summary>
internal static class SocketOptionsReader
{
    public const string Prefix = "workers_sockets.";
    private const int MaximumConnects = 10_000;
    private const int MaximumTimeout = 24 * 60 * 60 * 1000;

    public static SocketOptionsResult Read(AnalyzerConfigOptions options)
    {
        var reader = new Reader(options);
        var defaults = SocketOptions.Default;
        var result = new SocketOptions
        {
            Target = reader.Target("target", defaults.Target),
            MaxConcurrentConnects = reader.Number("max_concurrent_connects", MaximumConnects, defaults.MaxConcurrentConnects),
            ConnectTimeoutMilliseconds = reader.Number("connect_timeout_ms", MaximumTimeout, defaults.ConnectTimeoutMilliseconds),
            AllowedHosts = reader.List("allowed_hosts", IsHost, "host names or IP addresses, without scheme, port or path"),
            OwnHostnames = reader.List("own_hostnames", text => HostPattern.IsHostname(text, wildcards: true), "host names, without scheme, port or path"),
            BlockedHosts = reader.List("blocked_hosts", text => IsHost(text) || IsNetwork(text), "host names, IP addresses or CIDR blocks such as 10.0.0.0/8"),
            CloseMethods = reader.List("close_methods", SyntaxFacts.IsValidIdentifier, "method names"),
            IncludeTests = reader.Boolean("include_tests", defaults.IncludeTests),
        };
        return new SocketOptionsResult(result, reader.Problems.ToImmutable());
    }

    private static bool IsHost(string text) =>
        HostPattern.IsHostname(text, wildcards: true) || IPAddress.TryParse(text.Trim('[', ']'), out _);

    private static bool IsNetwork(string text)
    {
        var slash = text.IndexOf('/');
        return slash > 0
            && IPAddress.TryParse(text.Substring(0, slash), out var address)
            && int.TryParse(text.Substring(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= address.GetAddressBytes().Length * 8;
    }

    private sealed class Reader(AnalyzerConfigOptions options)
    {
        public ImmutableArray<OptionProblem>.Builder Problems { get; } = ImmutableArray.CreateBuilder<OptionProblem>();

        public Target Target(string name, Target fallback)
        {
            switch (Value(name)?.ToLowerInvariant())
            {
                case null:
                    return fallback;
                case "auto":
                    return Configuration.Target.Auto;
                case "workers":
                    return Configuration.Target.Workers;
                case "dotnet":
                    return Configuration.Target.DotNet;
                default:
                    Report(name, "'auto', 'workers' or 'dotnet'", "the default 'auto' applies");
                    return fallback;
            }
        }

        public int Number(string name, int maximum, int fallback)
        {
            if (Value(name) is not { } value)
            {
                return fallback;
            }

            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= maximum)
            {
                return number;
            }

            Report(name, string.Format(CultureInfo.InvariantCulture, "a whole number from 1 to {0}", maximum), string.Format(CultureInfo.InvariantCulture, "the default {0} applies", fallback));
            return fallback;
        }

        public bool Boolean(string name, bool fallback)
        {
            switch (Value(name)?.ToLowerInvariant())
            {
                case null:
                    return fallback;
                case "true":
                    return true;
                case "false":
                    return false;
                default:
                    Report(name, "'true' or 'false'", fallback ? "the default 'true' applies" : "the default 'false' applies");
                    return fallback;
            }
        }

        /// <summary>A list; an entry that cannot be read is left out and the others apply.</summary>
        public ImmutableArray<string> List(string name, Func<string, bool> isValid, string expected)
        {
            if (Value(name) is not { } value)
            {
                return ImmutableArray<string>.Empty;
            }

            var entries = value.Split(',', ';').Select(entry => entry.Trim()).Where(entry => entry.Length > 0).Distinct().ToList();
            foreach (var entry in entries.Where(entry => !isValid(entry)))
            {
                Problems.Add(new OptionProblem(Prefix + name, entry, expected, "the entry is left out"));
            }

            return entries.Where(isValid).ToImmutableArray();
        }

        /// <summary>The value of an option; null where it is not set, empty or, as .editorconfig files say it, "unset".</summary>
        private string? Value(string name) =>
            options.TryGetValue(Prefix + name, out var value) && value.Trim() is { Length: > 0 } trimmed && !trimmed.Equals("unset", StringComparison.OrdinalIgnoreCase)
                ? trimmed
                : null;

        private void Report(string name, string expected, string consequence) =>
            Problems.Add(new OptionProblem(Prefix + name, Value(name) ?? "", expected, consequence));
    }
}
