using System.Runtime.InteropServices;
using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

/// <summary>Numbers at a fixed place in memory, between guards that no kernel may write over.</summary>
internal sealed unsafe class Operand<T> : IOperand
    where T : unmanaged, IElement<T>
{
    private const int Guard = 64; // bytes
    private const byte Mark = 0xA5;

    private readonly byte[] _bytes;
    private readonly int _count;

    public Operand(IReadOnlyList<double> values)
    {
        _count = values.Count;
        _bytes = GC.AllocateUninitializedArray<byte>(2 * Guard + sizeof(T) * _count, pinned: true);
        Array.Fill(_bytes, Mark);
        for (var i = 0; i < _count; i++)
            Write(i, (float)values[i]);
    }

    /// <summary>Zeros, for a kernel to write into.</summary>
    public Operand(int count)
        : this(new double[count])
    {
    }

    /// <summary>Normal random numbers, rounded to the type.</summary>
    public static Operand<T> Random(int seed, int count, double scale = 1)
    {
        var random = new Random(seed);
        return new Operand<T>([.. Enumerable.Range(0, count).Select(_ =>
            scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))]);
    }

    public T* Pointer => (T*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, Guard);

    /// <summary>What the type holds, exactly.</summary>
    public double[] Values => [.. Enumerable.Range(0, _count).Select(i => (double)Read(i))];

    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            Assert.All(_bytes[..Guard].Concat(_bytes[^Guard..]), guard => Assert.Equal(Mark, guard));
            return _bytes.AsSpan(Guard, sizeof(T) * _count);
        }
    }

    private float Read(int i) => sizeof(T) == 4
        ? ((float*)Pointer)[i]
        : BitConverter.UInt32BitsToSingle((uint)((ushort*)Pointer)[i] << 16);

    private void Write(int i, float value)
    {
        if (sizeof(T) == 4)
            ((float*)Pointer)[i] = value;
        else
            ((ushort*)Pointer)[i] = Reference.ToBrain(value);
    }
}

internal interface IOperand
{
    /// <summary>The numbers as they lie in memory, once it is sure that nothing beside them was written.</summary>
    ReadOnlySpan<byte> Bytes { get; }
}
