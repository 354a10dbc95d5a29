using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>Where the bytes and the result of one read go in its own function.</summary>
internal sealed class ReadUses
{
    private const int MaximumDepth = 3;

    /// <summary>How many uses of one buffer are looked at: a generated body may hold thousands.</summary>
    private const int MaximumUses = 200;

    private readonly SocketCompilation compilation;
    private readonly SocketCatalog catalog;
    private readonly BodyIndex body;
    private readonly ReadSite site;
    private readonly int depth;

    /// <summary>What helpers do with their parameters, at each depth: helpers that call each other are looked into once.</summary>
    private readonly Dictionary<(IParameterSymbol, ModelResult, int), ReadUses> helpers;
    private readonly CancellationToken cancellationToken;
    private readonly int from;
    private readonly int to;
    private readonly IOperation? loop;
    private readonly Dictionary<ISymbol, BytesExtent> views = new(SymbolEqualityComparer.Default);
    private readonly List<ReadUse> bytes = new();
    private readonly List<(CountUse Use, IOperation Operation)> counts = new();

    /// <param name="compilation">Tells which calls decode, parse, write, and what helpers do.</param>
    /// <param name="site">The read.</param>
    /// <param name="next">The next read into the same buffer, from which on the bytes are that one's.</param>
    public ReadUses(SocketCompilation compilation, ReadSite site, ReadSite? next, CancellationToken cancellationToken)
        : this(compilation, site, next, 0, new(), cancellationToken)
    {
    }

    private ReadUses(
        SocketCompilation compilation, ReadSite site, ReadSite? next, int depth, Dictionary<(IParameterSymbol, ModelResult, int), ReadUses> helpers, CancellationToken cancellationToken)
    {
        this.compilation = compilation;
        catalog = compilation.Catalog;
        body = compilation.Sources.IndexOf(site.Call, cancellationToken);
        this.site = site;
        this.depth = depth;
        this.helpers = helpers;
        this.cancellationToken = cancellationToken;
        from = site.IsCall ? site.Call.Syntax.SpanStart : -1;
        to = next?.Call.Syntax.SpanStart ?? int.MaxValue;
        loop = next is null && site.IsCall ? site.Call.EnclosingLoop() : null;
        FindCounts();
        FindBytes();
    }

    public IReadOnlyList<ReadUse> Bytes => bytes;
    public IReadOnlyList<(CountUse Use, IOperation Operation)> Counts => counts;

    /// <summary>Workers: the whole result object goes somewhere else.</summary>
    public bool ResultPassedOn { get; private set; }

    public bool Has(CountUse use) => counts.Any(count => count.Use == use);

    /// <summary>Nothing looks at the result.</summary>
    public bool IsDiscarded => site.Target == ResultTarget.Discarded || (site.Target == ResultTarget.Local && site.Bytes is null && counts.Count == 0);

    /// <summary>How many bytes are enough: so many as the count is compared with, or as the uses take, where every one says so by a constant: <c>b[3]</c>, <c>ToInt32(b, 4)</c>; else null.</summary>
    public long? Needed
    {
        get
        {
            long most = 0;
            foreach (var (use, operation) in counts)
            {
                if (use == CountUse.LengthCheck)
                {
                    if (LeastOf(operation) is not { } least)
                    {
                        return null;
                    }

                    most = Math.Max(most, least);
                }
            }

            if (most > 0)
            {
                return most;
            }

            foreach (var use in bytes)
            {
                if (EndOf(use) is not { } end)
                {
                    return null;
                }

                most = Math.Max(most, end);
            }

            return most > 0 ? most : null;
        }
    }

    /// <summary>The least count that passes a comparison with a constant: 9 for <c>n &lt; 9</c> and <c>n > 8</c>.</summary>
    private static long? LeastOf(IOperation count)
    {
        if (Climb(count).Parent is not IBinaryOperation comparison)
        {
            return null;
        }

        var isLeft = count.IsInside(comparison.LeftOperand);
        return (isLeft ? comparison.RightOperand : comparison.LeftOperand).Number() + comparison.OperatorKind switch
        {
            BinaryOperatorKind.GreaterThan or BinaryOperatorKind.LessThanOrEqual when isLeft => 1,
            BinaryOperatorKind.LessThan or BinaryOperatorKind.GreaterThanOrEqual when !isLeft => 1,
            _ => 0,
        };
    }

