using System.Buffers;
using System.Globalization;
using Mindwright.Runs.Files;

namespace Mindwright.Runs;

/// <summary>A checkpoint on the disk.</summary>
/// <param name="Stage">The stage that saved it: <c>pretrain</c>, <c>sft</c>, …</param>
/// <param name="Step">Optimizer steps of that stage before it was saved.</param>
/// <param name="Loss">Held-out loss in nats per token, which determines the best checkpoint; null where it was not measured.</param>
/// <param name="Sequence">Counts the saves of a run: of two checkpoints, the newer has the higher one.</param>
/// <param name="MetricsBytes">Size of <c>metrics.jsonl</c> in bytes when it was saved: a run that resumes here repeats the steps after that.</param>
/// <param name="IsRewindPoint">Whether the stage rewinds to it after a loss spike; the newest such checkpoint is kept.</param>
/// <param name="Folder">Full path of its folder.</param>
public sealed record Checkpoint(string Stage, long Step, double? Loss, long Sequence, long MetricsBytes, bool IsRewindPoint, string Folder);

/// <summary>
/// The checkpoints of a run: saved atomically, verified byte by byte when loaded, and kept as long as they may be needed.
/// </summary>
/// <remarks>One writer at a time (the holder of the run's lock); reading while another process saves is safe.</remarks>
public sealed class CheckpointStore
{
    /// <summary>The file in a checkpoint that says what it is.</summary>
    public const string InfoFile = "checkpoint.json";

    private static readonly SearchValues<char> StageCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly string _folder;
    private readonly int _keep;
    private readonly Action<string> _warn;

    /// <summary>The checkpoints in a folder, which need not exist yet.</summary>
    /// <param name="folder">The folder that holds a folder for each checkpoint.</param>
    /// <param name="keep">How many of each stage's newest checkpoints are kept after a save, besides the best; at least 1.</param>
    /// <param name="warn">Receives a line about each checkpoint that is skipped because it is damaged.</param>
    public CheckpointStore(string folder, int keep = 2, Action<string>? warn = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        _folder = Path.GetFullPath(folder);
        _keep = keep;
        _warn = warn ?? (_ => { });
    }

    /// <summary>Saves a checkpoint, then removes older ones that need not be kept.</summary>
    /// <param name="stage">Name of the stage: lower-case letters, digits and single hyphens.</param>
    /// <param name="step">Steps done. A checkpoint of the same step (after a rewind) is replaced.</param>
    /// <param name="write">Receives an empty folder and fills it.</param>
    /// <param name="loss">Held-out loss, if it was measured; the checkpoint with the lowest is kept.</param>
    /// <param name="metricsBytes">Size of the run's metrics so far, in bytes.</param>
    /// <param name="isRewindPoint">Whether the stage may go back to it after a loss spike.</param>
    /// <exception cref="IOException">It could not be written (a full disk is named as such); all earlier checkpoints are untouched.</exception>
    public Checkpoint Save(string stage, long step, Action<string> write, double? loss = null, long metricsBytes = 0, bool isRewindPoint = false)
    {
        if (stage.Length == 0 || stage.AsSpan().ContainsAnyExcept(StageCharacters))
            throw new ArgumentException($"'{stage}' cannot be the name of a stage: lower-case letters, digits and hyphens", nameof(stage));
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        Directory.CreateDirectory(_folder);
        var sequence = 1 + List().Select(c => c.Sequence).DefaultIfEmpty(0).Max();
        var finite = loss is { } l && double.IsFinite(l) ? loss : null;
        var folder = Path.Combine(_folder, Name(stage, step));
        AtomicFolder.Write(folder, temporary =>
        {
            write(temporary);
            File.WriteAllBytes(Path.Combine(temporary, InfoFile), JsonFormat.Serialize(new Info(stage, step, finite, sequence, metricsBytes, isRewindPoint)));
        });
        var saved = new Checkpoint(stage, step, finite, sequence, metricsBytes, isRewindPoint, folder);
        Prune(_keep, newestValid: saved, dryRun: false);
        return saved;
    }

