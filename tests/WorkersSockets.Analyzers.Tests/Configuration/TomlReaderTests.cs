using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;
using WorkersSockets.Analyzers.Configuration;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Configuration;

/// <summary>Holds the TOML reader against Tomlyn.</summary>
public class TomlReaderTests
{
    private const string Large = """""
        # The Worker
        name = "mail-relay" # its name
        main = 'src/index.js'
        compatibility_date = "2026-01-01"
        workers_dev = false
        routes = [
          "mail.example.com/*", # first
          { pattern = "*.example.org/api/*", zone_name = "example.org", custom_domain = true },
        ]
        limits.cpu_ms = 1_000
        site . "bucket.name" = '.\public'

        [placement]
        mode = "smart"

        [vars]
        TEXT = """
        one \
           two
        "three""""
        LITERAL = '''
        C:\new''''
        ESCAPES = "a\"b\\c\b\f\n\r\t\u00e9\U0001F600"
        NUMBERS = [ +1, -2, 0, 0xDEAD_beef, 0o17, 0b1_0, 1.5, -0.1e+3, 1e6, inf, -inf ]
        WHEN = [ 2026-01-01, 2026-01-01T10:20:30Z, 2026-01-01 10:20:30.5+01:00, 10:20:30 ]
        EMPTY = [ ]
        NONE = { }

        [[kv_namespaces]]
        binding = "A"
        id = "1"

        [[kv_namespaces]]
        binding = "B"

        [env.production]
        route = { pattern = "example.net/*", zone_id = "z" }

        [env]
        other = 1

        [ env . staging . vars ]
        "quoted key" = ""
        """"";

    public static TheoryData<string> Valid =>
    [
        Large, Large.Replace("\n", "\r\n"), "", "\n\n", "# only", "a=1", "a = 1\n", "a.b.c=1\na.b.d=2", "[a]\n[a.b]\n[a.c]", "[a.b]\n[a]", "[a.b]\n[a]\nc=1",
        "[[a]]\n[[a]]\n[a.b]\n[[a]]\n[a.b]", "[[a.b]]\n[[a.b]]", "[a]\nb.c=1\n[a.b.d]", "a=[[1,2],['x']]", "a=[\n1,\n# c\n2,\n]", "a={b={c=1},d=[1]}", "a={b.c=1,b.d=2}",
        "\"\"=1", "''=1", "1=2", "-=1", "a-b_c=1", "a=''", "a=''''''", "a=\"\"\"\"\"\"", "a=\"\"\"\"x\"\"\"\"", "a='''\n'x'''", "a=\"\"\"x\\  \n\n  y\"\"\"", "a=1 # c", "a=nan",
        "[a] # c\nb=1", "a=\"\\e\\x41\"", "a={\n b=1,\n}", "a=10:20", "a=1979-05-27t07:32:00z", "a=\"#\"", "\"a.b\"=1\na.b=2", "a=9223372036854775807",
    ];

    public static TheoryData<string> Invalid =>
    [
        "a", "a=", "=1", "a=1 b=2", "a=1\na=2", "a=b", "a='x", "a=\"x", "a=\"\"\"x", "a='''x", "a=\"\\q\"", "a=\"\\u12\"", "a=\"\\ud800\"", "a=[1", "a=[1 2]", "a=[,]", "a=[1,,2]", "a={b=1",
        "a={b=1,,}", "a={b=1 c=2}", "a={b=1,b=2}", "[a", "[a]]", "[[a]", "[]", "[[]]", "[a]x", "[a]\n[a]", "a=1\n[a]", "[a]\n[[a]]", "[[a]]\n[a]", "a=[]\n[[a]]", "a={}\n[a.b]", "a={}\na.b=1",
        "[a.b]\nc=1\n[a]\nb.d=1", "[a]\nb.c=1\n[a.b]", "a.b=1\na=2", "a=1\na.b=2", "a.=1", ".a=1", "a..b=1", "a=01", "a=1_", "a=_1", "a=1__2", "a=0x", "a=0xg", "a=1.", "a=.5", "a=1e", "a=+0x1", "a=True",
        "a=2026-13-01", "a=2026-02-30", "a=2026-1-1", "a=25:00:00", "a=10:61:00", "a=2026-01-01x", "a=\"x\ny\"", "a='x\ny'", "a b=1", "a=1\rb=2", "a=\"\u0001\"", "# \u0001", "\"\"\"a\"\"\"=1", "a=,", "a=]", "a={b}", "a=nul",
        "a={b={c=1},b.d=2}", "a={b.c=1}\n[a.b]", "[[a.b]]\n[a]\nb=1", "[a.b.c]\nz=9\n[a]\nb.c.t=1", "a={b=1}}",
    ];

