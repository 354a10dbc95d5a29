using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Flow.Timeouts;

/// <summary>Tells whether something ends the wait for a piece of work: a race, a timed wait, a helper that does either.</summary>
internal sealed class WaitBounds(SocketCompilation compilation, CancellationToken cancellationToken)
{
    private const int MaximumDepth = 6;

    /// <summary>The variables that are being followed: one may be assigned from itself.</summary>
    private readonly HashSet<ILocalSymbol> followed = new(SymbolEqualityComparer.Default);

    /// <summary>Whether the wait for the work that <paramref name="work"/> starts (and, in a lambda, for the lambda) is bounded.</summary>
    public bool IsBounded(IOperation work) => IsBounded(work, 0);

    private bool IsBounded(IOperation work, int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // A constructor has connected when it returns: only what runs it can bound it.
        return depth <= MaximumDepth && ((work is not IObjectCreationOperation && IsConsumedWithBound(work, depth)) || IsInBoundedFunction(work, depth));
    }

    /// <summary>What is done with the value of <paramref name="work"/>, outwards.</summary>
    private bool IsConsumedWithBound(IOperation work, int depth)
    {
        // "task = task.ContinueWith(…)": the variable leads back to itself.
        if (depth > MaximumDepth)
        {
            return false;
        }

        for (var (child, parent) = (work, work.Parent); parent is not null; (child, parent) = (parent, parent.Parent))
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation or IArrayInitializerOperation or IArrayCreationOperation or IConditionalOperation or ICoalesceOperation:
                    continue;
                case IPropertyReferenceOperation { Property.Name: "AsyncWaitHandle" }:
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation call } argument:
                    if (PassesOn(call.TargetMethod))
                    {
                        child = argument;
                        parent = call;
                        continue;
                    }

                    if (Collection(call) is { } collection)
                    {
                        return IsVariableBounded(collection, call, depth);
                    }

                    return BoundsArgument(call, argument, depth);
                case IInvocationOperation call when call.Instance == child:
                    if (PassesOn(call.TargetMethod) && call.TargetMethod.Name != "WaitAsync")
                    {
                        continue;
                    }

