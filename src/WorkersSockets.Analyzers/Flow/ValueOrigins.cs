using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>
/// Where a host that is no constant comes from: the request's own address, or the operator's configuration. Follows locals, private
/// members and the usual steps between; what it cannot follow comes from elsewhere.
/// </summary>
internal sealed class ValueOrigins(SocketCompilation compilation, CancellationToken cancellationToken)
{
    private const int MaximumDepth = 20;

    private static readonly ImmutableHashSet<string> HostMembers = ImmutableHashSet.Create(
        "Host", "Hostname", "HostName", "DnsSafeHost", "IdnHost", "Authority", "Value");

    private static readonly ImmutableHashSet<string> AddressMembers = ImmutableHashSet.Create(
        "AbsoluteUri", "OriginalString", "Origin", "Uri");

    /// <summary>Methods that keep what a text says.</summary>
    private static readonly ImmutableHashSet<string> TextSteps = ImmutableHashSet.Create(
        "ToString", "Trim", "TrimEnd", "TrimStart", "ToLower", "ToLowerInvariant", "ToUpper", "ToUpperInvariant",
        "First", "FirstOrDefault", "Single", "SingleOrDefault", "GetComponents", "GetLeftPart");

    /// <summary>Whether a host, or a text "host:port", is the one under which the handler itself is called.</summary>
    public bool IsOwnHost(IOperation? operation) => IsOwnHost(operation, 0);

    /// <summary>The expression that reads the setting which a host, or a text "host:port", is; null where it is not configured.</summary>
    public IOperation? Setting(IOperation? operation) => Setting(operation, 0);

    /// <summary>
    /// Whether a host, or an address with a host in it, is a part of a Hyperdrive binding's connection info, by way of locals, members,
    /// or the parameters of methods that all callers give such a host.
    /// </summary>
    public bool IsHyperdrive(IOperation? operation) => IsHyperdrive(operation, new HashSet<ISymbol>(SymbolEqualityComparer.Default));

    private bool IsHyperdrive(IOperation? operation, HashSet<ISymbol> entered) => operation is not null && operation.DescendantsAndSelf().Any(part =>
        part.Type?.Name is "HyperdriveConnectionInfo" or "IHyperdriveBinding"
        || (part switch
        {
            ILocalReferenceOperation local => entered.Add(local.Local) && WritesOf(local) is { } writes && writes.Any(write => IsHyperdrive(write.Value, entered)),
            IFieldReferenceOperation or IPropertyReferenceOperation =>
                entered.Add(((IMemberReferenceOperation)part).Member) && WritesOf(part) is { } writes && writes.All(write => IsHyperdrive(write.Value, entered)),
            IParameterReferenceOperation { Parameter: var parameter } => entered.Add(parameter) && EveryCallerGives(parameter, entered),
            _ => false,
        }));

