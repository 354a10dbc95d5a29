using System.Reflection;
using System.Text.RegularExpressions;
using WorkersSockets.Analyzers.Tests.Behaviour.Harness;
using WorkersSockets.Analyzers.Tests.Meta;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Workerd;

/// <summary>What a page quotes of the runtime is one of the texts that the workerd tests hold the runtime against.</summary>
public partial class QuotedTextTests
{
    /// <summary>Said by .NET, the operating system or a server.</summary>
    private static readonly string[] OfDotNet = ["No such host is known", "FATAL: sorry, too many clients already", "ERR max number of clients reached", "Too many open files", "SocketException: Connection timed out", "AuthenticationException: Cannot determine the frame size or a corrupted frame was received."];

    /// <summary>Said by Cloudflare's network only: no local runtime refuses these.</summary>
    private static readonly string[] OfProduction = ["Connections to port 25 are prohibited", "Response closed due to connection limit"];

    /// <summary>Quoted for not being said.</summary>
    private static readonly string[] OfNone = ["The Workers runtime canceled this request because it detected that your Worker's code had hung"];

    [Fact]
    public void Quoted_errors_are_shown_by_a_test_or_said_to_be_of_production()
    {
        var texts = typeof(RuntimeTexts).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => Plain((string)field.GetRawConstantValue()!))
            .Append(Plain(RuntimeTexts.CannotConnect + RuntimeTexts.ConsiderFetch)).ToList();
        var quotes = RulePage.All.SelectMany(page => Quote().Matches(CodeBlock().Replace(string.Join('\n', page.Lines), "")).Select(match => (Page: page, Text: match.Groups["text"].Value))).ToList();
        Assert.NotEmpty(quotes);
        Assert.All(quotes, quote => Assert.True(
            OfDotNet.Contains(quote.Text) || OfNone.Contains(quote.Text)
            || (OfProduction.Contains(quote.Text) && quote.Page.Lines.Any(line => line.Contains("production", StringComparison.Ordinal)))
            || texts.Any(text => text.Contains(Plain(quote.Text), StringComparison.Ordinal)),
            $"{quote.Page.Id} quotes '{quote.Text}', which no workerd test shows."));
    }

    private static string Plain(string text) => text.Replace("`", "", StringComparison.Ordinal).Replace("TypeError: ", "", StringComparison.Ordinal);

    /// <summary>A sentence of at least four words in quotation marks or code, with nothing in it that makes it code.</summary>
    [GeneratedRegex("(?<mark>[\"`])(?<text>(?:[A-Z][A-Za-z]+:? |proxy )(?:[^\"`\\n;{}=()]+ ){2,}[^\"`\\n;{}=() ]+)\\k<mark>")]
    private static partial Regex Quote();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
