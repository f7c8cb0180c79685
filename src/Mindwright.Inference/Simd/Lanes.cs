using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mindwright.Inference.Simd;

/// <summary>What the kernels do with sixteen lanes.</summary>
internal static unsafe class Lanes
{
    /// <summary>Lanes of a vector.</summary>
    public const int Width = 16;

    /// <summary>The next lanes of a row of which <paramref name="left"/> elements are left; zero beyond its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<T>(T* from, int left)
        where T : unmanaged, IElement<T> => left >= Width ? T.Load(from) : T.LoadPart(from, left);

    /// <summary>Writes the lanes that lie within the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(T* to, int left, Vector512<float> values)
        where T : unmanaged, IElement<T>
    {
        if (left >= Width)
            T.Store(to, values);
        else
            T.StorePart(to, left, values);
    }

    /// <summary>Lanes of fp32; see <see cref="Load{T}(T*, int)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from, int left) => Load((Single32*)from, left);

    /// <summary>Writes lanes of fp32; see <see cref="Store{T}(T*, int, Vector512{float})"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, int left, Vector512<float> values) => Store((Single32*)to, left, values);

    /// <summary>eˣ within 2 units in the last place; 0 below −87.3 (where it would be subnormal) and ∞ above 88.3.</summary>
    /// <remarks>eˣ = 2ⁿ·eʳ with n the nearest integer to x/ln 2 (subtracted in two parts, Cody and Waite 1980) and eʳ its series.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var shift = Vector512.Create(12582912f); // 1.5·2²³: adding it rounds to an integer, which stands in the low bits
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), shift);
        var n = shifted - shift;
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r); // |r| ≤ ln 2 / 2
        var p = Vector512.Create(1f / 5040);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 720));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        var power = (shifted.AsInt32() - Vector512.Create(0x4B400000 - 127)) << 23;
        var result = p * power.AsSingle();
        result = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-87.3f)), Vector512<float>.Zero, result);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(88.3f)), Vector512.Create(float.PositiveInfinity), result);
    }

    /// <summary>The greatest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector512<float> x)
    {
        var half = Vector256.MaxNative(x.GetLower(), x.GetUpper());
        var quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }

    /// <summary>The sum of the lanes, halving: fewer steps than lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> x)
    {
        var half = x.GetLower() + x.GetUpper();
        return Vector128.Sum(half.GetLower() + half.GetUpper());
    }

    /// <summary>All bits set in the first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> First(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count));

    /// <summary>The same for lanes of 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> First16(int count) => Vector256.LessThan(Vector256<ushort>.Indices, Vector256.Create((ushort)count));

    // Only for machines without masked loads: a call within a loop, even one that never happens, makes the compiler keep every vector on
    // the stack, where it may lie across two cache lines (a kernel is then up to five times slower, as chance places the stack).
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<float> LoadPart<T>(T* from, int count)
        where T : unmanaged, IElement<T>
    {
        var buffer = stackalloc T[Width];
        new Span<T>(buffer, Width).Clear();
        new Span<T>(from, count).CopyTo(new Span<T>(buffer, Width));
        return T.Load(buffer);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void StorePart<T>(T* to, int count, Vector512<float> values)
        where T : unmanaged, IElement<T>
    {
        var buffer = stackalloc T[Width];
        T.Store(buffer, values);
        new Span<T>(buffer, count).CopyTo(new Span<T>(to, count));
    }
}
