using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// What each operation does to the abstract state: this part evaluates expressions and assignments, <c>FlowTransfer.Calls.cs</c>
/// calls, <c>FlowTransfer.Effects.cs</c> the effects on objects.
/// </summary>
internal sealed partial class FlowTransfer
{
    private readonly FlowScope scope;
    private readonly ControlFlowGraph graph;
    private readonly List<TrackedObject> objects = new();
    private readonly Dictionary<(object Key, int Part), TrackedObject> objectsByKey = new();
    private readonly Dictionary<ISymbol, int> storages = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, int> captureStorages = new();
    private readonly Dictionary<ISymbol, TrackedValue> everHeld = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ILocalSymbol, IOperation?> sourceOf = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ILocalSymbol, (IOperation Whole, string Part)?> partOf = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, List<ILocalSymbol>> sourcesWith = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, IOperation?> conditionOfCapture = new();
    private readonly Dictionary<CaptureId, IOperation> targetOfCapture = new();
    private readonly Dictionary<int, TrackedValue> resultOf = new();
    private readonly Dictionary<ISymbol, HashSet<int>> externalsOf = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<(FlowEventKind, IOperation, int), FlowEvent> events = new();
    private readonly List<FlowBodyResult> nested = new();

    /// <summary>For each storage whether it belongs to a capture, not to a variable.</summary>
    private readonly List<bool> isCapture = new();

    public FlowTransfer(FlowScope scope, ControlFlowGraph graph)
    {
        this.scope = scope;
        this.graph = graph;
    }

    /// <summary>True in the last pass, in which states are final and events are recorded.</summary>
    public bool Reporting { get; set; }

    public FlowSolver? Solver { get; set; }

    public IReadOnlyList<TrackedObject> Objects => objects;

    public IEnumerable<FlowEvent> Events => events.Values;

    /// <summary>The first sockets that the body has to close: for them the state keeps what variables tell of them.</summary>
    public List<int> Linked { get; } = new();

    public IReadOnlyList<FlowBodyResult> Nested => nested;

    private SocketCatalog Catalog => scope.Compilation.Catalog;

    /// <summary>Every object that a variable holds somewhere in the body.</summary>
    public TrackedValue EverHeldBy(ISymbol variable) => everHeld.TryGetValue(variable, out var value) ? value : default;

    /// <summary>Runs one operation of a block.</summary>
    public void Execute(IOperation operation, FlowState state)
    {
        scope.CancellationToken.ThrowIfCancellationRequested();
        Visit(operation, state);
    }

    /// <summary>Runs the value that a block returns or throws.</summary>
    public void ExecuteBranchValue(IOperation operation, ControlFlowBranchSemantics semantics, FlowState state)
    {
        var value = Visit(operation, state);
        if (semantics == ControlFlowBranchSemantics.Return)
        {
            Return(operation, value, state);
        }
    }

    private TrackedValue Visit(IOperation? operation, FlowState state)
    {
        if (operation is null)
        {
            return TrackedValue.Nothing;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = VisitCore(operation, state);
        if (!value.HasObjects && !value.Is(ValueFlags.Null) && (Catalog.SocketType(operation.Type) ?? MemberOverSocket(operation)) is { } model
            && IsExternalSource(operation) && External(operation, model, state) is { } made)
        {
            value = TrackedValue.Of(made.Index, FlagsOf(model) | ValueFlags.Null | (value.Flags & ValueFlags.Container));
            Remember(operation, value, state);
        }

        return value;
    }

    /// <summary>A stream, reader or writer that this object keeps: a summary follows it, since it may be over a socket of the caller's.</summary>
    private ApiModel? MemberOverSocket(IOperation operation) =>
        scope.Summary is not null && operation is IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation
            && (operation as IMemberReferenceOperation) is not { Instance: not IInstanceReferenceOperation }
            && SymbolOf(operation) is { } member && IsMemberHere(member)
                ? Catalog.Find(operation.Type, ModelRole.Wrapper)
                : null;

    private static ISymbol? SymbolOf(IOperation operation) => operation switch
    {
        IMemberReferenceOperation { Member: var member } => member,
        IParameterReferenceOperation { Parameter: var parameter } => parameter,
        _ => null,
    };

    private TrackedValue VisitCore(IOperation operation, FlowState state)
    {
        if (operation.ConstantValue is { HasValue: true } constant)
        {
            return constant.Value switch
            {
                null => TrackedValue.NullValue,
                true => TrackedValue.TrueValue,
                false => TrackedValue.FalseValue,
                _ => new TrackedValue(default, ValueFlags.NotNull),
            };
        }

        switch (operation)
        {
            case IFlowCaptureOperation capture:
            {
                var value = Kept(Visit(capture.Value, state), capture.Value, state);
                NoteCondition(capture.Id, capture.Value);
                targetOfCapture[capture.Id] = capture.Value;
                state.SetValue(Storage(capture.Id), value);
                if (StorageOf(capture.Value) is { } captured)
                {
                    state.CopyLinks(captured, Storage(capture.Id));
                }

                return value;
            }

            case IFlowCaptureReferenceOperation reference:
                return state.Value(Storage(reference.Id));
            case ILocalReferenceOperation local:
                return Unknown(state.Value(Storage(local.Local)), local.Type);
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } primary } captured }
                when scope.Owner is IMethodSymbol { MethodKind: not MethodKind.Constructor and not MethodKind.AnonymousFunction and not MethodKind.LocalFunction }
                    && !SymbolEqualityComparer.Default.Equals(primary, scope.Owner):
                // A parameter of the primary constructor is a member here.
                return OwnMember(captured, captured.Type, state);
            case IParameterReferenceOperation parameter:
                return Unknown(state.Value(Storage(parameter.Parameter)), parameter.Type);
            case IFieldReferenceOperation field:
                return VisitField(field, state);
            case IPropertyReferenceOperation property:
                return VisitProperty(property, state);
            case ISimpleAssignmentOperation assignment:
            {
                // The target's receiver is evaluated first.
                VisitTarget(assignment.Target, state);
                var value = Visit(assignment.Value, state);
                Assign(assignment.Target, value, assignment.Value, state, assignment);
                return value;
            }

