using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Data;

public sealed class WSK3001_SingleReadRealShapesTests
{
    [Fact]
    public Task A_loop_behind_the_read_fills_the_rest_with_a_helper() => Verify.SilentAsync("WSK3001", On.DotNet, """
        class HeaderReader(NetworkStream stream)
        {
            private readonly byte[] header = new byte[8];

            private int Fill(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

            public int Kind(IAsyncResult started)
            {
                var filled = stream.EndRead(started);
                while (filled < 8)
                {
                    var more = Fill(header, filled, 8 - filled);
                    if (more <= 0)
                    {
                        throw new IOException("closed");
                    }

                    filled += more;
                }

                return header[0];
            }
        }
        """);
}
