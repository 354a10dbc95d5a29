using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>Where the result of a read (count, result object, line, byte) goes first.</summary>
internal enum ResultTarget
{
    /// <summary>Nowhere: an expression statement, <c>_ =</c>, or a variable that nothing looks at.</summary>
    Discarded,

    /// <summary>A local variable of the same body.</summary>
    Local,

    /// <summary>Used in place: compared, passed as an argument, a part of it taken.</summary>
    Inline,

    /// <summary>Returned, stored in a field, given to other code as a task: somebody else looks at it.</summary>
    PassedOn,
}

/// <summary>One read of a TCP connection.</summary>
internal sealed class ReadSite
{
    private ReadSite(IInvocationOperation call, ApiModel model)
    {
        Call = call;
        Model = model;
        Function = call.Function();
        Receiver = Operations.ReceiverOf(call);
        Buffer = call.Arguments.Argument(model.Buffer);
        Offset = call.Arguments.Argument(model.Offset);
        Count = call.Arguments.Argument(model.Count);
    }

    public IInvocationOperation Call { get; }
    public ApiModel Model { get; }
    public Surface Surface => Model.Surface;

    /// <summary>The lambda, local function or body that it stands in.</summary>
    public IOperation Function { get; }
    public IOperation? Receiver { get; }
    public IOperation? Buffer { get; }
    public IOperation? Offset { get; }
    public IOperation? Count { get; }

    /// <summary>The variable whose memory is filled, or null where it cannot be told.</summary>
    public ISymbol? Storage { get; private set; }

    /// <summary>The bytes go behind those of earlier reads: the offset is not zero.</summary>
    public bool Appends { get; private set; }

    public ResultTarget Target { get; private set; }

    /// <summary>The local that holds the count, result object, line or byte.</summary>
    public ISymbol? Result { get; private set; }

    /// <summary>The local that a deconstruction gives the bytes to (Workers).</summary>
    public ISymbol? Bytes { get; private set; }

    /// <summary>The awaited, unwrapped result expressions.</summary>
    public ImmutableArray<IOperation> Values { get; private set; } = ImmutableArray<IOperation>.Empty;

    /// <summary>What messages call it: the buffer, or the variable of the result.</summary>
    public string Name => Storage?.Name ?? Result?.Name ?? (Buffer is null && Model.AsyncResult >= 0 ? "the buffer" : Operations.NameOf(Buffer ?? Receiver));

    /// <summary>Where to report: the call with the <c>?.</c> before it.</summary>
    public IOperation Place => Call.WithConditionalAccess();

    public static ReadSite Create(IInvocationOperation call, ApiModel model)
    {
        var site = new ReadSite(call, model);
        site.FindStorage();
        site.FindResult(call.Outermost());
        return site;
    }

    private void FindStorage()
    {
        Appends = Offset is not null && Offset.Number() != 0;
        var current = Buffer?.Unwrap();
        for (var depth = 0; current is not null && depth < 8; depth++)
        {
            switch (current)
            {
                case IInvocationOperation { TargetMethod.Name: "AsMemory" or "AsSpan" or "Slice" } slice:
                    var start = slice.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == "start" && argument.ArgumentKind != ArgumentKind.DefaultValue)?.Value
                        ?? (slice.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == "range")?.Value.Unwrap() as IRangeOperation)?.LeftOperand;
                    Appends |= start is not null && start.Number() != 0;
                    current = Operations.ReceiverOf(slice);
                    break;
                case IArrayElementReferenceOperation { Indices: { Length: 1 } indices } element when indices[0] is IRangeOperation range:
                    Appends |= range.LeftOperand is { } left && left.Number() != 0;
                    current = element.ArrayReference.Unwrap();
                    break;
                case IImplicitIndexerReferenceOperation { Argument: IRangeOperation range } element:
                    Appends |= range.LeftOperand is { } left2 && left2.Number() != 0;
                    current = element.Instance.Unwrap();
                    break;
                case IPropertyReferenceOperation { Property.Name: "Span" or "Memory", Instance: { } owner }:
                    current = owner.Unwrap();
                    break;
                case IObjectCreationOperation { Type.Name: "ArraySegment" or "Memory" or "Span", Arguments: { Length: > 0 } arguments }:
                    Appends |= arguments.Length > 1 && arguments[1].Value.Number() != 0;
                    current = arguments[0].Value.Unwrap();
                    break;
                default:
                    Storage = current.Symbol();
                    return;
            }
        }
    }

    private void FindResult(IOperation value)
    {
        if (Operations.IsTask(value.Type))
        {
            FindTask(value);
            return;
        }

        Values = ImmutableArray.Create(value);
        switch (value.Parent)
        {
            case null or IExpressionStatementOperation:
                Target = ResultTarget.Discarded;
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                Keep(declarator.Symbol);
                break;
            case ISimpleAssignmentOperation { Target: IDiscardOperation } assignment when assignment.Value == value:
                Target = ResultTarget.Discarded;
                break;
            case ISimpleAssignmentOperation assignment when assignment.Value == value:
                if (assignment.Target.Symbol() is ILocalSymbol local)
                {
                    Keep(local);
                    if (assignment.Parent is not IExpressionStatementOperation)
                    {
                        // (n = stream.Read(…)) > 0
                        Values = ImmutableArray.Create(assignment.Outermost());
                    }
                }
                else
                {
                    Target = ResultTarget.PassedOn;
                }

                break;
            case IDeconstructionAssignmentOperation { Target: var target } when target.Unwrap() is ITupleOperation or IDeclarationExpressionOperation:
                Target = ResultTarget.Local;
                var tuple = target.Unwrap() is IDeclarationExpressionOperation declaration ? declaration.Expression as ITupleOperation : target.Unwrap() as ITupleOperation;
                if (tuple is { Elements.Length: 2 })
                {
                    Result = tuple.Elements[0].Symbol();
                    Bytes = tuple.Elements[1].Symbol();
                }

                break;
            case IReturnOperation or ICompoundAssignmentOperation:
                Target = ResultTarget.PassedOn;
                break;
            default:
                Target = ResultTarget.Inline;
                Keep(DeclaredBy(value.Parent));
                break;
        }
    }

    private static ISymbol? DeclaredBy(IOperation? parent) => parent is IIsPatternOperation test
        ? test.Pattern.DescendantsAndSelf().Select(pattern => pattern switch
        {
            IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
            IRecursivePatternOperation { DeclaredSymbol: { } symbol } => symbol,
            _ => null,
        }).FirstOrDefault(symbol => symbol is not null)
        : null;

    private void Keep(ISymbol? symbol)
    {
        if (symbol is null)
        {
            return;
        }

        Result = symbol;
        Target = ResultTarget.Local;
    }

    /// <summary>The task is kept: the result is where the variable is awaited.</summary>
    private void FindTask(IOperation value)
    {
        Target = ResultTarget.PassedOn;
        var variable = value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation assignment => assignment.Target.Symbol() as ILocalSymbol,
            _ => null,
        };
        if (variable is null)
        {
            return;
        }

        foreach (var operation in Function.OwnDescendants())
        {
            if (operation is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, variable)
                && reference.Outermost() is var outermost && outermost != reference && !Operations.IsTask(outermost.Type) && outermost.Type?.SpecialType != SpecialType.System_Void)
            {
                FindResult(outermost);
                return;
            }
        }
    }
}
