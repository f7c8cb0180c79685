using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mindwright.Model;

/// <summary>A type in which activations are stored; arithmetic on them is fp32, sixteen lanes at a time.</summary>
/// <remarks>Where the machine has no 512-bit vectors the runtime splits them in halves: slower, the same results.</remarks>
internal unsafe interface IElement<T>
    where T : unmanaged, IElement<T>
{
    static abstract Vector512<float> Load(T* from);

    static abstract void Store(T* to, Vector512<float> values);
}

/// <summary>IEEE single precision.</summary>
internal readonly unsafe struct Single32 : IElement<Single32>
{
#pragma warning disable CS0169 // it gives the struct its size
    private readonly float _value;
#pragma warning restore CS0169

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(Single32* from) => Vector512.Load((float*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Single32* to, Vector512<float> values) => values.Store((float*)to);
}

/// <summary>bfloat16: the upper half of a single, rounded to nearest even.</summary>
internal readonly unsafe struct Brain16 : IElement<Brain16>
{
#pragma warning disable CS0169 // it gives the struct its size
    private readonly ushort _bits;
#pragma warning restore CS0169

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(Brain16* from)
    {
        var bits = Vector256.Load((ushort*)from);
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(bits)
            : Vector512.Create(Vector256.WidenLower(bits), Vector256.WidenUpper(bits));
        return (wide << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Brain16* to, Vector512<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        // Rounding would carry some NaNs over into zero.
        rounded = Vector512.ConditionalSelect(Vector512.Equals(values, values).AsUInt32(), rounded, Vector512.Create(0x7FC0u));
        var narrow = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(rounded)
            : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        narrow.Store((ushort*)to);
    }
}

/// <summary>What the kernels do with sixteen lanes.</summary>
internal static unsafe class Lanes
{
    /// <summary>Lanes of a vector.</summary>
    public const int Width = 16;

    /// <summary>The next lanes of a row of which <paramref name="left"/> elements are left; zero beyond its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<T>(T* from, int left)
        where T : unmanaged, IElement<T> => left >= Width ? T.Load(from) : LoadPart(from, left);

    /// <summary>Writes the lanes that lie within the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(T* to, int left, Vector512<float> values)
        where T : unmanaged, IElement<T>
    {
        if (left >= Width)
            T.Store(to, values);
        else
            StorePart(to, left, values);
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadPart<T>(T* from, int count)
        where T : unmanaged, IElement<T>
    {
        var buffer = stackalloc T[Width];
        new Span<T>(buffer, Width).Clear();
        new Span<T>(from, count).CopyTo(new Span<T>(buffer, Width));
        return T.Load(buffer);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart<T>(T* to, int count, Vector512<float> values)
        where T : unmanaged, IElement<T>
    {
        var buffer = stackalloc T[Width];
        T.Store(buffer, values);
        new Span<T>(buffer, count).CopyTo(new Span<T>(to, count));
    }
}
