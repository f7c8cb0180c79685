using CsCheck;
using Mindwright.Data.BuiltIn;
using Mindwright.Data.Problems;
using Mindwright.Testing;

namespace Mindwright.Data.Tests.Problems;

public sealed class FileProblemSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_problem_is_on_one_side_and_in_any_order_of_the_file_on_the_same()
    {
        var order = Enumerable.Range(0, 200).ToArray();
        var expected = Questions(Source(order), Split.HeldOut, 200);
        Assert.InRange(expected.Length, 20, 65);
        Gen.Shuffle(order).Sample(
            shuffled =>
            {
                using var source = Source(shuffled);
                Assert.Equal(expected, Questions(source, Split.HeldOut, 200));
                var train = Questions(source, Split.Train, 200 - expected.Length);
                Assert.Equal(order.Select(i => $"q{i}").Order(StringComparer.Ordinal), train.Concat(expected).Order(StringComparer.Ordinal));
            }, iter: 20, threads: 1);
    }

    [Fact]
    public void A_draw_repeats_a_problem_only_once_all_have_come() => Gen.Select(Gen.Int[0, 300], Gen.Int).Sample(
        (count, seed) =>
        {
            using var source = Source([.. Enumerable.Range(0, 60)]);
            var drawn = Questions(source, Split.Train, count, seed);
            Assert.Equal(count, drawn.Length);
            var all = Questions(source, Split.Train, 1000).Distinct().Count();
            var times = drawn.GroupBy(question => question).Select(group => group.Count()).ToArray();
            Assert.All(times, n => Assert.InRange(n, count / all, (count + all - 1) / all));
            Assert.Equal(drawn, Questions(source, Split.Train, count, seed));
        }, iter: 50, threads: 1);

    [Fact]
    public void Held_out_problems_are_a_fixed_list_of_which_a_smaller_count_takes_the_beginning()
    {
        using var source = Source([.. Enumerable.Range(0, 200)]);
        var all = Questions(source, Split.HeldOut, 1000, seed: 1);
        Assert.Equal(all[..7], Questions(source, Split.HeldOut, 7, seed: 2));
        using var larger = Source([.. Enumerable.Range(0, 200)], heldOut: 0.5);
        Assert.Equal(all, Questions(larger, Split.HeldOut, all.Length));
    }

    [Fact]
    public void The_same_question_under_another_instruction_is_on_the_same_side()
    {
        var lines = Enumerable.Range(0, 100).SelectMany(i => new[] { "Be brief.", "Be wordy." }.Select(system =>
            $$"""{"messages": [{"role": "system", "content": "{{system}}"}, {"role": "user", "content": "q{{i}}"}], "answer": "a"}"""));
        File.WriteAllLines(_folder["p.jsonl"], lines);
        using var source = ProblemSources.Open(new() { Paths = [_folder["p.jsonl"]], HeldOut = 0.3 });
        Assert.All(source.Draw(Split.HeldOut, 200, 1).GroupBy(problem => problem.Question), group => Assert.Equal(2, group.Count()));
    }

    [Theory]
    [InlineData(1, "none is left to train on", 0.9)]
    [InlineData(1, "none is held out", 0.001)]
    [InlineData(0, "of 0 problems none is held out", 0.1)]
    public void A_side_without_problems_is_an_error_that_says_how_to_get_some(int count, string message, double heldOut)
    {
        // Found by trying: its hash is neither below 0.001 nor above 0.9.
        var question = Enumerable.Range(0, 100).First(i => StableHash.Fraction($"q{i}") is > 0.001 and < 0.9);
        File.WriteAllLines(_folder["p.jsonl"], Enumerable.Repeat($$"""{"question": "q{{question}}", "answer": "a"}""", count));
        var error = Assert.Throws<InvalidDataException>(() => ProblemSources.Open(new() { Paths = [_folder["p.jsonl"]], HeldOut = heldOut }));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_is_named_by_its_section_else_by_its_file_and_the_kind_is_its_name()
    {
        using var named = Source([.. Enumerable.Range(0, 100)], name: "sums");
        using var unnamed = Source([.. Enumerable.Range(0, 100)]);
        Assert.Equal(("sums", "p"), (named.Name, unnamed.Name));
        Assert.Equal("sums", named.Draw(Split.Train, 1, 1)[0].Kind);
    }

    [Fact]
    public void A_section_names_exactly_one_source()
    {
        Assert.Throws<ArgumentException>(() => ProblemSources.Open(new()));
        Assert.Throws<ArgumentException>(() => ProblemSources.Open(new() { Paths = ["p.jsonl"], BuiltIn = BuiltInProblems.Compare }));
        Assert.Throws<ArgumentException>(() => ProblemSources.Open(new() { Command = [" "] }));
        using var builtIn = ProblemSources.Open(new() { BuiltIn = BuiltInProblems.Compare, Name = "mine" });
        Assert.Equal(("mine", "compare"), (builtIn.Name, builtIn.Draw(Split.Train, 1, 1)[0].Kind));
    }

    private IProblemSource Source(int[] numbers, double heldOut = 0.2, string? name = null)
    {
        File.WriteAllLines(_folder["p.jsonl"], numbers.Select(i => $$"""{"question": "q{{i}}", "answer": "a{{i}}"}"""));
        return ProblemSources.Open(new() { Paths = [_folder["p.jsonl"]], HeldOut = heldOut, Name = name });
    }

    private static string[] Questions(IProblemSource source, Split split, int count, int seed = 1) =>
        [.. source.Draw(split, count, seed).Select(problem => problem.Question)];
}
