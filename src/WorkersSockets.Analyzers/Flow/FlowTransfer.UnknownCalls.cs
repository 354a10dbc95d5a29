using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Calls that no model and no task combinator describes: what they may do with what they are given.</summary>
internal sealed partial class FlowTransfer
{
    private ObjectSet SocketsOnly(TrackedValue[] values)
    {
        var set = default(ObjectSet);
        foreach (var value in values)
        {
            foreach (var index in value.Objects)
            {
                if (objects[index].Kind == TrackedKind.Socket)
                {
                    set |= ObjectSet.Of(index);
                }
            }
        }

        return set;
    }

    private TrackedValue CallOther(IInvocationOperation call, TrackedValue receiver, TrackedValue[] values, FlowState state)
    {
        var method = call.TargetMethod;
        if (method.ContainingType?.TypeKind == TypeKind.Delegate)
        {
            foreach (var value in values)
            {
                Escape(value, state);
                TalkElsewhere(value, state);
            }

            Throw(state, Failure.Any, call);
            return TrackedValue.Nothing;
        }

        if (scope.Compilation.Summaries.Resolve(method) is { } implementation)
        {
            return Apply(call, implementation, receiver, values, call.Arguments, state);
        }

        if (method.Name is "Add" or "AddRange" or "Append" or "AppendLine" or "AppendFormat" or "AddModelError" or "TryAddModelError" or "Enqueue" or "Push" or "Insert")
        {
            NoteAdded(call.Instance, state);
        }
        else if (method.Name is "Clear" or "Remove" or "RemoveAt" or "RemoveAll" or "RemoveRange")
        {
            NoteRemoved(call, state);
        }

        if (values.Any(HasData))
        {
            PassToAny(call, values, state);
        }

        // Ownership is handed over at the call, so an exception inside is the callee's.
        foreach (var argument in call.Arguments)
        {
            var value = argument.Parameter is { } parameter && parameter.Ordinal < values.Length ? values[parameter.Ordinal] : default;
            if (value.HasObjects && call.Instance?.Type?.ContainingNamespace is { Name: "Generic" or "Concurrent" or "Collections" or "Immutable" })
            {
                StoreIn(call.Instance, value, call, state);
            }

            if (value.HasObjects && (TakesOver(method, value) || OwnershipAttributes.TakesOwnership(argument.Parameter)))
            {
                Escape(value, state);
                TalkElsewhere(value, state);
            }
        }

        if (!IsBenign(call))
        {
            Throw(state, Failure.Any, call);
        }

        var from = DataFrom(call, receiver, values, state);
        if (from.HasObjects && !IsDenylistCheck(method))
        {
            foreach (var argument in call.Arguments)
            {
                if (argument.Parameter is { RefKind: RefKind.Out or RefKind.Ref } parameter)
                {
                    Assign(argument.Value is IDeclarationExpressionOperation declaration ? declaration.Expression : argument.Value, Derive(argument, state, from.Without(ValueFlags.Nullness), parameter.Type), call, state, call);
                }
                else if (HasData(receiver) && method.Name is "Read" or "ReadAsync" or "ReadExactly" or "ReadExactlyAsync" or "ReadAtLeast" or "ReadAtLeastAsync" or "ReadBlock" or "ReadBlockAsync" or "CopyTo" or "CopyToAsync"
                    && argument.Parameter?.Type.Name is "Byte[]" or "Memory" or "Span" or "Stream" or "" or "Char[]")
                {
                    Fill(argument.Value, Derive(call, state, receiver, argument.Value.Type), state, call);
                }
            }
        }

        CheckByReturn(call, state);

        if (call.Type?.SpecialType == SpecialType.System_Boolean)
        {
            return Truth();
        }

        if (Owned(call, method, state) is { HasObjects: true } owned)
        {
            return owned;
        }

        var result = Derive(call, state, from.Without(ValueFlags.Nullness | ValueFlags.Container));
        if (method.Name == "GetAsyncEnumerator")
        {
            return receiver;
        }

        if (RunsSequence(call) && SocketsOnly([receiver.HasObjects || values.Length == 0 ? receiver : values[0]]) is { IsEmpty: false } sockets)
        {
            return StartTask(call, null, Surface.DotNet, sockets, result, state);
        }

        return (call.Type is { Name: "Task" or "ValueTask" } ? result.With(ValueFlags.Container) : result).Join(Wrapped(method, values));
    }

