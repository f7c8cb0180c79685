using CsCheck;
using Mindwright.Runs;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests;

public sealed class MetricsLogTests
{
    [Fact]
    public void What_is_appended_is_read_back()
    {
        Gen.Select(Gen.OneOf("pretrain", "sft"), Gen.Long, Gen.Double).List[0, 20].Sample(rows =>
        {
            using var temp = new TempFolder();
            using (var log = new MetricsLog(temp["m.jsonl"]))
                foreach (var (stage, step, value) in rows)
                    log.Append(stage, step, ("loss", value), ("learning_rate", 0.5));
            var read = MetricsLog.Read(temp["m.jsonl"]).ToList();
            Assert.Equal(rows.Select(r => (r.Item1, r.Item2, (double?)(double.IsFinite(r.Item3) ? r.Item3 : double.NaN))), read.Select(r => (r.Stage, r.Step, r["loss"])));
            Assert.All(read, r => Assert.Null(r["absent"]));
        }, iter: 30, threads: 1);
    }

    [Fact]
    public void A_file_cut_anywhere_is_mended_to_its_whole_lines()
    {
        using var temp = new TempFolder();
        var path = temp["m.jsonl"];
        using (var log = new MetricsLog(path))
            for (var step = 1; step <= 4; step++)
                log.Append("pretrain", step, ("loss", 1.0 / step));
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var lines = whole.AsSpan(..length).Count((byte)'\n');
            Assert.Equal(lines, MetricsLog.Read(path).Count());
            using (var log = new MetricsLog(path))
                log.Append("pretrain", 99);
            Assert.Equal([.. Enumerable.Range(1, lines).Select(i => (long)i), 99], MetricsLog.Read(path).Select(r => r.Step));
        }
    }

    [Fact]
    public void A_cut_leaves_whole_lines_wherever_it_falls()
    {
        using var temp = new TempFolder();
        for (var position = 0; position < 250; position++)
        {
            using var log = new MetricsLog(temp["m.jsonl"]);
            log.CutAt(0);
            for (var step = 1; step <= 4; step++)
                log.Append("pretrain", step, ("loss", 0.5));
            var before = log.Length;
            log.CutAt(position);
            Assert.InRange(log.Length, Math.Min(before, position) - 80, Math.Min(before, position));
            log.Append("pretrain", 9);
            var steps = MetricsLog.Read(temp["m.jsonl"]).Select(r => r.Step).ToList();
            Assert.Equal([.. Enumerable.Range(1, steps.Count - 1).Select(i => (long)i), 9], steps);
        }
    }

    [Fact]
    public void Lines_bear_the_time_of_the_clock()
    {
        using var temp = new TempFolder();
        using (var log = new MetricsLog(temp["m.jsonl"], new StoppedClock()))
            log.Append("pretrain", 1, ("loss", 0.5));
        Assert.Equal("""{"stage":"pretrain","step":1,"time":1773500966.25,"loss":0.5}""" + "\n", File.ReadAllText(temp["m.jsonl"]));
        Assert.Equal(1773500966.25, Assert.Single(MetricsLog.Read(temp["m.jsonl"])).Time);
    }

    [Theory]
    [InlineData("sft", true)]
    [InlineData("sft-eval", true)]
    [InlineData("sft-evaluation", false)]
    [InlineData("sf", false)]
    [InlineData("sft2", false)]
    public void A_stage_owns_its_steps_and_its_evaluations(string name, bool owns) => Assert.Equal(owns, new MetricsRow(name, 1, [], 0).IsOf("sft"));

    [Fact]
    public void A_bad_line_before_others_is_named()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["m.jsonl"], "{\"stage\":\"sft\",\"step\":1}\n{\"stage\":\n{\"stage\":\"sft\",\"step\":2}\n");
        var error = Assert.Throws<InvalidDataException>(() => MetricsLog.Read(temp["m.jsonl"]).Count());
        Assert.Contains("m.jsonl, line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_longer_than_any_buffer_are_read()
    {
        using var temp = new TempFolder();
        var values = Enumerable.Range(0, 50_000).Select(i => ($"probe_{i}", (double)i)).ToArray();
        using (var log = new MetricsLog(temp["m.jsonl"]))
        {
            log.Append("pretrain", 1, values);
            log.Append("pretrain", 2, ("loss", 1));
            log.Append("pretrain", 3, values);
        }
        Assert.Equal([50_000, 1, 50_000], MetricsLog.Read(temp["m.jsonl"]).Select(r => r.Values.Count));
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1773500966250);
    }
}
