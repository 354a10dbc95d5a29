using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Platform;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Tests.Configuration;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Platform;

/// <summary>Whatever a wrangler file looks like: the edit adds the setting and loses nothing, or is not made.</summary>
public class WSK5003_WranglerEditorTests
{
    private const string Json = """
        {
          // The Worker
          "name": "mail-relay", /* its name */
          "main": "src/index.js",
          "routes": [ "mail.example.com/*", { "pattern": "*.example.org/api/*", "zone_name": "example.org" }, ],
          "vars": { "TEXT": "// no comment, \"placement\": {", "EMPTY": {}, "LIST": [1, -2.5e3, null, true] },
          // "placement": { "mode": "smart" },
          "env": {
            "staging": {
              // "placement": { "mode": "smart" },
              "workers_dev": true
            }
          }
        }

        """;

    private const string Toml = """"
        # The Worker
        name = "mail-relay" # its name
        main = 'src/index.js'
        routes = [
          "mail.example.com/*", # first
          { pattern = "*.example.org/api/*", zone_name = "example.org" },
        ]
        limits.cpu_ms = 1_000
        started = 2026-01-01T10:20:30Z

        # [placement]
        # mode = "smart"

        [vars]
        TEXT = """
        # [placement]
        # mode = "smart"
        """
        LITERAL = '''C:\new'''

        [[kv_namespaces]]
        binding = "A"

        [[kv_namespaces]]
        binding = "B"

        [env.staging.vars]
        "quoted key" = ""

        """";

    public static TheoryData<string, string> Texts
    {
        get
        {
            var texts = new TheoryData<string, string>();
            foreach (var (path, text) in new[] { ("wrangler.jsonc", Json), ("wrangler.toml", Toml) })
            {
                foreach (var ends in new[] { text, text.Replace("\n", "\r\n"), text.TrimEnd(), text + "\n\n \n", "\uFEFF" + text, text.Replace("  ", "\t") })
                {
                    texts.Add(path, ends);
                }
            }

            return texts;
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_setting_is_added_and_everything_else_stays(string path, string text)
    {
        var edited = Edit(path, text);
        Assert.NotNull(edited);
        Assert.Null(Edit(path, edited));
        Assert.True(WranglerReader.Read(path, SourceText.From(edited)).File.HasPlacement);
        Assert.Equal(text.StartsWith('\uFEFF'), edited.StartsWith('\uFEFF'));
        Assert.Equal(text.Contains("\r\n", StringComparison.Ordinal), edited.Contains("\r\n", StringComparison.Ordinal));
        Assert.Equal(text.Contains("\r\n", StringComparison.Ordinal), !edited.Replace("\r\n", "").Contains('\n'));
        LosesNothing(path, text, edited);
    }

    [Fact]
    public void Damaged_files_are_edited_right_or_not_at_all()
    {
        var random = new Random(20261126);
        var edits = 0;
        for (var number = 0; number < 20_000; number++)
        {
            var (path, text) = number % 2 == 0 ? ("wrangler.jsonc", Json) : ("wrangler.toml", Toml);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var start = random.Next(text.Length);
                var length = Math.Min(random.Next(1, number % 3 == 0 ? 40 : 3), text.Length - start);
                text = random.Next(3) switch
                {
                    0 => text.Remove(start, length),
                    1 => text.Insert(start, text.Substring(random.Next(text.Length - length + 1), length)),
                    _ => text.Remove(start, length).Insert(start, "{}[]\",:=#'/*\\\n\r. \0\u00e9".Substring(random.Next(18), 1)),
                };
            }

            if (Edit(path, text) is { } edited)
            {
                edits++;
                Assert.Null(Edit(path, edited));
                LosesNothing(path, text, edited);
            }
        }

        Assert.True(edits > 2_000, $"Only {edits} of the files could be edited.");
    }

    [Theory]
    [InlineData("wrangler.json", "[")]
    [InlineData("wrangler.json", "{\"a\":")]
    [InlineData("wrangler.toml", "a = [")]
    [InlineData("wrangler.toml", "a = {b=")]
    public void Deep_nesting_is_an_error_and_no_crash(string path, string opening)
    {
        var text = string.Concat(Enumerable.Repeat(opening, 100_000));
        Assert.Null(Edit(path, text));
        Assert.False(WranglerReader.Read(path, SourceText.From(text)).File.IsComplete);
    }

    [Fact]
    public void A_large_file_is_read_and_edited_in_linear_time()
    {
        var text = "{" + string.Join(",", Enumerable.Range(0, 100_000).Select(number => $"\"key{number}\": \"value\"")) + "}";
        Assert.EndsWith(", \"placement\": { \"mode\": \"smart\" }}", Edit("wrangler.json", text), StringComparison.Ordinal);
    }

    private static string? Edit(string path, string text) =>
        WranglerEditor.AddPlacement(path, text) is { } changes ? SourceText.From(text).WithChanges(changes).ToString() : null;

    /// <summary>The same values but for the setting, and every character that is no comma, blank or comment mark, in its order.</summary>
    private static void LosesNothing(string path, string before, string after)
    {
        var (old, changed) = (WranglerReader.ReadTree(path, before).Root, WranglerReader.ReadTree(path, after).Root);
        Assert.Equal(
            old.Members.Select(member => member.Name + "=" + Trees.Show(member.Value)),
            changed.Members.Where(member => member.Name != "placement").Select(member => member.Name + "=" + Trees.Show(member.Value)));

        var at = 0;
        foreach (var character in before.Where(character => character is not (',' or ' ' or '\t' or '\r' or '\n' or '/' or '#')))
        {
            at = after.IndexOf(character, at) + 1;
            Assert.True(at > 0, $"'{character}' is lost:\n{after}");
        }
    }
}
