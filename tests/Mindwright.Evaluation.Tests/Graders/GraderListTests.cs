using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Graders;

public sealed class GraderListTests
{
    public sealed record Recipe
    {
        public IReadOnlyList<GraderSection> Graders { get; init; } = [];
    }

    [Fact]
    public void Every_grader_is_opened_by_its_name_and_has_it()
    {
        GraderSection Section(string name) => name switch
        {
            "regex" => new() { Name = name, Pattern = "a" },
            "json_schema" => new() { Name = name, Schema = "{}" },
            "length" => new() { Name = name, Max = 9 },
            "code" or "process" => new() { Name = name, Command = ["x"] },
            _ => new() { Name = name },
        };
        Assert.Equal(
            ["exact", "number", "math", "contains", "regex", "json_schema", "length", "refusal", "instructions", "code", "process"], GraderList.Names);
        Assert.All(GraderList.Names, name => Assert.Equal(name, GraderList.Open([Section(name)]).Name));
        Assert.Equal("exact", GraderList.Open([]).Name);
    }

    [Theory]
    [InlineData("name = \"exat\"", "did you mean exact?")]
    [InlineData("name = \"zzzzzzzzzz\"", "Known are exact, number, math")]
    [InlineData("weight = 1", "is not given")]
    [InlineData("name = \"regex\"", "the grader regex needs it")]
    [InlineData("name = \"regex\"\npattern = \"(\"", "Invalid pattern")]
    [InlineData("name = \"regex\"\npattern = '(?=a)'", "looks around")]
    [InlineData("name = \"exact\"\npattern = \"a\"", "the grader exact has no such key")]
    [InlineData("name = \"length\"", "min, max or both")]
    [InlineData("name = \"length\"\nmin = 5\nmax = 4", "below min")]
    [InlineData("name = \"length\"\nmax = 0", "at least 1")]
    [InlineData("name = \"process\"", "the grader process needs it")]
    public void A_wrong_section_is_refused_with_the_line_and_the_cure(string section, string message)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["r.toml"], "[[graders]]\n" + section + "\n");
        var error = Assert.Throws<RecipeException>(() => RecipeReader.Read<Recipe>(folder["r.toml"], [], new Dictionary<string, string>()));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_of_all_keys_is_read()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["r.toml"], """
            graders = [
              { name = "exact", ignore_case = true, weight = 2 },
              { name = "number", strict = true },
              { name = "length", max = 200, unit = "characters", weight = 0.1 },
              { name = "process", command = ["judge", "--fast"], timeout_seconds = 5 },
            ]
            """);
        var sections = RecipeReader.Read<Recipe>(folder["r.toml"], [], new Dictionary<string, string>()).Graders;
        using var grader = Assert.IsType<WeightedGrader>(GraderList.Open(sections));
        Assert.Equal("exact+number+length+process", grader.Name);
    }

    [Fact]
    public void Opening_checks_what_a_recipe_would_have_checked() => Assert.Contains(
        "did you mean number?", Assert.Throws<ArgumentException>(() => GraderList.Open([new() { Name = "nunber" }])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Scores_are_added_by_weight_and_the_parts_are_named()
    {
        using var grader = new WeightedGrader([
            (new FunctionGrader((_, _) => Grade.Of(0.5), "a"), 2),
            (new FunctionGrader((_, _) => new Grade(1, new Dictionary<string, double> { ["style"] = 0.25 }), "b"), -1),
            (new FunctionGrader((_, _) => Grade.Of(0.75), "a"), 4)]);
        var grade = await grader.GradeAsync(new("t", "q", "a"), Answer.Of("a"));
        Assert.Equal(1 - 1 + 3, grade.Score);
        Assert.Equal(new Dictionary<string, double> { ["a"] = 0.5, ["b"] = 1, ["b.style"] = 0.25, ["a_2"] = 0.75 }, grade.Parts);
    }

    [Fact]
    public async Task If_one_grader_fails_the_whole_has_failed_and_says_which()
    {
        using var grader = new WeightedGrader([
            (new ExactGrader(), 1), (new FunctionGrader((_, _) => throw new InvalidDataException("no power"), "judge"), 1)]);
        var grade = await grader.GradeAsync(new("t", "q", "a"), Answer.Of("a"));
        Assert.Equal((true, "judge: no power"), (grade.IsFailed, grade.Message));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task A_score_that_is_no_number_is_a_failure(double score) =>
        Assert.True((await GraderList.Guard(new FunctionGrader((_, _) => Grade.Of(score))).GradeAsync(new("t", "q", "a"), Answer.Of("a"))).IsFailed);

    [Fact]
    public async Task Whatever_a_grader_throws_is_a_failure_but_a_cancellation_that_was_asked_for_is_not()
    {
        var problem = new Problem("t", "q", "a");
        var broken = GraderList.Guard(new FunctionGrader((_, _) => throw new FormatException("oops")));
        Assert.Equal("FormatException: oops", (await broken.GradeAsync(problem, Answer.Of("a"))).Message);
        var slow = GraderList.Guard(new FunctionGrader((_, _) => throw new TaskCanceledException()));
        Assert.True((await slow.GradeAsync(problem, Answer.Of("a"))).IsFailed);
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await slow.GradeAsync(problem, Answer.Of("a"), new CancellationToken(canceled: true)));
    }
}
