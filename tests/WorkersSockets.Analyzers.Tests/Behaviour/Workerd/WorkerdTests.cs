using WorkersSockets.Analyzers.Tests.Behaviour.Harness;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Workerd;

/// <summary>
/// The real runtime does and says what the rule pages and the stand-in claim. What only Cloudflare's network enforces does not show
/// here: the limit of six connects, refused destinations, port 25.
/// </summary>
public class WorkerdTests(WorkerdFixture workerd) : IClassFixture<WorkerdFixture>
{
    private const int Hang = 300;

    [Fact]
    public async Task Worker_reaches_the_loopback_server()
    {
        await using var server = LoopbackServer.Echo();
        Assert.Equal("ok: hello", await workerd.RunAsync("echo", server.Port));
    }

    [Fact]
    public async Task Connect_in_global_scope_fails_at_start() =>
        Assert.Contains(RuntimeTexts.GlobalScope, await workerd.StartFailureAsync("globalScope.mjs"), StringComparison.Ordinal);

    [Theory]
    [InlineData("savedWrite")]
    [InlineData("savedRead")]
    public async Task Socket_of_another_request_is_rejected(string use)
    {
        await using var server = LoopbackServer.Silent();
        Assert.Equal("ok: ", await workerd.RunAsync("save", server.Port));
        Assert.StartsWith("error: " + RuntimeTexts.OtherRequest, await workerd.RunAsync(use, server.Port));
        Assert.Equal("ok: ", await workerd.RunAsync("savedOpened", server.Port));
    }

    [Theory]
    [InlineData("opened")]
    [InlineData("closed")]
    [InlineData("write")]
    [InlineData("close")]
    [InlineData("read")]
    public async Task Connect_that_hangs_lets_everything_hang(string use)
    {
        await using var server = await LoopbackServer.NeverAcceptingAsync();
        Assert.Equal("pending", await workerd.RunAsync(use, server.Port, Hang));
    }

    [Theory]
    [InlineData("opened", "error: " + RuntimeTexts.CannotConnect)]
    [InlineData("closed", "error: " + RuntimeTexts.CannotConnect)]
    [InlineData("write", "error: " + RuntimeTexts.WritePrefix + RuntimeTexts.CannotConnect)]
    [InlineData("close", "ok: ")]
    [InlineData("read", "error: " + RuntimeTexts.ReadCancelled)]
    [InlineData("readLater", "ok: true")]
    public async Task Refused_connect_is_told_except_to_a_later_read(string use, string told)
    {
        await using var server = LoopbackServer.Refusing();
        Assert.Equal(told, await workerd.RunAsync(use, server.Port));
    }

    [Theory]
    [InlineData("readAfterClose", "error: " + RuntimeTexts.ReadableClosing)]
    [InlineData("writeAfterClose", "error: " + RuntimeTexts.WritableClosing)]
    [InlineData("writeAgainAfterClose", "error: " + RuntimeTexts.WritableClosed)]
    [InlineData("writeAfterCloseWritable", "error: " + RuntimeTexts.WritableClosed)]
    [InlineData("pendingReadAtClose", "error: " + RuntimeTexts.ReadAtClose)]
    [InlineData("closeTwice", "ok: ")]
    [InlineData("startTlsWithoutOption", "error: " + RuntimeTexts.TlsOption)]
    [InlineData("startTlsOnTls", "error: " + RuntimeTexts.TlsOnTls)]
    [InlineData("startTlsTwice", "error: " + RuntimeTexts.TlsTwice)]
    [InlineData("startTlsAfterClose", "error: " + RuntimeTexts.TlsAfterClose)]
    [InlineData("oldReadAfterStartTls", "error: " + RuntimeTexts.ReadableLocked)]
    [InlineData("oldWriteAfterStartTls", "error: " + RuntimeTexts.WritableLocked)]
    [InlineData("startTlsWrongOption", "error: Unsupported value in secureTransport socket option: startTls")]
    public async Task Misuse_is_told_in_these_words(string scenario, string told)
    {
        await using var server = LoopbackServer.Silent();
        Assert.Equal(told, await workerd.RunAsync(scenario, server.Port));
    }

    [Theory]
    [InlineData("addressWithoutPort", RuntimeTexts.PortMissing)]
    [InlineData("addressWithScheme", RuntimeTexts.PortMissing)]
    [InlineData("addressWithSpace", RuntimeTexts.AddressUnreadable)]
    [InlineData("portOutOfRange", RuntimeTexts.PortOutOfRange)]
    [InlineData("addressWithoutBrackets", RuntimeTexts.CannotConnect)]
    [InlineData("portOfHttp", RuntimeTexts.CannotConnect + RuntimeTexts.ConsiderFetch)]
    public async Task Address_that_cannot_be_connected_to_is_refused(string scenario, string told) =>
        Assert.Equal("error: " + told, await workerd.RunAsync(scenario, port: 0));

