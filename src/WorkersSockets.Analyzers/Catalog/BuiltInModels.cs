using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Catalog;

/// <summary>The models that the package brings.</summary>
internal static class BuiltInModels
{
    /// <summary>The catalog of a compilation, or null where it references no socket type.</summary>
    public static SocketCatalog? CreateCatalog(Compilation compilation) => new(ImmutableArray<ApiModel>.Empty, hasWorkers: false);
}
