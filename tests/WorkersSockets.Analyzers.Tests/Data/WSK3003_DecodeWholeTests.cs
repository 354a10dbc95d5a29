using System.Collections.Concurrent;
using WorkersSockets.Analyzers.CodeFixes.Data;
using WorkersSockets.Analyzers.Tests.Robustness;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public class WSK3003_DecodeWholeTests
{
    private const string Id = "WSK3003";

    [Theory]
    [InlineData("Encoding.UTF8.GetString(buffer, 0, n)", "new string(chars, 0, decoder.GetChars(buffer, 0, n, chars, 0))")]
    [InlineData("Encoding.UTF8.GetString(buffer.AsSpan(0, n))", "new string(chars, 0, decoder.GetChars(buffer.AsSpan(0, n), chars, flush: false))")]
    public Task Keeps_a_decoder(string before, string after) => Verify.FixAsync<DecodeWhole>(
        Id,
        "Decoder",
        On.DotNet,
        Source("{|#0:" + before + "|}", "", "{|#1:stream.ReadAsync(buffer)|}"),
        Source(after, "        var decoder = Encoding.UTF8.GetDecoder();\n        var chars = new char[Encoding.UTF8.GetMaxCharCount(buffer.Length)];\n", "stream.ReadAsync(buffer)"),
        null,
        null,
        Verify.Result(RuleCatalog.TextSplit, 0).WithLocation(1));

    private static string Source(string decode, string declarations, string read) =>
        "class C\n{\n    async Task<string> M(NetworkStream stream)\n    {\n        var buffer = new byte[1024];\n        var text = new StringBuilder();\n        int n;\n\n"
        + declarations
        + "        // Until the peer closes.\n        while ((n = await " + read + ") > 0)\n        {\n            text.Append(" + decode + ");\n        }\n\n        return text.ToString();\n    }\n}\n";

    [Theory]
    [InlineData("buffer, 0, n, chars, 0", "buffer, 0, n, chars, 0")]
    [InlineData("buffer.AsSpan(0, n), chars", "buffer.AsSpan(0, n), chars, flush: false")]
    public Task Chars_come_from_a_decoder_that_is_kept(string before, string after) => Verify.FixAsync<DecodeWhole>(
        Id, "Decoder", On.DotNet, Chars("{|WSK3003:Encoding.UTF8.GetChars(" + before + ")|}", ""), Chars($"decoder.GetChars({after})", "        var decoder = Encoding.UTF8.GetDecoder();\n"));

    private static string Chars(string decode, string declaration) =>
        "class C\n{\n    void M(NetworkStream stream, byte[] buffer, char[] chars, StringBuilder text)\n    {\n        int n;\n" + declaration
        + "        while ((n = stream.Read(buffer)) > 0)\n        {\n            var count = " + decode + ";\n            text.Append(chars, 0, count);\n        }\n    }\n}\n";

    [Theory]
    [InlineData("new byte[1024].AsMemory()", "buffer", "buffer.Span[..n]", "buffer.Length")]
    [InlineData("MemoryPool<byte>.Shared.Rent(1024)", "buffer.Memory", "buffer.Memory.Span.Slice(0, n)", "buffer.Memory.Length")]
    public Task Keeps_a_decoder_for_memory(string made, string target, string bytes, string length) => Verify.FixAsync<DecodeWhole>(
        Id, "Decoder", On.DotNet, Memory(made, target, "{|WSK3003:Encoding.UTF8.GetString(" + bytes + ")|}", ""),
        Memory(made, target, $"new string(chars, 0, decoder.GetChars({bytes}, chars, flush: false))", $"        var decoder = Encoding.UTF8.GetDecoder();\n        var chars = new char[Encoding.UTF8.GetMaxCharCount({length})];\n"));

    private static string Memory(string made, string target, string decode, string declarations) =>
        "using System.Buffers;\n\nclass C\n{\n    async Task M(NetworkStream stream, Action<string> show)\n    {\n        var buffer = " + made + ";\n" + declarations
        + "        while (true)\n        {\n            var n = await stream.ReadAsync(" + target + ");\n            if (n == 0)\n            {\n                return;\n            }\n\n            show(" + decode + ");\n        }\n    }\n}\n";

    [Fact]
    public Task Collects_on_workers() => Verify.FixAsync<DecodeWhole>(Id, "Collect", On.Workers, """
        static class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                var text = "";
                while (true)
                {
                    var chunk = await {|#1:socket.ReadAsync()|};
                    if (chunk.Done)
                    {
                        break;
                    }

                    text += {|#0:TextCodec.DecodeUtf8(chunk.Bytes)|};
                }

                return text;
            }
        }
        """, """
        static class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                var bytes = await ReadableStream.FromAsyncEnumerable(ReadChunksAsync(socket)).ReadAllBytesAsync();
                var text = TextCodec.DecodeUtf8(bytes);

                return text;
            }

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
        }
        """, null, null, Verify.Result(RuleCatalog.TextSplit, 0).WithLocation(1));

    [Fact]
    public Task Not_offered_where_the_loop_does_more() => Verify.NotFixableAsync<DecodeWhole>(Id, On.Workers, """
        static class C
        {
            static async Task M(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await {|#1:socket.ReadAsync()|};
                    if (chunk.Done)
                    {
                        break;
                    }

                    Console.WriteLine({|#0:TextCodec.DecodeUtf8(chunk.Bytes)|});
                }
            }
        }
        """, Verify.Result(RuleCatalog.TextSplit, 0).WithLocation(1));

    [Theory]
    [InlineData("var r = await socket.ReadAsync(); while (!r.Done) { text += {|WSK3003:TextCodec.DecodeUtf8(r.Bytes)|}; r = await socket.ReadAsync(); }", "bytes", "ReadChunksAsync")]
    [InlineData("while (await socket.ReadAsync() is { Done: false } r) { text += {|WSK3003:TextCodec.DecodeUtf8(r.Bytes)|}; }", "bytes", "ReadChunksAsync")]
    [InlineData("while (true) { var (done, part) = await socket.ReadAsync(); if (done) break; text += {|WSK3003:TextCodec.DecodeUtf8(part)|}; }", "part", "ReadChunksAsync")]
    [InlineData("while (!text.Contains(\"\\r\\n\", StringComparison.Ordinal)) { var r = await socket.ReadAsync(); if (r.Done) break; text += {|WSK3003:TextCodec.DecodeUtf8(r.Bytes)|}; }", "bytes", "ReadLineChunksAsync")]
    public Task Collects_in_loops_of_every_form(string loop, string bytes, string chunks) => Verify.FixAsync<DecodeWhole>(Id, "Collect", On.Workers, $$"""
        class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                var text = "";
                {{loop}}
                return text;
            }

        {{Chunks(chunks)}}
        }
        """, $$"""
        class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                var {{bytes}} = await ReadableStream.FromAsyncEnumerable({{chunks}}(socket)).ReadAllBytesAsync();
                var text = TextCodec.DecodeUtf8({{bytes}});
                return text;
            }

        {{Chunks(chunks)}}
        }
        """);

    [Fact]
    public Task Keeps_the_comments_of_the_loop() => Verify.FixAsync<DecodeWhole>(Id, "Collect", On.Workers, $$"""
        class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                var text = "";
                while (true)
                {
                    var chunk = await socket.ReadAsync(); // up to 4 KB
                    if (chunk.Done) break;
                    // Replies are UTF-8.
                    text += {|WSK3003:TextCodec.DecodeUtf8(chunk.Bytes)|};
                } // all
                return text;
            }

        {{Chunks("ReadChunksAsync")}}
        }
        """, $$"""
        class C
        {
            static async Task<string> M(TcpSocket socket)
            {
                // up to 4 KB
                // Replies are UTF-8.
                var bytes = await ReadableStream.FromAsyncEnumerable(ReadChunksAsync(socket)).ReadAllBytesAsync();
                var text = TextCodec.DecodeUtf8(bytes); // all
                return text;
            }

        {{Chunks("ReadChunksAsync")}}
        }
        """);

    /// <summary>The iterator is there already, so that it is used again.</summary>
    private static string Chunks(string name) => $$"""
            private static async IAsyncEnumerable<ReadOnlyMemory<byte>> {{name}}(TcpSocket socket)
            {
                while (true)
                {
                    var chunk = await socket.ReadAsync();
                    if (chunk.Done)
                    {
                        break;
                    }

                    yield return chunk.Bytes;{{(name == "ReadChunksAsync" ? "" : """

                    if (TextCodec.DecodeUtf8(chunk.Bytes).Contains("\n", StringComparison.Ordinal))
                    {
                        break;
                    }
        """)}}
                }
            }
        """.ReplaceLineEndings("\n");

    [Fact]
    public async Task No_helper_goes_behind_a_method_whose_end_is_not_typed_yet()
    {
        const string Code = """
            static class Client
            {
                public static async Task<string> TextAsync(TcpSocket socket)
                {
                    var text = "";
                    while (true)
                    {
                        var chunk = await socket.ReadAsync();
                        if (chunk.Done)
                        {
                            break;
                        }

                        text += TextCodec.DecodeUtf8(chunk.Bytes);
                    }

                    private text;
                }
            }
            """;
        var failures = new ConcurrentBag<string>();
        var compilation = Probe.Compile(On.Workers, Code);
        var finds = await Probe.AnalyzeAsync(compilation, Code, failures, TestContext.Current.CancellationToken);
        Assert.Contains(finds, find => find.Id == Id);
        Assert.Equal(0, await Probe.FixAsync(Probe.Document(compilation, Code), [.. finds.Where(find => find.Id == Id)], Code, failures, TestContext.Current.CancellationToken));
        Assert.Empty(failures);
    }
}
