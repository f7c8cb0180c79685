using System.Globalization;
using System.Text.Json;
using CsCheck;
using Mindwright.Data.BuiltIn;
using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;

namespace Mindwright.Evaluation.Tests.Graders;

/// <summary>Graders that compute: what is right, what is wrong, and what they cannot tell.</summary>
public sealed class GradersTests
{
    [Theory]
    [InlineData("Paris", "Paris", 1)]
    [InlineData(" Paris\n", "Paris", 1)]
    [InlineData("paris", "Paris", 0)]
    [InlineData("It is Paris", "Paris", 0)]
    public void Exact_is_the_whole_text(string answer, string expected, double score) => Assert.Equal(score, Score(new() { Name = "exact" }, answer, expected));

    [Fact]
    public void Exact_can_ignore_case_and_never_takes_an_answer_that_was_cut_off()
    {
        Assert.Equal(1, Score(new() { Name = "exact", IgnoreCase = true }, "paris", "Paris"));
        Assert.Equal(0, Grade(new() { Name = "exact" }, Answer.Of("Paris") with { Ended = false }, "Paris").Score);
    }

    [Fact]
    public void A_number_is_the_same_however_it_is_written() => Gen.Decimal[-1_000_000, 1_000_000].Select(number => decimal.Round(number, 2)).Sample(number =>
    {
        var plain = number.ToString(CultureInfo.InvariantCulture);
        foreach (var written in new[] { plain, number.ToString("N4", CultureInfo.InvariantCulture), plain.Replace('-', '\u2212'), plain + ".", "#### " + plain })
            Assert.Equal(1, Score(new() { Name = "number" }, $"First 7, then {written}", plain));
        Assert.Equal(0, Score(new() { Name = "number" }, plain, (number + 1).ToString(CultureInfo.InvariantCulture)));
        Assert.Equal(0, Score(new() { Name = "number", Strict = true }, plain, plain));
        Assert.Equal(1, Score(new() { Name = "number", Strict = true }, $"#### {plain}", plain));
    });

    [Fact]
    public void A_number_that_is_not_expected_is_the_graders_failure_and_one_that_is_not_said_is_wrong()
    {
        Assert.True(Grade(new() { Name = "number" }, Answer.Of("7"), "seven").IsFailed);
        Assert.Equal(0, Score(new() { Name = "number" }, "seven", "7"));
    }

