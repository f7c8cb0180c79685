using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>The softmax of one row of fp32.</summary>
internal static unsafe class Softmax
{
    /// <summary>Turns scores into exp(score − greatest), in place; returns their sum, by which the caller divides once it has used them.</summary>
    /// <param name="scores">Scores <c>[length]</c>.</param>
    /// <param name="length">Number of scores, 1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials(float* scores, int length)
    {
        var greatest = Vector512.Create(TensorPrimitives.Max(new ReadOnlySpan<float>(scores, length)));
        var total = Vector512<float>.Zero;
        for (var i = 0; i < length; i += Lanes.Width)
        {
            Lanes.Store(scores + i, length - i, Lanes.Exp(Lanes.Load(scores + i, length - i) - greatest));
            total += Lanes.Load(scores + i, length - i); // again: beyond the row's end there is zero, not e⁻ᵐ
        }
        return Lanes.Sum(total);
    }
}
