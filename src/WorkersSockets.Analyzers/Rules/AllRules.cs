using System.Collections.Immutable;
using WorkersSockets.Analyzers.Rules.Connections;
using WorkersSockets.Analyzers.Rules.Platform;
using WorkersSockets.Analyzers.Rules.Security;

namespace WorkersSockets.Analyzers.Rules;

/// <summary>Every rule that reads a body, in the order in which they report.</summary>
internal static class AllRules
{
    public static readonly ImmutableArray<SocketRule> Ordered = ImmutableArray.Create<SocketRule>(
        new ConfigurationUnreadable(),
        new Port25Blocked(),
        new DestinationBlocked(),
        new AddressInvalid(),
        new CertificateValidationOff(),
        new DatabaseOverRawSocket(),
        new TestHost());
}
