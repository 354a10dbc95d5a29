using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow.Concurrency;

/// <summary>How many elements a sequence has, or how often a loop runs, at most; <see cref="Unbounded"/> where nothing proves a bound.</summary>
internal sealed class SequenceBounds(SocketCompilation compilation, CancellationToken cancellationToken)
{
    public const int Unbounded = int.MaxValue;
    private const int MaximumDepth = 24;
    private int depth;

    public static int Times(int left, int right) =>
        left == 0 || right == 0 ? 0
        : left == Unbounded || right == Unbounded ? Unbounded
        : (int)Math.Min((long)left * right, Unbounded);

    public static int Plus(int left, int right) => (int)Math.Min((long)left + right, Unbounded);

    /// <summary>The most elements that a sequence can have.</summary>
    public int Of(IOperation? sequence)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (sequence is null || depth >= MaximumDepth)
        {
            return Unbounded;
        }

        depth++;
        try
        {
            return Math.Min(OfValue(Operations.UnwrapImplicit(sequence)), Guarded(sequence));
        }
        finally
        {
            depth--;
        }
    }

    /// <summary>The greatest value of a whole number, or null.</summary>
    public int? Number(IOperation? value)
    {
        if (value is null)
        {
            return null;
        }

        var set = compilation.Constants.Evaluate(value, cancellationToken);
        if (!set.IsComplete || set.Values.IsEmpty)
        {
            return null;
        }

        long? greatest = null;
        foreach (var constant in set.Values)
        {
            if (constant.IsOverwritable || constant.Number is not { } number)
            {
                return null;
            }

            greatest = Math.Max(greatest ?? long.MinValue, number);
        }

        return greatest is >= int.MinValue and <= int.MaxValue ? (int)greatest : null;
    }

    /// <summary>How often a loop's body can run.</summary>
    public int Iterations(ILoopOperation loop) => loop switch
    {
        IForEachLoopOperation each => Of(each.Collection),
        IForLoopOperation counting => Counted(counting),
        IWhileLoopOperation repeating => Repeated(repeating),
        _ => Unbounded,
    };

    private int OfValue(IOperation value)
    {
        if (value.ConstantValue is { HasValue: true, Value: string text })
        {
            return text.Length;
        }

        if (value.Syntax is CollectionExpressionSyntax collection)
        {
            return OfCollectionExpression(collection, value);
        }

        switch (value)
        {
            case IArrayCreationOperation { Initializer: { } initializer }:
                return initializer.ElementValues.Length;
            case IArrayInitializerOperation initializer:
                return initializer.ElementValues.Length;
            case IArrayCreationOperation { DimensionSizes: { Length: 1 } sizes }:
                return Number(sizes[0]) ?? Unbounded;
            case IObjectCreationOperation creation:
                return OfCreation(creation);
            case IInvocationOperation call:
                return OfCall(call);
            case IAwaitOperation awaited:
                return Of(awaited.Operation);
            case ILocalReferenceOperation local:
                return OfLocal(local);
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } } } item:
                return OfLambdaParameter(item);
            case IFieldReferenceOperation { Field: var field } when field.IsReadOnly:
                return OfInitializers(field);
            case IPropertyReferenceOperation { Property: { SetMethod: null, IsVirtual: false, IsAbstract: false } property } when property.Parameters.IsEmpty:
                return OfInitializers(property);
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return Math.Max(Of(choice.WhenTrue), Of(otherwise));
            case ICoalesceOperation coalesce:
                return Math.Max(Of(coalesce.Value), Of(coalesce.WhenNull));
            case IArrayElementReferenceOperation { Indices: { Length: 1 } indices } slice when Operations.UnwrapImplicit(indices[0]) is IRangeOperation range:
                return Math.Min(OfRange(range), Of(slice.ArrayReference));
            case ITupleOperation or IDefaultValueOperation:
                return Unbounded;
            default:
                return value.ConstantValue is { HasValue: true, Value: null } ? 0 : Unbounded;
        }
    }

    private static int OfRange(IRangeOperation range) =>
        range.RightOperand is null || Index(range.RightOperand) is not { } end ? Unbounded
        : range.LeftOperand is null ? end
        : Index(range.LeftOperand) is { } start && start <= end ? end - start
        : Unbounded;

    private static int? Index(IOperation bound) => bound switch
    {
        IConversionOperation conversion => Index(conversion.Operand),
        IUnaryOperation => null,
        { ConstantValue: { HasValue: true, Value: int number } } => number,
        _ => null,
    };

    private int OfCollectionExpression(CollectionExpressionSyntax syntax, IOperation value)
    {
        var total = 0;
        foreach (var element in syntax.Elements)
        {
            total = Plus(total, element is SpreadElementSyntax spread ? Of(value.SemanticModel?.GetOperation(spread.Expression, cancellationToken)) : 1);
        }

        return total;
    }

    private int OfCreation(IObjectCreationOperation creation)
    {
        var given = creation.Arguments.FirstOrDefault(argument => argument.Value is { } value && !IsNumber(value.Type) && IsSequence(Operations.UnwrapImplicit(value).Type));
        var initial = given is null ? 0 : Of(given.Value);
        if (creation.Initializer is { } initializer)
        {
            initial = Plus(initial, initializer.Initializers.Length);
        }

        return IsSequence(creation.Type) ? initial : Unbounded;
    }

    private int OfCall(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        IOperation? At(int position)
        {
            // An extension method called on its receiver has it as argument 0.
            var index = 0;
            foreach (var argument in call.Arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0))
            {
                if (index++ == position)
                {
                    return argument.Value;
                }
            }

            return null;
        }

        if (IsLinq(method.ContainingType) || method.ContainingType?.Name is "MoreEnumerable" or "ImmutableArray" or "ImmutableList" or "FrozenSet" or "Array")
        {
            switch (method.Name)
            {
                case "Take" or "TakeLast":
                    return Math.Min(At(1) is { } taken ? Operations.UnwrapImplicit(taken) is IRangeOperation range ? OfRange(range) : Math.Max(Limit(taken) ?? Unbounded, 0) : Unbounded, Of(At(0)));
                case "Range":
                    return Number(At(1)) ?? Unbounded;
                case "Repeat":
                    return Number(At(1)) ?? Unbounded;
                case "Empty":
                    return 0;
                case "Concat" or "Union" or "UnionBy":
                    return Plus(Of(At(0)), Of(At(1)));
                case "Append" or "Prepend":
                    return Plus(Of(At(0)), 1);
                case "Zip":
                    return Math.Min(Of(At(0)), Of(At(1)));
                case "Chunk" or "Batch":
                    return Of(At(0)) is var all and not Unbounded && Number(At(1)) is > 0 and var size ? (all + size - 1) / size : Unbounded;
                case "SelectMany":
                    return At(1) is { } selector && Returned(selector) is { } inner ? Times(Of(At(0)), Of(inner)) : Unbounded;
                case "Select" or "Where" or "OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending" or "Order" or "OrderDescending" or "Distinct" or "DistinctBy"
                    or "Reverse" or "Cast" or "OfType" or "ToList" or "ToArray" or "ToHashSet" or "AsEnumerable" or "AsParallel" or "AsQueryable" or "Skip" or "SkipLast" or "SkipWhile"
                    or "TakeWhile" or "Except" or "ExceptBy" or "Intersect" or "Shuffle" or "ToImmutableArray" or "ToImmutableList" or "ToFrozenSet" or "GroupBy" or "AsOrdered":
                    return Of(At(0));
                case "Create":
                    return At(0) is { } elements ? Of(elements) : 0;
            }
        }

        if (method is { Name: "Split", ContainingType.SpecialType: SpecialType.System_String })
        {
            return call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == "count") is { } count ? Number(count.Value) ?? Unbounded : Unbounded;
        }

        if (method.Name is "GetValues" && method.ContainingType?.SpecialType == SpecialType.System_Enum && method.TypeArguments.Length == 1 && method.TypeArguments[0] is INamedTypeSymbol { TypeKind: TypeKind.Enum } named)
        {
            return named.GetMembers().OfType<IFieldSymbol>().Count();
        }

        return method.Name switch
        {
            "GetRange" or "Slice" when call.Instance is not null && At(1) is { } length => Limit(length) ?? Unbounded,
            "AsSpan" or "AsMemory" or "ToArray" or "AsReadOnly" when call.Instance is not null => Of(call.Instance),
            "AsSpan" or "AsMemory" => call.Arguments.Length == 3 ? Limit(At(2)!) ?? Unbounded : Of(At(0)),
            _ => Unbounded,
        };
    }

    /// <summary>What a lambda's single expression is.</summary>
    private static IOperation? Returned(IOperation selector) =>
        Operations.UnwrapImplicit(selector) is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Body.Operations: { Length: 1 } operations } } && operations[0] is IReturnOperation { ReturnedValue: { } value }
            ? value
            : null;

    private int OfLocal(ILocalReferenceOperation reference)
    {
        var local = reference.Local;
        var root = reference.Root();
        var adds = 0;
        var result = 0;
        var isKnown = false;
        foreach (var operation in root.Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when Is(declarator.Symbol, local):
                    if (DeclaredIn(declarator) is IForEachLoopOperation each)
                    {
                        return OfElement(each.Collection);
                    }

                    if (declarator.GetVariableInitializer()?.Value is { } initial)
                    {
                        isKnown = true;
                        result = Math.Max(result, Of(initial));
                    }

                    break;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when Is(target.Local, local):
                    isKnown = true;
                    result = Math.Max(result, Of(assignment.Value));
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: ILocalReferenceOperation passed } when Is(passed.Local, local):
                    return Unbounded;
                case IInvocationOperation { Instance: ILocalReferenceOperation receiver, TargetMethod.Name: var name } call when Is(receiver.Local, local):
                    if (name is "AddRange" or "InsertRange" or "UnionWith")
                    {
                        adds = Plus(adds, Of(call.Arguments.LastOrDefault()?.Value));
                    }
                    else if (name is "Add" or "Enqueue" or "Push" or "AddLast" or "AddFirst" or "Insert" or "TryAdd")
                    {
                        adds = Plus(adds, IsRepeated(call, root) ? RepeatedBy(call) : 1);
                    }

                    break;
                case IArgumentOperation { Value: var handed, Parent: IInvocationOperation { TargetMethod: var target } } when IsChangeable(local.Type)
                    && Operations.UnwrapImplicit(handed) is ILocalReferenceOperation given && Is(given.Local, local) && !IsLinq(target.ContainingType) && !target.DeclaringSyntaxReferences.IsEmpty:
                    // Another method can add to the list.
                    return Unbounded;
            }
        }

        return isKnown ? Plus(result, adds) : Unbounded;
    }

    private int RepeatedBy(IOperation operation)
    {
        var times = 1;
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return Unbounded;
            }

            if (current is ILoopOperation loop)
            {
                times = Times(times, Iterations(loop));
            }
        }

        return times;
    }

    private static bool IsRepeated(IOperation operation, IOperation root)
    {
        for (var current = operation.Parent; current is not null && current != root; current = current.Parent)
        {
            if (current is ILoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The size of one element of a sequence of sequences: the chunks of <c>Chunk(n)</c>.</summary>
    public int OfElement(IOperation sequence)
    {
        var value = Operations.UnwrapImplicit(sequence);
        switch (value)
        {
            case IInvocationOperation { TargetMethod: { Name: "Chunk" or "Batch" or "Buffer", IsStatic: true } } chunks when chunks.Arguments.Length >= 2:
                return Number(chunks.Arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0).ElementAt(1).Value) ?? Unbounded;
            case IInvocationOperation { TargetMethod: { Name: "ToList" or "ToArray" or "Skip" or "Take" or "Where" or "AsEnumerable" } } same when same.Arguments.Length > 0:
                return OfElement(same.Arguments[0].Value);
            case ILocalReferenceOperation local when Declaration(local)?.GetVariableInitializer()?.Value is { } initial:
                return OfElement(initial);
            default:
                return Unbounded;
        }
    }

    /// <summary>The parameter of a lambda that gets the elements of a sequence: <c>hosts.Chunk(6).Select(batch => …)</c>.</summary>
    private int OfLambdaParameter(IParameterReferenceOperation item)
    {
        IOperation? current = item;
        while (current is not null && !(current is IAnonymousFunctionOperation lambda && Is(lambda.Symbol, item.Parameter.ContainingSymbol)))
        {
            current = current.Parent;
        }

        while (current is IAnonymousFunctionOperation or IDelegateCreationOperation or IConversionOperation)
        {
            current = current.Parent;
        }

        return item.Parameter.Ordinal == 0 && current is IArgumentOperation { Parent: IInvocationOperation call } given && call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0) is { } source && source != given
            ? OfElement(source.Value)
            : Unbounded;
    }

    private int OfInitializers(ISymbol member)
    {
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            var syntax = reference.GetSyntax(cancellationToken);
            var expression = syntax switch
            {
                VariableDeclaratorSyntax declarator => declarator.Initializer?.Value,
                PropertyDeclarationSyntax property => property.ExpressionBody?.Expression ?? property.Initializer?.Value,
                _ => null,
            };
            if (expression is null || compilation.Sources.OperationOf(expression, cancellationToken) is not { } value)
            {
                return Unbounded;
            }

            // A list can grow elsewhere; an array or a read-only collection cannot.
            var type = member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type;
            return IsChangeable(type) && member.DeclaredAccessibility != Accessibility.Private ? Unbounded : Of(value);
        }

        return Unbounded;
    }

    /// <summary>
    /// A bound that an enclosing or preceding check of the length proves: <c>if (hosts.Length &gt; 6) return …;</c> or
    /// <c>if (hosts.Length &lt;= 6) { … }</c>.
    /// </summary>
    private int Guarded(IOperation sequence)
    {
        if (SymbolOf(Operations.UnwrapImplicit(sequence)) is not { } symbol)
        {
            return Unbounded;
        }

        var bound = Unbounded;
        for (var (child, parent) = (sequence, sequence.Parent); parent is not null; (child, parent) = (parent, parent.Parent))
        {
            if (parent is IConditionalOperation choice && child != choice.Condition)
            {
                bound = Math.Min(bound, Proves(choice.Condition, symbol, whenTrue: child == choice.WhenTrue));
            }

            if (parent is IBlockOperation block)
            {
                foreach (var statement in block.Operations.TakeWhile(statement => statement != child))
                {
                    if (statement is IConditionalOperation { WhenFalse: null } check && Leaves(check.WhenTrue))
                    {
                        bound = Math.Min(bound, Proves(check.Condition, symbol, whenTrue: false));
                    }
                    else if (statement is IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod.Name: "ThrowIfGreaterThan" or "ThrowIfGreaterThanOrEqual" } check2 }
                        && check2.Arguments.Length >= 2 && IsLengthOf(check2.Arguments[0].Value, symbol) && Number(check2.Arguments[1].Value) is { } most)
                    {
                        bound = Math.Min(bound, check2.TargetMethod.Name == "ThrowIfGreaterThan" ? most : most - 1);
                    }
                }
            }
        }

        return Math.Max(bound, 0);
    }

    private int Proves(IOperation condition, ISymbol symbol, bool whenTrue)
    {
        switch (Operations.UnwrapImplicit(condition))
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Proves(not.Operand, symbol, !whenTrue);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when whenTrue:
                return Math.Min(Proves(both.LeftOperand, symbol, true), Proves(both.RightOperand, symbol, true));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when !whenTrue:
                return Math.Min(Proves(either.LeftOperand, symbol, false), Proves(either.RightOperand, symbol, false));
            case IIsPatternOperation { Pattern: IRelationalPatternOperation relation } match when IsLengthOf(match.Value, symbol) && Number(relation.Value) is { } limit:
                return Compare(relation.OperatorKind, limit, whenTrue);
            case IBinaryOperation comparison when IsLengthOf(comparison.LeftOperand, symbol) && Number(comparison.RightOperand) is { } limit:
                return Compare(comparison.OperatorKind, limit, whenTrue);
            default:
                return Unbounded;
        }
    }

    private static int Compare(BinaryOperatorKind kind, int limit, bool whenTrue) => (kind, whenTrue) switch
    {
        (BinaryOperatorKind.LessThan, true) or (BinaryOperatorKind.GreaterThanOrEqual, false) => limit - 1,
        (BinaryOperatorKind.LessThanOrEqual, true) or (BinaryOperatorKind.GreaterThan, false) or (BinaryOperatorKind.Equals, true) or (BinaryOperatorKind.NotEquals, false) => limit,
        _ => Unbounded,
    };

    private static bool IsLengthOf(IOperation value, ISymbol symbol) => Operations.UnwrapImplicit(value) switch
    {
        IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } instance } => Is(SymbolOf(Operations.UnwrapImplicit(instance)), symbol),
        IInvocationOperation { TargetMethod.Name: "Count" } call when call.Arguments.Length == 1 => Is(SymbolOf(Operations.UnwrapImplicit(call.Arguments[0].Value)), symbol),
        _ => false,
    };

    private static bool Leaves(IOperation branch) => branch switch
    {
        IReturnOperation or IBranchOperation => true,
        IExpressionStatementOperation { Operation: IThrowOperation } or IThrowOperation => true,
        IBlockOperation { Operations: { IsEmpty: false } operations } => Leaves(operations[operations.Length - 1]),
        _ => false,
    };

    private int Counted(IForLoopOperation loop)
    {
        if (loop.Condition is not { } condition || Operations.UnwrapImplicit(condition) is not IBinaryOperation { OperatorKind: var kind } comparison)
        {
            return Unbounded;
        }

        var step = 1;
        var counter = SymbolOf(Operations.UnwrapImplicit(comparison.LeftOperand));
        foreach (var change in loop.AtLoopBottom)
        {
            if (change is IExpressionStatementOperation { Operation: ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } compound } && Number(compound.Value) is > 0 and var by)
            {
                step = by;
            }
        }

        // i < limit; going down, i > 0 or i >= 0.
        var initial = loop.Before.SelectMany(before => before.DescendantsAndSelf()).OfType<IVariableDeclaratorOperation>()
            .FirstOrDefault(declarator => Is(declarator.Symbol, counter))?.GetVariableInitializer()?.Value;
        var end = comparison.RightOperand;
        long? runs = kind switch
        {
            BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.NotEquals => (long?)Limit(end) - (Number(initial) ?? 0) + (kind == BinaryOperatorKind.LessThanOrEqual ? 1 : 0),
            BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => (long?)Number(initial) - Number(end) + (kind == BinaryOperatorKind.GreaterThanOrEqual ? 1 : 0),
            _ => null,
        };
        return runs is null or >= Unbounded ? Unbounded : (int)Math.Max((runs.Value + step - 1) / step, 0);
    }

    /// <summary>The value that a counter is compared with: a number, or the length of a sequence.</summary>
    public int? Limit(IOperation end)
    {
        if (Number(end) is { } number)
        {
            return number;
        }

        return Operations.UnwrapImplicit(end) switch
        {
            IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } instance } when Of(instance) is var size and not Unbounded => size,
            IInvocationOperation { TargetMethod: { Name: "Min", ContainingType.Name: "Math" }, Arguments: { Length: 2 } arguments } => (Limit(arguments[0].Value), Limit(arguments[1].Value)) switch
            {
                ({ } left, { } right) => Math.Min(left, right),
                var (left, right) => left ?? right,
            },
            _ => null,
        };
    }

    /// <summary><c>while (count &lt; 5) { … count++; }</c>.</summary>
    private int Repeated(IWhileLoopOperation loop)
    {
        if (loop.Condition is not { } condition || Operations.UnwrapImplicit(condition) is not IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual } comparison
            || Operations.UnwrapImplicit(comparison.LeftOperand) is not ILocalReferenceOperation counter || Number(comparison.RightOperand) is not { } limit)
        {
            return Unbounded;
        }

        var counts = loop.Body.Descendants().OfType<IIncrementOrDecrementOperation>().Any(change => change.Kind == OperationKind.Increment && Is(SymbolOf(change.Target), counter.Local));
        return counts && Declaration(counter)?.GetVariableInitializer()?.Value is { } initial && Number(initial) is { } start
            ? Math.Max(limit - start + (comparison.OperatorKind == BinaryOperatorKind.LessThanOrEqual ? 1 : 0), 0)
            : Unbounded;
    }

    /// <summary>The declarator of a local; null for one that a pattern, an <c>out</c> argument or a deconstruction declares.</summary>
    public static IVariableDeclaratorOperation? Declaration(ILocalReferenceOperation reference)
    {
        if (reference.Local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not { } syntax
            || reference.SemanticModel is not { } model || model.SyntaxTree != syntax.SyntaxTree)
        {
            return null;
        }

        return model.GetOperation(syntax) switch
        {
            IVariableDeclaratorOperation declarator => declarator,
            IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation element } => element,
            ICatchClauseOperation { ExceptionDeclarationOrExpression: IVariableDeclaratorOperation caught } => caught,
            _ => null,
        };
    }

    public static ISymbol? SymbolOf(IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        IConversionOperation conversion => SymbolOf(conversion.Operand),
        IParenthesizedOperation parenthesized => SymbolOf(parenthesized.Operand),
        IConditionalAccessOperation access => SymbolOf(access.Operation),
        IDeclarationExpressionOperation declaration => SymbolOf(declaration.Expression),
        _ => null,
    };

    private static IForEachLoopOperation? DeclaredIn(IVariableDeclaratorOperation declarator) =>
        declarator.Parent is IForEachLoopOperation loop && loop.LoopControlVariable == declarator ? loop : null;

    private static bool Is(ISymbol? left, ISymbol? right) => left is not null && SymbolEqualityComparer.Default.Equals(left, right);

    private static bool IsNumber(ITypeSymbol? type) => type is { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_UInt64 };

    private static bool IsLinq(INamedTypeSymbol? type) => type is { Name: "Enumerable" or "ParallelEnumerable" or "Queryable", ContainingNamespace.Name: "Linq" };

    private static bool IsSequence(ITypeSymbol? type) =>
        type is IArrayTypeSymbol
        || (type is not null && type.SpecialType != SpecialType.System_String && type.AllInterfaces.Any(contract => contract.SpecialType == SpecialType.System_Collections_IEnumerable));

    private static bool IsChangeable(ITypeSymbol type) =>
        type is not IArrayTypeSymbol
        && !type.Name.StartsWith("IReadOnly", StringComparison.Ordinal) && !type.Name.StartsWith("Immutable", StringComparison.Ordinal)
        && type.Name is not ("IEnumerable" or "ReadOnlySpan" or "ReadOnlyCollection" or "FrozenSet");
}
