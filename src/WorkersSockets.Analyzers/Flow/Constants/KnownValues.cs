using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow.Constants;

/// <summary>
/// What members of the framework and of the Workers package yield for constant input. These are values, not socket operations, so
/// they are code and not lines of the catalog.
/// </summary>
internal static class KnownValues
{
    /// <summary>A static field with a well-known value.</summary>
    public static object? Field(IFieldSymbol field) => (FullName(field.ContainingType), field.Name) switch
    {
        ("System.Net.IPAddress", "Loopback") => new AddressConstant("127.0.0.1"),
        ("System.Net.IPAddress", "Any") => new AddressConstant("0.0.0.0"),
        ("System.Net.IPAddress", "Broadcast" or "None") => new AddressConstant("255.255.255.255"),
        ("System.Net.IPAddress", "IPv6Loopback") => new AddressConstant("::1"),
        ("System.Net.IPAddress", "IPv6Any" or "IPv6None") => new AddressConstant("::"),
        ("System.String", "Empty") => "",
        _ => null,
    };

    public static bool IsSpan(ITypeSymbol type) => FullName(type) is "System.ReadOnlySpan" or "System.Span" or "System.ReadOnlyMemory" or "System.Memory";

    /// <summary>Whether a lambda that the method is given is called with each element of its first argument or receiver.</summary>
    public static bool IteratesFirstArgument(IMethodSymbol method) => (FullName(method.ContainingType), method.Name) is
        ("System.Linq.Enumerable", "Select" or "SelectMany" or "Where" or "ToDictionary" or "All" or "Any")
        or ("System.Threading.Tasks.Parallel", "ForEach" or "ForEachAsync")
        or ("System.Collections.Generic.List" or "System.Array", "ForEach");

    /// <summary>A call whose result has the value of its receiver (or first argument).</summary>
    public static bool PassesReceiver(IMethodSymbol method) => (FullName(method.ContainingType), method.Name) is
        ("System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask", "ConfigureAwait" or "AsTask" or "GetAwaiter" or "FromResult" or "WaitAsync")
        or ("System.Runtime.CompilerServices.TaskAwaiter" or "System.Runtime.CompilerServices.ValueTaskAwaiter", "GetResult")
        or ("System.Linq.Enumerable", "ToArray" or "ToList" or "AsEnumerable" or "Distinct" or "Take" or "Skip" or "Where" or "OrderBy" or "Reverse")
        or ("System.MemoryExtensions", "AsSpan" or "AsMemory");

    /// <summary>A call that takes one element of its receiver (or first argument).</summary>
    public static bool TakesElement(IMethodSymbol method) => (FullName(method.ContainingType), method.Name) is
        ("System.Linq.Enumerable", "First" or "FirstOrDefault" or "Last" or "LastOrDefault" or "Single" or "SingleOrDefault" or "ElementAt");

    public static bool IsConcatenation(IMethodSymbol method) => method is { Name: "Concat", ContainingType.SpecialType: SpecialType.System_String };

    public static bool HasKnownProperty(IPropertySymbol property) => (FullName(property.ContainingType), property.Name) is
        ("System.Uri", "Host" or "DnsSafeHost" or "IdnHost" or "Port" or "Authority" or "OriginalString" or "AbsoluteUri")
        or ("Workers.Url", "Host" or "Hostname" or "Port")
        or ("System.Net.IPEndPoint", "Address" or "Port")
        or ("System.Net.DnsEndPoint", "Host" or "Port")
        or ("Workers.TcpSocketAddress", "Hostname" or "Port")
        or ("System.Net.IPHostEntry", "AddressList")
        or ("System.Threading.Tasks.Task", "Result");

    public static ConstantSet Property(IPropertySymbol property, ConstantValue owner) => (owner.Value, property.Name) switch
    {
        (EndpointConstant endpoint, "Address" or "Host" or "Hostname") => endpoint.Hosts,
        (EndpointConstant endpoint, "Port") => endpoint.Ports,
        (Uri uri, "Host") when FullName(property.ContainingType) == "Workers.Url" => ConstantSet.Of(uri.Authority, owner.Origin),
        (Uri uri, "Host" or "Hostname" or "DnsSafeHost" or "IdnHost") => ConstantSet.Of(uri.DnsSafeHost, owner.Origin),
        (Uri uri, "Port") => ConstantSet.Of((long)uri.Port, owner.Origin),
        (Uri uri, "Authority") => ConstantSet.Of(uri.Authority, owner.Origin),
        (Uri uri, "OriginalString") => ConstantSet.Of(uri.OriginalString, owner.Origin),
        (Uri uri, "AbsoluteUri") => ConstantSet.Of(uri.AbsoluteUri, owner.Origin),
        (var value, "AddressList" or "Result") => ConstantSet.Of(value, owner.Origin),
        _ => ConstantSet.Unknown,
    };

