using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What checks prove of data: paths, members, copies.</summary>
internal sealed partial class FlowTransfer
{
    /// <summary>A variable is assigned: what was known of its members is not known any more.</summary>
    private void ForgetData(ISymbol variable, int storage, FlowState state, TrackedValue assigned)
    {
        var old = state.Value(storage);
        if (variable is ILocalSymbol { Type.SpecialType: SpecialType.System_Int32 })
        {
            ForgetElements(variable, state);
        }

        foreach (var data in objects)
        {
            if (data.Path is { } path && SymbolEqualityComparer.Default.Equals(path.Root, variable))
            {
                state.SetObject(data.Index, ObjectStates.None);
            }
        }

        // Data that no variable holds any more is not there on this path.
        var elsewhere = HeldElsewhere(old.Objects, storage, state);
        foreach (var index in old.Objects)
        {
            if (objects[index].Kind == TrackedKind.Data && !assigned.Objects.Contains(index) && !elsewhere.Contains(index))
            {
                state.SetObject(index, ObjectStates.None);
            }
        }
    }

    /// <summary>"target.Host": the variable or own member that an operation reads through, and the members; null for anything else.</summary>
    private DataPath? PathOf(IOperation? operation, int depth = 0)
    {
        if (operation is null || depth > 6)
        {
            return null;
        }

        switch (operation)
        {
            case IConversionOperation conversion:
                return PathOf(conversion.Operand, depth + 1);
            case IParenthesizedOperation parenthesized:
                return PathOf(parenthesized.Operand, depth + 1);
            case IFlowCaptureReferenceOperation capture:
                return conditionOfCapture.TryGetValue(capture.Id, out var source) ? PathOf(source, depth + 1) : null;
            case ILocalReferenceOperation local:
                return new DataPath(local.Local, "");
            case IParameterReferenceOperation parameter:
                return new DataPath(parameter.Parameter, "");
            case IFieldReferenceOperation field when IsOwn(field.Instance):
                return new DataPath(field.Field, "");
            case IPropertyReferenceOperation property when IsOwn(property.Instance) && property.Arguments.IsEmpty:
                return new DataPath(property.Property, "");
            case IArrayElementReferenceOperation { Indices: { Length: 1 } indices } element when IndexOf(indices[0]) is { } index:
                return PathOf(element.ArrayReference, depth + 1)?.Then(index);
            case IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: { Length: 1 } arguments } element when IndexOf(arguments[0].Value) is { } index:
                return PathOf(element.Instance, depth + 1)?.Then(index);
            case IFieldReferenceOperation field:
                return PathOf(field.Instance, depth + 1)?.Then(DataParts.NameOf(field.Field));
            case IPropertyReferenceOperation { Arguments.IsEmpty: true, Property.Name: not ("Current" or "Result") } property:
                return PathOf(property.Instance, depth + 1)?.Then(DataParts.NameOf(property.Property));
            default:
                return null;
        }
    }

    /// <summary>The element at a constant or at a counter, as a member of its list.</summary>
    private static string? IndexOf(IOperation index) => index switch
    {
        { ConstantValue: { HasValue: true, Value: int number } } => $"[{number}]",
        ILocalReferenceOperation { Local: { Type.SpecialType: SpecialType.System_Int32 } counter } => $"[{counter.Name}]",
        _ => null,
    };

    /// <summary>A counter moves on: what is known of the element at it is not known of the next.</summary>
    private void ForgetElements(ISymbol counter, FlowState state)
    {
        var index = $"[{counter.Name}]";
        foreach (var data in objects)
        {
            if (data.Path is { } path && path.Members.IndexOf(index, StringComparison.Ordinal) >= 0)
            {
                state.SetObject(data.Index, ObjectStates.None);
            }
        }
    }

    /// <summary>Whether a check of the made value proves what it was made of: a normalised copy, or "host:port" as one text.</summary>
    private static bool PinsSources(IOperation operation) => operation switch
    {
        IInterpolatedStringOperation or ITupleOperation => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } => true,
        IObjectCreationOperation { Type.Name: "IPEndPoint" or "DnsEndPoint" or "Uri" or "UriBuilder" or "TcpSocketAddress" or "Url" } => true,
        IInvocationOperation call => DataParts.IsNormalising(call.TargetMethod) || call.TargetMethod.Name == "Split",
        _ => false,
    };

    /// <summary>The operand's value was compared with something trusted: it is what the program expects.</summary>
    private void Check(IOperation operand, FlowState state)
    {
        foreach (var index in PeekObjects(operand, state))
        {
            Prove(index, state, depth: 0);
        }

        // A member that is read only later: of a pattern, or through a summary.
        if (IsDataType(Operations.UnwrapData(operand).Type) && PathOf(Operations.UnwrapData(operand)) is { Members: not ("" or "Length" or "Count") } path)
        {
            ProvePath(path, state);
        }
    }

    private void Prove(int index, FlowState state, int depth)
    {
        var data = objects[index];
        if (data.Kind != TrackedKind.Data || depth > MaximumDataDepth)
        {
            return;
        }

        if (data.Parts is { } parts)
        {
            foreach (var part in parts.Values)
            {
                foreach (var held in part.Value.Objects)
                {
                    Prove(held, state, depth + 1);
                }
            }

            return;
        }

        state.SetObject(index, ObjectStates.Checked);
        if (data.PinsSources)
        {
            foreach (var subject in data.Subjects)
            {
                Prove(subject, state, depth + 1);
            }
        }
    }

    private void ProvePath(DataPath path, FlowState state)
    {
        if (path.Members.Length > 0
            && Track(path, 2, index => new TrackedObject(index, TrackedKind.Data, TrackedOrigin.Derived, operation: null) { Path = path }) is { } member)
        {
            state.SetObject(member.Index, ObjectStates.Checked);
        }
    }

    /// <summary>The members of a variable that are proved at a point.</summary>
    public IEnumerable<string> CheckedMembers(ISymbol variable, FlowState state) => objects
        .Where(data => data.Path is { Members.Length: > 0 } path && SymbolEqualityComparer.Default.Equals(path.Root, variable)
            && (state.Object(data.Index) & ObjectStates.Trust) == ObjectStates.Checked)
        .Select(data => data.Path!.Members);

    /// <summary>Marks members of a variable as proved, in a body that captures it.</summary>
    public void SeedChecked(ISymbol variable, string members, FlowState state) => ProvePath(new DataPath(variable, members), state);

    /// <summary>One of several conditions holds, and which is not known: what each of them proves is proved. False where none can hold.</summary>
    private bool AssumeEither(IEnumerable<Func<FlowState, bool>> conditions, FlowState state)
    {
        HashSet<int>? proved = null;
        foreach (var condition in conditions)
        {
            var assumed = state.Clone();
            if (!condition(assumed))
            {
                continue;
            }

            var here = Proved(assumed);
            if (proved is null)
            {
                proved = here;
            }
            else
            {
                proved.IntersectWith(here);
            }
        }

        foreach (var index in proved ?? Enumerable.Empty<int>())
        {
            state.SetObject(index, ObjectStates.Checked);
        }

        return proved is not null;
    }

    private HashSet<int> Proved(FlowState state) => new(objects
        .Where(data => data.Kind == TrackedKind.Data && (state.Object(data.Index) & ObjectStates.Trust) == ObjectStates.Checked)
        .Select(data => data.Index));

    private void CheckByEquality(IOperation left, IOperation right, FlowState state)
    {
        var ofLeft = PeekObjects(left, state);
        var ofRight = PeekObjects(right, state);
        if (!HasUnchecked(ofRight, state) && !IsDenied(right))
        {
            Check(left, state);
        }
        else if (!HasUnchecked(ofLeft, state) && !IsDenied(left))
        {
            Check(right, state);
        }
    }

    private static bool IsDenied(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: null or "" };

    /// <summary>The objects of an operand that was evaluated before, without evaluating it again.</summary>
    private ObjectSet PeekObjects(IOperation operand, FlowState state, int depth = 0)
    {
        operand = Operations.UnwrapData(operand);
        if (depth > MaximumDataDepth)
        {
            return default;
        }

        if (StorageOf(operand) is { } storage && (operand is not IPropertyReferenceOperation || state.Value(storage).HasObjects))
        {
            return state.Value(storage).Objects;
        }

        var set = default(ObjectSet);
        foreach (var part in new[] { 2, 3, 6 })
        {
            if (objectsByKey.TryGetValue((operand.Syntax, part), out var tracked))
            {
                set |= ObjectSet.Of(tracked.Index);
            }
        }

        if (PathOf(operand) is { Members.Length: > 0 } path && objectsByKey.TryGetValue((path, 2), out var member))
        {
            set |= ObjectSet.Of(member.Index);
        }

        switch (operand)
        {
            // A normalised copy of a value stands for the value: Allowed.Contains(host.ToLowerInvariant()) checks host.
            case IInvocationOperation { Instance: { } receiver } call when DataParts.IsNormalising(call.TargetMethod):
                return set | PeekObjects(receiver, state, depth + 1);
            case IInvocationOperation call when DataParts.IsNormalising(call.TargetMethod):
                return call.Arguments.Aggregate(set, (found, argument) => found | PeekObjects(argument.Value, state, depth + 1));
            case IPropertyReferenceOperation { Property.Name: "Value", Instance: { } nullable }:
                return set | PeekObjects(nullable, state, depth + 1);
            case IFieldReferenceOperation { Instance: { } holder } field:
                return set | PartObjects(holder, DataParts.NameOf(field.Field), state, depth);
            case IPropertyReferenceOperation { Instance: { } holder, Arguments.IsEmpty: true } property:
                return set | PartObjects(holder, property.Property.Name, state, depth);

            // "host:port" or (host, port) as a whole.
            case IInterpolatedStringOperation interpolated:
                return interpolated.Parts.OfType<IInterpolationOperation>().Aggregate(set, (found, hole) => found | PeekObjects(hole.Expression, state, depth + 1));
            case ITupleOperation tuple:
                return tuple.Elements.Aggregate(set, (found, element) => found | PeekObjects(element, state, depth + 1));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum:
                return set | PeekObjects(sum.LeftOperand, state, depth + 1) | PeekObjects(sum.RightOperand, state, depth + 1);
            case IArrayCreationOperation { Initializer.ElementValues: var elements }:
                return elements.Aggregate(set, (found, element) => found | PeekObjects(element, state, depth + 1));
            case IObjectCreationOperation creation:
                return creation.Arguments.Aggregate(set, (found, argument) => found | PeekObjects(argument.Value, state, depth + 1));
            default:
                return set;
        }
    }

    private ObjectSet PartObjects(IOperation holder, string name, FlowState state, int depth)
    {
        var set = default(ObjectSet);
        foreach (var index in PeekObjects(holder, state, depth + 1))
        {
            if (objects[index].Parts is { } parts && parts.TryGetValue(name, out var part))
            {
                set |= part.Value.Objects;
            }
        }

        return set;
    }
}
