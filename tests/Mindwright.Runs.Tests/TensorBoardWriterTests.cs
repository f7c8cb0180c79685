using CsCheck;
using Mindwright.Runs;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests;

public sealed class TensorBoardWriterTests
{
    [Fact]
    public void What_is_written_reads_back_with_sound_checksums()
    {
        var tag = Gen.String[1, 200].Where(t => !t.Any(char.IsSurrogate));
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Double, Gen.Select(tag, Gen.Float).List[0, 5], tag).List[0, 6].Sample(events =>
        {
            using var temp = new TempFolder();
            var expected = new List<EventValue>();
            using (var writer = new TensorBoardWriter(temp["tfevents"], 1.5))
                foreach (var (step, time, scalars, text) in events)
                {
                    writer.Scalars(step, time, scalars.Select(s => (s.Item1, (double)s.Item2)));
                    writer.Text("sample", step, time, text);
                    expected.AddRange(scalars.Select(s => new EventValue(time, step, s.Item1, s.Item2, null)));
                    expected.Add(new EventValue(time, step, "sample", null, text));
                }
            var (version, values) = EventFile.Read(temp["tfevents"]);
            Assert.Equal("brain.Event:2", version);
            Assert.Equal(expected, values);
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void The_first_record_has_the_bytes_that_the_format_prescribes()
    {
        using var temp = new TempFolder();
        new TensorBoardWriter(temp["tfevents"], 0).Dispose();
        // Length 24, its masked CRC-32C, wall_time (field 1, 64 bits), file_version (field 3, text), masked CRC-32C.
        byte[] message = [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a, 13, .. "brain.Event:2"u8];
        var bytes = File.ReadAllBytes(temp["tfevents"]);
        Assert.Equal([24, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22], bytes[..12]);
        Assert.Equal(message, bytes[12..^4]);
    }

    [Fact]
    public void A_runs_event_file_holds_what_its_metrics_and_samples_hold_after_a_resume_too()
    {
        using var temp = new TempFolder();
        using (var run = RunFolder.Create(temp.Path, "x", "", "", DateTimeOffset.UnixEpoch, output: temp["run"]))
        {
            Assert.Null(run.Resume());
            run.UpdateTensorBoard();
            Assert.False(Directory.Exists(run.TensorBoardPath));
            for (var step = 1; step <= 4; step++)
            {
                run.Metrics.Append("pretrain", step, ("loss", 1.0 / step), ("norm", double.NaN));
                if (step == 2)
                {
                    File.WriteAllText(run.SamplePath("pretrain", 2), "Once **upon**");
                    run.SaveCheckpoint("pretrain", step, f => File.WriteAllText(Path.Combine(f, "w"), "x"));
                    AssertMirrors(run, samples: 1);
                }
            }
        }
        using (var run = RunFolder.Open(temp["run"]))
        {
            run.Resume();
            run.Metrics.Append("pretrain", 3, ("loss", 7));
            run.UpdateTensorBoard();
            AssertMirrors(run, samples: 1);
            run.Resume();
            run.Metrics.Append("sft", 1, ("loss", 8));
            run.UpdateTensorBoard();
            run.UpdateTensorBoard();
            AssertMirrors(run, samples: 1);
        }
    }

    private static void AssertMirrors(RunFolder run, int samples)
    {
        var (_, values) = EventFile.Read(Assert.Single(Directory.GetFiles(run.TensorBoardPath)));
        Assert.Equal(
            MetricsLog.Read(run.MetricsPath).SelectMany(row => row.Values.Select(v => (row.Time, row.Step, $"{row.Stage}/{v.Key}", (float?)v.Value))),
            values.Where(v => v.Text is null).Select(v => (v.Time, v.Step, v.Tag, v.Scalar)));
        Assert.Equal(samples, values.Count(v => v is { Tag: "pretrain/sample", Step: 2, Text: "Once **upon**" }));
    }
}
