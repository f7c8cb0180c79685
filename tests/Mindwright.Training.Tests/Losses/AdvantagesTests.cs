using CsCheck;

namespace Mindwright.Training.Tests.Losses;

public sealed class AdvantagesTests
{
    private static readonly Gen<double[]> Rewards = Gen.Double[-5, 5].Array[2, 32];

    [Fact]
    public void They_sum_to_zero_and_keep_the_order_of_the_rewards() => Rewards.Sample(rewards =>
    {
        var advantages = Advantages.Group(rewards);
        Assert.Equal(0, advantages.Sum(), 1e-9);
        for (var i = 1; i < rewards.Length; i++)
            Assert.True(Math.Sign(rewards[i] - rewards[0]) == Math.Sign(advantages[i] - advantages[0]) || Math.Abs(rewards[i] - rewards[0]) < 1e-9);
    });

    [Fact]
    public void Their_deviation_is_one_and_neither_shift_nor_scale_of_the_rewards_matters() => Rewards.Sample(rewards =>
    {
        var advantages = Advantages.Group(rewards);
        if (advantages.All(a => a == 0))
            return;
        Assert.Equal(1, Math.Sqrt(advantages.Average(a => a * a)), 1e-9);
        var moved = Advantages.Group([.. rewards.Select(r => 3 * r + 2)]);
        for (var i = 0; i < moved.Length; i++)
            Assert.Equal(advantages[i], moved[i], 1e-6);
    });

    [Fact]
    public void A_group_of_equal_rewards_gets_zeros() => Gen.Double[-5, 5].Sample(reward =>
        Assert.All(Advantages.Group([.. Enumerable.Repeat(reward, 8)]), a => Assert.Equal(0, a)));

    [Fact]
    public void Without_normalisation_they_are_rewards_less_their_mean() =>
        Assert.Equal([0.75, -0.25, -0.25, -0.25], Advantages.Group([1, 0, 0, 0], normalize: false));

    [Fact]
    public void Prefix_credit_goes_to_the_tokens_at_which_answers_part()
    {
        int[][] answers = [[1, 2, 3], [1, 2, 4], [1, 5, 6], [1, 5, 6]];
        var advantages = Advantages.Prefix(answers, [1, 0, 0, 0]);
        Assert.Equal([0, 0.25, 0.5], advantages[0]); // 1/4 → 1/2 → 1
        Assert.Equal([0, 0.25, -0.5], advantages[1]);
        Assert.Equal([0, -0.25, 0], advantages[2]);
        Assert.Equal(advantages[2], advantages[3]);
    }

    [Fact]
    public void Prefix_credit_of_an_answer_sums_to_its_reward_less_the_groups_mean() =>
        Gen.Select(Gen.Int[0, 2].Array[0, 6].Array[1, 8], Gen.Double[0, 1].Array[8]).Sample((answers, all) =>
        {
            // Answers end with a token that no other position has, as with an end of turn, so that none is the beginning of another.
            int[][] ended = [.. answers.Select(a => (int[])[.. a, 9])];
            var rewards = all[..ended.Length];
            // Equal answers earn the same from a verifier.
            for (var i = 0; i < ended.Length; i++)
                rewards[i] = rewards[Array.FindIndex(ended, a => a.SequenceEqual(ended[i]))];
            var advantages = Advantages.Prefix(ended, rewards);
            var expected = Advantages.Group(rewards, normalize: false);
            for (var i = 0; i < ended.Length; i++)
                Assert.Equal(expected[i], advantages[i].Sum(), 9);
        });

    [Fact]
    public void Prefix_credit_is_nothing_where_all_earned_the_same() =>
        Assert.All(Advantages.Prefix([[1, 2], [1, 3], [4]], [1, 1, 1]), answer => Assert.All(answer, a => Assert.Equal(0, a)));
}
