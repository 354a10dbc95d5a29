using System.Collections.Immutable;
using WorkersSockets.Analyzers.Rules.Connections;
using WorkersSockets.Analyzers.Rules.Lifetime;
using WorkersSockets.Analyzers.Rules.Data;
using WorkersSockets.Analyzers.Rules.Platform;
using WorkersSockets.Analyzers.Rules.Security;

namespace WorkersSockets.Analyzers.Rules;

/// <summary>Every rule that reads a body, in the order in which they report: the order of their ids.</summary>
internal static class AllRules
{
    public static readonly ImmutableArray<SocketRule> Ordered = ImmutableArray.Create(new SocketRule[]
    {
        new ConfigurationUnreadable(),
        new SocketShared(),
        new SocketNotClosed(),
        new SocketUsedAfterClose(),
        new AwaitedCloseHangs(),
        new WorkOutlivesHandler(),
        new TooManyConnects(),
        new ConnectWithoutTimeout(),
        new Port25Blocked(),
        new DestinationBlocked(),
        new ConnectsToItself(),
        new ConnectFailureUnhandled(),
        new EndMeansNeverConnected(),
        new AddressInvalid(),
        new SingleRead(),
        new BytesReadIgnored(),
        new TextDecodedByChunk(),
        new TextEncoding(),
        new EndNeverSeen(),
        new TlsTooEarly(),
        new StartTlsOption(),
        new UsedAfterUpgrade(),
        new CertificateValidationOff(),
        new HostFromRequest(),
        new TlsPortPlain(),
        new StartTlsAfterIo(),
        new DatabaseOverRawSocket(),
        new HttpOverRawSocket(),
        new PlacementMissing(),
        new TestHost(),
    });
}
