using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>
/// What <c>Available</c> has said before a read: so many bytes wait in the system's buffer, and a read of no more than them returns
/// all that it asks for.
/// </summary>
internal sealed class BufferedBytes
{
    private readonly SourceModels sources;

    /// <summary>Every place of the body that asks, in the order of the source.</summary>
    private readonly Lazy<List<IPropertyReferenceOperation>> questions;

    /// <param name="sources">For the sizes of buffers.</param>
    /// <param name="root">The body, which is walked once, at the first question.</param>
    public BufferedBytes(SourceModels sources, IOperation root)
    {
        this.sources = sources;
        questions = new(() => root.Descendants().OfType<IPropertyReferenceOperation>().Where(IsQuestion).OrderBy(question => question.Syntax.SpanStart).ToList());
    }

    /// <summary>Whether a read asks for bytes that are known to be there.</summary>
    public bool Cover(ReadSite site) => questions.Value.Count > 0 && (IsSizedByAnswer(site) || IsCheckedBefore(site));

    private static bool IsQuestion(IPropertyReferenceOperation property) => property.Property.Name == "Available";

    /// <summary>As many bytes as there are: <c>new byte[client.Available]</c>.</summary>
    private bool IsSizedByAnswer(ReadSite site)
    {
        if (site.Count is not null && MentionsAnswer(site.Count, site))
        {
            return true;
        }

        return site.Storage is ILocalSymbol local
            && sources.IndexOf(site.Call).InitialValue(local)?.Unwrap() is IArrayCreationOperation { DimensionSizes: { Length: 1 } sizes } && MentionsAnswer(sizes[0], site);
    }

    private bool MentionsAnswer(IOperation size, ReadSite site) => size.DescendantsAndSelf().Any(part =>
        part is IPropertyReferenceOperation property && IsQuestion(property)
        || (part is ILocalReferenceOperation local
            && sources.IndexOf(site.Call).InitialValue(local.Local)?.DescendantsAndSelf().OfType<IPropertyReferenceOperation>().Any(IsQuestion) == true));

    /// <summary>At least as many: <c>if (client.Available &lt; 4) return;</c> or <c>while (socket.Available &lt; header.Length) Thread.Sleep(1);</c> before it. The nearest question counts.</summary>
    private bool IsCheckedBefore(ReadSite site)
    {
        var start = site.Call.Syntax.SpanStart;
        var asked = questions.Value;
        var (low, high) = (0, asked.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = asked[middle].Syntax.SpanStart < start ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && OuterValue(asked[low - 1]).Parent is IBinaryOperation comparison && Enough(comparison, asked[low - 1], site) is { } holds && IsReachedBy(comparison, holds, site.Call);
    }

    /// <summary>Whether the comparison must be true or false for all the bytes of the read to be there; null where it says too little.</summary>
    private bool? Enough(IBinaryOperation comparison, IOperation question, ReadSite site)
    {
        var isLeft = question.IsInside(comparison.LeftOperand);
        var limit = isLeft ? comparison.RightOperand : comparison.LeftOperand;
        var kind = comparison.OperatorKind;
        bool? holds = kind switch
        {
            BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.GreaterThan => isLeft,
            BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual => !isLeft,
            BinaryOperatorKind.Equals => true,
            BinaryOperatorKind.NotEquals => false,
            _ => null,
        };
        if (holds is null)
        {
            return null;
        }

        // More than 3 are 4.
        var isStrict = holds == true ? kind is BinaryOperatorKind.GreaterThan or BinaryOperatorKind.LessThan : kind is BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.LessThanOrEqual;
        var covers = limit.Number() is { } number
            ? BodyReads.Size(site, sources) is { } size && size <= number + (isStrict ? 1 : 0)
            : IsWanted(limit.Unwrap(), site);
        return covers ? holds : null;
    }

    /// <summary>The limit is what the read asks for, by name: its count, or the length of its buffer.</summary>
    private static bool IsWanted(IOperation limit, ReadSite site) => limit switch
    {
        IPropertyReferenceOperation { Property.Name: "Length", Instance: { } owner } when site.Count is null || site.Count.Unwrap() is IPropertyReferenceOperation { Property.Name: "Length" } =>
            site.Storage is { } storage && owner.Names(storage),
        _ => limit.Symbol() is { } wanted && site.Count.Names(wanted),
    };

    /// <summary>Whether the read is reached only where the comparison has the value <paramref name="holds"/>.</summary>
    private static bool IsReachedBy(IOperation comparison, bool holds, IOperation read)
    {
        var condition = comparison;
        for (; condition.Parent is IParenthesizedOperation or IConversionOperation or IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } or IBinaryOperation; condition = condition.Parent)
        {
            switch (condition.Parent)
            {
                case IUnaryOperation:
                    holds = !holds;
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } when holds:
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } when !holds:
                    break;
                case IBinaryOperation:
                    return false;
            }
        }

        return condition.Parent switch
        {
            IConditionalOperation choice when condition == choice.Condition => (holds ? choice.WhenTrue : choice.WhenFalse) is { } branch && read.IsInside(branch)
                || ((holds ? choice.WhenFalse : choice.WhenTrue) is { } other && LeavesFor(other) && IsBehind(choice, read)),
            IWhileLoopOperation loop when condition == loop.Condition => holds ? loop.ConditionIsTop && read.IsInside(loop.Body) : IsBehind(loop, read),

            // SpinWait.SpinUntil(() => client.Available >= 4);
            IReturnOperation { Parent: IBlockOperation { Parent: IAnonymousFunctionOperation function } } when holds =>
                function.Parent is IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "SpinUntil", Parameters.Length: 1 } } wait } }
                && wait.Parent is { } statement && IsBehind(statement, read),
            _ => false,
        };
    }

    private static bool LeavesFor(IOperation branch) => branch.Leaves() || branch.Last() is IBranchOperation;

    /// <summary>The read stands behind the statement, in the same block or further in.</summary>
    private static bool IsBehind(IOperation statement, IOperation read) =>
        statement.Parent is { } block && read.IsInside(block) && read.Syntax.SpanStart > statement.Syntax.Span.End && read.Function() == statement.Function();

    private static IOperation OuterValue(IOperation operation)
    {
        while (operation.Parent is IParenthesizedOperation or IConversionOperation)
        {
            operation = operation.Parent;
        }

        return operation;
    }
}
