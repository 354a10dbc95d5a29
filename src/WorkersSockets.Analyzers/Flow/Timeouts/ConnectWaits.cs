using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Flow.Timeouts;

/// <summary>A connect whose wait nothing bounds.</summary>
/// <param name="At">The connect call; on Workers the first wait for it.</param>
/// <param name="Connect">The operation that starts the connection.</param>
/// <param name="Socket">The variable that holds the socket, where there is one.</param>
internal sealed record UnboundedConnect(IOperation At, IOperation Connect, string Name, Surface Surface, ISymbol? Socket)
{
    /// <summary>What waits is a read inside a helper: a connection that failed looks like the end of the data there.</summary>
    public bool IsReadInHelper { get; init; }
}

/// <summary>Finds the connects of a body that can wait for ever.</summary>
internal sealed class ConnectWaits(SocketCompilation compilation, CancellationToken cancellationToken)
{
    /// <summary>How many helpers are looked into for one call.</summary>
    private const int MaximumHelpers = 64;

    private readonly WaitBounds waits = new(compilation, cancellationToken);

    public ImmutableArray<UnboundedConnect> Of(SocketFlow flow)
    {
        var found = ImmutableArray.CreateBuilder<UnboundedConnect>();
        foreach (var site in flow.Connects)
        {
            if (site.Inner is null && site.Surface == Surface.DotNet && IsUnbounded(site))
            {
                found.Add(new UnboundedConnect(site.Operation, site.Operation, site.Name, Surface.DotNet, ReceiverOf(site.Operation)));
            }
        }

        var body = compilation.Sources.IndexOf(flow.Root, cancellationToken);
        foreach (var pair in body.Calls)
        {
            if (PairedClient(pair) is { } client && !waits.IsBounded(pair) && !Transports.IsOther(pair, compilation.Sources) && !EndsBySocket(body, pair))
            {
                found.Add(new UnboundedConnect(pair, pair, client.Syntax.ToString(), Surface.DotNet, SequenceBounds.SymbolOf(client)));
            }
        }

        foreach (var operation in compilation.Catalog.HasWorkers ? flow.Root.Descendants() : Enumerable.Empty<IOperation>())
        {
            if (operation is IInvocationOperation call && StartsOnWorkers(call) && FirstWait(call, call) is { IsUnbounded: true, At: { } at } wait)
            {
                found.Add(new UnboundedConnect(at, call, wait.Socket?.Name ?? NameOf(at), Surface.Workers, wait.Socket) { IsReadInHelper = wait.IsReadInHelper });
            }

            if (operation is IInvocationOperation opening && OpensMember(opening) is { } member && Judge(opening, member) is { IsUnbounded: true, At: { } opened })
            {
                found.Add(new UnboundedConnect(opened, opened, member.Name, Surface.Workers, member));
            }
        }

        return found.GroupBy(wait => wait.At.Syntax.Span).Select(group => group.First()).ToImmutableArray();
    }

    // .NET

    private bool IsUnbounded(ConnectSite site)
    {
        var call = site.Operation;
        if (site.Timeout is not null || Transports.IsOther(call, compilation.Sources) || !IsFrameworkConnect(call))
        {
            return false;
        }

        if (site.Token is not null && Tokens.CanCancel(site.Token, compilation.Sources))
        {
            return false;
        }

        if (waits.IsBounded(call))
        {
            return false;
        }

        var body = compilation.Sources.IndexOf(call, cancellationToken);
        if (site.Model.Args >= 0)
        {
            return body.Calls.Any(IsEndlessWait) && !body.Calls.Any(waits.IsTimed);
        }

        if (site.Model.Begin && IsWaitedElsewhere(call, body))
        {
            return false;
        }

        return !EndsBySocket(body, call);
    }

    /// <summary>What is done with the socket beside the connect ends the wait: it does not block, or is closed when the time is up.</summary>
    private bool EndsBySocket(BodyIndex body, IOperation connect) =>
        ReceiverOf(connect) is { } socket && (IsNonBlocking(body, socket) || IsClosedByOthers(body, socket, connect));

