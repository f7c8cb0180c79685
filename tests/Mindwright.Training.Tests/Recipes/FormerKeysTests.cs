using System.Reflection;
using System.Text.RegularExpressions;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages;

namespace Mindwright.Training.Tests.Recipes;

/// <summary>Keys of earlier versions: whoever still writes one is told the new one.</summary>
public sealed partial class FormerKeysTests
{
    private static readonly (string Name, Type Type)[] Sections = [("data", typeof(DataSection)), .. StageList.All.Select(stage => (stage.Name, stage.Section))];

    public static TheoryData<string, string, string> Keys => new(Sections.SelectMany(section =>
        section.Type.GetCustomAttributes<FormerKeyAttribute>(inherit: true).Select(key => (section.Name, key.Name, key.Now))));

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_former_key_is_refused_and_the_message_says_what_to_write_instead(string section, string former, string now)
    {
        var error = Assert.Throws<RecipeException>(() => RecipeReader.Read<Recipe>(null, [$"{section}.{former}=1"], new Dictionary<string, string>()));
        Assert.Equal($"{section}.{former}", error.Key);
        Assert.EndsWith($"is not a key any more; it is now {now}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void What_is_to_be_written_instead_is_a_key_that_there_is(string section, string former, string now)
    {
        Assert.NotEmpty(former);
        var own = RecipeWriter.Write(new Recipe()).Split($"\n[{section}]\n")[1].Split("\n[")[0];
        if (Word().IsMatch(now))
            Assert.Contains($"\n{now} = ", "\n" + own, StringComparison.Ordinal);
        else
            Assert.Contains($"[[{section}.sources]]", now, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_section_with_former_keys_is_among_those_asked_here() => Assert.All(
        typeof(Recipe).Assembly.GetTypes().Where(type => type.GetCustomAttributes<FormerKeyAttribute>(inherit: false).Any()),
        type => Assert.Contains(Sections, section => section.Type.IsAssignableTo(type)));

    [GeneratedRegex("^[a-z_]+$")]
    private static partial Regex Word();
}
