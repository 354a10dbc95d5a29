using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// What each operation does to the abstract state. This part evaluates expressions; the others hold one question each, which their
/// file's name says.
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
                state.SetCases(Storage(counter.Local), Moved(counter.Local, step.Kind == OperationKind.Increment ? 1 : -1, state));
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

    /// <summary>What holds where a value is a member of an enum, or is not; false where that cannot be.</summary>
    public bool AssumeResult(IOperation operand, ResultTest test, FlowState state) => ProveByResult(operand, test, state, depth: 0);

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
}
