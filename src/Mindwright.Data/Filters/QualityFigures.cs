namespace Mindwright.Data;

/// <summary>A quality classifier's accuracy on labels that it was not trained on, by five-fold cross-validation.</summary>
/// <param name="Examples">Labeled texts.</param>
/// <param name="Good">How many of those are good.</param>
/// <param name="Accuracy">Share of unseen texts whose more probable label is the true one, 0 to 1.</param>
/// <param name="Majority">The accuracy of always predicting the more frequent label, 0 to 1.</param>
/// <param name="Auc">Probability that an unseen good text scores above an unseen bad one; 0.5 by chance.</param>
public sealed record QualityFigures(int Examples, int Good, double Accuracy, double Majority, double Auc)
{
    private const int Folds = 5;

    /// <summary>Trains on four fifths and scores the last fifth, five times, so that every text is scored once by a classifier that has not seen it.</summary>
    /// <param name="examples">Labeled texts, in any order.</param>
    /// <returns>The figures; null where some fold has only one label to train on.</returns>
    internal static QualityFigures? Of(IReadOnlyList<LabeledText> examples)
    {
        var scored = new List<(double Score, bool IsGood)>(examples.Count);
        for (var fold = 0; fold < Folds; fold++)
        {
            LabeledText[] known = [.. examples.Where((_, i) => i % Folds != fold)];
            if (known.All(example => example.IsGood) || known.All(example => !example.IsGood))
                return null;
            var classifier = QualityClassifier.Train(known);
            scored.AddRange(examples.Where((_, i) => i % Folds == fold).Select(example => (classifier.Score(example.Text), example.IsGood)));
        }
        var good = scored.Count(text => text.IsGood);
        return new QualityFigures(
            scored.Count, good, scored.Average(text => text.Score > 0.5 == text.IsGood ? 1.0 : 0.0),
            (double)Math.Max(good, scored.Count - good) / scored.Count, AreaUnderCurve(scored, good));
    }

    /// <summary>By the ranks of the good ones (Mann and Whitney 1947); equal scores share their ranks.</summary>
    private static double AreaUnderCurve(List<(double Score, bool IsGood)> scored, int good)
    {
        double ranks = 0;
        var below = 0;
        foreach (var tied in scored.GroupBy(text => text.Score).OrderBy(group => group.Key).Select(group => group.ToArray()))
        {
            ranks += tied.Count(text => text.IsGood) * (below + ((tied.Length + 1) / 2.0));
            below += tied.Length;
        }
        return (ranks - (good * (good + 1) / 2.0)) / ((double)good * (scored.Count - good));
    }
}
