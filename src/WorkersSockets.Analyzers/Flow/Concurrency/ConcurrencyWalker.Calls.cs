using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Summaries;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <content>Calls: connects, closes, starters of work and functions in source.</content>
internal sealed partial class ConcurrencyWalker
{
    private Carried VisitConditionalAccess(IConditionalAccessOperation access)
    {
        var receiver = Visit(access.Operation);
        var result = Visit(access.WhenNotNull);
        return result.IsNothing ? access.WhenNotNull is IInvocationOperation ? Carried.Nothing : receiver : result;
    }

    private static IOperation? AccessedBy(IConditionalAccessInstanceOperation instance)
    {
        for (var current = instance.Parent; current is not null; current = current.Parent)
        {
            if (current is IConditionalAccessOperation access)
            {
                return access.Operation;
            }
        }

        return null;
    }

    private Carried VisitProperty(IPropertyReferenceOperation property)
    {
        var receiver = Visit(property.Instance);
        foreach (var argument in property.Arguments)
        {
            Visit(argument.Value);
        }

        switch (property.Property.Name)
        {
            case "Result" when KnownCalls.IsTask(property.Property.ContainingType):
                return Finish(Start(receiver, property.Instance));
            case "AsyncWaitHandle":
                Finish(receiver);
                return Carried.Nothing;
            default:
                return property.Property.DeclaringSyntaxReferences.IsEmpty ? Carried.Nothing : Lookup(property.Property);
        }
    }

    private Carried VisitCreation(IObjectCreationOperation creation)
    {
        var given = Carried.Nothing;
        foreach (var argument in creation.Arguments)
        {
            var value = Visit(argument.Value);
            if (value.PerItem is not null && creation.Type?.Name is "List" or "HashSet")
            {
                value = Start(value, argument.Value);
            }

            given = given.And(value);
        }

        if (compilation.Catalog.Find(creation.Constructor, ModelRole.Connect) is { } model && !Transports.IsOther(creation, compilation.Sources))
        {
            Visit(creation.Initializer);
            return Carried.Of(Add(new LiveConnections(creation, 1, model.Surface), creation));
        }

        if (creation.Type is { Name: "Thread", ContainingNamespace.Name: "Threading" } && creation.Arguments.Length > 0)
        {
            var started = OfDelegate(creation.Arguments[0].Value);
            return started.Peak == 0 ? Carried.Nothing : Carried.Of(Add(new LiveConnections(creation, started.Peak, started.Surface) { IsTask = true, Gate = started.Gate }, started.First));
        }

        if (KnownCalls.IsDataflowBlock(creation.Type) && creation.Arguments.Length > 0 && OfDelegate(creation.Arguments[0].Value) is { Peak: > 0 } each)
        {
            return AddParallel(creation, SequenceBounds.Times(degrees.OfBlock(creation), each.Peak), each);
        }

        var initialized = Visit(creation.Initializer);
        if (creation.Constructor is { } constructor && callees.Of(constructor) is { Peak: > 0 } summary)
        {
            UpdatePeak(summary.Peak);
            first ??= summary.First;
            if (summary.Held > 0)
            {
                return initialized.And(Carried.Of(Add(new LiveConnections(creation, summary.Held, summary.Surface), summary.First)));
            }
        }

        // A wrapper carries what it is built over.
        return initialized.And(given);
    }

