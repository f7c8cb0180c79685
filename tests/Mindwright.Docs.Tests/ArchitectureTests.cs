using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mindwright.Testing;

namespace Mindwright.Docs.Tests;

/// <summary>The projects and their folders are as <c>docs/architecture.md</c> says.</summary>
public sealed partial class ArchitectureTests
{
    // Files that put the parts of a project together, and whose mentions therefore don't count: a list of all plug-ins, or the class that users
    // start from. Keep it short.
    private static readonly HashSet<string> s_compositionLists =
    [
        "Mindwright.Tokens/Tokenizer.cs", // Load and Save stand where users look for them; the formats build tokenizers
        "Mindwright.Training/StageList.cs", // names every stage, and recipes have a section for each
    ];

    // Projects whose folders still use each other. Remove a line as soon as its test would pass; add none.
    private static readonly HashSet<string> s_unfinished = [];

    private static readonly ArchitectureTable s_table = ArchitectureTable.Parse(File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "docs", "architecture.md")));

    public static TheoryData<string> Projects => [.. SourceProject.All.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void The_table_names_every_project_and_no_other() =>
        Assert.Equal(SourceProject.All.Keys.Order(StringComparer.Ordinal), s_table.Projects.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_what_the_table_allows(string project)
    {
        var forbidden = SourceProject.All[project].References.Where(reference => !s_table.MayUse(project).Contains(reference));
        Assert.True(!forbidden.Any(), $"{project} references {string.Join(", ", forbidden)}, which docs/architecture.md does not allow");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_source_file_names_what_the_table_allows(string project)
    {
        var wrong = new List<string>();
        foreach (var file in SourceProject.All[project].Files)
        {
            var names = CSharpSyntaxTree.ParseText(SourceProject.All[project].Read(file)).GetRoot().DescendantNodes().OfType<QualifiedNameSyntax>();
            foreach (var used in names.Select(name => ProjectName().Match(name.ToString()).Value).Where(SourceProject.All.ContainsKey).Distinct())
                if (used != project && !s_table.MayUse(project).Contains(used))
                    wrong.Add($"{project}/{file} uses {used}");
        }
        Assert.True(wrong.Count == 0, $"docs/architecture.md does not allow:\n{string.Join('\n', wrong)}");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Libtorch_is_out_of_reach_of_projects_that_do_without_it(string project)
    {
        if (s_table.MayLoadTorch(project))
            return;
        var reached = new HashSet<string>();
        var waiting = new Stack<string>([project]);
        while (waiting.TryPop(out var next))
        {
            if (!reached.Add(next))
                continue;
            var torch = SourceProject.All[next].Packages.Where(package =>
                package.Contains("TorchSharp", StringComparison.OrdinalIgnoreCase) || package.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase));
            Assert.True(!torch.Any(), $"{project} reaches {string.Join(", ", torch)} through {next}");
            foreach (var reference in SourceProject.All[next].References)
                waiting.Push(reference);
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_folders_of_a_project_do_not_use_each_other_in_a_circle(string project)
    {
        var lists = s_compositionLists.Where(file => file.StartsWith(project + "/", StringComparison.Ordinal)).Select(file => file[(project.Length + 1)..]).ToList();
        var circles = FolderGraph.Of(SourceProject.All[project], lists).Circles();
        Assert.SkipWhen(s_unfinished.Contains(project) && circles.Count > 0, string.Join('\n', circles));
        Assert.True(circles.Count == 0, $"{project}: {string.Join('\n', circles)}");
    }

    [Fact]
    public void The_exceptions_exist()
    {
        Assert.All(s_compositionLists, file => Assert.True(File.Exists(Path.Combine(TestData.RepositoryRoot, "src", file)), file));
        Assert.Subset(SourceProject.All.Keys.ToHashSet(), s_unfinished);
    }

    [GeneratedRegex(@"^Mindwright\.\w+")]
    private static partial Regex ProjectName();
}
