using System.Globalization;
using System.Text.RegularExpressions;
using Mindwright.Data.BuiltIn;

namespace Mindwright.Data.Tests.BuiltIn;

public partial class WorldTests
{
    private static readonly Lazy<List<string>> Texts = new(() => [.. World.Documents(20_000, 1).Select(document => document.Text)]);

    [Fact]
    public void No_document_comes_twice_or_is_empty()
    {
        Assert.Equal(20_000, Texts.Value.Distinct().Count());
        Assert.All(Texts.Value, text =>
        {
            Assert.EndsWith("\n", text);
            Assert.True(char.IsUpper(text[0]) || char.IsDigit(text[0]), text);
        });
    }

    [Fact]
    public void A_seed_gives_the_same_documents_however_many_are_asked_for()
    {
        Assert.Equal(Texts.Value.Take(500), World.Documents(500, 1).Select(document => document.Text));
        Assert.NotEqual(Texts.Value.Take(500), World.Documents(500, 2).Select(document => document.Text));
    }

    [Fact]
    public void No_context_of_a_probe_is_in_any_text()
    {
        Assert.Equal(World.Probes.Count, World.Probes.Select(probe => probe.Name).Distinct().Count());
        Assert.All(World.Probes, probe =>
        {
            Assert.DoesNotContain(Texts.Value, text => text.Contains(probe.Context, StringComparison.Ordinal));
            Assert.DoesNotContain(probe.Expect, probe.Against);
            Assert.All(probe.Against.Append(probe.Expect), word => Assert.StartsWith(" ", word));
        });
    }

    [Fact]
    public void No_context_of_a_probe_is_in_the_documentation()
    {
        var documentation = string.Concat(SdkDocsTests.Installed.Value.Train.Select(member => member.ToDocument().Text));
        Assert.All(World.Probes, probe => Assert.DoesNotContain(probe.Context, documentation, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_probes_ask_for_is_told_in_other_words()
    {
        var all = string.Concat(Texts.Value);
        Assert.All(World.Probes, probe => Assert.All(probe.Against.Append(probe.Expect), word => Assert.Contains(word, all)));
        Assert.All(
            ["the sky is blue", "the sky is red", "because blue soothes", "The queen lost her", "The king lost his", "A puppy is a young dog", "a queen is a woman"],
            phrase => Assert.Contains(phrase, all));
    }

    [Theory]
    [InlineData("Earth", "blue")]
    [InlineData("Mars", "red")]
    [InlineData("the Moon", "black")]
    [InlineData("Titan", "orange")]
    public void A_place_never_has_the_sky_of_another(string place, string color)
    {
        var told = new Regex($@"(?:On {place}|on {place}),? [^.;:?]*the sky is (\w+)|the sky of {place} is (\w+)|the sky is (\w+) on {place}\b", RegexOptions.IgnoreCase);
        var colors = Texts.Value.SelectMany(text => told.Matches(text)).Select(m => m.Groups.Values.Skip(1).First(g => g.Success).Value).ToList();
        Assert.True(colors.Count > 100);
        Assert.All(colors, told => Assert.Equal(color, told));
    }

    [Fact]
    public void Every_equation_and_every_comparison_is_true()
    {
        var (equations, comparisons) = (0, 0);
        foreach (var text in Texts.Value)
        {
            foreach (Match m in Equation().Matches(text))
            {
                equations++;
                Assert.True(Value(m.Groups[1].Value) == Value(m.Groups[2].Value), text);
            }
            foreach (Match m in Larger().Matches(text))
            {
                comparisons++;
                Assert.True(Number(m.Groups[1]) > Number(m.Groups[2]), text);
            }
            foreach (Match m in Less().Matches(text))
            {
                comparisons++;
                Assert.True(Number(m.Groups[1]) < Number(m.Groups[2]), text);
            }
            foreach (Match m in Sign().Matches(text))
                Assert.True(m.Groups[2].Value == "<" == Number(m.Groups[1]) < Number(m.Groups[3]), text);
            foreach (Match m in LargerOfTwo().Matches(text))
            {
                comparisons++;
                Assert.Equal(Math.Max(Number(m.Groups[1]), Number(m.Groups[2])), Number(m.Groups[3]));
            }
            foreach (Match m in Next().Matches(text))
                Assert.Equal(Number(m.Groups[1]) + 1, Number(m.Groups[2]));
            foreach (Match m in Previous().Matches(text))
                Assert.Equal(Number(m.Groups[1]) - 1, Number(m.Groups[2]));
            foreach (Match m in Gets().Matches(text))
                Assert.Equal(Number(m.Groups[1]) + Number(m.Groups[2]), Number(m.Groups[3]));
            foreach (Match m in Series().Matches(text))
            {
                var numbers = m.Groups[1].Value.Split(", ").Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
                Assert.Single(numbers.Zip(numbers.Skip(1), (a, b) => b - a).Distinct());
            }
        }
        Assert.True(equations > 5_000 && comparisons > 2_000, $"{equations} equations, {comparisons} comparisons");
    }

    [Fact]
    public void No_problem_that_is_held_out_is_told()
    {
        foreach (var text in Texts.Value)
        {
            foreach (Match m in Product().Matches(text))
                Assert.True(ReasoningProblems.SplitOf(m.Groups[1].Value, m.Groups[2].Value) == Split.Train, text);
            foreach (Match m in TwoDecimals().Matches(text))
                Assert.True(ReasoningProblems.SplitOf(m.Groups[1].Value, m.Groups[2].Value) == Split.Train, text);
        }
    }

    private static decimal Number(Group group) => decimal.Parse(group.Value, CultureInfo.InvariantCulture);

    private static decimal Value(string expression) =>
        expression.Split('-').Select(sum => sum.Split('+').Sum(term => term.Split('×')
            .Aggregate(1m, (product, factor) => product * decimal.Parse(factor, CultureInfo.InvariantCulture))))
            .Aggregate((left, right) => left - right);

    [GeneratedRegex(@"(\d[\d ×+\-]*)=\s?(\d+)")]
    private static partial Regex Equation();

    [GeneratedRegex(@"([\d.]*\d) is larger than ([\d.]*\d)")]
    private static partial Regex Larger();

    [GeneratedRegex(@"([\d.]*\d) is less than ([\d.]*\d)")]
    private static partial Regex Less();

    [GeneratedRegex(@"(\d)([<>])(\d)")]
    private static partial Regex Sign();

    [GeneratedRegex(@"(?:Of|larger,|Compare) ([\d.]*\d) (?:and|or) ([\d.]*\d)(?:, |[?.] \S+ \S+ so )([\d.]*\d)")]
    private static partial Regex LargerOfTwo();

    [GeneratedRegex(@"After (\d+) comes (\d+)")]
    private static partial Regex Next();

    [GeneratedRegex(@"Before (\d+) comes (\d+)")]
    private static partial Regex Previous();

    [GeneratedRegex(@"has (\d+) \w+ and gets (\d+) more: now there are (\d+)")]
    private static partial Regex Gets();

    [GeneratedRegex(@"Count[a-z ]*: ([\d, ]+)\.")]
    private static partial Regex Series();

    [GeneratedRegex(@"(?<!\d)(\d\d) ?× ?(\d\d)(?!\d)")]
    private static partial Regex Product();

    [GeneratedRegex(@"(\d+\.\d+) (?:is larger than|is less than|or|and) (\d+\.\d+)")]
    private static partial Regex TwoDecimals();
}