    /// <summary>An address, endpoint or URI that is created; null for any other type.</summary>
    public static ConstantSet? Creation(IMethodSymbol constructor, IOperation creation, Func<int, ConstantSet> at)
    {
        switch (FullName(constructor.ContainingType))
        {
            case "System.Net.IPAddress":
                return at(0).Select(value => value.Value switch
                {
                    long number and >= 0 and <= uint.MaxValue => new AddressConstant(new IpNumber(ReverseBytes((uint)number)).ToString()),
                    SequenceConstant sequence => OfBytes(sequence),
                    _ => null,
                });
            case "System.Net.IPEndPoint" or "System.Net.DnsEndPoint" or "Workers.TcpSocketAddress" when constructor.Parameters.Length >= 2:
                var hosts = at(0).Select(value => value.Value switch
                {
                    long number and >= 0 and <= uint.MaxValue => new AddressConstant(new IpNumber(ReverseBytes((uint)number)).ToString()),
                    string or AddressConstant => value.Value,
                    _ => null,
                });
                return ConstantSet.Of(new EndpointConstant(hosts, at(1)), creation);
            case "System.Uri" or "Workers.Url":
                return at(0).Select(value => value.Text is { } text && text.IndexOf(ConstantValue.Hole) < 0 && Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null);
            default:
                return null;
        }
    }

    /// <summary>A call whose result follows from its receiver, or from its first argument where it is static.</summary>
    public static bool HasKnownResult(IMethodSymbol method) => (FullName(method.ContainingType), method.Name) is
        ("System.Net.IPAddress" or "System.Net.IPEndPoint", "Parse")
        or ("System.Net.IPAddress", "MapToIPv6" or "MapToIPv4")
        or ("System.Int32" or "System.UInt16" or "System.Int64", "Parse")
        or ("System.Convert", "ToInt32" or "ToUInt16" or "ToInt64" or "ToString")
        or ("System.Net.Dns", "GetHostAddresses" or "GetHostAddressesAsync" or "GetHostEntry" or "GetHostEntryAsync" or "GetHostByName" or "Resolve")
        or ("System.String", "Trim" or "ToLower" or "ToLowerInvariant" or "ToUpper" or "ToUpperInvariant")
        || method is { Name: "ToString", IsStatic: false };

    public static ConstantSet Result(IMethodSymbol method, ConstantValue input, IOperation call)
    {
        if (input.Text is not { } text || text.IndexOf(ConstantValue.Hole) >= 0)
        {
            return ConstantSet.Unknown;
        }

        return (FullName(method.ContainingType), method.Name) switch
        {
            (_, "Parse") => Parse(method.ContainingType, text, input.Origin),
            ("System.Convert", "ToInt32" or "ToUInt16" or "ToInt64") => Number(text, input.Origin),
            ("System.Net.Dns", _) => ConstantSet.Of(new AddressConstant(text), input.Origin),
            ("System.Net.IPAddress", "MapToIPv6" or "MapToIPv4") => ConstantSet.Of(new AddressConstant(text), input.Origin),
            (_, "ToString") => ConstantSet.Of(text, input.Origin),
            ("System.String", "Trim") when method.Parameters.IsEmpty => ConstantSet.Of(text.Trim(), input.Origin),
            ("System.String", "ToLower" or "ToLowerInvariant") => ConstantSet.Of(text.ToLowerInvariant(), input.Origin),
            ("System.String", "ToUpper" or "ToUpperInvariant") => ConstantSet.Of(text.ToUpperInvariant(), input.Origin),
            _ => ConstantSet.Unknown,
        };
    }

    /// <summary>What the type's <c>Parse</c> makes of a text.</summary>
    public static ConstantSet Parse(ITypeSymbol? type, string text, IOperation origin)
    {
        switch (FullName(type))
        {
            case "System.Net.IPAddress":
                return IpNumber.TryParse(text, out _) ? ConstantSet.Of(new AddressConstant(text), origin) : ConstantSet.Unknown;
            case "System.Net.IPEndPoint":
                var address = AddressText.Split(text);
                return IpNumber.TryParse(address.Host, out _)
                    ? ConstantSet.Of(new EndpointConstant(ConstantSet.Of(new AddressConstant(address.Host), origin), ConstantSet.Of(address.Port ?? 0L, origin)), origin)
                    : ConstantSet.Unknown;
            case "System.Int32" or "System.UInt16" or "System.Int64":
                return Number(text, origin);
            default:
                return ConstantSet.Unknown;
        }
    }

    private static ConstantSet Number(string text, IOperation origin) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? ConstantSet.Of(number, origin) : ConstantSet.Unknown;

    private static AddressConstant? OfBytes(SequenceConstant sequence)
    {
        var bytes = ImmutableArray.CreateBuilder<byte>(sequence.Elements.Length);
        foreach (var element in sequence.Elements)
        {
            if (element is not { IsComplete: true, Values: { Length: 1 } values } || values[0].Number is not (>= 0 and <= 255))
            {
                return null;
            }

            bytes.Add((byte)values[0].Number!.Value);
        }

        return IpNumber.FromBytes(bytes.ToImmutable()) is { } number ? new AddressConstant(number.ToString()) : null;
    }

    /// <summary><c>new IPAddress(long)</c> takes the bytes in network order, the first one lowest.</summary>
    private static uint ReverseBytes(uint number) =>
        (number >> 24) | ((number >> 8) & 0xFF00) | ((number << 8) & 0xFF0000) | (number << 24);

    private static string FullName(ITypeSymbol? type) => type is null ? "" : type.ContainingNamespace is { IsGlobalNamespace: false } space
        ? $"{space.ToDisplayString()}.{type.Name}"
        : type.Name;
}
