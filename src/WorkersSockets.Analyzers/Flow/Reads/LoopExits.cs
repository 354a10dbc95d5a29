using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>
/// The ways out of a loop that reads. Each condition is evaluated as it is when the peer has closed: a count of 0, a line of null,
/// <c>Done</c>. Where a condition is not understood, the exit counts as one that is taken then.
/// </summary>
internal sealed class LoopExits
{
    /// <summary>How many calls deep a method is looked for that ends the loop.</summary>
    private const int MaximumDepth = 3;

    private readonly IOperation loop;
    private readonly ReadSite site;
    private readonly SocketCompilation compilation;
    private readonly CancellationToken cancellationToken;
    private readonly HashSet<ISymbol> blind = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> seeing = new(SymbolEqualityComparer.Default);

    public LoopExits(IOperation loop, ReadSite site, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        this.loop = loop;
        this.site = site;
        this.compilation = compilation;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>The loop goes on for ever at the end of the stream.</summary>
    public bool NeverSeesEnd()
    {
        if (loop is not IWhileLoopOperation
            && !(loop is IForLoopOperation { AtLoopBottom: var steps } && (steps.IsEmpty || (IsTotal() && steps.Any(step => site.Call.IsInside(step))))))
        {
            return false;
        }

        if (site.ThrowsAtEnd || (site.Target == ResultTarget.PassedOn && !IsTotal()) || site.Model.Returns == ModelResult.All)
        {
            return false;
        }

        CollectVariables();
        if (GivesResultAway())
        {
            return false;
        }

        var condition = loop switch
        {
            IWhileLoopOperation loopWhile => loopWhile.Condition,
            IForLoopOperation loopFor => loopFor.Condition,
            _ => null,
        };
        return (condition is null || AtEnd(condition) is Truth.True or Truth.Unchanged) && !Exits().Any(IsReachedAtEnd);
    }

    /// <summary>What a condition is once the peer has closed.</summary>
    private enum Truth
    {
        /// <summary>Not understood: it may see the end.</summary>
        Unknown,
        True,
        False,

        /// <summary>Whatever it was; the end changes nothing.</summary>
        Unchanged,
    }

    private bool IsReachedAtEnd(IOperation exit) => Guards(exit).Concat(Skips(exit)).All(guard => AtEnd(guard.Condition) is var truth
        && (truth == Truth.Unknown || truth == (guard.IsNegated ? Truth.False : Truth.True)));

    /// <summary>The sum goes to a variable: <c>total += stream.Read(…)</c>.</summary>
    private bool IsTotal() => site.Values.FirstOrDefault()?.Parent is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } compound
        && compound.Target.Symbol() is ILocalSymbol;

    private IEnumerable<IOperation> Exits()
    {
        foreach (var operation in loop.OwnDescendants())
        {
            switch (operation)
            {
                case IReturnOperation { Kind: OperationKind.Return or OperationKind.YieldBreak }:
                    yield return operation;
                    break;
                case IThrowOperation:
                    yield return operation;
                    break;
                case IBranchOperation { BranchKind: BranchKind.Break } branch when BreaksOut(branch):
                    yield return branch;
                    break;
                case IBranchOperation { BranchKind: BranchKind.GoTo } branch when !IsLabelInside(branch.Target):
                    yield return branch;
                    break;
                case IInvocationOperation call when GuardedByCount(call) && MayEndLoop(call):
                    yield return call;
                    break;
            }
        }
    }

