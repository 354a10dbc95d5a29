using Microsoft.CodeAnalysis.Diagnostics;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>Reads <see cref="SocketOptions"/> from an <c>.editorconfig</c>.</summary>
internal static class SocketOptionsReader
{
    public static SocketOptions Read(AnalyzerConfigOptions options) => SocketOptions.Default;
}
