using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Tests.Behaviour.Harness;
using WorkersSockets.Analyzers.Tests.Testing;

namespace WorkersSockets.Analyzers.Tests.Documentation;

/// <summary>A file of the repository that is written, wholly or between markers, from <see cref="RuleCatalog"/>.</summary>
/// <param name="Path">Relative to the repository's root.</param>
/// <param name="Render">The file's content; is given the present one.</param>
internal sealed record GeneratedDocument(string Path, Func<string, string> Render)
{
    private const string PackageFolder = "src/WorkersSockets.Analyzers.Package/";

    /// <summary>What fails at run time or opens a hole whatever the load: the rules that the preset Minimum keeps.</summary>
    private static readonly ImmutableHashSet<string> Minimum =
    [
        "WSK0001", "WSK1001", "WSK1003", "WSK1004", "WSK2003", "WSK2005", "WSK2008", "WSK3002", "WSK3005",
        "WSK4001", "WSK4002", "WSK4003", "WSK4004", "WSK4005",
    ];

    public static readonly ImmutableArray<GeneratedDocument> All =
    [
        new("README.md", present => Between(Between(present, "rules", RuleTable("src/WorkersSockets.Analyzers/Rules/{0}/{1}.md")), "options", OptionsTable())),
        new(PackageFolder + "README.md", present => Between(present, "rules", RuleTable(page: null))),
        new(PackageFolder + "rules.json", _ => RulesJson()),
        new(PackageFolder + "config/None.globalconfig", _ => Preset("None: every rule is off", _ => "none")),
        new(PackageFolder + "config/Minimum.globalconfig", _ => Preset(
            "Minimum: only what fails at run time or opens a hole, whatever the load", rule => Minimum.Contains(rule.Id) ? "warning" : "none")),
        new(PackageFolder + "config/Recommended.globalconfig", _ => Preset("Recommended: every rule at its own severity", _ => "default")),
        new(PackageFolder + "config/All.globalconfig", _ => Preset("All: every rule is a warning", _ => "warning")),
    ];

    public string FullPath => System.IO.Path.Combine(References.RepositoryRoot, Path);

    public override string ToString() => Path;

    private static string Preset(string title, Func<RuleEntry, string> severity)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(title).Append(".\n");
        text.Append("# What an .editorconfig, NoWarn or WarningsAsErrors of the project says wins over this file.\n");
        text.Append("is_global = true\nglobal_level = -100\n");
        foreach (var rule in RuleCatalog.All)
        {
            text.Append("\n# ").Append(rule.Title).Append('\n');
            text.Append($"dotnet_diagnostic.{rule.Id}.severity = {severity(rule)}\n");
        }

        return text.ToString();
    }

    /// <summary>
    /// The rules as a table. In the repository ids link to <paramref name="page"/> (category, id), and the last column says on which
    /// surfaces a test runs the code and shows the fault, then its absence.
    /// </summary>
    private static string RuleTable(string? page)
    {
        var text = new StringBuilder($"| Id | Finds | Severity | Surfaces | Fix |{(page is null ? "" : " Run |")}\n| --- | --- | --- | --- | --- |{(page is null ? "" : " --- |")}\n");
        foreach (var rule in RuleCatalog.All)
        {
            var id = page is null ? rule.Id : $"[{rule.Id}]({string.Format(page, rule.Category, rule.Id)})";
            text.Append($"| {id} | {rule.Title} | {SeverityName(rule)} | {string.Join(", ", SurfaceNames(rule))} | {(rule.FixTitles.IsEmpty ? "" : "yes")} |{(page is null ? "" : $" {RunOn(rule)} |")}\n");
        }

        return text.ToString();
    }

    private static string RunOn(RuleEntry rule) => string.Join(
        ", ",
        RunProofTable.Rows.Where(entry => entry.Row.Id == rule.Id).Select(entry => entry.Row.On == On.Workers ? "W" : "N").Distinct().OrderDescending());

    private static string OptionsTable()
    {
        var text = new StringBuilder("| Key | Default | Meaning | Rules |\n| --- | --- | --- | --- |\n");
        foreach (var row in OptionTable.Rows)
        {
            text.Append($"| `{row.Key}` | {(row.Default.Length == 0 ? "empty" : $"`{row.Default}`")} | {row.Meaning} | {string.Join(", ", row.Rules)} |\n");
        }

        return text.ToString();
    }

    private static string RulesJson() => JsonSerializer.Serialize(
        RuleCatalog.All.Select(rule => new
        {
            id = rule.Id,
            title = rule.Title,
            category = rule.Category,
            severity = SeverityName(rule),
            cwe = rule.Cwe is { } number ? $"CWE-{number}" : null,
            surfaces = SurfaceNames(rule),
            fixes = rule.FixTitles,
            options = OptionTable.Rows.Where(row => row.Rules.Contains(rule.Id)).Select(row => row.Key),
            page = $"rules/{rule.Id}.md",
        }),
        new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";

    private static string SeverityName(RuleEntry rule) => rule.Severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "suggestion",
    };

    private static IEnumerable<string> SurfaceNames(RuleEntry rule)
    {
        if (rule.Surfaces.HasFlag(RuleSurfaces.Workers))
        {
            yield return "Workers";
        }

        if (rule.Surfaces.HasFlag(RuleSurfaces.DotNet))
        {
            yield return ".NET";
        }
    }

    /// <summary>Replaces what stands between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>.</summary>
    private static string Between(string text, string name, string content)
    {
        var (open, close) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var start = text.IndexOf(open, StringComparison.Ordinal);
        var end = text.IndexOf(close, StringComparison.Ordinal);
        return start < 0 || end < start
            ? throw new InvalidOperationException($"The markers {open.Trim()} and {close} are missing.")
            : text[..(start + open.Length)] + content + text[end..];
    }
}
