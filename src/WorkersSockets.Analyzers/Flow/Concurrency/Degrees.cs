using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <summary>What the code itself says of how much runs at a time: options, parallel queries, semaphores.</summary>
internal sealed class Degrees(SocketCompilation compilation, SequenceBounds bounds, CancellationToken cancellationToken)
{
    private static readonly ConnectGate Unreadable = new(0, null);

    /// <summary>The degree of a parallel query, as its <c>WithDegreeOfParallelism</c> says; 0 where that cannot be read.</summary>
    public int OfQuery(IInvocationOperation call)
    {
        for (var current = call; current is not null; current = current.Arguments.IsEmpty ? null : Operations.UnwrapImplicit(current.Arguments[0].Value) as IInvocationOperation)
        {
            if (current.TargetMethod.Name == "WithDegreeOfParallelism" && current.Arguments.Length == 2)
            {
                return Number(current.Arguments[1].Value);
            }
        }

        return SequenceBounds.Unbounded;
    }

    /// <summary>How many bodies a method of <c>Parallel</c> runs at a time.</summary>
    public int OfParallel(IInvocationOperation call) => Of(call, call.Arguments, "ParallelOptions", SequenceBounds.Unbounded);

    /// <summary>How many messages a dataflow block works on at a time.</summary>
    public int OfBlock(IObjectCreationOperation block) => Of(block, block.Arguments, "ExecutionDataflowBlockOptions", unset: 1);

    /// <summary>The degree that the options set; 0 where they set one that cannot be read, which bounds by intention.</summary>
    private int Of(IOperation call, ImmutableArray<IArgumentOperation> arguments, string type, int unset)
    {
        var options = arguments.FirstOrDefault(argument => argument.Parameter?.Type.Name == type)?.Value;
        if (options is null)
        {
            return unset;
        }

        var value = Operations.UnwrapImplicit(options);
        if (value is IParameterReferenceOperation)
        {
            return 0;
        }

        var creation = Created(value);
        var written = creation?.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>()
            .FirstOrDefault(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "MaxDegreeOfParallelism" })?.Value;
        if (written is null && SequenceBounds.SymbolOf(value) is { } symbol)
        {
            written = call.Root().Descendants().OfType<ISimpleAssignmentOperation>()
                .FirstOrDefault(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "MaxDegreeOfParallelism", Instance: { } instance } && SymbolEqualityComparer.Default.Equals(SequenceBounds.SymbolOf(instance), symbol))?.Value;
        }

        if (written is null)
        {
            return creation is null ? 0 : unset;
        }

        return Number(written) is var degree && degree == -1 ? SequenceBounds.Unbounded : Math.Max(degree, 0);
    }

    /// <summary>A number of places; 0 where it cannot be read. How many processors there are bounds nothing.</summary>
    private int Number(IOperation value) =>
        bounds.Limit(value)
        ?? (value.DescendantsAndSelf().Any(part => part is IPropertyReferenceOperation { Property: { Name: "ProcessorCount", ContainingType.Name: "Environment" } }) ? SequenceBounds.Unbounded : 0);

    /// <summary>The object creation that a value comes from: itself, a local's or a read-only member's initializer.</summary>
    private IObjectCreationOperation? Created(IOperation value)
    {
        switch (value)
        {
            case IObjectCreationOperation creation:
                return creation;
            case ILocalReferenceOperation local:
                return SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is { } initial ? Operations.UnwrapImplicit(initial) as IObjectCreationOperation : null;
            case IFieldReferenceOperation or IPropertyReferenceOperation:
                foreach (var reference in SequenceBounds.SymbolOf(value)!.DeclaringSyntaxReferences)
                {
                    var initializer = reference.GetSyntax(cancellationToken) switch
                    {
                        VariableDeclaratorSyntax field => field.Initializer?.Value,
                        PropertyDeclarationSyntax property => property.Initializer?.Value ?? property.ExpressionBody?.Expression,
                        _ => null,
                    };
                    if (compilation.Sources.OperationOf(initializer, cancellationToken) is { } found)
                    {
                        return Operations.UnwrapImplicit(found) as IObjectCreationOperation;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    /// <summary>The semaphore, limiter or lock that a call enters; null where it enters none.</summary>
    public ConnectGate? Entered(IInvocationOperation call)
    {
        if (call.Instance?.Type is not { } type || call.TargetMethod.Name is not ("Wait" or "WaitAsync" or "WaitOne" or "Enter" or "EnterAsync" or "Acquire" or "AcquireAsync" or "Lock" or "LockAsync" or "AttemptAcquire"))
        {
            return null;
        }

        if (type.Name is "SemaphoreSlim" or "Semaphore")
        {
            var creation = Created(Operations.UnwrapImplicit(call.Instance));
            return creation is { Arguments: { IsEmpty: false } arguments } && arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0).First().Value is var width
                ? new ConnectGate(Number(width), width)
                : Unreadable;
        }

        return KnownCalls.IsTask(type) || type.Name is "CountdownEvent" or "ManualResetEventSlim" or "ManualResetEvent" or "AutoResetEvent" or "Barrier" ? null
            : type.Name is "Mutex" ? ConnectGate.Single
            : ContainsAny(type.Name, "Semaphore", "Limiter", "Throttle", "Bulkhead", "Lock", "Gate") ? Unreadable
            : null;
    }

    private static bool ContainsAny(string name, params string[] parts) => parts.Any(part => name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0);
}