    /// <summary>The client whose Begin and End method a call makes a task of: <c>FromAsync(client.BeginConnect, client.EndConnect, …)</c>.</summary>
    private IOperation? PairedClient(IInvocationOperation call) =>
        call.BeginMethod() is { Instance: { } client, Method: var begin }
        && compilation.Catalog.Find(begin, ModelRole.Connect) is { Begin: true, Surface: Surface.DotNet }
            ? client
            : null;

    /// <summary>The user's own connects by model know best what bounds them.</summary>
    private static bool IsFrameworkConnect(IOperation call)
    {
        var type = call switch
        {
            IInvocationOperation invocation => invocation.TargetMethod.ContainingType,
            IObjectCreationOperation creation => creation.Type as INamedTypeSymbol,
            _ => null,
        };
        for (var current = type?.ContainingNamespace; current is { IsGlobalNamespace: false }; current = current.ContainingNamespace)
        {
            if (current is { Name: "System", ContainingNamespace.IsGlobalNamespace: true })
            {
                return true;
            }
        }

        return false;
    }

    private static ISymbol? ReceiverOf(IOperation call) => call switch
    {
        IInvocationOperation invocation when invocation.BeginMethod() is { Instance: { } client } => SequenceBounds.SymbolOf(client),
        IInvocationOperation { Instance: { } instance } => SequenceBounds.SymbolOf(instance),
        IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: { IsEmpty: false } arguments } => SequenceBounds.SymbolOf(Operations.UnwrapImplicit(arguments[0].Value)),
        _ => null,
    };

    /// <summary>A wait without a time for the event that the completion sets.</summary>
    private static bool IsEndlessWait(IInvocationOperation call) =>
        call is { TargetMethod.Name: "Wait" or "WaitOne", Arguments.IsEmpty: true, Instance.Type.Name: "ManualResetEvent" or "ManualResetEventSlim" or "AutoResetEvent" or "EventWaitHandle" or "SemaphoreSlim" or "CountdownEvent" };

    /// <summary>A Begin call with a timed wait somewhere in the body, or with a callback in a type that has a timer.</summary>
    private bool IsWaitedElsewhere(IOperation call, BodyIndex body)
    {
        if (body.Calls.Any(waits.IsTimed))
        {
            return true;
        }

        var hasCallback = call is IInvocationOperation invocation && invocation.Arguments.Any(argument => argument.Parameter?.Type.Name == "AsyncCallback" && Operations.UnwrapImplicit(argument.Value) is not (ILiteralOperation or IDefaultValueOperation));
        var waitsHere = body.Calls.Any(wait => wait.TargetMethod.Name is "WaitOne" or "Wait" or "EndConnect");
        return hasCallback && !waitsHere && call.Syntax.SyntaxTree.ToString().IndexOf("Timer", StringComparison.Ordinal) >= 0;
    }

    /// <summary><c>socket.Blocking = false</c>: the connect returns at once, and what waits is a poll or select.</summary>
    private static bool IsNonBlocking(BodyIndex body, ISymbol socket) =>
        body.ReferencesTo(socket).Any(reference => Blocking(reference.Parent) is { Parent: ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: false } } })
        || body.WritesTo(socket).Any(IsCreatedNonBlocking);

    /// <summary><c>Blocking</c> of a socket, or of the socket inside a client.</summary>
    private static IOperation? Blocking(IOperation? member) => member switch
    {
        IPropertyReferenceOperation { Property.Name: "Blocking" } blocking => blocking,
        IPropertyReferenceOperation { Parent: IPropertyReferenceOperation { Property.Name: "Blocking" } blocking } => blocking,
        _ => null,
    };

    /// <summary><c>new Socket(…) { Blocking = false }</c>.</summary>
    private static bool IsCreatedNonBlocking(IOperation write) =>
        (write switch
        {
            IVariableDeclaratorOperation declarator => declarator.GetVariableInitializer()?.Value,
            IAssignmentOperation assignment => assignment.Value,
            _ => null,
        }) is { } value
        && Operations.UnwrapImplicit(value) is IObjectCreationOperation { Initializer.Initializers: var settings }
        && settings.Any(setting => setting is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "Blocking" }, Value.ConstantValue: { HasValue: true, Value: false } });

    /// <summary>A timer or registration that closes the socket ends the connect with an exception.</summary>
    private bool IsClosedByOthers(BodyIndex body, ISymbol socket, IOperation connect)
    {
        // What starts behind a connect that is waited for in place comes too late for it.
        var end = IsWaitedInPlace(connect) ? connect.Syntax.Span.End : int.MaxValue;
        foreach (var reference in body.ReferencesTo(socket))
        {
            if ((IsClosed(reference) && (IsInOtherLambda(reference, connect, end) || IsInHandedFunction(reference, connect, end)))
                || (reference.Syntax.SpanStart < end && (reference.Parent is IMethodReferenceOperation { Method.Name: "Close" or "Dispose" } || IsStateThatIsClosed(reference))))
            {
                return true;
            }
        }

        // A field can also be closed by a method that a timer calls.
        return socket is IFieldSymbol && connect.Root().Descendants().OfType<IMethodReferenceOperation>().Any(callback => callback.Syntax.SpanStart < end
            && compilation.Summaries.Resolve(callback.Method) is { } method && waits.Bodies(method).Any(other => Closes(other, socket)));
    }

    /// <summary>The connect blocks, or is awaited where it starts.</summary>
    private static bool IsWaitedInPlace(IOperation connect)
    {
        if (!KnownCalls.IsTask(connect.Type))
        {
            return connect is IObjectCreationOperation or IInvocationOperation { TargetMethod.Name: "Connect" };
        }

        var value = connect;
        while (value.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" } or IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }

        return value.Parent is IAwaitOperation;
    }

    private static bool IsClosed(IOperation reference)
    {
        var receiver = reference;
        while (receiver.Parent is IConversionOperation or IParenthesizedOperation)
        {
            receiver = receiver.Parent;
        }

        // The socket inside a client: client.Client.Dispose().
        if (receiver.Parent is IPropertyReferenceOperation { Property.Name: "Client" } inner)
        {
            receiver = inner;
        }

        // socket?.Close(), client?.Client?.Close(): the call is the other half of the access.
        var call = receiver.Parent is IConditionalAccessOperation access && access.Operation == receiver ? access.WhenNotNull : receiver.Parent;
        while (call is IConditionalAccessOperation { Operation: IPropertyReferenceOperation { Property.Name: "Client" } } next)
        {
            call = next.WhenNotNull;
        }

        return call is IInvocationOperation { TargetMethod.Name: "Close" or "Dispose" } close
            && (close.Instance == receiver || close.Instance is IConditionalAccessInstanceOperation or IPropertyReferenceOperation { Property.Name: "Client", Instance: IConditionalAccessInstanceOperation });
    }

    private bool Closes(IOperation body, ISymbol socket) => compilation.Sources.IndexOf(body, cancellationToken).ReferencesTo(socket).Any(IsClosed);

    /// <summary><c>token.Register(state => ((TcpClient)state).Dispose(), client)</c>: the socket stands beside a lambda that closes what it is given.</summary>
    private static bool IsStateThatIsClosed(IOperation reference)
    {
        var value = reference;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }

        var arguments = value.Parent is not IArgumentOperation argument ? ImmutableArray<IArgumentOperation>.Empty : argument.Parent switch
        {
            IInvocationOperation call => call.Arguments,
            IObjectCreationOperation creation => creation.Arguments,
            _ => ImmutableArray<IArgumentOperation>.Empty,
        };
        return arguments.Any(other => Operations.UnwrapImplicit(other.Value) is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Symbol.Parameters: { IsEmpty: false } parameters, Body: var lambda } }
            && lambda.Descendants().OfType<IParameterReferenceOperation>().Any(state => SymbolEqualityComparer.Default.Equals(state.Parameter, parameters[0]) && IsClosed(state)));
    }

    /// <summary>The close stands in a local function that another lambda calls or that somebody is handed: <c>new Timer(_ => GiveUp())</c>.</summary>
    /// <param name="operation">The close.</param>
    /// <param name="connect">The connect.</param>
    /// <param name="end">Where in the source its wait is over.</param>
    private static bool IsInHandedFunction(IOperation operation, IOperation connect, int end)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is ILocalFunctionOperation { Symbol: var function } && !current.Syntax.Span.Contains(connect.Syntax.Span))
            {
                return connect.Root().Descendants().Any(use => use switch
                {
                    IInvocationOperation call => SymbolEqualityComparer.Default.Equals(call.TargetMethod, function) && IsInOtherLambda(call, connect, end),
                    IMethodReferenceOperation reference => reference.Syntax.SpanStart < end && SymbolEqualityComparer.Default.Equals(reference.Method, function),
                    _ => false,
                });
            }
        }

        return false;
    }

    private static bool IsInOtherLambda(IOperation operation, IOperation connect, int end)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is IAnonymousFunctionOperation && current.Syntax.SpanStart < end && !current.Syntax.Span.Contains(connect.Syntax.Span))
            {
                return true;
            }
        }

        return false;
    }

    // Workers

    /// <summary>The connect itself, or a call of a helper that hands back a socket nobody has waited for yet.</summary>
    private bool StartsOnWorkers(IInvocationOperation call) =>
        compilation.Catalog.Find(call.TargetMethod, ModelRole.Connect) is { Surface: Surface.Workers }
        || (IsSocket(call.Type) && compilation.Summaries.Resolve(call.TargetMethod) is { } helper && ReturnsUnopened(helper, new(SymbolEqualityComparer.Default)));

    private bool IsSocket(ITypeSymbol? type) =>
        compilation.Catalog.SocketType(type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.Length: 1 } task ? task.TypeArguments[0] : type) is { Surface: Surface.Workers };

    /// <param name="helper">The helper.</param>
    /// <param name="entered">The helpers that were looked into already: they may call each other in circles.</param>
    private bool ReturnsUnopened(IMethodSymbol helper, HashSet<IMethodSymbol> entered)
    {
        if (entered.Count >= MaximumHelpers || !entered.Add(helper))
        {
            return false;
        }

        return waits.Bodies(helper).SelectMany(body => body.Descendants()).OfType<IInvocationOperation>().Any(call =>
            (compilation.Catalog.Find(call.TargetMethod, ModelRole.Connect) is { Surface: Surface.Workers }
                || (IsSocket(call.Type) && compilation.Summaries.Resolve(call.TargetMethod) is { } inner && ReturnsUnopened(inner, entered)))
            && FirstWait(call, call) is { IsReturned: true });
    }

    /// <summary>The member of its own type that a call waits for, where another body connects it: <c>await socket.OpenedAsync()</c> with the connect in the constructor.</summary>
    private ISymbol? OpensMember(IInvocationOperation call) =>
        compilation.Catalog.FindAll(call.TargetMethod).Any(model => model is { Role: ModelRole.Opened, Surface: Surface.Workers })
        && SequenceBounds.SymbolOf(call.Instance) is { Kind: SymbolKind.Field or SymbolKind.Property, DeclaredAccessibility: Accessibility.Private } member
        && IsAwaited(call)
        && compilation.Sources.IndexOf(call, cancellationToken).WritesTo(member).All(write => write.Syntax.SpanStart > call.Syntax.SpanStart)
            ? member
            : null;

    private sealed record Wait(IOperation? At, bool IsUnbounded, bool IsReturned, ISymbol? Socket)
    {
        public static readonly Wait None = new(null, false, false, null);

        public bool IsReadInHelper { get; init; }
    }

    /// <summary>The first use that waits for the socket to open, in source order.</summary>
    private Wait FirstWait(IOperation connect, IOperation value)
    {
        var current = value;
        while (current.Parent is IConversionOperation or IParenthesizedOperation or IAwaitOperation or IConditionalAccessOperation or IConditionalOperation or ICoalesceOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation)
        {
            current = current.Parent;
        }

        switch (current.Parent)
        {
            case IInvocationOperation call when call.Instance == current:
                return Judge(call, null) ?? Wait.None;
            case IArgumentOperation { Parent: IInvocationOperation passed } argument:
                return JudgeHelper(passed, argument, null) ?? Wait.None;
            case IReturnOperation:
                return Wait.None with { IsReturned = true };
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                return Follow(connect, declarator.Symbol);
            case ISimpleAssignmentOperation or ICoalesceAssignmentOperation when current.Parent is IAssignmentOperation assignment && SequenceBounds.SymbolOf(assignment.Target) is { } symbol:
                return Follow(connect, symbol);
            default:
                return Wait.None;
        }
    }

    private Wait Follow(IOperation connect, ISymbol socket)
    {
        foreach (var operation in compilation.Sources.IndexOf(connect, cancellationToken).ReferencesTo(socket))
        {
            if (operation.Syntax.SpanStart < connect.Syntax.Span.End)
            {
                continue;
            }

            var use = operation;
            while (use.Parent is IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation)
            {
                use = use.Parent;
            }

            switch (use.Parent)
            {
                case IInvocationOperation call when call.Instance == use:
                    if (Judge(call, socket) is { } wait)
                    {
                        return wait;
                    }

                    break;
                case IArgumentOperation { Parent: IInvocationOperation passed } argument:
                    if (JudgeHelper(passed, argument, socket) is { } inside)
                    {
                        return inside;
                    }

                    break;
                case IReturnOperation:
                    return Wait.None with { IsReturned = true, Socket = socket };
                case ISimpleAssignmentOperation assignment when assignment.Target == use:
                    // Another socket from here on.
                    return Wait.None;
                case ISimpleAssignmentOperation or IArgumentOperation or IArrayInitializerOperation or ITupleOperation:
                    return Wait.None;
            }
        }

        return Wait.None;
    }

    private static bool IsReference(IOperation operation, ISymbol symbol) =>
        operation is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
        && SymbolEqualityComparer.Default.Equals(SequenceBounds.SymbolOf(operation), symbol);

    /// <summary>A call on the socket: null where it does not wait for the connection.</summary>
    private Wait? Judge(IInvocationOperation call, ISymbol? socket)
    {
        foreach (var model in compilation.Catalog.FindAll(call.TargetMethod))
        {
            if (model.Role is not (ModelRole.Opened or ModelRole.Read or ModelRole.Write or ModelRole.Upgrade))
            {
                continue;
            }

            if (waits.IsBounded(call) || (!IsAwaited(call) && HasTimedWaitAfter(call)))
            {
                return Wait.None;
            }

            if (model.Role == ModelRole.Upgrade)
            {
                // What waits is the first use of the upgraded socket.
                return FirstWait(call, call);
            }

            return IsDropped(call) ? null : new Wait(call, IsUnbounded: true, IsReturned: false, socket);
        }

        return null;
    }

    /// <summary>A helper that is given the socket: null where it does not wait for it either.</summary>
    private Wait? JudgeHelper(IInvocationOperation call, IArgumentOperation argument, ISymbol? socket)
    {
        if (compilation.Summaries.Resolve(call.TargetMethod) is not { } helper || argument.Parameter is not { } parameter)
        {
            return compilation.Catalog.FindAll(call.TargetMethod).IsEmpty ? Wait.None : null;
        }

        var ordinal = parameter.Ordinal + (call.TargetMethod.ReducedFrom is null ? 0 : 1);
        if (ordinal >= helper.Parameters.Length)
        {
            return Wait.None;
        }

        switch (WaitsInside(helper.Parameters[ordinal], new(SymbolEqualityComparer.Default), out var isRead))
        {
            case null:
                return null;
            case true when IsAwaited(call) || !HasTimedWaitAfter(call):
                return IsDropped(call) ? null : waits.IsBounded(call) ? Wait.None : new Wait(call, IsUnbounded: true, IsReturned: false, socket) { IsReadInHelper = isRead };
            default:
                return Wait.None;
        }
    }

    /// <summary>Whether a helper waits for a parameter's socket without a bound; null where it does not wait for it.</summary>
    /// <param name="parameter">The helper's parameter.</param>
    /// <param name="entered">The parameters that were looked into already: helpers may call each other in circles.</param>
    /// <param name="isRead">Whether what waits is a read.</param>
    private bool? WaitsInside(IParameterSymbol parameter, HashSet<IParameterSymbol> entered, out bool isRead)
    {
        isRead = false;
        if (entered.Count >= MaximumHelpers || !entered.Add(parameter) || parameter.ContainingSymbol is not IMethodSymbol helper)
        {
            return null;
        }

        bool Outright(IOperation awaited) => Operations.UnwrapImplicit(awaited) is IInvocationOperation { Instance: { } instance } call
            && IsReference(Operations.UnwrapImplicit(instance), parameter)
            && compilation.Catalog.FindAll(call.TargetMethod).Any(model => model.Role is ModelRole.Opened or ModelRole.Read or ModelRole.Write);

        bool? result = null;
        foreach (var body in waits.Bodies(helper))
        {
            foreach (var operation in body.Descendants())
            {
                if (!IsReference(operation, parameter))
                {
                    continue;
                }

                if (operation.Parent is IInvocationOperation call && call.Instance == operation
                    && compilation.Catalog.FindAll(call.TargetMethod).FirstOrDefault(model => model.Role is ModelRole.Opened or ModelRole.Read or ModelRole.Write) is { } model)
                {
                    isRead = model.Role == ModelRole.Read;
                    return !waits.BoundsInside(helper, Outright) && !waits.IsBounded(call);
                }

                if (operation.Parent is IArgumentOperation { Parent: IInvocationOperation passed, Parameter: { } inner } && compilation.Summaries.Resolve(passed.TargetMethod) is { } next
                    && inner.Ordinal < next.Parameters.Length && WaitsInside(next.Parameters[inner.Ordinal], entered, out isRead) is { } waited)
                {
                    // Started here, raced here.
                    return waited && (IsAwaited(passed) || !waits.BoundsInside(helper, Outright));
                }
            }
        }

        return result;
    }

    private static bool IsAwaited(IInvocationOperation call)
    {
        IOperation current = call;
        while (current.Parent is IConversionOperation or IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" })
        {
            current = current.Parent;
        }

        return current.Parent is IAwaitOperation;
    }

    private static bool IsDropped(IInvocationOperation call) =>
        call.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } || call.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "WaitUntil" } };

    /// <summary>Work was started, and the same body then waits for a time and looks how things stand: the race without <c>WhenAny</c>.</summary>
    private bool HasTimedWaitAfter(IInvocationOperation call) => compilation.Sources.IndexOf(call, cancellationToken).Calls
        .Any(later => later.Syntax.SpanStart > call.Syntax.Span.End && later.TargetMethod.Name is "Delay" or "WhenAny" && later.TargetMethod.ContainingType?.Name == "Task");

    private static string NameOf(IOperation at)
    {
        var text = at is IInvocationOperation { Instance: { } instance } ? instance.Syntax.ToString() : at.Syntax.ToString();
        return text.Length <= 60 ? text : text.Substring(0, 57) + "...";
    }
}
