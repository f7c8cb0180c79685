using Mindwright.Evaluation.Metrics;

namespace Mindwright.Evaluation.Tests.Metrics;

public sealed class LanguageModelingTests
{
    [Fact]
    public void A_uniform_model_over_bytes_needs_eight_bits_per_byte_and_has_perplexity_256()
    {
        var nats = 1000 * Math.Log(256);
        Assert.Equal(8, LanguageModeling.BitsPerByte(nats, 1000), 12);
        Assert.Equal(256, LanguageModeling.Perplexity(nats, 1000), 9);
    }

    [Fact]
    public void Nothing_to_divide_by_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LanguageModeling.BitsPerByte(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LanguageModeling.Perplexity(1, 0));
    }
}
