using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Mindwright.Data.BuiltIn;

namespace Mindwright.Data.Tests.BuiltIn;

public partial class ReasoningProblemsTests
{
    public static readonly TheoryData<string, Split> All = new()
    {
        { ReasoningProblems.Compare, Split.Train }, { ReasoningProblems.Compare, Split.HeldOut },
        { ReasoningProblems.Multiply, Split.Train }, { ReasoningProblems.Multiply, Split.HeldOut },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Every_answer_is_what_the_question_asks_for(string kind, Split split)
    {
        foreach (var problem in ReasoningProblems.Generate(kind, 5000, 1, split))
        {
            var numbers = Operands(problem.Question);
            var (a, b) = (Number(numbers[0]), Number(numbers[1]));
            Assert.Equal(2, numbers.Count);
            Assert.Equal(kind, problem.Kind);
            Assert.Equal(kind == ReasoningProblems.Compare ? Math.Max(a, b) : a * b, Number(problem.Answer));
            Assert.EndsWith($" so {problem.Answer}", problem.Thinking);
            if (kind == ReasoningProblems.Compare)
                Assert.Contains(problem.Answer, numbers);
        }
    }

    [Theory]
    [InlineData(Split.Train)]
    [InlineData(Split.HeldOut)]
    public void Every_step_of_a_product_is_true(Split split)
    {
        foreach (var problem in ReasoningProblems.Generate(ReasoningProblems.Multiply, 3000, 2, split))
        {
            foreach (var line in problem.Thinking.Split('\n'))
            {
                // "left: step,step so result"
                var (head, rest) = (line.Split(": ")[0], line.Split(": ")[1]);
                var (chain, result) = (rest.Split(" so ")[0].Split(','), rest.Split(" so ")[1]);
                Assert.Equal(4, chain.Length);
                Assert.All(chain, step => Assert.Equal(Value(step.Split('=')[0]), Value(step.Split('=')[1])));
                Assert.Equal(Value(head), Value(result));
                if (head.Contains('×'))
                    chain = [chain[0], chain[2], chain[3]]; // the second product has no digit of the result
                var digits = string.Concat(chain.Reverse().Select(step => step[^1]));
                Assert.Equal(Value(result), Value(head.Contains('×') && line == problem.Thinking.Split('\n')[0] ? digits + "0" : digits));
            }
        }
    }

    [Theory]
    [InlineData(Split.Train)]
    [InlineData(Split.HeldOut)]
    public void Every_sign_of_a_comparison_is_true(Split split)
    {
        foreach (var problem in ReasoningProblems.Generate(ReasoningProblems.Compare, 3000, 2, split))
        {
            var numbers = Operands(problem.Question);
            var (head, rest) = (problem.Thinking.Split(": ")[0].Split(','), problem.Thinking.Split(": ")[1]);
            var signs = rest.Split(" so ")[0].Split(' ');
            Assert.Equal(numbers.Select(Number), head.Select(Number));
            Assert.All(head, number => Assert.Equal(6, number.Length));
            Assert.All(signs, (sign, i) => Assert.Equal(
                head[0][i] == '.' ? "." : head[0][i] < head[1][i] ? "<" : head[0][i] > head[1][i] ? ">" : "=", sign));
            Assert.DoesNotContain(signs[..^1], sign => sign is "<" or ">");
            Assert.Equal(signs[^1] == ">" ? numbers[0] : numbers[1], problem.Answer);
        }
    }

    [Theory]
    [InlineData("9.11", "9.9", "09.110,09.900: = = . < so 9.9")]
    [InlineData("9.9", "9.11", "09.900,09.110: = = . > so 9.9")]
    [InlineData("12.5", "9.875", "12.500,09.875: > so 12.5")]
    [InlineData("3", "3.05", "03.000,03.050: = = . = < so 3.05")]
    public void Decimals_are_compared_digit_by_digit(string a, string b, string thinking) =>
        Assert.Equal(thinking, ReasoningProblems.SolveCompare(a, b).Thinking);

    [Theory]
    [InlineData(17, 34, "17×30: 7×3=21,1×3=03,3+2=05,0+0=0 so 0510\n17×4: 7×4=28,1×4=04,4+2=06,0+0=0 so 068\n0510+0068: 0+8+0=08,1+6+0=07,5+0+0=05,0+0+0=00 so 578")]
    [InlineData(99, 90, "99×90: 9×9=81,9×9=81,1+8=09,8+0=8 so 8910\n99×0: 9×0=00,9×0=00,0+0=00,0+0=0 so 000\n8910+0000: 0+0+0=00,1+0+0=01,9+0+0=09,8+0+0=08 so 8910")]
    public void Products_are_worked_out_with_their_carries(int a, int b, string thinking) =>
        Assert.Equal(thinking, ReasoningProblems.SolveMultiply(a, b).Thinking);

    [Fact]
    public void Operand_pairs_lie_on_one_side_in_either_order() =>
        Gen.Select(Gen.Int[10, 99], Gen.Int[10, 99]).Sample((a, b) =>
            Assert.Equal(
                ReasoningProblems.SplitOf($"{a}", $"{b}"),
                ReasoningProblems.SplitOf($"{b}", $"{a}")));

    [Theory]
    [InlineData(ReasoningProblems.Compare)]
    [InlineData(ReasoningProblems.Multiply)]
    public void No_held_out_pair_is_trained_on(string kind)
    {
        var train = ReasoningProblems.Generate(kind, 20_000, 3, Split.Train).Select(Pair).ToHashSet();
        var heldOut = ReasoningProblems.Generate(kind, 2_000, 4, Split.HeldOut).Select(Pair).ToHashSet();
        Assert.Empty(train.Intersect(heldOut));
        Assert.True(heldOut.Count >= 600);

        static string Pair(ReasoningProblem problem) => string.Join(' ', Operands(problem.Question).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_pair_comes_twice_before_all_have_come(string kind, Split split)
    {
        var problems = ReasoningProblems.Generate(kind, 600, 5, split);
        Assert.Equal(600, problems.Select(p => string.Join(' ', Operands(p.Question).Order(StringComparer.Ordinal))).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_seed_gives_the_same_problems(string kind, Split split)
    {
        Assert.Equal(ReasoningProblems.Generate(kind, 100, 6, split), ReasoningProblems.Generate(kind, 100, 6, split));
        Assert.NotEqual(ReasoningProblems.Generate(kind, 100, 6, split), ReasoningProblems.Generate(kind, 100, 7, split));
    }

    [Fact]
    public void Comparisons_are_balanced_and_fall_for_no_simple_rule()
    {
        var problems = ReasoningProblems.Generate(ReasoningProblems.Compare, 4000, 8, Split.Train);
        Assert.InRange(Share(p => Operands(p.Question)[0] == p.Answer), 0.45, 0.55);
        Assert.InRange(Share(p => p.Answer.Length == Operands(p.Question).Max(n => n.Length)), 0.4, 0.85);

        double Share(Func<ReasoningProblem, bool> holds) => problems.Count(holds) / (double)problems.Count;
    }

    [Fact]
    public void An_unknown_kind_is_named() =>
        Assert.Contains("divide", Assert.Throws<ArgumentException>(() => ReasoningProblems.Generate("divide", 1, 1, Split.Train)).Message);

    private static List<string> Operands(string question) => [.. NumberPattern().Matches(question).Select(m => m.Value)];

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The value of a sum of products of numbers.</summary>
    private static decimal Value(string expression) =>
        expression.Split('+').Sum(term => term.Split('×').Aggregate(1m, (product, factor) => product * Number(factor)));

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex NumberPattern();
}
