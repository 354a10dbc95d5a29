using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>What an editor shows while somebody works on a project: finds, light bulbs, fixes, and finds after each edit.</summary>
public class EditorTests(PackedPackage package)
{
    private const string Secure = "await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);";

    [Fact]
    public async Task Finds_follow_the_buffer_through_edits_fixes_and_undo()
    {
        await using var editor = await EditorSession.OpenAsync(package, SampleCopy.Of(package), "MailRelay.cs");
        var untouched = await editor.TextAsync();

        // The editor shows what the build shows.
        var expected = File.ReadLines(Repository.PathOf("samples", "PitfallTour", "expected-warnings.txt"))
            .Where(line => line.StartsWith("MailRelay.cs:", StringComparison.Ordinal)).ToArray();
        var opened = await editor.FindsAsync();
        Assert.Equal(expected, opened.Select(find => $"MailRelay.cs:{find.Line} {find.Id}"));
        Assert.All(opened, find => Assert.Equal("Warning", find.Severity));
        var callback = opened.Single(find => find.Id == "WSK4004");
        Assert.Equal("(_, _, _, _) => true", callback.Marked);
        Assert.Contains("accepts every certificate, so anyone on the path can read and change the traffic", callback.Message, StringComparison.Ordinal);

        // The light bulb and its preview.
        Assert.Equal(["Remove the callback", "Accept only certificates without errors"], await editor.ActionsAsync("WSK4004"));
        Assert.Equal(
            ["-         " + Secure, "+         " + Secure.Replace(", (_, _, _, _) => true", "")],
            await editor.PreviewAsync("WSK4004", "Remove the callback"));

        // One fix: its find is gone, the others stay where they were.
        await editor.ApplyAsync("WSK4004", "Remove the callback");
        Assert.Equal(opened.Where(find => find.Id != "WSK4004"), await editor.FindsAsync());

        // Undone, and the mistake typed a second time: both show, further down where lines came in above.
        await editor.TypeAsync(Secure.Replace(", (_, _, _, _) => true", ""), Secure);
        Assert.Equal(untouched, await editor.TextAsync());
        Assert.Equal(opened, await editor.FindsAsync());
        await editor.TypeAsync(
            "    /// <summary>What the server can do once TLS is on.</summary>",
            """
                public static SslStream Secure(TcpClient client) =>
                    new(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);

                /// <summary>What the server can do once TLS is on.</summary>
            """);
        var twice = await editor.FindsAsync();
        Assert.Equal(2, twice.Count(find => find.Id == "WSK4004"));
        Assert.Equal(
            opened.Select(find => find with { Line = find.Line > callback.Line + 4 ? find.Line + 3 : find.Line }),
            twice.Where(find => find.Line != callback.Line + 6 || find.Id != "WSK4004"));

        // Fix All takes both and nothing else.
        await editor.FixAllAsync("WSK4004", "Remove the callback", "Document");
        Assert.Equal(twice.Where(find => find.Id != "WSK4004"), await editor.FindsAsync());
        Assert.DoesNotContain("=> true", await editor.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_typed_code_shows_no_false_finds_and_the_rest_stays()
    {
        await using var editor = await EditorSession.OpenAsync(package, SampleCopy.Of(package), "HostChecks.cs");
        var opened = await editor.FindsAsync();
        Assert.Contains(opened, find => find is { Id: "WSK2008", Line: 32 });

        // While the argument list is being typed anew, the find that it held is gone and no other takes its place.
        await editor.TypeAsync("await client.ConnectAsync(\"https://status.contoso.com/\", 8443, timeout.Token);", "await client.ConnectAsync(\"sta");
        Assert.DoesNotContain(await editor.FindsAsync(), find => find.Line == 32);

        // The same mistake, typed again: the same find, and the fix that goes with it, in the whole project.
        await editor.TypeAsync("await client.ConnectAsync(\"sta", "await client.ConnectAsync(\"https://status.contoso.com/\", 8443, timeout.Token);");
        Assert.Equal(opened, await editor.FindsAsync());
        var title = Assert.Single(await editor.ActionsAsync("WSK2008"));
        await editor.FixAllAsync("WSK2008", title, "Project");
        Assert.Equal(opened.Where(find => find.Id != "WSK2008"), await editor.FindsAsync());
        Assert.Contains("await client.ConnectAsync(\"status.contoso.com\", 8443, timeout.Token);", await editor.TextAsync(), StringComparison.Ordinal);
    }
}
