using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Flow.Reads;

/// <summary>What happens to the bytes of a read.</summary>
internal enum BytesUse
{
    /// <summary>Length asked for, compared with null, cleared, given back to a pool: says nothing.</summary>
    Neutral,

    /// <summary>Turned into text at once.</summary>
    Decoded,

    /// <summary>Given to a <c>Decoder</c>, which keeps what is incomplete.</summary>
    DecodedWithState,

    /// <summary>Turned into a number or object.</summary>
    Parsed,

    /// <summary>Compared with expected bytes.</summary>
    Compared,

    /// <summary>One element at a constant position looked at.</summary>
    Element,

    /// <summary>Elements looked at one by one, or searched.</summary>
    Scanned,

    /// <summary>Handed to the caller.</summary>
    Returned,

    /// <summary>Made the body of an answer.</summary>
    Answered,

    /// <summary>Written to a stream or copied: forwarded or gathered.</summary>
    Gathered,

    /// <summary>Given to a method of which nothing is known, or stored in a field.</summary>
    PassedOn,
}

/// <summary>Which part of the buffer a use takes.</summary>
internal enum BytesExtent
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>As many bytes as were read.</summary>
    ByCount,

    /// <summary>Another part: a constant size, a piece found by a search.</summary>
    Other,
}

/// <summary>One use of the bytes of a read.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Operation">The call, comparison or return.</param>
/// <param name="Bytes">The expression that stands for the bytes there.</param>
/// <param name="Extent">Which part of the buffer.</param>
internal sealed record ReadUse(BytesUse Kind, IOperation Operation, IOperation Bytes, BytesExtent Extent)
{
    /// <summary>Where it really happens: <see cref="Operation"/> itself, or inside of the helper that it calls.</summary>
    public IOperation Inner { get; init; } = Operation;
}

/// <summary>How the code looks at the number of bytes read.</summary>
internal enum CountUse
{
    /// <summary>Compared with zero.</summary>
    EndCheck,

    /// <summary>Compared with the size of the buffer or another wanted size.</summary>
    LengthCheck,

    /// <summary>Added to a total or a position.</summary>
    Added,

    /// <summary>Returned, stored in a field, given to a constructor of the result: the caller looks at it.</summary>
    PassedOn,

    /// <summary>Takes part in a slice, a copy or another call.</summary>
    Used,
}

/// <summary>What becomes of decoded text.</summary>
[Flags]
internal enum TextUse
{
    None = 0,

    /// <summary>Put behind earlier text.</summary>
    Appended = 1,

    /// <summary>Compared, split, searched, parsed: read as a whole message.</summary>
    Interpreted = 2,

    /// <summary>Written, logged, returned, passed on.</summary>
    Processed = 4,

    /// <summary>Only searched for something.</summary>
    Searched = 8,

    /// <summary>Handed to the caller.</summary>
    Returned = 16,

    /// <summary>Given to a parser of its own, of numbers, JSON or patterns.</summary>
    Parsed = 32,

    /// <summary>Compared with a single character, or asked whether it starts with one: a read always brings that much.</summary>
    FirstOnly = 64,
}
