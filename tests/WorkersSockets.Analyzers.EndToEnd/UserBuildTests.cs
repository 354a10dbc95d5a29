using WorkersSockets.Analyzers.EndToEnd.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.EndToEnd;

/// <summary>A user's project references the package from a feed: its builds, fixes, settings and removal.</summary>
public class UserBuildTests(PackedPackage package)
{
    private static readonly string[] Finds = ["Program.cs:13 WSK2003 warning", "Program.cs:20 WSK4004 warning"];

    [Fact]
    public async Task Build_warns_format_fixes_and_the_next_build_is_clean()
    {
        var project = package.CreateProject().WithProject("<OutputType>Exe</OutputType>").With("Program.cs", CodeWithFinds.Source);

        Assert.Equal(Finds, Lines(await project.FindAsync()));
        var printed = UserProject.PrintedFinds((await project.BuildAsync()).Succeeded().Output);
        Assert.Collection(
            printed,
            line => Assert.Contains("Program.cs(13,70): warning WSK2003: Most clouds", line, StringComparison.Ordinal),
            line => Assert.Contains("Program.cs(20,71): warning WSK4004: ", line, StringComparison.Ordinal));

        var source = CodeWithFinds.Source.Replace("25)", "587)");
        project.With("Program.cs", source);
        (await project.RunAsync("format", "analyzers", "--verify-no-changes", "--no-restore")).Failed();
        (await project.RunAsync("format", "analyzers", "--no-restore")).Succeeded();
        Assert.Equal(source.Replace(", false, (sender, certificate, chain, errors) => true)", ", false)"), project.Read("Program.cs"));
        Assert.Empty(await project.FindAsync());
        (await project.RunAsync("format", "analyzers", "--verify-no-changes", "--no-restore")).Succeeded();
    }

