using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>The lossless way to read a message on Workers: an iterator of chunks, gathered by a stream, decoded once.</summary>
internal static class WorkerChunks
{
    private const string ToEnd = """
        private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(TcpSocket socket)
        {
            while (true)
            {
                var chunk = await socket.ReadAsync();
                if (chunk.Done)
                {
                    break;
                }

                yield return chunk.Bytes;
            }
        }
        """;

    private const string ToMark = """
        private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLineChunksAsync(TcpSocket socket)
        {
            while (true)
            {
                var chunk = await socket.ReadAsync();
                if (chunk.Done)
                {
                    break;
                }

                yield return chunk.Bytes;
                if (TextCodec.DecodeUtf8(chunk.Bytes).Contains("\n", StringComparison.Ordinal))
                {
                    break;
                }
            }
        }
        """;

    private static string IteratorOf(MessageEnd end) => (end.Mark switch
    {
        null => ToEnd,
        '\n' => ToMark,
        _ => ToMark.Replace("ReadLineChunksAsync", "ReadMarkedChunksAsync").Replace(@"\n", end.Escape),
    }).Replace("\r\n", "\n");

    /// <summary>An expression that yields all bytes of the message; adds the iterator to the type. Null where it cannot.</summary>
    public static string? ReadAll(SourceEdits edits, SemanticModel model, SyntaxNode at, string socket, MessageEnd end, CancellationToken cancellationToken)
    {
        if (model.Compilation.GetTypeByMetadataName("Workers.ReadableStream")?.GetMembers("FromAsyncEnumerable").IsEmpty != false)
        {
            return null;
        }

        var helper = HelperMethods.AddOnce(edits, model, at, IteratorOf(end), cancellationToken);
        if (helper is null)
        {
            return null;
        }

        Imports.Ensure(edits, model, at.SpanStart, "System.Collections.Generic");
        Imports.Ensure(edits, model, at.SpanStart, "System");
        return $"await ReadableStream.FromAsyncEnumerable({helper}({socket})).ReadAllBytesAsync()";
    }
}
