using System.Diagnostics;
using Mindwright.Model;
using Mindwright.Training.Compute;
using Mindwright.Training.Loop;
using Mindwright.Training.Optimization;
using Mindwright.Training.Recipes;

namespace Mindwright.Workbench.Benchmarks;

/// <summary>What a measurement of training speed runs.</summary>
public sealed record SpeedOptions
{
    /// <summary>The model and the batch.</summary>
    public required SpeedPreset Preset { get; init; }

    /// <summary>Where and how numbers are computed.</summary>
    public ComputeSection Compute { get; init; } = new();

    /// <summary>Steps; the first quarter, at least one, warms up.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Whether matrices are updated by Muon; all by AdamW otherwise, as other programs do.</summary>
    public bool Muon { get; init; }

    /// <summary>AdamW's learning rate; Muon's is twenty times that.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>Whether to time every operation.</summary>
    public bool Profile { get; init; }

    /// <summary>A text whose distinct bytes are the tokens; null trains on random tokens.</summary>
    public byte[]? Text { get; init; }
}

/// <summary>How fast a model trains.</summary>
/// <param name="Parameters">Parameters of the model.</param>
/// <param name="Precision">The type of matrix products, <c>fp32</c> or <c>bf16</c>.</param>
/// <param name="Threads">Threads of the CPU's math.</param>
/// <param name="MsPerStep">Median milliseconds of a step after the warm-up.</param>
/// <param name="TokensPerSecond">Tokens a second at that.</param>
/// <param name="PeakRssBytes">The most memory that the process ever had.</param>
/// <param name="BaseRssBytes">The memory it had before the model was made: the program, libtorch once it has trained something, and the text.</param>
/// <param name="LossFirst">Loss of the first step, nats per token.</param>
/// <param name="LossLast">Loss of the last step.</param>
/// <param name="Operations">What each operation took over the steps after the warm-up, if that was asked for.</param>
/// <param name="ProfiledSteps">The number of these steps.</param>
/// <param name="MeanMsPerStep">Their mean milliseconds.</param>
public sealed record SpeedResult(
    long Parameters, string Precision, int Threads, double MsPerStep, double TokensPerSecond, long PeakRssBytes, long BaseRssBytes, double LossFirst, double LossLast,
    IReadOnlyList<OperationCost> Operations, int ProfiledSteps, double MeanMsPerStep);

/// <summary>Measures training steps of a preset: the loop, the model and the optimizer that every run uses.</summary>
public sealed class SpeedBenchmark : IStage
{
    private static readonly SpeedPreset Tiny = new("tiny", 1, 1, 64, 64, 65, 1);

    private readonly Transformer _model;
    private readonly SpeedPreset _preset;
    private readonly SpeedRows _rows;
    private readonly int _profileFrom;
    private readonly List<(double Loss, double Seconds)> _steps = [];

    private SpeedBenchmark(Transformer model, SpeedPreset preset, SpeedRows rows, int profileFrom)
    {
        _model = model;
        _preset = preset;
        _rows = rows;
        _profileFrom = profileFrom;
    }

    /// <inheritdoc/>
    public string Name => "speed";

    /// <summary>Runs the steps.</summary>
    /// <exception cref="InvalidDataException">The text is shorter than a row.</exception>
    public static SpeedResult Run(SpeedOptions options, CancellationToken cancellation = default)
    {
        var compute = ComputeSettings.Apply(options.Compute);
        var rows = new SpeedRows(options.Preset, options.Text);
        // A model of next to no size first: what stays in memory after its steps is the program and libtorch, not the preset.
        Train(options with { Preset = Tiny, Steps = 2, Profile = false }, compute, new SpeedRows(Tiny, null), cancellation);
        var before = Process.GetCurrentProcess().WorkingSet64;
        var (stage, parameters) = Train(options, compute, rows, cancellation);
        var operations = OperationProfile.Stop();
        var times = stage._steps.Skip(WarmUp(options.Steps)).Select(s => s.Seconds).Order().ToArray();
        var seconds = (times[(times.Length - 1) / 2] + times[times.Length / 2]) / 2;
        return new SpeedResult(
            parameters, compute.Type == TorchSharp.torch.ScalarType.BFloat16 ? "bf16" : "fp32", compute.Threads, 1000 * seconds,
            options.Preset.Tokens / seconds, Process.GetCurrentProcess().PeakWorkingSet64, before, stage._steps[0].Loss, stage._steps[^1].Loss,
            operations, times.Length, 1000 * times.Average());
    }

    private static (SpeedBenchmark Stage, long Parameters) Train(SpeedOptions options, ComputeSettings compute, SpeedRows rows, CancellationToken cancellation)
    {
        using var model = new Transformer(options.Preset.ToConfig(), compute.Device, compute.Type) { CheckpointActivations = options.Compute.CheckpointActivations };
        Initialization.Randomize(model, 1);
        var stage = new SpeedBenchmark(model, options.Preset, rows, options.Profile ? WarmUp(options.Steps) : int.MaxValue);
        using var trained = new TrainedModel(model, new OptimizerOptions
        {
            Muon = options.Muon,
            MatrixRate = options.Rate * (options.Muon ? 20 : 1),
            EmbeddingRate = options.Rate,
            VectorRate = options.Rate,
        });
        var trainer = new Trainer([trained], new TrainerOptions { Steps = options.Steps, Schedule = new Schedule(0, 0, 1) });
        trainer.Run(stage, cancellation: cancellation);
        return (stage, model.Weights.Count);
    }

    private static int WarmUp(int steps) => Math.Max(1, steps / 4);

    /// <inheritdoc/>
    public StepResult Step(int step, IGradients gradients, CancellationToken cancellation)
    {
        if (step == _profileFrom)
            OperationProfile.Start();
        var clock = Stopwatch.StartNew();
        var batch = _rows.At(step);
        var loss = CrossEntropyStep.Run(_model, batch, _preset.Batch, gradients, cancellation);
        gradients.Update();
        _steps.Add((loss, clock.Elapsed.TotalSeconds));
        return new StepResult(loss, batch.Targets.Length);
    }
}
