using System.Reflection;

namespace WorkersSockets.Analyzers.EndToEnd.Testing;

/// <summary>Where things stand on this machine.</summary>
internal static class Repository
{
    public static string Root => Path.GetFullPath(Metadata("RepositoryRoot"));

    /// <summary>The folder of restored packages that the repository itself is built from.</summary>
    public static string PackageRoot => Metadata("PackageRoot");

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
