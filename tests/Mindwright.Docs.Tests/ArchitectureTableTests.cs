namespace Mindwright.Docs.Tests;

/// <summary>The two instruments of <see cref="ArchitectureTests"/> find what they are for.</summary>
public sealed class ArchitectureTableTests
{
    private const string Head = "text\n\n| project | lives there | may use | libtorch |\n| --- | --- | --- | --- |\n";

    [Fact]
    public void What_a_project_may_use_includes_what_that_may_use()
    {
        var table = ArchitectureTable.Parse(Head + "| `Mindwright.A` | | – | no |\n| `Mindwright.B` | | A | no |\n| `Mindwright.C` | | B | yes |\n| `Mindwright.D` | | all above | yes |\n\ntext");
        Assert.Equal(["Mindwright.A", "Mindwright.B", "Mindwright.C", "Mindwright.D"], table.Projects);
        Assert.Empty(table.MayUse("Mindwright.A"));
        Assert.Equal(["Mindwright.A", "Mindwright.B"], table.MayUse("Mindwright.C").Order(StringComparer.Ordinal));
        Assert.Equal(3, table.MayUse("Mindwright.D").Count);
        Assert.Equal((false, true), (table.MayLoadTorch("Mindwright.B"), table.MayLoadTorch("Mindwright.C")));
    }

    [Theory]
    [InlineData("no table")]
    [InlineData(Head + "| `Mindwright.A` | | B | no |\n| `Mindwright.B` | | – | no |")]
    [InlineData(Head + "| `Mindwright.A` | | – | perhaps |")]
    public void A_table_that_says_nothing_clear_is_refused(string markdown) => Assert.Throws<InvalidDataException>(() => ArchitectureTable.Parse(markdown));

    [Fact]
    public void Folders_that_lead_to_each_other_are_a_circle_with_its_files()
    {
        var circle = Assert.Single(Graph(
            ("A/One.cs", "class One { Two two; }"), ("B/Two.cs", "class Two { Three three; }"), ("C/Three.cs", "class Three { string s = nameof(One); }"),
            ("D/Four.cs", "class Four { One one; }")).Circles());
        Assert.Contains("A, B, C use each other", circle, StringComparison.Ordinal);
        Assert.Contains("C → A: C/Three.cs mentions One", circle, StringComparison.Ordinal);
        Assert.DoesNotContain("D", circle, StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_strings_and_members_of_the_same_name_are_no_mention() => Assert.Empty(Graph(
        ("A/One.cs", "class One { /* Two */ string s = \"Two\"; int Two; int Get() => Two + this.Two; }"), ("B/Two.cs", "class Two { One one; }")).Circles());

    [Fact]
    public void An_extension_method_and_an_attribute_are_mentions() => Assert.Equal(2, Graph(
        ("A/One.cs", "class One { void M(Three x) => x.Extend(); }"), ("A/Three.cs", "class Three;"),
        ("B/Two.cs", "static class Two { public static void Extend(this Three x) { } }"),
        ("C/Mark.cs", "class MarkAttribute : Attribute { Four four; }"), ("D/Four.cs", "[Mark] class Four;")).Circles().Count);

    [Fact]
    public void A_file_can_be_left_out() => Assert.Empty(FolderGraph.Of(
        "Test", [("A/One.cs", "class One { Two two; }"), ("B/Two.cs", "class Two { One one; }")], ["A/One.cs"]).Circles());

    private static FolderGraph Graph(params (string, string)[] sources) => FolderGraph.Of("Test", sources, []);
}
