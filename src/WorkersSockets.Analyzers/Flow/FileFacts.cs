using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Rules;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What a scan of a file's characters says of it.</summary>
/// <param name="NamesSockets">It names a type that is a socket or opens one.</param>
/// <param name="MarkedRules">The rules that read bodies without sockets and have one of their words in it.</param>
internal sealed record FileFacts(bool NamesSockets, ImmutableArray<SocketRule> MarkedRules)
{
    public bool IsEmpty => !NamesSockets && MarkedRules.IsEmpty;
}

/// <summary>
/// Scans files, each text once: the compiler keeps the result with the text, so that an edit in one file leaves the others alone.
/// Most projects have no socket at all, and this scan is all that they pay.
/// </summary>
internal sealed class FileScanner
{
    private readonly ImmutableArray<string> socketNames = Shortest(BuiltInModels.SocketTypeNames.Add("cloudflare:sockets"));
    private readonly ImmutableArray<SocketRule> markedRules = AllRules.Ordered.Where(rule => !rule.FileMarks.IsEmpty).ToImmutableArray();

    public FileScanner() => Provider = new SourceTextValueProvider<FileFacts>(Scan);

    /// <summary>With which the compiler remembers the facts of a text.</summary>
    public SourceTextValueProvider<FileFacts> Provider { get; }

    /// <summary>The facts of every file that has any; null where no file has.</summary>
    /// <param name="remembered">The facts of a text by way of <see cref="Provider"/>, null where the compiler has none.</param>
    public Dictionary<SyntaxTree, FileFacts>? Scan(
        Compilation compilation, SocketCatalog catalog, Func<SourceText, FileFacts?> remembered, CancellationToken cancellationToken)
    {
        var ownNames = catalog.SocketTypeNames.RemoveRange(BuiltInModels.SocketTypeNames);
        Dictionary<SyntaxTree, FileFacts>? found = null;
        foreach (var tree in compilation.SyntaxTrees)
        {
            var text = tree.GetText(cancellationToken);
            var facts = remembered(text) ?? Scan(text);
            if (!facts.NamesSockets && !ownNames.IsEmpty && ContainsAny(text.ToString(), ownNames))
            {
                facts = facts with { NamesSockets = true };
            }

            if (!facts.IsEmpty)
            {
                found ??= new Dictionary<SyntaxTree, FileFacts>();
                found[tree] = facts;
            }
        }

        return found;
    }

    private FileFacts Scan(SourceText text)
    {
        var content = text.ToString();
        return new FileFacts(
            ContainsAny(content, socketNames),
            markedRules.Where(rule => ContainsAny(content, rule.FileMarks)).ToImmutableArray());
    }

    private static bool ContainsAny(string content, ImmutableArray<string> words)
    {
        foreach (var word in words)
        {
            if (content.IndexOf(word, StringComparison.Ordinal) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Names that contain no other name of the list: a text without "Socket" has no "TcpSocket" either.</summary>
    private static ImmutableArray<string> Shortest(ImmutableArray<string> names) => names
        .Where(name => !names.Any(other => other != name && name.IndexOf(other, StringComparison.Ordinal) >= 0))
        .ToImmutableArray();
}
