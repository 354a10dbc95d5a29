using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.CodeFixes;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Meta;

/// <summary>What must hold for all of the shipped code.</summary>
public partial class AssemblyTests
{
    private static readonly Assembly[] Shipped = [typeof(WorkerSocketAnalyzer).Assembly, typeof(SocketFix).Assembly];

    /// <summary>Types that fill private collections in their constructor and only read them afterwards.</summary>
    private static readonly Type[] FilledOnce = [typeof(WorkersSockets.Analyzers.Catalog.ModelIndex)];

    [Fact]
    public void Static_state_is_immutable()
    {
        var mutable = Shipped.SelectMany(assembly => assembly.GetTypes())
            .Where(type => !IsGenerated(type))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !(field.IsLiteral || (field.IsInitOnly && IsImmutable(field.FieldType, []))))
            .Select(field => $"{field.DeclaringType}.{field.Name}: {field.FieldType}");
        Assert.Empty(mutable);
    }

    [Fact]
    public void The_scan_for_static_state_sees_mutable_types()
    {
        Assert.False(IsImmutable(typeof(List<string>), []));
        Assert.False(IsImmutable(typeof(string[]), []));
        Assert.False(IsImmutable(typeof(Dictionary<string, int>), []));
        Assert.False(IsImmutable(typeof(Mutable), []));
        Assert.True(IsImmutable(typeof(ImmutableArray<string>), []));
        Assert.True(IsImmutable(typeof(RuleEntry), []));
    }

    [Fact]
    public void Only_what_a_compiler_or_editor_loads_is_public() => Assert.All(
        Shipped.SelectMany(assembly => assembly.GetExportedTypes()),
        type => Assert.Contains(
            new[] { typeof(DiagnosticAnalyzer), typeof(DiagnosticSuppressor), typeof(CodeFixProvider), typeof(CodeRefactoringProvider) },
            loaded => loaded.IsAssignableFrom(type)));

    [Fact]
    public void Every_public_analyzer_is_marked_for_csharp() => Assert.All(
        Shipped.SelectMany(assembly => assembly.GetExportedTypes()).Where(type => typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && !type.IsAbstract),
        type => Assert.Equal(["C#"], type.GetCustomAttribute<DiagnosticAnalyzerAttribute>()!.Languages));

    [Theory]
    [InlineData(@"[Cc]ompilation\.GetDiagnostics\(", "src/WorkersSockets.Analyzers*")]
    [InlineData(@"\.GetSemanticModel\(", "src/WorkersSockets.Analyzers", "Flow/SourceModels.cs")]
    [InlineData(@"\.GetTypeByMetadataName\(", "src/WorkersSockets.Analyzers", "Catalog/BuiltInModels.cs", "SocketCompilation.cs")]
    [InlineData(@"\bdynamic\b|\bThread\.Sleep\(|\.GetAwaiter\(\)\.GetResult\(\)|(?<!Assert)\.Wait\(\)", "src/WorkersSockets.Analyzers*")]
    public void What_is_banned_does_not_occur(string pattern, string folder, params string[] allowed)
    {
        var root = References.RepositoryRoot;
        var projects = folder.EndsWith('*') ? Directory.GetDirectories(Path.Combine(root, "src"), Path.GetFileName(folder)) : [Path.Combine(root, folder)];
        var files = projects.SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(files);
        var hits = files
            .Where(file => !allowed.Any(end => file.EndsWith(end, StringComparison.Ordinal)))
            .SelectMany(file => File.ReadLines(file).Select((line, number) => (file, line, number)))
            .Where(entry => !StringOrComment().IsMatch(entry.line) && Regex.IsMatch(entry.line, pattern))
            .Select(entry => $"{Path.GetRelativePath(root, entry.file)}:{entry.number + 1}: {entry.line.Trim()}");
        Assert.Empty(hits);
    }

    private static bool IsGenerated(Type? type) =>
        type is not null && (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || type.Name.StartsWith('<') || IsGenerated(type.DeclaringType));

    private static bool IsImmutable(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type) || FilledOnce.Contains(type) || type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(Regex) || typeof(Delegate).IsAssignableFrom(type))
        {
            return true;
        }

        if (type.Namespace == "System.Collections.Immutable")
        {
            return true;
        }

        if (type.IsArray || typeof(IDictionary).IsAssignableFrom(type) || typeof(IList).IsAssignableFrom(type)
            || type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true || type.Namespace == "System.Text")
        {
            return false;
        }

        if (!Shipped.Contains(type.Assembly) && type != typeof(Mutable))
        {
            // Roslyn's descriptors, formats, values of the base library; caches among them are listed above.
            return true;
        }

        for (var current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            if (Shipped.Contains(current.Assembly) || current == typeof(Mutable))
            {
                foreach (var field in current.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    if (!field.IsInitOnly || !IsImmutable(field.FieldType, seen))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    private sealed class Mutable
    {
        public int Count { get; set; }
    }

    [GeneratedRegex(@"^\s*//")]
    private static partial Regex StringOrComment();
}
