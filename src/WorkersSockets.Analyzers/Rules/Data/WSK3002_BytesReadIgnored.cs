using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers.Rules.Data;

/// <summary>WSK3002: more of the buffer is used than was read, or nothing looks at how much that was.</summary>
internal sealed class BytesReadIgnored : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.WholeBufferUsed, RuleCatalog.CountDiscarded);

    public override void Analyze(BodyContext body)
    {
        foreach (var find in body.Reads)
        {
            switch (find.Mistake)
            {
                case ReadMistake.WholeBuffer:
                    find.Report(body, RuleCatalog.WholeBufferUsed, find.Site.Name);
                    break;
                case ReadMistake.CountDiscarded:
                    find.Report(body, RuleCatalog.CountDiscarded, find.Site.Name);
                    break;
            }
        }
    }
}