    /// <summary>Whether a call asks a sequence for elements, or a stream over one for bytes: an iterator's reads are done then, and awaiting the call waits for them.</summary>
    private static bool RunsSequence(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        return method.Name == "MoveNextAsync"
            || (ReturnsTask(method) && method.Name is not ("CancelAsync" or "DisposeAsync")
                && (call.Instance ?? call.Arguments.FirstOrDefault()?.Value)?.Type?.Name is "IAsyncEnumerable" or "ReadableStream");
    }

    /// <summary>What the result of a call without source is made of: the receiver, and the arguments where the call keeps them as they are.</summary>
    private TrackedValue DataFrom(IInvocationOperation call, TrackedValue receiver, TrackedValue[] values, FlowState state)
    {
        var method = call.TargetMethod;
        var sockets = values.Aggregate(receiver, (joined, value) => joined.Join(value));
        var from = new TrackedValue(SocketsOnly([sockets]), sockets.Flags);
        from = from.Join(new TrackedValue(receiver.Objects, ValueFlags.None));
        if (OwnershipAttributes.ValidatesHost(method))
        {
            return new TrackedValue(SocketsOnly([sockets]), sockets.Flags);
        }

        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter || parameter.Ordinal >= values.Length || !HasData(values[parameter.Ordinal]))
            {
                continue;
            }

