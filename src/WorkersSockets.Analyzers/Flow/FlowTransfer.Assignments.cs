using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Assignments, deconstructions and patterns: what a variable or member gets.</summary>
internal sealed partial class FlowTransfer
{
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
                var cases = CasesOf(local, source, at, state);
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
                state.SetCases(Storage(local), local.RefKind == RefKind.None ? cases : null);
                break;
            case IParameterReferenceOperation { Parameter: var parameter }:
                var told = CasesOf(parameter, source, at, state);
                value = Kept(value, source, state);
                Hold(parameter, value);
                ForgetSources(parameter, at);
                ForgetData(parameter, Storage(parameter), state, value);
                Renew(parameter, value, state);
                state.SetValue(Storage(parameter), value);
                state.SetCases(Storage(parameter), told);
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
                    NoteAdded(reference.Instance, state);
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
}
