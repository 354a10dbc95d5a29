using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What holds on either side of a condition.</summary>
internal sealed partial class FlowTransfer
{
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

                AssumeRelation(relation, outcome, state);
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

                AssumeCase(local, value => value is not bool truth || truth == outcome, state);
                if (partOf.ContainsKey(local.Local))
                {
                    AssumeVerdict(local, verdict => verdict is bool truth && truth == outcome, state);
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
                AssumeEmpty(property, outcome, state);
                return AssumeProperty(property, outcome, state, depth);
            case IFieldReferenceOperation field:
                AssumeVerdict(field, verdict => verdict is bool truth && truth == outcome, state);
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
                AssumeEmpty(invocation, outcome, state);
                AssumeCall(invocation, outcome, state);
                if (!outcome)
                {
                    AssumeNothingHandedOut(invocation, state);
                    AssumeLoopEnded(invocation, state);
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
        if (constant is not null and not bool)
        {
            AssumeCase(operand, value => value is VariableCase ? ReferenceEquals(value, VariableCase.NotNull) || !equal : Equals(value, constant) == equal, state);
        }

        switch (constant)
        {
            case null:
                return AssumeNull(operand, equal, state);
            case bool when !equal && IsNullable(operand.Type) && operand is not IConversionOperation && MayBeNull(operand, state):
                // Not true is false or null.
                return true;
            case bool truth:
                return Assume(operand, truth == equal, state, depth + 1);
            case not null when Operations.UnwrapData(operand).Type is { TypeKind: TypeKind.Enum }:
                if (equal)
                {
                    Check(operand, state);
                }

                AssumeVerdict(operand, verdict => Equals(verdict, constant) == equal, state);
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

                AssumeVerdict(operand, verdict => Equals(verdict, constant) == equal, state);
                return true;
            default:
                return true;
        }
    }

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
                AssumeParts(value, recursive, outcome, state);
                return AssumeNull(value, isNull: false, state);
            case IRecursivePatternOperation { PropertySubpatterns.IsEmpty: false } recursive:
                AssumeParts(value, recursive, outcome, state);
                return true;
            case IRelationalPatternOperation { Value.ConstantValue: { HasValue: true, Value: int limit } } relational:
                AssumeNumber(value, number => Holds(relational.OperatorKind, number, limit) == outcome, state);
                return true;
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
        AssumeCase(operand, value => ReferenceEquals(value, VariableCase.Null) == isNull, state);
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
}
