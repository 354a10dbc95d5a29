using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;

namespace WorkersSockets.Analyzers.Rules.Connections;

/// <summary>WSK2008: a constant host, port or address that no connect can succeed with.</summary>
internal sealed class AddressInvalid : SocketRule
{
    private const int HighestPort = 65535;

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.AddressInvalid);

    public override void Analyze(BodyContext body)
    {
        foreach (var site in body.Flow.Connects)
        {
            var destinations = body.DestinationsOf(site);
            AnalyzeText(body, destinations);
            AnalyzePort(body, destinations);
        }
    }

    private static void AnalyzeText(BodyContext body, ImmutableArray<Destination> destinations)
    {
        // A first value that another assignment replaces may never be used: then only if all values are wrong.
        var wrong = destinations.Where(destination => destination.HostIsCertain && AddressProblem.Of(destination) is not null).ToList();
        var found = wrong.FirstOrDefault(destination => !destination.HostIsOverwritable || wrong.Count == destinations.Length);
        if (found is { HostOperation: { } at, Text: { } text })
        {
            body.Report(
                RuleCatalog.AddressInvalid,
                at.Syntax.GetLocation(),
                Destinations.OriginOf(found.HostOrigin, at),
                ImmutableDictionary<string, string?>.Empty,
                text.Replace(ConstantValue.Hole.ToString(), "…"),
                AddressProblem.Of(found)!);
        }
    }

    private static void AnalyzePort(BodyContext body, ImmutableArray<Destination> destinations)
    {
        var wrong = destinations.Where(destination => destination is { PortIsCertain: true, Port: < 1 or > HighestPort } && (!destination.IsOneText || AddressProblem.Of(destination) is null)).ToList();
        var found = wrong.FirstOrDefault(destination => !destination.PortIsOverwritable || wrong.Count == destinations.Length);
        if (found is { PortOperation: { } at, Port: { } port })
        {
            body.Report(
                RuleCatalog.AddressInvalid,
                at.Syntax.GetLocation(),
                Destinations.OriginOf(found.PortOrigin, at),
                ImmutableDictionary<string, string?>.Empty,
                found.IsOneText && found.Text is { } text ? text.Replace(ConstantValue.Hole.ToString(), "…") : port,
                found.IsOneText ? "has a port outside of 1 to 65535" : "is no port: ports go from 1 to 65535");
        }
    }
}
