using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>How calls of a function can end.</summary>
[Flags]
internal enum Outcomes
{
    None = 0,
    True = 1,
    False = 2,

    /// <summary>Returns something that can't be told.</summary>
    Unknown = 4,
    Throws = 8,

    /// <summary>Returns from a function without a result.</summary>
    Completes = 16,
}

/// <summary>A value that stands outside of the function: a field, a property, a captured variable or a comparison of one.</summary>
/// <param name="Key">Tells it from others.</param>
/// <param name="Name">The symbol's name, for messages.</param>
internal sealed record Setting(string Key, string Name);

/// <summary>What is known of a value.</summary>
internal sealed record FlowValue
{
    public static readonly FlowValue Unknown = new();
    public static readonly FlowValue NotNull = new() { IsNotNull = true };
    public static readonly FlowValue Null = new() { IsConstant = true };
    public static readonly FlowValue True = new() { IsConstant = true, Constant = true };
    public static readonly FlowValue False = new() { IsConstant = true, Constant = false };

    public bool IsConstant { get; init; }
    public object? Constant { get; init; }
    public bool IsNotNull { get; init; }
    public Setting? Setting { get; init; }

    /// <summary>Whether the value is the opposite of its setting.</summary>
    public bool IsNegated { get; init; }

    /// <summary>An object that holds policy errors: which.</summary>
    public int? PolicyErrors { get; init; }

    /// <summary>The lambda, anonymous method or method that a delegate calls.</summary>
    public IMethodSymbol? Function { get; init; }

    public static FlowValue Of(bool value) => value ? True : False;

    public static FlowValue Of(object? constant) => new() { IsConstant = true, Constant = constant };

    public bool? AsBoolean => IsConstant && Constant is bool value ? value : null;

    public long? AsInteger => IsConstant && Constant is not (null or bool or string) and IConvertible number and not (double or float or decimal)
        ? Convert.ToInt64(number, CultureInfo.InvariantCulture)
        : null;
}

/// <summary>
/// Evaluates functions that return a boolean along their control-flow graphs, with some arguments and settings given and everything
/// else unknown: which results can they have? Calls of methods in source are followed to a small depth.
/// </summary>
internal sealed class ReturnValues(SourceModels sources, CancellationToken cancellationToken)
{
    private const int MaximumDepth = 4;
    private const int MaximumStates = 48;
    private const int MaximumSteps = 4000;

    private readonly Dictionary<SyntaxNode, ControlFlowGraph?> graphs = new();
    private readonly HashSet<Setting> settings = new();
    private ImmutableDictionary<string, bool> known = ImmutableDictionary<string, bool>.Empty;
    private int steps;

    /// <summary>The settings that decided something in the evaluations so far and were not given.</summary>
    public IReadOnlyCollection<Setting> OpenSettings => settings;

    /// <summary>How calls of a lambda, local function or method can end.</summary>
    /// <param name="function">The function; unknown where it has no body in source.</param>
    /// <param name="argument">What is known of a parameter's value.</param>
    /// <param name="givenSettings">The values of settings, by key.</param>
    public Outcomes Evaluate(IMethodSymbol function, Func<IParameterSymbol, FlowValue> argument, ImmutableDictionary<string, bool> givenSettings)
    {
        known = givenSettings;
        steps = 0;
        return EvaluateMethod(function, argument, depth: 0);
    }

