using Mindwright.Inference;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>A <see cref="Transformer"/> as an <see cref="ILanguageModel"/>: tokens in, logits and scores out.</summary>
public sealed class TorchLanguageModel : ILanguageModel
{
    // Tokens in a scoring batch: enough to keep the cores busy, few enough that logits stay small.
    private const int BatchTokens = 4096;

    private readonly bool _owned;

    /// <summary>Wraps a transformer.</summary>
    /// <param name="transformer">The transformer.</param>
    /// <param name="owned">Whether disposing this disposes the transformer.</param>
    public TorchLanguageModel(Transformer transformer, bool owned = false)
    {
        Transformer = transformer;
        _owned = owned;
    }

    /// <summary>The transformer behind.</summary>
    public Transformer Transformer { get; }

    /// <inheritdoc/>
    public int VocabularySize => Transformer.Config.VocabularySize;

    /// <inheritdoc/>
    public int ContextLength => Transformer.Config.ContextLength;

    private Device Device => Transformer.Weights.Device;

    /// <summary>Loads a Hugging Face model folder for inference in fp32.</summary>
    /// <exception cref="InvalidDataException">The folder is incomplete or broken; the message names the file.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static TorchLanguageModel Load(string folder) => new(ModelFolder.Load(folder, trainable: false), owned: true);

    /// <inheritdoc/>
    public IKeyValueCache CreateCache(int slots, int capacity) =>
        new KeyValueCache(Transformer.Config, slots, capacity, Device, Transformer.Weights.Compute);

    /// <inheritdoc/>
    public void Forward(IKeyValueCache cache, IReadOnlyList<SlotInput> inputs, Span<float> logits)
    {
        if (inputs.Count == 0)
            return;
        if (logits.Length != inputs.Count * VocabularySize)
            throw new ArgumentException($"logits holds {logits.Length} numbers; {inputs.Count} × {VocabularySize} are needed", nameof(logits));
        foreach (var input in inputs)
            Check(input.Tokens.Span);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (tokens, step) = ((KeyValueCache)cache).Plan(inputs, Device);
        var hidden = Transformer.Hidden(tokens, step); // [n, T, C]
        if (tokens.shape[1] > 1)
        {
            var last = tensor(inputs.Select(i => (long)i.Tokens.Length - 1).ToArray(), device: Device).view(-1, 1, 1);
            hidden = hidden.gather(1, last.expand(-1, 1, hidden.shape[2]));
        }
        TensorStorage.CopyTo(Transformer.Logits(hidden.squeeze(1)), logits); // [n, V]
    }

    /// <inheritdoc/>
    public IReadOnlyList<TokenScore[]> Score(IReadOnlyList<int[]> sequences)
    {
        foreach (var sequence in sequences)
        {
            Check(sequence);
            if (sequence.Length > ContextLength)
                throw new ArgumentException($"a sequence has {sequence.Length} tokens; the context holds {ContextLength}", nameof(sequences));
        }
        var scores = new TokenScore[sequences.Count][];
        // Sequences of like length share a batch, so little of it is padding.
        var order = Enumerable.Range(0, sequences.Count).OrderBy(i => sequences[i].Length).ToArray();
        for (var start = 0; start < order.Length;)
        {
            var count = 1;
            while (start + count < order.Length && (count + 1) * sequences[order[start + count]].Length <= BatchTokens)
                count++;
            ScoreBatch(sequences, order.AsSpan(start, count), scores);
            start += count;
        }
        return scores;
    }

    private void ScoreBatch(IReadOnlyList<int[]> sequences, ReadOnlySpan<int> batch, TokenScore[][] scores)
    {
        var time = sequences[batch[^1]].Length;
        foreach (var i in batch)
            scores[i] = new TokenScore[Math.Max(0, sequences[i].Length - 1)];
        if (time < 2)
            return;
        var ids = new long[batch.Length * time];
        for (var row = 0; row < batch.Length; row++)
            for (var t = 0; t < sequences[batch[row]].Length; t++)
                ids[row * time + t] = sequences[batch[row]][t];

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tokens = tensor(ids, [batch.Length, time], device: Device);
        var targets = tokens.narrow(1, 1, time - 1).reshape(-1); // [n·(T−1)]
        var hidden = Transformer.Hidden(tokens).narrow(1, 0, time - 1).reshape(-1, Transformer.Config.HiddenSize); // [n·(T−1), C]
        var logProbs = new float[targets.NumberOfElements];
        var greedy = new bool[targets.NumberOfElements];
        const int chunk = 1024;
        for (var at = 0; at < logProbs.Length; at += chunk)
        {
            using var inner = NewDisposeScope();
            var size = Math.Min(chunk, logProbs.Length - at);
            var logits = Transformer.Logits(hidden.narrow(0, at, size)); // [size, V]
            var wanted = logits.gather(1, targets.narrow(0, at, size).unsqueeze(1)); // [size, 1]
            TensorStorage.CopyTo(wanted - logits.logsumexp(1, keepdim: true), logProbs.AsSpan(at, size));
            TensorStorage.CopyTo(wanted == logits.amax([1], keepdim: true), greedy.AsSpan(at, size));
        }
        for (var row = 0; row < batch.Length; row++)
            for (var t = 0; t < scores[batch[row]].Length; t++)
                scores[batch[row]][t] = new TokenScore(logProbs[row * (time - 1) + t], greedy[row * (time - 1) + t]);
    }

    private void Check(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
            if ((uint)token >= (uint)VocabularySize)
                throw new ArgumentOutOfRangeException(nameof(tokens), token, $"token ids lie between 0 and {VocabularySize - 1}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_owned)
            Transformer.Dispose();
    }
}
