using CsCheck;
using Mindwright.Planning.Scaling;

namespace Mindwright.Planning.Tests.Scaling;

public sealed class LossFitTests
{
    // Sizes and token counts as in Hoffmann et al.: 44M to 16B parameters, 5B to 300B tokens; 245 models.
    private static List<LossRow> Planted(ParametricLaw law, double noise, int seed, int count = 245)
    {
        var random = new Random(seed);
        var rows = new List<LossRow>();
        for (var i = 0; i < count; i++)
        {
            var parameters = Math.Exp(Math.Log(44e6) + random.NextDouble() * Math.Log(16e9 / 44e6));
            var tokens = Math.Exp(Math.Log(0.5e9) + random.NextDouble() * Math.Log(600));
            var gauss = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            rows.Add(new LossRow(parameters, tokens, law.Loss(parameters, tokens)!.Value * Math.Exp(noise * gauss)));
        }
        return rows;
    }

    private static LossFit Fit(IReadOnlyList<LossRow> rows, int bootstrap = 0, int seed = 0) =>
        LossFit.Fit(rows, bootstrap, seed, cancellation: TestContext.Current.CancellationToken);

    [Fact]
    public void The_gradient_agrees_with_finite_differences() =>
        (from a in Gen.Double[-3, 3]
         from b in Gen.Double[-3, 3]
         from e in Gen.Double[-1, 1]
         from alpha in Gen.Double[0.05, 1.5]
         from beta in Gen.Double[0.05, 1.5]
         select new[] { a, b, e, alpha, beta }).Sample(point =>
        {
            // Noise as large as δ puts residuals on both sides of the kink.
            var objective = new LossObjective(Planted(PublishedLaws.Epoch, 0.01, 1, 40));
            var gradient = new double[5];
            objective.Evaluate(point, gradient);
            var unused = new double[5];
            for (var i = 0; i < 5; i++)
            {
                const double h = 1e-6;
                var (up, down) = ((double[])point.Clone(), (double[])point.Clone());
                up[i] += h;
                down[i] -= h;
                var numeric = (objective.Evaluate(up, unused) - objective.Evaluate(down, unused)) / (2 * h);
                Assert.Equal(numeric, gradient[i], 1e-3 * Math.Max(1, Math.Abs(numeric)));
            }
        }, iter: 50);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_recovers_planted_constants_from_245_noisy_points(int seed)
    {
        foreach (var law in new[] { PublishedLaws.Hoffmann, PublishedLaws.Epoch })
        {
            var fit = Fit(Planted(law, 5e-4, seed));
            Assert.Equal(law.E, fit.Law.E, 0.005);
            Assert.Equal(law.Alpha, fit.Law.Alpha, 0.005);
            Assert.Equal(law.Beta, fit.Law.Beta, 0.005);
            Assert.Equal(5e-4, fit.RmsLogResidual, 1e-4);
        }
    }

    [Fact]
    public void Without_noise_it_returns_the_law_itself()
    {
        var law = PublishedLaws.Hoffmann;
        var fit = Fit(Planted(law, 0, 5, 60));
        Assert.Equal(law.E, fit.Law.E, 1e-4);
        Assert.Equal(law.Alpha, fit.Law.Alpha, 1e-4);
        Assert.Equal(law.Beta, fit.Law.Beta, 1e-4);
        Assert.Equal(law.A, fit.Law.A, law.A * 1e-3);
        Assert.Equal(law.B, fit.Law.B, law.B * 1e-3);
        Assert.InRange(fit.StartsAtBest, 1, fit.Starts);
    }

    [Fact]
    public void Outliers_barely_move_it()
    {
        var rows = Planted(PublishedLaws.Epoch, 5e-4, 7);
        for (var i = 0; i < 10; i++)
            rows[i * 20] = rows[i * 20] with { Loss = rows[i * 20].Loss * 1.5 };
        var fit = Fit(rows);
        Assert.Equal(PublishedLaws.Epoch.E, fit.Law.E, 0.02);
        Assert.Equal(PublishedLaws.Epoch.Alpha, fit.Law.Alpha, 0.01);
    }

    [Fact]
    public void Bootstrap_intervals_hold_the_truth_and_widen_with_noise_and_repeat_by_seed()
    {
        var law = PublishedLaws.Hoffmann;
        var quiet = Fit(Planted(law, 1e-3, 11, 120), bootstrap: 60, seed: 3);
        var again = Fit(Planted(law, 1e-3, 11, 120), bootstrap: 60, seed: 3);
        var loud = Fit(Planted(law, 1e-2, 11, 120), bootstrap: 60, seed: 3);
        var alpha = quiet.IntervalOf(l => l.Alpha)!.Value;
        Assert.True(alpha.Contains(law.Alpha));
        Assert.True(quiet.IntervalOf(l => l.E)!.Value.Contains(law.E));
        Assert.True(quiet.IntervalOf(l => l.Loss(70e9, 1.4e12)!.Value)!.Value.Contains(law.Loss(70e9, 1.4e12)!.Value));
        var wide = loud.IntervalOf(l => l.Alpha)!.Value;
        Assert.True(wide.High - wide.Low > 2 * (alpha.High - alpha.Low));
        Assert.Equal(alpha, again.IntervalOf(l => l.Alpha)!.Value);
        Assert.Null(Fit(Planted(law, 1e-3, 11, 120)).IntervalOf(l => l.E));
    }

    [Fact]
    public void The_order_of_the_rows_does_not_matter()
    {
        var rows = Planted(PublishedLaws.Hoffmann, 1e-3, 4, 50);
        var forward = Fit(rows);
        rows.Reverse();
        var backward = Fit(rows);
        Assert.Equal(forward.Law.Alpha, backward.Law.Alpha, 1e-6);
        Assert.Equal(forward.Objective, backward.Objective, 1e-9);
    }

    [Fact]
    public void Rows_that_cannot_tell_the_terms_apart_are_refused()
    {
        var law = PublishedLaws.Hoffmann;
        var tied = Enumerable.Range(1, 20).Select(i => new LossRow(i * 1e8, i * 20e8, law.Loss(i * 1e8, i * 20e8)!.Value)).ToArray();
        Assert.Contains("cannot be separated", Assert.Throws<InvalidDataException>(() => Fit(tied)).Message);
        Assert.Contains("at least 6", Assert.Throws<InvalidDataException>(() => Fit(tied[..5])).Message);
        var oneSize = tied.Select(r => r with { Parameters = 1e8 }).ToArray();
        Assert.Contains("3 different model sizes", Assert.Throws<InvalidDataException>(() => Fit(oneSize)).Message);
    }
}
