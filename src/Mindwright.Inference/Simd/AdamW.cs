using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>The factors of one AdamW update: with g the gradient, m and v the means, w the weight.</summary>
/// <param name="GradientScale">g is multiplied by it first.</param>
/// <param name="Beta1">m ← <paramref name="Beta1"/>·m + <paramref name="Fresh1"/>·g.</param>
/// <param name="Fresh1">1 − <paramref name="Beta1"/>.</param>
/// <param name="Beta2">v ← <paramref name="Beta2"/>·v + <paramref name="Fresh2"/>·g².</param>
/// <param name="Fresh2">1 − <paramref name="Beta2"/>.</param>
/// <param name="Keep">w ← <paramref name="Keep"/>·w + <paramref name="Rate"/>·m / (<paramref name="Correction"/>·√v + <paramref name="Epsilon"/>).</param>
/// <param name="Rate">The negative learning rate, with the correction of m's bias.</param>
/// <param name="Correction">The correction of v's bias.</param>
/// <param name="Epsilon">Added to the root.</param>
internal readonly record struct AdamWFactors(
    float GradientScale, float Beta1, float Fresh1, float Beta2, float Fresh2, float Keep, float Rate, float Correction, float Epsilon);

/// <summary>AdamW in one pass over weights, both means and a bf16 working copy (Loshchilov and Hutter 2019).</summary>
internal static unsafe class AdamW
{
    private const int Block = 1 << 14;

    /// <summary>Updates parameters.</summary>
    /// <param name="value">Weights <c>[count]</c>.</param>
    /// <param name="gradient">Gradients <c>[count]</c>.</param>
    /// <param name="mean">Running mean of gradients <c>[count]</c>.</param>
    /// <param name="square">Running mean of squared gradients <c>[count]</c>.</param>
    /// <param name="working">Receives the weights in bf16 <c>[count]</c>; null where there is no such copy.</param>
    /// <param name="count">Number of parameters.</param>
    /// <param name="factors">The numbers.</param>
    /// <param name="threads">Threads at most; the result is the same for any number.</param>
    public static void Update(float* value, float* gradient, float* mean, float* square, Brain16* working, long count, AdamWFactors factors, int threads)
    {
        var blocks = (int)((count + Block - 1) / Block);
        Rows.Run(blocks, Block, threads, (_, first, end) =>
        {
            var (at, length) = (first * Block, Math.Min(count, end * Block) - first * Block);
            Update(value + at, gradient + at, mean + at, square + at, working is null ? null : working + at, length, factors);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update(float* value, float* gradient, float* m, float* v, Brain16* working, long count, AdamWFactors factors)
    {
        var scale = Vector512.Create(factors.GradientScale);
        var (b1, c1) = (Vector512.Create(factors.Beta1), Vector512.Create(factors.Fresh1));
        var (b2, c2) = (Vector512.Create(factors.Beta2), Vector512.Create(factors.Fresh2));
        var (keep, rate) = (Vector512.Create(factors.Keep), Vector512.Create(factors.Rate));
        var (correction, epsilon) = (Vector512.Create(factors.Correction), Vector512.Create(factors.Epsilon));
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
