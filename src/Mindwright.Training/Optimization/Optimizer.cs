using Mindwright.Inference.Files;
using Mindwright.Model;
using static TorchSharp.torch;

namespace Mindwright.Training.Optimization;

/// <summary>The options of <see cref="Optimizer"/>.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Whether matrices are updated by Muon (true) or by AdamW like everything else.</summary>
    public bool Muon { get; init; } = true;

    /// <summary>Learning rate of matrices.</summary>
    public double MatrixRate { get; init; } = 0.02;

    /// <summary>Learning rate of embeddings and of the output layer.</summary>
    public double EmbeddingRate { get; init; } = 0.004;

    /// <summary>Learning rate of gains and biases.</summary>
    public double VectorRate { get; init; } = 0.004;

    /// <summary>Decoupled weight decay of matrices and embeddings, per unit of learning rate.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Decay of AdamW's mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of AdamW's mean of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Decay of Muon's momentum.</summary>
    public double Momentum { get; init; } = 0.95;
}

/// <summary>AdamW and Muon over flat buffers: a few operations a kind of parameter, whatever the number of layers.</summary>
/// <remarks>AdamW: Loshchilov and Hutter 2019. Muon: <see cref="Muon"/>.</remarks>
public sealed class Optimizer : IDisposable
{
    private const double Epsilon = 1e-8;

    private readonly FlatParameters _weights;
    private readonly OptimizerOptions _options;
    private readonly Muon? _muon;

    /// <summary>Allocates the state, zeroed.</summary>
    public Optimizer(FlatParameters weights, OptimizerOptions options)
    {
        _weights = weights;
        _options = options;
        Mean = zeros(weights.Count, ScalarType.Float32, weights.Device).DetachFromDisposeScope();
        Square = zeros(weights.Count, ScalarType.Float32, weights.Device).DetachFromDisposeScope();
        if (options.Muon)
            _muon = new Muon(weights, Mean);
    }

    /// <summary>Running mean of gradients (AdamW) or momentum (Muon), <c>[Count]</c> fp32.</summary>
    public Tensor Mean { get; }

    /// <summary>Running mean of squared gradients, <c>[Count]</c> fp32; zero where Muon updates.</summary>
    public Tensor Square { get; }

    /// <summary>Updates made so far.</summary>
    public int Updates { get; set; }

    /// <summary>Applies the gradients to the parameters.</summary>
    /// <param name="factor">The schedule's factor on every learning rate.</param>
    /// <param name="gradientScale">Multiplies the gradients: how they are clipped.</param>
    public void Step(double factor, double gradientScale = 1)
    {
        Updates++;
        using var _ = no_grad();
        var isFresh = true; // whether the working copies have seen every update
        foreach (var kind in Enum.GetValues<ParameterKind>())
        {
            var (offset, count) = _weights.Slice(kind);
            if (count == 0)
                continue;
            var rate = factor * kind switch
            {
                ParameterKind.Matrix => _options.MatrixRate,
                ParameterKind.Embedding => _options.EmbeddingRate,
                _ => _options.VectorRate,
            };
            var decay = kind == ParameterKind.Vector ? 0 : rate * _options.WeightDecay;
            using var scope = NewDisposeScope();
            if (kind == ParameterKind.Matrix && _muon is not null)
            {
                if (decay > 0)
                    _weights.Values.narrow(0, offset, count).mul_(1 - decay);
                _muon.Step(rate, _options.Momentum, gradientScale);
                isFresh = false;
                continue;
            }
            var update = new AdamWUpdate(rate, decay, _options.Beta1, _options.Beta2, Epsilon, Updates, gradientScale);
            if (AdamWKernel.Handles(_weights))
            {
                AdamWKernel.Run(_weights, kind, Mean, Square, update);
                continue;
            }
            AdamW(offset, count, update);
            isFresh = false;
        }
        if (!isFresh)
            _weights.Refresh();
    }

    /// <summary>The same as <see cref="AdamWKernel"/> in plain operations, for other devices.</summary>
    private void AdamW(long offset, long count, AdamWUpdate update)
    {
        var values = _weights.Values.narrow(0, offset, count);
        var gradients = _weights.Gradients!.narrow(0, offset, count) * update.GradientScale;
        var mean = Mean.narrow(0, offset, count);
        var square = Square.narrow(0, offset, count);
        mean.mul_(update.Beta1).add_(gradients, 1 - update.Beta1);
        square.mul_(update.Beta2).addcmul_(gradients, gradients, 1 - update.Beta2);
        var scale = square.sqrt().div_(Math.Sqrt(1 - Math.Pow(update.Beta2, Updates))).add_(update.Epsilon);
        values.mul_(1 - update.Decay).addcdiv_(mean, scale, -update.Rate / (1 - Math.Pow(update.Beta1, Updates)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }
}
