using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers.Rules.Data;

/// <summary>How the rules on reads report: the wrong expression, and the read or the use as related place.</summary>
internal static class ReadReports
{
    public static void Report(this ReadFind find, BodyContext body, DiagnosticDescriptor descriptor, params object[] arguments)
    {
        // The read where another expression is wrong, else the use that takes it for complete.
        var other = find.Place != find.Site.Place ? find.Site.Place : find.Use;
        var related = other is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(other.Syntax.GetLocation());
        body.Report(descriptor, find.Place.Syntax.GetLocation(), related, ImmutableDictionary<string, string?>.Empty, arguments);
    }
}
