using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class QualityClassifierTests
{
    [Fact]
    public void Human_labels_are_foretold_better_than_by_chance_on_unseen_pages()
    {
        var examples = LabeledTexts.Read([TestData.PathOrSkip("pretrain/dclm-quality.jsonl")], TestContext.Current.CancellationToken);
        Assert.Equal(335, examples.Count);
        var figures = QualityFigures.Of(examples)!;
        TestContext.Current.TestOutputHelper?.WriteLine($"{figures}");
        Assert.True(figures.Auc > 0.6, $"{figures}");
        Assert.True(figures.Accuracy > figures.Majority, $"{figures}");
    }

    [Fact]
    public void Figures_are_those_of_the_definition()
    {
        LabeledText[] plain = [.. Enumerable.Range(0, 40).Select(i => new LabeledText(i % 2 == 0 ? "a proof of a theorem" : "buy cheap pills", i % 2 == 0))];
        Assert.Equal(new QualityFigures(40, 20, 1, 0.5, 1), QualityFigures.Of(plain));
        // The same text under both labels cannot be told apart: all scores tie.
        LabeledText[] alike = [.. Enumerable.Range(0, 40).Select(i => new LabeledText("word", i % 4 == 0))];
        Assert.Equal(0.75, QualityFigures.Of(alike)!.Accuracy);
        Assert.Null(QualityFigures.Of([new("a", true), new("b", false)]));
    }

    [Fact]
    public void Training_is_repeatable_and_learns_what_is_plain()
    {
        LabeledText[] examples = [.. Enumerable.Range(0, 40).Select(i => new LabeledText(i % 2 == 0 ? $"a proof of theorem {i} follows" : $"buy cheap pills {i} now", i % 2 == 0))];
        var classifier = QualityClassifier.Train(examples, seed: 3);
        Assert.Equal(classifier.Sha256, QualityClassifier.Train(examples, seed: 3).Sha256);
        Assert.True(classifier.Score("the theorem has a proof") > 0.5);
        Assert.True(classifier.Score("cheap pills") < 0.5);
        Assert.Throws<InvalidDataException>(() => QualityClassifier.Train([new("a", true)]));
    }
}
