using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow.Constants;

/// <summary>
/// Finds every value that an expression can have, by looking at what is written: literals, constants, initializers (of other files
/// too), and every assignment of a local or private member. It knows nothing of the order of statements; what cannot be seen whole
/// is unknown. One instance serves a compilation.
/// </summary>
internal sealed class ConstantEvaluator(SourceModels sources)
{
    private readonly ConcurrentDictionary<ISymbol, ConstantSet> members = new(SymbolEqualityComparer.Default);

    /// <summary>The semantic models that it reads initializers with.</summary>
    public SourceModels Sources { get; } = sources;

    /// <summary>The values of an expression; unknown for null.</summary>
    public ConstantSet Evaluate(IOperation? operation, CancellationToken cancellationToken) =>
        new Evaluation(Sources, members, cancellationToken).Evaluate(operation);

    /// <summary>One evaluation: bounded in depth, and each variable is entered once.</summary>
    private sealed class Evaluation(SourceModels sources, ConcurrentDictionary<ISymbol, ConstantSet> members, CancellationToken cancellationToken)
    {
        private const int MaximumDepth = 40;
        private readonly HashSet<ISymbol> entered = new(SymbolEqualityComparer.Default);
        private int depth;

        /// <summary>A cycle or the depth bound cut the evaluation short, so results on the way are not to be kept.</summary>
        private bool isCut;

        public ConstantSet Evaluate(IOperation? operation)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (operation is null)
            {
                return ConstantSet.Unknown;
            }

            if (depth >= MaximumDepth)
            {
                isCut = true;
                return ConstantSet.Unknown;
            }

            RuntimeHelpers.EnsureSufficientExecutionStack();
            depth++;
            try
            {
                return operation.ConstantValue.HasValue ? OfConstant(operation, operation.ConstantValue.Value) : OfOperation(operation);
            }
            finally
            {
                depth--;
            }
        }

        /// <summary>A compile-time constant. Its origin is the declaration where it is a named one.</summary>
        private ConstantSet OfConstant(IOperation operation, object? value)
        {
            var origin = Operations.UnwrapValue(operation) switch
            {
                IFieldReferenceOperation field => DeclaredValue(field.Field),
                ILocalReferenceOperation local => DeclaredValue(local.Local),
                _ => null,
            };
            object? converted = value switch
            {
                string text => text,
                char character => character.ToString(),
                int number => (long)number,
                long number => number,
                uint number => (long)number,
                short number => (long)number,
                ushort number => (long)number,
                byte number => (long)number,
                sbyte number => (long)number,
                _ => null,
            };
            return converted is not null ? ConstantSet.Of(converted, origin ?? operation)
                : value is null ? ConstantSet.Nothing
                : ConstantSet.Unknown;
        }

