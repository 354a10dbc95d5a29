using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;

namespace WorkersSockets.Analyzers.Flow.Constants;

/// <summary>One destination that a connect can have, as far as it is constant.</summary>
internal sealed record Destination(ConnectSite Site)
{
    /// <summary>The host, without brackets; null where it is not constant.</summary>
    public string? Host { get; init; }

    /// <summary>The expression at the connect that yields the host, constant or not.</summary>
    public IOperation? HostOperation { get; init; }

    /// <summary>The expression that writes the host, wherever it stands.</summary>
    public IOperation? HostOrigin { get; init; }

    /// <summary>The host has no other value than the constant ones.</summary>
    public bool HostIsCertain { get; init; }

    /// <summary>The host's variable has more assignments, so this value may never be used.</summary>
    public bool HostIsOverwritable { get; init; }

    /// <summary>The port; null where it is not constant.</summary>
    public long? Port { get; init; }

    /// <summary>The expression at the connect that yields the port, constant or not.</summary>
    public IOperation? PortOperation { get; init; }

    /// <summary>The expression that writes the port, wherever it stands.</summary>
    public IOperation? PortOrigin { get; init; }

    /// <summary>The port has no other value than the constant ones.</summary>
    public bool PortIsCertain { get; init; }

    /// <summary>The port's variable has more assignments, so this value may never be used.</summary>
    public bool PortIsOverwritable { get; init; }

    /// <summary>
    /// The text that names the host (or host and port) as it is written, null where it is no text. Unknown parts are
    /// <see cref="ConstantValue.Hole"/>.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>Host and port stand in one text.</summary>
    public bool IsOneText { get; init; }
}

/// <summary>Reads the destinations of a connect.</summary>
internal static class Destinations
{
    private const int MaximumDestinations = 64;

    /// <summary>
    /// Every destination that is constant at least in part; one with no constant part where nothing is; none for datagrams.
    /// </summary>
    public static ImmutableArray<Destination> Of(ConnectSite site, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        var reader = new Reader(site, compilation, cancellationToken);
        return reader.IsDatagram() ? ImmutableArray<Destination>.Empty : reader.Read();
    }

    /// <summary>The place that writes a constant, where that is not part of the expression <paramref name="at"/>.</summary>
    public static ImmutableArray<Location> OriginOf(IOperation? origin, IOperation at) =>
        origin is null || (origin.Syntax.SyntaxTree == at.Syntax.SyntaxTree && at.Syntax.FullSpan.Contains(origin.Syntax.Span))
            ? ImmutableArray<Location>.Empty
            : ImmutableArray.Create(origin.Syntax.GetLocation());

    private sealed class Reader(ConnectSite site, SocketCompilation compilation, CancellationToken cancellationToken)
    {
        public ImmutableArray<Destination> Read()
        {
            if (site.Address is { } address)
            {
                return OfAddress(address);
            }

            // Event arguments carry the endpoint in a property.
            if ((EventArgs() ?? site.Endpoint) is { } endpoint)
            {
                return OfEndpoint(endpoint);
            }

            return Combine(site.Host, Evaluate(site.Host), site.Port, Evaluate(site.Port));
        }

        /// <summary>Whether the connecting socket carries datagrams: its "connect" only sets a default peer.</summary>
        public bool IsDatagram()
        {
            if (site.Model.Datagram)
            {
                return true;
            }

            var receiver = site.Operation is IInvocationOperation { Instance: { } instance } ? Operations.UnwrapValue(instance) : null;
            var writes = receiver switch
            {
                ILocalReferenceOperation local => Writes.Of(local.Local, compilation.Sources.IndexOf(local, cancellationToken)),
                IFieldReferenceOperation field => MemberWrites.Of(field.Field, compilation.Sources, cancellationToken),
                _ => null,
            };
            return writes is { } known && known.Any(write => Operations.UnwrapValue(write.Value) is IObjectCreationOperation creation
                && creation.Arguments.Any(argument => argument.Value is IFieldReferenceOperation { Field: { Name: "Dgram", ContainingType.Name: "SocketType" } }));
        }

        /// <summary>The endpoint that a <c>SocketAsyncEventArgs</c> carries: set in its initializer or on its variable.</summary>
        private IOperation? EventArgs()
        {
            if (site.Inner is not null || site.Model.Args < 0 || site.Operation is not IInvocationOperation invocation
                || invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == site.Model.Args)?.Value is not { } value)
            {
                return null;
            }

            IOperation? found = null;
            foreach (var operation in value.Root().DescendantsAndSelf())
            {
                if (operation is not ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "RemoteEndPoint" } target } assignment)
                {
                    continue;
                }

