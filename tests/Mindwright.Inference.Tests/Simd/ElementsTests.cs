using System.Runtime.Intrinsics;
using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class ElementsTests
{
    [Fact]
    public void Every_bfloat16_comes_back_as_it_was()
    {
        var all = Enumerable.Range(0, 1 << 16).Select(i => (ushort)i).ToArray();
        fixed (ushort* at = all)
            for (var i = 0; i < all.Length; i += Lanes.Width)
                Brain16.Store((Brain16*)at + i, Brain16.Load((Brain16*)at + i));
        for (var i = 0; i < all.Length; i++)
        {
            var isNan = (i & 0x7FFF) > 0x7F80;
            Assert.True(all[i] == i || (isNan && float.IsNaN(BitConverter.UInt32BitsToSingle((uint)all[i] << 16))), $"{i:X4}");
        }
    }

    [Fact]
    public void Singles_become_the_nearest_bfloat16_and_of_two_as_near_the_even_one()
    {
        var random = new Random(1);
        float[] values =
        [
            0, -0f, 1, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon,
            .. new uint[] { 0x3F808000, 0x3F818000, 0x3F80_8001, 0x3F80_7FFF, 0xBF80_8000, 0x7F7F_8000, 0x7FFF_FFFF, 0xFFFF_FFFF }.Select(BitConverter.UInt32BitsToSingle),
            .. Enumerable.Range(0, 2000).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32))),
        ];
        var rounded = new ushort[Lanes.Width];
        for (var i = 0; i + Lanes.Width <= values.Length; i++)
        {
            fixed (ushort* to = rounded)
                Brain16.Store((Brain16*)to, Vector512.Create(values[i]));
            Assert.All(rounded, bits => Assert.Equal(rounded[0], bits));
            if (float.IsNaN(values[i]))
                Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)rounded[0] << 16)));
            else
                Assert.Equal(Reference.ToBrain(values[i]), rounded[0]);
        }
    }

    [Fact]
    public void A_row_that_ends_within_a_vector_is_read_and_written_to_its_end_alone()
    {
        Check<Single32>();
        Check<Brain16>();

        static void Check<T>()
            where T : unmanaged, IElement<T>
        {
            for (var count = 1; count <= Lanes.Width; count++)
            {
                var from = Operand<T>.Random(count, Lanes.Width);
                var to = new Operand<T>(count);
                var wide = new Operand<Single32>(Lanes.Width);
                var lanes = Lanes.Load(from.Pointer, count);
                Lanes.Store(to.Pointer, count, lanes);
                Lanes.Store((float*)wide.Pointer, Lanes.Width, lanes);
                Assert.Equal(from.Values[..count], to.Values);
                Assert.Equal([.. from.Values[..count], .. new double[Lanes.Width - count]], wide.Values); // zero beyond
                Widths.Record($"{typeof(T).Name}, {count}", [to, wide]);
            }
        }
    }
}
