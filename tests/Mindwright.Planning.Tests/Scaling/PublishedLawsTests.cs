using Mindwright.Planning.Scaling;

namespace Mindwright.Planning.Tests.Scaling;

public sealed class PublishedLawsTests
{
    // Hoffmann et al. 2022, Table 3.
    [Theory]
    [InlineData(400e6, 1.92e19, 8.0e9)]
    [InlineData(1e9, 1.21e20, 20.2e9)]
    [InlineData(10e9, 1.23e22, 205.1e9)]
    [InlineData(175e9, 3.85e24, 3.7e12)]
    [InlineData(280e9, 9.90e24, 5.9e12)]
    [InlineData(520e9, 3.43e25, 11.0e12)]
    [InlineData(1e12, 1.27e26, 21.2e12)]
    [InlineData(10e12, 1.30e28, 216.2e12)]
    public void Approach_1_gives_Table_3_within_2_percent(double parameters, double flops, double tokens)
    {
        var optimum = PublishedLaws.HoffmannEnvelope.OptimalFor(parameters);
        AssertWithin(0.02, flops, optimum.Flops);
        // Tokens are printed to one decimal of a trillion.
        Assert.InRange(optimum.Tokens, 0.98 * tokens - (tokens >= 1e12 ? 0.05e12 : 0), 1.02 * tokens + (tokens >= 1e12 ? 0.05e12 : 0));
    }

    [Fact]
    public void Approach_1_gives_67_billion_parameters_and_1_5_trillion_tokens_for_the_compute_of_Gopher()
    {
        // The size of that row is rounded down: 5.76e23 FLOPs are the given side.
        var optimum = PublishedLaws.HoffmannEnvelope.Optimal(5.76e23);
        AssertWithin(0.02, 67e9, optimum.Parameters);
        Assert.InRange(optimum.Tokens, 1.4e12, 1.5e12);
    }

    // Hoffmann et al. 2022, Table A3, approach 3. The 175B row prints 1.26e24 FLOPs; 6ND of the same row is 1.26e25.
    [Theory]
    [InlineData(400e6, 2.21e19, 9.2e9)]
    [InlineData(1e9, 1.62e20, 27.1e9)]
    [InlineData(10e9, 2.46e22, 410.1e9)]
    [InlineData(67e9, 1.71e24, 4.1e12)]
    [InlineData(175e9, 1.26e25, 12.0e12)]
    [InlineData(280e9, 3.52e25, 20.1e12)]
    [InlineData(520e9, 1.36e26, 43.5e12)]
    [InlineData(1e12, 5.65e26, 94.1e12)]
    [InlineData(10e12, 8.55e28, 1425.5e12)]
    public void Unrounded_approach_3_gives_Table_A3_within_20_percent(double parameters, double flops, double tokens)
    {
        var optimum = PublishedLaws.Hoffmann.OptimalFor(parameters);
        AssertWithin(0.20, flops, optimum.Flops);
        AssertWithin(0.20, tokens, optimum.Tokens);
    }

    [Fact]
    public void The_rounded_constants_in_print_miss_Table_A3_by_far()
    {
        var rounded = new ParametricLaw("rounded", "print", 1.69, 406.4, 410.7, 0.34, 0.28);
        Assert.True(rounded.OptimalFor(10e9).Flops > 1.3 * 2.46e22);
    }

    [Fact]
    public void The_replication_puts_Chinchilla_at_about_20_tokens_a_parameter()
    {
        // Besiroglu et al. 2024: consistent with the 20 tokens a parameter of Chinchilla (5.76e23 FLOPs); a = 0.5126.
        var optimum = PublishedLaws.Epoch.Optimal(5.76e23);
        Assert.InRange(optimum.Tokens / optimum.Parameters, 15, 30);
        Assert.Equal(0.5126, PublishedLaws.Epoch.ParameterExponent, 1e-4);
        Assert.Equal(0.4565, PublishedLaws.Hoffmann.ParameterExponent, 1e-4);
    }

    [Fact]
    public void Kaplan_gives_its_own_constants()
    {
        var optimum = PublishedLaws.Kaplan.Optimal(ScalingLaw.PetaflopDay);
        AssertWithin(1e-12, 1.3e9, optimum.Parameters);
        AssertWithin(1e-12, 2e10, optimum.Tokens);
        // With unlimited data equation 1.5 becomes a power law in N with exponent 0.076.
        var ratio = PublishedLaws.Kaplan.Loss(1e8, 1e30)!.Value / PublishedLaws.Kaplan.Loss(1e9, 1e30)!.Value;
        AssertWithin(1e-6, Math.Pow(10, 0.076), ratio);
        // By hand: (3.1e8)^0.050.
        AssertWithin(0.01, 2.66, KaplanLaw.LossOfCompute(ScalingLaw.PetaflopDay));
    }

    [Fact]
    public void DeepSeek_spends_the_whole_budget()
    {
        for (var flops = 1e17; flops < 1e26; flops *= 10)
            AssertWithin(0.001, flops, DeepSeekLaw.FlopsPerToken(flops) * PublishedLaws.DeepSeek.Optimal(flops).Tokens);
        // By hand: 0.3118·10^-2.5 and 0.2920·10^6.542.
        AssertWithin(0.01, 9.86e-4, DeepSeekLaw.LearningRate(1e20));
        AssertWithin(0.02, 1.02e6, DeepSeekLaw.BatchTokens(1e20));
    }

    [Fact]
    public void Every_law_gives_more_of_both_for_more_compute_and_inverts()
    {
        foreach (var law in PublishedLaws.All)
        {
            var last = law.Optimal(1e18);
            for (var flops = 1e19; flops < 1e27; flops *= 10)
            {
                var next = law.Optimal(flops);
                Assert.True(next.Parameters > last.Parameters && next.Tokens > last.Tokens, law.Name);
                Assert.True(next.Loss is null || next.Loss < last.Loss, law.Name);
                AssertWithin(1e-6, flops, law.OptimalFor(next.Parameters).Flops);
                last = next;
            }
        }
    }

    [Fact]
    public void The_parametric_optimum_beats_its_neighbors_at_equal_compute()
    {
        foreach (var law in new[] { PublishedLaws.Hoffmann, PublishedLaws.Epoch })
        {
            var (flops, parameters, tokens, loss) = law.Optimal(1e21);
            Assert.Equal(flops, 6 * parameters * tokens, flops * 1e-12);
            foreach (var factor in new[] { 0.8, 0.99, 1.01, 1.25 })
                Assert.True(law.Loss(parameters * factor, tokens / factor) > loss);
        }
    }

    [Fact]
    public void Errors_name_the_laws_and_the_legal_range()
    {
        var error = Assert.Throws<ArgumentException>(() => PublishedLaws.Find("chinchila"));
        Assert.Contains("hoffmann, epoch, hoffmann-1, kaplan, deepseek", error.Message);
        foreach (var bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            foreach (var law in PublishedLaws.All)
                Assert.Contains("positive, finite", Assert.Throws<ArgumentException>(() => law.Optimal(bad)).Message);
    }

    internal static void AssertWithin(double relative, double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected),
            $"{actual:G6} is {(actual / expected - 1) * 100:+0.00;-0.00} % off {expected:G6}, allowed {relative * 100:G3} %");
}
