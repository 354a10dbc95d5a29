using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>What is wrong with a read.</summary>
internal enum ReadMistake
{
    /// <summary>WSK3001: one read is taken for the message.</summary>
    SingleRead,

    /// <summary>WSK3001: the loop ends when nothing is buffered.</summary>
    EndsWhenIdle,

    /// <summary>WSK3002: more of the buffer is used than was read.</summary>
    WholeBuffer,

    /// <summary>WSK3002: nothing looks at the count.</summary>
    CountDiscarded,

    /// <summary>WSK3003: each chunk is decoded on its own.</summary>
    TextSplit,

    /// <summary>WSK3005: the loop does not end with the stream.</summary>
    EndNeverSeen,
}

/// <summary>A find: what, at which read, and the expression that is wrong.</summary>
/// <param name="Mistake">What is wrong.</param>
/// <param name="Site">The read.</param>
/// <param name="Place">Where to report.</param>
/// <param name="Use">The use that shows it, where there is one.</param>
internal sealed record ReadFind(ReadMistake Mistake, ReadSite Site, IOperation Place, ReadUse? Use)
{
    /// <summary>A loop repeats the read.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>The loop around the read has no exit for the end of the stream.</summary>
    public bool IsEndless { get; init; }

    /// <summary>How many bytes the code behind the read needs: those that it uses, or compares the count with; null where that is open.</summary>
    public long? Needed { get; init; }
}

/// <summary>
/// The reads of one body and what is wrong with them. At most one find a read, but for a loop that never sees the end: what it does
/// with each chunk can be wrong as well, and stays so when the loop ends.
/// </summary>
internal sealed class BodyReads
{
    /// <summary><c>FromAsync(stream.BeginRead, stream.EndRead, buffer, offset, count, state)</c>.</summary>
    private static readonly ApiModel FromAsync = new("", ModelRole.Read) { Returns = ModelResult.Count, Buffer = 2, Offset = 3, Count = 4 };

    private readonly SocketCompilation compilation;
    private readonly ISymbol owner;
    private readonly NetworkReceivers receivers;
    private readonly CancellationToken cancellationToken;
    private readonly Dictionary<IOperation, IReadOnlyList<IOperation>> jumps = new();
    private readonly BufferedBytes buffered;
    private readonly ImmutableArray<ReadFind>.Builder finds = ImmutableArray.CreateBuilder<ReadFind>();

    private BodyReads(SocketCompilation compilation, ISymbol owner, IOperation root, CancellationToken cancellationToken)
    {
        this.compilation = compilation;
        this.owner = owner;
        this.cancellationToken = cancellationToken;
        receivers = new NetworkReceivers(compilation, cancellationToken);
        buffered = new BufferedBytes(compilation.Sources, root);
    }

    public static ImmutableArray<ReadFind> Find(SocketCompilation compilation, ISymbol owner, IOperation root, CancellationToken cancellationToken)
    {
        var reads = new BodyReads(compilation, owner, root, cancellationToken);
        reads.Analyze(root);
        return reads.finds.ToImmutable();
    }

    private void Analyze(IOperation root)
    {
        var sites = new List<ReadSite>();
        var completions = new List<IPropertyReferenceOperation>();
        foreach (var operation in root.DescendantsAndSelf())
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (operation)
            {
                case IInvocationOperation call when compilation.Catalog.Find(call.TargetMethod, ModelRole.Read) is { } model:
                    if (model is { Begin: false, Datagram: false, Args: < 0 } && receivers.IsConnection(Operations.ReceiverOf(call)))
                    {
                        sites.Add(ReadSite.Create(call, model));
                    }

                    break;
                case IInvocationOperation { TargetMethod.Name: "FromAsync" } call when BeginOf(call) is { } begin && receivers.IsConnection(begin.Instance):
                    sites.Add(ReadSite.Create(call, FromAsync));
                    break;
                case IInvocationOperation { TargetMethod.Name: "FromAsync" } call when StartedBy(call) is { } begin && receivers.IsConnection(Operations.ReceiverOf(begin)):
                    sites.Add(ReadSite.OfStarted(call, begin, compilation.Catalog.Find(begin.TargetMethod, ModelRole.Read)!));
                    break;
                case IInvocationOperation call when compilation.ReadWrappers.Find(call.TargetMethod, cancellationToken) is { } wrapper:
                    sites.Add(ReadSite.Create(call, wrapper.Model, wrapper.SeesEnd));
                    break;
                case IPropertyReferenceOperation { Property: { Name: "Buffer" or "MemoryBuffer" or "BytesTransferred", ContainingType.Name: "SocketAsyncEventArgs" } } part:
                    completions.Add(part);
                    break;
            }
        }

