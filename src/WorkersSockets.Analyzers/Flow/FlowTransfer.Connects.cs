using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Connects, upgrades, and the work that a call does on a socket.</summary>
internal sealed partial class FlowTransfer
{
    private readonly List<ConnectSite> connects = new();
    private readonly HashSet<(SyntaxNode At, Location? Inner)> connectsSeen = new();

    /// <summary>The connects of the body, in source order; filled in the last pass.</summary>
    public IEnumerable<ConnectSite> Connects => connects;

    private TrackedValue Connect(
        IOperation operation,
        IMethodSymbol method,
        ApiModel model,
        TrackedValue receiver,
        TrackedValue[] values,
        Func<int, IOperation?> argumentAt,
        FlowState state)
    {
        TrackedValue At(int position) => position >= 0 && position < values.Length ? values[position] : default;

        ReportUnchecked(FlowEventKind.UncheckedHost, argumentAt(model.Host), At(model.Host), operation, model, state);
        ReportUnchecked(FlowEventKind.UncheckedHost, argumentAt(model.Address), At(model.Address), operation, model, state);
        ReportUnchecked(FlowEventKind.UncheckedHost, argumentAt(model.Endpoint), At(model.Endpoint), operation, model, state);
        ReportUnchecked(FlowEventKind.UncheckedHost, argumentAt(model.Args), At(model.Args), operation, model, state);
        if (!HasData(At(model.Host)))
        {
            // Where the host is one of the caller's that was checked, the check decided what may be reached.
            ReportUnchecked(FlowEventKind.UncheckedPort, argumentAt(model.Port), At(model.Port), operation, model, state);
        }

        scope.Summary?.Connect(this, operation, model, At, argumentAt, state);

        TrackedValue made;
        if (operation is IObjectCreationOperation || model.Returns == ModelResult.Socket)
        {
            if (model.Surface == Surface.DotNet)
            {
                Throw(state, Failure.Socket, operation);
            }

            var life = model.Surface == Surface.Workers || ReturnsTask(method) ? ObjectStates.Connecting : ObjectStates.Open;
            made = Make(operation, TrackedOrigin.Created, model, model.Surface, KindOf(operation.Type), life | FreshSocket, state);
            Record(FlowEventKind.Connect, operation, made, state, model);
            AddConnect(operation, model, argumentAt, made);
            return ReturnsTask(method) ? made.With(ValueFlags.Container) : made;
        }

        Record(FlowEventKind.Connect, operation, receiver, state, model);
        AddConnect(operation, model, argumentAt, receiver);
        foreach (var index in SocketsOf(receiver))
        {
            state.Move(index, ObjectStates.Dialogue | ObjectStates.Transport, ObjectStates.Silent | ObjectStates.Plain);
        }

        if (ReturnsTask(method) || model.Begin || model.Args >= 0)
        {
            foreach (var index in SocketsOf(receiver))
            {
                if ((state.Object(index) & ObjectStates.Created) != 0)
                {
                    state.Move(index, ObjectStates.Created, ObjectStates.Connecting);
                }
            }
        }

        return Work(operation, method, model, receiver, state);
    }

    private void AddConnect(IOperation operation, ApiModel model, Func<int, IOperation?> argumentAt, TrackedValue value)
    {
        if (!Reporting)
        {
            return;
        }

        foreach (var index in value.Objects)
        {
            if (objects[index] is { IsListener: true } or { IsNotTcp: true })
            {
                return;
            }
        }

        if (!connectsSeen.Add((operation.Syntax, null)))
        {
            return;
        }

        connects.Add(new ConnectSite(operation, model)
        {
            Name = NameOf(operation, value),
            Host = argumentAt(model.Host),
            Port = argumentAt(model.Port),
            Address = argumentAt(model.Address),
            Endpoint = argumentAt(model.Endpoint),
            Options = argumentAt(model.Options),
            Token = argumentAt(model.Token),
            Timeout = argumentAt(model.Timeout),
        });
    }

    /// <summary>The variable that the socket is kept in, or the expression that makes it.</summary>
    private string NameOf(IOperation operation, TrackedValue value)
    {
        if (Operations.WrittenReceiver(operation) is { } receiver and not IFlowCaptureReferenceOperation)
        {
            return receiver.Syntax.ToString();
        }

        return VariableOf(operation) ?? (value.Objects.GetEnumerator() is var each && each.MoveNext() ? objects[each.Current].Name : operation.Syntax.ToString());
    }

