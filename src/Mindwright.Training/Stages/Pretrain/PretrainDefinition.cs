using Mindwright.Evaluation.Baselines;
using Mindwright.Evaluation.Metrics;
using Mindwright.Evaluation.Statistics;
using Mindwright.Model;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Rollouts;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>What pre-training reached, on text that it never saw.</summary>
/// <param name="BitsPerByte">The model's, with a bootstrap interval over documents.</param>
/// <param name="BigramBitsPerByte">That of a bigram model fitted on the same tokens.</param>
/// <param name="NGramBitsPerByte">That of an interpolated n-gram model fitted on the same tokens.</param>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="Parameters">Parameters of the model.</param>
/// <param name="Probes">Probability of the expected word by probe, before and after.</param>
/// <param name="Learned">How it continues passages that it learned; null where the recipe asks for none.</param>
/// <param name="Unseen">How it continues passages that it never saw.</param>
public sealed record PretrainResult(
    Interval BitsPerByte, double BigramBitsPerByte, double NGramBitsPerByte, long Tokens, long Parameters, IReadOnlyList<ProbeResult> Probes,
    Memorization? Learned = null, Memorization? Unseen = null);

/// <summary>Pre-training: the first stage of a run, which makes the model.</summary>
internal sealed class PretrainDefinition : StageDefinition<PretrainSection, PretrainResult>
{
    /// <summary>The stage's name.</summary>
    public const string StageName = "pretrain";

    // Enough context for an n-gram model to be a worthy opponent; more gains nothing on a corpus of this size.
    private const int NGramOrder = 5;

    /// <inheritdoc/>
    public override string Name => StageName;

    /// <inheritdoc/>
    public override string Title => "pre-training";

    /// <inheritdoc/>
    public override string Description => "Predict the next token of text.";

    /// <inheritdoc/>
    public override StageStart Start => StageStart.Text;

    /// <inheritdoc/>
    public override bool FollowsPowerLaw => true;

    /// <summary>Encodes, initializes, trains, and measures against older kinds of model.</summary>
    protected override PretrainResult Run(StageContext context, PretrainSection section)
    {
        var recipe = context.Recipe;
        if (section.SequenceLength > recipe.Model.Context)
            throw new RecipeException($"{section.SequenceLength} tokens are more than the model's context of {recipe.Model.Context}", key: "pretrain.sequence_length", cure: "make rows shorter, or raise model.context");
        var tokenizer = context.Tokenizer.Tokenizer;
        var format = new ChatFormat(tokenizer);
        using var text = PretrainText.Encode(recipe, context.Text, tokenizer, format.EndOfText);
        section = section.Over(text.Rows.Count);
        var config = recipe.Model.ToConfig(tokenizer.VocabularySize, format.EndOfText, format.EndOfTurn);
        var model = context.Model = new Transformer(config, context.Compute.Device, context.Compute.Type);
        Initialization.Randomize(model, (ulong)recipe.Seed);

        using var scorer = new TorchLanguageModel(model);
        var probes = new ProbeSet(tokenizer, format.EndOfText, context.Text.Probes);
        var before = context.Measured("pretrain-before", () => probes.Measure(scorer));
        var beginnings = text.HeldOut.Sequences.Take(1).Select(sequence => tokenizer.Decode(sequence.AsSpan(1)));
        var samples = SamplePrompts.Texts(model, tokenizer, [.. beginnings, .. context.Text.Probes.Take(1).Select(p => p.Context)]);
        context.Train(new PretrainStage(model, section, text, probes, samples), section, model);

        return context.Collective.Share(Measure);

        PretrainResult Measure()
        {
            context.Progress.Message("fitting a bigram and an n-gram model on the same tokens, to compare");
            var after = probes.Measure(scorer);
            return new PretrainResult(
                BitsPerBytePerDocument(text.HeldOut, text.HeldOut.Nats(scorer), recipe.Seed),
                NGramBitsPerByte(2), NGramBitsPerByte(NGramOrder),
                (long)section.Steps * section.Batch * section.SequenceLength, model.Weights.Count,
                [.. before.Zip(after, (b, a) => new ProbeResult(b.Name, b.Context, b.Expect, b.Probability, a.Probability))],
                text.Learned.Count > 0 ? Memorization.Of(scorer, text.Learned) : null, text.Unseen.Count > 0 ? Memorization.Of(scorer, text.Unseen) : null);
        }

        double NGramBitsPerByte(int order)
        {
            var ngram = NGramModel.Fit(text.Rows.ReadBy(section.Steps, section.Batch), tokenizer.VocabularySize, order, context.Cancellation);
            return LanguageModeling.BitsPerByte(text.HeldOut.Nats(s => ngram.LogProbs(s)).Sum(), text.HeldOut.Bytes);
        }
    }

    /// <inheritdoc/>
    protected override StageReport Report(StageRecord record, PretrainSection section, PretrainResult result) => PretrainReport.Create(record, section, result);

    /// <inheritdoc/>
    protected override double Flops(StageRecord record, PretrainSection section, PretrainResult result) => 6.0 * result.Parameters * result.Tokens;

    private static Interval BitsPerBytePerDocument(HeldOut heldOut, double[] nats, int seed)
    {
        // Documents weigh by their bytes, so the bootstrap is over each document's share of the total.
        var scale = LanguageModeling.BitsPerByte(heldOut.Sequences.Count, heldOut.Bytes);
        return Bootstrap.Mean(nats, seed).Scale(scale);
    }
}
