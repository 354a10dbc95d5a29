using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Calls that a model describes, and where every other call goes.</summary>
internal sealed partial class FlowTransfer
{
    private TrackedValue iterated;

    private TrackedValue VisitCreation(IObjectCreationOperation creation, FlowState state)
    {
        if (creation.Constructor is not { } constructor)
        {
            Escape(Union(creation.Arguments.Select(argument => argument.Value), state), state);
            return TrackedValue.Nothing;
        }

        var arguments = VisitArguments(creation.Arguments, constructor, state);
        var value = Call(creation, constructor, TrackedValue.Nothing, arguments, creation.Arguments, state)
            ?? CreateOther(creation, constructor, arguments, state);
        return value.With(ValueFlags.NotNull);
    }

    private TrackedValue VisitInvocation(IInvocationOperation call, FlowState state)
    {
        var outer = iterated;
        var receiver = Apart(Visit(call.Instance, state));
        if (receiver.HasObjects && Catalog.Find(call.TargetMethod, ModelRole.Upgrade) is { Begin: true } upgrade)
        {
            // The handshake starts before its callback, which stands among the arguments, runs and ends it.
            var begun = Upgrade(call, call.TargetMethod, upgrade, receiver, state);
            TalkElsewhere(receiver, state);
            VisitArguments(call.Arguments, call.TargetMethod, state);
            return begun;
        }

        iterated = receiver;
        var arguments = VisitArguments(call.Arguments, call.TargetMethod, state);
        iterated = outer;
        if (call.TargetMethod.MethodKind == MethodKind.Constructor)
        {
            // ": base(…)": the object that is being made owns what its base makes or gets.
            Escape(Call(call, call.TargetMethod, receiver, arguments, call.Arguments, state) ?? CallOther(call, receiver, arguments, state), state);
            return TrackedValue.Nothing;
        }

        if (IsOwn(call.Instance) && SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, scope.Owner?.ContainingType))
        {
            RenewClosedMembers(state);
        }