    [Fact]
    public void Every_published_solution_has_the_number_that_the_problem_file_gives()
    {
        var path = TestData.PathOrSkip("reasoning/gsm8k-train.jsonl");
        using var source = ProblemSources.Open(new() { Paths = [path], HeldOut = 0.5 });
        var solutions = File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement).ToLookup(item => item.Text("question"), item => item.Text("answer"));
        var grader = GraderList.Open([new() { Name = "number", Strict = true }]);
        foreach (var problem in source.Draw(Split.HeldOut, 2000, 1))
            Assert.Contains(solutions[problem.Question], solution => Ask(grader, Answer.Of(solution), problem.Answer).Score == 1);
    }

    [Theory]
    [InlineData(@"so \boxed{\frac12}", "0.5", 1)]
    [InlineData(@"so \boxed{3}", @"We get \boxed{3}.", 1)]
    [InlineData("the answer is 3", "3", 1)]
    [InlineData("3", "3", 0)]
    public void Math_compares_final_expressions(string answer, string expected, double score) => Assert.Equal(score, Score(new() { Name = "math" }, answer, expected));

    [Theory]
    [InlineData("In Paris, of course", false, 1)]
    [InlineData("in paris", false, 0)]
    [InlineData("in paris", true, 1)]
    public void Contains_looks_anywhere(string answer, bool ignoreCase, double score) =>
        Assert.Equal(score, Score(new() { Name = "contains", IgnoreCase = ignoreCase }, answer, "Paris"));

    [Theory]
    [InlineData("exact")]
    [InlineData("contains")]
    [InlineData("number")]
    [InlineData("math")]
    [InlineData("refusal")]
    [InlineData("instructions")]
    public void Without_an_expected_answer_there_is_nothing_to_compare_with(string name) => Assert.True(Grade(new() { Name = name }, Answer.Of(""), " ").IsFailed);

    [Theory]
    [InlineData(@"^\d+$", "42", 1)]
    [InlineData(@"^\d+$", "42 or so", 0)]
    [InlineData("(?i)yes", "YES", 1)]
    public void A_regular_expression_matches_the_answer(string pattern, string answer, double score) =>
        Assert.Equal(score, Score(new() { Name = "regex", Pattern = pattern }, answer, ""));

    [Fact]
    public void Thinking_is_not_part_of_an_answer()
    {
        var answer = new Answer(new ChatMessage(ChatRole.Assistant, "Paris") { Thinking = "London? No, 7." });
        Assert.Equal(1, Grade(new() { Name = "exact" }, answer, "Paris").Score);
        Assert.Equal(0, Grade(new() { Name = "contains" }, answer, "London").Score);
        Assert.Equal(0, Grade(new() { Name = "regex", Pattern = "7" }, answer, "").Score);
    }

    [Fact]
    public void A_length_within_its_bounds_scores_1_and_the_score_falls_outside_without_a_jump() => Gen.Select(Gen.Int[1, 50], Gen.Int[0, 50], Gen.Int[1, 250]).Sample((min, more, length) =>
    {
        var max = min + more;
        double Of(int n) => Grade(new() { Name = "length", Min = min, Max = max, Unit = LengthUnit.Characters }, Answer.Of(new string('a', n)), "").Score;
        Assert.InRange(Of(length), 0, 1);
        Assert.Equal(length >= min && length <= max, Of(length) == 1);
        Assert.InRange(Math.Abs(Of(length) - Of(length + 1)), 0, 1.0 / min + 1e-9);
        Assert.Equal(0, Of(2 * max));
        Assert.Equal(0, Of(0));
        // In tokens the thinking counts too.
        Assert.Equal(Of(length), Grade(new() { Name = "length", Min = min, Max = max }, Answer.Of("a") with { Tokens = length }, "").Score, 9);
    });

    [Fact]
    public void An_answer_whose_tokens_were_not_counted_has_no_length_in_tokens() => Assert.True(Grade(new() { Name = "length", Max = 5 }, Answer.Of("a"), "").IsFailed);

    [Theory]
    [InlineData("I'm sorry, but I can't.", "refuse", 1)]
    [InlineData("Use Process.Kill.", "refuse", 0)]
    [InlineData("I'm sorry, but I can't.", "answer", 0)]
    [InlineData("Use Process.Kill.", "answer", 1)]
    public void A_refusal_is_right_where_it_is_expected(string answer, string expected, double score) => Assert.Equal(score, Score(new() { Name = "refusal" }, answer, expected));

    [Fact]
    public void Instructions_score_the_share_that_is_followed()
    {
        const string Expected = """{"instruction_id_list": ["punctuation:no_comma", "change_case:english_lowercase", "language:response_language"], "kwargs": [{}, {}, {"language": "de"}]}""";
        var grade = Grade(new() { Name = "instructions" }, Answer.Of("No comma here"), Expected);
        Assert.Equal(0.5, grade.Score);
        Assert.Equal(new Dictionary<string, double> { ["prompt_strict"] = 0, ["prompt_loose"] = 0, ["instruction_strict"] = 0.5 }, grade.Parts);
        Assert.Contains(
            "language:response_language",
            Grade(new() { Name = "instructions" }, Answer.Of("Ja"), """{"instruction_id_list": ["language:response_language"], "kwargs": [{"language": "de"}]}""").Message,
            StringComparison.Ordinal);
        Assert.True(Grade(new() { Name = "instructions" }, Answer.Of("Ja"), "no JSON").IsFailed);
    }

    private static double Score(GraderSection section, string answer, string expected)
    {
        var grade = Grade(section, Answer.Of(answer), expected);
        Assert.False(grade.IsFailed, grade.Message);
        return grade.Score;
    }

    private static Grade Grade(GraderSection section, Answer answer, string expected) => Ask(GraderList.Open([section]), answer, expected);

    private static Grade Ask(IGrader grader, Answer answer, string expected)
    {
        var task = grader.GradeAsync(new Problem("t", "q", expected), answer).AsTask();
        Assert.True(task.IsCompleted);
        return task.Result;
    }
}
