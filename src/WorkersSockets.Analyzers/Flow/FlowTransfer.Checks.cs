using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What the outcome of a call proves of the data that it was given.</summary>
internal sealed partial class FlowTransfer
{
    private readonly Dictionary<SyntaxNode, IFlowAnonymousFunctionOperation> lambdas = new();

    /// <summary>The condition is a call: a check of a host, or a helper that is one.</summary>
    private void AssumeCall(IInvocationOperation call, bool outcome, FlowState state)
    {
        var method = call.TargetMethod;
        if (Catalog.Find(method, ModelRole.HostCheck) is { } model)
        {
            if (outcome && ArgumentAt(call, model.Value) is { } value)
            {
                Check(value, state);
            }

            return;
        }

        if (OwnershipAttributes.ValidatesHost(method))
        {
            if (outcome)
            {
                foreach (var argument in call.Arguments)
                {
                    Check(argument.Value, state);
                }
            }

            return;
        }

        foreach (var argument in call.Arguments)
        {
            if (outcome && OwnershipAttributes.ValidatesHost(argument.Parameter))
            {
                Check(argument.Value, state);
            }
        }

        if (scope.Compilation.Summaries.Resolve(method) is { } implementation)
        {
            AssumeHelper(call, implementation, outcome, state);
            return;
        }

        if (scope.Compilation.Summaries.ResolveAll(method) is { Length: > 1 } implementations)
        {
            // Every implementation has to check it.
            var summaries = implementations.Select(each => scope.Compilation.Summaries.For(each, scope)).ToList();
            foreach (var argument in call.Arguments)
            {
                if (argument.Parameter is { } parameter && summaries.TrueForAll(each => each.IsKnown && (outcome ? each.Parameter(parameter.Ordinal).ChecksWhenTrue : each.Parameter(parameter.Ordinal).ChecksWhenFalse)))
                {
                    Check(argument.Value, state);
                }
            }

            return;
        }

        if (method.MethodKind == MethodKind.DelegateInvoke && AssumeDelegate(call, outcome, state))
        {
            return;
        }

        if (HostChecks.IsNamedCheck(call))
        {
            if (outcome)
            {
                CheckTexts(call, state);
            }

            return;
        }

        var isUnchecked = HasUncheckedIn(state);
        if (!outcome && method.Name == "Any" && HostChecks.Predicate(call) is null && HostChecks.Collection(call) is { } rest)
        {
            // !hosts.Except(allowed).Any(): none is left.
            if (SourceOf(rest) is IInvocationOperation { TargetMethod: { Name: "Except", ContainingType.Name: "Enumerable" }, Arguments: { Length: >= 2 } operands }
                && !isUnchecked(operands[1].Value))
            {
                Check(operands[0].Value, state);
            }

            return;
        }

        if (HostChecks.Predicate(call) is { } predicate)
        {
            AssumePredicate(call, predicate, outcome, state);
            return;
        }

        if (outcome && HostChecks.ValueChecked(call, isUnchecked, scope.Compilation) is { } compared)
        {
            Check(compared, state);
        }

        if (outcome && method.Name == "TryGetValue" && HostChecks.Collection(call) is { } table && !isUnchecked(table))
        {
            // The value that a table of known hosts gave is known; the key is one of its keys.
            foreach (var argument in call.Arguments)
            {
                if (argument.Parameter?.RefKind == RefKind.Out)
                {
                    Check(argument.Value, state);
                }
            }
        }
    }

    private void AssumeHelper(IInvocationOperation call, IMethodSymbol implementation, bool outcome, FlowState state)
    {
        var summary = scope.Compilation.Summaries.For(implementation, scope);
        if (!summary.IsKnown)
        {
            return;
        }

        CheckArguments(call, summary, known => outcome ? known.ChecksWhenTrue : known.ChecksWhenFalse, state);
        if (outcome)
        {
            CheckMembers(call, summary, known => known.MembersCheckedWhenTrue, state);
        }

        AssumeMembers(call.Instance, summary, outcome, state);
    }

