using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WorkersSockets.Analyzers.Tests.Testing;

/// <summary>Reference assemblies that test sources are compiled against. Read once a test run.</summary>
internal static class References
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> LazyNet100 = new(() =>
        [.. Pack("microsoft.netcore.app.ref", "10.0.12", "net10.0"), .. Pack("microsoft.aspnetcore.app.ref", "10.0.12", "net10.0")]);

    private static readonly Lazy<ImmutableArray<MetadataReference>> LazyNet80 = new(() =>
        [.. Pack("microsoft.netcore.app.ref", "8.0.33", "net8.0"), .. Pack("microsoft.aspnetcore.app.ref", "8.0.33", "net8.0")]);

    private static readonly Lazy<ImmutableArray<MetadataReference>> LazyNetStandard20 = new(() =>
        [.. Directory.GetFiles(Path.Combine(Metadata("PackageRoot"), "netstandard.library", "2.0.3", "build", "netstandard2.0", "ref"), "*.dll").Order(StringComparer.Ordinal).Select(file => MetadataReference.CreateFromFile(file))]);

    private static readonly Lazy<MetadataReference> LazyWorkers = new(CompileWorkers);

    /// <summary>.NET 10 with ASP.NET Core.</summary>
    public static ImmutableArray<MetadataReference> Net100 => LazyNet100.Value;

    /// <summary>.NET 8 with ASP.NET Core.</summary>
    public static ImmutableArray<MetadataReference> Net80 => LazyNet80.Value;

    /// <summary>What .NET Framework and .NET have in common.</summary>
    public static ImmutableArray<MetadataReference> NetStandard20 => LazyNetStandard20.Value;

    /// <summary>The Workers package's signatures.</summary>
    public static MetadataReference Workers => LazyWorkers.Value;

    /// <summary>The repository's root folder, with a separator at its end.</summary>
    public static string RepositoryRoot => Metadata("RepositoryRoot");

    private static IEnumerable<MetadataReference> Pack(string name, string version, string framework)
    {
        var folder = Path.Combine(Metadata("PackageRoot"), name, version, "ref", framework);
        return Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal).Select(file => MetadataReference.CreateFromFile(file));
    }

    private static MetadataReference CompileWorkers()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "References", "WorkersApi.cs");
        var compilation = CSharpCompilation.Create(
            "Workers",
            [CSharpSyntaxTree.ParseText(File.ReadAllText(path), new CSharpParseOptions(LanguageVersion.Latest))],
            Net100,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        if (!result.Success)
        {
            throw new InvalidOperationException("WorkersApi.cs does not compile: " + string.Join('\n', result.Diagnostics));
        }

        return MetadataReference.CreateFromImage(stream.ToArray());
    }

    private static string Metadata(string key) => typeof(References).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
