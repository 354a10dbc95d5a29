namespace Workers;

public sealed record ReadableStreamReadResult(bool Done, ReadOnlyMemory<byte> Bytes);

public sealed class ReadableStream
{
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> chunks;
    private bool done;

    internal ReadableStream(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks) => this.chunks = chunks.GetAsyncEnumerator();

    public static ReadableStream FromAsyncEnumerable(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ReadableStream(chunks);
    }

    public IReadOnlyList<ReadableStream> Tee()
    {
        var all = ReadAllBytesAsync();
        return [new ReadableStream(One(all)), new ReadableStream(One(all))];
    }

    public async Task<ReadableStreamReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!done && await chunks.MoveNextAsync())
        {
            return new ReadableStreamReadResult(false, chunks.Current);
        }

        done = true;
        return new ReadableStreamReadResult(true, ReadOnlyMemory<byte>.Empty);
    }

    public async Task<ReadOnlyMemory<byte>> ReadAllBytesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var all = new MemoryStream();
        while (await ReadAsync(CancellationToken.None) is { Done: false } chunk)
        {
            all.Write(chunk.Bytes.Span);
        }

        return all.ToArray();
    }

    public async Task CancelAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        done = true;
        await chunks.DisposeAsync();
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> One(Task<ReadOnlyMemory<byte>> all)
    {
        yield return await all;
    }
}
