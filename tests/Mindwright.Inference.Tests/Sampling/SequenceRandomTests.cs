using Mindwright.Inference.Sampling;

namespace Mindwright.Inference.Tests.Sampling;

public sealed class SequenceRandomTests
{
    [Fact]
    public void First_numbers_of_neighboring_sequences_and_seeds_are_uniform_and_uncorrelated()
    {
        var bySequence = Enumerable.Range(0, 20_000).Select(i => new SequenceRandom(1, i).NextDouble()).ToArray();
        var bySeed = Enumerable.Range(0, 20_000).Select(i => new SequenceRandom(i, 1).NextDouble()).ToArray();
        foreach (var numbers in new[] { bySequence, bySeed })
        {
            Assert.All(numbers, x => Assert.InRange(x, 0, 0.9999999999999999));
            var cells = new int[100];
            foreach (var x in numbers)
                cells[(int)(x * 100)]++;
            var chiSquare = cells.Sum(n => (n - 200.0) * (n - 200.0) / 200);
            Assert.InRange(chiSquare, 0, 148.23); // the 99.9 % quantile with 99 degrees of freedom
            var correlation = numbers.Skip(1).Zip(numbers, (a, b) => (a - 0.5) * (b - 0.5)).Average() * 12;
            Assert.InRange(correlation, -0.03, 0.03); // four standard errors
        }
    }

    [Fact]
    public void The_same_seed_and_sequence_repeat_their_numbers()
    {
        var (a, b) = (new SequenceRandom(3, 4), new SequenceRandom(3, 4));
        for (var i = 0; i < 10; i++)
            Assert.Equal(a.NextDouble(), b.NextDouble());
    }
}
