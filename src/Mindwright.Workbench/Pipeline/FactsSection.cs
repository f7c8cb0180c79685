using System.Globalization;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Training;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;

namespace Mindwright.Workbench.Pipeline;

/// <summary>The part of a report that says what was trained on what, where and with which settings.</summary>
internal static class FactsSection
{
    public static ReportSection Create(Recipe recipe, RunFolder run, RunResult result, Material material)
    {
        var manifest = run.Manifest;
        var rows = new List<IReadOnlyList<string>>();
        void Add(string name, string value) => rows.Add([name, value]);

        Add("text", $"{material.Source}: {Figure.Count(material.Train.Count)} documents to learn ({Figure.Short(material.TrainBytes)}B), {Figure.Count(material.HeldOut.Count)} held out for measuring");
        if (result.Tokenizer is { } vocabulary)
            Add("tokens", $"byte-level BPE of {Figure.Count(vocabulary.Vocabulary)} ids, {Figure.Significant(vocabulary.BytesPerToken)} bytes a token on unseen text");
        if (result.Pretrain is { } pretrain)
        {
            var model = recipe.Model;
            Add("model", $"{Figure.Count(pretrain.Parameters)} parameters: {model.Layers} blocks, {model.Width} channels, {model.Heads} heads, context of {Figure.Count(model.Context)} tokens");
            var step = recipe.Pretrain.Batch * recipe.Pretrain.Row;
            var passes = recipe.Pretrain.Passes > 0 ? $", {Figure.Significant(recipe.Pretrain.Passes)} passes over the text"
                : result.Tokenizer is { } t ? $", about {Figure.Significant(pretrain.Tokens * t.BytesPerToken / Math.Max(1, material.TrainBytes), 2)} passes over the text"
                : "";
            Add("pre-training", $"{Figure.Count(pretrain.Tokens / step)} steps of {Figure.Count(step)} tokens: {Figure.Short(pretrain.Tokens)} tokens in all{passes}");
        }
        if (result.Sft is not null)
            Add("fine-tuning", $"{Figure.Count(recipe.Sft.Steps)} steps of {Figure.Count(recipe.Sft.Batch * recipe.Sft.Row)} tokens");
        if (result.Reason is not null)
            Add("reinforcement learning", $"{Figure.Count(recipe.Reason.Steps)} steps of {Figure.Count(recipe.Reason.Questions)} questions with {Figure.Count(recipe.Reason.Group)} sampled answers each");
        Add("seed", Figure.Count(recipe.Seed));
        Add("machine", string.Join(", ", manifest.Hardware.Select(h => h.Key == "memory_bytes"
            ? $"memory {Figure.Significant(double.Parse(h.Value, CultureInfo.InvariantCulture) / (1 << 30))} GiB"
            : $"{h.Key} {h.Value}")));
        Add("versions", string.Join(", ", manifest.Versions.Select(v => $"{v.Key} {v.Value}")));
        Add("begun", manifest.Created.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        return new ReportSection("What was trained on what",
            [new Table("All settings stand in resolved.toml, hashes of the data in manifest.json", ["", ""], rows)]);
    }
}