    private long? EndOf(ReadUse use)
    {
        if (use.Inner != use.Operation || !use.Bytes.Unwrap().Names(site.Storage!))
        {
            return null;
        }

        switch (use.Operation)
        {
            case IArrayElementReferenceOperation { Indices: { Length: 1 } indices }:
                return indices[0].Number() + 1;
            case IPropertyReferenceOperation { Arguments: { Length: 1 } indices }:
                return indices[0].Value.Number() + 1;
            case IInvocationOperation call when use.Kind == BytesUse.Parsed && catalog.Find(call.TargetMethod, ModelRole.Parse) is { } model:
                return (model.Offset < 0 ? 0 : call.Arguments.Argument(model.Offset).Number()) + SizeOf(call.Type);
            case IInvocationOperation call when use.Kind == BytesUse.Decoded && catalog.Find(call.TargetMethod, ModelRole.Decode) is { Count: >= 0 } model:
                return (model.Offset < 0 ? 0 : call.Arguments.Argument(model.Offset).Number()) + call.Arguments.Argument(model.Count).Number();
            default:
                return null;
        }
    }

    private static long? SizeOf(ITypeSymbol? type) => type?.SpecialType switch
    {
        SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_SByte => 1,
        SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Char => 2,
        SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single => 4,
        SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Double => 8,
        _ => null,
    };

    // ---- The count, or the result object

    private void FindCounts()
    {
        foreach (var value in site.Values)
        {
            if (site.Target == ResultTarget.Inline || (site.Target == ResultTarget.Local && value.Parent is not (IVariableInitializerOperation or IAssignmentOperation or IExpressionStatementOperation)))
            {
                AddCount(value);
            }
        }

        if (site.Result is null)
        {
            return;
        }

        foreach (var reference in body.ReferencesTo(site.Result))
        {
            if ((InRange(reference) || IsInLoopWithSite(reference)) && !IsAssigned(reference) && reference.IsInside(site.Function))
            {
                AddCount(reference);
            }
        }
    }

    private void AddCount(IOperation reference)
    {
        if (site.Bytes is not null)
        {
            // var (done, bytes) = …
            counts.Add((CountUse.EndCheck, reference));
            return;
        }

        if (site.Model.Returns == ModelResult.Result)
        {
            AddResult(reference);
            return;
        }

        counts.Add((ClassifyCount(reference), reference));
    }

