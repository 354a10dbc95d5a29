using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Small questions on operations.</summary>
internal static class Operations
{
    /// <summary>The operation without conversions and parentheses around it.</summary>
    public static IOperation Unwrap(this IOperation operation) => Unwrap(operation, static each => each switch
    {
        IConversionOperation conversion => conversion.Operand,
        IParenthesizedOperation parenthesized => parenthesized.Operand,
        _ => null,
    });

    /// <summary>
    /// The operation without what the compiler puts around it: built-in conversions, a query's translation, a delegate made of a
    /// delegate; and without parentheses.
    /// </summary>
    public static IOperation UnwrapImplicit(this IOperation operation) => Unwrap(operation, static each => each switch
    {
        IConversionOperation { OperatorMethod: null } conversion => conversion.Operand,
        IParenthesizedOperation parenthesized => parenthesized.Operand,
        ITranslatedQueryOperation query => query.Operation,
        IDelegateCreationOperation { Target: not (IAnonymousFunctionOperation or IMethodReferenceOperation) } creation => creation.Target,
        _ => null,
    });

    /// <summary>The expression without the conversions, parentheses and awaits that leave its value as it is.</summary>
    public static IOperation UnwrapValue(this IOperation operation) => Unwrap(operation, static each => each switch
    {
        IConversionOperation { OperatorMethod: null } conversion => conversion.Operand,
        IParenthesizedOperation parenthesized => parenthesized.Operand,
        IAwaitOperation awaited => awaited.Operation,
        _ => null,
    });

    /// <summary>What an argument is in the end: the operation below conversions of any kind, parentheses and awaits.</summary>
    public static IOperation UnwrapData(this IOperation operation) => Unwrap(operation, static each => each switch
    {
        IConversionOperation conversion => conversion.Operand,
        IParenthesizedOperation parenthesized => parenthesized.Operand,
        IArgumentOperation argument => argument.Value,
        IAwaitOperation awaited => awaited.Operation,
        _ => null,
    });

    private static IOperation Unwrap(IOperation operation, Func<IOperation, IOperation?> inner)
    {
        while (inner(operation) is { } next)
        {
            operation = next;
        }

        return operation;
    }

    /// <summary>The last statement of a branch: of a block the last one in it, else the operation itself.</summary>
    public static IOperation Last(this IOperation branch)
    {
        while (branch is IBlockOperation { Operations: { Length: > 0 } operations })
        {
            branch = operations[operations.Length - 1];
        }

        return branch;
    }

