using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>How data that a caller controls comes back from a call, and where it is reported.</summary>
internal sealed partial class FlowTransfer
{
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

    private Func<IOperation, bool> HasUncheckedIn(FlowState state) => operation => HasUnchecked(PeekObjects(operation, state), state);
}