    /// <summary>All checkpoints with an undamaged description, oldest first. Their other bytes are not verified.</summary>
    public IReadOnlyList<Checkpoint> List() => List(_ => { });

    /// <summary>
    /// The newest undamaged checkpoint of one stage, or of all; damaged ones are skipped with a warning. Null where there is none.
    /// </summary>
    public Checkpoint? LatestValid(string? stage = null) => List(_warn)
        .FindLast(checkpoint => (stage is null || checkpoint.Stage == stage) && IsValid(checkpoint));

    /// <summary>The newest undamaged checkpoint of a stage to rewind to after a loss spike; null where there is none.</summary>
    public Checkpoint? RewindPoint(string stage) => List(_warn).FindLast(c => c.Stage == stage && c.IsRewindPoint && IsValid(c));

    /// <summary>Verifies every byte of a checkpoint, and the name of its folder.</summary>
    /// <exception cref="InvalidDataException">Something differs from what was saved; the message names the file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void Verify(string folder)
    {
        FolderManifest.Verify(folder);
        Describe(folder);
    }

    /// <summary>
    /// Removes all but each stage's newest <paramref name="keep"/> checkpoints, its best and its newest rewind point. The newest valid one is always kept.
    /// </summary>
    /// <param name="keep">How many of each stage are kept, at least 1.</param>
    /// <param name="dryRun">Only returns what would be removed.</param>
    /// <returns>The checkpoints removed.</returns>
    public IReadOnlyList<Checkpoint> Prune(int keep, bool dryRun = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        return Prune(keep, LatestValid(), dryRun);
    }

    private List<Checkpoint> Prune(int keep, Checkpoint? newestValid, bool dryRun)
    {
        var superfluous = new List<Checkpoint>();
        foreach (var stage in List().GroupBy(c => c.Stage))
        {
            var best = stage.Where(c => c.Loss is not null).OrderBy(c => c.Loss).ThenByDescending(c => c.Sequence).FirstOrDefault();
            var rewindPoint = stage.LastOrDefault(c => c.IsRewindPoint);
            superfluous.AddRange(stage.SkipLast(keep).Where(c => c != best && c != rewindPoint && c.Folder != newestValid?.Folder));
        }
        if (!dryRun)
            superfluous.ForEach(c => AtomicFolder.Remove(c.Folder));
        return superfluous;
    }

    private List<Checkpoint> List(Action<string> warn)
    {
        var checkpoints = new List<Checkpoint>();
        if (!Directory.Exists(_folder))
            return checkpoints;
        foreach (var folder in Directory.EnumerateDirectories(_folder).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal))
            if (Try(() => Describe(folder), warn) is { } checkpoint)
                checkpoints.Add(checkpoint);
        checkpoints.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
        return checkpoints;
    }

    private bool IsValid(Checkpoint checkpoint) => Try(
        () =>
        {
            Verify(checkpoint.Folder);
            return checkpoint;
        },
        _warn) is not null;

    private static Checkpoint? Try(Func<Checkpoint> check, Action<string> warn)
    {
        try
        {
            return check();
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            warn($"{e.Message}; this checkpoint is skipped");
            return null;
        }
    }

    private static Checkpoint Describe(string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        FolderManifest.Verify(folder, InfoFile);
        var path = Path.Combine(folder, InfoFile);
        var info = JsonFormat.Read<Info>(path);
        if (info.Stage is null || Name(info.Stage, info.Step) != Path.GetFileName(folder))
            throw new InvalidDataException($"{path}: describes another checkpoint than the folder's name; was the folder renamed?");
        return new Checkpoint(info.Stage, info.Step, info.Loss, info.Sequence, info.MetricsBytes, info.IsRewindPoint, folder);
    }

    private static string Name(string stage, long step) => string.Create(CultureInfo.InvariantCulture, $"{stage}-step-{step:D6}");

    private sealed record Info(string Stage, long Step, double? Loss, long Sequence, long MetricsBytes, bool IsRewindPoint);
}
