using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Flow.Reads;

namespace WorkersSockets.Analyzers.Rules.Data;

/// <summary>WSK3003: each chunk of a read loop is decoded on its own, which breaks characters of several bytes.</summary>
internal sealed class TextDecodedByChunk : SocketRule
{
    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(RuleCatalog.TextSplit);

    public override void Analyze(BodyContext body)
    {
        foreach (var find in body.Reads)
        {
            if (find.Mistake == ReadMistake.TextSplit)
            {
                find.Report(body, RuleCatalog.TextSplit);
            }
        }
    }
}
