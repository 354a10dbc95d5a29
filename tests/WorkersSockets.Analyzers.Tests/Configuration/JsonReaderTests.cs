using System.Text.Json;
using WorkersSockets.Analyzers.Configuration;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Configuration;

/// <summary>Holds the JSON reader against System.Text.Json.</summary>
public class JsonReaderTests
{
    private const string Large = """
        // The Worker
        {
          "$schema": "node_modules/wrangler/config-schema.json", // where editors look
          "name": "mail-relay",
          /* several
             lines */
          "compatibility_date": "2026-01-01",
          "routes": [
            "mail.example.com/*",
            { "pattern": "*.example.org/api/*", "zone_name": "example.org", "custom_domain": false, },
          ],
          "limits": { "cpu_ms": 50, "rate": -1.5e+3, "none": null, "zero": 0 },
          "text": "a\"b\\c\/\b\f\n\r\t\u00e9\ud83d\ude00",
          "env": { "staging": { "vars": { "A": "", "": [[], {}, [true, false]] } } },
        }
        """;

    public static TheoryData<string> Valid =>
    [
        Large, Large.Replace("\n", "\r\n"), "{}", "[]", "{ }", " [ ] ", "\"\"", "0", "-0", "1e5", "1E-5", "0.10", "true", "null",
        "// only\n{}", "{}// end", "{}/* end */", "/**/{}/***/", "{/*a*/\"a\":/*c*/1/*d*/,/*e*/}", "[1,]", "{\"a\":1,}",
        "{\"a\":1,\"a\":2}", "{\"\\u0061\":1}", "\t{\r\n}\n", "[[[[[[1]]]]]]", "{\"a\":\"// no comment\",\"b\":\"/* nor this */\"}",
    ];

    public static TheoryData<string> Invalid =>
    [
        "", " ", "// nothing", "{", "[", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1]", "[1}", "{,}", "[,]", "[1,,]", "{\"a\" 1}", "{a:1}", "{'a':1}",
        "{1:1}", "[1 2]", "01", "-", "1.", ".5", "1e", "1e+", "+1", "0x1", "1_000", "tru", "True", "nulll", "NaN", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
        "\"a\nb\"", "\"a\tb\"", "/", "/*", "/* *", "{}/*", "{} {}", "{}}", "[]]", "{\"a\":1;}", "/{}", "{\"a\":undefined}", "[1]x", "\"a\"\"b\"",
    ];

    [Theory]
    [MemberData(nameof(Valid))]
    public void Valid_documents_give_the_same_tree(string text)
    {
        var document = JsonReader.Read(text);

        Assert.Null(document.Error);
        Assert.Equal(Expected(text), Trees.Show(document.Root));
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Invalid_documents_are_errors_in_both(string text)
    {
        Assert.Null(Expected(text));
        Assert.NotNull(JsonReader.Read(text).Error);
    }

    [Fact]
    public void Every_change_of_one_character_is_judged_alike()
    {
        var compared = 0;
        foreach (var changed in Trees.Mutations(Large, "{}[]\",:/*\\ \n01-+.eEtnu#"))
        {
            var document = JsonReader.Read(changed);
            Assert.True(Expected(changed) == (document.Error is null ? Trees.Show(document.Root) : null), changed);
            compared++;
        }

        Assert.True(compared > 10_000);
    }

    /// <summary>System.Text.Json takes no comment here; wrangler does.</summary>
    [Fact]
    public void A_comment_may_stand_before_the_colon() => Assert.Equal("{a:1}", Trees.Show(JsonReader.Read("{\"a\" /*b*/ : 1}").Root));

    [Fact]
    public void A_byte_order_mark_is_skipped() => Assert.Equal("{a:\"b\"}", Trees.Show(JsonReader.Read("\uFEFF{\"a\":\"b\"}").Root));

    [Theory]
    [InlineData("{\n  \"name\": \"a\"\n  \"main\": \"b\"\n}", 18, "expected ',' or '}', found '\"'")]
    [InlineData("{\n  name: \"a\"\n}", 4, "expected a property name in double quotes or '}', found 'n'")]
    [InlineData("{ \"a\": 1, b", 10, "expected a property name in double quotes, found 'b'")]
    [InlineData("{ \"a\": ", 7, "expected a value, found the end of the file")]
    [InlineData("{ \"a\" }", 6, "expected ':' behind \"a\", found '}'")]
    [InlineData("{ \"a\": \"b\n}", 7, "the string has no closing quote on its line")]
    [InlineData("{} /* a", 3, "the comment has no end")]
    [InlineData("{} x", 3, "expected the end of the file, found 'x'")]
    [InlineData("{ \"a\": abc }", 7, "expected a value, found 'a'")]
    [InlineData("{ \"a\": 1.x }", 9, "expected a digit, found 'x'")]
    [InlineData("{ \"a\": \"\\q\" }", 9, "expected an escape sequence, found 'q'")]
    public void Errors_tell_where_and_what(string text, int position, string message)
    {
        var error = JsonReader.Read(text).Error;

        Assert.Equal((position, message), (error!.Span.Start, error.Message));
    }

    [Fact]
    public void What_stands_before_an_error_is_kept() =>
        Assert.Equal("{name:\"a\",routes:[\"b\"]}", Trees.Show(JsonReader.Read("{ \"name\": \"a\", \"routes\": [ \"b\", oops").Root));

    [Fact]
    public void Deep_nesting_is_an_error_and_no_stack_overflow() =>
        Assert.Contains("nested", JsonReader.Read(new string('[', 1_000_000)).Error!.Message);

    [Fact]
    public void Spans_cover_names_and_values()
    {
        const string text = "{ \"a\" : [ 1 , { } ] }";
        var member = Assert.Single(JsonReader.Read(text).Root.Members);

        Assert.Equal("\"a\"", text.Substring(member.NameSpan.Start, member.NameSpan.Length));
        Assert.Equal("[ 1 , { } ]", text.Substring(member.Value.Span.Start, member.Value.Span.Length));
        Assert.Equal("{ }", text.Substring(member.Value.Items[1].Span.Start, member.Value.Items[1].Span.Length));
    }

    /// <summary>The tree that System.Text.Json reads, or null where it refuses.</summary>
    private static string? Expected(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Show(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Show(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', element.EnumerateObject().Select(property => NameOf(property) + ":" + Show(property.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', element.EnumerateArray().Select(Show)) + "]",
        JsonValueKind.String => TextOf(element),
        _ => element.GetRawText(),
    };

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    /// <summary>Half of a surrogate pair is no text for System.Text.Json, though the document is one: both sides show it alike.</summary>
    private static string TextOf(JsonElement element)
    {
        try
        {
            return "\"" + element.GetString() + "\"";
        }
        catch (InvalidOperationException)
        {
            return "\"\uFFFD\"";
        }
    }
}