    /// <summary>Whether a branch ends in <c>return</c> or <c>throw</c>.</summary>
    public static bool Leaves(this IOperation branch) =>
        branch.Last() is IReturnOperation or IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation };

    /// <summary>The root of the body that the operation stands in.</summary>
    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    /// <summary>The local, parameter, field or property that the operation names, or null.</summary>
    public static ISymbol? Symbol(this IOperation? operation) => operation?.Unwrap() switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation { Arguments.IsEmpty: true } property => property.Property,
        IDeclarationExpressionOperation declaration => declaration.Expression.Symbol(),
        _ => null,
    };

    public static bool Names(this IOperation? operation, ISymbol symbol) => SymbolEqualityComparer.Default.Equals(operation.Symbol(), symbol);

    /// <summary>The constant number, or null.</summary>
    public static long? Number(this IOperation? operation) => operation?.ConstantValue is { HasValue: true, Value: { } value }
        ? value switch
        {
            int number => number,
            long number => number,
            byte number => number,
            sbyte number => number,
            short number => number,
            ushort number => number,
            uint number => number,
            char character => character,
            _ => null,
        }
        : operation is IConversionOperation conversion ? conversion.Operand.Number() : null;

    /// <summary>The lambda, local function or body root that the operation stands in.</summary>
    public static IOperation Function(this IOperation operation)
    {
        var current = operation;
        while (current.Parent is { } parent && current is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
        {
            current = parent;
        }

        return current;
    }

    /// <summary>The type whose code the operation stands in, or null.</summary>
    public static INamedTypeSymbol? Owner(this IOperation operation, SocketCompilation compilation, CancellationToken cancellationToken) =>
        compilation.Sources.For(operation.Syntax.SyntaxTree)?.GetEnclosingSymbol(operation.Syntax.SpanStart, cancellationToken)?.ContainingType;

    /// <summary>Every operation inside, without those of nested lambdas and local functions.</summary>
    public static IEnumerable<IOperation> OwnDescendants(this IOperation operation)
    {
        var pending = new Stack<IOperation>();
        pending.Push(operation);
        while (pending.Count > 0)
        {
            var current = pending.Pop();
            yield return current;
            foreach (var child in current.ChildOperations.Reverse())
            {
                if (child is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
                {
                    pending.Push(child);
                }
            }
        }
    }

    public static bool IsInside(this IOperation operation, IOperation ancestor)
    {
        for (var current = operation; current is not null; current = current.Parent)
        {
            if (current == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The argument given for the parameter at a position of the definition (an extension's <c>this</c> counts), or null.</summary>
    public static IOperation? Argument(this ImmutableArray<IArgumentOperation> arguments, int position)
    {
        foreach (var argument in arguments)
        {
            if (position >= 0 && argument.Parameter?.Ordinal == position && argument.ArgumentKind != ArgumentKind.DefaultValue)
            {
                return argument.Value;
            }
        }

        return null;
    }

    /// <summary>The receiver of a call: <c>this</c> argument of an extension, the checked part of <c>?.</c>.</summary>
    public static IOperation? ReceiverOf(IInvocationOperation call) => Resolve(WrittenReceiver(call));

    /// <summary>The receiver of a call as it is written, also where an extension is called as a static method; null for other operations.</summary>
    public static IOperation? WrittenReceiver(IOperation operation) => operation switch
    {
        IInvocationOperation { Instance: { } instance } => instance,
        IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: { IsEmpty: false } arguments } => arguments[0].Value,
        _ => null,
    };

    /// <summary>What stands before <c>?.</c> where the operation is its placeholder.</summary>
    public static IOperation? Resolve(IOperation? operation)
    {
        var current = operation?.Unwrap();
        if (current is not IConditionalAccessInstanceOperation placeholder)
        {
            return current;
        }

        // The innermost conditional access whose right side holds the placeholder.
        for (IOperation? child = placeholder; child?.Parent is { } parent; child = parent)
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
            {
                return Resolve(access.Operation);
            }
        }

        return null;
    }

    /// <summary>The operation together with the <c>?.</c> that it is the right side of.</summary>
    public static IOperation WithConditionalAccess(this IOperation operation)
    {
        var current = operation;
        while (current.Parent is IConditionalAccessOperation access && access.WhenNotNull == current)
        {
            current = access;
        }

        return current;
    }

    public static bool IsTask(ITypeSymbol? type) => type is INamedTypeSymbol
    {
        Name: "Task" or "ValueTask" or "ConfiguredTaskAwaitable" or "ConfiguredValueTaskAwaitable" or "TaskAwaiter" or "ValueTaskAwaiter",
    };

    /// <summary>
    /// The outermost expression that has the value of <paramref name="operation"/>: through <c>await</c>, <c>ConfigureAwait</c>,
    /// <c>AsTask</c>, <c>GetAwaiter().GetResult()</c>, <c>Result</c>, <c>?.</c>, casts and parentheses.
    /// </summary>
    public static IOperation Outermost(this IOperation operation)
    {
        var current = operation;
        while (true)
        {
            switch (current.Parent)
            {
                case IConversionOperation or IParenthesizedOperation or IAwaitOperation:
                    current = current.Parent;
                    continue;
                case IConditionalAccessOperation access when access.WhenNotNull == current:
                    current = access;
                    continue;
                case ICoalesceOperation coalesce when coalesce.Value == current:
                    current = coalesce;
                    continue;
                case IInvocationOperation call when call.Instance == current && call.TargetMethod.PassesTaskOn():
                    current = call;
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation call } argument
                    when call.TargetMethod.IsExtensionMethod && argument.Parameter?.Ordinal == 0 && call.TargetMethod.PassesTaskOn():
                    current = call;
                    continue;
                case IPropertyReferenceOperation { Property.Name: "Result" } property when property.Instance == current && IsTask(property.Property.ContainingType):
                    current = property;
                    continue;
                default:
                    return current;
            }
        }
    }

    /// <summary>The Begin method that a call makes a task of, with its object: <c>Task.Factory.FromAsync(client.BeginConnect, client.EndConnect, …)</c>.</summary>
    public static IMethodReferenceOperation? BeginMethod(this IInvocationOperation call) =>
        call is { TargetMethod: { Name: "FromAsync", ContainingType.Name: "TaskFactory" }, Arguments: { IsEmpty: false } arguments }
            ? (arguments[0].Value.Unwrap() as IDelegateCreationOperation)?.Target as IMethodReferenceOperation
            : null;

    /// <summary>
    /// Whether a call gives on the task that it is called on, to be awaited in its place: <c>ConfigureAwait</c>, <c>AsTask</c>, or an
    /// extension that is short for one of them (<c>task.NoContext()</c>).
    /// </summary>
    public static bool PassesTaskOn(this IMethodSymbol method) =>
        method.Name is "ConfigureAwait" or "AsTask" or "WaitAsync" or "GetAwaiter" or "GetResult" or "Preserve" || method.IsShortForConfigureAwait();

    /// <summary>Whether a method is an extension of a task that returns what <c>ConfigureAwait</c> returns.</summary>
    public static bool IsShortForConfigureAwait(this IMethodSymbol method) =>
        method is { IsExtensionMethod: true, ReturnType.Name: "ConfiguredTaskAwaitable" or "ConfiguredValueTaskAwaitable" };

    /// <summary>The closest loop around the operation inside its function, or null.</summary>
    public static IOperation? EnclosingLoop(this IOperation operation)
    {
        for (var current = operation; current.Parent is { } parent && current is not (IAnonymousFunctionOperation or ILocalFunctionOperation); current = parent)
        {
            // The collection of a foreach is evaluated once.
            if (parent is ILoopOperation loop && !(loop is IForEachLoopOperation each && current == each.Collection)
                && !(loop is IForLoopOperation counted && counted.Before.Contains(current)))
            {
                return loop;
            }
        }

        return null;
    }

    /// <summary>Short name for messages: the variable, or the expression's own text.</summary>
    public static string NameOf(IOperation? operation) => operation.Symbol()?.Name ?? operation?.Syntax.ToString() ?? "";

    public static bool IsComparison(BinaryOperatorKind kind) => kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals
        or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual;
}