    [Theory]
    [InlineData("readAfterEnd", "ok: true")]
    [InlineData("writeAfterEnd", "error: " + RuntimeTexts.WritableClosed)]
    public async Task End_of_the_other_side_ends_this_side(string scenario, string told)
    {
        await using var server = LoopbackServer.Answering("x");
        Assert.Equal(told, await workerd.RunAsync(scenario, server.Port));
    }

    [Theory]
    [InlineData("startTlsAfterRead")]
    [InlineData("startTlsAfterWrite")]
    public async Task Starttls_under_a_held_lock_never_opens(string scenario)
    {
        await using var server = LoopbackServer.StartTls();
        Assert.Equal("pending", await workerd.RunAsync(scenario, server.Port, Hang));
        Assert.Equal("error: " + RuntimeTexts.HeldByReader, await workerd.RunAsync("readOfTlsAfterRead", server.Port));
    }

    [Fact]
    public async Task Starttls_before_the_answer_breaks_the_handshake()
    {
        await using var server = LoopbackServer.StartTls();
        Assert.StartsWith("error: " + RuntimeTexts.InternalError, await workerd.RunAsync("startTlsBeforeAnswer", server.Port));
    }

    [Fact]
    public async Task Self_signed_certificate_is_refused_in_general_words()
    {
        await using var server = LoopbackServer.Tls(connection => connection.StallAsync());
        Assert.Equal("error: " + RuntimeTexts.CannotConnect, await workerd.RunAsync("tlsSelfSigned", server.Port));
    }

    [Fact]
    public async Task Reset_loses_the_connection()
    {
        await using var server = LoopbackServer.Resetting("x");
        Assert.Equal("error: " + RuntimeTexts.ConnectionLost, await workerd.RunAsync("readAfterReset", server.Port));
    }

    [Fact]
    public async Task Half_close_leaves_the_reading_side_open()
    {
        await using var server = LoopbackServer.Start(async connection =>
        {
            await connection.ReadToEndAsync();
            await connection.SendAsync("all");
        });
        Assert.Equal("ok: all", await workerd.RunAsync("halfClose", server.Port));
    }

    [Fact]
    public async Task Read_yields_what_is_there()
    {
        await using var server = LoopbackServer.Answering("é€😀", oneByteAtATime: true);
        Assert.Equal("ok: 1 1 1 1 1 1 1 1 1", await workerd.RunAsync("readSizes", server.Port));
        await using var large = LoopbackServer.Answering(new string('x', 10_000));
        Assert.All((await workerd.RunAsync("readSizes", large.Port))["ok: ".Length..].Split(' '), size => Assert.InRange(int.Parse(size), 1, 4096));
    }

    [Fact]
    public async Task Character_in_two_reads_is_damaged_unless_decoded_once()
    {
        await using var server = LoopbackServer.Start(connection => connection.SendInPiecesAsync("é€😀", 1, 4, 7));
        Assert.Contains('\uFFFD', await workerd.RunAsync("decodePerChunk", server.Port));
        Assert.Equal("ok: é€😀", await workerd.RunAsync("decodeOnce", server.Port));
    }

    [Fact]
    public async Task Read_loop_never_ends_while_the_connection_stays_open()
    {
        await using var server = LoopbackServer.Answering("answer", keepOpen: true);
        Assert.Equal("pending", await workerd.RunAsync("decodeOnce", server.Port, Hang));
    }

    [Theory]
    [InlineData("lostWork", "")]
    [InlineData("keptWork", "kept")]
    public async Task What_is_not_awaited_is_dropped_with_the_request(string scenario, string received)
    {
        await using var server = LoopbackServer.Silent();
        Assert.Equal("ok: ", await workerd.RunAsync(scenario, server.Port));
        Assert.True(received.Length == 0 || await server.UntilAsync(() => server.Total == 1));
        Assert.True(await server.AllClosedAsync());
        Assert.Equal(received, server.ReceivedText);
    }

    [Fact]
    public async Task Runtime_of_its_own_does_not_limit_connects()
    {
        await using var server = LoopbackServer.Counting(expected: 20);
        Assert.Equal("ok: 20", await workerd.RunAsync("twentyConnects", server.Port));
    }
}
