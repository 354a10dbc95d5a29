using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers.Rules.Data;

/// <summary>WSK3001: the bytes of one read, or what happens to be buffered, are taken for a message.</summary>
internal sealed class SingleRead : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.SingleRead, RuleCatalog.EndsWhenIdle);

    public override void Analyze(BodyContext body)
    {
        foreach (var find in body.Reads)
        {
            switch (find.Mistake)
            {
                case ReadMistake.SingleRead:
                    find.Report(body, RuleCatalog.SingleRead, find.Site.Name);
                    break;
                case ReadMistake.EndsWhenIdle:
                    find.Report(body, RuleCatalog.EndsWhenIdle, find.Place.Syntax.ToString());
                    break;
            }
        }
    }
}
