using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// Tells by text alone which files can have to do with sockets: those that name a socket type, those that name a type, extension
/// method or interface of such a file, and so on, and those whose types take a stream from such a file. What it refuses is never bound.
/// </summary>
internal sealed class SourceGate(Compilation compilation, IReadOnlyDictionary<SyntaxTree, FileFacts> facts)
{
    /// <summary>How many files a call may pass through between the handler and the socket.</summary>
    private const int MaximumSteps = 4;

    private readonly object building = new();
    private ImmutableHashSet<SyntaxTree>? concerned;

    public bool MayConcern(SyntaxTree tree, CancellationToken cancellationToken)
    {
        if (concerned is null)
        {
            lock (building)
            {
                concerned ??= Build(cancellationToken);
            }
        }

        return concerned.Contains(tree);
    }

    private bool NamesSockets(SyntaxTree tree) => facts.TryGetValue(tree, out var known) && known.NamesSockets;

    private ImmutableHashSet<SyntaxTree> Build(CancellationToken cancellationToken)
    {
        var found = ImmutableHashSet.CreateBuilder<SyntaxTree>();
        var rest = new List<SyntaxTree>();
        var added = new List<SyntaxTree>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            (NamesSockets(tree) ? added : rest).Add(tree);
        }

        TakeStreamUsers(added, rest, cancellationToken);
        for (var step = 0; step < MaximumSteps && added.Count > 0 && rest.Count > 0; step++)
        {
            found.UnionWith(added);
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var tree in added)
            {
                CollectNames(tree.GetRoot(cancellationToken), names);
            }

            added = rest.FindAll(tree => Words.AnyIn(tree.GetText(cancellationToken).ToString(), names));
            rest.RemoveAll(added.Contains);
        }

        found.UnionWith(added);
        return found.ToImmutable();
    }

    /// <summary>Moves the files that deal with streams and declare a type that a file with sockets names: they may be given a connection's.</summary>
    private static void TakeStreamUsers(List<SyntaxTree> added, List<SyntaxTree> rest, CancellationToken cancellationToken)
    {
        var streams = rest.FindAll(tree => tree.GetText(cancellationToken).ToString().IndexOf("Stream", StringComparison.Ordinal) >= 0);
        if (streams.Count == 0 || added.Count == 0)
        {
            return;
        }

        var named = new HashSet<string>(
            added.SelectMany(tree => tree.GetRoot(cancellationToken).DescendantTokens()).Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText),
            StringComparer.Ordinal);
        var taken = streams.FindAll(tree => tree.GetRoot(cancellationToken)
            .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax)
            .Any(node => node is TypeDeclarationSyntax type && named.Contains(type.Identifier.ValueText)));
        added.AddRange(taken);
        rest.RemoveAll(taken.Contains);
    }

    /// <summary>The names by which other files get at what a file declares: its types, their bases, its extension methods.</summary>
    private static void CollectNames(SyntaxNode root, HashSet<string> names)
    {
        foreach (var node in root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or BaseTypeDeclarationSyntax))
        {
            switch (node)
            {
                case BaseTypeDeclarationSyntax type:
                    names.Add(type.Identifier.ValueText);
                    foreach (var other in type.BaseList?.Types ?? default)
                    {
                        if (other.Type is SimpleNameSyntax name)
                        {
                            names.Add(name.Identifier.ValueText);
                        }
                    }

                    break;
                case MethodDeclarationSyntax method when method.ParameterList.Parameters.FirstOrDefault() is { } first && first.Modifiers.Any(SyntaxKind.ThisKeyword):
                    names.Add(method.Identifier.ValueText);
                    break;
            }
        }

        // Names that every file has say nothing.
        names.ExceptWith(["Program", "IDisposable", "IAsyncDisposable", "ControllerBase", "Controller", "Exception", "EventArgs", "Startup", "Worker", "Handler"]);
    }

    private static class Words
    {
        public static bool AnyIn(string text, HashSet<string> words)
        {
            foreach (var word in words)
            {
                for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
                {
                    if ((at == 0 || !SyntaxFacts.IsIdentifierPartCharacter(text[at - 1]))
                        && (at + word.Length == text.Length || !SyntaxFacts.IsIdentifierPartCharacter(text[at + word.Length])))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }
}
