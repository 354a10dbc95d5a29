using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Verdicts: flags, codes and members of enums that a helper returns, bare or as a part of a tuple or object.</summary>
internal sealed partial class FlowTransfer
{
    /// <summary>The verdicts that a returned value can carry, each with what assumes that it is that one.</summary>
    public IEnumerable<Outcome> OutcomesOf(IOperation returned, FlowState at, int depth = 0)
    {
        if (depth > MaximumDataDepth)
        {
            return Enumerable.Empty<Outcome>();
        }

        returned = Operations.UnwrapData(returned);
        if (returned.Type is { IsReferenceType: true, SpecialType: SpecialType.None } && CaseStorage(returned) is { } list && at.Cases(list) is { } counts && counts.Keys.All(key => key is int))
        {
            return Recalled(returned, counts.Keys).Select(outcome => outcome with { Part = "Count" });
        }

        var value = returned is IFlowCaptureReferenceOperation capture && Whole(capture) is { } whole ? whole : SourceOf(returned);
        switch (value)
        {
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return OutcomesOf(choice.WhenTrue, at, depth + 1).Select(outcome => outcome.If(state => Assume(choice.Condition, true, state)))
                    .Concat(OutcomesOf(otherwise, at, depth + 1).Select(outcome => outcome.If(state => Assume(choice.Condition, false, state))));
            case ISwitchExpressionOperation choice:
                return choice.Arms.Where(arm => Operations.UnwrapData(arm.Value) is not IThrowOperation).SelectMany(arm => OutcomesOf(arm.Value, at, depth + 1).Select(outcome => outcome.If(
                    state => AssumePattern(choice.Value, arm.Pattern, true, state) && (arm.Guard is null || Assume(arm.Guard, true, state)))));
            case IObjectCreationOperation { Type.Name: "ValueTask", Arguments: { Length: 1 } made }:
                return OutcomesOf(made[0].Value, at, depth + 1);
            case IInvocationOperation { TargetMethod: { Name: "FromResult", ContainingType.Name: "Task" or "ValueTask" }, Arguments: { Length: 1 } results }:
                return OutcomesOf(results[0].Value, at, depth + 1);
            case ITupleOperation tuple:
                return tuple.Elements.SelectMany((element, index) => Verdicts(element, at, depth).Select(outcome => outcome with { Part = "Item" + (index + 1) }));
            case { } made when returned.Type is { } type && IsEmptyCollection(made, type):
                return [new Outcome("Count", 0, _ => true)];
            case IObjectCreationOperation creation:
                return PartsOf(creation, at, depth);
            default:
                return MadeElsewhere(value) is { } elsewhere ? OutcomesOf(elsewhere, at, depth + 1) : Verdicts(value, at, depth);
        }
    }

    /// <summary>The verdicts among what an object is made of: arguments that its members keep, and members that an initializer sets.</summary>
    private IEnumerable<Outcome> PartsOf(IObjectCreationOperation creation, FlowState at, int depth)
    {
        foreach (var argument in creation.Arguments)
        {
            if (argument.Parameter is not { } parameter || creation.Constructor is not { } constructor)
            {
                continue;
            }

            foreach (var outcome in Verdicts(argument.Value, at, depth))
            {
                foreach (var name in DataParts.KeptBy(constructor, parameter).Concat(DataParts.SetBy(constructor, parameter)))
                {
                    yield return outcome with { Part = name };
                }

                if (creation.Type is { IsRecord: true })
                {
                    // A record deconstructs by position.
                    yield return outcome with { Part = "Item" + (parameter.Ordinal + 1) };
                }
            }
        }

        // The graph has taken the initializer apart; the source has it whole.
        var source = creation.Initializer is null ? scope.Compilation.Sources.OperationOf(creation.Syntax, scope.CancellationToken) as IObjectCreationOperation : creation;
        foreach (var assignment in source?.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>() ?? Enumerable.Empty<ISimpleAssignmentOperation>())
        {
            if (assignment.Target is IMemberReferenceOperation { Member: IPropertySymbol or IFieldSymbol } target)
            {
                foreach (var outcome in Verdicts(assignment.Value, at, depth))
                {
                    yield return outcome with { Part = target.Member.Name };
                }
            }
        }
    }

    /// <summary>A single value as a verdict: each constant that it can be; a truth both ways; anything else is none that is known.</summary>
    private IEnumerable<Outcome> Verdicts(IOperation value, FlowState at, int depth)
    {
        if (value.Type is not ({ SpecialType: SpecialType.System_Boolean or SpecialType.System_Int32 or SpecialType.System_Int16 or SpecialType.System_Byte } or { TypeKind: TypeKind.Enum }))
        {
            return Enumerable.Empty<Outcome>();
        }

        var inner = Operations.UnwrapData(value);
        if ((inner.ConstantValue.HasValue ? inner : value).ConstantValue is { HasValue: true, Value: { } constant })
        {
            return [new Outcome(null, constant, _ => true)];
        }

        if (inner is IConditionalOperation or ISwitchExpressionOperation || (SourceOf(inner) != inner && depth < MaximumDataDepth))
        {
            return OutcomesOf(inner, at, depth + 1);
        }

        if (value.Type.SpecialType != SpecialType.System_Boolean && CaseStorage(inner) is { } variable && at.Cases(variable) is { } cases && cases.Keys.All(key => key is not VariableCase))
        {
            return Recalled(inner, cases.Keys);
        }

        return value.Type.SpecialType == SpecialType.System_Boolean
            ? [new Outcome(null, true, state => Assume(value, true, state)), new Outcome(null, false, state => Assume(value, false, state))]
            : [new Outcome(null, null, _ => true)];
    }

