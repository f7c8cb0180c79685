using System.Text;
using Mindwright.Evaluation.Baselines;
using Mindwright.Evaluation.Metrics;
using Mindwright.Evaluation.Statistics;
using Mindwright.Inference;
using Mindwright.Model;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;

namespace Mindwright.Training.Pretrain;

/// <summary>What pre-training reached, on text that it never saw.</summary>
/// <param name="BitsPerByte">The model's, with a bootstrap interval over documents.</param>
/// <param name="BigramBitsPerByte">That of a bigram model fitted on the same tokens.</param>
/// <param name="NGramBitsPerByte">That of an interpolated n-gram model fitted on the same tokens.</param>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="Parameters">Parameters of the model.</param>
/// <param name="Probes">Probability of the expected word by probe, before and after.</param>
public sealed record PretrainResult(
    Interval BitsPerByte, double BigramBitsPerByte, double NGramBitsPerByte, long Tokens, long Parameters, IReadOnlyList<ProbeResult> Probes);

/// <summary>Pre-training from a recipe: the first stage of a run.</summary>
public static class Pretraining
{
    // Enough context for an n-gram model to be a worthy opponent; more gains nothing on a corpus of this size.
    private const int NGramOrder = 5;

    /// <summary>Encodes, initialises, trains, and measures against older kinds of model.</summary>
    /// <returns>The model, which the caller disposes, and what it reached.</returns>
    public static (Transformer Model, PretrainResult Result) Run(StageContext context, Material material, Tokenizer tokenizer)
    {
        var recipe = context.Recipe;
        var section = recipe.Pretrain;
        var format = new ChatFormat(tokenizer);
        var tokens = Stream(material.Train, tokenizer, format.EndOfText, recipe.Seed);
        var rows = new TokenRows(tokens, section.Row, recipe.Seed);
        var heldOut = HeldOutText(material.HeldOut, tokenizer, format.EndOfText, section.EvaluationTokens, recipe.Model.Context, recipe.Seed);
        var config = recipe.Model.ToConfig(tokenizer.VocabularySize, format.EndOfText, format.EndOfTurn);
        var model = new Transformer(config, context.Compute.Device, context.Compute.Type);
        Initialization.Randomize(model, (ulong)recipe.Seed);

        using var scorer = new TorchLanguageModel(model);
        var probes = new ProbeSet(tokenizer, format.EndOfText, material.Probes);
        var before = context.Measured("pretrain-before", () => probes.Measure(scorer));
        var samples = SamplePrompts.Texts(model, tokenizer, [.. material.HeldOut.Take(1), .. material.Probes.Take(1).Select(p => p.Context)]);
        var stage = new PretrainStage(model, section, rows, heldOut, () => probes.Measure(scorer).ToDictionary(p => p.Name, p => p.Probability), samples);
        context.Train(stage, section, model, tokenizer);
        return (model, Measure());

        PretrainResult Measure()
        {
            context.Progress.Message("fitting a bigram and an n-gram model on the same tokens, to compare");
            var after = probes.Measure(scorer);
            return new PretrainResult(
                BitsPerBytePerDocument(heldOut, heldOut.Nats(scorer), recipe.Seed),
                NGramBitsPerByte(2), NGramBitsPerByte(NGramOrder),
                (long)section.Steps * section.Batch * section.Row, model.Weights.Count,
                [.. before.Zip(after, (b, a) => new ProbeResult(b.Name, b.Context, b.Expect, b.Probability, a.Probability))]);
        }

        double NGramBitsPerByte(int order)
        {
            var ngram = NGramModel.Fit(rows.ReadBy(section.Steps, section.Batch), tokenizer.VocabularySize, order, context.Cancellation);
            return LanguageModelling.BitsPerByte(heldOut.Sequences.Sum(s => ngram.Nats(s)), heldOut.Bytes);
        }
    }

    /// <summary>Documents in an order shuffled by the seed, as one stream, each preceded by the end-of-text token.</summary>
    internal static int[] Stream(IReadOnlyList<string> documents, Tokenizer tokenizer, int endOfText, int seed)
    {
        var shuffled = documents.ToArray();
        new Random(seed).Shuffle(shuffled);
        var encoded = new int[shuffled.Length][];
        Parallel.For(0, shuffled.Length, i => encoded[i] = tokenizer.Encode(shuffled[i]));
        var stream = new int[encoded.Sum(ids => ids.Length + 1) + 1];
        var at = 0;
        foreach (var ids in encoded)
        {
            stream[at++] = endOfText;
            ids.CopyTo(stream, at);
            at += ids.Length;
        }
        stream[at] = endOfText;
        return stream;
    }

    /// <summary>A sample of the held-out documents of about so many tokens, each behind the end-of-text token, cut to the context.</summary>
    internal static HeldOut HeldOutText(IReadOnlyList<string> documents, Tokenizer tokenizer, int endOfText, int tokens, int context, int seed)
    {
        var shuffled = documents.ToArray();
        new Random(seed).Shuffle(shuffled);
        var sequences = new List<int[]>();
        long bytes = 0;
        foreach (var document in shuffled)
        {
            if (tokens < 2)
                break;
            foreach (var piece in tokenizer.Encode(document).Chunk(Math.Min(context, tokens) - 1))
            {
                sequences.Add([endOfText, .. piece]);
                bytes += piece.Sum(id => tokenizer.TokenBytes(id).Length);
                tokens -= piece.Length;
                if (tokens < 2)
                    break;
            }
        }
        return new HeldOut(sequences, bytes);
    }

    private static Interval BitsPerBytePerDocument(HeldOut heldOut, double[] nats, int seed)
    {
        // Documents weigh by their bytes, so the bootstrap is over each document's share of the total.
        var scale = LanguageModelling.BitsPerByte(heldOut.Sequences.Count, heldOut.Bytes);
        return Bootstrap.Mean(nats, seed).Scale(scale);
    }
}
