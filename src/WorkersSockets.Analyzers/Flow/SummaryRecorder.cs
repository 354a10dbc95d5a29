using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Collects, while a body runs, what its callers need to know.</summary>
internal sealed class SummaryRecorder
{
    /// <summary>Members of an enum that a caller's test is followed for.</summary>
    private const int MaximumVerdicts = 12;

    private readonly Dictionary<ISymbol, Seen> seen = new(SymbolEqualityComparer.Default);
    private readonly List<ParameterConnect> connects = new();
    private readonly HashSet<SyntaxNode> siteSyntax = new();
    private readonly HashSet<(Location Inner, int Host, int Port, int Address, int Endpoint)> innerConnects = new();
    private readonly List<ConnectSite> sites = new();
    private ObjectStates returnedStates;
    private Surface returnedSurface;
    private SocketKind returnedKind;
    private ValueFlags returnedFlags;
    private readonly HashSet<int> returned = new();
    private bool returnedOpen;
    private bool returnsListener;
    private bool returnsNotTcp;
    private readonly HashSet<string> requestParts = new(StringComparer.Ordinal);
    private readonly HashSet<ISymbol> requestMembers = new(SymbolEqualityComparer.Default);
    private bool returnsRequestData;
    private bool mayThrow;
    private bool exits;
    private readonly List<IParameterSymbol> outs = new();
    private readonly HashSet<SyntaxNode> returns = new();
    private readonly Dictionary<string, HashSet<SyntaxNode>> partReturns = new(StringComparer.Ordinal);
    private readonly HashSet<string> openParts = new(StringComparer.Ordinal);

    /// <summary>Follows the object that a parameter, captured variable or member starts with.</summary>
    public void Add(ISymbol variable, TrackedObject? start)
    {
        if (start is not null && !(seen.TryGetValue(variable, out var known) && known.Start == start))
        {
            seen[variable] = new Seen(start);
        }
    }

