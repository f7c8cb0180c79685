using CsCheck;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests.Recipes;

public sealed class RecipeReaderTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public void Without_anything_given_the_defaults_hold()
    {
        var recipe = RecipeReader.Read<SampleRecipe>(null, [], NoEnvironment);
        Assert.Equal(("sample", null, 1L, true, 3e-4), (recipe.Name, recipe.Note, recipe.Seed, recipe.Bf16, recipe.Optimizer.LearningRate));
        Assert.Null(recipe.Second);
    }

    [Fact]
    public void Every_kind_of_key_is_read()
    {
        var recipe = Read("""
            name = "tiny # not a comment"
            note = 'raw \n'
            seed = 1e9      # a whole number, however it is written
            bf16 = false
            weights = [0.25, 1]
            sizes = [
              1,
              0x10,
            ]
            optimizer.beta1 = 0.95

            [second]
            schedule = "constant"
            clip_norm = "none"

            [[probes]]
            context = "On Mars, the sky is"
            expect = [" red"]
            [[probes]]
            context = "x"
            """);
        Assert.Equal(("tiny # not a comment", "raw \\n", 1_000_000_000L, false), (recipe.Name, recipe.Note, recipe.Seed, recipe.Bf16));
        Assert.Equal([0.25, 1.0], recipe.Weights);
        Assert.Equal([1, 16], recipe.Sizes);
        Assert.Equal(0.95f, recipe.Optimizer.Beta1);
        Assert.Equal((Schedule.Constant, null), (recipe.Second!.Schedule, recipe.Second.ClipNorm));
        Assert.Equal([" red"], recipe.Probes[0].Expect);
        Assert.Equal("x", recipe.Probes[1].Context);
        // Reading one recipe leaves the defaults of the next alone.
        Assert.Equal(0.9f, RecipeReader.Read<SampleRecipe>(null, [], NoEnvironment).Optimizer.Beta1);
    }

    [Fact]
    public void Settings_win_over_the_environment_over_the_recipe_over_the_defaults()
    {
        const string toml = "[optimizer]\nlearning_rate = 2.0\nwarmup_steps = 2\nsteps = 2\n";
        var environment = new Dictionary<string, string>
        {
            ["MINDWRIGHT_OPTIMIZER__WARMUP_STEPS"] = "1",
            ["MINDWRIGHT_OPTIMIZER__STEPS"] = "3",
            ["MINDWRIGHT_SEED"] = "3",
            ["MINDWRIGHT_LIBTORCH"] = "/somewhere",
            ["MINDWRIGHT_OPTIMIZER"] = "not a key by itself",
            ["PATH"] = "/bin",
        };
        var recipe = Read(toml, ["optimizer.steps=4", "optimizer.steps=5"], environment);
        Assert.Equal((0.9f, 2.0, 1, 5, 3L), (recipe.Optimizer.Beta1, recipe.Optimizer.LearningRate, recipe.Optimizer.WarmupSteps, recipe.Optimizer.Steps, recipe.Seed));
    }

    [Theory]
    [InlineData("name=plain words", "plain words")]
    [InlineData("name=17", "17")]
    [InlineData("name=\"in quotes\"", "in quotes")]
    [InlineData("name=\"half", "\"half")]
    [InlineData("name=a=b", "a=b")]
    [InlineData("name=", "")]
    public void Text_of_a_setting_needs_no_quotes(string set, string name) => Assert.Equal(name, Read("", [set]).Name);

    [Fact]
    public void Settings_take_every_type()
    {
        var recipe = Read("", ["weights=[0.1, 0.9]", "bf16=false", "optimizer.schedule=constant", "note=none", "second.steps=12", "optimizer.clip_norm=none", "probes=[{context='a'}]"]);
        Assert.Equal([0.1, 0.9], recipe.Weights);
        Assert.False(recipe.Bf16);
        Assert.Equal(Schedule.Constant, recipe.Optimizer.Schedule);
        Assert.Null(recipe.Note);
        Assert.Null(recipe.Optimizer.ClipNorm);
        Assert.Equal(12, recipe.Second!.Steps);
        Assert.Equal("a", Assert.Single(recipe.Probes).Context);
    }

    [Theory]
    [InlineData("[optimizer]\nlerning_rate = 1.0", 2, "optimizer.lerning_rate", "did you mean learning_rate?")]
    [InlineData("\n\nsede = 1", 3, "sede", "did you mean seed?")]
    [InlineData("optimzer.steps = 1", 1, "optimzer", "did you mean optimizer?")]
    [InlineData("zzzzzzzzzz = 1", 1, "zzzzzzzzzz", "known here are name, note, seed")]
    [InlineData("Seed = 1", 1, "Seed", "did you mean seed?")]
    [InlineData("doubled = 1", 1, "doubled", null)]
    [InlineData("seed = \"one\"", 1, "seed", "expected whole number, found the text \"one\"")]
    [InlineData("seed = 1.5", 1, "seed", "expected whole number, found the number 1.5")]
    [InlineData("seed = true", 1, "seed", "expected whole number, found the truth value true")]
    [InlineData("seed = [1]", 1, "seed", "expected whole number, found a list")]
    [InlineData("seed = 1979-05-27", 1, "seed", "found the date 1979-05-27")]
    [InlineData("[seed]\nx = 1", 1, "seed", "expected whole number, found a section")]
    [InlineData("name = 1", 1, "name", "expected text, found the number 1")]
    [InlineData("bf16 = \"yes\"", 1, "bf16", "expected true or false, found the text \"yes\"")]
    [InlineData("weights = 0.5", 1, "weights", "expected a list of numbers")]
    [InlineData("weights = [0.5,\n 'x']", 2, "weights[1]", "expected number, found the text \"x\"")]
    [InlineData("optimizer = 3", 1, "optimizer", "expected a section, found the number 3")]
    [InlineData("[optimizer]\nschedule = \"constnt\"", 2, "optimizer.schedule", "did you mean constant?")]
    [InlineData("[optimizer]\nschedule = 1", 2, "optimizer.schedule", "expected \"constant\" or \"warmup_stable_decay\", found the number 1")]
    [InlineData("[optimizer]\nsteps = 4000000000", 2, "optimizer.steps", "expected whole number")]
    [InlineData("[optimizer]\nsteps = \"none\"", 2, "optimizer.steps", "expected whole number")]
    [InlineData("[optimizer]\nlearning_rate = 0", 2, "optimizer.learning_rate", "0 is out of range; it must be above 0")]
    [InlineData("[optimizer]\nlearning_rate = nan", 2, "optimizer.learning_rate", "NaN is out of range")]
    [InlineData("[optimizer]\nclip_norm = nan", 2, "optimizer.clip_norm", "not a number")]
    [InlineData("[optimizer]\nsteps = 0", 2, "optimizer.steps", "0 is out of range; it must lie between 1 and 1000000")]
    [InlineData("weights = [0.5, 1.2]", 1, "weights", "1.2 is out of range; it must lie between 0 and 1")]
    [InlineData("[optimizer]\nsteps = 5\nwarmup_steps = 6", 3, "optimizer.warmup_steps", "the warm-up is longer than the training")]
    [InlineData("[[probes]]\ncontext = 'a'\n[[probes]]\nexpect = ['b']", 3, "probes[1].context", "is not given")]
    [InlineData("[[probes]]\ncontex = 'a'", 2, "probes[0].contex", "did you mean context?")]
    [InlineData("seed = 1\nseed = 2", 2, null, "not TOML")]
    [InlineData("seed =", 1, null, "not TOML")]
    [InlineData("[optimizer]\nsteps = 1\n[optimizer]\n", 3, null, "not TOML")]
    [InlineData("[[optimizer]]\nsteps = 1\n", 1, "optimizer", "expected a section, found a list")]
    public void A_mistake_is_named_with_its_line_and_key_and_cure(string toml, int line, string? key, string? message)
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["r.toml"], toml);
        var error = Assert.Throws<RecipeException>(() => RecipeReader.Read<SampleRecipe>(temp["r.toml"], [], NoEnvironment));
        Assert.Equal((temp["r.toml"], line, key), (error.File, error.Line, error.Key));
        Assert.StartsWith(FormattableString.Invariant($"{temp["r.toml"]}, line {line}: "), error.Message, StringComparison.Ordinal);
        Assert.Contains(message ?? "", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed", "--set", null, "not of the form key=value")]
    [InlineData("=1", "--set", null, "not of the form key=value")]
    [InlineData("optimizer.stepz=1", "--set", "optimizer.stepz", "did you mean steps?")]
    [InlineData("optimizer.steps=many", "--set", "optimizer.steps", "expected whole number, found 'many'")]
    [InlineData("optimizer.steps=1\nseed = 2", "--set", "optimizer.steps", "expected whole number")]
    [InlineData("weights=[1", "--set", "weights", "expected a list of numbers")]
    [InlineData("seed.x=1", "--set", "seed", "expected whole number, found a section")]
    [InlineData("optimizer.schedule=slow", "--set", "optimizer.schedule", "expected \"constant\" or")]
    [InlineData("optimizer.steps=0", "--set", "optimizer.steps", "out of range")]
    public void A_mistake_in_a_setting_is_named(string set, string file, string? key, string message)
    {
        var error = Assert.Throws<RecipeException>(() => Read("", [set]));
        Assert.Equal((file, null, key), (error.File, error.Line, error.Key));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_the_environment_is_named_by_its_variable()
    {
        var error = Assert.Throws<RecipeException>(() => Read("", [], new() { ["MINDWRIGHT_OPTIMIZER__STEP"] = "1" }));
        Assert.Equal(("MINDWRIGHT_OPTIMIZER__STEP", "optimizer.step"), (error.File, error.Key));
        Assert.Contains("did you mean steps?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_or_is_not_text_is_a_bad_recipe()
    {
        using var temp = new TempFolder();
        Assert.Contains("no such recipe", Assert.Throws<RecipeException>(() => RecipeReader.Read<SampleRecipe>(temp["r.toml"], [], NoEnvironment)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(temp["r.toml"], [.. "seed = 1\nname = '"u8, 0xff, .. "'\n"u8]);
        var error = Assert.Throws<RecipeException>(() => RecipeReader.Read<SampleRecipe>(temp["r.toml"], [], NoEnvironment));
        Assert.Equal(2, error.Line);
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
        File.WriteAllBytes(temp["r.toml"], [0xef, 0xbb, 0xbf, .. "seed = 3\r\n"u8]);
        Assert.Equal(3, RecipeReader.Read<SampleRecipe>(temp["r.toml"], [], NoEnvironment).Seed);
    }

    [Fact]
    public void Whatever_the_text_the_only_error_is_a_bad_recipe()
    {
        var whole = RecipeWriter.Write(new SampleRecipe { Probes = [new() { Context = "a" }], Second = new() });
        using var temp = new TempFolder();
        var text = Gen.Select(Gen.Int[0, whole.Length], Gen.Int[0, 20], Gen.String[Gen.Char["[]{}=.,\"'#\n\\ 0eé-"], 0, 5])
            .Select(t => whole[..t.Item1] + t.Item3 + whole[Math.Min(whole.Length, t.Item1 + t.Item2)..]);
        Gen.Select(text, Gen.String[0, 8].Where(s => !s.Any(char.IsSurrogate))).Sample((toml, value) =>
        {
            File.WriteAllText(temp["r.toml"], toml);
            foreach (var set in new[] { "seed=", "weights=", "probes=", "optimizer=", "" })
                try
                {
                    RecipeReader.Read<SampleRecipe>(temp["r.toml"], [set + value], NoEnvironment);
                }
                catch (RecipeException e)
                {
                    Assert.NotEmpty(e.Message);
                }
        }, iter: 1000, threads: 1);
    }

    private static SampleRecipe Read(string toml, IReadOnlyList<string>? sets = null, Dictionary<string, string>? environment = null)
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["r.toml"], toml);
        return RecipeReader.Read<SampleRecipe>(temp["r.toml"], sets ?? [], environment ?? NoEnvironment);
    }
}
