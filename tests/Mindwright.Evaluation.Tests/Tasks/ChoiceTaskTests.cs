using Mindwright.Evaluation.Tasks;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Tasks;

public sealed class ChoiceTaskTests
{
    [Fact]
    public void Each_normalization_prefers_the_choice_that_its_formula_says()
    {
        // Every byte costs ln 258 minus what its logit adds. " a" costs least in sum; " bbb" least a character; " éé" least a byte.
        var model = FunctionModel.OverBytes(_ =>
        {
            var logits = new float[258];
            (logits[' '], logits['a'], logits['b'], logits[0xC3], logits[0xA9]) = (10, 2.5f, 6.5f, 7, 7);
            return logits;
        });
        ChoiceItem Item(int gold) => new([("Q", " a"), ("Q", " bbb"), ("Q", " éé")], gold);
        string Winner(string measure) => string.Concat(Enumerable.Range(0, 3).Where(gold =>
            new ChoiceTask("t", "acc", [Item(gold)], "").Evaluate(model, [0], default)[0].Values[measure] == 1));

        var scores = model.Score([.. Item(0).Options.Select(option => model.After(option.Context, option.Continuation))]);
        string Best(params double[] lengths) => $"{Enumerable.Range(0, 3).MaxBy(i => scores[i].LogProb / lengths[i])}";
        Assert.Equal(Best(1, 1, 1), Winner("acc"));
        Assert.Equal(Best(1, 3, 2), Winner("acc_norm"));
        Assert.Equal(Best(1, 3, 4), Winner("acc_bytes"));
        Assert.Equal(3, new[] { Winner("acc"), Winner("acc_norm"), Winner("acc_bytes") }.Distinct().Count());
    }

    [Theory]
    [InlineData("evals/core/arc_easy.jsonl", 4)]
    [InlineData("evals/core/boolq.jsonl", 2)]
    [InlineData("evals/core/openbook_qa.jsonl", 4)]
    [InlineData("evals/core/piqa.jsonl", 2)]
    [InlineData("evals/core/winogrande.jsonl", 2)]
    [InlineData("evals/hellaswag-val-sample.jsonl", 4)]
    [InlineData("evals/truthfulqa-half.jsonl", 2)]
    [InlineData("evals/train-splits/piqa-train.jsonl", 2)]
    [InlineData("evals/train-splits/winogrande-train.jsonl", 2)]
    [InlineData("reasoning/aqua-dev.jsonl", 5)]
    public void Published_formats_read(string path, int atLeast)
    {
        var items = ChoiceFormats.Read(DataFile.Read(TestData.PathOrSkip(path)));
        Assert.NotEmpty(items);
        Assert.All(items, item => Assert.All(item.Options, option => Assert.NotEqual("", option.Continuation.Trim())));
        Assert.True(items.Average(item => item.Options.Count) >= atLeast * 0.95);
        Assert.True(items.Select(item => item.Gold).Distinct().Count() > 1 || path.Contains("truthful", StringComparison.Ordinal));
    }

    [Fact]
    public void Mmlu_shows_five_examples_of_the_same_subject()
    {
        var dev = DataFile.Read(TestData.PathOrSkip("evals/mmlu-dev-validation.jsonl"));
        var items = ChoiceFormats.Mmlu(DataFile.Read(TestData.PathOrSkip("evals/mmlu-test-half.jsonl")), dev, shots: 5);
        var (context, continuation) = items[0].Options[2];
        Assert.StartsWith("The following are multiple choice questions (with answers) about abstract algebra.\n\nFind all c in Z_3", context, StringComparison.Ordinal);
        Assert.Contains("Answer: B\n\n", context, StringComparison.Ordinal);
        Assert.Equal(6, context.Split("\nAnswer:").Length - 1);
        Assert.EndsWith("D. 120\nAnswer:", context, StringComparison.Ordinal);
        Assert.Equal((" C", "abstract_algebra", 2), (continuation, items[0].Group, items[0].Gold));
    }

    [Fact]
    public void An_unknown_shape_is_an_error_that_names_file_and_item()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["x.jsonl"], "{\"a\": 1}\n");
        Assert.Contains("x.jsonl, item 1", Assert.Throws<InvalidDataException>(() => ChoiceFormats.Read(DataFile.Read(folder["x.jsonl"]))).Message, StringComparison.Ordinal);
        File.WriteAllText(folder["x.jsonl"], "{\"a\": 1}\n{\n");
        Assert.Contains("x.jsonl:2", Assert.Throws<InvalidDataException>(() => DataFile.Read(folder["x.jsonl"])).Message, StringComparison.Ordinal);
    }
}
