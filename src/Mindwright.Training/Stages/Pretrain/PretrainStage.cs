using System.Text.Json;
using Mindwright.Evaluation.Metrics;
using Mindwright.Model;
using Mindwright.Training.Loop;
using Mindwright.Training.Rollouts;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>Pre-training: predict the next token of text.</summary>
internal sealed class PretrainStage : IStage
{
    private readonly Transformer _model;
    private readonly PretrainSection _section;
    private readonly PretrainText _text;
    private readonly ProbeSet? _probes;
    private readonly SamplePrompts? _samples;

    /// <summary>Makes the stage.</summary>
    /// <param name="model">The model that learns.</param>
    /// <param name="section">The options.</param>
    /// <param name="text">The text that is learned, and that is only measured.</param>
    /// <param name="probes">Contexts whose next word is measured along the way.</param>
    /// <param name="samples">Beginnings of texts that it goes on with along the way.</param>
    public PretrainStage(Transformer model, PretrainSection section, PretrainText text, ProbeSet? probes = null, SamplePrompts? samples = null)
    {
        _model = model;
        _section = section;
        _text = text;
        _probes = probes;
        _samples = samples;
    }

    /// <inheritdoc/>
    public string Name { get; init; } = "pretrain";

    /// <inheritdoc/>
    public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
    {
        var batch = _text.Rows.At(step, _section.Batch);
        var loss = CrossEntropyStep.Run(_model, batch, _section.MicroBatch, gradients, cancellation);
        var norm = gradients.Update();
        return new StepResult(loss, (long)batch.Total, new Dictionary<string, double> { ["gradient_norm"] = norm });
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(int step)
    {
        using var model = new TorchLanguageModel(_model);
        var loss = _text.HeldOut.Loss(model);
        var figures = new Dictionary<string, double>
        {
            ["held_out_loss"] = loss,
            ["bits_per_byte"] = LanguageModeling.BitsPerByte(loss * _text.HeldOut.Tokens, _text.HeldOut.Bytes),
            ["epochs"] = (double)step * _section.Batch / _text.Rows.Count,
        };
        Measure("learned", _text.Learned);
        Measure("unseen", _text.Unseen);
        foreach (var (name, value) in _probes?.Measure(model).SelectMany(p => p.Metrics) ?? [])
            figures[name] = value;
        return figures;

        void Measure(string kind, IReadOnlyList<Passage> passages)
        {
            if (passages.Count == 0)
                return;
            (figures[$"{kind}_loss"], figures[$"{kind}_exact"]) = Memorization.Of(model, passages);
        }
    }

    /// <inheritdoc/>
    public string? Sample(CancellationToken cancellation) => _samples?.Write(cancellation);

    /// <inheritdoc/>
    public JsonElement? Cursor => _text.Rows.Cursor;

    /// <inheritdoc/>
    public void Seek(JsonElement cursor) => _text.Rows.Seek(cursor);
}
