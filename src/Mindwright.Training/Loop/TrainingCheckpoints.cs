using Mindwright.Runs;
using Mindwright.Runs.Files;

namespace Mindwright.Training.Loop;

/// <summary>
/// The checkpoints of a stage: the first network in the checkpoint's own folder, so that it is a model folder, others in <c>networks/NAME</c>,
/// the loop's state in <c>training/state.json</c>. Rank 0 reads and writes; the others are told what it read.
/// </summary>
internal sealed class TrainingCheckpoints
{
    private const string StateFile = "training/state.json";

    private readonly IReadOnlyList<TrainedModel> _models;
    private readonly RunFolder? _run;
    private readonly ICollective _collective;

    /// <param name="models">The networks that are kept.</param>
    /// <param name="run">Where; null on ranks other than 0, and where nothing is kept.</param>
    /// <param name="collective">The processes that train together.</param>
    public TrainingCheckpoints(IReadOnlyList<TrainedModel> models, RunFolder? run, ICollective collective)
    {
        (_models, _run, _collective) = (models, run, collective);
        AreKept = collective.Share(() => run is not null);
    }

    /// <summary>Whether rank 0 keeps any: without, nothing can be resumed or rewound.</summary>
    public bool AreKept { get; }

    /// <summary>Saves a checkpoint; null on ranks other than 0.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="state">The loop's state.</param>
    /// <param name="heldOutLoss">Held-out loss, if it was measured.</param>
    /// <param name="metricsBytes">Size of the metrics at that step; that of now if null.</param>
    public Checkpoint? Save(string stage, int step, LoopState state, double? heldOutLoss, long? metricsBytes = null) =>
        _run?.SaveCheckpoint(stage, step, folder =>
        {
            foreach (var (i, model) in _models.Index())
            {
                var own = FolderOf(folder, i);
                Directory.CreateDirectory(own);
                model.Save(own);
            }
            File.WriteAllBytes(Path.Combine(folder, StateFile), JsonFormat.Serialize(state));
        }, heldOutLoss, isRewindPoint: state.RewindPoint == step, metricsBytes);

    /// <summary>Goes to the stage's newest whole checkpoint; null where there is none.</summary>
    public Restored? Resume(string stage) => Restore(() => _run!.Resume(stage));

    /// <summary>Goes back to the stage's newest rewind point; null where there is none.</summary>
    public Restored? Rewind(string stage) => Restore(() => _run!.Rewind(stage));

    /// <summary>The newest whole checkpoint of a stage, which is only looked at.</summary>
    public Checkpoint? Latest(string stage) => _run?.Checkpoints.LatestValid(stage);

    private Restored? Restore(Func<Checkpoint?> find)
    {
        if (!AreKept)
            return null;
        var restored = _collective.Share(() => find() is { } checkpoint ? Read(checkpoint) : null);
        if (restored is not null)
            foreach (var model in _models)
            {
                model.Broadcast(_collective);
                model.Optimizer.Updates = restored.State.Updates;
            }
        return restored;
    }

    private Restored Read(Checkpoint checkpoint)
    {
        var state = JsonFormat.Read<LoopState>(Path.Combine(checkpoint.Folder, StateFile));
        var expected = _models[0].BaseHash;
        if (state.Base != expected)
        {
            throw new InvalidDataException(state.Base is null || expected is null
                ? $"{checkpoint.Folder}: was saved {(state.Base is null ? "without" : "with")} adapters; set lora.rank as it was, or begin a new run"
                : $"{checkpoint.Folder}: its adapters belong to another base model than the one that was loaded");
        }
        foreach (var (i, model) in _models.Index())
            model.Load(FolderOf(checkpoint.Folder, i));
        return new Restored((int)checkpoint.Step, checkpoint.Loss, state);
    }

    private string FolderOf(string checkpoint, int model) => model == 0 ? checkpoint : Path.Combine(checkpoint, "networks", _models[model].Name);
}

/// <summary>Where a checkpoint has brought the loop.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="HeldOutLoss">Held-out loss, if it was measured.</param>
/// <param name="State">The loop's state.</param>
internal sealed record Restored(int Step, double? HeldOutLoss, LoopState State);