    /// <summary>The values that a variable is known to have, as verdicts.</summary>
    private IEnumerable<Outcome> Recalled(IOperation variable, IEnumerable<object> values) => values.Select(value => new Outcome(null, value, state =>
    {
        AssumeCase(variable, each => Equals(each, value), state);
        return true;
    }));

    /// <summary>The object that a factory of constants makes, or that a static member keeps: <c>CheckResult.Denied()</c>.</summary>
    private IOperation? MadeElsewhere(IOperation value)
    {
        var syntax = value switch
        {
            IInvocationOperation { TargetMethod: { IsStatic: true } method } => method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(scope.CancellationToken),
            IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } field } => field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(scope.CancellationToken),
            IPropertyReferenceOperation { Property: { IsStatic: true } property } => property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(scope.CancellationToken),
            _ => null,
        };
        var expression = syntax switch
        {
            MethodDeclarationSyntax { ExpressionBody: { } body } => body.Expression,
            MethodDeclarationSyntax { Body.Statements: { Count: 1 } only } => (only[0] as ReturnStatementSyntax)?.Expression,
            VariableDeclaratorSyntax { Initializer: { } initializer } => initializer.Value,
            PropertyDeclarationSyntax { Initializer: { } initializer } => initializer.Value,
            PropertyDeclarationSyntax { ExpressionBody: { } body } => body.Expression,
            _ => null,
        };
        return scope.Compilation.Sources.OperationOf(expression, scope.CancellationToken) is { } operation && Operations.UnwrapData(operation) is IObjectCreationOperation creation ? creation : null;
    }

    /// <summary>A verdict of a helper is tested: which of its arguments are proved by each verdict that passes the test?</summary>
    private void AssumeVerdict(IOperation operand, Func<object, bool> passes, FlowState state)
    {
        var (whole, part) = SourceOf(operand) switch
        {
            IPropertyReferenceOperation { Instance: { } owner, Property.Name: var name } => (SourceOf(owner), name),
            IFieldReferenceOperation { Instance: { } owner, Field: var field } => (SourceOf(owner), DataParts.NameOf(field)),
            ILocalReferenceOperation { Local: var local } when partOf.TryGetValue(local, out var known) && known is { } piece => (SourceOf(piece.Whole), piece.Part),
            var bare => (bare, (string?)null),
        };
        AssumeVerdict(whole, part, passes, state);
    }

    /// <summary>The same for a part of a result, or for the whole where none is named.</summary>
    private void AssumeVerdict(IOperation whole, string? part, Func<object, bool> passes, FlowState state)
    {
        if (SourceOf(whole) is IInvocationOperation call && scope.Compilation.Summaries.Resolve(call.TargetMethod) is { } helper)
        {
            var summary = scope.Compilation.Summaries.For(helper, scope);
            CheckArguments(call, summary, known => known.ChecksWhenVerdict(part, passes), state);
            CheckMembers(call, summary, known => known.MembersCheckedByVerdict(part, passes), state);
        }
    }

    private void AssumeRelation(IBinaryOperation relation, bool outcome, FlowState state)
    {
        var isFlipped = relation.RightOperand.ConstantValue is not { HasValue: true };
        if ((isFlipped ? relation.LeftOperand : relation.RightOperand).ConstantValue is not { HasValue: true, Value: int limit })
        {
            return;
        }

        AssumeNumber(
            isFlipped ? relation.RightOperand : relation.LeftOperand,
            number => (isFlipped ? Holds(relation.OperatorKind, limit, number) : Holds(relation.OperatorKind, number, limit)) == outcome,
            state);
    }

    /// <summary>A code, or how many messages there are, passes a test.</summary>
    private void AssumeNumber(IOperation operand, Func<int, bool> passes, FlowState state)
    {
        AssumeVerdict(operand, verdict => verdict is int code && passes(code), state);
        AssumeCase(operand, value => value is not int code || passes(code), state);
    }

    private static bool Holds(BinaryOperatorKind relation, int left, int right) => relation switch
    {
        BinaryOperatorKind.GreaterThan => left > right,
        BinaryOperatorKind.GreaterThanOrEqual => left >= right,
        BinaryOperatorKind.LessThan => left < right,
        _ => left <= right,
    };

    /// <summary><c>result is { Success: false, Error: var error }</c>: where it matches, each named part is as it says; where it does not, the only part that it tests is not.</summary>
    private void AssumeParts(IOperation value, IRecursivePatternOperation pattern, bool outcome, FlowState state)
    {
        var tests = pattern.PropertySubpatterns.Where(part => part.Pattern is not (IDiscardPatternOperation or IDeclarationPatternOperation { MatchesNull: true })).ToList();
        if (!outcome && tests.Count != 1)
        {
            return;
        }

        foreach (var test in tests)
        {
            var (tested, isEqual) = test.Pattern is INegatedPatternOperation { Pattern: var negated } ? (negated, false) : (test.Pattern, true);
            if (test.Member is IPropertyReferenceOperation { Property.Name: var name } && tested is IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: { } constant } })
            {
                AssumeVerdict(value, name, verdict => Equals(verdict, constant) == (isEqual == outcome), state);
            }
        }
    }
}

/// <summary>A verdict that a returned value can carry.</summary>
/// <param name="Part">The part of the value; null for the value itself.</param>
/// <param name="Constant">The verdict; null where it is not known.</param>
/// <param name="Holds">Assumes that the value carries it; false where that cannot be.</param>
internal sealed record Outcome(string? Part, object? Constant, Func<FlowState, bool> Holds)
{
    /// <summary>The verdict under a condition before it.</summary>
    public Outcome If(Func<FlowState, bool> condition) => this with { Holds = state => condition(state) && Holds(state) };
}
