using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Rules;

/// <summary>What a rule reads that looks at bodies with or without a socket, and where it reports.</summary>
internal sealed class OperationRootContext(
    SocketCompilation compilation,
    ISymbol owner,
    IOperation root,
    Action<Diagnostic> report,
    CancellationToken cancellationToken)
{
    public SocketCompilation Compilation { get; } = compilation;

    /// <summary>The method, property, field or type that the root belongs to.</summary>
    public ISymbol Owner { get; } = owner;

    /// <summary>The root operation of a body or initializer.</summary>
    public IOperation Root { get; } = root;
    public SocketOptions Options => Compilation.OptionsFor(Root.Syntax.SyntaxTree);
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Reports at a node's span.</summary>
    public void Report(DiagnosticDescriptor descriptor, SyntaxNode at, params object[] arguments) =>
        report(Diagnostic.Create(descriptor, at.GetLocation(), ImmutableArray<Location>.Empty, ImmutableDictionary<string, string?>.Empty, arguments));

    /// <summary>Reports a find with a severity or related places of its own.</summary>
    public void Report(Diagnostic diagnostic) => report(diagnostic);
}