            case IDeconstructionAssignmentOperation deconstruction:
            {
                VisitTarget(deconstruction.Target, state);
                Deconstruct(deconstruction.Target, deconstruction.Value, state, deconstruction);
                return TrackedValue.Nothing;
            }

            case ICompoundAssignmentOperation compound:
            {
                var old = Visit(compound.Target, state);
                var added = Visit(compound.Value, state);
                var value = Derive(compound, state, old.Join(added));
                Assign(compound.Target, value, compound.Value, state, compound);
                return value;
            }

            case IEventAssignmentOperation subscription:
            {
                // A handler keeps what it captured.
                Escape(Visit(subscription.HandlerValue, state), state);
                return TrackedValue.Nothing;
            }

            case IConversionOperation conversion:
                return Visit(conversion.Operand, state);
            case IParenthesizedOperation parenthesized:
                return Visit(parenthesized.Operand, state);
            case IAwaitOperation wait:
                return Await(Visit(wait.Operation, state), wait, state);
            case IInvocationOperation invocation:
                return VisitInvocation(invocation, state);
            case IObjectCreationOperation creation:
                return VisitCreation(creation, state);
            case IDelegateCreationOperation creation:
                return Visit(creation.Target, state).With(ValueFlags.NotNull);
            case IFlowAnonymousFunctionOperation lambda:
                return VisitLambda(lambda, state);
            case IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction } reference:
                return VisitLocalFunctionReference(reference, state);
            case IMethodReferenceOperation reference:
                PassElements(reference, state);
                return Visit(reference.Instance, state).With(ValueFlags.Container);
            case ITupleOperation tuple:
            {
                var set = default(ObjectSet);
                TrackedObject? holder = null;
                for (var index = 0; index < tuple.Elements.Length; index++)
                {
                    var element = Visit(tuple.Elements[index], state);
                    if (HasData(element) && (holder ??= Holder(tuple)) is { } made)
                    {
                        AddPart(made, "Item" + (index + 1), element, tuple.Elements[index]);
                        set |= ObjectSet.Of(made.Index) | new TrackedValue(SocketsOnly([element]), ValueFlags.None).Objects;
                    }
                    else
                    {
                        set |= element.Objects;
                    }
                }

                return new TrackedValue(set, ValueFlags.NotNull);
            }

            case IArrayCreationOperation array:
            {
                var value = Union(array.Initializer?.ElementValues ?? ImmutableArray<IOperation>.Empty, state);
                return new TrackedValue(value.Objects, (value.Flags & ~ValueFlags.Nullness) | ValueFlags.Container | ValueFlags.NotNull);
            }

            case IArrayElementReferenceOperation element:
            {
                Union(element.Indices, state);
                return Derive(element, state, Visit(element.ArrayReference, state).Without(ValueFlags.Container | ValueFlags.Nullness));
            }

            case IIsPatternOperation pattern:
            {
                var value = Visit(pattern.Value, state);
                Bind(pattern.Pattern, value, state);
                if (pattern.Pattern is IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol declared })
                {
                    NoteSource(declared, pattern.Value);
                }

                return Truth();
            }

            case IIsNullOperation isNull:
                Visit(isNull.Operand, state);
                return Truth();
            case IInterpolatedStringOperation interpolated:
            {
                var value = TrackedValue.Nothing;
                var startsPort = false;
                foreach (var part in interpolated.Parts)
                {
                    if (part is IInterpolationOperation hole)
                    {
                        var held = Visit(hole.Expression, state);
                        value = startsPort && HasData(value) ? value : value.Join(held);
                        Visit(hole.FormatString, state);
                    }

                    startsPort = DataParts.EndsInColon(part);
                }

                return HasData(value) && DataParts.IsNumberedName(interpolated) ? TrackedValue.Nothing : Derive(interpolated, state, value);
            }

            case IBinaryOperation binary:
                return VisitBinary(binary, state);

            case IIncrementOrDecrementOperation { Target: ILocalReferenceOperation counter } step:
                ForgetElements(counter.Local, state);
                return Visit(step.Target, state);
            case IUnaryOperation unary:
            {
                var value = Visit(unary.Operand, state);
                if (unary.OperatorKind == UnaryOperatorKind.Not)
                {
                    return value.Flags switch
                    {
                        var flags when (flags & ValueFlags.Truth) == ValueFlags.True => TrackedValue.FalseValue,
                        var flags when (flags & ValueFlags.Truth) == ValueFlags.False => TrackedValue.TrueValue,
                        _ => Truth(),
                    };
                }

                return Derive(unary, state, value);
            }

            case IDeclarationExpressionOperation declaration:
                return Visit(declaration.Expression, state);
            case IReturnOperation { Kind: OperationKind.YieldReturn } produced:
            {
                var value = Visit(produced.ReturnedValue, state);
                Escape(value, state);
                return TrackedValue.Nothing;
            }

            case IExpressionStatementOperation statement:
            {
                var value = Visit(statement.Operation, state);
                return value;
            }

            case IDynamicInvocationOperation or IDynamicObjectCreationOperation or IDynamicMemberReferenceOperation or IInvalidOperation:
            {
                foreach (var child in operation.ChildOperations)
                {
                    Escape(Visit(child, state), state);
                }

                return TrackedValue.Nothing;
            }

            case IInstanceReferenceOperation:
                return new TrackedValue(default, ValueFlags.NotNull);
            case IAnonymousObjectCreationOperation created:
            {
                var holder = default(TrackedObject);
                foreach (var initializer in created.Initializers)
                {
                    var value = Visit(initializer is ISimpleAssignmentOperation assigned ? assigned.Value : initializer, state);
                    Escape(value, state);
                    if (HasData(value) && initializer is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation named } && (holder ??= Holder(created)) is { } made)
                    {
                        AddPart(made, named.Property.Name, value, initializer);
                    }
                }

                return holder is null ? TrackedValue.Nothing : TrackedValue.Of(holder.Index);
            }

            default:
            {
                var value = TrackedValue.Nothing;
                foreach (var child in operation.ChildOperations)
                {
                    value = value.Join(Visit(child, state));
                }

                return operation.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : value.Without(ValueFlags.Nullness);
            }
        }
    }

    private TrackedValue VisitField(IFieldReferenceOperation field, FlowState state)
    {
        var instance = Apart(Visit(field.Instance, state));
        if (IsOwn(field.Instance))
        {
            return Unknown(OwnMember(field.Field, field.Type, state), field.Type);
        }

        // A field of an object that carries caller-controlled data carries it too; a tuple's element is one of its values.
        return Member(field, DataParts.NameOf(field.Field), instance, state);
    }

    private TrackedValue VisitProperty(IPropertyReferenceOperation property, FlowState state)
    {
        var instance = Apart(Visit(property.Instance, state));
        var arguments = TrackedValue.Nothing;
        foreach (var argument in property.Arguments)
        {
            arguments = arguments.Join(Visit(argument.Value, state));
        }

        foreach (var model in Catalog.FindAll(property.Property))
        {
            switch (model.Role)
            {
                case ModelRole.View when SocketsOf(instance).Count > 0:
                    Record(FlowEventKind.View, property, instance, state, model);
                    return instance.With(ValueFlags.NotNull);
                case ModelRole.RequestSource:
                    return Derive(property, state, RequestData(property, state));
                case ModelRole.Status:
                    return property.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : TrackedValue.Nothing;
            }
        }

        if (property.Property is { Name: "Result", ContainingType.Name: "Task" or "ValueTask" })
        {
            return Await(instance, property, state);
        }

        if (IsOwn(property.Instance) && property.Arguments.IsEmpty)
        {
            if (RequestBinding.IsBound(property.Property))
            {
                return BoundMember(property.Property, property, state);
            }

            if (DataParts.Getter(property.Property) is { } getter && scope.Compilation.Summaries.Resolve(getter) is { } computed && DataParts.CanBeDestination(property.Type))
            {
                var summary = scope.Compilation.Summaries.For(computed, scope);
                return OwnResult(property, summary, receiver: null, state).Join(RequestResult(property, summary, state));
            }

            var own = OwnMember(property.Property, property.Type, state);
            if (own.HasObjects)
            {
                return own;
            }
        }

        if (property.Property.Name is "Length" or "Count" or "IsCompleted" || (instance.HasObjects && DataParts.IsValidated(property.Property)))
        {
            return TrackedValue.Nothing;
        }

        var value = Member(property, property.Property.Name, instance, state);
        if (instance.HasObjects && property.Arguments.IsEmpty && DataParts.Getter(property.Property) is { } calculated && HasParts(instance)
            && scope.Compilation.Summaries.Resolve(calculated) is { } source)
        {
            value = value.Join(OwnResult(property, scope.Compilation.Summaries.For(source, scope), instance, state));
        }

        return value;
    }

    /// <summary>A member of a value: the part of that name where parts are followed, else something made of the value.</summary>
    private TrackedValue Member(IOperation operation, string name, TrackedValue instance, FlowState state)
    {
        var result = Derive(operation, state, instance.Without(ValueFlags.Nullness));
        foreach (var index in instance.Objects)
        {
            if (objects[index].Parts is { } parts)
            {
                var isElement = name is "Current" or "this[]";
                result = new TrackedValue(
                    parts.TryGetValue(name, out var part) ? Without(result.Objects, index, isElement) | part.Value.Objects : Without(result.Objects, index, isElement),
                    result.Flags);
            }
        }

        return result;
    }

    private static ObjectSet Without(ObjectSet set, int removed, bool keep)
    {
        if (keep)
        {
            return set;
        }

        var rest = default(ObjectSet);
        foreach (var index in set)
        {
            rest |= index == removed ? default : ObjectSet.Of(index);
        }

        return rest;
    }

    private TrackedValue Union(IEnumerable<IOperation> operations, FlowState state)
    {
        var value = TrackedValue.Nothing;
        foreach (var operation in operations)
        {
            value = value.Join(Visit(operation, state));
        }

        return value;
    }

    /// <summary>Evaluates the receiver and indices of an assignment's target, not the target itself.</summary>
    private void VisitTarget(IOperation target, FlowState state)
    {
        switch (target)
        {
            case IFieldReferenceOperation field:
                Visit(field.Instance, state);
                break;
            case IPropertyReferenceOperation property:
                Visit(property.Instance, state);
                Union(property.Arguments.Select(argument => argument.Value), state);
                break;
            case IArrayElementReferenceOperation element:
                Visit(element.ArrayReference, state);
                Union(element.Indices, state);
                break;
        }
    }

    private void Deconstruct(IOperation target, IOperation source, FlowState state, IOperation at)
    {
        target = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        var plainSource = source is IConversionOperation conversion ? conversion.Operand : source;
        if (target is ITupleOperation targets)
        {
            if (plainSource is ITupleOperation sources && sources.Elements.Length == targets.Elements.Length)
            {
                var values = sources.Elements.Select(element => Visit(element, state)).ToList();
                for (var index = 0; index < values.Count; index++)
                {
                    Assign(targets.Elements[index], values[index], sources.Elements[index], state, at);
                }

                return;
            }

            var whole = Visit(source, state);
            for (var index = 0; index < targets.Elements.Length; index++)
            {
                // Which element is which is known of a tuple made in source; else each may be each of the values, of a fitting type.
                var element = targets.Elements[index];
                var type = element.Type;
                var part = "Item" + (index + 1);
                var isSocket = Catalog.SocketType(type) is not null;
                var value = isSocket || IsDataType(type) ? Reach(whole, part) : TrackedValue.Nothing;
                Assign(element, isSocket && value.HasObjects ? value.With(ValueFlags.Nullness) : value, source, state, at);
                if ((element is IDeclarationExpressionOperation declared ? declared.Expression : element) is ILocalReferenceOperation { Local: var local })
                {
                    sourceOf[local] = null;
                    partOf[local] = partOf.TryGetValue(local, out var known) && known != (source, part) ? null : (source, part);
                }
            }
        }
    }

    private void Assign(IOperation target, TrackedValue value, IOperation source, FlowState state, IOperation at)
    {
        switch (target)
        {
            case ILocalReferenceOperation { Local: var local }:
                NoteSource(local, source);
                if (local.Type.SpecialType == SpecialType.System_Boolean || IsNullable(local.Type))
                {
                    NoteFlag(local, source, state);
                }

                value = Kept(value, source, state);
                if (IsOfEnclosing(local))
                {
                    // The body that declares the variable has it.
                    Escape(value, state);
                }

                ReportOverwritten(Storage(local), value, at, state);
                Hold(local, value);
                ForgetSources(local, at);
                ForgetData(local, Storage(local), state, value);
                Renew(local, value, state);
                state.SetValue(Storage(local), local.RefKind == RefKind.None ? value : value.With(ValueFlags.Null | ValueFlags.NotNull));
                break;
            case IParameterReferenceOperation { Parameter: var parameter }:
                value = Kept(value, source, state);
                Hold(parameter, value);
                ForgetSources(parameter, at);
                ForgetData(parameter, Storage(parameter), state, value);
                Renew(parameter, value, state);
                state.SetValue(Storage(parameter), value);
                if (parameter.RefKind is RefKind.Out or RefKind.Ref)
                {
                    HandOut(parameter, value, state);
                }

                break;
            case IFlowCaptureReferenceOperation capture:
                state.SetValue(Storage(capture.Id), value);
                if (targetOfCapture.TryGetValue(capture.Id, out var variable) && variable is not IFlowCaptureReferenceOperation)
                {
                    // What is assigned is the captured variable: field ??= value.
                    Assign(variable, value, source, state, at);
                }

                break;
            case IFieldReferenceOperation { Field: var field } reference:
                Store(field, reference.Instance, value, state, at);
                break;
            case IPropertyReferenceOperation { Property: var property } reference:
                if (property.IsIndexer)
                {
                    StoreIn(reference.Instance, value, at, state);
                    Escape(value, state);
                    if (reference.Instance is { } indexed)
                    {
                        Absorb(indexed, value, state, at);
                    }
                }
                else
                {
                    Store(property, reference.Instance, value, state, at);
                }

                break;
            case IDeclarationExpressionOperation declaration:
                Assign(declaration.Expression, value, source, state, at);
                break;
            case ITupleOperation:
                Deconstruct(target, source, state, at);
                break;
            case IDiscardOperation:
                break;
            case IArrayElementReferenceOperation element:
                Escape(value, state);
                Absorb(element.ArrayReference, value, state, at);
                break;
            default:
                Escape(value, state);
                break;
        }
    }

    /// <summary>Whether a variable belongs to a body around this one.</summary>
    private bool IsOfEnclosing(ILocalSymbol local) =>
        scope.Owner is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction } function
        && !SymbolEqualityComparer.Default.Equals(local.ContainingSymbol, function);

    /// <summary>The only variable that holds an open socket gets another value: nothing can close that socket any more.</summary>
    private void ReportOverwritten(int storage, TrackedValue value, IOperation at, FlowState state)
    {
        var old = state.Value(storage);
        if (!Reporting || (old.Flags & (ValueFlags.Null | ValueFlags.Container | ValueFlags.Borrowed | ValueFlags.Held)) != 0
            || SocketsOf(old) is not { Count: 1 } only)
        {
            return;
        }

        var index = only[0];
        var life = state.Object(index) & ObjectStates.Life;
        if (objects[index] is { IsOwned: true, Operation: { } created }
            && life != ObjectStates.None
            && (life & ~ObjectStates.NeedsClose) == 0
            && !value.Objects.Contains(index)
            && !state.HoldersOf(ObjectSet.Of(index)).Any(holder => holder.Storage != storage))
        {
            RecordOne(FlowEventKind.LeakedByAssignment, created, objects[index], old, state, related: at);
        }
    }

    /// <summary>A collection that static state holds gets the value.</summary>
    private void StoreIn(IOperation? collection, TrackedValue value, IOperation at, FlowState state)
    {
        if (collection is IMemberReferenceOperation { Member: { IsStatic: true } member })
        {
            Record(FlowEventKind.StoredInStatic, at, value, state, model: null, symbol: member);
        }
    }

    private void Store(ISymbol member, IOperation? instance, TrackedValue value, FlowState state, IOperation at)
    {
        if (member.IsStatic)
        {
            Record(FlowEventKind.StoredInStatic, at, value, state, model: null, symbol: member);
        }
        else if (IsOwn(instance))
        {
            Record(FlowEventKind.StoredInField, at, value, state, model: null, symbol: member);
        }

        var holdsSockets = false;
        foreach (var index in value.Objects)
        {
            holdsSockets |= objects[index].Kind == TrackedKind.Socket;
        }

        var givenAway = SocketsOf(value).Where(index => objects[index].IsGivenAway).ToList();
        Escape(value, state);
        foreach (var index in SocketsOf(value))
        {
            objects[index].IsGivenAway = givenAway.Contains(index) || (Reporting && (member.IsStatic || !IsOwn(instance)));
        }

        if (!member.IsStatic && !IsOwn(instance))
        {
            StorePart(instance, member, value, state, at);
        }

        if (member.IsStatic || IsOwn(instance))
        {
            if (HasData(value))
            {
                storedAt[member] = at is ISimpleAssignmentOperation assignment ? assignment.Value : at;
                scope.Summary?.Store(this, member, value, state);
            }

            value = Kept(value, at is ISimpleAssignmentOperation stored ? stored.Value : at, state);
            ForgetSources(member, at);
            ForgetData(member, Storage(member), state, value);
            Hold(member, value);
            Renew(member, value, state);
            state.SetValue(Storage(member), holdsSockets || value.HasObjects ? value : value.Without(ValueFlags.Truth));
        }
    }

    private void Bind(IPatternOperation pattern, TrackedValue value, FlowState state)
    {
        switch (pattern)
        {
            case IDeclarationPatternOperation { DeclaredSymbol: { } symbol }:
                Hold(symbol, value);
                state.SetValue(Storage(symbol), value.Without(ValueFlags.Null));
                break;
            case IRecursivePatternOperation recursive:
                if (recursive.DeclaredSymbol is { } declared)
                {
                    Hold(declared, value);
                    state.SetValue(Storage(declared), value.Without(ValueFlags.Null));
                }

                foreach (var property in recursive.PropertySubpatterns)
                {
                    Bind(property.Pattern, Derive(property.Member, state, value.Without(ValueFlags.Nullness)), state);
                }

                foreach (var deconstructed in recursive.DeconstructionSubpatterns)
                {
                    Bind(deconstructed, Derive(deconstructed, state, value.Without(ValueFlags.Nullness)), state);
                }

                break;
            case IListPatternOperation list:
                foreach (var element in list.Patterns)
                {
                    Bind(element, Derive(element, state, value.Without(ValueFlags.Nullness), element.NarrowedType), state);
                }

                break;
            case ISlicePatternOperation { Pattern: { } slice }:
                Bind(slice, value, state);
                break;
            case INegatedPatternOperation negated:
                Bind(negated.Pattern, value, state);
                break;
            case IBinaryPatternOperation binary:
                Bind(binary.LeftPattern, value, state);
                Bind(binary.RightPattern, value, state);
                break;
        }
    }

    /// <summary>What holds after <paramref name="condition"/> was <paramref name="outcome"/>; false where that cannot be.</summary>
    public bool Assume(IOperation condition, bool outcome, FlowState state) => Assume(condition, outcome, state, depth: 0);

    private bool Assume(IOperation condition, bool outcome, FlowState state, int depth)
    {
        if (depth > 8)
        {
            return true;
        }

        if (condition.ConstantValue is { HasValue: true, Value: bool constant })
        {
            return constant == outcome;
        }

        switch (condition)
        {
            case IConversionOperation conversion:
                return Assume(conversion.Operand, outcome, state, depth + 1);
            case IParenthesizedOperation parenthesized:
                return Assume(parenthesized.Operand, outcome, state, depth + 1);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Assume(not.Operand, !outcome, state, depth + 1);
            case IIsNullOperation isNull:
                return AssumeNull(isNull.Operand, outcome, state);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary:
            {
                var equal = (binary.OperatorKind == BinaryOperatorKind.Equals) == outcome;
                if (ConstantOf(binary.RightOperand) is { HasValue: true } right)
                {
                    return AssumeEqual(binary.LeftOperand, right.Value, equal, state, depth);
                }

                if (ConstantOf(binary.LeftOperand) is { HasValue: true } left)
                {
                    return AssumeEqual(binary.RightOperand, left.Value, equal, state, depth);
                }

                if (equal)
                {
                    CheckByEquality(binary.LeftOperand, binary.RightOperand, state);
                }

                return true;
            }

            case IBinaryOperation { OperatorKind: BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual } relation:
                if (HostChecks.FoundAt(relation, outcome, SourceOf) is { } search)
                {
                    AssumeCall(search, true, state);
                }

                return true;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.ConditionalAnd } both when outcome:
                return Assume(both.LeftOperand, true, state, depth + 1) && Assume(both.RightOperand, true, state, depth + 1);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Or or BinaryOperatorKind.ConditionalOr } either when !outcome:
                return Assume(either.LeftOperand, false, state, depth + 1) && Assume(either.RightOperand, false, state, depth + 1);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Or or BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.And or BinaryOperatorKind.ConditionalAnd } one:
                AssumeEither(
                    [assumed => Assume(one.LeftOperand, outcome, assumed, depth + 1), assumed => Assume(one.RightOperand, outcome, assumed, depth + 1)], state);
                return true;
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                AssumeEither(
                    [
                        assumed => Assume(choice.Condition, true, assumed, depth + 1) && Assume(choice.WhenTrue, outcome, assumed, depth + 1),
                        assumed => Assume(choice.Condition, false, assumed, depth + 1) && Assume(whenFalse, outcome, assumed, depth + 1),
                    ],
                    state);
                return true;
            case ISwitchExpressionOperation choice:
                AssumeEither(
                    choice.Arms.Select<ISwitchExpressionArmOperation, Func<FlowState, bool>>(arm => assumed =>
                        Assume(arm.Value, outcome, assumed, depth + 1)
                        && AssumePattern(choice.Value, arm.Pattern, true, assumed)
                        && (arm.Guard is null || Assume(arm.Guard, true, assumed, depth + 1))),
                    state);
                return true;
            case IIsPatternOperation pattern:
                return AssumePattern(pattern.Value, pattern.Pattern, outcome, state);
            case ILocalReferenceOperation local:
                if (!AssumeTruth(Storage(local.Local), outcome, state))
                {
                    return false;
                }

                if (outcome)
                {
                    ProveByFlag(local.Local, state);
                }

                if (partOf.TryGetValue(local.Local, out var part) && part is { } known)
                {
                    AssumePart(known.Whole, known.Part, outcome, state);
                }

                return !sourceOf.TryGetValue(local.Local, out var source) || source is null || Assume(source, outcome, state, depth + 1);
            case IFlowCaptureReferenceOperation capture:
                if (!AssumeTruth(Storage(capture.Id), outcome, state))
                {
                    return false;
                }

                if (Whole(capture) is { } whole)
                {
                    return Assume(whole, outcome, state, depth + 1);
                }

                return !conditionOfCapture.TryGetValue(capture.Id, out var captured) || captured is null || Assume(captured, outcome, state, depth + 1);
            case IAwaitOperation { Operation: var awaited }:
                return Assume(awaited, outcome, state, depth + 1);
            case ICoalesceOperation coalesce:
                AssumeEither(
                    [
                        assumed => Assume(coalesce.Value, outcome, assumed, depth + 1),
                        assumed => AssumeNull(coalesce.Value, isNull: true, assumed) && Assume(coalesce.WhenNull, outcome, assumed, depth + 1),
                    ],
                    state);
                return true;
            case IConditionalAccessOperation { WhenNotNull: var member }:
                return !outcome || Assume(member, true, state, depth + 1);
            case IPropertyReferenceOperation property:
                return AssumeProperty(property, outcome, state, depth);
            case IFieldReferenceOperation field:
                AssumePart(field.Instance, DataParts.NameOf(field.Field), outcome, state);
                return true;
            case IObjectCreationOperation { Type: { Name: "ValueTask" }, Arguments: { Length: 1 } made }:
                return Assume(made[0].Value, outcome, state, depth + 1);
            case IInvocationOperation { TargetMethod: { Name: "FromResult", ContainingType.Name: "Task" or "ValueTask" }, Arguments: { Length: 1 } results }:
                return Assume(results[0].Value, outcome, state, depth + 1);
            case IInvocationOperation { TargetMethod: { Name: "GetValueOrDefault", ContainingType.OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }, Instance: { } nullable } read
                when outcome && (read.Arguments.IsEmpty || read.Arguments[0].Value.ConstantValue is { HasValue: true, Value: false }):
                return Assume(nullable, true, state, depth + 1);
            case IInvocationOperation { TargetMethod: { Name: "ConfigureAwait" or "AsTask" or "GetAwaiter" or "GetResult" or "WaitAsync" }, Instance: { } work }:
                return Assume(work, outcome, state, depth + 1);
            case IInvocationOperation invocation:
                AssumeCall(invocation, outcome, state);
                if (!outcome)
                {
                    AssumeNothingHandedOut(invocation, state);
                }

                return true;
            default:
                return true;
        }
    }

    /// <summary>The graph keeps the value of <c>a &amp;&amp; b</c> in one variable on both ways; the source has it whole.</summary>
    private IOperation? Whole(IFlowCaptureReferenceOperation capture)
    {
        if (capture.Syntax is not (Microsoft.CodeAnalysis.CSharp.Syntax.BinaryExpressionSyntax or Microsoft.CodeAnalysis.CSharp.Syntax.ConditionalAccessExpressionSyntax
            or Microsoft.CodeAnalysis.CSharp.Syntax.SwitchExpressionSyntax or Microsoft.CodeAnalysis.CSharp.Syntax.ConditionalExpressionSyntax))
        {
            return null;
        }

        var model = graph.OriginalOperation.SemanticModel ?? scope.Compilation.Sources.For(capture.Syntax.SyntaxTree);
        var operation = model?.SyntaxTree == capture.Syntax.SyntaxTree ? model.GetOperation(capture.Syntax, scope.CancellationToken) : null;
        return operation switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } both => both,
            IConditionalAccessOperation or ICoalesceOperation or ISwitchExpressionOperation or IConditionalOperation => operation,
            _ => null,
        };
    }

    private bool AssumeEqual(IOperation operand, object? constant, bool equal, FlowState state, int depth)
    {
        switch (constant)
        {
            case null:
                return AssumeNull(operand, equal, state);
            case bool when !equal && IsNullable(operand.Type) && operand is not IConversionOperation && MayBeNull(operand, state):
                // Not true is false or null.
                return true;
            case bool truth:
                return Assume(operand, truth == equal, state, depth + 1);
            case not null when Unwrap(operand).Type is { TypeKind: TypeKind.Enum }:
                if (equal)
                {
                    Check(operand, state);
                }

                return AssumeResult(operand, new ResultTest(constant, equal), state);
            case string or int or char or ushort or long or uint:
                if (HostChecks.Found(operand, constant, equal, SourceOf) is { } search)
                {
                    AssumeCall(search, true, state);
                }
                else if (equal && HostChecks.Compared(operand, constant) is { Left: var left, Right: var right })
                {
                    CheckByEquality(left, right, state);
                }
                else if (equal)
                {
                    Check(operand, state);
                }

                return true;
            default:
                return true;
        }
    }

    /// <summary>What holds where a value is a member of an enum, or is not; false where that cannot be.</summary>
    public bool AssumeResult(IOperation operand, ResultTest test, FlowState state) => ProveByResult(operand, test, state, depth: 0);

    private bool AssumePattern(IOperation value, IPatternOperation pattern, bool outcome, FlowState state)
    {
        switch (pattern)
        {
            case INegatedPatternOperation negated:
                return AssumePattern(value, negated.Pattern, !outcome, state);
            case IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: var constant } }:
                return AssumeEqual(value, constant, outcome, state, depth: 0);
            case IRecursivePatternOperation recursive when outcome:
                CheckMembers(PathOf(value), recursive, state);
                return AssumeNull(value, isNull: false, state);
            case IDeclarationPatternOperation { MatchesNull: true } or IDiscardPatternOperation:
                return outcome;
            case IDeclarationPatternOperation or ITypePatternOperation or IRecursivePatternOperation:
                return (!outcome && !MatchesAllButNull(value, pattern)) || AssumeNull(value, isNull: !outcome, state);
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both when outcome:
                return AssumePattern(value, both.LeftPattern, true, state) && AssumePattern(value, both.RightPattern, true, state);
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } neither when !outcome:
                return AssumePattern(value, neither.LeftPattern, false, state) && AssumePattern(value, neither.RightPattern, false, state);
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either when outcome:
                if (IsConstantAlternative(either))
                {
                    Check(value, state);
                }

                return true;
            default:
                return true;
        }
    }

    /// <summary><c>error is { }</c>, <c>text is string known</c>.</summary>
    private static bool MatchesAllButNull(IOperation value, IPatternOperation pattern) => pattern switch
    {
        IRecursivePatternOperation { PropertySubpatterns.IsEmpty: false } or IRecursivePatternOperation { DeconstructionSubpatterns.IsEmpty: false } => false,
        _ => value.Type is { } type && (SymbolEqualityComparer.Default.Equals(pattern.NarrowedType, type)
            || (IsNullable(type) && SymbolEqualityComparer.Default.Equals(pattern.NarrowedType, ((INamedTypeSymbol)type).TypeArguments[0]))),
    };

    /// <summary><c>target is { Host: "a" or "b", Port: 443 }</c>.</summary>
    private void CheckMembers(DataPath? path, IRecursivePatternOperation pattern, FlowState state)
    {
        if (path is null)
        {
            return;
        }

        foreach (var part in pattern.PropertySubpatterns)
        {
            if (part.Member is not IPropertyReferenceOperation { Property.Name: var name })
            {
                continue;
            }

            if (IsConstantAlternative(part.Pattern))
            {
                ProvePath(path.Then(name), state);
            }
            else if (part.Pattern is IRecursivePatternOperation inner)
            {
                CheckMembers(path.Then(name), inner, state);
            }
        }
    }

    private static bool IsConstantAlternative(IPatternOperation pattern) => pattern switch
    {
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either =>
            IsConstantAlternative(either.LeftPattern) && IsConstantAlternative(either.RightPattern),
        IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: not null } } => true,
        _ => false,
    };

    /// <summary>An event without a handler: what it would have been given counts as given, as the author meant it.</summary>
    private void HandToNobody(IOperation operand, FlowState state)
    {
        if (operand.Type?.TypeKind != TypeKind.Delegate
            || operand.Syntax.Parent is not ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax call })
        {
            return;
        }

        foreach (var argument in call.ArgumentList.Arguments)
        {
            foreach (var pair in storages.ToList())
            {
                if (argument.Expression is IdentifierNameSyntax name && pair.Key.Name == name.Identifier.ValueText)
                {
                    Escape(state.Value(pair.Value), state);
                }
            }
        }
    }

    /// <summary>What holds where a value is null, or is not; false where that cannot be.</summary>
    public bool AssumeNull(IOperation operand, bool isNull, FlowState state)
    {
        if (!ProveByResult(operand, new ResultTest(null, isNull), state, depth: 0))
        {
            return false;
        }

        if (StorageOf(operand) is not { } storage)
        {
            return true;
        }

        // The graph tests a copy of the variable: "given ?? …", "client?.Close()".
        if (operand is IFlowCaptureReferenceOperation copy
            && conditionOfCapture.TryGetValue(copy.Id, out var copied)
            && copied is ILocalReferenceOperation or IParameterReferenceOperation
            && !AssumeNull(copied, isNull, state))
        {
            return false;
        }

        var value = state.Value(storage);
        var nullness = value.Flags & ValueFlags.Nullness;
        if (isNull)
        {
            if (nullness == ValueFlags.NotNull)
            {
                return false;
            }

            // On the paths that remain, what the variable could have held was never made, unless another variable has it.
            var elsewhere = nullness == ValueFlags.Nullness ? HeldElsewhere(value.Objects, storage, state) : default;
            foreach (var index in value.Objects)
            {
                if (nullness == ValueFlags.Nullness && (objects[index].IsOwned || objects[index].Origin is TrackedOrigin.External or TrackedOrigin.Parameter)
                    && objects[index].Kind == TrackedKind.Socket && !elsewhere.Contains(index))
                {
                    state.Move(index, ObjectStates.Life, ObjectStates.None);
                }
                else if (nullness == ValueFlags.Nullness && objects[index].Kind == TrackedKind.Task)
                {
                    state.SetObject(index, ObjectStates.None);
                }
            }

            state.Narrow(storage, new TrackedValue(default, ValueFlags.Null));
            HandToNobody(operand, state);
            return true;
        }

        if (nullness == ValueFlags.Null)
        {
            return false;
        }

        state.Narrow(storage, value.Without(ValueFlags.Null).With(ValueFlags.NotNull));
        return true;
    }

    private bool AssumeTruth(int storage, bool outcome, FlowState state)
    {
        var value = state.Value(storage);
        var wanted = outcome ? ValueFlags.True : ValueFlags.False;
        if ((value.Flags & ValueFlags.Truth) is not ValueFlags.None and var truth && (truth & wanted) == 0)
        {
            return false;
        }

        state.Narrow(storage, value.Without(ValueFlags.Truth).With(wanted));
        return true;
    }

    /// <summary>Those of the objects that another variable has for certain.</summary>
    private ObjectSet HeldElsewhere(ObjectSet held, int storage, FlowState state)
    {
        var elsewhere = default(ObjectSet);
        if (held.IsEmpty)
        {
            return elsewhere;
        }

        // A capture is a copy that the compiler made of the variable for the test itself.
        foreach (var (other, value) in state.HoldersOf(held))
        {
            if (other != storage && !isCapture[other] && (value.Flags & ValueFlags.Null) == 0)
            {
                elsewhere |= value.Objects;
            }
        }

        return elsewhere;
    }

    private int? StorageOf(IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => Storage(local.Local),
        IParameterReferenceOperation parameter => Storage(parameter.Parameter),
        IFlowCaptureReferenceOperation capture => Storage(capture.Id),
        IFieldReferenceOperation field when IsOwn(field.Instance) => Storage(field.Field),
        IPropertyReferenceOperation property when IsOwn(property.Instance) && property.Arguments.IsEmpty => Storage(property.Property),
        IConversionOperation conversion => StorageOf(conversion.Operand),
        IParenthesizedOperation parenthesized => StorageOf(parenthesized.Operand),
        ISimpleAssignmentOperation assignment => StorageOf(assignment.Target),
        _ => null,
    };

    private static bool IsOwn(IOperation? instance) => instance is null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };

    private int Storage(ISymbol symbol)
    {
        if (!storages.TryGetValue(symbol, out var storage))
        {
            storage = isCapture.Count;
            isCapture.Add(false);
            storages[symbol] = storage;
        }

        return storage;
    }

    private int Storage(CaptureId id)
    {
        if (!captureStorages.TryGetValue(id, out var storage))
        {
            storage = isCapture.Count;
            isCapture.Add(true);
            captureStorages[id] = storage;
        }

        return storage;
    }

    private void Hold(ISymbol variable, TrackedValue value)
    {
        if (!value.HasObjects)
        {
            return;
        }

        everHeld[variable] = EverHeldBy(variable).Join(value);
        foreach (var index in value.Objects)
        {
            objects[index].Variable ??= variable;
        }
    }

    private static TrackedValue Truth() => new(default, ValueFlags.Truth);

    private static TrackedValue Unknown(TrackedValue value, ITypeSymbol? type) =>
        value.Flags == ValueFlags.None && value.Objects.IsEmpty && type?.SpecialType == SpecialType.System_Boolean ? Truth() : value;

    /// <summary>What a variable gets: data that is proved at this point stays so in it, and what nothing is known of may be null.</summary>
    private TrackedValue Kept(TrackedValue value, IOperation source, FlowState state)
    {
        var isData = true;
        var kept = default(ObjectSet);
        foreach (var index in value.Objects)
        {
            var data = objects[index];
            isData &= data.Kind == TrackedKind.Data;
            kept |= ObjectSet.Of(ProvedCopy(data, source, state)?.Index ?? index);
        }

        var isKnown = (value.Flags & ValueFlags.Nullness) != 0 || !isData || Catalog.SocketType(source.Type) is not null;
        return new TrackedValue(kept, isKnown ? value.Flags : value.Flags | ValueFlags.Nullness);
    }

    private static bool IsNullable(ITypeSymbol? type) => type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T };

    private bool MayBeNull(IOperation operand, FlowState state) =>
        StorageOf(operand) is not { } storage || (state.Value(storage).Flags & ValueFlags.Nullness) != ValueFlags.NotNull;

    /// <summary>The constant that an operand is, through conversions that make it nullable.</summary>
    private static Optional<object?> ConstantOf(IOperation operand) =>
        operand is IConversionOperation { ConstantValue.HasValue: false } conversion ? ConstantOf(conversion.Operand) : operand.ConstantValue;

    /// <summary>A local that is assigned once stands for what it is assigned; one that is assigned again stands for nothing.</summary>
    private void NoteSource(ILocalSymbol local, IOperation source)
    {
        if (sourceOf.TryGetValue(local, out var known))
        {
            if (!ReferenceEquals(known, source))
            {
                sourceOf[local] = null;
            }

            return;
        }

        if (source is IInvocationOperation { Arguments: var arguments } && arguments.Any(argument => argument.Parameter?.RefKind is RefKind.Out or RefKind.Ref && HandsOutTo(argument.Value, local)))
        {
            // What a call hands out is not what it returns.
            sourceOf[local] = null;
            return;
        }

        sourceOf[local] = source;
        foreach (var name in source.DescendantsAndSelf())
        {
            if (name switch
                {
                    ILocalReferenceOperation other => other.Local,
                    IParameterReferenceOperation parameter => (ISymbol)parameter.Parameter,
                    IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member when IsOwn(member.Instance) => member.Member,
                    _ => null,
                } is { } used)
            {
                if (!sourcesWith.TryGetValue(used, out var locals))
                {
                    sourcesWith[used] = locals = new List<ILocalSymbol>();
                }

                locals.Add(local);
            }
        }
    }

    private static bool HandsOutTo(IOperation argument, ILocalSymbol local) =>
        (argument is IDeclarationExpressionOperation declaration ? declaration.Expression : argument) is ILocalReferenceOperation reference
        && SymbolEqualityComparer.Default.Equals(reference.Local, local);

    /// <summary>A sum of thousands of texts is a tree as deep as it is long: its left side is walked in a loop.</summary>
    private TrackedValue VisitBinary(IBinaryOperation whole, FlowState state)
    {
        var sums = new Stack<IBinaryOperation>();
        IOperation first = whole;
        while (first is IBinaryOperation { ConstantValue.HasValue: false } sum)
        {
            sums.Push(sum);
            first = sum.LeftOperand;
        }

        var value = Visit(first, state);
        while (sums.Count > 0)
        {
            var sum = sums.Pop();
            value = Combine(sum, value, Visit(sum.RightOperand, state), state);
        }

        return value;
    }

    private TrackedValue Combine(IBinaryOperation binary, TrackedValue left, TrackedValue right, FlowState state)
    {
        if (HasData(left) && DataParts.IsNumberedName(binary))
        {
            return TrackedValue.Nothing;
        }

        var isHostAndPort = binary.OperatorKind == BinaryOperatorKind.Add && HasData(left) && DataParts.EndsInColon(binary.LeftOperand);
        var value = isHostAndPort ? left : left.Join(right);
        return binary.Type?.SpecialType == SpecialType.System_Boolean ? Truth() : Derive(binary, state, value);
    }

    /// <summary>A variable is assigned: what earlier lines made of it says nothing of its new value.</summary>
    private void ForgetSources(ISymbol variable, IOperation at)
    {
        if (!sourcesWith.TryGetValue(variable, out var locals))
        {
            return;
        }

        foreach (var local in locals)
        {
            if (sourceOf[local] is { } source && source.Syntax.SpanStart < at.Syntax.SpanStart)
            {
                sourceOf[local] = null;
            }
        }
    }

    /// <summary>What a local or captured value stands for, or the operation itself.</summary>
    private IOperation SourceOf(IOperation operation)
    {
        for (var depth = 0; depth < MaximumDataDepth; depth++)
        {
            var plain = Unwrap(operation);
            var source = plain switch
            {
                ILocalReferenceOperation local => sourceOf.TryGetValue(local.Local, out var assigned) ? assigned : null,
                IFlowCaptureReferenceOperation capture => conditionOfCapture.TryGetValue(capture.Id, out var captured) ? captured : null,
                _ => null,
            };
            if (source is null)
            {
                return plain;
            }

            operation = source;
        }

        return operation;
    }

    private void NoteCondition(CaptureId capture, IOperation source)
    {
        if (conditionOfCapture.TryGetValue(capture, out var known))
        {
            if (!ReferenceEquals(known, source))
            {
                conditionOfCapture[capture] = null;
            }
        }
        else
        {
            conditionOfCapture[capture] = source;
        }
    }
}
