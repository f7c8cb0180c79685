using System.ComponentModel.DataAnnotations;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>Predicting the next token of text.</summary>
[FormerKey("row", "sequence_length")]
[FormerKey("passes", "epochs")]
public sealed record PretrainSection : StageSection
{
    /// <summary>The defaults of pre-training.</summary>
    // Runs of some hundred steps learn more with a shorter memory than Muon's usual 0.95 (docs/log.md).
    public PretrainSection() => Momentum = 0.9;

    /// <summary>Rows of a step.</summary>
    [Range(1, 1_000_000)]
    public int Batch { get; init; } = 16;

    /// <summary>Rows that go through the model at once; gradients add up over the rest.</summary>
    [Range(1, 1_000_000)]
    public int MicroBatch { get; init; } = 16;

    /// <summary>Tokens of a row.</summary>
    [Range(2, 1_000_000)]
    public int SequenceLength { get; init; } = 256;

    /// <summary>Held-out tokens that an evaluation reads.</summary>
    [Range(100, 1_000_000_000)]
    public int EvaluationTokens { get; init; } = 60_000;

    /// <summary>How often the text is read, instead of a number of steps; each epoch is evaluated at its end, unless <see cref="StageSection.EvaluateEvery"/> says otherwise. 0 counts steps.</summary>
    [Range(0, 1e6)]
    public double Epochs { get; init; }

    /// <summary>Passages, learned and unseen, by which each evaluation measures memorization; 0 measures none.</summary>
    [Range(0, 1_000_000)]
    public int Passages { get; init; }

    /// <summary>The section with epochs turned into steps.</summary>
    /// <param name="rows">Rows of an epoch.</param>
    public PretrainSection Over(int rows) => Epochs == 0 ? this : this with
    {
        Steps = Math.Max(1, (int)Math.Ceiling(Epochs * rows / Batch)),
        EvaluateEvery = EvaluateEvery > 0 ? EvaluateEvery : Math.Max(1, (int)Math.Round((double)rows / Batch)),
    };

    /// <inheritdoc/>
    public override StageSection WithDerivedDefaults(Recipe recipe) => recipe.Model.Depth > 0 ? DepthDial.Apply(this, recipe) : this;

    /// <inheritdoc/>
    public override StageSection WithBudget(double factor) => (PretrainSection)base.WithBudget(factor) with { Epochs = Epochs * factor };

    /// <inheritdoc/>
    public override string? Conflict(Recipe recipe) =>
        Epochs > 0 && recipe.Data.Phases.Count > 0 ? "epochs are counted over one text; with data.phases give pretrain.steps" : null;
}
