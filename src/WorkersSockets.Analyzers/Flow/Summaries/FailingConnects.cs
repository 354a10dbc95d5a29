using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Concurrency;

namespace WorkersSockets.Analyzers.Flow.Summaries;

/// <summary>An operation whose failure says that a connection could not be made.</summary>
/// <param name="Operation">The connect; on Workers the first wait for it; or the call of a helper that lets the failure through.</param>
/// <param name="Host">What it connects to; null where the source does not show it.</param>
internal sealed record FailingConnect(IOperation Operation, IOperation? Host)
{
    /// <summary>What it connects to, as the source names it.</summary>
    public string Destination
    {
        get
        {
            var shown = Host ?? Operation;
            if (shown.ConstantValue is { HasValue: true, Value: string text })
            {
                return text;
            }

            var source = shown.Syntax.ToString();
            return source.Length <= 60 ? source : source.Substring(0, 57) + "...";
        }
    }
}

/// <summary>Finds where the failure of a connection leaves a function because no <c>catch</c> takes it.</summary>
internal sealed class FailingConnects(SocketCompilation compilation)
{
    /// <summary>Calls deep that the host of a failing connect is looked for.</summary>
    private const int MaximumDepth = 8;
    private readonly SocketCompilation compilation = compilation;
    private readonly ConcurrentDictionary<ISymbol, FailingConnect?> first = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> answers = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, Failures> failures = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, int> settled = new(SymbolEqualityComparer.Default);

    /// <summary>The unguarded places of a body, lambdas and local functions included, in source order.</summary>
    public IEnumerable<FailingConnect> In(IOperation root, CancellationToken cancellationToken) => In(root, new HashSet<ISymbol>(SymbolEqualityComparer.Default), cancellationToken);

