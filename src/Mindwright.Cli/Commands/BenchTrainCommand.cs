using System.CommandLine;
using System.Globalization;
using Mindwright.Cli.Display;
using Mindwright.Training;
using Mindwright.Training.Speed;

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
        var profile = new Option<bool>("--profile") { Description = "Show what each operation takes." };
        var data = new Option<string>("--data", "-d") { Description = "A text whose distinct bytes are the tokens; random tokens without it." };
        return new Command("train", "Measure training speed: forward, backward, clipping and optimizer, the median of the steps after warm-up.")
        {
            preset, threads, precision, steps, muon, rate, data, profile,
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
                Compute = new ComputeSection { Threads = parse.GetValue(threads), Precision = parse.GetValue(precision) },
                Steps = parse.GetValue(steps),
                Muon = parse.GetValue(muon),
                Rate = parse.GetValue(rate),
                Profile = parse.GetValue(profile),
                Text = parse.GetValue(data) is { } path ? File.ReadAllBytes(path) : null,
            }, cancellation);
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{chosen.Name}, {Format.Count(result.Parameters)} parameters, {result.Precision}, {result.Threads} thread(s): {result.MsPerStep:F1} ms a step of {chosen.Tokens} tokens, {result.TokensPerSecond:F0} tokens/s, peak memory {Format.Bytes(result.PeakRssBytes)}, loss {result.LossFirst:F4} → {result.LossLast:F4}"));
            var measured = chosen.Tokens / result.TokensPerSecond;
            Table.Write(output, ["operation", "calls", "ms a step", "GFLOP/s", "GB/s"], result.Operations.Select(o => (string[])
                [o.Operation, Format.Count(o.Calls), Format.Number(1000 * o.Seconds / result.ProfiledSeconds * measured), Format.Number(o.Flops / o.Seconds / 1e9), Format.Number(o.Bytes / o.Seconds / 1e9)]));
            output.Document(new
            {
                Preset = chosen.Name,
                result.Precision,
                result.Threads,
                result.Parameters,
                result.MsPerStep,
                result.TokensPerSecond,
                result.PeakRssBytes,
                result.BaseRssBytes,
                result.LossFirst,
                result.LossLast,
            });
        });
    }
}