    private Carried VisitCall(IInvocationOperation call)
    {
        var target = call.TargetMethod;
        var receiver = Visit(call.Instance);
        var values = new List<(IArgumentOperation Argument, Carried Value)>();
        foreach (var argument in call.Arguments)
        {
            values.Add((argument, Visit(argument.Value)));
        }

        if (compilation.Catalog.Find(target, ModelRole.Connect) is { } connect)
        {
            return Transports.IsOther(call, compilation.Sources) ? Carried.Nothing : VisitConnect(call, connect);
        }

        if (compilation.Catalog.FindAll(target) is { IsEmpty: false } models)
        {
            return VisitModelled(call, models, receiver, values);
        }

        if (KnownCalls.IsLinq(target.ContainingType))
        {
            return VisitLinq(call, values);
        }

        if (KnownCalls.IsJoin(target) || KnownCalls.IsRace(target))
        {
            return VisitJoin(call, values);
        }

        if (KnownCalls.IsParallel(target.ContainingType))
        {
            return VisitParallel(call);
        }

        if (KnownCalls.IsForEach(target))
        {
            return VisitForEach(call);
        }

        if (KnownCalls.IsStarter(target) && call.Arguments.Length > 0)
        {
            var started = call.Arguments.Select(argument => OfDelegate(argument.Value)).FirstOrDefault(summary => summary.Peak > 0) ?? ConnectSummary.None;
            return started.Peak == 0
                ? Carried.Nothing
                : Carried.Of(Add(new LiveConnections(call, started.Peak, started.Surface) { IsTask = true, Leaves = started.Held, Gate = started.Gate }, started.First));
        }

        if (degrees.Entered(call) is { } entered)
        {
            gate = ConnectGate.Narrower(gate, entered);
            return Carried.Nothing;
        }

        switch (target.Name)
        {
            case "ConfigureAwait" or "AsTask" or "Unwrap" or "WaitAsync" or "ContinueWith" or "GetAwaiter" or "Preserve" when call.Instance is not null || target.IsExtensionMethod:
                return receiver.And(values.Aggregate(Carried.Nothing, (all, pair) => all.And(pair.Value)));
            case "Wait" or "GetResult" or "Join" when call.Instance is not null && !receiver.IsNothing:
                return Finish(receiver);
            case "Start" when call.Instance is not null && !receiver.IsNothing:
                foreach (var connections in receiver.Live.Where(connections => connections.IsTask))
                {
                    connections.Accumulates = true;
                }

                return receiver;
            case "Dispose" or "DisposeAsync" or "Close" or "CloseAsync" or "Disconnect" or "DisconnectAsync" or "Clear" when call.Instance is not null && !receiver.IsNothing:
                Remove(receiver);
                return Carried.Nothing;
            case "Add" or "TryAdd" or "Enqueue" or "Push" or "AddLast" or "AddFirst" or "Insert" or "AddOrUpdate":
                var added = values.Aggregate(Carried.Nothing, (all, pair) => all.And(pair.Value));
                if (call.Instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver })
                {
                    // new List<Task> { first, second }: the variable that gets the list holds them.
                    return added;
                }

                Collect(SequenceBounds.SymbolOf(call.Instance), added, call);
                return Carried.Nothing;
            case "AddRange":
                var range = values.Aggregate(Carried.Nothing, (all, pair) => all.And(Start(pair.Value, pair.Argument.Value)));
                Collect(SequenceBounds.SymbolOf(call.Instance), range, call);
                return Carried.Nothing;
        }

        var consumed = values.Where(pair => pair.Value.PerItem is not null).ToList();
        if (consumed.Count > 0 && RunsWhatItIsGiven(target))
        {
            // A helper joins the work: hosts.Select(ProbeAsync).WhenAll().
            return consumed.Aggregate(Carried.Nothing, (all, pair) => all.And(Start(pair.Value, pair.Argument.Value)));
        }