                    return BoundsReceiver(call);
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when depth <= MaximumDepth:
                    return IsVariableBounded(declarator.Symbol, work, depth);
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when assignment.Value == child && depth <= MaximumDepth:
                    return IsVariableBounded(target.Local, work, depth);
                case ISimpleAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation }:
                    // Work that a member keeps is waited for elsewhere; a socket that it keeps was waited for here.
                    return child.Type is { Name: "Task" or "ValueTask" or "IAsyncResult" };
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Whether the lambda or local function around the work is waited for with a bound.</summary>
    private bool IsInBoundedFunction(IOperation work, int depth)
    {
        for (var current = work.Parent; current is not null; current = current.Parent)
        {
            switch (current)
            {
                case ILocalFunctionOperation function:
                    var calls = function.Root().Descendants().Where(operation => operation switch
                    {
                        IInvocationOperation call => SymbolEqualityComparer.Default.Equals(call.TargetMethod, function.Symbol),
                        IMethodReferenceOperation reference => SymbolEqualityComparer.Default.Equals(reference.Method, function.Symbol),
                        _ => false,
                    }).ToList();
                    return calls.Count > 0 && calls.All(call => call is IMethodReferenceOperation ? IsDelegateBounded(call, depth + 1) : IsBounded(call, depth + 1));
                case IAnonymousFunctionOperation lambda:
                    return IsDelegateBounded(lambda, depth + 1);
            }
        }

        return work.SemanticModel is { } model && model.GetEnclosingSymbol(work.Syntax.SpanStart, cancellationToken) is IMethodSymbol method && AreAllCallsBounded(method, depth);
    }

    /// <summary>Whether every call of a private method, the only ones there can be, is waited for with a bound.</summary>
    private bool AreAllCallsBounded(IMethodSymbol method, int depth)
    {
        if (depth > 2 || method is not { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private, IsOverride: false })
        {
            return false;
        }

        var isCalled = false;
        foreach (var name in compilation.Sources.NamesIn(method.ContainingType, method.Name, cancellationToken))
        {
            if (compilation.Sources.For(name.SyntaxTree) is not { } model
                || model.GetSymbolInfo(name, cancellationToken).Symbol is not IMethodSymbol used
                || !SymbolEqualityComparer.Default.Equals(used.OriginalDefinition, method.OriginalDefinition))
            {
                continue;
            }

            ExpressionSyntax whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
            var isBounded = whole.Parent is InvocationExpressionSyntax invocation && invocation.Expression == whole
                ? model.GetOperation(invocation, cancellationToken) is { } call && IsBounded(call, depth + 1)
                : model.GetOperation(whole, cancellationToken) is { } reference && IsDelegateBounded(reference, depth + 1);
            if (!isBounded)
            {
                return false;
            }

            isCalled = true;
        }

        return isCalled;
    }

    /// <summary>The local that collects the work: <c>tasks.Add(work)</c>, or the initializer of a list.</summary>
    private static ILocalSymbol? Collection(IInvocationOperation call)
    {
        if (call.TargetMethod.Name != "Add")
        {
            return null;
        }

        IOperation? holder = call.Instance;
        if (call.Parent is IObjectOrCollectionInitializerOperation { Parent: IObjectCreationOperation creation })
        {
            holder = creation;
            while (holder.Parent is IConversionOperation or IParenthesizedOperation)
            {
                holder = holder.Parent;
            }

            return holder.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } ? declarator.Symbol : null;
        }

        return (holder as ILocalReferenceOperation)?.Local;
    }

    /// <summary>Whether a method in source bounds its wait for a delegate that it is given; one that only retries does not.</summary>
    private bool BoundsDelegate(IMethodSymbol method, IParameterSymbol? parameter, int depth)
    {
        if (parameter is null || parameter.Ordinal >= method.Parameters.Length)
        {
            return BoundsInside(method, null);
        }

        var given = method.Parameters[parameter.Ordinal];
        var calls = Bodies(method).SelectMany(body => body.Descendants()).OfType<IInvocationOperation>().Where(call =>
            call.TargetMethod.MethodKind == MethodKind.DelegateInvoke
            && call.Instance is { } instance && Operations.UnwrapImplicit(instance) is IParameterReferenceOperation invoked
            && SymbolEqualityComparer.Default.Equals(invoked.Parameter, given)).ToList();
        return calls.Count == 0 ? BoundsInside(method, null) : calls.All(call => IsBounded(call, depth + 1));
    }

    private bool IsDelegateBounded(IOperation function, int depth)
    {
        if (depth > MaximumDepth)
        {
            return false;
        }

        var value = function;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }

        switch (value.Parent)
        {
            case IArgumentOperation { Parent: IInvocationOperation call } argument:
                var method = call.TargetMethod;
                if ((method.ContainingType?.Name, method.Name) is ("Task", "Run") or ("TaskFactory", "StartNew"))
                {
                    return IsBounded(call, depth);
                }

                // Another method in source is looked into; one of a library (a retry policy with a timeout) is trusted, but for those
                // that only run the delegate.
                return compilation.Summaries.Resolve(method) is { } target
                    ? BoundsDelegate(target, argument.Parameter, depth)
                    : !RunsOnly(method) && compilation.Catalog.Find(method, Catalog.ModelRole.Handler) is null && !method.Name.StartsWith("Map", StringComparison.Ordinal);
            case IArgumentOperation { Parent: IObjectCreationOperation { Type.Name: "Thread" } thread }:
                return compilation.Sources.IndexOf(thread, cancellationToken).Calls
                    .Any(call => call is { TargetMethod: { Name: "Join", ContainingType.Name: "Thread" }, Arguments.IsEmpty: false });
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                var uses = compilation.Sources.IndexOf(declarator, cancellationToken).ReferencesTo(declarator.Symbol);
                return uses.Count > 0 && uses.All(use => use.Parent is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } invoke ? IsBounded(invoke, depth + 1) : IsDelegateBounded(use, depth + 1));
            default:
                return false;
        }
    }

    private static bool RunsOnly(IMethodSymbol method) => method.ContainingType?.Name is
        "Enumerable" or "ParallelEnumerable" or "Queryable" or "Parallel" or "List" or "Array" or "ThreadPool" or "Lazy" or "Timers" or "ConcurrentDictionary" or "ServiceCollectionServiceExtensions";

    private static bool PassesOn(IMethodSymbol method) => method.Name is "ConfigureAwait" or "AsTask" or "Unwrap" or "GetAwaiter" or "ContinueWith" or "Preserve" or "FromAsync" || method.IsShortForConfigureAwait();

    private bool BoundsReceiver(IInvocationOperation call)
    {
        switch (call.TargetMethod.Name)
        {
            case "WaitAsync":
                return call.Arguments.Any(argument => argument.Parameter?.Type.Name == "TimeSpan" ? !Tokens.IsInfinite(argument.Value) : Tokens.CanCancel(argument.Value, compilation.Sources));
            case "Wait" or "WaitOne":
                return call.Arguments.Any(argument => argument.Parameter?.Type switch
                {
                    { Name: "CancellationToken" } => Tokens.CanCancel(argument.Value, compilation.Sources),
                    { SpecialType: SpecialType.System_Boolean } or null => false,
                    _ => !Tokens.IsInfinite(argument.Value),
                });
            default:
                // An extension of a library or of this project: TimeoutAfter, WithTimeout.
                return false;
        }
    }

    private bool BoundsArgument(IInvocationOperation call, IArgumentOperation argument, int depth)
    {
        var method = call.TargetMethod;
        if (method.ContainingType is { Name: "Task", ContainingNamespace.Name: "Tasks" })
        {
            return method.Name switch
            {
                // The race ends when the other one does.
                "WhenAny" => Elements(call) > 1,
                "WaitAny" or "WaitAll" => call.Arguments.Any(other => other != argument && other.Parameter is { Ordinal: > 0 } parameter
                    && (parameter.Type.Name == "CancellationToken" ? Tokens.CanCancel(other.Value, compilation.Sources) : !Tokens.IsInfinite(other.Value))) || (method.Name == "WaitAny" && Elements(call) > 1),
                "WhenAll" => IsBounded(call, depth + 1),
                _ => false,
            };
        }

        if (compilation.Summaries.Resolve(method) is { } target)
        {
            return BoundsInside(target, null);
        }

        if (method.Name == "WaitAsync")
        {
            return BoundsReceiver(call);
        }

        // Collected: what waits for the collection decides, and that is told by its join.
        return method.Name is not ("Add" or "Enqueue" or "Push" or "TryAdd" or "WaitUntil" or "Run" or "FromResult" or "EndConnect" or "WriteLine" or "FromAsyncEnumerable");
    }

    private static int Elements(IInvocationOperation call) => call.Arguments.Sum(argument => argument.Value switch
    {
        IArrayCreationOperation { Initializer: { } list } => list.ElementValues.Length,
        { } value when Operations.UnwrapImplicit(value).Type is { Name: "Task" } => 1,
        _ => 2,
    });

    private bool IsVariableBounded(ILocalSymbol local, IOperation work, int depth)
    {
        if (depth > MaximumDepth || !followed.Add(local))
        {
            return false;
        }

        var isBounded = IsAnyUseBounded(local, work, depth);
        followed.Remove(local);
        return isBounded;
    }

    private bool IsAnyUseBounded(ILocalSymbol local, IOperation work, int depth)
    {
        foreach (var use in compilation.Sources.IndexOf(work, cancellationToken).ReferencesTo(local))
        {
            if (use.Syntax.SpanStart <= work.Syntax.SpanStart)
            {
                continue;
            }

            // Looking whether it is done, after a delay or in a loop, is a bounded wait as well.
            if (use.Parent is IPropertyReferenceOperation { Property.Name: "IsCompleted" or "IsCompletedSuccessfully" or "Status" or "IsFaulted" } || IsConsumedWithBound(use, depth + 1))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a method in source bounds its waits: it races, waits with a time, or waits for a delay; and it does not await
    /// <paramref name="waited"/> outright.
    /// </summary>
    public bool BoundsInside(IMethodSymbol method, Func<IOperation, bool>? waited)
    {
        foreach (var body in Bodies(method))
        {
            var bounds = false;
            foreach (var operation in body.DescendantsAndSelf())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (operation is IAwaitOperation awaited && waited?.Invoke(awaited.Operation) == true)
                {
                    return false;
                }

                bounds |= operation is IInvocationOperation call && IsTimed(call);
            }

            if (bounds)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The operations of a method's declarations.</summary>
    public IEnumerable<IOperation> Bodies(IMethodSymbol method)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (compilation.Sources.OperationOf(reference.GetSyntax(cancellationToken), cancellationToken) is { } body)
            {
                yield return body;
            }
        }
    }

    /// <summary>A call that ends a wait by time.</summary>
    public bool IsTimed(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var isTask = method.ContainingType is { Name: "Task", ContainingNamespace.Name: "Tasks" };
        return method.Name switch
        {
            "Delay" => isTask,
            "WhenAny" => isTask,
            "WaitAsync" or "Wait" or "WaitOne" => BoundsReceiver(call) || (method.IsExtensionMethod && call.Arguments.Length > 1),
            "WaitAny" or "WaitAll" => call.Arguments.Length > 1,
            "CancelAfter" => method.ContainingType?.Name == "CancellationTokenSource",
            _ => false,
        };
    }
}
