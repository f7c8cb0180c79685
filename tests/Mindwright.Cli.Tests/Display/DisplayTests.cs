using CsCheck;
using Mindwright.Cli.Display;
using Mindwright.Runs;
using Spectre.Console;

namespace Mindwright.Cli.Tests.Display;

public sealed class DisplayTests
{
    [Fact]
    public void A_sparkline_fits_its_width_and_spans_all_levels() =>
        Gen.Select(Gen.Double[-1e6, 1e6].Array[0, 500], Gen.Int[1, 100]).Sample((values, width) =>
        {
            var line = Sparkline.Draw(values, width);
            Assert.Equal(Math.Min(width, values.Length), line.Length);
            if (line.Length > 1 && values.Distinct().Count() == values.Length && values.Length <= width)
            {
                Assert.Equal('▁', line[Array.IndexOf(values, values.Min())]);
                Assert.Equal('█', line[Array.IndexOf(values, values.Max())]);
            }
        });

    [Fact]
    public void A_sparkline_leaves_out_what_is_not_a_number_and_draws_a_flat_line_low()
    {
        Assert.Equal("▁█", Sparkline.Draw([1, double.NaN, 2, double.PositiveInfinity], 10));
        Assert.Equal("▁▁▁", Sparkline.Draw([5, 5, 5], 10));
        Assert.Equal("▁▃▆█", Sparkline.Draw([0, 1, 2, 3], 10));
    }

    [Fact]
    public void The_curve_of_a_long_stage_stays_short_and_even()
    {
        var progress = new StageProgress(new StageInfo("pretrain", 1, 1, 100_000));
        for (var i = 0; i < 100_000; i++)
            progress.Add(new StepInfo(i + 1, TimeSpan.FromSeconds(i)) { Loss = i });
        Assert.InRange(progress.Curve.Count, 512, 1024);
        var gap = progress.Curve[1] - progress.Curve[0];
        Assert.All(progress.Curve.Zip(progress.Curve.Skip(1)), pair => Assert.Equal(gap, pair.Second - pair.First));
    }

    [Fact]
    public void Time_left_follows_from_the_share_done_unless_the_stage_knows_better()
    {
        var progress = new StageProgress(new StageInfo("sft", 3, 5, 100));
        Assert.Null(progress.Remaining);
        progress.Add(new StepInfo(25, TimeSpan.FromSeconds(10)));
        Assert.Equal(TimeSpan.FromSeconds(30), progress.Remaining);
        progress.Add(new StepInfo(26, TimeSpan.FromSeconds(11)) { Remaining = TimeSpan.FromSeconds(5) });
        Assert.Equal(TimeSpan.FromSeconds(5), progress.Remaining);
    }

    [Fact]
    public void Plain_lines_come_every_ten_seconds_and_at_both_ends()
    {
        var (lines, clock) = (new List<string>(), new Clock());
        using (var display = new PlainDisplay(lines.Add, clock))
        {
            display.StageStarted(new StageInfo("pretrain", 2, 4, 1000));
            for (var i = 1; i <= 50; i++)
            {
                clock.Now += TimeSpan.FromSeconds(0.5);
                display.Step(new StepInfo(i, TimeSpan.FromSeconds(0.5 * i)) { Loss = 4.56789, LearningRate = 0.003, TokensPerSecond = 12345.6 });
            }
            display.Sample("pretrain", "Once\nupon");
            display.StageFinished("pretrain", new Dictionary<string, double> { ["bits_per_byte"] = 1.23456 });
        }
        Assert.Equal(
        [
            "[2/4] pretrain",
            "  pretrain 20 / 1,000 steps · loss 4.568 · lr 0.003 · 12,346 tokens/s · 10s · 8m 10s left",
            "  pretrain 40 / 1,000 steps · loss 4.568 · lr 0.003 · 12,346 tokens/s · 20s · 8m 00s left",
            "  pretrain sample: Once ⏎ upon",
            "  pretrain done in 25s: bits_per_byte 1.235",
        ], lines);
    }

    [Fact]
    public void The_live_display_leaves_samples_messages_and_finished_stages_behind_and_treats_markup_as_text()
    {
        var written = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.TrueColor,
            Out = new AnsiConsoleOutput(written),
            Interactive = InteractionSupport.Yes,
        });
        using (var display = new Mindwright.Cli.Display.LiveDisplay(console, new Clock()))
        {
            display.StageStarted(new StageInfo("reason", 4, 5, 10, Curve: "reward"));
            for (var i = 1; i <= 10; i++)
                display.Step(new StepInfo(i, TimeSpan.FromSeconds(i)) { Metrics = new Dictionary<string, double> { ["reward"] = i } });
            display.Sample("reason", "[red]not a colour[/] [[");
            display.Message("saved [step-10]");
            display.StageFinished("reason", new Dictionary<string, double> { ["pass_at_1"] = 0.5 });
        }
        var text = written.ToString();
        Assert.Contains("[red]not a colour[/] [[", text, StringComparison.Ordinal);
        Assert.Contains("saved [step-10]", text, StringComparison.Ordinal);
        Assert.Contains("pass_at_1 0.5", text, StringComparison.Ordinal);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
