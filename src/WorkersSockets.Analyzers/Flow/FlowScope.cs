using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What one run of the flow works with: the services, whose body it is, and who asked for it.</summary>
internal sealed class FlowScope(SocketCompilation compilation, SocketOptions options, ISymbol owner, CancellationToken cancellationToken)
{
    public SocketCompilation Compilation { get; } = compilation;
    public SocketOptions Options { get; } = options;

    /// <summary>The method, accessor, local function or lambda whose body is run.</summary>
    public ISymbol Owner { get; } = owner;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Collects the summary, where that is what the run is for.</summary>
    public SummaryRecorder? Summary { get; init; }

    /// <summary>The summary is for another member of the circle of calls that the owner belongs to: calls within the circle stay unknown.</summary>
    public bool IsInCircle { get; init; }

    /// <summary>Runs a lambda's body with what its captured variables hold where the delegate is made.</summary>
    /// <param name="iterated">The sequence or receiver that the delegate is passed along with: its elements become the lambda's parameters.</param>
    public FlowBodyResult? RunNested(IFlowAnonymousFunctionOperation lambda, ControlFlowGraph graph, FlowTransfer outer, FlowState state, TrackedValue iterated)
    {
        if (Summary is not null)
        {
            return null;
        }

        var inner = new FlowScope(Compilation, Options, lambda.Symbol, CancellationToken);
        return FlowRunner.RunNested(inner, graph.GetAnonymousFunctionControlFlowGraph(lambda, CancellationToken), lambda.Syntax, lambda.Symbol, outer, state, iterated);
    }
}