    /// <summary>The function that an operation gives to a delegate.</summary>
    public static IMethodSymbol? FunctionOf(IOperation target) => target switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        IFlowAnonymousFunctionOperation lambda => lambda.Symbol,
        IMethodReferenceOperation reference => reference.Method,
        _ => null,
    };

    private Outcomes EvaluateMethod(IMethodSymbol method, Func<IParameterSymbol, FlowValue> argument, int depth)
    {
        var definition = method.OriginalDefinition;
        definition = definition.PartialImplementationPart ?? definition;
        return depth > MaximumDepth || definition.IsAbstract || definition.IsAsync || definition.DeclaringSyntaxReferences.Length != 1
            ? Outcomes.Unknown
            : Run(GraphOf(definition.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken)), definition, argument, depth);
    }

    /// <summary>The control-flow graph of a function's declaration, or null where it has none.</summary>
    private ControlFlowGraph? GraphOf(SyntaxNode declaration)
    {
        if (graphs.TryGetValue(declaration, out var graph))
        {
            return graph;
        }

        var operation = sources.OperationOf(declaration, cancellationToken);
        graph = operation is null ? null : GraphOf(operation);
        graphs[declaration] = graph;
        return graph;
    }

    private ControlFlowGraph? GraphOf(IOperation operation)
    {
        if (operation.Parent is null)
        {
            return operation switch
            {
                IMethodBodyOperation root => ControlFlowGraph.Create(root, cancellationToken),
                IConstructorBodyOperation root => ControlFlowGraph.Create(root, cancellationToken),
                IBlockOperation root => ControlFlowGraph.Create(root, cancellationToken),
                IFieldInitializerOperation root => ControlFlowGraph.Create(root, cancellationToken),
                IPropertyInitializerOperation root => ControlFlowGraph.Create(root, cancellationToken),
                IParameterInitializerOperation root => ControlFlowGraph.Create(root, cancellationToken),
                _ => null,
            };
        }

        // A function inside another one has its graph in that one's.
        var outer = operation.Parent;
        while (outer.Parent is not null && outer is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
        {
            outer = outer.Parent;
        }

        var graph = outer is null ? null : graphs.TryGetValue(outer.Syntax, out var present) ? present : GraphOf(outer);
        return (operation, graph) switch
        {
            (_, null) => null,
            (ILocalFunctionOperation function, _) => graph.LocalFunctions.Contains(function.Symbol)
                ? graph.GetLocalFunctionControlFlowGraph(function.Symbol, cancellationToken)
                : null,
            _ => graph.Blocks
                .SelectMany(block => block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations)
                .SelectMany(inner => inner.DescendantsAndSelf())
                .OfType<IFlowAnonymousFunctionOperation>()
                .FirstOrDefault(lambda => lambda.Syntax == operation.Syntax) is { } found
                ? graph.GetAnonymousFunctionControlFlowGraph(found, cancellationToken)
                : null,
        };
    }

    private Outcomes Run(ControlFlowGraph? graph, IMethodSymbol function, Func<IParameterSymbol, FlowValue> argument, int depth)
    {
        if (graph is null)
        {
            return Outcomes.Unknown;
        }

        var start = new State();
        foreach (var parameter in function.Parameters)
        {
            start.Set(parameter, argument(parameter));
        }

        return new Walk(this, graph, function, depth).Run(start);
    }

    /// <summary>One evaluation of one graph.</summary>
    private sealed class Walk(ReturnValues owner, ControlFlowGraph graph, IMethodSymbol function, int depth)
    {
        private readonly Stack<(BasicBlock Block, State State)> pending = new();
        private readonly Dictionary<int, List<State>> seen = new();
        private Outcomes result;

        public Outcomes Run(State start)
        {
            Enqueue(graph.Blocks[0], start);
            while (pending.Count > 0)
            {
                owner.CheckCancellation();
                if (++owner.steps > MaximumSteps)
                {
                    return result | Outcomes.Unknown;
                }

                var (block, state) = pending.Pop();
                Visit(block, state);
            }

            return result;
        }

        private void Enqueue(BasicBlock block, State state)
        {
            if (!seen.TryGetValue(block.Ordinal, out var states))
            {
                seen[block.Ordinal] = states = new List<State>();
            }

            if (states.Any(state.Equals))
            {
                return;
            }

            if (states.Count >= MaximumStates)
            {
                result |= Outcomes.Unknown;
                return;
            }

            states.Add(state);
            pending.Push((block, state));
        }

        private void Visit(BasicBlock block, State entry)
        {
            var state = entry.Copy();
            foreach (var operation in block.Operations)
            {
                Evaluate(operation, state);
                if (state.IsDead)
                {
                    Throw(block, state);
                    return;
                }
            }

            if (block.Kind == BasicBlockKind.Exit)
            {
                result |= Outcomes.Completes;
                return;
            }

            var value = block.BranchValue is null ? null : Evaluate(block.BranchValue, state);
            if (state.IsDead)
            {
                Throw(block, state);
                return;
            }

            if (block.ConditionKind == ControlFlowConditionKind.None)
            {
                Follow(block, block.FallThroughSuccessor, value, state);
                return;
            }

            var condition = Resolve(value!).AsBoolean;
            var whenTrue = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
            if (condition != !whenTrue)
            {
                Follow(block, block.ConditionalSuccessor, value, state);
            }

            if (condition != whenTrue)
            {
                Follow(block, block.FallThroughSuccessor, value, state.Copy());
            }
        }

        private void Follow(BasicBlock from, ControlFlowBranch? branch, FlowValue? value, State state)
        {
            switch (branch?.Semantics)
            {
                case ControlFlowBranchSemantics.Regular when branch.Destination is { } destination:
                    Enqueue(destination, state);
                    break;
                case ControlFlowBranchSemantics.Return:
                    result |= value is null ? Outcomes.Completes : Resolve(value).AsBoolean switch
                    {
                        true => Outcomes.True,
                        false => Outcomes.False,
                        null => Outcomes.Unknown,
                    };
                    break;
                case ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow:
                    Throw(from, state);
                    break;
                case ControlFlowBranchSemantics.StructuredExceptionHandling or ControlFlowBranchSemantics.ProgramTermination:
                    break;
                default:
                    result |= Outcomes.Unknown;
                    break;
            }
        }

        /// <summary>An exception goes to the handlers around it, and out of the function unless one takes everything.</summary>
        private void Throw(BasicBlock from, State state)
        {
            for (var region = from.EnclosingRegion; region is not null; region = region.EnclosingRegion)
            {
                if (region.Kind != ControlFlowRegionKind.Try || region.EnclosingRegion is not { Kind: ControlFlowRegionKind.TryAndCatch } guarded)
                {
                    continue;
                }

                var takesAll = false;
                foreach (var handler in guarded.NestedRegions.Where(nested => nested.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler))
                {
                    var survivor = state.Copy();
                    survivor.IsDead = false;
                    Enqueue(graph.Blocks[handler.FirstBlockOrdinal], survivor);
                    takesAll |= handler.Kind == ControlFlowRegionKind.Catch && handler.ExceptionType is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception" };
                }

                if (takesAll)
                {
                    return;
                }
            }

            result |= Outcomes.Throws;
        }

        /// <summary>The value of a setting where it is given; notes that it would decide something where it is not.</summary>
        private FlowValue Resolve(FlowValue value)
        {
            if (value.Setting is not { } setting)
            {
                return value;
            }

            if (owner.known.TryGetValue(setting.Key, out var given))
            {
                return FlowValue.Of(given != value.IsNegated);
            }

            owner.settings.Add(setting);
            return FlowValue.Unknown;
        }

        private FlowValue Evaluate(IOperation? operation, State state)
        {
            if (operation is null || state.IsDead)
            {
                return FlowValue.Unknown;
            }

            if (operation.ConstantValue is { HasValue: true, Value: var constant })
            {
                return FlowValue.Of(constant);
            }

            switch (operation)
            {
                case IExpressionStatementOperation statement:
                    return Evaluate(statement.Operation, state);
                case IParenthesizedOperation parenthesized:
                    return Evaluate(parenthesized.Operand, state);
                case IConversionOperation conversion:
                    var operand = Evaluate(conversion.Operand, state);
                    return conversion.OperatorMethod is null ? operand : FlowValue.Unknown;
                case IDefaultValueOperation { Type: { IsReferenceType: true } or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } }:
                    return FlowValue.Null;
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }:
                    return new FlowValue { IsNotNull = true, Setting = new Setting("this", "this") };
                case IParameterReferenceOperation reference:
                    return state.Get(reference.Parameter) ?? Outside(reference.Parameter.Name, "");
                case ILocalReferenceOperation reference:
                    return state.Get(reference.Local) ?? (IsOwn(reference.Local) ? FlowValue.Unknown : Captured(reference.Local));
                case IFieldReferenceOperation reference:
                    return Field(reference, state);
                case IPropertyReferenceOperation reference:
                    return Property(reference, state);
                case IFlowCaptureOperation capture:
                    var captured = Evaluate(capture.Value, state);
                    state.Set(capture.Id, captured);
                    return captured;
                case IFlowCaptureReferenceOperation reference:
                    return state.Get(reference.Id) ?? FlowValue.Unknown;
                case ISimpleAssignmentOperation assignment:
                    var assigned = Evaluate(assignment.Value, state);
                    Assign(assignment.Target, assigned, state);
                    return assigned;
                case ICompoundAssignmentOperation compound:
                    var combined = Binary(compound.OperatorKind, Evaluate(compound.Target, state), Evaluate(compound.Value, state));
                    combined = compound.OperatorMethod is null ? combined : FlowValue.Unknown;
                    Assign(compound.Target, combined, state);
                    return combined;
                case IIncrementOrDecrementOperation increment:
                    Assign(increment.Target, FlowValue.Unknown, state);
                    return FlowValue.Unknown;
                case IUnaryOperation { OperatorMethod: null } unary:
                    return Unary(unary.OperatorKind, Evaluate(unary.Operand, state));
                case IBinaryOperation binary:
                    var left = Evaluate(binary.LeftOperand, state);
                    var right = Evaluate(binary.RightOperand, state);
                    return binary.OperatorMethod is null || IsNull(left) || IsNull(right) ? Binary(binary.OperatorKind, left, right) : FlowValue.Unknown;
                case IIsNullOperation isNull:
                    return NullTest(Evaluate(isNull.Operand, state));
                case IIsPatternOperation pattern:
                    return Pattern(pattern.Pattern, Evaluate(pattern.Value, state));
                case IDelegateCreationOperation creation:
                    return new FlowValue { IsNotNull = true, Function = FunctionOf(creation.Target) };
                case IFlowAnonymousFunctionOperation or IAnonymousFunctionOperation:
                    return new FlowValue { IsNotNull = true, Function = FunctionOf(operation) };
                case IInvocationOperation invocation:
                    return Invoke(invocation, state);
                default:
                    foreach (var child in operation.ChildOperations)
                    {
                        Evaluate(child, state);
                    }

                    return operation is IObjectCreationOperation ? FlowValue.NotNull : FlowValue.Unknown;
            }
        }

        /// <summary>Whether a local belongs to this function and not to one around it.</summary>
        private bool IsOwn(ILocalSymbol local) => SymbolEqualityComparer.Default.Equals(local.ContainingSymbol, function);

        private FlowValue Captured(ILocalSymbol local)
        {
            if (local.DeclaringSyntaxReferences.Length == 1
                && owner.ModelOperation(local.DeclaringSyntaxReferences[0]) is IVariableDeclaratorOperation { Initializer.Value: { } value }
                && Delegate(value) is { } target)
            {
                return new FlowValue { IsNotNull = true, Function = target };
            }

            return Outside(local.Name, "");
        }

        private static FlowValue Outside(string name, string prefix) => new() { Setting = new Setting(prefix + name, name) };

        /// <summary>A member of the object that holds policy errors: the errors, or the certificate that they are about.</summary>
        private static FlowValue? OfErrors(FlowValue holder, IMemberReferenceOperation member) =>
            holder.PolicyErrors is not { } errors ? null
            : CertificateCallback.IsPolicyErrors(member.Type) ? FlowValue.Of((object)errors)
            : member.Type is { Name: "X509Certificate" or "X509Certificate2" or "X509Chain" } ? FlowValue.NotNull
            : null;

        private FlowValue Field(IFieldReferenceOperation reference, State state)
        {
            var receiver = reference.Instance is null ? null : Evaluate(reference.Instance, state);
            if (receiver is not null && OfErrors(receiver, reference) is { } told)
            {
                return told;
            }

            if (state.Get(reference.Field) is { } present)
            {
                return present;
            }

            if (reference.Field is { IsReadOnly: true, DeclaringSyntaxReferences.Length: 1 }
                && owner.ModelOperation(reference.Field.DeclaringSyntaxReferences[0]) is { } declaration
                && Initializer(declaration) is { } initializer)
            {
                if (Delegate(initializer) is { } target)
                {
                    return new FlowValue { IsNotNull = true, Function = target };
                }

                // An instance field may get another value in a constructor.
                if (reference.Field.IsStatic && initializer.ConstantValue is { HasValue: true, Value: var constant })
                {
                    return FlowValue.Of(constant);
                }
            }

            return receiver is null or { Setting: not null } ? Outside(reference.Field.Name, reference.Field.ContainingType?.Name + ".") : FlowValue.Unknown;
        }

        private FlowValue Property(IPropertyReferenceOperation reference, State state)
        {
            var receiver = reference.Instance is null ? null : Evaluate(reference.Instance, state);
            foreach (var argument in reference.Arguments)
            {
                Evaluate(argument.Value, state);
            }

            if (receiver is not null && OfErrors(receiver, reference) is { } told)
            {
                return told;
            }

            if (state.Get(reference.Property) is { } present)
            {
                return present;
            }

            if (reference.Arguments.Length == 1 && receiver?.Setting is not null && reference.Arguments[0].Value.ConstantValue is { HasValue: true, Value: string key })
            {
                // configuration["SkipVerification"]
                return Outside(key, reference.Property.ContainingType?.Name + ".");
            }

            if (reference.Property is { IsVirtual: false, Type.SpecialType: SpecialType.System_Boolean, GetMethod: { } getter } && depth < MaximumDepth
                && getter.DeclaringSyntaxReferences.Length == 1
                && owner.EvaluateMethod(getter, _ => FlowValue.Unknown, depth + 1) is (Outcomes.True or Outcomes.False) and var constant)
            {
                return FlowValue.Of(constant == Outcomes.True);
            }

            return reference.Arguments.IsEmpty && receiver is null or { Setting: not null }
                ? Outside(reference.Property.Name, reference.Property.ContainingType?.Name + ".")
                : FlowValue.Unknown;
        }

        private static IOperation? Initializer(IOperation declaration) => declaration switch
        {
            IVariableDeclaratorOperation declarator => declarator.Initializer?.Value,
            IFieldInitializerOperation initializer => initializer.Value,
            IVariableInitializerOperation initializer => initializer.Value,
            _ => null,
        };

        private static IMethodSymbol? Delegate(IOperation value)
        {
            while (value is IConversionOperation conversion)
            {
                value = conversion.Operand;
            }

            return value switch
            {
                IDelegateCreationOperation creation => FunctionOf(creation.Target),
                _ => FunctionOf(value),
            };
        }

        private static void Assign(IOperation target, FlowValue value, State state)
        {
            switch (target)
            {
                case ILocalReferenceOperation local:
                    state.Set(local.Local, value);
                    break;
                case IParameterReferenceOperation parameter:
                    state.Set(parameter.Parameter, value);
                    break;
                case IFieldReferenceOperation field:
                    state.Set(field.Field, value);
                    break;
                case IPropertyReferenceOperation property:
                    state.Set(property.Property, value);
                    break;
                case ITupleOperation tuple:
                    foreach (var element in tuple.Elements)
                    {
                        Assign(element, FlowValue.Unknown, state);
                    }

                    break;
            }
        }

        private FlowValue Invoke(IInvocationOperation invocation, State state)
        {
            var method = invocation.TargetMethod;
            var receiver = invocation.Instance is null ? null : Evaluate(invocation.Instance, state);
            var arguments = new Dictionary<int, FlowValue>();
            foreach (var argument in invocation.Arguments)
            {
                var value = Evaluate(argument.Value, state);
                if (argument.Parameter is { } parameter)
                {
                    arguments[parameter.Ordinal] = value;
                    if (parameter.RefKind is RefKind.Out or RefKind.Ref)
                    {
                        Assign(argument.Value is IDeclarationExpressionOperation declaration ? declaration.Expression : argument.Value, FlowValue.Unknown, state);
                    }
                }
            }

            if (method is { Name: "HasFlag", ContainingType.SpecialType: SpecialType.System_Enum }
                && receiver?.AsInteger is { } flags && arguments.TryGetValue(0, out var flag) && flag.AsInteger is { } bits)
            {
                return FlowValue.Of((flags & bits) == bits);
            }

            if (method is { Name: "Equals", Parameters.Length: 1 } && receiver?.AsInteger is { } number && arguments.TryGetValue(0, out var other) && other.AsInteger is { } same)
            {
                return FlowValue.Of(number == same);
            }

            if (Configured(method, receiver, arguments) is { } configured)
            {
                return configured;
            }

            FlowValue ArgumentOf(IParameterSymbol parameter) => arguments.TryGetValue(parameter.Ordinal, out var value) ? value : FlowValue.Unknown;
            if (method.MethodKind == MethodKind.DelegateInvoke && receiver?.Function is { } target)
            {
                return depth >= MaximumDepth ? FlowValue.Unknown : Took(owner.EvaluateMethod(target, ArgumentOf, depth + 1), state);
            }

            // The way a static method writes its own check of what it is given: an exception.
            if (method.ReturnsVoid && method.DeclaringSyntaxReferences.IsEmpty | method.IsAbstract && CanRefuse(method))
            {
                result |= Outcomes.Throws;
            }

            if (method.IsAbstract || method.IsVirtual || method.IsOverride || depth >= MaximumDepth || method.DeclaringSyntaxReferences.Length != 1
                || !(method.ReturnsVoid || method.ReturnType.SpecialType == SpecialType.System_Boolean))
            {
                return FlowValue.Unknown;
            }

            return Took(owner.EvaluateMethod(method, ArgumentOf, depth + 1), state);
        }

        /// <summary>What a call reads from the program's environment, or makes of something that was read there.</summary>
        private FlowValue? Configured(IMethodSymbol method, FlowValue? receiver, Dictionary<int, FlowValue> arguments)
        {
            FlowValue? At(int position) => arguments.TryGetValue(position, out var value) ? value : null;
            var first = At(0);
            return (method.ContainingType?.Name, method.Name) switch
            {
                ("Environment", "GetEnvironmentVariable") when first?.Constant is string name => Outside(name, "Environment."),
                ("ConfigurationBinder", "GetValue") when first?.Setting is not null && At(1)?.Constant is string key => Outside(key, "Configuration."),
                ("Boolean", "Parse") or ("Convert", "ToBoolean") when first?.Setting is not null => first,
                ("String", "Equals") when receiver?.Setting is not null && first is { IsConstant: true } => Binary(BinaryOperatorKind.Equals, receiver, first),
                ("String", "Equals") when method.IsStatic && first is not null && At(1) is { } second && (first.Setting ?? second.Setting) is not null && (first.IsConstant || second.IsConstant) =>
                    Binary(BinaryOperatorKind.Equals, first, second),
                _ => null,
            };
        }

        /// <summary>What a call that ends so yields here.</summary>
        private FlowValue Took(Outcomes outcomes, State state)
        {
            if (outcomes == Outcomes.Throws)
            {
                state.IsDead = true;
            }
            else if ((outcomes & Outcomes.Throws) != 0)
            {
                result |= Outcomes.Throws;
            }

            return outcomes switch
            {
                Outcomes.True => FlowValue.True,
                Outcomes.False => FlowValue.False,
                _ => FlowValue.Unknown,
            };
        }

        private static bool CanRefuse(IMethodSymbol method) =>
            (method.Name.StartsWith("Validate", StringComparison.Ordinal)
                || method.Name.StartsWith("Verify", StringComparison.Ordinal)
                || method.Name.StartsWith("Check", StringComparison.Ordinal)
                || method.Name.StartsWith("Ensure", StringComparison.Ordinal)
                || method.Name.StartsWith("Require", StringComparison.Ordinal)
                || method.Name.StartsWith("Demand", StringComparison.Ordinal)
                || method.Name.StartsWith("Throw", StringComparison.Ordinal))
            && !method.Name.StartsWith("ThrowIfNull", StringComparison.Ordinal);

        private static bool IsNull(FlowValue value) => value.IsConstant && value.Constant is null;

        /// <summary>Settings are taken for set: what a missing one means is not the question.</summary>
        private static FlowValue NullTest(FlowValue value) =>
            IsNull(value) ? FlowValue.True
            : value.IsConstant || value.IsNotNull || value.Setting is not null ? FlowValue.False
            : FlowValue.Unknown;

        private FlowValue Unary(UnaryOperatorKind kind, FlowValue operand)
        {
            if (kind == UnaryOperatorKind.Not)
            {
                return operand.AsBoolean is { } value ? FlowValue.Of(!value)
                    : operand.Setting is not null ? operand with { IsNegated = !operand.IsNegated }
                    : FlowValue.Unknown;
            }

            return kind == UnaryOperatorKind.BitwiseNegation && operand.AsInteger is { } bits ? FlowValue.Of(~bits) : FlowValue.Unknown;
        }

        private FlowValue Binary(BinaryOperatorKind kind, FlowValue left, FlowValue right)
        {
            if (left.AsInteger is { } first && right.AsInteger is { } second)
            {
                return kind switch
                {
                    BinaryOperatorKind.Equals => FlowValue.Of(first == second),
                    BinaryOperatorKind.NotEquals => FlowValue.Of(first != second),
                    BinaryOperatorKind.LessThan => FlowValue.Of(first < second),
                    BinaryOperatorKind.LessThanOrEqual => FlowValue.Of(first <= second),
                    BinaryOperatorKind.GreaterThan => FlowValue.Of(first > second),
                    BinaryOperatorKind.GreaterThanOrEqual => FlowValue.Of(first >= second),
                    BinaryOperatorKind.And => FlowValue.Of(first & second),
                    BinaryOperatorKind.Or => FlowValue.Of(first | second),
                    BinaryOperatorKind.ExclusiveOr => FlowValue.Of(first ^ second),
                    BinaryOperatorKind.Subtract => FlowValue.Of(first - second),
                    _ => FlowValue.Unknown,
                };
            }

            if (kind is BinaryOperatorKind.And or BinaryOperatorKind.Or)
            {
                var decides = kind == BinaryOperatorKind.Or;
                var (one, two) = (Resolve(left).AsBoolean, Resolve(right).AsBoolean);
                return one == decides || two == decides ? FlowValue.Of(decides)
                    : one is not null && two is not null ? FlowValue.Of(!decides)
                    : FlowValue.Unknown;
            }

            if (kind is not (BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals))
            {
                return FlowValue.Unknown;
            }

            var negated = kind == BinaryOperatorKind.NotEquals;
            if (IsNull(left) || IsNull(right))
            {
                return NullTest(IsNull(left) ? right : left).AsBoolean is { } isNull ? FlowValue.Of(isNull != negated) : FlowValue.Unknown;
            }

            if (left.AsBoolean is { } one1 && right.AsBoolean is { } two1)
            {
                return FlowValue.Of((one1 == two1) != negated);
            }

            var (outside, constant) = left.Setting is not null ? (left, right) : (right, left);
            if (outside.Setting is not { } setting || !constant.IsConstant)
            {
                return FlowValue.Unknown;
            }

            if (constant.Constant is "localhost" or "127.0.0.1" or "::1")
            {
                // Whether the server runs on the same machine is a condition, not a switch.
                return FlowValue.Unknown;
            }

            return constant.AsBoolean is { } expected
                ? outside with { IsNegated = outside.IsNegated != (negated == expected) }
                : new FlowValue { Setting = setting with { Key = $"{setting.Key}=={constant.Constant}" }, IsNegated = negated };
        }

        private FlowValue Pattern(IPatternOperation pattern, FlowValue value)
        {
            switch (pattern)
            {
                case IDiscardPatternOperation:
                    return FlowValue.True;
                case IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: var constant } }:
                    return value.IsConstant && value.Constant is not null && constant is null
                        ? FlowValue.False
                        : Binary(BinaryOperatorKind.Equals, value, FlowValue.Of(constant));
                case INegatedPatternOperation negated:
                    return Unary(UnaryOperatorKind.Not, Pattern(negated.Pattern, value));
                case IBinaryPatternOperation binary:
                    return Binary(
                        binary.OperatorKind == BinaryOperatorKind.Or ? BinaryOperatorKind.Or : BinaryOperatorKind.And,
                        Pattern(binary.LeftPattern, value),
                        Pattern(binary.RightPattern, value));
                case IRelationalPatternOperation { Value.ConstantValue: { HasValue: true, Value: var constant } } relational:
                    return Binary(relational.OperatorKind, value, FlowValue.Of(constant));
                case IDeclarationPatternOperation { MatchesNull: true }:
                    return FlowValue.True;
                case IRecursivePatternOperation { DeconstructionSubpatterns.IsEmpty: true, PropertySubpatterns.IsEmpty: true, DeclaredSymbol: null }:
                    return Unary(UnaryOperatorKind.Not, NullTest(value));
                default:
                    return FlowValue.Unknown;
            }
        }
    }

    private void CheckCancellation() => cancellationToken.ThrowIfCancellationRequested();

    private IOperation? ModelOperation(SyntaxReference reference)
    {
        var syntax = reference.GetSyntax(cancellationToken);
        return sources.OperationOf(syntax, cancellationToken)
            ?? sources.OperationOf((syntax as Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax)?.Initializer, cancellationToken);
    }

    /// <summary>The values of variables at one place on one path.</summary>
    private sealed class State : IEquatable<State>
    {
        private ImmutableDictionary<ISymbol, FlowValue> symbols = ImmutableDictionary.Create<ISymbol, FlowValue>(SymbolEqualityComparer.Default);
        private ImmutableDictionary<CaptureId, FlowValue> captures = ImmutableDictionary<CaptureId, FlowValue>.Empty;

        /// <summary>Whether the path ends here with an exception.</summary>
        public bool IsDead { get; set; }

        public FlowValue? Get(ISymbol symbol) => symbols.TryGetValue(symbol, out var value) ? value : null;

        public FlowValue? Get(CaptureId id) => captures.TryGetValue(id, out var value) ? value : null;

        public void Set(ISymbol symbol, FlowValue value) => symbols = symbols.SetItem(symbol, value);

        public void Set(CaptureId id, FlowValue value) => captures = captures.SetItem(id, value);

        public State Copy() => new() { symbols = symbols, captures = captures, IsDead = IsDead };

        public bool Equals(State? other) =>
            other is not null && AreEqual(symbols, other.symbols) && AreEqual(captures, other.captures);

        public override bool Equals(object? obj) => Equals(obj as State);

        public override int GetHashCode() => symbols.Count;

        private static bool AreEqual<TKey>(ImmutableDictionary<TKey, FlowValue> left, ImmutableDictionary<TKey, FlowValue> right)
            where TKey : notnull =>
            ReferenceEquals(left, right)
            || (left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && pair.Value == value));
    }
}
