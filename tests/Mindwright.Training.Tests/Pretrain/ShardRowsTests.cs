using Mindwright.Data;
using Mindwright.Model;
using Mindwright.Runs.Recipes;
using Mindwright.Testing;
using Mindwright.Training.Loop;
using Mindwright.Training.Stages.Pretrain;

namespace Mindwright.Training.Tests.Pretrain;

public sealed class ShardRowsTests : IDisposable
{
    private const int Time = 24;
    private const int Rows = 3;

    private readonly TempFolder _folder = new();

    public ShardRowsTests()
    {
        var lines = Enumerable.Range(0, 300).Select(i => $"What is {i} and {i * 7 % 13}? The answer to that is {i + (i * 7 % 13)}, my friend number {i * i}.");
        File.WriteAllText(_folder["a.txt"], string.Join('\n', lines));
        DataBuild.Run(new DataBuildOptions
        {
            Output = _folder["built"],
            Sources = [new DataSource("a", [_folder["a.txt"]]) { Read = new ReadOptions { Separator = "\n" }, Epochs = 2 }],
            Filters = FilterOptions.Off,
            HeldOut = 0.1,
        }, SmallModel.Tokenizer);
    }

    public void Dispose() => _folder.Dispose();

    private ShardRows Open(params string[] withoutTags) => new(_folder["built"], Time, seed: 5, withoutTags);

    [Fact]
    public void A_step_gets_the_same_rows_whichever_steps_came_before()
    {
        using var rows = Open();
        var batches = Enumerable.Range(0, 8).Select(step => rows.At(step, Rows)).ToArray();
        foreach (var step in new[] { 5, 6, 2, 7, 0 })
        {
            var again = rows.At(step, Rows);
            Assert.Equal(batches[step].Inputs, again.Inputs);
            Assert.Equal(batches[step].Targets, again.Targets);
            Assert.Equal(batches[step].Segments, again.Segments);
            Assert.Equal(batches[step].Weights, again.Weights);
        }
        Assert.NotEqual(batches[0].Inputs, batches[1].Inputs);
    }

    [Fact]
    public void What_is_held_out_is_never_read_and_everything_else_is_in_each_epoch()
    {
        using var rows = Open();
        var learned = new HashSet<string>();
        long tokens = 0;
        var step = 0;
        try
        {
            for (; ; step++)
            {
                var batch = rows.At(step, Rows);
                tokens += (long)batch.Total;
                Assert.All(Enumerable.Range(0, batch.Targets.Length), i => Assert.Equal(batch.Segments![i] < 0, batch.Weights is { } weights && weights[i] == 0));
            }
        }
        catch (InvalidDataException e)
        {
            Assert.Contains("the data is over", e.Message, StringComparison.Ordinal);
        }
        using var dataset = TokenDataset.Open(_folder["built"], cancellation: TestContext.Current.CancellationToken);
        var source = dataset.Sources[0];
        var bit = 1u << dataset.Manifest.Tags.ToList().IndexOf(Manifest.HeldOutTag);
        var expected = Enumerable.Range(0, (int)source.Documents).Where(i => (source.Tags(i) & bit) == 0).Sum(i => source.Read(i).Length);
        Assert.True(expected < dataset.Manifest.Tokens);
        Assert.Equal(2 * expected, tokens);

        var once = rows.ReadBy(1_000_000, Rows);
        Assert.InRange(once.Length, expected, expected + (Rows * Time));
        Assert.Equal(rows.At(0, Rows).Inputs.Zip(rows.At(0, Rows).Segments!).Where(pair => pair.Second >= 0).Select(pair => (int)pair.First), rows.ReadBy(1, Rows));
    }

    [Fact]
    public void A_tag_that_the_folder_does_not_have_is_named() =>
        Assert.Contains("held_out", Assert.Throws<RecipeException>(() => Open("fun")).Message, StringComparison.Ordinal);
}
