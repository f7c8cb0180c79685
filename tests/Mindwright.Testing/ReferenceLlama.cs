using System.Numerics;
using System.Runtime.InteropServices;

namespace Mindwright.Testing;

/// <summary>
/// The Llama forward pass in double precision, written as plainly as possible: the oracle that other implementations are
/// held against. Reads the checkpoint format of llama2.c (version 0: seven int32, then fp32 weights).
/// </summary>
/// <remarks>
/// Matrices are <c>[out, in]</c>, row by row. Rotary embeddings turn neighboring pairs (2i, 2i + 1) of a head, as Meta's
/// weights have it; Hugging Face's layout pairs (i, i + size/2) and permutes the rows of Q and K instead.
/// </remarks>
public sealed class ReferenceLlama
{
    private const double NormEpsilon = 1e-5;
    private const double RopeTheta = 10_000;

    private ReferenceLlama(int[] header)
    {
        (Width, HiddenWidth, LayerCount, Heads) = (header[0], header[1], header[2], header[3]);
        (KeyValueHeads, VocabularySize, ContextLength) = (header[4], Math.Abs(header[5]), header[6]);
    }

    /// <summary>Width of the residual stream.</summary>
    public int Width { get; }

    /// <summary>Width of the feed-forward layer.</summary>
    public int HiddenWidth { get; }

    /// <summary>Number of transformer blocks.</summary>
    public int LayerCount { get; }

    /// <summary>Query heads.</summary>
    public int Heads { get; }

    /// <summary>Key and value heads; each serves Heads/KeyValueHeads query heads.</summary>
    public int KeyValueHeads { get; }

    /// <summary>Number of token ids.</summary>
    public int VocabularySize { get; }

    /// <summary>The longest sequence the model was trained on.</summary>
    public int ContextLength { get; }

    /// <summary>Width of a head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>Token embeddings [VocabularySize, Width].</summary>
    public double[] Embedding { get; private set; } = [];

    /// <summary>The blocks' weights.</summary>
    public Layer[] Layers { get; private set; } = [];

    /// <summary>Gains of the last norm [Width].</summary>
    public double[] FinalNorm { get; private set; } = [];

    /// <summary>Output projection [VocabularySize, Width]; the embedding itself where the two are tied.</summary>
    public double[] Output { get; private set; } = [];

