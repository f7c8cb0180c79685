using System.Text;
using System.Text.Json;
using CsCheck;
using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class TextRepairTests
{
    /// <summary>What a decoder for Windows-1252 makes of UTF-8.</summary>
    private static string Garble(string text)
    {
        const string upper = "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
            + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";
        return string.Concat(Encoding.UTF8.GetBytes(text).Select(b => b is >= 0x80 and < 0xA0 ? upper[b - 0x80] : (char)b));
    }

    [Theory]
    [InlineData("donâ€™t", "don’t")]
    [InlineData("cafÃ© â€œHÃ´telâ€\u009D", "café “Hôtel”")]
    [InlineData("Â£5 â€“ Â©", "£5 – ©")]
    [InlineData("a\r\nb\rc\u2028d\u0000e\uFEFF", "a\nb\nc\nde")]
    [InlineData("ðŸ˜€", "😀")]
    public void Damage_is_undone(string damaged, string text) => Assert.Equal(text, TextRepair.Repair(damaged));

    [Theory]
    [InlineData("«CAFÉ» «IRMûs «NÃO»")]
    [InlineData("São Paulo, MAÇÃ, naïve façade — “quotes” ‘here’ … €5")]
    [InlineData("Ç’a, Ë‚")]
    public void Honest_text_stays_the_same_object(string text) => Assert.Same(text, TextRepair.Repair(text));

    [Fact]
    public void Garbled_typography_in_any_prose_is_undone() =>
        Gen.OneOf("it’s ", "“so” ", "plain ", "– ", "… ", "日本 ", "Привет ", "नमस्ते ", "😀 ", "ελληνικά ", "\n").Array[1, 30].Sample(words =>
        {
            var text = "’" + string.Concat(words);
            // Two-byte letters of other scripts (Greek, Cyrillic) are not undone: their pairs occur in honest text.
            if (text.All(c => c < 0x80 || c > 0x7FF))
                Assert.Equal(text, TextRepair.Repair(Garble(text)));
        });

    [Fact]
    public void The_declaration_of_human_rights_needs_no_repair_in_any_language()
    {
        foreach (var line in File.ReadLines(TestData.PathOrSkip("multilingual/udhr.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var text = string.Join('\n', json.RootElement.GetProperty("articles").EnumerateArray().Select(article => article.GetString()));
            Assert.Same(text, TextRepair.Repair(text));
        }
    }
}
