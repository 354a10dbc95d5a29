using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Lifetime;

/// <summary>Puts members into a class; a source that declares a type or holds top-level statements stays as it is.</summary>
internal static class LifetimeSource
{
    /// <summary>The rule's finds, put into the source as markup, yield the marked source.</summary>
    public static async Task FindsWhatIsMarkedAsync(string id, string shape, On on, string source)
    {
        if (source.Contains("WebApplication", StringComparison.Ordinal) || source.Contains("Results.", StringComparison.Ordinal))
        {
            source = "using Microsoft.AspNetCore.Builder;\nusing Microsoft.AspNetCore.Http;\n" + source;
        }

        var plain = Verify.StripMarkup(source);
        var errors = Verify.Compile(on, plain).GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.True(!errors.Any(), $"{shape} does not compile: {string.Join('\n', errors)}");
        var marked = plain;
        foreach (var found in (await Verify.DiagnoseAsync(on, plain)).Where(found => found.Id == id).Reverse())
        {
            marked = marked.Insert(found.Location.SourceSpan.End, "|}").Insert(found.Location.SourceSpan.Start, $"{{|{id}:");
        }

        Assert.Equal(source, marked);
    }

    public static string Of(On on, string members)
    {
        if (members.Contains("class ", StringComparison.Ordinal) || members.StartsWith("using ", StringComparison.Ordinal) || members.StartsWith("var ", StringComparison.Ordinal))
        {
            return members;
        }

        return on == On.Workers
            ? "static class P\n{\n" + members + "\n}"
            : "class C\n{\n    private TcpClient? _field;\n" + members + "\n    static void Use(Stream s) { s.WriteByte(1); }\n    static void Log(string s) => Console.WriteLine(s);\n}";
    }
}
