using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Flags, codes, messages and lists of messages that earlier lines set: which of their values proves what.</summary>
internal sealed partial class FlowTransfer
{
    /// <summary>The values that a variable can have after an assignment, each with what is proved where it has it; null where they are not known.</summary>
    private ImmutableDictionary<object, ObjectSet>? CasesOf(ISymbol variable, IOperation source, IOperation at, FlowState state)
    {
        if (at is ICompoundAssignmentOperation compound)
        {
            return CasesOf(compound, variable, state);
        }

        if (((variable as ILocalSymbol)?.Type ?? (variable as IParameterSymbol)?.Type) is not { } declared)
        {
            return null;
        }

        if (source is IInvocationOperation { Arguments: var arguments } && arguments.Any(argument => argument.Parameter?.RefKind is RefKind.Out or RefKind.Ref && HandsOutTo(argument.Value, variable)))
        {
            return null;
        }

        if (CaseStorage(source) is { } copied && state.Cases(copied) is { } copy)
        {
            return copy;
        }

        var type = IsNullable(declared) ? ((INamedTypeSymbol)declared).TypeArguments[0] : declared;
        var constant = ConstantOf(source) is { HasValue: true } direct ? direct : ConstantOf(Operations.UnwrapData(source));
        if (constant.HasValue)
        {
            return type.SpecialType is SpecialType.System_Boolean or SpecialType.System_Int32 or SpecialType.System_String || type.TypeKind == TypeKind.Enum || (constant.Value is null && Catalog.SocketType(type) is null)
                ? Single(constant.Value ?? VariableCase.Null)
                : null;
        }

        if (type.SpecialType == SpecialType.System_Boolean)
        {
            return Either(true, assumed => Assume(source, true, assumed), false, assumed => Assume(source, false, assumed), state);
        }

        if (type.SpecialType == SpecialType.System_Int32 || type.TypeKind == TypeKind.Enum)
        {
            return ByOutcome(source, state);
        }

        if (IsEmptyCollection(source, declared))
        {
            return Single(0);
        }

        // Only a variable that was null, or a text, before is one whose presence tells something.
        return type.IsReferenceType && state.Cases(Storage(variable)) is not null
            ? Either(
                VariableCase.Null, assumed => ProveByResult(source, new ResultTest(null, IsEqual: true), assumed, depth: 0),
                VariableCase.NotNull, assumed => ProveByResult(source, new ResultTest(null, IsEqual: false), assumed, depth: 0),
                state)
            : null;
    }

    /// <summary><c>ok &amp;= Allowed.Contains(host)</c>, <c>errors += "host; "</c></summary>
    private ImmutableDictionary<object, ObjectSet>? CasesOf(ICompoundAssignmentOperation compound, ISymbol variable, FlowState state)
    {
        switch (compound.OperatorKind)
        {
            case BinaryOperatorKind.And when compound.Target.Type?.SpecialType == SpecialType.System_Boolean:
                return Either(true, assumed => Both(true, assumed), false, assumed => One(false, assumed), state);
            case BinaryOperatorKind.Or when compound.Target.Type?.SpecialType == SpecialType.System_Boolean:
                return Either(true, assumed => One(true, assumed), false, assumed => Both(false, assumed), state);
            case BinaryOperatorKind.Add when compound.Target.Type?.SpecialType == SpecialType.System_String
                && compound.Value.ConstantValue is { HasValue: true, Value: string { Length: > 0 } added } && state.Cases(Storage(variable)) is { } texts:
                return Single(added).SetItem(added, Common(texts, state));
            case BinaryOperatorKind.Add when compound.Value.ConstantValue is { HasValue: true, Value: int step }:
                return Moved(variable, step, state);
            default:
                return null;
        }

        bool Both(bool outcome, FlowState assumed) => Assume(compound.Target, outcome, assumed) && Assume(compound.Value, outcome, assumed);

        bool One(bool outcome, FlowState assumed) => AssumeEither([each => Assume(compound.Target, outcome, each), each => Assume(compound.Value, outcome, each)], assumed);
    }

    /// <summary><c>problems++</c></summary>
    private ImmutableDictionary<object, ObjectSet>? Moved(ISymbol counter, int step, FlowState state) =>
        state.Cases(Storage(counter))?.Where(each => each.Key is int).ToImmutableDictionary(each => (object)((int)each.Key + step), each => each.Value);

    private static ImmutableDictionary<object, ObjectSet> Single(object value) => ImmutableDictionary<object, ObjectSet>.Empty.Add(value, default);

    private static ImmutableDictionary<object, ObjectSet> Either(object first, Func<FlowState, bool> isFirst, object second, Func<FlowState, bool> isSecond, FlowState state)
    {
        var cases = ImmutableDictionary<object, ObjectSet>.Empty;
        foreach (var (value, holds) in new[] { (first, isFirst), (second, isSecond) })
        {
            var assumed = state.Clone();
            if (holds(assumed))
            {
                cases = cases.SetItem(value, state.UncheckedData().Except(assumed.UncheckedData()));
            }
        }

        return cases;
    }

    /// <summary><c>code = Allowed.Contains(host) ? 0 : 403</c></summary>
    private ImmutableDictionary<object, ObjectSet>? ByOutcome(IOperation source, FlowState state)
    {
        var cases = ImmutableDictionary<object, ObjectSet>.Empty;
        var before = state.UncheckedData();
        foreach (var outcome in OutcomesOf(source, state).Where(outcome => outcome.Part is null))
        {
            if (outcome.Constant is not { } constant)
            {
                return null;
            }

            var assumed = state.Clone();
            if (outcome.Holds(assumed))
            {
                var open = assumed.UncheckedData() | (cases.TryGetValue(constant, out var known) ? before.Except(known) : default);
                cases = cases.SetItem(constant, before.Except(open));
            }
        }

        return cases;
    }

