using static TorchSharp.torch;

namespace Mindwright.Training.Tests.Losses;

public sealed class LossesTests
{
    [Fact]
    public void Cross_entropy_of_parts_over_the_whole_total_adds_up_to_that_of_the_whole()
    {
        using var scope = NewDisposeScope();
        var logProbs = -rand(8, 5);
        var weights = rand(8, 5).gt(0.4).to(ScalarType.Float32);
        var total = weights.sum().item<float>();
        var whole = Training.Losses.CrossEntropy(logProbs, weights).item<float>();
        var parts = Enumerable.Range(0, 8).Sum(i => Training.Losses.CrossEntropy(logProbs[i], weights[i], total).item<float>());
        Assert.Equal(whole, parts, 1e-5);
    }

    [Fact]
    public void On_policy_the_ratio_is_one_nothing_is_clipped_and_the_gradient_is_the_policy_gradient()
    {
        using var scope = NewDisposeScope();
        var logProbs = (-rand(4, 6)).requires_grad_(true);
        var advantages = randn(4, 6);
        var mask = rand(4, 6).gt(0.3).to(ScalarType.Float32);
        var policy = Training.Losses.ClippedPolicy(logProbs, logProbs.detach(), advantages, mask);
        policy.Loss.backward();
        Assert.Equal(1, policy.MeanRatio, 1e-6);
        Assert.Equal(0, policy.ClipFraction);
        Assert.True(logProbs.grad!.allclose(-advantages * mask / mask.sum()));
    }

    [Fact]
    public void Beyond_the_clip_a_token_teaches_nothing_more()
    {
        using var scope = NewDisposeScope();
        var old = zeros(4);
        var logProbs = tensor(new[] { 0.5f, -0.5f, 0.5f, -0.5f }).requires_grad_(true);
        var advantages = tensor(new[] { 1f, 1f, -1f, -1f });
        var policy = Training.Losses.ClippedPolicy(logProbs, old, advantages, ones(4));
        policy.Loss.backward();
        var gradient = logProbs.grad!.data<float>().ToArray();
        Assert.Equal(0, gradient[0]); // already more probable by more than the clip, and good
        Assert.NotEqual(0, gradient[1]); // good, but has become less probable: pulled back
        Assert.NotEqual(0, gradient[2]); // bad, but has become more probable: pushed back
        Assert.Equal(0, gradient[3]);
        Assert.Equal(0.5, policy.ClipFraction);
    }

    [Fact]
    public void The_divergence_estimate_is_never_negative_zero_for_equals_and_right_on_average()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var p = nn.functional.log_softmax(randn(7), 0);
        var q = nn.functional.log_softmax(randn(7), 0);
        Assert.Equal(0, Kl.K3(p, p).abs().max().item<float>());
        Assert.True(Kl.K3(p, q).min().item<float>() >= 0);
        var exact = (p.exp() * (p - q)).sum().item<float>();
        var expected = (p.exp() * Kl.K3(p, q)).sum().item<float>();
        Assert.Equal(exact, expected, 1e-5);
    }
}
