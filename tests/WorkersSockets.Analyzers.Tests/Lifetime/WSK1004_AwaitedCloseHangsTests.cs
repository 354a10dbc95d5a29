using WorkersSockets.Analyzers.CodeFixes.Lifetime;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

public class AwaitedCloseHangsTests
{
    public static TheoryData<On, string> Found => new()
    {
        {
            On.Workers,
            """
            static async Task M(string h) { var s = TcpSocket.Connect(h, 7); try { await OpenWithinAsync(s, 100); await s.WriteTextAsync("a"); } finally { await {|WSK1004:s.CloseAsync()|}; } }
            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds) { using var settled = new CancellationTokenSource(); var opening = SignalWhenOpenAsync(socket, settled); try { await Task.Delay(milliseconds, settled.Token); } catch (Exception) when (settled.IsCancellationRequested) { } if (!settled.IsCancellationRequested) throw new TimeoutException("x"); await opening; }
            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled) { try { await socket.OpenedAsync(); } finally { settled.Cancel(); } }
            """
        },
        {
            On.Workers,
            """
            static async Task M(string h) { var s = TcpSocket.Connect(h, 7); try { await OpenWithinAsync(s, 100); } catch (Exception) { await {|WSK1004:s.CloseAsync()|}; throw; } try { await s.WriteTextAsync("a"); } finally { await s.CloseAsync(); } }
            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds) { using var settled = new CancellationTokenSource(); var opening = SignalWhenOpenAsync(socket, settled); try { await Task.Delay(milliseconds, settled.Token); } catch (Exception) when (settled.IsCancellationRequested) { } if (!settled.IsCancellationRequested) throw new TimeoutException("x"); await opening; }
            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled) { try { await socket.OpenedAsync(); } finally { settled.Cancel(); } }
            """
        },
        {
            On.Workers,
            """
            static async Task M(string h) { var socket = TcpSocket.Connect(h, 7); try { using var settled = new CancellationTokenSource(); var opening = SignalWhenOpenAsync(socket, settled); try { await Task.Delay(100, settled.Token); } catch (Exception) when (settled.IsCancellationRequested) { } if (!settled.IsCancellationRequested) throw new TimeoutException("x"); await opening; await socket.WriteTextAsync("a"); } finally { await {|WSK1004:socket.CloseAsync()|}; } }
            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled) { try { await socket.OpenedAsync(); } finally { settled.Cancel(); } }
            """
        },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); await {|WSK1004:s.CloseAsync()|}; }""" },
        { On.Workers, """static async Task<bool> M(string h) { var s = TcpSocket.Connect(h, 7); try { if (h.Length > 3) throw new ArgumentException("h"); await s.OpenedAsync(); return true; } finally { await {|WSK1004:s.CloseAsync()|}; } }""" },
        { On.Workers, """static async Task<Response> M(string h) { var s = TcpSocket.Connect(h, 7); var opening = s.OpenedAsync(); using var cts = new CancellationTokenSource(); try { await Task.Delay(1000, cts.Token); if (!cts.IsCancellationRequested) return Response.Text("t"); await opening; return Response.Text("ok"); } finally { await {|WSK1004:s.CloseAsync()|}; } }""" },
    };

    public static TheoryData<On, string> Silent => new()
    {
        {
            On.Workers,
            """
            static async Task M(string h) { var s = TcpSocket.Connect(h, 7); await OpenWithinAsync(s, 100); try { await s.WriteTextAsync("a"); } finally { await s.CloseAsync(); } }
            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds) { using var settled = new CancellationTokenSource(); var opening = SignalWhenOpenAsync(socket, settled); try { await Task.Delay(milliseconds, settled.Token); } catch (Exception) when (settled.IsCancellationRequested) { } if (!settled.IsCancellationRequested) throw new TimeoutException("x"); await opening; }
            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled) { try { await socket.OpenedAsync(); } finally { settled.Cancel(); } }
            """
        },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); try { await s.OpenedAsync(); await s.WriteTextAsync("a"); } finally { await s.CloseAsync(); } }""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); try { await s.WriteTextAsync(B(h)); var r = await s.ReadAsync(); } finally { await s.CloseAsync(); } } static string B(string h) => int.Parse(h).ToString();""" },
        { On.Workers, """static async Task M(string h) { var s = TcpSocket.Connect(h, 7); s.CloseAsync(); }""" },
        {
            On.Workers,
            """
            static async Task M(string h, Context c) { var s = TcpSocket.Connect(h, 7); try { await OpenWithinAsync(s, 100); await s.WriteTextAsync("a"); } finally { c.WaitUntil(s.CloseAsync()); } }
            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds) { using var settled = new CancellationTokenSource(); var opening = SignalWhenOpenAsync(socket, settled); try { await Task.Delay(milliseconds, settled.Token); } catch (Exception) when (settled.IsCancellationRequested) { } if (!settled.IsCancellationRequested) throw new TimeoutException("x"); await opening; }
            private static async Task SignalWhenOpenAsync(TcpSocket socket, CancellationTokenSource settled) { try { await socket.OpenedAsync(); } finally { settled.Cancel(); } }
            """
        },
        { On.Workers, """static async Task M(string h) { TcpSocket? s = null; try { s = TcpSocket.Connect(h, 7); await s.OpenedAsync(); await s.WriteTextAsync("x"); } finally { if (s is not null) { await s.CloseAsync(); } } }""" },
        { On.Workers, """static async Task M(TcpSocket s) { try { await s.WriteTextAsync("x"); } finally { await s.CloseAsync(); } }""" },
    };

    [Theory]
    [MemberData(nameof(Found))]
    public Task Finds(On on, string member) => Verify.FoundAsync("WSK1004", on, LifetimeSource.Of(on, member));

    [Theory]
    [MemberData(nameof(Silent))]
    public Task Leaves(On on, string member) => Verify.SilentAsync("WSK1004", on, LifetimeSource.Of(on, member));

    [Fact]
    public Task Opens_before_try() => Verify.FixAsync<CloseWithoutWaiting>(
        "WSK1004",
        "OpenFirst",
        On.Workers,
        """
        static class P
        {
            static async Task M(string host, Context context)
            {
                var socket = TcpSocket.Connect(host, 7);
                try
                {
                    await OpenWithinAsync(socket, 100);
                    await socket.WriteTextAsync("x");
                }
                finally
                {
                    await {|WSK1004:socket.CloseAsync()|}; // done
                }
            }

            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                if (milliseconds == 0)
                {
                    throw new TimeoutException();
                }

                await socket.OpenedAsync();
            }
        }
        """,
        """
        static class P
        {
            static async Task M(string host, Context context)
            {
                var socket = TcpSocket.Connect(host, 7);
                await OpenWithinAsync(socket, 100);
                try
                {
                    await socket.WriteTextAsync("x");
                }
                finally
                {
                    await socket.CloseAsync(); // done
                }
            }

            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                if (milliseconds == 0)
                {
                    throw new TimeoutException();
                }

                await socket.OpenedAsync();
            }
        }
        """);

    [Fact]
    public Task Closes_with_WaitUntil() => Verify.FixAsync<CloseWithoutWaiting>(
        "WSK1004",
        "WaitUntil",
        On.Workers,
        """
        static class P
        {
            static async Task M(string host, Context context)
            {
                var socket = TcpSocket.Connect(host, 7);
                try
                {
                    await OpenWithinAsync(socket, 100);
                    await socket.WriteTextAsync("x");
                }
                finally
                {
                    await {|WSK1004:socket.CloseAsync()|}; // done
                }
            }

            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                if (milliseconds == 0)
                {
                    throw new TimeoutException();
                }

                await socket.OpenedAsync();
            }
        }
        """,
        """
        static class P
        {
            static async Task M(string host, Context context)
            {
                var socket = TcpSocket.Connect(host, 7);
                try
                {
                    await OpenWithinAsync(socket, 100);
                    await socket.WriteTextAsync("x");
                }
                finally
                {
                    context.WaitUntil(socket.CloseAsync()); // done
                }
            }

            private static async Task OpenWithinAsync(TcpSocket socket, int milliseconds)
            {
                if (milliseconds == 0)
                {
                    throw new TimeoutException();
                }

                await socket.OpenedAsync();
            }
        }
        """);

    [Fact]
    public Task Offers_nothing_without_a_context() => Verify.NotFixableAsync<CloseWithoutWaiting>(
        "WSK1004",
        On.Workers,
        """
        static class P
        {
            static async Task M(string host)
            {
                var socket = TcpSocket.Connect(host, 7);
                await {|WSK1004:socket.CloseAsync()|};
            }
        }
        """);
}