    private static bool IsEmptyCollection(IOperation source, ITypeSymbol type) => type.SpecialType != SpecialType.System_String && Operations.UnwrapData(source) switch
    {
        IObjectCreationOperation { Arguments.IsEmpty: true, Initializer: null, Type.ContainingNamespace.Name: "Generic" or "Text" or "Concurrent" or "ModelBinding" } => true,
        { Syntax: CollectionExpressionSyntax { Elements.Count: 0 } } => true,
        _ => false,
    };

    /// <summary>A list of messages, or the state of a model, gets one more: it is not empty.</summary>
    private void NoteAdded(IOperation? collection, FlowState state)
    {
        if (collection is not null && CaseStorage(collection) is { } storage && state.Cases(storage) is { } cases && cases.Keys.All(key => key is int))
        {
            state.SetCases(storage, ImmutableDictionary<object, ObjectSet>.Empty.Add(1, Common(cases, state)));
        }
    }

    /// <summary>Messages are taken out: what is left says nothing, or there is none.</summary>
    private void NoteRemoved(IInvocationOperation call, FlowState state)
    {
        if (call.Instance is { } collection && CaseStorage(collection) is { } storage && state.Cases(storage) is { } cases && cases.Keys.All(key => key is int))
        {
            state.SetCases(storage, call.TargetMethod.Name == "Clear" ? Single(0) : null);
        }
    }

    /// <summary>A controller's model state has no errors at the start.</summary>
    public void SeedModelState(IMethodSymbol handler, FlowState state)
    {
        for (var type = handler.ContainingType; type is not null; type = type.BaseType)
        {
            if (type.GetMembers("ModelState").OfType<IPropertySymbol>().FirstOrDefault() is { Type.Name: "ModelStateDictionary" } property)
            {
                state.SetCases(Storage(property), Single(0));
                return;
            }
        }
    }

    /// <summary>A variable, or the number of what it holds, passes a test: what is proved for each of its values that do.</summary>
    private void AssumeCase(IOperation operand, Func<object, bool> passes, FlowState state)
    {
        if (CountedBy(operand) is { } collection)
        {
            AssumeCase(collection, value => passes(value is string text ? text.Length : value), state);
            return;
        }

        if (CaseStorage(operand) is not { } storage || state.Cases(storage) is not { } cases)
        {
            return;
        }

        var passing = cases.Where(each => passes(each.Key)).ToImmutableDictionary();
        if (!passing.IsEmpty)
        {
            foreach (var index in Common(passing, state))
            {
                state.SetObject(index, ObjectStates.Checked);
            }

            state.SetCases(storage, passing);
        }
    }

    /// <summary><c>string.IsNullOrEmpty(error)</c>, <c>errors.Any()</c>, <c>ModelState.IsValid</c>: whether there is a message.</summary>
    private void AssumeEmpty(IOperation test, bool outcome, FlowState state)
    {
        switch (test)
        {
            case IInvocationOperation { TargetMethod: { Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace", ContainingType.SpecialType: SpecialType.System_String }, Arguments: { Length: 1 } arguments }:
                AssumeCase(arguments[0].Value, value => value is VariableCase ? ReferenceEquals(value, VariableCase.NotNull) || outcome : (value is string { Length: 0 }) == outcome, state);
                break;
            case IInvocationOperation { TargetMethod: { Name: "Any", IsExtensionMethod: true }, Arguments: { Length: 1 } arguments }:
                AssumeVerdict(SourceOf(arguments[0].Value), "Count", verdict => verdict is int count && (count > 0) == outcome, state);
                AssumeCase(arguments[0].Value, value => value is not int count || (count > 0) == outcome, state);
                break;
            case IPropertyReferenceOperation { Property.Name: "IsValid" or "IsEmpty", Instance: { } collection }:
                AssumeCase(collection, value => value is not int count || (count == 0) == outcome, state);
                break;
        }
    }

    /// <summary>The data that every one of the values proves.</summary>
    private static ObjectSet Common(ImmutableDictionary<object, ObjectSet> cases, FlowState state) =>
        cases.Values.Aggregate(state.UncheckedData(), (common, proved) => common.Except(common.Except(proved)));

    private static IOperation? CountedBy(IOperation operand) => Operations.UnwrapData(operand) switch
    {
        IPropertyReferenceOperation { Property.Name: "Count" or "Length" or "ErrorCount", Instance: { } collection } => collection,
        IInvocationOperation { TargetMethod: { Name: "Count", IsExtensionMethod: true }, Arguments: { Length: 1 } arguments } => arguments[0].Value,
        _ => null,
    };

    /// <summary>The variable, or the own property, that an operand is.</summary>
    private int? CaseStorage(IOperation operand) => Operations.UnwrapData(operand) switch
    {
        ILocalReferenceOperation local => Storage(local.Local),
        IParameterReferenceOperation parameter => Storage(parameter.Parameter),
        IPropertyReferenceOperation { Property.Name: "ModelState" } state when IsOwn(state.Instance) => Storage(state.Property),
        IFlowCaptureReferenceOperation capture when conditionOfCapture.TryGetValue(capture.Id, out var captured) && captured is not null => CaseStorage(captured),
        _ => null,
    };

    /// <summary>A value that is not a constant.</summary>
    private sealed class VariableCase
    {
        public static readonly VariableCase Null = new();
        public static readonly VariableCase NotNull = new();
    }
}
