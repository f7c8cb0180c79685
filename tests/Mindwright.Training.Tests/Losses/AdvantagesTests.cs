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
    public void Without_normalization_they_are_rewards_less_their_mean() =>
        Assert.Equal([0.75, -0.25, -0.25, -0.25], Advantages.Group([1, 0, 0, 0], normalize: false));
}