    [Theory]
    [MemberData(nameof(Valid))]
    public void Valid_documents_give_the_same_tree(string text)
    {
        var document = TomlReader.Read(text);

        Assert.Null(document.Error);
        Assert.Equal(Expected(text), Sorted(document.Root));
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Invalid_documents_are_errors_in_both(string text)
    {
        Assert.Null(Expected(text));
        Assert.NotNull(TomlReader.Read(text).Error);
    }

    [Fact]
    public void Every_change_of_one_character_is_judged_alike()
    {
        var compared = 0;
        var different = new List<string>();
        foreach (var changed in Trees.Mutations(Large, "{}[]\"',=.#\\\n1-"))
        {
            var document = TomlReader.Read(changed);
            var expected = Expected(changed);
            var actual = document.Error is null ? Sorted(document.Root) : null;

            // Tomlyn takes an escaped line end in a text of one line, and some words that are neither dates nor numbers.
            if (expected != actual && !(document.Error is { } error && (error.Message.EndsWith("found the end of the line") || error.Message.Contains("is not a value"))))
            {
                different.Add($"--- theirs {expected ?? "refused"}\n--- ours {actual ?? document.Error!.ToString()}\n{changed}");
            }

            compared++;
        }

        Assert.True(different.Count == 0, $"{different.Count} of {compared} differ, such as\n" + string.Join("\n=======\n", different.Take(3)));
        Assert.True(compared > 10_000);
    }

    [Theory]
    [InlineData("name = \"a\nmain = 'b'", 7, "the string has no closing quote on its line")]
    [InlineData("name = mail", 7, "'mail' is not a value; a text needs quotes")]
    [InlineData("name \"a\"", 5, "expected '=' behind 'name', found '\"'")]
    [InlineData("a = 1\na = 2", 6, "'a' is defined before")]
    [InlineData("[a]\nb = 1\n[a]", 11, "'a' is defined before")]
    [InlineData("a = 1 2", 6, "expected the end of the line, found '2'")]
    [InlineData("[a", 2, "expected ']', found the end of the file")]
    [InlineData("a = [ 1 2 ]", 8, "expected ',' or ']', found '2'")]
    [InlineData("a = \"\"\"x", 4, "the string has no closing quotes")]
    [InlineData("a =\n", 3, "expected a value, found the end of the line")]
    public void Errors_tell_where_and_what(string text, int position, string message)
    {
        var error = TomlReader.Read(text).Error;

        Assert.Equal((position, message), (error!.Span.Start, error.Message));
    }

    [Fact]
    public void What_stands_before_an_error_is_kept() =>
        Assert.Equal("{name:\"a\",env:{x:{y:1}}}", Trees.Show(TomlReader.Read("name = 'a'\n[env.x]\ny = 1\nz = ").Root));

    [Theory]
    [InlineData("a=", "[")]
    [InlineData("a=", "{a=")]
    [InlineData("a", ".a")]
    public void Deep_nesting_is_an_error_and_no_stack_overflow(string start, string repeated) =>
        Assert.Contains("nested", TomlReader.Read(start + string.Concat(Enumerable.Repeat(repeated, 100_000))).Error!.Message);

    /// <summary>The tree that Tomlyn reads, or null where it refuses (an escaped half of a surrogate pair with an ArgumentException).</summary>
    private static string? Expected(string text)
    {
        try
        {
            return SyntaxParser.Parse(text, "wrangler.toml", validate: true).HasErrors
                ? null
                : Show(TomlSerializer.Deserialize<TomlTable>(text)!).Replace("\r\n", "\n");
        }
        catch (Exception exception) when (exception is TomlException or ArgumentException)
        {
            return null;
        }
    }

    private static string Show(object? value) => value switch
    {
        TomlTable table => "{" + string.Join(',', table.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + ":" + Show(pair.Value))) + "}",
        TomlTableArray tables => "[" + string.Join(',', tables.Select(Show)) + "]",
        TomlArray list => "[" + string.Join(',', list.Select(Show)) + "]",
        string content => "\"" + content + "\"",
        bool boolean => boolean ? "true" : "false",
        long or double => "number",
        _ => "date",
    };

    /// <summary>Tables by name, since a file's order need not be the model's; numbers and dates by kind.</summary>
    private static string Sorted(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationKind.Table => "{" + string.Join(',', node.Members.OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => member.Name + ":" + Sorted(member.Value))) + "}",
        ConfigurationKind.List => "[" + string.Join(',', node.Items.Select(Sorted)) + "]",
        ConfigurationKind.Number => "number",
        ConfigurationKind.Date => "date",
        _ => Trees.Show(node),
    };
}