        return VisitSource(call).And(Given(call, values));
    }

    /// <summary>
    /// The connections that a method in source is given and closes, or, on Workers, waits for: gone when it returns, or once its task is
    /// awaited, as if that stood here.
    /// </summary>
    private Carried Given(IInvocationOperation call, List<(IArgumentOperation Argument, Carried Value)> values)
    {
        var given = Carried.Nothing;
        if (values.TrueForAll(pair => pair.Value.Live.IsEmpty) || compilation.Summaries.Resolve(call.TargetMethod) is not { } target)
        {
            return given;
        }

        var summary = compilation.Summaries.For(target, new FlowScope(compilation, compilation.OptionsFor(call.Syntax.SyntaxTree), (ISymbol?)method ?? target.ContainingType, callees.CancellationToken));
        foreach (var (argument, value) in values)
        {
            var effect = argument.Parameter is { } parameter ? summary.Parameter(parameter.Ordinal) : ParameterSummary.Unknown;
            var isOpened = effect.Reads || effect.Writes || (effect.AtExit & ObjectStates.Opening) == ObjectStates.OpenAwaited;
            foreach (var connections in value.Live.Where(connections => effect.Closes || (isOpened && connections.Surface == Surface.Workers)))
            {
                if (!KnownCalls.IsTask(call.Type))
                {
                    live.Remove(connections);
                    continue;
                }

                connections.IsTask = true;
                connections.Leaves = 0;
                given = given.And(Carried.Of(connections));
            }
        }

        return given;
    }

    /// <summary>Whether a method in source asks for all elements of a sequence at once.</summary>
    private bool RunsWhatItIsGiven(IMethodSymbol method) => (method.ReducedFrom ?? method).DeclaringSyntaxReferences.Any(reference =>
        reference.GetSyntax(callees.CancellationToken).DescendantTokens().Any(token => token.ValueText is "WhenAll" or "WaitAll" or "ToList" or "ToArray" && token.Parent is SimpleNameSyntax));

    private Carried VisitConnect(IInvocationOperation call, ApiModel model)
    {
        var isTask = KnownCalls.IsTask(call.Type) || model.Begin;
        var connections = new LiveConnections(call, 1, model.Surface)
        {
            IsTask = isTask,
            Leaves = isTask ? 1 : 0,
        };
        if (SequenceBounds.SymbolOf(call.Instance) is { } receiver)
        {
            // Connecting a socket that is there already (a retry) opens no second one.
            if (Lookup(receiver).Live.FirstOrDefault(known => !known.Accumulates) is { } same)
            {
                same.IsTask = isTask;
                return Carried.Of(same);
            }

            connections.Keys.Add(receiver);
            if (kept.TryGetValue(receiver, out var add))
            {
                connections.Accumulates = true;
                connections.Origin = add;
                connections.Collection = SequenceBounds.SymbolOf(add.Instance);
            }
        }

        return Carried.Of(Add(connections, call));
    }

    private Carried VisitModelled(IInvocationOperation call, ImmutableArray<ApiModel> models, Carried receiver, List<(IArgumentOperation Argument, Carried Value)> values)
    {
        foreach (var model in models)
        {
            switch (model.Role)
            {
                case ModelRole.Close:
                    Remove(receiver);
                    return Carried.Nothing;
                case ModelRole.EndConnect:
                    Finish(values.Aggregate(receiver, (all, pair) => all.And(pair.Value)));
                    return Carried.Nothing;
                case ModelRole.Opened or ModelRole.Read or ModelRole.Write when model.Surface == Surface.Workers && !receiver.IsNothing:
                    // Established connections do not count any more on Workers.
                    foreach (var connections in receiver.Live)
                    {
                        connections.IsTask = true;
                        connections.Leaves = 0;
                    }

                    return receiver;
                case ModelRole.View or ModelRole.Wrap or ModelRole.Upgrade:
                    return values.Aggregate(receiver, (all, pair) => all.And(pair.Value));
                case ModelRole.WaitUntil:
                    foreach (var (argument, value) in values)
                    {
                        foreach (var connections in Start(value, argument.Value).Live)
                        {
                            connections.Accumulates = true;
                            connections.Origin = call;
                        }
                    }

                    return Carried.Nothing;
            }
        }

        return Carried.Nothing;
    }

    private Carried VisitSource(IInvocationOperation call)
    {
        var summary = call.TargetMethod.MethodKind == MethodKind.DelegateInvoke && call.Instance is { } invoked ? OfDelegate(invoked) : callees.Of(call.TargetMethod);
        var isFoundInCallee = summary.Peak > limit;
        if (Handed(call) is { IsEmpty: false } delegates)
        {
            summary = Sized(call, callees.Of(call.TargetMethod, delegates), delegates);
        }

        if (summary.Peak == 0)
        {
            return Carried.Nothing;
        }

        if (summary.Peak > limit && !isFoundInCallee && !summary.IsLazy && call.TargetMethod.MethodKind != MethodKind.DelegateInvoke && handed.IsEmpty)
        {
            Report(call, FanOutKind.Sequence, summary.Peak, new LiveConnections(call, summary.Peak, summary.Surface));
        }

        first ??= summary.First;
        surface = summary.Surface;
        if (summary.IsLazy)
        {
            var most = summary.Peak == SequenceBounds.Unbounded
                ? call.Arguments.Where(argument => argument.Value.Type is IArrayTypeSymbol || KnownCalls.IsSequence(argument.Parameter?.Type)).Select(argument => bounds.Of(argument.Value)).DefaultIfEmpty(SequenceBounds.Unbounded).Min()
                : summary.Peak;
            return new Carried { PerItem = summary with { IsLazy = false, Peak = most }, Projection = call, Count = 1 };
        }

        if ((summary.IsConcurrent && call.Type?.SpecialType != SpecialType.System_Void) || call is { TargetMethod: { IsAsync: true, ReturnsVoid: true } })
        {
            var running = new LiveConnections(call, summary.Peak, summary.Surface)
            {
                IsTask = true,
                Leaves = LeftToCaller(call, summary),
                Gate = summary.Gate,
                IsReported = summary.Peak > limit,
            };
            if (running.Leaves > 0 && SequenceBounds.SymbolOf(call.Instance) is { } owner)
            {
                running.Keys.Add(owner);
            }

            return Carried.Of(Add(running, summary.First));
        }

        UpdatePeak(summary.Peak);
        var left = LeftToCaller(call, summary);
        if (left == 0)
        {
            return Carried.Nothing;
        }

        var open = new LiveConnections(call, left, summary.Surface);
        if (SequenceBounds.SymbolOf(call.Instance) is { } holder)
        {
            open.Keys.Add(holder);
        }

        Add(open, summary.First);
        return summary.Returned > 0 ? Carried.Of(open) : Carried.Nothing;
    }

    /// <summary>
    /// How many connections are still the caller's concern after a call: those that it returns, and those that an object of the caller
    /// holds. What any other object keeps, a pool for example, it also reuses and closes.
    /// </summary>
    private static int LeftToCaller(IInvocationOperation call, ConnectSummary summary) =>
        SequenceBounds.SymbolOf(call.Instance) is ILocalSymbol ? summary.Held : summary.Returned;

    /// <summary>What the delegates open that a call hands to a method in source, by its parameters.</summary>
    private ImmutableDictionary<ISymbol, ConnectSummary> Handed(IInvocationOperation call)
    {
        var delegates = ImmutableDictionary<ISymbol, ConnectSummary>.Empty;
        if (call.TargetMethod.DeclaringSyntaxReferences.IsEmpty || call.TargetMethod.MethodKind == MethodKind.LocalFunction)
        {
            return delegates;
        }

        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Type.TypeKind: TypeKind.Delegate } parameter && OfDelegate(argument.Value) is { Peak: > 0 } summary)
            {
                delegates = delegates.WithComparers(SymbolEqualityComparer.Default).SetItem(parameter.OriginalDefinition, summary);
            }
        }

        return delegates;
    }

    /// <summary>A method that runs a delegate for each element runs it as often as the sequence of this call has elements.</summary>
    private ConnectSummary Sized(IInvocationOperation call, ConnectSummary summary, ImmutableDictionary<ISymbol, ConnectSummary> delegates)
    {
        var elements = call.Arguments.Where(argument => KnownCalls.IsSequence(argument.Parameter?.Type)).Select(argument => bounds.Of(argument.Value)).DefaultIfEmpty(SequenceBounds.Unbounded).Min();
        var most = SequenceBounds.Times(elements, delegates.Values.Max(each => each.Peak));
        return summary with { Peak = Math.Min(summary.Peak, most), Held = Math.Min(summary.Held, most), Returned = Math.Min(summary.Returned, most) };
    }

    /// <summary>What a call of a delegate opens: a lambda, a method group, or a local or field that is one.</summary>
    private ConnectSummary OfDelegate(IOperation value)
    {
        switch (Operations.UnwrapImplicit(value))
        {
            case IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }:
                return callees.Of(lambda, handed);
            case IAnonymousFunctionOperation lambda:
                return callees.Of(lambda, handed);
            case IDelegateCreationOperation { Target: IMethodReferenceOperation reference }:
                return OfReference(reference);
            case IMethodReferenceOperation reference:
                return OfReference(reference);
            case IParameterReferenceOperation parameter when handed.TryGetValue(parameter.Parameter.OriginalDefinition, out var given):
                return given;
            case ILocalReferenceOperation local when SequenceBounds.Declaration(local)?.GetVariableInitializer()?.Value is { } initial && Operations.UnwrapImplicit(initial) is not ILocalReferenceOperation:
                return OfDelegate(initial);
            default:
                return ConnectSummary.None;
        }
    }

    private ConnectSummary OfReference(IMethodReferenceOperation reference) =>
        compilation.Catalog.Find(reference.Method, ModelRole.Connect) is { } model
            ? new ConnectSummary(1, 1) { IsConcurrent = KnownCalls.IsTask(reference.Method.ReturnType), Surface = model.Surface, First = reference }
            : callees.Of(reference.Method);
}
