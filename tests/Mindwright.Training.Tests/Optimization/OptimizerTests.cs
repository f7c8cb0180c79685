using Mindwright.Inference.Files;
using Mindwright.Training.Optimization;
using static TorchSharp.torch;

namespace Mindwright.Training.Tests.Optimization;

public sealed class OptimizerTests
{
    [Fact]
    public void AdamW_over_flat_buffers_is_AdamW_number_by_number()
    {
        using var model = SmallModel.Create();
        var options = new OptimizerOptions { Muon = false, MatrixRate = 0.01, EmbeddingRate = 0.02, VectorRate = 0.03, WeightDecay = 0.1 };
        using var optimizer = new Optimizer(model.Weights, options);
        var values = model.Weights.Values.data<float>().Select(v => (double)v).ToArray();
        var (mean, square) = (new double[values.Length], new double[values.Length]);
        var random = new Random(1);
        for (var step = 1; step <= 3; step++)
        {
            var gradient = values.Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            using (no_grad())
                model.Weights.Gradients!.copy_(tensor(gradient));
            optimizer.Step(0.5);
            foreach (var part in model.Weights.Parts)
            {
                var rate = 0.5 * part.Kind switch { ParameterKind.Matrix => 0.01, ParameterKind.Embedding => 0.02, _ => 0.03 };
                for (var i = part.Offset; i < part.Offset + part.Count; i++)
                {
                    mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
                    square[i] = 0.95 * square[i] + 0.05 * gradient[i] * gradient[i];
                    if (part.Kind != ParameterKind.Vector)
                        values[i] *= 1 - rate * 0.1;
                    values[i] -= rate * (mean[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(square[i] / (1 - Math.Pow(0.95, step))) + 1e-8);
                }
            }
        }
        var actual = model.Weights.Values.data<float>().ToArray();
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(values[i], actual[i], 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_16_bit_copies_follow_the_weights_and_clipping_scales_the_gradients(bool muon)
    {
        using var scope = NewDisposeScope();
        var options = new OptimizerOptions { Muon = muon, MatrixRate = 0.01, WeightDecay = 0.1 };
        using var clipped = SmallModel.Create(compute: ScalarType.BFloat16);
        using var scaled = SmallModel.Create(compute: ScalarType.BFloat16);
        foreach (var (model, scale) in new[] { (clipped, 0.25), (scaled, 1.0) })
        {
            using var optimizer = new Optimizer(model.Weights, options);
            using (no_grad())
                model.Weights.Gradients!.copy_(arange(model.Weights.Count).sin() * (0.25 / scale));
            optimizer.Step(1, scale);
            var leaf = model.Weights.Specs[0];
            Assert.True(model.Weights[leaf.Name].Value.flatten().equal(model.Weights.Values.narrow(0, 0, leaf.Count).to(ScalarType.BFloat16)).all().item<bool>());
        }
        Assert.True(clipped.Weights.Values.allclose(scaled.Weights.Values, 1e-5, 1e-6));
    }

    [Theory]
    [InlineData(24, 24)]
    [InlineData(16, 48)]
    [InlineData(48, 16)]
    public void Muons_update_has_singular_values_near_one(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var update = Muon.Orthogonalize(randn(3, rows, columns));
        var (_, singular, _) = linalg.svd(update, fullMatrices: false);
        Assert.InRange(singular.min().item<float>(), 0.3f, 1.3f);
        Assert.InRange(singular.max().item<float>(), 0.7f, 1.3f);
    }

    [Fact]
    public void The_schedule_rises_stays_and_falls()
    {
        var schedule = new Schedule(0.1, 0.4, 0.2);
        var factors = Enumerable.Range(0, 100).Select(step => schedule.Factor(step, 100)).ToArray();
        Assert.All(factors, f => Assert.InRange(f, 0, 1));
        for (var i = 1; i < 10; i++)
            Assert.True(factors[i] > factors[i - 1]);
        Assert.All(factors[10..60], f => Assert.Equal(1, f));
        for (var i = 62; i < 100; i++)
            Assert.True(factors[i] < factors[i - 1]);
        Assert.InRange(factors[^1], 0.2, 0.23);
    }
}
