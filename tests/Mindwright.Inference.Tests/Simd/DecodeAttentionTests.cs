using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed unsafe class DecodeAttentionTests
{
    [Theory]
    [InlineData(3, 1, 33)]
    [InlineData(2, 1, 80)]
    public void Each_slot_attends_to_its_own_past_and_its_new_token(int heads, int groups, int size)
    {
        Check<Single32>();
        Check<Brain16>();

        void Check<T>()
            where T : unmanaged, IElement<T>
        {
            const int Capacity = 1030; // beyond what lies on the stack
            int[] slots = [2, 0, 1], lengths = [0, 17, 1028];
            var sizes = new CacheSizes(heads, groups, size, Capacity);
            var (keys, values) = (Operand<T>.Random(1, 3 * Capacity * groups * size), Operand<T>.Random(2, 3 * Capacity * groups * size));
            var (q, k, v) = (Operand<T>.Random(3, 3 * heads * size), Operand<T>.Random(4, 3 * groups * size), Operand<T>.Random(5, 3 * groups * size));
            var y = new Operand<T>(3 * heads * size);
            var (expectedKeys, expectedValues) = (Appended(keys, k), Appended(values, v));

            DecodeAttention.Append(sizes, k.Pointer, keys.Pointer, slots, lengths);
            DecodeAttention.Append(sizes, v.Pointer, values.Pointer, slots, lengths);
            DecodeAttention.Run(sizes, q.Pointer, keys.Pointer, values.Pointer, y.Pointer, slots, lengths, 2);

            Assert.Equal(expectedKeys, keys.Values);
            Assert.Equal(expectedValues, values.Values);
            var expected = q.Values.Chunk(size).SelectMany((query, row) =>
            {
                var (n, head) = (row / heads, row % heads);
                double[] At(double[] cache, int t) => cache.AsSpan((int)(slots[n] * sizes.Slot) + t * sizes.Token + head / (heads / groups) * size, size).ToArray();
                return Reference.Attend(query, t => At(expectedKeys, t), t => At(expectedValues, t), 0, lengths[n]).Output;
            });
            Reference.AssertClose([.. expected], y);
            Widths.Record($"{typeof(T).Name}, {heads}, {groups}, {size}", [y]);

            double[] Appended(Operand<T> cache, Operand<T> fresh)
            {
                var all = cache.Values;
                for (var n = 0; n < slots.Length; n++)
                    fresh.Values.AsSpan(n * sizes.Token, sizes.Token).CopyTo(all.AsSpan((int)(slots[n] * sizes.Slot) + lengths[n] * sizes.Token));
                return all;
            }
        }
    }
}
