using Mindwright.Model;
using Mindwright.Training.Loop;
using Mindwright.Training.Rollouts;

namespace Mindwright.Training.Stages.Sft;

/// <summary>Supervised fine-tuning: predict what the assistant says, its end of turn included, in example conversations.</summary>
internal sealed class SftStage : IStage
{
    private readonly Transformer _model;
    private readonly SftSection _section;
    private readonly ConversationRows _rows;
    private readonly TokenBatch? _heldOut;
    private readonly SamplePrompts? _samples;

    /// <summary>Makes the stage.</summary>
    /// <param name="model">The model that learns.</param>
    /// <param name="section">The options.</param>
    /// <param name="rows">The conversations that are learned.</param>
    /// <param name="heldOut">Rows that are only measured.</param>
    /// <param name="samples">Questions that it answers along the way.</param>
    public SftStage(Transformer model, SftSection section, ConversationRows rows, TokenBatch? heldOut = null, SamplePrompts? samples = null)
    {
        _model = model;
        _section = section;
        _rows = rows;
        _heldOut = heldOut;
        _samples = samples;
    }

    /// <inheritdoc/>
    public string Name => "sft";

    /// <inheritdoc/>
    public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
    {
        var batch = _rows.At(step, _section.Batch);
        var loss = CrossEntropyStep.Run(_model, batch, _section.MicroBatch, gradients, cancellation);
        var norm = gradients.Update();
        return new StepResult(loss, batch.Targets.Length, new Dictionary<string, double> { ["gradient_norm"] = norm });
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(int step) =>
        _heldOut is null
            ? new Dictionary<string, double>()
            : new Dictionary<string, double> { ["held_out_loss"] = CrossEntropyStep.Loss(_model, _heldOut, _section.MicroBatch) };

    /// <inheritdoc/>
    public string? Sample(CancellationToken cancellation) => _samples?.Write(cancellation);
}