    private IEnumerable<FailingConnect> In(IOperation root, HashSet<ISymbol> entered, CancellationToken cancellationToken)
    {
        foreach (var operation in root.Descendants())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Candidate(operation, entered, cancellationToken) is { } found && Leaves(operation) && !IsSettled(operation))
            {
                yield return found;
            }
        }
    }

    private FailingConnect? Candidate(IOperation operation, HashSet<ISymbol> entered, CancellationToken cancellationToken)
    {
        if (Connect(operation) is { } connect)
        {
            return connect;
        }

        if (Helper(operation) is not { } helper || entered.Contains(helper) || !LetsThrough(helper, cancellationToken))
        {
            return null;
        }

        return new FailingConnect(operation, First(helper, entered, cancellationToken)?.Host switch
        {
            IParameterReferenceOperation { Parameter: var parameter } => ArgumentsOf(operation).FirstOrDefault(argument => argument.Parameter?.Ordinal == parameter.Ordinal)?.Value,
            { ConstantValue.HasValue: true } constant => constant,
            _ => null,
        });
    }

    /// <summary>Whether a failure at the operation leaves the function.</summary>
    private bool Leaves(IOperation operation) => !IsGuarded(operation) && !IsDetached(operation);

    private FailingConnect? Connect(IOperation operation)
    {
        if (TargetOf(operation) is not { } target || IsRegisteredHandler(operation))
        {
            return null;
        }

        foreach (var model in compilation.Catalog.FindAll(target))
        {
            switch (model.Role)
            {
                case ModelRole.Connect when model.Surface == Surface.DotNet && !Transports.IsOther(operation, compilation.Sources):
                    var host = ArgumentsOf(operation).FirstOrDefault(argument => argument.Parameter?.Ordinal is { } ordinal && (ordinal == model.Host || ordinal == model.Address || ordinal == model.Endpoint));
                    return new FailingConnect(operation, host?.Value);

                // A connect on Workers returns at once; what fails is the first wait.
                case ModelRole.Opened or ModelRole.Read or ModelRole.Write when model.Surface == Surface.Workers:
                    return new FailingConnect(operation, Host(operation));
            }
        }

        return null;
    }

    /// <summary>The method in source that an operation calls or hands on.</summary>
    private IMethodSymbol? Helper(IOperation operation) =>
        TargetOf(operation) is { } target && !IsRegisteredHandler(operation) ? compilation.Summaries.Resolve(target) : null;

    private static IMethodSymbol? TargetOf(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod,
        IObjectCreationOperation creation => creation.Constructor,
        IMethodReferenceOperation reference => reference.Method,
        _ => null,
    };

    private static ImmutableArray<IArgumentOperation> ArgumentsOf(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.Arguments,
        IObjectCreationOperation creation => creation.Arguments,
        _ => ImmutableArray<IArgumentOperation>.Empty,
    };

    /// <summary>A method that is handed to a router answers for itself: <c>router.Get("/ping", PingAsync)</c>.</summary>
    private bool IsRegisteredHandler(IOperation operation)
    {
        if (operation is not IMethodReferenceOperation)
        {
            return false;
        }

        var value = operation;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }

        return value.Parent is IArgumentOperation { Parent: IInvocationOperation call } && compilation.Catalog.Find(call.TargetMethod, ModelRole.Handler) is not null;
    }

    /// <summary>The first place, in source order, at which the failure of a connection leaves a method in source; null where that is too deep.</summary>
    private FailingConnect? First(IMethodSymbol method, HashSet<ISymbol> entered, CancellationToken cancellationToken)
    {
        if (first.TryGetValue(method, out var known) || entered.Count >= MaximumDepth)
        {
            return known;
        }

        entered.Add(method);
        var found = method.DeclaringSyntaxReferences
            .Select(reference => compilation.Sources.OperationOf(reference.GetSyntax(cancellationToken), cancellationToken))
            .OfType<IOperation>()
            .SelectMany(body => In(body, entered, cancellationToken))
            .FirstOrDefault();
        entered.Remove(method);

        // What was found on the way from another method leaves out the way back into that one.
        return entered.Count == 0 ? first.GetOrAdd(method, found) : found;
    }

    /// <summary>Whether the failure of a connection leaves a method in source: one that it makes, or one of a helper that it reaches.</summary>
    private bool LetsThrough(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (answers.TryGetValue(method, out var known))
        {
            return known;
        }

        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { method };
        var rest = new Queue<IMethodSymbol>();
        rest.Enqueue(method);
        while (rest.Count > 0)
        {
            var next = rest.Dequeue();
            var found = failures.TryGetValue(next, out var inside) ? inside : failures.GetOrAdd(next, FailuresOf(next, cancellationToken));
            if (found.HasOwn || found.Helpers.Any(helper => answers.TryGetValue(helper, out var answer) && answer))
            {
                return answers.GetOrAdd(method, true);
            }

            foreach (var helper in found.Helpers)
            {
                if (!answers.ContainsKey(helper) && seen.Add(helper))
                {
                    rest.Enqueue(helper);
                }
            }
        }

        foreach (var harmless in seen)
        {
            answers.TryAdd(harmless, false);
        }

        return false;
    }

    private Failures FailuresOf(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var helpers = ImmutableArray.CreateBuilder<IMethodSymbol>();
        foreach (var reference in compilation.Methods.Touches(method, cancellationToken) ? method.DeclaringSyntaxReferences : ImmutableArray<SyntaxReference>.Empty)
        {
            foreach (var operation in compilation.Sources.OperationOf(reference.GetSyntax(cancellationToken), cancellationToken)?.Descendants() ?? Enumerable.Empty<IOperation>())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Connect(operation) is not null)
                {
                    if (Leaves(operation) && !IsSettled(operation))
                    {
                        return new Failures(HasOwn: true, ImmutableArray<IMethodSymbol>.Empty);
                    }
                }
                else if (Helper(operation) is { } helper && Leaves(operation))
                {
                    helpers.Add(helper);
                }
            }
        }

        return new Failures(HasOwn: false, helpers.ToImmutable());
    }

    /// <summary>
    /// Workers: an earlier wait for the same socket had a <c>catch</c> of its own that leaves, so that what comes behind it is done on
    /// an open connection.
    /// </summary>
    private bool IsSettled(IOperation operation) =>
        operation is IInvocationOperation { Instance: { } instance } && instance.Symbol() is ILocalSymbol or IParameterSymbol
        && settled.GetOrAdd(instance.Symbol()!, symbol => SettledAt(symbol, operation)) < operation.Syntax.SpanStart;

    /// <summary>Where in the source a wait for the socket is over whose failure leaves by a <c>catch</c>; the end of all text where there is none.</summary>
    private int SettledAt(ISymbol socket, IOperation operation) => compilation.Sources.IndexOf(operation).ReferencesTo(socket)
        .Where(reference => reference.Function() == operation.Function())
        .Select(reference => reference.Parent is IArgumentOperation { Parent: { } call } ? call : reference.Parent)
        .OfType<IInvocationOperation>()
        .Where(wait => Connect(wait) is not null || Helper(wait) is not null)
        .Select(wait => GuardOf(wait))
        .Where(guard => guard is { Catches: var handlers } && handlers.Where(handler => Takes(handler.ExceptionType)).All(handler => handler.Handler.Leaves() || handler.Handler.Last() is IBranchOperation))
        .Select(guard => guard!.Syntax.Span.End)
        .DefaultIfEmpty(int.MaxValue)
        .Min();

    /// <summary>Whether a <c>try</c> around the operation has a <c>catch</c> that can take the failure of a connection.</summary>
    private static bool IsGuarded(IOperation operation) => GuardOf(operation) is not null;

    /// <summary>That <c>try</c>.</summary>
    private static ITryOperation? GuardOf(IOperation operation)
    {
        for (var (child, parent) = (operation, operation.Parent); parent is not null; (child, parent) = (parent, parent.Parent))
        {
            if (parent is ITryOperation attempt && attempt.Body == child && attempt.Catches.Any(handler => Takes(handler.ExceptionType)))
            {
                return attempt;
            }
        }

        return null;
    }

    private static bool Takes(ITypeSymbol? type) => type is null || type.TypeKind == TypeKind.Error || type.Name is
        "Exception" or "SystemException" or "SocketException" or "IOException" or "ExternalException" or "Win32Exception" or "AggregateException" or "Object";

    /// <summary>Work whose failure does not reach the caller: started on its own, or handed to the runtime.</summary>
    private bool IsDetached(IOperation operation)
    {
        if (IsForgotten(operation))
        {
            return true;
        }

        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is IArgumentOperation { Parent: IInvocationOperation call })
            {
                if (compilation.Catalog.Find(call.TargetMethod, ModelRole.WaitUntil) is not null)
                {
                    return true;
                }

                if (call is { TargetMethod: { Name: "Run" or "StartNew" or "QueueUserWorkItem" or "SetTimeout", ContainingType.Name: "Task" or "TaskFactory" or "ThreadPool" or "Timers" }, Parent: IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } })
                {
                    return true;
                }
            }

            if (current is INameOfOperation || current is ISimpleAssignmentOperation { Target: IDiscardOperation })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A task that nothing looks at: a statement of its own, or in a variable that nothing names.</summary>
    private bool IsForgotten(IOperation operation)
    {
        if (!KnownCalls.IsTask(operation.Type))
        {
            return false;
        }

        var parent = operation.Parent;
        while (parent is IConversionOperation or IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "Preserve" })
        {
            parent = parent.Parent;
        }

        return parent is IExpressionStatementOperation
            || (parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var kept } }
                && compilation.Sources.IndexOf(operation).ReferencesTo(kept).Count == 0);
    }

    /// <summary>The host of the connect whose socket an operation waits for; the socket where the connect is elsewhere.</summary>
    private IOperation? Host(IOperation operation)
    {
        var socket = operation is IInvocationOperation { Instance: { } instance } ? Operations.UnwrapImplicit(instance) : null;
        var connect = socket as IInvocationOperation;
        if (socket is ILocalReferenceOperation local && SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is { } initial)
        {
            connect = Operations.UnwrapImplicit(initial) as IInvocationOperation;
        }

        return connect is { Arguments: { IsEmpty: false } arguments } && compilation.Catalog.Find(connect.TargetMethod, ModelRole.Connect) is not null
            ? arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0).First().Value
            : socket;
    }

    /// <summary>What can fail in one method.</summary>
    /// <param name="HasOwn">A connect of its own whose failure leaves it.</param>
    /// <param name="Helpers">What it calls unguarded.</param>
    private sealed record Failures(bool HasOwn, ImmutableArray<IMethodSymbol> Helpers);
}
