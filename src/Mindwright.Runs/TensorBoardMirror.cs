using System.Globalization;
using System.Text.RegularExpressions;

namespace Mindwright.Runs;

/// <summary>Keeps a run's TensorBoard event file up to date with its metrics and samples.</summary>
/// <remarks>The file is rewritten when a run is opened or its metrics are cut back.</remarks>
internal sealed partial class TensorBoardMirror(RunFolder run) : IDisposable
{
    private readonly HashSet<string> _samples = new(StringComparer.Ordinal);
    private TensorBoardWriter? _writer;
    private long _position;
    private int _cuts;

    /// <summary>Writes what was added since the last call.</summary>
    internal void Update()
    {
        if (_cuts != run.Metrics.Cuts)
            Restart();
        foreach (var (row, end) in MetricsLog.ReadFrom(run.MetricsPath, _position))
        {
            Writer(row.Time).Scalars(row.Step, row.Time, row.Values.Select(value => ($"{row.Stage}/{value.Key}", value.Value)));
            _position = end;
        }
        Directory.CreateDirectory(run.SamplesPath);
        foreach (var path in Directory.EnumerateFiles(run.SamplesPath).Order(StringComparer.Ordinal))
            if (SampleName().Match(Path.GetFileName(path)) is { Success: true } name && _samples.Add(path))
            {
                var time = new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeMilliseconds() / 1000.0;
                Writer(time).Text($"{name.Groups[1].Value}/sample", long.Parse(name.Groups[2].Value, CultureInfo.InvariantCulture), time, File.ReadAllText(path));
            }
        _writer?.Flush();
    }

    public void Dispose() => _writer?.Dispose();

    private TensorBoardWriter Writer(double time)
    {
        Directory.CreateDirectory(run.TensorBoardPath);
        return _writer ??= new TensorBoardWriter(Path.Combine(run.TensorBoardPath, "events.out.tfevents.mindwright"), time);
    }

    private void Restart()
    {
        _writer?.Dispose();
        (_writer, _position, _cuts) = (null, 0, run.Metrics.Cuts);
        _samples.Clear();
    }

    [GeneratedRegex(@"^(.+)-step-([0-9]{1,18})\.md$", RegexOptions.CultureInvariant)]
    private static partial Regex SampleName();
}
