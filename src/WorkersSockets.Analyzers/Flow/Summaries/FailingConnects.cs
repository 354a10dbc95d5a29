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
    private const int MaximumDepth = 8;
    private readonly SocketCompilation compilation = compilation;
    private readonly ConcurrentDictionary<ISymbol, FailingConnect?> answers = new(SymbolEqualityComparer.Default);

    /// <summary>The unguarded places of a body, lambdas and local functions included, in source order.</summary>
    public IEnumerable<FailingConnect> In(IOperation root, CancellationToken cancellationToken) => In(root, new HashSet<ISymbol>(SymbolEqualityComparer.Default), cancellationToken);

    private IEnumerable<FailingConnect> In(IOperation root, HashSet<ISymbol> entered, CancellationToken cancellationToken)
    {
        foreach (var operation in root.Descendants())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Candidate(operation, entered, cancellationToken) is { } found && !IsGuarded(operation) && !IsDetached(operation))
            {
                yield return found;
            }
        }
    }

    private FailingConnect? Candidate(IOperation operation, HashSet<ISymbol> entered, CancellationToken cancellationToken)
    {
        var (target, arguments) = operation switch
        {
            IInvocationOperation call => (call.TargetMethod, call.Arguments),
            IObjectCreationOperation { Constructor: { } constructor } creation => (constructor, creation.Arguments),
            IMethodReferenceOperation reference => (reference.Method, ImmutableArray<IArgumentOperation>.Empty),
            _ => (null, ImmutableArray<IArgumentOperation>.Empty),
        };
        if (target is null || (operation is IMethodReferenceOperation given && IsRegisteredHandler(given)))
        {
            return null;
        }

        foreach (var model in compilation.Catalog.FindAll(target))
        {
            switch (model.Role)
            {
                case ModelRole.Connect when model.Surface == Surface.DotNet && !Transports.IsOther(operation, compilation.Sources):
                    var host = arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal is { } ordinal && (ordinal == model.Host || ordinal == model.Address || ordinal == model.Endpoint));
                    return new FailingConnect(operation, host?.Value);

                // A connect on Workers returns at once; what fails is the first wait.
                case ModelRole.Opened or ModelRole.Read or ModelRole.Write when model.Surface == Surface.Workers:
                    return new FailingConnect(operation, Host(operation));
            }
        }

        return compilation.Summaries.Resolve(target) is { } helper && LetThrough(helper, entered, cancellationToken) is { } inner
            ? new FailingConnect(operation, inner.Host switch
            {
                IParameterReferenceOperation { Parameter: var parameter } => arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == parameter.Ordinal)?.Value,
                { ConstantValue.HasValue: true } constant => constant,
                _ => null,
            })
            : null;
    }

    /// <summary>A method that is handed to a router answers for itself: <c>router.Get("/ping", PingAsync)</c>.</summary>
    private bool IsRegisteredHandler(IMethodReferenceOperation reference)
    {
        IOperation value = reference;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }

        return value.Parent is IArgumentOperation { Parent: IInvocationOperation call } && compilation.Catalog.Find(call.TargetMethod, ModelRole.Handler) is not null;
    }

    /// <summary>The connect whose failure leaves a method in source, the first in source order; null where none does.</summary>
    private FailingConnect? LetThrough(IMethodSymbol method, HashSet<ISymbol> entered, CancellationToken cancellationToken)
    {
        if (answers.TryGetValue(method, out var known))
        {
            return known;
        }

        if (entered.Count >= MaximumDepth || !compilation.Methods.Touches(method, cancellationToken) || !entered.Add(method))
        {
            return null;
        }

        FailingConnect? result = null;
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (compilation.Sources.OperationOf(reference.GetSyntax(cancellationToken), cancellationToken) is { } body
                && In(body, entered, cancellationToken).FirstOrDefault() is { } first)
            {
                result = first;
                break;
            }
        }

        entered.Remove(method);

        // A negative answer that a recursion cut short must not be kept.
        if (result is not null || entered.Count == 0)
        {
            answers.TryAdd(method, result);
        }

        return result;
    }

    /// <summary>Whether a <c>try</c> around the operation has a <c>catch</c> that can take the failure of a connection.</summary>
    private static bool IsGuarded(IOperation operation)
    {
        for (var (child, parent) = (operation, operation.Parent); parent is not null; (child, parent) = (parent, parent.Parent))
        {
            if (parent is ITryOperation attempt && attempt.Body == child && attempt.Catches.Any(handler => Takes(handler.ExceptionType)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Takes(ITypeSymbol? type) => type is null || type.TypeKind == TypeKind.Error || type.Name is
        "Exception" or "SystemException" or "SocketException" or "IOException" or "ExternalException" or "Win32Exception" or "AggregateException" or "Object";

    /// <summary>Work whose failure does not reach the caller: started on its own, or handed to the runtime.</summary>
    private bool IsDetached(IOperation operation)
    {
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

    /// <summary>The host of the connect whose socket an operation waits for; the socket where the connect is elsewhere.</summary>
    private IOperation? Host(IOperation operation)
    {
        var socket = operation is IInvocationOperation { Instance: { } instance } ? SequenceBounds.Unwrap(instance) : null;
        var connect = socket as IInvocationOperation;
        if (socket is ILocalReferenceOperation local && SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is { } initial)
        {
            connect = SequenceBounds.Unwrap(initial) as IInvocationOperation;
        }

        return connect is { Arguments: { IsEmpty: false } arguments } && compilation.Catalog.Find(connect.TargetMethod, ModelRole.Connect) is not null
            ? arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0).First().Value
            : socket;
    }
}
