namespace Mindwright.Inference.Sampling;

/// <summary>
/// Uniform random numbers that belong to one sequence: they depend on the seed and the sequence's number alone, so
/// batching, slots and the order of work can't change a text.
/// </summary>
/// <remarks>
/// SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"). A seeded <see cref="Random"/> won't do
/// here: neighboring seeds give it correlated first numbers.
/// </remarks>
internal struct SequenceRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>Starts the numbers of one sequence.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="sequence">The sequence's number in it.</param>
    public SequenceRandom(int seed, int sequence) =>
        _state = Mix(Mix((uint)seed + Golden) + (uint)sequence);

    /// <summary>The next number, in [0, 1).</summary>
    public double NextDouble() => (Mix(_state += Golden) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
