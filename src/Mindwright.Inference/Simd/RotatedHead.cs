using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>
/// One head of one token: normalized (Dehghani et al. 2023), then rotated by pairs (i, i + D/2) of its channels (Su et al. 2021), and the
/// gradient of that.
/// </summary>
internal static unsafe class RotatedHead
{
    /// <summary>Normalizes and rotates one head of one token.</summary>
    /// <param name="x">The head <c>[D]</c>.</param>
    /// <param name="weight">Gains of the norm <c>[D]</c>; null where there is none.</param>
    /// <param name="cos">Cosines <c>[D/2]</c>; null where it is not rotated.</param>
    /// <param name="sin">Sines <c>[D/2]</c>.</param>
    /// <param name="y">Output <c>[D]</c>.</param>
    /// <param name="size">Channels.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<T>(T* x, float* weight, float* cos, float* sin, T* y, int size, float epsilon)
        where T : unmanaged, IElement<T>
    {
        var one = Vector512<float>.One;
        var scale = weight is null ? one : Vector512.Create(1 / MathF.Sqrt(Dot(x, x, size) / size + epsilon));
        var half = size / 2;
        // Without a rotation the halves are still visited side by side; an odd size has its last channel left over.
        for (var i = 0; i < half; i += Lanes.Width)
        {
            var left = half - i;
            var a = Lanes.Load(x + i, left) * scale;
            var b = Lanes.Load(x + half + i, left) * scale;
            if (weight is not null)
                (a, b) = (a * Lanes.Load(weight + i, left), b * Lanes.Load(weight + half + i, left));
            if (cos is not null)
            {
                var (c, s) = (Lanes.Load(cos + i, left), Lanes.Load(sin + i, left));
                (a, b) = (a * c - b * s, b * c + a * s);
            }
            Lanes.Store(y + i, left, a);
            Lanes.Store(y + half + i, left, b);
        }
        if (size % 2 == 1)
            Lanes.Store(y + size - 1, 1, Lanes.Load(x + size - 1, 1) * scale * (weight is null ? one : Lanes.Load(weight + size - 1, 1)));
    }

    /// <summary>The gradients of <see cref="Forward"/>: the head's, and the gains', which is added to.</summary>
    // The gradient turns back by the same angle, and then passes through the norm as in RmsNormRows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<T>(T* g, T* x, float* weight, float* cos, float* sin, T* dx, float* dw, int size, float epsilon)
        where T : unmanaged, IElement<T>
    {
        var half = size / 2;
        var turned = stackalloc float[size];
        for (var i = 0; i < half; i += Lanes.Width)
        {
            var left = half - i;
            var (a, b) = (Lanes.Load(g + i, left), Lanes.Load(g + half + i, left));
            if (cos is not null)
            {
                var (c, s) = (Lanes.Load(cos + i, left), Lanes.Load(sin + i, left));
                (a, b) = (a * c + b * s, b * c - a * s);
            }
            Lanes.Store(turned + i, left, a);
            Lanes.Store(turned + half + i, left, b);
        }
        if (size % 2 == 1)
            Lanes.Store(turned + size - 1, 1, Lanes.Load(g + size - 1, 1));
        var (scale, pull) = (Vector512<float>.One, Vector512<float>.Zero);
        if (weight is not null)
        {
            var products = Vector512<float>.Zero;
            for (var i = 0; i < size; i += Lanes.Width)
                products += Lanes.Load(turned + i, size - i) * Lanes.Load(weight + i, size - i) * Lanes.Load(x + i, size - i);
            var r = 1 / MathF.Sqrt(Dot(x, x, size) / size + epsilon);
            (scale, pull) = (Vector512.Create(r), Vector512.Create(-r * r * r * (Vector512.Sum(products) / size)));
        }
        for (var i = 0; i < size; i += Lanes.Width)
        {
            var left = size - i;
            var grad = Lanes.Load(turned + i, left) * scale;
            if (weight is not null)
            {
                var v = Lanes.Load(x + i, left);
                Lanes.Store(dw + i, left, Vector512.FusedMultiplyAdd(grad, v, Lanes.Load(dw + i, left)));
                grad = Vector512.FusedMultiplyAdd(v, pull, grad * Lanes.Load(weight + i, left));
            }
            Lanes.Store(dx + i, left, grad);
        }
    }

    private static float Dot<T>(T* a, T* b, int size)
        where T : unmanaged, IElement<T>
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < size; i += Lanes.Width)
            sum = Vector512.FusedMultiplyAdd(Lanes.Load(a + i, size - i), Lanes.Load(b + i, size - i), sum);
        return Vector512.Sum(sum);
    }
}
