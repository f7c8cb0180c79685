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
    [MemberData(nameof(All))]
    public void Every_step_of_the_thinking_is_true(string kind, Split split)
    {
        foreach (var problem in ReasoningProblems.Generate(kind, 3000, 2, split))
        {
            var steps = 0;
            foreach (var line in problem.Thinking.Split('\n'))
            {
                // "left: step,step so result"
                var (head, rest) = (line.Split(": ")[0], line.Split(": ")[1]);
                var (chain, result) = (rest.Split(" so ")[0].Split(','), rest.Split(" so ")[1]);
                foreach (var step in chain)
                {
                    steps++;
                    var sign = step.First(c => "<>=".Contains(c));
                    var (left, right) = (Value(step.Split(sign)[0]), Value(step.Split(sign)[1]));
                    Assert.True(sign switch { '<' => left < right, '>' => left > right, _ => left == right }, problem.Thinking);
                }
                if (kind == ReasoningProblems.Multiply)
                {
                    Assert.Equal(Value(head), Value(result));
                    if (head.Contains('×'))
                        chain = [chain[0], chain[2], chain[3]]; // the second product has no digit of the result
                    Assert.Equal(
                        Value(result),
                        Value(chain[^1].Split('=')[1] + string.Concat(chain.Reverse().Skip(1).Select(step => step[^1])) + (head.Contains('×') && head[^1] == '0' && line == problem.Thinking.Split('\n')[0] ? "0" : "")));
                }
            }
            Assert.True(steps >= 1);
        }
    }

    [Theory]
    [InlineData("9.11", "9.9", "9.11,9.90: 9=9,1<9 so 9.9")]
    [InlineData("9.9", "9.11", "9.90,9.11: 9=9,9>1 so 9.9")]
    [InlineData("12.5", "9.875", "12.500,09.875: 1>0 so 12.5")]
    [InlineData("3", "3.05", "3.00,3.05: 3=3,0=0,0<5 so 3.05")]
    public void Decimals_are_compared_digit_by_digit(string a, string b, string thinking) =>
        Assert.Equal(thinking, ReasoningProblems.SolveCompare(a, b).Thinking);

    [Theory]
    [InlineData(17, 34, "17×30: 7×3=21,1×3=03,3+2=5,0+0=0 so 510\n17×4: 7×4=28,1×4=04,4+2=6,0+0=0 so 68\n510+068: 0+8=8,1+6+0=7,5+0+0=5 so 578")]
    [InlineData(99, 90, "99×90: 9×9=81,9×9=81,1+8=9,8+0=8 so 8910\n99×0: 9×0=00,9×0=00,0+0=0,0+0=0 so 0\n8910+0000: 0+0=0,1+0+0=1,9+0+0=9,8+0+0=8 so 8910")]
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
