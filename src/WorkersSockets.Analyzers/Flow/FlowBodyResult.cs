using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What the flow found in one body: a member's, a lambda's or a local function's.</summary>
internal sealed record FlowBodyResult(
    SyntaxNode Syntax,
    ISymbol Owner,
    ImmutableArray<TrackedObject> Objects,
    ImmutableArray<FlowEvent> Events,
    ImmutableArray<ConnectSite> Connects,
    ImmutableArray<FlowBodyResult> Nested)
{
    /// <summary>This body and all bodies in it.</summary>
    public IEnumerable<FlowBodyResult> WithNested() => new[] { this }.Concat(Nested.SelectMany(body => body.WithNested()));
}
