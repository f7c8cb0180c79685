using CsCheck;
using Mindwright.Evaluation.Baselines;

namespace Mindwright.Evaluation.Tests.Baselines;

public sealed class NearestNeighborTests
{
    [Fact]
    public void A_known_question_gets_its_own_answer() =>
        Gen.String[Gen.Char["abcdefgh."], 3, 8].HashSet[1, 40].Sample(questions =>
        {
            var known = questions.Select(q => (q, "answer to " + q)).ToArray();
            var model = NearestNeighbor.Fit(known);
            foreach (var (question, answer) in known)
                Assert.Equal(answer, model.Answer(question));
        }, iter: 50);

    [Fact]
    public void An_unseen_member_gets_the_answer_of_its_closest_relative()
    {
        var model = NearestNeighbor.Fit(
        [
            ("Stream.ReadAsync", "Reads bytes."),
            ("Stream.WriteAsync", "Writes bytes."),
            ("Console.Beep", "Plays a beep."),
        ]);
        Assert.Equal("Reads bytes.", model.Answer("FileStream.ReadAsync"));
        Assert.Equal("Plays a beep.", model.Answer("CONSOLE.BEEP"));
    }

    [Fact]
    public void A_question_with_nothing_in_common_gets_the_first_answer() =>
        Assert.Equal("first", NearestNeighbor.Fit([("abcdef", "first"), ("ghijkl", "second")]).Answer("xyz"));

    [Fact]
    public void It_needs_something_to_know() => Assert.Throws<ArgumentException>(() => NearestNeighbor.Fit([]));
}
