using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Data;

/// <summary>Where a message ends, as far as the code around its read tells.</summary>
/// <param name="Title">The title of a fix that reads up to there.</param>
/// <param name="Mark">The character that ends it; null where none does.</param>
internal sealed record MessageEnd(string Title, char? Mark)
{
    /// <summary>At a size that is known: the read fills its buffer.</summary>
    public static readonly MessageEnd Size = new("Read until the message is complete", null);

    /// <summary>At a line feed.</summary>
    public static readonly MessageEnd Line = new("Read until the end of the line", '\n');

    /// <summary>At the empty line behind the head of an HTTP request, or of a proxy's answer: the peer then waits, and does not close.</summary>
    public static readonly MessageEnd Head = new("Read until the end of the head", null);

    /// <summary>Where the peer closes.</summary>
    public static readonly MessageEnd Close = new("Read until the peer closes the connection", null);

    /// <summary>Characters that end a message in protocols without lines: carriage return, NUL, ETX, EOT, ETB and the separators.</summary>
    private const string Marks = "\r\0\x03\x04\x17\x1c\x1d\x1e";

    /// <summary>The mark as a literal, for code that looks for its byte.</summary>
    public string ByteLiteral => Mark is '\n' or '\r' or '\0' ? $"'{Escape}'" : $"0x{(int)Mark.GetValueOrDefault():X2}";

    /// <summary>The mark as it is written inside a string.</summary>
    public string Escape => Mark switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\0' => @"\0",
        var mark => $"\\u{(int)mark.GetValueOrDefault():x4}",
    };

    /// <summary>The condition of a loop that reads on: the end is not among the bytes so far.</summary>
    public string? IsMissing(string buffer, string count) => this == Head ? $"!Encoding.ASCII.GetString({buffer}, 0, {count}).Contains(\"\\r\\n\\r\\n\")"
        : Mark is null ? null
        : $"Array.IndexOf({buffer}, (byte){ByteLiteral}, 0, {count}) < 0";

    /// <summary>The end of what a method reads, told by the texts in it: what ends the requests ends the answers too.</summary>
    /// <param name="read">The read.</param>
    /// <param name="canSeeHead">The loop can look for more than one byte.</param>
    public static MessageEnd Around(SyntaxNode read, bool canSeeHead = false)
    {
        SyntaxNode member = read.FirstAncestorOrSelf<MemberDeclarationSyntax>(node => node is not GlobalStatementSyntax) ?? read.SyntaxTree.GetRoot();
        if (member.DescendantNodes().Any(IsOnceOnly))
        {
            return Close;
        }

        return Within(member, canSeeHead) ?? (member.Parent is TypeDeclarationSyntax type && IsLineBased(type) ? Line : Close);
    }

    /// <summary>The type asks in lines: a method that only reads the answers has no text of its own.</summary>
    private static bool IsLineBased(TypeDeclarationSyntax type)
    {
        var sent = type.Members.SelectMany(Sent).ToList();
        return sent.Exists(text => text.EndsWith("\n", StringComparison.Ordinal)) && !sent.Exists(text => text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            && !type.DescendantNodes().Any(IsOnceOnly);
    }

    /// <summary>The texts that a member makes bytes of.</summary>
    private static IEnumerable<string> Sent(MemberDeclarationSyntax member) => member.DescendantNodes()
        .Where(node => node is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } or InterpolatedStringTextSyntax
            && node.Ancestors().TakeWhile(outer => outer != member).OfType<InvocationExpressionSyntax>().Any(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetBytes" }))
        .Select(node => node.GetLastToken().ValueText);

    /// <summary>What the texts of one member tell; null where they tell nothing.</summary>
    private static MessageEnd? Within(SyntaxNode member, bool canSeeHead)
    {
        MessageEnd? found = null;
        foreach (var token in member.DescendantTokens())
        {
            var text = token.ValueText;
            if (token.RawKind is (int)SyntaxKind.StringLiteralToken or (int)SyntaxKind.Utf8StringLiteralToken or (int)SyntaxKind.InterpolatedStringTextToken or (int)SyntaxKind.CharacterLiteralToken)
            {
                if (text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    return canSeeHead && OnlyHeadComes(member) ? Head : Close;
                }

                if (text.EndsWith("\n", StringComparison.Ordinal))
                {
                    found = Line;
                }
                else if (found is null && !token.IsKind(SyntaxKind.CharacterLiteralToken) && MarkOf(text) is { } mark)
                {
                    found = new MessageEnd("Read until the end mark", mark);
                }
            }
            else if ((token.IsKind(SyntaxKind.IdentifierToken) && text == "NewLine") || TrimsLine(token))
            {
                found = Line;
            }
        }

        return found;
    }

    /// <summary>The port of a connect to a server that answers once and closes, whatever ends the question: daytime, quote, time, whois, gopher, finger.</summary>
    private static bool IsOnceOnly(SyntaxNode node) =>
        node is LiteralExpressionSyntax { Token.Value: 13 or 17 or 37 or 43 or 70 or 79, Parent: ArgumentSyntax { Parent.Parent: var call } }
        && call switch
        {
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Connect" or "ConnectAsync" } } => true,
            ObjectCreationExpressionSyntax { Type: var type } => type.ToString() is "TcpClient" or "IPEndPoint" or "DnsEndPoint",
            _ => false,
        };

    /// <summary>The method asks a proxy for a tunnel, or answers requests itself.</summary>
    private static bool OnlyHeadComes(SyntaxNode member)
    {
        var texts = member.DescendantTokens().Select(token => token.ValueText).Where(text => text.Length > 7).ToList();
        return texts.Exists(text => text.StartsWith("CONNECT ", StringComparison.Ordinal))
            || (texts.Exists(text => text.StartsWith("HTTP/1.", StringComparison.Ordinal)) && !texts.Exists(text => text.Contains(" HTTP/1.")));
    }

    /// <summary>The first of the control characters that a text ends with, where it is one that ends messages.</summary>
    private static char? MarkOf(string text)
    {
        var start = text.Length;
        while (start > 0 && char.IsControl(text[start - 1]))
        {
            start--;
        }

        return start < text.Length && Marks.IndexOf(text[start]) >= 0 ? text[start] : null;
    }

    /// <summary><c>Trim()</c> and <c>TrimEnd()</c> take a line end off; <c>TrimEnd('\0')</c> is about the buffer.</summary>
    private static bool TrimsLine(SyntaxToken name) => name.ValueText is "Trim" or "TrimEnd"
        && name.Parent?.Parent?.Parent is InvocationExpressionSyntax { ArgumentList.Arguments: var arguments }
        && (arguments.Count == 0 || arguments.ToString().Contains("\\n"));
}
