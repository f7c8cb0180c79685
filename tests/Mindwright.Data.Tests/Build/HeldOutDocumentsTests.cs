using System.Text;

namespace Mindwright.Data.Tests;

public sealed class HeldOutDocumentsTests
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 4000).Select(i => $"document {i}, häufig")];

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void About_the_share_is_held_out(double share) =>
        Assert.InRange(Texts.Count(text => HeldOutDocuments.Contains(text, share)) / (double)Texts.Length, share - 0.03, share + 0.03);

    [Fact]
    public void A_text_and_its_bytes_are_the_same_document() => Assert.All(
        Texts, text => Assert.Equal(HeldOutDocuments.Contains(text, 0.3), HeldOutDocuments.Contains(Encoding.UTF8.GetBytes(text), 0.3)));

    [Fact]
    public void What_a_small_share_holds_out_a_larger_one_holds_out_too() => Assert.All(
        Texts.Where(text => HeldOutDocuments.Contains(text, 0.1)), text => Assert.True(HeldOutDocuments.Contains(text, 0.2)));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_share_is_from_0_to_1(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => HeldOutDocuments.Contains("a", share));
}
