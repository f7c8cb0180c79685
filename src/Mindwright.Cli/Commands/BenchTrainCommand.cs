using System.CommandLine;
using System.Globalization;
using Mindwright.Cli.Common;
using Mindwright.Cli.Display;
using Mindwright.Model;
using Mindwright.Planning;
using Mindwright.Runs.Report;
using Mindwright.Training.Recipes;
using Mindwright.Workbench.Benchmarks;

namespace Mindwright.Cli.Commands;

/// <summary><c>bench train</c>: how fast a model of a known size trains.</summary>
internal static class BenchTrainCommand
{
    public static Command Create()
    {
        var preset = new Option<string>("--preset", "-p") { Description = "The model and the batch: " + string.Join(", ", SpeedPreset.All.Select(p => p.Name)) + ".", Required = true };
        preset.AcceptOnlyFromAmong([.. SpeedPreset.All.Select(p => p.Name)]);
        var threads = new Option<int>("--threads") { Description = "Threads; 0 takes one a core." };
        var precision = new Option<Precision>("--precision") { Description = "The type of matrix products: auto, fp32 or bf16." };
        var steps = new Option<int>("--steps") { Description = "Steps; the first quarter warms up.", DefaultValueFactory = _ => 20 };
        var muon = new Option<bool>("--muon") { Description = "Update matrices by Muon instead of AdamW." };
        var rate = new Option<double>("--rate") { Description = "AdamW's learning rate.", DefaultValueFactory = _ => 1e-3 };
        var checkpoint = new Option<bool>("--checkpoint-activations") { Description = "Compute activations anew in the backward pass." };
        var data = new Option<string>("--data", "-d") { Description = "A text whose distinct bytes are the tokens; random tokens without it." };
        var profile = new Option<bool>("--profile") { Description = "Show what each operation takes, and how near the machine's roofline it comes." };
        return new Command("train", "Measure training speed: forward, backward, clipping and optimizer, the median of the steps after warm-up.")
        {
            preset, threads, precision, steps, muon, rate, checkpoint, data, profile,
        }.Does((parse, output, cancellation) =>
        {
            if (parse.GetValue(steps) < 2)
                throw new UsageException("--steps takes a number of 2 or more");
            if (parse.GetValue(threads) is < 0 or > 1024)
                throw new UsageException("--threads takes a number from 0 to 1024");
            var chosen = SpeedPreset.All.Single(p => p.Name == parse.GetValue(preset));
            var result = SpeedBenchmark.Run(new SpeedOptions
            {
                Preset = chosen,
                Compute = new ComputeSection
                {
                    Threads = parse.GetValue(threads),
                    Precision = parse.GetValue(precision),
                    CheckpointActivations = parse.GetValue(checkpoint),
                },
                Steps = parse.GetValue(steps),
                Muon = parse.GetValue(muon),
                Rate = parse.GetValue(rate),
                Profile = parse.GetValue(profile),
                Text = parse.GetValue(data) is { } path ? File.ReadAllBytes(path) : null,
            }, cancellation);
            Show(output, chosen, result, MachineProbe.Measure(), parse.GetValue(checkpoint) ? Recomputation.Full : Recomputation.Selective);
        });
    }

    private static void Show(Output output, SpeedPreset preset, SpeedResult result, MachineSpeed machine, Recomputation recomputation)
    {
        var peak = machine.PeakFlops[result.Precision];
        var flopsPerToken = TrainingCompute.Flops(result.Parameters, 1)
            + TrainingCompute.AttentionFlopsPerToken(preset.Layers, preset.Heads, preset.Width / preset.Heads, preset.Context);
        var utilization = flopsPerToken * result.TokensPerSecond / peak;
        // The planner's formula counts activations of 16 bits.
        var activations = (result.Precision == "fp32" ? 2 : 1) * preset.Layers
            * TrainingMemory.ActivationsPerLayer(preset.Context, preset.Batch, preset.Width, preset.Heads, recomputation: recomputation);
        var planned = TrainingMemory.ModelStates(result.Parameters, 1, 0) + activations + result.BaseRssBytes;
        var plannedRatio = result.PeakRssBytes / planned;
        var operations = result.Operations.Select(o => new
        {
            o.Operation,
            o.Calls,
            MsPerStep = 1000 * o.Seconds / result.ProfiledSteps,
            GflopsPerSecond = o.Flops / o.Seconds / 1e9,
            GbPerSecond = o.Bytes / o.Seconds / 1e9,
            RooflineFraction = Roofline.LeastSeconds(o.Flops, o.Bytes, peak, machine.Bandwidth) / o.Seconds,
        }).ToArray();
        output.Line(Invariant(
            $"{preset.Name}, {Figure.Count(result.Parameters)} parameters, {result.Precision}, {result.Threads} thread(s): {result.MsPerStep:F1} ms a step of {preset.Tokens} tokens, {result.TokensPerSecond:F0} tokens/s"));
        output.Line(Invariant($"model FLOPs utilisation {utilization:P0} of {peak / 1e9:F0} GFLOP/s; loss {result.LossFirst:F4} → {result.LossLast:F4}"));
        output.Line(Invariant(
            $"peak memory {Figure.Bytes(result.PeakRssBytes)}, {plannedRatio:F2} times the planned {Figure.Bytes((long)planned)} (16 bytes a parameter, activations, and {Figure.Bytes(result.BaseRssBytes)} that the program itself takes)"));
        TextTable.Write(output, ["operation", "calls", "ms a step", "GFLOP/s", "GB/s", "of roofline"], operations.Select(o => (string[])
            [o.Operation, Figure.Count(o.Calls), Figure.Number(o.MsPerStep), Figure.Number(o.GflopsPerSecond), Figure.Number(o.GbPerSecond), Invariant($"{o.RooflineFraction:P0}")]));
        if (operations.Length > 0)
            output.Line(Invariant($"everything else: {result.MeanMsPerStep - operations.Sum(o => o.MsPerStep):F1} ms a step"));
        output.Document(new
        {
            Preset = preset.Name,
            result.Precision,
            result.Threads,
            result.Parameters,
            result.MsPerStep,
            result.TokensPerSecond,
            result.PeakRssBytes,
            PlannedBytes = planned,
            PlannedRatio = plannedRatio,
            result.LossFirst,
            result.LossLast,
            ModelFlopsUtilization = utilization,
            PeakFlops = peak,
            machine.Bandwidth,
            Operations = operations,
        });
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
