using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Collects, while a body runs, what its callers need to know.</summary>
internal sealed class SummaryRecorder
{
    private readonly Dictionary<ISymbol, Seen> seen = new(SymbolEqualityComparer.Default);
    private readonly List<ParameterConnect> connects = new();
    private ObjectStates returnedStates;
    private Surface returnedSurface;
    private SocketKind returnedKind;
    private ValueFlags returnedFlags;
    private string? requestData;
    private bool mayThrow;
    private bool exits;

    /// <summary>Follows the object that a parameter or captured variable starts with.</summary>
    public void Add(ISymbol variable, TrackedObject? start)
    {
        if (start is not null)
        {
            seen[variable] = new Seen(start);
        }
    }

    public void Exit(FlowTransfer transfer, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        exits = true;
        foreach (var each in seen.Values)
        {
            var states = state.Object(each.Start.Index);
            each.AtExit |= states;
            if (each.Start.Kind == TrackedKind.Socket)
            {
                var life = states & ObjectStates.Life;
                each.ClosedAlways &= life == ObjectStates.Closed;
                each.HandedOver |= (life & (ObjectStates.Escaped | ObjectStates.MaybeClosed | ObjectStates.Closed)) != 0;
            }
            else
            {
                each.CheckedAlways &= (states & ObjectStates.Trust) == ObjectStates.Checked;
            }
        }
    }

    public void ExceptionalExit(FlowTransfer transfer) => mayThrow |= transfer.Reporting;