        return Call(call, call.TargetMethod, receiver, arguments, call.Arguments, state)
            ?? CallTask(call, receiver, arguments, state)
            ?? CallOther(call, receiver, arguments, state);
    }

    private TrackedValue[] VisitArguments(ImmutableArray<IArgumentOperation> arguments, IMethodSymbol method, FlowState state)
    {
        var values = new TrackedValue[method.Parameters.Length];
        foreach (var argument in arguments)
        {
            var value = Visit(argument.Value, state);
            if (argument.Parameter is { } parameter && parameter.Ordinal < values.Length)
            {
                values[parameter.Ordinal] = value;
                if (parameter.Ordinal == 0 && (method.IsExtensionMethod || method.ContainingType is { Name: "Parallel" or "Array" }))
                {
                    iterated = value;
                }
            }
        }

        return values;
    }

    /// <summary>A call that a model describes; null where none does.</summary>
    private TrackedValue? Call(
        IOperation operation,
        IMethodSymbol method,
        TrackedValue receiver,
        TrackedValue[] values,
        ImmutableArray<IArgumentOperation> arguments,
        FlowState state)
    {
        TrackedValue? result = null;
        var hasSocket = SocketsOf(receiver).Count > 0 || !HasData(receiver);
        foreach (var model in Catalog.FindAll(method))
        {
            TrackedValue At(int position) => position >= 0 && position < values.Length ? values[position] : default;
            IOperation? ArgumentAt(int position) => position < 0 ? null : arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value;

            switch (model.Role)
            {
                case ModelRole.Create:
                    result = Make(operation, TrackedOrigin.Created, model, model.Surface, KindOf(operation.Type), ObjectStates.Created | FreshSocket, state);
                    MarkForm(result.Value, arguments);
                    break;
                case ModelRole.Connect:
                    result = Connect(operation, method, model, receiver, values, ArgumentAt, state);
                    break;
                case ModelRole.EndConnect:
                    Throw(state, Failure.Socket, operation);
                    foreach (var index in SocketsOf(receiver))
                    {
                        Opened(index, state);
                    }

                    result = TrackedValue.Nothing;
                    break;
                case ModelRole.Accept:
                {
                    Throw(state, Failure.Socket, operation);
                    var made = Make(operation, TrackedOrigin.Accepted, model, model.Surface, KindOf(operation.Type), UnknownSocket | ObjectStates.Plain, state);
                    result = ReturnsTask(method) ? made.With(ValueFlags.Container) : made;
                    break;
                }

                case ModelRole.Bind:
                    // A socket that is given an address of its own can still connect; one that listens cannot.
                    foreach (var index in model.Endpoint < 0 ? SocketsOf(receiver) : Enumerable.Empty<int>())
                    {
                        objects[index].IsListener = true;
                    }

                    result = TrackedValue.Nothing;
                    break;
                case ModelRole.Opened when receiver.HasObjects && hasSocket:
                    Record(FlowEventKind.Opened, operation, receiver, state, model);
                    result = Work(operation, method, model, receiver, state);
                    break;
                case ModelRole.Read when receiver.HasObjects && hasSocket:
                    Record(FlowEventKind.Read, operation, receiver, state, model);
                    Speak(receiver, state, WasRead);
                    result = Work(operation, method, model, receiver, state);
                    break;
                case ModelRole.Read when operation is IInvocationOperation { Instance: { } reader } && reader.Unwrap() is IParameterReferenceOperation:
                    // A reader that the caller gives may be over the connection that it gives as well.
                    ParametersTalkElsewhere(state);
                    break;
                case ModelRole.Write when receiver.HasObjects && hasSocket:
                {
                    Record(FlowEventKind.Write, operation, receiver, state, model);
                    if (method.Name is not ("Flush" or "FlushAsync"))
                    {
                        var asksForTls = WrittenText.AsksForTls(operation, scope.Compilation);
                        Speak(receiver, state, states => WasWritten(states, asksForTls));
                    }

                    result = Work(operation, method, model, receiver, state);
                    break;
                }

                case ModelRole.Close when receiver.HasObjects && hasSocket:
                    Close(receiver, operation, model, state, canReopen: method.Name.IndexOf("Disconnect", StringComparison.Ordinal) >= 0);
                    result = ReturnsTask(method) ? Work(operation, method, model, receiver, state) : TrackedValue.Nothing;
                    break;
                case ModelRole.HalfClose when receiver.HasObjects && hasSocket:
                    Record(FlowEventKind.HalfClose, operation, receiver, state, model);
                    if (ArgumentAt(model.How) is not IFieldReferenceOperation { Field.Name: "Receive" })
                    {
                        foreach (var index in SocketsOf(receiver))
                        {
                            state.Move(index, ObjectStates.Writing, ObjectStates.WriteEnded);
                        }
                    }

                    result = Work(operation, method, model, receiver, state);
                    break;
                case ModelRole.View when receiver.HasObjects && hasSocket:
                    Record(FlowEventKind.View, operation, receiver, state, model);
                    result = receiver.With(ValueFlags.Wrapped | ValueFlags.NotNull);
                    break;
                case ModelRole.Wrap when SocketsOf(At(model.Inner)).Count == 0 && HasData(At(model.Inner)):
                    // A reader over the request's body.
                    result = Derive(operation, state, At(model.Inner));
                    break;
                case ModelRole.Wrap:
                {
                    var inner = At(model.Inner);
                    Record(FlowEventKind.Wrap, operation, inner, state, model);
                    if (inner.HasObjects)
                    {
                        result = inner.With(ValueFlags.Wrapped | ValueFlags.NotNull
                            | (KindOf(operation.Type) == SocketKind.Tls ? ValueFlags.Tls : ValueFlags.None)
                            | (LeavesOpen(model, ArgumentAt) ? ValueFlags.Borrowed : ValueFlags.None));
                    }

                    break;
                }

                case ModelRole.Upgrade when receiver.HasObjects && hasSocket:
                    result = Upgrade(operation, method, model, receiver, state);
                    break;
                case ModelRole.Status when receiver.HasObjects && hasSocket:
                    result = operation.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : TrackedValue.Nothing;
                    break;
                case ModelRole.RequestSource:
                    Throw(state, Failure.Any, operation);
                    result = RequestData(operation, state).With(ReturnsTask(method) ? ValueFlags.Container : ValueFlags.None);
                    if (ArgumentAt(model.Buffer) is { } filled)
                    {
                        Fill(filled, result.Value, state, operation);
                    }

                    break;
                case ModelRole.WaitUntil:
                    Finish(At(model.Task), state);
                    result = TrackedValue.Nothing;
                    break;
                case ModelRole.TakesOwnership when At(model.Value).HasObjects:
                    // What it makes of the socket carries it on: a result that streams.
                    Escape(At(model.Value), state);
                    result = method is { ReturnsVoid: true, MethodKind: not MethodKind.Constructor } ? TrackedValue.Nothing : At(model.Value).With(ValueFlags.Wrapped | ValueFlags.NotNull);
                    break;
            }

            if (model.Begin && ArgumentAt(model.Callback) is { ConstantValue.HasValue: false })
            {
                // The callback goes on with what it is given.
                foreach (var value in values)
                {
                    Escape(value, state);
                }
            }
        }

        if (result is null && operation is not IInvocationOperation { Instance.Type.Name: "IAsyncEnumerator" } && ClosedByName(method, receiver, values) is { HasObjects: true } closed && SocketsOf(closed).Count > 0)
        {
            Close(closed, operation, null, state);
            result = ReturnsTask(method) ? Work(operation, method, null, closed, state) : TrackedValue.Nothing;
        }

        return result;
    }

    /// <summary>What a method closes by its name: its receiver, or, where an option names it, its first argument.</summary>
    private TrackedValue ClosedByName(IMethodSymbol method, TrackedValue receiver, TrackedValue[] values)
    {
        var isNamed = scope.Options.CloseMethods.Contains(method.Name);
        if (receiver.HasObjects)
        {
            return isNamed || (method.Parameters.IsEmpty && method.Name is "Dispose" or "DisposeAsync") ? receiver : default;
        }

        return isNamed && values.Length > 0 ? values[0] : default;
    }

    /// <summary>The sockets that the result holds because it is made of their type: <c>Tuple.Create(client, host)</c>.</summary>
    private TrackedValue Wrapped(IMethodSymbol method, TrackedValue[] values)
    {
        var made = method.OriginalDefinition;
        var result = TrackedValue.Nothing;
        foreach (var parameter in made.Parameters)
        {
            if (parameter is { Type: ITypeParameterSymbol element, RefKind: RefKind.None } && parameter.Ordinal < values.Length
                && values[parameter.Ordinal].HasObjects && made.ReturnType is INamedTypeSymbol { IsGenericType: true } holder
                && holder.TypeArguments.Contains(element, SymbolEqualityComparer.Default))
            {
                result = result.Join(new TrackedValue(SocketsOnly([values[parameter.Ordinal]]), ValueFlags.Container | ValueFlags.NotNull));
            }
        }

        return result;
    }

    /// <summary>Whether a method takes what can be a destination and gets to a socket: <c>CanConnect("db", 5432)</c>.</summary>
    private bool MayConnectTo(IMethodSymbol target) =>
        target.Parameters.Any(parameter => DataParts.CanBeDestination(parameter.Type)) && scope.Compilation.Methods.Touches(target, scope.CancellationToken);

    private static IOperation? ArgumentAt(IInvocationOperation call, int position) =>
        call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value;

    private static ITypeSymbol? TaskResult(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: { Length: 1 } results } ? results[0] : type;

    private static bool ReturnsTask(IMethodSymbol method) => method.ReturnType.Name is "Task" or "ValueTask";
}
