using System.Globalization;
using Mindwright.Runs;
using Mindwright.Testing;
using TorchSharp;

namespace Mindwright.Training.Tests.Loop;

/// <summary>Threads and memory of the process that trains; MINDWRIGHT_TEST_STEPS sets how long the memory is watched.</summary>
[Collection(nameof(Alone))]
public sealed class ProcessTests
{
    private static readonly int WatchedSteps =
        int.Parse(Environment.GetEnvironmentVariable("MINDWRIGHT_TEST_STEPS") ?? "40", CultureInfo.InvariantCulture);

    [Fact]
    public void Another_number_of_threads_gives_the_same_losses()
    {
        using var temp = new TempFolder();
        var threads = torch.get_num_threads();
        try
        {
            foreach (var count in new[] { 1, 2, 4 })
            {
                torch.set_num_threads(count);
                TrainerTests.Train("pretrain", temp[$"{count}"], steps: 20);
                Assert.All(SmallStages.Losses(temp["1"], "pretrain").Zip(SmallStages.Losses(temp[$"{count}"], "pretrain")), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            }
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Fact]
    public void Memory_stays_flat_from_step_to_step()
    {
        using var temp = new TempFolder();
        TrainerTests.Train("pretrain", temp["run"], steps: WatchedSteps);
        var rows = MetricsLog.Read(Path.Combine(temp["run"], "metrics.jsonl")).Where(r => r.Stage == "pretrain").ToArray();
        // Fewer there may be: the collector may find what another test left.
        Assert.All(rows[5..], row => Assert.InRange(row["live_tensors"]!.Value, 0, rows[4]["live_tensors"]!.Value));
        // The runtime takes its time to settle; a short run says nothing about the process as a whole.
        if (WatchedSteps < 1000)
            return;
        double Memory(Range range) => rows[range].Average(row => row["memory_bytes"]!.Value);
        var (early, late) = (Memory((rows.Length / 10)..(rows.Length / 5)), Memory(^(rows.Length / 10)..));
        TestContext.Current.SendDiagnosticMessage($"{WatchedSteps} steps: {early / 1e6:F1} MB early, {late / 1e6:F1} MB late, {100 * (late / early - 1):F2} %");
        Assert.InRange(late / early, 0, 1.02);
    }
}
