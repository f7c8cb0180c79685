using Mindwright.Evaluation.Metrics;
using Mindwright.Model;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;
using static TorchSharp.torch;

namespace Mindwright.Training.Pretrain;

/// <summary>Pre-training: predict the next token of text.</summary>
public sealed class PretrainStage : IStage
{
    private readonly Transformer _model;
    private readonly PretrainSection _section;
    private readonly TokenRows _rows;
    private readonly HeldOut _heldOut;
    private readonly Func<IReadOnlyDictionary<string, double>>? _probe;
    private readonly SamplePrompts? _samples;

    /// <summary>Makes the stage.</summary>
    /// <param name="model">The model that learns.</param>
    /// <param name="section">The knobs.</param>
    /// <param name="rows">The text that is learnt.</param>
    /// <param name="heldOut">The text that is only measured.</param>
    /// <param name="probe">Further measurements along the way, by name.</param>
    /// <param name="samples">Beginnings of texts that it goes on with along the way.</param>
    public PretrainStage(
        Transformer model, PretrainSection section, TokenRows rows, HeldOut heldOut, Func<IReadOnlyDictionary<string, double>>? probe = null,
        SamplePrompts? samples = null)
    {
        _model = model;
        _section = section;
        _rows = rows;
        _heldOut = heldOut;
        _probe = probe;
        _samples = samples;
    }

    /// <inheritdoc/>
    public string Name { get; init; } = "pretrain";

    /// <inheritdoc/>
    public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
    {
        var batch = _rows.At(step, _section.Batch);
        var loss = CrossEntropyStep.Run(_model, batch, _section.MicroBatch, gradients, cancellation);
        var norm = gradients.Update();
        return new StepResult(loss, batch.Targets.Length, new Dictionary<string, double> { ["gradient_norm"] = norm });
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(int step)
    {
        using var model = new TorchLanguageModel(_model);
        var loss = _heldOut.Loss(model);
        var figures = new Dictionary<string, double>
        {
            ["held_out_loss"] = loss,
            ["bits_per_byte"] = LanguageModelling.BitsPerByte(loss * _heldOut.Tokens, _heldOut.Bytes),
        };
        foreach (var (name, value) in _probe?.Invoke() ?? new Dictionary<string, double>())
            figures[name] = value;
        return figures;
    }

    /// <inheritdoc/>
    public string? Sample(CancellationToken cancellation) => _samples?.Write(cancellation);
}