    private void CheckArguments(IInvocationOperation call, MethodSummary summary, Func<ParameterSummary, bool> isChecked, FlowState state)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { } parameter && isChecked(summary.Parameter(parameter.Ordinal)))
            {
                Check(argument.Value, state);
            }
        }

        foreach (var pair in summary.Captured)
        {
            if (isChecked(pair.Value))
            {
                ProveVariable(pair.Key, state);
            }
        }
    }

    /// <summary>A helper has checked members of what it was given: <c>Validate(request)</c> looks at <c>request.Host</c>.</summary>
    private void CheckMembers(IInvocationOperation call, MethodSummary summary, Func<ParameterSummary, IEnumerable<string>> isChecked, FlowState state)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { } parameter && PathOf(Operations.UnwrapData(argument.Value)) is { } path)
            {
                foreach (var members in isChecked(summary.Parameter(parameter.Ordinal)))
                {
                    ProvePath(path.Then(members), state);
                    foreach (var index in PartObjects(argument.Value, members, state, depth: 0))
                    {
                        Prove(index, state, depth: 0);
                    }
                }
            }
        }
    }

    private void ProveVariable(ISymbol variable, FlowState state)
    {
        foreach (var index in state.Value(Storage(variable)).Objects)
        {
            Prove(index, state, depth: 0);
        }
    }

    /// <summary>A method or property of an object that says whether the object's own host is allowed: <c>if (!target.IsAllowed)</c>.</summary>
    private void AssumeMembers(IOperation? instance, MethodSummary summary, bool outcome, FlowState state)
    {
        foreach (var pair in summary.Members)
        {
            if (!(outcome ? pair.Value.ChecksWhenTrue : pair.Value.ChecksWhenFalse))
            {
                continue;
            }

            if (IsOwn(instance))
            {
                ProveVariable(pair.Key, state);
                continue;
            }

            foreach (var index in PartObjects(instance!, pair.Key.Name, state, depth: 0))
            {
                Prove(index, state, depth: 0);
            }

            if (PathOf(instance) is { } path)
            {
                ProvePath(path.Then(pair.Key.Name), state);
            }
        }
    }

    private bool AssumeProperty(IPropertyReferenceOperation property, bool outcome, FlowState state, int depth)
    {
        if (property.Instance is { } nullable && IsNullable(nullable.Type))
        {
            return property.Property.Name == "HasValue" ? AssumeNull(nullable, !outcome, state) : Assume(nullable, outcome, state, depth + 1);
        }

        if (property.Property is { Name: "Success", ContainingType.Name: "Group" or "Match" })
        {
            if (outcome && property.Instance is { } match && SourceOf(match) is IInvocationOperation call && HostChecks.Matched(call, scope.Compilation) is { } text)
            {
                Check(text, state);
            }

            return true;
        }

        if (DataParts.Getter(property.Property) is { } getter && scope.Compilation.Summaries.Resolve(getter) is { } computed)
        {
            AssumeMembers(property.Instance, scope.Compilation.Summaries.For(computed, scope), outcome, state);
        }

        AssumeVerdict(property, verdict => verdict is bool truth && truth == outcome, state);
        return true;
    }

    /// <summary>
    /// What it proves that a value is null or a member of an enum, or that it is not, by the call or choice that gave it; false where
    /// that cannot be.
    /// </summary>
    private bool ProveByResult(IOperation operand, ResultTest test, FlowState state, int depth)
    {
        if (depth > MaximumDataDepth)
        {
            return true;
        }

        switch (operand)
        {
            case { ConstantValue: { HasValue: true, Value: var constant } }:
                return Equals(constant, test.Constant) == test.IsEqual;
            case IConversionOperation { OperatorMethod: null, Operand: var converted }:
                return ProveByResult(converted, test, state, depth + 1);
            case IParenthesizedOperation { Operand: var inner }:
                return ProveByResult(inner, test, state, depth + 1);
            case IAwaitOperation { Operation: var awaited }:
                return ProveByResult(awaited, test, state, depth + 1);
            case IThrowOperation:
                return false;
            case IObjectCreationOperation or IInterpolatedStringOperation or IArrayCreationOperation when operand.Type is { IsReferenceType: true }:
                return test is not { Constant: null, IsEqual: true };
            case ILocalReferenceOperation local:
                return !sourceOf.TryGetValue(local.Local, out var assigned) || assigned is null || ProveByResult(assigned, test, state, depth + 1);
            case IFlowCaptureReferenceOperation capture:
                return Whole(capture) is { } whole ? ProveByResult(whole, test, state, depth + 1)
                    : !conditionOfCapture.TryGetValue(capture.Id, out var captured) || captured is null || ProveByResult(captured, test, state, depth + 1);
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return AssumeEither(
                    [
                        assumed => Assume(choice.Condition, true, assumed) && ProveByResult(choice.WhenTrue, test, assumed, depth + 1),
                        assumed => Assume(choice.Condition, false, assumed) && ProveByResult(whenFalse, test, assumed, depth + 1),
                    ],
                    state);
            case ISwitchExpressionOperation choice:
                return AssumeEither(
                    choice.Arms.Select<ISwitchExpressionArmOperation, Func<FlowState, bool>>(arm => assumed =>
                        ProveByResult(arm.Value, test, assumed, depth + 1)
                        && AssumePattern(choice.Value, arm.Pattern, true, assumed)
                        && (arm.Guard is null || Assume(arm.Guard, true, assumed))),
                    state);
            case IConditionalAccessOperation { WhenNotNull: var member }:
                return test is { Constant: null, IsEqual: true } || ProveByResult(member, test, state, depth + 1);
            case IInvocationOperation call:
                return ProveByCall(call, test, state);
            default:
                return true;
        }
    }

    private bool ProveByCall(IInvocationOperation call, ResultTest test, FlowState state)
    {
        var method = call.TargetMethod;
        if (scope.Compilation.Summaries.Resolve(method) is { } helper)
        {
            var summary = scope.Compilation.Summaries.For(helper, scope);
            CheckArguments(call, summary, known => known.ChecksWhen(test), state);
            CheckMembers(call, summary, known => known.MembersCheckedByResult.TryGetValue(test, out var members) ? members : ImmutableArray<string>.Empty, state);
            return true;
        }

        if (test.Constant is not null)
        {
            return true;
        }

        if (test.IsEqual)
        {
            // "return StatusCode(403)": a library that says so never returns null.
            return !(method.ReturnNullableAnnotation == NullableAnnotation.NotAnnotated && method.ReturnType.IsReferenceType && method.OriginalDefinition.ReturnType.TypeKind != TypeKind.TypeParameter);
        }

        if (HostChecks.Finder(call) is { } predicate)
        {
            // The known host that fits was found.
            ProveByFound(call, predicate, state);
        }
        else if (method.Name is "GetValueOrDefault" && HostChecks.Collection(call) is { } table && !HasUncheckedIn(state)(table) && HostChecks.Key(call) is { } key)
        {
            Check(key, state);
        }

        return true;
    }

    /// <summary><c>known.FirstOrDefault(name => name == host)</c> found one.</summary>
    private void ProveByFound(IInvocationOperation call, IOperation predicate, FlowState state)
    {
        if (HostChecks.Collection(call) is { } sequence && !HasUnchecked(PeekObjects(sequence, state), state))
        {
            Prove(ProvedByLambda(predicate, result: true), state);
        }
    }

    /// <summary>What is checked by code that is not here: the hosts and addresses among its arguments.</summary>
    private void CheckTexts(IInvocationOperation call, FlowState state)
    {
        foreach (var argument in call.Arguments)
        {
            if (DataParts.CanBeDestination(Operations.UnwrapData(argument.Value).Type))
            {
                Check(argument.Value, state);
            }
        }
    }

    /// <summary>A delegate that is made in this body or in a member that keeps it: what its code proves of its parameters. False for any other.</summary>
    private bool AssumeDelegate(IInvocationOperation call, bool outcome, FlowState state) =>
        call.Instance is { } instance && MadeOf(SourceOf(instance)) is { } made && AssumeFunction(made, call, outcome, state);

    /// <summary>The one value that a member which only its own type writes is given; else the operation itself.</summary>
    private IOperation MadeOf(IOperation operation) => operation is IFieldReferenceOperation { Field: { DeclaredAccessibility: Accessibility.Private } or { IsReadOnly: true } } field
        && MemberWrites.Of(field.Field, scope.Compilation.Sources, scope.CancellationToken) is { Length: 1 } writes
            ? writes[0].Value
            : operation;

    /// <summary>What a lambda or method group that is called with the arguments of <paramref name="call"/> proves of them.</summary>
    private bool AssumeFunction(IOperation function, IInvocationOperation call, bool outcome, FlowState state) =>
        AssumeFunction(function, call, known => outcome ? known.ChecksWhenTrue : known.ChecksWhenFalse, outcome, state);

    private bool AssumeFunction(IOperation function, IInvocationOperation call, Func<ParameterSummary, bool> isChecked, bool isTrue, FlowState state)
    {
        var target = FunctionOf(function);
        var summary = target switch
        {
            IFlowAnonymousFunctionOperation or IAnonymousFunctionOperation when Lambda(target) is { } lambda => scope.Compilation.Summaries.ForLambda(lambda, graph, scope),
            IAnonymousFunctionOperation elsewhere => scope.Compilation.Summaries.ForLambda(elsewhere, scope),
            IMethodReferenceOperation { Method: var method } when scope.Compilation.Summaries.Resolve(method) is { } implementation => scope.Compilation.Summaries.For(implementation, scope),
            _ => null,
        };
        if (summary is not null)
        {
            CheckArguments(call, summary, isChecked, state);
            return true;
        }

        // Func<string, bool> isAllowed = Hosts.Contains
        if (isTrue && target is IMethodReferenceOperation { Method.Name: "Contains" or "ContainsKey", Instance: { } set } && set.Type?.SpecialType != SpecialType.System_String && call.Arguments.Length > 0
            && !HasUnchecked(PeekObjects(set, state), state))
        {
            Check(call.Arguments[0].Value, state);
            return true;
        }

        return false;
    }

    /// <summary>The lambda, method or variable that a delegate is made of.</summary>
    private static IOperation FunctionOf(IOperation made) =>
        Operations.UnwrapData(made) is var function && function is IDelegateCreationOperation creation ? Operations.UnwrapData(creation.Target) : function;

    /// <summary><c>checks.All(check => check(host))</c>: each of the checks that a private list holds has passed, or with <c>Any</c> one of them.</summary>
    private void AssumeFunctions(IOperation sequence, IOperation predicate, bool isAll, FlowState state)
    {
        if (FunctionOf(predicate) is not { Syntax: var syntax }
            || scope.Compilation.Sources.OperationOf(syntax, scope.CancellationToken) is not IAnonymousFunctionOperation { Symbol.Parameters: { Length: 1 } parameters, Body.Operations: { Length: 1 } only }
            || only[0] is not IReturnOperation { ReturnedValue: IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: IParameterReferenceOperation called } inner }
            || !SymbolEqualityComparer.Default.Equals(called.Parameter, parameters[0]))
        {
            return;
        }

        var conditions = FunctionsIn(sequence).Select<IOperation, Func<FlowState, bool>>(element => assumed =>
        {
            AssumeFunction(element, inner, outcome: true, assumed);
            return true;
        });
        if (!isAll)
        {
            AssumeEither(conditions, state);
            return;
        }

        foreach (var passed in conditions)
        {
            passed(state);
        }
    }

    /// <summary>The functions that a private list holds from the start.</summary>
    private ImmutableArray<IOperation> FunctionsIn(IOperation sequence) => Operations.UnwrapData(MadeOf(SourceOf(sequence))) switch
    {
        IArrayCreationOperation { Initializer: { } list } => list.ElementValues,
        IArrayInitializerOperation list => list.ElementValues,
        IObjectCreationOperation { Initializer: { } adds } => adds.Initializers.OfType<IInvocationOperation>().Where(add => add.Arguments.Length == 1).Select(add => add.Arguments[0].Value).ToImmutableArray(),
        { Syntax: CollectionExpressionSyntax list } => list.Elements.OfType<ExpressionElementSyntax>()
            .Select(element => scope.Compilation.Sources.OperationOf(element.Expression, scope.CancellationToken)).OfType<IOperation>().ToImmutableArray(),
        _ => ImmutableArray<IOperation>.Empty,
    };

    /// <summary><c>foreach (var check in checks) { if (!check(host)) return …; }</c> came to its end: each of the checks has passed.</summary>
    private void AssumeLoopEnded(IInvocationOperation next, FlowState state)
    {
        if (next is not { TargetMethod.Name: "MoveNext", IsImplicit: true } || next.Syntax.FirstAncestorOrSelf<ForEachStatementSyntax>() is not { } statement
            || scope.Compilation.Sources.OperationOf(statement, scope.CancellationToken) is not IForEachLoopOperation { Locals: { Length: 1 } locals } loop
            || locals[0].Type.TypeKind != TypeKind.Delegate
            || loop.Body.Descendants().Any(part => part is IBranchOperation { BranchKind: BranchKind.Break or BranchKind.GoTo }))
        {
            return;
        }

        foreach (var exit in (loop.Body as IBlockOperation)?.Operations.OfType<IConditionalOperation>() ?? [])
        {
            if (exit.WhenFalse is null && exit.WhenTrue.Leaves() && Passed(exit.Condition, locals[0], outcome: false) is { Call: { } call, Test: var test })
            {
                foreach (var element in FunctionsIn(loop.Collection))
                {
                    if (test is { } asked)
                    {
                        AssumeFunction(element, call, known => known.ChecksWhen(asked), isTrue: false, state);
                    }
                    else
                    {
                        AssumeFunction(element, call, outcome: true, state);
                    }
                }
            }
        }
    }

    /// <summary>The call of a delegate that a condition asks, and what its result is where the condition is <paramref name="outcome"/>: true, or a test of it.</summary>
    private static (IInvocationOperation? Call, ResultTest? Test) Passed(IOperation condition, ILocalSymbol function, bool outcome)
    {
        switch (Operations.UnwrapData(condition))
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand }:
                return Passed(operand, function, !outcome);
            case IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } asked } call when outcome && asked.Names(function):
                return (call, null);
            case IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: null } } } or IRecursivePatternOperation { PropertySubpatterns.IsEmpty: true } or IDeclarationPatternOperation { MatchesNull: false } } test when !outcome:
                return Null(test.Value);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals, RightOperand: var right } test when !outcome && Operations.UnwrapData(right).ConstantValue is { HasValue: true, Value: null }:
                return Null(test.LeftOperand);
            default:
                return default;
        }

        (IInvocationOperation?, ResultTest?) Null(IOperation value) =>
            Operations.UnwrapData(value) is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } asked } call && asked.Names(function) ? (call, new ResultTest(null, IsEqual: true)) : default;
    }

    /// <summary>The graph's lambda; in the source's own operations that is another object of the same syntax.</summary>
    private IFlowAnonymousFunctionOperation? Lambda(IOperation? operation) =>
        operation as IFlowAnonymousFunctionOperation ?? (operation is IAnonymousFunctionOperation source && lambdas.TryGetValue(source.Syntax, out var known) ? known : null);

    /// <summary><c>allowed.Any(known => known == host)</c>, <c>hosts.All(allowed.Contains)</c>.</summary>
    private void AssumePredicate(IInvocationOperation call, IOperation predicate, bool outcome, FlowState state)
    {
        var isAll = call.TargetMethod.Name is "All" or "TrueForAll";
        var sequence = HostChecks.Collection(call);
        if (sequence is not null && HasUnchecked(PeekObjects(sequence, state), state))
        {
            // The elements are the caller's: each of them is proved where all pass, or where none fails.
            if (isAll == outcome && ProvesElement(predicate, isAll, state))
            {
                Check(sequence, state);
            }

            return;
        }

        // One element passes the test, or one fails it.
        if (isAll == outcome)
        {
            if (isAll && sequence is not null)
            {
                AssumeFunctions(sequence, predicate, isAll: true, state);
            }

            return;
        }

        if (!isAll && sequence is not null)
        {
            AssumeFunctions(sequence, predicate, isAll: false, state);
        }

        Prove(ProvedByLambda(predicate, result: !isAll), state);
    }

    private void Prove(IEnumerable<(ISymbol Variable, string? Members)> proved, FlowState state)
    {
        foreach (var (variable, members) in proved)
        {
            if (members is null)
            {
                ProveVariable(variable, state);
            }
            else
            {
                ProvePath(new DataPath(variable, members), state);
            }
        }
    }

    /// <summary>Whether a predicate that returns <paramref name="result"/> proves its argument.</summary>
    private bool ProvesElement(IOperation predicate, bool result, FlowState state)
    {
        switch (Operations.UnwrapData(predicate))
        {
            case IDelegateCreationOperation { Target: var target }:
                return ProvesElement(target, result, state);
            case IMethodReferenceOperation { Method: var method } reference:
            {
                if (scope.Compilation.Summaries.Resolve(method) is { } implementation)
                {
                    var helper = scope.Compilation.Summaries.For(implementation, scope);
                    return helper.IsKnown && (result ? helper.Parameter(0).ChecksWhenTrue : helper.Parameter(0).ChecksWhenFalse);
                }

                return result && method.Name is "Contains" or "ContainsKey" && reference.Instance is { } set
                    && set.Type?.SpecialType != SpecialType.System_String && !HasUnchecked(PeekObjects(set, state), state);
            }

            case IFlowAnonymousFunctionOperation or IAnonymousFunctionOperation when Lambda(Operations.UnwrapData(predicate)) is { } lambda:
            {
                var summary = scope.Compilation.Summaries.ForLambda(lambda, graph, scope);
                var element = summary.IsKnown ? summary.Parameter(0) : ParameterSummary.Unknown;
                return result ? element.ChecksWhenTrue || !element.MembersCheckedWhenTrue.IsEmpty : element.ChecksWhenFalse;
            }

            default:
                return false;
        }
    }

    private IEnumerable<(ISymbol Variable, string? Members)> ProvedByLambda(IOperation predicate, bool result)
    {
        predicate = Operations.UnwrapData(predicate);
        if (predicate is IDelegateCreationOperation creation)
        {
            predicate = creation.Target;
        }

        if (Lambda(predicate) is not { } lambda)
        {
            yield break;
        }

        var summary = scope.Compilation.Summaries.ForLambda(lambda, graph, scope);
        foreach (var pair in summary.Captured)
        {
            if (result ? pair.Value.ChecksWhenTrue : pair.Value.ChecksWhenFalse)
            {
                yield return (pair.Key, null);
            }

            foreach (var members in result ? pair.Value.MembersCheckedWhenTrue : ImmutableArray<string>.Empty)
            {
                yield return (pair.Key, members);
            }
        }
    }

    /// <summary>A call that returned without throwing proves what its attribute or model says of it.</summary>
    private void CheckByReturn(IInvocationOperation call, FlowState state)
    {
        var method = call.TargetMethod;
        if (Handlers.Unwrapped(method.ReturnType) is null && scope.Compilation.Summaries.ResolveAll(method).IsEmpty && HostChecks.IsNamedCheck(call))
        {
            // void EnsureAllowed(string host): it throws where it is not.
            CheckTexts(call, state);
        }

        if (method.ReturnType.SpecialType == SpecialType.System_Boolean
            || method.ReturnType is INamedTypeSymbol { TypeArguments: { Length: 1 } results } && results[0].SpecialType == SpecialType.System_Boolean)
        {
            return;
        }

        if (method.Name is "First" or "Single" or "Last" && HostChecks.Finder(call) is { } predicate)
        {
            ProveByFound(call, predicate, state);
        }

        var model = Catalog.Find(method, ModelRole.HostCheck);
        var isCheck = OwnershipAttributes.ValidatesHost(method);
        foreach (var argument in call.Arguments)
        {
            if (isCheck || argument.Parameter?.Ordinal == model?.Value || OwnershipAttributes.ValidatesHost(argument.Parameter))
            {
                Check(argument.Value, state);
            }
        }
    }
}
