using System.Text.Json;
using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class LanguageIdentifierTests
{
    private static readonly Script[] s_shared = [Script.Latin, Script.Cyrillic, Script.Arabic];

    private static IEnumerable<(string Language, Script Script, string Text)> Declaration()
    {
        foreach (var line in File.ReadLines(TestData.PathOrSkip("multilingual/udhr.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var text = string.Join('\n', json.RootElement.GetProperty("articles").EnumerateArray().Select(article => article.GetString()));
            var script = text.Select(Scripts.Of).Where(s => s != Script.None).GroupBy(s => s).MaxBy(group => group.Count())!.Key;
            yield return (json.RootElement.GetProperty("lang").GetString()!.Split('-')[0], script, text);
        }
    }

    [Fact]
    public void The_profiles_are_those_of_the_declaration_of_human_rights()
    {
        var profiles = LanguageProfiles.Build(Declaration().Where(sample => s_shared.Contains(sample.Script)));
        var path = Path.Combine(TestData.RepositoryRoot, "src/Mindwright.Data/Filters/Languages.txt");
        if (Environment.GetEnvironmentVariable("MINDWRIGHT_WRITE_PROFILES") == "1")
            File.WriteAllText(path, profiles);
        Assert.Equal(profiles, File.ReadAllText(path));
    }

    [Fact]
    public void Paragraphs_of_another_corpus_are_told_apart()
    {
        var (right, sentencesRight, all) = (0, 0, 0);
        foreach (var line in File.ReadLines(TestData.PathOrSkip("multilingual/xquad-contexts.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            foreach (var paragraph in json.RootElement.EnumerateObject())
            {
                var text = paragraph.Value.GetString()!;
                all++;
                right += LanguageIdentifier.Identify(text).Code == paragraph.Name ? 1 : 0;
                sentencesRight += LanguageIdentifier.Identify(text[..Math.Min(text.Length, 80)]).Code == paragraph.Name ? 1 : 0;
            }
        }
        Assert.Equal(180 * 12, all);
        Assert.True(right >= 0.995 * all, $"paragraphs: {right} of {all}");
        Assert.True(sentencesRight >= 0.95 * all, $"80 characters: {sentencesRight} of {all}");
    }

    [Fact]
    public void Every_article_of_the_declaration_is_known()
    {
        foreach (var (language, _, text) in Declaration())
            Assert.Equal(language, LanguageIdentifier.Identify(text).Code);
        Assert.Equal("ja", LanguageIdentifier.Identify(File.ReadAllText(TestData.PathOrSkip("multilingual/wagahaiwa_nekodearu.txt"))).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345 67890 !!!")]
    [InlineData("short")]
    public void A_text_without_letters_has_no_language(string text) => Assert.Equal("und", LanguageIdentifier.Identify(text).Code);
}
