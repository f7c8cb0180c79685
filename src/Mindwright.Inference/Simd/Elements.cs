using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mindwright.Inference.Simd;

/// <summary>A type in which activations are stored; arithmetic on them is fp32, sixteen lanes at a time.</summary>
/// <remarks>Where the machine has no 512-bit vectors the runtime splits them in halves: slower, the same results.</remarks>
internal unsafe interface IElement<T>
    where T : unmanaged, IElement<T>
{
    static abstract Vector512<float> Load(T* from);

    static abstract void Store(T* to, Vector512<float> values);

    /// <summary>The first lanes, fewer than all; zero in the others. Reads nothing beyond them.</summary>
    static abstract Vector512<float> LoadPart(T* from, int count);

    /// <summary>Writes the first lanes, fewer than all, and nothing beyond them.</summary>
    static abstract void StorePart(T* to, int count, Vector512<float> values);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadPart(Single32* from, int count) => Avx512F.IsSupported
        ? Avx512F.MaskLoad((float*)from, Lanes.First(count).AsSingle(), Vector512<float>.Zero)
        : Lanes.LoadPart(from, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Single32* to, int count, Vector512<float> values)
    {
        if (Avx512F.IsSupported)
            Avx512F.MaskStore((float*)to, Lanes.First(count).AsSingle(), values);
        else
            Lanes.StorePart(to, count, values);
    }
}

/// <summary>bfloat16: the upper half of a single, rounded to nearest even.</summary>
internal readonly unsafe struct Brain16 : IElement<Brain16>
{
#pragma warning disable CS0169 // it gives the struct its size
    private readonly ushort _bits;
#pragma warning restore CS0169

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(Brain16* from) => Widen(Vector256.Load((ushort*)from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Brain16* to, Vector512<float> values) => Round(values).Store((ushort*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadPart(Brain16* from, int count) => Avx512BW.VL.IsSupported
        ? Widen(Avx512BW.VL.MaskLoad((ushort*)from, Lanes.First16(count), Vector256<ushort>.Zero))
        : Lanes.LoadPart(from, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Brain16* to, int count, Vector512<float> values)
    {
        if (Avx512BW.VL.IsSupported)
            Avx512BW.VL.MaskStore((ushort*)to, Lanes.First16(count), Round(values));
        else
            Lanes.StorePart(to, count, values);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector256<ushort> bits)
    {
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(bits)
            : Vector512.Create(Vector256.WidenLower(bits), Vector256.WidenUpper(bits));
        return (wide << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Round(Vector512<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        // Rounding would carry some NaNs over into zero.
        rounded = Vector512.ConditionalSelect(Vector512.Equals(values, values).AsUInt32(), rounded, Vector512.Create(0x7FC0u));
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(rounded)
            : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
    }
}