    /// <summary>TLS starts on a socket: what was said on it in this body so far.</summary>
    public void Upgrade(FlowTransfer transfer, int index, ObjectStates states)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        foreach (var each in seen.Values)
        {
            if (each.Start.Index == index)
            {
                each.AtUpgrade |= states & ObjectStates.Dialogue;
            }
        }
    }

    public void Exit(FlowTransfer transfer, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        exits = true;
        returnedOpen |= returned.Any(index => (state.Object(index) & ObjectStates.Returned) != 0);
        foreach (var each in seen.Values)
        {
            if (each.Start.Index < 0)
            {
                continue;
            }

            var states = state.Object(each.Start.Index);
            each.AtExit |= states == ObjectStates.None && each.Start.Kind == TrackedKind.Socket ? ObjectStates.Silent : states;
            if (each.Start.Kind == TrackedKind.Socket)
            {
                var life = states & ObjectStates.Life;
                each.ClosedAlways &= life is ObjectStates.Closed or ObjectStates.None;
                each.LeftClosed &= life == ObjectStates.Closed;
                each.Closed |= (life & ObjectStates.Closed) != 0;
                each.HandedOver |= (life & (ObjectStates.Escaped | ObjectStates.MaybeClosed | ObjectStates.Closed)) != 0;
            }
            else
            {
                each.CheckedAlways &= (states & ObjectStates.Trust) == ObjectStates.Checked;
                each.MembersAlways = Common(each.MembersAlways, transfer, each, state);
            }
        }

        foreach (var parameter in outs)
        {
            foreach (var index in transfer.Captured(parameter, state).Objects)
            {
                Flow(transfer, index, state, null, parameter.Ordinal);
            }
        }
    }

    /// <summary>The method, or whoever awaits its result, waits for the end of some work.</summary>
    public void Completed(FlowTransfer transfer, TrackedObject task)
    {
        if (!transfer.Reporting || task.Role != ModelRole.Close)
        {
            return;
        }

        foreach (var each in seen.Values)
        {
            each.AwaitsClose |= each.Start.Index >= 0 && task.Subjects.Contains(each.Start.Index);
        }
    }

    /// <summary>The parameters that the method can hand data out by.</summary>
    public void AddOut(IParameterSymbol parameter) => outs.Add(parameter);

    /// <summary>An own field or property is assigned.</summary>
    public void Store(FlowTransfer transfer, ISymbol member, TrackedValue value, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        foreach (var index in value.Objects)
        {
            if (transfer.ObjectAt(index).Kind == TrackedKind.Data)
            {
                transfer.Trace(transfer.ObjectAt(index), (source, part) =>
                {
                    foreach (var each in seen.Values)
                    {
                        if (ReferenceEquals(each.Start, source) && !SymbolEqualityComparer.Default.Equals(each.Start.Symbol, member))
                        {
                            each.Stored.Add((part, member));
                        }
                    }

                    if (source.IsFromRequest && !member.IsStatic && transfer.IsUnchecked(index, state))
                    {
                        requestMembers.Add(member);
                    }
                });
            }
        }
    }

    /// <summary>A callee connects to a value that it is given, to a part of it, or to a member of its object.</summary>
    public void MarkDestination(FlowTransfer transfer, ParameterSummary effect, TrackedValue value, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        foreach (var part in effect.HostParts)
        {
            Mark(transfer, transfer.Reach(value, part), state, isHost: true, effect.ConnectedTo, part);
        }

        foreach (var part in effect.PortParts)
        {
            Mark(transfer, transfer.Reach(value, part), state, isHost: false, effect.ConnectedTo, part);
        }
    }

    private static HashSet<string> Common(HashSet<string>? known, FlowTransfer transfer, Seen each, FlowState state)
    {
        var here = new HashSet<string>(transfer.CheckedMembers(each.Start.Symbol!, state), StringComparer.Ordinal);
        if (known is not null)
        {
            here.IntersectWith(known);
        }

        return here;
    }

    private void Flow(FlowTransfer transfer, int index, FlowState state, string? to, int target)
    {
        var data = transfer.ObjectAt(index);
        if (data.Kind != TrackedKind.Data)
        {
            return;
        }

        if (data.Parts is { } parts)
        {
            foreach (var part in parts)
            {
                foreach (var held in part.Value.Value.Objects)
                {
                    if (transfer.ObjectAt(held).Parts is null)
                    {
                        Flow(transfer, held, state, part.Key, target);
                    }
                }
            }

            return;
        }

        if ((state.Object(index) & ObjectStates.Trust) == ObjectStates.None)
        {
            return;
        }

        var isProved = !transfer.IsUnchecked(index, state);
        transfer.Trace(data, (source, from) =>
        {
            foreach (var each in seen.Values)
            {
                if (ReferenceEquals(each.Start, source))
                {
                    each.Flows.Add(new DataFlow(from, to, target, isProved));
                }
            }

            if (source.IsFromRequest && target < 0 && !isProved)
            {
                if (to is null)
                {
                    returnsRequestData = true;
                }
                else
                {
                    requestParts.Add(to);
                }
            }
        });
    }

    public void ExceptionalExit(FlowTransfer transfer, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        mayThrow = true;
        foreach (var each in seen.Values)
        {
            if (each.Start is { Kind: TrackedKind.Socket, Index: >= 0 and var index })
            {
                var states = state.Object(index);
                each.ThrowsWhileOpening |= (states & ObjectStates.OpenNotAwaited) != 0;
                each.EndsOnFailure |= (states & (ObjectStates.Escaped | ObjectStates.MaybeClosed | ObjectStates.Closed)) != 0;
            }
        }
    }

    public void Return(FlowTransfer transfer, IOperation operation, TrackedValue value, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        foreach (var index in value.Objects)
        {
            var tracked = transfer.ObjectAt(index);
            switch (tracked.Kind)
            {
                case TrackedKind.Socket when tracked.IsOwned && (state.Object(index) & ObjectStates.NeedsClose) != 0:
                    returnedStates |= state.Object(index) & ~ObjectStates.Returned;
                    returned.Add(index);
                    returnsListener |= tracked.IsListener;
                    returnsNotTcp |= tracked.IsNotTcp;
                    returnedSurface = tracked.Surface;
                    returnedKind = tracked.SocketKind;
                    returnedFlags |= value.Flags & (ValueFlags.Tls | ValueFlags.Wrapped | ValueFlags.Borrowed);
                    break;
                case TrackedKind.Socket:
                    foreach (var each in seen.Values)
                    {
                        if (each.Start.Index == index)
                        {
                            each.ReturnedAs = (each.ReturnedAs ?? ValueFlags.None) | value.Flags;
                            each.HandedOver |= (state.Object(index) & ObjectStates.Escaped) != 0;
                        }
                    }

                    break;
                case TrackedKind.Data:
                    Flow(transfer, index, state, null, -1);
                    break;
                case TrackedKind.Task:
                    Completed(transfer, tracked);
                    break;
            }
        }

        var assumed = state.Clone();
        var canBeTrue = transfer.Assume(operation, true, assumed);
        foreach (var each in seen.Values)
        {
            if (each.Start.Kind == TrackedKind.Data && canBeTrue)
            {
                each.CheckedWhenTrue &= (assumed.Object(each.Start.Index) & ObjectStates.Trust) == ObjectStates.Checked;
                each.MembersWhenTrue = Common(each.MembersWhenTrue, transfer, each, assumed);
                each.ReturnsTruth = true;
            }
        }

        NoteResults(transfer, operation, state);
        NoteVerdicts(transfer, operation, state);
        assumed = state.Clone();
        var canBeFalse = transfer.Assume(operation, false, assumed);
        foreach (var each in seen.Values)
        {
            if (each.Start.Kind == TrackedKind.Data && canBeFalse)
            {
                each.CheckedWhenFalse &= (assumed.Object(each.Start.Index) & ObjectStates.Trust) == ObjectStates.Checked;
                each.ReturnsFalse = true;
            }
        }
    }

    /// <summary>What is proved where the method returns null or a member of an enum, and where it returns something else.</summary>
    private void NoteResults(FlowTransfer transfer, IOperation operation, FlowState state)
    {
        foreach (var test in TestsOf(operation.Type))
        {
            var assumed = state.Clone();
            if (!(test.Constant is null ? transfer.AssumeNull(operation, test.IsEqual, assumed) : transfer.AssumeResult(operation, test, assumed)))
            {
                continue;
            }

            foreach (var each in seen.Values)
            {
                if (each.Start.Kind == TrackedKind.Data)
                {
                    var isChecked = (assumed.Object(each.Start.Index) & ObjectStates.Trust) == ObjectStates.Checked;
                    each.WhenResult[test] = isChecked && (!each.WhenResult.TryGetValue(test, out var before) || before);
                    each.MembersWhenResult[test] = Common(each.MembersWhenResult.TryGetValue(test, out var members) ? members : null, transfer, each, assumed);
                }
            }
        }
    }

    /// <summary>The tests that callers put to a result of this type.</summary>
    private static IEnumerable<ResultTest> TestsOf(ITypeSymbol? type)
    {
        if (type is null or { IsValueType: false } or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T })
        {
            yield return new ResultTest(null, IsEqual: true);
            yield return new ResultTest(null, IsEqual: false);
        }
        else if (type.TypeKind == TypeKind.Enum)
        {
            foreach (var constant in type.GetMembers().OfType<IFieldSymbol>().Where(member => member.HasConstantValue).Select(member => member.ConstantValue).Distinct().Take(MaximumVerdicts))
            {
                yield return new ResultTest(constant, IsEqual: true);
                yield return new ResultTest(constant, IsEqual: false);
            }
        }
    }

    /// <summary>What is proved by each flag, code or member of an enum that the method returns, bare or as a part of the result.</summary>
    private void NoteVerdicts(FlowTransfer transfer, IOperation operation, FlowState state)
    {
        if (operation.ConstantValue is { HasValue: true, Value: null })
        {
            return;
        }

        returns.Add(operation.Syntax);
        foreach (var outcome in transfer.OutcomesOf(operation, state))
        {
            var part = outcome.Part ?? "";
            if (outcome.Constant is null)
            {
                openParts.Add(part);
                continue;
            }

            if (!partReturns.TryGetValue(part, out var places))
            {
                partReturns[part] = places = new HashSet<SyntaxNode>();
            }

            places.Add(operation.Syntax);
            var assumed = state.Clone();
            if (!outcome.Holds(assumed))
            {
                continue;
            }

            var verdict = (part, outcome.Constant);
            foreach (var each in seen.Values)
            {
                if (each.Start.Kind == TrackedKind.Data)
                {
                    var isChecked = (assumed.Object(each.Start.Index) & ObjectStates.Trust) == ObjectStates.Checked;
                    each.WhenVerdict[verdict] = isChecked && (!each.WhenVerdict.TryGetValue(verdict, out var before) || before);
                    each.MembersWhenVerdict[verdict] = Common(each.MembersWhenVerdict.TryGetValue(verdict, out var members) ? members : null, transfer, each, assumed);
                }
            }
        }
    }

    public void HandOut(FlowTransfer transfer, IParameterSymbol parameter, ObjectStates states)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        if (!seen.TryGetValue(parameter, out var each))
        {
            each = new Seen(new TrackedObject(-1, TrackedKind.Socket, TrackedOrigin.Parameter, null) { Symbol = parameter });
            seen[parameter] = each;
        }

        each.OwnedAtExit |= states;
    }

    public void Connect(FlowTransfer transfer, IOperation operation, ApiModel model, Func<int, TrackedValue> valueAt, Func<int, IOperation?> argumentAt, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        var host = Mark(transfer, valueAt(model.Host), state, isHost: true, argumentAt(model.Host));
        var address = Mark(transfer, valueAt(model.Address), state, isHost: true, argumentAt(model.Address));
        var endpoint = Mark(transfer, valueAt(model.Endpoint >= 0 ? model.Endpoint : model.Args), state, isHost: true, argumentAt(model.Endpoint >= 0 ? model.Endpoint : model.Args));
        var port = Mark(transfer, valueAt(model.Port), state, isHost: false, argumentAt(model.Port));
        var site = new ConnectSite(operation, model)
        {
            Name = operation.Syntax.ToString(),
            Host = argumentAt(model.Host),
            Port = argumentAt(model.Port),
            Address = argumentAt(model.Address),
            Endpoint = argumentAt(model.Endpoint),
            Options = argumentAt(model.Options),
        };
        Add(site);
        if (host >= 0 || address >= 0 || endpoint >= 0 || port >= 0)
        {
            connects.Add(new ParameterConnect(site, host, port, address, endpoint));
        }
    }

    public void InnerConnect(FlowTransfer transfer, IOperation call, ParameterConnect connect, Func<int, TrackedValue> valueAt, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        var host = Mark(transfer, valueAt(connect.Host), state, isHost: true, connect.Site.Host);
        var address = Mark(transfer, valueAt(connect.Address), state, isHost: true, connect.Site.Address);
        var endpoint = Mark(transfer, valueAt(connect.Endpoint), state, isHost: true, connect.Site.Endpoint);
        var port = Mark(transfer, valueAt(connect.Port), state, isHost: false, connect.Site.Port);
        var inner = connect.Site.Inner ?? connect.Site.Operation.Syntax.GetLocation();

        // Many ways may lead to one connect: to a caller they are one.
        if ((host >= 0 || address >= 0 || endpoint >= 0 || port >= 0) && innerConnects.Add((inner, host, port, address, endpoint)))
        {
            connects.Add(new ParameterConnect(connect.Site with { Inner = inner }, host, port, address, endpoint));
        }
    }

    /// <summary>Notes a connect, or a call of a helper that connects.</summary>
    public void Add(ConnectSite site)
    {
        if (siteSyntax.Add(site.Operation.Syntax))
        {
            sites.Add(site);
        }
    }

    public MethodSummary Build(FlowTransfer transfer, IMethodSymbol method)
    {
        var parameters = ImmutableArray.CreateBuilder<ParameterSummary>(method.Parameters.Length);
        foreach (var parameter in method.Parameters)
        {
            parameters.Add(seen.TryGetValue(parameter, out var each) ? Summarize(each) : ParameterSummary.Untouched);
        }

        var captured = ImmutableDictionary.CreateBuilder<ISymbol, ParameterSummary>(SymbolEqualityComparer.Default);
        var members = ImmutableDictionary.CreateBuilder<ISymbol, ParameterSummary>(SymbolEqualityComparer.Default);
        foreach (var pair in seen)
        {
            if (pair.Key is IFieldSymbol or IPropertySymbol || IsOfPrimaryConstructor(pair.Key, method))
            {
                members[pair.Key] = Summarize(pair.Value);
            }
            else if (!SymbolEqualityComparer.Default.Equals(pair.Key.ContainingSymbol, method))
            {
                captured[pair.Key] = Summarize(pair.Value);
            }
        }

        return new MethodSummary
        {
            Parameters = parameters.MoveToImmutable(),
            Captured = captured.ToImmutable(),
            Members = members.ToImmutable(),
            ReturnedStates = returnedOpen ? returnedStates : ObjectStates.None,
            ReturnedSurface = returnedSurface,
            ReturnedKind = returnedKind,
            ReturnedFlags = returnedFlags,
            ReturnsListener = returnsListener,
            ReturnsNotTcp = returnsNotTcp,
            RequestParts = requestParts.Concat(returnsRequestData ? new string?[] { null } : []).ToImmutableArray(),
            RequestMembers = requestMembers.ToImmutableArray(),
            Connects = connects.ToImmutableArray(),
            Sites = sites.ToImmutableArray(),
            MayThrow = mayThrow,
        };
    }

    private ParameterSummary Summarize(Seen each)
    {
        var isSocket = each.Start.Kind == TrackedKind.Socket;
        var closes = isSocket && exits && each.Closed && each.ClosedAlways;
        return new ParameterSummary
        {
            Closes = closes,
            AwaitsClose = closes && each.AwaitsClose,
            LeavesClosed = closes && each.LeftClosed && each.Start.Origin == TrackedOrigin.External,
            Escapes = isSocket && !closes && each.HandedOver,
            Reads = isSocket && (each.AtExit & (ObjectStates.Greeted | ObjectStates.Answered)) != 0,
            Writes = isSocket && (each.AtExit & (ObjectStates.Asked | ObjectStates.AskedForTls | ObjectStates.Answered)) != 0,
            IsListener = each.Start.IsListener,
            AtExit = each.AtExit,
            AtUpgrade = isSocket ? each.AtUpgrade : ObjectStates.None,
            EndsOnFailure = isSocket && each.EndsOnFailure,
            ThrowsWhileOpening = each.ThrowsWhileOpening,
            ReturnedAs = each.ReturnedAs,
            OwnedAtExit = each.OwnedAtExit,
            ChecksByThrow = !isSocket && exits && each.CheckedAlways,
            ChecksWhenTrue = !isSocket && each.ReturnsTruth && each.CheckedWhenTrue,
            ChecksWhenFalse = !isSocket && each.ReturnsFalse && each.CheckedWhenFalse,
            ResultsThatCheck = each.WhenResult.Where(result => result.Value).Select(result => result.Key).ToImmutableHashSet(),
            MembersCheckedByResult = each.MembersWhenResult.Where(result => result.Value.Count > 0).ToImmutableDictionary(result => result.Key, result => result.Value.ToImmutableArray()),
            Verdicts = each.WhenVerdict.Where(verdict => !openParts.Contains(verdict.Key.Part) && partReturns[verdict.Key.Part].SetEquals(returns))
                .Select(verdict => new Verdict(verdict.Key.Part.Length == 0 ? null : verdict.Key.Part, verdict.Key.Constant, verdict.Value, each.MembersWhenVerdict[verdict.Key].ToImmutableArray())).ToImmutableArray(),
            MembersCheckedWhenTrue = each.ReturnsTruth && each.MembersWhenTrue is { } whenTrue ? whenTrue.ToImmutableArray() : ImmutableArray<string>.Empty,
            MembersCheckedByThrow = exits && each.MembersAlways is { } always ? always.ToImmutableArray() : ImmutableArray<string>.Empty,
            Flows = each.Flows.ToImmutableArray(),
            Stored = each.Stored.ToImmutableArray(),
            HostParts = each.HostParts.ToImmutableArray(),
            PortParts = each.PortParts.ToImmutableArray(),
            ConnectedTo = each.ConnectedTo,
        };
    }

    private static bool IsOfPrimaryConstructor(ISymbol symbol, IMethodSymbol method) =>
        symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor }
        && !SymbolEqualityComparer.Default.Equals(constructor, method);

    /// <summary>Notes which parameters reach a destination; the ordinal of one that is it bare, or -1.</summary>
    /// <param name="member">The part of the value that is connected to, where the value is an object of the caller's.</param>
    private int Mark(FlowTransfer transfer, TrackedValue value, FlowState state, bool isHost, IOperation? at, string? member = null)
    {
        var bare = -1;
        foreach (var index in value.Objects)
        {
            var data = transfer.ObjectAt(index);
            if (data.Kind != TrackedKind.Data)
            {
                continue;
            }

            var original = transfer.OriginalOf(data);
            foreach (var each in seen.Values)
            {
                if (ReferenceEquals(each.Start, original))
                {
                    bare = original.Ordinal;
                }
            }

            if (data.Parts is null && !transfer.IsUnchecked(index, state))
            {
                continue;
            }

            transfer.Trace(data, (source, part) =>
            {
                foreach (var each in seen.Values)
                {
                    if (ReferenceEquals(each.Start, source))
                    {
                        (isHost ? each.HostParts : each.PortParts).Add(part ?? (ReferenceEquals(source, data) ? member : null));
                        each.ConnectedTo ??= at;
                    }
                }
            });
        }

        return bare;
    }

    private sealed class Seen(TrackedObject start)
    {
        public TrackedObject Start { get; } = start;
        public ObjectStates AtExit { get; set; }
        public ObjectStates AtUpgrade { get; set; }
        public ObjectStates OwnedAtExit { get; set; }
        public bool ClosedAlways { get; set; } = true;
        public bool LeftClosed { get; set; } = true;
        public bool Closed { get; set; }
        public bool AwaitsClose { get; set; }
        public bool HandedOver { get; set; }
        public bool ThrowsWhileOpening { get; set; }
        public bool EndsOnFailure { get; set; }
        public bool CheckedAlways { get; set; } = true;
        public bool CheckedWhenTrue { get; set; } = true;
        public bool ReturnsTruth { get; set; }
        public bool CheckedWhenFalse { get; set; } = true;
        public bool ReturnsFalse { get; set; }
        public Dictionary<ResultTest, bool> WhenResult { get; } = new();
        public Dictionary<(string Part, object Constant), bool> WhenVerdict { get; } = new();
        public Dictionary<ResultTest, HashSet<string>> MembersWhenResult { get; } = new();
        public Dictionary<(string Part, object Constant), HashSet<string>> MembersWhenVerdict { get; } = new();
        public HashSet<string>? MembersWhenTrue { get; set; }
        public HashSet<string>? MembersAlways { get; set; }
        public HashSet<DataFlow> Flows { get; } = new();
        public HashSet<(string? From, ISymbol Member)> Stored { get; } = new();
        public HashSet<string?> HostParts { get; } = new();
        public HashSet<string?> PortParts { get; } = new();
        public IOperation? ConnectedTo { get; set; }
        public ValueFlags? ReturnedAs { get; set; }
    }
}
