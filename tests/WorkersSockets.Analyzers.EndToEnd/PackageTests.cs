using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>What is in the nupkg.</summary>
public class PackageTests(PackedPackage package)
{
    private static readonly string[] FixedEntries =
    [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "WorkersSockets.Analyzers.nuspec",
        "analyzers/dotnet/cs/WorkersSockets.Analyzers.CodeFixes.dll",
        "analyzers/dotnet/cs/WorkersSockets.Analyzers.dll",
        "build/WorkersSockets.Analyzers.props",
        "build/WorkersSockets.Analyzers.targets",
        "buildTransitive/WorkersSockets.Analyzers.props",
        "buildTransitive/WorkersSockets.Analyzers.targets",
        "comparison.md",
        "config/All.globalconfig",
        "config/Minimum.globalconfig",
        "config/None.globalconfig",
        "config/Recommended.globalconfig",
        "icon.png",
        "rules.json",
    ];

    /// <summary>Every compiler and editor that loads analyzers has these, beside Microsoft.CodeAnalysis.*.</summary>
    private static readonly string[] ProvidedByTheCompiler =
    [
        "netstandard", "System.Buffers", "System.Collections.Immutable", "System.Composition.AttributedModel", "System.Memory",
        "System.Numerics.Vectors", "System.Reflection.Metadata", "System.Runtime.CompilerServices.Unsafe", "System.Threading.Tasks.Extensions",
        "WorkersSockets.Analyzers",
    ];

    [Fact]
    public void It_holds_exactly_these_files()
    {
        var pages = Directory.GetFiles(Repository.PathOf("src", "WorkersSockets.Analyzers", "Rules"), "WSK*.md", SearchOption.AllDirectories)
            .Select(page => "rules/" + Path.GetFileName(page));
        using var nupkg = ZipFile.OpenRead(package.FilePath);
        var entries = nupkg.Entries.Select(entry => entry.FullName)
            .Where(name => name is not ("_rels/.rels" or "[Content_Types].xml") && !name.StartsWith("package/", StringComparison.Ordinal));
        Assert.Equal(FixedEntries.Concat(pages).Order(StringComparer.Ordinal), entries.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_is_a_development_dependency_without_dependencies()
    {
        using var nupkg = ZipFile.OpenRead(package.FilePath);
        using var stream = nupkg.GetEntry("WorkersSockets.Analyzers.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

        Assert.Equal("WorkersSockets.Analyzers", Value("id"));
        Assert.Equal("true", Value("developmentDependency"));
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("icon.png", Value("icon"));
        Assert.Equal("README.md", Value("readme"));
        Assert.DoesNotContain(metadata.Descendants(), element => element.Name.LocalName == "dependency");
    }

    [Fact]
    public void Packing_gives_no_warning() => Assert.DoesNotContain("warning", package.PackOutput, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("WorkersSockets.Analyzers.dll")]
    [InlineData("WorkersSockets.Analyzers.CodeFixes.dll")]
    public void An_assembly_carries_its_symbols_and_needs_nothing_but_the_compiler(string name)
    {
        using var nupkg = ZipFile.OpenRead(package.FilePath);
        using var stream = new MemoryStream();
        using (var entry = nupkg.GetEntry("analyzers/dotnet/cs/" + name)!.Open())
        {
            entry.CopyTo(stream);
        }

        stream.Position = 0;
        using var assembly = new PEReader(stream);
        var debug = assembly.ReadDebugDirectory().Select(entry => entry.Type).ToList();
        Assert.Contains(DebugDirectoryEntryType.EmbeddedPortablePdb, debug);
        Assert.Contains(DebugDirectoryEntryType.Reproducible, debug);

        var metadata = assembly.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));
        Assert.All(references, reference => Assert.True(
            ProvidedByTheCompiler.Contains(reference) || reference.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal), reference));
    }
}
