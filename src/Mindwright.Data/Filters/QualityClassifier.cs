using System.Runtime.InteropServices;

namespace Mindwright.Data;

/// <summary>A text and whether it is a good example.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsGood">The label.</param>
internal sealed record LabeledText(string Text, bool IsGood);

/// <summary>
/// A linear classifier over hashed words and pairs of words, trained by stochastic gradient descent on the logistic loss,
/// as in Joulin et al. 2017 ("Bag of Tricks for Efficient Text Classification", arXiv:1607.01759) without the hidden layer.
/// </summary>
internal sealed class QualityClassifier
{
    private const int BucketBits = 18;
    private readonly float[] _weights;
    private readonly float _bias;

    private QualityClassifier(float[] weights, float bias) => (_weights, _bias) = (weights, bias);

    /// <summary>Trains on labeled texts.</summary>
    /// <param name="examples">At least one good and one bad text.</param>
    /// <param name="seed">Determines the order of the examples.</param>
    /// <param name="epochs">Epochs over the examples.</param>
    /// <exception cref="InvalidDataException">All examples have the same label.</exception>
    public static QualityClassifier Train(IReadOnlyList<LabeledText> examples, int seed = 0, int epochs = 10)
    {
        var good = examples.Count(example => example.IsGood);
        if (good == 0 || good == examples.Count)
            throw new InvalidDataException($"a quality classifier needs good and bad examples; {good} of {examples.Count} are good");
        var features = examples.Select(example => Features(example.Text)).ToArray();
        var weights = new float[1 << BucketBits];
        var squares = new float[1 << BucketBits];
        float bias = 0, biasSquares = 0;
        var random = new Random(seed);
        var order = Enumerable.Range(0, examples.Count).ToArray();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var index in order)
            {
                var active = features[index];
                var error = Probability(active, weights, bias) - (examples[index].IsGood ? 1 : 0);
                // Adagrad (Duchi et al. 2011): rare features keep a large step.
                var gradient = (float)(error / Math.Sqrt(Math.Max(1, active.Length)));
                foreach (var bucket in active)
                {
                    squares[bucket] += gradient * gradient;
                    weights[bucket] -= 0.5f * gradient / (1e-3f + MathF.Sqrt(squares[bucket]));
                }
                biasSquares += (float)(error * error);
                bias -= 0.1f * (float)error / (1e-3f + MathF.Sqrt(biasSquares));
            }
        }
        return new QualityClassifier(weights, bias);
    }

    /// <summary>The probability, 0 to 1, that a text is like the good examples.</summary>
    public double Score(string text) => Probability(Features(text), _weights, _bias);

    /// <summary>Hash of the weights.</summary>
    internal string Sha256 => Hashing.Of([.. MemoryMarshal.AsBytes<float>(_weights), .. BitConverter.GetBytes(_bias)]);

    private static double Probability(int[] active, float[] weights, float bias)
    {
        double sum = 0;
        foreach (var bucket in active)
            sum += weights[bucket];
        // The scale keeps long texts from being more certain merely for their length.
        return 1 / (1 + Math.Exp(-((sum / Math.Sqrt(Math.Max(1, active.Length))) + bias)));
    }

    /// <summary>The distinct buckets of the text's words and pairs of words, in rising order; the first 4,000 words count.</summary>
    private static int[] Features(string text)
    {
        var words = WordHashes.Of(text);
        words = words[..Math.Min(words.Length, 4000)];
        var buckets = new int[Math.Max(0, (2 * words.Length) - 1)];
        for (var i = 0; i < words.Length; i++)
        {
            buckets[i] = (int)(words[i] >> (64 - BucketBits));
            if (i > 0)
                buckets[words.Length + i - 1] = (int)(WordHashes.Combine(words.Slice(i - 1, 2)) >> (64 - BucketBits));
        }
        Array.Sort(buckets);
        var distinct = 0;
        for (var i = 0; i < buckets.Length; i++)
            if (i == 0 || buckets[i] != buckets[i - 1])
                buckets[distinct++] = buckets[i];
        return buckets[..distinct];
    }
}