    private CountUse ClassifyCount(IOperation reference)
    {
        var value = Climb(reference);
        switch (value.Parent)
        {
            case IBinaryOperation binary when Operations.IsComparison(binary.OperatorKind):
                return ClassifyComparison(value == binary.LeftOperand ? binary.RightOperand : binary.LeftOperand);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract }:
                return CountUse.Added;
            case ICompoundAssignmentOperation compound when compound.Value == value:
                return CountUse.Added;
            case IIsPatternOperation pattern when pattern.Value == value:
                return pattern.Pattern.DescendantsAndSelf().Any(part => part is IConstantPatternOperation constant && constant.Value.Number() > 1
                    || part is IRelationalPatternOperation relational && relational.Value.Number() > 1)
                    ? CountUse.LengthCheck
                    : CountUse.EndCheck;
            case IReturnOperation or ITupleOperation or IAnonymousObjectCreationOperation:
                return CountUse.PassedOn;
            case IArgumentOperation { Parent: IObjectCreationOperation creation } when !IsSliceType(creation.Type) && creation.Type?.SpecialType != SpecialType.System_String:
                return CountUse.PassedOn;
            case ISimpleAssignmentOperation assignment when assignment.Value == value:
                return assignment.Target.Symbol() is ILocalSymbol ? CountUse.Used : CountUse.PassedOn;
            case ISwitchOperation or ISwitchExpressionOperation:
                return CountUse.EndCheck;
            default:
                return CountUse.Used;
        }
    }

    private CountUse ClassifyComparison(IOperation other)
    {
        if (other.Number() is { } number)
        {
            return number > 1 ? CountUse.LengthCheck : CountUse.EndCheck;
        }

        var value = other.Unwrap();
        if (value is IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } owner })
        {
            return site.Storage is not null && owner.Names(site.Storage) ? CountUse.LengthCheck : CountUse.Used;
        }

        // The same expression as the wanted count: Read(buffer, 0, size) < size.
        return Wanted() is { } wanted && wanted.Syntax.IsEquivalentTo(value.Syntax, topLevel: false) ? CountUse.LengthCheck : CountUse.Used;
    }

    private IOperation? Wanted() => site.Count
        ?? (site.Buffer?.Unwrap() as IInvocationOperation)?.Arguments.LastOrDefault(argument => argument.Parameter?.Name == "length" && argument.ArgumentKind != ArgumentKind.DefaultValue)?.Value;

    /// <summary>Workers: the result object's parts.</summary>
    private void AddResult(IOperation reference)
    {
        var value = Climb(reference);
        switch (value.Parent)
        {
            case IPropertyReferenceOperation { Property.Name: "Bytes" } property when property.Instance == value || Operations.Resolve(property.Instance) == value:
                AddBytes(property, BytesExtent.ByCount);
                break;
            case IPropertyReferenceOperation property when property.Instance == value:
                counts.Add((CountUse.EndCheck, property));
                break;
            case IIsPatternOperation test:
                counts.Add((CountUse.EndCheck, test));
                foreach (var pattern in test.Pattern.DescendantsAndSelf().OfType<IPropertySubpatternOperation>())
                {
                    if (pattern.Member is IPropertyReferenceOperation { Property.Name: "Bytes" } && pattern.Pattern is IDeclarationPatternOperation { DeclaredSymbol: { } symbol })
                    {
                        views[symbol] = BytesExtent.ByCount;
                    }
                }

                break;
            case IBinaryOperation or IConditionalAccessOperation:
                break;
            case IArgumentOperation { Parent: IInvocationOperation call } argument when FollowResult(call, argument, value):
                break;
            default:
                ResultPassedOn = true;
                break;
        }
    }

    /// <summary>Workers: a helper takes the result object apart.</summary>
    private bool FollowResult(IInvocationOperation call, IArgumentOperation argument, IOperation value)
    {
        if (UsesOf(call, argument, ModelResult.Result) is not { ResultPassedOn: false } inner || inner.Bytes.Count == 0)
        {
            return false;
        }

        return AddInner(call, value, BytesExtent.ByCount, inner);
    }

    // ---- The bytes

    private void FindBytes()
    {
        if (site.Bytes is not null)
        {
            views[site.Bytes] = BytesExtent.ByCount;
        }

        if (site.Storage is not null)
        {
            views[site.Storage] = BytesExtent.Whole;
        }

        if (site.IsCallback && site.Storage is null)
        {
            FindBufferOfEnd();
        }

        if (views.Count == 0)
        {
            return;
        }

        var uses = new List<(IOperation Operation, BytesExtent Extent)>();

        foreach (var view in views)
        {
            uses.AddRange(body.ReferencesTo(view.Key)
                .Where(use => (InRange(use) || IsInLoopWithSite(use) || SharesCall(use)) && !IsAssigned(use)
                    && !(site.IsCall && use.IsInside(site.Call)) && use.IsInside(site.Function))
                .Take(MaximumUses)
                .Select(use => (use, view.Value)));
        }

        foreach (var (operation, extent) in uses.OrderBy(use => use.Operation.Syntax.SpanStart).ToList())
        {
            var known = bytes.Count;
            AddBytes(operation, extent);

            // What stands before the read in a loop may as well be the request that was built in the same buffer.
            if (!InRange(operation) && !SharesCall(operation))
            {
                bytes.RemoveAll(use => bytes.IndexOf(use) >= known && use.Extent != BytesExtent.ByCount);
            }
        }
    }

    /// <summary>EndRead names no buffer; it is the one that is used with the count.</summary>
    private void FindBufferOfEnd()
    {
        foreach (var (_, reference) in counts)
        {
            if (Climb(reference).Parent is IArgumentOperation { Parent: IInvocationOperation call }
                && (catalog.FindAll(call.TargetMethod).FirstOrDefault(model => model.Buffer >= 0) is { } model ? call.Arguments.Argument(model.Buffer)
                    : IsCopy(call.TargetMethod) ? call.Arguments.Argument(0)
                    : null).Symbol() is { } buffer)
            {
                views[buffer] = BytesExtent.Whole;
            }
        }

        // None stands beside the count: the one that the Begin calls of the type name.
        if (views.Count == 0 && site.Call.Owner(compilation, cancellationToken) is { } type)
        {
            foreach (var buffer in new NetworkReceivers(compilation, cancellationToken).BeginBuffers(type))
            {
                views[buffer] = BytesExtent.Whole;
            }
        }
    }

    /// <summary>GetString(buffer, 0, stream.Read(buffer)): the buffer stands before the read.</summary>
    private bool SharesCall(IOperation operation) =>
        operation.Parent is IArgumentOperation { Parent: IInvocationOperation outer } && outer.Syntax.Span.Contains(site.Call.Syntax.Span) && outer != site.Call;

    private bool InRange(IOperation operation)
    {
        var position = operation.Syntax.SpanStart;
        return position > from && position < to;
    }

    /// <summary>In the next round of the loop it stands behind the read.</summary>
    private bool IsInLoopWithSite(IOperation operation) => loop is not null && operation.IsInside(loop);

    private void AddBytes(IOperation reference, BytesExtent extent)
    {
        var value = Climb(reference);
        switch (value.Parent)
        {
            case IArgumentOperation { Parent: IInvocationOperation call } argument:
                AddCall(call, argument, value, extent);
                break;
            case IArgumentOperation { Parent: IObjectCreationOperation creation }:
                if (IsSliceType(creation.Type))
                {
                    AddBytes(creation, Narrow(extent, creation.Arguments.Skip(1)));
                }
                else if (creation.Type?.SpecialType == SpecialType.System_String)
                {
                    bytes.Add(new ReadUse(BytesUse.Decoded, creation, value, Narrow(extent, creation.Arguments.Skip(1))));
                }
                else
                {
                    var kind = creation.Type?.Name is "MemoryStream" or "Utf8JsonReader" ? BytesUse.Parsed : BytesUse.PassedOn;
                    bytes.Add(new ReadUse(kind, creation, value, Narrow(extent, creation.Arguments.Skip(1))));
                }

                break;
            case IInvocationOperation call when call.Instance == value:
                if (IsSlice(call.TargetMethod.Name))
                {
                    AddBytes(call, Narrow(extent, call.Arguments));
                }
                else
                {
                    bytes.Add(new ReadUse(KindOfMethod(call.TargetMethod.Name), call, value, extent));
                }

                break;
            case IPropertyReferenceOperation property when property.Instance == value:
                if (property.Property.Name is "Span" or "Memory" or "Array")
                {
                    AddBytes(property, extent);
                }
                else if (property.Property.IsIndexer)
                {
                    AddElement(property, property.Arguments.FirstOrDefault()?.Value, value, extent);
                }

                break;
            case IArrayElementReferenceOperation element when element.ArrayReference == value:
                AddElement(element, element.Indices.FirstOrDefault(), value, extent);
                break;
            case IImplicitIndexerReferenceOperation element when element.Instance == value:
                AddElement(element, element.Argument, value, extent);
                break;
            case IReturnOperation exit:
                // An iterator hands out one chunk after the other.
                var yields = exit.Kind == OperationKind.YieldReturn;
                bytes.Add(new ReadUse(yields ? BytesUse.Gathered : BytesUse.Returned, exit, value, extent));
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { } local } }:
                Alias(local, extent);
                break;
            case ISimpleAssignmentOperation assignment when assignment.Value == value:
                if (assignment.Target.Symbol() is ILocalSymbol target)
                {
                    Alias(target, extent);
                }
                else
                {
                    bytes.Add(new ReadUse(BytesUse.PassedOn, assignment, value, extent));
                }

                break;
            case IBinaryOperation or IIsPatternOperation or IConditionalAccessOperation or INameOfOperation:
                break;
            case IForEachLoopOperation loop:
                bytes.Add(new ReadUse(BytesUse.Scanned, loop, value, extent));
                break;
            default:
                bytes.Add(new ReadUse(BytesUse.PassedOn, value, value, extent));
                break;
        }
    }

    private void AddCall(IInvocationOperation call, IArgumentOperation argument, IOperation value, BytesExtent extent)
    {
        var method = call.TargetMethod;
        var position = argument.Parameter?.Ordinal ?? -1;
        var isThis = method.IsExtensionMethod && position == 0;
        if (isThis && IsSlice(method.Name))
        {
            AddBytes(call, Narrow(extent, call.Arguments.Skip(1)));
            return;
        }

        foreach (var model in catalog.FindAll(method))
        {
            if (model.Buffer != position)
            {
                continue;
            }

            var part = Narrow(extent, call.Arguments.Where(other => other.Parameter is { } parameter && parameter.Ordinal == model.Count));
            switch (model.Role)
            {
                case ModelRole.Decode:
                    bytes.Add(new ReadUse(IsStateful(method) ? BytesUse.DecodedWithState : BytesUse.Decoded, call, value, part));
                    return;
                case ModelRole.Parse:
                    bytes.Add(new ReadUse(BytesUse.Parsed, call, value, part));
                    return;
                case ModelRole.Write:
                    bytes.Add(new ReadUse(BytesUse.Gathered, call, value, part));
                    return;
                case ModelRole.Read:
                    return;
            }
        }

        var isOwn = !method.DeclaringSyntaxReferences.IsEmpty;
        var rest = Narrow(extent, call.Arguments.Where(other => other != argument && (!isThis || isOwn)));
        if (IsCopy(method) && rest != BytesExtent.Whole && CopyOf(call) is { } copy)
        {
            Alias(copy, rest);
            return;
        }

        var kind = KindOfMethod(method.Name);
        if ((kind != BytesUse.PassedOn && !isOwn) || UsesOf(call, argument, ModelResult.Count) is not { } inner || !AddInner(call, value, rest, inner))
        {
            bytes.Add(new ReadUse(kind, call, value, rest));
        }
    }

    // ---- Helpers

    /// <summary>What a helper in source does with an argument; null where that cannot be seen.</summary>
    private ReadUses? UsesOf(IInvocationOperation call, IArgumentOperation argument, ModelResult returns)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (depth >= MaximumDepth || argument.Parameter is not { RefKind: not (RefKind.Out or RefKind.Ref) } position
            || compilation.Summaries.Resolve(call.TargetMethod)?.OriginalDefinition is not { } method || position.Ordinal >= method.Parameters.Length
            || compilation.Sources.OperationOf(method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken), cancellationToken) is not { } callee)
        {
            return null;
        }

        var key = (method.Parameters[position.Ordinal], returns, depth + 1);
        if (!helpers.TryGetValue(key, out var uses))
        {
            uses = new ReadUses(compilation, ReadSite.OfParameter(method.Parameters[position.Ordinal], callee, returns), null, depth + 1, helpers, cancellationToken);
            helpers[key] = uses;
        }

        return uses;
    }

    /// <summary>Takes the uses of a helper for those of its call, where the helper interprets the bytes and keeps nothing of them.</summary>
    private bool AddInner(IInvocationOperation call, IOperation value, BytesExtent extent, ReadUses inner)
    {
        if (inner.Bytes.Any(use => use.Kind is BytesUse.Gathered or BytesUse.PassedOn or BytesUse.DecodedWithState)
            || inner.Bytes.All(use => use.Kind is BytesUse.Scanned or BytesUse.Neutral))
        {
            return false;
        }

        foreach (var use in inner.Bytes)
        {
            if (use.Kind == BytesUse.Returned)
            {
                AddBytes(call, extent);
            }
            else if (use.Kind != BytesUse.Neutral)
            {
                bytes.Add(new ReadUse(use.Kind, call, value, extent) { Inner = use.Inner });
            }
        }

        return true;
    }

    private static bool IsCopy(IMethodSymbol method) => method is { Name: "Copy", ContainingType.SpecialType: SpecialType.System_Array }
        or { Name: "BlockCopy", ContainingType.Name: "Buffer" } or { Name: "ConstrainedCopy" };

    /// <summary>The local that a copy fills, where it is made for it: what holds for the bytes holds for the copy.</summary>
    private ILocalSymbol? CopyOf(IInvocationOperation call)
    {
        var target = call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name is "destinationArray" or "dst")?.Value;
        return target.Symbol() is ILocalSymbol local && local.DeclaringSyntaxReferences.FirstOrDefault() is { } place && place.Span.Start > from
            && compilation.Sources.OperationOf(place.GetSyntax(cancellationToken), cancellationToken) is IVariableDeclaratorOperation declarator
            && declarator.GetVariableInitializer()?.Value.Unwrap() is IArrayCreationOperation
            ? local
            : null;
    }

    private static bool IsStateful(IMethodSymbol method) =>
        method.ContainingType.Name == "Decoder" || (method.IsExtensionMethod && method.Parameters.FirstOrDefault()?.Type.Name == "Decoder");

    private void AddElement(IOperation element, IOperation? index, IOperation value, BytesExtent extent)
    {
        if (index?.Unwrap() is IRangeOperation range)
        {
            AddBytes(element, Narrow(extent, range.RightOperand ?? range.LeftOperand));
            return;
        }

        // A write into the buffer is no use of what was read.
        if (element.Parent is IAssignmentOperation assignment && assignment.Target == element)
        {
            return;
        }

        var kind = index.Number() is { } number ? number == 0 ? BytesUse.Neutral : BytesUse.Element : BytesUse.Scanned;
        bytes.Add(new ReadUse(kind, element, value, extent));
    }

    private void Alias(ISymbol local, BytesExtent extent)
    {
        if (views.ContainsKey(local))
        {
            return;
        }

        views[local] = extent;
        foreach (var operation in body.ReferencesTo(local))
        {
            if (operation.Syntax.SpanStart > from && !IsAssigned(operation) && operation.IsInside(site.Function))
            {
                AddBytes(operation, extent);
            }
        }
    }

    private static BytesUse KindOfMethod(string name) => name switch
    {
        "SequenceEqual" or "StartsWith" or "EndsWith" or "Equals" or "SequenceCompareTo" => BytesUse.Compared,
        "IndexOf" or "IndexOfAny" or "LastIndexOf" or "Contains" or "FindIndex" or "Any" or "All" or "First" or "FirstOrDefault" => BytesUse.Scanned,
        "Clear" or "Fill" or "Return" or "GetLength" or "Rent" => BytesUse.Neutral,
        "FromBytes" or "Bytes" or "File" => BytesUse.Answered,
        "ToBase64String" or "ToHexString" or "ToHexStringLower" or "ToString" or "HashData" or "ComputeHash" => BytesUse.Gathered,
        _ when name.StartsWith("Write", StringComparison.Ordinal) || name.StartsWith("Append", StringComparison.Ordinal)
            || name.StartsWith("Add", StringComparison.Ordinal) || name.StartsWith("Copy", StringComparison.Ordinal)
            || name.StartsWith("BlockCopy", StringComparison.Ordinal) || name.StartsWith("Send", StringComparison.Ordinal) => BytesUse.Gathered,
        _ => BytesUse.PassedOn,
    };

    private static bool IsSlice(string name) => name is "AsSpan" or "AsMemory" or "Slice" or "ToArray" or "Take" or "Skip" or "ToList" or "AsEnumerable" or "Clone"
        or "op_Implicit";

    private static bool IsSliceType(ITypeSymbol? type) => type?.Name is "ArraySegment" or "Memory" or "Span" or "ReadOnlyMemory" or "ReadOnlySpan" or "ReadOnlySequence";

    /// <summary>The extent after a slice with these arguments.</summary>
    private BytesExtent Narrow(BytesExtent extent, IEnumerable<IArgumentOperation> arguments)
    {
        foreach (var argument in arguments)
        {
            // The last of (start, length) tells how much.
            if (argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Parameter?.Name is not ("start" or "offset" or "index" or "startIndex" or "byteIndex" or "srcOffset" or "dstOffset" or "sourceIndex" or "destinationIndex" or "arrayIndex"))
            {
                extent = Narrow(extent, argument.Value);
            }
        }

        return extent;
    }

    private BytesExtent Narrow(BytesExtent extent, IOperation? length)
    {
        if (length is null || length.Type?.SpecialType is not (SpecialType.System_Int32 or SpecialType.System_Int64) && length.Unwrap() is not IUnaryOperation && length.Type?.Name != "Index")
        {
            return extent;
        }

        if (IsByCount(length))
        {
            return BytesExtent.ByCount;
        }

        return length.Unwrap() is IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } owner }
            && site.Storage is not null && owner.Names(site.Storage)
            ? extent
            : BytesExtent.Other;
    }

    private bool IsByCount(IOperation length) => length.Unwrap() is var value
        && ((site.Result is not null && value.Names(site.Result)) || site.Values.Any(read => read.Unwrap() == value));

    private static bool IsAssigned(IOperation reference) => reference.Parent switch
    {
        ISimpleAssignmentOperation assignment => assignment.Target == reference,
        IArgumentOperation { Parameter.RefKind: RefKind.Out } => true,
        IDeclarationExpressionOperation => true,
        _ => false,
    };

    private static IOperation Climb(IOperation operation)
    {
        var current = operation;
        while (true)
        {
            switch (current.Parent)
            {
                case IConversionOperation or IParenthesizedOperation:
                    current = current.Parent;
                    continue;
                case IConditionalAccessOperation access when access.WhenNotNull == current:
                    current = access;
                    continue;
                default:
                    return current;
            }
        }
    }
}