    /// <summary>
    /// Whether a call that is made at the end of the stream can end the loop: it throws, leaves the process, closes or cancels
    /// something, or changes a field that the loop may look at.
    /// </summary>
    private bool MayEndLoop(IInvocationOperation call)
    {
        // Methods may call each other in circles: each is looked into once, the nearest first.
        var entered = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default) { call.TargetMethod };
        var waiting = new Queue<(IMethodSymbol Method, int Depth)>();
        waiting.Enqueue((call.TargetMethod, 0));
        while (waiting.Count > 0)
        {
            var (method, depth) = waiting.Dequeue();
            if (MayEnd(method, out var body))
            {
                return true;
            }

            foreach (var operation in body is null ? [] : body.Descendants())
            {
                switch (operation)
                {
                    case IThrowOperation or IAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation }:
                        return true;
                    case IInvocationOperation { TargetMethod: var inner } when depth < MaximumDepth && entered.Add(inner):
                        waiting.Enqueue((inner, depth + 1));
                        break;
                }
            }
        }

        return false;
    }

    /// <summary>Whether a method may end the loop by what it is; otherwise its body, where the source has one.</summary>
    private bool MayEnd(IMethodSymbol method, out IOperation? body)
    {
        body = null;
        if (method.Name is "Close" or "CloseAsync" or "Dispose" or "DisposeAsync" or "Cancel" or "CancelAsync" or "Abort" or "Exit" or "FailFast" or "Kill"
            || method.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "DoesNotReturnAttribute"))
        {
            return true;
        }

        // An event or a callback may do anything.
        body = method.DeclaringSyntaxReferences.Length == 1
            ? compilation.Sources.OperationOf(method.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken), cancellationToken)
            : null;
        return body is null && (method.MethodKind == MethodKind.DelegateInvoke || method.IsAbstract);
    }

    private bool BreaksOut(IBranchOperation branch)
    {
        for (var current = branch.Parent; current is not null && current != loop; current = current.Parent)
        {
            if (current is ILoopOperation or ISwitchOperation)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsLabelInside(ILabelSymbol label) => loop.OwnDescendants().OfType<ILabeledOperation>().Any(labeled => SymbolEqualityComparer.Default.Equals(labeled.Label, label));

    /// <param name="Condition">The condition.</param>
    /// <param name="IsNegated">The exit stands where it is false.</param>
    private sealed record Guard(IOperation Condition, bool IsNegated);

    /// <summary>The conditions, inside the loop and after the read, under which an operation is reached.</summary>
    private IEnumerable<Guard> Guards(IOperation reached)
    {
        for (var current = reached; current.Parent is { } parent && current != loop; current = parent)
        {
            // A condition around the read as well was met when it was read.
            if (site.Call.IsInside(current))
            {
                continue;
            }

            switch (parent)
            {
                case IConditionalOperation conditional when current != conditional.Condition:
                    yield return new Guard(conditional.Condition, current == conditional.WhenFalse);
                    break;
                case ISwitchCaseOperation:
                    yield return new Guard(parent, false);
                    break;
                case ICatchClauseOperation:
                    // Reached by an exception only; the end of the stream is none.
                    yield return new Guard(parent, false);
                    break;
                case IWhileLoopOperation { Condition: { } inner } nested when nested != loop:
                    yield return new Guard(inner, false);
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } both when current == both.RightOperand:
                    yield return new Guard(both.LeftOperand, both.OperatorKind == BinaryOperatorKind.ConditionalOr);
                    break;
            }
        }
    }

    /// <summary>The conditions, behind the read, that start the next round before an operation is reached: <c>if (line is null) continue;</c>.</summary>
    private IEnumerable<Guard> Skips(IOperation reached)
    {
        for (var current = reached; current.Parent is { } parent && current != loop; current = parent)
        {
            if (parent is not IBlockOperation block)
            {
                continue;
            }

            foreach (var earlier in block.Operations.TakeWhile(statement => statement != current))
            {
                if (earlier is IConditionalOperation { WhenFalse: null } skip && EndsInContinue(skip.WhenTrue) && skip.Syntax.Span.End > site.Call.Syntax.SpanStart)
                {
                    yield return new Guard(skip.Condition, true);
                }
            }
        }
    }

    private static bool EndsInContinue(IOperation statement) => statement.Last() is IBranchOperation { BranchKind: BranchKind.Continue };

    // ---- Which variables cannot change at the end of the stream

    private void CollectVariables()
    {
        var sum = IsTotal() ? ((ICompoundAssignmentOperation)site.Values[0].Parent!).Target.Symbol() : null;
        var before = (loop as IForLoopOperation)?.Before ?? ImmutableArray<IOperation>.Empty;
        foreach (var operation in loop.OwnDescendants())
        {
            if (before.Any(operation.IsInside))
            {
                continue;
            }

            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initializer:
                    Assign(declarator.Symbol, initializer.Value, operation);
                    break;
                case ICompoundAssignmentOperation compound when compound.Target.Symbol() is { } target:
                    if (SymbolEqualityComparer.Default.Equals(target, sum) || IsContent(compound.Value) || IsCount(compound.Value))
                    {
                        blind.Add(target);
                    }
                    else
                    {
                        seeing.Add(target);
                    }

                    break;
                case ISimpleAssignmentOperation assignment when assignment.Target.Symbol() is { } assigned:
                    Assign(assigned, assignment.Value, operation);
                    break;
                case IIncrementOrDecrementOperation { Target: var counter } when counter.Symbol() is { } symbol:
                    seeing.Add(symbol);
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument when argument.Value.Symbol() is { } passed:
                    seeing.Add(passed);
                    break;
                case IDeclarationPatternOperation { DeclaredSymbol: { } declared }:
                    seeing.Add(declared);
                    break;
            }
        }

        foreach (var symbol in seeing)
        {
            blind.Remove(symbol);
        }

        if (site.Result is not null && site.Model.Returns != ModelResult.Unit)
        {
            seeing.Add(site.Result);
            blind.Remove(site.Result);
        }
    }

    private void Assign(ISymbol target, IOperation value, IOperation at)
    {
        if (SymbolEqualityComparer.Default.Equals(target, site.Result))
        {
            return;
        }

        if (IsContent(value) && !GuardedByCount(at))
        {
            blind.Add(target);
        }
        else if (value.Unwrap() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum
            && (IsCount(sum.LeftOperand) || IsCount(sum.RightOperand)) && (sum.LeftOperand.Names(target) || sum.RightOperand.Names(target)))
        {
            blind.Add(target);
        }
        else if (value.Unwrap().ConstantValue.HasValue && !GuardedByCount(at) && !IsReachedAtEnd(at))
        {
            // running = false under a condition that cannot change.
        }
        else
        {
            seeing.Add(target);
        }
    }

    private bool GuardedByCount(IOperation at) => Guards(at).Any(guard => MentionsResult(guard.Condition));

    private bool IsCount(IOperation value) => site.Model.Returns switch
    {
        ModelResult.Count => site.Result is not null && value.Names(site.Result),
        ModelResult.Result => value.Unwrap() is IPropertyReferenceOperation { Property.Name: "Length", Instance: { } bytes }
            && IsBytes(bytes.Unwrap()),
        _ => false,
    };

    /// <summary>The bytes of one chunk (Workers).</summary>
    private bool IsBytes(IOperation value) => value is IPropertyReferenceOperation { Property.Name: "Bytes", Instance: { } result }
        ? IsResult(result)
        : site.Bytes is { } bytes && value.Names(bytes);

    /// <summary>Text or bytes of what was read: at the end, the same as before or empty.</summary>
    private bool IsContent(IOperation value)
    {
        var inner = value.Unwrap();
        switch (inner)
        {
            case IInvocationOperation call:
                if (compilation.Catalog.Find(call.TargetMethod, ModelRole.Decode) is not null)
                {
                    return true;
                }

                if (call.TargetMethod.Name == "ToString" && call.Arguments.IsEmpty && call.TargetMethod.ContainingType.Name is "StringBuilder" or "String")
                {
                    return true;
                }

                return call.TargetMethod.ContainingType.SpecialType == SpecialType.System_String && call.Type?.SpecialType == SpecialType.System_String
                    && call.Instance is { } text && (IsContent(text) || (text.Symbol() is { } symbol && blind.Contains(symbol)));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum:
                return sum.Type?.SpecialType == SpecialType.System_String && (IsContent(sum.LeftOperand) || IsContent(sum.RightOperand));
            case IConversionOperation or null:
                return false;
            default:
                return inner.Symbol() is { } local && blind.Contains(local);
        }
    }

    // ---- Conditions

    private bool MentionsResult(IOperation condition) => condition.DescendantsAndSelf().Any(part => part == site.Call
        || (part is ILocalReferenceOperation local
            && (SymbolEqualityComparer.Default.Equals(local.Local, site.Result) || SymbolEqualityComparer.Default.Equals(local.Local, site.Bytes))));

    private Truth AtEnd(IOperation condition)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var value = condition.Unwrap();
        switch (value)
        {
            case { ConstantValue: { HasValue: true, Value: bool constant } }:
                return constant ? Truth.True : Truth.False;
            case ICatchClauseOperation:
                return Truth.Unchanged;
            case ISwitchCaseOperation { Parent: ISwitchOperation choice } branch:
                return IsResult(choice.Value) ? OfCases(branch) : AtEnd(choice.Value);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return AtEnd(not.Operand) switch
                {
                    Truth.True => Truth.False,
                    Truth.False => Truth.True,
                    var truth => truth,
                };
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And } both when both.Type?.SpecialType == SpecialType.System_Boolean:
                return And(AtEnd(both.LeftOperand), AtEnd(both.RightOperand), Truth.False, Truth.True);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or } either when either.Type?.SpecialType == SpecialType.System_Boolean:
                return And(AtEnd(either.LeftOperand), AtEnd(either.RightOperand), Truth.True, Truth.False);
        }

        if (MentionsResult(value))
        {
            return OfResult(value);
        }

        return IsUnchanged(value) ? Truth.Unchanged : Truth.Unknown;
    }

    /// <summary>One operand that has the value <paramref name="decides"/> decides; only both together give <paramref name="neutral"/>.</summary>
    private static Truth And(Truth left, Truth right, Truth decides, Truth neutral)
    {
        if (left == decides || right == decides)
        {
            return decides;
        }

        if (left == Truth.Unknown || right == Truth.Unknown)
        {
            return Truth.Unknown;
        }

        return left == neutral ? right : right == neutral ? left : Truth.Unchanged;
    }

    /// <summary>A condition on the count (0 at the end), the byte (-1), the line (null) or <c>Done</c> (true).</summary>
    private Truth OfResult(IOperation value)
    {
        switch (value)
        {
            case IPropertyReferenceOperation { Property.Name: "Done" }:
                return Truth.True;
            case IBinaryOperation binary when Operations.IsComparison(binary.OperatorKind):
                return Compare(binary);
            case IIsPatternOperation { Pattern: var pattern } test when IsResult(test.Value):
                return Match(pattern);
            case IInvocationOperation { Arguments.Length: 1 } call when IsNullTest(call.TargetMethod) && IsResult(call.Arguments[0].Value):
                return Truth.True;
            default:
                return Truth.Unknown;
        }
    }

    private bool IsNullTest(IMethodSymbol method) => site.Model.Returns == ModelResult.Line
        && method is { Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace", ContainingType.SpecialType: SpecialType.System_String };

    /// <summary>Whether a section of a <c>switch</c> over the result is the one that the end of the stream selects.</summary>
    private Truth OfCases(ISwitchCaseOperation section)
    {
        var result = Truth.False;
        foreach (var clause in section.Clauses)
        {
            var truth = clause switch
            {
                ISingleValueCaseClauseOperation { Value: var value } when site.Model.Returns == ModelResult.Line => Of(value.Unwrap().ConstantValue is { HasValue: true, Value: null }),
                ISingleValueCaseClauseOperation { Value: var value } when site.Model.Returns != ModelResult.Result && value.Number() is { } number => Of(number == (site.Model.Returns == ModelResult.Unit ? -1 : 0)),
                IPatternCaseClauseOperation { Guard: var guard, Pattern: var pattern } => Match(pattern) is var match && match == Truth.True && guard is not null ? Truth.Unknown : match,
                _ => Truth.Unknown,
            };
            if (truth == Truth.True)
            {
                return truth;
            }

            result = truth == Truth.Unknown ? truth : result;
        }

        return result;
    }

    private Truth Compare(IBinaryOperation binary)
    {
        var flipped = IsResult(binary.RightOperand);
        if (!flipped && !IsResult(binary.LeftOperand))
        {
            return Truth.Unknown;
        }

        var other = (flipped ? binary.LeftOperand : binary.RightOperand).Unwrap();
        if (site.Model.Returns == ModelResult.Line)
        {
            var isNull = other.ConstantValue is { HasValue: true, Value: null };
            return binary.OperatorKind switch
            {
                _ when !other.ConstantValue.HasValue => Truth.Unknown,
                BinaryOperatorKind.Equals => Of(isNull),
                BinaryOperatorKind.NotEquals => Of(!isNull),
                _ => Truth.Unknown,
            };
        }

        if (site.Model.Returns == ModelResult.Unit && other.Type?.SpecialType is SpecialType.System_Byte or SpecialType.System_Char && binary.OperatorKind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals)
        {
            // No byte and no character is -1.
            return Of(binary.OperatorKind == BinaryOperatorKind.NotEquals);
        }

        if (other.Number() is not { } number || site.Model.Returns == ModelResult.Result)
        {
            return Truth.Unknown;
        }

        long end = site.Model.Returns == ModelResult.Unit ? -1 : 0;
        var (left, right) = flipped ? (number, end) : (end, number);
        return binary.OperatorKind switch
        {
            BinaryOperatorKind.Equals => Of(left == right),
            BinaryOperatorKind.NotEquals => Of(left != right),
            BinaryOperatorKind.LessThan => Of(left < right),
            BinaryOperatorKind.LessThanOrEqual => Of(left <= right),
            BinaryOperatorKind.GreaterThan => Of(left > right),
            BinaryOperatorKind.GreaterThanOrEqual => Of(left >= right),
            _ => Truth.Unknown,
        };
    }

    private Truth Match(IPatternOperation pattern)
    {
        long end = site.Model.Returns == ModelResult.Unit ? -1 : 0;
        switch (pattern)
        {
            case INegatedPatternOperation not:
                return Match(not.Pattern) switch
                {
                    Truth.True => Truth.False,
                    Truth.False => Truth.True,
                    var truth => truth,
                };
            case IDiscardPatternOperation or IDeclarationPatternOperation { MatchesNull: true }:
                return Truth.True;
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both:
                return And(Match(both.LeftPattern), Match(both.RightPattern), Truth.False, Truth.True);
            case IBinaryPatternOperation either:
                return And(Match(either.LeftPattern), Match(either.RightPattern), Truth.True, Truth.False);
            case IRecursivePatternOperation or IDeclarationPatternOperation or ITypePatternOperation when site.Model.Returns == ModelResult.Line:
                // Null matches none of them.
                return Truth.False;
            case IConstantPatternOperation constant when site.Model.Returns == ModelResult.Line:
                return Of(constant.Value.Unwrap().ConstantValue is { HasValue: true, Value: null });
            case IConstantPatternOperation constant when site.Model.Returns != ModelResult.Result && constant.Value.Number() is { } number:
                return Of(number == end);
            case IRelationalPatternOperation relational when site.Model.Returns != ModelResult.Result && relational.Value.Number() is { } number:
                return relational.OperatorKind switch
                {
                    BinaryOperatorKind.LessThan => Of(end < number),
                    BinaryOperatorKind.LessThanOrEqual => Of(end <= number),
                    BinaryOperatorKind.GreaterThan => Of(end > number),
                    BinaryOperatorKind.GreaterThanOrEqual => Of(end >= number),
                    _ => Truth.Unknown,
                };
            default:
                return Truth.Unknown;
        }
    }

    private static Truth Of(bool value) => value ? Truth.True : Truth.False;

    private bool IsResult(IOperation operation) => operation.Unwrap() is var value
        && (site.Values.Any(read => read.Unwrap() == value) || (site.Result is not null && value.Names(site.Result))
            || (value is ISimpleAssignmentOperation assignment && site.Result is not null && assignment.Target.Names(site.Result)));

    /// <summary>A condition that the end of the stream does not change.</summary>
    private bool IsUnchanged(IOperation value)
    {
        switch (value)
        {
            case IBinaryOperation binary when Operations.IsComparison(binary.OperatorKind):
                return IsUnchangedComparison(binary);
            case IIsPatternOperation { Pattern: IConstantPatternOperation { Value: var constant } } test:
                return constant.Unwrap().ConstantValue is { HasValue: true, Value: not (null or "" or 0) } && IsUnchangedOperand(test.Value);
            case IInvocationOperation { Type.SpecialType: SpecialType.System_Boolean } call:
                return IsSearch(call) && call.Instance is { } text && IsTextOperand(text)
                    && call.Arguments.All(argument => argument.ArgumentKind == ArgumentKind.DefaultValue
                        || argument.Value.Unwrap() is { ConstantValue: { HasValue: true, Value: not "" } } or IFieldReferenceOperation);
            case IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" or "Connected" or "CanRead" }:
                return true;
            default:
                return value is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation
                    && value.Type?.SpecialType == SpecialType.System_Boolean && !seeing.Contains(value.Symbol()!);
        }
    }

    private bool IsUnchangedComparison(IBinaryOperation binary)
    {
        // text == "" and text.Length == 0 see the end; they do change.
        if (binary.LeftOperand.Unwrap().ConstantValue is { HasValue: true, Value: "" or 0 or null } || binary.RightOperand.Unwrap().ConstantValue is { HasValue: true, Value: "" or null })
        {
            return false;
        }

        // What is left of a size that the count is taken from.
        if (binary.RightOperand.Number() == 0 && binary.LeftOperand.Symbol() is { } rest && blind.Contains(rest) && IsAccumulator(rest)
            && rest is ILocalSymbol { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 })
        {
            return true;
        }

        if (binary.RightOperand.Number() == 0 && !(binary.LeftOperand.Unwrap() is IInvocationOperation { TargetMethod.Name: "IndexOf" or "LastIndexOf" }))
        {
            return false;
        }

        return IsUnchangedOperand(binary.LeftOperand) && IsUnchangedOperand(binary.RightOperand);
    }

    private bool IsUnchangedOperand(IOperation operand)
    {
        var value = operand.Unwrap();
        if (value.ConstantValue.HasValue)
        {
            return true;
        }

        switch (value)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum:
                return IsUnchangedOperand(sum.LeftOperand) && IsUnchangedOperand(sum.RightOperand);
            case IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } owner }:
                // A total length only grows; the length of the latest chunk is zero at the end.
                return owner.Unwrap() is not IInvocationOperation && owner.Symbol() is { } symbol && !seeing.Contains(symbol)
                    && (!blind.Contains(symbol) || IsAccumulator(symbol));
            case IInvocationOperation call:
                return IsContent(call) || (IsSearch(call) && call.Instance is { } text && IsTextOperand(text));
            case ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation:
                return !seeing.Contains(value.Symbol()!);
            default:
                return false;
        }
    }

    private bool IsAccumulator(ISymbol symbol) => loop.OwnDescendants().OfType<ICompoundAssignmentOperation>().Any(compound => compound.Target.Names(symbol));

    private static bool IsSearch(IInvocationOperation call) => call.TargetMethod.ContainingType.SpecialType == SpecialType.System_String
        && call.TargetMethod.Name is "Contains" or "EndsWith" or "StartsWith" or "Equals" or "IndexOf" or "LastIndexOf";

    private bool IsTextOperand(IOperation text) => IsContent(text) || (text.Symbol() is { } symbol && !seeing.Contains(symbol) && blind.Contains(symbol));

    /// <summary>The result goes to code that may look at it and throw or set something.</summary>
    private bool GivesResultAway()
    {
        foreach (var operation in loop.OwnDescendants())
        {
            // These throw on empty text, which ends the loop too.
            if (operation is IInvocationOperation { TargetMethod.Name: "Parse" or "ParseExact" or "Deserialize" or "DeserializeObject" or "Substring" or "First" or "Single" or "Last" }
                && IsReachedAtEnd(operation))
            {
                return true;
            }

            var isResult = (site.Result is not null && operation is ILocalReferenceOperation local && SymbolEqualityComparer.Default.Equals(local.Local, site.Result))
                || (site.Target == ResultTarget.Inline && site.Values.Contains(operation));
            if (!isResult || !IsReachedAtEnd(operation))
            {
                continue;
            }

            var current = operation;
            while (current.Parent is IConversionOperation or IParenthesizedOperation)
            {
                current = current.Parent;
            }

            switch (current.Parent)
            {
                case IArgumentOperation { Parent: IInvocationOperation call } argument when !SeesNothing(call, argument):
                    return true;
                case IArgumentOperation { Parent: IObjectCreationOperation creation } when site.Model.Returns == ModelResult.Result || creation.Type?.Locations.Any(place => place.IsInSource) == true:
                    return true;
                case IReturnOperation:
                    return true;
                case IInvocationOperation when site.Model.Returns == ModelResult.Line:
                case IPropertyReferenceOperation when site.Model.Returns == ModelResult.Line:
                    // A member of the line: null throws here.
                    return true;
                case IConditionalAccessOperation or ICoalesceOperation or ICoalesceAssignmentOperation or IForEachLoopOperation:
                    return true;
                case IIncrementOrDecrementOperation or IArrayElementReferenceOperation:
                case IBinaryOperation { Parent: IArrayElementReferenceOperation }:
                    // buffer[n - 1] throws at the end.
                    return true;
            }
        }

        return false;
    }

    /// <summary>The callee cannot end the loop: not in source, or it neither compares the argument nor passes it on.</summary>
    private bool SeesNothing(IInvocationOperation call, IArgumentOperation argument)
    {
        var method = call.TargetMethod;
        var isInSource = method.Locations.Any(place => place.IsInSource);
        if (method.MethodKind == MethodKind.DelegateInvoke || (isInSource && (method.IsAbstract || method.IsVirtual)))
        {
            return false;
        }

        if (!isInSource)
        {
            if (IsNullTest(method))
            {
                return true;
            }

            // ArgumentNullException.ThrowIfNull(line), Debug.Assert(…).
            return site.Model.Returns == ModelResult.Line
                ? !method.Name.StartsWith("IsNull", StringComparison.Ordinal) && !method.Name.StartsWith("ThrowIf", StringComparison.Ordinal)
                    && method.Name is "WriteLine" or "Write" or "AppendLine" or "Append" or "Add" or "WriteLineAsync" or "LogInformation" or "Enqueue"
                : !method.Name.StartsWith("ThrowIf", StringComparison.Ordinal);
        }

        if (argument.Parameter is not { } parameter || method.DeclaringSyntaxReferences.Length != 1
            || compilation.Sources.OperationOf(method.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken), cancellationToken) is not { } body)
        {
            return false;
        }

        return body.DescendantsAndSelf().OfType<IParameterReferenceOperation>().Where(reference => SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter))
            .All(reference => reference.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.DeclaringSyntaxReferences.IsEmpty: true } });
    }
}
