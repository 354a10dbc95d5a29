using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>What a source is compiled with: which C#, against what, and whether the project has global usings.</summary>
internal sealed record Platform(string Name, LanguageVersion Language, bool HasGlobalUsings, bool IsOld = false)
{
    public static readonly Platform Newest = new("newest", LanguageVersion.Latest, HasGlobalUsings: true);

    /// <summary>Each file names what it uses, and nothing else.</summary>
    public static readonly Platform OwnUsings = new("own usings", LanguageVersion.Latest, HasGlobalUsings: false);

    public static readonly Platform CSharp8 = new("C# 8", LanguageVersion.CSharp8, HasGlobalUsings: false);

    public static readonly Platform CSharp9 = new("C# 9", LanguageVersion.CSharp9, HasGlobalUsings: false);

    public static readonly Platform CSharp10 = new("C# 10", LanguageVersion.CSharp10, HasGlobalUsings: true);

    public static readonly Platform CSharp11 = new("C# 11", LanguageVersion.CSharp11, HasGlobalUsings: true);

    /// <summary>What a library for .NET Framework is compiled with: few overloads take a token, none takes memory.</summary>
    public static readonly Platform NetStandard = new("netstandard2.0", LanguageVersion.CSharp7_3, HasGlobalUsings: false, IsOld: true);

    public CSharpParseOptions Parse { get; } = new(Language);

    public ImmutableArray<MetadataReference> ReferencesFor(On surface) =>
        IsOld ? References.NetStandard20 : surface == On.Workers ? References.Net100.Add(References.Workers) : References.Net100;

    public CSharpCompilationOptions OptionsFor(OutputKind kind) =>
        new(kind, nullableContextOptions: IsOld ? NullableContextOptions.Disable : NullableContextOptions.Enable, allowUnsafe: true);

    /// <summary>A compilation of one source.</summary>
    public CSharpCompilation Compile(On surface, string code)
    {
        var tree = CSharpSyntaxTree.ParseText(code, Parse, "Test.cs");
        var kind = tree.GetCompilationUnitRoot().Members.Any(member => member.IsKind(SyntaxKind.GlobalStatement)) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var frame = Frames.GetOrAdd((this, surface, kind), key => CSharpCompilation.Create(
            "Test",
            key.Item1.HasGlobalUsings ? [CSharpSyntaxTree.ParseText(Verify.UsingsFor(key.Item2), key.Item1.Parse, "GlobalUsings.cs")] : [],
            key.Item1.ReferencesFor(key.Item2),
            key.Item1.OptionsFor(key.Item3)));
        return frame.AddSyntaxTrees(tree);
    }

    private static readonly ConcurrentDictionary<(Platform, On, OutputKind), CSharpCompilation> Frames = new();
}
