using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Where variables and captures are kept, and what a local stands for.</summary>
internal sealed partial class FlowTransfer
{
    /// <summary>Every object that a variable holds somewhere in the body.</summary>
    public TrackedValue EverHeldBy(ISymbol variable) => everHeld.TryGetValue(variable, out var value) ? value : default;

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

    /// <summary>
    /// A branch leaves the scope of variables: what they were says nothing any more. Those that hold objects stay, as the ways to
    /// them. Without this each round of a loop would carry what all its variables were through all its blocks.
    /// </summary>
    public void LeaveScopes(ImmutableArray<ControlFlowRegion> regions, FlowState state)
    {
        foreach (var region in regions)
        {
            foreach (var local in region.Locals)
            {
                if (storages.TryGetValue(local, out var storage))
                {
                    state.Forget(storage);
                }
            }

            foreach (var capture in region.CaptureIds)
            {
                if (captureStorages.TryGetValue(capture, out var storage))
                {
                    state.Forget(storage);
                }
            }
        }
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
    private static Optional<object?> ConstantOf(IOperation operand) => operand switch
    {
        IConversionOperation { ConstantValue.HasValue: false } conversion => ConstantOf(conversion.Operand),
        IFieldReferenceOperation { Field: { Name: "Empty", ContainingType.SpecialType: SpecialType.System_String } } => "",
        _ => operand.ConstantValue,
    };

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

    private static bool HandsOutTo(IOperation argument, ISymbol variable) =>
        SymbolEqualityComparer.Default.Equals((argument is IDeclarationExpressionOperation declaration ? declaration.Expression : argument).Symbol(), variable);

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
            var plain = Operations.UnwrapData(operation);
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