    private static string? VariableOf(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IAwaitOperation or IConversionOperation or IParenthesizedOperation or IVariableInitializerOperation:
                    continue;
                case ISimpleAssignmentOperation assignment:
                    return assignment.Target.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax declared
                        ? declared.Identifier.Text
                        : assignment.Target.Syntax.ToString();
                case IVariableDeclaratorOperation declarator:
                    return declarator.Symbol.Name;
                default:
                    return null;
            }
        }

        return null;
    }

    private TrackedValue Upgrade(IOperation operation, IMethodSymbol method, ApiModel model, TrackedValue receiver, FlowState state)
    {
        Record(FlowEventKind.Upgrade, operation, receiver, state, model);
        foreach (var index in SocketsOf(receiver))
        {
            scope.Summary?.Upgrade(this, index, state.Object(index));
        }

        if (model.Returns != ModelResult.Socket)
        {
            foreach (var index in SocketsOf(receiver))
            {
                state.Move(index, ObjectStates.Transport, ObjectStates.Upgraded);
            }

            return Work(operation, method, model, receiver, state);
        }

        var owned = false;
        foreach (var index in SocketsOf(receiver))
        {
            owned |= objects[index].IsOwned && (state.Object(index) & ObjectStates.NeedsClose) != 0;
        }

        var made = Make(
            operation,
            owned ? TrackedOrigin.Created : TrackedOrigin.External,
            model,
            model.Surface,
            SocketKind.Socket,
            ObjectStates.Connecting | ObjectStates.OpenNotAwaited | ObjectStates.Silent | ObjectStates.Upgraded | ObjectStates.Writable,
            state);
        foreach (var index in SocketsOf(made))
        {
            objects[index].Subjects |= receiver.Objects;
        }

        foreach (var index in SocketsOf(receiver))
        {
            state.Move(index, ObjectStates.Life, ObjectStates.Superseded);
        }

        return ReturnsTask(method) ? made.With(ValueFlags.Container) : made;
    }

    /// <summary>Work on a socket: done here, or a task that a later await completes.</summary>
    private TrackedValue Work(IOperation operation, IMethodSymbol method, ApiModel? model, TrackedValue receiver, FlowState state)
    {
        var sockets = SocketsOf(receiver);
        var role = model?.Role ?? ModelRole.Close;
        if (!ReturnsTask(method))
        {
            var surface = model?.Surface ?? Surface.DotNet;
            var failure = FailureOf(role, surface, operation);
            if (failure != Failure.None && role is not ModelRole.HalfClose)
            {
                var thrown = state.Clone();
                foreach (var index in sockets)
                {
                    Fail(role, index, thrown);
                }

                Throw(thrown, failure, operation);
            }

            if (model is not { Begin: true })
            {
                foreach (var index in sockets)
                {
                    Settle(role, index, state);
                }
            }

            return TrackedValue.Nothing;
        }

        return StartTask(operation, role, model?.Surface ?? Surface.DotNet, receiver.Objects, result: default, state);
    }

    private static bool LeavesOpen(ApiModel model, Func<int, IOperation?> argumentAt)
    {
        if (argumentAt(model.LeaveOpen) is { ConstantValue: { HasValue: true, Value: bool leaveOpen } })
        {
            return leaveOpen;
        }

        if (argumentAt(model.Owns) is { } owns)
        {
            return owns.ConstantValue is { HasValue: true, Value: false };
        }

        return !model.Closes;
    }

    private SocketKind KindOf(ITypeSymbol? type) => Catalog.SocketType(TaskResult(type))?.Kind ?? SocketKind.Socket;

    /// <summary>A socket made for datagrams or a Unix-domain path is none that the rules speak of.</summary>
    private void MarkForm(TrackedValue value, ImmutableArray<IArgumentOperation> arguments)
    {
        var isNotTcp = arguments.Any(argument => argument.Value is IFieldReferenceOperation
        {
            Field: { Name: "Dgram" or "Raw" or "Rdm" or "Udp" or "Unix" or "Icmp" or "Packet" },
        });
        if (isNotTcp)
        {
            foreach (var index in value.Objects)
            {
                objects[index].IsNotTcp = true;
            }
        }
    }
}