                var isOfArguments = target.Instance switch
                {
                    IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } implicitReceiver => IsCreatedFor(implicitReceiver, value),
                    { } instance => AreSame(Operations.UnwrapValue(instance), Operations.UnwrapValue(value)),
                    null => false,
                };
                if (!isOfArguments)
                {
                    continue;
                }

                if (found is not null)
                {
                    return null;
                }

                found = assignment.Value;
            }

            return found;
        }

        /// <summary>Whether an object initializer belongs to the object that <paramref name="value"/> is or holds.</summary>
        private bool IsCreatedFor(IOperation initializer, IOperation value)
        {
            var creation = initializer.Parent;
            while (creation is not (null or IObjectCreationOperation))
            {
                creation = creation.Parent;
            }

            var target = Operations.UnwrapValue(value);
            return creation is not null && (creation == target
                || (target is ILocalReferenceOperation local && Writes.Of(local.Local, compilation.Sources.IndexOf(local, cancellationToken)) is { Length: 1 } writes && Operations.UnwrapValue(writes[0].Value) == creation));
        }

        private static bool AreSame(IOperation first, IOperation second) => (first, second) switch
        {
            (ILocalReferenceOperation a, ILocalReferenceOperation b) => SymbolEqualityComparer.Default.Equals(a.Local, b.Local),
            (IParameterReferenceOperation a, IParameterReferenceOperation b) => SymbolEqualityComparer.Default.Equals(a.Parameter, b.Parameter),
            (IFieldReferenceOperation a, IFieldReferenceOperation b) => SymbolEqualityComparer.Default.Equals(a.Field, b.Field),
            _ => false,
        };

        private ImmutableArray<Destination> OfAddress(IOperation address)
        {
            var values = Evaluate(address);
            var result = ImmutableArray.CreateBuilder<Destination>();
            foreach (var value in values.Values)
            {
                if (value.Value is EndpointConstant endpoint)
                {
                    result.AddRange(OfEndpoint(address, endpoint));
                }
                else if (value.Value is string text)
                {
                    var parts = AddressText.Split(text);
                    result.Add(new Destination(site)
                    {
                        Host = IsWhole(parts.Host) ? parts.Host : null,
                        HostOperation = address,
                        HostOrigin = value.Origin,
                        HostIsCertain = values.IsComplete,
                        HostIsOverwritable = value.IsOverwritable,
                        Port = parts.Port,
                        PortOperation = address,
                        PortOrigin = value.Origin,
                        PortIsCertain = values.IsComplete,
                        PortIsOverwritable = value.IsOverwritable,
                        Text = text,
                        IsOneText = true,
                    });
                }
            }

            if (result.Count == 0)
            {
                result.Add(new Destination(site) { HostOperation = address, PortOperation = address });
            }

            return result.Take(MaximumDestinations).ToImmutableArray();
        }

        private ImmutableArray<Destination> OfEndpoint(IOperation endpoint)
        {
            var values = Evaluate(endpoint).Values;
            var result = values.Where(value => value.Value is EndpointConstant)
                .SelectMany(value => OfEndpoint(endpoint, (EndpointConstant)value.Value))
                .Take(MaximumDestinations)
                .ToImmutableArray();
            return result.IsEmpty ? ImmutableArray.Create(new Destination(site) { HostOperation = endpoint, PortOperation = endpoint }) : result;
        }

        private ImmutableArray<Destination> OfEndpoint(IOperation operation, EndpointConstant endpoint)
        {
            // An endpoint that is created at the connect has expressions for host and port there; else the whole endpoint stands for both.
            var creation = Operations.UnwrapValue(operation) as IObjectCreationOperation;
            IOperation At(int position) => creation?.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == position)?.Value ?? operation;
            return Combine(At(0), endpoint.Hosts, At(1), endpoint.Ports);
        }

        private ImmutableArray<Destination> Combine(IOperation? hostOperation, ConstantSet hosts, IOperation? portOperation, ConstantSet ports)
        {
            // Connect(IPAddress[], port) tries each address.
            hosts = hosts.SelectMany(value => value.Value is SequenceConstant sequence
                ? sequence.Elements.Aggregate(ConstantSet.Nothing, (result, element) => result.Or(element))
                : new ConstantSet(ImmutableArray.Create(value), IsComplete: true));
            var result = ImmutableArray.CreateBuilder<Destination>();
            foreach (var host in hosts.Values.Where(value => value.Text is not null).DefaultIfEmpty())
            {
                foreach (var port in ports.Values.Where(value => value.Number is not null).DefaultIfEmpty())
                {
                    result.Add(new Destination(site)
                    {
                        Host = host?.Text is { } text && IsWhole(text) ? WithoutBrackets(text) : null,
                        HostOperation = hostOperation,
                        HostOrigin = host?.Origin,
                        HostIsCertain = hosts.IsComplete,
                        HostIsOverwritable = host?.IsOverwritable ?? false,
                        Port = port?.Number,
                        PortOperation = portOperation,
                        PortOrigin = port?.Origin,
                        PortIsCertain = ports.IsComplete,
                        PortIsOverwritable = port?.IsOverwritable ?? false,
                        Text = host?.Value as string,
                    });
                    if (result.Count == MaximumDestinations)
                    {
                        return result.ToImmutable();
                    }
                }
            }

            return result.ToImmutable();
        }

        private ConstantSet Evaluate(IOperation? operation) => operation is null ? ConstantSet.Unknown : compilation.Constants.Evaluate(operation, cancellationToken);

        private static bool IsWhole(string text) => text.IndexOf(ConstantValue.Hole) < 0;

        private static string WithoutBrackets(string text) =>
            text.Length > 2 && text[0] == '[' && text[text.Length - 1] == ']' ? text.Substring(1, text.Length - 2) : text;
    }
}
