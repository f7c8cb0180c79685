using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mindwright.Inference.Files;
using Mindwright.Inference.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>The numbers of one AdamW update.</summary>
/// <param name="Rate">Learning rate.</param>
/// <param name="Decay">What of each weight is taken away, learning rate × weight decay.</param>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root of the mean square.</param>
/// <param name="Updates">Which update this is, from 1.</param>
/// <param name="GradientScale">Multiplies the gradients: how they are clipped.</param>
public readonly record struct AdamWUpdate(double Rate, double Decay, double Beta1, double Beta2, double Epsilon, int Updates, double GradientScale);

/// <summary>AdamW over a slice of the flat buffers in one pass: weights, both means, and the working copy (Loshchilov and Hutter 2019).</summary>
public static unsafe class AdamWKernel
{
    private const int Block = 1 << 14;

    /// <summary>Whether the parameters lie where this kernel works: on the CPU, in fp32 or with a bf16 working copy.</summary>
    public static bool Handles(FlatParameters weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.Device.type == DeviceType.CPU && weights.Compute is ScalarType.Float32 or ScalarType.BFloat16;
    }

    /// <summary>Updates one kind of parameter and its working copy.</summary>
    /// <param name="weights">The parameters.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="mean">Running mean of gradients, fp32, as long as all parameters.</param>
    /// <param name="square">Running mean of squared gradients, likewise.</param>
    /// <param name="update">The numbers.</param>
    public static void Run(FlatParameters weights, ParameterKind kind, Tensor mean, Tensor square, AdamWUpdate update)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (offset, count) = weights.Slice(kind);
        var value = (float*)TensorStorage.Address(weights.Values) + offset;
        var gradient = (float*)TensorStorage.Address(weights.Gradients!) + offset;
        var m = (float*)TensorStorage.Address(mean) + offset;
        var v = (float*)TensorStorage.Address(square) + offset;
        var working = kind == ParameterKind.Vector || weights.Working is null ? null : (Brain16*)TensorStorage.Address(weights.Working) + offset;
        using var _ = OperationProfile.Time("adamw", 0, count * (working is null ? 28.0 : 30.0));
        var blocks = (int)((count + Block - 1) / Block);
        Rows.Run(blocks, Block, (_, first, end) =>
        {
            var (at, length) = (first * Block, Math.Min(count, end * Block) - first * Block);
            Update(value + at, gradient + at, m + at, v + at, working is null ? null : working + at, length, update);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update(float* value, float* gradient, float* m, float* v, Brain16* working, long count, AdamWUpdate update)
    {
        var scale = Vector512.Create((float)update.GradientScale);
        var (b1, c1) = (Vector512.Create((float)update.Beta1), Vector512.Create((float)(1 - update.Beta1)));
        var (b2, c2) = (Vector512.Create((float)update.Beta2), Vector512.Create((float)(1 - update.Beta2)));
        var keep = Vector512.Create((float)(1 - update.Decay));
        var rate = Vector512.Create((float)(-update.Rate / (1 - Math.Pow(update.Beta1, update.Updates))));
        var correction = Vector512.Create((float)(1 / Math.Sqrt(1 - Math.Pow(update.Beta2, update.Updates))));
        var epsilon = Vector512.Create((float)update.Epsilon);
        for (var i = 0L; i < count; i += Lanes.Width)
        {
            var left = (int)Math.Min(Lanes.Width, count - i);
            var g = Lanes.Load(gradient + i, left) * scale;
            var mean = Vector512.FusedMultiplyAdd(b1, Lanes.Load(m + i, left), c1 * g);
            var square = Vector512.FusedMultiplyAdd(b2, Lanes.Load(v + i, left), c2 * g * g);
            var step = rate * mean / Vector512.FusedMultiplyAdd(Vector512.Sqrt(square), correction, epsilon);
            var next = Vector512.FusedMultiplyAdd(keep, Lanes.Load(value + i, left), step);
            Lanes.Store(m + i, left, mean);
            Lanes.Store(v + i, left, square);
            Lanes.Store(value + i, left, next);
            if (working is not null)
                Lanes.Store(working + i, left, next);
        }
    }
}
