using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow.Constants;

/// <summary>
/// One value that an expression can have: a <see cref="string"/>, a <see cref="long"/>, a <see cref="System.Uri"/> or one of the
/// records below.
/// </summary>
/// <param name="Value">The value; a text may hold <see cref="Hole"/> where a part of it is unknown.</param>
/// <param name="Origin">The expression that writes the value, wherever in the compilation it stands.</param>
internal sealed record ConstantValue(object Value, IOperation Origin)
{
    /// <summary>Stands in a text for a part that is not known. No host or port has this character.</summary>
    public const char Hole = '\uFFFC';

    /// <summary>
    /// The variable that holds the value is assigned more than once, so this value may be overwritten before it is used.
    /// </summary>
    public bool IsOverwritable { get; init; }

    /// <summary>The text of a string, number or address; null for anything else.</summary>
    public string? Text => Value switch
    {
        string text => text,
        long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        AddressConstant address => address.Text,
        Uri uri => uri.OriginalString,
        _ => null,
    };

    /// <summary>The number of an integer or of a text that is one.</summary>
    public long? Number => Value switch
    {
        long number => number,
        _ => null,
    };
}

/// <summary>An <c>IPAddress</c>, or the addresses that a name resolves to.</summary>
internal sealed record AddressConstant(string Text);

/// <summary>An <c>IPEndPoint</c>, <c>DnsEndPoint</c> or <c>TcpSocketAddress</c>.</summary>
internal sealed record EndpointConstant(ConstantSet Hosts, ConstantSet Ports);

/// <summary>An array, list or tuple: the values that each element can have.</summary>
internal sealed record SequenceConstant(ImmutableArray<ConstantSet> Elements);

/// <summary>An object whose constructor arguments and initializers are looked up when one of its properties is read.</summary>
internal sealed record ObjectConstant(IObjectCreationOperation Creation);

/// <summary>Every value that an expression can have, as far as it is known.</summary>
/// <param name="Values">The known values; few, without duplicates of one origin.</param>
/// <param name="IsComplete">False where the expression can have other values too.</param>
internal sealed record ConstantSet(ImmutableArray<ConstantValue> Values, bool IsComplete)
{
    /// <summary>More values than this are no longer followed.</summary>
    private const int MaximumValues = 32;

    public static readonly ConstantSet Unknown = new(ImmutableArray<ConstantValue>.Empty, IsComplete: false);

    /// <summary>No value at all: null, or an expression that only throws.</summary>
    public static readonly ConstantSet Nothing = new(ImmutableArray<ConstantValue>.Empty, IsComplete: true);

    public static ConstantSet Of(object value, IOperation origin) => new(ImmutableArray.Create(new ConstantValue(value, origin)), IsComplete: true);

    /// <summary>The values of both.</summary>
    public ConstantSet Or(ConstantSet other) =>
        Values.Length + other.Values.Length > MaximumValues ? Unknown : new ConstantSet(Values.AddRange(other.Values), IsComplete && other.IsComplete);

    /// <summary>The values that <paramref name="convert"/> makes of these; a null makes the result incomplete.</summary>
    public ConstantSet Select(Func<ConstantValue, object?> convert)
    {
        var result = ImmutableArray.CreateBuilder<ConstantValue>(Values.Length);
        var isComplete = IsComplete;
        foreach (var value in Values)
        {
            if (convert(value) is { } converted)
            {
                result.Add(value with { Value = converted });
            }
            else
            {
                isComplete = false;
            }
        }

        return new ConstantSet(result.ToImmutable(), isComplete);
    }

    /// <summary>The values of the sets that <paramref name="convert"/> makes of these.</summary>
    public ConstantSet SelectMany(Func<ConstantValue, ConstantSet> convert)
    {
        var result = IsComplete ? Nothing : Unknown;
        foreach (var value in Values)
        {
            result = result.Or(convert(value));
        }

        return result;
    }
}
