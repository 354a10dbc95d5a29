using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Rules;

/// <summary>
/// One rule. It holds no state: the same instance reads many bodies at once. It asks the flow of a body, never the syntax,
/// what a socket does.
/// </summary>
internal abstract class SocketRule
{
    /// <summary>Every descriptor that the rule reports: one id, one descriptor a message.</summary>
    public abstract ImmutableArray<DiagnosticDescriptor> Descriptors { get; }

    /// <summary>Reads one body that touches a socket.</summary>
    public virtual void Analyze(BodyContext body)
    {
    }
}