    private bool EveryCallerGives(IParameterSymbol parameter, HashSet<ISymbol> entered)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol method)
        {
            return false;
        }

        var given = compilation.CallSites.Of(method, cancellationToken)
            .SelectMany(call => call is IInvocationOperation invocation ? invocation.Arguments : ((IObjectCreationOperation)call).Arguments)
            .Where(argument => argument.Parameter?.Ordinal == parameter.Ordinal)
            .ToList();

        // Each caller may come by the same variables.
        return given.Count > 0 && given.TrueForAll(argument => IsHyperdrive(argument.Value, new HashSet<ISymbol>(entered, SymbolEqualityComparer.Default)));
    }

    private bool IsOwnHost(IOperation? operation, int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (operation is null || depth++ > MaximumDepth)
        {
            return false;
        }

        operation = Operations.UnwrapValue(operation);
        switch (operation)
        {
            case ILocalReferenceOperation or IFieldReferenceOperation:
                return WritesOf(operation) is { } writes && writes.All(write => write is { Path.IsEmpty: true, Parses: false } && IsOwnHost(write.Value, depth));
            case IPropertyReferenceOperation { Arguments.IsEmpty: false } indexer:
                return IsHostHeader(indexer.Instance, indexer.Arguments, depth);
            case IPropertyReferenceOperation property:
                return IsOwnAddress(property, depth) || (HostMembers.Contains(property.Property.Name) && IsOwnAddress(Receiver(property.Instance), depth));
            case IArrayElementReferenceOperation { Indices.Length: 1 } element when element.Indices[0].ConstantValue is { HasValue: true, Value: 0 }:
                return IsSplitOwnHost(element.ArrayReference, depth);
            case IInvocationOperation invocation when invocation.TargetMethod.Name is "Get" or "GetValues":
                return IsHostHeader(Receiver(invocation.Instance), invocation.Arguments, depth);
            case IInvocationOperation invocation:
                return IsOwnAddress(invocation, depth)
                    || (TextSteps.Contains(invocation.TargetMethod.Name) && IsOwnHost(Receiver(invocation.Instance) ?? FirstArgument(invocation), depth));
            case ICoalesceOperation coalesce:
                return IsOwnHost(coalesce.Value, depth) && (IsThrow(coalesce.WhenNull) || IsConstant(coalesce.WhenNull) || IsOwnHost(coalesce.WhenNull, depth));
            case IConditionalAccessOperation access:
                return IsOwnHost(access.WhenNotNull, depth);
            case IInterpolatedStringOperation { Parts: { IsEmpty: false } parts } when parts[0] is IInterpolationOperation first:
                return IsOwnHost(first.Expression, depth) && (parts.Length == 1 || StartsPort(parts[1]));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum:
                return IsOwnHost(sum.LeftOperand, depth) && (StartsPort(sum.RightOperand) || Operations.UnwrapValue(sum.LeftOperand) is IBinaryOperation);
            default:
                return false;
        }
    }

    /// <summary>The parts of "host:port", split in place or into a variable.</summary>
    private bool IsSplitOwnHost(IOperation parts, int depth) => depth <= MaximumDepth && Operations.UnwrapValue(parts) switch
    {
        IInvocationOperation { TargetMethod.Name: "Split" } split => IsOwnHost(Receiver(split.Instance), depth),
        ILocalReferenceOperation local => WritesOf(local) is { Length: 1 } writes && IsSplitOwnHost(writes[0].Value, depth + 1),
        _ => false,
    };

    /// <summary><c>$"{request.Scheme}://{request.Host}/"</c>: the host stands behind the scheme.</summary>
    private bool IsOwnUrl(IInterpolatedStringOperation url, int depth)
    {
        for (var index = 1; index < url.Parts.Length; index++)
        {
            if (url.Parts[index] is IInterpolationOperation { Expression: var host }
                && url.Parts[index - 1] is IInterpolatedStringTextOperation { Text.ConstantValue: { HasValue: true, Value: string front } }
                && front.EndsWith("://", StringComparison.Ordinal))
            {
                return IsOwnHost(host, depth);
            }
        }

        return false;
    }

    /// <summary>Whether a value is the own URL, or an object or text that holds it.</summary>
    private bool IsOwnAddress(IOperation? operation, int depth)
    {
        if (operation is null || depth++ > MaximumDepth)
        {
            return false;
        }

        operation = Operations.UnwrapValue(operation);
        switch (operation)
        {
            case ILocalReferenceOperation or IFieldReferenceOperation:
                return WritesOf(operation) is { } writes && writes.All(write => write is { Path.IsEmpty: true, Parses: false } && IsOwnAddress(write.Value, depth));
            case IPropertyReferenceOperation property:
                return compilation.Catalog.Find(property.Property, ModelRole.OwnAddress) is not null
                    ? !IsMadeHere(Receiver(property.Instance), depth)
                    : AddressMembers.Contains(property.Property.Name) && IsOwnAddress(Receiver(property.Instance), depth);
            case IInvocationOperation invocation:
                return compilation.Catalog.Find(invocation.TargetMethod, ModelRole.OwnAddress) is not null
                    || (TextSteps.Contains(invocation.TargetMethod.Name) && IsOwnAddress(Receiver(invocation.Instance), depth));
            case IObjectCreationOperation { Arguments.Length: 1 } creation when creation.Type?.Name is "Uri" or "Url" or "UriBuilder":
                return IsOwnAddress(creation.Arguments[0].Value, depth);
            case IInterpolatedStringOperation url:
                return IsOwnUrl(url, depth);
            case ICoalesceOperation coalesce:
                return IsOwnAddress(coalesce.Value, depth) && IsThrow(coalesce.WhenNull);
            case IConditionalAccessOperation access:
                return IsOwnAddress(access.WhenNotNull, depth);
            default:
                return false;
        }
    }

    /// <summary>A request that the code itself makes has the address of its target.</summary>
    private bool IsMadeHere(IOperation? request, int depth) => request is not null && depth <= MaximumDepth && Operations.UnwrapValue(request) switch
    {
        IObjectCreationOperation => true,
        IInvocationOperation { TargetMethod.Name: not "Clone" } => true,
        ILocalReferenceOperation local => WritesOf(local) is not { } writes || writes.Any(write => IsMadeHere(write.Value, depth + 1)),
        _ => false,
    };

    private bool IsHostHeader(IOperation? headers, ImmutableArray<IArgumentOperation> arguments, int depth) =>
        arguments.Length > 0 && arguments[0].Value.ConstantValue is { HasValue: true, Value: string name }
        && name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        && headers is not null
        && IsRequestHeaders(headers, depth);

    private bool IsRequestHeaders(IOperation headers, int depth) => depth <= MaximumDepth && Operations.UnwrapValue(headers) switch
    {
        IPropertyReferenceOperation { Property: { Name: "Headers" or "MultiValueHeaders" } headerProperty } property =>
            compilation.Catalog.Find(headerProperty, ModelRole.RequestSource) is not null && !IsMadeHere(Receiver(property.Instance), depth + 1),
        ILocalReferenceOperation local => WritesOf(local) is { Length: 1 } writes && IsRequestHeaders(writes[0].Value, depth + 1),
        _ => false,
    };

    private IOperation? Setting(IOperation? operation, int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (operation is null || depth++ > MaximumDepth)
        {
            return null;
        }

        operation = Operations.UnwrapValue(operation);
        switch (operation)
        {
            case ILocalReferenceOperation or IFieldReferenceOperation:
                var writes = WritesOf(operation) ?? ImmutableArray<Write>.Empty;
                return writes.Length == 1 ? Setting(writes[0].Value, depth) : null;
            case IPropertyReferenceOperation property:
                return IsSetting(property.Property) || (property.Property.ContainingType is { } owner && IsSetting(owner)) ? property
                    : Receiver(property.Instance) is { } receiver ? Setting(receiver, depth) is null ? null : property
                    : WritesOf(property) is { Length: 1 } assigned ? Setting(assigned[0].Value, depth)
                    : null;
            case IInvocationOperation invocation when IsSetting(invocation.TargetMethod):
                return invocation;
            case IInvocationOperation invocation when TextSteps.Contains(invocation.TargetMethod.Name):
                return Setting(Receiver(invocation.Instance) ?? FirstArgument(invocation), depth);
            case ICoalesceOperation coalesce:
                return IsThrow(coalesce.WhenNull) || IsConstant(coalesce.WhenNull) || Setting(coalesce.WhenNull, depth) is not null ? Setting(coalesce.Value, depth) : null;
            case IConditionalAccessOperation access:
                return Setting(access.WhenNotNull, depth);
            case IInterpolatedStringOperation interpolated:
                var holes = interpolated.Parts.OfType<IInterpolationOperation>().Select(hole => hole.Expression).Where(hole => !hole.ConstantValue.HasValue).ToList();
                var found = holes.Select(hole => Setting(hole, depth)).ToList();
                return found.Count > 0 && found.All(setting => setting is not null) ? found[0] : null;
            default:
                return null;
        }
    }

    private bool IsSetting(ISymbol symbol) => compilation.Catalog.Find(symbol, ModelRole.Configuration) is not null;

    /// <summary>What a local of the body or a private member is given; null where not all of it can be seen.</summary>
    private ImmutableArray<Write>? WritesOf(IOperation reference) => reference switch
    {
        ILocalReferenceOperation local => Writes.Of(local.Local, compilation.Sources.IndexOf(local, cancellationToken)),
        IFieldReferenceOperation { Field: { DeclaredAccessibility: Accessibility.Private } or { IsReadOnly: true } } field => MemberWrites.Of(field.Field, compilation.Sources, cancellationToken),
        IPropertyReferenceOperation { Property: { SetMethod: null or { DeclaredAccessibility: Accessibility.Private } } property } => MemberWrites.Of(property, compilation.Sources, cancellationToken),
        _ => null,
    };

    /// <summary>The receiver; inside <c>a?.B</c> that is <c>a</c>.</summary>
    private static IOperation? Receiver(IOperation? instance)
    {
        if (instance is not IConditionalAccessInstanceOperation)
        {
            return instance is IInstanceReferenceOperation ? null : instance;
        }

        for (var (child, parent) = (instance, instance.Parent); parent is not null; (child, parent) = (parent, parent.Parent))
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
            {
                return access.Operation;
            }
        }

        return null;
    }

    private static IOperation? FirstArgument(IInvocationOperation invocation) =>
        invocation.TargetMethod.IsExtensionMethod && invocation.Arguments.Length > 0 ? invocation.Arguments[0].Value : null;

    private bool IsConstant(IOperation operation) => compilation.Constants.Evaluate(operation, cancellationToken).IsComplete;

    private static bool IsThrow(IOperation operation) => Operations.UnwrapValue(operation) is IThrowOperation;

    /// <summary>Whether the text after a host starts with the colon of a port.</summary>
    private static bool StartsPort(IOperation part)
    {
        var text = part is IInterpolatedStringTextOperation interpolated ? interpolated.Text : part;
        return text.ConstantValue is { HasValue: true, Value: string or char } constant
            && constant.Value.ToString() is { Length: > 0 } content && content[0] == ':';
    }
}
