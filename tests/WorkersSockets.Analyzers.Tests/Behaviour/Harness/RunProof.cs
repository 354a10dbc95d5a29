using System.Reflection;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>Marks a test that runs code before and after a fix. The rows of all such tests are the run-proof table.</summary>
/// <param name="id">The rule.</param>
/// <param name="on">The surface that the code runs on.</param>
/// <param name="before">The fault that the run shows before the fix.</param>
/// <param name="after">What the run shows after it.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RunProofAttribute(string id, On on, string before, string after) : Attribute
{
    public string Id => id;

    public On On => on;

    public string Before => before;

    public string After => after;
}

/// <summary>The table of run proofs, read from the tests themselves.</summary>
internal static class RunProofTable
{
    /// <summary>Every marked test method with its row, ordered by rule and surface.</summary>
    public static IReadOnlyList<(MethodInfo Test, RunProofAttribute Row)> Rows { get; } =
    [
        .. typeof(RunProofTable).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetCustomAttributes<RunProofAttribute>().Select(row => (method, row)))
            .OrderBy(entry => entry.row.Id, StringComparer.Ordinal)
            .ThenBy(entry => entry.row.On)
            .ThenBy(entry => entry.method.Name, StringComparer.Ordinal),
    ];

    /// <summary>The table in Markdown.</summary>
    public static string Markdown { get; } = string.Join('\n', Rows
        .Select(entry => $"| {entry.Row.Id} | {(entry.Row.On == On.Workers ? "Workers" : ".NET")} | {entry.Row.Before} | {entry.Row.After} |")
        .Distinct()
        .Prepend("| --- | --- | --- | --- |")
        .Prepend("| Rule | Surface | Shown before | Shown after |"));
}

public class RunProofTableTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_row_is_a_test_of_a_rule()
    {
        output.WriteLine(RunProofTable.Markdown);
        var ids = RuleCatalog.All.Select(rule => rule.Id).ToHashSet();
        Assert.NotEmpty(RunProofTable.Rows);
        Assert.All(RunProofTable.Rows, entry =>
        {
            Assert.Contains(entry.Row.Id, ids);
            Assert.NotNull(entry.Test.GetCustomAttribute<FactAttribute>());
        });
    }
}
