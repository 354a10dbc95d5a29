using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Lambdas and local functions: what they capture, and how they are run.</summary>
internal sealed partial class FlowTransfer
{
    private TrackedValue VisitLambda(IFlowAnonymousFunctionOperation lambda, FlowState state)
    {
        lambdas[lambda.Syntax] = lambda;
        return Capture(lambda, lambda.Symbol, state);
    }

    private TrackedValue VisitLocalFunctionReference(IMethodReferenceOperation reference, FlowState state) =>
        Capture(reference, reference.Method, state);

    /// <summary>A delegate holds what its body captured; a body that closes or keeps a captured socket has it from here on.</summary>
    private TrackedValue Capture(IOperation operation, IMethodSymbol function, FlowState state)
    {
        var summary = operation is IFlowAnonymousFunctionOperation lambda
            ? scope.Compilation.Summaries.ForLambda(lambda, graph, scope)
            : scope.Compilation.Summaries.For(function, scope);
        var captured = default(ObjectSet);
        foreach (var pair in summary.Captured)
        {
            var value = state.Value(Storage(pair.Key));
            if (pair.Value.Closes || pair.Value.Escapes)
            {
                Escape(value, state);
            }

            if (pair.Value.Reads || pair.Value.Writes)
            {
                captured |= value.Objects;
                if (pair.Value.AtUpgrade == ObjectStates.None)
                {
                    TalkElsewhere(value, state);
                }
            }
        }

        if (summary.Members.Values.Any(member => member.Reads || member.Writes))
        {
            MembersTalkElsewhere(state);
        }

        if (Reporting && operation is IFlowAnonymousFunctionOperation body)
        {
            RunLambda(body, state);
        }

        foreach (var pair in summary.Captured.Where(pair => pair.Value.AtUpgrade != ObjectStates.None))
        {
            // What was said before is what a body that starts TLS finds.
            TalkElsewhere(state.Value(Storage(pair.Key)), state);
        }

        return new TrackedValue(captured, ValueFlags.NotNull | ValueFlags.Container);
    }

    private void RunLambda(IFlowAnonymousFunctionOperation lambda, FlowState state)
    {
        if (nested.Any(known => known.Syntax == lambda.Syntax))
        {
            return;
        }

        var result = scope.RunNested(lambda, graph, this, state, iterated);
        if (result is not null)
        {
            nested.Add(result);
        }
    }

    /// <summary>What a captured variable holds at this point, for a nested body.</summary>
    public TrackedValue Captured(ISymbol variable, FlowState state) => state.Value(Storage(variable));

    public ObjectStates StatesOf(int index, FlowState state) => state.Object(index);

    public TrackedObject ObjectAt(int index) => objects[index];

    /// <summary>Gives a parameter or captured variable an object at the body's start.</summary>
    public TrackedObject? Seed(ISymbol variable, Func<int, TrackedObject> make, ObjectStates states, FlowState state, ValueFlags flags = ValueFlags.None)
    {
        var made = Track(variable, 5, make);
        if (made is not null)
        {
            state.SetObject(made.Index, states);
            state.SetValue(Storage(variable), TrackedValue.Of(made.Index, flags).With(ValueFlags.Null));
        }

        return made;
    }
}
