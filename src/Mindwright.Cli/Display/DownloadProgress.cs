using System.Diagnostics;
using Mindwright.Data;
using Mindwright.Runs;

namespace Mindwright.Cli.Display;

/// <summary>A download as a stage that counts megabytes.</summary>
internal sealed class DownloadProgress(IProgressSink sink, string name) : IProgress<DatasetProgress>
{
    private const long Megabyte = 1_000_000;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private string? _file;

    public void Report(DatasetProgress value)
    {
        if (_file is null)
            sink.StageStarted(new StageInfo(name, 1, 1, value.BytesTotal / Megabyte, "MB", Curve: "mb_per_s"));
        if (_file != value.File)
            sink.Message(value.File);
        _file = value.File;
        sink.Step(new StepInfo(value.BytesDone / Megabyte, _clock.Elapsed)
        {
            Metrics = new Dictionary<string, double> { ["mb_per_s"] = value.BytesDone / (double)Megabyte / Math.Max(1e-3, _clock.Elapsed.TotalSeconds) },
        });
    }
}
