using System.Text.RegularExpressions;
using Mindwright.Data.Recipes;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;

namespace Mindwright.Data.Tests.Recipes;

public sealed class DataRecipeTests : IDisposable
{
    private static readonly string s_recipe = Path.Combine(TestData.RepositoryRoot, "recipes", "data.toml");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static DataRecipe Read(string? path, params string[] sets) => RecipeReader.Read<DataRecipe>(path, sets, new Dictionary<string, string>());

    private DataRecipe Written(string toml)
    {
        File.WriteAllText(_folder["recipe.toml"], toml);
        return Read(_folder["recipe.toml"]);
    }

    private const string Source = "[[sources]]\nname = \"a\"\npaths = [\"a.txt\"]\n";

    [Fact]
    public void The_recipe_that_comes_along_names_every_key_and_means_the_defaults()
    {
        var recipe = Read(s_recipe);
        var defaults = new DataRecipe { Sources = recipe.Sources, BadInput = BadInputChoice.Skip };
        Assert.Equal(RecipeWriter.Write(defaults), RecipeWriter.Write(recipe));
        // Keys stand as settings, or in the examples that are commented out; every line of either says what it means.
        var text = File.ReadAllText(s_recipe);
        foreach (var section in new object[] { recipe, recipe.Tokenizer, recipe.Filters, new SourceSection(), new RuleSection(), new TagSection(), new EvaluationSection() })
            foreach (var key in section.GetType().GetProperties().Where(property => property.SetMethod is not null && property.Name is not ("Sources" or "Tokenizer" or "Filters" or "Rules" or "Tags" or "Evaluations")))
                Assert.Matches($@"(?m)^(# )?{Regex.Escape(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(key.Name))} = ", text);
        foreach (var signal in Enum.GetValues<Signal>())
            if (signal is not (Signal.Top3Gram or > Signal.Duplicate5Grams and < Signal.Duplicate10Grams)) // within an ellipsis
                Assert.Contains(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(signal.ToString()), text, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_of_published_rules_can_be_replaced_and_others_added()
    {
        var rules = Written(Source + """
            [filters]
            rule_sets = ["gopher", "c4"]
            [[filters.rules]]
            name = "gopher_words"
            min = 7
            [[filters.rules]]
            name = "mine"
            signal = "language_confidence"
            min = 0.5
            """).Filters.ToOptions().Rules;
        Assert.Equal(RuleSets.ByName["gopher"].Count + RuleSets.ByName["c4"].Count + 1, rules.Count);
        Assert.Equal(new Rule("gopher_words", Signal.Words, 7), Assert.Single(rules, rule => rule.Name == "gopher_words"));
        Assert.Equal(new Rule("mine", Signal.LanguageConfidence, 0.5), rules[^1]);
    }

    [Theory]
    [InlineData("[filters]\nrule_sets = [\"gofer\"]", "gopher")]
    [InlineData("[[filters.rules]]\nname = \"mine\"\nmin = 1", "needs a signal")]
    [InlineData("[filters]\nmin_quality = 0.5", "quality_examples")]
    [InlineData("[filters]\nnear_duplicates = 2", "between")]
    [InlineData("[filters]\nmask = [\"emails\"]", "did you mean email")]
    [InlineData("[[sources]]\nname = \"b\"", "either paths or built_in")]
    [InlineData("[[sources]]\nname = \"b\"\nbuilt_in = \"world\"", "how many documents")]
    [InlineData("[[sources]]\npaths = [\"b\"]", "name")]
    [InlineData("[filters]\nnear_duplicate = 0.7", "did you mean near_duplicates")]
    [InlineData("[sieve]\nnear_duplicates = 0.7", "sieve: is not a key any more; it is now filters")]
    public void A_recipe_that_cannot_be_meant_is_refused_with_the_cure(string toml, string expected) =>
        Assert.Contains(expected, Assert.Throws<RecipeException>(() => Written(Source + toml)).Message, StringComparison.Ordinal);

    [Fact]
    public void Either_every_source_has_a_weight_or_none_has()
    {
        const string Other = "[[sources]]\nname = \"b\"\npaths = [\"b.txt\"]\n";
        var error = Assert.Throws<RecipeException>(() => Written(Source + "weight = 2.0\n" + Other));
        Assert.Contains("recipe.toml, line 5", error.Message, StringComparison.Ordinal);
        Assert.Contains("source b has no weight, and a has one: give every source a weight, or none", error.Message, StringComparison.Ordinal);
        Assert.Equal([2, 3], Written(Source + "weight = 2.0\n" + Other + "weight = 3.0\n").Sources.Select(source => source.Weight!.Value));
        Assert.All(Written(Source + Other).Sources, source => Assert.Null(source.Weight));
    }

    [Fact]
    public void What_only_the_build_can_tell_is_a_fault_of_the_recipe_too()
    {
        File.WriteAllText(_folder["a.txt"], string.Concat(Enumerable.Range(0, 3000).Select(i => $"the {i % 37} little birds sang in tree {i % 11}, and rivers ran to distant seas where sailors told stories of golden mountains\n")));
        DataRecipe recipe = new() { Tokenizer = new() { Vocabulary = 300 }, Sources = [new() { Name = "a", Paths = [_folder["a.txt"]] }] };
        string Error(DataRecipe faulty) => Assert.Throws<RecipeException>(() => DataRecipeBuild.Run(faulty, _folder["out"], SilentProgress.Instance, TestContext.Current.CancellationToken)).Message;
        Assert.Contains("no text to read", Error(recipe with { Sources = [] }), StringComparison.Ordinal);
        Assert.Contains("two sources are called a", Error(recipe with { Sources = [.. recipe.Sources, .. recipe.Sources] }), StringComparison.Ordinal);
        Assert.Contains("<|stop|>", Error(recipe with { Tokenizer = recipe.Tokenizer with { Boundary = "<|stop|>" } }), StringComparison.Ordinal);
        Assert.Contains("no tag fun", Error(recipe with { Filters = recipe.Filters with { DropTags = ["fun"] } }), StringComparison.Ordinal);
        Assert.Contains("gpt9", Error(recipe with { Tokenizer = recipe.Tokenizer with { Pattern = "gpt9" } }), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }
}
