using System.Globalization;
using Mindwright.Runs.Files;

namespace Mindwright.Runs;

/// <summary>
/// A run on the disk, opened by the one process that may write to it: recipe, manifest, metrics, samples, checkpoints, the finished model and the report.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The recipe as run, in a run folder.</summary>
    public const string ResolvedFile = "resolved.toml";

    /// <summary>The metrics, in a run folder.</summary>
    public const string MetricsFile = "metrics.jsonl";

    internal const string CheckpointsFolder = "checkpoints";

    private const string ManifestFile = "manifest.json";

    private readonly RunLock _lock;
    private readonly TensorBoardMirror _tensorBoard;
    private bool _disposed;

    private RunFolder(string path, RunLock runLock, Action<string>? warn)
    {
        Path = path;
        _lock = runLock;
        try
        {
            AtomicFolder.Recover(path);
            AtomicFolder.Recover(CheckpointsPath);
            Directory.CreateDirectory(SamplesPath);
            Metrics = new MetricsLog(MetricsPath);
            Checkpoints = new CheckpointStore(CheckpointsPath, warn: warn);
            _tensorBoard = new TensorBoardMirror(this);
        }
        catch
        {
            runLock.Dispose();
            throw;
        }
    }

    /// <summary>Makes a new run folder and holds its lock.</summary>
    /// <param name="root">The folder of runs, usually <c>runs</c>; the run becomes <c>&lt;root&gt;/&lt;date&gt;-&lt;name&gt;</c>, with a number where that is taken.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="recipe">The recipe's text, as given (<c>recipe.toml</c>).</param>
    /// <param name="resolved">All keys, as run (<c>resolved.toml</c>).</param>
    /// <param name="now">The date of the name and the manifest.</param>
    /// <param name="output">The exact folder to use instead of one under the root; it must be empty or not exist.</param>
    /// <param name="warn">Receives warnings about damaged checkpoints.</param>
    /// <exception cref="IOException">The output folder holds something already, or is in use, or cannot be written.</exception>
    public static RunFolder Create(
        string root, string name, string recipe, string resolved, DateTimeOffset now, string? output = null, Action<string>? warn = null)
    {
        var (path, runLock) = output is null ? Claim(root, name, now) : ClaimExact(output);
        var run = new RunFolder(path, runLock, warn);
        try
        {
            AtomicFile.WriteText(run.RecipePath, recipe);
            AtomicFile.WriteText(run.ResolvedPath, resolved);
            // Last: a folder with a manifest is a run that can be opened.
            JsonFormat.Write(run.ManifestPath, RunManifest.Describe(name, now));
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Opens a run folder to resume the run: takes the lock, removes what a killed process left, and repairs the last line of the metrics.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder is not a run.</exception>
    /// <exception cref="IOException">Another process is using it.</exception>
    public static RunFolder Open(string path, Action<string>? warn = null)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"{path}: there is no such run; `mindwright runs ls` lists those there are");
        if (!IsRun(path))
            throw new InvalidDataException($"{path}: is not a run folder (it has no {ManifestFile})");
        return new RunFolder(path, RunLock.TryTake(path, patience: 4) ?? throw InUse(path), warn);
    }

    /// <summary>Whether a folder is a run.</summary>
    public static bool IsRun(string path) => File.Exists(System.IO.Path.Combine(path, ManifestFile));

    /// <summary>Whether a process is using a run folder now.</summary>
    public static bool IsInUse(string path)
    {
        if (!RunLock.Exists(path))
            return false;
        using var taken = RunLock.TryTake(path);
        return taken is null;
    }

    /// <summary>Full path of the run folder.</summary>
    public string Path { get; }

    /// <summary>The recipe as given.</summary>
    public string RecipePath => this["recipe.toml"];

    /// <summary>The recipe as run, with every key.</summary>
    public string ResolvedPath => this[ResolvedFile];

    /// <summary>Versions, hardware, seeds, data.</summary>
    public string ManifestPath => this[ManifestFile];

    /// <summary>One line a step.</summary>
    public string MetricsPath => this[MetricsFile];

    /// <summary>Samples that the model generated during training.</summary>
    public string SamplesPath => this["samples"];

    /// <summary>The folder of checkpoints.</summary>
    public string CheckpointsPath => this[CheckpointsFolder];

    /// <summary>The latest finished model, as a Hugging Face folder.</summary>
    public string ModelPath => this["model"];

    /// <summary>The folder of TensorBoard event files.</summary>
    public string TensorBoardPath => this["tensorboard"];

    /// <summary>The metrics, to append to.</summary>
    public MetricsLog Metrics { get; }

    /// <summary>The checkpoints.</summary>
    public CheckpointStore Checkpoints { get; }

    /// <summary>The path of something in the run folder.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Reads the manifest.</summary>
    public RunManifest Manifest => ReadManifest(Path);

    /// <summary>Reads the manifest of a run folder, which another process may be using.</summary>
    /// <exception cref="InvalidDataException">It is not a manifest.</exception>
    public static RunManifest ReadManifest(string path) => JsonFormat.Read<RunManifest>(System.IO.Path.Combine(path, ManifestFile));

    /// <summary>Changes the manifest, atomically.</summary>
    public void UpdateManifest(Func<RunManifest, RunManifest> change) => JsonFormat.Write(ManifestPath, change(Manifest));

    /// <summary>Where a sample of a step is written: <c>samples/pretrain-step-000123.md</c>.</summary>
    public string SamplePath(string stage, long step) =>
        System.IO.Path.Combine(SamplesPath, string.Create(CultureInfo.InvariantCulture, $"{stage}-step-{step:D6}.md"));

    /// <summary>Saves a sample that the model generated at a step.</summary>
    public void WriteSample(string stage, long step, string text) => AtomicFile.WriteText(SamplePath(stage, step), text + "\n");

    /// <summary>Writes the finished model in the place of an earlier one, atomically.</summary>
    /// <param name="write">Receives an empty folder and fills it.</param>
    public void WriteModel(Action<string> write) => AtomicFolder.Write(ModelPath, write);

    /// <summary>Saves a checkpoint, with the metrics up to it safely on the disk first, and brings the event file up to date.</summary>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="step">Steps done, and measured in the metrics.</param>
    /// <param name="write">Receives an empty folder and fills it.</param>
    /// <param name="loss">Held-out loss, if it was measured; the checkpoint with the lowest stays.</param>
    /// <param name="isRewindPoint">Whether <see cref="Rewind"/> may go back to it.</param>
    /// <param name="metricsBytes">Size of the metrics when the step was done; that of now if null.</param>
    /// <exception cref="IOException">It could not be written (a full disk is named as such); all earlier checkpoints are untouched.</exception>
    public Checkpoint SaveCheckpoint(string stage, long step, Action<string> write, double? loss = null, bool isRewindPoint = false, long? metricsBytes = null)
    {
        Metrics.FlushToDisk();
        var checkpoint = Checkpoints.Save(stage, step, write, loss, metricsBytes ?? Metrics.Length, isRewindPoint);
        UpdateTensorBoard();
        return checkpoint;
    }

    /// <summary>Brings the TensorBoard event file up to date with metrics and samples; a checkpoint and the end of the run do so by themselves.</summary>
    public void UpdateTensorBoard() => _tensorBoard.Update();

    /// <summary>
    /// The checkpoint to resume from, null for a start from scratch; the metrics are cut back to it, so that no step is written twice.
    /// </summary>
    /// <param name="stage">The stage to resume; null for the one that was saved last. Later stages' metrics are kept if the stage was complete.</param>
    public Checkpoint? Resume(string? stage = null)
    {
        var newest = Checkpoints.LatestValid();
        var checkpoint = stage is null || newest?.Stage == stage ? newest : Checkpoints.LatestValid(stage);
        // What came after the newest checkpoint is lost in any case. What lies between the stage's own and the newest was measured by
        // other stages, unless this one had continued: then it is repeated, with everything that depends on it.
        var end = newest?.MetricsBytes ?? 0;
        if (checkpoint != newest && Metrics.Find(stage!, checkpoint?.MetricsBytes ?? 0) is { } again && again < end)
            end = again;
        Metrics.CutAt(end);
        return checkpoint;
    }

    /// <summary>
    /// The newest rewind point of the stage that is running, null where there is none; the metrics are cut back to it.
    /// </summary>
    public Checkpoint? Rewind(string stage)
    {
        var point = Checkpoints.RewindPoint(stage);
        if (point is not null)
            Metrics.CutAt(point.MetricsBytes);
        return point;
    }

    /// <summary>Releases the run folder.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            UpdateTensorBoard();
        }
        catch (IOException)
        {
            // For example on a full disk: the event file is rewritten when the run is opened next.
        }
        _tensorBoard.Dispose();
        Metrics.Dispose();
        _lock.Dispose();
    }

    private static (string Path, RunLock Lock) Claim(string root, string name, DateTimeOffset now)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAny(System.IO.Path.GetInvalidFileNameChars()) >= 0 || name.StartsWith('.'))
            throw new ArgumentException($"'{name}' cannot be the name of a run: it becomes the name of a folder", nameof(name));
        for (var number = 1; ; number++)
        {
            var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(
                root, string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd}-{name}{(number == 1 ? "" : $"-{number}")}")));
            if (TryClaim(path) is { } runLock)
                return (path, runLock);
        }
    }

    private static (string Path, RunLock Lock) ClaimExact(string output)
    {
        var path = System.IO.Path.GetFullPath(output);
        if (TryClaim(path) is { } runLock)
            return (path, runLock);
        throw IsInUse(path)
            ? InUse(path)
            : new IOException(IsRun(path)
                ? $"{path}: contains a run already; resume it with `mindwright runs resume`, or choose another folder"
                : $"{path}: is not empty; choose another folder");
    }

    // A folder with only a lock file counts as empty: a start that was killed before it wrote anything does not block its folder.
    private static RunLock? TryClaim(string path)
    {
        Directory.CreateDirectory(path);
        var runLock = RunLock.TryTake(path);
        if (runLock is null || Directory.EnumerateFileSystemEntries(path).All(RunLock.IsLockFile))
            return runLock;
        runLock.Dispose();
        return null;
    }

    private static IOException InUse(string path) =>
        new($"{path}: another process is using this run; wait for it to end, or stop it (Ctrl-C saves a checkpoint)");
}
