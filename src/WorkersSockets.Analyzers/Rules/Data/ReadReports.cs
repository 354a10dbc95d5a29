using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers.Rules.Data;

/// <summary>How the rules on reads report: the wrong expression, and the read or the use as related place.</summary>
internal static class ReadReports
{
    /// <summary>Property: what is done with the bytes (<see cref="BytesUse"/>), where one use shows the mistake.</summary>
    public const string Use = "use";

    /// <summary>Property: present where a loop repeats the read.</summary>
    public const string Repeated = "repeated";

    /// <summary>Property: how many bytes the code behind the read needs, where that is known.</summary>
    public const string Needed = "needed";

    /// <summary>Property: the constant size of the buffer or of what is wanted, where there is one.</summary>
    public const string Size = "size";

    /// <summary>Property: present where a variable says how many bytes the message has.</summary>
    public const string Sized = "sized";

    /// <summary>Property: present where the loop around the read has no exit for the end of the stream.</summary>
    public const string Endless = "endless";

    public static void Report(this ReadFind find, BodyContext body, DiagnosticDescriptor descriptor, params object[] arguments)
    {
        // The read where another expression is wrong, else the use that takes it for complete.
        var other = find.Place != find.Site.Place ? find.Site.Place : find.Use?.Operation;
        var related = other is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(other.Syntax.GetLocation());
        var properties = ImmutableDictionary<string, string?>.Empty
            .Add(Use, find.Use?.Kind.ToString())
            .Add(Repeated, find.IsRepeated ? "true" : null)
            .Add(Needed, find.Needed?.ToString(CultureInfo.InvariantCulture))
            .Add(Sized, MessageSize.IsVariable(find.Site, body.Compilation.Sources) ? "true" : null)
            .Add(Endless, find.IsEndless ? "true" : null)
            .Add(Size, BodyReads.Size(find.Site, body.Compilation.Sources)?.ToString(CultureInfo.InvariantCulture));
        body.Report(descriptor, find.Place.Syntax.GetLocation(), related, properties, arguments);
    }
}