        foreach (var parts in completions.GroupBy(part => part.Function()))
        {
            // Where only the buffer is named, it is a callback's own argument.
            if (parts.Any(part => part.Property.Name == "BytesTransferred" || part.Instance.Symbol() is IParameterSymbol)
                && parts.First().Owner(compilation, cancellationToken) is { } type && receivers.CompletesReceives(type))
            {
                sites.Add(ReadSite.OfCompletion(parts.ToList()));
            }
        }

        // A stream's own Read passes on what the stream below gives.
        if (sites.Count == 0 || (owner is IMethodSymbol { IsOverride: true } method && compilation.Catalog.Find(method, ModelRole.Read) is not null))
        {
            return;
        }

        for (var index = 0; index < sites.Count; index++)
        {
            foreach (var find in Judge(sites, index))
            {
                var uses = find.Mistake is ReadMistake.SingleRead or ReadMistake.CountDiscarded && find.Site is { IsCall: true, Storage: not null }
                    ? new ReadUses(compilation, find.Site, null, cancellationToken)
                    : null;
                finds.Add(find with { IsRepeated = RepeatingLoop(sites[index]) is { } repeating && !AsksFirst(sites, sites[index], repeating), Needed = uses?.Needed });
            }
        }
    }

    /// <summary>The Begin method of a stream that <c>Task.Factory.FromAsync</c> is given.</summary>
    private IMethodReferenceOperation? BeginOf(IInvocationOperation call) =>
        call.Arguments.Argument(0)?.Unwrap() is IDelegateCreationOperation { Target: IMethodReferenceOperation { Method: var method } begin }
        && compilation.Catalog.Find(method, ModelRole.Read) is { Begin: true, Buffer: 0, Offset: 1, Count: 2 }
            ? begin
            : null;

    /// <summary>The Begin call in <c>FromAsync(socket.BeginReceive(…), socket.EndReceive)</c> and <c>FromAsync((done, state) => socket.BeginReceive(…), …)</c>.</summary>
    private IInvocationOperation? StartedBy(IInvocationOperation call)
    {
        var first = call.Arguments.Argument(0)?.Unwrap();
        if (first is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Body.Operations: { Length: 1 } statements } } && statements[0] is IReturnOperation { ReturnedValue: { } returned })
        {
            first = returned.Unwrap();
        }

        return first is IInvocationOperation begin && compilation.Catalog.Find(begin.TargetMethod, ModelRole.Read) is { Begin: true, Datagram: false } ? begin : null;
    }

    private IEnumerable<ReadFind> Judge(List<ReadSite> sites, int index)
    {
        var site = sites[index];
        var loop = RepeatingLoop(site);
        var find = JudgeData(sites, index, loop);
        var neverEnds = !site.Model.Exact && loop is not null && !buffered.Cover(site) && new LoopExits(loop, site, compilation, cancellationToken).NeverSeesEnd();

        // A count that nothing looks at is why the end is not seen.
        if (neverEnds && find?.Mistake != ReadMistake.CountDiscarded)
        {
            yield return new ReadFind(ReadMistake.EndNeverSeen, site, site.Place, null);
        }

        if (find is not null && (!neverEnds || find.Mistake is ReadMistake.TextSplit or ReadMistake.WholeBuffer or ReadMistake.CountDiscarded))
        {
            yield return find with { IsEndless = neverEnds };
        }
    }

    private ReadFind? JudgeData(List<ReadSite> sites, int index, IOperation? loop)
    {
        var site = sites[index];
        if (site.Model.Exact || site.Model.Returns is not (ModelResult.Count or ModelResult.Result)
            || (site.Model.Returns == ModelResult.Result && site.Surface == Surface.DotNet)
            || IsPeek(site) || IsOneUnit(site) || site.Buffer?.Unwrap() is { ConstantValue: { HasValue: true, Value: null } })
        {
            return null;
        }

        var next = site.IsCallback ? null : sites.Skip(index + 1).FirstOrDefault(other => other.Storage is not null && other.Function == site.Function
            && SymbolEqualityComparer.Default.Equals(other.Storage, site.Storage));
        var uses = new ReadUses(compilation, site, next, cancellationToken);
        if (loop is not null && EndsWhenIdle(site, loop, uses) is { } idle)
        {
            return new ReadFind(ReadMistake.EndsWhenIdle, site, idle, null);
        }

        if (buffered.Cover(site))
        {
            return null;
        }

        if (site.Model.AtLeast)
        {
            return uses.IsDiscarded && !IsWholeMinimum(site) && !(uses.Needed <= site.Count.Number()) ? new ReadFind(ReadMistake.CountDiscarded, site, site.Place, WholeUse(uses)) : null;
        }

        // The buffer is filled step by step, by this read or another one.
        if (site.Appends || sites.Any(other => other != site && other.Appends && other.Storage is not null && SymbolEqualityComparer.Default.Equals(other.Storage, site.Storage)))
        {
            return null;
        }

        if (site.Target == ResultTarget.PassedOn || uses.ResultPassedOn)
        {
            return null;
        }

        if (site.Surface == Surface.DotNet && uses.IsDiscarded)
        {
            // Emptying a socket that is being closed, waiting for the peer's close: nobody wants these bytes.
            return loop is not null && uses.Bytes.Count == 0 ? null : new ReadFind(ReadMistake.CountDiscarded, site, site.Place, WholeUse(uses));
        }

        if (uses.Has(CountUse.PassedOn))
        {
            return null;
        }

        if (!uses.Has(CountUse.LengthCheck) && !ResizesBuffer(uses)
            && uses.Bytes.FirstOrDefault(use => use.Extent == BytesExtent.Whole && TakesAll(use)) is { } whole
            && site.Surface == Surface.DotNet)
        {
            return new ReadFind(ReadMistake.WholeBuffer, site, whole.Bytes, whole);
        }

        return loop is null || (AsksFirst(sites, site, loop) && !Gathers(uses)) ? JudgeSingle(sites, site, uses) : JudgeChunk(site, uses, loop);
    }

    /// <summary>What is read is put behind what was read before.</summary>
    private bool Gathers(ReadUses uses) => uses.Bytes.Any(use => use.Kind == BytesUse.Gathered || (use.Kind == BytesUse.Decoded && (TextOf(use) & TextUse.Appended) != 0));

    /// <summary>The use is of all bytes that it is given.</summary>
    private static bool TakesAll(ReadUse use) => use.Kind is BytesUse.Decoded or BytesUse.Compared or BytesUse.Gathered or BytesUse.Answered
        || (use is { Kind: BytesUse.Parsed, Inner: IObjectCreationOperation or IInvocationOperation { TargetMethod.Name: "Deserialize" or "DeserializeAsync" or "Parse" } });

    /// <summary>A read that no loop repeats, or whose loop asks anew in each round.</summary>
    private ReadFind? JudgeSingle(List<ReadSite> sites, ReadSite site, ReadUses uses)
    {
        if (!site.IsCallback && ((IsCalledInLoop(site) && !AsksFirst(sites, site, site.Function)) || IsContinued(site)))
        {
            return null;
        }

        // Decoded for the log only, while the bytes themselves go to code that keeps them.
        var goesOn = uses.Bytes.Any(other => other.Kind is BytesUse.Gathered or BytesUse.PassedOn);
        var use = uses.Bytes.FirstOrDefault(use => use.Kind is BytesUse.Parsed or BytesUse.Compared or BytesUse.Element or BytesUse.Returned or BytesUse.Answered
            || (use.Kind == BytesUse.Decoded && TextOf(use) is var text && text != TextUse.FirstOnly && !(goesOn && text == TextUse.Processed)));
        if (site.IsCallback)
        {
            return uses.Has(CountUse.Added) ? null
                : uses.Has(CountUse.LengthCheck) && site.IsCall ? new ReadFind(ReadMistake.SingleRead, site, site.Place, null)
                : use is null || (goesOn && use.Kind != BytesUse.Decoded) ? null
                : JudgeCallback(site, use);
        }

        // A wanted size says more than the use behind it.
        return use is not null || uses.Has(CountUse.LengthCheck)
            ? new ReadFind(ReadMistake.SingleRead, site, site.Place, uses.Has(CountUse.LengthCheck) ? null : use)
            : null;
    }

    /// <summary>A loop behind the read goes on until the count is reached: <c>while (n &lt; 8) { n += Fill(buffer, n, 8 - n); }</c>.</summary>
    private bool IsContinued(ReadSite site) => site.Result is { } count && Body(site).ReferencesTo(count).Any(reference =>
        reference.EnclosingLoop() is IWhileLoopOperation { Condition: { } condition } loop
        && loop.Syntax.SpanStart > site.Call.Syntax.SpanStart
        && reference.IsInside(condition) && loop.IsInside(site.Function)
        && loop.OwnDescendants().Any(part => part is IAssignmentOperation assignment && assignment.Target.Names(count)));

    private BodyIndex Body(ReadSite site) => compilation.Sources.IndexOf(site.Call, cancellationToken);

    /// <summary>The callback of a Begin call, or of event arguments, runs for each chunk.</summary>
    private ReadFind? JudgeCallback(ReadSite site, ReadUse use)
    {
        if (use.Kind != BytesUse.Decoded || (TextOf(use) & TextUse.Appended) == 0)
        {
            return new ReadFind(ReadMistake.SingleRead, site, site.IsCall ? site.Place : use.Operation, use);
        }

        return DecodedText.IsMultiByte(use.Inner, compilation, cancellationToken) == true
            ? new ReadFind(ReadMistake.TextSplit, site, use.Operation, use)
            : null;
    }

    /// <summary>A read that a loop repeats.</summary>
    private ReadFind? JudgeChunk(ReadSite site, ReadUses uses, IOperation loop)
    {
        foreach (var use in uses.Bytes)
        {
            switch (use.Kind)
            {
                case BytesUse.Decoded when use.Extent != BytesExtent.Other && use.Operation.IsInside(loop):
                    var text = TextOf(use);
                    var isWhole = (text & (TextUse.Interpreted | TextUse.FirstOnly)) != 0 && (text & TextUse.Appended) == 0;
                    var gathers = uses.Bytes.Any(other => other.Kind == BytesUse.Gathered);
                    if (text == TextUse.Searched || ((text & TextUse.Searched) != 0 && gathers))
                    {
                        // Decoded only to look for the delimiter; the bytes themselves are kept, or nobody wants them.
                        break;
                    }

                    if ((isWhole || ((text & TextUse.Appended) == 0 && MessageSize.IsPrefix(site, compilation))) && !gathers)
                    {
                        return new ReadFind(ReadMistake.SingleRead, site, site.Place, use);
                    }

                    if (DecodedText.IsMultiByte(use.Inner, compilation, cancellationToken) == true)
                    {
                        return new ReadFind(ReadMistake.TextSplit, site, use.Operation, use);
                    }

                    break;
                case BytesUse.Parsed or BytesUse.Compared or BytesUse.Element
                    when use.Operation.IsInside(loop) && !uses.Bytes.Any(other => other.Kind is BytesUse.Gathered or BytesUse.PassedOn):
                    return new ReadFind(ReadMistake.SingleRead, site, site.Place, use);
            }
        }

        return uses.Has(CountUse.LengthCheck) && !uses.Has(CountUse.Added)
            ? new ReadFind(ReadMistake.SingleRead, site, site.Place, null)
            : null;
    }

    private TextUse TextOf(ReadUse use) => DecodedText.UsesOf(use, compilation, cancellationToken);

    private static ReadUse? WholeUse(ReadUses uses) => uses.Bytes.FirstOrDefault(use => use.Kind is not (BytesUse.Neutral or BytesUse.PassedOn));

    // ---- What repeats a read

    /// <summary>The closest loop that reads on from the same connection, or null.</summary>
    private IOperation? RepeatingLoop(ReadSite site)
    {
        var loop = site.Call.EnclosingLoop();
        return loop is null || IsMadeIn(site, loop) ? null : loop;
    }

    /// <summary>The connection is a new one in each round.</summary>
    private static bool IsMadeIn(ReadSite site, IOperation loop)
    {
        var receiver = RootOf(site.Receiver);
        return receiver is ILocalSymbol local && local.DeclaringSyntaxReferences.Any(reference => loop.Syntax.FullSpan.Contains(reference.Span)
            && reference.SyntaxTree == loop.Syntax.SyntaxTree)
            || receiver is { } symbol && loop.OwnDescendants().OfType<ISimpleAssignmentOperation>().Any(assignment => assignment.Target.Names(symbol));
    }

    /// <summary>
    /// Each round of a loop, or each call of a method, first writes something that is not what was read before: what is read then is
    /// the answer to it, not the next part of a stream.
    /// </summary>
    private bool AsksFirst(List<ReadSite> sites, ReadSite site, IOperation round)
    {
        var connection = RootOf(site.Receiver);
        return round.OwnDescendants().OfType<IInvocationOperation>().Any(call => call.Syntax.SpanStart < site.Call.Syntax.SpanStart
            && Writes(call)
            && Unconditional(call, round)
            && !sites.Any(other => other.Storage is not null && call.Arguments.Any(argument => argument.DescendantsAndSelf().Any(part => part.Names(other.Storage)))));

        bool Writes(IInvocationOperation call) =>
            compilation.Catalog.Find(call.TargetMethod, ModelRole.Write) is not null
                ? call.Instance is { } instance && (RootOf(instance) is { } root && root.Equals(connection, SymbolEqualityComparer.Default) || compilation.Catalog.Find(instance.Type, ModelRole.Wrapper) is not null)
                : call.TargetMethod.Name.StartsWith("Send", StringComparison.Ordinal) || call.TargetMethod.Name.StartsWith("Write", StringComparison.Ordinal)
                    ? connection is not null && call.Arguments.Any(argument => RootOf(argument.Value) is { } given && given.Equals(connection, SymbolEqualityComparer.Default))
                    : false;
    }

    private static bool Unconditional(IOperation operation, IOperation round)
    {
        for (var parent = operation.Parent; parent is not null && parent != round; parent = parent.Parent)
        {
            if (parent is IConditionalOperation or ILoopOperation or ISwitchOperation or ICatchClauseOperation or IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The variable or member behind a chain of calls: the client in <c>client.GetStream()</c>.</summary>
    private static ISymbol? RootOf(IOperation? receiver)
    {
        receiver = receiver?.Unwrap();
        while (receiver is IInvocationOperation { Instance: { } inner })
        {
            receiver = inner.Unwrap();
        }

        return receiver?.Symbol();
    }

    /// <summary>Recursion, an iterator that yields behind the read, a jump back, or every caller in source calls in a loop.</summary>
    private bool IsCalledInLoop(ReadSite site)
    {
        if (JumpsOf(site.Function).Any(jump => jump is IReturnOperation ? jump.Syntax.SpanStart > site.Call.Syntax.SpanStart : IsJumpBack(jump, site)))
        {
            return true;
        }

        var method = site.Function is ILocalFunctionOperation local ? local.Symbol : site.Function is IAnonymousFunctionOperation ? null : owner as IMethodSymbol;
        if (method is null)
        {
            return false;
        }

        if (method.MethodKind == MethodKind.LocalFunction)
        {
            var calls = site.Function.Root().DescendantsAndSelf().OfType<IInvocationOperation>()
                .Where(call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, method.OriginalDefinition)).ToList();
            return calls.Count > 0 && calls.All(call => call.EnclosingLoop() is not null || call.IsInside(site.Function));
        }

        var callers = receivers.Callers(method).ToList();
        return callers.Any(call => call.Syntax.SyntaxTree == site.Call.Syntax.SyntaxTree && site.Function.Syntax.FullSpan.Contains(call.Syntax.Span))
            || (callers.Count > 0 && callers.All(call => call.EnclosingLoop() is not null));
    }

    private static bool IsJumpBack(IOperation operation, ReadSite site) =>
        operation is IBranchOperation jump && jump.Syntax.SpanStart > site.Call.Syntax.SpanStart
        && site.Function.OwnDescendants().OfType<ILabeledOperation>().Any(label => SymbolEqualityComparer.Default.Equals(label.Label, jump.Target)
            && label.Syntax.SpanStart < site.Call.Syntax.SpanStart);

    /// <summary>The <c>yield return</c> and <c>goto</c> statements of a function, which many reads of it ask for.</summary>
    private IReadOnlyList<IOperation> JumpsOf(IOperation function)
    {
        if (!jumps.TryGetValue(function, out var found))
        {
            jumps[function] = found = function.OwnDescendants()
                .Where(operation => operation is IReturnOperation { Kind: OperationKind.YieldReturn } or IBranchOperation { BranchKind: BranchKind.GoTo })
                .ToList();
        }

        return found;
    }

    // ---- Loops that end when nothing is buffered

    private IOperation? EndsWhenIdle(ReadSite site, IOperation loop, ReadUses uses)
    {
        if (((loop is IWhileLoopOperation { Condition: { } condition } ? IdleCheck(condition) : null) ?? IdleExit(loop)) is not { } check)
        {
            return null;
        }

        // Bytes that go to a field or another object are kept for the next round.
        if (uses.Bytes.Any(use => use.Kind == BytesUse.PassedOn || (use.Kind == BytesUse.Scanned && IsKept(use.Operation))) || uses.Bytes.Count == 0 && site.Target == ResultTarget.Discarded)
        {
            return null;
        }

        return OuterLoop(loop) is { } outer && !GathersInside(outer, uses) ? null : check;
    }

    /// <summary>An element goes to a method of this object or of one of its fields.</summary>
    private static bool IsKept(IOperation element) => element.Parent is IArgumentOperation { Parent: IInvocationOperation { Instance: IInstanceReferenceOperation or IFieldReferenceOperation } };

    private static IOperation? OuterLoop(IOperation loop) => loop.EnclosingLoop();

    /// <summary>What gathers the bytes is made anew in each round of the outer loop.</summary>
    private static bool GathersInside(IOperation outer, ReadUses uses) => uses.Bytes.Any(use =>
    {
        var consumer = use.Operation;
        for (var current = consumer; current is not null && current is not IBlockOperation; current = current.Parent)
        {
            consumer = current;
        }

        return consumer.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Any(local =>
            local.Local.DeclaringSyntaxReferences.Any(reference => outer.Syntax.FullSpan.Contains(reference.Span))
            && local.Local.Type.Name is "StringBuilder" or "MemoryStream" or "List" or "String");
    });

    /// <summary><c>if (!stream.DataAvailable) break;</c></summary>
    private IOperation? IdleExit(IOperation loop) => loop.OwnDescendants().OfType<IConditionalOperation>()
        .Where(choice => choice.WhenFalse is null && choice.EnclosingLoop() == loop && choice.WhenTrue.DescendantsAndSelf().Any(part => part is IBranchOperation { BranchKind: BranchKind.Break } or IReturnOperation))
        .Select(choice => choice.Condition.Unwrap() switch
        {
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => IdleCheck(not.Operand),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } none when none.RightOperand.Number() == 0 && IsBuffered(none.LeftOperand) => none,
            _ => null,
        })
        .FirstOrDefault(check => check is not null);

    private bool IsBuffered(IOperation operation) => operation.Unwrap() is IPropertyReferenceOperation { Property.Name: "Available" } property && receivers.IsConnection(property.Instance);

    /// <summary>The part of a condition that asks whether bytes are buffered, where it alone can end the loop.</summary>
    private IOperation? IdleCheck(IOperation condition)
    {
        switch (condition.Unwrap())
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both:
                return IdleCheck(both.LeftOperand) ?? IdleCheck(both.RightOperand);
            case IPropertyReferenceOperation { Property.Name: "DataAvailable" } property when receivers.IsConnection(property.Instance):
                return property;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.GreaterThan or BinaryOperatorKind.NotEquals } comparison
                when comparison.RightOperand.Number() == 0 && IsBuffered(comparison.LeftOperand):
                return comparison;
            default:
                return null;
        }
    }

    // ---- Reads that are complete in themselves

    private static bool IsPeek(ReadSite site) => site.Arguments.Any(argument => argument.Value.DescendantsAndSelf()
        .Any(part => part is IFieldReferenceOperation { Field: { Name: "Peek", ContainingType.Name: "SocketFlags" } }));

    private bool IsOneUnit(ReadSite site) => Size(site, compilation.Sources) is 0 or 1 || (site is { Count: null, Offset: null, Storage: IFieldSymbol field } && receivers.SizeOf(field) is 0 or 1);

    /// <summary>The constant number of bytes wanted, or null.</summary>
    public static long? Size(ReadSite site, SourceModels sources)
    {
        if (site.Count is not null)
        {
            return site.Count.Number() ?? (site.Count.Unwrap() is IPropertyReferenceOperation { Property.Name: "Length" } ? BufferSize(site, sources) : null);
        }

        if (site.Buffer?.Unwrap() is IInvocationOperation slice
            && slice.Arguments.LastOrDefault(argument => argument.Parameter?.Name == "length" && argument.ArgumentKind != ArgumentKind.DefaultValue) is { } length)
        {
            return length.Value.Number();
        }

        return BufferSize(site, sources);
    }

    private static long? BufferSize(ReadSite site, SourceModels sources)
    {
        var made = site.Storage is ILocalSymbol local ? sources.IndexOf(site.Call).InitialValue(local) : site.Buffer;
        switch (made?.Unwrap())
        {
            case IArrayCreationOperation { DimensionSizes: { Length: 1 } sizes }:
                return sizes[0].Number();
            case IPropertyReferenceOperation { Property.Name: "Empty" } or IInvocationOperation { TargetMethod: { Name: "Empty", ContainingType.Name: "Array" } }:
                return 0;
            default:
                return null;
        }
    }

    /// <summary>ReadAtLeast of the whole buffer.</summary>
    private bool IsWholeMinimum(ReadSite site) => site.Count?.Unwrap() is IPropertyReferenceOperation { Property.Name: "Length" }
        || (site.Count.Number() is { } minimum && BufferSize(site, compilation.Sources) == minimum);

    private static bool ResizesBuffer(ReadUses uses) => uses.Counts.Any(count => count.Operation.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Resize" } });
}
