using CsCheck;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests.Recipes;

public sealed class RecipeWriterTests
{
    [Fact]
    public void What_is_written_reads_back_to_the_same_recipe_whatever_the_values()
    {
        var text = Gen.String.Where(s => s != "none" && !s.Any(char.IsSurrogate));
        var optimizer = Gen.Select(Gen.Double[1e-300, 1e300], Gen.Float.Where(f => !float.IsNaN(f)), Gen.Enum<Schedule>(), Gen.Double.Where(d => !double.IsNaN(d)).Nullable(), Gen.Int[1, 1_000_000])
            .Select(t => new OptimizerSection { LearningRate = t.Item1, Beta1 = t.Item2, Schedule = t.Item3, ClipNorm = t.Item4, Steps = t.Item5, WarmupSteps = t.Item5 / 2 });
        var probe = Gen.Select(text.Where(t => t.Trim().Length > 0), text.List[0, 3]).Select(t => new ProbeSection { Context = t.Item1, Expect = t.Item2 });
        Gen.Select(Gen.Select(text, OrNull(text), Gen.Long, Gen.Bool), Gen.Double[0, 1].List[0, 4], Gen.Int.Array[0, 4], optimizer, OrNull(optimizer), probe.List[0, 3])
            .Sample((head, weights, sizes, first, second, probes) =>
            {
                using var temp = new TempFolder();
                var recipe = new SampleRecipe
                {
                    Name = head.Item1,
                    Note = head.Item2,
                    Seed = head.Item3,
                    Bf16 = head.Item4,
                    Weights = weights,
                    Sizes = sizes,
                    Optimizer = first,
                    Second = second,
                    Probes = probes,
                };
                var written = RecipeWriter.Write(recipe);
                File.WriteAllText(temp["resolved.toml"], written);
                var read = RecipeReader.Read<SampleRecipe>(temp["resolved.toml"], [], new Dictionary<string, string>());
                Assert.Equivalent(recipe, read, strict: true);
                Assert.Equal(written, RecipeWriter.Write(read));
            }, iter: 200, threads: 1);
    }

    [Fact]
    public void All_keys_are_written()
    {
        Assert.Equal("""
            name = "sample"
            note = "none"
            seed = 1
            bf16 = true
            weights = [0.5, 0.5]
            sizes = []
            second = "none"
            probes = []

            [optimizer]
            learning_rate = 0.0003
            beta1 = 0.9
            schedule = "warmup_stable_decay"
            clip_norm = 1.0
            warmup_steps = 10
            steps = 100

            """.ReplaceLineEndings("\n"), RecipeWriter.Write(new SampleRecipe()));
    }

    private static Gen<T?> OrNull<T>(Gen<T> gen)
        where T : class => Gen.Select(Gen.Bool, gen).Select(t => t.Item1 ? t.Item2 : null);
}