    /// <summary>Reads a checkpoint.</summary>
    public static ReferenceLlama Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var header = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(0, 28)).ToArray();
        var weights = new Queue<float>(MemoryMarshal.Cast<byte, float>(bytes.AsSpan(28)).ToArray());
        double[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => (double)weights.Dequeue())];

        var m = new ReferenceLlama(header);
        var keyValueWidth = m.KeyValueHeads * m.HeadWidth;
        double[][] PerLayer(int count) => [.. Enumerable.Range(0, m.LayerCount).Select(_ => Take(count))];

        m.Embedding = Take(m.VocabularySize * m.Width);
        var attentionNorm = PerLayer(m.Width);
        var query = PerLayer(m.Width * m.Width);
        var key = PerLayer(keyValueWidth * m.Width);
        var value = PerLayer(keyValueWidth * m.Width);
        var attentionOutput = PerLayer(m.Width * m.Width);
        var feedForwardNorm = PerLayer(m.Width);
        var gate = PerLayer(m.HiddenWidth * m.Width);
        var down = PerLayer(m.Width * m.HiddenWidth);
        var up = PerLayer(m.HiddenWidth * m.Width);
        m.FinalNorm = Take(m.Width);
        Take(m.ContextLength * m.HeadWidth); // tables of cosines and sines, which are computed here
        m.Output = header[5] > 0 ? m.Embedding : Take(m.VocabularySize * m.Width);
        m.Layers =
        [
            .. Enumerable.Range(0, m.LayerCount).Select(l => new Layer(
                attentionNorm[l], query[l], key[l], value[l], attentionOutput[l], feedForwardNorm[l], gate[l], up[l], down[l])),
        ];
        return m;
    }

    /// <summary>Log-probabilities of the next token after each token of a sequence: [tokens, VocabularySize], in nats.</summary>
    public double[][] LogProbs(int[] tokens)
    {
        var stream = tokens.Select(token => Embedding.AsSpan(token * Width, Width).ToArray()).ToArray(); // [T, Width]
        foreach (var layer in Layers)
        {
            Attend(layer, stream);
            foreach (var x in stream)
            {
                var normed = RmsNorm(x, layer.FeedForwardNorm);
                var (gate, up) = (Multiply(layer.Gate, normed), Multiply(layer.Up, normed));
                for (var i = 0; i < gate.Length; i++)
                    gate[i] = gate[i] / (1 + Math.Exp(-gate[i])) * up[i]; // SwiGLU
                Add(x, Multiply(layer.Down, gate));
            }
        }
        return [.. stream.Select(x => LogSoftmax(Multiply(Output, RmsNorm(x, FinalNorm))))];
    }

    /// <summary>Log-probability in nats of each token of a sequence from the second on.</summary>
    public double[] Score(int[] tokens)
    {
        var logProbs = LogProbs(tokens);
        return [.. Enumerable.Range(1, tokens.Length - 1).Select(t => logProbs[t - 1][tokens[t]])];
    }

    private void Attend(Layer layer, double[][] stream)
    {
        var length = stream.Length;
        var (keys, values) = (new double[length][], new double[length][]);
        for (var t = 0; t < length; t++)
        {
            var normed = RmsNorm(stream[t], layer.AttentionNorm);
            var query = Multiply(layer.Query, normed);
            keys[t] = Multiply(layer.Key, normed);
            values[t] = Multiply(layer.Value, normed);
            Rotate(query, t);
            Rotate(keys[t], t);

            var mixed = new double[Width];
            for (var head = 0; head < Heads; head++)
            {
                var shared = head / (Heads / KeyValueHeads) * HeadWidth;
                var weights = new double[t + 1];
                for (var s = 0; s <= t; s++)
                    weights[s] = Dot(query.AsSpan(head * HeadWidth, HeadWidth), keys[s].AsSpan(shared, HeadWidth)) / Math.Sqrt(HeadWidth);
                Softmax(weights);
                for (var s = 0; s <= t; s++)
                    for (var i = 0; i < HeadWidth; i++)
                        mixed[head * HeadWidth + i] += weights[s] * values[s][shared + i];
            }
            Add(stream[t], Multiply(layer.AttentionOutput, mixed));
        }
    }

    private void Rotate(double[] heads, int position)
    {
        for (var i = 0; i < heads.Length; i += 2)
        {
            var angle = position * Math.Pow(RopeTheta, -(i % HeadWidth) / (double)HeadWidth);
            var (sin, cos) = Math.SinCos(angle);
            (heads[i], heads[i + 1]) = (heads[i] * cos - heads[i + 1] * sin, heads[i] * sin + heads[i + 1] * cos);
        }
    }

    private static double[] RmsNorm(double[] x, double[] gain)
    {
        var scale = 1 / Math.Sqrt(Dot(x, x) / x.Length + NormEpsilon);
        var normed = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
            normed[i] = x[i] * scale * gain[i];
        return normed;
    }

    private static double[] Multiply(double[] matrix, double[] x)
    {
        var result = new double[matrix.Length / x.Length];
        for (var row = 0; row < result.Length; row++)
            result[row] = Dot(matrix.AsSpan(row * x.Length, x.Length), x);
        return result;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sums = Vector<double>.Zero;
        var i = 0;
        for (; i + Vector<double>.Count <= a.Length; i += Vector<double>.Count)
            sums += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        var sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void Add(double[] to, double[] what)
    {
        for (var i = 0; i < to.Length; i++)
            to[i] += what[i];
    }

    private static void Softmax(double[] logits)
    {
        var (max, sum) = (logits.Max(), 0.0);
        for (var i = 0; i < logits.Length; i++)
            sum += logits[i] = Math.Exp(logits[i] - max);
        for (var i = 0; i < logits.Length; i++)
            logits[i] /= sum;
    }

    private static double[] LogSoftmax(double[] logits)
    {
        var (max, sum) = (logits.Max(), 0.0);
        foreach (var logit in logits)
            sum += Math.Exp(logit - max);
        var logSum = max + Math.Log(sum);
        for (var i = 0; i < logits.Length; i++)
            logits[i] -= logSum;
        return logits;
    }

    /// <summary>Weights of one block; matrices are [out, in].</summary>
    public sealed record Layer(
        double[] AttentionNorm, double[] Query, double[] Key, double[] Value, double[] AttentionOutput,
        double[] FeedForwardNorm, double[] Gate, double[] Up, double[] Down);
}
