using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Calls: modelled members, task combinators, helpers in source by their summaries, lambdas, and everything else.</summary>
internal sealed partial class FlowTransfer
{
    private readonly List<ConnectSite> connects = new();
    private TrackedValue iterated;

    /// <summary>The connects of the body, in source order; filled in the last pass.</summary>
    public IEnumerable<ConnectSite> Connects => connects;

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
                    foreach (var index in SocketsOf(receiver))
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

        if (result is null && ClosedByName(method, receiver, values) is { HasObjects: true } closed && SocketsOf(closed).Count > 0)
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

    private TrackedValue Connect(
        IOperation operation,
        IMethodSymbol method,
        ApiModel model,
        TrackedValue receiver,
        TrackedValue[] values,
        Func<int, IOperation?> argumentAt,
        FlowState state)
    {
        TrackedValue At(int position) => position >= 0 && position < values.Length ? values[position] : default;

        ReportUnchecked(FlowEventKind.UncheckedHost, argumentAt(model.Host), At(model.Host), operation, model, state);
        ReportUnchecked(FlowEventKind.UncheckedHost, argumentAt(model.Address), At(model.Address), operation, model, state);
        ReportUnchecked(FlowEventKind.UncheckedHost, argumentAt(model.Endpoint), At(model.Endpoint), operation, model, state);
        ReportUnchecked(FlowEventKind.UncheckedHost, argumentAt(model.Args), At(model.Args), operation, model, state);
        if (!HasData(At(model.Host)))
        {
            // Where the host is one of the caller's that was checked, the check decided what may be reached.
            ReportUnchecked(FlowEventKind.UncheckedPort, argumentAt(model.Port), At(model.Port), operation, model, state);
        }

        scope.Summary?.Connect(this, operation, model, At, argumentAt, state);

        TrackedValue made;
        if (operation is IObjectCreationOperation || model.Returns == ModelResult.Socket)
        {
            if (model.Surface == Surface.DotNet)
            {
                Throw(state, Failure.Socket, operation);
            }

            var life = model.Surface == Surface.Workers || ReturnsTask(method) ? ObjectStates.Connecting : ObjectStates.Open;
            made = Make(operation, TrackedOrigin.Created, model, model.Surface, KindOf(operation.Type), life | FreshSocket, state);
            Record(FlowEventKind.Connect, operation, made, state, model);
            AddConnect(operation, model, argumentAt, made);
            return ReturnsTask(method) ? made.With(ValueFlags.Container) : made;
        }

        Record(FlowEventKind.Connect, operation, receiver, state, model);
        AddConnect(operation, model, argumentAt, receiver);
        foreach (var index in SocketsOf(receiver))
        {
            state.Move(index, ObjectStates.Dialogue | ObjectStates.Transport, ObjectStates.Silent | ObjectStates.Plain);
        }

        if (ReturnsTask(method) || model.Begin || model.Args >= 0)
        {
            foreach (var index in SocketsOf(receiver))
            {
                if ((state.Object(index) & ObjectStates.Created) != 0)
                {
                    state.Move(index, ObjectStates.Created, ObjectStates.Connecting);
                }
            }
        }

        return Work(operation, method, model, receiver, state);
    }

    private void AddConnect(IOperation operation, ApiModel model, Func<int, IOperation?> argumentAt, TrackedValue value)
    {
        if (!Reporting || connects.Any(known => known.Operation.Syntax == operation.Syntax))
        {
            return;
        }

        foreach (var index in value.Objects)
        {
            if (objects[index] is { IsListener: true } or { IsNotTcp: true })
            {
                return;
            }
        }

        connects.Add(new ConnectSite(operation, model)
        {
            Name = NameOf(operation, value),
            Host = argumentAt(model.Host),
            Port = argumentAt(model.Port),
            Address = argumentAt(model.Address),
            Endpoint = argumentAt(model.Endpoint),
            Options = argumentAt(model.Options),
            Token = argumentAt(model.Token),
            Timeout = argumentAt(model.Timeout),
        });
    }

    /// <summary>The variable that the socket is kept in, or the expression that makes it.</summary>
    private string NameOf(IOperation operation, TrackedValue value)
    {
        if (operation is IInvocationOperation { Instance: { } instance } && instance is not IFlowCaptureReferenceOperation)
        {
            return instance.Syntax.ToString();
        }

        return VariableOf(operation) ?? (value.Objects.GetEnumerator() is var each && each.MoveNext() ? objects[each.Current].Name : operation.Syntax.ToString());
    }

