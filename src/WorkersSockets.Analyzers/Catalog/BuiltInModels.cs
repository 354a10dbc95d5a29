using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Catalog;

/// <summary>The models that the package brings.</summary>
internal static class BuiltInModels
{
    /// <summary>The embedded files.</summary>
    public static readonly ImmutableArray<string> FileNames = ImmutableArray.Create("Workers.models", "DotNet.models");

    // Constant data: read once a process, never changed.
    private static readonly Lazy<ModelIndex> Index = new(() => new ModelIndex(FileNames.SelectMany(name => Read(name).Models)));

    /// <summary>Simple names of the types that are sockets, or that open or accept one.</summary>
    public static ImmutableArray<string> SocketTypeNames => Index.Value.SocketTypeNames;

    /// <summary>The catalog of a compilation, or null where it references no socket type.</summary>
    public static SocketCatalog? CreateCatalog(Compilation compilation, UserModels? userModels = null)
    {
        var user = userModels is null || userModels.Models.IsEmpty ? ModelIndex.Empty : new ModelIndex(userModels.Models);
        var hasWorkers = References(compilation, "Workers.TcpSocket");
        var hasSockets = hasWorkers || Index.Value.SocketTypeIds.Any(id => References(compilation, id)) || !user.IsEmpty;
        return hasSockets ? new SocketCatalog(user, Index.Value, hasWorkers) : null;
    }

    /// <summary>Reads one embedded file.</summary>
    public static ModelFile Read(string fileName)
    {
        using var stream = typeof(BuiltInModels).Assembly.GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"The resource {fileName} is missing.");
        return ModelReader.Read(SourceText.From(stream));
    }

    private static bool References(Compilation compilation, string metadataName) => !compilation.GetTypesByMetadataName(metadataName).IsEmpty;
}
