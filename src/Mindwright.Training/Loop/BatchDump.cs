using System.Text.Json;
using Mindwright.Runs;
using Mindwright.Runs.Files;

namespace Mindwright.Training.Loop;

/// <summary>What an update was made of as a JSON file, for a person to look at: the token ids row by row.</summary>
internal static class BatchDump
{
    /// <summary>Writes <c>diverged/STAGE-step-N.json</c> in a run folder; returns its path.</summary>
    public static string Write(RunFolder run, string stage, int step, IReadOnlyList<Batch> batches)
    {
        var folder = run["diverged"];
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FormattableString.Invariant($"{stage}-step-{step:D6}.json"));
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, new
        {
            stage,
            step,
            rows = batches.SelectMany(batch => batch.Inputs.Chunk(batch.Time).Zip(batch.Targets.Chunk(batch.Time), (inputs, targets) => new { inputs, targets })),
            weights = batches.All(batch => batch.Weights is null) ? null : batches.SelectMany(batch => batch.Weights!.Chunk(batch.Time)),
        }));
        return path;
    }
}