    [Theory]
    [InlineData("", "", new[] { "WSK2003 warning", "WSK4004 warning" })]
    [InlineData("<WorkersSocketsMode>None</WorkersSocketsMode>", "", new string[0])]
    [InlineData("<WorkersSocketsMode>Minimum</WorkersSocketsMode>", "", new[] { "WSK2003 warning", "WSK4004 warning" })]
    [InlineData("<WorkersSocketsMode>Recommended</WorkersSocketsMode>", "", new[] { "WSK2003 warning", "WSK4004 warning" })]
    [InlineData("<WorkersSocketsMode>All</WorkersSocketsMode>", "", new[] { "WSK2003 warning", "WSK4004 warning", "WSK5004 warning" })]
    [InlineData("<WorkersSocketsMode>All</WorkersSocketsMode>", "dotnet_diagnostic.WSK4004.severity = suggestion", new[] { "WSK2003 warning", "WSK4004 note", "WSK5004 warning" })]
    [InlineData("<WorkersSocketsMode>None</WorkersSocketsMode>", "dotnet_diagnostic.WSK4004.severity = warning", new[] { "WSK4004 warning" })]
    [InlineData("<WorkersSocketsMode>All</WorkersSocketsMode><NoWarn>$(NoWarn);WSK2003</NoWarn>", "", new[] { "WSK4004 warning", "WSK5004 warning" })]
    [InlineData("", "dotnet_analyzer_diagnostic.category-Security.severity = none", new[] { "WSK2003 warning" })]
    public async Task A_preset_sets_severities_and_the_project_s_own_settings_win(string properties, string editorconfig, string[] expected)
    {
        var project = package.CreateProject()
            .WithProject("<OutputType>Exe</OutputType>" + properties)
            .With(".editorconfig", "root = true\n[*.cs]\n" + editorconfig + "\n")
            .With("Program.cs", CodeWithFinds.Source.Replace("return;", "await new TcpClient().ConnectAsync(\"tcpbin.com\", 4242).WaitAsync(TimeSpan.FromSeconds(1)); return;"));

        var finds = await project.FindAsync();

        // The line for the preset All stands on a suggestion, which is a note where no preset raises it.
        Assert.Equal(
            expected,
            finds.Where(find => find.Id is "WSK2003" or "WSK4004" || (find.Id == "WSK5004" && find.Level == "warning"))
                .Select(find => $"{find.Id} {find.Level}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Warnings_as_errors_break_the_build()
    {
        var project = package.CreateProject().WithProject("<OutputType>Exe</OutputType>").With("Program.cs", CodeWithFinds.Source);

        var output = (await project.BuildAsync("-warnaserror:WSK4004")).Failed().Output;
        Assert.Contains("error WSK4004", output, StringComparison.Ordinal);
        Assert.Contains("warning WSK2003", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_mode_is_reported()
    {
        var project = package.CreateProject()
            .WithProject("<WorkersSocketsMode>Loud</WorkersSocketsMode>")
            .With("Code.cs", "internal static class Code { }");

        Assert.Contains(
            "warning WSK0001: WorkersSocketsMode is 'Loud'; expected None, Minimum, Recommended or All. Recommended applies.",
            (await project.BuildAsync()).Succeeded().Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_configuration_is_reported_at_its_line_and_the_rest_still_works()
    {
        var project = package.CreateProject()
            .WithProject("<OutputType>Exe</OutputType>")
            .With(".editorconfig", "root = true\n[*.cs]\nworkers_sockets.max_concurrent_connects = many\n")
            .With("WorkersSockets.models", "# our own wrapper\nthis is no model\n")
            .With("wrangler.jsonc", "{\n  \"name\": \"tour\",\n  oops\n}\n")
            .With("Program.cs", CodeWithFinds.Source);

        var finds = await project.FindAsync();

        Assert.Equal(Finds, Lines(finds.Where(find => find.Id is "WSK2003" or "WSK4004")));
        var bad = finds.Where(find => find.Id == "WSK0001").ToList();
        Assert.Contains(bad, find => find.Message.Contains("workers_sockets.max_concurrent_connects", StringComparison.Ordinal) && find.Message.Contains("many", StringComparison.Ordinal));
        Assert.Contains(bad, find => find is { File: "WorkersSockets.models", Line: 2 });
        Assert.Contains(bad, find => find is { File: "wrangler.jsonc", Line: 3 });
        Assert.Equal(3, bad.Count);
    }

    [Fact]
    public async Task Models_stand_at_the_project_or_above_it()
    {
        var above = package.CreateProject("repository").With("WorkersSockets.models", "no model\n");
        var project = new UserProject(package, Path.Combine(above.Folder, "src", "App"))
            .WithProject("<OutputType>Exe</OutputType>")
            .With("Program.cs", CodeWithFinds.Source);

        Assert.Contains(await project.FindAsync(), find => find is { Id: "WSK0001", File: "../../WorkersSockets.models", Line: 1 });
    }

    [Fact]
    public async Task A_wrangler_file_elsewhere_is_named_by_a_property()
    {
        var project = package.CreateProject()
            .WithProject("<OutputType>Exe</OutputType><WorkersSocketsWranglerFile>$(MSBuildProjectDirectory)/deploy/wrangler.toml</WorkersSocketsWranglerFile>")
            .With("deploy/wrangler.toml", "name = \"tour\"\noops\n")
            .With("Program.cs", CodeWithFinds.Source);

        Assert.Contains(await project.FindAsync(), find => find is { Id: "WSK0001", File: "deploy/wrangler.toml", Line: 2 });
    }

    [Fact]
    public async Task Finds_are_suppressed_by_pragma_and_attribute()
    {
        var project = package.CreateProject().WithProject("<OutputType>Exe</OutputType>").With(
            "Program.cs",
            "#pragma warning disable WSK2003 // open in our network\n"
                + CodeWithFinds.Source.Replace("    private static async", "    [System.Diagnostics.CodeAnalysis.SuppressMessage(\"Security\", \"WSK4004\", Justification = \"test bench\")]\n    private static async"));

        Assert.Empty(await project.FindAsync());
    }

    [Fact]
    public async Task One_project_of_a_repository_can_opt_out()
    {
        var repository = package.CreateProject("repository");
        repository.With("Directory.Build.props", $"<Project><ItemGroup>{repository.PackageReference}</ItemGroup></Project>");
        var watched = new UserProject(package, Path.Combine(repository.Folder, "Watched"))
            .WithProject("<OutputType>Exe</OutputType>", items: "").With("Program.cs", CodeWithFinds.Source);
        var legacy = new UserProject(package, Path.Combine(repository.Folder, "Legacy"))
            .WithProject("<OutputType>Exe</OutputType><WorkersSocketsMode>None</WorkersSocketsMode>", items: "").With("Program.cs", CodeWithFinds.Source);

        Assert.Equal(Finds, Lines(await watched.FindAsync()));
        Assert.Empty(await legacy.FindAsync());
    }

    [Fact]
    public async Task The_package_does_not_flow_to_projects_that_reference_the_user_s()
    {
        var library = package.CreateProject("Library").WithProject().With("Code.cs", "public static class Code { }");
        var consumer = package.CreateProject("Consumer")
            .WithProject("<OutputType>Exe</OutputType>", items: $"""<ProjectReference Include="{library.ProjectFile}" />""")
            .With("Program.cs", CodeWithFinds.Source);

        Assert.Empty(await consumer.FindAsync());
        Assert.DoesNotContain(PackedPackage.Id + "/", consumer.Read("obj/project.assets.json"), StringComparison.Ordinal);

        (await library.RunAsync("pack", "-nologo", "-o", Path.Combine(library.Folder, "out"))).Succeeded();
        using var nupkg = System.IO.Compression.ZipFile.OpenRead(Directory.GetFiles(Path.Combine(library.Folder, "out")).Single());
        using var nuspec = new StreamReader(nupkg.GetEntry("Library.nuspec")!.Open());
        Assert.DoesNotContain(PackedPackage.Id, await nuspec.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_added_and_removed_by_the_usual_commands()
    {
        var project = package.CreateProject().WithProject("<OutputType>Exe</OutputType>", items: "").With("Program.cs", CodeWithFinds.Source);

        (await project.RunAsync("add", "package", PackedPackage.Id, "--version", package.Version)).Succeeded();
        Assert.Contains("<PrivateAssets>all</PrivateAssets>", project.Read("App.csproj"), StringComparison.Ordinal);
        Assert.Equal(Finds, Lines(await project.FindAsync()));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(project.Folder, "bin"), "*", SearchOption.AllDirectories), file => file.Contains("WorkersSockets", StringComparison.Ordinal));

        (await project.RunAsync("remove", "package", PackedPackage.Id)).Succeeded();
        Assert.DoesNotContain(PackedPackage.Id, project.Read("App.csproj"), StringComparison.Ordinal);
        Assert.DoesNotContain("warning", (await project.BuildAsync()).Succeeded().Output.Replace("0 Warning(s)", ""), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("net10.0")]
    [InlineData("net8.0")]
    [InlineData("netstandard2.0")]
    [InlineData("net472")]
    public async Task Every_target_framework_shows_the_same_finds(string framework)
    {
        var project = package.CreateProject().WithProject(frameworks: framework, moreSources: true).With("Program.cs", CodeWithFinds.Source);

        Assert.Equal(Finds, Lines(await project.FindAsync()));
    }

    private static IEnumerable<string> Lines(IEnumerable<Find> finds) => finds.Select(find => $"{find.File}:{find.Line} {find.Id} {find.Level}");
}