            var value = values[parameter.Ordinal];
            if (call.Instance is { } instance && DataParts.Keeps(method, parameter))
            {
                Absorb(instance, Derive(argument, state, value, parameter.Type.SpecialType == SpecialType.System_Object ? argument.Value.Type : parameter.Type).Join(new TrackedValue(value.Objects, ValueFlags.None)), state, call);
                from = from.Join(new TrackedValue(value.Objects, ValueFlags.None));
            }
            else if (DataParts.PassesArguments(method) || (parameter.Ordinal == 0 && method.IsExtensionMethod) || parameter.Name == "defaultValue"
                || (method.ContainingType is { Name: "Enumerable" } && method.Name is "Concat" or "Append" or "Prepend" or "Union" or "Zip"))
            {
                from = from.Join(new TrackedValue(value.Objects, ValueFlags.None));
            }
        }

        return IsChosenFromKnown(call, state) ? new TrackedValue(SocketsOnly([from]), from.Flags) : from;
    }

    /// <summary>Elements of the caller's that a known collection has too: <c>hosts.Intersect(Allowed)</c>, <c>hosts.Where(Allowed.Contains)</c>.</summary>
    private bool IsChosenFromKnown(IInvocationOperation call, FlowState state)
    {
        if (call.TargetMethod is not { ContainingType.Name: "Enumerable" or "List" or "Array" or "ImmutableArray" } || HostChecks.Collection(call) is null)
        {
            return false;
        }

        if (call.TargetMethod.Name is "Intersect" or "IntersectBy")
        {
            return call.Arguments.Skip(1).FirstOrDefault() is { } other && !HasUnchecked(PeekObjects(other.Value, state), state);
        }

        return call.TargetMethod.Name is "Where" or "First" or "FirstOrDefault" or "Single" or "SingleOrDefault" or "Last" or "LastOrDefault" or "Find" or "FindAll" or "TakeWhile"
            && call.Arguments.LastOrDefault(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate) is { } predicate
            && ProvesElement(predicate.Value, result: true, state);
    }

    /// <summary>A buffer gets data: the variable that an argument names, through <c>AsMemory</c>, a slice or an <c>ArraySegment</c>.</summary>
    private void Fill(IOperation argument, TrackedValue value, FlowState state, IOperation at)
    {
        var buffer = Operations.UnwrapData(argument);
        for (var depth = 0; depth < 6; depth++)
        {
            switch (buffer)
            {
                case IObjectCreationOperation { Arguments: { IsEmpty: false } arguments }:
                    buffer = Operations.UnwrapData(arguments[0].Value);
                    continue;
                case IInvocationOperation { Instance: { } instance }:
                    buffer = Operations.UnwrapData(instance);
                    continue;
                case IInvocationOperation { Arguments: { IsEmpty: false } arguments }:
                    buffer = Operations.UnwrapData(arguments[0].Value);
                    continue;
            }

            break;
        }

        Absorb(buffer, value, state, at);
    }

    private static bool IsDenylistCheck(IMethodSymbol method) => method.Name is "IsNullOrEmpty" or "IsNullOrWhiteSpace";

    /// <summary>Calls that do not throw in practice: a leak on their account would be noise.</summary>
    private static bool IsBenign(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var owner = method.ContainingType;
        var space = owner?.ContainingNamespace?.ToDisplayString() ?? "";
        return IsLogging(method)
            || call.Instance is IPropertyReferenceOperation { Property: { Name: "Error" or "Out", ContainingType.Name: "Console" } }
            || space.StartsWith("System.Diagnostics", StringComparison.Ordinal)
            || space.StartsWith("System.Collections", StringComparison.Ordinal)
            || space.StartsWith("System.Text", StringComparison.Ordinal)
            || space is "System.Linq" or "System.Buffers"
            || (space == "System" && owner!.Name != "Activator" && method.Name is not "Parse" and not "Invoke"
                && (owner.Name != "Convert" || method.Name is "ToBase64String" or "ToHexString" or "ToHexStringLower" or "ToString"))
            || (space == "System.Net.Sockets" && method.Name is "SetSocketOption" or "IOControl" or "SetIPProtectionLevel")
            || (space == "System.Threading" && method.Name is "Cancel" or "CancelAfter" or "Register" or "Release" or "Start" or "Sleep" or "Set" or "Reset" or "Pulse" or "PulseAll" or "Enter" or "Exit" or "WaitOne");
    }

    /// <summary>Whether a method tells a log or the console something.</summary>
    private static bool IsLogging(IMethodSymbol method)
    {
        var owner = method.ContainingType;
        var space = owner?.ContainingNamespace?.ToDisplayString() ?? "";
        return space.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal)
            || owner is { Name: "Console" or "Debug" or "Trace" }
            || (owner is not null && owner.Name.IndexOf("Log", StringComparison.Ordinal) >= 0
                && (owner.Name is "Log" or "ILog" || owner.Name.EndsWith("Logger", StringComparison.Ordinal) || owner.Name.EndsWith("LoggerExtensions", StringComparison.Ordinal)));
    }

    /// <summary>Whether a method outside the source may keep its argument.</summary>
    private static bool TakesOver(IMethodSymbol method, TrackedValue value)
    {
        var space = method.ContainingType?.ContainingNamespace?.ToDisplayString() ?? "";
        if (space.StartsWith("System.Collections", StringComparison.Ordinal) || space.StartsWith("System.Threading", StringComparison.Ordinal))
        {
            return true;
        }

        // What the framework gets for the time of a call it does not keep; a callback that uses the socket later is kept by its registrar.
        var isFramework = space == "System" || space.StartsWith("System.", StringComparison.Ordinal)
            || space.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal);
        return !isFramework || (value.Is(ValueFlags.Container) && method.Name is "Register" or "RegisterForDispose" or "RegisterForDisposeAsync" or "UnsafeRegister");
    }

    private TrackedValue CreateOther(IObjectCreationOperation creation, IMethodSymbol constructor, TrackedValue[] values, FlowState state)
    {
        if (scope.Compilation.Summaries.Resolve(constructor) is { } implementation)
        {
            var result = Apply(creation, implementation, TrackedValue.Nothing, values, creation.Arguments, state);
            if (result.HasObjects && !HasData(result))
            {
                return result;
            }

            var known = values.Any(value => value.HasObjects) ? scope.Compilation.Summaries.For(implementation, scope) : null;
            return new TrackedValue(SocketsOnly([result]), result.Flags)
                .Join(HoldParts(creation, constructor, values, known is { IsKnown: true } ? known : null))
                .Join(HoldSockets(creation, values, known));
        }

        if (creation.Type is { Name: "Thread", ContainingNamespace.Name: "Threading" })
        {
            var captured = new TrackedValue(SocketsOnly(values), ValueFlags.None);
            var work = StartTask(creation, null, Surface.DotNet, captured.Objects, default, state);
            Escape(captured, state);
            return work;
        }

        var from = DataParts.IsEndpoint(creation.Type) && values.Length > 1 && HasData(values[0])
            ? values[0]
            : values.Aggregate(TrackedValue.Nothing, (joined, value) => joined.Join(value));
        if (!DataParts.IsMadeOf(creation.Type) && Catalog.SocketType(creation.Type) is null && creation.Type?.TypeKind is TypeKind.Class or TypeKind.Struct)
        {
            foreach (var value in values)
            {
                if (SocketsOf(value).Count > 0)
                {
                    Escape(value, state);
                }
            }

            var sockets = Derive(creation, state, new TrackedValue(SocketsOnly(values), ValueFlags.None));
            return sockets.Join(HoldParts(creation, constructor, values, summary: null));
        }

        if (!from.HasObjects)
        {
            return TrackedValue.Nothing;
        }

        // An object made over a socket may close it; it also stays a way to the data that it was made of.
        foreach (var value in values)
        {
            if (SocketsOf(value).Count > 0)
            {
                Escape(value, state);
                TalkElsewhere(value, state);
            }
        }

        return Derive(creation, state, from.Without(ValueFlags.Container | ValueFlags.Nullness));
    }

    /// <summary>A new object of source that keeps sockets which it was given.</summary>
    private TrackedValue HoldSockets(IObjectCreationOperation creation, TrackedValue[] values, MethodSummary? summary)
    {
        var kept = default(ObjectSet);
        foreach (var argument in creation.Arguments)
        {
            if (summary is not null && argument.Parameter is { } parameter && parameter.Ordinal < values.Length
                && !values[parameter.Ordinal].Is(ValueFlags.Borrowed)
                && (!summary.IsKnown || summary.Parameter(parameter.Ordinal).Escapes))
            {
                foreach (var index in SocketsOf(values[parameter.Ordinal]))
                {
                    kept |= ObjectSet.Of(index);
                }
            }
        }

        return kept.IsEmpty ? TrackedValue.Nothing : new TrackedValue(kept, ValueFlags.Held | ValueFlags.NotNull);
    }

    /// <summary><c>hosts.Select(ProbeAsync)</c>: the method gets each element.</summary>
    private void PassElements(IMethodReferenceOperation reference, FlowState state)
    {
        if (!HasData(iterated) || scope.Compilation.Summaries.Resolve(reference.Method) is not { } target)
        {
            return;
        }

        PassDestination(scope.Compilation.Summaries.For(target, scope).Parameter(0), reference, iterated, reference, state);
    }

    private bool IsSocketWork(IOperation call, IMethodSymbol target) =>
        call is IInvocationOperation { TargetMethod: var method } && ReturnsTask(method) && scope.Compilation.Methods.Touches(target, scope.CancellationToken);

    /// <summary>A call through an interface with several implementations: data reaches what any of them connects to.</summary>
    private void PassToAny(IInvocationOperation call, TrackedValue[] values, FlowState state)
    {
        foreach (var implementation in scope.Compilation.Summaries.ResolveAll(call.TargetMethod))
        {
            var summary = scope.Compilation.Summaries.For(implementation, scope);
            foreach (var argument in call.Arguments)
            {
                if (argument.Parameter is { } parameter && parameter.Ordinal < values.Length)
                {
                    PassDestination(summary.Parameter(parameter.Ordinal), argument.Value, values[parameter.Ordinal], call, state);
                }
            }
        }
    }
}
