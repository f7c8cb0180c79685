using CsCheck;
using Mindwright.Runs.Recipes;

namespace Mindwright.Runs.Tests.Recipes;

public sealed class EditDistanceTests
{
    [Fact]
    public void The_edit_distance_is_a_metric_on_short_words()
    {
        var word = Gen.Char['a', 'c'].Array[0, 5].Select(c => new string(c));
        Gen.Select(word, word).Sample((a, b) =>
        {
            var distance = EditDistance.Between(a, b);
            Assert.Equal(distance, EditDistance.Between(b, a));
            Assert.Equal(a == b, distance == 0);
            Assert.InRange(distance, Math.Abs(a.Length - b.Length), Math.Max(a.Length, b.Length));
        }, threads: 1);
        Assert.Equal(3, EditDistance.Between("kitten", "sitting"));
        Assert.Equal(1, EditDistance.Between("sede", "seed"));
    }
}