    public void Return(FlowTransfer transfer, IOperation operation, TrackedValue value, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        foreach (var index in value.Objects)
        {
            var returned = transfer.ObjectAt(index);
            switch (returned.Kind)
            {
                case TrackedKind.Socket when returned.IsOwned && (state.Object(index) & ObjectStates.NeedsClose) != 0:
                    returnedStates |= state.Object(index) & ~ObjectStates.Returned;
                    returnedSurface = returned.Surface;
                    returnedKind = returned.SocketKind;
                    returnedFlags |= value.Flags & (ValueFlags.Tls | ValueFlags.Wrapped | ValueFlags.Borrowed);
                    break;
                case TrackedKind.Socket:
                    foreach (var each in seen.Values)
                    {
                        if (each.Start.Index == index)
                        {
                            each.ReturnedAs = (each.ReturnedAs ?? ValueFlags.None) | value.Flags;
                        }
                    }

                    break;
                case TrackedKind.Data when (state.Object(index) & ObjectStates.Unchecked) != 0:
                    foreach (var each in seen.Values)
                    {
                        each.FlowsToResult |= transfer.ComesFrom(returned, source => ReferenceEquals(source, each.Start));
                    }

                    if (transfer.ComesFrom(returned, source => source.IsFromRequest))
                    {
                        requestData ??= returned.Name;
                    }

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
                each.ReturnsTruth = true;
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

        var host = Mark(transfer, valueAt(model.Host), state, isHost: true);
        var address = Mark(transfer, valueAt(model.Address), state, isHost: true);
        var endpoint = Mark(transfer, valueAt(model.Endpoint >= 0 ? model.Endpoint : model.Args), state, isHost: true);
        var port = Mark(transfer, valueAt(model.Port), state, isHost: false);
        if (host >= 0 || address >= 0 || endpoint >= 0 || port >= 0)
        {
            var site = new ConnectSite(operation, model)
            {
                Name = operation.Syntax.ToString(),
                Host = argumentAt(model.Host),
                Port = argumentAt(model.Port),
                Address = argumentAt(model.Address),
                Endpoint = argumentAt(model.Endpoint),
                Options = argumentAt(model.Options),
            };
            connects.Add(new ParameterConnect(site, host, port, address, endpoint));
        }
    }

    public void InnerConnect(FlowTransfer transfer, IOperation call, ParameterConnect connect, Func<int, TrackedValue> valueAt, FlowState state)
    {
        if (!transfer.Reporting)
        {
            return;
        }

        var host = Mark(transfer, valueAt(connect.Host), state, isHost: true);
        var address = Mark(transfer, valueAt(connect.Address), state, isHost: true);
        var endpoint = Mark(transfer, valueAt(connect.Endpoint), state, isHost: true);
        var port = Mark(transfer, valueAt(connect.Port), state, isHost: false);
        if (host >= 0 || address >= 0 || endpoint >= 0 || port >= 0)
        {
            connects.Add(new ParameterConnect(
                connect.Site with { Inner = connect.Site.Inner ?? connect.Site.Operation.Syntax.GetLocation() }, host, port, address, endpoint));
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
        foreach (var pair in seen)
        {
            if (!SymbolEqualityComparer.Default.Equals(pair.Key.ContainingSymbol, method))
            {
                captured[pair.Key] = Summarize(pair.Value);
            }
        }

        return new MethodSummary
        {
            Parameters = parameters.MoveToImmutable(),
            Captured = captured.ToImmutable(),
            ReturnedStates = returnedStates,
            ReturnedSurface = returnedSurface,
            ReturnedKind = returnedKind,
            ReturnedFlags = returnedFlags,
            ReturnsRequestData = requestData,
            Connects = connects.ToImmutableArray(),
            MayThrow = mayThrow,
        };
    }

    private ParameterSummary Summarize(Seen each)
    {
        var isSocket = each.Start.Kind == TrackedKind.Socket;
        var closes = isSocket && exits && each.ClosedAlways;
        return new ParameterSummary
        {
            Closes = closes,
            Escapes = isSocket && !closes && each.HandedOver,
            Reads = isSocket && (each.AtExit & (ObjectStates.Greeted | ObjectStates.Answered)) != 0,
            Writes = isSocket && (each.AtExit & (ObjectStates.Asked | ObjectStates.AskedForTls | ObjectStates.Answered)) != 0,
            AtExit = each.AtExit,
            ReturnedAs = each.ReturnedAs,
            OwnedAtExit = each.OwnedAtExit,
            ChecksByThrow = !isSocket && exits && each.CheckedAlways,
            ChecksWhenTrue = !isSocket && each.ReturnsTruth && each.CheckedWhenTrue,
            FlowsToResult = each.FlowsToResult,
            IsConnectHost = each.IsConnectHost,
            IsConnectPort = each.IsConnectPort,
        };
    }

    /// <summary>Notes which parameters reach a destination; the ordinal of one that is it bare, or -1.</summary>
    private int Mark(FlowTransfer transfer, TrackedValue value, FlowState state, bool isHost)
    {
        var bare = -1;
        foreach (var index in value.Objects)
        {
            var data = transfer.ObjectAt(index);
            if (data.Kind != TrackedKind.Data)
            {
                continue;
            }

            foreach (var each in seen.Values)
            {
                if (ReferenceEquals(each.Start, data))
                {
                    bare = data.Ordinal;
                }

                if ((state.Object(index) & ObjectStates.Unchecked) != 0 && transfer.ComesFrom(data, source => ReferenceEquals(source, each.Start)))
                {
                    each.IsConnectHost |= isHost;
                    each.IsConnectPort |= !isHost;
                }
            }
        }

        return bare;
    }

    private sealed class Seen(TrackedObject start)
    {
        public TrackedObject Start { get; } = start;
        public ObjectStates AtExit { get; set; }
        public ObjectStates OwnedAtExit { get; set; }
        public bool ClosedAlways { get; set; } = true;
        public bool HandedOver { get; set; }
        public bool CheckedAlways { get; set; } = true;
        public bool CheckedWhenTrue { get; set; } = true;
        public bool ReturnsTruth { get; set; }
        public bool FlowsToResult { get; set; }
        public bool IsConnectHost { get; set; }
        public bool IsConnectPort { get; set; }
        public ValueFlags? ReturnedAs { get; set; }
    }
}
