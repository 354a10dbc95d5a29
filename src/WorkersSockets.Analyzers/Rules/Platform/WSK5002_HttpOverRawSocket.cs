using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Platform;

/// <summary>WSK5002: an HTTP request is written by hand to a connection.</summary>
internal sealed class HttpOverRawSocket : SocketRule
{
    /// <summary>"GET /path HTTP/1.1" at the start of a line; any part of the path or version may be unknown.</summary>
    private static readonly Regex RequestLine = new(
        @"(?:^|[\r\n])(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE) [^\r\n]*?HTTP/(?:1\.[01]|\uFFFC|\{)", RegexOptions.CultureInvariant);

    private static readonly Regex HostHeader = new(@"(?:^|[\r\n])Host: ?\S", RegexOptions.CultureInvariant);

    /// <summary>
    /// What looks like HTTP and is not, or is beyond an HTTP client: SIP, RTSP, Icecast and NTRIP, STOMP, discovery, tunnels, upgrades to
    /// another protocol, and a server's answers.
    /// </summary>
    private static readonly Regex LookAlike = new(
        @"(?:SIP|RTSP|ICY|ICE|RTP/AVP)/\d|\bNTRIP\b|\bIcy-|\bIce-|(?:^|[\r\n])(?:CONNECT|STOMP|M-SEARCH|NOTIFY|SUBSCRIBE|SOURCE|PRI)\b|accept-version|(?:^|[\r\n])Upgrade:|Connection: Upgrade|Sec-WebSocket|(?:^|[\r\n])HTTP/\d",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        ImmutableArray.Create(RuleCatalog.RawHttpOnWorkers, RuleCatalog.RawHttpOnDotNet);

    public override void Analyze(BodyContext body)
    {
        var sent = body.Flow.Bodies
            .SelectMany(part => part.Events)
            .Where(found => found.Kind is FlowEventKind.Write or FlowEventKind.Passed
                && found.Object is { IsListener: false, IsNotTcp: false, Origin: not TrackedOrigin.Accepted })
            .OrderBy(found => found.Operation.Syntax.SpanStart)
            .ToList();
        if (sent.Count == 0 || TestCode.Contains(body.Flow.Owner, body.Compilation, body.Options))
        {
            return;
        }

        var connections = Connection.Of(body.Flow).ToList();
        var reported = new HashSet<SyntaxNode>();
        foreach (var ofOne in sent.GroupBy(found => found.Object))
        {
            var pieces = ofOne.SelectMany(found => Pieces(found, body)).ToList();
            if (pieces.Any(piece => LookAlike.IsMatch(piece.Text)))
            {
                continue;
            }

            var place = pieces.FirstOrDefault(piece => RequestLine.IsMatch(piece.Text) || HostHeader.IsMatch(piece.Text)).Operation
                ?? (SpeaksOnPort80(ofOne.Key, connections, body) ? pieces.FirstOrDefault(piece => !IsForwarded(piece.Operation, body)).Operation : null);

            // Several connections may be written to by the same call.
            if (place is not null && reported.Add(place.Syntax))
            {
                body.Report(ofOne.Key.Surface == Surface.Workers ? RuleCatalog.RawHttpOnWorkers : RuleCatalog.RawHttpOnDotNet, place, ofOne.Key.Name);
            }
        }
    }

    /// <summary>What a call sends: the argument that a write sends, or each text that a helper gets along with the connection.</summary>
    private static IEnumerable<(IOperation Operation, string Text)> Pieces(FlowEvent found, BodyContext body)
    {
        var arguments = (body.Flow.Original(found.Operation) ?? found.Operation) switch
        {
            IInvocationOperation call => call.Arguments,
            IObjectCreationOperation creation => creation.Arguments,
            _ => ImmutableArray<IArgumentOperation>.Empty,
        };
        foreach (var argument in arguments)
        {
            var isSent = found.Kind == FlowEventKind.Passed
                ? argument.Parameter?.Type is { } type && IsText(type)
                : found.Model is { } model && argument.Parameter?.Ordinal is { } position && (position == model.Text || position == model.Buffer);
            if (isSent && argument is { ArgumentKind: not ArgumentKind.DefaultValue, Value: var value })
            {
                yield return (value, SentText.Of(value, body.Compilation, body.CancellationToken));
            }
        }
    }

    private static bool IsText(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_String
        || type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte }
        || type is INamedTypeSymbol { Name: "ReadOnlyMemory" or "Memory" or "ReadOnlySpan" or "Span", TypeArguments.Length: 1 };

    /// <summary>On Workers the runtime itself advises fetch for port 80.</summary>
    private static bool SpeaksOnPort80(TrackedObject socket, List<Connection> connections, BodyContext body) =>
        socket.Surface == Surface.Workers
        && connections.FirstOrDefault(connection => connection.Socket == socket) is { } connection
        && connection.Ports(body.Compilation, body.CancellationToken) is { IsEmpty: false } ports
        && ports.All(port => port == 80);

    /// <summary>Whether the bytes come from elsewhere as they are: a tunnel or proxy passes them on.</summary>
    private static bool IsForwarded(IOperation value, BodyContext body) =>
        SentText.Of(value, body.Compilation, body.CancellationToken).All(character => character == '\uFFFC');
}
