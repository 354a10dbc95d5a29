using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers.Rules.Data;

/// <summary>WSK3005: a read loop that goes on for ever once the peer has closed.</summary>
internal sealed class EndNeverSeen : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.EndNeverSeen);

    public override void Analyze(BodyContext body)
    {
        foreach (var find in body.Reads)
        {
            if (find.Mistake == ReadMistake.EndNeverSeen)
            {
                find.Report(body, RuleCatalog.EndNeverSeen, find.Site.Operation);
            }
        }
    }
}
