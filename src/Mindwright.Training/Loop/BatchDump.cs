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
            rows = batches.SelectMany(Rows),
        }));
        return path;
    }

    private static IEnumerable<object> Rows(Batch batch)
    {
        var weights = batch switch
        {
            TokenBatch tokens => tokens.Weights,
            PolicyBatch policy => [.. policy.Mask.Zip(policy.Advantages, (mask, advantage) => mask * advantage)],
            PreferenceBatch pairs => pairs.Mask,
            _ => null,
        };
        for (var row = 0; row < batch.Rows; row++)
        {
            var range = (row * batch.Time)..((row + 1) * batch.Time);
            yield return new { inputs = batch.Inputs[range], targets = batch.Targets[range], weights = weights?[range] };
        }
    }
}
