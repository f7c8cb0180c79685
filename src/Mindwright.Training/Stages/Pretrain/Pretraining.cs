using Mindwright.Evaluation.Baselines;
using Mindwright.Evaluation.Metrics;
using Mindwright.Evaluation.Statistics;
using Mindwright.Inference;
using Mindwright.Model;
using Mindwright.Runs.Report;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>What pre-training reached, on text that it never saw.</summary>
/// <param name="BitsPerByte">The model's, with a bootstrap interval over documents.</param>
/// <param name="BigramBitsPerByte">That of a bigram model fitted on the same tokens.</param>
/// <param name="NGramBitsPerByte">That of an interpolated n-gram model fitted on the same tokens.</param>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="Parameters">Parameters of the model.</param>
/// <param name="Probes">Probability of the expected word by probe, before and after.</param>
/// <param name="Learned">How it goes on with passages that it learned; null where the recipe asks for none.</param>
/// <param name="Unseen">How it goes on with passages that it never saw.</param>
public sealed record PretrainResult(
    Interval BitsPerByte, double BigramBitsPerByte, double NGramBitsPerByte, long Tokens, long Parameters, IReadOnlyList<ProbeResult> Probes,
    Recital? Learned = null, Recital? Unseen = null);

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
        var format = new ChatFormat(tokenizer);
        using var text = PretrainText.Encode(recipe, material, tokenizer, format.EndOfText);
        var section = recipe.Pretrain.Over(text.Rows.Count);
        var config = recipe.Model.ToConfig(tokenizer.VocabularySize, format.EndOfText, format.EndOfTurn);
        var model = new Transformer(config, context.Compute.Device, context.Compute.Type);
        Initialization.Randomize(model, (ulong)recipe.Seed);

        using var scorer = new TorchLanguageModel(model);
        var probes = new ProbeSet(tokenizer, format.EndOfText, material.Probes);
        var before = context.Measured("pretrain-before", () => probes.Measure(scorer));
        var samples = SamplePrompts.Texts(model, tokenizer, [.. material.HeldOut.Take(1), .. material.Probes.Take(1).Select(p => p.Context)]);
        context.Train(new PretrainStage(model, section, text, probes, samples), section, model, tokenizer);
        return (model, Measure());

        PretrainResult Measure()
        {
            context.Progress.Message("fitting a bigram and an n-gram model on the same tokens, to compare");
            var after = probes.Measure(scorer);
            return new PretrainResult(
                BitsPerBytePerDocument(text.HeldOut, text.HeldOut.Nats(scorer), recipe.Seed),
                NGramBitsPerByte(2), NGramBitsPerByte(NGramOrder),
                (long)section.Steps * section.Batch * section.Row, model.Weights.Count,
                [.. before.Zip(after, (b, a) => new ProbeResult(b.Name, b.Context, b.Expect, b.Probability, a.Probability))],
                text.Learned.Count > 0 ? Recital.Of(scorer, text.Learned) : null, text.Unseen.Count > 0 ? Recital.Of(scorer, text.Unseen) : null);
        }

        double NGramBitsPerByte(int order)
        {
            var ngram = NGramModel.Fit(text.Rows.ReadBy(section.Steps, section.Batch), tokenizer.VocabularySize, order, context.Cancellation);
            return LanguageModeling.BitsPerByte(text.HeldOut.Nats(s => ngram.LogProbs(s)).Sum(), text.HeldOut.Bytes);
        }
    }

    private static Interval BitsPerBytePerDocument(HeldOut heldOut, double[] nats, int seed)
    {
        // Documents weigh by their bytes, so the bootstrap is over each document's share of the total.
        var scale = LanguageModeling.BitsPerByte(heldOut.Sequences.Count, heldOut.Bytes);
        return Bootstrap.Mean(nats, seed).Scale(scale);
    }
}
