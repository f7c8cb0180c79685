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
internal readonly record struct AdamWUpdate(double Rate, double Decay, double Beta1, double Beta2, double Epsilon, int Updates, double GradientScale);

/// <summary>AdamW over a slice of the flat buffers in one pass: weights, both means, and the working copy (Loshchilov and Hutter 2019).</summary>
internal static unsafe class AdamWKernel
{
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
        var value = TensorStorage.Pointer<float>(weights.Values) + offset;
        var gradient = TensorStorage.Pointer<float>(weights.Gradients!) + offset;
        var m = TensorStorage.Pointer<float>(mean) + offset;
        var v = TensorStorage.Pointer<float>(square) + offset;
        var working = kind == ParameterKind.Vector || weights.Working is null ? null : TensorStorage.Pointer<Brain16>(weights.Working) + offset;
        using var _ = OperationProfile.Time("adamw", 0, count * (working is null ? 28.0 : 30.0));
        AdamW.Update(value, gradient, m, v, working, count, Factors(update), get_num_threads());
    }

    private static AdamWFactors Factors(AdamWUpdate update) => new(
        GradientScale: (float)update.GradientScale,
        Beta1: (float)update.Beta1,
        Fresh1: (float)(1 - update.Beta1),
        Beta2: (float)update.Beta2,
        Fresh2: (float)(1 - update.Beta2),
        Keep: (float)(1 - update.Decay),
        Rate: (float)(-update.Rate / (1 - Math.Pow(update.Beta1, update.Updates))),
        Correction: (float)(1 / Math.Sqrt(1 - Math.Pow(update.Beta2, update.Updates))),
        Epsilon: (float)update.Epsilon);
}
