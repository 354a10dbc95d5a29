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

/// <summary>
/// One read of a TCP connection: a call, or the place where a callback takes the result of an operation that completed. A parameter
/// that takes the bytes of a read is followed like one.
/// </summary>
internal sealed class ReadSite
{
    private static readonly ApiModel EventArguments = new("", ModelRole.Read) { Returns = ModelResult.Count, AsyncResult = 0 };

    private ReadSite(IOperation call, IOperation function, ApiModel model)
    {
        Call = call;
        Model = model;
        Function = function;
    }

    private ReadSite(IInvocationOperation call, IInvocationOperation reads, ApiModel model)
        : this(call, call.Function(), model)
    {
        Receiver = Operations.ReceiverOf(reads);
        Arguments = reads.Arguments;
        Buffer = reads.Arguments.Argument(model.Buffer);
        Offset = reads.Arguments.Argument(model.Offset);
        Count = reads.Arguments.Argument(model.Count);
    }

    /// <summary>The call; the number of bytes transferred, or the parameter, where there is none.</summary>
    public IOperation Call { get; }

    public ImmutableArray<IArgumentOperation> Arguments { get; } = ImmutableArray<IArgumentOperation>.Empty;
    public ApiModel Model { get; }

    /// <summary>A helper that hands the count on throws where there are no bytes.</summary>
    public bool ThrowsAtEnd { get; init; }

    /// <summary>The name of what reads, for messages.</summary>
    public string Operation => Call is IInvocationOperation call ? call.TargetMethod.Name : "ReceiveAsync";
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
    public string Name => (Storage is IPropertySymbol { ContainingType.Name: "SocketAsyncEventArgs" } ? "the buffer" : Storage?.Name)
        ?? (Buffer is null && Model.AsyncResult >= 0 ? "the buffer" : Result?.Name ?? Operations.NameOf(Buffer ?? Receiver));

    /// <summary>Where to report: the call with the <c>?.</c> before it.</summary>
    public IOperation Place => Call.WithConditionalAccess();

    public static ReadSite Create(IInvocationOperation call, ApiModel model, bool throwsAtEnd = false)
    {
        var site = new ReadSite(call, call, model) { ThrowsAtEnd = throwsAtEnd };
        site.FindStorage();
        site.FindResult(call.Outermost());
        return site;
    }

    /// <summary>A task over a Begin call, which has the buffer; the task has the count.</summary>
    public static ReadSite OfStarted(IInvocationOperation task, IInvocationOperation begin, ApiModel model)
    {
        var site = new ReadSite(task, begin, model with { Begin = false, Returns = ModelResult.Count });
        site.FindStorage();
        site.FindResult(task.Outermost());
        return site;
    }

    /// <summary>The callback of a <c>SocketAsyncEventArgs</c>: what its <c>Buffer</c> holds is one read.</summary>
    /// <param name="parts">Every use of the buffer and of <c>BytesTransferred</c> in the callback.</param>
    public static ReadSite OfCompletion(IReadOnlyList<IPropertyReferenceOperation> parts)
    {
        var counts = parts.Where(part => part.Property.Name == "BytesTransferred").ToImmutableArray<IOperation>();
        var site = new ReadSite(parts[0], parts[0].Function(), EventArguments) { Storage = parts.FirstOrDefault(part => part.Property.Name != "BytesTransferred")?.Property };
        foreach (var count in counts)
        {
            site.FindResult(count);
        }

        site.Target = site.Result is null ? ResultTarget.Inline : ResultTarget.Local;
        site.Values = counts;
        return site;
    }

    /// <summary>A parameter that takes the bytes, or the result object, of a read.</summary>
    public static ReadSite OfParameter(IParameterSymbol parameter, IOperation body, ModelResult returns)
    {
        var site = new ReadSite(body, body, EventArguments with { Returns = returns, AsyncResult = -1 }) { Target = ResultTarget.Local };
        if (returns == ModelResult.Result)
        {
            site.Result = parameter;
        }
        else
        {
            site.Storage = parameter;
        }

        return site;
    }

    /// <summary>Whether this is a call of the code itself: what stands before it has nothing to do with it.</summary>
    public bool IsCall => Call is IInvocationOperation;

    /// <summary>Whether a callback takes the result.</summary>
    public bool IsCallback => Model.AsyncResult >= 0;

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

    /// <summary>The variable that a pattern gives the whole value to; those inside of property patterns take parts of it.</summary>
    private static ISymbol? DeclaredBy(IOperation? parent) => parent is IIsPatternOperation test ? DeclaredBy(test.Pattern) : null;

    private static ISymbol? DeclaredBy(IPatternOperation pattern) => pattern switch
    {
        IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
        IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
        IBinaryPatternOperation both => DeclaredBy(both.LeftPattern) ?? DeclaredBy(both.RightPattern),
        _ => null,
    };

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
        Target = IsWait(value) ? ResultTarget.Discarded : ResultTarget.PassedOn;
        if (value.Parent is IInvocationOperation { TargetMethod.Name: "ContinueWith", Arguments: { Length: > 0 } arguments } continuation && continuation.Instance == value
            && arguments[0].Value.Unwrap() is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Symbol.Parameters: { Length: > 0 } parameters } next })
        {
            // stream.ReadAsync(buffer).ContinueWith(read => … read.Result …)
            Values = next.Body.Descendants().Where(part => part is IPropertyReferenceOperation { Property.Name: "Result", Instance: IParameterReferenceOperation task }
                && SymbolEqualityComparer.Default.Equals(task.Parameter, parameters[0])).ToImmutableArray();
            Target = ResultTarget.Inline;
            return;
        }

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
            if (operation is ILocalReferenceOperation waited && SymbolEqualityComparer.Default.Equals(waited.Local, variable) && IsWait(waited))
            {
                Target = ResultTarget.Discarded;
            }

            if (operation is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, variable)
                && reference.Outermost() is var outermost && outermost != reference && !Operations.IsTask(outermost.Type) && outermost.Type?.SpecialType != SpecialType.System_Void)
            {
                FindResult(outermost);
                return;
            }
        }
    }

    /// <summary><c>task.Wait()</c>: the end is awaited, the result is not looked at.</summary>
    private static bool IsWait(IOperation task) => task.Parent is IInvocationOperation { TargetMethod.Name: "Wait" } wait && wait.Instance == task;
}