    private static string? VariableOf(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IAwaitOperation or IConversionOperation or IParenthesizedOperation or IVariableInitializerOperation:
                    continue;
                case ISimpleAssignmentOperation assignment:
                    return assignment.Target.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax declared
                        ? declared.Identifier.Text
                        : assignment.Target.Syntax.ToString();
                case IVariableDeclaratorOperation declarator:
                    return declarator.Symbol.Name;
                default:
                    return null;
            }
        }

        return null;
    }

    private TrackedValue Upgrade(IOperation operation, IMethodSymbol method, ApiModel model, TrackedValue receiver, FlowState state)
    {
        Record(FlowEventKind.Upgrade, operation, receiver, state, model);
        foreach (var index in SocketsOf(receiver))
        {
            scope.Summary?.Upgrade(this, index, state.Object(index));
        }

        if (model.Returns != ModelResult.Socket)
        {
            foreach (var index in SocketsOf(receiver))
            {
                state.Move(index, ObjectStates.Transport, ObjectStates.Upgraded);
            }

            return Work(operation, method, model, receiver, state);
        }

        var owned = false;
        foreach (var index in SocketsOf(receiver))
        {
            owned |= objects[index].IsOwned && (state.Object(index) & ObjectStates.NeedsClose) != 0;
        }

        var made = Make(
            operation,
            owned ? TrackedOrigin.Created : TrackedOrigin.External,
            model,
            model.Surface,
            SocketKind.Socket,
            ObjectStates.Connecting | ObjectStates.OpenNotAwaited | ObjectStates.Silent | ObjectStates.Upgraded | ObjectStates.Writable,
            state);
        foreach (var index in SocketsOf(made))
        {
            objects[index].Subjects |= receiver.Objects;
        }

        foreach (var index in SocketsOf(receiver))
        {
            state.Move(index, ObjectStates.Life, ObjectStates.Superseded);
        }

        return ReturnsTask(method) ? made.With(ValueFlags.Container) : made;
    }

    /// <summary>Work on a socket: done here, or a task that a later await completes.</summary>
    private TrackedValue Work(IOperation operation, IMethodSymbol method, ApiModel? model, TrackedValue receiver, FlowState state)
    {
        var sockets = SocketsOf(receiver);
        var role = model?.Role ?? ModelRole.Close;
        if (!ReturnsTask(method))
        {
            var surface = model?.Surface ?? Surface.DotNet;
            var failure = FailureOf(role, surface, operation);
            if (failure != Failure.None && role is not ModelRole.HalfClose)
            {
                var thrown = state.Clone();
                foreach (var index in sockets)
                {
                    Fail(role, index, thrown);
                }

                Throw(thrown, failure, operation);
            }

            if (model is not { Begin: true })
            {
                foreach (var index in sockets)
                {
                    Settle(role, index, state);
                }
            }

            return TrackedValue.Nothing;
        }

        return StartTask(operation, role, model?.Surface ?? Surface.DotNet, receiver.Objects, result: default, state);
    }

    private TrackedValue StartTask(IOperation operation, ModelRole? role, Surface surface, ObjectSet subjects, TrackedValue result, FlowState state)
    {
        var task = Track(operation.Syntax, 4, index => new TrackedObject(index, TrackedKind.Task, TrackedOrigin.Created, operation) { Role = role, Surface = surface });
        if (task is null)
        {
            return result;
        }

        foreach (var index in subjects)
        {
            if (objects[index].Kind == TrackedKind.Socket)
            {
                task.Subjects |= ObjectSet.Of(index);
            }
        }

        resultOf[task.Index] = resultOf.TryGetValue(task.Index, out var old) ? old.Join(result) : result;
        state.SetObject(task.Index, ObjectStates.Pending);
        return TrackedValue.Of(task.Index, ValueFlags.Container | (result.Flags & ~ValueFlags.Nullness));
    }

    /// <summary>Someone joins the work: it is not lost.</summary>
    private void Finish(TrackedValue value, FlowState state)
    {
        foreach (var index in value.Objects)
        {
            if (objects[index].Kind == TrackedKind.Task)
            {
                state.Move(index, ObjectStates.Work, ObjectStates.Awaited);
            }
        }
    }

    private TrackedValue? CallTask(IInvocationOperation call, TrackedValue receiver, TrackedValue[] values, FlowState state)
    {
        var method = call.TargetMethod;
        if (method.IsShortForConfigureAwait())
        {
            return values[0];
        }

        var owner = method.ContainingType;
        if (owner?.ContainingNamespace?.ToDisplayString() is not ("System.Threading.Tasks" or "System.Runtime.CompilerServices" or "System.Threading"))
        {
            return null;
        }

        var all = values.Aggregate(receiver, (joined, value) => joined.Join(value));
        switch (method.Name)
        {
            case "ConfigureAwait" or "AsTask" or "GetAwaiter" or "WaitAsync" or "Preserve" or "Unwrap" or "WithCancellation" or "ToBlockingEnumerable":
                return method.IsStatic ? all : receiver;
            case "FromResult":
                return all.With(ValueFlags.Container | ValueFlags.NotNull);
            case "GetResult" or "Wait" or "WaitAll" when all.HasObjects:
            {
                var value = Await(all, call, state);
                return call.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : value;
            }

            case "WhenAll":
                return new TrackedValue(all.Objects, ValueFlags.NotNull | ValueFlags.Container);
            case "WhenAny" or "WaitAny":
                return new TrackedValue(all.Objects, ValueFlags.NotNull | ValueFlags.Container | ValueFlags.Any);
            case "Join" when owner.Name == "Thread":
                Finish(receiver, state);
                return call.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : TrackedValue.Nothing;
            case "ContinueWith":
            {
                Finish(receiver, state);
                var captured = new TrackedValue(SocketsOnly(values), ValueFlags.None);
                Escape(captured, state);
                TalkElsewhere(captured, state);
                return TrackedValue.Nothing;
            }

            case "Run" or "StartNew" or "Start" when owner.Name is "Task" or "TaskFactory":
            case "QueueUserWorkItem" or "UnsafeQueueUserWorkItem":
            {
                // The started work has what it captured.
                var captured = new TrackedValue(SocketsOnly(values), ValueFlags.None);
                var task = StartTask(call, null, Surface.DotNet, captured.Objects, default, state);
                Escape(captured, state);
                TalkElsewhere(captured, state);
                return task;
            }

            case "Delay" or "Yield" or "FromCanceled" or "FromException" or "Cancel" or "CancelAfter" or "ThrowIfCancellationRequested" or "Release" or "CreateLinkedTokenSource":
                return TrackedValue.Nothing;
            case "Exchange" or "CompareExchange":
            {
                // Interlocked.Exchange(ref field, null) takes the socket out of the field.
                var taken = values.Length > 0 ? values[0] : default;
                for (var index = 1; index < values.Length; index++)
                {
                    Escape(values[index], state);
                }

                return taken;
            }

            default:
                return null;
        }
    }

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
        return (call.Type is { Name: "Task" or "ValueTask" } ? result.With(ValueFlags.Container) : result).Join(Wrapped(method, values));
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
        var buffer = Unwrap(argument);
        for (var depth = 0; depth < 6; depth++)
        {
            switch (buffer)
            {
                case IObjectCreationOperation { Arguments: { IsEmpty: false } arguments }:
                    buffer = Unwrap(arguments[0].Value);
                    continue;
                case IInvocationOperation { Instance: { } instance }:
                    buffer = Unwrap(instance);
                    continue;
                case IInvocationOperation { Arguments: { IsEmpty: false } arguments }:
                    buffer = Unwrap(arguments[0].Value);
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

    /// <summary>A call of a method in source: what its summary says.</summary>
    private TrackedValue Apply(
        IOperation call,
        IMethodSymbol target,
        TrackedValue receiver,
        TrackedValue[] values,
        ImmutableArray<IArgumentOperation> arguments,
        FlowState state)
    {
        foreach (var value in values)
        {
            // Who is given a task can wait for it.
            Finish(value, state);
        }

        var involved = values.Any(value => value.HasObjects) || receiver.HasObjects;
        var isOwn = call is IInvocationOperation { Instance: var own } && IsOwn(own) && !target.IsStatic;
        var usesOwn = isOwn
            && (scope.Summary is not null || MembersHoldSockets(state) || (storedAt.Count > 0 && scope.Compilation.Methods.Touches(target, scope.CancellationToken)));
        if (!involved && !usesOwn && !scope.Compilation.Summaries.MayInvolveSockets(target) && !MayConnectTo(target))
        {
            Throw(state, Failure.Any, call);
            if (IsSocketWork(call, target))
            {
                return StartTask(call, null, Surface.DotNet, default, default, state);
            }

            return call.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : TrackedValue.Nothing;
        }

        var summary = scope.Compilation.Summaries.For(target, scope);
        if (!summary.IsKnown)
        {
            foreach (var value in values)
            {
                Escape(value, state);
                TalkElsewhere(value, state);
            }

            if (isOwn)
            {
                MembersTalkElsewhere(state);
            }

            Throw(state, Failure.Any, call);
            return call.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : Owned(call, target, state);
        }

        var effects = new List<(TrackedValue Value, ParameterSummary Summary, IArgumentOperation? Argument)>();
        foreach (var argument in arguments)
        {
            if (argument.Parameter is { } parameter && parameter.Ordinal < values.Length)
            {
                var effect = summary.Parameter(parameter.Ordinal);
                var value = values[parameter.Ordinal];

                // What a parameter of any type does with a socket is not followed.
                var isTaken = !effect.Closes && value.HasObjects && (OwnershipAttributes.TakesOwnership(parameter)
                    || (parameter.Type is { SpecialType: SpecialType.System_Object } or ITypeParameterSymbol
                        && !SocketTypes.CanHold(parameter.Type, Catalog) && SocketsOf(value).Count > 0 && !IsLogging(target)));
                effects.Add((value, isTaken ? effect with { Escapes = true } : effect, argument));
            }
        }

        foreach (var pair in summary.Captured)
        {
            effects.Add((state.Value(Storage(pair.Key)), pair.Value, null));
        }

        // Ownership is handed over at the call, so an exception inside is the callee's.
        var subjects = effects.Aggregate(receiver.Objects, (all, effect) => all | effect.Value.Objects);
        if (summary.MayThrow && !IsLogging(target))
        {
            var thrown = state.Clone();
            foreach (var (value, effect, _) in effects)
            {
                if (effect.Escapes || effect.Closes || effect.EndsOnFailure)
                {
                    Escape(value, thrown);
                }

                if ((effect.Reads || effect.Writes) && (!effect.ThrowsWhileOpening || (effect.AtExit & ObjectStates.OpenNotAwaited) != 0))
                {
                    // No race with a timer: what fails in it is the read or write, and that waited for the connect.
                    foreach (var index in value.Objects)
                    {
                        Fail(ModelRole.Read, index, thrown);
                    }
                }
            }

            Throw(thrown, Failure.Any, call);
        }

        var asksForTls = WrittenText.AsksForTls(call, scope.Compilation);
        foreach (var (value, effect, _) in effects)
        {
            if (value.HasObjects && (effect.Reads || effect.Writes))
            {
                Record(FlowEventKind.Passed, call, value, state, model: null);
            }
        }

        foreach (var (value, effect, _) in effects)
        {
            UpgradeInside(call, value, effect, state);
        }

        Talk(effects.Select(effect => (effect.Value, effect.Summary)).Concat(isOwn ? MembersOf(summary, call, state) : []).ToList(), asksForTls, state);

        var method = call is IInvocationOperation invocation ? invocation.TargetMethod : target;
        var isLazy = method.ReturnType.Name is "IEnumerable" or "IAsyncEnumerable" or "IEnumerator" or "IAsyncEnumerator";
        var opens = false;
        var failsWhileOpening = false;
        var closed = default(ObjectSet);
        var result = TrackedValue.Nothing;
        foreach (var (value, effect, argument) in effects)
        {
            foreach (var index in value.Objects)
            {
                if (objects[index].Kind == TrackedKind.Socket)
                {
                    objects[index].IsListener |= effect.IsListener;
                    if ((effect.AtExit & ObjectStates.OpenAwaited) != 0 && (effect.AtExit & ObjectStates.OpenNotAwaited) == 0
                        && objects[index].Surface == Surface.Workers && ReturnsTask(method))
                    {
                        // Open only once the call is awaited.
                        opens = true;
                        failsWhileOpening |= effect.ThrowsWhileOpening;
                    }
                    else if ((effect.AtExit & ObjectStates.OpenAwaited) != 0 && (effect.AtExit & ObjectStates.OpenNotAwaited) == 0)
                    {
                        Opened(index, state);
                        state.Move(index, ObjectStates.Opening, ObjectStates.OpenAwaited);
                    }

                    if ((effect.AtExit & ObjectStates.Transport) == ObjectStates.Upgraded)
                    {
                        state.Move(index, ObjectStates.Transport, ObjectStates.Upgraded);
                    }

                    if ((effect.AtExit & ObjectStates.Life) == ObjectStates.Superseded)
                    {
                        state.Move(index, ObjectStates.Life, ObjectStates.Superseded);
                    }
                }
                else if (objects[index].Kind == TrackedKind.Data && effect.ChecksByThrow)
                {
                    state.SetObject(index, ObjectStates.Checked);
                }
            }

            if (effect.AtUpgrade != ObjectStates.None && argument is { Parameter.RefKind: RefKind.Ref } && StorageOf(argument.Value) is { } replaced)
            {
                // The helper put the TLS stream into the caller's variable.
                state.SetValue(replaced, value.With(ValueFlags.Tls | ValueFlags.Wrapped));
            }

            if (effect.ReturnedAs is { } flags)
            {
                result = result.Join(value.With(flags & (ValueFlags.Borrowed | ValueFlags.Tls | ValueFlags.Wrapped | ValueFlags.Held)));
            }

            if (isLazy && (effect.Reads || effect.Writes || effect.Closes))
            {
                // An iterator runs when its result is enumerated; until then the result holds what it was given.
                result = result.Join(value.With(ValueFlags.Container | ValueFlags.Wrapped));
            }

            if (effect.Closes && !isLazy && ReturnsTask(method))
            {
                // The work has it, and closes it before it is done.
                RecordClose(value, call, null, state, effect.AwaitsClose);
                Escape(value, state);
                closed |= value.Is(ValueFlags.Borrowed) ? default : value.Objects;
            }
            else if (effect.Closes && !isLazy)
            {
                Close(value, call, null, state, effect.AwaitsClose);
            }
            else if (effect.Closes || effect.Escapes)
            {
                Escape(value, state);
                TalkElsewhere(value, state);
            }

            if (effect.OwnedAtExit != ObjectStates.None && effect.AtUpgrade == ObjectStates.None && argument?.Value is { } target_)
            {
                var surface = Catalog.SocketType(target_.Type)?.Surface ?? Surface.DotNet;
                var made = Make(argument, TrackedOrigin.Received, null, surface, KindOf(target_.Type), effect.OwnedAtExit, state);
                Assign(target_, made.With(ValueFlags.Null), call, state, call);
            }

            if (argument is not null && value.HasObjects)
            {
                PassDestination(effect, argument.Value, value, call, state);
            }
            else if (argument is null && value.HasObjects && (effect.IsConnectHost || effect.IsConnectPort))
            {
                // A local function connects to a variable of this body: there is no argument, the connect itself is the place.
                ReportDestination(effect, effect.ConnectedTo, value, call, state);
            }

            result = result.Join(Flow(call, effect, value, argument, arguments, state));
            if (argument is not null && IsOwn((call as IInvocationOperation)?.Instance) && call is IInvocationOperation)
            {
                foreach (var (from, member) in effect.Stored)
                {
                    var kept = Reach(value, from);
                    if (HasData(kept))
                    {
                        storedAt[member] = argument.Value;
                        scope.Summary?.Store(this, member, kept, state);
                        state.SetValue(Storage(member), state.Value(Storage(member)).Join(kept));
                    }
                }
            }
            else if (argument is not null)
            {
                foreach (var index in receiver.Objects)
                {
                    foreach (var (from, member) in effect.Stored)
                    {
                        if (objects[index].Parts is not null && HasData(Reach(value, from)))
                        {
                            AddPart(objects[index], member.Name, Reach(value, from), argument.Value);
                        }
                    }
                }
            }

            if (argument is not null && effect.ChecksByThrow)
            {
                Check(argument.Value, state);
            }

            if (argument is not null && PathOf(Unwrap(argument.Value)) is { } path)
            {
                foreach (var members in effect.MembersCheckedByThrow)
                {
                    ProvePath(path.Then(members), state);
                }
            }
        }

        if (call is IInvocationOperation { Instance: var instance })
        {
            result = result.Join(OwnResult(call, summary, IsOwn(instance) ? null : receiver, state));
            CheckByReturn((IInvocationOperation)call, state);
        }

        foreach (var connect in summary.Connects)
        {
            AddInnerConnect(call, connect, arguments, values, state);
        }

        result = result.Join(RequestResult(call, summary, state));
        if (summary.ReturnedStates != ObjectStates.None)
        {
            var made = Make(call, TrackedOrigin.Received, null, summary.ReturnedSurface, summary.ReturnedKind, summary.ReturnedStates, state);
            foreach (var index in made.Objects)
            {
                objects[index].IsListener |= summary.ReturnsListener;
                objects[index].IsNotTcp |= summary.ReturnsNotTcp;
            }

            result = result.Join(made.With(summary.ReturnedFlags));
        }

        if (!result.HasObjects)
        {
            result = result.Join(Owned(call, target, state));
        }

        if (ReturnsTask(method) && (involved || summary.ReturnedStates != ObjectStates.None || IsSocketWork(call, target)))
        {
            var task = StartTask(call, opens ? ModelRole.Opened : null, opens ? Surface.Workers : Surface.DotNet, subjects, result, state);
            foreach (var index in task.Objects)
            {
                objects[index].FailsWhileOpening |= failsWhileOpening;
                objects[index].ClosedWhenDone |= closed;
                foreach (var (value, _, _) in effects.Where(effect => effect.Summary.EndsOnFailure))
                {
                    objects[index].EndedByFailure |= value.Objects;
                }
            }

            return task.HasObjects ? task : result;
        }

        return call.Type?.SpecialType == SpecialType.System_Boolean && !result.HasObjects ? Truth() : result;
    }

    /// <summary>What a method or property reads of the request itself.</summary>
    private TrackedValue RequestResult(IOperation call, MethodSummary summary, FlowState state)
    {
        var result = TrackedValue.Nothing;
        foreach (var part in summary.RequestParts)
        {
            var data = RequestData(call, state, part);
            if (part is null)
            {
                result = result.Join(data);
            }
            else if (Holder(call) is { } holder)
            {
                AddPart(holder, part, data, call);
                result = result.Join(TrackedValue.Of(holder.Index));
            }
        }

        return result;
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

    /// <summary>Whether a method takes what can be a destination and gets to a socket: <c>CanConnect("db", 5432)</c>.</summary>
    private bool MayConnectTo(IMethodSymbol target) =>
        target.Parameters.Any(parameter => DataParts.CanBeDestination(parameter.Type)) && scope.Compilation.Methods.Touches(target, scope.CancellationToken);

    private bool IsSocketWork(IOperation call, IMethodSymbol target) =>
        call is IInvocationOperation { TargetMethod: var method } && ReturnsTask(method) && scope.Compilation.Methods.Touches(target, scope.CancellationToken);

    /// <summary>The socket that a method marked <c>[ReturnsOwned]</c> yields; its caller closes it.</summary>
    private TrackedValue Owned(IOperation call, IMethodSymbol method, FlowState state)
    {
        if (Catalog.SocketType(TaskResult(method.ReturnType)) is not { } model || !OwnershipAttributes.ReturnsOwned(method))
        {
            return TrackedValue.Nothing;
        }

        var made = Make(call, TrackedOrigin.Received, model, model.Surface, model.Kind, UnknownSocket, state).With(FlagsOf(model));
        return ReturnsTask(method) ? made.With(ValueFlags.Container) : made;
    }

    private void AddInnerConnect(IOperation call, ParameterConnect connect, ImmutableArray<IArgumentOperation> arguments, TrackedValue[] values, FlowState state)
    {
        IOperation? ArgumentAt(int position) => position < 0 ? null : arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value;

        scope.Summary?.InnerConnect(this, call, connect, position => position >= 0 && position < values.Length ? values[position] : default, state);
        if (!Reporting || connects.Any(known => known.Operation.Syntax == call.Syntax && known.Inner == (connect.Site.Inner ?? connect.Site.Operation.Syntax.GetLocation())))
        {
            return;
        }

        var site = connect.Site with
        {
            Operation = call,
            Name = VariableOf(call) ?? connect.Site.Name,
            Host = ArgumentAt(connect.Host),
            Port = ArgumentAt(connect.Port),
            Address = ArgumentAt(connect.Address),
            Endpoint = ArgumentAt(connect.Endpoint),
            Options = null,
            Token = null,
            Timeout = null,
            Inner = connect.Site.Inner ?? connect.Site.Operation.Syntax.GetLocation(),
        };
        connects.Add(site);
        scope.Summary?.Add(site);
    }

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

    /// <summary>An argument goes to a helper that connects to it, or to members of it that are not proved here.</summary>
    private void PassDestination(ParameterSummary effect, IOperation argument, TrackedValue value, IOperation call, FlowState state)
    {
        if ((!effect.IsConnectHost && !effect.IsConnectPort) || !value.HasObjects)
        {
            return;
        }

        if (PathOf(Unwrap(argument)) is { } path && CheckedMembers(path.Root, state).ToList() is { Count: > 0 } proved)
        {
            bool IsOpen(string? part) => part is null
                || !proved.Exists(members => members == path.Then(part).Members || members.StartsWith(path.Then(part).Members + ".", StringComparison.Ordinal));
            effect = effect with { HostParts = effect.HostParts.RemoveAll(part => !IsOpen(part)), PortParts = effect.PortParts.RemoveAll(part => !IsOpen(part)) };
        }

        scope.Summary?.MarkDestination(this, effect, value, state);
        ReportDestination(effect, argument, value, call, state);
    }

    /// <summary>A helper connects to what it is given.</summary>
    private void ReportDestination(ParameterSummary effect, IOperation? at, TrackedValue value, IOperation call, FlowState state)
    {
        foreach (var part in effect.HostParts)
        {
            ReportUnchecked(FlowEventKind.UncheckedHost, at, Reach(value, part), call, null, state, effect.ConnectedTo);
        }

        foreach (var part in effect.PortParts)
        {
            ReportUnchecked(FlowEventKind.UncheckedPort, at, Reach(value, part), call, null, state, effect.ConnectedTo);
        }
    }

    /// <summary>What a method does with the members of its object, and which of them are in its result.</summary>
    /// <param name="receiver">Null for this object.</param>
    private TrackedValue OwnResult(IOperation call, MethodSummary summary, TrackedValue? receiver, FlowState state)
    {
        var result = TrackedValue.Nothing;
        if (!summary.IsKnown)
        {
            return result;
        }

        foreach (var pair in summary.Members)
        {
            if (receiver is null)
            {
                var type = (pair.Key as IFieldSymbol)?.Type ?? (pair.Key as IPropertySymbol)?.Type ?? (pair.Key as IParameterSymbol)?.Type;
                var own = OwnMember(pair.Key, type, state);
                if (own.HasObjects)
                {
                    scope.Summary?.MarkDestination(this, pair.Value, own, state);
                    ReportDestination(pair.Value, storedAt.TryGetValue(pair.Key, out var at) ? at : call, own, call, state);
                    result = result.Join(Flow(call, pair.Value, own, null, default, state));
                }

                continue;
            }

            foreach (var index in receiver.Value.Objects)
            {
                if (objects[index].Parts is { } parts && parts.TryGetValue(pair.Key.Name, out var part))
                {
                    scope.Summary?.MarkDestination(this, pair.Value, part.Value, state);
                    ReportDestination(pair.Value, part.At, part.Value, call, state);
                    result = result.Join(Flow(call, pair.Value, part.Value, null, default, state));
                }
            }
        }

        return result;
    }

    /// <summary>What a helper returns or hands out of a value that it is given.</summary>
    private TrackedValue Flow(
        IOperation call, ParameterSummary effect, TrackedValue value, IArgumentOperation? argument, ImmutableArray<IArgumentOperation> arguments, FlowState state)
    {
        var result = TrackedValue.Nothing;
        foreach (var flow in effect.Flows)
        {
            var data = Reach(value, flow.From);
            if (!HasData(data))
            {
                continue;
            }

            if (flow.Out >= 0)
            {
                var target = arguments.IsDefault ? null : arguments.FirstOrDefault(each => each.Parameter?.Ordinal == flow.Out);
                if (target is not null && flow.To is not null)
                {
                    if (Holder(target) is { } handed)
                    {
                        AddPart(handed, flow.To, flow.IsProved ? HandedBack(target, flow, data, argument?.Value.Type, state) : data, argument?.Value ?? call);
                        Assign(target.Value is IDeclarationExpressionOperation declared ? declared.Expression : target.Value, TrackedValue.Of(handed.Index), call, state, call);
                    }
                }
                else if (target is not null)
                {
                    Assign(target.Value is IDeclarationExpressionOperation declaration ? declaration.Expression : target.Value, HandedBack(target, flow, data, target.Parameter!.Type, state), call, state, call);
                }
            }
            else if (flow.To is null)
            {
                result = result.Join(HandedBack(call, flow, data, TaskResult(call.Type), state));
            }
            else if (Holder(call) is { } holder)
            {
                AddPart(holder, flow.To, flow.IsProved ? HandedBack(call, flow, data, argument?.Value.Type, state) : data, argument?.Value ?? call);
                result = result.Join(TrackedValue.Of(holder.Index));
            }
        }

        return result;
    }

    /// <summary>Data that a helper made of what it was given: proved, where the helper has checked it.</summary>
    private TrackedValue HandedBack(IOperation at, DataFlow flow, TrackedValue data, ITypeSymbol? type, FlowState state)
    {
        if (!flow.IsProved)
        {
            return Derive(at, state, data, type);
        }

        if (!IsDataType(type)
            || Track((at.Syntax, flow), 7, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Derived, at) { IsProvedCopy = true }) is not { } proved)
        {
            return TrackedValue.Nothing;
        }

        proved.Subjects |= data.Objects;
        state.SetObject(proved.Index, ObjectStates.Checked);
        return TrackedValue.Of(proved.Index);
    }

    private bool HasParts(TrackedValue value)
    {
        foreach (var index in value.Objects)
        {
            if (objects[index].Parts is not null)
            {
                return true;
            }
        }

        return false;
    }

    private void ReportUnchecked(
        FlowEventKind kind, IOperation? argument, TrackedValue value, IOperation operation, ApiModel? model, FlowState state, IOperation? inner = null)
    {
        if (!Reporting || argument is null)
        {
            return;
        }

        foreach (var index in Reach(value, null).Objects)
        {
            if (IsUnchecked(index, state) && ComesFrom(objects[index], source => source.IsFromRequest))
            {
                RecordOne(kind, argument, objects[index], value, state, model, related: operation, inner: inner);
                return;
            }
        }
    }

    /// <summary>A call that says false has handed nothing out: TryOpen(host, out var client).</summary>
    private void AssumeNothingHandedOut(IInvocationOperation call, FlowState state)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind == RefKind.Out && objectsByKey.TryGetValue((argument.Syntax, 0), out var made))
            {
                state.Move(made.Index, ObjectStates.Life, ObjectStates.None);
            }
        }
    }

    private Func<IOperation, bool> HasUncheckedIn(FlowState state) => operation => HasUnchecked(PeekObjects(operation, state), state);

    private static IOperation? ArgumentAt(IInvocationOperation call, int position) =>
        call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value;

    private static bool LeavesOpen(ApiModel model, Func<int, IOperation?> argumentAt)
    {
        if (argumentAt(model.LeaveOpen) is { ConstantValue: { HasValue: true, Value: bool leaveOpen } })
        {
            return leaveOpen;
        }

        if (argumentAt(model.Owns) is { } owns)
        {
            return owns.ConstantValue is { HasValue: true, Value: false };
        }

        return !model.Closes;
    }

    private SocketKind KindOf(ITypeSymbol? type) => Catalog.SocketType(TaskResult(type))?.Kind ?? SocketKind.Socket;

    private static ITypeSymbol? TaskResult(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: { Length: 1 } results } ? results[0] : type;

    private static bool ReturnsTask(IMethodSymbol method) => method.ReturnType.Name is "Task" or "ValueTask";

    private void Speak(TrackedValue value, FlowState state, Func<ObjectStates, ObjectStates> heard)
    {
        foreach (var index in SocketsOf(value))
        {
            state.Move(index, ObjectStates.Dialogue, heard(state.Object(index) & ObjectStates.Dialogue));
        }
    }

    /// <summary>What a method in source says on its parameters and members.</summary>
    private void Talk(List<(TrackedValue Value, ParameterSummary Summary)> effects, bool asksForTls, FlowState state)
    {
        // Writes first, then reads: a helper that gets a writer and a reader asks, then listens.
        foreach (var (value, effect) in effects.Where(effect => effect.Summary.Writes))
        {
            Speak(value, state, before => Said(effect, before, asksForTls));
        }

        foreach (var (value, effect) in effects.Where(effect => effect.Summary is { Writes: false, Reads: true }))
        {
            Speak(value, state, before => Said(effect, before, asksForTls));
        }
    }

    private static ObjectStates Said(ParameterSummary effect, ObjectStates before, bool asksForTls)
    {
        var after = effect.AtExit & (ObjectStates.Answered | ObjectStates.AskedForTls);
        if ((effect.AtExit & ObjectStates.Asked) != 0)
        {
            after |= asksForTls ? ObjectStates.AskedForTls : ObjectStates.Asked;
        }

        if ((effect.AtExit & ObjectStates.Greeted) != 0)
        {
            after |= WasRead(before);
        }

        return (effect.AtExit & ObjectStates.Silent) != 0 ? after | before : after;
    }

    /// <summary>The members that a method of the same object talks on.</summary>
    private IEnumerable<(TrackedValue Value, ParameterSummary Summary)> MembersOf(MethodSummary summary, IOperation call, FlowState state)
    {
        var talking = new List<(TrackedValue, ParameterSummary)>();
        foreach (var pair in summary.Members)
        {
            if (!pair.Value.Reads && !pair.Value.Writes)
            {
                continue;
            }

            var value = state.Value(Storage(pair.Key));
            if (SocketsOf(value).Count == 0)
            {
                // A member that this body has not met may be another face of one that it has.
                MembersTalkElsewhere(state);
                value = Meet(pair.Key, call, state);
            }

            Record(FlowEventKind.UsedByOwnMethod, call, value, state, model: null);
            talking.Add((value, pair.Value));
        }

        return talking;
    }

    /// <summary>The body comes to a member through a method that it calls; one that is no socket itself is followed in summaries only.</summary>
    private TrackedValue Meet(ISymbol member, IOperation call, FlowState state)
    {
        var type = (member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type ?? (member as IParameterSymbol)?.Type;
        var model = Catalog.SocketType(type);
        if (model is null && scope.Summary is null)
        {
            return TrackedValue.Nothing;
        }

        var made = Track(member, 1, index => new TrackedObject(index, TrackedKind.Socket, TrackedOrigin.External, call)
        {
            Surface = model?.Surface ?? Surface.DotNet,
            SocketKind = model?.Kind ?? SocketKind.Stream,
            Symbol = member,
        });
        if (made is null)
        {
            return TrackedValue.Nothing;
        }

        scope.Summary?.Add(member, made);
        state.SetObject(made.Index, scope.Summary is null ? UnknownSocket : MemberInSummary);
        state.SetValue(Storage(member), TrackedValue.Of(made.Index, (model is null ? ValueFlags.Wrapped : FlagsOf(model)) | ValueFlags.Null));
        return state.Value(Storage(member));
    }

    private bool MembersHoldSockets(FlowState state) =>
        storages.Any(pair => pair.Key is IFieldSymbol or IPropertySymbol && SocketsOf(state.Value(pair.Value)).Count > 0);

    /// <summary>What a method of the same object said is not known.</summary>
    private void MembersTalkElsewhere(FlowState state)
    {
        foreach (var pair in storages.ToList())
        {
            if (IsMemberHere(pair.Key))
            {
                TalkElsewhere(state.Value(pair.Value), state);
            }
        }
    }

    /// <summary>Code that is not followed has the socket: anything may be said on it.</summary>
    private void TalkElsewhere(TrackedValue value, FlowState state) => Speak(value, state, _ => ObjectStates.Dialogue);

    /// <summary>A helper starts TLS: where it has not asked for it, what was said before the call decides whether that is right.</summary>
    private void UpgradeInside(IOperation call, TrackedValue value, ParameterSummary effect, FlowState state)
    {
        if (effect.AtUpgrade == ObjectStates.None)
        {
            return;
        }

        foreach (var index in SocketsOf(value))
        {
            var before = state.Object(index);
            if ((effect.AtUpgrade & ~(ObjectStates.Silent | ObjectStates.Greeted)) != 0)
            {
                state.Move(index, ObjectStates.Dialogue, ObjectStates.Dialogue);
            }
            else if ((effect.AtUpgrade & ObjectStates.Silent) == 0)
            {
                state.Move(index, ObjectStates.Dialogue, WasRead(before & ObjectStates.Dialogue));
            }

            RecordOne(FlowEventKind.Upgrade, call, objects[index], value, state);
            scope.Summary?.Upgrade(this, index, state.Object(index));
            state.SetObject(index, before);
        }
    }

    private static ObjectStates WasRead(ObjectStates dialogue)
    {
        var after = ObjectStates.None;
        if ((dialogue & (ObjectStates.Silent | ObjectStates.Greeted)) != 0)
        {
            after |= ObjectStates.Greeted;
        }

        if ((dialogue & (ObjectStates.Asked | ObjectStates.AskedForTls | ObjectStates.Answered)) != 0)
        {
            after |= ObjectStates.Answered;
        }

        return after;
    }

    private static ObjectStates WasWritten(ObjectStates dialogue, bool asksForTls) =>
        dialogue == ObjectStates.None ? ObjectStates.None : asksForTls ? ObjectStates.AskedForTls : ObjectStates.Asked;

    /// <summary>A socket made for datagrams or a Unix-domain path is none that the rules speak of.</summary>
    private void MarkForm(TrackedValue value, ImmutableArray<IArgumentOperation> arguments)
    {
        var isNotTcp = arguments.Any(argument => argument.Value is IFieldReferenceOperation
        {
            Field: { Name: "Dgram" or "Raw" or "Rdm" or "Udp" or "Unix" or "Icmp" or "Packet" },
        });
        if (isNotTcp)
        {
            foreach (var index in value.Objects)
            {
                objects[index].IsNotTcp = true;
            }
        }
    }

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
                TalkElsewhere(value, state);
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
