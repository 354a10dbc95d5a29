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

    /// <summary>
    /// Words of which a file must hold one for <see cref="AnalyzeRoot"/> to see its bodies; empty for a rule that reads bodies with a
    /// socket only.
    /// </summary>
    public virtual ImmutableArray<string> FileMarks => ImmutableArray<string>.Empty;

    /// <summary>Reads one body that touches a socket.</summary>
    public virtual void Analyze(BodyContext body)
    {
    }

    /// <summary>Reads one body or initializer of a file that holds one of <see cref="FileMarks"/>.</summary>
    public virtual void AnalyzeRoot(OperationRootContext context)
    {
    }
}