        private ConstantSet OfOperation(IOperation operation)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    return Evaluate(conversion.Operand);
                case IConversionOperation { OperatorMethod.ContainingType: { } type } conversion when KnownValues.IsSpan(type):
                    return Evaluate(conversion.Operand);
                case IParenthesizedOperation parenthesized:
                    return Evaluate(parenthesized.Operand);
                case IAwaitOperation awaited:
                    return Evaluate(awaited.Operation);
                case IThrowOperation:
                    return ConstantSet.Nothing;
                case IConditionalOperation { Condition: var condition } choice:
                    return condition.ConstantValue is { HasValue: true, Value: bool isTrue }
                        ? Evaluate(isTrue ? choice.WhenTrue : choice.WhenFalse)
                        : Evaluate(choice.WhenTrue).Or(Evaluate(choice.WhenFalse));
                case ICoalesceOperation coalesce:
                    return Coalesce(coalesce);
                case ISwitchExpressionOperation choice:
                    return choice.Arms.Aggregate(ConstantSet.Nothing, (result, arm) => result.Or(Evaluate(arm.Value)));
                case ISimpleAssignmentOperation assignment:
                    return Evaluate(assignment.Value);
                case IBinaryOperation binary:
                    return Binary(binary);
                case IInterpolatedStringOperation interpolated:
                    return Interpolated(interpolated);
                case ILocalReferenceOperation local:
                    return Local(local);
                case IParameterReferenceOperation parameter:
                    return Parameter(parameter);
                case IFieldReferenceOperation field:
                    return Field(field);
                case IPropertyReferenceOperation property:
                    return Property(property);
                case IConditionalAccessOperation access:
                    return Evaluate(access.WhenNotNull);
                case IConditionalAccessInstanceOperation instance:
                    return Evaluate(AccessedBy(instance));
                case IObjectCreationOperation creation:
                    return Creation(creation);
                case IInvocationOperation invocation:
                    return Invocation(invocation);
                case IArrayCreationOperation { Initializer: { } initializer }:
                    return Sequence(operation, initializer.ElementValues);
                case IArrayInitializerOperation initializer:
                    return Sequence(operation, initializer.ElementValues);
                case ITupleOperation tuple:
                    return Sequence(operation, tuple.Elements);
                case IArrayElementReferenceOperation element:
                    return Element(Evaluate(element.ArrayReference), element.Indices.Length == 1 ? element.Indices[0] : null);
                case IDefaultValueOperation { Type.IsReferenceType: true }:
                    return ConstantSet.Nothing;
                default:
                    // The compiler that this is built against has no operation of its own for [a, b]; newer ones do.
                    return operation.Syntax is CollectionExpressionSyntax collection ? Collection(operation, collection) : ConstantSet.Unknown;
            }
        }

        private ConstantSet Coalesce(ICoalesceOperation coalesce)
        {
            var first = Evaluate(coalesce.Value);
            return first is { IsComplete: true, Values.Length: > 0 } ? first : first.Or(Evaluate(coalesce.WhenNull));
        }

        private ConstantSet Binary(IBinaryOperation binary)
        {
            if (binary.OperatorMethod is not null)
            {
                return ConstantSet.Unknown;
            }

            if (binary.Type?.SpecialType == SpecialType.System_String && binary.OperatorKind == BinaryOperatorKind.Add)
            {
                return Concatenate(binary, ImmutableArray.Create(binary.LeftOperand, binary.RightOperand));
            }

            var left = Evaluate(binary.LeftOperand);
            var right = Evaluate(binary.RightOperand);
            return left.SelectMany(first => right.Select(second => (first.Number, second.Number, binary.OperatorKind) switch
            {
                ({ } a, { } b, BinaryOperatorKind.Add) => a + b,
                ({ } a, { } b, BinaryOperatorKind.Subtract) => a - b,
                ({ } a, { } b, BinaryOperatorKind.Multiply) => a * b,
                _ => (object?)null,
            }));
        }

        private ConstantSet Interpolated(IInterpolatedStringOperation interpolated) => Join(interpolated, interpolated.Parts.Select(part => part switch
        {
            IInterpolatedStringTextOperation text => Evaluate(text.Text),
            IInterpolationOperation { Alignment: null, FormatString: null } interpolation => Evaluate(interpolation.Expression),
            _ => ConstantSet.Unknown,
        }));

        private ConstantSet Concatenate(IOperation whole, ImmutableArray<IOperation> parts) => Join(whole, parts.Select(Evaluate));

        /// <summary>The texts of the parts, one after the other; a hole where a part is not known.</summary>
        private static ConstantSet Join(IOperation whole, IEnumerable<ConstantSet> parts)
        {
            var texts = ConstantSet.Of("", whole);
            foreach (var part in parts)
            {
                var known = part.Select(value => value.Text);
                if (!known.IsComplete)
                {
                    known = new ConstantSet(known.Values.Add(new ConstantValue(ConstantValue.Hole.ToString(), whole)), IsComplete: true);
                }

                if (known.Values.IsEmpty)
                {
                    continue;
                }

                texts = texts.SelectMany(left => known.Select(right => left.Text + right.Text));
            }

            return texts.Select(value => value.Value) with { Values = texts.Values.Select(value => value with { Origin = whole }).ToImmutableArray() };
        }

        private ConstantSet Sequence(IOperation operation, ImmutableArray<IOperation> elements) =>
            ConstantSet.Of(new SequenceConstant(elements.Select(Evaluate).ToImmutableArray()), operation);

        private ConstantSet Collection(IOperation operation, CollectionExpressionSyntax collection)
        {
            var elements = collection.Elements.Select(element =>
                element is ExpressionElementSyntax { Expression: var expression } ? Evaluate(sources.OperationOf(expression, cancellationToken)) : ConstantSet.Unknown);
            return ConstantSet.Of(new SequenceConstant(elements.ToImmutableArray()), operation);
        }

        /// <summary>One element of the sequences, or each of them where the index is not a constant.</summary>
        private ConstantSet Element(ConstantSet sequences, IOperation? index)
        {
            var position = index?.ConstantValue is { HasValue: true, Value: int constant } ? constant : -1;
            return sequences.SelectMany(value => value.Value switch
            {
                SequenceConstant { Elements: var elements } => position >= 0
                    ? position < elements.Length ? elements[position] : ConstantSet.Unknown
                    : elements.Aggregate(ConstantSet.Nothing, (result, element) => result.Or(element)),
                AddressConstant => new ConstantSet(ImmutableArray.Create(value), IsComplete: true),
                _ => ConstantSet.Unknown,
            });
        }

        private ConstantSet Parameter(IParameterReferenceOperation reference)
        {
            if (IterationOf(reference) is { } collection)
            {
                return Element(Evaluate(collection), index: null);
            }

            var parameter = reference.Parameter;
            if (!parameter.HasExplicitDefaultValue || parameter.ExplicitDefaultValue is null || IsWritten(parameter, sources.IndexOf(reference, cancellationToken)))
            {
                return ConstantSet.Unknown;
            }

            // The caller may pass anything; the default is one of the values.
            var declared = parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) as ParameterSyntax;
            return Evaluate(sources.OperationOf(declared?.Default?.Value, cancellationToken)) with { IsComplete = false };
        }

        /// <summary>The collection whose elements a lambda's parameter stands for: <c>hosts.Select(host => …)</c>.</summary>
        private static IOperation? IterationOf(IParameterReferenceOperation reference)
        {
            if (reference.Parameter is not { Ordinal: 0, ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } lambda })
            {
                return null;
            }

            for (IOperation? current = reference; current is not null; current = current.Parent)
            {
                if (current is IAnonymousFunctionOperation function && SymbolEqualityComparer.Default.Equals(function.Symbol, lambda))
                {
                    var argument = current.Parent is IDelegateCreationOperation creation ? creation.Parent : current.Parent;
                    while (argument is IConversionOperation)
                    {
                        argument = argument.Parent;
                    }

                    return argument is IArgumentOperation { Parent: IInvocationOperation invocation } && KnownValues.IteratesFirstArgument(invocation.TargetMethod)
                        ? invocation.Instance ?? invocation.Arguments.FirstOrDefault(candidate => candidate.Parameter?.Ordinal == 0)?.Value
                        : null;
                }
            }

            return null;
        }

        private ConstantSet Local(ILocalReferenceOperation reference)
        {
            if (!Enter(reference.Local))
            {
                return ConstantSet.Unknown;
            }

            try
            {
                return Writes.Of(reference.Local, sources.IndexOf(reference, cancellationToken)) is { } writes ? OfWrites(writes) : ConstantSet.Unknown;
            }
            finally
            {
                entered.Remove(reference.Local);
            }
        }

        /// <summary>Every value that is written; unknown as soon as one of them is.</summary>
        private ConstantSet OfWrites(ImmutableArray<Write> writes)
        {
            var result = ConstantSet.Nothing;
            foreach (var write in writes)
            {
                var values = Evaluate(write.Value);
                foreach (var step in write.Path)
                {
                    values = step == Write.EachElement
                        ? Element(values, index: null)
                        : values.SelectMany(value => value.Value is SequenceConstant sequence && step < sequence.Elements.Length ? sequence.Elements[step] : ConstantSet.Unknown);
                }

                if (write.Parses)
                {
                    values = values.SelectMany(value => value.Text is { } text ? KnownValues.Parse(write.Type, text, value.Origin) : ConstantSet.Unknown);
                }

                if (!values.IsComplete && writes.Length > 1)
                {
                    return ConstantSet.Unknown;
                }

                result = result.Or(values);
            }

            return writes.Length > 1
                ? result with { Values = result.Values.Select(value => value with { IsOverwritable = true }).ToImmutableArray() }
                : result;
        }

        private ConstantSet Field(IFieldReferenceOperation reference)
        {
            var field = reference.Field;
            if (KnownValues.Field(field) is { } known)
            {
                return ConstantSet.Of(known, reference);
            }

            if (field.ContainingType is { IsTupleType: true } && TuplePosition(field) is { } position)
            {
                return Evaluate(reference.Instance).SelectMany(value =>
                    value.Value is SequenceConstant sequence && position < sequence.Elements.Length ? sequence.Elements[position] : ConstantSet.Unknown);
            }

            return field.IsReadOnly || field.DeclaredAccessibility == Accessibility.Private ? Member(field) : ConstantSet.Unknown;
        }

        private static int? TuplePosition(IFieldSymbol field) =>
            (field.CorrespondingTupleField ?? field).Name is { } name && name.StartsWith("Item", StringComparison.Ordinal)
            && int.TryParse(name.Substring(4), out var number) ? number - 1 : null;

        private ConstantSet Property(IPropertyReferenceOperation reference)
        {
            var property = reference.Property;
            if (property.IsIndexer)
            {
                return Element(Evaluate(reference.Instance), reference.Arguments.Length == 1 ? reference.Arguments[0].Value : null);
            }

            if (KnownValues.HasKnownProperty(property))
            {
                return Evaluate(reference.Instance).SelectMany(value => KnownValues.Property(property, value));
            }

            if (property.DeclaringSyntaxReferences.IsEmpty)
            {
                return ConstantSet.Unknown;
            }

            if (reference.Instance is not null and not IInstanceReferenceOperation && Evaluate(reference.Instance) is { Values.Length: > 0 } owners
                && owners.Values.All(owner => owner.Value is ObjectConstant))
            {
                return owners.SelectMany(owner => OfObject((ObjectConstant)owner.Value, property));
            }

            var isOverridable = property.IsVirtual || property.IsAbstract || (property.IsOverride && property.ContainingType is { IsSealed: false });
            var isOpen = property.SetMethod is { } setter && setter.DeclaredAccessibility != Accessibility.Private;
            return isOverridable || isOpen ? ConstantSet.Unknown : Member(property);
        }

        /// <summary>A property of an object that is created in sight: what its initializer or its record's constructor gives it.</summary>
        private ConstantSet OfObject(ObjectConstant owner, IPropertySymbol property)
        {
            if (property.SetMethod is { IsInitOnly: false })
            {
                return ConstantSet.Unknown;
            }

            foreach (var initializer in owner.Creation.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty)
            {
                if (initializer is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target } assignment
                    && SymbolEqualityComparer.Default.Equals(target.Property, property))
                {
                    return Evaluate(assignment.Value);
                }
            }

            // A positional record's property is declared by the parameter itself.
            var parameter = property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) as ParameterSyntax;
            return parameter is null
                ? ConstantSet.Unknown
                : Evaluate(owner.Creation.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == property.Name)?.Value);
        }

        /// <summary>A field or property of source that only its own type can write.</summary>
        private ConstantSet Member(ISymbol member)
        {
            if (members.TryGetValue(member, out var kept))
            {
                return kept;
            }

            if (!Enter(member))
            {
                return ConstantSet.Unknown;
            }

            try
            {
                var wasCut = isCut;
                isCut = false;
                var result = Getter(member) is { } body ? OfBody(body)
                    : MemberWrites.Of(member, sources, cancellationToken) is { } writes ? OfWrites(writes)
                    : ConstantSet.Unknown;
                if (!isCut)
                {
                    members.TryAdd(member, result);
                }

                isCut |= wasCut;
                return result;
            }
            finally
            {
                entered.Remove(member);
            }
        }

        /// <summary>The body of a property's getter, or null where it is an automatic property or a field.</summary>
        private SyntaxNode? Getter(ISymbol member)
        {
            if (member is not IPropertySymbol || member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not PropertyDeclarationSyntax property)
            {
                return null;
            }

            var getter = property.AccessorList?.Accessors.FirstOrDefault(accessor => accessor.IsKind(SyntaxKind.GetAccessorDeclaration));
            return (SyntaxNode?)property.ExpressionBody?.Expression ?? (SyntaxNode?)getter?.ExpressionBody?.Expression ?? getter?.Body;
        }

        /// <summary>What an expression body or the return statements of a block yield.</summary>
        private ConstantSet OfBody(SyntaxNode body)
        {
            if (body is ExpressionSyntax)
            {
                return Evaluate(sources.OperationOf(body, cancellationToken));
            }

            var returns = body.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
                .OfType<ReturnStatementSyntax>()
                .ToList();
            return returns.Count is 0 or > 8
                ? ConstantSet.Unknown
                : returns.Aggregate(ConstantSet.Nothing, (result, statement) => result.Or(Evaluate(sources.OperationOf(statement.Expression, cancellationToken))));
        }

        private ConstantSet Creation(IObjectCreationOperation creation)
        {
            if (creation.Constructor is not { } constructor)
            {
                return ConstantSet.Unknown;
            }

            ConstantSet At(int position) => Evaluate(creation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value);
            if (KnownValues.Creation(constructor, creation, At) is { } known)
            {
                return known;
            }

            // new List<string> { "a", "b" }: each element is an Add call of the initializer.
            if (creation.Initializer is { Initializers: { Length: > 0 } initializers } && initializers.All(element => element is IInvocationOperation { Arguments.Length: 1 }))
            {
                return Sequence(creation, initializers.Select(element => ((IInvocationOperation)element).Arguments[0].Value).ToImmutableArray());
            }

            return ConstantSet.Of(new ObjectConstant(creation), creation);
        }

        private ConstantSet Invocation(IInvocationOperation invocation)
        {
            var method = invocation.TargetMethod;
            ConstantSet At(int position) => Evaluate(invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value);
            if (KnownValues.IsConcatenation(method))
            {
                // string.Concat(a, b, …); the overload with an array or a sequence stays unknown.
                return method.Parameters.All(parameter => parameter.Type.SpecialType is SpecialType.System_String or SpecialType.System_Object)
                    ? Concatenate(invocation, invocation.Arguments.Select(argument => argument.Value).ToImmutableArray())
                    : ConstantSet.Unknown;
            }

            if (KnownValues.PassesReceiver(method))
            {
                return Evaluate(invocation.Instance ?? invocation.Arguments.FirstOrDefault()?.Value);
            }

            if (KnownValues.TakesElement(method))
            {
                return Element(Evaluate(invocation.Instance ?? invocation.Arguments.FirstOrDefault()?.Value), index: null);
            }

            if (KnownValues.HasKnownResult(method))
            {
                return (method.IsStatic ? At(0) : Evaluate(invocation.Instance)).SelectMany(value => KnownValues.Result(method, value, invocation));
            }

            return Method(method);
        }

        /// <summary>A method of source without parameters that returns constants.</summary>
        private ConstantSet Method(IMethodSymbol method)
        {
            var isOverridable = method.IsVirtual || method.IsAbstract || (method.IsOverride && method.ContainingType is { IsSealed: false });
            if (isOverridable || !method.Parameters.IsEmpty || method.IsAsync || method.DeclaringSyntaxReferences.Length != 1 || !Enter(method))
            {
                return ConstantSet.Unknown;
            }

            try
            {
                var declaration = method.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken);
                var body = declaration switch
                {
                    MethodDeclarationSyntax declared => (SyntaxNode?)declared.ExpressionBody?.Expression ?? declared.Body,
                    LocalFunctionStatementSyntax declared => (SyntaxNode?)declared.ExpressionBody?.Expression ?? declared.Body,
                    _ => null,
                };
                return body is null ? ConstantSet.Unknown : OfBody(body);
            }
            finally
            {
                entered.Remove(method);
            }
        }

        private bool Enter(ISymbol symbol)
        {
            if (entered.Add(symbol))
            {
                return true;
            }

            isCut = true;
            return false;
        }

        /// <summary>The initializer of a constant.</summary>
        private IOperation? DeclaredValue(ISymbol symbol) =>
            symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: { } value }
                ? sources.OperationOf(value, cancellationToken)
                : null;

        private static bool IsWritten(IParameterSymbol parameter, BodyIndex body) => body.WritesTo(parameter).Count > 0;

        private static IOperation? AccessedBy(IConditionalAccessInstanceOperation instance)
        {
            for (var current = instance.Parent; current is not null; current = current.Parent)
            {
                if (current is IConditionalAccessOperation access)
                {
                    return access.Operation;
                }
            }

            return null;
        }
    }
}
