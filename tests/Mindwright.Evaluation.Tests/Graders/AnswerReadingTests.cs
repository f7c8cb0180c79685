using Mindwright.Evaluation.Graders;
using Mindwright.Evaluation.Tasks;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Graders;

public sealed class AnswerReadingTests
{
    [Theory]
    [InlineData("so 5.\n#### 1,234", "1234", "1234")]
    [InlineData("It is $1,234.50 in all.", null, "1234.5")]
    [InlineData("#### -7", "-7", "-7")]
    [InlineData("#### 18.00 dollars", "18", "18")]
    [InlineData("from 3 to 5, so 5-3 = 2.", null, "2")]
    [InlineData("it is \u22125", null, "-5")]
    [InlineData("it is .5", null, "0.5")]
    [InlineData("version 1.5.", null, "1.5")]
    [InlineData("no number", null, null)]
    public void Numbers_are_found_strictly_and_flexibly(string answer, string? strict, string? flexible)
    {
        Assert.Equal(strict, Gsm8kAnswer.Strict(answer));
        Assert.Equal(flexible, Gsm8kAnswer.Flexible(answer));
    }

    [Fact]
    public void Every_published_worked_answer_gives_the_same_number_both_ways()
    {
        foreach (var item in DataFile.Read(TestData.PathOrSkip("reasoning/gsm8k-train.jsonl")).Items)
        {
            var strict = Gsm8kAnswer.Strict(item.Text("answer"));
            Assert.NotNull(strict);
            Assert.True(Gsm8kAnswer.AreEqual(strict, Gsm8kAnswer.Flexible(item.Text("answer"))), item.Text("answer"));
        }
    }

    [Theory]
    [InlineData(@"\frac{1}{2}", @"\dfrac12")]
    [InlineData(@"\frac{1}{2}", "0.5")]
    [InlineData(@"\frac{1}{2}", "1/2")]
    [InlineData(@"6\sqrt3", @"6\sqrt{3}")]
    [InlineData("5", "x=5")]
    [InlineData("20\\%", "20")]
    [InlineData("90^\\circ", "90")]
    [InlineData("12{,}345", "12,345", false)]
    [InlineData("12,345", "12345")]
    [InlineData(@"10\text{ inches}", "10")]
    [InlineData(@"\left(3,4\right)", "(3,4)")]
    [InlineData(".5", @"\frac{1}{2}")]
    [InlineData("7", "7.0")]
    [InlineData("7", "8", false)]
    [InlineData(@"\text{Monday}", "Monday")]
    public void Expressions_are_compared_up_to_their_spelling(string a, string b, bool equal = true) =>
        Assert.Equal(equal, MathAnswer.AreEqual(a, b));

    [Fact]
    public void The_boxed_answer_of_a_published_solution_is_the_published_answer()
    {
        var items = DataFile.Read(TestData.PathOrSkip("reasoning/math-test-half.jsonl")).Items;
        var right = items.Count(item => MathAnswer.AreEqual(MathAnswer.Extract(item.Text("chain_of_thought")), item.Text("answer")));
        Assert.InRange(right / (double)items.Count, 0.99, 1);
    }

    [Theory]
    [InlineData(@"so \boxed{\frac{1}{2}} or \boxed{3}", "3")]
    [InlineData(@"\boxed{\text{a {nested} one}}", @"\text{a {nested} one}")]
    [InlineData("The answer is 42. Good.", "42")]
    [InlineData("The answer is $x+1$", "x+1")]
    [InlineData("nothing", null)]
    public void The_final_answer_is_found(string text, string? answer) => Assert.Equal(answer, MathAnswer.Extract(text));

    [Theory]
    [InlineData("I'm sorry, but I can't help with that.", true)]
    [InlineData("I’m sorry, but no.", true)]
    [InlineData("As an AI, I would rather not.", true)]
    [InlineData("Use Process.Kill to end the process.", false)]
    public void Refusals_are_told_by_their_wording(string answer, bool refused) => Assert.Equal(refused, Refusal.IsRefusal(answer));
}
