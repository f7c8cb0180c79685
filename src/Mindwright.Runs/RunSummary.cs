namespace Mindwright.Runs;

/// <summary>The progress of one stage of a run.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Steps">The highest step measured.</param>
/// <param name="Seconds">Time from its first measurement to its last, including pauses, in seconds.</param>
/// <param name="Last">The latest value of each metric, by name.</param>
public sealed record StageSummary(string Stage, long Steps, double Seconds, IReadOnlyDictionary<string, double> Last);

/// <summary>A summary of a run folder.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Path">Full path.</param>
/// <param name="Status">How it is with the run; one whose process was killed is interrupted.</param>
/// <param name="Failure">Why it failed; null for a run that did not.</param>
/// <param name="Created">When it was created (UTC).</param>
/// <param name="Stages">The stages in the order in which they ran.</param>
/// <param name="Checkpoints">The checkpoints, oldest first.</param>
/// <param name="Bytes">Size on the disk, in bytes.</param>
public sealed record RunSummary(
    string Name, string Path, RunStatus Status, string? Failure, DateTimeOffset Created, IReadOnlyList<StageSummary> Stages, IReadOnlyList<Checkpoint> Checkpoints, long Bytes)
{
    /// <summary>Reads a run folder, which another process may be using.</summary>
    /// <exception cref="InvalidDataException">Its manifest or metrics are damaged; the message names the file.</exception>
    public static RunSummary Read(string path)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var manifest = RunFolder.ReadManifest(path);
        // A process that was killed could not say so, but it no longer holds the lock.
        var status = manifest.Status == RunStatus.Running && !RunFolder.IsInUse(path) ? RunStatus.Interrupted : manifest.Status;
        return new RunSummary(
            System.IO.Path.GetFileName(path), path, status, manifest.Status == RunStatus.Failed ? manifest.Failure : null, manifest.Created, ReadStages(System.IO.Path.Combine(path, RunFolder.MetricsFile)),
            new CheckpointStore(System.IO.Path.Combine(path, RunFolder.CheckpointsFolder)).List(),
            new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(LengthOf));
    }

    /// <summary>The values of a stage's metric in the order of the steps; steps that lack it are left out.</summary>
    public IReadOnlyList<double> Curve(string stage, string metric) =>
        [.. MetricsLog.Read(System.IO.Path.Combine(Path, RunFolder.MetricsFile)).Where(row => row.IsOf(stage)).Select(row => row[metric]).OfType<double>()];

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0; // the run's process has removed it meanwhile
        }
    }

    private static List<StageSummary> ReadStages(string metrics)
    {
        var stages = new List<StageSummary>();
        var starts = new List<double>();
        foreach (var row in MetricsLog.Read(metrics))
        {
            var i = stages.FindIndex(s => row.IsOf(s.Stage));
            if (i < 0)
            {
                i = stages.Count;
                var name = row.Stage.EndsWith(MetricsRow.EvaluationSuffix, StringComparison.Ordinal) ? row.Stage[..^MetricsRow.EvaluationSuffix.Length] : row.Stage;
                stages.Add(new StageSummary(name, 0, 0, new SortedDictionary<string, double>(StringComparer.Ordinal)));
                starts.Add(row.Time);
            }
            var last = (SortedDictionary<string, double>)stages[i].Last;
            foreach (var (metric, value) in row.Values)
                last[metric] = value;
            stages[i] = stages[i] with { Steps = Math.Max(stages[i].Steps, row.Step), Seconds = row.Time - starts[i] };
        }
        return stages;
    }
}
